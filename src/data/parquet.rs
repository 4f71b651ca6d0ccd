//! Parquet files.
//!
//! Comes in: the bytes of a file and the record type that it holds. Goes out: an input: the columns that the type knows, as a
//! text in which places are rows and columns; or why a column cannot hold what its field needs. It never decodes a column
//! that nothing reads.
//!
//! Invariant: numbers are the shortest decimals that are the file's; nothing is rounded and nothing is guessed.

use std::panic::{self, AssertUnwindSafe};

use bytes::Bytes;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span as Days, Timestamp};
use parquet::basic::{ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::{Type as Schema, TypePtr};

use super::delimited::escaped;
use super::format::{Format, record_of_path};
use super::header::{Means, meaning};
use super::open::Found;
use super::shape::Shape;
use super::{Input, packed};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Policy, Type};
use crate::source::{Layout, Made, Place, Sources};

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Holds {
    YesNo,
    Number,
    Text,
    Day,
    /// A date and time; whether it is in UTC, and whether it is a bare number of nanoseconds.
    Moment {
        utc: bool,
        nanoseconds: bool,
    },
    List(Box<Holds>),
    Other(&'static str),
}

/// A column that is read, or a group of them.
struct Column {
    /// As the table has it: `benefit.patient` for a field of a group.
    name: String,
    holds: Holds,
    /// Whether it is read; of a group that is known, a field may not be.
    known: bool,
    /// The field's type, where it is a field; else it is read as text.
    of_type: Option<Type>,
    /// The field as sentences name it, and where it is declared.
    field: Option<(String, Place)>,
}

/// Makes an input of a Parquet file. The crate that decodes it stops the program where a file is damaged in some ways, so it
/// is caught here, without a word of its own.
///
/// # Errors
/// Why nothing can be read of it.
pub(super) fn open(
    found: Found<'_>,
    bytes: &[u8],
    policy: &Policy,
    sources: &mut Sources,
    problems: &mut Vec<Diagnostic>,
) -> Result<Vec<Input>, Diagnostic> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let read = panic::catch_unwind(AssertUnwindSafe(|| read(found, bytes, policy, sources, problems)));
    panic::set_hook(hook);
    read.unwrap_or_else(|_| {
        let message = format!("`{}` cannot be read as Parquet: it is damaged", found.path);
        Err(Diagnostic::new(Code::CannotRead, message).help(FETCH))
    })
}

/// The mend for a file that is not whole.
const FETCH: &str = "if it was cut off on its way, fetch it again";

