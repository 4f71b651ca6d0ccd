//! Explanations as a person reads them: why, why not, why before.
//!
//! Comes in: what `explain` found, and how closely it is to be told. Goes out: a text in the form asked for. It never finds
//! a reason of its own.
//!
//! Invariant: the author's texts stand as written; every other sentence is a message of the catalogue.

mod comparison;
mod conditions;
mod listed;
mod tree;

use fluent_bundle::FluentValue;

use super::document::{Document, Form};
use super::page::{Column, Grid, TIED};
use super::words::Words;
use super::{Input, answer, catalogue::Argument};
use crate::decide::{Decision, Outcome, Reason, ReasonKind, Status};
use crate::explain::explanation::RuleTold;
use crate::explain::{Comparison, Explanation};
use crate::model::{
    Aggregation, CriterionBody, CriterionId, FieldId, Number, Policy, Premise, Reference, Template,
};

/// How closely a decision is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// One sentence or two.
    Summary,
    /// Every rule that decided, in the author's words.
    Rule,
    /// Everything, down to the facts.
    Leaf,
}

/// Why a record was decided as it was.
pub fn explanation(report: &Input<'_>, explanation: &Explanation<'_>, level: Level, form: Form) -> String {
    let mut teller = Teller::new(*report);
    teller.explanation(explanation, level);
    teller.document.write(form)
}

/// Why one record stands before another.
pub fn comparison(report: &Input<'_>, comparison: &Comparison<'_>, form: Form) -> String {
    let mut teller = Teller::new(*report);
    teller.comparison(comparison);
    teller.document.write(form)
}

/// What explanations are told with.
struct Teller<'a> {
    words: Words<'a>,
    document: Document,
}

impl<'a> std::ops::Deref for Teller<'a> {
    type Target = Words<'a>;

    fn deref(&self) -> &Words<'a> {
        &self.words
    }
}

impl<'a> Teller<'a> {
    fn new(report: Input<'a>) -> Teller<'a> {
        Teller {
            words: Words::of(report),
            document: Document::default(),
        }
    }

    fn policy(&self) -> &'a Policy {
        self.report.policy
    }

    fn head(&mut self, level: usize, id: &str) {
        let text = self.say(id);
        self.document.heading(level, text);
    }

    fn point(&mut self, depth: usize, id: &str, arguments: &[Argument<'_>]) {
        let text = self.tell(id, arguments);
        self.document.item(depth, text);
    }

    fn count(&self, number: usize) -> FluentValue<'static> {
        FluentValue::from(number)
    }

    /// A text of the author's for a record.
    fn said(&self, text: Option<&Template>, record: Reference) -> Option<String> {
        text.map(|text| self.report.said_of(text, Some(record)))
    }

    /// A number so that what is added up can be checked: a decimal where it ends, else with its fraction: `1 1/3`.
    fn exactly(&self, number: &Number) -> String {
        let is_decimal = Number::parse(&number.decimal(6)).is_ok_and(|shown| shown == *number);
        if is_decimal {
            return self.number(number);
        }
        let whole = if number.is_negative() {
            number.ceiling()
        } else {
            number.floor()
        };
        let rest = number.subtract(&whole).map(|rest| rest.abs());
        match rest {
            Some(rest) if !whole.is_zero() => format!("{}{TIED}{}", self.number(&whole), rest.exact()),
            _ => number.exact(),
        }
    }

    /// A difference with its sign.
    fn signed(&self, number: &Number) -> String {
        let size = self.exactly(&number.abs());
        if number.is_zero() {
            size
        } else if number.is_negative() {
            format!("−{size}")
        } else {
            format!("+{size}")
        }
    }

    fn explanation(&mut self, explanation: &Explanation<'_>, level: Level) {
        let name = self.record(explanation.record);
        self.document.heading(1, name);
        for sentence in self.summary(explanation) {
            self.document.paragraph(sentence);
        }
        if level == Level::Summary {
            return;
        }
        self.joint(explanation.decision);
        if let Some(settling) = &explanation.settling {
            self.head(2, "explain-settling");
            answer::Teller::new(self.report).settling(explanation.record, settling, &mut self.document);
        }
        self.gates(explanation);
        self.score(explanation.decision);
        self.neighbours(explanation);
        self.exclusions(explanation);
        if let Some(listed) = &explanation.listed {
            self.listed(explanation, listed);
        }
        self.premises(explanation.record);
        if level == Level::Leaf {
            self.trees(explanation);
        }
    }

