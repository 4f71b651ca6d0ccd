//! Values in JSON.
//!
//! Comes in: values with their types. Goes out: what serde writes. It never shows a title: names and keys only.
//!
//! Invariant: a number is written from its exact digits.

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::Input;
use crate::data::Records;
use crate::explain::Piece;
use crate::model::{Number, Policy, Reference, Type, Value};

/// The keys of records.
pub(super) fn keys<'a>(report: &Input<'a>, records: &[Reference]) -> Vec<&'a str> {
    records.iter().map(|record| &**report.key(*record)).collect()
}

/// A number, rounded half away from zero to 6 places.
pub(super) struct Decimal<'a>(pub(super) &'a Number);

impl Serialize for Decimal<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(whole) = self.0.to_i64() {
            return serializer.serialize_i64(whole);
        }
        RawValue::from_string(self.0.decimal(6))
            .map_err(serde::ser::Error::custom)?
            .serialize(serializer)
    }
}

/// A value with its type; unknown is `null`.
pub(super) struct Shown<'a> {
    policy: &'a Policy,
    records: &'a Records,
    of_type: &'a Type,
    value: Option<&'a Value>,
}

impl<'a> Shown<'a> {
    pub(super) fn new(report: &Input<'a>, of_type: &'a Type, value: Option<&'a Value>) -> Shown<'a> {
        Shown {
            policy: report.policy,
            records: report.records,
            of_type,
            value,
        }
    }
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(value) = self.value else {
            return serializer.serialize_none();
        };
        match (value, self.of_type) {
            (Value::YesNo(value), _) => serializer.serialize_bool(*value),
            (Value::Number(number), _) => Decimal(number).serialize(serializer),
            (Value::Text(text), _) => serializer.serialize_str(text),
            (Value::Date(date), _) => serializer.collect_str(date),
            (Value::Moment(moment), _) => serializer.collect_str(moment),
            (Value::Member(member), Type::Enumeration(id)) => {
                let members = &self.policy.enumeration(*id).members;
                members
                    .get(usize::from(*member))
                    .map(|(name, _)| &**name)
                    .serialize(serializer)
            }
            (Value::Level(level), Type::Scale(id)) => {
                let levels = &self.policy.scale(*id).levels;
                levels
                    .get(usize::from(*level))
                    .map(|level| &*level.name)
                    .serialize(serializer)
            }
            // A member or level without its type has no name.
            (Value::Member(index) | Value::Level(index), _) => serializer.serialize_u16(*index),
            (Value::Reference(record), _) => serializer.serialize_str(self.records.key(*record)),
            (Value::List(items), of_type) => {
                let of_type = if let Type::List(inner) = of_type {
                    inner
                } else {
                    of_type
                };
                serializer.collect_seq(items.iter().map(|item| Shown {
                    of_type,
                    value: Some(item),
                    ..*self
                }))
            }
        }
    }
}

/// Values that a fact may have: one, or an object with the ends of a range: `from` and `to` belong to it, `above` and `below`
/// do not.
pub(super) struct PieceObject<'a> {
    report: Input<'a>,
    of_type: &'a Type,
    piece: &'a Piece,
}

impl<'a> PieceObject<'a> {
    pub(super) fn new(report: &Input<'a>, of_type: &'a Type, piece: &'a Piece) -> PieceObject<'a> {
        PieceObject {
            report: *report,
            of_type,
            piece,
        }
    }
}

impl Serialize for PieceObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shown = |value| Shown::new(&self.report, self.of_type, Some(value));
        let range = match self.piece {
            Piece::Value(value) => return shown(value).serialize(serializer),
            Piece::Range(range) => range,
        };
        let end = |(value, included): &'_ (Value, bool), inner, outer| {
            (if *included { inner } else { outer }, value.clone())
        };
        let low = range.low.as_ref().map(|low| end(low, "from", "above"));
        let high = range.high.as_ref().map(|high| end(high, "to", "below"));
        let ends: Vec<(&str, Value)> = low.into_iter().chain(high).collect();
        serializer.collect_map(ends.iter().map(|(name, value)| (name, shown(value))))
    }
}
