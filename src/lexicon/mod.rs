//! The knowledge of `lexicons/`, checked and ready: the [`Catalogue`] of identifier files and the compiled [`Words`].

mod catalogue;
mod compile;
mod words;

pub use catalogue::{Catalogue, Identifier, LexiconError, Rule};
pub use words::{Facts, Lookup, Phrase, Sex, Words};
