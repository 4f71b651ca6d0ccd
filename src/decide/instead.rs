//! Records handed on to others: are those in themselves?
//!
//! Comes in: all decisions, with what happens to records instead. Goes out: the same with every target's standing, and a
//! warning for each clause and target that is not in. It never changes a status.
//!
//! Invariant: runs when nothing else is open.

use indexmap::IndexMap;

use super::reasons::Context;
use super::{Decision, Decisions, Status};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Reference;
use crate::source::Place;

/// How many records a warning points at.
const POINTED_AT: usize = 3;

/// Whether a decision means that its record is in; `None` where that is undetermined.
fn is_in(decision: &Decision, decisions: &Decisions) -> Option<bool> {
    let status = match (decision.selection, decision.joint_with) {
        (Some(selection @ (Status::Prioritised | Status::Kept)), _) => selection,
        (_, Some(lead)) => {
            // A lead is joint with nobody, so this goes one step deep.
            let lead = decisions.of(lead)?;
            lead.selection.unwrap_or(lead.status)
        }
        (Some(selection), None) => selection,
        (None, None) => decision.status,
    };
    match status {
        Status::Ranked | Status::Eligible | Status::Prioritised | Status::Kept => Some(true),
        Status::Undetermined => None,
        Status::NotEligible | Status::Excluded | Status::Cut | Status::Out | Status::Joint => Some(false),
    }
}

/// What became of a record, in words: of a joint one what became of its lead.
fn standing(context: &Context<'_>, decision: &Decision, decisions: &Decisions) -> String {
    // What is not eligible is out of the cut list for that, and not for anything the list says.
    let status = |decision: &Decision| decision.came_to().name().replace('-', " ");
    match decision.joint_with {
        Some(lead) => format!(
            "assessed with `{}`, which is {}",
            context.records.key(lead),
            decisions.of(lead).map_or_else(String::new, status)
        ),
        None => status(decision),
    }
}

/// Tells of every target whether it is in; returns the warnings.
pub(super) fn settle(context: &Context<'_>, decisions: &mut Decisions) -> Vec<Diagnostic> {
    let mut targets: IndexMap<Reference, Option<bool>> = IndexMap::new();
    let mut not_in: IndexMap<(Place, Reference), Vec<Reference>> = IndexMap::new();
    for decision in &decisions.decisions {
        for instead in decision
            .reasons
            .iter()
            .filter_map(|reason| reason.instead.as_ref())
        {
            let Some(to) = instead.to else { continue };
            // Records of types that nothing is decided on are neither in nor out.
            let Some(target) = decisions.of(to) else { continue };
            let target = *targets.entry(to).or_insert_with(|| is_in(target, decisions));
            if target != Some(true) {
                not_in
                    .entry((instead.place, to))
                    .or_default()
                    .push(decision.record);
            }
        }
    }
    for decision in &mut decisions.decisions {
        for instead in decision
            .reasons
            .iter_mut()
            .filter_map(|reason| reason.instead.as_mut())
        {
            instead.to_is_in = instead.to.and_then(|to| targets.get(&to).copied().flatten());
        }
    }
    let warning = |((place, to), from): ((Place, Reference), Vec<Reference>)| {
        let status = decisions
            .of(to)
            .map_or_else(String::new, |decision| standing(context, decision, decisions));
        let target = context.records.key(to);
        let verb = if from.len() == 1 { "is" } else { "are" };
        let message = format!(
            "{} {verb} handed on to `{target}`, which is not in itself: it is {}",
            context.listed(&from),
            status,
        );
        let mut diagnostic = Diagnostic::new(Code::InsteadNotIn, message).at(place, "handed on here");
        for record in from.iter().take(POINTED_AT) {
            let key = context.records.key(*record);
            diagnostic = diagnostic.at(context.records.place(*record), format!("`{key}`"));
        }
        diagnostic.at(context.records.place(to), format!("`{target}`"))
    };
    not_in.into_iter().map(warning).collect()
}
