//! Small policies and records, built by hand.

use std::sync::Arc;

use crate::data::{Fact, Records, Table as DataTable};
use crate::model::expression::Aggregate;
use crate::model::*;
use crate::source::{FileId, Place};

/// The policy's own record type.
pub(super) const THING: RecordId = RecordId(0);
/// Its children.
pub(super) const PART: RecordId = RecordId(1);
/// A `one record`.
pub(super) const CALL: RecordId = RecordId(2);

/// A policy with its records.
pub(super) struct World {
    pub(super) policy: Policy,
    pub(super) records: Records,
}

impl World {
    /// Record types `thing` (a, b, c: numbers; p, q, r: yes/no; d, e: dates; kind: one of X, Y, Z; other: ref thing;
    /// others: list of ref thing; title: text), `part` in it (size: number; ready: yes/no) and one `call` (seats).
    pub(super) fn new() -> World {
        let number = || Type::Number(Unit::none());
        let kind = Type::Enumeration(EnumerationId(0));
        let other = Type::Reference(THING);
        let mut thing = record("thing", None, false);
        for (name, of_type) in [
            ("a", number()),
            ("b", number()),
            ("c", number()),
            ("p", Type::YesNo),
            ("q", Type::YesNo),
            ("r", Type::YesNo),
            ("d", Type::Date),
            ("e", Type::Date),
            ("kind", kind),
            ("other", other.clone()),
            ("others", Type::List(Box::new(other))),
            ("title", Type::Text),
        ] {
            thing.fields.push(field(name, of_type));
        }
        thing.title_field = Some(FieldId(11));
        let mut part = record("part", Some(THING), false);
        part.fields.push(field("size", number()));
        part.fields.push(field("ready", Type::YesNo));
        let mut call = record("call", None, true);
        call.fields.push(field("seats", number()));
        let member = |name: &str| (Arc::from(name), None);
        let policy = Policy {
            name: "test".into(),
            title: "test".into(),
            version: None,
            source: None,
            language: Language::English,
            data: Vec::new(),
            files: Vec::new(),
            items_of: Vec::new(),
            record: THING,
            enumerations: vec![Enumeration {
                members: vec![member("X"), member("Y"), ("Z".into(), Some("Zett".into()))],
            }],
            scales: Vec::new(),
            records: vec![thing, part, call],
            defines: Vec::new(),
            tables: Vec::new(),
            groups: Vec::new(),
            gates: Vec::new(),
            criteria: Vec::new(),
            score: None,
            rank: None,
            joint: None,
            exclusions: Vec::new(),
            premises: Vec::new(),
            cut_list: None,
            allows: Vec::new(),
            constant_aggregates: 0,
            score_reads_others: None,
        };
        let records = Records {
            tables: vec![DataTable::default(); 3],
            ..Records::default()
        };
        World { policy, records }
    }

    /// Adds a record with the values that are known of it.
    pub(super) fn add(&mut self, of: RecordId, key: &str, values: &[(&str, Value)]) -> Reference {
        self.add_in(None, of, key, values)
    }

    /// Adds a record that stands in another one.
    pub(super) fn add_in(
        &mut self,
        parent: Option<Reference>,
        of: RecordId,
        key: &str,
        values: &[(&str, Value)],
    ) -> Reference {
        let fields = &self.policy.records[usize::from(of.0)].fields;
        let table = &mut self.records.tables[usize::from(of.0)];
        let row = table.places.len() as u32;
        table.keys.insert(key.into(), row);
        table.places.push(Place::default());
        table.parents.push(parent.map(|parent| parent.row));
        table.columns.resize_with(fields.len(), Vec::new);
        for (field, column) in fields.iter().zip(&mut table.columns) {
            let value = values.iter().find(|(name, _)| *name == &*field.name);
            column.push(Fact {
                value: value.map(|(_, value)| value.clone()),
                ..Fact::default()
            });
        }
        Reference { record: of, row }
    }

    /// The field of a name, as an expression.
    pub(super) fn get(&self, of: RecordId, name: &str) -> Expression {
        let fields = &self.policy.records[usize::from(of.0)].fields;
        let index = fields.iter().position(|field| &*field.name == name).unwrap();
        expression(
            ExpressionKind::Field(FieldId(index as u32)),
            fields[index].of_type.clone(),
        )
    }

    /// A field of the policy's own record type.
    pub(super) fn own(&self, name: &str) -> Expression {
        self.get(THING, name)
    }

    /// Adds a define of the policy's own record type.
    pub(super) fn define(&mut self, name: &str, value: Expression) -> Expression {
        let of_type = value.of_type.clone();
        self.define_body(name, of_type, DefineBody::Value(value))
    }

    pub(super) fn define_body(&mut self, name: &str, of_type: Type, body: DefineBody) -> Expression {
        let id = DefineId(self.policy.defines.len() as u32);
        self.policy.defines.push(Define {
            bounds: Bounds::default(),
            name: name.into(),
            title: None,
            record: THING,
            of_type: of_type.clone(),
            body,
            ground: Ground::default(),
            place: Place::default(),
        });
        expression(ExpressionKind::Define(id), of_type)
    }

