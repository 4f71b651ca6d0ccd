//! Values: what a field holds and an expression yields.
//!
//! Comes in: data and constants. Goes out: values to compare. It never knows what a value is called: names and titles
//! are in the policy.
//!
//! Invariant: *unknown* is no value; where one may be unknown it is an `Option<Value>`.

use std::sync::Arc;

use jiff::civil::Date;

use super::{Moment, Number, RecordId};

/// One record of the data: its type and its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The record type.
    pub record: RecordId,
    /// The row in that type's table, from 0.
    pub row: u32,
}

/// A known value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// yes or no
    YesNo(bool),
    /// A number, or a value of a numbered scale.
    Number(Number),
    /// A text.
    Text(Arc<str>),
    /// A date.
    Date(Date),
    /// A moment.
    Moment(Moment),
    /// A member of an enumeration: its index in the declaration.
    Member(u16),
    /// A level of a scale without numbers: its index in the declaration, which is its order.
    Level(u16),
    /// Another record.
    Reference(Reference),
    /// A list.
    List(Arc<[Value]>),
}

impl Value {
    /// yes or no, where it is one of them.
    pub fn as_yes_no(&self) -> Option<bool> {
        if let Value::YesNo(value) = self {
            Some(*value)
        } else {
            None
        }
    }

    /// The number, where it is one.
    pub fn as_number(&self) -> Option<&Number> {
        if let Value::Number(value) = self {
            Some(value)
        } else {
            None
        }
    }

    /// The record, where it is one.
    pub fn as_reference(&self) -> Option<Reference> {
        if let Value::Reference(value) = self {
            Some(*value)
        } else {
            None
        }
    }
}
