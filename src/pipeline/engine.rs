use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::Settings;
use crate::detect::{
    DetectError, Detector, DictionaryDetector, Findings, KnownDetector, PatternDetector, Veto, closure,
};
use crate::lexicon::Words;
use crate::replace::{Edit, ReplaceError, Replaced, Replacer};
use crate::resolve::resolve;
use crate::structure::{Entity, Structurer, Terms};
use crate::text::{Document, Span};

/// Detect, resolve, replace.
pub struct Engine {
    detectors: Vec<Box<dyn Detector>>,
    words: Words,
    replacer: Replacer,
    structurer: Option<Structurer>,
    max_chars: usize,
    timeout: Duration,
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
    /// What the output text says, if the engine structures; their spans lie in the output text.
    pub mentions: Vec<Mention>,
}

/// A coded mention of the output text, and where it stands in the original.
#[derive(Clone, Debug)]
pub struct Mention {
    pub entity: Entity,
    pub original: Span,
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
    #[error("longer than {limit} characters")]
    TooLong { limit: usize },
    #[error("took longer than {} s", limit.as_secs_f32())]
    TimedOut { limit: Duration },
    #[error("internal error")]
    Internal,
}

impl Engine {
    pub fn new(settings: Settings) -> Self {
        let (words, catalogue) = (settings.words, settings.catalogue);
        let patterns =
            PatternDetector::with_shapes(&catalogue, &settings.shapes).expect("`Site::read` tried the shapes");
        let detectors: Vec<Box<dyn Detector>> = vec![
            Box::new(patterns),
            Box::new(DictionaryDetector::new(words.clone(), catalogue.clone())),
            Box::new(KnownDetector::new(words.clone(), catalogue)),
        ];
        Engine {
            detectors,
            replacer: Replacer::new(settings.policy, settings.key, words.clone()),
            words,
            structurer: settings.structure.then(|| Structurer::new(Terms::embedded())),
            max_chars: settings.max_chars,
            timeout: settings.timeout,
        }
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
    /// A fault of the engine itself is an error of this document and no more.
    ///
    /// # Errors
    /// The document must then not be written.
    pub fn process(&self, doc: &Document) -> Result<Outcome, EngineError> {
        let start = Instant::now();
        // Bytes first: they are counted already.
        if doc.text().len() > self.max_chars && doc.text().chars().count() > self.max_chars {
            return Err(EngineError::TooLong { limit: self.max_chars });
        }
        let done = || {
            let findings = self.detect(&[doc])?.pop().expect("one findings per document");
            self.in_time(start)?;
            let replaced = self.replacer.replace(doc, &resolve(findings.found))?;
            self.in_time(start)?;
            let mentions = self.structurer.as_ref().map_or_else(Vec::new, |one| mentions(one, &replaced));
            self.in_time(start)?;
            Ok(Outcome { text: replaced.text, edits: replaced.edits, mentions })
        };
        // Nothing of the engine changes while it works, so a fault leaves nothing half done.
        catch_unwind(AssertUnwindSafe(done)).unwrap_or(Err(EngineError::Internal))
    }

    /// What was looked at in a document and let go, where nothing else covers it; in text order.
    pub fn vetoes(&self, doc: &Document, outcome: &Outcome) -> Vec<Veto> {
        let findings = self.detect(&[doc]).map_or_else(|_| Vec::new(), |mut all| all.remove(0).vetoed);
        let covered = |veto: &Veto| outcome.edits.iter().any(|edit| edit.detection.span.overlaps(veto.span));
        let mut vetoes: Vec<Veto> = findings.into_iter().filter(|veto| !covered(veto)).collect();
        vetoes.sort_by_key(|veto| (veto.span, veto.rule));
        vetoes.dedup();
        vetoes
    }

    fn in_time(&self, start: Instant) -> Result<(), EngineError> {
        if start.elapsed() > self.timeout {
            return Err(EngineError::TimedOut { limit: self.timeout });
        }
        Ok(())
    }
}
/// What the output text says. Reading that text, and no other, leaves nothing of the original in what comes out.
fn mentions(structurer: &Structurer, replaced: &Replaced) -> Vec<Mention> {
    let doc = Document::new("", replaced.text.as_str());
    let mut edits = replaced.edits.iter().peekable();
    let mut last: Option<&Edit> = None;
    let mut mentions = Vec::new();
    for entity in structurer.structure(&doc) {
        while let Some(edit) = edits.next_if(|edit| edit.out.end() <= entity.span.start()) {
            last = Some(edit);
        }
        // What replaces an identity says nothing of the patient's health.
        if edits.peek().is_some_and(|edit| edit.out.start() < entity.span.end()) {
            continue;
        }
        let back = |at: usize| last.map_or(at, |edit| at - edit.out.end() + edit.detection.span.end());
        let original = Span::new(back(entity.span.start()), back(entity.span.end()));
        mentions.push(Mention { entity, original });
    }
    mentions
}
