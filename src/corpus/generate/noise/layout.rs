//! Noise on the layout: headers that come again, fields apart from their values.

use std::ops::Range;

use crate::corpus::generate::dice::Dice;
use crate::corpus::generate::draft::{Draft, Piece};
use crate::text::Label;

/// Longest line that serves as a header, in bytes.
const LONGEST_HEADER: usize = 140;
/// Longest name of a field, in characters.
const LONGEST_FIELD: usize = 40;
/// Fewest lines that make a form.
const FEWEST_FIELDS: usize = 3;

/// Puts the letterhead's line and the patient's once more between two lines of the second half, as the head of a new page.
pub(super) fn repeat_header(draft: &mut Draft, dice: &mut Dice) {
    let lines = draft.lines();
    let fit = |line: &&Range<usize>| {
        let mut marks = marks_of(draft, line).peekable();
        marks.peek().is_some() && line.len() <= LONGEST_HEADER && marks.all(|label| !label.is_mention())
    };
    let patient = |line: &&Range<usize>| marks_of(draft, line).any(Label::is_name);
    let first = lines.iter().take(4).find(fit);
    let named = lines.iter().take(25).filter(fit).find(patient);
    let after: Vec<&Range<usize>> =
        lines.iter().skip(lines.len() / 2).filter(|line| draft.mark_at(line.end).is_none()).collect();
    if first.is_none() && named.is_none() || after.is_empty() {
        return;
    }
    let at = after[dice.below(after.len())].end;
    let pages = 2 + dice.below(3);
    let mut pieces = vec![Piece::Part(0..at), Piece::Text("\n\n".to_owned())];
    let heads = [first, named.filter(|named| first != Some(named))];
    for head in heads.into_iter().flatten() {
        pieces.extend([Piece::Part(head.clone()), Piece::Text("\n".to_owned())]);
    }
    pieces.extend([Piece::Text(format!("Page 2/{pages}\n")), Piece::Part(at..draft.text.len())]);
    draft.rearrange(&pieces);
}

fn marks_of<'d>(draft: &'d Draft, line: &Range<usize>) -> impl Iterator<Item = Label> + use<'d> {
    let first = draft.marks.partition_point(|mark| mark.span.end() <= line.start);
    let end = line.end;
    draft.marks[first..].iter().take_while(move |mark| mark.span.start() < end).map(|mark| mark.label)
}

/// Of three lines `field: value` or more on end, first every field, then every value, as text comes out of a table.
pub(super) fn split_columns(draft: &mut Draft) {
    let lines = draft.lines();
    let mut pieces = Vec::new();
    let (mut copied, mut at) = (0, 0);
    while at < lines.len() {
        let fields: Vec<(Range<usize>, Range<usize>)> =
            lines[at..].iter().map_while(|line| field(draft, line)).collect();
        if fields.len() < FEWEST_FIELDS {
            at += 1;
            continue;
        }
        pieces.push(Piece::Part(copied..lines[at].start));
        let names = fields.iter().map(|(name, _)| name);
        for part in names.chain(fields.iter().map(|(_, value)| value)) {
            pieces.extend([Piece::Part(part.clone()), Piece::Text("\n".to_owned())]);
        }
        // The last line's own end.
        pieces.pop();
        at += fields.len();
        copied = lines[at - 1].end;
    }
    pieces.push(Piece::Part(copied..draft.text.len()));
    draft.rearrange(&pieces);
}

/// The name of a field and its value, if a line is that.
fn field(draft: &Draft, line: &Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let text = &draft.text[line.clone()];
    let colon = text.find(':')?;
    let (name, value) = (text[..colon].trim_end(), text[colon + 1..].trim());
    let plain = !name.is_empty() && !value.is_empty() && name.chars().count() <= LONGEST_FIELD;
    let start = line.end - text[colon + 1..].trim_start().len();
    let name = line.start..line.start + name.len();
    let unmarked = marks_of(draft, &(line.start..line.start + colon + 1)).next().is_none();
    (plain && unmarked).then(|| (name, start..start + value.len()))
}
