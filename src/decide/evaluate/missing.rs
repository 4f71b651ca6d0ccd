//! The unknown facts that keep a value unknown.
//!
//! Comes in: expressions and a record. Goes out: the names of the facts to ask for, in order of declaration. It never
//! names a fact that another one settles: of *unknown and no* nothing is missing.
//!
//! Invariant: nothing is missing of a value that is known.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::aggregates::nested_memo;
use super::scope::Scope;
use super::{Evaluator, Item, Memo, deep, tables};
use crate::model::expression::{Aggregate, SetMember};
use crate::model::{
    CriterionBody, CriterionId, DefineBody, Expression, ExpressionKind, FieldId, Interval, RecordId,
    Reference, Set, Source, TableId,
};

/// A fact, so that facts stand in order of declaration.
pub(super) type Fact = (RecordId, FieldId, u32);

impl Evaluator<'_> {
    /// The names of the unknown facts that keep expressions unknown for a record: none, where they are known.
    pub fn missing(&self, expressions: &[&Expression], record: Reference) -> Vec<Arc<str>> {
        self.lacking(record, |search| {
            for expression in expressions {
                search.expression(expression, Scope::of(record));
            }
        })
    }

    /// The records of the policy's own type whose rank or selection is what keeps expressions unknown for a record.
    pub fn undecided(&self, expressions: &[&Expression], record: Reference) -> Vec<Reference> {
        let mut search = Search::new(self);
        self.cache
            .nested(|| search.expressions(expressions.iter().copied(), Scope::of(record)));
        search.undecided.into_iter().collect()
    }

    /// The names of the unknown facts that keep the total of a record unknown.
    pub fn missing_total(&self, record: Reference) -> Vec<Arc<str>> {
        self.lacking(record, |search| search.total(record))
    }

    fn lacking(&self, record: Reference, find: impl FnOnce(&mut Search<'_, '_>)) -> Vec<Arc<str>> {
        let mut search = Search::new(self);
        self.cache.nested(|| find(&mut search));
        let name = |(of, field, row): Fact| self.fact_name(record, Reference { record: of, row }, field);
        search.facts.into_iter().map(name).collect()
    }
}

/// A search for unknown facts. Each step is for something that may be unknown, and adds nothing if it is known.
struct Search<'e, 'p> {
    evaluator: &'e Evaluator<'p>,
    facts: BTreeSet<Fact>,
    /// The records of the policy's own type that are not decided on, though their rank or selection is asked for.
    undecided: BTreeSet<Reference>,
    /// What has been searched, with the parameters found unknown in it.
    visited: HashMap<(Memo, Reference), Rc<BTreeSet<usize>>>,
    /// The unknown parameters of the application at hand.
    parameters: BTreeSet<usize>,
}

impl<'e, 'p> Search<'e, 'p> {
    fn new(evaluator: &'e Evaluator<'p>) -> Search<'e, 'p> {
        Search {
            evaluator,
            facts: BTreeSet::new(),
            undecided: BTreeSet::new(),
            visited: HashMap::new(),
            parameters: BTreeSet::new(),
        }
    }
}

impl Search<'_, '_> {
    fn expression(&mut self, expression: &Expression, scope: Scope<'_>) {
        if self.evaluator.read(expression, scope).is_none() {
            deep(|| self.unknown(expression, scope));
        }
    }

