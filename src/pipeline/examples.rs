//! The examples of identifier files, run: exactly the marked spans are to be found.

use super::{Engine, Settings};
use crate::detect::PatternDetector;
use crate::lexicon::Identifier;
use crate::resolve::resolve;
use crate::text::{Document, Span, markup};

/// What came of the examples of all files.
#[derive(Clone, Debug, Default)]
pub struct Examples {
    pub held: usize,
    /// One message per example that fails, per known failure that holds, per mark that is broken.
    pub faults: Vec<String>,
}

impl Examples {
    /// Runs every example of every file of the settings' catalogue.
    pub fn run(settings: Settings) -> Self {
        let catalogue = settings.catalogue.clone();
        let patterns = PatternDetector::new(&catalogue);
        let engine = Engine::new(settings);
        let mut examples = Examples::default();
        for identifier in catalogue.identifiers() {
            for example in &identifier.examples {
                match hold(identifier, &patterns, &engine, example) {
                    Ok(()) => examples.held += 1,
                    Err(fault) => examples.faults.push(fault),
                }
            }
            for example in &identifier.known_failures {
                if hold(identifier, &patterns, &engine, example).is_ok() {
                    examples.faults.push(format!("{}: no longer a failure: {example}", identifier.name));
                }
            }
        }
        examples
    }
}

fn hold(identifier: &Identifier, patterns: &PatternDetector, engine: &Engine, example: &str) -> Result<(), String> {
    let marked = markup::parse(example).map_err(|error| format!("{}: {example:?}: {error}", identifier.name))?;
    let wanted: Vec<Span> =
        marked.marks.iter().filter(|mark| mark.label == identifier.label).map(|mark| mark.span).collect();
    let spans = found(identifier, patterns, engine, &marked.text);
    if spans == wanted {
        return Ok(());
    }
    let texts = |spans: &[Span]| spans.iter().map(|span| span.slice(&marked.text).to_owned()).collect::<Vec<_>>();
    Err(format!("{}: {example:?}\n   wanted {:?}\n   found  {:?}", identifier.name, texts(&wanted), texts(&spans)))
}

/// Spans of the file's label, by its own rules; by the whole engine for a label that code finds.
fn found(identifier: &Identifier, patterns: &PatternDetector, engine: &Engine, text: &str) -> Vec<Span> {
    let doc = Document::new("example", text);
    let findings = if identifier.rules.is_empty() {
        engine.detect(&[&doc]).map_or_else(|_| Vec::new(), |mut all| all.remove(0).found)
    } else {
        patterns.find(&doc).found
    };
    let own = findings.into_iter().filter(|one| identifier.rules.is_empty() || one.label == identifier.label);
    let resolved = resolve(own.collect());
    resolved.detections().iter().filter(|one| one.label == identifier.label).map(|one| one.span).collect()
}
