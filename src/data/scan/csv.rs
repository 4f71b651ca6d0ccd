//! Cells between delimiters, with names in the first line.
//!
//! Comes in: the first line, then whole lines. Goes out: rows. It never reads doubled quotes, cells over several lines, or
//! numbers with a decimal comma: a row with one is odd. Where such a row holds a quote, nobody here can tell where it ends.
//!
//! Invariant: a row that is read has as many cells as the first line has names.

use super::batch::{Batch, Row, is_plain, is_trimmed};
use super::closely::{Closely, OddLines};
use super::spec::{Column, Form, Spec, Target};
use super::{Stop, day, decimal};

/// Reads rows of cells.
pub(super) struct CsvRows<'s> {
    row: Row<'s>,
    delimiter: u8,
    targets: Vec<Target>,
    odd: OddLines<'s>,
}

impl<'s> CsvRows<'s> {
    /// # Errors
    /// A first line with a name that is no field's, or with one twice.
    pub(super) fn new(
        spec: &'s Spec<'_>,
        closely: &'s Closely,
        delimiter: u8,
        header: &[u8],
    ) -> Result<CsvRows<'s>, Stop> {
        let header = std::str::from_utf8(header).map_err(|_| Stop::Odd)?;
        let header = header.trim_end_matches(['\r', '\n']);
        let mut names: Vec<&str> = header.split(char::from(delimiter)).collect();
        let target = |name: &&str| spec.names.get(*name).copied().ok_or(Stop::Odd);
        let targets: Vec<Target> = names.iter().map(target).collect::<Result<_, _>>()?;
        names.sort_unstable();
        if names
            .windows(2)
            .any(|pair| matches!(pair, [left, right] if left == right))
        {
            return Err(Stop::Odd);
        }
        Ok(CsvRows {
            row: Row::new(spec),
            delimiter,
            targets,
            odd: OddLines::new(closely),
        })
    }

    pub(super) fn odd(&mut self) -> &mut OddLines<'s> {
        &mut self.odd
    }

    pub(super) fn read(&mut self, bytes: &[u8], batch: &mut Batch) -> Result<usize, Stop> {
        let mut at = 0;
        while batch.rows() < batch.room {
            let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) else {
                break;
            };
            if let [b'\n', ..] | [b'\r', b'\n', ..] = rest {
                // An empty line is no row, unless a row is one empty cell.
                return Err(Stop::Odd);
            }
            let keys = batch.keys.len();
            let length = match self.line(rest, batch) {
                Ok(length) if !self.odd.is_suspect(batch) => length,
                Ok(_) => {
                    batch.take_last(keys);
                    self.oddly(rest, batch)?
                }
                Err(Stop::Odd) => {
                    batch.keys.truncate(keys);
                    self.row.clear();
                    self.oddly(rest, batch)?
                }
                Err(stop) => return Err(stop),
            };
            self.odd.row(length);
            at += length;
        }
        Ok(at)
    }

    /// Passes over an odd line, or takes what is known of it; returns how many bytes it is.
    #[cold]
    fn oddly(&mut self, rest: &[u8], batch: &mut Batch) -> Result<usize, Stop> {
        let end = memchr::memchr(b'\n', rest).ok_or(Stop::Odd)?;
        let line = rest.get(..end).unwrap_or(rest);
        let is_blank = line.iter().all(u8::is_ascii_whitespace);
        if is_blank || memchr::memchr2(b'"', b'\r', line.trim_ascii_end()).is_some() {
            return Err(Stop::Odd);
        }
        self.odd.meet(line, &mut self.row, batch)?;
        Ok(end + 1)
    }

    fn line(&mut self, bytes: &[u8], batch: &mut Batch) -> Result<usize, Stop> {
        let mut at = 0;
        let last = self.targets.len().saturating_sub(1);
        for (index, target) in self.targets.iter().enumerate() {
            let rest = bytes.get(at..).unwrap_or(&[]);
            at += row_cell(&mut self.row, self.delimiter, *target, rest, batch)?;
            let end = bytes.get(at);
            if index < last {
                if end != Some(&self.delimiter) {
                    return Err(Stop::Odd);
                }
                at += 1;
            } else {
                if end == Some(&b'\r') {
                    at += 1;
                }
                if bytes.get(at) != Some(&b'\n') {
                    return Err(Stop::Odd);
                }
                at += 1;
            }
        }
        self.row.finish(batch)?;
        Ok(at)
    }
}

/// Reads a cell; returns how many bytes it is.
#[inline]
fn row_cell(
    row: &mut Row<'_>,
    delimiter: u8,
    target: Target,
    rest: &[u8],
    batch: &mut Batch,
) -> Result<usize, Stop> {
    if let Target::Column(index) = target {
        let column = row.column(index).ok_or(Stop::Odd)?;
        if matches!(column.form, Form::Number)
            && let Some(written) = decimal::read(rest, b'.')
            && rest
                .get(written.length)
                .is_some_and(|end| *end == delimiter || matches!(end, b'\n' | b'\r'))
        {
            row.number(index, column, written)?;
            return Ok(written.length);
        }
        let (text, length) = cell(rest, delimiter)?;
        said(row, index, column, text)?;
        return Ok(length);
    }
    let (text, length) = cell(rest, delimiter)?;
    if target == Target::Key {
        if !is_plain(text) || !is_trimmed(text) {
            return Err(Stop::Odd);
        }
        row.key(text, batch)?;
    }
    Ok(length)
}

/// A cell's text, and how many bytes it is with its quotes.
#[inline]
fn cell(bytes: &[u8], delimiter: u8) -> Result<(&[u8], usize), Stop> {
    if let Some(inner) = bytes.strip_prefix(b"\"") {
        for (length, byte) in inner.iter().enumerate() {
            match byte {
                b'"' if inner.get(length + 1) == Some(&b'"') => return Err(Stop::Odd),
                b'"' => return Ok((inner.get(..length).unwrap_or(&[]), length + 2)),
                b'\n' | b'\r' => return Err(Stop::Odd),
                _ => {}
            }
        }
        return Err(Stop::Odd);
    }
    for (length, byte) in bytes.iter().enumerate() {
        if *byte == delimiter || matches!(byte, b'\n' | b'\r') {
            return Ok((bytes.get(..length).unwrap_or(&[]), length));
        }
        if *byte == b'"' {
            return Err(Stop::Odd);
        }
    }
    Err(Stop::Odd)
}

/// Keeps what a cell says of a column.
fn said(row: &mut Row<'_>, index: usize, column: &Column, text: &[u8]) -> Result<(), Stop> {
    if text.is_empty() {
        return row.nothing(index);
    }
    let number = || {
        let written = decimal::read(text, b'.').filter(|written| written.length == text.len());
        written.ok_or(Stop::Odd)
    };
    match &column.form {
        Form::Number => row.number(index, column, number()?),
        Form::YesNo => match text {
            b"true" | b"yes" => row.value(index, 1),
            b"false" | b"no" => row.value(index, 0),
            _ => Err(Stop::Odd),
        },
        Form::Day => row.value(index, day::read(column, text)?),
        Form::Words(words, numbers) => match words.iter().find(|(known, _)| **known == *text) {
            Some((_, known)) => row.value(index, *known),
            None if *numbers => row.number(index, column, number()?),
            None => Err(Stop::Odd),
        },
    }
}
