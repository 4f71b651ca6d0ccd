//! Rows as Parquet: a file of typed columns, written group by group.
//!
//! Comes in: names and kinds of columns, then cells, row by row. Goes out: the bytes of a file, as groups of rows are full.
//! It never holds more than one group, and never knows what a column means.
//!
//! Invariant: the same rows give the same bytes; no number passes through a float.

use std::io::{self, Write};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::column::writer::{ColumnCloseResult, get_column_writer, get_typed_column_writer};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, FixedLenByteArray, FixedLenByteArrayType, Int32Type,
    Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::types::{ColumnDescPtr, Type as Schema, TypePtr};
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use super::kinds::Kind;

/// How many rows a group has.
const ROWS: usize = 1 << 17;
/// How many bytes of texts a group has at most, but for its last row.
const BYTES: usize = 1 << 26;
/// How many digits a decimal has: what every reader knows.
const DIGITS: u8 = 38;
/// How many of them stand behind the point: as many as are written elsewhere.
pub const PLACES: u8 = 6;
/// How many bytes a decimal of so many digits takes.
const WIDTH: usize = 16;

/// How many values are handed over in one piece of memory. The least and the greatest of a column are kept until the file is
/// whole, and so are the pieces that they stand in.
const PIECE: usize = 128;

/// One value, or the lack of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'c> {
    /// Unknown, or no such thing.
    Nothing,
    /// A text.
    Text(&'c str),
    /// A rank or a place.
    Count(u32),
    /// A whole number; `None` where it has more than 64 bits.
    Integer(Option<i64>),
    /// A number of millionths; `None` where it has more than 128 bits.
    Decimal(Option<i128>),
    /// Yes or no.
    YesNo(bool),
    /// A day, counted from 1970-01-01.
    Day(i32),
    /// A point in time, in microseconds from the start of 1970 in UTC.
    Moment(i64),
}

/// The values of a column.
#[derive(Debug)]
enum Values {
    Texts { bytes: Vec<u8>, ends: Vec<usize> },
    Decimals(Vec<u8>),
    Ints(Vec<i32>),
    Longs(Vec<i64>),
    Bools(Vec<bool>),
}

/// A column of the group that is being filled.
#[derive(Debug)]
struct Column {
    name: Arc<str>,
    is_list: bool,
    values: Values,
    /// How much of each value is there: of a list nothing, the list without a value, the list, the value in it.
    defined: Vec<i16>,
    /// Whether each goes on with a list; only of lists.
    repeated: Vec<i16>,
}

/// A file that is being written.
pub struct Table<'w> {
    writer: SerializedFileWriter<Vec<u8>>,
    to: &'w mut dyn Write,
    columns: Vec<Column>,
    rows: usize,
    properties: WriterPropertiesPtr,
}

impl<'w> Table<'w> {
    /// Begins a file.
    ///
    /// # Errors
    /// What keeps it from being written.
    pub fn begin(columns: &[(Arc<str>, Kind)], to: &'w mut dyn Write) -> io::Result<Table<'w>> {
        let fields = columns.iter().map(|(name, kind)| field(name, kind));
        let fields = fields.collect::<Result<Vec<_>, _>>().map_err(cause)?;
        let schema = Schema::group_type_builder("rows").with_fields(fields).build();
        let compression = Compression::ZSTD(ZstdLevel::default());
        let properties = WriterProperties::builder().set_compression(compression).build();
        let properties = Arc::new(properties);
        let writer = SerializedFileWriter::new(
            Vec::new(),
            Arc::new(schema.map_err(cause)?),
            Arc::clone(&properties),
        );
        Ok(Table {
            writer: writer.map_err(cause)?,
            to,
            columns: columns
                .iter()
                .map(|(name, kind)| Column::new(name, kind))
                .collect(),
            rows: 0,
            properties,
        })
    }

    /// Puts a value into a column of the row.
    ///
    /// # Errors
    /// A number that a column cannot hold.
    pub fn put(&mut self, column: usize, cell: Cell<'_>) -> io::Result<()> {
        match self.columns.get_mut(column) {
            Some(column) if column.is_list && cell != Cell::Nothing => Err(unlike(&column.name)),
            Some(column) => column.push(cell, [0, 1], 0),
            None => Err(unlike("no column")),
        }
    }

    /// Puts a list into a column of the row.
    ///
    /// # Errors
    /// A number that a column cannot hold.
    pub fn put_list<'c>(
        &mut self,
        column: usize,
        cells: impl IntoIterator<Item = Cell<'c>>,
    ) -> io::Result<()> {
        let column = self.columns.get_mut(column).filter(|column| column.is_list);
        let Some(column) = column else {
            return Err(unlike("no list"));
        };
        let mut is_first = true;
        for cell in cells {
            column.push(cell, [2, 3], i16::from(!is_first))?;
            is_first = false;
        }
        if is_first {
            column.level(1, 0);
        }
        Ok(())
    }

