//! Records with mistakes, left out so that the others can be decided: they, their children, and what refers to them.
//!
//! Comes in: all rows that were read, and which of them have mistakes. Goes out: the other rows, numbered anew, and of each
//! that is left out why. It never leaves out a record without a reason.
//!
//! Invariant: what is left holds no record with a mistake, and no reference to a row that is not there.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::problems::{About, cut};
use super::record::Reader;
use super::{Table, values};
use crate::diagnostic::Code;
use crate::model::{RecordId, Reference, Type, Value};
use crate::source::Place;

/// What becomes of records with mistakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// None are decided on.
    #[default]
    Stop,
    /// They are left out, with what rests on them; the others are decided on.
    Skip,
}

/// A record that is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its type.
    pub record: RecordId,
    /// Its key, where it could be read.
    pub key: Option<Arc<str>>,
    /// How it is named: by its key, or by its type and number.
    pub name: Arc<str>,
    /// Where it stands.
    pub place: Place,
    /// All of its text, with the children that stand in it.
    pub whole: Place,
    /// What is wrong with it.
    pub problems: Vec<Mistake>,
}

/// Something that is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// What kind of problem it is.
    pub code: Code,
    /// What is wrong, as a sentence.
    pub message: String,
    /// Where it goes out with another record: the name of that one.
    pub rests_on: Option<Arc<str>>,
}

/// The records of a run that have mistakes, each with them; by type and row.
#[derive(Debug, Default)]
pub(super) struct Wrong(BTreeMap<(RecordId, u32), Vec<Mistake>>);

impl Wrong {
    /// Adds a mistake.
    pub(super) fn add(&mut self, record: (RecordId, u32), mistake: Mistake) {
        self.0.entry(record).or_default().push(mistake);
    }

    /// Takes up the mistakes of other records, of which the rows of each type count on from one.
    pub(super) fn take_up(&mut self, others: Wrong, first: impl Fn(RecordId) -> u32) {
        let anew = |(record, row): (RecordId, u32)| (record, first(record).saturating_add(row));
        let others = others.0.into_iter();
        self.0
            .extend(others.map(|(record, mistakes)| (anew(record), mistakes)));
    }

    /// Whether anything is wrong with a record.
    pub(super) fn has(&self, record: (RecordId, u32)) -> bool {
        self.0.contains_key(&record)
    }

    fn holds(&self, record: Reference) -> bool {
        self.has((record.record, record.row))
    }
}

/// A record that goes out if another one does: that one, itself, and the field by which it names it (none for a child).
type Rests = (Reference, Reference, Option<usize>);

