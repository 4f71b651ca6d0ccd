//! What several policies have in common, told once.
//!
//! Comes in: the problems of each policy of a run, with the files that it is made of. Goes out: all of them, those in shared
//! files once. It never looks for problems itself.
//!
//! Invariant: what one policy does not use is not told where another one of the run may use it.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Place};

/// What is wrong with one policy.
pub(super) struct Told {
    /// Its files.
    pub(super) files: Vec<FileId>,
    /// Its problems.
    pub(super) problems: Vec<Diagnostic>,
}

/// Which problems are one: those of a code at a place, however the policies put them.
type Which = (Code, Place);

/// Which problem one is; `None` for one without a place.
fn which(problem: &Diagnostic) -> Option<Which> {
    Some((problem.code, problem.labels.first()?.place))
}

/// The problems of several policies.
pub(super) fn once(policies: Vec<Told>) -> Vec<Diagnostic> {
    let known: Vec<(Vec<FileId>, BTreeSet<Which>)> = policies
        .iter()
        .map(|told| {
            (
                told.files.clone(),
                told.problems.iter().filter_map(which).collect(),
            )
        })
        .collect();
    let in_all = |which: &Which| {
        let mut sharing = known.iter().filter(|(files, _)| files.contains(&which.1.file));
        sharing.all(|(_, problems)| problems.contains(which))
    };
    let mut first: BTreeMap<Which, usize> = BTreeMap::new();
    let mut all = Vec::new();
    for (index, told) in policies.into_iter().enumerate() {
        all.extend(told.problems.into_iter().filter(|problem| {
            let Some(which) = which(problem) else { return true };
            *first.entry(which).or_insert(index) == index && (!is_of_use(problem.code) || in_all(&which))
        }));
    }
    all
}

/// Whether a finding says that nothing in the policy uses something.
fn is_of_use(code: Code) -> bool {
    matches!(code, Code::UnusedItem | Code::UnusedField | Code::UnusedAllow)
}
