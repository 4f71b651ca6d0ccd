//! What answers to questions about decisions are told with: words, records, values, standings.
//!
//! Comes in: an [`Input`]. Goes out: parts of sentences. It never knows a question.
//!
//! Invariant: every word of the engine's own comes from the catalogue.

use std::ops::Deref;

use super::Input;
use super::page::TIED;
use super::words::Words;
use crate::decide::{Decision, Status};
use crate::explain::what_if::Standing;
use crate::explain::{ANY_TEXT, Piece};
use crate::model::{FieldId, Number, RecordId, Reference, Type, Unit, Value};

/// What answers are told with.
pub(super) struct Teller<'a> {
    words: Words<'a>,
}

impl<'a> Deref for Teller<'a> {
    type Target = Words<'a>;

    fn deref(&self) -> &Words<'a> {
        &self.words
    }
}

impl<'a> Teller<'a> {
    pub(super) fn new(report: Input<'a>) -> Teller<'a> {
        Teller {
            words: Words::of(report),
        }
    }

    /// A field by its title, with its name behind it where it has a title.
    pub(super) fn named_field(&self, record: RecordId, field: FieldId) -> String {
        self.named(record, &self.report.policy.field(record, field).name)
    }

    /// A value as an answer shows it: records by their keys, and a number in one piece with its unit.
    pub(super) fn shown(&self, of_type: &Type, value: Option<&Value>) -> String {
        match value {
            Some(Value::Text(text)) if text.is_empty() => return self.quoted(""),
            Some(Value::Reference(record)) => return self.key(*record),
            Some(Value::List(members)) if members.iter().any(|one| one.as_reference().is_some()) => {
                let records: Vec<Reference> = members.iter().filter_map(Value::as_reference).collect();
                return self.keys(&records);
            }
            _ => {}
        }
        let shown = self.show(of_type, value);
        match of_type {
            Type::Number(_) => shown.replace(' ', &TIED.to_string()),
            _ => shown,
        }
    }

    /// Values that a fact may have: one, or all from one to another.
    pub(super) fn piece(&self, of_type: &Type, piece: &Piece) -> String {
        let range = match piece {
            Piece::Value(Value::Text(text)) if **text == *ANY_TEXT => return self.say("any-text"),
            Piece::Value(value) => return self.shown(of_type, Some(value)),
            Piece::Range(range) => range,
        };
        let end = |(value, included): &(Value, bool)| (self.shown(of_type, Some(value)), *included);
        match (range.low.as_ref().map(end), range.high.as_ref().map(end)) {
            (Some((low, true)), Some((high, true))) => {
                self.tell("range", &[("low", low.into()), ("high", high.into())])
            }
            (Some((low, _)), Some((high, _))) => {
                self.tell("range-open", &[("low", low.into()), ("high", high.into())])
            }
            (Some((low, _)), None) if *of_type == Type::Date => {
                self.tell("range-since", &[("low", low.into())])
            }
            (None, Some((high, _))) if *of_type == Type::Date => {
                self.tell("range-until", &[("high", high.into())])
            }
            (Some((low, true)), None) => self.tell("range-from", &[("low", low.into())]),
            (Some((low, false)), None) => self.tell("range-above", &[("low", low.into())]),
            (None, Some((high, true))) => self.tell("range-to", &[("high", high.into())]),
            (None, Some((high, false))) => self.tell("range-below", &[("high", high.into())]),
            (None, None) => self.say("range-any"),
        }
    }

    pub(super) fn amount(&self, unit: &Unit, amount: Option<&Number>) -> String {
        let value = amount.cloned().map(Value::Number);
        self.shown(&Type::Number(unit.clone()), value.as_ref())
    }

    pub(super) fn status(&self, status: Status) -> String {
        self.say(&format!("status-{}", status.name()))
    }

    /// How a record comes out, in a few words: `rank 3`, `cut (place 6)`.
    pub(super) fn standing(&self, standing: &Standing) -> String {
        let status = self.status(standing.status);
        let rank = standing.rank.map(|rank| self.count(rank));
        match (standing.status, rank, standing.place, standing.joint_with) {
            (Status::Ranked, Some(rank), ..) => self.tell("standing-ranked", &[("rank", rank.into())]),
            (Status::Excluded, Some(rank), ..) => {
                let rank = self.tell("has-rank", &[("rank", rank.into())]);
                format!("{status} {rank}")
            }
            (Status::Joint, _, _, Some(lead)) => {
                self.tell("standing-joint", &[("id", self.key(lead).into())])
            }
            (_, Some(rank), Some(_), _) => {
                let ranked = self.tell("standing-ranked", &[("rank", rank.into())]);
                format!("{ranked}, {status}")
            }
            (_, None, Some(place), _) => self.tell(
                "standing-placed",
                &[("status", status.into()), ("place", self.count(place).into())],
            ),
            _ => status,
        }
    }

    /// What a decision lacks, as a sentence; nothing where it lacks nothing.
    pub(super) fn missing(&self, decision: &Decision) -> Option<String> {
        let of_type = decision.record.record;
        let names: Vec<String> = decision
            .missing
            .iter()
            .map(|name| self.named(of_type, name))
            .collect();
        if names.is_empty() {
            return None;
        }
        let count = ("count", names.len().into());
        Some(self.tell("missing", &[count, ("missing", self.list(&names).into())]))
    }

    pub(super) fn count(&self, count: u32) -> String {
        self.number(&Number::from_integer(i64::from(count)))
    }
}
