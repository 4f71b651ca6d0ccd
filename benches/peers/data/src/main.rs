//! The records that every peer decides on, as NDJSON and CSV.
//!
//! Usage: `peer-data COUNT PATH [--ties] [--mistakes]` writes `PATH.ndjson` and `PATH.csv`. The same count gives the same bytes on every
//! machine, and the first records of a larger set are those of a smaller one. Scores have one decimal at most, as a form
//! or a spreadsheet gives them. With `--ties` they lie close to each other, so that very many totals are equal. With
//! `--mistakes` one record of a hundred has one, of five kinds in turn: cut off in the middle, a text for a number, no key, a score
//! off its range, neither yes nor no.

use std::fs::File;
use std::io::{BufWriter, Write};

const AREAS: [&str; 6] = [
    "journal",
    "medication",
    "imaging",
    "infrastructure",
    "citizen",
    "analytics",
];

/// Phases by how often they come.
const PHASES: [u8; 20] = [1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5, 5];

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let ties = arguments.iter().any(|argument| argument == "--ties");
    let mistakes = arguments.iter().any(|argument| argument == "--mistakes");
    let [count, path] = &arguments[..2] else {
        panic!("usage: peer-data COUNT PATH [--ties] [--mistakes]")
    };
    let count: u64 = count.parse().expect("a count");
    // Scores in tenths: anything from 0 to 10, or 6.1 to 7.0.
    let (lowest, width) = if ties { (61, 10) } else { (0, 101) };

    let mut lines = create(format!("{path}.ndjson"))?;
    let mut table = create(format!("{path}.csv"))?;
    writeln!(
        table,
        "id,area,phase,in_roadmap,needs,q1,q2,q3,q4,q5,q6,q7,q8,p50"
    )?;
    let mut random = Random(20_240_517);
    // From 0, so that ids of ten million are in the order of their letters.
    for number in 0..count {
        let area = AREAS[random.below(6) as usize];
        let phase = PHASES[random.below(20) as usize];
        let in_roadmap = random.below(100) < 80;
        let needs = if random.below(100) < 15 {
            0
        } else {
            1 + random.below(12)
        };
        let mut line = format!(
            r#"{{"id":"M{number:07}","area":"{area}","phase":{phase},"in_roadmap":{in_roadmap},"needs":{needs}"#
        );
        let mut row = format!("M{number:07},{area},{phase},{in_roadmap},{needs}");
        let kind = (mistakes && number % 100 == 50).then_some(number / 100 % 5);
        for question in 1..=8 {
            let score = Tenths(lowest + random.below(width)).to_string();
            let (in_line, in_row) = match (kind, question) {
                (Some(1), 3) => ("\"high\"", "high"),
                (Some(3), 1) => ("45", "45"),
                _ => (score.as_str(), score.as_str()),
            };
            line.push_str(&format!(r#","q{question}":{in_line}"#));
            row.push_str(&format!(",{in_row}"));
        }
        let p50 = 1 + random.below(500);
        line.push_str(&format!(r#","p50":{p50}}}"#));
        row.push_str(&format!(",{p50}"));
        let answer = in_roadmap.to_string();
        match kind {
            Some(0) => {
                line.truncate(line.len() / 2);
                row.truncate(row.len() / 2);
            }
            Some(2) => {
                line = line.replace(r#""id":"#, r#""idd":"#);
                row.replace_range(..8, "");
            }
            Some(4) => {
                line = line.replace(&format!(":{answer},"), r#":"maybe","#);
                row = row.replace(&format!(",{answer},"), ",maybe,");
            }
            _ => {}
        }
        writeln!(lines, "{line}")?;
        writeln!(table, "{row}")?;
    }
    lines.flush()?;
    table.flush()
}

fn create(path: String) -> std::io::Result<BufWriter<File>> {
    Ok(BufWriter::with_capacity(1 << 20, File::create(path)?))
}

/// A score in tenths, written as `7` or `7.5`.
struct Tenths(u64);

impl std::fmt::Display for Tenths {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.0 / 10, self.0 % 10) {
            (whole, 0) => write!(to, "{whole}"),
            (whole, tenth) => write!(to, "{whole}.{tenth}"),
        }
    }
}

/// SplitMix64, written out so that the data never changes with a library.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to `end`, that left out.
    fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }
}
