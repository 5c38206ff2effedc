//! Gold and predictions of many formats, as one type: [`Annotated`].

mod brat;
mod conll;
mod inline;
mod json;
mod kinds;
mod labels;
mod tables;

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use walkdir::WalkDir;

pub use inline::of_markup;
pub use kinds::kind;
pub use labels::{LabelMap, Labels};

use super::Annotated;

/// How a file says where the spans are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `[Morel](NOM patient)`, one report a file (`*.md`).
    Markup,
    /// The same, many short texts a file, apart by blank lines (EDS-Pseudo's templates).
    Template,
    /// JSON lines, or one array: `note_id`, `note_text`, `entities: [{start, end, label}]`, under these or other usual names; `spans.jsonl`,
    /// `entities.jsonl`, `annotated.jsonl` of `estompe run`.
    Json,
    /// `.txt` and `.ann`.
    Brat,
    /// One token a line and its tag in the last column: BIO, IOB2, BILOU, BIOES.
    Conll,
    /// A table of documents and one of spans.
    Parquet,
}

impl Format {
    const ALL: [(&'static str, Format); 6] = [
        ("markup", Format::Markup),
        ("template", Format::Template),
        ("json", Format::Json),
        ("brat", Format::Brat),
        ("conll", Format::Conll),
        ("parquet", Format::Parquet),
    ];
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Format::ALL.iter().find(|(known, _)| *known == name).map(|(_, format)| *format);
        let names = || Format::ALL.map(|(name, _)| name).join(", ");
        known.ok_or_else(|| format!("`{name}` is no format; {}", names()))
    }
}

/// Why a set is refused; quotes nothing of a report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    #[error("{path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path}: {reason}")]
    Broken { path: PathBuf, reason: String },
    #[error("{path}, line {line}: {reason}")]
    Line { path: PathBuf, line: usize, reason: String },
    #[error("{path}: the format is not told by name or content; say which: {}", Format::ALL.map(|(name, _)| name).join(", "))]
    Untold { path: PathBuf },
    #[error("{path}: no annotated document there")]
    Nothing { path: PathBuf },
    #[error("labels that mean nothing here: {}; map them (--label-map) or take them as they are (--any-label)", .names.join(", "))]
    Labels { names: Vec<String> },
}

/// Reads a set of documents from files and folders, in the order of their paths.
///
/// * `format`: told from names and content where it is `None`.
/// * ids of files are their paths below the folder given, without ending; below the parent of the folder if several are given.
///
/// # Errors
/// Everything that is wrong with every file; labels that are neither known nor mapped.
pub fn read(paths: &[PathBuf], format: Option<Format>, labels: &mut Labels) -> Result<Vec<Annotated>, Vec<ReadError>> {
    let mut documents = Vec::new();
    let mut faults = Vec::new();
    for path in paths {
        let before = documents.len();
        let root = Root { path, several: paths.len() > 1 };
        let found = format.or_else(|| told(path)).ok_or_else(|| ReadError::Untold { path: path.clone() });
        let own = found.map_err(|fault| vec![fault]).and_then(|format| of_path(&root, format, labels));
        match own {
            Ok(own) => documents.extend(own),
            Err(own) => faults.extend(own),
        }
        if documents.len() == before && faults.is_empty() && path.is_dir() {
            faults.push(ReadError::Nothing { path: path.clone() });
        }
    }
    let unknown = labels.unknown();
    if !unknown.is_empty() {
        faults.push(ReadError::Labels { names: unknown });
    }
    if faults.is_empty() { Ok(documents) } else { Err(faults) }
}

/// A path as typed, and how ids below it are made.
struct Root<'p> {
    path: &'p Path,
    several: bool,
}

impl Root<'_> {
    /// The path of a file below this one, without ending, parts apart by `/`.
    fn id(&self, file: &Path) -> String {
        let base = if self.path.is_file() || self.several { self.path.parent() } else { Some(self.path) };
        let below = base.and_then(|base| file.strip_prefix(base).ok()).unwrap_or(file).with_extension("");
        below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    }

    /// Files below, by path, whose names end in one of `endings`; the path itself if it is a file.
    fn files(&self, endings: &[&str]) -> Result<Vec<PathBuf>, Vec<ReadError>> {
        let mut files = Vec::new();
        let mut faults = Vec::new();
        for entry in WalkDir::new(self.path).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    if entry.depth() == 0 || endings.contains(&ending(entry.path()).as_str()) {
                        files.push(entry.into_path());
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    let source = error.into_io_error().unwrap_or_else(|| std::io::Error::other("a loop of links"));
                    faults.push(ReadError::Read { path: self.path.to_owned(), source });
                }
            }
        }
        if faults.is_empty() { Ok(files) } else { Err(faults) }
    }
}