    /// Adds a criterion from questions that are its fields `NAME.QUESTION`, 0..10 each, reversed or not, with weights.
    pub(super) fn criterion(
        &mut self,
        name: &str,
        aggregation: Aggregation,
        weight: i64,
        questions: &[(&str, bool, i64)],
    ) -> CriterionId {
        let id = CriterionId(self.policy.criteria.len() as u32);
        let mut fields = Vec::new();
        for (question, reversed, weight) in questions {
            let mut made = field(&format!("{name}.{question}"), Type::Number(Unit::none()));
            let end = |value| Some((Number::from_integer(value), true));
            made.bounds.range = Some(Interval {
                low: end(0),
                high: end(10),
            });
            made.reversed = *reversed;
            made.question_of = Some(id);
            fields.push((
                FieldId(self.policy.records[0].fields.len() as u32),
                Number::from_integer(*weight),
            ));
            self.policy.records[0].fields.push(made);
        }
        self.policy.criteria.push(Criterion {
            name: name.into(),
            title: None,
            weight: Number::from_integer(weight),
            percentage: false,
            weight_ground: Ground::default(),
            body: CriterionBody::Questions(aggregation, fields),
            ground: Ground::default(),
            place: Place::default(),
        });
        id
    }
}

fn record(name: &str, parent: Option<RecordId>, one: bool) -> Record {
    Record {
        name: name.into(),
        title: None,
        plural: format!("{name}s").into(),
        parent,
        one,
        fields: Vec::new(),
        key: None,
        title_field: None,
        place: Place::default(),
    }
}

fn field(name: &str, of_type: Type) -> Field {
    Field {
        name: name.into(),
        title: None,
        of_type,
        bounds: Bounds::default(),
        optional: true,
        default: None,
        reversed: false,
        from: None,
        question_of: None,
        ground: Ground::default(),
        place: Place::default(),
        default_place: None,
    }
}

pub(super) fn expression(kind: ExpressionKind, of_type: Type) -> Expression {
    Expression {
        kind,
        of_type,
        place: Place::default(),
    }
}

/// The same expression at a place of its own.
pub(super) fn placed(expression: Expression, start: usize) -> Expression {
    Expression {
        place: Place::new(FileId::default(), start..start + 1),
        ..expression
    }
}

pub(super) fn yes_no(kind: ExpressionKind) -> Expression {
    expression(kind, Type::YesNo)
}

pub(super) fn numeric(kind: ExpressionKind) -> Expression {
    expression(kind, Type::Number(Unit::none()))
}

pub(super) fn number(value: i64) -> Value {
    Value::Number(Number::from_integer(value))
}

pub(super) fn n(value: i64) -> Expression {
    numeric(ExpressionKind::Constant(number(value)))
}

pub(super) fn yes() -> Expression {
    yes_no(ExpressionKind::Constant(Value::YesNo(true)))
}

pub(super) fn no() -> Expression {
    yes_no(ExpressionKind::Constant(Value::YesNo(false)))
}

pub(super) fn and(operands: &[&Expression]) -> Expression {
    yes_no(ExpressionKind::And(
        operands.iter().map(|o| (*o).clone()).collect(),
    ))
}

pub(super) fn or(operands: &[&Expression]) -> Expression {
    yes_no(ExpressionKind::Or(
        operands.iter().map(|o| (*o).clone()).collect(),
    ))
}

pub(super) fn not(operand: &Expression) -> Expression {
    yes_no(ExpressionKind::Not(Box::new(operand.clone())))
}

pub(super) fn is(left: &Expression, right: &Expression) -> Expression {
    yes_no(ExpressionKind::Is(
        Box::new(left.clone()),
        Box::new(right.clone()),
        false,
    ))
}

pub(super) fn known(operand: &Expression) -> Expression {
    yes_no(ExpressionKind::Known(Box::new(operand.clone()), false))
}

pub(super) fn less(left: &Expression, right: &Expression) -> Expression {
    yes_no(ExpressionKind::Compare(
        Comparison::Less,
        Box::new(left.clone()),
        Box::new(right.clone()),
    ))
}

pub(super) fn choose(condition: &Expression, then: &Expression, other: &Expression) -> Expression {
    expression(
        ExpressionKind::If(
            Box::new(condition.clone()),
            Box::new(then.clone()),
            Box::new(other.clone()),
        ),
        then.of_type.clone(),
    )
}

pub(super) fn chain(first: &Expression, rest: &[(Arithmetic, &Expression)]) -> Expression {
    let rest = rest
        .iter()
        .map(|(operator, operand)| (*operator, (*operand).clone()));
    numeric(ExpressionKind::Arithmetic(
        Box::new(first.clone()),
        rest.collect(),
    ))
}

pub(super) fn follow(reference: &Expression, value: &Expression) -> Expression {
    expression(
        ExpressionKind::Follow(Box::new(reference.clone()), Box::new(value.clone())),
        value.of_type.clone(),
    )
}

pub(super) fn parts() -> Source {
    let this = expression(ExpressionKind::This, Type::Reference(THING));
    Source::Children(this, PART)
}

pub(super) fn aggregate(
    function: AggregateFunction,
    source: Source,
    item: Option<&Expression>,
    condition: Option<&Expression>,
) -> Expression {
    let of_type = match function {
        AggregateFunction::Any | AggregateFunction::Every => Type::YesNo,
        _ => Type::Number(Unit::none()),
    };
    let made = Aggregate {
        function,
        constant: None,
        source,
        item: item.cloned(),
        condition: condition.cloned(),
    };
    expression(ExpressionKind::Aggregate(Box::new(made)), of_type)
}
