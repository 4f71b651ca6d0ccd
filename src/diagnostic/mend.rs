//! Sure mends made in texts.
//!
//! Comes in: mends and the sources they stand in. Goes out: the texts as they are then. It never judges whether a mend
//! helps: whoever asks looks at the problems of the new texts.
//!
//! Invariant: of mends that overlap only the first is made; what no mend covers stays as it was, byte for byte.

use super::Fix;
use crate::source::{FileId, Sources};

/// The mends of a list that can be made together, in the order of their places.
pub fn together<'f>(fixes: impl IntoIterator<Item = &'f Fix>) -> Vec<&'f Fix> {
    let mut sorted: Vec<&Fix> = fixes.into_iter().collect();
    sorted.sort_by_key(|fix| fix.place);
    let mut made: Vec<&Fix> = Vec::new();
    for fix in sorted {
        let clear = made.last().is_none_or(|last| {
            last.place.file != fix.place.file
                || (last.place.end <= fix.place.start && last.place.start < fix.place.start)
        });
        if clear {
            made.push(fix);
        }
    }
    made
}

/// The texts of the files that mends change, with these made. The mends do not overlap and stand in order.
pub fn mended(fixes: &[&Fix], sources: &Sources) -> Vec<(FileId, String)> {
    let mut texts: Vec<(FileId, String)> = Vec::new();
    let mut at = 0;
    for (index, fix) in fixes.iter().enumerate() {
        let text = sources.text(fix.place.file);
        let range = fix.place.range();
        if texts.last().is_none_or(|(file, _)| *file != fix.place.file) {
            texts.push((fix.place.file, String::with_capacity(text.len())));
            at = 0;
        }
        let Some((_, mended)) = texts.last_mut() else {
            continue;
        };
        mended.push_str(text.get(at..range.start).unwrap_or(""));
        mended.push_str(&fix.replacement);
        at = range.end;
        let is_last = fixes
            .get(index + 1)
            .is_none_or(|next| next.place.file != fix.place.file);
        if is_last {
            mended.push_str(text.get(at..).unwrap_or(""));
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Place;

    #[test]
    fn mends_that_overlap_are_made_one_at_a_time() {
        let mut sources = Sources::new();
        let first = sources.add_text("a", "one two three");
        let second = sources.add_text("b", "fire");
        let fix = |file, range, replacement: &str| Fix {
            place: Place::new(file, range),
            replacement: replacement.to_owned(),
        };
        let fixes = [
            fix(second, 4..4, "!"),
            fix(first, 8..13, "3"),
            fix(first, 0..3, "1"),
            fix(first, 2..7, "x"),
            fix(second, 0..4, "fyr"),
        ];
        let made = together(&fixes);
        assert_eq!(made.len(), 4);
        assert_eq!(
            mended(&made, &sources),
            [(first, "1 two 3".to_owned()), (second, "fyr!".to_owned())]
        );
    }
}
