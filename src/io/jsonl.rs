//! JSON lines: one object per line, of which only the text value is ever rewritten.

use std::io::{self, BufRead as _};
use std::ops::Range;

use super::charset::Charset;
use super::entry::{Carried, Entry, Place, Reject};
use super::fault::{InputError, RejectReason};
use super::inputs::{From, Input};
use super::json::{self, Kind};
use super::known;
use super::reader::{Parts, Shared, Source};
use super::settings::{FieldRole, Fields};
use super::splice::Splice;
use super::stream::{Compression, LineRead, Stream, read_line};
use super::watch::looks_free;

/// Looks at the start of every input; gives the packing and the byte order mark of the first.
pub(super) fn check(
    inputs: &mut [Input],
    shared: &Shared,
    faults: &mut Vec<InputError>,
) -> Option<(Compression, Vec<u8>)> {
    let mut first = None;
    for input in inputs {
        match look(input, shared) {
            Ok(look) => first = first.or(Some(look)),
            Err(fault) => faults.push(fault),
        }
    }
    first
}

fn look(input: &mut Input, shared: &Shared) -> Result<(Compression, Vec<u8>), InputError> {
    // A look does not count as progress.
    let count = if matches!(input.from, From::Stdin(_)) { shared.count.clone() } else { Default::default() };
    let outcome = input.stream(&count).and_then(|mut stream| stream.head(4).map(|head| (stream, head)));
    let (stream, head) = outcome.map_err(|source| InputError::Unreadable { input: input.name.clone(), source })?;
    let compression = stream.compression;
    input.give_back(stream);
    match Charset::of_bom(&head) {
        Some(Charset::Utf8) => Ok((compression, Charset::Utf8.bom().to_vec())),
        None => Ok((compression, Vec::new())),
        Some(_) => Err(InputError::Utf16 { input: input.name.clone() }),
    }
}

pub(super) fn open(mut input: Input, shared: &Shared) -> io::Result<Box<dyn Source>> {
    let mut from = input.stream(&shared.count)?;
    if from.head(3)? == Charset::Utf8.bom() {
        from.consume(3);
    }
    let place = Place { input: input.number, line: 0 };
    Ok(Box::new(JsonLines { from, line: Vec::new(), place, over: false }))
}

struct JsonLines {
    from: Stream,
    line: Vec<u8>,
    /// Of the last line read.
    place: Place,
    over: bool,
}

impl JsonLines {
    /// Reads up to the next line that is not blank into `self.line`; none at the end.
    fn advance(&mut self, most: usize) -> Option<Result<(), Reject>> {
        while !self.over {
            self.place.line += 1;
            let (reason, bytes) = match read_line(&mut self.from, most, &mut self.line) {
                Ok(LineRead::End) => break,
                Ok(LineRead::Line) if self.line.trim_ascii().is_empty() => continue,
                Ok(LineRead::Line) => return Some(Ok(())),
                Ok(LineRead::TooLong { bytes }) => (RejectReason::LineTooLong, bytes),
                Err(error) => {
                    self.over = true;
                    (RejectReason::of_read(&error), self.line.len() as u64)
                }
            };
            return Some(Err(Reject { id: None, place: self.place, reason, bytes }));
        }
        self.over = true;
        None
    }
}

impl Source for JsonLines {
    fn next(&mut self, shared: &mut Shared) -> Option<Entry> {
        if let Err(reject) = self.advance(shared.settings.max_line())? {
            return Some(Entry::Reject(reject));
        }
        let (place, bytes) = (self.place, self.line.len() as u64);
        Some(
            read(&mut self.line, place, shared)
                .unwrap_or_else(|(id, reason)| Entry::Reject(Reject { id, place, reason, bytes })),
        )
    }

    fn skip(&mut self, n: u64, shared: &mut Shared, mut ids: Option<&mut dyn FnMut(&str)>) -> u64 {
        let mut passed = 0;
        while passed < n {
            match self.advance(shared.settings.max_line()) {
                None => break,
                Some(Err(_)) => {}
                Some(Ok(())) => {
                    let id = ids.as_mut().and_then(|ids| {
                        let line = std::str::from_utf8(&self.line).ok()?;
                        let found = slots(line, &shared.settings.fields, |_, _| {}).ok()?;
                        Some((ids, found.id(line).ok()?))
                    });
                    if let Some((ids, id)) = id {
                        ids(&id);
                    }
                }
            }
            passed += 1;
        }
        passed
    }
}

