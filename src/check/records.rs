//! Scales, record types and their fields; questions become fields of the policy's record here.
//!
//! Comes in: the items as written. Goes out: `scales`, `records` and `enumerations` of the model. It never looks at
//! rules.
//!
//! Invariant: the index of a scale or record is its id, in order of declaration.

use std::sync::Arc;

use indexmap::IndexMap;

use super::scope::Scope;
use super::{Checker, Entity};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{FieldId, Level, Record, RecordId, Scale, Type, Unit};
use crate::source::Place;
use crate::syntax::ast;

/// Names that every record type has.
pub(super) const TAKEN: [&str; 3] = ["total", "rank", "selected"];

/// Words that begin a type.
const TYPES: [&str; 8] = [
    "text", "date", "moment", "integer", "number", "list", "ref", "one",
];

impl<'a> Checker<'a> {
    pub(super) fn declare_scales(&mut self, seen: &mut IndexMap<Arc<str>, Place>) {
        for item in self.items() {
            let ast::Item::Scale(scale) = item else { continue };
            let name = &scale.head.name;
            if TYPES.contains(&&*name.text) {
                self.tell(
                    Diagnostic::new(
                        Code::DuplicateName,
                        format!(
                            "`{}` is a type of the language, and no scale can be called so",
                            name.text
                        ),
                    )
                    .at(name.place, "a type")
                    .help("choose another name"),
                );
                continue;
            }
            if self.already(seen, &name.text, scale.head.place) {
                continue;
            }
            let made = self.scale(scale);
            self.scales.push(made);
        }
    }

    /// Tells a second thing of a name; whether it is one.
    pub(super) fn already(
        &mut self,
        seen: &mut IndexMap<Arc<str>, Place>,
        name: &Arc<str>,
        place: Place,
    ) -> bool {
        if let Some(first) = seen.get(name).copied() {
            self.tell(duplicate(name, place, first));
            return true;
        }
        seen.insert(Arc::clone(name), place);
        false
    }

    fn scale(&mut self, scale: &'a ast::Scale) -> Scale {
        let mut levels: Vec<Level> = Vec::new();
        let mut seen = IndexMap::new();
        for level in &scale.levels {
            if self.already(&mut seen, &level.name.text, level.name.place) {
                continue;
            }
            let number = level.number.as_ref().and_then(|digits| self.number(digits));
            let title = self.title(&level.title);
            let ground = self.ground(&level.ground, &Scope::nothing());
            levels.push(Level {
                name: Arc::clone(&level.name.text),
                title,
                number,
                ground,
                place: level.name.place,
            });
        }
        let numbered = scale.levels.first().is_some_and(|level| level.number.is_some());
        if let Some(other) = scale
            .levels
            .iter()
            .find(|level| level.number.is_some() != numbered)
        {
            let (has, lacks) = if numbered {
                ("has no number", "have one")
            } else {
                ("has a number", "have none")
            };
            self.tell(
                Diagnostic::new(
                    Code::BadScale,
                    format!("level `{}` {has}, but the ones before {lacks}", other.name.text),
                )
                .at(other.name.place, has)
                .help("give every level a number, or none of them"),
            );
        }
        if levels.is_empty() && !self.told_within(&scale.head) {
            self.tell(
                Diagnostic::new(
                    Code::BadScale,
                    format!("scale `{}` has no levels", scale.head.name.text),
                )
                .at(scale.head.place, "a scale needs levels to choose from")
                .help("write a level a line, such as `high \"High\" = 8`"),
            );
        }
        let title = self.title(&scale.head.title);
        Scale {
            name: Arc::clone(&scale.head.name.text),
            title,
            levels,
            numbered,
            place: scale.head.place,
        }
    }

