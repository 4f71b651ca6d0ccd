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

use prioriter::columns::{self, Columns, Form, Input, Not, Streamed};
use prioriter::data::scan::{Origin, Rows};
use prioriter::data::{LeftOut, OnError, Summary};
use prioriter::decide::Status;
use prioriter::diagnostic::Diagnostic;
use prioriter::diagnostic::render::{Style, render};
use prioriter::model::{Language, Policy};
use prioriter::report::rows::{self, Choice};
use prioriter::source::Sources;
use prioriter::{check, data, decide, report};
use proptest::prelude::*;

/// Chooses at random, the same for the same seed.
struct Chance {
    state: u64,
    /// Whether what is defined may be read: it is defined before, and does not rest on itself.
    defined: bool,
}

impl Chance {
    fn below(&mut self, count: u64) -> u64 {
        // Marsaglia, Xorshift RNGs (2003).
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) % count
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
        if chance.defined && chance.one_in(4) {
            return chance
                .pick(&[
                    "points",
                    "(bulk + 0)",
                    "fee",
                    "score-of(cost, ready)",
                    "worth-of(gain, cost)",
                ])
                .to_owned();
        }
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
                "days-between(since, due-by)",
                "days-between(2026-02-28, due-by) / 7",
                "years-between(due-by, since)",
                "years-between(2024-02-29, due-by)",
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
        if chance.defined && chance.one_in(4) {
            return match chance.below(6) {
                4 => format!("season is {}", chance.pick(&["1", "2", "3"])),
                5 => "last is due-by".to_owned(),
                0 => format!("tier >= {}", chance.pick(&["low", "middle", "high"])),
                1 => "due".to_owned(),
                2 => format!("class is {}", chance.pick(&["A", "B", "C"])),
                _ => chance.pick(&["urgent", "urgent is known"]).to_owned(),
            };
        }
        return match chance.below(11) {
            6 => format!(
                "due-by {} 2026-0{}-15",
                chance.pick(&["<", ">=", "is"]),
                chance.below(9) + 1
            ),
            7 => "since < due-by".to_owned(),
            8 => "due-by in 2026-02-01..2026-06-30".to_owned(),
            9 => "since is known".to_owned(),
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

/// Definitions by cases, mostly with `otherwise`.
fn cases(chance: &mut Chance, text: &mut String) {
    text.push_str("define last = max(due-by, known-or(since, 2026-03-31))\n");
    let points = chance.pick(&["number", "number -1000..", "0..1000 step 0.5", "integer"]);
    for (name, of_type) in [
        ("class", "one of A, B, C"),
        ("points", points),
        ("bulk", "size-scale"),
        ("urgent", "yes/no"),
    ] {
        let value = |chance: &mut Chance| match (name, of_type) {
            ("class", _) => chance.pick(&["A", "B", "C"]).to_owned(),
            ("bulk", _) => chance.pick(&["tiny", "fair", "this.size", "huge"]).to_owned(),
            ("points", "number" | "number -1000..") => number(chance, 1),
            ("points", _) => chance
                .pick(&["phase", "3", "7", "phase * 2", "floor(cost)"])
                .to_owned(),
            _ => condition(chance, 1),
        };
        writeln!(text, "define {name} : {of_type} {{").unwrap();
        for _ in 0..1 + chance.below(3) {
            let value = value(chance);
            writeln!(text, "    {value} when {}", condition(chance, 1)).unwrap();
        }
        if !chance.one_in(4) {
            writeln!(text, "    otherwise {}", value(chance)).unwrap();
        }
        text.push_str("}\n");
    }
}

/// Cells that match every number once, of inputs with so many cases.
fn cuts(chance: &mut Chance, inputs: &[&[&str]]) -> Vec<String> {
    let mut rows = vec![String::new()];
    for cells in inputs {
        let comma = |row: &str| if row.is_empty() { "" } else { ", " };
        let whole = chance.one_in(4);
        let mut next = Vec::new();
        for row in rows {
            // Some rows go over all of an input.
            if whole || chance.one_in(4) {
                next.push(format!("{row}{}any", comma(&row)));
                continue;
            }
            next.extend(cells.iter().map(|cell| format!("{row}{}{cell}", comma(&row))));
        }
        rows = next;
    }
    rows
}

/// Decision tables: some leave cases to `otherwise`, some are too large to be looked up.
fn tables(chance: &mut Chance, text: &mut String) {
    let amounts: &[&str] = &["..2", "2<..<3.5", "3.5", "3.5<.."];
    let phases: &[&str] = &["1", "[2, 4]", "3", "5"];
    let answers: &[&str] = &["yes", "no"];
    let areas: &[&str] = &["[north, east]", "south"];
    let grades: &[&str] = &["low..<high", "high"];
    let large = chance.one_in(3);
    let tables: [(&str, &str, Vec<&[&str]>); 6] = [
        ("fee by phase, area, cost", "fee", vec![phases, areas, amounts]),
        (
            "tier by grade, ready, share",
            "tier",
            vec![grades, answers, &["..0.05", "0.05<.."]],
        ),
        (
            "season by due-by, urgent",
            "season",
            vec![&["..2026-03-31", "2026-04-01", "2026-04-02.."], answers],
        ),
        ("due by class, urgent", "due", vec![&["[A, C]", "B"], answers]),
        (
            "score-of by a : number 0.., b : yes/no",
            "score",
            vec![amounts, answers],
        ),
        (
            "worth-of by a : number 0.., b : number 0..",
            "worth",
            vec![amounts, &["..6", "6<.."]],
        ),
    ];
    for (head, kind, inputs) in tables {
        let value = |chance: &mut Chance| match kind {
            "fee" => chance.pick(&["0", "2", "2.5", "7"]).to_owned(),
            "tier" => chance.pick(&["this.grade", "high", "high"]).to_owned(),
            "due" if chance.one_in(3) => condition(chance, 1),
            "due" => chance.pick(&["yes", "no"]).to_owned(),
            "score" => chance.pick(&["a", "a * 2", "3", "if b then 1 else a"]).to_owned(),
            _ => chance.pick(&["1", "2"]).to_owned(),
        };
        writeln!(text, "table {head} {{").unwrap();
        let mut otherwise = kind == "worth" && large;
        let mut is_first = true;
        let rows = if kind == "worth" && large {
            let row = |row| format!("{row}..<{}, {}..<{}", row + 1, 69 - row, 70 - row);
            (0..70).map(row).collect()
        } else {
            cuts(chance, &inputs)
        };
        for row in rows {
            if chance.one_in(8) {
                otherwise = true;
                continue;
            }
            // The first value says of which type they are.
            let value = match (kind, std::mem::take(&mut is_first)) {
                ("tier", true) => "this.grade".to_owned(),
                _ => value(chance),
            };
            writeln!(text, "    {row} -> {value}").unwrap();
        }
        if otherwise {
            let value = match kind {
                "tier" => "this.grade".to_owned(),
                _ => value(chance),
            };
            writeln!(text, "    otherwise -> {value}").unwrap();
        }
        text.push_str("}\n");
    }
}

fn policy(chance: &mut Chance) -> String {
    let maybe = |chance: &mut Chance, text: &'static str| if chance.one_in(3) { text } else { "" };
    let due = chance.pick(&["", " = 2026-04-01", " = 1815-06-18", " optional"]);
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
         ready : yes/no optional\n    due-by : date{due}\n    since : date optional\n    size : size-scale\n    grade : grade-scale\n    other : text optional\n}}\n\
         group small \"Small\" where cost <= 3 or size < fair\n\
         define total-so-far = cost * 2 + 1\n"
    );
    cases(chance, &mut text);
    tables(chance, &mut text);
    chance.defined = true;
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
                .pick(&[
                    "lowest cost",
                    "earliest due-by",
                    "latest last",
                    "highest size",
                    "lowest phase",
                ])
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

