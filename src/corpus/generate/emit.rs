//! Copies as JSON lines and as brat's standoff.

use serde::Serialize;

use super::Copy;
use crate::io::brat::text_bound;
use crate::text::CharIndex;
use crate::text::markup::{Mark, Marked};

/// One mark: offsets in Unicode code points, half-open.
#[derive(Serialize)]
struct Entity<'c> {
    start: usize,
    end: usize,
    label: &'static str,
    /// The role of a name; the code, qualifiers and `name=value` of a mention, as inline markup writes them.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    attributes: &'c [String],
}

#[derive(Serialize)]
struct Line<'c> {
    note_id: String,
    note_text: &'c str,
    series: &'c str,
    source: &'c str,
    entities: Vec<Entity<'c>>,
    mentions: Vec<Entity<'c>>,
}

/// `{"note_id", "note_text", "series", "source", "entities": [{"start", "end", "label", "attributes"}], "mentions": [the same]}`, without the
/// line's end.
pub fn line(copy: &Copy) -> String {
    let Marked { text, marks, mentions } = &copy.marked;
    let line = Line {
        note_id: copy.id(),
        note_text: text,
        series: &copy.series,
        source: &copy.name,
        entities: entities(text, marks),
        mentions: entities(text, mentions),
    };
    serde_json::to_string(&line).expect("strings and numbers are always JSON")
}

fn entities<'c>(text: &str, marks: &'c [Mark]) -> Vec<Entity<'c>> {
    let mut index = CharIndex::new(text);
    let of_mark = |mark: &'c Mark| Entity {
        start: index.at(mark.span.start()),
        end: index.at(mark.span.end()),
        label: mark.label.as_str(),
        attributes: &mark.attributes,
    };
    marks.iter().map(of_mark).collect()
}

/// The `.ann` beside a text: `T1\tNOM 12 17\tMOREL` and, where a mark has attributes, `#1\tAnnotatorNotes T1\tpatient`; a mark over several
/// lines has one fragment per line.
pub fn annotations(marked: &Marked) -> String {
    use std::fmt::Write as _;
    let mut marks: Vec<&Mark> = marked.marks.iter().chain(&marked.mentions).collect();
    marks.sort_by_key(|mark| mark.span);
    let (mut out, mut index) = (String::new(), CharIndex::new(&marked.text));
    for (mark, number) in marks.into_iter().zip(1..) {
        out.push_str(&text_bound(number, mark.label, mark.span, &marked.text, &mut index));
        if !mark.attributes.is_empty() {
            let notes = mark.attributes.join(" ");
            writeln!(out, "#{number}\tAnnotatorNotes T{number}\t{notes}").expect("writing to a string");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::markup;

    #[test]
    fn offsets_are_code_points() {
        let marked = markup::parse("Née [Petit\nRoux](NOM patient) 🙂 [HTA](DIAG I10 negated) [é](DATE)").unwrap();
        let copy = Copy { series: "s".into(), name: "01-a".into(), number: 2, marked };
        assert_eq!(
            line(&copy),
            "{\"note_id\":\"s/01-a#2\",\"note_text\":\"Née Petit\\nRoux 🙂 HTA é\",\"series\":\"s\",\"source\":\"01-a\",\
             \"entities\":[{\"start\":4,\"end\":14,\"label\":\"NOM\",\"attributes\":[\"patient\"]},{\"start\":21,\"end\":22,\"label\":\"DATE\"}],\
             \"mentions\":[{\"start\":17,\"end\":20,\"label\":\"DIAG\",\"attributes\":[\"I10\",\"negated\"]}]}"
        );
        assert_eq!(
            annotations(&copy.marked),
            "T1\tNOM 4 9;10 14\tPetit Roux\n#1\tAnnotatorNotes T1\tpatient\nT2\tDIAG 17 20\tHTA\n#2\tAnnotatorNotes T2\tI10 negated\nT3\tDATE 21 22\té\n"
        );
    }
}
