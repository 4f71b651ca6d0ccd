//! Whether two policies let in the same records, for any data.
//!
//! Comes in: two checked policies over the same records. Goes out: for each gate, and for all together, how the new one stands
//! to the old one, with records that show it. It never reads data, and never says what it is not sure of.
//!
//! The outcomes of a gate are ordered: a record fails, is undetermined, or passes. A gate is stricter than another where no
//! record comes out better and one at least comes out worse.
//!
//! Invariant: whatever is told other than *open* holds for every record that there can be.

use std::sync::Arc;

use crate::analysis::{Formula, Records, Translator, Universe, Vocabulary, Witness};
use crate::model::Policy;

/// Stack that following the longest chain of definitions fits into, without optimisation too.
const STACK: usize = 16 * 1024 * 1024;

/// How the new one stands to the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every record comes out the same.
    Equal,
    /// No record comes out better, and some come out worse.
    Stricter,
    /// No record comes out worse, and some come out better.
    Looser,
    /// Some come out better and some worse.
    Neither,
    /// No record comes out better; whether some come out worse rests on what is computed.
    NotLooser,
    /// No record comes out worse; whether some come out better rests on what is computed.
    NotStricter,
    /// It rests on what is computed, and cannot be told for every record.
    Open,
}

/// What a record comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It passes.
    Passes,
    /// Some facts are missing.
    Undetermined,
    /// It fails.
    Fails,
}

/// A record that comes out differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What the old policy makes of it.
    pub old: Outcome,
    /// What the new policy makes of it.
    pub new: Outcome,
    /// The record.
    pub record: Witness,
}

/// How a gate, or all of them together, compare.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// How the new one stands to the old one.
    pub verdict: Verdict,
    /// A record that comes out worse.
    pub worse: Option<Difference>,
    /// A record that comes out better.
    pub better: Option<Difference>,
}

/// A gate by its name.
#[derive(Debug, Clone)]
pub struct GateComparison {
    /// Its name.
    pub name: Arc<str>,
    /// Whether the old policy has it.
    pub in_old: bool,
    /// Whether the new policy has it.
    pub in_new: bool,
    /// How they compare; a gate that is not there lets everything pass.
    pub comparison: Comparison,
}

/// How two policies compare.
#[derive(Debug, Clone)]
pub struct Proof {
    /// Gate by gate: those of the old policy in its order, then those that only the new one has.
    pub gates: Vec<GateComparison>,
    /// All gates together.
    pub eligibility: Comparison,
    /// Fields of the decided record that the two declare differently: nothing is proved about them.
    pub unlike: Vec<Arc<str>>,
}

/// Compares the gates of two policies; `None` where there are more conditions than the analysis can hold.
pub fn compare(old: &Policy, new: &Policy) -> Option<Proof> {
    stacker::maybe_grow(STACK, STACK, || compared(old, new))
}

fn compared(old: &Policy, new: &Policy) -> Option<Proof> {
    let mut vocabulary = Vocabulary::across_policies();
    let (old_gates, old_all) = formulas(old, &mut vocabulary);
    let (new_gates, new_all) = formulas(new, &mut vocabulary);
    let mut translator = Translator::new(old, &mut vocabulary);
    let everything = translator.all(Vec::new());
    let universe = Universe::new(vocabulary)?;
    let of = |gates: &[(Arc<str>, Formula)], name: &str| {
        gates
            .iter()
            .find(|(known, _)| &**known == name)
            .map(|(_, formula)| *formula)
    };
    let only_new = new_gates
        .iter()
        .filter(|(name, _)| of(&old_gates, name).is_none());
    let names = old_gates.iter().chain(only_new).map(|(name, _)| Arc::clone(name));
    let gates = names.map(|name| {
        let (ours, theirs) = (of(&old_gates, &name), of(&new_gates, &name));
        GateComparison {
            in_old: ours.is_some(),
            in_new: theirs.is_some(),
            comparison: comparison(
                &universe,
                ours.unwrap_or(everything),
                theirs.unwrap_or(everything),
            ),
            name,
        }
    });
    Some(Proof {
        gates: gates.collect(),
        eligibility: comparison(&universe, old_all, new_all),
        unlike: unlike(old, new),
    })
}

