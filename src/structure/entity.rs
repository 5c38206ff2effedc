use std::collections::BTreeMap;

use serde::Serialize;

use crate::text::Span;

/// What kind of thing a report mentions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Kind {
    Diag,
    Drug,
    Lab,
    Act,
    Score,
    Tnm,
    Adicap,
    Habit,
    Date,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Diag => "DIAG",
            Kind::Drug => "DRUG",
            Kind::Lab => "LAB",
            Kind::Act => "ACT",
            Kind::Score => "SCORE",
            Kind::Tnm => "TNM",
            Kind::Adicap => "ADICAP",
            Kind::Habit => "HABIT",
            Kind::Date => "DATE",
        }
    }

    /// The terminology of its codes, if it has one.
    pub fn system(self) -> Option<&'static str> {
        match self {
            Kind::Diag => Some("CIM-10"),
            Kind::Drug => Some("ATC"),
            Kind::Lab => Some("LOINC"),
            Kind::Act => Some("CCAM"),
            Kind::Adicap => Some("ADICAP"),
            _ => None,
        }
    }
}

/// In what light a thing is mentioned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Qualifiers {
    pub negated: bool,
    pub hypothetical: bool,
    pub family: bool,
    pub history: bool,
    pub reported: bool,
}

impl Qualifiers {
    /// The names of those that hold.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let all = [
            ("negated", self.negated),
            ("hypothetical", self.hypothetical),
            ("family", self.family),
            ("history", self.history),
            ("reported", self.reported),
        ];
        all.into_iter().filter(|(_, holds)| *holds).map(|(name, _)| name)
    }
}

/// What goes with a mention, as the report writes it.
#[derive(Clone, Default, PartialEq, Serialize)]
pub struct Attributes {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparator: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dose: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    /// `started`, `stopped`, `increased`, `decreased`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub allergy: bool,
    /// `value` as a number, in `unit_ucum`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_num: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_ucum: Option<&'static str>,
}

impl Attributes {
    /// Those that the text writes, by name.
    pub fn written(&self) -> BTreeMap<String, String> {
        let all = [
            ("value", self.value.as_deref()),
            ("unit", self.unit.as_deref()),
            ("comparator", self.comparator.as_deref()),
            ("range", self.range.as_deref()),
            ("dose", self.dose.as_deref()),
            ("route", self.route.as_deref()),
            ("frequency", self.frequency.as_deref()),
            ("duration", self.duration.as_deref()),
            ("change", self.change),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect()
    }
}

impl std::fmt::Debug for Attributes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Attributes(…)")
    }
}

/// A coded mention.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    pub kind: Kind,
    /// In its terminology, with its dot; several joined by `+`; empty if there is none.
    pub code: String,
    /// Preferred name.
    pub label: &'static str,
    pub span: Span,
    pub qualifiers: Qualifiers,
    pub attributes: Attributes,
    /// The cues that qualify it.
    pub cues: Vec<Span>,
    pub section: &'static str,
}
