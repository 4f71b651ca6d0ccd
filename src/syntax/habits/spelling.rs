//! Words of the language that are nearly written right.
//!
//! Comes in: the place where reading stopped. Goes out: the mend, where the token or the word before it was probably meant to
//! be a word that can stand there. It never tells a problem itself.
//!
//! Invariant: only words that can stand there are suggested.

use super::super::parser::Rule;
use super::super::words::{is_name, is_reserved, last_word};
use super::{Mend, Stop, help};
use crate::diagnostic::nearest::{Near, near};

/// Keywords that are nearly written right.
pub(super) fn spelling(stop: &Stop<'_>) -> Option<Mend> {
    let found = stop.found;
    if stop.only == Rule::only_field
        && let word = last_word(stop.before)
        && let Some(near) = near(word, types_before(stop).iter().copied())
    {
        return Some(
            Mend {
                message: Some(format!("there is no type `{word}`")),
                replacement: near.sure.then(|| near.name.clone()),
                ..help(format!("did you mean `{}`?", near.name))
            }
            .read_as(near.name)
            .back(stop.gap + word.len())
            .before_only(stop.gap),
        );
    }
    if let Some(unit) = unit_before(stop)
        && let Some(near) = near_word(stop, unit)
    {
        let mend = Mend {
            message: Some(format!("`{unit}` cannot stand here")),
            replacement: near.sure.then(|| near.name.clone()),
            ..help(format!("did you mean `{}`?", near.name))
        };
        return Some(
            mend.read_as(near.name)
                .back(stop.gap + unit.len())
                .before_only(stop.gap),
        );
    }
    if is_reserved(found) || !found.starts_with(char::is_alphabetic) {
        return None;
    }
    let near = misspelt(stop)?;
    let mend = Mend {
        replacement: near.sure.then(|| near.name.clone()),
        ..help(format!("did you mean `{}`?", near.name))
    };
    Some(mend.read_as(near.name))
}

/// How the types are called behind which the token can stand.
fn types_before(stop: &Stop<'_>) -> &'static [&'static str] {
    let before = stop.before.strip_suffix(last_word(stop.before)).unwrap_or("");
    match stop.found {
        ".." | "in" => &["integer", "number"],
        _ if stop.digits_follow() => &["integer", "number"],
        "of" => &["list", "one"],
        found if is_name(found) && before.trim_end().ends_with(':') => &["ref"],
        _ => &[],
    }
}

/// The word of the language that a token was probably meant to be.
pub(super) fn misspelt(stop: &Stop<'_>) -> Option<Near> {
    near_word(stop, stop.found)
}

/// The word of the language nearest to one that stands where the token could stand.
fn near_word(stop: &Stop<'_>, word: &str) -> Option<Near> {
    let operators = ["and", "or", "in", "is", "not"];
    let operators = operators.into_iter().filter(|_| stop.expects("an operator"));
    let expected = stop.expected.iter().flat_map(|words| keywords(words));
    near(word, expected.chain(operators))
}

/// The word in front of the token where it was read as the unit of a number.
pub(super) fn unit_before<'s>(stop: &Stop<'s>) -> Option<&'s str> {
    let unit = last_word(stop.before);
    let before = stop.before.strip_suffix(unit)?;
    (is_name(unit)
        && before.ends_with(' ')
        && before.trim_end().ends_with(|last: char| last.is_ascii_digit()))
    .then_some(unit)
}

/// The words of the language that a description names.
fn keywords(description: &'static str) -> impl Iterator<Item = &'static str> {
    let named = description.split('`').skip(1).step_by(2);
    named.filter(|word| word.len() > 1 && word.starts_with(|first: char| first.is_ascii_alphabetic()))
}
