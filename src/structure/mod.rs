//! What a report says, as coded mentions: sections, sentences → terms → values and qualifiers → [`Entity`].
//!
//! It reads any [`Document`](crate::text::Document), original or pseudonymised. Terms, cues and titles are files of `lexicons/entities/`,
//! `lexicons/qualifiers/` and `lexicons/sections/`, compiled into one table by the build script.

mod dosage;
mod engine;
mod entity;
mod pack;
mod qualify;
mod reading;
mod terms;
mod values;

pub use engine::Structurer;
pub use entity::{Attributes, Entity, Kind, Qualifiers};
pub use terms::{Sort, Term, Terms};
