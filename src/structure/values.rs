//! What follows the name of a measurement: comparator, number, unit, range.

use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::FxHashMap;

use super::entity::Attributes;

/// A number as reports write it, and what stands before and after.
static VALUE: LazyLock<Regex> = LazyLock::new(|| {
    let number = r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?";
    let lead = r"^(?:[+°-](?:[ \t]|$))?[ \t|]*(?:\((?P<head>[^()\n]{0,24})\)[ \t]*)?(?:(?:est|etait|a|de|reste|dosee?s?|mesuree?s?|evaluee?s?|estimee?s?|calculee?s?|stable|initiale?(?:ment)?|max(?:imale?)?|min(?:imale?)?|ce jour|autour|environ|egale?)[ ]+){0,4}(?:a[ ]+)?[ \t:=\.|]{0,40}";
    let pattern = format!(
        r"{lead}(?P<cmp><=|>=|[<>≤≥~]|inf(?:erieure?)? a|sup(?:erieure?)? a)?[ ]?(?P<num>[+-]?(?:{number})(?:[ ]?(?:/|x10\^?|\.10\^?|e)[ ]?\d+(?:[.,]\d+)?)?)"
    );
    Regex::new(&pattern).expect("a sound pattern")
});
static WORDED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[ \t:=\.|]{0,40}(?P<word>normale?s?|negati(?:f|ve)s?|positi(?:f|ve)s?|indetectables?|dans les normes|nulle?s?|correcte?s?|elevee?s?|basse?s?|augmentee?s?|sans anomalie|sterile|n\b|rares?|absente?s?|presente?s?|(?:pos|neg)\b)")
        .expect("a sound pattern")
});
static RANGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[ \t|]*(?:\((?:n|vn|norm\w*)?[ :=]*(?:n[ :]*)?(?P<a>[<>]?[ ]?\d[\d.,]*[ ]?(?:-|a|–)[ ]?\d[\d.,]*|[<>][ ]?\d[\d.,]*)[^()\n]{0,14}\)|(?:n|vn)[ :=]+(?P<b>[<>]?[ ]?\d[\d.,]*[ ]?(?:-|a)?[ ]?\d?[\d.,]*)|\[(?P<c>[^\]\n]{3,18})\])")
        .expect("a sound pattern")
});
/// The next cell of a row that holds a number and nothing else.
static CELL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[ ]?\|[ \t]*(?P<num>\d+(?:[.,]\d+)?)[ ]?(?:\||$)").expect("a sound pattern"));
static ARROW: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[ ]?(?:->|→|puis|=>|>)[ ]?(?:a[ ])?(?P<num>\d+(?:[.,]\d+)?)").expect("a sound pattern")
});

/// The writings of units and what they mean.
#[derive(Debug)]
pub(super) struct Units {
    by_writing: FxHashMap<String, Unit>,
    by_ucum: FxHashMap<&'static str, Unit>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    pub(super) ucum: &'static str,
    /// How many of the reference unit it is.
    pub(super) factor: f64,
    /// What units of its dimension are told in.
    pub(super) reference: &'static str,
}

