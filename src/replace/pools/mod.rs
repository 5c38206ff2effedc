//! The lists that surrogates come from, made at build time by `compile.rs` and read in place: nothing is parsed at start.

use std::sync::OnceLock;

use crate::lexicon::Sex;

/// A list of strings in one block of bytes.
#[derive(Clone, Copy)]
pub(super) struct Pool(&'static [u8]);

/// A list of numbers in one block of bytes.
#[derive(Clone, Copy)]
struct Table(&'static [u8]);

macro_rules! embedded {
    ($kind:ident, $file:literal) => {
        $kind(include_bytes!(concat!(env!("OUT_DIR"), "/", $file)))
    };
}

static MALE: Pool = embedded!(Pool, "male.pool");
static FEMALE: Pool = embedded!(Pool, "female.pool");
static EPICENE: Pool = embedded!(Pool, "epicene.pool");
static DOUBLE_MALE: Pool = embedded!(Pool, "double_male.pool");
static DOUBLE_FEMALE: Pool = embedded!(Pool, "double_female.pool");
pub(super) static LAST: Pool = embedded!(Pool, "last.pool");
pub(super) static DOMAINS: Pool = embedded!(Pool, "domains.pool");
static MAILBOXES: Pool = embedded!(Pool, "mailboxes.pool");
static COMPLEMENTS: Pool = embedded!(Pool, "complements.pool");
static TYPES: Pool = embedded!(Pool, "types.pool");
static DEPARTMENT_CODES: Pool = embedded!(Pool, "department_codes.pool");
static DEPARTMENTS: Pool = embedded!(Pool, "departments.pool");
static TOWNS: Pool = embedded!(Pool, "towns.pool");
static TOWN_POSTCODES: Table = embedded!(Table, "town_postcodes.table");
static TOWN_CLASSES: Table = embedded!(Table, "town_classes.table");
static TOWN_NAMES: Table = embedded!(Table, "town_names.table");
static POSTCODES: Table = embedded!(Table, "postcodes.table");
static FOREIGN: Pool = embedded!(Pool, "foreign.pool");
static FOREIGN_COUNTRIES: Table = embedded!(Table, "foreign_countries.table");
static FOREIGN_NAMES: Table = embedded!(Table, "foreign_names.table");
/// Names of institutions, of streets.
pub(super) static INSTITUTIONS: Phrases =
    Phrases::new(embedded!(Pool, "institution_articles.pool"), embedded!(Pool, "institutions.pool"));
pub(super) static STREETS: Phrases =
    Phrases::new(embedded!(Pool, "street_articles.pool"), embedded!(Pool, "streets.pool"));

/// Names that go with an article, or without; rows of one article stand together.
pub(super) struct Phrases {
    articles: Pool,
    names: Pool,
    /// First row and number of rows of each article, found once.
    ranges: OnceLock<Vec<(&'static str, usize, usize)>>,
}

impl Phrases {
    const fn new(articles: Pool, names: Pool) -> Self {
        Phrases { articles, names, ranges: OnceLock::new() }
    }

    /// The names that go with an article: `le`, `la`, `les`, `l'`, `de`, or `-` for none; any number is one of them.
    pub(super) fn with(&'static self, article: &str) -> impl Fn(usize) -> &'static str {
        let ranges = self.ranges.get_or_init(|| {
            let mut ranges: Vec<(&'static str, usize, usize)> = Vec::new();
            for at in 0..self.articles.len() {
                match ranges.last_mut().filter(|range| range.0 == self.articles.get(at)) {
                    Some(range) => range.2 += 1,
                    None => ranges.push((self.articles.get(at), at, 1)),
                }
            }
            ranges
        });
        let (_, first, count) = *ranges.iter().find(|range| range.0 == article).unwrap_or(&ranges[0]);
        move |at| self.names.get(first + at % count)
    }
}

impl Pool {
    pub(super) fn len(self) -> usize {
        self.number(0) as usize
    }

    pub(super) fn get(self, at: usize) -> &'static str {
        let text = 4 * (self.len() + 2);
        let (start, end) = (self.number(at + 1) as usize, self.number(at + 2) as usize);
        std::str::from_utf8(&self.0[text + start..text + end]).expect("the build script wrote whole strings")
    }

    fn number(self, at: usize) -> u32 {
        Table(self.0).get(at)
    }

    /// Whether a sorted pool has the word.
    fn has(self, word: &str) -> bool {
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = from.midpoint(to);
            match self.get(middle).cmp(word) {
                std::cmp::Ordering::Equal => return true,
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        false
    }
}

impl Table {
    fn len(self) -> usize {
        self.0.len() / 4
    }

    fn get(self, at: usize) -> u32 {
        let bytes = &self.0[4 * at..4 * at + 4];
        u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
    }

    /// The value of a key, in a table of pairs sorted by key.
    fn find(self, key: u32) -> Option<usize> {
        let (mut from, mut to) = (0, self.len() / 2);
        while from < to {
            let middle = from.midpoint(to);
            match self.get(2 * middle).cmp(&key) {
                std::cmp::Ordering::Equal => return Some(self.get(2 * middle + 1) as usize),
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        None
    }
}

/// The first names of a sex; those of both where it is unknown.
pub(super) fn first_names(sex: Option<Sex>) -> Pool {
    match sex {
        Some(Sex::Male) => MALE,
        Some(Sex::Female) => FEMALE,
        None => EPICENE,
    }
}

/// What a hyphenated first name of a sex may start with.
pub(super) fn double_first_names(sex: Option<Sex>) -> Pool {
    if sex == Some(Sex::Male) { DOUBLE_MALE } else { DOUBLE_FEMALE }
}

/// Whether a folded word of a mail's local part names a function.
pub(super) fn is_mailbox(word: &str) -> bool {
    MAILBOXES.has(word)
}

/// Whether a folded word of an address line names its form.
pub(super) fn is_complement(word: &str) -> bool {
    COMPLEMENTS.has(word)
}

/// Whether a folded word starts an institution's name and says only what it is.
pub(super) fn is_type(word: &str) -> bool {
    TYPES.has(word)
}

/// A commune of France, by its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Town(usize);

impl Town {
    /// The most populous of that key (folded, blanks between words), if there is one.
    pub(super) fn named(key: &str) -> Option<Town> {
        TOWN_NAMES.find(hash(key)).map(Town).filter(|town| town.key() == key)
    }

    /// The most populous that has the postcode.
    pub(super) fn with_postcode(code: u32) -> Option<Town> {
        POSTCODES.find(code).map(Town)
    }

    /// Any commune that may be a surrogate of a class of population; `choice` picks.
    pub(super) fn of_class(class: usize, choice: impl FnOnce(usize) -> usize) -> Town {
        let (start, end) = (TOWN_CLASSES.get(2 * class) as usize, TOWN_CLASSES.get(2 * class + 1) as usize);
        Town(start + choice(end - start))
    }

    /// Its class of population, from 0.
    pub(super) fn class(self) -> usize {
        (1..TOWN_CLASSES.len() / 2).take_while(|class| TOWN_CLASSES.get(2 * class) as usize <= self.0).count()
    }

    pub(super) fn name(self) -> &'static str {
        TOWNS.get(self.0)
    }

    pub(super) fn postcode(self) -> u32 {
        TOWN_POSTCODES.get(self.0)
    }

    pub(super) fn key(self) -> String {
        place_key(self.name())
    }
}

/// A place's canonical form: folded, blanks between words, `st` and `ste` in full.
pub(super) fn place_key(name: &str) -> String {
    let folded = crate::text::fold(name);
    let mut key = String::with_capacity(folded.len() + 4);
    for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(match word {
            "st" => "saint",
            "ste" => "sainte",
            _ => word,
        });
    }
    key
}

/// The towns of the country of a town that is not in France: where the list starts, and how many there are.
pub(super) fn abroad(key: &str) -> Option<(usize, usize)> {
    let country = FOREIGN_NAMES.find(hash(key))?;
    let (start, end) = (FOREIGN_COUNTRIES.get(country) as usize, FOREIGN_COUNTRIES.get(country + 1) as usize);
    Some((start, end - start))
}

pub(super) fn foreign_town(at: usize) -> &'static str {
    FOREIGN.get(at)
}

/// The code of the département of a postcode: `44`, `2A`, `971`.
pub(super) fn department_code(postcode: u32) -> String {
    match postcode {
        20_000..=20_199 => "2A".to_owned(),
        20_200..=20_999 => "2B".to_owned(),
        97_000..=98_999 => (postcode / 100).to_string(),
        _ => format!("{:02}", postcode / 1000),
    }
}

/// The name of a département.
pub(super) fn department(code: &str) -> Option<&'static str> {
    (0..DEPARTMENT_CODES.len()).find(|at| DEPARTMENT_CODES.get(*at) == code).map(|at| DEPARTMENTS.get(at))
}

/// FNV-1a, 32 bits, as the build script computes it.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pools_are_large_enough_and_safe_to_write() {
        assert!(MALE.len() > 500 && FEMALE.len() > 700 && EPICENE.len() > 15 && LAST.len() >= 10_000);
        for pool in [MALE, FEMALE, EPICENE, LAST, TOWNS] {
            assert!((0..pool.len()).all(|at| !pool.get(at).is_empty()));
        }
        for pool in [MALE, FEMALE, EPICENE, LAST] {
            for name in (0..pool.len()).map(|at| pool.get(at)) {
                let letters = |c: char| c.is_ascii_alphabetic() || "àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ".contains(c);
                assert!(name.chars().all(letters), "{name}");
            }
        }
        for article in ["le", "la", "les", "l'", "-"] {
            assert!(!INSTITUTIONS.with(article)(0).is_empty() && !STREETS.with(article)(3).is_empty());
        }
    }

    #[test]
    fn towns_are_found_by_name_and_postcode() {
        let nantes = Town::named("nantes").unwrap();
        assert_eq!((nantes.name(), nantes.postcode(), nantes.class()), ("Nantes", 44000, 8));
        assert_eq!(Town::with_postcode(44300), Some(nantes));
        assert_eq!(Town::named("xyzzy"), None);
        assert_eq!(place_key("St-Étienne de Crossey"), "saint etienne de crossey");
        for class in 0..9 {
            let (first, last) = (Town::of_class(class, |_| 0), Town::of_class(class, |count| count - 1));
            assert_eq!((first.class(), last.class()), (class, class));
        }
        assert!(abroad("tirana").is_some() && abroad("xyzzy").is_none());
        assert_eq!((department_code(44300).as_str(), department_code(20167).as_str()), ("44", "2A"));
        assert_eq!((department_code(97110).as_str(), department("971")), ("971", Some("Guadeloupe")));
        assert!(is_complement("bat") && !is_complement("lilas") && is_mailbox("secretariat") && !is_mailbox("morel"));
    }
}
