//! Values with a name: defines, tables, groups.
//!
//! Comes in: built by the checker. Goes out: read by the evaluator. It never rests on itself: the checker has seen to it.
//!
//! Invariant: a table's rows have a cell for each column.

use super::expression::{Expression, Interval};
use super::policy::Ground;
use super::records::Bounds;
use super::types::{RecordId, Type};
use super::value::Value;
use crate::source::Place;
use std::sync::Arc;

/// A named value of a record.
#[derive(Debug, Clone)]
pub struct Define {
    /// Its name.
    pub name: Arc<str>,
    /// Its title; what has one comes out in the decision.
    pub title: Option<Arc<str>>,
    /// The record type it belongs to.
    pub record: RecordId,
    /// The type of its value.
    pub of_type: Type,
    /// What its numbers must keep to, where it declares a type.
    pub bounds: Bounds,
    /// What it computes.
    pub body: DefineBody,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// How a define gets its value.
#[derive(Debug, Clone)]
pub enum DefineBody {
    /// By an expression.
    Value(Expression),
    /// By the first case that holds.
    Cases(Vec<Case>),
}

/// A case of a define.
#[derive(Debug, Clone)]
pub struct Case {
    /// The value.
    pub value: Expression,
    /// When it holds; `None` for `otherwise`.
    pub when: Option<Expression>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// A decision table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: Arc<str>,
    /// Its title; what has one comes out in the decision.
    pub title: Option<Arc<str>>,
    /// The record type it belongs to.
    pub record: RecordId,
    /// Its inputs. A table whose inputs have types of their own is applied (`clb(a, b)`), any other is read by name.
    pub columns: Vec<Column>,
    /// Whether it is applied.
    pub applied: bool,
    /// The type of its value.
    pub of_type: Type,
    /// Its rows.
    pub rows: Vec<Row>,
    /// `otherwise -> …`
    pub otherwise: Option<Row>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// An input of a table.
#[derive(Debug, Clone)]
pub struct Column {
    /// As written (an applied table's: the parameter's name).
    pub name: Arc<str>,
    /// The value that is looked up; `None` for an applied table.
    pub value: Option<Expression>,
    /// Its type.
    pub of_type: Type,
    /// The values that can occur.
    pub bounds: Bounds,
    /// Where it stands.
    pub place: Place,
}

/// A row of a table.
#[derive(Debug, Clone)]
pub struct Row {
    /// One cell per column; empty for `otherwise`.
    pub cells: Vec<Cell>,
    /// The value.
    pub value: Expression,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// A cell of a table.
#[derive(Debug, Clone)]
pub enum Cell {
    /// `any`
    Any,
    /// Any of these values or ranges.
    Among(Vec<Interval<Value>>),
}

/// A named set of records.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// The record type it belongs to.
    pub record: RecordId,
    /// Which are in it.
    pub condition: Expression,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}
