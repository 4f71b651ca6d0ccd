//! The search for the smallest change: more and more facts together, until some get there.
//!
//! Comes in: a case, a goal, and what the facts may be. Goes out: the changes found, and how far was looked. It never counts a
//! change that did not get there when it was tried.
//!
//! What cannot be part of a smallest change is left out beforehand: a fact that only such rules read as hold already, and go
//! on to hold whatever the rest of the change does.
//!
//! Invariant: changes of fewer facts have all been tried before those of more.

use std::collections::BTreeSet;

use super::{Answer, FactChange, Goal, Obstacle, Wish};
use crate::explain::Case;
use crate::explain::domain::{Candidate, Domain, distance_of, on_step, step, told};
use crate::explain::merge::{Choice, merged};
use crate::explain::reads::{Reads, of_list};
use crate::explain::trial::{Trial, Trying};
use crate::explain::what_if::Standing;
use crate::model::{FieldId, Number, OrderRuleKind, Reference, Value};

/// The most facts that are changed together.
const MOST_FIELDS: usize = 4;
/// How much work a search may do: a look at one record counts 1, deciding again 1 for each record.
const MOST_WORK: usize = 150_000;
/// How many equally small changes are told; those that differ in the value of one fact count as one.
const SHOWN: usize = 5;
/// How many of the changes found are decided again with.
const VERIFIED: usize = 60;
/// How often a stretch of numbers is halved at most.
const HALVINGS: usize = 64;
/// How many changes that may get smaller still are followed up.
const FOLLOWED: usize = 40;

/// A change as it is searched: for each fact the index of its domain, and the value.
type Found = Vec<(usize, Candidate)>;

/// A search.
pub(super) struct Search<'a> {
    pub(super) case: Case<'a>,
    pub(super) goal: Goal,
    pub(super) trial: Trial<'a>,
    /// What the facts that may matter may be.
    pub(super) domains: Vec<Domain>,
}

/// Something that must be so for the goal to be reached.
struct Needed {
    fields: BTreeSet<FieldId>,
    /// Whether it is so already, and stays so as long as its own facts do.
    holds: bool,
}

