//! Decisions one by one: a line of JSON each (NDJSON), or a row of a table (CSV, Parquet).
//!
//! Comes in: an [`Input`], which decisions and which columns. Goes out: bytes, written as they are made. It never decides
//! anything, and never holds more than one row; of Parquet, whose columns are written in groups of rows, one group.
//!
//! Invariant: a row is the same whichever others are written; numbers never pass through a float.

mod columns;
#[cfg(feature = "parquet")]
mod parquet;

pub use columns::{Column, Columns, NoColumn, Source, Why};
#[cfg(feature = "parquet")]
pub use parquet::parquet;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::Input;
use super::json::decision as whole;
use super::json::value::{Decimal, Shown, keys};
use crate::decide::{Decision, Evaluator, Outcome, ReasonKind, Status};
use crate::model::{Number, Reference, Type, Value};

/// Which decisions are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Only those with one of these as `status` or `selection`; all where there is none.
    pub only: Vec<Status>,
    /// Only those with at least this rank, in the ranking's order.
    pub top: Option<u32>,
}

impl Choice {
    /// The decisions that are chosen: in the data's order, or the ranking's.
    fn of<'a>(&'a self, report: Input<'a>) -> Box<dyn Iterator<Item = &'a Decision> + 'a> {
        let wanted = |decision: &&Decision| {
            let is = |status: &Status| decision.status == *status || decision.selection == Some(*status);
            self.only.is_empty() || self.only.iter().any(is)
        };
        let Some(top) = self.top else {
            return Box::new(report.decisions.decisions.iter().filter(wanted));
        };
        let ranked = report.decisions.ranking.iter();
        let ranked = ranked.filter_map(move |record| report.decision(*record));
        let best = ranked.take_while(move |decision| decision.rank.is_some_and(|rank| rank <= top));
        Box::new(best.filter(wanted))
    }
}

/// Writes a decision a line: with all that the JSON document has of it, or the columns asked for.
///
/// # Errors
/// What keeps it from being written.
pub fn ndjson(
    report: &Input<'_>,
    choice: &Choice,
    columns: Option<&Columns>,
    to: &mut dyn Write,
) -> io::Result<()> {
    let evaluator = report.evaluator();
    let open = match columns {
        None => report.open_ranks().unwrap_or_default(),
        Some(_) => BTreeMap::new(),
    };
    for decision in choice.of(*report) {
        match columns {
            None => serde_json::to_writer(&mut *to, &whole(report, decision, open.get(&decision.record)))?,
            Some(columns) => serde_json::to_writer(
                &mut *to,
                &Row {
                    report,
                    evaluator: &evaluator,
                    columns,
                    decision,
                },
            )?,
        }
        to.write_all(b"\n")?;
    }
    Ok(())
}

/// Writes a table in CSV, its head first.
///
/// # Errors
/// What keeps it from being written.
pub fn csv(report: &Input<'_>, choice: &Choice, columns: &Columns, to: &mut dyn Write) -> io::Result<()> {
    let evaluator = report.evaluator();
    let mut table = csv::Writer::from_writer(to);
    let names = columns.0.iter().map(|column| column.name.as_str());
    table.write_record(names).map_err(cause)?;
    for decision in choice.of(*report) {
        for column in &columns.0 {
            let cell = cell(report, &evaluator, column, decision);
            table.write_field(&*cell.plain(report)).map_err(cause)?;
        }
        table.write_record(None::<&[u8]>).map_err(cause)?;
    }
    table.flush()
}

/// What went wrong while writing, as the operating system says it.
fn cause(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// One decision with the columns asked for.
struct Row<'r, 'a> {
    report: &'r Input<'a>,
    evaluator: &'r Evaluator<'a>,
    columns: &'r Columns,
    decision: &'a Decision,
}

impl Serialize for Row<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_map(Some(self.columns.0.len()))?;
        for column in &self.columns.0 {
            let cell = cell(self.report, self.evaluator, column, self.decision);
            row.serialize_entry(&column.name, &cell.shown(self.report))?;
        }
        row.end()
    }
}

