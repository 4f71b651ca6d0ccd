//! Cells between delimiters, with names in the first line.
//!
//! Comes in: the first line, then whole lines. Goes out: rows. It never reads doubled quotes or cells over several lines: a row
//! with one is odd, and where it holds a quote nobody here can tell where it ends. What stands between cells is found by the
//! general reader's own means. So is what stands before decimals: there one number tells of all others, so here a comma is
//! read only where no number leaves a doubt.
//!
//! Invariant: a row that is read has as many cells as the first line has names.

use super::super::header::{Means, meaning};
use super::super::{dialect, numerals};
use super::batch::{Batch, Row, is_plain, is_trimmed};
use super::closely::{Closely, OddLines};
use super::spec::{Column, Form, Spec, Target};
use super::{Stop, day, decimal, habit};
use crate::model::Type;

/// Reads rows of cells.
pub(super) struct CsvRows<'s> {
    row: Row<'s>,
    signs: Signs,
    /// What each column is, and whether it is one of numbers that nobody reads.
    targets: Vec<(Target, bool)>,
    /// How its numbers are mostly written, for each that has such.
    habits: Vec<Option<habit::Numbers<'s>>>,
    odd: OddLines<'s>,
}

/// What stands between cells, and whether a comma stands before decimals.
#[derive(Clone, Copy)]
struct Signs {
    delimiter: u8,
    comma: bool,
}

impl<'s> CsvRows<'s> {
    /// # Errors
    /// A first line with a name that is no field's, or with one twice, or without one that is needed.
    pub(super) fn new(
        spec: &'s Spec<'s>,
        closely: &'s Closely,
        said: Option<u8>,
        header: &[u8],
    ) -> Result<CsvRows<'s>, Stop> {
        let header = std::str::from_utf8(header).map_err(|_| Stop::Odd)?;
        let header = header.trim_end_matches(['\r', '\n']);
        if header.contains('"') {
            return Err(Stop::Odd);
        }
        let shape = &spec.shape;
        let delimiter = dialect::parted(header, said, |name| meaning(shape, name).is_some()).delimiter;
        let mut names: Vec<&str> = header.split(char::from(delimiter)).collect();
        let is_number = |name: &str| match meaning(shape, name) {
            Some(Means::Field(index)) => {
                let of_type = shape.record.fields.get(index).map(|field| &field.of_type);
                matches!(of_type, Some(Type::Number(_) | Type::Scale(_)))
            }
            _ => false,
        };
        let target = |name: &&str| {
            let target = spec.names.get(*name).copied().ok_or(Stop::Odd)?;
            Ok((target, target == Target::Unread && is_number(name)))
        };
        let targets: Vec<(Target, bool)> = names.iter().map(target).collect::<Result<_, _>>()?;
        names.sort_unstable();
        if names
            .windows(2)
            .any(|pair| matches!(pair, [left, right] if left == right))
        {
            return Err(Stop::Odd);
        }
        // Each row would be odd; where there is none, it has to be told all the same.
        let has = |wanted: Target| targets.iter().any(|(target, _)| *target == wanted);
        let lacks = |(index, column): (usize, &Column)| column.is_needed() && !has(Target::Column(index));
        if !has(Target::Key) || spec.columns.iter().enumerate().any(lacks) {
            return Err(Stop::Odd);
        }
        let habit = |(index, (target, _)): (usize, &(Target, bool))| {
            let column = match target {
                Target::Column(column) => spec.columns.get(*column)?,
                _ => return None,
            };
            let behind = if index + 1 < targets.len() {
                delimiter
            } else {
                b'\n'
            };
            let is_number = matches!(column.form, Form::Number) && !spec.comma;
            is_number.then(|| habit::Numbers::new(column, &[behind]))
        };
        Ok(CsvRows {
            row: Row::new(spec),
            habits: targets.iter().enumerate().map(habit).collect(),
            signs: Signs {
                delimiter,
                comma: spec.comma,
            },
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
        // Where commas stand before decimals, one line alone does not tell it.
        if is_blank || self.signs.comma || memchr::memchr2(b'"', b'\r', line.trim_ascii_end()).is_some() {
            return Err(Stop::Odd);
        }
        self.odd.meet(line, &mut self.row, batch)?;
        Ok(end + 1)
    }

    fn line(&mut self, bytes: &[u8], batch: &mut Batch) -> Result<usize, Stop> {
        let mut at = 0;
        let last = self.targets.len().saturating_sub(1);
        for (index, (target, habit)) in self.targets.iter().zip(&mut self.habits).enumerate() {
            let rest = bytes.get(at..).unwrap_or(&[]);
            if let (Some(habit), (Target::Column(column), _)) = (habit, target)
                && let Some(read) = habit.read(rest)
                && read.with_behind
            {
                self.row.value(*column, read.number)?;
                at += read.length;
                continue;
            }
            at += row_cell(&mut self.row, self.signs, *target, rest, batch)?;
            let end = bytes.get(at);
            if index < last {
                if end != Some(&self.signs.delimiter) {
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
    signs: Signs,
    (target, is_unread_number): (Target, bool),
    rest: &[u8],
    batch: &mut Batch,
) -> Result<usize, Stop> {
    let Signs { delimiter, comma } = signs;
    if let Target::Column(index) = target {
        let column = row.column(index).ok_or(Stop::Odd)?;
        if matches!(column.form, Form::Number)
            && !comma
            && let Some(written) = decimal::read(rest, b'.')
            && rest
                .get(written.length)
                .is_some_and(|end| *end == delimiter || matches!(end, b'\n' | b'\r'))
        {
            row.number(index, column, written)?;
            return Ok(written.length);
        }
        let (text, length) = cell(rest, delimiter)?;
        said(row, index, column, text, comma)?;
        return Ok(length);
    }
    let (text, length) = cell(rest, delimiter)?;
    // What it says of the others counts, although nobody reads it.
    if is_unread_number && text.contains(if comma { &b'.' } else { &b',' }) {
        return Err(if comma { Stop::Odd } else { Stop::Comma });
    }
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
fn said(row: &mut Row<'_>, index: usize, column: &Column, text: &[u8], comma: bool) -> Result<(), Stop> {
    if text.is_empty() {
        return row.nothing(index);
    }
    let number = || {
        let point = if comma { b',' } else { b'.' };
        let written = decimal::read(text, point).filter(|written| written.length == text.len());
        match written {
            // A comma that may stand between thousands tells nothing.
            Some(written) if comma && written.decimals > 0 => {
                let is_decimal = std::str::from_utf8(text).is_ok_and(|text| numerals::is_decimal(text, ','));
                is_decimal.then_some(written).ok_or(Stop::Odd)
            }
            Some(written) => Ok(written),
            None if !comma && text.contains(&b',') => Err(Stop::Comma),
            None => Err(Stop::Odd),
        }
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
