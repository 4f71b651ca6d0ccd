//! What a spreadsheet's cells do not say: what is hidden, merged, or was never computed.
//!
//! Comes in: the files of a workbook. Goes out: for each sheet where such things are, and how large it is. It never reads a
//! value.
//!
//! Invariant: nothing is kept but places; what cannot be made sense of is left out.

use std::io::{Cursor, Read};

use indexmap::IndexMap;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

/// The place of a cell: row and column, from 1.
pub(super) type At = (usize, usize);

/// What is so in a sheet.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Marks {
    /// Rows that are hidden, from one to another.
    pub(super) hidden_rows: Vec<(usize, usize)>,
    /// Columns that are hidden, from one to another.
    pub(super) hidden_columns: Vec<(usize, usize)>,
    /// Cells that are merged: the first and the last.
    pub(super) merged: Vec<(At, At)>,
    /// Formulas without a value.
    pub(super) never_computed: Vec<At>,
    /// Cells that hold an error; of Office Open XML only.
    pub(super) errors: Vec<At>,
    /// Whether all cells say where they are; of Office Open XML only.
    pub(super) all_are_named: bool,
    /// The last row and the last column with a value; of OpenDocument only, which says how often a row repeats.
    pub(super) size: At,
}

/// The sheets of a workbook, by name.
pub(super) type Sheets = IndexMap<String, Marks>;

/// A workbook's files.
pub(super) type Archive<'b> = ZipArchive<Cursor<&'b [u8]>>;

/// Whether all of a workbook's files are whole, well formed, and together no larger than so many bytes. The crate that reads
/// the values would look for the end of an element for ever.
pub(super) fn is_sound(archive: &mut Archive<'_>, most: u64) -> bool {
    let mut left = most;
    (0..archive.len()).all(|index| {
        let Ok(file) = archive.by_index(index) else {
            return false;
        };
        let name = file
            .name()
            .map(|name| name.to_ascii_lowercase())
            .unwrap_or_default();
        // A file may hold more than it says.
        let mut file = file.take(left.saturating_add(1));
        let (size, sound) = if name.ends_with(".xml") || name.ends_with(".rels") {
            let mut text = String::new();
            let read = file.read_to_string(&mut text);
            (text.len() as u64, read.is_ok() && is_well_formed(&text))
        } else {
            let copied = std::io::copy(&mut file, &mut std::io::sink());
            (copied.as_ref().map_or(0, |size| *size), copied.is_ok())
        };
        let fits = size <= left;
        left = left.saturating_sub(size);
        sound && fits
    })
}

fn is_well_formed(text: &str) -> bool {
    let mut reader = Reader::from_str(text);
    let mut open = 0_usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) => open += 1,
            Ok(Event::End(_)) => open = open.saturating_sub(1),
            Ok(Event::Eof) => return open == 0,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

fn part(archive: &mut Archive<'_>, name: &str) -> Option<String> {
    let mut text = String::new();
    archive.by_name(name).ok()?.read_to_string(&mut text).ok()?;
    Some(text)
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.try_get_attribute(name).ok()??;
    let value = found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}

fn count(element: &BytesStart<'_>, name: &str) -> Option<usize> {
    attribute(element, name)?.parse().ok()
}

fn is_true(value: Option<String>) -> bool {
    matches!(value.as_deref(), Some("1" | "true"))
}

/// The elements of a text, one after another: whether one ends, and whether it is empty.
fn elements(text: &str, mut each: impl FnMut(&str, Option<&BytesStart<'_>>)) {
    let mut reader = Reader::from_str(text);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(element) => each(element.local_name().as_ref(), Some(&element)),
            Event::Empty(element) => {
                each(element.local_name().as_ref(), Some(&element));
                each(element.local_name().as_ref(), None);
            }
            Event::End(element) => each(element.local_name().as_ref(), None),
            Event::Eof => return,
            _ => {}
        }
    }
}

/// The marks of a workbook in Office Open XML.
pub(super) fn of_xlsx(archive: &mut Archive<'_>) -> Sheets {
    let mut targets = IndexMap::new();
    if let Some(text) = part(archive, "xl/_rels/workbook.xml.rels") {
        elements(&text, |name, element| {
            if let ("Relationship", Some(element)) = (name, element)
                && let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target"))
            {
                let path = match target.strip_prefix('/') {
                    Some(whole) => whole.to_owned(),
                    None => format!("xl/{target}"),
                };
                targets.insert(id, path);
            }
        });
    }
    let mut named = Vec::new();
    if let Some(text) = part(archive, "xl/workbook.xml") {
        elements(&text, |name, element| {
            if let ("sheet", Some(element)) = (name, element)
                && let (Some(name), Some(id)) = (attribute(element, "name"), attribute(element, "r:id"))
            {
                named.push((name, id));
            }
        });
    }
    let sheets = named.into_iter().filter_map(|(name, id)| {
        let text = part(archive, targets.get(&id)?)?;
        Some((name, sheet_of_xlsx(&text)))
    });
    sheets.collect()
}

