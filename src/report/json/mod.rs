//! The JSON document `prioriter/decisions@1`.
//!
//! Comes in: an [`Input`]. Goes out: the document that `docs/decisions.md` describes and `docs/decisions.schema.json`
//! holds it to, or one decision of it. It never holds words in a language: only ids, facts and the author's texts.
//!
//! Invariant: keys stand in the order of the documentation, all of them; numbers never pass through a float.

mod decision;
mod explanation;
pub mod robustness;
pub mod settling;
pub(super) mod value;
pub mod want;
pub mod what_if;

use std::collections::BTreeMap;
use std::io::{self, Write};

use indexmap::IndexMap;
use serde::{Serialize, Serializer};

use super::{Input, LIST_STATUSES};
use crate::decide::{Decision, LimitOutcome, SetAside, Status};
use crate::explain::robustness::PossibleRank;
use crate::model::{CriterionBody, Ground, Policy, RecordId, Reference};
use crate::source::{FileId, Place};
pub use decision::DecisionObject;
pub use explanation::{COMPARISON, EXPLANATION, comparison, explanation};
use value::{Decimal, Shown, keys};

/// The name and version of the document's format.
pub const FORMAT: &str = "prioriter/decisions@1";

/// The whole document, indented by two blanks, with a line end at its end.
pub fn document(report: &Input<'_>) -> String {
    written(&Document::of(*report))
}

/// The same, written as it is made.
///
/// # Errors
/// What keeps it from being written.
pub fn write(report: &Input<'_>, to: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *to, &Document::of(*report))?;
    to.write_all(b"\n")
}

/// A document as text.
fn written(document: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

/// One decision as an object, as it stands under `decisions`, with the ranks that the record may still have.
pub fn decision<'a>(
    report: &Input<'a>,
    decision: &'a Decision,
    possible: Option<&PossibleRank>,
) -> DecisionObject<'a> {
    DecisionObject::of(*report, decision, possible)
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Document<'a> {
    format: &'static str,
    engine: Engine,
    policy: PolicyObject<'a>,
    data: DataObject<'a>,
    summary: IndexMap<&'a str, Summary>,
    ranking: Vec<&'a str>,
    decisions: All<'a>,
    cut_list: Option<CutListObject<'a>>,
    assumptions: Vec<AssumptionObject<'a>>,
    premises: Vec<PremiseObject<'a>>,
    faults: Vec<FaultObject<'a>>,
    grounds: Vec<PolicyGroundObject<'a>>,
}

#[derive(Serialize)]
struct Engine {
    name: &'static str,
    version: &'static str,
}

impl Engine {
    fn this() -> Engine {
        Engine {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

#[derive(Serialize)]
struct PolicyObject<'a> {
    name: &'a str,
    title: &'a str,
    version: Option<&'a str>,
    source: Option<&'a str>,
    files: Vec<FileObject<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct DataObject<'a> {
    files: Vec<FileObject<'a>>,
    records: IndexMap<&'a str, usize>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    left_out: IndexMap<&'a str, usize>,
}

#[derive(Serialize)]
struct FileObject<'a> {
    path: &'a str,
    sha256: &'a str,
}

/// What the author says of what holds for all records alike.
#[derive(Serialize)]
struct PolicyGroundObject<'a> {
    kind: &'static str,
    name: &'a str,
    because: Option<String>,
    cite: Option<String>,
    at: String,
}

/// How many records have each status; where the cut list is of the policy's own record, its statuses beside.
#[derive(Serialize)]
struct Summary {
    #[serde(flatten)]
    statuses: IndexMap<&'static str, usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    selection: Option<IndexMap<&'static str, usize>>,
}

