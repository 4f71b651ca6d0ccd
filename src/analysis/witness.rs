//! One record out of many: the most natural one, with the facts that matter.
//!
//! Comes in: a set of records. Goes out: a record of it, as facts. It never shows a record that need not exist: where the set
//! rests on what is computed, there is none.
//!
//! Invariant: every record with the facts shown is in the set.

use std::collections::BTreeMap;
use std::sync::Arc;

use biodivine_lib_bdd::{Bdd, op_function};

use super::universe::{EQUAL, GREATER, LESS, Pair, Universe};
use super::vocabulary::{Order, Term, TermId};
use crate::model::regions::values::ValueGrid;
use crate::model::regions::{Domain, Grid as _, Point};
use crate::model::{Interval, Type, Value};

/// How many values are tried where terms on different grids have to be equal.
const TRIES: usize = 100;
/// How many records are tried before none is shown.
const ROUNDS: usize = 64;

/// A record, by the facts that make it show something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The facts: of each its name and its value; `None` where it is missing.
    pub facts: Vec<Fact>,
}

/// A fact of a record that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// As an author would write it: `phase`, `measure.area`.
    pub name: Arc<str>,
    /// The type of its value.
    pub of_type: Type,
    /// Its value; `None` where it is missing.
    pub value: Option<Point<Value>>,
    /// The value as an author would write it; `missing` where there is none.
    pub shown: String,
}

impl std::fmt::Display for Witness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, fact) in self.facts.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{} {}", fact.name, fact.shown)?;
        }
        Ok(())
    }
}

/// A record of a set; `None` where the set is empty, or a record of it need not exist.
pub(super) fn witness(universe: &Universe, set: &Bdd) -> Option<Witness> {
    let mut left = universe.join(set, universe.possible(), op_function::and)?;
    let matters = universe.terms_in(set);
    let free = |term: &TermId| {
        universe
            .vocabulary
            .terms
            .get(term.0)
            .is_some_and(|term| term.free)
    };
    if !matters.iter().all(free) {
        return None;
    }
    let support = set.support_set();
    let pairs: Vec<Pair> = universe
        .pairs
        .iter()
        .filter(|pair| pair.variables().iter().any(|variable| support.contains(variable)))
        .copied()
        .collect();
    for _ in 0..ROUNDS {
        if left.is_false() {
            return None;
        }
        let (choice, chosen, related) = choose(universe, &left, &matters, &pairs)?;
        if let Some(values) = values(universe, &chosen, &related) {
            return told(universe, &matters, &chosen, &values);
        }
        // Each two of them can stand so to each other, but not all at once: then it is another record.
        left = universe.join(&left, &choice, op_function::and_not)?;
    }
    None
}

/// A choice of pieces and relations, and the records that it leaves.
type Choice = (Bdd, BTreeMap<TermId, Option<usize>>, Vec<(TermId, Order, TermId)>);

/// Chooses a piece for each term, and how each pair stands to each other.
fn choose(universe: &Universe, left: &Bdd, matters: &[TermId], pairs: &[Pair]) -> Option<Choice> {
    let mut left = left.clone();
    let mut choice = universe.all();
    let mut narrow = |by: Bdd| {
        let narrowed = left.and(&by);
        if narrowed.is_false() {
            return false;
        }
        left = narrowed;
        choice = choice.and(&by);
        true
    };
    let mut chosen = BTreeMap::new();
    for term in matters {
        let pieces = universe.terms.get(term.0)?;
        let mut codes = (0..pieces.pieces.len()).map(Some).chain([None]);
        let code = codes.find(|code| {
            let written = code.or(pieces.unknown);
            let among = written.and_then(|written| universe.codes(pieces, &|code| code == written));
            among.is_some_and(&mut narrow)
        })?;
        chosen.insert(*term, code);
    }
    let known = |term: &TermId| chosen.get(term).is_some_and(Option::is_some);
    let mut related = Vec::new();
    for pair in pairs
        .iter()
        .filter(|pair| known(&pair.left) && known(&pair.right))
    {
        let order = [EQUAL, LESS, GREATER]
            .into_iter()
            .find(|order| narrow(universe.relation(pair, *order)))?;
        related.push((pair.left, order, pair.right));
    }
    Some((choice, chosen, related))
}

/// The facts of a record.
fn told(
    universe: &Universe,
    matters: &[TermId],
    chosen: &BTreeMap<TermId, Option<usize>>,
    values: &BTreeMap<TermId, Value>,
) -> Option<Witness> {
    let mut facts = Vec::new();
    for id in matters {
        let term = universe.vocabulary.terms.get(id.0)?;
        let value = match chosen.get(id)? {
            Some(code) => Some(match values.get(id) {
                Some(value) => Point::Value(value.clone()),
                None => universe.terms.get(id.0)?.pieces.get(*code)?.point.clone(),
            }),
            None => None,
        };
        facts.push(Fact {
            name: Arc::clone(&term.name),
            of_type: term.of_type.clone(),
            shown: shown(term, value.as_ref()),
            value,
        });
    }
    Some(Witness { facts })
}

