//! Expressions: from what is written to what is meant, with types and units.
//!
//! Comes in: expressions as written and the scope they stand in. Goes out: typed expressions. What cannot be typed is told
//! once and gives `None`, and what holds it stays silent.
//!
//! Invariant: a bare name opposite an enumeration or scale is only ever a member or level of it.

use std::sync::Arc;

use super::{Checker, Reads};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::expression::SetMember;
use crate::model::{
    Arithmetic, Comparison, Expression, ExpressionKind, Interval, Number, RecordId, Set, Type, Unit, Value,
};
use crate::source::Place;
use crate::syntax::ast::{self, ChainOperator, OrderOperator};

/// What is at hand where an expression stands.
#[derive(Debug, Clone)]
pub(super) struct Scope<'s> {
    /// The record type of the record at hand.
    pub record: Option<RecordId>,
    /// The type of `it`, in an aggregate over questions.
    pub it: Option<Type>,
    /// The inputs of the table whose row this is.
    pub parameters: Option<&'s [(Arc<str>, Type)]>,
    /// What may be read of the decision, and what to call the place where it may not.
    pub allowed: Allowed,
}

/// What may be read of what is being decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    /// Everything.
    All,
    /// No rank and nothing after it: gates and rank keys.
    UpToTotal(&'static str),
    /// No total and nothing after it: criteria and the score.
    UpToCriteria(&'static str),
}

impl Scope<'_> {
    /// Where there is no record at hand.
    pub(super) fn nothing() -> Scope<'static> {
        Scope {
            record: None,
            it: None,
            parameters: None,
            allowed: Allowed::All,
        }
    }

    /// Where a record is at hand and everything may be read.
    pub(super) fn of(record: RecordId) -> Scope<'static> {
        Scope {
            record: Some(record),
            ..Scope::nothing()
        }
    }

    pub(super) fn allowing(self, allowed: Allowed) -> Self {
        Scope { allowed, ..self }
    }
}

/// A typed expression with what it reads.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub expression: Expression,
    pub reads: Reads,
    /// How deep it rests on others.
    pub depth: usize,
    /// Whether it is a bare 0, which fits any unit.
    pub zero: bool,
}

impl Typed {
    pub(super) fn leaf(kind: ExpressionKind, of_type: Type, place: Place) -> Typed {
        Typed {
            expression: Expression { kind, of_type, place },
            reads: Reads::default(),
            depth: 1,
            zero: false,
        }
    }

    /// An expression over others.
    pub(super) fn over(kind: ExpressionKind, of_type: Type, place: Place, parts: &[(Reads, usize)]) -> Typed {
        let reads = parts
            .iter()
            .fold(Reads::default(), |all, (reads, _)| all.and(*reads));
        let depth = parts.iter().map(|(_, depth)| *depth).max().unwrap_or(0) + 1;
        Typed {
            expression: Expression { kind, of_type, place },
            reads,
            depth,
            zero: false,
        }
    }

