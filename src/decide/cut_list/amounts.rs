//! What the limits count.
//!
//! Comes in: the roll and who is protected. Goes out: for each limit its classes with their amounts and what it counts of
//! each participant; or the limits that have different amounts within one class. It never keeps or cuts.
//!
//! Invariant: what is unknown is counted as unknown, never as 0.

use std::collections::BTreeMap;
use std::ops::Add;

use indexmap::IndexMap;

use super::limits::{self, Count, Kind};
use super::protection::Protection;
use super::roll::Roll;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Expression, ExpressionKind, Limit, Number, Reference, Type, Value};

/// A sum of amounts. One with too many digits is above every number: no limit holds with it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sum {
    /// A number.
    Number(Number),
    /// More digits than numbers may have.
    TooLong,
}

impl Default for Sum {
    fn default() -> Sum {
        Sum::Number(Number::zero())
    }
}

impl Add<&Sum> for Sum {
    type Output = Sum;

    fn add(self, other: &Sum) -> Sum {
        match (&self, other) {
            (Sum::Number(left), Sum::Number(right)) => left.add(right).map_or(Sum::TooLong, Sum::Number),
            _ => Sum::TooLong,
        }
    }
}

impl Sum {
    /// The number; `None` where it is too long.
    pub(super) fn number(self) -> Option<Number> {
        match self {
            Sum::Number(number) => Some(number),
            Sum::TooLong => None,
        }
    }
}

/// What there is about a limit besides what it counts of whom.
pub(super) struct Counted {
    /// The value of each class; without `per` none.
    pub(super) classes: Vec<Value>,
    /// The amount of each class, where it is known.
    pub(super) amounts: Vec<Option<Number>>,
    /// The amount that is the same in every class, as the policy writes it.
    pub(super) constant: Option<Number>,
    /// For each class the sum of what is known to count there, but cannot be held against its unknown amount.
    pub(super) held_against_nothing: Vec<Sum>,
}

impl Counted {
    /// The type of the values of the classes.
    pub(super) fn class_type(limit: &Limit) -> Option<Type> {
        limit.per.as_ref().map(|per| match &per.of_type {
            Type::List(inner) => (**inner).clone(),
            other => other.clone(),
        })
    }
}

/// The records that a limit may count, in nobody knows which class: how many, and what is known of their amounts.
pub(super) fn in_no_known_class(limit: &limits::Limit<Sum>) -> limits::NotCounted<Sum> {
    let mut all = limits::NotCounted::default();
    for count in &limit.counts {
        if let Count::Unknown { classes, amount } = count
            && classes.is_empty()
        {
            all.records += 1;
            if let Some(amount) = amount {
                all.amount = Some(all.amount.take().unwrap_or_default() + amount);
            }
        }
    }
    all
}

/// What every limit counts, for the algorithm, where the bound of a class whose amount is unknown is 0; and what there is
/// about the limit besides. Errors are added to `problems`.
pub(super) fn count(
    roll: &Roll<'_, '_>,
    protection: &Protection,
    problems: &mut Vec<Diagnostic>,
) -> (Vec<limits::Limit<Sum>>, Vec<Counted>) {
    let limits = roll.list.limits.iter();
    limits
        .map(|limit| count_one(roll, protection, limit, problems))
        .unzip()
}

fn count_one(
    roll: &Roll<'_, '_>,
    protection: &Protection,
    limit: &Limit,
    problems: &mut Vec<Diagnostic>,
) -> (limits::Limit<Sum>, Counted) {
    let mut numbers: IndexMap<Value, u32> = IndexMap::new();
    let mut amounts = Amounts::new(limit);
    let mut counts = Vec::with_capacity(roll.items.len());
    for record in &roll.items {
        let (count, sure) = count_record(roll, limit, *record, &mut numbers);
        if let (Count::In { classes, .. } | Count::Unknown { classes, .. }, true) = (&count, sure) {
            for class in classes {
                amounts.add(roll, *class, *record);
            }
        }
        counts.push(count);
    }
    if limit.per.is_none() {
        amounts.without_class(roll);
    }
    problems.extend(amounts.contradiction(roll));
    let classes = if limit.per.is_some() { numbers.len() } else { 1 };
    let amount = |class: usize| {
        let class = u32::try_from(class).unwrap_or(u32::MAX);
        let shown = amounts.by_class.get(&class).map(|(amount, _)| amount.clone());
        shown.or_else(|| amounts.constant.clone())
    };
    let known: Vec<Option<Number>> = (0..classes).map(amount).collect();
    let mut held_against_nothing = vec![Sum::default(); classes];
    for (count, protected) in counts.iter_mut().zip(&protection.protected) {
        // Against an unknown amount nothing can be held: a candidate that would be asked is undetermined.
        if let (false, Count::In { classes, amount }) = (*protected, &*count)
            && *amount > Sum::default()
            && classes
                .iter()
                .any(|class| matches!(known.get(*class as usize), Some(None)))
        {
            for (class, sum) in (0u32..).zip(&mut held_against_nothing) {
                if classes.contains(&class) {
                    *sum = std::mem::take(sum) + amount;
                }
            }
            *count = Count::Unknown {
                classes: classes.clone(),
                amount: Some(amount.clone()),
            };
        }
    }
    let counting = limits::Limit {
        kind: if limit.at_least {
            Kind::AtLeast
        } else {
            Kind::AtMost
        },
        bounds: known
            .iter()
            .map(|amount| amount.clone().map_or_else(Sum::default, Sum::Number))
            .collect(),
        counts,
    };
    let counted = Counted {
        classes: numbers.into_keys().collect(),
        amounts: known,
        constant: amounts.constant,
        held_against_nothing,
    };
    (counting, counted)
}

