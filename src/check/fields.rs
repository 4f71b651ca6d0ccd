//! Fields and their types: ranges, steps, units, defaults, enumerations.
//!
//! Comes in: fields and types as written. Goes out: fields of the model. It never looks at the record they stand in.
//!
//! Invariant: a default fits its field's type, range and step.

use super::scope::Scope;
use super::{Checker, Entity};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    Bounds, CriterionId, Enumeration, EnumerationId, Expression, ExpressionKind, Field, FieldId, Interval,
    Number, RecordId, Type, Unit, Value,
};
use crate::source::Place;
use crate::syntax::ast;
use indexmap::IndexMap;
use std::sync::Arc;

impl<'a> Checker<'a> {
    /// Notes the units that fields and questions declare, wherever they stand.
    pub(super) fn declare_units(&mut self) {
        let fields = |item: &'a ast::Item| -> Vec<&'a ast::Field> {
            match item {
                ast::Item::Record(record) => record.fields.iter().collect(),
                ast::Item::Criterion(criterion) => criterion
                    .body
                    .iter()
                    .filter_map(|body| match &body.value {
                        ast::CriterionBody::Questions(_, fields) => Some(fields),
                        ast::CriterionBody::Value(_) => None,
                    })
                    .flatten()
                    .collect(),
                _ => Vec::new(),
            }
        };
        for field in self.items().flat_map(fields) {
            let mut of_type = &field.of_type;
            while let ast::TypeKind::List(inner) = &of_type.kind {
                of_type = inner;
            }
            if let ast::TypeKind::Number { unit: Some(unit), .. } = &of_type.kind
                && !self.units.contains(&unit.text)
            {
                self.units.push(Arc::clone(&unit.text));
            }
        }
    }

    /// Adds a field to a record type, unless its name is taken.
    pub(super) fn declare_field(&mut self, record: RecordId, field: Field, place: Place) -> Option<FieldId> {
        let made = self.records.get_mut(usize::from(record.0))?;
        let id = FieldId(made.fields.len() as u32);
        let name = Arc::clone(&field.name);
        made.fields.push(field);
        self.declare(record, name, Entity::Field(id), place).then_some(id)
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

    pub(super) fn default(
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
        let limits = self.limits(of_type, bounds);
        self.hold_to(&typed.expression, &limits, &format!("the default of `{name}`"));
        Some(constant)
    }

    /// What the numbers of a type must keep to: its bounds, or the lowest and the highest level of its scale.
    pub(super) fn limits(&self, of_type: &Type, bounds: &Bounds) -> Bounds {
        match of_type {
            Type::List(inner) => self.limits(inner, bounds),
            Type::Scale(id) => match self.scales.get(usize::from(id.0)) {
                Some(scale) if scale.numbered => scale.limits(),
                _ => Bounds::default(),
            },
            _ => bounds.clone(),
        }
    }

    /// Holds the constants that a value can come to against what it must keep to; whether they all do.
    pub(super) fn hold_to(&mut self, expression: &Expression, limits: &Bounds, what: &str) -> bool {
        match &expression.kind {
            ExpressionKind::If(_, then, otherwise) => {
                let then = self.hold_to(then, limits, what);
                self.hold_to(otherwise, limits, what) && then
            }
            ExpressionKind::List(members) => {
                let mut all = true;
                for member in members {
                    all = self.hold_to(member, limits, what) && all;
                }
                all
            }
            _ => {
                let Some(Value::Number(number)) = constant(expression) else {
                    return true;
                };
                let Some(problem) = limits.misfit(&number) else {
                    return true;
                };
                let mut told = Diagnostic::new(Code::BadRange, format!("{what} cannot be {number}"))
                    .at(expression.place, problem);
                if let Some(range) = &limits.range {
                    told = told.help(format!("its range is {}", range_in_words(range)));
                }
                self.tell(told);
                false
            }
        }
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
                            .at(inner.place, "a list in a list")
                            .help(format!(
                                "write `{}`, or make a record type of what is in the inner lists",
                                self.sources.slice(inner.place)
                            )),
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

/// A range as it is written.
fn range_in_words(range: &Interval<Number>) -> String {
    let end =
        |end: &Option<(Number, bool)>| end.as_ref().map_or_else(String::new, |(end, _)| end.to_string());
    let open = |end: &Option<(Number, bool)>| if matches!(end, Some((_, false))) { "<" } else { "" };
    format!(
        "{}{}..{}{}",
        end(&range.low),
        open(&range.low),
        open(&range.high),
        end(&range.high)
    )
}

/// The value of an expression that is one written down.
pub(super) fn constant(expression: &Expression) -> Option<Value> {
    match &expression.kind {
        ExpressionKind::Constant(value) => Some(value.clone()),
        ExpressionKind::Negate(inner) => Some(Value::Number(constant(inner)?.as_number()?.negate())),
        ExpressionKind::List(members) => Some(Value::List(
            members.iter().map(constant).collect::<Option<Vec<_>>>()?.into(),
        )),
        _ => None,
    }
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
