//! The order of the candidates, by the list's own rules.
//!
//! Comes in: the roll and who is protected. Goes out: the candidates in their order with the effect of every rule, or the
//! shortest contradiction. It hands the sorting to [`order`] and never looks at amounts.
//!
//! Invariant: candidates are numbered by `otherwise by`, the best first; the keys of the records tell the rest apart.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::super::evaluate::Standing;
use super::order::{self, Cause, Contradiction, Placement, Rule, Step};
use super::protection::Protection;
use super::roll::{Classes, Roll};
use super::sets::Sets;
use crate::decide::{OrderStep, RuleEffect, SetAside};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{OrderRuleKind, Reference};

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
    pub(super) classes: Rc<Classes>,
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
        let candidates = (0..).zip(&protection.protected);
        let candidates: Vec<usize> = candidates
            .filter(|(_, protected)| !**protected)
            .map(|(item, _)| item)
            .collect();
        let levels = levels(roll, standing, &candidates);
        let mut sorted: Vec<(u32, u64, usize)> = candidates
            .iter()
            .zip(levels)
            .map(|(item, level)| (level, first_letters(roll.key(*item)), *item))
            .collect();
        sorted.sort_unstable();
        // Where the first letters are the same, the others tell.
        let alike = sorted.chunk_by_mut(|(level, letters, _), (next, next_letters, _)| {
            (level, letters) == (next, next_letters)
        });
        for alike in alike.filter(|alike| alike.len() > 1) {
            alike.sort_unstable_by(|(.., item), (.., other)| roll.key(*item).cmp(roll.key(*other)));
        }
        let equals = sorted
            .iter()
            .zip(sorted.iter().skip(1))
            .map(|((level, ..), (next, ..))| level == next);
        let tied = std::iter::once(false).chain(equals).collect();
        let items: Vec<usize> = sorted.iter().map(|(.., item)| *item).collect();
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
    fn pick<T: Copy + Default>(&self, of_items: &[T]) -> Arc<[T]> {
        let pick = |item: &usize| of_items.get(*item).copied().unwrap_or_default();
        self.items.iter().map(pick).collect()
    }
}

/// The class of each candidate.
type ByCandidate = Arc<[Option<u32>]>;

/// Lists over participants that were made into lists over candidates before: many rules ask for the same ones.
struct Picks<'r, 'c, 'a> {
    roll: &'r Roll<'c, 'a>,
    numbering: &'r Numbering,
    groups: RefCell<BTreeMap<usize, Arc<[bool]>>>,
    classes: RefCell<Vec<(Rc<Classes>, ByCandidate)>>,
}

impl<'r, 'c, 'a> Picks<'r, 'c, 'a> {
    fn new(roll: &'r Roll<'c, 'a>, numbering: &'r Numbering) -> Picks<'r, 'c, 'a> {
        Picks {
            roll,
            numbering,
            groups: RefCell::default(),
            classes: RefCell::default(),
        }
    }

    /// The members of a group that a rule names.
    fn group(&self, rule: usize, index: usize) -> Arc<[bool]> {
        let Some(condition) = self.roll.condition(rule, index) else {
            return Arc::default();
        };
        let mut groups = self.groups.borrow_mut();
        let picked = groups.entry(condition);
        picked
            .or_insert_with(|| self.numbering.pick(self.roll.holding(condition)))
            .clone()
    }

    fn classes(&self, classes: &Rc<Classes>) -> ByCandidate {
        let mut known = self.classes.borrow_mut();
        if let Some((_, picked)) = known.iter().find(|(of, _)| Rc::ptr_eq(of, classes)) {
            return Arc::clone(picked);
        }
        let picked = self.numbering.pick(&classes.of);
        known.push((Rc::clone(classes), Arc::clone(&picked)));
        picked
    }
}

