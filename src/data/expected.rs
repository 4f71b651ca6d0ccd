//! What a field's value must be, in words.
//!
//! Comes in: a type and its bounds. Goes out: the end of a sentence that begins with "must be". It never looks at data.
//!
//! Invariant: whoever follows the words gives a value that is taken.

use super::problems::any_of;
use crate::model::{Bounds, Interval, Number, Policy, Type};

/// What a value of a type within bounds must be: "a whole number from 1 to 5".
pub(super) fn expected(policy: &Policy, of_type: &Type, bounds: &Bounds) -> String {
    match of_type {
        Type::YesNo => "`true` or `false` (or \"yes\" or \"no\")".to_owned(),
        Type::Text => "a text".to_owned(),
        Type::Date => "a date, written like \"2026-01-31\"".to_owned(),
        Type::Moment => {
            "a date and time with its offset, written like \"2026-01-31T12:00:00+01:00\"".to_owned()
        }
        Type::Number(unit) => {
            let mut words = String::from(if bounds.integer {
                "a whole number"
            } else {
                "a number"
            });
            if let Some(range) = &bounds.range {
                words.push_str(&range_words(range));
            }
            if let Some(step) = &bounds.step {
                words.push_str(&format!(" in steps of {step}"));
            }
            if !unit.is_none() {
                words.push_str(&format!(" (in {unit})"));
            }
            words
        }
        Type::Enumeration(id) => {
            let members = &policy.enumeration(*id).members;
            any_of(members.iter().map(|(name, _)| name.as_ref()))
        }
        Type::Scale(id) => {
            let scale = policy.scale(*id);
            let levels = any_of(scale.levels.iter().map(|level| level.name.as_ref()));
            match scale.bounds() {
                Some((low, high)) if scale.numbered => {
                    format!(
                        "a level of `{}` ({levels}) or a number from {low} to {high}",
                        scale.name
                    )
                }
                _ => format!("a level of `{}`: {levels}", scale.name),
            }
        }
        Type::Reference(id) => {
            let record = policy.record_type(*id);
            if record.one {
                format!("the key of `{}`", record.name)
            } else {
                format!("the key of one of the `{}`", record.plural)
            }
        }
        Type::List(inner) => format!("a list in `[ ]`, each value {}", expected(policy, inner, bounds)),
    }
}

fn range_words(range: &Interval<Number>) -> String {
    match (&range.low, &range.high) {
        (Some((low, true)), Some((high, true))) => format!(" from {low} to {high}"),
        (Some((low, included)), Some((high, top))) => {
            let low_words = if *included { "at least" } else { "above" };
            let high_words = if *top { "at most" } else { "below" };
            format!(", {low_words} {low} and {high_words} {high}")
        }
        (Some((low, true)), None) => format!(", at least {low}"),
        (Some((low, false)), None) => format!(" above {low}"),
        (None, Some((high, true))) => format!(", at most {high}"),
        (None, Some((high, false))) => format!(" below {high}"),
        (None, None) => String::new(),
    }
}