/// A row as it stands in a file: right, but written in a way that has to be read closely; or with a mistake.
fn rewritten(chance: &mut Chance, row: u64, line: &str) -> String {
    let first = |from: &str, to: &str| line.replacen(from, to, 1);
    // Another value in place of a number.
    let value = |key: &str, to: &str| {
        let key = format!("\"{key}\":");
        let Some(at) = line.find(&key).map(|at| at + key.len()) else {
            return line.to_owned();
        };
        let end = at + line[at..].find([',', '}']).unwrap();
        format!("{}{to}{}", &line[..at], &line[end..])
    };
    match chance.below(14) {
        0 => first("\"id\":\"m", "\"id\":\"\\u00e6"),
        1 => first("\"id\":\"m", "\"id\":\"\\u0061\\u030a"),
        2 => first("\"id\":\"m", "\"id\":\"å "),
        3 => first("\"phase\":", "\"phase\":1e0,\"phase\":"),
        4 => value("near", "{\"value\":1e0}"),
        5 => value("cost", "0.125e1"),
        6 => first("\"phase\":", "\"phase\":9"),
        7 => value("phase", "2.5"),
        8 => first("\"area\":\"", "\"area\":\"nor"),
        9 => first("\"cost\":", "\"price\":"),
        10 => line
            .chars()
            .take(line.chars().count() - 1 - chance.below(9) as usize)
            .collect(),
        11 => first("\"id\":\"m", &format!("\"id\":\"m{:02}\",\"other\":\"", row / 2)),
        12 => format!("{}\n", chance.pick(&["", " ", "\t\r"])) + line,
        _ => first("\"grade\":\"", "\"grade\":\"un\\\"known"),
    }
}

/// Rows as NDJSON, mostly laid out alike.
fn ndjson(chance: &mut Chance) -> String {
    let mut text = String::new();
    let (odd, gaps, large) = (chance.one_in(10), chance.one_in(4), chance.one_in(4));
    let mistakes = chance.one_in(2);
    let comments = chance.one_in(6);
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
        for name in ["due-by", "since"] {
            let old = large && chance.one_in(30);
            let day = match chance.below(8) {
                _ if old => "1812-09-07".to_owned(),
                0 => "2024-02-29".to_owned(),
                1 => "2026-04-01".to_owned(),
                _ => format!(
                    "202{}-0{}-{}",
                    chance.below(8),
                    chance.below(9) + 1,
                    10 + chance.below(19)
                ),
            };
            if odd && chance.one_in(40) {
                members.push(format!(
                    "\"{name}\":\"{}\"",
                    chance.pick(&["2026-02-30", "1.2.2026"])
                ));
            } else if name == "due-by" || !chance.one_in(4) {
                members.push(format!("\"{name}\":\"{day}\""));
            }
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
        if comments && !chance.one_in(5) {
            let comment = chance.pick(&[
                "\"plain\"",
                "\"\\\"so\\\"\"",
                "[{\"by\":\"me, \\u00e6\"}, 1e3]",
                "1e-7",
            ]);
            members.push(format!("\"comment\":{comment}"));
        }
        let blank = chance.pick(&["", "", "", " "]);
        let mut line = format!("{{{}}}", members.join(&format!(",{blank}")));
        if mistakes && chance.one_in(8) {
            line = rewritten(chance, row, &line);
        }
        writeln!(text, "{line}").unwrap();
    }
    text
}

/// The same rows as a table, with some sign between cells and before decimals; `None` where a row cannot stand in one.
fn csv(chance: &mut Chance, ndjson: &str) -> Option<String> {
    let sign = chance.pick(&[",", ",", ";", "\t", "|"]);
    let comma = chance.one_in(3);
    let names = [
        "id",
        "phase",
        "cost",
        "share",
        "area",
        "ready",
        "due-by",
        "since",
        "size",
        "grade",
        "gain.near",
        "gain.far",
    ];
    let mut text = names.join(sign) + "\r\n";
    for line in ndjson.lines() {
        let row: serde_json::Value = serde_json::from_str(line).ok()?;
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
                    other if comma && other.is_f64() => {
                        let mut number = other.to_string().replace('.', ",");
                        // Three digits behind a comma could be thousands.
                        if number.len() > 4 && number.rfind(',') == Some(number.len() - 4) {
                            number.push('0');
                        }
                        Some(if sign == "," {
                            format!("\"{number}\"")
                        } else {
                            number
                        })
                    }
                    other => Some(other.to_string()),
                }
            })
            .collect();
        text += &cells?.join(sign);
        match chance.below(200) {
            0 => writeln!(text, "{sign}too many").unwrap(),
            1 => text.push('\n'),
            _ => text.push_str("\r\n"),
        }
    }
    Some(text)
}

