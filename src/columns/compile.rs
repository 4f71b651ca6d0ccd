//! Typed expressions as steps over columns.
//!
//! Comes in: expressions of a policy about one record of its own type. Goes out: columns of a [`Program`], or that an
//! expression is none for columns ([`Unfit`]). It never changes what an expression means: numbers are kept as whole
//! multiples of an exact unit, and each column with the ends that its values cannot leave, so that nothing overflows.
//!
//! Invariant: the same expression gives the same column; what evaluation knows as unknown is unknown in it.

mod choices;
mod conditions;
mod dates;
mod numbers;
mod tables;

use std::collections::BTreeMap;

use super::program::{NumberStep, Numbers, Program, TruthStep, Truths};
use super::units::Unit;
use crate::data::scan;
use crate::model::{
    Aggregation, Arithmetic, CriterionBody, CriterionId, DefineBody, Expression, ExpressionKind, FieldId,
    Number, Policy, Type, Value, days,
};

/// What is not decided over columns, in a few words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfit(pub &'static str);

/// A numeric column: values are whole multiples of its unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) steps: Numbers,
    pub(super) unit: Unit,
    /// The least and the greatest number of steps that can stand in it.
    pub(super) low: i128,
    pub(super) high: i128,
    /// Where it is known; `None` where it always is.
    pub(super) known: Option<Truths>,
}

impl Column {
    /// Whether its numbers are at most so much.
    pub(super) fn at_most(&self, most: i64) -> TruthStep {
        match self.small(most) {
            Some(most) => TruthStep::SmallAtMost(self.steps, most),
            None => TruthStep::AtMost(self.steps, most),
        }
    }

    /// Whether its numbers are just so much.
    pub(super) fn is(&self, only: i64) -> TruthStep {
        match self.small(only) {
            Some(only) => TruthStep::SmallIs(self.steps, only),
            None => TruthStep::Is(self.steps, only),
        }
    }

    /// A number in 32 bits, where it and all of the column's have room in them.
    fn small(&self, number: i64) -> Option<i32> {
        let is_small = self.low >= i128::from(i32::MIN) && self.high <= i128::from(i32::MAX);
        i32::try_from(number).ok().filter(|_| is_small)
    }
}

/// A yes or no for each record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Condition {
    pub(super) truths: Truths,
    /// Whether it is never unknown.
    pub(super) settled: bool,
}

/// What an expression comes to.
#[derive(Debug, Clone)]
pub(super) enum Operand {
    /// The same number for all; members and levels are numbered, days are counted.
    Number(Number),
    /// The same answer for all.
    Answer(bool),
    Column(Column),
    Condition(Condition),
}

/// No column holds a number beyond this.
const MOST: i128 = 1 << 62;

const TOO_LARGE: Unfit = Unfit("numbers that may be too large for whole numbers of 64 bits");
const TOO_MANY: Unfit = Unfit("too many steps");
const TYPES: Unfit = Unfit("values that are neither numbers, answers, dates nor words");

pub(super) type Made<T> = Result<T, Unfit>;

/// Makes steps of expressions.
pub(super) struct Compiler<'p> {
    pub(super) policy: &'p Policy,
    guess: scan::Guess,
    pub(super) program: Program,
    /// The fields that are read, each with its column.
    pub(super) fields: Vec<(FieldId, scan::Column)>,
    defines: BTreeMap<u32, Operand>,
    groups: BTreeMap<u32, Operand>,
    criteria: BTreeMap<u32, Operand>,
    tables: BTreeMap<u32, Operand>,
    /// What the table whose rows are at hand is applied to.
    parameters: Vec<Operand>,
    /// What must be *no* for no record: whoever reads closely tells what is wrong with one.
    pub(super) guards: Vec<Truths>,
}

