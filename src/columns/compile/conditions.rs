//! Conditions: comparisons, sets, and what joins them.
//!
//! Comes in: operands. Goes out: columns of truths, in strong Kleene logic. It never asks which of several came first: what
//! is unknown is so in whichever order.
//!
//! Invariant: a condition is unknown exactly where evaluation finds it so.

use super::super::program::{NO, NumberStep, TruthStep, Truths, YES};
use super::super::units::Unit;
use super::{Column, Compiler, Condition, Made, Operand, TOO_LARGE, TYPES, Unfit, constant, short};
use crate::model::expression::SetMember;
use crate::model::{Comparison, Expression, ExpressionKind, Interval, Number, Set};

impl Compiler<'_> {
    pub(super) fn joined(&mut self, operands: &[Expression], and: bool) -> Made<Operand> {
        let mut parts = Vec::with_capacity(operands.len());
        for operand in operands {
            parts.push(self.operand(operand)?);
        }
        self.join(parts, and)
    }

    /// Kleene's *and* or *or*.
    pub(in crate::columns) fn join(&mut self, operands: Vec<Operand>, and: bool) -> Made<Operand> {
        let mut result: Option<Condition> = None;
        for operand in operands {
            if let Operand::Answer(answer) = operand {
                if answer == and {
                    continue;
                }
                return Ok(Operand::Answer(!and));
            }
            let next = self.as_condition(operand)?;
            result = Some(match result {
                None => next,
                Some(before) => {
                    let step = if and { TruthStep::And } else { TruthStep::Or };
                    Condition {
                        truths: self.truths(step(before.truths, next.truths))?,
                        settled: before.settled && next.settled,
                    }
                }
            });
        }
        Ok(result.map_or(Operand::Answer(and), Operand::Condition))
    }

    pub(in crate::columns) fn not(&mut self, operand: Operand) -> Made<Operand> {
        if let Operand::Answer(answer) = operand {
            return Ok(Operand::Answer(!answer));
        }
        let condition = self.as_condition(operand)?;
        Ok(Operand::Condition(Condition {
            truths: self.truths(TruthStep::Not(condition.truths))?,
            ..condition
        }))
    }

    pub(super) fn same(&mut self, left: Operand, right: Operand) -> Made<Operand> {
        match (left, right) {
            (Operand::Answer(left), Operand::Answer(right)) => Ok(Operand::Answer(left == right)),
            (Operand::Number(left), Operand::Number(right)) => Ok(Operand::Answer(left == right)),
            (Operand::Answer(answer), condition @ Operand::Condition(_))
            | (condition @ Operand::Condition(_), Operand::Answer(answer)) => {
                if answer {
                    Ok(condition)
                } else {
                    self.not(condition)
                }
            }
            (left @ Operand::Condition(_), right @ Operand::Condition(_)) => {
                let (no_left, no_right) = (self.not(left.clone())?, self.not(right.clone())?);
                let both = self.join(vec![left, right], true)?;
                let neither = self.join(vec![no_left, no_right], true)?;
                self.join(vec![both, neither], false)
            }
            (Operand::Column(column), Operand::Number(number))
            | (Operand::Number(number), Operand::Column(column)) => {
                let (down, up) = column.unit.steps(&number).ok_or(TOO_LARGE)?;
                let step = if down == up && (column.low..=column.high).contains(&down) {
                    column.is(short(down)?)
                } else {
                    TruthStep::Constant(NO)
                };
                self.asked(step, column.known).map(Operand::Condition)
            }
            (Operand::Column(left), Operand::Column(right)) => {
                let (left, right) = self.aligned(left, right)?;
                let known = self.both_known(left.known, right.known)?;
                self.asked(TruthStep::Same(left.steps, right.steps), known)
                    .map(Operand::Condition)
            }
            _ => Err(TYPES),
        }
    }

    pub(super) fn compared(
        &mut self,
        comparison: Comparison,
        left: Operand,
        right: Operand,
    ) -> Made<Operand> {
        match (left, right) {
            (Operand::Number(left), Operand::Number(right)) => Ok(Operand::Answer(match comparison {
                Comparison::Less => left < right,
                Comparison::LessOrEqual => left <= right,
                Comparison::Greater => left > right,
                Comparison::GreaterOrEqual => left >= right,
            })),
            (Operand::Column(column), Operand::Number(number)) => self.against(comparison, column, &number),
            (Operand::Number(number), Operand::Column(column)) => {
                let turned = match comparison {
                    Comparison::Less => Comparison::Greater,
                    Comparison::LessOrEqual => Comparison::GreaterOrEqual,
                    Comparison::Greater => Comparison::Less,
                    Comparison::GreaterOrEqual => Comparison::LessOrEqual,
                };
                self.against(turned, column, &number)
            }
            (Operand::Column(left), Operand::Column(right)) => {
                let (left, right) = self.aligned(left, right)?;
                let known = self.both_known(left.known, right.known)?;
                let (less, negated) = match comparison {
                    Comparison::Less => (TruthStep::Less(left.steps, right.steps), false),
                    Comparison::Greater => (TruthStep::Less(right.steps, left.steps), false),
                    Comparison::LessOrEqual => (TruthStep::Less(right.steps, left.steps), true),
                    Comparison::GreaterOrEqual => (TruthStep::Less(left.steps, right.steps), true),
                };
                let condition = self.asked(less, known).map(Operand::Condition)?;
                if negated {
                    self.not(condition)
                } else {
                    Ok(condition)
                }
            }
            _ => Err(TYPES),
        }
    }

    pub(super) fn against(
        &mut self,
        comparison: Comparison,
        column: Column,
        number: &Number,
    ) -> Made<Operand> {
        let (down, up) = column.unit.steps(number).ok_or(TOO_LARGE)?;
        let (most, negated) = match comparison {
            Comparison::LessOrEqual => (down, false),
            Comparison::Less => (up - 1, false),
            Comparison::Greater => (down, true),
            Comparison::GreaterOrEqual => (up - 1, true),
        };
        let most = most.clamp(column.low - 1, column.high);
        let condition = self.asked(column.at_most(short(most)?), column.known)?;
        let condition = Operand::Condition(condition);
        if negated {
            self.not(condition)
        } else {
            Ok(condition)
        }
    }

    pub(super) fn within(&mut self, operand: &Operand, set: &Set) -> Made<Operand> {
        match set {
            Set::Range(range) => self.within_range(operand, range),
            Set::Members(members) => {
                if let Some(among) = self.among(operand, members)? {
                    return Ok(among);
                }
                let mut parts = Vec::with_capacity(members.len());
                for member in members {
                    parts.push(match member {
                        SetMember::Value(value) => {
                            let value = self.operand(value)?;
                            self.same(operand.clone(), value)?
                        }
                        SetMember::Range(range) => self.within_range(operand, range)?,
                    });
                }
                self.join(parts, false)
            }
            Set::List(_) => Err(Unfit("lists")),
        }
    }

    /// Small whole numbers among constants.
    pub(super) fn among(&mut self, operand: &Operand, members: &[SetMember]) -> Made<Option<Operand>> {
        let Operand::Column(column) = operand else {
            return Ok(None);
        };
        if column.unit != Unit::ONE || column.low < 0 || column.high > 63 {
            return Ok(None);
        }
        let mut bits = 0_u64;
        for member in members {
            let SetMember::Value(member) = member else {
                return Ok(None);
            };
            let ExpressionKind::Constant(value) = &member.kind else {
                return Ok(None);
            };
            let Operand::Number(number) = constant(value)? else {
                return Ok(None);
            };
            if let Some(bit) = number.to_i64().filter(|bit| (0..64).contains(bit)) {
                bits |= 1 << bit;
            }
        }
        let (step, known) = (TruthStep::Among(column.steps, bits), column.known);
        self.asked(step, known)
            .map(|condition| Some(Operand::Condition(condition)))
    }

    pub(super) fn within_range(&mut self, operand: &Operand, range: &Interval<Expression>) -> Made<Operand> {
        let mut parts = Vec::new();
        let ends = [
            (&range.low, Comparison::GreaterOrEqual, Comparison::Greater),
            (&range.high, Comparison::LessOrEqual, Comparison::Less),
        ];
        for (end, at, beyond) in ends {
            if let Some((end, included)) = end {
                let end = self.operand(end)?;
                parts.push(self.compared(if *included { at } else { beyond }, operand.clone(), end)?);
            }
        }
        self.join(parts, true)
    }

    pub(in crate::columns) fn chosen(
        &mut self,
        condition: Operand,
        then: Operand,
        other: Operand,
    ) -> Made<Operand> {
        let condition = match condition {
            Operand::Answer(answer) => return Ok(if answer { then } else { other }),
            condition => self.as_condition(condition)?,
        };
        if matches!(then, Operand::Answer(_) | Operand::Condition(_)) {
            // Where it is unknown which, both have to agree.
            let yes = self.join(vec![Operand::Condition(condition), then.clone()], true)?;
            let not = self.not(Operand::Condition(condition))?;
            let no = self.join(vec![not, other.clone()], true)?;
            let either = self.join(vec![then, other], true)?;
            return self.join(vec![yes, no, either], false);
        }
        let (then, other) = (self.as_column(then)?, self.as_column(other)?);
        let (then, other) = self.aligned(then, other)?;
        let known = if condition.settled && then.known.is_none() && other.known.is_none() {
            None
        } else {
            Some(self.known_choice(condition, then, other)?)
        };
        let step = NumberStep::Choose(condition.truths, then.steps, other.steps);
        let ends = (then.low.min(other.low), then.high.max(other.high));
        self.number(step, then.unit, ends, known).map(Operand::Column)
    }

    /// Where a choice is known: where what is chosen is, or where both are the same.
    pub(super) fn known_choice(&mut self, condition: Condition, then: Column, other: Column) -> Made<Truths> {
        let always = self.truths(TruthStep::Constant(YES))?;
        let (then_known, other_known) = (then.known.unwrap_or(always), other.known.unwrap_or(always));
        let yes = self.truths(TruthStep::Surely(condition.truths))?;
        let not = self.truths(TruthStep::Not(condition.truths))?;
        let no = self.truths(TruthStep::Surely(not))?;
        let first = self.truths(TruthStep::And(yes, then_known))?;
        let second = self.truths(TruthStep::And(no, other_known))?;
        let either = self.truths(TruthStep::Or(first, second))?;
        if condition.settled {
            return Ok(either);
        }
        let same = self.truths(TruthStep::Same(then.steps, other.steps))?;
        let both = self.truths(TruthStep::And(then_known, other_known))?;
        let agree = self.truths(TruthStep::And(same, both))?;
        self.truths(TruthStep::Or(either, agree))
    }
}
