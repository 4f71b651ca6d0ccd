//! Decision tables, looked up.
//!
//! Comes in: a table and the operands it is asked with. Goes out: the operand of its value. Each input is cut at the constants
//! of the cells; what every combination of the pieces leaves open is found once, and looked up for each record. Where that
//! would be too many combinations, rows are gone through, and an unknown input is left to whoever reads closely. It never
//! finds out itself what an unknown input leaves open: the model's tables say it.
//!
//! Invariant: all values of one piece are matched by the same cells.

use std::collections::BTreeMap;

use super::super::program::{NumberStep, TruthStep};
use super::super::units::Unit;
use super::{Column, Compiler, Condition, Made, Operand, TOO_LARGE, TOO_MANY, TYPES, constant, short, whole};
use crate::model::days;
use crate::model::tables::{self, matches_cell};
use crate::model::{
    Cell, Comparison, Expression, Interval, Number, Policy, Row, Table, TableId, Type, Value,
};

/// The most combinations that are found out beforehand.
const LOOKUPS: usize = 1 << 12;
/// The most different values, where they are computed.
const VALUES: usize = 256;
/// The most rows that are gone through.
const ROWS: usize = 1_000;

/// An input, cut into pieces.
struct Input {
    column: Column,
    /// Where each piece but the first begins, in steps.
    starts: Vec<i64>,
    /// A value of each piece.
    values: Vec<Value>,
}

impl Input {
    /// How many cases there are: the pieces, and perhaps that it is unknown.
    fn cases(&self) -> usize {
        self.values.len() + usize::from(self.column.known.is_some())
    }
}

/// What a combination of pieces leaves open.
#[derive(Clone, Default)]
struct Open {
    /// The piece of each input; none where it is unknown.
    pieces: Vec<Option<usize>>,
    /// The rows that may match, `otherwise` as the last of all.
    rows: Vec<usize>,
}

