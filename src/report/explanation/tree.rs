//! Every step of an evaluation, as a tree.
//!
//! Comes in: the steps. Goes out: a point for each, with its value and, for a fact, where it stands. It never leaves out
//! a step that was looked at, but for the items of an aggregate past the first.
//!
//! Invariant: what a step rests on stands beneath it.

use super::{Teller, after_dash};
use crate::decide::{Node, Step};
use crate::explain::Explanation;
use crate::model::{Expression, ExpressionKind, Reference};

/// How deep steps stand in; what is deeper stands no further in.
const DEEPEST: usize = 12;

impl Teller<'_> {
    pub(super) fn trees(&mut self, explanation: &Explanation<'_>) {
        let record = explanation.record;
        self.head(2, "explain-steps");
        for rule in explanation.gates.iter().chain(&explanation.exclusions) {
            let title = rule.title.unwrap_or(rule.name).to_string();
            let at = self.report.sources.at(rule.place);
            let arguments = [("rule", title.into()), ("at", at.into())];
            self.point(0, "explain-steps-of", &arguments);
            for condition in &rule.conditions {
                self.steps(condition, record, 1);
            }
        }
        if !explanation.score.is_empty() {
            self.point(0, "explain-total", &[]);
            for step in &explanation.score {
                self.steps(step, record, 1);
            }
        }
        for (index, conditions) in explanation.listed.iter().flat_map(|listed| &listed.memberships) {
            let clauses = self.policy().cut_list.as_ref().map(|list| &list.membership);
            let Some(clause) = clauses.and_then(|clauses| clauses.get(*index)) else {
                continue;
            };
            let at = self.report.sources.at(clause.place);
            let arguments = [("rule", (&*clause.text).into()), ("at", at.into())];
            self.point(0, "explain-steps-of", &arguments);
            for condition in conditions {
                self.steps(condition, record, 1);
            }
        }
    }

    fn steps(&mut self, step: &Step<'_>, beside: Reference, depth: usize) {
        let shown = depth.min(DEEPEST);
        if is_shown(step) {
            let text = self.step(step, beside);
            self.document.item(shown, text);
        }
        let next = if is_shown(step) { depth + 1 } else { depth };
        for part in &step.parts {
            self.steps(part, beside, next);
        }
        if step.more > 0 {
            let more = self.tell("more", &[("count", self.count(step.more))]);
            self.document.item(next.min(DEEPEST), more);
        }
    }

    fn step(&self, step: &Step<'_>, beside: Reference) -> String {
        let name = match (&step.node, step.fact) {
            (Node::Expression(expression), None) => self.written(expression),
            (Node::Case(case), _) => match &case.when {
                Some(when) => format!("{} when {}", self.written(&case.value), self.written(when)),
                None => self.written(&case.value),
            },
            _ => self.subject(step, beside),
        };
        let text = format!("{name} = {}", self.value_of(step));
        let mut more = self.said_of_fact(step);
        if let Some(field) = step.fact {
            let place = self.report.records.fact(step.record, field).place;
            more.push(self.report.sources.at(place));
        }
        after_dash(text, &more)
    }
}

/// What is written down needs no step of its own.
fn is_shown(step: &Step<'_>) -> bool {
    !matches!(
        step.node,
        Node::Expression(Expression {
            kind: ExpressionKind::Constant(_),
            ..
        })
    )
}
