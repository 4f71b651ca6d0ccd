//! Values over many records or questions: `count`, `sum`, `any` and their kin.
//!
//! Comes in: an aggregate and the scope it stands in. Goes out: its value. It never goes over a record twice for the same
//! aggregate, but where a list of references names it twice.
//!
//! Invariant: what an unknown `where` may leave out makes the value unknown, what it surely leaves out does not count.

use std::borrow::Cow;

use super::expressions::{all, any};
use super::scope::Scope;
use super::{Evaluator, Item, Memo, functions};
use crate::model::expression::Aggregate;
use crate::model::{
    AggregateFunction, CriterionBody, Expression, Number, RecordId, Reference, Source, Value,
};
use crate::source::Place;

/// The records of one type by parent: those of parent `n` are `rows[starts[n]..starts[n + 1]]`.
#[derive(Debug)]
pub(super) struct Children {
    starts: Vec<usize>,
    rows: Vec<u32>,
}

impl Children {
    fn new(parents: &[Option<u32>]) -> Children {
        let mut rows: Vec<(u32, u32)> = parents
            .iter()
            .zip(0..)
            .filter_map(|(parent, row)| Some(((*parent)?, row)))
            .collect();
        rows.sort_unstable();
        let last = rows.last().map_or(0, |(parent, _)| *parent as usize + 1);
        let mut starts = vec![0; last + 1];
        for (parent, _) in &rows {
            if let Some(count) = starts.get_mut(*parent as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Children {
            starts,
            rows: rows.into_iter().map(|(_, row)| row).collect(),
        }
    }

    fn of(&self, parent: u32) -> &[u32] {
        let start = |index: usize| self.starts.get(index).copied();
        let range = start(parent as usize).zip(start(parent as usize + 1));
        range
            .and_then(|(from, to)| self.rows.get(from..to))
            .unwrap_or_default()
    }
}

impl Evaluator<'_> {
    /// The value of an aggregate.
    pub(super) fn aggregate(&self, aggregate: &Aggregate, place: Place, scope: Scope<'_>) -> Option<Value> {
        let compute = || self.cache.nested(|| self.aggregate_now(aggregate, place, scope));
        if let Some(number) = aggregate.constant {
            // The same for every record, and so no fact about any of them.
            let anyone = Reference {
                record: self.policy.record,
                row: 0,
            };
            return self.unrecorded(|| self.memo(self.item(Item::Constant(number)), anyone, compute));
        }
        if matches!(aggregate.source, Source::All(_)) {
            return self.unrecorded(compute);
        }
        if self.cache.is_nested() {
            // Without this, aggregates in each other take as many steps as their records multiplied.
            return self.memo(nested_memo(aggregate, scope), scope.record, compute);
        }
        compute()
    }

    /// Whether an item cannot keep an aggregate unknown: it is left out, or what is asked of it is settled although it is
    /// unknown whether it is left out.
    pub(super) fn is_settled(&self, aggregate: &Aggregate, item: Scope<'_>) -> bool {
        let condition = aggregate.condition.as_ref();
        let holds = || aggregate.item.as_ref().and_then(|asked| self.holds(asked, item));
        match condition.map_or(Some(true), |condition| self.holds(condition, item)) {
            Some(included) => !included,
            None => match aggregate.function {
                AggregateFunction::Any => holds() == Some(false),
                AggregateFunction::Every => holds() == Some(true),
                _ => false,
            },
        }
    }

    fn aggregate_now(&self, aggregate: &Aggregate, place: Place, scope: Scope<'_>) -> Option<Value> {
        let items = self.items(&aggregate.source, scope)?;
        let condition = |item: Scope<'_>| match &aggregate.condition {
            Some(condition) => self.holds(condition, item),
            None => Some(true),
        };
        let item_holds = |item: Scope<'_>| match &aggregate.item {
            Some(expression) => self.holds(expression, item),
            None => Some(true),
        };
        match aggregate.function {
            // Of a record that `where` leaves out, the condition is not asked for.
            AggregateFunction::Any => any(items.into_iter().map(|item| match condition(item) {
                Some(true) => item_holds(item),
                Some(false) => Some(false),
                None => item_holds(item).filter(|holds| !holds),
            }))
            .map(Value::YesNo),
            AggregateFunction::Every => all(items.into_iter().map(|item| match condition(item) {
                Some(true) => item_holds(item),
                Some(false) => Some(true),
                None => item_holds(item).filter(|holds| *holds),
            }))
            .map(Value::YesNo),
            AggregateFunction::Count => {
                let mut count = Some(0_i64);
                for item in items {
                    count = match condition(item) {
                        Some(yes) => count.map(|count| count + i64::from(yes)),
                        None => None,
                    };
                }
                Some(Value::Number(Number::from_integer(count?)))
            }
            AggregateFunction::Sum | AggregateFunction::Mean => {
                let values = self.values(aggregate.item.as_ref()?, &items, condition)?;
                self.sum(aggregate.function, &values, place, scope)
                    .map(Value::Number)
            }
            AggregateFunction::Least | AggregateFunction::Greatest => {
                let values = self.values(aggregate.item.as_ref()?, &items, condition)?;
                let greatest = aggregate.function == AggregateFunction::Greatest;
                functions::extreme(values, greatest).map(Cow::into_owned)
            }
        }
    }

    /// What an aggregate goes over; `None` where that is unknown.
    pub(super) fn items<'e>(&self, source: &Source, scope: Scope<'e>) -> Option<Vec<Scope<'e>>> {
        let at = |record: RecordId| move |row: u32| scope.at(Reference { record, row });
        match source {
            Source::Children(parent, record) => {
                let parent = self.read(parent, scope)?.as_reference()?;
                let children = self.children.get(usize::from(record.0))?;
                let children = children.get_or_init(|| Children::new(&self.records.table(*record).parents));
                Some(children.of(parent.row).iter().copied().map(at(*record)).collect())
            }
            Source::References(list) => {
                let list = self.read(list, scope)?;
                let Value::List(members) = &*list else {
                    return None;
                };
                let records = members.iter().filter_map(Value::as_reference);
                Some(records.map(|record| scope.at(record)).collect())
            }
            Source::All(record) => Some(self.records.all(*record).map(|record| scope.at(record)).collect()),
            Source::Questions(criterion) => {
                let CriterionBody::Questions(_, questions) = &self.policy.criterion(*criterion).body else {
                    return Some(Vec::new());
                };
                let question = |(field, _): &(_, Number)| Scope {
                    it: Some((scope.record, *field)),
                    ..scope
                };
                Some(questions.iter().map(question).collect())
            }
        }
    }

    /// The values of the items that are not left out; `None` where one of them, or which they are, is unknown. All are
    /// read either way.
    fn values<'e>(
        &'e self,
        item: &'e Expression,
        items: &[Scope<'e>],
        condition: impl Fn(Scope<'e>) -> Option<bool>,
    ) -> Option<Vec<Cow<'e, Value>>> {
        let mut values = Some(Vec::with_capacity(items.len()));
        for scope in items {
            let condition = condition(*scope);
            if condition == Some(false) {
                continue;
            }
            let value = self.read(item, *scope);
            match (&mut values, condition, value) {
                (Some(values), Some(true), Some(value)) => values.push(value),
                _ => values = None,
            }
        }
        values
    }

    fn sum(
        &self,
        function: AggregateFunction,
        values: &[Cow<'_, Value>],
        place: Place,
        scope: Scope<'_>,
    ) -> Option<Number> {
        if values.is_empty() && function == AggregateFunction::Mean {
            return None;
        }
        let mut numbers = values.iter().filter_map(|value| value.as_number());
        let sum = numbers.try_fold(Number::zero(), |sum, number| sum.add(number));
        let result = match function {
            AggregateFunction::Mean => sum.and_then(|sum| sum.divide(&count(values.len()))),
            _ => sum,
        };
        self.bounded(result, scope.record, place)
    }
}

pub(super) fn count(items: usize) -> Number {
    Number::from_integer(i64::try_from(items).unwrap_or(i64::MAX))
}

/// An aggregate inside another one, by its address: that lasts as long as the outermost is being evaluated.
pub(super) fn nested_memo(aggregate: &Aggregate, scope: Scope<'_>) -> Memo {
    let address = std::ptr::from_ref(aggregate).addr();
    Memo::Aggregate(address, scope.it, scope.call.map(|call| call.number))
}
