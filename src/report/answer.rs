//! What answers to questions about decisions are told with: words, records, values, standings.
//!
//! Comes in: an [`Input`]. Goes out: parts of sentences. It never knows a question.
//!
//! Invariant: every word of the engine's own comes from the catalogue.

use super::Input;
use super::catalogue::{Argument, Catalogue};
use super::page::TIED;
use crate::decide::{Decision, Status};
use crate::explain::what_if::Standing;
use crate::explain::{ANY_TEXT, Piece};
use crate::model::{FieldId, Number, RecordId, Reference, Type, Unit, Value, show};

/// What answers are told with.
pub(super) struct Teller<'a> {
    pub(super) report: Input<'a>,
    pub(super) words: Catalogue,
}

impl<'a> Teller<'a> {
    pub(super) fn new(report: Input<'a>) -> Teller<'a> {
        Teller {
            report,
            words: Catalogue::of(report.language),
        }
    }

    pub(super) fn say(&self, id: &str) -> String {
        self.words.say(id)
    }

    pub(super) fn tell(&self, id: &str, arguments: &[Argument<'_>]) -> String {
        self.words.tell(id, arguments)
    }

    pub(super) fn key(&self, record: Reference) -> String {
        self.report.key(record).to_string()
    }

    /// A record by its key, with its title behind it where it has one.
    pub(super) fn record(&self, record: Reference) -> String {
        match self.report.title(record) {
            Some(title) => format!("{} {title}", self.key(record)),
            None => self.key(record),
        }
    }

    /// What a record type is called.
    pub(super) fn type_title(&self, record: RecordId) -> String {
        let of_type = self.report.policy.record_type(record);
        of_type.title.as_ref().unwrap_or(&of_type.name).to_string()
    }

    /// What a field is called: its title, or else its name.
    pub(super) fn field(&self, record: RecordId, field: FieldId) -> String {
        let field = self.report.policy.field(record, field);
        field.title.as_ref().unwrap_or(&field.name).to_string()
    }

    /// A field by its title, with its name behind it where it has a title.
    pub(super) fn named_field(&self, record: RecordId, field: FieldId) -> String {
        let field = self.report.policy.field(record, field);
        match &field.title {
            Some(title) => self.tell(
                "named",
                &[("title", (&**title).into()), ("name", (&*field.name).into())],
            ),
            None => field.name.to_string(),
        }
    }

    /// A value; records by their keys, and amounts with their unit on the same line.
    pub(super) fn show(&self, of_type: &Type, value: Option<&Value>) -> String {
        let Input {
            policy,
            records,
            language,
            ..
        } = self.report;
        match value {
            Some(Value::Reference(record)) => return self.key(*record),
            Some(Value::List(members)) if members.iter().any(|one| one.as_reference().is_some()) => {
                let keys: Vec<String> = members
                    .iter()
                    .filter_map(Value::as_reference)
                    .map(|record| self.key(record))
                    .collect();
                return self.words.list(&keys);
            }
            _ => {}
        }
        let shown = show::show(policy, records, language, of_type, value);
        match of_type {
            Type::Number(_) => shown.replace(' ', &TIED.to_string()),
            _ => shown,
        }
    }

    /// `a, b or c`
    pub(super) fn any_of(&self, items: &[String]) -> String {
        match items {
            [first @ .., last] if !first.is_empty() => self.tell(
                "any-of",
                &[("first", first.join(", ").into()), ("last", last.as_str().into())],
            ),
            items => items.concat(),
        }
    }

    /// Values that a fact may have: one, or all from one to another.
    pub(super) fn piece(&self, of_type: &Type, piece: &Piece) -> String {
        let range = match piece {
            Piece::Value(Value::Text(text)) if **text == *ANY_TEXT => return self.say("any-text"),
            Piece::Value(value) => return self.show(of_type, Some(value)),
            Piece::Range(range) => range,
        };
        let end = |(value, included): &(Value, bool)| (self.show(of_type, Some(value)), *included);
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

    pub(super) fn number(&self, number: &Number) -> String {
        show::number(self.report.language, number)
    }

    pub(super) fn amount(&self, unit: &Unit, amount: Option<&Number>) -> String {
        let value = amount.cloned().map(Value::Number);
        self.show(&Type::Number(unit.clone()), value.as_ref())
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
        let of_type = self.report.policy.record_type(decision.record.record);
        let names = decision.missing.iter().map(|name| {
            let own = of_type.fields.iter().zip((0..).map(FieldId));
            let own = own.into_iter().find(|(field, _)| field.name == *name);
            own.map_or_else(
                || name.to_string(),
                |(_, field)| self.named_field(decision.record.record, field),
            )
        });
        let names: Vec<String> = names.collect();
        if names.is_empty() {
            return None;
        }
        let count = ("count", names.len().into());
        Some(self.tell("missing", &[count, ("missing", self.words.list(&names).into())]))
    }

    pub(super) fn count(&self, count: u32) -> String {
        self.number(&Number::from_integer(i64::from(count)))
    }

    /// A text with its source behind it.
    pub(super) fn with_cite(&self, text: &str, cite: Option<&str>) -> String {
        match cite {
            Some(cite) => self.tell("cited", &[("text", text.into()), ("cite", cite.into())]),
            None => text.to_owned(),
        }
    }
}