/// All decisions, each made as it is written, and the ranks that are still open.
struct All<'a>(Input<'a>, BTreeMap<Reference, PossibleRank>);

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct CutListObject<'a> {
    name: &'a str,
    record: &'a str,
    order: Vec<&'a str>,
    line: Option<LineObject<'a>>,
    limits: Vec<LimitObject<'a>>,
    rules: Vec<RuleObject<'a>>,
    set_aside: Vec<SetAsideObject<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct LineObject<'a> {
    last_kept: Option<&'a str>,
    first_cut: Option<&'a str>,
    tied: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct LimitObject<'a> {
    text: &'a str,
    at: String,
    class: Option<Shown<'a>>,
    unit: Option<String>,
    amount: Option<Decimal<'a>>,
    asked: Decimal<'a>,
    kept: Decimal<'a>,
    not_counted: NotCounted<'a>,
    met: bool,
}

#[derive(Serialize)]
struct NotCounted<'a> {
    records: u32,
    amount: Option<Decimal<'a>>,
}

#[derive(Serialize)]
struct RuleObject<'a> {
    text: &'a str,
    at: String,
    effect: &'static str,
}

#[derive(Serialize)]
struct SetAsideObject<'a> {
    text: &'a str,
    at: String,
    within: Option<Shown<'a>>,
    because: Option<String>,
    against: Vec<StepObject<'a>>,
}

#[derive(Serialize)]
struct StepObject<'a> {
    record: &'a str,
    after: &'a str,
    text: &'a str,
    at: String,
}

#[derive(Serialize)]
struct AssumptionObject<'a> {
    id: &'a str,
    field: &'a str,
    value: Shown<'a>,
    because: Option<&'a str>,
    at: String,
}

#[derive(Serialize)]
struct PremiseObject<'a> {
    rule: &'a str,
    title: Option<&'a str>,
    because: Option<String>,
    cite: Option<String>,
    at: String,
    decisions: Vec<&'a str>,
}

#[derive(Serialize)]
struct FaultObject<'a> {
    record: &'a str,
    id: &'a str,
    fault: &'static str,
    at: String,
}

impl Serialize for All<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let decisions = &self.0.decisions.decisions;
        let object = |each| DecisionObject::of(self.0, each, self.1.get(&each.record));
        serializer.collect_seq(decisions.iter().map(object))
    }
}

impl<'a> Document<'a> {
    fn of(report: Input<'a>) -> Document<'a> {
        let Input {
            policy,
            records,
            decisions,
            ..
        } = report;
        let type_name = |record| &*policy.record_type(record).name;
        Document {
            format: FORMAT,
            engine: Engine::this(),
            policy: PolicyObject {
                name: &policy.name,
                title: &policy.title,
                version: policy.version.as_deref(),
                source: policy.source.as_deref(),
                files: files(&report, &policy.files),
            },
            data: DataObject {
                files: files(&report, &records.files),
                records: policy
                    .record_ids()
                    .map(|record| (type_name(record), records.table(record).places.len()))
                    .collect(),
                left_out: left_out(&report),
            },
            summary: summary(&report),
            ranking: keys(&report, &decisions.ranking),
            decisions: All(report, report.open_ranks().unwrap_or_default()),
            cut_list: CutListObject::of(&report),
            assumptions: assumptions(&report),
            premises: premises(&report),
            faults: decisions
                .faults
                .iter()
                .map(|fault| FaultObject {
                    record: type_name(fault.record.record),
                    id: report.key(fault.record),
                    fault: fault.kind.name(),
                    at: report.sources.at(fault.place),
                })
                .collect(),
            grounds: policy_grounds(&report),
        }
    }
}

/// What is said of the ranking, the score, its criteria and questions, and the cut list's order.
fn policy_grounds<'a>(report: &Input<'a>) -> Vec<PolicyGroundObject<'a>> {
    let policy = report.policy;
    let own = policy.record;
    let mut told = Vec::new();
    let mut tell = |kind, name: &'a str, ground: &Ground, place, of_type| {
        if !ground.is_empty() {
            told.push(PolicyGroundObject {
                kind,
                name,
                because: because(report, ground, of_type),
                cite: cite(report, ground, of_type),
                at: report.sources.at(place),
            });
        }
    };
    for criterion in &policy.criteria {
        tell(
            "criterion",
            &criterion.name,
            &criterion.ground,
            criterion.place,
            own,
        );
        tell(
            "weight",
            &criterion.name,
            &criterion.weight_ground,
            criterion.place,
            own,
        );
        if let CriterionBody::Questions(_, questions) = &criterion.body {
            for (id, _) in questions {
                let field = policy.field(own, *id);
                tell("question", &field.name, &field.ground, field.place, own);
            }
        }
    }
    if let Some(score) = &policy.score {
        tell("score", "total", &score.ground, score.place, own);
    }
    if let Some(rank) = &policy.rank {
        tell("rank", "rank", &rank.ground, rank.place, own);
    }
    if let Some(list) = &policy.cut_list {
        if let Some(by) = &list.otherwise_by {
            tell("otherwise-by", &list.name, &by.ground, by.place, list.record);
        }
        if let Some(fits) = &list.take_what_fits {
            tell(
                "take-what-fits",
                &list.name,
                &fits.ground,
                fits.place,
                list.record,
            );
        }
    }
    told
}