impl Units {
    pub(super) fn new(units: impl Iterator<Item = (&'static str, Unit)>) -> Self {
        let units: Vec<(&'static str, Unit)> = units.collect();
        let by_ucum = units.iter().map(|(_, unit)| (unit.ucum, *unit)).collect();
        Units { by_writing: units.into_iter().map(|(written, unit)| (squeezed(written), unit)).collect(), by_ucum }
    }

    /// The unit of a UCUM code.
    pub(super) fn coded(&self, ucum: &str) -> Option<Unit> {
        self.by_ucum.get(ucum).copied()
    }

    /// The longest unit that starts a text, and its length in bytes there.
    pub(super) fn longest(&self, text: &str) -> Option<(usize, Unit)> {
        let part = |c: char| {
            c.is_alphanumeric()
                || matches!(c, '%' | '/' | '°' | '^' | '²' | '³' | '.' | '*' | 'µ' | 'μ' | ',' | '\'' | ' ')
        };
        let mut ends: Vec<usize> = Vec::new();
        for (at, c) in text.char_indices().take(24) {
            if !part(c) {
                break;
            }
            ends.push(at + c.len_utf8());
        }
        ends.into_iter().rev().find_map(|end| {
            let after = text[end..].chars().next();
            let whole = !text[..end].ends_with([' ', '.', ',', '\'']) && after.is_none_or(|c| !c.is_alphanumeric());
            let unit = self.by_writing.get(&squeezed(&text[..end])).filter(|_| whole)?;
            Some((end, *unit))
        })
    }
}

fn squeezed(unit: &str) -> String {
    unit.chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'μ' { 'µ' } else { c })
        .collect()
}

/// A value read after a name.
#[derive(Default)]
pub(super) struct Value {
    pub(super) attributes: Attributes,
    /// Bytes of the text after the name that it takes up.
    pub(super) length: usize,
    /// The unit of its number, if it is known.
    pub(super) unit: Option<Unit>,
    pub(super) has_number: bool,
}

/// Reads the value that follows a name: `line` is the folded text after it, `original` the original of the same place.
pub(super) fn read(line: &str, original: impl Fn(usize, usize) -> String, units: &Units) -> Option<Value> {
    if let Some(found) = VALUE.captures(line) {
        let number = found.name("num").expect("always there");
        let mut value = Value { has_number: true, length: number.end(), ..Value::default() };
        value.attributes.value = Some(original(number.start(), number.end()));
        value.attributes.comparator = found.name("cmp").map(|cmp| comparator(cmp.as_str()));
        value.attributes.value_num = numeric(number.as_str());
        let mut at = number.end();
        unit(line, &mut at, &original, units, &mut value);
        if value.unit.is_none()
            && let Some(head) = found.name("head")
            && let Some((length, unit)) = units.longest(head.as_str()).filter(|(length, _)| *length == head.len())
        {
            value.attributes.unit = Some(original(head.start(), head.start() + length));
            value.attributes.unit_ucum = Some(unit.ucum);
            value.unit = Some(unit);
        }
        while let Some(next) = ARROW.captures(&line[at..]).or_else(|| CELL.captures(&line[at..])) {
            let next = next.name("num").expect("always there");
            let (from, to) = (at + next.start(), at + next.end());
            if let Some(values) = &mut value.attributes.value {
                values.push('|');
                values.push_str(&original(from, to));
            }
            at = to;
            unit(line, &mut at, &original, units, &mut value);
        }
        if let Some(range) = RANGE.captures(&line[at..]) {
            let range = range.name("a").or(range.name("b")).or(range.name("c"));
            value.attributes.range = range.map(|range| original(at + range.start(), at + range.end()));
        }
        value.length = at;
        return Some(value);
    }
    let worded = WORDED.captures(line)?.name("word").expect("always there");
    let mut value = Value { length: worded.end(), ..Value::default() };
    value.attributes.value = Some(original(worded.start(), worded.end()));
    Some(value)
}

fn unit(line: &str, at: &mut usize, original: &impl Fn(usize, usize) -> String, units: &Units, value: &mut Value) {
    let rest = &line[*at..];
    let lead = rest.len() - rest.trim_start_matches([' ', '\t', '|']).len();
    if lead > 6 {
        return;
    }
    if let Some((length, unit)) = units.longest(&rest[lead..]) {
        value.attributes.unit.get_or_insert_with(|| original(*at + lead, *at + lead + length));
        value.attributes.unit_ucum.get_or_insert(unit.ucum);
        value.unit.get_or_insert(unit);
        *at += lead + length;
    }
}

fn comparator(written: &str) -> String {
    match written {
        "≤" | "<=" => "<=",
        "≥" | ">=" => ">=",
        "~" => "~",
        _ if written.starts_with("inf") || written == "<" => "<",
        _ => ">",
    }
    .to_owned()
}

/// A number as reports write it, as a number; `None` for pairs such as `125/70`.
pub(super) fn numeric(written: &str) -> Option<f64> {
    written.replace(' ', "").replace(',', ".").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units() -> Units {
        let unit = |ucum| Unit { ucum, factor: 1.0, reference: ucum };
        Units::new(
            [("mmol/L", unit("mmol/L")), ("mmHg", unit("mm[Hg]")), ("%", unit("%")), ("/min", unit("/min"))]
                .into_iter(),
        )
    }

    fn parts(text: &str) -> Option<(String, String)> {
        let value = read(text, |from, to| text[from..to].to_owned(), &units())?;
        Some((value.attributes.value.unwrap_or_default(), value.attributes.unit.unwrap_or_default()))
    }

    #[test]
    fn reads_values_as_they_are_written() {
        let some = |value: &str, unit: &str| Some((value.to_owned(), unit.to_owned()));
        assert_eq!(parts(" 4,3 mmol/l, na"), some("4,3", "mmol/l"));
        assert_eq!(parts(" : 125/70 mmhg"), some("125/70", "mmhg"));
        assert_eq!(parts(" est a 97 % en air"), some("97", "%"));
        assert_eq!(parts(" < 5"), some("5", ""));
        assert_eq!(parts(" 132 -> 118"), some("132|118", ""));
        assert_eq!(parts(" : normale"), some("normale", ""));
        assert_eq!(parts(" sans changement"), None);
        assert_eq!(parts(" 62/min"), some("62", "/min"));
    }
}
