//! `evaluate check --fix`: sure mends made in the policies' files.
//!
//! Comes in: the paths of policies. Goes out: what is left after the mends, and the files with them. It never touches data,
//! and never writes a file that it did not change.
//!
//! Invariant: a mend is kept only if what it mends is gone and nothing new is wrong, as far as can be seen.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use super::check::{self, Checked, Levels};
use super::output;
use crate::diagnostic::{Diagnostic, Fix, mend};

/// How often a mend may bring the next one to light.
const ROUNDS: usize = 10;

/// How many times policies are checked to find out which of several mends do not help.
const TRIES: usize = 200;

/// The byte order mark, which texts are kept without.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Policies with their sure mends made.
pub(super) struct Fixed {
    /// What is left.
    pub checked: Checked,
    /// The new text of each file that changed, by its path.
    texts: Texts,
}

type Texts = BTreeMap<String, String>;

/// Makes the sure mends of policies, and those that these bring to light. Nothing is written yet.
pub(super) fn fix(paths: &[String], levels: &Levels<'_>) -> Fixed {
    let mut fixer = Fixer {
        paths,
        levels,
        tries: TRIES,
    };
    let mut texts = Texts::new();
    let mut checked = fixer.check(&texts);
    for _ in 0..ROUNDS {
        // Mends of what could not be read come first: what they bring to light, the next round mends.
        let unread = fixes(&checked.unread);
        let (errors, warnings): (Vec<_>, Vec<_>) =
            checked.problems.iter().cloned().partition(Diagnostic::is_error);
        let mut errors = fixes(&errors);
        errors.retain(|fix| !unread.contains(fix));
        let next = fixer
            .keep(&unread, &checked, &texts, helps_to_read)
            .or_else(|| fixer.keep(&errors, &checked, &texts, mends_errors))
            .or_else(|| fixer.keep(&fixes(&warnings), &checked, &texts, mends_warnings));
        match next {
            Some(next) => (texts, checked) = next,
            None => break,
        }
    }
    Fixed { checked, texts }
}

struct Fixer<'a> {
    paths: &'a [String],
    levels: &'a Levels<'a>,
    tries: usize,
}

impl Fixer<'_> {
    /// Checks the policies with these texts in place of the files.
    fn check(&self, texts: &Texts) -> Checked {
        let mut read = |path: &str| match texts.get(path) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => super::files::read(path),
        };
        check::policies(self.paths, &mut read, self.levels)
    }

    /// The texts with those mends that help, and what is left then; nothing if none does.
    fn keep(
        &mut self,
        fixes: &[Fix],
        before: &Checked,
        texts: &Texts,
        helps: fn(&Checked, &Checked, usize) -> bool,
    ) -> Option<(Texts, Checked)> {
        let fixes = mend::together(fixes);
        let mut kept: Vec<&Fix> = Vec::new();
        let mut best: Option<(Texts, Checked)> = None;
        // Most often all of them help. Where not, halves of them are tried, down to single ones.
        let mut waiting = vec![fixes.as_slice()];
        while let Some(part) = waiting.pop() {
            if part.is_empty() || self.tries == 0 {
                continue;
            }
            self.tries -= 1;
            let together: Vec<&Fix> = mend::together(kept.iter().chain(part).copied());
            let mut mended = texts.clone();
            for (file, text) in mend::mended(&together, &before.sources) {
                mended.insert(before.sources.path(file).to_owned(), text);
            }
            let after = self.check(&mended);
            let so_far = best.as_ref().map_or(before, |(_, checked)| checked);
            if helps(so_far, &after, part.len()) {
                kept = together;
                best = Some((mended, after));
            } else if part.len() > 1 {
                let (first, second) = part.split_at(part.len() / 2);
                waiting.push(second);
                waiting.push(first);
            }
        }
        best
    }
}

/// The sure mends of problems.
fn fixes(problems: &[Diagnostic]) -> Vec<Fix> {
    let fixes = problems.iter().filter_map(|problem| problem.fix.clone());
    fixes.collect()
}

/// Whether mends of what could not be read did what they should.
///
/// Such an error hides what else is wrong in its clause. So where one is gone others may come to light, and the next
/// mistake of the same clause may take its place.
fn helps_to_read(before: &Checked, after: &Checked, mends: usize) -> bool {
    let next = || {
        after.unread.len() <= before.unread.len()
            && after.unread != before.unread
            && errors(after) <= errors(before)
    };
    after.unread.len() + mends <= before.unread.len() || (mends == 1 && next())
}

/// Whether mends of other errors did what they should: each takes its own away, and none brings one. Warnings may come
/// to light, as they are only looked for where there is no error.
fn mends_errors(before: &Checked, after: &Checked, mends: usize) -> bool {
    after.unread.len() <= before.unread.len() && errors(after) + mends <= errors(before)
}

/// Whether mends of warnings did what they should: each takes its own away, and none brings a problem.
fn mends_warnings(before: &Checked, after: &Checked, mends: usize) -> bool {
    errors(after) <= errors(before) && after.problems.len() + mends <= before.problems.len()
}

fn errors(checked: &Checked) -> usize {
    let errors = checked.problems.iter().filter(|problem| problem.is_error());
    errors.count()
}

impl Fixed {
    /// Writes the files that changed, each as a whole; what changed in them, line by line.
    ///
    /// # Errors
    /// What keeps a file from being written. Those before it are written.
    pub(super) fn write(&self) -> Result<String, String> {
        let mut told = String::new();
        for (path, text) in &self.texts {
            let failed = |error: std::io::Error| output::cannot_write(path, &error);
            // What the path leads to is replaced, and not a link to it.
            let target = std::fs::canonicalize(path).map_err(failed)?;
            let old = std::fs::read(&target).map_err(failed)?;
            let (mark, old) = match old.strip_prefix(MARK) {
                Some(rest) => (MARK, rest),
                None => (&[][..], &old[..]),
            };
            let old = String::from_utf8_lossy(old);
            if *old == *text {
                continue;
            }
            let whole = |to: &mut dyn std::io::Write| {
                to.write_all(mark)?;
                to.write_all(text.as_bytes())
            };
            output::replace(&target, whole).map_err(failed)?;
            told.push_str(&changes(path, &old, text));
        }
        Ok(told)
    }
}

/// The lines that differ: after their place, what stood there and what stands there now.
fn changes(path: &str, old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let mut told = String::new();
    for group in diff.grouped_ops(0) {
        let Some(first) = group.first() else { continue };
        let _ = writeln!(told, "{path}:{}", first.new_range().start + 1);
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            let _ = writeln!(told, "{sign} {}", change.value().trim_end());
        }
        told.push('\n');
    }
    told
}
