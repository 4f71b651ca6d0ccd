//! What can be written of each record, and of which records.
//!
//! Comes in: filled by whoever asks. Goes out: read by the plan. It never knows how a value is written.
//!
//! Invariant: an expression is one about a record of the policy's own type.

use crate::model::{CriterionId, Expression};

/// Which records are written; all by default.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Only those with one of these names as status or in the cut list; all where there is none.
    pub only: Vec<&'static str>,
    /// Only those with at least this rank, in the ranking's order.
    pub top: Option<u32>,
}

/// What is written under a name.
#[derive(Debug, Clone)]
pub enum Output {
    /// The record type's name.
    Record,
    /// The record's key.
    Id,
    /// Its status.
    Status,
    /// Its status in the cut list.
    Selection,
    /// Its rank.
    Rank,
    /// The gates that it fails.
    Failed,
    /// The exclusions that take it out.
    ExcludedBy,
    /// The total.
    Total,
    /// A criterion's value.
    Criterion(CriterionId),
    /// A field, definition or group.
    Value(Expression),
}
