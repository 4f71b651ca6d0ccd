//! The shortest way round: a contradiction said in the fewest steps.
//!
//! In come slots to begin at and labels of what goes round; out come steps from record to record. A way
//! round moves between nodes along barriers, and inside a node from where it came in to where it goes out,
//! since a set stands together. Whether there is a contradiction is decided before this is asked.
//!
//! Invariant: a way round leaves at least one node, and a barrier is looked through at most twice in a
//! search: for the first node that stands behind it, and for that node's own slots when another does.

#![expect(
    clippy::indexing_slicing,
    reason = "slots, nodes and barriers are those of the layout it was made for"
)]

use std::collections::VecDeque;

use super::barriers::Barriers;
use super::layout::{Layout, Rows};
use super::{Cause, EFFORT, Step};

/// How a slot was reached.
#[derive(Clone, Copy)]
struct Reached {
    search: u32,
    from: u32,
    by: Cause,
    depth: u32,
}

/// For whom a barrier was looked through in a search.
#[derive(Clone, Copy)]
enum Looked {
    /// For slots of one node, whose own slots on the other side were passed over.
    ForOne { search: u32, node: u32 },
    /// For slots of two nodes, and so for every slot on the other side.
    ForAll { search: u32 },
}

/// Which of the slots before a barrier are new to a search.
enum Look {
    /// Those of other nodes than this one.
    Besides(u32),
    /// Those of this node.
    Only(u32),
}

/// Breadth-first searches over the slots; each forgets the one before by its number.
pub(super) struct Search<'a> {
    layout: &'a Layout,
    barriers: &'a Barriers,
    /// The barriers that each slot stands behind, and those it stands before.
    behind: Rows,
    ahead: Rows,
    reached: Vec<Reached>,
    looked: Vec<Looked>,
    /// For each barrier the last search that marked it, and a slot that stands behind it.
    marked: Vec<(u32, u32)>,
    /// The last search that went through each node's slots.
    opened: Vec<u32>,
    number: u32,
    effort: u64,
}

impl<'a> Search<'a> {
    pub(super) fn new(layout: &'a Layout, barriers: &'a Barriers) -> Self {
        Self {
            layout,
            barriers,
            behind: Rows::default(),
            ahead: Rows::default(),
            reached: Vec::new(),
            looked: Vec::new(),
            marked: Vec::new(),
            opened: Vec::new(),
            number: 0,
            effort: EFFORT,
        }
    }

    /// Two steps that go round by way of one of `barriers`, looking only at those who stand at it. It may
    /// miss some (where a set stands on both sides), but most contradictions of a preference are such,
    /// and finding them here costs nothing where a class is small and the other rule large.
    pub(super) fn two_steps(&mut self, barriers: &[u32], active: &[bool]) -> Option<Vec<Step>> {
        self.prepare();
        for &through in barriers {
            self.number += 1;
            for &slot in self.barriers.before(through) {
                for &barrier in self
                    .behind
                    .row(slot)
                    .iter()
                    .filter(|barrier| active[**barrier as usize])
                {
                    let mut at = Some(barrier);
                    while let Some(barrier) = at.filter(|at| self.marked[*at as usize].0 != self.number) {
                        self.marked[barrier as usize] = (self.number, slot);
                        at = self.barriers.below(barrier);
                    }
                }
            }
            for &slot in self.barriers.after(through) {
                for &barrier in self
                    .ahead
                    .row(slot)
                    .iter()
                    .filter(|barrier| active[**barrier as usize])
                {
                    let (search, other) = self.marked[barrier as usize];
                    if search == self.number && self.layout.node(other) != self.layout.node(slot) {
                        let (item, after) = (self.layout.record(slot), self.layout.record(other));
                        let by = |barrier| Cause::Rule(self.barriers.rule(barrier));
                        let mut steps = vec![
                            Step {
                                item,
                                by: by(through),
                                after,
                            },
                            Step {
                                item: after,
                                by: by(barrier),
                                after: item,
                            },
                        ];
                        steps.sort_by_key(|step| step.item);
                        return Some(steps);
                    }
                }
            }
        }
        None
    }

    /// The shortest way round among the parts that have a label, by way of one of `barriers`.
    pub(super) fn shortest_through(
        &mut self,
        barriers: &[u32],
        labels: &[u32],
        active: &[bool],
    ) -> Vec<Step> {
        let before = barriers
            .iter()
            .flat_map(|barrier| self.barriers.before(*barrier).iter().copied());
        let roots: Vec<u32> = before.collect();
        self.shortest(roots, labels, active)
    }

    /// The shortest way round that enters its node at one of the roots; the first of those of equal length.
    pub(super) fn shortest(
        &mut self,
        roots: impl IntoIterator<Item = u32>,
        labels: &[u32],
        active: &[bool],
    ) -> Vec<Step> {
        self.prepare();
        // Lent out, because a search writes to the rest of `self` as it reads these.
        let behind = std::mem::take(&mut self.behind);
        let mut best: Vec<Step> = Vec::new();
        for root in roots {
            // Two steps are the fewest between two records, and one that needs itself was told before.
            if best.len() == 2 || (!best.is_empty() && self.effort == 0) {
                break;
            }
            if labels[self.layout.node(root) as usize] != 0 {
                let shorter = self.from(root, &behind, labels, active, best.len());
                best = shorter.unwrap_or(best);
            }
        }
        self.behind = behind;
        let least = best
            .iter()
            .enumerate()
            .min_by_key(|(_, step)| step.item)
            .map_or(0, |(at, _)| at);
        best.rotate_left(least);
        best
    }