/// What stands in one column of one row.
enum Cell<'a> {
    /// Nothing: unknown, or no such thing.
    Nothing,
    Name(&'a str),
    Names(Vec<&'a str>),
    Whole(u32),
    Number(Number),
    Fraction(String),
    Value(&'a Type, Cow<'a, Value>),
}

fn cell<'a>(
    report: &Input<'a>,
    evaluator: &Evaluator<'a>,
    column: &Column,
    decision: &'a Decision,
) -> Cell<'a> {
    let record = decision.record;
    let Some(source) = column.source(record.record) else {
        return Cell::Nothing;
    };
    let policy = report.policy;
    let own = record.record == policy.record;
    let name = |name: Option<&'a str>| name.map_or(Cell::Nothing, Cell::Name);
    let key = |of: Option<Reference>| name(of.map(|of| &**report.key(of)));
    let whole = |number: Option<u32>| match number {
        Some(number) if column.exact => Cell::Fraction(number.to_string()),
        number => number.map_or(Cell::Nothing, Cell::Whole),
    };
    let number = |number: Option<Number>| match number {
        Some(number) if column.exact => Cell::Fraction(number.exact()),
        number => number.map_or(Cell::Nothing, Cell::Number),
    };
    let value = |of_type: &'a Type, value: Option<Cow<'a, Value>>| match value.as_deref() {
        Some(Value::Number(number)) if column.exact => Cell::Fraction(number.exact()),
        _ => value.map_or(Cell::Nothing, |value| Cell::Value(of_type, value)),
    };
    match source {
        Source::Record => Cell::Name(&policy.record_type(record.record).name),
        Source::Id => key(Some(record)),
        Source::Title => name(report.title(record).map(|title| &**title)),
        Source::Parent => key(report.parent(record)),
        Source::Status => Cell::Name(decision.status.name()),
        Source::Selection => name(decision.selection.map(Status::name)),
        Source::Rank => whole(decision.rank),
        Source::Place => whole(decision.place),
        Source::JointWith => key(decision.joint_with),
        Source::TiedWith => Cell::Names(keys(report, &decision.tied_with)),
        Source::Missing => Cell::Names(decision.missing.iter().map(|name| &**name).collect()),
        Source::Failed => Cell::Names(rules(decision, ReasonKind::Entry)),
        Source::ExcludedBy => Cell::Names(rules(decision, ReasonKind::Exclude)),
        Source::Total if own => number(evaluator.total(record)),
        Source::Total => Cell::Nothing,
        Source::Criterion(id) => number(evaluator.criterion(id, record)),
        Source::Field(id) => {
            let found = report.records.fact(record, id).value.as_ref();
            value(&policy.field(record.record, id).of_type, found.map(Cow::Borrowed))
        }
        Source::Define(id) => {
            let found = evaluator.define(id, record);
            value(&policy.define(id).of_type, found.map(Cow::Owned))
        }
        Source::Table(id) => {
            let found = evaluator.table(id, record);
            value(&policy.table(id).of_type, found.map(Cow::Owned))
        }
        Source::Group(id) => {
            let found = evaluator.group(id, record).map(Value::YesNo);
            value(&Type::YesNo, found.map(Cow::Owned))
        }
    }
}

/// The rules of a kind that hold against a record, in the policy's order.
fn rules(decision: &Decision, kind: ReasonKind) -> Vec<&str> {
    let against = decision.reasons.iter();
    let against = against.filter(|reason| reason.kind == kind && reason.outcome == Some(Outcome::Fails));
    against.map(|reason| &*reason.rule).collect()
}

impl Cell<'_> {
    /// As JSON has it.
    fn shown<'c>(&'c self, report: &'c Input<'c>) -> impl Serialize + use<'c> {
        ShownCell { cell: self, report }
    }

    /// As a cell of a table has it.
    fn plain<'c>(&'c self, report: &'c Input<'c>) -> Cow<'c, str> {
        match self {
            Cell::Nothing => "".into(),
            Cell::Name(name) => (*name).into(),
            Cell::Names(names) => names.join("; ").into(),
            Cell::Whole(number) => number.to_string().into(),
            Cell::Number(number) => number.decimal(6).into(),
            Cell::Fraction(fraction) => fraction.into(),
            Cell::Value(of_type, value) => Shown::new(report, of_type, Some(value)).plain(),
        }
    }
}

/// A cell on its way into JSON.
struct ShownCell<'c> {
    cell: &'c Cell<'c>,
    report: &'c Input<'c>,
}

impl Serialize for ShownCell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.cell {
            Cell::Nothing => serializer.serialize_none(),
            Cell::Name(name) => serializer.serialize_str(name),
            Cell::Names(names) => names.serialize(serializer),
            Cell::Whole(number) => serializer.serialize_u32(*number),
            Cell::Number(number) => Decimal(number).serialize(serializer),
            Cell::Fraction(fraction) => serializer.serialize_str(fraction),
            Cell::Value(of_type, value) => {
                Shown::new(self.report, of_type, Some(value)).serialize(serializer)
            }
        }
    }
}
