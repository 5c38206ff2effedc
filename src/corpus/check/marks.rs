use std::sync::LazyLock;

use regex::Regex;

use crate::text::markup::Mark;
use crate::text::{Label, Role};

fn bound_faults(surface: &str, label: Label) -> Vec<String> {
    let mut faults = Vec::new();
    let outer = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '"' | '«' | '»' | '!' | '?');
    // A dot may end an abbreviation, a hyphen a word cut at a line's end.
    let (before, after) = (surface.starts_with(['.', ')', '/']), surface.ends_with(['(', '/']));
    if surface.starts_with(outer) || surface.ends_with(outer) || before || after {
        faults.push(format!("[{surface}]({label}) takes in outer blanks or punctuation"));
    }
    if surface.matches('(').count() != surface.matches(')').count() {
        faults.push(format!("[{surface}]({label}): a parenthesis without the other one"));
    }
    if surface.contains(['[', ']']) && label != Label::MAIL {
        faults.push(format!("[{surface}]({label}): a bracket inside a mark"));
    }
    faults
}

const QUALIFIERS: [&str; 6] = ["negated", "hypothetical", "family", "history", "reported", "allergy"];
const ATTRIBUTES: [&str; 9] =
    ["value", "unit", "comparator", "range", "dose", "route", "frequency", "duration", "change"];

/// A mention has a code where its type calls for one, known qualifiers, known attributes.
pub(super) fn mention_faults(text: &str, mention: &Mark) -> Vec<String> {
    static CIM10: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^[A-Z]\d\d(?:\.\d{1,3}|\.\+\d+)?(?:\+[A-Z]\d\d(?:\.\d{1,3})?)*$").expect("a sound pattern")
    });
    static ATC: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^[A-Z](?:\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?)?$").expect("a sound pattern"));
    let (surface, label) = (mention.span.slice(text), mention.label);
    let mut faults = bound_faults(surface, label);
    let is_code = |word: &&String| word.starts_with(|c: char| c.is_ascii_uppercase());
    let code = mention.attributes.first().filter(is_code);
    for word in &mention.attributes[usize::from(code.is_some())..] {
        let known = match word.split_once('=') {
            Some((name, value)) => ATTRIBUTES.contains(&name) && !value.is_empty(),
            None => QUALIFIERS.contains(&word.as_str()),
        };
        if !known {
            faults.push(format!("[{surface}]({label}): `{word}` is no qualifier and no attribute of the guide"));
        }
    }
    let sound = match (label.as_str(), code) {
        ("DIAG", code) => code.is_some_and(|code| CIM10.is_match(code)),
        ("DRUG", code) => code.is_some_and(|code| code.split('+').all(|code| ATC.is_match(code))),
        ("ACT", code) => code.is_none_or(|code| code.len() == 7),
        (_, code) => code.is_none(),
    };
    if !sound {
        faults.push(format!("[{surface}]({label}): no code, or not one of its terminology"));
    }
    faults
}

pub(super) fn mark_faults(text: &str, mark: &Mark) -> Vec<String> {
    let surface = mark.span.slice(text);
    let mut faults = bound_faults(surface, mark.label);
    if !Label::ALL.contains(&mark.label) {
        faults.push(format!("`{}` is not a label of the guide", mark.label));
    }
    let roles: Vec<&str> = mark.attributes.iter().map(String::as_str).collect();
    let known = roles.iter().all(|role| Role::named(role).is_some());
    if mark.label.is_name() && (roles.len() != 1 || !known) {
        faults.push(format!("[{surface}]({}) needs one role: patient, soignant or tiers", mark.label));
    }
    if !mark.label.is_name() && !roles.is_empty() {
        faults.push(format!("[{surface}]({}) has attributes that mean nothing", mark.label));
    }
    faults
}
