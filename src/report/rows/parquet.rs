//! Decisions as rows of typed columns, in Parquet.
//!
//! Comes in: an [`Input`], which decisions and which columns. Goes out: the bytes of a file. It never decides anything.
//!
//! Invariant: a cell holds what a line of NDJSON has; only moments are told in UTC, to the microsecond.

use std::io::{self, Write};

use super::{Cell, Choice, Columns, Input, cell};
use crate::columns::Kind;
use crate::columns::parquet::{Cell as Typed, PLACES, Table};
use crate::model::{Value, days};
use crate::report::json::value::Shown;

/// Writes a file in Parquet with a row for each decision.
///
/// # Errors
/// What keeps it from being written, and a number that is too large for a column.
pub fn parquet(report: &Input<'_>, choice: &Choice, columns: &Columns, to: &mut dyn Write) -> io::Result<()> {
    let evaluator = report.evaluator();
    let kinds = columns.kinds(report.policy);
    let named = columns.0.iter().zip(&kinds);
    let named: Vec<_> = named
        .map(|(column, kind)| (column.name.as_str().into(), kind.clone()))
        .collect();
    let mut table = Table::begin(&named, to)?;
    for decision in choice.of(*report) {
        for (index, (column, kind)) in columns.0.iter().zip(&kinds).enumerate() {
            let cell = cell(report, &evaluator, column, decision);
            put(&mut table, index, kind, &cell, report)?;
        }
        table.end_row()?;
    }
    table.end()
}

fn put(
    table: &mut Table<'_>,
    index: usize,
    kind: &Kind,
    cell: &Cell<'_>,
    report: &Input<'_>,
) -> io::Result<()> {
    match (cell, kind) {
        (Cell::Nothing, _) => table.put(index, Typed::Nothing),
        (Cell::Names(names), Kind::List(_)) => {
            table.put_list(index, names.iter().map(|name| Typed::Text(name)))
        }
        (Cell::Value(of_type, value), Kind::List(inner)) => {
            let shown = Shown::new(report, of_type, Some(value));
            let items = shown.items().into_iter().flatten();
            // The texts have to live until they are in the table.
            let items: Vec<_> = items.map(|item| (item.plain(), item.value())).collect();
            let items = items.iter().map(|(text, value)| typed(text, *value, inner));
            table.put_list(index, items)
        }
        (_, Kind::Text) => table.put(index, Typed::Text(&cell.plain(report))),
        (Cell::Whole(number), Kind::Count) => table.put(index, Typed::Count(*number)),
        (Cell::Number(number), _) => table.put(index, Typed::Decimal(number.scaled(PLACES))),
        (Cell::Value(_, value), kind) => table.put(index, typed("", Some(value), kind)),
        _ => table.put(index, Typed::Nothing),
    }
}

/// A value of a kind; `text` is how it is written as a text.
fn typed<'t>(text: &'t str, value: Option<&Value>, kind: &Kind) -> Typed<'t> {
    match (kind, value) {
        (Kind::Text, _) => Typed::Text(text),
        (Kind::Integer, Some(Value::Number(number))) => Typed::Integer(number.to_i64()),
        (Kind::Decimal, Some(Value::Number(number))) => Typed::Decimal(number.scaled(PLACES)),
        (Kind::YesNo, Some(Value::YesNo(answer))) => Typed::YesNo(*answer),
        (Kind::Day, Some(Value::Date(day))) => {
            i32::try_from(days::count(*day)).map_or(Typed::Nothing, Typed::Day)
        }
        (Kind::Moment, Some(Value::Moment(moment))) => Typed::Moment(moment.instant().as_microsecond()),
        _ => Typed::Nothing,
    }
}
