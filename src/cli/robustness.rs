//! `evaluate robustness POLICY [DATA…]`: how firm a ranking is.
//!
//! Comes in: the arguments. Goes out: what was found out, in the form asked for. It never changes a file but the one of `-o`.
//!
//! Invariant: the number of processors changes how long it takes, and nothing else.

use super::Exit;
use super::answer::{answer, prepared};
use super::arguments::{Color, Robustness};
use crate::explain::robustness::{Settings, assess};
use crate::report::{json, robustness};

pub(super) fn run(arguments: &Robustness, color: Color) -> Exit {
    let Some(run) = prepared(&arguments.policy, &arguments.data, &arguments.telling, color) else {
        return Exit::Failed;
    };
    let settings = Settings {
        draws: arguments.draws,
        seed: arguments.seed,
        ..Settings::default()
    };
    let found = assess(&run.case(), settings);
    let exit = answer(
        &arguments.telling,
        color,
        |form| robustness::render(&run.report(), &found, form),
        || json::robustness::document(&run.report(), &found),
    );
    run.tell(color);
    exit
}
