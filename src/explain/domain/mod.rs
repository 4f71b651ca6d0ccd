//! What a fact may be: the values that can make a difference to a decision, nearest first.
//!
//! Comes in: a case and one of its facts. Goes out: a [`Domain`]. It never tries a value.
//!
//! Finite domains are gone through one by one. Numbers, days and texts without end are cut into pieces at what they are
//! compared with, and each piece is stood for by its value nearest to the one at hand.
//!
//! Invariant: every value keeps to its field's declared type, range and step, and none is the one at hand.

mod cuts;
mod extent;
mod numbers;
mod pieces;

use super::Case;
use crate::model::{FieldId, Interval, Number, Reference, Type, Value};
use cuts::Cuts;
pub(super) use extent::Extent;
pub(super) use numbers::{distance_of, on_step, step};
pub use pieces::Piece;
pub(super) use pieces::told;

/// A text that stands for any that no rule names.
pub const ANY_TEXT: &str = "…";

/// The most values of a number that are gone through one by one, and the most records that a reference may name.
const MOST_VALUES: usize = 64;
/// The most members of a list whose every selection is gone through.
const MOST_MEMBERS: usize = 5;

/// A value that a fact may have.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// The value.
    pub(super) value: Value,
    /// How far it is from the value at hand.
    pub(super) distance: Number,
    /// The numbers or days it stands for, where it stands for more than itself.
    pub(super) piece: Option<Interval<Value>>,
    /// Whether a value between it and the one at hand may do as well.
    pub(super) rough: bool,
}

/// The values that a fact may have.
#[derive(Debug, Clone)]
pub(super) struct Domain {
    /// The record.
    pub(super) record: Reference,
    /// The field.
    pub(super) field: FieldId,
    /// The values, nearest first.
    pub(super) candidates: Vec<Candidate>,
    /// Whether every value comes out as one of them does.
    pub(super) exact: bool,
}

impl Domain {
    /// The values that a fact may have besides the one it has.
    pub(super) fn of(case: Case<'_>, record: Reference, field: FieldId) -> Domain {
        let declared = case.policy.field(record.record, field);
        let now = case.records.fact(record, field).value.as_ref();
        let (mut candidates, exact) = match &declared.of_type {
            Type::List(inner) => lists(case, record, field, inner, now),
            Type::Number(_) => {
                let cuts = Cuts::of(case, record, field);
                numbers::candidates(case, record, field, &cuts)
            }
            Type::Date => days(case, record, field),
            Type::Text | Type::Moment => open(case, record, field),
            of_type => {
                let (values, exact) = finite(case, of_type);
                (stepped(values, now), exact)
            }
        };
        candidates.retain(|candidate| Some(&candidate.value) != now);
        candidates.sort_by(|one, other| {
            let by_distance = one.distance.cmp(&other.distance);
            by_distance.then_with(|| one.value.cmp(&other.value))
        });
        Domain {
            record,
            field,
            candidates,
            exact,
        }
    }
}

/// All values of a type without too many, in order, and whether these are all.
fn finite(case: Case<'_>, of_type: &Type) -> (Vec<Value>, bool) {
    if let Type::Reference(id) = of_type {
        let all = case.records.table(*id).places.len();
        let some = case.records.all(*id).take(MOST_VALUES);
        return (some.map(Value::Reference).collect(), all <= MOST_VALUES);
    }
    let listed = Extent::listed(case.policy, of_type);
    let is_listed = listed.is_some();
    (listed.unwrap_or_default(), is_listed)
}

/// Values in their order, each as far from the one at hand as it has steps to it; what has no order is one step away.
fn stepped(values: Vec<Value>, now: Option<&Value>) -> Vec<Candidate> {
    // A number between two levels lies next to both.
    let at = now.map(|now| values.partition_point(|value| value < now));
    let between = now.is_some_and(|now| !values.contains(now));
    let steps = |index: usize, value: &Value| match (value, at) {
        (Value::Number(_) | Value::Level(_), Some(at)) => {
            let steps = index.abs_diff(at);
            steps + usize::from(between && index >= at)
        }
        _ => 1,
    };
    let candidate = |(index, value): (usize, Value)| Candidate {
        distance: count(steps(index, &value)),
        value,
        piece: None,
        rough: false,
    };
    values.into_iter().enumerate().map(candidate).collect()
}

