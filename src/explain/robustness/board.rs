//! The ranking as weights see it: for each ranked record the values of its criteria, what stands before the total among
//! the keys of the ranking, and what after.
//!
//! Comes in: a case. Goes out: its rows in the order of the ranking. It never ranks anything itself.
//!
//! Invariant: rows of one class are equal in all keys before the total, and stand together.

use std::collections::BTreeMap;

use super::NotTold;
use crate::explain::Case;
use crate::explain::reads::{Reads, of_gates};
use crate::model::{CriterionId, ExpressionKind, Number, RankKey, Reference, Value};

/// The ranked records.
pub(super) struct Board {
    pub(super) rows: Vec<Row>,
    /// Whether greater totals stand first.
    pub(super) descending: bool,
}

/// A ranked record.
pub(super) struct Row {
    pub(super) record: Reference,
    /// The value of each criterion; zeros where the total decides nothing.
    pub(super) values: Vec<Number>,
    /// The group that the keys before the total put it in, from the top.
    pub(super) class: u32,
    /// Whether its class stays tied, whatever the totals: a key is unknown for some of it.
    pub(super) open: bool,
    /// For each key after the total how its value stands among all values, the best first; `None` where it is unknown.
    pub(super) later: Vec<Option<u32>>,
}

impl Board {
    /// The board of a case, where its ranking goes by a weighted sum.
    pub(super) fn of(case: &Case<'_>) -> Result<Board, NotTold> {
        let policy = case.policy;
        let rank = policy.rank.as_ref().ok_or(NotTold::NoRanking)?;
        if policy.score.is_some() {
            return Err(NotTold::OwnScore);
        }
        if policy.criteria.is_empty() {
            return Err(NotTold::NoCriteria);
        }
        let is_total = |key: &RankKey| matches!(key.value.kind, ExpressionKind::Total);
        let mixed =
            |key: &RankKey| !is_total(key) && Reads::of(policy, [(policy.record, &key.value)]).total();
        if rank.keys.iter().any(mixed) {
            return Err(NotTold::TotalInOtherKeys);
        }
        if of_gates(policy).total() {
            return Err(NotTold::GatesReadTotal);
        }
        let at = rank
            .keys
            .iter()
            .position(is_total)
            .ok_or(NotTold::TotalNotRanked)?;
        let descending = rank.keys.get(at).is_some_and(|key| key.descending);

        let evaluator = case.decisions.evaluator(policy, case.records, case.language);
        let value = |key: &RankKey, record: Reference| evaluator.value(&key.value, record);
        let ranking = &case.decisions.ranking;
        let mut groups: Vec<(&[Reference], bool)> = vec![(ranking.as_slice(), false)];
        for (index, key) in rank.keys.iter().enumerate().take(at + 1) {
            let mut parted = Vec::new();
            for (members, open) in groups {
                let unknown = members.iter().any(|record| value(key, *record).is_none());
                if open || index == at || (unknown && members.len() > 1) {
                    parted.push((members, open || unknown));
                } else {
                    let parts = members.chunk_by(|one, next| value(key, *one) == value(key, *next));
                    parted.extend(parts.map(|part| (part, false)));
                }
            }
            groups = parted;
        }
        let after: Vec<&RankKey> = rank.keys.iter().skip(at + 1).collect();
        let scales: Vec<BTreeMap<Value, u32>> = after
            .iter()
            .map(|key| {
                let values = ranking.iter().filter_map(|record| value(key, *record));
                let mut places: BTreeMap<Value, u32> = values.map(|value| (value, 0)).collect();
                let last = u32::try_from(places.len()).unwrap_or(u32::MAX).saturating_sub(1);
                for (place, index) in places.values_mut().zip(0..) {
                    *place = if key.descending { last - index } else { index };
                }
                places
            })
            .collect();
        let criteria = || (0..policy.criteria.len()).filter_map(|index| u32::try_from(index).ok());
        let mut rows = Vec::with_capacity(ranking.len());
        for ((members, open), class) in groups.into_iter().zip(0..) {
            for record in members {
                let values = criteria().map(|id| {
                    let value = evaluator.criterion(CriterionId(id), *record);
                    value.filter(|_| !open).unwrap_or_else(Number::zero)
                });
                let later = after.iter().zip(&scales);
                rows.push(Row {
                    record: *record,
                    values: values.collect(),
                    class,
                    open,
                    later: later
                        .map(|(key, places)| places.get(&value(key, *record)?).copied())
                        .collect(),
                });
            }
        }
        Ok(Board { rows, descending })
    }
}
