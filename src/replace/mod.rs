//! Puts something else where a document identifies: by label, from a [`Policy`], with values derived from a project's key.

pub mod dates;
mod key;
mod policy;

pub use key::{KeyError, ProjectKey};
pub use policy::{Operator, Policy, PolicyError};

use std::sync::Arc;

use crate::detect::Detection;
use crate::resolve::Resolved;
use crate::text::{Document, Span};

/// Applies a policy to documents.
#[derive(Debug)]
pub struct Replacer {
    policy: Policy,
    key: Arc<ProjectKey>,
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
    #[error("no surrogate of label {label} could be made that is not a value of the document")]
    Exhausted { label: crate::text::Label },
}

impl Replacer {
    pub fn new(policy: Policy, key: Arc<ProjectKey>) -> Self {
        Replacer { policy, key }
    }

    /// The output text of one document.
    ///
    /// # Errors
    /// [`ReplaceError`]; the document must then not be written.
    pub fn replace(&self, doc: &Document, resolved: &Resolved) -> Result<Replaced, ReplaceError> {
        let _ = (&self.policy, &self.key);
        let mut text = String::with_capacity(doc.text().len());
        let mut edits = Vec::with_capacity(resolved.detections().len());
        let mut copied = 0;
        for detection in resolved.detections() {
            text.push_str(&doc.text()[copied..detection.span.start()]);
            let start = text.len();
            text.push('<');
            text.push_str(detection.label.as_str());
            text.push('>');
            edits.push(Edit { detection: detection.clone(), out: Span::new(start, text.len()) });
            copied = detection.span.end();
        }
        text.push_str(&doc.text()[copied..]);
        Ok(Replaced { text, edits })
    }
}
