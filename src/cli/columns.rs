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
use super::output::{is_replaced, replace, tell, tell_data, write_with};
use super::progress::Step;
use crate::check::reason;
use crate::columns::{Choice, Columns, Decided, Form, Input, Large, Memory, Not, Stream, Streamed, Told};
use crate::data::scan::{Origin, Rows};
use crate::data::{FileForm, OnError, is_packed, record_of_path};
use crate::diagnostic::{Code, Diagnostic};
use crate::lint;
use crate::model::Policy;
use crate::report;
use crate::source::Sources;

/// Sorting with less memory than this would take more files than a program may have open.
const LEAST: usize = 16 << 20;

/// Files below this are small, in bytes: reading such takes less than starting another thread.
const SMALL: u64 = 1 << 20;

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
    let columns = Columns::new(policy, outputs).ok()?.top(arguments.top);
    let is_small = is_small(&inputs);
    // Of a small file no thread takes a part of its own, and the machine need not be asked how many there may be.
    let threads = if is_small {
        1
    } else {
        std::thread::available_parallelism().map_or(1, usize::from)
    };
    let choice = Choice {
        only: arguments.only.iter().map(|status| status.name()).collect(),
        top: arguments.top,
    };
    let output = arguments.output.as_deref().filter(|output| *output != "-");
    let form = match arguments.format {
        Format::Ndjson => Form::Ndjson,
        _ => Form::Csv,
    };
    // Rejects are written before what they are not among.
    if let (Some(output), None, false) = (output, &arguments.rejects, is_small)
        && arguments.format != Format::Parquet
        && let Some(stream) = columns.stream(form, &choice, threads)
        && let Some((strange, told)) = streamed(stream, Path::new(output), &inputs, on_error, sources)
    {
        tell_all(arguments, policy, sources, problems, &strange, told);
        return Some(Exit::Done);
    }
    let step = Step::begin("deciding");
    let memory = memory(arguments, is_small);
    let decided = columns.decide(&inputs, threads, memory.bytes, on_error, sources);
    let decided = match decided {
        Err(Not::Large) if arguments.format == Format::Parquet && arguments.top.is_some() => return None,
        Err(Not::Large) => {
            let memory = Memory {
                bytes: memory.bytes.max(LEAST),
                ..memory
            };
            let large = columns.decide_large(&inputs, memory, on_error, sources);
            if let Err(Not::Readable(error)) = &large {
                tell(&format!("error: temporary files: {}\n", reason(error)));
                return Some(Exit::Failed);
            }
            large.map(Outcome::Large)
        }
        decided => decided.map(Outcome::Held),
    };
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
        Err(Not::Fit(_) | Not::Plain | Not::Large | Not::Readable(_)) => return None,
    };
    let (told, strange, limits_are_met) = match &mut decided {
        Outcome::Held(held) => (held.told.take(), held.strange.clone(), held.limits_are_met),
        Outcome::Large(large) => (large.told.take(), large.strange.clone(), large.limits_are_met),
    };
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
    let exit = write_with(output, |to| match (decided, arguments.format) {
        #[cfg(feature = "parquet")]
        (Outcome::Held(held), Format::Parquet) => columns.write_parquet(&held, &choice, to),
        #[cfg(feature = "parquet")]
        (Outcome::Large(large), Format::Parquet) => columns.write_large_parquet(large, &inputs, &choice, to),
        (Outcome::Held(held), _) => columns.write(&held, form, &choice, threads, to),
        (Outcome::Large(large), _) => columns.write_large(large, &inputs, form, &choice, to),
    });
    tell_all(arguments, policy, sources, problems, &strange, told);
    if exit == Exit::Done && !limits_are_met {
        return Some(Exit::No);
    }
    Some(exit)
}

/// Tells what is to be told of a policy and its data.
fn tell_all(
    arguments: &Arguments,
    policy: &Policy,
    sources: &Sources,
    problems: &[Diagnostic],
    strange: &[String],
    told: Option<Told>,
) {
    let mut problems = problems.to_vec();
    let (found, summary) = told.map(|told| (told.problems, told.summary)).unzip();
    problems.extend(found.unwrap_or_default());
    for key in strange {
        let record = &policy.record_type(policy.record).name;
        problems.push(Diagnostic::new(
            Code::UnknownField,
            format!("`{key}` is no field of `{record}`: nothing reads it"),
        ));
    }
    let problems = lint::allowed(policy, problems, false);
    tell_data(&problems, summary.as_ref(), sources, arguments.color);
}

/// Writes records to a file as they are read; `None` where they have to be held, or cannot be written.
fn streamed(
    mut stream: Stream<'_, '_>,
    output: &Path,
    inputs: &[Input],
    on_error: OnError,
    sources: &mut Sources,
) -> Option<(Vec<String>, Option<Told>)> {
    if !is_replaced(output) {
        return None;
    }
    loop {
        let mut outcome = Streamed::No;
        let written = replace(output, |writer| {
            outcome = stream.write(inputs, on_error, sources, writer)?;
            match outcome {
                Streamed::All { .. } => Ok(()),
                // What is written so far is thrown away.
                Streamed::Again | Streamed::No => Err(std::io::ErrorKind::Interrupted.into()),
            }
        });
        match (outcome, written) {
            (Streamed::All { strange, told }, Ok(())) => return Some((strange, told)),
            (Streamed::Again, _) => {}
            _ => return None,
        }
    }
}

/// What was decided.
enum Outcome<'p> {
    Held(Decided<'p>),
    Large(Large<'p>),
}

/// How much memory may be used, and where what is more goes: files without a name, which are gone when the program is.
fn memory(arguments: &Arguments, is_small: bool) -> Memory {
    let bytes = match arguments.memory {
        Some(size) => size.as_u64(),
        // No more is kept than any machine has.
        None if is_small => u64::MAX,
        None => half_of_the_machine(),
    };
    Memory {
        bytes: usize::try_from(bytes).unwrap_or(usize::MAX),
        file: || Ok(Box::new(tempfile::tempfile()?)),
    }
}

/// Whether all files together are small.
fn is_small(inputs: &[Input]) -> bool {
    let lengths = inputs.iter().map(|input| match &input.origin {
        Origin::File(path) => std::fs::metadata(path).ok().map(|file| file.len()),
        _ => None,
    });
    let length = lengths.sum::<Option<u64>>();
    length.is_some_and(|length| length < SMALL)
}

fn half_of_the_machine() -> u64 {
    // A machine that does not say is not held back.
    let Ok(mut system) = sysinfo::System::new() else {
        return u64::MAX;
    };
    system.refresh_memory();
    // What runs in a container may have less than the machine.
    let limit = system.cgroup_limits().map(|limits| limits.total_memory);
    limit.unwrap_or(u64::MAX).min(system.total_memory()) / 2
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
