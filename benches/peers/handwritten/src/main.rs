//! What a good engineer writes in an afternoon: serde_json into a struct, a vector of rows, a sort.
//!
//! Usage: `peer-handwritten IN OUT [--rayon] [--plain]`. With `--rayon` on all cores. With `--plain` totals are ranked as
//! they come out of the arithmetic, without the rounding that makes equal totals equal.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Measure<'a> {
    id: &'a str,
    phase: u8,
    in_roadmap: bool,
    needs: u32,
    q1: f64,
    q2: f64,
    q3: f64,
    q4: f64,
    q5: f64,
    q6: f64,
    q7: f64,
    q8: f64,
    p50: u64,
}

#[derive(Serialize)]
struct Row {
    id: String,
    status: &'static str,
    failed: Vec<&'static str>,
    #[serde(serialize_with = "rounded")]
    goal: f64,
    #[serde(serialize_with = "rounded")]
    cost: f64,
    #[serde(serialize_with = "rounded")]
    benefit: f64,
    #[serde(serialize_with = "rounded")]
    total: f64,
    rank: Option<u32>,
    selection: &'static str,
    #[serde(skip)]
    q6: f64,
    #[serde(skip)]
    p50: u64,
}

fn round6(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

fn rounded<S: serde::Serializer>(number: &f64, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(round6(*number))
}

fn decide(line: &str, plain: bool) -> Row {
    let measure: Measure<'_> = serde_json::from_str(line).expect("a measure");
    let mut failed = Vec::new();
    if measure.needs < 1 {
        failed.push("needs");
    }
    if !measure.in_roadmap {
        failed.push("in_roadmap");
    }
    if !(2..=4).contains(&measure.phase) {
        failed.push("phase");
    }
    let goal = (measure.q1 + measure.q2) / 2.0;
    let cost = (measure.q3 + measure.q4 + measure.q5) / 3.0;
    let benefit = (measure.q6 + measure.q7 + measure.q8) / 3.0;
    let total = (goal + cost + benefit) / 3.0;
    Row {
        id: measure.id.to_owned(),
        status: if failed.is_empty() {
            "ranked"
        } else {
            "not-eligible"
        },
        failed,
        goal,
        cost,
        benefit,
        total: if plain { total } else { round6(total) },
        rank: None,
        selection: "out",
        q6: measure.q6,
        p50: measure.p50,
    }
}

fn write(row: &Row, to: &mut Vec<u8>) {
    serde_json::to_writer(&mut *to, row).expect("a row");
    to.push(b'\n');
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let has = |option: &str| arguments.iter().any(|argument| argument == option);
    let (parallel, plain) = (has("--rayon"), has("--plain"));

    let mut rows: Vec<Row> = if parallel {
        let text = std::fs::read_to_string(&arguments[1]).expect("the data");
        text.par_lines().map(|line| decide(line, plain)).collect()
    } else {
        let mut input = BufReader::with_capacity(1 << 20, File::open(&arguments[1]).expect("the data"));
        let (mut rows, mut line) = (Vec::new(), String::new());
        while input.read_line(&mut line).expect("a line") > 0 {
            rows.push(decide(&line, plain));
            line.clear();
        }
        rows
    };

    let mut order: Vec<u32> = (0..rows.len() as u32)
        .filter(|row| rows[*row as usize].failed.is_empty())
        .collect();
    let better_first = |left: &u32, right: &u32| {
        let (left, right) = (&rows[*left as usize], &rows[*right as usize]);
        (right.total.total_cmp(&left.total))
            .then(right.q6.total_cmp(&left.q6))
            .then_with(|| left.id.cmp(&right.id))
    };
    if parallel {
        order.par_sort_unstable_by(better_first);
    } else {
        order.sort_unstable_by(better_first);
    }
    let all: u64 = order.iter().map(|row| rows[*row as usize].p50).sum();
    let mut used = 0;
    for (rank, row) in (1..).zip(order) {
        let row = &mut rows[row as usize];
        used += row.p50;
        row.rank = Some(rank);
        row.selection = if 4 * used <= all { "kept" } else { "cut" };
    }

    let mut output = BufWriter::with_capacity(1 << 20, File::create(&arguments[2]).expect("the output"));
    if parallel {
        for part in rows.chunks(1 << 16) {
            let texts: Vec<Vec<u8>> = part
                .par_chunks(1 << 12)
                .map(|rows| {
                    let mut text = Vec::with_capacity(rows.len() * 160);
                    rows.iter().for_each(|row| write(row, &mut text));
                    text
                })
                .collect();
            for text in texts {
                output.write_all(&text).expect("the output");
            }
        }
    } else {
        let mut text = Vec::new();
        for row in &rows {
            text.clear();
            write(row, &mut text);
            output.write_all(&text).expect("the output");
        }
    }
    output.flush().expect("the output");
}
