use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use clap::ValueEnum;
use serde_json::{Value, json};

use super::engine_args::{EngineArgs, keep};
use super::progress::Progress;
use super::{EXIT_BROKEN, EXIT_INTERRUPTED, EXIT_REFUSED, EXIT_SOME, Refused, print, say};
use crate::io::{Charset, FieldRole, Fields, Format, InputSettings, Reader, open};
use crate::job::{Emit, Job, JobError, Status, Summary, Watch};
use crate::lexicon::hex;
use crate::pipeline::{Engine, Settings};
use crate::replace::ProjectKey;

/// Pseudonymise a dump of documents.
///
/// INPUT is a folder of `.txt` (read recursively), `.txt` files, or `.jsonl`, `.csv`, `.tsv`, `.parquet` files, plain or `.gz`, `.zst`;
/// `-` reads standard input. The documents come out in the same format below DIR/documents, beside `spans.jsonl` (what was found,
/// no text), `rejects.jsonl` (what could not be done, and why; never written in clear) and `manifest.json`.
///
/// A run that is stopped or killed goes on with `--resume` and ends with the same bytes. Exit status: 0 all done; 1 some documents
/// rejected; 2 refused to start; 3 the output could not be written any further; 130 stopped on demand.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Folder, files, or `-` for standard input.
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// Folder to write in; made if it does not exist, refused if it holds anything.
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,

    /// Go on with the run that was stopped in DIR; give the same inputs and settings.
    #[arg(long)]
    resume: bool,

    #[command(flatten)]
    engine: EngineArgs,

    /// Format of the inputs; told from their names, or their first bytes, when not given.
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    format: Option<Format>,

    /// Names of fields: `omop` is note_text, note_id, person_id, note_date.
    #[arg(long, value_name = "NAME")]
    preset: Option<Preset>,

    /// Field that holds the text [default: note_text].
    #[arg(long, value_name = "FIELD")]
    text_field: Option<String>,

    /// Field that holds the document's id [default: note_id].
    #[arg(long, value_name = "FIELD")]
    id_field: Option<String>,

    /// Field that holds the patient: documents of one patient share surrogates and date shift [default: patient_id].
    #[arg(long, value_name = "FIELD")]
    patient_field: Option<String>,

    /// Field that holds the document's date [default: note_date].
    #[arg(long, value_name = "FIELD")]
    date_field: Option<String>,

    /// Field that holds the kind of document [default: note_type].
    #[arg(long, value_name = "FIELD")]
    type_field: Option<String>,

    /// Table of what is known of each patient (CSV or Parquet, one row per patient): names, birth date, numbers, address. All of it
    /// is then found in their documents, in every variant.
    #[arg(long, value_name = "FILE")]
    patients: Option<PathBuf>,

    /// Encoding of text and CSV files (utf-8, windows-1252, iso-8859-15, utf-16le, utf-16be); told document by document when not given.
    #[arg(long, value_name = "ENCODING", value_parser = charset)]
    encoding: Option<Charset>,

    /// Separator of a CSV file; told from its header when not given.
    #[arg(long, value_name = "CHAR")]
    delimiter: Option<char>,

    /// Name outputs after input files. File names often hold a name or a patient number: by default they do not come out.
    #[arg(long)]
    keep_names: bool,

    /// Refuse fields that hold free text and were not declared: they travel through as they are and could leak.
    #[arg(long)]
    strict: bool,

    /// Undeclared text fields known to be safe, for `--strict`; repeat or separate by commas.
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    safe_field: Vec<String>,

    /// Take documents whose id came before. By default a second one is rejected; telling takes 16 bytes per document.
    #[arg(long)]
    allow_duplicate_ids: bool,

    /// Also write `brat` (output text and spans), or `annotated` (original text and spans; needs --with-text).
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    emit: Vec<EmitArg>,

    /// Allow outputs that hold the original text.
    #[arg(long)]
    with_text: bool,

    /// Worker threads [default: one per core].
    #[arg(long, short = 'j', value_name = "N", env = "ESTOMPE_THREADS")]
    threads: Option<usize>,

    /// Most documents per part of the output.
    #[arg(long, value_name = "N", default_value_t = Job::PART_DOCUMENTS, hide = true)]
    part_documents: u64,

    /// No progress, no summary.
    #[arg(long, short)]
    quiet: bool,

    /// One JSON line of figures on standard output at the end.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Preset {
    Omop,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EmitArg {
    Brat,
    Annotated,
}

