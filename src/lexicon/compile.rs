//! Compiles the word lists of `lexicons/` into one automaton: folded word or phrase → what is known of it.
//!
//! Part of the build script alone.

use std::io::Read as _;
use std::path::Path;

use crate::pack::{Words, bits, flag, key, level};

/// Likelihoods that `words/ambigus.tsv` may give.
pub(crate) const LIKELIHOODS: [&str; 5] = ["0.01", "0.05", "0.2", "0.5", "0.8"];

/// What the word lists say of every word and phrase.
///
/// # Errors
/// The first file that cannot be read or whose columns are not the expected ones, with its line.
pub(crate) fn table(lexicons: &Path) -> Result<Words, String> {
    let mut words = Words::new();
    fill(lexicons, &mut words)?;
    Ok(words)
}

/// The automaton of a table, as bytes.
///
/// # Errors
/// What the builder of the automaton refuses.
pub(crate) fn automaton(words: Words) -> Result<Vec<u8>, String> {
    let mut builder = fst::MapBuilder::memory();
    builder.extend_iter(words).map_err(|error| error.to_string())?;
    builder.into_inner().map_err(|error| error.to_string())
}

fn fill(lexicons: &Path, words: &mut Words) -> Result<(), String> {
    each(lexicons, "names/noms.tsv.gz", &["nom", "compte"], |row| {
        level(words, row[0], bits::SURNAME, row[1]);
        Ok(())
    })?;
    each(lexicons, "names/prenoms.tsv", &["prenom", "sexe", "compte"], |row| {
        level(words, row[0], bits::FIRST_NAME, row[2]);
        let entry = words.entry(key(row[0])).or_default();
        *entry &= !(3 << bits::SEX);
        *entry |= sex(row[1])? << bits::SEX;
        Ok(())
    })?;
    each(lexicons, "words/formes.tsv.gz", &["forme", "nature"], |row| {
        form(words, row[0], row[1]);
        Ok(())
    })?;
    each(lexicons, "words/ambigus.tsv", &["mot", "sens", "p_nom"], |row| {
        let rank = LIKELIHOODS.iter().position(|known| *known == row[2]).ok_or("a likelihood that is not listed")?;
        let entry = words.entry(key(row[0])).or_default();
        *entry &= !(7 << bits::LIKELIHOOD);
        *entry |= (rank as u64 + 1) << bits::LIKELIHOOD;
        Ok(())
    })?;
    each(lexicons, "words/medicaux.tsv.gz", &["mot"], |row| {
        flag(words, row[0], bits::MEDICAL);
        Ok(())
    })?;
    each(
        lexicons,
        "places/communes.tsv",
        &["nom", "codes_postaux", "insee", "population", "type", "departement"],
        |row| {
            level(words, row[0], bits::TOWN, row[3]);
            flag(words, row[0], bits::COMMUNE);
            if row[0].contains("-sur-") {
                let slashed = row[0].replacen("-sur-", "-s-", 1);
                level(words, &slashed, bits::TOWN, row[3]);
                flag(words, &slashed, bits::COMMUNE);
            }
            short_town(words, row[0], row[3]);
            Ok(())
        },
    )?;
    each(lexicons, "places/mots.tsv", &["mot", "sens"], |row| {
        let bit = match row[1] {
            "complement" => bits::ADDRESS_PART,
            "lieu" => bits::PLACE_NOUN,
            "relief" => bits::LANDSCAPE,
            "fort" => bits::STRONG_TYPE,
            "voie" => bits::STREET_SURE,
            "service" => bits::SERVICE,
            _ => return Err("a sense is complement, lieu, relief, fort, voie or service".to_owned()),
        };
        flag(words, row[0], bit);
        Ok(())
    })?;
    each(lexicons, "places/villes_monde.tsv.gz", &["nom", "pays", "population", "autres"], |row| {
        for name in row[3].split('|').chain([row[0]]).filter(|name| !name.is_empty()) {
            level(words, name, bits::TOWN, row[2]);
            flag(words, name, bits::FOREIGN_TOWN);
        }
        Ok(())
    })?;
    each(lexicons, "places/types_voie.tsv", &["type", "abreviations"], |row| {
        for name in row[1].split('|').chain([row[0]]) {
            flag(words, name, bits::STREET_TYPE);
        }
        Ok(())
    })?;
    each(lexicons, "places/voies.tsv.gz", &["nom"], |row| {
        flag(words, row[0], bits::STREET_NAME);
        Ok(())
    })?;
    each(lexicons, "places/etablissements.tsv", &["nom", "type", "ville", "seul"], |row| {
        flag(words, row[0], bits::INSTITUTION | if row[3] == "1" { bits::INSTITUTION_ALONE } else { 0 });
        Ok(())
    })?;
    each(lexicons, "places/types_etablissement.tsv", &["mot", "abreviations", "sorte"], |row| {
        for name in row[1].split('|').chain([row[0]]) {
            flag(words, name, bits::INSTITUTION_TYPE);
        }
        Ok(())
    })?;
    each(lexicons, "places/generiques.tsv", &["mot"], |row| {
        flag(words, row[0], bits::GENERIC);
        Ok(())
    })?;
    each(lexicons, "names/complements.tsv", &["nom"], |row| {
        flag(words, row[0], bits::OF_PERSON);
        Ok(())
    })?;
    for list in ["eponymes", "eponymes.ajouts"] {
        each(lexicons, &format!("shield/{list}.tsv"), &["nom", "seul"], |row| {
            flag(words, row[0], bits::EPONYM | if row[1] == "1" { bits::EPONYM_ALONE } else { 0 });
            Ok(())
        })?;
    }
    each(lexicons, "shield/declencheurs.tsv", &["mot", "place"], |row| {
        flag(words, row[0], if row[1] == "apres" { bits::TRIGGER_AFTER } else { bits::TRIGGER_BEFORE });
        Ok(())
    })?;
    each(lexicons, "shield/medicaments.tsv.gz", &["nom", "atc"], |row| {
        flag(words, row[0], bits::DRUG);
        Ok(())
    })?;
    for list in ["bacteries", "genes", "dispositifs", "divers"] {
        each(lexicons, &format!("shield/{list}.tsv"), &["nom"], |row| {
            flag(words, row[0], bits::MEDICAL);
            Ok(())
        })?;
    }
    each(lexicons, "names/titres.tsv", &["titre", "sexe", "role"], |row| {
        flag(words, row[0], bits::TITLE | sex(row[1])? << bits::SEX | role(row[2])? << bits::ROLE);
        Ok(())
    })?;
    each(lexicons, "names/fonctions.tsv", &["fonction", "role"], |row| {
        flag(words, row[0], bits::FUNCTION | role(row[1])? << bits::ROLE);
        Ok(())
    })?;
    each(lexicons, "names/annonces.tsv", &["annonce", "role", "place"], |row| {
        let place = match row[2] {
            "avant" => bits::CUE_BEFORE,
            "apres" => bits::CUE_AFTER,
            "champ" => bits::CUE_BEFORE | bits::FIELD,
            "autre" => bits::FIELD,
            "scribe" => bits::SCRIBE,
            _ => return Err("a place is avant, apres, champ, autre or scribe".to_owned()),
        };
        flag(words, row[0], place | role(row[1])? << bits::ROLE);
        Ok(())
    })?;
    each(lexicons, "names/parents.tsv", &["mot", "sexe"], |row| {
        flag(words, row[0], bits::RELATIVE | sex(row[1])? << bits::SEX);
        Ok(())
    })?;
    each(lexicons, "names/particules.tsv", &["particule"], |row| {
        flag(words, row[0], bits::PARTICLE);
        Ok(())
    })
}

