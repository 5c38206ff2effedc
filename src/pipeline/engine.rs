use super::Settings;
use crate::detect::{DetectError, Detector, DictionaryDetector, Findings, KnownDetector, PatternDetector, closure};
use crate::lexicon::Words;
use crate::replace::{Edit, ReplaceError, Replacer};
use crate::resolve::resolve;
use crate::text::Document;

/// Detect, resolve, replace.
pub struct Engine {
    detectors: Vec<Box<dyn Detector>>,
    words: Words,
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
        let (words, catalogue) = (settings.words, settings.catalogue);
        let detectors: Vec<Box<dyn Detector>> = vec![
            Box::new(PatternDetector::new(&catalogue)),
            Box::new(DictionaryDetector::new(words.clone(), catalogue.clone())),
            Box::new(KnownDetector::new(words.clone(), catalogue)),
        ];
        let replacer = Replacer::new(settings.policy, settings.key, words.clone());
        Engine { detectors, words, replacer }
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
        for (doc, findings) in docs.iter().zip(&mut all) {
            closure::close(doc, &self.words, findings);
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