    pub(super) fn part(&self) -> (Reads, usize) {
        (self.reads, self.depth)
    }
}

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
                let plain = self.plain(text)?;
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
                            .at(place, "not in the calendar"),
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
                let then = self.expression(then, scope, expected);
                let otherwise = self.expression(otherwise, scope, expected);
                let (condition, then, otherwise) = (condition?, then?, otherwise?);
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
        self.deep_enough(&typed)?;
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
                let known = self.declared_units();
                if !known.contains(&unit.to_string()) {
                    self.unknown("unit", name, known.iter().map(String::as_str));
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

    fn declared_units(&self) -> Vec<String> {
        let mut units = Vec::new();
        for field in self.records.iter().flat_map(|record| &record.fields) {
            let of_type = if let Type::List(inner) = &field.of_type {
                inner
            } else {
                &field.of_type
            };
            if let Type::Number(unit) = of_type
                && !unit.is_none()
            {
                units.push(unit.to_string());
            }
        }
        units
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

    /// Two operands, where a bare name opposite an enumeration or scale is a member of it.
    pub(super) fn pair(
        &mut self,
        left: &ast::Expression,
        right: &ast::Expression,
        scope: &Scope<'_>,
    ) -> Option<(Typed, Typed)> {
        let bare = |side: &ast::Expression| match &side.kind {
            ast::ExpressionKind::Path(names) => match names.as_slice() {
                [name] if !matches!(&*name.text, "this" | "it") => Some(name.clone()),
                _ => None,
            },
            _ => None,
        };
        let choices =
            |typed: &Typed| matches!(typed.expression.of_type, Type::Enumeration(_) | Type::Scale(_));
        // The left side is a value first; only a bare name that is none, or whose other side wants a member, is tried as one.
        if let Some(name) = bare(left)
            && !scope
                .record
                .is_some_and(|record| self.names_value(record, &name, scope))
        {
            let right = self.expression(right, scope, None)?;
            if choices(&right) {
                let left = self.expression(left, scope, Some(&right.expression.of_type.clone()))?;
                return Some((left, right));
            }
            let left = self.expression(left, scope, None)?;
            return Some((left, right));
        }
        let left_typed = self.expression(left, scope, None);
        let Some(left_typed) = left_typed else {
            // The right side's own mistakes are told even where the left side has one; a bare name there may be a member.
            if bare(right).is_none() {
                self.expression(right, scope, None);
            }
            return None;
        };
        let expected = left_typed.expression.of_type.clone();
        let right_typed = self.expression(right, scope, choices(&left_typed).then_some(&expected))?;
        if bare(left).is_some() && choices(&right_typed) && !choices(&left_typed) {
            let left_typed = self.expression(left, scope, Some(&right_typed.expression.of_type.clone()))?;
            return Some((left_typed, right_typed));
        }
        Some((left_typed, right_typed))
    }

    fn names_value(&self, record: RecordId, name: &ast::Name, scope: &Scope<'_>) -> bool {
        self.knows(record, name)
            || scope
                .parameters
                .is_some_and(|parameters| parameters.iter().any(|(known, _)| *known == name.text))
            || self.records.iter().any(|other| other.name == name.text)
    }

    /// Two values that must be of one kind, made so where the language does (texts and keys, numbers and scales).
    pub(super) fn same_kind(
        &mut self,
        left: Typed,
        right: Typed,
        what: &str,
        place: Place,
    ) -> Option<(Typed, Typed)> {
        let key = |typed: Typed| {
            let place = typed.expression.place;
            let part = typed.part();
            Typed::over(
                ExpressionKind::Key(Box::new(typed.expression)),
                Type::Text,
                place,
                &[part],
            )
        };
        match (&left.expression.of_type, &right.expression.of_type) {
            (Type::Reference(_), Type::Text) => return Some((key(left), right)),
            (Type::Text, Type::Reference(_)) => return Some((left, key(right))),
            _ => {}
        }
        if self.fits(&left, &right) {
            return Some((left, right));
        }
        self.mismatch(&left, &right, what, place);
        None
    }

    fn fits(&self, left: &Typed, right: &Typed) -> bool {
        match (
            self.unit_of(&left.expression.of_type),
            self.unit_of(&right.expression.of_type),
        ) {
            (Some(a), Some(b)) => a == b || left.zero || right.zero,
            _ => left.expression.of_type == right.expression.of_type,
        }
    }

    /// The unit of a number, or of a numbered scale's value.
    pub(super) fn unit_of(&self, of_type: &Type) -> Option<Unit> {
        match of_type {
            Type::Number(unit) => Some(unit.clone()),
            Type::Scale(id) => self
                .scales
                .get(usize::from(id.0))
                .filter(|scale| scale.numbered)
                .map(|_| Unit::none()),
            _ => None,
        }
    }

    /// The type of a value that may be either of two that fit each other.
    pub(super) fn wider(&self, left: &Typed, right: &Typed) -> Type {
        if left.expression.of_type == right.expression.of_type || right.zero {
            return left.expression.of_type.clone();
        }
        match self.unit_of(&left.expression.of_type) {
            Some(_) if left.zero => right.expression.of_type.clone(),
            Some(unit) => Type::Number(unit),
            None => left.expression.of_type.clone(),
        }
    }

    fn mismatch(&mut self, left: &Typed, right: &Typed, what: &str, place: Place) {
        let units = self
            .unit_of(&left.expression.of_type)
            .zip(self.unit_of(&right.expression.of_type));
        let described = |checker: &Self, typed: &Typed| match checker.unit_of(&typed.expression.of_type) {
            Some(unit) if units.is_some() => {
                if unit.is_none() {
                    "a bare number".to_owned()
                } else {
                    format!("in {unit}")
                }
            }
            _ => checker.type_name(&typed.expression.of_type),
        };
        let (first, second) = (described(self, left), described(self, right));
        let mut problem = if units.is_some() {
            Diagnostic::new(
                Code::UnitMismatch,
                format!("amounts in different units cannot be {what}"),
            )
        } else {
            Diagnostic::new(
                Code::TypeMismatch,
                format!("{first} and {second} cannot be {what}"),
            )
        };
        problem = problem
            .at(left.expression.place, first)
            .at(right.expression.place, second);
        let _ = place;
        if let Some((a, b)) = units {
            let (bare, named) = if a.is_none() {
                (left, b)
            } else {
                (right, a.clone())
            };
            if a.is_none()
                || self
                    .unit_of(&right.expression.of_type)
                    .is_some_and(|unit| unit.is_none())
            {
                problem = self.bare_help(problem, &bare.expression, &named);
            }
        } else if let Some(help) = date_help(&left.expression.of_type, &right.expression.of_type) {
            problem = problem.help(help);
        } else if let (Type::Enumeration(_), Type::Enumeration(_)) =
            (&left.expression.of_type, &right.expression.of_type)
        {
            problem = problem.help("two enumerations can be compared if they have the same members");
        }
        self.tell(problem);
    }

    /// How a bare number gets the unit of what it meets.
    fn bare_help(&self, problem: Diagnostic, bare: &Expression, named: &Unit) -> Diagnostic {
        let simple = !named.to_string().contains(['/', '^', '·']);
        let written = self.sources.slice(bare.place);
        match &bare.kind {
            ExpressionKind::Constant(_) if simple => problem
                .help(format!("write `{written} {named}`"))
                .fix(bare.place, format!("{written} {named}")),
            ExpressionKind::Field(_) if simple => problem.help(format!(
                "if it is in {named}, declare it so: `number in {named}`; else multiply it, as in `{written} * 1 {named}`"
            )),
            _ => problem,
        }
    }

    /// Whether values of a type have an order.
    pub(super) fn ordered(&mut self, typed: &Typed) -> Option<()> {
        match typed.expression.of_type {
            Type::Number(_) | Type::Scale(_) | Type::Date | Type::Moment => Some(()),
            _ => {
                let what = self.type_name(&typed.expression.of_type);
                self.tell(
                    Diagnostic::new(Code::TypeMismatch, format!("{what} has no order"))
                        .at(typed.expression.place, "is neither less nor greater")
                        .help("compare it with `is`, or with `in [ … ]`"),
                );
                None
            }
        }
    }

    /// The unit of a number; anything else is told.
    pub(super) fn numeric(&mut self, typed: &Typed, what: &str) -> Option<Unit> {
        if let Some(unit) = self.unit_of(&typed.expression.of_type) {
            return Some(unit);
        }
        let found = self.type_name(&typed.expression.of_type);
        let mut problem = Diagnostic::new(
            Code::TypeMismatch,
            format!("{what} needs a number, and this is {found}"),
        )
        .at(typed.expression.place, found);
        if matches!(typed.expression.of_type, Type::Date | Type::Moment) {
            problem = problem.help(
                "to count days or years between dates, write `days-between(a, b)` or `years-between(a, b)`",
            );
        } else if typed.expression.of_type == Type::YesNo {
            problem = problem.help("write `if … then 1 else 0` for a number");
        } else if matches!(typed.expression.of_type, Type::Scale(_)) {
            problem = problem.help("give the levels of the scale numbers to compute with them");
        } else if typed.expression.of_type == Type::Text && what == "`+`" {
            problem = problem.help(
                "texts cannot be added up; a text that is shown puts values together: `\"{title} ({area})\"`",
            );
        }
        self.tell(problem);
        None
    }

    /// Holds a value against the type that is needed.
    pub(super) fn expect_type(&mut self, typed: &Typed, wanted: &Type, what: &str) -> Option<()> {
        let found = &typed.expression.of_type;
        let fits = match (self.unit_of(wanted), self.unit_of(found)) {
            (Some(a), Some(b)) => a == b || typed.zero,
            _ => wanted == found || (matches!(wanted, Type::List(_)) && empty_list(&typed.expression)),
        };
        if fits {
            return Some(());
        }
        let (wanted_name, found_name) = (self.type_name(wanted), self.type_name(found));
        let problem = match (self.unit_of(wanted), self.unit_of(found)) {
            (Some(a), Some(b)) => {
                let words = |unit: &Unit| {
                    if unit.is_none() {
                        "a bare number".to_owned()
                    } else {
                        format!("an amount in {unit}")
                    }
                };
                Diagnostic::new(
                    Code::UnitMismatch,
                    format!("{what} needs {}, and this is {}", words(&a), words(&b)),
                )
                .at(typed.expression.place, words(&b))
            }
            _ => Diagnostic::new(
                Code::TypeMismatch,
                format!("{what} needs {wanted_name}, and this is {found_name}"),
            )
            .at(typed.expression.place, found_name)
            .help_if(
                (*wanted == Type::YesNo)
                    .then(|| self.condition_help(&typed.expression))
                    .flatten(),
            ),
        };
        let problem = match (&typed.expression.kind, self.unit_of(wanted), self.unit_of(found)) {
            (ExpressionKind::Constant(_), Some(wanted), Some(found)) if found.is_none() => {
                self.bare_help(problem, &typed.expression, &wanted)
            }
            _ => problem,
        };
        self.tell(problem);
        None
    }

    /// How a value that is no yes or no becomes a condition.
    fn condition_help(&self, expression: &Expression) -> Option<String> {
        let written = self.sources.slice(expression.place);
        if written.is_empty() || written.len() > 40 || written.contains('\n') {
            return None;
        }
        Some(match &expression.of_type {
            Type::Number(unit) if unit.is_none() => format!("compare it, as in `{written} > 0`"),
            Type::Number(unit) => format!("compare it, as in `{written} > 0` or `{written} <= 5 {unit}`"),
            Type::Enumeration(id) => {
                let (member, _) = self.enumerations.get(usize::from(id.0))?.members.first()?;
                format!("compare it, as in `{written} is {member}`")
            }
            Type::Scale(id) => {
                let level = self.scales.get(usize::from(id.0))?.levels.last()?;
                format!("compare it, as in `{written} >= {}`", level.name)
            }
            Type::Text => format!("compare it, as in `{written} is \"…\"`, or ask `{written} is known`"),
            Type::Date => format!("compare it, as in `{written} >= 2025-01-31`, or ask `{written} is known`"),
            Type::Reference(_) | Type::Moment => format!("ask `{written} is known`, or compare it"),
            _ => return None,
        })
    }

    fn membership(
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
            self.expect_type(&item, &inner, "this list")?;
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
            && let (Some(least), Some(most)) = (super::records::constant(low), super::records::constant(high))
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

    fn chain(
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

    /// What a type is called in messages, with its article.
    pub(super) fn type_name(&self, of_type: &Type) -> String {
        match of_type {
            Type::YesNo => "yes or no".to_owned(),
            Type::Text => "a text".to_owned(),
            Type::Date => "a date".to_owned(),
            Type::Moment => "a moment".to_owned(),
            Type::Number(unit) if unit.is_none() => "a number".to_owned(),
            Type::Number(unit) => format!("an amount in {unit}"),
            Type::Enumeration(id) => {
                let members = self
                    .enumerations
                    .get(usize::from(id.0))
                    .map_or(&[][..], |known| &known.members);
                let mut names: Vec<&str> = members.iter().map(|(name, _)| &**name).take(4).collect();
                if members.len() > 4 {
                    names.push("…");
                }
                format!("one of {}", names.join(", "))
            }
            Type::Scale(id) => self
                .scales
                .get(usize::from(id.0))
                .map_or_else(String::new, |scale| format!("a level of `{}`", scale.name)),
            Type::Reference(id) => self
                .records
                .get(usize::from(id.0))
                .map_or_else(String::new, |record| super::a(&record.name)),
            Type::List(inner) => format!("a list (each {})", self.type_name(inner)),
        }
    }
}

/// How a date is written, where one meets a number or a text.
fn date_help(left: &Type, right: &Type) -> Option<&'static str> {
    let other = match (left, right) {
        (Type::Date, other) | (other, Type::Date) => (Type::Date, other),
        (Type::Moment, other) | (other, Type::Moment) => (Type::Moment, other),
        _ => return None,
    };
    match other {
        (Type::Date, Type::Number(_) | Type::Text) => {
            Some("a date is written as in `2025-01-31`, without quotes")
        }
        (_, Type::Number(_) | Type::Text | Type::Date | Type::Moment) => {
            Some("a moment is written as in `2025-01-31T17:00:00+01:00`, without quotes")
        }
        _ => None,
    }
}

fn empty_list(expression: &Expression) -> bool {
    matches!(&expression.kind, ExpressionKind::List(members) if members.is_empty())
}

pub(super) fn comparison(operator: OrderOperator) -> Comparison {
    match operator {
        OrderOperator::Less => Comparison::Less,
        OrderOperator::LessOrEqual => Comparison::LessOrEqual,
        OrderOperator::Greater => Comparison::Greater,
        OrderOperator::GreaterOrEqual => Comparison::GreaterOrEqual,
    }
}

/// One as a number, for weights left out.
pub(super) fn one() -> Number {
    Number::one()
}
