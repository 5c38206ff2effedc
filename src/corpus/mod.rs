//! The invented, annotated reports of `corpus-fictif/`: what is wrong with them, what they hold, more of them.

mod check;
mod generate;
mod stats;

pub use check::{Fault, Severity, Terminologies, TerminologyError, check};
pub use generate::{Copy, GenerateError, Generator, Source, annotations, levels, line};
pub use stats::{Counts, Report, Stats, stats};
