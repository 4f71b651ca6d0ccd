//! A JSON object a line.
//!
//! Comes in: lines. Goes out: rows. Most files write all objects alike, so what stood between the values of the last row is
//! looked for first; where a row differs, its keys are read one by one, and what stands between its values is remembered
//! for the next. It never reads escapes, exponents or values in wrappers: a row with one is odd, and is told of as one.
//!
//! Invariant: an object that is read as a row is one as RFC 8259 has it, and has each key once.

use std::ops::Range;

use super::batch::{Batch, Row, is_composed};
use super::closely::{Closely, OddLines, StrangeKey};
use super::spec::{Column, Form, Spec, Target};
use super::{Stop, day, decimal, habit, several};

/// Reads objects.
pub(super) struct NdjsonRows<'s> {
    spec: &'s Spec<'s>,
    row: Row<'s>,
    /// Where the values of the last row stood.
    layout: Vec<Place<'s>>,
    /// What stood behind its last value, to the line end.
    tail: Between,
    /// Keys that are no field's, and which of them the last row has.
    strange: Vec<StrangeKey>,
    its_strange: Vec<usize>,
    odd: OddLines<'s>,
}

/// A key that is no field's, with where it stands in its line.
type Strange = (String, Range<usize>);

/// The places of a row's values, what stands behind the last, and which keys are strange.
type Layout = (Vec<(Between, Target)>, Between, Vec<Strange>);

/// Where a value stands in a row.
struct Place<'s> {
    before: Between,
    target: Target,
    habit: Habit<'s>,
}

/// How a value is mostly written.
enum Habit<'s> {
    Number(habit::Numbers<'s>),
    Key(habit::Texts),
    /// As one of two words, or as a text that nobody reads.
    Any,
}

/// What stands between two values: mostly a comma and a key, which are compared at once.
struct Between {
    bytes: Vec<u8>,
    /// The bytes as a number, and which of its bits are theirs, where there are few.
    word: u128,
    mask: u128,
}

impl Between {
    const FEW: usize = 16;

    fn new(bytes: &[u8]) -> Between {
        let mut padded = [0; Between::FEW];
        for (to, byte) in padded.iter_mut().zip(bytes) {
            *to = *byte;
        }
        let bits = u32::try_from(bytes.len() * 8).unwrap_or(u32::MAX);
        Between {
            bytes: bytes.to_vec(),
            word: u128::from_le_bytes(padded),
            mask: u128::MAX.checked_shl(bits).map_or(u128::MAX, |above| !above),
        }
    }

    /// What stands behind it, where a text begins with it.
    #[inline]
    fn strip<'t>(&self, text: &'t [u8]) -> Option<&'t [u8]> {
        let length = self.bytes.len();
        match text.first_chunk::<{ Between::FEW }>() {
            Some(first) if length <= Between::FEW => {
                let differ = (u128::from_le_bytes(*first) ^ self.word) & self.mask;
                if differ == 0 { text.get(length..) } else { None }
            }
            _ => text.strip_prefix(self.bytes.as_slice()),
        }
    }
}

/// Of endlessly many keys that are no field's only so many are told here.
const STRANGE: usize = 20;

impl<'s> NdjsonRows<'s> {
    pub(super) fn new(spec: &'s Spec<'s>, closely: &'s Closely) -> NdjsonRows<'s> {
        NdjsonRows {
            spec,
            row: Row::new(spec),
            layout: Vec::new(),
            tail: Between::new(b""),
            strange: Vec::new(),
            its_strange: Vec::new(),
            odd: OddLines::new(closely),
        }
    }

    pub(super) fn odd(&mut self) -> &mut OddLines<'s> {
        &mut self.odd
    }

    pub(super) fn strange(&self) -> &[StrangeKey] {
        &self.strange
    }

