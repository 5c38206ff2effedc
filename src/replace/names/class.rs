//! What a word of a name is taken from: a last name, a first name, a part of a compound one.

use super::parse::{Kind, Word};
use super::people::names_of;
use crate::lexicon::{Sex, Words};
use crate::replace::pools::{self, Pool};
use crate::text::Label;

/// How many first names may be the second of a compound: the most usual.
const USUAL: usize = 150;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Class {
    Last,
    First,
    /// The first part of a hyphenated first name.
    DoubleMale,
    DoubleFemale,
    /// A further part of a first name, of the sex of the whole.
    NextMale,
    NextFemale,
}

impl Class {
    /// What separates its choices from those of other classes.
    pub(super) fn domain(self) -> &'static str {
        match self {
            Class::Last => "nom",
            Class::First => "prenom",
            Class::DoubleMale | Class::DoubleFemale => "prenom-double",
            Class::NextMale | Class::NextFemale => "prenom-second",
        }
    }

    /// Where its surrogates come from, and how many of them serve; the sex is that of a first name, if it tells.
    pub(super) fn pool(self, sex: Option<Sex>) -> (Pool, usize) {
        let pool = match self {
            Class::Last => pools::LAST,
            Class::First => pools::first_names(sex),
            Class::DoubleMale => pools::double_first_names(Some(Sex::Male)),
            Class::DoubleFemale => pools::double_first_names(Some(Sex::Female)),
            Class::NextMale => pools::first_names(Some(Sex::Male)),
            Class::NextFemale => pools::first_names(Some(Sex::Female)),
        };
        (pool, if matches!(self, Class::NextMale | Class::NextFemale) { pool.len().min(USUAL) } else { pool.len() })
    }

    /// Whether several names of a document may have the same surrogate: few make a compound.
    pub(super) fn is_shared(self) -> bool {
        !matches!(self, Class::Last | Class::First)
    }

    /// The class that serves when this one is exhausted.
    pub(super) fn wider(self) -> Option<Class> {
        match self {
            Class::DoubleMale => Some(Class::NextMale),
            Class::DoubleFemale => Some(Class::NextFemale),
            _ => None,
        }
    }
}

/// The class of each name of a span, in order.
pub(super) fn classes(span: &[Word], label: Label, words: &Words) -> Vec<Class> {
    let count = names_of(span).count();
    if label == Label::NOM {
        return vec![Class::Last; count];
    }
    if count < 2 {
        return vec![Class::First; count];
    }
    let own: Vec<Option<Sex>> = names_of(span).map(|word| words.facts(&word.key).sex()).collect();
    let phrase = names_of(span).map(|word| word.key.as_str()).collect::<Vec<_>>().join(" ");
    let sex = words.facts(&phrase).sex().or_else(|| own.iter().find_map(|sex| *sex));
    let double = span.windows(2).any(|pair| pair[0].hyphen && pair.iter().all(|word| word.kind == Kind::Name));
    let (first, next) = match sex {
        Some(Sex::Male) => (Class::DoubleMale, Class::NextMale),
        _ => (Class::DoubleFemale, Class::NextFemale),
    };
    let of_name = |at: usize| match (double, at) {
        (true, 0) => first,
        (true, _) => next,
        // `María José` is a woman.
        (false, 1..) if sex.is_some() && own[at].is_some() && own[at] != sex => next,
        _ => Class::First,
    };
    (0..count).map(of_name).collect()
}
