//! Where rules may begin: at the words that begin like them.

use regex_automata::Anchored;
use regex_automata::hybrid::dfa::DFA;
use regex_automata::nfa::thompson;
use regex_automata::util::start;
use regex_syntax::hir::{Capture, Class, ClassBytes, ClassBytesRange, Hir, HirKind, Repetition};
use rustc_hash::FxHashMap;

/// Longest beginning, in bytes.
const LONGEST: usize = 7;

/// Most beginnings of one rule.
const MOST: usize = 4000;

/// A byte as beginnings see it: the digits from 4 to 9 are one, which leaves days, months and centuries apart; so are the
/// marks that stand between them. The fewer bytes there are, the longer the beginnings that can all be listed.
const fn seen(byte: u8) -> u8 {
    match byte {
        b'4'..=b'9' => b'4',
        b'\n' | b'.' | b'-' | b'/' | b',' | b'\'' | b'_' | b'|' | b':' => b' ',
        _ => byte,
    }
}

const SEEN: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = seen(byte as u8);
        byte += 1;
    }
    table
};

/// The first bytes of all rules.
pub(super) struct Starts {
    /// By the first two bytes of a word: bit `n` if some rule begins with `n` bytes, these first.
    lengths: Vec<u8>,
    /// The rules that begin with these bytes, as a range of `rules`.
    literals: FxHashMap<u64, (u32, u32)>,
    rules: Vec<u16>,
}

impl Starts {
    /// From the beginnings of each rule.
    pub(super) fn new(begins: impl Iterator<Item = Vec<Vec<u8>>>) -> Self {
        let mut pairs: Vec<(u64, u16)> = Vec::new();
        for (rule, literals) in begins.enumerate() {
            pairs.extend(literals.iter().map(|literal| (key(load(literal, 0), literal.len()), rule as u16)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut starts = Starts {
            lengths: vec![0; 1 << 16],
            literals: FxHashMap::default(),
            rules: Vec::with_capacity(pairs.len()),
        };
        for same in pairs.chunk_by(|a, b| a.0 == b.0) {
            let (bytes, length) = (same[0].0, same[0].0 >> 56);
            let from = starts.rules.len() as u32;
            starts.rules.extend(same.iter().map(|(_, rule)| *rule));
            starts.literals.insert(bytes, (from, starts.rules.len() as u32));
            let seconds = if length == 1 { 0..=255 } else { (bytes >> 8) & 255..=(bytes >> 8) & 255 };
            for second in seconds {
                starts.lengths[((second << 8) | (bytes & 255)) as usize] |= 1 << length;
            }
        }
        starts
    }

    /// How many beginnings there are.
    pub(super) fn len(&self) -> usize {
        self.literals.len()
    }

    /// Calls `take` with each rule that may begin at a place, place by place; twice with the same now and then.
    pub(super) fn find(&self, text: &[u8], mut take: impl FnMut(u16, u32)) {
        let text: &[u8] = &text.iter().map(|byte| SEEN[usize::from(*byte)]).collect::<Vec<u8>>();
        let mut inside = false;
        for (at, byte) in text.iter().enumerate() {
            let letter = byte.is_ascii_alphanumeric();
            // Rules begin at a word.
            let skip = inside && letter;
            inside = letter;
            if skip {
                continue;
            }
            let bytes = load(text, at);
            let mut lengths = self.lengths[(bytes & 0xffff) as usize];
            while lengths != 0 {
                let found = self.literals.get(&key(bytes, lengths.trailing_zeros() as usize));
                lengths &= lengths - 1;
                let Some(&(from, to)) = found else { continue };
                self.rules[from as usize..to as usize].iter().for_each(|rule| take(*rule, at as u32));
            }
        }
    }
}

/// Eight bytes, the first one lowest; zeros past the end.
fn load(text: &[u8], at: usize) -> u64 {
    match text.get(at..at + 8) {
        Some(bytes) => u64::from_le_bytes(bytes.try_into().expect("eight bytes")),
        None => text[at..].iter().rev().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)),
    }
}

/// The first `length` bytes, and their number.
fn key(bytes: u64, length: usize) -> u64 {
    bytes & ((1 << (8 * length)) - 1) | ((length as u64) << 56)
}

/// An expression as beginnings see it.
fn seen_of(pattern: &Hir) -> Hir {
    match pattern.kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Look(look) => Hir::look(*look),
        HirKind::Literal(literal) => Hir::literal(literal.0.iter().map(|byte| seen(*byte)).collect::<Vec<u8>>()),
        HirKind::Class(class) => {
            let Class::Bytes(class) = class else { return pattern.clone() };
            let bytes = class.iter().flat_map(|range| range.start()..=range.end()).map(seen);
            Hir::class(Class::Bytes(ClassBytes::new(bytes.map(|byte| ClassBytesRange::new(byte, byte)))))
        }
        HirKind::Repetition(one) => Hir::repetition(Repetition { sub: Box::new(seen_of(&one.sub)), ..one.clone() }),
        HirKind::Capture(one) => Hir::capture(Capture { sub: Box::new(seen_of(&one.sub)), ..one.clone() }),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(seen_of).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(seen_of).collect()),
    }
}

/// Every way a rule can begin, unless there are too many: the longest beginnings that are few enough.
pub(super) fn beginnings(pattern: &Hir) -> Option<Vec<Vec<u8>>> {
    let nfa = thompson::Compiler::new().build_from_hir(&seen_of(pattern)).ok()?;
    let config = DFA::config().cache_capacity(1 << 24).skip_cache_capacity_check(true);
    let automaton = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
    let mut cache = automaton.create_cache();
    // Bytes of one class lead to the same state.
    let mut classes: Vec<Vec<u8>> = vec![Vec::new(); automaton.byte_classes().alphabet_len()];
    for byte in (0..=255).filter(|byte| seen(*byte) == *byte && !byte.is_ascii_uppercase()) {
        classes[usize::from(automaton.byte_classes().get(byte))].push(byte);
    }
    classes.retain(|class| !class.is_empty());
    // A word begins here, so what stands before is no letter.
    let config = start::Config::new().anchored(Anchored::Yes).look_behind(Some(b' '));
    let first = automaton.start_state(&mut cache, &config).ok()?;
    let (mut open, mut done) = (vec![(first, Vec::new())], Vec::new());
    let mut best = None;
    for length in 1..=LONGEST {
        let mut longer = Vec::with_capacity(2 * open.len());
        for (state, beginning) in &open {
            for class in &classes {
                let next = automaton.next_state(&mut cache, *state, class[0]).ok()?;
                if next.is_match() {
                    // It ended before this byte.
                    done.push(beginning.clone());
                    break;
                }
                if !next.is_dead() {
                    longer.extend(class.iter().map(|byte| (next, [beginning.as_slice(), &[*byte]].concat())));
                }
            }
            if longer.len() > MOST {
                return best;
            }
        }
        open = longer;
        if open.len() + done.len() > if length <= 2 { 400 } else { MOST } || done.iter().any(Vec::is_empty) {
            break;
        }
        done.sort_unstable();
        done.dedup();
        best = Some(open.iter().map(|(_, bytes)| bytes).chain(&done).cloned().collect());
    }
    best
}
