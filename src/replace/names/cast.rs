use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::parse::{Kind, Word, parse};
use super::people::{Person, initials_of, names_of, pair, shortens};
use crate::detect::Detection;
use crate::detect::closure::one_edit;
use crate::lexicon::{Sex, Words};
use crate::replace::case::{Writing, bare_key, spread};
use crate::replace::draw::Unit;
use crate::replace::pools::{self, Pool};
use crate::text::{Document, Label, Role};

/// With more different names than this, a document's misspellings are names of their own: the search compares all pairs.
const MOST_COMPARED: usize = 400;
const TRIES: usize = 120;

/// Who a document speaks of: each name of it and the surrogate that stands for it.
pub(in crate::replace) struct Cast<'d> {
    text: &'d str,
    unit: &'d Unit,
    writing: Writing,
    /// For each detection, the words of a name; empty for other labels.
    spans: Vec<Vec<Word>>,
    people: Vec<Person>,
    roles: Roles,
    /// Folded surrogates in use, of all names.
    used: FxHashSet<String>,
}

/// Every different name of a document.
#[derive(Default)]
struct Roles {
    all: Vec<Name>,
    by_key: FxHashMap<(Class, String), usize>,
}

struct Name {
    class: Class,
    key: String,
    count: usize,
    patient: bool,
    /// Given by the warehouse.
    known: bool,
    /// After `Le`, `de`: a vowel would not do.
    consonant: bool,
    sex: Option<Sex>,
    /// The name it is a misspelling of, or itself.
    root: usize,
    surrogate: Option<&'static str>,
}

/// What a word of a name is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Class {
    Last,
    First,
    /// A further part of a first name, of the sex of the whole.
    NextMale,
    NextFemale,
    /// The first part of a hyphenated first name.
    DoubleMale,
    DoubleFemale,
}

