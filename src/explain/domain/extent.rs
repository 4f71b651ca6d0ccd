//! What a field may hold: its values one by one where they can be counted, else its ends.
//!
//! Comes in: a field, or its type or bounds. Goes out: values that fit it. It never reads data or rules.
//!
//! An answer on a scale is one of its levels, although data may also say a number between two of them.
//!
//! Invariant: every value it gives fits the field.

use crate::model::{Bounds, Field, Number, Policy, Type, Value};

/// What a field may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::explain) enum Extent {
    /// These values, numbers in rising order.
    Values(Vec<Value>),
    /// Numbers with a step between them, from a lowest one; how many there are, if they end.
    Steps(Number, Number, Option<i64>),
    /// All numbers from one to another, where there are such ends (left out ends are none).
    Numbers(Option<Number>, Option<Number>),
    /// Anything of its type.
    Anything,
}

impl Extent {
    /// What a field may hold.
    pub(in crate::explain) fn of(policy: &Policy, field: &Field) -> Extent {
        match &field.of_type {
            Type::Number(_) => Extent::of_number(&field.bounds),
            of_type => Extent::listed(policy, of_type).map_or(Extent::Anything, Extent::Values),
        }
    }

    /// All values of a type that has them listed: yes and no, members, levels.
    pub(super) fn listed(policy: &Policy, of_type: &Type) -> Option<Vec<Value>> {
        match of_type {
            Type::YesNo => Some(vec![Value::YesNo(false), Value::YesNo(true)]),
            Type::Enumeration(id) => {
                let count = policy.enumeration(*id).members.len();
                Some((0..).take(count).map(Value::Member).collect())
            }
            Type::Scale(id) => {
                let scale = policy.scale(*id);
                let mut values: Vec<Value> = if scale.numbered {
                    let numbers = scale.levels.iter().filter_map(|level| level.number.clone());
                    numbers.map(Value::Number).collect()
                } else {
                    (0..).take(scale.levels.len()).map(Value::Level).collect()
                };
                values.sort();
                values.dedup();
                Some(values)
            }
            _ => None,
        }
    }

    /// The numbers within bounds.
    pub(super) fn of_number(bounds: &Bounds) -> Extent {
        let range = bounds.range.as_ref();
        let low = range.and_then(|range| range.low.clone());
        let high = range.and_then(|range| range.high.clone());
        let lowest = low.as_ref().and_then(|low| lowest(low, bounds));
        let (Some(step), Some(lowest)) = (whole_step(bounds), lowest) else {
            let closed =
                |end: Option<(Number, bool)>| end.filter(|(_, included)| *included).map(|(end, _)| end);
            return Extent::Numbers(closed(low), closed(high));
        };
        let count = high.and_then(|(high, included)| {
            let steps = high.subtract(&lowest)?.divide(&step)?;
            let all = if !included && steps.is_integer() {
                steps
            } else {
                steps.floor().add(&Number::one())?
            };
            Some(all.to_i64()?.max(0))
        });
        Extent::Steps(lowest, step, count)
    }

    /// Its values, where there are no more than so many.
    pub(in crate::explain) fn values(&self, most: usize) -> Option<Vec<Value>> {
        match self {
            Extent::Values(values) if values.len() <= most => Some(values.clone()),
            Extent::Steps(_, _, Some(count)) if usize::try_from(*count).is_ok_and(|count| count <= most) => {
                (0..*count)
                    .map(|index| self.step(index).map(Value::Number))
                    .collect()
            }
            _ => None,
        }
    }

    /// The number so many steps above the lowest.
    fn step(&self, index: i64) -> Option<Number> {
        let Extent::Steps(lowest, step, _) = self else {
            return None;
        };
        lowest.add(&step.multiply(&Number::from_integer(index))?)
    }

    /// Its lowest and highest number, where it has both.
    pub(in crate::explain) fn ends(&self) -> Option<(Number, Number)> {
        match self {
            Extent::Values(values) => {
                let number = |value: Option<&Value>| value?.as_number().cloned();
                Some((number(values.first())?, number(values.last())?))
            }
            Extent::Steps(lowest, _, Some(count)) if *count > 0 => {
                Some((lowest.clone(), self.step(count - 1)?))
            }
            Extent::Numbers(Some(low), Some(high)) => Some((low.clone(), high.clone())),
            _ => None,
        }
    }