fn read(
    found: Found<'_>,
    bytes: &[u8],
    policy: &Policy,
    sources: &mut Sources,
    problems: &mut Vec<Diagnostic>,
) -> Result<Vec<Input>, Diagnostic> {
    let path = found.path;
    let cannot = |why: &ParquetError| {
        let message = format!("`{path}` cannot be read as Parquet: {}", plain(why));
        Diagnostic::new(Code::CannotRead, message).help(FETCH)
    };
    let by_name = || record_of_path(policy, path);
    let record = found.record.or_else(by_name).unwrap_or(policy.record);
    let shape = Shape::new(policy, record);
    let reader = SerializedFileReader::new(Bytes::copy_from_slice(bytes)).map_err(|error| cannot(&error))?;
    let schema = reader.metadata().file_metadata().schema();
    let mut read: Vec<TypePtr> = Vec::new();
    let mut columns: Vec<Column> = Vec::new();
    let mut unread: Vec<String> = Vec::new();
    // How many columns each field has.
    let mut widths: Vec<usize> = Vec::new();
    for field in schema.get_fields() {
        let parts = parts(field);
        let known = parts.iter().any(|(name, _)| meaning(&shape, name).is_some());
        if known && !is_all_null(reader.metadata(), field) {
            read.push(field.clone());
            widths.push(parts.len());
            columns.extend(parts.into_iter().map(|(name, holds)| column(&shape, name, holds)));
        } else {
            unread.extend(parts.into_iter().map(|(name, _)| name));
        }
    }
    let names = columns.iter().map(|column| column.name.as_str());
    let names: Vec<_> = names
        .chain(unread.iter().map(String::as_str))
        .map(escaped)
        .collect();
    let mut text = names.join("\t");
    text.push('\n');
    let wrong: Vec<(usize, Diagnostic)> = misfits(&columns).collect();
    if wrong.is_empty() && !columns.is_empty() {
        let projection = Schema::group_type_builder(schema.name())
            .with_fields(read)
            .build();
        let projection = projection.map_err(|error| cannot(&error))?;
        let rows = reader
            .get_row_iter(Some(projection))
            .map_err(|error| cannot(&error))?;
        let most = packed::most(bytes.len());
        for row in rows {
            let row = row.map_err(|error| cannot(&error))?;
            let mut cells = columns.iter();
            for ((_, field), width) in row.into_columns().into_iter().zip(&widths) {
                let values = values(field);
                for (index, column) in cells.by_ref().take(*width).enumerate() {
                    let cell = values.get(index).and_then(|field| shown(field, column));
                    text.push_str(&escaped(&cell.unwrap_or_default()));
                    text.push('\t');
                }
            }
            text.pop();
            text.push('\n');
            if text.len() > most {
                let message = format!("`{path}` holds far more than its size");
                return Err(Diagnostic::new(Code::CannotRead, message).help("is it damaged?"));
            }
        }
    }
    let made = Made {
        path,
        part: None,
        bytes: found.bytes,
        text: text.into(),
        layout: Layout::Rows,
    };
    let file = sources.add_made(made).map_err(|_| {
        Diagnostic::new(Code::CannotRead, format!("`{path}` is larger than 4 GiB"))
            .help("split it into several files")
    })?;
    if !wrong.is_empty() {
        let starts = |index: usize| names.iter().take(index).map(|name| name.len() + 1).sum::<usize>();
        for (index, diagnostic) in wrong {
            let start = starts(index);
            let length = names.get(index).map_or(0, |name| name.len());
            let declared = columns.get(index).and_then(|column| column.field.as_ref());
            let diagnostic = diagnostic.at(Place::new(file, start..start + length), "this column");
            problems.push(match declared {
                Some((_, place)) => diagnostic.at(*place, "declared here"),
                None => diagnostic,
            });
        }
        return Ok(Vec::new());
    }
    Ok(vec![Input {
        file,
        record: Some(record),
        format: Format::Columns,
    }])
}

fn column(shape: &Shape<'_>, name: String, holds: Holds) -> Column {
    let means = meaning(shape, &name);
    let field = match means {
        Some(Means::Field(index)) => shape.record.fields.get(index),
        _ => None,
    };
    Column {
        known: means.is_some(),
        field: field.map(|field| (format!("{} › {}", shape.record.name, field.name), field.place)),
        of_type: field.map(|field| field.of_type.clone()),
        name,
        holds,
    }
}

/// Whether the file says that a column has no value at all: then it fits any field, whatever it could hold.
fn is_all_null(metadata: &ParquetMetaData, field: &Schema) -> bool {
    let empty = |group: &RowGroupMetaData| {
        let mut columns = group.columns().iter();
        let column = columns.find(|column| column.column_path().parts() == [field.name()]);
        column.is_some_and(|column| {
            let nulls = column
                .statistics()
                .and_then(|statistics| statistics.null_count_opt());
            nulls.and_then(|nulls| i64::try_from(nulls).ok()) == Some(column.num_values())
        })
    };
    field.is_primitive() && metadata.row_groups().iter().all(empty)
}

/// The names of a field's columns, and what they hold: a group has one for each of its own.
fn parts(field: &Schema) -> Vec<(String, Holds)> {
    match holds(field) {
        Some(holds) => vec![(field.name().to_owned(), holds)],
        None => {
            let inner = field.get_fields().iter();
            let inner = inner.map(|inner| {
                let holds = holds(inner).unwrap_or(Holds::Other("groups of values"));
                (format!("{}.{}", field.name(), inner.name()), holds)
            });
            inner.collect()
        }
    }
}

