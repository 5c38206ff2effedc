use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::{Array as _, ArrayRef, AsArray as _, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rustc_hash::FxHashMap;
use walkdir::WalkDir;

use super::{Labels, ReadError, ending};
use crate::eval::{Annotated, Tagged};

/// Parquet tables: those with a column of texts are documents, those with offsets are spans of the documents they name.
pub(super) fn read(path: &Path, labels: &mut Labels) -> Result<Vec<Annotated>, ReadError> {
    let broken = |reason: &str| ReadError::Broken { path: path.to_owned(), reason: reason.to_owned() };
    let mut documents: Vec<Annotated> = Vec::new();
    let mut spans: Vec<(String, usize, usize, String, Option<f32>)> = Vec::new();
    let (mut has_documents, mut has_spans) = (false, false);
    for file in files(path)? {
        for batch in batches(&file)? {
            let table = Table { batch: &batch, labels, path: &file };
            if table.has("text") {
                has_documents = true;
                table.documents(&mut documents)?;
            } else if table.has("start") {
                has_spans = true;
                table.spans(&mut spans)?;
            }
        }
    }
    if !has_documents || !has_spans {
        return Err(broken(
            "a table of documents (with texts) and one of spans (with offsets) belong there; see --label-map for their columns",
        ));
    }
    let places: FxHashMap<String, usize> = documents.iter().enumerate().map(|(at, doc)| (doc.id.clone(), at)).collect();
    for (document, start, end, label, score) in spans {
        let at = *places.get(&document).ok_or_else(|| broken("spans of a document that is not in the table"))?;
        let Some(label) = labels.of(&label) else { continue };
        documents[at].spans.push(Tagged { start, end, label, score, rule: String::new() });
    }
    Ok(documents)
}

fn files(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let mut files = Vec::new();
    // A single table of documents has its spans beside it.
    let folder = if path.is_file() {
        path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
    } else {
        path
    };
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|error| ReadError::Read {
            path: folder.to_owned(),
            source: error.into_io_error().unwrap_or_else(|| std::io::Error::other("a loop of links")),
        })?;
        if entry.file_type().is_file() && ending(entry.path()) == "parquet" {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

fn batches(path: &Path) -> Result<Vec<RecordBatch>, ReadError> {
    let file = File::open(path).map_err(|source| ReadError::Read { path: path.to_owned(), source })?;
    let broken =
        |_| ReadError::Broken { path: path.to_owned(), reason: "not a Parquet file, or a broken one".to_owned() };
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|builder| builder.build()).map_err(broken)?;
    let broken = |_| ReadError::Broken { path: path.to_owned(), reason: "a broken Parquet file".to_owned() };
    reader.collect::<Result<_, _>>().map_err(broken)
}

struct Table<'t> {
    batch: &'t RecordBatch,
    labels: &'t Labels,
    path: &'t Path,
}

impl Table<'_> {
    fn column(&self, name: &str) -> Option<&ArrayRef> {
        self.labels.columns(name).iter().find_map(|column| self.batch.column_by_name(column))
    }

    fn has(&self, name: &str) -> bool {
        self.column(name).is_some()
    }

    fn cast(&self, name: &str, to: &DataType) -> Result<ArrayRef, ReadError> {
        let broken = |reason: String| ReadError::Broken { path: self.path.to_owned(), reason };
        let column = self
            .column(name)
            .ok_or_else(|| broken(format!("no column for `{name}`; tried {}", self.labels.columns(name).join(", "))))?;
        arrow::compute::cast(column, to).map_err(|_| broken(format!("the column for `{name}` has another type")))
    }

    /// Strings of a column; numbers are written out, nulls are `None`.
    fn strings(&self, name: &str) -> Result<Vec<Option<String>>, ReadError> {
        let column = self.cast(name, &DataType::Utf8)?;
        Ok(column.as_string::<i32>().iter().map(|value| value.map(str::to_owned)).collect())
    }

    fn numbers(&self, name: &str) -> Result<Vec<usize>, ReadError> {
        let column = self.cast(name, &DataType::Int64)?;
        let broken =
            || ReadError::Broken { path: self.path.to_owned(), reason: format!("`{name}` has nulls or negatives") };
        if column.null_count() > 0 {
            return Err(broken());
        }
        let values = column.as_primitive::<Int64Type>().values();
        values.iter().map(|value| usize::try_from(*value).map_err(|_| broken())).collect()
    }

    fn required(&self, name: &str) -> Result<Vec<String>, ReadError> {
        let all: Option<Vec<String>> = self.strings(name)?.into_iter().collect();
        all.ok_or_else(|| ReadError::Broken { path: self.path.to_owned(), reason: format!("`{name}` has nulls") })
    }

    fn optional(&self, name: &str) -> Result<Vec<Option<String>>, ReadError> {
        if self.has(name) { self.strings(name) } else { Ok(vec![None; self.batch.num_rows()]) }
    }

    fn documents(&self, documents: &mut Vec<Annotated>) -> Result<(), ReadError> {
        let (ids, texts) = (self.required("id")?, self.required("text")?);
        let [patients, kinds, series] = ["patient", "kind", "series"].map(|name| self.optional(name));
        let rows = ids.into_iter().zip(texts).zip(patients?).zip(kinds?).zip(series?);
        documents.extend(rows.map(|((((id, text), patient), kind), series)| Annotated {
            id,
            text: Some(text),
            patient,
            kind: kind.unwrap_or_default(),
            series: series.unwrap_or_default(),
            ..Annotated::default()
        }));
        Ok(())
    }

    fn spans(&self, spans: &mut Vec<(String, usize, usize, String, Option<f32>)>) -> Result<(), ReadError> {
        let (documents, labels) = (self.required("document")?, self.required("label")?);
        let (starts, ends) = (self.numbers("start")?, self.numbers("end")?);
        let scores: Vec<Option<f32>> = match self.has("score") {
            true => {
                let column = self.cast("score", &DataType::Float64)?;
                column.as_primitive::<Float64Type>().iter().map(|score| score.map(|score| score as f32)).collect()
            }
            false => vec![None; documents.len()],
        };
        let rows = documents.into_iter().zip(starts).zip(ends).zip(labels).zip(scores);
        spans.extend(rows.map(|((((document, start), end), label), score)| (document, start, end, label, score)));
        Ok(())
    }
}
