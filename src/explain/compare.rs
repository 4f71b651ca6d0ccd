//! Why one record stands before another: in the ranking, or in the cut list.
//!
//! Comes in: a case and two records of one type. Goes out: what parts them, down to the question, the key or the rule. It
//! never weighs anything anew: it reads what was decided.
//!
//! Invariant: the parts of a gap add up to it exactly.

use std::cmp::Ordering;

use super::Case;
use crate::decide::{Evaluator, ReasonKind, Status};
use crate::model::{
    Aggregation, CriterionBody, CriterionId, ExpressionKind, FieldId, GroupRef, Number, OrderRuleKind,
    RankKey, Reference, Value,
};

/// Two records, the one that stands before the other first.
#[derive(Debug, Clone)]
pub struct Comparison<'a> {
    /// The one that stands before, or the first one asked about where none does.
    pub above: Reference,
    /// The other.
    pub below: Reference,
    /// What parts them.
    pub parted: Parted<'a>,
}

/// What parts two records.
#[derive(Debug, Clone)]
pub enum Parted<'a> {
    /// A key of the ranking.
    Key {
        /// The keys up to the one that parts them, each with both values.
        keys: Vec<KeyValues<'a>>,
        /// Where that is the total, what the difference is made of.
        gap: Option<Gap>,
    },
    /// Nothing: they share a rank. The keys, each with both values.
    Tied(Vec<KeyValues<'a>>),
    /// The cut list's order: each stands after the next by a rule or key, from the lower record to the upper one.
    Order(Vec<OrderLink<'a>>),
    /// Their statuses: they do not stand in one order.
    Status,
}

/// A key of the ranking with the values of two records.
#[derive(Debug, Clone)]
pub struct KeyValues<'a> {
    /// The key.
    pub key: &'a RankKey,
    /// The value of the upper record.
    pub above: Option<Value>,
    /// The value of the lower record.
    pub below: Option<Value>,
}

/// What the difference between two totals is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The total of the upper record less that of the lower one.
    pub difference: Number,
    /// The criteria, the largest difference first.
    pub criteria: Vec<CriterionGap>,
}

/// A criterion's part of a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriterionGap {
    /// The criterion.
    pub criterion: CriterionId,
    /// Both values, the upper record's first.
    pub values: (Number, Number),
    /// Weight times the difference of the values.
    pub difference: Number,
    /// Its questions, the largest difference first; empty for a criterion that does not add them up.
    pub questions: Vec<QuestionGap>,
}

/// A question's part of a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionGap {
    /// The question.
    pub question: FieldId,
    /// Both answers, the upper record's first.
    pub values: (Number, Number),
    /// What it adds to the difference of the totals.
    pub difference: Number,
}

/// Why a record of the cut list stands after another.
#[derive(Debug, Clone)]
pub struct OrderLink<'a> {
    /// The record.
    pub record: Reference,
    /// The one it stands after.
    pub after: Reference,
    /// Why.
    pub by: OrderBy<'a>,
}

/// What puts a record of the cut list after another.
#[derive(Debug, Clone)]
pub enum OrderBy<'a> {
    /// A rule, by its index in the cut list.
    Rule(usize),
    /// They are all or nothing by a rule, by its index, and stand together.
    Together(usize),
    /// The first key of `otherwise by` that differs, with the values of the record and the other.
    Key(&'a RankKey, Option<Value>, Option<Value>),
    /// The ranking, where there is no `otherwise by`, with the ranks of the record and the other.
    Rank(Option<u32>, Option<u32>),
    /// Only the records' own keys.
    RecordKey,
}

/// Why a record stands before another, whichever does. `None` where they are not of one type, or one is not decided on.
pub fn compare<'a>(case: &Case<'a>, first: Reference, second: Reference) -> Option<Comparison<'a>> {
    compare_with(case, &case.evaluator(), first, second)
}

