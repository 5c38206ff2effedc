use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::detect::{PatternDetector, check};
use crate::lexicon::{Catalogue, LexiconError, Words};
use crate::replace::{KeyError, Policy, PolicyError, ProjectKey};
use crate::text::Label;

/// What the engine needs, checked.
#[derive(Debug)]
pub struct Settings {
    pub catalogue: Catalogue,
    pub words: Words,
    pub policy: Policy,
    pub key: Arc<ProjectKey>,
    /// A site's own numbers: label and regular expression.
    pub shapes: Vec<(Label, String)>,
    /// Whether coded mentions are extracted too.
    pub structure: bool,
    /// Longest document taken, in code points.
    pub max_chars: usize,
    /// Longest time spent on one document. The engine is linear in its length; this is the net below it.
    pub timeout: Duration,
}

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    #[error(transparent)]
    Lexicon(#[from] LexiconError),
    #[error(transparent)]
    Policy(#[from] PolicyError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("{path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path}: {message}")]
    Site { path: PathBuf, message: String },
}

impl Settings {
    pub const MAX_CHARS: usize = 5_000_000;
    pub const TIMEOUT: Duration = Duration::from_secs(120);

    /// Embedded identifier files; word lists of a folder if one is given, else the embedded ones.
    ///
    /// # Errors
    /// Every fault, not only the first.
    pub fn new(policy: Policy, key: Arc<ProjectKey>, lexicons: Option<&Path>) -> Result<Self, Vec<SettingsError>> {
        let catalogue = Catalogue::embedded(&check::names());
        let words = lexicons.map_or_else(|| Ok(Words::embedded()), Words::read);
        match (catalogue, words) {
            (Ok(catalogue), Ok(words)) => Ok(Settings {
                catalogue,
                words,
                policy,
                key,
                shapes: Vec::new(),
                structure: false,
                max_chars: Self::MAX_CHARS,
                timeout: Self::TIMEOUT,
            }),
            (catalogue, words) => {
                let of_catalogue = catalogue.err().unwrap_or_default();
                Err(of_catalogue.into_iter().chain(words.err()).map(SettingsError::from).collect())
            }
        }
    }

    /// Embedded lexicons, the default policy and a fresh key.
    ///
    /// # Errors
    /// Every fault, not only the first.
    pub fn embedded() -> Result<Self, Vec<SettingsError>> {
        let key = ProjectKey::generate().map_err(|fault| vec![fault.into()])?;
        Self::new(Policy::default(), Arc::new(key), None)
    }

    /// Everything that changes the output, for manifests: names, hashes, the key's fingerprint; no secret.
    pub fn describe(&self) -> BTreeMap<String, Value> {
        let shapes: Vec<_> = self.shapes.iter().map(|(label, shape)| format!("{label} {shape}")).collect();
        BTreeMap::from([
            ("policy".to_owned(), json!(self.policy.name())),
            ("policy_sha256".to_owned(), json!(self.policy.sha256())),
            ("identifiers_sha256".to_owned(), json!(self.catalogue.sha256())),
            ("words_sha256".to_owned(), json!(self.words.sha256())),
            ("key_fingerprint".to_owned(), json!(self.key.fingerprint())),
            ("model".to_owned(), Value::Null),
            ("structure".to_owned(), json!(self.structure)),
            ("shapes".to_owned(), json!(shapes)),
            ("max_chars".to_owned(), json!(self.max_chars)),
        ])
    }
}

/// A site's own settings file.
///
/// ```toml
/// lexicons = "lexiques/"              # made by `estompe lexicon import`; relative to this file
///
/// [shapes]                            # regular expressions of its numbers, on the text in lower case
/// IPP = ['8\d{9}', 'h\d{7}']
/// NDA = ['2[0-9]\d{7}']
/// ```
#[derive(Clone, Debug, Default)]
pub struct Site {
    pub lexicons: Option<PathBuf>,
    pub shapes: Vec<(Label, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteFile {
    lexicons: Option<PathBuf>,
    #[serde(default)]
    shapes: BTreeMap<String, Vec<String>>,
}

impl Site {
    /// # Errors
    /// A file that cannot be read, an unknown key, an unknown label, an expression that does not compile.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let fault = |message: String| SettingsError::Site { path: path.to_owned(), message };
        let text =
            std::fs::read_to_string(path).map_err(|source| SettingsError::Read { path: path.to_owned(), source })?;
        let file: SiteFile = toml::from_str(&text).map_err(|error| fault(error.to_string()))?;
        let mut shapes = Vec::new();
        for (name, expressions) in file.shapes {
            let label = Label::ALL.iter().find(|label| label.as_str() == name);
            let label = *label.ok_or_else(|| fault(format!("[shapes]: no label is called `{name}`")))?;
            for expression in expressions {
                PatternDetector::with_shapes(&Catalogue::default(), &[(label, expression.clone())])
                    .map_err(|error| fault(format!("[shapes] {name}: {error}")))?;
                shapes.push((label, expression));
            }
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        Ok(Site { lexicons: file.lexicons.map(|lexicons| folder.join(lexicons)), shapes })
    }
}
