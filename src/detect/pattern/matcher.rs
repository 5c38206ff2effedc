//! Runs many regular expressions over a text, each only where it can begin.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use memchr::memmem::Finder;
use rayon::prelude::*;
use regex_automata::hybrid::dfa;
use regex_automata::meta::{self, Regex};
use regex_automata::nfa::thompson::{self, backtrack, pikevm};
use regex_automata::util::primitives::{NonMaxUsize, PatternID};
use regex_automata::util::{captures, pool::Pool};
use regex_automata::{Anchored, Input};
use regex_syntax::hir::{Hir, HirKind};

use super::starts::{Starts, beginnings};
use crate::lexicon::Rule;

/// Longest match of a rule that begins at a literal, in bytes: keeps hostile texts linear.
const LONGEST: usize = 400;
/// How far from a literal that it needs a rule that may begin anywhere is tried.
const AROUND: usize = 200;

/// The rules, and where each may begin.
pub(super) struct Matcher {
    rules: Vec<Compiled>,
    starts: Starts,
    /// The rules that only begin a line.
    of_lines: Vec<usize>,
    pool: Pool<Scratch, Box<dyn Fn() -> Scratch + Send + Sync>>,
}

struct Compiled {
    pattern: Arc<Hir>,
    /// The groups that are the whole match, if there are no others.
    whole: Option<Vec<usize>>,
    /// Made when the rule is first tried.
    engine: OnceLock<Engine>,
    start: Start,
}

#[allow(clippy::large_enum_variant)]
enum Engine {
    /// Where a rule may begin: tells cheaply whether it matches there, then where its groups are.
    Here(dfa::DFA, backtrack::BoundedBacktracker),
    /// Wherever it matches.
    Anywhere(Regex),
}

#[derive(Debug)]
enum Start {
    /// Where one of its literals stands, or at the first word of a line.
    Here,
    /// Around one of these literals; everywhere if there is none.
    Near(Vec<Finder<'static>>),
}

/// What a run needs and the next run can use again.
struct Scratch {
    rules: Vec<Option<(Memory, Captures)>>,
    /// Where each rule may begin, in text order.
    candidates: Vec<Vec<u32>>,
}

#[allow(clippy::large_enum_variant)]
enum Memory {
    Here(dfa::Cache, backtrack::Cache),
    Anywhere(meta::Cache),
}

/// The groups of one match.
pub(super) struct Captures(captures::Captures);

impl Captures {
    pub(super) fn group(&self, at: usize) -> Option<Range<usize>> {
        self.0.get_group(at).map(|span| span.start..span.end)
    }

    fn set(&mut self, groups: &[usize], start: usize, end: usize) {
        self.0.set_pattern(Some(PatternID::ZERO));
        let slots = self.0.slots_mut();
        for group in groups {
            slots[2 * group] = NonMaxUsize::new(start);
            slots[2 * group + 1] = NonMaxUsize::new(end);
        }
    }
}

impl fmt::Debug for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Matcher({} rules, {} literals)", self.rules.len(), self.starts.len())
    }
}

impl Matcher {
    pub(super) fn new(rules: &[&Rule]) -> Self {
        let begins: Vec<Option<Vec<Vec<u8>>>> = rules
            .par_iter()
            .map(|rule| if rule.line || !rule.needs.is_empty() { None } else { beginnings(&rule.pattern) })
            .collect();
        let compiled: Vec<Compiled> = rules
            .iter()
            .zip(&begins)
            .map(|(rule, begins)| {
                let needs = || rule.needs.iter().map(|need| Finder::new(need.as_bytes()).into_owned()).collect();
                let start = if rule.line || begins.is_some() { Start::Here } else { Start::Near(needs()) };
                Compiled { pattern: rule.pattern.clone(), whole: whole(&rule.pattern), engine: OnceLock::new(), start }
            })
            .collect();
        let count = rules.len();
        let scratch: Box<dyn Fn() -> Scratch + Send + Sync> = Box::new(move || Scratch {
            rules: (0..count).map(|_| None).collect(),
            candidates: vec![Vec::new(); count],
        });
        Matcher {
            rules: compiled,
            starts: Starts::new(begins.into_iter().map(Option::unwrap_or_default)),
            of_lines: (0..count).filter(|at| rules[*at].line).collect(),
            pool: Pool::new(scratch),
        }
    }

