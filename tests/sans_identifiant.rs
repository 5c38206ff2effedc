//! Clinical prose that names nobody: at most one word in a thousand may be marked.

use estompe::pipeline::{Engine, Settings};
use estompe::resolve::resolve;
use estompe::text::{Document, TokenKind};

#[test]
fn clinical_prose_stays_whole() {
    let text = include_str!("data/sans-identifiant.txt");
    let engine = Engine::new(Settings::embedded().expect("sound settings"));
    // Paragraph by paragraph too: what the rest of a document says must not be what saves it.
    let whole = marked(&engine, text);
    let apart: Vec<String> = text.split("\n\n").flat_map(|part| marked(&engine, part)).collect();
    let words = text.split_whitespace().count();
    for marked in [&whole, &apart] {
        assert!(marked.len() * 1000 <= words, "{} words of {words} marked:\n{}", marked.len(), marked.join("\n"));
    }
}

fn marked(engine: &Engine, text: &str) -> Vec<String> {
    let doc = Document::new("d", text);
    let found = resolve(engine.detect(&[&doc]).expect("a small text").remove(0).found);
    let tokens = doc.view().tokens.iter().filter(|token| token.is_word() || token.kind == TokenKind::Number);
    let spans = tokens.map(|token| doc.view().normalized.original(token.start as usize, token.end as usize));
    spans
        .filter_map(|span| {
            let by = found.detections().iter().find(|one| one.span.overlaps(span))?;
            Some(format!("{} {} {}", span.slice(text), by.label, by.rule))
        })
        .collect()
}
