//! The cells of a sheet as text, a line for each row.
//!
//! Comes in: cells as the crate `calamine` reads them. Goes out: the text that a person sees in each, in the rendering of
//! sheets. It never knows what a column means.
//!
//! Invariant: the text of a row stands on the line of its number; numbers are those of the file to 15 digits, as spreadsheets
//! show them, and never a binary fraction's tail.

use calamine::{Data, ExcelDateTime};

use super::super::delimited::escaped;
use super::marks::At;
use crate::model::Number;

/// Renders cells, given by their row and column from 1; nothing where the text would have more than so many bytes.
pub(super) fn rendered(mut cells: Vec<(At, String)>, most: usize) -> Option<String> {
    // A file may give them in any order.
    cells.sort_by_key(|(at, _)| *at);
    let mut text = String::new();
    let (mut row, mut column) = (1, 1);
    for ((at_row, at_column), cell) in &cells {
        let rows = at_row.saturating_sub(row);
        let from = if rows > 0 { 1 } else { column };
        let columns = at_column.saturating_sub(from);
        if text
            .len()
            .saturating_add(rows)
            .saturating_add(columns)
            .saturating_add(cell.len())
            > most
        {
            return None;
        }
        text.extend(std::iter::repeat_n('\n', rows));
        text.extend(std::iter::repeat_n('\t', columns));
        text.push_str(&escaped(cell));
        (row, column) = (*at_row, *at_column);
    }
    text.push('\n');
    Some(text)
}

/// What a person sees in a cell; nothing in an empty one.
pub(super) fn shown(cell: &Data) -> Option<String> {
    let text = match cell {
        Data::Empty => return None,
        Data::Int(number) => number.to_string(),
        // The shortest decimal that is this number, or the first 15 digits of a longer one.
        Data::Float(number) => match number.to_string() {
            short if digits(&short) <= 15 => short,
            _ => to_15_digits(&format!("{number:.14e}")),
        },
        Data::String(text) => text.clone(),
        Data::Bool(true) => "TRUE".to_owned(),
        Data::Bool(false) => "FALSE".to_owned(),
        Data::DateTime(moment) => date(moment),
        Data::DateTimeIso(text) => match text.split_once('T') {
            Some((day, time)) if time.bytes().all(|byte| matches!(byte, b'0' | b':' | b'.')) => {
                day.to_owned()
            }
            _ => text.clone(),
        },
        Data::DurationIso(text) => text.clone(),
        Data::Error(error) => error.to_string(),
    };
    (!text.is_empty()).then_some(text)
}

/// How many digits of a decimal say something.
fn digits(text: &str) -> usize {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    if text.contains('.') {
        digits.len()
    } else {
        digits.trim_end_matches('0').len()
    }
}

fn to_15_digits(scientific: &str) -> String {
    match Number::parse(scientific) {
        Ok(number) => number.decimal(u8::MAX),
        Err(_) => scientific.to_owned(),
    }
}

fn date(moment: &ExcelDateTime) -> String {
    if moment.is_duration() {
        return moment.to_string();
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second, milli) {
        (0, 0, 0, 0) => date,
        (_, _, _, 0) => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
        _ => format!("{date}T{hour:02}:{minute:02}:{second:02}.{milli:03}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_a_spreadsheet_shows_them() {
        let seen = |number| shown(&Data::Float(number)).unwrap();
        assert_eq!(seen(0.1), "0.1");
        assert_eq!(seen(0.1 + 0.2), "0.3");
        assert_eq!(seen(1.1 * 3.0), "3.3");
        assert_eq!(seen(12.0), "12");
        assert_eq!(seen(-2.5), "-2.5");
        assert_eq!(seen(1e21), "1000000000000000000000");
        assert_eq!(seen(123_456_789.123_456), "123456789.123456");
        assert_eq!(seen(1.0 / 3.0), "0.333333333333333");
    }

    #[test]
    fn rows_stand_on_their_lines() {
        let cell = |row, column, text: &str| ((row, column), text.to_owned());
        let cells = vec![cell(4, 1, "d"), cell(2, 2, "a\nb"), cell(2, 4, "c")];
        assert_eq!(rendered(cells.clone(), 100).unwrap(), "\n\ta\\nb\t\tc\n\nd\n");
        assert_eq!(rendered(cells, 8), None);
    }
}
