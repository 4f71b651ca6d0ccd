//! Rows of decisions as bytes.
//!
//! Comes in: what was kept of every record, with its rank. Goes out: a line for each, as NDJSON or as cells between commas.
//! It never looks anything up by name, and never rounds but where a decimal is written.
//!
//! Invariant: the bytes are those that [`crate::report`] writes of the same decisions.

use std::io::Write as _;
use std::ops::Range;
use std::sync::Arc;

use super::kept::{Kept, Selection, State};
use super::narrow::Narrow;
use super::outputs::Choice;
use super::plan::{OutputPlan, Plan};
use super::program::YES;
use super::units::Unit;
use crate::model::days;

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
    only: Only,
}

/// Which states and which selections are written, where not all are.
pub(super) struct Only(Option<(Vec<State>, Vec<Selection>)>);

struct Piece<'p> {
    /// What stands before the value.
    before: Text,
    /// What is written where there is no value, with what stands before it.
    nothing: Text,
    output: &'p OutputPlan,
    texts: Texts,
}

/// How values are written, as far as that is known beforehand: the text of each from the least, with what stands before it.
#[derive(Default)]
struct Texts {
    low: i64,
    texts: Vec<Text>,
}

/// A text that is written often. Of a short one the whole array is copied, and what is too much is taken off again: for a
/// processor that is less than to copy as many bytes as there are.
enum Text {
    Short([u8; Text::SHORT], u8),
    Long(Box<[u8]>),
}

impl Text {
    const SHORT: usize = 30;

    fn new(bytes: Vec<u8>) -> Text {
        let mut short = [0; Text::SHORT];
        match (short.get_mut(..bytes.len()), u8::try_from(bytes.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(&bytes);
                Text::Short(short, length)
            }
            _ => Text::Long(bytes.into_boxed_slice()),
        }
    }

    #[inline]
    fn write(&self, to: &mut Vec<u8>) {
        match self {
            Text::Short(bytes, length) => {
                to.extend_from_slice(bytes);
                to.truncate(to.len() - (Text::SHORT - usize::from(*length)));
            }
            Text::Long(bytes) => to.extend_from_slice(bytes),
        }
    }
}

impl Piece<'_> {
    /// Finds out which of the texts are written of some rows; of none where not all that may stand there are known.
    fn choose(&self, part: &Kept, index: usize, rows: Range<usize>, to: &mut Vec<u32>) {
        if self.texts.texts.is_empty() {
            return;
        }
        let whole = |bits: &Option<Narrow>, to: &mut Vec<u32>| match bits {
            Some(bits) => bits.put_above(self.texts.low, rows.clone(), to),
            None => to.resize(rows.len(), 0),
        };
        match self.output {
            OutputPlan::Record(_) => to.resize(rows.len(), 0),
            OutputPlan::Status => {
                let states = part.states.get(rows).unwrap_or(&[]);
                to.extend(states.iter().map(|state| *state as u32));
            }
            OutputPlan::Selection => {
                let selections = part.selections.get(rows).unwrap_or(&[]);
                to.extend(selections.iter().map(|selection| *selection as u32));
            }
            OutputPlan::Failed(_) => whole(&part.failed, to),
            OutputPlan::ExcludedBy(_) => whole(&part.excluded_by, to),
            OutputPlan::Number(_) | OutputPlan::Answer(_) | OutputPlan::Date(_) | OutputPlan::Word(..) => {
                let Some(kept) = part.outputs.get(index).and_then(Option::as_ref) else {
                    return;
                };
                kept.values.put_above(self.texts.low, rows.clone(), to);
                if let Some(known) = &kept.known {
                    let known = known.get(rows).unwrap_or(&[]);
                    for (chosen, known) in to.iter_mut().zip(known) {
                        if *known != YES {
                            *chosen = u32::MAX;
                        }
                    }
                }
            }
            OutputPlan::Rank | OutputPlan::Id => {}
        }
    }
}

