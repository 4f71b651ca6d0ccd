//! The order of the candidates, by the list's own rules.
//!
//! Comes in: the roll and who is protected. Goes out: the candidates in their order with the effect of every rule, or the
//! shortest contradiction. It hands the sorting to [`order`] and never looks at amounts.
//!
//! Invariant: candidates are numbered by `otherwise by`, the best first; the keys of the records tell the rest apart.

use std::cmp::Ordering;

use super::super::evaluate::Standing;
use super::order::{self, Cause, Contradiction, Placement, Rule, Step};
use super::protection::Protection;
use super::roll::{Classes, Roll};
use super::sets::Sets;
use crate::decide::{OrderStep, RuleEffect, SetAside};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Number, OrderRuleKind, Reference, Value};

/// How many records a warning points at.
const POINTED_AT: usize = 3;
/// How many steps of a contradiction are told.
const STEPS_TOLD: usize = 10;

/// The candidates in their order.
pub(super) struct Arranged {
    /// The participants that are candidates, from most worth keeping to first to go.
    pub(super) order: Vec<usize>,
    /// What every rule did. A preference that was set aside for all records it speaks of is only in `set_aside`.
    pub(super) effects: Vec<RuleEffect>,
    /// The preferences that yielded.
    pub(super) set_aside: Vec<SetAside>,
    /// For `place` and kept `prefer` rules, by rule, how they bind.
    pub(super) bindings: Vec<Option<Binding>>,
    numbering: Numbering,
    problem: order::Problem,
}

/// How a `place` or `prefer` rule binds participants.
pub(super) struct Binding {
    /// The class of each participant.
    pub(super) classes: Classes,
    /// For each class whether the rule is kept in it.
    pub(super) kept: Vec<bool>,
}

/// The candidates by priority.
struct Numbering {
    /// The participant of each number.
    items: Vec<usize>,
    /// The number of each participant that is a candidate.
    numbers: Vec<Option<usize>>,
    /// For each number whether only the record key puts it behind the one before.
    tied: Vec<bool>,
}

impl Numbering {
    fn of(roll: &Roll<'_, '_>, protection: &Protection, standing: &Standing) -> Numbering {
        let list = roll.list;
        let rank = |record: Reference| -> Option<Value> {
            let own = roll.context.records.own_ancestor(roll.context.policy, record)?;
            let rank = standing.ranks.get(own.row as usize).copied().flatten()?;
            Some(Value::Number(Number::from_integer(i64::from(rank))))
        };
        let keys = |record: Reference| -> Vec<Option<Value>> {
            match &list.otherwise_by {
                None => vec![rank(record)],
                Some(otherwise) => {
                    let value =
                        |key: &crate::model::RankKey| roll.context.evaluator.value(&key.value, record);
                    otherwise.keys.iter().map(value).collect()
                }
            }
        };
        let descending: Vec<bool> = list
            .otherwise_by
            .iter()
            .flat_map(|otherwise| &otherwise.keys)
            .map(|key| key.descending)
            .chain(std::iter::once(false))
            .collect();
        let compare = |left: &[Option<Value>], right: &[Option<Value>]| {
            let each = left.iter().zip(right).zip(&descending);
            each.map(|((left, right), descending)| match (left, right) {
                (Some(left), Some(right)) if *descending => right.cmp(left),
                (Some(left), Some(right)) => left.cmp(right),
                // Unknown values stand last, whichever way the key goes.
                (left, right) => left.is_none().cmp(&right.is_none()),
            })
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
        };
        let candidates = roll.items.iter().zip(&protection.protected).enumerate();
        let candidates = candidates.filter(|(_, (_, protected))| !**protected);
        let mut sorted: Vec<(usize, Vec<Option<Value>>)> = candidates
            .map(|(item, (record, _))| (item, keys(*record)))
            .collect();
        sorted.sort_by(|(a, left), (b, right)| {
            compare(left, right).then_with(|| roll.key(*a).cmp(roll.key(*b)))
        });
        let equals = sorted.windows(2).map(|pair| match pair {
            [(_, left), (_, right)] => compare(left, right).is_eq(),
            _ => false,
        });
        let tied = std::iter::once(false).chain(equals).collect();
        let items: Vec<usize> = sorted.iter().map(|(item, _)| *item).collect();
        let mut numbers = vec![None; roll.items.len()];
        for (number, item) in items.iter().enumerate() {
            if let Some(place) = numbers.get_mut(*item) {
                *place = Some(number);
            }
        }
        Numbering { items, numbers, tied }
    }

    fn number(&self, item: usize) -> Option<usize> {
        self.numbers.get(item).copied().flatten()
    }

    fn item(&self, number: usize) -> usize {
        self.items.get(number).copied().unwrap_or(usize::MAX)
    }

    /// A list over participants as one over candidates.
    fn pick<T: Copy + Default>(&self, of_items: &[T]) -> Vec<T> {
        let pick = |item: &usize| of_items.get(*item).copied().unwrap_or_default();
        self.items.iter().map(pick).collect()
    }
}

