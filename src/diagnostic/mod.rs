//! A problem as data: its code, the sentence, the places that matter, the mend.
//!
//! Comes in: what the stages found wrong. Goes out: [`Diagnostic`] values, through [`render`] the text a person reads, and
//! through [`json`], [`sarif`] and [`github`] what other programs read. It never decides what is a problem, and only
//! [`render`] knows how one is drawn.
//!
//! Invariant: every diagnostic has a code from the one list in [`codes`].

pub mod codes;
pub mod github;
pub mod json;
pub mod mend;
pub mod nearest;
pub mod render;
pub mod sarif;

pub use codes::{Code, Severity};

use self::nearest::Near;
use crate::source::Place;

/// A place that matters to a problem, with what it has to do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What stands there, in a few words; may be empty.
    pub text: String,
}

/// A sure mend: what to write in place of what stands somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced.
    pub place: Place,
    /// What is written instead.
    pub replacement: String,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its code.
    pub code: Code,
    /// One sentence that says what is wrong, in the author's words.
    pub message: String,
    /// The places that matter; the first is where the problem is.
    pub labels: Vec<Label>,
    /// How to mend it, where that is known.
    pub help: Option<String>,
    /// The same mend as data, where there is only one way to mend it and it can be made without asking.
    pub fix: Option<Fix>,
    /// Whether it is a warning that the user will not have.
    pub denied: bool,
}

impl Diagnostic {
    /// A problem with a sentence, no place yet.
    pub fn new(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            message: message.into(),
            labels: Vec::new(),
            help: None,
            fix: None,
            denied: false,
        }
    }

    /// Adds a place that matters.
    #[must_use]
    pub fn at(mut self, place: Place, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label {
            place,
            text: text.into(),
        });
        self
    }

    /// Adds the mend.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Adds the mend if there is one.
    #[must_use]
    pub fn help_if(mut self, help: Option<String>) -> Diagnostic {
        self.help = help.or(self.help);
        self
    }

    /// Adds the mend as data.
    #[must_use]
    pub fn fix(mut self, place: Place, replacement: impl Into<String>) -> Diagnostic {
        self.fix = Some(Fix {
            place,
            replacement: replacement.into(),
        });
        self
    }

    /// Adds what was probably meant by what stands at a place; as data, too, if nothing else can be meant.
    #[must_use]
    pub fn meant(self, place: Place, near: &Near) -> Diagnostic {
        let problem = self.help(format!("did you mean `{}`?", near.name));
        if near.sure {
            problem.fix(place, near.name.as_str())
        } else {
            problem
        }
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Whether it stops the run.
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }
}

/// Puts problems in the order in which a reader meets them, each once.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    let place = |diagnostic: &Diagnostic| diagnostic.labels.first().map(|label| label.place);
    diagnostics.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.code.cmp(&b.code)));
    diagnostics.dedup();
}
