//! One decision in JSON.
//!
//! Comes in: a decision. Goes out: the object that stands for it. It never leaves out a rule that decided.
//!
//! Invariant: decisions on one record type, and reasons of one kind, have the same keys; but for `joint-with`, which only
//! a joint record has, `possible-ranks`, which only one has whose rank is open, and `instead-to`, which only goes with a
//! record that takes another up.

use indexmap::IndexMap;
use serde::Serialize;

use super::value::{Decimal, Shown, keys};
use super::{Input, because, cite};
use crate::decide::{
    CriterionOutcome, Decision, FactRead, GroundRead, NamedValue, Outcome, Reason, ReasonKind, ScoreOutcome,
    Status, TieBreak,
};
use crate::explain::robustness::PossibleRank;
use crate::model::{FieldId, Number, Reference, Template, Type};

/// A decision as the JSON document has it.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct DecisionObject<'a> {
    record: &'a str,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<Option<&'a str>>,
    title: Option<&'a str>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    joint_with: Option<&'a str>,
    #[serde(flatten)]
    own: Option<Own<'a>>,
    values: IndexMap<&'a str, ValueObject<'a>>,
    #[serde(flatten)]
    listed: Option<Listed>,
    reasons: Vec<ReasonObject<'a>>,
    missing: Vec<&'a str>,
}

/// What only the policy's own record has.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Own<'a> {
    rank: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    possible_ranks: Option<PossibleObject>,
    tied_with: Vec<&'a str>,
    score: Option<ScoreObject<'a>>,
    tie_break: Option<TieBreakObject<'a>>,
}

/// The ranks that a record can still have.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct PossibleObject {
    best: u32,
    worst: u32,
    may_be_out: bool,
}

impl PossibleObject {
    pub(super) fn of(possible: &PossibleRank) -> PossibleObject {
        PossibleObject {
            best: possible.best,
            worst: possible.worst,
            may_be_out: possible.may_be_out,
        }
    }
}

/// What only the cut list's record has.
#[derive(Serialize)]
struct Listed {
    #[serde(skip_serializing_if = "Option::is_none")]
    selection: Option<Option<&'static str>>,
    place: Option<u32>,
}

#[derive(Serialize)]
struct ScoreObject<'a> {
    name: &'static str,
    value: Option<Decimal<'a>>,
    exact: Option<String>,
    criteria: Vec<CriterionObject<'a>>,
    facts: Vec<FactObject<'a>>,
    grounds: Vec<GroundObject<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct CriterionObject<'a> {
    name: &'a str,
    weight: Decimal<'a>,
    value: Option<Decimal<'a>>,
    exact: Option<String>,
    contribution: Option<Decimal<'a>>,
    questions: Vec<QuestionObject<'a>>,
    because: Option<String>,
    cite: Option<String>,
    weight_because: Option<String>,
    weight_cite: Option<String>,
}

#[derive(Serialize)]
struct QuestionObject<'a> {
    name: &'a str,
    value: Option<Decimal<'a>>,
    level: Option<&'a str>,
    #[serde(flatten)]
    said: Said<'a>,
}

#[derive(Serialize)]
struct TieBreakObject<'a> {
    key: &'a str,
    value: Shown<'a>,
    over: Vec<&'a str>,
}

#[derive(Serialize)]
struct ValueObject<'a> {
    title: &'a str,
    value: Shown<'a>,
    grounds: Vec<GroundObject<'a>>,
    defaults: Vec<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ReasonObject<'a> {
    kind: &'static str,
    rule: &'a str,
    #[serde(flatten)]
    named: Option<Named<'a>>,
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Vec<&'a str>>,
    because: Option<&'a str>,
    cite: Option<&'a str>,
    at: String,
    facts: Vec<FactObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instead: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instead_to: Option<&'a str>,
    grounds: Vec<GroundObject<'a>>,
}

/// What only gates and exclusions have.
#[derive(Serialize)]
struct Named<'a> {
    title: Option<&'a str>,
    outcome: Option<&'static str>,
}

#[derive(Serialize)]
struct FactObject<'a> {
    name: &'a str,
    value: Shown<'a>,
    #[serde(flatten)]
    said: Said<'a>,
}

