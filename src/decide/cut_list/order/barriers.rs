//! Order rules as barriers: *all of these stand after all of those*.
//!
//! In come the rules and the layout, out come barriers over slots: one for each rule and class (for each
//! border between two tiers, for each dependent), so that a rule over groups costs its members and not
//! their pairs. A rule is read twice, among all records and within each set. Nothing is sorted here.
//!
//! Invariant: both sides of a barrier have a slot, and they share none.

#![expect(
    clippy::indexing_slicing,
    reason = "every index is a slot, class or barrier counted in this module"
)]

use std::collections::{BTreeMap, HashMap};

use super::layout::{Layout, Rows};
use super::preferences::Wish;
use super::{Placement, Problem, Rule};

/// One barrier; its slots stand in [`Barriers`].
struct Barrier {
    rule: u32,
    /// A barrier whose `before` these `after` stand behind too: the next border in a chain of tiers.
    below: Option<u32>,
    start: u32,
    middle: u32,
    end: u32,
}

/// All barriers of a problem, in the order of the rules.
pub(super) struct Barriers {
    list: Vec<Barrier>,
    slots: Vec<u32>,
}

/// A slot that a placement binds: its class or tier (within its set), and its side.
#[derive(Clone, Copy)]
struct Bound {
    group: u32,
    slot: u32,
    after: bool,
}

