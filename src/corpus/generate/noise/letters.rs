//! Noise on letters: accents, case, scanning, typing.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

use super::zones::{Zones, written};
use crate::corpus::generate::dice::Dice;
use crate::corpus::generate::draft::{Draft, Edit};
use crate::corpus::generate::settings::{CONFUSIONS, rows};

/// A text without accents, in its case; signs such as `µ` stay.
pub(in crate::corpus::generate) fn without_accents(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        bare(c, &mut out);
    }
    out
}

fn bare(c: char, out: &mut String) {
    match c {
        _ if c.is_ascii() => out.push(c),
        'œ' => out.push_str("oe"),
        'Œ' => out.push_str("OE"),
        'æ' => out.push_str("ae"),
        'Æ' => out.push_str("AE"),
        _ => decompose_canonical(c, |part| {
            if !is_combining_mark(part) {
                out.push(part);
            }
        }),
    }
}

/// Changes every character by itself, in the text and in what attributes say of it.
fn change_each(draft: &mut Draft, change: impl Fn(char) -> String) {
    let mut edits = Vec::new();
    for (at, c) in draft.text.char_indices() {
        let new = change(c);
        if !new.chars().eq([c]) {
            edits.push(Edit::new(at..at + c.len_utf8(), new));
        }
    }
    draft.apply(edits);
    for attribute in draft.marks.iter_mut().flat_map(|mark| &mut mark.attributes) {
        if let Some(value) = written(attribute) {
            let name = &attribute[..attribute.len() - value.len()];
            *attribute = value.chars().fold(name.to_owned(), |out, c| out + &change(c));
        }
    }
}

/// Every accent goes, in the text and in what attributes say of it.
pub(super) fn drop_accents(draft: &mut Draft) {
    change_each(draft, |c| {
        let mut out = String::new();
        bare(c, &mut out);
        // A mark alone, after its letter, would leave nothing where it is all that a span holds.
        out
    });
}

/// All capitals, or no capital, in the text and in what attributes say of it.
pub(super) fn change_case(draft: &mut Draft, dice: &mut Dice) {
    if dice.happens(0.6) {
        change_each(draft, |c| c.to_uppercase().collect());
    } else {
        change_each(draft, |c| c.to_lowercase().collect());
    }
}

/// Takes letters and signs for others, as readers of scanned pages do.
pub(super) fn misread(draft: &mut Draft, rate: f64, dice: &mut Dice) {
    static PAIRS: LazyLock<Vec<[&str; 2]>> = LazyLock::new(|| rows::<2>(CONFUSIONS).collect());
    static FROM: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let forms = PAIRS.iter().map(|[from, _]| *from);
        AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(forms).expect("a short list")
    });
    let zones = Zones::of(draft);
    let mut edits = Vec::new();
    for found in FROM.find_iter(&draft.text) {
        if !dice.happens(rate) || zones.touch(&found.range()) {
            continue;
        }
        let from = &draft.text[found.range()];
        let reads: Vec<&str> = PAIRS.iter().filter(|[one, _]| *one == from).map(|[_, read]| *read).collect();
        edits.push(Edit::new(found.range(), *dice.pick(&reads)));
    }
    draft.apply(edits);
}

/// Keys side by side on a French keyboard.
const ROWS: [&str; 3] = ["azertyuiop", "qsdfghjklm", "wxcvbn"];

/// Mistypes letters inside words of five or more; first and last letters stay.
pub(super) fn mistype(draft: &mut Draft, rate: f64, dice: &mut Dice) {
    let zones = Zones::of(draft);
    let mut edits = Vec::new();
    let letters: Vec<(usize, char)> = draft.text.char_indices().collect();
    let is_letter = |at: usize| letters.get(at).is_some_and(|(_, c)| c.is_alphabetic());
    for at in 1..letters.len().saturating_sub(2) {
        // Inner letters, so that words, and marks inside words, keep their ends.
        let inner = (at - 1..=at + 2).all(is_letter) && draft.is_whole(&(letters[at - 1].0..letters[at + 2].0 + 1));
        if !inner || !dice.happens(rate) {
            continue;
        }
        let (start, c) = letters[at];
        let (next, d) = letters[at + 1];
        let (range, new) = match dice.below(4) {
            0 => (start..next + d.len_utf8(), format!("{d}{c}")),
            1 => (start..next, String::new()),
            2 => (start..next, format!("{c}{c}")),
            _ => (start..next, neighbour(c, dice).to_string()),
        };
        if !zones.touch(&range) {
            edits.push(Edit::new(range, new));
        }
    }
    draft.apply(edits);
}

/// The letter of a key beside, in the case of the letter.
fn neighbour(c: char, dice: &mut Dice) -> char {
    let lower = c.to_ascii_lowercase();
    let beside = ROWS.iter().find_map(|row| {
        let at = row.find(lower)?;
        let next = if at + 1 < row.len() && (at == 0 || dice.happens(0.5)) { at + 1 } else { at - 1 };
        row[next..].chars().next()
    });
    match beside {
        Some(beside) if c.is_uppercase() => beside.to_ascii_uppercase(),
        Some(beside) => beside,
        None => c,
    }
}