impl Compiler<'_> {
    /// The value of a table that is read by name.
    pub(super) fn table(&mut self, id: TableId) -> Made<Operand> {
        if let Some(known) = self.tables.get(&id.0) {
            return Ok(known.clone());
        }
        let table = self.policy.table(id);
        let mut inputs = Vec::new();
        for column in &table.columns {
            inputs.push(self.operand(column.value.as_ref().ok_or(TYPES)?)?);
        }
        let operand = self.looked_up(table, inputs)?;
        self.tables.insert(id.0, operand.clone());
        Ok(operand)
    }

    /// The value of a table that is applied.
    pub(super) fn applied(&mut self, id: TableId, arguments: &[Expression]) -> Made<Operand> {
        let table = self.policy.table(id);
        let mut inputs = Vec::new();
        for (argument, column) in arguments.iter().zip(&table.columns) {
            let input = self.operand(argument)?;
            self.guard(&input, &column.of_type, &column.bounds)?;
            inputs.push(input);
        }
        self.looked_up(table, inputs)
    }

    fn looked_up(&mut self, table: &Table, operands: Vec<Operand>) -> Made<Operand> {
        let mut inputs = Vec::new();
        for (index, operand) in operands.iter().enumerate() {
            let column = self.as_column(operand.clone())?;
            inputs.push(input(self.policy, table, index, column)?);
        }
        let outer = std::mem::replace(&mut self.parameters, operands);
        let mut values = Vec::new();
        for row in table.rows.iter().chain(&table.otherwise) {
            values.push(self.operand(&row.value)?);
        }
        self.parameters = outer;
        let cases = inputs
            .iter()
            .try_fold(1_usize, |count, input| count.checked_mul(input.cases()));
        if cases.is_none_or(|cases| cases > LOOKUPS) {
            return self.by_rows(table, &inputs, values);
        }
        let open = self.all_open(table, &inputs);
        let each: Option<Vec<Value>> = values.iter().map(written).collect();
        match each {
            Some(each) => {
                let place = self.place(&inputs)?;
                let agreed = open.iter().map(|open| agreed(&each, &open.rows));
                self.constants(place, &table.of_type, agreed.collect())
            }
            None => self.computed(table, &inputs, &values, &open),
        }
    }

    /// What each combination of pieces leaves open, the pieces of the last input changing first.
    fn all_open(&self, table: &Table, inputs: &[Input]) -> Vec<Open> {
        let mut all = vec![Open {
            rows: (0..table.rows.len()).collect(),
            ..Open::default()
        }];
        for (index, input) in inputs.iter().enumerate() {
            let fits = |value: &Value| -> Vec<bool> {
                let cells = table.rows.iter().map(|row| row.cells.get(index));
                cells
                    .map(|cell| cell.is_none_or(|cell| matches_cell(cell, value)))
                    .collect()
            };
            let fits: Vec<Vec<bool>> = input.values.iter().map(fits).collect();
            let mut next = Vec::with_capacity(all.len() * input.cases());
            for open in &all {
                let with = |piece: Option<usize>, rows: Vec<usize>| Open {
                    pieces: open.pieces.iter().copied().chain([piece]).collect(),
                    rows,
                };
                for (piece, fits) in fits.iter().enumerate() {
                    let rows = open.rows.iter().copied();
                    let rows = rows.filter(|row| fits.get(*row).copied().unwrap_or(false));
                    next.push(with(Some(piece), rows.collect()));
                }
                if input.column.known.is_some() {
                    next.push(with(None, open.rows.clone()));
                }
            }
            all = next;
        }
        let any_unknown = inputs.iter().any(|input| input.column.known.is_some());
        let regions =
            any_unknown.then(|| tables::regions(&self.policy.enumerations, &self.policy.scales, table));
        let otherwise = table.otherwise.as_ref().map(|_| table.rows.len());
        for open in &mut all {
            if open.pieces.iter().all(Option::is_some) {
                // As many as one, as no two rows match the same; the first, if they did.
                open.rows.truncate(1);
                if open.rows.is_empty() {
                    open.rows.extend(otherwise);
                }
                continue;
            }
            let known = open.pieces.iter().zip(inputs);
            let known: Vec<Option<&Value>> =
                known.map(|(piece, input)| input.values.get((*piece)?)).collect();
            let rows = tables::open(table, regions.as_ref(), &known);
            let index = |row: &Row| {
                let mut rows = table.rows.iter().chain(&table.otherwise);
                rows.position(|known| std::ptr::eq(known, row))
            };
            open.rows = rows.into_iter().filter_map(index).collect();
        }
        all
    }

    /// Which combination of pieces each record has.
    fn place(&mut self, inputs: &[Input]) -> Made<Column> {
        let ends =
            |cases: usize| Ok::<_, super::Unfit>((0, i128::try_from(cases).map_err(|_| TOO_MANY)? - 1));
        let mut place = self.number(NumberStep::Constant(0), Unit::ONE, (0, 0), None)?;
        let mut count = 1;
        for input in inputs.iter().filter(|input| input.cases() > 1) {
            let column = input.column;
            let list = self.program.list(input.starts.clone()).ok_or(TOO_MANY)?;
            let of_input = ends(input.cases())?;
            let mut piece = self.number(NumberStep::Place(column.steps, list), Unit::ONE, of_input, None)?;
            if let Some(known) = column.known {
                let last = self.number(
                    NumberStep::Constant(short(of_input.1)?),
                    Unit::ONE,
                    (of_input.1, of_input.1),
                    None,
                )?;
                let step = NumberStep::Choose(known, piece.steps, last.steps);
                piece = self.number(step, Unit::ONE, of_input, None)?;
            }
            count *= input.cases();
            if place.high == 0 {
                place = piece;
                continue;
            }
            let times = i64::try_from(input.cases()).map_err(|_| TOO_MANY)?;
            let before = self.number(
                NumberStep::Times(place.steps, times),
                Unit::ONE,
                ends(count)?,
                None,
            )?;
            place = self.number(
                NumberStep::Add(before.steps, piece.steps),
                Unit::ONE,
                ends(count)?,
                None,
            )?;
        }
        Ok(place)
    }

    /// Values that are written down, by their places; none where it is unknown.
    fn constants(&mut self, place: Column, of_type: &Type, values: Vec<Option<Value>>) -> Made<Operand> {
        let is_known = values.iter().all(Option::is_some);
        if *of_type == Type::YesNo {
            let answers = values.iter().map(|value| match value {
                Some(Value::YesNo(answer)) => i64::from(*answer),
                _ => 2,
            });
            let list = self.program.list(answers.collect()).ok_or(TOO_MANY)?;
            let answer = self.number(NumberStep::Lookup(place.steps, list), Unit::ONE, (0, 2), None)?;
            let known = if is_known {
                None
            } else {
                Some(self.truths(answer.at_most(1))?)
            };
            return self.asked(answer.is(1), known).map(Operand::Condition);
        }
        let mut unit: Option<Unit> = None;
        let numbers = || values.iter().flatten().filter_map(Value::as_number);
        for number in numbers() {
            let (own, _) = whole(number)?;
            unit = Some(match unit {
                None => own,
                Some(unit) => unit.common(own).ok_or(TOO_LARGE)?.0,
            });
        }
        let unit = unit.unwrap_or(Unit::ONE);
        let steps = |number: &Number| short(unit.steps(number).ok_or(TOO_LARGE)?.0);
        let known: Vec<i64> = numbers().map(steps).collect::<Made<_>>()?;
        let filler = known.first().copied().unwrap_or(0);
        let low = known.iter().min().map_or(0, |low| i128::from(*low));
        let high = known.iter().max().map_or(0, |high| i128::from(*high));
        let mut known = known.into_iter();
        let all = values
            .iter()
            .map(|value| value.as_ref().and_then(|_| known.next()).unwrap_or(filler));
        let list = self.program.list(all.collect()).ok_or(TOO_MANY)?;
        let known = if is_known {
            None
        } else {
            let known = values.iter().map(|value| i64::from(value.is_some()));
            let known = self.program.list(known.collect()).ok_or(TOO_MANY)?;
            let known = self.number(NumberStep::Lookup(place.steps, known), Unit::ONE, (0, 1), None)?;
            Some(self.truths(known.is(1))?)
        };
        self.number(NumberStep::Lookup(place.steps, list), unit, (low, high), known)
            .map(Operand::Column)
    }

    /// Values of which some are computed: one is chosen for each set of rows that may be open.
    fn computed(
        &mut self,
        table: &Table,
        inputs: &[Input],
        values: &[Operand],
        open: &[Open],
    ) -> Made<Operand> {
        let mut sets: BTreeMap<&[usize], i64> = BTreeMap::new();
        for open in open {
            let next = i64::try_from(sets.len()).map_err(|_| TOO_MANY)?;
            sets.entry(&open.rows).or_insert(next);
        }
        if sets.len() > VALUES {
            return self.by_rows(table, inputs, values.to_vec());
        }
        let which = open
            .iter()
            .filter_map(|open| sets.get(open.rows.as_slice()).copied());
        let list = self.program.list(which.collect()).ok_or(TOO_MANY)?;
        let place = self.place(inputs)?;
        let ends = (0, i128::try_from(sets.len()).map_err(|_| TOO_MANY)?);
        let which = self.number(NumberStep::Lookup(place.steps, list), Unit::ONE, ends, None)?;
        let mut result: Option<Operand> = None;
        for (rows, set) in sets {
            let mut agreed: Option<Operand> = None;
            for row in rows {
                let value = values.get(*row).cloned().ok_or(TYPES)?;
                agreed = Some(match agreed {
                    None => value,
                    Some(before) => self.agreed(before, value)?,
                });
            }
            let value = match agreed {
                Some(agreed) => agreed,
                None => self.unknown(&table.of_type)?,
            };
            result = Some(match result {
                None => value,
                Some(other) => {
                    let here = self.asked(which.is(set), None)?;
                    self.chosen(Operand::Condition(here), value, other)?
                }
            });
        }
        result.ok_or(TYPES)
    }

    /// What two values agree on: as if it were unknown which of them holds.
    fn agreed(&mut self, one: Operand, other: Operand) -> Made<Operand> {
        let open = Condition {
            truths: self.truths(TruthStep::Constant(0))?,
            settled: false,
        };
        self.chosen(Operand::Condition(open), one, other)
    }

    /// The value of the first row that matches, one row after the other.
    fn by_rows(&mut self, table: &Table, inputs: &[Input], values: Vec<Operand>) -> Made<Operand> {
        if table.rows.len() > ROWS {
            return Err(super::Unfit("tables of very many rows"));
        }
        for known in inputs.iter().filter_map(|input| input.column.known) {
            self.guards.push(known);
        }
        let mut result = match values.get(table.rows.len()) {
            Some(otherwise) => otherwise.clone(),
            None => self.unknown(&table.of_type)?,
        };
        for (row, value) in table.rows.iter().zip(values).rev() {
            let mut cells = Vec::new();
            for (cell, input) in row.cells.iter().zip(inputs) {
                if let Cell::Among(ranges) = cell {
                    let mut parts = Vec::new();
                    for range in ranges {
                        parts.push(self.within_values(input.column, range)?);
                    }
                    cells.push(self.join(parts, false)?);
                }
            }
            let here = self.join(cells, true)?;
            result = self.chosen(here, value, result)?;
        }
        Ok(result)
    }

    fn within_values(&mut self, column: Column, range: &Interval<Value>) -> Made<Operand> {
        if let (Some((low, true)), Some((high, true))) = (&range.low, &range.high)
            && low == high
        {
            let only = as_number(low)?;
            return self.same(Operand::Column(column), Operand::Number(only));
        }
        let mut parts = Vec::new();
        let ends = [
            (&range.low, Comparison::GreaterOrEqual, Comparison::Greater),
            (&range.high, Comparison::LessOrEqual, Comparison::Less),
        ];
        for (end, at, beyond) in ends {
            if let Some((end, included)) = end {
                let end = as_number(end)?;
                parts.push(self.against(if *included { at } else { beyond }, column, &end)?);
            }
        }
        self.join(parts, true)
    }
}

