//! What all questions about decisions have in common: data decided on, and an answer in one of three forms.
//!
//! Comes in: arguments. Goes out: a run, and the answer to a terminal or a file. It never knows a question.
//!
//! Invariant: text and Markdown are made of one document.

use super::Exit;
use super::arguments::{AnswerFormat, Color, Telling};
use super::decide::{Asked, Run, prepare};
use super::output::{style_of_output, write};
use crate::data::OnError;
use crate::report::Form;

/// The policy with its data, decided.
pub(super) fn prepared(policy: &str, data: &[String], telling: &Telling, color: Color) -> Option<Run> {
    prepare(&Asked {
        policy,
        data,
        reading: &telling.reading,
        language: telling.lang,
        color,
        on_error: OnError::Stop,
    })
}

/// Writes an answer in the form asked for.
pub(super) fn answer(
    telling: &Telling,
    color: Color,
    text: impl FnOnce(Form) -> String,
    json: impl FnOnce() -> String,
) -> Exit {
    let output = telling.output.as_deref().filter(|output| *output != "-");
    let text = match telling.format {
        AnswerFormat::Text => text(Form::Text(style_of_output(color, output.is_some()))),
        AnswerFormat::Markdown => text(Form::Markdown),
        AnswerFormat::Json => json(),
    };
    write(&text, output)
}
