//! Standoff files for brat: the pseudonymised text (`.txt`) and its replacements (`.ann`).

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::fault::OutputError;
use crate::replace::Edit;
use crate::text::{CharIndex, Label, Span};

/// One part: `brat/00000/00000001.txt` and `.ann` for its first document, and so on, and `documents.jsonl`, which gives the id of each
/// (ids are data, and no file names). The folder gets its name when it is whole.
#[derive(Debug)]
pub struct BratPart {
    draft: PathBuf,
    last: PathBuf,
    name: String,
    documents: u64,
    ids: File,
    published: bool,
}

impl BratPart {
    /// `folder` is `DIR/brat`; it is made if it is not there.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn create(folder: &Path, part: u32) -> Result<Self, OutputError> {
        let name = format!("brat/{part:05}");
        let (draft, last) = (folder.join(format!(".{part:05}.tmp")), folder.join(format!("{part:05}")));
        let make = || {
            let _ = fs::remove_dir_all(&draft);
            fs::create_dir_all(&draft)?;
            File::create(draft.join("documents.jsonl"))
        };
        let ids = make().map_err(|source| OutputError::Write { name: name.clone(), source })?;
        Ok(BratPart { draft, last, name, documents: 0, ids, published: false })
    }

    /// `out` is the pseudonymised text; nothing of the original is written.
    ///
    /// # Errors
    /// The disk is full or fails.
    pub fn write(&mut self, note_id: &str, edits: &[Edit], out: &str) -> Result<(), OutputError> {
        self.documents += 1;
        let file = format!("{:08}", self.documents);
        let mut write = || -> io::Result<()> {
            fs::write(self.draft.join(format!("{file}.txt")), out)?;
            fs::write(self.draft.join(format!("{file}.ann")), annotations(edits, out))?;
            writeln!(self.ids, "{}", serde_json::json!({ "file": file, "note_id": note_id }))
        };
        write().map_err(|source| OutputError::Write { name: self.name.clone(), source })
    }

    /// Puts the part in its place.
    ///
    /// # Errors
    /// The disk is full or fails; the part is then not there.
    pub fn finish(mut self) -> Result<String, OutputError> {
        let publish = || -> io::Result<()> {
            self.ids.sync_all()?;
            let _ = fs::remove_dir_all(&self.last);
            fs::rename(&self.draft, &self.last)
        };
        publish().map_err(|source| OutputError::Write { name: self.name.clone(), source })?;
        self.published = true;
        Ok(std::mem::take(&mut self.name))
    }
}

impl Drop for BratPart {
    fn drop(&mut self) {
        if !self.published {
            let _ = fs::remove_dir_all(&self.draft);
        }
    }
}

/// The `.ann` of a pseudonymised text: `T1\tNOM 12 17\tMOREL`, offsets in code points; a span over several lines has one fragment per
/// line (`12 17;18 23`). A known role follows as `A1\tRole T1 patient`.
pub fn annotations(edits: &[Edit], out: &str) -> String {
    use std::fmt::Write as _;
    let (mut all, mut index, mut roles) = (String::new(), CharIndex::new(out), 0);
    let numbered = edits.iter().filter(|edit| !edit.out.slice(out).trim().is_empty()).zip(1..);
    for (edit, number) in numbered {
        all.push_str(&text_bound(number, edit.detection.label, edit.out, out, &mut index));
        if let Some(role) = edit.detection.role {
            roles += 1;
            writeln!(all, "A{roles}\tRole T{number} {}", role.as_str()).expect("writing to a string");
        }
    }
    all
}

/// The line of one annotation, `T1\tNOM 4 9;10 14\tPETIT ROUX`; a span over several lines has a fragment for each.
pub(crate) fn text_bound(number: usize, label: Label, span: Span, text: &str, index: &mut CharIndex<'_>) -> String {
    let fragments = fragments(span, text);
    let places: Vec<String> =
        fragments.iter().map(|part| format!("{} {}", index.at(part.start()), index.at(part.end()))).collect();
    let texts: Vec<&str> = fragments.iter().map(|part| part.slice(text)).collect();
    format!("T{number}\t{label} {}\t{}\n", places.join(";"), texts.join(" "))
}

/// The lines of a span, without their ends.
fn fragments(span: Span, text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = span.start();
    for line in span.slice(text).split(['\n', '\r']) {
        if !line.is_empty() {
            found.push(Span::new(at, at + line.len()));
        }
        at += line.len() + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::emit::tests::example;

    #[test]
    fn spans_of_two_lines_have_two_fragments() {
        let (_, after, edits) = example();
        let wanted = "T1\tNOM 4 9;10 14\tPETIT ROUX\nA1\tRole T1 patient\nT2\tVILLE 19 24\tBrest\n";
        assert_eq!(annotations(&edits, after), wanted);
    }

    #[test]
    fn a_part_appears_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (_, after, edits) = example();
        for _ in 0..2 {
            let mut part = BratPart::create(folder.path(), 1).unwrap();
            part.write("../a", &edits, after).unwrap();
            assert_eq!(part.finish().unwrap(), "brat/00001");
            drop(BratPart::create(folder.path(), 2).unwrap());
            let read = |name: &str| fs::read_to_string(folder.path().join("00001").join(name)).unwrap();
            assert_eq!(read("00000001.txt"), after);
            assert_eq!(read("documents.jsonl"), "{\"file\":\"00000001\",\"note_id\":\"../a\"}\n");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }
}
