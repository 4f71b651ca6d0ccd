//! What is wrong inside a number or a text.
//!
//! Comes in: the scene at the start of a number, at a backslash, or at a character that cannot stand in a text. Goes out: a
//! [`Problem`]. It never looks at what stands between values.
//!
//! Invariant: where the file ends inside a number or a text, that is what the problem says.

use super::{Problem, Scene, Span, shown};

impl Scene<'_> {
    /// A number, or what begins like one.
    pub(super) fn number(&self) -> Problem {
        let word = self.word();
        if word.len() == self.rest.len() && word.ends_with(['-', '+', '.', 'e', 'E']) {
            return self.cut_off("in the middle of a number");
        }
        let unsigned = word.trim_start_matches(['+', '-']);
        let is_digit = |digit: char| digit.is_ascii_digit();
        let zeros = unsigned
            .strip_prefix('0')
            .is_some_and(|rest| rest.starts_with(is_digit));
        let digits = match unsigned.trim_start_matches('0') {
            digits if digits.starts_with(is_digit) => digits.to_owned(),
            digits => format!("0{digits}"),
        };
        let is_number = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E'))
        };
        let minus = if word.starts_with('-') { "-" } else { "" };
        let (why, help) = match unsigned {
            _ if matches!(unsigned.to_lowercase().as_str(), "nan" | "infinity" | "inf") => (
                "which is no number",
                "write `null` if the value is not known".to_owned(),
            ),
            _ if word.starts_with('+') && is_number(unsigned) => {
                ("with a plus sign", format!("write {}", shown(unsigned)))
            }
            _ if zeros && is_number(unsigned) => (
                "with zeros in front",
                format!("write `{minus}{digits}`, or `\"{word}\"` if it is no amount but a text"),
            ),
            _ if unsigned.starts_with('.') && is_number(unsigned) => (
                "without a digit before the point",
                format!("write `{minus}0{unsigned}`"),
            ),
            _ if unsigned.ends_with('.') && is_number(unsigned) => (
                "without a digit after the point",
                format!("write `{minus}{}`", unsigned.trim_end_matches('.')),
            ),
            _ if unsigned.contains('_') && is_number(&unsigned.replace('_', "")) => (
                "with `_` between its digits",
                format!("write `{minus}{}`", unsigned.replace('_', "")),
            ),
            _ => (
                "which is no number",
                "put `\"` before and after it if it is a text or a date".to_owned(),
            ),
        };
        let span = self.here(word.len().max(1));
        Problem::new(
            "json-not-a-number",
            span,
            format!("Here stands {}, {why}", shown(word)),
        )
        .help(help)
    }

    /// In the middle of a text: at the end of the file, or at a character that may not stand there.
    pub(super) fn text(&self, quote: usize) -> Problem {
        let begins = "the text begins here";
        let Some(character) = self.rest.chars().next() else {
            return self
                .cut_off("in the middle of a text")
                .related(Some(quote), begins);
        };
        if !matches!(character, '\n' | '\r') {
            let (what, written) = match character {
                '\t' => ("A tab".to_owned(), "\\t".to_owned()),
                other => {
                    let code = u32::from(other);
                    (
                        format!("A control character (U+{code:04X})"),
                        format!("\\u{code:04x}"),
                    )
                }
            };
            return Problem::new("json-text", self.here(1), format!("{what} stands in a text"))
                .help(format!("inside a text it is written `{written}`"))
                .related(Some(quote), begins);
        }
        // If the text went on, its closing quote would come after some more of it; if it should have ended on its line,
        // the next quote is that of the next text.
        let until_quote = self.rest.split_once('"').map(|(until, _)| until.trim());
        if until_quote.is_none_or(|until| until.is_empty() || until.starts_with(['}', ']', '{', '['])) {
            let line = self.text.get(quote..self.at).unwrap_or("");
            let span = Span::new(quote, quote + line.len());
            return Problem::new("json-unclosed-text", span, "This text has no closing quote")
                .help("put `\"` where the text ends");
        }
        Problem::new("json-text", self.here(1), "The line ends in the middle of a text")
            .help("inside a text a new line is written `\\n`; if the text ends on this line, put `\"` there")
            .related(Some(quote), begins)
    }

    /// At a backslash that begins no escape.
    pub(super) fn escape(&self) -> Problem {
        let mut after = self.rest.chars().skip(1);
        let digits = |text: &str| text.bytes().take(4).take_while(u8::is_ascii_hexdigit).count();
        match after.next() {
            None => self.cut_off("in the middle of a text"),
            Some('u') => {
                let count = digits(self.rest.get(2..).unwrap_or(""));
                if self.rest.len() == 2 + count {
                    return self.cut_off("in the middle of a text");
                }
                let shown = shown(self.rest.get(..2 + count).unwrap_or("\\u"));
                if count == 4 {
                    let message = format!(
                        "The escape {shown} is half a character, and its other half is not beside it"
                    );
                    return Problem::new("json-text", self.here(2 + count), message)
                        .help("write the character itself, or both halves, as in `\\ud83d\\ude00`");
                }
                Problem::new("json-text", self.here(2 + count), format!("The escape {shown} is not complete"))
                    .help("after `\\u` stand four digits from 0 to 9 and a to f; a backslash itself is written `\\\\`")
            }
            Some(other) => {
                let (span, name) = match other {
                    '\n' | '\r' => (self.here(1), "a new line".to_owned()),
                    other => (self.here(1 + other.len_utf8()), format!("`{other}`")),
                };
                Problem::new("json-text", span, format!("A backslash cannot stand before {name}"))
                    .help("a backslash itself is written `\\\\`; the others are \\\" \\/ \\n \\t \\r \\b \\f and \\u0000")
            }
        }
    }
}
