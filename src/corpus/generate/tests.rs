//! Copies of the written development series, whole.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::*;
use crate::text::{fold, markup};

/// The reports of development series, one in `step`.
fn sources(step: usize) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus-fictif");
    let splits: toml::Table = toml::from_str(&fs::read_to_string(root.join("splits.toml")).unwrap()).unwrap();
    let mut sources = Vec::new();
    for series in splits["dev"].as_array().unwrap().iter().filter_map(toml::Value::as_str) {
        let mut paths: Vec<_> =
            fs::read_dir(root.join("series").join(series)).unwrap().map(|one| one.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            let marked = markup::parse(&fs::read_to_string(&path).unwrap()).unwrap();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            sources.push(Source { series: series.to_owned(), name, marked });
        }
    }
    sources.into_iter().step_by(step).collect()
}

fn all(generator: &Generator, count: u64) -> Vec<Copy> {
    (0..count).map(|rank| generator.copy(rank).unwrap()).collect()
}

fn labels(marked: &Marked) -> Vec<&'static str> {
    marked.marks.iter().chain(&marked.mentions).map(|mark| mark.label.as_str()).collect()
}

#[test]
fn a_seed_gives_the_same_bytes_and_another_other_names() {
    let sources = sources(12);
    let count = sources.len() as u64 + 3;
    let lines = |seed: u64, count: u64| -> Vec<String> {
        let generator = Generator::new(sources.clone(), seed, "heavy").unwrap();
        all(&generator, count).iter().map(line).collect()
    };
    let one = lines(7, count);
    assert_eq!(one, lines(7, count));
    assert_eq!(one[..5], lines(7, 5), "the number of copies changes none");
    let names = |lines: &[String]| lines.iter().map(String::len).collect::<Vec<_>>();
    assert_ne!(names(&one), names(&lines(8, count)));
    assert_eq!(one.iter().collect::<BTreeSet<_>>().len(), one.len());
}

#[test]
fn without_noise_marks_and_mentions_are_those_of_the_report() {
    let sources = sources(5);
    let generator = Generator::new(sources.clone(), 3, "none").unwrap();
    for copy in all(&generator, sources.len() as u64) {
        let source =
            sources.iter().find(|source| (&source.series, &source.name) == (&copy.series, &copy.name)).unwrap();
        assert_eq!(labels(&copy.marked), labels(&source.marked), "{}", copy.id());
        let surfaces = |marked: &Marked| {
            marked
                .mentions
                .iter()
                .map(|mark| (mark.span.slice(&marked.text).to_owned(), mark.attributes.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(surfaces(&copy.marked), surfaces(&source.marked), "{}", copy.id());
    }
}

#[test]
fn inline_markup_gives_every_copy_back() {
    let sources = sources(4);
    let count = sources.len() as u64;
    for level in ["none", "heavy"] {
        let generator = Generator::new(sources.clone(), 11, level).unwrap();
        for copy in all(&generator, count) {
            let parsed = markup::parse(&markup::write(&copy.marked)).unwrap();
            assert!(parsed == copy.marked, "{} at {level}", copy.id());
            let trimmed = |mark: &markup::Mark| {
                let surface = mark.span.slice(&copy.marked.text);
                !surface.is_empty() && surface.trim() == surface
            };
            assert!(parsed.marks.iter().chain(&parsed.mentions).all(trimmed), "{} at {level}", copy.id());
        }
    }
}

/// Words of four letters or more of the names of a report that stand nowhere outside of its marks, and are no ordinary word.
fn own_names(marked: &Marked, words: &Words) -> BTreeSet<String> {
    let mut outside = String::new();
    let mut at = 0;
    for mark in &marked.marks {
        outside.push_str(&marked.text[at..mark.span.start()]);
        outside.push(' ');
        at = mark.span.end();
    }
    outside.push_str(&marked.text[at..]);
    let split = |text: &str| fold(text).split(|c: char| !c.is_alphabetic()).map(str::to_owned).collect::<BTreeSet<_>>();
    let outside = split(&outside);
    let names =
        marked.marks.iter().filter(|mark| mark.label.is_name()).flat_map(|mark| split(mark.span.slice(&marked.text)));
    let is_own = |name: &String| {
        let facts = words.facts(name);
        let common =
            facts.is_ordinary() || facts.is_particle() || facts.is_institution_type() || facts.is_street_type();
        name.chars().count() >= 4 && !outside.contains(name) && !common
    };
    names.filter(is_own).collect()
}

#[test]
fn no_name_of_a_report_is_left_in_its_copies() {
    let sources = sources(1);
    let words = Words::embedded();
    let generator = Generator::new(sources.clone(), 5, "none").unwrap();
    let mut left = Vec::new();
    let mut looked = 0;
    for copy in all(&generator, sources.len() as u64) {
        let source =
            sources.iter().find(|source| (&source.series, &source.name) == (&copy.series, &copy.name)).unwrap();
        let names = own_names(&source.marked, &words);
        looked += names.len();
        let text = fold(&copy.marked.text);
        let tokens: BTreeSet<&str> = text.split(|c: char| !c.is_alphabetic()).collect();
        left.extend(
            names.iter().filter(|name| tokens.contains(name.as_str())).map(|name| format!("{}: {name}", copy.id())),
        );
    }
    assert!(looked > 2000, "{looked}");
    assert!(left.is_empty(), "{} of {looked} names are left: {left:#?}", left.len());
}

#[test]
fn levels_are_those_of_the_file() {
    assert_eq!(levels(), ["heavy", "light", "medium", "none"]);
    let refused = Generator::new(Vec::new(), 1, "lourd").unwrap_err().to_string();
    assert!(refused.contains("heavy, light, medium, none"), "{refused}");
    assert!(matches!(Generator::new(Vec::new(), 1, "none"), Err(GenerateError::NoReport)));
}

#[test]
fn what_capitals_make_look_like_a_mark_is_parted() {
    let mut draft =
        Draft::new(Marked { text: "[X](OUI) [a](b) ](C".to_owned(), marks: Vec::new(), mentions: Vec::new() });
    unlike_marks(&mut draft);
    assert_eq!(draft.text, "[X] (OUI) [a](b) ] (C");
}
