//! Deciding over columns against deciding record by record: the same bytes, for any policy and any data.
//!
//! Policies and rows are made at random: all that is decided over columns, and now and then something that is not. Then the
//! columns have to say so.

// A test that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fmt::Write as _;

use prioriter::columns::{self, Columns, Form, Input};
use prioriter::data::scan::{Origin, Rows};
use prioriter::decide::Status;
use prioriter::diagnostic::Diagnostic;
use prioriter::model::{Language, Policy};
use prioriter::report::rows::{self, Choice};
use prioriter::source::Sources;
use prioriter::{check, data, decide, report};
use proptest::prelude::*;

/// Chooses at random, the same for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, count: u64) -> u64 {
        // Marsaglia, Xorshift RNGs (2003).
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % count
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len() as u64) as usize]
    }
}

/// A number for each record.
fn number(chance: &mut Chance, depth: u32) -> String {
    if depth == 0 || chance.one_in(3) {
        return chance
            .pick(&[
                "phase",
                "cost",
                "share",
                "gain",
                "gain.near",
                "gain.far",
                "(size + 0)",
                "0.5",
                "3",
                "7",
                "12.25",
                "total-so-far",
            ])
            .to_owned();
    }
    let (one, other) = (number(chance, depth - 1), number(chance, depth - 1));
    match chance.below(12) {
        0 | 1 => format!("({one} + {other})"),
        2 | 3 => format!("({one} - {other})"),
        4 => format!("({one} * {other})"),
        5 => format!("({one} / {})", chance.pick(&["2", "3", "0.7", "-4"])),
        6 => format!("min({one}, {other})"),
        7 => format!("max({one}, {other})"),
        8 => format!("abs({one})"),
        9 => format!("round({one}, {})", chance.pick(&["0", "1", "-1"])),
        10 => format!("{}({one})", chance.pick(&["floor", "ceiling"])),
        _ => format!("(if {} then {one} else {other})", condition(chance, depth - 1)),
    }
}

/// A yes or no for each record.
fn condition(chance: &mut Chance, depth: u32) -> String {
    if depth == 0 || chance.one_in(3) {
        return match chance.below(7) {
            0 => "ready".to_owned(),
            1 => format!("area is {}", chance.pick(&["north", "south", "east"])),
            2 => format!("area in [{}]", chance.pick(&["north", "south, east"])),
            3 => format!("phase in {}", chance.pick(&["2..4", "1..2", "3.."])),
            4 => format!("grade >= {}", chance.pick(&["low", "middle", "high"])),
            5 => format!(
                "{} is {}",
                chance.pick(&["share", "phase", "cost"]),
                chance.pick(&["known", "missing"])
            ),
            _ => "small".to_owned(),
        };
    }
    match chance.below(7) {
        0 => format!(
            "({} and {})",
            condition(chance, depth - 1),
            condition(chance, depth - 1)
        ),
        1 => format!(
            "({} or {})",
            condition(chance, depth - 1),
            condition(chance, depth - 1)
        ),
        2 => format!("(not {})", condition(chance, depth - 1)),
        3 => format!(
            "(if {} then {} else {})",
            condition(chance, depth - 1),
            condition(chance, depth - 1),
            condition(chance, depth - 1)
        ),
        _ => format!(
            "{} {} {}",
            number(chance, depth - 1),
            chance.pick(&["<", "<=", ">", ">=", "is", "is not"]),
            number(chance, depth - 1)
        ),
    }
}

