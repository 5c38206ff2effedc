use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::draft::Draft;
use crate::io::charset::Charset;
use crate::io::entry::{Carried, Record};
use crate::io::fault::{OutputError, WriteFault};
use crate::io::stream::Compression;

/// A part of JSON lines or CSV.
pub(super) struct Lines {
    to: Packed,
    draft: Draft,
    line_end: Vec<u8>,
    /// Whether the last line written has no end yet.
    open: bool,
    line: Vec<u8>,
}

/// Packs what is written.
enum Packed {
    Plain(BufWriter<File>),
    Gzip(flate2::write::GzEncoder<BufWriter<File>>),
    Zstd(zstd::stream::write::Encoder<'static, BufWriter<File>>),
}

impl Packed {
    fn new(file: File, compression: Compression) -> io::Result<Self> {
        let to = BufWriter::with_capacity(128 * 1024, file);
        Ok(match compression {
            Compression::None => Packed::Plain(to),
            Compression::Gzip => Packed::Gzip(flate2::write::GzEncoder::new(to, flate2::Compression::default())),
            Compression::Zstd => Packed::Zstd(zstd::stream::write::Encoder::new(to, 3)?),
        })
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Packed::Plain(to) => to.write_all(bytes),
            Packed::Gzip(to) => to.write_all(bytes),
            Packed::Zstd(to) => to.write_all(bytes),
        }
    }

    fn finish(self) -> io::Result<File> {
        let to = match self {
            Packed::Plain(to) => to,
            Packed::Gzip(to) => to.finish()?,
            Packed::Zstd(to) => to.finish()?,
        };
        to.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

impl Lines {
    pub(super) fn create(
        folder: &Path,
        name: &str,
        compression: Compression,
        head: &[u8],
        line_end: &[u8],
    ) -> Result<Self, OutputError> {
        let (draft, file) = Draft::create(folder, name)?;
        let mut to = Packed::new(file, compression).map_err(draft.failed())?;
        to.write_all(head).map_err(draft.failed())?;
        Ok(Lines { to, draft, line_end: line_end.to_vec(), open: false, line: Vec::new() })
    }

    pub(super) fn write(&mut self, record: &Record, text: &str) -> Result<(), WriteFault> {
        self.line.clear();
        if self.open {
            self.line.extend_from_slice(&self.line_end);
        }
        // An unchanged text keeps its own way of being escaped.
        let same = text == record.doc.text();
        match &record.carry.0 {
            Carried::Json(line) => {
                let value = (!same).then(|| serde_json::to_vec(text).expect("a string is always JSON"));
                line.write(value.as_deref(), &mut self.line);
            }
            Carried::Csv { row, charset, delimiter, quoted } => {
                let value = if same { None } else { Some(cell(text, *charset, *delimiter, *quoted)?) };
                row.write(value.as_deref(), &mut self.line);
            }
            _ => return Err(WriteFault::Unfit),
        }
        self.open = !self.line.ends_with(b"\n") && !self.line.ends_with(b"\r");
        self.to.write_all(&self.line).map_err(self.draft.failed())?;
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(String, u64), OutputError> {
        let file = self.to.finish().map_err(self.draft.failed())?;
        self.draft.publish(file)
    }
}

/// A cell of CSV: in quotes if it was, or if it must be.
fn cell(text: &str, charset: Charset, delimiter: u8, quoted: bool) -> Result<Vec<u8>, WriteFault> {
    let bytes = charset.encode(text).ok_or(WriteFault::Unencodable)?;
    if !quoted && !bytes.iter().any(|byte| [delimiter, b'"', b'\n', b'\r'].contains(byte)) {
        return Ok(bytes.into_owned());
    }
    let mut cell = Vec::with_capacity(bytes.len() + 8);
    cell.push(b'"');
    let mut copied = 0;
    for quote in memchr::memchr_iter(b'"', &bytes) {
        cell.extend_from_slice(&bytes[copied..=quote]);
        copied = quote;
    }
    cell.extend_from_slice(&bytes[copied..]);
    cell.push(b'"');
    Ok(cell)
}