/// Where a value of the data comes from.
#[derive(Serialize)]
pub(super) struct Said<'a> {
    at: String,
    because: Option<String>,
    cite: Option<String>,
    by: Option<&'a str>,
    assumed: bool,
    default: bool,
}

/// What the author says of a definition that was read.
#[derive(Serialize)]
struct GroundObject<'a> {
    kind: &'static str,
    name: &'a str,
    because: Option<&'a str>,
    cite: Option<&'a str>,
    at: String,
}

impl<'a> DecisionObject<'a> {
    pub(super) fn of(
        report: Input<'a>,
        decision: &'a Decision,
        possible: Option<&PossibleRank>,
    ) -> DecisionObject<'a> {
        let policy = report.policy;
        let record = decision.record;
        let of_type = policy.record_type(record.record);
        let own = record.record == policy.record;
        let listed = report.listed() == Some(record.record);
        DecisionObject {
            record: &of_type.name,
            id: report.key(record),
            parent: of_type
                .parent
                .map(|_| report.parent(record).map(|parent| &**report.key(parent))),
            title: report.title(record).map(|title| &**title),
            status: decision.status.name(),
            joint_with: decision.joint_with.map(|lead| &**report.key(lead)),
            own: own.then(|| Own {
                rank: decision.rank,
                possible_ranks: possible.map(PossibleObject::of),
                tied_with: keys(&report, &decision.tied_with),
                score: decision
                    .score
                    .as_ref()
                    .map(|score| score_object(&report, score, record)),
                tie_break: decision
                    .tie_break
                    .as_ref()
                    .map(|key| tie_break_object(&report, key)),
            }),
            values: decision
                .values
                .iter()
                .map(|value| (&*value.name, value_object(&report, value)))
                .collect(),
            listed: listed.then(|| Listed {
                selection: own.then(|| decision.selection.map(Status::name)),
                place: decision.place,
            }),
            reasons: decision
                .reasons
                .iter()
                .map(|reason| reason_object(&report, reason))
                .collect(),
            missing: decision.missing.iter().map(|name| &**name).collect(),
        }
    }
}

fn score_object<'a>(report: &Input<'a>, score: &'a ScoreOutcome, record: Reference) -> ScoreObject<'a> {
    ScoreObject {
        name: "total",
        value: score.value.as_ref().map(Decimal),
        exact: score.value.as_ref().map(Number::exact),
        criteria: score
            .criteria
            .iter()
            .map(|outcome| criterion_object(report, outcome, record))
            .collect(),
        facts: facts(report, &score.facts),
        grounds: grounds(report, &score.grounds),
    }
}

fn criterion_object<'a>(
    report: &Input<'a>,
    outcome: &'a CriterionOutcome,
    record: Reference,
) -> CriterionObject<'a> {
    let criterion = report.policy.criterion(outcome.criterion);
    let said_of = |text: &Option<Template>| Some(report.said_of(text.as_ref()?, Some(record)));
    let question = |(id, value): &'a (FieldId, Option<Number>)| {
        let field = report.policy.field(report.policy.record, *id);
        let level = match (&field.of_type, value) {
            (Type::Scale(scale), Some(number)) => report.policy.scale(*scale).level_of(number),
            _ => None,
        };
        QuestionObject {
            name: &field.name,
            value: value.as_ref().map(Decimal),
            level: level.map(|level| &*level.name),
            said: said(report, record, *id),
        }
    };
    CriterionObject {
        name: &criterion.name,
        weight: Decimal(&criterion.weight),
        value: outcome.value.as_ref().map(Decimal),
        exact: outcome.value.as_ref().map(Number::exact),
        contribution: outcome.contribution.as_ref().map(Decimal),
        questions: outcome.questions.iter().map(question).collect(),
        because: said_of(&criterion.ground.because),
        cite: said_of(&criterion.ground.cite),
        weight_because: said_of(&criterion.weight_ground.because),
        weight_cite: said_of(&criterion.weight_ground.cite),
    }
}

fn tie_break_object<'a>(report: &Input<'a>, tie_break: &'a TieBreak) -> TieBreakObject<'a> {
    TieBreakObject {
        key: &tie_break.key,
        value: Shown::new(report, &tie_break.of_type, Some(&tie_break.value)),
        over: keys(report, &tie_break.over),
    }
}

