//! Premises and assumptions: what decisions rest on that nobody has checked.
//!
//! Comes in: the decisions. Goes out: each premise with the decisions that rest on it, and every assumed fact of the data.
//! It never decides anything.
//!
//! Invariant: a decision that takes a record out of the running rests on no premise.

use super::reasons::Context;
use super::{Assumption, Decisions, PremiseOutcome, Status};
use crate::model::{FieldId, Premise, Reference};

/// Every premise with the decisions that rest on it.
pub(super) fn premises(context: &Context<'_>, decisions: &Decisions) -> Vec<PremiseOutcome> {
    let outcome = |(premise, rule): (usize, &Premise)| {
        let in_running = |record: &Reference| {
            decisions.of(*record).is_none_or(|decision| {
                !matches!(
                    decision.status,
                    Status::NotEligible | Status::Out | Status::Joint | Status::Excluded
                )
            })
        };
        let holds = |record: &Reference| {
            let condition = rule.condition.as_ref();
            condition.is_none_or(|condition| context.evaluator.truth(condition, *record) == Some(true))
        };
        PremiseOutcome {
            premise,
            decisions: context
                .records
                .all(rule.record)
                .filter(in_running)
                .filter(holds)
                .collect(),
        }
    };
    context.policy.premises.iter().enumerate().map(outcome).collect()
}

/// Every fact that was assumed, record type by record type in the data's order.
pub(super) fn assumptions(context: &Context<'_>) -> Vec<Assumption> {
    let records = context.records;
    if !records.notes.iter().any(|note| note.assumed) {
        return Vec::new();
    }
    let mut assumptions = Vec::new();
    for record_type in context.policy.record_ids() {
        let of_type = context.policy.record_type(record_type);
        for record in records.all(record_type) {
            for field in (0..).map(FieldId).take(of_type.fields.len()) {
                let fact = records.fact(record, field);
                // What is said of a whole record is not said of its key.
                let is_key = of_type.key == Some(field);
                if !is_key && fact.value.is_some() && records.note(fact).is_some_and(|note| note.assumed) {
                    assumptions.push(Assumption { record, field });
                }
            }
        }
    }
    assumptions
}
