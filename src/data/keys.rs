//! A record's own key, and the key of the record it stands in.
//!
//! Comes in: what was found under their names. Goes out: the record's name, its entry in the table's keys, its parent
//! still to be tied, and problems. It never looks a parent up.
//!
//! Invariant: a table's keys stand in the order of its rows, and each is there once.

use std::sync::Arc;

use super::fact::says_nothing;
use super::problems::{About, cut};
use super::record::{ParentKey, Reader, Slot, Subject, twice};
use super::shape::Shape;
use super::values::number_key;
use super::{Fact, Mistake};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{FieldId, RecordId, Type, Value};

impl<'a> Reader<'a> {
    /// Reads a record's key, names the record by it and keeps it.
    pub(super) fn key(
        &mut self,
        subject: &mut Subject,
        shape: &'a Shape<'a>,
        key: FieldId,
        slot: Option<Slot<'a>>,
    ) -> Fact {
        let id = subject.record;
        let Some(field) = shape.record.fields.get(key.index()) else {
            return Fact::default();
        };
        let fact = self.fact(subject, key.index(), field, slot);
        let text = match &fact.value {
            Some(value) => Self::key_text(value),
            None => None,
        };
        match text {
            Some(text) if !text.is_empty() => {
                subject.name = cut_key(&text);
                subject.place = fact.place;
                self.keep_key(subject, text, shape.record.one, Some(key));
            }
            Some(_) => {
                self.mark_incomplete(id);
                let message = format!(
                    "`{} › {}` is empty, but it is the record's key",
                    subject.name, field.name
                );
                let diagnostic = Diagnostic::new(Code::WrongValue, message)
                    .at(fact.place, "nothing in the quotes")
                    .help("give the record a key that no other one has");
                self.tell(About::Field(id, subject.row, key.index()), diagnostic);
            }
            None => self.mark_incomplete(id),
        }
        fact
    }

    pub(super) fn keep_key(&mut self, subject: &Subject, key: Arc<str>, one: bool, field: Option<FieldId>) {
        let Some(table) = self.tables.get_mut(usize::from(subject.record.0)) else {
            return;
        };
        let known = table.keys.get(&key).copied();
        let Some(first) = known else {
            table.keys.insert(key, subject.row);
            return;
        };
        // Of a `one record` it is the count that is wrong, and that is told once all files are read.
        if one {
            return;
        }
        let first_row = first;
        let first = table.places.get(first as usize).copied().unwrap_or_default();
        let kind = self.policy.record_type(subject.record);
        let message = match field.and_then(|field| kind.fields.get(field.index())) {
            Some(field) => format!(
                "`{} › {}` is the key of two records of `{}`",
                subject.name, field.name, kind.name
            ),
            None => format!("two records of `{}` have the key `{}`", kind.name, subject.name),
        };
        // Nobody knows which of the two is meant.
        let mistake = Mistake {
            code: Code::DuplicateKey,
            message: message.clone(),
            rests_on: None,
        };
        self.problems
            .also_left_out(About::Record(subject.record, first_row), mistake);
        let diagnostic = twice(message, first, subject.place).help("give one of them a key of its own");
        let about = match field {
            Some(field) => About::Field(subject.record, subject.row, field.index()),
            None => About::Record(subject.record, subject.row),
        };
        self.tell(about, diagnostic);
    }

    fn key_text(value: &Value) -> Option<Arc<str>> {
        Some(match value {
            Value::Text(text) => Arc::clone(text),
            Value::Number(number) => number_key(number).into(),
            _ => return None,
        })
    }

    /// Takes up what the data says of the record's parent.
    pub(super) fn parent(
        &mut self,
        subject: &Subject,
        parent_type: RecordId,
        within: Option<&Subject>,
        slot: Option<Slot<'a>>,
    ) {
        let record = self.policy.record_type(parent_type);
        let about = About::Record(subject.record, subject.row);
        let path = format!("{} › {}", subject.name, record.name);
        let mut key = None;
        if let Some(slot) = slot {
            let (node, _) = self.unwrap(&slot.key.value, slot.scope, about, &path);
            let key_type = record.key.map(|key| &self.policy.field(parent_type, key).of_type);
            if !says_nothing(&node.kind) {
                match self.words.key(node, &Type::Reference(parent_type), key_type) {
                    Ok(text) => key = Some((text, self.place(node.span))),
                    Err(fault) => {
                        let diagnostic = Diagnostic::new(fault.code, format!("`{path}` {}", fault.sentence))
                            .at(self.place(fault.span), fault.label)
                            .help_if(fault.help);
                        self.tell(about, diagnostic);
                        return;
                    }
                }
            }
        }
        match (within, key) {
            (None, None) if self.absent.parent => self.problems.also_wrong(subject),
            (None, None) if !record.one => {
                let own = self.policy.record_type(subject.record);
                let message = format!(
                    "`{path}` is missing: nothing says which `{}` it stands in",
                    record.name
                );
                let help = if self.in_table {
                    format!("write the key of one into the column `{}`", record.name)
                } else {
                    format!(
                        "add \"{}\": with the key of one, or move the record into that one's `{}`",
                        record.name, own.plural
                    )
                };
                let diagnostic = Diagnostic::new(Code::MissingValue, message)
                    .at(subject.place, "this record stands in none")
                    .at(
                        own.place,
                        format!("a record of `{}` stands in one of `{}`", own.name, record.name),
                    )
                    .help(help);
                self.tell(about, diagnostic);
            }
            (None, key) => self.parents.push(ParentKey {
                record: subject.record,
                row: subject.row,
                key,
            }),
            (Some(within), Some((key, place))) if *key != *within.name => {
                let message = format!(
                    "`{path}` says `{}`, but the record stands in `{}`",
                    cut(&key),
                    within.name
                );
                let diagnostic = Diagnostic::new(Code::WrongValue, message)
                    .at(place, "another one")
                    .at(within.place, "it stands in this one")
                    .help(format!("take `{}` out, or move the record", record.name));
                self.tell(about, diagnostic);
            }
            (Some(_), _) => {}
        }
    }
}

fn cut_key(key: &Arc<str>) -> Arc<str> {
    let shown = cut(key);
    if *shown == **key {
        Arc::clone(key)
    } else {
        shown.into()
    }
}
