//! `evaluate POLICY DATA… --format ndjson|csv|parquet --fields …` over columns, where the policy and the data are such that it can be.
//!
//! Comes in: the arguments, a checked policy, and the columns asked for. Goes out: the rows and what is wrong with the data, or
//! nothing, where the general way has to be gone.
//!
//! Invariant: whoever looks at the rows, or at what is told of wrong ones, cannot tell which way was gone.

use std::path::{Path, PathBuf};

use super::Exit;
use super::arguments::{Arguments, Format};
use super::decide::Loaded;
use super::output::{tell_data, write_with};
use super::progress::Step;
use crate::columns::{Choice, Columns, Form, Input, Not};
use crate::data::scan::{Origin, Rows};
use crate::data::{FileForm, OnError, is_packed, record_of_path};
use crate::diagnostic::{Code, Diagnostic};
use crate::lint;
use crate::model::Policy;
use crate::report;

/// Decides and writes; `None` where that has to be done in the general way.
pub(super) fn run(
    arguments: &Arguments,
    loaded: &mut Loaded,
    asked: &report::rows::Columns,
    on_error: OnError,
) -> Option<Exit> {
    let is_rows = !matches!(arguments.format, Format::Text | Format::Json);
    if !is_rows || arguments.strict || !arguments.reading.is_default() {
        return None;
    }
    let Loaded {
        policy,
        sources,
        problems,
    } = loaded;
    let inputs = inputs(policy, &arguments.data)?;
    let outputs = asked.over_columns(policy)?;
    let columns = Columns::new(policy, outputs).ok()?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let step = Step::begin("deciding");
    let decided = columns.decide(&inputs, threads, on_error, sources);
    drop(step);
    let mut decided = match decided {
        Ok(decided) => decided,
        Err(Not::Wrong(told)) => {
            let mut problems = problems.clone();
            problems.extend(told.problems);
            super::decide::tell_wrong(&problems, &told.summary, sources, arguments.color, on_error);
            return Some(Exit::Failed);
        }
        // Whatever it is, it is told where the data is read closely.
        Err(Not::Fit(_) | Not::Plain | Not::Readable(_)) => return None,
    };
    let told = decided.told.take();
    if let Some(rejects) = &arguments.rejects {
        let left_out = told.as_ref().map(|told| told.left_out.as_slice());
        let left_out = left_out.unwrap_or_default();
        let exit = write_with(Some(rejects), |to| {
            report::rejects::ndjson(policy, sources, left_out, to)
        });
        if exit != Exit::Done {
            return Some(exit);
        }
    }
    let choice = Choice {
        only: arguments.only.iter().map(|status| status.name()).collect(),
        top: arguments.top,
    };
    let output = arguments.output.as_deref().filter(|output| *output != "-");
    let lines = |form| write_with(output, |to| columns.write(&decided, form, &choice, threads, to));
    let exit = match arguments.format {
        Format::Ndjson => lines(Form::Ndjson),
        #[cfg(feature = "parquet")]
        Format::Parquet => write_with(output, |to| columns.write_parquet(&decided, &choice, to)),
        _ => lines(Form::Csv),
    };
    let mut problems = problems.clone();
    let (found, summary) = told.map(|told| (told.problems, told.summary)).unzip();
    problems.extend(found.unwrap_or_default());
    for key in &decided.strange {
        let record = &policy.record_type(policy.record).name;
        problems.push(Diagnostic::new(
            Code::UnknownField,
            format!("`{key}` is no field of `{record}`: nothing reads it"),
        ));
    }
    let problems = lint::allowed(policy, problems, false);
    tell_data(&problems, summary.as_ref(), sources, arguments.color);
    if exit == Exit::Done && !decided.limits_are_met {
        return Some(Exit::No);
    }
    Some(exit)
}

/// The files that are read, where all of them hold rows of the policy's own record type.
fn inputs(policy: &Policy, named: &[String]) -> Option<Vec<Input>> {
    let paths: Vec<&str> = if named.is_empty() {
        policy.data.iter().map(|(path, _)| &**path).collect()
    } else {
        named.iter().map(String::as_str).collect()
    };
    let own = |path: &str| {
        let (record, path) = path
            .split_once('=')
            .map_or((None, path), |(record, path)| (Some(record), path));
        if record.is_some_and(|record| *policy.record_type(policy.record).name != *record) {
            return None;
        }
        let said =
            record.is_some() || record_of_path(policy, path).is_none_or(|record| record == policy.record);
        let rows = match FileForm::of(path)? {
            FileForm::Lines => Rows::Ndjson,
            FileForm::Csv => Rows::Delimited(None),
            FileForm::Tsv => Rows::Delimited(Some(b'\t')),
            #[cfg(feature = "parquet")]
            FileForm::Parquet => Rows::Parquet,
            _ => return None,
        };
        if !said || !Path::new(path).is_file() {
            return None;
        }
        let file = Origin::File(PathBuf::from(path));
        let origin = match is_packed(path) {
            true => Origin::Packed(Box::new(file)),
            false => file,
        };
        Some(Input { origin, rows })
    };
    let inputs: Option<Vec<Input>> = paths.into_iter().map(own).collect();
    inputs.filter(|inputs| !inputs.is_empty())
}