impl Reader<'_> {
    /// Keeps where all of a record's text stands, for the case that it is left out.
    pub(super) fn keep_whole(&mut self, record: RecordId, row: u32, place: Place) {
        if self.on_error == OnError::Skip
            && let Some(wholes) = self.wholes.get_mut(usize::from(record.0))
        {
            wholes.resize(row as usize, Place::default());
            wholes.push(place);
        }
    }

    /// Notes of a record, which is not told of as a problem of its own, that it cannot be kept.
    pub(super) fn cannot_keep(&mut self, record: RecordId, row: u32, message: String) {
        let mistake = Mistake {
            code: Code::DanglingRef,
            message,
            rests_on: None,
        };
        self.problems.also_left_out(About::Record(record, row), mistake);
    }

    /// Leaves out what is wrong; `None` where that cannot be done, as no record can be decided on then.
    pub(super) fn leave_out(&mut self) -> Option<Vec<LeftOut>> {
        let mut wrong = self.problems.take_wrong()?;
        if wrong.0.is_empty() {
            return Some(Vec::new());
        }
        self.spread(&mut wrong);
        // All decisions rest on the one record of such a type, and without records there is nothing to decide.
        let needed = |record: &RecordId| self.policy.record_type(*record).one;
        if wrong.0.keys().any(|(record, _)| needed(record)) || self.none_is_left(&wrong) {
            return None;
        }
        let told = self.told(&mut wrong);
        let rows: Vec<Vec<Option<u32>>> = self
            .policy
            .record_ids()
            .zip(&self.tables)
            .map(|(record, table)| renumbered(&wrong, record, table))
            .collect();
        for (record, table) in self.policy.record_ids().zip(&mut self.tables) {
            let parent = self.policy.record_type(record).parent;
            keep(table, record, parent, &rows);
        }
        Some(told)
    }

    fn none_is_left(&self, wrong: &Wrong) -> bool {
        if self.others.count > 0 {
            return false;
        }
        let own = self.policy.record;
        let all = self
            .tables
            .get(usize::from(own.0))
            .map_or(0, |table| table.places.len());
        let out = wrong.0.keys().filter(|(record, _)| *record == own).count();
        out == all
    }

    /// Adds the children of what is wrong, and what refers to it, until nothing more comes.
    fn spread(&self, wrong: &mut Wrong) {
        let rests = self.rests();
        let mut open: Vec<Reference> = wrong
            .0
            .keys()
            .map(|(record, row)| Reference {
                record: *record,
                row: *row,
            })
            .collect();
        while let Some(out) = open.pop() {
            let first = rests.partition_point(|(on, ..)| *on < out);
            let these = rests.iter().skip(first).take_while(|(on, ..)| *on == out);
            for (_, record, field) in these {
                let is_new = !wrong.holds(*record);
                let on = self.called(out);
                let name = self.called(*record);
                let message = match field {
                    Some(field) => {
                        let fields = &self.policy.record_type(record.record).fields;
                        let field = fields.get(*field).map_or("", |field| &field.name);
                        format!("`{name} › {field}` names `{on}`, which is left out")
                    }
                    None => format!("`{name}` stands in `{on}`, which is left out"),
                };
                let mistake = Mistake {
                    code: Code::DanglingRef,
                    message,
                    rests_on: Some(on),
                };
                wrong.add((record.record, record.row), mistake);
                if is_new {
                    open.push(*record);
                }
            }
        }
    }

    /// Which records go out with which, by those that they go out with.
    fn rests(&self) -> Vec<Rests> {
        let mut rests = Vec::new();
        for (record, table) in self.policy.record_ids().zip(&self.tables) {
            let of_type = self.policy.record_type(record);
            let at = |row: usize| Reference {
                record,
                row: u32::try_from(row).unwrap_or(u32::MAX),
            };
            if let Some(parent) = of_type.parent {
                let parents = table.parents.iter().enumerate();
                rests.extend(parents.filter_map(|(row, parent_row)| {
                    let on = Reference {
                        record: parent,
                        row: (*parent_row)?,
                    };
                    Some((on, at(row), None))
                }));
            }
            let columns = of_type.fields.iter().zip(&table.columns).enumerate();
            for (index, (_, column)) in columns.filter(|(_, (field, _))| refers(&field.of_type)) {
                for (row, fact) in column.iter().enumerate() {
                    for on in references(fact.value.as_ref()) {
                        rests.push((on, at(row), Some(index)));
                    }
                }
            }
        }
        rests.sort_unstable();
        rests.dedup();
        rests
    }

    /// The key of a record, as its own field says it: also where two have the same.
    fn own_key(&self, record: Reference) -> Option<Arc<str>> {
        let key = self.policy.record_type(record.record).key?;
        let table = self.tables.get(usize::from(record.record.0))?;
        let fact = table.columns.get(key.index())?.get(record.row as usize)?;
        match fact.value.as_ref()? {
            Value::Text(text) => Some(Arc::clone(text)),
            Value::Number(number) => Some(values::number_key(number).into()),
            _ => None,
        }
    }

    fn called(&self, record: Reference) -> Arc<str> {
        match self.own_key(record) {
            Some(key) if !key.is_empty() => cut(&key).into(),
            _ => self.numbered(record.record, record.row).into(),
        }
    }

    fn told(&self, wrong: &mut Wrong) -> Vec<LeftOut> {
        let of_type = |record: RecordId| {
            (
                self.tables.get(usize::from(record.0)),
                self.wholes.get(usize::from(record.0)),
            )
        };
        let mut out = Vec::with_capacity(wrong.0.len());
        for ((record, row), problems) in &mut wrong.0 {
            let (record, row) = (*record, *row);
            let at = Reference { record, row };
            let (table, wholes) = of_type(record);
            let place = table.and_then(|table| table.places.get(row as usize));
            let place = place.copied().unwrap_or_default();
            let whole = wholes.and_then(|wholes| wholes.get(row as usize)).copied();
            out.push(LeftOut {
                record,
                key: self.own_key(at),
                name: self.called(at),
                place,
                whole: whole.filter(|whole| *whole != Place::default()).unwrap_or(place),
                problems: std::mem::take(problems),
            });
        }
        out
    }
}