pub(super) fn run(args: Args) -> Result<ExitCode, Refused> {
    let mut faults = Vec::new();
    let made = made_key(&args);
    let there = made.read(&mut faults);
    let settings = args.engine.settings(|| there, &mut faults);
    if args.emit.contains(&EmitArg::Annotated) && !args.with_text {
        faults.push("--emit annotated writes the original texts: say so with --with-text".to_owned());
    }
    if let Some(true) = args.threads.map(|threads| threads == 0) {
        faults.push("--threads 0: at least one is needed".to_owned());
    }
    let input = args.input(&mut faults);
    let key = settings.as_ref().map(|settings| settings.key.clone());
    let id_of_path = move |path: &str| key.as_ref().map_or_else(String::new, |key| document_id(key, path));
    let reader = match open(&input, id_of_path) {
        Ok(reader) => Some(reader),
        Err(all) => {
            faults.extend(all.iter().map(ToString::to_string));
            None
        }
    };
    let (Some(settings), Some(reader), true) = (settings, reader, faults.is_empty()) else {
        return Err(Refused(faults));
    };
    if let Made::Needed(path) = &made {
        make_key(&args.output, path, &settings.key)?;
    }
    let job = args.job(&settings, &input, &reader);
    Ok(work(&args, settings, reader, &job))
}

/// The id of a text file: 64 bits derived from its path, since names of files often hold a name or a number.
fn document_id(key: &ProjectKey, path: &str) -> String {
    hex(&key.derive("document", &[path.as_bytes()])[..8])
}

/// The key of a run that was given none.
enum Made {
    /// A key file was given.
    No,
    /// To be made there.
    Needed(PathBuf),
    /// Made by the run that goes on.
    There(PathBuf),
}

impl Made {
    fn read(&self, faults: &mut Vec<String>) -> Option<ProjectKey> {
        match self {
            Made::There(path) => keep(ProjectKey::read(path), faults),
            _ => None,
        }
    }
}

fn made_key(args: &Args) -> Made {
    let path = args.output.join("private").join("projet.key");
    match &args.engine.key {
        Some(_) => Made::No,
        None if args.resume && path.exists() => Made::There(path),
        None => Made::Needed(path),
    }
}

fn make_key(output: &Path, path: &Path, key: &ProjectKey) -> Result<(), Refused> {
    let folder = path.parent().expect("the key lies in a folder");
    let refuse = |error: std::io::Error| Refused::one(format!("{}: {error}", output.display()));
    if output.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        let path = output.to_owned();
        return Err(Refused::one(JobError::NotEmpty { path }));
    }
    std::fs::create_dir_all(folder).map_err(refuse)?;
    key.create(path).map_err(Refused::one)?;
    say(&format!(
        "No --key: one was made, {}. Keep it apart from the output; with it, later runs give the same surrogates.",
        path.display()
    ));
    Ok(())
}

impl Args {
    fn input(&self, faults: &mut Vec<String>) -> InputSettings {
        let mut fields = self.preset.map_or_else(Fields::default, |Preset::Omop| Fields::omop());
        let given = [
            (&self.text_field, &mut fields.text),
            (&self.id_field, &mut fields.id),
            (&self.patient_field, &mut fields.patient),
            (&self.date_field, &mut fields.date),
            (&self.type_field, &mut fields.kind),
        ];
        for (given, field) in given {
            if let Some(name) = given {
                field.clone_from(name);
            }
        }
        let delimiter =
            self.delimiter.map(|delimiter| u8::try_from(delimiter).map_err(|_| "--delimiter: one ASCII character"));
        InputSettings {
            inputs: self.inputs.clone(),
            format: self.format,
            fields,
            encoding: self.encoding,
            max_chars: self.engine.max_chars,
            strict: self.strict,
            keep_names: self.keep_names,
            patients: self.patients.clone(),
            delimiter: delimiter.and_then(|delimiter| keep(delimiter, faults)),
            safe_columns: self.safe_field.clone(),
            unique_ids: !self.allow_duplicate_ids,
            exclude: vec![self.output.clone()],
            ..InputSettings::default()
        }
    }

