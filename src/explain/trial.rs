//! Deciding on one record with some facts changed, over and over.
//!
//! Comes in: a case, a record, and facts. Goes out: what the gates and exclusions say of the record at once, and what is
//! decided when everything is decided again. It never keeps a change.
//!
//! Invariant: what is said at once is what deciding again would say; where that is not sure, it says so.

use super::Case;
use super::change::set_fact;
use super::reads::Reads;
use super::want::Goal;
use crate::data::Records;
use crate::decide::{Decision, Evaluator, Standing, decide, gate_outcome};
use crate::model::{Exclusion, FieldId, Gate, Rank, Reference, Value};

/// A fact with a value to try.
pub(super) type Trying = (Reference, FieldId, Option<Value>);

/// What is known at once of a record with some facts changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The goal is reached.
    Yes,
    /// It is not.
    No,
    /// Only deciding again can tell.
    Perhaps,
}

/// Decides on one record with facts changed.
pub(super) struct Trial<'a> {
    case: Case<'a>,
    record: Reference,
    records: Records,
    exclusions: Vec<(&'a Exclusion, bool)>,
    /// The keys of the others that are ranked, where they do not rest on this record.
    others: Option<Vec<Vec<Option<Value>>>>,
    leads: Vec<Reference>,
    /// How much work was done: a fact read at once counts little, deciding again counts each record.
    work: usize,
    /// What deciding again costs.
    pub(super) cost: usize,
}

impl<'a> Trial<'a> {
    /// Trials of a record of a case.
    pub(super) fn new(case: Case<'a>, record: Reference) -> Trial<'a> {
        let policy = case.policy;
        let own = record.record == policy.record;
        let exclusions = policy
            .exclusions
            .iter()
            .filter(|rule| rule.record == record.record);
        let exclusions = exclusions.map(|rule| {
            let reads = Reads::of(policy, [(rule.record, &rule.when)]);
            // What is unknown of ranks settles nothing, unless it is asked whether they are known.
            (rule, !(reads.standing && reads.known))
        });
        let gates = policy.gates.iter();
        let gates = gates.flat_map(|gate| gate.when.iter().chain([&gate.require]));
        let keys = policy
            .rank
            .iter()
            .flat_map(|rank| &rank.keys)
            .map(|key| &key.value);
        let reads = Reads::of(policy, gates.chain(keys).map(|part| (policy.record, part)));
        let alone = own && !reads.others && !reads.standing;
        let leads = match &policy.joint {
            Some(_) => case.decisions.on(policy.record).map(lead).collect(),
            None => Vec::new(),
        };
        let cost = case.records.tables.iter().map(|table| table.places.len()).sum();
        let mut trial = Trial {
            case,
            record,
            records: case.records.clone(),
            exclusions: exclusions.collect(),
            others: None,
            leads,
            work: 0,
            cost,
        };
        trial.others = policy
            .rank
            .as_ref()
            .filter(|_| alone)
            .map(|rank| trial.keys_of_others(rank));
        trial
    }

    /// How much work was done so far.
    pub(super) fn work(&self) -> usize {
        self.work
    }

    /// Decides again with facts changed; nothing where rules contradict each other then.
    pub(super) fn decide(&mut self, facts: &[Trying]) -> Option<Decision> {
        self.work += self.cost;
        self.with(facts, |trial| {
            let decided = decide(trial.case.policy, &trial.records, trial.case.language);
            decided.ok()?.decisions.of(trial.record).cloned()
        })
    }

    /// Whether a goal is reached with facts changed, as far as it can be told at once.
    pub(super) fn verdict(&mut self, goal: Goal, facts: &[Trying]) -> Verdict {
        self.work += 1 + self.others.as_ref().map_or(0, |others| others.len() / 16);
        self.with(facts, |trial| trial.verdict_now(goal))
    }

    /// The same, and where it cannot be told at once, by deciding again.
    pub(super) fn reaches(&mut self, goal: Goal, facts: &[Trying]) -> bool {
        match self.verdict(goal, facts) {
            Verdict::Yes => true,
            Verdict::No => false,
            Verdict::Perhaps => self
                .decide(facts)
                .is_some_and(|decision| goal.is_reached(&decision)),
        }
    }

    /// Whether the gates let the record in with facts changed; of a record that meets none, yes.
    pub(super) fn gates(&mut self, facts: &[Trying]) -> Option<bool> {
        self.work += 1;
        let own = self.record.record == self.case.policy.record;
        self.with(facts, |trial| {
            let evaluator = trial.evaluator();
            let gates = trial.case.policy.gates.iter().filter(|_| own);
            let passed: Vec<Option<bool>> = gates
                .map(|gate| gate_outcome(&evaluator, gate, trial.record).lets_through())
                .collect();
            if passed.contains(&Some(false)) {
                return Some(false);
            }
            (!passed.contains(&None)).then_some(true)
        })
    }

    /// What a gate says with facts changed.
    pub(super) fn gate(&mut self, gate: &Gate, facts: &[Trying]) -> Option<bool> {
        self.work += 1;
        self.with(facts, |trial| {
            gate_outcome(&trial.evaluator(), gate, trial.record).lets_through()
        })
    }

    /// Whether an exclusion takes the record out with facts changed, while nothing is known of ranks and selections.
    pub(super) fn excludes(&mut self, exclusion: &Exclusion, facts: &[Trying]) -> Option<bool> {
        self.work += 1;
        self.with(facts, |trial| {
            trial.evaluator().truth(&exclusion.when, trial.record)
        })
    }

    fn with<T>(&mut self, facts: &[Trying], look: impl FnOnce(&Self) -> T) -> T {
        let before: Vec<Option<Value>> = facts
            .iter()
            .map(|(record, field, value)| set_fact(&mut self.records, *record, *field, value.clone()))
            .collect();
        let seen = look(self);
        for ((record, field, _), value) in facts.iter().zip(before).rev() {
            set_fact(&mut self.records, *record, *field, value);
        }
        seen
    }

    fn evaluator(&self) -> Evaluator<'_> {
        let evaluator = Evaluator::new(self.case.policy, &self.records, self.case.language);
        evaluator.set_standing(Standing {
            lead: self.leads.clone(),
            ..Standing::default()
        });
        evaluator
    }

