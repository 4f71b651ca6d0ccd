//! The JSON document `prioriter/what-if@1`.
//!
//! Comes in: what changes if something were otherwise, with the report on what was decided. Goes out: the document that
//! `docs/what-if.schema.json` holds it to. It never holds words in a language.
//!
//! Invariant: keys stand in one order, all of them; numbers never pass through a float.

use serde::Serialize;

use super::decision::outcome_name;
use super::value::{Decimal, Shown};
use super::{Engine, Input};
use crate::decide::{LimitOutcome, Reason};
use crate::explain::change::Change;
use crate::explain::what_if::{LimitChange, Moved, Standing, WhatIf};
use crate::model::{Number, Type, Value};
use crate::source::Place;

/// The name and version of the document's format.
pub const FORMAT: &str = "prioriter/what-if@1";

/// The whole document, indented by two blanks, with a line end at its end.
pub fn document(report: &Input<'_>, answer: &WhatIf) -> String {
    let document = Document {
        format: FORMAT,
        engine: Engine::this(),
        policy: &report.policy.name,
        changes: answer
            .changes
            .iter()
            .map(|change| change_object(report, change))
            .collect(),
        records: answer
            .moved
            .iter()
            .map(|moved| moved_object(report, moved))
            .collect(),
        rescored: answer.rescored,
        limits: answer
            .limits
            .iter()
            .map(|limit| limit_object(report, limit))
            .collect(),
        faults: answer
            .faults
            .iter()
            .map(|fault| FaultObject {
                id: report.key(fault.record),
                fault: fault.kind.name(),
                at: report.sources.at(fault.place),
            })
            .collect(),
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    engine: Engine,
    policy: &'a str,
    changes: Vec<ChangeObject<'a>>,
    records: Vec<MovedObject<'a>>,
    rescored: usize,
    limits: Vec<LimitObject<'a>>,
    faults: Vec<FaultObject<'a>>,
}

/// A change: what it is about, and the value before and after.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum ChangeObject<'a> {
    Fact {
        record: &'a str,
        id: &'a str,
        field: &'a str,
        from: Shown<'a>,
        to: Shown<'a>,
    },
    Weight {
        criterion: &'a str,
        from: Decimal<'a>,
        to: Decimal<'a>,
    },
    Limit {
        text: &'a str,
        at: String,
        to: Decimal<'a>,
    },
    Without {
        at: String,
    },
}

#[derive(Serialize)]
struct MovedObject<'a> {
    record: &'a str,
    id: &'a str,
    title: Option<&'a str>,
    before: StandingObject<'a>,
    after: StandingObject<'a>,
    gone: Vec<ThroughObject<'a>>,
    new: Vec<ThroughObject<'a>>,
}

/// A rule through which a record comes out otherwise.
#[derive(Serialize)]
struct ThroughObject<'a> {
    kind: &'static str,
    rule: &'a str,
    title: Option<&'a str>,
    outcome: Option<&'static str>,
    text: Option<&'a str>,
    because: Option<&'a str>,
    cite: Option<&'a str>,
    at: String,
}

/// How a record comes out.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct StandingObject<'a> {
    status: &'static str,
    rank: Option<u32>,
    place: Option<u32>,
    score: Option<Decimal<'a>>,
    exact: Option<String>,
    joint_with: Option<&'a str>,
}

#[derive(Serialize)]
struct LimitObject<'a> {
    text: String,
    at: String,
    class: Option<Shown<'a>>,
    before: Option<FiguresObject<'a>>,
    after: Option<FiguresObject<'a>>,
}

#[derive(Serialize)]
struct FiguresObject<'a> {
    amount: Option<Decimal<'a>>,
    asked: Decimal<'a>,
    kept: Decimal<'a>,
    met: bool,
}

#[derive(Serialize)]
struct FaultObject<'a> {
    id: &'a str,
    fault: &'static str,
    at: String,
}

fn change_object<'a>(report: &Input<'a>, change: &'a Change) -> ChangeObject<'a> {
    match change {
        Change::Fact(record, id, value) => {
            let field = report.policy.field(record.record, *id);
            let was = report.records.fact(*record, *id).value.as_ref();
            ChangeObject::Fact {
                record: &report.policy.record_type(record.record).name,
                id: report.key(*record),
                field: &field.name,
                from: Shown::new(report, &field.of_type, was),
                to: Shown::new(report, &field.of_type, value.as_ref()),
            }
        }
        Change::Weight(id, weight) => {
            let criterion = report.policy.criterion(*id);
            ChangeObject::Weight {
                criterion: &criterion.name,
                from: Decimal(&criterion.weight),
                to: Decimal(weight),
            }
        }
        Change::Limit(index, amount) => {
            let list = report.policy.cut_list.as_ref();
            let limit = list.and_then(|list| list.limits.get(*index));
            ChangeObject::Limit {
                text: limit.map_or("", |limit| &limit.text),
                at: limit.map_or_else(String::new, |limit| report.sources.at(limit.place)),
                to: Decimal(amount),
            }
        }
        Change::Without(place) => ChangeObject::Without {
            at: report.sources.at(*place),
        },
    }
}

fn moved_object<'a>(report: &Input<'a>, moved: &'a Moved) -> MovedObject<'a> {
    let through = |reason: &'a Reason| ThroughObject {
        kind: reason.kind.name(),
        rule: &reason.rule,
        title: reason.title.as_deref(),
        outcome: reason.outcome.map(|outcome| outcome_name(reason.kind, outcome)),
        text: reason.text.as_deref(),
        because: reason.because.as_deref(),
        cite: reason.cite.as_deref(),
        at: report.sources.at(reason.place),
    };
    MovedObject {
        record: &report.policy.record_type(moved.record.record).name,
        id: report.key(moved.record),
        title: report.title(moved.record).map(|title| &**title),
        before: StandingObject::new(report, &moved.before),
        after: StandingObject::new(report, &moved.after),
        gone: moved.gone.iter().map(through).collect(),
        new: moved.new.iter().map(through).collect(),
    }
}

impl<'a> StandingObject<'a> {
    pub(super) fn new(report: &Input<'a>, standing: &'a Standing) -> StandingObject<'a> {
        StandingObject {
            status: standing.status.name(),
            rank: standing.rank,
            place: standing.place,
            score: standing.score.as_ref().map(Decimal),
            exact: standing.score.as_ref().map(Number::exact),
            joint_with: standing.joint_with.map(|lead| &**report.key(lead)),
        }
    }
}

fn limit_object<'a>(report: &Input<'a>, change: &'a LimitChange) -> LimitObject<'a> {
    let class = |(value, of_type): &'a (Value, Type)| Shown::new(report, of_type, Some(value));
    LimitObject {
        text: limit_text(report, change.place),
        at: report.sources.at(change.place),
        class: change.class.as_ref().map(class),
        before: change.before.as_ref().map(figures),
        after: change.after.as_ref().map(figures),
    }
}

fn limit_text(report: &Input<'_>, place: Place) -> String {
    let list = report.policy.cut_list.as_ref();
    let mut limits = list.iter().flat_map(|list| &list.limits);
    let found = limits.find(|limit| limit.place == place);
    found.map_or_else(String::new, |limit| limit.text.to_string())
}

fn figures(outcome: &LimitOutcome) -> FiguresObject<'_> {
    FiguresObject {
        amount: outcome.amount.as_ref().map(Decimal),
        asked: Decimal(&outcome.asked),
        kept: Decimal(&outcome.kept),
        met: outcome.met,
    }
}
