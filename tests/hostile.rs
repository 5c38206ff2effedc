//! What a dump may hold and should not: each gets a clear error or a correct result, quoting nothing, losing nothing.

mod common;

use std::fs;
use std::io::Write as _;
use std::path::Path;

use common::{LETTER, documents, folder, lines, notes, run, stderr, tree};
use serde_json::{Value, json};

/// A word of the input that must appear in no error, log, reject or manifest.
const CANARY: &str = "Zorglubinet";

struct Ran {
    code: Option<i32>,
    stderr: String,
    documents: Vec<Value>,
    rejects: Vec<Value>,
}

/// Runs over one file of the folder; nothing but the documents may quote it.
fn ran(folder: &Path, input: &str, more: &[&str]) -> Ran {
    let output = run(&[&["run", input, "--key", "projet.key", "--output", "sortie", "--json"], more].concat(), folder);
    let err = stderr(&output);
    assert!(!err.contains("panicked") && !err.contains("internal error"), "{err}");
    assert!(!err.contains(CANARY), "quoted on standard error");
    let sortie = folder.join("sortie");
    let mut ran = Ran { code: output.status.code(), stderr: err, documents: Vec::new(), rejects: Vec::new() };
    if !sortie.join("rejects.jsonl").exists() {
        return ran;
    }
    for (name, bytes) in tree(&sortie) {
        assert!(!name.contains(".tmp") && !name.contains(".work"), "left behind: {name}");
        let quotes = bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes());
        assert!(!quotes || name.starts_with("documents"), "{name} quotes the input");
    }
    ran.rejects = lines(&sortie.join("rejects.jsonl"));
    if input.contains(".jsonl") {
        ran.documents = documents(&sortie);
    }
    ran
}

fn jsonl(name: &str, lines: &[Vec<u8>], more: &[&str]) -> Ran {
    let folder = folder();
    fs::write(folder.path().join(name), lines.join(&b'\n')).unwrap();
    ran(folder.path(), name, more)
}

fn note(id: &str, text: &str) -> Vec<u8> {
    json!({ "note_id": id, "note_text": text }).to_string().into_bytes()
}

#[test]
fn empty_inputs() {
    let folder = folder();
    for name in ["vide.jsonl", "vide.txt"] {
        fs::write(folder.path().join(name), "").unwrap();
        let _ = fs::remove_dir_all(folder.path().join("sortie"));
        let ran = ran(folder.path(), name, &[]);
        assert_eq!((ran.code, ran.rejects.len()), (Some(0), 0), "{name}: {}", ran.stderr);
    }
}

