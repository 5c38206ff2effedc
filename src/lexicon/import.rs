//! Official open files, read as their publishers lay them out, added to the built-in word lists.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use fst::Streamer as _;

use super::LexiconError;
use super::pack::{self, bits};
use super::words::{EMBEDDED, Words};
use crate::text::fold;

/// What an import made.
#[derive(Clone, Debug)]
pub struct ImportReport {
    /// Each file, the layout it was read as, and its rows.
    pub files: Vec<(PathBuf, &'static str, usize)>,
    /// Words and phrases in all.
    pub entries: usize,
    /// Those that the built-in lists did not have.
    pub added: usize,
}

/// A published layout: how its first line is recognised, how its rows are used.
struct Layout {
    name: &'static str,
    delimiter: u8,
    has_header: bool,
    /// Tells from the first line, in lower case.
    is: fn(&str) -> bool,
    /// Uses one row; `columns` are the header's names in lower case.
    row: fn(&Columns<'_>, &mut Sums),
}

/// One row and the names of its columns.
struct Columns<'r> {
    names: &'r BTreeMap<String, usize>,
    row: &'r csv::StringRecord,
}

impl Columns<'_> {
    fn named(&self, names: &[&str]) -> &str {
        names.iter().find_map(|name| self.names.get(*name)).and_then(|at| self.row.get(*at)).unwrap_or_default().trim()
    }

    fn at(&self, at: usize) -> &str {
        self.row.get(at).unwrap_or_default().trim()
    }
}

/// What rows add up to.
#[derive(Default)]
struct Sums {
    /// Births by first name: boys, girls.
    first_names: BTreeMap<String, [u64; 2]>,
    surnames: BTreeMap<String, u64>,
    flags: BTreeMap<String, u64>,
    towns: Vec<String>,
}

/// Layouts as of 2024; sources: insee.fr (fichier des prénoms, fichier des noms de famille, code officiel géographique),
/// data.gouv.fr (FINESS, base officielle des codes postaux), base-donnees-publique.medicaments.gouv.fr.
const LAYOUTS: [Layout; 7] = [
    Layout {
        name: "INSEE, prénoms",
        delimiter: b';',
        has_header: true,
        is: |line| line.starts_with("sexe;preusuel") || line.starts_with("sexe;prenom"),
        row: |columns, sums| {
            let name = columns.named(&["preusuel", "prenom"]);
            let births: u64 = columns.named(&["nombre", "valeur"]).parse().unwrap_or(0);
            if name.starts_with('_') || name.chars().count() < 2 {
                return;
            }
            let of_name = sums.first_names.entry(name.to_owned()).or_default();
            of_name[usize::from(columns.named(&["sexe"]) == "2")] += births;
        },
    },
    Layout {
        name: "INSEE, noms de famille",
        delimiter: b'\t',
        has_header: true,
        is: |line| line.starts_with("nom\t"),
        row: |columns, sums| {
            let name = columns.at(0);
            if name.starts_with("AUTRES") || name.chars().count() < 2 {
                return;
            }
            let births: u64 = columns.row.iter().skip(1).filter_map(|cell| cell.trim().parse::<u64>().ok()).sum();
            *sums.surnames.entry(name.to_owned()).or_default() += births;
        },
    },
    Layout {
        name: "FINESS, établissements",
        delimiter: b';',
        has_header: false,
        is: |line| line.starts_with("finess;etalab") || line.starts_with("structureet;"),
        row: |columns, sums| {
            if columns.at(0) != "structureet" {
                return;
            }
            for name in [columns.at(3), columns.at(4)] {
                // One word alone says too little.
                if name.split_whitespace().count() >= 2 {
                    *sums.flags.entry(name.to_owned()).or_default() |= bits::INSTITUTION;
                }
            }
        },
    },
    Layout {
        name: "BDPM, spécialités",
        delimiter: b'\t',
        has_header: false,
        is: |line| bdpm(line) && line.split('\t').count() >= 10,
        row: |columns, sums| {
            // `DOLIPRANE 1000 mg, comprimé`: the brand ends where the strength or the form begins.
            let brand: Vec<&str> = columns
                .at(1)
                .split([' ', ','])
                .take_while(|word| {
                    !word.is_empty() && !word.starts_with(|c: char| c.is_ascii_digit() || c.is_lowercase())
                })
                .collect();
            let brand = brand.join(" ");
            if brand.chars().count() >= 3 {
                *sums.flags.entry(brand).or_default() |= bits::DRUG;
            }
        },
    },
    Layout {
        name: "BDPM, compositions",
        delimiter: b'\t',
        has_header: false,
        is: |line| bdpm(line) && (7..10).contains(&line.split('\t').count()),
        row: |columns, sums| {
            let substance = columns.at(3);
            if substance.chars().count() >= 3 {
                *sums.flags.entry(substance.to_owned()).or_default() |= bits::DRUG;
            }
        },
    },
    Layout {
        name: "INSEE, communes",
        delimiter: b',',
        has_header: true,
        is: |line| line.starts_with("typecom,com,") || line.starts_with("\"typecom\","),
        row: |columns, sums| sums.towns.push(columns.named(&["libelle"]).to_owned()),
    },
    Layout {
        name: "La Poste, codes postaux",
        delimiter: b';',
        has_header: true,
        is: |line| line.trim_start_matches('#').starts_with("code_commune_insee;"),
        row: |columns, sums| {
            let name = columns.named(&["nom_de_la_commune", "nom_commune", "libelle_d_acheminement"]);
            sums.towns.push(name.to_owned());
        },
    },
];

