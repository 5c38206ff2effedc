//! Other writings of what was redrawn: dates, numbers, names, places; what is written alike in a report changes alike.

mod dates;
mod numbers;
mod words;

use rustc_hash::FxHashMap;

use super::dice::Dice;
use super::draft::{Draft, Edit};
use super::settings::WritingShares;
use crate::text::Label;

/// How a document writes, and what was chosen for it so far.
pub(super) struct Pen<'d> {
    dice: &'d mut Dice,
    /// No letter of the document has an accent.
    plain: bool,
    /// The document has small letters.
    lower: bool,
    /// What was chosen for each layout or surface, by how many writings it has; `None` to leave it.
    chosen: FxHashMap<(String, usize), Option<usize>>,
}

impl Pen<'_> {
    /// One of `count` writings, or none with probability `1 − share`; the same answer for the same key and count.
    fn choose(&mut self, key: String, share: f64, count: usize) -> Option<usize> {
        let dice = &mut *self.dice;
        *self.chosen.entry((key, count)).or_insert_with(|| dice.happens(share).then(|| dice.below(count)))
    }
}

/// Writes what identifies in other ways.
pub(super) fn vary(draft: &mut Draft, shares: &WritingShares, dice: &mut Dice) {
    let plain = !draft.text.chars().any(|c| !c.is_ascii() && c.is_alphabetic());
    let lower = draft.text.chars().any(char::is_lowercase);
    let mut pen = Pen { dice, plain, lower, chosen: FxHashMap::default() };
    let mut edits = Vec::new();
    for mark in &draft.marks {
        let surface = mark.span.slice(&draft.text);
        // A line's end inside stays where it is.
        if surface.contains(['\n', '\r']) {
            continue;
        }
        let new = match mark.label {
            Label::DATE | Label::DATE_NAISSANCE => dates::rewrite(surface, shares.date, &mut pen),
            Label::TEL => numbers::phone(surface, shares.phone, &mut pen),
            Label::SECU => numbers::social(surface, shares.number, &mut pen),
            Label::IPP | Label::NDA | Label::RPPS | Label::FINESS | Label::ADELI | Label::ID => {
                numbers::grouped(mark.label, surface, shares.number, &mut pen)
            }
            Label::NOM | Label::PRENOM => words::name(mark.label, surface, shares.name, &mut pen),
            Label::VILLE => words::place("ville", surface, shares.place, &mut pen),
            Label::ADRESSE => words::place("rue", surface, shares.street, &mut pen),
            Label::HOPITAL => words::place("etablissement", surface, shares.institution, &mut pen),
            _ => None,
        };
        if let Some(new) = new.filter(|new| new != surface && !new.is_empty()) {
            edits.push(Edit::new(mark.span.start()..mark.span.end(), new));
        }
    }
    draft.apply(edits);
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::corpus::generate::draft::tests::{draft, parts, source};
    use crate::corpus::generate::settings::Probabilities;

    /// A pen for a document with accents and small letters.
    pub(super) fn pen(dice: &mut Dice) -> Pen<'_> {
        Pen { dice, plain: false, lower: true, chosen: FxHashMap::default() }
    }

    #[test]
    fn a_choice_is_one_of_those_there_are() {
        let mut dice = Dice::new(1, &[]);
        let mut pen = pen(&mut dice);
        let first = pen.choose("date 99/99".into(), 1.0, 100);
        assert_eq!(first, pen.choose("date 99/99".into(), 1.0, 100));
        // What looks alike may have fewer writings: a month and year, a day and month.
        assert!((0..50).all(|other| pen.choose(format!("date {other}"), 1.0, 100).is_some()
            && pen.choose(format!("date {other}"), 1.0, 2).is_some_and(|at| at < 2)));
    }

    #[test]
    fn what_is_alike_changes_alike() {
        let report = "le [12/03/2021](DATE), le [01/04/2021](DATE), [Paul](PRENOM patient) [MOREL](NOM patient), [HTA](DIAG I10), \
                      [BLIN](NOM tiers), [06 39 98 11 22](TEL), [06 39 98 33 44](TEL), [Saint-Aubin](VILLE), [Saint-Aubin](VILLE)";
        let shares =
            WritingShares { date: 1.0, phone: 1.0, name: 1.0, place: 1.0, ..Probabilities::embedded().writings };
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..40 {
            let mut one = draft(report);
            vary(&mut one, &shares, &mut Dice::new(seed, &[]));
            let original = draft(report);
            let ((new, between), (old, gaps)) = (parts(&one), parts(&original));
            assert_eq!(between, gaps);
            assert_eq!(
                new.iter().map(|part| part.0).collect::<Vec<_>>(),
                old.iter().map(|part| part.0).collect::<Vec<_>>()
            );
            let layout =
                |at: usize| new[at].1.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect::<String>();
            assert_eq!(layout(6), layout(7), "phones");
            assert_eq!(
                new[3].1.chars().all(char::is_uppercase),
                new[5].1.chars().all(char::is_uppercase),
                "last names"
            );
            assert_eq!(new[8], new[9], "towns");
            assert_eq!(new[4].1, "HTA");
            seen.insert(source(&one));
        }
        assert!(seen.len() > 30, "{}", seen.len());
    }
}
