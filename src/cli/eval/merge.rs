use std::path::PathBuf;
use std::process::ExitCode;

use super::Refused;
use super::options::{Drawing, Writing, read_results};
use crate::eval::{Results, merge};

/// Put the results of several sites together.
///
/// Each is a JSON that `eval run --aggregate-only --name SITE --save FILE` wrote: sums and counts per document under salted ids, no text.
/// The figures are those of one run over all documents, in the order of the sites; and site by site.
///
///   estompe eval merge nantes.json brest.json --save ouest.json
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(in crate::cli) struct Args {
    /// Results.
    #[arg(required = true)]
    sites: Vec<PathBuf>,

    /// Merge results of different engines or settings all the same.
    #[arg(long)]
    mixed: bool,

    #[command(flatten)]
    drawing: Drawing,

    #[command(flatten)]
    writing: Writing,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Refused> {
    let sites: Vec<Results> = args.sites.iter().map(|path| read_results(path)).collect::<Result<_, _>>()?;
    let merged = merge(&sites, args.drawing.unit(), args.drawing.rounds, args.mixed);
    let mut merged = merged.map_err(|faults| Refused(faults.iter().map(ToString::to_string).collect()))?;
    if let Some(name) = &args.writing.name {
        merged.about.name.clone_from(name);
    }
    args.writing.write(merged)?;
    Ok(ExitCode::SUCCESS)
}
