//! Titled defines, tables and groups, which come out in the decision.
//!
//! Comes in: the policy's defines, tables and groups. Goes out: their values for a record, in order of declaration. It never
//! computes a value itself.
//!
//! Invariant: applied tables have no value of a record's own and do not come out.

use std::sync::Arc;

use super::NamedValue;
use super::reasons::Context;
use crate::model::{DefineId, GroupId, Policy, RecordId, Reference, TableId, Type, Value};

/// A titled define, table or group.
enum Titled {
    Define(DefineId),
    Table(TableId),
    Group(GroupId),
}

/// What a group is for a record: in it, or not.
static YES_NO: Type = Type::YesNo;

/// The titled defines, tables and groups of one record type, in order of declaration.
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
        for (group, id) in policy.groups.iter().zip((0..).map(GroupId)) {
            if let (true, Some(title)) = (group.record == record, &group.title) {
                let titled = (Titled::Group(id), &group.name, title, &YES_NO);
                list.push((group.place, titled));
            }
        }
        list.sort_by_key(|(place, _)| policy.order_of(*place));
        TitledValues {
            list: list.into_iter().map(|(_, titled)| titled).collect(),
        }
    }

    /// Their values for a record.
    pub(super) fn values(&self, context: &Context<'_>, record: Reference) -> Vec<NamedValue> {
        let compute = |titled: &Titled| match titled {
            Titled::Define(id) => context.evaluator.define(*id, record),
            Titled::Table(id) => context.evaluator.table(*id, record),
            Titled::Group(id) => context.evaluator.group(*id, record).map(Value::YesNo),
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
