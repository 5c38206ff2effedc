use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Tally;

/// Version of the shape of [`Results`]; a file of another one is refused.
pub const SCHEMA: u32 = 1;

/// Everything that an evaluation says, as `--json` writes it, `eval compare`, `merge` and `report` read it.
///
/// Shares are in `0.0..=1.0`; rates say so in their name (`…_per_1000`). Nothing here quotes a report, but [`Example`]s asked for with
/// `--with-text`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Results {
    pub schema: u32,
    pub about: About,
    /// Speed of the engine on these documents; absent where predictions were read.
    #[serde(default)]
    pub speed: Option<Speed>,
    pub whole: Scores,
    /// The leading figures by `series`, `kind`, `length` and `site`, then by the name of the group.
    #[serde(default)]
    pub groups: BTreeMap<String, BTreeMap<String, Scores>>,
    /// Absent where predictions have no scores.
    #[serde(default)]
    pub calibration: Option<Calibration>,
    /// Misses and false alarms by kind and pattern, most frequent first; empty unless asked for (`--errors`).
    #[serde(default)]
    pub errors: Vec<ErrorGroup>,
    /// What each document adds; empty with `--summary`. `compare` and `merge` need it.
    ///
    /// In files: `{"names": […], "rows": [{"id", "patient"?, "series"?, "kind"?, "site"?, "counts": [place, count, …]}]}`.
    #[serde(default, with = "super::packed", skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<DocumentCounts>,
}

/// What was measured, on what, with what.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// What the system is called in comparisons.
    pub name: String,
    pub engine_version: String,
    /// Commit of the engine, where the build was told (`ESTOMPE_COMMIT`).
    pub commit: Option<String>,
    /// What changes the engine's output: hashes of policy and lexicons, model, shapes; empty where predictions were read.
    pub settings: BTreeMap<String, Value>,
    pub gold: GoldAbout,
    /// Whom the intervals draw: `document` or `patient`.
    pub unit: String,
    /// Draws of the bootstrap.
    pub rounds: u32,
    /// Names of the sites merged, if any were.
    #[serde(default)]
    pub sites: Vec<String>,
    /// Whether ids are salted hashes, and series and kinds left out.
    #[serde(default)]
    pub aggregate_only: bool,
}

/// The gold set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GoldAbout {
    /// Of ids, texts and spans; of several sites, of their hashes.
    pub sha256: String,
    pub documents: u64,
    /// Distinct patients, where the gold tells.
    pub patients: u64,
    pub words: u64,
    pub characters: u64,
    pub spans: u64,
    pub mentions: u64,
}

/// How fast, on the run that was scored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Speed {
    pub documents_per_second: f64,
    pub megabytes_per_second: f64,
    pub seconds: f64,
    pub start_up_ms: f64,
    /// Most memory the process ever held; absent where the system does not tell.
    pub peak_memory_mib: Option<f64>,
    pub threads: usize,
}

/// The figures of one set of documents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    pub documents: u64,
    pub words: u64,
    /// Leading figures by name; `eval::figures::WHOLE` says what each is and in which order to show them.
    pub figures: BTreeMap<String, Figure>,
    /// By label, the figures of `eval::figures::PER_LABEL`; empty for groups.
    #[serde(default)]
    pub labels: BTreeMap<String, BTreeMap<String, Figure>>,
    /// Gold label → predicted label → tokens; `-` is none. Right tokens are not listed.
    #[serde(default)]
    pub confusion: BTreeMap<String, BTreeMap<String, u64>>,
    /// By type of mention, the figures of `eval::figures::PER_MENTION`.
    #[serde(default)]
    pub mentions: BTreeMap<String, BTreeMap<String, Figure>>,
    /// By qualifier, the figures of `eval::figures::PER_QUALIFIER`.
    #[serde(default)]
    pub qualifiers: BTreeMap<String, BTreeMap<String, Figure>>,
    /// By attribute, the figures of `eval::figures::PER_ATTRIBUTE`.
    #[serde(default)]
    pub attributes: BTreeMap<String, BTreeMap<String, Figure>>,
}

/// A figure and the middle 95 % of what it would have been on other documents like these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    /// What `value` is the ratio of; for a mean over labels, the number of labels is below.
    pub above: f64,
    pub below: f64,
    /// Where nothing wrong (or nothing right) was seen, so that `low..high` says nothing: the 95 % bound by the rule of three.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<f64>,
}

/// What the scores of a system are worth.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Ascending; bins without tokens are left out.
    pub bins: Vec<Bin>,
    /// Mean distance between score and share of identifying tokens, weighted by tokens.
    pub expected_error: f64,
    /// What would be covered and destroyed if only spans of at least that score were taken; ascending.
    pub thresholds: Vec<Threshold>,
}

/// Predicted tokens whose score lies in `from..to`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    pub from: f64,
    pub to: f64,
    pub tokens: u64,
    /// Share of them that identify.
    pub identifying: f64,
}

/// One place to cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    pub threshold: f64,
    pub covered: f64,
    pub precision: f64,
    pub spurious_per_1000: f64,
}

/// Errors of one kind whose surfaces look alike.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ErrorGroup {
    /// `missed`, `spurious` or `mislabelled`.
    pub kind: String,
    /// What it should have been; for a false alarm, what it was taken for.
    pub label: String,
    /// What it was taken for; empty for a miss.
    pub predicted: String,
    /// Shape of the surface: `Xx-Xx`, `99/99/9999`.
    pub pattern: String,
    /// Rule that found it; for a miss, the rule that nearly did.
    pub rule: String,
    /// For a miss, why that rule let it go.
    pub reason: String,
    pub count: u64,
    /// Some of them; only ids and places unless `--with-text`.
    pub examples: Vec<Example>,
}

/// Where one error stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Example {
    pub document: String,
    /// Offsets in code points.
    pub start: usize,
    pub end: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surface: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// What one document adds to the sums.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DocumentCounts {
    /// Salted with `--aggregate-only`.
    pub id: String,
    pub patient: Option<String>,
    pub series: String,
    pub kind: String,
    pub site: String,
    pub counts: Tally,
}
