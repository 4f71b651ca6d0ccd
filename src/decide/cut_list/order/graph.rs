//! The graph of what must come before what, and its sorting.
//!
//! In come nodes and barriers, out comes the first order of nodes that obeys the open barriers. A barrier
//! is a pair of gates between its sides. A node on both sides (a set with members of each) stands
//! between the two gates: after everybody else of the one side, before everybody else of the other. Two
//! such nodes would each have to be after the other, so then the second gate leads back to the first.
//! Why a barrier stands is unknown here.
//!
//! Invariant: every edge has a gate at one of its ends, so closing a barrier's gates takes it out.

#![expect(
    clippy::indexing_slicing,
    reason = "every index is a node or a gate of this graph"
)]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::barriers::Barriers;
use super::layout::{Layout, Rows};

/// Nodes, then two gates for each barrier; edges lead from what comes before.
pub(super) struct Graph {
    edges: Rows,
    nodes: u32,
    len: u32,
}

impl Graph {
    pub(super) fn new(layout: &Layout, barriers: &Barriers) -> Self {
        let nodes = layout.nodes_len();
        let len = nodes + 2 * barriers.len() as u32;
        let mut edges = Vec::new();
        // Which barrier a node was last seen before, and last found on both sides of.
        let (mut seen, mut between) = (vec![u32::MAX; nodes as usize], vec![u32::MAX; nodes as usize]);
        for barrier in 0..barriers.len() as u32 {
            let (first, second) = (nodes + 2 * barrier, nodes + 2 * barrier + 1);
            for &slot in barriers.before(barrier) {
                seen[layout.node(slot) as usize] = barrier;
            }
            let mut both = 0;
            for &slot in barriers.after(barrier) {
                let node = layout.node(slot) as usize;
                if seen[node] == barrier && between[node] != barrier {
                    between[node] = barrier;
                    both += 1;
                    edges.extend([(first, node as u32), (node as u32, second)]);
                }
            }
            let outside =
                |slot: &u32| Some(layout.node(*slot)).filter(|node| between[*node as usize] != barrier);
            edges.extend(
                barriers
                    .before(barrier)
                    .iter()
                    .filter_map(outside)
                    .map(|node| (node, first)),
            );
            let last = if both == 0 { first } else { second };
            edges.extend(
                barriers
                    .after(barrier)
                    .iter()
                    .filter_map(outside)
                    .map(|node| (last, node)),
            );
            if both > 1 {
                edges.push((second, first));
            }
        }
        Self {
            edges: Rows::collect(len as usize, edges.iter().copied()),
            nodes,
            len,
        }
    }

    /// How many nodes and gates there are.
    pub(super) fn len(&self) -> usize {
        self.len as usize
    }

    /// What comes right after a node or gate.
    pub(super) fn next(&self, from: u32) -> &[u32] {
        self.edges.row(from)
    }

    /// The gates of a barrier.
    pub(super) fn gates(&self, barrier: u32) -> [u32; 2] {
        [self.nodes + 2 * barrier, self.nodes + 2 * barrier + 1]
    }

    /// Whether this is a node, or a gate of an active barrier.
    pub(super) fn is_open(&self, at: u32, active: &[bool]) -> bool {
        at < self.nodes || active[((at - self.nodes) / 2) as usize]
    }

    /// At each place the smallest node with nothing left that must come before it; `None` if the active
    /// barriers contradict each other.
    pub(super) fn sort(&self, active: &[bool]) -> Option<Vec<u32>> {
        let mut waits = vec![0u32; self.len()];
        let open = |at: &u32| self.is_open(*at, active);
        for from in (0..self.len).filter(open) {
            for &to in self.next(from) {
                waits[to as usize] += 1;
            }
        }
        let (mut ready, mut gates) = (BinaryHeap::new(), Vec::new());
        for at in (0..self.len).filter(open).filter(|at| waits[*at as usize] == 0) {
            if at < self.nodes {
                ready.push(Reverse(at))
            } else {
                gates.push(at)
            }
        }
        let mut sorted = Vec::with_capacity(self.nodes as usize);
        loop {
            // Gates take no place: they open as soon as they can, before the next node is chosen.
            let from = match (gates.pop(), &mut ready) {
                (Some(gate), _) => gate,
                (None, ready) => match ready.pop() {
                    Some(Reverse(node)) => {
                        sorted.push(node);
                        node
                    }
                    None => break,
                },
            };
            for to in self.next(from).iter().copied().filter(open) {
                waits[to as usize] -= 1;
                if waits[to as usize] == 0 {
                    if to < self.nodes {
                        ready.push(Reverse(to))
                    } else {
                        gates.push(to)
                    }
                }
            }
        }
        (sorted.len() == self.nodes as usize).then_some(sorted)
    }
}