/// The same rows in Parquet, a few in a group; `None` where a row is odd.
#[cfg(feature = "parquet")]
fn parquet(ndjson: &str) -> Option<Vec<u8>> {
    use parquet::basic::{LogicalType, Repetition, Type as Physical};
    use parquet::data_type::{
        BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, Int32Type,
        Int64Type,
    };
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::types::Type;
    use serde_json::Value;
    use std::sync::Arc;

    let rows: Result<Vec<Value>, _> = ndjson.lines().map(serde_json::from_str).collect();
    let rows = rows.ok()?;
    // Numbers with places: as floats, or exactly.
    let decimals = [Physical::DOUBLE, Physical::INT64, Physical::FIXED_LEN_BYTE_ARRAY];
    let lines = ndjson;
    let kinds = [
        ("id", Physical::BYTE_ARRAY),
        ("phase", Physical::INT32),
        ("cost", decimals[lines.len() % 3]),
        ("share", decimals[lines.len() / 3 % 3]),
        ("area", Physical::BYTE_ARRAY),
        ("ready", Physical::BOOLEAN),
        ("due-by", Physical::INT32),
        ("since", Physical::BYTE_ARRAY),
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
            ("due-by", Some(day)) => match day.parse() {
                Ok(day) => prioriter::model::days::count(day).into(),
                Err(_) => false.into(),
            },
            ("size", Some("tiny")) => 0.into(),
            ("size", Some("fair")) => serde_json::from_str("2.5").unwrap(),
            ("size", Some("huge")) => 10.into(),
            _ => value,
        }
    };
    let fits = |row: &Value| {
        kinds.iter().all(|(name, physical)| {
            let cell = cell(row, name);
            cell.is_null()
                || match *physical {
                    Physical::BYTE_ARRAY => cell.is_string(),
                    Physical::BOOLEAN => cell.is_boolean(),
                    Physical::INT32 => cell.is_i64(),
                    _ => cell.is_number() && !cell.to_string().contains('e'),
                }
        })
    };
    if !rows.iter().all(fits) {
        return None;
    }
    let fields = kinds.iter().map(|(name, physical)| {
        let field = Type::primitive_type_builder(name, *physical).with_repetition(Repetition::OPTIONAL);
        let field = match physical {
            _ if *name == "due-by" => field.with_logical_type(Some(LogicalType::Date)),
            Physical::BYTE_ARRAY => field.with_logical_type(Some(LogicalType::String)),
            Physical::INT64 | Physical::FIXED_LEN_BYTE_ARRAY => field
                .with_logical_type(Some(LogicalType::decimal(3, 18)))
                .with_precision(18)
                .with_scale(3)
                .with_length(if *physical == Physical::INT64 { -1 } else { 10 }),
            _ => field,
        };
        Arc::new(field.build().unwrap())
    });
    let schema = Type::group_type_builder("m")
        .with_fields(fields.collect())
        .build()
        .unwrap();
    let thousandths = |cell: &Value| -> i64 {
        let text = cell.to_string();
        let (whole, places) = text.split_once('.').unwrap_or((&text, ""));
        format!("{whole}{places:0<3}").parse().unwrap()
    };
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
                Physical::INT64 => write!(Int64Type, thousandths),
                Physical::FIXED_LEN_BYTE_ARRAY => write!(FixedLenByteArrayType, |cell| {
                    let digits = i128::from(thousandths(cell)).to_be_bytes();
                    FixedLenByteArray::from(digits[6..].to_vec())
                }),
                _ => write!(ByteArrayType, |cell| ByteArray::from(cell.as_str().unwrap())),
            }
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
    Some(bytes)
}

/// Some bytes, packed.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut reader = flate2::read::GzEncoder::new(bytes, flate2::Compression::fast());
    std::io::Read::read_to_end(&mut reader, &mut packed).unwrap();
    packed
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
    "class",
    "points",
    "bulk",
    "urgent",
    "fee",
    "tier",
    "due",
    "due-by",
    "since",
    "last",
    "season",
];

/// What is told of data, as a person sees it.
fn told(problems: &[Diagnostic], summary: &Summary, left_out: &[LeftOut], sources: &Sources) -> String {
    let mut text = render(problems, sources, Style::default()) + &summary.counts(sources);
    writeln!(text, "{:?} {:?}", summary.left_out(), summary.fine()).unwrap();
    for out in left_out {
        let (at, raw) = (sources.at(out.place), sources.slice(out.whole));
        writeln!(text, "{} {:?} {at} {raw} {:?}", out.name, out.key, out.problems).unwrap();
    }
    text
}

/// What is written and told by deciding record by record; in Parquet where no form is said. Of the rows nothing where none are
/// decided on.
fn by_records(
    policy: &Policy,
    columns: &rows::Columns,
    (form, choice, on_error): (Option<Form>, &Choice, OnError),
    (path, written): (&str, data::FileForm),
    bytes: &[u8],
    mut sources: Sources,
) -> (Option<Vec<u8>>, String) {
    let found = data::Found {
        path,
        bytes,
        form: written,
        record: None,
    };
    let said = data::Said::default();
    let inputs = data::open(found, said, policy, &mut sources, &mut Vec::new()).unwrap();
    let reading = data::read_with(policy, &sources, &inputs, on_error);
    let told = told(
        &reading.diagnostics,
        &reading.summary,
        &reading.records.left_out,
        &sources,
    );
    if !reading.sound {
        return (None, told);
    }
    let Ok(decided) = decide::decide(policy, &reading.records, Language::English) else {
        return (None, told);
    };
    let input = report::Input {
        policy,
        records: &reading.records,
        decisions: &decided.decisions,
        sources: &sources,
        language: Language::English,
    };
    let mut out = Vec::new();
    match form {
        Some(Form::Ndjson) => rows::ndjson(&input, choice, Some(columns), &mut out).unwrap(),
        Some(Form::Csv) => rows::csv(&input, choice, columns, &mut out).unwrap(),
        #[cfg(feature = "parquet")]
        None => rows::parquet(&input, choice, columns, &mut out).unwrap(),
        #[cfg(not(feature = "parquet"))]
        None => {}
    }
    (Some(out), told)
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
    wrong: u32,
    left_out: u32,
    large: u32,
    streamed: u32,
    unfit: u32,
    plain: u32,
}