impl<'p> Rows<'p> {
    /// For so many records of a plan.
    pub(super) fn new(plan: &'p Plan<'_>, form: Form, choice: &Choice, rows: usize) -> Rows<'p> {
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
            let nothing: &[u8] = if form == Form::Ndjson { b"null" } else { b"" };
            pieces.push(Piece {
                texts: texts(output, form, rows, &before, plan.rank.is_some()),
                nothing: Text::new([&before, nothing].concat()),
                before: Text::new(before),
                output,
            });
        }
        let only = Only::new(plan, choice);
        Rows { form, pieces, only }
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
        rows: Range<usize>,
        ranks: &[u32],
        start: usize,
        to: &mut Vec<u8>,
    ) {
        // So many rows that what is found out for them beforehand stays at hand.
        const SOME: usize = 256;
        let mut chosen = vec![Vec::new(); self.pieces.len()];
        for first in rows.clone().step_by(SOME) {
            let some = first..rows.end.min(first + SOME);
            for (index, (piece, chosen)) in self.pieces.iter().zip(&mut chosen).enumerate() {
                chosen.clear();
                piece.choose(part, index, some.clone(), chosen);
            }
            for (index, row) in some.enumerate() {
                if self.only.has(part, row) {
                    let rank = ranks.get(start + row).copied().unwrap_or(0);
                    self.row(part, row, rank, (&chosen, index), to);
                }
            }
        }
    }

    #[inline]
    fn row(&self, part: &Kept, row: usize, rank: u32, (chosen, at): (&[Vec<u32>], usize), to: &mut Vec<u8>) {
        for (index, (piece, chosen)) in self.pieces.iter().zip(chosen).enumerate() {
            let chosen = chosen
                .get(at)
                .and_then(|chosen| piece.texts.texts.get(*chosen as usize));
            match chosen {
                Some(text) => text.write(to),
                None => self.value(piece, part, index, row, rank, to),
            }
        }
        to.extend_from_slice(if self.form == Form::Ndjson { b"}\n" } else { b"\n" });
    }

    /// Writes what no text was made of beforehand.
    #[inline]
    fn value(&self, piece: &Piece<'_>, part: &Kept, index: usize, row: usize, rank: u32, to: &mut Vec<u8>) {
        if let OutputPlan::Id = piece.output {
            piece.before.write(to);
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
            return;
        }
        let Some(value) = told(part, piece.output, index, row, rank) else {
            return piece.nothing.write(to);
        };
        piece.before.write(to);
        match piece.output {
            OutputPlan::Rank => to.extend_from_slice(itoa::Buffer::new().format(value).as_bytes()),
            OutputPlan::Number(column) => decimal(value, column.unit, to),
            OutputPlan::Date(_) => to.extend_from_slice(&date(self.form, value)),
            OutputPlan::Failed(names) | OutputPlan::ExcludedBy(names) => {
                to.extend_from_slice(&listed(self.form, value, names));
            }
            _ => {}
        }
    }
}

/// A counted day as it is written.
fn date(form: Form, day: i64) -> Vec<u8> {
    word(
        form,
        &days::date(day).map(|date| date.to_string()).unwrap_or_default(),
    )
}

impl Only {
    pub(super) fn new(plan: &Plan<'_>, choice: &Choice) -> Only {
        let has_rank = plan.rank.is_some();
        Only((!choice.only.is_empty()).then(|| {
            let states = State::ALL.into_iter();
            let states = states.filter(|state| choice.only.contains(&status_name(*state, has_rank)));
            let selections = Selection::ALL.into_iter();
            let selections = selections.filter(|one| choice.only.contains(&selection_name(*one)));
            (states.collect(), selections.collect())
        }))
    }

    /// Whether a row of a part is written.
    #[inline]
    pub(super) fn has(&self, part: &Kept, row: usize) -> bool {
        let Some((states, selections)) = &self.0 else {
            return true;
        };
        let state = part.states.get(row).is_some_and(|state| states.contains(state));
        state
            || part
                .selections
                .get(row)
                .is_some_and(|one| selections.contains(one))
    }
}

/// What is told of a row for an output, as the number that was kept; nothing where it is unknown, and of a key.
#[inline]
pub(super) fn told(part: &Kept, output: &OutputPlan, index: usize, row: usize, rank: u32) -> Option<i64> {
    match output {
        OutputPlan::Record(_) => Some(0),
        OutputPlan::Status => part.states.get(row).map(|state| *state as i64),
        OutputPlan::Selection => part.selections.get(row).map(|selection| *selection as i64),
        OutputPlan::Failed(_) => Some(part.failed.as_ref().map_or(0, |bits| bits.get(row))),
        OutputPlan::ExcludedBy(_) => Some(part.excluded_by.as_ref().map_or(0, |bits| bits.get(row))),
        OutputPlan::Rank => (rank != 0).then_some(i64::from(rank)),
        OutputPlan::Number(_) | OutputPlan::Answer(_) | OutputPlan::Date(_) | OutputPlan::Word(..) => {
            let kept = part.outputs.get(index).and_then(Option::as_ref);
            kept.and_then(|kept| kept.get(row))
        }
        OutputPlan::Id => None,
    }
}

/// A word as it is written.
fn word(form: Form, word: &str) -> Vec<u8> {
    let mut text = Vec::new();
    match form {
        Form::Ndjson => text.extend_from_slice(quoted(word).as_bytes()),
        Form::Csv => cell(word.as_bytes(), &mut text),
    }
    text
}

