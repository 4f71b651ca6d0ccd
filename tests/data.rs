//! Reading data, case by case: each file in `cases/data` holds a policy's records and data files; the snapshot beside it
//! shows the problems as a person sees them, or the records that were read.
//!
//! A case: parts that begin with a line `--- NAME`. `policy.rule` is the policy; every other part is a data file; a
//! name may be `RECORD=FILE`; its end says how the file is written. `<<repeat N TEXT>>` stands for TEXT written N times.

// A test that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fmt::Write as _;

use prioriter::check;
use prioriter::data::{self, Dialect, Fact, FileForm, Input, Records};
use prioriter::diagnostic::render::{Style, render};
use prioriter::model::{Policy, Reference, Type, Value};
use prioriter::source::Sources;

/// How many records of a type a snapshot shows.
const SHOWN: usize = 10;

#[test]
fn cases() {
    insta::glob!("cases/data/*.txt", |path| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let case = std::fs::read_to_string(path).unwrap();
        insta::with_settings!({
            snapshot_path => "cases/data",
            snapshot_suffix => "",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(name, outcome(&case));
        });
    });
}

fn outcome(case: &str) -> String {
    let mut sources = Sources::new();
    let mut policy = None;
    let mut inputs = Vec::new();
    for part in case.split("--- ").skip(1) {
        let (name, text) = part.split_once('\n').unwrap();
        let text = unfold(text.strip_suffix('\n').unwrap_or(text));
        if name == "policy.rule" {
            let loaded = check::load(name, &mut sources, &mut |_| Ok(text.clone().into_bytes()));
            let (checked, problems) = check::check(&loaded, &sources);
            assert!(
                checked.is_some(),
                "{}",
                render(&problems, &sources, Style::default())
            );
            policy = checked;
            continue;
        }
        let policy = policy.as_ref().unwrap();
        let (record, path) = match name.split_once('=') {
            Some((record, path)) => {
                let named = |id: &_| *policy.record_type(*id).name == *record;
                (policy.record_ids().find(named), path)
            }
            None => (None, name),
        };
        inputs.push(Input {
            file: sources.add_text(path, &text),
            record,
            format: data::format_of(FileForm::of(path).unwrap_or(FileForm::Json), Dialect::default()),
        });
    }
    let policy = policy.unwrap();
    let reading = data::read(&policy, &sources, &inputs);
    let mut out = render(&reading.diagnostics, &sources, Style::default());
    out.push_str(&reading.summary.counts(&sources));
    if reading.diagnostics.iter().any(|diagnostic| diagnostic.is_error())
        && let Some(fine) = reading.summary.fine()
    {
        writeln!(out, "{fine}").unwrap();
    }
    if !reading.diagnostics.iter().any(|diagnostic| diagnostic.is_error()) {
        out.push_str(&told(&policy, &sources, &reading.records));
    }
    out
}

fn unfold(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<<repeat ") {
        let (times, after) = after.split_once(' ').unwrap();
        let (what, after) = after.split_once(">>").unwrap();
        out.push_str(before);
        for index in 1..=times.parse::<usize>().unwrap() {
            out.push_str(&what.replace("<n>", &index.to_string()).replace("<nl>", "\n"));
        }
        rest = after;
    }
    out.push_str(rest);
    out.replace("<BOM>", "\u{FEFF}").replace("<NUL>", "\0")
}

fn told(policy: &Policy, sources: &Sources, records: &Records) -> String {
    let mut out = String::new();
    for id in policy.record_ids() {
        let record = policy.record_type(id);
        let rows = records.table(id).places.len();
        if rows > SHOWN {
            writeln!(
                out,
                "{rows} records of {}, the last {SHOWN} of them:",
                record.name
            )
            .unwrap();
        }
        for row in records.all(id).skip(rows.saturating_sub(SHOWN)) {
            let place = sources.at(records.place(row));
            write!(out, "{} {} ({place})", record.name, records.key(row)).unwrap();
            if let Some(parent) = records.parent(row) {
                let record = record.parent.unwrap();
                write!(out, " in {}", records.key(Reference { record, row: parent })).unwrap();
            }
            out.push('\n');
            for (column, field) in records.table(id).columns.iter().zip(&record.fields) {
                let fact = &column[row.row as usize];
                let value = fact.value.as_ref().map_or_else(
                    || "unknown".to_owned(),
                    |value| shown(policy, records, &field.of_type, value),
                );
                writeln!(out, "  {} = {value}{}", field.name, about(sources, records, fact)).unwrap();
            }
        }
    }
    out
}

fn about(sources: &Sources, records: &Records, fact: &Fact) -> String {
    let mut out = format!(
        "  ({}{})",
        if fact.default { "default, " } else { "" },
        sources.at(fact.place)
    );
    if let Some(note) = records.note(fact) {
        for (word, text) in [("because", &note.because), ("cite", &note.cite), ("by", &note.by)] {
            if let Some(text) = text {
                write!(out, " {word} {text:?}").unwrap();
            }
        }
        if note.assumed {
            out.push_str(" assumed");
        }
    }
    out
}

fn shown(policy: &Policy, records: &Records, of_type: &Type, value: &Value) -> String {
    match (value, of_type) {
        (Value::YesNo(value), _) => if *value { "yes" } else { "no" }.to_owned(),
        (Value::Number(number), _) if number.exact().len() > 40 => format!("{} digits", number.exact().len()),
        (Value::Number(number), _) => number.exact(),
        (Value::Text(text), _) => format!("{text:?}"),
        (Value::Date(date), _) => date.to_string(),
        (Value::Moment(moment), _) => moment.to_string(),
        (Value::Member(index), Type::Enumeration(id)) => {
            policy.enumeration(*id).members[usize::from(*index)].0.to_string()
        }
        (Value::Level(index), Type::Scale(id)) => {
            policy.scale(*id).levels[usize::from(*index)].name.to_string()
        }
        (Value::Reference(row), _) => records.key(*row).to_string(),
        (Value::List(values), Type::List(inner)) => {
            let values: Vec<_> = values
                .iter()
                .map(|value| shown(policy, records, inner, value))
                .collect();
            format!("[{}]", values.join(", "))
        }
        _ => format!("{value:?} is not of its type"),
    }
}
