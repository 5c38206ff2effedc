use std::fmt;
use std::path::PathBuf;

use super::charset::Charset;
use super::fault::RejectReason;
use super::splice::Splice;
use crate::text::Document;

/// One unit of an input: a document, or the reason why there is none.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all entries are records")]
pub enum Entry {
    Record(Record),
    Reject(Reject),
}

/// Where an entry is. Written as `{"input", "line"}` in `rejects.jsonl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Which input, from 1, in the order given; files of a folder of tables count one each, sorted by path.
    pub input: u32,
    /// From 1: the line of JSON lines, the line where a CSV row starts, the row of a Parquet file, the file of a folder.
    pub line: u64,
}

/// A document and what the writer needs to put it back in its own format.
pub struct Record {
    pub doc: Document,
    pub carry: Carry,
    pub place: Place,
    /// Size in the input, uncompressed.
    pub bytes: u64,
}

impl Record {
    /// The path of a text file, below the folder it was given in.
    pub(super) fn file(&self) -> Option<&std::path::Path> {
        match &self.carry.0 {
            Carried::Text { path, .. } => Some(path),
            _ => None,
        }
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record({:?}, {:?})", self.place, self.doc)
    }
}

/// An entry that is not done.
#[derive(Clone, PartialEq, Eq)]
pub struct Reject {
    /// The id, where it could be read.
    pub id: Option<String>,
    pub place: Place,
    pub reason: RejectReason,
    /// Size in the input, uncompressed; 0 where it is not known.
    pub bytes: u64,
}

impl fmt::Debug for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reject({:?}, {})", self.place, self.reason)
    }
}

/// What surrounds a document in its input.
pub struct Carry(pub(super) Carried);

pub(super) enum Carried {
    Text { path: PathBuf, charset: Charset, bom: bool },
    Json(Splice),
    Csv { row: Splice, charset: Charset, delimiter: u8, quoted: bool },
    Parquet { batch: arrow::record_batch::RecordBatch, row: usize },
}

impl fmt::Debug for Carry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Carried::Text { .. } => "Carry(text)",
            Carried::Json(_) => "Carry(json)",
            Carried::Csv { .. } => "Carry(csv)",
            Carried::Parquet { .. } => "Carry(parquet)",
        })
    }
}