    /// Calls `take` with each match, rule by rule, in text order; it says whether the match stands.
    ///
    /// A match that stands is gone over; one that does not leaves what is inside it to be tried.
    pub(super) fn run(&self, text: &[u8], mut take: impl FnMut(usize, &Captures) -> bool) {
        let mut scratch = self.pool.get();
        let scratch = &mut *scratch;
        self.candidates(text, &mut scratch.candidates);
        for (at, rule) in self.rules.iter().enumerate() {
            let candidates = &mut scratch.candidates[at];
            match &rule.start {
                Start::Here if !candidates.is_empty() => {
                    let (engine, (memory, captures)) = rule.ready(&mut scratch.rules[at]);
                    run_here(text, candidates, rule, engine, memory, captures, |captures| take(at, captures));
                    candidates.clear();
                    // A long text must not leave a long list behind.
                    candidates.shrink_to(4096);
                }
                Start::Here => {}
                Start::Near(needs) => {
                    let spots = spots(text, needs);
                    if !spots.is_empty() {
                        let (engine, (memory, captures)) = rule.ready(&mut scratch.rules[at]);
                        run_near(text, spots, engine, memory, captures, |captures| take(at, captures));
                    }
                }
            }
        }
    }

    /// Where each rule may begin.
    fn candidates(&self, text: &[u8], candidates: &mut [Vec<u32>]) {
        self.starts.find(text, |rule, at| {
            let of_rule = &mut candidates[usize::from(rule)];
            if of_rule.last() != Some(&at) {
                of_rule.push(at);
            }
        });
        let ends = memchr::memchr_iter(b'\n', text).map(|at| at + 1);
        for line in std::iter::once(0).chain(ends) {
            let marks = text[line..].iter().take_while(|byte| matches!(byte, b' ' | b'*' | b'-' | b'>' | b'.' | b'|'));
            let start = line + marks.take(80).count();
            if text.get(start).is_some_and(u8::is_ascii_digit) {
                self.of_lines.iter().for_each(|rule| candidates[*rule].push(start as u32));
            }
        }
    }
}

impl Compiled {
    /// The engine, and what this thread keeps for it.
    fn ready<'s>(&self, kept: &'s mut Option<(Memory, Captures)>) -> (&Engine, &'s mut (Memory, Captures)) {
        let engine = self.engine.get_or_init(|| match self.start {
            Start::Here => here(&self.pattern),
            Start::Near(_) => anywhere(&self.pattern),
        });
        let kept = kept.get_or_insert_with(|| match engine {
            Engine::Here(test, groups) => {
                let info = groups.get_nfa().group_info().clone();
                (Memory::Here(test.create_cache(), groups.create_cache()), Captures(captures::Captures::all(info)))
            }
            Engine::Anywhere(regex) => (Memory::Anywhere(regex.create_cache()), Captures(regex.create_captures())),
        });
        (engine, kept)
    }
}

/// A rule where it may begin.
fn run_here(
    text: &[u8],
    candidates: &[u32],
    rule: &Compiled,
    engine: &Engine,
    memory: &mut Memory,
    captures: &mut Captures,
    mut take: impl FnMut(&Captures) -> bool,
) {
    let (Engine::Here(test, groups), Memory::Here(of_test, of_groups)) = (engine, memory) else { return };
    let mut from = 0;
    for &start in candidates {
        let start = start as usize;
        if start < from {
            continue;
        }
        let end = text.len().min(start + LONGEST);
        let input = Input::new(text).span(start..end).anchored(Anchored::Yes);
        match (test.try_search_fwd(of_test, &input), &rule.whole) {
            (Ok(None), _) => continue,
            (Ok(Some(found)), Some(whole)) => captures.set(whole, start, found.offset()),
            (Ok(Some(found)), None) => search_groups(groups, of_groups, input.span(start..found.offset()), captures),
            // The automaton gives up only on texts that fill its memory: then the expression decides alone.
            (Err(_), _) => search_groups(groups, of_groups, input, captures),
        }
        if captures.group(0).is_some() && take(captures) {
            from = last_group(captures).max(start + 1);
        }
    }
}

