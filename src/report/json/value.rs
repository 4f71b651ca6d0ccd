//! Values in JSON.
//!
//! Comes in: values with their types. Goes out: what serde writes. It never shows a title: names and keys only.
//!
//! Invariant: a number is written from its exact digits.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::Input;
use crate::data::Records;
use crate::explain::Piece;
use crate::model::{Number, Policy, Reference, Type, Value};

/// The keys of records.
pub(in crate::report) fn keys<'a>(report: &Input<'a>, records: &[Reference]) -> Vec<&'a str> {
    records.iter().map(|record| &**report.key(*record)).collect()
}

/// A number, rounded half away from zero to 6 places.
pub(in crate::report) struct Decimal<'a>(pub(in crate::report) &'a Number);

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
pub(in crate::report) struct Shown<'a> {
    policy: &'a Policy,
    records: &'a Records,
    of_type: &'a Type,
    value: Option<&'a Value>,
}

impl<'a> Shown<'a> {
    pub(in crate::report) fn new(
        report: &Input<'a>,
        of_type: &'a Type,
        value: Option<&'a Value>,
    ) -> Shown<'a> {
        Shown {
            policy: report.policy,
            records: report.records,
            of_type,
            value,
        }
    }
}

impl<'a> Shown<'a> {
    /// The value itself.
    #[cfg(feature = "parquet")]
    pub(in crate::report) fn value(&self) -> Option<&'a Value> {
        self.value
    }

    /// Those that this one holds, if it is a list.
    pub(in crate::report) fn items(&self) -> Option<impl Iterator<Item = Shown<'a>> + use<'a>> {
        let Some(Value::List(items)) = self.value else {
            return None;
        };
        let of_type = if let Type::List(inner) = self.of_type {
            inner
        } else {
            self.of_type
        };
        let Shown { policy, records, .. } = *self;
        Some(items.iter().map(move |item| Shown {
            policy,
            records,
            of_type,
            value: Some(item),
        }))
    }

    /// A value that is told by a word: a text, a day, a name or a key. A member or level without its type has no name.
    fn word(&self) -> Option<Cow<'a, str>> {
        Some(match (self.value?, self.of_type) {
            (Value::Text(text), _) => Cow::Borrowed(&**text),
            (Value::Date(date), _) => date.to_string().into(),
            (Value::Moment(moment), _) => moment.to_string().into(),
            (Value::Member(member), Type::Enumeration(id)) => {
                let (name, _) = self.policy.enumeration(*id).members.get(usize::from(*member))?;
                Cow::Borrowed(&**name)
            }
            (Value::Level(level), Type::Scale(id)) => {
                let level = self.policy.scale(*id).levels.get(usize::from(*level))?;
                Cow::Borrowed(&*level.name)
            }
            (Value::Reference(record), _) => Cow::Borrowed(&**self.records.key(*record)),
            _ => return None,
        })
    }

    /// The value as a cell of a table has it: nothing where it is unknown, the members of a list with `; ` between them.
    pub(in crate::report) fn plain(&self) -> Cow<'a, str> {
        if let Some(items) = self.items() {
            let items: Vec<Cow<'_, str>> = items.map(|item| item.plain()).collect();
            return items.join("; ").into();
        }
        match self.value {
            Some(Value::YesNo(true)) => "true".into(),
            Some(Value::YesNo(false)) => "false".into(),
            Some(Value::Number(number)) => number.decimal(6).into(),
            _ => self.word().unwrap_or_default(),
        }
    }
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(items) = self.items() {
            return serializer.collect_seq(items);
        }
        match self.value {
            Some(Value::YesNo(value)) => serializer.serialize_bool(*value),
            Some(Value::Number(number)) => Decimal(number).serialize(serializer),
            _ => self.word().serialize(serializer),
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
