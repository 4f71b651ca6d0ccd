//! The clauses of a cut list in words: who may be cut, who stands after whom, what the limits are.
//!
//! Comes in: clauses of the model. Goes out: parts of sentences, groups and values by their titles. It never says what a
//! clause did: that is told beside it.
//!
//! Invariant: every part of a clause is said; a condition without a title is shown as written.

use super::words::Words;
use crate::model::{
    Expression, ExpressionKind, GroupRef, Limit, Membership, OrderRule, OrderRuleKind, RecordId, Value,
};

impl Words<'_> {
    /// Whom a `may cut` or `protect` clause speaks of.
    pub(super) fn members(&self, clause: &Membership) -> String {
        let members = clause.members.iter().map(|(_, condition)| self.group(condition));
        self.list(&members.collect::<Vec<_>>())
    }

    /// A `may cut` or `protect` clause.
    pub(super) fn membership(&self, clause: &Membership) -> String {
        let id = if clause.protects {
            "clause-protect"
        } else {
            "clause-may-cut"
        };
        self.tell(id, &[("groups", self.members(clause).into())])
    }

    /// A rule about the order, as it stands inside a sentence.
    pub(super) fn order_rule(&self, rule: &OrderRule, record: RecordId) -> String {
        let pair = |id: &str, after: &GroupRef, before: &GroupRef| {
            let arguments = [
                ("after", self.group(&after.condition).into()),
                ("before", self.group(&before.condition).into()),
            ];
            self.tell(id, &arguments)
        };
        let tiers = |id: &str, tiers: &[GroupRef]| {
            let mut names = tiers.iter().map(|tier| self.group(&tier.condition));
            let first = names.next().unwrap_or_default();
            let all = names.fold(first, |before, next| {
                self.tell("clause-then", &[("before", before.into()), ("next", next.into())])
            });
            self.tell(id, &[("groups", all.into())])
        };
        let (text, within) = match &rule.kind {
            OrderRuleKind::Place(after, before, within) => {
                (pair("clause-place", after, before), within.as_ref())
            }
            OrderRuleKind::Prefer(after, before, within) => {
                (pair("clause-prefer", after, before), within.as_ref())
            }
            OrderRuleKind::CutFirst(groups) => (tiers("clause-cut-first", groups), None),
            OrderRuleKind::KeepFirst(groups) => (tiers("clause-keep-first", groups), None),
            OrderRuleKind::Needs(field) => {
                let name = self.quoted(&self.field_title(record, *field));
                (self.tell("clause-needs", &[("field", name.into())]), None)
            }
            OrderRuleKind::AllOrNothing(group, within) => {
                let text = match group {
                    Some(group) => self.tell(
                        "clause-together",
                        &[("group", self.group(&group.condition).into())],
                    ),
                    None => self.say("clause-together-all"),
                };
                (text, within.as_ref())
            }
        };
        match within {
            Some(within) => {
                let class = self.value_title(within, record);
                self.tell("clause-within", &[("rule", text.into()), ("class", class.into())])
            }
            None => text,
        }
    }

    /// A limit.
    pub(super) fn limit(&self, limit: &Limit, record: RecordId) -> String {
        let id = if limit.at_least {
            "clause-at-least"
        } else {
            "clause-at-most"
        };
        let amount = match &limit.amount.kind {
            ExpressionKind::Constant(value @ Value::Number(_)) => {
                self.show(&limit.amount.of_type, Some(value))
            }
            _ => self.value_title(&limit.amount, record),
        };
        let mut text = self.tell(id, &[("amount", amount.into())]);
        let parts = [
            ("clause-of", limit.of.as_ref()),
            ("clause-per", limit.per.as_ref()),
            ("clause-where", limit.condition.as_ref()),
        ];
        for (id, part) in parts {
            if let Some(part) = part {
                let part = self.value_title(part, record);
                text = self.tell(id, &[("limit", text.into()), ("value", part.into())]);
            }
        }
        text
    }

    /// A group by its title in quotes, or its name; a condition without one as written.
    fn group(&self, condition: &Expression) -> String {
        let ExpressionKind::Group(id) = condition.kind else {
            return self.written(condition);
        };
        let group = self.report.policy.group(id);
        group
            .title
            .as_ref()
            .map_or_else(|| group.name.to_string(), |title| self.quoted(title))
    }

    /// A value by its title in quotes, or as written.
    fn value_title(&self, value: &Expression, record: RecordId) -> String {
        self.title_of(value, record)
            .unwrap_or_else(|| self.written(value))
    }
}
