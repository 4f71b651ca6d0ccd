//! Files with a JSON value on each line.
//!
//! Comes in: the text of such a file. Goes out: for each line its tree, or what is wrong with it; and from there the
//! records, handed on with their type. It never reads a record itself.
//!
//! Invariant: what is wrong with one line costs no other line; a line holds a record, however broken.

use std::ops::Range;

use super::Input;
use super::document::Sections;
use super::json::{self, Kind, Node, Problem, Span};
use super::problems::About;
use super::record::{Reader, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::RecordId;

/// A line that is not blank.
#[derive(Debug)]
pub(super) struct Line<'t> {
    /// Where it stands, without its end.
    span: Span,
    /// What it holds.
    root: Result<Node<'t>, Problem>,
}

/// What a file of lines holds.
#[derive(Debug)]
pub(super) enum Lines<'t> {
    /// Its lines.
    Each(Vec<Line<'t>>),
    /// It is no text: the first byte that none can hold.
    NoText(Span),
    /// It is one document, on several lines.
    Document(Span),
}

/// Reads the lines of a text.
pub(super) fn read(text: &str) -> Lines<'_> {
    if let Some(at) = memchr::memchr(0, text.as_bytes()) {
        return Lines::NoText(Span::new(at, at + 1));
    }
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        if !line.trim().is_empty() {
            let root = json::read_from(text.get(..end).unwrap_or(text), start);
            if lines.is_empty() && root.is_err() && json::read(text).is_ok() {
                return Lines::Document(Span::new(start, end));
            }
            lines.push(Line {
                span: Span::new(start, end),
                root,
            });
        }
        start += line.len();
    }
    Lines::Each(lines)
}

/// Reads some lines of a text, of which so many records stand before the first; `None` where it may be one document on
/// several lines.
pub(super) fn read_some<'t>(text: &'t str, before: u32, lines: &[(Range<usize>, u32)]) -> Option<Lines<'t>> {
    let line = |(range, number): &(Range<usize>, u32)| {
        let line = text.get(range.clone())?;
        let end = range.start + line.trim_end_matches('\r').len();
        let root = json::read_from(text.get(..end)?, range.start);
        if root.is_err() && *number == before {
            return None;
        }
        Some(Line {
            span: Span::new(range.start, end),
            root,
        })
    };
    lines.iter().map(line).collect::<Option<_>>().map(Lines::Each)
}

impl<'a> Reader<'a> {
    /// Reads all records of a file of lines.
    pub(super) fn lines(&mut self, input: Input, id: RecordId, lines: &'a Lines<'a>) {
        self.file = input.file;
        match lines {
            Lines::Each(lines) => {
                let sections = self.sections();
                for line in lines {
                    self.line(input, id, line, &sections);
                }
            }
            Lines::NoText(span) => {
                self.mark_all_incomplete();
                let message = "this file holds no text, so it cannot be JSON";
                let diagnostic = Diagnostic::new(Code::NotText, message)
                    .at(self.place(*span), "no text can hold this")
                    .help("is it a spreadsheet or an archive? Then its name should end as such files do");
                self.tell(About::File, diagnostic);
            }
            Lines::Document(span) => {
                self.mark_all_incomplete();
                let message = "this file is one JSON document; a record on each line was expected";
                let diagnostic = Diagnostic::new(Code::DataSyntax, message)
                    .at(self.place(*span), "it goes on after this line")
                    .help("let its name end in `.json`, or write each record on a line of its own");
                self.tell(About::File, diagnostic);
            }
        }
    }

    fn line(&mut self, input: Input, id: RecordId, line: &'a Line<'a>, sections: &Sections<'a>) {
        match &line.root {
            Ok(root) if self.is_document(id, root, sections) => {
                let input = Input {
                    record: Some(id),
                    ..input
                };
                self.document(input, root);
            }
            Ok(root) => self.record(id, root, None, None),
            Err(problem) => self.broken_line(id, line.span, problem),
        }
    }

    /// Whether a line holds records under their types' keys, or a list of records, and not one record.
    fn is_document(&self, id: RecordId, root: &Node<'_>, sections: &Sections<'_>) -> bool {
        match &root.kind {
            Kind::Array(_) => true,
            Kind::Object(members) => {
                let section = |name: &str| sections.contains_key(super::shape::composed(name).as_ref());
                members.iter().any(|member| section(&member.name))
                    && !self.is_one_record(id, members, sections)
            }
            _ => false,
        }
    }

    fn broken_line(&mut self, id: RecordId, span: Span, problem: &Problem) {
        self.forget_completeness();
        let row = self.next_row(id);
        let subject = Subject {
            record: id,
            row,
            name: "".into(),
            place: self.place(span),
            misspelt: Vec::new(),
        };
        let mut problem = problem.clone();
        if let Some(rest) = problem.message.strip_prefix("The file ends") {
            problem.message = format!("The line ends{rest}");
            let help = "each line holds one whole record; if the file was cut off on its way, fetch it again";
            problem.help = Some(help.to_owned());
        } else if problem.code == "json-after-end" {
            problem.help =
                Some("each line holds one record; write the next one on a line of its own".to_owned());
        }
        let diagnostic = self.unread(&problem);
        self.problems.add(About::Record(id, row), diagnostic);
        self.unreadable(&subject, None);
    }
}
