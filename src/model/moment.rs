//! Moments: a date and time with its offset.
//!
//! Comes in: a text, from data or a policy. Goes out: the moment it names, which is compared as a point in time and shown as
//! it was written. It never reads a clock.
//!
//! Invariant: two moments are equal exactly if they are the same point in time, whatever their offsets.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use jiff::{Timestamp, civil::Date};

/// A point in time, as somebody wrote it.
#[derive(Debug, Clone)]
pub struct Moment {
    instant: Timestamp,
    written: Arc<str>,
}

/// Why a text is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAMoment {
    /// It is written in another form.
    Form,
    /// There is no such day.
    Day,
    /// There is no such time of day, or no such offset.
    Time,
}

impl Moment {
    /// The point in time.
    pub fn instant(&self) -> Timestamp {
        self.instant
    }
}

impl From<Timestamp> for Moment {
    fn from(instant: Timestamp) -> Moment {
        Moment {
            instant,
            written: instant.to_string().into(),
        }
    }
}

impl FromStr for Moment {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Moment, NotAMoment> {
        has_form(text).ok_or(NotAMoment::Form)?;
        let (year, month, day) = text.get(..10).and_then(date_parts).ok_or(NotAMoment::Form)?;
        Date::new(year, month, day).map_err(|_| NotAMoment::Day)?;
        // A 60th second or an offset of more than a day would be read as another moment than the one that is written.
        let clock = |range: Range<usize>| text.get(range).and_then(|digits| digits.parse::<u8>().ok());
        let seconds = text
            .get(16..17)
            .filter(|next| *next == ":")
            .and_then(|_| clock(17..19));
        let offset = text
            .len()
            .checked_sub(6)
            .filter(|at| matches!(text.get(*at..at + 1), Some("+" | "-")));
        let hours = offset.and_then(|at| clock(at + 1..at + 3));
        if seconds.is_some_and(|seconds| seconds > 59) || hours.is_some_and(|hours| hours > 23) {
            return Err(NotAMoment::Time);
        }
        Ok(Moment {
            instant: text.parse().map_err(|_| NotAMoment::Time)?,
            written: text.into(),
        })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl PartialEq for Moment {
    fn eq(&self, other: &Moment) -> bool {
        self.instant == other.instant
    }
}

impl Eq for Moment {}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Moment) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Moment) -> Ordering {
        self.instant.cmp(&other.instant)
    }
}

impl Hash for Moment {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.instant.hash(state);
    }
}

/// Year, month and day of `2026-01-31`; they may still name no day.
pub(crate) fn date_parts(text: &str) -> Option<(i16, i8, i8)> {
    let digits_at = |range: Range<usize>| {
        text.get(range)
            .filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let dash_at = |at: usize| text.get(at..at + 1) == Some("-");
    if text.len() != 10 || !dash_at(4) || !dash_at(7) {
        return None;
    }
    let year = digits_at(0..4)?.parse().ok()?;
    let month = digits_at(5..7)?.parse().ok()?;
    let day = digits_at(8..10)?.parse().ok()?;
    Some((year, month, day))
}

/// Whether a text has the form that RFC 3339 gives a moment (seconds may be left out).
fn has_form(text: &str) -> Option<()> {
    date_parts(text.get(..10)?)?;
    let mut rest = text.get(10..)?.bytes().peekable();
    let two = |rest: &mut std::iter::Peekable<std::str::Bytes<'_>>| {
        let digit = |byte: Option<u8>| byte.filter(u8::is_ascii_digit);
        digit(rest.next()).and(digit(rest.next()))
    };
    rest.next().filter(|byte| matches!(byte, b'T' | b't' | b' '))?;
    two(&mut rest)?;
    rest.next_if_eq(&b':')?;
    two(&mut rest)?;
    if rest.next_if_eq(&b':').is_some() {
        two(&mut rest)?;
        if rest.next_if_eq(&b'.').is_some() {
            rest.next_if(u8::is_ascii_digit)?;
            while rest.next_if(u8::is_ascii_digit).is_some() {}
        }
    }
    match rest.next()? {
        b'Z' | b'z' => {}
        b'+' | b'-' => {
            two(&mut rest)?;
            rest.next_if_eq(&b':')?;
            two(&mut rest)?;
        }
        _ => return None,
    }
    rest.next().is_none().then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Result<Moment, NotAMoment> {
        text.parse()
    }

    #[test]
    fn a_moment_is_compared_as_a_point_in_time_and_shown_as_written() {
        let here = moment("2026-03-17T17:00:00+01:00").unwrap();
        let utc = moment("2026-03-17T16:00:00Z").unwrap();
        assert_eq!(here, utc);
        assert_eq!(here.to_string(), "2026-03-17T17:00:00+01:00");
        assert!(moment("2026-03-17T17:00+02:00").unwrap() < utc);
    }

    #[test]
    fn what_does_not_exist_is_no_moment() {
        for (text, why) in [
            ("2026-02-29T12:00:00Z", NotAMoment::Day),
            ("2026-03-17T23:59:60Z", NotAMoment::Time),
            ("2026-03-17T23:60:00Z", NotAMoment::Time),
            ("2026-03-17T24:00:00Z", NotAMoment::Time),
            ("2026-03-17T12:00:00+25:00", NotAMoment::Time),
            ("2026-03-17T12:00:00+01:60", NotAMoment::Time),
            ("2026-03-17T12:00:00", NotAMoment::Form),
            ("2026-03-17", NotAMoment::Form),
        ] {
            assert_eq!(moment(text), Err(why), "{text}");
        }
    }
}
