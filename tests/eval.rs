//! `estompe eval` as a user meets it. All people and numbers are invented.

mod common;

use std::fs;
use std::path::Path;

use common::{run, stderr, stdout};
use serde_json::{Value, json};

/// Reports of three patients, marked inline.
const REPORTS: [(&str, &str, &str); 6] = [
    (
        "n1",
        "p1",
        "Dr [Morel](NOM soignant), le [12/03/2021](DATE) : Mme [Lucie](PRENOM patient) [KERBRAT](NOM patient) va bien.",
    ),
    ("n2", "p1", "Madame [Kerbrat](NOM patient), IPP : [8003214567](IPP), maladie de Parkinson, sous amiodarone."),
    (
        "n3",
        "p2",
        "M. [Noé](PRENOM patient) [Blin](NOM patient), né le [3 mai 1950](DATE_NAISSANCE), vu par [zorglub](NOM soignant).",
    ),
    ("n4", "p2", "RAS."),
    ("n5", "p3", "Tél : [06 39 98 11 22](TEL). Petit foie, [kerouedan](NOM tiers) appelée."),
    ("n6", "p3", "Vue à [Brest](VILLE) en [2019](DATE) par le Dr [Amrani](NOM soignant)."),
];

/// JSON lines of some reports; with `spans` of the gold or none.
fn lines(reports: &[(&str, &str, &str)], with_spans: bool) -> String {
    let line = |(id, patient, source): &(&str, &str, &str)| {
        let marked = estompe::text::markup::parse(source).expect("sound marks");
        let at = |byte: usize| marked.text[..byte].chars().count();
        let entities: Vec<Value> = marked
            .marks
            .iter()
            .map(|mark| json!({"start": at(mark.span.start()), "end": at(mark.span.end()), "label": mark.label.as_str()}))
            .collect();
        let entities = if with_spans { entities } else { Vec::new() };
        json!({"note_id": id, "patient_id": patient, "note_text": marked.text, "entities": entities}).to_string()
    };
    reports.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn results(args: &[&str], folder: &Path) -> Value {
    let output = run(args, folder);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    serde_json::from_str(&stdout(&output)).expect("JSON")
}

#[test]
fn what_does_not_match_is_refused_without_text() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("gold.jsonl"), lines(&REPORTS, true)).expect("a writable folder");
    let changed =
        lines(&REPORTS[1..], true).replace("Madame Kerbrat", "Madame Kerbras").replace("\"end\":20", "\"end\":999");
    let extra = r#"{"note_id":"n9","note_text":"x","entities":[]}"#;
    fs::write(folder.path().join("pred.jsonl"), format!("{changed}\n{extra}\n{extra}\n")).expect("a writable folder");
    let output = run(&["eval", "score", "gold.jsonl", "pred.jsonl"], folder.path());
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    for wanted in ["`n1`", "`n9`", "that come twice", "`n2`) at character 13", "outside their text"] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    assert!(!said.contains("Kerb") && stdout(&output).is_empty(), "{said}");
    fs::write(folder.path().join("label.jsonl"), lines(&REPORTS, true).replace("\"VILLE\"", "\"TOWN\""))
        .expect("a file");
    let output = run(&["eval", "score", "gold.jsonl", "label.jsonl"], folder.path());
    assert!(output.status.code() == Some(2) && stderr(&output).contains("TOWN"), "{}", stderr(&output));
}

#[test]
fn nothing_has_defined_figures() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("empty.jsonl"), "").expect("a writable folder");
    let all = results(&["eval", "score", "empty.jsonl", "empty.jsonl", "--json"], folder.path());
    let value = |name: &str| all["whole"]["figures"][name]["value"].as_f64();
    assert_eq!((value("covered"), value("precision"), value("span_f1")), (Some(1.0), Some(1.0), Some(0.0)));
    assert_eq!(all["about"]["gold"]["documents"], 0);
    fs::write(folder.path().join("one.jsonl"), r#"{"note_id":"a","note_text":"","entities":[]}"#).expect("a file");
    let all = results(&["eval", "run", "one.jsonl", "--json"], folder.path());
    assert_eq!(all["whole"]["figures"]["clean"]["value"], 1.0);
}

