//! Decisions as a person or a program reads them: text, and the JSON document of `docs/decisions.md`.
//!
//! Comes in: an [`Input`], what was decided with the policy, records and sources it was decided on. Goes out: text. It
//! never decides anything, never opens files, and never looks at the terminal: width, colour and language are said to it.
//!
//! Invariant: the same input gives the same bytes; every sentence of the engine's own comes from a catalogue by its id.

pub mod explanation;
pub mod json;
pub mod rejects;
pub mod robustness;
pub mod rows;
pub mod settling;
pub mod text;
pub mod want;
pub mod what_if;

mod answer;
mod catalogue;
mod clauses;
mod document;
mod page;
mod words;

pub use document::Form;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::data::Records;
use crate::decide::{Decision, Decisions, Evaluator, Status};
use crate::explain::Case;
use crate::explain::robustness::{NotTold, PossibleRank, open_ranks};
use crate::model::{Language, Policy, Premise, RecordId, Reference, Template, TemplatePart, Value};
use crate::source::Sources;

/// What a report is made of.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The data.
    pub records: &'a Records,
    /// What was decided.
    pub decisions: &'a Decisions,
    /// The files that policy and data were read from.
    pub sources: &'a Sources,
    /// The language of the engine's own words; the author's stay as written.
    pub language: Language,
}

impl<'a> Input<'a> {
    /// The decision on a record, found by where it stands: decisions go type by type in the data's order.
    fn decision(&self, record: Reference) -> Option<&'a Decision> {
        let before: usize = self
            .policy
            .decided_records()
            .into_iter()
            .take_while(|decided| *decided != record.record)
            .map(|decided| self.records.table(decided).places.len())
            .sum();
        self.decisions
            .decisions
            .get(before + record.row as usize)
            .filter(|decision| decision.record == record)
            .or_else(|| self.decisions.of(record))
    }

    /// The title of a record, where its type has one and it is known.
    fn title(&self, record: Reference) -> Option<&'a Arc<str>> {
        let field = self.policy.record_type(record.record).title_field?;
        match &self.records.fact(record, field).value {
            Some(Value::Text(title)) => Some(title),
            _ => None,
        }
    }

    /// The key of a record.
    fn key(&self, record: Reference) -> &'a Arc<str> {
        self.records.key(record)
    }

    /// The premises that the decision on a record rests on, in the policy's order.
    fn premises_of(&self, record: Reference) -> impl Iterator<Item = &'a Premise> {
        let outcomes = self.decisions.premises.iter();
        let resting = outcomes.filter(move |outcome| outcome.decisions.contains(&record));
        let policy = self.policy;
        resting.filter_map(|outcome| policy.premises.get(outcome.premise))
    }

    /// The record in which a record stands.
    fn parent(&self, record: Reference) -> Option<Reference> {
        let parent = self.policy.record_type(record.record).parent?;
        let row = self.records.parent(record)?;
        Some(Reference { record: parent, row })
    }

    /// The record type that the cut list orders.
    fn listed(&self) -> Option<RecordId> {
        self.policy.cut_list.as_ref().map(|list| list.record)
    }

    /// What the cut list says of a record: for the policy's own record that is its selection.
    fn in_list(&self, decision: &Decision) -> Option<Status> {
        if self.listed() != Some(decision.record.record) {
            None
        } else if decision.record.record == self.policy.record {
            decision.selection
        } else {
            Some(decision.status)
        }
    }

    /// A text of the author's, filled in, where it is told once for all records: the checker sees to it that it shows no
    /// value of the record at hand, so any record of its type does.
    fn said(&self, template: &Template, of_type: RecordId) -> String {
        let first = self.records.all(of_type).next();
        self.said_of(template, first)
    }

    /// A text of the author's, filled in for a record.
    fn said_of(&self, template: &Template, record: Option<Reference>) -> String {
        let part = |part: &TemplatePart| match part {
            TemplatePart::Literal(text) => Some(text.to_string()),
            TemplatePart::Value(_) => None,
        };
        let plain: Option<String> = template.parts.iter().map(part).collect();
        match (plain, record) {
            (Some(plain), _) => plain,
            (None, Some(record)) => self.evaluator().text(template, record).to_string(),
            (None, None) => self.sources.slice(template.place).to_owned(),
        }
    }

    /// The policy's expressions over the data, with ranks and selection as decided.
    fn evaluator(&self) -> Evaluator<'a> {
        self.decisions.evaluator(self.policy, self.records, self.language)
    }

    /// The records whose rank is still open, as long as somebody who is undetermined may be ranked.
    ///
    /// # Errors
    /// Why that cannot be told.
    fn open_ranks(&self) -> Result<BTreeMap<Reference, PossibleRank>, NotTold> {
        let open = open_ranks(&Case {
            policy: self.policy,
            records: self.records,
            decisions: self.decisions,
            language: self.language,
        })?;
        Ok(open
            .into_iter()
            .map(|possible| (possible.record, possible))
            .collect())
    }

    /// The statuses that a record of the policy's own type can have.
    fn own_statuses(&self) -> [Status; 5] {
        let first = if self.policy.rank.is_some() {
            Status::Ranked
        } else {
            Status::Eligible
        };
        [
            first,
            Status::Excluded,
            Status::NotEligible,
            Status::Undetermined,
            Status::Joint,
        ]
    }
}

/// The statuses that a record of the cut list's type can have, and those of other types that an exclusion takes from.
const LIST_STATUSES: [Status; 6] = [
    Status::Prioritised,
    Status::Kept,
    Status::Cut,
    Status::Out,
    Status::Excluded,
    Status::Undetermined,
];