/// Cuts an input of a table at the constants of its cells.
fn input(policy: &Policy, table: &Table, index: usize, column: Column) -> Made<Input> {
    let of_type = &table.columns.get(index).ok_or(TYPES)?.of_type;
    let mut starts = Vec::new();
    for cell in table.rows.iter().filter_map(|row| row.cells.get(index)) {
        let Cell::Among(ranges) = cell else { continue };
        for range in ranges {
            // Where the range begins, and where what is above it does.
            for (end, is_low) in [(&range.low, true), (&range.high, false)] {
                if let Some((end, included)) = end {
                    let (down, up) = column.unit.steps(&as_number(end)?).ok_or(TOO_LARGE)?;
                    starts.push(if is_low == *included { up } else { down + 1 });
                }
            }
        }
    }
    starts.sort_unstable();
    starts.dedup();
    starts.retain(|start| (column.low + 1..=column.high).contains(start));
    let firsts = std::iter::once(column.low).chain(starts.iter().copied());
    let values = firsts.map(|steps| value(policy, of_type, column.unit.number(steps).ok_or(TOO_LARGE)?));
    Ok(Input {
        column,
        values: values.collect::<Made<_>>()?,
        starts: starts.iter().map(|start| short(*start)).collect::<Made<_>>()?,
    })
}

