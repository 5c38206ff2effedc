//! A report under change: its text and its marks, which follow every edit exactly.

use std::ops::Range;

use crate::text::Span;
use crate::text::markup::{Mark, Marked};

/// A text and its marks (what identifies and clinical mentions together), in text order, no two overlapping.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) text: String,
    pub(super) marks: Vec<Mark>,
}

/// Other text for a part of a draft; an empty part is an insertion.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

/// What a rearranged draft is made of.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    /// A part of the draft, with the marks in it.
    Part(Range<usize>),
    /// New text without marks.
    Text(String),
}

impl Edit {
    pub(super) fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        Edit { range, text: text.into() }
    }
}

impl Draft {
    pub(super) fn new(marked: Marked) -> Self {
        let mut marks = marked.marks;
        marks.extend(marked.mentions);
        marks.sort_by_key(|mark| mark.span);
        Draft { text: marked.text, marks }
    }

    pub(super) fn into_marked(self) -> Marked {
        let (mentions, marks) = self.marks.into_iter().partition(|mark| mark.label.is_mention());
        Marked { text: self.text, marks, mentions }
    }

    /// The mark that holds a byte, if one does.
    pub(super) fn mark_at(&self, at: usize) -> Option<&Mark> {
        let after = self.marks.partition_point(|mark| mark.span.start() <= at);
        self.marks[..after].last().filter(|mark| at < mark.span.end())
    }

    /// Whether a part lies wholly inside one mark, or touches none.
    pub(super) fn is_whole(&self, range: &Range<usize>) -> bool {
        let from = self.marks.partition_point(|mark| mark.span.end() <= range.start);
        let Some(mark) = self.marks.get(from).map(|mark| mark.span) else { return true };
        mark.start() >= range.end || mark.start() <= range.start && range.end <= mark.end()
    }

    /// Makes edits, given in text order; one that overlaps the one before, crosses the bound of a mark or empties one is let go.
    ///
    /// What is inserted at the bound of a mark is outside of it.
    pub(super) fn apply(&mut self, edits: Vec<Edit>) {
        let mut kept: Vec<Edit> = Vec::with_capacity(edits.len());
        for edit in edits {
            let free = kept.last().is_none_or(|last| last.range.end <= edit.range.start);
            let empties = edit.text.is_empty()
                && self.mark_at(edit.range.start).is_some_and(|mark| mark.span.len() == edit.range.len());
            if free && !empties && self.is_whole(&edit.range) {
                kept.push(edit);
            }
        }
        if kept.is_empty() {
            return;
        }
        self.move_marks(&kept);
        let mut text = String::with_capacity(self.text.len() + self.text.len() / 16);
        let mut copied = 0;
        for edit in &kept {
            text.push_str(&self.text[copied..edit.range.start]);
            text.push_str(&edit.text);
            copied = edit.range.end;
        }
        text.push_str(&self.text[copied..]);
        self.text = text;
    }

    fn move_marks(&mut self, edits: &[Edit]) {
        let mut edits = edits.iter().peekable();
        // How far what follows the edits read so far has moved.
        let mut moved = 0isize;
        let change = |edit: &Edit| edit.text.len() as isize - edit.range.len() as isize;
        for mark in &mut self.marks {
            let (start, end) = (mark.span.start(), mark.span.end());
            while let Some(edit) = edits.next_if(|edit| edit.range.end <= start) {
                moved += change(edit);
            }
            let new_start = start.strict_add_signed(moved);
            while let Some(edit) = edits.next_if(|edit| edit.range.end <= end && edit.range.start < end) {
                moved += change(edit);
            }
            mark.span = Span::new(new_start, end.strict_add_signed(moved));
        }
    }

    /// Makes the draft of pieces of itself; gives up, and says so, if a piece cuts a mark.
    pub(super) fn rearrange(&mut self, pieces: &[Piece]) -> bool {
        let cuts = |at: usize| self.mark_at(at).is_some_and(|mark| mark.span.start() < at);
        let bounds = |piece: &Piece| match piece {
            Piece::Part(range) => cuts(range.start) || cuts(range.end),
            Piece::Text(_) => false,
        };
        if pieces.iter().any(bounds) {
            return false;
        }
        let mut text = String::with_capacity(self.text.len() + 64);
        let mut marks = Vec::with_capacity(self.marks.len());
        for piece in pieces {
            match piece {
                Piece::Text(new) => text.push_str(new),
                Piece::Part(range) => {
                    let first = self.marks.partition_point(|mark| mark.span.start() < range.start);
                    for mark in self.marks[first..].iter().take_while(|mark| mark.span.end() <= range.end) {
                        let at = text.len() + mark.span.start() - range.start;
                        marks.push(Mark { span: Span::new(at, at + mark.span.len()), ..mark.clone() });
                    }
                    text.push_str(&self.text[range.clone()]);
                }
            }
        }
        (self.text, self.marks) = (text, marks);
        true
    }

