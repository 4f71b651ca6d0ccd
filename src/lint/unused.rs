//! What is declared and never used.
//!
//! Comes in: a policy. Goes out: definitions, scales, record types and fields that nothing reads. It never looks at values.
//!
//! Invariant: what something unused reads has no finding. It gets one when that is gone: one cause is told once.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    Expression, ExpressionKind, FieldId, OrderRuleKind, Policy, RecordId, ScaleId, Source, Type,
};
use crate::source::Place;

#[derive(Default)]
struct Uses {
    defines: BTreeSet<usize>,
    tables: BTreeSet<usize>,
    groups: BTreeSet<usize>,
    fields: BTreeSet<(RecordId, FieldId)>,
    records: BTreeSet<RecordId>,
}

pub(super) fn lint(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let uses = uses(policy);
    let mut item = |kind: &str, name: &str, place: Place| {
        found.push(
            Diagnostic::new(Code::UnusedItem, format!("{kind} `{name}` is never used"))
                .at(place, "nothing reads it")
                .help("leave it out, or give it a title to show it with every decision"),
        );
    };
    for (index, define) in policy.defines.iter().enumerate() {
        if !uses.defines.contains(&index) {
            item("define", &define.name, define.place);
        }
    }
    for (index, table) in policy.tables.iter().enumerate() {
        if !uses.tables.contains(&index) {
            item("table", &table.name, table.place);
        }
    }
    for (index, group) in policy.groups.iter().enumerate() {
        if !uses.groups.contains(&index) {
            item("group", &group.name, group.place);
        }
    }
    let scales = scales(policy);
    let mut declared = |kind: &str, name: &str, place: Place, why: &str| {
        found.push(
            Diagnostic::new(Code::UnusedItem, format!("{kind} `{name}` is never used"))
                .at(place, why)
                .help("leave it out"),
        );
    };
    for (index, scale) in policy.scales.iter().enumerate() {
        if !scales.contains(&index) {
            declared("scale", &scale.name, scale.place, "nothing has a level of it");
        }
    }
    let mut idle = Vec::new();
    for id in policy.record_ids() {
        let record = policy.record_type(id);
        let inside = || {
            record
                .fields
                .iter()
                .enumerate()
                .any(|(index, _)| uses.fields.contains(&(id, FieldId(index as u32))))
        };
        if !uses.records.contains(&id) && !inside() {
            declared("record", &record.name, record.place, "nothing reads it");
            idle.push(id);
        }
    }
    for id in policy.record_ids().filter(|id| !idle.contains(id)) {
        let record = policy.record_type(id);
        for (index, field) in record.fields.iter().enumerate() {
            let index = FieldId(index as u32);
            let shown = record.key == Some(index) || record.title_field == Some(index);
            if shown || field.question_of.is_some() || uses.fields.contains(&(id, index)) {
                continue;
            }
            found.push(
                Diagnostic::new(
                    Code::UnusedField,
                    format!("nothing reads `{}` of {}", field.name, record.name),
                )
                .at(field.place, "never read")
                .help("leave it out, or use it in a rule or a text"),
            );
        }
    }
}

/// The scales that a field or a typed definition is of.
fn scales(policy: &Policy) -> BTreeSet<usize> {
    fn of(of_type: &Type) -> Option<ScaleId> {
        match of_type {
            Type::Scale(id) => Some(*id),
            Type::List(inner) => of(inner),
            _ => None,
        }
    }
    let fields = policy
        .records
        .iter()
        .flat_map(|record| &record.fields)
        .map(|field| &field.of_type);
    let columns = policy
        .tables
        .iter()
        .flat_map(|table| &table.columns)
        .map(|column| &column.of_type);
    let outcomes = policy.tables.iter().map(|table| &table.of_type);
    let defines = policy.defines.iter().map(|define| &define.of_type);
    let types = fields.chain(columns).chain(outcomes).chain(defines);
    types.filter_map(of).map(|id| usize::from(id.0)).collect()
}

/// What is read or shown.
fn uses(policy: &Policy) -> Uses {
    let mut uses = Uses::default();
    uses.records.insert(policy.record);
    uses.records
        .extend(policy.cut_list.iter().map(|list| list.record));
    uses.records
        .extend(policy.exclusions.iter().map(|rule| rule.record));
    uses.records
        .extend(policy.premises.iter().map(|premise| premise.record));
    uses.fields
        .extend(policy.joint.iter().map(|joint| (policy.record, joint.field)));
    if let Some(list) = &policy.cut_list {
        for rule in &list.rules {
            if let OrderRuleKind::Needs(field) = rule.kind {
                uses.fields.insert((list.record, field));
            }
        }
    }
    // What has a title comes out with every decision.
    let titled = |title: &Option<_>| title.is_some();
    uses.defines.extend(
        policy
            .defines
            .iter()
            .enumerate()
            .filter(|(_, one)| titled(&one.title))
            .map(|(at, _)| at),
    );
    uses.tables.extend(
        policy
            .tables
            .iter()
            .enumerate()
            .filter(|(_, one)| titled(&one.title))
            .map(|(at, _)| at),
    );
    uses.groups.extend(
        policy
            .groups
            .iter()
            .enumerate()
            .filter(|(_, one)| titled(&one.title))
            .map(|(at, _)| at),
    );
    policy.expressions(&mut |_, record, expression| reads(record, expression, &mut uses));
    uses
}

/// Notes what an expression reads, for a record at hand.
fn reads(record: RecordId, expression: &Expression, uses: &mut Uses) {
    expression.visit(record, &mut |record, part| {
        uses.records.insert(record);
        match &part.kind {
            ExpressionKind::Field(field) => {
                uses.fields.insert((record, *field));
            }
            ExpressionKind::Define(id) => {
                uses.defines.insert(id.index());
            }
            ExpressionKind::Table(id) | ExpressionKind::Apply(id, _) => {
                uses.tables.insert(id.index());
            }
            ExpressionKind::Group(id) => {
                uses.groups.insert(id.index());
            }
            ExpressionKind::One(one) => {
                uses.records.insert(*one);
            }
            ExpressionKind::Aggregate(aggregate) => {
                if let Source::Children(_, there) | Source::All(there) = &aggregate.source {
                    uses.records.insert(*there);
                }
            }
            _ => {}
        }
    });
}
