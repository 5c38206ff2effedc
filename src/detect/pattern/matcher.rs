//! Runs many regular expressions over a text, each only where it can begin.

use std::fmt;
use std::ops::Range;

use aho_corasick::AhoCorasick;
use regex_automata::meta::{Cache, Config, Regex};
use regex_automata::util::pool::Pool;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input, util::captures};
use regex_syntax::hir::literal::{ExtractKind, Extractor};

use crate::lexicon::Rule;

/// Longest match of a rule that begins at a literal, in bytes: keeps hostile texts linear.
const LONGEST: usize = 400;

/// The rules, and the automaton that tells where each may begin.
pub(super) struct Matcher {
    regexes: Vec<Regex>,
    starts: Vec<Start>,
    needs: Vec<Vec<Box<[u8]>>>,
    /// The beginnings of rules, and which rules begin so.
    literals: AhoCorasick,
    of_literal: Vec<Vec<u16>>,
    caches: Pool<Vec<Cache>, Box<dyn Fn() -> Vec<Cache> + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// Where one of its literals stands.
    Literal,
    /// At the first word of a line.
    Line,
    /// Anywhere.
    Anywhere,
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
        write!(f, "Matcher({} rules, {} literals)", self.regexes.len(), self.of_literal.len())
    }
}

impl Matcher {
    pub(super) fn new<'r>(rules: impl Iterator<Item = &'r Rule>) -> Self {
        let mut regexes = Vec::new();
        let mut starts = Vec::new();
        let mut needs = Vec::new();
        let mut literals: std::collections::BTreeMap<Vec<u8>, Vec<u16>> = std::collections::BTreeMap::new();
        for (at, rule) in rules.enumerate() {
            let regex = Regex::builder()
                .configure(Config::new().utf8_empty(false).nfa_size_limit(Some(1 << 24)))
                .syntax(syntax::Config::new().unicode(false).utf8(false))
                .build(&rule.pattern)
                .expect("the catalogue compiled it");
            regexes.push(regex);
            needs.push(rule.needs.iter().map(|need| need.as_bytes().into()).collect());
            let begins = if rule.line { None } else { beginnings(&rule.pattern) };
            starts.push(match (rule.line, &begins) {
                (true, _) => Start::Line,
                (_, Some(_)) => Start::Literal,
                _ => Start::Anywhere,
            });
            for literal in begins.unwrap_or_default() {
                literals.entry(literal).or_default().push(at as u16);
            }
        }
        let (literals, of_literal): (Vec<Vec<u8>>, Vec<Vec<u16>>) = literals.into_iter().unzip();
        let literals = AhoCorasick::builder()
            .kind(Some(aho_corasick::AhoCorasickKind::DFA))
            .build(literals)
            .expect("a few thousand short literals");
        let make = regexes.clone();
        let caches: Box<dyn Fn() -> Vec<Cache> + Send + Sync> =
            Box::new(move || make.iter().map(Regex::create_cache).collect());
        Matcher { regexes, starts, needs, literals, of_literal, caches: Pool::new(caches) }
    }

    /// Calls `take` with each match, rule by rule, in text order; it says whether the match stands.
    ///
    /// A match that stands is gone over; one that does not leaves what is inside it to be tried.
    pub(super) fn run(&self, text: &[u8], mut take: impl FnMut(usize, &Captures) -> bool) {
        let mut caches = self.caches.get();
        let mut candidates = self.candidates(text);
        candidates.sort_unstable();
        candidates.dedup();
        let mut rule = usize::MAX;
        let mut from = 0;
        let mut captures = None;
        for (at, start) in candidates {
            let (at, start) = (usize::from(at), start as usize);
            if at != rule {
                (rule, from) = (at, 0);
                captures = Some(Captures(self.regexes[at].create_captures()));
            }
            if start < from {
                continue;
            }
            let end = text.len().min(start + LONGEST);
            let input = Input::new(text).span(start..end).anchored(Anchored::Yes);
            let (regex, cache) = (&self.regexes[at], &mut caches[at]);
            let captures = captures.as_mut().expect("made for this rule");
            if regex.search_half_with(cache, &input.clone().earliest(true)).is_none() {
                continue;
            }
            regex.search_captures_with(cache, &input, &mut captures.0);
            if take(at, captures) {
                from = last_group(captures).max(start + 1);
            }
        }
        self.run_anywhere(text, &mut caches, &mut take);
    }

    fn run_anywhere(&self, text: &[u8], caches: &mut [Cache], take: &mut impl FnMut(usize, &Captures) -> bool) {
        let all = self.starts.iter().enumerate().filter(|(_, start)| **start == Start::Anywhere);
        for (at, _) in all {
            let needs: &[Box<[u8]>] = &self.needs[at];
            if !needs.is_empty() && !needs.iter().any(|need| memchr::memmem::find(text, need).is_some()) {
                continue;
            }
            let (regex, cache) = (&self.regexes[at], &mut caches[at]);
            let mut captures = Captures(regex.create_captures());
            let mut from = 0;
            while from <= text.len() {
                let input = Input::new(text).span(from..text.len());
                regex.search_captures_with(cache, &input, &mut captures.0);
                let Some(whole) = captures.group(0) else { break };
                from = if take(at, &captures) {
                    last_group(&captures).max(whole.start + 1)
                } else {
                    // The next word inside, not the next letter: a refused match is short.
                    let word = text[whole.start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
                    whole.start + word.max(1)
                };
            }
        }
    }

    /// Where each rule may begin.
    fn candidates(&self, text: &[u8]) -> Vec<(u16, u32)> {
        let mut candidates: Vec<(u16, u32)> = Vec::with_capacity(text.len() / 16);
        for found in self.literals.find_overlapping_iter(text) {
            let start = found.start();
            // Rules begin at a word: most literals stand inside one.
            let first = text[start];
            if first.is_ascii_alphanumeric() && start > 0 && text[start - 1].is_ascii_alphanumeric() {
                continue;
            }
            candidates.extend(self.of_literal[found.pattern().as_usize()].iter().map(|rule| (*rule, start as u32)));
        }
        let of_lines: Vec<u16> =
            (0..self.starts.len()).filter(|at| self.starts[*at] == Start::Line).map(|at| at as u16).collect();
        if !of_lines.is_empty() {
            let ends = memchr::memchr_iter(b'\n', text).map(|at| at + 1);
            for line in std::iter::once(0).chain(ends) {
                let marks =
                    text[line..].iter().take_while(|byte| matches!(byte, b' ' | b'*' | b'-' | b'>' | b'.' | b'|'));
                let start = line + marks.take(80).count();
                candidates.extend(of_lines.iter().map(|rule| (*rule, start as u32)));
            }
        }
        candidates
    }
}

fn last_group(captures: &Captures) -> usize {
    let groups = captures.0.group_len();
    (1..groups).filter_map(|group| captures.group(group)).map(|group| group.end).max().unwrap_or(0)
}

/// Every way a rule can begin, two bytes or more each, unless there are too many.
fn beginnings(pattern: &str) -> Option<Vec<Vec<u8>>> {
    let hir = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).ok()?;
    for (length, total) in [(4, 400), (3, 400), (2, 400), (1, 40)] {
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
