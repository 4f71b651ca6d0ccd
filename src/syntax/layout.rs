//! The layout pass: which line ends end a clause.
//!
//! Comes in: the text of a policy file. Goes out: the same text, byte for byte as long, with comments and the line ends
//! that end no clause as blanks, and U+001E for the line end before an item at the left margin. Where it is sure what a
//! slip was meant to be (other quotes, `;`, `//`), the slip is told and the result holds what was meant. It never looks
//! further into the language than brackets, operators and the few words that let a line go on.
//!
//! Invariant: the result has the length of the text, and what is not a blank, a line end, U+001E or a told slip stands
//! where it stood.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Place};

use super::nesting::{DEPTH, Nesting, too_deep};

/// Words after which a line goes on.
pub(super) const GO_ON_AFTER: &[&str] = &[
    "and", "or", "not", "is", "in", "if", "then", "else", "where", "of", "for", "per", "within", "when",
    "by", "to",
];

/// Words that begin an item.
pub const ITEM_WORDS: &[&str] = &[
    "policy",
    "use",
    "scale",
    "record",
    "one",
    "define",
    "table",
    "group",
    "entry",
    "criterion",
    "score",
    "rank",
    "joint",
    "exclude",
    "premise",
    "cut-list",
    "test",
];

/// What the layout pass found.
#[derive(Debug)]
pub struct Layout {
    /// The text with its line ends decided.
    pub text: String,
    /// Problems seen on the way: texts without their closing quote, nesting too deep.
    pub problems: Vec<Diagnostic>,
    /// Whether the text must not be parsed, as it nests too deep.
    pub too_deep: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Text,
    Symbol,
    Open,
    Close,
    LineEnd,
}

#[derive(Debug, Clone, Copy)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

/// The kind of block a line stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    /// Between items.
    Top,
    /// `table` and typed `define`: every line is a row.
    Rows,
    /// `record`, `scale`, `cut-list` and questions: a ground at a line's start belongs to the clause above.
    Grounds,
    /// Any other block.
    Clauses,
    /// `(` or `[`
    Bracket,
}

/// Decides the line ends of a text.
pub fn layout(file: FileId, text: &str) -> Layout {
    let mut bytes = text.as_bytes().to_vec();
    let mut problems = Vec::new();
    let tokens = tokens(file, text, &mut bytes, &mut problems);
    let too_deep = decide(file, text, &tokens, &mut bytes, &mut problems);
    // Only whole characters were overwritten, so this is still UTF-8.
    let text = String::from_utf8(bytes).unwrap_or_default();
    Layout {
        text,
        problems,
        too_deep,
    }
}

