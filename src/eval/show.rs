use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::figures::{OF_GROUPS, PER_ATTRIBUTE, PER_LABEL, PER_MENTION, PER_QUALIFIER, Scale, Spec, WHOLE};
use super::{Comparison, ErrorGroup, Figure, Results, Scores};

/// Figures as tables for a terminal; before the whole, the leading ones of each group of the groupings named in `by`.
pub fn to_text(results: &Results, by: &[String]) -> String {
    let mut out = String::new();
    for grouping in by {
        for (name, scores) in results.groups.get(grouping).into_iter().flatten() {
            let _ = writeln!(out, "── {grouping}: {name}, {} documents, {} words", scores.documents, scores.words);
            leading(scores, &mut out, |name| OF_GROUPS.contains(&name));
            out.push('\n');
        }
    }
    let _ = writeln!(out, "{} documents, {} words\n", results.whole.documents, results.whole.words);
    leading(&results.whole, &mut out, |_| true);
    tables(&results.whole, &mut out, plain_table);
    if let Some(speed) = &results.speed {
        let memory = speed.peak_memory_mib.map_or_else(String::new, |mib| format!(", {mib:.0} MiB at most"));
        let _ = writeln!(
            out,
            "\n{:.0} documents/s, {:.2} MB/s on {} threads, start-up {:.0} ms{memory}",
            speed.documents_per_second, speed.megabytes_per_second, speed.threads, speed.start_up_ms
        );
    }
    out
}

fn leading(scores: &Scores, out: &mut String, wanted: impl Fn(&str) -> bool) {
    for spec in WHOLE.iter().filter(|spec| wanted(spec.name)) {
        let Some(figure) = scores.figures.get(spec.name) else { continue };
        let [value, low, high] = [figure.value, figure.low, figure.high].map(|value| number(spec, value));
        let unit = if spec.scale == Scale::Percent { " %" } else { "  " };
        let _ = writeln!(out, "{value:>7}{unit}  [{low:>6} – {high:>6}]  {}{}", spec.says, bound(spec, figure));
    }
}

/// What the rule of three says where the interval cannot say anything.
fn bound(spec: &Spec, figure: &Figure) -> String {
    match figure.bound {
        Some(bound) => {
            let side = if figure.above == 0.0 { "≤" } else { "≥" };
            format!(" (with 95 % confidence {side} {})", number(spec, bound))
        }
        None if figure.below == 0.0 => " (nothing to count)".to_owned(),
        None => String::new(),
    }
}

fn number(spec: &Spec, value: f64) -> String {
    let scale = if spec.scale == Scale::Percent { 100.0 } else { 1.0 };
    format!("{:.2}", value * scale)
}

type Rows<'r> = &'r BTreeMap<String, BTreeMap<String, Figure>>;
type TableColumns = &'static [(&'static str, &'static str)];
type WriteTable = fn(&str, &[&str], &[Vec<String>], &mut String);

/// By label, type, qualifier and attribute, what there is of them.
fn tables(scores: &Scores, out: &mut String, write: WriteTable) {
    let all: [(&str, &[Spec], Rows, TableColumns); 4] = [
        ("label", PER_LABEL, &scores.labels, &LABEL_COLUMNS),
        ("mention", PER_MENTION, &scores.mentions, &MENTION_COLUMNS),
        ("qualifier", PER_QUALIFIER, &scores.qualifiers, &QUALIFIER_COLUMNS),
        ("attribute", PER_ATTRIBUTE, &scores.attributes, &ATTRIBUTE_COLUMNS),
    ];
    for (what, specs, rows, columns) in all {
        if rows.is_empty() {
            continue;
        }
        let cell = |row: &BTreeMap<String, Figure>, name: &str| match row.get(name) {
            Some(figure) if figure.below > 0.0 => {
                specs.iter().find(|spec| spec.name == name).map_or_else(String::new, |spec| number(spec, figure.value))
            }
            _ => "–".to_owned(),
        };
        let heads: Vec<&str> = columns.iter().map(|(_, head)| *head).collect();
        let lines: Vec<Vec<String>> = rows
            .iter()
            .map(|(name, row)| {
                std::iter::once(name.clone()).chain(columns.iter().map(|(name, _)| cell(row, name))).collect()
            })
            .collect();
        write(what, &heads, &lines, out);
    }
}

/// Figures shown by label, and what heads their column.
const LABEL_COLUMNS: [(&str, &str); 7] = [
    ("covered", "covered"),
    ("value_leak", "value leak"),
    ("identifying", "identifying"),
    ("token_precision", "precision"),
    ("token_recall", "recall"),
    ("token_f1", "F1"),
    ("span_f1", "span F1"),
];
const MENTION_COLUMNS: [(&str, &str); 7] = [
    ("precision", "precision"),
    ("recall", "recall"),
    ("f1", "F1"),
    ("exact_f1", "exact F1"),
    ("code", "code"),
    ("code_3", "code at 3"),
    ("coded_3_f1", "coded F1"),
];
const QUALIFIER_COLUMNS: [(&str, &str); 4] =
    [("precision", "precision"), ("recall", "recall"), ("f1", "F1"), ("end_f1", "end to end")];