fn checked(text: &str) -> Result<Policy, Vec<Diagnostic>> {
    let mut sources = Sources::new();
    let loaded = check::load("p.rule", &mut sources, &mut |_| Ok(text.as_bytes().to_vec()));
    let (policy, problems) = check::check(&loaded, &sources);
    policy.ok_or(problems)
}

/// Holds what is decided with hardly any memory against what is decided in the general way; a panic where they differ.
fn hold_large(
    over: &Columns<'_>,
    inputs: &[Input],
    on_error: OnError,
    (form, choice, expected, expected_told): (Option<Form>, &Choice, Option<&[u8]>, &str),
    mut sources: Sources,
    chance: &mut Chance,
) -> u32 {
    let memory = columns::Memory {
        bytes: chance.below(2_000) as usize,
        file: || Ok(Box::new(std::io::Cursor::new(Vec::new()))),
    };
    let choice = columns::Choice {
        only: choice.only.iter().map(|status| status.name()).collect(),
        top: choice.top,
    };
    let written = match over.decide_large(inputs, memory, on_error, &mut sources) {
        Ok(mut large) => {
            if let Some(all) = large.told.take() {
                let told = told(&all.problems, &all.summary, &all.left_out, &sources);
                assert_eq!(told, expected_told);
            }
            let mut out = Vec::new();
            match form {
                Some(form) => over.write_large(large, inputs, form, &choice, &mut out).unwrap(),
                #[cfg(feature = "parquet")]
                None if choice.top.is_none() => {
                    over.write_large_parquet(large, inputs, &choice, &mut out)
                        .unwrap();
                }
                None => return 0,
            }
            Some(out)
        }
        Err(Not::Wrong(all)) => {
            let told = told(&all.problems, &all.summary, &all.left_out, &sources);
            assert_eq!(told, expected_told);
            None
        }
        Err(_) => return 0,
    };
    assert!(
        written.as_deref() == expected,
        "with little memory it is otherwise"
    );
    1
}

/// Writes records as they are read, as often as that begins anew; what is written then and told, or nothing where they have to
/// be held.
fn streamed(
    over: &Columns<'_>,
    inputs: &[Input],
    on_error: OnError,
    (form, choice): (Form, &columns::Choice),
    sources: &mut Sources,
) -> Option<(Vec<u8>, Option<String>)> {
    let mut stream = over.stream(form, choice, 2)?;
    loop {
        let mut out = Vec::new();
        match stream.write(inputs, on_error, sources, &mut out).unwrap() {
            Streamed::All { told: all, .. } => {
                let all = all.map(|all| told(&all.problems, &all.summary, &all.left_out, sources));
                return Some((out, all));
            }
            Streamed::Again => {}
            Streamed::No => return None,
        }
    }
}

