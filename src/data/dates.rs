//! Days and moments as the data writes them.
//!
//! Comes in: the text of a value. Goes out: its parts, where it is in the one form that is read; of other forms the day
//! they stand for, for the mend. It never says what is wrong.
//!
//! Invariant: a day is guessed only where it can stand for no other.

use jiff::{Span, civil::Date};

use crate::model::moment::date_parts;

/// The date that `28.02.2026`, `2026/2/28` or `20260228` stands for. With slashes and the year last it would be a guess
/// which is the month.
pub(super) fn written_otherwise(text: &str) -> Option<Date> {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = match (text.get(..4), text.get(4..6), text.get(6..)) {
        (Some(year), Some(month), Some(day)) if digits(text) && day.len() == 2 => {
            vec![year, month, day]
        }
        _ if text.contains('.') => text.rsplit('.').collect(),
        _ => text.split(['-', '/']).collect(),
    };
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    if year.len() != 4 || !parts.iter().all(|part| digits(part)) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// The mend for a day that its month does not have.
pub(super) fn last_day(text: &str) -> Option<String> {
    let (year, month, _) = date_parts(text.get(..10)?)?;
    let first = Date::new(year, month, 1).ok()?;
    Some(format!("the last day of that month is {}", first.last_of_month()))
}

/// The day that a spreadsheet means by a number: it counts days from 1899-12-30. Numbers of other centuries are no such count.
pub(super) fn counted(raw: &str) -> Option<Date> {
    let days: i32 = raw.parse().ok()?;
    if !(10_000..80_000).contains(&days) {
        return None;
    }
    let first = Date::new(1899, 12, 30).ok()?;
    first.checked_add(Span::new().try_days(days).ok()?).ok()
}
