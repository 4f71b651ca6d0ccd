//! The records that were left out, each with what is wrong with it and its text: a line of JSON each.
//!
//! Comes in: the records, with the policy and the texts they stand in. Goes out: bytes, written as they are made. It never mends what is wrong.
//!
//! Invariant: every record that was left out has a line with at least one problem; keys stand in the order of the documentation.

use std::io::{self, Write};

use serde::Serialize;

use crate::data::{LeftOut, Mistake};
use crate::model::Policy;
use crate::source::Sources;

/// A record that was left out.
#[derive(Serialize)]
struct Reject<'a> {
    record: &'a str,
    id: Option<&'a str>,
    at: String,
    problems: Vec<Problem<'a>>,
    raw: &'a str,
}

#[derive(Serialize)]
struct Problem<'a> {
    code: &'static str,
    message: &'a str,
}

/// Writes a line for each record that was left out, in the order of the record types and then of the data.
///
/// # Errors
/// What keeps it from being written.
pub fn ndjson(
    policy: &Policy,
    sources: &Sources,
    left_out: &[LeftOut],
    to: &mut dyn Write,
) -> io::Result<()> {
    for left_out in left_out {
        serde_json::to_writer(&mut *to, &reject(policy, sources, left_out))?;
        to.write_all(b"\n")?;
    }
    Ok(())
}

fn reject<'a>(policy: &'a Policy, sources: &'a Sources, left_out: &'a LeftOut) -> Reject<'a> {
    let problem = |mistake: &'a Mistake| Problem {
        code: mistake.code.name(),
        message: &mistake.message,
    };
    Reject {
        record: &policy.record_type(left_out.record).name,
        id: left_out.key.as_deref(),
        at: sources.at(left_out.place),
        problems: left_out.problems.iter().map(problem).collect(),
        raw: sources.slice(left_out.whole),
    }
}
