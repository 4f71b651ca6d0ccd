//! Some rows of files read closely, where all others are known to be fine.
//!
//! Comes in: the texts of files in which only some lines matter, and how many other rows there are. Goes out: what is wrong
//! with these rows, as if all had been read, and the values of those that are right. It never reads another line.
//!
//! Invariant: what is told is what reading whole files would tell; where that cannot be said, nothing comes out.

use std::ops::Range;
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use super::left_out::refers;
use super::problems::Problems;
use super::record::Reader;
use super::shape::Shape;
use super::{Fact, Format, Input, LeftOut, OnError, Summary, Table, lines, table, values};
use crate::diagnostic::Diagnostic;
use crate::model::{FieldId, Policy, RecordId, Value};
use crate::source::{Place, Sources};

/// A file of which only some lines are read.
#[derive(Debug, Clone)]
pub struct SomeLines {
    /// The file; the line that names the columns stands in it, if there is one.
    pub input: Input,
    /// How many records stand in files before it.
    pub before: u32,
    /// Where each line that is read stands in its text, without its end, and how many records there are before it.
    pub lines: Vec<(Range<usize>, u32)>,
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
    /// Whether nothing is wrong, or all that is wrong is left out.
    pub sound: bool,
    /// Errors and warnings, in the order in which a reader of the files meets them; of very many only the first.
    pub diagnostics: Vec<Diagnostic>,
    /// What is not among them, counted, and how many records are fine.
    pub summary: Summary,
    /// The records that are left out.
    pub left_out: Vec<LeftOut>,
    /// The record of each line.
    pub rows: Vec<CloseRow>,
}

/// Reads some lines of files that hold records of the policy's own type, side by side; `None` where whole files have to be
/// read to know what to tell.
pub fn read_closely(
    policy: &Policy,
    sources: &Sources,
    files: &[SomeLines],
    others: Others<'_>,
    on_error: OnError,
) -> Option<Closely> {
    let own = policy.record;
    // Records that name others go out with them.
    if policy
        .record_type(own)
        .fields
        .iter()
        .any(|field| refers(&field.of_type))
    {
        return None;
    }
    let shapes: Vec<_> = policy.record_ids().map(|id| Shape::new(policy, id)).collect();
    let words = values::Words::new(policy);
    let texts: Vec<Arc<str>> = files.iter().map(|file| sources.text(file.input.file)).collect();
    let mut given = Vec::with_capacity(files.len());
    for (file, text) in files.iter().zip(&texts) {
        given.push(Given::new(
            policy,
            &shapes,
            file,
            sources.path(file.input.file),
            text,
        )?);
    }
    let new = || {
        let mut reader = Reader::new(policy, &shapes, &words);
        reader.set_on_error(on_error);
        reader.sources = Some(sources);
        reader.others = others;
        reader
    };
    let read = |part: Range<usize>| read_part(new(), &given, part);
    let expected: usize = files.iter().map(|file| file.lines.len()).sum();
    let side_by_side = || {
        let parts: Option<Vec<Read>> = parts_of(files, expected)?.into_par_iter().map(read).collect();
        put_together(new(), parts?)
    };
    let (mut reader, rows) = match side_by_side() {
        Some(all) => all,
        None => put_together(new(), vec![read(0..expected)?])?,
    };
    let met: Vec<usize> = reader.tables.iter().map(|table| table.places.len()).collect();
    // A line may also hold many records, or those of other types.
    if met.iter().sum::<usize>() != expected || met.get(usize::from(own.0)) != Some(&expected) {
        return None;
    }
    // What is said of a line that is right would be lost once it is taken for one of the others.
    if reader.problems.warns() && rows.iter().any(|row| row.values.is_some()) {
        return None;
    }
    for strange in others.strange {
        reader.problems.unknown_elsewhere(own, strange);
    }
    let reading = reader.finish(&[]);
    Some(Closely {
        sound: reading.sound,
        diagnostics: reading.diagnostics,
        summary: reading.summary,
        left_out: reading.records.left_out,
        rows,
    })
}

/// The lines of a file.
struct Given<'g> {
    some: &'g SomeLines,
    text: &'g str,
    /// The same as rows, where it holds a table.
    table: Option<table::Table<'g>>,
}

impl<'g> Given<'g> {
    fn new(
        policy: &'g Policy,
        shapes: &[Shape<'g>],
        some: &'g SomeLines,
        path: &str,
        text: &'g str,
    ) -> Option<Given<'g>> {
        let table = match some.input.format {
            Format::Lines => None,
            Format::Table(_) => {
                let mut table = table::read(policy, shapes, policy.record, some.input, path, text);
                if !table.keep_rows(&some.lines) {
                    return None;
                }
                Some(table)
            }
            _ => return None,
        };
        Some(Given { some, text, table })
    }
}

