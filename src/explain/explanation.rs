//! Why a record was decided as it was.
//!
//! Comes in: a case and a record. Goes out: the rules that it went through with what each came to and why, its
//! neighbours, and its place in the cut list. It never decides anything but to see what a rule does.
//!
//! Invariant: what is told of a rule comes from the evaluation that decided.

use super::Case;
use super::change::{Change, policy_with};
use super::compare::{Comparison, compare_with};
use super::parts::{Part, parts};
use super::robustness::possible::{PossibleRank, open_ranks};
use super::settle::{Settling, settling};
use crate::decide::{
    Decision, Evaluator, LimitOutcome, Outcome, ReasonKind, Status, Step, decide, gate_outcome,
};
use crate::model::{Expression, Ground, Limit, Number, Reference, Value};
use crate::source::Place;
use std::sync::Arc;

/// Of how many records in a cut list it is tried where one would stand without a rule: trying means deciding again.
const MOST_TRIED: usize = 5_000;
/// The most records in all for which that is tried, and among which ranks are looked for that are still open.
const MOST_LOOKED_OVER: usize = 100_000;

/// Why a record was decided as it was.
#[derive(Debug, Clone)]
pub struct Explanation<'a> {
    /// The record.
    pub record: Reference,
    /// What was decided.
    pub decision: &'a Decision,
    /// The gates, in the policy's order; none for a joint record and for records that go through none.
    pub gates: Vec<RuleTold<'a>>,
    /// The exclusions of its type, in the policy's order, where they were asked.
    pub exclusions: Vec<RuleTold<'a>>,
    /// How its score came about.
    pub score: Vec<Step<'a>>,
    /// How it stands to the one above it in the ranking.
    pub above: Option<Comparison<'a>>,
    /// How it stands to the one below it in the ranking.
    pub below: Option<Comparison<'a>>,
    /// What could settle it, where it is undetermined.
    pub settling: Option<Settling>,
    /// The ranks that it can still have, where something unknown leaves more than one.
    pub possible: Option<PossibleRank>,
    /// Its place in the cut list, where it takes part.
    pub listed: Option<Listed<'a>>,
}

/// What a gate or an exclusion came to, and why.
#[derive(Debug, Clone)]
pub struct RuleTold<'a> {
    /// Its name.
    pub name: &'a Arc<str>,
    /// Its title.
    pub title: Option<&'a Arc<str>>,
    /// What the author says of it.
    pub ground: &'a Ground,
    /// Where it stands.
    pub place: Place,
    /// What it came to.
    pub outcome: Outcome,
    /// Its conditions, evaluated: `when` and `require`.
    pub conditions: Vec<Step<'a>>,
    /// The parts of them that made it so.
    pub parts: Vec<Part<'a>>,
}

/// Where a record stands in the cut list.
#[derive(Debug, Clone)]
pub struct Listed<'a> {
    /// What became of it there.
    pub status: Status,
    /// The clauses that make it a candidate or protect it, by their index, with the conditions that it meets.
    pub memberships: Vec<(usize, Vec<Step<'a>>)>,
    /// The rules that placed it.
    pub rules: Vec<PlacedBy>,
    /// How it stands to the one before it.
    pub before: Option<Comparison<'a>>,
    /// How it stands to the one after it.
    pub after: Option<Comparison<'a>>,
    /// The limits that count it.
    pub limits: Vec<LimitTold<'a>>,
}

/// A rule that placed a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedBy {
    /// The index of the rule in the cut list.
    pub rule: usize,
    /// Its place in the order without that rule; `None` where it would have none or this was not tried.
    pub place_without: Option<u32>,
    /// Whether it was tried.
    pub tried: bool,
}

/// A limit as one record meets it.
#[derive(Debug, Clone)]
pub struct LimitTold<'a> {
    /// How it came out, for the record's class.
    pub outcome: &'a LimitOutcome,
    /// What of the record is counted; `None` where that is unknown.
    pub own: Option<Number>,
    /// What the limit leaves unused; `None` for `at least`.
    pub left: Option<Number>,
    /// Of a record that the limit cuts, the one before it that closed the limit; `None` where it did not fit itself.
    pub closed_by: Option<Reference>,
}

