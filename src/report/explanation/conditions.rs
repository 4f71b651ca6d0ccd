//! Conditions in words: what is looked at, what it is, and what is asked for.
//!
//! Comes in: the parts of a condition. Goes out: sentences such as *phase is 1; asked for is 2 to 4*. It never says of a
//! condition more than its own words say: what has no sentence is shown as written.
//!
//! Invariant: each sentence names one value and, where that is not as it should be, what it should be.

use super::{Teller, after_dash};
use crate::decide::{Node, Step};
use crate::explain::Part;
use crate::model::expression::SetMember;
use crate::model::{
    Comparison, DefineBody, Expression, ExpressionKind, FieldId, Interval, Reference, Set, Type, Value,
};

impl Teller<'_> {
    /// What a part came to, and what it should be where `asks` says that this is told.
    pub(super) fn part(&self, part: &Part<'_>, beside: Reference, asks: bool) -> String {
        let subject = part.subject();
        let name = self.subject(subject, beside);
        let asked = self.asked(part).filter(|_| asks);
        let facts = self.said_of_fact(subject);
        let value = self.value_of(subject);
        let is_known = subject.value.is_some();
        let text = match (&part.step.node, asked) {
            // What is read from many facts at once is shown as written, with what it came to.
            (_, Some(asked)) if is_known => {
                let arguments = [
                    ("subject", name.into()),
                    ("value", value.into()),
                    ("asked", asked.into()),
                ];
                self.tell("part-asked", &arguments)
            }
            (_, Some(asked)) => self.tell(
                "part-unknown-asked",
                &[("subject", name.into()), ("asked", asked.into())],
            ),
            (_, None) if is_known => {
                self.tell("part-is", &[("subject", name.into()), ("value", value.into())])
            }
            (_, None) => self.tell("part-unknown", &[("subject", name.into())]),
        };
        after_dash(text, &facts)
    }

    /// What a step is called beside a record: the title of a field or a define, or the expression as written.
    pub(super) fn subject(&self, step: &Step<'_>, beside: Reference) -> String {
        let name = match (&step.node, step.fact) {
            (_, Some(field)) => self.field_title(step.record.record, field),
            (Node::Expression(expression), None) => self.expression_name(expression),
            (Node::Criterion(id), None) => {
                let criterion = self.policy().criterion(*id);
                criterion.title.as_ref().unwrap_or(&criterion.name).to_string()
            }
            (Node::Item | Node::Question(_), None) => return self.key(step.record),
            (Node::Case(case), None) => self.written(&case.value),
            (Node::Row(row), None) => self.written(&row.value),
        };
        if step.record == beside || self.policy().record_type(step.record.record).one {
            return name;
        }
        let id = ("id", self.key(step.record).into());
        if let (
            Node::Expression(Expression {
                kind: ExpressionKind::Selected,
                ..
            }),
            None,
        ) = (&step.node, step.fact)
        {
            return self.tell("part-selected-of", &[id]);
        }
        self.tell("part-of", &[("subject", name.into()), id])
    }

    fn expression_name(&self, expression: &Expression) -> String {
        let titled = match &expression.kind {
            ExpressionKind::Define(id) => {
                let define = self.policy().define(*id);
                Some((define.title.as_ref(), &define.name))
            }
            ExpressionKind::Table(id) => {
                let table = self.policy().table(*id);
                Some((table.title.as_ref(), &table.name))
            }
            ExpressionKind::Criterion(id) => {
                let criterion = self.policy().criterion(*id);
                Some((criterion.title.as_ref(), &criterion.name))
            }
            ExpressionKind::Selected => return self.say("part-selected"),
            ExpressionKind::Rank => return self.say("part-rank"),
            ExpressionKind::Total => return self.say("explain-total"),
            _ => None,
        };
        match titled {
            Some((title, name)) => title.unwrap_or(name).to_string(),
            None => self.written(expression),
        }
    }

    /// The value of a step as a reader sees it.
    pub(super) fn value_of(&self, step: &Step<'_>) -> String {
        let policy = self.policy();
        match (&step.node, step.fact) {
            (_, Some(field)) => {
                let of_type = &policy.field(step.record.record, field).of_type;
                self.show(of_type, step.value.as_ref())
            }
            (Node::Expression(expression), None) => self.show(&expression.of_type, step.value.as_ref()),
            (Node::Case(case), None) => self.show(&case.value.of_type, step.value.as_ref()),
            (Node::Row(row), None) => self.show(&row.value.of_type, step.value.as_ref()),
            (Node::Criterion(_) | Node::Question(_) | Node::Item, None) => match &step.value {
                Some(Value::Number(number)) => self.exactly(number),
                Some(value @ (Value::YesNo(_) | Value::Text(_))) => self.show(&Type::YesNo, Some(value)),
                _ => self.say("unknown"),
            },
        }
    }

    /// What was said of the fact that a step read: why, from where, by whom, and whether it is assumed.
    pub(super) fn said_of_fact(&self, step: &Step<'_>) -> Vec<String> {
        let Some(field) = step.fact else {
            return Vec::new();
        };
        self.said_of(step.record, field)
    }

    fn said_of(&self, record: Reference, field: FieldId) -> Vec<String> {
        let fact = self.report.records.fact(record, field);
        let mut said = Vec::new();
        if fact.default {
            said.push(self.say("fact-default"));
        }
        let Some(note) = self.report.records.note(fact) else {
            return said;
        };
        if note.assumed {
            said.push(self.say("fact-assumed"));
        }
        match (&note.because, &note.cite) {
            (Some(because), cite) => said.push(self.with_cite(because, cite.as_deref())),
            (None, Some(cite)) => said.push(cite.to_string()),
            (None, None) => {}
        }
        if let Some(by) = &note.by {
            said.push(self.tell("fact-by", &[("by", (&**by).into())]));
        }
        said
    }

    /// What a part asks for, in words; `None` where it is best shown by its own text alone.
    fn asked(&self, part: &Part<'_>) -> Option<String> {
        let Node::Expression(expression) = &part.step.node else {
            return None;
        };
        let (text, negated) = match &expression.kind {
            ExpressionKind::Is(_, right, negated) => (self.operand(right), *negated),
            ExpressionKind::Compare(comparison, left, right) => (
                self.compared(*comparison, &left.of_type, &self.operand(right)),
                false,
            ),
            ExpressionKind::In(operand, set, negated) => (self.set(&operand.of_type, set), *negated),
            ExpressionKind::Known(_, is_missing) => {
                let id = if *is_missing == part.negated {
                    "asked-known"
                } else {
                    "asked-missing"
                };
                return Some(self.say(id));
            }
            _ => {
                let asked = Value::YesNo(!part.negated);
                return Some(self.show(&Type::YesNo, Some(&asked)));
            }
        };
        if negated == part.negated {
            return Some(text);
        }
        Some(self.tell("asked-not", &[("asked", text.into())]))
    }

    /// The other side of a comparison: a value that is written down, or the words for it.
    fn operand(&self, expression: &Expression) -> String {
        match &expression.kind {
            ExpressionKind::Constant(value) => self.show(&expression.of_type, Some(value)),
            ExpressionKind::Define(id) => match &self.policy().define(*id).body {
                DefineBody::Value(value) if matches!(value.kind, ExpressionKind::Constant(_)) => {
                    self.operand(value)
                }
                _ => self.expression_name(expression),
            },
            _ => self.expression_name(expression),
        }
    }

    fn compared(&self, comparison: Comparison, of_type: &Type, value: &str) -> String {
        let is_time = matches!(of_type, Type::Date | Type::Moment);
        let id = match (comparison, is_time) {
            (Comparison::Less, false) => "asked-less",
            (Comparison::LessOrEqual, false) => "asked-at-most",
            (Comparison::Greater, false) => "asked-more",
            (Comparison::GreaterOrEqual, false) => "asked-at-least",
            (Comparison::Less, true) => "asked-before",
            (Comparison::LessOrEqual, true) => "asked-until",
            (Comparison::Greater, true) => "asked-after",
            (Comparison::GreaterOrEqual, true) => "asked-from",
        };
        self.tell(id, &[("value", value.into())])
    }

    fn set(&self, of_type: &Type, set: &Set) -> String {
        match set {
            Set::Range(range) => self.range(of_type, range),
            Set::Members(members) => {
                let shown: Vec<String> = members
                    .iter()
                    .map(|member| match member {
                        SetMember::Value(value) => self.operand(value),
                        SetMember::Range(range) => self.range(of_type, range),
                    })
                    .collect();
                if shown.is_empty() {
                    return self.say("asked-nothing");
                }
                self.any_of(&shown)
            }
            Set::List(list) => {
                let name = self.expression_name(list);
                self.tell("asked-among", &[("list", name.into())])
            }
        }
    }

    fn range(&self, of_type: &Type, range: &Interval<Expression>) -> String {
        let end = |end: &Option<(Expression, bool)>, at: Comparison, beyond: Comparison| {
            let (value, included) = end.as_ref()?;
            let comparison = if *included { at } else { beyond };
            Some(self.compared(comparison, of_type, &self.operand(value)))
        };
        match (&range.low, &range.high) {
            (Some((low, true)), Some((high, true))) => {
                let arguments = [
                    ("low", self.operand(low).into()),
                    ("high", self.operand(high).into()),
                ];
                self.tell("range", &arguments)
            }
            _ => {
                let low = end(&range.low, Comparison::GreaterOrEqual, Comparison::Greater);
                let high = end(&range.high, Comparison::LessOrEqual, Comparison::Less);
                let ends: Vec<String> = low.into_iter().chain(high).collect();
                self.list(&ends)
            }
        }
    }
}
