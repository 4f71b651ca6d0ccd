//! Typed expressions, evaluated for one record at a time.
//!
//! Comes in: a policy, its records, and what the stages have decided so far ([`Standing`]). Goes out: values, the facts
//! and definitions they were read from, the facts they lack, and faults. It never decides anything and never changes a record.
//!
//! Logic is strong Kleene: *unknown* (`None`) is neither yes nor no, and stays unknown unless the other operands settle
//! the result. Defines, tables, groups, criteria and totals are computed once per record; groups that
//! only compare facts are not even kept.
//!
//! Invariant: evaluating in another order, or twice, gives the same values.

mod aggregates;
mod at_hand;
mod cache;
mod criteria;
mod expressions;
mod facts;
mod functions;
mod missing;
mod scope;
mod tables;
#[cfg(test)]
mod tests;
pub mod trace;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use cache::{Cache, Memo};
use scope::Scope;

use crate::data::Records;
use crate::decide::{Fault, FaultKind, GroundKind};
use crate::model::regions::Regions;
use crate::model::{
    Bounds, CriterionId, DefineBody, DefineId, Expression, GroupId, Language, Number, Policy, Reference,
    TableId, Template, TemplatePart, Value, show,
};
use crate::source::Place;

/// What has been decided so far about each record of the policy's own type, by row. What is not there is not decided.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// The record as part of which each is decided: itself, unless it is joint.
    pub lead: Vec<Reference>,
    /// The ranks; `None` where there is none, or none yet.
    pub ranks: Vec<Option<u32>>,
    /// Whether each is selected; `None` where that is unknown.
    pub selected: Vec<Option<bool>>,
}

/// Evaluates the expressions of one policy over one set of records.
#[derive(Debug)]
pub struct Evaluator<'a> {
    policy: &'a Policy,
    records: &'a Records,
    language: Language,
    standing: RefCell<Arc<Standing>>,
    cache: Cache,
    /// The facts read so far, while someone asks for them.
    recording: RefCell<Option<Box<facts::Recording<'a>>>>,
    /// An empty recording with room in it, for the next one who asks.
    spare: RefCell<Option<Box<facts::Recording<'a>>>>,
    faults: RefCell<BTreeSet<(Reference, Place, FaultKind)>>,
    /// For each record type its records by parent.
    children: Vec<OnceCell<aggregates::Children>>,
    /// For each table what its rows cover, made when an input is unknown for the first time.
    regions: Vec<OnceCell<Regions<Value>>>,
    /// What aggregates over all records of a type lack, by their numbers.
    constants_lack: RefCell<BTreeMap<usize, Rc<BTreeSet<missing::Fact>>>>,
    /// How many tables have been applied: each application gets a number of its own.
    calls: Cell<u64>,
    /// For each group whether its condition is asked as fast as what came of it before is looked up.
    at_hand: Vec<bool>,
}