fn value_object<'a>(report: &Input<'a>, value: &'a NamedValue) -> ValueObject<'a> {
    ValueObject {
        title: &value.title,
        value: Shown::new(report, &value.of_type, value.value.as_ref()),
        grounds: grounds(report, &value.grounds),
        defaults: value.defaults.iter().map(|fact| &*fact.name).collect(),
    }
}

fn reason_object<'a>(report: &Input<'a>, reason: &'a Reason) -> ReasonObject<'a> {
    let named = matches!(reason.kind, ReasonKind::Entry | ReasonKind::Exclude);
    let after = !named && reason.kind != ReasonKind::MayCut;
    let instead = reason.instead.as_ref();
    let grounded = instead.filter(|instead| instead.because.is_some() || instead.cite.is_some());
    let instead_ground = grounded.map(|instead| GroundObject {
        kind: "instead",
        name: &reason.rule,
        because: instead.because.as_deref(),
        cite: instead.cite.as_deref(),
        at: report.sources.at(instead.place),
    });
    ReasonObject {
        kind: reason.kind.name(),
        rule: &reason.rule,
        named: named.then(|| Named {
            title: reason.title.as_deref(),
            outcome: reason.outcome.map(|outcome| outcome_name(reason.kind, outcome)),
        }),
        text: reason.text.as_deref(),
        after: after.then(|| keys(report, &reason.after)),
        because: reason.because.as_deref(),
        cite: reason.cite.as_deref(),
        at: report.sources.at(reason.place),
        facts: facts(report, &reason.facts),
        instead: named.then(|| instead.map(|instead| &*instead.text)),
        instead_to: instead
            .and_then(|instead| instead.to)
            .map(|record| &**report.key(record)),
        grounds: grounds(report, &reason.grounds)
            .into_iter()
            .chain(instead_ground)
            .collect(),
    }
}

/// An exclusion that takes a record out `holds`: "fails" would say the contrary to a reader.
pub(super) fn outcome_name(kind: ReasonKind, outcome: Outcome) -> &'static str {
    match (kind, outcome) {
        (ReasonKind::Exclude, Outcome::Fails) => "holds",
        (_, outcome) => outcome.name(),
    }
}

fn facts<'a>(report: &Input<'a>, read: &'a [FactRead]) -> Vec<FactObject<'a>> {
    let fact = |read: &'a FactRead| {
        let field = report.policy.field(read.record.record, read.field);
        let fact = report.records.fact(read.record, read.field);
        FactObject {
            name: &read.name,
            value: Shown::new(report, &field.of_type, fact.value.as_ref()),
            said: said(report, read.record, read.field),
        }
    };
    read.iter().map(fact).collect()
}

/// Where the value of a field comes from, with what data and policy say of it.
pub(super) fn said<'a>(report: &Input<'a>, record: Reference, field: FieldId) -> Said<'a> {
    let fact = report.records.fact(record, field);
    let ground = &report.policy.field(record.record, field).ground;
    let has_default = report.policy.field(record.record, field).default.is_some();
    let note = report.records.note(fact);
    let mut because_said = note.and_then(|note| note.because.as_deref()).map(str::to_owned);
    let mut cited = note.and_then(|note| note.cite.as_deref()).map(str::to_owned);
    // The ground of a field without a default is the ground of all its values; with one, that of the default alone.
    if fact.default || !has_default {
        because_said = because_said.or_else(|| because(report, ground, record.record));
        cited = cited.or_else(|| cite(report, ground, record.record));
    }
    Said {
        at: report.sources.at(fact.place),
        because: because_said,
        cite: cited,
        by: note.and_then(|note| note.by.as_deref()),
        assumed: note.is_some_and(|note| note.assumed),
        default: fact.default,
    }
}

fn grounds<'a>(report: &Input<'a>, read: &'a [GroundRead]) -> Vec<GroundObject<'a>> {
    let ground = |read: &'a GroundRead| GroundObject {
        kind: read.kind.name(),
        name: &read.name,
        because: read.because.as_deref(),
        cite: read.cite.as_deref(),
        at: report.sources.at(read.place),
    };
    read.iter().map(ground).collect()
}
