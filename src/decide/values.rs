//! Titled defines and tables, which come out in the decision.
//!
//! Comes in: the policy's defines and tables. Goes out: their values for a record, in order of declaration. It never
//! computes a value itself.
//!
//! Invariant: applied tables have no value of a record's own and do not come out.

use std::sync::Arc;

use super::NamedValue;
use super::reasons::Context;
use crate::model::{DefineId, Policy, RecordId, Reference, TableId, Type};
use crate::source::{FileId, Place};

/// A titled define or table.
enum Titled {
    Define(DefineId),
    Table(TableId),
}

/// The titled defines and tables of one record type, in order of declaration.
pub(super) struct TitledValues<'a> {
    list: Vec<(Titled, &'a Arc<str>, &'a Arc<str>, &'a Type)>,
}

impl<'a> TitledValues<'a> {
    /// Those of a record type.
    pub(super) fn of(policy: &'a Policy, record: RecordId) -> TitledValues<'a> {
        let mut list = Vec::new();
        for (define, id) in policy.defines.iter().zip((0..).map(DefineId)) {
            if let (true, Some(title)) = (define.record == record, &define.title) {
                let titled = (Titled::Define(id), &define.name, title, &define.of_type);
                list.push((define.place, titled));
            }
        }
        for (table, id) in policy.tables.iter().zip((0..).map(TableId)) {
            if let (true, false, Some(title)) = (table.record == record, table.applied, &table.title) {
                let titled = (Titled::Table(id), &table.name, title, &table.of_type);
                list.push((table.place, titled));
            }
        }
        // The items of used files come before those of the file that uses them: the named file is the last.
        let mut files: Vec<FileId> = Vec::new();
        for (place, _) in &list {
            if !files.contains(&place.file) {
                files.push(place.file);
            }
        }
        let rank = |place: &Place| {
            let named = policy.files.first() == Some(&place.file);
            let at = files.iter().position(|file| *file == place.file);
            (named, at, place.start)
        };
        list.sort_by_key(|(place, _)| rank(place));
        TitledValues {
            list: list.into_iter().map(|(_, titled)| titled).collect(),
        }
    }

    /// Their values for a record.
    pub(super) fn values(&self, context: &Context<'_>, record: Reference) -> Vec<NamedValue> {
        let compute = |titled: &Titled| match titled {
            Titled::Define(id) => context.evaluator.define(*id, record),
            Titled::Table(id) => context.evaluator.table(*id, record),
        };
        let named = |(titled, name, title, of_type): &(Titled, &Arc<str>, &Arc<str>, &Type)| {
            let mut value = None;
            let is_default = |of, field| context.records.fact(of, field).default;
            let read = || value = compute(titled);
            let (defaults, grounds) = context.evaluator.recorded(record, is_default, read);
            NamedValue {
                name: Arc::clone(name),
                title: Arc::clone(title),
                of_type: (*of_type).clone(),
                value,
                grounds,
                defaults,
            }
        };
        self.list.iter().map(named).collect()
    }
}
