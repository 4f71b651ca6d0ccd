//! `evaluate explain` and `evaluate compare`: decisions questioned.
//!
//! Comes in: the arguments. Goes out: the answer in the form asked for. It never finds a reason itself.
//!
//! Invariant: a record that is not there is told of with the one that may be meant, and nothing is written.

use super::Exit;
use super::answer::{answer, prepared};
use super::arguments::{Color, Compare, Explain, Level};
use super::decide::Run;
use super::output::tell_all;
use crate::diagnostic::{Code, Diagnostic};
use crate::explain::asked::no_record;
use crate::model::Reference;
use crate::report;
use crate::source::Sources;
use crate::{explain, report::explanation};
use std::path::Path;

/// Tells why a record was decided as it was.
pub(super) fn explain(asked: &Explain, color: Color) -> Exit {
    let Some((id, data)) = asked.data_and_id.split_last() else {
        return Exit::Failed;
    };
    if let Some(problem) = mixed_up(data, std::slice::from_ref(id), "the key of a record") {
        tell_all(&[problem], &Sources::new(), color);
        return Exit::Failed;
    }
    let Some(run) = prepared(&asked.policy, data, &asked.telling, color) else {
        return Exit::Failed;
    };
    let Some(records) = found(&run, &[id], color) else {
        return Exit::Failed;
    };
    let case = run.case();
    let Some(found) = records
        .first()
        .and_then(|record| explain::explain(&case, *record))
    else {
        return Exit::Failed;
    };
    let level = match asked.level {
        Level::Summary => explanation::Level::Summary,
        Level::Rule => explanation::Level::Rule,
        Level::Leaf => explanation::Level::Leaf,
    };
    answer(
        &asked.telling,
        color,
        |form| explanation::explanation(&run.report(), &found, level, form),
        || report::json::explanation(&run.report(), &found, level),
    )
}

/// Tells why one record stands before another.
pub(super) fn compare(asked: &Compare, color: Color) -> Exit {
    let [data @ .., first, second] = asked.data_and_ids.as_slice() else {
        return Exit::Failed;
    };
    let ids = [first.clone(), second.clone()];
    if let Some(problem) = mixed_up(data, &ids, "the keys of two records") {
        tell_all(&[problem], &Sources::new(), color);
        return Exit::Failed;
    }
    let Some(run) = prepared(&asked.policy, data, &asked.telling, color) else {
        return Exit::Failed;
    };
    let Some(records) = found(&run, &[first, second], color) else {
        return Exit::Failed;
    };
    let [one, other] = records.as_slice() else {
        return Exit::Failed;
    };
    if one == other {
        let message = format!("`{first}` is named twice");
        let problem =
            Diagnostic::new(Code::DuplicateName, message).help("name two records, one after the other");
        tell_all(&[problem], &Sources::new(), color);
        return Exit::Failed;
    }
    let Some(comparison) = explain::compare(&run.case(), *one, *other) else {
        let of_type = |record: &Reference| &run.policy.record_type(record.record).name;
        let message = format!(
            "`{first}` is a `{}` and `{second}` a `{}`: only records of one type can be compared",
            of_type(one),
            of_type(other)
        );
        tell_all(
            &[Diagnostic::new(Code::UnknownName, message)],
            &Sources::new(),
            color,
        );
        return Exit::Failed;
    };
    answer(
        &asked.telling,
        color,
        |form| explanation::comparison(&run.report(), &comparison, form),
        || report::json::comparison(&run.report(), &comparison),
    )
}

/// Files where keys stand, or keys where files stand: the two differ by nothing but their order.
fn mixed_up(data: &[String], ids: &[String], last: &str) -> Option<Diagnostic> {
    let is_file = |name: &&String| Path::new(name).is_file();
    if let Some(file) = ids.iter().find(|id| id.contains('.') && is_file(id)) {
        let message = format!("`{file}` is a file, and {last} must stand at the end");
        return Some(Diagnostic::new(Code::UnknownName, message).help("name the record after the files"));
    }
    let is_key = |name: &&String| !name.contains(['.', '=', '/']) && *name != "-" && !is_file(name);
    let key = data.iter().find(is_key)?;
    let message = format!("`{key}` is no file: before {last} there can only be data");
    Some(Diagnostic::new(Code::CannotRead, message).help("ask about other records one at a time"))
}

/// The records of keys; where one is not there or is there twice, tells of it.
fn found(run: &Run, ids: &[&String], color: Color) -> Option<Vec<Reference>> {
    let case = run.case();
    let mut records = Vec::new();
    let mut problems = Vec::new();
    for id in ids {
        match case.find(id).as_slice() {
            [one] => records.push(*one),
            [] => {
                let decided = run.policy.decided_records();
                problems.push(no_record(&run.records, &decided, id));
            }
            several => {
                let names: Vec<String> = several
                    .iter()
                    .map(|record| format!("`{}:{id}`", run.policy.record_type(record.record).name))
                    .collect();
                problems.push(
                    Diagnostic::new(Code::UnknownName, format!("there are several records `{id}`"))
                        .help(format!("write {}", names.join(" or "))),
                );
            }
        }
    }
    if problems.is_empty() {
        return Some(records);
    }
    tell_all(&problems, &run.sources, color);
    None
}
