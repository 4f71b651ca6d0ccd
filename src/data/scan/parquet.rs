//! Parquet files, column by column.
//!
//! Comes in: a file and the columns that are read. Goes out: batches of rows. It never decodes a column that nothing reads, and
//! never reads groups, lists, or what is written in another way than its field's values are: a file with such is odd.
//!
//! Invariant: a number is the shortest decimal that is the file's, as the general reader has it.

use std::fmt::{Display, Write as _};
use std::fs::File;
use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};

use bytes::Bytes;
use parquet::basic::{ConvertedType, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::Stop;
use super::batch::{Batch, is_plain, is_trimmed};
use super::chunks::Origin;
use super::day;
use super::decimal::{self, Written, fit};
use super::spec::{Column, Form, Spec, Target};

/// How many numbers are remembered with what they come to.
const KNOWN: usize = 1 << 10;

/// Does something while a program that stops somewhere says nothing of it.
pub(super) fn quietly<T>(doing: impl FnOnce() -> T) -> T {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let done = doing();
    panic::set_hook(hook);
    done
}

/// Does something with the crate that decodes Parquet, which stops the program where a file is damaged in some ways: that is
/// caught, without a word.
pub(super) fn caught<T>(doing: impl FnOnce() -> Result<T, Stop>) -> Result<T, Stop> {
    panic::catch_unwind(AssertUnwindSafe(doing)).unwrap_or(Err(Stop::Odd))
}

fn open(origin: &Origin) -> Result<Box<dyn FileReader>, Stop> {
    Ok(match origin {
        Origin::File(path) => {
            let file = File::open(path).map_err(Stop::Io)?;
            Box::new(SerializedFileReader::new(file).map_err(|_| Stop::Odd)?)
        }
        Origin::Bytes(bytes) => {
            let bytes = Bytes::from_owner(std::sync::Arc::clone(bytes));
            Box::new(SerializedFileReader::new(bytes).map_err(|_| Stop::Odd)?)
        }
        // What is at its end says where its columns are.
        Origin::Packed(_) => return Err(Stop::Odd),
    })
}

/// How many groups of rows a file has.
///
/// # Errors
/// A file that cannot be read.
pub(super) fn groups(origin: &Origin) -> Result<usize, Stop> {
    caught(|| Ok(open(origin)?.num_row_groups()))
}

/// A column of the file that is read.
#[derive(Clone, Copy)]
struct Read {
    /// Its index there.
    index: usize,
    /// What it is.
    target: Target,
    /// How many levels of its values say that there is one.
    most: i16,
    /// How many places its decimals have; of other numbers none.
    places: u8,
}

/// The rows of some groups of a file.
pub struct ParquetRows<'s> {
    spec: &'s Spec<'s>,
    reader: Box<dyn FileReader>,
    groups: Range<usize>,
    read: Vec<Read>,
    /// The columns of the group that is being read.
    open: Vec<ColumnReader>,
    /// The rows that are left in it.
    left: usize,
    levels: Vec<i16>,
    known: Vec<Option<(u64, i64)>>,
    text: String,
    strange: Vec<String>,
}

