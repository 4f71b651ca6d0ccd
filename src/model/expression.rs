//! Typed expressions: what gates, scores and rules compute.
//!
//! Comes in: built by the checker. Goes out: evaluated by `decide`, told by `explain`. It never evaluates itself.
//!
//! Invariant: operands have the types their operator takes; `and`, `or`, sums and products are flat.

use std::sync::Arc;

use super::policy::{CriterionId, DefineId, FieldId, GroupId, TableId};
use super::{RecordId, Type, Value};
use crate::source::Place;

/// An expression with its type and its place in the policy.
#[derive(Debug, Clone)]
pub struct Expression {
    /// What it computes.
    pub kind: ExpressionKind,
    /// The type of its value.
    pub of_type: Type,
    /// Where it stands.
    pub place: Place,
}

/// What an expression computes. "The record at hand" is the one it is evaluated for.
#[derive(Debug, Clone)]
pub enum ExpressionKind {
    /// A value that is written down.
    Constant(Value),
    /// A field (or a question) of the record at hand.
    Field(FieldId),
    /// A define of the record at hand.
    Define(DefineId),
    /// A table of the record at hand, read.
    Table(TableId),
    /// Whether the record at hand is in a group.
    Group(GroupId),
    /// A criterion's value for the record at hand.
    Criterion(CriterionId),
    /// The total score of the record at hand (of its lead, where it is joint).
    Total,
    /// The rank of the record at hand (of its lead, where it is joint).
    Rank,
    /// Whether the record at hand (its lead, where it is joint) is selected.
    Selected,
    /// The record at hand itself.
    This,
    /// The record in which the record at hand stands.
    Parent,
    /// The only record of a `one record` type.
    One(RecordId),
    /// `it`: the question's value in an aggregate over a criterion's questions.
    It,
    /// An input of a table that is applied, by its index.
    Parameter(usize),
    /// `reference.value`: `value` evaluated for the record that `reference` yields.
    Follow(Box<Expression>, Box<Expression>),
    /// The key of the record that the operand yields, as a text.
    Key(Box<Expression>),
    /// `not`
    Not(Box<Expression>),
    /// `a and b and …`, two or more.
    And(Vec<Expression>),
    /// `a or b or …`, two or more.
    Or(Vec<Expression>),
    /// `a is b`, or `a is not b` where the flag is set.
    Is(Box<Expression>, Box<Expression>, bool),
    /// `<`, `<=`, `>`, `>=`
    Compare(Comparison, Box<Expression>, Box<Expression>),
    /// `a in …`, or `a not in …` where the flag is set.
    In(Box<Expression>, Set, bool),
    /// `is known`, or `is missing` where the flag is set.
    Known(Box<Expression>, bool),
    /// A chain of `+` and `-`, or of `*` and `/`: the first operand, then each operator with its operand.
    Arithmetic(Box<Expression>, Vec<(Arithmetic, Expression)>),
    /// `-a`
    Negate(Box<Expression>),
    /// `if condition then a else b`
    If(Box<Expression>, Box<Expression>, Box<Expression>),
    /// `[a, b]`
    List(Vec<Expression>),
    /// A function of its arguments.
    Call(Function, Vec<Expression>),
    /// A typed table applied to arguments.
    Apply(TableId, Vec<Expression>),
    /// A value over many records or questions.
    Aggregate(Box<Aggregate>),
}

/// An aggregate: `sum(p50 for deliverables where C)`.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// What is computed.
    pub function: AggregateFunction,
    /// Over what.
    pub source: Source,
    /// The value (for `any` and `every` the condition) for each item; `None` for `count`.
    pub item: Option<Expression>,
    /// The `where` condition for each item.
    pub condition: Option<Expression>,
    /// For a source of all records of a type: the number of this aggregate among those, as its value is the same
    /// whatever the record at hand, and is computed once.
    pub constant: Option<usize>,
}

/// What an aggregate goes over.
#[derive(Debug, Clone)]
pub enum Source {
    /// The children of one type of the record that the expression yields (mostly the record at hand).
    Children(Expression, RecordId),
    /// The records of a list of references.
    References(Expression),
    /// All records of a type.
    All(RecordId),
    /// The questions of a criterion, for the record at hand; each is `it`.
    Questions(CriterionId),
}

/// What an aggregate computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AggregateFunction {
    /// How many.
    Count,
    /// The sum; 0 of none.
    Sum,
    /// The mean; unknown of none.
    Mean,
    /// The least; unknown of none.
    Least,
    /// The greatest; unknown of none.
    Greatest,
    /// Whether the condition holds for one at least; no of none.
    Any,
    /// Whether the condition holds for all; yes of none.
    Every,
}

