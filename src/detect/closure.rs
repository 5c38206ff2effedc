//! A name found with confidence anywhere is then found everywhere in its document, in its variants.

use rustc_hash::FxHashMap;

use super::{Detection, Findings, Veto};
use crate::lexicon::{Lookup, Words};
use crate::text::{Document, Label, Role, Shape, Token, TokenKind, View};

mod numbers;
mod people;

/// Below this score a detection does not spread.
const CONFIDENT: f32 = 0.8;

/// Adds to `findings` every further occurrence of its confident names, places and numbers, misspelt by one letter included.
///
/// What is an ordinary word, a drug or an eponym spreads only to where its capital says that it is a name.
pub fn close(doc: &Document, words: &Words, findings: &mut Findings) {
    numbers::close(doc, findings);
    let view = doc.view();
    let seeds = seeds(doc, findings);
    let lookup = words.look_up_once(view);
    let (spread, vetoed) = spread(doc, &lookup, &seeds, &Covered::new(&findings.found));
    findings.found.extend(spread);
    findings.vetoed.extend(vetoed);
    let initials = initials(doc, findings);
    findings.found.extend(initials);
    let people = people::close(doc, &lookup, findings);
    findings.found.extend(people);
}

fn spread(
    doc: &Document,
    lookup: &Lookup,
    seeds: &FxHashMap<&str, Seed>,
    covered: &Covered,
) -> (Vec<Detection>, Vec<Veto>) {
    let (mut spread, mut vetoed) = (Vec::new(), Vec::new());
    if seeds.is_empty() {
        return (spread, vetoed);
    }
    let view = doc.view();
    let uncased = is_uncased(&view.tokens);
    let near = Near::new(seeds);
    let mut push = |from: u32, to: u32, seed: &Seed, score: f32, rule: &'static str| {
        let span = view.normalized.original(from as usize, to as usize);
        spread.push(Detection { span, label: seed.label, score, priority: seed.priority, rule, role: seed.role });
    };
    for (at, token) in view.tokens.iter().enumerate() {
        if !token.is_word() || token.len() < 2 {
            continue;
        }
        if let Some((seed, end)) = cut(view, at, seeds) {
            push(token.start, end, seed, 0.85, "closure/cut");
            continue;
        }
        if token.len() < 3 {
            continue;
        }
        let text = token.text(&view.normalized);
        let exact = seeds.get(text);
        let may_be_misspelt = || (token.shape.is_capital() || uncased) && is_unlisted(lookup, at);
        let Some(seed) = exact.or_else(|| may_be_misspelt().then(|| near.find(text, seeds)).flatten()) else {
            continue;
        };
        let span = view.normalized.original(token.start as usize, token.end as usize);
        if covered.holds(span.start(), span.end()) {
            continue;
        }
        let rule = if exact.is_some() { "closure/same" } else { "closure/misspelt" };
        // `DESSUS Hicham`, `Bachir Dessus`: beside another part of a name, a name whatever else the word is.
        let beside = exact.is_some()
            && !lookup.word(at).is_eponym()
            && token.shape.is_capital()
            && beside_name(view, lookup, covered, at);
        if beside || may_spread(&view.tokens, lookup, at, uncased, exact.is_some(), view.normalized.text()) {
            push(token.start, token.end, seed, if exact.is_some() { seed.score.min(0.9) } else { 0.8 }, rule);
        } else {
            vetoed.push(Veto { span, label: seed.label, rule, reason: "an ordinary or medical word here" });
        }
    }
    (spread, vetoed)
}

/// Whether the word before or after is a first name under a capital, or a name already found.
fn beside_name(view: &View, lookup: &Lookup, covered: &Covered, at: usize) -> bool {
    let tokens = &view.tokens;
    let close = |a: &Token, b: &Token| b.start >= a.end && b.start <= a.end + 1;
    let named = |other: usize| {
        let token = &tokens[other];
        let span = view.normalized.original(token.start as usize, token.end as usize);
        let given = lookup.word(other).first_name() >= 7 && !lookup.word(other).is_ordinary();
        token.is_word()
            && token.len() > 2
            && token.shape.is_capital()
            && (given || covered.holds(span.start(), span.end()))
    };
    (at > 0 && close(&tokens[at - 1], &tokens[at]) && named(at - 1))
        || tokens.get(at + 1).is_some_and(|next| close(&tokens[at], next)) && named(at + 1)
}

/// A seed cut by a hyphen and a line end: `Man-⏎ge`, and where it ends.
fn cut<'s>(view: &View, at: usize, seeds: &'s FxHashMap<&str, Seed>) -> Option<(&'s Seed, u32)> {
    let [hyphen, line, rest] = view.tokens.get(at + 1..at + 4)? else { return None };
    if line.kind != TokenKind::Line || !rest.is_word() || hyphen.text(&view.normalized) != "-" || hyphen.spaced {
        return None;
    }
    let joined = format!("{}{}", view.tokens[at].text(&view.normalized), rest.text(&view.normalized));
    seeds.get(joined.as_str()).map(|seed| (seed, rest.end))
}

