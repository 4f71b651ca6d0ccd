//! Rows as text, out of tables: every number that can occur is written once, at the start.

use std::fs::File;
use std::io::Write;
use std::sync::mpsc;

use crate::columns::Columns;
use crate::rank::Ranks;

/// How many rows are made at a time.
const ROWS: usize = 2048;
/// More than a row takes beside its id.
const ROW: usize = 320;

const FAILED: [&str; 8] = [
    r#"","status":"ranked","failed":[],"goal":"#,
    r#"","status":"not-eligible","failed":["needs"],"goal":"#,
    r#"","status":"not-eligible","failed":["in_roadmap"],"goal":"#,
    r#"","status":"not-eligible","failed":["needs","in_roadmap"],"goal":"#,
    r#"","status":"not-eligible","failed":["phase"],"goal":"#,
    r#"","status":"not-eligible","failed":["needs","phase"],"goal":"#,
    r#"","status":"not-eligible","failed":["in_roadmap","phase"],"goal":"#,
    r#"","status":"not-eligible","failed":["needs","in_roadmap","phase"],"goal":"#,
];

/// Pieces of at most 31 bytes with their length behind them, so that each is copied as one block of 32.
struct Pieces(Vec<[u8; 32]>);

impl Pieces {
    /// The numbers from 0 to `most`, divided by `by`, to six decimals, each with `after` behind it.
    fn new(most: u64, by: u64, after: &str) -> Self {
        let piece = |number: u64| {
            let millionths = (number * 2_000_000 + by) / (2 * by);
            let digits = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
            let text = format!("{}{after}", digits.trim_end_matches('0').trim_end_matches('.'));
            let mut piece = [0; 32];
            piece[..text.len()].copy_from_slice(text.as_bytes());
            piece[31] = text.len() as u8;
            piece
        };
        Self((0..=most).map(piece).collect())
    }
}

struct Text {
    goal: Pieces,
    cost: Pieces,
    benefit: Pieces,
    total: Pieces,
}

/// A text that is filled from the left, in a vector that keeps its length.
#[derive(Default)]
struct Filled {
    bytes: Vec<u8>,
    length: usize,
}

impl Filled {
    #[inline(always)]
    fn add(&mut self, text: &[u8]) {
        self.bytes[self.length..self.length + text.len()].copy_from_slice(text);
        self.length += text.len();
    }

    #[inline(always)]
    fn add_piece(&mut self, piece: &[u8; 32]) {
        self.bytes[self.length..self.length + 32].copy_from_slice(piece);
        self.length += usize::from(piece[31]);
    }

    #[inline(always)]
    fn add_number(&mut self, mut number: u32) {
        let mut digits = [0; 10];
        let mut at = 10;
        loop {
            at -= 1;
            digits[at] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        self.add(&digits[at..]);
    }
}

/// Writes all rows; `ahead` makes them on a thread of its own while this one writes.
pub fn write(parts: &[Columns], ranks: &Ranks, mut output: File, ahead: bool) {
    let text = Text {
        goal: Pieces::new(200, 20, r#","cost":"#),
        cost: Pieces::new(300, 30, r#","benefit":"#),
        benefit: Pieces::new(300, 30, r#","total":"#),
        total: Pieces::new(1800, 180, ""),
    };
    let batches = |part: usize| (0..parts[part].len()).step_by(ROWS).map(move |from| (part, from));
    let batches = (0..parts.len()).flat_map(batches);
    if !ahead {
        let mut filled = Filled::default();
        for (part, from) in batches {
            fill(
                &parts[part],
                &ranks.ranks[part],
                ranks.kept,
                &text,
                from,
                &mut filled,
            );
            output
                .write_all(&filled.bytes[..filled.length])
                .expect("the output");
        }
        return;
    }
    let (full, to_write) = mpsc::sync_channel::<Filled>(8);
    let (written, empty) = mpsc::channel::<Filled>();
    for _ in 0..8 {
        let _ = written.send(Filled::default());
    }
    std::thread::scope(|scope| {
        let text = &text;
        scope.spawn(move || {
            for (part, from) in batches {
                let mut filled = empty.recv().expect("an empty one");
                fill(
                    &parts[part],
                    &ranks.ranks[part],
                    ranks.kept,
                    text,
                    from,
                    &mut filled,
                );
                full.send(filled).expect("a writer");
            }
        });
        for filled in to_write {
            output
                .write_all(&filled.bytes[..filled.length])
                .expect("the output");
            let _ = written.send(filled);
        }
    });
}

fn fill(columns: &Columns, ranks: &[u32], kept: u32, text: &Text, from: usize, to: &mut Filled) {
    let end = (from + ROWS).min(columns.len());
    let most = (end - from) * ROW + columns.ids_length(from, end);
    if to.bytes.len() < most {
        to.bytes.resize(most, 0);
    }
    to.length = 0;
    for row in from..end {
        to.add(br#"{"id":""#);
        to.add(columns.id(row));
        to.add(FAILED[usize::from(columns.failed[row])].as_bytes());
        to.add_piece(&text.goal.0[usize::from(columns.goal[row])]);
        to.add_piece(&text.cost.0[usize::from(columns.cost[row])]);
        to.add_piece(&text.benefit.0[usize::from(columns.benefit[row])]);
        to.add_piece(&text.total.0[columns.total(row)]);
        to.add(br#","rank":"#);
        match ranks[row] {
            0 => to.add(b"null,\"selection\":\"out\"}\n"),
            rank => {
                to.add_number(rank);
                if rank <= kept {
                    to.add(b",\"selection\":\"kept\"}\n");
                } else {
                    to.add(b",\"selection\":\"cut\"}\n");
                }
            }
        }
    }
}
