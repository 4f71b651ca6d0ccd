//! What is wrong with a JSON text, in words for people who do not write programs.
//!
//! Comes in: where the reader stopped, what it wanted there, and the brackets that were open. Goes out: a [`Problem`]. It
//! never decides whether a text is sound: it is asked only once the reader has stopped.
//!
//! Invariant: every problem says what was found; its spans lie within the text, at ends of characters.

#[cfg(test)]
mod tests;
mod token;

use super::{DEPTH, Span};

/// Why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind of problem it is: one of [`Problem::CODES`].
    pub code: &'static str,
    /// Where it is.
    pub span: Span,
    /// What was found, in one sentence.
    pub message: String,
    /// How to mend it, where that is known.
    pub help: Option<String>,
    /// Other places that matter, with what they are.
    pub related: Vec<(Span, &'static str)>,
}

impl Problem {
    /// Every code, with what it stands for.
    pub const CODES: &'static [(&'static str, &'static str)] = &[
        ("json-empty", "A file with nothing in it"),
        ("json-cut-off", "A file that ends before everything is closed"),
        ("json-syntax", "Something that cannot stand here"),
        ("json-trailing-comma", "A comma after the last element"),
        ("json-missing-comma", "Two elements without a comma between them"),
        ("json-comment", "A comment"),
        ("json-quotes", "Quotes that are not double quotes, or none"),
        ("json-word", "A word that is not true, false or null"),
        ("json-not-a-number", "A number that is not written as JSON has it"),
        ("json-unclosed-text", "A text without its closing quote"),
        (
            "json-text",
            "A character or an escape that cannot stand in a text",
        ),
        ("json-bracket", "A closing bracket that does not fit"),
        ("json-after-end", "Something after the end of the data"),
        ("json-nesting", "Brackets that are nested too deep"),
        ("json-too-large", "A file over 4 GiB"),
    ];

    fn new(code: &'static str, span: Span, message: impl Into<String>) -> Problem {
        Problem {
            code,
            span,
            message: message.into(),
            help: None,
            related: Vec::new(),
        }
    }

    fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }

    fn related(mut self, at: Option<usize>, what: &'static str) -> Problem {
        self.related.extend(at.map(|at| (Span::new(at, at + 1), what)));
        self
    }
}

/// Where the reader could not go on, and what it wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    pub(super) at: usize,
    pub(super) wanted: Wanted,
}

/// What the reader wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A value: at the beginning, or after a colon.
    Value,
    /// A value or `]`, after `[`.
    ValueOrEnd,
    /// A value, after a comma.
    ValueAfterComma,
    /// A name or `}`, after `{`.
    NameOrEnd,
    /// A name, after a comma.
    NameAfterComma,
    /// `:`, after a name.
    Colon,
    /// A comma or the closing bracket, after a value.
    CommaOrEnd,
    /// The end of the file, after the value.
    Nothing,
    /// A number as it should be, from here.
    Number,
    /// The rest of the text whose opening quote stands there.
    RestOfText { quote: usize },
    /// An escape as it should be, from this backslash.
    Escape,
    /// That this bracket were not nested so deep.
    LessDepth,
}

/// A text whose places cannot be named.
pub(super) fn too_large() -> Problem {
    Problem::new("json-too-large", Span::default(), "The file is larger than 4 GiB")
        .help("split it into several files")
}

/// Finds words for what stopped the reader.
pub(super) fn explain(text: &str, open: &[usize], stop: Stop) -> Problem {
    let (before, rest) = text.split_at_checked(stop.at).unwrap_or((text, ""));
    let scene = Scene {
        text,
        before,
        rest,
        open,
        at: before.len(),
    };
    match stop.wanted {
        Wanted::LessDepth => {
            let message = format!("More than {DEPTH} brackets are open at once");
            Problem::new("json-nesting", scene.here(1), message)
                .related(open.first().copied(), "the first of them")
        }
        Wanted::RestOfText { quote } => scene.text(quote),
        Wanted::Escape => scene.escape(),
        Wanted::Number => scene.number(),
        wanted => scene.between_values(wanted),
    }
}

