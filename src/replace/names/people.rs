//! Which first name goes with which last name, so that initials agree with the name they shorten.

use super::parse::{Kind, Word};
use crate::detect::Detection;
use crate::text::Label;

/// Searches go no further than so many people: a document of more is no report, and time stays linear.
pub(super) const MOST: usize = 400;

/// A first name and a last name side by side, as detections.
#[derive(Clone, Copy, Debug)]
pub(super) struct Person {
    pub(super) first: usize,
    pub(super) last: usize,
}

/// Who is named in full, and the other half of each half.
#[derive(Debug, Default)]
pub(super) struct People {
    all: Vec<Person>,
    partners: Vec<Option<usize>>,
}

impl People {
    /// Pairs each first name with the last name beside it: after it if there is one, else before it.
    pub(super) fn new(text: &str, found: &[Detection]) -> Self {
        let mut people = People { all: Vec::new(), partners: vec![None; found.len()] };
        let beside = |a: &Detection, b: &Detection| {
            let gap = &text[a.span.end()..b.span.start()];
            gap.len() <= 4 && gap.chars().all(|c| matches!(c, ' ' | '.' | '\u{a0}' | '\t' | '\n' | '\r' | ','))
        };
        for order in [[Label::PRENOM, Label::NOM], [Label::NOM, Label::PRENOM]] {
            for at in 0..found.len().saturating_sub(1) {
                let free = people.partners[at].is_none() && people.partners[at + 1].is_none();
                let pair = [found[at].label, found[at + 1].label] == order && free;
                if !pair || !beside(&found[at], &found[at + 1]) {
                    continue;
                }
                (people.partners[at], people.partners[at + 1]) = (Some(at + 1), Some(at));
                let (first, last) = if order[0] == Label::PRENOM { (at, at + 1) } else { (at + 1, at) };
                people.all.push(Person { first, last });
            }
        }
        people
    }

    /// The last name of a first name, or the other way round.
    pub(super) fn partner(&self, at: usize) -> Option<usize> {
        self.partners[at]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Person> {
        self.all.iter().take(MOST)
    }
}

/// The initials that a span is made of, word by word: `j`, `p` of `J.-P.`; none if a word of it is a name.
pub(super) fn initials_of(words: &[Word]) -> Vec<&str> {
    if words.iter().any(|word| word.kind == Kind::Name) {
        return Vec::new();
    }
    words.iter().filter(|word| word.kind == Kind::Initial).map(|word| word.key.as_str()).collect()
}

/// The names of a span, without particles and initials.
pub(super) fn names_of(words: &[Word]) -> impl Iterator<Item = &Word> + Clone {
    words.iter().filter(|word| word.kind == Kind::Name)
}

/// Whether initials may shorten names: each starts one (`J.-P.`, `Ch.-E.`), or one word has the first letters of all (`JP`).
pub(super) fn shortens(initials: &[&str], names: &[Word]) -> bool {
    let each = names_of(names).count() >= initials.len()
        && initials.iter().zip(names_of(names)).all(|(start, name)| name.key.starts_with(start));
    let all = |letters: &str| {
        let firsts: String = names_of(names).filter_map(|word| word.key.chars().next()).collect();
        firsts.starts_with(letters)
    };
    match initials {
        [] => false,
        [letters] => each || all(letters),
        _ => each,
    }
}