    /// What was decided, in a sentence or two.
    fn summary(&self, explanation: &Explanation<'_>) -> Vec<String> {
        let decision = explanation.decision;
        let mut sentences = Vec::new();
        if let Some(rank) = decision.rank.filter(|_| decision.status != Status::Joint) {
            let rank = self.number(&Number::from_integer(rank.into()));
            let of = self.count(self.report.decisions.ranking.len());
            let score = decision.score.as_ref().and_then(|score| score.value.as_ref());
            sentences.push(match score {
                Some(score) => {
                    let score = self.exactly(score);
                    let arguments = [("rank", rank.into()), ("of", of), ("score", score.into())];
                    self.tell("explain-ranked", &arguments)
                }
                None => self.tell("explain-ranked-only", &[("rank", rank.into()), ("of", of)]),
            });
            if !decision.tied_with.is_empty() {
                let ids = self.keys(&decision.tied_with);
                sentences.push(self.tell("explain-shares", &[("ids", ids.into())]));
            }
        }
        sentences.extend(self.status_sentence(explanation));
        if let Some(possible) = &explanation.possible {
            sentences.push(self.possible(possible));
        }
        if let Some(selection) = decision.selection {
            sentences.extend(self.list_sentence(decision, selection));
        }
        sentences
    }

    fn status_sentence(&self, explanation: &Explanation<'_>) -> Option<String> {
        let decision = explanation.decision;
        match decision.status {
            Status::Ranked => None,
            // Where there are no entry criteria, what the cut list says of it is all there is to say.
            Status::Eligible if explanation.gates.is_empty() && decision.selection.is_some() => None,
            Status::Eligible => Some(self.say("explain-eligible")),
            Status::NotEligible => {
                let failing: Vec<String> = explanation
                    .gates
                    .iter()
                    .filter(|gate| gate.outcome == Outcome::Fails)
                    .map(|gate| self.quoted(title_of(gate)))
                    .collect();
                let arguments = [
                    ("count", self.count(failing.len())),
                    ("of", self.count(explanation.gates.len())),
                    ("rules", self.list(&failing).into()),
                ];
                Some(self.tell("explain-not-eligible", &arguments))
            }
            Status::Excluded => {
                let rules: Vec<String> = decision
                    .reasons
                    .iter()
                    .filter(|reason| {
                        reason.kind == ReasonKind::Exclude && reason.outcome == Some(Outcome::Fails)
                    })
                    .map(|reason| self.quoted(reason.title.as_ref().unwrap_or(&reason.rule)))
                    .collect();
                if rules.is_empty() {
                    return Some(self.say("explain-excluded-with"));
                }
                let id = if decision.rank.is_some() {
                    "explain-excluded-ranked"
                } else {
                    "explain-excluded"
                };
                Some(self.tell(id, &[("rules", self.list(&rules).into())]))
            }
            Status::Undetermined if decision.missing.is_empty() => Some(self.say("explain-undetermined")),
            Status::Undetermined => {
                let arguments = [
                    ("count", self.count(decision.missing.len())),
                    ("missing", self.missing(decision).into()),
                ];
                Some(self.tell("explain-undetermined-missing", &arguments))
            }
            Status::Joint => {
                let lead = decision.joint_with?;
                let status = self.report.decision(lead).map(|lead| lead.came_to())?;
                let arguments = [
                    ("lead", self.record(lead).into()),
                    ("status", self.status_word(status).into()),
                ];
                Some(self.tell("explain-joint", &arguments))
            }
            status => self.list_sentence(decision, status),
        }
    }

    /// What became of a record in the cut list.
    fn list_sentence(&self, decision: &Decision, status: Status) -> Option<String> {
        let of = self
            .report
            .decisions
            .cut_list
            .as_ref()
            .map_or(0, |list| list.order.len());
        let place = decision.place.unwrap_or(0) as usize;
        let arguments = [("place", self.count(place)), ("of", self.count(of))];
        match status {
            Status::Prioritised => Some(self.say("explain-prioritised")),
            Status::Kept => Some(self.tell("explain-kept", &arguments)),
            Status::Cut => Some(self.tell("explain-cut", &arguments)),
            Status::Out => Some(self.say("explain-out")),
            _ => None,
        }
    }

    /// The missing facts by their titles.
    fn missing(&self, decision: &Decision) -> String {
        let titles: Vec<String> = decision
            .missing
            .iter()
            .map(|name| self.named(decision.record.record, name))
            .collect();
        self.list(&titles)
    }

    fn joint(&mut self, decision: &Decision) {
        let reasons = decision
            .reasons
            .iter()
            .filter(|reason| reason.kind == ReasonKind::Joint);
        for reason in reasons {
            if let Some(because) = &reason.because {
                let because = self.with_cite(because, reason.cite.as_deref());
                let text = self.tell("explain-because", &[("because", because.into())]);
                self.document.paragraph(text);
            }
        }
    }

