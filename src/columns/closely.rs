//! The lines that a scanner could not read: read closely, as the data room reads them.
//!
//! Comes in: what was read of all parts. Goes out: what is wrong with these lines, or that they are right after all, which the
//! next reading goes by. It never decides.
//!
//! Invariant: what is told is what reading everything closely would tell; a line that is right is not lost.

use std::ops::Range;

use super::parts::Part;
use super::plan::Plan;
use super::run::{Input, Told};
use crate::data::scan::{self, Known, Rows as Written, Stop, StrangeKey};
use crate::data::{self, Dialect, Format, OnError, SomeLines, Strange, read_closely};
use crate::model::Policy;
use crate::source::{Layout, Made, Place, Sources};

/// What follows from lines that have to be read closely.
pub(super) enum Found {
    /// There are none, or what is wrong with them is this; it may be left out.
    Nothing(Option<Told>),
    /// Something is wrong that cannot be left out.
    Wrong(Told),
    /// More is known now: all has to be read again.
    More,
}

/// What is known of the records that are not read closely.
pub(super) struct Others<'o> {
    /// How many there are.
    pub(super) count: usize,
    /// Keys that more than one of them may have.
    pub(super) same: Vec<Box<[u8]>>,
    /// Those of some keys, which are sorted, that one of them has.
    #[expect(
        clippy::type_complexity,
        reason = "it says what is asked for and what comes back"
    )]
    pub(super) also_there: &'o dyn Fn(&scan::Closely, &[&[u8]]) -> Result<Vec<Box<[u8]>>, Stop>,
}

/// Reads them.
///
/// # Errors
/// What can only be told by who reads whole files.
#[expect(
    clippy::too_many_arguments,
    reason = "all of them are needed for one question"
)]
pub(super) fn look(
    policy: &Policy,
    plan: &Plan<'_>,
    inputs: &[Input],
    parts: &[Part],
    others: Others<'_>,
    known: &mut scan::Closely,
    on_error: OnError,
    sources: &mut Sources,
) -> Result<Found, Stop> {
    if !others.same.is_empty() {
        let mut new = false;
        for key in others.same {
            new |= known.suspect(&key);
        }
        return if new { Ok(Found::More) } else { Err(Stop::Odd) };
    }
    let odd = || parts.iter().flat_map(|part| &part.odd);
    if odd().next().is_none() && parts.iter().all(|part| part.strange.is_empty()) {
        return Ok(Found::Nothing(None));
    }
    let own = policy.record_type(policy.record);
    let is_read = |index: usize| {
        let mut columns = plan.spec.columns.iter();
        columns.any(|column| column.field.index() == index) || own.key.is_some_and(|key| key.index() == index)
    };
    let unread: Vec<bool> = (0..own.fields.len()).map(|index| !is_read(index)).collect();
    let mut with_texts = sources.clone();
    let (files, strange) = some_lines(inputs, parts, &mut with_texts)?;
    let (count, also_there) = (others.count, others.also_there);
    let others = data::Others {
        count,
        strange: &strange,
        unread: &unread,
    };
    let closely = read_closely(policy, &with_texts, &files, others, on_error).ok_or(Stop::Odd)?;
    let (mut more, mut lost) = (false, false);
    let lines = files.iter().flat_map(|file| &file.lines);
    for ((odd, (line, _)), row) in odd().zip(lines).zip(&closely.rows) {
        let Some(values) = &row.values else { continue };
        let key = row.key.as_ref().ok_or(Stop::Odd)?;
        let strange = row.strange.iter().map(|(name, place)| {
            let Range { start, end } = place.range();
            (name.clone(), start - line.start..end - line.start)
        });
        let right = Known {
            key: key.as_bytes().into(),
            name: row.name.as_bytes().into(),
            values: values.clone(),
            strange: strange.collect(),
        };
        match known.is_right(&odd.text, right) {
            true => more = true,
            false => lost = true,
        }
    }
    let keys = closely.rows.iter().filter_map(|row| row.key.as_deref());
    let mut keys: Vec<&[u8]> = keys.map(str::as_bytes).collect();
    keys.sort_unstable();
    for key in also_there(known, &keys)? {
        more |= known.suspect(&key);
    }
    if more {
        return Ok(Found::More);
    }
    let told = Told {
        problems: closely.diagnostics,
        summary: closely.summary,
        left_out: closely.left_out,
    };
    if !closely.sound {
        *sources = with_texts;
        return Ok(Found::Wrong(told));
    }
    // Two keys that only look alike.
    if lost {
        return Err(Stop::Odd);
    }
    *sources = with_texts;
    Ok(Found::Nothing(Some(told)))
}

