//! Every example of every identifier file: the spans of its label must be exactly those marked.

use estompe::detect::{PatternDetector, check};
use estompe::lexicon::{Catalogue, Identifier};
use estompe::pipeline::{Engine, Settings};
use estompe::resolve::resolve;
use estompe::text::{Document, Span, markup};

/// Spans of the file's label, by its own rules; by the whole engine for a label that code finds.
fn found(identifier: &Identifier, patterns: &PatternDetector, engine: &Engine, text: &str) -> Vec<Span> {
    let doc = Document::new("example", text);
    let findings = if identifier.rules.is_empty() {
        engine.detect(&[&doc]).expect("examples are small").remove(0)
    } else {
        patterns.find(&doc)
    };
    let own = findings.found.into_iter().filter(|one| identifier.rules.is_empty() || one.label == identifier.label);
    let resolved = resolve(own.collect());
    resolved.detections().iter().filter(|one| one.label == identifier.label).map(|one| one.span).collect()
}

fn check_example(
    identifier: &Identifier,
    patterns: &PatternDetector,
    engine: &Engine,
    example: &str,
) -> Result<(), String> {
    let marked = markup::parse(example).map_err(|error| format!("{example}: {error}"))?;
    let wanted: Vec<Span> =
        marked.marks.iter().filter(|mark| mark.label == identifier.label).map(|mark| mark.span).collect();
    let spans = found(identifier, patterns, engine, &marked.text);
    if spans == wanted {
        return Ok(());
    }
    let texts = |spans: &[Span]| spans.iter().map(|span| span.slice(&marked.text).to_owned()).collect::<Vec<_>>();
    Err(format!("{}: {example:?}\n   wanted {:?}\n   found  {:?}", identifier.name, texts(&wanted), texts(&spans)))
}

#[test]
fn every_example_holds() {
    let catalogue = Catalogue::embedded(&check::names()).expect("sound files");
    let patterns = PatternDetector::new(&catalogue);
    let engine = Engine::new(Settings::embedded().expect("sound settings"));
    let mut faults = Vec::new();
    let mut held = 0;
    for identifier in catalogue.identifiers() {
        for example in &identifier.examples {
            match check_example(identifier, &patterns, &engine, example) {
                Ok(()) => held += 1,
                Err(fault) => faults.push(fault),
            }
        }
        for example in &identifier.known_failures {
            if check_example(identifier, &patterns, &engine, example).is_ok() {
                faults.push(format!("{}: no longer a failure: {example}", identifier.name));
            }
        }
    }
    assert!(faults.is_empty(), "{} of {} examples fail:\n{}", faults.len(), faults.len() + held, faults.join("\n"));
}