/// Initials beside a name that is found: `F. Berrichon`, `Louer F.`
fn initials(doc: &Document, findings: &Findings) -> Vec<Detection> {
    let view = doc.view();
    let names: Vec<Detection> = findings.found.iter().filter(|one| one.label.is_name()).cloned().collect();
    let (named, covered) = (Covered::new(&names), Covered::new(&findings.found));
    let holds = |covered: &Covered, token: &Token| {
        let span = view.normalized.original(token.start as usize, token.end as usize);
        covered.holds(span.start(), span.end())
    };
    let dot = |at: usize| view.tokens.get(at).is_some_and(|token| token.text(&view.normalized) == ".");
    let near = |a: &Token, b: &Token| b.start < a.end + 3 && b.kind == TokenKind::Word;
    let mut found = Vec::new();
    for (at, token) in view.tokens.iter().enumerate() {
        if !token.is_word() || token.len() != 1 || holds(&covered, token) {
            continue;
        }
        // `M. Berrichon` is a title, `Dr M. Berrichon` is not.
        let text = token.text(&view.normalized);
        let after_doctor = (1..3).any(|step| {
            at >= step
                && matches!(
                    view.tokens[at - step].text(&view.normalized),
                    "dr" | "pr" | "docteur" | "professeur" | "drs"
                )
        });
        let before = (text != "m" || after_doctor)
            && dot(at + 1)
            && view
                .tokens
                .get(at + 2)
                .is_some_and(|next| near(&view.tokens[at + 1], next) && next.len() > 1 && holds(&named, next));
        let after = dot(at + 1)
            && at > 0
            && near(&view.tokens[at - 1], token)
            && view.tokens[at - 1].len() > 1
            && view.tokens[at - 1].shape.is_capital()
            && holds(&named, &view.tokens[at - 1]);
        if before || after {
            let span = view.normalized.original(token.start as usize, token.end as usize);
            let one = names.iter().find(|name| name.label == Label::NOM);
            let priority = one.map_or(49, |name| name.priority.saturating_sub(1));
            let rule = "closure/initial";
            found.push(Detection { span, label: Label::PRENOM, score: 0.8, priority, rule, role: None });
        }
    }
    found
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
    mail_seeds(doc, findings, &mut seeds);
    seeds
}

/// Words of the local part of mail addresses: `j.morel@…` says that Morel is a name.
fn mail_seeds<'d>(doc: &'d Document, findings: &Findings, seeds: &mut FxHashMap<&'d str, Seed>) {
    let view = doc.view();
    let name = findings.found.iter().find(|one| one.label == Label::NOM).map_or(50, |one| one.priority);
    for mail in findings.found.iter().filter(|one| one.label == Label::MAIL) {
        let (start, end) = view.normalized.forward(mail.span);
        let text = &view.normalized.text()[start..end];
        let local = text.find(['@', '(', '[']).map_or(text, |at| &text[..at]);
        for word in local
            .split(['.', '-', '_', ' '])
            .filter(|word| word.len() >= 4 && word.bytes().all(|b| b.is_ascii_lowercase()))
        {
            let seed = Seed { label: Label::NOM, score: 0.8, priority: name, role: None };
            seeds.entry(word).or_insert(seed);
        }
    }
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

/// Whether no list says that a word is anything but a name.
fn is_unlisted(lookup: &Lookup, at: usize) -> bool {
    let facts = lookup.word(at);
    !(facts.is_ordinary() || facts.is_medical() || facts.is_drug() || facts.is_eponym())
}

/// Finds the seed that a word is one letter away from: both without that letter are the same.
struct Near<'s>(FxHashMap<String, Vec<&'s str>>);

impl<'s> Near<'s> {
    /// Seeds indexed; more would be a list, not a report.
    const MOST: usize = 500;

    fn new(seeds: &FxHashMap<&'s str, Seed>) -> Self {
        let mut words: Vec<&str> = seeds.keys().copied().filter(|seed| seed.len() >= 5 && seed.len() <= 24).collect();
        words.sort_unstable();
        words.truncate(Self::MOST);
        let mut index: FxHashMap<String, Vec<&str>> = FxHashMap::default();
        for word in words {
            for shorter in shorter(word).chain([word.to_owned()]) {
                index.entry(shorter).or_default().push(word);
            }
        }
        Near(index)
    }

    fn find(&self, word: &str, seeds: &'s FxHashMap<&str, Seed>) -> Option<&'s Seed> {
        if word.len() < 5 || word.len() > 25 {
            return None;
        }
        let keys = shorter(word).chain([word.to_owned()]);
        let close = keys.filter_map(|key| self.0.get(&key)).flatten().filter(|seed| one_edit(seed, word));
        // Several seeds can be as near: any of them covers, the first by name keeps runs alike.
        close.min().and_then(|seed| seeds.get(seed))
    }
}

/// A word without each of its letters in turn.
fn shorter(word: &str) -> impl Iterator<Item = String> + '_ {
    word.char_indices().map(|(at, c)| format!("{}{}", &word[..at], &word[at + c.len_utf8()..]))
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
    let words = tokens.iter().filter(|token| token.is_word() && token.len() > 2);
    let (titles, lowers) = words.fold((0, 0), |(titles, lowers), token| match token.shape {
        Shape::Title => (titles + 1, lowers),
        Shape::Lower => (titles, lowers + 1),
        _ => (titles, lowers),
    });
    lowers > 3 && titles * 100 < lowers
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
