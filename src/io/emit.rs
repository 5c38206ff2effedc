//! One line of JSON per document: what was found, or why it was rejected. Lines end without `\n`.

use serde::Serialize;
use serde_json::Value;

use super::entry::{Record, Reject};
use crate::pipeline::Mention;
use crate::replace::Edit;
use crate::structure::{Attributes, Qualifiers};
use crate::text::CharIndex;

/// One entity: offsets in Unicode code points, `start..end` in the original text, `out_start..out_end` in the output text.
#[derive(Serialize)]
struct Entity {
    start: usize,
    end: usize,
    label: &'static str,
    score: Value,
    rule: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    out_start: usize,
    out_end: usize,
}

#[derive(Serialize)]
struct Spans<'d> {
    note_id: &'d str,
    entities: Vec<Entity>,
}

#[derive(Serialize)]
struct Annotated<'d> {
    note_id: &'d str,
    note_text: &'d str,
    entities: Vec<Entity>,
}

#[derive(Serialize)]
struct Rejected<'d> {
    note_id: Option<&'d str>,
    input: u32,
    line: u64,
    reason: String,
}

/// A line of `spans.jsonl`: `{"note_id", "entities": [{"start","end","label","score","rule","role","out_start","out_end"}]}`, without any
/// text. `role` is there where it is known; `score` has three decimals.
pub fn spans_line(note_id: &str, edits: &[Edit], original: &str, out: &str) -> String {
    line(&Spans { note_id, entities: entities(edits, original, out) })
}

/// The same with the **original** text as `note_text`: for annotation, and as sensitive as the input.
pub fn annotated_line(note_id: &str, edits: &[Edit], original: &str, out: &str) -> String {
    line(&Annotated { note_id, note_text: original, entities: entities(edits, original, out) })
}

/// One coded mention, as `entities.jsonl` writes it: offsets in code points of the original and of the output text; `attributes` and
/// `cues` (start, end) are of the output text.
#[derive(Serialize)]
struct Coded<'m> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<&'static str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    code: &'m str,
    label: &'static str,
    start: usize,
    end: usize,
    out_start: usize,
    out_end: usize,
    qualifiers: Qualifiers,
    attributes: &'m Attributes,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cues: Vec<[usize; 2]>,
    #[serde(skip_serializing_if = "str::is_empty")]
    section: &'static str,
}

#[derive(Serialize)]
struct Said<'m> {
    note_id: &'m str,
    entities: Vec<Coded<'m>>,
}

/// A line of `entities.jsonl`: `{"note_id", "entities": [{"type","system","code","label","start","end","out_start","out_end","qualifiers",
/// "attributes","cues","section"}]}`.
pub fn entities_line(note_id: &str, mentions: &[Mention], original: &str, out: &str) -> String {
    let (mut before, mut after) = (CharIndex::new(original), CharIndex::new(out));
    let entities = mentions
        .iter()
        .map(|Mention { entity, original }| Coded {
            kind: entity.kind.as_str(),
            system: entity.kind.system().filter(|_| !entity.code.is_empty()),
            code: &entity.code,
            label: entity.label,
            start: before.at(original.start()),
            end: before.at(original.end()),
            out_start: after.at(entity.span.start()),
            out_end: after.at(entity.span.end()),
            qualifiers: entity.qualifiers,
            attributes: &entity.attributes,
            cues: entity.cues.iter().map(|cue| [after.at(cue.start()), after.at(cue.end())]).collect(),
            section: entity.section,
        })
        .collect();
    line(&Said { note_id, entities })
}

/// A line of `rejects.jsonl`: `{"note_id": "…" or null, "input": 1, "line": 12, "reason": "…"}`.
pub fn rejects_line(reject: &Reject) -> String {
    let note_id = reject.id.as_deref();
    line(&Rejected { note_id, input: reject.place.input, line: reject.place.line, reason: reject.reason.to_string() })
}

/// A row of `documents.csv`: the id of a text file and its path. As sensitive as the path.
pub fn file_line(record: &Record) -> Option<String> {
    let path = record.file()?.to_string_lossy();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    writer.write_record([record.doc.id(), &path]).expect("writing to memory");
    let row = String::from_utf8(writer.into_inner().expect("writing to memory")).expect("strings are UTF-8");
    Some(row.trim_end_matches('\n').to_owned())
}

fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("strings and numbers are always JSON")
}

fn entities(edits: &[Edit], original: &str, out: &str) -> Vec<Entity> {
    let (mut before, mut after) = (CharIndex::new(original), CharIndex::new(out));
    edits
        .iter()
        .map(|edit| Entity {
            start: before.at(edit.detection.span.start()),
            end: before.at(edit.detection.span.end()),
            label: edit.detection.label.as_str(),
            score: score(edit.detection.score),
            rule: edit.detection.rule,
            role: edit.detection.role.map(crate::text::Role::as_str),
            out_start: after.at(edit.out.start()),
            out_end: after.at(edit.out.end()),
        })
        .collect()
}

/// Three decimals at most; the same digits on every machine.
fn score(score: f32) -> Value {
    Value::from((f64::from(score) * 1000.0).round() / 1000.0)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::detect::Detection;
    use crate::text::{Label, Role, Span};

    /// `Née MOREL 🙂 à Évry` → `Née PETIT\nROUX 🙂 à Brest`.
    pub(in crate::io) fn example() -> (&'static str, &'static str, Vec<Edit>) {
        let edit = |span: Span, out: Span, label, score, role| Edit {
            detection: Detection { span, label, score, priority: 1, rule: "name/title", role },
            out,
        };
        let edits = vec![
            edit(Span::new(5, 10), Span::new(5, 15), Label::NOM, 0.987_65, Some(Role::Patient)),
            edit(Span::new(19, 24), Span::new(24, 29), Label::VILLE, 1.0, None),
        ];
        let (before, after) = ("Née MOREL 🙂 à Évry", "Née PETIT\nROUX 🙂 à Brest");
        assert_eq!((edits[1].detection.span.slice(before), edits[1].out.slice(after)), ("Évry", "Brest"));
        (before, after, edits)
    }

    #[test]
    fn offsets_are_code_points() {
        let (before, after, edits) = example();
        let entities = concat!(
            r#""entities":[{"start":4,"end":9,"label":"NOM","score":0.988,"rule":"name/title","role":"patient","out_start":4,"out_end":14},"#,
            r#"{"start":14,"end":18,"label":"VILLE","score":1.0,"rule":"name/title","out_start":19,"out_end":24}]}"#
        );
        assert_eq!(spans_line("a\"b", &edits, before, after), format!(r#"{{"note_id":"a\"b",{entities}"#));
        let wanted = format!(r#"{{"note_id":"1","note_text":"{before}",{entities}"#);
        assert_eq!(annotated_line("1", &edits, before, after), wanted);
    }
}