fn policy(chance: &mut Chance) -> String {
    let maybe = |chance: &mut Chance, text: &'static str| if chance.one_in(3) { text } else { "" };
    let (phase, share, cost) = (
        maybe(chance, " optional"),
        maybe(chance, " optional"),
        maybe(chance, " = 4"),
    );
    let mut text = format!(
        "policy random \"Random\" for measure {{ version \"1\" }}\n\
         scale size-scale \"Size\" {{\n    tiny \"Tiny\" = 0\n    fair \"Fair\" = 2.5\n    huge \"Huge\" = 10\n}}\n\
         scale grade-scale \"Grade\" {{\n    low\n    middle\n    high\n}}\n\
         record measure \"Measure\" as measures {{\n    id : text key\n    phase : integer 1..5{phase}\n    \
         cost : number 0..{cost}\n    share : number 0..1 step 0.05{share}\n    area : one of north, south, east\n    \
         ready : yes/no optional\n    size : size-scale\n    grade : grade-scale\n    other : text optional\n}}\n\
         group small \"Small\" where cost <= 3 or size < fair\n\
         define total-so-far = cost * 2 + 1\n"
    );
    for gate in 0..chance.below(3) {
        let when = if chance.one_in(3) {
            format!("when {}\n    ", condition(chance, 1))
        } else {
            String::new()
        };
        write!(
            text,
            "entry gate-{gate} \"Gate\" {{\n    {when}require {}\n}}\n",
            condition(chance, 2)
        )
        .unwrap();
    }
    let mean = chance.pick(&["mean of", "sum of", "least of", "greatest of"]);
    write!(
        text,
        "criterion gain \"Gain\" {{\n    weight {}\n    {mean} {{\n        near : 0..10 \"Near\"\n        far : 0..10 {} \"Far\"\n    }}\n}}\n",
        chance.pick(&["1", "2", "0.4"]),
        chance.pick(&["", "reversed"])
    )
    .unwrap();
    write!(
        text,
        "criterion worth \"Worth\" {{\n    value {}\n}}\n",
        number(chance, 2)
    )
    .unwrap();
    if chance.one_in(3) {
        writeln!(text, "score total = (gain + worth) / 3").unwrap();
    }
    let mut keys = vec![
        chance
            .pick(&["highest total", "lowest total", "highest gain.near"])
            .to_owned(),
    ];
    if chance.one_in(2) {
        keys.push(
            chance
                .pick(&["lowest cost", "highest size", "lowest phase"])
                .to_owned(),
        );
    }
    if chance.one_in(2) {
        keys.push(chance.pick(&["first id", "last id"]).to_owned());
    }
    let has_rank = !chance.one_in(6);
    if has_rank {
        writeln!(text, "rank by {}", keys.join(" then ")).unwrap();
    }
    for rule in 0..chance.below(3) {
        write!(
            text,
            "exclude out-{rule} \"Out\" {{\n    when {}\n}}\n",
            condition(chance, 1)
        )
        .unwrap();
    }
    if has_rank && chance.one_in(2) {
        text.push_str("cut-list scope \"Scope\" of measure");
        if chance.one_in(3) {
            write!(text, " where {}", condition(chance, 1)).unwrap();
        }
        text.push_str(" {\n");
        if chance.one_in(3) {
            writeln!(text, "    may cut where {}", condition(chance, 1)).unwrap();
        } else if chance.one_in(3) {
            writeln!(text, "    protect where {}", condition(chance, 1)).unwrap();
        }
        let amount = chance.pick(&[
            "12",
            "sum(cost for measures where ready is known) / 3",
            "count(measures where small) * 2",
        ]);
        writeln!(text, "    at most {amount} of cost").unwrap();
        if chance.one_in(2) {
            writeln!(text, "    at most 4 where {}", condition(chance, 1)).unwrap();
        }
        if chance.one_in(3) {
            text.push_str("    take what fits\n");
        }
        text.push_str("}\n");
    }
    text
}

