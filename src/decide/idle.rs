//! Criteria that decide nothing in the data at hand.
//!
//! Comes in: decisions. Goes out: a finding for each criterion that is the same for all records that are scored. It never
//! computes a value.
//!
//! Invariant: a criterion is only told where its value is known for every record that is scored.

use super::{Decisions, ScoreOutcome};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Policy;

/// The criteria that no rank in this data can rest on.
pub fn idle_criteria(policy: &Policy, decisions: &Decisions) -> Vec<Diagnostic> {
    // What a score of the policy's own makes of a criterion is not looked into.
    if policy.rank.is_none() || policy.score.is_some() {
        return Vec::new();
    }
    let scores: Vec<&ScoreOutcome> = decisions
        .decisions
        .iter()
        .filter_map(|decision| decision.score.as_ref())
        .collect();
    let mut found = Vec::new();
    for (index, criterion) in policy.criteria.iter().enumerate() {
        let values = scores
            .iter()
            .map(|score| score.criteria.get(index)?.value.as_ref());
        let Some(Some(value)) = same(values) else { continue };
        let plural = &policy.record_type(policy.record).plural;
        found.push(
            Diagnostic::new(
                Code::CriterionNeverDecides,
                format!(
                    "`{}` is {} for all {} {plural} that are scored in this data",
                    criterion.name,
                    value.decimal(6),
                    scores.len()
                ),
            )
            .at(criterion.place, "no record stands higher or lower for it here")
            .help("see whether the data lacks something, or whether the criterion asks what is the same for all"),
        );
    }
    found
}

/// What several are, if they are the same.
fn same<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    let mut others = values.peekable();
    others.peek()?;
    others.all(|value| value == first).then_some(first)
}
