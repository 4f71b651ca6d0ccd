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

    pub(super) fn show(&self, of_type: &Type, value: Option<&Value>) -> String {
        let Input {
            policy,
            records,
            language,
            ..
        } = self.report;
        show::show(policy, records, language, of_type, value).replace(' ', &TIED.to_string())
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
            (_, _, Some(place), _) => self.tell(
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
