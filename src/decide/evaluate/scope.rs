//! What names in an expression stand for while it is evaluated.
//!
//! Comes in: a record, and inside aggregates and applied tables a question or inputs. Goes out: the same, for the parts of
//! the expression. It never holds a value of its own.
//!
//! Invariant: going over to another record leaves the question and the inputs as they are.

use crate::model::{FieldId, Reference, Value};

/// The record at hand, and what else an expression may speak of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'e> {
    /// The record at hand.
    pub(super) record: Reference,
    /// The question that is `it`.
    pub(super) it: Option<(Reference, FieldId)>,
    /// The application of a table that gives the parameters.
    pub(super) call: Option<&'e Call>,
}

/// An application of a table.
#[derive(Debug)]
pub(super) struct Call {
    /// The inputs.
    pub(super) inputs: Vec<Option<Value>>,
    /// Its number among all applications.
    pub(super) number: u64,
}

impl<'e> Scope<'e> {
    /// Of a record alone.
    pub(super) fn of(record: Reference) -> Scope<'e> {
        Scope {
            record,
            it: None,
            call: None,
        }
    }

    /// The same of another record.
    pub(super) fn at(self, record: Reference) -> Scope<'e> {
        Scope { record, ..self }
    }
}
