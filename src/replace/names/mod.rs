//! Surrogates of names: one per last name and first name of a patient, in the writing of each place.

mod cast;
mod class;
mod parse;
mod people;
mod roles;

pub(super) use cast::Cast;
