//! What leaks and what is destroyed: the engine's spans, or anybody's, against gold spans.
//!
//! [`read`] brings gold and predictions of many formats into one type, [`pair`] puts them together or refuses, [`count`] makes sums of each
//! document, [`score`] turns sums into figures with their intervals. What is not a sum per document is no figure here: so documents,
//! patients and sites add up, and any figure has its bootstrap. `docs/evaluation.md` defines each.

mod about;
mod bootstrap;
mod calibration;
mod case;
mod compare;
mod errors;
pub mod figures;
mod formula;
mod measure;
mod merge;
mod packed;
pub mod read;
mod results;
mod score;
mod show;
mod tally;

pub use about::{GoldHash, peak_memory_mib};
pub use calibration::calibration;
pub use case::{Annotated, Case, Found, Mention, Mismatch, Tagged, pair};
pub use compare::{Comparison, Delta, compare};
pub use errors::{ErrorSite, NearMiss, errors_of, group_errors};
pub use measure::count;
pub use merge::{MergeError, merge};
pub use results::{
    About, Bin, Calibration, DocumentCounts, ErrorGroup, Example, Figure, GoldAbout, Results, SCHEMA, Scores, Speed,
    Threshold,
};
pub use score::{ROUNDS, Unit, score};
pub use show::{comparison_to_text, errors_to_text, to_markdown, to_text};
pub use tally::Tally;
