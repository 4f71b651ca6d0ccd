//! Deciding over columns: millions of records, exactly, at the speed at which they can be read.
//!
//! Comes in: a policy of one record type, files of records, and which values are to be written of each. Goes out: rows.
//! It never tells why: [`mod@crate::decide`] does, and what is none for columns goes that way.
//!
//! A policy is compiled once: `compile` makes `program` steps of its expressions, over batches of some thousand records
//! ([`scan`](crate::data::scan) reads them), with what is the same computed once. Numbers are whole multiples of an exact
//! unit (`units`), and ends are known for each column, from the declared ranges and what the data shows; where a column might
//! not fit 64 bits, the policy is none for columns. `plan` says what of a whole policy is decided so; `kept` keeps of each
//! record what is asked for in as few bytes as its ends need; `rank` ranks by one packed whole number, `limits` goes down
//! the ranks; `rows` writes lines, and `typed` a file of [`parquet`]. `parts` reads files side by side, `stream` writes rows as they are read where
//! nothing rests on other records, and `closely` has the lines
//! read that are not as simple as the others.
//!
//! Invariant: what comes out is what [`mod@crate::decide`] decides, to the byte.

mod closely;
mod compile;
mod held;
mod kept;
mod kinds;
mod large;
mod limits;
mod narrow;
mod outputs;
#[cfg(feature = "parquet")]
pub mod parquet;
mod parts;
mod plan;
mod program;
mod rank;
mod rows;
mod run;
mod runs;
mod stream;
#[cfg(feature = "parquet")]
mod typed;
mod units;

pub use compile::Unfit;
pub use kinds::Kind;
pub use large::Large;
pub use outputs::{Choice, Output};
pub use rows::Form;
pub use run::{Columns, Decided, Held, Input, Not, Told};
pub use runs::{Memory, Storage};
pub use stream::{Stream, Streamed};
