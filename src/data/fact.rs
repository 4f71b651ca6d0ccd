//! What the data says of one field of one record: a value, a default, nothing, or something wrong.
//!
//! Comes in: a field and what was found under its name. Goes out: the field's fact, references still to be tied, and
//! problems. It never looks at other fields.
//!
//! Invariant: a fact without a value is either that of an optional field or told of in a problem.

use super::Fact;
use super::json::{Kind, Node};
use super::problems::About;
use super::record::{Reader, Reference, Slot, Subject};
use super::said::{self, Scope};
use super::values::Fault;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Field, RecordId, Type, Value};

impl<'a> Reader<'a> {
    /// What the data says of a field of a record.
    pub(super) fn fact(
        &mut self,
        subject: &Subject,
        index: usize,
        field: &'a Field,
        slot: Option<Slot<'a>>,
    ) -> Fact {
        let Some(slot) = slot else {
            return self.missing(subject, index, field, None);
        };
        let about = About::Field(subject.record, subject.row, index);
        let (node, mut scope) = match &slot.key.value.kind {
            Kind::Object(_) => {
                let path = format!("{} › {}", subject.name, field.name);
                self.unwrap(&slot.key.value, slot.scope, about, &path)
            }
            _ => (&slot.key.value, slot.scope),
        };
        let value = match (&field.of_type, &node.kind) {
            (_, kind) if says_nothing(kind) => {
                let note = (scope != slot.scope).then_some(scope).flatten();
                let fact = self.missing(subject, index, field, Some(node));
                return Fact {
                    note: fact.note.or(note),
                    ..fact
                };
            }
            (Type::Reference(target), _) => {
                self.reference(subject, index, field, *target, false, std::slice::from_ref(node))
            }
            (Type::List(inner), Kind::Array(items)) => {
                scope = self.scope_of_items(items, scope, about, subject, field);
                match inner.as_ref() {
                    Type::Reference(target) => self.reference(subject, index, field, *target, true, items),
                    _ => self.words.read(node, &field.of_type, &field.bounds).map(Some),
                }
            }
            _ => self.words.read(node, &field.of_type, &field.bounds).map(Some),
        };
        let value = value.unwrap_or_else(|fault| {
            self.fault(subject, index, field, fault);
            None
        });
        Fact {
            value,
            place: self.place(node.span),
            note: scope,
            default: false,
        }
    }

    fn reference(
        &mut self,
        subject: &Subject,
        field_index: usize,
        field: &Field,
        target: RecordId,
        list: bool,
        items: &'a [Node<'a>],
    ) -> Result<Option<Value>, Fault> {
        let target_type = self.policy.record_type(target);
        let key_type = target_type.key.map(|key| &self.policy.field(target, key).of_type);
        let of_type = match &field.of_type {
            Type::List(inner) => inner,
            own => own,
        };
        let mut keys = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let item = if list { said::bare(item) } else { item };
            let key = self.words.key(item, of_type, key_type).map_err(|fault| Fault {
                item: list.then_some(index + 1),
                ..fault
            })?;
            keys.push((key, self.place(item.span)));
        }
        self.references.push(Reference {
            record: subject.record,
            row: subject.row,
            field: field_index,
            target,
            list,
            keys,
        });
        Ok(None)
    }

    /// What is said of the values of a list is said of the list where nothing is said of that: the first that says it.
    fn scope_of_items(
        &mut self,
        items: &'a [Node<'a>],
        scope: Scope,
        about: About,
        subject: &Subject,
        field: &Field,
    ) -> Scope {
        if !items.iter().any(|item| matches!(item.kind, Kind::Object(_))) {
            return scope;
        }
        let path = format!("{} › {}", subject.name, field.name);
        let mut note = self.notes.get(scope);
        for item in items {
            let (_, own) = self.unwrap(item, None, about, &path);
            let own = self.notes.get(own);
            note.because = note.because.or(own.because);
            note.cite = note.cite.or(own.cite);
            note.by = note.by.or(own.by);
            note.assumed |= own.assumed;
        }
        self.notes.keep(note)
    }

    /// The fact of a field without a value: its default, unknown, or a problem.
    fn missing(&mut self, subject: &Subject, index: usize, field: &Field, null: Option<&Node<'_>>) -> Fact {
        if let Some(default) = &field.default {
            let notes = self.default_notes.get(usize::from(subject.record.0));
            return Fact {
                value: Some(default.clone()),
                place: field.default_place.unwrap_or(field.place),
                note: notes.and_then(|notes| notes.get(index)).copied().flatten(),
                default: true,
            };
        }
        let shape = self.shapes.get(usize::from(subject.record.0));
        if self.absent.fields.contains(&index) {
            self.problems.also_wrong(subject);
        } else if shape.is_some_and(|shape| shape.needs.contains(&index)) {
            let is_key = shape.is_some_and(|shape| shape.record.key.is_some_and(|key| key.index() == index));
            let misspelt = subject.misspelt.iter().find(|(known, ..)| *known == index);
            let (span, label) = match (null, misspelt) {
                (Some(null), _) if self.in_table => {
                    (Some(null.span), "nothing stands in this cell".to_owned())
                }
                (Some(null), _) => (Some(null.span), "`null` says nothing".to_owned()),
                (None, Some((_, span, _))) => (Some(*span), format!("is `{}` meant?", field.name)),
                (None, None) => (None, format!("this record does not say its `{}`", field.name)),
            };
            let why = if is_key {
                "every record needs its key"
            } else {
                "neither `optional` nor with a default"
            };
            let help = match misspelt {
                Some((_, _, written)) => format!("write `{}` instead of `{written}`", field.name),
                None if is_key && self.in_table => "write a key that no other record has".to_owned(),
                None if is_key => format!("add \"{}\": with a key that no other record has", field.name),
                None => format!("give it a value, or declare `{}` as `optional`", field.name),
            };
            let message = format!("`{} › {}` is missing", subject.name, field.name);
            let diagnostic = Diagnostic::new(Code::MissingValue, message)
                .at(span.map_or(subject.place, |span| self.place(span)), label)
                .at(field.place, why)
                .help(help);
            self.tell(About::Field(subject.record, subject.row, index), diagnostic);
        }
        Fact {
            place: subject.place,
            ..Fact::default()
        }
    }

    pub(super) fn fault(&mut self, subject: &Subject, index: usize, field: &Field, fault: Fault) {
        let item = fault
            .item
            .map_or_else(String::new, |item| format!(", value {item},"));
        let message = format!("`{} › {}`{item} {}", subject.name, field.name, fault.sentence);
        let diagnostic = Diagnostic::new(fault.code, message)
            .at(self.place(fault.span), fault.label)
            .help_if(fault.help);
        self.tell(About::Field(subject.record, subject.row, index), diagnostic);
    }
}

/// Whether a node stands for no value.
pub(super) fn says_nothing(kind: &Kind<'_>) -> bool {
    match kind {
        Kind::Null => true,
        Kind::Cell(written) => written.is_blank(),
        _ => false,
    }
}
