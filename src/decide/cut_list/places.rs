//! What the rules about the order say of each candidate: whom it stands after, or together with, and by what facts.
//!
//! Comes in: the order, and how each rule binds. Goes out: reasons, candidate by candidate. It never decides anything.
//!
//! Invariant: what is said of the same others is found once, however many candidates stand after them.

use super::telling::{Made, NEAREST};
use crate::decide::{FactRead, Reason, ReasonKind};
use crate::model::{Expression, GroupRef, OrderRuleKind, Reference};

/// How many records the reasons of one rule name in all.
const NAMED_BY_A_RULE: usize = 200_000;
/// Of how many of those that a reason names it gives the facts, in the reasons of one rule in all.
const READ_BY_A_RULE: usize = 20_000;

/// What the rules about the order say of every candidate.
#[derive(Default)]
pub(super) struct OfOrder {
    places: Vec<Place>,
    others: Vec<Others>,
}

/// That a rule speaks of a candidate.
pub(super) struct Place {
    item: u32,
    rule: u32,
    /// Those it stands after or together with, among all [`Others`].
    others: u32,
    kind: ReasonKind,
}

impl Place {
    /// The candidate.
    pub(super) fn item(&self) -> usize {
        self.item as usize
    }
}

/// Records that a reason names.
#[derive(Default)]
pub(super) struct Others {
    records: Vec<Reference>,
    /// The facts by which the rule speaks of them (of very many the nearest), as a third record names them.
    facts: Vec<FactRead>,
}

impl Others {
    /// Records that a reason of this rule names; the nearest stand last.
    pub(super) fn of(made: &Made<'_, '_, '_>, rule: usize, records: Vec<Reference>) -> Others {
        let of_others: Vec<&Expression> = match made.roll.list.rules.get(rule).map(|rule| &rule.kind) {
            Some(OrderRuleKind::Place(_, before, within) | OrderRuleKind::Prefer(_, before, within)) => {
                std::iter::once(&before.condition).chain(within).collect()
            }
            Some(OrderRuleKind::AllOrNothing(group, within)) => {
                let group = group.as_ref().map(|group| &group.condition);
                group.into_iter().chain(within).collect()
            }
            _ => Vec::new(),
        };
        let evaluator = &made.roll.context.evaluator;
        let told = (READ_BY_A_RULE / made.roll.items.len().max(1)).clamp(1, NEAREST);
        let nobody = made.roll.record(usize::MAX);
        let mut facts: Vec<FactRead> = Vec::new();
        for other in records.iter().skip(records.len().saturating_sub(told)) {
            for fact in evaluator.facts(&of_others, *other) {
                if !is_among(&facts, &fact) {
                    let name = evaluator.fact_name(nobody, fact.record, fact.field);
                    facts.push(FactRead { name, ..fact });
                }
            }
        }
        Others { records, facts }
    }
}

fn is_among(facts: &[FactRead], fact: &FactRead) -> bool {
    facts
        .iter()
        .any(|known| (known.record, known.field) == (fact.record, fact.field))
}

/// The facts by which a rule about the order speaks of a record, and of those it stands after or together with.
pub(super) fn facts(
    made: &Made<'_, '_, '_>,
    rule: usize,
    record: Reference,
    others: &Others,
) -> Vec<FactRead> {
    let evaluator = &made.roll.context.evaluator;
    let rule = made.roll.list.rules.get(rule);
    let mut facts = match rule.map(|rule| &rule.kind) {
        Some(OrderRuleKind::Place(group, _, within) | OrderRuleKind::Prefer(group, _, within)) => {
            match within {
                Some(within) => evaluator.facts(&[&group.condition, within], record),
                None => evaluator.facts(&[&group.condition], record),
            }
        }
        Some(OrderRuleKind::CutFirst(tiers) | OrderRuleKind::KeepFirst(tiers)) => {
            // It is in the first tier that holds, and was looked for in those before it.
            let holds = |tier: &GroupRef| evaluator.truth(&tier.condition, record) == Some(true);
            let last = tiers.iter().position(holds).unwrap_or(tiers.len());
            let read = tiers.iter().take(last + 1);
            let read: Vec<&Expression> = read.map(|tier| &tier.condition).collect();
            evaluator.facts(&read, record)
        }
        Some(OrderRuleKind::AllOrNothing(group, within)) => {
            let group = group.as_ref().map(|group| &group.condition);
            let read: Vec<&Expression> = group.into_iter().chain(within).collect();
            evaluator.facts(&read, record)
        }
        Some(OrderRuleKind::Needs(_)) | None => Vec::new(),
    };
    let own = facts.len();
    facts.reserve_exact(others.facts.len());
    for fact in &others.facts {
        if !is_among(facts.get(..own).unwrap_or(&[]), fact) {
            let mut fact = fact.clone();
            if fact.record == record {
                fact.name = evaluator.fact_name(record, record, fact.field);
            }
            facts.push(fact);
        }
    }
    facts
}

