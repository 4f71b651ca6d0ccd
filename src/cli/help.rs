//! `evaluate help [TOPIC]`: the command, a subcommand, or a problem's code.
//!
//! Comes in: the topic. Goes out: text. It never invents: subcommands come from the arguments, codes from the one list.
//!
//! Invariant: every subcommand and every code is a topic.

use clap::CommandFactory as _;

use super::Exit;
use super::arguments::Arguments;
use super::output::{tell, write};
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Code, Severity};

pub(super) fn run(topic: Option<&str>) -> Exit {
    let mut command = Arguments::command();
    let Some(topic) = topic else {
        return write(&command.render_long_help().to_string(), None);
    };
    // Built, so that the usage line names the command as a whole.
    command.build();
    if let Some(subcommand) = command.find_subcommand_mut(topic) {
        return write(&subcommand.render_long_help().to_string(), None);
    }
    if let Some(code) = Code::ALL.iter().find(|code| code.name() == topic) {
        let severity = match code.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        return write(&format!("{code} ({severity})\n{}.\n", code.title()), None);
    }
    let names: Vec<&str> = ["check", "help"]
        .into_iter()
        .chain(Code::ALL.iter().map(|code| code.name()))
        .collect();
    let hint = nearest(topic, names).map_or(String::new(), |near| format!("\n  tip: did you mean `{near}`?"));
    tell(&format!("error: there is no help on `{topic}`{hint}\n"));
    Exit::Failed
}