    /// Ends a row, in which every column has got its cell.
    ///
    /// # Errors
    /// A writer that fails.
    pub fn end_row(&mut self) -> io::Result<()> {
        self.rows += 1;
        let is_full = || self.columns.iter().map(Column::bytes).sum::<usize>() >= BYTES;
        if self.rows >= ROWS || is_full() {
            self.end_group()?;
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// A writer that fails.
    pub fn end(mut self) -> io::Result<()> {
        if self.rows > 0 {
            self.end_group()?;
        }
        self.writer.finish().map_err(cause)?;
        self.hand_on()
    }

    fn end_group(&mut self) -> io::Result<()> {
        let descriptors = self.writer.schema_descr().columns().to_vec();
        let full: Vec<(Column, ColumnDescPtr)> = self
            .columns
            .iter_mut()
            .map(Column::take)
            .zip(descriptors)
            .collect();
        let properties = &self.properties;
        let encoded: Result<Vec<_>, ParquetError> = full
            .into_par_iter()
            .map(|(column, descriptor)| column.encoded(descriptor, properties))
            .collect();
        let mut group = self.writer.next_row_group().map_err(cause)?;
        for (bytes, closed) in encoded.map_err(cause)? {
            group.append_column(&bytes, closed).map_err(cause)?;
        }
        group.close().map_err(cause)?;
        self.rows = 0;
        self.hand_on()
    }

    /// Writes what is ready. The file's writer counts what it has given, so it can be taken away.
    fn hand_on(&mut self) -> io::Result<()> {
        self.writer.flush()?;
        let ready = std::mem::take(self.writer.inner_mut());
        self.to.write_all(&ready)
    }
}

impl Column {
    fn new(name: &Arc<str>, kind: &Kind) -> Column {
        let (is_list, kind) = match kind {
            Kind::List(inner) => (true, &**inner),
            plain => (false, plain),
        };
        Column {
            name: Arc::clone(name),
            is_list,
            values: Values::of(kind),
            defined: Vec::new(),
            repeated: Vec::new(),
        }
    }

    /// What it holds; it is left empty.
    fn take(&mut self) -> Column {
        Column {
            name: Arc::clone(&self.name),
            is_list: self.is_list,
            values: self.values.take(),
            defined: std::mem::take(&mut self.defined),
            repeated: std::mem::take(&mut self.repeated),
        }
    }

    fn bytes(&self) -> usize {
        match &self.values {
            Values::Texts { bytes, .. } => bytes.len(),
            _ => 0,
        }
    }

    #[inline]
    fn level(&mut self, defined: i16, repeated: i16) {
        self.defined.push(defined);
        if self.is_list {
            self.repeated.push(repeated);
        }
    }

    /// Adds a value; `levels` are those of nothing and of something.
    #[inline]
    fn push(&mut self, cell: Cell<'_>, levels: [i16; 2], repeated: i16) -> io::Result<()> {
        let [nothing, something] = levels;
        match (&mut self.values, cell) {
            (_, Cell::Nothing) => {
                self.level(nothing, repeated);
                return Ok(());
            }
            (Values::Texts { bytes, ends }, Cell::Text(text)) => {
                bytes.extend_from_slice(text.as_bytes());
                ends.push(bytes.len());
            }
            (Values::Decimals(bytes), Cell::Decimal(millionths)) => {
                let most = 10_u128.pow(DIGITS.into());
                let fits = millionths.filter(|millionths| millionths.unsigned_abs() < most);
                let fits = fits.ok_or_else(|| too_large(&self.name, self.is_list))?;
                bytes.extend_from_slice(&fits.to_be_bytes());
            }
            (Values::Longs(values), Cell::Integer(value)) => {
                values.push(value.ok_or_else(|| too_large(&self.name, self.is_list))?);
            }
            (Values::Ints(values), Cell::Count(value)) => {
                values.push(i32::try_from(value).map_err(|_| too_large(&self.name, self.is_list))?);
            }
            (Values::Ints(values), Cell::Day(value)) => values.push(value),
            (Values::Longs(values), Cell::Moment(value)) => values.push(value),
            (Values::Bools(values), Cell::YesNo(value)) => values.push(value),
            _ => return Err(unlike(&self.name)),
        }
        self.level(something, repeated);
        Ok(())
    }

    /// The bytes of the column in a group.
    fn encoded(
        self,
        descriptor: ColumnDescPtr,
        properties: &WriterPropertiesPtr,
    ) -> Result<(Bytes, ColumnCloseResult), ParquetError> {
        let Column {
            values,
            defined,
            repeated,
            is_list,
            ..
        } = self;
        let to = Encoder {
            descriptor,
            properties,
            defined: &defined,
            repeated: is_list.then_some(&*repeated),
        };
        match values {
            Values::Texts { bytes, ends } => {
                let mut texts = Vec::with_capacity(ends.len());
                let mut start = 0;
                for ends in ends.chunks(PIECE) {
                    let last = ends.last().copied().unwrap_or(start);
                    let piece = Bytes::copy_from_slice(bytes.get(start..last).unwrap_or(&[]));
                    let mut from = start;
                    for end in ends {
                        texts.push(ByteArray::from(piece.slice(from - start..end - start)));
                        from = *end;
                    }
                    start = last;
                }
                to.encoded::<ByteArrayType>(&texts)
            }
            Values::Decimals(bytes) => {
                let mut decimals = Vec::with_capacity(bytes.len() / WIDTH);
                for piece in bytes.chunks(PIECE * WIDTH) {
                    let piece = Bytes::copy_from_slice(piece);
                    let starts = (0..piece.len()).step_by(WIDTH);
                    decimals.extend(starts.map(|start| {
                        FixedLenByteArray::from(ByteArray::from(piece.slice(start..start + WIDTH)))
                    }));
                }
                to.encoded::<FixedLenByteArrayType>(&decimals)
            }
            Values::Ints(values) => to.encoded::<Int32Type>(&values),
            Values::Longs(values) => to.encoded::<Int64Type>(&values),
            Values::Bools(values) => to.encoded::<BoolType>(&values),
        }
    }
}

/// Where the values of a column are encoded, with how they are.
struct Encoder<'e> {
    descriptor: ColumnDescPtr,
    properties: &'e WriterPropertiesPtr,
    defined: &'e [i16],
    repeated: Option<&'e [i16]>,
}

impl Encoder<'_> {
    fn encoded<T: DataType>(self, values: &[T::T]) -> Result<(Bytes, ColumnCloseResult), ParquetError> {
        let mut to = TrackedWrite::new(Vec::new());
        let pages = Box::new(SerializedPageWriter::new(&mut to));
        let writer = get_column_writer(self.descriptor, Arc::clone(self.properties), pages);
        let mut writer = get_typed_column_writer::<T>(writer);
        writer.write_batch(values, Some(self.defined), self.repeated)?;
        let closed = writer.close()?;
        Ok((to.into_inner()?.into(), closed))
    }
}

