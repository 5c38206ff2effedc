/// A figure and the middle 95 % of what it would have been on other documents like these.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Interval {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

const ROUNDS: usize = 2_000;

/// A ratio of sums over documents, with its bootstrap interval: percentiles over 2,000 draws of as many documents with replacement.
///
/// * `parts`: numerator and denominator of each document.
/// * returns `None` where the denominators sum to zero.
pub fn interval(parts: &[(f64, f64)]) -> Option<Interval> {
    let ratio = |sum: (f64, f64)| (sum.1 > 0.0).then(|| sum.0 / sum.1);
    let total = |sum: (f64, f64), part: &(f64, f64)| (sum.0 + part.0, sum.1 + part.1);
    let value = ratio(parts.iter().fold((0.0, 0.0), total))?;
    let mut random = SplitMix(0x45_53_54_4f_4d_50_45);
    let mut draws: Vec<f64> = (0..ROUNDS)
        .filter_map(|_| {
            let drawn = (0..parts.len()).map(|_| &parts[random.below(parts.len())]);
            ratio(drawn.fold((0.0, 0.0), total))
        })
        .collect();
    draws.sort_by(f64::total_cmp);
    let at = |share: f64| draws[((draws.len() - 1) as f64 * share).round() as usize];
    Some(Interval { value, low: at(0.025), high: at(0.975) })
}

/// A small generator with a fixed seed: the same figures each time.
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_the_figure_and_narrows_with_more_documents() {
        let few: Vec<(f64, f64)> = (0..20).map(|at| (f64::from(at % 2), 1.0)).collect();
        let many: Vec<(f64, f64)> = (0..2_000).map(|at| (f64::from(at % 2), 1.0)).collect();
        let (few, many) = (interval(&few).unwrap(), interval(&many).unwrap());
        assert_eq!((few.value, many.value), (0.5, 0.5));
        // Standard errors: 0.112 and 0.0112; 1.96 of them on each side.
        assert!((0.2..0.36).contains(&few.low) && (0.64..0.8).contains(&few.high), "{few:?}");
        assert!((0.47..0.485).contains(&many.low) && (0.515..0.53).contains(&many.high), "{many:?}");
        assert_eq!(interval(&[(0.0, 0.0)]), None);
    }
}
