//! What is read of each row, and how a value becomes a whole number.
//!
//! Comes in: a policy, the fields that are read, and a [`Guess`] of how large and how fine their values are. Goes out: a
//! [`Spec`]. It never looks at data.
//!
//! Invariant: of two values of a column, the greater one has the greater number.

use indexmap::IndexMap;
use jiff::civil::Date;

use super::super::shape::{self, Shape};
use super::Stop;
use crate::model::{Field, FieldId, Number, Policy, RecordId, Type, Value, days};

/// Values of a field without bounds are first thought to be below this, in units.
const NARROW: i64 = 1_000_000_000;
/// And then below this, in the field's smallest steps.
const WIDE: i64 = 1_000_000_000_000_000;
/// Days are first thought to lie in here: they are as many as two bytes tell apart.
const NEAR: (Date, Date) = (Date::constant(1930, 1, 1), Date::constant(2099, 12, 31));
/// And then in here: no others can be written.
const FAR: (Date, Date) = (Date::constant(0, 1, 1), Date::constant(9999, 12, 31));
/// The most columns of a row: there is a bit for each.
const MOST: usize = 64;
/// The most decimals of a value.
pub(super) const DECIMALS: u8 = 12;

/// What is thought of the values of each field of a record type, until a file shows otherwise.
#[derive(Debug, Clone)]
pub struct Guess {
    /// How many decimals they have at most.
    pub decimals: Vec<u8>,
    /// Whether they are large.
    pub wide: Vec<bool>,
    /// Whether the numbers of tables have a decimal comma.
    pub comma: bool,
}

impl Guess {
    /// The first guess: whole numbers, or decimals as the declared steps have them.
    pub fn first(policy: &Policy, record: RecordId) -> Guess {
        let fields = &policy.record_type(record).fields;
        Guess {
            decimals: fields.iter().map(declared_decimals).collect(),
            wide: vec![false; fields.len()],
            comma: false,
        }
    }
}

impl Guess {
    /// Mends the guess about a field. Whoever writes one field with so many decimals may write its neighbours alike, and
    /// a unit that is too fine does no harm.
    pub fn finer(&mut self, policy: &Policy, record: RecordId, field: usize, decimals: u8) {
        let fields = &policy.record_type(record).fields;
        for (index, (guess, declared)) in self.decimals.iter_mut().zip(fields).enumerate() {
            let free =
                matches!(declared.of_type, Type::Number(_) | Type::Scale(_)) && !declared.bounds.integer;
            if index == field || (free && declared.bounds.step.is_none()) {
                *guess = decimals.max(*guess);
            }
        }
    }
}

/// The decimals that a field's step and ends need.
fn declared_decimals(field: &Field) -> u8 {
    let range = field.bounds.range.iter();
    let ends = range.flat_map(|range| [&range.low, &range.high].into_iter().flatten());
    let numbers = ends.map(|(end, _)| end).chain(&field.bounds.step);
    numbers.filter_map(decimals_of).max().unwrap_or(0)
}

/// How many decimals a number has; `None` where it is no decimal, or has too many.
fn decimals_of(number: &Number) -> Option<u8> {
    (0..=DECIMALS).find(|places| scaled(number, *places).is_some())
}

/// A number in units of a decimal place, where it is a whole number of them.
pub(super) fn scaled(number: &Number, decimals: u8) -> Option<i64> {
    let power = Number::from_integer(10_i64.pow(u32::from(decimals.min(18))));
    number.multiply(&power)?.to_i64()
}

/// What a key or a column of a row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The record's key.
    Key,
    /// A column that is read, by its index in [`Spec::columns`].
    Column(usize),
    /// A field that nobody reads.
    Unread,
    /// The questions of a criterion, in an object of their own: the index of its keys.
    Group(usize),
}

/// A field that is read.
#[derive(Debug, Clone)]
pub struct Column {
    /// The field.
    pub field: FieldId,
    /// How its values are written.
    pub(super) form: Form,
    /// The decimals that its numbers are scaled by.
    pub decimals: u8,
    /// The least number that comes out.
    pub low: i64,
    /// The greatest number that comes out.
    pub high: i64,
    /// Whether each end is declared; else values beyond it only mean that the guess was wrong.
    pub(super) declared: (bool, bool),
    /// Values lie on steps of so much from so much.
    pub(super) step: Option<(i64, i64)>,
    /// Whether values lie on declared steps: then none has more decimals than these.
    pub(super) grid: bool,
    /// Whether it may be unknown.
    pub optional: bool,
    /// What it is where nothing is said.
    pub(super) default: Option<i64>,
}

