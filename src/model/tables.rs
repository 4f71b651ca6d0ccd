//! A policy's tables in the terms of [`mod@regions`]: columns as domains, cells and inputs as points.
//!
//! Comes in: a table, with the enumerations and scales of its policy. Goes out: what its rows cover, ready to be asked, and
//! which rows inputs leave open. It never looks at what the rows yield.
//!
//! Invariant: an input that its field can hold is a point of its column's domain.

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::regions::values::ValueGrid;
use super::regions::{self, Domain, Point, Regions};
use super::{Bounds, Cell, Column, Enumeration, Interval, Number, Row, Scale, Table, Type, Value};

/// What the rows of a table cover, beside the enumerations and scales of its policy.
pub fn regions(enumerations: &[Enumeration], scales: &[Scale], table: &Table) -> Regions<Value> {
    let columns = table.columns.iter();
    let domains: Vec<Domain<ValueGrid>> = columns
        .map(|column| domain(enumerations, scales, column))
        .collect();
    let cells = |cells: &[Cell]| {
        let columns = table.columns.iter().zip(&domains);
        let cells = cells.iter().zip(columns);
        cells
            .map(|(cell, (column, domain))| region(&column.of_type, domain, cell))
            .collect()
    };
    let rows: Vec<Vec<regions::Cell<Value>>> = table.rows.iter().map(|row| cells(&row.cells)).collect();
    Regions::new(&domains, &rows)
}

/// What a column's input may be.
pub fn domain(enumerations: &[Enumeration], scales: &[Scale], column: &Column) -> Domain<ValueGrid> {
    let everything = Interval {
        low: None,
        high: None,
    };
    match &column.of_type {
        Type::YesNo => Domain::Finite(2),
        Type::Enumeration(id) => {
            let enumeration = enumerations.get(usize::from(id.0));
            Domain::Finite(enumeration.map_or(0, |enumeration| enumeration.members.len()))
        }
        Type::Scale(id) => match scales.get(usize::from(id.0)) {
            Some(scale) if scale.numbered => {
                let bounds = scale.bounds();
                let end = |number: &Number| (Value::Number(number.clone()), true);
                Domain::Ordered {
                    within: Interval {
                        low: bounds.map(|(lowest, _)| end(lowest)),
                        high: bounds.map(|(_, highest)| end(highest)),
                    },
                    grid: ValueGrid::Numbers,
                }
            }
            scale => Domain::Finite(scale.map_or(0, |scale| scale.levels.len())),
        },
        Type::Number(_) => Domain::Ordered {
            within: column.bounds.range.as_ref().map_or(everything, |range| {
                let end = |end: &Option<(Number, bool)>| {
                    let (number, included) = end.as_ref()?;
                    Some((Value::Number(number.clone()), *included))
                };
                Interval {
                    low: end(&range.low),
                    high: end(&range.high),
                }
            }),
            grid: grid(&column.bounds),
        },
        Type::Date => Domain::Ordered {
            within: everything,
            grid: ValueGrid::Days,
        },
        Type::Moment => Domain::Ordered {
            within: everything,
            grid: ValueGrid::Moments,
        },
        Type::Text | Type::Reference(_) | Type::List(_) => Domain::Texts,
    }
}

/// The numbers that bounds let pass.
fn grid(bounds: &Bounds) -> ValueGrid {
    let low = bounds.range.as_ref().and_then(|range| range.low.as_ref());
    match &bounds.step {
        Some(step) => ValueGrid::Steps {
            origin: low.map_or_else(Number::zero, |(low, _)| low.clone()),
            step: step.clone(),
        },
        None if bounds.integer => ValueGrid::integers(),
        None => ValueGrid::Numbers,
    }
}

/// The rows that may match, where some inputs are unknown; with `otherwise`, where it may be that none does.
pub fn open<'t, V: Borrow<Value>>(
    table: &'t Table,
    regions: Option<&Regions<Value>>,
    inputs: &[Option<V>],
) -> Vec<&'t Row> {
    let points = inputs
        .iter()
        .map(|input| input.as_ref().map(|value| point(value.borrow())));
    let points: Vec<Option<Point<Value>>> = points.collect();
    let open = regions.and_then(|regions| regions.leaves_open(&points).ok());
    let (mut rows, none): (Vec<&Row>, bool) = match open {
        Some(open) => (
            open.rows.iter().filter_map(|row| table.rows.get(*row)).collect(),
            open.none,
        ),
        // Too intricate to be sure, which no table that was checked is: then all that may match is open.
        None => (
            table.rows.iter().filter(|row| matches(row, inputs)).collect(),
            true,
        ),
    };
    if none {
        rows.extend(&table.otherwise);
    }
    rows
}

