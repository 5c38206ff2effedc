use std::fmt::Write as _;
use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anstyle::{AnsiColor, Color, Style};
use clap::ValueEnum;
use serde_json::json;

use super::engine_args::{EngineArgs, throwaway};
use super::{EXIT_SOME, Refused, print, say};
use crate::detect::Veto;
use crate::io::{RejectReason, decode};
use crate::pipeline::{Engine, Mention, Outcome};
use crate::replace::Edit;
use crate::structure::Entity;
use crate::text::{CharIndex, Document, Label};

/// Show what is found in one report, why, and what replaces it.
///
/// Prints the report with every span marked, then one line per span: where it is, its label, score and rule, the text and its
/// replacement; then what was looked at and let go, and what spoke against it. Without --key the replacements are examples.
#[derive(clap::Args)]
pub(super) struct Args {
    /// A text file, or `-` for standard input.
    file: PathBuf,

    #[command(flatten)]
    engine: EngineArgs,

    /// Id of the patient, as a run would give it.
    #[arg(long, value_name = "ID")]
    patient: Option<String>,

    /// Colours: on a terminal, always, or never (marks are then written `[text](LABEL)`).
    #[arg(long, value_enum, default_value_t = When::Auto)]
    color: When,

    /// Print the pseudonymised report and nothing else.
    #[arg(long, conflicts_with = "json")]
    output_only: bool,

