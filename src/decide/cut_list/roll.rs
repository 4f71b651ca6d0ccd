//! Who takes part in the cut list, and what its rules ask about them.
//!
//! Comes in: who might take part. Goes out: the participants in the data's order, numbered from 0, with the groups they are
//! in, what they need, and in which class each rule counts them. It never orders and never counts.
//!
//! Invariant: of a participant every group that the list uses is known; nobody it needs is excluded or out.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;

use super::super::participation::Part;
use super::super::reasons::Context;
use crate::model::{
    CutList, Expression, ExpressionKind, FieldId, GroupId, OrderRuleKind, RecordId, Reference, Value,
};

/// The participants of a cut list. Lists over them are by number.
pub(super) struct Roll<'c, 'a> {
    pub(super) context: &'c Context<'a>,
    pub(super) list: &'a CutList,
    /// How every record of the type stands to the list, by row.
    pub(super) parts: Vec<Part>,
    /// For a record that is out because of what it needs: the rule, and what it needs.
    pub(super) out_by: BTreeMap<u32, (usize, Reference)>,
    /// The participants.
    pub(super) items: Vec<Reference>,
    /// What they need, as far as it takes part.
    pub(super) needs: Vec<Vec<Need>>,
    /// What else they need that is undetermined, and the fields of `needs` that are unknown.
    pub(super) open_needs: Vec<Vec<OpenNeed>>,
    groups: Groups<'a>,
    /// The classes of every `within` that was asked for, by what is written there.
    within: RefCell<Vec<(Option<&'a Expression>, Rc<Classes>)>>,
}

/// A participant that another one needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need {
    /// The index of the rule in the cut list.
    pub(super) rule: usize,
    /// The participant needed.
    pub(super) item: usize,
}

/// Something needed of which it is unknown whether it is there.
#[derive(Debug, Clone)]
pub(super) enum OpenNeed {
    /// A record that is undetermined and takes no part.
    Record {
        /// The index of the rule in the cut list.
        rule: usize,
        /// The record.
        record: Reference,
    },
    /// The field that would say what is needed is unknown.
    Field(FieldId),
}

/// The class in which a rule counts each participant.
#[derive(Clone)]
pub(super) struct Classes {
    /// By participant; `None` is unknown.
    pub(super) of: Vec<Option<u32>>,
    /// The values of the classes, in the order in which the data shows them; empty without `within`.
    pub(super) values: Vec<Value>,
}

impl Classes {
    /// How many classes there are.
    pub(super) fn len(&self) -> usize {
        self.values.len().max(1)
    }
}

/// Every condition that the list uses, each once, with the participants for which it holds.
#[derive(Default)]
struct Groups<'a> {
    conditions: Vec<&'a Expression>,
    named: BTreeMap<GroupId, usize>,
    membership: Vec<Vec<usize>>,
    rules: Vec<Vec<usize>>,
    holds: Vec<Vec<bool>>,
}

