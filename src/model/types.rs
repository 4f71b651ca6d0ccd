//! Types and units: what kind of value an expression or a field has.
//!
//! Comes in: declarations, through the checker. Goes out: types to compare and to name. It never holds a value.
//!
//! Invariant: two types are the same exactly if their values can be compared with each other.

use std::fmt;
use std::sync::Arc;

/// A record type: the index into `Policy::records`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub u16);

/// An enumeration: the index into `Policy::enumerations`. Two `one of` with the same members are one enumeration.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnumerationId(pub u16);

/// A scale: the index into `Policy::scales`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScaleId(pub u16);

macro_rules! readable {
    ($($id:ident $word:literal;)*) => {$(
        impl fmt::Debug for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($word, ":{}"), self.0)
            }
        }
    )*};
}
readable! { RecordId "record"; EnumerationId "enumeration"; ScaleId "scale"; }

/// A unit of measure: a product of powers of the names that fields declare. Empty: a bare number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Unit(Vec<(Arc<str>, i32)>);

impl Unit {
    /// A bare number's.
    pub fn none() -> Unit {
        Unit::default()
    }

    /// A unit with a name of its own.
    pub fn named(name: &str) -> Unit {
        Unit(vec![(name.into(), 1)])
    }

    /// Whether it is a bare number's.
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// The unit of a product (`sign` 1) or quotient (`sign` -1).
    #[must_use]
    pub fn combine(&self, other: &Unit, sign: i32) -> Unit {
        let mut powers = self.0.clone();
        for (name, power) in &other.0 {
            match powers.iter_mut().find(|(known, _)| known == name) {
                Some((_, known)) => *known += sign * power,
                None => powers.push((Arc::clone(name), sign * power)),
            }
        }
        powers.retain(|(_, power)| *power != 0);
        powers.sort();
        Unit(powers)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |f: &mut fmt::Formatter<'_>, name: &str, power: i32| {
            if power == 1 {
                f.write_str(name)
            } else {
                write!(f, "{name}^{power}")
            }
        };
        let above = self.0.iter().filter(|(_, power)| *power > 0);
        let below: Vec<_> = self.0.iter().filter(|(_, power)| *power < 0).collect();
        for (index, (name, power)) in above.clone().enumerate() {
            if index > 0 {
                f.write_str("·")?;
            }
            part(f, name, *power)?;
        }
        if above.count() == 0 && !below.is_empty() {
            f.write_str("1")?;
        }
        for (name, power) in below {
            f.write_str("/")?;
            part(f, name, -power)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// `yes/no`
    YesNo,
    /// `text`
    Text,
    /// `date`
    Date,
    /// `moment`
    Moment,
    /// A number in a unit; whether only whole ones is the field's business.
    Number(Unit),
    /// `one of …`
    Enumeration(EnumerationId),
    /// A scale. The values of a numbered one are numbers, those of another are levels.
    Scale(ScaleId),
    /// `ref …`, a parent, or a `one record`.
    Reference(RecordId),
    /// `list of …`
    List(Box<Type>),
}
