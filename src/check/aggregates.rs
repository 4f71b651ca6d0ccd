//! Aggregates over many records: `count`, `sum`, `mean`, `least`, `greatest`, `any`, `every`.
//!
//! Comes in: an aggregate with its arguments as written. Goes out: the typed aggregate with the records it goes over. It
//! never goes over any.
//!
//! Invariant: what stands inside an aggregate is checked in the scope of the records it goes over.

use super::scope::{Scope, Typed};
use super::{Checker, Entity, Reads};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::expression::Aggregate;
use crate::model::{AggregateFunction, ExpressionKind, Source, Type, Unit};
use crate::source::Place;
use crate::syntax::ast::{self, Argument};
use std::sync::Arc;

pub(super) const AGGREGATES: &[(&str, AggregateFunction, &str)] = &[
    (
        "count",
        AggregateFunction::Count,
        "count(RECORDS where CONDITION)",
    ),
    (
        "sum",
        AggregateFunction::Sum,
        "sum(VALUE for RECORDS where CONDITION)",
    ),
    (
        "mean",
        AggregateFunction::Mean,
        "mean(VALUE for RECORDS where CONDITION)",
    ),
    (
        "least",
        AggregateFunction::Least,
        "least(VALUE for RECORDS where CONDITION)",
    ),
    (
        "greatest",
        AggregateFunction::Greatest,
        "greatest(VALUE for RECORDS where CONDITION)",
    ),
    ("any", AggregateFunction::Any, "any(CONDITION for RECORDS)"),
    ("every", AggregateFunction::Every, "every(CONDITION for RECORDS)"),
];

