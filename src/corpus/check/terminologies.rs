use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::text::markup::Mark;

/// The codes there are, where lists of them were read; without a list, every code of the right look is one.
#[derive(Clone, Debug, Default)]
pub struct Terminologies {
    /// Without their dots, and every beginning of theirs of three characters or more.
    cim10: BTreeSet<String>,
    /// With their beginnings: a class is a code.
    atc: BTreeSet<String>,
}

/// A list that is there and cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TerminologyError {
    #[error("{path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path}: no column `{column}`")]
    NoColumn { path: PathBuf, column: &'static str },
}

/// File, column of the codes.
const CIM10: (&str, &str) = ("terminologies/cim10.tsv.gz", "code");
const ATC: (&str, &str) = ("shield/medicaments.tsv.gz", "atc");

impl Terminologies {
    /// The lists of a folder of lexicons; those that are not there are left out.
    ///
    /// # Errors
    /// [`TerminologyError`].
    pub fn read(lexicons: &Path) -> Result<Self, TerminologyError> {
        let mut all = Terminologies::default();
        for code in codes(lexicons, CIM10)? {
            let code = code.replace('.', "");
            all.cim10.extend((3..=code.len()).filter_map(|end| code.get(..end)).map(str::to_owned));
        }
        for code in codes(lexicons, ATC)? {
            all.atc.extend([1, 3, 4, 5, 7].into_iter().filter_map(|end| code.get(..end)).map(str::to_owned));
        }
        Ok(all)
    }

    /// The codes of a mention that its terminology does not have.
    pub(super) fn unknown_codes<'m>(&self, mention: &'m Mark) -> Vec<&'m str> {
        let known = match mention.label.as_str() {
            "DIAG" => &self.cim10,
            "DRUG" => &self.atc,
            _ => return Vec::new(),
        };
        let Some(codes) = mention.attributes.first().filter(|_| !known.is_empty()) else { return Vec::new() };
        // `+` joins codes; inside a French extension (`Z86.+5`) it follows a dot.
        let is_unknown = |code: &&str| !code.is_empty() && !known.contains(&code.replace('.', ""));
        let parted = split(codes);
        parted.into_iter().filter(is_unknown).collect()
    }
}

fn split(codes: &str) -> Vec<&str> {
    let (mut parted, mut from) = (Vec::new(), 0);
    for (at, _) in codes.match_indices('+').filter(|(at, _)| !codes[..*at].ends_with('.')) {
        parted.push(&codes[from..at]);
        from = at + 1;
    }
    parted.push(&codes[from..]);
    parted
}

/// One column of a table, empty cells left out; nothing if there is no such file.
fn codes(lexicons: &Path, (name, column): (&str, &'static str)) -> Result<Vec<String>, TerminologyError> {
    let path = lexicons.join(name);
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let mut text = String::new();
    let read = File::open(&path).and_then(|file| flate2::read::GzDecoder::new(file).read_to_string(&mut text));
    read.map_err(|source| TerminologyError::Read { path: path.clone(), source })?;
    let mut lines = text.lines();
    let place = lines.next().and_then(|head| head.split('\t').position(|name| name == column));
    let place = place.ok_or(TerminologyError::NoColumn { path, column })?;
    let cell = |line: &str| line.split('\t').nth(place).filter(|code| !code.is_empty()).map(str::to_owned);
    Ok(lines.filter_map(cell).collect())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::text::markup;

    fn lexicons(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
            let mut packed = flate2::write::GzEncoder::new(File::create(path).expect("a file"), Default::default());
            packed.write_all(text.as_bytes()).expect("a writable file");
            packed.finish().expect("a writable file");
        }
        folder
    }

    #[test]
    fn codes_are_of_their_lists() {
        let folder = lexicons(&[
            (CIM10.0, "code\tlabel\nI489\tx\nE119\tx\nZ86+5\tx\n"),
            (ATC.0, "nom\tatc\namiodarone\tC01BD01\neau\t\n"),
        ]);
        let known = Terminologies::read(folder.path()).expect("sound lists");
        let unknown = |source: &str| -> Vec<String> {
            let marked = markup::parse(source).expect("sound marks");
            known.unknown_codes(&marked.mentions[0]).into_iter().map(str::to_owned).collect()
        };
        assert!(unknown("[FA](DIAG I48.9 history)").is_empty() && unknown("[FA](DIAG I48+E11.9)").is_empty());
        assert_eq!(unknown("[FA](DIAG I48.9+E99)"), ["E99"]);
        assert!(unknown("[x](DIAG Z86.+5)").is_empty());
        assert!(unknown("[x](DRUG C01)").is_empty() && unknown("[x](DRUG C01BD01)").is_empty());
        assert_eq!(unknown("[x](DRUG C02)"), ["C02"]);
        assert!(unknown("[CRP](LAB value=5)").is_empty());
        let none = Terminologies::read(&folder.path().join("nowhere")).expect("no list");
        assert!(none.unknown_codes(&markup::parse("[x](DRUG C99)").expect("a mark").mentions[0]).is_empty());
        let broken = lexicons(&[(CIM10.0, "kode\nA\n")]);
        assert!(Terminologies::read(broken.path()).is_err_and(|fault| fault.to_string().contains("no column `code`")));
    }
}
