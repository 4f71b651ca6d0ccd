//! Sums, products and functions of numbers.
//!
//! Comes in: operands. Goes out: columns whose ends are known. It never rounds but where the policy does.
//!
//! Invariant: a column's steps are worth exactly what the expression comes to.

use super::super::program::{NumberStep, TruthStep};
use super::super::units::Unit;
use super::{Column, Compiler, Condition, Made, Operand, TOO_LARGE, TYPES, Unfit, short, whole};
use crate::model::{Comparison, Expression, Function, Number};

impl Compiler<'_> {
    /// Two columns in steps of one unit.
    pub(super) fn aligned(&mut self, left: Column, right: Column) -> Made<(Column, Column)> {
        let (unit, ours, theirs) = left.unit.common(right.unit).ok_or(TOO_LARGE)?;
        Ok((
            self.in_steps(left, unit, ours)?,
            self.in_steps(right, unit, theirs)?,
        ))
    }

    pub(super) fn in_steps(&mut self, column: Column, unit: Unit, times: i128) -> Made<Column> {
        if times == 1 {
            return Ok(Column { unit, ..column });
        }
        let ends = (
            column.low.checked_mul(times).ok_or(TOO_LARGE)?,
            column.high.checked_mul(times).ok_or(TOO_LARGE)?,
        );
        self.number(
            NumberStep::Times(column.steps, short(times)?),
            unit,
            ends,
            column.known,
        )
    }

    pub(super) fn sum(&mut self, left: Operand, right: Operand, minus: bool) -> Made<Operand> {
        let right = if minus && matches!(right, Operand::Number(_)) {
            self.product(right, Operand::Number(Number::from_integer(-1)))?
        } else {
            right
        };
        match (left, right) {
            (Operand::Number(left), Operand::Number(right)) => {
                left.add(&right).map(Operand::Number).ok_or(TOO_LARGE)
            }
            (Operand::Number(number), Operand::Column(column)) => {
                let column = if minus { self.turned(column)? } else { column };
                self.moved(column, &number)
            }
            (Operand::Column(column), Operand::Number(number)) => self.moved(column, &number),
            (Operand::Column(left), Operand::Column(right)) => {
                let (left, right) = self.aligned(left, right)?;
                let known = self.both_known(left.known, right.known)?;
                let (step, ends) = if minus {
                    (
                        NumberStep::Subtract(left.steps, right.steps),
                        (left.low - right.high, left.high - right.low),
                    )
                } else {
                    (
                        NumberStep::Add(left.steps, right.steps),
                        (left.low + right.low, left.high + right.high),
                    )
                };
                self.number(step, left.unit, ends, known).map(Operand::Column)
            }
            _ => Err(TYPES),
        }
    }

    pub(super) fn turned(&mut self, column: Column) -> Made<Column> {
        self.number(
            NumberStep::Times(column.steps, -1),
            column.unit,
            (-column.high, -column.low),
            column.known,
        )
    }

    pub(super) fn moved(&mut self, column: Column, number: &Number) -> Made<Operand> {
        if number.is_zero() {
            return Ok(Operand::Column(column));
        }
        let (unit, steps) = whole(number)?;
        let (unit, ours, theirs) = column.unit.common(unit).ok_or(TOO_LARGE)?;
        let column = self.in_steps(column, unit, ours)?;
        let more = steps.checked_mul(theirs).ok_or(TOO_LARGE)?;
        let ends = (column.low + more, column.high + more);
        self.number(
            NumberStep::Plus(column.steps, short(more)?),
            unit,
            ends,
            column.known,
        )
        .map(Operand::Column)
    }

    pub(super) fn product(&mut self, left: Operand, right: Operand) -> Made<Operand> {
        match (left, right) {
            (Operand::Number(left), Operand::Number(right)) => {
                left.multiply(&right).map(Operand::Number).ok_or(TOO_LARGE)
            }
            (Operand::Column(column), Operand::Number(factor))
            | (Operand::Number(factor), Operand::Column(column)) => {
                if factor.is_zero() {
                    let step = NumberStep::Times(column.steps, 0);
                    return self
                        .number(step, Unit::ONE, (0, 0), column.known)
                        .map(Operand::Column);
                }
                let (numerator, denominator) = factor.abs().ratio().ok_or(TOO_LARGE)?;
                let factor_unit = Unit::new(numerator, denominator).ok_or(TOO_LARGE)?;
                let column = if factor.is_negative() {
                    self.turned(column)?
                } else {
                    column
                };
                Ok(Operand::Column(Column {
                    unit: column.unit.multiply(factor_unit).ok_or(TOO_LARGE)?,
                    ..column
                }))
            }
            (Operand::Column(left), Operand::Column(right)) => {
                let known = self.both_known(left.known, right.known)?;
                let corners = [
                    left.low.checked_mul(right.low),
                    left.low.checked_mul(right.high),
                    left.high.checked_mul(right.low),
                    left.high.checked_mul(right.high),
                ];
                let corners: Option<Vec<i128>> = corners.into_iter().collect();
                let corners = corners.ok_or(TOO_LARGE)?;
                let low = corners.iter().min().copied().unwrap_or(0);
                let high = corners.iter().max().copied().unwrap_or(0);
                let unit = left.unit.multiply(right.unit).ok_or(TOO_LARGE)?;
                let step = NumberStep::Multiply(left.steps, right.steps);
                self.number(step, unit, (low, high), known).map(Operand::Column)
            }
            _ => Err(TYPES),
        }
    }

    pub(super) fn quotient(&mut self, left: Operand, right: Operand) -> Made<Operand> {
        let Operand::Number(divisor) = right else {
            return Err(Unfit("division by what differs from record to record"));
        };
        let inverse = Number::one().divide(&divisor).ok_or(Unfit("division by zero"))?;
        self.product(left, Operand::Number(inverse))
    }

    pub(super) fn extreme(&mut self, left: Operand, right: Operand, least: bool) -> Made<Operand> {
        if let (Operand::Number(left), Operand::Number(right)) = (&left, &right) {
            let first = if least { left <= right } else { left >= right };
            return Ok(Operand::Number(if first { left.clone() } else { right.clone() }));
        }
        let (left, right) = (self.as_column(left)?, self.as_column(right)?);
        let (left, right) = self.aligned(left, right)?;
        let known = self.both_known(left.known, right.known)?;
        let (step, ends) = if least {
            (
                NumberStep::Least(left.steps, right.steps),
                (left.low.min(right.low), left.high.min(right.high)),
            )
        } else {
            (
                NumberStep::Greatest(left.steps, right.steps),
                (left.low.max(right.low), left.high.max(right.high)),
            )
        };
        self.number(step, left.unit, ends, known).map(Operand::Column)
    }

    pub(super) fn call(&mut self, function: Function, arguments: &[Expression]) -> Made<Operand> {
        let mut operands = Vec::with_capacity(arguments.len());
        for argument in arguments {
            operands.push(self.operand(argument)?);
        }
        let mut operands = operands.into_iter();
        let first = operands.next().ok_or(TYPES)?;
        match function {
            Function::Min | Function::Max => operands.try_fold(first, |result, next| {
                self.extreme(result, next, function == Function::Min)
            }),
            Function::Abs => match first {
                Operand::Number(number) => Ok(Operand::Number(number.abs())),
                Operand::Column(column) => {
                    let most = column.low.abs().max(column.high.abs());
                    let step = NumberStep::Absolute(column.steps);
                    self.number(step, column.unit, (0, most), column.known)
                        .map(Operand::Column)
                }
                _ => Err(TYPES),
            },
            Function::Floor => self.floor(first),
            Function::Ceiling => {
                let minus = Operand::Number(Number::from_integer(-1));
                let turned = self.product(first, minus.clone())?;
                let floor = self.floor(turned)?;
                self.product(floor, minus)
            }
            Function::Round => {
                let Some(Operand::Number(places)) = operands.next() else {
                    return Err(Unfit("rounding to places that differ"));
                };
                let places = places.to_i64().and_then(|places| i32::try_from(places).ok());
                let places = places
                    .filter(|places| (-18..=18).contains(places))
                    .ok_or(TOO_LARGE)?;
                self.round(first, places)
            }
            Function::DaysBetween | Function::YearsBetween => {
                let to = operands.next().ok_or(TYPES)?;
                if function == Function::DaysBetween {
                    return self.sum(to, first, true);
                }
                self.years(first, to)
            }
            Function::KnownOr => operands.try_fold(first, |result, next| self.known_or(result, next)),
            _ => Err(Unfit("functions of lists and texts, and rescaling")),
        }
    }

    pub(super) fn known_or(&mut self, left: Operand, right: Operand) -> Made<Operand> {
        let known = match &left {
            Operand::Number(_) | Operand::Answer(_) => return Ok(left),
            Operand::Column(column) => column.known,
            Operand::Condition(condition) if condition.settled => None,
            Operand::Condition(condition) => Some(self.truths(TruthStep::Settled(condition.truths))?),
        };
        let Some(known) = known else {
            return Ok(left);
        };
        let condition = Operand::Condition(Condition {
            truths: known,
            settled: true,
        });
        self.chosen(condition, left, right)
    }

    pub(super) fn floor(&mut self, operand: Operand) -> Made<Operand> {
        let column = match operand {
            Operand::Number(number) => return Ok(Operand::Number(number.floor())),
            operand => self.as_column(operand)?,
        };
        let Unit {
            numerator,
            denominator,
        } = column.unit;
        let scaled = self.in_steps(column, Unit::ONE, numerator)?;
        let ends = (
            scaled.low.div_euclid(denominator),
            scaled.high.div_euclid(denominator),
        );
        let step = NumberStep::Floor(scaled.steps, short(denominator)?);
        self.number(step, Unit::ONE, ends, column.known)
            .map(Operand::Column)
    }

    /// Halves go away from zero.
    pub(super) fn round(&mut self, operand: Operand, places: i32) -> Made<Operand> {
        let column = match operand {
            Operand::Number(number) => return Ok(Operand::Number(number.round(places))),
            operand => self.as_column(operand)?,
        };
        let power = Number::from_integer(10_i64.pow(places.unsigned_abs()));
        let unit = if places >= 0 {
            Number::one().divide(&power)
        } else {
            Some(power)
        };
        let unit = unit.ok_or(TOO_LARGE)?;
        let absolute = self.number(
            NumberStep::Absolute(column.steps),
            column.unit,
            (0, column.low.abs().max(column.high.abs())),
            column.known,
        )?;
        let places = self.quotient(Operand::Column(absolute), Operand::Number(unit.clone()))?;
        let half = Number::fraction(1, 2).ok_or(TOO_LARGE)?;
        let up = self.sum(places, Operand::Number(half), false)?;
        let floor = self.floor(up)?;
        let rounded = self.product(floor, Operand::Number(unit))?;
        if column.low >= 0 {
            return Ok(rounded);
        }
        let negative = self.against(Comparison::Less, column, &Number::zero())?;
        let turned = self.product(rounded.clone(), Operand::Number(Number::from_integer(-1)))?;
        self.chosen(negative, turned, rounded)
    }
}