impl<'a> Groups<'a> {
    fn of(list: &'a CutList) -> Groups<'a> {
        let mut groups = Groups::default();
        for clause in &list.membership {
            let members = clause
                .members
                .iter()
                .map(|(_, condition)| groups.number(condition));
            let members = members.collect();
            groups.membership.push(members);
        }
        for rule in &list.rules {
            let used: Vec<&Expression> = match &rule.kind {
                OrderRuleKind::Place(after, before, _) | OrderRuleKind::Prefer(after, before, _) => {
                    vec![&after.condition, &before.condition]
                }
                OrderRuleKind::CutFirst(tiers) | OrderRuleKind::KeepFirst(tiers) => {
                    tiers.iter().map(|tier| &tier.condition).collect()
                }
                OrderRuleKind::AllOrNothing(group, _) => group.iter().map(|group| &group.condition).collect(),
                OrderRuleKind::Needs(_) => Vec::new(),
            };
            let used = used
                .into_iter()
                .map(|condition| groups.number(condition))
                .collect();
            groups.rules.push(used);
        }
        groups
    }

    fn number(&mut self, condition: &'a Expression) -> usize {
        let next = self.conditions.len();
        if let ExpressionKind::Group(group) = condition.kind {
            let known = *self.named.entry(group).or_insert(next);
            if known < next {
                return known;
            }
        }
        self.conditions.push(condition);
        next
    }
}

impl<'c, 'a> Roll<'c, 'a> {
    /// Calls the roll.
    pub(super) fn call(context: &'c Context<'a>, list: &'a CutList, mut parts: Vec<Part>) -> Roll<'c, 'a> {
        let all: Vec<Reference> = context.records.all(list.record).collect();
        let needed = needed(context, list, &all);
        let out_by = drop_dependents(&needed, &mut parts);
        let mut groups = Groups::of(list);
        let mut item_of: Vec<Option<usize>> = vec![None; all.len()];
        let mut items = Vec::new();
        let is_asked = |(_, part): &(&Reference, &Part)| !matches!(part, Part::Excluded | Part::Out);
        let asked = all.iter().zip(&parts).filter(is_asked);
        let asked: Vec<Reference> = asked.map(|(record, _)| *record).collect();
        let conditions = groups.conditions.iter();
        let truths: Vec<Vec<Option<bool>>> = conditions
            .map(|condition| context.evaluator.truths(condition, &asked))
            .collect();
        let mut takes_part = vec![false; asked.len()];
        for ((index, record), takes_part) in asked.iter().enumerate().zip(&mut takes_part) {
            let row = record.row as usize;
            let (Some(part), Some(item_of)) = (parts.get_mut(row), item_of.get_mut(row)) else {
                continue;
            };
            let is_open = |truths: &Vec<Option<bool>>| truths.get(index) == Some(&None);
            let open = groups.conditions.iter().zip(&truths);
            let open = open.filter(|(_, truths)| is_open(truths));
            let open: Vec<&Expression> = open.map(|(condition, _)| *condition).collect();
            if !open.is_empty() {
                let mut missing = if let Part::Undetermined(missing) = part {
                    std::mem::take(missing)
                } else {
                    Vec::new()
                };
                context.add_missing(&mut missing, context.missing(&open, *record), *record);
                *part = Part::Undetermined(missing);
            }
            if *part == Part::In {
                *item_of = Some(items.len());
                *takes_part = true;
                items.push(*record);
            }
        }
        let of_items = |truths: Vec<Option<bool>>| {
            let taking_part = truths.into_iter().zip(&takes_part).filter(|(_, takes)| **takes);
            taking_part.map(|(truth, _)| truth == Some(true)).collect()
        };
        groups.holds = truths.into_iter().map(of_items).collect();
        let (needs, open_needs) = numbered(&needed, &items, &item_of, &parts, list.record);
        Roll {
            context,
            list,
            parts,
            out_by,
            items,
            needs,
            open_needs,
            groups,
            within: RefCell::default(),
        }
    }

    /// The members of a condition of a `may cut` or `protect` clause.
    pub(super) fn members(&self, clause: usize) -> impl Iterator<Item = &[bool]> {
        let conditions = self.groups.membership.get(clause).map_or(&[][..], Vec::as_slice);
        conditions.iter().map(|condition| self.holding(*condition))
    }

    /// The members of a group that a rule names, by the group's place in the rule.
    pub(super) fn group(&self, rule: usize, index: usize) -> &[bool] {
        let condition = self.condition(rule, index);
        condition.map_or(&[], |condition| self.holding(condition))
    }

    /// The number of the condition of a group that a rule names: rules that name the same one share it.
    pub(super) fn condition(&self, rule: usize, index: usize) -> Option<usize> {
        self.groups.rules.get(rule)?.get(index).copied()
    }

    /// The participants for which a condition holds.
    pub(super) fn holding(&self, condition: usize) -> &[bool] {
        self.groups.holds.get(condition).map_or(&[], Vec::as_slice)
    }

    /// What each participant needs, by number; empty where nobody needs anything.
    pub(super) fn needed(&self) -> Vec<Vec<usize>> {
        if self.needs.iter().all(Vec::is_empty) {
            return Vec::new();
        }
        let items = |needs: &Vec<Need>| needs.iter().map(|need| need.item).collect();
        self.needs.iter().map(items).collect()
    }

    /// The record of a participant.
    pub(super) fn record(&self, item: usize) -> Reference {
        self.items.get(item).copied().unwrap_or(Reference {
            record: self.list.record,
            row: u32::MAX,
        })
    }

    /// The key of a participant.
    pub(super) fn key(&self, item: usize) -> &Arc<str> {
        self.context.records.key(self.record(item))
    }

    /// The classes of a rule's `within`; made once for all rules that say the same.
    pub(super) fn classes(&self, within: Option<&'a Expression>) -> Rc<Classes> {
        let says_the_same = |(known, _): &&(Option<&Expression>, _)| match (known, within) {
            (None, None) => true,
            (Some(known), Some(within)) => is_same(known, within),
            _ => false,
        };
        if let Some((_, classes)) = self.within.borrow().iter().find(says_the_same) {
            return Rc::clone(classes);
        }
        let classes = Rc::new(within.map_or_else(
            || Classes {
                of: vec![Some(0); self.items.len()],
                values: Vec::new(),
            },
            |within| self.classes_by(within),
        ));
        self.within.borrow_mut().push((within, Rc::clone(&classes)));
        classes
    }

