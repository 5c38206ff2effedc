use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use fst::raw::Fst;
use rustc_hash::FxHashMap;

pub use super::pack::Sort;
use super::pack::{RECORD, flags, stem};
use super::reading::Word;

static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/terms.bin"));

/// Every term of the structuring lists, in one table that is read in place.
#[derive(Clone)]
pub struct Terms {
    words: Arc<Fst<&'static [u8]>>,
    nodes: &'static [u8],
    edges: &'static [u8],
    entries: &'static [u8],
    records: &'static [u8],
    texts: &'static str,
}

impl std::fmt::Debug for Terms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Terms({} words, {} terms)", self.words.len(), self.records.len() / (4 * RECORD))
    }
}

/// By the numbers that the table gives them.
const SORTS: [Sort; 11] = [
    Sort::Diagnosis,
    Sort::Drug,
    Sort::Lab,
    Sort::Act,
    Sort::Score,
    Sort::Habit,
    Sort::Cue,
    Sort::Title,
    Sort::Dosage,
    Sort::Modifier,
    Sort::Unit,
];

/// One term of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    pub sort: Sort,
    flags: u32,
    /// Code in its terminology; the kind of a cue, a title, a dosage word.
    pub code: &'static str,
    /// Preferred name; the place of a cue.
    pub name: &'static str,
    /// What its file says besides, cells separated by tabs.
    pub details: &'static str,
    /// As an acronym is written.
    written: &'static str,
}

/// A term found in a document: `start..end` are ranks of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub start: usize,
    pub end: usize,
    pub term: Term,
}

/// A word that no term holds.
pub(super) const UNKNOWN: u32 = u32::MAX;
/// Words of one thread that are remembered.
const REMEMBERED: usize = 1 << 16;
/// Words that may stand inside a term without being part of it: `sténose [serrée] de l'IVA`.
const MODIFIERS: usize = 2;

thread_local! {
    static MEMORY: RefCell<FxHashMap<Box<str>, u32>> = RefCell::default();
}

impl Terms {
    /// The lists compiled into the binary.
    pub fn embedded() -> Self {
        let number = |at: usize| number(EMBEDDED, at) as usize;
        let (nodes, edges, entries, terms, automaton) = (number(0), number(1), number(2), number(3), number(4));
        let mut rest = &EMBEDDED[20..];
        let mut take = |bytes: usize| {
            let (taken, after) = rest.split_at(bytes);
            rest = after;
            taken
        };
        let words = &take(automaton.next_multiple_of(4))[..automaton];
        Terms {
            words: Arc::new(Fst::new(words).expect("the build script wrote a sound automaton")),
            nodes: take(8 * (nodes + 1)),
            edges: take(8 * edges),
            entries: take(4 * entries),
            records: take(4 * RECORD * terms),
            texts: std::str::from_utf8(rest).expect("the build script wrote UTF-8"),
        }
    }

    /// The number of a folded word, [`UNKNOWN`] if no term holds it.
    pub(super) fn word(&self, folded: &str) -> u32 {
        MEMORY.with_borrow_mut(|memory| {
            if let Some(known) = memory.get(folded) {
                return *known;
            }
            let id = self.words.get(stem(folded)).map_or(UNKNOWN, |output| output.value() as u32);
            if memory.len() >= REMEMBERED {
                memory.clear();
            }
            memory.insert(folded.into(), id);
            id
        })
    }

    /// Every mention that starts at a word; stop words and a few modifiers may stand inside.
    pub(super) fn mentions(&self, words: &[Word], start: usize, found: &mut Vec<Found>) {
        if let Some(next) = self.step(0, words[start].id) {
            self.terms_at(next, |term| found.push(Found { start, end: start + 1, term }));
            self.walk(words, start..start + 1, next, MODIFIERS, found);
        }
    }

