//! `evaluate check POLICY…`: look for mistakes.
//!
//! Comes in: policies, and data where it is named. Goes out: their problems in the form asked for, and a line for each
//! policy without any. It never reads data that is not named, and changes no file but those of `--fix` and `-o`.
//!
//! Invariant: every policy is checked, whatever is wrong with the others. A file that only others use is checked with
//! them, and each problem is told once.

use super::Exit;
use super::arguments::{Check, Color, Denied, DiagnosticFormat};
use super::inputs::inputs;
use super::once::{Told, once};
use super::output::{drawn, style_of_errors, style_of_output, tell, write};
use super::{files, mend};
use crate::check::{self, Loaded};
use crate::data::{self, Summary};
use crate::diagnostic::{self, Diagnostic, github, json, sarif};
use crate::lint;
use crate::model::Policy;
use crate::source::Sources;

/// Policies as checked.
pub(super) struct Checked {
    /// Their texts.
    pub sources: Sources,
    /// The paths of those that were checked for themselves, each with what was understood if nothing is wrong.
    pub policies: Vec<(String, Option<Policy>)>,
    /// What is wrong.
    pub problems: Vec<Diagnostic>,
    /// The errors among it that kept something from being read: they may hide others.
    pub unread: Vec<Diagnostic>,
}

pub(super) fn run(arguments: &Check, color: Color) -> Exit {
    let mut unread = Vec::new();
    let paths = files::policies(&arguments.policies, &mut unread);
    let levels = Levels(arguments);
    let read = &mut files::read;
    let mut checked;
    let mut changes = String::new();
    if arguments.fix {
        let fixed = mend::fix(&paths, &levels);
        changes = match fixed.write() {
            Ok(changes) => changes,
            Err(problem) => {
                tell(&problem);
                return Exit::Failed;
            }
        };
        checked = fixed.checked;
    } else {
        checked = policies(&paths, read, &levels);
    }
    let mut lines = String::new();
    let mut told = Vec::new();
    let mut read_data = Vec::new();
    let mut summaries: Vec<Summary> = Vec::new();
    let policy_files = checked.sources.count();
    for (path, policy) in &checked.policies {
        told.push(path.clone());
        let Some(policy) = policy else { continue };
        if arguments.data.is_empty() {
            lines.push_str(&format!("{path}: no mistakes\n"));
            continue;
        }
        let (mut found, summary) = data(policy, arguments, &mut checked.sources);
        // What is so in any data has been told, and what is so in this data of another policy with the same file, too.
        found.retain(|problem| {
            let place = problem.labels.first().map(|label| label.place);
            let in_policy = place.is_some_and(|place| {
                checked
                    .sources
                    .find(checked.sources.path(place.file), policy_files)
                    .is_some()
            });
            !(in_policy && checked.problems.iter().any(|known| says_more(known, problem)))
        });
        let sound = !found.iter().any(Diagnostic::is_error);
        checked.problems.extend(found);
        let Some(summary) = summary else { continue };
        if sound {
            let (all, fine) = (data::count(summary.records), data::count(summary.fine));
            let are = if all == "1" { "record is" } else { "records are" };
            lines.push_str(&format!("{path}: no mistakes; {fine} of {all} {are} fine\n"));
        }
        read_data.push(json::Data {
            policy: path.clone(),
            records: summary.records,
            fine: summary.fine,
        });
        // Policies that read the same data alike have the same to say of it.
        if !summaries.contains(&summary) {
            summaries.push(summary);
        }
    }
    let mut problems = unread;
    problems.append(&mut checked.problems);
    if arguments.format != DiagnosticFormat::Text {
        problems.extend(summaries.iter().flat_map(Summary::more));
    }
    diagnostic::sort(&mut problems);
    levels.set(&mut problems);
    let sources = &checked.sources;
    let file = arguments.output.as_deref().filter(|file| *file != "-");
    let result = match arguments.format {
        DiagnosticFormat::Text => {
            let style = match file {
                Some(_) => style_of_output(color, true),
                None => style_of_errors(color),
            };
            let drawn = drawn(&problems, &summaries, sources, style);
            if file.is_some() {
                changes + &drawn + &lines
            } else {
                tell(&drawn);
                changes + &lines
            }
        }
        form => {
            tell(&changes);
            match form {
                DiagnosticFormat::Sarif => sarif::log(&problems, sources),
                DiagnosticFormat::Github => github::commands(&problems, sources),
                _ => json::document(&problems, sources, &told, &read_data),
            }
        }
    };
    let exit = write(&result, file);
    if exit != Exit::Done || problems.iter().any(Diagnostic::is_error) {
        Exit::Failed
    } else if problems.iter().any(|problem| problem.denied) {
        Exit::No
    } else {
        Exit::Done
    }
}

