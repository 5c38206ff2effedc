//! Names, towns, addresses and institutions, by the word lists and what stands around.

mod forms;
mod institutions;
mod names;
mod places;
mod scene;
mod sequence;
mod streets;

use super::{DetectError, Detector, Findings};
use crate::lexicon::{Catalogue, Words};
use crate::text::{Document, Label};
use scene::Scene;

/// Finds what the word lists know, and what looks like it.
///
/// Order matters inside one document: what a title or a field announces is a person; then street lines, institutions and
/// towns take their words; what is left is a name if it looks like one.
#[derive(Debug)]
pub struct DictionaryDetector {
    words: Words,
    catalogue: Catalogue,
}

impl DictionaryDetector {
    pub fn new(words: Words, catalogue: Catalogue) -> Self {
        DictionaryDetector { words, catalogue }
    }

    /// What the lists find in one document.
    pub fn find(&self, doc: &Document) -> Findings {
        let priority = |label: Label| self.catalogue.priority(label);
        let mut scene = Scene::new(doc, &self.words, &priority);
        places::postcodes(&mut scene);
        forms::forms(&mut scene);
        streets::addresses(&mut scene);
        places::towns_after_names(&mut scene);
        names::announced(&mut scene);
        institutions::institutions(&mut scene);
        places::postcodes_after_streets(&mut scene);
        places::towns(&mut scene);
        names::unannounced(&mut scene);
        scene.findings
    }
}

impl Detector for DictionaryDetector {
    fn name(&self) -> &'static str {
        "dictionary"
    }

    fn detect(&self, docs: &[&Document]) -> Result<Vec<Findings>, DetectError> {
        Ok(docs.iter().map(|doc| self.find(doc)).collect())
    }
}
