//! What every rule about the order came to, and which groups nobody is in.
//!
//! Comes in: the roll, who is protected, and which rules found candidates to order. Goes out: binds, holds already, or no
//! such records. It never orders anything.
//!
//! Invariant: a rule that orders candidates binds, whatever else it says.

use super::arrangement::Binding;
use super::protection::Protection;
use super::roll::Roll;
use crate::decide::{Decisions, Effect, RuleEffect};
use crate::diagnostic::{Code, Diagnostic, Label};
use crate::model::{GroupRef, OrderRule, OrderRuleKind, Policy};

/// The clauses that find no records in the data at hand, as findings. A rule that is idle for a group that is told shows there.
pub fn idle_rules(policy: &Policy, decisions: &Decisions) -> Vec<Diagnostic> {
    let (Some(list), Some(outcome)) = (&policy.cut_list, &decisions.cut_list) else {
        return Vec::new();
    };
    let idle = outcome
        .rules
        .iter()
        .filter(|rule| rule.effect == Effect::NoSuchRecords);
    let mut idle: Vec<&OrderRule> = idle.filter_map(|rule| list.rules.get(rule.rule)).collect();
    let mut found = Vec::new();
    for (clause, index) in &outcome.empty {
        let Some(clause) = list.membership.get(*clause) else {
            continue;
        };
        let Some((name, condition)) = clause.members.get(*index) else {
            continue;
        };
        let message = match name {
            Some(name) => format!("no record of the cut list is in `{name}` in this data"),
            None => "no record of the cut list meets this condition in this data".to_owned(),
        };
        let label = if clause.protects {
            "protects nothing here"
        } else {
            "lets nothing be cut here"
        };
        let mut problem = Diagnostic::new(Code::EmptyGroup, message).at(condition.place, label);
        idle.retain(|rule| {
            let rests_on_it = name
                .as_ref()
                .is_some_and(|name| named(rule).any(|group| group.name == *name));
            if rests_on_it {
                problem.labels.push(Label {
                    place: rule.place,
                    text: "orders nothing here".to_owned(),
                });
            }
            !rests_on_it
        });
        found.push(problem);
    }
    found.extend(idle.into_iter().map(|rule| {
        Diagnostic::new(
            Code::EmptyGroup,
            format!("`{}` finds no records in this data", rule.text),
        )
        .at(rule.place, "orders nothing here")
    }));
    let help = "see whether the data lacks something, or the group's condition";
    found.into_iter().map(|problem| problem.help(help)).collect()
}

/// The groups that a rule names.
fn named(rule: &OrderRule) -> impl Iterator<Item = &GroupRef> {
    let (one, more): (Vec<&GroupRef>, &[GroupRef]) = match &rule.kind {
        OrderRuleKind::Place(after, before, _) | OrderRuleKind::Prefer(after, before, _) => {
            (vec![after, before], &[])
        }
        OrderRuleKind::CutFirst(tiers) | OrderRuleKind::KeepFirst(tiers) => (Vec::new(), tiers),
        OrderRuleKind::AllOrNothing(group, _) => (group.iter().collect(), &[]),
        OrderRuleKind::Needs(_) => (Vec::new(), &[]),
    };
    one.into_iter().chain(more)
}

/// The groups of `may cut` and `protect` that none of those who take part is in.
pub(super) fn empty(roll: &Roll<'_, '_>) -> Vec<(usize, usize)> {
    if roll.items.is_empty() {
        return Vec::new();
    }
    let clauses = 0..roll.list.membership.len();
    let groups = clauses.flat_map(|clause| {
        let members = roll.members(clause).enumerate();
        members.map(move |(index, members)| ((clause, index), members))
    });
    let empty = groups.filter(|(_, members)| !members.contains(&true));
    empty.map(|(group, _)| group).collect()
}

