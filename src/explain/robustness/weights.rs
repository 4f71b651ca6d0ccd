//! For each criterion what its weight may be before something changes, the other weights rescaled to the same sum.
//!
//! Comes in: a case and its board. Goes out: intervals with exact ends. It never judges by the totals alone: they say where
//! two records come level, and what happens there and between is decided again.
//!
//! Between two points where totals come level, nothing can change: the order of all totals is the same there. So one
//! decision between two points stands for all that lies between.
//!
//! Invariant: the present weight lies in each interval.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::board::Board;
use super::{NotTold, Standings, decided, reweighted};
use crate::explain::Case;
use crate::explain::reads::of_rules;
use crate::model::{CriterionId, Number, Reference};

/// What the weight of a criterion may be.
#[derive(Debug, Clone)]
pub struct WeightIntervals {
    /// The criterion.
    pub criterion: CriterionId,
    /// Its weight.
    pub weight: Number,
    /// The sum of all weights, which stays.
    pub sum: Number,
    /// Where every record keeps its rank.
    pub ranking: Stretch,
    /// Where the same records are first.
    pub first: Stretch,
    /// Where every record ends as it does now: ranked, excluded, kept, cut.
    pub kept: Result<Stretch, NotTold>,
}

/// A stretch of weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Its low end.
    pub low: End,
    /// Its high end.
    pub high: End,
}

/// An end of a stretch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The weight.
    pub at: Number,
    /// Whether it belongs to the stretch itself: there, the tie-break or a shared rank may leave all as it is.
    pub included: bool,
    /// What ends the stretch.
    pub limit: Limit,
}

/// What ends a stretch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    /// A weight cannot be below 0, nor above the sum of all.
    Edge,
    /// Beyond it something changes for these records.
    Changes(Vec<Reference>),
    /// Further was not looked.
    NotLookedFurther,
}

impl Stretch {
    /// Whether it holds every weight that the criterion can have.
    pub fn is_whole(&self) -> bool {
        self.low.limit == Limit::Edge && self.high.limit == Limit::Edge
    }
}

/// How many points are passed at most before it is said that further was not looked: for few records many, for many few.
fn patience(records: usize) -> usize {
    (8_000 / records.max(1)).clamp(8, 200)
}

pub(super) fn intervals(case: &Case<'_>, board: &Board) -> Result<Vec<WeightIntervals>, NotTold> {
    let weights: Vec<Number> = case
        .policy
        .criteria
        .iter()
        .map(|one| one.weight.clone())
        .collect();
    if weights.iter().filter(|weight| !weight.is_zero()).count() < 2 {
        return Err(NotTold::OneCriterion);
    }
    let sum = weights
        .iter()
        .try_fold(Number::zero(), |sum, weight| sum.add(weight));
    let sum = sum.ok_or(NotTold::NumbersTooLong)?;
    let kept_is_told = !of_rules(case.policy).total();
    let mut intervals = Vec::new();
    for (weight, index) in weights.iter().zip(0..) {
        let of = Of::new(case, board, &weights, &sum, index).ok_or(NotTold::NumbersTooLong)?;
        let mut decided = Decided {
            of: &of,
            known: BTreeMap::new(),
            base: Standings::of(case.decisions),
        };
        let steps = patience(case.decisions.decisions.len());
        let told = |stretch: Option<Stretch>| stretch.ok_or(NotTold::NumbersTooLong);
        intervals.push(WeightIntervals {
            criterion: CriterionId(index),
            weight: weight.clone(),
            sum: sum.clone(),
            ranking: told(
                decided.stretch(steps, &|at, up| of.next_level(at, up), &|base, now| {
                    base.differing(now, |(_, rank, _)| *rank)
                }),
            )?,
            first: told(
                decided.stretch(steps, &|at, up| of.next_level_with_first(at, up), &|base, now| {
                    base.differing(now, |(_, rank, _)| *rank == Some(1))
                }),
            )?,
            kept: if kept_is_told {
                told(
                    decided.stretch(steps, &|at, up| of.next_level(at, up), &|base, now| {
                        base.differing(now, |(_, _, status)| *status)
                    }),
                )
            } else {
                Err(NotTold::RulesReadTotal)
            },
        });
    }
    Ok(intervals)
}

/// A total as the weight of one criterion moves: `at_zero + slope · weight`, the better the greater.
struct Line {
    class: u32,
    at_zero: Number,
    slope: Number,
    is_first: bool,
}

impl Line {
    fn at(&self, weight: &Number) -> Option<Number> {
        self.at_zero.add(&self.slope.multiply(weight)?)
    }

    /// Where two lines meet, if they do in one point.
    fn meets(&self, other: &Line) -> Option<Number> {
        let slope = self.slope.subtract(&other.slope)?;
        other.at_zero.subtract(&self.at_zero)?.divide(&slope)
    }
}

/// What moves with the weight of a criterion.
struct Of<'a> {
    case: &'a Case<'a>,
    weights: &'a [Number],
    sum: &'a Number,
    index: u32,
    lines: Vec<Line>,
}

