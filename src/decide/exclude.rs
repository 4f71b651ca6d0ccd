//! Exclusions: what is taken out of what has been ranked, and out of records of other types.
//!
//! Comes in: the decisions so far. Goes out: for every record whether an exclusion took it out, with the reasons; and
//! who of the policy's own records is selected after each exclusion. It never changes a rank.
//!
//! Invariant: an exclusion sees what the exclusions above it did, and nothing of what it does itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::evaluate::Standing;
use super::reasons::{Context, Named};
use super::{Decision, Outcome, Reason, ReasonKind, Status};
use crate::model::{Exclusion, RecordId, Reference};

/// The records of one decided type while they are decided, by row.
pub(super) struct Drafts {
    /// The type.
    pub(super) record: RecordId,
    /// Their decisions.
    pub(super) decisions: Vec<Decision>,
    /// Whether an exclusion took them out.
    pub(super) excluded: Vec<Option<bool>>,
    /// What is missing to say whether an exclusion takes them out.
    missing: BTreeMap<Reference, Vec<Arc<str>>>,
}

impl Drafts {
    /// All records of a type, with a status to start from.
    pub(super) fn new(context: &Context<'_>, record: RecordId, status: Status) -> Drafts {
        let decisions: Vec<Decision> = context
            .records
            .all(record)
            .map(|record| Decision::new(record, status))
            .collect();
        Drafts {
            record,
            excluded: vec![Some(false); decisions.len()],
            decisions,
            missing: BTreeMap::new(),
        }
    }

    /// Whether a record is in the running for exclusions: of the policy's own type only what is ranked or eligible.
    fn in_running(decision: &Decision, own: bool) -> bool {
        !own || matches!(decision.status, Status::Ranked | Status::Eligible)
    }
}

/// Which of the policy's own records are selected; a joint one is if its lead is.
pub(super) fn selected(own: &Drafts, standing: &Standing) -> Vec<Option<bool>> {
    let of_lead = |lead: &Reference| {
        let row = lead.row as usize;
        match own.decisions.get(row).map(|decision| decision.status)? {
            Status::Ranked | Status::Eligible => own.excluded.get(row)?.map(|excluded| !excluded),
            Status::Undetermined => None,
            _ => Some(false),
        }
    };
    standing.lead.iter().map(of_lead).collect()
}

/// Applies every exclusion in order. The first of the drafts are the policy's own records. `standing` has ranks and what
/// is selected before the first exclusion; after it, what is selected after the last.
pub(super) fn decide(context: &Context<'_>, drafts: &mut [Drafts], standing: &mut Standing) {
    for exclusion in &context.policy.exclusions {
        let own = exclusion.record == context.policy.record;
        if let Some(of_type) = drafts.iter_mut().find(|drafts| drafts.record == exclusion.record) {
            apply(context, exclusion, of_type, own);
        }
        if let (true, Some(own)) = (own, drafts.first()) {
            for (record, missing) in &own.missing {
                context.is_open(*record, missing);
            }
            standing.selected = selected(own, standing);
            context.evaluator.set_standing(standing.clone());
        }
    }
    for of_type in drafts {
        for (decision, excluded) in of_type.decisions.iter_mut().zip(&of_type.excluded) {
            match excluded {
                Some(false) => {}
                Some(true) => {
                    // What holds settles it; what is unknown besides decided nothing.
                    let decided = |reason: &Reason| {
                        reason.kind != ReasonKind::Exclude || reason.outcome == Some(Outcome::Fails)
                    };
                    decision.reasons.retain(decided);
                    decision.status = Status::Excluded;
                }
                None => {
                    let missing = of_type.missing.remove(&decision.record).unwrap_or_default();
                    context.add_missing(&mut decision.missing, missing, decision.record);
                    decision.status = Status::Undetermined;
                }
            }
        }
    }
}

fn apply(context: &Context<'_>, exclusion: &Exclusion, drafts: &mut Drafts, own: bool) {
    for (decision, excluded) in drafts.decisions.iter_mut().zip(&mut drafts.excluded) {
        if !Drafts::in_running(decision, own) {
            continue;
        }
        let record = decision.record;
        match context.evaluator.truth(&exclusion.when, record) {
            Some(false) => {}
            Some(true) => {
                *excluded = Some(true);
                decision
                    .reasons
                    .push(reason(context, exclusion, Outcome::Fails, record));
            }
            None => {
                if *excluded != Some(true) {
                    *excluded = None;
                }
                decision
                    .reasons
                    .push(reason(context, exclusion, Outcome::Unknown, record));
                let missing = context.missing(&[&exclusion.when], record);
                let all = drafts.missing.entry(record).or_default();
                context.add_missing(all, missing, record);
            }
        }
    }
}

fn reason(context: &Context<'_>, exclusion: &Exclusion, outcome: Outcome, record: Reference) -> Reason {
    let rule = Named {
        kind: ReasonKind::Exclude,
        rule: &exclusion.name,
        title: exclusion.title.as_ref(),
        ground: &exclusion.ground,
        place: exclusion.place,
    };
    let mut reason = context.reason(&rule, record);
    reason.outcome = Some(outcome);
    (reason.facts, reason.grounds) = context.evaluator.facts_and_grounds(&[&exclusion.when], record);
    if outcome == Outcome::Fails {
        reason.text = exclusion
            .then
            .as_ref()
            .map(|text| context.evaluator.text(text, record));
        reason.instead = context.instead(&exclusion.instead, record);
    }
    reason
}
