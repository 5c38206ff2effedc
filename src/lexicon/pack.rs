//! How the facts about a word are packed in the automaton of the word lists.
//!
//! Shared by the build script, which compiles the lists of the repository, and by `estompe lexicon import`, which adds to them; so it
//! depends on nothing else of the crate.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

/// How each fact about a word is packed in the automaton's value.
pub(crate) mod bits {
    /// Four bits each: how many people bear it, as a power of two; 0 if nobody.
    pub(crate) const SURNAME: u32 = 0;
    pub(crate) const FIRST_NAME: u32 = 4;
    /// Two bits: 1 male, 2 female, 0 both or unknown.
    pub(crate) const SEX: u32 = 8;
    /// Four bits: inhabitants, as a power of two.
    pub(crate) const TOWN: u32 = 10;
    /// Three bits: 1 + rank of the likelihood that a capitalised occurrence is a name, in `LIKELIHOODS`; 0 if not said.
    pub(crate) const LIKELIHOOD: u32 = 14;
    /// Two bits: 1 patient, 2 soignant, 3 tiers.
    pub(crate) const ROLE: u32 = 17;
    pub(crate) const ORDINARY: u64 = 1 << 20;
    pub(crate) const GRAMMATICAL: u64 = 1 << 21;
    pub(crate) const FOREIGN_TOWN: u64 = 1 << 22;
    pub(crate) const EPONYM: u64 = 1 << 23;
    pub(crate) const EPONYM_ALONE: u64 = 1 << 24;
    pub(crate) const TRIGGER_BEFORE: u64 = 1 << 25;
    pub(crate) const TRIGGER_AFTER: u64 = 1 << 26;
    pub(crate) const DRUG: u64 = 1 << 27;
    pub(crate) const MEDICAL: u64 = 1 << 28;
    pub(crate) const TITLE: u64 = 1 << 29;
    pub(crate) const FUNCTION: u64 = 1 << 30;
    pub(crate) const CUE_BEFORE: u64 = 1 << 31;
    pub(crate) const CUE_AFTER: u64 = 1 << 32;
    pub(crate) const RELATIVE: u64 = 1 << 33;
    pub(crate) const PARTICLE: u64 = 1 << 34;
    pub(crate) const INSTITUTION: u64 = 1 << 35;
    pub(crate) const INSTITUTION_ALONE: u64 = 1 << 36;
    pub(crate) const INSTITUTION_TYPE: u64 = 1 << 37;
    pub(crate) const STREET_TYPE: u64 = 1 << 38;
    pub(crate) const STREET_NAME: u64 = 1 << 39;
    pub(crate) const PLACE: u64 = 1 << 40;
    /// In the dictionary as a verb form and nothing else.
    pub(crate) const VERB_ONLY: u64 = 1 << 41;
    /// Says what an institution does, not which one it is.
    pub(crate) const GENERIC: u64 = 1 << 42;
    /// Takes a person after `de`.
    pub(crate) const OF_PERSON: u64 = 1 << 43;
    /// `places/mots.tsv`, one bit for each sense.
    pub(crate) const ADDRESS_PART: u64 = 1 << 50;
    pub(crate) const PLACE_NOUN: u64 = 1 << 51;
    pub(crate) const LANDSCAPE: u64 = 1 << 52;
    pub(crate) const STRONG_TYPE: u64 = 1 << 53;
    pub(crate) const STREET_SURE: u64 = 1 << 54;
    pub(crate) const SERVICE: u64 = 1 << 55;
    /// A town of France.
    pub(crate) const COMMUNE: u64 = 1 << 56;
    /// Names a field of a form; with `CUE_BEFORE` one that holds a name, without it one that does not.
    pub(crate) const FIELD: u64 = 1 << 44;
    /// Says who wrote, typed or signed: a login or initials may follow.
    pub(crate) const SCRIBE: u64 = 1 << 45;
}

/// Folded word or phrase → its packed facts.
pub(crate) type Words = BTreeMap<String, u64>;

/// Lower case, no accents, `œ` → `oe`; hyphens, apostrophes, dots and blanks are one blank.
pub(crate) fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.nfd().flat_map(char::to_lowercase) {
        match c {
            'œ' => key.push_str("oe"),
            'æ' => key.push_str("ae"),
            'ß' => key.push_str("ss"),
            'ø' => key.push('o'),
            'ł' => key.push('l'),
            'đ' => key.push('d'),
            '\u{300}'..='\u{36f}' => {}
            _ if c.is_alphanumeric() => key.push(c),
            _ if key.ends_with(' ') || key.is_empty() => {}
            _ => key.push(' '),
        }
    }
    key.truncate(key.trim_end().len());
    key
}

pub(crate) fn flag(words: &mut Words, name: &str, flags: u64) {
    let key = key(name);
    if !key.is_empty() {
        *words.entry(key).or_default() |= flags;
    }
}

/// Raises a four-bit level to the power of two of `count`.
pub(crate) fn level(words: &mut Words, name: &str, at: u32, count: &str) {
    let count: u64 = count.parse().unwrap_or(1);
    let level = u64::from((count + 1).ilog2() + 1).min(15);
    let entry = words.entry(key(name)).or_default();
    let before = (*entry >> at) & 15;
    *entry = (*entry & !(15 << at)) | before.max(level) << at;
}
