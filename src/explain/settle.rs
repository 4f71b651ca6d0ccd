//! The fewest unknown facts that can settle an undetermined record, and what each answer would come to.
//!
//! Comes in: a case and a record. Goes out: sets of facts, with what is decided for each of their values. It never guesses
//! a value: all that can make a difference are gone through, as far as there are not too many.
//!
//! Invariant: no fewer facts can settle the record than those that are told, where all smaller sets were tried.

use std::sync::Arc;

use super::Case;
use super::domain::{Domain, Piece, told};
use super::merge::{Choice, merged};
use super::reads::{Reads, deciding};
use super::trial::{Trial, Trying};
use super::want::search::{choices, selections};
use crate::decide::{Decision, Status};
use crate::model::{Expression, ExpressionKind, FieldId, Function, RecordId, Reference, Value};

/// The most facts that are answered together.
const MOST_FACTS: usize = 4;
/// How much work may be done, as in the search for a change.
const MOST_WORK: usize = 150_000;
/// The most choices of values for several facts that are gone through at once.
const MOST_CHOICES: usize = 600;
/// How many sets are told.
const SHOWN: usize = 5;
/// The most facts that are answered all at once.
const MOST_AT_ONCE: usize = 30;

/// What can settle a record.
#[derive(Debug, Clone, Default)]
pub struct Settling {
    /// The smallest sets of unknown facts that can settle it, in order of declaration; each can by itself.
    pub sets: Vec<SettlingSet>,
    /// How many more sets of that size can.
    pub more: usize,
    /// Whether all smaller sets were tried, with every value that can make a difference.
    pub complete: bool,
    /// Where the sets tell of no other end than a gate that the record fails: the facts that it takes to settle it
    /// otherwise, all together. They were tried with values that no gate stops.
    pub through: Vec<(Reference, FieldId)>,
}

/// A set of unknown facts that can settle a record.
#[derive(Debug, Clone)]
pub struct SettlingSet {
    /// The facts.
    pub facts: Vec<(Reference, FieldId)>,
    /// What their values come to: every choice of them is in one of these.
    pub answers: Vec<SettlingAnswer>,
}

/// What some values come to.
#[derive(Debug, Clone)]
pub struct SettlingAnswer {
    /// For each fact of the set the values, any of which goes with any of the others'.
    pub values: Vec<Vec<Piece>>,
    /// Where the record ends then.
    pub then: Ending,
}

/// Where a record ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// Its status: what the cut list says of it, if it came so far.
    pub status: Status,
    /// Its rank, or its best and its worst.
    pub ranks: Option<(u32, u32)>,
}

impl SettlingSet {
    /// Whether every answer settles the record.
    pub fn always(&self) -> bool {
        let open = |answer: &SettlingAnswer| answer.then.status == Status::Undetermined;
        !self.answers.iter().any(open)
    }
}

/// The smallest sets of unknown facts that can settle a record; none of one that is settled.
pub fn settling(case: Case<'_>, record: Reference) -> Settling {
    let Some(decision) = case.decision(record).filter(|decision| is_open(decision)) else {
        return Settling {
            complete: true,
            ..Settling::default()
        };
    };
    let records: usize = case.records.tables.iter().map(|table| table.places.len()).sum();
    if records > MOST_WORK {
        return Settling::default();
    }
    let mut search = Search {
        case,
        record,
        trial: Trial::new(case, record),
        domains: Vec::new(),
    };
    search.add(&decision.missing);
    search.add_facts(search.asked_after());
    let of_others = search.of_others();
    let few = of_others.len() <= MOST_AT_ONCE;
    if few {
        search.add_facts(of_others);
    }
    let mut settling = search.run(&decision.missing);
    settling.complete &= few;
    settling
}

/// Whether it is not said where a record ends.
fn is_open(decision: &Decision) -> bool {
    decision.came_to() == Status::Undetermined
}