impl Class {
    fn domain(self) -> &'static str {
        match self {
            Class::Last => "nom",
            Class::First => "prenom",
            Class::NextMale | Class::NextFemale => "prenom-second",
            Class::DoubleMale | Class::DoubleFemale => "prenom-double",
        }
    }

    fn pool(self, sex: Option<Sex>) -> Pool {
        match self {
            Class::Last => pools::LAST,
            Class::First => pools::first_names(sex),
            Class::NextMale => pools::first_names(Some(Sex::Male)),
            Class::NextFemale => pools::first_names(Some(Sex::Female)),
            Class::DoubleMale => pools::double_first_names(Some(Sex::Male)),
            Class::DoubleFemale => pools::double_first_names(Some(Sex::Female)),
        }
    }

    /// Whether several names of a document may have the same surrogate: few make a compound.
    fn is_shared(self) -> bool {
        !matches!(self, Class::Last | Class::First)
    }

    /// How many of the pool serve: the second of a compound is a usual name.
    fn width(self, pool: Pool) -> usize {
        if matches!(self, Class::NextMale | Class::NextFemale) { pool.len().min(150) } else { pool.len() }
    }
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
    ) -> Self {
        let text = doc.text();
        let of_span = |detection: &Detection| match detection.label.is_name() {
            true => parse(text, detection.span, detection.label, words),
            false => Vec::new(),
        };
        let spans: Vec<Vec<Word>> = found.iter().map(of_span).collect();
        let people = pair(text, found);
        let mut roles = Roles::default();
        for (at, detection) in found.iter().enumerate() {
            let patient = detection.role == Some(Role::Patient);
            for (word, class) in classes(&spans[at], detection.label, words) {
                let name = roles.add(class, &word.key);
                roles.all[name].count += 1;
                roles.all[name].patient |= patient;
                roles.all[name].consonant |= after_particle(&spans[at], word);
                if class == Class::First && roles.all[name].sex.is_none() {
                    let lexicon = words.facts(&word.key);
                    roles.all[name].sex = lexicon.sex().or_else(|| {
                        // A name of both sexes stays one, so that documents which tell and which do not agree.
                        if lexicon.first_name() > 0 { None } else { told_sex(doc, found, &people, at, words) }
                    });
                }
            }
        }
        let mut cast = Cast { text, unit, writing, spans, people, roles, used: FxHashSet::default() };
        cast.know(doc);
        cast.link_misspellings(words);
        cast.choose(avoid);
        cast
    }

    fn know(&mut self, doc: &Document) {
        for (label, value) in doc.known().0.iter().filter(|(label, _)| label.is_name()) {
            let class = if *label == Label::NOM { Class::Last } else { Class::First };
            for part in value.split(|c: char| !c.is_alphanumeric()) {
                if let Some(&name) = self.roles.by_key.get(&(class, bare_key(part))) {
                    self.roles.all[name].known = true;
                }
            }
        }
    }

    /// Sends each name to the better attested one that is a letter away.
    fn link_misspellings(&mut self, words: &Words) {
        let all = &self.roles.all;
        if all.len() > MOST_COMPARED {
            return;
        }
        let weight = |name: &Name| {
            let facts = words.facts(&name.key);
            let listed = if name.class == Class::Last { facts.surname() > 0 } else { facts.first_name() > 0 };
            (name.known, name.count, listed)
        };
        let mut roots: Vec<usize> = (0..all.len()).collect();
        let mut order: Vec<usize> = (0..all.len()).filter(|at| all[*at].key.len() >= 5).collect();
        order.sort_by(|a, b| weight(&all[*b]).cmp(&weight(&all[*a])).then(all[*a].key.cmp(&all[*b].key)));
        for (rank, &at) in order.iter().enumerate() {
            let name = &all[at];
            let own = weight(name);
            // Two first names that lists know are two people: Louis and Louise.
            if name.known || (name.class != Class::Last && own.2) {
                continue;
            }
            let near = |better: &&usize| {
                let better = &all[**better];
                better.class == name.class && weight(better) > own && one_edit(&better.key, &name.key)
            };
            if let Some(&better) = order[..rank].iter().filter(|better| roots[**better] == **better).find(near) {
                roots[at] = better;
            }
        }
        for (name, root) in self.roles.all.iter_mut().zip(roots) {
            name.root = root;
        }
    }

    /// The patient's names choose first, then by secret order: what else a document holds hardly ever changes a choice.
    fn choose(&mut self, avoid: &FxHashSet<&str>) {
        let all = &self.roles.all;
        let keys: BTreeSet<&str> = all.iter().map(|name| name.key.as_str()).collect();
        let draws: Vec<_> = all.iter().map(|name| self.unit.bytes(name.class.domain(), &name.key)).collect();
        let mut order: Vec<usize> = (0..all.len()).filter(|at| all[*at].root == *at).collect();
        order.sort_by_key(|at| (!all[*at].patient, draws[*at], all[*at].class));
        let mut chosen: Vec<(usize, Option<&'static str>)> = Vec::with_capacity(order.len());
        for at in order {
            let name = &all[at];
            let mut draw = self.unit.draw(name.class.domain(), &name.key);
            let mut surrogate = None;
            // Few names start a hyphenated one: several people may share theirs, and any name of the sex will do.
            let pools = [name.class.pool(name.sex), pools::first_names(double_sex(name.class))];
            for pool in &pools[..if name.class.is_shared() { 2 } else { 1 }] {
                for _ in 0..TRIES {
                    let width = name.class.width(*pool);
                    let one = draw.below(width);
                    // First names stand by how frequent they are: the better of two is the more usual.
                    let usual = name.class != Class::Last;
                    let candidate = pool.get(if usual { one.min(draw.below(width)) } else { one });
                    let key = bare_key(candidate);
                    // Another first letter, so that initials change too.
                    let other = key.as_bytes().first() != name.key.as_bytes().first();
                    let vowel = key.starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'h']);
                    let free = other
                        && !(vowel && name.consonant)
                        && !avoid.contains(key.as_str())
                        && !keys.contains(key.as_str());
                    if free && (name.class.is_shared() || !self.used.contains(&key)) {
                        self.used.insert(key);
                        surrogate = Some(candidate);
                        break;
                    }
                }
                if surrogate.is_some() {
                    break;
                }
            }
            chosen.push((at, surrogate));
        }
        for (at, surrogate) in chosen {
            self.roles.all[at].surrogate = surrogate;
        }
    }

    fn surrogate(&self, class: Class, key: &str) -> Option<&'static str> {
        let name = *self.roles.by_key.get(&(class, key.to_owned()))?;
        self.roles.all[self.roles.all[name].root].surrogate
    }

    /// The surrogate of a detected name; `None` if one of its words has none.
    pub(in crate::replace) fn render(&self, at: usize, detection: &Detection, words: &Words) -> Option<String> {
        let span = &self.spans[at];
        let mut out = String::with_capacity(detection.span.len() + 8);
        let mut copied = detection.span.start();
        let mut initials = self.initials(at, detection.label).into_iter();
        let mut classes = classes(span, detection.label, words).map(|(_, class)| class);
        for word in span {
            let written = &self.text[word.bytes.clone()];
            let new = match word.kind {
                Kind::Particle => continue,
                Kind::Name => spread(&self.writing.word(self.surrogate(classes.next()?, &word.key)?, written), written),
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
        let partner = self.people.iter().find(|one| one.first == at || one.last == at);
        let partner = partner.map(|one| if one.first == at { one.last } else { one.first });
        if let Some(full) = self.in_full(at, partner, label) {
            return self.shortened(full, label, &letters);
        }
        let key = |word: &Word| word.key.clone();
        let beside = partner.map(|partner| names_of(&self.spans[partner]).map(key).collect::<Vec<_>>().join(" "));
        self.invented(&letters, &beside.unwrap_or_default())
    }

    /// Letters for initials whose name the document does not say.
    fn invented(&self, letters: &[&str], beside: &str) -> Vec<String> {
        let mut draw = self.unit.draw("initiale", &format!("{}|{beside}", letters.concat()));
        let mut letter = || loop {
            let new = char::from(b"abcdefghjlmnprst"[draw.below(16)]);
            if !letters.iter().any(|old| old.contains(new)) {
                break new;
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
        let root = |word: &Word| {
            let find = |class: Class| self.roles.by_key.get(&(class, word.key.clone()));
            find(Class::Last).or_else(|| find(Class::First)).map(|at| self.roles.all[*at].root)
        };
        let same = |a: &Word, b: &Word| a.key == b.key || root(a).is_some() && root(a) == root(b);
        names_of(one).any(|a| names_of(other).any(|b| same(a, b))) || shortens(&initials_of(one), other)
    }

    /// The surrogate of a name in full, shortened as its initials shorten the name.
    fn shortened(&self, full: usize, label: Label, initials: &[&str]) -> Vec<String> {
        let span = &self.spans[full];
        let names: Vec<String> = names_of(span)
            .zip(span_classes(span, label))
            .map(|(word, classes)| {
                let surrogate = classes.into_iter().find_map(|class| self.surrogate(class, &word.key));
                bare_key(surrogate.unwrap_or("x"))
            })
            .collect();
        let firsts = |count: usize| names.iter().take(count).filter_map(|name| name.chars().next()).collect::<String>();
        match initials {
            [one] if one.len() <= names.len() => vec![firsts(one.len())],
            _ => initials.iter().zip(&names).map(|(one, name)| name.chars().take(one.len()).collect()).collect(),
        }
    }

    /// The folded surrogate of a folded word that is a last or first name of the document.
    pub(in crate::replace) fn folded(&self, key: &str) -> Option<String> {
        let all =
            [Class::Last, Class::First, Class::DoubleMale, Class::DoubleFemale, Class::NextMale, Class::NextFemale];
        all.into_iter().find_map(|class| self.surrogate(class, key)).map(bare_key)
    }

    /// A name of the document that a folded word starts or ends with, and whether it ends with it: the longest of four
    /// letters or more.
    pub(in crate::replace) fn part_of(&self, word: &str) -> Option<(&str, bool)> {
        let names = self.roles.all.iter().map(|name| name.key.as_str());
        let part = |key: &&str| key.len() >= 4 && (word.ends_with(*key) || word.starts_with(*key));
        names.filter(part).max_by_key(|key| (key.len(), *key)).map(|key| (key, word.ends_with(key)))
    }

    /// What stands for the letters before or after a last name: the initials of the first name that goes with it.
    pub(in crate::replace) fn letters_beside(&self, letters: &str, last: &str) -> String {
        let is_last = |one: &&Person| names_of(&self.spans[one.last]).any(|word| word.key == last);
        let person = self.people.iter().filter(is_last).find(|one| shortens(&[letters], &self.spans[one.first]));
        match person {
            Some(person) => self.shortened(person.first, Label::PRENOM, &[letters]).concat(),
            None => self.invented(&[letters], last).concat(),
        }
    }
}

impl Roles {
    fn add(&mut self, class: Class, key: &str) -> usize {
        if let Some(&name) = self.by_key.get(&(class, key.to_owned())) {
            return name;
        }
        let name = self.all.len();
        self.by_key.insert((class, key.to_owned()), name);
        self.all.push(Name {
            class,
            key: key.to_owned(),
            count: 0,
            patient: false,
            known: false,
            consonant: false,
            sex: None,
            root: name,
            surrogate: None,
        });
        name
    }
}

fn after_particle(span: &[Word], word: &Word) -> bool {
    let before = span.iter().take_while(|one| one.bytes.end <= word.bytes.start).last();
    before.is_some_and(|one| one.kind == Kind::Particle && matches!(one.key.as_str(), "le" | "la" | "de"))
}

fn double_sex(class: Class) -> Option<Sex> {
    match class {
        Class::DoubleMale | Class::NextMale => Some(Sex::Male),
        Class::DoubleFemale | Class::NextFemale => Some(Sex::Female),
        _ => None,
    }
}

/// What each name of a span is taken from.
fn classes<'w>(span: &'w [Word], label: Label, words: &Words) -> impl Iterator<Item = (&'w Word, Class)> {
    let several = label == Label::PRENOM && names_of(span).nth(1).is_some();
    let double =
        several && span.windows(2).any(|pair| pair[0].hyphen && pair.iter().all(|word| word.kind == Kind::Name));
    let sex = several.then(|| double_name_sex(span, words)).flatten();
    let own: Vec<Option<Sex>> = match several {
        true => names_of(span).map(|word| words.facts(&word.key).sex()).collect(),
        false => Vec::new(),
    };
    names_of(span).enumerate().map(move |(at, word)| {
        let male = sex == Some(Sex::Male);
        let next = if male { Class::NextMale } else { Class::NextFemale };
        let class = match (double, at) {
            _ if label == Label::NOM => Class::Last,
            (true, 0) if male => Class::DoubleMale,
            (true, 0) => Class::DoubleFemale,
            (true, _) => next,
            // `María José` is a woman.
            (false, 1..) if sex.is_some() && own[at].is_some() && own[at] != sex => next,
            _ => Class::First,
        };
        (word, class)
    })
}

/// Where the surrogate of each name of a span may be, when the lists are not at hand.
fn span_classes(span: &[Word], label: Label) -> Vec<Vec<Class>> {
    let of_word = |at: usize| match (label == Label::NOM, at) {
        (true, _) => vec![Class::Last],
        (_, 0) if span.iter().any(|word| word.hyphen) => {
            vec![Class::DoubleMale, Class::DoubleFemale, Class::First]
        }
        _ => vec![Class::First, Class::NextMale, Class::NextFemale],
    };
    (0..names_of(span).count()).map(of_word).collect()
}

fn double_name_sex(span: &[Word], words: &Words) -> Option<Sex> {
    let phrase = names_of(span).map(|word| word.key.as_str()).collect::<Vec<_>>().join(" ");
    words.facts(&phrase).sex().or_else(|| names_of(span).find_map(|word| words.facts(&word.key).sex()))
}

/// The sex that a title, a relative or `née` beside the name tells.
fn told_sex(doc: &Document, found: &[Detection], people: &[Person], at: usize, words: &Words) -> Option<Sex> {
    let view = doc.view();
    let both = people.iter().find(|one| one.first == at).map_or([at, at], |one| [one.first, one.last]);
    let (start, end) =
        (both.map(|one| found[one].span).into_iter().min()?, both.map(|one| found[one].span).into_iter().max()?);
    let (start, end) = (view.normalized.forward(start).0, view.normalized.forward(end).1);
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
