use std::collections::HashMap;

use super::measure::Layers;
use super::{Case, ErrorGroup, Example};
use crate::text::{Label, Span};

/// Neighbouring tokens of one document that went wrong alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorSite {
    /// `missed`, `spurious` or `mislabelled`.
    pub kind: &'static str,
    pub span: Span,
    pub label: Label,
    pub predicted: Option<Label>,
    /// What found it; of a miss, what nearly did.
    pub rule: String,
    /// Why a near miss was let go.
    pub reason: String,
}

/// A candidate that a system looked at and let go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    pub span: Span,
    pub rule: String,
    pub reason: String,
}

/// The misses, false alarms and wrong labels of one document, in text order; `near` in text order too.
pub fn errors_of(case: &Case, near: &[NearMiss]) -> Vec<ErrorSite> {
    let layers = Layers::new(case);
    let mut errors: Vec<ErrorSite> = Vec::new();
    for (at, span) in layers.tokens.iter().enumerate() {
        let owner = layers.owner[at].map(|index| &case.predicted[index as usize]);
        let (gold, predicted) = (&layers.gold[at], &layers.predicted[at]);
        let (kind, label) = match (gold.first(), owner) {
            (Some(label), None) => ("missed", *label),
            (None, Some(found)) => ("spurious", found.label),
            (Some(label), Some(_)) if !gold.iter().any(|label| predicted.contains(label)) => ("mislabelled", *label),
            _ => continue,
        };
        let rule = owner.map_or("", |found| &found.rule);
        let error = ErrorSite {
            kind,
            span: *span,
            label,
            predicted: owner.map(|found| found.label),
            rule: rule.to_owned(),
            reason: String::new(),
        };
        match errors.last_mut().filter(|last| is_neighbour(last, &error, case.doc.text())) {
            Some(last) => last.span = last.span.cover(*span),
            None => errors.push(error),
        }
    }
    for error in errors.iter_mut().filter(|error| error.kind == "missed") {
        if let Some(near) = near.iter().find(|near| near.span.overlaps(error.span)) {
            (error.rule, error.reason) = (near.rule.clone(), near.reason.clone());
        }
    }
    errors
}

/// Whether two errors are alike with nothing but a blank between them.
fn is_neighbour(last: &ErrorSite, next: &ErrorSite, text: &str) -> bool {
    last.kind == next.kind
        && last.label == next.label
        && last.predicted == next.predicted
        && last.rule == next.rule
        && text[last.span.end()..next.span.start()].chars().count() <= 1
}

/// Errors by what they are and what their surface looks like, most frequent first; `examples` of each, with their text if `with_text`.
pub fn group_errors(cases: &[(&Case, Vec<ErrorSite>)], examples: usize, with_text: bool) -> Vec<ErrorGroup> {
    let mut places: HashMap<[String; 6], usize> = HashMap::new();
    let mut groups: Vec<ErrorGroup> = Vec::new();
    for (case, errors) in cases {
        for error in errors {
            let pattern = pattern(error.span.slice(case.doc.text()));
            let predicted = error.predicted.map_or("", Label::as_str);
            let key =
                [error.kind, error.label.as_str(), predicted, &pattern, &error.rule, &error.reason].map(str::to_owned);
            let at = *places.entry(key.clone()).or_insert_with(|| {
                groups.push(of_key(key));
                groups.len() - 1
            });
            groups[at].count += 1;
            if groups[at].examples.len() < examples {
                groups[at].examples.push(example(case, error.span, with_text));
            }
        }
    }
    groups.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| (&a.kind, &a.label).cmp(&(&b.kind, &b.label))));
    groups
}

fn of_key([kind, label, predicted, pattern, rule, reason]: [String; 6]) -> ErrorGroup {
    ErrorGroup { kind, label, predicted, pattern, rule, reason, count: 0, examples: Vec::new() }
}

/// Characters shown on each side.
const CONTEXT: usize = 40;

fn example(case: &Case, span: Span, with_text: bool) -> Example {
    let text = case.doc.text();
    let start = text[..span.start()].chars().count();
    let end = start + span.slice(text).chars().count();
    let mut example = Example { document: case.doc.id().to_owned(), start, end, ..Example::default() };
    if with_text {
        let from = text[..span.start()].char_indices().rev().nth(CONTEXT - 1).map_or(0, |(at, _)| at);
        let to = text[span.end()..].char_indices().nth(CONTEXT).map_or(text.len(), |(at, _)| span.end() + at);
        example.before = Some(text[from..span.start()].to_owned());
        example.surface = Some(span.slice(text).to_owned());
        example.after = Some(text[span.end()..to].to_owned());
    }
    example
}

/// The look of a surface: capitals `X`, other letters `x`, digits `9`, runs of letters shortened to two, blanks to one; marks as they are.
fn pattern(surface: &str) -> String {
    let mut pattern: Vec<char> = Vec::new();
    for c in surface.chars().take(200) {
        let class = match c {
            _ if c.is_uppercase() => 'X',
            _ if c.is_alphabetic() => 'x',
            _ if c.is_numeric() => '9',
            '\n' | '\r' => '⏎',
            _ if c.is_whitespace() => ' ',
            _ => c,
        };
        let run = pattern.iter().rev().take_while(|before| **before == class).count();
        let longest = match class {
            'X' | 'x' => 2,
            '9' => 12,
            _ => 1,
        };
        if run < longest {
            pattern.push(class);
        }
    }
    pattern.truncate(40);
    pattern.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::measure::tests::case;
    use super::*;

    #[test]
    fn errors_are_runs_of_tokens_with_their_near_miss() {
        let case = case(
            "Dr [Jean-Paul](PRENOM) [Morel](NOM), le [12/03/2021](DATE)",
            "[Dr](NOM) Jean-[Paul Morel](NOM), le [12/03](DATE)/2021",
        );
        let near = [NearMiss { span: Span::new(3, 7), rule: "name/list".into(), reason: "an ordinary word".into() }];
        let errors = errors_of(&case, &near);
        let seen: Vec<(&str, &str, &str)> =
            errors.iter().map(|error| (error.kind, error.span.slice(case.doc.text()), error.reason.as_str())).collect();
        assert_eq!(
            seen,
            [
                ("spurious", "Dr", ""),
                ("missed", "Jean-", "an ordinary word"),
                ("mislabelled", "Paul", ""),
                ("missed", "/2021", ""),
            ]
        );
    }

    #[test]
    fn groups_by_pattern_and_quotes_only_when_asked() {
        assert_eq!(
            ["Jean-Paul", "KERBRAT", "12/03/2021", "J.-P", "a\n b"].map(pattern),
            ["Xxx-Xxx", "XX", "99/99/9999", "X.-X", "x⏎ x"]
        );
        let case = case("[Morel](NOM) et [Dupont](NOM) et [LE GOFF](NOM)", "Morel et Dupont et LE GOFF");
        let cases = [(&case, errors_of(&case, &[]))];
        let groups = group_errors(&cases, 1, false);
        assert_eq!((groups.len(), groups[0].count, groups[0].pattern.as_str()), (2, 2, "Xxx"));
        assert_eq!(groups[0].examples, [Example { document: "d".into(), start: 0, end: 5, ..Example::default() }]);
        let shown = &group_errors(&cases, 1, true)[1].examples[0];
        assert_eq!((shown.before.as_deref(), shown.surface.as_deref()), (Some("Morel et Dupont et "), Some("LE GOFF")));
    }
}
