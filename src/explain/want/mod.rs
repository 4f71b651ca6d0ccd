//! What a record should come to, and the smallest change of its own facts that gets it there.
//!
//! Comes in: a case, a record and a [`Goal`]. Goes out: the changes. It never shows one that it has not decided again with.
//!
//! Invariant: no change that is shown is larger than another one that was found.

pub(super) mod search;

use super::Case;
use super::domain::{Domain, Piece};
use super::trial::Trial;
use super::what_if::Standing;
use crate::decide::{Decision, Outcome, ReasonKind, Status};
use crate::model::{FieldId, Policy, RecordId, Reference, Value};
use crate::source::Place;
use search::Search;

/// What a record should come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// It passes every gate.
    Eligible,
    /// It is ranked, and nothing takes it out.
    Ranked,
    /// It is ranked, and no worse than this.
    Rank(u32),
    /// It stays: prioritised, or a candidate that is kept.
    Kept,
}

impl Goal {
    /// Why records of a type cannot reach it, whatever their facts.
    pub fn misfit(self, policy: &Policy, record: RecordId) -> Option<String> {
        let of_type = &policy.record_type(record).name;
        let own = record == policy.record;
        match self {
            Goal::Eligible | Goal::Ranked | Goal::Rank(_) if !own => Some(format!(
                "`{of_type}` is not ranked: only records of `{}` are",
                policy.record_type(policy.record).name
            )),
            Goal::Ranked | Goal::Rank(_) if policy.rank.is_none() => {
                Some("this policy has no `rank by`, so nothing is ranked".to_owned())
            }
            Goal::Kept if policy.cut_list.as_ref().is_none_or(|list| list.record != record) => {
                Some(match &policy.cut_list {
                    Some(list) => format!(
                        "no `{of_type}` is in the cut list: it is of `{}`",
                        policy.record_type(list.record).name
                    ),
                    None => "this policy has no cut list, so nothing is kept or cut".to_owned(),
                })
            }
            _ => None,
        }
    }

    /// Whether a decision has reached it.
    pub fn is_reached(self, decision: &Decision) -> bool {
        match self {
            Goal::Eligible => {
                let open = |reason: &crate::decide::Reason| {
                    reason.kind == ReasonKind::Entry && reason.outcome == Some(Outcome::Unknown)
                };
                match decision.status {
                    Status::Ranked | Status::Eligible | Status::Excluded => true,
                    Status::Undetermined => !decision.reasons.iter().any(open),
                    _ => false,
                }
            }
            Goal::Ranked => decision.status == Status::Ranked,
            Goal::Rank(rank) => {
                decision.status == Status::Ranked && decision.rank.is_some_and(|reached| reached <= rank)
            }
            Goal::Kept => matches!(decision.came_to(), Status::Prioritised | Status::Kept),
        }
    }
}

/// What would get a record where it should be.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The record.
    pub record: Reference,
    /// What it should come to.
    pub goal: Goal,
    /// How it comes out.
    pub now: Standing,
    /// Whether it is there already.
    pub reached: bool,
    /// The smallest changes that get it there, each decided again with; all are equally small.
    pub answers: Vec<Answer>,
    /// How many more changes are as small.
    pub more: usize,
    /// Why nothing can, where that is certain.
    pub obstacle: Option<Obstacle>,
    /// How far was looked.
    pub reach: Reach,
}

/// A change of a record's own facts that gets it where it should be.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The facts, in order of declaration, with their values before and after.
    pub facts: Vec<FactChange>,
    /// How the record comes out then.
    pub then: Standing,
}

/// A fact with another value, or any of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactChange {
    /// The field.
    pub field: FieldId,
    /// The value at hand; `None`: unknown.
    pub from: Option<Value>,
    /// The other values, any of which will do.
    pub to: Vec<Piece>,
}

/// Why no change of a record's own facts can get it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// It is decided as part of another record.
    Joint(Reference),
    /// The gate or exclusion that stands there stays as it is, whatever the facts.
    Rule(Place),
    /// All values of all facts that matter were tried.
    Tried,
}

/// How far a search went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// The fields that may matter, in order of declaration.
    pub fields: Vec<FieldId>,
    /// All changes of up to so many facts were tried.
    pub together: usize,
    /// The fields of which not every value was tried.
    pub sampled: Vec<FieldId>,
}

/// The smallest change of a record's own facts that gets it where it should be: fewest facts, then least distance.
pub fn want(case: Case<'_>, record: Reference, goal: Goal) -> Option<Wish> {
    let decision = case.decision(record)?;
    let mut wish = Wish {
        record,
        goal,
        now: Standing::of(decision),
        reached: goal.is_reached(decision),
        answers: Vec::new(),
        more: 0,
        obstacle: None,
        reach: Reach::default(),
    };
    if wish.reached {
        return Some(wish);
    }
    if let Some(lead) = decision.joint_with {
        wish.obstacle = Some(Obstacle::Joint(lead));
        return Some(wish);
    }
    let mut search = Search {
        case,
        goal,
        trial: Trial::new(case, record),
        domains: Vec::new(),
    };
    let fields = search.fields(record);
    search.domains = fields
        .iter()
        .map(|field| Domain::of(case, record, *field))
        .collect();
    let sampled = search.domains.iter().filter(|domain| !domain.exact);
    wish.reach.sampled = sampled.map(|domain| domain.field).collect();
    wish.reach.fields = fields;
    wish.obstacle = search.obstacle(record);
    if wish.obstacle.is_none() {
        search.run(&mut wish);
    }
    Some(wish)
}