/// How values are written.
#[derive(Debug, Clone)]
pub(super) enum Form {
    /// As a number.
    Number,
    /// As `true` or `false`: 1 or 0.
    YesNo,
    /// As a day: its count.
    Day,
    /// As one of some words, each with its number; where the flag is set also as that number.
    Words(Vec<(Box<[u8]>, i64)>, bool),
}

impl Column {
    /// Whether something has to be said of it.
    pub(super) fn is_needed(&self) -> bool {
        !self.optional && self.default.is_none()
    }

    /// What stands in the column where the value is unknown: a number within its ends.
    pub fn filler(&self) -> i64 {
        0.clamp(self.low, self.high)
    }

    /// The number that stands for a value.
    ///
    /// # Errors
    /// A value that is finer or larger than was thought.
    pub(super) fn number_of(&self, value: &Value) -> Result<i64, Stop> {
        match value {
            Value::YesNo(yes) => Ok(i64::from(*yes)),
            Value::Number(number) => {
                let Some(steps) = scaled(number, self.decimals) else {
                    let decimals = decimals_of(number).filter(|decimals| *decimals > self.decimals);
                    return Err(
                        decimals.map_or(Stop::Odd, |decimals| Stop::Decimals(self.field.index(), decimals))
                    );
                };
                if steps < self.low || steps > self.high {
                    return Err(Stop::Wide(self.field.index()));
                }
                Ok(steps)
            }
            Value::Member(index) | Value::Level(index) => match &self.form {
                Form::Words(words, _) => {
                    let word = words.get(usize::from(*index));
                    word.map(|(_, number)| *number).ok_or(Stop::Odd)
                }
                _ => Err(Stop::Odd),
            },
            _ => Err(Stop::Odd),
        }
    }

    /// The value that a number of the column stands for.
    pub fn is_yes_no(&self) -> bool {
        matches!(self.form, Form::YesNo)
    }
}

/// What is read of each row of a record type.
#[derive(Debug)]
pub struct Spec<'p> {
    /// The columns that are read.
    pub columns: Vec<Column>,
    pub(super) keys: IndexMap<&'p str, Target>,
    pub(super) groups: Vec<IndexMap<&'p str, Target>>,
    /// For each field of the record type the same, by its name alone, as tables have it.
    pub(super) names: IndexMap<&'p str, Target>,
    /// The record type as the general reader of tables knows it.
    pub(super) shape: Shape<'p>,
    /// Whether the numbers of tables have a decimal comma.
    pub(super) comma: bool,
}

