//! Spreadsheets: a sheet for each record type.
//!
//! Comes in: the bytes of a workbook and the policy's record types. Goes out: an input for each sheet that holds records, its
//! cells as a text in which places are cells; and warnings about what a person sees otherwise than it is read. It never
//! computes a formula.
//!
//! Invariant: a workbook takes no more memory than its bound; a sheet that could be meant is read or told of.

mod marks;
mod values;

use std::collections::HashSet;
use std::io::Cursor;

use calamine::{Data, Ods, OdsError, Reader, Sheet, SheetType, SheetVisible, Xlsx, XlsxError};
use zip::ZipArchive;

use self::marks::{Archive, At, Marks, Sheets};
use super::delimited::{self, Quoting};
use super::format::{Format, record_of_name, record_of_path};
use super::header;
use super::numerals::is_error;
use super::open::Found;
use super::packed;
use super::shape::{Shape, near};
use super::{Input, problems::any_of, summary::count};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Policy, RecordId};
use crate::source::{FileId, Layout, Made, Place, Sources};

/// How the sheets of a workbook are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Office Open XML: `.xlsx`.
    Xlsx,
    /// OpenDocument: `.ods`.
    Ods,
}

/// The most cells of an OpenDocument sheet, which may say of one row that it repeats a million times.
const MOST_CELLS: usize = 20_000_000;