impl Barriers {
    /// The barriers of all rules, and the preferences among them in the order in which they are tried.
    pub(super) fn of(problem: &Problem, layout: &Layout) -> (Self, Vec<Wish>) {
        let mut barriers = Self {
            list: Vec::new(),
            slots: Vec::new(),
        };
        let mut wishes = Vec::new();
        for (number, rule) in problem.rules.iter().enumerate() {
            let number = number as u32;
            match rule {
                Rule::Place(placement) => {
                    barriers.place(number, placement, layout);
                }
                Rule::Prefer(placement) => {
                    let placed = barriers.place(number, placement, layout);
                    wishes.extend(by_class(number, placed, placement, &problem.data_order));
                }
                Rule::CutFirst(tiers) => {
                    let last = tiers.len() as u32;
                    barriers.tiers(
                        number,
                        &levels(layout.records(), tiers, 0, |tier| last - tier),
                        last,
                        layout,
                    );
                }
                Rule::KeepFirst(tiers) => {
                    let last = tiers.len() as u32;
                    barriers.tiers(
                        number,
                        &levels(layout.records(), tiers, last, |tier| tier),
                        last,
                        layout,
                    );
                }
                Rule::Needs(pairs) => barriers.needs(number, pairs, layout),
            }
        }
        (barriers, wishes)
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn rule(&self, barrier: u32) -> usize {
        self.list[barrier as usize].rule as usize
    }

    pub(super) fn below(&self, barrier: u32) -> Option<u32> {
        self.list[barrier as usize].below
    }

    /// The slots that stand after.
    pub(super) fn after(&self, barrier: u32) -> &[u32] {
        let barrier = &self.list[barrier as usize];
        &self.slots[barrier.start as usize..barrier.middle as usize]
    }

    /// The slots that stand before.
    pub(super) fn before(&self, barrier: u32) -> &[u32] {
        let barrier = &self.list[barrier as usize];
        &self.slots[barrier.middle as usize..barrier.end as usize]
    }

    /// For each rule whether it has any barrier.
    pub(super) fn finds(&self, rules: usize) -> Vec<bool> {
        let mut finds = vec![false; rules];
        for barrier in &self.list {
            finds[barrier.rule as usize] = true;
        }
        finds
    }

    fn push(&mut self, rule: u32, below: Option<u32>, after: &[u32], before: &[u32]) -> u32 {
        let start = self.slots.len() as u32;
        self.slots.extend_from_slice(after);
        let middle = self.slots.len() as u32;
        self.slots.extend_from_slice(before);
        let end = self.slots.len() as u32;
        self.list.push(Barrier {
            rule,
            below,
            start,
            middle,
            end,
        });
        self.list.len() as u32 - 1
    }

    /// A barrier for each class, among all and within each set; returned with its class.
    fn place(&mut self, rule: u32, placement: &Placement, layout: &Layout) -> Vec<(u32, u32)> {
        let mut bound = Vec::new();
        let sides = placement
            .after
            .iter()
            .zip(&*placement.before)
            .zip(&*placement.class);
        for (record, ((&after, &before), &class)) in sides.enumerate().take(layout.records()) {
            // Members of both sides are not bound, nor is anybody of an unknown class.
            if let (true, Some(group)) = (after != before, class) {
                bound.push(Bound {
                    group,
                    slot: record as u32,
                    after,
                });
            }
        }
        let classes = bound.iter().map(|bound| bound.group + 1).max().unwrap_or(0);
        // A class within a set is a group of its own, numbered after the classes.
        let mut class_of: Vec<u32> = (0..classes).collect();
        if layout.sets_len() > 0 {
            let mut group_of: HashMap<(u32, u32), u32> = HashMap::new();
            for at in 0..bound.len() {
                let Bound {
                    group: class,
                    slot,
                    after,
                } = bound[at];
                if let Some((set, slot)) = layout.inner(slot as usize) {
                    let group = *group_of.entry((set, class)).or_insert_with(|| {
                        class_of.push(class);
                        class_of.len() as u32 - 1
                    });
                    bound.push(Bound { group, slot, after });
                }
            }
        }
        let side = |after| {
            bound
                .iter()
                .filter(move |b| b.after == after)
                .map(|b| (b.group, b.slot))
        };
        let (after, before) = (
            Rows::collect(class_of.len(), side(true)),
            Rows::collect(class_of.len(), side(false)),
        );
        let mut placed = Vec::new();
        for (group, class) in (0u32..).zip(class_of) {
            let (after, before) = (after.row(group), before.row(group));
            if !after.is_empty() && !before.is_empty() {
                placed.push((class, self.push(rule, None, after, before)));
            }
        }
        placed
    }

    /// A barrier at each border between two tiers that have members, among all and within each set.
    fn tiers(&mut self, rule: u32, levels: &[u32], last: u32, layout: &Layout) {
        let mut bound: Vec<(u32, u32)> = levels.iter().copied().zip(0u32..).collect();
        for (record, level) in levels.iter().enumerate() {
            if let Some((set, slot)) = layout.inner(record) {
                bound.push(((set + 1) * (last + 1) + level, slot));
            }
        }
        let scopes = layout.sets_len() as u32 + 1;
        let tiers = Rows::collect((scopes * (last + 1)) as usize, bound.iter().copied());
        for scope in 0..scopes {
            let (mut before, mut below): (&[u32], _) = (&[], None);
            for level in 0..=last {
                let here = tiers.row(scope * (last + 1) + level);
                if here.is_empty() {
                    continue;
                }
                if !before.is_empty() {
                    below = Some(self.push(rule, below, here, before));
                }
                before = here;
            }
        }
    }

    /// A barrier for each dependent, within its set for what is there with it, else among all.
    fn needs(&mut self, rule: u32, pairs: &[(usize, usize)], layout: &Layout) {
        let known = |&&(item, needed): &&(usize, usize)| item < layout.records() && needed < layout.records();
        let slots = pairs.iter().filter(known).map(|&(item, needed)| {
            match (layout.inner(item), layout.inner(needed)) {
                (Some((set, item)), Some((other, needed))) if set == other => (item, needed),
                _ => (item as u32, needed as u32),
            }
        });
        let needed = Rows::collect(layout.slots_len() as usize, slots);
        for slot in 0..layout.slots_len() {
            if !needed.row(slot).is_empty() {
                self.push(rule, None, &[slot], needed.row(slot));
            }
        }
    }
}

/// The level of each record, 0 first: that of the first tier that names it, or else `rest`.
fn levels(records: usize, tiers: &[Vec<bool>], rest: u32, level: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut levels = vec![rest; records];
    // From the last tier to the first, so that the first that names a record has the last word.
    for (tier, members) in tiers.iter().enumerate().rev() {
        for (place, _) in levels.iter_mut().zip(members).filter(|(_, member)| **member) {
            *place = level(tier as u32);
        }
    }
    levels
}

/// A wish for each class of a preference, in the order in which the data first shows the classes.
fn by_class(rule: u32, placed: Vec<(u32, u32)>, placement: &Placement, data_order: &[usize]) -> Vec<Wish> {
    let mut shown: HashMap<u32, usize> = HashMap::new();
    for (at, &record) in data_order.iter().enumerate() {
        if let Some(class) = placement.class.get(record).copied().flatten() {
            shown.entry(class).or_insert(at);
        }
    }
    let mut wishes: BTreeMap<(usize, u32), Wish> = BTreeMap::new();
    for (class, barrier) in placed {
        let at = shown.get(&class).copied().unwrap_or(usize::MAX);
        wishes
            .entry((at, class))
            .or_insert_with(|| Wish::new(rule, class))
            .barriers
            .push(barrier);
    }
    wishes.into_values().collect()
}