#[test]
fn broken_lines_are_rejected_one_by_one() {
    let nested =
        format!("{{\"note_id\": \"n\", \"note_text\": \"x\", \"z\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let mut broken_utf8 = note("u", CANARY);
    let at = broken_utf8.len() - 4;
    broken_utf8[at] = 0xff;
    let ran = jsonl(
        "notes.jsonl",
        &[
            note("a", LETTER),
            b"{\"note_id\": \"b\", \"note_text\": Zorglubinet}".to_vec(),
            nested.into_bytes(),
            broken_utf8,
            json!({ "note_id": "c" }).to_string().into_bytes(),
            json!({ "note_id": "d", "note_text": [CANARY] }).to_string().into_bytes(),
            json!({ "note_text": CANARY }).to_string().into_bytes(),
            note("a", CANARY),
            b"".to_vec(),
            b"[1, 2]".to_vec(),
            b"{\"note_id\": \"e\", \"note_text\": \"\\ud800\"}".to_vec(),
            note("../../etc/passwd", "Vu le 31/02/2021."),
            note("z", ""),
        ],
        &[],
    );
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let ids: Vec<&str> = ran.documents.iter().map(|document| document["note_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["a", "../../etc/passwd", "z"]);
    assert!(!ran.documents[1]["note_text"].as_str().unwrap().contains("31/02/2021"), "an impossible date stays");
    assert_eq!(ran.rejects.len(), 9, "{:?}", ran.rejects);
    assert!(ran.rejects.iter().all(|reject| reject["reason"].as_str().is_some_and(|reason| !reason.is_empty())));
    assert_eq!(ran.rejects[0]["line"], 2);
}

#[test]
fn long_lines_and_long_documents() {
    let run_of_letters = "a".repeat(5_000_001);
    let ran = jsonl("notes.jsonl", &[note("long", &run_of_letters), note("ok", LETTER)], &[]);
    assert_eq!((ran.code, ran.documents.len(), ran.rejects.len()), (Some(1), 1, 1), "{}", ran.stderr);
    let mut huge = b"{\"note_id\": \"h\", \"note_text\": \"".to_vec();
    huge.resize(60_000_000, b'Z');
    let ran = jsonl("notes.jsonl", &[huge, note("ok", LETTER)], &["--max-chars", "1000000"]);
    assert_eq!((ran.code, ran.documents.len(), ran.rejects.len()), (Some(1), 1, 1), "{}", ran.stderr);
}

#[test]
fn heavy_documents_stay_linear() {
    let no_blank: String = "Dr".chars().chain("aB1é.-@/".chars().cycle().take(2_000_000)).collect();
    let names: String = (0..200_000).map(|at| format!("Dr Kerb{}rat ", (b'a' + (at % 26) as u8) as char)).collect();
    let digits = "0".repeat(1_000_000) + &"1 2 3 4 ".repeat(100_000);
    let dates = "12/03/2021 ".repeat(100_000);
    let worst = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@".repeat(20_000) + &"Nom : ".repeat(100_000);
    let inputs = [note("1", &no_blank), note("2", &names), note("3", &digits), note("4", &dates), note("5", &worst)];
    let ran = jsonl("notes.jsonl", &inputs, &["--timeout", "600"]);
    assert_eq!((ran.code, ran.documents.len()), (Some(0), 5), "{} {:?}", ran.stderr, ran.rejects);
}

#[test]
fn control_characters_survive_around_what_is_replaced() {
    let text = "\u{feff}NUL \u{0} bell \u{7} esc \u{1b}[31m\u{feff} Dr MOREL\rvu\u{2028}\u{85}fin\t";
    let ran = jsonl("notes.jsonl", &[note("a", text)], &["--policy", "export"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.documents[0]["note_text"], text.replace("MOREL", "<NOM>"));
}

#[test]
fn truncated_and_bombed_archives() {
    let folder = folder();
    let plain = notes(2000);
    let gz = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(plain.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let zst = zstd::encode_all(plain.as_bytes(), 1).unwrap();
    for (name, bytes) in [("notes.jsonl.gz", &gz), ("notes.jsonl.zst", &zst)] {
        fs::write(folder.path().join(name), &bytes[..bytes.len() * 2 / 3]).unwrap();
        let output =
            run(&["run", name, "--key", "projet.key", "--output", name.trim_end_matches('.'), "-q"], folder.path());
        // The name of the output is that of the input: the folder cannot be made.
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        let output =
            run(&["run", name, "--key", "projet.key", "--output", &format!("{name}.out"), "-q"], folder.path());
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        let rejects = lines(&folder.path().join(format!("{name}.out/rejects.jsonl")));
        assert_eq!(rejects.len(), 1, "{rejects:?}");
    }
    // 300 MB of one line in a few hundred kilobytes.
    let bomb = {
        let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
        encoder.write_all(b"{\"note_id\": \"b\", \"note_text\": \"").unwrap();
        let block = vec![b'Z'; 1 << 20];
        (0..300).for_each(|_| encoder.write_all(&block).unwrap());
        encoder.write_all(b"\"}\n").unwrap();
        encoder.write_all(&note("ok", LETTER)).unwrap();
        encoder.finish().unwrap()
    };
    fs::write(folder.path().join("bombe.jsonl.zst"), bomb).unwrap();
    let output = run(
        &["run", "bombe.jsonl.zst", "--key", "projet.key", "--output", "b", "-q", "--max-chars", "100000"],
        folder.path(),
    );
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(lines(&folder.path().join("b/spans.jsonl")).len(), 1);
}

#[test]
fn settings_are_refused_all_at_once() {
    let folder = folder();
    fs::write(folder.path().join("notes.csv"), "id,texte\n1,bonjour\n").unwrap();
    fs::write(folder.path().join("ouverte.key"), "x").unwrap();
    let output = run(
        &[
            "run",
            "notes.csv",
            "--output",
            "sortie",
            "--key",
            "ouverte.key",
            "--policy",
            "inconnue",
            "--emit",
            "annotated",
        ],
        folder.path(),
    );
    let err = stderr(&output);
    assert_eq!(output.status.code(), Some(2));
    for part in ["ouverte.key", "inconnue", "--with-text", "note_text"] {
        assert!(err.contains(part), "no word of {part} in:\n{err}");
    }
    assert!(!folder.path().join("sortie").exists(), "something was written");
    let output = run(&["run", "absent.jsonl", "absent2.txt", "--output", "sortie"], folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("absent.jsonl") && stderr(&output).contains("absent2.txt"), "{}", stderr(&output));
}

#[cfg(unix)]
#[test]
fn keys_that_others_may_read_are_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    fs::write(folder.path().join("notes.jsonl"), notes(1)).unwrap();
    fs::set_permissions(folder.path().join("projet.key"), fs::Permissions::from_mode(0o644)).unwrap();
    let output = run(&["run", "notes.jsonl", "--output", "s", "--key", "projet.key"], folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("chmod 600"), "{}", stderr(&output));
}

#[test]
fn output_folders_in_use_are_refused() {
    let folder = folder();
    fs::write(folder.path().join("notes.jsonl"), notes(1)).unwrap();
    fs::create_dir(folder.path().join("sortie")).unwrap();
    fs::write(folder.path().join("sortie/important.txt"), "à garder").unwrap();
    let ran = ran(folder.path(), "notes.jsonl", &[]);
    assert_eq!(ran.code, Some(2));
    assert_eq!(tree(&folder.path().join("sortie")).len(), 1);
}

/// A limit on the size of files stands for a full disk: writing fails in the middle of a part.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_nothing_half_done() {
    let folder = folder();
    fs::write(folder.path().join("notes.jsonl"), notes(3000)).unwrap();
    let args = "run notes.jsonl --key projet.key --output sortie --quiet";
    let script = format!("trap '' XFSZ; ulimit -f 200; exec {} {args}", env!("CARGO_BIN_EXE_estompe"));
    let output = std::process::Command::new("sh").args(["-c", &script]).current_dir(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
    let parts = fs::read_dir(folder.path().join("sortie/documents")).unwrap();
    let named = parts.filter(|part| part.as_ref().unwrap().file_name().to_string_lossy().starts_with("part-")).count();
    assert_eq!(named, 0, "a part that is not complete bears its name");
    let again = run(&[&args.split(' ').collect::<Vec<_>>()[..], &["--resume"]].concat(), folder.path());
    assert!(again.status.success(), "{}", stderr(&again));
    assert_eq!(documents(&folder.path().join("sortie")).len(), 3000);
}

#[test]
fn texts_of_every_encoding_in_one_folder() {
    let folder = folder();
    let input = folder.path().join("textes");
    fs::create_dir(&input).unwrap();
    let latin: Vec<u8> = LETTER.chars().map(|c| if (c as u32) < 256 { c as u8 } else { b'?' }).collect();
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(LETTER.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    fs::write(input.join("utf8.txt"), LETTER).unwrap();
    fs::write(input.join("bom.txt"), format!("\u{feff}{LETTER}")).unwrap();
    fs::write(input.join("latin.txt"), &latin).unwrap();
    fs::write(input.join("utf16.txt"), &utf16).unwrap();
    fs::write(input.join("cr.txt"), LETTER.replace('\n', "\r")).unwrap();
    fs::write(input.join("crlf.txt"), LETTER.replace('\n', "\r\n")).unwrap();
    fs::write(input.join("rien.txt"), "").unwrap();
    let ran = ran(folder.path(), "textes", &["--keep-names", "--policy", "export"]);
    assert_eq!(ran.code, Some(0), "{} {:?}", ran.stderr, ran.rejects);
    let out = |name: &str| fs::read(folder.path().join("sortie/documents").join(name)).unwrap();
    let plain = String::from_utf8(out("utf8.txt")).unwrap();
    assert!(plain.contains("Mme <PRENOM> <NOM>, née le 1950, IPP : <IPP>"), "{plain}");
    assert!(plain.contains("maladie de Parkinson"), "{plain}");
    assert_eq!(String::from_utf8(out("bom.txt")).unwrap(), format!("\u{feff}{plain}"));
    assert_eq!(String::from_utf8(out("cr.txt")).unwrap(), plain.replace('\n', "\r"));
    assert_eq!(String::from_utf8(out("crlf.txt")).unwrap(), plain.replace('\n', "\r\n"));
    assert_eq!(out("latin.txt"), plain.chars().map(|c| c as u8).collect::<Vec<_>>());
    let wide: Vec<u8> = [0xfeff].into_iter().chain(plain.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(out("utf16.txt"), wide);
    assert!(out("rien.txt").is_empty());
}
