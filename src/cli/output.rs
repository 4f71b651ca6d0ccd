//! Where results go: the terminal, a pipe, or a file that is replaced as a whole.
//!
//! Comes in: finished text. Goes out: bytes. It never makes text of its own but for what keeps it from being written.
//!
//! Invariant: a file is the old one or the whole new one, whatever happens.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::path::Path;

use super::Exit;
use super::arguments::Color;
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
    let written = match file {
        None => match io::stdout()
            .lock()
            .write_all(text.as_bytes())
            .and_then(|()| io::stdout().flush())
        {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            other => other,
        },
        Some(path) => replace(Path::new(path), text.as_bytes()),
    };
    match written {
        Ok(()) => Exit::Done,
        Err(error) => {
            let name = file.unwrap_or("standard output");
            tell(&format!("error: {name} cannot be written: {}\n", reason(&error)));
            Exit::Failed
        }
    }
}

/// Writes a file beside the one to be replaced, and renames it once it is complete.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::Error::from(ErrorKind::IsADirectory));
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut beside = tempfile::Builder::new()
        .prefix(".evaluate-")
        .tempfile_in(folder)?;
    beside.write_all(bytes)?;
    // A new file gets the permissions that the old one has, or that any new file would.
    if let Ok(known) = std::fs::metadata(path) {
        beside.as_file().set_permissions(known.permissions())?;
    } else {
        readable(beside.as_file())?;
    }
    beside.as_file().sync_all()?;
    beside.persist(path).map_err(|error| error.error)?;
    Ok(())
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

/// Draws diagnostics on standard error, with a count of them where there are several.
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
    if diagnostics.is_empty() {
        return;
    }
    let mut text = render(diagnostics, sources, style_of_errors(color));
    let mut errors = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.is_error())
        .count();
    let mut warnings = diagnostics.len() - errors;
    if let Some(summary) = summary {
        text.push_str(&summary.counts(sources));
        errors += summary.more_of(Severity::Error);
        warnings += summary.more_of(Severity::Warning);
    }
    let count = |number: usize, what: &str| match number {
        0 => None,
        1 => Some(format!("1 {what}")),
        _ => Some(format!("{} {what}s", count(number))),
    };
    let counts: Vec<String> = [count(errors, "error"), count(warnings, "warning")]
        .into_iter()
        .flatten()
        .collect();
    let fine = summary.filter(|_| errors > 0).and_then(Summary::fine);
    let fine = fine.map_or_else(String::new, |fine| format!("; {fine}"));
    text.push_str(&format!("{}{fine}\n", counts.join(", ")));
    tell(&text);
}
