//! Whether outputs say the same of every record, in whatever order they do.
//!
//! Usage: `peer-same RIGHT OTHER…` compares status, failed gates, rank and selection exactly, and numbers within 1e-6, and
//! ends with 1 if an output differs. `peer-same --wrong RIGHT OTHER` prints how many records RIGHT ranks, how many of them
//! OTHER ranks elsewhere, and how many it selects otherwise, with tabs between. NDJSON, or CSV if the name says so.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};

use serde::Deserialize;

#[derive(Debug, Deserialize, PartialEq)]
struct Row {
    id: String,
    status: String,
    failed: Failed,
    goal: f64,
    cost: f64,
    benefit: f64,
    total: f64,
    rank: Option<u32>,
    selection: String,
}

/// The gates failed, by name: a list, or in CSV one text.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(from = "Written")]
struct Failed(Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    List(Vec<String>),
    Text(String),
}

impl From<Written> for Failed {
    fn from(written: Written) -> Self {
        let mut names = match written {
            Written::List(names) => names,
            Written::Text(text) => text
                .split("; ")
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
        };
        names.sort();
        Self(names)
    }
}

impl Row {
    fn numbers(&self) -> [f64; 4] {
        [self.goal, self.cost, self.benefit, self.total]
    }

    fn says_what(&self, other: &Self) -> bool {
        let near = |(left, right): (f64, f64)| (left - right).abs() <= 1.000_001e-6;
        self.status == other.status
            && self.failed == other.failed
            && self.rank == other.rank
            && self.selection == other.selection
            && self.numbers().into_iter().zip(other.numbers()).all(near)
    }
}

type Rows = BTreeMap<String, Row>;

fn read(path: &str) -> Rows {
    let file = std::fs::File::open(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let rows: Vec<Row> = if path.ends_with(".csv") {
        let rows = csv::Reader::from_reader(file).into_deserialize();
        rows.collect::<Result<_, _>>()
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    } else {
        let lines = BufReader::new(file).lines();
        lines
            .map(|line| serde_json::from_str(&line.expect("a line")))
            .collect::<Result<_, _>>()
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let count = rows.len();
    let by_id: Rows = rows.into_iter().map(|row| (row.id.clone(), row)).collect();
    assert!(by_id.len() == count, "{path}: an id twice");
    by_id
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [option, right, other] = arguments.as_slice()
        && option == "--wrong"
    {
        wrong(&read(right), &read(other));
        return;
    }
    let [right, others @ ..] = arguments.as_slice() else {
        panic!("usage: peer-same RIGHT OTHER…")
    };
    let right = read(right);
    let mut all_same = true;
    for path in others {
        let other = read(path);
        let differs: Vec<&Row> = right
            .values()
            .filter(|row| !other.get(&row.id).is_some_and(|other| row.says_what(other)))
            .collect();
        let unknown = other.keys().filter(|id| !right.contains_key(*id)).count();
        if differs.is_empty() && unknown == 0 {
            println!("same: {path}");
            continue;
        }
        all_same = false;
        println!(
            "different: {path}: {} records of {}, {unknown} unknown",
            differs.len(),
            right.len()
        );
        for row in differs.into_iter().take(3) {
            println!("    right: {row:?}\n    there: {:?}", other.get(&row.id));
        }
    }
    std::process::exit(i32::from(!all_same));
}

fn wrong(right: &Rows, other: &Rows) {
    let ranked: Vec<&Row> = right.values().filter(|row| row.rank.is_some()).collect();
    let differing = |same: fn(&Row, &Row) -> bool| {
        let differs = |row: &&&Row| !other.get(&row.id).is_some_and(|other| same(row, other));
        ranked.iter().filter(differs).count()
    };
    let ranks = differing(|left, right| left.rank == right.rank);
    let selections = differing(|left, right| left.selection == right.selection);
    println!("{}\t{ranks}\t{selections}", ranked.len());
}
