use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::Value;

use super::{Refused, print};
use crate::eval::read::{Format, LabelMap, Labels, read};
use crate::eval::{
    About, Annotated, Case, DocumentCounts, ErrorSite, GoldAbout, ROUNDS, Results, SCHEMA, Unit, count, errors_to_text,
    group_errors, to_markdown, to_text,
};
use crate::lexicon::Words;

/// How gold and predictions are written.
#[derive(clap::Args)]
pub(super) struct Reading {
    /// Format of the gold: markup, template, json, brat, conll, parquet; told from names and content if it is not given.
    #[arg(long, value_name = "FORMAT")]
    gold_format: Option<Format>,

    /// What the labels and columns of gold and predictions are called here: a TOML file, such as eval/labels/parhaf.toml.
    #[arg(long, value_name = "FILE")]
    label_map: Option<PathBuf>,

    /// Take labels that nobody knows as they are, instead of refusing them.
    #[arg(long)]
    any_label: bool,
}

impl Reading {
    pub(super) fn gold(&self, paths: &[PathBuf]) -> Result<Vec<Annotated>, Refused> {
        self.set(paths, self.gold_format)
    }

    pub(super) fn set(&self, paths: &[PathBuf], format: Option<Format>) -> Result<Vec<Annotated>, Refused> {
        let map = match &self.label_map {
            Some(path) => LabelMap::read(path).map_err(Refused::one)?,
            None => LabelMap::default(),
        };
        let mut labels = Labels::new(map, self.any_label);
        read(paths, format, &mut labels).map_err(|faults| Refused(faults.iter().map(ToString::to_string).collect()))
    }
}

/// Whom intervals draw, and how often.
#[derive(clap::Args)]
pub(super) struct Drawing {
    /// Whom the intervals draw: document, or patient where the gold names patients.
    #[arg(long, value_name = "UNIT", default_value_t = Unit::Document.as_str().to_owned(), value_parser = ["document", "patient"])]
    unit: String,

    /// Draws of the bootstrap.
    #[arg(long, value_name = "COUNT", default_value_t = ROUNDS, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(super) rounds: u32,
}

impl Drawing {
    pub(super) fn unit(&self) -> Unit {
        self.unit.parse().unwrap_or_default()
    }
}

/// What is written, and where.
#[derive(clap::Args)]
pub(super) struct Writing {
    /// What the system is called in comparisons and reports; in `eval merge`, the site.
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,

    /// Print the leading figures of each series, kind, length or site too; several apart by commas.
    #[arg(long, value_name = "GROUPING", value_delimiter = ',', value_parser = ["series", "kind", "length", "site"])]
    by: Vec<String>,

    /// The same as --by series.
    #[arg(long, hide = true)]
    by_series: bool,

    /// Print everything as JSON, the counts of each document included.
    #[arg(long, conflicts_with = "markdown")]
    json: bool,

    /// Print Markdown.
    #[arg(long)]
    markdown: bool,

    /// Write the JSON to a file as well.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,

    /// Leave the counts of each document out of the JSON: smaller, but not to be compared or merged.
    #[arg(long, conflicts_with = "aggregate_only")]
    summary: bool,

    /// Only sums that may leave the site: ids salted, series and kinds left out, no text, no errors.
    #[arg(long, conflicts_with_all = ["errors", "with_text", "by", "by_series"])]
    aggregate_only: bool,

    /// What the ids of --aggregate-only are salted with; drawn at random, and forgotten, if it is not given.
    #[arg(long, value_name = "TEXT", requires = "aggregate_only", env = "ESTOMPE_SALT", hide_env_values = true)]
    salt: Option<String>,

    /// List misses and false alarms, grouped by label, rule and look; with the text around them on a terminal, not in JSON.
    #[arg(long)]
    pub(super) errors: bool,

    /// Keep the text around errors in JSON too. The file then holds parts of reports.
    #[arg(long, requires = "errors")]
    with_text: bool,
}

/// Examples kept of each group of errors.
const EXAMPLES: usize = 10;