/// Whether values of a type name records.
pub(super) fn refers(of_type: &Type) -> bool {
    match of_type {
        Type::Reference(_) => true,
        Type::List(inner) => matches!(**inner, Type::Reference(_)),
        _ => false,
    }
}

/// The records that a value names.
fn references(value: Option<&Value>) -> impl Iterator<Item = Reference> {
    let values = match value {
        Some(Value::List(items)) => &items[..],
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    values.iter().filter_map(|value| match value {
        Value::Reference(record) => Some(*record),
        _ => None,
    })
}

/// For each row the row it gets; `None` where it is left out.
fn renumbered(wrong: &Wrong, record: RecordId, table: &Table) -> Vec<Option<u32>> {
    let mut out = wrong
        .0
        .range((record, 0)..=(record, u32::MAX))
        .map(|((_, row), _)| *row)
        .peekable();
    let mut next = 0;
    let rows = 0..u32::try_from(table.places.len()).unwrap_or(u32::MAX);
    rows.map(|row| {
        if out.next_if_eq(&row).is_some() {
            return None;
        }
        next += 1;
        Some(next - 1)
    })
    .collect()
}

/// Keeps the rows that have a new number, and numbers what they refer to anew.
fn keep(table: &mut Table, record: RecordId, parent: Option<RecordId>, rows: &[Vec<Option<u32>>]) {
    let row_of = |of: RecordId, row: u32| *rows.get(usize::from(of.0))?.get(row as usize)?;
    let is_kept = |row: usize| u32::try_from(row).is_ok_and(|row| row_of(record, row).is_some());
    retain(&mut table.places, is_kept);
    retain(&mut table.parents, is_kept);
    for row in table.parents.iter_mut().flatten() {
        *row = parent.and_then(|parent| row_of(parent, *row)).unwrap_or(*row);
    }
    let renamed = |value: &Value| match value {
        Value::Reference(to) => Value::Reference(Reference {
            row: row_of(to.record, to.row).unwrap_or(to.row),
            ..*to
        }),
        other => other.clone(),
    };
    for column in &mut table.columns {
        retain(column, is_kept);
        for value in column.iter_mut().filter_map(|fact| fact.value.as_mut()) {
            match value {
                Value::Reference(_) => *value = renamed(value),
                Value::List(items) if matches!(items.first(), Some(Value::Reference(_))) => {
                    *value = Value::List(items.iter().map(renamed).collect());
                }
                _ => {}
            }
        }
    }
    let keys = std::mem::take(&mut table.keys).into_iter();
    let keys = keys.filter_map(|(key, row)| Some((key, row_of(record, row)?)));
    table.keys = keys.collect();
}

fn retain<T>(values: &mut Vec<T>, is_kept: impl Fn(usize) -> bool) {
    let mut row = 0;
    values.retain(|_| {
        row += 1;
        is_kept(row - 1)
    });
}