    pub(super) fn declare_records(&mut self, seen: &mut IndexMap<Arc<str>, Place>) {
        let mut kept: Vec<&'a ast::Record> = Vec::new();
        for item in self.items() {
            let ast::Item::Record(record) = item else { continue };
            // One that is called as a scale is told, and still the record that others mean.
            if self.already(seen, &record.head.name.text, record.head.place)
                && self.record_named(&record.head.name.text).is_some()
            {
                continue;
            }
            let name = &record.head.name.text;
            let (plural, place) = match &record.plural {
                Some(plural) => (Arc::clone(&plural.text), plural.place),
                None if record.one => (Arc::clone(name), record.head.place),
                None => (format!("{name}s").into(), record.head.place),
            };
            if !(record.one && plural == *name)
                && let Some(first) = seen.insert(Arc::clone(&plural), place)
            {
                self.tell(
                    Diagnostic::new(
                        Code::DuplicateName,
                        format!("the records of `{name}` are called `{plural}` in the data, and something else is called so too"),
                    )
                    .at(place, format!("called `{plural}` in the data"))
                    .at(first, "the other one")
                    .help(format!("say what they are called: `record {name} as …`")),
                );
            }
            let title = self.title(&record.head.title);
            kept.push(record);
            self.names.push(IndexMap::new());
            self.records.push(Record {
                name: Arc::clone(name),
                title,
                plural,
                parent: None,
                one: record.one,
                fields: Vec::new(),
                key: None,
                title_field: None,
                place: record.head.place,
            });
        }
        for (index, record) in kept.iter().enumerate() {
            let Some(parent) = &record.parent else { continue };
            let found = self.record_named(&parent.text);
            if record.one {
                let name = &record.head.name.text;
                self.tell(
                    Diagnostic::new(
                        Code::NotHere,
                        format!("there is only one `{name}`: it stands in no other record"),
                    )
                    .at(parent.place, "not here")
                    .help(format!(
                        "leave `in {0}` out, or declare `record {name} in {0}` with a key, without `one`",
                        parent.text
                    )),
                );
                continue;
            }
            if found.is_none() {
                let known: Vec<_> = self
                    .records
                    .iter()
                    .map(|record| Arc::clone(&record.name))
                    .collect();
                self.unknown("record type", parent, known.iter().map(|name| &**name));
            }
            if let Some(made) = self.records.get_mut(index) {
                made.parent = found;
            }
        }
        self.check_parents();
        for (index, record) in kept.iter().enumerate() {
            self.fields(RecordId(index as u16), record);
        }
    }

    /// Record types that stand in each other in a circle.
    fn check_parents(&mut self) {
        for start in 0..self.records.len() {
            let mut way = vec![start];
            let mut at = start;
            while let Some(parent) = self.records.get(at).and_then(|record| record.parent) {
                at = usize::from(parent.0);
                if at == start || way.len() > self.records.len() {
                    break;
                }
                way.push(at);
            }
            let Some(record) = self.records.get(start) else {
                continue;
            };
            if at != start || record.parent.is_none() || way.iter().min() != Some(&start) {
                continue;
            }
            let names: Vec<String> = way
                .iter()
                .chain([&start])
                .filter_map(|index| self.records.get(*index))
                .map(|record| record.name.to_string())
                .collect();
            let place = record.place;
            self.tell(
                Diagnostic::new(
                    Code::RecordCycle,
                    match names.as_slice() {
                        [name, _] => format!("`{name}` stands in itself"),
                        _ => format!("these record types stand in each other: {}", names.join(" in ")),
                    },
                )
                .at(place, "comes back to itself")
                .help("leave one `in` out"),
            );
            for index in way {
                if let Some(record) = self.records.get_mut(index) {
                    record.parent = None;
                }
            }
        }
    }

    fn fields(&mut self, record: RecordId, written: &'a ast::Record) {
        let mut key: Option<(FieldId, Place)> = None;
        let parent = self
            .records
            .get(usize::from(record.0))
            .and_then(|made| made.parent);
        let parent = parent
            .and_then(|parent| self.records.get(usize::from(parent.0)))
            .map(|parent| Arc::clone(&parent.name));
        for field in &written.fields {
            if parent.as_ref() == Some(&field.name.text) {
                self.tell(
                    Diagnostic::new(
                        Code::DuplicateName,
                        format!(
                            "`{}` is the record this one stands in, and cannot be a field as well",
                            field.name.text
                        ),
                    )
                    .at(field.name.place, "declared as a field here")
                    .help("leave the field out: the parent is reached by its name"),
                );
                continue;
            }
            for (place, what, help) in [
                (
                    field.reversed,
                    "reversed",
                    "only the questions of a criterion can be reversed",
                ),
                (
                    field.weight.as_ref().map(|weight| weight.place),
                    "weight",
                    "only the questions of a weighted mean have weights",
                ),
            ] {
                if let Some(place) = place {
                    self.tell(
                        Diagnostic::new(Code::NotHere, format!("a field of a record cannot have `{what}`"))
                            .at(place, "not here")
                            .help(help),
                    );
                }
            }
            let Some(made) = self.field(field, None, Arc::clone(&field.name.text)) else {
                self.lose(&field.name.text);
                continue;
            };
            let names_records = made.of_type == Type::Text
                || (made.of_type == Type::Number(Unit::none()) && made.bounds.integer);
            let called = self.type_name(&made.of_type);
            let Some(id) = self.declare_field(record, made, field.name.place) else {
                continue;
            };
            if let Some(place) = field.key {
                if !names_records {
                    self.tell(
                        Diagnostic::new(
                            Code::BadKey,
                            format!(
                                "a key is a text or a whole number, and `{}` is {called}",
                                field.name.text
                            ),
                        )
                        .at(field.of_type.place, "names no record")
                        .at(place, "declared as the key")
                        .help(format!("write `{} : text key`", field.name.text)),
                    );
                }
                if let Some((_, first)) = key {
                    self.tell(
                        Diagnostic::new(
                            Code::BadKey,
                            format!("record `{}` has two keys", written.head.name.text),
                        )
                        .at(place, "the second one")
                        .at(first, "the first one")
                        .help("keep the one that names a record"),
                    );
                } else {
                    key = Some((id, place));
                }
                if let Some(place) = field
                    .optional
                    .or(field.default.as_ref().map(|default| default.place))
                {
                    self.tell(
                        Diagnostic::new(
                            Code::BadKey,
                            format!("the key `{}` cannot be left out of the data", field.name.text),
                        )
                        .at(place, "a key is always there")
                        .help("leave this out"),
                    );
                }
            }
        }
        let keyed = written.one || written.fields.iter().any(|field| field.key.is_some());
        if key.is_none() && !keyed && !self.told_within(&written.head) {
            let first = written.fields.first().map_or("id", |field| &field.name.text);
            self.tell(
                Diagnostic::new(
                    Code::BadKey,
                    format!("record `{}` has no key", written.head.name.text),
                )
                .at(written.head.place, "nothing here names one of these records")
                .help(format!(
                    "write `key` after the type of the field that does, such as `{first} : text key`"
                )),
            );
        }
        let Some(made) = self.records.get_mut(usize::from(record.0)) else {
            return;
        };
        made.key = key.map(|(id, _)| id);
        let title = made
            .fields
            .iter()
            .position(|field| &*field.name == "title" && field.of_type == Type::Text);
        made.title_field = title.map(|index| FieldId(index as u32));
    }

