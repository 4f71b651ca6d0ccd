//! The command `evaluate`: arguments in, calls out, nothing decided here.
//!
//! Comes in: the arguments, files, the terminal. Goes out: text on standard output and standard error, or a file, and the
//! exit code. It never looks into a policy, records or decisions.
//!
//! Invariant: results go to standard output (or the file of `-o`), diagnostics to standard error.

mod ahead;
mod answer;
mod arguments;
mod check;
mod columns;
mod decide;
mod explain;
mod files;
mod help;
mod inputs;
mod mend;
mod once;
mod output;
mod progress;
mod prove;
mod reading;
mod robustness;
mod rows;
mod unfinished;
mod what_if;

use std::ffi::OsString;

use clap::Parser as _;

use arguments::{Arguments, Job};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Done, and the answer is no.
    No = 1,
    /// Could not be done.
    Failed = 2,
}

/// Runs the command with its arguments, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // A reader that closes the pipe early is no error.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Failed
            } else {
                Exit::Done
            };
        }
    };
    match arguments.job {
        Some(Job::Check(ref check)) => check::run(check, arguments.color),
        Some(Job::Prove(ref prove)) => prove::run(prove, arguments.color),
        Some(Job::Explain(ref asked)) => explain::explain(asked, arguments.color),
        Some(Job::Compare(ref asked)) => explain::compare(asked, arguments.color),
        Some(Job::WhatIf(ref what_if)) => what_if::run(what_if, arguments.color),
        Some(Job::Robustness(ref robustness)) => robustness::run(robustness, arguments.color),
        Some(Job::Help { ref topic }) => help::run(topic.as_deref()),
        None if arguments.policy.as_deref().is_some_and(help::misspelt) => Exit::Failed,
        None => decide::run(&arguments),
    }
}