    /// Print one JSON object: text, spans, replacements, vetoes.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Refused> {
    let settings = throwaway(&args.engine)?;
    let shown = args.file.display();
    let mut bytes = Vec::new();
    let read = match args.file.to_str() {
        Some("-") => std::io::stdin().lock().read_to_end(&mut bytes),
        _ => std::fs::File::open(&args.file).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    read.map_err(|error| Refused::one(format!("{shown}: {error}")))?;
    let text = decode(&bytes, None).ok_or_else(|| Refused::one(format!("{shown}: {}", RejectReason::Undecodable)))?;
    let mut doc = Document::new("document", text);
    if let Some(patient) = &args.patient {
        doc = doc.with_patient(patient);
    }
    let engine = Engine::new(settings);
    let outcome = match engine.process(&doc) {
        Ok(outcome) => outcome,
        Err(fault) => {
            say(&format!("estompe: {shown}: {fault}"));
            return Ok(ExitCode::from(EXIT_SOME));
        }
    };
    let vetoes = engine.vetoes(&doc, &outcome);
    let colours = args.color == When::Always || (args.color == When::Auto && std::io::stdout().is_terminal());
    if args.output_only {
        print(&outcome.text);
    } else if args.json {
        print(&format!("{}\n", as_json(&doc, &outcome, &vetoes)));
    } else {
        print(&as_text(&doc, &outcome, &vetoes, colours));
    }
    Ok(ExitCode::SUCCESS)
}

fn as_json(doc: &Document, outcome: &Outcome, vetoes: &[Veto]) -> serde_json::Value {
    let (mut of_text, mut of_out) = (CharIndex::new(doc.text()), CharIndex::new(&outcome.text));
    let entities = outcome.edits.iter().map(|edit| {
        let found = &edit.detection;
        json!({
            "start": of_text.at(found.span.start()), "end": of_text.at(found.span.end()), "label": found.label,
            "score": (f64::from(found.score) * 1000.0).round() / 1000.0, "rule": found.rule,
            "role": found.role.map(|role| role.as_str()), "text": found.span.slice(doc.text()),
            "out_start": of_out.at(edit.out.start()), "out_end": of_out.at(edit.out.end()),
            "replacement": edit.out.slice(&outcome.text),
        })
    });
    let entities: Vec<_> = entities.collect();
    let vetoed: Vec<_> = vetoes
        .iter()
        .map(|veto| {
            json!({
                "start": of_text.at(veto.span.start()), "end": of_text.at(veto.span.end()), "label": veto.label,
                "rule": veto.rule, "reason": veto.reason, "text": veto.span.slice(doc.text()),
            })
        })
        .collect();
    let said: Vec<_> = outcome
        .mentions
        .iter()
        .map(|Mention { entity, original }| {
            json!({
                "type": entity.kind.as_str(), "code": entity.code, "label": entity.label,
                "start": of_text.at(original.start()), "end": of_text.at(original.end()),
                "out_start": of_out.at(entity.span.start()), "out_end": of_out.at(entity.span.end()),
                "qualifiers": entity.qualifiers, "attributes": entity.attributes,
            })
        })
        .collect();
    json!({ "text": doc.text(), "output": outcome.text, "entities": entities, "vetoed": vetoed, "mentions": said })
}

fn as_text(doc: &Document, outcome: &Outcome, vetoes: &[Veto], colours: bool) -> String {
    let mut out = marked(doc.text(), &outcome.edits, colours);
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out.push('\n');
    let mut line = Lines::new(doc.text());
    for edit in &outcome.edits {
        let found = &edit.detection;
        let (from, to) = (one_line(found.span.slice(doc.text())), one_line(edit.out.slice(&outcome.text)));
        let role = found.role.map_or("", |role| role.as_str());
        let _ = writeln!(
            out,
            "{:>9}  {:<14} {:<8} {:.2}  {:<26} {from} → {to}",
            line.at(found.span.start()),
            found.label,
            role,
            found.score,
            found.rule,
        );
    }
    if !vetoes.is_empty() {
        let _ = writeln!(out, "\nLaissé en clair :");
    }
    for veto in vetoes {
        let surface = one_line(veto.span.slice(doc.text()));
        let place = Lines::new(doc.text()).at(veto.span.start());
        let _ = writeln!(out, "{place:>9}  {:<14} {:<26} {surface} : {}", veto.label, veto.rule, veto.reason);
    }
    if !outcome.mentions.is_empty() {
        let _ = writeln!(out, "\nDit :");
    }
    let mut line = Lines::new(doc.text());
    for Mention { entity, original } in &outcome.mentions {
        let _ = writeln!(
            out,
            "{:>9}  {:<7} {:<10} {}{}",
            line.at(original.start()),
            entity.kind.as_str(),
            entity.code,
            one_line(entity.span.slice(&outcome.text)),
            details(entity),
        );
    }
    out
}

/// ` = 132 µmol/L ; nié, famille`: what goes with a mention.
fn details(entity: &Entity) -> String {
    let (of, is) = (&entity.attributes, entity.qualifiers);
    let value = [&of.comparator, &of.value, &of.unit, &of.dose, &of.route, &of.frequency, &of.duration];
    let value: Vec<&str> = value.into_iter().flatten().map(String::as_str).collect();
    let light = [
        ("nié", is.negated),
        ("hypothèse", is.hypothetical),
        ("famille", is.family),
        ("antécédent", is.history),
        ("rapporté", is.reported),
        ("allergie", of.allergy),
    ];
    let light = light.iter().filter(|(_, is)| *is).map(|(name, _)| *name);
    let light: Vec<&str> = light.chain(of.change).collect();
    let mut out = String::new();
    if !value.is_empty() {
        let _ = write!(out, " = {}", one_line(&value.join(" ")));
    }
    if !light.is_empty() {
        let _ = write!(out, " ; {}", light.join(", "));
    }
    out
}

fn marked(text: &str, edits: &[Edit], colours: bool) -> String {
    let mut out = String::with_capacity(text.len() + 16 * edits.len());
    let mut copied = 0;
    for edit in edits {
        let found = &edit.detection;
        out.push_str(&text[copied..found.span.start()]);
        let surface = found.span.slice(text);
        let _ = if colours {
            let style = style(found.label);
            write!(out, "{style}{surface}{style:#}")
        } else {
            write!(out, "[{surface}]({})", found.label)
        };
        copied = found.span.end();
    }
    out.push_str(&text[copied..]);
    out
}

fn style(label: Label) -> Style {
    let colour = match label {
        _ if label.is_name() => AnsiColor::Yellow,
        Label::DATE | Label::DATE_NAISSANCE | Label::AGE90 => AnsiColor::Cyan,
        Label::ADRESSE | Label::ZIP | Label::VILLE => AnsiColor::Green,
        Label::HOPITAL => AnsiColor::Magenta,
        Label::TEL | Label::MAIL | Label::URL => AnsiColor::Blue,
        _ => AnsiColor::Red,
    };
    Style::new().bold().fg_color(Some(Color::Ansi(AnsiColor::Black))).bg_color(Some(Color::Ansi(colour)))
}

fn one_line(surface: &str) -> String {
    surface.replace("\r\n", "⏎").replace(['\n', '\r'], "⏎")
}

/// `line:column`, both from 1, columns in code points; one pass when asked in ascending order.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    start: usize,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        Lines { text, at: 0, line: 1, start: 0 }
    }

    fn at(&mut self, offset: usize) -> String {
        for (at, _) in self.text[self.at..offset].match_indices('\n') {
            self.line += 1;
            self.start = self.at + at + 1;
        }
        self.at = offset;
        format!("{}:{}", self.line, self.text[self.start..offset].chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_count_from_one() {
        let mut lines = Lines::new("é\nab\n\nc");
        assert_eq!([0, 3, 5, 7].map(|at| lines.at(at)), ["1:1", "2:1", "2:3", "4:1"]);
    }
}
