//! What may be changed to see what comes of it: facts, weights, limits, rules.
//!
//! Comes in: a policy, records and changes. Goes out: a policy and records with them. It never changes what came in, and
//! never decides.
//!
//! Invariant: ids and places stay as they are, so that what is decided with a change can be held against what was decided.

use crate::data::Records;
use crate::model::{
    CriterionId, Expression, ExpressionKind, FieldId, Number, Policy, RecordId, Reference, Value,
};
use crate::source::Place;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A fact has another value; `None`: it is unknown.
    Fact(Reference, FieldId, Option<Value>),
    /// A criterion has another weight.
    Weight(CriterionId, Number),
    /// A limit, by its index in the cut list, has another amount, in its own unit.
    Limit(usize, Number),
    /// There is no such gate, exclusion or clause of the cut list: the rule that stands there.
    Without(Place),
}

/// The policy with the changes that are about it.
pub fn policy_with(policy: &Policy, changes: &[Change]) -> Policy {
    let mut policy = policy.clone();
    for change in changes {
        match change {
            Change::Fact(..) => {}
            Change::Weight(id, weight) => {
                if let Some(criterion) = policy.criteria.get_mut(id.index()) {
                    criterion.weight = weight.clone();
                }
            }
            Change::Limit(index, amount) => {
                let limits = policy.cut_list.as_mut().map(|list| &mut list.limits);
                if let Some(limit) = limits.and_then(|limits| limits.get_mut(*index)) {
                    limit.amount = Expression {
                        kind: ExpressionKind::Constant(Value::Number(amount.clone())),
                        of_type: limit.amount.of_type.clone(),
                        place: limit.amount.place,
                    };
                }
            }
            Change::Without(place) => without(&mut policy, *place),
        }
    }
    policy
}

fn without(policy: &mut Policy, place: Place) {
    policy.gates.retain(|gate| gate.place != place);
    policy.exclusions.retain(|exclusion| exclusion.place != place);
    if let Some(list) = &mut policy.cut_list {
        list.membership.retain(|clause| clause.place != place);
        list.rules.retain(|rule| rule.place != place);
        list.limits.retain(|limit| limit.place != place);
    }
}

/// The records with the changes that are about them.
pub fn records_with(records: &Records, changes: &[Change]) -> Records {
    let mut records = records.clone();
    for change in changes {
        if let Change::Fact(record, field, value) = change {
            set_fact(&mut records, *record, *field, value.clone());
        }
    }
    records
}

/// Gives a fact another value, and gives back the one it had.
pub fn set_fact(
    records: &mut Records,
    record: Reference,
    field: FieldId,
    value: Option<Value>,
) -> Option<Value> {
    let fact = records
        .tables
        .get_mut(usize::from(record.record.0))
        .and_then(|table| table.columns.get_mut(field.index()))
        .and_then(|column| column.get_mut(record.row as usize))?;
    std::mem::replace(&mut fact.value, value)
}

/// The field of a name.
pub fn field_named(policy: &Policy, record: RecordId, name: &str) -> Option<FieldId> {
    let fields = &policy.record_type(record).fields;
    let found = fields.iter().position(|field| *field.name == *name)?;
    u32::try_from(found).ok().map(FieldId)
}
