//! What changes if something were otherwise: a fact, a weight, a limit, a rule.
//!
//! Comes in: a case and changes. Goes out: [`WhatIf`], the records that come out otherwise, with the rules through which.
//! It never tells what stays as it was.
//!
//! Invariant: without changes nothing is told.

use super::Case;
use super::change::{Change, policy_with, records_with};
use crate::data::Records;
use crate::decide::{Decision, Decisions, Fault, LimitOutcome, Outcome, Reason, ReasonKind, Status, decide};
use crate::diagnostic::Diagnostic;
use crate::model::{Number, Policy, Reference, Type, Value};
use crate::source::Place;

/// What changes.
#[derive(Debug, Clone)]
pub struct WhatIf {
    /// The changes that were made.
    pub changes: Vec<Change>,
    /// The policy with them.
    pub policy: Policy,
    /// The records with them.
    pub records: Records,
    /// What is decided with them.
    pub decisions: Decisions,
    /// The records that come out otherwise, in the order of the decisions.
    pub moved: Vec<Moved>,
    /// How many more records have another total, with nothing else about them changed.
    pub rescored: usize,
    /// The limits that come out otherwise, as written; first those that were there, then those that are new.
    pub limits: Vec<LimitChange>,
    /// Values that cannot be computed any more.
    pub faults: Vec<Fault>,
}

/// A record that comes out otherwise.
#[derive(Debug, Clone)]
pub struct Moved {
    /// The record.
    pub record: Reference,
    /// How it came out.
    pub before: Standing,
    /// How it comes out with the changes.
    pub after: Standing,
    /// The reasons that are gone.
    pub gone: Vec<Reason>,
    /// The reasons that are new.
    pub new: Vec<Reason>,
}

/// How a record comes out, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Where it ends: what the cut list says of it, if it came so far.
    pub status: Status,
    /// Its rank.
    pub rank: Option<u32>,
    /// Its place in the cut list.
    pub place: Option<u32>,
    /// Its total.
    pub score: Option<Number>,
    /// The lead, of a joint one.
    pub joint_with: Option<Reference>,
}

/// A limit that comes out otherwise, for one class.
#[derive(Debug, Clone)]
pub struct LimitChange {
    /// Where the limit stands.
    pub place: Place,
    /// The class, where the limit is `per` one.
    pub class: Option<(Value, Type)>,
    /// How it came out.
    pub before: Option<LimitOutcome>,
    /// How it comes out; `None` where the limit, or its class, is gone.
    pub after: Option<LimitOutcome>,
}

impl Standing {
    /// How a decision comes out.
    pub fn of(decision: &Decision) -> Standing {
        Standing {
            status: decision.came_to(),
            rank: decision.rank,
            place: decision.place,
            score: decision.score.as_ref().and_then(|score| score.value.clone()),
            joint_with: decision.joint_with,
        }
    }
}

impl WhatIf {
    /// Whether nothing comes out otherwise.
    pub fn is_nothing(&self) -> bool {
        self.moved.is_empty() && self.rescored == 0 && self.limits.is_empty() && self.faults.is_empty()
    }
}

/// Decides again with the changes, and holds the two against each other.
///
/// # Errors
/// What contradicts itself with the changes, so that nothing can be decided.
pub fn what_if(case: Case<'_>, changes: &[Change]) -> Result<WhatIf, Vec<Diagnostic>> {
    let policy = policy_with(case.policy, changes);
    let records = records_with(case.records, changes);
    let decisions = decide(&policy, &records, case.language)?.decisions;
    let (mut moved, mut rescored) = (Vec::new(), 0);
    // Changes add no record and take none away, so the decisions stand side by side.
    for (before, after) in case.decisions.decisions.iter().zip(&decisions.decisions) {
        match compared(before, after) {
            Some(record) => moved.push(record),
            None if Standing::of(before) != Standing::of(after) => rescored += 1,
            None => {}
        }
    }
    let known = &case.decisions.faults;
    let faults = decisions.faults.iter().filter(|fault| !known.contains(fault));
    Ok(WhatIf {
        changes: changes.to_vec(),
        moved,
        rescored,
        limits: limits(case, &policy, &decisions),
        faults: faults.cloned().collect(),
        policy,
        records,
        decisions,
    })
}

/// A record that comes out otherwise; not one of which the total alone is another.
fn compared(before: &Decision, after: &Decision) -> Option<Moved> {
    let (was, is) = (Standing::of(before), Standing::of(after));
    let gone = beyond(&before.reasons, &after.reasons);
    let new = beyond(&after.reasons, &before.reasons);
    // What only says that a record came into the list, or at which place, is told by its status and its place.
    let listed = |status| matches!(status, Status::Prioritised | Status::Kept | Status::Cut);
    let within = was.status != is.status && listed(was.status) && listed(is.status);
    let tells = |reason: &Reason| within || matches!(reason.kind, ReasonKind::Entry | ReasonKind::Exclude);
    let gone: Vec<Reason> = gone.filter(|reason| tells(reason)).cloned().collect();
    let new: Vec<Reason> = new.filter(|reason| tells(reason)).cloned().collect();
    let same = was.status == is.status
        && was.rank == is.rank
        && was.place == is.place
        && was.joint_with == is.joint_with
        && gone.is_empty()
        && new.is_empty();
    (!same).then_some(Moved {
        record: after.record,
        before: was,
        after: is,
        gone,
        new,
    })
}

/// The reasons of one decision that another one has not.
fn beyond<'r>(reasons: &'r [Reason], others: &'r [Reason]) -> impl Iterator<Item = &'r Reason> {
    let key = |reason: &Reason| -> (ReasonKind, Place, Option<Outcome>) {
        (reason.kind, reason.place, reason.outcome)
    };
    reasons
        .iter()
        .filter(move |reason| !others.iter().any(|other| key(other) == key(reason)))
}

fn limits(case: Case<'_>, policy: &Policy, decisions: &Decisions) -> Vec<LimitChange> {
    let (before, after) = (outcomes(case.policy, case.decisions), outcomes(policy, decisions));
    let same = |one: &LimitChange, other: &LimitChange| one.place == other.place && one.class == other.class;
    let mut changes: Vec<LimitChange> = Vec::new();
    for mut one in before {
        one.before = one.after.take();
        let found = after.iter().find(|other| same(&one, other));
        one.after = found.and_then(|found| found.after.clone());
        changes.push(one);
    }
    for other in after {
        if !changes.iter().any(|one| same(one, &other)) {
            changes.push(other);
        }
    }
    let figures = |outcome: &LimitOutcome| {
        let LimitOutcome {
            amount,
            asked,
            kept,
            met,
            ..
        } = outcome;
        (
            amount.clone(),
            asked.clone(),
            kept.clone(),
            outcome.not_counted,
            *met,
        )
    };
    changes.retain(|change| change.before.as_ref().map(figures) != change.after.as_ref().map(figures));
    changes
}

/// The limits with how they come out.
fn outcomes(policy: &Policy, decisions: &Decisions) -> Vec<LimitChange> {
    let (Some(list), Some(outcome)) = (&policy.cut_list, &decisions.cut_list) else {
        return Vec::new();
    };
    let change = |outcome: &LimitOutcome| {
        Some(LimitChange {
            place: list.limits.get(outcome.limit)?.place,
            class: outcome.class.clone(),
            before: None,
            after: Some(outcome.clone()),
        })
    };
    outcome.limits.iter().filter_map(change).collect()
}