/// Days: one for each piece between those they are compared with.
fn days(case: Case<'_>, record: Reference, field: FieldId) -> (Vec<Candidate>, bool) {
    const YEAR: i64 = 365;
    let cuts = Cuts::of(case, record, field);
    if cuts.values.is_empty() {
        return open(case, record, field);
    }
    let now = case.records.fact(record, field).value.as_ref();
    let far = |to: &Value| match (now, to) {
        (Some(Value::Date(now)), Value::Date(to)) => {
            let days = now.until(*to).ok()?.get_days();
            Number::fraction(i64::from(days).abs(), YEAR)
        }
        _ => None,
    };
    let candidate = |piece: Interval<Value>| {
        let value = pieces::day_inside(&piece, now)?;
        Some(Candidate {
            distance: far(&value).unwrap_or_else(Number::one),
            value,
            piece: Some(piece),
            rough: false,
        })
    };
    let found = pieces::between(&cuts.values).into_iter().filter_map(candidate);
    (found.collect(), cuts.exact)
}

/// Texts and moments: what they are compared with, and something else.
fn open(case: Case<'_>, record: Reference, field: FieldId) -> (Vec<Candidate>, bool) {
    let cuts = Cuts::of(case, record, field);
    let now = case.records.fact(record, field).value.as_ref();
    let mut values = cuts.values.clone();
    let mut exact = cuts.exact;
    match &case.policy.field(record.record, field).of_type {
        Type::Text => {
            // Of the texts that no rule names, the one at hand stands for all.
            if now.is_none_or(|now| cuts.values.contains(now)) {
                values.push(Value::Text(ANY_TEXT.into()));
            }
        }
        _ => exact &= cuts.values.is_empty(),
    }
    // Where nothing says which values matter, those of other records are tried; one, where it matters only that one is known.
    if values.is_empty() && !(exact && now.is_some()) {
        let column = case.records.table(record.record).columns.get(field.index());
        let known = column.into_iter().flatten().filter_map(|fact| fact.value.clone());
        values.extend(known.take(if exact { 1 } else { MOST_VALUES }));
        exact &= !values.is_empty();
    }
    values.sort();
    values.dedup();
    let candidate = |value| Candidate {
        value,
        distance: Number::one(),
        piece: None,
        rough: false,
    };
    (values.into_iter().map(candidate).collect(), exact)
}

/// Lists: every selection of few members; of many, one more, one less, and none.
fn lists(
    case: Case<'_>,
    record: Reference,
    field: FieldId,
    inner: &Type,
    now: Option<&Value>,
) -> (Vec<Candidate>, bool) {
    let held: Vec<Value> = match now {
        Some(Value::List(members)) => members.to_vec(),
        _ => Vec::new(),
    };
    let (mut members, mut exact) = finite(case, inner);
    if members.is_empty() {
        members = Cuts::of(case, record, field).values;
        exact = false;
    }
    members.extend(held.iter().cloned());
    members.sort();
    members.dedup();
    let mut selections: Vec<Vec<Value>> = Vec::new();
    if members.len() <= MOST_MEMBERS {
        for chosen in 0..(1_u32 << members.len()) {
            let selection = members.iter().enumerate();
            let selection = selection.filter(|(index, _)| chosen & (1 << index) != 0);
            selections.push(selection.map(|(_, member)| member.clone()).collect());
        }
    } else {
        exact = false;
        selections.push(Vec::new());
        for member in &members {
            let mut other: Vec<Value> = held.iter().filter(|known| *known != member).cloned().collect();
            if other.len() == held.len() {
                other.push(member.clone());
            }
            selections.push(other);
        }
    }
    selections.sort();
    selections.dedup();
    // Members that are there already stay in the order in which they stand.
    let ordered = |selection: Vec<Value>| {
        let kept = held.iter().filter(|member| selection.contains(member));
        let new = selection.iter().filter(|member| !held.contains(member));
        kept.chain(new).cloned().collect::<Vec<Value>>()
    };
    let candidate = |selection: Vec<Value>| {
        let gone = held.iter().filter(|member| !selection.contains(member)).count();
        let new = selection.iter().filter(|member| !held.contains(member)).count();
        Candidate {
            value: Value::List(ordered(selection).into()),
            distance: count((gone + new).max(1)),
            piece: None,
            rough: false,
        }
    };
    (selections.into_iter().map(candidate).collect(), exact)
}

fn count(count: usize) -> Number {
    Number::from_integer(i64::try_from(count).unwrap_or(i64::MAX))
}
