//! How the data of a run looks as a whole: the problems that are not shown, and how many records are fine.
//!
//! Comes in: counts, from `problems`. Goes out: the same as data, and as sentences. It never holds a problem itself.
//!
//! Invariant: with the problems that are shown, it counts every problem once.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::{Place, Sources};

/// What is to be said of the data beside the problems that are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The problems that are not shown, by kind, in the order in which the kinds were met.
    pub more: Vec<More>,
    /// How many records were met.
    pub records: usize,
    /// How many of them are fine: no error is about them.
    pub fine: usize,
    /// Whether all of the data could be gone through; where not, there may be more records.
    pub all_read: bool,
    /// How many records are left out of what is decided.
    pub left_out: usize,
    /// How many of them only for what they stand in or refer to.
    pub resting: usize,
}

/// Problems of one kind that are not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct More {
    /// Their code.
    pub code: Code,
    /// What they are about, in words: "`phase` of `measure`".
    pub about: Option<String>,
    /// How many there are.
    pub times: usize,
    /// Where the first of them is.
    pub first: Option<Place>,
}

impl Summary {
    /// How many problems of a severity are not shown.
    pub fn more_of(&self, severity: Severity) -> usize {
        let more = self.more.iter().filter(|more| more.code.severity() == severity);
        more.map(|more| more.times).sum()
    }

    /// What is not shown as problems, one for each kind, for those who take only problems.
    pub fn more(&self) -> impl Iterator<Item = Diagnostic> {
        let told = self.more.iter().filter(|more| more.times > 0);
        told.map(|more| {
            let about = more.about.as_deref().map(|about| format!(" in {about}"));
            let message = format!(
                "{} more like this{}",
                count(more.times),
                about.unwrap_or_default()
            );
            let problem = Diagnostic::new(more.code, message);
            match more.first {
                Some(place) => problem.at(place, "the first of them"),
                None => problem,
            }
        })
    }

    /// What is not shown, a line for each kind; nothing where all is shown.
    pub fn counts(&self, sources: &Sources) -> String {
        let all: usize = self.more.iter().map(|more| more.times).sum();
        if all == 0 {
            return String::new();
        }
        let what = if all == 1 { "problem" } else { "problems" };
        let mut out = format!("and {} more {what}:\n", count(all));
        for more in &self.more {
            out.push_str(&format!("  {} × {}", count(more.times), more.code));
            if let Some(about) = &more.about {
                out.push_str(&format!(" in {about}"));
            }
            if let Some(place) = more.first {
                let first = if more.times == 1 { "at" } else { "the first at" };
                out.push_str(&format!(", {first} {}", sources.at(place)));
            }
            out.push('\n');
        }
        out.push('\n');
        out
    }

    /// How many records are left out, and how many of them only for resting on others; nothing where none is.
    pub fn left_out(&self) -> Option<String> {
        if self.left_out == 0 {
            return None;
        }
        let (out, decided) = (self.left_out, self.records.saturating_sub(self.left_out));
        let are = if out == 1 { "record is" } else { "records are" };
        let resting = match self.resting {
            0 => String::new(),
            resting => format!(", {} of them for what they stand in or refer to", count(resting)),
        };
        let other = if decided == 1 { "other is" } else { "others are" };
        Some(format!(
            "{} {are} left out{resting}; the {} {other} decided on",
            count(out),
            count(decided)
        ))
    }

    /// How many records are fine; nothing where that says nothing.
    pub fn fine(&self) -> Option<String> {
        if self.records < 2 {
            return None;
        }
        let (fine, all) = (count(self.fine), count(self.records));
        Some(match (self.all_read, self.fine) {
            (true, 0) => format!("none of the {all} records is fine"),
            (true, 1) => format!("1 of {all} records is fine"),
            (true, _) => format!("{fine} of {all} records are fine"),
            (false, 0) => format!("none of the {all} records that could be read is fine"),
            (false, 1) => format!("1 of the {all} records that could be read is fine"),
            (false, _) => format!("{fine} of the {all} records that could be read are fine"),
        })
    }
}

/// A count with commas between thousands.
pub fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
