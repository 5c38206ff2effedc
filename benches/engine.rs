//! Documents per second of the whole engine (detect, resolve, replace) on one thread, and of its start.
//!
//! `cargo bench` prints the time of one pass over all reports, and characters and documents per second.

use std::fs;
use std::path::Path;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use estompe::pipeline::{Engine, Settings};
use estompe::text::{Document, markup};

/// Characters of one report.
const LENGTH: usize = 2_000;

fn main() {
    divan::main();
}

/// Reports of about 2,000 characters, whole lines, cut from the development series of the corpus.
fn reports() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus-fictif/series");
    let mut paths: Vec<_> = ["a-chu", "b-urgences", "c-formulaires", "d-ville", "e-regions", "f-cliniques"]
        .iter()
        .flat_map(|series| fs::read_dir(root.join(series)).expect("a series"))
        .map(|entry| entry.expect("a report").path())
        .collect();
    paths.sort();
    let mut reports = Vec::new();
    for path in paths {
        let marked = markup::parse(&fs::read_to_string(path).expect("a report")).expect("sound markup");
        let mut report = String::with_capacity(LENGTH + 200);
        for line in marked.text.split_inclusive('\n') {
            report.push_str(line);
            if report.chars().count() >= LENGTH {
                reports.push(std::mem::take(&mut report));
            }
        }
    }
    reports
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn process(bencher: Bencher) {
    let engine = Engine::new(Settings::embedded().expect("sound settings"));
    let reports = reports();
    let spans: usize = documents(&reports).iter().map(|doc| engine.process(doc).expect("done").edits.len()).sum();
    assert!(spans > 10 * reports.len(), "the engine finds {spans} spans: something is off");
    bencher
        .counter(ItemsCount::new(reports.len()))
        .counter(BytesCount::new(reports.iter().map(String::len).sum::<usize>()))
        // A document keeps its folded view: each pass needs new ones.
        .with_inputs(|| documents(&reports))
        .bench_values(|docs| docs.iter().map(|doc| engine.process(doc).expect("done").text.len()).sum::<usize>());
}

fn documents(reports: &[String]) -> Vec<Document> {
    reports.iter().enumerate().map(|(at, text)| Document::new(at.to_string(), text.as_str())).collect()
}

/// From nothing to an engine that is ready.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn start_up() -> Engine {
    Engine::new(Settings::embedded().expect("sound settings"))
}
