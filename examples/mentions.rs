#![allow(clippy::print_stdout)]
//! Development aid: the mentions of annotated reports, one JSON line each.
use estompe::structure::{Structurer, Terms};
use estompe::text::{Document, markup};

fn main() {
    let structurer = Structurer::new(Terms::embedded());
    let start = std::time::Instant::now();
    let mut bytes = 0;
    for path in std::env::args().skip(1) {
        let marked = markup::parse(&std::fs::read_to_string(&path).expect("read")).expect("markup");
        bytes += marked.text.len();
        let doc = Document::new("d", marked.text);
        for entity in structurer.structure(&doc) {
            let line = serde_json::json!({"file": path, "type": entity.kind.as_str(), "start": entity.span.start(), "end": entity.span.end(), "code": entity.code, "q": entity.qualifiers, "a": entity.attributes, "section": entity.section, "cues": entity.cues.iter().map(|cue| cue.slice(doc.text())).collect::<Vec<_>>()});
            println!("{line}");
        }
    }
    eprintln!("{bytes} bytes in {:?}", start.elapsed());
}
