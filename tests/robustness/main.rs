//! How firm a ranking is: cases as told, and what must hold of every interval, share and range.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod acceptability;
#[path = "../common/mod.rs"]
#[allow(dead_code, reason = "only reading cases is needed here")]
mod common;
mod possible;
mod swaps;
mod told;
mod weights;

use prioriter::data::Records;
use prioriter::decide::{Decisions, decide};
use prioriter::explain::Case;
use prioriter::model::{Language, Number, Policy, Reference};

/// A policy with its records, and what was decided on them.
struct Run {
    case: common::Case,
    decisions: Decisions,
}

impl Run {
    fn of(text: &str) -> Run {
        let case = common::read(text).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
        let decisions = decide_on(&case.policy, &case.records);
        Run { case, decisions }
    }

    fn case(&self) -> Case<'_> {
        Case {
            policy: &self.case.policy,
            records: &self.case.records,
            decisions: &self.decisions,
            language: Language::English,
        }
    }

    fn key(&self, record: Reference) -> &str {
        self.case.records.key(record)
    }
}

fn decide_on(policy: &Policy, records: &Records) -> Decisions {
    decide(policy, records, Language::English).unwrap().decisions
}

fn number(text: &str) -> Number {
    Number::parse(text).unwrap()
}

fn fraction(numerator: i64, denominator: i64) -> Number {
    Number::fraction(numerator, denominator).unwrap()
}
