//! Scores: the criteria and the total of every eligible record, as they come out in its decision.
//!
//! Comes in: the evaluator's values. Goes out: a [`ScoreOutcome`]. It never computes a criterion itself.
//!
//! Invariant: without `score total = …`, the contributions add up to the total.

use super::reasons::Context;
use super::{CriterionOutcome, Decision, GroundKind, ScoreOutcome, Status};
use crate::model::{CriterionBody, CriterionId, FieldId, Number, Reference, Value};

/// Adds the score to every eligible record, where the policy scores.
pub(super) fn tell(context: &Context<'_>, decisions: &mut [Decision]) {
    let policy = context.policy;
    if policy.criteria.is_empty() && policy.score.is_none() {
        return;
    }
    for decision in decisions {
        if decision.status != Status::Eligible {
            continue;
        }
        let record = decision.record;
        let mut value = None;
        // The answers to questions, and what is said of criteria, stand with the criteria.
        let is_no_answer = |of: Reference, field: FieldId| {
            of != record || policy.field(of.record, field).question_of.is_none()
        };
        let read = || value = context.evaluator.total(record);
        let (facts, mut grounds) = context.evaluator.recorded(record, is_no_answer, read);
        grounds.retain(|ground| !matches!(ground.kind, GroundKind::Criterion | GroundKind::Weight));
        let mut criteria = Vec::with_capacity(policy.criteria.len());
        for (criterion, id) in policy.criteria.iter().zip((0..).map(CriterionId)) {
            let value = context.evaluator.criterion(id, record);
            let contribution = match (&value, &policy.score) {
                (Some(value), None) => value.multiply(&criterion.weight),
                _ => None,
            };
            let number = |value: &Option<Value>| -> Option<Number> { value.as_ref()?.as_number().cloned() };
            let questions = match &criterion.body {
                CriterionBody::Questions(_, questions) => questions
                    .iter()
                    .map(|(field, _)| (*field, number(&context.records.fact(record, *field).value)))
                    .collect(),
                CriterionBody::Value(_) => Vec::new(),
            };
            criteria.push(CriterionOutcome {
                criterion: id,
                value,
                contribution,
                questions,
            });
        }
        decision.score = Some(ScoreOutcome {
            value,
            criteria,
            facts,
            grounds,
        });
    }
}
