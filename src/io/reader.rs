use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::entry::{Carried, Carry, Entry, Place, Record, Reject};
use super::fault::{InputError, RejectReason, Warnings};
use super::inputs::{self, Input, Plan};
use super::patients::Patients;
use super::seen::Seen;
use super::settings::{Format, InputSettings};
use super::watch::Watch;
use super::write::OutputFormat;
use super::{header, jsonl, parquet, table, text};
use crate::text::{Document, Known};

/// What reads one input.
pub(super) trait Source: Send {
    /// The next entry, in the order of the input.
    fn next(&mut self, shared: &mut Shared) -> Option<Entry>;

    /// Passes over at most `n` entries without building them, and says how many. Each id that [`Source::next`] would have given
    /// goes to `ids`, if there is one.
    fn skip(&mut self, n: u64, shared: &mut Shared, ids: Option<&mut dyn FnMut(&str)>) -> u64;
}

/// What the sources of one run share.
pub(super) struct Shared {
    pub(super) settings: InputSettings,
    pub(super) watch: Watch,
    pub(super) count: Arc<AtomicU64>,
    pub(super) id_of_path: Box<dyn Fn(&str) -> String + Send>,
    pub(super) patients: Option<Patients>,
}

/// What was read of one document.
pub(super) struct Parts {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) patient: Option<String>,
    pub(super) date: Option<String>,
    pub(super) known: Known,
}

impl Shared {
    /// The document, unless its text is too long.
    pub(super) fn record(&self, place: Place, bytes: u64, parts: Parts, carried: Carried) -> Entry {
        let Parts { id, text, patient, date, mut known } = parts;
        if text.len() > self.settings.max_chars && text.chars().count() > self.settings.max_chars {
            return Entry::Reject(Reject { id: Some(id), place, reason: RejectReason::TooLarge, bytes });
        }
        let mut doc = Document::new(id, text);
        if let Some(patient) = patient {
            if let Some(patients) = &self.patients {
                patients.add(&patient, &mut known);
            }
            doc = doc.with_patient(patient);
        }
        if let Some(date) = date {
            doc = doc.with_date(date);
        }
        Entry::Record(Record { doc: doc.with_known(known), carry: Carry(carried), place, bytes })
    }
}

/// The documents of a run, in the order of its inputs; at most one document, line, row or batch is held.
///
/// What cannot be a document is a [`Reject`] in its place, and reading goes on. An input that breaks off (truncated, corrupt) ends
/// with one.
pub struct Reader {
    format: Format,
    output: OutputFormat,
    inputs: VecDeque<Input>,
    opener: Opener,
    current: Option<Box<dyn Source>>,
    shared: Shared,
    seen: Option<Seen>,
    warnings: Warnings,
    total: Option<u64>,
}

/// How to open an input of the run's format.
enum Opener {
    Text,
    Jsonl,
    Table(Arc<header::Layout>),
    Parquet(Arc<parquet::Layout>),
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({}, {} inputs left)", self.format, self.inputs.len())
    }
}

/// Checks all that can be checked before a document is read: inputs are there and readable and of one format, columns exist and
/// have a usable type, no column is undeclared free text if that is refused, the table of patients can be read.
///
/// `id_of_path` gives the id of a text file from its relative path, with `/`: a keyed hash, as paths often hold names.
///
/// # Errors
/// Every fault found.
pub fn open(
    settings: &InputSettings,
    id_of_path: impl Fn(&str) -> String + Send + 'static,
) -> Result<Reader, Vec<InputError>> {
    let warnings = Warnings::default();
    let count = Arc::<AtomicU64>::default();
    let mut faults = Vec::new();
    let plan = inputs::plan(settings, &count, &warnings).map_err(|found| faults.extend(found)).ok();
    let patients = match &settings.patients {
        Some(path) => Patients::read(path, &settings.fields, &warnings).map_err(|fault| faults.push(fault)).ok(),
        None => None,
    };
    let watch = Watch::new(settings.strict, &settings.safe_columns, warnings.clone());
    let id_of_path = Box::new(id_of_path);
    let mut shared = Shared { settings: settings.clone(), watch, count, id_of_path, patients };
    let Some(Plan { format, mut inputs, total }) = plan else { return Err(faults) };
    if format == Format::Text && settings.patients.is_some() {
        faults.push(InputError::PatientsOfText);
    }
    let opened = open_format(format, &mut inputs, &mut shared, &mut faults);
    let Some((opener, output)) = opened.filter(|_| faults.is_empty()) else { return Err(faults) };
    Ok(Reader {
        format,
        output,
        inputs: inputs.into(),
        opener,
        current: None,
        shared,
        seen: settings.unique_ids.then(Seen::default),
        warnings,
        total,
    })
}

