//! Columns of whole numbers, each number in as few bytes as all of them need.
//!
//! Comes in: two ends, and numbers between them. Goes out: the numbers. It never knows what they stand for.
//!
//! Invariant: what comes out is what came in.

use std::ops::Range;

use super::compile::Column;

/// Whole numbers between two ends.
#[derive(Debug)]
pub(super) struct Narrow {
    low: i64,
    cells: Cells,
}

#[derive(Debug)]
enum Cells {
    /// All are the same.
    None(usize),
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
    Eight(Vec<i64>),
}

impl Narrow {
    pub(super) fn new(low: i64, high: i64) -> Narrow {
        let span = i128::from(high) - i128::from(low);
        let cells = if span <= 0 {
            Cells::None(0)
        } else if span <= i128::from(u8::MAX) {
            Cells::One(Vec::new())
        } else if span <= i128::from(u16::MAX) {
            Cells::Two(Vec::new())
        } else if span <= i128::from(u32::MAX) {
            Cells::Four(Vec::new())
        } else {
            Cells::Eight(Vec::new())
        };
        Narrow { low, cells }
    }

    pub(super) fn of(column: &Column) -> Narrow {
        let end = |end: i128| i64::try_from(end).unwrap_or_default();
        Narrow::new(end(column.low), end(column.high))
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cells were made for all that lies between the ends"
    )]
    pub(super) fn extend(&mut self, values: impl ExactSizeIterator<Item = i64>) {
        let low = self.low;
        match &mut self.cells {
            Cells::None(count) => *count += values.len(),
            Cells::One(cells) => cells.extend(values.map(|value| value.wrapping_sub(low) as u8)),
            Cells::Two(cells) => cells.extend(values.map(|value| value.wrapping_sub(low) as u16)),
            Cells::Four(cells) => cells.extend(values.map(|value| value.wrapping_sub(low) as u32)),
            Cells::Eight(cells) => cells.extend(values),
        }
    }

    /// Adds all of them to a column.
    pub(super) fn put(&self, to: &mut Vec<i64>) {
        let low = self.low;
        match &self.cells {
            Cells::None(count) => to.resize(to.len() + count, low),
            Cells::One(cells) => to.extend(cells.iter().map(|cell| low + i64::from(*cell))),
            Cells::Two(cells) => to.extend(cells.iter().map(|cell| low + i64::from(*cell))),
            Cells::Four(cells) => to.extend(cells.iter().map(|cell| low + i64::from(*cell))),
            Cells::Eight(cells) => to.extend_from_slice(cells),
        }
    }

    /// Adds how far some of them lie above a number; as whoever asks knows, they lie near.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "there are few between it and both ends"
    )]
    pub(super) fn put_above(&self, base: i64, rows: Range<usize>, to: &mut Vec<u32>) {
        let above = (self.low - base) as u32;
        match &self.cells {
            Cells::None(_) => to.resize(to.len() + rows.len(), above),
            Cells::One(cells) => to.extend(some(cells, rows).map(|cell| above.wrapping_add(u32::from(cell)))),
            Cells::Two(cells) => to.extend(some(cells, rows).map(|cell| above.wrapping_add(u32::from(cell)))),
            Cells::Four(cells) => to.extend(some(cells, rows).map(|cell| above.wrapping_add(cell))),
            Cells::Eight(cells) => to.extend(some(cells, rows).map(|cell| (cell - base) as u32)),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        match &self.cells {
            Cells::None(_) => 0,
            Cells::One(cells) => cells.len(),
            Cells::Two(cells) => 2 * cells.len(),
            Cells::Four(cells) => 4 * cells.len(),
            Cells::Eight(cells) => 8 * cells.len(),
        }
    }

    pub(super) fn reserve(&mut self, more: usize) {
        match &mut self.cells {
            Cells::None(_) => {}
            Cells::One(cells) => cells.reserve(more),
            Cells::Two(cells) => cells.reserve(more),
            Cells::Four(cells) => cells.reserve(more),
            Cells::Eight(cells) => cells.reserve(more),
        }
    }

    #[inline]
    pub(super) fn get(&self, row: usize) -> i64 {
        let above = match &self.cells {
            Cells::None(_) => 0,
            Cells::One(cells) => cells.get(row).copied().map_or(0, i64::from),
            Cells::Two(cells) => cells.get(row).copied().map_or(0, i64::from),
            Cells::Four(cells) => cells.get(row).copied().map_or(0, i64::from),
            Cells::Eight(cells) => return cells.get(row).copied().unwrap_or_default(),
        };
        self.low + above
    }
}

fn some<T: Copy>(cells: &[T], rows: Range<usize>) -> impl Iterator<Item = T> {
    cells.get(rows).unwrap_or(&[]).iter().copied()
}