    fn gates(&mut self, explanation: &Explanation<'_>) {
        if explanation.gates.is_empty() {
            return;
        }
        self.head(2, "explain-gates");
        for gate in &explanation.gates {
            let outcome = match gate.outcome {
                Outcome::Passes => "explain-gate-passes",
                Outcome::Fails => "explain-gate-fails",
                Outcome::Unknown => "explain-gate-unknown",
                Outcome::NotApplicable => "explain-gate-not-applicable",
            };
            self.rule(explanation, gate, outcome, ReasonKind::Entry);
        }
    }

    /// The exclusions that take it out or may, and how many do not.
    fn exclusions(&mut self, explanation: &Explanation<'_>) {
        let told = |rule: &&RuleTold<'_>| rule.outcome != Outcome::Passes;
        let others: Vec<String> = explanation
            .exclusions
            .iter()
            .filter(|rule| rule.outcome == Outcome::Passes)
            .map(|rule| self.quoted(title_of(rule)))
            .collect();
        if explanation.exclusions.is_empty() {
            return;
        }
        self.head(2, "explain-exclusions");
        for rule in explanation.exclusions.iter().filter(told) {
            let outcome = match rule.outcome {
                Outcome::Fails => "explain-exclusion-holds",
                _ => "explain-exclusion-unknown",
            };
            self.rule(explanation, rule, outcome, ReasonKind::Exclude);
        }
        if !others.is_empty() {
            let arguments = [
                ("count", self.count(others.len())),
                ("rules", self.list(&others).into()),
            ];
            self.point(0, "explain-exclusions-not", &arguments);
        }
    }

    /// A gate or an exclusion: what it came to, through which facts, and what the author says of it.
    fn rule(&mut self, explanation: &Explanation<'_>, rule: &RuleTold<'_>, outcome: &str, kind: ReasonKind) {
        let record = explanation.record;
        let reason = explanation
            .decision
            .reasons
            .iter()
            .find(|reason| reason.kind == kind && reason.place == rule.place);
        let cite = self.said(rule.ground.cite.as_ref(), record);
        let title = self.with_cite(title_of(rule), cite.as_deref());
        self.point(0, outcome, &[("rule", title.into())]);
        if let Some(text) = reason.and_then(|reason| reason.text.as_ref()) {
            self.document.item(1, text.to_string());
        }
        let asks = kind == ReasonKind::Entry && rule.outcome != Outcome::Passes;
        for part in &rule.parts {
            let sentence = self.part(part, record, asks);
            self.document.item(1, sentence);
        }
        if rule.outcome == Outcome::Passes || rule.outcome == Outcome::NotApplicable {
            return;
        }
        if let Some(because) = self.said(rule.ground.because.as_ref(), record) {
            self.point(1, "explain-because", &[("because", because.into())]);
        }
        self.instead(reason);
    }

    /// What happens to a record instead.
    fn instead(&mut self, reason: Option<&Reason>) {
        let Some(instead) = reason.and_then(|reason| reason.instead.as_ref()) else {
            return;
        };
        let text = self.with_cite(&instead.text, instead.cite.as_deref());
        self.point(1, "explain-instead", &[("text", text.into())]);
        if let Some(to) = instead.to {
            let status = self.report.decision(to).map(|decision| decision.came_to());
            if let Some(status) = status {
                let arguments = [
                    ("id", self.record(to).into()),
                    ("status", self.status_word(status).into()),
                ];
                self.point(2, "explain-instead-to", &arguments);
            }
        }
    }

    /// The score: criteria with their questions, weights and what they add to the total.
    fn score(&mut self, decision: &Decision) {
        let Some(score) = &decision.score else {
            return;
        };
        self.head(2, "explain-score");
        let columns = vec![
            Column::text(self.say("explain-column-question")),
            Column::text(self.say("explain-column-answer")),
            Column::figures(self.say("column-score")),
        ];
        let unknown = || self.say("unknown");
        let mut rows = Vec::new();
        for outcome in &score.criteria {
            let criterion = self.policy().criterion(outcome.criterion);
            let title = criterion.title.as_ref().unwrap_or(&criterion.name).to_string();
            let value = outcome
                .value
                .as_ref()
                .map_or_else(unknown, |value| self.exactly(value));
            rows.push(vec![title, self.counted(outcome.criterion), value]);
            for (field, value) in &outcome.questions {
                let question = self.policy().field(decision.record.record, *field);
                let title = question.title.as_ref().unwrap_or(&question.name);
                let value = value.clone().map(crate::model::Value::Number);
                let points = value
                    .as_ref()
                    .and_then(|value| value.as_number())
                    .map_or_else(unknown, |number| self.exactly(number));
                let level = self.show(&question.of_type, value.as_ref());
                let level = Some(level).filter(|level| *level != points);
                let answer = level
                    .into_iter()
                    .chain(self.marks(outcome.criterion, *field, decision.record));
                rows.push(vec![
                    format!("– {title}"),
                    answer.collect::<Vec<_>>().join(", "),
                    points,
                ]);
            }
        }
        let total = score
            .value
            .as_ref()
            .map_or_else(unknown, |total| self.exactly(total));
        rows.push(vec![self.total_text(), String::new(), total]);
        self.document.table(Grid {
            columns,
            rows,
            line: None,
        });
        if let Some(tie_break) = &decision.tie_break {
            let arguments = [
                ("id", self.key(decision.record).into()),
                ("over", self.keys(&tie_break.over).into()),
                ("key", self.tie_break_title(tie_break).into()),
                (
                    "value",
                    self.show(&tie_break.of_type, Some(&tie_break.value)).into(),
                ),
            ];
            let text = self.tell("tie-break", &arguments);
            self.document.paragraph(text);
        }
    }

