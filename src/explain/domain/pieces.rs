//! Values told together: *2 to 4*, *20 or more*, *before 1 July*.
//!
//! Comes in: values of a domain. Goes out: [`Piece`]s, neighbours in one. It never tells a value that was not tried, or that
//! does not come out as one that was.
//!
//! Invariant: what a piece tells comes out as the value that stands for it.

use super::numbers::on_step;
use super::{Case, Domain};
use crate::model::{Bounds, Interval, Number, Type, Value};

/// A value, or all values from one to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// One value; a text of `…` stands for any that no rule names.
    Value(Value),
    /// All numbers or days of a range; an end that is left out is as far as they go.
    Range(Interval<Value>),
}

/// A stretch of values, and how many single ones it was put together from.
struct Stretch {
    range: Interval<Value>,
    single: usize,
}

/// The cuts and what lies between them, upwards.
pub(super) fn between(cuts: &[Value]) -> Vec<Interval<Value>> {
    let mut pieces = Vec::new();
    let mut low: Option<(Value, bool)> = None;
    for cut in cuts {
        pieces.push(Interval {
            low: low.take(),
            high: Some((cut.clone(), false)),
        });
        pieces.push(single(cut));
        low = Some((cut.clone(), false));
    }
    pieces.push(Interval { low, high: None });
    pieces
}

fn single(value: &Value) -> Interval<Value> {
    Interval {
        low: Some((value.clone(), true)),
        high: Some((value.clone(), true)),
    }
}

/// Some values of a domain as they are told.
pub(in crate::explain) fn told(case: Case<'_>, domain: &Domain, values: &[Value]) -> Vec<Piece> {
    let declared = case.policy.field(domain.record.record, domain.field);
    if !matches!(declared.of_type, Type::Number(_) | Type::Date) {
        return values.iter().cloned().map(Piece::Value).collect();
    }
    // From a value that is known the nearest of a piece is meant; from none, all of it.
    let whole = domain.exact && case.records.fact(domain.record, domain.field).value.is_none();
    let mut values: Vec<&Value> = values.iter().collect();
    values.sort();
    let mut stretches: Vec<Stretch> = Vec::new();
    for value in values {
        let candidate = domain
            .candidates
            .iter()
            .find(|candidate| candidate.value == *value);
        let piece = candidate
            .and_then(|candidate| candidate.piece.clone())
            .filter(|_| whole);
        let range = closed(piece.unwrap_or_else(|| single(value)), &declared.bounds);
        let is_single = range.low.is_some() && range.low == range.high;
        match stretches.last_mut() {
            Some(last) if follows(&last.range, &range, &declared.bounds) => {
                last.range.high = range.high;
                last.single = if is_single && last.single > 0 {
                    last.single + 1
                } else {
                    0
                };
            }
            _ => stretches.push(Stretch {
                range,
                single: usize::from(is_single),
            }),
        }
    }
    stretches.into_iter().flat_map(pieces).collect()
}

/// Of one value or two they are told themselves; of more, from the first to the last.
fn pieces(stretch: Stretch) -> Vec<Piece> {
    let Interval { low, high } = &stretch.range;
    match (low, high, stretch.single) {
        (Some((low, _)), _, 1) => vec![Piece::Value(low.clone())],
        (Some((low, _)), Some((high, _)), 2) => [low, high].map(|end| Piece::Value(end.clone())).to_vec(),
        _ => vec![Piece::Range(stretch.range)],
    }
}

/// A piece of whole numbers, steps or days with its first and last value as its ends.
fn closed(piece: Interval<Value>, bounds: &Bounds) -> Interval<Value> {
    let end = |end: Option<(Value, bool)>, up: bool| {
        let (value, included) = end?;
        let inner = if included { None } else { next(&value, bounds, up) };
        Some(match inner {
            Some(inner) => (inner, true),
            None => (value, included),
        })
    };
    Interval {
        low: end(piece.low, true),
        high: end(piece.high, false),
    }
}

/// Whether one stretch begins where another one ends, with nothing between them.
fn follows(one: &Interval<Value>, other: &Interval<Value>, bounds: &Bounds) -> bool {
    let (Some((end, ends)), Some((start, starts))) = (&one.high, &other.low) else {
        return false;
    };
    if end == start {
        return *ends || *starts;
    }
    *ends && *starts && next(end, bounds, true).as_ref() == Some(start)
}

/// The value after another one, or before it, where there is one.
fn next(value: &Value, bounds: &Bounds, up: bool) -> Option<Value> {
    match value {
        Value::Date(day) if up => day.tomorrow().ok().map(Value::Date),
        Value::Date(day) => day.yesterday().ok().map(Value::Date),
        Value::Number(number) => {
            let step = match (&bounds.step, bounds.integer) {
                (Some(step), _) => step.clone(),
                (None, true) => Number::one(),
                (None, false) => return None,
            };
            on_step(number, &step, bounds, up).map(Value::Number)
        }
        _ => None,
    }
}

/// The day in a piece that is nearest to the one at hand.
pub(super) fn day_inside(piece: &Interval<Value>, now: Option<&Value>) -> Option<Value> {
    if let Some(now) = now.filter(|now| piece.contains(now)) {
        return Some(now.clone());
    }
    let day = Bounds::default();
    let closed = closed(piece.clone(), &day);
    let (low, high) = (closed.low.map(|(low, _)| low), closed.high.map(|(high, _)| high));
    let below = now.is_some_and(|now| low.as_ref().is_some_and(|low| now < low));
    let found = if below || now.is_none() {
        low.or(high)
    } else {
        high.or(low)
    };
    found.filter(|found| piece.contains(found))
}
