//! Finds what identifies: independent detectors, each giving typed spans with a score and the rule that found them.

pub mod check;
pub mod closure;
pub mod date;
mod dictionary;
mod known;
mod pattern;

pub use dictionary::DictionaryDetector;
pub use known::KnownDetector;
pub use pattern::PatternDetector;

use crate::text::{Document, Label, Role, Span};

/// One detector's claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    pub span: Span,
    pub label: Label,
    /// How sure, in `0.0..=1.0`.
    pub score: f32,
    /// Which label wins where two claims of like score overlap; from the label's file.
    pub priority: u8,
    /// Stable and short: the file and rule that found it, such as `date/complete` or `name/title`.
    pub rule: &'static str,
    pub role: Option<Role>,
}

/// A candidate that was looked at and let go, kept for `explain`.
#[derive(Clone, Debug, PartialEq)]
pub struct Veto {
    pub span: Span,
    pub label: Label,
    pub rule: &'static str,
    /// What spoke against it: a failed check, a shield, an ordinary word.
    pub reason: &'static str,
}

/// What one detector found in one document, in any order, overlaps allowed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    pub found: Vec<Detection>,
    pub vetoed: Vec<Veto>,
}

/// Something that finds identifying spans in documents.
pub trait Detector: Send + Sync {
    /// Stable and short; it starts the rule of each of its detections.
    fn name(&self) -> &'static str;

    /// One [`Findings`] per document, in the order of `docs`.
    ///
    /// # Errors
    /// [`DetectError`] when a document cannot be read by this detector; none of the batch may then be written.
    fn detect(&self, docs: &[&Document]) -> Result<Vec<Findings>, DetectError>;
}

/// Why a detector gave up; says nothing of the text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DetectError {
    #[error("detector `{detector}`: {reason}")]
    Failed { detector: &'static str, reason: String },
}
