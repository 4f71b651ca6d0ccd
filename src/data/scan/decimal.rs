//! Decimals as whole numbers of a column's smallest steps.
//!
//! Comes in: digits. Goes out: a whole number, exactly. It never reads what has an exponent, or more than 17 digits: those
//! are for the general reader.
//!
//! Invariant: a number that comes out lies within its column's ends and on its steps.

use super::Stop;
use super::spec::{Column, DECIMALS};

/// Digits as they are written: their number, and how many of them are decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) digits: i64,
    pub(super) decimals: u8,
    /// How many bytes it took.
    pub(super) length: usize,
}

/// Most digits of a number that is read here.
const DIGITS: usize = 17;

/// Reads a number as JSON has it, from the start of some bytes; `point` parts the decimals.
#[inline]
pub(super) fn read(bytes: &[u8], point: u8) -> Option<Written> {
    let negative = bytes.first() == Some(&b'-');
    let start = usize::from(negative);
    let mut digits = 0_i64;
    let mut at = start;
    let digit = |at: usize| {
        let digit = bytes.get(at)?.wrapping_sub(b'0');
        (digit < 10).then_some(i64::from(digit))
    };
    while let Some(next) = digit(at) {
        digits = digits.wrapping_mul(10).wrapping_add(next);
        at += 1;
    }
    let whole = at - start;
    if whole == 0 || (whole > 1 && bytes.get(start) == Some(&b'0')) {
        return None;
    }
    let mut decimals = 0;
    if bytes.get(at) == Some(&point) {
        at += 1;
        let first = at;
        while let Some(next) = digit(at) {
            digits = digits.wrapping_mul(10).wrapping_add(next);
            at += 1;
        }
        decimals = at - first;
        if decimals == 0 {
            return None;
        }
    }
    if whole + decimals > DIGITS || matches!(bytes.get(at), Some(b'e' | b'E')) {
        return None;
    }
    Some(Written {
        digits: if negative { -digits } else { digits },
        decimals: u8::try_from(decimals).ok()?,
        length: at,
    })
}

/// The number in a column's smallest steps.
#[inline]
pub(super) fn fit(column: &Column, written: Written) -> Result<i64, Stop> {
    let Written {
        mut digits,
        mut decimals,
        ..
    } = written;
    while decimals > column.decimals && digits % 10 == 0 {
        digits /= 10;
        decimals -= 1;
    }
    if decimals > column.decimals {
        return Err(if decimals > DECIMALS || column.grid {
            Stop::Odd
        } else {
            Stop::Decimals(column.field.index(), decimals)
        });
    }
    let Some(number) = digits.checked_mul(
        POWERS
            .get(usize::from(column.decimals - decimals))
            .copied()
            .unwrap_or(1),
    ) else {
        return Err(Stop::Odd);
    };
    if fits(column, number) {
        return Ok(number);
    }
    if number < column.low {
        return Err(beyond(column, column.declared.0));
    }
    if number > column.high {
        return Err(beyond(column, column.declared.1));
    }
    Err(Stop::Odd)
}

/// Whether a number lies within a column's ends and on its steps.
#[inline]
pub(super) fn fits(column: &Column, number: i64) -> bool {
    let on_step = |(start, step): (i64, i64)| (number - start) % step == 0;
    column.low <= number && number <= column.high && column.step.is_none_or(on_step)
}

/// What a value beyond the ends of its column means, where that end is declared or not.
#[cold]
pub(super) fn beyond(column: &Column, declared: bool) -> Stop {
    if declared {
        Stop::Odd
    } else {
        Stop::Wide(column.field.index())
    }
}

/// One with so many zeros.
pub(super) fn power(zeros: u8) -> Option<i64> {
    POWERS.get(usize::from(zeros)).copied()
}

const POWERS: [i64; 13] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
    1_000_000_000,
    10_000_000_000,
    100_000_000_000,
    1_000_000_000_000,
];