    /// What the decision rests on and the policy cannot check.
    fn premises(&mut self, record: Reference) {
        let premises: Vec<&Premise> = self.report.premises_of(record).collect();
        if premises.is_empty() {
            return;
        }
        self.head(2, "premises");
        for premise in premises {
            let title = premise.title.as_ref().unwrap_or(&premise.name);
            let cite = self.said(premise.ground.cite.as_ref(), record);
            let text = self.with_cite(title, cite.as_deref());
            self.document.item(0, text);
            if let Some(because) = self.said(premise.ground.because.as_ref(), record) {
                self.point(1, "explain-because", &[("because", because.into())]);
            }
        }
    }

    fn weight_of(&self, id: CriterionId) -> String {
        let criterion = self.policy().criterion(id);
        if self.policy().score.is_some() {
            return String::new();
        }
        let hundred = Number::from_integer(100);
        match criterion
            .weight
            .multiply(&hundred)
            .filter(|_| criterion.percentage)
        {
            Some(percent) => self.tell("weight-percent", &[("weight", self.number(&percent).into())]),
            None => self.tell("weight", &[("weight", self.exactly(&criterion.weight).into())]),
        }
    }

    /// How much a criterion weighs, and how it sums up its questions.
    fn counted(&self, id: CriterionId) -> String {
        let weight = Some(self.weight_of(id)).filter(|weight| !weight.is_empty());
        let sums_up = match &self.policy().criterion(id).body {
            CriterionBody::Questions(aggregation, questions) if questions.len() > 1 => {
                Some(match aggregation {
                    Aggregation::Mean => "score-mean",
                    Aggregation::Sum => "score-sum",
                    Aggregation::Least => "score-least",
                    Aggregation::Greatest => "score-greatest",
                    Aggregation::WeightedMean => "score-weighted-mean",
                })
            }
            _ => None,
        };
        let parts = weight.into_iter().chain(sums_up.map(|id| self.say(id)));
        parts.collect::<Vec<_>>().join(", ")
    }

    /// What is to be known of an answer besides: its weight in a weighted mean, that it is counted from the other end, and
    /// that it is assumed or a default.
    fn marks(&self, id: CriterionId, question: FieldId, record: Reference) -> Vec<String> {
        let mut marks = Vec::new();
        if let CriterionBody::Questions(Aggregation::WeightedMean, questions) =
            &self.policy().criterion(id).body
            && let Some((_, weight)) = questions.iter().find(|(field, _)| *field == question)
        {
            let weight = self.exactly(weight);
            marks.push(self.tell("score-weight", &[("weight", weight.into())]));
        }
        if self.policy().field(record.record, question).reversed {
            marks.push(self.say("score-reversed"));
        }
        let fact = self.report.records.fact(record, question);
        if fact.default {
            marks.push(self.say("fact-default"));
        }
        if self.report.records.note(fact).is_some_and(|note| note.assumed) {
            marks.push(self.say("fact-assumed"));
        }
        marks
    }

    /// What the total is called, and how it is made of the criteria.
    fn total_text(&self) -> String {
        let how = match &self.policy().score {
            Some(score) => self.written(&score.value),
            None => self.say("explain-total-of-weighted"),
        };
        self.tell("explain-total-of", &[("how", how.into())])
    }

    fn neighbours(&mut self, explanation: &Explanation<'_>) {
        let (above, below) = (&explanation.above, &explanation.below);
        if above.is_none() && below.is_none() {
            return;
        }
        self.head(2, "explain-neighbours");
        for comparison in above.iter().chain(below) {
            let sentence = self.in_short(comparison, explanation.record, &[]);
            self.document.item(0, sentence);
        }
    }
}

fn title_of<'r>(rule: &'r RuleTold<'_>) -> &'r str {
    rule.title.unwrap_or(rule.name)
}

/// A text after a dash, where there is one.
fn after_dash(text: String, more: &[String]) -> String {
    if more.is_empty() {
        return text;
    }
    format!("{text} – {}", more.join("; "))
}
