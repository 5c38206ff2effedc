//! Splits a stream into rows of CSV, byte by byte as they are, so that all but the text is written back untouched.
//!
//! A quote opens a cell only at its start; inside, `""` is a quote and a line end is a line end. Rows end with `\n`, `\r\n` or `\r`.

use std::borrow::Cow;
use std::io::{self, BufRead};

/// One cell, quotes included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) quoted: bool,
    /// Whether a `""` is inside.
    escaped: bool,
}

/// A row as it is in the file, and its cells.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// With its line ending.
    pub(super) raw: Vec<u8>,
    /// At most as many as were asked for.
    pub(super) cells: Vec<Cell>,
    /// How many cells there are.
    pub(super) width: usize,
    /// Whether something other than the end of the cell follows a closing quote, or the last quote does not close.
    pub(super) broken: bool,
    pub(super) bytes: u64,
    /// Line ends, those inside quotes included.
    pub(super) lines: u64,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum RowRead {
    End,
    Row,
    /// Longer than asked for; went by without being held.
    TooLong,
}

impl Row {
    /// The bytes of a cell, without quotes.
    pub(super) fn value(&self, cell: Cell) -> Cow<'_, [u8]> {
        if !cell.quoted {
            return Cow::Borrowed(&self.raw[cell.start..cell.end]);
        }
        let inside = &self.raw[cell.start + 1..cell.end - 1];
        if !cell.escaped {
            return Cow::Borrowed(inside);
        }
        let mut value = Vec::with_capacity(inside.len());
        let mut rest = inside;
        while let Some(quote) = memchr::memchr(b'"', rest) {
            value.extend_from_slice(&rest[..=quote]);
            rest = rest.get(quote + 2..).unwrap_or_default();
        }
        value.extend_from_slice(rest);
        Cow::Owned(value)
    }

    /// Whether nothing but a line end is there.
    pub(super) fn is_blank(&self) -> bool {
        self.width == 1 && self.cells.first().is_some_and(|cell| cell.start == cell.end)
    }

    /// The line end, empty at the end of a file without one.
    pub(super) fn ending(&self) -> &[u8] {
        self.cells.last().map_or(&[], |cell| &self.raw[cell.end..])
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Start,
    Plain,
    Quoted,
    /// Right after a quote inside a quoted cell.
    Quote,
    /// Right after a carriage return that ended the row.
    Return,
}

