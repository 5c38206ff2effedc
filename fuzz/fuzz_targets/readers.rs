//! Any bytes as a file of each format: no panic, no endless loop, every entry a document or a reason.
#![no_main]

use std::fs;

use estompe::io::{Entry, InputSettings, open};
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 8] =
    ["f.txt", "f.jsonl", "f.csv", "f.tsv", "f.parquet", "f.jsonl.gz", "f.csv.zst", "f.txt"];

fuzz_target!(|input: (u8, &[u8])| {
    let (kind, bytes) = input;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(NAMES[usize::from(kind) % NAMES.len()]);
    fs::write(&path, bytes).expect("a writable folder");
    let settings = InputSettings { inputs: vec![path], max_chars: 10_000, ..InputSettings::default() };
    let Ok(reader) = open(&settings, |path| format!("id-{}", path.len())) else { return };
    let mut entries = 0usize;
    for entry in reader {
        entries += 1;
        assert!(entries <= bytes.len() + 1_000_000, "more entries than bytes could hold");
        if let Entry::Reject(reject) = entry {
            assert!(!reject.reason.to_string().is_empty());
        }
    }
});
