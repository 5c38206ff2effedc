//! What noise must not touch: the text that a clinical mention's attributes say, as they say it, and formulas.

use std::ops::Range;

use crate::corpus::generate::draft::Draft;
use crate::text::markup::Mark;

/// How far from its mention a value may stand, in bytes.
const BEFORE: usize = 120;
const AFTER: usize = 300;
/// Attributes whose value is text of the report.
const WRITTEN: [&str; 8] = ["value", "unit", "comparator", "range", "dose", "route", "frequency", "duration"];

/// Parts of a text, in order.
pub(super) struct Zones(Vec<Range<usize>>);

impl Zones {
    pub(super) fn of(draft: &Draft) -> Self {
        let mut zones = Vec::new();
        for mark in draft.marks.iter().filter(|mark| mark.label.is_mention()) {
            if matches!(mark.label.as_str(), "TNM" | "ADICAP") {
                zones.push(mark.span.start()..mark.span.end());
            }
            for value in
                mark.attributes.iter().filter_map(|attribute| written(attribute)).flat_map(|value| value.split('|'))
            {
                occurrences(&draft.text, mark, &value.replace('_', " "), &mut zones);
            }
        }
        zones.sort_by_key(|zone| (zone.start, zone.end));
        let mut joined: Vec<Range<usize>> = Vec::with_capacity(zones.len());
        for zone in zones {
            match joined.last_mut() {
                Some(last) if zone.start <= last.end => last.end = last.end.max(zone.end),
                _ => joined.push(zone),
            }
        }
        Zones(joined)
    }

    /// Whether a part shares a byte with a zone, or lies inside one.
    pub(super) fn touch(&self, part: &Range<usize>) -> bool {
        let from = self.0.partition_point(|zone| zone.end <= part.start);
        self.0.get(from).is_some_and(|zone| zone.start < part.end || zone.start < part.start)
    }
}

/// The value of an attribute that is text of the report.
pub(super) fn written(attribute: &str) -> Option<&str> {
    attribute.split_once('=').filter(|(name, _)| WRITTEN.contains(name)).map(|(_, value)| value)
}

/// Where a value stands, as whole words or numbers, around its mention.
fn occurrences(text: &str, mark: &Mark, value: &str, zones: &mut Vec<Range<usize>>) {
    let from = text.floor_char_boundary(mark.span.start().saturating_sub(BEFORE));
    let to = text.ceil_char_boundary((mark.span.end() + AFTER).min(text.len()));
    let alike = |a: Option<char>, b: Option<char>| {
        a.zip(b)
            .is_some_and(|(a, b)| a.is_ascii_digit() && b.is_ascii_digit() || a.is_alphabetic() && b.is_alphabetic())
    };
    for (at, found) in text[from..to].match_indices(value) {
        let (start, end) = (from + at, from + at + found.len());
        let inner = alike(text[..start].chars().next_back(), value.chars().next())
            || alike(value.chars().next_back(), text[end..].chars().next());
        if !inner {
            zones.push(start..end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::generate::draft::tests::draft;

    #[test]
    fn values_units_and_formulas_are_kept() {
        let draft = draft(
            "[CRP](LAB value=13|15 unit=mg/L) 13 mg/L puis 15, 132 ; [p](DRUG A dose=1_g change=stopped) 1 g stopped [pT2](TNM)",
        );
        let zones = Zones::of(&draft);
        let kept: Vec<&str> = zones.0.iter().map(|zone| &draft.text[zone.clone()]).collect();
        assert_eq!(kept, ["13", "mg/L", "15", "1 g", "pT2"]);
        let at = draft.text.find("mg/L").unwrap();
        assert!(zones.touch(&(at..at + 1)) && zones.touch(&(at + 1..at + 1)) && zones.touch(&(at - 1..at + 1)));
        assert!(!zones.touch(&(at..at)) && !zones.touch(&(at + 4..at + 5)) && !zones.touch(&(0..3)));
    }
}