/// How many records of each type are left out, of the types of which any is.
fn left_out<'a>(report: &Input<'a>) -> IndexMap<&'a str, usize> {
    let mut counts = IndexMap::new();
    for out in &report.records.left_out {
        let name = &*report.policy.record_type(out.record).name;
        *counts.entry(name).or_default() += 1;
    }
    counts
}

fn files<'a>(report: &Input<'a>, files: &[FileId]) -> Vec<FileObject<'a>> {
    let sources = report.sources;
    let mut told: Vec<FileObject<'_>> = files
        .iter()
        .filter_map(|file| sources.get(*file))
        .map(|file| FileObject {
            path: file.file_path(),
            sha256: &file.sha256,
        })
        .collect();
    // The sheets of one file follow each other.
    told.dedup_by(|a, b| a.path == b.path && a.sha256 == b.sha256);
    told
}

fn summary<'a>(report: &Input<'a>) -> IndexMap<&'a str, Summary> {
    let Input {
        policy, decisions, ..
    } = *report;
    let count = |statuses: &[Status], found: &mut dyn Iterator<Item = Status>| {
        let mut counts: IndexMap<&'static str, usize> =
            statuses.iter().map(|status| (status.name(), 0)).collect();
        for status in found {
            *counts.entry(status.name()).or_default() += 1;
        }
        counts
    };
    let of_type = |record| {
        let mut statuses = decisions.on(record).map(|decision| decision.status);
        let own = record == policy.record;
        let selection = (own && report.listed() == Some(record)).then(|| {
            let mut selections = decisions.on(record).filter_map(|decision| decision.selection);
            count(&LIST_STATUSES, &mut selections)
        });
        let statuses = if own {
            count(&report.own_statuses(), &mut statuses)
        } else {
            count(&LIST_STATUSES, &mut statuses)
        };
        Summary { statuses, selection }
    };
    policy
        .decided_records()
        .into_iter()
        .map(|record| (&*policy.record_type(record).name, of_type(record)))
        .collect()
}

fn assumptions<'a>(report: &Input<'a>) -> Vec<AssumptionObject<'a>> {
    let Input {
        policy,
        records,
        decisions,
        ..
    } = *report;
    decisions
        .assumptions
        .iter()
        .map(|assumption| {
            let fact = records.fact(assumption.record, assumption.field);
            let field = policy.field(assumption.record.record, assumption.field);
            AssumptionObject {
                id: report.key(assumption.record),
                field: &field.name,
                value: Shown::new(report, &field.of_type, fact.value.as_ref()),
                because: records.note(fact).and_then(|note| note.because.as_deref()),
                at: report.sources.at(fact.place),
            }
        })
        .collect()
}

