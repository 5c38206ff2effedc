//! Puts something else where a document identifies: by label, from a [`Policy`], with values derived from a project's key.
//!
//! Everything is an HMAC of the key, the patient (the document where no patient is known), a class and the canonical form of a
//! value: the same patient and key give the same surrogates in any document, order, thread and machine, and another key gives
//! others that cannot be linked to them. What a document holds only ever rules a candidate out.

mod case;
mod cipher;
pub mod dates;
mod draw;
mod key;
mod mail;
mod names;
mod numbers;
mod phrases;
mod places;
mod policy;
mod pools;
mod scene;
pub mod vault;

pub use cipher::CipherError;
pub use key::{KeyError, ProjectKey};
pub use policy::{Operator, Policy, PolicyError, Precision};

use std::sync::Arc;

use crate::detect::Detection;
use crate::lexicon::{Sex, Words};
use crate::resolve::Resolved;
use crate::text::{Document, Span};

/// Applies a policy to documents.
#[derive(Debug)]
pub struct Replacer {
    policy: Policy,
    key: Arc<ProjectKey>,
    words: Words,
    cipher: cipher::Cipher,
    names: Option<&'static dyn NameSource>,
}

/// Names to take surrogates from, other than the engine's own lists.
pub trait NameSource: Sync + std::fmt::Debug {
    /// A last name, in the case of its owner (`Le Gall`); `below(n)` draws a number below `n`. `None` leaves it to the engine's list.
    fn last(&'static self, below: &mut dyn FnMut(usize) -> usize) -> Option<&'static str>;

    /// A first name of a sex, likewise.
    fn first(&'static self, sex: Option<Sex>, below: &mut dyn FnMut(usize) -> usize) -> Option<&'static str>;
}

/// A pseudonymised text and where its replacements are.
#[derive(Clone)]
pub struct Replaced {
    pub text: String,
    /// In text order.
    pub edits: Vec<Edit>,
}

impl std::fmt::Debug for Replaced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Replaced({} bytes, {} edits)", self.text.len(), self.edits.len())
    }
}

/// One span of the original and what stands for it in the output.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    pub detection: Detection,
    /// In the output text.
    pub out: Span,
}

/// Why a document could not be replaced; says nothing of the text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplaceError {
    #[error("a detection lies outside the document")]
    Misplaced,
}

impl Replacer {
    pub fn new(policy: Policy, key: Arc<ProjectKey>, words: Words) -> Self {
        let cipher = cipher::Cipher::new(&key);
        Replacer { policy, key, words, cipher, names: None }
    }

    /// The same, with other names: what it writes is for invented reports, where a surrogate may be an ordinary word.
    pub fn with_names(mut self, names: &'static dyn NameSource) -> Self {
        self.names = Some(names);
        self
    }

    /// The output text of one document.
    ///
    /// # Errors
    /// [`ReplaceError`]; the document must then not be written.
    pub fn replace(&self, doc: &Document, resolved: &Resolved) -> Result<Replaced, ReplaceError> {
        let (source, found) = (doc.text(), resolved.detections());
        if found.last().is_some_and(|last| source.get(..last.span.end()).is_none()) {
            return Err(ReplaceError::Misplaced);
        }
        let unit = scene::unit(&self.key, doc);
        let avoid = scene::words_of(doc);
        let writing = case::Writing::of(source);
        let mut scene = scene::Scene {
            doc,
            found,
            policy: &self.policy,
            words: &self.words,
            cipher: &self.cipher,
            unit: &unit,
            writing,
            avoid: &avoid,
            cast: names::Cast::new(doc, found, &self.words, &unit, writing, &avoid, self.names),
            places: places::Places::new(source, &unit, writing, &avoid),
            days: scene::shift_of(&unit, &self.policy),
            year: scene::reference_year(doc, found),
            pending_key: None,
        };
        let mut text = String::with_capacity(source.len() + source.len() / 16);
        let mut edits = Vec::with_capacity(found.len());
        let mut copied = 0;
        for (at, detection) in found.iter().enumerate() {
            text.push_str(&source[copied..detection.span.start()]);
            let start = text.len();
            text.push_str(&scene.replace(at));
            edits.push(Edit { detection: detection.clone(), out: Span::new(start, text.len()) });
            copied = detection.span.end();
        }
        text.push_str(&source[copied..]);
        Ok(Replaced { text, edits })
    }

    /// The text under a token of the operator `encrypt`, `<NOM:enc:…>`.
    ///
    /// # Errors
    /// [`CipherError`] if it is no token, of another key, or changed.
    pub fn decrypt(&self, token: &str) -> Result<String, CipherError> {
        self.cipher.decrypt(token)
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }
}

#[cfg(test)]
mod tests;
