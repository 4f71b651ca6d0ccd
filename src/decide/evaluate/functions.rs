//! The functions of values: `min`, `round`, `years-between` and their kin.
//!
//! Comes in: a function and its arguments. Goes out: its value, unknown where an argument it needs is, or what went wrong.
//! It never reads records.
//!
//! Invariant: a function of known arguments is known, unless it says what went wrong.

use std::borrow::Cow;

use jiff::civil::Date;
use jiff::tz::Offset;

use super::expressions::{Read, any};
use crate::decide::FaultKind;
use crate::model::{Function, Number, Value};

/// The value of a function, but for `known-or`, which does not need all of its arguments.
pub(super) fn call(function: Function, arguments: &[Read<'_>]) -> Result<Option<Value>, FaultKind> {
    if function == Function::Contains {
        let argument = |index: usize| arguments.get(index).and_then(Option::as_deref);
        return Ok(holds(argument(0), argument(1)).map(Value::YesNo));
    }
    let known: Option<Vec<&Value>> = arguments.iter().map(Option::as_deref).collect();
    let Some(known) = known else {
        return Ok(None);
    };
    let numbers = || {
        known
            .iter()
            .filter_map(|value| value.as_number())
            .collect::<Vec<_>>()
    };
    let of_number =
        |compute: fn(&Number) -> Number| Ok(numbers().first().map(|number| Value::Number(compute(number))));
    match function {
        Function::Min => Ok(known.into_iter().min().cloned()),
        Function::Max => Ok(known.into_iter().max().cloned()),
        Function::Abs => of_number(Number::abs),
        Function::Floor => of_number(Number::floor),
        Function::Ceiling => of_number(Number::ceiling),
        Function::Round => match numbers().as_slice() {
            [number, places] => round(number, places).map(|rounded| Some(Value::Number(rounded))),
            _ => Ok(None),
        },
        Function::Rescale => match numbers().as_slice() {
            [x, from_low, from_high, to_low, to_high] => {
                rescale(x, (from_low, from_high), (to_low, to_high)).map(|scaled| Some(Value::Number(scaled)))
            }
            _ => Ok(None),
        },
        Function::DaysBetween => Ok(dates(&known).map(|(from, to)| whole(days_between(from, to)))),
        Function::YearsBetween => Ok(dates(&known).map(|(from, to)| whole(years_between(from, to)))),
        Function::Contains | Function::KnownOr => Ok(known.first().map(|first| Value::clone(first))),
    }
}

/// Whether a list holds a value, or a text another text. An empty list holds nothing, not even an unknown value.
pub(super) fn holds(collection: Option<&Value>, value: Option<&Value>) -> Option<bool> {
    match (collection?, value) {
        (Value::List(members), value) => any(members.iter().map(|member| Some(*member == *value?))),
        (Value::Text(text), Some(Value::Text(part))) => Some(text.contains(&**part)),
        _ => None,
    }
}

fn whole(number: i64) -> Value {
    Value::Number(Number::from_integer(number))
}

fn round(number: &Number, places: &Number) -> Result<Number, FaultKind> {
    let places = places
        .to_i64()
        .filter(|places| (-Function::MOST_PLACES..=Function::MOST_PLACES).contains(places))
        .and_then(|places| i32::try_from(places).ok())
        .ok_or(FaultKind::BadPlaces)?;
    // A thousand decimals of a third are a number that is too long; multiplying checks it.
    number
        .round(places)
        .multiply(&Number::one())
        .ok_or(FaultKind::NumberTooLong)
}

fn rescale(x: &Number, from: (&Number, &Number), to: (&Number, &Number)) -> Result<Number, FaultKind> {
    let (low, high) = if from.0 <= from.1 { from } else { (from.1, from.0) };
    if low == high {
        return Err(FaultKind::DivisionByZero);
    }
    let x = x.clamp(low, high);
    let scaled = || {
        let way = x.subtract(from.0)?.divide(&from.1.subtract(from.0)?)?;
        way.multiply(&to.1.subtract(to.0)?)?.add(to.0)
    };
    scaled().ok_or(FaultKind::NumberTooLong)
}

/// Two dates; of moments the dates they have in UTC.
fn dates(arguments: &[&Value]) -> Option<(Date, Date)> {
    let date = |value: &Value| match value {
        Value::Date(date) => Some(*date),
        Value::Moment(moment) => Some(Offset::UTC.to_datetime(moment.instant()).date()),
        _ => None,
    };
    match arguments {
        [from, to] => Some((date(from)?, date(to)?)),
        _ => None,
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    const SECONDS_A_DAY: i64 = 86_400;
    from.duration_until(to).as_secs() / SECONDS_A_DAY
}

/// Whole calendar years. The anniversary of a 29 February is 1 March in years that have none; as month and day it then
/// stands after 28 February and before 1 March, which is all that is asked.
fn years_between(from: Date, to: Date) -> i64 {
    if to < from {
        return -years_between(to, from);
    }
    let years = i64::from(to.year()) - i64::from(from.year());
    let before_anniversary = (to.month(), to.day()) < (from.month(), from.day());
    years - i64::from(before_anniversary)
}

/// The least (or greatest) of values that are all known.
pub(super) fn extreme<'v>(
    values: impl IntoIterator<Item = Cow<'v, Value>>,
    greatest: bool,
) -> Option<Cow<'v, Value>> {
    let values = values.into_iter();
    if greatest { values.max() } else { values.min() }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn number(text: &str) -> Value {
        Value::Number(Number::parse(text).unwrap())
    }

    fn called(function: Function, arguments: &[Value]) -> Result<Option<Value>, FaultKind> {
        let arguments: Vec<Read<'_>> = arguments.iter().map(|value| Some(Cow::Borrowed(value))).collect();
        call(function, &arguments)
    }

    fn of_numbers(function: Function, arguments: &[&str]) -> Result<String, FaultKind> {
        let arguments: Vec<Value> = arguments.iter().map(|text| number(text)).collect();
        called(function, &arguments).map(|value| value.unwrap().as_number().unwrap().exact())
    }

    fn years(from: (i16, i8, i8), to: (i16, i8, i8)) -> i64 {
        years_between(date(from.0, from.1, from.2), date(to.0, to.1, to.2))
    }

    #[test]
    fn years_are_whole_and_end_on_the_anniversary() {
        assert_eq!(years((2000, 6, 15), (2018, 6, 14)), 17);
        assert_eq!(years((2000, 6, 15), (2018, 6, 15)), 18);
        assert_eq!(years((2000, 6, 15), (2000, 6, 15)), 0);
    }

    #[test]
    fn a_29_february_counts_on_1_march_in_years_that_have_none() {
        assert_eq!(years((2004, 2, 29), (2005, 2, 28)), 0);
        assert_eq!(years((2004, 2, 29), (2005, 3, 1)), 1);
        assert_eq!(years((2004, 2, 29), (2008, 2, 28)), 3);
        assert_eq!(years((2004, 2, 29), (2008, 2, 29)), 4);
        assert_eq!(years((2003, 2, 28), (2004, 2, 29)), 1);
    }

    #[test]
    fn years_back_are_the_years_forth_below_zero() {
        assert_eq!(years((2018, 6, 15), (2000, 6, 15)), -18);
        assert_eq!(years((2018, 6, 14), (2000, 6, 15)), -17);
        assert_eq!(years((2005, 3, 1), (2004, 2, 29)), -1);
    }

    #[test]
    fn days_run_from_the_first_date_to_the_second() {
        assert_eq!(days_between(date(2024, 2, 28), date(2024, 3, 1)), 2);
        assert_eq!(days_between(date(2024, 3, 1), date(2024, 2, 28)), -2);
        assert_eq!(days_between(date(1900, 1, 1), date(2100, 1, 1)), 73_049);
    }

    #[test]
    fn moments_count_by_their_dates_in_utc() {
        let moment = |text: &str| Value::Moment(text.parse().unwrap());
        let late = moment("2024-01-01T23:30:00-02:00");
        let early = moment("2024-01-01T00:10:00+00:00");
        assert_eq!(
            called(Function::DaysBetween, &[early, late]),
            Ok(Some(number("1")))
        );
    }

    #[test]
    fn rounding_goes_away_from_zero_and_takes_whole_places_within_bounds() {
        assert_eq!(of_numbers(Function::Round, &["2.345", "2"]), Ok("47/20".into()));
        assert_eq!(of_numbers(Function::Round, &["-2.5", "0"]), Ok("-3".into()));
        assert_eq!(of_numbers(Function::Round, &["1250", "-2"]), Ok("1300".into()));
        assert_eq!(
            of_numbers(Function::Round, &["1", "0.5"]),
            Err(FaultKind::BadPlaces)
        );
        assert_eq!(
            of_numbers(Function::Round, &["1", "1001"]),
            Err(FaultKind::BadPlaces)
        );
        let third = Value::Number(Number::fraction(1, 3).unwrap());
        assert_eq!(
            called(Function::Round, &[third, number("1000")]),
            Err(FaultKind::NumberTooLong)
        );
        assert_eq!(of_numbers(Function::Floor, &["-0.5"]), Ok("-1".into()));
        assert_eq!(of_numbers(Function::Ceiling, &["-0.5"]), Ok("0".into()));
        assert_eq!(of_numbers(Function::Abs, &["-0.5"]), Ok("1/2".into()));
    }

    #[test]
    fn rescaling_is_linear_clamped_and_may_turn_round() {
        let rescaled = |x| of_numbers(Function::Rescale, &[x, "0", "10", "100", "200"]);
        assert_eq!(rescaled("2.5"), Ok("125".into()));
        assert_eq!(rescaled("-1"), Ok("100".into()));
        assert_eq!(rescaled("11"), Ok("200".into()));
        assert_eq!(
            of_numbers(Function::Rescale, &["2", "10", "0", "0", "5"]),
            Ok("4".into())
        );
        assert_eq!(
            of_numbers(Function::Rescale, &["12", "10", "0", "0", "5"]),
            Ok("0".into())
        );
        assert_eq!(
            of_numbers(Function::Rescale, &["2", "0", "10", "5", "0"]),
            Ok("4".into())
        );
        let nowhere = of_numbers(Function::Rescale, &["2", "3", "3", "0", "1"]);
        assert_eq!(nowhere, Err(FaultKind::DivisionByZero));
    }

    #[test]
    fn the_least_and_greatest_are_of_any_ordered_kind() {
        assert_eq!(of_numbers(Function::Min, &["3", "1", "2"]), Ok("1".into()));
        let dates = [date(2024, 1, 2), date(2024, 1, 1)].map(Value::Date);
        assert_eq!(called(Function::Max, &dates), Ok(Some(dates[0].clone())));
        assert_eq!(
            called(Function::Min, &[Value::Level(2), Value::Level(1)]),
            Ok(Some(Value::Level(1)))
        );
    }

    #[test]
    fn an_unknown_argument_makes_the_value_unknown() {
        let one = number("1");
        assert_eq!(call(Function::Max, &[Some(Cow::Borrowed(&one)), None]), Ok(None));
        assert_eq!(
            call(Function::Contains, &[None, Some(Cow::Borrowed(&one))]),
            Ok(None)
        );
    }

    #[test]
    fn lists_and_texts_are_searched() {
        let text = |text: &str| Value::Text(text.into());
        let list = Value::List([text("a"), text("b")].into());
        let empty = Value::List([].into());
        assert_eq!(holds(Some(&list), Some(&text("b"))), Some(true));
        assert_eq!(holds(Some(&list), Some(&text("c"))), Some(false));
        assert_eq!(holds(Some(&list), None), None);
        assert_eq!(holds(Some(&empty), None), Some(false));
        assert_eq!(holds(Some(&text("bakery")), Some(&text("ak"))), Some(true));
        assert_eq!(holds(Some(&text("bakery")), None), None);
    }
}
