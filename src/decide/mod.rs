//! A policy and records in, decisions out: gates, criteria, rank, exclusions, cut list.
//!
//! Comes in: a checked [`Policy`] and [`Records`]. Goes out:
//! [`Decisions`]. It never sees source syntax, files or the clock.
//!
//! Invariant: the same policy and records give the same decisions, whatever the machine.

pub mod cut_list;
pub mod decisions;
pub mod evaluate;
mod exclude;
mod gates;
mod idle;
mod instead;
mod joint;
mod participation;
mod premises;
mod rank;
mod reasons;
pub mod run;
mod score;
mod values;

pub use cut_list::idle_rules;
pub use decisions::*;
pub use evaluate::trace::{Node, Step};
pub use evaluate::{Evaluator, Standing};
pub use gates::gate_outcome;
pub use idle::{idle_criteria, idle_keys};
pub use run::{Decided, Stages, decide};

use crate::data::Records;
use crate::diagnostic::Diagnostic;
use crate::model::Policy;

impl Policy {
    /// Decides on records, with every reason, in the policy's own language.
    ///
    /// A policy is read once and can be shared by threads; records are read for it by [`crate::data::read`]. For rows of
    /// millions of records, without reasons, see [`Columns`](crate::columns::Columns).
    ///
    /// ```
    /// use prioriter::source::Sources;
    /// use prioriter::{check, data};
    ///
    /// let text = r#"policy parking "Bicycle parking" for place { version "1" }
    /// record place {
    ///     id     : text key
    ///     riders : integer 0..
    ///     paved  : yes/no
    /// }
    /// entry paved "Paved" {
    ///     require   paved
    ///     otherwise "{id} is not paved"
    /// }
    /// rank by highest riders
    /// "#;
    /// let mut sources = Sources::new();
    /// let loaded = check::load("parking.rule", &mut sources, &mut |_| Ok(text.as_bytes().to_vec()));
    /// let (policy, problems) = check::check(&loaded, &sources);
    /// assert!(problems.is_empty());
    /// let policy = policy.ok_or("no policy")?;
    ///
    /// let places = br#"{ "places": [
    ///     { "id": "harbour", "riders": 40, "paved": true },
    ///     { "id": "forest", "riders": 95, "paved": false } ] }"#;
    /// let file = sources.add("places.json", places).map_err(|_| "no text")?;
    /// let input = data::Input { file, record: None, format: data::Format::Json };
    /// let reading = data::read(&policy, &sources, &[input]);
    /// assert!(reading.sound);
    ///
    /// let decided = policy.decide(&reading.records).map_err(|_| "a contradiction")?;
    /// let forest = &decided.decisions.decisions[1];
    /// assert_eq!(forest.status.name(), "not-eligible");
    /// assert_eq!(forest.reasons[0].text.as_deref(), Some("forest is not paved"));
    /// # Ok::<(), &'static str>(())
    /// ```
    ///
    /// # Errors
    /// What contradicts itself for these records: joint records in a circle, rules of a cut list; all that was found.
    pub fn decide(&self, records: &Records) -> Result<Decided, Vec<Diagnostic>> {
        decide(self, records, self.language)
    }
}

/// A policy can be shared.
const _: () = {
    const fn is_shared<T: Send + Sync>() {}
    is_shared::<Policy>();
    is_shared::<Records>();
};
