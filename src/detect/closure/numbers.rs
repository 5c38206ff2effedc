//! A number or a birth date found somewhere is the same number, with the same label, wherever it stands.

use rustc_hash::FxHashMap;

use crate::detect::date::DateText;
use crate::detect::{Detection, Findings};
use crate::text::{Document, Label, TokenKind};

/// Labels whose values are found again by their digits.
const SPREAD: [Label; 9] = [
    Label::IPP,
    Label::NDA,
    Label::SECU,
    Label::RPPS,
    Label::ADELI,
    Label::FINESS,
    Label::ID,
    Label::TEL,
    Label::DATE_NAISSANCE,
];

pub(super) fn close(doc: &Document, findings: &mut Findings) {
    let mut more = same_digits(doc, findings);
    more.extend(birth_dates(doc, findings));
    findings.found.extend(more);
}

/// Runs of five digits or more that a confident detection has too.
fn same_digits(doc: &Document, findings: &Findings) -> Vec<Detection> {
    let text = doc.text();
    let mut values: FxHashMap<String, &Detection> = FxHashMap::default();
    for one in findings.found.iter().filter(|one| one.score >= 0.8 && SPREAD.contains(&one.label)) {
        let digits: String = one.span.slice(text).chars().filter(char::is_ascii_digit).collect();
        if (6..=22).contains(&digits.len()) {
            let kept = values.entry(digits).or_insert(one);
            if (kept.priority, kept.score) < (one.priority, one.score) {
                *kept = one;
            }
        }
    }
    if values.is_empty() {
        return Vec::new();
    }
    let view = doc.view();
    let numbers = view.tokens.iter().filter(|token| token.kind == TokenKind::Number && token.len() >= 6);
    numbers
        .filter_map(|token| {
            let one = values.get(token.text(&view.normalized))?;
            let span = view.normalized.original(token.start as usize, token.end as usize);
            let apart = span.end() <= one.span.start() || span.start() >= one.span.end();
            apart.then(|| Detection { span, rule: "closure/number", score: 0.85, ..(*one).clone() })
        })
        .collect()
}

/// Dates that are a birth date of the document.
fn birth_dates(doc: &Document, findings: &Findings) -> Vec<Detection> {
    let read = |one: &Detection| DateText::parse(one.span.slice(doc.text()))?.days(1000).filter(|days| days.len() == 1);
    let mut births: Vec<(_, &Detection)> = Vec::new();
    for one in findings.found.iter().filter(|one| one.label == Label::DATE_NAISSANCE).take(200) {
        if let Some(days) = read(one).filter(|days| !births.iter().any(|(known, _)| *known == days[0])) {
            births.push((days[0], one));
        }
    }
    if births.is_empty() || births.len() > 20 {
        return Vec::new();
    }
    let dates = findings.found.iter().filter(|one| one.label == Label::DATE && one.span.len() >= 6);
    dates
        .filter_map(|one| {
            let days = read(one)?;
            let (_, birth) = births.iter().find(|(birth, _)| *birth == days[0])?;
            Some(Detection { span: one.span, rule: "closure/birth", score: 0.9, ..(*birth).clone() })
        })
        .collect()
}
