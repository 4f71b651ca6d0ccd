//! What a policy reads where: whether a question, a criterion or the total moves anything but the ranking's own keys.
//!
//! Comes in: a policy. Goes out: answers about its expressions. It never evaluates one.
//!
//! Invariant: what is read by way of a define, a table, a group or another criterion counts as read.

use std::collections::BTreeSet;

use crate::model::visit::Holder;
use crate::model::{
    CriterionBody, CriterionId, Expression, ExpressionKind, FieldId, Policy, RecordId, Source,
};

/// Something that can be read, and that rests on answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Read {
    Question(FieldId),
    Criterion(CriterionId),
    Define(usize),
    Table(usize),
    Group(usize),
    Total,
}

/// What the rules of a policy read, however far away.
pub(super) struct Reads<'p> {
    policy: &'p Policy,
    /// What each holder reads itself.
    by: Vec<(Read, BTreeSet<Read>)>,
}

impl<'p> Reads<'p> {
    pub(super) fn of(policy: &'p Policy) -> Reads<'p> {
        let mut by: Vec<(Read, BTreeSet<Read>)> = Vec::new();
        policy.expressions(&mut |holder, record, expression| {
            let holder = match holder {
                Holder::Define(index) => Read::Define(index),
                Holder::Table(index) => Read::Table(index),
                Holder::Group(index) => Read::Group(index),
                Holder::Criterion(index) => {
                    Read::Criterion(CriterionId(u32::try_from(index).unwrap_or(u32::MAX)))
                }
                Holder::Rule | Holder::Text => return,
            };
            by.push((holder, direct(policy, record, expression)));
        });
        for (criterion, id) in policy.criteria.iter().zip((0..).map(CriterionId)) {
            if let CriterionBody::Questions(_, questions) = &criterion.body {
                let read = questions.iter().map(|(field, _)| Read::Question(*field));
                by.push((Read::Criterion(id), read.collect()));
            }
        }
        let total = match &policy.score {
            Some(score) => direct(policy, policy.record, &score.value),
            None => (0..policy.criteria.len())
                .filter_map(|index| u32::try_from(index).ok())
                .map(|index| Read::Criterion(CriterionId(index)))
                .collect(),
        };
        by.push((Read::Total, total));
        Reads { policy, by }
    }

    /// All that an expression rests on.
    fn reach(&self, record: RecordId, expression: &Expression) -> BTreeSet<Read> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<Read> = direct(self.policy, record, expression).into_iter().collect();
        while let Some(read) = open.pop() {
            if reached.insert(read) {
                let further = self.by.iter().filter(|(holder, _)| *holder == read);
                open.extend(further.flat_map(|(_, read)| read.iter().copied()));
            }
        }
        reached
    }

    /// Whether an expression rests on the total.
    pub(super) fn total(&self, record: RecordId, expression: &Expression) -> bool {
        self.reach(record, expression).contains(&Read::Total)
    }

    /// Whether a gate rests on the total.
    pub(super) fn gates_read_total(&self) -> bool {
        let own = self.policy.record;
        let conditions = (self.policy.gates.iter()).flat_map(|gate| gate.when.iter().chain([&gate.require]));
        conditions.into_iter().any(|condition| self.total(own, condition))
    }

    /// Whether anything that decides, but the score and the keys of the ranking, rests on the total.
    pub(super) fn rules_read_total(&self) -> bool {
        let mut found = false;
        self.each_rule(&mut |record, expression| found |= self.total(record, expression));
        found
    }

    /// Calls for every expression that decides, but the score and the keys of the ranking.
    fn each_rule(&self, visit: &mut dyn FnMut(RecordId, &'p Expression)) {
        let keys = self.policy.rank.iter().flat_map(|rank| &rank.keys);
        let left_out: Vec<*const Expression> = keys
            .map(|key| &raw const key.value)
            .chain(self.policy.score.iter().map(|score| &raw const score.value))
            .collect();
        self.policy.expressions(&mut |holder, record, expression| {
            if holder == Holder::Rule && !left_out.contains(&(&raw const *expression)) {
                visit(record, expression);
            }
        });
    }

    /// The questions of which every better answer makes the total greater or leaves it, and which nothing else reads but
    /// keys of the ranking after the total; those that a key reads only where a better answer always makes the total greater.
    pub(super) fn plain_questions(&self) -> BTreeSet<FieldId> {
        let own = self.policy.record;
        let mut read = BTreeSet::new();
        self.each_rule(&mut |record, expression| read.extend(self.reach(record, expression)));
        let keys = self.policy.rank.iter().flat_map(|rank| &rank.keys);
        let (mut keyed, mut after_total) = (BTreeSet::new(), false);
        for key in keys {
            if matches!(key.value.kind, ExpressionKind::Total) {
                after_total = true;
            } else if after_total {
                keyed.extend(self.reach(own, &key.value));
            } else {
                read.extend(self.reach(own, &key.value));
            }
        }
        let mut plain = BTreeSet::new();
        if self.policy.score.is_some() {
            return plain;
        }
        for (criterion, id) in self.policy.criteria.iter().zip((0..).map(CriterionId)) {
            let CriterionBody::Questions(aggregation, questions) = &criterion.body else {
                continue;
            };
            // What rests on the criterion may fall where it rises.
            let rests = |(holder, reads): &(Read, BTreeSet<Read>)| {
                *holder != Read::Total && reads.contains(&Read::Criterion(id))
            };
            if self.by.iter().any(rests) {
                continue;
            }
            for (field, weight) in questions {
                let others = self.by.iter().any(|(holder, reads)| {
                    *holder != Read::Criterion(id) && reads.contains(&Read::Question(*field))
                });
                let question = Read::Question(*field);
                let strict = !weight.is_zero()
                    && !criterion.weight.is_zero()
                    && !matches!(
                        aggregation,
                        crate::model::Aggregation::Least | crate::model::Aggregation::Greatest
                    );
                if !others && !read.contains(&question) && (strict || !keyed.contains(&question)) {
                    plain.insert(*field);
                }
            }
        }
        plain
    }
}

/// What an expression reads itself. A question of another record counts as one of the record at hand.
fn direct(policy: &Policy, record: RecordId, expression: &Expression) -> BTreeSet<Read> {
    let mut read = BTreeSet::new();
    expression.visit(record, &mut |of, part| {
        let found = match &part.kind {
            ExpressionKind::Field(field) if of == policy.record => {
                let is_question = policy.field(of, *field).question_of.is_some();
                is_question.then_some(Read::Question(*field))
            }
            ExpressionKind::Define(id) => Some(Read::Define(id.index())),
            ExpressionKind::Table(id) | ExpressionKind::Apply(id, _) => Some(Read::Table(id.index())),
            ExpressionKind::Group(id) => Some(Read::Group(id.index())),
            ExpressionKind::Criterion(id) => Some(Read::Criterion(*id)),
            ExpressionKind::Total => Some(Read::Total),
            ExpressionKind::Aggregate(aggregate) => match aggregate.source {
                Source::Questions(id) => Some(Read::Criterion(id)),
                _ => None,
            },
            _ => None,
        };
        read.extend(found);
    });
    read
}
