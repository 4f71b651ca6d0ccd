//! Source text and places in it, for policy files and data files alike.
//!
//! Comes in: a path as the user gave it and the bytes read. Goes out: text with spans, and `path:line:column` for any
//! place. It never opens files and never knows what a text means.
//!
//! Invariant: a [`Place`] made for a file lies within that file's text.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};

/// A file of a run: the index into [`Sources`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(u32);

impl fmt::Debug for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "file:{}", self.0)
    }
}

/// A stretch of one file, in bytes from the start of its text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}@{}..{}", self.file, self.start, self.end)
    }
}

impl Place {
    /// A place from a byte range.
    pub fn new(file: FileId, range: Range<usize>) -> Place {
        let cut = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Place {
            file,
            start: cut(range.start),
            end: cut(range.end),
        }
    }

    /// The bytes of the file that the place covers.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// From the start of this place to the end of `other` (both of one file).
    #[must_use]
    pub fn to(self, other: Place) -> Place {
        Place {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// How places in a text are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// By line and character.
    #[default]
    Lines,
    /// By row and column: it is rendered from a sheet, a line for each row, with tabs between the cells.
    Sheet,
    /// As a sheet; but its rows are a table's records, after one with the names of the columns.
    Rows,
}

/// A text that was made of a file's bytes.
#[derive(Debug)]
pub struct Made<'a> {
    /// The file's path.
    pub path: &'a str,
    /// Which part of the file it is, where that has several.
    pub part: Option<&'a str>,
    /// The bytes of the file.
    pub bytes: &'a [u8],
    /// The text.
    pub text: Arc<str>,
    /// How places in it are told.
    pub layout: Layout,
}

/// One file: its path as given, its text, and where its lines begin.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// The path as the user or the policy gave it, with `/` between its parts; of a part of a file with that behind it.
    pub path: String,
    /// How much of the path is the file's own.
    own_path: usize,
    /// The text, without a byte order mark.
    pub text: Arc<str>,
    /// The SHA-256 of the bytes as they were read, in hexadecimal.
    pub sha256: String,
    /// How places in it are told.
    pub layout: Layout,
    /// How many line breaks stand before each block of bytes: of a long text few lines are ever asked for.
    breaks: OnceLock<Vec<u32>>,
    /// How many characters stand before each block of bytes: a column far into a long line is counted from its block.
    blocks: OnceLock<Vec<u32>>,
}

/// Bytes in a block.
const BLOCK: usize = 1024;

impl SourceFile {
    fn breaks(&self) -> &[u32] {
        self.breaks.get_or_init(|| before_blocks(&self.text, breaks_in))
    }

    /// Where a line (from 0) begins; where the text ends, if there are not so many.
    fn start_of(&self, line: usize) -> usize {
        if line == 0 {
            return 0;
        }
        let block = self.breaks().partition_point(|before| (*before as usize) < line);
        let block = block.saturating_sub(1);
        let before = self.breaks().get(block).copied().unwrap_or(0) as usize;
        let rest = self.text.as_bytes().get(block * BLOCK..).unwrap_or(&[]);
        let last = memchr::memchr_iter(b'\n', rest).nth(line - before - 1);
        last.map_or(self.text.len(), |at| block * BLOCK + at + 1)
    }

    /// How many characters begin before a byte.
    fn characters_before(&self, offset: u32) -> usize {
        let blocks = self.blocks.get_or_init(|| before_blocks(&self.text, begun_in));
        before(&self.text, blocks, offset as usize, begun_in)
    }

    /// The line of a byte, from 0.
    pub fn line_of(&self, offset: usize) -> usize {
        before(&self.text, self.breaks(), offset, breaks_in)
    }

    /// The bytes of a line (from 0), with its line end.
    pub fn line_range(&self, line: usize) -> Range<usize> {
        self.start_of(line)..self.start_of(line + 1)
    }

    /// The path of the file, also where this is a part of it.
    pub fn file_path(&self) -> &str {
        self.path.get(..self.own_path).unwrap_or(&self.path)
    }

    /// Line and column of a byte, both from 1; columns count characters, or cells of a sheet.
    pub fn line_and_column(&self, offset: u32) -> (usize, usize) {
        let line = self.line_of(offset as usize);
        let start = self.start_of(line);
        if self.layout != Layout::Lines {
            let before = self.text.as_bytes().get(start..offset as usize);
            let cells = memchr::memchr_iter(b'\t', before.unwrap_or(&[])).count();
            return (line + 1, cells + 1);
        }
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let column = self
            .characters_before(offset)
            .saturating_sub(self.characters_before(start));
        (line + 1, column + 1)
    }
}

/// How many line breaks there are in some bytes.
fn breaks_in(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count()
}