    /// Makes a name known in a record type; a second one is told.
    pub(super) fn declare(&mut self, record: RecordId, name: Arc<str>, entity: Entity, place: Place) -> bool {
        if TAKEN.contains(&&*name) {
            self.tell(
                Diagnostic::new(
                    Code::DuplicateName,
                    format!("`{name}` is a name of the language: every decided record has it"),
                )
                .at(place, "declared again here")
                .help("choose another name"),
            );
            return false;
        }
        if let Some((what, other)) = self.hides(record, &name) {
            self.tell(
                Diagnostic::new(Code::DuplicateName, format!("`{name}` already stands for {what}"))
                    .at(place, "would hide it")
                    .at(other, "declared here")
                    .help("choose another name"),
            );
            return false;
        }
        let Some(names) = self.names.get_mut(usize::from(record.0)) else {
            return false;
        };
        if let Some((_, first)) = names.get(&name).copied() {
            self.tell(duplicate(&name, place, first));
            return false;
        }
        names.insert(name, (entity, place));
        true
    }
}

impl Checker<'_> {
    /// What could not be reached any more if a record type had something of this name, and where it is declared.
    fn hides(&self, record: RecordId, name: &str) -> Option<(String, Place)> {
        let parent = self
            .records
            .get(usize::from(record.0))
            .and_then(|made| made.parent);
        for (index, other) in self.records.iter().enumerate() {
            let what =
                if *other.name == *name && (other.one || parent.map(|id| usize::from(id.0)) == Some(index)) {
                    format!("the record `{}`", other.name)
                } else if *other.plural == *name && !other.one {
                    format!("all records of `{}`", other.name)
                } else {
                    continue;
                };
            return Some((what, other.place));
        }
        None
    }

    /// Other names that fields have in the data, held against all that stands beside them there.
    pub(super) fn check_data_names(&mut self) {
        let mut problems = Vec::new();
        for (index, record) in self.records.iter().enumerate() {
            let mut known: IndexMap<&str, Place> = IndexMap::new();
            for field in &record.fields {
                known.entry(&field.name).or_insert(field.place);
                if let Some((criterion, _)) = field.name.split_once('.') {
                    let declared = self.names.get(index).and_then(|names| names.get(criterion));
                    known
                        .entry(criterion)
                        .or_insert(declared.map_or(field.place, |(_, place)| *place));
                }
            }
            for child in &self.records {
                if child.parent == Some(RecordId(index as u16)) {
                    known.entry(&child.plural).or_insert(child.place);
                }
            }
            if let Some(parent) = record
                .parent
                .and_then(|parent| self.records.get(usize::from(parent.0)))
            {
                known.entry(&parent.name).or_insert(record.place);
            }
            for field in &record.fields {
                let Some(from) = field.from.as_deref().filter(|from| **from != *field.name) else {
                    continue;
                };
                match known.get(from) {
                    None => {
                        known.insert(from, field.place);
                    }
                    Some(first) => problems.push(
                        Diagnostic::new(
                            Code::DuplicateName,
                            format!("two things of `{}` are called `{from}` in the data", record.name),
                        )
                        .at(field.place, "called so by its `from`")
                        .at(*first, "the other one")
                        .help("leave the `from` out, or give the column that this field is read from"),
                    ),
                }
            }
        }
        self.problems.append(&mut problems);
    }
}

/// Two things of one name.
pub(super) fn duplicate(name: &str, second: Place, first: Place) -> Diagnostic {
    Diagnostic::new(Code::DuplicateName, format!("there are two of the name `{name}`"))
        .at(second, "the second one")
        .at(first, "the first one")
        .help("give one of them another name")
}