    /// The lines, each without its end.
    pub(super) fn lines(&self) -> Vec<Range<usize>> {
        let mut at = 0;
        self.text
            .split_inclusive('\n')
            .map(|line| {
                let start = at;
                at += line.len();
                start..start + line.trim_end_matches(['\n', '\r']).len()
            })
            .collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::text::markup;
    use proptest::collection::vec;
    use proptest::prelude::*;

    pub(in crate::corpus::generate) fn draft(source: &str) -> Draft {
        Draft::new(markup::parse(source).unwrap())
    }

    pub(in crate::corpus::generate) fn source(draft: &Draft) -> String {
        markup::write(&draft.clone().into_marked())
    }

    /// Labels and surfaces, and the texts between: what must follow.
    pub(in crate::corpus::generate) fn parts(draft: &Draft) -> (Vec<(&'static str, &str)>, Vec<&str>) {
        let (mut surfaces, mut between, mut at) = (Vec::new(), Vec::new(), 0);
        for mark in &draft.marks {
            surfaces.push((mark.label.as_str(), mark.span.slice(&draft.text)));
            between.push(&draft.text[at..mark.span.start()]);
            at = mark.span.end();
        }
        between.push(&draft.text[at..]);
        (surfaces, between)
    }

    #[test]
    fn edits_move_marks_and_never_cross_them() {
        let mut one = draft("Dr[MOREL](NOM soignant) [A](PRENOM soignant). vu");
        one.apply(vec![
            Edit::new(1..4, "x"),  // crosses: let go
            Edit::new(2..2, " "),  // before the mark
            Edit::new(3..4, "00"), // inside
            Edit::new(7..7, "!"),  // after it
            Edit::new(8..9, ""),   // would empty one: let go
            Edit::new(11..13, "voit"),
        ]);
        assert_eq!(source(&one), "Dr [M00REL](NOM soignant)! [A](PRENOM soignant). voit");
    }

    #[test]
    fn pieces_carry_their_marks() {
        let mut one = draft("[A](NOM patient) b\n[c](DATE) d\n");
        assert!(!one.clone().rearrange(&[Piece::Part(0..0), Piece::Part(1..8)]) || one.text.len() == 8);
        assert!(one.rearrange(&[Piece::Part(4..7), Piece::Text("|".into()), Piece::Part(0..3), Piece::Part(0..1)]));
        assert_eq!(source(&one), "[c](DATE) d|[A](NOM patient) b[A](NOM patient)");
    }

    proptest! {
        /// Edits change each mark and each text between marks as if they stood alone, whatever they are.
        #[test]
        fn edits_stay_where_they_are(
            words in vec(("[a-zé]{1,6}", proptest::option::of(0usize..3)), 1..12),
            cuts in vec((0usize..60, 0usize..4, "[xÉ]{0,3}"), 0..10),
        ) {
            let labels = ["NOM patient", "DATE", "DIAG I10"];
            let marked: Vec<String> = words.iter().map(|(word, label)| match label {
                Some(label) => format!("[{word}]({})", labels[*label]),
                None => word.clone(),
            }).collect();
            let mut one = draft(&marked.join(" "));
            let mut edits: Vec<Edit> = cuts.iter().map(|(at, len, text)| {
                let near = |at: usize| one.text.floor_char_boundary(at.min(one.text.len()));
                Edit::new(near(*at)..near(at + len).max(near(*at)), text.clone())
            }).collect();
            edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
            // The same edits, one part after the other.
            let expected = alone(&one, &edits);
            one.apply(edits);
            let (surfaces, between) = parts(&one);
            let got: Vec<&str> = surfaces.iter().map(|(_, surface)| *surface).chain(between).collect();
            prop_assert_eq!(got, expected);
        }
    }

    /// What edits make of each mark, then of each text between; worked out part by part.
    fn alone(draft: &Draft, edits: &[Edit]) -> Vec<String> {
        let mut bounds = vec![0];
        bounds.extend(draft.marks.iter().flat_map(|mark| [mark.span.start(), mark.span.end()]));
        bounds.push(draft.text.len());
        let mut outs: Vec<String> = bounds.windows(2).map(|_| String::new()).collect();
        let part_of = |edit: &Edit| {
            (0..outs.len()).find(|part| {
                let (start, end) = (bounds[*part], bounds[part + 1]);
                let (inside, empty) = (part % 2 == 1, edit.range.is_empty());
                start <= edit.range.start
                    && edit.range.end <= end
                    && !(inside && empty && (edit.range.start == start || edit.range.start == end))
            })
        };
        let mut done = 0;
        let mut kept: Vec<(usize, &Edit)> = Vec::new();
        for edit in edits {
            let Some(part) = part_of(edit) else { continue };
            let empties = part % 2 == 1 && edit.text.is_empty() && edit.range == (bounds[part]..bounds[part + 1]);
            if !empties && edit.range.start >= done {
                done = edit.range.end;
                kept.push((part, edit));
            }
        }
        for (part, out) in outs.iter_mut().enumerate() {
            let mut at = bounds[part];
            for (_, edit) in kept.iter().filter(|(of, _)| *of == part) {
                out.push_str(&draft.text[at..edit.range.start]);
                out.push_str(&edit.text);
                at = edit.range.end;
            }
            out.push_str(&draft.text[at..bounds[part + 1]]);
        }
        let (marks, between): (Vec<_>, Vec<_>) = outs.into_iter().enumerate().partition(|(part, _)| part % 2 == 1);
        marks.into_iter().chain(between).map(|(_, out)| out).collect()
    }
}
