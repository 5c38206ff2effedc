//! Cuts what a reader gives into parts of the output, and parts into batches for the workers.

use std::sync::atomic::Ordering;

use super::Watch;
use crate::io::Entry;

/// Most documents of one batch: enough to be worth a task, few enough to share work evenly.
const BATCH_DOCUMENTS: usize = 64;
/// Most bytes of one batch; it ends with the document that passes them.
const BATCH_BYTES: u64 = 1 << 19;

/// What one worker does at a time.
pub(super) struct Batch {
    pub(super) part: u32,
    pub(super) entries: Vec<Entry>,
    pub(super) ends_part: bool,
}

/// How large a part may grow; where parts end depends on the input alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct PartSize {
    pub(super) documents: u64,
    pub(super) bytes: u64,
}

pub(super) struct Batches<'w, I: Iterator<Item = Entry>> {
    entries: std::iter::Peekable<I>,
    watch: &'w Watch,
    size: PartSize,
    part: u32,
    documents: u64,
    bytes: u64,
}

impl<'w, I: Iterator<Item = Entry>> Batches<'w, I> {
    pub(super) fn new(entries: I, first_part: u32, size: PartSize, watch: &'w Watch) -> Self {
        Batches { entries: entries.peekable(), watch, size, part: first_part, documents: 0, bytes: 0 }
    }
}

impl<I: Iterator<Item = Entry>> Iterator for Batches<'_, I> {
    type Item = Batch;

    /// `None` at the end of the input, or where a part ended after somebody asked to stop.
    fn next(&mut self) -> Option<Batch> {
        if self.documents == 0 && self.watch.stop.load(Ordering::Relaxed) {
            return None;
        }
        let mut batch = Batch { part: self.part, entries: Vec::with_capacity(BATCH_DOCUMENTS), ends_part: false };
        let mut batch_bytes = 0;
        while batch.entries.len() < BATCH_DOCUMENTS && batch_bytes < BATCH_BYTES && !batch.ends_part {
            let Some(entry) = self.entries.next() else { break };
            let bytes = weight(&entry);
            batch.entries.push(entry);
            batch_bytes += bytes;
            self.documents += 1;
            self.bytes += bytes;
            batch.ends_part = self.documents >= self.size.documents || self.bytes >= self.size.bytes;
        }
        if self.entries.peek().is_none() {
            self.watch.drained.store(true, Ordering::Relaxed);
            batch.ends_part = true;
        }
        if batch.ends_part {
            (self.part, self.documents, self.bytes) = (self.part + 1, 0, 0);
        }
        (!batch.entries.is_empty()).then_some(batch)
    }
}

fn weight(entry: &Entry) -> u64 {
    match entry {
        Entry::Record(record) => record.doc.text().len() as u64,
        Entry::Reject(reject) => reject.bytes.min(1 << 16),
    }
}
