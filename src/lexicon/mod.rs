//! The knowledge of `lexicons/`, checked and ready: the [`Catalogue`] of identifier files and the compiled word lists.

mod catalogue;

pub use catalogue::{Catalogue, Identifier, LexiconError, Rule};
