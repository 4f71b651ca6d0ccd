//! Criteria and keys of the ranking that decide nothing in the data at hand.
//!
//! Comes in: decisions. Goes out: a finding for each criterion that is the same for all records that are scored, and for each
//! key that breaks no tie. It never computes a value.
//!
//! Invariant: a criterion is only told where its value is known for every record that is scored, and a key only where no
//! unknown value kept a tie from being broken.

use super::{Decisions, ReasonKind, ScoreOutcome};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ExpressionKind, Policy};

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

/// The keys of the ranking that break no tie in this data. The record's own key is there for that alone and is not told.
pub fn idle_keys(policy: &Policy, decisions: &Decisions) -> Vec<Diagnostic> {
    let Some(rank) = &policy.rank else {
        return Vec::new();
    };
    let own: Vec<_> = decisions.on(policy.record).collect();
    let mut reasons = own.iter().flat_map(|decision| &decision.reasons);
    let is_open = reasons.any(|reason| reason.kind == ReasonKind::Tie);
    if is_open || decisions.ranking.len() < 2 {
        return Vec::new();
    }
    let record_type = policy.record_type(policy.record);
    let is_record_key = |kind: &ExpressionKind| matches!(kind, ExpressionKind::Field(field) if Some(*field) == record_type.key);
    let breaks_one = |name: &str| {
        let mut ties = own.iter().filter_map(|decision| decision.tie_break.as_ref());
        ties.any(|tie| *tie.key == *name)
    };
    let keys = rank.keys.iter().skip(1);
    let keys = keys.take_while(|key| !is_record_key(&key.value.kind));
    let idle = keys.filter(|key| !breaks_one(&key.name)).map(|key| {
        Diagnostic::new(
            Code::KeyNeverReached,
            format!("`{}` breaks no tie among the {} in this data", key.text, record_type.plural),
        )
        .at(key.value.place, "no rank comes down to it here")
        .help("see whether the data lacks something; if the key is there in case, say so: `allow key-never-reached because \"…\"`")
    });
    idle.collect()
}

/// What several are, if they are the same.
fn same<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    let mut others = values.peekable();
    others.peek()?;
    others.all(|value| value == first).then_some(first)
}
