//! Expressions, ranges and types as they are written.
//!
//! Comes in: built by the parser. Goes out: to the checker. It never says what a name means.
//!
//! Invariant: every node knows its place.

use super::{Digits, Name, Text};
use crate::source::Place;

/// An expression.
#[derive(Debug, Clone)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Where it stands.
    pub place: Place,
}

/// What an expression is.
#[derive(Debug, Clone)]
pub enum ExpressionKind {
    /// A number with its unit.
    Number(Digits, Option<Name>),
    /// A text.
    Text(Text),
    /// `yes` or `no`
    YesNo(bool),
    /// A date.
    Date(String),
    /// A moment.
    Moment(String),
    /// `a.b.c`; the first may be `this` or `it`.
    Path(Vec<Name>),
    /// `not a`
    Not(Box<Expression>),
    /// `a and b …`
    And(Vec<Expression>),
    /// `a or b …`
    Or(Vec<Expression>),
    /// `a is b`; negated: `is not`.
    Is(Box<Expression>, Box<Expression>, bool),
    /// `a < b` and its kin.
    Order(OrderOperator, Box<Expression>, Box<Expression>),
    /// `a in …`; negated: `not in`.
    In(Box<Expression>, Box<Span>, bool),
    /// `a is known`; negated: `is missing`.
    Known(Box<Expression>, bool),
    /// A chain of `+ -` or of `* /`.
    Chain(Box<Expression>, Vec<(ChainOperator, Expression)>),
    /// `-a`
    Negate(Box<Expression>),
    /// `if a then b else c`
    If(Box<Expression>, Box<Expression>, Box<Expression>),
    /// `[a, b]`
    List(Vec<Span>),
    /// `f(…)`
    Call(Name, Vec<Argument>),
}

/// `<`, `<=`, `>`, `>=`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderOperator {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// `+`, `-`, `*`, `/`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// One value, or a range.
#[derive(Debug, Clone)]
pub enum Span {
    /// A value.
    Value(Expression),
    /// A range.
    Range(Range),
}

/// A range of expressions.
#[derive(Debug, Clone)]
pub struct Range {
    /// The low end.
    pub low: Option<Expression>,
    /// Whether the low end belongs to it.
    pub low_included: bool,
    /// The high end.
    pub high: Option<Expression>,
    /// Whether the high end belongs to it.
    pub high_included: bool,
    /// Where it stands.
    pub place: Place,
}

/// An argument of a call.
#[derive(Debug, Clone)]
pub enum Argument {
    /// `from a..b`
    From(Span),
    /// `to a..b`
    To(Span),
    /// `value for source where condition`
    Value {
        /// The value.
        value: Expression,
        /// `for …`
        source: Option<Expression>,
        /// `where …`
        condition: Option<Expression>,
    },
}

/// A type.
#[derive(Debug, Clone)]
pub struct Type {
    /// What it is.
    pub kind: TypeKind,
    /// Where it stands.
    pub place: Place,
}

/// What a type is.
#[derive(Debug, Clone)]
pub enum TypeKind {
    /// `text`
    Text,
    /// `yes/no`
    YesNo,
    /// `date`
    Date,
    /// `moment`
    Moment,
    /// `integer`, `number` or a range alone.
    Number {
        /// `integer`
        integer: bool,
        /// The range.
        interval: Option<NumberInterval>,
        /// `step …`
        step: Option<Digits>,
        /// `in UNIT`
        unit: Option<Name>,
    },
    /// `one of …`: members and titles.
    OneOf(Vec<(Name, Option<Text>)>),
    /// `list of …`
    List(Box<Type>),
    /// `ref …`
    Reference(Name),
    /// A scale's name.
    Scale(Name),
}

/// A range of numbers in a type.
#[derive(Debug, Clone)]
pub struct NumberInterval {
    /// The low end.
    pub low: Option<Digits>,
    /// Whether the low end belongs to it.
    pub low_included: bool,
    /// The high end.
    pub high: Option<Digits>,
    /// Whether the high end belongs to it.
    pub high_included: bool,
    /// Where it stands.
    pub place: Place,
}
