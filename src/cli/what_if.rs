//! `evaluate what-if`: what changes if something were otherwise, and what would have to be.
//!
//! Comes in: a policy, data, and what is asked. Goes out: the answer as text, Markdown or JSON. It never decides itself.
//!
//! Invariant: what cannot be made sense of is told in full, and nothing is answered then.

use super::Exit;
use super::arguments::{AnswerFormat, Color, WhatIf};
use super::decide::{Asked as Data, Run, prepare};
use super::output::{style_of_output, tell, tell_all, write};
use crate::diagnostic::Diagnostic;
use crate::explain::asked::Asked;
use crate::explain::{self, Case};
use crate::report;

pub(super) fn run(arguments: &WhatIf, color: Color) -> Exit {
    if arguments.set.is_empty() && arguments.without.is_empty() && arguments.want.is_none() {
        tell(
            "error: nothing is asked: say what is to be otherwise with --set or --without, or what is wanted with --want\n",
        );
        return Exit::Failed;
    }
    let data = Data {
        policy: &arguments.policy,
        data: &arguments.data,
        data_format: arguments.data_format,
        language: arguments.lang,
        color,
    };
    let Some(mut run) = prepare(&data) else {
        return Exit::Failed;
    };
    let output = arguments.output.as_deref().filter(|output| *output != "-");
    let form = match arguments.format {
        AnswerFormat::Text => Some(report::Form::Text(style_of_output(color, output.is_some()))),
        AnswerFormat::Markdown => Some(report::Form::Markdown),
        AnswerFormat::Json => None,
    };
    let answer = match &arguments.want {
        Some(wanted) => wished(wanted, &mut run, form),
        None => changed(arguments, &mut run, form),
    };
    match answer {
        Ok(text) => write(&text, output),
        Err(problems) => {
            tell_all(&problems, &run.sources, color);
            Exit::Failed
        }
    }
}

/// What changes with `--set` and `--without`.
fn changed(arguments: &WhatIf, run: &mut Run, form: Option<report::Form>) -> Result<String, Vec<Diagnostic>> {
    let mut asked = Asked {
        policy: &run.policy,
        records: &run.records,
        sources: &mut run.sources,
    };
    let changes = asked.changes(&arguments.set, &arguments.without)?;
    let answer = explain::what_if(case(run), &changes).inspect_err(|_| {
        tell("With this change nothing can be decided:\n\n");
    })?;
    Ok(match form {
        Some(form) => report::what_if::text(&run.report(), &answer, form),
        None => report::json::what_if::document(&run.report(), &answer),
    })
}

/// What would get a record where `--want` wants it.
fn wished(wanted: &str, run: &mut Run, form: Option<report::Form>) -> Result<String, Vec<Diagnostic>> {
    let mut asked = Asked {
        policy: &run.policy,
        records: &run.records,
        sources: &mut run.sources,
    };
    let (record, goal) = asked.wanted(wanted)?;
    let Some(wish) = explain::want(case(run), record, goal) else {
        return Ok(String::new());
    };
    Ok(match form {
        Some(form) => report::want::text(&run.report(), &wish, form),
        None => report::json::want::document(&run.report(), &wish),
    })
}

fn case(run: &Run) -> Case<'_> {
    Case {
        policy: &run.policy,
        records: &run.records,
        decisions: &run.decisions,
        language: run.language,
    }
}
