use std::path::PathBuf;

use super::charset::Charset;
use crate::text::Label;

/// How documents are laid out in an input, and in the output that mirrors it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One document per `.txt` file.
    Text,
    /// One document per line.
    Jsonl,
    Csv,
    /// [`Format::Csv`] whose delimiter is a tabulation.
    Tsv,
    Parquet,
}

impl Format {
    pub const ALL: [Format; 5] = [Format::Text, Format::Jsonl, Format::Csv, Format::Tsv, Format::Parquet];

    /// The name a user types.
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Jsonl => "jsonl",
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Parquet => "parquet",
        }
    }

    /// The format of that name.
    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.as_str() == name)
    }

    /// What a file name says, `.gz` and `.zst` aside.
    pub(super) fn of_name(name: &str) -> Option<Format> {
        let name = name.to_ascii_lowercase();
        let plain = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst"));
        let (_, ending) = plain.unwrap_or(&name).rsplit_once('.')?;
        match ending {
            "txt" if plain.is_none() => Some(Format::Text),
            "jsonl" | "ndjson" | "json-lines" => Some(Format::Jsonl),
            "csv" => Some(Format::Csv),
            "tsv" => Some(Format::Tsv),
            "parquet" if plain.is_none() => Some(Format::Parquet),
            _ => None,
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// How the site names what Estompe reads: fields of JSON lines, columns of CSV and Parquet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// The report, a string; the only field that is replaced.
    pub text: String,
    /// A string or an integer.
    pub id: String,
    /// A string or an integer; optional.
    pub patient: String,
    /// Optional.
    pub date: String,
    /// Optional; carried through.
    pub kind: String,
    /// Optional: `{"NOM": ["…"], …}`, as an object, or as JSON inside a cell. Never written to the output: it holds identities.
    pub known: String,
}

impl Default for Fields {
    fn default() -> Self {
        Fields {
            text: "note_text".into(),
            id: "note_id".into(),
            patient: "patient_id".into(),
            date: "note_date".into(),
            kind: "note_type".into(),
            known: "known".into(),
        }
    }
}

impl Fields {
    /// The names of the OMOP `NOTE` table.
    pub fn omop() -> Self {
        Fields { patient: "person_id".into(), kind: "note_type_concept_id".into(), ..Fields::default() }
    }

    /// What a field or column of that name is, if it is one of ours.
    pub(super) fn role(&self, name: &str) -> Option<FieldRole> {
        FieldRole::ALL.into_iter().find(|role| self.name(*role) == name)
    }

    /// The columns that are wanted and not there, as a message lists them.
    pub(super) fn missing(&self, roles: &[Option<usize>; 6], wanted: &[FieldRole]) -> Option<String> {
        let missing = wanted.iter().filter(|role| roles[role.at()].is_none());
        let named: Vec<String> = missing.map(|role| format!("`{}` (the {role})", self.name(*role))).collect();
        (!named.is_empty()).then(|| named.join(", "))
    }

    /// The site's name for a role.
    pub fn name(&self, role: FieldRole) -> &str {
        match role {
            FieldRole::Text => &self.text,
            FieldRole::Id => &self.id,
            FieldRole::Patient => &self.patient,
            FieldRole::Date => &self.date,
            FieldRole::Kind => &self.kind,
            FieldRole::Known => &self.known,
        }
    }
}

/// What a field is for, whatever the site calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldRole {
    Text,
    Id,
    Patient,
    Date,
    Kind,
    Known,
}

impl FieldRole {
    pub const ALL: [FieldRole; 6] =
        [FieldRole::Text, FieldRole::Id, FieldRole::Patient, FieldRole::Date, FieldRole::Kind, FieldRole::Known];

    pub(super) const fn at(self) -> usize {
        self as usize
    }
}

impl std::fmt::Display for FieldRole {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            FieldRole::Text => "text",
            FieldRole::Id => "id",
            FieldRole::Patient => "patient",
            FieldRole::Date => "date",
            FieldRole::Kind => "kind",
            FieldRole::Known => "known identity",
        })
    }
}

/// What to read and how; [`open`](super::open) checks it.
#[derive(Clone, Debug)]
pub struct InputSettings {
    /// Files or folders, in order; `-` is the standard input.
    pub inputs: Vec<PathBuf>,
    /// Told from names, or from the content of the standard input, unless given.
    pub format: Option<Format>,
    pub fields: Fields,
    /// Told from each text file, or from the start of a CSV file, unless given. A byte order mark wins over it.
    pub encoding: Option<Charset>,
    /// Longest document, in code points; a longer one is rejected. Lines and rows are bounded by `6 × max_chars + 1 MiB`.
    pub max_chars: usize,
    /// Largest text file; a larger one is rejected unread.
    pub max_bytes: u64,
    /// Refuse free text in fields nobody declared, instead of carrying it through with a warning.
    pub strict: bool,
    /// Text files keep their relative path as id and as output name; otherwise both are the caller's hash of it.
    pub keep_names: bool,
    /// A table of what the warehouse knows of each patient.
    pub patients: Option<PathBuf>,
    /// Of CSV; told from the header unless given.
    pub delimiter: Option<u8>,
    /// Undeclared fields or columns that are known to hold no free text.
    pub safe_columns: Vec<String>,
    /// Labels that a known identity may use.
    pub labels: Vec<Label>,
    /// Reject a second document of the same id; costs 16 to 32 bytes of memory per document.
    pub unique_ids: bool,
    /// Folders that are not entered: the output, when it lies inside an input folder.
    pub exclude: Vec<PathBuf>,
}

impl Default for InputSettings {
    fn default() -> Self {
        InputSettings {
            inputs: Vec::new(),
            format: None,
            fields: Fields::default(),
            encoding: None,
            max_chars: 5_000_000,
            max_bytes: 20_000_000,
            strict: false,
            keep_names: false,
            patients: None,
            delimiter: None,
            safe_columns: Vec::new(),
            labels: Label::ALL.to_vec(),
            unique_ids: true,
            exclude: Vec::new(),
        }
    }
}

impl InputSettings {
    /// Longest line or row, in bytes: every character escaped as `\uXXXX`, and 1 MiB for the other fields.
    pub(super) fn max_line(&self) -> usize {
        self.max_chars.saturating_mul(6).saturating_add(1 << 20)
    }
}
