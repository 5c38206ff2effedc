//! Reads a date as written.

pub(crate) const SEARCH: () = ();
