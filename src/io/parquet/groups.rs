use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use arrow::array::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::{Layout, file, guarded, is_free, is_string, metadata, string_at};
use crate::io::entry::{Carried, Entry, Place, Reject};
use crate::io::fault::RejectReason;
use crate::io::inputs::Input;
use crate::io::known;
use crate::io::reader::{Parts, Shared, Source};
use crate::io::settings::FieldRole;
use crate::text::Known;

/// Rows of one batch, fewer where rows are long: a batch aims at no more than [`BATCH_BYTES`].
const BATCH_ROWS: u64 = 256;
const BATCH_BYTES: u64 = 16 << 20;

pub(in crate::io) fn open(input: Input, layout: Arc<Layout>) -> io::Result<Box<dyn Source>> {
    let file = file(&input)?;
    let meta = metadata(&file).ok_or(io::ErrorKind::InvalidData)?;
    let place = Place { input: input.number, line: 0 };
    Ok(Box::new(Groups { file, meta, layout, group: 0, left: 0, reader: None, batch: None, place }))
}

struct Groups {
    file: File,
    meta: ArrowReaderMetadata,
    layout: Arc<Layout>,
    /// The next row group.
    group: usize,
    /// Rows of the present group that were not given yet.
    left: u64,
    /// Of the present group; none when it broke.
    reader: Option<ParquetRecordBatchReader>,
    /// And the next row in it.
    batch: Option<(RecordBatch, usize)>,
    place: Place,
}

impl Groups {
    fn rows_of(&self, group: usize) -> Option<u64> {
        let groups = self.meta.metadata().row_groups();
        groups.get(group).map(|group| group.num_rows().max(0) as u64)
    }

    /// A reader of `limit` rows of one group after `offset`, of all columns or of one.
    fn rows(&self, group: usize, offset: u64, limit: u64, column: Option<usize>) -> Option<ParquetRecordBatchReader> {
        let about = self.meta.metadata().row_groups().get(group)?;
        let mean = about.total_byte_size().max(0) as u64 / about.num_rows().max(1) as u64;
        let batch = if column.is_some() { 4096 } else { (BATCH_BYTES / mean.max(1)).clamp(1, BATCH_ROWS) };
        guarded(|| {
            let file = self.file.try_clone().ok()?;
            let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.meta.clone());
            if let Some(column) = column {
                builder = builder.with_projection(ProjectionMask::roots(self.meta.parquet_schema(), [column]));
            }
            let builder = builder.with_row_groups(vec![group]).with_batch_size(batch as usize);
            builder.with_offset(offset as usize).with_limit(limit as usize).build().ok()
        })
    }

    /// Makes the next group the present one, after `offset` of its rows.
    fn enter(&mut self, offset: u64, shared: &Shared) -> Option<()> {
        let rows = self.rows_of(self.group)?;
        self.left = rows - offset;
        self.reader = self.rows(self.group, offset, self.left, None);
        self.leave(shared);
        Some(())
    }

    /// Counts the next group as read.
    fn leave(&mut self, shared: &Shared) {
        let bytes = self.meta.metadata().row_group(self.group).compressed_size();
        shared.count.fetch_add(bytes.max(0) as u64, Ordering::Relaxed);
        self.group += 1;
    }

    /// The next row: its batch and its place in it, or nothing if the group broke before it.
    fn advance(&mut self, shared: &Shared) -> Option<Option<(RecordBatch, usize)>> {
        while self.left == 0 {
            self.enter(0, shared)?;
        }
        self.left -= 1;
        self.place.line += 1;
        loop {
            if let Some((batch, row)) = &mut self.batch {
                if *row < batch.num_rows() {
                    *row += 1;
                    return Some(Some((batch.clone(), *row - 1)));
                }
                self.batch = None;
            }
            let next = self.reader.as_mut().and_then(|reader| guarded(|| reader.next()?.ok()));
            match next {
                Some(batch) => self.batch = Some((batch, 0)),
                None => {
                    self.reader = None;
                    return Some(None);
                }
            }
        }
    }

    /// The ids of rows of a group, for those that pass by.
    fn pass_ids(&self, group: usize, offset: u64, limit: u64, ids: &mut dyn FnMut(&str)) {
        let Some(mut reader) = self.rows(group, offset, limit, self.layout.column(FieldRole::Id)) else { return };
        while let Some(batch) = guarded(|| reader.next()?.ok()) {
            for row in 0..batch.num_rows() {
                if let Some(id) = string_at(batch.column(0), row).filter(|id| !id.is_empty()) {
                    ids(&id);
                }
            }
        }
    }

    fn value(&self, role: FieldRole, batch: &RecordBatch, row: usize) -> Option<String> {
        string_at(batch.column(self.layout.column(role)?), row).filter(|value| !value.is_empty())
    }

    fn read(
        &self,
        id: &str,
        batch: RecordBatch,
        row: usize,
        shared: &mut Shared,
    ) -> Result<(Parts, Carried), RejectReason> {
        for (at, field) in self.layout.schema.fields().iter().enumerate() {
            let looked_at = !self.layout.roles.contains(&Some(at)) && is_string(field.data_type());
            let free = looked_at && shared.watch.minds(field.name()) && is_free(batch.column(at), row);
            if free && !shared.watch.saw(field.name()) {
                return Err(RejectReason::FreeText);
            }
        }
        let text = self.layout.column(FieldRole::Text).ok_or(RejectReason::NoText)?;
        let text = string_at(batch.column(text), row).ok_or(RejectReason::NoText)?;
        let patient = self.value(FieldRole::Patient, &batch, row);
        let date = self.value(FieldRole::Date, &batch, row);
        let known = match self.value(FieldRole::Known, &batch, row) {
            None => Known::default(),
            Some(json) => known::parse(&json, &shared.settings.labels)?,
        };
        Ok((Parts { id: id.to_owned(), text, patient, date, known }, Carried::Parquet { batch, row }))
    }
}

impl Source for Groups {
    fn next(&mut self, shared: &mut Shared) -> Option<Entry> {
        let row = self.advance(shared)?;
        let place = self.place;
        let reject = |id, reason, bytes| Some(Entry::Reject(Reject { id, place, reason, bytes }));
        let Some((batch, row)) = row else { return reject(None, RejectReason::Corrupt, 0) };
        let Some(id) = self.value(FieldRole::Id, &batch, row) else { return reject(None, RejectReason::NoId, 0) };
        match self.read(&id, batch, row, shared) {
            Ok((parts, carried)) => {
                let bytes = parts.text.len() as u64;
                Some(shared.record(place, bytes, parts, carried))
            }
            Err(reason) => reject(Some(id), reason, 0),
        }
    }

    /// Whole row groups go by unread, but for their ids where those are asked for.
    fn skip(&mut self, n: u64, shared: &mut Shared, mut ids: Option<&mut dyn FnMut(&str)>) -> u64 {
        let mut passed = 0;
        while passed < n && self.left > 0 {
            if let Some(Some((batch, row))) = self.advance(shared)
                && let (Some(ids), Some(id)) = (ids.as_mut(), self.value(FieldRole::Id, &batch, row))
            {
                ids(&id);
            }
            passed += 1;
        }
        while passed < n {
            let Some(rows) = self.rows_of(self.group) else { break };
            let gone = rows.min(n - passed);
            if let Some(ids) = ids.as_mut() {
                self.pass_ids(self.group, 0, gone, ids);
            }
            if gone == rows {
                self.leave(shared);
            } else if self.enter(gone, shared).is_none() {
                break;
            }
            self.place.line += gone;
            passed += gone;
        }
        passed
    }
}
