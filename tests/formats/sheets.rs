//! Workbooks: sheets by record type, headers, dates, errors, and what cannot be read.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

use crate::folder::Folder;
use crate::write::{opendocument, zip};

const POLICY: &str = r#"policy halls "Halls" for hall { version "1" }
record hall "Sports hall" as halls {
    id     : text key
    title  : text "Name of the hall"
    seats  : integer 0..
    rent   : number 0.. in NOK optional
    warm   : yes/no = no
    built  : date optional
    uses   : list of text = []
}
record door "Door" in hall as doors {
    id    : text key
    width : integer 0.. in cm
}
entry small "Small" { require seats < 1 }
entry dear  "Dear"  { require rent > 5 NOK }
entry cold  "Cold"  { require not warm }
entry new   "New"   { require built > 2030-01-01 }
rank by lowest rent
"#;

fn halls() -> Folder {
    let folder = Folder::new();
    folder.write("halls.rule", POLICY);
    folder
}

/// A sheet of texts and numbers.
fn filled(name: &str, rows: &[&[&str]]) -> Worksheet {
    let mut sheet = Worksheet::new();
    sheet.set_name(name).unwrap();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).unwrap(),
                Err(_) => sheet.write_string(row, column, *cell).unwrap(),
            };
        }
    }
    sheet
}

