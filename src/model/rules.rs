//! Rules: gates, criteria, the score, the rank, joint, exclusions, premises.
//!
//! Comes in: built by the checker. Goes out: read by the stages of deciding. It never says in which order they run.
//!
//! Invariant: conditions are yes/no, and scores numbers.

use super::Number;
use super::expression::{Expression, Template};
use super::policy::{FieldId, Ground};
use super::types::RecordId;
use crate::source::Place;
use std::sync::Arc;

/// An entry criterion.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Where it applies; everywhere if left out.
    pub when: Option<Expression>,
    /// What it asks.
    pub require: Expression,
    /// What is said of one that fails.
    pub otherwise: Option<Template>,
    /// What happens instead: the first that holds.
    pub instead: Vec<Instead>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// What happens to a record that is not taken.
#[derive(Debug, Clone)]
pub struct Instead {
    /// What is said.
    pub text: Template,
    /// The record that takes it up.
    pub to: Option<Expression>,
    /// When it holds.
    pub when: Option<Expression>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// A weighted criterion.
#[derive(Debug, Clone)]
pub struct Criterion {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Its weight (25 % is 1/4).
    pub weight: Number,
    /// Whether the weight was written as a percentage.
    pub percentage: bool,
    /// Why it weighs so much.
    pub weight_ground: Ground,
    /// How it gets its value.
    pub body: CriterionBody,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// How a criterion gets its value.
#[derive(Debug, Clone)]
pub enum CriterionBody {
    /// From its questions, with their weights (1 each, but for a weighted mean).
    Questions(Aggregation, Vec<(FieldId, Number)>),
    /// `value EXPR`
    Value(Expression),
}

/// How a criterion sums up its questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregation {
    /// `mean of`
    Mean,
    /// `sum of`
    Sum,
    /// `least of`
    Least,
    /// `greatest of`
    Greatest,
    /// `weighted mean of`
    WeightedMean,
}

/// `score total = …`
#[derive(Debug, Clone)]
pub struct Score {
    /// Its title.
    pub title: Option<Arc<str>>,
    /// What it computes.
    pub value: Expression,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// `rank by …`, or a cut list's `otherwise by …`.
#[derive(Debug, Clone)]
pub struct Rank {
    /// The keys, first things first.
    pub keys: Vec<RankKey>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// A key to order by.
#[derive(Debug, Clone)]
pub struct RankKey {
    /// Whether greater values stand first (`highest`, `latest`, `last`).
    pub descending: bool,
    /// The value.
    pub value: Expression,
    /// As written: `highest benefit.patient`.
    pub text: Arc<str>,
    /// The value as written: `benefit.patient`.
    pub name: Arc<str>,
}

/// `joint FIELD`
#[derive(Debug, Clone)]
pub struct Joint {
    /// The field: a reference to the policy's own record type.
    pub field: FieldId,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// A rule that takes out what has been ranked, or records of another type.
#[derive(Debug, Clone)]
pub struct Exclusion {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// The record type it takes from.
    pub record: RecordId,
    /// When it takes a record out.
    pub when: Expression,
    /// What is said of one taken out.
    pub then: Option<Template>,
    /// What happens instead: the first that holds.
    pub instead: Vec<Instead>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// Something that decisions rest on and the policy cannot check.
#[derive(Debug, Clone)]
pub struct Premise {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// The record type whose decisions rest on it.
    pub record: RecordId,
    /// Which of them; all if left out.
    pub condition: Option<Expression>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}