fn formulas(policy: &Policy, vocabulary: &mut Vocabulary) -> (Vec<(Arc<str>, Formula)>, Formula) {
    let mut translator = Translator::new(policy, vocabulary);
    let gates: Vec<(Arc<str>, Formula)> = policy
        .gates
        .iter()
        .map(|gate| (Arc::clone(&gate.name), translator.gate(gate).passes))
        .collect();
    let all = translator.all(gates.iter().map(|(_, passes)| *passes).collect());
    (gates, all)
}

/// Whether a set has a record: `Some(true)` only where one can be shown.
fn some(universe: &Universe, set: Option<Records>) -> (Option<bool>, Option<Witness>) {
    let Some(set) = set else { return (None, None) };
    if universe.is_empty(&set) == Some(true) {
        return (Some(false), None);
    }
    // Where both policies declare a field in their own way, one record cannot have two values of it.
    let twice = |witness: &Witness| {
        let mut facts = witness.facts.iter().enumerate();
        facts.any(|(index, fact)| {
            witness
                .facts
                .iter()
                .take(index)
                .any(|other| other.name == fact.name)
        })
    };
    let witness = universe.witness(&set).filter(|witness| !twice(witness));
    (witness.is_some().then_some(true), witness)
}

fn comparison(universe: &Universe, old: Formula, new: Formula) -> Comparison {
    // Worse: no longer passes, or fails where it did not fail.
    let worse = [
        (Outcome::Passes, Outcome::Fails),
        (Outcome::Passes, Outcome::Undetermined),
        (Outcome::Undetermined, Outcome::Fails),
    ];
    let (mut lost, mut gained) = (Side::default(), Side::default());
    for (better, worse) in worse {
        lost.add(universe, old, better, new, worse, false);
        gained.add(universe, new, better, old, worse, true);
    }
    let verdict = match (lost.found, gained.found) {
        (Found::No, Found::No) => Verdict::Equal,
        (Found::Yes, Found::No) => Verdict::Stricter,
        (Found::No, Found::Yes) => Verdict::Looser,
        (Found::Yes, Found::Yes) => Verdict::Neither,
        (Found::Open, Found::No) => Verdict::NotLooser,
        (Found::No, Found::Open) => Verdict::NotStricter,
        _ => Verdict::Open,
    };
    Comparison {
        verdict,
        worse: lost.shown,
        better: gained.shown,
    }
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Found {
    #[default]
    No,
    Open,
    Yes,
}

/// The records that come out differently in one direction.
#[derive(Default)]
struct Side {
    found: Found,
    shown: Option<Difference>,
}

impl Side {
    /// Adds the records of which one policy makes the one thing and the other the other.
    fn add(
        &mut self,
        universe: &Universe,
        one: Formula,
        of_one: Outcome,
        other: Formula,
        of_other: Outcome,
        turned: bool,
    ) {
        if self.found == Found::Yes {
            return;
        }
        let set = || universe.both(&with(universe, one, of_one)?, &with(universe, other, of_other)?);
        match some(universe, set()) {
            (Some(false), _) => {}
            (Some(true), Some(record)) => {
                let (old, new) = if turned {
                    (of_other, of_one)
                } else {
                    (of_one, of_other)
                };
                self.shown = Some(Difference { old, new, record });
                self.found = Found::Yes;
            }
            _ => self.found = Found::Open,
        }
    }
}

fn with(universe: &Universe, formula: Formula, outcome: Outcome) -> Option<Records> {
    match outcome {
        Outcome::Passes => universe.yes(formula),
        Outcome::Undetermined => universe.unknown(formula),
        Outcome::Fails => universe.no(formula),
    }
}

/// Fields of one name that are not declared alike.
fn unlike(old: &Policy, new: &Policy) -> Vec<Arc<str>> {
    let mut names = Vec::new();
    for record in &old.records {
        let Some(theirs) = new.records.iter().find(|theirs| theirs.name == record.name) else {
            continue;
        };
        for field in &record.fields {
            let same = |other: &&crate::model::Field| other.name == field.name;
            if let Some(other) = theirs.fields.iter().find(same)
                && crate::analysis::declaration(old, field) != crate::analysis::declaration(new, other)
            {
                names.push(format!("{}.{}", record.name, field.name).into());
            }
        }
    }
    names
}
