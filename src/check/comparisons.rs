//! Comparisons: `is`, `<` and its kin, `in` with ranges and lists.
//!
//! Comes in: both sides as written. Goes out: the typed comparison. It never computes one.
//!
//! Invariant: a bare name opposite an enumeration or scale is only ever a member or level of it.

use super::kinds::{as_key, is_text};
use super::scope::{Scope, Typed};
use super::{Checker, Reads};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::expression::SetMember;
use crate::model::{Comparison, Expression, ExpressionKind, Interval, Set, Type};
use crate::source::Place;
use crate::syntax::ast::{self, OrderOperator};

/// A name by itself, which may be a member.
fn bare(written: &ast::Expression) -> Option<&ast::Name> {
    match &written.kind {
        ast::ExpressionKind::Path(names) => match names.as_slice() {
            [name] if !matches!(&*name.text, "this" | "it") => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// Whether values of a type have names of their own, or are lists: what stands opposite is read as such.
fn choices(of_type: &Type) -> bool {
    matches!(of_type, Type::Enumeration(_) | Type::Scale(_) | Type::List(_))
}

impl Checker<'_> {
    /// Two operands, where a bare name opposite an enumeration or scale is a member of it.
    pub(super) fn pair(
        &mut self,
        left: &ast::Expression,
        right: &ast::Expression,
        scope: &Scope<'_>,
    ) -> Option<(Typed, Typed)> {
        // The left side is a value first; only one that is none, or whose other side wants a member, is tried as one.
        if self.may_be_member(left, scope) {
            let right = self.expression(right, scope, None)?;
            let expected = right.expression.of_type.clone();
            let left = self.expression(left, scope, choices(&expected).then_some(&expected))?;
            return Some((left, right));
        }
        let Some(left_typed) = self.expression(left, scope, None) else {
            // The right side's own mistakes are told even where the left side has one; a bare name there may be a member.
            if bare(right).is_none() {
                self.expression(right, scope, None);
            }
            return None;
        };
        let expected = left_typed.expression.of_type.clone();
        let right_typed = self.expression(right, scope, choices(&expected).then_some(&expected))?;
        let opposite = &right_typed.expression.of_type;
        if bare(left).is_some() && choices(opposite) && !choices(&expected) {
            let left_typed = self.expression(left, scope, Some(&opposite.clone()))?;
            return Some((left_typed, right_typed));
        }
        Some((left_typed, right_typed))
    }

    /// Values of one kind: where one of them is of an enumeration or scale, what can only be a member of it is one. What is
    /// expected of all of them goes before that.
    pub(super) fn alike(
        &mut self,
        written: &[&ast::Expression],
        scope: &Scope<'_>,
        expected: Option<&Type>,
    ) -> Option<Vec<Typed>> {
        let wanted = expected.filter(|of_type| choices(of_type)).cloned();
        let open: Vec<bool> = written
            .iter()
            .map(|value| wanted.is_none() && self.may_be_member(value, scope))
            .collect();
        let mut made: Vec<Option<Typed>> = vec![None; written.len()];
        let mut sound = true;
        for ((value, made), _) in written
            .iter()
            .zip(&mut made)
            .zip(&open)
            .filter(|(_, open)| !**open)
        {
            *made = self.expression(value, scope, expected);
            sound &= made.is_some();
        }
        let mut types = made.iter().flatten().map(|typed| &typed.expression.of_type);
        let found = types.find(|of_type| choices(of_type)).cloned();
        if found.is_none() && !sound {
            // What the others are members of could not be understood.
            return None;
        }
        for ((value, made), _) in written
            .iter()
            .zip(&mut made)
            .zip(&open)
            .filter(|(_, open)| **open)
        {
            *made = self.expression(value, scope, found.as_ref().or(expected));
        }
        made.into_iter().collect()
    }

    /// Whether what is written can only be a member or level, or is a text, which may be one.
    pub(super) fn may_be_member(&self, written: &ast::Expression, scope: &Scope<'_>) -> bool {
        match &written.kind {
            ast::ExpressionKind::Text(_) => true,
            ast::ExpressionKind::Path(_) => bare(written).is_some_and(|name| !self.names_value(name, scope)),
            ast::ExpressionKind::If(_, then, otherwise) => {
                self.may_be_member(then, scope) && self.may_be_member(otherwise, scope)
            }
            ast::ExpressionKind::List(members) => members.iter().all(|member| match member {
                ast::Span::Value(value) => self.may_be_member(value, scope),
                ast::Span::Range(_) => false,
            }),
            _ => false,
        }
    }

    fn names_value(&self, name: &ast::Name, scope: &Scope<'_>) -> bool {
        scope.record.is_some_and(|record| {
            self.knows(record, name)
                || self
                    .records
                    .get(usize::from(record.0))
                    .and_then(|made| self.records.get(usize::from(made.parent?.0)))
                    .is_some_and(|parent| parent.name == name.text)
        }) || scope
            .parameters
            .is_some_and(|parameters| parameters.iter().any(|(known, _)| *known == name.text))
            || self.records.iter().any(|other| other.name == name.text)
    }

    pub(super) fn membership(
        &mut self,
        item: &ast::Expression,
        set: &ast::Span,
        negated: bool,
        scope: &Scope<'_>,
        place: Place,
    ) -> Option<Typed> {
        if let Some(problem) = self.single_member(item, set, scope) {
            self.tell(problem);
            return None;
        }
        // A bare name before `in LIST-FIELD` may be a member of what the list holds.
        if let ast::Span::Value(list) = set
            && !matches!(list.kind, ast::ExpressionKind::List(_))
        {
            let list = self.expression(list, scope, None)?;
            let Type::List(inner) = list.expression.of_type.clone() else {
                let found = self.type_name(&list.expression.of_type);
                self.tell(
                    Diagnostic::new(
                        Code::TypeMismatch,
                        format!("`in` takes a range or a list, and this is {found}"),
                    )
                    .at(list.expression.place, found)
                    .help("write `is` for one value, a list as in `in [A, B]`, or a range as in `in 2..4`"),
                );
                return None;
            };
            let item = self.expression(item, scope, Some(&inner))?;
            let (list, item) = self.held(list, item)?;
            let parts = [item.part(), list.part()];
            let kind = ExpressionKind::In(
                Box::new(item.expression),
                Set::List(Box::new(list.expression)),
                negated,
            );
            return Some(Typed::over(kind, Type::YesNo, place, &parts));
        }
        let item = self.expression(item, scope, None)?;
        let of_type = item.expression.of_type.clone();
        let mut parts = vec![item.part()];
        let set = match set {
            ast::Span::Range(range) => Set::Range(Box::new(self.range(range, &item, scope, &mut parts)?)),
            ast::Span::Value(list) => {
                let ast::ExpressionKind::List(members) = &list.kind else {
                    return None;
                };
                let mut made = Vec::new();
                let mut sound = true;
                for member in members {
                    let member = match member {
                        ast::Span::Range(range) => {
                            self.range(range, &item, scope, &mut parts).map(SetMember::Range)
                        }
                        ast::Span::Value(value) => {
                            self.expression(value, scope, Some(&of_type)).and_then(|value| {
                                let (_, value) = self.same_kind(item.clone(), value, "compared", place)?;
                                parts.push(value.part());
                                Some(SetMember::Value(value.expression))
                            })
                        }
                    };
                    match member {
                        Some(member) => made.push(member),
                        None => sound = false,
                    }
                }
                if !sound {
                    return None;
                }
                Set::Members(made)
            }
        };
        // A text in a list of keys: the reference is compared by its key.
        let text_members = matches!(&set, Set::Members(members) if members.iter().any(|member| matches!(member, SetMember::Value(value) if value.of_type == Type::Text)));
        let mut item = item.expression;
        if text_members && matches!(item.of_type, Type::Reference(_)) {
            let place = item.place;
            item = Expression {
                kind: ExpressionKind::Key(Box::new(item)),
                of_type: Type::Text,
                place,
            };
        }
        Some(Typed::over(
            ExpressionKind::In(Box::new(item), set, negated),
            Type::YesNo,
            place,
            &parts,
        ))
    }

    /// A list and what is looked for in it; references and texts meet by their keys.
    pub(super) fn held(&mut self, list: Typed, item: Typed) -> Option<(Typed, Typed)> {
        let (list, item) = match (is_text(&list), is_text(&item)) {
            (false, true) => (as_key(list), item),
            (true, false) => (list, as_key(item)),
            _ => (list, item),
        };
        if let Type::List(inner) = list.expression.of_type.clone() {
            self.expect_type(&item, &inner, "this list")?;
        }
        Some((list, item))
    }

    /// `area in north`: one member where a list is needed.
    fn single_member(
        &mut self,
        item: &ast::Expression,
        set: &ast::Span,
        scope: &Scope<'_>,
    ) -> Option<Diagnostic> {
        let ast::Span::Value(value) = set else { return None };
        let ast::ExpressionKind::Path(names) = &value.kind else {
            return None;
        };
        let ([name], Some(record)) = (names.as_slice(), scope.record) else {
            return None;
        };
        if self.knows(record, name) || !matches!(item.kind, ast::ExpressionKind::Path(_)) {
            return None;
        }
        let told = self.problems.len();
        let of_type = self
            .expression(item, scope, None)
            .map(|item| item.expression.of_type);
        self.problems.truncate(told);
        let known = match of_type? {
            Type::Enumeration(id) => self
                .enumerations
                .get(usize::from(id.0))?
                .members
                .iter()
                .any(|(member, _)| *member == name.text),
            Type::Scale(id) => {
                let levels = &self.scales.get(usize::from(id.0))?.levels;
                levels.iter().any(|level| level.name == name.text)
            }
            _ => false,
        };
        let written = self.sources.slice(item.place);
        known.then(|| {
            Diagnostic::new(
                Code::TypeMismatch,
                "`in` needs a range or a list, and this is one value",
            )
            .at(value.place, "one value")
            .help(format!(
                "write `{written} is {0}`, or a list as in `{written} in [{0}, …]`",
                name.text
            ))
        })
    }

    /// A range that a value is held against.
    pub(super) fn range(
        &mut self,
        range: &ast::Range,
        item: &Typed,
        scope: &Scope<'_>,
        parts: &mut Vec<(Reads, usize)>,
    ) -> Option<Interval<Expression>> {
        self.ordered(item)?;
        let of_type = item.expression.of_type.clone();
        let mut end = |checker: &mut Self, written: &Option<ast::Expression>, included: bool| match written {
            None => Some(None),
            Some(written) => {
                let typed = checker.expression(written, scope, Some(&of_type))?;
                let (_, typed) = checker.same_kind(item.clone(), typed, "compared", range.place)?;
                parts.push(typed.part());
                Some(Some((typed.expression, included)))
            }
        };
        let low = end(self, &range.low, range.low_included);
        let mismatched =
            |problem: &Diagnostic| matches!(problem.code, Code::UnitMismatch | Code::TypeMismatch);
        if low.is_none() && self.problems.last().is_some_and(mismatched) {
            // The other end is most likely of the same kind: one cause is told once.
            return None;
        }
        let high = end(self, &range.high, range.high_included);
        let interval = Interval {
            low: low?,
            high: high?,
        };
        let ends = interval.low.as_ref().zip(interval.high.as_ref());
        if let Some(((low, low_in), (high, high_in))) = ends
            && let (Some(least), Some(most)) = (super::fields::constant(low), super::fields::constant(high))
            && (least > most || (least == most && !(*low_in && *high_in)))
        {
            self.tell(
                Diagnostic::new(Code::BadRange, "nothing lies in this range")
                    .at(range.place, "its low end is not below its high end")
                    .help("write the low end first, as in `1..5`"),
            );
            return None;
        }
        Some(interval)
    }
}

pub(super) fn comparison(operator: OrderOperator) -> Comparison {
    match operator {
        OrderOperator::Less => Comparison::Less,
        OrderOperator::LessOrEqual => Comparison::LessOrEqual,
        OrderOperator::Greater => Comparison::Greater,
        OrderOperator::GreaterOrEqual => Comparison::GreaterOrEqual,
    }
}
