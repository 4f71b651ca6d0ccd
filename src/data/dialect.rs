//! How a table is written: what stands between its cells, and before decimals.
//!
//! Comes in: what was said of it, and the text. Goes out: the delimiter. It never changes what was said.
//!
//! Invariant: the delimiter found is the one with which most names of the first line are known ones; of equal ones the one
//! that gives more cells.

use super::delimited::{Cell, Quoting, rows};
use super::numerals::Decimal;

/// What was said of how a table is written; the rest is found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dialect {
    /// What stands between cells: one of [`DELIMITERS`].
    pub delimiter: Option<u8>,
    /// What stands before decimals.
    pub decimal: Option<Decimal>,
}

/// What may stand between cells.
pub const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Where the header is looked for, and what stands between cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parted {
    /// The byte at which the table begins.
    pub(super) start: usize,
    /// What stands between cells.
    pub(super) delimiter: u8,
}

/// What stands between the cells of a text. A first line `sep=;`, as spreadsheets write it, says so itself.
pub(super) fn parted(text: &str, said: Option<u8>, known: impl Fn(&str) -> bool) -> Parted {
    let first = text.lines().next().unwrap_or("");
    let own = first
        .strip_prefix("sep=")
        .or_else(|| first.strip_prefix("\"sep="));
    let own = own.and_then(|rest| rest.bytes().next());
    let own = own.filter(|sign| DELIMITERS.contains(sign));
    let start = match own {
        Some(_) => text.find('\n').map_or(text.len(), |at| at + 1),
        None => 0,
    };
    let delimiter = said.or(own).unwrap_or_else(|| found(text, start, known));
    Parted { start, delimiter }
}

fn found(text: &str, start: usize, known: impl Fn(&str) -> bool) -> u8 {
    let head = head(text, start);
    let mut best = (0, 0, b',');
    for delimiter in DELIMITERS {
        let first = rows(head, start, delimiter, Quoting::Quotes).into_iter().next();
        let Some(Ok(cells)) = first.map(|row| row.cells) else {
            continue;
        };
        let met = cells
            .iter()
            .filter(|cell: &&Cell<'_>| known(cell.text.trim()))
            .count();
        if (met, cells.len()) > (best.0, best.1) {
            best = (met, cells.len(), delimiter);
        }
    }
    best.2
}

/// The text up to the end of its first line that says something; names in quotes may go over a few lines.
fn head(text: &str, start: usize) -> &str {
    const LINES: usize = 20;
    let rest = text.get(start..).unwrap_or("");
    let blank: usize = rest
        .split_inclusive('\n')
        .take_while(|line| line.trim().is_empty())
        .map(str::len)
        .sum();
    let from = start + blank;
    let lines = text.get(from..).unwrap_or("").split_inclusive('\n').take(LINES);
    let length: usize = lines.map(str::len).sum();
    text.get(..from + length).unwrap_or(text)
}

/// A delimiter as sentences name it.
pub(super) fn sign(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "tab".to_owned(),
        other => format!("`{}`", char::from(other)),
    }
}
