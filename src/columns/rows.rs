//! Rows of decisions as bytes.
//!
//! Comes in: what was kept of every record, with its rank. Goes out: a line for each, as NDJSON or as cells between commas.
//! It never looks anything up by name, and never rounds but where a decimal is written.
//!
//! Invariant: the bytes are those that [`crate::report`] writes of the same decisions.

use std::io::Write as _;
use std::sync::Arc;

use super::kept::{Kept, KeptColumn, Selection, State};
use super::plan::{OutputPlan, Plan};
use super::units::Unit;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A JSON object a line.
    Ndjson,
    /// Cells between commas, names in the first line.
    Csv,
}

/// The most texts of a column that are made beforehand.
const TEXTS: i128 = 1 << 14;

/// Writes rows.
pub(super) struct Rows<'p> {
    form: Form,
    pieces: Vec<Piece<'p>>,
    has_rank: bool,
}

struct Piece<'p> {
    /// What stands before the value.
    before: Vec<u8>,
    output: &'p OutputPlan,
    texts: Texts,
}

/// What is known beforehand of how values are written.
enum Texts {
    /// Nothing.
    None,
    /// The text of each value, from the least.
    Values(i64, Vec<Box<[u8]>>),
    /// For each value of some bits the list of the names whose bits are set.
    Lists(Vec<Box<[u8]>>),
}

impl<'p> Rows<'p> {
    /// For so many records of a plan.
    pub(super) fn new(plan: &'p Plan<'_>, form: Form, rows: usize) -> Rows<'p> {
        let mut pieces = Vec::new();
        for (index, (name, output)) in plan.outputs.iter().enumerate() {
            let before = match (form, index) {
                (Form::Csv, 0) => Vec::new(),
                (Form::Csv, _) => b",".to_vec(),
                (Form::Ndjson, index) => {
                    let start = if index == 0 { "{" } else { "," };
                    format!("{start}{}:", quoted(name)).into_bytes()
                }
            };
            pieces.push(Piece {
                before,
                output,
                texts: texts(output, form, rows),
            });
        }
        Rows {
            form,
            pieces,
            has_rank: plan.rank.is_some(),
        }
    }

    /// The first line, where there is one.
    pub(super) fn header(&self, plan: &Plan<'_>) -> Vec<u8> {
        let mut line = Vec::new();
        if self.form == Form::Csv {
            for (index, (name, _)) in plan.outputs.iter().enumerate() {
                if index > 0 {
                    line.push(b',');
                }
                cell(name.as_bytes(), &mut line);
            }
            line.push(b'\n');
        }
        line
    }

    /// Writes some rows of a part, of which the first has the number `start` over all parts.
    pub(super) fn write(
        &self,
        part: &Kept,
        rows: std::ops::Range<usize>,
        ranks: &[u32],
        start: usize,
        to: &mut Vec<u8>,
    ) {
        for row in rows {
            let rank = ranks.get(start + row).copied().unwrap_or(0);
            for (index, piece) in self.pieces.iter().enumerate() {
                to.extend_from_slice(&piece.before);
                self.value(piece, part, index, row, rank, to);
            }
            if self.form == Form::Ndjson {
                to.push(b'}');
            }
            to.push(b'\n');
        }
    }

    fn nothing(&self, to: &mut Vec<u8>) {
        if self.form == Form::Ndjson {
            to.extend_from_slice(b"null");
        }
    }

    fn word(&self, word: &str, to: &mut Vec<u8>) {
        if self.form == Form::Ndjson {
            to.push(b'"');
            to.extend_from_slice(word.as_bytes());
            to.push(b'"');
        } else {
            to.extend_from_slice(word.as_bytes());
        }
    }

    #[inline]
    fn value(&self, piece: &Piece<'_>, part: &Kept, index: usize, row: usize, rank: u32, to: &mut Vec<u8>) {
        let kept = || part.outputs.get(index).and_then(Option::as_ref);
        match piece.output {
            OutputPlan::Record(name) => self.word(name, to),
            OutputPlan::Id => {
                let key = part.keys.get(row);
                match self.form {
                    Form::Ndjson => {
                        // Keys with anything that would have to be escaped are not read into columns.
                        to.push(b'"');
                        to.extend_from_slice(key);
                        to.push(b'"');
                    }
                    Form::Csv => cell(key, to),
                }
            }
            OutputPlan::Status => self.word(self.status(part, row), to),
            OutputPlan::Selection => match part.selections.get(row) {
                Some(selection) => self.word(selection_name(*selection), to),
                None => self.nothing(to),
            },
            OutputPlan::Rank => {
                if rank == 0 {
                    self.nothing(to);
                } else {
                    to.extend_from_slice(itoa::Buffer::new().format(rank).as_bytes());
                }
            }
            OutputPlan::Failed(names) => self.list(
                &piece.texts,
                part.failed.as_ref().map(|bits| bits.get(row)),
                names,
                to,
            ),
            OutputPlan::ExcludedBy(names) => {
                self.list(
                    &piece.texts,
                    part.excluded_by.as_ref().map(|bits| bits.get(row)),
                    names,
                    to,
                );
            }
            OutputPlan::Number(column) => match kept().and_then(|kept: &KeptColumn| kept.get(row)) {
                None => self.nothing(to),
                Some(value) => match &piece.texts {
                    Texts::Values(low, texts) => {
                        let text = usize::try_from(value - low)
                            .ok()
                            .and_then(|index| texts.get(index));
                        to.extend_from_slice(text.map_or(b"", |text| text));
                    }
                    _ => decimal(value, column.unit, to),
                },
            },
            OutputPlan::Answer(_) => match kept().and_then(|kept| kept.get(row)) {
                None => self.nothing(to),
                Some(answer) => to.extend_from_slice(if answer == 1 { b"true" } else { b"false" }),
            },
            OutputPlan::Word(_, names) => {
                let word = kept().and_then(|kept| kept.get(row));
                let word = word.and_then(|word| names.get(usize::try_from(word).ok()?));
                match word {
                    None => self.nothing(to),
                    Some(word) => self.word(word, to),
                }
            }
        }
    }

    fn status(&self, part: &Kept, row: usize) -> &'static str {
        match part.states.get(row) {
            Some(State::Eligible) if self.has_rank => "ranked",
            Some(State::Eligible) => "eligible",
            Some(State::NotEligible) => "not-eligible",
            Some(State::Excluded) => "excluded",
            Some(State::Undetermined | State::Open) | None => "undetermined",
        }
    }

    fn list(&self, texts: &Texts, bits: Option<i64>, names: &[Arc<str>], to: &mut Vec<u8>) {
        let bits = bits.unwrap_or(0);
        if let Texts::Lists(texts) = texts
            && let Some(text) = usize::try_from(bits).ok().and_then(|bits| texts.get(bits))
        {
            to.extend_from_slice(text);
            return;
        }
        to.extend_from_slice(&listed(self.form, bits, names));
    }
}

