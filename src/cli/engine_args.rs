use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::Refused;
use crate::pipeline::{Settings, Site};
use crate::replace::{Policy, ProjectKey};

/// What decides how a document is read and replaced; shared by every command that does so.
#[derive(clap::Args)]
pub(super) struct EngineArgs {
    /// What to do with each kind of identifier: `eds` (surrogates, dates moved), `export` (tags, dates to the month,
    /// ages in bands, towns to their département), `mask`, or the path of a policy file.
    #[arg(long, value_name = "NAME|FILE", default_value = "eds", env = "ESTOMPE_POLICY")]
    policy: String,

    /// The project's key, made by `estompe key new`. The same key gives a patient the same surrogates and the same date shift in
    /// every run; two projects with two keys cannot be joined.
    #[arg(long, value_name = "FILE", env = "ESTOMPE_KEY")]
    pub(super) key: Option<PathBuf>,

    /// A site's own settings: shapes of its patient and stay numbers, its own lexicons.
    #[arg(long, value_name = "FILE", env = "ESTOMPE_SITE")]
    site: Option<PathBuf>,

    /// Word lists made by `estompe lexicon import`, in place of the built-in ones.
    #[arg(long, value_name = "DIR", env = "ESTOMPE_LEXICONS")]
    lexicons: Option<PathBuf>,

    /// Longest document taken, in characters; longer ones are rejected.
    #[arg(long, value_name = "CHARS", default_value_t = Settings::MAX_CHARS)]
    pub(super) max_chars: usize,

    /// Longest time spent on one document, in seconds; it is then rejected.
    #[arg(long, value_name = "SECONDS", default_value_t = Settings::TIMEOUT.as_secs())]
    timeout: u64,

    /// Rules and dictionaries alone, without a model. This version has no model: the flag changes nothing yet.
    #[arg(long)]
    rules_only: bool,

    /// Pseudonymise only, without extracting coded entities (`entities.jsonl`): twice as fast.
    #[arg(long)]
    no_structure: bool,
}

impl EngineArgs {
    /// Checked settings, with `key` where no key file was given. Every fault goes to `faults`.
    pub(super) fn settings(
        &self,
        key: impl FnOnce() -> Option<ProjectKey>,
        faults: &mut Vec<String>,
    ) -> Option<Settings> {
        let before = faults.len();
        let key = match &self.key {
            Some(path) => keep(ProjectKey::read(path), faults),
            None => key(),
        };
        let named = Policy::named(&self.policy);
        let is_path = self.policy.contains(['/', '\\', '.']);
        let policy = keep(if is_path { Policy::read(self.policy.as_ref()) } else { named }, faults);
        let site = match &self.site {
            Some(path) => keep(Site::read(path), faults),
            None => Some(Site::default()),
        };
        let settings = match site {
            Some(site) => {
                let lexicons = self.lexicons.as_deref().or(site.lexicons.as_deref());
                match Settings::new(
                    policy.unwrap_or_default(),
                    Arc::new(key.or_else(|| keep(ProjectKey::generate(), faults))?),
                    lexicons,
                ) {
                    Ok(settings) => Some(Settings {
                        shapes: site.shapes,
                        structure: !self.no_structure,
                        max_chars: self.max_chars,
                        timeout: Duration::from_secs(self.timeout.max(1)),
                        ..settings
                    }),
                    Err(all) => {
                        faults.extend(all.iter().map(ToString::to_string));
                        None
                    }
                }
            }
            None => None,
        };
        settings.filter(|_| faults.len() == before)
    }
}

/// The value, or its fault among the others.
pub(super) fn keep<T, E: std::fmt::Display>(result: Result<T, E>, faults: &mut Vec<String>) -> Option<T> {
    result.map_err(|fault| faults.push(fault.to_string())).ok()
}

/// Settings for a look at one document: a key made up for the occasion if none is given.
pub(super) fn throwaway(args: &EngineArgs) -> Result<Settings, Refused> {
    let mut faults = Vec::new();
    args.settings(|| None, &mut faults).ok_or(Refused(faults))
}
