//! Data files read against the declared record types.
//!
//! Comes in: a policy's records and the text of data files. Goes out: [`Records`], typed and with the place of every
//! value, or the problems with them. It never evaluates an expression and never decides.
//!
//! Invariant: records that come out have a value of the declared type, or none, in every field, unique keys, and
//! references that point at rows that exist. Where anything is wrong, none come out; or, if so asked, none of those with a
//! mistake and none that rest on them.
//!
//! The way of a file: `format` tells from its name how it is written; [`json`] makes a tree of its text; `document` and `lines` find the records in it; `record` reads one, with
//! `keys`, `fact` for a field, `said` for what is said of values and `values` for the values themselves; `links` ties references, parents and
//! counts together once all files are read, and `left_out` leaves out what is wrong; `problems` keeps what was wrong, and `summary` how much of it there is. `single` reads a value that is said
//! outside the data, and `closely` some rows where the others are known to be fine.

mod cells;
mod closely;
mod dates;
mod delimited;
mod dialect;
mod document;
mod encoding;
mod expected;
mod fact;
mod format;
mod header;
pub mod json;
mod keys;
mod left_out;
mod lines;
mod links;
mod numerals;
mod open;
mod packed;
#[cfg(feature = "parquet")]
mod parquet;
mod problems;
mod record;
pub mod records;
mod said;
pub mod scan;
mod shape;
mod single;
mod summary;
mod table;
mod values;
mod workbook;

pub use closely::{CloseRow, Closely, Others, SomeLines, Strange, read_closely};
pub use dialect::{DELIMITERS, Dialect};
pub use encoding::Encoding;
pub use format::{FileForm, Format, record_of_name, record_of_path};
pub use left_out::{LeftOut, Mistake, OnError};
pub use numerals::Decimal;
pub use open::{Found, Said, format_of, open};
pub use packed::is_packed;
pub use records::{Fact, Note, Records, Table};
pub use single::read_value;
pub use summary::{More, Summary, count};

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::model::{Policy, RecordId};
use crate::source::{FileId, Sources};

/// One data file of a run: its text is in the sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Input {
    /// The file.
    pub file: FileId,
    /// The one record type the file holds, where that was said (`RECORD=FILE`).
    pub record: Option<RecordId>,
    /// How it is written.
    pub format: Format,
}

/// What reading the data of a run gives.
#[derive(Debug)]
pub struct Reading {
    /// The records; a table without rows per record type where they are not sound.
    pub records: Records,
    /// Whether the records can be decided on: nothing is wrong, or all that is wrong is left out.
    pub sound: bool,
    /// Errors and warnings, in the order in which a reader of the files meets them; of very many only the first.
    pub diagnostics: Vec<Diagnostic>,
    /// What is not among them, counted, and how many records are fine.
    pub summary: Summary,
}

/// Reads the data files of a run against a policy's record types.
pub fn read(policy: &Policy, sources: &Sources, inputs: &[Input]) -> Reading {
    read_with(policy, sources, inputs, OnError::Stop)
}

/// The same, where it is said what becomes of records with mistakes.
pub fn read_with(policy: &Policy, sources: &Sources, inputs: &[Input], on_error: OnError) -> Reading {
    let texts: Vec<Arc<str>> = inputs.iter().map(|input| sources.text(input.file)).collect();
    let shapes: Vec<_> = policy
        .record_ids()
        .map(|id| shape::Shape::new(policy, id))
        .collect();
    let words = values::Words::new(policy);
    let held = |input: &Input| {
        let by_name = || record_of_path(policy, sources.path(input.file));
        input.record.or_else(by_name).unwrap_or(policy.record)
    };
    let trees: Vec<_> = inputs
        .iter()
        .zip(&texts)
        .map(|(input, text)| match input.format {
            Format::Json => Tree::Document(json::read(text)),
            Format::Lines => Tree::Lines(lines::read(text)),
            Format::Table(_) | Format::Sheet | Format::Columns => {
                let path = sources.path(input.file);
                Tree::Table(table::read(policy, &shapes, held(input), *input, path, text))
            }
        })
        .collect();
    let mut reader = record::Reader::new(policy, &shapes, &words);
    reader.set_on_error(on_error);
    reader.sources = Some(sources);
    for ((input, tree), text) in inputs.iter().zip(&trees).zip(&texts) {
        match tree {
            Tree::Document(Ok(root)) => reader.document(*input, root),
            Tree::Document(Err(problem)) => reader.broken(*input, problem, sources.path(input.file), text),
            Tree::Lines(lines) => reader.lines(*input, held(input), lines),
            Tree::Table(table) => reader.table(*input, held(input), table, &ALL),
        }
    }
    reader.finish(inputs)
}

/// All rows of a file.
const ALL: std::ops::Range<usize> = 0..usize::MAX;

/// What the text of a file holds.
enum Tree<'t> {
    Document(Result<json::Node<'t>, json::Problem>),
    Lines(lines::Lines<'t>),
    Table(table::Table<'t>),
}
