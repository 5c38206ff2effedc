//! Every different name of a document: which is a misspelling of which, and what stands for each.

use rustc_hash::{FxHashMap, FxHashSet};

use super::class::Class;
use crate::detect::closure::one_edit;
use crate::lexicon::{Sex, Words};
use crate::replace::NameSource;
use crate::replace::case::bare_key;
use crate::replace::draw::Unit;
use crate::text::{Document, Label};

/// With more different names than this, a document's misspellings are names of their own: the search compares all pairs.
const MOST_COMPARED: usize = 400;
const TRIES: usize = 120;

/// The names of a document, in the order they come.
#[derive(Default)]
pub(super) struct Roles {
    pub(super) all: Vec<Name>,
    by_key: FxHashMap<(Class, String), usize>,
}

pub(super) struct Name {
    class: Class,
    pub(super) key: String,
    pub(super) count: usize,
    pub(super) patient: bool,
    /// Given by the warehouse.
    known: bool,
    /// After `Le`, `de`: a vowel would not do.
    pub(super) consonant: bool,
    /// Known to the lists as a name of its kind.
    listed: bool,
    pub(super) sex: Option<Sex>,
    /// The name it is a misspelling of, or itself.
    root: usize,
    surrogate: Option<&'static str>,
}

impl Roles {
    /// The name of that class and key, made if it is new; `sex` tells that of a new first name the lists do not know.
    pub(super) fn add(&mut self, class: Class, key: &str, words: &Words, sex: impl FnOnce() -> Option<Sex>) -> usize {
        if let Some(&name) = self.by_key.get(&(class, key.to_owned())) {
            if class == Class::First && self.all[name].sex.is_none() && !self.all[name].listed {
                self.all[name].sex = sex();
            }
            return name;
        }
        let facts = words.facts(key);
        let listed = if class == Class::Last { facts.surname() > 0 } else { facts.first_name() > 0 };
        // A name of both sexes stays one, so that documents which tell and which do not agree.
        let sex = facts.sex().or_else(|| if listed || class != Class::First { None } else { sex() });
        let name = self.all.len();
        self.by_key.insert((class, key.to_owned()), name);
        self.all.push(Name {
            class,
            key: key.to_owned(),
            count: 0,
            patient: false,
            known: false,
            consonant: false,
            listed,
            sex,
            root: name,
            surrogate: None,
        });
        name
    }

