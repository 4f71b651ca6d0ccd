//! The ranks that each record may have, over everything that is unknown.
//!
//! Comes in: a case. Goes out: for each record its best and its worst rank, and the facts whose answers would narrow them
//! most. It never tells a range that it cannot show to be right: it says why instead.
//!
//! Each record's rank keys rest on its own unknown facts alone, so all others can be at their worst while one is at its
//! best. Of questions for which a better answer only ever helps the two ends are enough; all else is tried answer by answer.
//!
//! Invariant: each rank told is reached by some answers, and none better or worse is.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::vector::{Keys, evaluator};
use super::{NotTold, narrow};
use crate::data::Records;
use crate::decide::{FactRead, Status, gate_outcome};
use crate::explain::Case;
use crate::explain::change::set_fact;
use crate::explain::domain::Extent;
use crate::explain::reads::plain_questions;
use crate::model::{Expression, FieldId, Gate, Rank, Reference, Value};

/// The most records that are compared pair by pair.
const MOST: usize = 3_000;
/// The most answers to one question that are tried one by one.
pub(super) const VALUES: usize = 200;
/// The most combinations of answers that are tried for one record.
const COMBINATIONS: usize = 4_096;
/// The most that are tried in all, where the question is how firm the ranking is.
const IN_ALL: usize = 200_000;
/// The most that are tried in all where ranks are told beside something else.
const IN_PASSING: usize = 20_000;

/// The ranks that records may have.
#[derive(Debug, Clone, Default)]
pub struct PossibleRanks {
    /// Each record that has a rank or may get one: first the ranked ones in their order.
    pub records: Vec<PossibleRank>,
    /// Records that were taken to be able to pass their entry criteria and to fail them, as the answers could not be tried.
    pub taken: Vec<Reference>,
    /// The unknown facts whose answer would narrow the ranks, the one that surely narrows them most first.
    pub narrowing: Vec<Narrowing>,
}

/// The ranks that a record may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PossibleRank {
    /// The record.
    pub record: Reference,
    /// Its rank as decided.
    pub rank: Option<u32>,
    /// Its best rank.
    pub best: u32,
    /// Its worst rank, where it has one.
    pub worst: u32,
    /// Whether it may have no rank.
    pub may_be_out: bool,
}

/// A fact whose answer would narrow the ranks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Narrowing {
    /// The record.
    pub record: Reference,
    /// The field.
    pub field: FieldId,
    /// By how many ranks, over all records, whatever the answer is.
    pub at_least: u64,
    /// By how many with the answer that narrows most.
    pub at_most: u64,
}

impl PossibleRanks {
    /// The ranks that a record may have.
    pub fn of(&self, record: Reference) -> Option<&PossibleRank> {
        self.records.iter().find(|known| known.record == record)
    }

    /// Whether anything is open: a rank, or whether a record has one.
    pub fn is_open(&self) -> bool {
        self.records
            .iter()
            .any(|record| record.best != record.worst || record.may_be_out)
    }
}

/// The ranks that each record of a case may have, and what to ask for first.
///
/// # Errors
/// Why it cannot be told.
pub fn possible_ranks(case: &Case<'_>) -> Result<PossibleRanks, NotTold> {
    let Found {
        mut look,
        states,
        ranks,
    } = find(case, IN_ALL)?;
    let narrowing = narrow::narrowing(&mut look, &states, &ranks);
    Ok(PossibleRanks {
        taken: states
            .iter()
            .filter(|states| states.taken)
            .map(|states| states.record)
            .collect(),
        records: with_a_rank(ranks),
        narrowing,
    })
}

/// The records whose rank is open as long as an undetermined one may still be ranked, with the ranks that they may have:
/// those that may have several, and those that have none yet. Nothing is looked for where nobody may still be ranked.
///
/// # Errors
/// Why it cannot be told.
pub fn open_ranks(case: &Case<'_>) -> Result<Vec<PossibleRank>, NotTold> {
    if case.policy.rank.is_none() || without_rank(case).next().is_none() {
        return Ok(Vec::new());
    }
    let mut ranks = with_a_rank(find(case, IN_PASSING)?.ranks);
    ranks
        .retain(|possible| possible.best != possible.worst || possible.may_be_out || possible.rank.is_none());
    Ok(ranks)
}

