//! Lines that have to be read closely, one by one.
//!
//! Comes in: lines that a scanner cannot read as rows, and what is known of such lines from reading them closely. Goes out:
//! where they stand, or the row that they come to. It never reads a line itself.
//!
//! Invariant: every line that holds something comes out once: as a row or as odd.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::Stop;
use super::batch::{Batch, Row, is_plain};
use crate::model::Value;

/// Of so many lines each may be odd; of more than that every [`SHARE`]th.
const FEW: u64 = 1_000;
const SHARE: u64 = 8;

/// What reading closely has shown so far.
#[derive(Debug, Default)]
pub struct Closely {
    /// Lines that are right, each with its values.
    rows: HashMap<Box<[u8]>, Known>,
    /// Keys of which there may be two: their rows have to be held against each other.
    suspects: HashSet<Box<[u8]>>,
}

/// The row that a line comes to.
#[derive(Debug)]
pub struct Known {
    /// Its key.
    pub key: Box<[u8]>,
    /// The same as the line has it.
    pub name: Box<[u8]>,
    /// The values of all fields of its record type.
    pub values: Vec<Option<Value>>,
    /// Keys that are no field's, with where they stand in the line.
    pub strange: Vec<(String, Range<usize>)>,
}

impl Closely {
    /// Takes up that a line is right; whether that is new.
    pub fn is_right(&mut self, line: &str, row: Known) -> bool {
        if self.suspects.contains(&row.key) {
            return false;
        }
        self.rows.insert(line.as_bytes().into(), row).is_none()
    }

    /// Takes up that there may be two records of a key; whether that is new.
    pub fn suspect(&mut self, key: &[u8]) -> bool {
        self.suspects.insert(key.into())
    }
}

/// A line that has to be read closely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OddLine {
    /// How many lines stand before it in the part that is read.
    pub line: u64,
    /// How many of them hold something.
    pub row: u64,
    /// Where it begins in that part, in bytes.
    pub at: u64,
    /// How long it is without its end, in bytes.
    pub length: usize,
}

/// A key of rows that is no field's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrangeKey {
    /// The key.
    pub name: String,
    /// How many rows have it.
    pub times: usize,
    /// The line of the first.
    pub line: OddLine,
    /// Where it stands in that line.
    pub place: Range<usize>,
    /// The key of the record there.
    pub record: Box<[u8]>,
}

/// The odd lines of a part, as they are met.
#[derive(Debug)]
pub struct OddLines<'s> {
    closely: &'s Closely,
    lines: u64,
    blank: u64,
    bytes: u64,
    found: Vec<OddLine>,
}

impl<'s> OddLines<'s> {
    pub(super) fn new(closely: &'s Closely) -> OddLines<'s> {
        OddLines {
            closely,
            lines: 0,
            blank: 0,
            bytes: 0,
            found: Vec::new(),
        }
    }

    /// Counts a line with a row, and how many bytes it was with its end.
    #[inline]
    pub(super) fn row(&mut self, length: usize) {
        self.lines += 1;
        self.bytes += length as u64;
    }

    /// Counts a line with nothing in it.
    pub(super) fn blank(&mut self, length: usize) {
        self.blank += 1;
        self.row(length);
    }

    /// Whether there may be two records with the key of a batch's last row.
    #[inline]
    pub(super) fn is_suspect(&self, batch: &Batch) -> bool {
        !self.closely.suspects.is_empty() && self.closely.suspects.contains(batch.last_key())
    }

    /// Takes up an odd line, or adds the row that it is known to be; returns what is known of that.
    ///
    /// # Errors
    /// More odd lines than are worth it, and what may be odd about more than the line.
    pub(super) fn meet(
        &mut self,
        line: &[u8],
        row: &mut Row<'_>,
        batch: &mut Batch,
    ) -> Result<Option<&'s Known>, Stop> {
        if let Some(known) = self.closely.rows.get(line)
            && !self.closely.suspects.contains(&known.key)
        {
            row.known(&known.key, &known.values, batch)?;
            return Ok(Some(known));
        }
        // A text without letters, or a document that goes on on the next lines.
        let many = self.found.len() as u64;
        if memchr::memchr(0, line).is_some() || (many >= FEW && many > self.lines / SHARE) {
            return Err(Stop::Odd);
        }
        self.found.push(self.next(line.len()));
        Ok(None)
    }

    /// The line that is read, and is so long.
    pub(super) fn next(&self, length: usize) -> OddLine {
        OddLine {
            line: self.lines,
            row: self.lines - self.blank,
            at: self.bytes,
            length,
        }
    }

    /// The odd lines so far.
    pub fn found(&self) -> &[OddLine] {
        &self.found
    }

    /// How many lines were read.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// How many of them hold something.
    pub fn rows(&self) -> u64 {
        self.lines - self.blank
    }

    /// How many bytes they were.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Row<'_> {
    /// Adds a row whose values are known.
    fn known(&mut self, key: &[u8], values: &[Option<Value>], batch: &mut Batch) -> Result<(), Stop> {
        if !is_plain(key) {
            return Err(Stop::Odd);
        }
        self.key(key, batch)?;
        let mut index = 0;
        while let Some(column) = self.column(index) {
            match values.get(column.field.index()).and_then(Option::as_ref) {
                Some(value) => {
                    let number = column.number_of(value)?;
                    self.value(index, number)?;
                }
                None => self.nothing(index)?,
            }
            index += 1;
        }
        self.finish(batch)
    }
}
