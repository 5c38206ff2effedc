use std::cmp::Ordering;
use std::fs;
use std::io::{self, BufRead as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use walkdir::{DirEntry, WalkDir};

use super::charset::Charset;
use super::fault::{InputError, Warning, Warnings};
use super::settings::{FieldRole, Format, InputSettings};
use super::stream::Stream;

/// What is read as one.
pub(super) struct Input {
    /// From 1.
    pub(super) number: u32,
    /// As typed; what a folder holds is named by its place in it.
    pub(super) name: String,
    pub(super) from: From,
}

pub(super) enum From {
    /// Opened already, to look at its start; taken when it is read.
    Stdin(Option<Stream>),
    File(PathBuf),
    /// Of text files.
    Folder(PathBuf),
}

impl Input {
    /// The bytes of a file or of the standard input.
    ///
    /// # Errors
    /// The file cannot be opened, or its first bytes cannot be read.
    pub(super) fn stream(&mut self, count: &Arc<AtomicU64>) -> io::Result<Stream> {
        match &mut self.from {
            From::Stdin(stream) => stream.take().ok_or_else(|| io::ErrorKind::NotFound.into()),
            From::File(path) | From::Folder(path) => Stream::open(path, count),
        }
    }

    /// Puts back the standard input after a look at its start.
    pub(super) fn give_back(&mut self, looked_at: Stream) {
        if let From::Stdin(stream) = &mut self.from {
            *stream = Some(looked_at);
        }
    }
}

pub(super) struct Plan {
    pub(super) format: Format,
    pub(super) inputs: Vec<Input>,
    /// Bytes of all files.
    pub(super) total: Option<u64>,
}

/// Finds what to read and its one format.
///
/// # Errors
/// Every fault.
pub(super) fn plan(
    settings: &InputSettings,
    count: &Arc<AtomicU64>,
    warnings: &Warnings,
) -> Result<Plan, Vec<InputError>> {
    let mut planner = Planner {
        settings,
        count,
        warnings,
        format: settings.format,
        faults: Vec::new(),
        inputs: vec![],
        total: Some(0),
    };
    planner.check_settings();
    for path in &settings.inputs {
        if let Err(fault) = planner.add(path) {
            planner.faults.push(fault);
        }
    }
    match planner.format {
        Some(format) if planner.faults.is_empty() => Ok(Plan { format, inputs: planner.inputs, total: planner.total }),
        _ => Err(planner.faults),
    }
}

struct Planner<'s> {
    settings: &'s InputSettings,
    count: &'s Arc<AtomicU64>,
    warnings: &'s Warnings,
    format: Option<Format>,
    faults: Vec<InputError>,
    inputs: Vec<Input>,
    total: Option<u64>,
}

