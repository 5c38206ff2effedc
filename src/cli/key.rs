use std::path::PathBuf;
use std::process::ExitCode;

use super::{Refused, print};
use crate::replace::ProjectKey;

/// Make and recognise a project's secret.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Make a new random key in a file that only you can read.
    ///
    /// Keep it as you keep patient data, apart from the output: whoever has it and an original document can tell which surrogate
    /// stands for whom. Lose it, and later documents of a patient no longer match the earlier ones.
    New {
        /// File to make; an existing file is never overwritten.
        file: PathBuf,
    },
    /// Print the fingerprint of a key, as manifests show it.
    Fingerprint {
        /// A key file.
        file: PathBuf,
    },
}

pub(super) fn run(command: &Command) -> Result<ExitCode, Refused> {
    let key = match command {
        Command::New { file } => {
            let key = ProjectKey::generate().map_err(Refused::one)?;
            key.create(file).map_err(Refused::one)?;
            key
        }
        Command::Fingerprint { file } => ProjectKey::read(file).map_err(Refused::one)?,
    };
    print(&format!("{}\n", key.fingerprint()));
    Ok(ExitCode::SUCCESS)
}
