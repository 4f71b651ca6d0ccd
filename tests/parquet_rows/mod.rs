//! Rows as Parquet: the columns of a file, what stands in them, and that they are the rows of NDJSON.
//!
//! Comes in: a policy with a field of every type, the shipped policies, and many rows. Goes out: a snapshot of a file's schema
//! and rows, as the crate that reads Parquet has them.
//!
//! Invariant: what is read back is what a line of NDJSON has.

use crate::runs::run;

const POLICY: &str = r#"policy halls "Halls" for hall { data "halls.json" }
scale state "State" {
  poor "Poor"
  good "Good"
}
scale size "Size" {
  small "Small" = 0.5
  large "Large" = 3
}
record hall "Sports hall" as halls {
  id : text key
  title : text
  kind : one of ice, grass "Kind"
  seats : integer 0..
  rent : number 0.. optional
  warm : yes/no optional
  state : state optional
  size : size
  opened : date optional
  sent : moment optional
  next-to : ref hall optional
  uses : list of text = []
  days : list of date = []
  counts : list of integer = []
  beside : list of ref hall = []
}
record room "Room" in hall as rooms {
  id : text key
  seats : number 0..
  kind : text
}
define third = seats / 3
define twice : integer 0.. { seats * 2 when kind is ice
  otherwise 0 }
table worth by kind { ice -> 1
  grass -> 0.25 }
group cold of hall where kind is ice
entry seats "Seats" { require seats >= 10 }
entry rent "Rent" { require rent < 1_000_000 }
criterion fit "Fit" { mean of { near : 0..10 "Near"
  far : 0..10 "Far"
  dear : 0..10 "Dear" } }
rank by highest total
exclude late { when opened > 2030-01-01 }
cut-list rooms "Rooms" of room { at most 12 of seats }
"#;

const DATA: &str = r#"{ "halls": [
  { "id": "A", "title": "Ålesund, \"the old\"", "kind": "ice", "seats": 200, "rent": 1.25, "warm": true, "state": "good",
    "size": "small", "opened": "1969-12-31", "sent": "2026-03-17T17:00:00.000001+01:00", "uses": ["a;b", "c"],
    "days": ["2026-01-31", "0001-01-01"], "counts": [1, 2], "beside": ["B"], "fit": { "near": 1, "far": 2, "dear": 2 },
    "rooms": [ { "id": "A1", "seats": 10.5, "kind": "plain" }, { "id": "A2", "seats": 3, "kind": "odd" } ] },
  { "id": "B", "title": "Bø", "kind": "grass", "seats": 9007199254740993, "size": 2.125, "warm": false, "state": "poor",
    "rent": 0.0000005, "opened": "2031-01-01", "next-to": "A", "fit": { "near": 9, "far": 2, "dear": 0 } },
  { "id": "C", "title": "", "kind": "ice", "seats": 3, "size": "large", "rent": 99999999999999999999999999.5,
    "fit": { "near": 10, "far": 10, "dear": 10 } },
  { "id": "D", "title": "Last", "kind": "ice", "seats": 11, "size": "large", "fit": { "near": 10, "far": 10 } }
] }
"#;

const FIELDS: &str = "id,record,title,parent,kind,seats,rent,warm,state,size,opened,sent,next-to,uses,days,counts,beside,third,\
                      third.exact,twice,worth,cold,status,selection,rank,place,total,total.exact,fit,fit.far,failed,excluded-by,\
                      missing,tied-with,joint-with";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("halls.rule"), POLICY).unwrap();
    std::fs::write(folder.path().join("halls.json"), DATA).unwrap();
    folder
}

#[cfg(feature = "parquet")]
mod with {
    use std::fmt::Write as _;
    use std::path::Path;

    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    use parquet::schema::printer::print_schema;
    use serde_json::Value;

    use super::*;

