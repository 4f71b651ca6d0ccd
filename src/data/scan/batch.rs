//! Rows, column by column.
//!
//! Comes in: filled by the scanners, row by row. Goes out: columns of numbers, with what is unknown beside them. It never
//! knows what a number stands for.
//!
//! Invariant: all columns are of one length, and there are as many keys.

use std::borrow::Cow;

use super::super::shape::composed;
use super::spec::{Column, Spec};
use super::{Stop, decimal};

/// Some rows.
#[derive(Debug, Default)]
pub struct Batch {
    /// The keys, one after the other.
    pub keys: Vec<u8>,
    /// Where each key ends in them.
    pub ends: Vec<usize>,
    /// A column of numbers for each that is read; where a value is unknown, any.
    pub columns: Vec<Vec<i64>>,
    /// For each row a bit for each column whose value is unknown.
    pub unknown: Vec<u64>,
    /// How many rows it takes.
    pub room: usize,
}

impl Batch {
    /// For so many rows of so many columns.
    pub fn new(columns: usize, room: usize) -> Batch {
        Batch {
            keys: Vec::with_capacity(room * 12),
            ends: Vec::with_capacity(room),
            columns: vec![Vec::with_capacity(room); columns],
            unknown: Vec::with_capacity(room),
            room,
        }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.ends.len()
    }

    /// Takes all rows out.
    pub fn clear(&mut self) {
        self.keys.clear();
        self.ends.clear();
        self.unknown.clear();
        for cells in &mut self.columns {
            cells.clear();
        }
    }

    /// The key of the last row.
    pub(super) fn last_key(&self) -> &[u8] {
        let start = self.ends.iter().nth_back(1).copied().unwrap_or(0);
        self.keys.get(start..).unwrap_or(&[])
    }

    /// Takes out the last row; the keys end at so many bytes then.
    pub(super) fn take_last(&mut self, keys: usize) {
        self.keys.truncate(keys);
        self.ends.pop();
        self.unknown.pop();
        for cells in &mut self.columns {
            cells.pop();
        }
    }

    /// How long each key is, if all are of one length.
    pub fn key_length(&self) -> Option<usize> {
        let length = *self.ends.first()?;
        let mut expected = 0;
        let alike = self.ends.iter().all(|end| {
            expected += length;
            *end == expected
        });
        alike.then_some(length)
    }

    /// Each key.
    pub fn each_key(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, end)| self.keys.get(start..*end).unwrap_or(&[]))
    }
}

/// Whether a key can be written as it stands.
#[inline]
pub(super) fn is_plain(key: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii() && !byte.is_ascii_control() && !matches!(byte, b'\\' | b'"');
    key.iter().all(plain) || is_composed(key)
}

/// Whether that holds of a key with letters beyond ASCII; they must stand as the reader would compose them.
#[cold]
pub(super) fn is_composed(key: &[u8]) -> bool {
    let plain = |letter: char| !letter.is_control() && !matches!(letter, '\\' | '"');
    let Ok(text) = std::str::from_utf8(key) else {
        return false;
    };
    text.chars().all(plain) && matches!(composed(text), Cow::Borrowed(_))
}

/// Whether there is nothing around a key that a table's reader takes off.
pub(super) fn is_trimmed(key: &[u8]) -> bool {
    let blank = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
    match key.is_ascii() {
        true => !blank(key.first()) && !blank(key.last()),
        false => std::str::from_utf8(key).is_ok_and(|text| text.trim() == text),
    }
}

/// One row while it is read.
#[derive(Debug)]
pub(super) struct Row<'s> {
    columns: &'s [Column],
    values: Vec<i64>,
    /// A bit for each column that has been said.
    said: u64,
    /// A bit for each column that has been said to be unknown.
    unknown: u64,
    /// A bit for each column.
    all: u64,
    has_key: bool,
}

impl<'s> Row<'s> {
    pub(super) fn new(spec: &'s Spec<'_>) -> Row<'s> {
        Row {
            columns: &spec.columns,
            values: vec![0; spec.columns.len()],
            said: 0,
            unknown: 0,
            all: u64::MAX
                .checked_shl(u32::try_from(spec.columns.len()).unwrap_or(64))
                .map_or(u64::MAX, |above| !above),
            has_key: false,
        }
    }

    /// Begins a row anew.
    pub(super) fn clear(&mut self) {
        (self.said, self.unknown, self.has_key) = (0, 0, false);
    }

    pub(super) fn column(&self, index: usize) -> Option<&'s Column> {
        self.columns.get(index)
    }

    fn say(&mut self, index: usize) -> Result<(), Stop> {
        let bit = 1_u64 << index;
        if self.said & bit != 0 {
            return Err(Stop::Odd);
        }
        self.said |= bit;
        Ok(())
    }

    /// Keeps a number of a column, as it is written.
    #[inline]
    pub(super) fn number(
        &mut self,
        index: usize,
        column: &Column,
        written: decimal::Written,
    ) -> Result<(), Stop> {
        let number = decimal::fit(column, written)?;
        self.value(index, number)
    }

    /// Keeps the value of a column.
    #[inline]
    pub(super) fn value(&mut self, index: usize, number: i64) -> Result<(), Stop> {
        self.say(index)?;
        if let Some(value) = self.values.get_mut(index) {
            *value = number;
        }
        Ok(())
    }

    /// Keeps the value of a column that nothing has been said of in this row.
    #[inline]
    pub(super) fn put(&mut self, index: usize, number: i64) {
        self.said |= 1 << index;
        if let Some(value) = self.values.get_mut(index) {
            *value = number;
        }
    }

    /// Says that nothing is known of a column.
    pub(super) fn nothing(&mut self, index: usize) -> Result<(), Stop> {
        self.say(index)?;
        self.unknown |= 1 << index;
        Ok(())
    }

    /// Keeps the key.
    #[inline]
    pub(super) fn key(&mut self, key: &[u8], batch: &mut Batch) -> Result<(), Stop> {
        if self.has_key || key.is_empty() {
            return Err(Stop::Odd);
        }
        self.has_key = true;
        batch.keys.extend_from_slice(key);
        Ok(())
    }

    /// Adds the row to a batch.
    ///
    /// # Errors
    /// A row without its key, or without a field that it needs.
    #[inline]
    pub(super) fn finish(&mut self, batch: &mut Batch) -> Result<(), Stop> {
        if !self.has_key {
            return Err(Stop::Odd);
        }
        let mut unknown = 0;
        // Where all is said, which is nearly always, nothing has to be looked up.
        let silent = !(self.said & !self.unknown) & self.all;
        if silent != 0 {
            for (index, (column, value)) in self.columns.iter().zip(&mut self.values).enumerate() {
                if silent >> index & 1 == 0 {
                    continue;
                }
                if let Some(default) = column.default {
                    *value = default;
                } else if column.optional {
                    *value = column.filler();
                    unknown |= 1 << index;
                } else {
                    return Err(Stop::Odd);
                }
            }
        }
        for (value, cells) in self.values.iter().zip(&mut batch.columns) {
            cells.push(*value);
        }
        batch.unknown.push(unknown);
        batch.ends.push(batch.keys.len());
        self.clear();
        Ok(())
    }
}
