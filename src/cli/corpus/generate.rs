use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Deserialize;

use super::read;
use crate::cli::{EXIT_BROKEN, Refused, say};
use crate::corpus::{Copy, Generator, Source, annotations, levels, line};
use crate::pipeline::ordered;
use crate::text::markup;

/// Copies that one thread makes at a time.
const BATCH: u64 = 64;

/// Make new annotated reports from the written ones: other identities, other writings, noise; the marks follow exactly.
///
/// A copy depends on the seed, its report and its number alone. All reports are copied once, in an order that the seed decides, then all again. By
/// default the series for development of `splits.toml` are copied; those for tests only when they are named, and never to train on.
#[derive(clap::Args)]
pub(in crate::cli) struct Args {
    /// How many reports to make.
    #[arg(long, short = 'n', value_name = "N")]
    count: u64,
    /// What decides every choice: the same seed gives the same bytes.
    #[arg(long, short, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Series to copy, by name, or lists of `splits.toml`: `dev`, `test`, `clinical` (those of `dev` whose clinical mentions are marked).
    #[arg(long, value_name = "SERIES", value_delimiter = ',', default_value = "dev")]
    series: Vec<String>,
    /// How much noise: none, light, medium, heavy (`lexicons/generation/probabilities.toml`).
    #[arg(long, value_name = "LEVEL", default_value = "light")]
    noise: String,
    /// JSON lines; brat (`.txt` and `.ann`); inline markup (`.md`), which `eval` and `corpus check` read.
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// File of JSON lines, standard output when not given; folder of the other formats, by series. What exists is not overwritten.
    #[arg(long, short, value_name = "PATH", required_if_eq_any([("format", "brat"), ("format", "inline")]))]
    output: Option<PathBuf>,
    /// Folder with `series/` and `splits.toml`.
    #[arg(long, value_name = "DIR", default_value = "corpus-fictif")]
    corpus: PathBuf,
    /// Threads; all processors when not given. The output does not depend on it.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Jsonl,
    Brat,
    Inline,
}

