//! Noise on blanks and line ends.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::zones::Zones;
use crate::corpus::generate::dice::Dice;
use crate::corpus::generate::draft::{Draft, Edit};

/// Words after which a blank is easily lost.
const TITLES: [&str; 12] =
    ["Dr", "DR", "Pr", "PR", "Mme", "MME", "M.", "Mr", "Mlle", "Docteur", "Professeur", "Madame"];
/// Of blanks between any two words, how many are lost for one after a title or a mark.
const RARER: f64 = 0.1;

/// Loses blanks after titles and marks, doubles some, and puts blanks between the letters of words in capitals.
pub(super) fn misplace(draft: &mut Draft, rate: f64, dice: &mut Dice) {
    let zones = Zones::of(draft);
    let mut edits = Vec::new();
    let text = &draft.text;
    for word in words(text) {
        let written = &text[word.clone()];
        let capitals = written.chars().count() >= 4 && written.chars().all(char::is_uppercase);
        if capitals && dice.happens(rate / 2.0) && !zones.touch(&word) {
            let inner = written.char_indices().skip(1).map(|(at, _)| Edit::new(word.start + at..word.start + at, " "));
            edits.extend(inner);
        }
        let Some(blank) = blank_after(text, word.end) else { continue };
        let announces = TITLES.contains(&written) || written.ends_with([':', ',', ';', '.', ')']);
        let lost = dice.happens(if announces { rate } else { rate * RARER });
        let doubled = dice.happens(rate * RARER);
        if zones.touch(&blank) || !(lost || doubled) {
            continue;
        }
        edits.push(Edit::new(blank, if lost { "" } else { "  " }));
    }
    draft.apply(edits);
}

/// Runs of what is no blank.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split_whitespace().map(move |word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        start..start + word.len()
    })
}

/// One blank alone between two words of a line.
fn blank_after(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = text[at..].strip_prefix(' ')?;
    rest.starts_with(|c: char| !c.is_whitespace()).then_some(at..at + 1)
}

/// Cuts lines at a width drawn for the document, and, at `rate`, the word that does not fit, with a hyphen.
pub(super) fn wrap(draft: &mut Draft, rate: f64, dice: &mut Dice) {
    static BLANKS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[ \t]+").expect("a sound pattern"));
    let zones = Zones::of(draft);
    let width = 45 + dice.below(60);
    let mut edits = Vec::new();
    for line in draft.lines() {
        let (mut from, mut last) = (line.start, line.start);
        let text = &draft.text[line.clone()];
        for blank in BLANKS.find_iter(text).map(|found| line.start + found.start()..line.start + found.end()) {
            let word_end = text_end(&draft.text, blank.end, line.end);
            let column = |at: usize| draft.text[from..at].chars().count();
            // Blanks of an indent, of columns, or of what attributes say are no place to cut.
            let fits = blank.start == last || column(word_end) <= width || blank.len() > 1 || zones.touch(&blank);
            last = blank.end;
            if fits || blank.start <= from {
                continue;
            }
            let cut = dice.happens(rate).then(|| middle(&draft.text, blank.end..word_end)).flatten();
            match cut.filter(|cut| !zones.touch(&(*cut..*cut))) {
                Some(cut) => {
                    edits.push(Edit::new(cut..cut, "-\n"));
                    from = cut;
                }
                None => {
                    edits.push(Edit::new(blank.clone(), "\n"));
                    from = blank.end;
                }
            }
        }
    }
    draft.apply(edits);
}

fn text_end(text: &str, from: usize, end: usize) -> usize {
    text[from..end].find([' ', '\t']).map_or(end, |len| from + len)
}

/// The middle of a word of eight letters or more.
fn middle(text: &str, word: Range<usize>) -> Option<usize> {
    let letters: Vec<usize> = text[word.clone()].char_indices().map(|(at, _)| word.start + at).collect();
    let all = text[word].chars().all(char::is_alphabetic);
    (all && letters.len() >= 8).then(|| letters[letters.len() / 2])
}
