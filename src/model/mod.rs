//! What a checked policy is: names resolved, types known, no error in it.
//!
//! Comes in: nothing by itself; the checker builds it. Goes out: [`Policy`] and everything in it, for deciding and
//! explaining. It never knows source syntax, files or the clock.
//!
//! Invariant: every id points into the policy it came from, and every expression has the type it states.

pub mod expression;
pub mod items;
pub mod number;
pub mod regions;
pub mod show;
pub mod tables;
pub mod types;
pub mod value;

pub use expression::{
    AggregateFunction, Arithmetic, Comparison, Expression, ExpressionKind, Function, Interval, Set, Source,
    Template, TemplatePart,
};
pub use items::*;
pub use number::Number;
pub use types::{EnumerationId, RecordId, ScaleId, Type, Unit};
pub use value::{Reference, Value};