impl<'a> Of<'a> {
    fn new(
        case: &'a Case<'a>,
        board: &Board,
        weights: &'a [Number],
        sum: &'a Number,
        index: u32,
    ) -> Option<Of<'a>> {
        let own = weights.get(index as usize)?;
        let rest = sum.subtract(own)?;
        let mut lines = Vec::new();
        for row in board.rows.iter().filter(|row| !row.open) {
            let mut others = Number::zero();
            for (value, (weight, at)) in row.values.iter().zip(weights.iter().zip(0..)) {
                if at != index {
                    others = others.add(&value.multiply(weight)?)?;
                }
            }
            // The others together weigh sum − weight, spread as they are now (or evenly, where they weigh nothing).
            let mean = others.divide(&rest).unwrap_or_else(Number::zero);
            let value = row.values.get(index as usize)?;
            let (mut at_zero, mut slope) = (mean.multiply(sum)?, value.subtract(&mean)?);
            if !board.descending {
                (at_zero, slope) = (at_zero.negate(), slope.negate());
            }
            lines.push(Line {
                class: row.class,
                at_zero,
                slope,
                is_first: case.decision(row.record).and_then(|decision| decision.rank) == Some(1),
            });
        }
        Some(Of {
            case,
            weights,
            sum,
            index,
            lines,
        })
    }

    /// All weights where this one has another.
    fn weights_at(&self, weight: &Number) -> Option<Vec<Number>> {
        let own = self.weights.get(self.index as usize)?;
        let rest = self.sum.subtract(own)?;
        let left = self.sum.subtract(weight)?;
        let one = |(of, at): (&Number, u32)| {
            if at == self.index {
                Some(weight.clone())
            } else if rest.is_zero() {
                Some(of.clone())
            } else {
                of.multiply(&left)?.divide(&rest)
            }
        };
        self.weights.iter().zip(0..).map(one).collect()
    }

    /// The nearest weight beyond one where two totals come level that are not level between.
    fn next_level(&self, at: &Number, up: bool) -> Option<Number> {
        let mut totals = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            totals.push((line.class, line.at(at)?, line));
        }
        // As they stand just beyond: of equal totals first the one that grows, in the direction at hand.
        totals.sort_by(|(class, total, line), (other_class, other_total, other)| {
            let by_slope = other.slope.cmp(&line.slope);
            let by_slope = if up { by_slope } else { by_slope.reverse() };
            (class.cmp(other_class))
                .then_with(|| other_total.cmp(total))
                .then(by_slope)
        });
        let pairs = totals.windows(2).filter_map(|pair| match pair {
            [(class, _, one), (other_class, _, other)] if class == other_class => one.meets(other),
            _ => None,
        });
        nearest(pairs, at, up)
    }

    /// The nearest weight beyond one where the total of a record that is first now comes level with another.
    fn next_level_with_first(&self, at: &Number, up: bool) -> Option<Number> {
        let first = self.lines.iter().filter(|line| line.is_first);
        let levels = first.flat_map(|line| {
            let others = self.lines.iter().filter(|other| other.class == line.class);
            others.filter_map(|other| line.meets(other))
        });
        nearest(levels, at, up)
    }
}

/// The nearest of several numbers that lies beyond one.
fn nearest(of: impl Iterator<Item = Number>, at: &Number, up: bool) -> Option<Number> {
    let (beyond, nearer) = if up {
        (Ordering::Greater, Ordering::Less)
    } else {
        (Ordering::Less, Ordering::Greater)
    };
    of.filter(|number| number.cmp(at) == beyond)
        .reduce(|one, other| if other.cmp(&one) == nearer { other } else { one })
}

/// What was decided for weights so far.
struct Decided<'a> {
    of: &'a Of<'a>,
    known: BTreeMap<Number, Option<Standings>>,
    base: Standings,
}

type Next<'a> = &'a dyn Fn(&Number, bool) -> Option<Number>;
type Look<'a> = &'a dyn Fn(&Standings, &Standings) -> Vec<Reference>;

impl Decided<'_> {
    fn stretch(&mut self, steps: usize, next: Next<'_>, look: Look<'_>) -> Option<Stretch> {
        Some(Stretch {
            low: self.end(steps, next, look, false)?,
            high: self.end(steps, next, look, true)?,
        })
    }

    /// Walks from the present weight in one direction until something changes.
    fn end(&mut self, steps: usize, next: Next<'_>, look: Look<'_>, up: bool) -> Option<End> {
        let edge = if up { self.of.sum.clone() } else { Number::zero() };
        let mut at = self.of.weights.get(self.of.index as usize)?.clone();
        for _ in 0..steps {
            if at == edge {
                break;
            }
            let within = |point: &Number| if up { *point < edge } else { *point > edge };
            let to = next(&at, up).filter(within).unwrap_or_else(|| edge.clone());
            let middle = at.add(&to)?.divide(&Number::from_integer(2))?;
            if let Some(changed) = self.changed(&middle, look)? {
                return Some(End {
                    at,
                    included: true,
                    limit: Limit::Changes(changed),
                });
            }
            if let Some(changed) = self.changed(&to, look)? {
                return Some(End {
                    at: to,
                    included: false,
                    limit: Limit::Changes(changed),
                });
            }
            at = to;
        }
        let limit = if at == edge {
            Limit::Edge
        } else {
            Limit::NotLookedFurther
        };
        Some(End {
            at,
            included: true,
            limit,
        })
    }

    /// The records for which something is otherwise at a weight. Where nothing can be decided there, that is a change for
    /// all.
    fn changed(&mut self, weight: &Number, look: Look<'_>) -> Option<Option<Vec<Reference>>> {
        if !self.known.contains_key(weight) {
            let policy = reweighted(self.of.case.policy, &self.of.weights_at(weight)?);
            let standings = decided(&policy, self.of.case.records, self.of.case);
            self.known.insert(weight.clone(), standings);
        }
        let Some(Some(now)) = self.known.get(weight) else {
            return Some(Some(Vec::new()));
        };
        let changed = look(&self.base, now);
        Some((!changed.is_empty()).then_some(changed))
    }
}