/// The unknown facts that a decision names as missing.
fn unknown_facts(case: Case<'_>, record: Reference, name: &str) -> Vec<(Reference, FieldId)> {
    let unknown = |of: Reference, name: &str| {
        let field = super::change::field_named(case.policy, of.record, name)?;
        case.records
            .fact(of, field)
            .value
            .is_none()
            .then_some((of, field))
    };
    if let Some(own) = unknown(record, name) {
        return vec![own];
    }
    let mut found = Vec::new();
    for (at, _) in name.match_indices('.') {
        let (key, field) = (name.get(..at).unwrap_or(""), name.get(at + 1..).unwrap_or(""));
        for of_type in case.policy.record_ids() {
            let one = case.policy.record_type(of_type);
            let of = match case.records.find(of_type, key) {
                None if one.one && *one.name == *key => case.records.all(of_type).next(),
                found => found,
            };
            found.extend(of.and_then(|of| unknown(of, field)));
        }
    }
    found
}

/// Values for some facts, by the index of their domains.
type Values = Vec<(usize, Value)>;

struct Search<'a> {
    case: Case<'a>,
    record: Reference,
    trial: Trial<'a>,
    /// The unknown facts, and what they may be.
    domains: Vec<Domain>,
}

impl Search<'_> {
    /// Takes up the facts that are named as missing; whether one was not known of yet.
    fn add(&mut self, missing: &[Arc<str>]) -> bool {
        let facts = missing
            .iter()
            .flat_map(|name| unknown_facts(self.case, self.record, name));
        self.add_facts(facts.collect())
    }

    fn add_facts(&mut self, facts: Vec<(Reference, FieldId)>) -> bool {
        let before = self.domains.len();
        for (of, field) in facts {
            if !self
                .domains
                .iter()
                .any(|domain| domain.record == of && domain.field == field)
            {
                self.domains.push(Domain::of(self.case, of, field));
            }
        }
        self.domains
            .sort_by_key(|domain| (domain.record != self.record, domain.record, domain.field));
        self.domains.len() > before
    }

    /// The unknown facts of the record of which a rule asks whether they are known. Such a rule lacks nothing where they are
    /// not, so that they are not missing; but telling them may settle more.
    fn asked_after(&self) -> Vec<(Reference, FieldId)> {
        let policy = self.case.policy;
        let mut operands: Vec<(RecordId, &Expression)> = Vec::new();
        for (of_type, expression) in deciding(policy) {
            expression.visit(of_type, &mut |of_type, part| match &part.kind {
                ExpressionKind::Known(operand, _) => operands.push((of_type, operand)),
                ExpressionKind::Call(Function::KnownOr, arguments) => {
                    operands.extend(arguments.first().map(|first| (of_type, first)));
                }
                _ => {}
            });
        }
        let fields = Reads::of(policy, operands).fields_of(self.record.record);
        let unknown = fields.into_iter().map(|field| (self.record, field));
        let unknown = unknown.filter(|(of, field)| self.case.records.fact(*of, *field).value.is_none());
        unknown.collect()
    }

    /// What other undetermined records lack, where an exclusion of the record asks for its rank or for who is selected: once
    /// another one is ranked, its own rank may be another.
    fn of_others(&self) -> Vec<(Reference, FieldId)> {
        let policy = self.case.policy;
        let exclusions = policy.exclusions.iter();
        let own = exclusions.filter(|rule| rule.record == self.record.record);
        if !Reads::of(policy, own.map(|rule| (rule.record, &rule.when))).standing {
            return Vec::new();
        }
        let others = self.case.decisions.on(policy.record);
        let open = others.filter(|other| is_open(other) && other.record != self.record);
        let facts = open.flat_map(|other| {
            let names = other.missing.iter();
            names.flat_map(|name| unknown_facts(self.case, other.record, name))
        });
        facts.collect()
    }

    fn run(&mut self, missing: &[Arc<str>]) -> Settling {
        let mut settling = self.smallest();
        let answers = settling.sets.iter().flat_map(|set| &set.answers);
        let only_out = |answer: &SettlingAnswer| {
            matches!(answer.then.status, Status::NotEligible | Status::Undetermined)
        };
        if answers.clone().all(only_out) {
            settling.through = self.at_once(missing);
        }
        settling
    }

    /// The smallest sets, by trying all facts alone, all pairs, and so on.
    fn smallest(&mut self) -> Settling {
        let mut complete = true;
        let mut together = 1;
        while together <= MOST_FACTS.min(self.domains.len()) {
            let sizes: Vec<usize> = self
                .domains
                .iter()
                .map(|domain| domain.candidates.len())
                .collect();
            let left = MOST_WORK.saturating_sub(self.trial.work()) / self.trial.cost.max(1);
            if together > 1 && choices(&sizes, together) > left.min(MOST_CHOICES) {
                complete = false;
                break;
            }
            let (mut sets, missing) = self.level(together);
            complete &= self.trial.work() <= MOST_WORK;
            if complete && self.add(&missing) {
                // An answer has shown that another fact matters: it may do so with fewer.
                together = 1;
                continue;
            }
            if !sets.is_empty() {
                let more = sets.len().saturating_sub(SHOWN);
                sets.truncate(SHOWN);
                return Settling {
                    sets,
                    more,
                    complete: complete && self.domains.iter().all(|domain| domain.exact),
                    through: Vec::new(),
                };
            }
            together += 1;
        }
        Settling {
            complete: complete && together > self.domains.len(),
            ..Settling::default()
        }
    }

    /// The sets of so many facts that can settle the record; else what they lack still.
    fn level(&mut self, together: usize) -> (Vec<SettlingSet>, Vec<Arc<str>>) {
        let (mut sets, mut missing) = (Vec::new(), Vec::new());
        for facts in selections(self.domains.len(), together) {
            let mut ends: Vec<(Values, Ending)> = Vec::new();
            for values in self.values(&facts) {
                if self.trial.work() > MOST_WORK {
                    return (Vec::new(), missing);
                }
                let (ending, lacks) = self.ending(&values);
                missing.extend(lacks);
                ends.extend(ending.map(|ending| (values, ending)));
            }
            if ends
                .iter()
                .any(|(_, ending)| ending.status != Status::Undetermined)
            {
                sets.push(self.set(&facts, ends));
            }
        }
        missing.sort();
        missing.dedup();
        (sets, missing)
    }

    fn values(&self, facts: &[usize]) -> Vec<Values> {
        let mut all: Vec<Values> = vec![Vec::new()];
        for index in facts {
            let candidates = self
                .domains
                .get(*index)
                .map_or(&[][..], |domain| &domain.candidates);
            let with = |values: &Values| {
                let values = values.clone();
                candidates.iter().map(move |candidate| {
                    let mut values = values.clone();
                    values.push((*index, candidate.value.clone()));
                    values
                })
            };
            all = all.iter().flat_map(with).collect();
        }
        all
    }

    fn trying(&self, values: &[(usize, Value)]) -> Vec<Trying> {
        let one = |(index, value): &(usize, Value)| {
            let domain = self.domains.get(*index)?;
            Some((domain.record, domain.field, Some(value.clone())))
        };
        values.iter().filter_map(one).collect()
    }

    /// Where the record ends with some values, and what it lacks still; nothing where rules contradict each other then.
    fn ending(&mut self, values: &[(usize, Value)]) -> (Option<Ending>, Vec<Arc<str>>) {
        let facts = self.trying(values);
        if self.trial.gates(&facts) == Some(false) {
            let ending = Ending {
                status: Status::NotEligible,
                ranks: None,
            };
            return (Some(ending), Vec::new());
        }
        let Some(decision) = self.trial.decide(&facts) else {
            return (None, Vec::new());
        };
        let ending = Ending {
            status: decision.came_to(),
            ranks: decision.rank.map(|rank| (rank, rank)),
        };
        let lacks = if is_open(&decision) {
            decision.missing
        } else {
            Vec::new()
        };
        (Some(ending), lacks)
    }

    /// A set with its answers: of one fact by status and rank, of several by status.
    fn set(&self, facts: &[usize], ends: Vec<(Values, Ending)>) -> SettlingSet {
        let alone = facts.len() == 1;
        let rows = ends.iter().map(|(values, ending)| Choice {
            facts: facts.to_vec(),
            values: values.iter().map(|(_, value)| vec![value.clone()]).collect(),
            then: (ending.status, ending.ranks.filter(|_| alone)),
        });
        let answers = merged(rows.collect()).into_iter().map(|choice| {
            let told_by = |(values, _): &&(Values, Ending)| {
                let mut pairs = values.iter().zip(&choice.values);
                pairs.all(|((_, value), any)| any.contains(value))
            };
            let ranks = ends.iter().filter(told_by).filter_map(|(_, ending)| ending.ranks);
            let ranks = ranks.reduce(|(best, worst), (other, last)| (best.min(other), worst.max(last)));
            let values = facts.iter().zip(&choice.values);
            let values =
                values.filter_map(|(index, values)| Some(told(self.case, self.domains.get(*index)?, values)));
            SettlingAnswer {
                values: values.collect(),
                then: Ending {
                    status: choice.then.0,
                    ranks,
                },
            }
        });
        let facts = facts.iter().filter_map(|index| self.domains.get(*index));
        SettlingSet {
            answers: answers.collect(),
            facts: facts.map(|domain| (domain.record, domain.field)).collect(),
        }
    }

    /// The facts that it takes to settle the record other than by a gate that it fails: answered so that no gate stops it,
    /// and those left out that it does without.
    fn at_once(&mut self, missing: &[Arc<str>]) -> Vec<(Reference, FieldId)> {
        self.domains.clear();
        self.add(missing);
        let mut fixed: Vec<(Reference, FieldId, Value)> = Vec::new();
        while self.domains.len() <= MOST_AT_ONCE && self.trial.work() <= MOST_WORK {
            let mut values: Values = fixed.iter().filter_map(|fact| self.at_domain(fact)).collect();
            for index in 0..self.domains.len() {
                if values.iter().any(|(known, _)| *known == index) {
                    continue;
                }
                let candidates = self
                    .domains
                    .get(index)
                    .map_or(&[][..], |domain| &domain.candidates)
                    .to_vec();
                let open = candidates.into_iter().find(|candidate| {
                    let with = [values.clone(), vec![(index, candidate.value.clone())]].concat();
                    let facts = self.trying(&with);
                    self.trial.gates(&facts) != Some(false)
                });
                values.extend(open.map(|candidate| (index, candidate.value)));
            }
            let (ending, lacks) = self.ending(&values);
            fixed = self.facts(&values);
            if ending.is_some_and(|ending| ending.status != Status::Undetermined) {
                return self.fewest(values);
            }
            if !self.add(&lacks) {
                break;
            }
        }
        Vec::new()
    }

    fn facts(&self, values: &[(usize, Value)]) -> Vec<(Reference, FieldId, Value)> {
        let fact = |(index, value): &(usize, Value)| {
            let domain = self.domains.get(*index)?;
            Some((domain.record, domain.field, value.clone()))
        };
        values.iter().filter_map(fact).collect()
    }

    fn at_domain(&self, (of, field, value): &(Reference, FieldId, Value)) -> Option<(usize, Value)> {
        let at = self
            .domains
            .iter()
            .position(|domain| domain.record == *of && domain.field == *field);
        Some((at?, value.clone()))
    }

    /// Values that settle the record, without those that it does without.
    fn fewest(&mut self, mut values: Values) -> Vec<(Reference, FieldId)> {
        let mut at = 0;
        while at < values.len() {
            let mut fewer = values.clone();
            fewer.remove(at);
            let (ending, _) = self.ending(&fewer);
            if ending.is_some_and(|ending| ending.status != Status::Undetermined) {
                values = fewer;
            } else {
                at += 1;
            }
        }
        let facts = self.facts(&values).into_iter();
        facts.map(|(of, field, _)| (of, field)).collect()
    }
}
