use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use fst::Streamer as _;
use fst::raw::{CompiledAddr, Fst, Output};
use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha256};

use super::LexiconError;
use super::catalogue::hex;
use super::pack::bits;
use crate::text::{Role, Token, TokenKind, View};

pub(super) static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/words.fst"));

/// Every word and phrase of the word lists, in one automaton that is read in place.
#[derive(Clone)]
pub struct Words {
    fst: Arc<Fst<Cow<'static, [u8]>>>,
    /// Tells these lists from others in what a thread remembers.
    id: u64,
}

/// What a thread remembers of the words it met: most of a report is a few thousand words.
#[derive(Default)]
struct Memory {
    /// Of which lists.
    id: u64,
    /// The number of a word of 16 bytes or less, by its bytes; of a longer one.
    short: FxHashMap<u128, u32>,
    long: FxHashMap<Box<[u8]>, u32>,
    /// Where the automaton is after each word, by its number, and after each beginning of a phrase.
    walked: Vec<Walked>,
    /// Where it goes from there with a further word: `0` if nowhere, else one more than the rank in `walked`.
    steps: FxHashMap<(u32, u32), u32>,
    /// The words of the document at hand.
    words: Vec<u32>,
}

/// Where the automaton is after a whole word.
#[derive(Clone, Copy)]
struct Walked {
    facts: Facts,
    /// Whether it is a word or phrase of the lists.
    is_entry: bool,
    /// The state after it and the sum so far, if some longer phrase may follow.
    on: Option<(CompiledAddr, Output)>,
}

/// The number of a token that is no word.
const NO_WORD: u32 = u32::MAX >> 1;
/// Longest word that is remembered, in bytes: longer ones are no words.
const LONGEST: usize = 40;

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
}

/// Words and steps remembered at most, per thread, from one document to the next.
const REMEMBERED: usize = 1 << 16;

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({} entries)", self.fst.len())
    }
}

/// What the lists say of a word or phrase; everything is false or zero for an unknown one.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts(u64);

/// A phrase of two tokens or more that starts at a token.
#[derive(Clone, Copy, Debug)]
pub struct Phrase {
    /// One past its last token.
    pub end: usize,
    pub facts: Facts,
}

/// What the lists say of each token of a document.
#[derive(Clone, Debug, Default)]
pub struct Lookup {
    words: Vec<Facts>,
    /// `(first token, phrase)`, by first token, shorter first.
    phrases: Vec<(u32, Phrase)>,
}

impl Words {
    /// The lists compiled into the binary.
    pub fn embedded() -> Self {
        let fst = Fst::new(Cow::Borrowed(EMBEDDED)).expect("the build script wrote a sound automaton");
        Words { fst: Arc::new(fst), id: new_id() }
    }

    /// File of a folder of lexicons that holds the compiled lists.
    pub const FILE: &'static str = "words.fst";

    /// The lists that [`import`](super::import) wrote in a folder.
    ///
    /// # Errors
    /// A file that cannot be read, or is no automaton.
    pub fn read(folder: &Path) -> Result<Self, LexiconError> {
        let path = folder.join(Self::FILE);
        let bytes = std::fs::read(&path).map_err(|source| LexiconError::Read { path: path.clone(), source })?;
        let broken = |error: fst::Error| LexiconError::Syntax { path: path.clone(), message: error.to_string() };
        let fst = Fst::new(Cow::Owned(bytes)).map_err(broken)?;
        fst.verify().map_err(broken)?;
        Ok(Words { fst: Arc::new(fst), id: new_id() })
    }

    /// Hash of the lists, in hexadecimal; reads them all.
    pub fn sha256(&self) -> String {
        hex(&Sha256::digest(self.fst.as_bytes()))
    }