fn open_format(
    format: Format,
    inputs: &mut [Input],
    shared: &mut Shared,
    faults: &mut Vec<InputError>,
) -> Option<(Opener, OutputFormat)> {
    match format {
        Format::Text => Some((Opener::Text, OutputFormat::text(shared.settings.keep_names))),
        Format::Jsonl => {
            let (compression, head) = jsonl::check(inputs, shared, faults)?;
            Some((Opener::Jsonl, OutputFormat::lines("jsonl", compression, head, b"\n".to_vec())))
        }
        Format::Csv | Format::Tsv => {
            let (compression, layout) = table::check(format, inputs, shared, faults)?;
            let output = OutputFormat::lines(format.as_str(), compression, layout.head(), layout.ending.clone());
            Some((Opener::Table(Arc::new(layout)), output))
        }
        Format::Parquet => {
            let layout = Arc::new(parquet::check(inputs, shared, faults)?);
            Some((Opener::Parquet(layout.clone()), OutputFormat::parquet(layout)))
        }
    }
}

impl Reader {
    pub fn format(&self) -> Format {
        self.format
    }

    /// Whether ids stand for names of files that do not come out.
    pub fn hides_names(&self) -> bool {
        self.format == Format::Text && !self.shared.settings.keep_names
    }

    /// How to write documents back.
    pub fn output_format(&self) -> OutputFormat {
        self.output.clone()
    }

    /// A counter of the bytes taken from the inputs so far, as they are stored (packed).
    pub fn bytes_read(&self) -> Arc<AtomicU64> {
        self.shared.count.clone()
    }

    /// What [`Reader::bytes_read`] will reach, more or less; unknown for the standard input.
    pub fn bytes_total(&self) -> Option<u64> {
        self.total
    }

    /// What the user should know; grows while documents are read.
    pub fn warnings(&self) -> Warnings {
        self.warnings.clone()
    }

    /// Passes over the next `n` entries, documents and rejects alike, as if they had been read and dropped: their ids still count
    /// as seen.
    pub fn skip_entries(&mut self, n: u64) {
        let mut left = n;
        while left > 0 {
            match self.source() {
                None => return,
                Some(Err(_)) => left -= 1,
                Some(Ok(mut source)) => {
                    let seen = &mut self.seen;
                    let mut add = seen.as_mut().map(|seen| {
                        move |id: &str| {
                            seen.insert(id);
                        }
                    });
                    let ids = add.as_mut().map(|add| add as &mut dyn FnMut(&str));
                    let passed = source.skip(left, &mut self.shared, ids);
                    left -= passed;
                    self.current = if left == 0 || passed > 0 { Some(source) } else { None };
                }
            }
        }
    }

    /// The source that is being read, taken out; or the fault that its input cannot be opened any more.
    fn source(&mut self) -> Option<Result<Box<dyn Source>, Reject>> {
        if let Some(source) = self.current.take() {
            return Some(Ok(source));
        }
        let input = self.inputs.pop_front()?;
        let place = Place { input: input.number, line: 1 };
        let opened: std::io::Result<Box<dyn Source>> = match &self.opener {
            Opener::Text => Ok(text::open(input, &self.shared)),
            Opener::Jsonl => jsonl::open(input, &self.shared),
            Opener::Table(layout) => table::open(input, layout.clone(), &self.shared),
            Opener::Parquet(layout) => parquet::open(input, layout.clone()),
        };
        Some(opened.map_err(|error| Reject { id: None, place, reason: RejectReason::of_read(&error), bytes: 0 }))
    }

    /// The entry itself, or a reject in its place if its id was seen.
    fn once(&mut self, entry: Entry) -> Entry {
        let Some(seen) = &mut self.seen else { return entry };
        let (id, place, bytes) = match &entry {
            Entry::Record(record) => (Some(record.doc.id()), record.place, record.bytes),
            Entry::Reject(reject) => (reject.id.as_deref(), reject.place, reject.bytes),
        };
        match id {
            Some(id) if !seen.insert(id) => {
                Entry::Reject(Reject { id: Some(id.to_owned()), place, reason: RejectReason::DuplicateId, bytes })
            }
            _ => entry,
        }
    }
}

impl Iterator for Reader {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        loop {
            let mut source = match self.source()? {
                Ok(source) => source,
                Err(reject) => return Some(Entry::Reject(reject)),
            };
            if let Some(entry) = source.next(&mut self.shared) {
                self.current = Some(source);
                return Some(self.once(entry));
            }
        }
    }
}
