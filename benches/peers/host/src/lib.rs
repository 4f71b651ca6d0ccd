//! What the rule engines leave to the program around them: reading, ranking, the budget, writing.
//!
//! An engine decides on one record at a time: gates and score. It cannot rank or cut, so that is done here, the same for
//! all of them; they differ in nothing but how they decide on a record. The time is all the host's and the engine's
//! together, as whoever uses the engine has it.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};

use serde::{Deserialize, Serialize};

/// A record, for engines that take typed values.
#[derive(Deserialize)]
pub struct Measure {
    pub id: String,
    pub phase: i64,
    pub in_roadmap: bool,
    pub needs: i64,
    pub q1: f64,
    pub q2: f64,
    pub q3: f64,
    pub q4: f64,
    pub q5: f64,
    pub q6: f64,
    pub q7: f64,
    pub q8: f64,
    pub p50: i64,
}

/// What ranking and the budget need of a record, whatever the engine reads.
pub struct Key {
    pub id: String,
    pub q6: f64,
    pub p50: i64,
}

/// What an engine says of a record.
pub struct Decision {
    pub failed: Vec<String>,
    pub goal: f64,
    pub cost: f64,
    pub benefit: f64,
    pub total: f64,
}

/// A row as all peers write it: the fields that `evaluate` writes, by the same names.
#[derive(Serialize)]
pub struct Row<'a, F> {
    pub id: &'a str,
    pub status: &'static str,
    pub failed: &'a [F],
    pub goal: f64,
    pub cost: f64,
    pub benefit: f64,
    pub total: f64,
    pub rank: Option<u32>,
    pub selection: &'static str,
}

/// Rounds to six decimals, so that totals that are equal on paper are equal.
pub fn round6(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

/// Whether totals are rounded before they are ranked; `--plain` leaves them as they come out of the arithmetic.
pub fn rounding() -> bool {
    !std::env::args().any(|argument| argument == "--plain")
}

/// Reads a line as a [`Measure`].
pub fn typed(line: &str) -> (Key, Measure) {
    let measure: Measure = serde_json::from_str(line).expect("a measure");
    let key = Key {
        id: measure.id.clone(),
        q6: measure.q6,
        p50: measure.p50,
    };
    (key, measure)
}

/// Decides on the file named first on the command line and writes the one named second. `parse` reads a line, `decide`
/// asks the engine.
pub fn run<R>(mut parse: impl FnMut(&str) -> (Key, R), mut decide: impl FnMut(R) -> Decision) {
    let arguments: Vec<String> = std::env::args().collect();
    let mut input = BufReader::with_capacity(1 << 20, File::open(&arguments[1]).expect("the data"));
    let mut rows: Vec<(Key, Decision)> = Vec::new();
    let mut line = String::new();
    while input.read_line(&mut line).expect("a line") > 0 {
        let (key, record) = parse(&line);
        rows.push((key, decide(record)));
        line.clear();
    }

    if rounding() {
        rows.iter_mut()
            .for_each(|(_, decision)| decision.total = round6(decision.total));
    }
    let mut order: Vec<usize> = (0..rows.len())
        .filter(|row| rows[*row].1.failed.is_empty())
        .collect();
    order.sort_unstable_by(|left, right| {
        let ((left_key, left), (right_key, right)) = (&rows[*left], &rows[*right]);
        (right.total.total_cmp(&left.total))
            .then(right_key.q6.total_cmp(&left_key.q6))
            .then_with(|| left_key.id.cmp(&right_key.id))
    });
    let all: i64 = order.iter().map(|row| rows[*row].0.p50).sum();
    let mut ranks = vec![None; rows.len()];
    let mut selections = vec!["out"; rows.len()];
    let mut used = 0;
    for (rank, row) in (1..).zip(order) {
        used += rows[row].0.p50;
        ranks[row] = Some(rank);
        selections[row] = if 4 * used <= all { "kept" } else { "cut" };
    }

    let mut output = BufWriter::with_capacity(1 << 20, File::create(&arguments[2]).expect("the output"));
    for (((key, decision), rank), selection) in rows.iter().zip(ranks).zip(selections) {
        let row = Row {
            id: &key.id,
            status: if rank.is_some() { "ranked" } else { "not-eligible" },
            failed: &decision.failed,
            goal: round6(decision.goal),
            cost: round6(decision.cost),
            benefit: round6(decision.benefit),
            total: round6(decision.total),
            rank,
            selection,
        };
        serde_json::to_writer(&mut output, &row).expect("a row");
        output.write_all(b"\n").expect("a row");
    }
    output.flush().expect("the output");
}
