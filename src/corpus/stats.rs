use std::collections::BTreeMap;

use crate::text::Label;
use crate::text::markup::Marked;

/// What a series holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeriesStats {
    pub reports: usize,
    pub words: usize,
    pub marks: BTreeMap<Label, usize>,
}

/// Counts by series, from the name of each report's series and its content.
pub fn stats<'m>(reports: impl IntoIterator<Item = (&'m str, &'m Marked)>) -> BTreeMap<String, SeriesStats> {
    let mut all: BTreeMap<String, SeriesStats> = BTreeMap::new();
    for (series, marked) in reports {
        let of_series = all.entry(series.to_owned()).or_default();
        of_series.reports += 1;
        of_series.words += marked.text.split_whitespace().count();
        for mark in marked.marks.iter().chain(&marked.mentions) {
            *of_series.marks.entry(mark.label).or_default() += 1;
        }
    }
    all
}
