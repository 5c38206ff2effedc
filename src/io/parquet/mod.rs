//! Parquet: one row per document; row groups are read in batches, all columns but the text are carried through.

mod groups;

pub(super) use groups::open;

use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use parquet::basic::Compression;

use super::fault::InputError;
use super::inputs::{From, Input};
use super::patients::Visitor;
use super::reader::Shared;
use super::settings::{FieldRole, Fields};
use super::watch::looks_free;

/// Rows looked at for undeclared free text before the run starts.
const SAMPLE: usize = 64;

/// What all Parquet inputs of a run share.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) schema: SchemaRef,
    roles: [Option<usize>; 6],
    pub(super) compression: Compression,
}

impl Layout {
    pub(super) fn column(&self, role: FieldRole) -> Option<usize> {
        self.roles[role.at()]
    }

    /// The columns that are written: all but the known identity.
    pub(super) fn written(&self) -> Vec<usize> {
        let known = self.column(FieldRole::Known);
        (0..self.schema.fields().len()).filter(|at| Some(*at) != known).collect()
    }

    /// The schema that is written. A text column that was a dictionary is plain, as texts are all different; metadata of the whole
    /// file, where tools keep their own description of the columns, is left out.
    pub(super) fn schema_out(&self) -> SchemaRef {
        let text = self.column(FieldRole::Text);
        let field = |at: usize| {
            let field = self.schema.field(at);
            match field.data_type() {
                DataType::Dictionary(_, values) if Some(at) == text => {
                    let plain = Field::new(field.name(), values.as_ref().clone(), field.is_nullable());
                    Arc::new(plain.with_metadata(field.metadata().clone()))
                }
                _ => self.schema.fields()[at].clone(),
            }
        };
        Arc::new(Schema::new(self.written().into_iter().map(field).collect::<Vec<_>>()))
    }
}

/// Runs what reads untrusted Parquet pages; a panic of the reader is a fault of the file.
fn guarded<T>(read: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(read)).ok().flatten()
}

/// The footer of a file, its row groups and columns.
fn metadata(file: &File) -> Option<ArrowReaderMetadata> {
    let found = guarded(|| ArrowReaderMetadata::load(file, Default::default()).ok())?;
    // A group of more rows than any writer makes is a lie, and rejecting them one by one would have no end.
    let sound = found.metadata().row_groups().iter().all(|group| (0..=100_000_000).contains(&group.num_rows()));
    sound.then_some(found)
}

pub(super) fn check(inputs: &mut [Input], shared: &mut Shared, faults: &mut Vec<InputError>) -> Option<Layout> {
    let mut agreed: Option<Layout> = None;
    for input in inputs {
        match look(input, shared, faults) {
            Err(fault) => faults.push(fault),
            Ok(layout) => match &agreed {
                None => agreed = Some(layout),
                Some(first) if first.schema.fields() != layout.schema.fields() => {
                    faults.push(InputError::ColumnsDiffer { input: input.name.clone() });
                }
                Some(_) => {}
            },
        }
    }
    agreed
}

fn look(input: &Input, shared: &mut Shared, faults: &mut Vec<InputError>) -> Result<Layout, InputError> {
    let name = || input.name.clone();
    let file = file(input).map_err(|source| InputError::Unreadable { input: name(), source })?;
    let meta = metadata(&file).ok_or_else(|| InputError::BadParquet { input: name() })?;
    let schema = meta.schema().clone();
    let wanted = [FieldRole::Id, FieldRole::Text];
    let roles = roles(&schema, &input.name, &shared.settings.fields, &wanted, faults)?;
    let text = roles[FieldRole::Text.at()].unwrap_or_default();
    let leaf = meta
        .parquet_schema()
        .columns()
        .iter()
        .position(|column| column.path().parts() == [schema.field(text).name().as_str()]);
    let first = meta.metadata().row_groups().first();
    let compression = first.zip(leaf).map_or(Compression::SNAPPY, |(group, leaf)| group.column(leaf).compression());
    let layout = Layout { schema, roles, compression };
    for column in free_columns(&file, &meta, &layout, shared) {
        faults.push(InputError::FreeText { input: name(), column });
    }
    Ok(layout)
}

fn file(input: &Input) -> io::Result<File> {
    match &input.from {
        From::File(path) | From::Folder(path) => File::open(path),
        From::Stdin(_) => Err(io::ErrorKind::Unsupported.into()),
    }
}

/// Where our columns are.
///
/// # Errors
/// A wanted column that is missing; wrong types go to `faults`.
fn roles(
    schema: &Schema,
    input: &str,
    fields: &Fields,
    wanted: &[FieldRole],
    faults: &mut Vec<InputError>,
) -> Result<[Option<usize>; 6], InputError> {
    let mut roles = [None; 6];
    for (at, field) in schema.fields().iter().enumerate() {
        let Some(role) = fields.role(field.name()) else { continue };
        if roles[role.at()].replace(at).is_some() {
            return Err(InputError::TwiceColumn { input: input.to_owned(), column: field.name().clone() });
        }
        let (fits, wanted) = match role {
            FieldRole::Text | FieldRole::Known => (is_string(field.data_type()), "a string"),
            FieldRole::Id | FieldRole::Patient => {
                (is_string(field.data_type()) || field.data_type().is_integer(), "a string or an integer")
            }
            FieldRole::Date => (is_date(field.data_type()), "a string, a date or a timestamp"),
            FieldRole::Kind => (true, ""),
        };
        if !fits {
            let (column, found) = (field.name().clone(), field.data_type().to_string());
            faults.push(InputError::ColumnType { input: input.to_owned(), column, role, found, wanted });
        }
    }
    match fields.missing(&roles, wanted) {
        Some(columns) => Err(InputError::NoColumn { input: input.to_owned(), columns }),
        None => Ok(roles),
    }
}

