use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::text::Document;
use crate::text::markup::{self, Mark, MarkupError};

/// One annotated document.
#[derive(Debug)]
pub struct Gold {
    /// Text without its marks; the id is the path as given.
    pub doc: Document,
    pub marks: Vec<Mark>,
    /// The folder it lies in: documents of one series share authors and habits.
    pub series: String,
}

/// Why gold is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GoldError {
    #[error("{path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path}: {source}")]
    Markup { path: PathBuf, source: MarkupError },
    #[error("{path}: no document in inline markup (`*.md`) there")]
    Nothing { path: PathBuf },
}

/// Documents in inline markup: files, or all `*.md` below folders but `README.md` and `GUIDE.md`; in the order of their paths.
///
/// # Errors
/// Every file that cannot be read or whose marks are broken.
pub fn read_gold(paths: &[PathBuf]) -> Result<Vec<Gold>, Vec<GoldError>> {
    let mut gold = Vec::new();
    let mut faults = Vec::new();
    for path in paths {
        let before = gold.len() + faults.len();
        for entry in WalkDir::new(path).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() && (is_report(entry.path()) || entry.depth() == 0) => {
                    match read(entry.path()) {
                        Ok(one) => gold.push(one),
                        Err(fault) => faults.push(fault),
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    let source = error.into_io_error().unwrap_or_else(|| std::io::Error::other("a loop of links"));
                    faults.push(GoldError::Read { path: path.clone(), source });
                }
            }
        }
        if gold.len() + faults.len() == before {
            faults.push(GoldError::Nothing { path: path.clone() });
        }
    }
    if faults.is_empty() { Ok(gold) } else { Err(faults) }
}

fn is_report(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".md") && name != "README.md" && name != "GUIDE.md"
}

fn read(path: &Path) -> Result<Gold, GoldError> {
    let source = fs::read_to_string(path).map_err(|source| GoldError::Read { path: path.to_owned(), source })?;
    let marked = markup::parse(&source).map_err(|source| GoldError::Markup { path: path.to_owned(), source })?;
    let series = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
    Ok(Gold { doc: Document::new(path.to_string_lossy(), marked.text), marks: marked.marks, series })
}
