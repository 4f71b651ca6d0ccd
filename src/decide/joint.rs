//! Joint records: whose lead each record follows.
//!
//! Comes in: the `joint` field of every record. Goes out: each record's lead (itself, unless it is joint), or the circles
//! in which records name each other. It never looks at anything else.
//!
//! Invariant: a lead is its own lead.

use std::sync::Arc;

use super::reasons::{Context, Named};
use super::{Decision, FactRead, ReasonKind, Status};
use crate::data::Records;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Joint, Policy, Reference};

/// How many records of a circle or a chain are told.
const TOLD: usize = 10;

/// Which record one is joint with, if it is.
fn named(records: &Records, joint: &Joint, record: Reference) -> Option<Reference> {
    let value = records.fact(record, joint.field).value.as_ref();
    value.and_then(|value| value.as_reference())
}

/// The lead of every record of the policy's own type, by row.
///
/// # Errors
/// Records that are joint with each other in a circle, each circle once.
pub(super) fn leads(policy: &Policy, records: &Records) -> Result<Vec<Reference>, Vec<Diagnostic>> {
    let own: Vec<Reference> = records.all(policy.record).collect();
    let Some(joint) = &policy.joint else {
        return Ok(own);
    };
    let mut leads: Vec<Option<Reference>> = vec![None; own.len()];
    // The walk on which a record was met: meeting it again on the same one is a circle.
    let mut met: Vec<Option<Reference>> = vec![None; own.len()];
    let mut circles = Vec::new();
    for &start in &own {
        let mut path = Vec::new();
        let mut at = start;
        let lead = loop {
            let row = at.row as usize;
            if let Some(known) = leads.get(row).copied().flatten() {
                break known;
            }
            if met.get(row).copied().flatten() == Some(start) {
                let first = path.iter().position(|record| *record == at).unwrap_or(0);
                circles.push(circle(policy, records, joint, path.get(first..).unwrap_or(&[])));
                break at;
            }
            if let Some(place) = met.get_mut(row) {
                *place = Some(start);
            }
            path.push(at);
            match named(records, joint, at) {
                Some(next) if next.record == policy.record => at = next,
                _ => break at,
            }
        };
        for record in path {
            if let Some(place) = leads.get_mut(record.row as usize) {
                *place = Some(lead);
            }
        }
    }
    if !circles.is_empty() {
        return Err(circles);
    }
    Ok(leads
        .into_iter()
        .zip(own)
        .map(|(lead, own)| lead.unwrap_or(own))
        .collect())
}

fn circle(policy: &Policy, records: &Records, joint: &Joint, members: &[Reference]) -> Diagnostic {
    let field = &policy.field(policy.record, joint.field).name;
    let mut keys: Vec<String> = members
        .iter()
        .chain(members.first())
        .map(|record| format!("`{}`", records.key(*record)))
        .collect();
    let steps: Vec<_> = members
        .iter()
        .zip(keys.iter().skip(1))
        .take(TOLD)
        .map(|(record, next)| {
            let place = records.fact(*record, joint.field).place;
            (place, format!("`{}` with {next}", records.key(*record)))
        })
        .collect();
    if let Some(more) = keys.len().checked_sub(TOLD).filter(|more| *more > 0) {
        keys.truncate(TOLD);
        keys.push(format!("{more} more"));
    }
    let message = format!(
        "records are joint with each other in a circle: {}",
        keys.join(" with ")
    );
    let mut diagnostic = Diagnostic::new(Code::JointCycle, message);
    for (place, text) in steps {
        diagnostic = diagnostic.at(place, text);
    }
    diagnostic.at(joint.place, "made joint here").help(format!(
        "leave out `{field}` of the record that the others are assessed with"
    ))
}

/// The decision on every joint record.
pub(super) fn decide(context: &Context<'_>, leads: &[Reference], decisions: &mut [Decision]) {
    let Some(joint) = &context.policy.joint else {
        return;
    };
    let field = &context.policy.field(context.policy.record, joint.field).name;
    for (decision, lead) in decisions.iter_mut().zip(leads) {
        if decision.record == *lead {
            continue;
        }
        decision.status = Status::Joint;
        decision.joint_with = Some(*lead);
        let rule = Named {
            kind: ReasonKind::Joint,
            rule: field,
            title: context
                .policy
                .field(context.policy.record, joint.field)
                .title
                .as_ref(),
            ground: &joint.ground,
            place: joint.place,
        };
        let mut reason = context.reason(&rule, decision.record);
        reason.after = vec![*lead];
        // A chain is a fact a step.
        let mut at = decision.record;
        while at != *lead && reason.facts.len() < TOLD {
            let name = if at == decision.record {
                Arc::clone(field)
            } else {
                format!("{}.{field}", context.records.key(at)).into()
            };
            reason.facts.push(FactRead {
                record: at,
                field: joint.field,
                name,
            });
            let Some(next) = named(context.records, joint, at) else {
                break;
            };
            at = next;
        }
        decision.reasons.push(reason);
    }
}
