//! Makes the pools that surrogates are taken from, at build time: part of `build.rs`, not of the crate.
//!
//! A *pool* file is a list of strings: `count: u32`, `count + 1` ends (`u32`, the first is 0), then the text. A *table* file is a
//! list of `u32`. All little-endian, read in place by `pools/mod.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::compile::each;
use crate::pack::{Words, bits, key};

/// Fewest bearers of a first name that may be a surrogate.
const FEWEST_FIRST_NAMES: u64 = 900;
/// How many last names the pool holds.
const LAST_NAMES: usize = 16_000;
/// Upper bounds of the classes of population, below which a town belongs to the class; the last class has no bound.
pub(crate) const CLASSES: [u64; 8] = [200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000];

type Files = Vec<(&'static str, Vec<u8>)>;

/// Every pool and table, by file name.
///
/// # Errors
/// A list that cannot be read, with its line.
pub(crate) fn pools(lexicons: &Path, words: &Words) -> Result<Files, String> {
    let mut files = Files::new();
    first_names(lexicons, words, &mut files)?;
    last_names(lexicons, words, &mut files)?;
    towns(lexicons, words, &mut files)?;
    foreign(lexicons, words, &mut files)?;
    for (list, [articles, names]) in [
        ("etablissements", ["institution_articles.pool", "institutions.pool"]),
        ("voies", ["street_articles.pool", "streets.pool"]),
    ] {
        let rows = rows(lexicons, &format!("surrogates/{list}.tsv"), &["article", "nom"])?;
        files.push((articles, pool(rows.iter().map(|row| row[0].as_str()))));
        files.push((names, pool(rows.iter().map(|row| row[1].as_str()))));
    }
    let departments = rows(lexicons, "surrogates/departements.tsv", &["code", "nom"])?;
    files.push(("department_codes.pool", pool(departments.iter().map(|row| row[0].as_str()))));
    files.push(("departments.pool", pool(departments.iter().map(|row| row[1].as_str()))));
    let doubles = rows(lexicons, "surrogates/prenoms_doubles.tsv", &["prenom", "sexe"])?;
    for (sex, file) in [("m", "double_male.pool"), ("f", "double_female.pool")] {
        let of_sex = doubles.iter().filter(|row| row[1] == sex);
        files.push((file, pool(of_sex.map(|row| row[0].as_str()))));
    }
    for (list, column, file) in [
        ("domaines", "nom", "domains.pool"),
        ("boites", "mot", "mailboxes.pool"),
        ("complements", "mot", "complements.pool"),
        ("types", "mot", "types.pool"),
    ] {
        let rows = rows(lexicons, &format!("surrogates/{list}.tsv"), &[column])?;
        let words: BTreeSet<String> = rows.iter().map(|row| key(&row[0]).replace(' ', "-")).collect();
        files.push((file, pool(words.iter().map(String::as_str))));
    }
    Ok(files)
}

fn first_names(lexicons: &Path, words: &Words, files: &mut Files) -> Result<(), String> {
    const BAD: u64 =
        bits::ORDINARY | bits::EPONYM | bits::DRUG | bits::MEDICAL | bits::PARTICLE | bits::TITLE | bits::PLACE;
    let mut by_sex: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for row in rows(lexicons, "names/prenoms.tsv", &["prenom", "sexe", "compte"])? {
        let count: u64 = row[2].parse().unwrap_or(0);
        let fewest = if row[1] == "x" { FEWEST_FIRST_NAMES * 5 } else { FEWEST_FIRST_NAMES };
        if count >= fewest && is_plain(&row[0], 3, 11) && fact(words, &row[0], BAD) == 0 && seen.insert(key(&row[0])) {
            by_sex.entry(row[1].clone()).or_default().push((count, title(&row[0])));
        }
    }
    for (sex, file) in [("m", "male.pool"), ("f", "female.pool"), ("x", "epicene.pool")] {
        let mut names = by_sex.remove(sex).unwrap_or_default();
        names.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        files.push((file, pool(names.iter().map(|(_, name)| name.as_str()))));
    }
    Ok(())
}

fn last_names(lexicons: &Path, words: &Words, files: &mut Files) -> Result<(), String> {
    const BAD: u64 = bits::ORDINARY
        | bits::EPONYM
        | bits::DRUG
        | bits::MEDICAL
        | bits::PARTICLE
        | bits::TITLE
        | bits::PLACE
        | bits::FOREIGN_TOWN
        | bits::FUNCTION
        | bits::RELATIVE
        | bits::INSTITUTION
        | 15 << bits::TOWN;
    let except: BTreeSet<String> =
        rows(lexicons, "surrogates/noms.except.tsv", &["nom"])?.iter().map(|row| key(&row[0])).collect();
    let mut names: Vec<(u64, String)> = Vec::new();
    for row in rows(lexicons, "names/noms.tsv.gz", &["nom", "compte"])? {
        let first_name = (fact(words, &row[0], u64::MAX) >> bits::FIRST_NAME) & 15;
        if is_plain(&row[0], 4, 12)
            && fact(words, &row[0], BAD) == 0
            && first_name < 6
            && !except.contains(&key(&row[0]))
        {
            names.push((row[1].parse().unwrap_or(0), title(&row[0])));
        }
    }
    names.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    names.dedup_by(|a, b| key(&a.1) == key(&b.1));
    names.truncate(LAST_NAMES);
    files.push(("last.pool", pool(names.iter().map(|(_, name)| name.as_str()))));
    Ok(())
}

struct Town {
    name: String,
    /// As the list has them, apart by bars; the first is `code`.
    codes: String,
    code: u32,
    class: usize,
    population: u64,
    fit: bool,
}

fn towns(lexicons: &Path, words: &Words, files: &mut Files) -> Result<(), String> {
    let columns = ["nom", "codes_postaux", "population", "type"];
    let mut towns = Vec::new();
    let mut postcodes: BTreeMap<u32, (u64, usize)> = BTreeMap::new();
    for row in &rows(lexicons, "places/communes.tsv", &columns)? {
        let population: u64 = row[2].parse().unwrap_or(0);
        let Some(code) = row[1].split('|').find_map(|code| code.parse::<u32>().ok()) else { continue };
        let class = CLASSES.iter().position(|bound| population < *bound).unwrap_or(CLASSES.len());
        let letters = row[0].chars().filter(|c| c.is_alphabetic()).count();
        let fit = row[3] == "commune"
            && code < 96_000
            && !(75_000..76_000).contains(&code)
            && (4..=18).contains(&letters)
            && row[0].chars().all(|c| is_french(c) || c == '-' || c == '\'')
            && fact(words, &row[0], bits::ORDINARY | bits::MEDICAL | bits::DRUG) == 0;
        towns.push(Town { name: row[0].clone(), codes: row[1].clone(), code, class, population, fit });
    }
    towns.sort_by(|a, b| (a.class, !a.fit, &a.name, a.code).cmp(&(b.class, !b.fit, &b.name, b.code)));
    for (at, town) in towns.iter().enumerate() {
        for code in town.codes.split('|').filter_map(|code| code.parse::<u32>().ok()) {
            let best = postcodes.entry(code).or_insert((town.population, at));
            if town.population > best.0 {
                *best = (town.population, at);
            }
        }
    }
    let mut names: BTreeMap<u32, (u64, usize)> = BTreeMap::new();
    for (at, town) in towns.iter().enumerate() {
        let best = names.entry(hash(&key(&town.name))).or_insert((town.population, at));
        if town.population > best.0 {
            *best = (town.population, at);
        }
    }
    let mut classes = Vec::new();
    for class in 0..=CLASSES.len() {
        let start = towns.partition_point(|town| town.class < class);
        let fit = towns[start..].iter().take_while(|town| town.class == class && town.fit).count();
        classes.extend([start as u32, (start + fit) as u32]);
    }
    files.push(("towns.pool", pool(towns.iter().map(|town| town.name.as_str()))));
    files.push(("town_postcodes.table", table(towns.iter().map(|town| town.code))));
    files.push(("town_classes.table", table(classes.into_iter())));
    files.push(("town_names.table", pairs(names.iter().map(|(name, (_, at))| (*name, *at)))));
    files.push(("postcodes.table", pairs(postcodes.iter().map(|(code, (_, at))| (*code, *at)))));
    Ok(())
}

/// Towns of other countries, by country; a table of names points into the list of countries' bounds.
fn foreign(lexicons: &Path, words: &Words, files: &mut Files) -> Result<(), String> {
    let mut by_country: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let rows = rows(lexicons, "places/villes_monde.tsv.gz", &["nom", "pays", "autres"])?;
    for row in &rows {
        let fit = row[0].chars().all(|c| is_french(c) || matches!(c, '-' | ' '))
            && (4..=16).contains(&row[0].chars().count())
            && fact(words, &row[0], bits::ORDINARY | bits::MEDICAL | bits::DRUG) == 0;
        let towns = by_country.entry(row[1].clone()).or_default();
        if fit && towns.len() < 60 {
            towns.push(row[0].clone());
        }
    }
    let countries: Vec<&String> = by_country.keys().collect();
    let mut names: BTreeMap<u32, usize> = BTreeMap::new();
    for row in &rows {
        let country = countries.iter().position(|country| **country == row[1]).unwrap_or(0);
        for name in row[2].split('|').chain([row[0].as_str()]).filter(|name| !name.is_empty()) {
            names.entry(hash(&key(name))).or_insert(country);
        }
    }
    let mut ends = vec![0u32];
    for towns in by_country.values() {
        ends.push(ends[ends.len() - 1] + towns.len() as u32);
    }
    files.push(("foreign.pool", pool(by_country.values().flatten().map(String::as_str))));
    files.push(("foreign_countries.table", table(ends.into_iter())));
    files.push(("foreign_names.table", pairs(names.into_iter())));
    Ok(())
}

fn rows(lexicons: &Path, list: &str, columns: &[&str]) -> Result<Vec<Vec<String>>, String> {
    let mut rows = Vec::new();
    each(lexicons, list, columns, |row| {
        rows.push(row.iter().map(|cell| (*cell).to_owned()).collect());
        Ok(())
    })?;
    Ok(rows)
}

fn fact(words: &Words, name: &str, mask: u64) -> u64 {
    words.get(&key(name)).copied().unwrap_or(0) & mask
}

/// Letters of French only: those of both Windows-1252 and ISO-8859-15.
fn is_plain(name: &str, shortest: usize, longest: usize) -> bool {
    (shortest..=longest).contains(&name.chars().count()) && name.chars().all(is_french)
}

fn is_french(c: char) -> bool {
    c.is_ascii_alphabetic() || "àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ".contains(c)
}

fn title(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters.flat_map(char::to_lowercase)).collect()
}

/// FNV-1a, 32 bits; the reader checks what it finds.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

fn pool<'n>(names: impl Iterator<Item = &'n str>) -> Vec<u8> {
    let names: Vec<&str> = names.collect();
    let mut bytes = (names.len() as u32).to_le_bytes().to_vec();
    let mut end = 0u32;
    bytes.extend(end.to_le_bytes());
    for name in &names {
        end += name.len() as u32;
        bytes.extend(end.to_le_bytes());
    }
    bytes.extend(names.concat().into_bytes());
    bytes
}

fn table(values: impl Iterator<Item = u32>) -> Vec<u8> {
    values.flat_map(u32::to_le_bytes).collect()
}

fn pairs(values: impl Iterator<Item = (u32, usize)>) -> Vec<u8> {
    table(values.flat_map(|(key, value)| [key, value as u32]))
}