impl Planner<'_> {
    fn check_settings(&mut self) {
        let fields = &self.settings.fields;
        for (at, first) in FieldRole::ALL.into_iter().enumerate() {
            for second in FieldRole::ALL.into_iter().skip(at + 1) {
                if fields.name(first) == fields.name(second) {
                    let name = fields.name(first).to_owned();
                    self.faults.push(InputError::SameField { first, second, name });
                }
            }
        }
        if self.settings.delimiter.is_some_and(|byte| matches!(byte, b'"' | b'\r' | b'\n' | 0x80..)) {
            self.faults.push(InputError::Delimiter);
        }
        if self.settings.inputs.is_empty() {
            self.faults.push(InputError::NoInput);
        }
        if self.settings.inputs.iter().filter(|path| is_stdin(path)).count() > 1 {
            self.faults.push(InputError::StdinTwice);
        }
    }

    fn add(&mut self, path: &Path) -> Result<(), InputError> {
        let name = path.display().to_string();
        if is_stdin(path) {
            return self.stdin(name);
        }
        let unreadable = |source| InputError::Unreadable { input: name.clone(), source };
        let about = fs::metadata(path).map_err(unreadable)?;
        if about.is_dir() {
            return self.folder(path, name);
        }
        fs::File::open(path).map_err(unreadable)?;
        let told = path.file_name().and_then(|file| Format::of_name(&file.to_string_lossy()));
        let Some(format) = self.settings.format.or(told) else { return Err(InputError::UnknownFormat { input: name }) };
        self.agree(format, &name)?;
        self.total = self.total.map(|total| total + about.len());
        self.push(name, From::File(path.to_owned()));
        Ok(())
    }

    fn stdin(&mut self, name: String) -> Result<(), InputError> {
        let unreadable = |source| InputError::Unreadable { input: name.clone(), source };
        let mut stream = Stream::new(io::stdin(), self.count).map_err(unreadable)?;
        let head = stream.head(1 << 20).map_err(unreadable)?;
        let format = match self.settings.format {
            Some(format) => format,
            None => sniff(&head, self.settings).ok_or(InputError::UnknownStdin)?,
        };
        if format == Format::Parquet {
            return Err(InputError::ParquetStdin);
        }
        self.agree(format, &name)?;
        self.total = None;
        self.push(name, From::Stdin(Some(stream)));
        Ok(())
    }

    /// A folder of text files is one input; one of tables is as many as it has files.
    fn folder(&mut self, path: &Path, name: String) -> Result<(), InputError> {
        let mut found = [const { Vec::<(PathBuf, u64)>::new() }; 5];
        let (mut texts, mut others) = (0u64, 0u64);
        for entry in walk(path, &self.settings.exclude) {
            let unreadable =
                |error: walkdir::Error| InputError::Unreadable { input: name.clone(), source: error.into() };
            let entry = entry.map_err(unreadable)?;
            if entry.file_type().is_dir() {
                continue;
            }
            match entry.file_type().is_file().then(|| Format::of_name(&entry.file_name().to_string_lossy())).flatten() {
                None => others += 1,
                Some(format) => {
                    let bytes = entry.metadata().map_or(0, |about| about.len());
                    if format == Format::Text {
                        texts += 1;
                        self.total = self.total.map(|total| total + bytes);
                    } else {
                        found[format as usize].push((entry.into_path(), bytes));
                    }
                }
            }
        }
        let count = |format: Format| if format == Format::Text { texts } else { found[format as usize].len() as u64 };
        let all: u64 = Format::ALL.into_iter().map(count).sum();
        let held: Vec<Format> = Format::ALL.into_iter().filter(|format| count(*format) > 0).collect();
        let format = match (self.settings.format, held.as_slice()) {
            (Some(format), _) => format,
            (None, [Format::Text, ..]) => Format::Text,
            (None, [one]) => *one,
            (None, []) => return Err(InputError::EmptyFolder { input: name }),
            (None, _) => return Err(InputError::MixedFolder { input: name }),
        };
        if count(format) == 0 {
            return Err(InputError::EmptyFolder { input: name });
        }
        self.agree(format, &name)?;
        others += all - count(format);
        if others > 0 {
            self.warnings.add(Warning::OtherFiles { input: self.inputs.len() as u32 + 1, files: others });
        }
        if format == Format::Text {
            self.push(name, From::Folder(path.to_owned()));
            return Ok(());
        }
        for (at, (file, bytes)) in std::mem::take(&mut found[format as usize]).into_iter().enumerate() {
            self.total = self.total.map(|total| total + bytes);
            self.push(format!("{name} (file {})", at + 1), From::File(file));
        }
        Ok(())
    }

    /// One run reads one format.
    fn agree(&mut self, found: Format, name: &str) -> Result<(), InputError> {
        let wanted = *self.format.get_or_insert(found);
        if wanted != found {
            return Err(InputError::MixedFormats { input: name.to_owned(), found, wanted });
        }
        let is_free = matches!(found, Format::Text | Format::Csv | Format::Tsv);
        if !is_free && self.settings.encoding.is_some_and(|charset| charset != Charset::Utf8) && self.inputs.is_empty()
        {
            return Err(InputError::EncodingOfFormat { format: found });
        }
        Ok(())
    }

    fn push(&mut self, name: String, from: From) {
        let number = self.inputs.len() as u32 + 1;
        self.inputs.push(Input { number, name, from });
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The format of a stream by its start: an object, or a header that names the id and the text.
fn sniff(head: &[u8], settings: &InputSettings) -> Option<Format> {
    let head = head.strip_prefix(Charset::Utf8.bom()).unwrap_or(head);
    let trimmed = head.trim_ascii_start();
    if trimmed.is_empty() || trimmed.starts_with(b"{") {
        return Some(Format::Jsonl);
    }
    if head.starts_with(b"PAR1") {
        return Some(Format::Parquet);
    }
    let mut header = Vec::new();
    let mut from = head;
    from.read_until(b'\n', &mut header).ok()?;
    let names = |name: &str| memchr::memmem::find(&header, name.as_bytes()).is_some();
    let is_header = names(&settings.fields.text) && names(&settings.fields.id);
    is_header.then(|| if header.contains(&b'\t') { Format::Tsv } else { Format::Csv })
}

/// Files and folders below `root`, files sorted by relative path bytewise; one folder's names are held at a time.
///
/// Hidden names and the folders of `exclude` are left out; links are given, and not followed.
pub(super) fn walk(root: &Path, exclude: &[PathBuf]) -> impl Iterator<Item = walkdir::Result<DirEntry>> + Send + use<> {
    let exclude: Vec<PathBuf> = exclude.iter().filter_map(|folder| folder.canonicalize().ok()).collect();
    let is_out = move |entry: &DirEntry| {
        let is_folder = !exclude.is_empty() && entry.file_type().is_dir();
        is_folder && entry.path().canonicalize().is_ok_and(|path| exclude.contains(&path))
    };
    let is_hidden = |entry: &DirEntry| entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".");
    let walk = WalkDir::new(root).min_depth(1).sort_by(by_path);
    walk.into_iter().filter_entry(move |entry| !is_hidden(entry) && !is_out(entry))
}

/// Folders compare with their `/`, so that visiting them in order visits whole paths in order.
fn by_path(left: &DirEntry, right: &DirEntry) -> Ordering {
    fn key(entry: &DirEntry) -> impl Iterator<Item = u8> {
        let slash = entry.file_type().is_dir().then_some(b'/');
        entry.file_name().as_encoded_bytes().iter().copied().chain(slash)
    }
    key(left).cmp(key(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_input_is_told_by_its_start() {
        let told = |head: &[u8]| sniff(head, &InputSettings::default());
        assert_eq!(told(b""), Some(Format::Jsonl));
        assert_eq!(told(b"\xef\xbb\xbf\n {\"note_id\""), Some(Format::Jsonl));
        assert_eq!(told(b"note_id,\"note_text\"\n"), Some(Format::Csv));
        assert_eq!(told(b"note_text\tnote_id"), Some(Format::Tsv));
        assert_eq!(told(b"PAR1"), Some(Format::Parquet));
        assert_eq!(told(b"Monsieur,\nnote_id note_text"), None);
    }
}
