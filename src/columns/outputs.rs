//! What can be written of each record.
//!
//! Comes in: filled by whoever asks. Goes out: read by the plan. It never knows how a value is written.
//!
//! Invariant: an expression is one about a record of the policy's own type.

use crate::model::{CriterionId, Expression};

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
