//! One run over a dump: cut into parts, each done or not done, so that a run killed at any moment goes on where it was.
//!
//! ```text
//! DIR/
//!   manifest.json          what was asked, what is done, counts; rewritten after each part
//!   documents/             the pseudonymised documents, in parts, in the input's own format
//!   spans.jsonl            one line per document: what was found and where it went; no text
//!   rejects.jsonl          one line per document that was not written, and why
//!   brat/                  when asked for
//!   private/               what must not leave with the rest: the key made for the run, the file name of each document, annotated originals
//!   .work/                 while the run goes on
//! ```
//!
//! Every file is written under a temporary name, synced, then renamed; a part counts once the manifest says so. What `.work/`
//! holds is joined into one file each at the end.

mod batches;
mod manifest;
mod part;
mod run;

pub use manifest::{Counts, Manifest, Status};
pub use run::{Emit, Job, Summary, Watch, run};

use std::path::{Path, PathBuf};

use crate::io::OutputError;

/// Why a run did not start, or stopped before its end. What was written stays valid; the same run goes on with `--resume`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    #[error("{path}: the folder is not empty; `--resume` goes on with a run that was stopped there")]
    NotEmpty { path: PathBuf },
    #[error("{path}: the output folder cannot be used: {source}")]
    Unusable { path: PathBuf, source: std::io::Error },
    #[error("{path}: another run is writing there")]
    Busy { path: PathBuf },
    #[error("{path}: nothing to resume: {reason}")]
    NothingToResume { path: PathBuf, reason: String },
    #[error("{path}: the run that stopped there had other settings: {differences}")]
    OtherSettings { path: PathBuf, differences: String },
    #[error("{path}: {source}")]
    Write { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Output(#[from] OutputError),
}

impl JobError {
    /// Whether nothing was read yet.
    pub fn is_refusal(&self) -> bool {
        !matches!(self, JobError::Write { .. } | JobError::Output(_))
    }
}

/// Attaches a path to what the system said of it.
fn at(path: &Path) -> impl FnOnce(std::io::Error) -> JobError + '_ {
    |source| JobError::Write { path: path.to_owned(), source }
}