/// Why a record was decided as it was; `None` where it is not decided on.
pub fn explain<'a>(case: &Case<'a>, record: Reference) -> Option<Explanation<'a>> {
    let decision = case.decision(record)?;
    let evaluator = case.evaluator();
    let is_own = record.record == case.policy.record;
    let is_led = decision.status == Status::Joint;
    let mut explanation = Explanation {
        record,
        decision,
        gates: Vec::new(),
        exclusions: Vec::new(),
        score: Vec::new(),
        above: None,
        below: None,
        settling: None,
        possible: None,
        listed: None,
    };
    if is_led {
        return Some(explanation);
    }
    if is_own {
        explanation.gates = gates(case, &evaluator, record);
        if decision.score.is_some() {
            explanation.score = evaluator.trace_total(record);
        }
        (explanation.above, explanation.below) =
            neighbours(case, &evaluator, &case.decisions.ranking, record);
    }
    if decision.came_to() == Status::Undetermined {
        explanation.settling = Some(settling(*case, record));
    }
    if is_own {
        explanation.possible = open_rank(case, record);
    }
    if !is_own || decision.rank.is_some() || decision.status == Status::Eligible {
        explanation.exclusions = exclusions(case, &evaluator, record);
    }
    explanation.listed = listed(case, &evaluator, decision);
    Some(explanation)
}

/// The ranks that a record can still have, if that is open. Of very many records it is not even looked whether it is.
fn open_rank(case: &Case<'_>, record: Reference) -> Option<PossibleRank> {
    if case.records.table(record.record).places.len() > MOST_LOOKED_OVER {
        return None;
    }
    let open = open_ranks(case).unwrap_or_default();
    open.into_iter().find(|possible| possible.record == record)
}

fn gates<'a>(case: &Case<'a>, evaluator: &Evaluator<'a>, record: Reference) -> Vec<RuleTold<'a>> {
    let told = case.policy.gates.iter().map(|gate| {
        let outcome = gate_outcome(evaluator, gate, record);
        let when = gate.when.as_ref().map(|when| evaluator.trace(when, record));
        let asked = (outcome != Outcome::NotApplicable).then(|| evaluator.trace(&gate.require, record));
        let decisive = match outcome {
            Outcome::NotApplicable => when.iter().flat_map(parts).collect(),
            _ => asked.iter().flat_map(parts).collect(),
        };
        RuleTold {
            name: &gate.name,
            title: gate.title.as_ref(),
            ground: &gate.ground,
            place: gate.place,
            outcome,
            conditions: when.into_iter().chain(asked).collect(),
            parts: decisive,
        }
    });
    told.collect()
}

fn exclusions<'a>(case: &Case<'a>, evaluator: &Evaluator<'a>, record: Reference) -> Vec<RuleTold<'a>> {
    let of_type = case
        .policy
        .exclusions
        .iter()
        .filter(|rule| rule.record == record.record);
    let told = of_type.map(|rule| {
        let when = evaluator.trace(&rule.when, record);
        RuleTold {
            name: &rule.name,
            title: rule.title.as_ref(),
            ground: &rule.ground,
            place: rule.place,
            outcome: match when.truth() {
                Some(true) => Outcome::Fails,
                Some(false) => Outcome::Passes,
                None => Outcome::Unknown,
            },
            parts: parts(&when),
            conditions: vec![when],
        }
    });
    told.collect()
}

/// How a record stands to the one before it and the one after it in an order.
fn neighbours<'a>(
    case: &Case<'a>,
    evaluator: &Evaluator<'a>,
    order: &[Reference],
    record: Reference,
) -> (Option<Comparison<'a>>, Option<Comparison<'a>>) {
    let Some(at) = order.iter().position(|other| *other == record) else {
        return (None, None);
    };
    let to = |index: Option<usize>| {
        let other = index.and_then(|index| order.get(index));
        other.and_then(|other| compare_with(case, evaluator, record, *other))
    };
    (to(at.checked_sub(1)), to(at.checked_add(1)))
}

fn listed<'a>(case: &Case<'a>, evaluator: &Evaluator<'a>, decision: &'a Decision) -> Option<Listed<'a>> {
    let list = case.policy.cut_list.as_ref()?;
    let outcome = case.decisions.cut_list.as_ref()?;
    let record = decision.record;
    if record.record != list.record {
        return None;
    }
    let status = if record.record == case.policy.record {
        decision.selection?
    } else {
        decision.status
    };
    if !matches!(
        status,
        Status::Prioritised | Status::Kept | Status::Cut | Status::Undetermined
    ) {
        return None;
    }
    let met = |condition: &'a Expression| {
        let step = evaluator.trace(condition, record);
        (step.truth() == Some(true)).then_some(step)
    };
    let memberships = list.membership.iter().enumerate().filter_map(|(index, clause)| {
        let conditions = clause.members.iter().map(|(_, condition)| condition);
        let met: Vec<Step<'a>> = conditions.filter_map(met).collect();
        (!met.is_empty()).then_some((index, met))
    });
    let (before, after) = neighbours(case, evaluator, &outcome.order, record);
    Some(Listed {
        status,
        memberships: memberships.collect(),
        rules: placed_by(case, decision),
        before,
        after,
        limits: limits(case, evaluator, record),
    })
}

