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
    /// As messages give it: no document's name is in it.
    name: String,
    names: Names,
    bytes: u64,
}

enum Names {
    /// `documents/.00000.tmp`, which becomes `documents/00000`.
    Ids { draft: PathBuf, last: PathBuf, published: bool },
    /// Folders in which files appeared.
    Kept { touched: BTreeSet<PathBuf> },
}

impl Folder {
    pub(super) fn create(folder: &Path, part: u32, keep_names: bool) -> Result<Self, OutputError> {
        let documents = folder_name(folder)?;
        let (name, names) = if keep_names {
            (documents, Names::Kept { touched: BTreeSet::new() })
        } else {
            let name = format!("{documents}/{part:05}");
            let draft = folder.join(format!(".{part:05}.tmp"));
            remove_all(&draft).and_then(|()| fs::create_dir(&draft)).map_err(failed(&name))?;
            (name, Names::Ids { draft, last: folder.join(format!("{part:05}")), published: false })
        };
        Ok(Folder { documents: folder.to_owned(), name, names, bytes: 0 })
    }

    pub(super) fn write(&mut self, record: &Record, text: &str) -> Result<(), WriteFault> {
        let Carried::Text { path, charset, bom } = &record.carry.0 else { return Err(WriteFault::Unfit) };
        let bytes = bytes(text, *charset, *bom).ok_or(WriteFault::Unencodable)?;
        let written = match &mut self.names {
            Names::Ids { draft, .. } => {
                if !is_plain(record.doc.id()) {
                    return Err(WriteFault::Unfit);
                }
                write_new(&draft.join(format!("{}.txt", record.doc.id())), &bytes)
            }
            Names::Kept { touched } => {
                if !is_below(path) {
                    return Err(WriteFault::Unfit);
                }
                write_kept(&self.documents, path, &bytes, touched)
            }
        };
        written.map_err(failed(&self.name))?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(String, u64), OutputError> {
        let finish = |names: &mut Names| match names {
            Names::Ids { draft, last, published } => {
                sync_folder(draft)?;
                remove_all(last)?;
                fs::rename(&*draft, last)?;
                *published = true;
                sync_folder(&self.documents)
            }
            Names::Kept { touched } => touched.iter().try_for_each(|folder| sync_folder(folder)),
        };
        finish(&mut self.names).map_err(failed(&self.name))?;
        Ok((std::mem::take(&mut self.name), self.bytes))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Names::Ids { draft, published: false, .. } = &self.names {
            let _ = fs::remove_dir_all(draft);
        }
    }
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

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_data()
}

/// Writes under a temporary name beside, then gives the name.
fn write_kept(root: &Path, relative: &Path, bytes: &[u8], touched: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    let last = root.join(relative);
    let folder = last.parent().unwrap_or(root);
    fs::create_dir_all(folder)?;
    let draft = folder.join(".document.tmp");
    let _ = fs::remove_file(&draft);
    write_new(&draft, bytes)?;
    fs::rename(&draft, &last)?;
    for above in folder.ancestors().take_while(|above| above.starts_with(root)) {
        touched.insert(above.to_owned());
    }
    Ok(())
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
