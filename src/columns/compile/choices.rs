//! What is chosen among several values: the cases of definitions.
//!
//! Comes in: cases, and what a type declares of the value. Goes out: the operand that is chosen, and guards for values off
//! the type. It never tells that a value is off its type: whoever reads closely does.
//!
//! Invariant: where it is unknown which holds, a value is known exactly where all that may hold agree on it.

use super::super::program::{NO, NumberStep, TruthStep};
use super::super::units::Unit;
use super::{Column, Compiler, Condition, Made, Operand, TYPES, Unfit};
use crate::model::{Bounds, Case, Comparison, Define, Number, Type};

impl Compiler<'_> {
    /// The value of the first case that holds.
    pub(super) fn cases(&mut self, define: &Define, cases: &[Case]) -> Made<Operand> {
        let mut result = self.unknown(&define.of_type)?;
        for case in cases.iter().rev() {
            let value = self.operand(&case.value)?;
            result = match &case.when {
                None => value,
                Some(when) => {
                    let when = self.operand(when)?;
                    self.chosen(when, value, result)?
                }
            };
        }
        self.guard(&result, &define.of_type, &define.bounds)?;
        Ok(result)
    }

    /// A value of which nothing is ever known.
    pub(super) fn unknown(&mut self, of_type: &Type) -> Made<Operand> {
        if *of_type == Type::YesNo {
            return Ok(Operand::Condition(Condition {
                truths: self.truths(TruthStep::Constant(0))?,
                settled: false,
            }));
        }
        let never = self.truths(TruthStep::Constant(NO))?;
        self.number(NumberStep::Constant(0), Unit::ONE, (0, 0), Some(never))
            .map(Operand::Column)
    }

    /// Sees to it that what is off a declared type is read closely.
    pub(super) fn guard(&mut self, operand: &Operand, of_type: &Type, bounds: &Bounds) -> Made<()> {
        let is_number = match of_type {
            Type::Number(_) => true,
            Type::Scale(id) => self.policy.scale(*id).numbered,
            _ => false,
        };
        if !is_number {
            return Ok(());
        }
        let column = match operand {
            Operand::Column(column) => *column,
            Operand::Number(number) if bounds.misfit(number).is_none() => return Ok(()),
            Operand::Number(_) => return Err(Unfit("values off their types")),
            Operand::Answer(_) | Operand::Condition(_) => return Err(TYPES),
        };
        if bounds.integer {
            self.guard_whole(column)?;
        }
        let range = bounds.range.as_ref();
        let low = range.and_then(|range| range.low.as_ref());
        let ends = [
            (low, Comparison::GreaterOrEqual, Comparison::Greater),
            (
                range.and_then(|range| range.high.as_ref()),
                Comparison::LessOrEqual,
                Comparison::Less,
            ),
        ];
        for (end, at, beyond) in ends {
            if let Some((end, included)) = end {
                let within = self.against(if *included { at } else { beyond }, column, end)?;
                self.guard_that(within)?;
            }
        }
        if let Some(step) = &bounds.step {
            let start = low.map_or_else(Number::zero, |(low, _)| low.clone());
            let above = self.sum(Operand::Column(column), Operand::Number(start), true)?;
            let Operand::Column(steps) = self.quotient(above, Operand::Number(step.clone()))? else {
                return Err(TYPES);
            };
            self.guard_whole(steps)?;
        }
        Ok(())
    }

    fn guard_whole(&mut self, column: Column) -> Made<()> {
        if column.unit.denominator == 1 {
            return Ok(());
        }
        let floor = self.floor(Operand::Column(column))?;
        let whole = self.same(floor, Operand::Column(column))?;
        self.guard_that(whole)
    }

    pub(super) fn guard_that(&mut self, holds: Operand) -> Made<()> {
        let truths = self.as_condition(holds)?.truths;
        self.guards.push(truths);
        Ok(())
    }
}
