//! Other people, places, numbers and dates for those of a report, coherent with each other: the engine's own replacement, under a key
//! that the seed and the copy's number decide.

use std::sync::Arc;

use super::Source;
use super::dice::{Dice, secret};
use super::draft::{Draft, Edit};
use super::names::names;
use super::settings::POLICY;
use crate::detect::Detection;
use crate::detect::date::write_number;
use crate::lexicon::Words;
use crate::replace::{Policy, ProjectKey, ReplaceError, Replacer};
use crate::resolve::{Resolved, resolve};
use crate::text::markup::{Mark, Marked};
use crate::text::{Document, Label, Role};

/// Redraws reports for one seed.
pub(super) struct Redraw(Replacer);

/// An annotated report, read once for all its copies.
pub(super) struct Original {
    pub(super) series: String,
    pub(super) name: String,
    doc: Document,
    found: Resolved,
    marked: Marked,
}

impl Original {
    pub(super) fn new(Source { series, name, marked }: Source) -> Self {
        let doc = Document::new(name.clone(), marked.text.clone());
        // Made here, it is copied with the document.
        doc.view();
        let found = resolve(marked.marks.iter().map(detection).collect());
        Original { series, name, doc, found, marked }
    }
}

fn detection(mark: &Mark) -> Detection {
    let role = mark.attributes.first().and_then(|attribute| Role::named(attribute));
    Detection { span: mark.span, label: mark.label, score: 1.0, priority: 0, rule: "gold", role }
}

impl Redraw {
    pub(super) fn new(seed: u64, words: Words) -> Self {
        let policy = Policy::from_toml("generation", POLICY).expect("the file is compiled in and tested");
        let key = Arc::new(ProjectKey::from_bytes(secret(seed, &["key"])));
        Redraw(Replacer::new(policy, key, words).with_names(names()))
    }

    /// A copy with other identities; `copy` names it, and `dice` decides what the engine's replacement leaves open.
    ///
    /// # Errors
    /// Marks that lie outside of their text.
    pub(super) fn draw(&self, original: &Original, copy: &str, dice: &mut Dice) -> Result<Draft, ReplaceError> {
        let doc = original.doc.clone().with_patient(copy);
        let replaced = self.0.replace(&doc, &original.found)?;
        let mut draft = Draft::new(original.marked.clone());
        let edit = |edit: &crate::replace::Edit| {
            let (span, label) = (edit.detection.span, edit.detection.label);
            let new = finish(edit.out.slice(&replaced.text), span.slice(doc.text()), label, dice);
            Edit::new(span.start()..span.end(), new)
        };
        let edits = replaced.edits.iter().map(edit).collect();
        draft.apply(edits);
        Ok(draft)
    }
}

/// What stands in a copy: the surrogate, or other digits and letters where there is but a mask or a token.
fn finish(surrogate: &str, surface: &str, label: Label, dice: &mut Dice) -> String {
    let surrogate = surrogate.trim();
    if label == Label::AGE90 {
        return age(surface, dice);
    }
    let masked = surrogate.is_empty() || surrogate == "***" || surrogate.starts_with('<') && surrogate.ends_with('>');
    if masked { reshape(surface, label, dice) } else { surrogate.to_owned() }
}

/// An age of 90 or more, the more the rarer, in words where it was.
fn age(surface: &str, dice: &mut Dice) -> String {
    let age = 90 + dice.below(14).min(dice.below(14)).min(dice.below(14));
    if surface.contains(|c: char| c.is_ascii_digit()) { age.to_string() } else { write_number(age as i32) }
}

/// Other digits and, but in dates, other letters; the first two of four digits, a year's, stay.
fn reshape(surface: &str, label: Label, dice: &mut Dice) -> String {
    let date = matches!(label, Label::DATE | Label::DATE_NAISSANCE);
    let chars: Vec<char> = surface.chars().collect();
    let is_digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let year = |at: usize| date && (at..at + 4).all(is_digit) && !(at > 0 && is_digit(at - 1));
    let mut out = String::with_capacity(surface.len());
    for (at, c) in chars.iter().enumerate() {
        let kept = year(at) || at > 0 && year(at - 1) || date && !c.is_ascii_digit();
        out.push(match c {
            _ if kept => *c,
            // A day or month of two digits stays below twenty.
            '0' | '1' | '2' | '3' if date => *dice.pick(&['0', '1']),
            _ if c.is_ascii_digit() => char::from(b'0' + dice.below(10) as u8),
            _ if c.is_uppercase() => char::from(b'A' + dice.below(26) as u8),
            _ if c.is_lowercase() => char::from(b'a' + dice.below(26) as u8),
            _ => *c,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::generate::draft::tests::{parts, source};
    use crate::text::markup;

    const REPORT: &str = "CH de [Rochefort](VILLE), le [12/03/2021](DATE)\nMme [Lucie](PRENOM patient) [KERBRAT](NOM patient), \
née le [03/02/1950](DATE_NAISSANCE), [93](AGE90) ans, [HTA](DIAG I10). [Kerbrat](NOM patient), [lucie.kerbrat@boite.invalid](MAIL), \
vue le [9Z/1O/2O19](DATE). [Lucie](PRENOM patient) K.\n";

    #[test]
    fn identities_change_together_and_the_rest_stays() {
        let original =
            Original::new(Source { series: "s".into(), name: "r".into(), marked: markup::parse(REPORT).unwrap() });
        let redraw = Redraw::new(1, Words::embedded());
        let draw = |redraw: &Redraw, copy: &str| redraw.draw(&original, copy, &mut Dice::new(1, &[copy])).unwrap();
        let one = draw(&redraw, "1");
        let (surfaces, between) = parts(&one);
        let fixed = Draft::new(markup::parse(REPORT).unwrap());
        assert_eq!(between, parts(&fixed).1);
        let labels =
            |draft: &Draft| draft.marks.iter().map(|mark| (mark.label, mark.attributes.clone())).collect::<Vec<_>>();
        assert_eq!(labels(&one), labels(&fixed));
        let surface = |at: usize| surfaces[at].1;
        assert_eq!(surface(6), "HTA");
        assert_eq!(surface(2), surface(10), "a first name is redrawn once");
        assert_eq!(crate::text::fold(surface(3)), crate::text::fold(surface(7)), "and a last name");
        assert!(surface(8).ends_with(".invalid"));
        let age: u32 = surface(5).parse().unwrap();
        assert!((90..104).contains(&age));
        for name in ["lucie", "kerbrat", "rochefort"] {
            assert!(!crate::text::fold(&one.text).contains(name), "{name}");
        }
        assert!(surface(9).contains("/1O/") || surface(9).len() == 10);
        assert_eq!(source(&one), source(&draw(&redraw, "1")));
        assert_ne!(source(&one), source(&draw(&redraw, "2")));
        assert_ne!(source(&one), source(&draw(&Redraw::new(2, Words::embedded()), "1")));
    }

    #[test]
    fn what_has_no_surrogate_changes_its_digits() {
        let mut dice = Dice::new(1, &["t"]);
        let date = reshape("0Z/11/1928", Label::DATE, &mut dice);
        assert!(date.len() == 10 && date[1..3] == *"Z/" && date[6..8] == *"19", "{date}");
        let number = reshape("A-44", Label::ID, &mut dice);
        assert!(number.as_bytes()[0].is_ascii_uppercase() && number.as_bytes()[1] == b'-' && number.len() == 4);
    }
}
