//! Deciding, from the first gate to the last limit.
//!
//! Comes in: a checked policy and its records. Goes out: the decisions with the warnings about them, or the errors that
//! keep them from being made. It never reads a file and never computes a value itself.
//!
//! Invariant: the stages run in the language's order, and none looks at what a later one decides.

use std::sync::Arc;

use super::evaluate::Standing;
use super::exclude::{self, Drafts};
use super::reasons::Context;
use super::values::TitledValues;
use super::{
    Decisions, Fault, Status, cut_list, gates, instead, joint,
    participation::{self, Part},
    premises, rank, score,
};
use crate::data::Records;
use crate::diagnostic::{self, Diagnostic};
use crate::model::{Language, Policy, Reference};

/// What was decided, and what the author should look at.
#[derive(Debug, Clone, Default)]
pub struct Decided {
    /// The decisions.
    pub decisions: Decisions,
    /// Warnings, in the order in which a reader meets them.
    pub warnings: Vec<Diagnostic>,
}

/// Decides on every record of the decided types.
///
/// # Errors
/// Records that are joint in a circle, and what contradicts itself in the cut list: all that was found.
pub fn decide(policy: &Policy, records: &Records, language: Language) -> Result<Decided, Vec<Diagnostic>> {
    let mut stages = Stages::before_cut_list(policy, records, language)?;
    stages.cut_list()?;
    Ok(stages.finish())
}

/// A run in three parts, for whoever wants to know what each takes: [`decide`] is all of them, in this order.
pub struct Stages<'a> {
    context: Context<'a>,
    standing: Standing,
    drafts: Vec<Drafts>,
    decisions: Decisions,
    warnings: Vec<Diagnostic>,
    faults: Vec<Fault>,
}

impl<'a> Stages<'a> {
    /// Joint records, gates, scores, ranks and exclusions.
    ///
    /// # Errors
    /// Records that are joint in a circle.
    pub fn before_cut_list(
        policy: &'a Policy,
        records: &'a Records,
        language: Language,
    ) -> Result<Stages<'a>, Vec<Diagnostic>> {
        let context = Context::new(policy, records, language);
        let mut standing = Standing {
            lead: joint::leads(policy, records)?,
            ..Standing::default()
        };
        standing.ranks = vec![None; standing.lead.len()];
        standing.selected = vec![None; standing.lead.len()];
        context.evaluator.set_standing(standing.clone());

        let mut drafts: Vec<Drafts> = Vec::new();
        for record in policy.decided_records() {
            let start = if record == policy.record {
                Status::Eligible
            } else {
                Status::Prioritised
            };
            drafts.push(Drafts::new(&context, record, start));
        }
        let mut decisions = Decisions::default();
        if let Some(own) = drafts.first_mut() {
            decisions.ranking = rank_own(&context, own, &mut standing);
        }
        exclude::decide(&context, &mut drafts, &mut standing);
        Ok(Stages {
            context,
            standing,
            drafts,
            decisions,
            warnings: Vec::new(),
            faults: Vec::new(),
        })
    }

    /// Who takes part, the order, the limits, and the reasons for all of it.
    ///
    /// # Errors
    /// What contradicts itself: all that was found.
    pub fn cut_list(&mut self) -> Result<(), Vec<Diagnostic>> {
        for index in 0..self.drafts.len() {
            if let Some(made) = take_part(&self.context, index, &mut self.drafts, &self.standing)? {
                self.decisions.cut_list = Some(made.outcome);
                self.warnings.extend(made.warnings);
                self.faults.extend(made.faults);
            }
        }
        Ok(())
    }

    /// What is told beside the decisions: titled values, premises, assumptions, where records go instead, faults.
    pub fn finish(self) -> Decided {
        let Stages {
            context,
            standing,
            drafts,
            mut decisions,
            mut warnings,
            faults,
        } = self;
        for of_type in drafts {
            let titled = TitledValues::of(context.policy, of_type.record);
            let told = of_type.decisions.into_iter().map(|mut decision| {
                decision.values = titled.values(&context, decision.record);
                decision
                    .reasons
                    .sort_by_key(|reason| context.policy.order_of(reason.place));
                decision
            });
            decisions.decisions.extend(told);
        }
        decisions.standing = Arc::new(standing);
        decisions.premises = premises::premises(&context, &decisions);
        decisions.assumptions = premises::assumptions(&context);
        warnings.extend(instead::settle(&context, &mut decisions));
        decisions.faults = context.evaluator.faults();
        decisions.faults.extend(faults);
        diagnostic::sort(&mut warnings);
        Decided { decisions, warnings }
    }
}

/// Joint records, gates, scores and ranks; returns the ranking.
fn rank_own(context: &Context<'_>, own: &mut Drafts, standing: &mut Standing) -> Vec<Reference> {
    joint::decide(context, &standing.lead, &mut own.decisions);
    gates::decide(context, &mut own.decisions);
    score::tell(context, &mut own.decisions);
    let ranking = match &context.policy.rank {
        Some(keys) => rank::rank(context, keys, &mut own.decisions),
        None => Vec::new(),
    };
    for decision in &own.decisions {
        if decision.status == Status::Undetermined {
            context.is_open(decision.record, &decision.missing);
        }
    }
    let rank_of = |lead: &Reference| own.decisions.get(lead.row as usize)?.rank;
    standing.ranks = standing.lead.iter().map(rank_of).collect();
    standing.selected = exclude::selected(own, standing);
    context.evaluator.set_standing(standing.clone());
    ranking
}

/// The cut list, if it is of this type; else, of another type than the policy's own, only who takes part.
fn take_part(
    context: &Context<'_>,
    index: usize,
    drafts: &mut [Drafts],
    standing: &Standing,
) -> Result<Option<cut_list::Made>, Vec<Diagnostic>> {
    let (Some(of_type), Some(own)) = (drafts.get(index), drafts.first()) else {
        return Ok(None);
    };
    let is_own = of_type.record == context.policy.record;
    let list = context.policy.cut_list.as_ref();
    let list = list.filter(|list| list.record == of_type.record);
    if list.is_none() && is_own {
        return Ok(None);
    }
    let condition = list.and_then(|list| list.condition.as_ref());
    let parts = participation::parts(context, condition, of_type, own, standing);
    let Some(of_type) = drafts.get_mut(index) else {
        return Ok(None);
    };
    if let Some(list) = list {
        return cut_list::decide(context, list, parts, standing, &mut of_type.decisions).map(Some);
    }
    for (decision, part) in of_type.decisions.iter_mut().zip(parts) {
        decision.status = part.status();
        match part {
            Part::Undetermined(missing) => decision.missing = missing,
            Part::Out => participation::forget_open(decision),
            Part::Excluded | Part::In => {}
        }
    }
    Ok(None)
}
