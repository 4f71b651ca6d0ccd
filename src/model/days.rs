//! Days, counted.
//!
//! Comes in: dates, or counts of days. Goes out: one for the other. It never reads a text or a clock.
//!
//! Invariant: of two dates, the later one has the greater count, by as much as there are days between them.

use jiff::Span;
use jiff::civil::Date;

/// The day that has the count 0, as Parquet counts.
const FIRST: Date = Date::constant(1970, 1, 1);
const SECONDS_A_DAY: i64 = 86_400;

/// The count of a date.
pub fn count(date: Date) -> i64 {
    FIRST.duration_until(date).as_secs() / SECONDS_A_DAY
}

/// The date of a count; `None` out of the calendar.
pub fn date(count: i64) -> Option<Date> {
    FIRST.checked_add(Span::new().try_days(count).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as day;

    use super::*;

    #[test]
    fn a_count_is_that_of_one_day() {
        assert_eq!(count(day(1970, 1, 1)), 0);
        assert_eq!(count(day(2024, 2, 29)), 19_782);
        for year in [-9_999, -1, 0, 4, 1900, 2000, 2024, 9_999] {
            for (month, last) in [(1, 31), (2, 28), (12, 31)] {
                for one in [1, last] {
                    let day = day(year, month, one);
                    assert_eq!(date(count(day)), Some(day));
                }
            }
        }
        assert_eq!(date(i64::MAX), None);
        assert_eq!(date(count(Date::MAX) + 1), None);
    }
}
