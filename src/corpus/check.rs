use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::text::markup::{self, Mark, Marked};
use crate::text::{Label, Role, Span, fold};

/// What is wrong with one report, and on which of its lines (from 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub line: usize,
    pub severity: Severity,
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Breaks the guide.
    Error,
    /// To be looked at.
    Warning,
}

/// What looks like an identifier wherever it stands: a whole date, ten digits of a phone, a mail, a long number.
static LOOK_ALIKES: LazyLock<[(Regex, &str); 4]> = LazyLock::new(|| {
    let regex = |pattern: &str| Regex::new(pattern).expect("a sound pattern");
    [
        (regex(r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d\b"), "a date"),
        (regex(r"\b0[1-9](?:[ .-]?\d\d){4}\b"), "a phone number"),
        (regex(r"[\w.-]+@[\w-]+(?:\.[\w-]+)+"), "a mail address"),
        (regex(r"\b\d{8,15}\b"), "a number of eight digits or more"),
    ]
});

/// Everything that is wrong with one annotated report.
pub fn check(source: &str) -> Vec<Fault> {
    let marked = match markup::parse(source) {
        Ok(marked) => marked,
        Err(error) => return vec![Fault { line: 1, severity: Severity::Error, message: error.to_string() }],
    };
    let mut faults = Vec::new();
    let mut push = |at: usize, severity: Severity, message: String| {
        let line = marked.text[..at].matches('\n').count() + 1;
        faults.push(Fault { line, severity, message });
    };
    for mark in &marked.marks {
        for message in mark_faults(&marked.text, mark) {
            push(mark.span.start(), Severity::Error, message);
        }
    }
    for mention in &marked.mentions {
        for message in mention_faults(&marked.text, mention) {
            push(mention.span.start(), Severity::Error, message);
        }
    }
    for (span, label) in unmarked_names(&marked) {
        let message = format!("`{}` is a {label} elsewhere and unmarked here", span.slice(&marked.text));
        push(span.start(), Severity::Warning, message);
    }
    for (regex, what) in &*LOOK_ALIKES {
        for found in regex.find_iter(&marked.text) {
            let span = Span::new(found.start(), found.end());
            if !marked.marks.iter().chain(&marked.mentions).any(|mark| mark.span.overlaps(span)) {
                push(
                    span.start(),
                    Severity::Warning,
                    format!("`{}` looks like {what} and is not marked", found.as_str()),
                );
            }
        }
    }
    faults.sort_by_key(|fault| (fault.severity, fault.line));
    faults
}

fn bound_faults(surface: &str, label: Label) -> Vec<String> {
    let mut faults = Vec::new();
    let outer = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '"' | '«' | '»');
    if surface.starts_with(outer) || surface.ends_with(outer) {
        faults.push(format!("[{surface}]({label}) takes in outer blanks or punctuation"));
    }
    if surface.contains(['[', ']']) && label != Label::MAIL {
        faults.push(format!("[{surface}]({label}): a bracket inside a mark"));
    }
    faults
}

const QUALIFIERS: [&str; 6] = ["negated", "hypothetical", "family", "history", "reported", "allergy"];
const ATTRIBUTES: [&str; 9] =
    ["value", "unit", "comparator", "range", "dose", "route", "frequency", "duration", "change"];

/// A mention has a code where its type calls for one, known qualifiers, known attributes.
fn mention_faults(text: &str, mention: &Mark) -> Vec<String> {
    static CIM10: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^[A-Z]\d\d(?:\.\d{1,3}|\.\+\d+)?(?:\+[A-Z]\d\d(?:\.\d{1,3})?)*$").expect("a sound pattern")
    });
    static ATC: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^[A-Z](?:\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?)?$").expect("a sound pattern"));
    let (surface, label) = (mention.span.slice(text), mention.label);
    let mut faults = bound_faults(surface, label);
    let is_code = |word: &&String| word.starts_with(|c: char| c.is_ascii_uppercase());
    let code = mention.attributes.first().filter(is_code);
    for word in &mention.attributes[usize::from(code.is_some())..] {
        let known = match word.split_once('=') {
            Some((name, value)) => ATTRIBUTES.contains(&name) && !value.is_empty(),
            None => QUALIFIERS.contains(&word.as_str()),
        };
        if !known {
            faults.push(format!("[{surface}]({label}): `{word}` is no qualifier and no attribute of the guide"));
        }
    }
    let sound = match (label.as_str(), code) {
        ("DIAG", code) => code.is_some_and(|code| CIM10.is_match(code)),
        ("DRUG", code) => code.is_some_and(|code| code.split('+').all(|code| ATC.is_match(code))),
        ("ACT", code) => code.is_none_or(|code| code.len() == 7),
        (_, code) => code.is_none(),
    };
    if !sound {
        faults.push(format!("[{surface}]({label}): no code, or not one of its terminology"));
    }
    faults
}

fn mark_faults(text: &str, mark: &Mark) -> Vec<String> {
    let surface = mark.span.slice(text);
    let mut faults = bound_faults(surface, mark.label);
    if !Label::ALL.contains(&mark.label) {
        faults.push(format!("`{}` is not a label of the guide", mark.label));
    }
    let roles: Vec<&str> = mark.attributes.iter().map(String::as_str).collect();
    let known = roles.iter().all(|role| Role::named(role).is_some());
    if mark.label.is_name() && (roles.len() != 1 || !known) {
        faults.push(format!("[{surface}]({}) needs one role: patient, soignant or tiers", mark.label));
    }
    if !mark.label.is_name() && !roles.is_empty() {
        faults.push(format!("[{surface}]({}) has attributes that mean nothing", mark.label));
    }
    faults
}

/// Words of four letters or more that are part of a name somewhere, and stand capitalised outside of any mark elsewhere.
fn unmarked_names(marked: &Marked) -> Vec<(Span, Label)> {
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
            (!marked.marks.iter().chain(&marked.mentions).any(|mark| mark.span.overlaps(span))).then_some((span, label))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_breaks_the_guide() {
        let messages = |source: &str| -> Vec<(Severity, usize)> {
            check(source).into_iter().map(|fault| (fault.severity, fault.line)).collect()
        };
        use Severity::{Error, Warning};
        assert_eq!(messages("Dr [Morel](NOM soignant), le [12/03/2021](DATE)"), []);
        assert_eq!(messages("[Morel](NOM)"), [(Error, 1)]);
        assert_eq!(messages("a\n[Morel ](NOM patient)"), [(Error, 2)]);
        assert_eq!(messages("[x](TRUC)"), [(Error, 1)]);
        assert_eq!(messages("[12/03/2021](DATE patient)"), [(Error, 1)]);
        assert_eq!(messages("[HTA](DIAG I10 negated) [TA](LAB value=12/8 unit=cmHg)"), []);
        assert_eq!(
            messages("[HTA](DIAG)\n[HTA](DIAG I10 absent)\n[TA](LAB valeur=3)"),
            [(Error, 1), (Error, 2), (Error, 3)]
        );
        assert_eq!(messages("[Morel](NOM patient\n"), [(Error, 1)]);
        assert_eq!(messages("M. [Morel](NOM patient)\nMOREL va bien, vu le 12/03/2021"), [(Warning, 2), (Warning, 2)]);
    }
}
