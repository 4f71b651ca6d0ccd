//! `evaluate POLICY [DATA…]`: decide and print.
//!
//! Comes in: the arguments. Goes out: the decisions in the form asked for. It never changes a file but the one of `-o`.
//!
//! Invariant: where anything is wrong, nothing is decided and nothing is written.

use std::io::Read as _;

use super::Exit;
use super::arguments::{Arguments, Color, DataFormat, Format, Lang, OnError};
use super::output::{style_of_output, tell, tell_all, tell_with, write, write_with};
use super::rows;
use crate::check::{self, mend, reason};
use crate::data;
use crate::decide::Decisions;
use crate::diagnostic::nearest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic};
use crate::explain::Case;
use crate::lint;
use crate::model::{Language, Policy, RecordId};
use crate::report;
use crate::report::rows::Columns;
use crate::source::{NotText, Place, Sources};

pub(super) fn run(arguments: &Arguments) -> Exit {
    let Some(path) = &arguments.policy else {
        return Exit::Failed;
    };
    let asked = Asked {
        policy: path,
        data: &arguments.data,
        data_format: arguments.data_format,
        language: arguments.lang,
        color: arguments.color,
        on_error: match arguments.on_error {
            OnError::Stop => data::OnError::Stop,
            OnError::Skip => data::OnError::Skip,
        },
    };
    let mut columns = None;
    let known = |policy: &Policy| {
        columns = rows::asked(arguments, policy)?;
        Ok(())
    };
    let Some(run) = prepare_if(&asked, known) else {
        return Exit::Failed;
    };
    let input = run.report();
    // `-` is standard output, as it is standard input where data is named.
    let output = arguments.output.as_deref().filter(|output| *output != "-");
    if let Some(rejects) = &arguments.rejects {
        let exit = write_with(Some(rejects), |to| report::rejects::ndjson(&input, to));
        if exit != Exit::Done {
            return exit;
        }
    }
    let exit = match arguments.format {
        Format::Text => {
            let style = style_of_output(arguments.color, output.is_some());
            write(&report::text::render(&input, style), output)
        }
        Format::Json => write_with(output, |to| report::json::write(&input, to)),
        Format::Ndjson => write_with(output, |to| {
            report::rows::ndjson(&input, &rows::choice(arguments), columns.as_ref(), to)
        }),
        Format::Csv => write_with(output, |to| {
            let columns = columns.unwrap_or_else(|| Columns::usual(&run.policy));
            report::rows::csv(&input, &rows::choice(arguments), &columns, to)
        }),
    };
    run.tell(arguments.color);
    if exit == Exit::Done && !run.decisions.limits_are_met() {
        return Exit::No;
    }
    exit
}

/// What is to be decided, and how it is told.
pub(super) struct Asked<'a> {
    pub(super) policy: &'a str,
    pub(super) data: &'a [String],
    pub(super) data_format: Option<DataFormat>,
    pub(super) language: Option<Lang>,
    pub(super) color: Color,
    pub(super) on_error: data::OnError,
}

/// What was decided, with all that it was decided on.
pub(super) struct Run {
    pub(super) sources: Sources,
    pub(super) policy: Policy,
    pub(super) records: data::Records,
    pub(super) decisions: Decisions,
    pub(super) language: Language,
    /// Warnings: of the policy, the data, and what was decided.
    problems: Vec<Diagnostic>,
    summary: data::Summary,
}

impl Run {
    /// What reports are made of.
    pub(super) fn report(&self) -> report::Input<'_> {
        report::Input {
            policy: &self.policy,
            records: &self.records,
            decisions: &self.decisions,
            sources: &self.sources,
            language: self.language,
        }
    }

    /// What questions are asked of.
    pub(super) fn case(&self) -> Case<'_> {
        Case {
            policy: &self.policy,
            records: &self.records,
            decisions: &self.decisions,
            language: self.language,
        }
    }

    /// Tells what the author should look at.
    pub(super) fn tell(&self, color: Color) {
        tell_with(&self.problems, Some(&self.summary), &self.sources, color);
        if let Some(left_out) = self.summary.left_out() {
            tell(&format!("warning: {left_out}\n"));
        }
    }
}

/// Reads a policy and its data, and decides; where that cannot be done, tells why.
pub(super) fn prepare(asked: &Asked<'_>) -> Option<Run> {
    prepare_if(asked, |_| Ok(()))
}

