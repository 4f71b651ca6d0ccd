//! Explanations and comparisons in JSON: `prioriter/explanation@1` and `prioriter/comparison@1`.
//!
//! Comes in: what `explain` found. Goes out: documents. It never holds words in a language: only ids, facts, places and
//! the author's texts.
//!
//! Invariant: keys stand in the order of the documentation; numbers never pass through a float.

use serde::Serialize;

use super::decision::{DecisionObject, PossibleObject, Said, outcome_name, said};
use super::settling::SettlingObject;
use super::value::{Decimal, Shown};
use super::{Engine, Input};
use crate::decide::{Node, ReasonKind, Step};
use crate::explain::compare::{CriterionGap, Gap, KeyValues, OrderBy, OrderLink, Parted, QuestionGap};
use crate::explain::explanation::{LimitTold, Listed, PlacedBy, RuleTold};
use crate::explain::{Comparison, Explanation, Part};
use crate::model::{Expression, RankKey, Reference, Type, Value};
use crate::report::explanation::Level;

/// The name and version of an explanation's format.
pub const EXPLANATION: &str = "prioriter/explanation@1";
/// The name and version of a comparison's format.
pub const COMPARISON: &str = "prioriter/comparison@1";

/// An explanation as a document. At the level `summary` it holds the decision alone, at the level `leaf` every step.
pub fn explanation(report: &Input<'_>, explanation: &Explanation<'_>, level: Level) -> String {
    let teller = Teller {
        report: *report,
        steps: level == Level::Leaf,
        record: explanation.record,
    };
    let rules = (level > Level::Summary).then(|| teller.rules(explanation));
    super::written(&ExplanationDocument {
        format: EXPLANATION,
        engine: Engine::this(),
        decision: DecisionObject::of(*report, explanation.decision, explanation.possible.as_ref()),
        rules,
    })
}

/// A comparison as a document.
pub fn comparison(report: &Input<'_>, comparison: &Comparison<'_>) -> String {
    let teller = Teller {
        report: *report,
        steps: false,
        record: comparison.above,
    };
    super::written(&ComparisonDocument {
        format: COMPARISON,
        engine: Engine::this(),
        comparison: teller.comparison(comparison),
    })
}

#[derive(Serialize)]
struct ExplanationDocument<'a> {
    format: &'static str,
    engine: Engine,
    decision: DecisionObject<'a>,
    #[serde(flatten)]
    rules: Option<Rules<'a>>,
}

#[derive(Serialize)]
struct ComparisonDocument<'a> {
    format: &'static str,
    engine: Engine,
    #[serde(flatten)]
    comparison: ComparisonObject<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Rules<'a> {
    gates: Vec<RuleObject<'a>>,
    exclusions: Vec<RuleObject<'a>>,
    settling: Option<SettlingObject<'a>>,
    possible_ranks: Option<PossibleObject>,
    above: Option<ComparisonObject<'a>>,
    below: Option<ComparisonObject<'a>>,
    cut_list: Option<ListedObject<'a>>,
    premises: Vec<PremiseObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score_steps: Option<Vec<StepObject<'a>>>,
}

/// A premise that the decision rests on.
#[derive(Serialize)]
struct PremiseObject<'a> {
    name: &'a str,
    title: Option<&'a str>,
    because: Option<String>,
    cite: Option<String>,
    at: String,
}

#[derive(Serialize)]
struct RuleObject<'a> {
    name: &'a str,
    title: Option<&'a str>,
    outcome: &'static str,
    because: Option<String>,
    cite: Option<String>,
    at: String,
    parts: Vec<PartObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<Vec<StepObject<'a>>>,
}

/// A comparison or a fact that a rule turned on.
#[derive(Serialize)]
struct PartObject<'a> {
    text: String,
    negated: bool,
    holds: Option<bool>,
    subject: String,
    value: Shown<'a>,
    #[serde(flatten)]
    said: Option<Said<'a>>,
}

#[derive(Serialize)]
struct StepObject<'a> {
    text: String,
    record: &'a str,
    value: Shown<'a>,
    #[serde(flatten)]
    said: Option<Said<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<StepObject<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    more: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[derive(Serialize)]
struct ComparisonObject<'a> {
    above: &'a str,
    below: &'a str,
    by: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keys: Vec<KeyObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gap: Option<GapObject<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    order: Vec<LinkObject<'a>>,
}

#[derive(Serialize)]
struct KeyObject<'a> {
    key: &'a str,
    above: Shown<'a>,
    below: Shown<'a>,
}