/// The value of a fact, as an author would write it.
fn shown(term: &Term, value: Option<&Point<Value>>) -> String {
    let Some(value) = value else {
        return "is missing".to_owned();
    };
    if matches!(term.of_type, Type::Reference(_)) && *value == Point::OtherText {
        return "is known".to_owned();
    }
    let written = match value {
        Point::Member(member) => match (&term.of_type, member) {
            (Type::YesNo, 0) => "no".to_owned(),
            (Type::YesNo, _) => "yes".to_owned(),
            (_, member) => term
                .members
                .get(*member)
                .map_or_else(String::new, |name| name.to_string()),
        },
        Point::Text(text) => format!("\"{text}\""),
        Point::OtherText => "another text".to_owned(),
        Point::Value(Value::Number(number)) => match &term.of_type {
            Type::Number(unit) if !unit.is_none() => format!("{} {unit}", number.decimal(6)),
            _ => number.decimal(6),
        },
        Point::Value(Value::Date(date)) => date.to_string(),
        Point::Value(Value::Moment(moment)) => moment.to_string(),
        Point::Value(_) => String::new(),
    };
    format!("is {written}")
}

/// A class of terms that are equal, and what their value has to keep to.
struct Class {
    terms: Vec<TermId>,
    within: Interval<Value>,
    grids: Vec<ValueGrid>,
    value: Option<Value>,
}

/// Values for the terms that are compared with each other, so that they stand to each other as chosen.
fn values(
    universe: &Universe,
    chosen: &BTreeMap<TermId, Option<usize>>,
    related: &[(TermId, Order, TermId)],
) -> Option<BTreeMap<TermId, Value>> {
    let mut classes: Vec<Class> = Vec::new();
    for term in related.iter().flat_map(|(left, _, right)| [*left, *right]) {
        if classes.iter().any(|class| class.terms.contains(&term)) {
            continue;
        }
        let code = chosen.get(&term).copied().flatten()?;
        let piece = universe.terms.get(term.0)?.pieces.get(code)?;
        let Domain::Ordered { grid, .. } = &universe.vocabulary.terms.get(term.0)?.domain else {
            return None;
        };
        classes.push(Class {
            terms: vec![term],
            within: piece.within.clone()?,
            grids: vec![grid.clone()],
            value: None,
        });
    }
    let class_of =
        |classes: &[Class], term: TermId| classes.iter().position(|class| class.terms.contains(&term));
    for (left, order, right) in related {
        let (one, other) = (class_of(&classes, *left)?, class_of(&classes, *right)?);
        if order.equal && one != other {
            let joined = classes.remove(other.max(one));
            let kept = classes.get_mut(other.min(one))?;
            kept.within = both(&kept.within, &joined.within);
            kept.terms.extend(joined.terms);
            kept.grids.extend(joined.grids);
        }
    }
    let mut below: Vec<(usize, usize)> = Vec::new();
    for (left, order, right) in related {
        let (one, other) = (class_of(&classes, *left)?, class_of(&classes, *right)?);
        if !order.equal {
            below.push(if order.less { (one, other) } else { (other, one) });
        }
    }
    // What must be below another must be below that one's high end too.
    for _ in 0..classes.len() {
        for (low, high) in &below {
            let bound = classes
                .get(*high)?
                .within
                .high
                .clone()
                .map(|(value, _)| (value, false));
            let class = classes.get_mut(*low)?;
            class.within = both(
                &class.within,
                &Interval {
                    low: None,
                    high: bound,
                },
            );
        }
    }
    // From the lowest up, each takes the first value above all that are below it.
    for _ in 0..classes.len() {
        let ready = (0..classes.len()).find(|index| {
            let waits = |(low, high): &(usize, usize)| {
                high == index && classes.get(*low).is_some_and(|class| class.value.is_none())
            };
            classes.get(*index).is_some_and(|class| class.value.is_none()) && !below.iter().any(waits)
        })?;
        let mut within = classes.get(ready)?.within.clone();
        for (low, _) in below.iter().filter(|(_, high)| *high == ready) {
            let value = classes.get(*low)?.value.clone()?;
            within = both(
                &within,
                &Interval {
                    low: Some((value, false)),
                    high: None,
                },
            );
        }
        let class = classes.get_mut(ready)?;
        class.value = Some(first_on_all(&class.grids, within)?);
    }
    let mut values = BTreeMap::new();
    for class in classes {
        let value = class.value?;
        values.extend(class.terms.into_iter().map(|term| (term, value.clone())));
    }
    Some(values)
}

/// A value in an interval that lies on all grids.
fn first_on_all(grids: &[ValueGrid], mut within: Interval<Value>) -> Option<Value> {
    // The coarsest decides which values are worth a try.
    let grid = grids
        .iter()
        .find(|grid| matches!(grid, ValueGrid::Steps { .. }))
        .or(grids.first())?;
    for _ in 0..TRIES {
        let value = grid.pick(&within)?;
        if grids.iter().all(|grid| grid.holds(&value)) && within.contains(&value) {
            return Some(value);
        }
        within.low = Some((value, false));
    }
    None
}

/// What lies in both of two intervals.
fn both(one: &Interval<Value>, other: &Interval<Value>) -> Interval<Value> {
    let low = match (&one.low, &other.low) {
        (Some(ours), Some(theirs)) => {
            // Of two equal ends the one that is left out is the narrower.
            Some(
                if (&ours.0, !ours.1) >= (&theirs.0, !theirs.1) {
                    ours
                } else {
                    theirs
                }
                .clone(),
            )
        }
        (end, None) | (None, end) => end.clone(),
    };
    let high = match (&one.high, &other.high) {
        (Some(ours), Some(theirs)) => Some(
            if (&ours.0, ours.1) <= (&theirs.0, theirs.1) {
                ours
            } else {
                theirs
            }
            .clone(),
        ),
        (end, None) | (None, end) => end.clone(),
    };
    Interval { low, high }
}
