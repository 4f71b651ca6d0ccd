//! Where an expression stands, and what it is once it has a type.
//!
//! Comes in: the record type at hand, and what may be read there. Goes out: [`Scope`] and [`Typed`], which every part of
//! the checker passes on. It never looks at what is written.
//!
//! Invariant: what a typed expression reads and how deep it rests on others is the union of its parts'.

use super::Reads;
use crate::model::{Expression, ExpressionKind, RecordId, Type};
use crate::source::Place;
use std::sync::Arc;

/// What is at hand where an expression stands.
#[derive(Debug, Clone)]
pub(super) struct Scope<'s> {
    /// The record type of the record at hand.
    pub record: Option<RecordId>,
    /// The type of `it`, in an aggregate over questions.
    pub it: Option<Type>,
    /// The inputs of the table whose row this is.
    pub parameters: Option<&'s [(Arc<str>, Type)]>,
    /// What may be read of the decision, and what to call the place where it may not.
    pub allowed: Allowed,
}

/// What may be read of what is being decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    /// Everything.
    All,
    /// No rank and nothing after it: gates and rank keys.
    UpToTotal(&'static str),
    /// No total and nothing after it: criteria and the score.
    UpToCriteria(&'static str),
}

/// A typed expression with what it reads.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub expression: Expression,
    pub reads: Reads,
    /// How many definitions it rests on, one behind the other.
    pub depth: usize,
    /// Whether it is a bare 0, which fits any unit.
    pub zero: bool,
}

impl Scope<'_> {
    /// Where there is no record at hand.
    pub(super) fn nothing() -> Scope<'static> {
        Scope {
            record: None,
            it: None,
            parameters: None,
            allowed: Allowed::All,
        }
    }

    /// Where a record is at hand and everything may be read.
    pub(super) fn of(record: RecordId) -> Scope<'static> {
        Scope {
            record: Some(record),
            ..Scope::nothing()
        }
    }

    pub(super) fn allowing(self, allowed: Allowed) -> Self {
        Scope { allowed, ..self }
    }
}

impl Typed {
    pub(super) fn leaf(kind: ExpressionKind, of_type: Type, place: Place) -> Typed {
        Typed {
            expression: Expression { kind, of_type, place },
            reads: Reads::default(),
            depth: 0,
            zero: false,
        }
    }

    /// An expression over others.
    pub(super) fn over(kind: ExpressionKind, of_type: Type, place: Place, parts: &[(Reads, usize)]) -> Typed {
        let reads = parts
            .iter()
            .fold(Reads::default(), |all, (reads, _)| all.and(*reads));
        let depth = parts.iter().map(|(_, depth)| *depth).max().unwrap_or(0);
        Typed {
            expression: Expression { kind, of_type, place },
            reads,
            depth,
            zero: false,
        }
    }

    pub(super) fn part(&self) -> (Reads, usize) {
        (self.reads, self.depth)
    }
}
