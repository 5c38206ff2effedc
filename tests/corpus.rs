//! The annotated reports keep to their guide.

use std::fs;
use std::path::Path;

use estompe::corpus::{Severity, Terminologies, check};

#[test]
fn no_report_breaks_the_guide() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.join("corpus-fictif/series");
    let terminologies = Terminologies::read(&here.join("lexicons")).expect("sound lists");
    let mut faults = Vec::new();
    let mut reports = 0;
    for series in fs::read_dir(root).expect("the corpus") {
        for report in fs::read_dir(series.expect("a series").path()).expect("a series") {
            let path = report.expect("a report").path();
            reports += 1;
            for fault in check(&fs::read_to_string(&path).expect("UTF-8"), &terminologies) {
                if fault.severity == Severity::Error {
                    faults.push(format!("{}:{}: {}", path.display(), fault.line, fault.message));
                }
            }
        }
    }
    assert!(reports >= 400, "only {reports} reports");
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
