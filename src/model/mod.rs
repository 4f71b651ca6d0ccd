//! What a checked policy is: names resolved, types known, no error in it.
//!
//! Comes in: nothing by itself; the checker builds it. Goes out: [`Policy`] and everything in it, for deciding and
//! explaining. It never knows source syntax, files or the clock.
//!
//! Invariant: every id points into the policy it came from, and every expression has the type it states.

pub mod cut_list;
pub mod days;
pub mod definitions;
pub mod expression;
pub mod moment;
pub mod number;
pub mod policy;
pub mod records;
pub mod regions;
pub mod rules;
pub mod show;
pub mod tables;
pub mod types;
pub mod value;
pub mod visit;

pub use cut_list::{CutList, GroupRef, Limit, Membership, OrderRule, OrderRuleKind, TakeWhatFits};
pub use definitions::{Case, Cell, Column, Define, DefineBody, Group, Row, Table};
pub use expression::{
    AggregateFunction, Arithmetic, Comparison, Expression, ExpressionKind, Function, Interval, Set, Source,
    Template, TemplatePart,
};
pub use moment::{Moment, NotAMoment};
pub use number::Number;
pub use policy::{Allow, CriterionId, DefineId, FieldId, Ground, GroupId, Language, Policy, TableId};
pub use records::{Bounds, Enumeration, Field, Level, Record, Scale};
pub use rules::{
    Aggregation, Criterion, CriterionBody, Exclusion, Gate, Instead, Joint, Premise, Rank, RankKey, Score,
};
pub use types::{EnumerationId, RecordId, ScaleId, Type, Unit};
pub use value::{Reference, Value};