/// The names whose bits are set, as a list.
fn listed(form: Form, bits: i64, names: &[Arc<str>]) -> Vec<u8> {
    let set = names
        .iter()
        .enumerate()
        .filter(|(index, _)| bits >> index & 1 == 1);
    let names: Vec<&str> = set.map(|(_, name)| &**name).collect();
    match form {
        Form::Csv => {
            let mut text = Vec::new();
            cell(names.join("; ").as_bytes(), &mut text);
            text
        }
        Form::Ndjson => {
            let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
            format!("[{}]", names.join(",")).into_bytes()
        }
    }
}

fn texts(output: &OutputPlan, form: Form, rows: usize) -> Texts {
    match output {
        OutputPlan::Number(column) => {
            let count = column.high - column.low + 1;
            // Of few records it is quicker to write each as it comes.
            if count > TEXTS || count > i128::try_from(rows).unwrap_or(0) {
                return Texts::None;
            }
            let low = i64::try_from(column.low).unwrap_or_default();
            let high = i64::try_from(column.high).unwrap_or_default();
            let text = |value: i64| {
                let mut text = Vec::new();
                decimal(value, column.unit, &mut text);
                text.into_boxed_slice()
            };
            Texts::Values(low, (low..=high).map(text).collect())
        }
        OutputPlan::Failed(names) | OutputPlan::ExcludedBy(names) if names.len() <= 8 => {
            let all = 0..1_i64 << names.len();
            Texts::Lists(
                all.map(|bits| listed(form, bits, names).into_boxed_slice())
                    .collect(),
            )
        }
        _ => Texts::None,
    }
}

/// The name of a status in the cut list.
fn selection_name(selection: Selection) -> &'static str {
    match selection {
        Selection::Kept => "kept",
        Selection::Cut => "cut",
        Selection::Prioritised => "prioritised",
        Selection::Out => "out",
        Selection::Excluded => "excluded",
        // A candidate that nothing has been decided on has no rank, and so no place: that is not possible.
        Selection::Undetermined | Selection::Candidate => "undetermined",
    }
}

/// Writes so many steps of a unit as a decimal, rounded half away from zero to 6 places, without trailing zeros.
fn decimal(steps: i64, unit: Unit, to: &mut Vec<u8>) {
    const PLACES: i128 = 1_000_000;
    let over = i128::from(steps.unsigned_abs()).checked_mul(unit.numerator);
    let parts = over.and_then(|over| {
        let (whole, rest) = (over / unit.denominator, over % unit.denominator);
        let doubled = rest.checked_mul(2 * PLACES)?.checked_add(unit.denominator)?;
        let places = doubled / unit.denominator.checked_mul(2)?;
        Some((whole + places / PLACES, places % PLACES))
    });
    let Some((whole, places)) = parts else {
        // Larger than whole numbers of 128 bits: the long way.
        let text = unit
            .number(i128::from(steps))
            .map(|number| number.decimal(6))
            .unwrap_or_default();
        to.extend_from_slice(text.as_bytes());
        return;
    };
    if steps < 0 && (whole, places) != (0, 0) {
        to.push(b'-');
    }
    to.extend_from_slice(itoa::Buffer::new().format(whole).as_bytes());
    if places != 0 {
        let mut digits = places;
        let mut width = 6;
        while digits % 10 == 0 {
            digits /= 10;
            width -= 1;
        }
        // Writing to a vector cannot fail.
        let _ = write!(to, ".{digits:0width$}");
    }
}

/// A text in JSON's quotes.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// A cell, in quotes where it has to be.
fn cell(text: &[u8], to: &mut Vec<u8>) {
    let plain = !text
        .iter()
        .any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'));
    if plain {
        to.extend_from_slice(text);
        return;
    }
    to.push(b'"');
    for byte in text {
        if *byte == b'"' {
            to.push(b'"');
        }
        to.push(*byte);
    }
    to.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_those_of_exact_numbers() {
        for (numerator, denominator) in [(1, 1), (1, 10), (1, 180), (7, 3), (1, 1_000_000), (3, 2_000_001)] {
            let unit = Unit::new(numerator, denominator).unwrap();
            for steps in (-2_000..2_000).chain([i64::MAX, i64::MIN + 1, 999_999_999_999]) {
                let mut text = Vec::new();
                decimal(steps, unit, &mut text);
                let exact = unit.number(i128::from(steps)).unwrap().decimal(6);
                assert_eq!(String::from_utf8(text).unwrap(), exact, "{steps} of {unit:?}");
            }
        }
    }
}
