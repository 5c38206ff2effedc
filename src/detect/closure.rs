//! A name found with confidence anywhere is then found everywhere in its document, in its variants.

use rustc_hash::FxHashMap;

use super::{Detection, Findings, Veto};
use crate::lexicon::{Lookup, Words};
use crate::text::{Document, Label, Role, Shape, Token};

/// Below this score a detection does not spread.
const CONFIDENT: f32 = 0.8;

/// Adds to `findings` every further occurrence of its confident names and places, misspelt by one letter included.
///
/// What is an ordinary word, a drug or an eponym spreads only to where its capital says that it is a name.
pub fn close(doc: &Document, words: &Words, findings: &mut Findings) {
    let view = doc.view();
    let seeds = seeds(doc, findings);
    if seeds.is_empty() {
        return;
    }
    let lookup = words.look_up(view);
    let covered = Covered::new(&findings.found);
    let uncased = is_uncased(&view.tokens);
    let mut spread = Vec::new();
    let mut vetoed = Vec::new();
    for (at, token) in view.tokens.iter().enumerate() {
        if !token.is_word() || token.len() < 3 {
            continue;
        }
        let text = token.text(&view.normalized);
        let exact = seeds.get(text);
        let Some(seed) = exact.or_else(|| misspelt(text, &seeds, &lookup, at)) else { continue };
        let span = view.normalized.original(token.start as usize, token.end as usize);
        if covered.holds(span.start(), span.end()) {
            continue;
        }
        let rule = if exact.is_some() { "closure/same" } else { "closure/misspelt" };
        if may_spread(&view.tokens, &lookup, at, uncased, exact.is_some(), view.normalized.text()) {
            let score = if exact.is_some() { seed.score.min(0.9) } else { 0.8 };
            spread.push(Detection { span, label: seed.label, score, priority: seed.priority, rule, role: seed.role });
        } else {
            vetoed.push(Veto { span, label: seed.label, rule, reason: "an ordinary or medical word here" });
        }
    }
    findings.found.extend(spread);
    findings.vetoed.extend(vetoed);
}

#[derive(Clone, Copy)]
struct Seed {
    label: Label,
    score: f32,
    priority: u8,
    role: Option<Role>,
}

/// Words of confident names and of towns found, by folded text.
fn seeds<'d>(doc: &'d Document, findings: &Findings) -> FxHashMap<&'d str, Seed> {
    let view = doc.view();
    let mut seeds: FxHashMap<&str, Seed> = FxHashMap::default();
    for detection in &findings.found {
        let spreads = detection.label.is_name() || detection.label == Label::VILLE;
        if !spreads || detection.score < CONFIDENT {
            continue;
        }
        let (start, end) = view.normalized.forward(detection.span);
        let first = view.tokens.partition_point(|token| (token.start as usize) < start);
        let inside = view.tokens[first..].iter().take_while(|token| (token.end as usize) <= end);
        let whole: Vec<&Token> = inside.filter(|token| token.is_word() && token.len() >= 3).collect();
        // Parts of a town's name (`Saint`, `sur`) say nothing alone.
        if detection.label == Label::VILLE && whole.len() != 1 {
            continue;
        }
        for token in whole {
            let seed = Seed {
                label: detection.label,
                score: detection.score,
                priority: detection.priority,
                role: detection.role,
            };
            let kept = seeds.entry(token.text(&view.normalized)).or_insert(seed);
            if kept.score < seed.score || (kept.role.is_none() && seed.role.is_some() && kept.label == seed.label) {
                *kept = seed;
            }
        }
    }
    seeds
}

fn may_spread(tokens: &[Token], lookup: &Lookup, at: usize, uncased: bool, exact: bool, text: &str) -> bool {
    let (token, facts) = (&tokens[at], lookup.word(at));
    if facts.is_grammatical() || facts.is_title() || facts.is_drug() || facts.is_eponym_alone() || facts.is_particle() {
        return false;
    }
    let after_trigger = at > 1 && (lookup.word(at - 1).is_trigger_before() || lookup.word(at - 2).is_trigger_before());
    if facts.is_eponym() && after_trigger {
        return false;
    }
    if !facts.is_ordinary() && !facts.is_medical() {
        return exact || token.shape.is_capital() || uncased;
    }
    if uncased || !exact {
        return false;
    }
    let starts = at == 0
        || !tokens[at - 1].is_word() && !text[..token.start as usize].trim_end_matches(' ').ends_with([',', '\'', '-']);
    match token.shape {
        Shape::Upper => !beside_upper_ordinary(tokens, lookup, at),
        Shape::Title => !starts || next_is_name(tokens, lookup, at),
        _ => false,
    }
}

