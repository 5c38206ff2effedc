//! Estompe takes French clinical reports, removes who they are about, and keeps what they say.

pub mod cli;
pub mod corpus;
pub mod detect;
pub mod eval;
pub mod io;
pub mod job;
pub mod lexicon;
pub mod pipeline;
pub mod replace;
pub mod resolve;
pub mod structure;
pub mod text;
