//! Expressions built by hand, and what they come to.

mod aggregates;
mod criteria;
mod faults;
mod logic;
mod tables;
mod texts;
mod world;
