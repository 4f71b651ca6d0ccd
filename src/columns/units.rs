//! What one step of a column is worth: an exact fraction, the same for the whole column.
//!
//! Comes in: whole numbers. Goes out: fractions in lowest terms. It never rounds; what does not fit is `None`.
//!
//! Invariant: numerator and denominator are above 0 and have no common divisor.

use crate::model::Number;

/// The worth of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) numerator: i128,
    pub(super) denominator: i128,
}

impl Unit {
    pub(super) const ONE: Unit = Unit {
        numerator: 1,
        denominator: 1,
    };

    pub(super) fn new(numerator: i128, denominator: i128) -> Option<Unit> {
        if numerator <= 0 || denominator <= 0 {
            return None;
        }
        let common = greatest_common_divisor(numerator, denominator);
        Some(Unit {
            numerator: numerator / common,
            denominator: denominator / common,
        })
    }

    /// A tenth, a hundredth, …
    pub(super) fn decimal(places: u8) -> Option<Unit> {
        Unit::new(1, 10_i128.checked_pow(u32::from(places))?)
    }

    pub(super) fn multiply(self, other: Unit) -> Option<Unit> {
        Unit::new(
            self.numerator.checked_mul(other.numerator)?,
            self.denominator.checked_mul(other.denominator)?,
        )
    }

    pub(super) fn divide(self, other: Unit) -> Option<Unit> {
        self.multiply(Unit {
            numerator: other.denominator,
            denominator: other.numerator,
        })
    }

    /// The greatest unit of which both are whole multiples, and how often each holds it.
    pub(super) fn common(self, other: Unit) -> Option<(Unit, i128, i128)> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        let unit = Unit::new(
            greatest_common_divisor(left, right),
            self.denominator.checked_mul(other.denominator)?,
        )?;
        let (ours, theirs) = (self.divide(unit)?, other.divide(unit)?);
        Some((unit, ours.numerator, theirs.numerator))
    }

    /// What so many steps are worth.
    pub(super) fn number(self, steps: i128) -> Option<Number> {
        Number::of_ratio(steps.checked_mul(self.numerator)?, self.denominator)
    }

    /// How many steps a number is, rounded down and up.
    pub(super) fn steps(self, number: &Number) -> Option<(i128, i128)> {
        let (numerator, denominator) = number.ratio()?;
        let over = numerator.checked_mul(self.denominator)?;
        let under = denominator.checked_mul(self.numerator)?;
        let down = over.div_euclid(under);
        Some((down, if down * under == over { down } else { down + 1 }))
    }
}

pub(super) fn greatest_common_divisor(left: i128, right: i128) -> i128 {
    let (mut left, mut right) = (left, right);
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left.max(1)
}
