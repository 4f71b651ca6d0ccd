//! JSON text → a tree that knows where everything stands.
//!
//! Comes in: the text of a file, without its byte order mark. Goes out: a [`Node`], or the first [`Problem`] in words that
//! need no programmer. It never reads files, never turns a number into anything but its digits, and never drops a member:
//! one that stands twice is in the tree twice.
//!
//! Invariant: what is accepted is exactly RFC 8259, nested at most [`DEPTH`] deep, in texts without halves of characters;
//! the time taken grows with the length of the text alone.

mod problem;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

pub use problem::Problem;
use problem::{Stop, Wanted};

/// How many brackets may be open at once.
pub const DEPTH: usize = 64;

/// A stretch of the text, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Span {
    pub(super) fn new(start: usize, end: usize) -> Span {
        let cut = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span {
            start: cut(start),
            end: cut(end),
        }
    }

    /// The bytes that it covers.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// A value and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node<'t> {
    /// Where it stands, with its brackets or quotes.
    pub span: Span,
    /// What it is.
    pub kind: Kind<'t>,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind<'t> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it is written.
    Number(&'t str),
    /// A text, with its escapes resolved.
    String(Cow<'t, str>),
    /// What stands in a cell of a table, which is of no kind until its field is known. JSON has none.
    Cell(Written<'t>),
    /// `[…]`
    Array(Vec<Node<'t>>),
    /// `{…}`, its members as they stand.
    Object(Vec<Member<'t>>),
}

/// What stands in a cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written<'t> {
    /// The text.
    pub text: Cow<'t, str>,
    /// Whether numbers of the table have a decimal comma.
    pub comma: bool,
}

impl Written<'_> {
    /// Whether nothing stands there.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// A name and a value in an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member<'t> {
    /// The name, with its escapes resolved.
    pub name: Cow<'t, str>,
    /// Where the name stands, with its quotes.
    pub name_span: Span,
    /// The value.
    pub value: Node<'t>,
}

/// Reads a text that holds one JSON value.
///
/// # Errors
/// The first thing that is not as JSON has it.
pub fn read(text: &str) -> Result<Node<'_>, Problem> {
    read_from(text, 0)
}

/// Reads one JSON value that begins somewhere in a text and ends where the text does.
///
/// # Errors
/// The first thing that is not as JSON has it.
pub fn read_from(text: &str, start: usize) -> Result<Node<'_>, Problem> {
    if u32::try_from(text.len()).is_err() {
        return Err(problem::too_large());
    }
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: start,
        open: Vec::new(),
    };
    reader
        .document()
        .map_err(|stop| problem::explain(text, &reader.open, stop))
}

/// What is in the middle of being read. Where it cannot go on, it only says where and what it wanted; finding words for
/// that is left to [`problem`].
struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// The places of the brackets that are open, the innermost last.
    open: Vec<usize>,
}

