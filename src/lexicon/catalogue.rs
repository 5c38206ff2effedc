//! The identifier files: one per type, `lexicons/identifiers/<name>.toml`.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::text::{Label, intern};

include!(concat!(env!("OUT_DIR"), "/identifiers.rs"));

/// Names a check of `detect::check`; the catalogue only needs to know which exist.
type KnownChecks<'c> = &'c [&'c str];

/// Every identifier file, in the order of their names.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    identifiers: Vec<Identifier>,
    sha256: String,
}

/// One file of `lexicons/identifiers/`.
#[derive(Clone, Debug)]
pub struct Identifier {
    /// The file's name without its ending; it starts the name of each of its rules.
    pub name: &'static str,
    pub label: Label,
    pub describes: String,
    pub source: String,
    /// Wins over lower numbers where they overlap.
    pub priority: u8,
    pub rules: Vec<Rule>,
    /// Inline markup; exactly the marked spans of this label are to be found.
    pub examples: Vec<String>,
    pub known_failures: Vec<String>,
}

/// A regular expression over the folded text, with what must and must not stand around its match.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `file/rule`.
    pub name: &'static str,
    /// The cue before, if the rule has one, and the expression, as one.
    pub pattern: Arc<Hir>,
    /// The group that is the expression without its cue.
    pub value: usize,
    /// Label of each capture group; the group without a name (or the whole expression) has the file's label.
    pub groups: Vec<(usize, Label)>,
    pub check: Option<&'static str>,
    pub score: f32,
    /// In place of the file's.
    pub priority: Option<u8>,
    /// Whether it may only begin a line, after blanks and bullets.
    pub line: bool,
    /// One of these must be in the text for the rule to be tried at all.
    pub needs: Vec<String>,
    /// Must precede the expression (its cue included), up to its start.
    pub behind: Option<Cue>,
    /// Tested on what precedes the expression, up to its start, cue included.
    pub not_before: Option<Cue>,
    /// Tested on what follows the match, from its end.
    pub after: Option<Cue>,
    pub not_after: Option<Cue>,
    /// Whether the letters of the match must be capitals in the original.
    pub upper: bool,
}

/// An expression for what stands around a match; compiled when it is first tried.
#[derive(Clone)]
pub struct Cue(Arc<(String, OnceLock<Regex>)>);

impl Cue {
    fn new(regex: String) -> Self {
        Cue(Arc::new((regex, OnceLock::new())))
    }

    pub fn is_match(&self, text: &[u8]) -> bool {
        let (regex, compiled) = &*self.0;
        compiled
            .get_or_init(|| compile(regex).expect("files were checked when they were read or built in"))
            .is_match(text)
    }
}

impl std::fmt::Debug for Cue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cue({})", self.0.0)
    }
}

/// Whether each expression is compiled when it is read: tests did it for the embedded files.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    Tested,
    Unknown,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    label: String,
    describes: String,
    source: String,
    priority: u8,
    check: Option<String>,
    score: Option<f32>,
    #[serde(default)]
    patterns: Vec<String>,
    #[serde(default)]
    rules: Vec<FileRule>,
    /// Named fragments, used in any expression of the file as `{{name}}`.
    #[serde(default)]
    fragments: std::collections::BTreeMap<String, String>,
    #[serde(default)]
    examples: Vec<String>,
    #[serde(default)]
    known_failures: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRule {
    name: String,
    regex: String,
    check: Option<String>,
    score: Option<f32>,
    priority: Option<u8>,
    before: Option<String>,
    not_before: Option<String>,
    after: Option<String>,
    not_after: Option<String>,
    #[serde(default)]
    upper: bool,
    #[serde(default)]
    line: bool,
    #[serde(default)]
    needs: Vec<String>,
    behind: Option<String>,
}

/// What is wrong with a lexicon file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LexiconError {
    #[error("{path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path}: {message}")]
    Syntax { path: PathBuf, message: String },
    #[error("{path}: rule `{rule}`: {source}")]
    Pattern { path: PathBuf, rule: String, source: Box<regex::Error> },
    #[error("{path}: `{label}` asks for the check `{check}`; known checks: {known}")]
    UnknownCheck { path: PathBuf, label: String, check: String, known: String },
    #[error("{path}: {message}")]
    Row { path: PathBuf, message: String },
}

impl Catalogue {
    /// The files compiled into the binary; what stands around a match is compiled when it is first tried.
    ///
    /// # Errors
    /// All faults of all files.
    pub fn embedded(checks: KnownChecks<'_>) -> Result<Self, Vec<LexiconError>> {
        Self::built_in(checks, Trust::Tested)
    }