    /// Its end in one direction, where it has one.
    pub(in crate::explain) fn end(&self, up: bool) -> Option<Number> {
        match (self, up) {
            (Extent::Numbers(_, high), true) => high.clone(),
            (Extent::Numbers(low, _), false) => low.clone(),
            _ => self.ends().map(|(low, high)| if up { high } else { low }),
        }
    }

    /// The numbers above (or below) one that stand apart, the nearest first: how many there are, and each by its index.
    pub(in crate::explain) fn beyond(&self, from: &Number, up: bool) -> Option<Beyond<'_>> {
        match self {
            Extent::Values(values) => {
                let numbers = values.iter().filter_map(Value::as_number);
                let mut numbers: Vec<&Number> = numbers
                    .filter(|number| if up { *number > from } else { *number < from })
                    .collect();
                if !up {
                    numbers.reverse();
                }
                Some(Beyond::Listed(numbers))
            }
            Extent::Steps(lowest, step, count) => {
                let place = from.subtract(lowest)?.divide(step)?;
                let (nearest, many) = if up {
                    let nearest = place.floor().to_i64()?.checked_add(1)?.max(0);
                    (nearest, count.map_or(FAR, |count| count.saturating_sub(nearest)))
                } else {
                    let nearest = place.ceiling().to_i64()?.checked_sub(1)?;
                    (nearest, nearest.saturating_add(1))
                };
                Some(Beyond::Stepped(self, nearest, many.clamp(0, FAR), up))
            }
            _ => None,
        }
    }
}

/// How many steps are looked at where there is no end to them.
const FAR: i64 = 1_000_000;

/// Numbers beyond one.
pub(in crate::explain) enum Beyond<'d> {
    Listed(Vec<&'d Number>),
    /// The nearest by its step, how many, and whether they rise.
    Stepped(&'d Extent, i64, i64, bool),
}

impl Beyond<'_> {
    /// Whether these are all that there are in that direction.
    pub(in crate::explain) fn is_all(&self) -> bool {
        match self {
            Beyond::Listed(_) => true,
            Beyond::Stepped(domain, _, many, up) => {
                (!up || !matches!(domain, Extent::Steps(_, _, None))) && *many < FAR
            }
        }
    }

    pub(in crate::explain) fn len(&self) -> usize {
        match self {
            Beyond::Listed(numbers) => numbers.len(),
            Beyond::Stepped(_, _, many, _) => usize::try_from(*many).unwrap_or(0),
        }
    }

    pub(in crate::explain) fn get(&self, index: usize) -> Option<Number> {
        match self {
            Beyond::Listed(numbers) => numbers.get(index).map(|number| (*number).clone()),
            Beyond::Stepped(domain, nearest, many, up) => {
                let index = i64::try_from(index).ok().filter(|index| index < many)?;
                domain.step(if *up { nearest + index } else { nearest - index })
            }
        }
    }
}

/// How many steps are looked over for a whole number.
const NEAR: i64 = 64;

/// The step between numbers within bounds, where they stand apart. A step that is no whole number is taken as often as it
/// takes to come to the next whole one, where whole ones are asked for.
fn whole_step(bounds: &Bounds) -> Option<Number> {
    match (&bounds.step, bounds.integer) {
        (Some(step), false) => Some(step.clone()),
        (Some(step), true) => {
            let mut often = (1..=NEAR).filter_map(|often| step.multiply(&Number::from_integer(often)));
            often.find(Number::is_integer)
        }
        (None, true) => Some(Number::one()),
        (None, false) => None,
    }
}

/// The lowest number within bounds, from their low end.
fn lowest((low, included): &(Number, bool), bounds: &Bounds) -> Option<Number> {
    let Some(step) = &bounds.step else {
        let lowest = low.ceiling();
        return if *included || lowest != *low {
            Some(lowest)
        } else {
            lowest.add(&Number::one())
        };
    };
    let steps = (i64::from(!included)..=NEAR).map(Number::from_integer);
    let mut found = steps.filter_map(|steps| low.add(&step.multiply(&steps)?));
    found.find(|number| !bounds.integer || number.is_integer())
}