/// Rows as NDJSON, mostly laid out alike.
fn ndjson(chance: &mut Chance) -> String {
    let mut text = String::new();
    let (odd, gaps, large) = (chance.one_in(10), chance.one_in(4), chance.one_in(4));
    for row in 0..chance.below(40) {
        let tenth = |chance: &mut Chance, most: u64| {
            let number = chance.below(most * 10 + 1);
            if number.is_multiple_of(10) {
                (number / 10).to_string()
            } else {
                format!("{}.{}", number / 10, number % 10)
            }
        };
        let key = if chance.one_in(5) {
            format!("x{}", 99 - row)
        } else {
            format!("m{row:02}")
        };
        let mut members = vec![format!("\"id\":\"{key}\"")];
        if !(gaps && chance.one_in(20)) {
            members.push(format!("\"phase\":{}", chance.below(5) + 1));
        }
        let cost = if large && chance.one_in(30) {
            "1234567890.5".to_owned()
        } else {
            tenth(chance, 9)
        };
        members.push(format!("\"cost\":{cost}"));
        if !(gaps && chance.one_in(20)) {
            members.push(format!(
                "\"share\":{}",
                chance.pick(&["0", "0.05", "0.50", "1", "0.15"])
            ));
        } else if chance.one_in(2) {
            members.push("\"share\":null".to_owned());
        }
        members.push(format!(
            "\"area\":\"{}\"",
            chance.pick(&["north", "south", "east"])
        ));
        if !chance.one_in(5) {
            members.push(format!("\"ready\":{}", chance.pick(&["true", "false", "null"])));
        }
        members.push(format!(
            "\"size\":{}",
            chance.pick(&["\"tiny\"", "\"fair\"", "\"huge\"", "2.5", "0", "7.125"])
        ));
        members.push(format!(
            "\"grade\":\"{}\"",
            chance.pick(&["low", "middle", "high"])
        ));
        let far = if odd && chance.one_in(20) {
            "{\"value\":3,\"because\":\"so\"}".to_owned()
        } else {
            tenth(chance, 10)
        };
        members.push(format!(
            "\"gain\":{{\"near\":{},\"far\":{far}}}",
            tenth(chance, 10)
        ));
        if chance.one_in(10) {
            members.swap(1, 2);
        }
        if chance.one_in(10) {
            members.push("\"other\":\"something, \\u00e6\"".replace("\\u00e6", "æ"));
        }
        let blank = chance.pick(&["", "", "", " "]);
        writeln!(text, "{{{}}}", members.join(&format!(",{blank}"))).unwrap();
    }
    text
}

/// The same rows as a table; `None` where a row is odd.
fn csv(ndjson: &str) -> Option<String> {
    let names = [
        "id",
        "phase",
        "cost",
        "share",
        "area",
        "ready",
        "size",
        "grade",
        "gain.near",
        "gain.far",
    ];
    let mut text = names.join(",") + "\r\n";
    for line in ndjson.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let cells: Option<Vec<String>> = names
            .iter()
            .map(|name| {
                let mut value = &row;
                for part in name.split('.') {
                    value = &value[part];
                }
                match value {
                    serde_json::Value::Null => Some(String::new()),
                    serde_json::Value::String(text) => Some(text.clone()),
                    serde_json::Value::Object(_) => None,
                    other => Some(other.to_string()),
                }
            })
            .collect();
        text += &(cells?.join(",") + "\r\n");
    }
    Some(text)
}

