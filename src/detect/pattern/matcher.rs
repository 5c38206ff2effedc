//! Runs many regular expressions over a text, each only where it can begin.

use std::fmt;
use std::ops::Range;

use aho_corasick::AhoCorasick;
use regex_automata::hybrid::dfa;
use regex_automata::meta::{self, Regex};
use regex_automata::nfa::thompson;
use regex_automata::util::{captures, pool::Pool, syntax};
use regex_automata::{Anchored, Input};
use regex_syntax::hir::literal::{ExtractKind, Extractor};

use crate::lexicon::Rule;

/// Longest match of a rule that begins at a literal, in bytes: keeps hostile texts linear.
const LONGEST: usize = 400;
/// How far from a literal that it needs a rule that may begin anywhere is tried.
const AROUND: usize = 200;

/// The rules, and the automaton that tells where each may begin.
pub(super) struct Matcher {
    rules: Vec<Compiled>,
    /// The beginnings of rules, and which rules begin so.
    literals: AhoCorasick,
    of_literal: Vec<Vec<u16>>,
    pool: Pool<Scratch, Box<dyn Fn() -> Scratch + Send + Sync>>,
}

#[derive(Clone)]
struct Compiled {
    /// Tells cheaply whether the rule matches where it is tried.
    test: dfa::DFA,
    /// Tells where its groups are.
    regex: Regex,
    start: Start,
}

#[derive(Clone, Debug)]
enum Start {
    /// Where one of its literals stands.
    Literal,
    /// At the first word of a line.
    Line,
    /// Around one of these literals; everywhere if there is none.
    Near(Vec<Box<[u8]>>),
}

/// What a run needs and the next run can use again.
struct Scratch {
    tests: Vec<dfa::Cache>,
    regexes: Vec<meta::Cache>,
    /// Where each rule may begin.
    candidates: Vec<Vec<u32>>,
}

/// The groups of one match.
pub(super) struct Captures(captures::Captures);

impl Captures {
    pub(super) fn group(&self, at: usize) -> Option<Range<usize>> {
        self.0.get_group(at).map(|span| span.start..span.end)
    }
}

impl fmt::Debug for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Matcher({} rules, {} literals)", self.rules.len(), self.of_literal.len())
    }
}

impl Matcher {
    pub(super) fn new<'r>(rules: impl Iterator<Item = &'r Rule>) -> Self {
        let mut compiled = Vec::new();
        let mut literals: std::collections::BTreeMap<Vec<u8>, Vec<u16>> = std::collections::BTreeMap::new();
        for (at, rule) in rules.enumerate() {
            let begins = if rule.line || !rule.needs.is_empty() { None } else { beginnings(&rule.pattern) };
            let start = match &begins {
                _ if rule.line => Start::Line,
                Some(_) => Start::Literal,
                None => Start::Near(rule.needs.iter().map(|need| need.as_bytes().into()).collect()),
            };
            for literal in begins.unwrap_or_default() {
                literals.entry(literal).or_default().push(at as u16);
            }
            compiled.push(compile(&rule.pattern, start));
        }
        let (literals, of_literal): (Vec<Vec<u8>>, Vec<Vec<u16>>) = literals.into_iter().unzip();
        let literals = AhoCorasick::builder()
            .kind(Some(aho_corasick::AhoCorasickKind::DFA))
            .build(literals)
            .expect("a few thousand short literals");
        let made = compiled.clone();
        let scratch: Box<dyn Fn() -> Scratch + Send + Sync> = Box::new(move || Scratch {
            tests: made.iter().map(|rule| rule.test.create_cache()).collect(),
            regexes: made.iter().map(|rule| rule.regex.create_cache()).collect(),
            candidates: vec![Vec::new(); made.len()],
        });
        Matcher { rules: compiled, literals, of_literal, pool: Pool::new(scratch) }
    }

    /// Calls `take` with each match, rule by rule, in text order; it says whether the match stands.
    ///
    /// A match that stands is gone over; one that does not leaves what is inside it to be tried.
    pub(super) fn run(&self, text: &[u8], mut take: impl FnMut(usize, &Captures) -> bool) {
        let mut scratch = self.pool.get();
        let scratch = &mut *scratch;
        self.candidates(text, &mut scratch.candidates);
        for (at, rule) in self.rules.iter().enumerate() {
            if let Start::Near(needs) = &rule.start {
                run_near(text, rule, needs, &mut scratch.regexes[at], |captures| take(at, captures));
                continue;
            }
            let candidates = &mut scratch.candidates[at];
            candidates.sort_unstable();
            candidates.dedup();
            let mut from = 0;
            for start in candidates.drain(..) {
                let start = start as usize;
                if start < from {
                    continue;
                }
                let end = text.len().min(start + LONGEST);
                let input = Input::new(text).span(start..end).anchored(Anchored::Yes);
                // The automaton gives up only on texts that fill its memory: then the expression decides alone.
                let input = match rule.test.try_search_fwd(&mut scratch.tests[at], &input) {
                    Ok(None) => continue,
                    Ok(Some(found)) => input.span(start..found.offset()),
                    Err(_) => input,
                };
                let mut captures = Captures(rule.regex.create_captures());
                rule.regex.search_captures_with(&mut scratch.regexes[at], &input, &mut captures.0);
                if captures.group(0).is_some() && take(at, &captures) {
                    from = last_group(&captures).max(start + 1);
                }
            }
            // A long text must not leave a long list behind.
            candidates.shrink_to(4096);
        }
    }

    /// Where each rule may begin.
    fn candidates(&self, text: &[u8], candidates: &mut [Vec<u32>]) {
        for found in self.literals.find_overlapping_iter(text) {
            let start = found.start();
            // Rules begin at a word: most literals stand inside one.
            if start > 0 && text[start].is_ascii_alphanumeric() && text[start - 1].is_ascii_alphanumeric() {
                continue;
            }
            for rule in &self.of_literal[found.pattern().as_usize()] {
                candidates[usize::from(*rule)].push(start as u32);
            }
        }
        let of_lines: Vec<usize> =
            (0..self.rules.len()).filter(|at| matches!(self.rules[*at].start, Start::Line)).collect();
        let ends = memchr::memchr_iter(b'\n', text).map(|at| at + 1);
        for line in std::iter::once(0).chain(ends) {
            let marks = text[line..].iter().take_while(|byte| matches!(byte, b' ' | b'*' | b'-' | b'>' | b'.' | b'|'));
            let start = line + marks.take(80).count();
            if text.get(start).is_some_and(u8::is_ascii_digit) {
                of_lines.iter().for_each(|rule| candidates[*rule].push(start as u32));
            }
        }
    }
}

