//! The invented, annotated reports of `corpus-fictif/`: what is wrong with them, what they hold.

mod check;
mod stats;

pub use check::{Fault, Severity, check};
pub use stats::{SeriesStats, stats};