#[derive(Serialize)]
struct GapObject<'a> {
    difference: Decimal<'a>,
    exact: String,
    criteria: Vec<CriterionGapObject<'a>>,
}

#[derive(Serialize)]
struct CriterionGapObject<'a> {
    name: &'a str,
    weight: Decimal<'a>,
    above: Decimal<'a>,
    below: Decimal<'a>,
    difference: Decimal<'a>,
    exact: String,
    questions: Vec<QuestionGapObject<'a>>,
}

#[derive(Serialize)]
struct QuestionGapObject<'a> {
    name: &'a str,
    above: Decimal<'a>,
    below: Decimal<'a>,
    difference: Decimal<'a>,
    exact: String,
}

#[derive(Serialize)]
struct LinkObject<'a> {
    id: &'a str,
    after: &'a str,
    by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<(Shown<'a>, Shown<'a>)>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ListedObject<'a> {
    status: &'static str,
    may_cut: Vec<ClauseObject<'a>>,
    protect: Vec<ClauseObject<'a>>,
    rules: Vec<PlacedObject<'a>>,
    before: Option<ComparisonObject<'a>>,
    after: Option<ComparisonObject<'a>>,
    limits: Vec<LimitObject<'a>>,
}

#[derive(Serialize)]
struct ClauseObject<'a> {
    text: &'a str,
    at: String,
    parts: Vec<PartObject<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct PlacedObject<'a> {
    text: &'a str,
    at: String,
    place_without: Option<u32>,
    tried: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct LimitObject<'a> {
    text: &'a str,
    at: String,
    unit: Option<String>,
    own: Option<Decimal<'a>>,
    amount: Option<Decimal<'a>>,
    kept: Decimal<'a>,
    left: Option<Decimal<'a>>,
    closed_by: Option<&'a str>,
}

/// What documents are made with.
struct Teller<'a> {
    report: Input<'a>,
    /// Whether every step is told.
    steps: bool,
    record: Reference,
}

