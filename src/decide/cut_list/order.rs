//! The order of a cut list: from what is most worth keeping to what goes first.
//!
//! In come candidates numbered by priority (0 is best), the order rules over those numbers, the
//! all-or-nothing sets, and the order in which the data shows the candidates. Out comes the first order,
//! by priority, that obeys every binding rule and every preference that contradicts nothing stronger; or
//! else the shortest contradiction. Records, texts and amounts are unknown here.
//!
//! Invariant: the same problem gives the same order and the same reasons; nothing is hashed into an order.
//!
//! `barriers` turns rules into "all of these after all of those", one for each rule and class;
//! `graph` sorts them; `components` finds what goes round; `cycle` says so in the fewest steps.

mod barriers;
mod components;
mod cycle;
mod graph;
mod layout;
mod preferences;

use std::sync::Arc;

use super::sets::Sets;

use barriers::Barriers;
use components::Components;
use cycle::Search;
use graph::Graph;
use layout::Layout;

/// What is to be ordered. Lists over candidates are by number; what they lack counts as "no" or unknown.
#[derive(Clone, Debug)]
pub struct Problem {
    /// How many candidates there are: 0 is the best by `otherwise by`, and so on (below 2³¹).
    pub candidates: usize,
    /// The order rules as written. Preferences may stand anywhere; they yield to all binding rules.
    pub rules: Vec<Rule>,
    /// The candidates that are all or nothing.
    pub sets: Sets,
    /// The candidates in the order of the data: classes of a preference are tried in this order.
    pub data_order: Vec<usize>,
}

/// One rule about the order.
#[derive(Clone, Debug)]
pub enum Rule {
    /// `place A after B [within CLASS]`.
    Place(Placement),
    /// `prefer A after B [within CLASS]`: the same, but it yields.
    Prefer(Placement),
    /// `cut first A then B …`: a list of members for each tier. A is last of all, B before it, …
    CutFirst(Vec<Vec<bool>>),
    /// `keep first A then B …`: A is first of all, B after it, …
    KeepFirst(Vec<Vec<bool>>),
    /// `needs FIELD`: each pair is a dependent and one that it needs.
    Needs(Vec<(usize, usize)>),
}

/// Each of `after` stands after each of `before` that is of the same class. Rules that speak of the same group share its list.
#[derive(Clone, Debug, Default)]
pub struct Placement {
    /// The members of A.
    pub after: Arc<[bool]>,
    /// The members of B.
    pub before: Arc<[bool]>,
    /// The class of each candidate, as small numbers from 0; `None` is unknown and pairs with nobody.
    pub class: Arc<[Option<u32>]>,
}

impl Placement {
    /// The members of both sides, whom the rule does not bind.
    #[must_use]
    pub fn in_both(&self) -> Vec<usize> {
        // Mostly there are none, which is seen fastest without asking where.
        let both = self.after.iter().zip(&*self.before);
        if !both
            .clone()
            .fold(false, |any, (after, before)| any | (*after & *before))
        {
            return Vec::new();
        }
        let both = both.enumerate();
        both.filter(|(_, (after, before))| **after && **before)
            .map(|(item, _)| item)
            .collect()
    }
}

/// The order found, and what became of the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrangement {
    /// The candidates, from most worth keeping to first to go.
    pub order: Vec<usize>,
    /// For each rule whether it finds any pair of candidates to order.
    pub finds: Vec<bool>,
    /// The preferences, rule by rule and class by class, in the order in which they were tried. A class in
    /// which the rule finds no pair is left out.
    pub preferences: Vec<Preference>,
}

/// What became of a `prefer` rule in one class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preference {
    /// The number of the rule in [`Problem::rules`].
    pub rule: usize,
    /// The class in which it was tried.
    pub class: u32,
    /// Why it was set aside; `None` if it is kept.
    pub set_aside: Option<Contradiction>,
}

/// Rules that cannot all be obeyed, as a way round: each step begins where the one before it ended, and
/// the last ends where the first began. It begins at its best candidate, and no way round has fewer steps
/// (see [`EFFORT`] for the one limit to that).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The way round.
    pub steps: Vec<Step>,
}

/// `item` stands after `after`, or together with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The candidate that stands later.
    pub item: usize,
    /// Why.
    pub by: Cause,
    /// The candidate that stands earlier.
    pub after: usize,
}

/// Why a step holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The rule with this number in [`Problem::rules`].
    Rule(usize),
    /// Both are in one all-or-nothing set.
    Together,
}

/// How many pairs the searches for shorter contradictions may look at in all. The first one found always
/// stands; only in tangles of very many records without a short way round does this leave a longer one.
pub const EFFORT: u64 = 50_000_000;

/// Orders the candidates.
///
/// # Errors
/// The shortest contradiction, if the binding rules contradict each other for these candidates.
pub fn arrange(problem: &Problem) -> Result<Arrangement, Contradiction> {
    if let Some(step) = needs_itself(problem) {
        return Err(Contradiction { steps: vec![step] });
    }
    let layout = Layout::new(problem.candidates, &problem.sets);
    let (barriers, mut wishes) = Barriers::of(problem, &layout);
    let graph = Graph::new(&layout, &barriers);
    let mut active = vec![true; barriers.len()];
    for wish in &wishes {
        preferences::switch(&mut active, wish, false);
    }
    let mut search = Search::new(&layout, &barriers);
    let mut sorted = match graph.sort(&active) {
        Some(sorted) => sorted,
        None => {
            let mut components = Components::new(graph.len());
            components.find(&graph, 0..layout.nodes_len(), |_, to| graph.is_open(to, &active));
            let steps = search.shortest(0..layout.slots_len(), components.labels(), &active);
            return Err(Contradiction { steps });
        }
    };
    if preferences::settle(&mut wishes, &graph, &mut search, &mut active) {
        // Kept preferences contradict nothing, so this sorts; were it not so, the binding order stands.
        sorted = graph.sort(&active).unwrap_or(sorted);
    }
    Ok(Arrangement {
        order: layout.spread(&sorted),
        finds: barriers.finds(problem.rules.len()),
        preferences: wishes.into_iter().map(preferences::Wish::into_outcome).collect(),
    })
}

/// A candidate that needs itself: the one contradiction of a single step.
fn needs_itself(problem: &Problem) -> Option<Step> {
    let mut found: Option<Step> = None;
    for (rule, written) in problem.rules.iter().enumerate() {
        let Rule::Needs(pairs) = written else { continue };
        for &(item, after) in pairs {
            if item == after && item < problem.candidates && found.is_none_or(|best| item < best.item) {
                found = Some(Step {
                    item,
                    by: Cause::Rule(rule),
                    after,
                });
            }
        }
    }
    found
}
