//! The grids of the language's ordered values: numbers, dates and moments.
//!
//! Comes in: two values of one kind. Goes out: a value between them that a person would name. It never mixes kinds: what is
//! asked of a value of another kind than the grid's is answered with "none".
//!
//! Invariant: a value that is found is on the grid and strictly between the two.

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

use super::Grid;
use crate::model::{Number, Value};

/// The most decimals that are tried before a number is taken that has no short name.
const DECIMALS: i32 = 12;

/// Which values of a kind there are.
#[derive(Debug, Clone)]
pub enum ValueGrid {
    /// All numbers.
    Numbers,
    /// The numbers that are whole steps away from an origin: integers are steps of 1 from 0.
    Steps {
        /// One number on the grid.
        origin: Number,
        /// The distance between neighbours, above 0.
        step: Number,
    },
    /// All days.
    Days,
    /// All moments.
    Moments,
}

impl ValueGrid {
    /// The whole numbers.
    pub fn integers() -> ValueGrid {
        ValueGrid::Steps {
            origin: Number::zero(),
            step: Number::one(),
        }
    }
}

impl Grid for ValueGrid {
    type Value = Value;

    fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (ValueGrid::Numbers, Value::Number(_))
            | (ValueGrid::Days, Value::Date(_))
            | (ValueGrid::Moments, Value::Moment(_)) => true,
            (ValueGrid::Steps { origin, step }, Value::Number(number)) => number
                .subtract(origin)
                .and_then(|way| way.divide(step))
                .is_some_and(|steps| steps.is_integer()),
            _ => false,
        }
    }

    fn between(&self, low: Option<&Value>, high: Option<&Value>) -> Option<Value> {
        match self {
            ValueGrid::Numbers => {
                let integers = number_between(low, high, &Number::zero(), &Number::one());
                integers
                    .or_else(|| fraction_between(low?.as_number()?, high?.as_number()?))
                    .map(Value::Number)
            }
            ValueGrid::Steps { origin, step } => number_between(low, high, origin, step).map(Value::Number),
            ValueGrid::Days => {
                let day = match (low, high) {
                    (Some(Value::Date(low)), _) => low.tomorrow().ok()?,
                    (None, Some(Value::Date(high))) => high.yesterday().ok()?,
                    (None, None) => date(2000, 1, 1),
                    _ => return None,
                };
                Some(Value::Date(day)).filter(|day| is_between(day, low, high))
            }
            ValueGrid::Moments => moment_between(low, high).map(|moment| Value::Moment(moment.into())),
        }
    }
}

fn is_between(value: &Value, low: Option<&Value>, high: Option<&Value>) -> bool {
    low.is_none_or(|low| low < value) && high.is_none_or(|high| value < high)
}

/// The number on a step that is next to the low end, or next to the high one where the low end is open.
fn number_between(
    low: Option<&Value>,
    high: Option<&Value>,
    origin: &Number,
    step: &Number,
) -> Option<Number> {
    let steps = |end: &Value| end.as_number()?.subtract(origin)?.divide(step);
    let count = match (low, high) {
        (Some(low), _) => steps(low)?.floor().add(&Number::one())?,
        (None, Some(high)) => steps(high)?.ceiling().subtract(&Number::one())?,
        (None, None) => Number::zero(),
    };
    let number = count.multiply(step)?.add(origin)?;
    is_between(&Value::Number(number.clone()), low, high).then_some(number)
}

/// The number halfway, with as few decimals as lie between the two.
fn fraction_between(low: &Number, high: &Number) -> Option<Number> {
    if low >= high {
        return None;
    }
    let middle = low.add(high)?.divide(&Number::from_integer(2))?;
    let rounded = (1..=DECIMALS).map(|places| middle.round(places));
    let short = rounded.into_iter().find(|number| low < number && number < high);
    Some(short.unwrap_or(middle))
}

/// A second after the low end, or before the high one where the low end is open; halfway where a second is too much.
fn moment_between(low: Option<&Value>, high: Option<&Value>) -> Option<Timestamp> {
    let second = SignedDuration::from_secs(1);
    let moment = |end: Option<&Value>| match end {
        Some(Value::Moment(moment)) => Some(moment.instant()),
        _ => None,
    };
    let near = match (low, high) {
        (Some(_), _) => moment(low)?.checked_add(second).ok(),
        (None, Some(_)) => moment(high)?.checked_sub(second).ok(),
        // The first second of the year 2000.
        (None, None) => Timestamp::from_second(946_684_800).ok(),
    };
    let low_end = moment(low).unwrap_or(Timestamp::MIN).as_nanosecond();
    let high_end = moment(high).unwrap_or(Timestamp::MAX).as_nanosecond();
    let halfway = || Timestamp::from_nanosecond(low_end + (high_end - low_end) / 2).ok();
    let inside = |moment: &Timestamp| is_between(&Value::Moment((*moment).into()), low, high);
    near.filter(inside).or_else(|| halfway().filter(inside))
}
