//! What leaks and what is destroyed: the engine's spans, or anybody's, against gold spans.
//!
//! Everything is counted by token: a run of letters, a run of digits, or one mark that is no blank, of the original text. A token is in a
//! span if they share a character. Sums are kept by document, so that any figure has its bootstrap interval.

mod bootstrap;
mod count;
mod gold;
mod report;

pub use bootstrap::{Interval, interval};
pub use count::{Error, ErrorKind, PerDocument, PerLabel, Predicted, count};
pub use gold::{Gold, GoldError, read_gold};
pub use report::Report;
