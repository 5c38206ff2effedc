use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::text::markup::{Mark, Marked};
use crate::text::{Label, fold};

/// One report to be counted.
#[derive(Clone, Copy, Debug)]
pub struct Report<'r> {
    pub series: &'r str,
    /// What its file is called, without number and ending.
    pub name: &'r str,
    pub kind: &'r str,
    pub marked: &'r Marked,
}

/// What reports hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    pub all: Counts,
    pub series: BTreeMap<String, Counts>,
    pub kinds: BTreeMap<String, Counts>,
    /// Marks by label, mentions by type.
    pub labels: BTreeMap<&'static str, usize>,
    /// Distinct ones, without case and accents.
    pub names: usize,
    pub institutions: usize,
    pub towns: usize,
    /// Different file names without their numbers.
    pub titles: usize,
}

/// What a series or a kind holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub reports: usize,
    /// Of them, those with clinical mentions.
    pub clinical: usize,
    pub words: usize,
    pub shortest: usize,
    pub longest: usize,
    /// What identifies.
    pub marks: usize,
    pub mentions: usize,
}

impl Counts {
    fn add(&mut self, marked: &Marked) {
        let words = marked.text.split_whitespace().count();
        self.shortest = if self.reports == 0 { words } else { self.shortest.min(words) };
        self.longest = self.longest.max(words);
        self.reports += 1;
        self.clinical += usize::from(!marked.mentions.is_empty());
        self.words += words;
        self.marks += marked.marks.len();
        self.mentions += marked.mentions.len();
    }
}

/// Counts by series, kind and label.
pub fn stats<'r>(reports: impl IntoIterator<Item = Report<'r>>) -> Stats {
    let mut all = Stats::default();
    let mut distinct: BTreeMap<Label, BTreeSet<String>> = BTreeMap::new();
    let mut titles = BTreeSet::new();
    for Report { series, name, kind, marked } in reports {
        all.all.add(marked);
        all.series.entry(series.to_owned()).or_default().add(marked);
        all.kinds.entry(kind.to_owned()).or_default().add(marked);
        titles.insert(name);
        for mark in marked.marks.iter().chain(&marked.mentions) {
            *all.labels.entry(mark.label.as_str()).or_default() += 1;
        }
        for mark in marked.marks.iter().filter(|mark| is_counted(mark)) {
            distinct.entry(mark.label).or_default().insert(fold(mark.span.slice(&marked.text)));
        }
    }
    let count = |label: Label| distinct.get(&label).map_or(0, BTreeSet::len);
    let (names, institutions, towns) = (count(Label::NOM), count(Label::HOPITAL), count(Label::VILLE));
    Stats { names, institutions, towns, titles: titles.len(), ..all }
}

fn is_counted(mark: &Mark) -> bool {
    [Label::NOM, Label::HOPITAL, Label::VILLE].contains(&mark.label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::markup;

    #[test]
    fn counts_by_hand() {
        let one = markup::parse("Mme [Morel](NOM patient), [HTA](DIAG I10), [Évry](VILLE), [EVRY](VILLE)").unwrap();
        let two = markup::parse("Vue au [CH de Dole](HOPITAL) par le Dr [MOREL](NOM soignant)").unwrap();
        let report = |series, name, kind, marked| Report { series, name, kind, marked };
        let stats = stats([
            report("a", "lettre", "lettre", &one),
            report("a", "avis", "lettre", &two),
            report("b", "avis", "avis", &two),
        ]);
        let wanted = Counts { reports: 3, clinical: 1, words: 23, shortest: 5, longest: 9, marks: 7, mentions: 1 };
        assert_eq!(stats.all, wanted);
        assert_eq!((stats.series["a"].reports, stats.kinds["avis"].marks), (2, 2));
        assert_eq!((stats.labels["NOM"], stats.labels["DIAG"]), (3, 1));
        assert_eq!((stats.names, stats.institutions, stats.towns, stats.titles), (1, 1, 1, 2));
    }
}
