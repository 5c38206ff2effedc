mod generate;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use walkdir::WalkDir;

use super::{EXIT_SOME, Refused, print};
use crate::corpus::{Report, Severity, Stats, Terminologies, check, stats};
use crate::eval::read::kind;
use crate::text::markup::{self, Marked};

/// Check and count annotated reports, make more of them.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Say what breaks the annotation guide, with file and line.
    ///
    /// Errors: broken marks, unknown labels, outer blanks or punctuation, missing roles, codes that are none. Warnings: what looks like a date, a
    /// phone or a number, and what is marked elsewhere in the report, left unmarked.
    Check {
        /// Reports or folders of reports (`*.md`).
        #[arg(default_value = "corpus-fictif/series")]
        paths: Vec<PathBuf>,
        /// Errors only.
        #[arg(long)]
        errors_only: bool,
        /// Folder of lexicons whose terminologies codes are looked up in, where it has them.
        #[arg(long, value_name = "DIR", default_value = "lexicons")]
        lexicons: PathBuf,
    },
    /// Count reports, words, marks and mentions by series, kind and label.
    Stats {
        /// Reports or folders of reports (`*.md`).
        #[arg(default_value = "corpus-fictif/series")]
        paths: Vec<PathBuf>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    Generate(generate::Args),
}

pub(super) fn run(command: &Command) -> Result<ExitCode, Refused> {
    match command {
        Command::Check { paths, errors_only, lexicons } => check_all(paths, *errors_only, lexicons),
        Command::Stats { paths, json } => count_all(paths, *json),
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

fn check_all(paths: &[PathBuf], errors_only: bool, lexicons: &Path) -> Result<ExitCode, Refused> {
    let terminologies = Terminologies::read(lexicons).map_err(Refused::one)?;
    let sources = read(paths)?;
    let mut out = String::new();
    let mut counts: BTreeMap<Severity, usize> = BTreeMap::new();
    for (path, source) in &sources {
        for fault in check(source, &terminologies) {
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

fn count_all(paths: &[PathBuf], json: bool) -> Result<ExitCode, Refused> {
    let sources = read(paths)?;
    let mut reports: Vec<(String, String, String, Marked)> = Vec::new();
    for (path, source) in &sources {
        let part = |part: Option<&OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        let series = part(path.parent().and_then(Path::file_name));
        let name = part(path.file_stem()).trim_start_matches(|c: char| c.is_ascii_digit() || c == '-').to_owned();
        let marked = markup::parse(source).map_err(|error| Refused::one(format!("{}: {error}", path.display())))?;
        reports.push((series, name, kind(path), marked));
    }
    let counted = stats(reports.iter().map(|(series, name, kind, marked)| Report { series, name, kind, marked }));
    print(&if json {
        format!("{}\n", serde_json::to_string_pretty(&counted).map_err(Refused::one)?)
    } else {
        stats_to_text(&counted)
    });
    Ok(ExitCode::SUCCESS)
}

fn stats_to_text(counted: &Stats) -> String {
    let mut out = String::new();
    for (what, groups) in [("series", &counted.series), ("kind", &counted.kinds)] {
        let _ = writeln!(
            out,
            "{what:<26}{:>8}{:>10}{:>9}{:>16}{:>8}{:>10}",
            "reports", "clinical", "words", "of each", "marks", "mentions"
        );
        for (name, one) in groups.iter().chain((what == "series").then_some((&"all".to_owned(), &counted.all))) {
            let range = format!("{}–{}", one.shortest, one.longest);
            let _ = writeln!(
                out,
                "{name:<26}{:>8}{:>10}{:>9}{range:>16}{:>8}{:>10}",
                one.reports, one.clinical, one.words, one.marks, one.mentions
            );
        }
        out.push('\n');
    }
    for (label, count) in &counted.labels {
        let _ = writeln!(out, "{label:<26}{count:>8}");
    }
    let Stats { names, institutions, towns, titles, .. } = counted;
    let _ = writeln!(
        out,
        "\ndistinct: {names} last names, {institutions} institutions, {towns} towns; {titles} titles of {} kinds",
        counted.kinds.len()
    );
    out
}