/// What a field of a schema holds; nothing for a group of fields.
fn holds(field: &Schema) -> Option<Holds> {
    let info = field.get_basic_info();
    let converted = info.converted_type();
    let one = match field {
        Schema::GroupType { fields, .. } => match (converted, fields.as_slice()) {
            (ConvertedType::LIST, [list]) => {
                let element = match list.as_ref() {
                    Schema::GroupType { fields, .. } => match fields.as_slice() {
                        [element] => holds(element),
                        _ => None,
                    },
                    own => holds(own),
                };
                return Some(match element {
                    // A list of the old form: its only field repeats.
                    Some(Holds::List(inner)) if list.is_primitive() => Holds::List(inner),
                    Some(Holds::List(_) | Holds::Other(_)) | None => Holds::Other("lists of groups"),
                    Some(plain) => Holds::List(Box::new(plain)),
                });
            }
            (ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE, _) => Holds::Other("maps"),
            (_, fields) if fields.iter().all(|field| field.is_primitive()) && !fields.is_empty() => {
                return match info.has_repetition() && info.repetition() == Repetition::REPEATED {
                    true => Some(Holds::Other("lists of groups")),
                    false => None,
                };
            }
            _ => Holds::Other("groups of groups"),
        },
        Schema::PrimitiveType { physical_type, .. } => {
            primitive(*physical_type, converted, info.logical_type_ref())
        }
    };
    Some(
        match info.has_repetition() && info.repetition() == Repetition::REPEATED {
            true => Holds::List(Box::new(one)),
            false => one,
        },
    )
}

fn primitive(physical: Physical, converted: ConvertedType, logical: Option<&LogicalType>) -> Holds {
    use ConvertedType as C;
    // A file may say it in the old way only, and then times are in UTC.
    let (utc, nanoseconds) = match logical {
        Some(LogicalType::Timestamp(time)) => (time.is_adjusted_to_u_t_c, time.unit == TimeUnit::NANOS),
        _ => (true, false),
    };
    let is_float_16 = logical == Some(&LogicalType::Float16);
    match (physical, converted) {
        (Physical::BOOLEAN, _) => Holds::YesNo,
        (Physical::INT32, C::NONE | C::INT_8 | C::INT_16 | C::INT_32 | C::DECIMAL)
        | (Physical::INT32, C::UINT_8 | C::UINT_16 | C::UINT_32)
        | (Physical::INT64, C::INT_64 | C::UINT_64 | C::DECIMAL)
        | (Physical::FLOAT | Physical::DOUBLE, _)
        | (Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY, C::DECIMAL) => Holds::Number,
        (Physical::INT64, C::NONE) => match logical {
            Some(LogicalType::Timestamp(_)) => Holds::Moment { utc, nanoseconds },
            Some(LogicalType::Time(_)) => Holds::Other("times of day"),
            _ => Holds::Number,
        },
        (Physical::INT32, C::DATE) => Holds::Day,
        (Physical::INT64, C::TIMESTAMP_MILLIS | C::TIMESTAMP_MICROS) | (Physical::INT96, _) => {
            Holds::Moment {
                utc,
                nanoseconds: false,
            }
        }
        (Physical::BYTE_ARRAY, C::UTF8 | C::ENUM | C::JSON | C::NONE) => Holds::Text,
        (Physical::FIXED_LEN_BYTE_ARRAY, C::NONE) if is_float_16 => Holds::Number,
        (_, C::TIME_MILLIS | C::TIME_MICROS) => Holds::Other("times of day"),
        _ => Holds::Other("bytes"),
    }
}

/// The columns that cannot hold what their fields need, each once.
fn misfits(columns: &[Column]) -> impl Iterator<Item = (usize, Diagnostic)> {
    let columns = columns.iter().enumerate();
    columns.filter_map(|(index, column)| {
        let fits = match (&column.of_type, &column.holds) {
            (Some(of_type), holds) => fits(of_type, holds),
            (None, Holds::List(_) | Holds::Other(_)) => !column.known,
            (None, _) => true,
        };
        if fits {
            return None;
        }
        let wanted = match &column.field {
            Some((field, _)) => format!("but `{field}` needs {}", needs(column.of_type.as_ref())),
            None => "but a text or a number is needed there".to_owned(),
        };
        let message = format!(
            "the column `{}` holds {}, {wanted}",
            column.name,
            words(&column.holds)
        );
        Some((index, Diagnostic::new(Code::WrongValue, message)))
    })
}

fn fits(of_type: &Type, holds: &Holds) -> bool {
    match (of_type, holds) {
        (_, Holds::Text) | (Type::Number(_) | Type::Scale(_) | Type::YesNo, Holds::Number) => true,
        (Type::Text | Type::Reference(_), Holds::Number | Holds::YesNo | Holds::Day) => true,
        (Type::YesNo, Holds::YesNo)
        | (Type::Date, Holds::Day | Holds::Moment { .. })
        | (Type::Moment, Holds::Moment { .. }) => true,
        (Type::List(inner), Holds::List(holds)) => fits(inner, holds),
        _ => false,
    }
}

