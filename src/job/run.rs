use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::batches::{Batch, Batches, PartSize};
use super::manifest::{Session, Status};
use super::part::{ANNOTATED, ENTITIES, Joined, NAMES, PRIVATE, PartOutput, REJECTS, SPANS, WORK};
use super::{Counts, JobError, Manifest, at};
use crate::io::emit::{annotated_line, entities_line, file_line, rejects_line, spans_line};
use crate::io::{Entry, OutputFormat, Reader, Record, Reject, RejectReason};
use crate::pipeline::{Engine, Outcome, ordered};

/// What else to write of each document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emit {
    /// The output text and its spans, as brat reads them.
    Brat,
    /// The *original* text and its spans, for making gold.
    Annotated,
}

/// What a run writes, and where.
#[derive(Clone, Debug)]
pub struct Job {
    pub output: PathBuf,
    pub emit: Vec<Emit>,
    /// Whether the engine structures, so that `entities.jsonl` is written.
    pub structure: bool,
    pub threads: usize,
    /// Most documents of one part; it ends earlier where it holds more than `part_bytes`.
    pub part_documents: u64,
    pub part_bytes: u64,
    pub resume: bool,
    /// Everything that changes the output.
    pub settings: BTreeMap<String, serde_json::Value>,
    /// What is known of the input before it is read.
    pub input: BTreeMap<String, serde_json::Value>,
}

impl Job {
    pub const PART_DOCUMENTS: u64 = 4096;
    pub const PART_BYTES: u64 = 32 << 20;
}

/// How far a run is; and the way to ask it to stop at the end of the part in hand.
#[derive(Debug, Default)]
pub struct Watch {
    pub stop: AtomicBool,
    pub entries: AtomicU64,
    pub rejected: AtomicU64,
    /// Bytes of text done.
    pub bytes: AtomicU64,
    /// Whether the input was read to its end.
    pub(super) drained: AtomicBool,
}

/// What a run came to; the counts are those of all its sessions.
#[derive(Clone, Debug)]
pub struct Summary {
    pub status: Status,
    pub counts: Counts,
    pub warnings: Vec<String>,
    /// Of this session alone.
    pub session: Session,
    pub session_bytes: u64,
}

/// Pseudonymises what `reader` gives into the folder of `job`.
///
/// # Errors
/// [`JobError`]; what was complete before stays.
pub fn run(engine: &Engine, mut reader: Reader, job: &Job, watch: &Watch) -> Result<Summary, JobError> {
    let folder = job.output.as_path();
    let begun = open(job)?;
    let _lock = lock(folder)?;
    let mut manifest = begun.map_or_else(|| start(job), Ok)?;
    if manifest.status == Status::Complete {
        fs::remove_dir_all(folder.join(WORK)).map_err(at(folder))?;
        return Ok(Summary {
            status: Status::Complete,
            counts: manifest.counts,
            warnings: manifest.warnings,
            session: session(job),
            session_bytes: 0,
        });
    }
    let started = Instant::now();
    let first_part = manifest.parts.len() as u32;
    reader.skip_entries(manifest.counts.entries);
    watch.entries.store(manifest.counts.entries, Ordering::Relaxed);
    watch.rejected.store(manifest.counts.rejected, Ordering::Relaxed);
    manifest.status = Status::Running;
    manifest.sessions.push(session(job));
    manifest.save(folder)?;

    let before = (manifest.counts.documents, manifest.counts.bytes);
    let format = reader.output_format();
    let mut writer = Writer { folder, job, format, joined: joined(job, &reader), open: None, manifest, watch, started };
    let outcome = work(engine, &mut reader, &mut writer, first_part);
    let Writer { mut manifest, joined, .. } = writer;
    note_session(&mut manifest, started, before.0);
    manifest.warnings = reader.warnings().list().iter().map(ToString::to_string).collect();
    if let Err(fault) = outcome {
        manifest.status = Status::Stopped;
        // The first fault is the one to tell; a full disk fails here again.
        let _ = manifest.save(folder);
        return Err(fault);
    }
    manifest.status = if watch.drained.load(Ordering::Relaxed) { Status::Complete } else { Status::Stopped };
    if manifest.status == Status::Complete {
        for joined in &joined {
            joined.join(folder, manifest.parts.len() as u32)?;
        }
    }
    manifest.save(folder)?;
    if manifest.status == Status::Complete {
        fs::remove_dir_all(folder.join(WORK)).map_err(at(folder))?;
    }
    Ok(Summary {
        status: manifest.status,
        session: manifest.sessions.last().expect("pushed above").clone(),
        session_bytes: manifest.counts.bytes - before.1,
        counts: manifest.counts,
        warnings: manifest.warnings,
    })
}