/// Reads one row of at most `most` bytes, and the places of its first `widest` cells.
///
/// # Errors
/// Those of the stream; what was read of the row is then of no use.
pub(super) fn read_row(
    from: &mut impl BufRead,
    delimiter: u8,
    most: usize,
    widest: usize,
    row: &mut Row,
) -> io::Result<RowRead> {
    row.raw.clear();
    row.cells.clear();
    (row.width, row.broken, row.bytes, row.lines) = (0, false, 0, 0);
    let mut scan = Scan { delimiter, widest, state: State::Start, cell: Cell::at(0) };
    let mut held = true;
    loop {
        let block = match from.fill_buf() {
            Ok(block) => block,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let (taken, over) = if block.is_empty() { (0, true) } else { scan.block(block, row) };
        held = held && row.raw.len() + taken <= most;
        if held {
            row.raw.extend_from_slice(&block[..taken]);
        } else {
            row.raw = Vec::new();
        }
        row.lines += memchr::memchr_iter(b'\n', &block[..taken]).count() as u64;
        row.bytes += taken as u64;
        let at_end = block.is_empty();
        from.consume(taken);
        if !over {
            continue;
        }
        if at_end && row.bytes == 0 {
            return Ok(RowRead::End);
        }
        if at_end && scan.state != State::Return {
            row.broken |= scan.state == State::Quoted;
            scan.close(row.bytes as usize, row);
        }
        row.lines += u64::from(row.raw.ends_with(b"\r") && scan.state == State::Return);
        return Ok(if held { RowRead::Row } else { RowRead::TooLong });
    }
}

struct Scan {
    delimiter: u8,
    widest: usize,
    state: State,
    cell: Cell,
}

impl Cell {
    fn at(start: usize) -> Self {
        Cell { start, end: start, quoted: false, escaped: false }
    }
}

impl Scan {
    /// Goes through a block; how much of it belongs to the row, and whether the row ends there.
    fn block(&mut self, block: &[u8], row: &mut Row) -> (usize, bool) {
        let base = row.bytes as usize;
        let mut at = 0;
        while at < block.len() {
            match self.state {
                State::Return => return (at + usize::from(block[at] == b'\n'), true),
                State::Start => {
                    self.cell = Cell::at(base + at);
                    self.cell.quoted = block[at] == b'"';
                    self.state = if self.cell.quoted { State::Quoted } else { State::Plain };
                    at += usize::from(self.cell.quoted);
                }
                State::Quoted => {
                    let Some(quote) = memchr::memchr(b'"', &block[at..]) else { return (block.len(), false) };
                    at += quote + 1;
                    self.state = State::Quote;
                }
                State::Quote if block[at] == b'"' => {
                    self.cell.escaped = true;
                    self.state = State::Quoted;
                    at += 1;
                }
                State::Quote => {
                    row.broken |= ![self.delimiter, b'\n', b'\r'].contains(&block[at]);
                    self.state = State::Plain;
                }
                State::Plain => {
                    let Some(stop) = memchr::memchr3(self.delimiter, b'\n', b'\r', &block[at..]) else {
                        return (block.len(), false);
                    };
                    at += stop + 1;
                    self.close(base + at - 1, row);
                    match block[at - 1] {
                        b'\n' => return (at, true),
                        b'\r' => self.state = State::Return,
                        _ => (self.state, self.cell) = (State::Start, Cell::at(base + at)),
                    }
                }
            }
        }
        (at, false)
    }

    fn close(&mut self, end: usize, row: &mut Row) {
        self.cell.end = end;
        row.width += 1;
        if row.cells.len() < self.widest {
            row.cells.push(self.cell);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{BufReader, Read};

    fn rows(bytes: &[u8], buffer: usize) -> Vec<(Vec<Vec<u8>>, Vec<u8>, bool)> {
        let mut from = BufReader::with_capacity(buffer, bytes);
        let (mut row, mut all) = (Row::default(), Vec::new());
        while read_row(&mut from, b';', 1000, 99, &mut row).unwrap() == RowRead::Row {
            let sound = |cell: &Cell| !row.broken || !cell.quoted;
            let cells = row.cells.iter().filter(|cell| sound(cell)).map(|cell| row.value(*cell).into_owned()).collect();
            assert_eq!(row.width, row.cells.len());
            all.push((cells, row.raw.clone(), row.broken));
        }
        all
    }

    #[test]
    fn an_endless_cell_goes_by_without_being_held() {
        let bytes = b"a;\"".chain(io::repeat(b'x').take(100_000_000)).chain(&b"\n\"\"\";b\r\nc;d;e"[..]);
        let mut from = BufReader::new(bytes);
        let mut row = Row::default();
        assert_eq!(read_row(&mut from, b';', 1000, 9, &mut row).unwrap(), RowRead::TooLong);
        assert_eq!((row.bytes, row.lines, row.raw.capacity()), (100_000_011, 2, 0));
        assert_eq!(read_row(&mut from, b';', 1000, 2, &mut row).unwrap(), RowRead::Row);
        assert_eq!((row.cells.len(), row.width, row.ending()), (2, 3, b";e".as_slice()));
    }

    #[test]
    fn sees_broken_quotes() {
        assert!(rows(b"a;\"b\"c;d\n", 8)[0].2);
        assert!(rows(b"a;\"b", 8)[0].2);
        assert!(!rows(b"a\"b;\"c\"\r", 8)[0].2);
    }

    proptest! {
        /// The csv crate finds the same cells, and the rows put together are the file.
        #[test]
        fn agrees_with_the_csv_crate(bytes in proptest::collection::vec(proptest::sample::select(b"ab;\"\"\n\r".to_vec()), 0..40), buffer in 1usize..9) {
            let ours = rows(&bytes, buffer);
            let together: Vec<u8> = ours.iter().flat_map(|(_, raw, _)| raw.clone()).collect();
            prop_assert_eq!(&together, &bytes);
            let sound: Vec<_> = ours.iter().take_while(|(_, _, broken)| !broken).collect();
            let mut theirs = csv::ReaderBuilder::new().delimiter(b';').has_headers(false).flexible(true).from_reader(bytes.as_slice());
            let mut records = theirs.byte_records();
            for (cells, raw, _) in sound.into_iter().filter(|(_, raw, _)| !raw.iter().all(|byte| b"\r\n".contains(byte))) {
                let record = records.next().unwrap().unwrap();
                prop_assert_eq!(record.iter().map(<[u8]>::to_vec).collect::<Vec<_>>(), cells.clone(), "{:?}", raw);
            }
        }
    }
}