/// What `splits.toml` says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Splits {
    dev: BTreeSet<String>,
    test: BTreeSet<String>,
    #[serde(default)]
    clinical: BTreeSet<String>,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Refused> {
    if !levels().contains(&args.noise) {
        return Err(Refused::one(format!(
            "--noise: no level is called `{}`; levels: {}",
            args.noise,
            levels().join(", ")
        )));
    }
    let sources = sources(args)?;
    let generator = Generator::new(sources, args.seed, &args.noise).map_err(Refused::one)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads.unwrap_or(0)).build().map_err(Refused::one)?;
    let mut sink = Sink::open(args)?;
    let batches = (0..args.count.div_ceil(BATCH)).map(|batch| batch * BATCH..(batch * BATCH + BATCH).min(args.count));
    let work = |ranks: std::ops::Range<u64>| -> Result<Vec<Written>, String> {
        ranks
            .map(|rank| Ok(Written::new(args.format, &generator.copy(rank).map_err(|fault| fault.to_string())?)))
            .collect()
    };
    let mut outcome = Ok(());
    ordered(batches, &pool, 4 * pool.current_num_threads(), work, |copies| {
        outcome = copies.and_then(|copies| copies.iter().try_for_each(|copy| sink.write(copy)));
        if outcome.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    match outcome.and_then(|()| sink.finish()) {
        Ok(()) => {
            say(&format!("{} reports, seed {}, noise {}", args.count, args.seed, args.noise));
            Ok(ExitCode::SUCCESS)
        }
        Err(fault) => {
            say(&format!("estompe: {fault}"));
            Ok(ExitCode::from(EXIT_BROKEN))
        }
    }
}

/// The reports to copy.
fn sources(args: &Args) -> Result<Vec<Source>, Refused> {
    let chosen = chosen(args)?;
    let folders: Vec<PathBuf> = chosen.iter().map(|series| args.corpus.join("series").join(series)).collect();
    let mut sources = Vec::new();
    let mut faults = Vec::new();
    for (path, source) in read(&folders)? {
        let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        match markup::parse(&source) {
            Ok(marked) => sources.push(Source {
                series: part(path.parent().and_then(Path::file_name)),
                name: part(path.file_stem()),
                marked,
            }),
            Err(fault) => faults.push(format!("{}: {fault}", path.display())),
        }
    }
    if faults.is_empty() { Ok(sources) } else { Err(Refused(faults)) }
}

/// The names of the series asked for; a warning for those of tests.
fn chosen(args: &Args) -> Result<BTreeSet<String>, Refused> {
    let path = args.corpus.join("splits.toml");
    let text = fs::read_to_string(&path).map_err(|fault| Refused::one(format!("{}: {fault}", path.display())))?;
    let splits: Splits = toml::from_str(&text).map_err(|fault| Refused::one(format!("{}: {fault}", path.display())))?;
    let mut chosen = BTreeSet::new();
    let mut faults = Vec::new();
    for name in &args.series {
        match name.as_str() {
            "dev" => chosen.extend(splits.dev.iter().cloned()),
            "test" => chosen.extend(splits.test.iter().cloned()),
            "clinical" => chosen.extend(splits.clinical.intersection(&splits.dev).cloned()),
            _ if splits.dev.contains(name) || splits.test.contains(name) => _ = chosen.insert(name.clone()),
            _ => faults.push(format!("--series: `{name}` is no series of {}", path.display())),
        }
    }
    if !faults.is_empty() {
        return Err(Refused(faults));
    }
    if chosen.iter().any(|name| splits.test.contains(name)) {
        say("estompe: copies of test series: measure with them, never train or tune on them");
    }
    Ok(chosen)
}

/// A copy as it is written.
struct Written {
    /// Path below the folder, without the ending.
    path: String,
    text: String,
    annotations: String,
}

impl Written {
    fn new(format: Format, copy: &Copy) -> Self {
        let path = format!("{}/{}-{:05}", copy.series, copy.name, copy.number);
        let (text, annotations) = match format {
            Format::Jsonl => (line(copy) + "\n", String::new()),
            Format::Brat => (copy.marked.text.clone(), annotations(&copy.marked)),
            Format::Inline => (markup::write(&copy.marked), String::new()),
        };
        Written { path, text, annotations }
    }
}

/// Where copies go. A file of JSON lines gets its name when it is whole.
enum Sink {
    Lines(Box<dyn Write>),
    File(BufWriter<tempfile::NamedTempFile>, PathBuf),
    Folder(PathBuf, Format),
}

impl Sink {
    fn open(args: &Args) -> Result<Self, Refused> {
        let Some(output) = &args.output else { return Ok(Sink::Lines(Box::new(BufWriter::new(std::io::stdout())))) };
        let fault = |fault: std::io::Error| Refused::one(format!("{}: {fault}", output.display()));
        if args.format != Format::Jsonl {
            fs::create_dir_all(output).map_err(fault)?;
            if fs::read_dir(output).map_err(fault)?.next().is_some() {
                return Err(Refused::one(format!("{}: the folder is not empty", output.display())));
            }
            return Ok(Sink::Folder(output.clone(), args.format));
        }
        if output.exists() {
            return Err(Refused::one(format!("{}: the file exists", output.display())));
        }
        let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let draft = tempfile::NamedTempFile::new_in(folder).map_err(fault)?;
        Ok(Sink::File(BufWriter::new(draft), output.clone()))
    }

    fn write(&mut self, copy: &Written) -> Result<(), String> {
        let written = match self {
            Sink::Lines(out) => match out.write_all(copy.text.as_bytes()) {
                // Who reads has had enough.
                Err(fault) if fault.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
                written => written,
            },
            Sink::File(out, _) => out.write_all(copy.text.as_bytes()),
            Sink::Folder(folder, format) => write_files(folder, *format, copy),
        };
        written.map_err(|fault| format!("the output cannot be written: {fault}"))
    }

    fn finish(self) -> Result<(), String> {
        let finished = match self {
            Sink::Lines(mut out) => match out.flush() {
                Err(fault) if fault.kind() != std::io::ErrorKind::BrokenPipe => Err(fault),
                _ => Ok(()),
            },
            Sink::File(out, path) => {
                let draft = out.into_inner().map_err(|fault| fault.to_string())?;
                draft.persist_noclobber(&path).map(drop).map_err(|fault| fault.error)
            }
            Sink::Folder(..) => Ok(()),
        };
        finished.map_err(|fault| format!("the output cannot be written: {fault}"))
    }
}

fn write_files(folder: &Path, format: Format, copy: &Written) -> std::io::Result<()> {
    let path = folder.join(&copy.path);
    if let Some(series) = path.parent() {
        fs::create_dir_all(series)?;
    }
    let write = |ending: &str, text: &str| -> std::io::Result<()> {
        let mut name = path.clone().into_os_string();
        name.push(ending);
        File::create_new(name)?.write_all(text.as_bytes())
    };
    match format {
        Format::Brat => write(".txt", &copy.text).and_then(|()| write(".ann", &copy.annotations)),
        _ => write(".md", &copy.text),
    }
}