/// The manifest of the run to go on with, if one is asked for; an empty folder otherwise.
fn open(job: &Job) -> Result<Option<Manifest>, JobError> {
    let folder = job.output.as_path();
    if job.resume {
        let manifest = Manifest::read(folder)?;
        let mut differences = manifest.differences(&job.settings);
        if manifest.estompe != env!("CARGO_PKG_VERSION") {
            differences.push("version of estompe".to_owned());
        }
        if manifest.input != job.input {
            differences.push("input".to_owned());
        }
        if !differences.is_empty() {
            return Err(JobError::OtherSettings { path: folder.to_owned(), differences: differences.join(", ") });
        }
        return Ok(Some(manifest));
    }
    let unusable = |source| JobError::Unusable { path: folder.to_owned(), source };
    fs::create_dir_all(folder).map_err(unusable)?;
    // The key made for this run may be there already.
    let others =
        fs::read_dir(folder).map_err(unusable)?.any(|entry| entry.map_or(true, |entry| entry.file_name() != PRIVATE));
    if others {
        return Err(JobError::NotEmpty { path: folder.to_owned() });
    }
    Ok(None)
}

fn start(job: &Job) -> Result<Manifest, JobError> {
    for name in ["documents", PRIVATE] {
        let path = job.output.join(name);
        fs::create_dir_all(&path).map_err(at(&path))?;
    }
    close_to_others(&job.output.join(PRIVATE))?;
    let manifest = Manifest {
        estompe: env!("CARGO_PKG_VERSION").to_owned(),
        status: Status::Running,
        settings: job.settings.clone(),
        input: job.input.clone(),
        counts: Counts::default(),
        warnings: Vec::new(),
        parts: Vec::new(),
        sessions: Vec::new(),
    };
    Ok(manifest)
}

/// Only its owner may enter a private folder.
pub(super) fn close_to_others(folder: &Path) -> Result<(), JobError> {
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700)).map_err(at(folder))?;
    Ok(())
}

/// One process at a time; the system lets go of the lock when the process ends, however it does.
fn lock(folder: &Path) -> Result<File, JobError> {
    let (work, path) = (folder.join(WORK), folder.join(WORK).join("lock"));
    let made = fs::create_dir_all(&work).and_then(|()| File::create(&path));
    let file = made.map_err(|source| JobError::Unusable { path: folder.to_owned(), source })?;
    // Pieces of what will be private lie there too.
    close_to_others(&work)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JobError::Busy { path: folder.to_owned() }),
        Err(TryLockError::Error(source)) => Err(at(&path)(source)),
    }
}

fn joined(job: &Job, reader: &Reader) -> Vec<&'static Joined> {
    let mut joined = vec![&SPANS, &REJECTS];
    if job.structure {
        joined.push(&ENTITIES);
    }
    if reader.hides_names() {
        joined.push(&NAMES);
    }
    if job.emit.contains(&Emit::Annotated) {
        joined.push(&ANNOTATED);
    }
    joined
}

fn session(job: &Job) -> Session {
    Session { started: utc(SystemTime::now()), seconds: 0.0, documents: 0, threads: job.threads }
}

/// ISO 8601, to the second; for clocks before 1970 too.
fn utc(time: SystemTime) -> String {
    let seconds = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => after.as_secs() as i64,
        Err(before) => -(before.duration().as_secs() as i64),
    };
    chrono::DateTime::from_timestamp(seconds, 0)
        .map_or_else(String::new, |time| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}

