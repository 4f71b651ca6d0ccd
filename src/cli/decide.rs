//! `evaluate POLICY [DATA…]`: decide and print.
//!
//! Comes in: the arguments. Goes out: the decisions in the form asked for. It never changes a file but the one of `-o`.
//!
//! Invariant: where anything is wrong, nothing is decided and nothing is written.

use super::Exit;
use super::arguments::{Arguments, Color, Format, Lang, OnError};
use super::inputs::inputs;
use super::output::{style_of_output, tell, tell_all, tell_data, tell_with, write, write_with};
use super::progress::Step;
use super::reading::Reading;
use super::{columns, rows};
use crate::check;
use crate::data;
use crate::decide::Decisions;
use crate::diagnostic::Diagnostic;
use crate::explain::Case;
use crate::lint;
use crate::model::{Language, Policy};
use crate::report;
use crate::report::rows::Columns;
use crate::source::Sources;

pub(super) fn run(arguments: &Arguments) -> Exit {
    let Some(path) = &arguments.policy else {
        return Exit::Failed;
    };
    let asked = Asked {
        policy: path,
        data: &arguments.data,
        reading: &arguments.reading,
        language: arguments.lang,
        color: arguments.color,
        on_error: match arguments.on_error {
            OnError::Stop => data::OnError::Stop,
            OnError::Skip => data::OnError::Skip,
        },
    };
    let Some(mut loaded) = load(&asked) else {
        return Exit::Failed;
    };
    let columns = match rows::asked(arguments, &loaded.policy) {
        Ok(columns) => columns,
        Err(misfit) => {
            tell(&misfit);
            return Exit::Failed;
        }
    };
    if let Some(asked_for) = &columns
        && let Some(exit) = columns::run(arguments, &mut loaded, asked_for, asked.on_error)
    {
        return exit;
    }
    let Some(run) = decide(&asked, loaded) else {
        return Exit::Failed;
    };
    let input = run.report();
    // `-` is standard output, as it is standard input where data is named.
    let output = arguments.output.as_deref().filter(|output| *output != "-");
    if let Some(rejects) = &arguments.rejects {
        let exit = write_with(Some(rejects), |to| {
            report::rejects::ndjson(&run.policy, &run.sources, &run.records.left_out, to)
        });
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
        #[cfg(feature = "parquet")]
        Format::Parquet => write_with(output, |to| {
            let columns = columns.unwrap_or_else(|| Columns::usual(&run.policy));
            report::rows::parquet(&input, &rows::choice(arguments), &columns, to)
        }),
        // That is told before data is read.
        #[cfg(not(feature = "parquet"))]
        Format::Parquet => Exit::Failed,
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
    pub(super) reading: &'a Reading,
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
        tell_data(&self.problems, Some(&self.summary), &self.sources, color);
    }
}

/// Tells why nothing is decided on data.
pub(super) fn tell_wrong(
    problems: &[Diagnostic],
    summary: &data::Summary,
    sources: &Sources,
    color: Color,
    on_error: data::OnError,
) {
    tell_with(problems, Some(summary), sources, color);
    if on_error == data::OnError::Skip {
        tell("error: leaving out records with mistakes is not enough here; nothing is decided\n");
    }
}

/// Reads a policy and its data, and decides; where that cannot be done, tells why.
pub(super) fn prepare(asked: &Asked<'_>) -> Option<Run> {
    decide(asked, load(asked)?)
}

/// A policy that checks, with what the author should look at.
pub(super) struct Loaded {
    pub(super) sources: Sources,
    pub(super) policy: Policy,
    pub(super) problems: Vec<Diagnostic>,
}

/// Reads a policy; where it does not check, tells why.
fn load(asked: &Asked<'_>) -> Option<Loaded> {
    let mut sources = Sources::new();
    let loaded = check::load(asked.policy, &mut sources, &mut super::files::read);
    let (policy, problems) = check::check(&loaded, &sources);
    let Some(policy) = policy else {
        tell_all(&problems, &sources, asked.color);
        return None;
    };
    Some(Loaded {
        sources,
        policy,
        problems,
    })
}

/// Reads the data of a policy, and decides; where that cannot be done, tells why.
fn decide(asked: &Asked<'_>, loaded: Loaded) -> Option<Run> {
    let Loaded {
        mut sources,
        policy,
        mut problems,
    } = loaded;
    // Who types the data is not told that it is being read.
    let typed = asked
        .data
        .iter()
        .any(|named| named == "-" || named.ends_with("=-"));
    let step = (!typed).then(|| Step::begin("reading the data"));
    let inputs = inputs(&policy, asked.data, asked.reading, &mut sources, &mut problems);
    let failed = |problems: &[Diagnostic]| problems.iter().any(Diagnostic::is_error);
    if failed(&problems) {
        drop(step);
        tell_all(&problems, &sources, asked.color);
        return None;
    }
    let reading = data::read_with(&policy, &sources, &inputs, asked.on_error);
    drop(step);
    problems.extend(reading.diagnostics);
    let summary = reading.summary;
    if !reading.sound {
        tell_wrong(&problems, &summary, &sources, asked.color, asked.on_error);
        return None;
    }
    let language = match asked.language {
        Some(Lang::En) => Language::English,
        Some(Lang::Nb) => Language::Norwegian,
        None => policy.language,
    };
    let step = Step::begin("deciding");
    let decided = crate::decide::decide(&policy, &reading.records, language);
    drop(step);
    let outcome = match decided {
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