const ATTRIBUTE_COLUMNS: [(&str, &str); 4] = QUALIFIER_COLUMNS;

fn plain_table(what: &str, heads: &[&str], lines: &[Vec<String>], out: &mut String) {
    let _ = write!(out, "\n{what:<20}");
    for head in heads {
        let _ = write!(out, "{head:>12}");
    }
    out.push('\n');
    for line in lines {
        let _ = write!(out, "{:<20}", line[0]);
        for cell in &line[1..] {
            let _ = write!(out, "{cell:>12}");
        }
        out.push('\n');
    }
}

fn markdown_table(what: &str, heads: &[&str], lines: &[Vec<String>], out: &mut String) {
    let _ = writeln!(out, "\n| {what} | {} |\n|---|{}", heads.join(" | "), "---:|".repeat(heads.len()));
    for line in lines {
        let _ = writeln!(out, "| {} |", line.join(" | "));
    }
}

/// The same as Markdown: leading figures with intervals, tables, what was measured with what.
pub fn to_markdown(results: &Results) -> String {
    let about = &results.about;
    let mut out = format!("# {}\n\n", about.name);
    let _ =
        writeln!(out, "{} documents, {} words, {} spans.\n", about.gold.documents, about.gold.words, about.gold.spans);
    let _ = writeln!(out, "| figure | value | 95 % interval |\n|---|---:|---|");
    for spec in WHOLE {
        let Some(figure) = results.whole.figures.get(spec.name) else { continue };
        let unit = if spec.scale == Scale::Percent { " %" } else { "" };
        let [value, low, high] = [figure.value, figure.low, figure.high].map(|value| number(spec, value));
        let _ = writeln!(out, "| {}{} | {value}{unit} | {low} – {high} |", spec.says, bound(spec, figure));
    }
    tables(&results.whole, &mut out, markdown_table);
    for (grouping, groups) in &results.groups {
        let has_all = |name: &str| groups.values().all(|scores| scores.figures.contains_key(name));
        let shown: Vec<&Spec> =
            WHOLE.iter().filter(|spec| OF_GROUPS.contains(&spec.name) && has_all(spec.name)).collect();
        let heads: Vec<&str> = shown.iter().map(|spec| spec.says).collect();
        let lines: Vec<Vec<String>> = groups
            .iter()
            .map(|(name, scores)| {
                let cells = shown.iter().map(|spec| number(spec, scores.figures[spec.name].value));
                std::iter::once(format!("{name} ({})", scores.documents)).chain(cells).collect()
            })
            .collect();
        markdown_table(grouping, &heads, &lines, &mut out);
    }
    if let Some(calibration) = &results.calibration {
        let lines: Vec<Vec<String>> = calibration
            .thresholds
            .iter()
            .map(|one| {
                [one.threshold, 100.0 * one.covered, 100.0 * one.precision, one.spurious_per_1000]
                    .map(|value| format!("{value:.2}"))
                    .to_vec()
            })
            .collect();
        markdown_table("threshold", &["covered (%)", "precision (%)", "spurious per 1,000 words"], &lines, &mut out);
    }
    let commit = about.commit.as_deref().unwrap_or("unknown");
    let _ = writeln!(
        out,
        "\nestompe {}, commit {commit}; gold {}; intervals: 95 %, bootstrap over {}s, {} draws.",
        about.engine_version, about.gold.sha256, about.unit, about.rounds
    );
    out
}

/// Errors, one line per group and one per example, for a terminal.
pub fn errors_to_text(groups: &[ErrorGroup]) -> String {
    let mut out = String::new();
    for group in groups {
        let taken = if group.predicted.is_empty() { String::new() } else { format!(" → {}", group.predicted) };
        let _ = writeln!(
            out,
            "{:>5} × {:<12}{}{taken}  `{}`  {}  {}",
            group.count, group.kind, group.label, group.pattern, group.rule, group.reason
        );
        for one in &group.examples {
            let _ = write!(out, "        {} {}..{}", one.document, one.start, one.end);
            if let (Some(before), Some(surface), Some(after)) = (&one.before, &one.surface, &one.after) {
                let shown = format!("{before}⟦{surface}⟧{after}");
                let _ = write!(out, ": {}", shown.replace("\r\n", "⏎").replace(['\n', '\r'], "⏎"));
            }
            out.push('\n');
        }
    }
    out
}

/// Two systems, figure by figure.
pub fn comparison_to_text(comparison: &Comparison) -> String {
    let Comparison { first, second, units, rounds, figures } = comparison;
    let mut out = format!("{second} less {first}: {units} units, {rounds} draws\n\n");
    let _ = writeln!(out, "{:>8}{:>9}{:>12}  {:<19}{:>7}", "first", "second", "difference", "95 % interval", "p");
    for delta in figures {
        let Some(spec) = WHOLE.iter().find(|spec| spec.name == delta.figure) else { continue };
        let [first, second, difference, low, high] =
            [delta.first, delta.second, delta.difference, delta.low, delta.high].map(|value| number(spec, value));
        let interval = format!("[{low} – {high}]");
        let _ =
            writeln!(out, "{first:>8}{second:>9}{difference:>12}  {interval:<19}{:>7.4}  {}", delta.p_value, spec.says);
    }
    out
}
