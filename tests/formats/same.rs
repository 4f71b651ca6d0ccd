//! The same data in every format gives the same decisions: random data of a small policy, and the published case.

use prioriter::check;
use prioriter::data::{self, Decimal, Dialect, FileForm, Found, Said};
use prioriter::decide::decide;
use prioriter::diagnostic::Diagnostic;
use prioriter::diagnostic::render::{Style, render};
use prioriter::model::Language;
use prioriter::report;
use prioriter::source::Sources;
use proptest::prelude::*;
use serde_json::Value;

use crate::write::{Cell, Table, document, ods, xlsx};

const POLICY: &str = r#"policy halls "Halls" for hall { version "1" }
scale grade "Grade" {
    low  "Low"  = 2
    high "High" = 8
}
record hall "Sports hall" as halls {
    id     : text key
    title  : text "Name of the hall"
    seats  : integer 0..
    rent   : number in NOK optional from "Rent (NOK)"
    warm   : yes/no = no because "most are not"
    built  : date optional
    sent   : moment optional
    kind   : one of (sport, culture) = sport
    uses   : list of text = []
    near   : ref hall optional
    beside : list of ref hall = []
}
record door "Door" in hall as doors {
    id    : text key
    width : integer 0.. in cm
}
entry small "Small" {
    require seats < 50
    otherwise "{title} has {seats}"
}
entry dear "Dear" { require rent < 9 NOK or warm }
entry new "New" { require built > 2000-01-01 }
entry sent "Sent" { require sent < 2026-01-01T00:00:00Z }
entry used "Used" { require kind is sport or "a" in uses }
entry alone "Alone" {
    require near is missing
    otherwise "{near}"
}
criterion looks "Looks" {
    mean of {
        outside : grade "Outside"
        inside  : 0..10 "Inside"
    }
}
rank by highest total
cut-list doors "Doors" of door {
    may cut wide because "too wide"
    otherwise by lowest width
    at most 300 cm of width
}
group wide "Wide" of door where width > 80 cm
"#;

/// A file: its name and its bytes.
pub(crate) type File = (String, Vec<u8>);

/// What is decided on files, as the JSON document without what is of the files alone.
pub(crate) fn decided(policy: (&str, &[(&str, &str)]), files: &[File], said: Said) -> Result<Value, String> {
    let (name, texts) = policy;
    let mut sources = Sources::new();
    let read = &mut |path: &str| {
        let text = texts
            .iter()
            .find(|(name, _)| *name == path)
            .map(|(_, text)| *text);
        text.map(|text| text.as_bytes().to_vec())
            .ok_or_else(|| std::io::ErrorKind::NotFound.into())
    };
    let loaded = check::load(name, &mut sources, read);
    let (policy, problems) = check::check(&loaded, &sources);
    let told = |problems: &[Diagnostic], sources: &Sources| render(problems, sources, Style::default());
    let Some(policy) = policy else {
        return Err(told(&problems, &sources));
    };
    let mut problems = Vec::new();
    let mut inputs = Vec::new();
    for (path, bytes) in files {
        let found = Found {
            path,
            bytes,
            form: FileForm::of(path).unwrap(),
            record: None,
        };
        match data::open(found, said, &policy, &mut sources, &mut problems) {
            Ok(opened) => inputs.extend(opened),
            Err(problem) => problems.push(problem),
        }
    }
    let reading = data::read(&policy, &sources, &inputs);
    problems.extend(reading.diagnostics);
    // Nothing is wrong, and nothing had to be assumed.
    if !problems.is_empty() {
        return Err(told(&problems, &sources));
    }
    let outcome =
        decide(&policy, &reading.records, Language::English).map_err(|problems| told(&problems, &sources))?;
    let document = report::json::document(&report::Input {
        policy: &policy,
        records: &reading.records,
        decisions: &outcome.decisions,
        sources: &sources,
        language: Language::English,
    });
    let mut document: Value = serde_json::from_str(&document).unwrap();
    document["data"]["files"] = Value::Null;
    without_places(&mut document);
    Ok(document)
}

/// Takes out where things stand.
fn without_places(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("at");
            members.values_mut().for_each(without_places);
        }
        Value::Array(items) => items.iter_mut().for_each(without_places),
        _ => {}
    }
}

