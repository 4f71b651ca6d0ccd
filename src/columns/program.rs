//! Operations over whole columns, one after the other.
//!
//! Comes in: steps, and the cells of a batch. Goes out: a column of numbers or of truths for each step. It never knows what
//! a number is worth; that nothing overflows was proven when the steps were made.
//!
//! Truths are two bits a record: the first is set where it is yes, the second where it is no; neither where it is unknown
//! (strong Kleene logic). So `and`, `or` and `not` are a few operations on bits, without branches.
//!
//! Invariant: a step reads only what stands before it.

use indexmap::IndexSet;

use crate::data::scan::Batch;
use crate::model::days;

/// A column of numbers, by its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Numbers(pub(super) u16);

/// A column of truths, by its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Truths(pub(super) u16);

/// A list of numbers, by its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct List(u16);

/// Yes, in two bits.
pub(super) const YES: u8 = 1;
/// No, in two bits.
pub(super) const NO: u8 = 2;

/// A step that makes numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum NumberStep {
    /// A column of the data.
    Cells(usize),
    /// The same number everywhere.
    Constant(i64),
    /// So many times.
    Times(Numbers, i64),
    /// So much more.
    Plus(Numbers, i64),
    Add(Numbers, Numbers),
    Subtract(Numbers, Numbers),
    Multiply(Numbers, Numbers),
    Least(Numbers, Numbers),
    Greatest(Numbers, Numbers),
    /// Without its sign.
    Absolute(Numbers),
    /// Divided, and rounded down.
    Floor(Numbers, i64),
    /// The first where it is yes, else the second.
    Choose(Truths, Numbers, Numbers),
    /// The year, month and day of a counted day in one number.
    Calendar(Numbers),
    /// How many numbers of a list are at most so much; the list is in order.
    Place(Numbers, List),
    /// The number of a list that stands in such a place, from 0.
    Lookup(Numbers, List),
}

/// A step that makes truths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum TruthStep {
    /// Whether a column of the data is known.
    Known(usize),
    /// The same everywhere.
    Constant(u8),
    /// At most so much.
    AtMost(Numbers, i64),
    /// Just so much.
    Is(Numbers, i64),
    /// At most so much, of numbers that have room in half as many bits: many processors compare these side by side.
    SmallAtMost(Numbers, i32),
    /// Just so much, of such numbers.
    SmallIs(Numbers, i32),
    /// The first is less than the second.
    Less(Numbers, Numbers),
    /// They are the same.
    Same(Numbers, Numbers),
    /// One of the small numbers whose bits are set.
    Among(Numbers, u64),
    And(Truths, Truths),
    Or(Truths, Truths),
    Not(Truths),
    /// The first where the second is yes, else unknown.
    Where(Truths, Truths),
    /// Whether it is known to be yes or no.
    Settled(Truths),
    /// Whether it is yes, surely.
    Surely(Truths),
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Numbers(NumberStep),
    Truths(TruthStep),
}

/// The year, month and day of a counted day in one number: there are 512 to a year, and 32 to a month.
pub(super) fn calendar(day: i64) -> Option<i64> {
    let date = days::date(day)?;
    Some(i64::from(date.year()) * 512 + i64::from(date.month()) * 32 + i64::from(date.day()))
}

/// What is computed for every record.
#[derive(Debug, Default)]
pub(super) struct Program {
    steps: Vec<Step>,
    numbers: IndexSet<NumberStep>,
    truths: IndexSet<TruthStep>,
    lists: IndexSet<Box<[i64]>>,
    /// For each column of numbers the column of the data that it is, if it is one as it stands there.
    cells: Vec<Option<usize>>,
}

impl Program {
    /// Adds a step, unless it stands there already; `None` where there are too many.
    pub(super) fn numbers(&mut self, step: NumberStep) -> Option<Numbers> {
        let (index, is_new) = self.numbers.insert_full(step);
        if is_new {
            self.steps.push(Step::Numbers(step));
            self.cells.push(match step {
                NumberStep::Cells(column) => Some(column),
                _ => None,
            });
        }
        u16::try_from(index).ok().map(Numbers)
    }

