//! The one renderer: diagnostics drawn with their source, for a terminal or a plain file.
//!
//! Comes in: diagnostics and the sources they point into. Goes out: text. It never reads files and never decides colour
//! or width by itself: the caller says both. Only this module and its `excerpt` know miette.
//!
//! Invariant: the same diagnostics, width and colour give the same text.

mod excerpt;

use std::fmt::{self, Write as _};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use self::excerpt::{AROUND, Excerpt};
use super::{Diagnostic, Label, Severity};
use crate::source::{FileId, Place, Sources};

/// Problems that are drawn; of more only the number is told.
const DRAWN: usize = 1_000;
/// Characters of a word in a message that are shown.
const LONGEST_WORD: usize = 80;

/// How diagnostics are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Characters a line may hold.
    pub width: usize,
    /// Whether colours are used.
    pub colour: bool,
}

impl Default for Style {
    fn default() -> Style {
        Style {
            width: 80,
            colour: false,
        }
    }
}

/// Draws diagnostics one after another, each with the places it names.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, style: Style) -> String {
    let theme = if style.colour {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_links(false)
        .without_syntax_highlighting()
        // Names and dates hold hyphens: a line breaks at blanks alone.
        .with_word_separator(textwrap::WordSeparator::AsciiSpace)
        .with_word_splitter(textwrap::WordSplitter::NoHyphenation)
        .with_context_lines(AROUND);
    let mut out = String::new();
    for diagnostic in diagnostics.iter().take(DRAWN) {
        for report in Report::of(diagnostic, sources, style.width) {
            if handler.render_report(&mut out, &report).is_err() {
                let _ = writeln!(out, "{}", diagnostic.message);
            }
        }
        out.push('\n');
    }
    if diagnostics.len() > DRAWN {
        let _ = writeln!(out, "… and {} more problems\n", diagnostics.len() - DRAWN);
    }
    // The renderer pads some lines with blanks; a text file should not end its lines so.
    let mut trimmed = String::with_capacity(out.len());
    for line in out.lines() {
        trimmed.push_str(line.trim_end());
        trimmed.push('\n');
    }
    trimmed
}

/// One diagnostic, or the part of it in another file, as miette wants it.
struct Report {
    head: Option<(String, Severity)>,
    message: String,
    help: Option<String>,
    source: Option<Excerpt>,
    labels: Vec<LabeledSpan>,
}

impl Report {
    /// The parts of a diagnostic: one for each file that its labels stand in.
    fn of(diagnostic: &Diagnostic, sources: &Sources, width: usize) -> Vec<Report> {
        let mut files: Vec<FileId> = Vec::new();
        for label in &diagnostic.labels {
            if !files.contains(&label.place.file) {
                files.push(label.place.file);
            }
        }
        let mut reports: Vec<Report> = files
            .iter()
            .map(|file| Report::part(&diagnostic.labels, *file, sources, width))
            .collect();
        if reports.is_empty() {
            reports.push(Report::empty());
        }
        if let Some(first) = reports.first_mut() {
            let denied = if diagnostic.denied { " (denied)" } else { "" };
            first.head = Some((format!("{}{denied}", diagnostic.code), diagnostic.severity()));
            first.message = shortened(&diagnostic.message);
        }
        if let Some(last) = reports.last_mut() {
            last.help = diagnostic.help.as_deref().map(shortened);
        }
        reports
    }

    fn empty() -> Report {
        Report {
            head: None,
            message: "and here".to_owned(),
            help: None,
            source: None,
            labels: Vec::new(),
        }
    }

    fn part(labels: &[Label], file: FileId, sources: &Sources, width: usize) -> Report {
        let mut places: Vec<Place> = Vec::new();
        let mut texts: Vec<String> = Vec::new();
        for label in labels.iter().filter(|label| label.place.file == file) {
            // What is said twice of one place is said in one label.
            match places.iter().position(|place| *place == label.place) {
                Some(index) => {
                    if let Some(text) = texts.get_mut(index).filter(|text| **text != label.text) {
                        if !text.is_empty() {
                            text.push_str("; ");
                        }
                        text.push_str(&shortened(&label.text));
                    }
                }
                None => {
                    places.push(label.place);
                    texts.push(shortened(&label.text));
                }
            }
        }
        // Of a file without a character there is nothing to show.
        let source = sources.get(file).filter(|source| !source.text.trim().is_empty());
        let Some(source) = source else {
            return Report::empty();
        };
        let excerpt = Excerpt::of(source, &places, width);
        let spans = excerpt.labels.iter().zip(texts).enumerate();
        let labels = spans.map(|(index, (range, text))| {
            let text = (!text.is_empty()).then_some(text);
            let span = (range.start, range.end - range.start);
            if index == 0 {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        });
        let labels = labels.collect();
        Report {
            labels,
            source: Some(excerpt),
            ..Report::empty()
        }
    }
}

/// A text without words longer than anyone reads.
fn shortened(text: &str) -> String {
    if text.len() <= LONGEST_WORD {
        return text.to_owned();
    }
    let words = text
        .split(' ')
        .map(|word| match word.char_indices().nth(LONGEST_WORD) {
            Some((at, _)) => format!(
                "{}…{}",
                word.get(..at).unwrap_or(""),
                if word.ends_with('`') { "`" } else { "" }
            ),
            None => word.to_owned(),
        });
    words.collect::<Vec<_>>().join(" ")
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.head
            .as_ref()
            .map(|(code, _)| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        match &self.head {
            Some((_, Severity::Error)) => Some(miette::Severity::Error),
            Some((_, Severity::Warning)) => Some(miette::Severity::Warning),
            None => Some(miette::Severity::Advice),
        }
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty()).then(|| Box::new(self.labels.iter().cloned()) as Box<_>)
    }
}
