//! Where results go: the terminal, a pipe, or a file that is replaced as a whole.
//!
//! Comes in: text, finished or as it is made. Goes out: bytes. It never makes text of its own but for what keeps it from being written.
//!
//! Invariant: a file is the old one or the whole new one, whatever stops the program.

use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, Write};
use std::path::Path;

use super::Exit;
use super::ahead::Ahead;
use super::arguments::Color;
use super::progress::Step;
use super::unfinished;
use crate::check::reason;
use crate::data::{Summary, count};
use crate::diagnostic::render::{Style, render};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Sources;

/// The width of what is no terminal.
const WIDTH: usize = 80;

/// Colour and width for standard output.
pub(super) fn style_of_output(color: Color, to_file: bool) -> Style {
    let terminal = !to_file && io::stdout().is_terminal();
    let colour = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => !to_file && wanted(anstream::AutoStream::choice(&io::stdout())),
    };
    Style {
        width: width(terminal),
        colour,
    }
}

/// Whether standard output is seen by a person.
pub(super) fn is_on_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Colour and width for standard error.
pub(super) fn style_of_errors(color: Color) -> Style {
    let colour = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => wanted(anstream::AutoStream::choice(&io::stderr())),
    };
    Style {
        width: width(io::stderr().is_terminal()),
        colour,
    }
}

fn wanted(choice: anstream::ColorChoice) -> bool {
    !matches!(choice, anstream::ColorChoice::Never)
}

fn width(terminal: bool) -> usize {
    let width = if terminal {
        terminal_size::terminal_size()
    } else {
        None
    };
    width.map_or(WIDTH, |(terminal_size::Width(width), _)| {
        usize::from(width).clamp(40, 140)
    })
}

/// Writes a result to a file or to standard output.
pub(super) fn write(text: &str, file: Option<&str>) -> Exit {
    write_with(file, |to| to.write_all(text.as_bytes()))
}

/// Writes a result as it is made, to a file or to standard output.
pub(super) fn write_with(file: Option<&str>, result: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Exit {
    let written = match file {
        None => buffered(&mut io::stdout().lock(), io::stdout().is_terminal(), result),
        Some(path) => replace(Path::new(path), result),
    };
    match written {
        Ok(()) => Exit::Done,
        // The reader has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Exit::Done,
        Err(error) => {
            let name = file.unwrap_or("standard output");
            tell(&cannot_write(name, &error));
            Exit::Failed
        }
    }
}

/// Writes in large pieces, and shows how much; not where the result itself is shown.
fn buffered(
    to: &mut dyn Write,
    on_terminal: bool,
    result: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    const PIECE: usize = 64 * 1024;
    let step = if on_terminal {
        Step::hidden()
    } else {
        Step::writing()
    };
    let mut buffer = BufWriter::with_capacity(PIECE, step.counting(to));
    result(&mut buffer)?;
    buffer.flush()
}

/// What is told of a file that cannot be written.
pub(super) fn cannot_write(name: &str, error: &io::Error) -> String {
    let why = match error.kind() {
        ErrorKind::PermissionDenied => "you may not write there".to_owned(),
        _ => reason(error),
    };
    format!("error: {name} cannot be written: {why}\n")
}

/// Whether a path is that of a file, or of none yet: what is written there counts for nothing until it is complete.
pub(super) fn is_replaced(path: &Path) -> bool {
    !std::fs::metadata(path).is_ok_and(|known| !known.is_file())
}

/// Writes a file beside the one to be replaced, and renames it once it is complete.
pub(super) fn replace(path: &Path, result: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let known = std::fs::metadata(path);
    if path.is_dir() {
        return Err(io::Error::from(ErrorKind::IsADirectory));
    }
    // A device or a pipe is written to; there is nothing that could be replaced.
    if !is_replaced(path) {
        let mut device = std::fs::OpenOptions::new().write(true).open(path)?;
        let on_terminal = device.is_terminal();
        return buffered(&mut device, on_terminal, result);
    }
    // A link stays one: what it leads to is replaced.
    let path = &std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let beside = unfinished::begin(folder)?;
    buffered(&mut Ahead::new(beside.as_file()), false, result)?;
    // A new file gets the permissions that the old one has, or that any new file would.
    if let Ok(known) = known {
        beside.as_file().set_permissions(known.permissions())?;
    } else {
        readable(beside.as_file())?;
    }
    // Not waited for the disk: whatever stops the program, what it has written is there, and what the machine loses when its
    // power fails is for its file system.
    unfinished::finish(beside, path)
}

/// Temporary files are for their owner alone; a result is for whoever may read the folder.
#[cfg(unix)]
fn readable(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &std::fs::File) -> io::Result<()> {
    Ok(())
}

/// Writes to standard error; nobody can be told if that fails.
pub(super) fn tell(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Draws diagnostics on standard error, with a count of them.
pub(super) fn tell_all(diagnostics: &[Diagnostic], sources: &Sources, color: Color) {
    tell_with(diagnostics, None, sources, color);
}

/// The same, with how the data looks as a whole.
pub(super) fn tell_with(
    diagnostics: &[Diagnostic],
    summary: Option<&Summary>,
    sources: &Sources,
    color: Color,
) {
    tell(&drawn(
        diagnostics,
        summary.map(std::slice::from_ref).unwrap_or_default(),
        sources,
        style_of_errors(color),
    ));
}

/// The same where data was decided on, with how many records are left out.
pub(super) fn tell_data(
    diagnostics: &[Diagnostic],
    summary: Option<&Summary>,
    sources: &Sources,
    color: Color,
) {
    tell_with(diagnostics, summary, sources, color);
    if let Some(left_out) = summary.and_then(Summary::left_out) {
        tell(&format!("warning: {left_out}\n"));
    }
}

/// Diagnostics as drawn, with how data looks as a whole, and a count; nothing where there are none.
pub(super) fn drawn(
    diagnostics: &[Diagnostic],
    summaries: &[Summary],
    sources: &Sources,
    style: Style,
) -> String {
    if diagnostics.is_empty() {
        return String::new();
    }
    let mut text = render(diagnostics, sources, style);
    let mut errors = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.is_error())
        .count();
    let mut warnings = diagnostics.len() - errors;
    let shown = warnings;
    for summary in summaries {
        text.push_str(&summary.counts(sources));
        errors += summary.more_of(Severity::Error);
        warnings += summary.more_of(Severity::Warning);
    }
    let counted = |number: usize, what: &str| match number {
        1 => format!("1 {what}"),
        _ => format!("{} {what}s", count(number)),
    };
    let mut counts = Vec::new();
    if errors > 0 {
        counts.push(counted(errors, "error"));
    }
    if warnings > 0 {
        let denied = diagnostics.iter().filter(|diagnostic| diagnostic.denied).count();
        let all = counted(warnings, "warning");
        counts.push(match denied {
            0 => all,
            _ if denied == shown => format!("{all}, denied"),
            _ => format!("{all}, {} of them denied", count(denied)),
        });
    }
    let fine = match summaries {
        [only] if errors > 0 => only.fine().map(|fine| format!("; {fine}")),
        _ => None,
    };
    text + &format!("{}{}\n", counts.join(", "), fine.unwrap_or_default())
}
