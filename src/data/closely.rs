//! Some rows of files read closely, where all others are known to be fine.
//!
//! Comes in: the texts of files in which only some lines matter, and how many other rows there are. Goes out: what is wrong
//! with these rows, as if all had been read, and the values of those that are right. It never reads another line.
//!
//! Invariant: what is told is what reading whole files would tell; where that cannot be said, nothing comes out.

use std::sync::Arc;

use super::left_out::refers;
use super::record::Reader;
use super::shape::Shape;
use super::{Format, Input, OnError, Reading, Tree, lines, record, table, values};
use crate::model::{Policy, Value};
use crate::source::{Place, Sources};

/// A file of which only some lines are read.
#[derive(Debug, Clone)]
pub struct SomeLines {
    /// The file; the line that names the columns stands in it, if there is one.
    pub input: Input,
    /// How many records stand in files before it.
    pub before: u32,
    /// Where each line that is read stands in its text, without its end, and how many records there are before it.
    pub lines: Vec<(std::ops::Range<usize>, u32)>,
}

/// What is known of all other rows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Others<'o> {
    /// How many there are.
    pub count: usize,
    /// Keys of theirs that are no field's.
    pub strange: &'o [Strange],
    /// For each field of the policy's own record type, whether it is passed over.
    pub unread: &'o [bool],
}

/// A key of rows that is no field's.
#[derive(Debug, Clone)]
pub struct Strange {
    /// The key.
    pub name: String,
    /// How many rows have it.
    pub times: usize,
    /// Where it stands first.
    pub place: Place,
    /// The key of the record there.
    pub record: Arc<str>,
}

/// A record that was read closely.
#[derive(Debug)]
pub struct CloseRow {
    /// Its key, as far as it can be read.
    pub key: Option<Arc<str>>,
    /// As what stands before its key names it.
    pub name: Arc<str>,
    /// The values of all its fields, if nothing is wrong with it.
    pub values: Option<Vec<Option<Value>>>,
    /// Its keys that are no field's.
    pub strange: Vec<(String, Place)>,
}

/// What reading some lines gives.
#[derive(Debug)]
pub struct Closely {
    /// Problems, counts, and what is left out; its records are those lines that are right.
    pub reading: Reading,
    /// The record of each line.
    pub rows: Vec<CloseRow>,
}

/// Reads some lines of files that hold records of the policy's own type; `None` where whole files have to be read to know
/// what to tell.
pub fn read_closely(
    policy: &Policy,
    sources: &Sources,
    files: &[SomeLines],
    others: Others<'_>,
    on_error: OnError,
) -> Option<Closely> {
    let own = policy.record;
    let of_type = policy.record_type(own);
    // Records that name others go out with them.
    if of_type.fields.iter().any(|field| refers(&field.of_type)) {
        return None;
    }
    let texts: Vec<Arc<str>> = files.iter().map(|file| sources.text(file.input.file)).collect();
    let shapes: Vec<_> = policy.record_ids().map(|id| Shape::new(policy, id)).collect();
    let words = values::Words::new(policy);
    let mut trees = Vec::with_capacity(files.len());
    for (file, text) in files.iter().zip(&texts) {
        let path = sources.path(file.input.file);
        trees.push(match file.input.format {
            Format::Lines => Tree::Lines(lines::read_some(text, file)?),
            Format::Table(_) => {
                let mut table = table::read(policy, &shapes, own, file.input, path, text);
                if !table.keep_rows(&file.lines) {
                    return None;
                }
                Tree::Table(table)
            }
            _ => return None,
        });
    }
    let mut reader = record::Reader::new(policy, &shapes, &words);
    reader.set_on_error(on_error);
    reader.sources = Some(sources);
    reader.others = others;
    reader.problems.keep_strange();
    reader.numbers = files
        .iter()
        .flat_map(|file| file.lines.iter().map(|(_, number)| *number))
        .collect();
    let mut expected = 0;
    for (file, tree) in files.iter().zip(&trees) {
        match tree {
            Tree::Lines(lines) => reader.lines(file.input, own, lines),
            Tree::Table(table) => reader.table(file.input, own, table),
            Tree::Document(_) => return None,
        }
        expected += file.lines.len();
    }
    let met: Vec<usize> = reader.tables.iter().map(|table| table.places.len()).collect();
    // A line may also hold many records, or those of other types.
    if met.iter().sum::<usize>() != expected || met.get(usize::from(own.0)) != Some(&expected) {
        return None;
    }
    let rows = rows_of(&mut reader, expected);
    // What is said of a line that is right would be lost once it is taken for one of the others.
    if reader.problems.warns() && rows.iter().any(|row| row.values.is_some()) {
        return None;
    }
    for strange in others.strange {
        reader.problems.unknown_elsewhere(own, strange);
    }
    let inputs: Vec<Input> = files.iter().map(|file| file.input).collect();
    let reading = reader.finish(&inputs);
    Some(Closely { reading, rows })
}

fn rows_of(reader: &mut Reader<'_>, count: usize) -> Vec<CloseRow> {
    let own = reader.policy.record;
    let key = reader.policy.record_type(own).key;
    let strange = reader.problems.take_strange();
    let Some(table) = reader.tables.get(usize::from(own.0)) else {
        return Vec::new();
    };
    let row = |row: usize| {
        let value = |column: &Vec<super::Fact>| column.get(row).and_then(|fact| fact.value.clone());
        let key = key.and_then(|key| table.columns.get(key.index())).and_then(value);
        let number = u32::try_from(row).unwrap_or(u32::MAX);
        let right = !reader.problems.is_wrong((own, number));
        let first = strange.partition_point(|strange| strange.row < number);
        let its = strange
            .iter()
            .skip(first)
            .take_while(|strange| strange.row == number);
        CloseRow {
            key: match key {
                Some(Value::Text(text)) => Some(text),
                _ => None,
            },
            values: right.then(|| table.columns.iter().map(value).collect()),
            name: its
                .clone()
                .next()
                .map_or_else(|| "".into(), |strange| Arc::clone(&strange.record)),
            strange: its.map(|strange| (strange.key.clone(), strange.place)).collect(),
        }
    };
    (0..count).map(row).collect()
}