fn sheet_of_xlsx(text: &str) -> Marks {
    let mut marks = Marks {
        all_are_named: true,
        ..Marks::default()
    };
    let (mut row, mut column) = (0, 0);
    // Whether the cell that is open has a formula, and a value; and whether that is an error.
    let mut cell = (false, false);
    let mut is_error = false;
    elements(text, |name, element| match (name, element) {
        ("col", Some(element)) if is_true(attribute(element, "hidden")) => {
            let ends = (count(element, "min"), count(element, "max"));
            if let (Some(first), Some(last)) = ends {
                marks.hidden_columns.push((first, last));
            }
        }
        ("row", Some(element)) => {
            row = count(element, "r").unwrap_or(row + 1);
            column = 0;
            if is_true(attribute(element, "hidden")) {
                marks.hidden_rows.push((row, row));
            }
        }
        ("c", Some(element)) => {
            let at = attribute(element, "r").and_then(|name| place(&name));
            marks.all_are_named &= at.is_some();
            column = at.map_or(column + 1, |(_, column)| column);
            cell = (false, false);
            is_error = attribute(element, "t").as_deref() == Some("e");
        }
        ("f", Some(_)) => cell.0 = true,
        ("v" | "is", Some(_)) => cell.1 = true,
        ("c", None) if cell == (true, false) => marks.never_computed.push((row, column)),
        ("c", None) if is_error => marks.errors.push((row, column)),
        ("mergeCell", Some(element)) => {
            let range = attribute(element, "ref");
            let ends = range.as_deref().and_then(|range| range.split_once(':'));
            if let Some((first, last)) = ends
                && let (Some(first), Some(last)) = (place(first), place(last))
            {
                marks.merged.push((first, last));
            }
        }
        _ => {}
    });
    marks
}

/// The place of a cell by its name: `C7`.
fn place(name: &str) -> Option<At> {
    let digits = name.find(|character: char| character.is_ascii_digit())?;
    let (letters, row) = name.split_at_checked(digits)?;
    let column = letters.bytes().try_fold(0_usize, |column, letter| {
        let letter = letter.to_ascii_uppercase();
        let value = letter
            .is_ascii_uppercase()
            .then(|| usize::from(letter - b'A') + 1)?;
        column.checked_mul(26)?.checked_add(value)
    })?;
    Some((row.parse().ok()?, column))
}

/// The marks of a workbook in OpenDocument.
pub(super) fn of_ods(archive: &mut Archive<'_>) -> Sheets {
    let mut sheets = Sheets::new();
    let Some(text) = part(archive, "content.xml") else {
        return sheets;
    };
    let (mut row, mut rows, mut column, mut columns) = (0_usize, 1_usize, 0_usize, 0_usize);
    let mut name = String::new();
    let hidden = |element: &BytesStart<'_>| {
        let visibility = attribute(element, "table:visibility");
        visibility.is_some_and(|visibility| visibility != "visible")
    };
    elements(&text, |tag, element| match (tag, element) {
        ("table", Some(element)) => {
            name = attribute(element, "table:name").unwrap_or_default();
            (row, rows, columns) = (0, 1, 0);
            sheets.entry(name.clone()).or_default();
        }
        ("table-column", Some(element)) => {
            let times = count(element, "table:number-columns-repeated").unwrap_or(1);
            if hidden(element)
                && let Some(marks) = sheets.get_mut(&name)
            {
                marks
                    .hidden_columns
                    .push((columns + 1, columns.saturating_add(times)));
            }
            columns = columns.saturating_add(times);
        }
        ("table-row", Some(element)) => {
            row += 1;
            column = 0;
            rows = count(element, "table:number-rows-repeated").unwrap_or(1);
            if hidden(element)
                && let Some(marks) = sheets.get_mut(&name)
            {
                marks
                    .hidden_rows
                    .push((row, row.saturating_add(rows - rows.min(1))));
            }
        }
        ("table-row", None) => row = row.saturating_add(rows - rows.min(1)),
        ("table-cell" | "covered-table-cell", Some(element)) => {
            let times = count(element, "table:number-columns-repeated").unwrap_or(1);
            let at = (row, column + 1);
            column = column.saturating_add(times);
            let Some(marks) = sheets.get_mut(&name) else {
                return;
            };
            let wide = count(element, "table:number-columns-spanned").unwrap_or(1);
            let tall = count(element, "table:number-rows-spanned").unwrap_or(1);
            if wide > 1 || tall > 1 {
                let last = (
                    row.saturating_add(tall - tall.min(1)),
                    at.1.saturating_add(wide - wide.min(1)),
                );
                marks.merged.push((at, last));
            }
            if attribute(element, "office:value-type").is_some() {
                marks.size.0 = marks.size.0.max(row.saturating_add(rows - rows.min(1)));
                marks.size.1 = marks.size.1.max(column);
            }
        }
        _ => {}
    });
    sheets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_places() {
        assert_eq!(place("C7"), Some((7, 3)));
        assert_eq!(place("AA10"), Some((10, 27)));
        for name in ["7", "C", "", "ÆØ1", "AAAAAAAAAAAAAAAAAAAAAAAAAA1"] {
            assert!(
                place(name).is_none_or(|(row, _)| row > 0 && name == "7"),
                "{name}"
            );
        }
    }

    #[test]
    fn marks_are_found_in_a_sheet() {
        let text = r#"<worksheet><cols><col min="2" max="3" hidden="1"/></cols><sheetData>
            <row r="1"><c r="A1"><v>1</v></c></row>
            <row r="4" hidden="1"><c r="A4"/><c r="C4"><f>A1+1</f></c><c r="D4"><f>A1</f><v>1</v></c></row>
            <row r="5"><c r="A5" t="e"><f>A1+</f><v>#SPILL!</v></c></row>
            </sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>"#;
        let marks = Marks {
            hidden_rows: vec![(4, 4)],
            hidden_columns: vec![(2, 3)],
            merged: vec![((1, 1), (2, 2))],
            never_computed: vec![(4, 3)],
            errors: vec![(5, 1)],
            all_are_named: true,
            size: (0, 0),
        };
        assert_eq!(sheet_of_xlsx(text), marks);
    }
}