impl Values {
    fn of(kind: &Kind) -> Values {
        match kind {
            Kind::Text | Kind::List(_) => Values::Texts {
                bytes: Vec::new(),
                ends: Vec::new(),
            },
            Kind::Decimal => Values::Decimals(Vec::new()),
            Kind::Count | Kind::Day => Values::Ints(Vec::new()),
            Kind::Integer | Kind::Moment => Values::Longs(Vec::new()),
            Kind::YesNo => Values::Bools(Vec::new()),
        }
    }

    fn take(&mut self) -> Values {
        match self {
            Values::Texts { bytes, ends } => Values::Texts {
                bytes: std::mem::take(bytes),
                ends: std::mem::take(ends),
            },
            Values::Decimals(bytes) => Values::Decimals(std::mem::take(bytes)),
            Values::Ints(values) => Values::Ints(std::mem::take(values)),
            Values::Longs(values) => Values::Longs(std::mem::take(values)),
            Values::Bools(values) => Values::Bools(std::mem::take(values)),
        }
    }
}

/// A column in the file's schema. All of them may be empty, so that tables of several policies can be put together.
fn field(name: &str, kind: &Kind) -> Result<TypePtr, ParquetError> {
    let Kind::List(inner) = kind else {
        return plain_field(name, kind);
    };
    let repeated = Schema::group_type_builder("list")
        .with_repetition(Repetition::REPEATED)
        .with_fields(vec![plain_field("element", inner)?])
        .build()?;
    let list = Schema::group_type_builder(name)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(Some(LogicalType::List))
        .with_fields(vec![Arc::new(repeated)])
        .build()?;
    Ok(Arc::new(list))
}

fn plain_field(name: &str, kind: &Kind) -> Result<TypePtr, ParquetError> {
    let (digits, places) = (i32::from(DIGITS), i32::from(PLACES));
    let (physical, logical) = match kind {
        Kind::Text | Kind::List(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Count => (Physical::INT32, None),
        Kind::Integer => (Physical::INT64, None),
        Kind::Decimal => (
            Physical::FIXED_LEN_BYTE_ARRAY,
            Some(LogicalType::decimal(places, digits)),
        ),
        Kind::YesNo => (Physical::BOOLEAN, None),
        Kind::Day => (Physical::INT32, Some(LogicalType::Date)),
        Kind::Moment => (
            Physical::INT64,
            Some(LogicalType::timestamp(true, TimeUnit::MICROS)),
        ),
    };
    let mut field = Schema::primitive_type_builder(name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical);
    if *kind == Kind::Decimal {
        let width = i32::try_from(WIDTH).unwrap_or_default();
        field = field.with_length(width).with_precision(digits).with_scale(places);
    }
    Ok(Arc::new(field.build()?))
}

fn too_large(column: &str, is_list: bool) -> io::Error {
    let why = format!("a number in the column `{column}` is too large for Parquet");
    // Of lists there are no fractions.
    io::Error::other(match is_list {
        true => why,
        false => format!("{why}; as text it is `{column}.exact`"),
    })
}

fn unlike(column: &str) -> io::Error {
    io::Error::other(format!("the column `{column}` is no column for this value"))
}

/// What went wrong, as the operating system says it where it does.
fn cause(error: ParquetError) -> io::Error {
    io::Error::other(error.to_string())
}