/// A workbook that can be read.
enum Book<'b> {
    Xlsx(Box<Xlsx<Cursor<&'b [u8]>>>),
    Ods(Box<Ods<Cursor<&'b [u8]>>>),
}

/// Makes inputs of a workbook.
///
/// # Errors
/// Why nothing can be read of it.
pub(super) fn open(
    found: Found<'_>,
    bytes: &[u8],
    kind: Kind,
    policy: &Policy,
    sources: &mut Sources,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Vec<Input>, Diagnostic> {
    let path = found.path;
    let cannot = |why: String, mend: &str| {
        Diagnostic::new(Code::CannotRead, format!("`{path}` {why}")).help(mend.to_owned())
    };
    let most = packed::most(bytes.len());
    let marks = match ZipArchive::new(Cursor::new(bytes)) {
        Ok(mut archive) => {
            let bound = u64::try_from(most).unwrap_or(u64::MAX);
            if !marks::is_sound(&mut archive, bound) {
                let why = "is damaged, or holds far more than its size";
                return Err(cannot(
                    why.to_owned(),
                    "open it in a spreadsheet program and save it anew",
                ));
            }
            self::marks(&mut archive, kind)
        }
        Err(_) => Sheets::new(),
    };
    if let Some((name, _)) = marks.iter().find(|(_, marks)| is_huge(marks)) {
        let why = format!("has more than {} cells in its sheet `{name}`", count(MOST_CELLS));
        return Err(cannot(why, "take out rows that are filled without need"));
    }
    let mut book = Book::open(bytes, kind).map_err(|(why, mend)| cannot(why, mend))?;
    let sheets = chosen(&found, policy, &mut book, warnings)?;
    let shapes: Vec<Shape<'_>> = policy.record_ids().map(|id| Shape::new(policy, id)).collect();
    let mut inputs = Vec::new();
    for (name, record) in sheets {
        let hidden = |sheet: &Sheet| sheet.name == name && sheet.visible != SheetVisible::Visible;
        if book.sheets().iter().any(hidden) {
            let message = format!("the sheet `{name}` of `{path}` is hidden");
            let help = "it is read like the others; show it, or delete it if it does not count";
            warnings.push(Diagnostic::new(Code::HiddenCells, message).help(help));
        }
        let marks = marks.get(&name).cloned().unwrap_or_default();
        let mut cells = book
            .cells(&name, &marks)
            .map_err(|(why, mend)| cannot(why, mend))?;
        // A formula without a value is not an empty cell: somebody meant it to have one.
        cells.extend(
            marks
                .never_computed
                .iter()
                .map(|at| (*at, NEVER_COMPUTED.to_owned())),
        );
        let text = values::rendered(cells, most).ok_or_else(|| {
            cannot(
                format!("holds far more than its size in its sheet `{name}`"),
                "is it damaged?",
            )
        })?;
        let made = Made {
            path,
            part: Some(&name),
            bytes: found.bytes,
            text: text.into(),
            layout: Layout::Sheet,
        };
        let file = sources
            .add_made(made)
            .map_err(|_| cannot("is larger than 4 GiB".to_owned(), "split it into several files"))?;
        if let Some(shape) = shapes.get(usize::from(record.0)) {
            tell(&marks, shape, file, sources, warnings);
        }
        inputs.push(Input {
            file,
            record: Some(record),
            format: Format::Sheet,
        });
    }
    Ok(inputs)
}

/// What stands for the value of a formula that has none.
pub(super) const NEVER_COMPUTED: &str = "#FORMULA!";

fn marks(archive: &mut Archive<'_>, kind: Kind) -> Sheets {
    match kind {
        Kind::Xlsx => marks::of_xlsx(archive),
        Kind::Ods => marks::of_ods(archive),
    }
}

fn is_huge(marks: &Marks) -> bool {
    marks.size.0.saturating_mul(marks.size.1) > MOST_CELLS
}

impl<'b> Book<'b> {
    fn open(bytes: &'b [u8], kind: Kind) -> Result<Book<'b>, (String, &'static str)> {
        let protected = || {
            let why = "is protected with a password".to_owned();
            (why, "save it without the password, or save its sheets as CSV")
        };
        let none = |name: &str, why: String| {
            let why = format!(
                "is no spreadsheet that can be read as {name}: {}",
                why.trim_end_matches('.')
            );
            (
                why,
                "open it in a spreadsheet program and save it anew as `.xlsx`",
            )
        };
        match kind {
            Kind::Xlsx => match Xlsx::new(Cursor::new(bytes)) {
                Ok(book) => Ok(Book::Xlsx(Box::new(book))),
                Err(XlsxError::Password) => Err(protected()),
                Err(error) => Err(none("XLSX", error.to_string())),
            },
            Kind::Ods => match Ods::new(Cursor::new(bytes)) {
                Ok(book) => Ok(Book::Ods(Box::new(book))),
                Err(OdsError::Password) => Err(protected()),
                Err(error) => Err(none("ODS", error.to_string())),
            },
        }
    }

    fn sheets(&self) -> &[Sheet] {
        match self {
            Book::Xlsx(book) => book.sheets_metadata(),
            Book::Ods(book) => book.sheets_metadata(),
        }
    }

    /// The sheets of cells, in their order.
    fn names(&self) -> Vec<String> {
        let sheets = self.sheets();
        let sheets = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        sheets.map(|sheet| sheet.name.clone()).collect()
    }

    /// The cells of a sheet that say something.
    fn cells(&mut self, name: &str, marks: &Marks) -> Result<Vec<(At, String)>, (String, &'static str)> {
        let broken = |why: String| {
            let why = format!(
                "cannot be read in its sheet `{name}`: {}",
                why.trim_end_matches('.')
            );
            (why, "open it in a spreadsheet program and save it anew")
        };
        let mut cells = Vec::new();
        let mut keep = |row: usize, column: usize, value: &Data| {
            cells.extend(values::shown(value).map(|text| ((row + 1, column + 1), text)));
        };
        match self {
            Book::Xlsx(book) => {
                let mut reader = book
                    .worksheet_cells_reader(name)
                    .map_err(|error| broken(error.to_string()))?;
                // Errors that the crate does not know: it says what each is, and not where. It goes on behind them, but counts
                // wrong from there where cells do not say where they are.
                let mut strange = Vec::new();
                loop {
                    match reader.next_cell() {
                        Ok(Some(cell)) => {
                            let (row, column) = cell.get_position();
                            keep(
                                row as usize,
                                column as usize,
                                &Data::from(cell.get_value().clone()),
                            );
                        }
                        Ok(None) => break,
                        Err(XlsxError::CellError(error)) if marks.all_are_named && is_error(&error) => {
                            strange.push(error);
                        }
                        Err(error) => return Err(broken(error.to_string())),
                    }
                }
                if !strange.is_empty() {
                    let known: HashSet<At> = cells.iter().map(|(at, _)| *at).collect();
                    let places = marks.errors.iter().filter(|at| !known.contains(*at));
                    cells.extend(places.copied().zip(strange));
                }
            }
            Book::Ods(book) => {
                let range = book
                    .worksheet_range(name)
                    .map_err(|error| broken(error.to_string()))?;
                let (row, column) = range.start().unwrap_or_default();
                for (below, right, value) in range.used_cells() {
                    keep(row as usize + below, column as usize + right, value);
                }
            }
        }
        Ok(cells)
    }
}

/// The sheets that hold records, each with their type.
fn chosen(
    found: &Found<'_>,
    policy: &Policy,
    book: &mut Book<'_>,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Vec<(String, RecordId)>, Diagnostic> {
    let names = book.names();
    let called = |name: &str| record_of_sheet(policy, name);
    let mut chosen: Vec<(String, RecordId)> = Vec::new();
    match found.record {
        Some(record) => {
            let own = names.iter().filter(|name| called(name) == Some(record));
            chosen.extend(own.map(|name| (name.clone(), record)));
        }
        None => {
            for name in &names {
                chosen.extend(called(name).map(|record| (name.clone(), record)));
            }
        }
    }
    if let ([only], true) = (names.as_slice(), chosen.is_empty()) {
        // A workbook with a single sheet holds what a table in text with its name would hold.
        let by_name = || record_of_path(policy, found.path);
        let record = found.record.or_else(by_name).unwrap_or(policy.record);
        return Ok(vec![(only.clone(), record)]);
    }
    let path = found.path;
    let plurals: Vec<&str> = policy
        .records
        .iter()
        .map(|record| record.plural.as_ref())
        .collect();
    if chosen.is_empty() {
        let wanted = match found.record {
            Some(record) => format!(
                "no sheet of `{path}` is called `{}`",
                policy.record_type(record).plural
            ),
            None => format!("no sheet of `{path}` is called as records of the policy are"),
        };
        let help = match found.record {
            Some(_) => format!("its sheets are {}", listed(&names)),
            None => format!(
                "its sheets are {}; records stand in sheets called {}",
                listed(&names),
                any_of(plurals.into_iter())
            ),
        };
        return Err(Diagnostic::new(Code::DataShape, wanted).help(help));
    }
    if found.record.is_none() {
        for name in names.iter().filter(|name| called(name).is_none()) {
            if let Some(meant) = near(name, plurals.iter().copied()) {
                let message = format!("the sheet `{name}` of `{path}` is not read: no records are called so");
                warnings.push(
                    Diagnostic::new(Code::UnreadSheet, message).help(format!("did you mean `{meant}`?")),
                );
            }
        }
    }
    Ok(chosen)
}

fn listed(names: &[String]) -> String {
    any_of(names.iter().map(String::as_str)).replace(" or ", " and ")
}

/// The record type of a sheet: by its name, plural or title, in capitals or not.
fn record_of_sheet(policy: &Policy, name: &str) -> Option<RecordId> {
    let name = name.trim();
    record_of_name(policy, name).or_else(|| {
        let lower = name.to_lowercase();
        let is = |known: &str| known.to_lowercase() == lower;
        policy.record_ids().find(|id| {
            let record = policy.record_type(*id);
            is(&record.name) || is(&record.plural) || record.title.as_deref().is_some_and(is)
        })
    })
}

/// Tells what a person sees otherwise than it is read: what is hidden or merged from the header on.
fn tell(marks: &Marks, shape: &Shape<'_>, file: FileId, sources: &Sources, warnings: &mut Vec<Diagnostic>) {
    let text = sources.text(file);
    let rows = delimited::rows(&text, 0, b'\t', Quoting::Escapes);
    let Some(header) = header::row_of_names(shape, &rows, true).and_then(|at| rows.get(at)) else {
        return;
    };
    let Some(source) = sources.get(file) else { return };
    let header_row = source.line_of(header.span.range().start) + 1;
    let last_row = rows
        .last()
        .map_or(0, |row| source.line_of(row.span.range().start) + 1);
    let width = header.cells.as_ref().map_or(0, Vec::len);
    let place = |row: usize, column: usize| {
        let line = source.line_range(row.saturating_sub(1));
        let written = text.get(line.clone()).unwrap_or("").trim_end_matches('\n');
        let mut at = line.start;
        for cell in written.split('\t').take(column.saturating_sub(1)) {
            at += cell.len() + 1;
        }
        let at = at.min(line.start + written.len());
        let length = text.get(at..).unwrap_or("").find(['\t', '\n']).unwrap_or(0);
        Place::new(file, at..at + length)
    };
    let mut warn = |code, place: Place, what: &str, label: &str, help: &str| {
        let cell = sources.cell(place).unwrap_or_default();
        let message = format!("{what} of the sheet `{}` ({cell})", sources.path(file));
        warnings.push(
            Diagnostic::new(code, message)
                .at(place, label)
                .help(help.to_owned()),
        );
    };
    let hidden = marks.hidden_rows.iter();
    let hidden = hidden.map(|(first, last)| ((*first).max(header_row), (*last).min(last_row)));
    let hidden: Vec<(usize, usize)> = hidden.filter(|(first, last)| first <= last).collect();
    let rows_hidden: usize = hidden.iter().map(|(first, last)| last - first + 1).sum();
    if let Some((first, _)) = hidden.first() {
        let what = match rows_hidden {
            1 => "a row is hidden".to_owned(),
            many => format!("{} rows are hidden", count(many)),
        };
        let help = "what is hidden is read, too; show it, or delete it if it does not count";
        warn(
            Code::HiddenCells,
            place(*first, 1),
            &format!("{what} in the table"),
            "the first",
            help,
        );
    }
    let column = marks.hidden_columns.iter().find(|(first, _)| *first <= width);
    if let Some((first, _)) = column {
        let help = "what is hidden is read, too; show it, or delete it if it does not count";
        warn(
            Code::HiddenCells,
            place(header_row, *first),
            "columns are hidden in the table",
            "the first",
            help,
        );
    }
    let merged = marks
        .merged
        .iter()
        .filter(|((_, column), (last, _))| *last >= header_row && *column <= width);
    let merged: Vec<&(At, At)> = merged.collect();
    if let Some(((row, column), _)) = merged.first() {
        let what = match merged.len() {
            1 => "cells are merged in the table".to_owned(),
            many => format!("cells are merged at {} places in the table", count(many)),
        };
        let help = "a merged cell says something of its first cell only; the others are empty";
        warn(Code::MergedCells, place(*row, *column), &what, "the first", help);
    }
}