/// The same, if what is asked for fits the policy: data is read only then.
fn prepare_if(asked: &Asked<'_>, fits: impl FnOnce(&Policy) -> Result<(), String>) -> Option<Run> {
    let mut sources = Sources::new();
    let loaded = check::load(asked.policy, &mut sources, &mut super::files::read);
    let (policy, mut problems) = check::check(&loaded, &sources);
    let Some(policy) = policy else {
        tell_all(&problems, &sources, asked.color);
        return None;
    };
    if let Err(misfit) = fits(&policy) {
        tell(&misfit);
        return None;
    }
    let inputs = inputs(
        &policy,
        asked.data,
        asked.data_format,
        &mut sources,
        &mut problems,
    );
    let failed = |problems: &[Diagnostic]| problems.iter().any(Diagnostic::is_error);
    if failed(&problems) {
        tell_all(&problems, &sources, asked.color);
        return None;
    }
    let reading = data::read_with(&policy, &sources, &inputs, asked.on_error);
    problems.extend(reading.diagnostics);
    let summary = reading.summary;
    if !reading.sound {
        tell_with(&problems, Some(&summary), &sources, asked.color);
        if asked.on_error == data::OnError::Skip {
            tell("error: leaving out records with mistakes is not enough here; nothing is decided\n");
        }
        return None;
    }
    let language = match asked.language {
        Some(Lang::En) => Language::English,
        Some(Lang::Nb) => Language::Norwegian,
        None => policy.language,
    };
    let outcome = match crate::decide::decide(&policy, &reading.records, language) {
        Ok(outcome) => outcome,
        Err(contradictions) => {
            problems.extend(contradictions);
            tell_with(&problems, Some(&summary), &sources, asked.color);
            return None;
        }
    };
    problems.extend(outcome.warnings);
    let problems = lint::allowed(&policy, problems, false);
    Some(Run {
        sources,
        records: reading.records,
        decisions: outcome.decisions,
        language,
        problems,
        summary,
        policy,
    })
}

/// The data files of a run: those named, else those of the policy's `data` clauses.
pub(super) fn inputs(
    policy: &Policy,
    named: &[String],
    stdin_format: Option<DataFormat>,
    sources: &mut Sources,
    problems: &mut Vec<Diagnostic>,
) -> Vec<data::Input> {
    let mut inputs = Vec::new();
    // What another policy of the run has read is not read again, and standard input cannot be.
    let known = sources.count();
    if named.is_empty() {
        if policy.data.is_empty() {
            problems.push(
                Diagnostic::new(Code::NoData, "no data is named")
                    .help("name a file after the policy, or write a `data \"FILE\"` clause in the policy"),
            );
        }
        for (path, place) in &policy.data {
            inputs.extend(open(
                path,
                None,
                Some(*place),
                stdin_format,
                known,
                sources,
                problems,
            ));
        }
        return inputs;
    }
    for named in named {
        let (record, path) = match named.split_once('=') {
            Some((record, path)) => match record_of(policy, record, problems) {
                Some(record) => (Some(record), path),
                None => continue,
            },
            None => (None, named.as_str()),
        };
        inputs.extend(open(path, record, None, stdin_format, known, sources, problems));
    }
    inputs
}

/// The record type of `RECORD=FILE`.
fn record_of(policy: &Policy, name: &str, problems: &mut Vec<Diagnostic>) -> Option<RecordId> {
    let found = policy
        .record_ids()
        .find(|id| &*policy.record_type(*id).name == name);
    if found.is_none() {
        let known = policy.records.iter().map(|record| &*record.name);
        problems.push(
            Diagnostic::new(
                Code::UnknownName,
                format!("there is no record type `{name}` for `{name}=…`"),
            )
            .help_if(did_you_mean(name, known)),
        );
    }
    found
}

fn open(
    path: &str,
    record: Option<RecordId>,
    clause: Option<Place>,
    stdin_format: Option<DataFormat>,
    known: usize,
    sources: &mut Sources,
    problems: &mut Vec<Diagnostic>,
) -> Option<data::Input> {
    let input = |file| data::Input {
        file,
        record,
        format: data::Format::Json,
    };
    if let Some(file) = sources.find(path, known) {
        return Some(input(file));
    }
    let mut problem = |code, message: String, help: &str| {
        let problem = Diagnostic::new(code, message);
        let problem = if help.is_empty() {
            problem
        } else {
            problem.help(help)
        };
        problems.push(match clause {
            Some(place) => problem.at(place, "named here"),
            None => problem,
        });
    };
    let bytes = if path == "-" {
        if stdin_format.is_none() {
            problem(
                Code::UnknownFormat,
                "the format of the data on standard input is not said".to_owned(),
                "write `--data-format json`",
            );
            return None;
        }
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        let extension = path
            .rsplit_once('.')
            .map(|(_, extension)| extension.to_ascii_lowercase());
        if extension.as_deref() != Some("json") && std::fs::metadata(path).is_ok_and(|found| found.is_file())
        {
            problem(
                Code::UnknownFormat,
                format!("`{path}` is in a format that cannot be read"),
                "data is read from `.json` files",
            );
            return None;
        }
        super::files::read(path)
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => {
            problem(
                Code::CannotRead,
                format!("`{path}` cannot be read: {}", reason(&error)),
                &mend(&error).unwrap_or_default(),
            );
            return None;
        }
    };
    match sources.add(path, &bytes) {
        Ok(file) => Some(input(file)),
        Err(NotText::Encoding(at)) => {
            let message = format!("`{path}` is not a text in UTF-8: byte {} is none of it", at + 1);
            problem(Code::NotText, message, "save the file as UTF-8 text");
            None
        }
        Err(NotText::TooLarge) => {
            problem(Code::CannotRead, format!("`{path}` is larger than 4 GiB"), "");
            None
        }
    }
}
