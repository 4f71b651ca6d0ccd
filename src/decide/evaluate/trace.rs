//! One evaluation with every step kept, down to the facts.
//!
//! Comes in: an expression and a record. Goes out: the steps by which it gets its value. It never computes a value of its
//! own: each step's is asked of the evaluator, which is the one that decides.
//!
//! Invariant: what evaluating did not look at, as the rest settled it, is no step.

use super::scope::Scope;
use super::{Evaluator, deep, tables};
use crate::model::expression::{Aggregate, SetMember};
use crate::model::{
    AggregateFunction, Case, CriterionBody, CriterionId, DefineBody, Expression, ExpressionKind, FieldId,
    Function, Reference, Row, Set, TableId, Value,
};

/// How many items of an aggregate are steps; of more only the number is kept.
pub const MOST_ITEMS: usize = 50;

/// What a step is about.
#[derive(Debug, Clone, Copy)]
pub enum Node<'a> {
    /// An expression of the policy.
    Expression(&'a Expression),
    /// A case of a define that holds or may hold.
    Case(&'a Case),
    /// A row of a table that matches or may match.
    Row(&'a Row),
    /// A criterion, as part of the total.
    Criterion(CriterionId),
    /// A question of a criterion, or a question that an aggregate goes over.
    Question(FieldId),
    /// A record that an aggregate goes over: the step's own.
    Item,
}

/// A step of an evaluation.
#[derive(Debug, Clone)]
pub struct Step<'a> {
    /// What it is about.
    pub node: Node<'a>,
    /// The record it was evaluated for.
    pub record: Reference,
    /// Its value; `None` where that is unknown.
    pub value: Option<Value>,
    /// The fact that was read, for a field or a question.
    pub fact: Option<FieldId>,
    /// The steps it rests on, in the order in which they were looked at.
    pub parts: Vec<Step<'a>>,
    /// How many items of an aggregate are left out of `parts`.
    pub more: usize,
}

impl Step<'_> {
    /// The value, where it is yes or no.
    pub fn truth(&self) -> Option<bool> {
        self.value.as_ref()?.as_yes_no()
    }
}

impl<'a> Evaluator<'a> {
    /// How an expression of the policy gets its value for a record.
    pub fn trace(&self, expression: &'a Expression, record: Reference) -> Step<'a> {
        self.step(expression, Scope::of(record))
    }

    /// How the total of a record comes about: its criteria, or what the policy's `score` says.
    pub fn trace_total(&self, record: Reference) -> Vec<Step<'a>> {
        match &self.policy.score {
            Some(score) => vec![self.step(&score.value, Scope::of(record))],
            None => (0..)
                .zip(&self.policy.criteria)
                .map(|(id, _)| self.criterion_step(CriterionId(id), record))
                .collect(),
        }
    }

