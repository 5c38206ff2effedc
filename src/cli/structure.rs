use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use sha2::{Digest as _, Sha256};

use super::{EXIT_BROKEN, EXIT_SOME, Refused, say};
use crate::io::emit::entities_line;
use crate::io::{Entry, Fields, InputSettings, open};
use crate::lexicon::hex;
use crate::pipeline::{Mention, Settings, ordered};
use crate::structure::{Structurer, Terms};

/// Extract what reports say, as coded entities, without pseudonymising them.
///
/// Reads texts as `estompe run` does, pseudonymised already or not, and writes one JSON line per document: diagnoses (CIM-10), drugs
/// (ATC), results (LOINC), procedures (CCAM), scores, TNM, with their qualifiers and attributes. What it writes quotes the texts:
/// it is as sensitive as they are.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Folder, files, or `-` for standard input.
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// File to write; standard output when not given.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Field that holds the text [default: note_text].
    #[arg(long, value_name = "FIELD")]
    text_field: Option<String>,

    /// Field that holds the document's id [default: note_id].
    #[arg(long, value_name = "FIELD")]
    id_field: Option<String>,

    /// Worker threads [default: one per core].
    #[arg(long, short = 'j', value_name = "N", env = "ESTOMPE_THREADS")]
    threads: Option<usize>,
}

/// Documents of one batch.
const BATCH: usize = 64;

pub(super) fn run(args: &Args) -> Result<ExitCode, Refused> {
    let mut fields = Fields::default();
    for (given, field) in [(&args.text_field, &mut fields.text), (&args.id_field, &mut fields.id)] {
        if let Some(name) = given {
            field.clone_from(name);
        }
    }
    let settings = InputSettings {
        inputs: args.inputs.clone(),
        fields,
        max_chars: Settings::MAX_CHARS,
        ..InputSettings::default()
    };
    let id_of_path = |path: &str| hex(&Sha256::digest(path.as_bytes())[..8]);
    let reader = open(&settings, id_of_path).map_err(|all| Refused(all.iter().map(ToString::to_string).collect()))?;
    let out: Box<dyn Write> = match &args.output {
        Some(path) => {
            Box::new(File::create(path).map_err(|error| Refused::one(format!("{}: {error}", path.display())))?)
        }
        None => Box::new(std::io::stdout().lock()),
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads.unwrap_or(0)).build().map_err(Refused::one)?;
    Ok(write(reader, &pool, BufWriter::new(out)))
}

fn write(reader: crate::io::Reader, pool: &rayon::ThreadPool, mut out: impl Write) -> ExitCode {
    let structurer = Structurer::new(Terms::embedded());
    let (mut rejected, mut fault) = (0_u64, None);
    let mut reader = reader.fuse();
    let batches = std::iter::from_fn(move || {
        let batch: Vec<Entry> = reader.by_ref().take(BATCH).collect();
        (!batch.is_empty()).then_some(batch)
    });
    let work = |batch: Vec<Entry>| batch.iter().map(|entry| line(&structurer, entry)).collect::<Vec<Option<String>>>();
    ordered(batches, pool, 4 * pool.current_num_threads(), work, |lines| {
        for line in lines {
            let Some(line) = line else {
                rejected += 1;
                continue;
            };
            if let Err(error) = writeln!(out, "{line}") {
                fault = Some(error);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    });
    if let Some(error) = fault.or_else(|| out.flush().err()) {
        say(&format!("estompe: output: {error}"));
        return ExitCode::from(EXIT_BROKEN);
    }
    if rejected > 0 {
        say(&format!("estompe: {rejected} documents could not be read"));
        return ExitCode::from(EXIT_SOME);
    }
    ExitCode::SUCCESS
}

/// A line of `entities.jsonl`; `None` for what could not be read.
fn line(structurer: &Structurer, entry: &Entry) -> Option<String> {
    let Entry::Record(record) = entry else { return None };
    let text = record.doc.text();
    let entities = structurer.structure(&record.doc);
    let mentions: Vec<Mention> = entities.into_iter().map(|entity| Mention { original: entity.span, entity }).collect();
    Some(entities_line(record.doc.id(), &mentions, text, text))
}