/// `Salaise-sur-Sanne` is called `Salaise`: its first words, where they are no other word and hardly a name.
fn short_town(words: &mut Words, name: &str, people: &str) {
    const LINKS: [&str; 12] =
        ["-sur-", "-sous-", "-en-", "-lès-", "-lez-", "-les-", "-le-", "-la-", "-du-", "-de-", "-d'", "-aux-"];
    let people: u64 = people.parse().unwrap_or(0);
    let cut = LINKS.iter().filter_map(|link| name.find(link)).min();
    let cut = cut.or_else(|| name.find('-').filter(|_| people >= 4000));
    let Some(short) = cut.map(|cut| &name[..cut]).filter(|short| people >= 1500 && short.len() >= 4) else { return };
    let facts = words.get(&key(short)).copied().unwrap_or(0);
    let used = bits::ORDINARY | bits::MEDICAL | bits::EPONYM | bits::TITLE;
    let named = (facts >> bits::SURNAME) & 15 >= 10 || (facts >> bits::FIRST_NAME) & 15 > 0;
    if facts & used == 0 && !named {
        level(words, short, bits::TOWN, &(people / 8).to_string());
        flag(words, short, bits::COMMUNE);
    }
}

fn form(words: &mut Words, form: &str, natures: &str) {
    const GRAMMATICAL: [&str; 6] = ["GRAM", "PRON", "ADP", "DET", "CONJ", "AUX"];
    let has = |nature: &str| natures.split('|').any(|one| one == nature);
    if has("PLACE") {
        flag(words, form, bits::PLACE);
    }
    if !form.starts_with(char::is_lowercase) {
        return;
    }
    let mut flags = bits::ORDINARY;
    if GRAMMATICAL.iter().any(|nature| has(nature)) {
        flags |= bits::GRAMMATICAL;
    }
    let entry = words.entry(key(form)).or_default();
    // A form that is a verb here and a noun there is not a verb only.
    if natures != "VERB" {
        *entry &= !bits::VERB_ONLY;
    } else if *entry & bits::ORDINARY == 0 {
        flags |= bits::VERB_ONLY;
    }
    *entry |= flags;
}