/// The same, with an evaluator that is there already.
pub(super) fn compare_with<'a>(
    case: &Case<'a>,
    evaluator: &Evaluator<'a>,
    first: Reference,
    second: Reference,
) -> Option<Comparison<'a>> {
    let (one, other) = (case.decision(first)?, case.decision(second)?);
    if first.record != second.record {
        return None;
    }
    let asked = |parted| Comparison {
        above: first,
        below: second,
        parted,
    };
    if let (Some(place), Some(other)) = (one.place, other.place) {
        let (above, below) = if place <= other {
            (first, second)
        } else {
            (second, first)
        };
        return Some(Comparison {
            above,
            below,
            parted: Parted::Order(Listing { case, evaluator }.chain(below, above)),
        });
    }
    let ranks = one.rank.zip(other.rank);
    let is_ranked = |status: Status| !matches!(status, Status::Joint);
    if let Some((rank, other_rank)) = ranks.filter(|_| is_ranked(one.status) && is_ranked(other.status)) {
        let (above, below) = if rank <= other_rank {
            (first, second)
        } else {
            (second, first)
        };
        let parted = in_ranking(case, evaluator, above, below);
        return Some(Comparison { above, below, parted });
    }
    Some(asked(Parted::Status))
}

/// What parts two records that have a rank.
fn in_ranking<'a>(
    case: &Case<'a>,
    evaluator: &Evaluator<'a>,
    above: Reference,
    below: Reference,
) -> Parted<'a> {
    let mut keys = Vec::new();
    for key in case.policy.rank.iter().flat_map(|rank| &rank.keys) {
        let values = KeyValues {
            key,
            above: evaluator.value(&key.value, above),
            below: evaluator.value(&key.value, below),
        };
        let differs = values.above != values.below;
        keys.push(values);
        if differs {
            let is_total = matches!(key.value.kind, ExpressionKind::Total);
            let gap = is_total.then(|| gap(case, evaluator, above, below)).flatten();
            return Parted::Key { keys, gap };
        }
    }
    Parted::Tied(keys)
}

/// What the difference of two totals is made of; `None` where the policy has a `score` of its own.
fn gap(case: &Case<'_>, evaluator: &Evaluator<'_>, above: Reference, below: Reference) -> Option<Gap> {
    if case.policy.score.is_some() {
        return None;
    }
    let mut criteria = Vec::new();
    for (criterion, id) in case.policy.criteria.iter().zip((0..).map(CriterionId)) {
        let values = (evaluator.criterion(id, above)?, evaluator.criterion(id, below)?);
        let difference = values.0.subtract(&values.1)?.multiply(&criterion.weight)?;
        criteria.push(CriterionGap {
            criterion: id,
            difference,
            values,
            questions: questions(case, id, above, below).unwrap_or_default(),
        });
    }
    largest_first(&mut criteria, |criterion| &criterion.difference);
    Some(Gap {
        difference: evaluator.total(above)?.subtract(&evaluator.total(below)?)?,
        criteria,
    })
}

/// What the questions of a criterion add to the difference of two totals; `None` where it does not add them up.
fn questions(
    case: &Case<'_>,
    id: CriterionId,
    above: Reference,
    below: Reference,
) -> Option<Vec<QuestionGap>> {
    let criterion = case.policy.criterion(id);
    let CriterionBody::Questions(aggregation, questions) = &criterion.body else {
        return None;
    };
    // What one point of a question of weight 1 adds to the criterion.
    let share = match aggregation {
        Aggregation::Sum => Number::one(),
        Aggregation::Mean | Aggregation::WeightedMean => {
            let mut weights = questions.iter().map(|(_, weight)| weight);
            let sum = weights.try_fold(Number::zero(), |sum, weight| sum.add(weight))?;
            Number::one().divide(&sum)?
        }
        Aggregation::Least | Aggregation::Greatest => return None,
    };
    let answer = |field: FieldId, record: Reference| {
        case.records
            .fact(record, field)
            .value
            .as_ref()?
            .as_number()
            .cloned()
    };
    let mut gaps = Vec::new();
    for (field, weight) in questions {
        let values = (answer(*field, above)?, answer(*field, below)?);
        let difference = values.0.subtract(&values.1)?;
        let weighted = difference.multiply(&share)?.multiply(&criterion.weight)?;
        let weighted = match aggregation {
            Aggregation::WeightedMean => weighted.multiply(weight)?,
            _ => weighted,
        };
        let is_reversed = case.policy.field(above.record, *field).reversed;
        gaps.push(QuestionGap {
            question: *field,
            values,
            difference: if is_reversed { weighted.negate() } else { weighted },
        });
    }
    largest_first(&mut gaps, |gap| &gap.difference);
    Some(gaps)
}