/// Orders the candidates; warnings are added to `warnings`.
///
/// # Errors
/// Binding rules that contradict each other.
pub(super) fn arrange(
    roll: &Roll<'_, '_>,
    protection: &Protection,
    standing: &Standing,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Arranged, Diagnostic> {
    let numbering = Numbering::of(roll, protection, standing);
    let mut written = Vec::new();
    let mut rules = Vec::new();
    let mut bindings: Vec<Option<Binding>> = Vec::new();
    for (index, rule) in roll.list.rules.iter().enumerate() {
        let mut binding = None;
        let tier = |tiers: usize| {
            (0..tiers)
                .map(|tier| numbering.pick(roll.group(index, tier)))
                .collect()
        };
        let made = match &rule.kind {
            OrderRuleKind::Place(_, _, within) | OrderRuleKind::Prefer(_, _, within) => {
                let prefer = matches!(rule.kind, OrderRuleKind::Prefer(..));
                let classes = roll.classes(within.as_ref());
                let placement = Placement {
                    after: numbering.pick(roll.group(index, 0)),
                    before: numbering.pick(roll.group(index, 1)),
                    class: numbering.pick(&classes.of),
                };
                warnings.extend(in_both(roll, &numbering, index, &placement));
                binding = Some(Binding {
                    kept: vec![!prefer; classes.len()],
                    classes,
                });
                if prefer {
                    Some(Rule::Prefer(placement))
                } else {
                    Some(Rule::Place(placement))
                }
            }
            OrderRuleKind::CutFirst(tiers) => Some(Rule::CutFirst(tier(tiers.len()))),
            OrderRuleKind::KeepFirst(tiers) => Some(Rule::KeepFirst(tier(tiers.len()))),
            OrderRuleKind::Needs(_) => Some(Rule::Needs(needs(roll, &numbering, index))),
            OrderRuleKind::AllOrNothing(..) => None,
        };
        bindings.push(binding);
        if let Some(made) = made {
            written.push(index);
            rules.push(made);
        }
    }
    // Participants are numbered in the data's order.
    let data_order = numbering.numbers.iter().copied().flatten().collect();
    let groups: Vec<Vec<usize>> = protection
        .sets
        .all()
        .iter()
        .map(|set| set.iter().filter_map(|item| numbering.number(*item)).collect())
        .collect();
    let problem = order::Problem {
        candidates: numbering.items.len(),
        rules,
        sets: Sets::merge(numbering.items.len(), &groups),
        data_order,
    };
    let steps = |found: &Contradiction| -> Vec<OrderStep> {
        let step = |step: &Step| OrderStep {
            record: roll.record(numbering.item(step.item)),
            after: roll.record(numbering.item(step.after)),
            rule: match step.by {
                Cause::Rule(rule) => written.get(rule).copied().unwrap_or(0),
                Cause::Together => {
                    protection.together_by(numbering.item(step.item), numbering.item(step.after))
                }
            },
        };
        found.steps.iter().map(step).collect()
    };
    let arrangement = order::arrange(&problem).map_err(|found| contradiction(roll, &steps(&found)))?;
    let mut finds = vec![false; roll.list.rules.len()];
    for (found, rule) in arrangement.finds.iter().zip(&written) {
        if let Some(place) = finds.get_mut(*rule) {
            *place = *found;
        }
    }
    let mut set_aside = Vec::new();
    for tried in &arrangement.preferences {
        let Some(rule) = written.get(tried.rule).copied() else {
            continue;
        };
        let Some(binding) = bindings.get_mut(rule).and_then(Option::as_mut) else {
            continue;
        };
        let class = tried.class as usize;
        if let Some(against) = &tried.set_aside {
            let of_type = match roll.list.rules.get(rule).map(|rule| &rule.kind) {
                Some(OrderRuleKind::Prefer(_, _, Some(within))) => Some(within.of_type.clone()),
                _ => None,
            };
            set_aside.push(SetAside {
                rule,
                within: binding.classes.values.get(class).cloned().zip(of_type),
                against: steps(against),
            });
        } else if let Some(kept) = binding.kept.get_mut(class) {
            *kept = true;
        }
    }
    let effects = super::effects::effects(roll, protection, &finds, &bindings);
    let order = arrangement
        .order
        .iter()
        .map(|number| numbering.item(*number))
        .collect();
    Ok(Arranged {
        order,
        effects,
        set_aside,
        bindings,
        numbering,
        problem,
    })
}

impl Arranged {
    /// Whether only record keys put one candidate before another that stands later in the order: were the keys the other
    /// way round, so would be the order.
    pub(super) fn only_keys_part(&self, earlier: usize, later: usize) -> bool {
        let best = |item: usize| {
            let number = self.numbering.number(item)?;
            Some(self.problem.sets.with(number).first().copied().unwrap_or(number))
        };
        let (Some(first), Some(second)) = (best(earlier), best(later)) else {
            return false;
        };
        // One that stands earlier though its key is the later one is there by a rule.
        let between = self.numbering.tied.get(first + 1..=second).unwrap_or(&[]);
        if between.is_empty() || between.contains(&false) {
            return false;
        }
        let mut swapped = self.problem.clone();
        swap(&mut swapped, first, second);
        let place = |order: &[usize], number: usize| order.iter().position(|other| *other == number);
        // The two have changed numbers: the later one now has the earlier one's.
        order::arrange(&swapped)
            .is_ok_and(|arranged| place(&arranged.order, first) < place(&arranged.order, second))
    }
}

/// Exchanges two candidates' priorities.
fn swap(problem: &mut order::Problem, low: usize, high: usize) {
    let other = |number: usize| match number {
        _ if number == low => high,
        _ if number == high => low,
        _ => number,
    };
    for rule in &mut problem.rules {
        match rule {
            Rule::Place(placement) | Rule::Prefer(placement) => {
                placement.after.swap(low, high);
                placement.before.swap(low, high);
                placement.class.swap(low, high);
            }
            Rule::CutFirst(tiers) | Rule::KeepFirst(tiers) => {
                for tier in tiers {
                    tier.swap(low, high);
                }
            }
            Rule::Needs(pairs) => {
                for (dependent, needed) in pairs {
                    *dependent = other(*dependent);
                    *needed = other(*needed);
                }
            }
        }
    }
    let sets = problem.sets.all().iter();
    let sets: Vec<Vec<usize>> = sets
        .map(|set| set.iter().map(|number| other(*number)).collect())
        .collect();
    problem.sets = Sets::merge(problem.candidates, &sets);
    for number in &mut problem.data_order {
        *number = other(*number);
    }
}

fn needs(roll: &Roll<'_, '_>, numbering: &Numbering, rule: usize) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (item, needs) in roll.needs.iter().enumerate() {
        for need in needs.iter().filter(|need| need.rule == rule) {
            if let (Some(item), Some(needed)) = (numbering.number(item), numbering.number(need.item)) {
                pairs.push((item, needed));
            }
        }
    }
    pairs
}

