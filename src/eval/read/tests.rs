use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray};

use super::*;
use crate::text::Label;

/// Files in a folder of their own.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
        fs::write(path, content).expect("a writable folder");
    }
    folder
}

fn read_all(path: &Path) -> Vec<Annotated> {
    read(&[path.to_owned()], None, &mut Labels::default()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// Id, text under each span, label.
fn shown(documents: &[Annotated]) -> Vec<(String, Vec<(String, &'static str)>)> {
    let surface = |doc: &Annotated, start: usize, end: usize| -> String {
        doc.text.as_deref().unwrap_or_default().chars().skip(start).take(end - start).collect()
    };
    let spans =
        |doc: &Annotated| doc.spans.iter().map(|one| (surface(doc, one.start, one.end), one.label.as_str())).collect();
    documents.iter().map(|doc| (doc.id.clone(), spans(doc))).collect()
}

const SAME: &str = "Née Évry, Mme Kerbrat";

fn same(id: &str) -> Vec<(String, Vec<(String, &'static str)>)> {
    vec![(id.to_owned(), vec![("Évry".to_owned(), "VILLE"), ("Kerbrat".to_owned(), "NOM")])]
}

#[test]
fn the_same_document_in_every_format() {
    let json = format!(
        r#"{{"note_id": "a", "note_text": "{SAME}", "entities": [{{"start": 4, "end": 8, "label": "VILLE"}}, {{"start": 14, "end": 21, "label": "NOM"}}]}}"#
    );
    let folder = folder(&[
        ("markup/a.md", "Née [Évry](VILLE), Mme [Kerbrat](NOM patient)"),
        ("markup/README.md", "no report"),
        ("brat/a.txt", SAME),
        ("brat/a.ann", "T1\tVILLE 4 8\tÉvry\nA1\tRole T2 patient\nT2\tNOM 14 21\tKerbrat\n"),
        ("a.jsonl", &json),
        ("a.json", &format!("[{json}]")),
        ("a.txt", "Née [Évry](VILLE), Mme [Kerbrat](NOM)\n"),
        ("a.conll", "Née O\nÉvry B-VILLE\n, O\nMme O\nKerbrat B-NOM\n"),
    ]);
    for name in ["markup", "markup/a.md", "brat", "brat/a.ann", "a.jsonl", "a.json"] {
        assert_eq!(shown(&read_all(&folder.path().join(name))), same("a"), "{name}");
    }
    assert_eq!(shown(&read_all(&folder.path().join("a.txt"))), same("a#1"));
    assert_eq!(shown(&read_all(&folder.path().join("a.conll"))), same("a"));
}

#[test]
fn series_and_kind_come_from_the_place_of_a_report() {
    let folder = folder(&[("s/a-chu/03-lettre-de-sortie.md", "RAS"), ("s/b/KERBRAT-Lucie.md", "RAS")]);
    let read = read_all(&folder.path().join("s"));
    let seen: Vec<(&str, &str, &str)> =
        read.iter().map(|doc| (doc.id.as_str(), doc.series.as_str(), doc.kind.as_str())).collect();
    assert_eq!(seen, [("a-chu/03-lettre-de-sortie", "a-chu", "lettre de sortie"), ("b/KERBRAT-Lucie", "b", "")]);
}

#[test]
fn templates_are_apart_by_blank_lines() {
    let folder = folder(&[("t.txt", "IPP: [80032](IPP)\n\n\n\n[LA\nBACONNETTE](VILLE)\n\nRAS\n")]);
    let read = shown(&read_all(&folder.path().join("t.txt")));
    assert_eq!(read.len(), 3);
    assert_eq!(read[1], ("t#2".to_owned(), vec![("LA\nBACONNETTE".to_owned(), "VILLE")]));
}

#[test]
fn tags_of_every_scheme_make_the_same_spans() {
    let bio = "-DOCSTART- -X- O\n\nJean\tPN\tB-PRENOM\nPaul\tPN\tI-PRENOM\nMorel\tN\tB-NOM\nGoff\tN\tB-NOM\n\nle\tD\tO\n3\tD\tB-DATE\nmars\tD\tI-DATE\n";
    let bilou = bio
        .replace("Paul\tPN\tI", "Paul\tPN\tL")
        .replace("Morel\tN\tB", "Morel\tN\tU")
        .replace("Goff\tN\tB", "Goff\tN\tS")
        .replace("mars\tD\tI", "mars\tD\tE");
    let bare = "# newdoc id = x\nJean I-PRENOM\nPaul I-PRENOM\nMorel I-NOM\n# newdoc id = y\nRAS O\n";
    let folder = folder(&[("a.bio", bio), ("b.tsv", &bilou), ("c.conll", bare)]);
    let wanted: Vec<(String, &str)> = [("Jean Paul", "PRENOM"), ("Morel", "NOM"), ("Goff", "NOM"), ("3 mars", "DATE")]
        .map(|(text, label)| (text.to_owned(), label))
        .into();
    for name in ["a.bio", "b.tsv"] {
        let read = read_all(&folder.path().join(name));
        assert_eq!(read[0].text.as_deref(), Some("Jean Paul Morel Goff\nle 3 mars"), "{name}");
        assert_eq!(shown(&read)[0].1, wanted, "{name}");
    }
    let read = shown(&read_all(&folder.path().join("c.conll")));
    assert_eq!(read[0], ("x".to_owned(), vec![("Jean Paul".to_owned(), "PRENOM"), ("Morel".to_owned(), "NOM")]));
    assert_eq!(read[1], ("y".to_owned(), vec![]));
}

#[test]
fn fragments_of_brat_join_over_blanks_only() {
    let folder = folder(&[
        ("a.txt", "PETIT\nROUX ou PETIT X ROUX"),
        ("a.ann", "T1\tNOM 0 5;6 10\tPETIT ROUX\nT2\tNOM 14 19;22 26\tPETIT ROUX\n"),
    ]);
    let read = shown(&read_all(&folder.path().join("a.txt")));
    let surfaces: Vec<&str> = read[0].1.iter().map(|(surface, _)| surface.as_str()).collect();
    assert_eq!(surfaces, ["PETIT\nROUX", "PETIT", "ROUX"]);
}

#[test]
fn a_run_of_the_engine_has_spans_and_mentions() {
    let folder = folder(&[
        (
            "spans.jsonl",
            r#"{"note_id":"a","entities":[{"start":0,"end":5,"label":"NOM","score":0.9,"rule":"r","out_start":0,"out_end":4}]}"#,
        ),
        (
            "entities.jsonl",
            r#"{"note_id":"a","entities":[{"type":"DIAG","system":"CIM-10","code":"I10","label":"HTA","start":6,"end":9,"qualifiers":{"negated":true,"family":false},"attributes":{"value":"3","value_num":3}}]}"#,
        ),
        ("rejects.jsonl", r#"{"note_id":"b","reason":"empty"}"#),
    ]);
    let read = read_all(folder.path());
    assert_eq!(read.len(), 1);
    assert_eq!((read[0].spans[0].label, read[0].spans[0].score), (Label::NOM, Some(0.9)));
    let mention = &read[0].mentions.as_ref().expect("mentions")[0];
    assert_eq!(
        (mention.of.as_str(), mention.codes.as_slice(), mention.qualifiers.as_slice()),
        ("DIAG", &["I10".to_owned()][..], &["negated".to_owned()][..])
    );
    assert_eq!(mention.attributes.keys().collect::<Vec<_>>(), ["value"]);
}

#[test]
fn a_document_of_a_run_without_mentions_is_one_document() {
    let empty = r#"{"note_id":"a","entities":[]}"#;
    let folder = folder(&[("spans.jsonl", empty), ("entities.jsonl", empty)]);
    let read = read_all(folder.path());
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].mentions, Some(Vec::new()));
}

#[test]
fn generated_reports_have_their_mentions() {
    let line = r#"{"note_id":"s/a#0","note_text":"Mme X, HTA","series":"s","entities":[{"start":4,"end":5,"label":"NOM","attributes":["patient"]}],"mentions":[{"start":7,"end":10,"label":"DIAG","attributes":["I10","negated"]}]}"#;
    let folder = folder(&[("g.jsonl", line), ("none.jsonl", r#"{"note_id":"a","note_text":"b","mentions":[]}"#)]);
    let read = read_all(&folder.path().join("g.jsonl"));
    let mention = &read[0].mentions.as_ref().expect("mentions")[0];
    assert_eq!((read[0].spans.len(), read[0].series.as_str(), mention.codes[0].as_str()), (1, "s", "I10"));
    assert_eq!(mention.qualifiers, ["negated"]);
    assert_eq!(read_all(&folder.path().join("none.jsonl"))[0].mentions, Some(Vec::new()));
}

fn table(path: &Path, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let file = fs::File::create(path).expect("a writable folder");
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).expect("a schema");
    writer.write(&batch).and_then(|()| writer.close()).expect("a writable file");
}

#[test]
fn tables_of_documents_and_spans_with_a_map() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let strings = |values: &[&str]| -> ArrayRef { Arc::new(StringArray::from(values.to_vec())) };
    let numbers = |values: &[i32]| -> ArrayRef { Arc::new(Int32Array::from(values.to_vec())) };
    table(
        &folder.path().join("docs.parquet"),
        vec![("document", numbers(&[7, 8])), ("texte", strings(&[SAME, "RAS"]))],
    );
    table(
        &folder.path().join("spans.parquet"),
        vec![
            ("document", strings(&["7", "7", "7"])),
            ("debut", numbers(&[4, 14, 0])),
            ("end", numbers(&[8, 21, 3])),
            ("label", strings(&["Ville", "Nom", "Profession"])),
        ],
    );
    let map = r#"
        [labels]
        Nom = "NOM"
        Ville = "VILLE"
        Profession = ""
        [columns]
        id = ["document"]
        document = ["document"]
        text = ["texte"]
        start = ["debut"]
    "#;
    let path = folder.path().join("map.toml");
    fs::write(&path, map).expect("a writable folder");
    let mut labels = Labels::new(LabelMap::read(&path).expect("a sound map"), false);
    let read = super::read(&[folder.path().to_owned()], None, &mut labels).expect("sound tables");
    assert_eq!(shown(&read), [same("7"), vec![("8".to_owned(), vec![])]].concat());
}

#[test]
fn the_map_of_parhaf_leads_to_labels_of_ours() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("eval/labels/parhaf.toml");
    let map = LabelMap::read(&path).expect("a sound map");
    for name in ["Nom", "Prenom", "DateIdentifiante"] {
        assert!(map.labels.contains_key(name), "{name}");
    }
    let ours = |name: &String| name.is_empty() || Labels::default().of(name).is_some();
    assert!(map.labels.values().all(ours), "{:?}", map.labels);
}

#[test]
fn what_cannot_be_read_is_said_without_quoting_it() {
    let folder = folder(&[
        ("unknown.jsonl", r#"{"note_id":"a","note_text":"Kerbrat","entities":[{"start":0,"end":7,"label":"Truc"}]}"#),
        ("broken.jsonl", "{\"note_id\":\"a\",\"note_text\":\"Kerbrat\"}\n{\"note_text\": Kerbrat}\n"),
        ("noid.jsonl", r#"{"note_text":"Kerbrat"}"#),
        ("nolabel.jsonl", r#"{"note_id":"a","entities":[{"start":0,"end":7}]}"#),
        ("mark.md", "[Kerbrat](NOM"),
        ("what.txt", "Kerbrat va bien"),
        ("one.conll", "Kerbrat\n"),
        ("deep.jsonl", &format!("{{\"note_id\":{}", "[".repeat(100_000))),
        ("empty/x.bin", ""),
    ]);
    for (name, wanted) in [
        ("unknown.jsonl", "Truc"),
        ("broken.jsonl", "line 2: no JSON object"),
        ("noid.jsonl", "line 1: no id"),
        ("nolabel.jsonl", "without start, end or label"),
        ("mark.md", "line 1"),
        ("what.txt", "the format is not told"),
        ("one.conll", "line 1: one column"),
        ("deep.jsonl", "no JSON object"),
        ("empty", "the format is not told"),
        ("gone.jsonl", "gone.jsonl"),
    ] {
        let faults = read(&[folder.path().join(name)], None, &mut Labels::default()).unwrap_err();
        let said = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert!(said.contains(wanted) && !said.contains("Kerbrat"), "{name}: {said}");
    }
    let any = read(&[folder.path().join("unknown.jsonl")], None, &mut Labels::new(LabelMap::default(), true));
    assert_eq!(any.expect("any label")[0].spans[0].label.as_str(), "Truc");
    let none: Vec<PathBuf> = Vec::new();
    assert!(read(&none, None, &mut Labels::default()).expect("nothing asked").is_empty());
}