fn book(sheets: Vec<Worksheet>) -> Vec<u8> {
    let mut book = Workbook::new();
    for sheet in sheets {
        book.push_worksheet(sheet);
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_gives_several_types_at_once() {
    let folder = halls();
    let mut sheet = filled(
        "Halls",
        &[
            &["Halls of the town"],
            &[],
            &[
                "id",
                "Name of the hall",
                "seats",
                "rent",
                "warm",
                "built",
                "uses",
                "seats.because",
            ],
            &[
                "H1",
                "Bodø\nhall",
                "200",
                "0.1",
                "",
                "",
                "sport; \tdance",
                "counted",
            ],
            &[],
            &["H2", "North", "300"],
        ],
    );
    sheet.write_boolean(3, 4, true).unwrap();
    let day = ExcelDateTime::from_ymd(2024, 2, 29).unwrap();
    sheet
        .write_datetime_with_format(3, 5, day, &Format::new().set_num_format("dd.mm.yyyy"))
        .unwrap();
    sheet
        .write_formula(5, 3, Formula::new("=0.1+0.2").set_result("0.30000000000000004"))
        .unwrap();
    let doors = filled("door", &[&["id", "hall", "width"], &["D1", "H2", "90"]]);
    let notes = filled("Remarks", &[&["nothing"]]);
    folder.write("all.xlsx", book(vec![sheet, notes, doors]));
    let ran = folder.run(&["halls.rule", "all.xlsx", "--format", "json"]);
    let out = &ran.is_quiet().out;
    for said in [
        "\"title\": \"Bodø\\nhall\"",
        "\"hall\": 2,",
        "\"door\": 1",
        "\"at\": \"all.xlsx › Halls:4:3\"",
        "\"value\": 0.1,",
        "\"value\": 0.3,",
        "\"value\": \"2024-02-29\"",
        "\"because\": \"counted\"",
    ] {
        assert!(out.contains(said), "no {said} in {out}");
    }
    assert_eq!(out.matches("\"path\": \"all.xlsx\"").count(), 1, "{out}");
    let one = folder.run(&["halls.rule", "hall=all.xlsx"]);
    one.is_quiet();
}

#[test]
fn what_is_wrong_in_a_sheet_is_told_with_its_cell() {
    let folder = halls();
    let mut sheet = filled(
        "halls",
        &[
            &["id", "title", "seats", "rent", "built"],
            &["H1", "A", "many", "", ""],
            &["H2", "B", "2", "", "45351"],
            &["H3", "C", "", "8,5", "", "a remark"],
        ],
    );
    sheet
        .write_formula(2, 3, Formula::new("=NA()").set_result("#N/A"))
        .unwrap();
    folder.write("bad.xlsx", book(vec![sheet]));
    folder.run(&["halls.rule", "bad.xlsx"]).fails(&[
        "bad.xlsx › halls:2:3",
        "`H1 › seats` must be a whole number, at least 0 (C2)",
        "`H2 › rent` has no value: its cell says `#N/A` (D3)",
        "if it counts days as spreadsheets do, write 2024-02-29",
        "`H3 › seats` is missing (C4)",
        "`H3 › rent` must be a number, at least 0 (in NOK) (D4)",
        "a column holds values, but has no name (F4)",
    ]);
}

/// The workbook with other text in its XML: Excel writes errors that the crate which makes the workbook does not.
fn with(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    use std::io::Read as _;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let files = (0..archive.len()).map(|index| {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let name = file.name().unwrap().into_owned();
        match String::from_utf8(bytes) {
            Ok(text) => (name, text.replace(from, to).into_bytes()),
            Err(other) => (name, other.into_bytes()),
        }
    });
    let files: Vec<(String, Vec<u8>)> = files.collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (&**name, &**bytes)).collect();
    zip(&files)
}

#[test]
fn an_error_of_a_newer_spreadsheet_costs_its_cell_only() {
    let folder = halls();
    let mut sheet = filled(
        "halls",
        &[
            &["id", "title", "seats", "rent", "built"],
            &["H1", "A", "1", "", ""],
            &["H2", "B", "2", "", ""],
            &["H3", "C", "many", "", ""],
        ],
    );
    for (row, column, error) in [
        (1, 1, "#NUM!"),
        (1, 2, "#REF!"),
        (2, 1, "#VALUE!"),
        (2, 3, "#N/A"),
    ] {
        let formula = Formula::new("=A1").set_result(error);
        sheet.write_formula(row, column, formula).unwrap();
    }
    let whole = book(vec![sheet]);
    let newer = with(&whole, "<v>#REF!<", "<v>#SPILL!<");
    let newer = with(&newer, "<v>#VALUE!<", "<v>#CONNECT!<");
    let newer = with(&newer, "<v>#N/A<", "<v>#CALC!<");
    folder.write("newer.xlsx", &newer);
    folder.run(&["halls.rule", "newer.xlsx"]).fails(&[
        "`H1 › title` has no value: its cell says `#NUM!` (B2)",
        "`H1 › seats` has no value: its cell says `#SPILL!` (C2)",
        "`H2 › title` has no value: its cell says `#CONNECT!` (B3)",
        "`H2 › rent` has no value: its cell says `#CALC!` (D3)",
        "`H3 › seats` must be a whole number, at least 0 (C4)",
    ]);
    // What no spreadsheet says, or where it cannot be told at which cell, is not guessed at.
    folder.write("odd.xlsx", with(&newer, "<v>#CALC!<", "<v>#MOON!<"));
    folder
        .run(&["halls.rule", "odd.xlsx"])
        .fails(&["cannot be read in its sheet `halls`", "'#MOON!'"]);
    folder.write("nameless.xlsx", with(&newer, " r=\"B4\"", ""));
    folder
        .run(&["halls.rule", "nameless.xlsx"])
        .fails(&["cannot be read in its sheet `halls`", "'#SPILL!'"]);
}

#[test]
fn what_a_person_does_not_see_is_told() {
    let folder = halls();
    let rows: &[&[&str]] = &[
        &["All halls"],
        &["id", "title", "seats"],
        &["H1", "A", "1"],
        &["H2", "B", "2"],
    ];
    let mut sheet = filled("halls", rows);
    sheet
        .merge_range(0, 0, 0, 2, "All halls", &Format::new())
        .unwrap();
    folder.write("title.xlsx", book(vec![sheet]));
    folder.run(&["halls.rule", "title.xlsx"]).is_quiet();
    let mut sheet = filled("halls", rows);
    sheet.set_row_hidden(3).unwrap();
    sheet.set_column_hidden(2).unwrap();
    sheet.merge_range(2, 1, 3, 1, "A", &Format::new()).unwrap();
    let mut doors = filled("doors", &[&["id", "hall", "width"], &["D1", "H1", "90"]]);
    doors.set_hidden(true);
    folder.write("seen.xlsx", book(vec![sheet, filled("dors", &[]), doors]));
    let ran = folder.run(&["halls.rule", "seen.xlsx"]);
    ran.says(&[
        "a row is hidden in the table of the sheet `seen.xlsx › halls` (A4)",
        "columns are hidden in the table of the sheet `seen.xlsx › halls` (C2)",
        "cells are merged in the table of the sheet `seen.xlsx › halls` (B3)",
        "the sheet `dors` of `seen.xlsx` is not read",
        "the sheet `doors` of `seen.xlsx` is hidden",
        "`H2 › title` is missing (B4)",
    ]);
}

#[test]
fn sheets_that_are_not_there_and_files_that_are_none_are_told() {
    let folder = halls();
    let rows: &[&[&str]] = &[&["id", "title", "seats"], &["H1", "A", "1"]];
    folder.write("one.xlsx", book(vec![filled("Ark1", rows)]));
    folder.run(&["halls.rule", "one.xlsx"]).is_quiet();
    folder.write("two.xlsx", book(vec![filled("Ark1", rows), filled("Ark2", rows)]));
    folder
        .run(&["halls.rule", "two.xlsx"])
        .fails(&["data-shape", "its sheets are `Ark1` and `Ark2`"]);
    folder
        .run(&["halls.rule", "door=two.xlsx"])
        .fails(&["data-shape", "no sheet of `two.xlsx` is called `doors`"]);
    folder.write(
        "names.xlsx",
        book(vec![filled("halls", &[&["a", "b"], &["c", "d"]])]),
    );
    folder.run(&["halls.rule", "names.xlsx"]).fails(&[
        "data-shape",
        "no row of this sheet names two fields of `hall` (A1)",
    ]);
    folder.write("keys.xlsx", book(vec![filled("halls", &[&["id"], &["H1"]])]));
    folder
        .run(&["halls.rule", "keys.xlsx"])
        .fails(&["no column holds `title`, which every `hall` needs (A1)"]);
    folder.write("empty.xlsx", book(vec![filled("halls", &[])]));
    folder
        .run(&["halls.rule", "empty.xlsx"])
        .fails(&["data-shape", "` is empty"]);
    for bytes in [&b"id,title,seats\n"[..], b"", b"PK\x03\x04 and then nothing"] {
        for name in ["none.xlsx", "none.ods"] {
            folder.write(name, bytes);
            folder
                .run(&["halls.rule", name])
                .fails(&["cannot-read", "is no spreadsheet"]);
        }
    }
    let whole = book(vec![filled("halls", rows)]);
    for cut in [whole.len() / 3, whole.len() / 2, whole.len() - 30] {
        folder.write("cut.xlsx", &whole[..cut]);
        folder.run(&["halls.rule", "cut.xlsx"]).fails(&["cannot-read"]);
    }
    folder
        .run_with(&["halls.rule", "-", "--data-format", "xlsx"], &whole)
        .is_quiet();
}

fn text(text: &str) -> String {
    format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
}

#[test]
fn an_opendocument_workbook_is_read() {
    let folder = halls();
    let header: String = ["id", "title", "seats", "rent", "warm", "built"]
        .iter()
        .map(|name| text(name))
        .collect();
    let table = format!(
        r#"<table:table table:name="halls"><table:table-column table:number-columns-repeated="6"/><table:table-row>{header}</table:table-row><table:table-row table:visibility="collapse">{}{}<table:table-cell office:value-type="float" office:value="200"><text:p>200</text:p></table:table-cell><table:table-cell office:value-type="currency" office:value="0.1"><text:p>0,10 kr</text:p></table:table-cell><table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>SANN</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2024-02-29"><text:p>29.02.24</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>"#,
        text("H1"),
        text("Bodø"),
    );
    folder.write("halls.ods", opendocument(&table));
    let ran = folder.run(&["halls.rule", "halls.ods", "--format", "json"]);
    ran.says(&["a row is hidden in the table of the sheet `halls.ods › halls` (A2)"]);
    for said in [
        "\"title\": \"Bodø\"",
        "\"value\": 200,",
        "\"value\": 0.1,",
        "\"value\": true",
        "\"value\": \"2024-02-29\"",
    ] {
        assert!(ran.out.contains(said), "no {said} in {}", ran.out);
    }
}

#[test]
fn a_workbook_made_to_fill_the_memory_is_refused() {
    let folder = halls();
    folder.write("bomb.xlsx", zip(&[("xl/workbook.xml", &vec![b' '; 70 << 20])]));
    folder
        .run(&["halls.rule", "bomb.xlsx"])
        .fails(&["cannot-read", "holds far more than its size"]);
    let full = format!(
        r#"<table:table table:name="halls"><table:table-row table:number-rows-repeated="1048576">{}</table:table-row></table:table>"#,
        text("x").replace(
            "<table:table-cell ",
            "<table:table-cell table:number-columns-repeated=\"16384\" "
        ),
    );
    folder.write("bomb.ods", opendocument(&full));
    folder
        .run(&["halls.rule", "bomb.ods"])
        .fails(&["cannot-read", "more than 20,000,000 cells"]);
}

/// A compound file that holds an encrypted package, as Excel saves a workbook with a password.
fn encrypted() -> Vec<u8> {
    let mut file = vec![0; 3 * 512];
    let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
    put(24, &[0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    put(44, &[1, 0, 0, 0, 1]);
    put(56, &[0, 16]);
    // No sectors but the first: that of the table of sectors; the directory stands in the second.
    for (at, sector) in [
        (60, 0xFFFF_FFFE_u32),
        (68, 0xFFFF_FFFE),
        (512, 0xFFFF_FFFD),
        (516, 0xFFFF_FFFE),
    ] {
        put(at, &sector.to_le_bytes());
    }
    put(80, &[0xFF; 108 * 4]);
    put(520, &[0xFF; 504]);
    for (entry, name, kind) in [(0, "Root Entry", 5), (1, "EncryptedPackage", 2)] {
        let at = 1024 + entry * 128;
        let letters: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        put(at, &letters);
        put(at + 64, &[u8::try_from(letters.len() + 2).unwrap(), 0, kind]);
        put(at + 68, &[0xFF; 12]);
        put(at + 116, &0xFFFF_FFFE_u32.to_le_bytes());
    }
    file
}

#[test]
fn a_workbook_with_a_password_is_told() {
    let folder = halls();
    folder.write("secret.xlsx", encrypted());
    folder
        .run(&["halls.rule", "secret.xlsx"])
        .fails(&["cannot-read", "is protected with a password"]);
    let manifest = r#"<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data></manifest:encryption-data></manifest:file-entry></manifest:manifest>"#;
    let files: [(&str, &[u8]); 3] = [
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest.as_bytes()),
        ("content.xml", b"not to be read"),
    ];
    folder.write("secret.ods", zip(&files));
    folder
        .run(&["halls.rule", "secret.ods"])
        .fails(&["cannot-read", "is protected with a password"]);
}

/// The files of a zip file.
fn files(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    use std::io::Read as _;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let read = (0..archive.len()).map(|index| {
        let mut file = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        (file.name().unwrap().into_owned(), content)
    });
    read.collect()
}

#[test]
fn an_element_that_is_never_closed_is_told() {
    let folder = halls();
    folder.write(
        "open.ods",
        opendocument(r#"<table:table table:name="halls"><table:table-row></table:table-row></table:tables>"#),
    );
    folder
        .run(&["halls.rule", "open.ods"])
        .fails(&["cannot-read", "is damaged"]);
}

#[test]
fn a_damaged_workbook_never_stops_the_program() {
    let folder = halls();
    let rows: &[&[&str]] = &[
        &["id", "title", "seats", "built"],
        &["H1", "A", "1"],
        &["H2", "B", "2"],
    ];
    let mut sheet = filled("halls", rows);
    let day = ExcelDateTime::from_ymd(2024, 2, 29).unwrap();
    sheet
        .write_datetime_with_format(1, 3, day, &Format::new().set_num_format("dd.mm.yyyy"))
        .unwrap();
    sheet.merge_range(4, 0, 5, 1, "x", &Format::new()).unwrap();
    let table = format!(
        r#"<table:table table:name="halls"><table:table-row>{}{}{}</table:table-row></table:table>"#,
        text("id"),
        text("title"),
        text("seats")
    );
    for (name, whole) in [("bad.xlsx", book(vec![sheet])), ("bad.ods", opendocument(&table))] {
        let whole = files(&whole);
        for seed in 0..120_u64 {
            let random = (seed + 1).wrapping_mul(6_364_136_223_846_793_005).rotate_left(23);
            let mut damaged = whole.clone();
            let which = usize::try_from(random % damaged.len() as u64).unwrap();
            let content = &mut damaged[which].1;
            let at = usize::try_from((random >> 8) % content.len() as u64).unwrap();
            match random >> 61 {
                0..2 => content[at] = b"09<>/\"A="[usize::try_from(random >> 20 & 7).unwrap()],
                2..4 => content.insert(at, b"9"[0]),
                4..6 => drop(content.drain(at..(at + 9).min(content.len()))),
                _ => content.truncate(at),
            }
            let parts: Vec<(&str, &[u8])> = damaged
                .iter()
                .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
                .collect();
            folder.write(name, zip(&parts));
            let ran = folder.run(&["halls.rule", name]);
            assert!(ran.code == 0 || ran.code == 2, "{name} {seed}: {}", ran.err);
        }
    }
}
