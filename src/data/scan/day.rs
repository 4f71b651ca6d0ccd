//! Days as counts.
//!
//! Comes in: a text, or a count as a file has it. Goes out: a count of days. It never reads a day that is written in another way
//! than `2026-01-31`.
//!
//! Invariant: a day that comes out is one of the calendar, and lies within its column's ends.

use jiff::civil::Date;

use super::Stop;
use super::decimal::beyond;
use super::spec::Column;
use crate::model::days;

/// Reads a day.
#[inline]
pub(super) fn read(column: &Column, text: &[u8]) -> Result<i64, Stop> {
    let [a, b, c, d, b'-', e, f, b'-', g, h] = text else {
        return Err(Stop::Odd);
    };
    let number = |digits: &[&u8]| {
        digits.iter().try_fold(0_i16, |number, digit| {
            let digit = digit.wrapping_sub(b'0');
            (digit < 10).then(|| number * 10 + i16::from(digit))
        })
    };
    let part = |digits: &[&u8]| number(digits).and_then(|number| i8::try_from(number).ok());
    let year = number(&[a, b, c, d]).ok_or(Stop::Odd)?;
    let (Some(month), Some(day)) = (part(&[e, f]), part(&[g, h])) else {
        return Err(Stop::Odd);
    };
    let date = Date::new(year, month, day).map_err(|_| Stop::Odd)?;
    fit(column, days::count(date))
}

/// A count, where it lies within its column's ends.
#[inline]
pub(super) fn fit(column: &Column, count: i64) -> Result<i64, Stop> {
    if (column.low..=column.high).contains(&count) {
        Ok(count)
    } else {
        Err(beyond(column, false))
    }
}
