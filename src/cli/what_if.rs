//! `evaluate what-if`: what changes if something were otherwise, and what would have to be.
//!
//! Comes in: a policy, data, and what is asked. Goes out: the answer as text, Markdown or JSON. It never decides itself.
//!
//! Invariant: what cannot be made sense of is told in full, and nothing is answered then.

use super::Exit;
use super::answer::{answer, prepared};
use super::arguments::{Color, WhatIf};
use super::decide::Run;
use super::output::{tell, tell_all};
use crate::diagnostic::Diagnostic;
use crate::explain;
use crate::explain::asked::Asked;
use crate::report::{self, json};

pub(super) fn run(arguments: &WhatIf, color: Color) -> Exit {
    if arguments.set.is_empty() && arguments.without.is_empty() && arguments.want.is_none() {
        tell(
            "error: nothing is asked: say what is to be otherwise with --set or --without, or what is wanted with --want\n",
        );
        return Exit::Failed;
    }
    let Some(mut run) = prepared(&arguments.policy, &arguments.data, &arguments.telling, color) else {
        return Exit::Failed;
    };
    let exit = match &arguments.want {
        Some(wanted) => wished(wanted, arguments, &mut run, color),
        None => changed(arguments, &mut run, color),
    };
    exit.unwrap_or_else(|problems| {
        tell_all(&problems, &run.sources, color);
        Exit::Failed
    })
}

fn asked(run: &mut Run) -> Asked<'_> {
    Asked {
        policy: &run.policy,
        records: &run.records,
        sources: &mut run.sources,
    }
}

/// What changes with `--set` and `--without`.
fn changed(arguments: &WhatIf, run: &mut Run, color: Color) -> Result<Exit, Vec<Diagnostic>> {
    let changes = asked(run).changes(&arguments.set, &arguments.without)?;
    let found = explain::what_if(run.case(), &changes).inspect_err(|_| {
        tell("With this change nothing can be decided:\n\n");
    })?;
    Ok(answer(
        &arguments.telling,
        color,
        |form| report::what_if::text(&run.report(), &found, form),
        || json::what_if::document(&run.report(), &found),
    ))
}

/// What would get a record where `--want` wants it.
fn wished(wanted: &str, arguments: &WhatIf, run: &mut Run, color: Color) -> Result<Exit, Vec<Diagnostic>> {
    let (record, goal) = asked(run).wanted(wanted)?;
    let Some(wish) = explain::want(run.case(), record, goal) else {
        return Ok(Exit::Failed);
    };
    Ok(answer(
        &arguments.telling,
        color,
        |form| report::want::text(&run.report(), &wish, form),
        || json::want::document(&run.report(), &wish),
    ))
}