/// How many characters begin in some bytes.
fn begun_in(bytes: &[u8]) -> usize {
    // Most text is such that this need not be counted.
    if bytes.is_ascii() {
        return bytes.len();
    }
    bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
}

/// How many of something there are before each block of a text.
fn before_blocks(text: &str, count: fn(&[u8]) -> usize) -> Vec<u32> {
    let blocks = text.as_bytes().chunks(BLOCK);
    let counts = blocks.scan(0, |before: &mut u32, block| {
        let here = *before;
        *before += u32::try_from(count(block)).unwrap_or(0);
        Some(here)
    });
    counts.collect()
}

/// How many of something there are before a byte, where that is known of each block.
fn before(text: &str, blocks: &[u32], offset: usize, count: fn(&[u8]) -> usize) -> usize {
    let offset = offset.min(text.len());
    let block = (offset / BLOCK).min(blocks.len().saturating_sub(1));
    let before = blocks.get(block).copied().unwrap_or(0) as usize;
    let rest = text.as_bytes().get(block * BLOCK..offset).unwrap_or(&[]);
    before + count(rest)
}

/// Where a place begins and ends: lines and columns from 1; the end is the character behind the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The line of the first character.
    pub line: usize,
    /// Its column.
    pub column: usize,
    /// The line of the character behind the last.
    pub end_line: usize,
    /// Its column.
    pub end_column: usize,
}

/// All files of a run.
#[derive(Debug, Default, Clone)]
pub struct Sources {
    files: Vec<SourceFile>,
}

/// Why bytes are no source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotText {
    /// The bytes are not UTF-8; the first wrong one is at this offset.
    Encoding(usize),
    /// The file is larger than the 4 GiB that places can name.
    TooLarge,
}

impl Sources {
    /// No files yet.
    pub fn new() -> Sources {
        Sources::default()
    }

    /// Adds a file by its bytes. A byte order mark at the start is taken off.
    ///
    /// # Errors
    /// Bytes that are not UTF-8, and files over 4 GiB.
    pub fn add(&mut self, path: &str, bytes: &[u8]) -> Result<FileId, NotText> {
        let content = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        if u32::try_from(content.len()).is_err() {
            return Err(NotText::TooLarge);
        }
        let text = std::str::from_utf8(content).map_err(|error| NotText::Encoding(error.valid_up_to()))?;
        self.push(path, None, bytes, text.into(), Layout::Lines)
    }

    /// Adds a text that was made of a file's bytes.
    ///
    /// # Errors
    /// Texts over 4 GiB.
    pub fn add_made(&mut self, made: Made<'_>) -> Result<FileId, NotText> {
        self.push(made.path, made.part, made.bytes, made.text, made.layout)
    }

    fn push(
        &mut self,
        path: &str,
        part: Option<&str>,
        bytes: &[u8],
        text: Arc<str>,
        layout: Layout,
    ) -> Result<FileId, NotText> {
        if u32::try_from(text.len()).is_err() {
            return Err(NotText::TooLarge);
        }
        let sha256 = Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let mut path = path.replace('\\', "/");
        let own_path = path.len();
        if let Some(part) = part {
            path.push_str(" › ");
            path.push_str(part);
        }
        self.files.push(SourceFile {
            path,
            own_path,
            text,
            sha256,
            layout,
            breaks: OnceLock::new(),
            blocks: OnceLock::new(),
        });
        Ok(id)
    }

    /// Adds a file that is already text.
    pub fn add_text(&mut self, path: &str, text: &str) -> FileId {
        self.add(path, text.as_bytes()).unwrap_or_default()
    }

    /// The file of an id. Ids come from [`Sources::add`] of the same value; another's id gives `None`.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// How many files there are.
    pub fn count(&self) -> usize {
        self.files.len()
    }

    /// The file of a path, among the first so many.
    pub fn find(&self, path: &str, among: usize) -> Option<FileId> {
        let found = self.files.iter().take(among).position(|file| file.path == path)?;
        u32::try_from(found).ok().map(FileId)
    }

    /// The path of a file.
    pub fn path(&self, id: FileId) -> &str {
        self.get(id).map_or("", |file| &file.path)
    }

    /// The path of a file, also where only a part of it is meant.
    pub fn file_path(&self, id: FileId) -> &str {
        self.get(id).map_or("", SourceFile::file_path)
    }

    /// The text of a file, cheap to keep.
    pub fn text(&self, id: FileId) -> Arc<str> {
        self.get(id)
            .map_or_else(|| "".into(), |file| Arc::clone(&file.text))
    }

    /// The text that a place covers.
    pub fn slice(&self, place: Place) -> &str {
        self.get(place.file)
            .and_then(|file| file.text.get(place.range()))
            .unwrap_or("")
    }