/// Splits the text into what the decisions need, blanking out comments.
fn tokens(file: FileId, text: &str, bytes: &mut [u8], problems: &mut Vec<Diagnostic>) -> Vec<Token> {
    let mut tokens = Vec::new();
    // Opening quotes of other kinds that nothing closes, each with where the search for its end stopped.
    let mut alone: Vec<(char, usize)> = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((start, character)) = characters.next() {
        let mut end = start + character.len_utf8();
        let mut take_while = |end: &mut usize, accept: &mut dyn FnMut(char) -> bool| {
            while let Some((at, next)) = characters.next_if(|(_, next)| accept(*next)) {
                *end = at + next.len_utf8();
            }
        };
        let kind = match character {
            '\n' => Kind::LineEnd,
            '#' => {
                take_while(&mut end, &mut |next| next != '\n');
                blank(bytes, start, end);
                continue;
            }
            '\u{1E}' => {
                // The one character that has a meaning of its own here.
                set(bytes, start, b'?');
                continue;
            }
            '"' => {
                let mut escaped = false;
                let mut closed = false;
                take_while(&mut end, &mut |next| {
                    if closed || next == '\n' {
                        return false;
                    }
                    closed = next == '"' && !escaped;
                    escaped = next == '\\' && !escaped;
                    true
                });
                if !closed {
                    let shown = text.get(start..end).unwrap_or("").trim_end();
                    let title = shown.strip_suffix('{').filter(|title| title.ends_with(' '));
                    let place = Place::new(file, start..start + shown.len());
                    let mut problem = Diagnostic::new(Code::UnclosedText, "this text has no closing quote")
                        .at(place, "begins here and runs to the end of the line")
                        .help("write `\"` where the text ends; a text stands on one line, and a next line that begins with a text continues it");
                    if let Some(title) = title {
                        // A title that swallowed the brace of its block: it is closed before the brace, so that the block is read.
                        let after = start + title.len();
                        set(bytes, after - 1, b'"');
                        let written = Place::new(file, start + title.trim_end().len()..after - 1);
                        problem = problem.fix(written, "\"");
                        tokens.push(Token {
                            kind: Kind::Text,
                            start,
                            end: after,
                        });
                        tokens.push(Token {
                            kind: Kind::Open,
                            start: after,
                            end: after + 1,
                        });
                    }
                    problems.push(problem);
                    if title.is_some() {
                        continue;
                    }
                }
                Kind::Text
            }
            _ if closing_quote(character).is_some() => {
                let closing = closing_quote(character).unwrap_or(&[]);
                let known = alone
                    .iter()
                    .any(|(open, line_end)| *open == character && start < *line_end);
                let stops = |next: char| closing.contains(&next) || matches!(next, '\n' | '"' | '\\');
                let rest = text.get(end..).unwrap_or("");
                let stop = if known {
                    None
                } else {
                    rest.char_indices().find(|(_, next)| stops(*next))
                };
                let Some((at, closer)) = stop.filter(|(_, next)| closing.contains(next)) else {
                    // Remembered up to where the search ended, so that a line full of these is searched once.
                    if !known {
                        alone.retain(|(open, _)| *open != character);
                        alone.push((character, end + stop.map_or(rest.len(), |(at, _)| at)));
                    }
                    tokens.push(Token {
                        kind: Kind::Symbol,
                        start,
                        end,
                    });
                    continue;
                };
                let inside = text.get(end..end + at).unwrap_or("").to_owned();
                let stop = end + at + closer.len_utf8();
                let place = Place::new(file, start..stop);
                problems.push(
                    Diagnostic::new(
                        Code::Syntax,
                        format!(
                            "a text stands in straight double quotes, not in `{character}` and `{closer}`"
                        ),
                    )
                    .at(place, "other quotes")
                    .help(format!("write `\"{inside}\"`"))
                    .fix(place, format!("\"{inside}\"")),
                );
                blank(bytes, start, end);
                set(bytes, end - 1, b'"');
                blank(bytes, end + at, stop);
                set(bytes, end + at, b'"');
                while characters.next_if(|(at, _)| *at < stop).is_some() {}
                end = stop;
                Kind::Text
            }
            ';' if ends_line(text, end) => {
                let place = Place::new(file, start..end);
                problems.push(
                    Diagnostic::new(Code::Syntax, "no `;` stands at the end of a line")
                        .at(place, "ends nothing: a clause ends with its line")
                        .help("leave it out")
                        .fix(place, ""),
                );
                set(bytes, start, b' ');
                continue;
            }
            '/' if text.get(start..).is_some_and(|rest| rest.starts_with("//")) => {
                let place = Place::new(file, start..start + 2);
                problems.push(
                    Diagnostic::new(Code::Syntax, "a comment begins with `#`, not with `//`")
                        .at(place, "begins no comment")
                        .help("write `#` instead of `//`")
                        .fix(place, "#"),
                );
                take_while(&mut end, &mut |next| next != '\n');
                blank(bytes, start, end);
                continue;
            }
            '(' | '[' | '{' => Kind::Open,
            ')' | ']' | '}' => Kind::Close,
            _ if is_blank(character) => {
                // Blanks of every kind are blanks; the grammar knows the plain one.
                blank(bytes, start, end);
                continue;
            }
            _ if character.is_alphanumeric() || character == '_' => {
                // A hyphen belongs to a word where a letter or digit follows it.
                let rest = text.get(end..).unwrap_or("");
                let mut length = 0;
                let mut ahead = rest.chars().peekable();
                while let Some(next) = ahead.next() {
                    let joins = next == '-' && ahead.peek().is_some_and(|after| after.is_alphanumeric());
                    if !(next.is_alphanumeric() || next == '_' || is_mark(next) || joins) {
                        break;
                    }
                    length += next.len_utf8();
                }
                let stop = end + length;
                while characters.next_if(|(at, _)| *at < stop).is_some() {}
                end = stop;
                Kind::Word
            }
            _ => {
                take_while(&mut end, &mut |next| {
                    matches!(
                        (character, next),
                        ('-', '>') | ('<' | '>', '=') | ('.' | '<', '.') | ('.', '<')
                    )
                });
                Kind::Symbol
            }
        };
        tokens.push(Token { kind, start, end });
    }
    tokens
}