/// The tables in each format: what it is called, the files, and what is said of them.
pub(crate) fn formats(tables: &[Table]) -> Vec<(&'static str, Vec<File>, Said)> {
    let each = |end: &str, write: &dyn Fn(&Table) -> Vec<u8>| -> Vec<File> {
        let files = tables
            .iter()
            .map(|table| (format!("{}.{end}", table.name), write(table)));
        files.collect()
    };
    let plain = Said::default();
    let comma = Said {
        dialect: Dialect {
            decimal: Some(Decimal::Comma),
            ..Dialect::default()
        },
        ..plain
    };
    let gzip = |bytes: &[u8]| {
        use std::io::Write as _;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    vec![
        ("ndjson", each("ndjson", &Table::ndjson), plain),
        ("csv", each("csv", &|table| table.csv(b',', '.')), plain),
        (
            "csv with decimal commas",
            each("csv", &|table| table.csv(b';', ',')),
            comma,
        ),
        ("tsv", each("tsv", &|table| table.csv(b'\t', '.')), plain),
        (
            "csv.gz",
            each("csv.gz", &|table| gzip(&table.csv(b'|', '.'))),
            plain,
        ),
        (
            "ndjson.zst",
            each("ndjson.zst", &|table| {
                zstd::encode_all(table.ndjson().as_slice(), 1).unwrap()
            }),
            plain,
        ),
        ("xlsx", vec![("all.xlsx".to_owned(), xlsx(tables))], plain),
        ("ods", vec![("all.ods".to_owned(), ods(tables))], plain),
        #[cfg(feature = "parquet")]
        ("parquet", each("parquet", &crate::write::parquet), plain),
    ]
}

/// Texts that a table could take apart, but none that is blank or begins like an error of a spreadsheet.
fn text() -> impl Strategy<Value = String> {
    "[a-zå][a-zæ;,|\"'\\\\#=.<&-]{0,6}( [a-zø]{1,3})?"
}

fn number() -> impl Strategy<Value = Cell> {
    (-9_999_999_i64..9_999_999, 0_u32..5).prop_map(|(digits, decimals)| {
        let scale = 10_i64.pow(decimals);
        let sign = if digits < 0 { "-" } else { "" };
        let (whole, rest) = (digits.abs() / scale, digits.abs() % scale);
        let width = usize::try_from(decimals).unwrap();
        Cell::Number(if decimals == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{rest:0width$}")
        })
    })
}

fn maybe(cell: impl Strategy<Value = Cell>) -> impl Strategy<Value = Cell> {
    proptest::option::of(cell).prop_map(|cell| cell.unwrap_or(Cell::Empty))
}

fn word(words: &'static [&'static str]) -> impl Strategy<Value = Cell> {
    proptest::sample::select(words).prop_map(|word| Cell::Text(word.to_owned()))
}

/// A row of a hall without its key, and what its references name, by number.
fn hall() -> impl Strategy<Value = Vec<Cell>> {
    let day = (1990_u16..2030, 1_u8..13, 1_u8..29);
    let first = (
        text().prop_map(Cell::Text),
        (0_u32..99).prop_map(|seats| Cell::Number(seats.to_string())),
        maybe(number()),
        maybe(text().prop_map(Cell::Text)),
        maybe(any::<bool>().prop_map(Cell::YesNo)),
        maybe(any::<bool>().prop_map(Cell::YesNo)),
    );
    let second = (
        maybe(day.prop_map(|(year, month, day)| Cell::Day(format!("{year:04}-{month:02}-{day:02}")))),
        maybe(word(&["2025-03-17T17:00:00+01:00", "2026-03-17T16:00:00Z"])),
        maybe(word(&["sport", "culture"])),
        maybe(prop::collection::vec(text(), 1..3).prop_map(Cell::List)),
        maybe(word(&["H0", "H1"])),
        maybe(
            prop::collection::vec(
                proptest::sample::select(vec!["H0".to_owned(), "H1".to_owned()]),
                1..3,
            )
            .prop_map(Cell::List),
        ),
        maybe(word(&["low", "high"])),
        maybe((0_u8..11).prop_map(|score| Cell::Number(score.to_string()))),
        maybe(text().prop_map(Cell::Text)),
    );
    (first, second).prop_map(|(a, b)| {
        vec![
            a.0, a.1, a.2, a.3, a.4, a.5, b.0, b.1, b.2, b.3, b.4, b.5, b.6, b.7, b.8,
        ]
    })
}

fn tables() -> impl Strategy<Value = Vec<Table>> {
    let doors = prop::collection::vec((0_usize..2, 60_u32..120), 1..5);
    (prop::collection::vec(hall(), 2..5), doors).prop_map(|(halls, doors)| {
        let names = [
            "id",
            "title",
            "seats",
            "rent",
            "rent.because",
            "rent.assumed",
            "warm",
            "built",
            "sent",
            "kind",
            "uses",
            "near",
            "beside",
            "looks.outside",
            "looks.inside",
            "cite",
        ];
        let key = |letter: &str, number: usize| Cell::Text(format!("{letter}{number}"));
        let rows = halls.into_iter().enumerate().map(|(number, mut cells)| {
            cells.insert(0, key("H", number));
            // Nothing is said of a value that is not there.
            if cells[3] == Cell::Empty {
                cells[4] = Cell::Empty;
                cells[5] = Cell::Empty;
            }
            cells
        });
        let halls = Table {
            name: "halls".to_owned(),
            header: names.map(str::to_owned).into(),
            rows: rows.collect(),
        };
        let rows = doors.into_iter().enumerate();
        let rows = rows.map(|(number, (hall, width))| {
            vec![key("D", number), key("H", hall), Cell::Number(width.to_string())]
        });
        let doors = Table {
            name: "doors".to_owned(),
            header: ["id", "hall", "width"].map(str::to_owned).into(),
            rows: rows.collect(),
        };
        vec![halls, doors]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_format_gives_the_same_decisions(tables in tables()) {
        let policy = ("halls.rule", &[("halls.rule", POLICY)][..]);
        let json = vec![("all.json".to_owned(), document(&tables))];
        let wanted = decided(policy, &json, Said::default());
        prop_assert!(wanted.is_ok(), "{}", wanted.unwrap_err());
        for (format, files, said) in formats(&tables) {
            let got = decided(policy, &files, said);
            prop_assert!(got.is_ok(), "{format}: {}", got.unwrap_err());
            prop_assert_eq!(&got, &wanted, "{}", format);
        }
    }
}
