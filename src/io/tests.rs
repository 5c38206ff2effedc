//! Whole trips: files in, records, files out.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, DictionaryArray, Int64Array, LargeStringArray, RecordBatch, StringArray, StringViewArray,
};
use arrow::datatypes::Int32Type;
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::text::Label;

/// A temporary folder with inputs, and an output folder beside.
struct Site {
    folder: TempDir,
    settings: InputSettings,
}

impl Site {
    fn new() -> Self {
        Site { folder: tempfile::tempdir().unwrap(), settings: InputSettings::default() }
    }

    /// One input file.
    fn with(name: &str, bytes: &[u8]) -> Self {
        let mut site = Site::new();
        site.file(name, bytes);
        site.settings.inputs = vec![site.path(name)];
        site
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn open(&self) -> Result<Reader, Vec<InputError>> {
        open(&self.settings, hash)
    }

    fn entries(&self) -> Vec<Entry> {
        self.open().unwrap().collect()
    }

    fn faults(&self) -> Vec<InputError> {
        self.open().map(|_| ()).unwrap_err()
    }

    /// Writes all records as one part, through `change`; gives the files of the output, by name.
    fn run(&self, change: impl Fn(&str) -> String) -> Vec<(String, Vec<u8>)> {
        let reader = self.open().unwrap();
        let out = self.path("out/documents");
        let mut part = PartWriter::create(&out, 0, &reader.output_format()).unwrap();
        let mut documents = 0;
        for entry in reader {
            if let Entry::Record(record) = entry {
                let text = change(record.doc.text());
                documents += u64::from(part.write(&record, &text).is_ok());
            }
        }
        let done = part.finish().unwrap();
        assert_eq!(done.documents, documents);
        let mut files: Vec<_> = walkdir::WalkDir::new(&out)
            .into_iter()
            .filter_map(|entry| {
                let path = entry.unwrap().into_path();
                let name = path.strip_prefix(&out).unwrap().display().to_string();
                path.is_file().then(|| (name, fs::read(&path).unwrap()))
            })
            .collect();
        files.sort();
        files
    }

    /// The only file of the output when texts are unchanged.
    fn copy(&self) -> Vec<u8> {
        let mut files = self.run(str::to_owned);
        assert_eq!(files.len(), 1);
        files.remove(0).1
    }
}

fn hash(path: &str) -> String {
    format!("h{}", path.bytes().fold(7u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())))
}

fn records(entries: &[Entry]) -> Vec<&Record> {
    entries.iter().filter_map(|entry| if let Entry::Record(record) = entry { Some(record) } else { None }).collect()
}

/// Line and reason of each reject.
fn rejects(entries: &[Entry]) -> Vec<(u64, String)> {
    let reject = |entry: &Entry| match entry {
        Entry::Reject(reject) => Some((reject.place.line, reject.reason.to_string())),
        Entry::Record(_) => None,
    };
    entries.iter().filter_map(reject).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    to.write_all(bytes).unwrap();
    to.finish().unwrap()
}

/// What an entry is, to compare two readings.
fn shown(entry: &Entry) -> String {
    match entry {
        Entry::Record(record) => format!("{:?} {} {}", record.place, record.doc.id(), record.doc.text()),
        Entry::Reject(reject) => format!("{:?} {:?} {}", reject.place, reject.id, reject.reason),
    }
}

/// Skipping `n` entries is reading and dropping them.
fn assert_skips(site: &Site) {
    let all: Vec<String> = site.entries().iter().map(shown).collect();
    for n in 0..=all.len() + 1 {
        let mut reader = site.open().unwrap();
        let by_one = n % 2;
        reader.by_ref().take(by_one).for_each(drop);
        reader.skip_entries((n - by_one) as u64);
        let rest: Vec<String> = reader.map(|entry| shown(&entry)).collect();
        assert_eq!(rest, all[n.min(all.len())..], "after {n}");
    }
}

const LINES: &str = concat!(
    "{\"note_id\": 12, \"note_text\": \"N\\u00e9e \\\"ici\\\" à Évry\\n\", \"x\": {\"n\": 1.50, \"b\": [true]}, \"z\":1e400}\r\n",
    "\n",
    "{\"note_text\":\"deux\",\"note_id\":\"a/../b\\u0000\",\"patient_id\":7,\"note_date\":\"2021-03-12\"}\n",
    "  {\"known\":{\"NOM\":[\"Morel\"],\"IPP\":\"8003\"} , \"note_id\":\"3\",\"note_text\":\"trois\"}\n",
    "{\"note_id\":\"4\",\"known\":{},\"note_text\":\"quatre\"}"
);