/// Blanks of every kind, also those that editors and spreadsheets leave behind unseen.
fn is_blank(character: char) -> bool {
    character != '\n'
        && (character.is_whitespace() || matches!(character, '\u{200B}' | '\u{FEFF}' | '\u{2060}'))
}

/// What closes a text that begins with a quote of another kind.
fn closing_quote(character: char) -> Option<&'static [char]> {
    Some(match character {
        '“' | '„' | '”' => &['”', '“'],
        '«' => &['»'],
        '»' => &['«', '»'],
        '‘' | '‚' | '’' => &['’', '‘'],
        '\'' => &['\''],
        '`' => &['`', '´'],
        _ => return None,
    })
}

/// Whether nothing but blanks and a comment stands on a line after a place.
fn ends_line(text: &str, from: usize) -> bool {
    let rest = text.get(from..).unwrap_or("");
    matches!(
        rest.chars().find(|next| !is_blank(*next)),
        None | Some('\n' | '#')
    )
}

/// Combining marks belong to the letter before them.
fn is_mark(character: char) -> bool {
    unicode_normalization::char::is_combining_mark(character)
}

/// Whether `word` begins an item when `next` follows it on the line.
fn begins_item(word: &str, next: Option<(Kind, &str)>) -> bool {
    ITEM_WORDS.contains(&word) && matches!(next, Some((Kind::Word | Kind::Text, _)))
}