/// A constant as the number that its column holds.
fn as_number(value: &Value) -> Made<Number> {
    match constant(value)? {
        Operand::Number(number) => Ok(number),
        Operand::Answer(answer) => Ok(Number::from_integer(i64::from(answer))),
        Operand::Column(_) | Operand::Condition(_) => Err(TYPES),
    }
}

/// The value of a type that a column holds as a number.
fn value(policy: &Policy, of_type: &Type, number: Number) -> Made<Value> {
    let index = || {
        let index = number.to_i64().and_then(|index| u16::try_from(index).ok());
        index.ok_or(TYPES)
    };
    Ok(match of_type {
        Type::YesNo => Value::YesNo(!number.is_zero()),
        Type::Enumeration(_) => Value::Member(index()?),
        Type::Scale(id) if !policy.scale(*id).numbered => Value::Level(index()?),
        Type::Scale(_) | Type::Number(_) => Value::Number(number),
        Type::Date => Value::Date(number.to_i64().and_then(days::date).ok_or(TYPES)?),
        _ => return Err(TYPES),
    })
}

/// A value that is written down; members and levels by their numbers.
fn written(operand: &Operand) -> Option<Value> {
    match operand {
        Operand::Number(number) => Some(Value::Number(number.clone())),
        Operand::Answer(answer) => Some(Value::YesNo(*answer)),
        Operand::Column(_) | Operand::Condition(_) => None,
    }
}

/// What the values of some rows agree on.
fn agreed(values: &[Value], rows: &[usize]) -> Option<Value> {
    let mut rows = rows.iter().map(|row| values.get(*row));
    let first = rows.next()??;
    rows.all(|value| value == Some(first)).then(|| first.clone())
}