#[test]
fn json_lines_change_in_their_text_only() {
    let site = Site::with("a.jsonl", LINES.as_bytes());
    let entries = site.entries();
    let read = records(&entries);
    assert_eq!(read[0].doc.text(), "Née \"ici\" à Évry\n");
    assert_eq!((read[0].doc.id(), read[1].doc.id()), ("12", "a/../b\0"));
    assert_eq!((read[1].doc.patient(), read[1].doc.date()), (Some("7"), Some("2021-03-12")));
    assert_eq!(read[2].doc.known().0, [(Label::NOM, "Morel".to_owned()), (Label::IPP, "8003".to_owned())]);
    assert_eq!(read[3].place, Place { input: 1, line: 5 });
    let same = LINES.replace("\n\n", "\n").replace("\"known\":{\"NOM\":[\"Morel\"],\"IPP\":\"8003\"} , ", "");
    let same = same.replace(",\"known\":{}", "");
    assert_eq!(String::from_utf8(site.copy()).unwrap(), same);
    let changed = site.run(|text| format!("<{}\t>", text.len()));
    let wanted = same.replace("N\\u00e9e \\\"ici\\\" à Évry\\n", "<20\\t>").replace(":\"deux", ":\"<4\\t>");
    let wanted = wanted.replace("\"trois", "\"<5\\t>").replace("\"quatre", "\"<6\\t>");
    assert_eq!(String::from_utf8(changed[0].1.clone()).unwrap(), wanted);
    assert_skips(&site);
}

#[test]
fn packed_lines_stay_packed() {
    let marked = [b"\xef\xbb\xbf", LINES.as_bytes()].concat();
    let plain = Site::with("a.jsonl", &marked).copy();
    assert!(plain.starts_with(b"\xef\xbb\xbf{"));
    let site = Site::with("a.jsonl.gz", &gzip(&marked));
    let files = site.run(str::to_owned);
    assert_eq!(files[0].0, "part-00000.jsonl.gz");
    let mut unpacked = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(files[0].1.as_slice()), &mut unpacked).unwrap();
    assert_eq!(unpacked, plain);
    // The content tells the packing, not the name.
    let files = Site::with("a.ndjson", &zstd::encode_all(marked.as_slice(), 1).unwrap()).run(str::to_owned);
    assert_eq!(files[0].0, "part-00000.jsonl.zst");
    assert_eq!(zstd::decode_all(files[0].1.as_slice()).unwrap(), plain);
}

