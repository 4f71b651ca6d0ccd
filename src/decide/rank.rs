//! The ranking: eligible records in the order of the rank keys.
//!
//! Comes in: the keys of `rank by` and the eligible records. Goes out: ranks, ties with what keeps them, and the key that
//! broke each tie. It never looks at what is unknown about records that a key before has told apart.
//!
//! Invariant: records stand in the order of the ranking, and those of one rank in the order of their keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::reasons::{Context, Named};
use super::{Decision, FactRead, ReasonKind, Status, TieBreak};
use crate::model::{Ground, Rank, RankKey, Reference, Value};

/// How many of the others that share a rank are named at most; of larger ties only the nearest.
const TIED_IN_FULL: usize = 100;
/// How many records are named where there are too many of them.
const NEAREST: usize = 20;

/// Records that are equal in all keys before one.
struct Group {
    start: usize,
    end: usize,
    key: usize,
}

/// Where two neighbours of the ranking part.
#[derive(Clone)]
struct Border {
    /// The key that parts them.
    key: usize,
    /// The end of the group that it parted.
    group_end: usize,
    /// The value of those above the border.
    value: Value,
}

/// A group that stays tied because a key is unknown for some of it.
struct Unbroken {
    start: usize,
    end: usize,
    key: usize,
}

/// The ranking as it is made.
struct Ranking<'c, 'a> {
    context: &'c Context<'a>,
    keys: &'c [RankKey],
    order: Vec<Reference>,
    /// The border below each place, if the next record has another rank.
    borders: Vec<Option<Border>>,
    unbroken: Vec<Unbroken>,
}

/// Ranks the eligible records; returns the ranking.
pub(super) fn rank(context: &Context<'_>, rank: &Rank, decisions: &mut [Decision]) -> Vec<Reference> {
    let Some(first) = rank.keys.first() else {
        return Vec::new();
    };
    let mut order = Vec::new();
    for decision in decisions.iter_mut() {
        if decision.status != Status::Eligible {
            continue;
        }
        if context.evaluator.value(&first.value, decision.record).is_some() {
            order.push(decision.record);
        } else {
            decision.status = Status::Undetermined;
            decision.missing = context.missing(&[&first.value], decision.record);
        }
    }
    let mut ranking = Ranking {
        context,
        keys: &rank.keys,
        borders: vec![None; order.len()],
        order,
        unbroken: Vec::new(),
    };
    ranking.sort();
    ranking.tell_ranks(decisions);
    ranking.tell_tie_breaks(decisions);
    ranking.tell_unbroken(rank, decisions);
    ranking.order
}

impl Ranking<'_, '_> {
    fn sort(&mut self) {
        let mut groups = vec![Group {
            start: 0,
            end: self.order.len(),
            key: 0,
        }];
        while let Some(group) = groups.pop() {
            let Some(key) = self.keys.get(group.key) else {
                continue;
            };
            if group.end - group.start < 2 {
                continue;
            }
            let Some(members) = self.order.get(group.start..group.end) else {
                continue;
            };
            let value = |record: &Reference| self.context.evaluator.value(&key.value, *record);
            let values: Option<Vec<Value>> = members.iter().map(value).collect();
            let Some(values) = values else {
                self.unbroken.push(Unbroken {
                    start: group.start,
                    end: group.end,
                    key: group.key,
                });
                continue;
            };
            let mut sorted: Vec<(Value, Reference)> =
                values.into_iter().zip(members.iter().copied()).collect();
            sorted.sort_by(|(left, a), (right, b)| {
                let by_value = if key.descending {
                    right.cmp(left)
                } else {
                    left.cmp(right)
                };
                let records = self.context.records;
                by_value.then_with(|| records.key(*a).cmp(records.key(*b)))
            });
            let mut start = group.start;
            for equal in sorted.chunk_by(|(left, _), (right, _)| left == right) {
                let end = start + equal.len();
                if let Some(places) = self.order.get_mut(start..end) {
                    for (place, (_, record)) in places.iter_mut().zip(equal) {
                        *place = *record;
                    }
                }
                if let (true, Some((value, _)), Some(border)) =
                    (end < group.end, equal.first(), self.borders.get_mut(end - 1))
                {
                    *border = Some(Border {
                        key: group.key,
                        group_end: group.end,
                        value: value.clone(),
                    });
                }
                groups.push(Group {
                    start,
                    end,
                    key: group.key + 1,
                });
                start = end;
            }
        }
    }

