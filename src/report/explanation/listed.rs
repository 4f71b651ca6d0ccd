//! A record's place in the cut list: why it may go or stays, what placed it, and what the limits left.
//!
//! Comes in: what `explain` found. Goes out: a section of the explanation. It never says why a rule stands but in its
//! author's words.
//!
//! Invariant: every rule that placed the record is told, with the place the record would have without it.

use super::Teller;
use crate::decide::{Reason, ReasonKind, Status};
use crate::explain::Explanation;
use crate::explain::explanation::{LimitTold, Listed, PlacedBy};
use crate::model::{Ground, Number, Reference, Value};

impl Teller<'_> {
    pub(super) fn listed(&mut self, explanation: &Explanation<'_>, listed: &Listed<'_>) {
        let Some(list) = &self.policy().cut_list else {
            return;
        };
        let title = list.title.as_ref().unwrap_or(&list.name).to_string();
        self.document.heading(2, title);
        let record = explanation.record;
        for (index, conditions) in &listed.memberships {
            let Some(clause) = list.membership.get(*index) else {
                continue;
            };
            let id = if clause.protects {
                "listed-protected"
            } else {
                "listed-may-cut"
            };
            let members = self.members(clause);
            self.clause(id, &members, &clause.ground, record);
            for condition in conditions {
                for part in crate::explain::parts::parts(condition) {
                    let sentence = self.part(&part, record, false);
                    self.document.item(1, sentence);
                }
            }
        }
        let protects = list.membership.iter().any(|clause| clause.protects);
        if listed.memberships.is_empty() && !list.membership.is_empty() {
            let id = match (listed.status, protects) {
                (Status::Prioritised, false) => Some("listed-stays"),
                (Status::Kept | Status::Cut, true) => Some("listed-not-protected"),
                _ => None,
            };
            if let Some(id) = id {
                self.point(0, id, &[]);
            }
        }
        for reason in &explanation.decision.reasons {
            // Protected because something protected needs it, or stands together with it.
            if reason.kind == ReasonKind::Protect && !reason.after.is_empty() {
                let arguments = [
                    ("ids", self.keys(&reason.after).into()),
                    ("rule", self.rule_at(reason).into()),
                ];
                self.point(0, "listed-protected-for", &arguments);
            }
        }
        for placed in &listed.rules {
            self.placed(explanation, placed);
        }
        for comparison in listed.before.iter().chain(&listed.after) {
            let sentence = self.in_short(comparison, record, &listed.rules);
            self.document.item(0, sentence);
        }
        for limit in &listed.limits {
            self.limit_told(explanation, limit);
        }
    }

    /// The rule about the order that gave a reason.
    fn rule_at(&self, reason: &Reason) -> String {
        let rules = self.policy().cut_list.iter().flat_map(|list| &list.rules);
        let index = rules.into_iter().position(|rule| rule.place == reason.place);
        index.map_or_else(String::new, |index| self.rule_text(index))
    }

    fn clause(&mut self, id: &str, text: &str, ground: &Ground, record: Reference) {
        let cite = self.said(ground.cite.as_ref(), record);
        let text = self.with_cite(text, cite.as_deref());
        self.point(0, id, &[("rule", text.into())]);
        if let Some(because) = self.said(ground.because.as_ref(), record) {
            self.point(1, "explain-because", &[("because", because.into())]);
        }
    }

    fn placed(&mut self, explanation: &Explanation<'_>, placed: &PlacedBy) {
        let list = self.policy().cut_list.as_ref();
        let Some(rule) = list.and_then(|list| list.rules.get(placed.rule)) else {
            return;
        };
        let reasons: Vec<&Reason> = explanation
            .decision
            .reasons
            .iter()
            .filter(|reason| reason.place == rule.place)
            .collect();
        let after: Vec<Reference> = reasons
            .iter()
            .flat_map(|reason| reason.after.iter().copied())
            .collect();
        let id = match reasons.first().map(|reason| reason.kind) {
            Some(ReasonKind::Together) => "listed-together",
            Some(ReasonKind::Needs) => "listed-needs",
            Some(ReasonKind::Tier) => "listed-tier",
            _ => "listed-after",
        };
        let arguments = [
            ("rule", self.rule_text(placed.rule).into()),
            ("ids", self.keys(&after).into()),
        ];
        self.point(0, id, &arguments);
        if let Some(because) = self.said(rule.ground.because.as_ref(), explanation.record) {
            self.point(1, "explain-because", &[("because", because.into())]);
        }
        let Some(own) = explanation.decision.place.filter(|_| placed.tried) else {
            return;
        };
        match placed.place_without {
            Some(place) if place == own => self.point(1, "listed-same-without", &[]),
            Some(place) => {
                let arguments = [
                    ("place", self.count(place as usize)),
                    ("own", self.count(own as usize)),
                ];
                self.point(1, "listed-place-without", &arguments);
            }
            None => self.point(1, "listed-no-place-without", &[]),
        }
    }

    fn limit_told(&mut self, explanation: &Explanation<'_>, told: &LimitTold<'_>) {
        let list = self.policy().cut_list.as_ref();
        let Some(limit) = list.and_then(|list| list.limits.get(told.outcome.limit)) else {
            return;
        };
        let record = explanation.record;
        let of_type = crate::model::Type::Number(told.outcome.unit.clone());
        let show = |number: &Option<Number>| {
            let value = number.clone().map(Value::Number);
            self.show(&of_type, value.as_ref())
        };
        let reasons = explanation.decision.reasons.iter();
        let together: Vec<Reference> = reasons
            .filter(|reason| reason.kind == ReasonKind::Together)
            .flat_map(|reason| reason.after.iter().copied())
            .collect();
        let closed = explanation
            .decision
            .reasons
            .iter()
            .any(|reason| reason.kind == ReasonKind::Limit && reason.place == limit.place);
        let id = match (
            explanation.listed.as_ref().map(|listed| listed.status),
            &told.left,
            closed,
        ) {
            (Some(Status::Cut), Some(_), true) if told.closed_by.is_some() => "listed-limit-closed",
            (Some(Status::Cut), Some(_), true) if !together.is_empty() => "listed-limit-cut-together",
            (Some(Status::Cut), Some(_), true) => "listed-limit-cut",
            (_, Some(left), _) if !left.is_negative() => "listed-limit-room",
            (_, Some(_), _) => "listed-limit-over",
            (_, None, _) => "listed-limit-least",
        };
        let over = told.left.as_ref().map(Number::abs);
        let arguments = [
            ("own", show(&told.own).into()),
            ("left", show(&over).into()),
            ("kept", show(&Some(told.outcome.kept.clone())).into()),
            ("amount", show(&told.outcome.amount).into()),
            ("ids", self.keys(&together).into()),
            (
                "first",
                told.closed_by
                    .map_or_else(String::new, |record| self.key(record))
                    .into(),
            ),
        ];
        let cite = self.said(limit.ground.cite.as_ref(), record);
        let text = self.with_cite(&self.limit(limit, record.record), cite.as_deref());
        self.point(0, "listed-limit", &[("rule", text.into())]);
        if let Some(because) = self.said(limit.ground.because.as_ref(), record) {
            self.point(1, "explain-because", &[("because", because.into())]);
        }
        self.point(1, id, &arguments);
    }
}
