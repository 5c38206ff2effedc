#![allow(clippy::print_stdout)]
//! Development aid: scores gold folders and lists misses.
use estompe::detect::{Detection, check};
use estompe::pipeline::{Engine, Settings};
use estompe::resolve::resolve;
use estompe::text::{Document, Label, markup};
use std::collections::BTreeMap;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let verbose = args.iter().any(|a| a == "-v");
    let engine = Engine::new(Settings::embedded().expect("settings"));
    let _ = check::names();
    let mut total: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    let (mut words, mut clean, mut docs) = (0usize, 0usize, 0usize);
    for path in args.iter().filter(|a| *a != "-v") {
        let gold =
            markup::parse(&std::fs::read_to_string(path).expect("read")).unwrap_or_else(|e| panic!("{path}: {e}"));
        let doc = Document::new("d", gold.text.clone());
        let findings = engine.detect(&[&doc]).expect("detect").pop().expect("one");
        let resolved = resolve(findings.found);
        let found: &[Detection] = resolved.detections();
        docs += 1;
        let mut missed = false;
        for token in doc.view().tokens.iter().filter(|t| t.is_word() || t.kind == estompe::text::TokenKind::Number) {
            words += 1;
            let span = doc.view().normalized.original(token.start as usize, token.end as usize);
            let g = gold.marks.iter().find(|m| m.span.overlaps(span));
            let p = found.iter().find(|d| d.span.overlaps(span));
            let ctx = || {
                let mut a = span.start().saturating_sub(30);
                while !gold.text.is_char_boundary(a) {
                    a -= 1
                }
                let mut b = (span.end() + 25).min(gold.text.len());
                while !gold.text.is_char_boundary(b) {
                    b += 1
                }
                format!("{}⟦{}⟧{}", &gold.text[a..span.start()], span.slice(&gold.text), &gold.text[span.end()..b])
                    .replace('\n', "⏎")
            };
            let file = std::path::Path::new(path).file_stem().unwrap().to_string_lossy().into_owned();
            match (g, p) {
                (Some(g), Some(p)) => {
                    total.entry(g.label.to_string()).or_default()[0] += 1;
                    let same = g.label == p.label;
                    if same {
                        total.entry(g.label.to_string()).or_default()[3] += 1;
                    } else if verbose {
                        println!("LABEL {file} {}→{} {} | {}", g.label, p.label, p.rule, ctx());
                    }
                }
                (Some(g), None) => {
                    missed = true;
                    total.entry(g.label.to_string()).or_default()[1] += 1;
                    println!("MISS {file} {} | {}", g.label, ctx());
                }
                (None, Some(p)) => {
                    total.entry(p.label.to_string()).or_default()[2] += 1;
                    println!("FALSE {file} {} {} | {}", p.label, p.rule, ctx());
                }
                (None, None) => {}
            }
        }
        if !missed {
            clean += 1
        }
    }
    let mut sum = [0; 4];
    println!("{:16} {:>6} {:>6} {:>6} {:>6}", "label", "cover", "miss", "false", "typed");
    for (label, row) in &total {
        println!("{label:16} {:6} {:6} {:6} {:6}", row[0], row[1], row[2], row[3]);
        (0..4).for_each(|i| sum[i] += row[i]);
    }
    let f = |a: usize, b: usize| 100.0 * a as f64 / b.max(1) as f64;
    println!(
        "covered {:.2} %  precision {:.2} %  typed recall {:.2} %  false/1000 words {:.2}  clean docs {}/{}",
        f(sum[0], sum[0] + sum[1]),
        f(sum[0], sum[0] + sum[2]),
        f(sum[3], sum[0] + sum[1]),
        10.0 * f(sum[2], words),
        clean,
        docs
    );
    let _ = Label::NOM;
}