impl<'a> Teller<'a> {
    fn rules<'e>(&self, explanation: &'e Explanation<'e>) -> Rules<'e>
    where
        'a: 'e,
    {
        let compared = |comparison: &'e Option<Comparison<'e>>| {
            comparison.as_ref().map(|comparison| self.comparison(comparison))
        };
        let rules = |rules: &'e [RuleTold<'e>], kind: ReasonKind| -> Vec<RuleObject<'e>> {
            rules.iter().map(|rule| self.rule(rule, kind)).collect()
        };
        Rules {
            gates: rules(&explanation.gates, ReasonKind::Entry),
            exclusions: rules(&explanation.exclusions, ReasonKind::Exclude),
            settling: explanation
                .settling
                .as_ref()
                .map(|settling| SettlingObject::new(&self.report, settling)),
            possible_ranks: explanation.possible.as_ref().map(PossibleObject::of),
            above: compared(&explanation.above),
            below: compared(&explanation.below),
            cut_list: explanation.listed.as_ref().map(|listed| self.listed(listed)),
            premises: self.premises(),
            score_steps: self
                .steps
                .then(|| explanation.score.iter().map(|step| self.step(step)).collect()),
        }
    }

    fn said(&self, text: Option<&crate::model::Template>) -> Option<String> {
        Some(self.report.said_of(text?, Some(self.record)))
    }

    fn premises<'e>(&self) -> Vec<PremiseObject<'e>>
    where
        'a: 'e,
    {
        let premises = self.report.premises_of(self.record);
        let premises = premises.map(|premise| PremiseObject {
            name: &premise.name,
            title: premise.title.as_deref(),
            because: self.said(premise.ground.because.as_ref()),
            cite: self.said(premise.ground.cite.as_ref()),
            at: self.report.sources.at(premise.place),
        });
        premises.collect()
    }

    fn rule<'e>(&self, rule: &'e RuleTold<'e>, kind: ReasonKind) -> RuleObject<'e>
    where
        'a: 'e,
    {
        RuleObject {
            name: rule.name,
            title: rule.title.map(|title| &**title),
            outcome: outcome_name(kind, rule.outcome),
            because: self.said(rule.ground.because.as_ref()),
            cite: self.said(rule.ground.cite.as_ref()),
            at: self.report.sources.at(rule.place),
            parts: rule.parts.iter().map(|part| self.part(part)).collect(),
            steps: self
                .steps
                .then(|| rule.conditions.iter().map(|step| self.step(step)).collect()),
        }
    }

    fn part<'e>(&self, part: &'e Part<'e>) -> PartObject<'e>
    where
        'a: 'e,
    {
        let subject = part.subject();
        PartObject {
            text: self.text(&part.step),
            negated: part.negated,
            holds: part.holds(),
            subject: self.subject(subject),
            value: self.value(subject),
            said: subject
                .fact
                .map(|field| said(&self.report, subject.record, field)),
        }
    }

    fn step<'e>(&self, step: &'e Step<'e>) -> StepObject<'e>
    where
        'a: 'e,
    {
        StepObject {
            text: self.text(step),
            record: self.report.key(step.record),
            value: self.value(step),
            said: step.fact.map(|field| said(&self.report, step.record, field)),
            parts: step.parts.iter().map(|part| self.step(part)).collect(),
            more: step.more,
        }
    }

    /// What a step is about, as the policy's author writes it.
    fn text(&self, step: &Step<'_>) -> String {
        let policy = self.report.policy;
        match &step.node {
            Node::Expression(expression) => self.written(expression),
            Node::Case(case) => self.written(&case.value),
            Node::Row(row) => self.written(&row.value),
            Node::Criterion(id) => policy.criterion(*id).name.to_string(),
            Node::Question(field) => policy.field(step.record.record, *field).name.to_string(),
            Node::Item => self.report.key(step.record).to_string(),
        }
    }

    /// The name of what a part looks at: of a fact of another record with that record's key.
    fn subject(&self, step: &Step<'_>) -> String {
        let Some(field) = step.fact else {
            return self.text(step);
        };
        let name = &self.report.policy.field(step.record.record, field).name;
        if step.record == self.record {
            name.to_string()
        } else {
            format!("{}.{name}", self.report.key(step.record))
        }
    }

    fn written(&self, expression: &Expression) -> String {
        let text = self.report.sources.slice(expression.place);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn value<'e>(&self, step: &'e Step<'e>) -> Shown<'e>
    where
        'a: 'e,
    {
        const PLAIN: &Type = &Type::YesNo;
        let policy = self.report.policy;
        let of_type = match (&step.node, step.fact) {
            (_, Some(field)) => &policy.field(step.record.record, field).of_type,
            (Node::Expression(expression), None) => &expression.of_type,
            (Node::Case(case), None) => &case.value.of_type,
            (Node::Row(row), None) => &row.value.of_type,
            // A number or yes and no, which are written alike whatever their type.
            (Node::Criterion(_) | Node::Question(_) | Node::Item, None) => PLAIN,
        };
        Shown::new(&self.report, of_type, step.value.as_ref())
    }

    fn comparison<'e>(&self, comparison: &'e Comparison<'e>) -> ComparisonObject<'e>
    where
        'a: 'e,
    {
        let none = || (Vec::new(), None, Vec::new());
        let (by, (keys, gap, order)) = match &comparison.parted {
            Parted::Key { keys, gap } => {
                let gap = gap.as_ref().map(|gap| self.gap(gap));
                ("key", (self.keys(keys), gap, Vec::new()))
            }
            Parted::Tied(keys) => ("tie", (self.keys(keys), None, Vec::new())),
            Parted::Order(links) => {
                let links = links.iter().map(|link| self.link(link)).collect();
                ("order", (Vec::new(), None, links))
            }
            Parted::Status => ("status", none()),
        };
        ComparisonObject {
            above: self.report.key(comparison.above),
            below: self.report.key(comparison.below),
            by,
            keys,
            gap,
            order,
        }
    }

    fn keys<'e>(&self, keys: &'e [KeyValues<'e>]) -> Vec<KeyObject<'e>>
    where
        'a: 'e,
    {
        let key = |values: &'e KeyValues<'e>| KeyObject {
            key: &values.key.text,
            above: self.of_key(values.key, values.above.as_ref()),
            below: self.of_key(values.key, values.below.as_ref()),
        };
        keys.iter().map(key).collect()
    }

    fn of_key<'e>(&self, key: &'e RankKey, value: Option<&'e Value>) -> Shown<'e>
    where
        'a: 'e,
    {
        Shown::new(&self.report, &key.value.of_type, value)
    }

    fn gap<'e>(&self, gap: &'e Gap) -> GapObject<'e>
    where
        'a: 'e,
    {
        let question = |question: &'e QuestionGap| QuestionGapObject {
            name: &self
                .report
                .policy
                .field(self.report.policy.record, question.question)
                .name,
            above: Decimal(&question.values.0),
            below: Decimal(&question.values.1),
            difference: Decimal(&question.difference),
            exact: question.difference.exact(),
        };
        let criterion = |part: &'e CriterionGap| {
            let criterion = self.report.policy.criterion(part.criterion);
            CriterionGapObject {
                name: &criterion.name,
                weight: Decimal(&criterion.weight),
                above: Decimal(&part.values.0),
                below: Decimal(&part.values.1),
                difference: Decimal(&part.difference),
                exact: part.difference.exact(),
                questions: part.questions.iter().map(question).collect(),
            }
        };
        GapObject {
            difference: Decimal(&gap.difference),
            exact: gap.difference.exact(),
            criteria: gap.criteria.iter().map(criterion).collect(),
        }
    }

    fn link<'e>(&self, link: &'e OrderLink<'e>) -> LinkObject<'e>
    where
        'a: 'e,
    {
        let list = self.report.policy.cut_list.as_ref();
        let rule = |index: usize| list.and_then(|list| list.rules.get(index));
        let (by, text, at, values) = match &link.by {
            OrderBy::Rule(index) => {
                let rule = rule(*index);
                (
                    "rule",
                    rule.map(|rule| &*rule.text),
                    rule.map(|rule| rule.place),
                    None,
                )
            }
            OrderBy::Together(index) => {
                let rule = rule(*index);
                (
                    "together",
                    rule.map(|rule| &*rule.text),
                    rule.map(|rule| rule.place),
                    None,
                )
            }
            OrderBy::Key(key, own, other) => {
                let values = (self.of_key(key, own.as_ref()), self.of_key(key, other.as_ref()));
                ("key", Some(&*key.text), None, Some(values))
            }
            OrderBy::Rank(..) => ("rank", None, None, None),
            OrderBy::RecordKey => ("record-key", None, None, None),
        };
        LinkObject {
            id: self.report.key(link.record),
            after: self.report.key(link.after),
            by,
            text,
            at: at.map(|place| self.report.sources.at(place)),
            values,
        }
    }

    fn listed<'e>(&self, listed: &'e Listed<'e>) -> ListedObject<'e>
    where
        'a: 'e,
    {
        let list = self.report.policy.cut_list.as_ref();
        let clauses = |protects: bool| {
            let clauses = listed.memberships.iter().filter_map(|(index, conditions)| {
                let clause = list?.membership.get(*index)?;
                (clause.protects == protects).then(|| ClauseObject {
                    text: &clause.text,
                    at: self.report.sources.at(clause.place),
                    parts: conditions.iter().flat_map(|step| self.decisive(step)).collect(),
                })
            });
            clauses.collect()
        };
        let placed = |placed: &PlacedBy| {
            let rule = list?.rules.get(placed.rule)?;
            Some(PlacedObject {
                text: &rule.text,
                at: self.report.sources.at(rule.place),
                place_without: placed.place_without,
                tried: placed.tried,
            })
        };
        let limit = |told: &'e LimitTold<'e>| {
            let limit = list?.limits.get(told.outcome.limit)?;
            let unit = &told.outcome.unit;
            Some(LimitObject {
                text: &limit.text,
                at: self.report.sources.at(limit.place),
                unit: (!unit.is_none()).then(|| unit.to_string()),
                own: told.own.as_ref().map(Decimal),
                amount: told.outcome.amount.as_ref().map(Decimal),
                kept: Decimal(&told.outcome.kept),
                left: told.left.as_ref().map(Decimal),
                closed_by: told.closed_by.map(|record| &**self.report.key(record)),
            })
        };
        let compared = |comparison: &'e Option<Comparison<'e>>| {
            comparison.as_ref().map(|comparison| self.comparison(comparison))
        };
        ListedObject {
            status: listed.status.name(),
            may_cut: clauses(false),
            protect: clauses(true),
            rules: listed.rules.iter().filter_map(placed).collect(),
            before: compared(&listed.before),
            after: compared(&listed.after),
            limits: listed.limits.iter().filter_map(limit).collect(),
        }
    }

    /// The parts of a condition that is met: the condition itself, as a member of a group is told by it.
    fn decisive<'e>(&self, step: &'e Step<'e>) -> Vec<PartObject<'e>>
    where
        'a: 'e,
    {
        vec![PartObject {
            text: self.text(step),
            negated: false,
            holds: step.truth(),
            subject: self.subject(step),
            value: self.value(step),
            said: None,
        }]
    }
}
