//! Whole years between dates.
//!
//! Comes in: columns of counted days. Goes out: columns of years. It never counts days itself: the model's calendar does.
//!
//! Invariant: years are those that evaluation counts.

use super::super::program::{NumberStep, calendar};
use super::super::units::Unit;
use super::{Column, Compiler, Made, Operand, TOO_LARGE, short};
use crate::model::{Comparison, Number};

/// A year in a day of the calendar: more than all its months and days.
const YEAR: i64 = 512;

impl Compiler<'_> {
    /// Whole calendar years, below zero where the second date is the earlier one. Days of the calendar are as many parts
    /// of a year apart as their months and days tell, so what is left of their distance below a year does not count.
    pub(super) fn years(&mut self, from: Operand, to: Operand) -> Made<Operand> {
        let (from, to) = (self.calendar(from)?, self.calendar(to)?);
        let way = self.sum(Operand::Column(to), Operand::Column(from), true)?;
        let way = self.as_column(way)?;
        let most = way.low.abs().max(way.high.abs());
        let far = self.number(NumberStep::Absolute(way.steps), way.unit, (0, most), way.known)?;
        let year = Operand::Number(Number::from_integer(YEAR));
        let years = self.quotient(Operand::Column(far), year)?;
        let years = self.floor(years)?;
        let back = self.against(Comparison::Less, way, &Number::zero())?;
        let turned = self.product(years.clone(), Operand::Number(Number::from_integer(-1)))?;
        self.chosen(back, turned, years)
    }

    fn calendar(&mut self, days: Operand) -> Made<Column> {
        let days = self.as_column(days)?;
        let end = |end: i128| Ok(i128::from(calendar(short(end)?).ok_or(TOO_LARGE)?));
        let ends = (end(days.low)?, end(days.high)?);
        self.number(NumberStep::Calendar(days.steps), Unit::ONE, ends, days.known)
    }
}
