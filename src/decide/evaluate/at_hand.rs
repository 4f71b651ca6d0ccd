//! One condition for many records.
//!
//! Comes in: a condition and records. Goes out: for each whether it holds, as it would be found out one by one. It never
//! notes facts.
//!
//! Invariant: how fast a condition is asked never changes what it comes to.

use super::Evaluator;
use crate::model::expression::SetMember;
use crate::model::{Expression, ExpressionKind, FieldId, Reference, Set, Value};

/// How many parts a condition may have to be asked again rather than kept.
const FEW: usize = 8;

/// Whether a condition only compares facts with each other and with constants, and has few parts.
pub(super) fn is_at_hand(condition: &Expression) -> bool {
    let mut left = FEW;
    is_near(condition, &mut left)
}

fn is_near(expression: &Expression, left: &mut usize) -> bool {
    let Some(fewer) = left.checked_sub(1) else {
        return false;
    };
    *left = fewer;
    match &expression.kind {
        ExpressionKind::Constant(_) | ExpressionKind::Field(_) | ExpressionKind::Parent => true,
        ExpressionKind::Follow(reference, value) => is_near(reference, left) && is_near(value, left),
        ExpressionKind::Not(operand) | ExpressionKind::Known(operand, _) => is_near(operand, left),
        ExpressionKind::And(operands) | ExpressionKind::Or(operands) => {
            operands.iter().all(|operand| is_near(operand, left))
        }
        ExpressionKind::Is(one, other, _) | ExpressionKind::Compare(_, one, other) => {
            is_near(one, left) && is_near(other, left)
        }
        ExpressionKind::In(operand, Set::Members(members), _) => {
            is_near(operand, left)
                && members.iter().all(|member| match member {
                    SetMember::Value(member) => is_near(member, left),
                    SetMember::Range(_) => false,
                })
        }
        _ => false,
    }
}

impl Evaluator<'_> {
    /// Whether a condition holds for each of many records; `None` where that is unknown.
    pub(in crate::decide) fn truths(
        &self,
        condition: &Expression,
        records: &[Reference],
    ) -> Vec<Option<bool>> {
        match self.fact_and_constant(condition) {
            Some((field, constant, negated)) => {
                let fact = |record: &Reference| self.records.fact(*record, field).value.as_ref();
                let holds = |record| Some((fact(record)? == constant) != negated);
                records.iter().map(holds).collect()
            }
            None => records
                .iter()
                .map(|record| self.truth(condition, *record))
                .collect(),
        }
    }

    /// The parts of a condition, or of a group's, that only holds a field against a constant.
    fn fact_and_constant<'e>(&'e self, condition: &'e Expression) -> Option<(FieldId, &'e Value, bool)> {
        let condition = match condition.kind {
            ExpressionKind::Group(id) => &self.policy.group(id).condition,
            _ => condition,
        };
        let ExpressionKind::Is(one, other, negated) = &condition.kind else {
            return None;
        };
        match (&one.kind, &other.kind) {
            (ExpressionKind::Field(field), ExpressionKind::Constant(constant)) => {
                Some((*field, constant, *negated))
            }
            _ => None,
        }
    }
}
