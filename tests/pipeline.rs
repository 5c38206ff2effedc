//! The engine through its public door, on the invented reports of `corpus-fictif/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use estompe::detect::Detection;
use estompe::detect::date::DateText;
use estompe::lexicon::Words;
use estompe::pipeline::{Engine, Settings};
use estompe::replace::{Policy, ProjectKey, Replacer};
use estompe::resolve::resolve;
use estompe::text::markup::{self, Marked};
use estompe::text::{Document, Label, fold};

fn reports() -> Vec<(PathBuf, Marked)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus-fictif/series");
    let mut paths: Vec<PathBuf> = Vec::new();
    for series in fs::read_dir(root).expect("the corpus") {
        for file in fs::read_dir(series.expect("a series").path()).expect("a series") {
            paths.push(file.expect("a report").path());
        }
    }
    paths.sort();
    let read = |path: &PathBuf| {
        let source = fs::read_to_string(path).expect("a report");
        markup::parse(&source).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    paths.iter().map(|path| (path.clone(), read(path))).collect()
}

fn detections(marked: &Marked) -> Vec<Detection> {
    let detection = |mark: &markup::Mark| Detection {
        span: mark.span,
        label: mark.label,
        score: 1.0,
        priority: 50,
        rule: "gold",
        role: None,
    };
    marked.marks.iter().map(detection).collect()
}

/// Whether a date is but a month or a year (`fin 2005`), which a short shift may leave as it is.
fn says_no_day(surface: &str) -> bool {
    let vague = ["début ", "mi-", "fin ", "courant "].into_iter().find_map(|word| surface.strip_prefix(word));
    DateText::parse(vague.unwrap_or(surface)).is_some_and(|date| date.points.iter().all(|point| point.day.is_none()))
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric())
}

fn replacer(policy: &str) -> Replacer {
    let policy = Policy::named(policy).expect("a built-in policy");
    Replacer::new(policy, Arc::new(ProjectKey::generate().expect("random bytes")), Words::embedded())
}

#[test]
fn nothing_marked_remains_in_place() {
    let lists = Words::embedded();
    for policy in ["eds", "export", "mask"] {
        let replacer = replacer(policy);
        for (path, marked) in reports() {
            let doc = Document::new("cr", marked.text.as_str());
            let replaced = replacer.replace(&doc, &resolve(detections(&marked))).expect("replaced");
            assert_eq!(replaced.edits.len(), marked.marks.len(), "{}", path.display());
            let mut copied = (0, 0);
            for edit in &replaced.edits {
                let (original, out) = (edit.detection.span, edit.out);
                // What stands between two spans is untouched.
                assert_eq!(&doc.text()[copied.0..original.start()], &replaced.text[copied.1..out.start()]);
                copied = (original.end(), out.end());
                let (before, after) = (fold(original.slice(doc.text())), fold(out.slice(&replaced.text)));
                // A town of `export` becomes its département, which may bear its name; a month stays a month; the age of 90 is
                // the name of its own band.
                let may_stay = policy == "export"
                    || edit.detection.label == Label::AGE90
                    || says_no_day(original.slice(doc.text()));
                assert!(may_stay || before != after, "{} {:?} {}", path.display(), original, edit.detection.label);
                if edit.detection.label.is_name() {
                    // Particles stay: `Saint-Upéry` is another `Saint-…`.
                    let names = |word: &&str| word.len() >= 4 && !lists.facts(word).is_particle();
                    let kept = words(&before).filter(names).find(|word| words(&after).any(|other| other == *word));
                    assert!(kept.is_none(), "{} {original:?}: a name remains", path.display());
                }
            }
            assert_eq!(&doc.text()[copied.0..], &replaced.text[copied.1..]);
        }
    }
}

#[test]
fn one_key_gives_the_same_bytes_and_another_does_not() {
    let settings = |key: Arc<ProjectKey>| Settings::new(Policy::default(), key, None).expect("sound settings");
    let key = Arc::new(ProjectKey::generate().expect("random bytes"));
    let (a, b) = (Engine::new(settings(key.clone())), Engine::new(settings(key)));
    let other = Engine::new(Settings::embedded().expect("sound settings"));
    for (path, marked) in reports().into_iter().filter(|(_, marked)| !marked.marks.is_empty()).take(20) {
        let doc = Document::new("cr", marked.text).with_patient("p");
        let text = a.process(&doc).expect("done").text;
        assert!(text == b.process(&doc).expect("done").text, "{}", path.display());
        assert!(text != other.process(&doc).expect("done").text, "{}", path.display());
    }
}

#[test]
fn documents_of_one_patient_agree() {
    let engine = Engine::new(Settings::embedded().expect("sound settings"));
    let name = |text: &str| {
        let doc = Document::new(text, text).with_patient("p");
        let outcome = engine.process(&doc).expect("done");
        let edit = outcome.edits.iter().find(|edit| edit.detection.label == Label::NOM).expect("a name");
        edit.out.slice(&outcome.text).to_lowercase()
    };
    let first = name("Mme Kerbrat est revue.");
    assert_eq!(first, name("M. KERBRAT, son époux, tél 01 99 00 12 34"));
    assert_eq!(first, name("Nom : Kerbrat"));
}

/// Spans that leave with the output: offsets of both texts, in order.
#[test]
fn offsets_lead_to_both_texts() {
    let engine = Engine::new(Settings::embedded().expect("sound settings"));
    for (_, marked) in reports().into_iter().take(30) {
        let doc = Document::new("cr", marked.text);
        let outcome = engine.process(&doc).expect("done");
        let rebuilt = outcome.edits.iter().rev().fold(outcome.text.clone(), |mut text, edit| {
            text.replace_range(edit.out.start()..edit.out.end(), edit.detection.span.slice(doc.text()));
            text
        });
        assert!(rebuilt == doc.text());
    }
}