fn premises<'a>(report: &Input<'a>) -> Vec<PremiseObject<'a>> {
    let Input {
        policy, decisions, ..
    } = *report;
    decisions
        .premises
        .iter()
        .filter_map(|outcome| Some((outcome, policy.premises.get(outcome.premise)?)))
        .map(|(outcome, premise)| PremiseObject {
            rule: &premise.name,
            title: premise.title.as_deref(),
            because: because(report, &premise.ground, premise.record),
            cite: cite(report, &premise.ground, premise.record),
            at: report.sources.at(premise.place),
            decisions: keys(report, &outcome.decisions),
        })
        .collect()
}

fn because(report: &Input<'_>, ground: &Ground, of_type: RecordId) -> Option<String> {
    Some(report.said(ground.because.as_ref()?, of_type))
}

fn cite(report: &Input<'_>, ground: &Ground, of_type: RecordId) -> Option<String> {
    Some(report.said(ground.cite.as_ref()?, of_type))
}

impl<'a> CutListObject<'a> {
    fn of(report: &Input<'a>) -> Option<CutListObject<'a>> {
        let policy: &'a Policy = report.policy;
        let list = policy.cut_list.as_ref()?;
        let outcome = report.decisions.cut_list.as_ref()?;
        let at = |place: Place| report.sources.at(place);
        let rule = |index: usize| list.rules.get(index);
        let key = |record| &**report.key(record);
        Some(CutListObject {
            name: &list.name,
            record: &policy.record_type(list.record).name,
            order: keys(report, &outcome.order),
            line: outcome.line.as_ref().map(|line| LineObject {
                last_kept: line.last_kept.map(key),
                first_cut: line.first_cut.map(key),
                tied: line.tied,
            }),
            limits: outcome
                .limits
                .iter()
                .filter_map(|limit| limit_object(report, limit))
                .collect(),
            rules: outcome
                .rules
                .iter()
                .filter_map(|effect| {
                    let rule = rule(effect.rule)?;
                    Some(RuleObject {
                        text: &rule.text,
                        at: at(rule.place),
                        effect: effect.effect.name(),
                    })
                })
                .collect(),
            set_aside: outcome
                .set_aside
                .iter()
                .filter_map(|aside| set_aside_object(report, aside))
                .collect(),
        })
    }
}

fn limit_object<'a>(report: &Input<'a>, outcome: &'a LimitOutcome) -> Option<LimitObject<'a>> {
    let limit = report.policy.cut_list.as_ref()?.limits.get(outcome.limit)?;
    Some(LimitObject {
        text: &limit.text,
        at: report.sources.at(limit.place),
        class: outcome
            .class
            .as_ref()
            .map(|(class, of_type)| Shown::new(report, of_type, Some(class))),
        unit: (!outcome.unit.is_none()).then(|| outcome.unit.to_string()),
        amount: outcome.amount.as_ref().map(Decimal),
        asked: Decimal(&outcome.asked),
        kept: Decimal(&outcome.kept),
        not_counted: NotCounted {
            records: outcome.not_counted,
            amount: outcome.not_counted_amount.as_ref().map(Decimal),
        },
        met: outcome.met,
    })
}

fn set_aside_object<'a>(report: &Input<'a>, aside: &'a SetAside) -> Option<SetAsideObject<'a>> {
    let list = report.policy.cut_list.as_ref()?;
    let rules = &list.rules;
    let rule = rules.get(aside.rule)?;
    let against = aside.against.iter().filter_map(|step| {
        let rule = rules.get(step.rule)?;
        Some(StepObject {
            record: report.key(step.record),
            after: report.key(step.after),
            text: &rule.text,
            at: report.sources.at(rule.place),
        })
    });
    Some(SetAsideObject {
        text: &rule.text,
        at: report.sources.at(rule.place),
        within: aside
            .within
            .as_ref()
            .map(|(value, of_type)| Shown::new(report, of_type, Some(value))),
        because: because(report, &rule.ground, list.record),
        against: against.collect(),
    })
}
