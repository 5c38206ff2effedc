use rayon::prelude::*;

use super::bootstrap::{SplitMix, Table, draw, middle};
use super::figures::{Over, WHOLE};
use super::formula::Formula;
use super::score::units;
use super::{DocumentCounts, Results, Tally, Unit};

/// Two systems on the same documents.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Comparison {
    pub first: String,
    pub second: String,
    pub units: usize,
    pub rounds: u32,
    /// Leading figures, in their order.
    pub figures: Vec<Delta>,
}

/// The second system's figure less the first one's.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Delta {
    pub figure: &'static str,
    pub first: f64,
    pub second: f64,
    pub difference: f64,
    /// The middle 95 % of the difference over draws of units, the same draw for both (paired bootstrap).
    pub low: f64,
    pub high: f64,
    /// How often a difference at least as large comes up when the two systems are swapped at random, unit by unit.
    pub p_value: f64,
}

/// Compares two systems figure by figure, unit by unit.
///
/// # Errors
/// What keeps their documents from being the same, with ids.
pub fn compare(first: &Results, second: &Results, unit: Unit, rounds: u32) -> Result<Comparison, Vec<String>> {
    let second_documents = in_order_of(first, second)?;
    let first_documents: Vec<&DocumentCounts> = first.documents.iter().collect();
    // Units are the first system's patients, for both.
    let with_patients: Vec<DocumentCounts> = second_documents
        .iter()
        .zip(&first_documents)
        .map(|(doc, model)| DocumentCounts { patient: model.patient.clone(), ..(*doc).clone() })
        .collect();
    let sides = [units(&first_documents, unit), units(&with_patients.iter().collect::<Vec<_>>(), unit)];
    Ok(Comparison {
        first: first.about.name.clone(),
        second: second.about.name.clone(),
        units: sides[0].len(),
        rounds,
        figures: deltas(&sides, rounds),
    })
}

/// The second one's documents in the order of the first one's.
fn in_order_of<'r>(first: &Results, second: &'r Results) -> Result<Vec<&'r DocumentCounts>, Vec<String>> {
    let by_id: std::collections::HashMap<&str, &DocumentCounts> =
        second.documents.iter().map(|doc| (doc.id.as_str(), doc)).collect();
    let mut faults = Vec::new();
    if first.documents.is_empty() || second.documents.is_empty() {
        faults.push("results without counts by document (`--summary`) cannot be compared".to_owned());
    }
    if first.about.gold.sha256 != second.about.gold.sha256 {
        faults.push(format!("`{}` and `{}` were not scored on the same gold", first.about.name, second.about.name));
    }
    let mut ordered = Vec::with_capacity(first.documents.len());
    for doc in &first.documents {
        match by_id.get(doc.id.as_str()) {
            Some(other) => ordered.push(*other),
            None => faults.push(format!("`{}` has no document `{}`", second.about.name, doc.id)),
        }
    }
    if faults.is_empty() && second.documents.len() != first.documents.len() {
        faults.push(format!("`{}` has documents that `{}` lacks", second.about.name, first.about.name));
    }
    faults.truncate(20);
    if faults.is_empty() { Ok(ordered) } else { Err(faults) }
}

