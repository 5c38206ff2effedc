use std::collections::BTreeMap;
use std::str::FromStr;

use rustc_hash::FxHashMap;

use super::bootstrap::{Table, middle};
use super::figures::{OF_GROUPS, Over, PER_ATTRIBUTE, PER_LABEL, PER_MENTION, PER_QUALIFIER, Scale, Spec, WHOLE};
use super::formula::{Formula, Ratio};
use super::{DocumentCounts, Figure, Scores, Tally};

/// Whom the intervals draw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    #[default]
    Document,
    /// All documents of a patient together; a document without one stands for itself.
    Patient,
}

impl Unit {
    pub const fn as_str(self) -> &'static str {
        match self {
            Unit::Document => "document",
            Unit::Patient => "patient",
        }
    }
}

impl FromStr for Unit {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = [Unit::Document, Unit::Patient].into_iter().find(|unit| unit.as_str() == name);
        known.ok_or_else(|| format!("`{name}` is no unit; `document` or `patient`"))
    }
}

/// Draws of the bootstrap unless told otherwise.
pub const ROUNDS: u32 = 2_000;

/// The figures of some documents, with their intervals.
///
/// `full`: all of them, those by label, type, qualifier and attribute, and the confusion; else [`OF_GROUPS`] alone.
pub fn score(documents: &[&DocumentCounts], unit: Unit, rounds: u32, full: bool) -> Scores {
    let table = Table::new(&units(documents, unit));
    let patients = Table::new(&patients(documents));
    let sum = |name: &str| documents.iter().map(|doc| doc.counts.get(name)).sum();
    let mut scores = Scores { documents: sum("documents"), words: sum("words"), ..Scores::default() };
    let is_of = |spec: &&Spec| match spec.over_what() {
        Over::Patients => false,
        Over::Mentions => table.columns.has("found/mentions"),
        _ => true,
    };
    let is_wanted = |spec: &&Spec| is_of(spec) && (full || OF_GROUPS.contains(&spec.name));
    let mut wanted: Vec<Wanted> =
        WHOLE.iter().filter(is_wanted).map(|spec| (Rows::Whole, String::new(), spec)).collect();
    if full {
        wanted.extend(BY.iter().flat_map(|(rows, specs, names)| by_name(&table, *rows, specs, names)));
        scores.confusion = confusion(documents);
    }
    figures(&table, &wanted, rounds, &mut scores);
    if full && patients.units() > 0 {
        let own = WHOLE.iter().filter(|spec| spec.over_what() == Over::Patients);
        let own: Vec<Wanted> = own.map(|spec| (Rows::Whole, String::new(), spec)).collect();
        figures(&patients, &own, rounds, &mut scores);
    }
    scores
}

/// Where a figure goes.
#[derive(Clone, Copy)]
enum Rows {
    Whole,
    Labels,
    Mentions,
    Qualifiers,
    Attributes,
}

