//! The lines of a file that a problem shows: only those around its labels, long ones cut to a window.
//!
//! Comes in: a source file and the places of labels in it. Goes out: a small text that holds these lines, and where in it
//! the labels stand, as miette's source. It never changes what a line says, but for characters that cannot be seen.
//!
//! Invariant: what is held is bounded by the number of labels, not by the size of the file.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::source::{Place, SourceFile};

/// Characters of a line that are shown at least, and at most: more than fit where the labels of a line stand far apart.
const NARROWEST: usize = 40;
const WIDEST: usize = 160;
/// Characters of a label that are shown.
const LABEL: usize = 20;
/// Signs of a line's frame, beside its number; and those beside a label that goes over lines.
const FRAME: usize = 4;
const BRACKET: usize = 4;
/// Lines that a label may go over; a longer one is shown by its first line.
const TALLEST: usize = 6;
/// Lines shown before and after a label's.
pub(super) const AROUND: usize = 1;

/// Some lines of a file.
#[derive(Debug)]
pub(super) struct Excerpt {
    name: String,
    text: String,
    blocks: Vec<Block>,
    /// Where labels begin: the byte in the text, and line and column in the file (from 0).
    starts: Vec<(usize, usize, usize)>,
    /// The labels' places in the text, in the order of the places given.
    pub labels: Vec<std::ops::Range<usize>>,
}

/// Lines that follow each other.
#[derive(Debug)]
struct Block {
    first: usize,
    /// Where in the text each begins; the end of the last one after them.
    starts: Vec<usize>,
}

impl Excerpt {
    pub(super) fn of(file: &SourceFile, places: &[Place], width: usize) -> Excerpt {
        let ranges: Vec<std::ops::Range<usize>> = places.iter().map(|place| visible(file, *place)).collect();
        let line_of = |offset: usize| file.line_of(offset);
        let mut excerpt = Excerpt {
            name: file.path.clone(),
            text: String::new(),
            blocks: Vec::new(),
            starts: Vec::new(),
            labels: vec![0..0; ranges.len()],
        };
        let last_line = line_of(file.text.trim_end_matches('\n').len());
        let mut spans: Vec<(usize, usize)> = ranges
            .iter()
            .map(|range| {
                let first = line_of(range.start).saturating_sub(AROUND);
                (
                    first,
                    (line_of(range.end.saturating_sub(1).max(range.start)) + AROUND).min(last_line),
                )
            })
            .collect();
        let tall = ranges
            .iter()
            .any(|range| line_of(range.start) != line_of(range.end.saturating_sub(1).max(range.start)));
        let number = spans.iter().map(|(_, last)| last + 1).max().unwrap_or(1);
        let frame = FRAME + number.to_string().len() + if tall { BRACKET } else { 0 };
        let room = width.saturating_sub(frame).max(NARROWEST);
        spans.sort_unstable();
        let mut merged: Vec<(usize, usize)> = Vec::new();
        for (first, last) in spans {
            match merged.last_mut() {
                Some((_, end)) if first <= *end + 1 => *end = last.max(*end),
                _ => merged.push((first, last)),
            }
        }
        for (first, last) in merged {
            let mut block = Block {
                first,
                starts: Vec::new(),
            };
            for line in first..=last {
                block.starts.push(excerpt.text.len());
                excerpt.line(file, line, &ranges, room);
            }
            block.starts.push(excerpt.text.len());
            excerpt.blocks.push(block);
        }
        for (range, label) in ranges.iter().zip(&mut excerpt.labels) {
            label.end = label.end.max(label.start);
            let (line, column) = file.line_and_column(u32::try_from(range.start).unwrap_or(u32::MAX));
            excerpt.starts.push((label.start, line - 1, column - 1));
        }
        excerpt
    }

    /// Adds a line, or the window of it around its first label, and notes where labels begin and end in it.
    fn line(&mut self, file: &SourceFile, line: usize, ranges: &[std::ops::Range<usize>], room: usize) {
        let whole = file.line_range(line);
        let written = file.text.get(whole.clone()).unwrap_or("");
        let written = written.trim_end_matches(['\n', '\r']);
        let (from, to) = window(written, whole.start, ranges, room);
        if from > 0 {
            self.text.push('…');
        }
        let mut marks: Vec<(usize, usize)> = Vec::new();
        for (at, character) in written.get(from..to).unwrap_or("").char_indices() {
            marks.push((whole.start + from + at, self.text.len()));
            self.text.push(seen(character));
        }
        let end = self.text.len();
        if to < written.len() {
            self.text.push('…');
        }
        let after = self.text.len();
        self.text.push('\n');
        let place = |offset: usize| -> usize {
            match marks.binary_search_by_key(&offset, |(original, _)| *original) {
                Ok(index) => marks.get(index).map_or(end, |(_, shown)| *shown),
                Err(0) => marks.first().map_or(end, |(_, shown)| *shown),
                Err(_) if offset > whole.start + to => after,
                Err(_) => end,
            }
        };
        for (range, label) in ranges.iter().zip(&mut self.labels) {
            if whole.contains(&range.start) || (whole.start == range.start && whole.is_empty()) {
                label.start = place(range.start);
            }
            let last = range.end.saturating_sub(1).max(range.start);
            if whole.contains(&last) || (whole.start == last && whole.is_empty()) {
                label.end = place(range.end);
            }
        }
    }
}

