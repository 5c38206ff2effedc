use rustc_hash::FxHashSet;

use super::class::classes;
use super::parse::{Kind, Word, parse};
use super::people::{MOST, People, Person, initials_of, names_of, shortens};
use super::roles::Roles;
use crate::detect::Detection;
use crate::lexicon::{Sex, Words};
use crate::replace::NameSource;
use crate::replace::case::{Writing, bare_key, spread};
use crate::replace::draw::Unit;
use crate::text::{Document, Label, Role, Span};

/// Who a document speaks of: each name of it and the surrogate that stands for it.
pub(in crate::replace) struct Cast<'d> {
    text: &'d str,
    unit: &'d Unit,
    writing: Writing,
    /// For each detection, the words of a name; empty for other labels.
    spans: Vec<Vec<Word>>,
    people: People,
    roles: Roles,
}

impl<'d> Cast<'d> {
    /// Reads the names of a document and gives each its surrogate; `avoid` holds the folded words that none may be.
    pub(in crate::replace) fn new(
        doc: &'d Document,
        found: &[Detection],
        words: &Words,
        unit: &'d Unit,
        writing: Writing,
        avoid: &FxHashSet<&str>,
        source: Option<&'static dyn NameSource>,
    ) -> Self {
        let text = doc.text();
        let of_span = |detection: &Detection| match detection.label.is_name() {
            true => parse(text, detection.span, detection.label, words),
            false => Vec::new(),
        };
        let mut spans: Vec<Vec<Word>> = found.iter().map(of_span).collect();
        let people = People::new(text, found);
        let mut roles = Roles::default();
        for (at, detection) in found.iter().enumerate().filter(|(_, one)| one.label.is_name()) {
            let mut classes = classes(&spans[at], detection.label, words).into_iter();
            let mut after = false;
            for word in &mut spans[at] {
                if word.kind == Kind::Name
                    && let Some(class) = classes.next()
                {
                    let sex = || told_sex(doc, found, &people, at, words);
                    let name = roles.add(class, &word.key, words, sex);
                    word.name = Some(name);
                    roles.all[name].count += 1;
                    roles.all[name].patient |= detection.role == Some(Role::Patient);
                    roles.all[name].consonant |= after;
                }
                after = word.kind == Kind::Particle && matches!(word.key.as_str(), "le" | "la" | "de");
            }
        }
        roles.know(doc);
        roles.link_misspellings();
        roles.choose(unit, avoid, source);
        Cast { text, unit, writing, spans, people, roles }
    }

    /// The surrogate of a detected name; `None` if one of its words has none.
    pub(in crate::replace) fn render(&self, at: usize, detection: &Detection) -> Option<String> {
        let span = &self.spans[at];
        let mut out = String::with_capacity(detection.span.len() + 8);
        let mut copied = detection.span.start();
        let mut initials = self.initials(at, detection.label).into_iter();
        for word in span {
            let written = &self.text[word.bytes.clone()];
            let new = match word.kind {
                Kind::Particle => continue,
                Kind::Name => spread(&self.writing.word(self.roles.surrogate(word.name?)?, written), written),
                Kind::Initial => same_case(&initials.next()?, written),
            };
            out.push_str(&self.text[copied..word.bytes.start]);
            out.push_str(&new);
            copied = word.bytes.end;
        }
        out.push_str(&self.text[copied..detection.span.end()]);
        (copied > detection.span.start()).then_some(out)
    }

    /// What stands for each initial of a span, in order.
    fn initials(&self, at: usize, label: Label) -> Vec<String> {
        let span = &self.spans[at];
        let letters: Vec<&str> =
            span.iter().filter(|word| word.kind == Kind::Initial).map(|word| word.key.as_str()).collect();
        if letters.is_empty() {
            return Vec::new();
        }
        let partner = self.people.partner(at);
        if let Some(full) = self.in_full(at, partner, label) {
            return self.shortened(full, &letters);
        }
        let key = |word: &Word| word.key.clone();
        let beside = partner.map(|partner| names_of(&self.spans[partner]).map(key).collect::<Vec<_>>().join(" "));
        self.invented(&letters, &beside.unwrap_or_default())
    }

    /// Letters for initials whose name the document does not say.
    fn invented(&self, letters: &[&str], beside: &str) -> Vec<String> {
        let mut draw = self.unit.draw("initiale", &format!("{}|{beside}", letters.concat()));
        let mut letter = || {
            loop {
                let new = char::from(b"abcdefghjlmnprst"[draw.below(16)]);
                // More letters than that are no initials: any letter will do.
                if letters.len() > 8 || !letters.iter().any(|old| old.contains(new)) {
                    break new;
                }
            }
        };
        letters.iter().map(|old| old.chars().map(|_| letter()).collect()).collect()
    }

