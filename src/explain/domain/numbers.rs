//! Numbers as a domain: all of few, else one for each piece between cuts, and the ends.
//!
//! Comes in: a fact that is a number, and where its values are cut. Goes out: its candidates. It never goes off the field's
//! range or step.
//!
//! Invariant: between two neighbouring cuts stands the allowed value nearest to the one at hand.

use super::cuts::Cuts;
use super::pieces::between;
use super::{Candidate, Extent, MOST_VALUES, count};
use crate::explain::Case;
use crate::model::{Bounds, ExpressionKind, FieldId, Interval, Number, Reference, Value};

/// The numbers that a fact may be, and whether every other comes out as one of them does.
pub(super) fn candidates(
    case: Case<'_>,
    record: Reference,
    field: FieldId,
    cuts: &Cuts,
) -> (Vec<Candidate>, bool) {
    let declared = case.policy.field(record.record, field);
    let bounds = &declared.bounds;
    let now = case.records.fact(record, field).value.as_ref();
    let now = now.and_then(Value::as_number);
    if let Some(values) = Extent::of_number(bounds).values(MOST_VALUES) {
        return (
            super::stepped(values, now.cloned().map(Value::Number).as_ref()),
            true,
        );
    }
    let mut at: Vec<Number> = cuts
        .values
        .iter()
        .filter_map(|value| value.as_number().cloned())
        .collect();
    let mut rough: Vec<Number> = Vec::new();
    if !cuts.exact {
        rough.extend(ends(case, record, field, bounds, now));
        at.extend(room(case, record, field, now));
    }
    at.sort();
    at.dedup();
    let step = step(bounds, now.into_iter().chain(&at));
    let mut found: Vec<(Number, Option<Interval<Value>>)> = Vec::new();
    let cuts_at: Vec<Value> = at.into_iter().map(Value::Number).collect();
    for piece in between(&cuts_at) {
        let inside = nearest_inside(&numbers(&piece), now, &step, bounds);
        found.extend(inside.map(|number| (number, Some(piece))));
    }
    let width = width(bounds, now);
    let candidate = |(number, piece): (Number, Option<Interval<Value>>), rough: bool| Candidate {
        distance: distance(now, &number, &width),
        value: Value::Number(number),
        piece,
        rough,
    };
    let rough = rough.into_iter().filter(|number| bounds.misfit(number).is_none());
    let mut all: Vec<Candidate> = found
        .into_iter()
        .map(|found| candidate(found, !cuts.exact))
        .collect();
    for number in rough {
        if !all.iter().any(|known| known.value.as_number() == Some(&number)) {
            all.push(candidate((number, None), true));
        }
    }
    (all, cuts.exact)
}

/// A piece as numbers.
fn numbers(piece: &Interval<Value>) -> Interval<Number> {
    let end = |end: &Option<(Value, bool)>| {
        let (value, included) = end.as_ref()?;
        Some((value.as_number()?.clone(), *included))
    };
    Interval {
        low: end(&piece.low),
        high: end(&piece.high),
    }
}

/// The allowed number in a piece that is nearest to the one at hand; of an unknown one the nearest to an end.
fn nearest_inside(
    piece: &Interval<Number>,
    now: Option<&Number>,
    step: &Number,
    bounds: &Bounds,
) -> Option<Number> {
    let fits = |number: &Number| piece.contains(number) && bounds.misfit(number).is_none();
    if let Some(now) = now.filter(|now| fits(now)) {
        return Some(now.clone());
    }
    let range = bounds.range.as_ref();
    let low = higher(piece.low.as_ref(), range.and_then(|range| range.low.as_ref()));
    let high = lower(piece.high.as_ref(), range.and_then(|range| range.high.as_ref()));
    let up = low.and_then(|(low, included)| {
        if *included && fits(low) {
            return Some(low.clone());
        }
        on_step(low, step, bounds, true).filter(&fits)
    });
    let down = high.and_then(|(high, included)| {
        if *included && fits(high) {
            return Some(high.clone());
        }
        on_step(high, step, bounds, false).filter(&fits)
    });
    let middle = || {
        let ((low, _), (high, _)) = (low?, high?);
        let middle = low.add(high)?.divide(&Number::from_integer(2))?;
        Some(middle).filter(&fits)
    };
    let zero = || Some(Number::zero()).filter(&fits);
    let below = now.is_some_and(|now| low.is_some_and(|(low, _)| now <= low));
    let found = if below || now.is_none() {
        up.or(down)
    } else {
        down.or(up)
    };
    found.or_else(middle).or_else(zero)
}

fn higher<'n>(
    one: Option<&'n (Number, bool)>,
    other: Option<&'n (Number, bool)>,
) -> Option<&'n (Number, bool)> {
    match (one, other) {
        (Some(one), Some(other)) if one.0 < other.0 || (one.0 == other.0 && one.1) => Some(other),
        (None, other) => other,
        (one, _) => one,
    }
}

