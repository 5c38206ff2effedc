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
    words: FxHashMap<Box<[u8]>, Walked>,
}

/// Where the automaton is after a whole word.
#[derive(Clone, Copy)]
struct Walked {
    facts: Facts,
    /// The state after it and the sum so far, if some longer phrase may follow.
    on: Option<(CompiledAddr, Output)>,
}

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
}

/// Words remembered at most, per thread.
const REMEMBERED: usize = 1 << 15;

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
        let mut entries = self.fst.stream();
        while let Some((_, value)) = entries.next() {
            for ((_, count), (_, is)) in counts.iter_mut().zip(KINDS) {
                *count += usize::from(is(Facts(value.value())));
            }
        }
        counts.to_vec()
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
            if memory.id != self.id || memory.words.len() > REMEMBERED {
                *memory = Memory { id: self.id, ..Memory::default() };
            }
            for at in 0..view.tokens.len() {
                self.look_up_at(view, at, &mut lookup, memory);
            }
        });
        lookup
    }

    /// The same, made once per view and shared by all detectors of an engine.
    pub fn look_up_once(&self, view: &View) -> Arc<Lookup> {
        view.memo(|| self.look_up(view)).unwrap_or_else(|| Arc::new(self.look_up(view)))
    }

    fn look_up_at(&self, view: &View, first: usize, lookup: &mut Lookup, memory: &mut Memory) {
        let bytes = view.normalized.bytes();
        let token = &view.tokens[first];
        if !matches!(token.kind, TokenKind::Word | TokenKind::Number) {
            lookup.words.push(Facts::default());
            return;
        }
        let word = &bytes[token.start as usize..token.end as usize];
        let walked = match memory.words.get(word) {
            Some(walked) => *walked,
            None => {
                let walked = self.walk_word(word);
                if word.len() <= 40 {
                    memory.words.insert(word.into(), walked);
                }
                walked
            }
        };
        lookup.words.push(walked.facts);
        let Some((addr, sum)) = walked.on else { return };
        self.phrases_at(view, first, (addr, sum), &mut lookup.phrases);
    }

    fn walk_word(&self, word: &[u8]) -> Walked {
        let Some((addr, sum)) = self.walk((self.fst.root().addr(), Output::zero()), word) else {
            return Walked { facts: Facts::default(), on: None };
        };
        let node = self.fst.node(addr);
        let facts = if node.is_final() { Facts(sum.cat(node.final_output()).value()) } else { Facts::default() };
        Walked { facts, on: (!node.is_empty()).then_some((addr, sum)) }
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
        from: (CompiledAddr, Output),
        phrases: &mut Vec<(u32, Phrase)>,
    ) -> Option<()> {
        let bytes = view.normalized.bytes();
        let (mut at, mut state) = (first, from);
        loop {
            let next = next_of_phrase(&view.tokens, at)?;
            let token = &view.tokens[next];
            if token.spaced || next > at + 1 {
                state = self.walk(state, b" ")?;
            }
            state = self.walk(state, &bytes[token.start as usize..token.end as usize])?;
            let node = self.fst.node(state.0);
            if node.is_final() {
                let facts = Facts(state.1.cat(node.final_output()).value());
                phrases.push((first as u32, Phrase { end: next + 1, facts }));
            }
            at = next;
        }
    }
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