impl<'t> Reader<'t> {
    fn document(&mut self) -> Result<Node<'t>, Stop> {
        self.skip_blanks();
        let node = self.value(Wanted::Value)?;
        self.skip_blanks();
        if self.at < self.bytes.len() {
            self.stop(Wanted::Nothing)
        } else {
            Ok(node)
        }
    }

    fn value(&mut self, wanted: Wanted) -> Result<Node<'t>, Stop> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'"') => Kind::String(self.string()?),
            Some(b'{') => Kind::Object(self.object()?),
            Some(b'[') => Kind::Array(self.array()?),
            Some(b'-' | b'0'..=b'9') => Kind::Number(self.number()?),
            Some(b't') => self.word("true", Kind::Bool(true), wanted)?,
            Some(b'f') => self.word("false", Kind::Bool(false), wanted)?,
            Some(b'n') => self.word("null", Kind::Null, wanted)?,
            _ => return self.stop(wanted),
        };
        Ok(Node {
            span: Span::new(start, self.at),
            kind,
        })
    }

    fn word(&mut self, word: &str, kind: Kind<'t>, wanted: Wanted) -> Result<Kind<'t>, Stop> {
        let end = self.at + word.len();
        let ends = !self.bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
        if self.bytes.get(self.at..end) != Some(word.as_bytes()) || !ends {
            return self.stop(wanted);
        }
        self.at = end;
        Ok(kind)
    }

    fn array(&mut self) -> Result<Vec<Node<'t>>, Stop> {
        let mut nodes = Vec::new();
        self.open_bracket()?;
        if self.take(b']') {
            self.open.pop();
            return Ok(nodes);
        }
        let mut wanted = Wanted::ValueOrEnd;
        loop {
            nodes.push(self.value(wanted)?);
            if !self.comma_or(b']')? {
                return Ok(nodes);
            }
            wanted = Wanted::ValueAfterComma;
        }
    }

    fn object(&mut self) -> Result<Vec<Member<'t>>, Stop> {
        let mut members = Vec::new();
        self.open_bracket()?;
        if self.take(b'}') {
            self.open.pop();
            return Ok(members);
        }
        let mut wanted = Wanted::NameOrEnd;
        loop {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return self.stop(wanted);
            }
            let name = self.string()?;
            let name_span = Span::new(start, self.at);
            self.skip_blanks();
            if !self.take(b':') {
                return self.stop(Wanted::Colon);
            }
            self.skip_blanks();
            let value = self.value(Wanted::Value)?;
            members.push(Member {
                name,
                name_span,
                value,
            });
            if !self.comma_or(b'}')? {
                return Ok(members);
            }
            wanted = Wanted::NameAfterComma;
        }
    }

    fn open_bracket(&mut self) -> Result<(), Stop> {
        if self.open.len() == DEPTH {
            return self.stop(Wanted::LessDepth);
        }
        self.open.push(self.at);
        self.at += 1;
        self.skip_blanks();
        Ok(())
    }

    /// After a value: whether a comma stands there, and not the closing bracket.
    fn comma_or(&mut self, closing: u8) -> Result<bool, Stop> {
        self.skip_blanks();
        if self.take(b',') {
            self.skip_blanks();
            Ok(true)
        } else if self.take(closing) {
            self.open.pop();
            Ok(false)
        } else {
            self.stop(Wanted::CommaOrEnd)
        }
    }

    fn number(&mut self) -> Result<&'t str, Stop> {
        let start = self.at;
        self.take(b'-');
        let mut sound = self.take(b'0') || self.digits();
        if self.take(b'.') {
            sound &= self.digits();
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            sound &= self.digits();
        }
        // What goes on like a number or a word is told as one thing: `007`, `1_000`, `2024-01-15`.
        let goes_on =
            |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'_' | b'+' | b'-');
        if !sound || self.peek().is_some_and(goes_on) {
            return Err(Stop {
                at: start,
                wanted: Wanted::Number,
            });
        }
        Ok(self.text.get(start..self.at).unwrap_or(""))
    }

    fn digits(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at > start
    }

    fn string(&mut self) -> Result<Cow<'t, str>, Stop> {
        let quote = self.at;
        self.at += 1;
        let plain = self.plain();
        if self.take(b'"') {
            return Ok(Cow::Borrowed(plain));
        }
        let mut whole = plain.to_owned();
        while self.take(b'\\') {
            whole.push(self.escape()?);
            whole.push_str(self.plain());
        }
        if self.take(b'"') {
            Ok(Cow::Owned(whole))
        } else {
            self.stop(Wanted::RestOfText { quote })
        }
    }

    /// The part of a text up to its end, the next escape, or what may not stand in it.
    fn plain(&mut self) -> &'t str {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or(&[]);
        let length = rest
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\\' | ..b' '))
            .unwrap_or(rest.len());
        self.at += length;
        self.text.get(start..self.at).unwrap_or("")
    }

    /// What stands after a backslash.
    fn escape(&mut self) -> Result<char, Stop> {
        let backslash = self.at - 1;
        let letter = self.peek();
        self.at += 1;
        let character = match letter {
            Some(plain @ (b'"' | b'\\' | b'/')) => Some(char::from(plain)),
            Some(b'b') => Some('\u{8}'),
            Some(b'f') => Some('\u{c}'),
            Some(b'n') => Some('\n'),
            Some(b'r') => Some('\r'),
            Some(b't') => Some('\t'),
            Some(b'u') => self.code_point(),
            _ => None,
        };
        character.ok_or(Stop {
            at: backslash,
            wanted: Wanted::Escape,
        })
    }

    /// The character of `\uXXXX`, or of two of them that are its halves.
    fn code_point(&mut self) -> Option<char> {
        let first = self.four_digits()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first);
        }
        if !(self.take(b'\\') && self.take(b'u')) {
            return None;
        }
        let second = self
            .four_digits()?
            .checked_sub(0xDC00)
            .filter(|low| *low < 0x400)?;
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + second)
    }

    fn four_digits(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        // `from_str_radix` would take a sign.
        let all = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        u32::from_str_radix(digits, 16).ok().filter(|_| all)
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn stop<T>(&self, wanted: Wanted) -> Result<T, Stop> {
        Err(Stop { at: self.at, wanted })
    }
}
