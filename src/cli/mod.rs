//! The command line: one file per subcommand, each turning what was typed into settings and running them.

mod corpus;
mod engine_args;
mod eval;
mod explain;
mod key;
mod lexicon;
mod progress;
mod restore;
mod run;
mod structure;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Pseudonymises French clinical reports: removes who they are about, keeps what they say.
///
/// Works offline, with the lexicons inside the binary. First steps:
///
///   estompe explain lettre.txt                   one report, every finding shown and explained
///   estompe run rapports/ --output sortie        a folder of .txt, a .jsonl, .csv or .parquet file
///   estompe key new projet.key                   a project's secret: same key, same surrogates
#[derive(Parser)]
#[command(name = "estompe", version, propagate_version = true, verbatim_doc_comment)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Run(Box<run::Args>),
    Explain(explain::Args),
    Structure(structure::Args),
    Restore(restore::Args),
    #[command(subcommand)]
    Key(key::Command),
    #[command(subcommand)]
    Lexicon(lexicon::Command),
    #[command(subcommand)]
    Eval(eval::Command),
    #[command(subcommand)]
    Corpus(corpus::Command),
}

/// Some documents were rejected, or some lexicon example failed.
pub const EXIT_SOME: u8 = 1;
/// Refused to start.
pub const EXIT_REFUSED: u8 = 2;
/// The output could not be written any further; what was complete is kept.
pub const EXIT_BROKEN: u8 = 3;
/// Stopped on demand between two parts.
pub const EXIT_INTERRUPTED: u8 = 130;

/// Everything that is wrong with what was asked; printed at once, before anything is read.
#[derive(Debug)]
struct Refused(Vec<String>);

impl Refused {
    fn one(fault: impl std::fmt::Display) -> Self {
        Refused(vec![fault.to_string()])
    }
}

/// Parses the command line, runs it, prints what is wrong once.
pub fn main() -> ExitCode {
    // The message of a panic may quote the text it worked on.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        say(&format!("estompe: internal error{place}"));
    }));
    let outcome = match Cli::parse().command {
        Command::Run(args) => run::run(*args),
        Command::Explain(args) => explain::run(&args),
        Command::Structure(args) => structure::run(&args),
        Command::Restore(args) => restore::run(&args),
        Command::Key(command) => key::run(&command),
        Command::Lexicon(command) => lexicon::run(&command),
        Command::Eval(command) => eval::run(&command),
        Command::Corpus(command) => corpus::run(&command),
    };
    outcome.unwrap_or_else(|Refused(faults)| {
        for fault in &faults {
            say(&format!("estompe: {fault}"));
        }
        ExitCode::from(EXIT_REFUSED)
    })
}

/// One line on standard error; a closed terminal is no fault.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Text on standard output; a reader that went away is no fault.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