/// The same rows in Parquet, a few in a group; `None` where a row is odd.
#[cfg(feature = "parquet")]
fn parquet(ndjson: &str) -> Option<Vec<u8>> {
    use parquet::basic::{LogicalType, Repetition, Type as Physical};
    use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type};
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::types::Type;
    use serde_json::Value;
    use std::sync::Arc;

    let rows: Vec<Value> = ndjson
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let kinds = [
        ("id", Physical::BYTE_ARRAY),
        ("phase", Physical::INT32),
        ("cost", Physical::DOUBLE),
        ("share", Physical::DOUBLE),
        ("area", Physical::BYTE_ARRAY),
        ("ready", Physical::BOOLEAN),
        ("size", Physical::DOUBLE),
        ("grade", Physical::BYTE_ARRAY),
        ("gain.near", Physical::DOUBLE),
        ("gain.far", Physical::DOUBLE),
    ];
    let cell = |row: &Value, name: &str| {
        let value = name
            .split('.')
            .fold(row.clone(), |value, part| value[part].clone());
        match (name, value.as_str()) {
            ("size", Some("tiny")) => 0.into(),
            ("size", Some("fair")) => serde_json::from_str("2.5").unwrap(),
            ("size", Some("huge")) => 10.into(),
            _ => value,
        }
    };
    if rows.iter().any(|row| cell(row, "gain.far").is_object()) {
        return None;
    }
    let fields = kinds.iter().map(|(name, physical)| {
        let text = (*physical == Physical::BYTE_ARRAY).then_some(LogicalType::String);
        let field = Type::primitive_type_builder(name, *physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(text);
        Arc::new(field.build().unwrap())
    });
    let schema = Type::group_type_builder("m")
        .with_fields(fields.collect())
        .build()
        .unwrap();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Default::default()).unwrap();
    for rows in rows.chunks(7) {
        let mut group = writer.next_row_group().unwrap();
        for (name, physical) in kinds {
            let mut column = group.next_column().unwrap().unwrap();
            let cells: Vec<Value> = rows.iter().map(|row| cell(row, name)).collect();
            let levels: Vec<i16> = cells.iter().map(|cell| i16::from(!cell.is_null())).collect();
            let there = cells.iter().filter(|cell| !cell.is_null());
            macro_rules! write {
                ($kind:ty, $value:expr) => {{
                    let values: Vec<_> = there.map($value).collect();
                    column
                        .typed::<$kind>()
                        .write_batch(&values, Some(&levels), None)
                        .unwrap();
                }};
            }
            match physical {
                Physical::INT32 => write!(Int32Type, |cell| i32::try_from(cell.as_i64().unwrap()).unwrap()),
                Physical::BOOLEAN => write!(BoolType, |cell| cell.as_bool().unwrap()),
                Physical::DOUBLE => write!(DoubleType, |cell| cell.as_f64().unwrap()),
                _ => write!(ByteArrayType, |cell| ByteArray::from(cell.as_str().unwrap())),
            }
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
    Some(bytes)
}

const FIELDS: &[&str] = &[
    "record",
    "id",
    "status",
    "selection",
    "rank",
    "failed",
    "excluded-by",
    "total",
    "gain",
    "worth",
    "phase",
    "cost",
    "share",
    "area",
    "ready",
    "grade",
    "size",
    "small",
    "total-so-far",
    "gain.far",
];

/// What is written by deciding record by record; `None` where something is wrong with the data.
fn by_records(
    policy: &Policy,
    columns: &rows::Columns,
    form: Form,
    choice: &Choice,
    path: &str,
    bytes: &[u8],
) -> Option<Vec<u8>> {
    let mut sources = Sources::new();
    let found = data::Found {
        path,
        bytes,
        form: data::FileForm::of(path)?,
        record: None,
    };
    let said = data::Said::default();
    let inputs = data::open(found, said, policy, &mut sources, &mut Vec::new()).ok()?;
    let reading = data::read(policy, &sources, &inputs);
    if !reading.sound {
        return None;
    }
    let decided = decide::decide(policy, &reading.records, Language::English).ok()?;
    let input = report::Input {
        policy,
        records: &reading.records,
        decisions: &decided.decisions,
        sources: &sources,
        language: Language::English,
    };
    let mut out = Vec::new();
    match form {
        Form::Ndjson => rows::ndjson(&input, choice, Some(columns), &mut out).unwrap(),
        Form::Csv => rows::csv(&input, choice, columns, &mut out).unwrap(),
    }
    Some(out)
}

/// Which records are written: mostly all.
fn choice(chance: &mut Chance, policy: &Policy) -> Choice {
    let all = [
        Status::Ranked,
        Status::NotEligible,
        Status::Excluded,
        Status::Kept,
        Status::Cut,
        Status::Out,
    ];
    let count = if chance.one_in(3) {
        chance.below(3) as usize
    } else {
        0
    };
    Choice {
        only: (0..count).map(|_| all[chance.below(6) as usize]).collect(),
        top: (policy.rank.is_some() && chance.one_in(4)).then(|| chance.below(9) as u32),
    }
}

#[derive(Default, Debug)]
struct Counts {
    alike: u32,
    unfit: u32,
    plain: u32,
}

fn checked(text: &str) -> Result<Policy, Vec<Diagnostic>> {
    let mut sources = Sources::new();
    let loaded = check::load("p.rule", &mut sources, &mut |_| Ok(text.as_bytes().to_vec()));
    let (policy, problems) = check::check(&loaded, &sources);
    policy.ok_or(problems)
}

/// Holds both ways against each other; a panic where they differ.
fn hold(seed: u64, counts: &mut Counts) {
    let mut chance = Chance(seed | 1);
    let text = policy(&mut chance);
    let mut sources = Sources::new();
    let loaded = check::load("random.rule", &mut sources, &mut |_| {
        Ok(text.clone().into_bytes())
    });
    let (checked, problems) = check::check(&loaded, &sources);
    let Some(policy) = checked else {
        panic!("{text}\n{problems:#?}");
    };
    let names: Vec<String> = FIELDS
        .iter()
        .filter(|name| policy.cut_list.is_some() || **name != "selection")
        .map(ToString::to_string)
        .collect();
    let names = rows::Columns::named(&policy, &names).unwrap();
    let outputs = names.over_columns(&policy).unwrap();
    let Ok(over) = Columns::new(&policy, outputs) else {
        counts.unfit += 1;
        return;
    };
    let lines = ndjson(&mut chance);
    let table = csv(&lines);
    #[cfg(feature = "parquet")]
    let columnar = parquet(&lines);
    let shown = lines.clone();
    let files = [
        ("measures.ndjson", Rows::Ndjson, Some(lines.into_bytes())),
        (
            "measures.csv",
            Rows::Delimited(b','),
            table.map(String::into_bytes),
        ),
        #[cfg(feature = "parquet")]
        ("measures.parquet", Rows::Parquet, columnar),
    ];
    for (name, rows, data) in files {
        let Some(data) = data else { continue };
        let origin = Origin::Bytes(data.as_slice().into());
        let Ok(decided) = over.decide(&[Input { origin, rows }], 2) else {
            counts.plain += 1;
            return;
        };
        for form in [Form::Ndjson, Form::Csv] {
            let choice = choice(&mut chance, &policy);
            let mut out = Vec::new();
            let same = columns::Choice {
                only: choice.only.iter().map(|status| status.name()).collect(),
                top: choice.top,
            };
            over.write(&decided, form, &same, 2, &mut out).unwrap();
            let expected = by_records(&policy, &names, form, &choice, name, &data);
            let expected =
                expected.unwrap_or_else(|| panic!("{text}\n{shown}\ncolumns see nothing wrong in {name}"));
            if out != expected {
                let (out, expected) = (String::from_utf8_lossy(&out), String::from_utf8_lossy(&expected));
                let first = out
                    .lines()
                    .zip(expected.lines())
                    .find(|(out, expected)| out != expected);
                panic!("{text}\n{shown}\n{name} {first:#?}");
            }
        }
    }
    counts.alike += 1;
}

/// What was decided is written as it was, whatever other data has shown of the values since.
#[test]
fn other_data_does_not_change_what_was_decided() {
    let text = "policy p \"P\" for shed { version \"1\" }\nrecord shed {\n    id : text key\n    size : number 0..\n}\n\
                rank by highest size\n";
    let policy = checked(text).unwrap();
    let names = rows::Columns::named(&policy, &["id".to_owned(), "size".to_owned()]).unwrap();
    let over = Columns::new(&policy, names.over_columns(&policy).unwrap()).unwrap();
    let decide = |line: &str| {
        let origin = Origin::Bytes(line.as_bytes().into());
        let rows = Rows::Ndjson;
        over.decide(&[Input { origin, rows }], 1).unwrap()
    };
    let whole = decide("{\"id\":\"a\",\"size\":3}\n");
    decide("{\"id\":\"b\",\"size\":0.125}\n");
    let mut out = Vec::new();
    let all = columns::Choice::default();
    over.write(&whole, Form::Ndjson, &all, 1, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "{\"id\":\"a\",\"size\":3}\n");
}

/// What has to be told by whoever reads closely is left to that.
#[test]
fn what_would_be_told_is_not_decided_over_columns() {
    let record = "record shed {\n    id : text key\n    roof : yes/no\n    next : ref shed optional\n}\n";
    let policy = |more: &str| format!("policy p \"P\" for shed {{ version \"1\" }}\n{record}{more}");
    let fits = |more: &str| {
        let policy = checked(&policy(more)).unwrap();
        let names = rows::Columns::named(&policy, &["id".to_owned()]).unwrap();
        Columns::new(&policy, names.over_columns(&policy).unwrap()).is_ok()
    };
    let gate = |instead: &str| format!("entry roof \"Roof\" {{\n    require roof\n    {instead}\n}}\n");
    assert!(fits(&gate("instead \"none\"")));
    assert!(!fits(&gate(
        "instead \"goes on in {next}\" to next when next is known"
    )));
    let one = "one record budget {\n    amount : number 0..\n}\n";
    assert!(!fits(&(gate("") + one)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]

    /// Of forty policies each time, enough are decided over columns for this to mean something.
    #[test]
    fn columns_decide_as_records_do(seed in 1..u64::MAX) {
        let mut counts = Counts::default();
        for case in 0..40 {
            hold(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(case * 0x1234_5677), &mut counts);
        }
        prop_assert!(counts.alike >= 10, "{counts:?}");
    }
}
