//! The table of patients: what the warehouse knows of each, added to all their documents.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

use super::fault::{InputError, Warning, Warnings};
use super::parquet;
use super::settings::{FieldRole, Fields, Format};
use super::table;
use crate::text::{Known, Label, fold};

/// Longest value that is kept, in bytes; what is longer is no identity.
const LONGEST: usize = 512;

/// Values by patient, packed: some 50 bytes per patient and those of the values.
pub(super) struct Patients {
    lexicon: Lexicon,
    keys: RandomState,
    /// Hash of the patient → their last entry.
    last: HashMap<u64, usize>,
    /// Entries: where the one before of the same patient is (8 bytes), length (4 bytes), then values: label (1 byte), length
    /// (2 bytes), text.
    packed: Vec<u8>,
}

const NONE: u64 = u64::MAX;

/// What the columns of the table say, from `lexicons/io/patients.toml`.
struct Lexicon {
    titles: Vec<String>,
    labels: Vec<Label>,
    /// Folded name of a column → its label.
    columns: HashMap<String, u8>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    titles: Vec<String>,
    columns: HashMap<String, Vec<String>>,
}

impl Lexicon {
    fn embedded() -> Self {
        let file: File = toml::from_str(include_str!("../../lexicons/io/patients.toml"))
            .expect("a unit test reads the embedded file");
        let mut names: Vec<&String> = file.columns.keys().collect();
        names.sort();
        let labels = names.iter().map(|name| Label::named(name)).collect();
        let columns = names
            .iter()
            .zip(0u8..)
            .flat_map(|(name, label)| file.columns[*name].iter().map(move |column| (column.clone(), label)));
        Lexicon { labels, columns: columns.collect(), titles: file.titles }
    }

    /// The values of a cell: several after `|` or `;`, without titles.
    fn values<'c>(&'c self, cell: &'c str) -> impl Iterator<Item = &'c str> {
        cell.split(['|', ';']).map(|value| self.without_title(value.trim())).filter(|value| {
            let chars = value.chars().filter(|c| c.is_alphanumeric()).count();
            chars >= 2 && value.len() <= LONGEST
        })
    }

    fn without_title<'v>(&self, value: &'v str) -> &'v str {
        let mut rest = value;
        while let Some((first, after)) = rest.split_once([' ', '\u{a0}']) {
            let first = fold(first.trim_end_matches('.'));
            if !self.titles.contains(&first) {
                break;
            }
            rest = after.trim_start();
        }
        rest
    }
}

/// What one column holds.
#[derive(Clone, Copy)]
enum Column {
    Patient,
    Values(u8),
    Unused,
}

/// What reads a whole table as strings tells of it.
pub(super) trait Visitor {
    /// The columns; comes first.
    ///
    /// # Errors
    /// A column that is missing.
    fn columns(&mut self, names: &[String]) -> Result<(), InputError>;

    /// One row, in the order of the columns.
    fn row(&mut self, cells: &[Option<String>]);
}

/// Fills a table of patients.
struct Filling<'s> {
    patients: Patients,
    columns: Vec<Column>,
    input: &'s str,
    fields: &'s Fields,
    warnings: &'s Warnings,
}

impl Visitor for Filling<'_> {
    fn columns(&mut self, names: &[String]) -> Result<(), InputError> {
        self.columns = names.iter().map(|name| self.column(name)).collect();
        if self.columns.iter().any(|column| matches!(column, Column::Patient)) {
            return Ok(());
        }
        let columns = self.fields.missing(&[None; 6], &[FieldRole::Patient]).unwrap_or_default();
        Err(InputError::NoColumn { input: self.input.to_owned(), columns })
    }

    fn row(&mut self, cells: &[Option<String>]) {
        let is_patient = |(role, _): &(&Column, &Option<String>)| matches!(role, Column::Patient);
        let patient = self.columns.iter().zip(cells).find(is_patient).and_then(|(_, cell)| cell.as_deref());
        if let Some(patient) = patient.filter(|patient| !patient.is_empty()) {
            self.patients.push(patient, &self.columns, cells);
        }
    }
}

impl Filling<'_> {
    fn column(&self, name: &str) -> Column {
        if *name == self.fields.patient {
            return Column::Patient;
        }
        let folded = fold(name.trim()).replace([' ', '-', '.'], "_");
        match self.patients.lexicon.columns.get(&folded) {
            Some(label) => Column::Values(*label),
            None => {
                self.warnings.add(Warning::PatientColumn { column: name.chars().take(64).collect() });
                Column::Unused
            }
        }
    }
}

impl Patients {
    /// Reads a CSV or Parquet table.
    ///
    /// # Errors
    /// The file, its patient column, or a row that cannot be read: an identity that is not known would not be looked for.
    pub(super) fn read(path: &Path, fields: &Fields, warnings: &Warnings) -> Result<Self, InputError> {
        let input = path.display().to_string();
        let patients = Patients {
            lexicon: Lexicon::embedded(),
            keys: RandomState::new(),
            last: HashMap::new(),
            packed: Vec::new(),
        };
        let mut filling = Filling { patients, columns: Vec::new(), input: &input, fields, warnings };
        match Format::of_name(&path.file_name().unwrap_or_default().to_string_lossy()) {
            Some(Format::Parquet) => parquet::rows(path, &mut filling)?,
            Some(Format::Csv | Format::Tsv) => table::rows(path, fields, &mut filling)?,
            _ => return Err(InputError::UnknownFormat { input }),
        }
        Ok(filling.patients)
    }

    fn push(&mut self, patient: &str, columns: &[Column], cells: &[Option<String>]) {
        let entry = self.packed.len();
        let before = self.last.insert(self.keys.hash_one(patient), entry).map_or(NONE, |at| at as u64);
        self.packed.extend(before.to_le_bytes());
        self.packed.extend([0; 4]);
        for (column, cell) in columns.iter().zip(cells) {
            let (Column::Values(label), Some(cell)) = (column, cell) else { continue };
            for value in self.lexicon.values(cell) {
                self.packed.push(*label);
                self.packed.extend((value.len() as u16).to_le_bytes());
                self.packed.extend(value.as_bytes());
            }
        }
        let length = (self.packed.len() - entry - 12) as u32;
        self.packed[entry + 8..entry + 12].copy_from_slice(&length.to_le_bytes());
    }

    /// Adds what is known of a patient.
    pub(super) fn add(&self, patient: &str, known: &mut Known) {
        let mut at = self.last.get(&self.keys.hash_one(patient)).map_or(NONE, |at| *at as u64);
        while at != NONE {
            let (head, rest) = self.packed[at as usize..].split_at(12);
            let (before, length) = head.split_at(8);
            let length = u32::from_le_bytes(length.try_into().expect("four bytes are left")) as usize;
            let mut values = &rest[..length];
            while let [label, low, high, after @ ..] = values {
                let (value, after) = after.split_at(usize::from(u16::from_le_bytes([*low, *high])));
                let value = String::from_utf8_lossy(value).into_owned();
                let pair = (self.lexicon.labels[usize::from(*label)], value);
                if !known.0.contains(&pair) {
                    known.0.push(pair);
                }
                values = after;
            }
            at = u64::from_le_bytes(before.try_into().expect("eight bytes are before"));
        }
    }
}
