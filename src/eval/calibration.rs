use super::{Bin, Calibration, DocumentCounts, Tally, Threshold};

/// Scores are kept in twentieths.
const BINS: usize = 20;

/// The bin of a score; 1 is in the last one.
pub(super) fn bin(score: f32) -> usize {
    ((f64::from(score.clamp(0.0, 1.0)) * BINS as f64) as usize).min(BINS - 1)
}

/// What the scores are worth, and what each threshold would cover and destroy; `None` where no prediction has a score.
///
/// A token has the score of the surest span over it.
pub fn calibration(documents: &[DocumentCounts]) -> Option<Calibration> {
    let mut sums = Tally::default();
    documents.iter().for_each(|doc| sums.merge(&doc.counts));
    let of_bin = |name: &str| -> Vec<u64> { (0..BINS).map(|at| sums.get(&format!("{name}/{at}"))).collect() };
    let (predicted, right) = (of_bin("score.pred"), of_bin("score.true"));
    let all: u64 = predicted.iter().sum();
    if all == 0 {
        return None;
    }
    let edge = |at: usize| at as f64 / BINS as f64;
    let share = |above: u64, below: u64| if below == 0 { 1.0 } else { above as f64 / below as f64 };
    let bins: Vec<Bin> = (0..BINS)
        .filter(|at| predicted[*at] > 0)
        .map(|at| Bin {
            from: edge(at),
            to: edge(at + 1),
            tokens: predicted[at],
            identifying: share(right[at], predicted[at]),
        })
        .collect();
    let distance = |bin: &Bin| bin.tokens as f64 * ((bin.from + bin.to) / 2.0 - bin.identifying).abs();
    let expected_error = bins.iter().map(distance).sum::<f64>() / all as f64;
    let thresholds = (0..BINS).map(|at| {
        let (taken, true_ones): (u64, u64) = (predicted[at..].iter().sum(), right[at..].iter().sum());
        Threshold {
            threshold: edge(at),
            covered: share(true_ones, sums.get("tokens.gold")),
            precision: share(true_ones, taken),
            spurious_per_1000: if taken == true_ones {
                0.0
            } else {
                1000.0 * share(taken - true_ones, sums.get("words"))
            },
        }
    });
    Some(Calibration { bins, expected_error, thresholds: thresholds.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_by_hand() {
        assert_eq!([0.0, 0.049, 0.05, 0.999, 1.0].map(bin), [0, 0, 1, 19, 19]);
        let mut counts = Tally::default();
        // 10 identifying tokens; at 0.90–0.95, 6 of 6 right; at 0.50–0.55, 2 of 4.
        for (name, count) in [
            ("words", 100),
            ("tokens.gold", 10),
            ("score.pred/18", 6),
            ("score.true/18", 6),
            ("score.pred/10", 4),
            ("score.true/10", 2),
        ] {
            counts.add(name, count);
        }
        let doc = DocumentCounts { counts, ..DocumentCounts::default() };
        let found = calibration(std::slice::from_ref(&doc)).unwrap();
        let at = |threshold: f64| *found.thresholds.iter().find(|one| one.threshold == threshold).unwrap();
        assert_eq!((at(0.5).covered, at(0.5).precision, at(0.5).spurious_per_1000), (0.8, 0.8, 20.0));
        assert_eq!((at(0.55).covered, at(0.55).precision, at(0.55).spurious_per_1000), (0.6, 1.0, 0.0));
        assert_eq!(at(0.95).covered, 0.0);
        // 0.6 × |0.925 − 1| + 0.4 × |0.525 − 0.5|
        assert!((found.expected_error - 0.055).abs() < 1e-9);
        assert_eq!(calibration(&[]), None);
    }
}
