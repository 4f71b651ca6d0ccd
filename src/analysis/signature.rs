//! What tells terms apart: a text that is the same exactly where the same value is meant.
//!
//! Comes in: fields and expressions. Goes out: their signatures. Nobody reads them: they are only ever compared.
//!
//! Invariant: two policies that declare a field alike give it the same signature, and what they compute by themselves never
//! has the same.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::model::expression::SetMember;
use crate::model::{
    Column, CriterionBody, CriterionId, DefineBody, Expression, ExpressionKind, Interval, Policy, RecordId,
    Set, Source, TableId, Type,
};

/// A signature that has grown longer than this is cut, and only that one place is meant by it.
const LONGEST: usize = 100_000;

/// What tells a policy's own definitions from those of others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag {
    /// Another number for each policy.
    pub(super) number: usize,
    /// Whether definitions are told by what they say and not by their policy.
    pub(super) whole: bool,
}

/// The names of a type's members or levels.
pub(super) fn members(policy: &Policy, of_type: &Type) -> Vec<Arc<str>> {
    match of_type {
        Type::Enumeration(id) => policy
            .enumeration(*id)
            .members
            .iter()
            .map(|(name, _)| Arc::clone(name))
            .collect(),
        Type::Scale(id) => policy
            .scale(*id)
            .levels
            .iter()
            .map(|level| Arc::clone(&level.name))
            .collect(),
        _ => Vec::new(),
    }
}

/// The signature of a field, reached over a way.
pub(super) fn of_field(policy: &Policy, column: &Column, optional: bool, way: &str) -> String {
    let mut signature = format!(
        "{way}{} : {}",
        column.name,
        if optional { "optional " } else { "" }
    );
    of_type(policy, &column.of_type, &mut signature);
    let _ = write!(signature, " {:?}", column.bounds);
    signature
}

fn of_type(policy: &Policy, of_type_: &Type, signature: &mut String) {
    let _ = match of_type_ {
        Type::Enumeration(_) => write!(signature, "one of {:?}", members(policy, of_type_)),
        Type::Scale(id) => {
            let levels = policy.scale(*id).levels.iter();
            let levels: Vec<_> = levels.map(|level| (&level.name, &level.number)).collect();
            write!(signature, "scale {levels:?}")
        }
        Type::Reference(id) => write!(signature, "ref {}", policy.record_type(*id).name),
        Type::List(inner) => {
            signature.push_str("list of ");
            of_type(policy, inner, signature);
            Ok(())
        }
        other => write!(signature, "{other:?}"),
    };
}

/// The signature of an expression, for the record that a way leads to.
pub(super) fn of(policy: &Policy, tag: Tag, expression: &Expression, way: &str, record: RecordId) -> String {
    let mut writer = Writer {
        policy,
        tag: tag.number,
        whole: tag.whole,
        record,
        text: way.to_owned(),
    };
    writer.expression(expression);
    if writer.text.len() > LONGEST {
        let _ = write!(writer.text, "{} {:?}", tag.number, expression.place);
    }
    writer.text
}

struct Writer<'p> {
    policy: &'p Policy,
    tag: usize,
    /// Whether definitions are written as a whole, so that two policies can be held against each other.
    whole: bool,
    /// The type of the record at hand.
    record: RecordId,
    text: String,
}

