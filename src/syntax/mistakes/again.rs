//! A bad slice that is read again, as if what was wrong in it so far were mended.
//!
//! Comes in: the slice and one mend after the other. Goes out: the slice as it reads then, and where what stands in it stands
//! in the author's file. It never judges a mend.
//!
//! Invariant: mends are made from left to right, so what follows the last of them stands as the author wrote it.

use crate::diagnostic::{Diagnostic, Fix};
use crate::source::Place;

/// A slice with mends made in it.
pub(super) struct Again {
    /// Where it stands in the file.
    pub(super) whole: Place,
    /// The slice as it reads now.
    pub(super) text: String,
    /// Each mend made: where it ends in the text and in the file.
    made: Vec<(usize, usize)>,
}

impl Again {
    pub(super) fn new(whole: Place, written: &str) -> Again {
        Again {
            whole,
            text: written.trim_end().to_owned(),
            made: Vec::new(),
        }
    }

    /// Makes a mend; whether it could be made, as it stands behind those made before.
    pub(super) fn make(&mut self, fix: &Fix) -> bool {
        let place = fix.place.range();
        let (text_end, file_end) = self.last();
        let (Some(from), Some(to)) = (place.start.checked_sub(file_end), place.end.checked_sub(file_end))
        else {
            return false;
        };
        let range = text_end + from..text_end + to;
        if self.text.get(range.clone()).is_none() {
            return false;
        }
        self.made.push((range.start + fix.replacement.len(), place.end));
        self.text.replace_range(range, &fix.replacement);
        true
    }

    /// Whether a problem stands behind all mends, so that none of them has to do with it.
    pub(super) fn is_new(&self, problem: &Diagnostic) -> bool {
        let place = problem.labels.first().map(|label| label.place.range());
        place.is_some_and(|place| place.start >= self.last().1)
    }

    /// Where a place in the text stands in the file.
    pub(super) fn origin(&self, at: usize) -> usize {
        let behind = self.made.iter().rev().find(|(text_end, _)| *text_end <= at);
        let (text_end, file_end) = behind.copied().unwrap_or_else(|| self.start());
        // What stands inside a mend stands, in the file, before its end.
        let next = self.made.iter().find(|(text_end, _)| *text_end > at);
        let most = next.map_or(usize::MAX, |(_, file_end)| *file_end);
        (file_end + at - text_end).min(most)
    }

    /// A problem of the text at its places in the file.
    pub(super) fn as_written(&self, mut problem: Diagnostic) -> Diagnostic {
        let written = |place: Place| {
            let range = place.range();
            Place::new(place.file, self.origin(range.start)..self.origin(range.end))
        };
        for label in &mut problem.labels {
            label.place = written(label.place);
        }
        if let Some(fix) = &mut problem.fix {
            fix.place = written(fix.place);
        }
        problem
    }

    /// Where the last mend ends in the text and in the file.
    fn last(&self) -> (usize, usize) {
        self.made.last().copied().unwrap_or_else(|| self.start())
    }

    fn start(&self) -> (usize, usize) {
        (0, self.whole.range().start)
    }
}