    pub(super) fn read(&mut self, bytes: &[u8], batch: &mut Batch) -> Result<usize, Stop> {
        let mut at = 0;
        while batch.rows() < batch.room {
            let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) else {
                break;
            };
            let keys = batch.keys.len();
            let length = match self.as_before(rest, batch) {
                Ok(Some(length)) if !self.odd.is_suspect(batch) => {
                    for index in &self.its_strange {
                        if let Some(strange) = self.strange.get_mut(*index) {
                            strange.times += 1;
                        }
                    }
                    length
                }
                Ok(Some(_)) => self.suspect(keys, rest, batch)?,
                Ok(None) => {
                    let end = memchr::memchr(b'\n', rest).ok_or(Stop::Odd)?;
                    let line = rest.get(..end).unwrap_or(rest);
                    if line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')) {
                        self.odd.blank(end + 1);
                        at += end + 1;
                        continue;
                    }
                    match self.by_keys(line, batch) {
                        Ok(strange) if !self.odd.is_suspect(batch) => {
                            self.tell(strange, end, batch.last_key());
                            end + 1
                        }
                        Ok(_) => self.suspect(keys, rest, batch)?,
                        Err(stop) => self.unless_odd(stop, keys, rest, batch)?,
                    }
                }
                Err(stop) => self.unless_odd(stop, keys, rest, batch)?,
            };
            self.odd.row(length);
            at += length;
        }
        Ok(at)
    }

    /// Takes up the strange keys of the last row.
    fn tell(&mut self, strange: Vec<Strange>, length: usize, record: &[u8]) {
        self.its_strange.clear();
        for (name, place) in strange {
            let known = self.strange.iter().position(|known| known.name == name);
            let index = known.unwrap_or(self.strange.len());
            match self.strange.get_mut(index) {
                Some(known) => known.times += 1,
                None => self.strange.push(StrangeKey {
                    name,
                    times: 1,
                    line: self.odd.next(length),
                    place,
                    record: record.into(),
                }),
            }
            self.its_strange.push(index);
        }
    }

    /// Takes the last row out again.
    #[cold]
    fn suspect(&mut self, keys: usize, rest: &[u8], batch: &mut Batch) -> Result<usize, Stop> {
        batch.take_last(keys);
        // The next row may be the first to have a strange key.
        self.layout.clear();
        self.oddly(rest, batch)
    }

    /// Goes on behind a line that is only odd.
    #[cold]
    fn unless_odd(&mut self, stop: Stop, keys: usize, rest: &[u8], batch: &mut Batch) -> Result<usize, Stop> {
        match stop {
            Stop::Odd => {
                batch.keys.truncate(keys);
                self.row.clear();
                self.oddly(rest, batch)
            }
            stop => Err(stop),
        }
    }

    /// Passes over an odd line, or takes what is known of it; returns how many bytes it is.
    #[cold]
    fn oddly(&mut self, rest: &[u8], batch: &mut Batch) -> Result<usize, Stop> {
        let end = memchr::memchr(b'\n', rest).ok_or(Stop::Odd)?;
        let line = rest.get(..end).unwrap_or(rest);
        if let Some(known) = self.odd.meet(line, &mut self.row, batch)? {
            let before = std::mem::take(&mut self.its_strange);
            self.tell(known.strange.clone(), end, &known.name);
            self.its_strange = before;
        }
        Ok(end + 1)
    }

    /// Reads a row that is laid out as the one before; `None` where it is not.
    #[inline]
    fn as_before(&mut self, bytes: &[u8], batch: &mut Batch) -> Result<Option<usize>, Stop> {
        if self.layout.is_empty() {
            return Ok(None);
        }
        let keys = batch.keys.len();
        let mut rest = bytes;
        // Whether what stands before the next value is left behind already.
        let mut is_behind = false;
        for place in &mut self.layout {
            if !is_behind {
                match place.before.strip(rest) {
                    Some(value) => rest = value,
                    None => return Ok(self.otherwise(keys, batch)),
                }
            }
            let length;
            (length, is_behind) = match place.as_mostly(rest, &mut self.row, batch) {
                Some(read) => read,
                None => (value_of(&mut self.row, place.target, rest, batch)?, false),
            };
            rest = rest.get(length..).unwrap_or(&[]);
        }
        if !is_behind {
            match self.tail.strip(rest) {
                Some(behind) => rest = behind,
                None => return Ok(self.otherwise(keys, batch)),
            }
        }
        self.row.finish(batch)?;
        Ok(Some(bytes.len() - rest.len()))
    }

    /// Gives up a row that is laid out otherwise.
    #[cold]
    fn otherwise(&mut self, keys: usize, batch: &mut Batch) -> Option<usize> {
        batch.keys.truncate(keys);
        self.row.clear();
        None
    }

    /// Reads a row key by key, and remembers how it is laid out.
    fn by_keys(&mut self, line: &[u8], batch: &mut Batch) -> Result<Vec<Strange>, Stop> {
        let (layout, tail, strange) = self.laid_out(line, batch)?;
        self.row.finish(batch)?;
        let mut places = Vec::with_capacity(layout.len());
        let mut layout = layout.into_iter().peekable();
        while let Some((before, target)) = layout.next() {
            let behind = layout.peek().map_or(&tail, |(behind, _)| behind);
            places.push(Place::new(before, target, behind, self.spec));
        }
        (self.layout, self.tail) = (places, tail);
        Ok(strange)
    }

    /// Reads the values of a row; returns what stands before each, and behind the last.
    fn laid_out(&mut self, line: &[u8], batch: &mut Batch) -> Result<Layout, Stop> {
        let mut layout = Vec::with_capacity(self.layout.len());
        let mut strange = Vec::new();
        let spec = self.spec;
        let mut at = blanks(line, 0);
        // Where the last value ended.
        let mut ended = 0;
        let mut groups = 0_u64;
        let mut within = None;
        expect(line, &mut at, b'{')?;
        let mut first = true;
        // Of fields that are read the row knows which it has; here it is for all others.
        let mut names: Vec<(Option<usize>, &str)> = Vec::new();
        loop {
            at = blanks(line, at);
            if line.get(at) == Some(&b'}') {
                at = blanks(line, at + 1);
                if within.take().is_none() {
                    break;
                }
                first = false;
                continue;
            }
            if !first {
                expect(line, &mut at, b',')?;
                at = blanks(line, at);
            }
            first = false;
            let name = string(line, at)?;
            let stands = at..at + name.len() + 2;
            at = blanks(line, stands.end);
            expect(line, &mut at, b':')?;
            at = blanks(line, at);
            let name = std::str::from_utf8(name).map_err(|_| Stop::Odd)?;
            let keys = match within {
                None => &spec.keys,
                Some(group) => spec.groups.get(group).ok_or(Stop::Odd)?,
            };
            let target = keys.get(name).copied();
            names.push((within, name));
            if let (Some(Target::Group(group)), None) = (target, within) {
                // `null` in place of an object is for the general reader.
                expect(line, &mut at, b'{')?;
                let bit = 1_u64
                    .checked_shl(u32::try_from(group).unwrap_or(64))
                    .ok_or(Stop::Odd)?;
                if groups & bit != 0 {
                    return Err(Stop::Odd);
                }
                groups |= bit;
                within = Some(group);
                first = true;
                continue;
            }
            let target = match target {
                Some(target) => target,
                // What stands in a criterion and is no question of it, or is not written as names are, is told at its place.
                None if within.is_some() || !name.is_ascii() => return Err(Stop::Odd),
                None => {
                    let is_new = !self.strange.iter().any(|known| known.name == name);
                    if is_new && self.strange.len() + strange.len() >= STRANGE {
                        return Err(Stop::Odd);
                    }
                    strange.push((name.to_owned(), stands));
                    Target::Unread
                }
            };
            let before = Between::new(line.get(ended..at).unwrap_or(&[]));
            if layout.len() > 1_000 {
                return Err(Stop::Odd);
            }
            at += value_of(&mut self.row, target, line.get(at..).unwrap_or(&[]), batch)?;
            layout.push((before, target));
            ended = at;
        }
        if at != line.len() {
            return Err(Stop::Odd);
        }
        names.sort_unstable();
        if names
            .windows(2)
            .any(|pair| matches!(pair, [left, right] if left == right))
        {
            return Err(Stop::Odd);
        }
        let tail = [line.get(ended..).unwrap_or(&[]), b"\n"].concat();
        Ok((layout, Between::new(&tail), strange))
    }
}

