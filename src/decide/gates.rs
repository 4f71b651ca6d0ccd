//! Gates: which records may be ranked at all.
//!
//! Comes in: the policy's gates and the records that are not joint. Goes out: eligible, not eligible or undetermined, with
//! the gates that made it so. It never looks at ranks.
//!
//! Invariant: one failing gate settles it, whatever is unknown about the others.

use super::reasons::{Context, Named};
use super::{Decision, Evaluator, Outcome, Reason, ReasonKind, Status};
use crate::model::{Expression, Gate, Reference};

/// What a gate comes to for a record.
pub fn gate_outcome(evaluator: &Evaluator<'_>, gate: &Gate, record: Reference) -> Outcome {
    let truth = |condition: &Expression| evaluator.truth(condition, record);
    let applies = gate.when.as_ref().map_or(Some(true), truth);
    if applies == Some(false) {
        return Outcome::NotApplicable;
    }
    match (applies, truth(&gate.require)) {
        (_, Some(true)) => Outcome::Passes,
        (Some(true), Some(false)) => Outcome::Fails,
        _ => Outcome::Unknown,
    }
}

/// Puts every record that is not joint through every gate.
pub(super) fn decide(context: &Context<'_>, decisions: &mut [Decision]) {
    for decision in decisions {
        if decision.status == Status::Joint {
            continue;
        }
        let record = decision.record;
        let (mut failing, mut unknown) = (Vec::new(), Vec::new());
        for gate in &context.policy.gates {
            match gate_outcome(&context.evaluator, gate, record) {
                Outcome::Fails => failing.push(gate),
                Outcome::Unknown => unknown.push(gate),
                Outcome::Passes | Outcome::NotApplicable => {}
            }
        }
        if !failing.is_empty() {
            decision.status = Status::NotEligible;
            let told = |gate: &&Gate| reason(context, gate, Outcome::Fails, record);
            decision.reasons = failing.iter().map(told).collect();
        } else if !unknown.is_empty() {
            decision.status = Status::Undetermined;
            let told = |gate: &&Gate| reason(context, gate, Outcome::Unknown, record);
            decision.reasons = unknown.iter().map(told).collect();
            let conditions: Vec<&Expression> = unknown.iter().flat_map(|gate| conditions(gate)).collect();
            decision.missing = context.missing(&conditions, record);
        }
    }
}

fn conditions(gate: &Gate) -> impl Iterator<Item = &Expression> {
    gate.when.iter().chain(std::iter::once(&gate.require))
}

fn reason(context: &Context<'_>, gate: &Gate, outcome: Outcome, record: Reference) -> Reason {
    let rule = Named {
        kind: ReasonKind::Entry,
        rule: &gate.name,
        title: gate.title.as_ref(),
        ground: &gate.ground,
        place: gate.place,
    };
    let mut reason = context.reason(&rule, record);
    reason.outcome = Some(outcome);
    (reason.facts, reason.grounds) = context
        .evaluator
        .facts_and_grounds(&conditions(gate).collect::<Vec<_>>(), record);
    if outcome == Outcome::Fails {
        reason.text = gate
            .otherwise
            .as_ref()
            .map(|text| context.evaluator.text(text, record));
        reason.instead = context.instead(&gate.instead, record);
    }
    reason
}
