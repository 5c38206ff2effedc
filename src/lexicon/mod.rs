//! The knowledge of `lexicons/`, checked and ready: the [`Catalogue`] of identifier files and the compiled [`Words`].

mod catalogue;
mod import;
mod pack;
mod words;

pub(crate) use catalogue::hex;
pub use catalogue::{Catalogue, Identifier, LexiconError, Rule};
pub use import::{ImportReport, import};
pub use words::{Facts, Lookup, Phrase, Sex, Words};
