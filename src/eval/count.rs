use std::collections::BTreeMap;

use super::Gold;
use crate::text::{Label, Span, TokenKind};

/// A span that some system found.
#[derive(Clone, Debug, PartialEq)]
pub struct Predicted {
    pub span: Span,
    pub label: Label,
    pub rule: String,
}

/// Tokens of one document, counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PerDocument {
    pub series: String,
    /// Words and numbers in all.
    pub words: u64,
    pub labels: BTreeMap<Label, PerLabel>,
    pub errors: Vec<Error>,
}

/// Tokens of one label in one document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerLabel {
    /// In gold spans of the label.
    pub gold: u64,
    /// Of these, in a predicted span of whatever label.
    pub covered: u64,
    /// Of these, in a predicted span of the same label.
    pub right: u64,
    /// In predicted spans of the label.
    pub predicted: u64,
    /// Of these, in no gold span at all.
    pub spurious: u64,
    /// Gold spans, and those found with the same bounds and label.
    pub spans: u64,
    pub exact: u64,
    pub predicted_spans: u64,
}

/// One token that a system got wrong, or one run of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    pub kind: ErrorKind,
    pub span: Span,
    /// What it should have been, or was taken for.
    pub label: Label,
    pub rule: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorKind {
    /// Identifies, and stays.
    Missed,
    /// Does not identify, and goes.
    Spurious,
    /// Goes, under another label.
    Mislabelled,
}

impl PerDocument {
    /// Sums over the labels that `of` picks.
    pub fn sum(&self, of: impl Fn(Label) -> bool) -> PerLabel {
        let mut sum = PerLabel::default();
        for (_, one) in self.labels.iter().filter(|(label, _)| of(**label)) {
            sum.add(one);
        }
        sum
    }
}

impl PerLabel {
    pub fn add(&mut self, other: &PerLabel) {
        self.gold += other.gold;
        self.covered += other.covered;
        self.right += other.right;
        self.predicted += other.predicted;
        self.spurious += other.spurious;
        self.spans += other.spans;
        self.exact += other.exact;
        self.predicted_spans += other.predicted_spans;
    }
}

/// Counts the tokens of one document; neither the gold spans nor the predicted ones overlap among themselves.
pub fn count(gold: &Gold, predicted: &[Predicted]) -> PerDocument {
    let mut out = PerDocument { series: gold.series.clone(), ..PerDocument::default() };
    let view = gold.doc.view();
    let mut marks = gold.marks.iter().peekable();
    let mut found = predicted.iter().peekable();
    for token in view.tokens.iter().filter(|token| token.kind != TokenKind::Line) {
        let span = view.normalized.original(token.start as usize, token.end as usize);
        out.words += u64::from(token.kind != TokenKind::Mark);
        while marks.next_if(|mark| mark.span.end() <= span.start()).is_some() {}
        while found.next_if(|found| found.span.end() <= span.start()).is_some() {}
        let mark = marks.peek().filter(|mark| mark.span.overlaps(span));
        let hit = found.peek().filter(|found| found.span.overlaps(span));
        if let Some(mark) = mark {
            let of_label = out.labels.entry(mark.label).or_default();
            of_label.gold += 1;
            of_label.covered += u64::from(hit.is_some());
            of_label.right += u64::from(hit.is_some_and(|hit| hit.label == mark.label));
        }
        if let Some(hit) = hit {
            let of_label = out.labels.entry(hit.label).or_default();
            of_label.predicted += 1;
            of_label.spurious += u64::from(mark.is_none());
        }
        let error = match (mark, hit) {
            (Some(mark), None) => Some((ErrorKind::Missed, mark.label, "")),
            (None, Some(hit)) => Some((ErrorKind::Spurious, hit.label, hit.rule.as_str())),
            (Some(mark), Some(hit)) if mark.label != hit.label => {
                Some((ErrorKind::Mislabelled, mark.label, hit.rule.as_str()))
            }
            _ => None,
        };
        let Some((kind, label, rule)) = error else { continue };
        match out.errors.last_mut() {
            // Neighbouring tokens that went wrong alike are one error.
            Some(last)
                if last.kind == kind
                    && last.label == label
                    && last.rule == rule
                    && last.span.end() + 1 >= span.start() =>
            {
                last.span = last.span.cover(span);
            }
            _ => out.errors.push(Error { kind, span, label, rule: rule.to_owned() }),
        }
    }
    for mark in &gold.marks {
        let exact = predicted.iter().any(|one| one.span == mark.span && one.label == mark.label);
        let of_label = out.labels.entry(mark.label).or_default();
        of_label.spans += 1;
        of_label.exact += u64::from(exact);
    }
    for one in predicted {
        out.labels.entry(one.label).or_default().predicted_spans += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Document, markup};

    fn gold(source: &str) -> Gold {
        let marked = markup::parse(source).expect("sound markup");
        Gold { doc: Document::new("d", marked.text), marks: marked.marks, series: "s".to_owned() }
    }

    #[test]
    fn counts_by_hand() {
        // Tokens: Dr Jean - Paul Morel , le 12 / 03 / 2021 ; gold PRENOM 3, NOM 1, DATE 5.
        let gold = gold("Dr [Jean-Paul](PRENOM) [Morel](NOM), le [12/03/2021](DATE)");
        let at =
            |from: usize, to: usize, label: Label| Predicted { span: Span::new(from, to), label, rule: "r".to_owned() };
        // Found: `Dr` wrongly, `Paul Morel` as NOM, `12/03` as DATE.
        let counted = count(&gold, &[at(0, 2, Label::NOM), at(8, 18, Label::NOM), at(23, 28, Label::DATE)]);
        assert_eq!(counted.words, 8);
        let of = |label: Label| counted.labels[&label];
        assert_eq!((of(Label::PRENOM).gold, of(Label::PRENOM).covered, of(Label::PRENOM).right), (3, 1, 0));
        assert_eq!((of(Label::NOM).gold, of(Label::NOM).covered, of(Label::NOM).right), (1, 1, 1));
        assert_eq!((of(Label::NOM).predicted, of(Label::NOM).spurious), (3, 1));
        assert_eq!((of(Label::DATE).gold, of(Label::DATE).covered, of(Label::DATE).right), (5, 3, 3));
        let sum = counted.sum(|_| true);
        assert_eq!((sum.gold, sum.covered, sum.predicted, sum.spurious, sum.spans, sum.exact), (9, 5, 6, 1, 3, 0));
        let kinds: Vec<ErrorKind> = counted.errors.iter().map(|error| error.kind).collect();
        use ErrorKind::{Mislabelled, Missed, Spurious};
        assert_eq!(kinds, [Spurious, Missed, Mislabelled, Missed]);
    }
}
