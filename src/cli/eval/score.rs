use std::path::PathBuf;
use std::process::ExitCode;

use rayon::prelude::*;

use super::Refused;
use super::options::{Drawing, Reading, Writing, name_of};
use crate::eval::read::Format;
use crate::eval::{About, Case, ErrorSite, Results, errors_of, pair};
use crate::lexicon::Words;

/// Score anybody's predictions against gold.
///
/// Both may be inline markup (*.md), templates, JSON lines, brat, CoNLL, Parquet tables, or the output folder of `estompe run`. They must
/// speak of the same documents: what does not match is listed, and nothing is scored.
///
///   estompe eval score corpus-fictif/series/l-ouest predictions.jsonl
///   estompe eval score gold.conll autre-outil.conll --any-label
///   estompe eval score parhaf/ predictions.jsonl --label-map eval/labels/parhaf.toml
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(in crate::cli) struct Args {
    /// File or folder.
    gold: PathBuf,

    /// File or folder.
    predictions: PathBuf,

    /// Format of the predictions, as --gold-format.
    #[arg(long, value_name = "FORMAT")]
    pred_format: Option<Format>,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    drawing: Drawing,

    #[command(flatten)]
    writing: Writing,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Refused> {
    let gold = args.reading.gold(std::slice::from_ref(&args.gold))?;
    let predictions = args.reading.set(std::slice::from_ref(&args.predictions), args.pred_format)?;
    let cases = pair(gold, predictions).map_err(|faults| Refused(faults.lines()))?;
    let errors = |case: &Case| if args.writing.errors { errors_of(case, &[]) } else { Vec::new() };
    let errors: Vec<Vec<ErrorSite>> = cases.par_iter().map(errors).collect();
    let about = About { name: name_of(&args.predictions), ..About::default() };
    let results = Results { about, ..Results::default() };
    let results = args.writing.finish(&cases, errors, &Words::embedded(), &args.drawing, results)?;
    args.writing.write(results)?;
    Ok(ExitCode::SUCCESS)
}
