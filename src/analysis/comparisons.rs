//! Comparisons of single values: a field with a constant, or with another field.
//!
//! Comes in: the leaves of two expressions. Goes out: the formula of their comparison, or `None` where it cannot be said over
//! single facts. It never looks into expressions.
//!
//! Invariant: fields with few values are compared value by value, so that nothing about them is left open.

use super::translate::{Leaf, Translator};
use super::vocabulary::{Formula, Order, TermId};
use crate::model::regions::{Cell, Domain};
use crate::model::tables::{self};
use crate::model::{Comparison, Interval, Value};

/// The most values of terms that are compared with each other value by value.
const VALUES: usize = 64;

pub(super) const EQUAL: Order = Order {
    less: false,
    equal: true,
    greater: false,
};

impl<'p> Translator<'p> {
    /// Whether two single values stand to each other in one of some ways.
    pub(super) fn leaves(&mut self, left: &Leaf, order: Order, right: &Leaf) -> Option<Formula> {
        Some(match (left, right) {
            (Leaf::Unknown, _) | (_, Leaf::Unknown) => self.vocabulary.constant(None),
            (Leaf::Constant(left), Leaf::Constant(right)) => {
                let holds = match left.cmp(right) {
                    std::cmp::Ordering::Less => order.less,
                    std::cmp::Ordering::Equal => order.equal,
                    std::cmp::Ordering::Greater => order.greater,
                };
                self.vocabulary.constant(Some(holds))
            }
            (Leaf::Term(term), Leaf::Constant(value)) => self.against(*term, order, value)?,
            (Leaf::Constant(value), Leaf::Term(term)) => self.against(*term, turned(order), value)?,
            (Leaf::Term(left), Leaf::Term(right)) if left == right => {
                // A value is equal to itself, once it is known.
                let known = self.vocabulary.known(*left);
                let never = self.vocabulary.constant(Some(false));
                if order.equal {
                    self.vocabulary.split(known, never)
                } else {
                    self.vocabulary.split(never, known)
                }
            }
            (Leaf::Term(left), Leaf::Term(right)) => self.between(*left, order, *right)?,
            (Leaf::Truth(truth), Leaf::Constant(Value::YesNo(yes)))
            | (Leaf::Constant(Value::YesNo(yes)), Leaf::Truth(truth))
                if order.equal && !order.less && !order.greater =>
            {
                self.negated(*truth, !yes)
            }
            _ => return None,
        })
    }

    /// A term against a value.
    pub(super) fn against(&mut self, term: TermId, order: Order, value: &Value) -> Option<Formula> {
        let known = self.vocabulary.terms.get(term.0)?;
        let cell = match (&known.domain, tables::point(value)) {
            (Domain::Finite(size), crate::model::regions::Point::Member(member)) => {
                let fits = |index: &usize| match index.cmp(&member) {
                    std::cmp::Ordering::Less => order.less,
                    std::cmp::Ordering::Equal => order.equal,
                    std::cmp::Ordering::Greater => order.greater,
                };
                Cell::Members((0..*size).filter(fits).collect())
            }
            (Domain::Ordered { .. }, crate::model::regions::Point::Value(value)) => {
                let mut intervals = Vec::new();
                if order.less {
                    intervals.push(Interval {
                        low: None,
                        high: Some((value.clone(), order.equal)),
                    });
                }
                if order.greater {
                    intervals.push(Interval {
                        low: Some((value.clone(), order.equal)),
                        high: None,
                    });
                }
                if order.equal && !order.less && !order.greater {
                    intervals.push(Interval {
                        low: Some((value.clone(), true)),
                        high: Some((value, true)),
                    });
                }
                Cell::Intervals(intervals)
            }
            (Domain::Texts, crate::model::regions::Point::Text(text)) if order.equal && !order.less => {
                Cell::Texts([text].into())
            }
            _ => return None,
        };
        Some(self.vocabulary.within(term, cell))
    }

    /// A term against another.
    pub(super) fn between(&mut self, left: TermId, order: Order, right: TermId) -> Option<Formula> {
        let values = |term: TermId| {
            let term = self.vocabulary.terms.get(term.0)?;
            all_values(&term.domain)
        };
        let domain = |term: TermId| self.vocabulary.terms.get(term.0).map(|term| &term.domain);
        let (Some(lefts), Some(rights)) = (values(left), values(right)) else {
            return match (domain(left)?, domain(right)?) {
                (Domain::Ordered { .. }, Domain::Ordered { .. }) => {
                    Some(self.vocabulary.compare(left, order, right))
                }
                _ => None,
            };
        };
        // Few values: each with each.
        let (mut ways, mut known) = (Vec::new(), Vec::new());
        for value in &lefts {
            let among: Vec<&Value> = rights
                .iter()
                .filter(|other| match value.cmp(other) {
                    std::cmp::Ordering::Less => order.less,
                    std::cmp::Ordering::Equal => order.equal,
                    std::cmp::Ordering::Greater => order.greater,
                })
                .collect();
            let mut cells = Vec::new();
            for other in among {
                cells.push(self.against(right, EQUAL, other)?);
            }
            let one = self.against(left, EQUAL, value)?;
            let other = self.vocabulary.or(cells);
            ways.push(self.vocabulary.and(vec![one, other]));
        }
        for term in [left, right] {
            known.push(self.vocabulary.known(term));
        }
        // Neither is known to be in no way: unknown where one of them is.
        let holds = self.vocabulary.or(ways);
        let both = self.vocabulary.and(known);
        let surely = self.vocabulary.surely(holds);
        let not = self.vocabulary.not(surely);
        let fails = self.vocabulary.and(vec![both, not]);
        Some(self.vocabulary.split(surely, fails))
    }
}

pub(super) fn turned(order: Order) -> Order {
    Order {
        less: order.greater,
        greater: order.less,
        ..order
    }
}

pub(super) fn order_of(comparison: Comparison) -> Order {
    let (less, equal) = match comparison {
        Comparison::Less => (true, false),
        Comparison::LessOrEqual => (true, true),
        Comparison::Greater => (false, false),
        Comparison::GreaterOrEqual => (false, true),
    };
    Order {
        less,
        equal,
        greater: !less,
    }
}

/// All values of a domain, where they are few.
pub(super) fn all_values(domain: &Domain<crate::model::regions::values::ValueGrid>) -> Option<Vec<Value>> {
    use crate::model::regions::Grid as _;
    match domain {
        Domain::Finite(size) if *size <= VALUES => {
            // Members and levels are told apart by their index alone.
            (0..*size)
                .map(|index| u16::try_from(index).ok().map(Value::Member))
                .collect()
        }
        Domain::Ordered { within, grid } => {
            within.low.as_ref()?;
            within.high.as_ref()?;
            let mut values = Vec::new();
            let mut rest = within.clone();
            if let Some((low, true)) = &within.low
                && grid.holds(low)
            {
                values.push(low.clone());
            }
            while values.len() <= VALUES {
                let low = values
                    .last()
                    .cloned()
                    .or_else(|| within.low.clone().map(|(low, _)| low))?;
                rest.low = Some((low.clone(), false));
                match grid.between(Some(&low), rest.high.as_ref().map(|(high, _)| high)) {
                    Some(next) => values.push(next),
                    None => break,
                }
            }
            if let Some((high, true)) = &within.high
                && grid.holds(high)
                && values.last() != Some(high)
            {
                values.push(high.clone());
            }
            (values.len() <= VALUES).then_some(values)
        }
        _ => None,
    }
}