impl Checker<'_> {
    pub(super) fn aggregate(
        &mut self,
        function: AggregateFunction,
        form: &str,
        arguments: &[Argument],
        scope: &Scope<'_>,
        place: Place,
    ) -> Option<Typed> {
        let [
            Argument::Value {
                value,
                source,
                condition,
            },
        ] = arguments
        else {
            self.wrong(form, place, "an aggregate takes one thing over many records");
            return None;
        };
        if scope.parameters.is_some() {
            self.tell(
                Diagnostic::new(Code::NotHere, "a table that is applied cannot look at records")
                    .at(place, "looks at records"),
            );
            return None;
        }
        let (item, over) = match (function, source) {
            (AggregateFunction::Count, None) => (None, value),
            (AggregateFunction::Count, Some(_)) => {
                self.wrong(form, place, "`count` counts records, and takes no value of them");
                return None;
            }
            (_, None) => {
                self.wrong(form, place, "it is not said over which records this goes");
                return None;
            }
            (_, Some(source)) => (Some(value), source),
        };
        let (source, mut reads, source_depth, inner) = self.source(over, scope, form)?;
        let item = match item {
            Some(item) => Some(self.expression(item, &inner, None)?),
            None => None,
        };
        let condition = match condition {
            Some(condition) => {
                let condition = self.expression(condition, &inner, Some(&Type::YesNo))?;
                self.expect_type(&condition, &Type::YesNo, "`where`")?;
                Some(condition)
            }
            None => None,
        };
        let of_type = match (function, &item) {
            (AggregateFunction::Count, _) | (_, None) => Type::Number(Unit::none()),
            (AggregateFunction::Any | AggregateFunction::Every, Some(item)) => {
                self.expect_type(item, &Type::YesNo, "this condition")?;
                Type::YesNo
            }
            (AggregateFunction::Least | AggregateFunction::Greatest, Some(item)) => {
                self.ordered(item)?;
                item.expression.of_type.clone()
            }
            (AggregateFunction::Mean, Some(item)) => Type::Number(self.numeric(item, "a mean")?),
            (_, Some(item)) => Type::Number(self.numeric(item, "a sum")?),
        };
        if inner.record == Some(self.record) && scope.record == Some(self.record) && inner.it.is_none() {
            reads.others = true;
        }
        let mut parts = vec![(reads, source_depth)];
        parts.extend(item.iter().map(Typed::part));
        parts.extend(condition.iter().map(Typed::part));
        let constant = matches!(source, Source::All(_)).then(|| {
            self.constant_aggregates += 1;
            self.constant_aggregates - 1
        });
        let aggregate = Aggregate {
            function,
            source,
            item: item.map(|item| item.expression),
            condition: condition.map(|condition| condition.expression),
            constant,
        };
        Some(Typed::over(
            ExpressionKind::Aggregate(Box::new(aggregate)),
            of_type,
            place,
            &parts,
        ))
    }

    /// What an aggregate goes over, and the scope of what is said of each item.
    fn source<'s>(
        &mut self,
        over: &ast::Expression,
        scope: &Scope<'s>,
        form: &str,
    ) -> Option<(Source, Reads, usize, Scope<'s>)> {
        let item_scope = |record| Scope {
            record: Some(record),
            it: None,
            parameters: None,
            allowed: scope.allowed,
        };
        let ast::ExpressionKind::Path(names) = &over.kind else {
            self.wrong(
                form,
                over.place,
                "an aggregate goes over records that have a name",
            );
            return None;
        };
        let (last, before) = names.split_last()?;
        if before.is_empty() {
            let own = scope
                .record
                .and_then(|record| self.names.get(usize::from(record.0)))
                .and_then(|names| names.get(&last.text));
            match own.copied() {
                Some((Entity::Criterion(id), _)) => {
                    self.criterion(id)?;
                    let questions = self.questions.get(id.index()).cloned().unwrap_or_default();
                    let fields = scope
                        .record
                        .and_then(|record| self.records.get(usize::from(record.0)));
                    let first = questions
                        .first()
                        .and_then(|field| fields?.fields.get(field.index()));
                    let Some(of_type) = first.map(|field| field.of_type.clone()) else {
                        self.wrong(
                            form,
                            over.place,
                            format!("criterion `{}` has no questions", last.text),
                        );
                        return None;
                    };
                    let inner = Scope {
                        it: Some(of_type),
                        ..scope.clone()
                    };
                    return Some((Source::Questions(id), Reads::default(), 0, inner));
                }
                Some(_) => {}
                None => {
                    if let Some(record) = self.record_of_plural(&last.text) {
                        let parent = self
                            .records
                            .get(usize::from(record.0))
                            .and_then(|made| made.parent);
                        if parent.is_some() && parent == scope.record {
                            let this =
                                Typed::leaf(ExpressionKind::This, Type::Reference(parent?), over.place);
                            return Some((
                                Source::Children(this.expression, record),
                                Reads::default(),
                                0,
                                item_scope(record),
                            ));
                        }
                        return Some((Source::All(record), Reads::default(), 0, item_scope(record)));
                    }
                    let plurals: Vec<Arc<str>> = self
                        .records
                        .iter()
                        .map(|record| Arc::clone(&record.plural))
                        .collect();
                    let known = scope.record.is_some_and(|record| self.knows(record, last));
                    if !known
                        && crate::diagnostic::nearest::nearest(&last.text, plurals.iter().map(|name| &**name))
                            .is_some()
                    {
                        self.unknown("kind of records", last, plurals.iter().map(|name| &**name));
                        return None;
                    }
                }
            }
        } else if let Some(record) = self.record_of_plural(&last.text) {
            let holder = self.path(before, scope)?;
            let parent = self
                .records
                .get(usize::from(record.0))
                .and_then(|made| made.parent);
            if parent.is_some() && parent.map(Type::Reference).as_ref() == Some(&holder.expression.of_type) {
                let (reads, depth) = holder.part();
                return Some((
                    Source::Children(holder.expression, record),
                    reads,
                    depth,
                    item_scope(record),
                ));
            }
        }
        let typed = self.path(names, scope)?;
        let (reads, depth) = typed.part();
        if let Type::List(inner) = &typed.expression.of_type
            && let Type::Reference(record) = **inner
        {
            return Some((
                Source::References(typed.expression),
                reads,
                depth,
                item_scope(record),
            ));
        }
        let found = self.type_name(&typed.expression.of_type);
        self.tell(
            Diagnostic::new(
                Code::TypeMismatch,
                format!("an aggregate goes over records, and this is {found}"),
            )
            .at(typed.expression.place, found)
            .help("name child records, a list of references, all records of a type, or a criterion"),
        );
        None
    }
}

/// How an aggregate is written.
pub(super) fn aggregate_form(name: &str) -> Option<&'static str> {
    AGGREGATES
        .iter()
        .find(|(known, ..)| *known == name)
        .map(|(_, _, form)| *form)
}
