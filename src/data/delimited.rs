//! Tables as text: rows of cells with a sign between them.
//!
//! Comes in: a text and its delimiter. Goes out: its rows, each cell with its place. It never knows what a cell means.
//!
//! The crate `csv` takes a quote that is never closed for the end of the file, and tells no cell's place; here such a quote
//! costs its line, and every cell has its place. A test holds the two equal on what is well formed.
//!
//! Invariant: every character of a text is in a cell, is a sign between cells, or belongs to a row that is told as broken;
//! the time taken grows with the length of the text alone.

use std::borrow::Cow;

use super::json::Span;

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell<'t> {
    /// Where it stands, with its quotes.
    pub(super) span: Span,
    /// What it says.
    pub(super) text: Cow<'t, str>,
}

impl Cell<'_> {
    /// Whether nothing stands in it.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row<'t> {
    /// Where it stands, without its end.
    pub(super) span: Span,
    /// Its cells, or what is wrong with its quotes.
    pub(super) cells: Result<Vec<Cell<'t>>, BadQuote>,
}

/// A quote that does not do what a quote should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadQuote {
    /// It opens here and is never closed.
    Open(Span),
    /// After the closing quote the cell goes on, here.
    After(Span),
}

/// How cells that hold a delimiter, a quote or a line's end are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    /// In double quotes, with quotes in them doubled.
    Quotes,
    /// With `\t`, `\n` and `\\`: as sheets are rendered, so that a row is always a line.
    Escapes,
}

/// Reads the rows of a text, from a byte on. Lines with nothing in them are no rows.
pub(super) fn rows(text: &str, start: usize, delimiter: u8, quoting: Quoting) -> Vec<Row<'_>> {
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: start,
        delimiter,
        quoting,
    };
    let mut rows = Vec::new();
    while reader.at < text.len() {
        let start = reader.at;
        let cells = reader.row();
        if cells.is_err() {
            reader.at = start;
            reader.at += reader.line().len();
        }
        let span = Span::new(start, reader.at);
        reader.line_end();
        let blank =
            |cells: &Vec<Cell<'_>>| matches!(cells.as_slice(), [only] if only.span.range().is_empty());
        if !cells.as_ref().is_ok_and(blank) {
            rows.push(Row { span, cells });
        }
    }
    rows
}

/// A cell as [`Quoting::Escapes`] has it.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '\t', '\n', '\r']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => out.push(match characters.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                Some(other) => other,
                None => '\\',
            }),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    delimiter: u8,
    quoting: Quoting,
}

impl<'t> Reader<'t> {
    fn row(&mut self) -> Result<Vec<Cell<'t>>, BadQuote> {
        let mut cells = Vec::new();
        loop {
            cells.push(self.cell()?);
            if self.bytes.get(self.at) != Some(&self.delimiter) {
                return Ok(cells);
            }
            self.at += 1;
        }
    }

    /// One cell; leaves off before the sign behind it.
    fn cell(&mut self) -> Result<Cell<'t>, BadQuote> {
        let start = self.at;
        if self.quoting == Quoting::Quotes && self.bytes.get(start) == Some(&b'"') {
            return self.quoted();
        }
        let rest = self.bytes.get(start..).unwrap_or(&[]);
        let length = memchr::memchr3(self.delimiter, b'\n', b'\r', rest).unwrap_or(rest.len());
        self.at += length;
        let text = self.text.get(start..self.at).unwrap_or("");
        Ok(Cell {
            span: Span::new(start, self.at),
            text: match self.quoting {
                Quoting::Quotes => Cow::Borrowed(text),
                Quoting::Escapes => unescaped(text),
            },
        })
    }

    fn quoted(&mut self) -> Result<Cell<'t>, BadQuote> {
        let start = self.at;
        let mut text = Cow::Borrowed("");
        let mut from = start + 1;
        loop {
            let rest = self.bytes.get(from..).unwrap_or(&[]);
            let Some(length) = memchr::memchr(b'"', rest) else {
                return Err(BadQuote::Open(Span::new(start, start + 1)));
            };
            let quote = from + length;
            let piece = self.text.get(from..quote).unwrap_or("");
            if text.is_empty() {
                text = Cow::Borrowed(piece);
            } else {
                text.to_mut().push_str(piece);
            }
            match self.bytes.get(quote + 1) {
                Some(b'"') => {
                    text.to_mut().push('"');
                    from = quote + 2;
                }
                None | Some(b'\n' | b'\r') => {
                    self.at = quote + 1;
                    break;
                }
                Some(sign) if *sign == self.delimiter => {
                    self.at = quote + 1;
                    break;
                }
                Some(_)
                    if self
                        .text
                        .get(start..quote)
                        .is_some_and(|cell| cell.contains('\n')) =>
                {
                    // The next line's quotes close what this line's left open.
                    return Err(BadQuote::Open(Span::new(start, start + 1)));
                }
                Some(_) => return Err(BadQuote::After(Span::new(quote, quote + 1))),
            }
        }
        Ok(Cell {
            span: Span::new(start, self.at),
            text,
        })
    }

    /// The rest of the line.
    fn line(&self) -> &'t str {
        let rest = self.text.get(self.at..).unwrap_or("");
        let end = memchr::memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
        rest.get(..end).unwrap_or("")
    }

    fn line_end(&mut self) {
        if self.bytes.get(self.at) == Some(&b'\r') {
            self.at += 1;
        }
        if self.bytes.get(self.at) == Some(&b'\n') {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(text: &str, delimiter: u8) -> Vec<Vec<String>> {
        let rows = rows(text, 0, delimiter, Quoting::Quotes).into_iter();
        rows.map(|row| {
            let cells = row.cells.unwrap().into_iter();
            cells.map(|cell| cell.text.into_owned()).collect()
        })
        .collect()
    }

    proptest! {
        #[test]
        fn what_the_crate_csv_writes_is_read_as_written(
            rows in prop::collection::vec(prop::collection::vec("[a-z,;\"\n\r ]{0,4}", 2..4), 1..6),
            semicolon: bool,
        ) {
            let delimiter = if semicolon { b';' } else { b',' };
            let mut writer = csv::WriterBuilder::new().flexible(true).delimiter(delimiter).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            prop_assert_eq!(texts(&text, delimiter), rows);
        }

        #[test]
        fn whatever_a_text_holds_its_cells_stand_where_they_say(text in "[ab,\"\n\r]{0,24}") {
            let mut at = 0;
            for row in rows(&text, 0, b',', Quoting::Quotes) {
                let span = row.span.range();
                prop_assert!(at <= span.start && text.get(span.clone()).is_some());
                at = span.end;
                for cell in row.cells.iter().flatten() {
                    prop_assert!(span.start <= cell.span.range().start && cell.span.range().end <= span.end);
                    let written = text.get(cell.span.range()).unwrap();
                    prop_assert!(written.starts_with('"') || written == cell.text);
                }
            }
        }

        #[test]
        fn escaped_cells_are_read_as_they_were(cells in prop::collection::vec("[a\\\\\t\n\rtnr]{0,5}", 2..4)) {
            let line = cells.iter().map(|cell| escaped(cell)).collect::<Vec<_>>().join("\t");
            prop_assert!(!line.contains('\n'));
            let rows = rows(&line, 0, b'\t', Quoting::Escapes);
            let read: Vec<String> = rows.into_iter().flat_map(|row| row.cells.unwrap()).map(|cell| cell.text.into_owned()).collect();
            prop_assert_eq!(read, cells);
        }
    }
}
