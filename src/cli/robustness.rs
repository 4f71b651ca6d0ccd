//! `evaluate robustness POLICY [DATA…]`: how firm a ranking is.
//!
//! Comes in: the arguments. Goes out: what was found out, in the form asked for. It never changes a file but the one of `-o`.
//!
//! Invariant: the number of processors changes how long it takes, and nothing else.

use super::Exit;
use super::arguments::{AnswerFormat, Color, Robustness};
use super::decide::{Asked, prepare};
use super::output::{style_of_output, write};
use crate::explain::Case;
use crate::explain::robustness::{Settings, assess};
use crate::report::{Form, json, robustness};

pub(super) fn run(arguments: &Robustness, color: Color) -> Exit {
    let asked = Asked {
        policy: &arguments.policy,
        data: &arguments.data,
        data_format: arguments.data_format,
        language: arguments.lang,
        color,
    };
    let Some(run) = prepare(&asked) else {
        return Exit::Failed;
    };
    let case = Case {
        policy: &run.policy,
        records: &run.records,
        decisions: &run.decisions,
        language: run.language,
    };
    let settings = Settings {
        draws: arguments.draws,
        seed: arguments.seed,
        ..Settings::default()
    };
    let found = assess(&case, settings);
    let output = arguments.output.as_deref().filter(|output| *output != "-");
    let form = match arguments.format {
        AnswerFormat::Text => Some(Form::Text(style_of_output(color, output.is_some()))),
        AnswerFormat::Markdown => Some(Form::Markdown),
        AnswerFormat::Json => None,
    };
    let text = match form {
        Some(form) => robustness::render(&run.report(), &found, form),
        None => json::robustness::document(&run.report(), &found),
    };
    let exit = write(&text, output);
    run.tell(color);
    exit
}
