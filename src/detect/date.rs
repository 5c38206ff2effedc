//! Reads a date as written.
