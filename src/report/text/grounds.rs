//! What the decisions rest on without being decided by it: premises, assumed facts, defaults, values that could not be
//! computed.
//!
//! Comes in: the outcome of the run. Goes out: the last part of the page. It never hides an assumption behind a number:
//! equal reasons stand together, with every fact they were given for.
//!
//! Invariant: every premise, assumption and fault of the outcome is told once.

use indexmap::IndexMap;

use super::Writer;
use crate::decide::FaultKind;
use crate::model::{FieldId, RecordId, Reference};
use crate::report::page::Ink;
use crate::source::Place;

impl Writer<'_> {
    pub(super) fn grounds(&mut self) {
        self.premises();
        self.assumptions();
        self.defaults();
        self.faults();
    }

    fn premises(&mut self) {
        let report = self.report;
        if report.decisions.premises.is_empty() {
            return;
        }
        self.heading("premises");
        for outcome in &report.decisions.premises {
            let Some(premise) = report.policy.premises.get(outcome.premise) else {
                continue;
            };
            let title = premise.title.as_ref().unwrap_or(&premise.name);
            let cite = premise
                .ground
                .cite
                .as_ref()
                .map(|cite| report.said(cite, premise.record));
            let text = self.with_cite(title, cite.as_deref());
            self.page.labelled("•", 2, &text);
            if let Some(because) = &premise.ground.because {
                let because = report.said(because, premise.record);
                self.page.indented(2, &because);
            }
            let resting = if outcome.decisions.is_empty() {
                self.say("premise-none")
            } else {
                self.tell("premise-of", &[("ids", self.keys(&outcome.decisions).into())])
            };
            self.page.indented(2, &resting);
        }
    }

    fn assumptions(&mut self) {
        let report = self.report;
        if report.decisions.assumptions.is_empty() {
            return;
        }
        self.heading("assumptions");
        let mut by_reason: IndexMap<Option<&str>, IndexMap<Reference, Vec<String>>> = IndexMap::new();
        for assumption in &report.decisions.assumptions {
            let fact = report.records.fact(assumption.record, assumption.field);
            let because = report.records.note(fact).and_then(|note| note.because.as_deref());
            let field = report.policy.field(assumption.record.record, assumption.field);
            let value = self.tell(
                "assumed-value",
                &[
                    ("field", self.named(assumption.record.record, &field.name).into()),
                    ("value", self.show(&field.of_type, fact.value.as_ref()).into()),
                ],
            );
            by_reason
                .entry(because)
                .or_default()
                .entry(assumption.record)
                .or_default()
                .push(value);
        }
        for (because, records) in by_reason {
            let because = because.map_or_else(|| self.say("assumed-no-reason"), str::to_owned);
            self.page.labelled("•", 2, &because);
            let by = self.key_width(records.keys().copied());
            for (record, fields) in records {
                let key = self.key(record);
                self.page
                    .labelled(&format!("  {key}  "), by + 2, &fields.join(" · "));
            }
        }
    }

    /// Every default that a decision rests on, with the records that have it.
    fn defaults(&mut self) {
        let report = self.report;
        let mut found: IndexMap<(RecordId, FieldId), Vec<Reference>> = IndexMap::new();
        let mut add = |record: Reference, field: FieldId| {
            if report.records.fact(record, field).default {
                let records = found.entry((record.record, field)).or_default();
                if records.last() != Some(&record) {
                    records.push(record);
                }
            }
        };
        for decision in &report.decisions.decisions {
            let score = decision.score.iter();
            let asked = score.clone().flat_map(|score| &score.criteria);
            for (question, _) in asked.flat_map(|criterion| &criterion.questions) {
                add(decision.record, *question);
            }
            let read = score.flat_map(|score| &score.facts);
            let read = read.chain(decision.reasons.iter().flat_map(|reason| &reason.facts));
            for fact in read.chain(decision.values.iter().flat_map(|value| &value.defaults)) {
                add(fact.record, fact.field);
            }
        }
        if found.is_empty() {
            return;
        }
        self.heading("defaults");
        found.sort_keys();
        for ((record, field), mut records) in found {
            records.sort_unstable();
            records.dedup();
            let field = report.policy.field(record, field);
            let arguments = [
                ("field", self.named(record, &field.name).into()),
                ("value", self.show(&field.of_type, field.default.as_ref()).into()),
            ];
            let text = self.tell("assumed-value", &arguments);
            self.rule_line(0, &text, &field.ground, record);
            let ids = self.some_keys(&records, 10);
            let line = self.tell("default-of", &[("ids", ids.into())]);
            self.page.indented(2, &line);
        }
    }

    fn faults(&mut self) {
        let report = self.report;
        if report.decisions.faults.is_empty() {
            return;
        }
        self.heading("faults");
        let mut by_place: IndexMap<(FaultKind, Place), Vec<Reference>> = IndexMap::new();
        for fault in &report.decisions.faults {
            by_place
                .entry((fault.kind, fault.place))
                .or_default()
                .push(fault.record);
        }
        for ((kind, place), records) in by_place {
            let kind = self.say(match kind {
                FaultKind::DivisionByZero => "fault-division-by-zero",
                FaultKind::NumberTooLong => "fault-number-too-long",
                FaultKind::BadPlaces => "fault-bad-places",
                FaultKind::OffItsType => "fault-off-its-type",
            });
            let arguments = [
                ("fault", Ink::Yellow.on(&kind).into()),
                ("at", report.sources.at(place).into()),
                ("ids", self.some_keys(&records, 10).into()),
            ];
            let line = self.tell("fault", &arguments);
            self.page.labelled("•", 2, &line);
        }
    }
}