impl<'p> Compiler<'p> {
    pub(super) fn new(policy: &'p Policy, guess: &scan::Guess) -> Compiler<'p> {
        Compiler {
            policy,
            guess: guess.clone(),
            program: Program::default(),
            fields: Vec::new(),
            defines: BTreeMap::new(),
            groups: BTreeMap::new(),
            criteria: BTreeMap::new(),
            tables: BTreeMap::new(),
            parameters: Vec::new(),
            guards: Vec::new(),
        }
    }

    /// Whether a condition holds for each record.
    pub(super) fn condition(&mut self, expression: &Expression) -> Made<Condition> {
        let operand = self.operand(expression)?;
        self.as_condition(operand)
    }

    pub(super) fn as_condition(&mut self, operand: Operand) -> Made<Condition> {
        match operand {
            Operand::Condition(condition) => Ok(condition),
            Operand::Answer(answer) => {
                let truth = if answer {
                    super::program::YES
                } else {
                    super::program::NO
                };
                self.settled(TruthStep::Constant(truth))
            }
            Operand::Number(_) | Operand::Column(_) => Err(TYPES),
        }
    }

    /// The number that an expression comes to for each record; yes is 1 and no is 0.
    pub(super) fn column(&mut self, expression: &Expression) -> Made<Column> {
        let operand = self.operand(expression)?;
        self.as_column(operand)
    }

    pub(super) fn as_column(&mut self, operand: Operand) -> Made<Column> {
        match operand {
            Operand::Column(column) => Ok(column),
            Operand::Number(number) => {
                let (unit, steps) = whole(&number)?;
                self.number(NumberStep::Constant(short(steps)?), unit, (steps, steps), None)
            }
            Operand::Answer(answer) => {
                let steps = i64::from(answer);
                let ends = (i128::from(steps), i128::from(steps));
                self.number(NumberStep::Constant(steps), Unit::ONE, ends, None)
            }
            Operand::Condition(condition) => {
                let yes = self.number(NumberStep::Constant(1), Unit::ONE, (1, 1), None)?;
                let no = self.number(NumberStep::Constant(0), Unit::ONE, (0, 0), None)?;
                let known = if condition.settled {
                    None
                } else {
                    Some(self.truths(TruthStep::Settled(condition.truths))?)
                };
                let step = NumberStep::Choose(condition.truths, yes.steps, no.steps);
                self.number(step, Unit::ONE, (0, 1), known)
            }
        }
    }

    fn number(
        &mut self,
        step: NumberStep,
        unit: Unit,
        (low, high): (i128, i128),
        known: Option<Truths>,
    ) -> Made<Column> {
        if low < -MOST || high > MOST {
            return Err(TOO_LARGE);
        }
        Ok(Column {
            steps: self.program.numbers(step).ok_or(TOO_MANY)?,
            unit,
            low,
            high,
            known,
        })
    }

    pub(super) fn truths(&mut self, step: TruthStep) -> Made<Truths> {
        self.program.truths(step).ok_or(TOO_MANY)
    }

    fn settled(&mut self, step: TruthStep) -> Made<Condition> {
        Ok(Condition {
            truths: self.truths(step)?,
            settled: true,
        })
    }

    /// A condition on values, where they are known.
    fn asked(&mut self, step: TruthStep, known: Option<Truths>) -> Made<Condition> {
        let truths = self.truths(step)?;
        Ok(match known {
            None => Condition {
                truths,
                settled: true,
            },
            Some(known) => Condition {
                truths: self.truths(TruthStep::Where(truths, known))?,
                settled: false,
            },
        })
    }

    fn both_known(&mut self, left: Option<Truths>, right: Option<Truths>) -> Made<Option<Truths>> {
        Ok(match (left, right) {
            (Some(left), Some(right)) if left != right => Some(self.truths(TruthStep::And(left, right))?),
            (known, None) | (None, known) | (known, Some(_)) => known,
        })
    }

    /// What an expression comes to.
    pub(super) fn operand(&mut self, expression: &Expression) -> Made<Operand> {
        match &expression.kind {
            ExpressionKind::Constant(value) => constant(value),
            ExpressionKind::Field(field) => self.field(*field),
            ExpressionKind::Define(id) => {
                if let Some(known) = self.defines.get(&id.0) {
                    return Ok(known.clone());
                }
                let define = self.policy.define(*id);
                let operand = deep(|| match &define.body {
                    DefineBody::Value(value) => self.operand(value),
                    DefineBody::Cases(cases) => self.cases(define, cases),
                })?;
                self.defines.insert(id.0, operand.clone());
                Ok(operand)
            }
            ExpressionKind::Group(id) => {
                if let Some(known) = self.groups.get(&id.0) {
                    return Ok(known.clone());
                }
                let operand = deep(|| self.operand(&self.policy.group(*id).condition))?;
                self.groups.insert(id.0, operand.clone());
                Ok(operand)
            }
            ExpressionKind::Table(id) => deep(|| self.table(*id)),
            ExpressionKind::Apply(id, arguments) => deep(|| self.applied(*id, arguments)),
            ExpressionKind::Parameter(index) => self.parameters.get(*index).cloned().ok_or(TYPES),
            ExpressionKind::Criterion(id) => self.criterion(*id),
            ExpressionKind::Total => self.total(),
            ExpressionKind::Not(operand) => {
                let operand = self.operand(operand)?;
                self.not(operand)
            }
            ExpressionKind::And(operands) => self.joined(operands, true),
            ExpressionKind::Or(operands) => self.joined(operands, false),
            ExpressionKind::Is(left, right, negated) => {
                let (left, right) = (self.operand(left)?, self.operand(right)?);
                let same = self.same(left, right)?;
                if *negated { self.not(same) } else { Ok(same) }
            }
            ExpressionKind::Compare(comparison, left, right) => {
                let (left, right) = (self.operand(left)?, self.operand(right)?);
                self.compared(*comparison, left, right)
            }
            ExpressionKind::In(operand, set, negated) => {
                let operand = self.operand(operand)?;
                let within = self.within(&operand, set)?;
                if *negated { self.not(within) } else { Ok(within) }
            }
            ExpressionKind::Known(operand, negated) => {
                let operand = self.operand(operand)?;
                let known = match operand {
                    Operand::Number(_) | Operand::Answer(_) => Operand::Answer(true),
                    Operand::Column(Column { known: None, .. })
                    | Operand::Condition(Condition { settled: true, .. }) => Operand::Answer(true),
                    Operand::Column(Column {
                        known: Some(known), ..
                    }) => Operand::Condition(Condition {
                        truths: known,
                        settled: true,
                    }),
                    Operand::Condition(condition) => {
                        Operand::Condition(self.settled(TruthStep::Settled(condition.truths))?)
                    }
                };
                if *negated { self.not(known) } else { Ok(known) }
            }
            ExpressionKind::Arithmetic(first, rest) => {
                let mut result = self.operand(first)?;
                for (operator, operand) in rest {
                    let operand = self.operand(operand)?;
                    result = match operator {
                        Arithmetic::Add => self.sum(result, operand, false)?,
                        Arithmetic::Subtract => self.sum(result, operand, true)?,
                        Arithmetic::Multiply => self.product(result, operand)?,
                        Arithmetic::Divide => self.quotient(result, operand)?,
                    };
                }
                Ok(result)
            }
            ExpressionKind::Negate(operand) => {
                let operand = self.operand(operand)?;
                self.product(operand, Operand::Number(Number::from_integer(-1)))
            }
            ExpressionKind::If(condition, then, other) => {
                let condition = self.operand(condition)?;
                let (then, other) = (self.operand(then)?, self.operand(other)?);
                self.chosen(condition, then, other)
            }
            ExpressionKind::Call(function, arguments) => self.call(*function, arguments),
            _ => Err(Unfit("what reads other records, lists, ranks or texts")),
        }
    }

    fn field(&mut self, id: FieldId) -> Made<Operand> {
        let known = self.fields.iter().position(|(known, _)| *known == id);
        let index = known.unwrap_or(self.fields.len());
        if known.is_none() {
            let column = scan::Column::of(self.policy, self.policy.record, id, &self.guess).ok_or(TYPES)?;
            self.fields.push((id, column));
        }
        let Some((_, column)) = self.fields.get(index) else {
            return Err(TYPES);
        };
        let (optional, yes_no, decimals) = (column.optional, column.is_yes_no(), column.decimals);
        let ends = (i128::from(column.low), i128::from(column.high));
        let known = if optional {
            Some(self.truths(TruthStep::Known(index))?)
        } else {
            None
        };
        let unit = Unit::decimal(decimals).ok_or(TOO_LARGE)?;
        let cells = self.number(NumberStep::Cells(index), unit, ends, known)?;
        if yes_no {
            return Ok(Operand::Condition(self.asked(cells.is(1), known)?));
        }
        Ok(Operand::Column(cells))
    }

    pub(super) fn criterion(&mut self, id: CriterionId) -> Made<Operand> {
        if let Some(known) = self.criteria.get(&id.0) {
            return Ok(known.clone());
        }
        let made = match &self.policy.criterion(id).body {
            CriterionBody::Value(value) => self.operand(value)?,
            CriterionBody::Questions(aggregation, questions) => self.questions(*aggregation, questions)?,
        };
        self.criteria.insert(id.0, made.clone());
        Ok(made)
    }

    fn questions(&mut self, aggregation: Aggregation, questions: &[(FieldId, Number)]) -> Made<Operand> {
        let mut counted = Vec::new();
        for (id, weight) in questions {
            let mut answer = self.field(*id)?;
            if self.policy.field(self.policy.record, *id).reversed {
                let ends = self.ends(*id).ok_or(Unfit("reversed questions without ends"))?;
                answer = self.sum(Operand::Number(ends), answer, true)?;
            }
            if aggregation == Aggregation::WeightedMean {
                answer = self.product(answer, Operand::Number(weight.clone()))?;
            }
            counted.push(answer);
        }
        let whole = match aggregation {
            Aggregation::Mean => Number::from_integer(i64::try_from(counted.len()).map_err(|_| TOO_MANY)?),
            Aggregation::WeightedMean => {
                let mut weights = questions.iter().map(|(_, weight)| weight);
                weights
                    .try_fold(Number::zero(), |sum, weight| sum.add(weight))
                    .ok_or(TOO_LARGE)?
            }
            _ => Number::one(),
        };
        let mut counted = counted.into_iter();
        let Some(first) = counted.next() else {
            return Err(Unfit("criteria without questions"));
        };
        let mut result = first;
        for next in counted {
            result = match aggregation {
                Aggregation::Least => self.extreme(result, next, true)?,
                Aggregation::Greatest => self.extreme(result, next, false)?,
                Aggregation::Mean | Aggregation::WeightedMean | Aggregation::Sum => {
                    self.sum(result, next, false)?
                }
            };
        }
        self.quotient(result, Operand::Number(whole))
    }

    /// The lowest and the highest answer to a question, added up: less an answer, they are the answer reversed.
    fn ends(&self, id: FieldId) -> Option<Number> {
        let field = self.policy.field(self.policy.record, id);
        if let Type::Scale(scale) = field.of_type {
            let (lowest, highest) = self.policy.scale(scale).bounds()?;
            return lowest.add(highest);
        }
        let range = field.bounds.range.as_ref()?;
        let ((lowest, _), (highest, _)) = (range.low.as_ref()?, range.high.as_ref()?);
        lowest.add(highest)
    }

    pub(super) fn total(&mut self) -> Made<Operand> {
        if let Some(score) = &self.policy.score {
            return self.operand(&score.value);
        }
        let mut total = Operand::Number(Number::zero());
        for (criterion, id) in self.policy.criteria.iter().zip(0..) {
            let value = self.criterion(CriterionId(id))?;
            let weighted = self.product(value, Operand::Number(criterion.weight.clone()))?;
            total = self.sum(total, weighted, false)?;
        }
        Ok(total)
    }
}

/// Compiles what rests on what else is defined, as deep as a policy may have it, with more stack where there is little left.
fn deep<T>(step: impl FnOnce() -> T) -> T {
    // The deepest that one expression may nest fits into it.
    const LEAST: usize = 2 * 1024 * 1024;
    const MORE: usize = 16 * 1024 * 1024;
    stacker::maybe_grow(LEAST, MORE, step)
}

fn constant(value: &Value) -> Made<Operand> {
    Ok(match value {
        Value::YesNo(answer) => Operand::Answer(*answer),
        Value::Number(number) => Operand::Number(number.clone()),
        Value::Member(index) | Value::Level(index) => {
            Operand::Number(Number::from_integer(i64::from(*index)))
        }
        Value::Date(date) => Operand::Number(Number::from_integer(days::count(*date))),
        _ => return Err(TYPES),
    })
}

/// A number as so many of a unit.
fn whole(number: &Number) -> Made<(Unit, i128)> {
    let (numerator, denominator) = number.ratio().ok_or(TOO_LARGE)?;
    let unit = Unit::new(1, denominator).ok_or(TOO_LARGE)?;
    Ok((unit, numerator))
}

fn short(number: i128) -> Made<i64> {
    i64::try_from(number).map_err(|_| TOO_LARGE)
}
