//! Texts made to hurt: each done in seconds, whatever its length, and no cut of a report makes the engine fail.

use estompe::pipeline::{Engine, Settings};
use estompe::resolve::resolve;
use estompe::text::{Document, markup};

fn engine() -> Engine {
    Engine::new(Settings::embedded().expect("sound settings"))
}

/// No clock here: a loop over all pairs of five million characters would take days.
fn done(engine: &Engine, name: &str, text: String) {
    let length = text.len();
    let findings = engine.detect(&[&Document::new("d", text)]).expect("no detector gives up").remove(0);
    let resolved = resolve(findings.found);
    assert!(resolved.detections().iter().all(|found| found.span.end() <= length), "{name}");
}

#[test]
fn long_runs_are_linear() {
    let engine = engine();
    let million = if cfg!(debug_assertions) { 50_000 } else { 1_000_000 };
    for (name, piece) in [
        ("letters", "a"),
        ("capitals", "A"),
        ("digits", "7"),
        ("digits and blanks", "0 1 "),
        ("dots", "."),
        ("at signs", "a@"),
        ("hyphens", "a-1-"),
        ("titles", "Dr Dr "),
        ("cues", "IPP : "),
        ("numbers asked", "n° n° "),
        ("streets", "rue de la "),
        ("institutions", "CHU de l'hôpital "),
        ("particles", "de la du "),
        ("line ends", "\n"),
        ("fields", "NOM\nPRENOM\n"),
        ("initials", "A. "),
        ("brackets", "(1(2"),
        ("scanner", "Ol0l"),
    ] {
        done(&engine, name, piece.repeat(5 * million / piece.len()));
    }
}

#[test]
fn many_findings_are_linear() {
    let engine = engine();
    let scale = if cfg!(debug_assertions) { 20 } else { 1 };
    let letters = |mut at: usize| {
        let mut word = String::from("K");
        for _ in 0..6 {
            word.push(char::from(b'a' + (at % 26) as u8));
            at /= 26;
        }
        word
    };
    done(&engine, "names", (0..300_000 / scale).map(|at| format!("Mme {} ", letters(at * 7919))).collect());
    done(&engine, "one name", "Mme Kerbrat ".repeat(300_000 / scale));
    done(
        &engine,
        "dates",
        (0..100_000 / scale).map(|at| format!("le {:02}/03/{} ", at % 28 + 1, 1950 + at % 70)).collect(),
    );
    done(
        &engine,
        "births",
        (0..100_000 / scale).map(|at| format!("né le {:02}/03/{} ", at % 28 + 1, 1950 + at % 70)).collect(),
    );
    done(
        &engine,
        "phones",
        (0..100_000 / scale).map(|at| format!("06 39 98 {:02} {:02} ", at / 100 % 100, at % 100)).collect(),
    );
    done(
        &engine,
        "numbers",
        (0..100_000 / scale).map(|at| format!("IPP {} ", 8_000_000_000_u64 + at as u64)).collect(),
    );
    done(&engine, "mails", (0..50_000 / scale).map(|at| format!("{}@x.invalid ", letters(at))).collect());
}

/// A report may end anywhere.
#[test]
fn a_report_may_be_cut_anywhere() {
    let engine = engine();
    let mut paths: Vec<_> =
        std::fs::read_dir("corpus-fictif/series/c-formulaires").expect("the corpus").flatten().collect();
    paths.sort_by_key(std::fs::DirEntry::path);
    for path in paths.iter().take(6) {
        let text = markup::parse(&std::fs::read_to_string(path.path()).expect("read")).expect("sound markup").text;
        for (at, _) in text.char_indices().step_by(23) {
            engine.detect(&[&Document::new("d", &text[..at])]).expect("no detector gives up");
            engine.detect(&[&Document::new("d", &text[at..])]).expect("no detector gives up");
        }
    }
}
