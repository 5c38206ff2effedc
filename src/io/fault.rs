use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex};

use super::settings::{FieldRole, Format};

/// Why a run cannot start. Paths are those typed on the command line; of the content, only column names are quoted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    #[error("no input was given")]
    NoInput,
    #[error("the standard input was given twice")]
    StdinTwice,
    #[error("{input}: {source}")]
    Unreadable { input: String, source: io::Error },
    #[error("{input}: the format is not told by the name; known endings: .txt .jsonl .ndjson .csv .tsv .parquet")]
    UnknownFormat { input: String },
    #[error("the format of the standard input is not told by its content; give it")]
    UnknownStdin,
    #[error("Parquet is not read from the standard input; give a file")]
    ParquetStdin,
    #[error("{input}: {found}, where the inputs before are {wanted}; one run reads one format")]
    MixedFormats { input: String, found: Format, wanted: Format },
    #[error("{input}: the folder holds files of several formats; give the format")]
    MixedFolder { input: String },
    #[error("{input}: no document is in this folder")]
    EmptyFolder { input: String },
    #[error("the {first} and the {second} cannot have the same name `{name}`")]
    SameField { first: FieldRole, second: FieldRole, name: String },
    #[error("the encoding is for text and CSV files; {format} is always UTF-8")]
    EncodingOfFormat { format: Format },
    #[error("a delimiter is one ASCII character, and neither a quote nor a line end")]
    Delimiter,
    #[error("{input}: UTF-16 is read from text files only; convert to UTF-8")]
    Utf16 { input: String },
    #[error("{input}: the header cannot be read: it is empty, longer than 1 MiB, or its quotes do not close")]
    NoHeader { input: String },
    #[error("{input}: no column {columns}")]
    NoColumn { input: String, columns: String },
    #[error("{input}: two columns are called `{column}`")]
    TwiceColumn { input: String, column: String },
    #[error("{input}: column `{column}` (the {role}) is {found}; wanted: {wanted}")]
    ColumnType { input: String, column: String, role: FieldRole, found: String, wanted: &'static str },
    #[error("{input}: the columns differ from those of the first input")]
    ColumnsDiffer { input: String },
    #[error("{input}: the encoding differs from that of the inputs before; convert one, or give the encoding")]
    EncodingsDiffer { input: String },
    #[error("{input}: part UTF-8, part another encoding; give the encoding")]
    MixedEncodings { input: String },
    #[error("{input}: not a whole Parquet file")]
    BadParquet { input: String },
    #[error("{input}: column `{column}` looks like free text and nobody declared it; drop it, or name it as safe")]
    FreeText { input: String, column: String },
    #[error("a table of patients needs documents that name their patient; text files do not")]
    PatientsOfText,
    #[error("{input}: row {row} of the table of patients cannot be read")]
    PatientsRow { input: String, row: u64 },
}

/// Why an entry of an input is not a document that can be done. Quotes nothing of the input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RejectReason {
    #[error("no id")]
    NoId,
    #[error("no text")]
    NoText,
    #[error("the {0} has the wrong type")]
    WrongType(FieldRole),
    #[error("the {0} is there twice")]
    Repeated(FieldRole),
    #[error("malformed, at byte {at}")]
    Malformed { at: usize },
    #[error("nested too deep")]
    TooDeep,
    #[error("a surrogate stands alone")]
    LoneSurrogate,
    #[error("not UTF-8")]
    NotUtf8,
    #[error("not a text: packed, PDF, RTF or office file")]
    Binary,
    #[error("undecodable: neither of one encoding nor of another")]
    Undecodable,
    #[error("line or row too long")]
    LineTooLong,
    #[error("too large")]
    TooLarge,
    #[error("{found} cells, where the header has {wanted}")]
    Cells { wanted: usize, found: usize },
    #[error("quotes do not match")]
    Quotes,
    #[error("the known identity has an unknown label")]
    UnknownLabel,
    #[error("free text in an undeclared field")]
    FreeText,
    #[error("duplicate id")]
    DuplicateId,
    #[error("input truncated")]
    Truncated,
    #[error("input corrupt")]
    Corrupt,
    #[error("unreadable")]
    Unreadable,
    #[error("the output's encoding cannot hold the text")]
    Unencodable,
    /// A fault of a later stage; the message must quote nothing either.
    #[error("{0}")]
    Failed(String),
}

impl RejectReason {
    /// What a failed read says of the input.
    pub(super) fn of_read(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => RejectReason::Truncated,
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => RejectReason::Corrupt,
            _ => RejectReason::Unreadable,
        }
    }
}

/// Why the output cannot be written; names are those of the output folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    #[error("{name}: {source}")]
    Write { name: String, source: io::Error },
    #[error("{name}: the table cannot be written")]
    Table { name: String },
}

/// Why one document was not written; nothing of it is in the output.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteFault {
    /// Reject the document.
    #[error("the output's encoding cannot hold the text")]
    Unencodable,
    /// The id or the path cannot be an output name, or the record is of another format; reject the document.
    #[error("the document cannot be written in this output")]
    Unfit,
    /// The whole run stops.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// What the user should know although the run goes on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Warning {
    #[error(
        "`{column}` looks like free text and is carried through unchanged; declare it, drop it, or name it as safe"
    )]
    FreeText { column: String },
    #[error("{files} files of input {input} are not documents and were left out")]
    OtherFiles { input: u32, files: u64 },
    #[error("column `{column}` of the table of patients is unknown and was not used")]
    PatientColumn { column: String },
}

/// The warnings so far; a handle that can be read while another thread reads the input.
#[derive(Clone, Debug, Default)]
pub struct Warnings(Arc<Mutex<BTreeSet<Warning>>>);

impl Warnings {
    /// At most this many are kept: names of fields come from the input.
    const MOST: usize = 256;

    /// Sorted, each once.
    pub fn list(&self) -> Vec<Warning> {
        self.0.lock().map(|set| set.iter().cloned().collect()).unwrap_or_default()
    }

    pub(super) fn add(&self, warning: Warning) {
        if let Ok(mut set) = self.0.lock()
            && set.len() < Warnings::MOST
        {
            set.insert(warning);
        }
    }

    /// Free text was seen in a field of that name, which is cut at 64 characters.
    pub(super) fn free_text(&self, column: &str) {
        self.add(Warning::FreeText { column: column.chars().take(64).collect() });
    }
}
