//! For neighbours in the ranking the smallest change of one answer that swaps them.
//!
//! Comes in: a case. Goes out: for each pair a record, a question and another answer. It never changes more than one answer.
//!
//! Changes of different questions are compared by the part of the question's range that they go through. Ends of what can be
//! answered are kept to: scales, ranges, steps.
//!
//! Invariant: with the change that is shown, deciding again puts the lower record before the upper one.

use super::vector::{Keys, evaluator};
use super::{NotTold, decided};
use crate::data::Records;
use crate::decide::gate_outcome;
use crate::explain::Case;
use crate::explain::change::set_fact;
use crate::explain::domain::Extent;
use crate::explain::reads::plain_questions;
use crate::model::{CriterionBody, FieldId, Number, Rank, Reference, Value};

/// The most neighbours that are looked at, from the top.
pub const MOST: usize = 100;
/// The most answers that are tried one by one where more do not surely mean more.
const TRIED: usize = 200;
/// How many of the smallest changes are decided again before it is said that there is none.
const DECIDED: usize = 8;

/// The neighbours in the ranking.
#[derive(Debug, Clone)]
pub struct Swaps {
    /// How many pairs of neighbours there are; only the first [`MOST`] are looked at.
    pub neighbours: usize,
    /// The pairs, from the top.
    pub pairs: Vec<Swap>,
}

/// Two neighbours.
#[derive(Debug, Clone)]
pub struct Swap {
    /// The upper one.
    pub above: Reference,
    /// The lower one.
    pub below: Reference,
    /// The smallest change that swaps them; none where no single answer can.
    pub change: Option<AnswerChange>,
    /// Whether all answers were looked at; else a smaller change, or one at all, may be among the others.
    pub all_tried: bool,
}

/// What came of looking at the answers to one question.
enum Found {
    Change(Box<AnswerChange>),
    /// None of them swaps the two.
    Nothing,
    /// Not all could be tried.
    Unsure,
}

/// Another answer to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerChange {
    /// The record.
    pub record: Reference,
    /// The question.
    pub field: FieldId,
    /// The answer.
    pub from: Number,
    /// The other answer.
    pub to: Number,
    /// Whether that answer swaps them; else every answer a little further does, and that one brings them level.
    pub included: bool,
    /// The part of the question's range between the two; the distance itself where the range has no ends.
    pub share: Number,
    /// An answer that was decided on again.
    tried: Number,
}

pub(super) fn swaps(case: &Case<'_>) -> Result<Swaps, NotTold> {
    let rank = case.policy.rank.as_ref().ok_or(NotTold::NoRanking)?;
    let questions: Vec<FieldId> = case
        .policy
        .criteria
        .iter()
        .filter_map(|criterion| match &criterion.body {
            CriterionBody::Questions(_, questions) => Some(questions.iter().map(|(field, _)| *field)),
            CriterionBody::Value(_) => None,
        })
        .flatten()
        .collect();
    if questions.is_empty() {
        return Err(NotTold::NoQuestions);
    }
    if case.decisions.ranking.is_empty() {
        return Err(NotTold::NothingRanked);
    }
    let plain = plain_questions(case.policy);
    let mut look = Look {
        case,
        rank,
        records: case.records.clone(),
    };
    let ranking = &case.decisions.ranking;
    let mut pairs = Vec::new();
    for pair in ranking.windows(2).take(MOST) {
        let &[above, below] = pair else { continue };
        let (mut changes, mut all_tried) = (Vec::new(), true);
        // A better answer of the lower one comes before a worse one of the upper one, where both are as small.
        for changed in [below, above] {
            for field in &questions {
                for up in [true, false] {
                    let plain = plain.contains(field);
                    match look.smallest(above, below, changed, *field, up, plain) {
                        Found::Change(change) => changes.push(*change),
                        Found::Nothing => {}
                        Found::Unsure => all_tried = false,
                    }
                }
            }
        }
        changes.sort_by(|one, other| one.share.cmp(&other.share));
        // Those past these are larger than one that is found among these.
        let are_more = changes.len() > DECIDED;
        changes.truncate(DECIDED);
        let change = changes
            .into_iter()
            .find(|change| look.swaps_decided(above, below, change));
        all_tried &= change.is_some() || !are_more;
        pairs.push(Swap {
            above,
            below,
            all_tried: all_tried || change.as_ref().is_some_and(|change| change.share.is_zero()),
            change,
        });
    }
    Ok(Swaps {
        neighbours: ranking.len().saturating_sub(1),
        pairs,
    })
}

struct Look<'a> {
    case: &'a Case<'a>,
    rank: &'a Rank,
    records: Records,
}