/// An order test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// An operator of a sum or a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// The right side of `in`.
#[derive(Debug, Clone)]
pub enum Set {
    /// A range.
    Range(Box<Interval<Expression>>),
    /// A list written down; each member is a value or a range.
    Members(Vec<SetMember>),
    /// An expression that yields a list.
    List(Box<Expression>),
}

/// A member of a list on the right side of `in`.
#[derive(Debug, Clone)]
pub enum SetMember {
    /// One value.
    Value(Expression),
    /// A range of values.
    Range(Interval<Expression>),
}

/// From a low to a high end, each of which may be open (`None`) or left out of the interval (`false`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval<T> {
    /// The low end and whether it belongs to the interval.
    pub low: Option<(T, bool)>,
    /// The high end and whether it belongs to the interval.
    pub high: Option<(T, bool)>,
}

impl<T: Ord> Interval<T> {
    /// Whether a value lies in it.
    pub fn contains(&self, value: &T) -> bool {
        let above = self
            .low
            .as_ref()
            .is_none_or(|(low, included)| value > low || (*included && value == low));
        let below = self
            .high
            .as_ref()
            .is_none_or(|(high, included)| value < high || (*included && value == high));
        above && below
    }
}

/// A function of values. The table of all of them, with their signatures, is [`Function::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// The least of two or more.
    Min,
    /// The greatest of two or more.
    Max,
    /// Without its sign.
    Abs,
    /// To a number of decimals, halves away from zero.
    Round,
    /// The whole number below.
    Floor,
    /// The whole number above.
    Ceiling,
    /// Days from the first date to the second.
    DaysBetween,
    /// Whole calendar years from the first date to the second.
    YearsBetween,
    /// The first if it is known, else the second.
    KnownOr,
    /// Linear from one range to another, clamped; arguments: x, from-low, from-high, to-low, to-high.
    Rescale,
    /// Whether a list holds a value, or a text another text.
    Contains,
}

impl Function {
    /// The most decimals that `round` keeps; below zero, the most digits that it takes off.
    pub const MOST_PLACES: i64 = 1_000;

    /// Every function with its name, how it is called, and what it gives: one table for checker, evaluator and manual.
    pub const ALL: &'static [(Function, &'static str, &'static str, &'static str)] = &[
        (
            Function::Min,
            "min",
            "min(a, b, …)",
            "the least of two or more values",
        ),
        (
            Function::Max,
            "max",
            "max(a, b, …)",
            "the greatest of two or more values",
        ),
        (Function::Abs, "abs", "abs(x)", "x without its sign"),
        (
            Function::Round,
            "round",
            "round(x, places)",
            "x to a number of decimals, halves away from zero",
        ),
        (
            Function::Floor,
            "floor",
            "floor(x)",
            "the greatest whole number that is not above x",
        ),
        (
            Function::Ceiling,
            "ceiling",
            "ceiling(x)",
            "the least whole number that is not below x",
        ),
        (
            Function::DaysBetween,
            "days-between",
            "days-between(from, to)",
            "days from one date to another",
        ),
        (
            Function::YearsBetween,
            "years-between",
            "years-between(from, to)",
            "whole calendar years between two dates",
        ),
        (
            Function::KnownOr,
            "known-or",
            "known-or(x, y)",
            "x if it is known, else y",
        ),
        (
            Function::Rescale,
            "rescale",
            "rescale(x, from a..b, to c..d)",
            "x moved linearly from one range to another, clamped",
        ),
        (
            Function::Contains,
            "contains",
            "contains(list-or-text, x)",
            "whether a list holds x, or a text the text x",
        ),
    ];

    /// The function of a name.
    pub fn named(name: &str) -> Option<Function> {
        Function::ALL
            .iter()
            .find(|(_, known, _, _)| *known == name)
            .map(|(function, ..)| *function)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Function::ALL
            .iter()
            .find(|(function, ..)| *function == self)
            .map_or("", |(_, name, _, _)| name)
    }

    /// How it is called.
    pub fn signature(self) -> &'static str {
        Function::ALL
            .iter()
            .find(|(function, ..)| *function == self)
            .map_or("", |(_, _, signature, _)| signature)
    }
}

/// A text that is shown, with the values that it tells.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its parts, in order.
    pub parts: Vec<TemplatePart>,
    /// Where it stands.
    pub place: Place,
}

/// A part of a text that is shown.
#[derive(Debug, Clone)]
pub enum TemplatePart {
    /// As written.
    Literal(Arc<str>),
    /// The value of an expression for the record at hand.
    Value(Expression),
}