fn deltas(sides: &[Vec<Tally>; 2], rounds: u32) -> Vec<Delta> {
    let tables = Table::together(sides);
    let has_mentions = tables[0].columns.has("found/mentions");
    let specs: Vec<_> = WHOLE
        .iter()
        .filter(|spec| match spec.over_what() {
            Over::Patients => false,
            Over::Mentions => has_mentions,
            _ => true,
        })
        .collect();
    let formulas: Vec<Formula> = specs.iter().map(|spec| Formula::new(spec, &tables[0].columns, "")).collect();
    let values = |sums: [Vec<f64>; 2]| -> Vec<[f64; 2]> {
        formulas.iter().map(|formula| [0, 1].map(|side| formula.ratio(&sums[side]).value)).collect()
    };
    let seen = values([tables[0].total(), tables[1].total()]);
    let drawn: Vec<Vec<f64>> = (0..rounds)
        .into_par_iter()
        .map(|round| {
            let weights = draw(tables[0].units(), round);
            let sums = [0, 1].map(|side: usize| tables[side].weighted(|at| f64::from(weights[at])));
            values(sums).into_iter().map(|[first, second]| second - first).collect()
        })
        .collect();
    let swapped: Vec<Vec<f64>> = (0..rounds).into_par_iter().map(|round| swap(&tables, round, &values)).collect();
    let each = specs.iter().zip(&seen).enumerate();
    each.map(|(at, (spec, [first, second]))| {
        let difference = second - first;
        let (low, high) = middle(drawn.iter().map(|round| round[at]).collect()).unwrap_or((difference, difference));
        // Sums of fractions differ in the last bits with their order.
        let as_large = swapped.iter().filter(|round| round[at].abs() >= difference.abs() - 1e-12).count();
        let p_value = (as_large + 1) as f64 / (f64::from(rounds) + 1.0);
        Delta { figure: spec.name, first: *first, second: *second, difference, low, high, p_value }
    })
    .collect()
}

/// The differences when each unit's two systems are swapped or not, by the toss of a coin.
fn swap(tables: &[Table], round: u32, values: &impl Fn([Vec<f64>; 2]) -> Vec<[f64; 2]>) -> Vec<f64> {
    let mut random = SplitMix::of_round(!round);
    let coins: Vec<bool> = (0..tables[0].units()).map(|_| random.next() >> 63 == 1).collect();
    let side = |own: bool| -> Vec<f64> {
        let of_first = tables[0].weighted(|at| f64::from(u8::from(coins[at] == own)));
        let of_second = tables[1].weighted(|at| f64::from(u8::from(coins[at] != own)));
        of_first.iter().zip(of_second).map(|(first, second)| first + second).collect()
    };
    values([side(true), side(false)]).into_iter().map(|[first, second]| second - first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(name: &str, covered: impl Fn(usize) -> u64) -> Results {
        let documents = (0..10).map(|at| {
            let mut counts = Tally::default();
            counts.add("documents", 1);
            counts.add("tokens.gold", 4);
            counts.add("tokens.covered", covered(at));
            DocumentCounts { id: at.to_string(), counts, ..DocumentCounts::default() }
        });
        let mut results = Results { documents: documents.collect(), ..Results::default() };
        results.about.name = name.to_owned();
        results
    }

    fn covered(comparison: &Comparison) -> &Delta {
        comparison.figures.iter().find(|delta| delta.figure == "covered").unwrap()
    }

    #[test]
    fn better_everywhere_is_rarely_chance() {
        // One token of four more in each of ten documents: only all or no swaps differ as much, 2 of 2^10.
        let compared = compare(&results("a", |_| 2), &results("b", |_| 3), Unit::Document, 2_000).unwrap();
        let delta = covered(&compared);
        assert_eq!((delta.first, delta.second, delta.difference), (0.5, 0.75, 0.25));
        assert_eq!((delta.low, delta.high), (0.25, 0.25));
        assert!((0.0004..0.006).contains(&delta.p_value), "{delta:?}");
    }

    #[test]
    fn the_same_system_differs_by_nothing() {
        let compared =
            compare(&results("a", |at| at as u64 % 4), &results("b", |at| at as u64 % 4), Unit::Document, 200);
        let compared = compared.unwrap();
        let delta = covered(&compared);
        assert_eq!((delta.difference, delta.low, delta.high, delta.p_value), (0.0, 0.0, 0.0, 1.0));
    }

    #[test]
    fn a_difference_in_one_document_may_be_chance() {
        // It has the same size whichever way it is swapped: p is 1.
        let compared =
            compare(&results("a", |_| 2), &results("b", |at| if at == 0 { 3 } else { 2 }), Unit::Document, 500);
        assert_eq!(covered(&compared.unwrap()).p_value, 1.0);
    }

    #[test]
    fn other_documents_are_refused() {
        let mut other = results("b", |_| 2);
        other.documents[3].id = "z".to_owned();
        assert_eq!(compare(&results("a", |_| 2), &other, Unit::Document, 10).unwrap_err(), ["`b` has no document `3`"]);
    }
}