/// The rules that placed a record, each with its place without it.
fn placed_by(case: &Case<'_>, decision: &Decision) -> Vec<PlacedBy> {
    let (Some(list), Some(outcome)) = (&case.policy.cut_list, &case.decisions.cut_list) else {
        return Vec::new();
    };
    let all = case.decisions.decisions.len();
    let tried = outcome.order.len() <= MOST_TRIED && all <= MOST_LOOKED_OVER;
    let mut rules: Vec<PlacedBy> = Vec::new();
    for reason in &decision.reasons {
        let orders = matches!(
            reason.kind,
            ReasonKind::Place
                | ReasonKind::Tier
                | ReasonKind::Prefer
                | ReasonKind::Together
                | ReasonKind::Needs
        );
        let rule = list.rules.iter().position(|rule| rule.place == reason.place);
        let Some(rule) = rule.filter(|_| orders && decision.place.is_some()) else {
            continue;
        };
        if rules.iter().any(|known| known.rule == rule) {
            continue;
        }
        let place_without = tried
            .then(|| {
                let policy = policy_with(case.policy, &[Change::Without(reason.place)]);
                let again = decide(&policy, case.records, case.language).ok()?;
                again.decisions.of(decision.record)?.place
            })
            .flatten();
        rules.push(PlacedBy {
            rule,
            place_without,
            tried,
        });
    }
    rules
}

/// The limits that count a record.
fn limits<'a>(case: &Case<'a>, evaluator: &Evaluator<'a>, record: Reference) -> Vec<LimitTold<'a>> {
    let (Some(list), Some(outcome)) = (&case.policy.cut_list, &case.decisions.cut_list) else {
        return Vec::new();
    };
    let of_record = outcome.limits.iter().filter_map(|outcome| {
        let limit = list.limits.get(outcome.limit)?;
        let counts = limit.condition.as_ref();
        if counts.is_some_and(|counts| evaluator.truth(counts, record) != Some(true)) {
            return None;
        }
        if !is_in_class(evaluator, limit, outcome, record) {
            return None;
        }
        let own = match &limit.of {
            Some(of) => evaluator.number(of, record),
            None => Some(Number::one()),
        };
        let left = outcome.amount.as_ref().filter(|_| !limit.at_least);
        Some(LimitTold {
            outcome,
            own,
            left: left.and_then(|amount| amount.subtract(&outcome.kept)),
            closed_by: closed_by(case, evaluator, limit, outcome, record),
        })
    });
    of_record.collect()
}

/// Whether a limit counts a record in the class of an outcome.
fn is_in_class(evaluator: &Evaluator<'_>, limit: &Limit, outcome: &LimitOutcome, record: Reference) -> bool {
    let (Some(per), Some((class, _))) = (&limit.per, &outcome.class) else {
        return true;
    };
    match evaluator.value(per, record) {
        Some(Value::List(classes)) => classes.contains(class),
        Some(one) => one == *class,
        None => false,
    }
}

/// The first record that a limit cuts in a class closes it, unless the list takes what fits. `None` where that is the record
/// itself, or one that it is all or nothing with.
fn closed_by(
    case: &Case<'_>,
    evaluator: &Evaluator<'_>,
    limit: &Limit,
    outcome: &LimitOutcome,
    record: Reference,
) -> Option<Reference> {
    let list = case.policy.cut_list.as_ref()?;
    if list.take_what_fits.is_some() || limit.at_least {
        return None;
    }
    let is_cut = |other: Reference| {
        let reasons = case
            .decision(other)
            .into_iter()
            .flat_map(|decision| &decision.reasons);
        let mut limits = reasons.filter(|reason| reason.kind == ReasonKind::Limit);
        limits.any(|reason| reason.place == limit.place) && is_in_class(evaluator, limit, outcome, other)
    };
    let order = &case.decisions.cut_list.as_ref()?.order;
    let first = order.iter().copied().find(|other| is_cut(*other))?;
    let mut own = case.decision(record)?.reasons.iter();
    let is_together = own.any(|reason| reason.kind == ReasonKind::Together && reason.after.contains(&first));
    (is_cut(record) && first != record && !is_together).then_some(first)
}
