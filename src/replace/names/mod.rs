//! Surrogates of names: one per last name and first name of a patient, in the writing of each place.

mod cast;
mod parse;
mod people;

pub(super) use cast::Cast;
