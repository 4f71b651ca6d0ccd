//! Rows in memory, in as few bytes as their values need.
//!
//! Comes in: batches as they were read. Goes out: the same batches again. It never decides.
//!
//! Invariant: what comes out is what came in.

use super::narrow::Narrow;
use crate::data::scan::{Batch, Spec};

/// The rows of a batch.
#[derive(Debug)]
pub(super) struct HeldBatch {
    rows: usize,
    keys: Vec<u8>,
    ends: Ends,
    columns: Vec<Narrow>,
    /// Nothing where all is known.
    unknown: Vec<u64>,
}

/// Where each key ends.
#[derive(Debug)]
enum Ends {
    /// All are so long.
    Every(usize),
    Each(Vec<usize>),
}

impl HeldBatch {
    pub(super) fn of(batch: &Batch, spec: &Spec<'_>) -> HeldBatch {
        let columns = spec.columns.iter().zip(&batch.columns).map(|(column, cells)| {
            let mut narrow = Narrow::new(column.low, column.high);
            narrow.extend(cells.iter().copied());
            narrow
        });
        let is_known = batch.unknown.iter().all(|bits| *bits == 0);
        HeldBatch {
            rows: batch.rows(),
            keys: batch.keys.clone(),
            ends: match batch.key_length() {
                Some(length) => Ends::Every(length),
                None => Ends::Each(batch.ends.clone()),
            },
            columns: columns.collect(),
            unknown: if is_known {
                Vec::new()
            } else {
                batch.unknown.clone()
            },
        }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Puts the rows into a batch, in place of what is there.
    pub(super) fn put(&self, batch: &mut Batch) {
        batch.clear();
        batch.keys.extend_from_slice(&self.keys);
        match &self.ends {
            Ends::Every(length) => batch.ends.extend((1..=self.rows).map(|row| row * length)),
            Ends::Each(ends) => batch.ends.extend_from_slice(ends),
        }
        for (column, cells) in self.columns.iter().zip(&mut batch.columns) {
            column.put(cells);
        }
        match self.unknown.as_slice() {
            [] => batch.unknown.resize(self.rows, 0),
            unknown => batch.unknown.extend_from_slice(unknown),
        }
    }
}