impl Writer<'_> {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Something that only this policy knows.
    fn own(&mut self, what: &str, index: usize) {
        let _ = write!(self.text, "{what} {index} of {}", self.tag);
    }

    fn all<'e>(&mut self, word: &str, expressions: impl IntoIterator<Item = &'e Expression>) {
        self.put(word);
        self.put("(");
        for expression in expressions {
            self.expression(expression);
            self.put(",");
        }
        self.put(")");
    }

    fn interval(&mut self, interval: &Interval<Expression>) {
        for (end, included) in [&interval.low, &interval.high].into_iter().flatten() {
            let _ = write!(self.text, "{included} ");
            self.expression(end);
        }
        let _ = write!(
            self.text,
            "{} {}",
            interval.low.is_some(),
            interval.high.is_some()
        );
    }

    fn expression(&mut self, expression: &Expression) {
        if self.text.len() > LONGEST {
            return;
        }
        match &expression.kind {
            ExpressionKind::Constant(value) => {
                let _ = write!(self.text, "{value:?}");
                // The index of a member says little without the names.
                of_type(self.policy, &expression.of_type, &mut self.text);
            }
            ExpressionKind::Define(id) if !self.whole => self.own("define", id.index()),
            ExpressionKind::Define(id) => match &self.policy.define(*id).body {
                DefineBody::Value(value) => self.expression(value),
                DefineBody::Cases(cases) => {
                    for case in cases {
                        self.all("case", case.when.iter().chain([&case.value]));
                    }
                }
            },
            ExpressionKind::Group(id) if !self.whole => self.own("group", id.index()),
            ExpressionKind::Group(id) => self.expression(&self.policy.group(*id).condition),
            ExpressionKind::Not(operand) => self.all("not", [&**operand]),
            ExpressionKind::And(operands) => self.all("and", operands),
            ExpressionKind::Or(operands) => self.all("or", operands),
            ExpressionKind::Is(left, right, negated) => {
                self.all(if *negated { "is not" } else { "is" }, [&**left, &**right]);
            }
            ExpressionKind::Compare(comparison, left, right) => {
                self.all(&format!("{comparison:?}"), [&**left, &**right]);
            }
            ExpressionKind::Known(operand, negated) => {
                self.all(if *negated { "missing" } else { "known" }, [&**operand]);
            }
            ExpressionKind::In(item, set, negated) => {
                self.all(if *negated { "not in" } else { "in" }, [&**item]);
                match set {
                    Set::Range(range) => self.interval(range),
                    Set::Members(members) => {
                        for member in members {
                            match member {
                                SetMember::Value(value) => self.all("value", [value]),
                                SetMember::Range(range) => self.interval(range),
                            }
                        }
                    }
                    Set::List(list) => self.all("list", [&**list]),
                }
            }
            ExpressionKind::Arithmetic(first, rest) => {
                self.all("arithmetic", [&**first]);
                for (operator, operand) in rest {
                    self.all(&format!("{operator:?}"), [operand]);
                }
            }
            ExpressionKind::Negate(operand) => self.all("negate", [&**operand]),
            ExpressionKind::If(condition, then, other) => self.all("if", [&**condition, &**then, &**other]),
            ExpressionKind::List(members) => self.all("list", members),
            ExpressionKind::Call(function, arguments) => self.all(function.name(), arguments),
            ExpressionKind::Follow(reference, value) => {
                self.all("follow", [&**reference]);
                let Type::Reference(there) = reference.of_type else {
                    return;
                };
                self.at(there, |writer| writer.expression(value));
            }
            ExpressionKind::Key(reference) => self.all("key", [&**reference]),
            ExpressionKind::Parent => self.put("parent"),
            ExpressionKind::This => self.put("this"),
            ExpressionKind::It => self.put("it"),
            ExpressionKind::One(record) => {
                let name = Arc::clone(&self.policy.record_type(*record).name);
                self.put(&name);
            }
            ExpressionKind::Field(field) => {
                let declared = self.policy.field(self.record, *field);
                let _ = write!(self.text, "{} {:?} ", declared.name, declared.bounds);
                of_type(self.policy, &declared.of_type, &mut self.text);
            }
            ExpressionKind::Table(id) => self.table(*id),
            ExpressionKind::Criterion(id) => self.criterion(*id),
            ExpressionKind::Total => self.total(),
            ExpressionKind::Rank => self.own("rank", 0),
            ExpressionKind::Selected => self.own("selected", 0),
            ExpressionKind::Parameter(index) => self.own("parameter", *index),
            ExpressionKind::Apply(id, arguments) => {
                self.table(*id);
                self.all("applied", arguments);
            }
            ExpressionKind::Aggregate(aggregate) => {
                let _ = write!(self.text, "{:?}", aggregate.function);
                let there = match &aggregate.source {
                    Source::Children(of, record) => {
                        self.all("children", [of]);
                        *record
                    }
                    Source::References(list) => {
                        self.all("references", [list]);
                        match &list.of_type {
                            Type::List(inner) => match **inner {
                                Type::Reference(record) => record,
                                _ => return self.own("list", 0),
                            },
                            _ => return self.own("list", 0),
                        }
                    }
                    Source::All(record) => *record,
                    Source::Questions(criterion) => {
                        self.own("questions", criterion.index());
                        self.record
                    }
                };
                let name = Arc::clone(&self.policy.record_type(there).name);
                self.put(&name);
                self.at(there, |writer| {
                    writer.all("each", aggregate.item.iter().chain(&aggregate.condition));
                });
            }
        }
    }

    fn table(&mut self, id: TableId) {
        if !self.whole {
            return self.own("table", id.index());
        }
        let table = self.policy.table(id);
        for column in &table.columns {
            of_type(self.policy, &column.of_type, &mut self.text);
            let _ = write!(self.text, "{:?}", column.bounds);
            self.all("column", &column.value);
        }
        for row in table.rows.iter().chain(&table.otherwise) {
            let _ = write!(self.text, "{:?}", row.cells);
            self.all("row", [&row.value]);
        }
    }

    fn criterion(&mut self, id: CriterionId) {
        if !self.whole {
            return self.own("criterion", id.index());
        }
        match &self.policy.criterion(id).body {
            CriterionBody::Value(value) => self.all("value", [value]),
            CriterionBody::Questions(aggregation, questions) => {
                let _ = write!(self.text, "{aggregation:?}");
                for (field, weight) in questions {
                    let field = self.policy.field(self.policy.record, *field);
                    let _ = write!(
                        self.text,
                        "{weight:?} {} {} {:?} ",
                        field.name, field.reversed, field.bounds
                    );
                    of_type(self.policy, &field.of_type, &mut self.text);
                }
            }
        }
    }

    fn total(&mut self) {
        if !self.whole {
            return self.own("total", 0);
        }
        if let Some(score) = &self.policy.score {
            return self.all("score", [&score.value]);
        }
        for (index, criterion) in self.policy.criteria.iter().enumerate() {
            let _ = write!(self.text, "{:?} of ", criterion.weight);
            self.criterion(CriterionId(index as u32));
        }
    }

    /// Writes for another record at hand.
    fn at(&mut self, record: RecordId, write: impl FnOnce(&mut Self)) {
        let here = std::mem::replace(&mut self.record, record);
        write(self);
        self.record = here;
    }
}