fn sex(code: &str) -> Result<u64, String> {
    match code {
        "m" => Ok(1),
        "f" => Ok(2),
        "x" | "" => Ok(0),
        _ => Err("sex is m, f or x".to_owned()),
    }
}

fn role(name: &str) -> Result<u64, String> {
    match name {
        "patient" => Ok(1),
        "soignant" => Ok(2),
        "tiers" => Ok(3),
        "x" | "" => Ok(0),
        _ => Err("role is patient, soignant, tiers or x".to_owned()),
    }
}

/// Calls `use_row` with the expected columns of each row of a list; an error names the file and line.
pub(crate) fn each(
    lexicons: &Path,
    list: &str,
    columns: &[&str],
    mut use_row: impl FnMut(&[&str]) -> Result<(), String>,
) -> Result<(), String> {
    let path = lexicons.join(list);
    let text = read(&path).map_err(|error| format!("{list}: {error}"))?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let places: Vec<usize> = columns
        .iter()
        .map(|column| header.iter().position(|name| name == column).ok_or(format!("{list}: no column `{column}`")))
        .collect::<Result<_, _>>()?;
    for (at, line) in lines.enumerate() {
        let cells: Vec<&str> = line.split('\t').collect();
        let row: Vec<&str> = places.iter().map(|place| cells.get(*place).copied().unwrap_or_default()).collect();
        use_row(&row).map_err(|fault| format!("{list}:{}: {fault}", at + 2))?;
    }
    Ok(())
}

fn read(path: &Path) -> std::io::Result<String> {
    if path.extension().is_some_and(|ending| ending == "gz") {
        let mut text = String::new();
        flate2::read::GzDecoder::new(std::fs::File::open(path)?).read_to_string(&mut text)?;
        return Ok(text);
    }
    std::fs::read_to_string(path)
}
