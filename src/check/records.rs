//! Scales, record types and their fields; questions become fields of the policy's record here.
//!
//! Comes in: the items as written. Goes out: `scales`, `records` and `enumerations` of the model. It never looks at
//! rules.
//!
//! Invariant: the index of a scale or record is its id, in order of declaration.

use std::sync::Arc;

use indexmap::IndexMap;

use super::expressions::Scope;
use super::{Checker, Entity};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    Bounds, CriterionId, Enumeration, EnumerationId, ExpressionKind, Field, FieldId, Interval, Level, Number,
    Record, RecordId, Scale, Type, Unit, Value,
};
use crate::source::Place;
use crate::syntax::ast;

/// Names that every record type has.
pub(super) const TAKEN: [&str; 3] = ["total", "rank", "selected"];

impl<'a> Checker<'a> {
    pub(super) fn declare_scales(&mut self) {
        let mut seen: IndexMap<Arc<str>, Place> = IndexMap::new();
        for item in self.items() {
            let ast::Item::Scale(scale) = item else { continue };
            if self.already(&mut seen, &scale.head.name.text, scale.head.place) {
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

    pub(super) fn declare_records(&mut self) {
        let mut seen: IndexMap<Arc<str>, Place> = IndexMap::new();
        let mut kept: Vec<&'a ast::Record> = Vec::new();
        for item in self.items() {
            let ast::Item::Record(record) = item else { continue };
            if self.already(&mut seen, &record.head.name.text, record.head.place) {
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
            let Some(id) = self.declare_field(record, made, field.name.place) else {
                continue;
            };
            if let Some(place) = field.key {
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

    /// Adds a field to a record type, unless its name is taken.
    pub(super) fn declare_field(&mut self, record: RecordId, field: Field, place: Place) -> Option<FieldId> {
        let made = self.records.get_mut(usize::from(record.0))?;
        let id = FieldId(made.fields.len() as u32);
        let name = Arc::clone(&field.name);
        made.fields.push(field);
        self.declare(record, name, Entity::Field(id), place).then_some(id)
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

    /// A field or a question.
    pub(super) fn field(
        &mut self,
        field: &'a ast::Field,
        question_of: Option<CriterionId>,
        name: Arc<str>,
    ) -> Option<Field> {
        let (of_type, bounds) = self.declared_type(&field.of_type)?;
        let default = field
            .default
            .as_ref()
            .map(|value| self.default(value, &of_type, &bounds, &name));
        let title = self.title(&field.title);
        let from = field.from.as_ref().and_then(|text| self.plain(text));
        let ground = self.ground(&field.ground, &Scope::nothing());
        Some(Field {
            name,
            title,
            of_type,
            bounds,
            optional: field.optional.is_some() || (question_of.is_some() && default.is_none()),
            default: default.flatten(),
            reversed: field.reversed.is_some(),
            from,
            question_of,
            ground,
            place: field.place,
            default_place: field.default.as_ref().map(|value| value.place),
        })
    }

    fn default(
        &mut self,
        value: &'a ast::Expression,
        of_type: &Type,
        bounds: &Bounds,
        name: &str,
    ) -> Option<Value> {
        let typed = self.expression(value, &Scope::nothing(), Some(of_type))?;
        self.expect_type(&typed, of_type, &format!("the default of `{name}`"))?;
        let Some(constant) = constant(&typed.expression) else {
            self.tell(
                Diagnostic::new(Code::NotHere, "a default is a value that is written down")
                    .at(value.place, "not a plain value")
                    .help("compute with `define` instead"),
            );
            return None;
        };
        if let (Value::Number(number), Some(problem)) = (
            &constant,
            constant
                .as_number()
                .and_then(|number| out_of_bounds(bounds, number)),
        ) {
            self.tell(
                Diagnostic::new(
                    Code::BadRange,
                    format!("the default {number} of `{name}` is {problem}"),
                )
                .at(value.place, problem)
                .help("choose a default that the field can hold"),
            );
        }
        Some(constant)
    }

    /// A type as declared, with what its numbers must keep to.
    pub(super) fn declared_type(&mut self, written: &'a ast::Type) -> Option<(Type, Bounds)> {
        let none = Bounds::default();
        Some(match &written.kind {
            ast::TypeKind::Text => (Type::Text, none),
            ast::TypeKind::YesNo => (Type::YesNo, none),
            ast::TypeKind::Date => (Type::Date, none),
            ast::TypeKind::Moment => (Type::Moment, none),
            ast::TypeKind::Number {
                integer,
                interval,
                step,
                unit,
            } => {
                let unit = unit
                    .as_ref()
                    .map_or_else(Unit::none, |unit| Unit::named(&unit.text));
                let range = interval.as_ref().and_then(|interval| self.interval(interval));
                let step_number = step.as_ref().and_then(|step| self.number(step));
                if let (Some(step), Some(number)) = (step, &step_number)
                    && number.is_zero()
                {
                    self.tell(
                        Diagnostic::new(Code::BadRange, "a step of 0 leads nowhere")
                            .at(step.place, "must be above 0")
                            .help("write the distance between two values, such as `step 0.5`"),
                    );
                    return None;
                }
                (
                    Type::Number(unit),
                    Bounds {
                        integer: *integer,
                        range,
                        step: step_number,
                    },
                )
            }
            ast::TypeKind::OneOf(members) => (Type::Enumeration(self.enumeration(members)), none),
            ast::TypeKind::List(inner) => {
                let (of_type, bounds) = self.declared_type(inner)?;
                if matches!(of_type, Type::List(_)) {
                    self.tell(
                        Diagnostic::new(Code::TypeMismatch, "a list cannot hold lists")
                            .at(inner.place, "a list in a list"),
                    );
                    return None;
                }
                (Type::List(Box::new(of_type)), bounds)
            }
            ast::TypeKind::Reference(name) => match self.record_named(&name.text) {
                Some(record) => (Type::Reference(record), none),
                None => {
                    let known: Vec<_> = self
                        .records
                        .iter()
                        .map(|record| Arc::clone(&record.name))
                        .collect();
                    self.unknown("record type", name, known.iter().map(|name| &**name));
                    return None;
                }
            },
            ast::TypeKind::Scale(name) => match self.scale_id(&name.text) {
                Some(scale) => (Type::Scale(scale), none),
                None => {
                    if let Some(write) = foreign_type(&name.text) {
                        self.tell(
                            Diagnostic::new(Code::UnknownName, format!("there is no type `{}`", name.text))
                                .at(name.place, "not a type here")
                                .help(format!("write `{write}`"))
                                .fix(name.place, write),
                        );
                        return None;
                    }
                    let words = ["text", "yes/no", "date", "moment", "integer", "number"];
                    let scales: Vec<_> = self.scales.iter().map(|scale| Arc::clone(&scale.name)).collect();
                    let known = scales.iter().map(|name| &**name).chain(words);
                    self.unknown("type or scale", name, known);
                    return None;
                }
            },
        })
    }

    fn enumeration(&mut self, members: &'a [(ast::Name, Option<ast::Text>)]) -> EnumerationId {
        let mut seen = IndexMap::new();
        let mut made: Vec<(Arc<str>, Option<Arc<str>>)> = Vec::new();
        for (name, title) in members {
            if !self.already(&mut seen, &name.text, name.place) {
                let title = self.title(title);
                made.push((Arc::clone(&name.text), title));
            }
        }
        // Two declarations with the same members are one enumeration, so that their values can be compared.
        let same = self.enumerations.iter_mut().enumerate().find(|(_, known)| {
            known.members.len() == made.len()
                && made
                    .iter()
                    .all(|(name, _)| known.members.iter().any(|(other, _)| other == name))
        });
        if let Some((index, known)) = same {
            for (name, title) in made {
                if let Some((_, known)) = known.members.iter_mut().find(|(other, _)| *other == name)
                    && known.is_none()
                {
                    *known = title;
                }
            }
            return EnumerationId(index as u16);
        }
        self.enumerations.push(Enumeration { members: made });
        EnumerationId((self.enumerations.len() - 1) as u16)
    }

    fn interval(&mut self, written: &ast::NumberInterval) -> Option<Interval<Number>> {
        let low = match &written.low {
            Some(digits) => Some((self.number(digits)?, written.low_included)),
            None => None,
        };
        let high = match &written.high {
            Some(digits) => Some((self.number(digits)?, written.high_included)),
            None => None,
        };
        if let (Some((least, low_in)), Some((most, high_in))) = (&low, &high)
            && (least > most || (least == most && !(*low_in && *high_in)))
        {
            self.tell(
                Diagnostic::new(Code::BadRange, "nothing lies in this range")
                    .at(written.place, "its low end is not below its high end")
                    .help("write the low end first, as in `1..5`"),
            );
            return None;
        }
        Some(Interval { low, high })
    }

    /// The number that digits stand for.
    pub(super) fn number(&mut self, digits: &ast::Digits) -> Option<Number> {
        let Ok(number) = Number::parse(&digits.text) else {
            self.tell(
                Diagnostic::new(Code::NumberTooLong, "a number can have at most 1,000 digits")
                    .at(digits.place, "this one has more"),
            );
            return None;
        };
        let number = if digits.percent {
            number.divide(&Number::from_integer(100))?
        } else {
            number
        };
        Some(if digits.negative { number.negate() } else { number })
    }
}

/// The value of an expression that is one written down.
pub(super) fn constant(expression: &crate::model::Expression) -> Option<Value> {
    match &expression.kind {
        ExpressionKind::Constant(value) => Some(value.clone()),
        ExpressionKind::Negate(inner) => Some(Value::Number(constant(inner)?.as_number()?.negate())),
        ExpressionKind::List(members) => Some(Value::List(
            members.iter().map(constant).collect::<Option<Vec<_>>>()?.into(),
        )),
        _ => None,
    }
}

/// What keeps a number out of a field, in words that follow "is".
pub(crate) fn out_of_bounds(bounds: &Bounds, number: &Number) -> Option<&'static str> {
    if bounds.integer && !number.is_integer() {
        return Some("not a whole number");
    }
    if bounds.range.as_ref().is_some_and(|range| !range.contains(number)) {
        return Some("off the field's range");
    }
    let step = bounds.step.as_ref()?;
    let low = bounds
        .range
        .as_ref()
        .and_then(|range| range.low.as_ref())
        .map_or_else(Number::zero, |(low, _)| low.clone());
    let steps = number.subtract(&low)?.divide(step)?;
    (!steps.is_integer()).then_some("off the field's step")
}

/// Types as they are called in other languages.
fn foreign_type(name: &str) -> Option<&'static str> {
    Some(match name {
        "string" | "String" | "str" | "varchar" | "char" => "text",
        "boolean" | "bool" | "Boolean" | "flag" | "yesno" | "yes-no" => "yes/no",
        "int" | "Integer" | "long" | "whole" => "integer",
        "float" | "double" | "decimal" | "real" | "numeric" | "num" | "percent" => "number",
        "datetime" | "timestamp" | "time" | "instant" => "moment",
        "day" => "date",
        _ => return None,
    })
}

/// Two things of one name.
pub(super) fn duplicate(name: &str, second: Place, first: Place) -> Diagnostic {
    Diagnostic::new(Code::DuplicateName, format!("there are two of the name `{name}`"))
        .at(second, "the second one")
        .at(first, "the first one")
        .help("give one of them another name")
}
