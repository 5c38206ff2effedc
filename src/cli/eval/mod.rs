//! `estompe eval`: run, score, compare, merge.

mod compare;
mod merge;
mod options;
mod run;
mod score;

use std::process::ExitCode;

use super::{Refused, print};

/// Measure what leaks and what is destroyed, against annotated reports.
///
/// Every figure has its 95 % interval; `docs/evaluation.md` defines them.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    Run(Box<run::Args>),
    Score(score::Args),
    Compare(compare::Args),
    Merge(merge::Args),
}

pub(super) fn run(command: &Command) -> Result<ExitCode, Refused> {
    match command {
        Command::Run(args) => run::run(args),
        Command::Score(args) => score::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Merge(args) => merge::run(args),
    }
}
