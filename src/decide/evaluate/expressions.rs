//! The kinds of expressions, one by one.
//!
//! Comes in: an expression and the scope it is evaluated in. Goes out: its value, borrowed where it stands somewhere
//! already. It never looks at what is left of a settled `and`, `or` or `if`.
//!
//! Invariant: what comes out of a condition is yes, no or unknown, and never depends on the order of records.

use std::borrow::Cow;

use super::functions;
use super::scope::Scope;
use super::{Evaluator, deep};
use crate::decide::FaultKind;
use crate::model::expression::SetMember;
use crate::model::{
    Arithmetic, Comparison, DefineBody, Expression, ExpressionKind, FieldId, Function, Interval, Number,
    Reference, Set, Value,
};
use crate::source::Place;

/// A value that may be unknown.
pub(super) type Read<'e> = Option<Cow<'e, Value>>;

impl Evaluator<'_> {
    /// The value of an expression.
    pub(super) fn read<'e>(&'e self, expression: &'e Expression, scope: Scope<'e>) -> Read<'e> {
        match &expression.kind {
            ExpressionKind::Constant(value) => Some(Cow::Borrowed(value)),
            ExpressionKind::Field(field) => self.fact(scope.record, *field),
            ExpressionKind::It => {
                let (record, field) = scope.it?;
                self.fact(record, field)
            }
            ExpressionKind::Parameter(index) => scope.call?.inputs.get(*index)?.as_ref().map(Cow::Borrowed),
            ExpressionKind::Define(id) => self.define(*id, scope.record).map(Cow::Owned),
            ExpressionKind::Table(id) => self.table(*id, scope.record).map(Cow::Owned),
            ExpressionKind::Criterion(id) => number(self.criterion(*id, scope.record)),
            ExpressionKind::Total => number(self.total(scope.record)),
            ExpressionKind::Rank => number(
                self.rank(scope.record)
                    .map(|rank| Number::from_integer(rank.into())),
            ),
            ExpressionKind::This => reference(Some(scope.record)),
            ExpressionKind::Parent => reference(self.parent(scope.record)),
            ExpressionKind::One(record) => reference(self.records.all(*record).next()),
            ExpressionKind::Group(_)
            | ExpressionKind::Selected
            | ExpressionKind::Not(_)
            | ExpressionKind::And(_)
            | ExpressionKind::Or(_)
            | ExpressionKind::Is(..)
            | ExpressionKind::Compare(..)
            | ExpressionKind::In(..)
            | ExpressionKind::Known(..) => {
                let holds = self.holds(expression, scope)?;
                Some(Cow::Owned(Value::YesNo(holds)))
            }
            ExpressionKind::Follow(..)
            | ExpressionKind::Key(_)
            | ExpressionKind::Arithmetic(..)
            | ExpressionKind::Negate(_)
            | ExpressionKind::If(..)
            | ExpressionKind::List(_)
            | ExpressionKind::Call(..)
            | ExpressionKind::Apply(..)
            | ExpressionKind::Aggregate(_) => deep(|| self.read_compound(expression, scope)),
        }
    }

    /// What the data says of a field.
    fn fact<'e>(&'e self, record: Reference, field: FieldId) -> Read<'e> {
        self.record_fact(record, field);
        self.records.fact(record, field).value.as_ref().map(Cow::Borrowed)
    }

    /// The value of an expression that has parts and is no condition.
    fn read_compound<'e>(&'e self, expression: &'e Expression, scope: Scope<'e>) -> Read<'e> {
        let place = expression.place;
        match &expression.kind {
            ExpressionKind::Follow(reference, value) => {
                let record = self.read(reference, scope)?.as_reference()?;
                self.read(value, scope.at(record))
            }
            ExpressionKind::Key(reference) => {
                let named = self.read(reference, scope)?;
                let key = |value: &Value| {
                    let record = value.as_reference()?;
                    Some(Value::Text(self.records.key(record).clone()))
                };
                Some(Cow::Owned(match named.as_ref() {
                    Value::List(members) => Value::List(members.iter().filter_map(key).collect()),
                    one => key(one)?,
                }))
            }
            ExpressionKind::Arithmetic(first, rest) => number(self.arithmetic(first, rest, place, scope)),
            ExpressionKind::Negate(operand) => number(self.quantity(operand, scope).map(|n| n.negate())),
            ExpressionKind::If(condition, then, other) => match self.holds(condition, scope) {
                Some(true) => self.read(then, scope),
                Some(false) => self.read(other, scope),
                None => {
                    let (then, other) = (self.read(then, scope), self.read(other, scope));
                    then.filter(|then| Some(then) == other.as_ref())
                }
            },
            ExpressionKind::List(members) => {
                // All members are read, known or not: none settles the others.
                let members: Vec<Read<'e>> = members.iter().map(|member| self.read(member, scope)).collect();
                let known: Option<Vec<Value>> = members
                    .into_iter()
                    .map(|member| member.map(Cow::into_owned))
                    .collect();
                Some(Cow::Owned(Value::List(known?.into())))
            }
            ExpressionKind::Call(Function::KnownOr, arguments) => {
                arguments.iter().find_map(|argument| self.read(argument, scope))
            }
            ExpressionKind::Call(Function::Contains, arguments)
                if let [list, value] = arguments.as_slice()
                    && let Some((members, at)) = self.members(list, scope) =>
            {
                let value = self.read(value, scope);
                let holds = self.is_among(value.as_deref(), members, at)?;
                Some(Cow::Owned(Value::YesNo(holds)))
            }
            ExpressionKind::Call(function, arguments) => {
                let arguments: Vec<Read<'e>> = arguments
                    .iter()
                    .map(|argument| self.read(argument, scope))
                    .collect();
                match functions::call(*function, &arguments) {
                    Ok(value) => value.map(Cow::Owned),
                    Err(kind) => {
                        self.fault(scope.record, place, kind);
                        None
                    }
                }
            }
            ExpressionKind::Apply(table, arguments) => self.apply(*table, arguments, scope).map(Cow::Owned),
            ExpressionKind::Aggregate(aggregate) => self.aggregate(aggregate, place, scope).map(Cow::Owned),
            _ => None,
        }
    }

    /// Whether a condition holds.
    pub(super) fn holds(&self, expression: &Expression, scope: Scope<'_>) -> Option<bool> {
        match &expression.kind {
            ExpressionKind::Group(id) => self.group(*id, scope.record),
            ExpressionKind::Selected => self.selected(scope.record),
            ExpressionKind::Not(operand) => deep(|| self.holds(operand, scope)).map(|yes| !yes),
            ExpressionKind::And(operands) => {
                deep(|| all(operands.iter().map(|operand| self.holds(operand, scope))))
            }
            ExpressionKind::Or(operands) => {
                deep(|| any(operands.iter().map(|operand| self.holds(operand, scope))))
            }
            ExpressionKind::Is(left, right, negated) => deep(|| {
                let (left, right) = (self.read(left, scope), self.read(right, scope));
                Some((left? == right?) != *negated)
            }),
            ExpressionKind::Compare(comparison, left, right) => deep(|| {
                let (left, right) = (self.read(left, scope), self.read(right, scope));
                Some(compare(*comparison, left?.as_ref(), right?.as_ref()))
            }),
            ExpressionKind::In(operand, set, negated) => deep(|| {
                let operand = self.read(operand, scope);
                self.within(operand.as_deref(), set, scope)
                    .map(|inside| inside != *negated)
            }),
            ExpressionKind::Known(operand, negated) => {
                Some(deep(|| self.read(operand, scope)).is_some() != *negated)
            }
            _ => self.read(expression, scope)?.as_yes_no(),
        }
    }

    /// The number that an expression comes to.
    pub(super) fn quantity<'e>(
        &'e self,
        expression: &'e Expression,
        scope: Scope<'e>,
    ) -> Option<Cow<'e, Number>> {
        match self.read(expression, scope)? {
            Cow::Borrowed(Value::Number(number)) => Some(Cow::Borrowed(number)),
            Cow::Owned(Value::Number(number)) => Some(Cow::Owned(number)),
            _ => None,
        }
    }

    fn arithmetic(
        &self,
        first: &Expression,
        rest: &[(Arithmetic, Expression)],
        place: Place,
        scope: Scope<'_>,
    ) -> Option<Number> {
        // All operands are read even after an unknown one: it settles nothing.
        let mut result = self.quantity(first, scope);
        for (operator, operand) in rest {
            let right = self.quantity(operand, scope);
            if *operator == Arithmetic::Divide && right.as_ref().is_some_and(|right| right.is_zero()) {
                self.fault(scope.record, operand.place, FaultKind::DivisionByZero);
                result = None;
                continue;
            }
            let (Some(left), Some(right)) = (&result, right) else {
                result = None;
                continue;
            };
            let computed = match operator {
                Arithmetic::Add => left.add(&right),
                Arithmetic::Subtract => left.subtract(&right),
                Arithmetic::Multiply => left.multiply(&right),
                Arithmetic::Divide => left.divide(&right),
            };
            result = self.bounded(computed, scope.record, place).map(Cow::Owned);
        }
        result.map(Cow::into_owned)
    }

    /// Whether a value lies in a set.
    fn within(&self, value: Option<&Value>, set: &Set, scope: Scope<'_>) -> Option<bool> {
        match set {
            Set::Range(range) => self.within_range(value, range, scope),
            Set::Members(members) => any(members.iter().map(|member| self.is_member(value, member, scope))),
            Set::List(list) => match self.members(list, scope) {
                Some((members, at)) => self.is_among(value, members, at),
                None => functions::holds(self.read(list, scope).as_deref(), value),
            },
        }
    }

    /// The members of a list that is written down here or in a define, with the scope they are read in: what such a list
    /// holds may be known although not all of it is.
    fn members<'e>(
        &'e self,
        list: &'e Expression,
        scope: Scope<'e>,
    ) -> Option<(&'e [Expression], Scope<'e>)> {
        let (mut list, mut scope) = (list, scope);
        // Defines do not go round in a circle, so this ends.
        while let ExpressionKind::Define(id) = list.kind {
            let DefineBody::Value(value) = &self.policy.define(id).body else {
                return None;
            };
            (list, scope) = (value, Scope::of(scope.record));
        }
        match &list.kind {
            ExpressionKind::List(members) => Some((members, scope)),
            _ => None,
        }
    }

    fn is_among(&self, value: Option<&Value>, members: &[Expression], scope: Scope<'_>) -> Option<bool> {
        any(members.iter().map(|member| {
            let member = self.read(member, scope);
            Some(*value? == *member?)
        }))
    }

    /// Whether a value is a member of a list that is written down, or lies in that member.
    pub(super) fn is_member(
        &self,
        value: Option<&Value>,
        member: &SetMember,
        scope: Scope<'_>,
    ) -> Option<bool> {
        match member {
            SetMember::Value(member) => {
                let member = self.read(member, scope);
                Some(*value? == *member?)
            }
            SetMember::Range(range) => self.within_range(value, range, scope),
        }
    }

    fn within_range(
        &self,
        value: Option<&Value>,
        range: &Interval<Expression>,
        scope: Scope<'_>,
    ) -> Option<bool> {
        let end = |end: &Option<(Expression, bool)>, beyond: Comparison, at: Comparison| {
            let Some((end, included)) = end else {
                return Some(true);
            };
            let end = self.read(end, scope);
            Some(compare(
                if *included { at } else { beyond },
                value?,
                end?.as_ref(),
            ))
        };
        // A value below a known low end is outside, whatever the high end is.
        let low = end(&range.low, Comparison::Greater, Comparison::GreaterOrEqual);
        if low == Some(false) {
            return low;
        }
        let high = end(&range.high, Comparison::Less, Comparison::LessOrEqual);
        all([low, high])
    }
}

fn number<'e>(number: Option<Number>) -> Read<'e> {
    number.map(|number| Cow::Owned(Value::Number(number)))
}

fn reference<'e>(reference: Option<Reference>) -> Read<'e> {
    reference.map(|reference| Cow::Owned(Value::Reference(reference)))
}

fn compare(comparison: Comparison, left: &Value, right: &Value) -> bool {
    match comparison {
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Greater => left > right,
        Comparison::GreaterOrEqual => left >= right,
    }
}

/// Kleene's *and*, from left to right: what stands after a no is not asked for.
pub(super) fn all(operands: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    settle(operands, false)
}

/// Kleene's *or*, from left to right: what stands after a yes is not asked for.
pub(super) fn any(operands: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    settle(operands, true)
}

fn settle(operands: impl IntoIterator<Item = Option<bool>>, by: bool) -> Option<bool> {
    let mut result = Some(!by);
    for operand in operands {
        if operand == Some(by) {
            return operand;
        }
        if operand.is_none() {
            result = None;
        }
    }
    result
}
