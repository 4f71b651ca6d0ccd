//! What holds for every record that there can be: the exact analysis of conditions, before any data.
//!
//! Comes in: checked policies and conditions of theirs. Goes out: sets of possible records (those for which a condition is yes,
//! no, unknown) to be joined and asked whether they are empty, and a record out of one that is not. It never reads data and
//! never says what a finding is worth: that is `lint`.
//!
//! Conditions that compare single facts with constants or with each other are said exactly, in the three-valued logic in
//! which they are decided. What is computed (sums, counts, scores) is taken as a value that may be anything. So a set that is
//! empty here has no record at all, whatever the policy computes; and a record is only shown where nothing computed is in
//! play.
//!
//! Invariant: nothing wrong is said. What is beyond the analysis is `None`.

mod branches;
mod comparisons;
mod signature;
mod translate;
mod universe;
mod vocabulary;
mod witness;

use std::collections::BTreeSet;

use biodivine_lib_bdd::{Bdd, BddValuation, op_function};

pub use translate::Translator;
pub use universe::Universe;
pub use vocabulary::{Formula, Vocabulary};
pub use witness::{Fact, Witness};

use crate::model::{Column, Field, Gate, Policy};
use vocabulary::TermId;

/// A set of possible records.
#[derive(Debug, Clone)]
pub struct Records(Bdd);

/// How a field is declared, as far as its values go: the same text exactly where two declarations let the same values in.
pub fn declaration(policy: &Policy, field: &Field) -> String {
    let column = Column {
        name: field.name.clone(),
        value: None,
        of_type: field.of_type.clone(),
        bounds: field.bounds.clone(),
        place: field.place,
    };
    signature::of_field(policy, &column, field.optional && field.default.is_none(), "")
}

/// Which of some records are in a set.
#[derive(Debug)]
pub struct Sample(Vec<u64>);

/// What a gate comes to, and its parts.
#[derive(Debug, Clone, Copy)]
pub struct GateFormulas {
    /// Where it applies.
    pub when: Formula,
    /// What it asks.
    pub require: Formula,
    /// Yes where a record passes (or the gate does not apply), no where it fails.
    pub passes: Formula,
}

impl Translator<'_> {
    /// What deciding makes of a gate: `require` yes passes, even if `when` is unknown.
    pub fn gate(&mut self, gate: &Gate) -> GateFormulas {
        let own = self.policy.record;
        let require = self.condition(&gate.require, own);
        let when = match &gate.when {
            Some(when) => self.condition(when, own),
            None => self.all(Vec::new()),
        };
        let (not_when, not_require) = (self.not(when), self.not(require));
        let pass = self.any(vec![not_when, require]);
        let fail = self.all(vec![when, not_require]);
        GateFormulas {
            when,
            require,
            passes: self.split(pass, fail),
        }
    }

    /// Where all of some conditions hold.
    pub fn all(&mut self, conditions: Vec<Formula>) -> Formula {
        self.vocabulary().and(conditions)
    }

    /// Where one of some conditions at least holds.
    pub fn any(&mut self, conditions: Vec<Formula>) -> Formula {
        self.vocabulary().or(conditions)
    }

    /// Where a condition does not hold.
    pub fn not(&mut self, condition: Formula) -> Formula {
        self.vocabulary().not(condition)
    }

    /// What tells an expression from others, for a record of a type: two that are the same have the same.
    pub fn signature_of(
        &self,
        expression: &crate::model::Expression,
        record: crate::model::RecordId,
    ) -> String {
        signature::of(self.policy, self.tag, expression, "", record)
    }

    /// Yes where the first condition surely holds, no where the second does, else unknown.
    pub fn split(&mut self, yes: Formula, no: Formula) -> Formula {
        self.vocabulary().split(yes, no)
    }
}

impl Universe {
    /// The records for which a condition holds.
    pub fn yes(&self, condition: Formula) -> Option<Records> {
        self.truth(condition).map(|truth| Records(truth.yes.clone()))
    }

