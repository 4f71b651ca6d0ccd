//! `evaluate check POLICY…`: look for mistakes.
//!
//! Comes in: policies. Goes out: their problems, and a line for each policy without any. It never reads data.
//!
//! Invariant: every policy is checked, whatever is wrong with the others.

use super::Exit;
use super::arguments::{Check, Color};
use super::output::{tell_all, write};
use crate::check;
use crate::diagnostic::Diagnostic;
use crate::lint;
use crate::source::Sources;

pub(super) fn run(arguments: &Check, color: Color) -> Exit {
    let mut exit = Exit::Done;
    let mut sound = String::new();
    for path in &arguments.policies {
        let mut sources = Sources::new();
        let loaded = check::load(path, &mut sources, &mut |path| std::fs::read(path));
        let (policy, mut problems) = check::check(&loaded, &sources);
        problems.extend(policy.iter().flat_map(lint::lint));
        tell_all(&problems, &sources, color);
        if problems.iter().any(Diagnostic::is_error) {
            exit = Exit::Failed;
        } else {
            sound.push_str(&format!("{path}: no mistakes\n"));
        }
    }
    match write(&sound, None) {
        Exit::Done => exit,
        failed => failed,
    }
}
