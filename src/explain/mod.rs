//! Decisions questioned: why, why not, why before, and what would change it.
//!
//! Comes in: a policy, records, and what was decided on them. Goes out: answers as data, told by `report`. It never writes
//! a sentence, and never opens a file.
//!
//! Invariant: whatever is claimed of a change was found by deciding again with that change.

pub mod asked;
pub mod change;
pub mod compare;
mod domain;
pub mod explanation;
mod merge;
pub mod parts;
mod reads;
pub mod robustness;
pub mod settle;
mod trial;
pub mod want;
pub mod what_if;

use crate::data::Records;
use crate::decide::{Decision, Decisions, Evaluator};
use crate::model::{Language, Policy, RecordId, Reference};

pub use change::Change;
pub use compare::{Comparison, compare};
pub use domain::{ANY_TEXT, Piece};
pub use explanation::{Explanation, explain};
pub use parts::Part;
pub use settle::{Settling, settling};
pub use want::{Goal, Wish, want};
pub use what_if::{WhatIf, what_if};

/// What was decided, with all that it was decided on.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The data.
    pub records: &'a Records,
    /// What was decided.
    pub decisions: &'a Decisions,
    /// The language of the author's texts with values in them.
    pub language: Language,
}

impl<'a> Case<'a> {
    /// The decision on a record.
    pub fn decision(&self, record: Reference) -> Option<&'a Decision> {
        self.decisions.of(record)
    }

    /// The policy's expressions over the data, with ranks and selection as decided.
    pub fn evaluator(&self) -> Evaluator<'a> {
        self.decisions.evaluator(self.policy, self.records, self.language)
    }

    /// The decided records of a key, or of `RECORD:KEY` where records of several types have the same key.
    pub fn find(&self, key: &str) -> Vec<Reference> {
        let decided = self.policy.decided_records();
        let of_key = |key: &str, of_type: &dyn Fn(RecordId) -> bool| -> Vec<Reference> {
            let types = decided.iter().filter(|record| of_type(**record));
            types
                .filter_map(|record| self.records.find(*record, key))
                .collect()
        };
        let found = of_key(key, &|_| true);
        match key.split_once(':') {
            Some((of_type, key)) if found.is_empty() => {
                of_key(key, &|record| *self.policy.record_type(record).name == *of_type)
            }
            _ => found,
        }
    }
}
