use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, LargeStringArray, RecordBatch, StringArray, StringViewArray};
use arrow::compute::interleave;
use arrow::datatypes::{DataType, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

use super::draft::Draft;
use crate::io::entry::{Carried, Record};
use crate::io::fault::{OutputError, WriteFault};
use crate::io::parquet::Layout;
use crate::io::settings::FieldRole;

/// Rows and bytes of text that are held before they go to the file.
const HELD_ROWS: usize = 256;
const HELD_BYTES: usize = 16 << 20;

/// A part of Parquet.
pub(super) struct Rows {
    to: ArrowWriter<File>,
    draft: Draft,
    layout: Arc<Layout>,
    schema: SchemaRef,
    /// Batches of the input and, for each held row, which of them it is in and where.
    batches: Vec<RecordBatch>,
    places: Vec<(usize, usize)>,
    texts: Vec<String>,
    bytes: usize,
}

impl Rows {
    pub(super) fn create(folder: &Path, name: &str, layout: &Arc<Layout>) -> Result<Self, OutputError> {
        let (draft, file) = Draft::create(folder, name)?;
        let schema = layout.schema_out();
        let properties = WriterProperties::builder().set_compression(layout.compression).build();
        let table = |_| OutputError::Table { name: draft.name().to_owned() };
        let to = ArrowWriter::try_new(file, schema.clone(), Some(properties)).map_err(table)?;
        let layout = layout.clone();
        Ok(Rows { to, draft, layout, schema, batches: vec![], places: vec![], texts: vec![], bytes: 0 })
    }

    pub(super) fn write(&mut self, record: &Record, text: &str) -> Result<(), WriteFault> {
        let Carried::Parquet { batch, row } = &record.carry.0 else { return Err(WriteFault::Unfit) };
        let is_same = |last: &RecordBatch| {
            last.columns().iter().zip(batch.columns()).all(|(left, right)| Arc::ptr_eq(left, right))
        };
        if !self.batches.last().is_some_and(is_same) {
            self.batches.push(batch.clone());
        }
        self.places.push((self.batches.len() - 1, *row));
        self.bytes += text.len();
        self.texts.push(text.to_owned());
        if self.texts.len() >= HELD_ROWS || self.bytes >= HELD_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        let (batches, places) = (std::mem::take(&mut self.batches), std::mem::take(&mut self.places));
        let texts = std::mem::take(&mut self.texts);
        self.bytes = 0;
        if texts.is_empty() {
            return Ok(());
        }
        let text = self.layout.column(FieldRole::Text);
        let columns = self.layout.written().into_iter().zip(self.schema.fields()).map(|(at, field)| {
            if Some(at) == text {
                return Some(strings(&texts, field.data_type()));
            }
            let columns: Vec<&dyn Array> = batches.iter().map(|batch| batch.column(at).as_ref()).collect();
            interleave(&columns, &places).ok()
        });
        let columns: Option<Vec<ArrayRef>> = columns.collect();
        let batch = columns.and_then(|columns| RecordBatch::try_new(self.schema.clone(), columns).ok());
        let written = batch.and_then(|batch| self.to.write(&batch).ok());
        written.ok_or_else(|| OutputError::Table { name: self.draft.name().to_owned() })
    }

    pub(super) fn finish(mut self) -> Result<(String, u64), OutputError> {
        self.flush()?;
        let Rows { to, draft, .. } = self;
        let file = to.into_inner().map_err(|_| OutputError::Table { name: draft.name().to_owned() })?;
        draft.publish(file)
    }
}

fn strings(texts: &[String], kind: &DataType) -> ArrayRef {
    match kind {
        DataType::LargeUtf8 => Arc::new(LargeStringArray::from_iter_values(texts)),
        DataType::Utf8View => Arc::new(StringViewArray::from_iter_values(texts)),
        _ => Arc::new(StringArray::from_iter_values(texts)),
    }
}
