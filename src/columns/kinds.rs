//! What the columns of a table hold, where a table says so.
//!
//! Comes in: types and bounds of a checked policy. Goes out: a [`Kind`] for each column. It never looks at data.
//!
//! Invariant: a kind rests on what is declared, so tables of one policy have the same columns, whatever is in them.

#[cfg(feature = "parquet")]
use super::outputs::Output;
#[cfg(feature = "parquet")]
use crate::model::ExpressionKind;
use crate::model::{Bounds, Policy, Type};

/// What a column holds; each of its cells may also be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Texts, names and keys.
    Text,
    /// Ranks and places.
    Count,
    /// Whole numbers, declared as such.
    Integer,
    /// Other numbers.
    Decimal,
    /// Yes and no.
    YesNo,
    /// Days.
    Day,
    /// Points in time.
    Moment,
    /// Several of a kind; never lists again.
    List(Box<Kind>),
}

impl Kind {
    /// What values of a type are that keep to some bounds.
    pub fn of_type(of_type: &Type, bounds: Option<&Bounds>, policy: &Policy) -> Kind {
        match of_type {
            Type::Number(_) if bounds.is_some_and(|bounds| bounds.integer) => Kind::Integer,
            Type::Number(_) => Kind::Decimal,
            Type::Scale(id) if policy.scale(*id).numbered => Kind::Decimal,
            Type::YesNo => Kind::YesNo,
            Type::Date => Kind::Day,
            Type::Moment => Kind::Moment,
            Type::Text | Type::Enumeration(_) | Type::Scale(_) | Type::Reference(_) => Kind::Text,
            Type::List(inner) => match Kind::of_type(inner, bounds, policy) {
                Kind::List(_) => Kind::List(Box::new(Kind::Text)),
                plain => Kind::List(Box::new(plain)),
            },
        }
    }

    /// Several names.
    pub fn names() -> Kind {
        Kind::List(Box::new(Kind::Text))
    }

    /// What holds both.
    #[must_use]
    pub fn or(self, other: Kind) -> Kind {
        match (self, other) {
            (one, other) if one == other => one,
            (Kind::Integer | Kind::Decimal, Kind::Integer | Kind::Decimal) => Kind::Decimal,
            _ => Kind::Text,
        }
    }

    /// What an output of the policy's own records is.
    #[cfg(feature = "parquet")]
    pub(super) fn of(policy: &Policy, output: &Output) -> Kind {
        match output {
            Output::Record | Output::Id | Output::Status | Output::Selection => Kind::Text,
            Output::Rank => Kind::Count,
            Output::Failed | Output::ExcludedBy => Kind::names(),
            Output::Total | Output::Criterion(_) => Kind::Decimal,
            Output::Value(value) => {
                let bounds = match &value.kind {
                    ExpressionKind::Field(id) => Some(&policy.field(policy.record, *id).bounds),
                    ExpressionKind::Define(id) => Some(&policy.define(*id).bounds),
                    _ => None,
                };
                Kind::of_type(&value.of_type, bounds, policy)
            }
        }
    }
}