/// The undetermined records that have no rank yet.
fn without_rank<'a>(case: &Case<'a>) -> impl Iterator<Item = Reference> + use<'a> {
    let own = case.decisions.on(case.policy.record);
    own.filter(|decision| decision.status == Status::Undetermined && decision.rank.is_none())
        .map(|decision| decision.record)
}

/// What fails its gates whatever is answered has no rank to tell.
fn with_a_rank(mut ranks: Vec<PossibleRank>) -> Vec<PossibleRank> {
    ranks.retain(|possible| possible.best > 0);
    ranks
}

/// What each record may come to, and its ranks: first the ranked ones in their order.
struct Found<'a> {
    look: Look<'a>,
    states: Vec<States>,
    ranks: Vec<PossibleRank>,
}

fn find<'a>(case: &'a Case<'a>, in_all: usize) -> Result<Found<'a>, NotTold> {
    let rank = case.policy.rank.as_ref().ok_or(NotTold::NoRanking)?;
    let open: Vec<Reference> = without_rank(case).collect();
    let ranked = &case.decisions.ranking;
    if ranked.len() + open.len() > MOST {
        return Err(NotTold::TooManyRecords(MOST));
    }
    let mut look = Look::new(case, rank, in_all);
    let mut states = Vec::new();
    for (record, gated) in
        (ranked.iter().map(|record| (*record, false))).chain(open.iter().map(|record| (*record, true)))
    {
        states.push(look.states(record, gated)?);
    }
    let mut ranks = look.ranks(&states)?;
    for (possible, record) in ranks.iter_mut().zip(ranked.iter().chain(&open)) {
        possible.rank = case.decision(*record).and_then(|decision| decision.rank);
    }
    Ok(Found { look, states, ranks })
}

/// What a record may come to.
#[derive(Debug, Clone)]
pub(super) struct States {
    pub(super) record: Reference,
    /// Whether its gates are to be looked at.
    pub(super) gated: bool,
    /// Its keys with the worst answers, and with the best; none where it never passes.
    pub(super) ends: Option<(Keys, Keys)>,
    /// Whether it may have no rank.
    pub(super) may_be_out: bool,
    /// Whether it was taken that its gates may go both ways.
    pub(super) taken: bool,
    /// The unknown facts that matter.
    pub(super) facts: BTreeSet<FieldId>,
}

/// What some answers make of a record.
enum Leaf {
    Out,
    In(Keys),
}

/// Tries answers.
pub(super) struct Look<'a> {
    pub(super) case: &'a Case<'a>,
    rank: &'a Rank,
    pub(super) records: Records,
    plain: BTreeSet<FieldId>,
    /// Whether the lowest total stands first.
    ascending: bool,
    tried: usize,
    /// The most that are tried in all.
    in_all: usize,
}

