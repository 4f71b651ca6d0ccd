//! The published case as spreadsheets, `policies/steg2/steg2.xlsx` and `steg2.ods`: made of the document, and deciding the same.
//!
//! `cargo test --test formats -- --ignored` writes the first anew, once `measures.json` has changed; `steg2-ods.py` makes the
//! second of it, with a program that is not ours.

use std::path::{Path, PathBuf};

use prioriter::check;
use prioriter::data::Said;
use prioriter::model::Policy;
use prioriter::source::Sources;
use serde_json::Value;

use crate::same::{decided, formats};
use crate::write::{Cell, SAID, Table, xlsx};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/steg2")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

const POLICY: [&str; 3] = ["steg2.rule", "steg2-rules.rule", "steg2-data.rule"];

fn policy() -> Policy {
    let mut sources = Sources::new();
    let loaded = check::load("steg2.rule", &mut sources, &mut |path| {
        std::fs::read(folder().join(path))
    });
    check::check(&loaded, &sources).0.unwrap()
}

/// A value with what is said of it around it: the bare value, and what is said.
fn bare(value: &Value) -> (&Value, Vec<(&str, &Value)>) {
    match value.get("value") {
        Some(inner) => {
            let said = SAID.iter().filter_map(|key| Some((*key, value.get(key)?)));
            (inner, said.collect())
        }
        None => (value, Vec::new()),
    }
}

fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Empty,
        Value::Bool(value) => Cell::YesNo(*value),
        Value::Number(number) => Cell::Number(number.to_string()),
        Value::String(text) => Cell::Text(text.clone()),
        Value::Array(items) => {
            let items = items.iter().map(|item| item.as_str().unwrap().to_owned());
            Cell::List(items.collect())
        }
        Value::Object(_) => panic!("an object in a cell: {value}"),
    }
}

/// A record as cells, each with the name of its column.
type Cells = Vec<(String, Cell)>;

/// The cells of a record. What is said of a whole group of questions is said of each, as a person would write it.
fn cells(record: &Value) -> Cells {
    let (inner, around) = bare(record);
    let mut cells: Cells = around
        .iter()
        .map(|(key, said)| ((*key).to_owned(), cell(said)))
        .collect();
    for (name, value) in inner.as_object().unwrap() {
        if name == "deliverables" {
            continue;
        }
        let (value, said) = bare(value);
        let Some(questions) = value.as_object() else {
            cells.push((name.clone(), cell(value)));
            cells.extend(
                said.iter()
                    .map(|(key, said)| (format!("{name}.{key}"), cell(said))),
            );
            continue;
        };
        for (question, answer) in questions {
            let name = format!("{name}.{question}");
            let (answer, own) = bare(answer);
            cells.push((name.clone(), cell(answer)));
            for key in SAID {
                let of = |said: &[(&str, &Value)]| {
                    said.iter()
                        .find(|(known, _)| *known == key)
                        .map(|(_, text)| cell(text))
                };
                cells.extend(
                    of(&own)
                        .or_else(|| of(&said))
                        .map(|said| (format!("{name}.{key}"), said)),
                );
            }
        }
    }
    cells
}

/// The table of a record type: its columns in the policy's order, called by their titles where these are clear if that is
/// wanted, and beside each what is said of it, where something is.
fn table(policy: &Policy, plural: &str, records: &[Cells], titles: bool) -> Table {
    let record = policy
        .records
        .iter()
        .find(|record| *record.plural == *plural)
        .unwrap();
    let is_used = |name: &str| records.iter().flatten().any(|(known, _)| known == name);
    // The key of each column, and its name.
    let mut columns: Vec<(String, String)> = Vec::new();
    for field in &record.fields {
        let titled = |other: &&prioriter::model::Field| other.title == field.title;
        let alone = record.fields.iter().filter(titled).count() == 1;
        let title = field
            .title
            .as_deref()
            .filter(|_| titles && alone && field.question_of.is_none());
        let shown = title.unwrap_or(&field.name);
        if is_used(&field.name) {
            columns.push((field.name.to_string(), shown.to_owned()));
        }
        for key in SAID {
            let name = format!("{}.{key}", field.name);
            if is_used(&name) {
                columns.push((name, format!("{shown}.{key}")));
            }
        }
        if &*field.name == "id" && record.parent.is_some() {
            columns.push(("measure".to_owned(), "measure".to_owned()));
        }
    }
    let around = SAID.iter().filter(|key| is_used(key));
    columns.extend(around.map(|key| ((*key).to_owned(), (*key).to_owned())));
    let rows = records.iter().map(|cells| {
        let value = |key: &String| {
            cells
                .iter()
                .find(|(known, _)| known == key)
                .map(|(_, cell)| cell.clone())
        };
        columns
            .iter()
            .map(|(key, _)| value(key).unwrap_or(Cell::Empty))
            .collect()
    });
    Table {
        name: plural.to_owned(),
        rows: rows.collect(),
        header: columns.into_iter().map(|(_, name)| name).collect(),
    }
}

fn tables(titles: bool) -> Vec<Table> {
    let document: Value = serde_json::from_str(&read("measures.json")).unwrap();
    let mut measures = Vec::new();
    let mut deliverables = Vec::new();
    for measure in document["measures"].as_array().unwrap() {
        measures.push(cells(measure));
        let inner = bare(measure).0;
        for deliverable in inner["deliverables"].as_array().into_iter().flatten() {
            let mut cells = cells(deliverable);
            cells.push(("measure".to_owned(), cell(&inner["id"])));
            deliverables.push(cells);
        }
    }
    let policy = policy();
    vec![
        table(&policy, "measures", &measures, titles),
        table(&policy, "deliverables", &deliverables, titles),
    ]
}

#[test]
fn the_spreadsheets_decide_as_the_document_does() {
    let texts = POLICY.map(|name| (name, read(name)));
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let policy = ("steg2.rule", texts.as_slice());
    let json = vec![("measures.json".to_owned(), read("measures.json").into_bytes())];
    let wanted = decided(policy, &json, Said::default()).unwrap();
    for name in ["steg2.xlsx", "steg2.ods"] {
        let sheet = vec![(name.to_owned(), std::fs::read(folder().join(name)).unwrap())];
        assert_eq!(
            decided(policy, &sheet, Said::default()),
            Ok(wanted.clone()),
            "{name} is not measures.json any more"
        );
    }
    for (format, files, said) in formats(&tables(false)) {
        assert_eq!(decided(policy, &files, said), Ok(wanted.clone()), "{format}");
    }
}

#[test]
#[ignore = "writes policies/steg2/steg2.xlsx"]
fn write_the_spreadsheet() {
    std::fs::write(folder().join("steg2.xlsx"), xlsx(&tables(true))).unwrap();
}