impl Writing {
    /// Counts, scores and writes; `errors` of each case, where they are asked for.
    pub(super) fn finish(
        &self,
        cases: &[Case],
        errors: Vec<Vec<ErrorSite>>,
        words: &Words,
        drawing: &Drawing,
        results: Results,
    ) -> Result<Results, Refused> {
        let counted: Vec<DocumentCounts> = cases.par_iter().map(|case| count(case, words)).collect();
        let unit = drawing.unit();
        let about = About {
            name: self.name.clone().unwrap_or(results.about.name),
            engine_version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: option_env!("ESTOMPE_COMMIT").map(str::to_owned),
            gold: GoldAbout::of(cases, &counted),
            unit: unit.as_str().to_owned(),
            rounds: drawing.rounds,
            aggregate_only: self.aggregate_only,
            ..results.about
        };
        let documents = if self.aggregate_only { self.salted(counted)? } else { counted };
        let mut results = Results { schema: SCHEMA, about, documents, ..results };
        results.score(unit, drawing.rounds);
        let sites: Vec<(&Case, Vec<ErrorSite>)> = cases.iter().zip(errors).collect();
        let on_terminal = !self.json && !self.markdown;
        results.errors = group_errors(&sites, EXAMPLES, self.with_text);
        if on_terminal && self.errors {
            print(&errors_to_text(&group_errors(&sites, EXAMPLES, true)));
        }
        Ok(results)
    }

    fn salted(&self, counted: Vec<DocumentCounts>) -> Result<Vec<DocumentCounts>, Refused> {
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(|_| Refused::one("the system gave no random bytes"))?;
        let salt = self.salt.as_ref().map_or(&random[..], |salt| salt.as_bytes());
        Ok(counted.into_iter().map(|doc| doc.salted(salt)).collect())
    }

    /// Prints results as asked, and saves them.
    pub(super) fn write(&self, mut results: Results) -> Result<(), Refused> {
        if self.summary {
            results.documents.clear();
        }
        if let Some(path) = &self.save {
            fs::write(path, to_json(&results)?)
                .map_err(|error| Refused::one(format!("{}: {error}", path.display())))?;
        }
        if self.json {
            print(&to_json(&results)?);
        } else if self.markdown {
            print(&to_markdown(&results));
        } else {
            let mut by = self.by.clone();
            by.extend(self.by_series.then(|| "series".to_owned()));
            print(&to_text(&results, &by));
        }
        Ok(())
    }
}

/// JSON whose short objects are on one line, so that files can be read and compared line by line.
fn to_json(results: &Results) -> Result<String, Refused> {
    let value = serde_json::to_value(results).map_err(Refused::one)?;
    let mut out = String::new();
    indent(&value, 0, &mut out);
    out.push('\n');
    Ok(out)
}

/// Longest value on one line; lists of numbers are on one line whatever their length.
const LINE: usize = 160;

fn indent(value: &Value, depth: usize, out: &mut String) {
    let is_numbers = value.as_array().is_some_and(|all| all.iter().all(Value::is_number));
    let line = value.to_string();
    if is_numbers || line.len() <= LINE || !(value.is_array() || value.is_object()) {
        return out.push_str(&line);
    }
    let (open, close) = if value.is_array() { ('[', ']') } else { ('{', '}') };
    out.push(open);
    let mut item = |first: bool, name: Option<&String>, value: &Value| {
        out.push_str(if first { "\n" } else { ",\n" });
        out.push_str(&"  ".repeat(depth + 1));
        if let Some(name) = name {
            out.push_str(&format!("{}: ", Value::from(name.as_str())));
        }
        indent(value, depth + 1, out);
    };
    if let Some(all) = value.as_array() {
        all.iter().enumerate().for_each(|(at, one)| item(at == 0, None, one));
    }
    if let Some(all) = value.as_object() {
        all.iter().enumerate().for_each(|(at, (name, one))| item(at == 0, Some(name), one));
    }
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
    out.push(close);
}

/// Results that `--json` or `--save` wrote.
pub(super) fn read_results(path: &Path) -> Result<Results, Refused> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| Refused::one(format!("{shown}: {error}")))?;
    let place = |error: serde_json::Error| {
        Refused::one(format!(
            "{shown}: no results of `eval run --json` (line {}, column {})",
            error.line(),
            error.column()
        ))
    };
    let mut results: Results = serde_json::from_str(&text).map_err(place)?;
    if results.schema != SCHEMA {
        return Err(Refused::one(format!("{shown}: results of shape {}, this version reads {SCHEMA}", results.schema)));
    }
    if results.about.name.is_empty() {
        results.about.name = name_of(path);
    }
    Ok(results)
}

/// What a file is called, for a system without a name.
pub(super) fn name_of(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
