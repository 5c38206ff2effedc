//! The text and its parts: a [`Document`], [`Span`]s over it, the folded [`Normalized`] view with the way back, its
//! [`Token`]s, and the inline [`markup`] that gold files use.

mod document;
mod label;
pub mod markup;
mod normalized;
mod span;
mod token;

pub use document::{Document, Known, View};
pub(crate) use label::intern;
pub use label::{Label, Role};
pub use normalized::{Normalized, fold};
pub use span::{CharIndex, Span};
pub use token::{Shape, Token, TokenKind};
