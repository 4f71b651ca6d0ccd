//! Choices as they are written elsewhere, and what to write instead.
//!
//! Comes in: the place where reading stopped. Goes out: the mend, where a choice lacks its `then` or has signs of other
//! languages. It never tells a problem itself.
//!
//! Invariant: a replacement is only given behind the condition of a choice, or behind `else`.

use super::super::words::{is_reserved, last_word};
use super::{Mend, Stop, help, instead};

/// The signs that other languages have where a choice has `then`.
pub(super) fn choice(stop: &Stop<'_>) -> Option<Mend> {
    let Stop { found, before, .. } = *stop;
    let words = |text: &str, word: &str| {
        let mut words = text.split(|part: char| !(part.is_alphanumeric() || part == '-' || part == '_'));
        words.any(|part| part == word)
    };
    if found == ":" && last_word(before) == "else" {
        return Some(Mend {
            replacement: Some(String::new()),
            ..help("no `:` follows `else`: leave it out")
        });
    }
    if !stop.expects("`then`") || !words(before, "if") {
        return None;
    }
    let begins_value = |first: char| first.is_alphanumeric() || matches!(first, '(' | '"');
    match found {
        ":" => Some(instead(found, " then")).map(|mend| Mend {
            help: Some("write `then` instead of `:`".to_owned()),
            ..mend
        }),
        "{" => Some(help(
            "a choice has no braces: `if CONDITION then VALUE else VALUE`",
        )),
        _ if before.ends_with(')')
            && found.starts_with(begins_value)
            && (!is_reserved(found) || matches!(found, "yes" | "no" | "not" | "if" | "this" | "it")) =>
        {
            Some(Mend {
                message: Some("`then` is missing here".to_owned()),
                replacement: Some(format!("then {found}")),
                ..help(format!("write `then {found}`"))
            })
        }
        _ => None,
    }
}

/// How a choice is written, where a part of one is missing.
pub(super) fn form(stop: &Stop<'_>) -> Option<Mend> {
    let in_choice = stop.expects("`then`") || stop.expects("`else`");
    in_choice.then(|| help("it is written `if CONDITION then VALUE else VALUE`"))
}
