use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use super::draft::{failed, folder_name, sync_folder};
use crate::io::charset::Charset;
use crate::io::entry::{Carried, Record};
use crate::io::fault::{OutputError, WriteFault};

/// A part of text files: a folder that gets its name when it is whole, or the relative paths of the input.
pub(super) struct Folder {
    /// `DIR/documents`.
    documents: PathBuf,
    part: u32,
    /// As messages give it: no document's name is in it.
    name: String,
    names: Names,
    bytes: u64,
    published: bool,
}

enum Names {
    /// Files of `documents/.00000.tmp`, which becomes `documents/00000`.
    Ids { draft: PathBuf, files: Vec<PathBuf> },
    /// Files under temporary names beside their own, and their own.
    Kept { files: Vec<(PathBuf, PathBuf)> },
}

impl Folder {
    pub(super) fn create(folder: &Path, part: u32, keep_names: bool) -> Result<Self, OutputError> {
        let documents = folder_name(folder)?;
        let (name, names) = if keep_names {
            (documents, Names::Kept { files: Vec::new() })
        } else {
            let name = format!("{documents}/{part:05}");
            let draft = folder.join(format!(".{part:05}.tmp"));
            remove_all(&draft).and_then(|()| fs::create_dir(&draft)).map_err(failed(&name))?;
            (name, Names::Ids { draft, files: Vec::new() })
        };
        Ok(Folder { documents: folder.to_owned(), part, name, names, bytes: 0, published: false })
    }

    pub(super) fn write(&mut self, record: &Record, text: &str) -> Result<(), WriteFault> {
        let Carried::Text { path, charset, bom } = &record.carry.0 else { return Err(WriteFault::Unfit) };
        let bytes = bytes(text, *charset, *bom).ok_or(WriteFault::Unencodable)?;
        let to = match &mut self.names {
            Names::Ids { draft, files } => {
                if !is_plain(record.doc.id()) {
                    return Err(WriteFault::Unfit);
                }
                files.push(draft.join(format!("{}.txt", record.doc.id())));
                files.last()
            }
            Names::Kept { files } => {
                if !is_below(path) {
                    return Err(WriteFault::Unfit);
                }
                let last = self.documents.join(path);
                let folder = last.parent().unwrap_or(&self.documents);
                fs::create_dir_all(folder).map_err(failed(&self.name))?;
                files.push((folder.join(format!(".{:05}-{}.tmp", self.part, files.len())), last));
                files.last().map(|(draft, _)| draft)
            }
        };
        let to = to.expect("a file was just added");
        File::create(to).and_then(|mut file| file.write_all(&bytes)).map_err(failed(&self.name))?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(String, u64), OutputError> {
        self.publish().map_err(failed(&self.name))?;
        self.published = true;
        Ok((std::mem::take(&mut self.name), self.bytes))
    }

    fn publish(&self) -> io::Result<()> {
        match &self.names {
            Names::Ids { draft, files } => {
                let last = self.documents.join(format!("{:05}", self.part));
                sync_files(&files.iter().collect::<Vec<_>>())?;
                sync_folder(draft)?;
                remove_all(&last)?;
                fs::rename(draft, &last)?;
                sync_folder(&self.documents)
            }
            Names::Kept { files } => {
                sync_files(&files.iter().map(|(draft, _)| draft).collect::<Vec<_>>())?;
                files.iter().try_for_each(|(draft, last)| fs::rename(draft, last))?;
                let below = |path: &&Path| path.starts_with(&self.documents);
                let folders = files.iter().flat_map(|(_, last)| last.ancestors().skip(1).take_while(below));
                folders.collect::<BTreeSet<_>>().into_iter().try_for_each(sync_folder)
            }
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        match &self.names {
            _ if self.published => {}
            Names::Ids { draft, .. } => drop(fs::remove_dir_all(draft)),
            Names::Kept { files } => files.iter().for_each(|(draft, _)| drop(fs::remove_file(draft))),
        }
    }
}

/// Puts files on the disk, many at a time: a disk takes as long for one as for thirty.
fn sync_files(files: &[&PathBuf]) -> io::Result<()> {
    let sync = |files: &[&PathBuf]| files.iter().try_for_each(|file| File::open(file)?.sync_data());
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            files.chunks(files.len().div_ceil(32).max(1)).map(|some| scope.spawn(move || sync(some))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("syncing does not panic"))
    })
}

fn bytes(text: &str, charset: Charset, bom: bool) -> Option<Vec<u8>> {
    let mark = if bom { charset.bom() } else { &[] };
    Some([mark, &charset.encode(text)?].concat())
}

fn remove_all(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// An id that is a file name on every system: the caller's hash is.
fn is_plain(id: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=200).contains(&id.len()) && id.bytes().all(fits)
}

/// A path that stays in its folder.
fn is_below(path: &Path) -> bool {
    path.file_name().is_some() && path.components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_folder() {
        assert!(is_plain("h-0_9") && !is_plain("") && !is_plain("../x") && !is_plain("a.b") && !is_plain("a/b"));
        assert!(is_below(Path::new("a/b.txt")));
        for path in ["../b.txt", "a/../../b", "/etc/passwd", ""] {
            assert!(!is_below(Path::new(path)), "{path}");
        }
    }
}