/// A warning about the candidates on both sides of a rule.
fn in_both(
    roll: &Roll<'_, '_>,
    numbering: &Numbering,
    rule: usize,
    placement: &Placement,
) -> Option<Diagnostic> {
    let rule = roll.list.rules.get(rule)?;
    let mut both: Vec<usize> = placement
        .in_both()
        .into_iter()
        .map(|number| numbering.item(number))
        .collect();
    if both.is_empty() {
        return None;
    }
    both.sort_unstable();
    let both: Vec<Reference> = both.into_iter().map(|item| roll.record(item)).collect();
    let (OrderRuleKind::Place(after, before, _) | OrderRuleKind::Prefer(after, before, _)) = &rule.kind
    else {
        return None;
    };
    let verb = if both.len() == 1 { "is" } else { "are" };
    let message = format!(
        "{} {verb} in `{}` and in `{}`, so that this rule does not bind {}",
        roll.context.listed(&both),
        after.name,
        before.name,
        if both.len() == 1 { "it" } else { "them" },
    );
    let mut warning = Diagnostic::new(Code::MemberOfBoth, message).at(rule.place, "this rule");
    for record in both.iter().take(POINTED_AT) {
        let key = format!("`{}`", roll.context.records.key(*record));
        warning = warning.at(roll.context.records.place(*record), key);
    }
    Some(warning)
}

fn contradiction(roll: &Roll<'_, '_>, steps: &[OrderStep]) -> Diagnostic {
    let key = |record: Reference| roll.context.records.key(record);
    let rule = |step: &OrderStep| roll.list.rules.get(step.rule);
    let tell = |step: &OrderStep| {
        let together = rule(step).is_some_and(|rule| matches!(rule.kind, OrderRuleKind::AllOrNothing(..)));
        let relation = if together { "together with" } else { "after" };
        format!("`{}` stands {relation} `{}`", key(step.record), key(step.after))
    };
    let mut told: Vec<String> = steps
        .iter()
        .take(STEPS_TOLD)
        .map(|step| {
            let text = rule(step).map_or("", |rule| &rule.text);
            format!("{} by `{text}`", tell(step))
        })
        .collect();
    if let Some(more) = steps.len().checked_sub(STEPS_TOLD).filter(|more| *more > 0) {
        told.push(format!("and so on, {more} steps more"));
    }
    let message = format!(
        "rules of the cut list `{}` contradict each other: {}",
        roll.list.name,
        told.join(", ")
    );
    let mut diagnostic = Diagnostic::new(Code::CutListCycle, message);
    let mut pointed_at = Vec::new();
    for step in steps {
        if let (false, Some(rule)) = (pointed_at.contains(&step.rule), rule(step)) {
            pointed_at.push(step.rule);
            diagnostic = diagnostic.at(rule.place, tell(step));
        }
    }
    for step in steps.iter().take(STEPS_TOLD) {
        let place = roll.context.records.place(step.record);
        diagnostic = diagnostic.at(place, format!("`{}`", key(step.record)));
    }
    diagnostic.help("narrow one of the rules, or make a `place` rule a `prefer` rule, which yields")
}
