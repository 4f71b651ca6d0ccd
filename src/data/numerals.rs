//! How people write numbers, and yes and no, in the cells of a table.
//!
//! Comes in: the text of a cell. Goes out: the same as the engine writes it, where it can mean one thing only. It never says
//! what is wrong.
//!
//! Invariant: a comma is taken for a decimal comma only where it was said, or where it can be nothing else.

use std::borrow::Cow;

use super::delimited::Row;
use super::header::{Header, Means};
use super::workbook::NEVER_COMPUTED;
use crate::model::{Record, Type};

/// What stands before the decimals of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decimal {
    /// `8.5`
    Point,
    /// `8,5`
    Comma,
}

/// Whether the numbers of a table have a decimal comma: as said, else where some number can have no other and none has a
/// decimal point.
pub(super) fn has_comma(
    record: &Record,
    header: &Header<'_>,
    rows: &[Row<'_>],
    said: Option<Decimal>,
) -> bool {
    if let Some(said) = said {
        return said == Decimal::Comma;
    }
    let is_number = |index: &usize| {
        let field = record.fields.get(*index);
        field.is_some_and(|field| matches!(field.of_type, Type::Number(_) | Type::Scale(_)))
    };
    let columns = header.columns.iter().enumerate();
    let numbers: Vec<usize> = columns
        .filter(|(_, column)| matches!(&column.means, Means::Field(index) if is_number(index)))
        .map(|(at, _)| at)
        .collect();
    let mut comma = false;
    for row in rows {
        let Ok(cells) = &row.cells else { continue };
        for cell in numbers.iter().filter_map(|at| cells.get(*at)) {
            let text = cell.text.trim();
            if is_decimal(text, '.') {
                return false;
            }
            comma |= is_decimal(text, ',');
        }
    }
    comma
}

/// Whether a sign in a number can only stand before decimals: three digits behind it could be thousands.
pub(super) fn is_decimal(text: &str, sign: char) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let Some((whole, decimals)) = unsigned.split_once(sign) else {
        return false;
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(decimals) && (decimals.len() != 3 || whole == "0" || whole.len() > 3)
}

/// A number as JSON would have it, but for zeros before it.
pub(super) fn number(text: &str, comma: bool) -> Cow<'_, str> {
    let text = text.strip_prefix('+').unwrap_or(text);
    if comma && text.contains(',') && !text.contains('.') {
        return Cow::Owned(text.replacen(',', ".", 1));
    }
    // With a decimal comma, a point stands between thousands or is a mistake.
    if comma && text.contains('.') {
        return Cow::Borrowed("");
    }
    Cow::Borrowed(text)
}

/// What a cell says of something that is so or not.
pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    const YES: [&str; 4] = ["yes", "true", "ja", "1"];
    const NO: [&str; 4] = ["no", "false", "nei", "0"];
    let is = |words: [&str; 4]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    is(YES).then_some(true).or(is(NO).then_some(false))
}

/// Whether a cell holds an error of the spreadsheet that it comes from.
pub(super) fn is_error(text: &str) -> bool {
    const ERRORS: [&str; 19] = [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#DATA!",
        "#GETTING_DATA",
        "#FIELD!",
        "#BLOCKED!",
        "#BUSY!",
        "#CONNECT!",
        "#EXTERNAL!",
        "#PYTHON!",
        "#TIMEOUT!",
        "#UNKNOWN!",
    ];
    let numbered = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit());
    text.starts_with('#') && (ERRORS.contains(&text) || text == NEVER_COMPUTED)
        || text.strip_prefix("Err:").is_some_and(numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_before_three_digits_may_stand_between_thousands() {
        for text in ["8,5", "-8,50", "0,125", "1234,567"] {
            assert!(is_decimal(text, ','), "{text}");
        }
        for text in ["8,500", "85", "8,", ",5", "1,234,567", "8.5"] {
            assert!(!is_decimal(text, ','), "{text}");
        }
    }

    #[test]
    fn numbers_are_read_as_written() {
        assert_eq!(number("+8,5", true), "8.5");
        assert_eq!(number("8,5", false), "8,5");
        assert_eq!(number("1.000,5", true), "");
        assert_eq!(number("8.5", false), "8.5");
    }
}
