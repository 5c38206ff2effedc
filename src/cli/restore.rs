use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use regex::{Captures, Regex};

use super::{EXIT_SOME, Refused, say};
use crate::lexicon::Words;
use crate::replace::{Policy, ProjectKey, Replacer};

/// Put back what the operator `encrypt` replaced.
///
/// Reads text or JSON lines and writes them on standard output with each token `<NOM:enc:…>` turned back into what it stood for. Needs
/// the project's key; tokens of another key stay, and the exit status is then 1. What comes out identifies people again.
#[derive(clap::Args)]
pub(super) struct Args {
    /// A file that a run wrote, or `-` for standard input.
    file: PathBuf,

    /// The key of the run.
    #[arg(long, value_name = "FILE", env = "ESTOMPE_KEY")]
    key: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Refused> {
    let key = ProjectKey::read(&args.key).map_err(Refused::one)?;
    let replacer = Replacer::new(Policy::default(), Arc::new(key), Words::embedded());
    let unreadable = |error: std::io::Error| Refused::one(format!("{}: {error}", args.file.display()));
    let input: Box<dyn BufRead> = match args.file.to_str() {
        Some("-") => Box::new(std::io::stdin().lock()),
        _ => Box::new(BufReader::new(std::fs::File::open(&args.file).map_err(unreadable)?)),
    };
    let kept = restore(&replacer, input, BufWriter::new(std::io::stdout().lock())).map_err(unreadable)?;
    if kept == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!("estompe: {kept} tokens are of another key, or were changed; they stay"));
    Ok(ExitCode::from(EXIT_SOME))
}

/// Writes what it reads with its tokens opened; how many could not be.
fn restore(replacer: &Replacer, mut input: impl BufRead, mut output: impl Write) -> std::io::Result<u64> {
    let token = Regex::new("<[A-Z][A-Z0-9_]*:enc:[A-Za-z0-9_-]+>").expect("a sound pattern");
    let mut line = Vec::new();
    let mut kept = 0;
    while input.read_until(b'\n', &mut line)? > 0 {
        match std::str::from_utf8(&line) {
            Ok(text) => {
                // Inside a JSON string, what comes back is escaped.
                let is_json = text.trim_start().starts_with('{');
                let open = |found: &Captures<'_>| match replacer.decrypt(&found[0]) {
                    Ok(original) if is_json => {
                        let quoted = serde_json::Value::from(original).to_string();
                        quoted[1..quoted.len() - 1].to_owned()
                    }
                    Ok(original) => original,
                    Err(_) => {
                        kept += 1;
                        found[0].to_owned()
                    }
                };
                output.write_all(token.replace_all(text, open).as_bytes())?;
            }
            Err(_) => output.write_all(&line)?,
        }
        line.clear();
    }
    output.flush()?;
    Ok(kept)
}
