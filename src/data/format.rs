//! How data files are written, and how that is told from their names.
//!
//! Comes in: a file's path. Goes out: the form its name promises, and the name of the records that it may hold. It never
//! opens a file.
//!
//! Invariant: a name that promises nothing gives nothing; nothing is guessed from what a file holds.

use super::{Dialect, packed};
use crate::model::{Policy, RecordId};

/// How a data file is written, as its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileForm {
    /// One JSON document.
    Json,
    /// A JSON value on each line.
    Lines,
    /// A table, with a comma, a semicolon or another sign between its cells.
    Csv,
    /// A table with tabs between its cells.
    Tsv,
    /// A workbook of Excel.
    Xlsx,
    /// A workbook in OpenDocument, as of LibreOffice.
    Ods,
    /// A table of columns, in Parquet.
    Parquet,
}

/// How the text of a data file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON document.
    Json,
    /// A JSON value on each line: a record, or a document of records.
    Lines,
    /// A table as text, its columns named by the first row.
    Table(Dialect),
    /// A sheet as it is rendered: a line for each row, with tabs between the cells.
    Sheet,
    /// The rows of a table of columns, rendered like a sheet, with the names of the columns first.
    Columns,
}

impl FileForm {
    /// The ends of names, each with what it promises.
    const ENDS: &'static [(&'static str, FileForm)] = &[
        ("json", FileForm::Json),
        ("ndjson", FileForm::Lines),
        ("jsonl", FileForm::Lines),
        ("csv", FileForm::Csv),
        ("tsv", FileForm::Tsv),
        ("xlsx", FileForm::Xlsx),
        ("xlsm", FileForm::Xlsx),
        ("ods", FileForm::Ods),
        ("parquet", FileForm::Parquet),
    ];

    /// The form that a path's name promises.
    pub fn of(path: &str) -> Option<FileForm> {
        let (_, end) = packed::bare(name(path)).rsplit_once('.')?;
        let known = FileForm::ENDS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(end));
        known.map(|(_, form)| *form)
    }

    /// The ends of names that are read, as a sentence lists them.
    pub fn ends() -> String {
        let ends: Vec<String> = FileForm::ENDS
            .iter()
            .map(|(end, _)| format!("`.{end}`"))
            .collect();
        match ends.split_last() {
            Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
            None => String::new(),
        }
    }
}

/// The last part of a path.
fn name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The record type that a file holds by its name: `deliverables.csv` or `deliverable.csv`.
pub fn record_of_path(policy: &Policy, path: &str) -> Option<RecordId> {
    let name = name(path);
    record_of_name(policy, name.split_once('.').map_or(name, |(stem, _)| stem))
}

/// The record type of a name, in the singular or the plural.
pub fn record_of_name(policy: &Policy, name: &str) -> Option<RecordId> {
    let named = |id: &RecordId| {
        let record = policy.record_type(*id);
        *record.name == *name || *record.plural == *name
    };
    policy.record_ids().find(named)
}