impl<'s> ParquetRows<'s> {
    /// # Errors
    /// A file that cannot be read so.
    pub(super) fn new(
        spec: &'s Spec<'s>,
        origin: &Origin,
        groups: Range<usize>,
    ) -> Result<ParquetRows<'s>, Stop> {
        let reader = open(origin)?;
        let mut read: Vec<Read> = Vec::new();
        let mut strange = Vec::new();
        let schema = reader.metadata().file_metadata().schema_descr();
        for (index, column) in schema.columns().iter().enumerate() {
            let path = column.path().parts();
            let [name] = path else {
                // A group may hold questions, or what the general reader knows how to tell.
                return Err(Stop::Odd);
            };
            match spec.names.get(name.as_str()) {
                Some(Target::Unread) => {}
                Some(target) => {
                    if column.max_rep_level() > 0 || read.iter().any(|known| known.target == *target) {
                        return Err(Stop::Odd);
                    }
                    let is_number = column.self_type().get_basic_info().logical_type_ref().is_none();
                    fits(
                        spec,
                        *target,
                        column.physical_type(),
                        column.converted_type(),
                        is_number,
                    )?;
                    let places = match column.converted_type() {
                        ConvertedType::DECIMAL => column.type_scale(),
                        _ => 0,
                    };
                    read.push(Read {
                        index,
                        target: *target,
                        most: column.max_def_level(),
                        places: u8::try_from(places).map_err(|_| Stop::Odd)?,
                    });
                }
                None if name.contains('.') => return Err(Stop::Odd),
                None => strange.push(name.clone()),
            }
        }
        // Each row would be odd; where there is none, it has to be told all the same.
        let has = |wanted: Target| read.iter().any(|read| read.target == wanted);
        let lacks = |(index, column): (usize, &Column)| column.is_needed() && !has(Target::Column(index));
        if !has(Target::Key) || spec.columns.iter().enumerate().any(lacks) {
            return Err(Stop::Odd);
        }
        Ok(ParquetRows {
            spec,
            reader,
            groups,
            read,
            open: Vec::new(),
            left: 0,
            levels: Vec::new(),
            known: vec![None; KNOWN],
            text: String::new(),
            strange,
        })
    }

    /// Names of columns that are no field's.
    pub fn strange(&self) -> &[String] {
        &self.strange
    }

    /// Fills an empty batch; whether there was anything.
    ///
    /// # Errors
    /// What cannot be read as columns.
    pub fn read(&mut self, batch: &mut Batch) -> Result<bool, Stop> {
        caught(|| self.fill(batch))
    }

    fn fill(&mut self, batch: &mut Batch) -> Result<bool, Stop> {
        while self.left == 0 {
            let Some(group) = self.groups.next() else {
                return Ok(false);
            };
            let group = self.reader.get_row_group(group).map_err(|_| Stop::Odd)?;
            self.left = usize::try_from(group.metadata().num_rows()).map_err(|_| Stop::Odd)?;
            let columns = self.read.iter().map(|read| group.get_column_reader(read.index));
            self.open = columns.collect::<Result<_, _>>().map_err(|_| Stop::Odd)?;
        }
        let rows = self.left.min(batch.room);
        batch.unknown.resize(rows, 0);
        let mut open = std::mem::take(&mut self.open);
        for (reader, read) in open.iter_mut().zip(self.read.clone()) {
            self.column(reader, read, rows, batch)?;
        }
        self.open = open;
        self.left -= rows;
        // What the file has no column for is unknown, or its default.
        let read = |index: usize| self.read.iter().any(|read| read.target == Target::Column(index));
        let columns = self.spec.columns.iter().zip(&mut batch.columns).enumerate();
        for (index, (column, cells)) in columns {
            if !read(index) {
                for unknown in &mut batch.unknown {
                    nothing(column, index, cells, unknown)?;
                }
            }
        }
        Ok(true)
    }

    fn column(
        &mut self,
        reader: &mut ColumnReader,
        read: Read,
        rows: usize,
        batch: &mut Batch,
    ) -> Result<(), Stop> {
        let spec = self.spec;
        let Read {
            target, most, places, ..
        } = read;
        if target == Target::Key {
            let ColumnReader::ByteArrayColumnReader(reader) = reader else {
                return Err(Stop::Odd);
            };
            let keys = values(reader, rows, most, &mut self.levels)?;
            if keys.len() != rows {
                return Err(Stop::Odd);
            }
            for key in &keys {
                let key = key.data();
                if key.is_empty() || !is_plain(key) || !is_trimmed(key) {
                    return Err(Stop::Odd);
                }
                batch.keys.extend_from_slice(key);
                batch.ends.push(batch.keys.len());
            }
            return Ok(());
        }
        let Target::Column(index) = target else {
            return Err(Stop::Odd);
        };
        let (Some(column), Some(cells)) = (spec.columns.get(index), batch.columns.get_mut(index)) else {
            return Err(Stop::Odd);
        };
        let mut cells = Place {
            column,
            index,
            cells,
            unknown: &mut batch.unknown,
            most,
        };
        let levels = &mut self.levels;
        self.known.fill(None);
        let mut shortest = Shortest {
            column,
            known: &mut self.known,
            text: &mut self.text,
        };
        let whole = |digits: i64| {
            let written = Written {
                digits,
                decimals: places,
                length: 0,
            };
            fit(column, written)
        };
        let decimal = |bytes: &[u8]| whole(digits(bytes).ok_or(Stop::Odd)?);
        match reader {
            ColumnReader::BoolColumnReader(reader) => {
                let read = values(reader, rows, most, levels)?;
                let numbers = read.into_iter().map(|yes| Ok(i64::from(yes)));
                cells.fill(numbers, levels)
            }
            ColumnReader::Int32ColumnReader(reader) if matches!(column.form, Form::Day) => {
                let read = values(reader, rows, most, levels)?;
                let days = read.into_iter().map(|count| day::fit(column, count.into()));
                cells.fill(days, levels)
            }
            ColumnReader::Int32ColumnReader(reader) => {
                let read = values(reader, rows, most, levels)?;
                cells.fill(read.into_iter().map(|number| whole(number.into())), levels)
            }
            ColumnReader::Int64ColumnReader(reader) => {
                let read = values(reader, rows, most, levels)?;
                cells.fill(read.into_iter().map(whole), levels)
            }
            ColumnReader::FloatColumnReader(reader) => {
                let read = values(reader, rows, most, levels)?;
                let numbers = read
                    .into_iter()
                    .map(|number| shortest.of(u64::from(number.to_bits()), number));
                cells.fill(numbers, levels)
            }
            ColumnReader::DoubleColumnReader(reader) => {
                let read = values(reader, rows, most, levels)?;
                let numbers = read
                    .into_iter()
                    .map(|number| shortest.of(number.to_bits(), number));
                cells.fill(numbers, levels)
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                let read = values(reader, rows, most, levels)?;
                cells.fill(read.into_iter().map(|number| decimal(number.data())), levels)
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                let read = values(reader, rows, most, levels)?;
                let numbers = read.into_iter().map(|word: ByteArray| {
                    let words = match &column.form {
                        Form::Words(words, _) => words,
                        Form::Day => return day::read(column, word.data()),
                        _ => return Err(Stop::Odd),
                    };
                    let found = words.iter().find(|(known, _)| **known == *word.data());
                    found.map(|(_, number)| *number).ok_or(Stop::Odd)
                });
                cells.fill(numbers, levels)
            }
            _ => Err(Stop::Odd),
        }
    }
}