/// Whether the known inputs match a row.
pub fn matches<V: Borrow<Value>>(row: &Row, inputs: &[Option<V>]) -> bool {
    row.cells.iter().zip(inputs).all(|(cell, input)| {
        input
            .as_ref()
            .is_none_or(|value| matches_cell(cell, value.borrow()))
    })
}

/// Whether a value is one of a cell's.
pub fn matches_cell(cell: &Cell, value: &Value) -> bool {
    match cell {
        Cell::Any => true,
        Cell::Among(ranges) => ranges.iter().any(|range| range.contains(value)),
    }
}

/// An input as a point of its column.
pub fn point(value: &Value) -> Point<Value> {
    match value {
        Value::YesNo(yes) => Point::Member(usize::from(*yes)),
        Value::Member(index) | Value::Level(index) => Point::Member(usize::from(*index)),
        Value::Text(text) => Point::Text(Arc::clone(text)),
        Value::Number(_) | Value::Date(_) | Value::Moment(_) => Point::Value(value.clone()),
        Value::Reference(_) | Value::List(_) => Point::OtherText,
    }
}

fn region(of_type: &Type, domain: &Domain<ValueGrid>, cell: &Cell) -> regions::Cell<Value> {
    let Cell::Among(ranges) = cell else {
        return regions::Cell::Any;
    };
    match domain {
        Domain::Ordered { .. } => regions::Cell::Intervals(ranges.clone()),
        Domain::Finite(size) => {
            let value = |index: u16| match of_type {
                Type::YesNo => Value::YesNo(index == 1),
                Type::Enumeration(_) => Value::Member(index),
                _ => Value::Level(index),
            };
            let count = u16::try_from(*size).unwrap_or(u16::MAX);
            let members =
                (0..count).filter(|index| ranges.iter().any(|range| range.contains(&value(*index))));
            regions::Cell::Members(members.map(usize::from).collect())
        }
        Domain::Texts => {
            let texts = ranges.iter().filter_map(|range| match &range.low {
                Some((Value::Text(text), true)) => Some(Arc::clone(text)),
                _ => None,
            });
            regions::Cell::Texts(texts.collect::<BTreeSet<_>>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Expression, ExpressionKind, Ground, Level, Row, ScaleId, Unit};

    #[test]
    fn ranges_of_levels_cover_these_levels_and_no_others() {
        let level = |name: &str| Level {
            name: name.into(),
            title: None,
            number: None,
            ground: Ground::default(),
            place: Default::default(),
        };
        let scale = Scale {
            name: "size".into(),
            title: None,
            levels: ["small", "medium", "large"].map(level).to_vec(),
            numbered: false,
            place: Default::default(),
        };
        let number = Type::Number(Unit::none());
        let row = |low: Option<u16>, high: Option<u16>| Row {
            cells: vec![Cell::Among(vec![Interval {
                low: low.map(|low| (Value::Level(low), true)),
                high: high.map(|high| (Value::Level(high), true)),
            }])],
            value: Expression {
                kind: ExpressionKind::Constant(Value::Number(Number::zero())),
                of_type: number.clone(),
                place: Default::default(),
            },
            ground: Ground::default(),
            place: Default::default(),
        };
        let table = Table {
            name: "t".into(),
            title: None,
            record: crate::model::RecordId(0),
            columns: vec![Column {
                name: "size".into(),
                value: None,
                of_type: Type::Scale(ScaleId(0)),
                bounds: Bounds::default(),
                place: Default::default(),
            }],
            applied: true,
            of_type: number.clone(),
            rows: vec![row(None, Some(0)), row(Some(2), None)],
            otherwise: None,
            ground: Ground::default(),
            place: Default::default(),
        };
        let regions = regions(&[], &[scale], &table);
        assert_eq!(regions.overlaps(9), []);
        assert_eq!(regions.uncovered(), Ok(Some(vec![Point::Member(1)])));
    }
}
