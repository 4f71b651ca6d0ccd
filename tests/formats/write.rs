//! One table, written in every format.
//!
//! Comes in: names of columns and cells. Goes out: the bytes of a file, as the program that people use for that format would
//! write it. It never knows what a column means.

use std::io::Write as _;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook};
use serde_json::{Map, Value, json};

/// A table.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// The key of its records in a document.
    pub(crate) name: String,
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Empty,
    Text(String),
    /// The digits of a number.
    Number(String),
    YesNo(bool),
    /// A day, as JSON has it.
    Day(String),
    List(Vec<String>),
}

/// What may be said of a value.
pub(crate) const SAID: [&str; 4] = ["because", "cite", "by", "assumed"];

impl Cell {
    /// As a person writes it into a cell.
    fn written(&self, decimal: char) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) | Cell::Day(text) => text.clone(),
            Cell::Number(digits) => digits.replace('.', &decimal.to_string()),
            Cell::YesNo(value) => if *value { "ja" } else { "FALSE" }.to_owned(),
            Cell::List(items) => list(items),
        }
    }

    fn json(&self) -> Value {
        match self {
            Cell::Empty => Value::Null,
            Cell::Text(text) | Cell::Day(text) => json!(text),
            Cell::Number(digits) => serde_json::from_str(digits).unwrap(),
            Cell::YesNo(value) => json!(value),
            Cell::List(items) => json!(items),
        }
    }
}

/// A list in a cell: with `;` between its values, or as JSON where a value could be taken apart.
fn list(items: &[String]) -> String {
    let plain = |item: &String| !item.contains([';', '|', ',', '[', '\n']) && item.trim() == item;
    if items.iter().all(plain) {
        items.join("; ")
    } else {
        json!(items).to_string()
    }
}

impl Table {
    /// Its records, as JSON.
    pub(crate) fn records(&self) -> Vec<Value> {
        let records = self.rows.iter().map(|cells| {
            let mut record = Map::new();
            let mut around = Map::new();
            let named = || {
                self.header
                    .iter()
                    .zip(cells)
                    .filter(|(_, cell)| **cell != Cell::Empty)
            };
            for (name, cell) in named() {
                let said = name.rsplit_once('.').filter(|(_, key)| SAID.contains(key));
                if SAID.contains(&name.as_str()) {
                    around.insert(name.clone(), cell.json());
                } else if said.is_none() {
                    let mut wrapped = json!({ "value": cell.json() });
                    for (other, cell) in named() {
                        if let Some(key) = other
                            .strip_prefix(name.as_str())
                            .and_then(|rest| rest.strip_prefix('.'))
                            && SAID.contains(&key)
                        {
                            wrapped[key] = cell.json();
                        }
                    }
                    record.insert(name.clone(), wrapped);
                }
            }
            around.insert("value".to_owned(), Value::Object(record));
            Value::Object(around)
        });
        records.collect()
    }

    /// A record on each line.
    pub(crate) fn ndjson(&self) -> Vec<u8> {
        let lines = self.records().into_iter().map(|record| format!("{record}\n"));
        lines.collect::<String>().into_bytes()
    }

    /// A table in text.
    pub(crate) fn csv(&self, delimiter: u8, decimal: char) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .from_writer(Vec::new());
        writer.write_record(&self.header).unwrap();
        for row in &self.rows {
            writer
                .write_record(row.iter().map(|cell| cell.written(decimal)))
                .unwrap();
        }
        writer.into_inner().unwrap()
    }
}

/// All tables in one document.
pub(crate) fn document(tables: &[Table]) -> Vec<u8> {
    let sections = tables
        .iter()
        .map(|table| (table.name.clone(), Value::Array(table.records())));
    Value::Object(sections.collect()).to_string().into_bytes()
}

fn day(text: &str) -> ExcelDateTime {
    ExcelDateTime::parse_from_str(text).unwrap()
}

