mod generate;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use walkdir::WalkDir;

use super::{EXIT_SOME, Refused, print};
use crate::corpus::{Severity, check, stats};
use crate::text::Label;
use crate::text::markup::{self, Marked};

/// Check and count annotated reports, make more of them.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Say what breaks the annotation guide, with file and line.
    ///
    /// Errors are broken marks, unknown labels, outer blanks, missing roles; warnings are look-alikes and names left unmarked.
    Check {
        /// Reports or folders of reports (`*.md`).
        #[arg(default_value = "corpus-fictif/series")]
        paths: Vec<PathBuf>,
        /// Errors only.
        #[arg(long)]
        errors_only: bool,
    },
    /// Count reports, words and marks by series.
    Stats {
        /// Reports or folders of reports (`*.md`).
        #[arg(default_value = "corpus-fictif/series")]
        paths: Vec<PathBuf>,
    },
    Generate(generate::Args),
}

pub(super) fn run(command: &Command) -> Result<ExitCode, Refused> {
    match command {
        Command::Check { paths, errors_only } => check_all(paths, *errors_only),
        Command::Stats { paths } => count_all(paths),
        Command::Generate(args) => generate::run(args),
    }
}

/// Sources by path.
fn read(paths: &[PathBuf]) -> Result<Vec<(PathBuf, String)>, Refused> {
    let mut sources = Vec::new();
    let mut faults = Vec::new();
    for path in paths {
        for entry in WalkDir::new(path).sort_by_file_name() {
            let path = match &entry {
                Ok(entry)
                    if entry.file_type().is_file() && entry.path().extension().is_some_and(|ending| ending == "md") =>
                {
                    entry.path()
                }
                Ok(_) => continue,
                Err(error) => {
                    faults.push(error.to_string());
                    continue;
                }
            };
            match fs::read_to_string(path) {
                Ok(source) => sources.push((path.to_owned(), source)),
                Err(error) => faults.push(format!("{}: {error}", path.display())),
            }
        }
    }
    if faults.is_empty() { Ok(sources) } else { Err(Refused(faults)) }
}

fn check_all(paths: &[PathBuf], errors_only: bool) -> Result<ExitCode, Refused> {
    let sources = read(paths)?;
    let mut out = String::new();
    let mut counts: BTreeMap<Severity, usize> = BTreeMap::new();
    for (path, source) in &sources {
        for fault in check(source) {
            *counts.entry(fault.severity).or_default() += 1;
            let severity = match fault.severity {
                Severity::Error => "error",
                Severity::Warning if errors_only => continue,
                Severity::Warning => "warning",
            };
            let _ = writeln!(out, "{}:{}: {severity}: {}", path.display(), fault.line, fault.message);
        }
    }
    let count = |severity: Severity| counts.get(&severity).copied().unwrap_or(0);
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let _ = writeln!(out, "{} reports, {errors} errors, {warnings} warnings", sources.len());
    print(&out);
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::from(EXIT_SOME) })
}

fn count_all(paths: &[PathBuf]) -> Result<ExitCode, Refused> {
    let sources = read(paths)?;
    let mut reports: Vec<(String, Marked)> = Vec::new();
    for (path, source) in &sources {
        let series = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
        let marked = markup::parse(source).map_err(|error| Refused::one(format!("{}: {error}", path.display())))?;
        reports.push((series, marked));
    }
    let counted = stats(reports.iter().map(|(series, marked)| (series.as_str(), marked)));
    let mut out = format!("{:<20}{:>8}{:>9}{:>8}\n", "series", "reports", "words", "marks");
    let (mut all, mut labels) = ((0, 0, 0), BTreeMap::<Label, usize>::new());
    for (series, one) in &counted {
        let marks: usize = one.marks.values().sum();
        let _ = writeln!(out, "{series:<20}{:>8}{:>9}{marks:>8}", one.reports, one.words);
        all = (all.0 + one.reports, all.1 + one.words, all.2 + marks);
        for (label, count) in &one.marks {
            *labels.entry(*label).or_default() += count;
        }
    }
    let _ = writeln!(out, "{:<20}{:>8}{:>9}{:>8}\n", "all", all.0, all.1, all.2);
    for (label, count) in labels {
        let _ = writeln!(out, "{:<20}{count:>8}", label.as_str());
    }
    print(&out);
    Ok(ExitCode::SUCCESS)
}
