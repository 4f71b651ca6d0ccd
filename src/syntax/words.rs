//! Words and tokens of a stretch that could not be read, for messages.
//!
//! Comes in: text. Goes out: its first word or token, and how a message shows it. It never decides what is wrong.
//!
//! Invariant: what is returned is a beginning of what came in.

use pest::Parser as _;

use super::parser::{Rule, RuleParser};

/// The letters, digits, hyphens and underscores that a text begins with.
pub(super) fn first_word(written: &str) -> &str {
    let length = written
        .char_indices()
        .find(|(_, character)| !in_word(*character))
        .map_or(written.len(), |(at, _)| at);
    written.get(..length).unwrap_or("")
}

/// The word that a text ends with.
pub(super) fn last_word(written: &str) -> &str {
    let start = written
        .char_indices()
        .rev()
        .take_while(|(_, character)| in_word(*character))
        .last()
        .map_or(written.len(), |(at, _)| at);
    written.get(start..).unwrap_or("")
}

fn in_word(character: char) -> bool {
    character.is_alphanumeric()
        || matches!(character, '-' | '_')
        || unicode_normalization::char::is_combining_mark(character)
}

/// Whether a word of the language can never be a name.
pub(super) fn is_reserved(word: &str) -> bool {
    !word.is_empty() && RuleParser::parse(Rule::reserved, word).is_ok_and(|pairs| pairs.as_str() == word)
}

/// Whether a word could be a name.
pub(super) fn is_name(word: &str) -> bool {
    !word.is_empty() && RuleParser::parse(Rule::name, word).is_ok_and(|pairs| pairs.as_str() == word)
}

/// How a message shows what was found.
pub(super) fn shown(found: &str) -> String {
    match found.chars().next() {
        Some(first) if first.is_control() => {
            format!("an invisible character (U+{:04X})", u32::from(first))
        }
        _ => format!("`{found}`"),
    }
}

/// The first token of a stretch, for underlining.
pub(super) fn token(rest: &str) -> &str {
    let Some(first) = rest.chars().next() else {
        return "";
    };
    if first == '\n' || first == '\u{1E}' {
        return "";
    }
    let word = first_word(rest);
    if !word.is_empty() && first != '-' {
        return word;
    }
    if first == '"' {
        let length = rest
            .char_indices()
            .skip(1)
            .find(|(_, character)| matches!(character, '"' | '\n'));
        return rest
            .get(..length.map_or(rest.len(), |(at, character)| at + usize::from(character == '"')))
            .unwrap_or("");
    }
    let longer = [
        "===", "...", "!=", "==", "&&", "||", "<=", ">=", "=<", "=>", "->", "<>", "/*", "--", "..", "**",
    ];
    if let Some(sign) = longer.iter().find(|sign| rest.starts_with(**sign)) {
        return rest.get(..sign.len()).unwrap_or("");
    }
    if first == '-' {
        return word;
    }
    rest.get(..first.len_utf8()).unwrap_or("")
}