/// Whether the neighbours are ordinary words in capitals too: the line says nothing by its capitals.
fn beside_upper_ordinary(tokens: &[Token], lookup: &Lookup, at: usize) -> bool {
    let ordinary =
        |at: usize| tokens.get(at).is_some_and(|token| token.shape == Shape::Upper && lookup.word(at).is_ordinary());
    ordinary(at + 1) || at > 0 && ordinary(at - 1)
}

fn next_is_name(tokens: &[Token], lookup: &Lookup, at: usize) -> bool {
    tokens.get(at + 1).is_some_and(|next| {
        next.is_word()
            && next.shape.is_capital()
            && (lookup.word(at + 1).first_name() > 0 || !lookup.word(at + 1).is_ordinary())
    })
}

/// The seed that a word no list knows is one letter away from.
fn misspelt<'s>(word: &str, seeds: &'s FxHashMap<&str, Seed>, lookup: &Lookup, at: usize) -> Option<&'s Seed> {
    let facts = lookup.word(at);
    if word.len() < 5 || facts.is_ordinary() || facts.is_medical() || facts.is_drug() || facts.is_eponym() {
        return None;
    }
    let close = seeds.iter().filter(|(seed, _)| seed.len() >= 5 && one_edit(seed, word));
    // Several seeds can be as near: any of them covers, the first by name keeps runs alike.
    close.min_by_key(|(seed, _)| **seed).map(|(_, seed)| seed)
}

/// Whether two different words differ by one letter changed, added, dropped, or two neighbours swapped.
pub fn one_edit(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a.as_bytes(), b.as_bytes()) } else { (b.as_bytes(), a.as_bytes()) };
    if long.len() - short.len() > 1 || short == long {
        return false;
    }
    let head = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let (short, long) = (&short[head..], &long[head..]);
    if short.len() < long.len() {
        return short == &long[1..];
    }
    let swapped = short.len() >= 2 && short[0] == long[1] && short[1] == long[0] && short[2..] == long[2..];
    short[1..] == long[1..] || swapped
}

/// Whether the text says nothing by its capitals because it has none.
fn is_uncased(tokens: &[Token]) -> bool {
    let words = tokens.iter().filter(|token| token.is_word() && token.len() > 1);
    let (capitals, all) =
        words.fold((0, 0), |(capitals, all), token| (capitals + usize::from(token.shape.is_capital()), all + 1));
    all > 5 && capitals * 50 < all
}

/// Bytes that some detection covers.
struct Covered(Vec<(usize, usize)>);

impl Covered {
    fn new(found: &[Detection]) -> Self {
        let mut spans: Vec<(usize, usize)> = found.iter().map(|one| (one.span.start(), one.span.end())).collect();
        spans.sort_unstable();
        let mut merged: Vec<(usize, usize)> = Vec::with_capacity(spans.len());
        for (start, end) in spans {
            match merged.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => merged.push((start, end)),
            }
        }
        Covered(merged)
    }

    fn holds(&self, start: usize, end: usize) -> bool {
        let at = self.0.partition_point(|span| span.0 <= start);
        at > 0 && self.0[at - 1].1 >= end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_edit_is_one_letter() {
        for (a, b) in [("kerbrat", "kerbart"), ("morel", "morrel"), ("durand", "durant"), ("amrani", "amran")] {
            assert!(one_edit(a, b) && one_edit(b, a), "{a} {b}");
        }
        for (a, b) in [("morel", "morel"), ("morel", "moral2"), ("petit", "pteti"), ("", "ab")] {
            assert!(!one_edit(a, b), "{a} {b}");
        }
    }
}
