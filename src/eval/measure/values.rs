use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::super::{Case, Found, Tally};
use crate::text::{Label, TokenKind, View};

/// Values of the gold that still stand in the output, whatever their case, accents, blanks, hyphens and dots.
///
/// Each distinct value of a document counts once. Short ones are left out (see [`is_telling`]): they come back by chance. A value stands
/// if the output has it more often than the original has it outside of gold: `petit foie` may stay where *Mme Petit* goes.
pub(super) fn count(case: &Case, tally: &mut Tally) {
    let text = case.doc.text();
    let mut values: BTreeMap<String, BTreeSet<Label>> = BTreeMap::new();
    for found in &case.gold {
        let value = Squeezed::new(found.span.slice(text)).text;
        if is_telling(&value) {
            values.entry(value).or_default().insert(found.label);
        }
    }
    if values.is_empty() {
        return;
    }
    let names: Vec<&String> = values.keys().collect();
    // Built for one document: what is quick to build is quicker than what is quick to run.
    let kind = Some(AhoCorasickKind::NoncontiguousNFA);
    let Ok(finder) = AhoCorasick::builder().kind(kind).build(&names) else { return };
    let elsewhere = Squeezed::new(&blotted(text, &case.gold)).occurrences(&finder, names.len());
    let output = case.output.clone().unwrap_or_else(|| blotted(text, &case.predicted));
    let after = Squeezed::new(&output).occurrences(&finder, names.len());
    let mut any = false;
    for (at, labels) in values.values().enumerate() {
        let left = after[at] > elsewhere[at];
        any |= left;
        tally.add("values", 1);
        tally.add("values.left", u64::from(left));
        for label in labels {
            tally.add_of("values", label, 1);
            tally.add_of("values.left", label, u64::from(left));
        }
    }
    tally.add("values.documents", u64::from(any));
}

/// Three letters, five digits, or five of both: what is shorter (initials, years, days) is found again by chance.
fn is_telling(value: &str) -> bool {
    let (mut digits, mut letters) = (0, 0);
    for c in value.chars() {
        digits += usize::from(c.is_numeric());
        letters += usize::from(c.is_alphabetic());
    }
    match (letters, digits) {
        (letters, 0) => letters >= 3,
        (0, digits) => digits >= 5,
        (letters, digits) => letters + digits >= 5,
    }
}

/// What stands where something was taken out.
const BLOT: char = '█';

fn blotted(text: &str, found: &[Found]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for one in found {
        if one.span.start() >= copied {
            out.push_str(&text[copied..one.span.start()]);
            out.push(BLOT);
        }
        copied = copied.max(one.span.end());
    }
    out.push_str(&text[copied..]);
    out
}

/// A text without case, accents, blanks and what ties words together; other marks part it.
struct Squeezed {
    text: String,
    /// Where words start or end.
    bounds: Vec<bool>,
}

impl Squeezed {
    fn new(text: &str) -> Self {
        let view = View::new(text);
        let mut squeezed = Squeezed { text: String::with_capacity(text.len()), bounds: vec![true] };
        for token in &view.tokens {
            let folded = token.text(&view.normalized);
            match token.kind {
                TokenKind::Word | TokenKind::Number => squeezed.text.push_str(folded),
                TokenKind::Line => {}
                TokenKind::Mark if matches!(folded, "-" | "." | "/" | "'" | "_") => {}
                TokenKind::Mark => squeezed.text.push('\u{1}'),
            }
            squeezed.bounds.resize(squeezed.text.len() + 1, false);
            squeezed.bounds[squeezed.text.len()] = true;
        }
        squeezed
    }

    /// How often each value stands as whole words.
    fn occurrences(&self, finder: &AhoCorasick, values: usize) -> Vec<u32> {
        let mut counts = vec![0; values];
        for found in finder.find_overlapping_iter(&self.text) {
            if self.bounds[found.start()] && self.bounds[found.end()] {
                counts[found.pattern().as_usize()] += 1;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::*;

    fn left(gold: &str, predicted: &str, output: Option<&str>) -> [u64; 3] {
        let mut case = case(gold, predicted);
        case.output = output.map(str::to_owned);
        let mut tally = Tally::default();
        count(&case, &mut tally);
        ["values", "values.left", "values.documents"].map(|name| tally.get(name))
    }

    #[test]
    fn variants_of_a_value_still_stand() {
        let gold = "Mme [Le Goff](NOM), [Jean-Loïc](PRENOM), IPP [8003214567](IPP), en [2019](DATE)";
        // The year is too short to count.
        for (output, wanted) in [
            ("Mme X, Y, IPP 9, en 2018", 0),
            ("Mme LEGOFF, Y, IPP 9, en 2019", 1),
            ("Mme le\ngoff, JEAN LOIC, IPP 80 03 21 45 67", 3),
            ("Mme Legoffic, Jean, Loïc, IPP 80032145678", 0),
        ] {
            assert_eq!(left(gold, gold, Some(output)), [3, wanted, u64::from(wanted > 0)], "{output}");
        }
    }

    #[test]
    fn without_an_output_predicted_spans_are_blotted_out() {
        let gold = "Mme [Morel](NOM) va bien. Vue [Morel](NOM) ce jour.";
        assert_eq!(left(gold, gold, None), [1, 0, 0]);
        assert_eq!(left(gold, "Mme [Morel](NOM) va bien. Vue Morel ce jour.", None), [1, 1, 1]);
        // What is left on both sides of a blot is no value.
        assert_eq!(left("[Jeanne](PRENOM) Je vois ne", "[Jeanne](PRENOM) Je[ vois](NOM) ne", None), [1, 0, 0]);
    }

    #[test]
    fn an_ordinary_word_may_stay() {
        let gold = "Mme [Petit](NOM) a un petit foie";
        assert_eq!(left(gold, gold, None), [1, 0, 0]);
        assert_eq!(left(gold, "Mme Petit a un petit foie", None), [1, 1, 1]);
    }
}