    fn built_in(checks: KnownChecks<'_>, trust: Trust) -> Result<Self, Vec<LexiconError>> {
        let files = IDENTIFIERS.iter().map(|(name, text)| (Path::new(name).to_owned(), Ok((*text).to_owned())));
        Self::from_files(files, checks, trust)
    }

    /// The `*.toml` of a folder of identifier files.
    ///
    /// # Errors
    /// All faults of all files.
    pub fn read(folder: &Path, checks: KnownChecks<'_>) -> Result<Self, Vec<LexiconError>> {
        let unreadable = |source| vec![LexiconError::Read { path: folder.to_owned(), source }];
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                paths.push(path);
            }
        }
        paths.sort();
        Self::from_files(
            paths.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path))),
            checks,
            Trust::Unknown,
        )
    }

    fn from_files(
        files: impl Iterator<Item = (PathBuf, std::io::Result<String>)>,
        checks: KnownChecks<'_>,
        trust: Trust,
    ) -> Result<Self, Vec<LexiconError>> {
        let mut identifiers = Vec::new();
        let mut faults = Vec::new();
        let mut hash = Sha256::new();
        for (path, text) in files {
            let read = text.map_err(|source| vec![LexiconError::Read { path: path.clone(), source }]);
            let parsed = read.and_then(|text| {
                hash.update(text.len().to_le_bytes());
                hash.update(&text);
                identifier(&path, &text, checks, trust)
            });
            match parsed {
                Ok(identifier) => identifiers.push(identifier),
                Err(of_file) => faults.extend(of_file),
            }
        }
        if faults.is_empty() { Ok(Catalogue { identifiers, sha256: hex(&hash.finalize()) }) } else { Err(faults) }
    }

    /// Hash of the files, in hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    pub fn identifiers(&self) -> &[Identifier] {
        &self.identifiers
    }

    /// Every label some file speaks of, sorted.
    pub fn labels(&self) -> Vec<Label> {
        let mut labels: Vec<Label> = self.identifiers.iter().map(|identifier| identifier.label).collect();
        labels.extend(Label::ALL);
        labels.sort();
        labels.dedup();
        labels
    }

    /// The priority of a label; 50 if no file says.
    pub fn priority(&self, label: Label) -> u8 {
        self.identifiers
            .iter()
            .find(|identifier| identifier.label == label)
            .map_or(50, |identifier| identifier.priority)
    }
}

