//! The parts of a condition that made it come out as it did.
//!
//! Comes in: the steps of an evaluation. Goes out: the comparisons and facts that settled it, or that keep it open. It
//! never evaluates anything.
//!
//! Invariant: if each part came out the other way, so could the condition; the parts that do not matter are left out.

use crate::decide::{Node, Step};
use crate::model::{AggregateFunction, ExpressionKind};

/// A comparison, or a yes/no value, that a condition turned on.
#[derive(Debug, Clone)]
pub struct Part<'a> {
    /// Its evaluation.
    pub step: Step<'a>,
    /// Whether the condition asks for its opposite (it stands under a `not`).
    pub negated: bool,
}

impl<'a> Part<'a> {
    /// Whether it is as the condition asks; `None` where that is unknown.
    pub fn holds(&self) -> Option<bool> {
        self.step.truth().map(|truth| truth != self.negated)
    }

    /// What is looked at: of `phase in 2..4` the phase, of a yes/no value itself.
    pub fn subject(&self) -> &Step<'a> {
        match &self.step.node {
            Node::Expression(expression) => match expression.kind {
                ExpressionKind::Is(..)
                | ExpressionKind::Compare(..)
                | ExpressionKind::In(..)
                | ExpressionKind::Known(..) => self.step.parts.first().unwrap_or(&self.step),
                _ => &self.step,
            },
            _ => &self.step,
        }
    }
}

/// The parts that made a condition come out as it did, in the order in which they were looked at.
pub fn parts<'a>(condition: &Step<'a>) -> Vec<Part<'a>> {
    let mut found = Vec::new();
    collect(condition, false, &mut found);
    found
}

fn collect<'a>(step: &Step<'a>, negated: bool, found: &mut Vec<Part<'a>>) {
    let mut leaf = || {
        found.push(Part {
            step: step.clone(),
            negated,
        });
    };
    let Node::Expression(expression) = &step.node else {
        return leaf();
    };
    match (&expression.kind, step.parts.as_slice()) {
        (ExpressionKind::Not(_), [operand]) => collect(operand, !negated, found),
        (ExpressionKind::And(_) | ExpressionKind::Or(_), operands) => {
            // What came out as the whole did made it so: of a failed `and` the one that failed, of a passed one all.
            let made_it = operands.iter().filter(|operand| operand.truth() == step.truth());
            made_it.for_each(|operand| collect(operand, negated, found));
        }
        (ExpressionKind::Group(_), [condition]) => collect(condition, negated, found),
        (ExpressionKind::Define(_), [value]) if matches!(value.node, Node::Expression(_)) => {
            collect(value, negated, found);
        }
        (ExpressionKind::If(..), [condition, branches @ ..]) => {
            if condition.truth().is_none() && step.truth().is_none() {
                collect(condition, negated, found);
            } else if branches.iter().all(is_written_down) {
                // Branches that are written down say nothing: what chose between them does.
                match condition.truth() {
                    Some(chosen) => collect(condition, negated != (Some(chosen) != step.truth()), found),
                    None => leaf(),
                }
            } else {
                branches.iter().for_each(|branch| collect(branch, negated, found));
            }
        }
        (ExpressionKind::Follow(..), [_, value]) => collect(value, negated, found),
        (ExpressionKind::Aggregate(aggregate), [.., last]) => {
            let settled_by_one = match aggregate.function {
                AggregateFunction::Any => step.truth() == Some(true),
                AggregateFunction::Every => step.truth() == Some(false),
                _ => false,
            };
            match last.parts.last().filter(|_| settled_by_one) {
                Some(asked) => collect(asked, negated, found),
                None => leaf(),
            }
        }
        _ => leaf(),
    }
}

/// Whether a step has its value from the policy alone.
fn is_written_down(step: &Step<'_>) -> bool {
    matches!(&step.node, Node::Expression(expression) if matches!(expression.kind, ExpressionKind::Constant(_)))
}
