//! What holds between records: references, parents, and how many there are of a `one record`.
//!
//! Comes in: all rows that were read, with the keys they refer to. Goes out: the finished records. It never reads
//! values.
//!
//! Invariant: where all keys it looks up are found, every reference and every parent points at a row.

use super::problems::{About, any_of, cut};
use super::record::Reader;
use super::shape::near;
use super::summary::count;
use super::{Input, LeftOut, OnError, Reading, Records, Table};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{RecordId, Reference, Value};
use crate::source::Place;

impl Reader<'_> {
    /// Ties everything together and hands out what was read.
    pub(super) fn finish(mut self, inputs: &[Input]) -> Reading {
        self.tie_references();
        self.tie_parents();
        self.count_ones();
        let met: usize = self.tables.iter().map(|table| table.places.len()).sum();
        let met = met + self.others.count;
        let left_out = match self.on_error {
            OnError::Stop => None,
            OnError::Skip => self.leave_out(),
        };
        let sound = left_out.is_some() || !self.problems.errors();
        let mut tables = self.tables;
        // Records with problems are none to decide on.
        if !sound {
            for table in &mut tables {
                *table = Table {
                    columns: vec![Vec::new(); table.columns.len()],
                    ..Table::default()
                };
            }
        }
        let left_out = left_out.unwrap_or_default();
        let (diagnostics, mut summary) = self.problems.finish(self.policy, self.shapes, met);
        summary.left_out = left_out.len();
        let resting = |out: &&LeftOut| out.problems.iter().all(|mistake| mistake.rests_on.is_some());
        summary.resting = left_out.iter().filter(resting).count();
        Reading {
            records: Records {
                files: inputs.iter().map(|input| input.file).collect(),
                tables,
                notes: self.notes.into_notes(),
                left_out,
            },
            sound,
            diagnostics,
            summary,
        }
    }

    fn tie_references(&mut self) {
        for reference in std::mem::take(&mut self.references) {
            let mut values = Vec::with_capacity(reference.keys.len());
            for (key, place) in &reference.keys {
                match self.row(reference.target, key) {
                    Some(row) => values.push(Value::Reference(Reference {
                        record: reference.target,
                        row,
                    })),
                    None => self.dangling(&reference, key, *place),
                }
            }
            let value = if reference.list {
                Some(Value::List(values.into()))
            } else {
                values.pop()
            };
            let table = self.tables.get_mut(usize::from(reference.record.0));
            let column = table.and_then(|table| table.columns.get_mut(reference.field));
            if let Some(fact) = column.and_then(|column| column.get_mut(reference.row as usize)) {
                fact.value = value;
            }
        }
    }

    fn row(&self, record: RecordId, key: &str) -> Option<u32> {
        let table = self.tables.get(usize::from(record.0))?;
        table.keys.get(key).copied()
    }

    pub(super) fn dangling(&mut self, reference: &super::record::Reference<'_>, key: &str, place: Place) {
        let target = self.policy.record_type(reference.target);
        if self.is_incomplete(reference.target) {
            let fields = &self.policy.record_type(reference.record).fields;
            let field = fields.get(reference.field).map_or("", |field| &field.name);
            let message = self.unread_key(reference.record, reference.row, field, key, &target.name);
            self.cannot_keep(reference.record, reference.row, message);
            return;
        }
        let Some(field) = self
            .shapes
            .get(usize::from(reference.record.0))
            .and_then(|shape| shape.record.fields.get(reference.field))
        else {
            return;
        };
        let about = About::Field(reference.record, reference.row, reference.field);
        let message = format!(
            "`{} › {}` names `{}`, but no `{}` has that key",
            self.name(reference.record, reference.row),
            field.name,
            cut(key),
            target.name
        );
        let diagnostic = Diagnostic::new(Code::DanglingRef, message)
            .at(place, format!("no `{}` of this key", target.name))
            .help_if(self.nearest_key(about, reference.target, key));
        self.tell(about, diagnostic);
    }

    fn tie_parents(&mut self) {
        for parent in std::mem::take(&mut self.parents) {
            let own = self.policy.record_type(parent.record);
            let Some(target) = own.parent else { continue };
            let row = match &parent.key {
                Some((key, _)) => self.row(target, key),
                // Left out: the only record there is.
                None => Some(0),
            };
            if let (None, Some((key, _))) = (row, &parent.key)
                && self.is_incomplete(target)
            {
                let target_name = &self.policy.record_type(target).name;
                let message = self.unread_key(parent.record, parent.row, target_name, key, target_name);
                self.cannot_keep(parent.record, parent.row, message);
            } else if let (None, Some((key, place))) = (row, &parent.key) {
                let about = About::Record(parent.record, parent.row);
                let target_type = self.policy.record_type(target);
                let message = format!(
                    "`{} › {}` names `{}`, but no `{}` has that key",
                    self.name(parent.record, parent.row),
                    target_type.name,
                    cut(key),
                    target_type.name
                );
                let diagnostic = Diagnostic::new(Code::DanglingRef, message)
                    .at(*place, format!("no `{}` of this key", target_type.name))
                    .help_if(self.nearest_key(about, target, key));
                self.tell(about, diagnostic);
            }
            let table = self.tables.get_mut(usize::from(parent.record.0));
            if let Some(slot) = table.and_then(|table| table.parents.get_mut(parent.row as usize)) {
                *slot = row;
            }
        }
    }

    fn count_ones(&mut self) {
        for id in self.policy.record_ids() {
            let record = self.policy.record_type(id);
            let places: Vec<Place> = match self.tables.get(usize::from(id.0)) {
                Some(table) if record.one => table.places.clone(),
                _ => continue,
            };
            if places.len() == 1 || (places.is_empty() && self.is_incomplete(id)) {
                continue;
            }
            let name = &record.name;
            let mut diagnostic;
            let mut about = About::Records(id);
            if places.is_empty() {
                diagnostic = Diagnostic::new(
                    Code::WrongCount,
                    format!("the data holds no `{name}`; there must be one"),
                )
                .at(record.place, "one record of this type is needed");
                let fields = record
                    .fields
                    .iter()
                    .filter(|field| !field.optional && field.default.is_none());
                let fields = any_of(fields.map(|field| field.name.as_ref())).replace(" or ", " and ");
                let with = if fields.is_empty() {
                    String::new()
                } else {
                    format!(", with {fields}")
                };
                diagnostic = diagnostic.help(format!("add \"{name}\": {{ … }} to the data{with}"));
            } else {
                let message = format!(
                    "the data holds `{name}` {} times; there must be one",
                    count(places.len())
                );
                diagnostic = Diagnostic::new(Code::WrongCount, message);
                about = About::Record(id, 1);
                for (index, place) in places.iter().take(3).rev().enumerate() {
                    let label = if index == 0 {
                        "one too many"
                    } else {
                        "one stands here"
                    };
                    diagnostic = diagnostic.at(*place, label);
                }
            }
            self.tell(about, diagnostic);
        }
    }

    /// What is said of a key that may be that of a record which could not be read.
    fn unread_key(&self, record: RecordId, row: u32, field: &str, key: &str, target: &str) -> String {
        let (name, key) = (self.name(record, row), cut(key));
        format!("`{name} › {field}` names `{key}`, and no `{target}` of that key could be read")
    }

    fn is_incomplete(&self, record: RecordId) -> bool {
        self.incomplete
            .get(usize::from(record.0))
            .copied()
            .unwrap_or(false)
    }

    /// A record as problems name it.
    fn name(&self, record: RecordId, row: u32) -> String {
        let keys = self.tables.get(usize::from(record.0)).map(|table| &table.keys);
        // Keys stand in the order of their rows, with gaps where a key could not be kept.
        let key = keys.and_then(|keys| {
            let at = keys.binary_search_by(|_, known| known.cmp(&row)).ok()?;
            keys.get_index(at).map(|(key, _)| cut(key))
        });
        key.unwrap_or_else(|| self.numbered(record, row))
    }

    /// The key most like one that is not there, for a number of keys that can be looked through.
    fn nearest_key(&self, about: About, record: RecordId, key: &str) -> Option<String> {
        const MOST: usize = 5_000;
        if !self.problems.shows(Code::DanglingRef, about) {
            return None;
        }
        let keys = &self.tables.get(usize::from(record.0))?.keys;
        let near = near(key, keys.keys().take(MOST).map(AsRef::as_ref))?;
        Some(format!("did you mean \"{near}\"?"))
    }
}
