//! Rows of a data file straight to columns of whole numbers, for policies that are decided over columns.
//!
//! Comes in: a [`Spec`] (the fields that are read, each with how its values become whole numbers) and the bytes of files.
//! Goes out: batches of rows, or that a file is not as simple as that ([`Stop`]); then [`super::read`] reads it, and tells
//! what is wrong with it. It never rounds, never guesses, and never tells a problem itself.
//!
//! Invariant: a row that comes out holds exactly what [`super::read`] reads in it.

mod batch;
mod chunks;
mod closely;
mod csv;
mod day;
mod decimal;
mod habit;
mod ndjson;
#[cfg(feature = "parquet")]
mod parquet;
mod several;
mod spec;
#[cfg(test)]
mod tests;

pub use batch::Batch;
pub use chunks::{Chunks, Origin, Part};
pub use closely::{Closely, Known, OddLine, OddLines, StrangeKey};
#[cfg(feature = "parquet")]
pub use parquet::ParquetRows;
pub use spec::{Column, Guess, Spec, Target};

use std::io;

use csv::CsvRows;
use ndjson::NdjsonRows;

/// How the rows of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// A JSON object a line.
    Ndjson,
    /// Cells between delimiters, names in the first line; which sign it is, where that is said.
    Delimited(Option<u8>),
    /// Columns.
    #[cfg(feature = "parquet")]
    Parquet,
}

/// How many groups of rows a Parquet file has.
///
/// # Errors
/// A file that cannot be read.
#[cfg(feature = "parquet")]
pub fn groups(origin: &Origin) -> Result<usize, Stop> {
    parquet::groups(origin)
}

/// Does something with Parquet files: where the crate that decodes them stops at a damaged one, nothing is said of it.
#[cfg(feature = "parquet")]
pub fn quietly<T>(doing: impl FnOnce() -> T) -> T {
    parquet::quietly(doing)
}

/// The rows of some groups of a Parquet file.
///
/// # Errors
/// A file that cannot be read as columns.
#[cfg(feature = "parquet")]
pub fn parquet_rows<'s>(
    spec: &'s Spec<'s>,
    origin: &Origin,
    groups: std::ops::Range<usize>,
) -> Result<ParquetRows<'s>, Stop> {
    parquet::caught(|| ParquetRows::new(spec, origin, groups))
}

/// Why rows could not be read as columns.
#[derive(Debug)]
pub enum Stop {
    /// A field has values with more decimals than was thought.
    Decimals(usize, u8),
    /// A field has values larger than was thought.
    Wide(usize),
    /// Numbers have a decimal comma, which was not thought.
    Comma,
    /// Something stands there that has to be looked at closely.
    Odd,
    /// There is more than may be held in memory.
    Large,
    /// The file could not be read.
    Io(io::Error),
}

/// Reads whole rows, one after the other, into batches.
pub struct Scanner<'s> {
    rows: Kind<'s>,
}

enum Kind<'s> {
    Ndjson(NdjsonRows<'s>),
    Delimited(CsvRows<'s>),
}

impl<'s> Scanner<'s> {
    /// A scanner of rows; `header` is the first line of a delimited file.
    ///
    /// # Errors
    /// A header that names a column twice, or lacks one that is needed.
    pub fn new(
        spec: &'s Spec<'s>,
        closely: &'s Closely,
        rows: Rows,
        header: &[u8],
    ) -> Result<Scanner<'s>, Stop> {
        Ok(Scanner {
            rows: match rows {
                Rows::Ndjson => Kind::Ndjson(NdjsonRows::new(spec, closely)),
                Rows::Delimited(delimiter) => {
                    Kind::Delimited(CsvRows::new(spec, closely, delimiter, header)?)
                }
                #[cfg(feature = "parquet")]
                Rows::Parquet => return Err(Stop::Odd),
            },
        })
    }

    /// Reads rows from the start of `bytes` until the batch is full or none is left; returns how many bytes they were.
    /// The last row must have its line end.
    ///
    /// # Errors
    /// What cannot be read as columns.
    pub fn read(&mut self, bytes: &[u8], batch: &mut Batch) -> Result<usize, Stop> {
        match &mut self.rows {
            Kind::Ndjson(rows) => rows.read(bytes, batch),
            Kind::Delimited(rows) => rows.read(bytes, batch),
        }
    }

    /// The lines that were read, and which of them are odd.
    pub fn lines(&mut self) -> &mut OddLines<'s> {
        match &mut self.rows {
            Kind::Ndjson(rows) => rows.odd(),
            Kind::Delimited(rows) => rows.odd(),
        }
    }

    /// Keys that name no field, as they were met.
    pub fn strange(&self) -> &[StrangeKey] {
        match &self.rows {
            Kind::Ndjson(rows) => rows.strange(),
            // A table with a column that is no field's is read closely.
            Kind::Delimited(_) => &[],
        }
    }
}