/// For each candidate where it stands by the keys of `otherwise by`, or else by rank: 0 is best, and equals stand equal.
fn levels(roll: &Roll<'_, '_>, standing: &Standing, candidates: &[usize]) -> Vec<u32> {
    let Some(otherwise) = &roll.list.otherwise_by else {
        let rank = |item: &usize| {
            let own = roll
                .context
                .records
                .own_ancestor(roll.context.policy, roll.record(*item))?;
            standing.ranks.get(own.row as usize).copied().flatten()
        };
        // Who has no rank stands last.
        return candidates
            .iter()
            .map(|item| rank(item).unwrap_or(u32::MAX))
            .collect();
    };
    let mut levels = vec![0; candidates.len()];
    for key in &otherwise.keys {
        let value = |item: &usize| roll.context.evaluator.value(&key.value, roll.record(*item));
        let by_key = dense(candidates.iter().map(value), |left, right| match (left, right) {
            (Some(left), Some(right)) if key.descending => right.cmp(left),
            (Some(left), Some(right)) => left.cmp(right),
            // Unknown values stand last, whichever way the key goes.
            (left, right) => left.is_none().cmp(&right.is_none()),
        });
        levels = dense(levels.into_iter().zip(by_key), Ord::cmp);
    }
    levels
}

/// The place of each value among all different ones, from 0.
fn dense<T>(values: impl Iterator<Item = T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<u32> {
    let mut sorted: Vec<(T, usize)> = values.zip(0..).collect();
    sorted.sort_unstable_by(|(left, _), (right, _)| compare(left, right));
    let mut places = vec![0; sorted.len()];
    let equals = sorted.chunk_by(|(left, _), (right, _)| compare(left, right).is_eq());
    for (place, equals) in (0..).zip(equals) {
        for (_, at) in equals {
            if let Some(of_value) = places.get_mut(*at) {
                *of_value = place;
            }
        }
    }
    places
}

/// The first bytes of a key as a number: where two of them differ, the keys stand as they do.
fn first_letters(key: &str) -> u64 {
    let mut first = [0; 8];
    for (place, byte) in first.iter_mut().zip(key.bytes()) {
        *place = byte;
    }
    u64::from_be_bytes(first)
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
    let picks = Picks::new(roll, &numbering);
    for (index, rule) in roll.list.rules.iter().enumerate() {
        let mut binding = None;
        let tier = |tiers: usize| (0..tiers).map(|tier| picks.group(index, tier).to_vec()).collect();
        let made = match &rule.kind {
            OrderRuleKind::Place(_, _, within) | OrderRuleKind::Prefer(_, _, within) => {
                let prefer = matches!(rule.kind, OrderRuleKind::Prefer(..));
                let classes = roll.classes(within.as_ref());
                let placement = Placement {
                    after: picks.group(index, 0),
                    before: picks.group(index, 1),
                    class: picks.classes(&classes),
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
    pub(super) fn only_keys_part(&mut self, earlier: usize, later: usize) -> bool {
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
        if is_alike(&self.problem, first, second) {
            return first < second;
        }
        swap(&mut self.problem, first, second);
        let place = |order: &[usize], number: usize| order.iter().position(|other| *other == number);
        // The two have changed numbers: the later one now has the earlier one's.
        let is_turned = order::arrange(&self.problem)
            .is_ok_and(|arranged| place(&arranged.order, first) < place(&arranged.order, second));
        swap(&mut self.problem, first, second);
        is_turned
    }
}

/// Whether no rule and no set tells two candidates apart, so that the order stays the same when they are exchanged.
fn is_alike(problem: &order::Problem, one: usize, other: usize) -> bool {
    let same_in = |members: &[bool]| members.get(one) == members.get(other);
    let is_either = |number: &usize| [one, other].contains(number);
    let in_a_set = [one, other]
        .iter()
        .any(|number| problem.sets.set_of(*number).is_some());
    !in_a_set
        && problem.rules.iter().all(|rule| match rule {
            Rule::Place(placement) | Rule::Prefer(placement) => {
                same_in(&placement.after)
                    && same_in(&placement.before)
                    && placement.class.get(one) == placement.class.get(other)
            }
            Rule::CutFirst(tiers) | Rule::KeepFirst(tiers) => tiers.iter().all(|tier| same_in(tier)),
            Rule::Needs(pairs) => !pairs
                .iter()
                .any(|(dependent, needed)| is_either(dependent) || is_either(needed)),
        })
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
                Arc::make_mut(&mut placement.after).swap(low, high);
                Arc::make_mut(&mut placement.before).swap(low, high);
                Arc::make_mut(&mut placement.class).swap(low, high);
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
