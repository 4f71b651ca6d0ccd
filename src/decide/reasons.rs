//! What every stage reads, and how a rule becomes a reason.
//!
//! Comes in: the policy, the records and the evaluator. Goes out: [`Reason`]s, the author's texts filled in, and the names
//! of missing facts. It never decides anything.
//!
//! Invariant: every text that comes out is the author's own.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::evaluate::Evaluator;
use super::{Decision, InsteadOutcome, Reason, ReasonKind, Status};
use crate::data::Records;
use crate::model::{Expression, Ground, Instead, Language, Policy, Reference, Template};
use crate::source::Place;

/// What every stage reads.
pub(super) struct Context<'a> {
    /// The policy.
    pub(super) policy: &'a Policy,
    /// The data.
    pub(super) records: &'a Records,
    /// Its expressions over the data.
    pub(super) evaluator: Evaluator<'a>,
    /// What keeps records of the policy's own type undetermined.
    open: RefCell<HashMap<Reference, Vec<Arc<str>>>>,
}

/// How many undetermined records a decision names that it depends on.
const NAMED: usize = 20;

/// A rule as a reason names it.
pub(super) struct Named<'r> {
    /// What kind of rule it is.
    pub(super) kind: ReasonKind,
    /// Its name.
    pub(super) rule: &'r Arc<str>,
    /// Its title.
    pub(super) title: Option<&'r Arc<str>>,
    /// Why it stands.
    pub(super) ground: &'r Ground,
    /// Where it stands.
    pub(super) place: Place,
}

impl<'a> Context<'a> {
    /// The policy over the data, nothing decided yet.
    pub(super) fn new(policy: &'a Policy, records: &'a Records, language: Language) -> Context<'a> {
        Context {
            policy,
            records,
            evaluator: Evaluator::new(policy, records, language),
            open: RefCell::default(),
        }
    }

    /// A rule as a reason for a record, without outcome, text, facts and records.
    pub(super) fn reason(&self, named: &Named<'_>, record: Reference) -> Reason {
        let said =
            |template: &Option<Template>| template.as_ref().map(|text| self.evaluator.text(text, record));
        Reason {
            kind: named.kind,
            rule: Arc::clone(named.rule),
            title: named.title.cloned(),
            outcome: None,
            text: None,
            after: Vec::new(),
            because: said(&named.ground.because),
            cite: said(&named.ground.cite),
            place: named.place,
            facts: Vec::new(),
            instead: None,
            grounds: Vec::new(),
        }
    }

    /// What happens to a record instead: the first that holds. Whether its target is in is known at the end only.
    pub(super) fn instead(&self, clauses: &[Instead], record: Reference) -> Option<Box<InsteadOutcome>> {
        let holds = |clause: &&Instead| {
            let when = clause.when.as_ref();
            when.is_none_or(|when| self.evaluator.truth(when, record) == Some(true))
        };
        let said =
            |template: &Option<Template>| template.as_ref().map(|text| self.evaluator.text(text, record));
        let outcome = |clause: &Instead| InsteadOutcome {
            text: self.evaluator.text(&clause.text, record),
            to: clause
                .to
                .as_ref()
                .and_then(|to| self.evaluator.value(to, record))
                .and_then(|value| value.as_reference()),
            to_is_in: None,
            because: said(&clause.ground.because),
            cite: said(&clause.ground.cite),
            place: clause.place,
        };
        clauses.iter().find(holds).map(|clause| Box::new(outcome(clause)))
    }

    /// The unknown facts that keep these conditions unknown for a record: those they read, and where they ask for the rank
    /// or the selection of a record that is undetermined, those that keep it so.
    pub(super) fn missing(&self, expressions: &[&Expression], record: Reference) -> Vec<Arc<str>> {
        let mut missing = self.evaluator.missing(expressions, record);
        let undecided = self.evaluator.undecided(expressions, record);
        let open = self.open.borrow();
        for other in undecided.into_iter().filter(|other| *other != record).take(NAMED) {
            if let Some(names) = open.get(&other) {
                let names = self.beside(names, other, record);
                self.add_missing(&mut missing, names, record);
            }
        }
        missing
    }

    /// Says what keeps a record of the policy's own type undetermined.
    pub(super) fn is_open(&self, record: Reference, missing: &[Arc<str>]) {
        self.open.borrow_mut().insert(record, missing.to_vec());
    }

    /// Facts as one record names them, as another one does: `phase` of LM-1 is `LM-1.phase` elsewhere.
    pub(super) fn beside(&self, names: &[Arc<str>], of: Reference, to: Reference) -> Vec<Arc<str>> {
        if of == to {
            return names.to_vec();
        }
        let is_field = |record: Reference, name: &str| {
            let fields = &self.policy.record_type(record.record).fields;
            fields.iter().any(|field| &*field.name == name)
        };
        let renamed = names.iter().map(|name| {
            if is_field(of, name) {
                return format!("{}.{name}", self.records.key(of)).into();
            }
            let own = name
                .strip_prefix(&**self.records.key(to))
                .and_then(|rest| rest.strip_prefix('.'))
                .filter(|rest| is_field(to, rest));
            own.map_or_else(|| Arc::clone(name), Arc::from)
        });
        renamed.collect()
    }

    /// Adds names of missing facts to those that are there: the record's own in order of declaration, then those of
    /// other records in the order in which they came up.
    pub(super) fn add_missing(&self, missing: &mut Vec<Arc<str>>, more: Vec<Arc<str>>, record: Reference) {
        if more.is_empty() {
            return;
        }
        if missing.is_empty() {
            *missing = more;
            return;
        }
        for name in more {
            if !missing.contains(&name) {
                missing.push(name);
            }
        }
        let fields = &self.policy.record_type(record.record).fields;
        let place = |name: &Arc<str>| fields.iter().position(|field| field.name == *name);
        missing.sort_by_key(|name| place(name).unwrap_or(usize::MAX));
    }

    /// Keys of records for a message: `A`, `B` and 3 more.
    pub(super) fn listed(&self, records: &[Reference]) -> String {
        const SHOWN: usize = 5;
        let shown: Vec<String> = records
            .iter()
            .take(SHOWN)
            .map(|record| format!("`{}`", self.records.key(*record)))
            .collect();
        match (records.len().saturating_sub(SHOWN), shown.split_last()) {
            (0, Some((last, []))) => last.clone(),
            (0, Some((last, before))) => format!("{} and {last}", before.join(", ")),
            (more, _) => format!("{} and {more} more", shown.join(", ")),
        }
    }
}

impl Decision {
    /// A decision of which nothing but a status is known.
    pub(super) fn new(record: Reference, status: Status) -> Decision {
        Decision {
            record,
            status,
            selection: None,
            joint_with: None,
            rank: None,
            tied_with: Vec::new(),
            score: None,
            tie_break: None,
            values: Vec::new(),
            place: None,
            reasons: Vec::new(),
            missing: Vec::new(),
        }
    }
}
