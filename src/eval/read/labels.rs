use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::ReadError;
use crate::text::Label;

/// What the labels and columns of another set are called here.
///
/// ```toml
/// [labels]
/// Nom = "NOM"
/// Profession = ""                     # not scored
///
/// [columns]                           # JSON fields or Parquet columns, tried in order
/// id = ["document_id"]
/// text = ["text"]
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelMap {
    /// What the file is for.
    #[serde(default)]
    pub describes: String,
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
}

impl LabelMap {
    /// # Errors
    /// A file that cannot be read, unknown keys, unknown names of columns.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        let source = fs::read_to_string(path).map_err(|source| ReadError::Read { path: path.to_owned(), source })?;
        let broken = |reason: String| ReadError::Broken { path: path.to_owned(), reason };
        let map: LabelMap = toml::from_str(&source).map_err(|error| broken(error.message().to_owned()))?;
        match map.columns.keys().find(|name| !COLUMNS.iter().any(|(known, _)| known == name)) {
            Some(name) => {
                let known: Vec<&str> = COLUMNS.iter().map(|(known, _)| *known).collect();
                Err(broken(format!("[columns]: no column is called `{name}`; {}", known.join(", "))))
            }
            None => Ok(map),
        }
    }
}

/// What fields and columns are usually called.
const COLUMNS: [(&str, &[&str]); 13] = [
    ("id", &["note_id", "document_id", "doc_id", "id"]),
    ("text", &["note_text", "text", "content"]),
    ("patient", &["patient_id", "person_id"]),
    ("kind", &["note_type", "note_class_source_value", "document_type"]),
    ("series", &["series"]),
    ("spans", &["entities", "spans", "annotations", "labels"]),
    ("mentions", &["mentions"]),
    ("document", &["note_id", "document_id", "doc_id"]),
    ("start", &["start", "start_char", "begin", "offset_begin", "start_offset"]),
    ("end", &["end", "end_char", "offset_end", "end_offset"]),
    ("label", &["label", "label_", "type", "entity_group", "entity", "tag"]),
    ("score", &["score", "confidence"]),
    ("rule", &["rule", "source"]),
];

/// Turns the labels of a set into ours, and keeps those it cannot.
#[derive(Debug)]
pub struct Labels {
    labels: BTreeMap<String, String>,
    /// What fields and columns may be called, the map's names first.
    columns: BTreeMap<&'static str, Vec<String>>,
    any: bool,
    unknown: BTreeSet<String>,
}

/// Labels that people use though policies need not know them.
const INDIRECT: [&str; 4] = ["PROFESSION", "PAYS_NATIONALITE", "SITUATION_FAMILIALE", "IDENTITE_SOCIALE"];

impl Default for Labels {
    fn default() -> Self {
        Labels::new(LabelMap::default(), false)
    }
}

impl Labels {
    /// `any`: a label that nobody knows is taken as it is.
    pub fn new(map: LabelMap, any: bool) -> Self {
        let own = |name: &str| map.columns.get(name).cloned().unwrap_or_default();
        let all = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let columns = COLUMNS.iter().map(|(name, usual)| (*name, [own(name), all(usual)].concat())).collect();
        Labels { labels: map.labels, columns, any, unknown: BTreeSet::new() }
    }

    /// Our label; `None` if it is not scored, or unknown (see [`Labels::unknown`]).
    pub(super) fn of(&mut self, name: &str) -> Option<Label> {
        let mapped = self.labels.get(name).map_or(name, String::as_str);
        if mapped.is_empty() {
            return None;
        }
        let known = Label::ALL.iter().any(|label| label.as_str() == mapped)
            || INDIRECT.contains(&mapped)
            || Label::names_mention(mapped);
        if known || self.any || mapped != name {
            return Some(Label::named(mapped));
        }
        if self.unknown.len() < 100 {
            self.unknown.insert(name.to_owned());
        }
        None
    }

    /// Names met that are neither labels nor mapped, in alphabetical order; at most a hundred.
    pub fn unknown(&self) -> Vec<String> {
        self.unknown.iter().cloned().collect()
    }

    /// What a field or column may be called.
    pub(super) fn columns(&self, name: &str) -> &[String] {
        self.columns.get(name).map_or(&[], Vec::as_slice)
    }
}
