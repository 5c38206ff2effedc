use super::Settings;
use crate::detect::{DetectError, Detector, Findings, PatternDetector};
use crate::replace::{Edit, ReplaceError, Replacer};
use crate::resolve::resolve;
use crate::text::Document;

/// Detect, resolve, replace.
pub struct Engine {
    detectors: Vec<Box<dyn Detector>>,
    replacer: Replacer,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.detectors.iter().map(|detector| detector.name())).finish()
    }
}

/// What became of one document.
#[derive(Clone)]
pub struct Outcome {
    pub text: String,
    pub edits: Vec<Edit>,
}

impl std::fmt::Debug for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Outcome({} bytes, {} edits)", self.text.len(), self.edits.len())
    }
}

/// Why a document was not done; says nothing of its text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    #[error(transparent)]
    Detect(#[from] DetectError),
    #[error(transparent)]
    Replace(#[from] ReplaceError),
}

impl Engine {
    pub fn new(settings: Settings) -> Self {
        let detectors: Vec<Box<dyn Detector>> = vec![Box::new(PatternDetector::new(&settings.catalogue))];
        Engine { detectors, replacer: Replacer::new(settings.policy, settings.key) }
    }

    /// Everything the detectors say of each document, in the order of `docs`.
    ///
    /// # Errors
    /// The first detector that gives up.
    pub fn detect(&self, docs: &[&Document]) -> Result<Vec<Findings>, EngineError> {
        let mut all: Vec<Findings> = docs.iter().map(|_| Findings::default()).collect();
        for detector in &self.detectors {
            for (sum, of_one) in all.iter_mut().zip(detector.detect(docs)?) {
                sum.found.extend(of_one.found);
                sum.vetoed.extend(of_one.vetoed);
            }
        }
        Ok(all)
    }

    /// One document, done.
    ///
    /// # Errors
    /// The document must then not be written.
    pub fn process(&self, doc: &Document) -> Result<Outcome, EngineError> {
        let findings = self.detect(&[doc])?.pop().expect("one findings per document");
        let replaced = self.replacer.replace(doc, &resolve(findings.found))?;
        Ok(Outcome { text: replaced.text, edits: replaced.edits })
    }
}