fn ending(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

fn of_path(root: &Root, format: Format, labels: &mut Labels) -> Result<Vec<Annotated>, Vec<ReadError>> {
    if format == Format::Parquet {
        return tables::read(root.path, labels).map_err(|fault| vec![fault]);
    }
    let endings: &[&str] = match format {
        Format::Markup => &["md"],
        Format::Template | Format::Brat => &["txt"],
        Format::Json => &["jsonl", "ndjson", "json"],
        Format::Conll => &["conll", "bio", "iob", "iob2", "tsv", "txt"],
        Format::Parquet => &[],
    };
    let mut files = root.files(endings)?;
    if format == Format::Markup && root.path.is_dir() {
        files.retain(|file| !matches!(file.file_name().and_then(|name| name.to_str()), Some("README.md" | "GUIDE.md")));
    }
    if format == Format::Json && root.path.join("spans.jsonl").is_file() {
        // The folder of a run holds much else.
        files = ["spans.jsonl", "entities.jsonl"].map(|name| root.path.join(name)).to_vec();
        files.retain(|file| file.is_file());
    }
    let mut documents = Vec::new();
    let mut faults = Vec::new();
    for file in &files {
        let read = match format {
            Format::Markup => inline::read_markup(root, file, labels).map(|one| vec![one]),
            Format::Template => inline::read_templates(root, file, labels),
            Format::Json => json::read(file, labels),
            Format::Brat => brat::read(root, file, labels).map(|one| vec![one]),
            Format::Conll | Format::Parquet => conll::read(root, file, labels),
        };
        match read {
            Ok(own) => documents.extend(own),
            Err(fault) => faults.push(fault),
        }
    }
    if files.len() > 1 && format == Format::Json {
        documents = json::join(documents);
    }
    if faults.is_empty() { Ok(documents) } else { Err(faults) }
}

fn read_text(path: &Path) -> Result<String, ReadError> {
    fs::read_to_string(path).map_err(|source| ReadError::Read { path: path.to_owned(), source })
}

/// The format that a path's name, what lies below it, or its first lines tell.
fn told(path: &Path) -> Option<Format> {
    if path.is_dir() {
        let files: Vec<PathBuf> = Root { path, several: false }.files(&ALL_ENDINGS).ok()?;
        let has = |wanted: &[&str]| files.iter().any(|file| wanted.contains(&ending(file).as_str()));
        return match () {
            () if path.join("spans.jsonl").is_file() => Some(Format::Json),
            () if has(&["parquet"]) => Some(Format::Parquet),
            () if has(&["ann"]) => Some(Format::Brat),
            () if has(&["md"]) => Some(Format::Markup),
            () if has(&["jsonl", "ndjson"]) => Some(Format::Json),
            () if has(&["conll", "bio", "iob", "iob2"]) => Some(Format::Conll),
            () => None,
        };
    }
    match ending(path).as_str() {
        "md" => Some(Format::Markup),
        "jsonl" | "ndjson" | "json" => Some(Format::Json),
        "conll" | "bio" | "iob" | "iob2" => Some(Format::Conll),
        "ann" => Some(Format::Brat),
        "parquet" => Some(Format::Parquet),
        "txt" if path.with_extension("ann").is_file() => Some(Format::Brat),
        _ => told_by_content(&fs::read_to_string(path).ok()?),
    }
}

const ALL_ENDINGS: [&str; 9] = ["md", "jsonl", "ndjson", "conll", "bio", "iob", "iob2", "ann", "parquet"];

fn told_by_content(text: &str) -> Option<Format> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    match () {
        () if first.trim_start().starts_with(['{', '['])
            && serde_json::from_str::<serde_json::Value>(first).is_ok() =>
        {
            Some(Format::Json)
        }
        () if conll::looks_like(text) => Some(Format::Conll),
        () if text.contains("](") => Some(Format::Template),
        () => None,
    }
}

#[cfg(test)]
mod tests;
