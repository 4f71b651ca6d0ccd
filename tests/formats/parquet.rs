//! Parquet: columns by name, every type, and what cannot be read.

use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, FloatType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::TypePtr;

use crate::folder::Folder;

/// The values of a column; `None` is null.
pub(crate) enum Column {
    Bool(Vec<Option<bool>>),
    Int(Vec<Option<i32>>),
    Long(Vec<Option<i64>>),
    Float(Vec<Option<f32>>),
    Double(Vec<Option<f64>>),
    Text(Vec<Option<String>>),
    /// Numbers in groups.
    Nested(Vec<Option<i32>>),
    /// Texts in lists.
    Lists(Vec<Option<Vec<String>>>),
}

fn split<T: Clone>(values: &[Option<T>]) -> (Vec<T>, Vec<i16>) {
    let levels = values.iter().map(|value| i16::from(value.is_some())).collect();
    (values.iter().flatten().cloned().collect(), levels)
}

/// A file with these columns; all of the schema's fields are optional.
pub(crate) fn file(schema: &str, columns: &[Column], compression: Compression) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(&format!("message m {{ {schema} }}")).unwrap());
    file_of(schema, columns, compression)
}

/// A file of this schema with these columns.
pub(crate) fn file_of(schema: TypePtr, columns: &[Column], compression: Compression) -> Vec<u8> {
    let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for column in columns {
        let mut open = group.next_column().unwrap().unwrap();
        macro_rules! write {
            ($kind:ty, $values:expr) => {{
                let (values, levels) = split($values);
                open.typed::<$kind>()
                    .write_batch(&values, Some(&levels), None)
                    .unwrap();
            }};
        }
        match column {
            Column::Bool(values) => write!(BoolType, values),
            Column::Int(values) => write!(Int32Type, values),
            Column::Long(values) => write!(Int64Type, values),
            Column::Float(values) => write!(FloatType, values),
            Column::Double(values) => write!(DoubleType, values),
            Column::Text(values) => {
                let values: Vec<Option<ByteArray>> = values
                    .iter()
                    .map(|text| text.as_deref().map(ByteArray::from))
                    .collect();
                write!(ByteArrayType, &values);
            }
            Column::Nested(values) => {
                let (values, levels) = split(values);
                let levels: Vec<i16> = levels.iter().map(|level| level * 2).collect();
                open.typed::<Int32Type>()
                    .write_batch(&values, Some(&levels), None)
                    .unwrap();
            }
            Column::Lists(lists) => {
                let texts = lists.iter().flatten().flatten();
                let values: Vec<ByteArray> = texts.map(|text| ByteArray::from(text.as_str())).collect();
                let (mut defined, mut repeated) = (Vec::new(), Vec::new());
                for list in lists {
                    let (level, times) = match list {
                        None => (0, 1),
                        Some(list) if list.is_empty() => (1, 1),
                        Some(list) => (3, list.len()),
                    };
                    for index in 0..times {
                        defined.push(level);
                        repeated.push(i16::from(index > 0));
                    }
                }
                open.typed::<ByteArrayType>()
                    .write_batch(&values, Some(&defined), Some(&repeated))
                    .unwrap();
            }
        }
        open.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

pub(crate) fn texts(values: &[&str]) -> Column {
    Column::Text(
        values
            .iter()
            .map(|text| (!text.is_empty()).then(|| (*text).to_owned()))
            .collect(),
    )
}

const POLICY: &str = r#"policy halls "Halls" for hall { version "1" }
record hall "Sports hall" as halls {
    id     : text key
    title  : text
    seats  : integer 0..
    rent   : number 0.. in NOK optional
    area   : number 0.. in m optional
    share  : number 0..1 optional
    warm   : yes/no = no
    built  : date optional
    opened : date optional
    sent   : moment optional
    uses   : list of text = []
}
entry small  "Small"  { require seats < 1 }
entry dear   "Dear"   { require rent > 5 NOK }
entry wide   "Wide"   { require area > 1000 m }
entry share  "Share"  { require share > 0.9 }
entry cold   "Cold"   { require not warm }
entry new    "New"    { require built > 2030-01-01 }
entry opened "Opened" { require opened > 2030-01-01 }
entry sent   "Sent"   { require sent > 2030-01-01T00:00:00Z }
entry pretty "Pretty" { require looks.outside > 9 }
entry used   "Used"   { require "z" in uses }
criterion looks "Looks" {
    mean of {
        outside : 0..10 "Outside"
    }
}
rank by lowest rent
"#;

const SCHEMA: &str = "
    optional binary id (UTF8); optional binary title; optional int32 seats (UINT_16);
    optional int64 rent (DECIMAL(9,2)); optional float area; optional double share; optional boolean warm;
    optional int32 built (DATE); optional int64 opened (TIMESTAMP(NANOS,false)); optional int64 sent (TIMESTAMP(MILLIS,true));
    optional group uses (LIST) { repeated group list { optional binary element (UTF8); } }
    optional binary notes (UTF8);
    optional group looks { optional int32 outside; }";

fn columns() -> Vec<Column> {
    vec![
        texts(&["H1", "H2"]),
        texts(&["Bodø\tA", "B"]),
        Column::Int(vec![Some(200), Some(300)]),
        Column::Long(vec![Some(125), None]),
        Column::Float(vec![Some(0.1), None]),
        Column::Double(vec![Some(0.1), None]),
        Column::Bool(vec![Some(true), None]),
        Column::Int(vec![Some(19_782), None]),
        Column::Long(vec![Some(1_709_164_800_000_000_000), None]),
        Column::Long(vec![Some(1_709_208_000_000), None]),
        Column::Lists(vec![Some(vec!["a;b".to_owned(), "c".to_owned()]), Some(vec![])]),
        texts(&["x", "y"]),
        Column::Nested(vec![Some(7), None]),
    ]
}

/// Databases write whole numbers as decimals without places.
#[test]
fn decimals_with_and_without_places_are_read() {
    let folder = Folder::new();
    folder.write("halls.rule", POLICY);
    let schema =
        "optional binary id (UTF8); optional binary title (UTF8); optional int32 seats (DECIMAL(9,0));
        optional int64 rent (DECIMAL(18,0)); optional int32 share (DECIMAL(9,3));";
    let columns = [
        texts(&["H1", "H2"]),
        texts(&["A", "B"]),
        Column::Int(vec![Some(444), Some(0)]),
        Column::Long(vec![Some(120), None]),
        Column::Int(vec![Some(500), Some(1000)]),
    ];
    folder.write("halls.parquet", file(schema, &columns, Compression::SNAPPY));
    for more in ["", "--strict"] {
        let arguments = "halls.rule halls.parquet --format ndjson --fields id,seats,rent,share,failed";
        let arguments: Vec<&str> = arguments
            .split(' ')
            .chain(more.split(' ').filter(|more| !more.is_empty()))
            .collect();
        let ran = folder.run(&arguments);
        let out = &ran.is_quiet().out;
        assert!(out.contains(r#""seats":444,"rent":120,"share":0.5,"#), "{out}");
        assert!(out.contains(r#""seats":0,"rent":null,"share":1,"#), "{out}");
    }
}

#[test]
fn every_type_is_read() {
    let folder = Folder::new();
    folder.write("halls.rule", POLICY);
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::LZ4_RAW,
    ] {
        folder.write("halls.parquet", file(SCHEMA, &columns(), compression));
        let ran = folder.run(&["halls.rule", "halls.parquet", "--format", "json"]);
        ran.says(&[
            "unknown-field",
            "the column `notes` is no field of `hall` (column notes)",
        ]);
        for said in [
            "\"title\": \"Bodø\\tA\"",
            "\"value\": 200,",
            "\"value\": 1.25,",
            "\"value\": 0.1,",
            "\"value\": true,",
            "\"value\": \"2024-02-29\"",
            "\"value\": \"2024-02-29T12:00:00Z\"",
            "\"a;b\"",
            "\"value\": 7,",
            "\"at\": \"halls.parquet:2:3\"",
        ] {
            assert!(ran.out.contains(said), "no {said} in {}", ran.out);
        }
    }
}

#[test]
fn what_cannot_be_read_is_told() {
    let folder = Folder::new();
    folder.write("halls.rule", POLICY);
    let schema = "optional binary id (UTF8); optional binary title (UTF8); optional boolean seats; optional int32 built (TIME_MILLIS);";
    let columns = [
        texts(&["H1"]),
        texts(&["A"]),
        Column::Bool(vec![Some(true)]),
        Column::Int(vec![Some(1)]),
    ];
    folder.write("wrong.parquet", file(schema, &columns, Compression::UNCOMPRESSED));
    folder.run(&["halls.rule", "wrong.parquet"]).fails(&[
        "wrong-value",
        "the column `seats` holds yes and no, but `hall › seats` needs numbers",
        "the column `built` holds times of day, but `hall › built` needs days",
        "wrong.parquet:1:3",
    ]);
    let schema = "optional binary id (UTF8); optional binary title (UTF8); optional double seats;";
    let columns = [
        texts(&["H1", "", "H3"]),
        texts(&["A", "B", "C"]),
        Column::Double(vec![Some(2.5), Some(f64::NAN), Some(3.0)]),
    ];
    let whole = file(schema, &columns, Compression::ZSTD(Default::default()));
    folder.write("bad.parquet", &whole);
    folder.run(&["halls.rule", "bad.parquet"]).fails(&[
        "`H1 › seats` must be a whole number, at least 0 (row 1, column seats)",
        "`hall 2 › id` is missing (row 2, column id)",
        "`hall 2 › seats` must be a whole number, at least 0 (row 2, column seats)",
    ]);
    for cut in [0, 3, whole.len() / 2, whole.len() - 1] {
        folder.write("cut.parquet", &whole[..cut]);
        folder
            .run(&["halls.rule", "cut.parquet"])
            .fails(&["cannot-read", "cannot be read as Parquet"]);
    }
    folder.write("none.parquet", "id,title\n");
    folder
        .run(&["halls.rule", "none.parquet"])
        .fails(&["cannot-read"]);
    folder.write(
        "names.parquet",
        file(
            "optional int32 a;",
            &[Column::Int(vec![Some(1)])],
            Compression::UNCOMPRESSED,
        ),
    );
    folder
        .run(&["halls.rule", "names.parquet"])
        .fails(&["data-shape", "names no field of `hall`"]);
}

#[test]
fn a_damaged_file_never_stops_the_program() {
    let folder = Folder::new();
    folder.write("halls.rule", POLICY);
    let whole = file(SCHEMA, &columns(), Compression::SNAPPY);
    for seed in 0..300_u64 {
        let mut bytes = whole.clone();
        for round in 0..=seed % 3 {
            let random = (seed * 3 + round + 1)
                .wrapping_mul(6_364_136_223_846_793_005)
                .rotate_left(23);
            let at = usize::try_from(random % whole.len() as u64).unwrap();
            bytes[at] ^= u8::try_from(random >> 56).unwrap() | 1;
        }
        folder.write("bad.parquet", &bytes);
        let ran = folder.run(&["halls.rule", "bad.parquet"]);
        assert!(ran.code == 0 || ran.code == 2, "{seed}: {}", ran.err);
    }
}