    fn classes_by(&self, within: &Expression) -> Classes {
        let mut numbers: IndexMap<Value, u32> = IndexMap::new();
        let class = |record: &Reference| {
            let value = self.context.evaluator.value(within, *record)?;
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            Some(*numbers.entry(value).or_insert(next))
        };
        Classes {
            of: self.items.iter().map(class).collect(),
            values: numbers.into_keys().collect(),
        }
    }
}

/// Whether two expressions say the same; where that is not plain to see, they may, too.
fn is_same(one: &Expression, other: &Expression) -> bool {
    match (&one.kind, &other.kind) {
        (ExpressionKind::Field(one), ExpressionKind::Field(other)) => one == other,
        (ExpressionKind::Define(one), ExpressionKind::Define(other)) => one == other,
        (ExpressionKind::Table(one), ExpressionKind::Table(other)) => one == other,
        (ExpressionKind::This, ExpressionKind::This) | (ExpressionKind::Parent, ExpressionKind::Parent) => {
            true
        }
        (ExpressionKind::Follow(one, value), ExpressionKind::Follow(other, other_value)) => {
            is_same(one, other) && is_same(value, other_value)
        }
        _ => false,
    }
}

/// What each record needs by each `needs` rule; `None` where the field is unknown.
type Needed = Vec<(usize, FieldId, Vec<Option<Vec<Reference>>>)>;

fn needed(context: &Context<'_>, list: &CutList, all: &[Reference]) -> Needed {
    let mut needed = Vec::new();
    for (rule, written) in list.rules.iter().enumerate() {
        let OrderRuleKind::Needs(field) = written.kind else {
            continue;
        };
        let of = |record: &Reference| match context.records.fact(*record, field).value.as_ref()? {
            Value::List(list) => Some(list.iter().filter_map(Value::as_reference).collect()),
            value => Some(value.as_reference().into_iter().collect()),
        };
        needed.push((rule, field, all.iter().map(of).collect()));
    }
    needed
}

/// Puts out what needs a record that is excluded or out, and what needs that, and so on; returns why.
fn drop_dependents(needed: &Needed, parts: &mut [Part]) -> BTreeMap<u32, (usize, Reference)> {
    let mut out_by = BTreeMap::new();
    if needed.is_empty() {
        return out_by;
    }
    let mut dependents: Vec<Vec<(usize, usize)>> = vec![Vec::new(); parts.len()];
    for (rule, _, by_row) in needed {
        for (row, needs) in by_row.iter().enumerate() {
            for need in needs.iter().flatten() {
                if let Some(list) = dependents.get_mut(need.row as usize) {
                    list.push((row, *rule));
                }
            }
        }
    }
    let is_gone = |part: &Part| matches!(part, Part::Excluded | Part::Out);
    let gone = parts.iter().enumerate().filter(|(_, part)| is_gone(part));
    let mut gone: VecDeque<usize> = gone.map(|(row, _)| row).collect();
    while let Some(row) = gone.pop_front() {
        for (dependent, rule) in dependents.get(row).into_iter().flatten() {
            let Some(part) = parts.get_mut(*dependent).filter(|part| !is_gone(part)) else {
                continue;
            };
            *part = Part::Out;
            let (dependent_row, row) = (u32::try_from(*dependent), u32::try_from(row));
            let need = needed
                .iter()
                .flat_map(|(_, _, by_row)| by_row.get(*dependent).into_iter().flatten().flatten())
                .find(|need| Ok(need.row) == row);
            if let (Ok(dependent_row), Some(need)) = (dependent_row, need) {
                out_by.insert(dependent_row, (*rule, *need));
            }
            gone.push_back(*dependent);
        }
    }
    out_by
}

/// What participants need, by number.
fn numbered(
    needed: &Needed,
    items: &[Reference],
    item_of: &[Option<usize>],
    parts: &[Part],
    record: RecordId,
) -> (Vec<Vec<Need>>, Vec<Vec<OpenNeed>>) {
    let mut needs = vec![Vec::new(); items.len()];
    let mut open_needs = vec![Vec::new(); items.len()];
    for (rule, field, by_row) in needed {
        for ((item, needs), open) in items.iter().zip(&mut needs).zip(&mut open_needs) {
            let Some(Some(list)) = by_row.get(item.row as usize) else {
                open.push(OpenNeed::Field(*field));
                continue;
            };
            for need in list.iter().filter(|need| need.record == record) {
                let row = need.row as usize;
                match (item_of.get(row), parts.get(row)) {
                    (Some(Some(item)), _) => needs.push(Need {
                        rule: *rule,
                        item: *item,
                    }),
                    (_, Some(Part::Undetermined(_))) => open.push(OpenNeed::Record {
                        rule: *rule,
                        record: *need,
                    }),
                    _ => {}
                }
            }
        }
    }
    (needs, open_needs)
}
