//! Estompe takes French clinical reports, removes who they are about, and keeps what they say.

pub mod detect;
pub mod io;
pub mod lexicon;
pub mod pipeline;
pub mod replace;
pub mod resolve;
pub mod text;