    /// The ends of the stretches of one rank, from the top.
    fn stretches(&self) -> Vec<(usize, usize)> {
        let mut stretches = Vec::new();
        let mut start = 0;
        for (place, border) in self.borders.iter().enumerate() {
            if border.is_some() || place + 1 == self.order.len() {
                stretches.push((start, place + 1));
                start = place + 1;
            }
        }
        stretches
    }

    fn records(&self, start: usize, end: usize) -> &[Reference] {
        self.order.get(start..end).unwrap_or(&[])
    }

    fn tell_ranks(&self, decisions: &mut [Decision]) {
        for (start, end) in self.stretches() {
            let rank = u32::try_from(start + 1).unwrap_or(u32::MAX);
            let members = self.records(start, end);
            for (index, record) in members.iter().enumerate() {
                let Some(decision) = decisions.get_mut(record.row as usize) else {
                    continue;
                };
                decision.status = Status::Ranked;
                decision.rank = Some(rank);
                let near = if members.len() <= TIED_IN_FULL {
                    members
                } else {
                    let from = index.saturating_sub(NEAREST / 2).min(members.len() - NEAREST);
                    members.get(from..from + NEAREST).unwrap_or(&[])
                };
                decision.tied_with = near.iter().copied().filter(|other| other != record).collect();
            }
        }
    }

    fn tell_tie_breaks(&self, decisions: &mut [Decision]) {
        for (start, end) in self.stretches() {
            let border = end.checked_sub(1).and_then(|last| self.borders.get(last));
            let Some(Some(border)) = border else {
                continue;
            };
            let Some(key) = self.keys.get(border.key).filter(|_| border.key > 0) else {
                continue;
            };
            let over = self.records(end, border.group_end.min(end + NEAREST));
            for record in self.records(start, end) {
                if let Some(decision) = decisions.get_mut(record.row as usize) {
                    decision.tie_break = Some(TieBreak {
                        key: Arc::clone(&key.name),
                        value: border.value.clone(),
                        of_type: key.value.of_type.clone(),
                        over: over.to_vec(),
                    });
                }
            }
        }
    }

    /// Says of every member of a tie that a key could not break, what is missing for that.
    fn tell_unbroken(&self, rank: &Rank, decisions: &mut [Decision]) {
        let name: Arc<str> = "rank".into();
        let ground = Ground::default();
        let rule = Named {
            kind: ReasonKind::Tie,
            rule: &name,
            title: None,
            ground: if self.unbroken.is_empty() {
                &ground
            } else {
                &rank.ground
            },
            place: rank.place,
        };
        for group in &self.unbroken {
            let Some(key) = self.keys.get(group.key) else {
                continue;
            };
            let members = self.records(group.start, group.end);
            // What is missing of each; the first ones are told by all others, too.
            let mut gaps: BTreeMap<Reference, Vec<Arc<str>>> = BTreeMap::new();
            let mut first = Vec::new();
            for &record in members {
                if self.context.evaluator.value(&key.value, record).is_none() {
                    gaps.insert(record, self.context.missing(&[&key.value], record));
                    if first.len() < NEAREST {
                        first.push(record);
                    }
                }
            }
            for &record in members {
                let Some(decision) = decisions.get_mut(record.row as usize) else {
                    continue;
                };
                let mut reason = self.context.reason(&rule, record);
                reason.text = Some(Arc::clone(&key.text));
                let own = gaps.contains_key(&record).then_some(record);
                let others = first.iter().copied().filter(|other| *other != record);
                reason.after = others.clone().collect();
                for of in own.into_iter().chain(others) {
                    let names = gaps.get(&of).map_or(&[][..], Vec::as_slice);
                    let names = self.context.beside(names, of, record);
                    reason.facts.extend(self.facts(&key.value, of, record, &names));
                    self.context.add_missing(&mut decision.missing, names, record);
                }
                decision.reasons.push(reason);
            }
        }
    }

    /// The unknown facts among those that a key reads, as `beside` names them.
    fn facts(
        &self,
        key: &crate::model::Expression,
        of: Reference,
        beside: Reference,
        names: &[Arc<str>],
    ) -> Vec<FactRead> {
        let facts = self.context.evaluator.facts(&[key], of).into_iter();
        let renamed = facts.filter_map(|fact| {
            let name = self.context.beside(&[fact.name], of, beside).into_iter().next()?;
            names.contains(&name).then_some(FactRead {
                record: fact.record,
                field: fact.field,
                name,
            })
        });
        renamed.collect()
    }
}
