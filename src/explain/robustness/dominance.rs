//! Who is at least as good as whom in everything, and better in something: no weights can put it behind.
//!
//! Comes in: a case. Goes out: pairs of records. It never compares what is not known in full.
//!
//! Invariant: in each pair the first has no worse answer than the second, and a better one.

use std::collections::BTreeMap;

use super::NotTold;
use crate::explain::Case;
use crate::model::{CriterionBody, CriterionId, ExpressionKind, Number, RankKey, Reference};

/// How many pairs are kept by name.
const NAMED: usize = 100;
/// The most records that are compared pair by pair.
const MOST: usize = 5_000;

/// Who dominates whom, among the ranked (or eligible) records.
#[derive(Debug, Clone, Default)]
pub struct Dominance {
    /// How many records were compared: those with every answer known.
    pub compared: usize,
    /// How many could not be, for want of an answer.
    pub not_compared: usize,
    /// How many pairs there are.
    pub pairs: u64,
    /// The first of them: the better one, and the other.
    pub named: Vec<(Reference, Reference)>,
    /// The records that none of the others dominates, in the order of the ranking.
    pub undominated: Vec<Reference>,
}

pub(super) fn dominance(case: &Case<'_>) -> Result<Dominance, NotTold> {
    let policy = case.policy;
    if policy.criteria.is_empty() {
        return Err(NotTold::NoCriteria);
    }
    if policy.score.is_some() {
        return Err(NotTold::OwnScore);
    }
    let records: Vec<Reference> = if policy.rank.is_some() {
        case.decisions.ranking.clone()
    } else {
        let eligible = case.decisions.on(policy.record);
        eligible
            .filter(|decision| decision.score.is_some())
            .map(|decision| decision.record)
            .collect()
    };
    if records.is_empty() {
        return Err(NotTold::NothingRanked);
    }
    if records.len() > MOST {
        return Err(NotTold::TooManyRecords(MOST));
    }
    let known: Vec<(Reference, Vec<Number>)> = records
        .iter()
        .filter_map(|record| Some((*record, answers(case, *record)?)))
        .collect();
    // Places are quicker to compare than numbers: for each question how the answers stand among each other.
    let questions = known.first().map_or(0, |(_, answers)| answers.len());
    let mut places: Vec<Vec<u32>> = known.iter().map(|_| Vec::with_capacity(questions)).collect();
    for question in 0..questions {
        let of = |answers: &[Number]| answers.get(question).cloned();
        let mut scale: BTreeMap<Option<Number>, u32> =
            known.iter().map(|(_, answers)| (of(answers), 0)).collect();
        for (place, index) in scale.values_mut().zip(0..) {
            *place = index;
        }
        for (row, (_, answers)) in places.iter_mut().zip(&known) {
            row.push(scale.get(&of(answers)).copied().unwrap_or(0));
        }
    }
    let mut found = Dominance {
        compared: known.len(),
        not_compared: records.len() - known.len(),
        ..Dominance::default()
    };
    let mut dominated = vec![false; known.len()];
    for ((better, _), one) in known.iter().zip(&places) {
        for (((worse, _), other), dominated) in known.iter().zip(&places).zip(&mut dominated) {
            let no_worse = one.iter().zip(other).all(|(one, other)| one >= other);
            if no_worse && one != other {
                *dominated = true;
                found.pairs += 1;
                if found.named.len() < NAMED {
                    found.named.push((*better, *worse));
                }
            }
        }
    }
    let undominated = known.iter().zip(&dominated).filter(|(_, dominated)| !**dominated);
    found.undominated = undominated.map(|((record, _), _)| *record).collect();
    Ok(found)
}

/// All answers of a record as they count, the better the greater; of a criterion without questions its value.
fn answers(case: &Case<'_>, record: Reference) -> Option<Vec<Number>> {
    let policy = case.policy;
    let score = case.decision(record)?.score.as_ref()?;
    let mut answers = Vec::new();
    for (criterion, id) in policy.criteria.iter().zip((0..).map(CriterionId)) {
        match &criterion.body {
            CriterionBody::Value(_) => {
                let outcome = score.criteria.get(id.index())?;
                answers.push(outcome.value.clone()?);
            }
            CriterionBody::Questions(_, questions) => {
                for (field, _) in questions {
                    let given = case.records.fact(record, *field).value.as_ref()?.as_number()?;
                    let reversed = policy.field(record.record, *field).reversed;
                    answers.push(if reversed { given.negate() } else { given.clone() });
                }
            }
        }
    }
    // Where the lowest total stands first, less is better.
    let total = |key: &&RankKey| matches!(key.value.kind, ExpressionKind::Total);
    let key = policy.rank.iter().flat_map(|rank| &rank.keys).find(total);
    if key.is_some_and(|key| !key.descending) {
        answers.iter_mut().for_each(|answer| *answer = answer.negate());
    }
    Some(answers)
}
