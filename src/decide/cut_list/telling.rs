//! The cut list in the decisions on its records: status, place, and every rule that made it so.
//!
//! Comes in: all that was found about the list. Goes out: decisions filled in. It never decides anything.
//!
//! Invariant: every reason that rests on facts of the records it names gives them, the record's own first.

use std::sync::Arc;

use smallvec::SmallVec;

use super::super::participation::{self, Part};
use super::super::reasons::Named;
use super::amounts::Sum;
use super::arrangement::Arranged;
use super::limits::{self, Count, Doubt, Selection, Verdict};
use super::places::{self, OfOrder};
use super::protection::{self, Protection};
use super::roll::{OpenNeed, Roll};
use crate::decide::{Decision, FactRead, Reason, ReasonKind, Status};
use crate::model::{Expression, ExpressionKind, FieldId, Ground, Limit, OrderRuleKind, Reference};
use crate::source::Place;

/// How many records a reason names at most.
pub(super) const NEAREST: usize = 20;

/// All that was found about the list.
pub(super) struct Made<'m, 'c, 'a> {
    pub(super) roll: &'m Roll<'c, 'a>,
    pub(super) protection: &'m Protection,
    pub(super) arranged: &'m Arranged,
    pub(super) selection: &'m Selection<Sum>,
    pub(super) limits: &'m [limits::Limit<Sum>],
}

/// A clause of the cut list as a reason names it.
struct Clause<'r> {
    kind: ReasonKind,
    text: &'r Arc<str>,
    ground: &'r Ground,
    place: Place,
}

/// Fills in the decisions on the list's records, by row.
pub(super) fn tell(made: &Made<'_, '_, '_>, decisions: &mut [Decision]) {
    let roll = made.roll;
    let own = roll.list.record == roll.context.policy.record;
    for (decision, part) in decisions.iter_mut().zip(&roll.parts) {
        set_status(decision, part.status(), own);
        match part {
            Part::Out => {
                if !own {
                    participation::forget_open(decision);
                }
                if let Some((rule, needed)) = roll.out_by.get(&decision.record.row) {
                    let after = vec![*needed];
                    let reason = made.order_reason(*rule, ReasonKind::Needs, decision.record, after);
                    decision.reasons.extend(reason.map(|mut reason| {
                        reason.facts = made.facts_of_needs(*rule, decision.record, decision.record);
                        reason
                    }));
                }
            }
            Part::Undetermined(missing) => {
                roll.context
                    .add_missing(&mut decision.missing, missing.clone(), decision.record);
            }
            Part::Excluded | Part::In => {}
        }
    }
    let of_order = OfOrder::find(made);
    let mut next = of_order.places().iter().peekable();
    let roots = made.roots();
    let mut places: Vec<Option<u32>> = vec![None; roll.items.len()];
    for (place, item) in (1..).zip(&made.arranged.order) {
        if let Some(of_item) = places.get_mut(*item) {
            *of_item = Some(place);
        }
    }
    let rules = (0..).zip(&roll.list.rules);
    let needs: Vec<(usize, FieldId)> = rules
        .filter_map(|(rule, written)| match written.kind {
            OrderRuleKind::Needs(field) => Some((rule, field)),
            _ => None,
        })
        .collect();
    let read: Vec<Vec<&Expression>> = roll.list.limits.iter().map(reads).collect();
    let mut reasons = Vec::new();
    for (item, place) in places.into_iter().enumerate() {
        made.add_membership(item, &mut reasons);
        made.add_needs(item, &needs, &mut reasons);
        made.add_limits(item, &read, &mut reasons);
        while let Some(place) = next.next_if(|place| place.item() == item) {
            reasons.extend(of_order.reason(made, place));
        }
        let record = roll.record(item);
        let Some(decision) = decisions.get_mut(record.row as usize) else {
            continue;
        };
        let status =
            made.selection
                .verdicts
                .get(item)
                .map_or(Status::Undetermined, |verdict| match verdict {
                    Verdict::Protected => Status::Prioritised,
                    Verdict::Kept(_) => Status::Kept,
                    Verdict::CutByNeed(_) | Verdict::CutByLimit(_) => Status::Cut,
                    Verdict::Undetermined(_) => Status::Undetermined,
                });
        set_status(decision, status, own);
        decision.place = place;
        // Of millions, room for reasons that do not come is more than the reasons.
        decision.reasons.reserve_exact(reasons.len());
        decision.reasons.append(&mut reasons);
        if status == Status::Undetermined {
            let root = roots.get(item).copied().unwrap_or(item);
            let missing = made.missing(root);
            let missing = roll.context.beside(&missing, roll.record(root), record);
            roll.context.add_missing(&mut decision.missing, missing, record);
        }
    }
}