/// The effect of each rule, as written; without the preferences that were set aside in every class.
pub(super) fn effects(
    roll: &Roll<'_, '_>,
    protection: &Protection,
    finds: &[bool],
    bindings: &[Option<Binding>],
) -> Vec<RuleEffect> {
    let mut effects = Vec::new();
    for (index, rule) in roll.list.rules.iter().enumerate() {
        let found = finds.get(index) == Some(&true);
        let holds_already = || match &rule.kind {
            OrderRuleKind::Place(..) | OrderRuleKind::Prefer(..) => {
                let binding = bindings.get(index).and_then(Option::as_ref);
                binding.is_some_and(|binding| placed_already(roll, protection, index, binding))
            }
            OrderRuleKind::CutFirst(tiers) => {
                let last = tiers.len();
                tiered_already(
                    roll,
                    protection,
                    &levels(roll, index, last, 0, |tier| last - tier),
                )
            }
            OrderRuleKind::KeepFirst(tiers) => {
                let last = tiers.len();
                tiered_already(roll, protection, &levels(roll, index, last, last, |tier| tier))
            }
            OrderRuleKind::Needs(_) => roll.needs.iter().enumerate().any(|(item, needs)| {
                let mut needs = needs.iter().filter(|need| need.rule == index);
                is_protected(protection, item) == Some(false)
                    && needs.any(|need| is_protected(protection, need.item) == Some(true))
            }),
            OrderRuleKind::AllOrNothing(..) => joined(protection, index).1,
        };
        let binds = match &rule.kind {
            OrderRuleKind::Prefer(..) if found => {
                let binding = bindings.get(index).and_then(Option::as_ref);
                if binding.is_none_or(|binding| !binding.kept.contains(&true)) {
                    continue;
                }
                true
            }
            OrderRuleKind::AllOrNothing(..) => found || joined(protection, index).0,
            _ => found,
        };
        let effect = if binds {
            Effect::Binds
        } else if holds_already() {
            Effect::HoldsAlready
        } else {
            Effect::NoSuchRecords
        };
        effects.push(RuleEffect { rule: index, effect });
    }
    effects
}

fn is_protected(protection: &Protection, item: usize) -> Option<bool> {
    protection.protected.get(item).copied()
}

/// Whether a candidate stands after a protected record by a `place` or `prefer` rule.
fn placed_already(roll: &Roll<'_, '_>, protection: &Protection, rule: usize, binding: &Binding) -> bool {
    let mut later = vec![false; binding.classes.len()];
    let mut earlier = vec![false; binding.classes.len()];
    let sides = roll.group(rule, 0).iter().zip(roll.group(rule, 1));
    for ((sides, class), protected) in sides.zip(&binding.classes.of).zip(&protection.protected) {
        let side = match (sides, protected) {
            ((true, false), false) => &mut later,
            ((false, true), true) => &mut earlier,
            _ => continue,
        };
        if let Some(place) = class.and_then(|class| side.get_mut(class as usize)) {
            *place = true;
        }
    }
    later
        .iter()
        .zip(&earlier)
        .any(|(later, earlier)| *later && *earlier)
}

/// The tier of each participant, counted from the front; who is in several stands with the first named.
fn levels(
    roll: &Roll<'_, '_>,
    rule: usize,
    tiers: usize,
    elsewhere: usize,
    level: impl Fn(usize) -> usize,
) -> Vec<usize> {
    let mut levels = vec![elsewhere; roll.items.len()];
    for tier in (0..tiers).rev() {
        for (place, member) in levels.iter_mut().zip(roll.group(rule, tier)) {
            if *member {
                *place = level(tier);
            }
        }
    }
    levels
}

/// Whether a candidate's tier comes after a protected record's.
fn tiered_already(_roll: &Roll<'_, '_>, protection: &Protection, levels: &[usize]) -> bool {
    let of = |protected: bool| {
        let each = levels.iter().zip(&protection.protected);
        each.filter(move |(_, is)| **is == protected)
            .map(|(level, _)| *level)
    };
    of(false).max() > of(true).min().map_or(Some(usize::MAX), Some)
}

/// Whether an `all or nothing` rule joins candidates, or protected records.
fn joined(protection: &Protection, rule: usize) -> (bool, bool) {
    let Some((_, classes)) = protection.together.iter().find(|(index, _)| *index == rule) else {
        return (false, false);
    };
    let mut candidates = vec![0usize; classes.len()];
    let mut protected = vec![0usize; classes.len()];
    for (class, is_protected) in classes.of.iter().zip(&protection.protected) {
        let counts = if *is_protected {
            &mut protected
        } else {
            &mut candidates
        };
        if let Some(count) = class.and_then(|class| counts.get_mut(class as usize)) {
            *count += 1;
        }
    }
    let any = |counts: &[usize]| counts.iter().any(|count| *count > 1);
    (any(&candidates), any(&protected))
}