/// The largest first, whichever way it points; equals stay in order of declaration.
fn largest_first<T>(parts: &mut [T], difference: impl Fn(&T) -> &Number) {
    parts.sort_by_key(|part| std::cmp::Reverse(difference(part).abs()));
}

/// The cut list as it was ordered.
struct Listing<'c, 'a> {
    case: &'c Case<'a>,
    evaluator: &'c Evaluator<'a>,
}

/// How many records a search for a chain of rules looks at.
const MOST_LOOKED_AT: usize = 10_000;

impl<'a> Listing<'_, 'a> {
    fn place(&self, record: Reference) -> Option<u32> {
        self.case.decision(record)?.place
    }

    /// Why a record stands after another, link by link.
    fn chain(&self, record: Reference, after: Reference) -> Vec<OrderLink<'a>> {
        if record == after {
            return Vec::new();
        }
        if let Some(rule) = self.rule(record, after) {
            return vec![OrderLink {
                record,
                after,
                by: OrderBy::Rule(rule),
            }];
        }
        if let Some(chain) = self.rules(record, after) {
            return chain;
        }
        let mut links = Vec::new();
        let mut at = record;
        // Each link leads to a record further up, so this ends.
        while at != after {
            let by_key = self.key(at, after);
            if let Some((by, true)) = by_key {
                links.push(OrderLink {
                    record: at,
                    after,
                    by,
                });
                return links;
            }
            // Its keys would put it first: it waits for one that stands between the two.
            let bar = self.edges(at).into_iter().filter(|(to, _)| {
                let place = self.place(*to);
                place < self.place(at) && place >= self.place(after)
            });
            let Some((to, by)) = bar.max_by_key(|(to, _)| self.place(*to)) else {
                let by = by_key.map_or(OrderBy::RecordKey, |(by, _)| by);
                links.push(OrderLink {
                    record: at,
                    after,
                    by,
                });
                return links;
            };
            links.push(OrderLink {
                record: at,
                after: to,
                by,
            });
            at = to;
        }
        links
    }

    /// The rule that puts a record after another.
    fn rule(&self, record: Reference, after: Reference) -> Option<usize> {
        let list = self.case.policy.cut_list.as_ref()?;
        let mut rules = list.rules.iter().enumerate();
        let found = rules.find(|(index, rule)| match &rule.kind {
            OrderRuleKind::Place(late, early, within) | OrderRuleKind::Prefer(late, early, within) => {
                let class = |record| match within {
                    Some(within) => self.evaluator.value(within, record).map(Some),
                    None => Some(None),
                };
                self.is_in(late, record)
                    && self.is_in(early, after)
                    && class(record).is_some_and(|class_of| {
                        class(after).as_ref() == Some(&class_of)
                            && !self.is_set_aside(*index, class_of.as_ref())
                    })
            }
            OrderRuleKind::CutFirst(tiers) => {
                let tier = |record| tiers.iter().position(|group| self.is_in(group, record));
                match (tier(record), tier(after)) {
                    (Some(own), Some(other)) => own < other,
                    (own, other) => own.is_some() && other.is_none(),
                }
            }
            OrderRuleKind::KeepFirst(tiers) => {
                let tier = |record| tiers.iter().position(|group| self.is_in(group, record));
                match (tier(record), tier(after)) {
                    (Some(own), Some(other)) => own > other,
                    (own, other) => own.is_none() && other.is_some(),
                }
            }
            OrderRuleKind::Needs(field) => self.needs(record, *field).contains(&after),
            OrderRuleKind::AllOrNothing(..) => false,
        });
        found.map(|(index, _)| index)
    }

    /// Whether a `prefer` yielded for the records of a class.
    fn is_set_aside(&self, rule: usize, class: Option<&Value>) -> bool {
        let list = self.case.decisions.cut_list.iter();
        let mut aside = list.flat_map(|list| &list.set_aside);
        aside.any(|aside| aside.rule == rule && aside.within.as_ref().map(|(value, _)| value) == class)
    }

    fn is_in(&self, group: &GroupRef, record: Reference) -> bool {
        self.evaluator.truth(&group.condition, record) == Some(true)
    }

    fn needs(&self, record: Reference, field: FieldId) -> Vec<Reference> {
        match &self.case.records.fact(record, field).value {
            Some(Value::Reference(needed)) => vec![*needed],
            Some(Value::List(needed)) => needed.iter().filter_map(Value::as_reference).collect(),
            _ => Vec::new(),
        }
    }

    /// What the decision on a record names it after, or together with.
    fn edges(&self, record: Reference) -> Vec<(Reference, OrderBy<'a>)> {
        let (Some(decision), Some(list)) = (self.case.decision(record), &self.case.policy.cut_list) else {
            return Vec::new();
        };
        let mut edges = Vec::new();
        for reason in &decision.reasons {
            let Some(rule) = list.rules.iter().position(|rule| rule.place == reason.place) else {
                continue;
            };
            let by = |to: Reference| match reason.kind {
                ReasonKind::Together => Some(OrderBy::Together(rule)),
                _ => (self.rule(record, to) == Some(rule)).then_some(OrderBy::Rule(rule)),
            };
            edges.extend(reason.after.iter().filter_map(|to| Some((*to, by(*to)?))));
        }
        edges
    }

    /// The fewest rules that put a record after another over others in between.
    fn rules(&self, record: Reference, after: Reference) -> Option<Vec<OrderLink<'a>>> {
        let mut reached: indexmap::IndexMap<Reference, Option<(Reference, OrderBy<'a>)>> =
            std::iter::once((record, None)).collect();
        let mut next = 0;
        while let Some((at, _)) = reached.get_index(next).map(|(at, from)| (*at, from.is_some())) {
            next += 1;
            if at == after || next > MOST_LOOKED_AT {
                break;
            }
            for (to, by) in self.edges(at) {
                reached.entry(to).or_insert_with(|| Some((at, by)));
            }
        }
        let mut links = Vec::new();
        let mut at = after;
        while let Some((from, by)) = reached.get(&at)?.clone() {
            links.push(OrderLink {
                record: from,
                after: at,
                by,
            });
            at = from;
        }
        links.reverse();
        Some(links)
    }

    /// The first key of `otherwise by` in which two records differ, and whether it puts the first one after the other.
    fn key(&self, record: Reference, after: Reference) -> Option<(OrderBy<'a>, bool)> {
        let list = self.case.policy.cut_list.as_ref()?;
        let Some(otherwise) = &list.otherwise_by else {
            let rank = |record| {
                let own = self.case.records.own_ancestor(self.case.policy, record)?;
                self.case.decision(own)?.rank
            };
            let (own, other) = (rank(record), rank(after));
            let ordering = own.is_none().cmp(&other.is_none()).then(own.cmp(&other));
            return Some(self.or_record_key(ordering, OrderBy::Rank(own, other), record, after));
        };
        for key in &otherwise.keys {
            let value = |record| self.evaluator.value(&key.value, record);
            let (own, other) = (value(record), value(after));
            let ordering = match (&own, &other) {
                (Some(own), Some(other)) if key.descending => other.cmp(own),
                (Some(own), Some(other)) => own.cmp(other),
                (own, other) => own.is_none().cmp(&other.is_none()),
            };
            if ordering.is_ne() {
                return Some((OrderBy::Key(key, own, other), ordering.is_gt()));
            }
        }
        Some(self.or_record_key(Ordering::Equal, OrderBy::RecordKey, record, after))
    }

    fn or_record_key(
        &self,
        ordering: Ordering,
        by: OrderBy<'a>,
        record: Reference,
        after: Reference,
    ) -> (OrderBy<'a>, bool) {
        if ordering.is_ne() {
            return (by, ordering.is_gt());
        }
        let records = self.case.records;
        (OrderBy::RecordKey, records.key(record) > records.key(after))
    }
}
