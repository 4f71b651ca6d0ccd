//! Preferences: which are kept and which are set aside.
//!
//! In come the wishes (a `prefer` rule in one class) in the order in which they are tried, and the graph
//! in which the binding rules are open; out comes for each wish why it was set aside, if it was. The order
//! itself is not made here.
//!
//! Invariant: after each rule the open barriers contradict nothing, and every wish that was set aside
//! contradicts binding rules and wishes kept before it.

#![expect(
    clippy::indexing_slicing,
    reason = "barriers and labels are those of the graph that is passed along"
)]

use super::components::Components;
use super::cycle::Search;
use super::graph::Graph;
use super::{Contradiction, Preference};

/// A `prefer` rule in one class.
pub(super) struct Wish {
    rule: u32,
    class: u32,
    /// Its barrier among all records, and those within sets.
    pub(super) barriers: Vec<u32>,
    set_aside: Option<Contradiction>,
}

impl Wish {
    pub(super) fn new(rule: u32, class: u32) -> Self {
        Self {
            rule,
            class,
            barriers: Vec::new(),
            set_aside: None,
        }
    }

    pub(super) fn into_outcome(self) -> Preference {
        Preference {
            rule: self.rule as usize,
            class: self.class,
            set_aside: self.set_aside,
        }
    }
}

/// Opens or closes a wish's barriers.
pub(super) fn switch(active: &mut [bool], wish: &Wish, on: bool) {
    for &barrier in &wish.barriers {
        active[barrier as usize] = on;
    }
}

/// Tries the wishes and leaves the kept ones active; tells whether there are any.
pub(super) fn settle(
    wishes: &mut [Wish],
    graph: &Graph,
    search: &mut Search<'_>,
    active: &mut [bool],
) -> bool {
    if wishes.is_empty() {
        return false;
    }
    let mut components = Components::new(graph.len());
    for rule in wishes.chunk_by_mut(|left, right| left.rule == right.rule) {
        settle_rule(rule, graph, search, active, &mut components);
    }
    wishes.iter().any(|wish| wish.set_aside.is_none())
}

/// All classes are tried at once. One that is then on no way round contradicts nothing, whatever becomes of
/// the others, and is kept; those that are on one are tried one by one, within what goes round.
fn settle_rule(
    wishes: &mut [Wish],
    graph: &Graph,
    search: &mut Search<'_>,
    active: &mut [bool],
    components: &mut Components,
) {
    let gates = |wish: &Wish| -> Vec<u32> { wish.barriers.iter().flat_map(|b| graph.gates(*b)).collect() };
    for wish in wishes.iter() {
        switch(active, wish, true);
    }
    components.find(graph, wishes.iter().flat_map(gates), |_, to| {
        graph.is_open(to, active)
    });
    let fence = components.labels().to_vec();
    let mut doubtful: Vec<&mut Wish> = wishes
        .iter_mut()
        .filter(|wish| gates(wish).iter().any(|gate| fence[*gate as usize] != 0))
        .collect();
    for wish in &doubtful {
        switch(active, wish, false);
    }
    for wish in &mut doubtful {
        if let Some(steps) = search.two_steps(&wish.barriers, active) {
            wish.set_aside = Some(Contradiction { steps });
            continue;
        }
        switch(active, wish, true);
        let inside = |from: u32, to: u32| {
            fence[from as usize] == fence[to as usize] && fence[to as usize] != 0 && graph.is_open(to, active)
        };
        components.find(graph, gates(wish), inside);
        if gates(wish)
            .iter()
            .any(|gate| components.labels()[*gate as usize] != 0)
        {
            // What was kept goes round nowhere, so every way round passes this wish.
            let steps = search.shortest_through(&wish.barriers, components.labels(), active);
            wish.set_aside = Some(Contradiction { steps });
            switch(active, wish, false);
        }
    }
}