    /// Goes on from a node, `seen` being the words that led there; `skips` modifiers may still be passed over.
    fn walk(&self, words: &[Word], seen: Range<usize>, node: usize, skips: usize, found: &mut Vec<Found>) {
        let (mut node, mut skips) = (node, skips);
        for at in seen.end..words.len() {
            let word = &words[at];
            if word.is_apart {
                return;
            }
            match self.step(node, word.id) {
                Some(next) => {
                    // The D of `fracture D12` is no `de`, and `de` may be passed over.
                    if word.is_stop {
                        self.walk(words, seen.start..at + 1, node, skips, found);
                    }
                    node = next;
                    self.terms_at(node, |term| found.push(Found { start: seen.start, end: at + 1, term }));
                }
                None if word.is_stop => {}
                None if word.is_modifier && skips > 0 => skips -= 1,
                None => return,
            }
        }
    }

    /// Every cue, title and word of dosage that starts at a word, longest last.
    pub(super) fn cues(&self, words: &[Word], start: usize, found: &mut Vec<Found>) {
        let mut node = 1;
        for (at, word) in words.iter().enumerate().skip(start) {
            if at > start && word.is_apart {
                return;
            }
            match self.step(node, word.id) {
                Some(next) => node = next,
                None if at > start && word.is_article => continue,
                None => return,
            }
            self.terms_at(node, |term| found.push(Found { start, end: at + 1, term }));
        }
    }

    /// The node after a word, if some term goes on with it.
    fn step(&self, node: usize, word: u32) -> Option<usize> {
        if word == UNKNOWN {
            return None;
        }
        let (mut low, mut high) = (number(self.nodes, 2 * node) as usize, number(self.nodes, 2 * node + 2) as usize);
        while low < high {
            let middle = usize::midpoint(low, high);
            match number(self.edges, 2 * middle).cmp(&word) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(number(self.edges, 2 * middle + 1) as usize),
            }
        }
        None
    }

    fn terms_at(&self, node: usize, mut take: impl FnMut(Term)) {
        let (from, to) = (number(self.nodes, 2 * node + 1) as usize, number(self.nodes, 2 * node + 3) as usize);
        (from..to).for_each(|entry| take(self.term(number(self.entries, entry) as usize)));
    }

    fn term(&self, rank: usize) -> Term {
        let field = |at: usize| number(self.records, rank * RECORD + at);
        let text = |at: usize| {
            let text = &self.texts[field(2 + at) as usize..];
            text.split('\n').next().unwrap_or_default()
        };
        Term {
            sort: SORTS[field(0) as usize],
            flags: field(1),
            code: text(0),
            name: text(1),
            details: text(2),
            written: text(3),
        }
    }

    /// Every term, each way of writing it apart.
    pub(super) fn all(&self) -> impl Iterator<Item = Term> + '_ {
        (0..self.records.len() / (4 * RECORD)).map(|rank| self.term(rank))
    }

    /// Whether any term of the sort is written so; for single words.
    pub(super) fn is(&self, word: u32, sort: Sort) -> bool {
        let mut is = false;
        if let Some(node) = self.step(usize::from(sort.keeps_stops()), word) {
            self.terms_at(node, |term| is |= term.sort == sort);
        }
        is
    }
}

impl Term {
    /// The text of an acronym as its file writes it, if it is one.
    pub fn acronym(&self) -> Option<&'static str> {
        (self.flags & flags::ACRONYM != 0).then_some(self.written)
    }

    /// The words one of which must stand in the sentence, if the term calls for some.
    pub fn context(&self) -> Option<impl Iterator<Item = &'static str>> {
        (self.flags & flags::NEEDS_CONTEXT != 0).then(|| self.details.split('|'))
    }

    /// A cell of what its file says besides.
    pub fn detail(&self, at: usize) -> &'static str {
        self.details.split('\t').nth(at).unwrap_or_default()
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[4 * at..4 * at + 4].try_into().expect("four bytes"))
}
