//! What rules and dictionaries alone find in the development series does not fall below `eval/baseline.json` by more than the noise.
//!
//! After a change for the better, or one that is worth its price: `estompe eval run corpus-fictif/series --split dev --rules-only
//! --summary --name rules-dev --save eval/baseline.json`.

mod common;

use std::fs;
use std::path::Path;

use common::{run, stderr, stdout};
use estompe::eval::Results;

/// Figures that are watched, and whether more is better.
const WATCHED: [(&str, bool); 6] = [
    ("covered", true),
    ("clean_direct", true),
    ("precision", true),
    ("spurious_per_1000", false),
    ("kept_mentions", true),
    ("token_f1", true),
];

#[test]
fn rules_are_as_good_as_they_were() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let baseline = fs::read_to_string(here.join("eval/baseline.json")).expect("the baseline");
    let baseline: Results = serde_json::from_str(&baseline).expect("results of this version");
    let args = [
        "eval",
        "run",
        "corpus-fictif/series",
        "--split",
        "dev",
        "--rules-only",
        "--json",
        "--summary",
        "--rounds",
        "1",
    ];
    let output = run(&args, here);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let now: Results = serde_json::from_str(&stdout(&output)).expect("results");
    let falls: Vec<String> = WATCHED.iter().filter_map(|(name, more)| fall(&baseline, &now, name, *more)).collect();
    assert!(falls.is_empty(), "worse than the baseline by more than half its interval:\n{}", falls.join("\n"));
}

/// What is worse than the baseline by more than half the width of its interval.
fn fall(baseline: &Results, now: &Results, name: &str, more_is_better: bool) -> Option<String> {
    let (was, is) = (baseline.whole.figures[name], now.whole.figures[name].value);
    let noise = (was.high - was.low) / 2.0;
    let worse = if more_is_better { was.value - is } else { is - was.value };
    (worse > noise).then(|| format!("{name}: {:.4} was {:.4} ± {noise:.4}", is, was.value))
}

#[test]
fn a_fall_is_one_beyond_the_noise() {
    let results = |value: f64| -> Results {
        let figure = estompe::eval::Figure { value, low: 0.90, high: 0.94, ..Default::default() };
        let mut results = Results::default();
        results.whole.figures.insert("covered".to_owned(), figure);
        results
    };
    assert_eq!(fall(&results(0.92), &results(0.905), "covered", true), None);
    assert!(fall(&results(0.92), &results(0.89), "covered", true).is_some());
    assert!(fall(&results(0.92), &results(0.95), "covered", false).is_some());
    assert_eq!(fall(&results(0.92), &results(0.99), "covered", true), None);
}
