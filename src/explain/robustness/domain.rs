//! What a field may hold: its values one by one where they can be counted, else its ends.
//!
//! Comes in: a field. Goes out: values that fit it. It never reads data.
//!
//! An answer on a scale is one of its levels, although data may also say a number between two of them.
//!
//! Invariant: every value it gives fits the field.

use crate::model::{Field, Number, Policy, Type, Value};

/// What a field may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Domain {
    /// These values, numbers in rising order.
    Values(Vec<Value>),
    /// Numbers with a step between them, from a lowest one; how many there are, if they end.
    Steps(Number, Number, Option<i64>),
    /// All numbers from one to another, where there are such ends (left out ends are none).
    Numbers(Option<Number>, Option<Number>),
    /// Anything of its type.
    Anything,
}

impl Domain {
    pub(super) fn of(policy: &Policy, field: &Field) -> Domain {
        match &field.of_type {
            Type::YesNo => Domain::Values(vec![Value::YesNo(false), Value::YesNo(true)]),
            Type::Enumeration(id) => {
                let members = 0..policy.enumeration(*id).members.len();
                let index = members.filter_map(|index| u16::try_from(index).ok());
                Domain::Values(index.map(Value::Member).collect())
            }
            Type::Scale(id) => {
                let scale = policy.scale(*id);
                if scale.numbered {
                    let numbers = scale.levels.iter().filter_map(|level| level.number.clone());
                    let mut values: Vec<Value> = numbers.map(Value::Number).collect();
                    values.sort();
                    values.dedup();
                    return Domain::Values(values);
                }
                let index = (0..scale.levels.len()).filter_map(|index| u16::try_from(index).ok());
                Domain::Values(index.map(Value::Level).collect())
            }
            Type::Number(_) => Domain::of_number(field),
            _ => Domain::Anything,
        }
    }

    fn of_number(field: &Field) -> Domain {
        let bounds = &field.bounds;
        let range = bounds.range.as_ref();
        let end = |end: Option<&Option<(Number, bool)>>| {
            let (number, included) = end?.as_ref()?;
            Some((number.clone(), *included))
        };
        let low = end(range.map(|range| &range.low));
        let high = end(range.map(|range| &range.high));
        let closed = |end: Option<(Number, bool)>| end.filter(|(_, included)| *included).map(|(end, _)| end);
        let step = match (&bounds.step, bounds.integer) {
            (Some(step), false) => Some(step.clone()),
            (Some(step), true) if step.is_integer() => Some(step.clone()),
            (None, true) => Some(Number::one()),
            _ => None,
        };
        let lowest = low.as_ref().and_then(|(low, included)| {
            let whole = !bounds.integer || low.is_integer();
            match (&step, whole) {
                (Some(_), true) if *included => Some(low.clone()),
                (Some(step), true) => low.add(step),
                (Some(_), false) => Some(low.ceiling()),
                (None, _) => None,
            }
        });
        let (Some(step), Some(lowest)) = (step, lowest) else {
            return Domain::Numbers(closed(low), closed(high));
        };
        let count = high.and_then(|(high, included)| {
            let steps = high.subtract(&lowest)?.divide(&step)?;
            let all = if !included && steps.is_integer() {
                steps
            } else {
                steps.floor().add(&Number::one())?
            };
            all.to_i64()
        });
        Domain::Steps(lowest, step, count)
    }

    /// Its values, where there are no more than so many.
    pub(super) fn values(&self, most: usize) -> Option<Vec<Value>> {
        match self {
            Domain::Values(values) if values.len() <= most => Some(values.clone()),
            Domain::Steps(_, _, Some(count)) if usize::try_from(*count).is_ok_and(|count| count <= most) => {
                (0..*count)
                    .map(|index| self.step(index).map(Value::Number))
                    .collect()
            }
            _ => None,
        }
    }

    /// The number so many steps above the lowest.
    fn step(&self, index: i64) -> Option<Number> {
        let Domain::Steps(lowest, step, _) = self else {
            return None;
        };
        lowest.add(&step.multiply(&Number::from_integer(index))?)
    }

    /// Its lowest and highest number, where it has both.
    pub(super) fn ends(&self) -> Option<(Number, Number)> {
        match self {
            Domain::Values(values) => {
                let number = |value: Option<&Value>| value?.as_number().cloned();
                Some((number(values.first())?, number(values.last())?))
            }
            Domain::Steps(lowest, _, Some(count)) if *count > 0 => {
                Some((lowest.clone(), self.step(count - 1)?))
            }
            Domain::Numbers(Some(low), Some(high)) => Some((low.clone(), high.clone())),
            _ => None,
        }
    }

    /// Its end in one direction, where it has one.
    pub(super) fn end(&self, up: bool) -> Option<Number> {
        match (self, up) {
            (Domain::Numbers(_, high), true) => high.clone(),
            (Domain::Numbers(low, _), false) => low.clone(),
            _ => self.ends().map(|(low, high)| if up { high } else { low }),
        }
    }

    /// The numbers above (or below) one that stand apart, the nearest first: how many there are, and each by its index.
    pub(super) fn beyond(&self, from: &Number, up: bool) -> Option<Beyond<'_>> {
        match self {
            Domain::Values(values) => {
                let numbers = values.iter().filter_map(Value::as_number);
                let mut numbers: Vec<&Number> = numbers
                    .filter(|number| if up { *number > from } else { *number < from })
                    .collect();
                if !up {
                    numbers.reverse();
                }
                Some(Beyond::Listed(numbers))
            }
            Domain::Steps(lowest, step, count) => {
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
pub(super) enum Beyond<'d> {
    Listed(Vec<&'d Number>),
    /// The nearest by its step, how many, and whether they rise.
    Stepped(&'d Domain, i64, i64, bool),
}

impl Beyond<'_> {
    /// Whether these are all that there are in that direction.
    pub(super) fn is_all(&self) -> bool {
        match self {
            Beyond::Listed(_) => true,
            Beyond::Stepped(domain, _, many, up) => {
                (!up || !matches!(domain, Domain::Steps(_, _, None))) && *many < FAR
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Beyond::Listed(numbers) => numbers.len(),
            Beyond::Stepped(_, _, many, _) => usize::try_from(*many).unwrap_or(0),
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<Number> {
        match self {
            Beyond::Listed(numbers) => numbers.get(index).map(|number| (*number).clone()),
            Beyond::Stepped(domain, nearest, many, up) => {
                let index = i64::try_from(index).ok().filter(|index| index < many)?;
                domain.step(if *up { nearest + index } else { nearest - index })
            }
        }
    }
}
