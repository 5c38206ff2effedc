//! CSV: one row per document under one header, of which only the text cell is ever rewritten.

use std::borrow::Cow;
use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;

use super::charset::Charset;
use super::entry::{Carried, Entry, Place, Reject};
use super::fault::{InputError, RejectReason};
use super::header::{HEAD, Layout, cut};
use super::inputs::{From, Input};
use super::known;
use super::patients::Visitor;
use super::reader::{Parts, Shared, Source};
use super::rows::{Cell, Row, RowRead, read_row};
use super::settings::{FieldRole, Fields, Format};
use super::splice::Splice;
use super::stream::{Compression, Stream};
use super::watch::looks_free;
use crate::text::Known;

/// Rows looked at for undeclared free text before the run starts.
const SAMPLE: usize = 200;

/// Reads the header of every input; gives the layout they share.
pub(super) fn check(
    format: Format,
    inputs: &mut [Input],
    shared: &mut Shared,
    faults: &mut Vec<InputError>,
) -> Option<(Compression, Layout)> {
    let mut agreed: Option<(Compression, Layout)> = None;
    let mut told: Option<Charset> = None;
    for input in inputs {
        let (compression, layout, charset) = match look(format, input, shared, faults) {
            Ok(found) => found,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        if charset.is_some() && told.is_some() && told != charset {
            faults.push(InputError::EncodingsDiffer { input: input.name.clone() });
        }
        told = told.or(charset);
        match &agreed {
            None => agreed = Some((compression, layout)),
            Some((_, first)) if first.columns != layout.columns || first.delimiter != layout.delimiter => {
                faults.push(InputError::ColumnsDiffer { input: input.name.clone() });
            }
            Some(_) => {}
        }
    }
    let (compression, mut layout) = agreed?;
    layout.charset = told.unwrap_or(Charset::Utf8);
    Some((compression, layout))
}

fn look(
    format: Format,
    input: &mut Input,
    shared: &mut Shared,
    faults: &mut Vec<InputError>,
) -> Result<(Compression, Layout, Option<Charset>), InputError> {
    let count = if matches!(input.from, From::Stdin(_)) { shared.count.clone() } else { Default::default() };
    let outcome = input.stream(&count).and_then(|mut stream| stream.head(HEAD).map(|head| (stream, head)));
    let (stream, head) = outcome.map_err(|source| InputError::Unreadable { input: input.name.clone(), source })?;
    let compression = stream.compression;
    input.give_back(stream);
    let settings = &shared.settings;
    let delimiter = settings.delimiter.or((format == Format::Tsv).then_some(b'\t'));
    let wanted = [FieldRole::Id, FieldRole::Text];
    let (layout, charset) = Layout::of(&head, &input.name, &settings.fields, delimiter, settings.encoding, &wanted)?;
    let refused = sample(&head, &layout, shared);
    faults.extend(refused.into_iter().map(|column| InputError::FreeText { input: input.name.clone(), column }));
    Ok((compression, layout, charset))
}

/// Looks for undeclared free text in the first rows; gives the columns that are refused for it.
fn sample(head: &[u8], layout: &Layout, shared: &mut Shared) -> Vec<String> {
    let (mut row, mut refused) = (Row::default(), Vec::new());
    let mut from = head.strip_prefix(Charset::Utf8.bom()).unwrap_or(head);
    let width = layout.columns.len();
    for at in 0..=SAMPLE {
        let read = read_row(&mut from, layout.delimiter, HEAD, width, &mut row);
        // A row cut by the end of the head is not looked at.
        if !matches!(read, Ok(RowRead::Row)) || (from.is_empty() && head.len() >= HEAD) {
            break;
        }
        if at > 0 && !row.broken && row.width == width {
            refused.extend(free_columns(&row, layout, shared));
        }
    }
    refused.sort();
    refused.dedup();
    refused
}

/// The undeclared columns of a row that hold free text and must be refused for it.
fn free_columns(row: &Row, layout: &Layout, shared: &mut Shared) -> Vec<String> {
    let mut refused = Vec::new();
    for (at, column) in layout.columns.iter().enumerate() {
        let declared = layout.roles.contains(&Some(at));
        let cell = row.cells[at];
        let free = !declared && looks_free(&row.raw[cell.start..cell.end]) && shared.watch.minds(column);
        if free && !shared.watch.saw(column) {
            refused.push(column.clone());
        }
    }
    refused
}

pub(super) fn open(mut input: Input, layout: Arc<Layout>, shared: &Shared) -> io::Result<Box<dyn Source>> {
    let mut from = input.stream(&shared.count)?;
    if from.head(3)? == Charset::Utf8.bom() {
        from.consume(3);
    }
    let mut row = Row::default();
    read_row(&mut from, layout.delimiter, HEAD, 1, &mut row)?;
    let place = Place { input: input.number, line: 1 };
    let next_line = 1 + row.lines;
    Ok(Box::new(Rows { from, row, layout, place, next_line, over: false }))
}

struct Rows {
    from: Stream,
    row: Row,
    layout: Arc<Layout>,
    place: Place,
    next_line: u64,
    over: bool,
}

impl Rows {
    /// Reads up to the next row that is not blank into `self.row`; none at the end.
    fn advance(&mut self, most: usize) -> Option<Result<(), RejectReason>> {
        let width = self.layout.columns.len();
        while !self.over {
            let read = read_row(&mut self.from, self.layout.delimiter, most, width, &mut self.row);
            self.place.line = self.next_line;
            self.next_line += self.row.lines;
            return Some(match read {
                Ok(RowRead::End) => break,
                Ok(RowRead::Row) if self.row.is_blank() => continue,
                Ok(RowRead::Row) if self.row.broken => Err(RejectReason::Quotes),
                Ok(RowRead::Row) if self.row.width != width => {
                    Err(RejectReason::Cells { wanted: width, found: self.row.width })
                }
                Ok(RowRead::Row) if self.layout.charset.decode(&self.row.raw).is_none() => Err(RejectReason::NotUtf8),
                Ok(RowRead::Row) => Ok(()),
                Ok(RowRead::TooLong) => Err(RejectReason::LineTooLong),
                Err(error) => {
                    self.over = true;
                    Err(RejectReason::of_read(&error))
                }
            });
        }
        self.over = true;
        None
    }

    /// The text of a cell; none if the column is missing or the cell is empty.
    fn value(&self, role: FieldRole) -> Option<String> {
        let cell = self.row.cells[self.layout.column(role)?];
        let value = self.layout.charset.decode(&self.row.value(cell))?.into_owned();
        Some(value).filter(|value| !value.is_empty())
    }

    fn read(&mut self, id: &str, shared: &mut Shared) -> Result<(Parts, Carried), RejectReason> {
        if !free_columns(&self.row, &self.layout, shared).is_empty() {
            return Err(RejectReason::FreeText);
        }
        let text = self.value(FieldRole::Text).unwrap_or_default();
        let (patient, date) = (self.value(FieldRole::Patient), self.value(FieldRole::Date));
        let known = match self.value(FieldRole::Known) {
            None => Known::default(),
            Some(json) => known::parse(&json, &shared.settings.labels)?,
        };
        let cell = self.row.cells[self.layout.column(FieldRole::Text).ok_or(RejectReason::NoText)?];
        let cut = self.layout.column(FieldRole::Known).map(|at| cut(&self.row.cells, at));
        let raw = std::mem::take(&mut self.row.raw).into();
        let carried = Carried::Csv {
            row: Splice { raw, text: cell.start..cell.end, cut },
            charset: self.layout.charset,
            delimiter: self.layout.delimiter,
            quoted: cell.quoted,
        };
        Ok((Parts { id: id.to_owned(), text, patient, date, known }, carried))
    }
}

impl Source for Rows {
    fn next(&mut self, shared: &mut Shared) -> Option<Entry> {
        let sound = self.advance(shared.settings.max_line())?;
        let (place, bytes) = (self.place, self.row.bytes);
        let reject = |id, reason| Some(Entry::Reject(Reject { id, place, reason, bytes }));
        if let Err(reason) = sound {
            return reject(None, reason);
        }
        let Some(id) = self.value(FieldRole::Id) else { return reject(None, RejectReason::NoId) };
        match self.read(&id, shared) {
            Ok((parts, carried)) => Some(shared.record(place, bytes, parts, carried)),
            Err(reason) => reject(Some(id), reason),
        }
    }

    fn skip(&mut self, n: u64, shared: &mut Shared, mut ids: Option<&mut dyn FnMut(&str)>) -> u64 {
        let mut passed = 0;
        while passed < n {
            let Some(sound) = self.advance(shared.settings.max_line()) else { break };
            passed += 1;
            if let (Ok(()), Some(ids)) = (sound, ids.as_mut())
                && let Some(id) = self.value(FieldRole::Id)
            {
                ids(&id);
            }
        }
        passed
    }
}

/// Reads a whole table; empty cells are none.
///
/// # Errors
/// The file, a column that is missing, or the first row that cannot be read.
pub(super) fn rows(path: &Path, fields: &Fields, visitor: &mut impl Visitor) -> Result<(), InputError> {
    let name = path.display().to_string();
    let unreadable = |source| InputError::Unreadable { input: name.clone(), source };
    let mut from = Stream::open(path, &Arc::default()).map_err(unreadable)?;
    let head = from.head(HEAD).map_err(unreadable)?;
    let (layout, _) = Layout::of(&head, &name, fields, None, None, &[FieldRole::Patient])?;
    visitor.columns(&layout.columns)?;
    if layout.bom {
        from.consume(3);
    }
    let (mut row, mut line, width) = (Row::default(), 0, layout.columns.len());
    loop {
        let read = read_row(&mut from, layout.delimiter, HEAD, width, &mut row).map_err(unreadable)?;
        if read == RowRead::End {
            return Ok(());
        }
        line += 1;
        if line == 1 || row.is_blank() {
            continue;
        }
        let fault = || InputError::PatientsRow { input: name.clone(), row: line };
        if read == RowRead::TooLong || row.broken || row.width != width {
            return Err(fault());
        }
        let text = |cell: &Cell| layout.charset.decode(&row.value(*cell)).map(Cow::into_owned);
        let cells: Option<Vec<String>> = row.cells.iter().map(text).collect();
        let cells = cells.ok_or_else(fault)?.into_iter().map(|cell| Some(cell).filter(|cell| !cell.is_empty()));
        visitor.row(&cells.collect::<Vec<_>>());
    }
}