/// The place where the reader stopped.
struct Scene<'t> {
    text: &'t str,
    before: &'t str,
    rest: &'t str,
    open: &'t [usize],
    at: usize,
}

/// The characters of an unquoted word or number.
fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.' | '+' | '-')
}

/// A piece of the text as messages show it: not longer than a line takes.
fn shown(piece: &str) -> String {
    let short: String = piece.chars().take(30).collect();
    if short.len() < piece.len() {
        format!("`{short}…`")
    } else {
        format!("`{short}`")
    }
}

impl<'t> Scene<'t> {
    /// So many bytes from where the reader stopped.
    fn here(&self, length: usize) -> Span {
        Span::new(self.at, self.at + length)
    }

    /// The word that stands here; may be empty.
    fn word(&self) -> &'t str {
        let end = self
            .rest
            .find(|character| !is_of_word(character))
            .unwrap_or(self.rest.len());
        self.rest.get(..end).unwrap_or("")
    }

    fn innermost(&self) -> Option<char> {
        self.open
            .last()
            .and_then(|at| self.text.get(*at..)?.chars().next())
    }

    /// What stands here, and how long it is.
    fn found(&self) -> (String, usize) {
        let word = self.word();
        let Some(first) = self.rest.chars().next() else {
            return ("the end of the file".to_owned(), 0);
        };
        if !word.is_empty() {
            (shown(word), word.len())
        } else if first.is_whitespace()
            || first.is_control()
            || matches!(first, '\u{200B}'..='\u{200F}' | '\u{FEFF}')
        {
            (
                format!("a character that cannot be seen (U+{:04X})", u32::from(first)),
                first.len_utf8(),
            )
        } else {
            (format!("`{first}`"), first.len_utf8())
        }
    }

    fn syntax(&self, expected: &str) -> Problem {
        let (found, length) = self.found();
        let message = format!("Here stands {found}, but {expected} is expected");
        let problem = Problem::new("json-syntax", self.here(length), message);
        if found.starts_with('a') {
            problem.help("leave that character out")
        } else {
            problem
        }
    }

    /// The file ends inside something; `middle` says in what, if not only between brackets.
    fn cut_off(&self, middle: &str) -> Problem {
        let closing = |at: &usize| {
            if self.text.get(*at..).is_some_and(|rest| rest.starts_with('{')) {
                '}'
            } else {
                ']'
            }
        };
        let close: String = self.open.iter().rev().map(closing).collect();
        let brackets: Vec<&str> = self
            .open
            .iter()
            .filter_map(|at| self.text.get(*at..at + 1))
            .collect();
        let open = match brackets.as_slice() {
            [] => String::new(),
            [one] => format!("while a `{one}` is open"),
            many => format!("while {} brackets are open: `{}`", many.len(), many.join(" ")),
        };
        let message = ["The file ends", middle, &open]
            .iter()
            .filter(|part| !part.is_empty())
            .copied()
            .collect::<Vec<_>>();
        let end = Span::new(self.text.len(), self.text.len());
        let problem = Problem::new("json-cut-off", end, message.join(" "));
        let problem = problem.related(self.open.last().copied(), "the innermost bracket opens here");
        match close.as_str() {
            "" => problem.help("if the file was cut off on its way, fetch it again"),
            close => problem.help(format!(
                "`{close}` is missing; if the file was cut off on its way, fetch it again"
            )),
        }
    }

    /// Between values: where a value, a name, a colon, a comma, a closing bracket or the end should be.
    fn between_values(&self, wanted: Wanted) -> Problem {
        let Some(first) = self.rest.chars().next() else {
            if self.text.trim().is_empty() {
                let problem = Problem::new("json-empty", self.here(0), "The file is empty");
                return problem.help("a file without records says `[]`");
            }
            return self.cut_off("");
        };
        if first == '#' || self.rest.starts_with("//") || self.rest.starts_with("/*") {
            let line = self.rest.lines().next().unwrap_or("");
            let closed = line
                .find("*/")
                .filter(|_| line.starts_with("/*"))
                .map(|at| at + 2);
            let length = closed.unwrap_or(line.len());
            return Problem::new(
                "json-comment",
                self.here(length),
                "A comment stands here: JSON has none",
            )
            .help("leave it out; what should be said of a value can stand in \"because\" beside it");
        }
        if let ('}' | ']', Some(_)) = (first, self.innermost()) {
            return self.closing_bracket(first, wanted);
        }
        match wanted {
            Wanted::NameOrEnd | Wanted::NameAfterComma => self.name(first, wanted),
            Wanted::Colon => {
                let problem = self.syntax("the `:` between a name and its value");
                if first == '=' {
                    problem.help("write `:` for `=`")
                } else {
                    problem
                }
            }
            Wanted::CommaOrEnd => self.after_value(first),
            Wanted::Nothing => self.after_end(first),
            _ => self.value(first),
        }
    }

    fn closing_bracket(&self, first: char, wanted: Wanted) -> Problem {
        let fits = matches!((self.innermost(), first), (Some('{'), '}') | (Some('['), ']'));
        let comma = self.before.trim_end();
        match wanted {
            _ if !fits => {
                let (opening, closing) = if first == '}' { ('[', ']') } else { ('{', '}') };
                Problem::new(
                    "json-bracket",
                    self.here(1),
                    format!("A `{first}` closes what a `{opening}` has opened"),
                )
                .help(format!(
                    "`{closing}` is expected first, or the `{first}` is one too many"
                ))
                .related(self.open.last().copied(), "opened here")
            }
            Wanted::ValueAfterComma | Wanted::NameAfterComma => {
                let span = Span::new(comma.len().saturating_sub(1), comma.len());
                Problem::new(
                    "json-trailing-comma",
                    span,
                    format!("A comma stands before `{first}`, but nothing follows it"),
                )
                .help("leave the last comma out")
                .related(
                    Some(self.at),
                    if first == ']' {
                        "the list ends here"
                    } else {
                        "the object ends here"
                    },
                )
            }
            Wanted::Colon => self.syntax("the `:` between a name and its value"),
            _ => self
                .syntax("a value")
                .help("a value that is not known is written `null`"),
        }
    }

    fn value(&self, first: char) -> Problem {
        const WORDS: &[(&str, &[&str])] = &[
            ("true", &["true", "yes", "ja"]),
            ("false", &["false", "no", "nei"]),
            ("null", &["null", "none", "nil", "undefined", "na"]),
        ];
        let word = self.word();
        let lower = word.to_lowercase();
        let ends_here = word.len() == self.rest.len();
        if ends_here
            && ["true", "false", "null"]
                .iter()
                .any(|whole| whole.starts_with(word) && *whole != word)
        {
            return self.cut_off("in the middle of a word");
        }
        if let Some(quotes) = self.quotes(first) {
            return quotes;
        }
        if first == ',' {
            return self
                .syntax("a value")
                .help("leave the comma out, or write `null` for a value that is not known");
        }
        if word.is_empty() {
            return self.syntax("a value");
        }
        if matches!(first, '+' | '.') || matches!(lower.as_str(), "nan" | "infinity" | "inf") {
            return self.number();
        }
        let meant = WORDS.iter().find(|(_, words)| words.contains(&lower.as_str()));
        match meant {
            Some((meant, _)) => Problem::new(
                "json-word",
                self.here(word.len()),
                format!("{} is no word of JSON", shown(word)),
            )
            .help(format!("write `{meant}`, or \"{word}\" if it is a text")),
            None => Problem::new(
                "json-quotes",
                self.here(word.len()),
                format!("The text {} stands without quotes", shown(word)),
            )
            .help("put `\"` before and after the text"),
        }
    }

    /// Quotes that are not JSON's.
    fn quotes(&self, first: char) -> Option<Problem> {
        if !matches!(
            first,
            '\'' | '`' | '´' | '‘' | '’' | '‚' | '“' | '”' | '„' | '«' | '»'
        ) {
            return None;
        }
        let message = format!("A text begins with `{first}`, but JSON knows double quotes only");
        let problem = Problem::new("json-quotes", self.here(first.len_utf8()), message);
        Some(problem.help("put `\"` before and after the text"))
    }

    fn name(&self, first: char, wanted: Wanted) -> Problem {
        let word = self.word();
        let number_ends = |before: &str| before.ends_with(|character: char| character.is_ascii_digit());
        let whole = self.before.strip_suffix(',').filter(|before| number_ends(before));
        if let (Some(whole), true) = (whole, first.is_ascii_digit()) {
            let start = whole.trim_end_matches(is_of_word).len();
            let whole = whole.get(start..).unwrap_or("");
            let span = Span::new(start, self.at + word.len());
            let message = format!(
                "The number {} has a decimal comma",
                shown(&format!("{whole},{word}"))
            );
            // Who writes a decimal comma may have points between the thousands.
            let pointed = format!("{}.{word}", whole.replace('.', ""));
            return Problem::new("json-not-a-number", span, message)
                .help(format!("write a decimal point: {}", shown(&pointed)));
        }
        if let Some(quotes) = self.quotes(first) {
            return quotes;
        }
        match first {
            ',' if wanted == Wanted::NameAfterComma => {
                self.syntax("a name in double quotes").help("leave one comma out")
            }
            _ if word.is_empty() => self.syntax("a name in double quotes"),
            _ => {
                let message = format!("The name {} stands without quotes", shown(word));
                Problem::new("json-quotes", self.here(word.len()), message)
                    .help("put `\"` before and after the name")
            }
        }
    }

    fn after_value(&self, first: char) -> Problem {
        let value_ends = self.before.trim_end().len();
        let closing = if self.innermost() == Some('{') { '}' } else { ']' };
        let starts_value =
            first.is_alphanumeric() || matches!(first, '"' | '{' | '[' | '-' | '\'' | '“' | '”');
        if !starts_value {
            let problem = self.syntax(&format!("a comma or `{closing}`"));
            return if first == ';' {
                problem.help("write `,` for `;`")
            } else {
                problem
            };
        }
        if value_ends == self.at && self.before.ends_with('"') && first.is_alphanumeric() {
            let (found, length) = self.found();
            let message = format!("The text ends at this quote, but {found} follows it");
            return Problem::new(
                "json-missing-comma",
                Span::new(self.at - 1, self.at + length),
                message,
            )
            .help("a quote inside a text is written `\\\"`; between two elements stands a comma");
        }
        let place = Span::new(value_ends, value_ends);
        let problem = Problem::new(
            "json-missing-comma",
            place,
            "A comma is missing after this element",
        );
        let digits = first.is_ascii_digit()
            && self
                .before
                .trim_end()
                .ends_with(|before: char| before.is_ascii_digit());
        problem.help(if digits {
            "write a comma, or leave out the blank inside the number"
        } else {
            "write a comma here"
        })
    }

    fn after_end(&self, first: char) -> Problem {
        let (found, length) = self.found();
        let problem = Problem::new(
            "json-after-end",
            self.here(length),
            format!("The data ends before this, but here stands {found}"),
        );
        match first {
            '}' | ']' => problem.help("this bracket is one too many, or its opening one is missing"),
            '{' | '[' | ',' | '"' => problem.help(
                "several records stand in one list: `[` before the first, commas between, `]` after the last",
            ),
            _ => problem.help("leave out what stands after the data"),
        }
    }
}