/// So many lines are worth a part of their own; what a part holds while it is read is near at hand then.
const PART: usize = 512;

/// In which parts lines may be read side by side; none where it is not worth it.
fn parts_of(files: &[SomeLines], lines: usize) -> Option<Vec<Range<usize>>> {
    // Of a file without lines the header is read, once.
    if lines < 2 * PART || files.iter().any(|file| file.lines.is_empty()) {
        return None;
    }
    let starts = (0..lines).step_by(PART);
    Some(starts.map(|start| start..(start + PART).min(lines)).collect())
}

/// What some lines came to.
struct Read {
    /// Of the columns only that of the keys holds anything.
    tables: Vec<Table>,
    problems: Problems,
    wholes: Vec<Vec<Place>>,
    incomplete: Vec<bool>,
    numbers: Vec<u32>,
    rows: Vec<CloseRow>,
}

/// Reads those lines of all files that are counted by a range.
fn read_part(reader: Reader<'_>, given: &[Given<'_>], part: Range<usize>) -> Option<Read> {
    let mut files = Vec::new();
    let mut before = 0;
    for file in given {
        let all = before..before + file.some.lines.len();
        before = all.end;
        let (start, end) = (part.start.max(all.start), part.end.min(all.end));
        if start < end || all.is_empty() {
            let range = start.saturating_sub(all.start)..end.saturating_sub(all.start);
            let lines = file.some.lines.get(range.clone()).unwrap_or(&[]);
            let trees = match file.table {
                Some(_) => None,
                None => Some(lines::read_some(file.text, file.some.before, lines)?),
            };
            files.push((file, range, lines, trees));
        }
    }
    let mut reader = reader;
    let own = reader.policy.record;
    reader.problems.keep_strange();
    for (file, range, lines, trees) in &files {
        reader.numbers.extend(lines.iter().map(|(_, number)| *number));
        match (&file.table, trees) {
            (Some(table), _) => reader.table(file.some.input, own, table, range),
            (None, Some(trees)) => reader.lines(file.some.input, own, trees),
            (None, None) => {}
        }
    }
    if !reader.references.is_empty() || !reader.parents.is_empty() {
        return None;
    }
    let rows = rows_of(&mut reader);
    let mut tables = reader.tables;
    for (record, table) in reader.policy.records.iter().zip(&mut tables) {
        let key = record.key.map(FieldId::index);
        let others = table
            .columns
            .iter_mut()
            .enumerate()
            .filter(|(index, _)| Some(*index) != key);
        others.for_each(|(_, column)| *column = Vec::new());
    }
    Some(Read {
        tables,
        problems: reader.problems,
        wholes: reader.wholes,
        incomplete: reader.incomplete,
        numbers: reader.numbers,
        rows,
    })
}

/// A reader that has read all parts, and the record of each line; `None` where two parts have to do with each other: where a
/// key stands in both.
fn put_together<'a>(mut all: Reader<'a>, parts: Vec<Read>) -> Option<(Reader<'a>, Vec<CloseRow>)> {
    let mut rows = Vec::new();
    for part in parts {
        let met = |table: &Table| u32::try_from(table.places.len()).unwrap_or(u32::MAX);
        let firsts: Vec<u32> = all.tables.iter().map(met).collect();
        let first = |id: RecordId| firsts.get(usize::from(id.0)).copied().unwrap_or(0);
        all.problems.take_up(part.problems, first);
        for ((own, later), first) in all.tables.iter_mut().zip(part.tables).zip(&firsts) {
            for (key, row) in later.keys {
                if own.keys.insert(key, first + row).is_some() {
                    return None;
                }
            }
            own.places.extend(later.places);
            own.parents.extend(later.parents);
            for (column, later) in own.columns.iter_mut().zip(later.columns) {
                column.extend(later);
            }
        }
        for ((own, later), first) in all.wholes.iter_mut().zip(part.wholes).zip(&firsts) {
            if !later.is_empty() {
                own.resize(*first as usize, Place::default());
                own.extend(later);
            }
        }
        for (own, later) in all.incomplete.iter_mut().zip(part.incomplete) {
            *own |= later;
        }
        all.numbers.extend(part.numbers);
        rows.extend(part.rows);
    }
    Some((all, rows))
}

fn rows_of(reader: &mut Reader<'_>) -> Vec<CloseRow> {
    let own = reader.policy.record;
    let key = reader.policy.record_type(own).key;
    let strange = reader.problems.take_strange();
    let Some(table) = reader.tables.get(usize::from(own.0)) else {
        return Vec::new();
    };
    let row = |row: usize| {
        let value = |column: &Vec<Fact>| column.get(row).and_then(|fact| fact.value.clone());
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
    (0..table.places.len()).map(row).collect()
}
