//! Participation: which records of a cut list's type take part.
//!
//! Comes in: who is selected, what exclusions took out, and for a cut list the condition on who takes part. Goes out: for
//! each record whether it is excluded, out, undetermined or in. It never looks at the cut list's rules.
//!
//! Invariant: the first that applies stands: excluded, out, undetermined.

use std::sync::Arc;

use super::evaluate::Standing;
use super::exclude::Drafts;
use super::reasons::Context;
use super::{Decision, Status};
use crate::model::{Expression, Reference};

/// How a record stands to the cut list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// An exclusion took it out.
    Excluded,
    /// It does not take part.
    Out,
    /// It cannot be said, for want of these facts.
    Undetermined(Vec<Arc<str>>),
    /// It takes part.
    In,
}

impl Part {
    /// The status it means for one that is not in a cut list with candidates.
    pub(super) fn status(&self) -> Status {
        match self {
            Part::Excluded => Status::Excluded,
            Part::Out => Status::Out,
            Part::Undetermined(_) => Status::Undetermined,
            Part::In => Status::Prioritised,
        }
    }
}

/// How every record of a type stands to the cut list, by row. `own` are the policy's own records, `drafts` those of the
/// type, which may be the same.
pub(super) fn parts(
    context: &Context<'_>,
    condition: Option<&Expression>,
    drafts: &Drafts,
    own: &Drafts,
    standing: &Standing,
) -> Vec<Part> {
    let part = |(decision, excluded): (&Decision, &Option<bool>)| {
        if *excluded == Some(true) {
            return Part::Excluded;
        }
        let record = decision.record;
        match takes_part(context, condition, record, standing) {
            Some(false) => Part::Out,
            Some(true) if *excluded == Some(false) || record.record == context.policy.record => Part::In,
            known => {
                let mut missing = decision.missing.clone();
                if known.is_none() {
                    for more in missing_part(context, condition, record, own, standing) {
                        context.add_missing(&mut missing, more, record);
                    }
                }
                Part::Undetermined(missing)
            }
        }
    };
    drafts.decisions.iter().zip(&drafts.excluded).map(part).collect()
}

/// Drops what was unknown about a record that is out: it decided nothing.
pub(super) fn forget_open(decision: &mut Decision) {
    decision.missing.clear();
    let decided = |reason: &super::Reason| reason.outcome != Some(super::Outcome::Unknown);
    decision.reasons.retain(decided);
}

fn is_selected(record: Reference, standing: &Standing) -> Option<bool> {
    standing.selected.get(record.row as usize).copied().flatten()
}

fn takes_part(
    context: &Context<'_>,
    condition: Option<&Expression>,
    record: Reference,
    standing: &Standing,
) -> Option<bool> {
    let condition = condition.map(|condition| context.evaluator.truth(condition, record));
    if record.record == context.policy.record {
        // Of the policy's own records only selected ones, whatever else is asked of them.
        return match (is_selected(record, standing), condition.unwrap_or(Some(true))) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        };
    }
    match (condition, context.records.own_ancestor(context.policy, record)) {
        (Some(holds), _) => holds,
        (None, Some(ancestor)) => is_selected(ancestor, standing),
        (None, None) => Some(true),
    }
}

/// What is missing to say whether a record takes part.
fn missing_part(
    context: &Context<'_>,
    condition: Option<&Expression>,
    record: Reference,
    own: &Drafts,
    standing: &Standing,
) -> Vec<Vec<Arc<str>>> {
    let mut missing = Vec::new();
    if condition.is_none() || record.record == context.policy.record {
        let lead = context
            .records
            .own_ancestor(context.policy, record)
            .and_then(|ancestor| standing.lead.get(ancestor.row as usize));
        let decision = lead.and_then(|lead| own.decisions.get(lead.row as usize));
        if let Some(decision) = decision.filter(|decision| is_selected(decision.record, standing).is_none()) {
            missing.push(context.beside(&decision.missing, decision.record, record));
        }
    }
    missing.extend(condition.map(|condition| context.missing(&[condition], record)));
    missing
}
