//! `evaluate help [TOPIC]`: the command, a subcommand, or a problem's code.
//!
//! Comes in: the topic. Goes out: text. It never invents: subcommands come from the arguments, codes and their pages from
//! the one list.
//!
//! Invariant: every subcommand and every code is a topic.

use std::path::Path;

use clap::CommandFactory as _;

use super::Exit;
use super::arguments::Arguments;
use super::output::{tell, write};
use crate::diagnostic::Code;
use crate::diagnostic::nearest::nearest;

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
        return write(&printed(code.page()), None);
    }
    let jobs = command.get_subcommands().map(|job| job.get_name());
    let names = jobs.chain(Code::ALL.iter().map(|code| code.name()));
    let hint = nearest(topic, names).map_or(String::new(), |near| format!("\n  tip: did you mean `{near}`?"));
    tell(&format!("error: there is no help on `{topic}`{hint}\n"));
    Exit::Failed
}

/// Tells of a subcommand that is misspelt, which is read as the name of a policy. A file of that name is meant as it is.
pub(super) fn misspelt(policy: &str) -> bool {
    if policy.contains(['.', '/']) || Path::new(policy).exists() {
        return false;
    }
    let command = Arguments::command();
    let jobs = command.get_subcommands().map(|job| job.get_name());
    let Some(near) = nearest(policy, jobs) else {
        return false;
    };
    tell(&format!(
        "error: `{policy}` is no subcommand, and no policy file\n  tip: did you mean `{near}`?\n"
    ));
    true
}

/// A page as a terminal shows it: without the marks that are only for the web, and with its blocks set in.
fn printed(page: &str) -> String {
    let mut out = String::new();
    let mut in_block = false;
    for line in page.lines() {
        if let Some(info) = line.strip_prefix("```") {
            in_block = !in_block;
            if let Some(name) = info.split(' ').find_map(|word| word.strip_prefix("file=")) {
                out.push_str(&format!("{name}:\n"));
            }
        } else if in_block && !line.is_empty() {
            out.push_str(&format!("    {line}\n"));
        } else {
            out.push_str(&without_links(line.trim_start_matches('#').trim_start()));
            out.push('\n');
        }
    }
    out
}

/// A line with the text of each `[text](target)` in its place.
fn without_links(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, (text, (_, after)))) = rest.split_once('[').and_then(|(before, link)| {
        let (text, target) = link.split_once("](")?;
        Some((before, (text, target.split_once(')')?)))
    }) {
        out.push_str(before);
        out.push_str(text);
        rest = after;
    }
    out.push_str(rest);
    out
}
