//! Surrogates of towns and postcodes, coherent with each other; and what is left of them when generalised.

use std::cell::RefCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::case::{Writing, bare_key, unread};
use super::draw::Unit;
use super::numbers::Digits;
use super::pools::{self, Town, place_key};
use crate::detect::Detection;
use crate::text::Label;

const TRIES: usize = 80;
/// A postcode alone takes the town of the same one among so many detections, so that time stays linear.
const FURTHEST: usize = 1000;
/// Class of a place that no list knows: 2,000 to 5,000 inhabitants.
const UNKNOWN_CLASS: usize = 4;

/// The towns of a document and what stands for them.
pub(super) struct Places<'d> {
    text: &'d str,
    unit: &'d Unit,
    writing: Writing,
    avoid: &'d FxHashSet<&'d str>,
    chosen: RefCell<FxHashMap<String, Option<Place>>>,
    used: RefCell<FxHashSet<&'static str>>,
}

/// A surrogate town.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) name: &'static str,
    postcode: Option<u32>,
}

impl<'d> Places<'d> {
    pub(super) fn new(text: &'d str, unit: &'d Unit, writing: Writing, avoid: &'d FxHashSet<&'d str>) -> Self {
        Places { text, unit, writing, avoid, chosen: RefCell::default(), used: RefCell::default() }
    }

    /// What stands for the town of that key: one of like population, or of the same country.
    pub(super) fn place(&self, key: &str) -> Option<Place> {
        if let Some(place) = self.chosen.borrow().get(key) {
            return *place;
        }
        let place = self.choose(key);
        self.used.borrow_mut().extend(place.map(|place| place.name));
        self.chosen.borrow_mut().insert(key.to_owned(), place);
        place
    }

    fn choose(&self, key: &str) -> Option<Place> {
        let mut draw = self.unit.draw("ville", key);
        let town = Town::named(key);
        let abroad = if town.is_some() { None } else { pools::abroad(key).filter(|(_, count)| *count >= 4) };
        let class = town.map_or(UNKNOWN_CLASS, Town::class);
        for _ in 0..TRIES {
            let place = match abroad {
                Some((start, count)) => Place { name: pools::foreign_town(start + draw.below(count)), postcode: None },
                None => {
                    let other = Town::of_class(class, |count| draw.below(count));
                    Place { name: other.name(), postcode: Some(other.postcode()) }
                }
            };
            if self.is_free(key, place) && (town.is_none() || place.postcode != town.map(Town::postcode)) {
                return Some(place);
            }
        }
        None
    }

    /// Whether no word of a town's name that tells it apart is a word of the document, or of another surrogate.
    fn is_free(&self, key: &str, place: Place) -> bool {
        let name = place_key(place.name);
        let tells = |word: &&str| word.len() >= 4 && !matches!(*word, "saint" | "sainte" | "sous" | "mont" | "bois");
        let clash = name
            .split(' ')
            .filter(tells)
            .any(|word| self.avoid.contains(word) || key.split(' ').any(|one| one == word));
        !clash && name != key && !self.used.borrow().contains(place.name)
    }

    /// A town as written: its case, its CEDEX, its blanks or hyphens.
    pub(super) fn town(&self, surface: &str) -> Option<String> {
        let (head, tail) = split_cedex(surface);
        let place = self.place(&town_key(head))?;
        let name = if head.contains(' ') && !head.contains('-') {
            place.name.replace('-', " ")
        } else {
            place.name.to_owned()
        };
        Some(self.writing.phrase(&name, head) + tail)
    }

    /// A postcode as written, that of the surrogate of the town beside it.
    pub(super) fn postcode(&self, found: &[Detection], at: usize) -> Option<String> {
        let surface = found[at].span.slice(self.text);
        let digits = Digits::of(surface);
        let code: u32 = digits.compact().parse().ok()?;
        let same = |one: &usize| {
            found[*one].label == Label::ZIP && Digits::of(found[*one].span.slice(self.text)).values == digits.values
        };
        let beside = self
            .town_beside(found, at)
            .or_else(|| (0..found.len().min(FURTHEST)).filter(same).find_map(|one| self.town_beside(found, one)));
        let (key, cedex) = match beside {
            Some(town) => (town_key(split_cedex(town).0), !split_cedex(town).1.is_empty()),
            None => (Town::with_postcode(code)?.key(), false),
        };
        let place = self.place(&key)?;
        let mut new = place.postcode?;
        if digits.len() != 5 {
            return None;
        }
        let mut draw = self.unit.draw("cedex", &key);
        while new == code || cedex && new % 10 == 0 {
            new = new / 1000 * 1000 + 1 + draw.below(999) as u32;
        }
        Some(digits.fill(format!("{new:05}").as_bytes()))
    }