    /// Makes what the searches need, once there is something to search for.
    fn prepare(&mut self) {
        if !self.reached.is_empty() {
            return;
        }
        let (slots, barriers) = (self.layout.slots_len() as usize, self.barriers);
        self.reached = vec![
            Reached {
                search: 0,
                from: 0,
                by: Cause::Together,
                depth: 0
            };
            slots
        ];
        self.looked = vec![Looked::ForAll { search: 0 }; barriers.len()];
        self.marked = vec![(0, 0); barriers.len()];
        self.opened = vec![0; self.layout.nodes_len() as usize];
        let every = 0..barriers.len() as u32;
        let behind = every
            .clone()
            .flat_map(|at| barriers.after(at).iter().map(move |slot| (*slot, at)));
        self.behind = Rows::collect(slots, behind);
        let ahead = every.flat_map(|at| barriers.before(at).iter().map(move |slot| (*slot, at)));
        self.ahead = Rows::collect(slots, ahead);
    }

    /// The shortest way from `root` back to it, if it has fewer than `limit` steps (0 is no limit).
    fn from(
        &mut self,
        root: u32,
        behind: &Rows,
        labels: &[u32],
        active: &[bool],
        limit: usize,
    ) -> Option<Vec<Step>> {
        self.number += 1;
        let label = labels[self.layout.node(root) as usize];
        self.reached[root as usize] = Reached {
            search: self.number,
            from: root,
            by: Cause::Together,
            depth: 0,
        };
        let mut queue = VecDeque::from([(root, true)]);
        while let Some((slot, entered)) = queue.pop_front() {
            let depth = self.reached[slot as usize].depth + 1;
            if limit != 0 && depth as usize >= limit {
                return None;
            }
            let node = self.layout.node(slot);
            for &barrier in behind
                .row(slot)
                .iter()
                .filter(|barrier| active[**barrier as usize])
            {
                let mut at = Some(barrier);
                // What shows nothing new has nothing new below it either.
                while let Some((barrier, look)) = at.and_then(|at| Some((at, self.look(at, node)?))) {
                    self.effort = self
                        .effort
                        .saturating_sub(self.barriers.before(barrier).len() as u64);
                    for &next in self.barriers.before(barrier) {
                        let there = self.layout.node(next);
                        let new = match look {
                            Look::Besides(own) => there != own,
                            Look::Only(passed_over) => there == passed_over,
                        };
                        if !new || labels[there as usize] != label {
                            continue;
                        }
                        let by = Cause::Rule(self.barriers.rule(barrier));
                        if next == root {
                            return Some(self.steps(slot, by, root));
                        }
                        if self.reach(
                            next,
                            Reached {
                                search: self.number,
                                from: slot,
                                by,
                                depth,
                            },
                        ) {
                            queue.push_back((next, true));
                        }
                    }
                    at = self.barriers.below(barrier);
                }
            }
            if entered && self.opened[node as usize] != self.number {
                self.opened[node as usize] = self.number;
                let layout = self.layout;
                for &other in layout.slots(node) {
                    let reached = Reached {
                        search: self.number,
                        from: slot,
                        by: Cause::Together,
                        depth,
                    };
                    if self.reach(other, reached) {
                        queue.push_back((other, false));
                    }
                }
            }
        }
        None
    }

    /// Which slots before a barrier this node, which stands behind it, is the first to see.
    fn look(&mut self, barrier: u32, node: u32) -> Option<Look> {
        let (looked, now) = (&mut self.looked[barrier as usize], self.number);
        match *looked {
            Looked::ForAll { search } if search == now => None,
            Looked::ForOne { search, node: first } if search == now => (first != node).then(|| {
                *looked = Looked::ForAll { search };
                Look::Only(first)
            }),
            _ => {
                *looked = Looked::ForOne { search: now, node };
                Some(Look::Besides(node))
            }
        }
    }

    fn reach(&mut self, slot: u32, reached: Reached) -> bool {
        let place = &mut self.reached[slot as usize];
        let new = place.search != self.number;
        if new {
            *place = reached;
        }
        new
    }

    /// The way from the root to `last`, and the step from there back to the root.
    fn steps(&self, last: u32, by: Cause, root: u32) -> Vec<Step> {
        let record = |slot| self.layout.record(slot);
        let mut steps = vec![Step {
            item: record(last),
            by,
            after: record(root),
        }];
        let mut at = last;
        while at != root {
            let Reached { from, by, .. } = self.reached[at as usize];
            steps.push(Step {
                item: record(from),
                by,
                after: record(at),
            });
            at = from;
        }
        steps.reverse();
        steps
    }
}