impl Search<'_> {
    /// The fields that a smallest change can be about: those of what is not yet as it must be, and of what reads one of
    /// them. What a change does to the others can be left out of it.
    pub(super) fn fields(&mut self, record: Reference) -> Vec<FieldId> {
        let needed = self.needed(record);
        let open = needed.iter().filter(|one| !one.holds);
        let mut fields: BTreeSet<FieldId> = open.flat_map(|one| &one.fields).copied().collect();
        loop {
            let before = fields.len();
            for one in &needed {
                if one.fields.iter().any(|field| fields.contains(field)) {
                    fields.extend(&one.fields);
                }
            }
            if fields.len() == before {
                break;
            }
        }
        let policy = self.case.policy;
        let key = policy.record_type(record.record).key;
        // One that is joint is never where it should be, so being joint is no way there.
        let joint = policy.joint.as_ref().filter(|_| record.record == policy.record);
        fields.retain(|field| key != Some(*field) && joint.is_none_or(|joint| joint.field != *field));
        fields.into_iter().collect()
    }

    fn needed(&mut self, record: Reference) -> Vec<Needed> {
        let policy = self.case.policy;
        let own = record.record == policy.record;
        let mut needed = Vec::new();
        if own {
            for gate in &policy.gates {
                let parts = gate.when.iter().chain([&gate.require]);
                let reads = Reads::of(policy, parts.map(|part| (policy.record, part)));
                needed.push(Needed {
                    fields: reads.fields_of(record.record),
                    holds: self.trial.gate(gate, &[]) == Some(true) && !(reads.standing && reads.known),
                });
            }
        }
        if self.goal == Goal::Eligible {
            return needed;
        }
        for exclusion in policy
            .exclusions
            .iter()
            .filter(|rule| rule.record == record.record)
        {
            let reads = Reads::of(policy, [(exclusion.record, &exclusion.when)]);
            let holds = self.trial.excludes(exclusion, &[]) == Some(false);
            needed.push(Needed {
                fields: reads.fields_of(record.record),
                // What holds while nothing is known of the others holds whatever becomes of them.
                holds: holds && !(reads.standing && reads.known),
            });
        }
        let keys = policy
            .rank
            .iter()
            .flat_map(|rank| &rank.keys)
            .map(|key| (policy.record, &key.value));
        let keys: Vec<_> = match self.goal {
            Goal::Ranked => keys.take(1).collect(),
            _ => keys.collect(),
        };
        if own && !keys.is_empty() {
            let reads = Reads::of(policy, keys);
            let known = self
                .case
                .decision(record)
                .is_some_and(|decision| decision.rank.is_some());
            needed.push(Needed {
                fields: reads.fields_of(record.record),
                holds: self.goal == Goal::Ranked && known,
            });
        }
        if self.goal == Goal::Kept {
            let mut roots = of_list(policy);
            if !own {
                // Whether the record that it stands in is selected, and as what number, may hang on its facts, too.
                let gates = policy.gates.iter();
                let gates = gates.flat_map(|gate| gate.when.iter().chain([&gate.require]));
                let keys = policy.rank.iter().flat_map(|rank| &rank.keys);
                let of_own = gates.chain(keys.map(|key| &key.value));
                roots.extend(of_own.map(|part| (policy.record, part)));
                let exclusions = policy.exclusions.iter();
                roots.extend(exclusions.map(|exclusion| (exclusion.record, &exclusion.when)));
            }
            let mut fields = Reads::of(policy, roots).fields_of(record.record);
            let rules = policy.cut_list.iter().flat_map(|list| &list.rules);
            fields.extend(rules.filter_map(|rule| match rule.kind {
                OrderRuleKind::Needs(field) => Some(field),
                _ => None,
            }));
            needed.push(Needed { fields, holds: false });
        }
        needed
    }

    /// A gate or an exclusion that stays as it is, whatever the facts.
    pub(super) fn obstacle(&mut self, record: Reference) -> Option<Obstacle> {
        let policy = self.case.policy;
        if record.record == policy.record {
            for gate in &policy.gates {
                let parts = gate.when.iter().chain([&gate.require]);
                let reads = Reads::of(policy, parts.map(|part| (policy.record, part)));
                let passes =
                    |search: &mut Self, facts: &[Trying]| search.trial.gate(gate, facts) == Some(true);
                if self.never(record, &reads, passes) {
                    return Some(Obstacle::Rule(gate.place));
                }
            }
        }
        if self.goal == Goal::Eligible {
            return None;
        }
        for exclusion in policy
            .exclusions
            .iter()
            .filter(|rule| rule.record == record.record)
        {
            let reads = Reads::of(policy, [(exclusion.record, &exclusion.when)]);
            if reads.standing || reads.others {
                continue;
            }
            let spares =
                |search: &mut Self, facts: &[Trying]| search.trial.excludes(exclusion, facts) == Some(false);
            if self.never(record, &reads, spares) {
                return Some(Obstacle::Rule(exclusion.place));
            }
        }
        None
    }

    /// Whether no values of the facts that a rule reads make it come out well, as far as they can all be tried.
    fn never(
        &mut self,
        record: Reference,
        reads: &Reads,
        mut well: impl FnMut(&mut Self, &[Trying]) -> bool,
    ) -> bool {
        const MOST_TRIES: usize = 20_000;
        if well(self, &[]) {
            return false;
        }
        let fields = reads.fields_of(record.record);
        let domains = self.domains.iter().enumerate();
        let domains = domains.filter(|(_, domain)| fields.contains(&domain.field));
        let chosen: Vec<usize> = domains.map(|(index, _)| index).collect();
        let mut tries = 1_usize;
        for domain in chosen.iter().filter_map(|index| self.domains.get(*index)) {
            tries = tries.saturating_mul(domain.candidates.len() + 1);
            if !domain.exact {
                return false;
            }
        }
        if tries > MOST_TRIES {
            return false;
        }
        // Every selection of the facts with every value, none left out.
        for together in 1..=chosen.len() {
            for facts in selections(chosen.len(), together) {
                let facts: Vec<usize> = facts
                    .iter()
                    .filter_map(|index| chosen.get(*index).copied())
                    .collect();
                for values in self.values(&facts) {
                    if well(self, &self.trying(&values)) {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// Every choice of a value for each of some domains.
    fn values(&self, domains: &[usize]) -> Vec<Found> {
        let mut all: Vec<Found> = vec![Vec::new()];
        for index in domains {
            let candidates = self
                .domains
                .get(*index)
                .map_or(&[][..], |domain| &domain.candidates);
            let with = |found: &Found| {
                let found = found.clone();
                candidates.iter().map(move |candidate| {
                    let mut found = found.clone();
                    found.push((*index, candidate.clone()));
                    found
                })
            };
            all = all.iter().flat_map(with).collect();
        }
        all
    }

    fn trying(&self, found: &Found) -> Vec<Trying> {
        let one = |(index, candidate): &(usize, Candidate)| {
            let domain = self.domains.get(*index)?;
            Some((domain.record, domain.field, Some(candidate.value.clone())))
        };
        found.iter().filter_map(one).collect()
    }

    /// Tries more and more facts together until some get there.
    pub(super) fn run(&mut self, wish: &mut Wish) {
        let sizes: Vec<usize> = self
            .domains
            .iter()
            .map(|domain| domain.candidates.len())
            .collect();
        for together in 1..=MOST_FIELDS.min(sizes.len()) {
            let left = MOST_WORK.saturating_sub(self.trial.work());
            if together > 1 && choices(&sizes, together) > left {
                return;
            }
            let (found, all) = self.level(together);
            if !found.is_empty() {
                self.answer(found, wish);
                if !wish.answers.is_empty() {
                    return;
                }
            }
            if !all {
                return;
            }
            wish.reach.together = together;
        }
        let all = wish.reach.together == sizes.len();
        if all && wish.reach.sampled.is_empty() {
            wish.obstacle = Some(Obstacle::Tried);
        }
    }

    /// The smallest changes of so many facts, and whether all were tried.
    fn level(&mut self, together: usize) -> (Vec<(Number, Found)>, bool) {
        let mut sure: Vec<(Number, Found)> = Vec::new();
        let mut rough: Vec<Found> = Vec::new();
        let mut all = true;
        'all: for facts in selections(self.domains.len(), together) {
            for found in self.values(&facts) {
                if self.trial.work() > MOST_WORK {
                    all = false;
                    break 'all;
                }
                let distance = total(&found);
                let is_rough = found.iter().any(|(_, candidate)| candidate.rough);
                let nearest = sure.first().map(|(nearest, _)| nearest);
                if !is_rough && nearest.is_some_and(|nearest| *nearest < distance) {
                    continue;
                }
                if is_rough && rough.len() >= FOLLOWED {
                    continue;
                }
                let facts = self.trying(&found);
                if !self.trial.reaches(self.goal, &facts) {
                    continue;
                }
                if is_rough {
                    rough.push(found);
                } else {
                    sure.retain(|(known, _)| *known <= distance);
                    sure.push((distance, found));
                }
            }
        }
        for found in rough {
            let found = self.narrowed(found);
            let distance = total(&found);
            sure.push((distance, found));
        }
        let nearest = sure.iter().map(|(distance, _)| distance).min().cloned();
        sure.retain(|(distance, _)| Some(distance) == nearest.as_ref());
        (sure, all)
    }

    /// A change whose numbers are as near to those at hand as halving the way finds.
    fn narrowed(&mut self, mut found: Found) -> Found {
        for at in 0..found.len() {
            let Some((index, candidate)) = found.get(at).cloned() else {
                continue;
            };
            let Some(domain) = self.domains.get(index).filter(|_| candidate.rough) else {
                continue;
            };
            let (record, field) = (domain.record, domain.field);
            let bounds = self.case.policy.field(record.record, field).bounds.clone();
            let now = self
                .case
                .records
                .fact(record, field)
                .value
                .as_ref()
                .and_then(Value::as_number)
                .cloned();
            let (Some(now), Some(far)) = (now, candidate.value.as_number().cloned()) else {
                continue;
            };
            let step = step(&bounds, [&now, &far].into_iter());
            let (mut near, mut far) = (now.clone(), far);
            for _ in 0..HALVINGS {
                let Some(middle) = middle(&near, &far) else { break };
                let up = far > near;
                let Some(middle) = on_step(&middle, &step, &bounds, up) else {
                    break;
                };
                let between = if up {
                    near < middle && middle < far
                } else {
                    far < middle && middle < near
                };
                if !between {
                    break;
                }
                let mut tried = found.clone();
                if let Some((_, candidate)) = tried.get_mut(at) {
                    candidate.value = Value::Number(middle.clone());
                }
                let facts = self.trying(&tried);
                if bounds.misfit(&middle).is_none() && self.trial.reaches(self.goal, &facts) {
                    far = middle;
                } else {
                    near = middle;
                }
            }
            if let Some((_, candidate)) = found.get_mut(at) {
                candidate.distance = distance_of(&bounds, Some(&now), &far);
                candidate.value = Value::Number(far);
            }
        }
        found
    }

    /// Decides again with what was found, and tells what gets there.
    fn answer(&mut self, mut found: Vec<(Number, Found)>, wish: &mut Wish) {
        let key = |found: &Found| -> Vec<(usize, Value)> {
            found
                .iter()
                .map(|(index, candidate)| (*index, candidate.value.clone()))
                .collect()
        };
        found.sort_by_cached_key(|(_, found)| key(found));
        found.dedup_by_key(|(_, found)| key(found));
        let tried = found.len().min(VERIFIED);
        let mut choices = Vec::new();
        for (_, found) in found.iter().take(tried) {
            let facts = self.trying(found);
            let decision = self.trial.decide(&facts);
            let Some(decision) = decision.filter(|decision| self.goal.is_reached(decision)) else {
                continue;
            };
            let values = facts.iter().map(|(_, _, value)| value.iter().cloned().collect());
            choices.push(Choice {
                values: values.collect(),
                facts: facts.iter().map(|(_, field, _)| *field).collect(),
                then: Standing::of(&decision),
            });
        }
        let all = merged(choices).into_iter();
        let (shown, rest): (Vec<_>, Vec<_>) = all.enumerate().partition(|(index, _)| *index < SHOWN);
        let ways = |choice: &Choice<FieldId, Value, Standing>| -> usize {
            choice.values.iter().map(Vec::len).product()
        };
        wish.more = found.len() - tried + rest.iter().map(|(_, choice)| ways(choice)).sum::<usize>();
        for (_, choice) in shown {
            let facts = choice.facts.into_iter().zip(choice.values);
            let facts = facts.filter_map(|(field, to)| {
                let domain = self.domains.iter().find(|domain| domain.field == field)?;
                Some(FactChange {
                    field,
                    from: self.case.records.fact(wish.record, field).value.clone(),
                    to: told(self.case, domain, &to),
                })
            });
            wish.answers.push(Answer {
                facts: facts.collect(),
                then: choice.then,
            });
        }
    }
}

fn middle(one: &Number, other: &Number) -> Option<Number> {
    one.add(other)?.divide(&Number::from_integer(2))
}

fn total(found: &Found) -> Number {
    let mut distances = found.iter().map(|(_, candidate)| &candidate.distance);
    distances
        .try_fold(Number::zero(), |sum: Number, distance| sum.add(distance))
        .unwrap_or_else(Number::zero)
}

/// How many choices there are of values for so many of some domains.
pub(in crate::explain) fn choices(sizes: &[usize], together: usize) -> usize {
    let mut ways = vec![0_usize; together + 1];
    if let Some(first) = ways.first_mut() {
        *first = 1;
    }
    for size in sizes {
        for count in (1..=together).rev() {
            let fewer = ways.get(count - 1).copied().unwrap_or(0);
            if let Some(ways) = ways.get_mut(count) {
                *ways = ways.saturating_add(fewer.saturating_mul(*size));
            }
        }
    }
    ways.last().copied().unwrap_or(0)
}

/// Every selection of so many of the first numbers, in order.
pub(in crate::explain) fn selections(of: usize, together: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..together {
        let longer = |selection: &Vec<usize>| {
            let selection = selection.clone();
            let next = selection.last().map_or(0, |last| last + 1);
            (next..of).map(move |index| {
                let mut selection = selection.clone();
                selection.push(index);
                selection
            })
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}
