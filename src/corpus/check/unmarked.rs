use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::text::markup::{Mark, Marked};
use crate::text::{Label, Span, fold};

/// What looks like an identifier wherever it stands.
static LOOK_ALIKES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    const MONTHS: &str =
        "janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[uû]t|septembre|octobre|novembre|d[ée]cembre";
    let regex = |pattern: &str| Regex::new(pattern).expect("a sound pattern");
    vec![
        (regex(r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d\b"), "a date"),
        (regex(r"\b(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])/\d\d\b"), "a date"),
        (regex(r"\b(?:0?[1-9]|1[0-2])/(?:19|20)\d\d\b"), "a date"),
        (regex(r"\b(?:19|20)\d\d-(?:0[1-9]|1[0-2])-[0-3]\d\b"), "a date"),
        (regex(&format!(r"(?i)\b(?:\d{{1,2}}|1er)\s+(?:{MONTHS})\b(?:\s+(?:19|20)\d\d\b)?")), "a date"),
        (regex(&format!(r"(?i)\b(?:{MONTHS})\s+(?:19|20)\d\d\b")), "a date"),
        (regex(r"\b0[1-9](?:[ .-]?\d\d){4}\b"), "a phone number"),
        (regex(r"(?:\+|\b00)33\s?\(?0?\)?\s?[1-9](?:[ .-]?\d\d){4}\b"), "a phone number"),
        (regex(r"[\w.-]+@[\w-]+(?:\.[\w-]+)+"), "a mail address"),
        (regex(r"\bhttps?://\S+|\bwww\.\S+"), "a web address"),
        (regex(r"\b[12] ?\d\d ?(?:0[1-9]|1[0-2]) ?(?:\d\d|2[AB]) ?\d{3} ?\d{3}(?: ?\d\d)?\b"), "a NIR"),
        (regex(r"\b\d{8,15}\b"), "a number of eight digits or more"),
    ]
});

/// What may have been forgotten: what is marked elsewhere, and what looks like an identifier. One message per place.
pub(super) fn find(marked: &Marked) -> Vec<(Span, String)> {
    let mut found: Vec<(Span, String)> = Vec::new();
    let surface = |span: Span| span.slice(&marked.text);
    for (span, label) in names(marked).into_iter().chain(surfaces(marked)) {
        found.push((span, format!("`{}` is a {label} elsewhere and unmarked here", surface(span))));
    }
    for (regex, what) in &*LOOK_ALIKES {
        for one in regex.find_iter(&marked.text) {
            let span = Span::new(one.start(), one.end());
            if !is_marked(marked, span) {
                found.push((span, format!("`{}` looks like {what} and is not marked", surface(span))));
            }
        }
    }
    found.sort_by_key(|(span, _)| *span);
    let mut end = 0;
    found.retain(|(span, _)| {
        let is_first = span.start() >= end;
        end = end.max(span.end());
        is_first
    });
    found
}

fn is_marked(marked: &Marked, span: Span) -> bool {
    let touches = |marks: &[Mark]| {
        let at = marks.partition_point(|mark| mark.span.end() <= span.start());
        marks.get(at).is_some_and(|mark| mark.span.overlaps(span))
    };
    touches(&marked.marks) || touches(&marked.mentions)
}

/// Words of four letters or more that are part of a name somewhere, and stand capitalised outside of any mark elsewhere.
fn names(marked: &Marked) -> Vec<(Span, Label)> {
    static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\p{L}{4,}").expect("a sound pattern"));
    let mut names: BTreeMap<String, Label> = BTreeMap::new();
    for mark in marked.marks.iter().filter(|mark| mark.label.is_name()) {
        for word in WORD.find_iter(mark.span.slice(&marked.text)) {
            names.insert(fold(word.as_str()), mark.label);
        }
    }
    let words = WORD.find_iter(&marked.text).filter(|word| word.as_str().starts_with(char::is_uppercase));
    words
        .filter_map(|word| {
            let span = Span::new(word.start(), word.end());
            let label = *names.get(&fold(word.as_str()))?;
            (!is_marked(marked, span)).then_some((span, label))
        })
        .collect()
}

/// Whole surfaces of the other labels, and of mentions, that stand outside of any mark elsewhere, as whole words.
///
/// Short ones are left out: a day and month or a town of three letters come up by chance.
fn surfaces(marked: &Marked) -> Vec<(Span, Label)> {
    let mut labels: BTreeMap<&str, Label> = BTreeMap::new();
    for mark in marked.marks.iter().filter(|mark| !mark.label.is_name()).chain(&marked.mentions) {
        let surface = mark.span.slice(&marked.text);
        if surface.chars().filter(|c| c.is_alphanumeric()).count() >= SHORTEST {
            labels.insert(surface, mark.label);
        }
    }
    let is_whole = |at: usize, len: usize| {
        let (before, after) = (marked.text[..at].chars().next_back(), marked.text[at + len..].chars().next());
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    };
    let places = labels
        .iter()
        .flat_map(|(surface, label)| marked.text.match_indices(*surface).map(|(at, _)| (at, surface.len(), *label)));
    places
        .filter(|(at, len, _)| is_whole(*at, *len))
        .map(|(at, len, label)| (Span::new(at, at + len), label))
        .filter(|(span, _)| !is_marked(marked, *span))
        .collect()
}

/// Letters and digits of the shortest surface that is looked for elsewhere.
const SHORTEST: usize = 4;