impl OfOrder {
    /// What the rules say, as written, of every candidate.
    pub(super) fn find(made: &Made<'_, '_, '_>) -> OfOrder {
        let order = &made.arranged.order;
        let named = (NAMED_BY_A_RULE / order.len().max(1)).clamp(1, NEAREST);
        let mut found = OfOrder::default();
        found.others.push(Others::default());
        for (index, rule) in made.roll.list.rules.iter().enumerate() {
            match &rule.kind {
                OrderRuleKind::Place(..) => found.add_places(made, index, ReasonKind::Place, named),
                OrderRuleKind::Prefer(..) => found.add_places(made, index, ReasonKind::Prefer, named),
                OrderRuleKind::CutFirst(tiers) | OrderRuleKind::KeepFirst(tiers) => {
                    let in_a_tier = |item: &&usize| {
                        (0..tiers.len()).any(|tier| made.roll.group(index, tier).get(**item) == Some(&true))
                    };
                    for item in order.iter().filter(in_a_tier) {
                        found.add(index, ReasonKind::Tier, *item, 0);
                    }
                }
                OrderRuleKind::AllOrNothing(..) => found.add_together(made, index, named),
                OrderRuleKind::Needs(_) => {}
            }
        }
        found
            .places
            .sort_unstable_by_key(|place| (place.item, place.rule));
        found
    }

    /// By candidate, and of each by rule.
    pub(super) fn places(&self) -> &[Place] {
        &self.places
    }

    /// What a rule says of a candidate, as a reason.
    pub(super) fn reason(&self, made: &Made<'_, '_, '_>, place: &Place) -> Option<Reason> {
        let others = self.others.get(place.others as usize)?;
        let (rule, record) = (place.rule as usize, made.roll.record(place.item()));
        let mut reason = made.order_reason(rule, place.kind, record, others.records.clone())?;
        reason.facts = facts(made, rule, record, others);
        Some(reason)
    }

    fn add(&mut self, rule: usize, kind: ReasonKind, item: usize, others: u32) {
        // Records are numbered by 32 bits, and rules are fewer.
        if let (Ok(item), Ok(rule)) = (u32::try_from(item), u32::try_from(rule)) {
            self.places.push(Place {
                item,
                rule,
                others,
                kind,
            });
        }
    }

    fn add_others(&mut self, made: &Made<'_, '_, '_>, rule: usize, records: Vec<Reference>) -> u32 {
        let number = u32::try_from(self.others.len()).unwrap_or(u32::MAX);
        self.others.push(Others::of(made, rule, records));
        number
    }

    fn add_places(&mut self, made: &Made<'_, '_, '_>, rule: usize, kind: ReasonKind, named: usize) {
        let Some(Some(binding)) = made.arranged.bindings.get(rule) else {
            return;
        };
        let (after, before) = (made.roll.group(rule, 0), made.roll.group(rule, 1));
        let side = |item: usize| (after.get(item) == Some(&true), before.get(item) == Some(&true));
        let class = |item: usize| {
            let class = binding.classes.of.get(item).copied().flatten()? as usize;
            (binding.kept.get(class) == Some(&true)).then_some(class)
        };
        // Down the order, those of each class that others must stand after; and the last of them as somebody named them.
        let mut earlier: Vec<(Vec<Reference>, Option<u32>)> = vec![Default::default(); binding.classes.len()];
        for item in &made.arranged.order {
            let side = side(*item);
            if side.0 == side.1 {
                continue;
            }
            let Some((earlier, nearest)) = class(*item).and_then(|class| earlier.get_mut(class)) else {
                continue;
            };
            if side.1 {
                earlier.push(made.roll.record(*item));
                *nearest = None;
            } else if !earlier.is_empty() {
                let others = *nearest.get_or_insert_with(|| {
                    let start = earlier.len().saturating_sub(named);
                    self.add_others(made, rule, earlier.get(start..).unwrap_or(&[]).to_vec())
                });
                self.add(rule, kind, *item, others);
            }
        }
    }

    fn add_together(&mut self, made: &Made<'_, '_, '_>, rule: usize, named: usize) {
        let Some((_, classes)) = made.protection.together.iter().find(|(index, _)| *index == rule) else {
            return;
        };
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); classes.len()];
        for item in &made.arranged.order {
            let class = classes.of.get(*item).copied().flatten();
            if let Some(members) = class.and_then(|class| members.get_mut(class as usize)) {
                members.push(*item);
            }
        }
        for members in members.iter().filter(|members| members.len() > 1) {
            for (index, item) in members.iter().enumerate() {
                let start = index
                    .saturating_sub(named / 2)
                    .min(members.len().saturating_sub(named + 1));
                let near = members
                    .iter()
                    .skip(start)
                    .take(named + 1)
                    .filter(|other| *other != item);
                let near = near.map(|other| made.roll.record(*other)).collect();
                let others = self.add_others(made, rule, near);
                self.add(rule, ReasonKind::Together, *item, others);
            }
        }
    }
}