fn lower<'n>(
    one: Option<&'n (Number, bool)>,
    other: Option<&'n (Number, bool)>,
) -> Option<&'n (Number, bool)> {
    match (one, other) {
        (Some(one), Some(other)) if one.0 > other.0 || (one.0 == other.0 && one.1) => Some(other),
        (None, other) => other,
        (one, _) => one,
    }
}

/// The next number on the steps above a number, or below it.
pub(in crate::explain) fn on_step(at: &Number, step: &Number, bounds: &Bounds, up: bool) -> Option<Number> {
    let low = bounds.range.as_ref().and_then(|range| range.low.as_ref());
    let origin = match (&bounds.step, low) {
        (Some(_), Some((low, _))) => low.clone(),
        _ => Number::zero(),
    };
    let steps = at.subtract(&origin)?.divide(step)?;
    let next = if up {
        steps.floor().add(&Number::one())?
    } else {
        steps.ceiling().subtract(&Number::one())?
    };
    origin.add(&next.multiply(step)?)
}

/// The step that a number is counted in: the declared one, or the last decimal that is written anywhere near.
pub(in crate::explain) fn step<'n>(bounds: &Bounds, near: impl Iterator<Item = &'n Number>) -> Number {
    const MOST_DECIMALS: u8 = 6;
    if let Some(step) = &bounds.step {
        return step.clone();
    }
    if bounds.integer {
        return Number::one();
    }
    let decimals = near.map(|number| {
        let shown = number.decimal(MOST_DECIMALS);
        shown.split_once('.').map_or(0, |(_, decimals)| decimals.len())
    });
    let ten = Number::from_integer(10);
    let decimals = decimals.max().unwrap_or(0);
    (0..decimals)
        .try_fold(Number::one(), |step, _| step.divide(&ten))
        .unwrap_or_else(Number::one)
}

/// The ends of what a number may be, where more than comparisons read it; of an open end something far off.
fn ends(
    case: Case<'_>,
    record: Reference,
    field: FieldId,
    bounds: &Bounds,
    now: Option<&Number>,
) -> Vec<Number> {
    let column = case.records.table(record.record).columns.get(field.index());
    let known = column
        .into_iter()
        .flatten()
        .filter_map(|fact| fact.value.as_ref()?.as_number());
    let greatest = known
        .chain(now)
        .map(Number::abs)
        .max()
        .unwrap_or_else(Number::one);
    let far = greatest
        .ceiling()
        .add(&Number::one())
        .and_then(|far| far.multiply(&Number::from_integer(10)));
    let far = far.unwrap_or_else(Number::one);
    let range = bounds.range.as_ref();
    let end = |end: Option<&(Number, bool)>, open: Number| end.map_or(open, |(number, _)| number.clone());
    let low = end(range.and_then(|range| range.low.as_ref()), far.negate());
    let high = end(range.and_then(|range| range.high.as_ref()), far);
    let step = step(bounds, now.into_iter());
    let inward = [
        on_step(&low, &step, bounds, true),
        on_step(&high, &step, bounds, false),
    ];
    [low, high, Number::zero()]
        .into_iter()
        .chain(inward.into_iter().flatten())
        .collect()
}

/// Where a limit of the cut list counts the field itself: what would still fit.
fn room(case: Case<'_>, record: Reference, field: FieldId, now: Option<&Number>) -> Vec<Number> {
    let (Some(list), Some(outcome)) = (&case.policy.cut_list, &case.decisions.cut_list) else {
        return Vec::new();
    };
    if list.record != record.record {
        return Vec::new();
    }
    let room = outcome.limits.iter().filter_map(|limit| {
        let of = list.limits.get(limit.limit)?.of.as_ref()?;
        if !matches!(of.kind, ExpressionKind::Field(counted) if counted == field) {
            return None;
        }
        let left = limit.amount.as_ref()?.subtract(&limit.kept)?;
        let with = now.and_then(|now| left.add(now));
        Some([Some(left), with])
    });
    room.flatten().flatten().collect()
}

/// What distances are measured by: the range, or the number at hand.
fn width(bounds: &Bounds, now: Option<&Number>) -> Number {
    let range = bounds.range.as_ref().and_then(|range| {
        let ((low, _), (high, _)) = (range.low.as_ref()?, range.high.as_ref()?);
        high.subtract(low).filter(|width| !width.is_zero())
    });
    let at_hand = now.map(Number::abs).filter(|now| *now > Number::one());
    range.or(at_hand).unwrap_or_else(Number::one)
}

/// How far a number is from the one at hand; from an unknown one all are as far.
pub(in crate::explain) fn distance(now: Option<&Number>, to: &Number, width: &Number) -> Number {
    let far = now.and_then(|now| to.subtract(now)?.abs().divide(width));
    far.unwrap_or_else(|| count(1))
}

/// The same, for a fact.
pub(in crate::explain) fn distance_of(bounds: &Bounds, now: Option<&Number>, to: &Number) -> Number {
    distance(now, to, &width(bounds, now))
}