    /// How many entries are of each kind.
    pub fn count(&self) -> Vec<(&'static str, usize)> {
        type Kind = (&'static str, fn(Facts) -> bool);
        const KINDS: [Kind; 12] = [
            ("last names", |facts| facts.surname() > 0),
            ("first names", |facts| facts.first_name() > 0),
            ("towns", |facts| facts.town() > 0),
            ("institutions", Facts::is_institution),
            ("street names", Facts::is_street_name),
            ("ordinary words", Facts::is_ordinary),
            ("words with a likelihood of being a name", |facts| facts.likelihood().is_some()),
            ("medical words", Facts::is_medical),
            ("drugs", Facts::is_drug),
            ("eponyms", Facts::is_eponym),
            ("titles and jobs", |facts| facts.is_title() || facts.is_function()),
            ("cues", |facts| facts.is_cue_before() || facts.is_cue_after()),
        ];
        let mut counts = KINDS.map(|(name, _)| (name, 0));
        self.visit(|_, facts| {
            for ((_, count), (_, is)) in counts.iter_mut().zip(KINDS) {
                *count += usize::from(is(facts));
            }
        });
        counts.to_vec()
    }

    /// Every entry, folded, and what is known of it, in the order of its bytes.
    pub fn visit(&self, mut each: impl FnMut(&str, Facts)) {
        let mut entries = self.fst.stream();
        while let Some((word, value)) = entries.next() {
            if let Ok(word) = std::str::from_utf8(word) {
                each(word, Facts(value.value()));
            }
        }
    }

    /// Entries in all.
    pub fn len(&self) -> usize {
        self.fst.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is known of a folded word or phrase (one blank between words).
    pub fn facts(&self, folded: &str) -> Facts {
        Facts(self.fst.get(folded).map_or(0, Output::value))
    }

    /// What is known of every token of a document and of the phrases that start there.
    ///
    /// Words of a phrase may be apart by a blank, a hyphen, an apostrophe, a dot or one line end.
    pub fn look_up(&self, view: &View) -> Lookup {
        let mut lookup = Lookup { words: Vec::with_capacity(view.tokens.len()), phrases: Vec::new() };
        MEMORY.with_borrow_mut(|memory| {
            if memory.id != self.id || memory.walked.len() > REMEMBERED || memory.steps.len() > REMEMBERED {
                *memory = Memory { id: self.id, ..Memory::default() };
            }
            memory.words.clear();
            for token in &view.tokens {
                let word = self.word_of(view, token, memory);
                let facts = memory.walked.get(word as usize).map_or(Facts::default(), |walked| walked.facts);
                memory.words.push(word);
                lookup.words.push(facts);
            }
            for first in 0..view.tokens.len() {
                let word = memory.words[first];
                if memory.walked.get(word as usize).is_some_and(|walked| walked.on.is_some()) {
                    self.phrases_at(view, first, memory, &mut lookup.phrases);
                }
            }
            memory.words.shrink_to(1 << 14);
        });
        lookup
    }

    /// The same, made once per view and shared by all detectors of an engine.
    pub fn look_up_once(&self, view: &View) -> Arc<Lookup> {
        view.memo(|| self.look_up(view)).unwrap_or_else(|| Arc::new(self.look_up(view)))
    }

    /// The number of a token's word in what is remembered.
    fn word_of(&self, view: &View, token: &Token, memory: &mut Memory) -> u32 {
        let (start, end) = (token.start as usize, token.end as usize);
        if !matches!(token.kind, TokenKind::Word | TokenKind::Number) || end - start > LONGEST {
            return NO_WORD;
        }
        let bytes = view.normalized.bytes();
        let next = memory.walked.len() as u32;
        let word = match short_word(bytes, start, end) {
            Some(word) => *memory.short.entry(word).or_insert(next),
            None => match memory.long.get(&bytes[start..end]) {
                Some(word) => *word,
                None => *memory.long.entry(bytes[start..end].into()).or_insert(next),
            },
        };
        if word == next {
            memory.walked.push(self.walk_word(&bytes[start..end]));
        }
        word
    }

    fn walk_word(&self, word: &[u8]) -> Walked {
        match self.walk((self.fst.root().addr(), Output::zero()), word) {
            Some(state) => self.walked(state),
            None => Walked { facts: Facts::default(), is_entry: false, on: None },
        }
    }

    fn walked(&self, (addr, sum): (CompiledAddr, Output)) -> Walked {
        let node = self.fst.node(addr);
        let facts = if node.is_final() { Facts(sum.cat(node.final_output()).value()) } else { Facts::default() };
        Walked { facts, is_entry: node.is_final(), on: (!node.is_empty()).then_some((addr, sum)) }
    }

    fn walk(&self, from: (CompiledAddr, Output), bytes: &[u8]) -> Option<(CompiledAddr, Output)> {
        let (mut addr, mut sum) = from;
        for &byte in bytes {
            let node = self.fst.node(addr);
            let transition = node.transition(node.find_input(byte)?);
            (addr, sum) = (transition.addr, sum.cat(transition.out));
        }
        Some((addr, sum))
    }

    /// The phrases that go on from a first word.
    fn phrases_at(
        &self,
        view: &View,
        first: usize,
        memory: &mut Memory,
        phrases: &mut Vec<(u32, Phrase)>,
    ) -> Option<()> {
        let (mut at, mut state) = (first, memory.words[first]);
        loop {
            let next = next_of_phrase(&view.tokens, at)?;
            let word = memory.words[next];
            // A word too long to be remembered goes on no phrase.
            if word == NO_WORD {
                return None;
            }
            let spaced = view.tokens[next].spaced || next > at + 1;
            let key = (state, word << 1 | u32::from(spaced));
            let step = match memory.steps.get(&key) {
                Some(step) => *step,
                None => {
                    let step = self.step(view, &view.tokens[next], spaced, state, memory);
                    memory.steps.insert(key, step);
                    step
                }
            };
            state = step.checked_sub(1)?;
            let walked = memory.walked[state as usize];
            if walked.is_entry {
                phrases.push((first as u32, Phrase { end: next + 1, facts: walked.facts }));
            }
            walked.on?;
            at = next;
        }
    }

    /// Goes on from a remembered state with a further word; the new state, remembered.
    fn step(&self, view: &View, token: &Token, spaced: bool, state: u32, memory: &mut Memory) -> u32 {
        let word = &view.normalized.bytes()[token.start as usize..token.end as usize];
        let from = memory.walked[state as usize].on;
        let blank = |from| if spaced { self.walk(from, b" ") } else { Some(from) };
        let Some(to) = from.and_then(blank).and_then(|from| self.walk(from, word)) else { return 0 };
        memory.walked.push(self.walked(to));
        memory.walked.len() as u32
    }
}

/// A word of 16 bytes or less, as a number.
fn short_word(text: &[u8], start: usize, end: usize) -> Option<u128> {
    let length = end - start;
    if length > 16 {
        return None;
    }
    let bytes = match text.get(start..start + 16) {
        Some(bytes) => u128::from_le_bytes(bytes.try_into().expect("sixteen bytes")),
        None => text[start..].iter().rev().fold(0, |sum, byte| (sum << 8) | u128::from(*byte)),
    };
    // No word holds a zero byte.
    Some(bytes & (u128::MAX >> (128 - 8 * length)))
}

fn new_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The token that goes on the phrase after token `at`: the next word, over at most one mark or line end.
fn next_of_phrase(tokens: &[Token], at: usize) -> Option<usize> {
    let next = tokens.get(at + 1)?;
    match next.kind {
        TokenKind::Word | TokenKind::Number => Some(at + 1),
        TokenKind::Line => tokens.get(at + 2).filter(|token| token.is_word()).map(|_| at + 2),
        TokenKind::Mark => {
            let after = tokens.get(at + 2)?;
            let joins = after.is_word() && !next.spaced && next.len() == 1;
            joins.then_some(at + 2)
        }
    }
}

impl Lookup {
    /// What is known of one token alone; nothing past the last one.
    pub fn word(&self, token: usize) -> Facts {
        self.words.get(token).copied().unwrap_or_default()
    }

    /// The phrases that start at a token, shorter first.
    pub fn phrases(&self, token: usize) -> impl DoubleEndedIterator<Item = Phrase> + '_ {
        let from = self.phrases.partition_point(|(first, _)| (*first as usize) < token);
        let count = self.phrases[from..].iter().take_while(|(first, _)| *first as usize == token).count();
        self.phrases[from..from + count].iter().map(|(_, phrase)| *phrase)
    }

    /// The longest phrase or word at a token for which `wanted` holds.
    pub fn longest(&self, token: usize, wanted: impl Fn(Facts) -> bool) -> Option<Phrase> {
        let word = Phrase { end: token + 1, facts: self.word(token) };
        self.phrases(token).rev().chain([word]).find(|phrase| wanted(phrase.facts))
    }
}

macro_rules! flags {
    ($($(#[$doc:meta])* $name:ident = $bit:ident;)*) => {
        $($(#[$doc])* pub fn $name(self) -> bool { self.0 & bits::$bit != 0 })*
    };
}

impl Facts {
    flags! {
        /// An ordinary French word in lower case.
        is_ordinary = ORDINARY;
        is_grammatical = GRAMMATICAL;
        is_verb_only = VERB_ONLY;
        is_foreign_town = FOREIGN_TOWN;
        is_eponym = EPONYM;
        /// Nearly always the eponym, even with nothing beside it.
        is_eponym_alone = EPONYM_ALONE;
        is_trigger_before = TRIGGER_BEFORE;
        is_trigger_after = TRIGGER_AFTER;
        is_drug = DRUG;
        /// A word, gene, organism, device or acronym of medicine.
        is_medical = MEDICAL;
        is_title = TITLE;
        is_function = FUNCTION;
        is_cue_before = CUE_BEFORE;
        is_cue_after = CUE_AFTER;
        is_relative = RELATIVE;
        is_particle = PARTICLE;
        is_institution = INSTITUTION;
        is_institution_alone = INSTITUTION_ALONE;
        is_institution_type = INSTITUTION_TYPE;
        is_street_type = STREET_TYPE;
        is_street_name = STREET_NAME;
        is_place = PLACE;
        /// Says what an institution does, not which one it is: `hospitalier`, `cardiologie`.
        is_generic = GENERIC;
        /// A noun that takes a person after `de`: `visite`, `avis`.
        is_of_person = OF_PERSON;
        /// Part of an address after the street: `bâtiment`, `étage`.
        is_address_part = ADDRESS_PART;
        /// Goes before `à` and a town: `né`, `domicilié`, `gare`.
        is_place_noun = PLACE_NOUN;
        /// Goes on with `de` inside a name: `val`, `pays`, `pont`.
        is_landscape = LANDSCAPE;
        /// A type of institution that nearly always goes with a name of its own, when a name follows.
        is_strong_type = STRONG_TYPE;
        /// A type of street that is nothing else after a number, or before a capital.
        is_street_sure = STREET_SURE;
        /// A type of institution that a town alone does not name: `SMUR`, `PMI`.
        is_service = SERVICE;
        is_commune = COMMUNE;
        /// Names a field of a form, whatever the field holds.
        is_field = FIELD;
        /// Says who wrote, typed or signed: `frappe`, `visa`, `login`, `par`.
        is_scribe = SCRIBE;
    }

    /// How many people bear it as a last name: about 2^(level−1), 0 if nobody.
    pub fn surname(self) -> u8 {
        (self.0 >> bits::SURNAME) as u8 & 15
    }

    /// How many people bear it as a first name: about 2^(level−1), 0 if nobody.
    pub fn first_name(self) -> u8 {
        (self.0 >> bits::FIRST_NAME) as u8 & 15
    }

    /// Inhabitants of the largest town of that name: about 2^(level−1), 0 if none.
    pub fn town(self) -> u8 {
        (self.0 >> bits::TOWN) as u8 & 15
    }

    /// The sex that goes with a first name, a title or a relative, if one does.
    pub fn sex(self) -> Option<Sex> {
        match (self.0 >> bits::SEX) & 3 {
            1 => Some(Sex::Male),
            2 => Some(Sex::Female),
            _ => None,
        }
    }

    /// Whose name a title, function or cue announces, if it tells.
    pub fn role(self) -> Option<Role> {
        match (self.0 >> bits::ROLE) & 3 {
            1 => Some(Role::Patient),
            2 => Some(Role::Soignant),
            3 => Some(Role::Tiers),
            _ => None,
        }
    }

    /// How likely a capitalised occurrence inside a sentence is a name, where `words/ambigus.tsv` says.
    pub fn likelihood(self) -> Option<f32> {
        let rank = ((self.0 >> bits::LIKELIHOOD) & 7) as usize;
        rank.checked_sub(1).map(|rank| [0.01, 0.05, 0.2, 0.5, 0.8][rank.min(4)])
    }

    /// Whether no list knows it.
    pub fn is_unknown(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Facts({:#x})", self.0)
    }
}

/// The sex that French gives to a first name or a title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    Male,
    Female,
}