    fn criterion_step(&self, id: CriterionId, record: Reference) -> Step<'a> {
        let value = self.criterion(id, record).map(Value::Number);
        made(
            Node::Criterion(id),
            record,
            value,
            self.criterion_parts(id, record),
        )
    }

    fn criterion_parts(&self, id: CriterionId, record: Reference) -> Vec<Step<'a>> {
        match &self.policy.criterion(id).body {
            CriterionBody::Value(value) => vec![self.step(value, Scope::of(record))],
            CriterionBody::Questions(_, questions) => questions
                .iter()
                .map(|(field, _)| self.question(*field, record))
                .collect(),
        }
    }

    fn question(&self, field: FieldId, record: Reference) -> Step<'a> {
        let value = self.records.fact(record, field).value.clone();
        Step {
            fact: Some(field),
            ..made(Node::Question(field), record, value, Vec::new())
        }
    }

    fn step(&self, expression: &'a Expression, scope: Scope<'_>) -> Step<'a> {
        let value = self.read(expression, scope).map(std::borrow::Cow::into_owned);
        let fact = match expression.kind {
            ExpressionKind::Field(field) => Some((scope.record, field)),
            ExpressionKind::It => scope.it,
            _ => None,
        };
        let (parts, more) = deep(|| self.parts(expression, scope));
        Step {
            node: Node::Expression(expression),
            record: fact.map_or(scope.record, |(record, _)| record),
            value,
            fact: fact.map(|(_, field)| field),
            parts,
            more,
        }
    }

    fn steps(
        &self,
        expressions: impl IntoIterator<Item = &'a Expression>,
        scope: Scope<'_>,
    ) -> Vec<Step<'a>> {
        expressions
            .into_iter()
            .map(|expression| self.step(expression, scope))
            .collect()
    }

    /// The steps up to the one that settles the rest.
    fn until(
        &self,
        expressions: impl IntoIterator<Item = &'a Expression>,
        scope: Scope<'_>,
        settles: impl Fn(&Step<'a>) -> bool,
    ) -> Vec<Step<'a>> {
        let mut steps = Vec::new();
        for expression in expressions {
            let step = self.step(expression, scope);
            let settled = settles(&step);
            steps.push(step);
            if settled {
                break;
            }
        }
        steps
    }

    /// The steps that an expression rests on, and how many more there are.
    fn parts(&self, expression: &'a Expression, scope: Scope<'_>) -> (Vec<Step<'a>>, usize) {
        let of_record = Scope::of(scope.record);
        let parts = match &expression.kind {
            ExpressionKind::Constant(_)
            | ExpressionKind::Field(_)
            | ExpressionKind::Rank
            | ExpressionKind::Selected
            | ExpressionKind::This
            | ExpressionKind::Parent
            | ExpressionKind::One(_)
            | ExpressionKind::It
            | ExpressionKind::Parameter(_) => Vec::new(),
            ExpressionKind::Define(id) => match &self.policy.define(*id).body {
                DefineBody::Value(value) => vec![self.step(value, of_record)],
                DefineBody::Cases(cases) => self.case_steps(cases, of_record),
            },
            ExpressionKind::Table(id) => {
                let columns = self.policy.table(*id).columns.iter();
                let mut parts = self.steps(columns.filter_map(|column| column.value.as_ref()), of_record);
                let inputs: Vec<_> = parts
                    .iter()
                    .map(|part| part.value.as_ref().map(std::borrow::Cow::Borrowed))
                    .collect();
                let rows = self.open_rows(*id, &inputs);
                parts.extend(rows.into_iter().map(|row| self.row_step(row, of_record)));
                parts
            }
            ExpressionKind::Group(id) => vec![self.step(&self.policy.group(*id).condition, of_record)],
            ExpressionKind::Criterion(id) => self.criterion_parts(*id, scope.record),
            ExpressionKind::Total => self
                .lead(scope.record)
                .map(|lead| self.trace_total(lead))
                .unwrap_or_default(),
            ExpressionKind::Follow(reference, value) => {
                let first = self.step(reference, scope);
                let record = first.value.as_ref().and_then(Value::as_reference);
                let then = record.map(|record| self.step(value, scope.at(record)));
                std::iter::once(first).chain(then).collect()
            }
            ExpressionKind::Key(operand)
            | ExpressionKind::Not(operand)
            | ExpressionKind::Negate(operand)
            | ExpressionKind::Known(operand, _) => vec![self.step(operand, scope)],
            ExpressionKind::And(operands) => self.until(operands, scope, |step| step.truth() == Some(false)),
            ExpressionKind::Or(operands) => self.until(operands, scope, |step| step.truth() == Some(true)),
            ExpressionKind::Is(left, right, _) | ExpressionKind::Compare(_, left, right) => {
                self.steps([&**left, &**right], scope)
            }
            ExpressionKind::In(operand, set, _) => {
                let mut parts = vec![self.step(operand, scope)];
                parts.extend(self.set_steps(set, scope));
                parts
            }
            ExpressionKind::Arithmetic(first, rest) => {
                let operands = std::iter::once(&**first).chain(rest.iter().map(|(_, operand)| operand));
                self.steps(operands, scope)
            }
            ExpressionKind::If(condition, then, other) => {
                let condition = self.step(condition, scope);
                let mut branches = Vec::new();
                if condition.truth() != Some(false) {
                    branches.push(&**then);
                }
                if condition.truth() != Some(true) {
                    branches.push(&**other);
                }
                let mut parts = vec![condition];
                parts.extend(self.steps(branches, scope));
                parts
            }
            ExpressionKind::List(members) => self.steps(members, scope),
            ExpressionKind::Call(Function::KnownOr, arguments) => {
                self.until(arguments, scope, |step| step.value.is_some())
            }
            ExpressionKind::Call(_, arguments) => self.steps(arguments, scope),
            ExpressionKind::Apply(table, arguments) => self.application_steps(*table, arguments, scope),
            ExpressionKind::Aggregate(aggregate) => return self.item_steps(aggregate, scope),
        };
        (parts, 0)
    }

    fn case_steps(&self, cases: &'a [Case], scope: Scope<'_>) -> Vec<Step<'a>> {
        let mut steps = Vec::new();
        for case in cases {
            let when = case.when.as_ref().map(|when| self.step(when, scope));
            let holds = when.as_ref().map_or(Some(true), Step::truth);
            let mut parts: Vec<Step<'a>> = when.into_iter().collect();
            let mut value = None;
            if holds != Some(false) {
                let given = self.step(&case.value, scope);
                value.clone_from(&given.value);
                parts.push(given);
            }
            steps.push(made(Node::Case(case), scope.record, value, parts));
            if holds == Some(true) {
                break;
            }
        }
        steps
    }

    fn row_step(&self, row: &'a Row, scope: Scope<'_>) -> Step<'a> {
        let value = self.step(&row.value, scope);
        made(Node::Row(row), scope.record, value.value.clone(), vec![value])
    }

    fn set_steps(&self, set: &'a Set, scope: Scope<'_>) -> Vec<Step<'a>> {
        let is_read = |expression: &&Expression| !matches!(expression.kind, ExpressionKind::Constant(_));
        match set {
            Set::Range(range) => {
                let ends = [&range.low, &range.high].into_iter().flatten();
                self.steps(ends.map(|(end, _)| end).filter(is_read), scope)
            }
            Set::List(list) => vec![self.step(list, scope)],
            Set::Members(members) => {
                let members = members.iter().flat_map(|member| match member {
                    SetMember::Value(value) => vec![value],
                    SetMember::Range(range) => {
                        let ends = [&range.low, &range.high].into_iter().flatten();
                        ends.map(|(end, _)| end).collect()
                    }
                });
                self.steps(members.filter(is_read), scope)
            }
        }
    }

    fn application_steps(&self, id: TableId, arguments: &'a [Expression], scope: Scope<'_>) -> Vec<Step<'a>> {
        let mut parts = self.steps(arguments, scope);
        let inputs = self.inputs(id, arguments, scope);
        let rows = self.open_rows(id, &inputs);
        let call = self.call(tables::owned(inputs));
        let within = Scope {
            call: Some(&call),
            ..Scope::of(scope.record)
        };
        parts.extend(rows.into_iter().map(|row| self.row_step(row, within)));
        parts
    }

    fn item_steps(&self, aggregate: &'a Aggregate, scope: Scope<'_>) -> (Vec<Step<'a>>, usize) {
        let Some(items) = self.items(&aggregate.source, scope) else {
            return (Vec::new(), 0);
        };
        let left_out = items.len().saturating_sub(MOST_ITEMS);
        let mut steps = Vec::new();
        for item in items.into_iter().take(MOST_ITEMS) {
            let condition = aggregate.condition.as_ref().map(|part| self.step(part, item));
            let included = condition.as_ref().map_or(Some(true), Step::truth);
            let asked = aggregate.item.as_ref().filter(|_| included != Some(false));
            let asked = asked.map(|part| self.step(part, item));
            let value = match (&asked, aggregate.function) {
                (Some(asked), _) => asked.value.clone(),
                (None, AggregateFunction::Count) => included.map(Value::YesNo),
                (None, _) => None,
            };
            let settles = match aggregate.function {
                AggregateFunction::Any => Some(true),
                AggregateFunction::Every => Some(false),
                _ => None,
            };
            let settled = settles.is_some() && included == Some(true) && {
                let truth = asked.as_ref().and_then(Step::truth);
                truth == settles
            };
            let (node, record, fact) = match item.it {
                Some((record, field)) if scope.it != item.it => (Node::Question(field), record, Some(field)),
                _ => (Node::Item, item.record, None),
            };
            let parts = condition.into_iter().chain(asked).collect();
            steps.push(Step {
                fact,
                ..made(node, record, value, parts)
            });
            if settled {
                return (steps, 0);
            }
        }
        (steps, left_out)
    }
}

fn made<'a>(node: Node<'a>, record: Reference, value: Option<Value>, parts: Vec<Step<'a>>) -> Step<'a> {
    Step {
        node,
        record,
        value,
        fact: None,
        parts,
        more: 0,
    }
}
