use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How a stream of bytes is packed; told by its first bytes, kept in the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Compression {
    pub(super) const fn ending(self) -> &'static str {
        match self {
            Compression::None => "",
            Compression::Gzip => ".gz",
            Compression::Zstd => ".zst",
        }
    }
}

/// Bytes of an input, unpacked on the way; never held whole.
pub(super) struct Stream {
    pub(super) compression: Compression,
    from: Box<dyn BufRead + Send>,
}

const BLOCK: usize = 128 * 1024;

impl Stream {
    /// Adds the packed bytes that go by to `count`.
    pub(super) fn open(path: &Path, count: &Arc<AtomicU64>) -> io::Result<Self> {
        Stream::new(File::open(path)?, count)
    }

    pub(super) fn new(from: impl Read + Send + 'static, count: &Arc<AtomicU64>) -> io::Result<Self> {
        let mut packed = BufReader::with_capacity(BLOCK, Counted { from, count: count.clone() });
        let head = peek(&mut packed, 4)?;
        let compression = match head.as_slice() {
            [0x1f, 0x8b, ..] => Compression::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd] => Compression::Zstd,
            _ => Compression::None,
        };
        let packed = Cursor::new(head).chain(packed);
        let from: Box<dyn BufRead + Send> = match compression {
            Compression::None => Box::new(packed),
            Compression::Gzip => {
                Box::new(BufReader::with_capacity(BLOCK, flate2::bufread::MultiGzDecoder::new(packed)))
            }
            Compression::Zstd => {
                Box::new(BufReader::with_capacity(BLOCK, zstd::stream::read::Decoder::with_buffer(packed)?))
            }
        };
        Ok(Stream { compression, from })
    }

    /// The first bytes, at most `most`; they are still there to be read.
    ///
    /// # Errors
    /// Those of the first read; a later one is met again when the stream is read to there.
    pub(super) fn head(&mut self, most: usize) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        let mut from = std::mem::replace(&mut self.from, Box::new(io::empty()));
        let fault = io::Read::take(&mut from, most as u64).read_to_end(&mut head).err();
        self.from = match &fault {
            None => Box::new(Cursor::new(head.clone()).chain(from)),
            Some(error) => Box::new(Cursor::new(head.clone()).chain(Broken(error.kind()))),
        };
        if let Some(error) = fault.filter(|_| head.is_empty()) {
            return Err(error);
        }
        Ok(head)
    }
}

/// What is left of a stream that failed.
struct Broken(io::ErrorKind);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(self.0.into())
    }
}

impl BufRead for Broken {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Err(self.0.into())
    }

    fn consume(&mut self, _: usize) {}
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.from.read(into)
    }
}

impl BufRead for Stream {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.from.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.from.consume(amount);
    }
}

struct Counted<R> {
    from: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// The first `most` bytes, fewer at the end; taken off the stream.
fn peek(from: &mut impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    from.take(most).read_to_end(&mut head)?;
    Ok(head)
}

/// Reads one line of at most `most` bytes with its ending into `line`; a longer one goes by without being held.
///
/// # Errors
/// Those of the stream; what was read of the line is then of no use.
pub(super) fn read_line(from: &mut impl BufRead, most: usize, line: &mut Vec<u8>) -> io::Result<LineRead> {
    line.clear();
    let mut bytes = 0u64;
    let mut held = true;
    loop {
        let block = match from.fill_buf() {
            Ok(block) => block,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let end = memchr::memchr(b'\n', block);
        let taken = end.map_or(block.len(), |at| at + 1);
        held = held && line.len() + taken <= most;
        if held {
            line.extend_from_slice(&block[..taken]);
        } else {
            *line = Vec::new();
        }
        bytes += taken as u64;
        from.consume(taken);
        if end.is_some() || taken == 0 {
            return Ok(match bytes {
                0 => LineRead::End,
                _ if held => LineRead::Line,
                _ => LineRead::TooLong { bytes },
            });
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum LineRead {
    End,
    Line,
    TooLong { bytes: u64 },
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn read(packed: Vec<u8>) -> (Compression, io::Result<Vec<u8>>) {
        let count = Arc::default();
        let mut stream = Stream::new(Cursor::new(packed), &count).unwrap();
        let _ = stream.head(10);
        let mut all = Vec::new();
        let outcome = stream.read_to_end(&mut all).map(|_| all);
        (stream.compression, outcome)
    }

    #[test]
    fn unpacks_by_magic_and_sees_the_end_is_missing() {
        let plain = b"un\ndeux\n".repeat(1000);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&plain).unwrap();
        let gzip = gzip.finish().unwrap();
        let zstd = zstd::encode_all(plain.as_slice(), 1).unwrap();
        assert_eq!(read(plain.clone()).1.unwrap(), plain);
        for (packed, wanted) in [(gzip, Compression::Gzip), (zstd, Compression::Zstd)] {
            let twice = [packed.clone(), packed.clone()].concat();
            let (compression, all) = read(twice);
            assert_eq!((compression, all.unwrap()), (wanted, [plain.clone(), plain.clone()].concat()));
            let error = read(packed[..packed.len() - 5].to_vec()).1.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        }
        assert_eq!(read(Vec::new()).1.unwrap(), b"");
    }

    #[test]
    fn a_long_line_goes_by_without_being_held() {
        let long = io::repeat(b'x').take(100_000_000);
        let mut from = BufReader::new(Cursor::new(b"a\n").chain(long).chain(Cursor::new(b"\nb")));
        let mut line = Vec::new();
        let mut read = || {
            let outcome = read_line(&mut from, 1000, &mut line).unwrap();
            assert!(line.capacity() < 200_000);
            (outcome, line.clone())
        };
        assert_eq!(read(), (LineRead::Line, b"a\n".to_vec()));
        assert_eq!(read(), (LineRead::TooLong { bytes: 100_000_001 }, Vec::new()));
        assert_eq!(read(), (LineRead::Line, b"b".to_vec()));
        assert_eq!(read(), (LineRead::End, Vec::new()));
    }
}
