//! Who is not taken and why: not eligible, undetermined, joint, excluded.
//!
//! Comes in: the decisions. Goes out: for each record the author's texts of the rules that decided, where they come
//! from, and what happens instead. It never gives a ground that did not decide.
//!
//! Invariant: a record stands in the part of its status, in the data's order.

use fluent_bundle::FluentValue;
use unicode_width::UnicodeWidthStr as _;

use super::Writer;
use crate::decide::{Decision, Outcome, Reason, ReasonKind, Status};
use crate::model::{Number, RecordId, Reference};

impl Writer<'_> {
    pub(super) fn refusals(&mut self) {
        let own = self.report.policy.record;
        self.part("not-eligible", own, Status::NotEligible);
        self.part("undetermined", own, Status::Undetermined);
        self.part("joint", own, Status::Joint);
        self.part("excluded", own, Status::Excluded);
    }

    /// Records that nothing is decided about, as their data has mistakes.
    pub(super) fn left_out(&mut self) {
        let report = self.report;
        let Some(widest) = report.records.left_out.iter().map(|out| out.name.width()).max() else {
            return;
        };
        self.heading("left-out");
        let why = self.say("left-out-why");
        self.page.paragraph(&why);
        let by = widest.min(16) + 2;
        for out in &report.records.left_out {
            let mut codes: Vec<String> = Vec::new();
            let told = out.problems.iter().map(|mistake| match &mistake.rests_on {
                Some(on) => self.tell("left-out-with", &[("id", (&**on).into())]),
                None => mistake.code.name().to_owned(),
            });
            for code in told {
                if !codes.contains(&code) {
                    codes.push(code);
                }
            }
            let arguments = [
                ("records", self.type_title(out.record).into()),
                ("at", report.sources.at(out.place).into()),
                ("problems", codes.join(", ").into()),
            ];
            let line = self.tell("left-out-record", &arguments);
            self.page.labelled(&format!("{}  ", out.name), by, &line);
        }
    }

    /// Record types that only an exclusion decides on.
    pub(super) fn other_types(&mut self) {
        let policy = self.report.policy;
        for record in policy.decided_records() {
            if record == policy.record || self.report.listed() == Some(record) {
                continue;
            }
            self.part("excluded-of", record, Status::Excluded);
            self.part("undetermined-of", record, Status::Undetermined);
        }
    }

    /// The records of one type and status, each with its reasons.
    pub(super) fn part(&mut self, heading: &str, record: RecordId, status: Status) {
        let decisions: Vec<&Decision> = self
            .report
            .decisions
            .on(record)
            .filter(|decision| decision.status == status)
            .collect();
        if decisions.is_empty() {
            return;
        }
        let records = self.type_title(record);
        let text = self.tell(heading, &[("records", records.into())]);
        self.page.heading(&text);
        let by = self.key_width(decisions.iter().map(|decision| decision.record));
        for decision in decisions {
            self.refusal(by, decision);
        }
    }

    fn refusal(&mut self, by: usize, decision: &Decision) {
        let mut after = String::new();
        if let (Status::Excluded, Some(rank)) = (decision.status, decision.rank) {
            let rank = self.number(&Number::from_integer(i64::from(rank)));
            after = self.tell("has-rank", &[("rank", rank.into())]);
        }
        self.record_line(by, decision.record, &after);
        if let Some(lead_record) = decision.joint_with {
            let lead = self.tell(
                "joint-with",
                &[
                    ("id", self.key(lead_record).into()),
                    (
                        "title",
                        self.report.title(lead_record).map_or("", |title| title).into(),
                    ),
                ],
            );
            self.page.indented(by, &lead);
            self.lead(by, lead_record);
        }
        let deciding = |reason: &&Reason| match decision.status {
            Status::NotEligible => reason.outcome == Some(Outcome::Fails),
            Status::Undetermined => reason.outcome == Some(Outcome::Unknown),
            Status::Excluded => reason.kind == ReasonKind::Exclude && reason.outcome == Some(Outcome::Fails),
            _ => matches!(
                reason.kind,
                ReasonKind::Joint | ReasonKind::Needs | ReasonKind::Together
            ),
        };
        let reasons: Vec<&Reason> = decision.reasons.iter().filter(deciding).collect();
        for reason in reasons {
            self.reason(by, decision, reason);
        }
        if decision.status == Status::Undetermined && !decision.missing.is_empty() {
            let missing = self.missing(decision);
            let arguments = [
                ("count", FluentValue::from(decision.missing.len())),
                ("missing", missing.into()),
            ];
            let line = self.tell("missing", &arguments);
            self.page.indented(by, &line);
        }
        if let Some(possible) = self
            .open_rank(decision.record)
            .filter(|_| decision.rank.is_none())
        {
            let line = self.possible(&possible);
            self.page.indented(by, &line);
        }
    }

    /// What became of the record that a joint one follows: it is the same for both.
    fn lead(&mut self, by: usize, lead: Reference) {
        let Some(decision) = self.report.decision(lead) else {
            return;
        };
        let id = ("id", self.key(lead).into());
        let line = match (decision.came_to(), decision.rank) {
            (Status::Ranked, Some(rank)) => {
                let rank = self.number(&Number::from_integer(i64::from(rank)));
                self.tell("joint-lead-rank", &[id, ("rank", rank.into())])
            }
            (status, _) => {
                let status = self.status_word(status);
                self.tell("joint-lead", &[id, ("status", status.into())])
            }
        };
        self.page.indented(by, &line);
    }

    /// One rule: what it says of the record, where it comes from, why, and what happens instead.
    fn reason(&mut self, by: usize, decision: &Decision, reason: &Reason) {
        let rule = reason.title.as_ref().unwrap_or(&reason.rule);
        let cite = reason.cite.as_deref();
        let text = match (decision.status, &reason.text) {
            (Status::Undetermined, _) => {
                let id = if reason.kind == ReasonKind::Exclude {
                    "undetermined-exclusion"
                } else {
                    "undetermined-gate"
                };
                Some(self.tell(id, &[("rule", (&**rule).into())]))
            }
            (Status::Joint, _) => reason.because.as_ref().map(ToString::to_string),
            (_, Some(text)) => Some(text.to_string()),
            (Status::NotEligible, None) => Some(self.tell("fails", &[("rule", (&**rule).into())])),
            (_, None) => Some(rule.to_string()),
        };
        if let Some(text) = text {
            let text = self.with_cite(&text, cite);
            self.page.indented(by, &text);
        }
        if let (false, Some(because)) = (decision.status == Status::Joint, &reason.because) {
            self.page.indented(by + 2, because);
        }
        if let Some(instead) = &reason.instead {
            let text = self.with_cite(&instead.text, instead.cite.as_deref());
            self.page.labelled(&format!("{}→", " ".repeat(by)), by + 2, &text);
            if let Some(because) = &instead.because {
                self.page.indented(by + 4, because);
            }
        }
    }
}
