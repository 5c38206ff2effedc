//! What the start of a CSV file tells: its encoding, its delimiter, its columns.

use std::borrow::Cow;

use super::charset::Charset;
use super::fault::InputError;
use super::rows::{Cell, Row, RowRead, read_row};
use super::settings::{FieldRole, Fields};

/// How much of a file tells its encoding, delimiter and columns; the header is inside.
pub(super) const HEAD: usize = 1 << 20;

/// What all CSV inputs of a run share.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    pub(super) delimiter: u8,
    pub(super) charset: Charset,
    pub(super) bom: bool,
    pub(super) columns: Vec<String>,
    pub(super) roles: [Option<usize>; 6],
    /// The header without the column of known identities, and without line end.
    header: Vec<u8>,
    pub(super) ending: Vec<u8>,
}

impl Layout {
    /// What every output part starts with.
    pub(super) fn head(&self) -> Vec<u8> {
        let bom = if self.bom { Charset::Utf8.bom() } else { &[] };
        [bom, &self.header, &self.ending].concat()
    }

    pub(super) fn column(&self, role: FieldRole) -> Option<usize> {
        self.roles[role.at()]
    }

    /// The layout of a file by its first bytes, at most [`HEAD`]; no charset if they are all ASCII.
    pub(super) fn of(
        head: &[u8],
        name: &str,
        fields: &Fields,
        delimiter: Option<u8>,
        encoding: Option<Charset>,
        wanted: &[FieldRole],
    ) -> Result<(Self, Option<Charset>), InputError> {
        let name = || name.to_owned();
        let bom = Charset::of_bom(head);
        if !matches!(bom, None | Some(Charset::Utf8)) {
            return Err(InputError::Utf16 { input: name() });
        }
        let head = if bom.is_some() { &head[3..] } else { head };
        let charset = match bom.or(encoding) {
            Some(charset) => Some(charset),
            None => tell(head).map_err(|mixed| match mixed {
                Untold::Wide => InputError::Utf16 { input: name() },
                Untold::Mixed => InputError::MixedEncodings { input: name() },
            })?,
        };
        if matches!(charset, Some(Charset::Utf16Le | Charset::Utf16Be)) {
            return Err(InputError::Utf16 { input: name() });
        }
        let delimiter = delimiter.unwrap_or_else(|| told_delimiter(head, fields, wanted));
        let mut row = Row::default();
        let mut from = head;
        let read = read_row(&mut from, delimiter, HEAD - 1, usize::MAX, &mut row);
        if !matches!(read, Ok(RowRead::Row)) || row.broken || row.is_blank() {
            return Err(InputError::NoHeader { input: name() });
        }
        let decode = |cell: &Cell| charset.unwrap_or(Charset::Utf8).decode(&row.value(*cell)).map(Cow::into_owned);
        let columns: Option<Vec<String>> = row.cells.iter().map(decode).collect();
        let columns = columns.ok_or_else(|| InputError::NoHeader { input: name() })?;
        let mut roles = [None; 6];
        for (at, column) in columns.iter().enumerate() {
            if let Some(role) = fields.role(column)
                && roles[role.at()].replace(at).is_some()
            {
                return Err(InputError::TwiceColumn { input: name(), column: column.clone() });
            }
        }
        if let Some(columns) = fields.missing(&roles, wanted) {
            return Err(InputError::NoColumn { input: name(), columns });
        }
        let ending = if row.ending().is_empty() { b"\n".to_vec() } else { row.ending().to_vec() };
        let mut header = row.raw[..row.raw.len() - row.ending().len()].to_vec();
        if let Some(known) = roles[FieldRole::Known.at()] {
            header.drain(cut(&row.cells, known));
        }
        let bom = bom.is_some();
        let layout =
            Layout { delimiter, charset: charset.unwrap_or(Charset::Utf8), bom, columns, roles, header, ending };
        Ok((layout, charset))
    }
}

enum Untold {
    Wide,
    Mixed,
}

/// The encoding of the start of a file; none if it is all ASCII.
fn tell(head: &[u8]) -> Result<Option<Charset>, Untold> {
    let whole = if head.len() >= HEAD - 3 { memchr::memrchr(b'\n', head).unwrap_or(head.len()) } else { head.len() };
    let head = &head[..whole];
    if head.is_ascii() && !head.contains(&0) {
        return Ok(None);
    }
    match Charset::detect(head) {
        Some(Charset::Utf16Le | Charset::Utf16Be) => Err(Untold::Wide),
        Some(charset) => Ok(Some(charset)),
        // A few bad rows in UTF-8 are rejected one by one.
        None => {
            let lines = || head.split(|byte| *byte == b'\n').filter(|line| !line.is_ascii());
            let bad = lines().filter(|line| std::str::from_utf8(line).is_err()).count();
            if bad * 2 <= lines().count() { Ok(Some(Charset::Utf8)) } else { Err(Untold::Mixed) }
        }
    }
}

/// The delimiter whose header has the wanted columns, or else the most cells.
fn told_delimiter(head: &[u8], fields: &Fields, wanted: &[FieldRole]) -> u8 {
    let score = |delimiter: u8| {
        let (mut row, mut from) = (Row::default(), head);
        let _ = read_row(&mut from, delimiter, HEAD, usize::MAX, &mut row);
        let sound = if row.broken { &[] } else { row.cells.as_slice() };
        let is_there =
            |role: &&FieldRole| sound.iter().any(|cell| row.value(*cell).as_ref() == fields.name(**role).as_bytes());
        (wanted.iter().filter(is_there).count(), row.width)
    };
    let candidates = [b'|', b'\t', b',', b';'];
    candidates.into_iter().max_by_key(|delimiter| score(*delimiter)).unwrap_or(b';')
}

/// A cell and one of the delimiters around it.
pub(super) fn cut(cells: &[Cell], at: usize) -> std::ops::Range<usize> {
    match at.checked_sub(1) {
        Some(before) => cells[before].end..cells[at].end,
        None => cells[0].start..cells.get(1).map_or(cells[0].end, |next| next.start),
    }
}