    /// Adds a step, unless it stands there already; `None` where there are too many.
    pub(super) fn truths(&mut self, step: TruthStep) -> Option<Truths> {
        let (index, is_new) = self.truths.insert_full(step);
        if is_new {
            self.steps.push(Step::Truths(step));
        }
        u16::try_from(index).ok().map(Truths)
    }

    /// Adds a list, unless it stands there already; `None` where there are too many.
    pub(super) fn list(&mut self, numbers: Vec<i64>) -> Option<List> {
        let (index, _) = self.lists.insert_full(numbers.into());
        u16::try_from(index).ok().map(List)
    }

    fn numbers_of(&self, list: List) -> &[i64] {
        self.lists
            .get_index(usize::from(list.0))
            .map_or(&[], AsRef::as_ref)
    }
}

/// The columns that a program has computed for a batch.
#[derive(Debug, Default)]
pub(super) struct Registers {
    numbers: Vec<Vec<i64>>,
    truths: Vec<Vec<u8>>,
}

/// What stands in all columns for a batch: its own, and those that were computed.
#[derive(Clone, Copy)]
pub(super) struct Values<'v> {
    registers: &'v Registers,
    program: &'v Program,
    batch: &'v Batch,
}

impl Registers {
    /// Runs a program over a batch.
    pub(super) fn run<'v>(&'v mut self, program: &'v Program, batch: &'v Batch) -> Values<'v> {
        self.numbers.resize_with(program.numbers.len(), Vec::new);
        self.truths.resize_with(program.truths.len(), Vec::new);
        let (mut number, mut truth) = (0, 0);
        for step in &program.steps {
            match step {
                Step::Numbers(step) => {
                    let place = self.numbers.get_mut(number);
                    let mut to = place.map(std::mem::take).unwrap_or_default();
                    to.clear();
                    self.values(program, batch).make_numbers(*step, &mut to);
                    if let Some(place) = self.numbers.get_mut(number) {
                        *place = to;
                    }
                    number += 1;
                }
                Step::Truths(step) => {
                    let place = self.truths.get_mut(truth);
                    let mut to = place.map(std::mem::take).unwrap_or_default();
                    to.clear();
                    self.values(program, batch).make_truths(*step, &mut to);
                    if let Some(place) = self.truths.get_mut(truth) {
                        *place = to;
                    }
                    truth += 1;
                }
            }
        }
        self.values(program, batch)
    }

    fn values<'v>(&'v self, program: &'v Program, batch: &'v Batch) -> Values<'v> {
        Values {
            registers: self,
            program,
            batch,
        }
    }
}