/// Checks the policies of some files. Those that only others use are checked with them.
pub(super) fn policies(
    paths: &[String],
    read: &mut dyn FnMut(&str) -> std::io::Result<Vec<u8>>,
    levels: &Levels<'_>,
) -> Checked {
    let mut sources = Sources::new();
    let mut loaded: Vec<(&String, Loaded)> = paths
        .iter()
        .map(|path| (path, check::load(path, &mut sources, read)))
        .collect();
    let used = |of: &Loaded| of.order.iter().skip(1).copied().collect::<Vec<_>>();
    // Policies are checked first, then what none of them uses: it may be meant as a policy.
    let all_used: Vec<_> = loaded.iter().flat_map(|(_, of)| used(of)).collect();
    let rank = |of: &Loaded| {
        let is_used = of.order.first().is_some_and(|file| all_used.contains(file));
        (!of.has_policy(), is_used)
    };
    let mut order: Vec<usize> = (0..loaded.len()).collect();
    order.sort_by_key(|index| loaded.get(*index).map(|(_, of)| rank(of)));
    let mut seen = Vec::new();
    let mut with_others = vec![false; loaded.len()];
    for index in order {
        let (Some((_, of)), Some(with_others)) = (loaded.get(index), with_others.get_mut(index)) else {
            continue;
        };
        *with_others = !of.has_policy() && of.order.first().is_some_and(|file| seen.contains(file));
        if !*with_others {
            seen.extend(used(of));
        }
    }
    let mut with_others = with_others.into_iter();
    loaded.retain(|_| !with_others.next().unwrap_or(false));
    let mut checked = Checked {
        policies: Vec::new(),
        problems: Vec::new(),
        unread: Vec::new(),
        sources,
    };
    let mut told = Vec::new();
    for (path, of) in &loaded {
        let (policy, mut problems) = check::check(of, &checked.sources);
        let errors = of.problems.iter().filter(|problem| problem.is_error());
        checked.unread.extend(errors.cloned());
        problems.extend(policy.iter().flat_map(lint::lint));
        told.push(Told {
            files: of.order.clone(),
            problems,
        });
        checked.policies.push((path.replace('\\', "/"), policy));
    }
    checked.problems = once(told);
    diagnostic::sort(&mut checked.problems);
    diagnostic::sort(&mut checked.unread);
    levels.set(&mut checked.problems);
    checked
}

/// Whether a finding says of any data what another one says of the data at hand.
fn says_more(known: &Diagnostic, problem: &Diagnostic) -> bool {
    let place = |problem: &Diagnostic| problem.labels.first().map(|label| label.place);
    known.code == problem.code
        && !problem.is_error()
        && place(known).zip(place(problem)).is_some_and(|(known, place)| {
            known.file == place.file && place.start <= known.start && known.end <= place.end
        })
}

/// Reads the data that is named, and decides on it for what that shows; how the data looks as a whole, if it could be
/// opened.
fn data(policy: &Policy, arguments: &Check, sources: &mut Sources) -> (Vec<Diagnostic>, Option<Summary>) {
    let mut found = Vec::new();
    let inputs = inputs(policy, &arguments.data, &arguments.reading, sources, &mut found);
    if found.iter().any(Diagnostic::is_error) {
        return (found, None);
    }
    let reading = data::read(policy, sources, &inputs);
    found.extend(reading.diagnostics);
    if !found.iter().any(Diagnostic::is_error) {
        match crate::decide::decide(policy, &reading.records, policy.language) {
            Ok(outcome) => {
                found.extend(outcome.warnings);
                found.extend(crate::decide::idle_rules(policy, &outcome.decisions));
                found.extend(crate::decide::idle_criteria(policy, &outcome.decisions));
                found.extend(crate::decide::idle_keys(policy, &outcome.decisions));
            }
            Err(contradictions) => found.extend(contradictions),
        }
    }
    (lint::allowed(policy, found, false), Some(reading.summary))
}

/// What the user will have of warnings.
pub(super) struct Levels<'a>(&'a Check);

impl Levels<'_> {
    /// Leaves out the warnings that are allowed, and marks those that are denied.
    pub(super) fn set(&self, problems: &mut Vec<Diagnostic>) {
        let Levels(arguments) = self;
        problems.retain(|problem| problem.is_error() || !arguments.allow.contains(&problem.code));
        for problem in problems.iter_mut().filter(|problem| !problem.is_error()) {
            let denies = |denied: &Denied| match denied {
                Denied::Warnings => true,
                Denied::One(code) => *code == problem.code,
            };
            problem.denied = arguments.deny.iter().any(denies);
        }
    }
}
