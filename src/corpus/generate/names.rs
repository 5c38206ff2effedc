//! Names to redraw with: by the number of bearers, and flattened, so that rare and foreign ones are seen as often as Martin.

use std::sync::LazyLock;

use super::settings::{NAMES, NameShares, Probabilities, rows};
use crate::lexicon::{Facts, Sex, Words};
use crate::replace::NameSource;

/// The names of the word lists, once; the same for every generator of a process.
pub(super) fn names() -> &'static Names {
    static ALL: LazyLock<Names> = LazyLock::new(|| Names::new(&Words::embedded(), Probabilities::embedded().names));
    &ALL
}

/// Last and first names, in the case of their owners.
pub(super) struct Names {
    shares: NameShares,
    /// By level of frequency: level `n` stands for about 2^(n−1) bearers.
    last: Vec<Vec<Box<str>>>,
    every_last: usize,
    /// Last names that are something else too: words, towns, first names, eponyms.
    words: Vec<Box<str>>,
    compound: Vec<Box<str>>,
    world: Vec<&'static str>,
    /// Rare first names: male, female, both.
    first: [Vec<Box<str>>; 3],
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Names({} last names)", self.every_last)
    }
}

/// What is too short, too long or too odd to be written as a name.
fn is_plain(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    (3..=16).contains(&letters) && word.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '-')
}

/// `le gall` → `Le Gall`.
fn titled(folded: &str) -> Box<str> {
    let mut upper = true;
    let letter = |c: char| {
        let first = std::mem::replace(&mut upper, !c.is_alphabetic());
        if first { c.to_ascii_uppercase() } else { c }
    };
    folded.chars().map(letter).collect::<String>().into()
}

impl Names {
    fn new(words: &Words, shares: NameShares) -> Self {
        let mut names = Names {
            shares,
            last: vec![Vec::new(); 16],
            every_last: 0,
            words: Vec::new(),
            compound: Vec::new(),
            world: rows::<2>(NAMES).map(|[name, _]| name).collect(),
            first: Default::default(),
        };
        words.visit(|word, facts| names.sort_in(word, facts));
        names.every_last = names.last.iter().map(Vec::len).sum();
        names.compound = names.compounds();
        names
    }

    fn sort_in(&mut self, word: &str, facts: Facts) {
        if !is_plain(word) || facts.is_title() || facts.is_grammatical() || facts.is_relative() {
            return;
        }
        let (last, first) = (facts.surname(), facts.first_name());
        if last > 0 {
            let other =
                facts.is_ordinary() || facts.is_eponym() || facts.is_medical() || facts.is_commune() || first > 6;
            // A word that a handful of people bear is a word.
            if other && last >= 5 {
                self.words.push(titled(word));
            } else if !other {
                self.last[usize::from(last)].push(titled(word));
            }
        }
        if first > 0 && !facts.is_ordinary() && !facts.is_medical() && !word.contains(' ') {
            let sex = match facts.sex() {
                Some(Sex::Male) => 0,
                Some(Sex::Female) => 1,
                None => 2,
            };
            self.first[sex].push(titled(word));
        }
    }

    /// Every usual name with another one after a hyphen.
    fn compounds(&self) -> Vec<Box<str>> {
        let usual: Vec<&str> =
            self.last.iter().skip(9).flatten().map(|name| &**name).filter(|name| !name.contains([' ', '-'])).collect();
        let other = |at: usize| usual[(at * 7919 + 3571) % usual.len()];
        (0..usual.len()).map(|at| format!("{}-{}", usual[at], other(at)).into()).collect()
    }

    /// By the number of bearers.
    fn weighted(&self, below: &mut dyn FnMut(usize) -> usize) -> Option<&str> {
        let weight = |level: usize| self.last[level].len() << level;
        let mut at = below((1..self.last.len()).map(weight).sum());
        for level in 1..self.last.len() {
            match at.checked_sub(weight(level)) {
                Some(rest) => at = rest,
                None => return self.last[level].get(at >> level).map(|name| &**name),
            }
        }
        None
    }

    fn any_last(&self, below: &mut dyn FnMut(usize) -> usize) -> Option<&str> {
        let mut at = below(self.every_last);
        for level in &self.last {
            match at.checked_sub(level.len()) {
                Some(rest) => at = rest,
                None => return level.get(at).map(|name| &**name),
            }
        }
        None
    }
}

fn one<T: AsRef<str>>(list: &'static [T], below: &mut dyn FnMut(usize) -> usize) -> Option<&'static str> {
    let at = below(list.len());
    list.get(at).map(AsRef::as_ref)
}

impl NameSource for Names {
    fn last(&'static self, below: &mut dyn FnMut(usize) -> usize) -> Option<&'static str> {
        let mut at = below(1_000_000) as f64 / 1_000_000.0;
        let mut share = |share: f64| {
            at -= share;
            at < 0.0
        };
        let shares = &self.shares;
        if share(shares.rare) {
            self.any_last(below)
        } else if share(shares.word) {
            one(&self.words, below)
        } else if share(shares.world) {
            one(&self.world, below)
        } else if share(shares.compound) {
            one(&self.compound, below)
        } else {
            self.weighted(below)
        }
    }

    fn first(&'static self, sex: Option<Sex>, below: &mut dyn FnMut(usize) -> usize) -> Option<&'static str> {
        let rare = (below(1_000_000) as f64) < 1_000_000.0 * (self.shares.rare + self.shares.world);
        let list = match sex {
            Some(Sex::Male) => 0,
            Some(Sex::Female) => 1,
            None => 2,
        };
        if rare { one(&self.first[list], below) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_name_is_drawn() {
        let names = names();
        assert!(names.every_last > 150_000 && names.words.len() > 2_000 && names.compound.len() > 1_000);
        assert!(
            names.first.iter().all(|list| list.len() > 500),
            "{:?}",
            names.first.iter().map(Vec::len).collect::<Vec<_>>()
        );
        assert!(names.words.iter().any(|name| &**name == "Petit"));
        let mut at = 0usize;
        // Numbers that go through the whole range of each draw.
        let mut below = |count: usize| {
            at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (at >> 33) % count.max(1)
        };
        let drawn: Vec<&str> = (0..3000).filter_map(|_| names.last(&mut below)).collect();
        assert_eq!(drawn.len(), 3000);
        let count = |is: &dyn Fn(&str) -> bool| drawn.iter().filter(|name| is(name)).count();
        assert!(count(&|name| names.world.contains(&name)) > 200);
        assert!(count(&|name| name.contains('-')) > 100);
        assert!(drawn.iter().collect::<std::collections::HashSet<_>>().len() > 1500);
        // `Martin` is borne by some 30,000 in the sample, and drawn often; one in 340,000 names.
        assert!(names.last.iter().skip(13).map(Vec::len).sum::<usize>() > 0);
    }

    #[test]
    fn cases_are_those_of_owners() {
        assert_eq!(&*titled("le gall"), "Le Gall");
        assert_eq!(&*titled("jean-marie"), "Jean-Marie");
    }
}
