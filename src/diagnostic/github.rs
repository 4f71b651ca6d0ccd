//! Problems as the workflow commands of GitHub, which show them beside the lines of a change.
//!
//! Comes in: diagnostics and the sources they point into. Goes out: one line for each. It never leaves out a problem for
//! having no place.
//!
//! Invariant: a problem is exactly one line, whatever its texts hold.

use std::fmt::Write as _;

use super::{Diagnostic, Severity};
use crate::source::Sources;

/// All problems, a line each.
pub fn commands(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let command = match diagnostic.severity() {
            Severity::Warning if !diagnostic.denied => "warning",
            Severity::Error | Severity::Warning => "error",
        };
        let _ = write!(out, "::{command} ");
        let mut labels = diagnostic.labels.iter();
        let mut message = diagnostic.message.clone();
        if let Some(label) = labels.next() {
            let file = property(sources.file_path(label.place.file));
            let span = sources.span(label.place);
            let _ = write!(out, "file={file},line={},endLine={}", span.line, span.end_line);
            if span.line == span.end_line {
                // GitHub takes columns only for a place on one line.
                let _ = write!(out, ",col={},endColumn={}", span.column, span.end_column);
            }
            out.push(',');
            if !label.text.is_empty() {
                let _ = write!(message, "\n{}", label.text);
            }
        }
        for label in labels {
            let colon = if label.text.is_empty() { "" } else { ": " };
            let _ = write!(message, "\n{}{colon}{}", sources.at(label.place), label.text);
        }
        if let Some(help) = &diagnostic.help {
            let _ = write!(message, "\nhelp: {help}");
        }
        let _ = writeln!(out, "title={}::{}", diagnostic.code, data(&message));
    }
    out
}

/// A text as a command takes it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text as a property of a command takes it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::Place;

    #[test]
    fn what_a_command_cannot_hold_is_written_otherwise() {
        let mut sources = Sources::new();
        let file = sources.add_text("a,b:c%.rule", "one\ntwo\n");
        let problem = Diagnostic::new(Code::UnknownName, "100% of it\r\nis, so: wrong");
        let problems = [
            problem.clone().at(Place::new(file, 0..3), "").help("a, b: c"),
            problem.at(Place::new(file, 1..6), "over two lines"),
        ];
        assert_eq!(
            commands(&problems, &sources),
            "::error file=a%2Cb%3Ac%25.rule,line=1,endLine=1,col=1,endColumn=4,title=unknown-name\
             ::100%25 of it%0D%0Ais, so: wrong%0Ahelp: a, b: c\n\
             ::error file=a%2Cb%3Ac%25.rule,line=1,endLine=2,title=unknown-name\
             ::100%25 of it%0D%0Ais, so: wrong%0Aover two lines\n"
        );
    }
}