/// The names whose bits are set.
pub(super) fn of_bits(bits: i64, names: &[Arc<str>]) -> impl Iterator<Item = &str> {
    let set = names
        .iter()
        .enumerate()
        .filter(move |(index, _)| bits >> index & 1 == 1);
    set.map(|(_, name)| &**name)
}

/// The names whose bits are set, as a list.
fn listed(form: Form, bits: i64, names: &[Arc<str>]) -> Vec<u8> {
    let names: Vec<&str> = of_bits(bits, names).collect();
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

fn texts(output: &OutputPlan, form: Form, rows: usize, before: &[u8], has_rank: bool) -> Texts {
    let with = |text: Vec<u8>| Text::new([before, &text].concat());
    let words = |words: &mut dyn Iterator<Item = &str>| {
        let texts = words.map(|name| with(word(form, name)));
        Texts {
            low: 0,
            texts: texts.collect(),
        }
    };
    match output {
        OutputPlan::Number(column) => {
            let count = column.high - column.low + 1;
            // Of few records it is quicker to write each as it comes.
            if count > TEXTS || count > i128::try_from(rows).unwrap_or(0) {
                return Texts::default();
            }
            let low = i64::try_from(column.low).unwrap_or_default();
            let high = i64::try_from(column.high).unwrap_or_default();
            let text = |value: i64| {
                let mut text = Vec::new();
                decimal(value, column.unit, &mut text);
                with(text)
            };
            Texts {
                low,
                texts: (low..=high).map(text).collect(),
            }
        }
        OutputPlan::Failed(names) | OutputPlan::ExcludedBy(names) if names.len() <= 8 => {
            let all = 0..1_i64 << names.len();
            Texts {
                low: 0,
                texts: all.map(|bits| with(listed(form, bits, names))).collect(),
            }
        }
        OutputPlan::Record(name) => words(&mut std::iter::once(&**name)),
        OutputPlan::Status => words(&mut State::ALL.iter().map(|state| status_name(*state, has_rank))),
        OutputPlan::Selection => words(&mut Selection::ALL.iter().map(|one| selection_name(*one))),
        OutputPlan::Answer(_) => {
            let answers: [&[u8]; 2] = [b"false", b"true"];
            Texts {
                low: 0,
                texts: answers.iter().map(|answer| with(answer.to_vec())).collect(),
            }
        }
        OutputPlan::Word(_, names) => words(&mut names.iter().map(|name| &**name)),
        _ => Texts::default(),
    }
}

/// The name of a status.
pub(super) fn status_name(state: State, has_rank: bool) -> &'static str {
    match state {
        State::Eligible if has_rank => "ranked",
        State::Eligible => "eligible",
        State::NotEligible => "not-eligible",
        State::Excluded => "excluded",
        State::Undetermined | State::Open => "undetermined",
    }
}

/// The name of a status in the cut list.
pub(super) fn selection_name(selection: Selection) -> &'static str {
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

const PLACES: i128 = 1_000_000;

/// How many wholes and how many millionths so many steps of a unit are, without their sign, rounded half away from zero;
/// `None` where they pass 128 bits.
#[inline]
fn parts(steps: i64, unit: Unit) -> Option<(i128, i128)> {
    let over = i128::from(steps.unsigned_abs()).checked_mul(unit.numerator)?;
    let (whole, rest) = (over / unit.denominator, over % unit.denominator);
    let doubled = rest.checked_mul(2 * PLACES)?.checked_add(unit.denominator)?;
    let places = doubled / unit.denominator.checked_mul(2)?;
    Some((whole + places / PLACES, places % PLACES))
}

/// How many millionths so many steps of a unit are, rounded half away from zero; `None` where they pass 128 bits.
#[cfg(feature = "parquet")]
pub(super) fn millionths(steps: i64, unit: Unit) -> Option<i128> {
    let Some((whole, places)) = parts(steps, unit) else {
        return unit.number(i128::from(steps))?.scaled(6);
    };
    let all = whole.checked_mul(PLACES)?.checked_add(places)?;
    Some(if steps < 0 { -all } else { all })
}

/// Writes so many steps of a unit as a decimal, rounded half away from zero to 6 places, without trailing zeros.
fn decimal(steps: i64, unit: Unit, to: &mut Vec<u8>) {
    let Some((whole, places)) = parts(steps, unit) else {
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
                let number = unit.number(i128::from(steps)).unwrap();
                let text = String::from_utf8(text).unwrap();
                assert_eq!(text, number.decimal(6), "{steps} of {unit:?}");
                #[cfg(feature = "parquet")]
                assert_eq!(millionths(steps, unit), number.scaled(6), "{steps} of {unit:?}");
            }
        }
    }
}
