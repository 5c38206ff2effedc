//! Text files: one document each.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::Ordering;

use super::charset::Charset;
use super::entry::{Carried, Entry, Place, Reject};
use super::fault::RejectReason;
use super::inputs::{From, Input, walk};
use super::reader::{Parts, Shared, Source};
use super::settings::Format;
use super::stream::Stream;
use crate::text::Known;

pub(super) fn open(input: Input, shared: &Shared) -> Box<dyn Source> {
    let place = Place { input: input.number, line: 0 };
    let files: Box<dyn Iterator<Item = Found> + Send> = match input.from {
        From::Stdin(stream) => Box::new(stream.into_iter().map(Found::Stdin)),
        From::File(path) => {
            // As typed, so that two files of one name are two; what an absolute path says of the machine is left out.
            let name = path.file_name().map(PathBuf::from).unwrap_or_default();
            let relative = if path.is_relative() { path.clone() } else { name };
            Box::new(std::iter::once(Found::File { path, relative }))
        }
        From::Folder(root) => folder(root, shared),
    };
    Box::new(Texts { files, place })
}

enum Found {
    Stdin(Stream),
    File {
        path: PathBuf,
        relative: PathBuf,
    },
    /// A folder that cannot be entered.
    Closed,
}

fn folder(root: PathBuf, shared: &Shared) -> Box<dyn Iterator<Item = Found> + Send> {
    let is_text = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        entry.file_type().is_file() && Format::of_name(&name) == Some(Format::Text)
    };
    Box::new(walk(&root, &shared.settings.exclude).filter_map(move |entry| match entry {
        Ok(entry) if is_text(&entry) => {
            let relative = entry.path().strip_prefix(&root).unwrap_or(entry.path()).to_owned();
            Some(Found::File { path: entry.into_path(), relative })
        }
        Ok(_) => None,
        Err(_) => Some(Found::Closed),
    }))
}

struct Texts {
    files: Box<dyn Iterator<Item = Found> + Send>,
    place: Place,
}

impl Source for Texts {
    fn next(&mut self, shared: &mut Shared) -> Option<Entry> {
        let found = self.files.next()?;
        self.place.line += 1;
        let place = self.place;
        let reject = |id, reason, bytes| Entry::Reject(Reject { id, place, reason, bytes });
        let most = shared.settings.max_bytes;
        let Some(id) = id(&found, shared) else { return Some(reject(None, RejectReason::Unreadable, 0)) };
        let (bytes, path) = match found {
            Found::Stdin(stream) => (bounded(stream, most), PathBuf::from("stdin.txt")),
            Found::File { path, relative } => {
                let bytes = File::open(&path).and_then(|file| bounded(file, most));
                let size = bytes.as_ref().map_or(0, |bytes| bytes.as_ref().map_or(most, |bytes| bytes.len() as u64));
                shared.count.fetch_add(size, Ordering::Relaxed);
                (bytes, relative)
            }
            Found::Closed => return Some(reject(None, RejectReason::Unreadable, 0)),
        };
        let bytes = match bytes {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Some(reject(Some(id), RejectReason::TooLarge, most)),
            Err(error) => return Some(reject(Some(id), RejectReason::of_read(&error), 0)),
        };
        let size = bytes.len() as u64;
        if is_binary(&bytes) {
            return Some(reject(Some(id), RejectReason::Binary, size));
        }
        let Some((text, charset, bom)) = decode_marked(&bytes, shared.settings.encoding) else {
            return Some(reject(Some(id), RejectReason::Undecodable, size));
        };
        let parts = Parts { id, text, patient: None, date: None, known: Known::default() };
        Some(shared.record(place, size, parts, Carried::Text { path, charset, bom }))
    }

    fn skip(&mut self, n: u64, shared: &mut Shared, mut ids: Option<&mut dyn FnMut(&str)>) -> u64 {
        let mut passed = 0;
        while passed < n {
            let Some(found) = self.files.next() else { break };
            self.place.line += 1;
            passed += 1;
            if let (Some(ids), Some(id)) = (ids.as_mut(), id(&found, shared)) {
                ids(&id);
            }
        }
        passed
    }
}

fn id(found: &Found, shared: &Shared) -> Option<String> {
    let path = match found {
        Found::Stdin(_) => "stdin.txt".to_owned(),
        Found::File { relative, .. } => with_slashes(relative),
        Found::Closed => return None,
    };
    Some(if shared.settings.keep_names { path } else { (shared.id_of_path)(&path) })
}

/// A relative path with `/`; bytes that are not UTF-8 are written `%FF`, so that no two paths are one.
fn with_slashes(path: &Path) -> String {
    let names = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.as_encoded_bytes()),
        _ => None,
    });
    let mut all = String::new();
    for name in names {
        if !all.is_empty() {
            all.push('/');
        }
        for chunk in name.utf8_chunks() {
            all.push_str(chunk.valid());
            all.extend(chunk.invalid().iter().map(|byte| format!("%{byte:02X}")));
        }
    }
    all
}

/// All the bytes, or none if there are more than `most`.
fn bounded(from: impl Read, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    from.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= most))
}

/// Packed or office files under the name of a text: nothing would be found in them, and they would go through whole.
fn is_binary(bytes: &[u8]) -> bool {
    let starts: [&[u8]; 7] =
        [b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0", b"PAR1", b"{\\rtf"];
    starts.iter().any(|start| bytes.starts_with(start))
}

/// The text of a file, without its byte order mark; its encoding told from its bytes unless given.
///
/// * returns `None` where it is of no known encoding, or of two.
pub fn decode(bytes: &[u8], encoding: Option<Charset>) -> Option<String> {
    decode_marked(bytes, encoding).map(|(text, ..)| text)
}

/// The text, its charset and whether a byte order mark came first.
fn decode_marked(bytes: &[u8], encoding: Option<Charset>) -> Option<(String, Charset, bool)> {
    // UTF-32 starts like UTF-16; nobody uses it.
    if bytes.starts_with(&[0xff, 0xfe, 0, 0]) {
        return None;
    }
    let marked = Charset::of_bom(bytes);
    let charset = match marked.or(encoding) {
        Some(charset) => charset,
        None => Charset::detect(bytes)?,
    };
    let rest = if marked.is_some() { &bytes[charset.bom().len()..] } else { bytes };
    Some((charset.decode(rest)?.into_owned(), charset, marked.is_some()))
}