impl<'s> Place<'s> {
    fn new(before: Between, target: Target, behind: &Between, spec: &'s Spec<'s>) -> Place<'s> {
        let column = match target {
            Target::Column(index) => spec.columns.get(index),
            _ => None,
        };
        let habit = match (target, column) {
            (Target::Column(_), Some(column)) if matches!(column.form, Form::Number) => {
                Habit::Number(habit::Numbers::new(column, &behind.bytes))
            }
            (Target::Key, _) => Habit::Key(habit::Texts::default()),
            _ => Habit::Any,
        };
        Place {
            before,
            target,
            habit,
        }
    }

    /// Reads a value that is written as most are; returns how many bytes it is, and whether what stands behind it is among
    /// them. `None` of any other, also where it is wrong.
    #[inline]
    fn as_mostly(&mut self, bytes: &[u8], row: &mut Row<'_>, batch: &mut Batch) -> Option<(usize, bool)> {
        match (&mut self.habit, self.target) {
            (Habit::Number(habit), Target::Column(index)) => {
                let read = habit.read(bytes)?;
                row.put(index, read.number);
                Some((read.length, read.with_behind))
            }
            (Habit::Key(habit), _) => {
                let key = habit.read(bytes)?;
                row.key(key, batch).ok()?;
                Some((key.len() + 2, false))
            }
            (_, Target::Unread) if bytes.first() == Some(&b'"') => {
                let text = string(bytes, 0).ok()?;
                Some((text.len() + 2, false))
            }
            _ => None,
        }
    }
}