    fn expressions<'x>(&mut self, expressions: impl IntoIterator<Item = &'x Expression>, scope: Scope<'_>) {
        for expression in expressions {
            self.expression(expression, scope);
        }
    }

    /// What an expression lacks that is unknown.
    fn unknown(&mut self, expression: &Expression, scope: Scope<'_>) {
        match &expression.kind {
            ExpressionKind::Constant(_)
            | ExpressionKind::This
            | ExpressionKind::Parent
            | ExpressionKind::One(_)
            | ExpressionKind::Known(..) => {}
            ExpressionKind::Rank | ExpressionKind::Selected => {
                self.undecided.extend(self.evaluator.lead(scope.record));
            }
            ExpressionKind::Field(field) => self.fact(scope.record, *field),
            ExpressionKind::It => {
                if let Some((record, field)) = scope.it {
                    self.fact(record, field);
                }
            }
            ExpressionKind::Parameter(index) => {
                self.parameters.insert(*index);
            }
            ExpressionKind::Define(id) => self.item(Item::Define(*id), scope.record),
            ExpressionKind::Table(id) => self.item(Item::Table(*id), scope.record),
            ExpressionKind::Group(id) => self.item(Item::Group(*id), scope.record),
            ExpressionKind::Criterion(id) => self.item(Item::Criterion(*id), scope.record),
            ExpressionKind::Total => self.total(scope.record),
            ExpressionKind::Follow(reference, value) => {
                let record = self.evaluator.read(reference, scope);
                match record.and_then(|record| record.as_reference()) {
                    Some(record) => self.expression(value, scope.at(record)),
                    None => self.expression(reference, scope),
                }
            }
            ExpressionKind::Key(operand) | ExpressionKind::Not(operand) | ExpressionKind::Negate(operand) => {
                self.expression(operand, scope);
            }
            ExpressionKind::And(operands)
            | ExpressionKind::Or(operands)
            | ExpressionKind::List(operands)
            | ExpressionKind::Call(_, operands) => self.expressions(operands, scope),
            ExpressionKind::Is(left, right, _) | ExpressionKind::Compare(_, left, right) => {
                self.expressions([&**left, &**right], scope);
            }
            ExpressionKind::In(operand, set, _) => self.set(operand, set, scope),
            ExpressionKind::Arithmetic(first, rest) => {
                self.expression(first, scope);
                self.expressions(rest.iter().map(|(_, operand)| operand), scope);
            }
            ExpressionKind::If(condition, then, other) => match self.evaluator.holds(condition, scope) {
                Some(true) => self.expression(then, scope),
                Some(false) => self.expression(other, scope),
                None => self.expressions([&**condition, &**then, &**other], scope),
            },
            ExpressionKind::Apply(table, arguments) => self.application(*table, arguments, scope),
            ExpressionKind::Aggregate(aggregate) => self.aggregate(aggregate, scope),
        }
    }

    fn fact(&mut self, record: Reference, field: FieldId) {
        if self.evaluator.records.fact(record, field).value.is_none() {
            self.facts.insert((record.record, field, record.row));
        }
    }

    fn set(&mut self, operand: &Expression, set: &Set, scope: Scope<'_>) {
        self.expression(operand, scope);
        match set {
            Set::Range(range) => self.range(range, scope),
            Set::List(list) => self.expression(list, scope),
            Set::Members(members) => {
                let value = self.evaluator.read(operand, scope);
                for member in members {
                    if self
                        .evaluator
                        .is_member(value.as_deref(), member, scope)
                        .is_some()
                    {
                        continue;
                    }
                    match member {
                        SetMember::Value(member) => self.expression(member, scope),
                        SetMember::Range(range) => self.range(range, scope),
                    }
                }
            }
        }
    }

    fn range(&mut self, range: &Interval<Expression>, scope: Scope<'_>) {
        let ends = [&range.low, &range.high];
        self.expressions(ends.into_iter().flatten().map(|(end, _)| end), scope);
    }

    fn aggregate(&mut self, aggregate: &Aggregate, scope: Scope<'_>) {
        let Some(number) = aggregate.constant else {
            self.items(aggregate, scope);
            return;
        };
        // The same for every record: found for one, known for all.
        let known = self.evaluator.constants_lack.borrow().get(&number).cloned();
        let lacks = known.unwrap_or_else(|| {
            let outer = std::mem::take(&mut self.facts);
            let visited = std::mem::take(&mut self.visited);
            self.items(aggregate, scope);
            self.visited = visited;
            let lacks = Rc::new(std::mem::replace(&mut self.facts, outer));
            let mut known = self.evaluator.constants_lack.borrow_mut();
            known.insert(number, Rc::clone(&lacks));
            lacks
        });
        self.facts.extend(lacks.iter());
    }

    fn items(&mut self, aggregate: &Aggregate, scope: Scope<'_>) {
        let memo = nested_memo(aggregate, scope);
        self.once(memo, scope.record, |search| {
            let Some(items) = search.evaluator.items(&aggregate.source, scope) else {
                if let Source::Children(source, _) | Source::References(source) = &aggregate.source {
                    search.expression(source, scope);
                }
                return;
            };
            for item in items {
                if !search.evaluator.is_settled(aggregate, item) {
                    search.expressions(&aggregate.condition, item);
                    search.expressions(&aggregate.item, item);
                }
            }
        });
    }

    fn application(&mut self, id: TableId, arguments: &[Expression], scope: Scope<'_>) {
        let evaluator = self.evaluator;
        let inputs = evaluator.inputs(id, arguments, scope);
        let open = evaluator.open_rows(id, &inputs);
        if open.len() > 1 {
            self.expressions(arguments, scope);
        }
        let inputs = tables::owned(inputs);
        let outer = std::mem::take(&mut self.parameters);
        let found = self.once(Memo::Applied(id, inputs.clone()), scope.record, |search| {
            let call = evaluator.call(inputs);
            let within = Scope {
                call: Some(&call),
                ..Scope::of(scope.record)
            };
            search.expressions(open.iter().map(|row| &row.value), within);
        });
        self.parameters = outer;
        self.expressions(found.iter().filter_map(|index| arguments.get(*index)), scope);
    }

    fn item(&mut self, item: Item, record: Reference) {
        let policy = self.evaluator.policy;
        let scope = Scope::of(record);
        self.once(self.evaluator.item(item), record, |search| match item {
            Item::Define(id) => match &policy.define(id).body {
                DefineBody::Value(value) => search.expression(value, scope),
                DefineBody::Cases(cases) => {
                    let (open, _) = search.evaluator.open_cases(cases, scope);
                    for case in open {
                        search.expressions(&case.when, scope);
                        search.expression(&case.value, scope);
                    }
                }
            },
            Item::Table(id) => {
                let table = policy.table(id);
                let columns = || table.columns.iter().filter_map(|column| column.value.as_ref());
                let inputs: Vec<_> = columns()
                    .map(|input| search.evaluator.read(input, scope))
                    .collect();
                let open = search.evaluator.open_rows(id, &inputs);
                if open.len() > 1 {
                    search.expressions(columns(), scope);
                }
                search.expressions(open.iter().map(|row| &row.value), scope);
            }
            Item::Group(id) => search.expression(&policy.group(id).condition, scope),
            Item::Criterion(id) => match &policy.criterion(id).body {
                CriterionBody::Value(value) => search.expression(value, scope),
                CriterionBody::Questions(_, questions) => {
                    for (field, _) in questions {
                        search.fact(record, *field);
                    }
                }
            },
            Item::Total => match &policy.score {
                Some(score) => search.expression(&score.value, scope),
                None => {
                    for (_, id) in policy.criteria.iter().zip(0..) {
                        search.criterion(CriterionId(id), record);
                    }
                }
            },
            Item::Constant(_) => {}
        });
    }

    fn criterion(&mut self, id: CriterionId, record: Reference) {
        if self.evaluator.criterion(id, record).is_none() {
            self.item(Item::Criterion(id), record);
        }
    }

    fn total(&mut self, record: Reference) {
        if let Some(lead) = self.evaluator.lead(record)
            && self.evaluator.total(lead).is_none()
        {
            self.item(Item::Total, lead);
        }
    }

    /// Searches something once; gives the parameters that were found unknown in it.
    fn once(&mut self, memo: Memo, record: Reference, search: impl FnOnce(&mut Self)) -> Rc<BTreeSet<usize>> {
        let key = (memo, record);
        let found = match self.visited.get(&key) {
            Some(found) => Rc::clone(found),
            None => {
                let outer = std::mem::take(&mut self.parameters);
                deep(|| search(self));
                let found = Rc::new(std::mem::replace(&mut self.parameters, outer));
                self.visited.insert(key, Rc::clone(&found));
                found
            }
        };
        self.parameters.extend(found.iter());
        found
    }
}