    fn verdict_now(&self, goal: Goal) -> Verdict {
        let policy = self.case.policy;
        let evaluator = self.evaluator();
        let own = self.record.record == policy.record;
        if own {
            for gate in &policy.gates {
                if gate_outcome(&evaluator, gate, self.record).lets_through() != Some(true) {
                    return Verdict::No;
                }
            }
            if goal == Goal::Eligible {
                return Verdict::Yes;
            }
        }
        let mut sure = true;
        for (exclusion, told) in &self.exclusions {
            match evaluator.truth(&exclusion.when, self.record).filter(|_| *told) {
                Some(false) => {}
                Some(true) => return Verdict::No,
                None => sure = false,
            }
        }
        let Some(rank) = policy.rank.as_ref().filter(|_| own) else {
            return Verdict::Perhaps;
        };
        let keys = self.keys(&evaluator, rank, self.record);
        let Some(others) = &self.others else {
            return Verdict::Perhaps;
        };
        if keys.first().is_none_or(Option::is_none) {
            return Verdict::No;
        }
        match goal {
            Goal::Rank(wanted) if ranked(&keys, others, rank) > wanted as usize => Verdict::No,
            Goal::Ranked | Goal::Rank(_) if sure => Verdict::Yes,
            _ => Verdict::Perhaps,
        }
    }

    fn keys(&self, evaluator: &Evaluator<'_>, rank: &Rank, record: Reference) -> Vec<Option<Value>> {
        let value = |key: &crate::model::RankKey| evaluator.value(&key.value, record);
        rank.keys.iter().map(value).collect()
    }

    fn keys_of_others(&self, rank: &Rank) -> Vec<Vec<Option<Value>>> {
        let evaluator = self.evaluator();
        let others = self.case.decisions.on(self.case.policy.record);
        let others = others.filter(|decision| decision.rank.is_some() && decision.record != self.record);
        others
            .map(|decision| self.keys(&evaluator, rank, decision.record))
            .collect()
    }
}

/// The record as part of which one is decided.
fn lead(decision: &Decision) -> Reference {
    decision.joint_with.unwrap_or(decision.record)
}

/// The rank of a record with these keys among others: those are told apart key by key, until one is unknown for one of them.
fn ranked(keys: &[Option<Value>], others: &[Vec<Option<Value>>], rank: &Rank) -> usize {
    let mut equal: Vec<&Vec<Option<Value>>> = others.iter().collect();
    let mut above = 0;
    for (index, key) in rank.keys.iter().enumerate() {
        let value = |keys: &[Option<Value>]| keys.get(index).cloned().flatten();
        let Some(own) = value(keys) else { break };
        let values: Option<Vec<Value>> = equal.iter().map(|keys| value(keys)).collect();
        let Some(values) = values else { break };
        let stands_above = |other: &Value| {
            if key.descending {
                *other > own
            } else {
                *other < own
            }
        };
        above += values.iter().filter(|other| stands_above(other)).count();
        let kept = equal.iter().zip(&values).filter(|(_, value)| **value == own);
        equal = kept.map(|(keys, _)| *keys).collect();
    }
    above + 1
}