#[test]
fn hostile_lines_are_rejected_where_they_are() {
    let deep =
        format!("{{\"note_id\":\"d\",\"note_text\":\"t\",\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let mut lines: Vec<Vec<u8>> = [
        r#"{"note_text":"t"}"#,
        r#"{"note_id":"a"}"#,
        r#"{"note_id":"b","note_text":""}"#,
        r#"{"note_id":"c","note_text":["t"]}"#,
        r#"{"note_id":"e","note_text":"t","note\u005ftext":"u"}"#,
        r#"{"note_id":1.5,"note_text":"t"}"#,
        r#"{"note_id":null,"note_text":"t"}"#,
        r#"{"note_id":"f","note_text":"\ud800"}"#,
        r#"{"note_id":"g","note_text":"t","known":{"NUL":"x"}}"#,
        r#"{"note_id":"g","note_text":"t"}"#,
        r#"{"note_id":"h","note_text":"t""#,
        "{\"note_id\":\"i\"}\r{\"note_id\":\"j\"}",
        deep.as_str(),
    ]
    .map(|line| line.as_bytes().to_vec())
    .to_vec();
    lines.push(b"{\"note_id\":\"k\",\"note_text\":\"\xe9\"}".to_vec());
    lines.push(vec![0; 10]);
    lines.push(format!("{{\"note_id\":\"l\",\"note_text\":\"{}\"}}", "é".repeat(11)).into());
    lines.push(vec![b'x'; 1_100_000]);
    lines.push(br#"{"note_id":"last","note_text":"fin"}"#.to_vec());
    let mut site = Site::with("a.jsonl", &lines.join(&b'\n'));
    site.settings.max_chars = 10;
    let entries = site.entries();
    let reasons: Vec<String> = rejects(&entries).into_iter().map(|(line, reason)| format!("{line} {reason}")).collect();
    let wanted = "1 no id|2 no text|4 the text has the wrong type|5 the text is there twice|6 the id has the wrong type|\
        7 no id|8 a surrogate stands alone|9 the known identity has an unknown label|10 duplicate id|11 malformed, at byte 32|\
        12 malformed, at byte 17|13 nested too deep|14 not UTF-8|15 malformed, at byte 1|16 too large|17 line or row too long";
    assert_eq!(reasons.join("|"), wanted);
    assert_eq!(records(&entries).len(), 2);
    assert_skips(&site);
}

#[test]
fn what_comes_before_a_break_stays() {
    let line =
        |n: usize| format!("{{\"note_id\":{n},\"note_text\":\"{:x}\"}}\n", n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let plain: String = (0..20_000).map(line).collect();
    for packed in [gzip(plain.as_bytes()), zstd::encode_all(plain.as_bytes(), 1).unwrap()] {
        let site = Site::with("a.jsonl", &packed[..packed.len() * 3 / 4]);
        let entries = site.entries();
        assert!(entries.len() > 5_000);
        assert_eq!(rejects(&entries), [(entries.len() as u64, "input truncated".to_owned())]);
        let mut spoilt = packed.clone();
        let middle = packed.len() * 3 / 4;
        spoilt[middle..middle + 64].fill(0xa5);
        let entries = Site::with("a.jsonl", &spoilt).entries();
        let last = rejects(&entries).pop().unwrap();
        assert!(last.1.starts_with("input ") || last.1.starts_with("malformed"), "{last:?}");
    }
}

#[test]
fn undeclared_free_text_is_said_or_refused() {
    let lines = concat!(
        "{\"note_id\":1,\"note_text\":\"t\",\"service\":\"MED\",\"c\":[\"un deux trois quatre cinq six\"]}\n",
        "{\"note_id\":2,\"note_text\":\"t\",\"c\":\"ok\"}"
    );
    let mut site = Site::with("a.jsonl", lines.as_bytes());
    let mut reader = site.open().unwrap();
    let warnings = reader.warnings();
    assert_eq!(reader.by_ref().count(), 2);
    assert_eq!(warnings.list(), [Warning::FreeText { column: "c".into() }]);
    site.settings.strict = true;
    assert_eq!(rejects(&site.entries()), [(1, "free text in an undeclared field".to_owned())]);
    site.settings.safe_columns = vec!["c".into()];
    assert!(rejects(&site.entries()).is_empty());
}

#[test]
fn csv_changes_in_its_text_only() {
    let plain = "note_id;\"note_text\";service;known\r\n1;\"Née; \"\"ici\"\"\r\nà Évry\";\"MED\";\"{\"\"NOM\"\":\"\"Morel\"\"}\"\r\n\
        \r\n2;deux;\"\";\r\n3;trois;x;";
    let wanted =
        "note_id;\"note_text\";service\r\n1;\"Née; \"\"ici\"\"\r\nà Évry\";\"MED\"\r\n2;deux;\"\"\r\n3;trois;x";
    let site = Site::with("a.csv", plain.as_bytes());
    let entries = site.entries();
    let read = records(&entries);
    assert_eq!(read[0].doc.text(), "Née; \"ici\"\r\nà Évry");
    assert_eq!(read[0].doc.known().0, [(Label::NOM, "Morel".to_owned())]);
    assert_eq!(read.iter().map(|record| record.place.line).collect::<Vec<_>>(), [2, 5, 6]);
    assert_eq!(String::from_utf8(site.copy()).unwrap(), wanted);
    let changed = site.run(|text| text.replace("deux", "a;\"b").replace("trois", "tres"));
    let wanted = wanted.replace("deux", "\"a;\"\"b\"").replace("trois", "tres");
    assert_eq!(String::from_utf8(changed[0].1.clone()).unwrap(), wanted);
    assert_skips(&site);
}

#[test]
fn csv_tells_its_delimiter_and_encoding() {
    for delimiter in [";", ",", "\t", "|"] {
        let plain = ["note_id|note_type|note_text", "1|CR, lettre;|N\u{e9}e", "2||\u{153}il \u{2019}\u{9d}"].join("\n");
        let plain = plain.replace("CR, lettre;", "CR").replace('|', delimiter);
        let bytes = Charset::Windows1252.encode(&plain).unwrap().into_owned();
        let site = Site::with(if delimiter == "\t" { "a.tsv" } else { "a.csv" }, &bytes);
        let entries = site.entries();
        assert_eq!(records(&entries)[1].doc.text(), "œil ’\u{9d}");
        assert_eq!(site.copy(), bytes);
        let changed = site.run(|text| text.replace('é', "è").replace('œ', "Ł"));
        assert_eq!(changed[0].1, [&bytes[..bytes.len() - 9], b""].concat().replace_byte(0xe9, 0xe8));
        let marked = [b"\xef\xbb\xbf", plain.as_bytes()].concat();
        assert_eq!(Site::with("a.csv", &marked).copy(), marked);
    }
}

trait ReplaceByte {
    fn replace_byte(self, from: u8, to: u8) -> Self;
}

impl ReplaceByte for Vec<u8> {
    fn replace_byte(mut self, from: u8, to: u8) -> Self {
        self.iter_mut().filter(|byte| **byte == from).for_each(|byte| *byte = to);
        self
    }
}

#[test]
fn hostile_rows_are_rejected_where_they_are() {
    let mut bytes = b"note_id,note_text,x\n1,a,b\n2,a\n,a,b\n3,,b\n4,\"a\"b,c\n5,\xe9,c\n1,a,b\n6,\"".to_vec();
    bytes.extend(vec![b'y'; 1_200_000]);
    bytes.extend(b"\",z\n7,\xc3\xa9,c\n8,a,\"un deux trois quatre cinq six sept\"\n9,\"never,closed\n");
    let mut site = Site::with("a.csv", &bytes);
    site.settings.max_chars = 1000;
    site.settings.encoding = Some(Charset::Utf8);
    let entries = site.entries();
    let reasons: Vec<String> = rejects(&entries).into_iter().map(|(line, reason)| format!("{line} {reason}")).collect();
    let wanted = "3 2 cells, where the header has 3|4 no id|6 quotes do not match|7 not UTF-8|8 duplicate id|\
        9 line or row too long|12 quotes do not match";
    assert_eq!(reasons.join("|"), wanted);
    assert_eq!(records(&entries).len(), 4);
    assert_skips(&site);
}

#[test]
fn every_fault_of_the_settings_is_listed() {
    let mut site = Site::new();
    site.file("a.csv", b"note_id;x\n");
    site.file("b.csv", b"");
    site.file("c.csv", b"note_text;note_text;note_id\n");
    site.file("d.csv", &[b"\xff\xfe".as_slice(), &Charset::Utf16Le.encode("note_id").unwrap()].concat());
    site.settings.inputs = ["a.csv", "b.csv", "c.csv", "d.csv"].map(|name| site.path(name)).to_vec();
    site.settings.patients = Some(site.path("none.csv"));
    let faults: Vec<String> = site.faults().iter().map(InputError::to_string).collect();
    assert_eq!(faults.len(), 5, "{faults:?}");
    assert!(faults[1].contains("no column `note_text`"));

    site.settings.patients = None;
    site.file("e.jsonl", b"");
    site.settings.inputs = ["a.csv", "e.jsonl", "none", "f.docx"].map(|name| site.path(name)).to_vec();
    site.settings.fields.id = "note_text".into();
    let faults: Vec<String> = site.faults().iter().map(InputError::to_string).collect();
    assert_eq!(faults.len(), 4, "{faults:?}");
    site.settings = InputSettings { inputs: vec![], ..InputSettings::default() };
    assert!(matches!(site.faults()[0], InputError::NoInput));
}

#[test]
fn columns_of_several_inputs_agree() {
    let mut site = Site::new();
    site.file("in/a.csv", b"note_id;note_text\n1;a");
    site.file("in/b.csv", "note_id;note_text\n2;é\n".as_bytes());
    site.file("in/readme", b"");
    site.settings.inputs = vec![site.path("in")];
    assert_eq!(site.copy(), "note_id;note_text\n1;a\n2;é\n".as_bytes());
    let reader = site.open().unwrap();
    assert_eq!(reader.warnings().list(), [Warning::OtherFiles { input: 1, files: 1 }]);
    let (total, count) = (reader.bytes_total(), reader.bytes_read());
    let places: Vec<Place> = reader.map(|entry| records(&[entry])[0].place).collect();
    assert_eq!(places, [Place { input: 1, line: 2 }, Place { input: 2, line: 2 }]);
    assert_eq!(total, Some(count.load(std::sync::atomic::Ordering::Relaxed)));
    assert_skips(&site);
    site.file("in/c.csv", b"note_id;note_text\n3;\xe9");
    assert!(matches!(site.faults()[..], [InputError::EncodingsDiffer { .. }]));
    site.file("in/c.csv", b"note_text;note_id\n");
    assert!(matches!(site.faults()[..], [InputError::ColumnsDiffer { .. }]));
    site.file("in/c.csv", b"note_text;note_id;c\n1;2;un deux trois quatre cinq six");
    site.settings.inputs = vec![site.path("in/c.csv")];
    site.settings.strict = true;
    assert!(matches!(site.faults()[..], [InputError::FreeText { .. }]));
}

/// Texts of all encodings and line ends, as files.
fn texts() -> Vec<(&'static str, Vec<u8>)> {
    let wide = |charset: Charset| [charset.bom(), &charset.encode("Née\r\nà 🙂").unwrap()].concat();
    vec![
        ("a-b.txt", b"N\xe9e \x80\x81\x8d\x8f\x90\x9d\r\n".to_vec()),
        ("a/empty.txt", vec![]),
        ("a/z/bom.txt", "\u{feff}Née".as_bytes().to_vec()),
        ("a/é.TXT", "Née\n\u{feff}\r\r\n\t \0".as_bytes().to_vec()),
        ("a0.txt", b"c\xbdur 12 \xa4".to_vec()),
        ("le.txt", wide(Charset::Utf16Le)),
        ("mixed.txt", b"N\xc3\xa9e \xe9".to_vec()),
        ("zbe.txt", wide(Charset::Utf16Be)),
    ]
}

#[test]
fn text_files_come_back_byte_for_byte() {
    let mut site = Site::new();
    for (name, bytes) in texts() {
        site.file(&format!("in/{name}"), &bytes);
    }
    site.file("in/.hidden.txt", b"x");
    site.file("in/.git/x.txt", b"x");
    site.file("in/x.pdf", b"x");
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc", site.path("in/etc")).unwrap();
    site.settings.inputs = vec![site.path("in")];
    site.settings.keep_names = true;
    let mut wanted = texts();
    let entries = site.entries();
    assert_eq!(rejects(&entries), [(7, "undecodable: neither of one encoding nor of another".to_owned())]);
    wanted.retain(|(name, _)| *name != "mixed.txt");
    let ids: Vec<&str> = records(&entries).iter().map(|record| record.doc.id()).collect();
    assert_eq!(ids, wanted.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    assert_eq!(records(&entries)[2].doc.text(), "Née");
    let mut files = site.run(str::to_owned);
    files.sort();
    assert_eq!(files, wanted.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect::<Vec<_>>());
    assert_eq!(site.open().unwrap().warnings().list().len(), 1);
    assert_skips(&site);

    site.settings.keep_names = false;
    fs::remove_dir_all(site.path("out")).unwrap();
    let files = site.run(|text| text.replace("Née", "Łz"));
    assert_eq!(files.len(), 6, "Windows-1252 has no Ł");
    assert!(files.iter().all(|(name, _)| name.starts_with("00000/h")));
    assert_skips(&site);
}

#[test]
fn output_inside_the_input_is_not_read() {
    let mut site = Site::new();
    site.file("in/a.txt", b"a");
    site.file("in/out/documents/00000/b.txt", b"b");
    site.settings.inputs = vec![site.path("in")];
    site.settings.exclude = vec![site.path("in/out")];
    assert_eq!(site.entries().len(), 1);
}

#[test]
fn text_files_that_are_too_large_or_gone() {
    let mut site = Site::with("a.txt", b"12345");
    site.settings.max_bytes = 4;
    assert_eq!(rejects(&site.entries()), [(1, "too large".to_owned())]);
    site.settings.max_bytes = 5;
    site.settings.max_chars = 4;
    assert_eq!(rejects(&site.entries()), [(1, "too large".to_owned())]);
    site.settings.max_chars = 5;
    site.file("a.txt", b"%PDF-");
    assert_eq!(rejects(&site.entries()), [(1, "not a text: packed, PDF, RTF or office file".to_owned())]);
    let reader = site.open().unwrap();
    fs::remove_file(site.path("a.txt")).unwrap();
    assert_eq!(rejects(&reader.collect::<Vec<_>>()), [(1, "unreadable".to_owned())]);
}

#[test]
fn an_encoding_that_is_given_wins() {
    let mut site = Site::with("a.txt", b"N\xc3\xa9e \xe9");
    site.settings.encoding = Some(Charset::Windows1252);
    assert_eq!(records(&site.entries())[0].doc.text(), "NÃ©e é");
    assert_eq!(site.run(str::to_owned)[0].1, b"N\xc3\xa9e \xe9");
}

/// A Parquet file of these columns, two rows per row group.
fn parquet(path: &Path, columns: Vec<(&str, ArrayRef)>) {
    use ::parquet::{arrow::ArrowWriter, basic::Compression, file::properties::WriterProperties};
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let codec = Compression::ZSTD(Default::default());
    let settings = WriterProperties::builder().set_compression(codec).set_max_row_group_row_count(Some(2)).build();
    let mut to = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(settings)).unwrap();
    to.write(&batch).unwrap();
    to.close().unwrap();
}

fn read_parquet(bytes: Vec<u8>) -> RecordBatch {
    let reader = ::parquet::arrow::arrow_reader::ParquetRecordBatchReader::try_new(bytes::from(bytes), 1000).unwrap();
    let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
    arrow::compute::concat_batches(&batches[0].schema(), &batches).unwrap()
}

mod bytes {
    /// A file that holds these bytes.
    pub(super) fn from(bytes: Vec<u8>) -> std::fs::File {
        use std::io::{Seek, Write};
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        file.rewind().unwrap();
        file
    }
}

fn notes() -> Vec<(&'static str, ArrayRef)> {
    let ids = Int64Array::from(vec![Some(1), Some(2), None, Some(4), Some(1), Some(6), Some(7)]);
    let texts = vec![Some("un é"), None, Some("trois"), Some("quatre"), Some("cinq"), Some(""), Some("sept")];
    let known = vec![Some("{\"NOM\":\"Morel\"}"), None, None, None, None, None, Some("{\"X\":1}")];
    let service: DictionaryArray<Int32Type> =
        vec!["MED", "CHIR", "MED", "MED", "MED", "MED", "MED"].into_iter().collect();
    vec![
        ("note_id", Arc::new(ids)),
        ("note_text", Arc::new(StringArray::from(texts))),
        ("known", Arc::new(StringArray::from(known))),
        ("service", Arc::new(service)),
    ]
}

#[test]
fn parquet_changes_in_its_text_only() {
    let mut site = Site::new();
    parquet(&site.path("a.parquet"), notes());
    site.settings.inputs = vec![site.path("a.parquet")];
    let entries = site.entries();
    let reasons: Vec<String> = rejects(&entries).into_iter().map(|(line, reason)| format!("{line} {reason}")).collect();
    assert_eq!(reasons.join("|"), "2 no text|3 no id|5 duplicate id|7 the known identity has an unknown label");
    assert_eq!(records(&entries)[0].doc.known().0.len(), 1);
    let files = site.run(|text| text.to_uppercase());
    assert_eq!(files[0].0, "part-00000.parquet");
    let batch = read_parquet(files[0].1.clone());
    let names: Vec<String> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["note_id", "note_text", "service"]);
    assert_eq!(batch.column(0).as_ref(), &Int64Array::from(vec![1, 4, 6]) as &dyn Array);
    assert_eq!(batch.column(1).as_ref(), &StringArray::from(vec!["UN É", "QUATRE", ""]) as &dyn Array);
    assert_eq!(batch.schema().field(2).data_type(), notes()[3].1.data_type());
    assert_skips(&site);
    site.settings.unique_ids = false;
    assert_skips(&site);
}

#[test]
fn parquet_text_of_every_string_type() {
    let texts = ["a", "b", "c"];
    let dictionary: DictionaryArray<Int32Type> = texts.into_iter().collect();
    let kinds: Vec<ArrayRef> = vec![
        Arc::new(LargeStringArray::from(texts.to_vec())),
        Arc::new(StringViewArray::from(texts.to_vec())),
        Arc::new(dictionary),
    ];
    for text in kinds {
        let mut site = Site::new();
        let ids: ArrayRef = Arc::new(StringViewArray::from(vec!["x", "y", "z"]));
        parquet(&site.path("a.parquet"), vec![("note_id", ids), ("note_text", text.clone())]);
        site.settings.inputs = vec![site.path("a.parquet")];
        let batch = read_parquet(site.run(|text| format!("{text}!"))[0].1.clone());
        let strings = arrow::compute::cast(batch.column(1), &arrow::datatypes::DataType::Utf8).unwrap();
        assert_eq!(strings.as_string::<i32>().iter().flatten().collect::<Vec<_>>(), ["a!", "b!", "c!"]);
    }
}

#[test]
fn parquet_that_cannot_be_read() {
    let mut site = Site::new();
    parquet(&site.path("a.parquet"), notes());
    site.settings.inputs = vec![site.path("a.parquet")];
    let bytes = fs::read(site.path("a.parquet")).unwrap();
    site.file("a.parquet", &bytes[..bytes.len() - 10]);
    assert!(matches!(site.faults()[..], [InputError::BadParquet { .. }]));
    // Pages are spoilt, the footer is not: all rows are accounted for.
    let mut spoilt = bytes.clone();
    spoilt[4..60].fill(0xff);
    site.file("a.parquet", &spoilt);
    let entries = site.entries();
    assert_eq!(entries.len(), 7);
    assert_eq!(rejects(&entries)[0], (1, "input corrupt".to_owned()));

    let mut columns = notes();
    columns[1].1 = columns[0].1.clone();
    columns[0].1 = Arc::new(arrow::array::Float64Array::from(vec![1.0; 7]));
    parquet(&site.path("a.parquet"), columns);
    assert!(matches!(site.faults()[..], [InputError::ColumnType { .. }, InputError::ColumnType { .. }]));
    let mut columns = notes();
    columns[3] = ("comment", Arc::new(StringArray::from(vec!["un deux trois quatre cinq six"; 7])));
    parquet(&site.path("a.parquet"), columns);
    assert_eq!(site.open().unwrap().warnings().list().len(), 1);
    site.settings.strict = true;
    assert!(matches!(site.faults()[..], [InputError::FreeText { .. }]));
}

#[test]
fn patients_are_known_in_all_their_documents() {
    let lines = "{\"note_id\":1,\"note_text\":\"t\",\"patient_id\":7,\"known\":{\"NOM\":\"Morel\"}}\n{\"note_id\":2,\"note_text\":\"t\",\"patient_id\":\"8\"}";
    let mut site = Site::with("a.jsonl", lines.as_bytes());
    let table = "patient_id;Nom de naissance;Prénoms;medecin_traitant;couleur\r\n7;Morel|Petit;\"Zoé ; Éva\";Dr. Le Gall;bleu\r\n9;x;y;z;t\r\n7;Roux;;;\r\n";
    site.file("p.csv", Charset::Windows1252.encode(table).unwrap().as_ref());
    site.settings.patients = Some(site.path("p.csv"));
    let check = |site: &Site| {
        let reader = site.open().unwrap();
        assert_eq!(reader.warnings().list(), [Warning::PatientColumn { column: "couleur".into() }]);
        let entries: Vec<Entry> = reader.collect();
        let mut values: Vec<String> =
            records(&entries)[0].doc.known().0.iter().map(|(label, value)| format!("{label} {value}")).collect();
        values.sort();
        assert_eq!(values, ["NOM Le Gall", "NOM Morel", "NOM Petit", "NOM Roux", "PRENOM Zoé", "PRENOM Éva"]);
        assert!(records(&entries)[1].doc.known().0.is_empty());
    };
    check(&site);
    let strings = |values: [&str; 3]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
    let columns = vec![
        ("patient_id", Arc::new(Int64Array::from(vec![7, 9, 7])) as ArrayRef),
        ("nom", strings(["Morel;Petit", "x", "Roux"])),
        ("prenom", strings(["Zoé|Éva", "y", ""])),
        ("medecin_traitant", strings(["Docteur Le Gall", "z", ""])),
        ("couleur", strings(["bleu", "", ""])),
    ];
    parquet(&site.path("p.parquet"), columns);
    site.settings.patients = Some(site.path("p.parquet"));
    check(&site);
    site.file("p.csv", b"patient_id;nom\n7;a;b\n");
    site.settings.patients = Some(site.path("p.csv"));
    assert!(matches!(site.faults()[..], [InputError::PatientsRow { row: 2, .. }]));
    site.file("p.csv", b"patient;nom\n7;a\n");
    assert!(matches!(site.faults()[..], [InputError::NoColumn { .. }]));
}

#[test]
fn a_part_that_is_not_finished_leaves_nothing() {
    for (name, bytes, keep_names) in
        [("a.jsonl", LINES.as_bytes(), false), ("a.txt", b"a", false), ("a.txt", b"a", true)]
    {
        let mut site = Site::with(name, bytes);
        site.settings.keep_names = keep_names;
        let mut reader = site.open().unwrap();
        let out = site.path("out/documents");
        let mut part = PartWriter::create(&out, 3, &reader.output_format()).unwrap();
        let Some(Entry::Record(record)) = reader.next() else { panic!("a record") };
        part.write(&record, "x").unwrap();
        drop(part);
        assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
        // The same part again, over what a killed run may have left.
        for _ in 0..2 {
            let mut part = PartWriter::create(&out, 3, &reader.output_format()).unwrap();
            part.write(&record, "x").unwrap();
            assert!(part.finish().unwrap().names[0].starts_with("documents"));
        }
        assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_said() {
    let site = Site::with("a.jsonl", LINES.as_bytes());
    site.file("out", b"a file");
    let format = site.open().unwrap().output_format();
    let error = PartWriter::create(&site.path("out/documents"), 0, &format).unwrap_err();
    assert!(error.to_string().starts_with("documents: "), "{error}");
}

#[test]
fn nothing_shown_holds_text_or_ids() {
    let site = Site::with("a.jsonl", "{\"note_id\":\"Secret\",\"note_text\":\"Secret\",\"x\":\"Secret\"}".as_bytes());
    let entries = site.entries();
    let record = records(&entries)[0];
    let reject = Reject { id: Some("Secret".into()), place: record.place, reason: RejectReason::NoText, bytes: 0 };
    let shown = format!("{entries:?} {record:?} {:?} {reject:?} {:?}", record.carry, site.open().unwrap());
    assert!(!shown.contains("Secret"), "{shown}");
    assert_eq!(emit::rejects_line(&reject), r#"{"note_id":"Secret","input":1,"line":1,"reason":"no text"}"#);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// JSON lines with unchanged texts come back byte for byte, whatever their order, blanks, escapes and line ends.
    #[test]
    fn json_lines_come_back(rows in proptest::collection::vec(("[a-zé\"\\\\\n\u{1}\u{2028}]{1,6}", any::<bool>(), "[ \t]{0,2}"), 1..5), end in "(\n|\r\n)?") {
        let mut all = String::new();
        for (at, (text, ascii, blank)) in rows.iter().enumerate() {
            let mut text = serde_json::to_string(text).unwrap();
            if *ascii {
                text = text.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04X}", c as u32) }).collect();
            }
            let line = format!("{blank}{{\"z\":{at}e0,{blank}\"note_text\" :{text},\"note_id\":\"{at}\"}}{blank}");
            all += &line;
            all += if at + 1 == rows.len() { &end } else { "\r\n" };
        }
        let site = Site::with("a.jsonl", all.as_bytes());
        prop_assert_eq!(String::from_utf8(site.copy()).unwrap(), all);
    }

    /// Rows of CSV with unchanged texts come back byte for byte.
    #[test]
    fn csv_comes_back(rows in proptest::collection::vec(("[a-zé;\"\r\n, ]{1,6}", "[a-z;\"]{0,3}"), 1..5), end in "(\n|\r\n)?") {
        let quote = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
        let mut all = "x;note_id;note_text".to_owned();
        for (at, (text, other)) in rows.iter().enumerate() {
            all += &format!("\r\n{};{at};{}", quote(other), quote(text));
        }
        all += &end;
        let site = Site::with("a.csv", all.as_bytes());
        prop_assert_eq!(String::from_utf8(site.copy()).unwrap(), all);
    }

    /// Any bytes in a text file come back, or the file is rejected.
    #[test]
    fn any_text_file_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        let site = Site::with("a.txt", &bytes);
        if rejects(&site.entries()).is_empty() {
            prop_assert_eq!(site.copy(), bytes);
        }
    }

    /// No input makes the reader panic, and what is written is what was read.
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200), name in "a\\.(jsonl|csv|parquet|txt)") {
        let head = match name.as_str() {
            "a.csv" => b"note_id;note_text\n".as_slice(),
            _ => b"",
        };
        let site = Site::with(&name, &[head, &bytes].concat());
        if let Ok(reader) = site.open() {
            reader.for_each(drop);
            assert_skips(&site);
        }
    }
}