impl<'a> Evaluator<'a> {
    /// An evaluator for a policy, the records read for it, and the language that texts are told in.
    pub fn new(policy: &'a Policy, records: &'a Records, language: Language) -> Evaluator<'a> {
        Evaluator {
            policy,
            records,
            language,
            standing: RefCell::default(),
            cache: Cache::default(),
            recording: RefCell::default(),
            spare: RefCell::default(),
            faults: RefCell::default(),
            children: policy.records.iter().map(|_| OnceCell::new()).collect(),
            regions: policy.tables.iter().map(|_| OnceCell::new()).collect(),
            constants_lack: RefCell::default(),
            calls: Cell::new(0),
            at_hand: policy
                .groups
                .iter()
                .map(|group| at_hand::is_at_hand(&group.condition))
                .collect(),
        }
    }

    /// The policy.
    pub fn policy(&self) -> &'a Policy {
        self.policy
    }

    /// The records.
    pub fn records(&self) -> &'a Records {
        self.records
    }

    /// The language that texts are told in.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Says what has been decided since; values that were read from the former standing are computed anew.
    pub fn set_standing(&self, standing: impl Into<Arc<Standing>>) {
        self.standing.replace(standing.into());
        self.cache.renew();
        self.constants_lack.borrow_mut().clear();
    }

    /// The value of an expression for a record; `None` where it is unknown.
    pub fn value(&self, expression: &Expression, record: Reference) -> Option<Value> {
        self.read(expression, Scope::of(record))
            .map(std::borrow::Cow::into_owned)
    }

    /// Whether a condition holds for a record; `None` where that is unknown.
    pub fn truth(&self, expression: &Expression, record: Reference) -> Option<bool> {
        self.holds(expression, Scope::of(record))
    }

    /// The number that an expression comes to for a record; `None` where it is unknown.
    pub fn number(&self, expression: &Expression, record: Reference) -> Option<Number> {
        self.quantity(expression, Scope::of(record))
            .map(std::borrow::Cow::into_owned)
    }

    /// A criterion's value for a record (its own, also where it is joint).
    pub fn criterion(&self, id: CriterionId, record: Reference) -> Option<Number> {
        let criterion = self.policy.criterion(id);
        let name = || Arc::clone(&criterion.name);
        self.record_ground(
            GroundKind::Criterion,
            name,
            &criterion.ground,
            criterion.place,
            record,
        );
        let value = self.memo(self.item(Item::Criterion(id)), record, || {
            self.criterion_now(id, record).map(Value::Number)
        });
        number_of(value)
    }

    /// The total score of a record: its lead's, where it is joint. `None` too in a policy that scores nothing.
    pub fn total(&self, record: Reference) -> Option<Number> {
        let lead = self.lead(record)?;
        let value = self.memo(self.item(Item::Total), lead, || {
            self.total_now(lead).map(Value::Number)
        });
        number_of(value)
    }

    /// A define's value for a record of its type.
    pub fn define(&self, id: DefineId, record: Reference) -> Option<Value> {
        let define = self.policy.define(id);
        let name = || Arc::clone(&define.name);
        self.record_ground(GroundKind::Define, name, &define.ground, define.place, record);
        self.memo(self.item(Item::Define(id)), record, || match &define.body {
            DefineBody::Value(value) => self.value(value, record),
            DefineBody::Cases(cases) => {
                let value = self.cases(define, cases, Scope::of(record))?;
                self.fitting(value, &define.bounds, record, define.place)
            }
        })
    }

    /// The value of a table that is read by name, for a record of its type.
    pub fn table(&self, id: TableId, record: Reference) -> Option<Value> {
        self.memo(self.item(Item::Table(id)), record, || {
            self.table_now(id, Scope::of(record))
        })
    }

    /// Whether a record is in a group of its type.
    pub fn group(&self, id: GroupId, record: Reference) -> Option<bool> {
        let group = self.policy.group(id);
        let name = || Arc::clone(&group.name);
        self.record_ground(GroundKind::Group, name, &group.ground, group.place, record);
        if self.at_hand.get(id.index()) == Some(&true) {
            return self.truth(&group.condition, record);
        }
        let value = self.memo(self.item(Item::Group(id)), record, || {
            self.truth(&group.condition, record).map(Value::YesNo)
        });
        value?.as_yes_no()
    }

    /// A text for a record, with its placeholders filled in.
    pub fn text(&self, template: &Template, record: Reference) -> Arc<str> {
        if let [TemplatePart::Literal(text)] = template.parts.as_slice() {
            return Arc::clone(text);
        }
        let mut text = String::new();
        for part in &template.parts {
            match part {
                TemplatePart::Literal(literal) => text.push_str(literal),
                TemplatePart::Value(expression) => {
                    let value = self.value(expression, record);
                    text.push_str(&show::show(
                        self.policy,
                        self.records,
                        self.language,
                        &expression.of_type,
                        value.as_ref(),
                    ));
                }
            }
        }
        text.into()
    }

    /// The faults met so far, each once, by record and then by place.
    pub fn faults(&self) -> Vec<Fault> {
        let faults = self.faults.borrow();
        let fault = |(record, place, kind): &(Reference, Place, FaultKind)| Fault {
            record: *record,
            kind: *kind,
            place: *place,
        };
        faults.iter().map(fault).collect()
    }

    fn fault(&self, record: Reference, place: Place, kind: FaultKind) {
        self.faults.borrow_mut().insert((record, place, kind));
    }

    /// A number that may have become too long to be one.
    fn bounded(&self, number: Option<Number>, record: Reference, place: Place) -> Option<Number> {
        if number.is_none() {
            self.fault(record, place, FaultKind::NumberTooLong);
        }
        number
    }

    /// A value that may be off the type that was declared for it.
    fn fitting(&self, value: Value, bounds: &Bounds, record: Reference, place: Place) -> Option<Value> {
        if bounds.fits(&value) {
            return Some(value);
        }
        self.fault(record, place, FaultKind::OffItsType);
        None
    }

    /// The record of the policy's own type that decides about a record: the one it stands in, if it is of another type,
    /// and the lead of that, if it is joint.
    fn lead(&self, record: Reference) -> Option<Reference> {
        let own = self.records.own_ancestor(self.policy, record)?;
        self.cache.read_standing();
        let lead = self.standing.borrow().lead.get(own.row as usize).copied();
        Some(lead.unwrap_or(own))
    }

    fn rank(&self, record: Reference) -> Option<u32> {
        let row = self.lead(record)?.row as usize;
        self.standing.borrow().ranks.get(row).copied().flatten()
    }

    fn selected(&self, record: Reference) -> Option<bool> {
        let row = self.lead(record)?.row as usize;
        self.standing.borrow().selected.get(row).copied().flatten()
    }

    fn parent(&self, record: Reference) -> Option<Reference> {
        let parent = self.policy.record_type(record.record).parent?;
        let row = self.records.parent(record)?;
        Some(Reference { record: parent, row })
    }

    fn item(&self, item: Item) -> Memo {
        let defines = self.policy.defines.len();
        let tables = defines + self.policy.tables.len();
        let groups = tables + self.policy.groups.len();
        let criteria = groups + self.policy.criteria.len();
        Memo::Item(match item {
            Item::Define(id) => id.index(),
            Item::Table(id) => defines + id.index(),
            Item::Group(id) => tables + id.index(),
            Item::Criterion(id) => groups + id.index(),
            Item::Total => criteria,
            Item::Constant(number) => criteria + 1 + number,
        })
    }

    /// A value that is computed once per record. While facts are asked for, it is computed once more, to meet them.
    fn memo(&self, memo: Memo, record: Reference, compute: impl FnOnce() -> Option<Value>) -> Option<Value> {
        let known = if self.first_visit(&memo, record) {
            None
        } else {
            self.cache.get(&memo, record)
        };
        known.unwrap_or_else(|| self.cache.fill(memo, record, || deep(compute)))
    }
}

/// What is computed once per record.
#[derive(Debug, Clone, Copy)]
enum Item {
    Define(DefineId),
    Table(TableId),
    Group(GroupId),
    Criterion(CriterionId),
    Total,
    /// An aggregate over all records of a type, by its number.
    Constant(usize),
}

/// Runs a step of a recursion whose depth the policy sets (defines that need each other in a long chain), with more
/// stack where there is little left.
fn deep<T>(step: impl FnOnce() -> T) -> T {
    const LEAST: usize = 256 * 1024;
    const MORE: usize = 4 * 1024 * 1024;
    stacker::maybe_grow(LEAST, MORE, step)
}

fn number_of(value: Option<Value>) -> Option<Number> {
    if let Some(Value::Number(number)) = value {
        Some(number)
    } else {
        None
    }
}
