use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use super::{EXIT_SOME, Refused, print, say};
use crate::detect::check;
use crate::lexicon::{Catalogue, Words, import};
use crate::pipeline::{Examples, Settings};

/// Look into the lexicons, check them, make a site's own from official files.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Check identifier files: syntax, checks, and every example they hold.
    Check {
        /// Folder of identifier files (`*.toml`); the built-in ones when not given.
        folder: Option<PathBuf>,
    },
    /// Count what the lexicons hold.
    Stats {
        /// Folder made by `lexicon import`; the built-in lists when not given.
        folder: Option<PathBuf>,
    },
    /// Add official open files, as published, to the built-in word lists.
    ///
    /// Each file is recognised by its layout: INSEE « Fichier des prénoms » and « Fichier des noms de famille », FINESS
    /// (établissements), Base de données publique des médicaments (CIS_bdpm, CIS_COMPO_bdpm), INSEE Code officiel géographique
    /// (communes), La Poste « Base officielle des codes postaux ». Give the result to `--lexicons`.
    Import {
        /// Files as downloaded, unzipped.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Folder to make.
        #[arg(long, short, value_name = "DIR")]
        output: PathBuf,
    },
}

pub(super) fn run(command: &Command) -> Result<ExitCode, Refused> {
    match command {
        Command::Check { folder } => check_files(folder.as_ref()),
        Command::Stats { folder } => stats(folder.as_ref()),
        Command::Import { files, output } => {
            let report =
                import(files, output).map_err(|faults| Refused(faults.iter().map(ToString::to_string).collect()))?;
            for (file, layout, rows) in &report.files {
                say(&format!("{}: {layout}, {rows} rows", file.display()));
            }
            print(&format!(
                "{} words and phrases, {} of them new → {}\n",
                report.entries,
                report.added,
                output.display()
            ));
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn all<E: std::fmt::Display>(faults: Vec<E>) -> Refused {
    Refused(faults.iter().map(ToString::to_string).collect())
}

fn check_files(folder: Option<&PathBuf>) -> Result<ExitCode, Refused> {
    let mut settings = Settings::embedded().map_err(all)?;
    if let Some(folder) = folder {
        settings.catalogue = Catalogue::read(folder, &check::names()).map_err(all)?;
    }
    let files = settings.catalogue.identifiers().len();
    let Examples { held, faults } = Examples::run(settings);
    for fault in &faults {
        say(fault);
    }
    print(&format!("{files} files, {held} examples hold, {} do not\n", faults.len()));
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(EXIT_SOME) })
}

fn stats(folder: Option<&PathBuf>) -> Result<ExitCode, Refused> {
    let words = folder.map_or_else(|| Ok(Words::embedded()), |folder| Words::read(folder)).map_err(Refused::one)?;
    let catalogue = Catalogue::embedded(&check::names()).map_err(all)?;
    let mut out = String::new();
    let _ = writeln!(out, "{:>9}  words and phrases", words.len());
    for (kind, count) in words.count() {
        let _ = writeln!(out, "{count:>9}    {kind}");
    }
    let mut rules: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for identifier in catalogue.identifiers() {
        let of_label = rules.entry(identifier.label.as_str()).or_default();
        of_label.0 += identifier.rules.len();
        of_label.1 += identifier.examples.len();
    }
    let _ = writeln!(out, "{:>9}  identifier files", catalogue.identifiers().len());
    for (label, (rules, examples)) in rules {
        let _ = writeln!(out, "{:>9}    {label}: {rules} rules, {examples} examples", "");
    }
    print(&out);
    Ok(ExitCode::SUCCESS)
}