/// Where a declared field is in its line.
#[derive(Clone)]
struct Slot {
    value: Range<usize>,
    kind: Kind,
}

#[derive(Default)]
struct Slots {
    slots: [Option<Slot>; 6],
    /// The known identity with one of the commas around it.
    cut: Option<Range<usize>>,
}

/// Finds the declared fields; gives the name and the raw value of each other one to `other`.
fn slots(line: &str, fields: &Fields, mut other: impl FnMut(&str, &str)) -> Result<Slots, RejectReason> {
    let mut found = Slots::default();
    let mut cut_reaches_next = false;
    json::members(line, |member| {
        if std::mem::take(&mut cut_reaches_next) {
            found.cut = found.cut.take().map(|cut| cut.start..member.start);
        }
        let Some(role) = fields.role(&member.name) else {
            other(&member.name, &line[member.value]);
            return Ok(());
        };
        if found.slots[role.at()].is_some() {
            return Err(RejectReason::Repeated(role));
        }
        if role == FieldRole::Known {
            cut_reaches_next = member.before.is_none();
            found.cut = Some(member.before.unwrap_or(member.start)..member.value.end);
        }
        found.slots[role.at()] = Some(Slot { value: member.value, kind: member.kind });
        Ok(())
    })?;
    Ok(found)
}

impl Slots {
    /// A field that may be missing or null.
    fn get(&self, role: FieldRole) -> Option<&Slot> {
        self.slots[role.at()].as_ref().filter(|slot| slot.kind != Kind::Null)
    }

    /// A string or an integer; an empty string counts as none.
    fn name(&self, role: FieldRole, line: &str) -> Result<Option<String>, RejectReason> {
        let Some(slot) = self.get(role) else { return Ok(None) };
        let raw = &line[slot.value.clone()];
        match slot.kind {
            Kind::String => Ok(Some(json::unescape(raw)?.into_owned()).filter(|name| !name.is_empty())),
            Kind::Integer => Ok(Some(raw.to_owned())),
            _ => Err(RejectReason::WrongType(role)),
        }
    }

    fn id(&self, line: &str) -> Result<String, RejectReason> {
        self.name(FieldRole::Id, line)?.ok_or(RejectReason::NoId)
    }
}

type Fault = (Option<String>, RejectReason);

fn read(raw: &mut Vec<u8>, place: Place, shared: &mut Shared) -> Result<Entry, Fault> {
    let line = std::str::from_utf8(raw).map_err(|_| (None, RejectReason::NotUtf8))?;
    let mut refused = false;
    let watch = &mut shared.watch;
    let found = slots(line, &shared.settings.fields, |name, value| {
        let mut free = false;
        if watch.minds(name) {
            json::strings(value, |string| free |= looks_free(string.as_bytes()));
        }
        refused |= free && !watch.saw(name);
    });
    let found = found.map_err(|reason| (None, reason))?;
    let id = found.id(line).map_err(|reason| (None, reason))?;
    let outcome = if refused { Err(RejectReason::FreeText) } else { parts(&found, line, shared) };
    let (text, at, patient, date, known) = match outcome {
        Ok(parts) => parts,
        Err(reason) => return Err((Some(id), reason)),
    };
    let bytes = raw.len() as u64;
    let carried = Carried::Json(Splice { raw: std::mem::take(raw).into(), text: at, cut: found.cut });
    Ok(shared.record(place, bytes, Parts { id, text, patient, date, known }, carried))
}

type Values = (String, Range<usize>, Option<String>, Option<String>, crate::text::Known);

fn parts(found: &Slots, line: &str, shared: &Shared) -> Result<Values, RejectReason> {
    let slot = found.get(FieldRole::Text).ok_or(RejectReason::NoText)?;
    if slot.kind != Kind::String {
        return Err(RejectReason::WrongType(FieldRole::Text));
    }
    let text = json::unescape(&line[slot.value.clone()])?.into_owned();
    let patient = found.name(FieldRole::Patient, line)?;
    let date = found.name(FieldRole::Date, line)?;
    let known = match found.get(FieldRole::Known) {
        None => crate::text::Known::default(),
        Some(slot) if slot.kind == Kind::Nested => known::parse(&line[slot.value.clone()], &shared.settings.labels)?,
        Some(slot) if slot.kind == Kind::String => {
            known::parse(&json::unescape(&line[slot.value.clone()])?, &shared.settings.labels)?
        }
        Some(_) => return Err(RejectReason::WrongType(FieldRole::Known)),
    };
    Ok((text, slot.value.clone(), patient, date, known))
}