impl Look<'_> {
    /// Whether the lower one would stand before the upper one with another answer.
    fn swapped(
        &mut self,
        above: Reference,
        below: Reference,
        of: Reference,
        field: FieldId,
        to: &Number,
    ) -> bool {
        let before = set_fact(&mut self.records, of, field, Some(Value::Number(to.clone())));
        let evaluator = evaluator(self.case, &self.records);
        let keys = |record| Keys::of(&evaluator, self.rank, record);
        let mut gates = self.case.policy.gates.iter();
        let swapped = keys(below).is_before(&keys(above), self.rank)
            && gates.all(|gate| gate_outcome(&evaluator, gate, of).lets_through() == Some(true));
        drop(evaluator);
        set_fact(&mut self.records, of, field, before);
        swapped
    }

    /// The smallest change of an answer in one direction. `plain`: the further it goes, the more it does.
    fn smallest(
        &mut self,
        above: Reference,
        below: Reference,
        of: Reference,
        field: FieldId,
        up: bool,
        plain: bool,
    ) -> Found {
        let policy = self.case.policy;
        let from = self
            .records
            .fact(of, field)
            .value
            .as_ref()
            .and_then(Value::as_number)
            .cloned();
        let Some(from) = from else {
            return Found::Nothing;
        };
        let domain = Extent::of(policy, policy.field(of.record, field));
        let change = |(to, included, tried): (Number, bool, Number)| {
            let distance = to.subtract(&from)?.abs();
            let width = domain.ends().and_then(|(low, high)| high.subtract(&low));
            let share = width
                .and_then(|width| distance.divide(&width))
                .unwrap_or(distance);
            Some(AnswerChange {
                record: of,
                field,
                from: from.clone(),
                to,
                included,
                share,
                tried,
            })
        };
        let change = |found| change(found).map_or(Found::Unsure, |change| Found::Change(Box::new(change)));
        let mut swapped = |to: &Number| self.swapped(above, below, of, field, to);
        let Some(beyond) = domain.beyond(&from, up) else {
            // Any number can be answered.
            let end = domain.end(up);
            if end
                .as_ref()
                .is_some_and(|end| *end == from || plain && !swapped(end))
            {
                return Found::Nothing;
            }
            let other = if of == above { below } else { above };
            let level = plain.then(|| self.level(of, other, field, &from, up)).flatten();
            let to = match level {
                Some(to) if (if up { to >= from } else { to <= from }) => to,
                // Further in this direction they only get further apart.
                Some(_) => return Found::Nothing,
                None => return Found::Unsure,
            };
            if self.swapped(above, below, of, field, &to) {
                return change((to.clone(), true, to));
            }
            let one = if up { Number::one() } else { Number::one().negate() };
            let further = match &end {
                Some(end) => to.add(end).and_then(|sum| sum.divide(&Number::from_integer(2))),
                None => to.add(&one),
            };
            return match further {
                Some(further) if self.swapped(above, below, of, field, &further) => {
                    change((to, false, further))
                }
                _ => Found::Unsure,
            };
        };
        let mut does = |index: usize| beyond.get(index).is_some_and(|to| swapped(&to));
        let found = if plain {
            let Some(last) = beyond.len().checked_sub(1) else {
                return Found::Nothing;
            };
            if !does(last) {
                return if beyond.is_all() {
                    Found::Nothing
                } else {
                    Found::Unsure
                };
            }
            let (mut low, mut high) = (0, last);
            while low < high {
                let middle = low + (high - low) / 2;
                if does(middle) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            Some(high)
        } else {
            (0..beyond.len().min(TRIED)).find(|index| does(*index))
        };
        match found.and_then(|found| beyond.get(found)) {
            Some(to) => change((to.clone(), true, to)),
            None if beyond.is_all() && beyond.len() <= TRIED => Found::Nothing,
            None => Found::Unsure,
        }
    }

    /// Where any number can be answered: the answer that brings the total of one level with that of the other, if the total
    /// moves evenly with it.
    fn level(
        &mut self,
        of: Reference,
        other: Reference,
        field: FieldId,
        from: &Number,
        up: bool,
    ) -> Option<Number> {
        let mut total = |to: &Number, record: Reference| {
            let before = set_fact(&mut self.records, of, field, Some(Value::Number(to.clone())));
            let total = evaluator(self.case, &self.records).total(record);
            set_fact(&mut self.records, of, field, before);
            total
        };
        let step = if up { Number::one() } else { Number::one().negate() };
        let further = from.add(&step)?;
        let (now, then) = (total(from, of)?, total(&further, of)?);
        let wanted = total(from, other)?;
        let steps = wanted.subtract(&now)?.divide(&then.subtract(&now)?)?;
        let to = from.add(&step.multiply(&steps)?)?;
        (total(&to, of)? == wanted).then_some(to)
    }

    /// Whether deciding again with a change puts the lower one before the upper one.
    fn swaps_decided(&mut self, above: Reference, below: Reference, change: &AnswerChange) -> bool {
        let to = Some(Value::Number(change.tried.clone()));
        let before = set_fact(&mut self.records, change.record, change.field, to);
        let standings = decided(self.case.policy, &self.records, self.case);
        set_fact(&mut self.records, change.record, change.field, before);
        let ranks = standings.and_then(|standings| standings.rank(below).zip(standings.rank(above)));
        ranks.is_some_and(|(below, above)| below < above)
    }
}
