use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Interval, PerDocument, PerLabel, interval};
use crate::text::Label;

/// The figures of one set of documents.
#[derive(Clone, Debug)]
pub struct Report {
    pub documents: usize,
    pub words: u64,
    /// Name, what it says, its value; those that lead the report.
    pub leading: Vec<(&'static str, &'static str, Option<Interval>)>,
    pub labels: BTreeMap<Label, PerLabel>,
}

impl Report {
    pub fn new(documents: &[PerDocument]) -> Self {
        let ratio = |part: &dyn Fn(&PerDocument) -> (u64, u64)| {
            let parts: Vec<(f64, f64)> =
                documents.iter().map(part).map(|(above, below)| (above as f64, below as f64)).collect();
            interval(&parts)
        };
        let all = |doc: &PerDocument| doc.sum(|_| true);
        let leaves_nothing = |doc: &PerDocument, of: fn(Label) -> bool| {
            let sum = doc.sum(of);
            (u64::from(sum.covered == sum.gold), 1)
        };
        let leading: Vec<(&str, &str, Option<Interval>)> = vec![
            (
                "covered",
                "identifying tokens covered, whatever the label",
                ratio(&|doc| (all(doc).covered, all(doc).gold)),
            ),
            ("clean", "documents with nothing left", ratio(&|doc| leaves_nothing(doc, |_| true))),
            (
                "clean_direct",
                "documents with no name, number, address or contact left",
                ratio(&|doc| leaves_nothing(doc, is_direct)),
            ),
            (
                "precision",
                "covered tokens that identify",
                ratio(&|doc| (all(doc).predicted - all(doc).spurious, all(doc).predicted)),
            ),
            (
                "spurious_per_1000",
                "words wrongly covered, per 1,000 words",
                ratio(&|doc| (1000 * all(doc).spurious, doc.words)),
            ),
            ("token_recall", "identifying tokens under their own label", ratio(&|doc| (all(doc).right, all(doc).gold))),
            (
                "token_precision",
                "covered tokens under their own label",
                ratio(&|doc| (all(doc).right, all(doc).predicted)),
            ),
            ("token_f1", "F1 of the two", ratio(&|doc| (2 * all(doc).right, all(doc).gold + all(doc).predicted))),
            ("span_f1", "spans with the same bounds and label, F1", {
                ratio(&|doc| (2 * all(doc).exact, all(doc).spans + all(doc).predicted_spans))
            }),
        ];
        let mut labels: BTreeMap<Label, PerLabel> = BTreeMap::new();
        for (label, one) in documents.iter().flat_map(|doc| &doc.labels) {
            labels.entry(*label).or_default().add(one);
        }
        Report { documents: documents.len(), words: documents.iter().map(|doc| doc.words).sum(), leading, labels }
    }

    /// A table for a terminal.
    pub fn to_text(&self) -> String {
        let mut out = format!("{} documents, {} words\n\n", self.documents, self.words);
        for (name, says, value) in &self.leading {
            let scale = if name.ends_with("per_1000") { 1.0 } else { 100.0 };
            let unit = if scale > 1.0 { " %" } else { "  " };
            let _ = match value {
                Some(Interval { value, low, high }) => {
                    writeln!(out, "{:7.2}{unit}  [{:6.2} – {:6.2}]  {says}", value * scale, low * scale, high * scale)
                }
                None => writeln!(out, "      –                      {says}"),
            };
        }
        let _ = writeln!(
            out,
            "\n{:<15}{:>8}{:>10}{:>11}{:>9}{:>7}",
            "label", "tokens", "covered", "precision", "recall", "F1"
        );
        for (label, one) in &self.labels {
            let share = |above: u64, below: u64| match below {
                0 => "–".to_owned(),
                _ => format!("{:.1}", 100.0 * above as f64 / below as f64),
            };
            let _ = writeln!(
                out,
                "{:<15}{:>8}{:>10}{:>11}{:>9}{:>7}",
                label,
                one.gold,
                share(one.covered, one.gold),
                share(one.right, one.predicted),
                share(one.right, one.gold),
                share(2 * one.right, one.gold + one.predicted),
            );
        }
        out
    }

    pub fn to_json(&self) -> Value {
        let leading: BTreeMap<&str, Value> =
            self.leading.iter().map(|(name, _, value)| (*name, json!(value))).collect();
        let labels: BTreeMap<&str, Value> = self
            .labels
            .iter()
            .map(|(label, one)| {
                (
                    label.as_str(),
                    json!({
                        "gold": one.gold, "covered": one.covered, "right": one.right,
                        "predicted": one.predicted, "spurious": one.spurious,
                        "spans": one.spans, "exact": one.exact, "predicted_spans": one.predicted_spans,
                    }),
                )
            })
            .collect();
        json!({ "documents": self.documents, "words": self.words, "figures": leading, "labels": labels })
    }
}

/// Points to somebody by itself; dates, towns, institutions and ages only do so together.
fn is_direct(label: Label) -> bool {
    !matches!(label, Label::DATE | Label::VILLE | Label::ZIP | Label::HOPITAL | Label::AGE90)
}
