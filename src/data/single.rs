//! One value that is said outside the data, read as the data would be.
//!
//! Comes in: a record, a field, and the value as a person writes it on a command line. Goes out: the value, or the problems
//! that a data file with it would have. It never changes the records.
//!
//! Invariant: what comes out is what the same value in a data file comes to.

use std::borrow::Cow;

use super::Records;
use super::json::{self, Kind, Member, Node, Span};
use super::record::{Reader, Slot, Subject};
use super::shape::Shape;
use super::values::Words;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{FieldId, Number, Policy, RecordId, Reference, Type, Value};
use crate::source::Place;

/// Reads a value for a field of a record. Texts, members, levels, keys and dates may stand without quotes, amounts with
/// their unit behind them, and lists stand as in JSON; `unknown` and `null` take the value away. `at` is where the text
/// stands.
///
/// # Errors
/// What would be wrong with a data file that held it.
pub fn read_value(
    policy: &Policy,
    records: &Records,
    record: Reference,
    field: FieldId,
    text: &str,
    at: Place,
) -> Result<Option<Value>, Vec<Diagnostic>> {
    let shapes: Vec<_> = policy.record_ids().map(|id| Shape::new(policy, id)).collect();
    let words = Words::new(policy);
    let span = Span {
        start: at.start,
        end: at.end,
    };
    // Blanks before it, so that places in the value are places in what was written.
    let padded = format!("{}{text}", " ".repeat(at.start as usize));
    let node = written(
        policy,
        &policy.field(record.record, field).of_type,
        text,
        &padded,
        span,
    );
    let member = node.map(|value| Member {
        name: Cow::Borrowed(""),
        name_span: span,
        value,
    });
    let mut reader = Reader::new(policy, &shapes, &words);
    reader.file = at.file;
    let value = match &member {
        Ok(member) => read(&mut reader, records, record, field, member),
        Err(_) => {
            let name = &policy.field(record.record, field).name;
            let message = format!(
                "`{} › {name}` is not written as a value is in JSON",
                records.key(record)
            );
            let problem = Diagnostic::new(Code::DataSyntax, message)
                .at(at, "cannot be read")
                .help("write a list as `[\"a\", \"b\"]`, and a text in quotes or without any");
            return Err(vec![problem]);
        }
    };
    let failed = reader.problems.errors();
    let (problems, _) = reader.problems.finish(policy, &shapes, 1);
    if failed { Err(problems) } else { Ok(value) }
}

fn read<'a>(
    reader: &mut Reader<'a>,
    records: &Records,
    record: Reference,
    field: FieldId,
    member: &'a Member<'a>,
) -> Option<Value> {
    let subject = Subject {
        record: record.record,
        row: record.row,
        name: records.key(record).clone(),
        place: records.place(record),
        misspelt: Vec::new(),
    };
    let slot = Slot {
        key: member,
        scope: None,
    };
    let declared = reader.policy.field(record.record, field);
    let fact = reader.fact(&subject, field.index(), declared, Some(slot));
    let Some(reference) = reader.references.pop() else {
        return fact.value;
    };
    let mut found = Vec::with_capacity(reference.keys.len());
    for (key, place) in &reference.keys {
        match records.find(reference.target, key) {
            Some(target) => found.push(Value::Reference(target)),
            None => {
                know_keys(reader, records, &[record.record, reference.target]);
                reader.dangling(&reference, key, *place);
            }
        }
    }
    if reference.list {
        Some(Value::List(found.into()))
    } else {
        found.pop()
    }
}

/// Lets the reader name the records of these types, and find the key most like one that is not there.
fn know_keys(reader: &mut Reader<'_>, records: &Records, types: &[RecordId]) {
    for id in types {
        if let Some(table) = reader.tables.get_mut(usize::from(id.0)) {
            table.keys.clone_from(&records.table(*id).keys);
        }
    }
}

/// The value as the tree of a data file would have it.
fn written<'a>(
    policy: &Policy,
    of_type: &Type,
    text: &'a str,
    padded: &'a str,
    span: Span,
) -> Result<Node<'a>, json::Problem> {
    let bare = text.trim();
    let node = |kind| Ok(Node { span, kind });
    let quoted = bare.starts_with('"') || bare.starts_with('{');
    if quoted || (matches!(of_type, Type::List(_)) && bare.starts_with('[')) {
        return json::read(padded);
    }
    let is_member = matches!(of_type, Type::Enumeration(id)
        if policy.enumeration(*id).members.iter().any(|(name, _)| **name == *bare));
    if !is_member && (bare == "null" || bare == "unknown") {
        return node(Kind::Null);
    }
    match of_type {
        Type::YesNo if bare == "true" || bare == "false" => node(Kind::Bool(bare == "true")),
        Type::Number(unit) => {
            let amount = bare.strip_suffix(&unit.to_string()).map_or(bare, str::trim_end);
            match Number::parse(amount) {
                Ok(_) => node(Kind::Number(amount)),
                Err(_) => node(Kind::String(Cow::Borrowed(bare))),
            }
        }
        Type::Scale(_) if Number::parse(bare).is_ok() => node(Kind::Number(bare)),
        Type::Reference(target) if has_number_key(policy, *target) && Number::parse(bare).is_ok() => {
            node(Kind::Number(bare))
        }
        Type::Text => node(Kind::String(Cow::Borrowed(text))),
        _ => node(Kind::String(Cow::Borrowed(bare))),
    }
}

fn has_number_key(policy: &Policy, record: RecordId) -> bool {
    let key = policy.record_type(record).key;
    key.is_some_and(|key| matches!(policy.field(record, key).of_type, Type::Number(_)))
}