/// A line of the drug database: a code of eight digits, then columns apart by tabs.
fn bdpm(line: &str) -> bool {
    line.split('\t').next().is_some_and(|code| code.len() == 8 && code.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Reads official files and writes `words.fst` in a new folder: the built-in lists and what the files add.
///
/// # Errors
/// Every file that cannot be read or has none of the known layouts.
pub fn import(files: &[PathBuf], output: &Path) -> Result<ImportReport, Vec<LexiconError>> {
    let mut sums = Sums::default();
    let mut read = Vec::new();
    let mut faults = Vec::new();
    for file in files {
        match read_file(file, &mut sums) {
            Ok((layout, rows)) => read.push((file.clone(), layout, rows)),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut words = pack::Words::new();
    let embedded = fst::raw::Fst::new(EMBEDDED).expect("the build script wrote a sound automaton");
    let mut entries = embedded.stream();
    while let Some((word, value)) = entries.next() {
        words.insert(String::from_utf8_lossy(word).into_owned(), value.value());
    }
    let before = words.len();
    add(sums, &mut words);
    let entries = words.len();
    let write = || -> std::io::Result<()> {
        fs::create_dir_all(output)?;
        let mut file = tempfile::NamedTempFile::new_in(output)?;
        let mut builder =
            fst::MapBuilder::new(std::io::BufWriter::new(file.as_file_mut())).map_err(std::io::Error::other)?;
        builder.extend_iter(words).map_err(std::io::Error::other)?;
        builder.finish().map_err(std::io::Error::other)?;
        file.persist(output.join(Words::FILE)).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|source| vec![LexiconError::Read { path: output.to_owned(), source }])?;
    Ok(ImportReport { files: read, entries, added: entries - before })
}

fn add(sums: Sums, words: &mut pack::Words) {
    for (name, [boys, girls]) in sums.first_names {
        pack::level(words, &name, bits::FIRST_NAME, &(boys + girls).to_string());
        // Rare ones of the other sex are mostly slips of the pen.
        let sex = match (boys, girls) {
            _ if boys >= 20 * girls.max(1) => 1,
            _ if girls >= 20 * boys.max(1) => 2,
            _ => 0,
        };
        let entry = words.entry(pack::key(&name)).or_default();
        *entry = *entry & !(3 << bits::SEX) | sex << bits::SEX;
    }
    for (name, births) in sums.surnames {
        pack::level(words, &name, bits::SURNAME, &births.to_string());
    }
    for (name, flags) in sums.flags {
        pack::flag(words, &name, flags);
    }
    for name in sums.towns.iter().filter(|name| !name.is_empty()) {
        pack::level(words, name, bits::TOWN, "500");
    }
}

fn read_file(path: &Path, sums: &mut Sums) -> Result<(&'static str, usize), LexiconError> {
    let unreadable = |source| LexiconError::Read { path: path.to_owned(), source };
    let row_fault = |message: String| LexiconError::Row { path: path.to_owned(), message };
    let mut bytes = Vec::new();
    File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)).map_err(unreadable)?;
    // Published in UTF-8, or in Windows-1252 for the older ones.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    let first = text.lines().next().unwrap_or_default().to_lowercase();
    let known = || LAYOUTS.map(|layout| layout.name).join("; ");
    let layout = LAYOUTS
        .iter()
        .find(|layout| (layout.is)(&first))
        .ok_or_else(|| row_fault(format!("no known layout (known: {})", known())))?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(layout.delimiter)
        .has_headers(layout.has_header)
        .flexible(true)
        .quoting(layout.delimiter != b'\t')
        .from_reader(text.as_bytes());
    let names: BTreeMap<String, usize> = match layout.has_header {
        true => reader.headers().map_err(|error| row_fault(position(&error)))?.iter().enumerate().map(column).collect(),
        false => BTreeMap::new(),
    };
    let mut row = csv::StringRecord::new();
    let mut rows = 0;
    while reader.read_record(&mut row).map_err(|error| row_fault(position(&error)))? {
        (layout.row)(&Columns { names: &names, row: &row }, sums);
        rows += 1;
    }
    Ok((layout.name, rows))
}

fn column((at, name): (usize, &str)) -> (String, usize) {
    (fold(name.trim_start_matches('#')).trim().replace([' ', '\''], "_"), at)
}

fn position(error: &csv::Error) -> String {
    error.position().map_or_else(
        || "cannot be read as a table".to_owned(),
        |at| format!("line {}: not a row of the table", at.line()),
    )
}