fn note_session(manifest: &mut Manifest, started: Instant, before: u64) {
    let documents = manifest.counts.documents - before;
    let session = manifest.sessions.last_mut().expect("a session was begun");
    session.seconds = (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
    session.documents = documents;
}

/// What became of one entry.
#[expect(clippy::large_enum_variant, reason = "nearly all entries are written")]
enum Done {
    Written { record: Record, outcome: Outcome, spans: String, entities: Option<String>, annotated: Option<String> },
    Rejected(Reject),
}

fn work(engine: &Engine, reader: &mut Reader, writer: &mut Writer<'_>, first_part: u32) -> Result<(), JobError> {
    let job = writer.job;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(job.threads)
        .thread_name(|at| format!("estompe-{at}"))
        .build()
        .map_err(|error| at(&job.output)(std::io::Error::other(error)))?;
    let size = PartSize { documents: job.part_documents, bytes: job.part_bytes };
    let batches = Batches::new(reader, first_part, size, writer.watch);
    let (annotate, structure) = (job.emit.contains(&Emit::Annotated), job.structure);
    let mut fault = None;
    let process = |batch: Batch| {
        let done =
            batch.entries.into_iter().map(|entry| done(engine, entry, annotate, structure)).collect::<Vec<Done>>();
        (batch.part, done, batch.ends_part)
    };
    ordered(batches, &pool, 4 * job.threads, process, |(part, done, ends_part)| {
        match writer.take(part, done, ends_part) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                fault = Some(error);
                ControlFlow::Break(())
            }
        }
    });
    fault.map_or(Ok(()), Err)
}

fn done(engine: &Engine, entry: Entry, annotate: bool, structure: bool) -> Done {
    let record = match entry {
        Entry::Record(record) => record,
        Entry::Reject(reject) => return Done::Rejected(reject),
    };
    match engine.process(&record.doc) {
        Ok(outcome) => {
            let spans = spans_line(record.doc.id(), &outcome.edits, record.doc.text(), &outcome.text);
            let annotated =
                annotate.then(|| annotated_line(record.doc.id(), &outcome.edits, record.doc.text(), &outcome.text));
            let entities =
                structure.then(|| entities_line(record.doc.id(), &outcome.mentions, record.doc.text(), &outcome.text));
            Done::Written { record, outcome, spans, entities, annotated }
        }
        Err(error) => Done::Rejected(failed(&record, &error)),
    }
}

fn failed(record: &Record, fault: &dyn std::fmt::Display) -> Reject {
    Reject {
        id: Some(record.doc.id().to_owned()),
        place: record.place,
        reason: RejectReason::Failed(fault.to_string()),
        bytes: record.bytes,
    }
}

/// The one place that writes, in order.
struct Writer<'j> {
    folder: &'j Path,
    job: &'j Job,
    format: OutputFormat,
    joined: Vec<&'static Joined>,
    open: Option<PartOutput<'j>>,
    manifest: Manifest,
    watch: &'j Watch,
    started: Instant,
}

impl Writer<'_> {
    fn take(&mut self, part: u32, done: Vec<Done>, ends_part: bool) -> Result<(), JobError> {
        let mut output = match self.open.take() {
            Some(open) => open,
            None => PartOutput::create(self.folder, part, &self.format, &self.joined, &self.job.emit)?,
        };
        for one in done {
            self.write(&mut output, one)?;
        }
        if !ends_part {
            self.open = Some(output);
            return Ok(());
        }
        let part = output.finish()?;
        self.manifest.counts.add(&part.counts);
        self.manifest.parts.push(part);
        let before: u64 = self.manifest.sessions.iter().rev().skip(1).map(|session| session.documents).sum();
        note_session(&mut self.manifest, self.started, before);
        self.manifest.save(self.folder)
    }

    fn write(&self, output: &mut PartOutput<'_>, done: Done) -> Result<(), JobError> {
        output.counts.entries += 1;
        self.watch.entries.fetch_add(1, Ordering::Relaxed);
        let reject = match done {
            Done::Rejected(reject) => reject,
            Done::Written { record, outcome, spans, entities, annotated } => {
                match output.document(&record, &outcome)? {
                    Ok(()) => {
                        self.watch.bytes.fetch_add(record.doc.text().len() as u64, Ordering::Relaxed);
                        output.line(&SPANS, &spans)?;
                        if let Some(line) = entities {
                            output.line(&ENTITIES, &line)?;
                        }
                        if let Some(line) = file_line(&record) {
                            output.line(&NAMES, &line)?;
                        }
                        return annotated.map_or(Ok(()), |line| output.line(&ANNOTATED, &line));
                    }
                    Err(fault) => failed(&record, &fault),
                }
            }
        };
        output.counts.rejected += 1;
        self.watch.rejected.fetch_add(1, Ordering::Relaxed);
        output.line(&REJECTS, &rejects_line(&reject))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn clocks_may_be_wrong() {
        assert_eq!(utc(UNIX_EPOCH - Duration::from_secs(86_400)), "1969-12-31T00:00:00Z");
        assert_eq!(utc(UNIX_EPOCH + Duration::from_secs(1)), "1970-01-01T00:00:01Z");
    }
}
