//! Tables and the cases of defines: which row or case holds, and what an unknown input leaves open.
//!
//! Comes in: a table with its inputs, or the cases of a define. Goes out: the value that all rows or cases still possible
//! agree on. It never guesses an input.
//!
//! Invariant: a value that comes out is the one that comes out whatever the unknown inputs turn out to be.

use std::borrow::Cow;
use std::sync::Arc;

use super::expressions::Read;
use super::scope::{Call, Scope};
use super::{Evaluator, Memo};
use crate::decide::{FaultKind, GroundKind};
use crate::model::{Case, Column, Define, Expression, ExpressionKind, Row, TableId, Value, tables};

impl<'a> Evaluator<'a> {
    /// The value of the first case that holds.
    pub(super) fn cases(&self, define: &'a Define, cases: &'a [Case], scope: Scope<'_>) -> Option<Value> {
        let (open, settled) = self.open_cases(cases, scope);
        for case in &open {
            let name = || Arc::clone(&define.name);
            self.record_ground(GroundKind::Case, name, &case.ground, case.place, scope.record);
        }
        let value = agreed(open.iter().map(|case| self.read(&case.value, scope)));
        value.filter(|_| settled)
    }

    /// The cases that may be the first to hold, and whether one of them surely is.
    pub(super) fn open_cases<'e>(&self, cases: &'e [Case], scope: Scope<'_>) -> (Vec<&'e Case>, bool) {
        let mut open = Vec::new();
        for case in cases {
            let holds = case
                .when
                .as_ref()
                .map_or(Some(true), |when| self.holds(when, scope));
            if holds != Some(false) {
                open.push(case);
            }
            if holds == Some(true) {
                return (open, true);
            }
        }
        (open, false)
    }

    /// The value of a table that is read by name.
    pub(super) fn table_now(&self, id: TableId, scope: Scope<'_>) -> Option<Value> {
        let table = self.policy.table(id);
        let inputs = table
            .columns
            .iter()
            .map(|column| self.read(column.value.as_ref()?, scope));
        let inputs: Vec<Read<'_>> = inputs.collect();
        let open = self.open_rows(id, &inputs);
        self.record_rows(id, &open, scope);
        agreed(open.iter().map(|row| self.read(&row.value, scope)))
    }

    /// Notes what the author says of a table and of the rows that gave its value.
    fn record_rows(&self, id: TableId, rows: &[&'a Row], scope: Scope<'_>) {
        let table = self.policy.table(id);
        let name = || Arc::clone(&table.name);
        self.record_ground(GroundKind::Table, name, &table.ground, table.place, scope.record);
        for row in rows {
            self.record_ground(GroundKind::Row, name, &row.ground, row.place, scope.record);
        }
    }

    /// The value of a table that is applied to arguments.
    pub(super) fn apply(&self, id: TableId, arguments: &[Expression], scope: Scope<'_>) -> Option<Value> {
        let inputs = self.inputs(id, arguments, scope);
        let open = self.open_rows(id, &inputs);
        self.record_rows(id, &open, scope);
        let is_plain = |row: &&Row| {
            matches!(
                row.value.kind,
                ExpressionKind::Constant(_) | ExpressionKind::Field(_)
            )
        };
        if open.iter().all(is_plain) {
            return agreed(open.iter().map(|row| self.read(&row.value, scope)));
        }
        let inputs = owned(inputs);
        self.memo(Memo::Applied(id, inputs.clone()), scope.record, || {
            let call = self.call(inputs);
            let within = Scope {
                call: Some(&call),
                ..Scope::of(scope.record)
            };
            agreed(open.iter().map(|row| self.read(&row.value, within)))
        })
    }

    /// The values that a table is applied to; one off its column's type is a fault, and unknown.
    pub(super) fn inputs<'e>(
        &'e self,
        id: TableId,
        arguments: &'e [Expression],
        scope: Scope<'e>,
    ) -> Vec<Read<'e>> {
        let columns = &self.policy.table(id).columns;
        let input = |(argument, column): (&'e Expression, &Column)| {
            let value = self.read(argument, scope)?;
            if column.bounds.fits(&value) {
                return Some(value);
            }
            self.fault(scope.record, argument.place, FaultKind::OffItsType);
            None
        };
        arguments.iter().zip(columns).map(input).collect()
    }

    /// An application of a table, with a number of its own.
    pub(super) fn call(&self, inputs: Vec<Option<Value>>) -> Call {
        self.calls.set(self.calls.get() + 1);
        Call {
            inputs,
            number: self.calls.get(),
        }
    }

    /// The rows that may match.
    pub(super) fn open_rows(&self, id: TableId, inputs: &[Read<'_>]) -> Vec<&'a Row> {
        let table = self.policy.table(id);
        if inputs.iter().all(Option::is_some) {
            let row = table.rows.iter().find(|row| tables::matches(row, inputs));
            return row.or(table.otherwise.as_ref()).into_iter().collect();
        }
        let regions = self.regions.get(id.index()).map(|regions| {
            regions.get_or_init(|| tables::regions(&self.policy.enumerations, &self.policy.scales, table))
        });
        tables::open(table, regions, inputs)
    }
}

/// The value that all agree on; unknown where one is, or where there is none.
fn agreed<'e>(values: impl IntoIterator<Item = Read<'e>>) -> Option<Value> {
    let mut values = values.into_iter();
    let mut first = values.next()?;
    // All are read, whether or not they still can agree.
    for value in values {
        if value != first {
            first = None;
        }
    }
    first.map(Cow::into_owned)
}

pub(super) fn owned(inputs: Vec<Read<'_>>) -> Vec<Option<Value>> {
    inputs
        .into_iter()
        .map(|input| input.map(Cow::into_owned))
        .collect()
}
