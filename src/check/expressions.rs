//! Expressions: from what is written to what is meant, with types and units.
//!
//! Comes in: expressions as written and the scope they stand in. Goes out: typed expressions. What cannot be typed is told
//! once and gives `None`, and what holds it stays silent.
//!
//! Invariant: a bare name opposite an enumeration or scale is only ever a member or level of it.

use super::Checker;
use super::comparisons::comparison;
use super::scope::{Allowed, Scope, Typed};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Arithmetic, Expression, ExpressionKind, Type, Unit, Value};
use crate::source::Place;
use crate::syntax::ast::{self, ChainOperator};
use jiff::civil::Date;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization as _;

impl Checker<'_> {
    /// An expression that stands on its own, with what it reads held against what the scope allows.
    pub(super) fn whole(
        &mut self,
        written: &ast::Expression,
        scope: &Scope<'_>,
        expected: Option<&Type>,
    ) -> Option<Typed> {
        let typed = self.expression(written, scope, expected)?;
        let reads = typed.reads;
        let (late, place_name) = match scope.allowed {
            Allowed::All => return Some(typed),
            Allowed::UpToTotal(name) => (
                if reads.rank {
                    "rank"
                } else if reads.selected {
                    "selected"
                } else {
                    ""
                },
                name,
            ),
            Allowed::UpToCriteria(name) => (
                if reads.total {
                    "total"
                } else if reads.rank {
                    "rank"
                } else if reads.selected {
                    "selected"
                } else {
                    ""
                },
                name,
            ),
        };
        if late.is_empty() {
            return Some(typed);
        }
        self.tell(
            Diagnostic::new(Code::NotHere, format!("{place_name} cannot read `{late}`: that is only known later"))
                .at(typed.expression.place, format!("rests on `{late}`"))
                .help("records are admitted, then scored, then ranked, then taken out; a rule can read what comes before it"),
        );
        None
    }

    /// A condition.
    pub(super) fn condition(&mut self, written: &ast::Expression, scope: &Scope<'_>) -> Option<Typed> {
        let typed = self.whole(written, scope, Some(&Type::YesNo))?;
        self.expect_type(&typed, &Type::YesNo, "a condition")?;
        Some(typed)
    }

    /// Types an expression. `expected` is what it is compared with or given to: bare names are members of that.
    pub(super) fn expression(
        &mut self,
        written: &ast::Expression,
        scope: &Scope<'_>,
        expected: Option<&Type>,
    ) -> Option<Typed> {
        let place = written.place;
        let typed = match &written.kind {
            ast::ExpressionKind::Number(digits, unit) => self.literal(digits, unit.as_ref(), place)?,
            ast::ExpressionKind::Text(text) => {
                let plain: Arc<str> = self.plain(text)?.nfc().collect::<String>().into();
                match expected {
                    Some(of_type @ Type::Enumeration(_)) => {
                        return self.choice(&plain, place, of_type, scope);
                    }
                    _ => Typed::leaf(ExpressionKind::Constant(Value::Text(plain)), Type::Text, place),
                }
            }
            ast::ExpressionKind::YesNo(value) => {
                Typed::leaf(ExpressionKind::Constant(Value::YesNo(*value)), Type::YesNo, place)
            }
            ast::ExpressionKind::Date(text) => match text.parse() {
                Ok(date) => Typed::leaf(ExpressionKind::Constant(Value::Date(date)), Type::Date, place),
                Err(_) => {
                    self.tell(
                        Diagnostic::new(Code::BadDate, format!("there is no date {text}"))
                            .at(place, "not in the calendar")
                            .help(calendar_help(text)),
                    );
                    return None;
                }
            },
            ast::ExpressionKind::Moment(text) => match text.parse() {
                Ok(moment) => Typed::leaf(
                    ExpressionKind::Constant(Value::Moment(moment)),
                    Type::Moment,
                    place,
                ),
                Err(_) => {
                    self.tell(
                        Diagnostic::new(Code::BadDate, format!("`{text}` is no moment"))
                            .at(place, "not a date and time with an offset")
                            .help("write it as in `2025-03-01T17:00:00+01:00`"),
                    );
                    return None;
                }
            },
            ast::ExpressionKind::Path(names) => {
                if let ([name], Some(Type::YesNo), None, None) =
                    (names.as_slice(), expected, scope.record, scope.parameters)
                    && self.record_named(&name.text).is_none()
                {
                    self.neither_yes_nor_no(name);
                    return None;
                }
                if let ([name], Some(of_type @ (Type::Enumeration(_) | Type::Scale(_)))) =
                    (names.as_slice(), expected)
                    && !matches!(&*name.text, "this" | "it")
                {
                    return self.choice(&name.text, place, of_type, scope);
                }
                self.path(names, scope)?
            }
            ast::ExpressionKind::Not(operand) => {
                let operand = self.expression(operand, scope, Some(&Type::YesNo))?;
                self.expect_type(&operand, &Type::YesNo, "`not`")?;
                let part = operand.part();
                Typed::over(
                    ExpressionKind::Not(Box::new(operand.expression)),
                    Type::YesNo,
                    place,
                    &[part],
                )
            }
            ast::ExpressionKind::And(operands) => {
                self.junction(operands, scope, "and", ExpressionKind::And, place)?
            }
            ast::ExpressionKind::Or(operands) => {
                if self.or_between_values(operands, scope) {
                    return None;
                }
                self.junction(operands, scope, "or", ExpressionKind::Or, place)?
            }
            ast::ExpressionKind::Is(left, right, negated) => {
                let (left, right) = self.pair(left, right, scope)?;
                let (left, right) = self.same_kind(left, right, "compared", place)?;
                let parts = [left.part(), right.part()];
                let kind =
                    ExpressionKind::Is(Box::new(left.expression), Box::new(right.expression), *negated);
                Typed::over(kind, Type::YesNo, place, &parts)
            }
            ast::ExpressionKind::Order(operator, left, right) => {
                let (left, right) = self.pair(left, right, scope)?;
                let (left, right) = self.same_kind(left, right, "compared", place)?;
                self.ordered(&left)?;
                let parts = [left.part(), right.part()];
                let kind = ExpressionKind::Compare(
                    comparison(*operator),
                    Box::new(left.expression),
                    Box::new(right.expression),
                );
                Typed::over(kind, Type::YesNo, place, &parts)
            }
            ast::ExpressionKind::In(item, set, negated) => {
                self.membership(item, set, *negated, scope, place)?
            }
            ast::ExpressionKind::Known(operand, missing) => {
                let operand = self.expression(operand, scope, None)?;
                let part = operand.part();
                Typed::over(
                    ExpressionKind::Known(Box::new(operand.expression), *missing),
                    Type::YesNo,
                    place,
                    &[part],
                )
            }
            ast::ExpressionKind::Chain(first, rest) => self.chain(first, rest, scope, place)?,
            ast::ExpressionKind::Negate(operand) => {
                let operand = self.expression(operand, scope, None)?;
                let unit = self.numeric(&operand, "`-`")?;
                let part = operand.part();
                let zero = operand.zero;
                let of_type = Type::Number(unit);
                Typed {
                    zero,
                    ..Typed::over(
                        ExpressionKind::Negate(Box::new(operand.expression)),
                        of_type,
                        place,
                        &[part],
                    )
                }
            }
            ast::ExpressionKind::If(condition, then, otherwise) => {
                let condition = self.expression(condition, scope, Some(&Type::YesNo));
                let condition = condition.and_then(|condition| {
                    self.expect_type(&condition, &Type::YesNo, "`if`")?;
                    Some(condition)
                });
                let outcomes = self.alike(&[then, otherwise], scope, expected);
                let [then, otherwise]: [Typed; 2] = outcomes?.try_into().ok()?;
                let condition = condition?;
                let (then, otherwise) = self.same_kind(then, otherwise, "the outcomes of one `if`", place)?;
                let of_type = if then.zero {
                    otherwise.expression.of_type.clone()
                } else {
                    self.wider(&then, &otherwise)
                };
                let parts = [condition.part(), then.part(), otherwise.part()];
                let zero = then.zero && otherwise.zero;
                let kind = ExpressionKind::If(
                    Box::new(condition.expression),
                    Box::new(then.expression),
                    Box::new(otherwise.expression),
                );
                Typed {
                    zero,
                    ..Typed::over(kind, of_type, place, &parts)
                }
            }
            ast::ExpressionKind::List(members) => self.list(members, scope, expected, place)?,
            ast::ExpressionKind::Call(name, arguments) => {
                self.call(name, arguments, scope, expected, place)?
            }
        };
        self.deep_enough(typed.depth, place)?;
        Some(typed)
    }

    /// A word where `yes` or `no` is written down.
    fn neither_yes_nor_no(&mut self, name: &ast::Name) {
        let mut problem = Diagnostic::new(
            Code::UnknownName,
            format!("`{}` is neither yes nor no", name.text),
        )
        .at(name.place, "not one of the two")
        .help("write `yes` or `no`");
        let sure = match &*name.text {
            "true" | "True" | "ja" => Some("yes"),
            "false" | "False" | "nei" => Some("no"),
            _ => None,
        };
        if let Some(sure) = sure {
            problem = problem.fix(name.place, sure);
        }
        self.tell(problem);
    }

    fn literal(&mut self, digits: &ast::Digits, unit: Option<&ast::Name>, place: Place) -> Option<Typed> {
        let number = self.number(digits)?;
        let unit = match unit {
            None => Unit::none(),
            Some(name) => {
                let unit = Unit::named(&name.text);
                if !self.units.contains(&name.text) {
                    let known = self.units.clone();
                    self.unknown("unit", name, known.iter().map(|unit| &**unit));
                    return None;
                }
                unit
            }
        };
        let zero = number.is_zero() && unit.is_none();
        Some(Typed {
            zero,
            ..Typed::leaf(
                ExpressionKind::Constant(Value::Number(number)),
                Type::Number(unit),
                place,
            )
        })
    }

    /// Tells `area is north or south`: values where conditions are needed.
    fn or_between_values(&mut self, operands: &[ast::Expression], scope: &Scope<'_>) -> bool {
        let is_value = |checker: &Self, written: &ast::Expression| {
            matches!(
                written.kind,
                ast::ExpressionKind::Number(..)
                    | ast::ExpressionKind::Date(_)
                    | ast::ExpressionKind::Moment(_)
            ) || checker.may_be_member(written, scope)
                && match &written.kind {
                    ast::ExpressionKind::Text(_) => true,
                    ast::ExpressionKind::Path(names) => names.iter().all(|name| !checker.is_lost(&name.text)),
                    _ => false,
                }
        };
        let first = operands.iter().position(|operand| is_value(self, operand));
        let Some(first) = first.filter(|first| *first > 0) else {
            return false;
        };
        let mut before = operands.get(first - 1);
        if let Some(ast::ExpressionKind::And(parts)) = before.map(|before| &before.kind) {
            before = parts.last();
        }
        let Some(ast::ExpressionKind::Is(left, right, negated)) = before.map(|before| &before.kind) else {
            return false;
        };
        let more = operands
            .iter()
            .skip(first)
            .take_while(|operand| is_value(self, operand));
        let values: Vec<&ast::Expression> = std::iter::once(&**right).chain(more).collect();
        let (Some(start), Some(end)) = (values.get(1), values.last()) else {
            return false;
        };
        let place = start.place.to(end.place);
        let slice = |place| {
            self.sources
                .slice(place)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        };
        let list: Vec<String> = values.iter().map(|value| slice(value.place)).collect();
        let not = if *negated { "not " } else { "" };
        let mend = format!("write `{} {not}in [{}]`", slice(left.place), list.join(", "));
        self.tell(
            Diagnostic::new(
                Code::TypeMismatch,
                "`or` stands between conditions, and this is only a value",
            )
            .at(place, "compared with nothing")
            .help(mend),
        );
        true
    }

    fn junction(
        &mut self,
        operands: &[ast::Expression],
        scope: &Scope<'_>,
        word: &str,
        kind: fn(Vec<Expression>) -> ExpressionKind,
        place: Place,
    ) -> Option<Typed> {
        let mut made = Vec::new();
        let mut parts = Vec::new();
        let mut sound = true;
        for operand in operands {
            let typed = self
                .expression(operand, scope, Some(&Type::YesNo))
                .and_then(|typed| {
                    self.expect_type(&typed, &Type::YesNo, &format!("`{word}`"))?;
                    Some(typed)
                });
            match typed {
                Some(typed) => {
                    parts.push(typed.part());
                    made.push(typed.expression);
                }
                None => sound = false,
            }
        }
        sound.then(|| Typed::over(kind(made), Type::YesNo, place, &parts))
    }

    pub(super) fn chain(
        &mut self,
        first: &ast::Expression,
        rest: &[(ChainOperator, ast::Expression)],
        scope: &Scope<'_>,
        place: Place,
    ) -> Option<Typed> {
        let first = self.expression(first, scope, None);
        let mut made = Vec::new();
        let mut sound = true;
        for (operator, operand) in rest {
            match self.expression(operand, scope, None) {
                Some(operand) => made.push((*operator, operand)),
                None => sound = false,
            }
        }
        let first = first.filter(|_| sound)?;
        let word = |operator| match operator {
            ChainOperator::Add => "`+`",
            ChainOperator::Subtract => "`-`",
            ChainOperator::Multiply => "`*`",
            ChainOperator::Divide => "`/`",
        };
        let first_word = made.first().map_or("`+`", |(operator, _)| word(*operator));
        let mut unit = self.numeric(&first, first_word)?;
        let mut zero = first.zero;
        let mut running = first.clone();
        let mut parts = vec![first.part()];
        let mut operands = Vec::new();
        for (operator, operand) in made {
            let other = self.numeric(&operand, word(operator))?;
            match operator {
                ChainOperator::Add | ChainOperator::Subtract => {
                    if unit != other && !zero && !operand.zero {
                        let what = if operator == ChainOperator::Add {
                            "added"
                        } else {
                            "subtracted"
                        };
                        let shown = Typed {
                            expression: Expression {
                                of_type: Type::Number(unit),
                                ..running.expression
                            },
                            ..running
                        };
                        self.mismatch(&shown, &operand, what, place);
                        return None;
                    }
                    if zero {
                        unit = other;
                    }
                    zero = zero && operand.zero;
                }
                ChainOperator::Multiply => unit = unit.combine(&other, 1),
                ChainOperator::Divide => unit = unit.combine(&other, -1),
            }
            running.expression.place = running.expression.place.to(operand.expression.place);
            parts.push(operand.part());
            let operator = match operator {
                ChainOperator::Add => Arithmetic::Add,
                ChainOperator::Subtract => Arithmetic::Subtract,
                ChainOperator::Multiply => Arithmetic::Multiply,
                ChainOperator::Divide => Arithmetic::Divide,
            };
            operands.push((operator, operand.expression));
        }
        let kind = ExpressionKind::Arithmetic(Box::new(first.expression), operands);
        Some(Typed::over(kind, Type::Number(unit), place, &parts))
    }

    fn list(
        &mut self,
        members: &[ast::Span],
        scope: &Scope<'_>,
        expected: Option<&Type>,
        place: Place,
    ) -> Option<Typed> {
        let inner = if let Some(Type::List(inner)) = expected {
            Some((**inner).clone())
        } else {
            None
        };
        let mut made: Vec<Typed> = Vec::new();
        let mut sound = true;
        for member in members {
            let ast::Span::Value(value) = member else {
                if let ast::Span::Range(range) = member {
                    self.tell(
                        Diagnostic::new(Code::NotHere, "a range cannot stand in this list")
                            .at(range.place, "only after `in`, and in the cells of a table"),
                    );
                }
                sound = false;
                continue;
            };
            match self.expression(value, scope, inner.as_ref()) {
                Some(typed) => made.push(typed),
                None => sound = false,
            }
        }
        if !sound {
            return None;
        }
        let of_type = match (made.first(), inner) {
            (Some(first), _) => first.expression.of_type.clone(),
            (None, Some(inner)) => inner,
            (None, None) => Type::Text,
        };
        let parts: Vec<_> = made.iter().map(Typed::part).collect();
        if let Some((first, rest)) = made.split_first() {
            for other in rest {
                self.same_kind(first.clone(), other.clone(), "in one list", place)?;
            }
        }
        let members = made.into_iter().map(|typed| typed.expression).collect();
        Some(Typed::over(
            ExpressionKind::List(members),
            Type::List(Box::new(of_type)),
            place,
            &parts,
        ))
    }
}

/// What to write for a date that does not exist.
fn calendar_help(written: &str) -> String {
    let (month, day) = (written.get(..7).unwrap_or(""), written.get(8..).unwrap_or(""));
    let dates = ["31", "30", "29", "28"].map(|last| format!("{month}-{last}"));
    let last = dates.iter().find(|date| date.parse::<Date>().is_ok());
    match last {
        _ if day == "00" => "days are counted from 01".to_owned(),
        Some(last) => format!("the last day of that month is {last}"),
        None => "months are 01 to 12".to_owned(),
    }
}
