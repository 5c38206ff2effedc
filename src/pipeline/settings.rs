use std::sync::Arc;

use crate::detect::check;
use crate::lexicon::{Catalogue, LexiconError, Words};
use crate::replace::{KeyError, Policy, PolicyError, ProjectKey};

/// What the engine needs, checked.
#[derive(Debug)]
pub struct Settings {
    pub catalogue: Catalogue,
    pub words: Words,
    pub policy: Policy,
    pub key: Arc<ProjectKey>,
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
}

impl Settings {
    /// Embedded lexicons, the default policy and a fresh key.
    ///
    /// # Errors
    /// Every fault, not only the first.
    pub fn embedded() -> Result<Self, Vec<SettingsError>> {
        let catalogue = Catalogue::embedded(&check::names())
            .map_err(|faults| faults.into_iter().map(SettingsError::from).collect::<Vec<_>>())?;
        let key = ProjectKey::generate().map_err(|fault| vec![fault.into()])?;
        Ok(Settings { catalogue, words: Words::embedded(), policy: Policy::default(), key: Arc::new(key) })
    }
}
