//! A policy and records in, decisions out: gates, criteria, rank, exclusions, cut list.
//!
//! Comes in: a checked [`Policy`](crate::model::Policy) and [`Records`](crate::data::Records). Goes out:
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
pub use run::{Decided, decide};