/// What a limit counts of a record, and whether it is sure to speak of it.
fn count_record(
    roll: &Roll<'_, '_>,
    limit: &Limit,
    record: Reference,
    numbers: &mut IndexMap<Value, u32>,
) -> (Count<Sum>, bool) {
    let evaluator = &roll.context.evaluator;
    let condition = limit.condition.as_ref();
    let condition = condition.map_or(Some(true), |condition| evaluator.truth(condition, record));
    if condition == Some(false) {
        return (Count::Not, false);
    }
    let amount = match &limit.of {
        None => Some(Number::one()),
        Some(of) => evaluator.number(of, record),
    };
    let mut number = |value: &Value| {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        *numbers.entry(value.clone()).or_insert(next)
    };
    let classes: Option<limits::Classes> = match &limit.per {
        None => Some(limits::Classes::from_slice(&[0])),
        Some(per) => evaluator.value(per, record).map(|value| match &value {
            Value::List(list) => list.iter().map(&mut number).collect(),
            value => limits::Classes::from_slice(&[number(value)]),
        }),
    };
    let nothing =
        amount.as_ref().is_some_and(Number::is_zero) || classes.as_ref().is_some_and(|all| all.is_empty());
    let sure = condition == Some(true);
    let count = match (amount, classes) {
        (Some(amount), Some(classes)) if sure => Count::In {
            classes,
            amount: Sum::Number(amount),
        },
        // Whatever else is unknown, nothing is added.
        _ if nothing => Count::Not,
        (amount, classes) => Count::Unknown {
            classes: classes.unwrap_or_default(),
            amount: amount.map(Sum::Number),
        },
    };
    (count, sure)
}

/// The amounts of a limit, class by class, as the records show them.
struct Amounts<'a> {
    expression: &'a Expression,
    limit: &'a Limit,
    /// What the policy writes as a plain number is known in every class, whoever is counted there.
    constant: Option<Number>,
    by_class: BTreeMap<u32, (Number, Reference)>,
    different: BTreeMap<u32, [(Number, Reference); 2]>,
}

impl<'a> Amounts<'a> {
    fn new(limit: &'a Limit) -> Amounts<'a> {
        Amounts {
            expression: &limit.amount,
            limit,
            constant: match &limit.amount.kind {
                ExpressionKind::Constant(Value::Number(number)) => Some(number.clone()),
                _ => None,
            },
            by_class: BTreeMap::new(),
            different: BTreeMap::new(),
        }
    }

    fn add(&mut self, roll: &Roll<'_, '_>, class: u32, record: Reference) {
        let known = self.by_class.get(&class);
        if self.constant.is_some() || self.different.contains_key(&class) {
            return;
        }
        let Some(amount) = roll.context.evaluator.number(self.expression, record) else {
            return;
        };
        match known {
            None => {
                self.by_class.insert(class, (amount, record));
            }
            Some(known) if known.0 != amount => {
                self.different.insert(class, [known.clone(), (amount, record)]);
            }
            Some(_) => {}
        }
    }

    /// A limit without classes has an amount even if it counts nobody: that of the first record there is.
    fn without_class(&mut self, roll: &Roll<'_, '_>) {
        if !self.by_class.is_empty() {
            return;
        }
        let all = roll.context.records.all(roll.list.record).next();
        if let Some(record) = roll.items.first().copied().or(all) {
            self.add(roll, 0, record);
        }
    }

    fn contradiction(&self, roll: &Roll<'_, '_>) -> Option<Diagnostic> {
        let [(amount, record), (other_amount, other)] = self.different.values().next()?;
        let key = |record: &Reference| roll.context.records.key(*record);
        let class = if self.limit.per.is_some() {
            " within one class"
        } else {
            ""
        };
        let more = match self.different.len() - 1 {
            0 => String::new(),
            more => format!("; so it is in {more} more of its classes"),
        };
        let message = format!(
            "`{}` has different amounts{class}: {amount} for `{}`, {other_amount} for `{}`{more}",
            self.limit.text,
            key(record),
            key(other),
        );
        let place = |record: &Reference| roll.context.records.place(*record);
        Some(
            Diagnostic::new(Code::LimitNotOneAmount, message)
                .at(self.limit.place, "this limit")
                .at(place(record), format!("{amount} here"))
                .at(place(other), format!("{other_amount} here"))
                .help("give all records of a class the same amount, or let `per` tell them apart"),
        )
    }
}
