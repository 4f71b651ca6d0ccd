//! Rows and columns of tables that do nothing.
//!
//! Comes in: the tables of a policy. Goes out: rows whose cells lie outside what can occur, and columns that change no
//! outcome. It never looks up anything.
//!
//! Invariant: a column is only called idle where leaving it out changes no outcome for any input.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Cell, ExpressionKind, Policy, Table, Value, tables};

/// The most rows of a table whose columns are held against each other.
const ROWS: usize = 300;

pub(super) fn lint(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for table in &policy.tables {
        let regions = tables::regions(&policy.enumerations, &policy.scales, table);
        for (row, column) in regions.dead_rows() {
            let (Some(row), Some(column)) = (table.rows.get(row), table.columns.get(column)) else {
                continue;
            };
            found.push(
                Diagnostic::new(
                    Code::RowNeverMatches,
                    format!(
                        "no record can match this row of `{}`: `{}` never has such a value",
                        table.name, column.name
                    ),
                )
                .at(row.place, "never matches")
                .help("leave the row out, or mend its cell"),
            );
        }
        for (index, column) in table.columns.iter().enumerate() {
            if table.columns.len() > 1 && never_matters(policy, table, index) {
                found.push(
                    Diagnostic::new(
                        Code::ColumnNeverMatters,
                        format!("`{}` never changes what `{}` comes to", column.name, table.name),
                    )
                    .at(column.place, "leaving this column out changes nothing")
                    .help("leave the column out, or let a row tell its values apart"),
                );
            }
        }
    }
}

fn never_matters(policy: &Policy, table: &Table, column: usize) -> bool {
    let cells = || table.rows.iter().filter_map(|row| row.cells.get(column));
    if cells().all(|cell| matches!(cell, Cell::Any)) {
        return true;
    }
    if table.otherwise.is_some() || table.rows.len() > ROWS {
        return false;
    }
    let outcome = |row: usize| -> Option<&Value> {
        match &table.rows.get(row)?.value.kind {
            ExpressionKind::Constant(value) => Some(value),
            _ => None,
        }
    };
    let mut without = table.clone();
    without.columns.remove(column);
    for row in &mut without.rows {
        if column < row.cells.len() {
            row.cells.remove(column);
        }
    }
    let regions = tables::regions(&policy.enumerations, &policy.scales, &without);
    // Rows that only this column tells apart must have the same outcome.
    regions.overlaps(usize::MAX).iter().all(|overlap| {
        let (upper, lower) = (outcome(overlap.rows.0), outcome(overlap.rows.1));
        upper.is_some() && upper == lower
    })
}
