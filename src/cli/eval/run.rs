use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use rayon::prelude::*;

use super::super::engine_args::EngineArgs;
use super::Refused;
use super::options::{Drawing, Reading, Writing};
use crate::eval::{
    About, Case, ErrorSite, Found, Mention as Said, NearMiss, Results, Speed, errors_of, peak_memory_mib,
};
use crate::pipeline::{Engine, Outcome};
use crate::replace::ProjectKey;
use crate::text::{CharIndex, Span};

/// Run the engine over annotated reports and score it.
///
/// GOLD is files or folders in any format that `eval score` reads. Without --key a key that everybody knows is used, so that figures are
/// the same each time.
///
///   estompe eval run corpus-fictif/series --split dev --by series
///   estompe eval run gold.jsonl --policy export --json --save resultats.json
///   estompe eval run gold/ --aggregate-only --name nantes --save nantes.json
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(in crate::cli) struct Args {
    /// Files or folders.
    #[arg(required = true)]
    gold: Vec<PathBuf>,

    /// Only the series that `splits.toml`, beside or above GOLD, lists under this name (`dev`, `test`).
    #[arg(long, value_name = "NAME")]
    split: Option<String>,

    #[command(flatten)]
    engine: EngineArgs,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    drawing: Drawing,

    #[command(flatten)]
    writing: Writing,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Refused> {
    let mut faults = Vec::new();
    let settings = args.engine.settings(|| Some(ProjectKey::of_evaluations()), &mut faults).ok_or(Refused(faults))?;
    let mut described = settings.describe();
    described.remove("key_fingerprint");
    let words = settings.words.clone();
    let is_structured = settings.structure;
    let paths = match &args.split {
        Some(split) => of_split(&args.gold, split)?,
        None => args.gold.clone(),
    };
    let gold = args.reading.gold(&paths)?;
    let mut cases = Case::of_gold(gold).map_err(|faults| Refused(faults.lines()))?;
    let start = Instant::now();
    let engine = Engine::new(settings);
    let start_up_ms = start.elapsed().as_secs_f64() * 1000.0;
    let start = Instant::now();
    let outcomes: Vec<Outcome> = cases
        .par_iter()
        .map(|case| engine.process(&case.doc).map_err(|fault| format!("`{}`: {fault}", case.doc.id())))
        .collect::<Result<_, _>>()
        .map_err(Refused::one)?;
    let speed = speed(&cases, start.elapsed().as_secs_f64(), start_up_ms);
    let errors = cases
        .par_iter_mut()
        .zip(outcomes)
        .map(|(case, outcome)| {
            case.predicted = found(case, &outcome);
            // Reports without clinical gold say nothing of what structuring finds.
            let is_scored = is_structured && !case.mentions.is_empty();
            case.predicted_mentions = is_scored.then(|| said(case, &outcome));
            let errors =
                if args.writing.errors { errors_of(case, &near_misses(&engine, case, &outcome)) } else { Vec::new() };
            case.output = Some(outcome.text);
            errors
        })
        .collect::<Vec<Vec<ErrorSite>>>();
    let results = Results {
        about: About { name: "estompe".to_owned(), settings: described, ..About::default() },
        speed: Some(speed),
        ..Results::default()
    };
    let results = args.writing.finish(&cases, errors, &words, &args.drawing, results)?;
    args.writing.write(results)?;
    Ok(ExitCode::SUCCESS)
}

fn found(case: &Case, outcome: &Outcome) -> Vec<Found> {
    let mut index = CharIndex::new(case.doc.text());
    let edits = outcome.edits.iter().map(|edit| &edit.detection);
    edits
        .map(|one| Found {
            span: one.span,
            chars: Span::new(index.at(one.span.start()), index.at(one.span.end())),
            label: one.label,
            score: Some(one.score),
            rule: one.rule.to_owned(),
        })
        .collect()
}

/// What the engine says of a report, as gold says it.
fn said(case: &Case, outcome: &Outcome) -> Vec<Said> {
    let mut index = CharIndex::new(case.doc.text());
    let mentions = outcome.mentions.iter();
    mentions
        .map(|one| Said {
            start: index.at(one.original.start()),
            end: index.at(one.original.end()),
            of: one.entity.kind.as_str().to_owned(),
            codes: one.entity.code.split('+').filter(|code| !code.is_empty()).map(str::to_owned).collect(),
            qualifiers: one
                .entity
                .qualifiers
                .names()
                .chain(one.entity.attributes.allergy.then_some("allergy"))
                .map(str::to_owned)
                .collect(),
            attributes: one.entity.attributes.written(),
        })
        .collect()
}

fn near_misses(engine: &Engine, case: &Case, outcome: &Outcome) -> Vec<NearMiss> {
    let vetoes = engine.vetoes(&case.doc, outcome).into_iter();
    vetoes
        .map(|veto| NearMiss { span: veto.span, rule: veto.rule.to_owned(), reason: veto.reason.to_owned() })
        .collect()
}

fn speed(cases: &[Case], seconds: f64, start_up_ms: f64) -> Speed {
    let bytes: usize = cases.iter().map(|case| case.doc.text().len()).sum();
    let per_second = |count: f64| if seconds > 0.0 { count / seconds } else { 0.0 };
    Speed {
        documents_per_second: per_second(cases.len() as f64),
        megabytes_per_second: per_second(bytes as f64 / 1e6),
        seconds,
        start_up_ms,
        peak_memory_mib: peak_memory_mib(),
        threads: rayon::current_num_threads(),
    }
}

/// The folders of the series of a split, below each folder given.
fn of_split(gold: &[PathBuf], split: &str) -> Result<Vec<PathBuf>, Refused> {
    let mut paths = Vec::new();
    for folder in gold {
        let beside = [Some(folder.as_path()), folder.parent()].into_iter().flatten();
        let file = beside.map(|place| place.join("splits.toml")).find(|file| file.is_file());
        let file = file.ok_or_else(|| Refused::one(format!("{}: no splits.toml there or above", folder.display())))?;
        for series in series_of(&file, split)? {
            paths.push(folder.join(series));
        }
    }
    Ok(paths)
}

fn series_of(file: &Path, split: &str) -> Result<Vec<String>, Refused> {
    let refused = |reason: &dyn std::fmt::Display| Refused::one(format!("{}: {reason}", file.display()));
    let source = std::fs::read_to_string(file).map_err(|error| refused(&error))?;
    let mut splits: toml::Table = toml::from_str(&source).map_err(|error| refused(&error.message()))?;
    let known = splits.keys().cloned().collect::<Vec<_>>().join(", ");
    let series = splits.remove(split).ok_or_else(|| refused(&format!("no split is called `{split}`; {known}")))?;
    series.try_into().map_err(|_| refused(&format!("`{split}` is no list of series")))
}