/// A rule that may begin anywhere, around the literals that it needs.
fn run_near(
    text: &[u8],
    rule: &Compiled,
    needs: &[Box<[u8]>],
    cache: &mut meta::Cache,
    mut take: impl FnMut(&Captures) -> bool,
) {
    let mut spots: Vec<(usize, usize)> = Vec::new();
    for need in needs {
        spots.extend(
            memchr::memmem::find_iter(text, need)
                .map(|at| (at.saturating_sub(AROUND), text.len().min(at + need.len() + AROUND))),
        );
    }
    if needs.is_empty() {
        spots.push((0, text.len()));
    }
    spots.sort_unstable();
    let mut captures = Captures(rule.regex.create_captures());
    let (mut from, mut tried) = (0, 0);
    for (start, end) in spots {
        from = from.max(start);
        while from < end && end > tried {
            let input = Input::new(text).span(from..end);
            rule.regex.search_captures_with(cache, &input, &mut captures.0);
            let Some(whole) = captures.group(0) else { break };
            from = if take(&captures) {
                last_group(&captures).max(whole.start + 1)
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

fn compile(pattern: &str, start: Start) -> Compiled {
    let syntax = syntax::Config::new().unicode(false).utf8(false);
    let test = dfa::DFA::builder()
        .configure(dfa::Config::new().skip_cache_capacity_check(true))
        .syntax(syntax)
        .thompson(thompson::Config::new().utf8(false).nfa_size_limit(Some(1 << 24)))
        .build(pattern)
        .expect("the catalogue compiled it");
    let regex = Regex::builder()
        .configure(meta::Config::new().utf8_empty(false).nfa_size_limit(Some(1 << 24)))
        .syntax(syntax)
        .build(pattern)
        .expect("the catalogue compiled it");
    Compiled { test, regex, start }
}

/// Every way a rule can begin, two bytes or more each, unless there are too many.
fn beginnings(pattern: &str) -> Option<Vec<Vec<u8>>> {
    let hir = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).ok()?;
    for (length, total) in [(4, 1000), (3, 1000), (2, 400), (1, 40)] {
        let mut extractor = Extractor::new();
        extractor
            .kind(ExtractKind::Prefix)
            .limit_class(26)
            .limit_repeat(3)
            .limit_literal_len(length)
            .limit_total(total);
        let found = extractor.extract(&hir);
        let Some(literals) = found.literals() else { continue };
        if literals.iter().all(|literal| !literal.is_empty()) && literals.len() <= total {
            return Some(literals.iter().map(|literal| literal.as_bytes().to_vec()).collect());
        }
    }
    None
}
