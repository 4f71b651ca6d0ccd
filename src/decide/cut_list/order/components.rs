//! What goes round: the strongly connected parts of the graph (Tarjan's algorithm, without recursion).
//!
//! In come the graph, where to begin and which edges count; out comes a label for everything on a way
//! round that can be reached from there. What a way round means is unknown here.
//!
//! Invariant: two nodes or gates have the same label other than 0 exactly if each can be reached from
//! the other; what is on no way round has 0.

#![expect(
    clippy::indexing_slicing,
    reason = "every index is a node or a gate of the graph it was made for"
)]

use super::graph::Graph;

/// In a finished part, which nothing found later can join.
const FINISHED: u32 = u32::MAX;

/// Labels, and the memory that finding them takes: a second search pays only for what it reaches.
pub(super) struct Components {
    label: Vec<u32>,
    /// When each was first reached, from 1; 0 is not yet.
    found: Vec<u32>,
    /// The earliest that each leads back to.
    low: Vec<u32>,
    reached: Vec<u32>,
}

impl Components {
    pub(super) fn new(len: usize) -> Self {
        Self {
            label: vec![0; len],
            found: vec![0; len],
            low: vec![0; len],
            reached: Vec::new(),
        }
    }

    pub(super) fn labels(&self) -> &[u32] {
        &self.label
    }

    /// Labels what the roots lead to along the edges that count; labels of an earlier search are gone.
    pub(super) fn find(
        &mut self,
        graph: &Graph,
        roots: impl IntoIterator<Item = u32>,
        counts: impl Fn(u32, u32) -> bool,
    ) {
        for at in self.reached.drain(..) {
            self.label[at as usize] = 0;
            self.found[at as usize] = 0;
        }
        // Reached but in no finished part yet; and the way from the root with the next edge to try.
        let (mut pending, mut way): (Vec<u32>, Vec<(u32, usize)>) = (Vec::new(), Vec::new());
        for root in roots {
            if self.found[root as usize] == 0 {
                self.enter(root, &mut pending, &mut way);
            }
            while let Some((from, edge)) = way.last_mut() {
                let from = *from;
                if let Some(&to) = graph.next(from).get(*edge) {
                    *edge += 1;
                    let counts = counts(from, to);
                    if counts && self.found[to as usize] == 0 {
                        self.enter(to, &mut pending, &mut way);
                    } else if counts && self.low[to as usize] != FINISHED {
                        self.low[from as usize] = self.low[from as usize].min(self.found[to as usize]);
                    }
                    continue;
                }
                way.pop();
                let low = self.low[from as usize];
                if low == self.found[from as usize] {
                    self.finish(from, &mut pending);
                } else if let Some((up, _)) = way.last() {
                    self.low[*up as usize] = self.low[*up as usize].min(low);
                }
            }
        }
    }

    fn enter(&mut self, at: u32, pending: &mut Vec<u32>, way: &mut Vec<(u32, usize)>) {
        self.reached.push(at);
        let order = self.reached.len() as u32;
        self.found[at as usize] = order;
        self.low[at as usize] = order;
        pending.push(at);
        way.push((at, 0));
    }

    /// Everything pending since `first` is one part, labelled if it is more than one.
    fn finish(&mut self, first: u32, pending: &mut Vec<u32>) {
        let alone = pending.last() == Some(&first);
        while let Some(at) = pending.pop() {
            self.low[at as usize] = FINISHED;
            if !alone {
                self.label[at as usize] = self.found[first as usize];
            }
            if at == first {
                break;
            }
        }
    }
}
