use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::io::fault::OutputError;

/// A file under a temporary name, in the folder where it will be.
pub(super) struct Draft {
    path: PathBuf,
    last: PathBuf,
    name: String,
    published: bool,
}

/// The fault of a name of the output.
pub(super) fn failed(name: &str) -> impl Fn(io::Error) -> OutputError {
    move |source| OutputError::Write { name: name.to_owned(), source }
}

/// Makes `folder` and gives its name, `documents`.
pub(super) fn folder_name(folder: &Path) -> Result<String, OutputError> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    fs::create_dir_all(folder).map_err(failed(&name))?;
    Ok(name)
}

/// Makes a folder's names last; not every system can.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        outcome => outcome,
    }
}

impl Draft {
    /// What a killed run left under the temporary name is overwritten.
    pub(super) fn create(folder: &Path, file: &str) -> Result<(Self, File), OutputError> {
        let name = format!("{}/{file}", folder_name(folder)?);
        let path = folder.join(format!(".{file}.tmp"));
        let to = File::create(&path).map_err(failed(&name))?;
        Ok((Draft { path, last: folder.join(file), name, published: false }, to))
    }

    pub(super) fn failed(&self) -> impl Fn(io::Error) -> OutputError {
        failed(&self.name)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Puts the file on the disk, then under its name; gives the name and the bytes.
    pub(super) fn publish(mut self, file: File) -> Result<(String, u64), OutputError> {
        let publish = || {
            file.sync_all()?;
            fs::rename(&self.path, &self.last)?;
            sync_folder(self.last.parent().unwrap_or(Path::new(".")))?;
            Ok(file.metadata()?.len())
        };
        let bytes = publish().map_err(self.failed())?;
        self.published = true;
        Ok((std::mem::take(&mut self.name), bytes))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.published {
            let _ = fs::remove_file(&self.path);
        }
    }
}
