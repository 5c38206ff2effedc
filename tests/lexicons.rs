//! Every example of every identifier file: the spans of its label must be exactly those marked.

use estompe::pipeline::{Examples, Settings};

#[test]
fn every_example_holds() {
    let Examples { held, faults } = Examples::run(Settings::embedded().expect("sound settings"));
    assert!(faults.is_empty(), "{} of {} examples fail:\n{}", faults.len(), faults.len() + held, faults.join("\n"));
    assert!(held > 100, "only {held} examples");
}