    pub(super) fn surrogate(&self, name: usize) -> Option<&'static str> {
        self.all[self.all[name].root].surrogate
    }

    /// The surrogate of a folded word that is a name of the document, whatever its class.
    pub(super) fn surrogate_of(&self, key: &str) -> Option<&'static str> {
        let classes =
            [Class::Last, Class::First, Class::DoubleMale, Class::DoubleFemale, Class::NextMale, Class::NextFemale];
        let found = classes.into_iter().find_map(|class| self.by_key.get(&(class, key.to_owned())));
        found.and_then(|name| self.surrogate(*name))
    }

    /// Whether two names are one, misspellings included.
    pub(super) fn is_same(&self, a: usize, b: usize) -> bool {
        self.all[a].root == self.all[b].root
    }

    /// Marks the names that the warehouse gives.
    pub(super) fn know(&mut self, doc: &Document) {
        for (label, value) in doc.known().0.iter().filter(|(label, _)| label.is_name()) {
            let class = if *label == Label::NOM { Class::Last } else { Class::First };
            for part in value.split(|c: char| !c.is_alphanumeric()) {
                if let Some(&name) = self.by_key.get(&(class, bare_key(part))) {
                    self.all[name].known = true;
                }
            }
        }
    }

    /// Sends each name to the better attested one that is a letter away: known, the patient's, more frequent, listed.
    pub(super) fn link_misspellings(&mut self) {
        let all = &self.all;
        if all.len() > MOST_COMPARED {
            return;
        }
        let weight = |at: usize| (all[at].known, all[at].patient, all[at].count, all[at].listed);
        let mut order: Vec<usize> = (0..all.len()).filter(|at| all[*at].key.len() >= 5).collect();
        order.sort_by(|a, b| weight(*b).cmp(&weight(*a)).then(all[*a].key.cmp(&all[*b].key)));
        let mut links = Vec::new();
        let mut roots: Vec<usize> = Vec::with_capacity(order.len());
        for at in order {
            let name = &all[at];
            // Two first names that lists know are two people: Louis and Louise.
            let own = name.known || name.class != Class::Last && name.listed;
            let near = |better: &&usize| {
                all[**better].class == name.class
                    && weight(**better) > weight(at)
                    && one_edit(&all[**better].key, &name.key)
            };
            match roots.iter().find(near).filter(|_| !own) {
                Some(root) => links.push((at, *root)),
                None => roots.push(at),
            }
        }
        for (name, root) in links {
            self.all[name].root = root;
        }
    }

    /// Gives every name its surrogate: none of `avoid`, none of the names, another first letter so that initials change too.
    ///
    /// The patient's names choose first, then by secret order: what else a document holds hardly ever changes a choice.
    pub(super) fn choose(&mut self, unit: &Unit, avoid: &FxHashSet<&str>, source: Option<&'static dyn NameSource>) {
        let secrets: Vec<[u8; 32]> = self.all.iter().map(|name| unit.bytes(name.class.domain(), &name.key)).collect();
        let mut order: Vec<usize> = (0..self.all.len()).filter(|at| self.all[*at].root == *at).collect();
        order.sort_by_key(|at| (!self.all[*at].patient, secrets[*at], self.all[*at].class));
        let keys: FxHashSet<&str> = self.all.iter().map(|name| name.key.as_str()).collect();
        let mut used: FxHashSet<&'static str> = FxHashSet::default();
        let mut chosen = Vec::with_capacity(order.len());
        for at in order {
            let name = &self.all[at];
            let is_free = |key: &str| !avoid.contains(key) && !keys.contains(key);
            let choice = |class: Class| name.choice(class, secrets[at], source, &is_free, &used);
            let surrogate = choice(name.class);
            let wider = || name.class.wider().and_then(choice);
            let surrogate = surrogate.or_else(wider);
            used.extend(surrogate);
            chosen.push((at, surrogate));
        }
        for (at, surrogate) in chosen {
            self.all[at].surrogate = surrogate;
        }
    }
}

impl Name {
    fn choice(
        &self,
        class: Class,
        secret: [u8; 32],
        source: Option<&'static dyn NameSource>,
        is_free: &impl Fn(&str) -> bool,
        used: &FxHashSet<&'static str>,
    ) -> Option<&'static str> {
        let (pool, width) = class.pool(self.sex);
        let mut draw = crate::replace::draw::Draw::of(secret);
        // A document of more names than the pool has: the same surrogate again, rather than none.
        let scarce = class.is_shared() || used.len() * 4 > width * 3;
        let mut again = None;
        for _ in 0..TRIES {
            let below = &mut |count: usize| draw.below(count);
            let given = source.and_then(|source| match class {
                Class::Last => source.last(below),
                Class::First => source.first(self.sex, below),
                _ => None,
            });
            let candidate = given.unwrap_or_else(|| {
                let one = draw.below(width);
                // First names stand by how frequent they are: the better of two is the more usual.
                pool.get(if class == Class::Last { one } else { one.min(draw.below(width)) })
            });
            let key = bare_key(candidate);
            let vowel = key.starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'h']);
            let other = key.as_bytes().first() != self.key.as_bytes().first();
            if !other || vowel && self.consonant || !is_free(&key) || !parts_are_free(candidate, is_free) {
                continue;
            }
            if scarce || !used.contains(candidate) {
                return Some(candidate);
            }
            again = Some(candidate);
        }
        again
    }
}

/// Whether no word of a name of several words (`Le Gall`) is taken.
fn parts_are_free(name: &str, is_free: &impl Fn(&str) -> bool) -> bool {
    let mut words =
        name.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() >= 4 && word.len() < name.len());
    words.all(|word| is_free(&bare_key(word)))
}
