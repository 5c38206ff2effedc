//! The files of one part, and what becomes of them at the end of the run.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::manifest::{Part, replace_file, sync_folder};
use super::run::Emit;
use super::{Counts, JobError, at};
use crate::io::brat::BratPart;
use crate::io::{OutputFormat, PartWriter, Record, WriteFault};
use crate::pipeline::Outcome;

/// Where what is joined at the end waits.
pub(super) const WORK: &str = ".work";
pub(super) const PRIVATE: &str = "private";

/// A file of lines that the end of the run joins from all parts.
pub(super) struct Joined {
    /// Name of the pieces in `.work/`, before the part's number.
    pub(super) piece: &'static str,
    /// The whole, relative to the output folder.
    pub(super) whole: &'static str,
    pub(super) header: &'static str,
}

pub(super) const SPANS: Joined = Joined { piece: "spans", whole: "spans.jsonl", header: "" };
pub(super) const ENTITIES: Joined = Joined { piece: "entities", whole: "entities.jsonl", header: "" };
pub(super) const REJECTS: Joined = Joined { piece: "rejects", whole: "rejects.jsonl", header: "" };
pub(super) const NAMES: Joined = Joined { piece: "names", whole: "private/documents.csv", header: "note_id,file\n" };
pub(super) const ANNOTATED: Joined = Joined { piece: "annotated", whole: "private/annotated.jsonl", header: "" };

impl Joined {
    fn path(&self, folder: &Path, part: u32) -> PathBuf {
        folder.join(WORK).join(format!("{}-{part:05}", self.piece))
    }

    /// Writes the whole from its pieces.
    pub(super) fn join(&self, folder: &Path, parts: u32) -> Result<(), JobError> {
        replace_file(folder, self.whole, |out| {
            out.write_all(self.header.as_bytes())?;
            for part in 0..parts {
                std::io::copy(&mut File::open(self.path(folder, part))?, out)?;
            }
            Ok(())
        })
    }
}

/// One part while it is written.
pub(super) struct PartOutput<'f> {
    folder: &'f Path,
    part: u32,
    documents: PartWriter,
    lines: Vec<(&'static Joined, BufWriter<File>)>,
    brat: Option<BratPart>,
    pub(super) counts: Counts,
}

impl<'f> PartOutput<'f> {
    pub(super) fn create(
        folder: &'f Path,
        part: u32,
        format: &OutputFormat,
        joined: &[&'static Joined],
        emit: &[Emit],
    ) -> Result<Self, JobError> {
        let mut lines = Vec::new();
        for joined in joined {
            let path = joined.path(folder, part);
            lines.push((*joined, BufWriter::new(File::create(&path).map_err(at(&path))?)));
        }
        let brat = emit.contains(&Emit::Brat).then(|| BratPart::create(&folder.join("brat"), part)).transpose()?;
        let documents = PartWriter::create(&folder.join("documents"), part, format)?;
        Ok(PartOutput { folder, part, documents, lines, brat, counts: Counts::default() })
    }

    /// # Errors
    /// [`WriteFault`] in the inner result: this document is to be rejected, nothing of it was written.
    pub(super) fn document(&mut self, record: &Record, outcome: &Outcome) -> Result<Result<(), WriteFault>, JobError> {
        match self.documents.write(record, &outcome.text) {
            Ok(()) => {}
            Err(WriteFault::Output(fault)) => return Err(fault.into()),
            Err(fault) => return Ok(Err(fault)),
        }
        if let Some(brat) = &mut self.brat {
            brat.write(record.doc.id(), &outcome.edits, &outcome.text)?;
        }
        self.counts.documents += 1;
        self.counts.bytes += record.doc.text().len() as u64;
        self.counts.without_patient += u64::from(record.doc.patient().is_none());
        for edit in &outcome.edits {
            *self.counts.spans.entry(edit.detection.label.to_string()).or_default() += 1;
        }
        Ok(Ok(()))
    }

    pub(super) fn line(&mut self, joined: &Joined, line: &str) -> Result<(), JobError> {
        let Some((_, file)) = self.lines.iter_mut().find(|(known, _)| known.piece == joined.piece) else {
            return Ok(());
        };
        file.write_all(line.as_bytes())
            .and_then(|()| file.write_all(b"\n"))
            .map_err(at(&joined.path(self.folder, self.part)))
    }

    /// Everything on disk, under its name.
    pub(super) fn finish(self) -> Result<Part, JobError> {
        for (joined, file) in self.lines {
            let path = joined.path(self.folder, self.part);
            let file = file.into_inner().map_err(|error| at(&path)(error.into_error()))?;
            file.sync_all().map_err(at(&path))?;
        }
        sync_folder(&self.folder.join(WORK))?;
        let mut files = self.documents.finish()?.names;
        if let Some(brat) = self.brat {
            files.push(brat.finish()?);
        }
        Ok(Part { part: self.part, files, counts: self.counts })
    }
}