/// A workbook with a sheet for each table.
pub(crate) fn xlsx(tables: &[Table]) -> Vec<u8> {
    let mut book = Workbook::new();
    // The same tables give the same bytes.
    book.set_properties(&DocProperties::new().set_creation_datetime(&day("2021-12-20")));
    let bold = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top);
    let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let date = Format::new()
        .set_num_format("dd.mm.yyyy")
        .set_align(FormatAlign::Top);
    for table in tables {
        let sheet = book.add_worksheet().set_name(&table.name).unwrap();
        sheet.set_freeze_panes(1, 1).unwrap();
        for (column, name) in (0..).zip(&table.header) {
            sheet.write_string_with_format(0, column, name, &bold).unwrap();
            let of_text = name == "title" || name == "Navn" || name.ends_with("because");
            sheet
                .set_column_width(column, if of_text { 40 } else { 14 })
                .unwrap();
        }
        for (row, cells) in (1..).zip(&table.rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    Cell::Empty => continue,
                    Cell::Number(digits) => {
                        sheet.write_number_with_format(row, column, digits.parse::<f64>().unwrap(), &wrap)
                    }
                    Cell::YesNo(value) => sheet.write_boolean_with_format(row, column, *value, &wrap),
                    Cell::Day(text) => sheet.write_datetime_with_format(row, column, day(text), &date),
                    other => sheet.write_string_with_format(row, column, other.written('.'), &wrap),
                }
                .unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// A workbook in OpenDocument with a sheet for each table.
pub(crate) fn ods(tables: &[Table]) -> Vec<u8> {
    let safe = |text: &str| {
        let text = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;");
        text.replace('\n', "</text:p><text:p>")
    };
    let text = |text: &str| {
        let text = safe(text);
        format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
    };
    let mut content = String::new();
    for table in tables {
        content.push_str(&format!(
            r#"<table:table table:name="{}"><table:table-row>"#,
            table.name
        ));
        content.extend(table.header.iter().map(|name| text(name)));
        content.push_str("</table:table-row>");
        for row in &table.rows {
            content.push_str("<table:table-row>");
            content.extend(row.iter().map(|cell| {
                let value = |kind: &str, key: &str, value: &str| {
                    format!(r#"<table:table-cell office:value-type="{kind}" office:{key}="{value}"><text:p>.</text:p></table:table-cell>"#)
                };
                match cell {
                    Cell::Empty => "<table:table-cell/>".to_owned(),
                    Cell::Number(digits) => value("float", "value", digits),
                    Cell::YesNo(yes) => value("boolean", "boolean-value", &yes.to_string()),
                    Cell::Day(day) => value("date", "date-value", day),
                    other => text(&other.written('.')),
                }
            }));
            content.push_str("</table:table-row>");
        }
        content.push_str("</table:table>");
    }
    opendocument(&content)
}

/// An OpenDocument workbook with this content.
pub(crate) fn opendocument(tables: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"#
    );
    let manifest = r#"<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"#;
    zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest.as_bytes()),
        ("content.xml", content.as_bytes()),
    ])
}

/// A zip file of these files, packed.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let packed =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let stored = packed.compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in files {
        writer
            .start_file(*name, if *name == "mimetype" { stored } else { packed })
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A table in Parquet: each column of the kind of its cells, or of texts where they differ.
#[cfg(feature = "parquet")]
pub(crate) fn parquet(table: &Table) -> Vec<u8> {
    use crate::parquet::{Column, file_of};
    use parquet::basic::{Compression, ConvertedType, Repetition, Type as Physical};
    use parquet::schema::types::Type;
    use std::sync::Arc;

    let mut fields = Vec::new();
    let mut columns = Vec::new();
    for (index, name) in table.header.iter().enumerate() {
        let cells: Vec<&Cell> = table.rows.iter().map(|row| &row[index]).collect();
        let all = |is: fn(&Cell) -> bool| cells.iter().all(|cell| **cell == Cell::Empty || is(cell));
        let field = |physical, converted| {
            let builder = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
            Arc::new(builder.with_converted_type(converted).build().unwrap())
        };
        if all(|cell| matches!(cell, Cell::Number(_))) {
            fields.push(field(Physical::DOUBLE, ConvertedType::NONE));
            let number = |cell: &&Cell| match cell {
                Cell::Number(digits) => Some(digits.parse().unwrap()),
                _ => None,
            };
            columns.push(Column::Double(cells.iter().map(number).collect()));
        } else if all(|cell| matches!(cell, Cell::YesNo(_))) {
            fields.push(field(Physical::BOOLEAN, ConvertedType::NONE));
            let value = |cell: &&Cell| match cell {
                Cell::YesNo(value) => Some(*value),
                _ => None,
            };
            columns.push(Column::Bool(cells.iter().map(value).collect()));
        } else if all(|cell| matches!(cell, Cell::Day(_))) {
            fields.push(field(Physical::INT32, ConvertedType::DATE));
            let days = |cell: &&Cell| match cell {
                Cell::Day(text) => {
                    let day: jiff::civil::Date = text.parse().unwrap();
                    let first = jiff::civil::date(1970, 1, 1);
                    Some((day - first).get_days())
                }
                _ => None,
            };
            columns.push(Column::Int(cells.iter().map(days).collect()));
        } else if all(|cell| matches!(cell, Cell::List(_))) {
            let element = Type::primitive_type_builder("element", Physical::BYTE_ARRAY)
                .with_repetition(Repetition::OPTIONAL)
                .with_converted_type(ConvertedType::UTF8);
            let list = Type::group_type_builder("list")
                .with_repetition(Repetition::REPEATED)
                .with_fields(vec![Arc::new(element.build().unwrap())]);
            let group = Type::group_type_builder(name)
                .with_repetition(Repetition::OPTIONAL)
                .with_converted_type(ConvertedType::LIST)
                .with_fields(vec![Arc::new(list.build().unwrap())]);
            fields.push(Arc::new(group.build().unwrap()));
            let items = |cell: &&Cell| match cell {
                Cell::List(items) => Some(items.clone()),
                _ => None,
            };
            columns.push(Column::Lists(cells.iter().map(items).collect()));
        } else {
            fields.push(field(Physical::BYTE_ARRAY, ConvertedType::UTF8));
            let text = |cell: &&Cell| (**cell != Cell::Empty).then(|| cell.written('.'));
            columns.push(Column::Text(cells.iter().map(text).collect()));
        }
    }
    let schema = Type::group_type_builder("table")
        .with_fields(fields)
        .build()
        .unwrap();
    file_of(Arc::new(schema), &columns, Compression::SNAPPY)
}