fn decide(
    file: FileId,
    text: &str,
    tokens: &[Token],
    bytes: &mut [u8],
    problems: &mut Vec<Diagnostic>,
) -> bool {
    let slice = |token: &Token| text.get(token.start..token.end).unwrap_or("");
    let mut blocks: Vec<Block> = Vec::new();
    // The item whose block comes next, and whether a `:` stood before it (a typed define).
    let mut item = "";
    let mut typed = false;
    let mut open_ifs = 0_usize;
    let mut nesting = Nesting::default();
    let mut previous: Option<Token> = None;
    let mut questions = false;
    let following = following(tokens);
    for (index, token) in tokens.iter().enumerate() {
        let block = blocks.last().copied().unwrap_or(Block::Top);
        match token.kind {
            Kind::LineEnd => {
                let next = following.get(index).copied().flatten();
                let after_next = tokens.get(index + 2);
                let at_margin = next.is_some_and(|next| next.start == token.end && next.kind == Kind::Word);
                if let (true, Some(next)) = (at_margin, next)
                    && begins_item(slice(next), after_next.map(|token| (token.kind, slice(token))))
                {
                    // An item at the left margin: whatever was left open ends here.
                    set(bytes, token.start, 0x1E);
                    blocks.clear();
                    item = "";
                    open_ifs = 0;
                    nesting = Nesting::default();
                    continue;
                }
                let Some(previous) = previous else { continue };
                if goes_on(
                    block,
                    slice(&previous),
                    previous.kind,
                    next.map(|next| (next.kind, slice(next))),
                    open_ifs,
                ) {
                    set(bytes, token.start, b' ');
                } else {
                    open_ifs = 0;
                    nesting = Nesting::default();
                    if block == Block::Top {
                        item = "";
                        typed = false;
                    }
                }
                continue;
            }
            Kind::Open => {
                let opened = match (slice(token), block) {
                    ("{", Block::Top) => match item {
                        "table" => Block::Rows,
                        "define" if typed => Block::Rows,
                        "record" | "scale" | "cut-list" => Block::Grounds,
                        _ => Block::Clauses,
                    },
                    ("{", _) if questions => Block::Grounds,
                    ("{", _) => Block::Clauses,
                    _ => Block::Bracket,
                };
                blocks.push(opened);
            }
            Kind::Close => {
                if slice(token) == "}" {
                    // A brace closes its block, whatever brackets were left open inside it.
                    while blocks.last() == Some(&Block::Bracket) {
                        blocks.pop();
                    }
                    blocks.pop();
                } else if block == Block::Bracket {
                    blocks.pop();
                }
            }
            Kind::Word => {
                let word = slice(token);
                match word {
                    "if" => open_ifs += 1,
                    "then" => open_ifs = open_ifs.saturating_sub(1),
                    _ => {}
                }
                if block == Block::Top && (item.is_empty() || item == "one") {
                    item = if ITEM_WORDS.contains(&word) { word } else { "?" };
                    typed = false;
                }
            }
            Kind::Symbol if slice(token) == ":" && block == Block::Top => typed = true,
            _ => {}
        }
        if nesting.meet(slice(token), blocks.len()) > DEPTH {
            problems.push(too_deep(Place::new(file, token.start..token.end), slice(token)));
            return true;
        }
        questions = token.kind == Kind::Word && slice(token) == "of";
        previous = Some(*token);
    }
    false
}

/// For each token the next one that is no line end.
fn following(tokens: &[Token]) -> Vec<Option<&Token>> {
    let mut next = None;
    let mut following: Vec<_> = tokens
        .iter()
        .rev()
        .map(|token| {
            let after = next;
            if token.kind != Kind::LineEnd {
                next = Some(token);
            }
            after
        })
        .collect();
    following.reverse();
    following
}

fn blank(bytes: &mut [u8], start: usize, end: usize) {
    bytes
        .iter_mut()
        .take(end)
        .skip(start)
        .for_each(|byte| *byte = b' ');
}

fn set(bytes: &mut [u8], at: usize, to: u8) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte = to;
    }
}

/// Whether a clause goes on over a line end.
fn goes_on(
    block: Block,
    previous: &str,
    previous_kind: Kind,
    next: Option<(Kind, &str)>,
    open_ifs: usize,
) -> bool {
    if block == Block::Bracket {
        return true;
    }
    let operator = |text: &str| matches!(text, "+" | "-" | "*" | "/" | "<" | "<=" | ">" | ">=" | "->" | "=");
    // Of other languages' `&&` and `||`, so that what they join is told as one clause.
    let joins = |text: &str| matches!(text, "&" | "|");
    match previous_kind {
        Kind::Word if GO_ON_AFTER.contains(&previous) => return true,
        Kind::Symbol if previous == "," || operator(previous) || joins(previous) => return true,
        _ => {}
    }
    match next {
        Some((Kind::Word, "and" | "or" | "else")) => true,
        Some((Kind::Word, "where")) => block != Block::Rows,
        // Where no clause begins with `then`, it goes on: `rank by … then …`, `cut first … then …`.
        Some((Kind::Word, "then")) => open_ifs > 0 || block != Block::Clauses,
        Some((Kind::Word, "because" | "cite")) => match block {
            Block::Grounds => previous != "{",
            Block::Top => previous_kind != Kind::Close || previous != "}",
            _ => false,
        },
        Some((Kind::Symbol, next)) if joins(next) => true,
        Some((Kind::Symbol, next)) => next != "-" && operator(next) && (block != Block::Rows || next == "->"),
        _ => false,
    }
}