/// Holds both ways against each other; a panic where they differ.
fn hold(seed: u64, counts: &mut Counts) {
    let mut chance = Chance {
        state: seed | 1,
        defined: false,
    };
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
    let Ok(mut over) = Columns::new(&policy, outputs) else {
        counts.unfit += 1;
        return;
    };
    let lines = ndjson(&mut chance);
    let table = csv(&mut chance, &lines);
    #[cfg(feature = "parquet")]
    let columnar = parquet(&lines);
    let shown = lines.clone();
    let packed = match (&table, chance.one_in(2)) {
        (Some(table), true) => (
            "data.zst",
            data::FileForm::Csv,
            Rows::Delimited(None),
            Some(zstd::encode_all(table.as_bytes(), 1).unwrap()),
        ),
        _ => (
            "data.gz",
            data::FileForm::Lines,
            Rows::Ndjson,
            Some(gzip(lines.as_bytes())),
        ),
    };
    let files = [
        packed,
        (
            "data",
            data::FileForm::Lines,
            Rows::Ndjson,
            Some(lines.into_bytes()),
        ),
        (
            "data",
            data::FileForm::Csv,
            Rows::Delimited(None),
            table.map(String::into_bytes),
        ),
        #[cfg(feature = "parquet")]
        ("data", data::FileForm::Parquet, Rows::Parquet, columnar),
    ];
    for (name, written, rows, data) in files {
        let Some(data) = data else { continue };
        let forms = [
            (Some(Form::Ndjson), OnError::Stop),
            (Some(Form::Csv), OnError::Skip),
            #[cfg(feature = "parquet")]
            (None, OnError::Skip),
        ];
        for (form, on_error) in forms {
            let origin = Origin::Bytes(data.as_slice().into());
            let origin = match data::is_packed(name) {
                true => Origin::Packed(Box::new(origin)),
                false => origin,
            };
            let choice = choice(&mut chance, &policy);
            // To rank no more than is wanted is as good as to rank all.
            over = over.top(choice.top.filter(|_| chance.one_in(2)));
            let general = (form, &choice, on_error);
            let (expected, expected_told) =
                by_records(&policy, &names, general, (name, written), &data, sources.clone());
            let expected_told = expected_told.replace(name, "data");
            let inputs = [Input { origin, rows }];
            if chance.one_in(4) {
                let general = (form, &choice, expected.as_deref(), expected_told.as_str());
                counts.large += hold_large(&over, &inputs, on_error, general, sources.clone(), &mut chance);
            }
            let mut before = sources.clone();
            let mut sources = sources.clone();
            let (out, out_told) = match over.decide(&inputs, 2, usize::MAX, on_error, &mut sources) {
                Ok(decided) => {
                    let mut out = Vec::new();
                    let same = columns::Choice {
                        only: choice.only.iter().map(|status| status.name()).collect(),
                        top: choice.top,
                    };
                    match form {
                        Some(form) => over.write(&decided, form, &same, 2, &mut out).unwrap(),
                        #[cfg(feature = "parquet")]
                        None => over.write_parquet(&decided, &same, &mut out).unwrap(),
                        #[cfg(not(feature = "parquet"))]
                        None => {}
                    }
                    counts.left_out += u32::from(decided.told.is_some());
                    let out_told = decided
                        .told
                        .map(|all| told(&all.problems, &all.summary, &all.left_out, &sources));
                    (Some(out), out_told)
                }
                Err(Not::Wrong(all)) => {
                    counts.wrong += 1;
                    (
                        None,
                        Some(told(&all.problems, &all.summary, &all.left_out, &sources)),
                    )
                }
                Err(_) => {
                    counts.plain += 1;
                    return;
                }
            };
            let seen = format!("{text}\n{shown}\n{written:?} {on_error:?}");
            if let Some(form) = form {
                let choice = columns::Choice {
                    only: choice.only.iter().map(|status| status.name()).collect(),
                    top: choice.top,
                };
                let as_read = streamed(&over, &inputs, on_error, (form, &choice), &mut before);
                if let Some((as_read, as_read_told)) = as_read {
                    counts.streamed += 1;
                    assert!(Some(as_read) == expected, "{seen}\nas it is read it is otherwise");
                    assert_eq!(as_read_told, out_told);
                }
            }
            match out_told {
                Some(out_told) => {
                    let differ = similar::TextDiff::from_lines(&expected_told, &out_told);
                    assert!(out_told == expected_told, "{seen}\n{}", differ.unified_diff());
                }
                None => assert!(
                    expected.is_some(),
                    "{seen}\ncolumns see nothing wrong:\n{expected_told}"
                ),
            }
            if out != expected {
                let [out, expected] =
                    [out, expected].map(|bytes| String::from_utf8(bytes.unwrap_or_default()).unwrap());
                let first = out
                    .lines()
                    .zip(expected.lines())
                    .find(|(out, expected)| out != expected);
                panic!("{seen} {first:#?}");
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
        let sources = &mut Sources::new();
        over.decide(&[Input { origin, rows }], 1, usize::MAX, OnError::Stop, sources)
            .unwrap()
    };
    let whole = decide("{\"id\":\"a\",\"size\":3}\n");
    decide("{\"id\":\"b\",\"size\":0.125}\n");
    let mut out = Vec::new();
    let all = columns::Choice::default();
    over.write(&whole, Form::Ndjson, &all, 1, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "{\"id\":\"a\",\"size\":3}\n");
}

/// What is written of a text over columns, and in the general way; `None` where it is none for columns.
fn alike(
    policy: &Policy,
    names: &rows::Columns,
    over: &Columns<'_>,
    (form, rows): (data::FileForm, Rows),
    text: &str,
) -> Option<String> {
    let origin = Origin::Bytes(text.as_bytes().into());
    let (mut sources, input) = (Sources::new(), Input { origin, rows });
    let decided = over.decide(&[input], 1, usize::MAX, OnError::Stop, &mut sources);
    let decided = decided.ok()?;
    let mut out = Vec::new();
    over.write(&decided, Form::Csv, &columns::Choice::default(), 1, &mut out)
        .unwrap();
    let all = (Some(Form::Csv), &Choice::default(), OnError::Stop);
    let (general, _) = by_records(policy, names, all, ("data", form), text.as_bytes(), sources);
    assert_eq!(Some(&out), general.as_ref(), "{text}");
    Some(String::from_utf8(out).unwrap())
}

/// Holds that over columns the same records are left out as in the general way, and the same is told of them.
fn skips_alike(
    policy: &Policy,
    names: &rows::Columns,
    over: &Columns<'_>,
    (form, rows): (data::FileForm, Rows),
    text: &str,
    sources: &Sources,
) {
    let all = (Some(Form::Csv), &Choice::default(), OnError::Skip);
    let data = ("data", form);
    let (general, general_told) = by_records(policy, names, all, data, text.as_bytes(), sources.clone());
    let origin = Origin::Bytes(text.as_bytes().into());
    let (mut sources, input) = (sources.clone(), Input { origin, rows });
    let decided = over.decide(&[input], 2, usize::MAX, OnError::Skip, &mut sources);
    let (decided, mut out) = (decided.unwrap(), Vec::new());
    over.write(&decided, Form::Csv, &columns::Choice::default(), 2, &mut out)
        .unwrap();
    assert!(Some(out) == general, "{text}");
    let all = decided.told.unwrap();
    let told = told(&all.problems, &all.summary, &all.left_out, &sources);
    assert_eq!(told, general_told);
}

/// Numbers and keys of a column are read as they are, however those before them were written.
#[test]
fn values_are_read_whatever_stood_before_them() {
    let text = "policy p \"P\" for shed { version \"1\" }\nrecord shed {\n    id : text key\n    size : number -100..90000000\n    \
                grade : number 0..10 step 0.5\n    a-name-that-is-longer-than-sixteen : integer 0..99\n}\nrank by highest size\n";
    let mut sources = Sources::new();
    let loaded = check::load("p.rule", &mut sources, &mut |_| Ok(text.as_bytes().to_vec()));
    let policy = check::check(&loaded, &sources).0.unwrap();
    let names = ["id", "size", "grade", "a-name-that-is-longer-than-sixteen"].map(str::to_owned);
    let names = rows::Columns::named(&policy, &names).unwrap();
    let over = Columns::new(&policy, names.over_columns(&policy).unwrap()).unwrap();
    let sizes = [
        "0",
        "7",
        "10",
        "3.4",
        "10.0",
        "0.5",
        "05",
        "1e3",
        "-3",
        "1234567",
        "12345678",
        "90000001",
        "3.",
        "99.99",
        "12.0625",
        "1234567.5",
        "007.5",
        ".5",
        "1.5E1",
        "0.0",
        "-0",
        "100",
        "\"7\"",
        "null",
        "1 ",
        "4.25",
    ];
    let keys = [
        "s",
        "shed-é",
        "shed-fifteen-ok",
        "shed-sixteen-too",
        "shed\\u0041",
        "a \u{1}",
        "é",
    ];
    let mut lines = String::new();
    let mut chance = Chance {
        state: 0x2545_F491_4F6C_DD1D,
        defined: false,
    };
    for row in 0..600 {
        // Mostly as the one before, so that a way of writing becomes usual, and another comes.
        let size = if row % 8 < 3 { "3.4" } else { chance.pick(&sizes) };
        let step = if row % 5 < 4 {
            "2.5"
        } else {
            chance.pick(&["2.4", "10", "10.5", "0.50"])
        };
        let key = if row % 7 < 3 { "shed" } else { chance.pick(&keys) };
        let long = chance.pick(&["7", "7", "23", "023", "100"]);
        writeln!(
            lines,
            "{{\"id\":\"{key}{row:03}\",\"size\":{size},\"grade\":{step},\"a-name-that-is-longer-than-sixteen\":{long}}}"
        )
        .unwrap();
    }
    let ndjson = (data::FileForm::Lines, Rows::Ndjson);
    skips_alike(&policy, &names, &over, ndjson, &lines, &sources);
}

/// A decimal comma is read where it can be nothing else, and what nobody reads tells of it, too.
#[test]
fn a_comma_is_read_over_columns_only_where_it_is_sure() {
    let text = "policy p \"P\" for shed { version \"1\" }\nrecord shed {\n    id : text key\n    size : number 0..\n    \
                cost : number 0.. optional\n}\nrank by highest size\n";
    let policy = checked(text).unwrap();
    let names = rows::Columns::named(&policy, &["id".to_owned(), "size".to_owned()]).unwrap();
    let over = Columns::new(&policy, names.over_columns(&policy).unwrap()).unwrap();
    let csv = (data::FileForm::Csv, Rows::Delimited(None));
    let written = |table: &str| alike(&policy, &names, &over, csv, table);
    let is = |size: &str| Some(format!("id,size\na,{size}\n"));
    assert_eq!(written("id;size\na;1,25\n"), is("1.25"));
    assert_eq!(written("id,size\na,\"1,25\"\n"), is("1.25"));
    assert_eq!(written("id\tsize\tcost\na\t0,125\t3,5\n"), is("0.125"));
    assert_eq!(written("id|size|cost\na|12|3,5\n"), is("12"));
    assert_eq!(written("id;size;cost\na;1.250;\n"), is("1.25"));
    // These are mistakes, or could be thousands.
    assert_eq!(written("id;size;cost\na;1.250;3,5\n"), None);
    assert_eq!(written("id;size;cost\na;1,25;3.5\n"), None);
    assert_eq!(written("id;size\na;1,250\n"), None);
    assert_eq!(written("id;size\na;1,25\nb;1.5\n"), None);
    assert_eq!(written("\"id\";size\na;1,25\n"), None);
}

/// What a table's header lacks is told even where there are no rows.
#[test]
fn a_table_that_lacks_a_column_is_not_decided_over_columns() {
    let text = "policy p \"P\" for shed { version \"1\" }\nrecord shed {\n    id : text key\n    size : number 0..\n    \
                cost : number 0.. optional\n}\nrank by highest size then lowest cost\n";
    let policy = checked(text).unwrap();
    let names = ["id", "size", "cost"].map(str::to_owned);
    let names = rows::Columns::named(&policy, &names).unwrap();
    let over = Columns::new(&policy, names.over_columns(&policy).unwrap()).unwrap();
    let csv = (data::FileForm::Csv, Rows::Delimited(None));
    let written = |table: &str| alike(&policy, &names, &over, csv, table);
    assert_eq!(written("id,size\n"), Some("id,size,cost\n".to_owned()));
    for lacking in ["id\n", "id", "id,cost\n", "size,cost\n", "id\na\n"] {
        assert_eq!(written(lacking), None, "{lacking}");
    }
    #[cfg(feature = "parquet")]
    for (name, fits) in [("status", false), ("size", true)] {
        let only = ["id", name].map(str::to_owned);
        let only = rows::Columns::named(&policy, &only).unwrap();
        let only = Columns::new(&policy, only.over_columns(&policy).unwrap()).unwrap();
        let decide = |over: &Columns<'_>, bytes: &[u8], rows: Rows| {
            let origin = Origin::Bytes(bytes.into());
            let mut table = Vec::new();
            let sources = &mut Sources::new();
            let decided = over.decide(&[Input { origin, rows }], 1, usize::MAX, OnError::Stop, sources);
            over.write_parquet(&decided.ok()?, &columns::Choice::default(), &mut table)
                .unwrap();
            Some(table)
        };
        let table = decide(&only, b"id,size\n", Rows::Delimited(None)).unwrap();
        assert_eq!(decide(&over, &table, Rows::Parquet).is_some(), fits, "{name}");
    }
}

/// Keys of a ranking that leave no room beside them for the number of a record.
#[test]
fn records_are_ranked_by_keys_of_64_bits() {
    let text = "policy p \"P\" for shed { version \"1\" }\nrecord shed {\n    id : text key\n    size : number 0..\n    \
                built : date\n}\nrank by highest size then earliest built\n";
    let policy = checked(text).unwrap();
    let names = rows::Columns::named(&policy, &["id".to_owned(), "rank".to_owned()]).unwrap();
    let over = Columns::new(&policy, names.over_columns(&policy).unwrap()).unwrap();
    let lines: String = (0..60)
        .map(|row| {
            let (size, day) = (row * 37 % 11, row * 5 % 7 + 1);
            format!(
                "{{\"id\":\"s{row}\",\"size\":{size}.{:04},\"built\":\"2026-01-0{day}\"}}\n",
                row % 3
            )
        })
        .collect();
    let ndjson = (data::FileForm::Lines, Rows::Ndjson);
    assert!(alike(&policy, &names, &over, ndjson, &lines).is_some());
}

/// Of many records, which are ranked and kept side by side, the same come out as one after the other.
#[test]
fn many_records_are_ranked_and_kept_alike_however_many_threads_there_are() {
    let record = "record shed {\n    id : text key\n    size : integer 0..40\n    cost : integer 1..90\n    gain : integer \
                  -5..5\n    roof : yes/no\n}\nentry roof \"Roof\" { require roof or size > 20 }\n";
    let lists = [
        "rank by highest size then first id\ncut-list c \"C\" of shed {\n    at most sum(cost for sheds) / 4 of cost\n}\n",
        "rank by highest size then last id\ncut-list c \"C\" of shed {\n    at most 100000 of size\n    at most 60000 of \
         cost where roof\n    take what fits\n}\n",
        "rank by highest size\ncut-list c \"C\" of shed {\n    at most 31000\n    protect where cost is 7\n}\n",
        "rank by lowest cost then first id\ncut-list c \"C\" of shed {\n    at most 900 of gain\n}\n",
    ];
    let mut chance = Chance {
        state: 0x2545_F491_4F6C_DD1D,
        defined: false,
    };
    let lines: String = (0..120_000)
        .map(|row| {
            // Not in the order of their keys, and of two lengths.
            let (id, size, cost) = (row * 7_919 % 120_011, chance.below(41), chance.below(90) + 1);
            let (gain, roof) = (i64::try_from(chance.below(11)).unwrap() - 5, chance.one_in(2));
            format!("{{\"id\":\"s{id}\",\"size\":{size},\"cost\":{cost},\"gain\":{gain},\"roof\":{roof}}}\n")
        })
        .collect();
    let origin = Origin::Bytes(lines.as_bytes().into());
    let inputs = [Input {
        origin,
        rows: Rows::Ndjson,
    }];
    let all = columns::Choice::default();
    for list in lists {
        let policy = checked(&format!(
            "policy p \"P\" for shed {{ version \"1\" }}\n{record}{list}"
        ))
        .unwrap();
        let names = ["id", "rank", "selection"].map(str::to_owned);
        let names = rows::Columns::named(&policy, &names).unwrap();
        let over = Columns::new(&policy, names.over_columns(&policy).unwrap()).unwrap();
        let mut sources = Sources::new();
        let memory = columns::Memory {
            bytes: 100_000,
            file: || Ok(Box::new(std::io::Cursor::new(Vec::new()))),
        };
        let large = over.decide_large(&inputs, memory, OnError::Stop, &mut sources);
        let (large, mut expected) = (large.unwrap(), Vec::new());
        let limits_are_met = large.limits_are_met;
        over.write_large(large, &inputs, Form::Csv, &all, &mut expected)
            .unwrap();
        for threads in [1, 2, 5] {
            let decided = over.decide(&inputs, threads, usize::MAX, OnError::Stop, &mut sources);
            let (decided, mut written) = (decided.unwrap(), Vec::new());
            assert_eq!(decided.limits_are_met, limits_are_met);
            over.write(&decided, Form::Csv, &all, threads, &mut written)
                .unwrap();
            assert!(written == expected, "{threads} threads: {list}");
        }
        for selection in [",kept\n", ",cut\n"] {
            assert!(String::from_utf8_lossy(&expected).contains(selection), "{list}");
        }
    }
}

/// As many definitions as may rest on each other, each nested as deep as may be, do not fill the stack.
#[test]
fn what_rests_on_very_much_is_decided() {
    let mut text = "policy p \"P\" for shed { version \"1\" }\nrecord shed {\n    id : text key\n    size : number 0..9\n}\n\
                    define d0 = size\n"
        .to_owned();
    for index in 1..250 {
        let nested = (0..60).fold(format!("d{}", index - 1), |inner, _| {
            format!("(if size > 3 then 0 else {inner})")
        });
        writeln!(text, "define d{index} = {nested}").unwrap();
    }
    text.push_str("rank by highest d249\n");
    let policy = checked(&text).unwrap();
    let names = rows::Columns::named(&policy, &["id".to_owned(), "d249".to_owned()]).unwrap();
    let over = Columns::new(&policy, names.over_columns(&policy).unwrap());
    assert!(over.is_ok());
}

/// A file that is read in parts is told of as one: lines are counted through, and those beside a mistake are shown.
#[test]
fn mistakes_where_parts_meet_are_told_as_anywhere() {
    let text = "policy p \"P\" for shed { version \"1\" }\nrecord shed {\n    id : text key\n    size : integer 0..9\n    \
                note : text\n}\nrank by highest size\n";
    let mut sources = Sources::new();
    let loaded = check::load("p.rule", &mut sources, &mut |_| Ok(text.as_bytes().to_vec()));
    let policy = check::check(&loaded, &sources).0.unwrap();
    let names = rows::Columns::named(&policy, &["id".to_owned(), "rank".to_owned()]).unwrap();
    let over = Columns::new(&policy, names.over_columns(&policy).unwrap()).unwrap();
    // Parts are of a mebibyte at least; each line is a thousandth of that.
    let note = "so ".repeat(330);
    for wrong in [&[1_199][..], &[1_200, 1_201], &[1_198, 1_202], &[0, 1_200, 2_399]] {
        for header in ["", "id,size,note\n"] {
            let line = |row: usize| {
                let size = if wrong.contains(&row) { 10 } else { row % 10 };
                match header {
                    "" => format!("{{\"id\":\"s{row:04}\",\"size\":{size:02},\"note\":\"{note}\"}}\n")
                        .replace(":0", ":"),
                    _ => format!("s{row:04},{size},{note}\n"),
                }
            };
            let lines = header.to_owned() + &(0..2_400).map(line).collect::<String>();
            let (form, rows) = match header {
                "" => (data::FileForm::Lines, Rows::Ndjson),
                _ => (data::FileForm::Csv, Rows::Delimited(None)),
            };
            skips_alike(&policy, &names, &over, (form, rows), &lines, &sources);
        }
    }
}

/// Of very many mistakes the same is shown, counted and left out as in the general way, in whatever parts they are read: of
/// each kind the first, also where it comes late, and keys that two far apart have.
#[test]
fn very_many_mistakes_are_told_as_few_are() {
    let text = "policy p \"P\" for shed { version \"1\" }\nrecord shed {\n    id : text key\n    size : integer 0..9\n    \
                roof : yes/no\n}\nentry roof \"Roof\" { require roof }\nrank by highest size\n";
    let mut sources = Sources::new();
    let loaded = check::load("p.rule", &mut sources, &mut |_| Ok(text.as_bytes().to_vec()));
    let policy = check::check(&loaded, &sources).0.unwrap();
    let names = rows::Columns::named(&policy, &["id".to_owned(), "rank".to_owned()]).unwrap();
    let over = Columns::new(&policy, names.over_columns(&policy).unwrap()).unwrap();
    let line = |row: u32, twice: bool| {
        let right = format!("{{\"id\":\"s{row:05}\",\"size\":{},\"roof\":true}}", row % 10);
        match (row % 9, row / 9 % 7, row) {
            (4, _, 13 | 9_949) if twice => right
                .replace(&format!("s{row:05}"), "s00004")
                .replace(":true", ":0"),
            (4, 0, _) => right.replace("true", "\"perhaps\""),
            (4, 1, _) => right.replace("\"size\":", "\"sise\":"),
            (4, 2, 5_000..) => right.replace("\"id\"", "\"key\""),
            (4, 3, 9_000..) => right.replace(",\"roof\":true}", ""),
            (4, 4, 11_000..) => right.replace("\"size\":", "\"size\":1"),
            (4, 5, _) => right.replace("true}", "true,\"colour\":\"red\",\"roof\":false}"),
            (4, ..) => right.replace("\"size\":", "\"size\":0.1"),
            _ => right,
        }
    };
    for twice in [false, true] {
        let lines: Vec<String> = (0..12_000).map(|row| line(row, twice) + "\n").collect();
        let lines = lines.concat();
        let ndjson = (data::FileForm::Lines, Rows::Ndjson);
        skips_alike(&policy, &names, &over, ndjson, &lines, &sources);
        let all = (Some(Form::Csv), &Choice::default(), OnError::Stop);
        let data = ("data", data::FileForm::Lines);
        let (_, general) = by_records(&policy, &names, all, data, lines.as_bytes(), sources.clone());
        let origin = Origin::Bytes(lines.as_bytes().into());
        let input = Input {
            origin,
            rows: Rows::Ndjson,
        };
        let mut sources = sources.clone();
        let Err(Not::Wrong(wrong)) = over.decide(&[input], 2, usize::MAX, OnError::Stop, &mut sources) else {
            panic!("mistakes that are not told");
        };
        assert_eq!(
            told(&wrong.problems, &wrong.summary, &wrong.left_out, &sources),
            general
        );
    }
}

/// Where nothing is ranked, rows are written as they are read: those that deciding in memory gives, whatever is met on the way.
/// Where two keys may be the same, or a line has to be read closely, nothing written counts.
#[test]
fn rows_without_ranks_are_written_as_they_are_read() {
    let text = "policy p \"P\" for shed { version \"1\" }\nrecord shed {\n    id : text key\n    size : number 0..9\n    \
                note : text\n}\nentry large \"Large\" { require size > 4 }\n";
    let mut sources = Sources::new();
    let loaded = check::load("p.rule", &mut sources, &mut |_| Ok(text.as_bytes().to_vec()));
    let policy = check::check(&loaded, &sources).0.unwrap();
    let names = rows::Columns::named(
        &policy,
        &["id".to_owned(), "status".to_owned(), "size".to_owned()],
    );
    let names = names.unwrap();
    let over = Columns::new(&policy, names.over_columns(&policy).unwrap()).unwrap();
    // Pieces are of two mebibytes; each line is about a thousandth of a mebibyte.
    let note = "so ".repeat(330);
    let plain = |row: usize| (format!("s{row:04}"), (row % 10).to_string(), "note");
    let file = |line: &dyn Fn(usize) -> (String, String, &'static str)| {
        let lines = (0..7_000).map(line);
        let lines = lines
            .map(|(id, size, name)| format!("{{\"id\":\"{id}\",\"size\":{size},\"{name}\":\"{note}\"}}\n"));
        lines.collect::<String>()
    };
    let all = columns::Choice::default();
    let ask = |text: &str| {
        let input = Input {
            origin: Origin::Bytes(text.as_bytes().into()),
            rows: Rows::Ndjson,
        };
        streamed(
            &over,
            &[input],
            OnError::Stop,
            (Form::Csv, &all),
            &mut sources.clone(),
        )
    };
    let with = |at: usize, change: &dyn Fn(&mut (String, String, &'static str))| {
        file(&|row| {
            let mut line = plain(row);
            if row == at {
                change(&mut line);
            }
            line
        })
    };
    let general = (Some(Form::Csv), &Choice::default(), OnError::Stop);
    for text in [
        file(&plain),
        // Values finer than all before, and keys that do not ascend: in whatever piece they are.
        with(1, &|line| line.1 = "4.25".to_owned()),
        with(6_900, &|line| line.1 = "4.25".to_owned()),
        with(2, &|line| line.0 = "z".to_owned()),
        with(6_900, &|line| line.0 = "a".to_owned()),
        file(&|row| (format!("s{:04}", row * 37 % 7_000), "5".to_owned(), "note")),
        with(5_000, &|line| line.0 = "s9000".to_owned()),
    ] {
        let data = ("data", data::FileForm::Lines);
        let (expected, _) = by_records(&policy, &names, general, data, text.as_bytes(), sources.clone());
        let (out, told) = ask(&text).unwrap();
        assert!(Some(out) == expected);
        assert_eq!(told, None);
    }
    for text in [
        with(6_900, &|line| line.0 = "s0001".to_owned()),
        with(6_900, &|line| line.1 = "12".to_owned()),
        with(0, &|line| line.1 = "\"large\"".to_owned()),
    ] {
        assert!(ask(&text).is_none());
    }
    let text = with(6_900, &|line| line.2 = "colour\":\"red\",\"note");
    let data = ("data", data::FileForm::Lines);
    let (expected, expected_told) =
        by_records(&policy, &names, general, data, text.as_bytes(), sources.clone());
    let (out, told) = ask(&text).unwrap();
    assert!(Some(out) == expected);
    assert_eq!(told, Some(expected_told));
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
    #![proptest_config(ProptestConfig { cases: 5, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]

    /// Of so many policies each time, enough are decided over columns for this to mean something.
    #[test]
    fn columns_decide_as_records_do(seed in 1..u64::MAX) {
        let mut counts = Counts::default();
        for case in 0..160 {
            hold(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(case * 0x1234_5677), &mut counts);
        }
        prop_assert!(counts.alike >= 5 && counts.wrong >= 3 && counts.left_out >= 3 && counts.large >= 3 && counts.streamed >= 3, "{counts:?}");
    }
}