/// The digits of a decimal, its first byte first; `None` where they have more than 64 bits. Zeros at their end are not
/// taken off here.
fn digits(bytes: &[u8]) -> Option<i64> {
    let first = *bytes.first()?;
    let sign = if first >= 0x80 { 0xff } else { 0 };
    let at = bytes.len().saturating_sub(8);
    let (before, last) = bytes.split_at_checked(at)?;
    if before.iter().any(|byte| *byte != sign) {
        return None;
    }
    let mut own = [sign; 8];
    own.get_mut(8 - last.len()..)?.copy_from_slice(last);
    let number = i64::from_be_bytes(own);
    // The sign of the last 64 bits is that of the whole.
    ((number < 0) == (sign != 0)).then_some(number)
}

/// Whether a column of a file is written as its field's values are.
fn fits(
    spec: &Spec<'_>,
    target: Target,
    physical: Physical,
    converted: ConvertedType,
    plain_number: bool,
) -> Result<(), Stop> {
    use ConvertedType as C;
    let texts = physical == Physical::BYTE_ARRAY && matches!(converted, C::UTF8 | C::ENUM);
    let plain = match physical {
        Physical::INT32 => matches!(
            converted,
            C::NONE | C::INT_8 | C::INT_16 | C::INT_32 | C::UINT_8 | C::UINT_16 | C::DECIMAL
        ),
        // A whole number of which nothing else is said.
        Physical::INT64 => {
            matches!(converted, C::INT_64 | C::DECIMAL) || (converted == C::NONE && plain_number)
        }
        Physical::FLOAT | Physical::DOUBLE => true,
        Physical::FIXED_LEN_BYTE_ARRAY => converted == C::DECIMAL,
        _ => false,
    };
    let fits = match target {
        Target::Key => texts,
        Target::Column(index) => match spec.columns.get(index).map(|column| &column.form) {
            Some(Form::Number) => plain,
            Some(Form::YesNo) => physical == Physical::BOOLEAN,
            Some(Form::Day) => texts || (physical == Physical::INT32 && converted == C::DATE),
            Some(Form::Words(_, numbers)) => texts || (*numbers && plain),
            None => false,
        },
        Target::Unread | Target::Group(_) => false,
    };
    if fits { Ok(()) } else { Err(Stop::Odd) }
}

