//! Findings in a policy that is sound: what can never happen, never decides, or is never used.
//!
//! Comes in: a checked policy. Goes out: warnings, each once, without those that the policy allows. It never reads data, and
//! never says what it is not sure of: what is beyond the analysis is passed over.
//!
//! Invariant: a finding about all records shows a record, or says that no record can.

mod conditions;
mod cut_list;
mod gates;
mod grounds;
mod scoring;
mod tables;
mod texts;
mod unused;

use crate::diagnostic::{self, Code, Diagnostic, Severity};
use crate::model::{Allow, Policy};
use crate::source::Place;

/// The findings in a policy, in the order in which they stand.
pub fn lint(policy: &Policy) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    unused::lint(policy, &mut found);
    grounds::lint(policy, &mut found);
    scoring::lint(policy, &mut found);
    tables::lint(policy, &mut found);
    conditions::lint(policy, &mut found);
    let mut left = allowed(policy, found, true);
    diagnostic::sort(&mut left);
    left
}

/// Takes out the warnings that a policy allows; with `all_met`, an `allow` that silences nothing is a finding too: then all
/// findings of its kind must be among the problems.
pub fn allowed(policy: &Policy, mut problems: Vec<Diagnostic>, all_met: bool) -> Vec<Diagnostic> {
    let mut used = vec![false; policy.allows.len()];
    problems.retain(|problem| {
        let mut silenced = false;
        for (allow, used) in policy.allows.iter().zip(&mut used) {
            if allows(allow, problem) {
                *used = true;
                silenced = true;
            }
        }
        !silenced
    });
    if all_met {
        // One that silences nothing may itself be allowed; what is to allow it comes last.
        let of_allows = |allow: &Allow| *allow.code == *Code::UnusedAllow.name();
        let each = || policy.allows.iter().enumerate();
        for (index, allow) in each().filter(|(_, allow)| !of_allows(allow) && is_of_lint(allow)) {
            if used.get(index) == Some(&true) {
                continue;
            }
            let problem = idle(allow);
            let silencing = each().filter(|(_, allow)| of_allows(allow) && allows(allow, &problem));
            let silencing: Vec<usize> = silencing.map(|(index, _)| index).collect();
            if silencing.is_empty() {
                problems.push(problem);
            }
            for (index, used) in used.iter_mut().enumerate() {
                *used |= silencing.contains(&index);
            }
        }
        let idle_too = each().filter(|(index, allow)| of_allows(allow) && used.get(*index) == Some(&false));
        problems.extend(idle_too.map(|(_, allow)| idle(allow)));
    }
    problems
}

/// Tells an `allow` that silences nothing.
fn idle(allow: &Allow) -> Diagnostic {
    Diagnostic::new(
        Code::UnusedAllow,
        format!("there is no `{}` to allow here", allow.code),
    )
    .at(allow.place, "silences nothing")
    .help("leave it out, or move it into the item that the finding is in")
}

fn allows(allow: &Allow, problem: &Diagnostic) -> bool {
    problem.code.severity() == Severity::Warning
        && problem.code.name() == &*allow.code
        && match (allow.item, problem.labels.first()) {
            (None, _) => true,
            (Some(item), Some(label)) => is_within(item, label.place),
            (Some(_), None) => false,
        }
}

/// Whether findings of this kind are all known before there is data.
fn is_of_lint(allow: &Allow) -> bool {
    let first = Code::ALL.iter().position(|code| *code == Code::UnusedItem);
    let of = Code::ALL.iter().position(|code| code.name() == &*allow.code);
    // A group may be empty, a criterion the same for all, and a key without a tie to break, in some data only.
    let in_some_data = [
        Code::EmptyGroup,
        Code::CriterionNeverDecides,
        Code::KeyNeverReached,
    ];
    of >= first && !in_some_data.iter().any(|code| *allow.code == *code.name())
}

fn is_within(item: Place, place: Place) -> bool {
    item.file == place.file && item.start <= place.start && place.end <= item.end
}