impl<'a> Look<'a> {
    fn new(case: &'a Case<'a>, rank: &'a Rank, in_all: usize) -> Look<'a> {
        let mut totals = rank
            .keys
            .iter()
            .filter(|key| matches!(key.value.kind, crate::model::ExpressionKind::Total));
        let first = totals.next();
        // Answers pull one way only where the total is one key, and always the same way round.
        let plain = match first {
            Some(_) if totals.next().is_none() => plain_questions(case.policy),
            _ => BTreeSet::new(),
        };
        Look {
            case,
            rank,
            records: case.records.clone(),
            plain,
            ascending: first.is_some_and(|key| !key.descending),
            tried: 0,
            in_all,
        }
    }

    /// What a record may come to.
    pub(super) fn states(&mut self, record: Reference, gated: bool) -> Result<States, NotTold> {
        let mut states = States {
            record,
            gated,
            ends: None,
            may_be_out: false,
            taken: false,
            facts: BTreeSet::new(),
        };
        let plain: Vec<FieldId> = self
            .plain
            .iter()
            .copied()
            .filter(|field| self.records.fact(record, *field).value.is_none())
            .collect();
        let mut ends = [None, None];
        for (end, is_best) in ends.iter_mut().zip([false, true]) {
            for field in &plain {
                let value = self.end(record, *field, is_best).ok_or(NotTold::Unbounded)?;
                set_fact(&mut self.records, record, *field, Some(value));
            }
            let mut leaves = Vec::new();
            let before = self.tried;
            let tried = self.leaves(record, gated, &BTreeSet::new(), &mut states, &mut leaves, before);
            for field in &plain {
                set_fact(&mut self.records, record, *field, None);
            }
            tried?;
            for leaf in leaves {
                match leaf {
                    Leaf::Out => states.may_be_out = true,
                    Leaf::In(keys) => {
                        let better = |known: &Keys| {
                            let (one, other) = if is_best { (&keys, known) } else { (known, &keys) };
                            one.is_before(other, self.rank)
                        };
                        if end.as_ref().is_none_or(better) {
                            *end = Some(keys);
                        }
                    }
                }
            }
        }
        if let [Some(worst), Some(best)] = ends {
            states.ends = Some((worst, best));
            states.facts.extend(plain);
        }
        Ok(states)
    }

    /// The worst or the best answer to a question.
    fn end(&self, record: Reference, field: FieldId, is_best: bool) -> Option<Value> {
        let field = self.case.policy.field(record.record, field);
        let (low, high) = Extent::of(self.case.policy, field).ends()?;
        let greatest = is_best != (field.reversed != self.ascending);
        Some(Value::Number(if greatest { high } else { low }))
    }

    /// All that the unknown facts of a record may make of it.
    fn leaves(
        &mut self,
        record: Reference,
        gated: bool,
        passed_over: &BTreeSet<usize>,
        states: &mut States,
        leaves: &mut Vec<Leaf>,
        before: usize,
    ) -> Result<(), NotTold> {
        self.tried += 1;
        if self.tried - before > COMBINATIONS || self.tried > self.in_all {
            return Err(NotTold::TooManyAnswers);
        }
        let policy = self.case.policy;
        let evaluator = evaluator(self.case, &self.records);
        let mut open = None;
        if gated {
            let gates = policy.gates.iter().enumerate();
            for (index, gate) in gates.filter(|(index, _)| !passed_over.contains(index)) {
                match gate_outcome(&evaluator, gate, record).lets_through() {
                    Some(true) => {}
                    Some(false) => {
                        leaves.push(Leaf::Out);
                        return Ok(());
                    }
                    None => open = open.or(Some((index, gate))),
                }
            }
        }
        let keys = Keys::of(&evaluator, self.rank, record);
        if open.is_none() && keys.is_whole() {
            leaves.push(Leaf::In(keys));
            return Ok(());
        }
        let conditions: Vec<&Expression> = match open {
            Some((_, gate)) => conditions(gate).collect(),
            None => self.rank.keys.iter().map(|key| &key.value).collect(),
        };
        let facts = evaluator.facts(&conditions, record);
        drop(evaluator);
        let unknown = |fact: &&FactRead| self.records.fact(fact.record, fact.field).value.is_none();
        let others = facts.iter().filter(unknown).any(|fact| fact.record != record);
        let field = facts
            .iter()
            .find(|fact| fact.record == record && unknown(fact))
            .map(|fact| fact.field);
        let values = field.map(|field| {
            let domain = Extent::of(policy, policy.field(record.record, field));
            domain.values(VALUES)
        });
        match (field, values.flatten(), open) {
            (Some(field), Some(values), _) if !others => {
                states.facts.insert(field);
                for value in values {
                    set_fact(&mut self.records, record, field, Some(value));
                    let tried = self.leaves(record, gated, passed_over, states, leaves, before);
                    set_fact(&mut self.records, record, field, None);
                    tried?;
                }
                Ok(())
            }
            // What cannot be tried may go both ways.
            (field, _, Some((index, _))) if field.is_some() || others => {
                states.taken = true;
                states.facts.extend(field);
                leaves.push(Leaf::Out);
                let mut passed_over = passed_over.clone();
                passed_over.insert(index);
                self.leaves(record, gated, &passed_over, states, leaves, before)
            }
            (None, _, None) if others => Err(NotTold::OthersUnknown),
            // A key after the first decides only between equals: whoever is compared as far as that says so.
            (Some(_), _, None) | (None, _, None) if !keys.is_empty() => {
                leaves.push(Leaf::In(keys));
                Ok(())
            }
            (Some(_), _, None) => Err(if others {
                NotTold::OthersUnknown
            } else {
                NotTold::Unbounded
            }),
            // It cannot be computed, and stays undetermined.
            (None, ..) | (Some(_), _, Some(_)) => {
                leaves.push(Leaf::Out);
                Ok(())
            }
        }
    }

    /// The ranks that come of what each record may be; the best is 0 where it never has one.
    pub(super) fn ranks(&self, states: &[States]) -> Result<Vec<PossibleRank>, NotTold> {
        if let Some(ranks) = self.sorted(states) {
            return Ok(ranks);
        }
        (0..states.len()).map(|at| self.rank_at(states, at)).collect()
    }

    /// The same by sorting all keys once, where no two are parted by what is unknown.
    fn sorted(&self, states: &[States]) -> Option<Vec<PossibleRank>> {
        let ends = states
            .iter()
            .filter_map(|states| Some((states, states.ends.as_ref()?)));
        if !ends
            .clone()
            .all(|(_, (worst, best))| worst.is_whole() && best.is_whole())
        {
            return None;
        }
        let order = |one: &&Keys, other: &&Keys| one.compare(other, self.rank).unwrap_or(Ordering::Equal);
        let certain = ends.clone().filter(|(states, _)| !states.may_be_out);
        let mut worst: Vec<&Keys> = certain.map(|(_, (worst, _))| worst).collect();
        let mut best: Vec<&Keys> = ends.map(|(_, (_, best))| best).collect();
        worst.sort_by(order);
        best.sort_by(order);
        let before = |sorted: &[&Keys], keys: &Keys| {
            let place = sorted.partition_point(|other| order(other, &keys) == Ordering::Less);
            u32::try_from(place).unwrap_or(u32::MAX)
        };
        let each = |states: &States| {
            let mut possible = PossibleRank {
                record: states.record,
                rank: None,
                best: 0,
                worst: 0,
                may_be_out: states.may_be_out,
            };
            // A record is never before its own best, and its best is before its worst unless they are level.
            if let Some((low, high)) = &states.ends {
                possible.best = 1 + before(&worst, high);
                possible.worst = 1 + before(&best, low) - u32::from(high.is_before(low, self.rank));
            }
            possible
        };
        Some(states.iter().map(each).collect())
    }

    /// The ranks of one record among all.
    pub(super) fn rank_at(&self, states: &[States], at: usize) -> Result<PossibleRank, NotTold> {
        let own = states.get(at).ok_or(NotTold::NothingRanked)?;
        let mut possible = PossibleRank {
            record: own.record,
            rank: None,
            best: u32::from(own.ends.is_some()),
            worst: u32::from(own.ends.is_some()),
            may_be_out: own.may_be_out,
        };
        for (_, other) in (0..).zip(states).filter(|(other, _)| *other != at) {
            let (best, worst) = self.before(other, own)?;
            possible.best += u32::from(best);
            possible.worst += u32::from(worst);
        }
        Ok(possible)
    }

    /// Whether a record stands before another even where that is at its best, and whether it may where that is at its
    /// worst.
    pub(super) fn before(&self, one: &States, other: &States) -> Result<(bool, bool), NotTold> {
        let (Some((low, high)), Some((worst, best))) = (&one.ends, &other.ends) else {
            return Ok((false, false));
        };
        let before = |one: &Keys, other: &Keys| match one.compare(other, self.rank) {
            Some(order) => Ok(order == Ordering::Less),
            None => Err(NotTold::KeyStaysUnknown),
        };
        Ok((!one.may_be_out && before(low, best)?, before(high, worst)?))
    }

    /// The facts that can be asked for, each with the answers that may come.
    pub(super) fn answers(&self, record: Reference, field: FieldId) -> Vec<Value> {
        const FEW: usize = 21;
        let policy = self.case.policy;
        let domain = Extent::of(policy, policy.field(record.record, field));
        if let Some(values) = domain.values(FEW) {
            return values;
        }
        let Some((low, high)) = domain.ends() else {
            return Vec::new();
        };
        // Of many numbers the ends and what lies in the middle.
        let middle = match domain.values(VALUES) {
            Some(values) => values.get(values.len() / 2).cloned(),
            None => None,
        };
        let ends = [Value::Number(low), Value::Number(high)];
        ends.into_iter().chain(middle).collect()
    }
}

/// The conditions of a gate.
fn conditions(gate: &Gate) -> impl Iterator<Item = &Expression> {
    gate.when.iter().chain(std::iter::once(&gate.require))
}