/// The values of so many rows; `levels` says for each row whether there is one, where there may be none.
fn values<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    most: i16,
    levels: &mut Vec<i16>,
) -> Result<Vec<T::T>, Stop> {
    let mut read = Vec::with_capacity(rows);
    levels.clear();
    let mut records = 0;
    while records < rows {
        let said = (most > 0).then_some(&mut *levels);
        let (count, ..) = reader
            .read_records(rows - records, said, None, &mut read)
            .map_err(|_| Stop::Odd)?;
        if count == 0 {
            return Err(Stop::Odd);
        }
        records += count;
    }
    Ok(read)
}

/// Where the values of a column go.
struct Place<'b> {
    column: &'b Column,
    index: usize,
    cells: &'b mut Vec<i64>,
    unknown: &'b mut Vec<u64>,
    /// The level of a value that is there.
    most: i16,
}

impl Place<'_> {
    /// Puts values in, with what is unknown between them.
    fn fill(
        &mut self,
        mut numbers: impl Iterator<Item = Result<i64, Stop>>,
        levels: &[i16],
    ) -> Result<(), Stop> {
        let rows = self.unknown.len();
        if self.most == 0 || levels.iter().all(|level| *level == self.most) {
            for number in numbers {
                self.cells.push(number?);
            }
            return if self.cells.len() == rows {
                Ok(())
            } else {
                Err(Stop::Odd)
            };
        }
        for (level, unknown) in levels.iter().zip(self.unknown.iter_mut()) {
            if *level == self.most {
                self.cells.push(numbers.next().ok_or(Stop::Odd)??);
            } else {
                nothing(self.column, self.index, self.cells, unknown)?;
            }
        }
        if self.cells.len() == rows {
            Ok(())
        } else {
            Err(Stop::Odd)
        }
    }
}

/// Puts in that nothing is said.
fn nothing(column: &Column, index: usize, cells: &mut Vec<i64>, unknown: &mut u64) -> Result<(), Stop> {
    match column.default {
        Some(default) => cells.push(default),
        None if column.optional => {
            cells.push(column.filler());
            *unknown |= 1 << index;
        }
        None => return Err(Stop::Odd),
    }
    Ok(())
}

/// Shortest decimals of numbers in bits; what has been met lately is remembered.
struct Shortest<'s> {
    column: &'s Column,
    known: &'s mut Vec<Option<(u64, i64)>>,
    text: &'s mut String,
}

impl Shortest<'_> {
    fn of(&mut self, bits: u64, number: impl Display) -> Result<i64, Stop> {
        // The golden ratio's bits spread what differs in a few of them.
        let place = usize::try_from(bits.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54).unwrap_or(0);
        if let Some(Some((known, value))) = self.known.get(place)
            && *known == bits
        {
            return Ok(*value);
        }
        self.text.clear();
        // Writing to a text cannot fail.
        let _ = write!(self.text, "{number}");
        let bytes = self.text.as_bytes();
        let written = decimal::read(bytes, b'.').filter(|written| written.length == bytes.len());
        let value = fit(self.column, written.ok_or(Stop::Odd)?)?;
        if let Some(slot) = self.known.get_mut(place) {
            *slot = Some((bits, value));
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digits_of_a_decimal_are_those_of_its_bytes() {
        for number in [
            0,
            1,
            -1,
            127,
            -128,
            128,
            i128::from(i64::MAX),
            i128::from(i64::MIN),
        ] {
            let bytes = number.to_be_bytes();
            assert_eq!(digits(&bytes).map(i128::from), Some(number));
            assert_eq!(digits(&bytes[7..]).map(i128::from), Some(number));
        }
        assert_eq!(digits(&[0xff]), Some(-1));
        assert_eq!(digits(&[0x7f, 0xff]), Some(0x7fff));
        for number in [
            i128::from(i64::MAX) + 1,
            i128::from(i64::MIN) - 1,
            i128::MAX,
            i128::MIN,
        ] {
            assert_eq!(digits(&number.to_be_bytes()), None);
        }
        assert_eq!(digits(&[]), None);
    }
}
