//! Data in every format, as a user brings it: encodings, folders, patterns, standard input, and the page `docs/data.md`.
//!
//! Comes in: a policy and data in a folder of its own. Goes out: what the command says of them. `table` holds the reader of
//! tables equal to the crate `csv`.
//!
//! Invariant: the same data gives the same decisions, whatever its format.

// A test that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod any;
mod folder;
mod page;
#[cfg(feature = "parquet")]
mod parquet;
mod same;
mod sheets;
mod steg2;
mod text;
mod write;
