//! What the data may hold: scales, enumerations, record types and their fields.
//!
//! Comes in: built by the checker. Goes out: read by the data room and everything after it. It never holds a value of data.
//!
//! Invariant: a field's default, range and step fit its type.

use super::Number;
use super::expression::Interval;
use super::policy::{CriterionId, FieldId, Ground};
use super::types::{RecordId, Type};
use super::value::Value;
use crate::source::Place;
use std::sync::Arc;

/// A set of named members without order.
#[derive(Debug, Clone)]
pub struct Enumeration {
    /// The members: name and title.
    pub members: Vec<(Arc<str>, Option<Arc<str>>)>,
}

/// A scale: named levels, ordered.
#[derive(Debug, Clone)]
pub struct Scale {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Its levels: of a numbered scale with their numbers, in the order of declaration; else lowest first.
    pub levels: Vec<Level>,
    /// Whether its levels have numbers.
    pub numbered: bool,
    /// Where it stands.
    pub place: Place,
}

/// A level of a scale.
#[derive(Debug, Clone)]
pub struct Level {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Its number, if the scale is numbered.
    pub number: Option<Number>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// A record type.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// The key of its records in a JSON document.
    pub plural: Arc<str>,
    /// The record type its records stand in.
    pub parent: Option<RecordId>,
    /// Whether the data holds exactly one.
    pub one: bool,
    /// Its fields, and after them the questions that criteria add to the policy's record (`benefit.patient`).
    pub fields: Vec<Field>,
    /// The key field; `None` only for a `one record`.
    pub key: Option<FieldId>,
    /// The field that names a record where it is shown: `title`, if there is a text field of that name.
    pub title_field: Option<FieldId>,
    /// Where it stands.
    pub place: Place,
}

/// A field of a record type.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name; a question's is `criterion.question`.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// The type of its values.
    pub of_type: Type,
    /// What its numbers must keep to (for a list: those in it).
    pub bounds: Bounds,
    /// Whether it may be missing.
    pub optional: bool,
    /// The value it has where the data has none.
    pub default: Option<Value>,
    /// `reversed`: a criterion counts lowest + highest − given.
    pub reversed: bool,
    /// `from "Column name"`
    pub from: Option<Arc<str>>,
    /// The criterion whose question it is.
    pub question_of: Option<CriterionId>,
    /// Why its default (or its weight) is as it is.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
    /// Where its default stands.
    pub default_place: Option<Place>,
}

/// What a field's numbers must keep to.
#[derive(Debug, Clone, Default)]
pub struct Bounds {
    /// Whether only whole numbers fit.
    pub integer: bool,
    /// The range.
    pub range: Option<Interval<Number>>,
    /// The step, counted from the range's low end (from 0 without one).
    pub step: Option<Number>,
}

impl Bounds {
    /// What keeps a number out, in words that follow "is"; `None` where it fits.
    pub fn misfit(&self, number: &Number) -> Option<&'static str> {
        if self.integer && !number.is_integer() {
            return Some("not a whole number");
        }
        if self.range.as_ref().is_some_and(|range| !range.contains(number)) {
            return Some("off the range");
        }
        let step = self.step.as_ref()?;
        let low = self.range.as_ref().and_then(|range| range.low.as_ref());
        let start = low.map_or_else(Number::zero, |(low, _)| low.clone());
        let steps = number.subtract(&start).and_then(|above| above.divide(step));
        (!steps.is_some_and(|steps| steps.is_integer())).then_some("off the step")
    }

    /// Whether a value fits; of a list, all that it holds.
    pub fn fits(&self, value: &Value) -> bool {
        match value {
            Value::Number(number) => self.misfit(number).is_none(),
            Value::List(members) => members.iter().all(|member| self.fits(member)),
            _ => true,
        }
    }
}

impl Scale {
    /// What the values of a numbered scale keep to.
    pub fn limits(&self) -> Bounds {
        let end = |number: &Number| (number.clone(), true);
        Bounds {
            range: self.bounds().map(|(low, high)| Interval {
                low: Some(end(low)),
                high: Some(end(high)),
            }),
            ..Bounds::default()
        }
    }

    /// The lowest and the highest number of a numbered scale.
    pub fn bounds(&self) -> Option<(&Number, &Number)> {
        let numbers = || self.levels.iter().filter_map(|level| level.number.as_ref());
        Some((numbers().min()?, numbers().max()?))
    }

    /// The first level with a number.
    pub fn level_of(&self, number: &Number) -> Option<&Level> {
        self.levels
            .iter()
            .find(|level| level.number.as_ref() == Some(number))
    }
}