fn search_groups(
    groups: &backtrack::BoundedBacktracker,
    memory: &mut backtrack::Cache,
    input: Input<'_>,
    captures: &mut Captures,
) {
    if groups.try_captures(memory, input.clone(), &mut captures.0).is_err() {
        let slow = pikevm::PikeVM::new_from_nfa(groups.get_nfa().clone()).expect("its automaton is made");
        slow.captures(&mut slow.create_cache(), input, &mut captures.0);
    }
}

/// The groups of an expression that always are its whole match, `\b((?:…))\b`; `None` if it has others.
fn whole(pattern: &Hir) -> Option<Vec<usize>> {
    let (mut part, mut groups) = (pattern, vec![0]);
    loop {
        part = match part.kind() {
            HirKind::Capture(group) => {
                groups.push(group.index as usize);
                &group.sub
            }
            HirKind::Concat(parts) => {
                let mut parts = parts.iter().filter(|part| !matches!(part.kind(), HirKind::Look(_)));
                match (parts.next(), parts.next()) {
                    (Some(only), None) => only,
                    _ => break,
                }
            }
            _ => break,
        }
    }
    (part.properties().explicit_captures_len() == 0).then_some(groups)
}

/// The parts of a text around the literals that a rule needs.
fn spots(text: &[u8], needs: &[Finder<'static>]) -> Vec<(usize, usize)> {
    if needs.is_empty() {
        return vec![(0, text.len())];
    }
    let mut spots: Vec<(usize, usize)> = Vec::new();
    for need in needs {
        let len = need.needle().len();
        let around = |at: usize| (at.saturating_sub(AROUND), text.len().min(at + len + AROUND));
        spots.extend(need.find_iter(text).map(around));
    }
    spots.sort_unstable();
    spots
}

/// A rule that may begin anywhere, in these parts of a text.
fn run_near(
    text: &[u8],
    spots: Vec<(usize, usize)>,
    engine: &Engine,
    memory: &mut Memory,
    captures: &mut Captures,
    mut take: impl FnMut(&Captures) -> bool,
) {
    let (Engine::Anywhere(regex), Memory::Anywhere(cache)) = (engine, memory) else { return };
    let (mut from, mut tried) = (0, 0);
    for (start, end) in spots {
        from = from.max(start);
        while from < end && end > tried {
            let input = Input::new(text).span(from..end);
            regex.search_captures_with(cache, &input, &mut captures.0);
            let Some(whole) = captures.group(0) else { break };
            from = if take(captures) {
                last_group(captures).max(whole.start + 1)
            } else {
                // The next word inside, not the next letter: a refused match is short.
                let word = text[whole.start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
                whole.start + word.max(1)
            };
        }
        tried = tried.max(end);
    }
}

fn last_group(captures: &Captures) -> usize {
    let groups = captures.0.group_len();
    (1..groups).filter_map(|group| captures.group(group)).map(|group| group.end).max().unwrap_or(0)
}

fn here(pattern: &Hir) -> Engine {
    let nfa = thompson::Compiler::new()
        .configure(thompson::Config::new().utf8(false).nfa_size_limit(Some(1 << 24)))
        .build_from_hir(pattern)
        .expect("files were checked when they were read or built in");
    let test = dfa::DFA::builder()
        .configure(dfa::Config::new().skip_cache_capacity_check(true))
        .build_from_nfa(nfa.clone())
        .expect("its memory has no least size");
    let groups = backtrack::BoundedBacktracker::new_from_nfa(nfa).expect("its automaton is made");
    Engine::Here(test, groups)
}

fn anywhere(pattern: &Hir) -> Engine {
    let regex = Regex::builder()
        .configure(meta::Config::new().utf8_empty(false).nfa_size_limit(Some(1 << 24)))
        .build_from_hir(pattern)
        .expect("files were checked when they were read or built in");
    Engine::Anywhere(regex)
}