    /// The detection that says in full what initials shorten: beside the same name, or the only one of those letters.
    fn in_full(&self, at: usize, partner: Option<usize>, label: Label) -> Option<usize> {
        let initials = initials_of(&self.spans[at]);
        let side = |one: &Person| if label == Label::PRENOM { (one.first, one.last) } else { (one.last, one.first) };
        let mut full = self.people.iter().map(side).filter(|(this, _)| shortens(&initials, &self.spans[*this]));
        if let Some(partner) = partner {
            return full.find(|(_, other)| self.same_name(partner, *other)).map(|(this, _)| this);
        }
        let first = full.next().map(|(this, _)| this)?;
        let keys = |at: usize| names_of(&self.spans[at]).map(|word| &word.key);
        full.all(|(this, _)| keys(this).eq(keys(first))).then_some(first)
    }

    /// Whether a name, or its initials, is that of another span.
    fn same_name(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.spans[one], &self.spans[other]);
        let same = |a: &Word, b: &Word| a.name.zip(b.name).is_some_and(|(a, b)| self.roles.is_same(a, b));
        names_of(one).any(|a| names_of(other).any(|b| same(a, b))) || shortens(&initials_of(one), other)
    }

    /// The surrogate of a name in full, shortened as its initials shorten the name.
    fn shortened(&self, full: usize, initials: &[&str]) -> Vec<String> {
        let surrogate = |word: &Word| bare_key(word.name.and_then(|name| self.roles.surrogate(name)).unwrap_or("x"));
        let names: Vec<String> = names_of(&self.spans[full]).map(surrogate).collect();
        let firsts = |count: usize| names.iter().take(count).filter_map(|name| name.chars().next()).collect::<String>();
        match initials {
            [one] if one.len() <= names.len() => vec![firsts(one.len())],
            _ => initials.iter().zip(&names).map(|(one, name)| name.chars().take(one.len()).collect()).collect(),
        }
    }

    /// The folded surrogate of a folded word that is a last or first name of the document.
    pub(in crate::replace) fn folded(&self, key: &str) -> Option<String> {
        self.roles.surrogate_of(key).map(bare_key)
    }

    /// A name of the document that a folded word starts or ends with, and whether it ends with it: the longest of four
    /// letters or more.
    pub(in crate::replace) fn part_of(&self, word: &str) -> Option<(&str, bool)> {
        let names = self.roles.all.iter().take(MOST).map(|name| name.key.as_str());
        let part = |key: &&str| key.len() >= 4 && (word.ends_with(*key) || word.starts_with(*key));
        names.filter(part).max_by_key(|key| (key.len(), *key)).map(|key| (key, word.ends_with(key)))
    }

    /// What stands for the letters before or after a last name: the initials of the first name that goes with it.
    pub(in crate::replace) fn letters_beside(&self, letters: &str, last: &str) -> String {
        let is_last = |one: &&Person| names_of(&self.spans[one.last]).any(|word| word.key == last);
        let person = self.people.iter().filter(is_last).find(|one| shortens(&[letters], &self.spans[one.first]));
        match person {
            Some(person) => self.shortened(person.first, &[letters]).concat(),
            None => self.invented(&[letters], last).concat(),
        }
    }
}

/// The sex that a title, a relative or `née` beside the name tells.
fn told_sex(doc: &Document, found: &[Detection], people: &People, at: usize, words: &Words) -> Option<Sex> {
    let view = doc.view();
    let whole = people.partner(at).map_or(found[at].span, |last| found[at].span.cover(found[last].span));
    let (start, end) = view.normalized.forward(Span::new(whole.start(), whole.end()));
    let first = view.tokens.partition_point(|token| (token.start as usize) < start);
    let before = view.tokens[..first].iter().rev().take(3).filter(|token| token.is_word());
    let told = before.map(|token| words.facts(token.text(&view.normalized)));
    let told = told.filter(|facts| facts.is_title() || facts.is_relative()).find_map(|facts| facts.sex());
    let next = view.tokens.partition_point(|token| (token.start as usize) < end);
    told.or_else(|| {
        view.tokens[next..].iter().take(3).find_map(|token| match token.text(&view.normalized) {
            "nee" => Some(Sex::Female),
            "ne" => Some(Sex::Male),
            _ => None,
        })
    })
}

fn same_case(letters: &str, written: &str) -> String {
    let mut pattern = written.chars().filter(|c| c.is_alphabetic()).map(char::is_uppercase);
    let mut upper = false;
    let mut out = String::with_capacity(letters.len());
    for c in letters.chars() {
        upper = pattern.next().unwrap_or(upper);
        if upper { out.extend(c.to_uppercase()) } else { out.push(c) }
    }
    out
}
