//! What the tests of the binary share. All people and numbers are invented.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const LETTER: &str = "Nantes, le 12 mars 2021\n\nCher confrère,\n\nJe vois ce jour Mme Lucie KERBRAT, née le 03/02/1950, \
IPP : 8003214567, pour une maladie de Parkinson. Tél : 02 61 91 09 80.\n\nDr Hervé MOREL\n";

/// The binary, with nothing of the environment that could change what it does.
pub(crate) fn estompe() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_estompe"));
    for name in ["ESTOMPE_KEY", "ESTOMPE_POLICY", "ESTOMPE_SITE", "ESTOMPE_LEXICONS", "ESTOMPE_THREADS"] {
        command.env_remove(name);
    }
    command
}

pub(crate) fn run(args: &[&str], folder: &Path) -> Output {
    estompe().args(args).current_dir(folder).output().expect("the binary starts")
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A folder with a key file of fixed bytes, so that runs can be compared.
pub(crate) fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    key(&folder.path().join("projet.key"), 7);
    folder
}

/// A key file whose 32 bytes are all `byte`.
pub(crate) fn key(path: &Path, byte: u8) {
    use base64::Engine as _;
    let secret = base64::engine::general_purpose::STANDARD.encode([byte; 32]);
    fs::write(path, format!("estompe-key-v1:{secret}\n")).expect("a writable folder");
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("own file");
}

/// `count` notes of a few patients.
pub(crate) fn notes(count: usize) -> String {
    let mut lines = String::new();
    for at in 0..count {
        let text =
            LETTER.replace("8003214567", &format!("80{:08}", at * 37 % 99_999_989)).replace("KERBRAT", names(at));
        let note =
            json!({ "note_id": at, "patient_id": format!("p{}", at / 3), "service": "cardio", "note_text": text });
        lines.push_str(&format!("{note}\n"));
    }
    lines
}

fn names(at: usize) -> &'static str {
    ["KERBRAT", "AMRANI", "LE GOFF", "DA SILVA", "OZTURK", "NGUYEN"][at % 6]
}

/// Every file below a folder and its bytes, by relative path.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(path) = folders.pop() {
        for entry in fs::read_dir(&path).expect("a readable folder") {
            let path: PathBuf = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").to_string_lossy().into_owned();
                files.insert(name, fs::read(&path).expect("a readable file"));
            }
        }
    }
    files
}

/// What a run wrote, less what tells when it ran.
pub(crate) fn outputs(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = tree(folder);
    let manifest = files.remove("manifest.json").expect("a manifest");
    let mut manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    manifest.as_object_mut().expect("an object").remove("sessions");
    files.insert("manifest.json".to_owned(), manifest.to_string().into_bytes());
    files
}

/// Lines of a JSON lines file.
pub(crate) fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The documents of a JSON lines run, all parts.
pub(crate) fn documents(output: &Path) -> Vec<Value> {
    let mut parts: Vec<PathBuf> = fs::read_dir(output.join("documents"))
        .expect("documents")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    parts.sort();
    parts.iter().flat_map(|part| lines(part)).collect()
}