/// Which bytes of a line are shown: all, where it fits; else a window that begins a little before its first label, as wide
/// as there is room, and wider only where that would hide another label.
fn window(written: &str, start: usize, ranges: &[std::ops::Range<usize>], room: usize) -> (usize, usize) {
    let nth = |from: usize, count: usize| {
        let rest = written.get(from..).unwrap_or("");
        rest.char_indices().nth(count).map(|(at, _)| from + at)
    };
    if nth(0, room).is_none() {
        return (0, written.len());
    }
    // A sign stands for what is left out at each end.
    let shown = room - 2;
    let before = shown / 3;
    let on_line = ranges
        .iter()
        .filter(|range| range.start >= start && range.start <= start + written.len());
    let labels: Vec<(usize, usize)> = on_line
        .map(|range| (range.start - start, range.end - start))
        .collect();
    let first = labels.iter().map(|(from, _)| *from).min().unwrap_or(0);
    let left = written.get(..first).unwrap_or("");
    let from = left.char_indices().rev().nth(before).map_or(0, |(at, _)| at);
    // Where nearly all before the label would be shown, all is.
    let from = if nth(0, before * 2).is_some_and(|near| first < near) {
        0
    } else {
        from
    };
    let needed = |(at, end): &(usize, usize)| nth(*at, LABEL).map_or(*end, |cut| cut.min(*end));
    let needed = labels.iter().map(needed).max().unwrap_or(0).min(written.len());
    let end = |count: usize| nth(from, count).unwrap_or(written.len());
    (from, end(shown).max(needed).min(end(WIDEST)))
}

/// A label's place in the file: at least one visible character wide, and not taller than can be shown.
fn visible(file: &SourceFile, place: Place) -> std::ops::Range<usize> {
    let text = &file.text;
    let mut start = place.range().start.min(text.len());
    let mut end = place.range().end.min(text.len()).max(start);
    if start == end {
        let next = text.get(start..).and_then(|rest| rest.chars().next());
        match next {
            Some(next) if next != '\n' && next != '\r' => end = start + next.len_utf8(),
            _ => {
                let before = text.get(..start).unwrap_or("");
                let trimmed = before.trim_end();
                if let Some(last) = trimmed.chars().next_back() {
                    end = trimmed.len();
                    start = end - last.len_utf8();
                }
            }
        }
    }
    let first = file.line_of(start);
    if file.line_of(end.saturating_sub(1).max(start)) - first >= TALLEST {
        let line = file.line_range(first);
        let written = text.get(start..line.end).unwrap_or("").trim_end();
        end = start + written.len().max(1);
    }
    start..end
}

/// Characters that would not be seen, or would change how the rest is, are shown as signs for them.
fn seen(character: char) -> char {
    match character {
        '\t' => ' ',
        '\u{0}'..='\u{1F}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{FFFD}'),
        '\u{7F}' => '␡',
        '\u{80}'..='\u{9F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => '\u{FFFD}',
        _ => character,
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let block = self
            .blocks
            .iter()
            .find(|block| block.starts.last().is_some_and(|last| start < *last));
        let block = block.filter(|block| block.starts.last().is_some_and(|last| end <= *last));
        let block = block.ok_or(MietteError::OutOfBounds)?;
        let lines = block.starts.len() - 1;
        let line_of = |offset: usize| {
            block
                .starts
                .partition_point(|line| *line <= offset)
                .saturating_sub(1)
                .min(lines - 1)
        };
        let (mut line, mut column) = (block.first + line_of(start), 0);
        let (mut from, mut to, mut count) = (start, end, 1);
        if before == 0 && after == 0 {
            if let Some((_, at_line, at_column)) = self.starts.iter().find(|(at, ..)| *at == start) {
                (line, column) = (*at_line, *at_column);
            }
        } else {
            let first = line_of(start).saturating_sub(before);
            let last = (line_of(end.saturating_sub(1).max(start)) + after).min(lines - 1);
            line = block.first + first;
            count = last - first + 1;
            from = block.starts.get(first).copied().unwrap_or(start);
            to = block.starts.get(last + 1).copied().unwrap_or(end);
        }
        let data = self.text.get(from..to).ok_or(MietteError::OutOfBounds)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data.as_bytes(),
            (from, to - from).into(),
            line,
            column,
            count,
        )))
    }
}
