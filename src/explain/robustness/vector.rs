//! What the ranking goes by for one record, whatever stands in the data for it just now.
//!
//! Comes in: a case and records with other answers. Goes out: whether a record passes its gates, and its keys. It never
//! ranks more than two records against each other.
//!
//! Invariant: two records compare as the ranking puts them.

use std::cmp::Ordering;

use crate::data::Records;
use crate::decide::Evaluator;
use crate::explain::Case;
use crate::model::{Rank, Reference, Value};

/// An evaluator over other answers. Who is assessed with whom stays as it is.
pub(super) fn evaluator<'a>(case: &Case<'a>, records: &'a Records) -> Evaluator<'a> {
    if case.policy.joint.is_some() {
        case.decisions.evaluator(case.policy, records, case.language)
    } else {
        Evaluator::new(case.policy, records, case.language)
    }
}

/// The keys of a record, up to the first that is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Keys {
    values: Vec<Value>,
    all: bool,
}

impl Keys {
    pub(super) fn of(evaluator: &Evaluator<'_>, rank: &Rank, record: Reference) -> Keys {
        let mut values = Vec::with_capacity(rank.keys.len());
        for key in &rank.keys {
            match evaluator.value(&key.value, record) {
                Some(value) => values.push(value),
                None => break,
            }
        }
        Keys {
            all: values.len() == rank.keys.len(),
            values,
        }
    }

    /// Whether every key is known.
    pub(super) fn is_whole(&self) -> bool {
        self.all
    }

    /// Whether not even the first key is known.
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty() && !self.all
    }

    /// How two records stand: `Less` is before. `None` where it turns on a key that is unknown.
    pub(super) fn compare(&self, other: &Keys, rank: &Rank) -> Option<Ordering> {
        for ((own, others), key) in self.values.iter().zip(&other.values).zip(&rank.keys) {
            let order = if key.descending {
                others.cmp(own)
            } else {
                own.cmp(others)
            };
            if order != Ordering::Equal {
                return Some(order);
            }
        }
        (self.all && other.all).then_some(Ordering::Equal)
    }

    /// Whether a record stands before another for sure.
    pub(super) fn is_before(&self, other: &Keys, rank: &Rank) -> bool {
        self.compare(other, rank) == Some(Ordering::Less)
    }
}