fn blanks(line: &[u8], mut at: usize) -> usize {
    while matches!(line.get(at), Some(b' ' | b'\t' | b'\r')) {
        at += 1;
    }
    at
}

fn expect(line: &[u8], at: &mut usize, byte: u8) -> Result<(), Stop> {
    if line.get(*at) != Some(&byte) {
        return Err(Stop::Odd);
    }
    *at += 1;
    Ok(())
}

/// What stands between the quotes of a text without escapes.
#[inline]
fn string(bytes: &[u8], at: usize) -> Result<&[u8], Stop> {
    let inner = bytes
        .get(at..)
        .and_then(|rest| rest.strip_prefix(b"\""))
        .ok_or(Stop::Odd)?;
    let mut length = 0;
    while let Some(first) = inner.get(length..).and_then(several::sixteen) {
        let told = several::no_inner(first);
        if told != 0 {
            length += (told.trailing_zeros() / 8) as usize;
            break;
        }
        length += 16;
    }
    let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    length += inner
        .get(length..)
        .and_then(|rest| rest.iter().position(ends))
        .ok_or(Stop::Odd)?;
    let (text, end) = inner.split_at_checked(length).ok_or(Stop::Odd)?;
    if end.first() == Some(&b'"') {
        Ok(text)
    } else {
        Err(Stop::Odd)
    }
}

/// Reads a value; returns how many bytes it is.
#[inline]
fn value_of(row: &mut Row<'_>, target: Target, bytes: &[u8], batch: &mut Batch) -> Result<usize, Stop> {
    match target {
        Target::Column(index) => {
            let column = row.column(index).ok_or(Stop::Odd)?;
            cell(row, index, column, bytes)
        }
        Target::Key => {
            let key = string(bytes, 0)?;
            if !key.is_ascii() && !is_composed(key) {
                return Err(Stop::Odd);
            }
            row.key(key, batch)?;
            Ok(key.len() + 2)
        }
        Target::Unread => skipped(bytes),
        Target::Group(_) => Err(Stop::Odd),
    }
}

#[inline]
fn cell(row: &mut Row<'_>, index: usize, column: &Column, bytes: &[u8]) -> Result<usize, Stop> {
    match &column.form {
        Form::Number => {
            if let Some(written) = decimal::read(bytes, b'.') {
                row.number(index, column, written)?;
                return Ok(written.length);
            }
        }
        Form::YesNo => {
            if bytes.starts_with(b"true") {
                row.value(index, 1)?;
                return Ok(4);
            }
            if bytes.starts_with(b"false") {
                row.value(index, 0)?;
                return Ok(5);
            }
        }
        Form::Day => {
            if bytes.first() == Some(&b'"') {
                let text = string(bytes, 0)?;
                row.value(index, day::read(column, text)?)?;
                return Ok(text.len() + 2);
            }
        }
        Form::Words(words, numbers) => {
            if bytes.first() == Some(&b'"') {
                let word = string(bytes, 0)?;
                let (_, number) = words
                    .iter()
                    .find(|(known, _)| **known == *word)
                    .ok_or(Stop::Odd)?;
                row.value(index, *number)?;
                return Ok(word.len() + 2);
            }
            if *numbers && let Some(written) = decimal::read(bytes, b'.') {
                row.number(index, column, written)?;
                return Ok(written.length);
            }
        }
    }
    if bytes.starts_with(b"null") {
        row.nothing(index)?;
        return Ok(4);
    }
    Err(Stop::Odd)
}

/// How long a value is that nobody reads.
#[inline]
fn skipped(bytes: &[u8]) -> Result<usize, Stop> {
    match bytes.first() {
        Some(b'"') => match string(bytes, 0) {
            Ok(text) => Ok(text.len() + 2),
            Err(_) => with_parts(bytes),
        },
        Some(b'-' | b'0'..=b'9') => match decimal::read(bytes, b'.') {
            Some(written) => Ok(written.length),
            None => with_parts(bytes),
        },
        Some(b'[' | b'{') => with_parts(bytes),
        _ => [&b"true"[..], b"false", b"null"]
            .iter()
            .find(|word| bytes.starts_with(word))
            .map(|word| word.len())
            .ok_or(Stop::Odd),
    }
}

/// The same of a value with parts or escapes.
#[cold]
fn with_parts(bytes: &[u8]) -> Result<usize, Stop> {
    use serde::de::IgnoredAny;
    let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
    let line = bytes.get(..end).unwrap_or(bytes);
    let mut values = serde_json::Deserializer::from_slice(line).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => Ok(values.byte_offset()),
        _ => Err(Stop::Odd),
    }
}
