//! Documents in and out: text files, JSON lines, CSV and Parquet, read one entry at a time and written back in their own format,
//! with nothing but the text changed.
//!
//! [`open`] checks the settings and gives a [`Reader`], whose entries are documents ([`Record`]) or the reason why there is none
//! ([`Reject`]). A [`PartWriter`] writes a [`Record`] with its new text: what surrounded the text is there byte for byte (JSON lines
//! and CSV: other fields, order, blanks, line ends; text files: encoding, byte order mark), but for the field of known
//! identities, which is never written. [`emit`] and [`brat`] write what was found.

pub mod brat;
mod charset;
pub mod emit;
mod entry;
mod fault;
mod header;
mod inputs;
mod json;
mod jsonl;
mod known;
mod parquet;
mod patients;
mod reader;
mod rows;
mod seen;
mod settings;
mod splice;
mod stream;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod watch;
mod write;

pub use charset::Charset;
pub use entry::{Carry, Entry, Place, Record, Reject};
pub use fault::{InputError, OutputError, RejectReason, Warning, Warnings, WriteFault};
pub use reader::{Reader, open};
pub use settings::{FieldRole, Fields, Format, InputSettings};
pub use text::decode;
pub use write::{OutputFormat, PartFiles, PartWriter};
