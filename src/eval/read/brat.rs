use std::path::Path;

use super::{Labels, ReadError, Root, read_text};
use crate::eval::{Annotated, Tagged};
use crate::text::Label;

/// A `.txt` and the `.ann` beside it (none: no span). Text-bound annotations (`T1`) are read; of a clinical type, they are left out.
///
/// Fragments with nothing but blanks between them are one span; others are one span each, under the label of the whole.
pub(super) fn read(root: &Root, path: &Path, labels: &mut Labels) -> Result<Annotated, ReadError> {
    let text = read_text(&path.with_extension("txt"))?;
    let ann = path.with_extension("ann");
    let annotations = if ann.is_file() { read_text(&ann)? } else { String::new() };
    let chars: Vec<char> = text.chars().collect();
    let mut spans = Vec::new();
    for (at, line) in annotations.lines().enumerate() {
        let broken = |reason: &str| ReadError::Line { path: ann.clone(), line: at + 1, reason: reason.to_owned() };
        if !line.starts_with('T') {
            continue;
        }
        let places = line.split('\t').nth(1).ok_or_else(|| broken("no second column"))?;
        let (label, places) = places.split_once(' ').ok_or_else(|| broken("no offsets after the label"))?;
        let fragments = fragments(places).ok_or_else(|| broken("offsets that are no numbers"))?;
        if Label::names_mention(label) {
            continue;
        }
        let Some(label) = labels.of(label) else { continue };
        for (start, end) in joined(fragments, &chars) {
            spans.push(Tagged { start, end, label, score: None, rule: String::new() });
        }
    }
    Ok(Annotated { id: root.id(path), text: Some(text), spans, ..Annotated::default() })
}

/// `4 9;10 14`
fn fragments(places: &str) -> Option<Vec<(usize, usize)>> {
    let fragment = |place: &str| {
        let (start, end) = place.split_once(' ')?;
        Some((start.parse().ok()?, end.parse().ok()?))
    };
    places.split(';').map(fragment).collect()
}

fn joined(fragments: Vec<(usize, usize)>, chars: &[char]) -> Vec<(usize, usize)> {
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (start, end) in fragments {
        let blank = |from: usize| chars.get(from..start).is_some_and(|gap| gap.iter().all(|c| c.is_whitespace()));
        match joined.last_mut() {
            Some(last) if blank(last.1) => last.1 = end,
            _ => joined.push((start, end)),
        }
    }
    joined
}