/// The files with such lines, as texts in which all other lines are empty but for those beside them; and the strange keys of
/// rows that are not read closely.
fn some_lines(
    inputs: &[Input],
    parts: &[Part],
    sources: &mut Sources,
) -> Result<(Vec<SomeLines>, Vec<Strange>), Stop> {
    let (mut files, mut all_strange) = (Vec::new(), Vec::new());
    let mut before = 0_u64;
    let number = |count: u64| u32::try_from(count).map_err(|_| Stop::Odd);
    for (index, input) in inputs.iter().enumerate() {
        let own: Vec<&Part> = parts.iter().filter(|part| part.input == index).collect();
        let rows: u64 = own.iter().map(|part| part.rows).sum();
        if own
            .iter()
            .any(|part| !part.odd.is_empty() || !part.strange.is_empty())
        {
            let Text { text, lines, strange } = text_of(&own, before)?;
            let made = Made {
                path: &input.origin.path(),
                part: None,
                // Nobody asks for the hash of what is only a part of a file.
                bytes: &[],
                text: text.into(),
                layout: Layout::Lines,
            };
            let file = sources.add_made(made).map_err(|_| Stop::Odd)?;
            let format = match input.rows {
                Written::Ndjson => Format::Lines,
                Written::Delimited(delimiter) => Format::Table(Dialect {
                    delimiter,
                    decimal: None,
                }),
                #[cfg(feature = "parquet")]
                Written::Parquet => return Err(Stop::Odd),
            };
            all_strange.extend(strange.into_iter().map(|(strange, at)| Strange {
                name: strange.name.clone(),
                times: strange.times,
                place: Place::new(file, at + strange.place.start..at + strange.place.end),
                record: String::from_utf8_lossy(&strange.record).into(),
            }));
            files.push(SomeLines {
                input: data::Input {
                    file,
                    record: None,
                    format,
                },
                before: number(before)?,
                lines,
            });
        }
        before += rows;
    }
    Ok((files, all_strange))
}

/// A file of which only some lines matter.
struct Text<'p> {
    text: String,
    /// Where the lines stand that are read, each with how many records stand before it.
    lines: Vec<(Range<usize>, u32)>,
    /// Strange keys of other lines, each with where its line begins.
    strange: Vec<(&'p StrangeKey, usize)>,
}

fn text_of<'p>(parts: &[&'p Part], before: u64) -> Result<Text<'p>, Stop> {
    // Where a line is one that is read and stands beside another, it is read.
    let mut shown: Vec<(u64, bool, &str, Option<u64>)> = Vec::new();
    let (mut line, mut row, mut filled) = (0, before, 0);
    let mut strange_at = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        if let Some(header) = &part.header {
            shown.push((line, false, header.trim_end_matches('\n'), None));
            line += 1;
        }
        let odd = part.odd.iter().map(|odd| (odd, Some(row + odd.row)));
        let strange = part.strange.iter().map(|(_, odd)| (odd, None));
        for (odd, number) in odd.chain(strange) {
            let at = line + odd.line;
            let [above, below] = &odd.beside;
            let neighbour = |by: usize| parts.get(by).and_then(|part| part.ends.as_ref());
            let above = above.as_deref().or_else(|| {
                let (_, last) = neighbour(index.checked_sub(1)?)?;
                Some(last)
            });
            let below = below.as_deref().or_else(|| {
                let (first, _) = neighbour(index + 1)?;
                Some(first)
            });
            if let (Some(at), Some(above)) = (at.checked_sub(1), above) {
                shown.push((at, true, above, None));
            }
            shown.push((at, false, &odd.text, number));
            if let Some(below) = below {
                shown.push((at + 1, true, below, None));
            }
        }
        let strange = part.strange.iter();
        strange_at.extend(strange.map(|(strange, odd)| (line + odd.line, strange)));
        if part.filled > 0 {
            filled = line + part.filled;
        }
        line += part.lines;
        row += part.rows;
    }
    let (mut text, mut lines) = (String::new(), Vec::new());
    let mut strange = Vec::new();
    shown.sort_by_key(|(at, is_beside, ..)| (*at, *is_beside));
    shown.dedup_by_key(|(at, ..)| *at);
    let length: usize = shown.iter().map(|(_, _, words, _)| words.len()).sum();
    text.reserve(length + usize::try_from(line.max(filled)).unwrap_or(0));
    line = 0;
    for (at, _, words, number) in shown {
        let empty = usize::try_from(at - line).map_err(|_| Stop::Odd)?;
        text.push_str(&"\n".repeat(empty));
        let start = text.len();
        text.push_str(words);
        if let Some(number) = number {
            let number = u32::try_from(number).map_err(|_| Stop::Odd)?;
            lines.push((start..text.len(), number));
        }
        let here = strange_at.iter().filter(|(line, _)| *line == at);
        strange.extend(here.map(|(_, strange)| (*strange, start)));
        text.push('\n');
        line = at + 1;
    }
    // An empty line is one of the text only where another follows that is not empty.
    if line < filled {
        text.push(' ');
    }
    Ok(Text { text, lines, strange })
}
