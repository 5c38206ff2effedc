use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::part::{PRIVATE, WORK};
use super::{JobError, at};

/// `manifest.json`: what was asked, what is done.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Manifest {
    /// Version of the engine.
    pub estompe: String,
    pub status: Status,
    /// Everything that changes the output: policy, lexicons, key fingerprint, format, fields. A run resumes with the same only.
    pub settings: BTreeMap<String, serde_json::Value>,
    /// Files and bytes of the input, where known.
    pub input: BTreeMap<String, serde_json::Value>,
    pub counts: Counts,
    pub warnings: Vec<String>,
    /// Complete parts, in order.
    pub parts: Vec<Part>,
    /// One per start of the run; the only figures that differ between two runs of the same input.
    pub sessions: Vec<Session>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Begun; if no process works on it, it was killed.
    Running,
    /// Stopped between two parts, on demand or by a fault of the output.
    Stopped,
    Complete,
}

/// Sums over documents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Counts {
    /// Documents read, rejected ones included.
    pub entries: u64,
    pub documents: u64,
    pub rejected: u64,
    /// Documents without a patient: each is its own unit of coherence.
    pub without_patient: u64,
    /// Bytes of the texts written, before replacement.
    pub bytes: u64,
    /// Spans by label.
    pub spans: BTreeMap<String, u64>,
}

impl Counts {
    pub(super) fn add(&mut self, other: &Counts) {
        self.entries += other.entries;
        self.documents += other.documents;
        self.rejected += other.rejected;
        self.without_patient += other.without_patient;
        self.bytes += other.bytes;
        for (label, count) in &other.spans {
            *self.spans.entry(label.clone()).or_default() += count;
        }
    }
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Part {
    pub part: u32,
    /// Relative to the output folder.
    pub files: Vec<String>,
    #[serde(flatten)]
    pub counts: Counts,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Session {
    /// UTC, ISO 8601.
    pub started: String,
    pub seconds: f64,
    pub documents: u64,
    pub threads: usize,
}

impl Manifest {
    pub const FILE: &'static str = "manifest.json";

    pub fn read(folder: &Path) -> Result<Self, JobError> {
        let path = folder.join(Self::FILE);
        let nothing = |reason: String| JobError::NothingToResume { path: folder.to_owned(), reason };
        let bytes = std::fs::read(&path).map_err(|error| nothing(format!("manifest.json: {error}")))?;
        serde_json::from_slice(&bytes)
            .map_err(|error| nothing(format!("manifest.json: line {}, column {}", error.line(), error.column())))
    }

    pub(super) fn save(&self, folder: &Path) -> Result<(), JobError> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("maps have string keys");
        bytes.push(b'\n');
        replace_file(folder, Self::FILE, |file| file.write_all(&bytes))
    }

    /// Names of the settings that differ.
    pub(super) fn differences(&self, settings: &BTreeMap<String, serde_json::Value>) -> Vec<String> {
        let names = self.settings.keys().chain(settings.keys()).collect::<std::collections::BTreeSet<_>>();
        names.into_iter().filter(|name| self.settings.get(*name) != settings.get(*name)).cloned().collect()
    }
}

/// Writes a file of the output under a temporary name in `.work/`, syncs it, renames it, syncs its folder.
///
/// * `name`: relative to `folder`; what lies in `private/` is for its owner alone.
pub(super) fn replace_file(
    folder: &Path,
    name: &str,
    write: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
) -> Result<(), JobError> {
    let path = folder.join(name);
    let temporary = folder.join(WORK).join(format!("{}.tmp", name.replace('/', "-")));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    if name.starts_with(PRIVATE) {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let mut file = BufWriter::new(options.open(&temporary).map_err(at(&path))?);
    write(&mut file).and_then(|()| file.flush()).and_then(|()| file.get_ref().sync_all()).map_err(at(&path))?;
    std::fs::rename(&temporary, &path).map_err(at(&path))?;
    sync_folder(path.parent().unwrap_or(folder))
}

pub(super) fn sync_folder(folder: &Path) -> Result<(), JobError> {
    // Only Unix lets a folder be opened and synced; elsewhere the rename is all there is.
    if cfg!(unix) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))?;
    }
    Ok(())
}
