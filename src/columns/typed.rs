//! Rows of decisions as typed columns.
//!
//! Comes in: what was kept of every record, with its rank. Goes out: a row of a [`Table`] for each. It never rounds but where
//! a decimal is written.
//!
//! Invariant: the bytes are those that [`crate::report`] writes of the same decisions.

use std::io;

use super::kept::{Kept, Selection, State};
use super::kinds::Kind;
use super::outputs::Choice;
use super::parquet::{Cell, Table};
use super::plan::{OutputPlan, Plan};
use super::rows::{Only, millionths, of_bits, selection_name, status_name, told};

/// Writes rows into a table.
pub(super) struct Typed<'p, 'w> {
    plan: &'p Plan<'p>,
    kinds: &'p [Kind],
    only: Only,
    table: Table<'w>,
}

impl<'p, 'w> Typed<'p, 'w> {
    /// For the records of a plan; `kinds` are those of its outputs.
    ///
    /// # Errors
    /// A writer that fails.
    pub(super) fn begin(
        plan: &'p Plan<'p>,
        kinds: &'p [Kind],
        choice: &Choice,
        to: &'w mut dyn io::Write,
    ) -> io::Result<Typed<'p, 'w>> {
        let columns = plan.outputs.iter().zip(kinds);
        let columns: Vec<_> = columns
            .map(|((name, _), kind)| (name.clone(), kind.clone()))
            .collect();
        Ok(Typed {
            plan,
            kinds,
            only: Only::new(plan, choice),
            table: Table::begin(&columns, to)?,
        })
    }

    /// Writes a row of a part, of which the first has the number `start` over all parts.
    ///
    /// # Errors
    /// A writer that fails, or a number that is too large.
    pub(super) fn write(&mut self, part: &Kept, row: usize, ranks: &[u32], start: usize) -> io::Result<()> {
        if !self.only.has(part, row) {
            return Ok(());
        }
        let has_rank = self.plan.rank.is_some();
        let rank = ranks.get(start + row).copied().unwrap_or(0);
        for (index, ((_, output), kind)) in self.plan.outputs.iter().zip(self.kinds).enumerate() {
            if let OutputPlan::Id = output {
                let key = std::str::from_utf8(part.keys.get(row)).unwrap_or_default();
                self.table.put(index, Cell::Text(key))?;
                continue;
            }
            let Some(value) = told(part, output, index, row, rank) else {
                self.table.put(index, Cell::Nothing)?;
                continue;
            };
            let at = usize::try_from(value).unwrap_or_default();
            let word = |name: Option<&'p str>| name.map_or(Cell::Nothing, Cell::Text);
            let cell = match output {
                OutputPlan::Failed(names) | OutputPlan::ExcludedBy(names) => {
                    self.table
                        .put_list(index, of_bits(value, names).map(Cell::Text))?;
                    continue;
                }
                OutputPlan::Record(name) => Cell::Text(name),
                OutputPlan::Status => word(State::ALL.get(at).map(|state| status_name(*state, has_rank))),
                OutputPlan::Selection => word(Selection::ALL.get(at).map(|one| selection_name(*one))),
                OutputPlan::Rank => Cell::Count(rank),
                OutputPlan::Number(column) => {
                    let millionths = millionths(value, column.unit);
                    match kind {
                        Kind::Integer => Cell::Integer(
                            millionths.and_then(|millionths| i64::try_from(millionths / 1_000_000).ok()),
                        ),
                        _ => Cell::Decimal(millionths),
                    }
                }
                OutputPlan::Date(_) => i32::try_from(value).map_or(Cell::Nothing, Cell::Day),
                OutputPlan::Answer(_) => Cell::YesNo(value == 1),
                OutputPlan::Word(_, names) => word(names.get(at).map(|name| &**name)),
                OutputPlan::Id => Cell::Nothing,
            };
            self.table.put(index, cell)?;
        }
        self.table.end_row()
    }

    /// Ends the file.
    ///
    /// # Errors
    /// A writer that fails.
    pub(super) fn end(self) -> io::Result<()> {
        self.table.end()
    }
}
