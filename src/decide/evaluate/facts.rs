//! The facts that expressions read, and what the author says of the definitions they went through.
//!
//! Comes in: expressions and a record. Goes out: every fact and every ground that was reached, in the order read, each
//! once. It never lists what was not reached: what stands after a settled part, or in a branch not taken.
//!
//! Invariant: what is listed is what evaluating met, as it is noted while it runs.

use std::collections::HashSet;
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};

use super::scope::Scope;
use super::{Evaluator, Memo};
use crate::decide::{FactRead, GroundKind, GroundRead};
use crate::model::{Expression, FieldId, Ground, Reference, Template, Type, Value};
use crate::source::Place;

/// What is noted while facts are asked for.
#[derive(Debug, Default)]
pub(super) struct Recording<'a> {
    facts: Met,
    grounds: IndexMap<(Place, GroundKind, Reference), (Arc<str>, &'a Ground)>,
    /// What has been computed once more to meet its facts; its value is in the cache from then on.
    visited: HashSet<(Memo, Reference)>,
}

/// Facts in the order met, each once.
#[derive(Debug, Default)]
struct Met {
    list: Vec<(Reference, FieldId)>,
    /// The same, once there are too many to look through.
    known: HashSet<(Reference, FieldId)>,
}

impl Met {
    /// How many are looked through faster than one is looked up.
    const FEW: usize = 16;

    /// Adds a fact; says whether it was new.
    fn insert(&mut self, fact: (Reference, FieldId)) -> bool {
        let is_new = if self.list.len() < Met::FEW {
            !self.list.contains(&fact)
        } else {
            if self.known.is_empty() {
                self.known.extend(&self.list);
            }
            self.known.insert(fact)
        };
        if is_new {
            self.list.push(fact);
        }
        is_new
    }
}

impl<'a> Evaluator<'a> {
    /// The facts that expressions reach for a record, in the order read, each once. What is the same for every record (an
    /// aggregate over all records of a type) reads no facts.
    pub fn facts(&self, expressions: &[&Expression], record: Reference) -> Vec<FactRead> {
        self.facts_and_grounds(expressions, record).0
    }

    /// The facts that expressions reach for a record, and what the author says of the definitions on the way.
    pub fn facts_and_grounds(
        &self,
        expressions: &[&Expression],
        record: Reference,
    ) -> (Vec<FactRead>, Vec<GroundRead>) {
        let read = || {
            for expression in expressions {
                self.read(expression, Scope::of(record));
            }
        };
        self.recorded(record, |_, _| true, read)
    }

    /// The facts of a kind, and the grounds, that are met while something is evaluated for a record.
    pub fn recorded(
        &self,
        record: Reference,
        keeps: impl Fn(Reference, FieldId) -> bool,
        read: impl FnOnce(),
    ) -> (Vec<FactRead>, Vec<GroundRead>) {
        let before = self
            .recording
            .replace(Some(self.spare.take().unwrap_or_default()));
        read();
        let mut recording = self.recording.replace(before).unwrap_or_default();
        let fact = |(of, field): (Reference, FieldId)| FactRead {
            record: of,
            field,
            name: self.fact_name(record, of, field),
        };
        let met = &mut recording.facts.list;
        met.retain(|(of, field)| keeps(*of, *field));
        let facts = met.drain(..).map(fact).collect();
        if recording.grounds.is_empty() {
            self.put_back(recording);
            return (facts, Vec::new());
        }
        let said = |text: &Option<Template>, of| text.as_ref().map(|text| self.text(text, of));
        let grounds = self.unrecorded(|| {
            let grounds = recording.grounds.into_iter();
            let told = grounds.map(|((place, kind, of), (name, ground))| GroundRead {
                kind,
                name,
                because: said(&ground.because, of),
                cite: said(&ground.cite, of),
                place,
            });
            // Said of several records in the same words, it is one ground.
            told.collect::<IndexSet<GroundRead>>()
        });
        (facts, grounds.into_iter().collect())
    }

    /// Keeps the room of a recording whose facts are taken, if it is little.
    fn put_back(&self, mut recording: Box<Recording<'a>>) {
        const LITTLE: usize = 64;
        let facts = recording
            .facts
            .list
            .capacity()
            .max(recording.facts.known.capacity());
        if facts <= LITTLE && recording.visited.capacity() <= LITTLE {
            recording.facts.known.clear();
            recording.visited.clear();
            self.spare.replace(Some(recording));
        }
    }

    /// Evaluates without noting facts.
    pub(super) fn unrecorded<T>(&self, evaluate: impl FnOnce() -> T) -> T {
        let recording = self.recording.take();
        let result = evaluate();
        self.recording.replace(recording);
        result
    }

    /// Notes that a fact is read, if facts are asked for, and with it the ground of the level that it names.
    pub(super) fn record_fact(&self, record: Reference, field: FieldId) {
        {
            let mut recording = self.recording.borrow_mut();
            let Some(recording) = &mut *recording else {
                return;
            };
            if !recording.facts.insert((record, field)) {
                return;
            }
        }
        let Type::Scale(scale) = self.policy.field(record.record, field).of_type else {
            return;
        };
        let scale = self.policy.scale(scale);
        let level = match &self.records.fact(record, field).value {
            Some(Value::Number(number)) => scale.level_of(number),
            Some(Value::Level(level)) => scale.levels.get(usize::from(*level)),
            _ => None,
        };
        if let Some(level) = level {
            let name = || format!("{}.{}", scale.name, level.name).into();
            self.record_ground(GroundKind::Level, name, &level.ground, level.place, record);
        }
    }

    /// Notes that a definition is read for a record, if facts are asked for and the author says something of it.
    pub(super) fn record_ground(
        &self,
        kind: GroundKind,
        name: impl FnOnce() -> Arc<str>,
        ground: &'a Ground,
        place: Place,
        record: Reference,
    ) {
        if ground.is_empty() {
            return;
        }
        if let Some(recording) = &mut *self.recording.borrow_mut() {
            let entry = recording.grounds.entry((place, kind, record));
            entry.or_insert_with(|| (name(), ground));
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

#[cfg(test)]
mod tests {
    use super::Met;
    use crate::model::{FieldId, RecordId, Reference};

    #[test]
    fn facts_are_met_once_however_many() {
        let fact = |row: u32| {
            let record = RecordId(0);
            (Reference { record, row }, FieldId(1))
        };
        let mut met = Met::default();
        for row in (0..40).chain((0..45).rev()) {
            let is_new = !met.list.contains(&fact(row));
            assert_eq!(met.insert(fact(row)), is_new, "row {row}");
        }
        let expected: Vec<_> = (0..40).chain((40..45).rev()).map(fact).collect();
        assert_eq!(met.list, expected);
    }
}
