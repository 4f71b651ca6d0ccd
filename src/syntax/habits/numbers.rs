//! Numbers as they are written elsewhere, and what to write instead.
//!
//! Comes in: the place where reading stopped. Goes out: the mend, where a number stands there that is written in another
//! way. It never tells a problem itself.
//!
//! Invariant: a replacement is the number that was meant, or no replacement is given.

use super::super::words::{first_word, is_name, last_word};
use super::{Mend, Stop, help};

/// Numbers as they are written elsewhere.
pub(super) fn number(stop: &Stop<'_>) -> Option<Mend> {
    let Stop {
        found, before, rest, ..
    } = *stop;
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    if found == "," && stop.touches() && stop.digit_before() && digits(rest.get(1..)?) > 0 {
        let decimals = digits(rest.get(1..)?);
        let whole = before.rsplit(|last: char| !last.is_ascii_digit()).next()?;
        let number = format!("{whole}.{}", rest.get(1..=decimals)?);
        return Some(
            Mend {
                replacement: Some(number.clone()),
                message: Some("a number has a decimal point, not a comma".to_owned()),
                ..help(format!("write `{number}`"))
            }
            .back(whole.len())
            .long(1 + decimals),
        );
    }
    if found == "." && !stop.touches() && digits(rest.get(1..)?) > 0 {
        let decimals = digits(rest.get(1..)?);
        let number = format!("0.{}", rest.get(1..=decimals)?);
        return Some(
            Mend {
                message: Some("a number begins with a digit".to_owned()),
                replacement: Some(number.clone()),
                ..help(format!("write `{number}`"))
            }
            .long(1 + decimals),
        );
    }
    let first = found.chars().next()?;
    if !stop.only_expects("a name")
        && let Some(mend) = number_with_more(rest)
    {
        return Some(mend);
    }
    if first.is_ascii_digit() && stop.digit_before() && !stop.touches() && digits(found) == 3 {
        let whole = before.rsplit(|last: char| !last.is_ascii_digit()).next()?;
        return Some(
            Mend {
                message: Some("a number holds no blanks".to_owned()),
                replacement: Some(format!("{whole}_{found}")),
                ..help(format!("write `{whole}{found}`, or `{whole}_{found}`"))
            }
            .back(whole.len() + stop.gap),
        );
    }
    if first.is_ascii_digit() && stop.only_expects("a name") {
        return Some(help("a name begins with a letter"));
    }
    if first == '-' && found.len() > 1 {
        if stop.digit_before() && found.get(1..)?.starts_with(|next: char| next.is_ascii_digit()) {
            let to = found.get(1..)?;
            let from = before.rsplit(|last: char| !last.is_ascii_digit()).next()?;
            let blanks = before.get(..before.len() - from.len())?;
            if last_word(blanks.trim_end()) == "in" && blanks.ends_with(' ') {
                // Nothing but a range follows `in` here.
                return Some(
                    Mend {
                        replacement: Some(format!("{from}..{to}")),
                        ..help(format!("a range is written `{from}..{to}`"))
                    }
                    .back(from.len() + stop.gap),
                );
            }
            let subtract = format!("to subtract, write `{from} - {to}`");
            let size = |digits: &str| digits.parse::<u64>().unwrap_or(u64::MAX);
            return Some(help(if size(from) < size(to) {
                format!("a range is written `{from}..{to}`; {subtract}")
            } else {
                subtract
            }));
        }
        if last_word(before) == "weight" {
            return Some(help("a weight is a number from 0 up"));
        }
        if stop.only_expects("a number") {
            return Some(help("this number has no sign"));
        }
        return Some(
            Mend {
                replacement: Some(format!("- {}", found.get(1..)?)),
                ..help("to subtract, write `-` with a blank on both sides")
            }
            .back(0),
        );
    }
    None
}

/// A number with something behind it that belongs to no number: its unit, an exponent, a `_` behind the point.
fn number_with_more(rest: &str) -> Option<Mend> {
    let end = |accept: fn(char) -> bool, from: usize| {
        let after = rest.get(from..).unwrap_or("");
        from + after.find(|next| !accept(next)).unwrap_or(after.len())
    };
    let whole = end(|next| next.is_ascii_digit() || next == '_', 0);
    if !rest.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let point = rest
        .get(whole..)
        .is_some_and(|rest| rest.starts_with('.') && !rest.starts_with(".."));
    let digits = if point {
        end(|next| next.is_ascii_digit() || next == '_', whole + 1)
    } else {
        whole
    };
    let number = rest.get(..digits)?;
    let word = first_word(rest.get(digits..)?);
    let length = digits + word.len();
    let written = rest.get(..length)?;
    if number.get(whole..).is_some_and(|decimals| decimals.contains('_')) {
        let mended = format!(
            "{}{}",
            number.get(..whole)?,
            number.get(whole..)?.replace('_', "")
        );
        return Some(
            Mend {
                message: Some("`_` only stands between the digits before the point".to_owned()),
                replacement: Some(format!("{mended}{word}")),
                ..help(format!("write `{mended}`"))
            }
            .long(length),
        );
    }
    let exponent = word
        .strip_prefix(['e', 'E'])
        .map(|power| power.strip_prefix('-').unwrap_or(power));
    if exponent.is_some_and(|power| !power.is_empty() && power.chars().all(|digit| digit.is_ascii_digit())) {
        return Some(
            Mend {
                message: Some(format!("`{written}` is no number here")),
                ..help("write all its digits, as in `1_000` or `0.001`")
            }
            .long(length),
        );
    }
    is_name(word).then(|| {
        Mend {
            message: Some(format!(
                "a blank stands between a number and its unit, and `{written}` has none"
            )),
            replacement: Some(format!("{number} {word}")),
            ..help(format!("write `{number} {word}`"))
        }
        .long(length)
    })
}
