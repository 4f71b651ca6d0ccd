//! What a record should come to, and the smallest change of its own facts that gets it there.
//!
//! Comes in: a case, a record and a [`Goal`]. Goes out: the changes. It never shows one that it has not decided again with.
//!
//! Invariant: no change that is shown is larger than another one that was found.

use crate::decide::{Decision, Outcome, ReasonKind, Status};
use crate::model::{Policy, RecordId};

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
                Some(format!("there is no cut list of `{of_type}`"))
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
