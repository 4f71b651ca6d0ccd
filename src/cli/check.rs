//! `evaluate check POLICY…`: look for mistakes.
//!
//! Comes in: policies. Goes out: their problems, and a line for each policy without any. It never reads data.
//!
//! Invariant: every policy is checked, whatever is wrong with the others. A file that is only there to be used is checked
//! with the policies that use it.

use std::collections::BTreeSet;

use super::Exit;
use super::arguments::{Check, Color};
use super::output::{tell_all, write};
use crate::check;
use crate::diagnostic::{Code, Diagnostic};
use crate::lint;
use crate::source::Sources;

pub(super) fn run(arguments: &Check, color: Color) -> Exit {
    let mut exit = Exit::Done;
    let mut sound = String::new();
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut read = Vec::new();
    for path in &arguments.policies {
        let mut sources = Sources::new();
        let loaded = check::load(path, &mut sources, &mut |path| std::fs::read(path));
        let others = loaded.order.iter().skip(1).filter_map(|file| sources.get(*file));
        used.extend(others.map(|file| file.path.to_string()));
        read.push((path, loaded, sources));
    }
    for (path, loaded, sources) in read {
        let (policy, mut problems) = check::check(&loaded, &sources);
        problems.extend(policy.iter().flat_map(lint::lint));
        let named = loaded.order.first().and_then(|file| sources.get(*file));
        let is_used = named.is_some_and(|file| used.contains(&*file.path));
        if is_used && problems.iter().any(|problem| problem.code == Code::NoPolicy) {
            continue;
        }
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