    fn digits(millionths: i128) -> String {
        let sign = if millionths < 0 { "-" } else { "" };
        let (whole, places) = (millionths.abs() / 1_000_000, millionths.abs() % 1_000_000);
        let text = format!("{sign}{whole}.{places:06}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// A value as NDJSON has it; a moment as its point in time in UTC.
    fn json(field: &Field) -> Value {
        match field {
            Field::Null => Value::Null,
            Field::Bool(answer) => Value::Bool(*answer),
            Field::Int(number) => (*number).into(),
            Field::Long(number) => (*number).into(),
            Field::Str(text) => Value::String(text.clone()),
            Field::Decimal(decimal) => {
                let bytes: [u8; 16] = decimal.data().try_into().unwrap();
                assert_eq!((decimal.precision(), decimal.scale()), (38, 6));
                serde_json::from_str(&digits(i128::from_be_bytes(bytes))).unwrap()
            }
            Field::Date(days) => {
                let first = jiff::civil::date(1970, 1, 1);
                let day = first.checked_add(jiff::Span::new().days(*days)).unwrap();
                Value::String(day.to_string())
            }
            Field::TimestampMicros(time) => {
                Value::String(jiff::Timestamp::from_microsecond(*time).unwrap().to_string())
            }
            Field::ListInternal(list) => list.elements().iter().map(json).collect(),
            other => panic!("{other:?}"),
        }
    }

    fn open(path: &Path) -> SerializedFileReader<std::fs::File> {
        SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap()
    }

    /// The rows of a file: names with values.
    fn rows(path: &Path) -> Vec<Vec<(String, Value)>> {
        let reader = open(path);
        let rows = reader.get_row_iter(None).unwrap();
        rows.map(|row| {
            let row = row.unwrap();
            let columns = row.get_column_iter();
            columns.map(|(name, field)| (name.clone(), json(field))).collect()
        })
        .collect()
    }

    /// The same of NDJSON, with what is no number as it comes out of Parquet.
    fn lines(text: &str) -> Vec<Vec<(String, Value)>> {
        let moment = |value: Value| match value.as_str().map(str::parse::<jiff::Timestamp>) {
            Some(Ok(moment)) => Value::String(moment.to_string()),
            _ => value,
        };
        let line = |line: &str| {
            let row: indexmap::IndexMap<String, Value> = serde_json::from_str(line).unwrap();
            row.into_iter()
                .map(|(name, value)| (name, moment(value)))
                .collect()
        };
        text.lines().map(line).collect()
    }

    fn alike(folder: &Path, arguments: &str) -> usize {
        let written = run(folder, &format!("{arguments} --format parquet -o rows.parquet"));
        assert_eq!(written.out, "");
        let rows = rows(&folder.join("rows.parquet"));
        let told = run(folder, &format!("{arguments} --format ndjson"));
        assert_eq!(
            (written.exit, &written.err),
            (told.exit, &told.err),
            "{arguments}"
        );
        let lines = lines(&told.out);
        assert_eq!(rows, lines, "{arguments}");
        rows.len()
    }

    /// The schema of a file, and its rows, each value as JSON.
    fn shown(path: &Path) -> String {
        let mut schema = Vec::new();
        print_schema(&mut schema, open(path).metadata().file_metadata().schema());
        let mut text = String::from_utf8(schema).unwrap();
        for row in rows(path) {
            text.push('\n');
            for (name, value) in row {
                let _ = writeln!(text, "{name:>12}  {value}");
            }
        }
        text
    }

    #[test]
    fn a_file_has_typed_columns() {
        let folder = folder();
        let arguments = format!("halls.rule --format parquet --fields {FIELDS} -o rows.parquet");
        let ran = run(folder.path(), &arguments);
        assert_eq!((ran.exit, ran.err.as_str()), (Some(0), ""));
        insta::assert_snapshot!("typed_columns", shown(&folder.path().join("rows.parquet")));
        let ran = run(
            folder.path(),
            "halls.rule --format parquet --top 2 -o rows.parquet",
        );
        assert_eq!((ran.exit, ran.err.as_str()), (Some(0), ""));
        insta::assert_snapshot!("usual_columns", shown(&folder.path().join("rows.parquet")));
    }

    #[test]
    fn the_rows_are_those_of_ndjson() {
        let folder = folder();
        for choice in [
            "",
            "--top 1",
            "--only kept,ranked",
            "--only not-eligible",
            "--top 3 --only excluded",
        ] {
            alike(folder.path(), &format!("halls.rule --fields {FIELDS} {choice}"));
        }
        let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
        for policy in ["grants/grants.rule", "backlog/backlog.rule", "steg2/steg2.rule"] {
            let table = run(&policies, &format!("{policy} --format csv"));
            let fields = table.out.lines().next().unwrap();
            let folder = tempfile::tempdir().unwrap();
            let policy = policies.join(policy);
            let count = alike(folder.path(), &format!("{} --fields {fields}", policy.display()));
            assert!(count > 5, "{count}");
        }
    }

    /// What was written is data like any other: a policy reads it back, by the same names.
    #[test]
    fn what_is_written_can_be_read() {
        let folder = folder();
        let fields = "id,title,kind,seats,rent,warm,state,size,opened,sent,uses,days,counts,third,rank,failed,status,total";
        let ran = run(
            folder.path(),
            &format!(
                "halls.rule --only ranked,not-eligible,undetermined,excluded --fields {fields} --format parquet -o halls.parquet"
            ),
        );
        assert_eq!((ran.exit, ran.err.as_str()), (Some(0), ""));
        let policy = r#"policy again "Again" for hall { }
scale state { poor
  good }
scale size { small = 0.5
  large = 3 }
record hall as halls {
  id : text key
  title : text = ""
  kind : one of ice, grass
  seats : integer 0..
  rent : number 0.. optional
  warm : yes/no optional
  state : state optional
  size : size
  opened : date optional
  sent : moment optional
  uses : list of text = []
  days : list of date = []
  counts : list of integer = []
  third : number
  rank-then : integer 1.. optional from "rank"
  failed : list of text
  status : text
  total-then : number optional from "total"
}
rank by highest total-then
"#;
        std::fs::write(folder.path().join("again.rule"), policy).unwrap();
        let fields = "id,title,kind,seats,rent,warm,state,size,opened,sent,uses,days,counts,third,rank-then,this.failed,this.status,total-then";
        let again = run(
            folder.path(),
            &format!("again.rule halls.parquet --format ndjson --fields {fields}"),
        );
        assert_eq!((again.exit, again.err.as_str()), (Some(0), ""));
        let written: Vec<Vec<Value>> = rows(&folder.path().join("halls.parquet"))
            .into_iter()
            .map(|row| row.into_iter().map(|(_, value)| value).collect())
            .collect();
        let read: Vec<Vec<Value>> = lines(&again.out)
            .into_iter()
            .map(|row| row.into_iter().map(|(_, value)| value).collect())
            .collect();
        assert_eq!(written.len(), 4);
        assert_eq!(written, read);
    }

    #[test]
    fn what_a_column_cannot_hold_is_told_and_nothing_is_written() {
        let folder = folder();
        let large = DATA.replace("99999999999999999999999999.5", "1e32");
        std::fs::write(folder.path().join("halls.json"), large).unwrap();
        let ran = run(
            folder.path(),
            "halls.rule --format parquet --fields id,rent -o rows.parquet",
        );
        assert_eq!(ran.exit, Some(2));
        assert_eq!(
            ran.err,
            "error: rows.parquet cannot be written: a number in the column `rent` is too large for Parquet; as text it is \
             `rent.exact`\n"
        );
        assert!(!folder.path().join("rows.parquet").exists());
        let ran = run(
            folder.path(),
            "halls.rule --format parquet --fields id,rent.exact -o rows.parquet",
        );
        assert_eq!((ran.exit, ran.err.as_str()), (Some(0), ""));
    }

    /// Decided over columns, in several groups of rows; then in another order, and only some.
    #[test]
    fn many_rows_are_written_group_by_group() {
        let folder = tempfile::tempdir().unwrap();
        let policy = "policy p \"P\" for shed { version \"1\" }\nrecord shed {\n  id : text key\n  size : number 0..\n  \
                      kind : one of a, b\n  full : yes/no optional\n}\nentry small { require size < 900 }\nrank by highest size\n";
        std::fs::write(folder.path().join("p.rule"), policy).unwrap();
        let mut table = String::from("id,size,kind,full\n");
        for row in 0..140_000_u32 {
            let full = ["yes", "no", ""][row as usize % 3];
            let kind = ["a", "b"][row as usize / 7 % 2];
            let _ = writeln!(table, "s{row},{}.{},{kind},{full}", row * 7 % 1009, row % 8);
        }
        std::fs::write(folder.path().join("sheds.csv"), table).unwrap();
        let arguments = "p.rule sheds.csv --fields id,status,rank,failed,size,kind,full";
        assert_eq!(alike(folder.path(), arguments), 140_000);
        assert_eq!(open(&folder.path().join("rows.parquet")).num_row_groups(), 2);
        assert!(alike(folder.path(), &format!("{arguments} --top 100 --only ranked")) >= 100);
        // Read closely, the same bytes come out.
        let written = |more: &str| {
            let ran = run(
                folder.path(),
                &format!("{arguments} --format parquet -o rows.parquet {more}"),
            );
            assert_eq!((ran.exit, ran.err.as_str()), (Some(0), ""));
            std::fs::read(folder.path().join("rows.parquet")).unwrap()
        };
        assert!(written("") == written("--strict"));
    }
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_program_without_parquet_says_so() {
    let folder = folder();
    let ran = run(
        folder.path(),
        &format!("halls.rule --format parquet --fields {FIELDS}"),
    );
    assert_eq!(ran.exit, Some(2));
    assert_eq!(
        ran.err,
        "error: this program was built without Parquet: build it with the feature `parquet`, or use --format csv\n"
    );
}
