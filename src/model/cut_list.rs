//! The cut list: who takes part, in which order, and within which limits.
//!
//! Comes in: built by the checker. Goes out: read by the cut list's stage. It never orders anything.
//!
//! Invariant: groups are yes/no values of the cut list's record, and limits are in the unit of what they count.

use super::expression::Expression;
use super::policy::{FieldId, Ground};
use super::rules::Rank;
use super::types::RecordId;
use crate::source::Place;
use std::sync::Arc;

/// What is kept, and what is given up first.
#[derive(Debug, Clone)]
pub struct CutList {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// The record type it orders.
    pub record: RecordId,
    /// `of RECORD where …`: which take part.
    pub condition: Option<Expression>,
    /// `may cut` and `protect` clauses, as written.
    pub membership: Vec<Membership>,
    /// Binding ordering rules and `prefer`, as written.
    pub rules: Vec<OrderRule>,
    /// `otherwise by`; best rank where left out.
    pub otherwise_by: Option<Rank>,
    /// The limits, as written.
    pub limits: Vec<Limit>,
    /// `take what fits`
    pub take_what_fits: Option<TakeWhatFits>,
    /// The fields, defines and tables of `show`.
    pub show: Vec<(Arc<str>, Expression)>,
    /// Where it stands.
    pub place: Place,
}

/// `take what fits`: what does not fit closes nothing.
#[derive(Debug, Clone)]
pub struct TakeWhatFits {
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// A clause about the records of the cut list.
#[derive(Debug, Clone)]
pub struct Membership {
    /// `protect` rather than `may cut`.
    pub protects: bool,
    /// Its groups by name, or the one condition of `where` without a name.
    pub members: Vec<(Option<Arc<str>>, Expression)>,
    /// As formatted, without its ground.
    pub text: Arc<str>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// A rule about the order of the cut list.
#[derive(Debug, Clone)]
pub struct OrderRule {
    /// What it says.
    pub kind: OrderRuleKind,
    /// As formatted, without its ground.
    pub text: Arc<str>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// What a rule about the order says. Members are conditions on the cut list's record, with their names.
#[derive(Debug, Clone)]
pub enum OrderRuleKind {
    /// `place A after B within E`
    Place(GroupRef, GroupRef, Option<Expression>),
    /// `prefer A after B within E`: yields to all others.
    Prefer(GroupRef, GroupRef, Option<Expression>),
    /// `cut first A then B`
    CutFirst(Vec<GroupRef>),
    /// `keep first A then B`
    KeepFirst(Vec<GroupRef>),
    /// `all or nothing A within E`
    AllOrNothing(Option<GroupRef>, Option<Expression>),
    /// `needs FIELD`
    Needs(FieldId),
}

/// A group used by a rule: its name and its condition.
#[derive(Debug, Clone)]
pub struct GroupRef {
    /// Its name.
    pub name: Arc<str>,
    /// Which records are in it.
    pub condition: Expression,
}

/// `at most …`, `at least …`
#[derive(Debug, Clone)]
pub struct Limit {
    /// `at least` rather than `at most`.
    pub at_least: bool,
    /// The amount.
    pub amount: Expression,
    /// What is counted of each record; the record itself if left out.
    pub of: Option<Expression>,
    /// The class it counts in.
    pub per: Option<Expression>,
    /// Which are counted.
    pub condition: Option<Expression>,
    /// As formatted, without its ground.
    pub text: Arc<str>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}