#[test]
fn sites_that_send_sums_alone_give_the_figures_of_one_run() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    for (name, reports) in [("all", &REPORTS[..]), ("nord", &REPORTS[..2]), ("sud", &REPORTS[2..])] {
        fs::write(path(&format!("{name}.jsonl")), lines(reports, true)).expect("a writable folder");
    }
    for site in ["nord", "sud"] {
        let (gold, save) = (format!("{site}.jsonl"), format!("{site}.json"));
        let output = run(&["eval", "run", &gold, "--aggregate-only", "--name", site, "--save", &save], folder.path());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let sent = fs::read_to_string(path(&save)).expect("what was saved");
        for (id, patient, text) in &REPORTS {
            assert!(!sent.contains(&format!("\"{id}\"")) && !sent.contains(&format!("\"{patient}\"")), "{id}");
            let marked = estompe::text::markup::parse(text).expect("sound marks");
            let is_sent = |mark: &&estompe::text::markup::Mark| sent.contains(mark.span.slice(&marked.text));
            assert_eq!(marked.marks.iter().find(is_sent), None, "{id}");
        }
        assert!(!sent.contains("Kerbrat") && !sent.contains("8003214567"));
    }
    for unit in ["document", "patient"] {
        let pooled = results(&["eval", "run", "all.jsonl", "--json", "--unit", unit], folder.path());
        let merged = results(&["eval", "merge", "nord.json", "sud.json", "--json", "--unit", unit], folder.path());
        assert_eq!(merged["whole"], pooled["whole"], "{unit}");
        assert_eq!(merged["groups"]["length"], pooled["groups"]["length"]);
        assert_eq!(merged["groups"]["site"]["nord"]["documents"], 2);
        let covered = &pooled["whole"]["figures"]["covered"];
        assert!(
            covered["value"].as_f64() < Some(1.0) && covered["low"].as_f64() < covered["high"].as_f64(),
            "{covered}"
        );
        assert_eq!(pooled["whole"]["figures"]["clean_patients"]["below"], 3.0);
    }
}

#[test]
fn systems_are_compared_on_the_same_documents() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, with_spans) in [("gold", true), ("right", true), ("nothing", false)] {
        fs::write(folder.path().join(format!("{name}.jsonl")), lines(&REPORTS, with_spans)).expect("a writable folder");
    }
    let args = ["eval", "compare", "nothing.jsonl", "right.jsonl", "--gold", "gold.jsonl", "--json", "--rounds", "500"];
    let compared = results(&args, folder.path());
    let figures = compared[0]["figures"].as_array().expect("figures");
    let covered = figures.iter().find(|delta| delta["figure"] == "covered").expect("a leading figure");
    assert_eq!(
        (&covered["first"], &covered["second"], &covered["difference"]),
        (&json!(0.0), &json!(1.0), &json!(1.0))
    );
    // Five of six documents have something to cover: 2 of 2^5 swaps differ as much.
    let p = covered["p_value"].as_f64().expect("a share");
    assert!((0.03..0.1).contains(&p), "{p}");
    // The same from results of two runs.
    for name in ["nothing", "right"] {
        let (pred, save) = (format!("{name}.jsonl"), format!("{name}.json"));
        run(&["eval", "score", "gold.jsonl", &pred, "--save", &save], folder.path());
    }
    let saved = results(&["eval", "compare", "nothing.json", "right.json", "--json", "--rounds", "500"], folder.path());
    assert_eq!(saved, compared);
}

#[test]
fn many_spans_in_one_document_take_no_square_of_time() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    const SPANS: usize = 100_000;
    let text = "Morel a ".repeat(SPANS);
    let spans = |len: usize| (0..SPANS).map(move |at| json!([8 * at, 8 * at + len, "NOM"])).collect::<Vec<_>>();
    let whole = json!([0, 8 * SPANS, "NOM"]);
    let gold = json!({"note_id": "a", "note_text": text, "entities": spans(5)});
    // Each span twice, and one over everything.
    let twice = [spans(4), spans(5), vec![whole]].concat();
    let found = json!({"note_id": "a", "entities": twice});
    fs::write(folder.path().join("gold.jsonl"), gold.to_string()).expect("a writable folder");
    fs::write(folder.path().join("pred.jsonl"), found.to_string()).expect("a writable folder");
    let all =
        results(&["eval", "score", "gold.jsonl", "pred.jsonl", "--json", "--summary", "--rounds", "10"], folder.path());
    let figures = &all["whole"]["figures"];
    assert_eq!((&figures["covered"]["value"], &figures["precision"]["value"]), (&json!(1.0), &json!(0.5)));
    assert_eq!(figures["span_recall"]["value"], 1.0);
}

#[test]
fn errors_quote_in_a_terminal_and_not_in_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("gold.jsonl"), lines(&REPORTS, true)).expect("a writable folder");
    fs::write(folder.path().join("pred.jsonl"), lines(&REPORTS, false)).expect("a writable folder");
    let args = ["eval", "score", "gold.jsonl", "pred.jsonl", "--errors"];
    let shown = stdout(&run(&args, folder.path()));
    assert!(shown.contains("missed") && shown.contains("⟦8003214567⟧"), "{shown}");
    let saved = |more: &[&str]| {
        run(&[&args[..], &["--save", "out.json"], more].concat(), folder.path());
        fs::read_to_string(folder.path().join("out.json")).expect("what was saved")
    };
    assert!(!saved(&[]).contains("8003214567"));
    assert!(saved(&["--with-text"]).contains("8003214567"));
    let markdown = stdout(&run(&["eval", "score", "gold.jsonl", "pred.jsonl", "--markdown"], folder.path()));
    assert!(markdown.contains("| identifying tokens covered, whatever the label") && !markdown.contains("8003214567"));
}