impl<'p> Spec<'p> {
    /// For some fields of a record type; `None` where one of them cannot be read as whole numbers.
    pub fn new(policy: &'p Policy, record: RecordId, fields: &[FieldId], guess: &Guess) -> Option<Spec<'p>> {
        let of_type = policy.record_type(record);
        let key = of_type.key?;
        if policy.field(record, key).of_type != Type::Text || of_type.one || of_type.parent.is_some() {
            return None;
        }
        if policy
            .record_ids()
            .any(|other| policy.record_type(other).parent == Some(record))
        {
            return None;
        }
        let columns: Option<Vec<Column>> = fields
            .iter()
            .map(|field| column(policy, record, *field, guess))
            .collect();
        let columns = columns.filter(|columns| columns.len() <= MOST)?;
        let shape = Shape::new(policy, record);
        let target = |target: shape::Target| match target {
            shape::Target::Field(index) if index == key.index() => Some(Target::Key),
            shape::Target::Field(index) => {
                let read = fields.iter().position(|field| field.index() == index);
                Some(read.map_or(Target::Unread, Target::Column))
            }
            shape::Target::Group(index) => Some(Target::Group(index)),
            shape::Target::Children(_) | shape::Target::Parent => None,
        };
        let all = |keys: &shape::Keys<'p>| -> Option<IndexMap<&'p str, Target>> {
            let each = keys.iter().map(|(name, meant)| Some((name, target(meant)?)));
            each.collect()
        };
        let groups: Option<Vec<_>> = shape.groups.iter().map(|group| all(&group.keys)).collect();
        let keys = all(&shape.keys)?;
        let names = keys
            .iter()
            .filter(|(_, target)| !matches!(target, Target::Group(_)));
        Some(Spec {
            columns,
            names: names.map(|(name, target)| (*name, *target)).collect(),
            keys,
            groups: groups?,
            shape,
            comma: guess.comma,
        })
    }
}

impl Column {
    /// How a field is read; `None` where its values are no whole numbers in any way.
    pub fn of(policy: &Policy, record: RecordId, field: FieldId, guess: &Guess) -> Option<Column> {
        column(policy, record, field, guess)
    }
}

fn column(policy: &Policy, record: RecordId, id: FieldId, guess: &Guess) -> Option<Column> {
    let field = policy.field(record, id);
    let mut decimals = *guess.decimals.get(id.index())?;
    let wide = *guess.wide.get(id.index())?;
    let words = |names: &mut dyn Iterator<Item = &std::sync::Arc<str>>| -> Vec<(Box<[u8]>, i64)> {
        let numbered = names.zip(0..);
        numbered
            .map(|(name, number)| (name.as_bytes().into(), number))
            .collect()
    };
    let (form, ends, step) = match &field.of_type {
        Type::YesNo => (Form::YesNo, Some((0, 1)), None),
        Type::Enumeration(of) => {
            let members = &policy.enumeration(*of).members;
            let last = i64::try_from(members.len()).ok()? - 1;
            (
                Form::Words(words(&mut members.iter().map(|(name, _)| name)), false),
                Some((0, last)),
                None,
            )
        }
        Type::Scale(of) => {
            let scale = policy.scale(*of);
            if scale.numbered {
                let numbers = scale.levels.iter().filter_map(|level| level.number.as_ref());
                decimals = numbers
                    .map(decimals_of)
                    .try_fold(decimals, |most, own| Some(most.max(own?)))?;
                let (low, high) = scale.bounds()?;
                let named = scale.levels.iter().map(|level| {
                    let number = scaled(level.number.as_ref()?, decimals)?;
                    Some((level.name.as_bytes().into(), number))
                });
                let named: Option<Vec<_>> = named.collect();
                let ends = (scaled(low, decimals)?, scaled(high, decimals)?);
                (Form::Words(named?, true), Some(ends), None)
            } else {
                // Levels without numbers are counted, whatever is thought of numbers.
                decimals = 0;
                let last = i64::try_from(scale.levels.len()).ok()? - 1;
                let names = &mut scale.levels.iter().map(|level| &level.name);
                (Form::Words(words(names), false), Some((0, last)), None)
            }
        }
        Type::Number(_) => {
            let bounds = &field.bounds;
            let most = if wide {
                WIDE
            } else {
                NARROW.checked_mul(10_i64.pow(u32::from(decimals)))?.min(WIDE)
            };
            let range = bounds.range.as_ref();
            let end = |end: Option<&(Number, bool)>, inward: i64| match end {
                None => Some(None),
                Some((end, included)) => {
                    scaled(end, decimals).map(|end| Some(if *included { end } else { end + inward }))
                }
            };
            let low = end(range.and_then(|range| range.low.as_ref()), 1)?;
            let high = end(range.and_then(|range| range.high.as_ref()), -1)?;
            let step = match (&bounds.step, bounds.integer) {
                (Some(step), _) => Some((low.unwrap_or(0), scaled(step, decimals)?)),
                (None, true) => Some((0, 10_i64.pow(u32::from(decimals)))),
                (None, false) => None,
            };
            // On the first step may also stand who has an open end below it: then the grid is counted from that end.
            if bounds.step.is_some()
                && range
                    .and_then(|range| range.low.as_ref())
                    .is_some_and(|(_, included)| !included)
            {
                return None;
            }
            let declared = (low.is_some(), high.is_some());
            let (low, high) = (low.unwrap_or(-most), high.unwrap_or(most));
            if low > high || low < -WIDE || high > WIDE {
                return None;
            }
            return finished(field, id, Form::Number, decimals, (low, high), declared, step);
        }
        Type::Date => {
            let (first, last) = if wide { FAR } else { NEAR };
            let (first, last) = match &field.default {
                Some(Value::Date(default)) => (first.min(*default), last.max(*default)),
                _ => (first, last),
            };
            (Form::Day, Some((days::count(first), days::count(last))), None)
        }
        Type::Text | Type::Moment | Type::Reference(_) | Type::List(_) => return None,
    };
    let decimals = if matches!(field.of_type, Type::Scale(_)) {
        decimals
    } else {
        0
    };
    finished(field, id, form, decimals, ends?, (true, true), step)
}

fn finished(
    field: &Field,
    id: FieldId,
    form: Form,
    decimals: u8,
    (low, high): (i64, i64),
    declared: (bool, bool),
    step: Option<(i64, i64)>,
) -> Option<Column> {
    let default = match &field.default {
        None => None,
        Some(Value::YesNo(yes)) => Some(i64::from(*yes)),
        Some(Value::Date(date)) => Some(days::count(*date)),
        Some(Value::Number(number)) => Some(scaled(number, decimals)?),
        Some(Value::Member(index) | Value::Level(index)) => Some(i64::from(*index)),
        Some(_) => return None,
    };
    Some(Column {
        field: id,
        form,
        decimals,
        low,
        high,
        declared,
        grid: step.is_some(),
        step: step.filter(|(_, step)| *step != 1),
        optional: field.optional && default.is_none(),
        default,
    })
}
