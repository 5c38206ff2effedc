use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use rayon::prelude::*;
use serde_json::json;

use super::engine_args::{EngineArgs, throwaway};
use super::{Refused, print};
use crate::eval::{ErrorKind, Gold, PerDocument, Predicted, Report, count, read_gold};
use crate::pipeline::Engine;
use crate::text::Span;

/// Measure what leaks and what is destroyed, against annotated reports.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Run the engine over annotated reports and score it.
    ///
    /// GOLD is files or folders of reports in inline markup (`[Morel](NOM)`). Figures are by token, with 95 % intervals (bootstrap over
    /// documents). `--errors` shows every miss and false alarm in its context.
    Run {
        /// Files or folders.
        #[arg(required = true)]
        gold: Vec<PathBuf>,
        #[command(flatten)]
        engine: Box<EngineArgs>,
        /// One report per series (folder), before the whole.
        #[arg(long)]
        by_series: bool,
        /// List the errors, with the text around them.
        #[arg(long)]
        errors: bool,
        /// Print figures as JSON.
        #[arg(long, conflicts_with = "errors")]
        json: bool,
    },
}

pub(super) fn run(command: &Command) -> Result<ExitCode, Refused> {
    let Command::Run { gold, engine, by_series, errors, json } = command;
    let settings = throwaway(engine)?;
    let described = settings.describe();
    let gold = read_gold(gold).map_err(|faults| Refused(faults.iter().map(ToString::to_string).collect()))?;
    let engine = Engine::new(settings);
    let counted: Vec<PerDocument> = gold.par_iter().map(|gold| score(&engine, gold)).collect::<Result<_, _>>()?;
    let mut series: Vec<&str> = gold.iter().map(|gold| gold.series.as_str()).collect();
    series.sort_unstable();
    series.dedup();
    let of_series = |name: &str| {
        let own: Vec<PerDocument> = counted.iter().filter(|doc| doc.series == name).cloned().collect();
        Report::new(&own)
    };
    let whole = Report::new(&counted);
    if *json {
        let mut value = whole.to_json();
        value["series"] = series.iter().map(|name| ((*name).to_owned(), of_series(name).to_json())).collect();
        value["settings"] = json!(
            described.into_iter().filter(|(name, _)| name != "key_fingerprint").collect::<serde_json::Map<_, _>>()
        );
        print(&format!("{value:#}\n"));
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = String::new();
    if *errors {
        for (gold, doc) in gold.iter().zip(&counted) {
            list(gold, doc, &mut out);
        }
    }
    if *by_series {
        for name in series {
            let _ = writeln!(out, "── {name}\n{}", of_series(name).to_text());
        }
    }
    out.push_str(&whole.to_text());
    print(&out);
    Ok(ExitCode::SUCCESS)
}

fn score(engine: &Engine, gold: &Gold) -> Result<PerDocument, Refused> {
    let outcome = engine.process(&gold.doc).map_err(|fault| Refused::one(format!("{}: {fault}", gold.doc.id())))?;
    let predicted: Vec<Predicted> = outcome
        .edits
        .iter()
        .map(|edit| &edit.detection)
        .map(|found| Predicted { span: found.span, label: found.label, rule: found.rule.to_owned() })
        .collect();
    Ok(count(gold, &predicted))
}

fn list(gold: &Gold, doc: &PerDocument, out: &mut String) {
    for error in &doc.errors {
        let kind = match error.kind {
            ErrorKind::Missed => "missed",
            ErrorKind::Spurious => "spurious",
            ErrorKind::Mislabelled => "mislabelled",
        };
        let place = gold.doc.id();
        let around = around(gold.doc.text(), error.span);
        let _ = writeln!(out, "{kind:<12}{:<15}{:<24} {place}: {around}", error.label, error.rule);
    }
}

/// Some 30 characters on each side, on one line.
fn around(text: &str, span: Span) -> String {
    let start = text[..span.start()].char_indices().rev().nth(30).map_or(0, |(at, _)| at);
    let end = text[span.end()..].char_indices().nth(30).map_or(text.len(), |(at, _)| span.end() + at);
    let shown = format!("{}⟦{}⟧{}", &text[start..span.start()], span.slice(text), &text[span.end()..end]);
    shown.replace("\r\n", "⏎").replace(['\n', '\r'], "⏎")
}
