//! Criteria and the total score.
//!
//! Comes in: a criterion and a record. Goes out: what its questions come to. It never fills in a question that was not
//! answered.
//!
//! Invariant: one unknown question makes the criterion unknown, and one unknown criterion the total.

use std::borrow::Cow;
use std::sync::Arc;

use super::Evaluator;
use super::aggregates::count;
use crate::decide::{FaultKind, GroundKind};
use crate::model::{Aggregation, CriterionBody, CriterionId, Field, FieldId, Number, Reference, Type};

impl Evaluator<'_> {
    /// A criterion's value for a record.
    pub(super) fn criterion_now(&self, id: CriterionId, record: Reference) -> Option<Number> {
        let criterion = self.policy.criterion(id);
        let (aggregation, questions) = match &criterion.body {
            CriterionBody::Value(value) => return self.number(value, record),
            CriterionBody::Questions(aggregation, questions) => (*aggregation, questions),
        };
        // All questions are read, answered or not: none settles the others.
        let mut counted = Some(Vec::with_capacity(questions.len()));
        for (field, weight) in questions {
            self.record_fact(record, *field);
            match (&mut counted, self.counted(*field, record)) {
                (Some(counted), Some(number)) => counted.push((number, weight)),
                _ => counted = None,
            }
        }
        let counted = counted?;
        let numbers = || counted.iter().map(|(number, _)| &**number);
        let sum = || numbers().try_fold(Number::zero(), |sum, number| sum.add(number));
        let result = match aggregation {
            Aggregation::Least => return numbers().min().cloned(),
            Aggregation::Greatest => return numbers().max().cloned(),
            Aggregation::Mean | Aggregation::WeightedMean if counted.is_empty() => return None,
            Aggregation::Sum => sum(),
            Aggregation::Mean => sum().and_then(|sum| sum.divide(&count(counted.len()))),
            Aggregation::WeightedMean => {
                let mut weights = counted.iter().map(|(_, weight)| *weight);
                let weight = weights.try_fold(Number::zero(), |sum, weight| sum.add(weight));
                if weight.as_ref().is_some_and(Number::is_zero) {
                    self.fault(record, criterion.place, FaultKind::DivisionByZero);
                    return None;
                }
                let weighted = counted.iter().try_fold(Number::zero(), |sum, (number, weight)| {
                    sum.add(&number.multiply(weight)?)
                });
                weighted.zip(weight).and_then(|(sum, weight)| sum.divide(&weight))
            }
        };
        self.bounded(result, record, criterion.place)
    }

    /// A question's value as its criterion counts it: a reversed one the other way round.
    fn counted(&self, id: FieldId, record: Reference) -> Option<Cow<'_, Number>> {
        let field = self.policy.field(record.record, id);
        let given = self.records.fact(record, id).value.as_ref()?.as_number()?;
        if !field.reversed {
            return Some(Cow::Borrowed(given));
        }
        let (lowest, highest) = self.bounds(field)?;
        let counted = lowest.add(highest).and_then(|sum| sum.subtract(given));
        self.bounded(counted, record, field.place).map(Cow::Owned)
    }

    /// The lowest and the highest value that a field takes.
    fn bounds<'e>(&'e self, field: &'e Field) -> Option<(&'e Number, &'e Number)> {
        if let Type::Scale(scale) = field.of_type {
            return self.policy.scale(scale).bounds();
        }
        let range = field.bounds.range.as_ref()?;
        let (lowest, _) = range.low.as_ref()?;
        let (highest, _) = range.high.as_ref()?;
        Some((lowest, highest))
    }

    /// The total of a record that is its own lead.
    pub(super) fn total_now(&self, record: Reference) -> Option<Number> {
        if let Some(score) = &self.policy.score {
            return self.number(&score.value, record);
        }
        if self.policy.criteria.is_empty() {
            return None;
        }
        let mut total = Some(Number::zero());
        for (criterion, id) in self.policy.criteria.iter().zip(0..) {
            let value = self.criterion(CriterionId(id), record);
            let (name, ground) = (|| Arc::clone(&criterion.name), &criterion.weight_ground);
            self.record_ground(GroundKind::Weight, name, ground, criterion.place, record);
            let (Some(sum), Some(value)) = (&total, value) else {
                total = None;
                continue;
            };
            let sum = value
                .multiply(&criterion.weight)
                .and_then(|weighted| sum.add(&weighted));
            total = self.bounded(sum, record, criterion.place);
        }
        total
    }
}