impl<'v> Values<'v> {
    pub(super) fn numbers(&self, column: Numbers) -> &'v [i64] {
        let index = usize::from(column.0);
        let column = match self.program.cells.get(index) {
            Some(Some(cells)) => self.batch.columns.get(*cells),
            _ => self.registers.numbers.get(index),
        };
        column.map_or(&[], Vec::as_slice)
    }

    pub(super) fn truths(&self, column: Truths) -> &'v [u8] {
        let truths = self.registers.truths.get(usize::from(column.0));
        truths.map_or(&[], Vec::as_slice)
    }

    fn make_numbers(&self, step: NumberStep, to: &mut Vec<i64>) {
        let (program, rows) = (self.program, self.batch.rows());
        let one = |column: Numbers| self.numbers(column).iter().copied();
        let two = |left: Numbers, right: Numbers| self.numbers(left).iter().zip(self.numbers(right));
        match step {
            // They are read where they stand.
            NumberStep::Cells(_) => {}
            NumberStep::Constant(value) => to.resize(rows, value),
            NumberStep::Times(column, factor) => {
                to.extend(one(column).map(|value| value.wrapping_mul(factor)))
            }
            NumberStep::Plus(column, more) => to.extend(one(column).map(|value| value.wrapping_add(more))),
            NumberStep::Add(left, right) => to.extend(two(left, right).map(|(a, b)| a.wrapping_add(*b))),
            NumberStep::Subtract(left, right) => to.extend(two(left, right).map(|(a, b)| a.wrapping_sub(*b))),
            NumberStep::Multiply(left, right) => to.extend(two(left, right).map(|(a, b)| a.wrapping_mul(*b))),
            NumberStep::Least(left, right) => to.extend(two(left, right).map(|(a, b)| *a.min(b))),
            NumberStep::Greatest(left, right) => to.extend(two(left, right).map(|(a, b)| *a.max(b))),
            NumberStep::Absolute(column) => to.extend(one(column).map(i64::wrapping_abs)),
            NumberStep::Floor(column, divisor) => {
                to.extend(one(column).map(|value| value.wrapping_div_euclid(divisor)));
            }
            NumberStep::Choose(truths, then, other) => {
                let both = two(then, other).zip(self.truths(truths));
                to.extend(both.map(|((then, other), truth)| if *truth == YES { *then } else { *other }));
            }
            NumberStep::Calendar(column) => {
                to.extend(one(column).map(|day| calendar(day).unwrap_or_default()));
            }
            NumberStep::Place(column, list) => {
                let list = program.numbers_of(list);
                // A short list is gone through without a branch.
                if list.len() <= 8 {
                    let place = |value: i64| list.iter().map(|least| i64::from(*least <= value)).sum::<i64>();
                    to.extend(one(column).map(place));
                } else {
                    let place = |value: i64| list.partition_point(|least| *least <= value);
                    to.extend(one(column).map(|value| i64::try_from(place(value)).unwrap_or_default()));
                }
            }
            NumberStep::Lookup(column, list) => {
                let list = program.numbers_of(list);
                let number = |place: i64| usize::try_from(place).ok().and_then(|place| list.get(place));
                to.extend(one(column).map(|place| number(place).copied().unwrap_or_default()));
            }
        }
    }

    fn make_truths(&self, step: TruthStep, to: &mut Vec<u8>) {
        let (batch, rows) = (self.batch, self.batch.rows());
        let of = |column: Numbers| self.numbers(column).iter().copied();
        let two = |left: Numbers, right: Numbers| self.numbers(left).iter().zip(self.numbers(right));
        let both = |left: Truths, right: Truths| self.truths(left).iter().zip(self.truths(right));
        let said = |holds: bool| NO - u8::from(holds);
        match step {
            TruthStep::Known(column) => {
                to.extend(batch.unknown.iter().map(|bits| said(bits >> column & 1 == 0)));
            }
            TruthStep::Constant(value) => to.resize(rows, value),
            TruthStep::AtMost(column, most) => to.extend(of(column).map(|value| said(value <= most))),
            TruthStep::Is(column, only) => to.extend(of(column).map(|value| said(value == only))),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the step is made for small numbers only"
            )]
            TruthStep::SmallAtMost(column, most) => {
                to.extend(of(column).map(|value| said(value as i32 <= most)));
            }
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the step is made for small numbers only"
            )]
            TruthStep::SmallIs(column, only) => to.extend(of(column).map(|value| said(value as i32 == only))),
            TruthStep::Less(left, right) => to.extend(two(left, right).map(|(a, b)| said(a < b))),
            TruthStep::Same(left, right) => to.extend(two(left, right).map(|(a, b)| said(a == b))),
            TruthStep::Among(column, members) => {
                to.extend(of(column).map(|value| said(members >> (value & 63) & 1 == 1)));
            }
            TruthStep::And(left, right) => {
                to.extend(both(left, right).map(|(a, b)| (a & b & YES) | ((a | b) & NO)));
            }
            TruthStep::Or(left, right) => {
                to.extend(both(left, right).map(|(a, b)| ((a | b) & YES) | (a & b & NO)));
            }
            TruthStep::Not(column) => {
                to.extend(
                    self.truths(column)
                        .iter()
                        .map(|truth| (truth >> 1) | (truth << 1 & NO)),
                );
            }
            TruthStep::Where(column, known) => {
                // The bit of *yes*, spread over both.
                to.extend(both(column, known).map(|(truth, known)| truth & (known & YES).wrapping_mul(3)));
            }
            TruthStep::Settled(column) => {
                to.extend(self.truths(column).iter().map(|truth| said(*truth != 0)));
            }
            TruthStep::Surely(column) => {
                to.extend(self.truths(column).iter().map(|truth| said(*truth == YES)));
            }
        }
    }
}
