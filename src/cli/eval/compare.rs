use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rayon::prelude::*;

use super::options::{Drawing, Reading, name_of, read_results};
use super::{Refused, print};
use crate::eval::{About, Comparison, GoldAbout, Results, SCHEMA, compare, comparison_to_text, count, pair};
use crate::lexicon::Words;

/// Say whether systems differ by more than chance, figure by figure.
///
/// Each system is a JSON of `eval run` or `eval score`, or, with --gold, predictions in any format. All are compared with the first one:
/// difference, its 95 % interval (paired bootstrap), p-value (approximate randomisation).
///
///   estompe eval compare regles.json hybride.json
///   estompe eval compare a.jsonl b.jsonl --gold gold.jsonl
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(in crate::cli) struct Args {
    /// Results, or predictions.
    #[arg(required = true, num_args = 2..)]
    systems: Vec<PathBuf>,

    /// What predictions are scored against.
    #[arg(long, value_name = "GOLD")]
    gold: Option<PathBuf>,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    drawing: Drawing,

    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Refused> {
    let systems: Vec<Results> = args.systems.iter().map(|path| system(args, path)).collect::<Result<_, _>>()?;
    let compared: Vec<Comparison> = systems[1..]
        .iter()
        .map(|other| compare(&systems[0], other, args.drawing.unit(), args.drawing.rounds).map_err(Refused))
        .collect::<Result<_, _>>()?;
    if args.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&compared).map_err(Refused::one)?));
    } else {
        print(&compared.iter().map(comparison_to_text).collect::<Vec<_>>().join("\n"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Results as they are, or predictions scored.
fn system(args: &Args, path: &Path) -> Result<Results, Refused> {
    let Some(gold) = &args.gold else { return read_results(path) };
    let gold = args.reading.gold(std::slice::from_ref(gold))?;
    let predictions = args.reading.set(&[path.to_owned()], None)?;
    let name = name_of(path);
    let refused = |line: String| format!("{name}: {line}");
    let cases = pair(gold, predictions).map_err(|faults| Refused(faults.lines().into_iter().map(refused).collect()))?;
    let words = Words::embedded();
    let documents: Vec<_> = cases.par_iter().map(|case| count(case, &words)).collect();
    let about = About { name: name.clone(), gold: GoldAbout::of(&cases, &documents), ..About::default() };
    Ok(Results { schema: SCHEMA, about, documents, ..Results::default() })
}
