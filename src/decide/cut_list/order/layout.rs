//! Where records stand while they are ordered: slots and nodes.
//!
//! In come the number of candidates and their sets, out come slots and nodes. Each record has a *slot*
//! among all, and a record of a set has a second one among its set; the two levels share no rule, so one
//! graph holds both. What is placed as one is a *node*: a set or a lone record on the first level, each
//! record of a set on the second. Rules are unknown here.
//!
//! Invariant: nodes of the first level are numbered by their best member and come before those of the
//! second, which are numbered by record; a smaller node is a better one.

#![expect(
    clippy::indexing_slicing,
    reason = "slots and nodes are made here and index the lists made with them"
)]

use super::Sets;

/// No such slot.
const NONE: u32 = u32::MAX;

/// Lists of numbers, one for each row, in one piece of memory.
#[derive(Default)]
pub(super) struct Rows {
    ends: Vec<u32>,
    values: Vec<u32>,
}

impl Rows {
    /// Gathers (row, value) pairs; values keep their order within a row.
    pub(super) fn collect(rows: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut ends = vec![0u32; rows + 1];
        for (row, _) in pairs.clone() {
            ends[row as usize + 1] += 1;
        }
        for row in 0..rows {
            ends[row + 1] += ends[row];
        }
        let mut values = vec![0u32; ends[rows] as usize];
        // Each row's start moves to its end as it fills, which leaves `ends` true to its name.
        for (row, value) in pairs {
            let at = &mut ends[row as usize];
            values[*at as usize] = value;
            *at += 1;
        }
        Self { ends, values }
    }

    pub(super) fn row(&self, row: u32) -> &[u32] {
        let row = row as usize;
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.values[start as usize..self.ends[row] as usize]
    }
}

/// The slots and nodes of a problem.
pub(super) struct Layout {
    /// The record in each slot.
    record: Vec<u32>,
    /// The node of each slot.
    node: Vec<u32>,
    /// The slots of each node.
    slots: Rows,
    /// The second slot of each record of a set.
    inner: Vec<u32>,
    /// The set of each record of a set.
    set: Vec<u32>,
    sets: usize,
    units: usize,
    nodes: usize,
}

impl Layout {
    pub(super) fn new(records: usize, sets: &Sets) -> Self {
        let mut record: Vec<u32> = (0u32..).take(records).collect();
        let mut node = Vec::with_capacity(records);
        let mut inner = vec![NONE; records];
        let mut set = vec![NONE; records];
        let mut units = 0;
        let mut in_sets = Vec::new();
        for item in 0..records {
            let (of, best) = match (sets.set_of(item), sets.with(item).first()) {
                (Some(of), Some(&best)) => (of as u32, best),
                _ => (NONE, item),
            };
            set[item] = of;
            if of != NONE {
                inner[item] = (records + in_sets.len()) as u32;
                in_sets.push(item as u32);
            }
            if best == item {
                node.push(units);
                units += 1;
            } else {
                node.push(node[best]);
            }
        }
        node.extend((units..).take(in_sets.len()));
        let nodes = units as usize + in_sets.len();
        record.extend(in_sets);
        let slots = Rows::collect(nodes, node.iter().copied().zip(0u32..));
        let (units, sets) = (units as usize, sets.all().len());
        Self {
            record,
            node,
            slots,
            inner,
            set,
            sets,
            units,
            nodes,
        }
    }

    /// How many records there are.
    pub(super) fn records(&self) -> usize {
        self.inner.len()
    }

    pub(super) fn slots_len(&self) -> u32 {
        self.record.len() as u32
    }

    pub(super) fn nodes_len(&self) -> u32 {
        self.nodes as u32
    }

    pub(super) fn record(&self, slot: u32) -> usize {
        self.record[slot as usize] as usize
    }

    pub(super) fn node(&self, slot: u32) -> u32 {
        self.node[slot as usize]
    }

    pub(super) fn slots(&self, node: u32) -> &[u32] {
        self.slots.row(node)
    }

    /// The slot of a record within its set, with the set, if it is in one.
    pub(super) fn inner(&self, record: usize) -> Option<(u32, u32)> {
        let slot = self.inner[record];
        (slot != NONE).then(|| (self.set[record], slot))
    }

    pub(super) fn sets_len(&self) -> usize {
        self.sets
    }

    /// The order of records that an order of nodes means.
    pub(super) fn spread(&self, sorted: &[u32]) -> Vec<usize> {
        let mut inside: Vec<Vec<usize>> = vec![Vec::new(); self.sets];
        for &node in sorted.iter().filter(|&&node| node as usize >= self.units) {
            for &slot in self.slots(node) {
                let record = self.record(slot);
                inside[self.set[record] as usize].push(record);
            }
        }
        let mut order = Vec::with_capacity(self.records());
        for &node in sorted.iter().filter(|&&node| (node as usize) < self.units) {
            match self.slots(node) {
                [alone] => order.push(self.record(*alone)),
                [first, ..] => order.append(&mut inside[self.set[self.record(*first)] as usize]),
                [] => {}
            }
        }
        order
    }
}