    /// The town of a postcode: right after it, or right before.
    fn town_beside(&self, found: &[Detection], at: usize) -> Option<&'d str> {
        let near = |start: usize, end: usize| {
            let gap = &self.text[start..end];
            gap.len() <= 6 && !gap.chars().any(char::is_alphanumeric)
        };
        let is_town = |one: &&Detection| one.label == Label::VILLE;
        let after = found.get(at + 1).filter(is_town).filter(|one| near(found[at].span.end(), one.span.start()));
        let before = at.checked_sub(1).and_then(|before| found.get(before)).filter(is_town);
        let before = before.filter(|one| near(one.span.end(), found[at].span.start()));
        after.or(before).map(|one| one.span.slice(self.text))
    }

    /// The code of the département of a postcode.
    pub(super) fn department_code(surface: &str) -> Option<String> {
        let digits = Digits::of(surface);
        let code: u32 = digits.compact().parse().ok()?;
        (digits.len() == 5).then(|| pools::department_code(code)).filter(|code| pools::department(code).is_some())
    }

    /// The name of the département of a town; that of the postcode beside it if there is one.
    pub(super) fn department(&self, found: &[Detection], at: usize) -> Option<&'static str> {
        let by_code = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().find_map(|beside| {
            let zip = found.get(beside).filter(|one| one.label == Label::ZIP)?;
            self.town_beside(found, beside)?;
            Self::department_code(zip.span.slice(self.text))
        });
        let by_name = || {
            let town = Town::named(&town_key(split_cedex(found[at].span.slice(self.text)).0))?;
            Some(pools::department_code(town.postcode()))
        };
        pools::department(&by_code.or_else(by_name)?)
    }
}

/// A town's name and what follows it: blanks, `CEDEX`, its number.
fn split_cedex(surface: &str) -> (&str, &str) {
    let lower = surface.to_ascii_lowercase();
    let Some(at) = lower.find("cedex").or_else(|| lower.find("cédex")).filter(|at| *at > 0) else {
        return (surface, "");
    };
    let head = surface[..at].trim_end();
    (head, &surface[head.len()..])
}

/// A town's key, without the number of an arrondissement, misread digits as letters.
pub(super) fn town_key(surface: &str) -> String {
    let mut key = place_key(&unread(surface));
    while let Some((head, last)) =
        key.rsplit_once(' ').filter(|(_, last)| last.starts_with(|c: char| c.is_ascii_digit()))
    {
        debug_assert!(!last.is_empty());
        key.truncate(head.len());
    }
    key
}

/// Puts the line breaks of a text into another one, as near as may be to where they were.
pub(super) fn keep_breaks(new: String, written: &str) -> String {
    let breaks: Vec<(usize, &str)> = line_breaks(written);
    if breaks.is_empty() || line_breaks(&new).len() == breaks.len() {
        return new;
    }
    let mut out = new;
    for (at, text) in breaks {
        let target = at * out.len() / written.len().max(1);
        let gaps = out.char_indices().filter(|(_, c)| matches!(c, ' ' | '-')).map(|(at, _)| at);
        match gaps.min_by_key(|gap| gap.abs_diff(target)) {
            Some(gap) if out.as_bytes()[gap] == b' ' => out.replace_range(gap..gap + 1, text),
            Some(gap) => out.insert_str(gap + 1, text),
            None => out.push_str(text),
        }
    }
    out
}

/// The runs of blanks that hold a line's end, and where they start.
fn line_breaks(text: &str) -> Vec<(usize, &str)> {
    let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    let mut breaks = Vec::new();
    let mut from = 0;
    while let Some(found) = text[from..].find(['\n', '\r']).map(|at| at + from) {
        let start = text[from..found].trim_end_matches(blank).len() + from;
        let end = text[found..].find(|c: char| !blank(c)).map_or(text.len(), |len| found + len);
        breaks.push((start, &text[start..end]));
        from = end;
    }
    breaks
}

/// Whether a word of a place or institution is only grammar.
pub(super) fn key_of_words(words: &[&str]) -> String {
    words.iter().map(|word| bare_key(word)).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn town_keys() {
        assert_eq!(town_key("Paris 12e"), "paris");
        assert_eq!(town_key("ST ETIENNE DE CR0SSEY"), "saint etienne de crossey");
        assert_eq!(split_cedex("NANTES CEDEX 1"), ("NANTES", " CEDEX 1"));
        assert_eq!(keep_breaks("rue des Lilas".to_owned(), "rue du\n  Pont"), "rue des\n  Lilas");
        assert_eq!(keep_breaks("Lilas".to_owned(), "Val\nJoli"), "Lilas\n");
    }
}