    /// The lines and columns of a place.
    pub fn span(&self, place: Place) -> Span {
        let at = |offset| {
            self.get(place.file)
                .map_or((1, 1), |file| file.line_and_column(offset))
        };
        let ((line, column), (end_line, end_column)) = (at(place.start), at(place.end));
        Span {
            line,
            column,
            end_line,
            end_column,
        }
    }

    /// The cell of a place's start, where it stands in a sheet: `C7`, or `row 6, column cost` of a table of records.
    pub fn cell(&self, place: Place) -> Option<String> {
        let file = self.get(place.file).filter(|file| file.layout != Layout::Lines)?;
        let (row, column) = file.line_and_column(place.start);
        if file.layout == Layout::Sheet {
            return Some(format!("{}{row}", column_letters(column)));
        }
        let names = file.text.lines().next().unwrap_or("");
        let name = names.split('\t').nth(column - 1).unwrap_or("");
        Some(match row {
            ..=1 => format!("column {name}"),
            _ => format!("row {}, column {name}", row - 1),
        })
    }

    /// `path:line:column` of a place's start.
    pub fn at(&self, place: Place) -> String {
        self.get(place.file).map_or_else(String::new, |file| {
            let (line, column) = file.line_and_column(place.start);
            format!("{}:{line}:{column}", file.path)
        })
    }
}

/// The letters of a spreadsheet's column, from 1: A to Z, AA, and so on.
fn column_letters(mut column: usize) -> String {
    let mut letters = Vec::new();
    while column > 0 {
        column -= 1;
        letters.push(char::from(b'A' + u8::try_from(column % 26).unwrap_or(0)));
        column /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_a_byte_order_mark_is_no_character() {
        let mut sources = Sources::new();
        let file = sources
            .add("måling.rule", "\u{FEFF}æøå = 1\n  x".as_bytes())
            .unwrap();
        assert_eq!(sources.at(Place::new(file, 7..8)), "måling.rule:1:5");
        assert_eq!(sources.at(Place::new(file, 13..14)), "måling.rule:2:3");
        assert_eq!(sources.slice(Place::new(file, 0..6)), "æøå");
    }

    #[test]
    fn columns_are_right_however_long_the_line() {
        let mut sources = Sources::new();
        let text = format!("a\n{}x", "æ€ø ".repeat(1_000));
        let file = sources.add_text("long", &text);
        for (at, (offset, _)) in text.char_indices().skip(2).enumerate() {
            assert_eq!(
                sources.at(Place::new(file, offset..offset)),
                format!("long:2:{}", at + 1)
            );
        }
        assert_eq!(
            sources.at(Place::new(file, text.len()..text.len())),
            "long:2:4002"
        );
    }

    #[test]
    fn lines_are_found_wherever_they_begin() {
        for length in [0, 1, 5, 1_023, 1_024, 1_025] {
            let text = format!("{}\n\n\nx\n{}", "y".repeat(length), "\n".repeat(2_500));
            let mut sources = Sources::new();
            let id = sources.add_text("lines", &text);
            let file = sources.get(id).unwrap();
            let (mut start, mut count) = (0, 0);
            for (index, line) in text.split_inclusive('\n').enumerate() {
                assert_eq!(file.line_range(index), start..start + line.len());
                for at in start..start + line.len() {
                    assert_eq!(file.line_of(at), index);
                }
                start += line.len();
                count += 1;
            }
            assert_eq!(file.line_range(count), start..start);
            assert_eq!(file.line_range(count + 7), start..start);
            assert_eq!(file.line_of(start + 9), count);
        }
    }

    #[test]
    fn places_in_a_sheet_are_told_by_row_and_column() {
        let mut sources = Sources::new();
        let made = |layout, path| Made {
            path,
            part: Some("costs"),
            bytes: b"",
            text: "id\tcost\nå\t8\n".into(),
            layout,
        };
        let sheet = sources.add_made(made(Layout::Sheet, "a.xlsx")).unwrap();
        let rows = sources.add_made(made(Layout::Rows, "a.parquet")).unwrap();
        let place = Place::new(sheet, 11..12);
        assert_eq!(sources.at(place), "a.xlsx › costs:2:2");
        assert_eq!(sources.cell(place).as_deref(), Some("B2"));
        assert_eq!(sources.get(sheet).unwrap().file_path(), "a.xlsx");
        let place = Place::new(rows, 11..12);
        assert_eq!(sources.cell(place).as_deref(), Some("row 1, column cost"));
        let letters: Vec<String> = [1, 26, 27, 702, 703].map(column_letters).into();
        assert_eq!(letters, ["A", "Z", "AA", "ZZ", "AAA"]);
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_refused_with_their_offset() {
        assert_eq!(Sources::new().add("x", b"ab\xFF"), Err(NotText::Encoding(2)));
    }
}
