use std::path::Path;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use super::inline::mention;
use super::{Labels, ReadError, read_text};
use crate::eval::{Annotated, Mention, Tagged};
use crate::text::Label;

/// JSON lines, or one array of objects.
pub(super) fn read(path: &Path, labels: &mut Labels) -> Result<Vec<Annotated>, ReadError> {
    let source = read_text(path)?;
    // In the mentions of a run, a document without any has none; in other files, nothing may be meant.
    let is_clinical = path.file_name().is_some_and(|name| name == "entities.jsonl");
    let document = |object: Map<String, Value>, labels: &mut Labels| {
        let doc = document(object, labels)?;
        Ok(Annotated { mentions: doc.mentions.or(is_clinical.then(Vec::new)), ..doc })
    };
    if source.trim_start().starts_with('[') {
        let all: Vec<Map<String, Value>> = serde_json::from_str(&source).map_err(|fault| ReadError::Line {
            path: path.to_owned(),
            line: fault.line(),
            reason: "no JSON array of objects".to_owned(),
        })?;
        let read = |(at, object): (usize, Map<String, Value>)| {
            document(object, labels).map_err(|reason| broken(path, at + 1, reason))
        };
        return all.into_iter().enumerate().map(read).collect();
    }
    let mut documents = Vec::new();
    for (at, line) in source.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        // What serde says may quote the text.
        let object: Map<String, Value> =
            serde_json::from_str(line).map_err(|_| broken(path, at + 1, "no JSON object".to_owned()))?;
        documents.push(document(object, labels).map_err(|reason| broken(path, at + 1, reason))?);
    }
    Ok(documents)
}

fn broken(path: &Path, line: usize, reason: String) -> ReadError {
    ReadError::Line { path: path.to_owned(), line, reason }
}

/// Spans and mentions of one document that came in two files.
pub(super) fn join(documents: Vec<Annotated>) -> Vec<Annotated> {
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    let mut joined: Vec<Annotated> = Vec::new();
    for doc in documents {
        let other = places.get(&doc.id).copied().filter(|at| joined[*at].mentions.is_none() != doc.mentions.is_none());
        match other {
            Some(at) if doc.spans.is_empty() => joined[at].mentions = doc.mentions,
            _ => {
                places.insert(doc.id.clone(), joined.len());
                joined.push(doc);
            }
        }
    }
    joined
}

fn document(mut object: Map<String, Value>, labels: &mut Labels) -> Result<Annotated, String> {
    let id = match take(&mut object, labels.columns("id")) {
        Some(Value::String(id)) => id,
        Some(Value::Number(id)) => id.to_string(),
        _ => return Err("no id that is a string or a number".to_owned()),
    };
    let mut text_of = |name: &str, labels: &Labels| match take(&mut object, labels.columns(name)) {
        Some(Value::String(text)) => Some(text),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let [text, patient, kind, series] = ["text", "patient", "kind", "series"].map(|name| text_of(name, labels));
    let mut list_of = |name: &str, labels: &Labels| match take(&mut object, labels.columns(name)) {
        Some(Value::Array(list)) => Ok(Some(list)),
        Some(Value::Null) | None => Ok(None),
        Some(_) => Err(format!("its {name} are no list")),
    };
    let (spans, mentions) = (list_of("spans", labels)?.unwrap_or_default(), list_of("mentions", labels)?);
    let mut doc = Annotated {
        id,
        text,
        patient,
        kind: kind.unwrap_or_default(),
        series: series.unwrap_or_default(),
        mentions: mentions.is_some().then(Vec::new),
        ..Annotated::default()
    };
    for one in spans.iter().chain(mentions.iter().flatten()) {
        add(one, &mut doc, labels).ok_or("a span without start, end or label")?;
    }
    Ok(doc)
}

/// The value of the first of some names that is there.
fn take(object: &mut Map<String, Value>, names: &[String]) -> Option<Value> {
    names.iter().find_map(|name| object.remove(name))
}

/// One span or mention: an object, or `[start, end, label]`. `None` if it lacks something.
fn add(one: &Value, doc: &mut Annotated, labels: &mut Labels) -> Option<()> {
    let number = |value: &Value| value.as_u64().map(|number| number as usize);
    if let Value::Array(parts) = one {
        let [start, end, label] = parts.as_slice() else { return None };
        let (start, end) = (number(start)?, number(end)?);
        tag(start, end, label.as_str()?, None, "", doc, labels);
        return Some(());
    }
    let object = one.as_object()?;
    let field = |names: &[String]| names.iter().find_map(|name| object.get(name));
    let start = field(labels.columns("start")).and_then(number)?;
    let end = field(labels.columns("end")).and_then(number)?;
    let of_type = object.get("type").and_then(Value::as_str).filter(|name| Label::names_mention(name));
    let label = of_type.or_else(|| field(labels.columns("label")).and_then(Value::as_str))?;
    if Label::names_mention(label) || of_type.is_some() || label == "DATE" && object.contains_key("qualifiers") {
        if Label::names_mention(label) {
            doc.mentions.get_or_insert_default().push(Mention { start, end, ..clinical(label, object) });
        }
        return Some(());
    }
    let score = field(labels.columns("score")).and_then(Value::as_f64).map(|score| score as f32);
    let rule = field(labels.columns("rule")).and_then(Value::as_str).unwrap_or_default().to_owned();
    tag(start, end, label, score, &rule, doc, labels);
    Some(())
}

fn tag(
    start: usize,
    end: usize,
    label: &str,
    score: Option<f32>,
    rule: &str,
    doc: &mut Annotated,
    labels: &mut Labels,
) {
    if let Some(label) = labels.of(label) {
        doc.spans.push(Tagged { start, end, label, score, rule: rule.to_owned() });
    }
}

/// `code` as a string or a list; `qualifiers` as booleans or a list; `attributes` as strings and numbers, or the words of inline markup.
fn clinical(of: &str, object: &Map<String, Value>) -> Mention {
    let words = |value: &Value| -> Vec<String> {
        let words = value.as_array().into_iter().flatten().filter_map(Value::as_str);
        words.map(str::to_owned).collect()
    };
    let mut found = match object.get("attributes") {
        Some(list @ Value::Array(_)) => mention(of, &words(list)),
        _ => Mention { of: of.to_owned(), ..Mention::default() },
    };
    match object.get("code").or_else(|| object.get("codes")) {
        Some(Value::String(code)) => found.codes = code.split('+').map(str::to_owned).collect(),
        Some(list @ Value::Array(_)) => found.codes = words(list),
        _ => {}
    }
    match object.get("qualifiers") {
        Some(Value::Object(flags)) => {
            let set = flags.iter().filter(|(_, value)| **value == Value::Bool(true));
            found.qualifiers.extend(set.map(|(name, _)| name.clone()));
        }
        Some(list @ Value::Array(_)) => found.qualifiers.extend(words(list)),
        _ => {}
    }
    if let Some(Value::Object(attributes)) = object.get("attributes") {
        for (name, value) in attributes {
            let value = match value {
                Value::String(value) => value.clone(),
                Value::Number(value) => value.to_string(),
                _ => continue,
            };
            if !NORMALIZED.contains(&name.as_str()) {
                found.attributes.insert(name.clone(), value);
            }
        }
    }
    found
}

/// Attributes that the text does not have: they are worked out from the others.
const NORMALIZED: [&str; 3] = ["value_num", "unit_ucum", "date"];