fn is_string(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => is_string(values),
        _ => false,
    }
}

fn is_date(kind: &DataType) -> bool {
    is_string(kind)
        || kind.is_integer()
        || matches!(kind, DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, _) | DataType::Null)
}

/// Whether strings or bytes are inside a type that is not a plain string: they cannot be looked at.
fn hides_text(kind: &DataType) -> bool {
    match kind {
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => true,
        DataType::List(inner) | DataType::LargeList(inner) | DataType::FixedSizeList(inner, _) => hides(inner),
        DataType::ListView(inner) | DataType::LargeListView(inner) | DataType::Map(inner, _) => hides(inner),
        DataType::Struct(fields) => fields.iter().any(|field| hides(field)),
        DataType::Dictionary(_, values) => hides_text(values),
        _ => false,
    }
}

fn hides(field: &Field) -> bool {
    is_string(field.data_type()) || hides_text(field.data_type())
}

/// Looks at the first rows; gives the undeclared columns that are refused for free text.
fn free_columns(file: &File, meta: &ArrowReaderMetadata, layout: &Layout, shared: &mut Shared) -> Vec<String> {
    let undeclared = |at: &usize| !layout.roles.contains(&Some(*at));
    let columns: Vec<usize> = (0..layout.schema.fields().len()).filter(undeclared).collect();
    let mut refused = Vec::new();
    for at in &columns {
        let field = layout.schema.field(*at);
        if hides_text(field.data_type()) && shared.watch.minds(field.name()) && !shared.watch.saw(field.name()) {
            refused.push(field.name().clone());
        }
    }
    let strings = columns.into_iter().filter(|at| is_string(layout.schema.field(*at).data_type()));
    let batch = guarded(|| {
        let mask = ProjectionMask::roots(meta.parquet_schema(), strings);
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file.try_clone().ok()?, meta.clone());
        let limited = builder.with_projection(mask).with_batch_size(SAMPLE).with_limit(SAMPLE);
        limited.build().ok()?.next()?.ok()
    });
    let Some(batch) = batch else { return refused };
    let schema = batch.schema();
    for (field, column) in schema.fields().iter().zip(batch.columns()) {
        let free = (0..batch.num_rows()).any(|row| is_free(column, row));
        if free && shared.watch.minds(field.name()) && !shared.watch.saw(field.name()) {
            refused.push(field.name().clone());
        }
    }
    refused
}

fn is_free(column: &ArrayRef, row: usize) -> bool {
    string_at(column, row).is_some_and(|value| looks_free(value.as_bytes()))
}

/// The value of a string column; none for null.
fn string_at(column: &ArrayRef, row: usize) -> Option<String> {
    if column.is_null(row) {
        return None;
    }
    match column.data_type() {
        DataType::Utf8 => Some(column.as_string::<i32>().value(row).to_owned()),
        DataType::LargeUtf8 => Some(column.as_string::<i64>().value(row).to_owned()),
        DataType::Utf8View => Some(column.as_string_view().value(row).to_owned()),
        // One row at a time: the whole column unpacked could be large.
        _ => {
            let one = cast(&column.slice(row, 1), &DataType::Utf8).ok()?;
            one.is_valid(0).then(|| one.as_string::<i32>().value(0).to_owned())
        }
    }
}

/// Reads a whole table.
///
/// # Errors
/// The file, a column that is missing, or the first row that cannot be read.
pub(super) fn rows(path: &Path, visitor: &mut impl Visitor) -> Result<(), InputError> {
    let name = || path.display().to_string();
    let file = File::open(path).map_err(|source| InputError::Unreadable { input: name(), source })?;
    let meta = metadata(&file).ok_or_else(|| InputError::BadParquet { input: name() })?;
    visitor.columns(&meta.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>())?;
    let total: u64 = meta.metadata().row_groups().iter().map(|group| group.num_rows().max(0) as u64).sum();
    let reader = guarded(|| ParquetRecordBatchReaderBuilder::new_with_metadata(file, meta.clone()).build().ok());
    let mut reader = reader.ok_or_else(|| InputError::BadParquet { input: name() })?;
    let mut row = 0;
    while let Some(batch) = guarded(|| reader.next()?.ok()) {
        for at in 0..batch.num_rows() {
            row += 1;
            visitor.row(&batch.columns().iter().map(|column| string_at(column, at)).collect::<Vec<_>>());
        }
    }
    if row == total { Ok(()) } else { Err(InputError::PatientsRow { input: name(), row: row + 1 }) }
}