/// A figure, of what (a label, a type…; nothing for the whole), where it goes.
type Wanted = (Rows, String, &'static Spec);

/// Figures by name, and the sums that have those names.
const BY: [(Rows, &[Spec], [&str; 2]); 4] = [
    (Rows::Labels, PER_LABEL, ["tokens.gold", "tokens.pred"]),
    (Rows::Mentions, PER_MENTION, ["mention.gold", "mention.pred"]),
    (Rows::Qualifiers, PER_QUALIFIER, ["qualifier.gold", "qualifier.pred"]),
    (Rows::Attributes, PER_ATTRIBUTE, ["attribute.gold", "attribute.pred"]),
];

fn by_name(table: &Table, rows: Rows, specs: &'static [Spec], names: &[&str]) -> Vec<Wanted> {
    let names = table.columns.labels(names);
    names.into_iter().flat_map(|name| specs.iter().map(move |spec| (rows, name.clone(), spec))).collect()
}

/// Works figures out, all of them on the same draws.
fn figures(table: &Table, wanted: &[Wanted], rounds: u32, scores: &mut Scores) {
    let formulas: Vec<Formula> = wanted.iter().map(|(_, of, spec)| Formula::new(spec, &table.columns, of)).collect();
    let total = table.total();
    let draws = table.draws(&formulas, if table.units() > 0 { rounds } else { 0 });
    for (((rows, of, spec), formula), draws) in wanted.iter().zip(&formulas).zip(draws) {
        let figure = figure(spec, formula.ratio(&total), draws);
        let by_name = match rows {
            Rows::Whole => &mut scores.figures,
            Rows::Labels => scores.labels.entry(of.clone()).or_default(),
            Rows::Mentions => scores.mentions.entry(of.clone()).or_default(),
            Rows::Qualifiers => scores.qualifiers.entry(of.clone()).or_default(),
            Rows::Attributes => scores.attributes.entry(of.clone()).or_default(),
        };
        by_name.insert(spec.name.to_owned(), figure);
    }
}

/// The sums of each unit, in the order of first appearance.
pub(super) fn units(documents: &[&DocumentCounts], unit: Unit) -> Vec<Tally> {
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    let mut units: Vec<Tally> = Vec::new();
    for doc in documents {
        let at = match (unit, &doc.patient) {
            (Unit::Patient, Some(patient)) => *places.entry(patient).or_insert(units.len()),
            _ => units.len(),
        };
        match units.get_mut(at) {
            Some(sums) => sums.merge(&doc.counts),
            None => units.push(doc.counts.clone()),
        }
    }
    units
}

/// One row per known patient: whether anything was left anywhere.
fn patients(documents: &[&DocumentCounts]) -> Vec<Tally> {
    let known: Vec<&DocumentCounts> = documents.iter().copied().filter(|doc| doc.patient.is_some()).collect();
    let row = |sums: Tally| {
        let mut row = Tally::default();
        row.add("patients", 1);
        row.add("patients.left", sums.get("left").min(1));
        row.add("patients.left.direct", sums.get("left.direct").min(1));
        row
    };
    units(&known, Unit::Patient).into_iter().map(row).collect()
}

fn figure(spec: &Spec, ratio: Ratio, draws: Vec<f64>) -> Figure {
    let (low, high) = middle(draws).unwrap_or((ratio.value, ratio.value));
    Figure { value: ratio.value, low, high, above: ratio.above, below: ratio.below, bound: bound(spec, ratio) }
}

/// Rule of three: what was seen never in n trials happens, with 95 % confidence, in fewer than 3 of n.
fn bound(spec: &Spec, ratio: Ratio) -> Option<f64> {
    let trials = if spec.scale == Scale::Rate { ratio.below / 1000.0 } else { ratio.below };
    match () {
        // A mean over labels, or an F1, counts no trials.
        () if ratio.below <= 0.0 || matches!(spec.over_what(), Over::Labels(_)) || spec.is_f1() => None,
        () if ratio.above == 0.0 => {
            Some(if spec.scale == Scale::Rate { 3.0 / trials } else { (3.0 / trials).min(1.0) })
        }
        () if ratio.above == ratio.below && spec.scale == Scale::Percent => Some((1.0 - 3.0 / trials).max(0.0)),
        () => None,
    }
}

fn confusion(documents: &[&DocumentCounts]) -> BTreeMap<String, BTreeMap<String, u64>> {
    let mut all: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for (name, count) in documents.iter().flat_map(|doc| doc.counts.iter()) {
        let Some((gold, pred)) = name.strip_prefix("confusion/").and_then(|pair| pair.split_once('>')) else {
            continue;
        };
        *all.entry(gold.to_owned()).or_default().entry(pred.to_owned()).or_default() += count;
    }
    all
}

/// Columns of the sums of some documents; for tests of single figures.
#[cfg(test)]
pub(super) fn ratio_of(tally: &Tally, spec: &Spec, of: &str) -> Ratio {
    let columns = super::formula::Columns::of([tally]);
    let mut sums = vec![0.0; columns.len()];
    columns.row(tally).into_iter().for_each(|(column, count)| sums[column as usize] = count);
    Formula::new(spec, &columns, of).ratio(&sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc(at: usize, patient: Option<&str>, covered: u64) -> DocumentCounts {
        let mut counts = Tally::default();
        for (name, count) in [
            ("documents", 1),
            ("words", 10),
            ("tokens.gold", 1),
            ("tokens.pred", covered),
            ("tokens.covered", covered),
            ("left", 1 - covered),
        ] {
            counts.add(name, count);
        }
        DocumentCounts { id: at.to_string(), patient: patient.map(str::to_owned), counts, ..DocumentCounts::default() }
    }

    fn half(count: usize, patient: impl Fn(usize) -> Option<String>) -> Scores {
        let documents: Vec<DocumentCounts> =
            (0..count).map(|at| doc(at, patient(at).as_deref(), at as u64 % 2)).collect();
        score(&documents.iter().collect::<Vec<_>>(), Unit::Document, ROUNDS, true)
    }

    #[test]
    fn intervals_hold_the_figure_and_narrow_with_more_documents() {
        let (few, many) = (half(20, |_| None).figures["covered"], half(2_000, |_| None).figures["covered"]);
        assert_eq!((few.value, many.value), (0.5, 0.5));
        // Standard errors: 0.112 and 0.0112; 1.96 of them on each side.
        assert!((0.2..0.36).contains(&few.low) && (0.64..0.8).contains(&few.high), "{few:?}");
        assert!((0.47..0.485).contains(&many.low) && (0.515..0.53).contains(&many.high), "{many:?}");
    }

    #[test]
    fn drawing_patients_is_wider_where_their_documents_are_alike() {
        let documents: Vec<DocumentCounts> =
            (0..200).map(|at| doc(at, Some(&format!("p{}", at / 10)), (at as u64 / 10) % 2)).collect();
        let all: Vec<&DocumentCounts> = documents.iter().collect();
        let [by_document, by_patient] =
            [Unit::Document, Unit::Patient].map(|unit| score(&all, unit, ROUNDS, false).figures["covered"]);
        assert_eq!(by_document.value, by_patient.value);
        // Standard errors: √(0.25/200) = 0.035, √(0.25/20) = 0.112.
        assert!((0.11..0.17).contains(&(by_document.high - by_document.low)), "{by_document:?}");
        assert!((0.35..0.5).contains(&(by_patient.high - by_patient.low)), "{by_patient:?}");
    }

    #[test]
    fn a_patient_is_clean_if_all_its_documents_are() {
        // Patients 0 and 1 have one document left each, patient 2 none; document 6 belongs to nobody known.
        let covered = [0, 1, 1, 0, 1, 1, 0];
        let documents: Vec<DocumentCounts> = covered
            .iter()
            .enumerate()
            .map(|(at, covered)| doc(at, (at < 6).then(|| (at / 2).to_string()).as_deref(), *covered))
            .collect();
        let scores = score(&documents.iter().collect::<Vec<_>>(), Unit::Document, 200, true);
        let clean = scores.figures["clean_patients"];
        assert_eq!((clean.above, clean.below), (1.0, 3.0));
        assert!(!half(4, |_| None).figures.contains_key("clean_patients"));
    }

    #[test]
    fn three_over_n_where_nothing_was_seen() {
        let documents: Vec<DocumentCounts> = (0..30).map(|at| doc(at, None, 1)).collect();
        let scores = score(&documents.iter().collect::<Vec<_>>(), Unit::Document, 100, false);
        assert_eq!((scores.figures["covered"].value, scores.figures["covered"].bound), (1.0, Some(0.9)));
        // 300 words: fewer than 3 in 300, that is 10 per 1,000.
        assert_eq!(scores.figures["spurious_per_1000"].bound, Some(10.0));
        assert_eq!(half(20, |_| None).figures["covered"].bound, None);
        let f1 = WHOLE.iter().find(|spec| spec.name == "token_f1").unwrap();
        assert_eq!(bound(f1, Ratio { value: 1.0, above: 30.0, below: 30.0 }), None);
    }

    #[test]
    fn nothing_at_all_has_defined_figures() {
        let scores = score(&[], Unit::Document, 100, true);
        let value = |name: &str| (scores.figures[name].value, scores.figures[name].below);
        assert_eq!(value("covered"), (1.0, 0.0));
        assert_eq!(value("precision"), (1.0, 0.0));
        assert_eq!(value("spurious_per_1000"), (0.0, 0.0));
        assert_eq!(value("span_f1"), (0.0, 0.0));
    }
}