fn needs(of_type: Option<&Type>) -> &'static str {
    match of_type {
        Some(Type::YesNo) => "yes or no",
        Some(Type::Number(_)) => "numbers",
        Some(Type::Date) => "days",
        Some(Type::Moment) => "moments",
        Some(Type::Scale(_)) => "levels or numbers",
        Some(Type::Enumeration(_)) => "names of its members",
        Some(Type::Reference(_)) => "keys",
        Some(Type::List(_)) => "lists of values that fit it",
        Some(Type::Text) | None => "texts",
    }
}

fn words(holds: &Holds) -> &'static str {
    match holds {
        Holds::YesNo => "yes and no",
        Holds::Number => "numbers",
        Holds::Text => "texts",
        Holds::Day => "days",
        Holds::Moment { .. } => "moments",
        Holds::List(_) => "lists",
        Holds::Other(what) => what,
    }
}

/// The values of a field: those in it where it is a group, and none where that is not there.
fn values(field: Field) -> Vec<Field> {
    match field {
        Field::Null => Vec::new(),
        Field::Group(row) => row.into_columns().into_iter().map(|(_, field)| field).collect(),
        other => vec![other],
    }
}

/// What a cell says; nothing in an empty one.
fn shown(field: &Field, column: &Column) -> Option<String> {
    let of_type = column.of_type.as_ref();
    match (field, &column.holds, of_type) {
        (Field::ListInternal(list), Holds::List(inner), of_type) => {
            let inner_type = match of_type {
                Some(Type::List(inner)) => Some(inner.as_ref()),
                _ => None,
            };
            let items = list
                .elements()
                .iter()
                .map(|item| match (item, one(item, inner, inner_type)) {
                    (_, None) => "null".to_owned(),
                    (Field::Bool(value), _) => value.to_string(),
                    (_, Some(text)) if **inner == Holds::Number => text,
                    (_, Some(text)) => serde_json::Value::String(text).to_string(),
                });
            Some(format!("[{}]", items.collect::<Vec<_>>().join(",")))
        }
        (field, holds, of_type) => one(field, holds, of_type),
    }
}

fn one(field: &Field, holds: &Holds, of_type: Option<&Type>) -> Option<String> {
    Some(match field {
        Field::Null => return None,
        Field::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        Field::Float16(number) => number.to_string(),
        Field::Float(number) => number.to_string(),
        Field::Double(number) => number.to_string(),
        Field::Long(number)
            if matches!(
                holds,
                Holds::Moment {
                    nanoseconds: true,
                    ..
                }
            ) =>
        {
            moment(Timestamp::from_nanosecond(i128::from(*number)), holds, of_type)
        }
        Field::TimestampMillis(number) => moment(Timestamp::from_millisecond(*number), holds, of_type),
        Field::TimestampMicros(number) => moment(Timestamp::from_microsecond(*number), holds, of_type),
        Field::Date(days) => day(*days).unwrap_or_else(|| OUT_OF_TIME.to_owned()),
        // One without places is told with a bare point behind it.
        Field::Decimal(_) => field.to_string().trim_end_matches('.').to_owned(),
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => match std::str::from_utf8(bytes.data()) {
            Ok(text) => text.to_owned(),
            Err(_) => field.to_string(),
        },
        other => other.to_string(),
    })
}

/// What stands in the cell of a day or a moment of no year that can be written.
const OUT_OF_TIME: &str = "(a day out of all calendars)";

fn day(days: i32) -> Option<String> {
    let first = Date::new(1970, 1, 1).ok()?;
    let day = first.checked_add(Days::new().try_days(days).ok()?).ok()?;
    Some(day.to_string())
}

/// A moment, or the day of one at midnight where a day is needed.
fn moment(moment: Result<Timestamp, jiff::Error>, holds: &Holds, of_type: Option<&Type>) -> String {
    let Ok(moment) = moment else {
        return OUT_OF_TIME.to_owned();
    };
    let civil = TimeZone::UTC.to_datetime(moment);
    if of_type == Some(&Type::Date) && civil.time() == jiff::civil::Time::midnight() {
        return civil.date().to_string();
    }
    match holds {
        Holds::Moment { utc: false, .. } => civil.to_string(),
        _ => moment.to_string(),
    }
}

/// What the crate says is wrong, without its own name for it.
fn plain(error: &ParquetError) -> String {
    let said = error.to_string();
    let said = said.split_once(": ").map_or(said.as_str(), |(_, rest)| rest);
    said.trim_end_matches('.').to_owned()
}
