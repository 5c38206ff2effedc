use rayon::prelude::*;

use super::Tally;
use super::formula::{Columns, Formula};

/// Sums of units (documents or patients) that can be drawn again and again.
pub(super) struct Table {
    pub(super) columns: Columns,
    rows: Vec<Vec<(u32, f64)>>,
}

/// One draw of units with replacement: how often each is in it.
type Weights = Vec<u32>;

impl Table {
    pub(super) fn new(units: &[Tally]) -> Self {
        let columns = Columns::of(units);
        let rows = units.iter().map(|unit| columns.row(unit)).collect();
        Table { columns, rows }
    }

    /// Several systems on the same units, in the same columns.
    pub(super) fn together(systems: &[Vec<Tally>]) -> Vec<Self> {
        let columns = Columns::of(systems.iter().flatten());
        let table = |units: &Vec<Tally>| Table {
            columns: columns.clone(),
            rows: units.iter().map(|unit| columns.row(unit)).collect(),
        };
        systems.iter().map(table).collect()
    }

    /// The same with nothing but the sums that formulas use: groups need a tenth of them.
    fn only(&self, formulas: &[Formula]) -> Self {
        let mut used = vec![false; self.columns.len()];
        formulas.iter().flat_map(Formula::columns).for_each(|column| used[column] = true);
        let needed = |row: &Vec<(u32, f64)>| row.iter().copied().filter(|(column, _)| used[*column as usize]).collect();
        Table { columns: self.columns.clone(), rows: self.rows.iter().map(needed).collect() }
    }

    pub(super) fn units(&self) -> usize {
        self.rows.len()
    }

    /// Sums over all units.
    pub(super) fn total(&self) -> Vec<f64> {
        self.weighted(|_| 1.0)
    }

    pub(super) fn weighted(&self, weight: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut sums = vec![0.0; self.columns.len()];
        for (at, row) in self.rows.iter().enumerate() {
            let weight = weight(at);
            if weight != 0.0 {
                row.iter().for_each(|(column, count)| sums[*column as usize] += count * weight);
            }
        }
        sums
    }

    /// The values of each formula over `rounds` draws: `[formula][round]`, unsorted.
    pub(super) fn draws(&self, formulas: &[Formula], rounds: u32) -> Vec<Vec<f64>> {
        let needed = self.only(formulas);
        let of_round = |round: u32| -> Vec<f64> {
            let weights = draw(self.units(), round);
            let sums = needed.weighted(|at| f64::from(weights[at]));
            formulas.iter().map(|formula| formula.ratio(&sums).value).collect()
        };
        let by_round: Vec<Vec<f64>> = (0..rounds).into_par_iter().map(of_round).collect();
        (0..formulas.len()).map(|formula| by_round.iter().map(|round| round[formula]).collect()).collect()
    }
}

/// As many units as there are, drawn with replacement; the same draw for the same round.
pub(super) fn draw(units: usize, round: u32) -> Weights {
    let mut random = SplitMix::of_round(round);
    let mut weights = vec![0; units];
    for _ in 0..units {
        weights[random.below(units)] += 1;
    }
    weights
}

/// The middle 95 % (percentiles 2.5 and 97.5, nearest rank) of some values.
pub(super) fn middle(mut values: Vec<f64>) -> Option<(f64, f64)> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let at = |share: f64| values[(last as f64 * share).round() as usize];
    Some((at(0.025), at(0.975)))
}

/// A small generator with a fixed seed: the same figures each time.
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
pub(super) struct SplitMix(u64);

impl SplitMix {
    pub(super) fn of_round(round: u32) -> Self {
        let mut seed = SplitMix(0x45_53_54_4f_4d_50_45 ^ (u64::from(round) << 32));
        SplitMix(seed.next())
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }
}
