//! Who moves where one criterion weighs nothing.
//!
//! Comes in: a case. Goes out: for each criterion the records whose rank or end changes. It never rescales the other
//! weights: that changes no order.
//!
//! Invariant: what is told was decided again with a weight of 0.

use super::{NotTold, Standings, decided, reweighted};
use crate::decide::Status;
use crate::explain::Case;
use crate::model::{CriterionId, Number, Reference};

/// What comes of leaving a criterion out.
#[derive(Debug, Clone)]
pub struct LeftOut {
    /// The criterion.
    pub criterion: CriterionId,
    /// The records with another rank, in the order of the ranking as it is: record, rank now, rank then.
    pub moves: Vec<(Reference, Option<u32>, Option<u32>)>,
    /// The records that end elsewhere: record, end now, end then.
    pub ends: Vec<(Reference, Status, Status)>,
}

pub(super) fn left_out(case: &Case<'_>) -> Result<Vec<LeftOut>, NotTold> {
    let policy = case.policy;
    if policy.rank.is_none() {
        return Err(NotTold::NoRanking);
    }
    if policy.score.is_some() {
        return Err(NotTold::OwnScore);
    }
    let weights: Vec<Number> = policy.criteria.iter().map(|one| one.weight.clone()).collect();
    if weights.is_empty() {
        return Err(NotTold::NoCriteria);
    }
    if weights.iter().filter(|weight| !weight.is_zero()).count() < 2 {
        return Err(NotTold::OneCriterion);
    }
    let base = Standings::of(case.decisions);
    let mut all = Vec::new();
    for index in 0..weights.len() {
        let mut weights = weights.clone();
        let Some(own) = weights.get_mut(index).filter(|weight| !weight.is_zero()) else {
            continue;
        };
        *own = Number::zero();
        let Some(now) = decided(&reweighted(policy, &weights), case.records, case) else {
            continue;
        };
        let pairs = || base.records.iter().zip(&now.records);
        let mut moves: Vec<_> = pairs()
            .filter(|(one, other)| one.1 != other.1)
            .map(|(one, other)| (one.0, one.1, other.1))
            .collect();
        moves.sort_by_key(|(record, before, after)| (before.is_none(), *before, *after, *record));
        let ends = pairs().filter(|(one, other)| one.2 != other.2);
        all.push(LeftOut {
            criterion: CriterionId(u32::try_from(index).unwrap_or(u32::MAX)),
            ends: ends.map(|(one, other)| (one.0, one.2, other.2)).collect(),
            moves,
        });
    }
    Ok(all)
}
