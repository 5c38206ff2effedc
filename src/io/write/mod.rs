//! Writes documents back in the format they came in, part by part; a part is there whole or not at all.

mod draft;
mod folder;
mod lines;
mod rows;

use std::path::Path;
use std::sync::Arc;

use super::entry::Record;
use super::fault::{OutputError, WriteFault};
use super::parquet::Layout;
use super::stream::Compression;

/// How a run writes its documents; made by its [`Reader`](super::Reader).
#[derive(Clone, Debug)]
pub struct OutputFormat(Kind);

#[derive(Clone, Debug)]
enum Kind {
    /// One file per document.
    Text {
        keep_names: bool,
    },
    /// JSON lines and CSV: what starts every part, and the line end where a line brings none.
    Lines {
        ending: &'static str,
        compression: Compression,
        head: Vec<u8>,
        line_end: Vec<u8>,
    },
    Parquet(Arc<Layout>),
}

impl OutputFormat {
    pub(super) fn text(keep_names: bool) -> Self {
        OutputFormat(Kind::Text { keep_names })
    }

    pub(super) fn lines(ending: &'static str, compression: Compression, head: Vec<u8>, line_end: Vec<u8>) -> Self {
        OutputFormat(Kind::Lines { ending, compression, head, line_end })
    }

    pub(super) fn parquet(layout: Arc<Layout>) -> Self {
        OutputFormat(Kind::Parquet(layout))
    }
}

/// What a finished part left in the output folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartFiles {
    /// Relative to the output folder: one file, or the folder of one part of text files; `documents` where names are kept.
    pub names: Vec<String>,
    pub documents: u64,
    pub bytes: u64,
}

/// Writes one part: a bounded number of documents, in order.
///
/// Until [`PartWriter::finish`] everything is under names that start with a dot; a part that is dropped is removed, one that is
/// killed is overwritten by the next of the same number. (Where names are kept, each document appears whole, one after the other.)
pub struct PartWriter {
    documents: u64,
    to: To,
}

enum To {
    Folder(Box<folder::Folder>),
    Lines(Box<lines::Lines>),
    Rows(Box<rows::Rows>),
}

impl std::fmt::Debug for PartWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PartWriter({} documents)", self.documents)
    }
}

impl PartWriter {
    /// `folder` is `DIR/documents`; it is made if it is not there. The part is `documents/part-00000.jsonl` (`.csv`, `.parquet`, …) or
    /// the folder `documents/00000`.
    ///
    /// # Errors
    /// The folder or the file cannot be made.
    pub fn create(folder: &Path, part: u32, format: &OutputFormat) -> Result<Self, OutputError> {
        let to = match &format.0 {
            Kind::Text { keep_names } => To::Folder(Box::new(folder::Folder::create(folder, part, *keep_names)?)),
            Kind::Lines { ending, compression, head, line_end } => {
                let name = format!("part-{part:05}.{ending}{}", compression.ending());
                To::Lines(Box::new(lines::Lines::create(folder, &name, *compression, head, line_end)?))
            }
            Kind::Parquet(layout) => {
                To::Rows(Box::new(rows::Rows::create(folder, &format!("part-{part:05}.parquet"), layout)?))
            }
        };
        Ok(PartWriter { documents: 0, to })
    }

    /// Writes one document with `text` instead of its own.
    ///
    /// # Errors
    /// [`WriteFault::Unencodable`] and [`WriteFault::Unfit`] are faults of this document: nothing of it was written, the part goes on.
    pub fn write(&mut self, record: &Record, text: &str) -> Result<(), WriteFault> {
        match &mut self.to {
            To::Folder(to) => to.write(record, text)?,
            To::Lines(to) => to.write(record, text)?,
            To::Rows(to) => to.write(record, text)?,
        }
        self.documents += 1;
        Ok(())
    }

    /// Puts the part in its place, on the disk.
    ///
    /// # Errors
    /// The disk is full or fails; the part is then not there.
    pub fn finish(self) -> Result<PartFiles, OutputError> {
        let (name, bytes) = match self.to {
            To::Folder(to) => to.finish()?,
            To::Lines(to) => to.finish()?,
            To::Rows(to) => to.finish()?,
        };
        Ok(PartFiles { names: vec![name], documents: self.documents, bytes })
    }
}
