//! What can settle an undetermined record, in JSON.
//!
//! Comes in: a [`Settling`]. Goes out: the object that stands for it. It never holds words in a language.
//!
//! Invariant: keys stand in one order, all of them.

use serde::Serialize;

use super::Input;
use super::value::PieceObject;
use crate::explain::settle::{Settling, SettlingAnswer, SettlingSet};
use crate::model::{FieldId, Reference};

/// What can settle a record, as it stands in a document.
#[derive(Serialize)]
pub struct SettlingObject<'a> {
    sets: Vec<SetObject<'a>>,
    more: usize,
    complete: bool,
    through: Vec<FactObject<'a>>,
}

#[derive(Serialize)]
struct SetObject<'a> {
    facts: Vec<FactObject<'a>>,
    answers: Vec<AnswerObject<'a>>,
    always: bool,
}

#[derive(Serialize)]
struct FactObject<'a> {
    record: &'a str,
    id: &'a str,
    field: &'a str,
}

/// For each fact of the set the values, and where the record ends then.
#[derive(Serialize)]
struct AnswerObject<'a> {
    values: Vec<Vec<PieceObject<'a>>>,
    status: &'static str,
    ranks: Option<(u32, u32)>,
}

impl<'a> SettlingObject<'a> {
    /// The object of what can settle a record.
    pub fn new(report: &Input<'a>, settling: &'a Settling) -> SettlingObject<'a> {
        SettlingObject {
            sets: settling.sets.iter().map(|set| set_object(report, set)).collect(),
            more: settling.more,
            complete: settling.complete,
            through: settling
                .through
                .iter()
                .map(|fact| fact_object(report, *fact))
                .collect(),
        }
    }
}

fn fact_object<'a>(report: &Input<'a>, (record, field): (Reference, FieldId)) -> FactObject<'a> {
    FactObject {
        record: &report.policy.record_type(record.record).name,
        id: report.key(record),
        field: &report.policy.field(record.record, field).name,
    }
}

fn set_object<'a>(report: &Input<'a>, set: &'a SettlingSet) -> SetObject<'a> {
    let policy = report.policy;
    let facts = set.facts.iter().map(|fact| fact_object(report, *fact));
    let answer = |answer: &'a SettlingAnswer| {
        let values = set
            .facts
            .iter()
            .zip(&answer.values)
            .map(|((record, field), pieces)| {
                let of_type = &policy.field(record.record, *field).of_type;
                pieces
                    .iter()
                    .map(|piece| PieceObject::new(report, of_type, piece))
                    .collect()
            });
        AnswerObject {
            values: values.collect(),
            status: answer.then.status.name(),
            ranks: answer.then.ranks,
        }
    };
    SetObject {
        facts: facts.collect(),
        answers: set.answers.iter().map(answer).collect(),
        always: set.always(),
    }
}