    fn job(&self, settings: &Settings, input: &InputSettings, reader: &Reader) -> Job {
        let emit: Vec<Emit> = self
            .emit
            .iter()
            .map(|kind| match kind {
                EmitArg::Brat => Emit::Brat,
                EmitArg::Annotated => Emit::Annotated,
            })
            .collect();
        let mut of_run: BTreeMap<String, Value> = settings.describe();
        of_run.insert("format".to_owned(), json!(reader.format().as_str()));
        of_run.insert("input".to_owned(), describe(input));
        of_run.insert(
            "emit".to_owned(),
            json!(emit.iter().map(|kind| format!("{kind:?}").to_lowercase()).collect::<Vec<_>>()),
        );
        of_run.insert("part_documents".to_owned(), json!(self.part_documents));
        Job {
            output: self.output.clone(),
            emit,
            structure: settings.structure,
            threads: self.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)),
            part_documents: self.part_documents.max(1),
            part_bytes: Job::PART_BYTES,
            resume: self.resume,
            settings: of_run,
            input: BTreeMap::from([
                ("inputs".to_owned(), json!(self.inputs.len())),
                ("bytes".to_owned(), json!(reader.bytes_total())),
            ]),
        }
    }
}

fn format(name: &str) -> Result<Format, String> {
    Format::named(name).ok_or_else(|| format!("known formats: {}", Format::ALL.map(Format::as_str).join(", ")))
}

fn charset(name: &str) -> Result<Charset, String> {
    Charset::named(name).ok_or_else(|| format!("known encodings: {}", Charset::NAMES.join(", ")))
}

/// What of the input settings changes the output; names of fields, no names of files.
fn describe(input: &InputSettings) -> Value {
    let fields: BTreeMap<String, &str> =
        FieldRole::ALL.into_iter().map(|role| (role.to_string(), input.fields.name(role))).collect();
    json!({
        "fields": fields,
        "encoding": input.encoding.map(|charset| format!("{charset:?}")),
        "delimiter": input.delimiter,
        "strict": input.strict,
        "keep_names": input.keep_names,
        "unique_ids": input.unique_ids,
        "patients": input.patients.is_some(),
    })
}

fn work(args: &Args, settings: Settings, reader: Reader, job: &Job) -> ExitCode {
    let watch = Arc::new(Watch::default());
    let stopping = watch.clone();
    let handler = ctrlc::set_handler(move || {
        if stopping.stop.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(EXIT_INTERRUPTED));
        }
        say("Stopping at the end of the part in hand; once more to stop at once (--resume goes on either way).");
    });
    if handler.is_err() {
        say("estompe: interruptions cannot be caught here; a killed run goes on with --resume all the same");
    }
    let engine = Engine::new(settings);
    let progress = (!args.quiet).then(|| Progress::start(watch.clone(), reader.bytes_read(), reader.bytes_total()));
    let outcome = crate::job::run(&engine, reader, job, &watch);
    drop(progress);
    match outcome {
        Ok(summary) => {
            report(args, &summary);
            ExitCode::from(match summary.status {
                Status::Complete if summary.counts.rejected == 0 => 0,
                Status::Complete => EXIT_SOME,
                _ => EXIT_INTERRUPTED,
            })
        }
        Err(fault) => {
            say(&format!("estompe: {fault}"));
            ExitCode::from(if fault.is_refusal() { EXIT_REFUSED } else { EXIT_BROKEN })
        }
    }
}

fn report(args: &Args, summary: &Summary) {
    let (counts, session) = (&summary.counts, &summary.session);
    let seconds = session.seconds.max(0.001);
    let (documents_per_second, megabytes_per_second) =
        (session.documents as f64 / seconds, summary.session_bytes as f64 / 1e6 / seconds);
    if args.json {
        let round = |value: f64| (value * 100.0).round() / 100.0;
        let line = json!({
            "status": summary.status,
            "documents": counts.documents,
            "rejected": counts.rejected,
            "without_patient": counts.without_patient,
            "bytes": counts.bytes,
            "spans": counts.spans,
            "seconds": session.seconds,
            "documents_per_second": round(documents_per_second),
            "megabytes_per_second": round(megabytes_per_second),
            "threads": session.threads,
        });
        print(&format!("{line}\n"));
    }
    if args.quiet {
        return;
    }
    for warning in &summary.warnings {
        say(&format!("Warning: {warning}"));
    }
    if counts.without_patient > 0 {
        say(&format!("{} documents have no patient: each is pseudonymised on its own.", counts.without_patient));
    }
    let spans: u64 = counts.spans.values().sum();
    let state = if summary.status == Status::Complete { "Done" } else { "Stopped; --resume goes on" };
    say(&format!(
        "{state}: {} documents ({documents_per_second:.0}/s, {megabytes_per_second:.1} MB/s), {spans} spans, {} rejected → {}",
        counts.documents,
        counts.rejected,
        args.output.display(),
    ));
}