fn identifier(path: &Path, text: &str, checks: KnownChecks<'_>, trust: Trust) -> Result<Identifier, Vec<LexiconError>> {
    let syntax = |error: toml::de::Error| LexiconError::Syntax { path: path.to_owned(), message: error.to_string() };
    let file: File = toml::from_str(text).map_err(|error| vec![syntax(error)])?;
    let name = intern(&path.file_stem().unwrap_or_default().to_string_lossy());
    let plain = file.patterns.iter().enumerate().map(|(at, regex)| FileRule {
        name: if file.patterns.len() == 1 { "pattern".to_owned() } else { format!("pattern-{}", at + 1) },
        regex: regex.clone(),
        check: None,
        score: None,
        priority: None,
        before: None,
        not_before: None,
        after: None,
        not_after: None,
        upper: false,
        line: false,
        needs: Vec::new(),
        behind: None,
    });
    let label = Label::named(&file.label);
    let fragments: Vec<(String, String)> =
        file.fragments.iter().map(|(name, value)| (format!("{{{{{name}}}}}"), format!("(?:{value})"))).collect();
    let mut rules = Vec::new();
    let mut faults = Vec::new();
    for source in plain.chain(file.rules) {
        let check = source.check.as_ref().or(file.check.as_ref()).filter(|check| *check != "none");
        if let Some(check) = check.filter(|check| !checks.contains(&check.as_str())) {
            faults.push(LexiconError::UnknownCheck {
                path: path.to_owned(),
                label: file.label.clone(),
                check: check.clone(),
                known: checks.join(", "),
            });
        }
        let expand = |regex: &str| expand(regex, &fragments);
        let check_one = |regex: &str| {
            let fault = |error| LexiconError::Pattern {
                path: path.to_owned(),
                rule: source.name.clone(),
                source: Box::new(error),
            };
            if trust == Trust::Unknown { compile(regex).map(|_| ()).map_err(fault) } else { Ok(()) }
        };
        let around = |regex: &Option<String>, head: &str, tail: &str| {
            let Some(regex) = regex else { return Ok(None) };
            let regex = expand(&format!("{head}(?:{regex}){tail}"));
            check_one(&regex).map(|()| Some(Cue::new(regex)))
        };
        let rule = || -> Result<Rule, LexiconError> {
            let cue = source.before.as_ref().map(|cue| format!("(?:{cue})")).unwrap_or_default();
            let pattern = expand(&format!("{cue}(?P<{VALUE}>{})", source.regex));
            check_one(&pattern)?;
            let pattern = parse(&pattern).map_err(|error| LexiconError::Pattern {
                path: path.to_owned(),
                rule: source.name.clone(),
                source: Box::new(error),
            })?;
            let (value, groups) = groups(&pattern, label);
            Ok(Rule {
                name: intern(&format!("{name}/{}", source.name)),
                pattern: Arc::new(pattern),
                value,
                groups,
                check: check.map(|check| intern(check)),
                score: source.score.or(file.score).unwrap_or(0.95),
                priority: source.priority,
                line: source.line,
                needs: source.needs.clone(),
                behind: around(&source.behind, "", r"\z")?,
                not_before: around(&source.not_before, "", r"\z")?,
                after: around(&source.after, r"\A", "")?,
                not_after: around(&source.not_after, r"\A", "")?,
                upper: source.upper,
            })
        };
        match rule() {
            Ok(rule) => rules.push(rule),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Identifier {
        name,
        label,
        describes: file.describes,
        source: file.source,
        priority: file.priority,
        rules,
        examples: file.examples,
        known_failures: file.known_failures,
    })
}

impl Rule {
    /// A site's own shape of number; case is ignored.
    ///
    /// # Errors
    /// An expression that does not compile.
    pub fn shape(label: Label, shape: &str) -> Result<Rule, LexiconError> {
        let name = intern(&format!("shape/{label}"));
        let fault = |error| LexiconError::Pattern {
            path: PathBuf::from("[shapes]"),
            rule: name.to_owned(),
            source: Box::new(error),
        };
        let pattern = format!("(?P<{VALUE}>(?i-u:{shape}))");
        let around = |regex: &str| Some(Cue::new(regex.to_owned()));
        let pattern = compile(&pattern).and_then(|_| parse(&pattern)).map_err(fault)?;
        let (value, _) = groups(&pattern, label);
        Ok(Rule {
            name,
            pattern: Arc::new(pattern),
            value,
            groups: vec![(value, label)],
            check: None,
            score: 0.97,
            priority: None,
            line: false,
            needs: Vec::new(),
            behind: None,
            not_before: around(r"[a-z0-9]\z"),
            after: None,
            not_after: around(r"\A[a-z0-9]"),
            upper: false,
        })
    }
}

/// Name of the group that is a rule's expression without its cue.
const VALUE: &str = "value";

fn compile(regex: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(regex).unicode(false).size_limit(1 << 24).build()
}

fn parse(regex: &str) -> Result<Hir, regex::Error> {
    let parsed = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(regex);
    parsed.map_err(|error| regex::Error::Syntax(error.to_string()))
}

/// The group of the expression, and the groups that are spans.
fn groups(pattern: &Hir, label: Label) -> (usize, Vec<(usize, Label)>) {
    let mut captures = Vec::new();
    push_captures(pattern, &mut captures);
    captures.sort_unstable();
    let value = captures.iter().find(|(_, name)| *name == Some(VALUE)).expect("each rule has it").0;
    let mut groups: Vec<(usize, Label)> = captures
        .iter()
        .filter(|(_, name)| *name != Some(VALUE))
        .map(|(at, name)| (*at, name.map_or(label, Label::named)))
        .collect();
    if groups.is_empty() {
        groups.push((value, label));
    }
    (value, groups)
}

fn push_captures<'h>(part: &'h Hir, captures: &mut Vec<(usize, Option<&'h str>)>) {
    match part.kind() {
        HirKind::Capture(group) => {
            captures.push((group.index as usize, group.name.as_deref()));
            push_captures(&group.sub, captures);
        }
        HirKind::Repetition(repeated) => push_captures(&repeated.sub, captures),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().for_each(|part| push_captures(part, captures));
        }
        _ => {}
    }
}

/// Puts fragments in place of their names; a fragment may use others, a few levels deep.
fn expand(regex: &str, fragments: &[(String, String)]) -> String {
    let mut regex = regex.to_owned();
    for _ in 0..3 {
        for (name, value) in fragments {
            if regex.contains(name) {
                regex = regex.replace(name, value);
            }
        }
    }
    // The folded text has `*` for the degree sign; files may write it as it is read.
    regex.replace('°', r"\*")
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_expression_compiles() {
        let faults = Catalogue::built_in(&[], Trust::Unknown).expect_err("no check is known here");
        let others: Vec<_> =
            faults.iter().filter(|fault| !matches!(fault, LexiconError::UnknownCheck { .. })).collect();
        assert!(others.is_empty(), "{others:?}");
    }
}