    /// The records for which a condition does not hold.
    pub fn no(&self, condition: Formula) -> Option<Records> {
        self.truth(condition).map(|truth| Records(truth.no.clone()))
    }

    /// The records for which a condition is unknown.
    pub fn unknown(&self, condition: Formula) -> Option<Records> {
        let truth = self.truth(condition)?;
        let settled = self.join(&truth.yes, &truth.no, op_function::or)?;
        Some(Records(settled.not()))
    }

    /// The records for which a condition does not surely hold.
    pub fn not_yes(&self, condition: Formula) -> Option<Records> {
        self.truth(condition).map(|truth| Records(truth.yes.not()))
    }

    /// The records for which a condition does not surely fail.
    pub fn not_no(&self, condition: Formula) -> Option<Records> {
        self.truth(condition).map(|truth| Records(truth.no.not()))
    }

    /// The records that are in both sets.
    pub fn both(&self, one: &Records, other: &Records) -> Option<Records> {
        self.join(&one.0, &other.0, op_function::and).map(Records)
    }

    /// The records that are in the first set and not in the second.
    pub fn without(&self, one: &Records, other: &Records) -> Option<Records> {
        self.join(&one.0, &other.0, op_function::and_not).map(Records)
    }

    /// All records.
    pub fn everything(&self) -> Records {
        Records(self.all())
    }

    /// Whether no record is in a set; `None` where that is beyond the analysis.
    pub fn is_empty(&self, set: &Records) -> Option<bool> {
        if set.0.is_false() {
            return Some(true);
        }
        if self.possible().is_true() {
            return Some(false);
        }
        self.join(&set.0, self.possible(), op_function::and)
            .map(|real| real.is_false())
    }

    /// A record of a set; `None` where it is empty, or where a record of it need not exist, as it rests on what is computed.
    pub fn witness(&self, set: &Records) -> Option<Witness> {
        witness::witness(self, &set.0)
    }

    /// Whether some records, taken at random but always the same, are in a set.
    pub fn sample(&self, set: &Records) -> Sample {
        let word = |chunk: &[BddValuation]| {
            let bits = chunk.iter().enumerate();
            bits.fold(0, |word, (bit, valuation)| {
                word | u64::from(set.0.eval_in(valuation)) << bit
            })
        };
        Sample(self.samples.chunks(64).map(word).collect())
    }

    /// Whether one set may lie within another, as far as samples of them tell.
    pub fn may_be_within(&self, one: &Sample, other: &Sample) -> bool {
        one.0.iter().zip(&other.0).all(|(one, other)| one & !other == 0)
    }

    /// Whether no record may be in both sets, as far as samples of them tell.
    pub fn may_be_apart(&self, one: &Sample, other: &Sample) -> bool {
        one.0.iter().zip(&other.0).all(|(one, other)| one & other == 0)
    }

    /// Whether the set is told by single facts alone, so that each of its records can be.
    pub fn is_exact(&self, set: &Records) -> bool {
        let free = |term: &TermId| self.vocabulary.terms.get(term.0).is_some_and(|term| term.free);
        self.terms_in(&set.0).iter().all(free)
    }

    /// The names of the facts that a set is told by.
    pub fn facts_of(&self, set: &Records) -> Vec<std::sync::Arc<str>> {
        self.terms_in(&set.0)
            .iter()
            .filter_map(|term| self.vocabulary.terms.get(term.0))
            .filter(|term| term.free)
            .map(|term| term.name.clone())
            .collect()
    }

    /// The terms that a set depends on, in the order in which the conditions name them.
    fn terms_in(&self, set: &Bdd) -> Vec<TermId> {
        let mut terms = BTreeSet::new();
        for variable in set.support_set() {
            terms.extend(self.owners(variable));
        }
        terms.into_iter().collect()
    }
}
