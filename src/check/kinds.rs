//! Which kinds of values go together: types, units, and how they are called.
//!
//! Comes in: typed expressions. Goes out: whether they can be compared, added or chosen between, or the problem that says
//! why not. It never looks at names.
//!
//! Invariant: a bare 0 fits every unit, and nothing else does.

use super::Checker;
use super::scope::Typed;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Expression, ExpressionKind, Type, Unit};
use crate::source::Place;

impl Checker<'_> {
    /// Two values that must be of one kind, made so where the language does (texts and keys, numbers and scales).
    pub(super) fn same_kind(
        &mut self,
        left: Typed,
        right: Typed,
        what: &str,
        place: Place,
    ) -> Option<(Typed, Typed)> {
        let (left, right) = match (is_text(&left), is_text(&right)) {
            (false, true) => (as_key(left), right),
            (true, false) => (left, as_key(right)),
            _ => (left, right),
        };
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

    pub(super) fn mismatch(&mut self, left: &Typed, right: &Typed, what: &str, place: Place) {
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
        } else if let Some(number) = number_beside_a_text(left, right) {
            let written = self.sources.slice(number);
            problem = problem.help(format!("a text stands in quotes: `\"{written}\"`"));
        } else if let (Type::Enumeration(_), Type::Enumeration(_)) =
            (&left.expression.of_type, &right.expression.of_type)
        {
            problem = problem.help("two enumerations can be compared if they have the same members");
        }
        self.tell(problem);
    }

    /// How a bare number gets the unit of what it meets.
    pub(super) fn bare_help(&self, problem: Diagnostic, bare: &Expression, named: &Unit) -> Diagnostic {
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
        } else if let Type::Enumeration(id) = typed.expression.of_type {
            let members = self.enumerations.get(usize::from(id.0));
            let member = members.and_then(|known| known.members.first());
            let (written, member) = (
                self.sources.slice(typed.expression.place),
                member.map(|(name, _)| name),
            );
            if let (Some(member), false) = (member, written.contains('\n')) {
                problem = problem.help(format!(
                    "give each of the values a number, in a `table` or as in `if {written} is {member} then 1 else 0`"
                ));
            }
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
            .help_if(self.help_towards(wanted, &typed.expression)),
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

    /// How a value becomes one of the type that is needed.
    fn help_towards(&self, wanted: &Type, expression: &Expression) -> Option<String> {
        match wanted {
            Type::YesNo => self.condition_help(expression),
            Type::Enumeration(id) => {
                let members = &self.enumerations.get(usize::from(id.0))?.members;
                let listed: Vec<String> = members.iter().map(|(name, _)| format!("`{name}`")).collect();
                (listed.len() <= 6).then(|| format!("the values are {}", listed.join(", ")))
            }
            Type::Number(unit) if matches!(expression.kind, ExpressionKind::Constant(_)) => {
                Some(if unit.is_none() {
                    "a number is written as in `5`, without quotes".to_owned()
                } else {
                    format!("an amount is written as in `5 {unit}`, without quotes")
                })
                .filter(|_| expression.of_type == Type::Text)
            }
            _ => None,
        }
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

/// Whether a value is a text or a list of texts, with which references are compared by their keys.
pub(super) fn is_text(typed: &Typed) -> bool {
    match &typed.expression.of_type {
        Type::List(inner) => **inner == Type::Text,
        of_type => *of_type == Type::Text,
    }
}

/// The key of a reference, or the keys of a list of them; anything else as it is.
pub(super) fn as_key(typed: Typed) -> Typed {
    let of_type = match &typed.expression.of_type {
        Type::Reference(_) => Type::Text,
        Type::List(inner) if matches!(**inner, Type::Reference(_)) => Type::List(Box::new(Type::Text)),
        _ => return typed,
    };
    let (place, part) = (typed.expression.place, typed.part());
    Typed::over(
        ExpressionKind::Key(Box::new(typed.expression)),
        of_type,
        place,
        &[part],
    )
}

/// Where a number is written down that meets a text.
fn number_beside_a_text(left: &Typed, right: &Typed) -> Option<Place> {
    let number = match (&left.expression.of_type, &right.expression.of_type) {
        (Type::Text, Type::Number(_)) => right,
        (Type::Number(_), Type::Text) => left,
        _ => return None,
    };
    matches!(number.expression.kind, ExpressionKind::Constant(_)).then_some(number.expression.place)
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

pub(super) fn empty_list(expression: &Expression) -> bool {
    matches!(&expression.kind, ExpressionKind::List(members) if members.is_empty())
}
