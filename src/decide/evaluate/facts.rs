//! The facts that expressions read.
//!
//! Comes in: expressions and a record. Goes out: every fact that was reached, in the order read, each once. It never
//! lists what was not reached: what stands after a settled part, or in a branch not taken.
//!
//! Invariant: the facts listed are those that evaluating met, as they are noted while it runs.

use std::collections::HashSet;
use std::sync::Arc;

use indexmap::IndexSet;

use super::{Evaluator, Memo};
use crate::decide::FactRead;
use crate::model::{Expression, FieldId, Reference};

/// What is noted while facts are asked for.
#[derive(Debug, Default)]
pub(super) struct Recording {
    facts: IndexSet<(Reference, FieldId)>,
    /// What has been computed once more to meet its facts; its value is in the cache from then on.
    visited: HashSet<(Memo, Reference)>,
}

impl Evaluator<'_> {
    /// The facts that expressions reach for a record, in the order read, each once. What is the same for every record (an
    /// aggregate over all records of a type) reads no facts.
    pub fn facts(&self, expressions: &[&Expression], record: Reference) -> Vec<FactRead> {
        self.recorded(record, || {
            for expression in expressions {
                self.value(expression, record);
            }
        })
    }

    /// The facts that the total of a record is made of.
    pub fn facts_of_total(&self, record: Reference) -> Vec<FactRead> {
        self.recorded(record, || {
            self.total(record);
        })
    }

    fn recorded(&self, record: Reference, read: impl FnOnce()) -> Vec<FactRead> {
        let before = self.recording.replace(Some(Recording::default()));
        read();
        let facts = self.recording.replace(before).unwrap_or_default().facts;
        let fact = |(of, field): (Reference, FieldId)| FactRead {
            record: of,
            field,
            name: self.fact_name(record, of, field),
        };
        facts.into_iter().map(fact).collect()
    }

    /// Evaluates without noting facts.
    pub(super) fn unrecorded<T>(&self, evaluate: impl FnOnce() -> T) -> T {
        let recording = self.recording.take();
        let result = evaluate();
        self.recording.replace(recording);
        result
    }

    /// Notes that a fact is read, if facts are asked for.
    pub(super) fn record_fact(&self, record: Reference, field: FieldId) {
        if let Some(recording) = &mut *self.recording.borrow_mut() {
            recording.facts.insert((record, field));
        }
    }

    /// Whether facts are asked for and those of this value are not noted yet.
    pub(super) fn first_visit(&self, memo: &Memo, record: Reference) -> bool {
        let mut recording = self.recording.borrow_mut();
        recording
            .as_mut()
            .is_some_and(|recording| recording.visited.insert((memo.clone(), record)))
    }

    /// How a fact is named beside a decision's record: `phase`, `call.seats`, or `LM-1.area` of another record.
    pub fn fact_name(&self, beside: Reference, record: Reference, field: FieldId) -> Arc<str> {
        let record_type = self.policy.record_type(record.record);
        let name = &self.policy.field(record.record, field).name;
        if record == beside {
            Arc::clone(name)
        } else if record_type.one {
            format!("{}.{name}", record_type.name).into()
        } else {
            format!("{}.{name}", self.records.key(record)).into()
        }
    }
}