fn set_status(decision: &mut Decision, status: Status, own: bool) {
    if own {
        decision.selection = Some(status);
    } else {
        decision.status = status;
    }
}

impl Made<'_, '_, '_> {
    fn reason(&self, clause: &Clause<'_>, record: Reference, after: Vec<Reference>) -> Reason {
        let list = self.roll.list;
        let named = Named {
            kind: clause.kind,
            rule: &list.name,
            title: list.title.as_ref(),
            ground: clause.ground,
            place: clause.place,
        };
        let mut reason = self.roll.context.reason(&named, record);
        reason.text = Some(Arc::clone(clause.text));
        reason.after = after;
        reason
    }

    pub(super) fn order_reason(
        &self,
        rule: usize,
        kind: ReasonKind,
        record: Reference,
        after: Vec<Reference>,
    ) -> Option<Reason> {
        let rule = self.roll.list.rules.get(rule)?;
        let clause = Clause {
            kind,
            text: &rule.text,
            ground: &rule.ground,
            place: rule.place,
        };
        Some(self.reason(&clause, record, after))
    }

    /// The `may cut` and `protect` clauses that speak of a participant, or what protects it besides.
    fn add_membership(&self, item: usize, reasons: &mut Vec<Reason>) {
        let record = self.roll.record(item);
        let protected = self.protection.protected.get(item) == Some(&true);
        for index in protection::clauses(self.roll, item, protected) {
            let Some(clause) = self.roll.list.membership.get(index) else {
                continue;
            };
            let kind = if clause.protects {
                ReasonKind::Protect
            } else {
                ReasonKind::MayCut
            };
            let told = Clause {
                kind,
                text: &clause.text,
                ground: &clause.ground,
                place: clause.place,
            };
            let mut reason = self.reason(&told, record, Vec::new());
            let holding = clause.members.iter().zip(self.roll.members(index));
            let holding = holding.filter(|(_, members)| members.get(item) == Some(&true));
            let conditions: Vec<&Expression> = holding.map(|((_, condition), _)| condition).collect();
            let evaluator = &self.roll.context.evaluator;
            (reason.facts, reason.grounds) = evaluator.facts_and_grounds(&conditions, record);
            reasons.push(reason);
        }
        if let Some((rule, by)) = self.protection.widened.get(&item) {
            let by = self.roll.record(*by);
            let reason = self.order_reason(*rule, ReasonKind::Protect, record, vec![by]);
            reasons.extend(reason.map(|mut reason| {
                reason.facts = match self.roll.list.rules.get(*rule).map(|rule| &rule.kind) {
                    Some(OrderRuleKind::Needs(_)) => self.facts_of_needs(*rule, by, record),
                    _ => places::facts(self, *rule, record, &places::Others::of(self, *rule, vec![by])),
                };
                reason
            }));
        }
    }

    /// What a candidate needs; of one that is cut for it, only what is not kept.
    fn add_needs(&self, item: usize, rules: &[(usize, FieldId)], reasons: &mut Vec<Reason>) {
        if self.protection.protected.get(item) == Some(&true) {
            return;
        }
        let cut_by = match self.selection.verdicts.get(item) {
            Some(Verdict::CutByNeed(missing)) => Some(missing),
            _ => None,
        };
        let is_told = |needed: usize| {
            cut_by.is_none_or(|missing| {
                missing.iter().all(|missing| missing.item != item)
                    || missing
                        .iter()
                        .any(|missing| (missing.item, missing.needs) == (item, needed))
            })
        };
        for &(rule, field) in rules {
            let needs = self.roll.needs.get(item).into_iter().flatten();
            let mut after: Vec<Reference> = needs
                .filter(|need| need.rule == rule && is_told(need.item))
                .map(|need| self.roll.record(need.item))
                .collect();
            let open = self.roll.open_needs.get(item).into_iter().flatten();
            let mut unknown = false;
            for open in open {
                match open {
                    OpenNeed::Record { rule: by, record } if *by == rule => after.push(*record),
                    OpenNeed::Field(open) if *open == field => unknown = true,
                    _ => {}
                }
            }
            if !after.is_empty() || unknown {
                after.truncate(NEAREST);
                let record = self.roll.record(item);
                let reason = self.order_reason(rule, ReasonKind::Needs, record, after);
                reasons.extend(reason.map(|mut reason| {
                    reason.facts = self.facts_of_needs(rule, record, record);
                    reason
                }));
            }
        }
    }

    /// The limits that cut a candidate, that took it early, or that could not count it.
    /// `read` is what each limit reads of a record.
    fn add_limits(&self, item: usize, read: &[Vec<&Expression>], reasons: &mut Vec<Reason>) {
        let record = self.roll.record(item);
        let mut told: SmallVec<[(usize, Vec<Reference>); 2]> = SmallVec::new();
        match self.selection.verdicts.get(item) {
            Some(Verdict::CutByLimit(refusals)) => {
                for refusal in refusals {
                    let closed_by = refusal.closed_by.map(|item| self.roll.record(item));
                    match told.iter_mut().find(|(limit, _)| *limit == refusal.limit) {
                        Some((_, after)) => after.extend(closed_by),
                        None => told.push((refusal.limit, closed_by.into_iter().collect())),
                    }
                }
            }
            Some(Verdict::Kept(Some(taken))) => {
                let along_with = Some(taken.along_with).filter(|other| *other != item);
                let along_with = along_with.map(|other| self.roll.record(other));
                told.push((taken.limit, along_with.into_iter().collect()));
            }
            Some(Verdict::Undetermined(Doubt::Unknown { .. })) => {
                let limits = self.uncounted(item).map(|(limit, _)| (limit, Vec::new()));
                told.extend(limits);
            }
            _ => {}
        }
        for (limit, mut after) in told {
            let (Some(limit), Some(read)) = (self.roll.list.limits.get(limit), read.get(limit)) else {
                continue;
            };
            after.sort_unstable();
            after.dedup();
            after.truncate(NEAREST);
            let clause = Clause {
                kind: ReasonKind::Limit,
                text: &limit.text,
                ground: &limit.ground,
                place: limit.place,
            };
            let mut reason = self.reason(&clause, record, after);
            let evaluator = &self.roll.context.evaluator;
            (reason.facts, reason.grounds) = evaluator.facts_and_grounds(read, record);
            reasons.push(reason);
        }
    }

    /// The limits that cannot count a participant.
    fn uncounted(&self, item: usize) -> impl Iterator<Item = (usize, &Limit)> {
        let limits = self.roll.list.limits.iter().zip(self.limits).enumerate();
        limits
            .filter(move |(_, (_, counting))| {
                matches!(counting.counts.get(item), Some(Count::Unknown { .. }))
            })
            .map(|(index, (limit, _))| (index, limit))
    }

    /// The field in which one record names what it needs, as it is named beside another.
    fn facts_of_needs(&self, rule: usize, of: Reference, beside: Reference) -> Vec<FactRead> {
        match self.roll.list.rules.get(rule).map(|rule| &rule.kind) {
            Some(OrderRuleKind::Needs(field)) => vec![self.beside(of, *field, beside)],
            _ => Vec::new(),
        }
    }

    fn beside(&self, record: Reference, field: FieldId, beside: Reference) -> FactRead {
        FactRead {
            record,
            field,
            name: self.roll.context.evaluator.fact_name(beside, record, field),
        }
    }

    /// For each undetermined candidate the one with which the doubt begins.
    fn roots(&self) -> Vec<usize> {
        let mut roots: Vec<usize> = (0..self.roll.items.len()).collect();
        let mut known = vec![false; roots.len()];
        let mut path = Vec::new();
        for start in 0..roots.len() {
            let mut at = start;
            while known.get(at) == Some(&false) {
                path.push(at);
                if let Some(known) = known.get_mut(at) {
                    *known = true;
                }
                match self.selection.verdicts.get(at) {
                    Some(Verdict::Undetermined(Doubt::Needs(other) | Doubt::Together(other))) => at = *other,
                    _ => break,
                }
            }
            let root = roots.get(at).copied().unwrap_or(at);
            for item in path.drain(..) {
                if let Some(place) = roots.get_mut(item) {
                    *place = root;
                }
            }
        }
        roots
    }

    /// What is unknown about a candidate itself, or about what it needs.
    fn missing(&self, item: usize) -> Vec<Arc<str>> {
        let (context, record) = (self.roll.context, self.roll.record(item));
        let reads: Vec<&Expression> = self.uncounted(item).flat_map(|(_, limit)| reads(limit)).collect();
        let mut missing = if reads.is_empty() {
            Vec::new()
        } else {
            context.missing(&reads, record)
        };
        for open in self.roll.open_needs.get(item).into_iter().flatten() {
            let more = match open {
                OpenNeed::Field(field) => vec![Arc::clone(&context.policy.field(record.record, *field).name)],
                OpenNeed::Record { record: needed, .. } => match self.roll.parts.get(needed.row as usize) {
                    Some(Part::Undetermined(missing)) => context.beside(missing, *needed, record),
                    _ => Vec::new(),
                },
            };
            context.add_missing(&mut missing, more, record);
        }
        missing
    }
}

/// What a limit reads of a record.
fn reads(limit: &Limit) -> Vec<&Expression> {
    let amount = Some(&limit.amount).filter(|amount| !matches!(amount.kind, ExpressionKind::Constant(_)));
    let parts = [
        limit.condition.as_ref(),
        limit.of.as_ref(),
        limit.per.as_ref(),
        amount,
    ];
    parts.into_iter().flatten().collect()
}
