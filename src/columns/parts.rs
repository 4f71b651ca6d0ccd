//! Reads the parts of files side by side, and decides on each record by its own facts.
//!
//! Comes in: a compiled policy and files of rows. Goes out: for each part what is kept of its records, and the lines that have
//! to be read closely, with those beside them. It never reads such a line.
//!
//! Invariant: how many parts there are changes nothing that comes out of all of them.

use super::held::HeldBatch;
use super::kept::Kept;
use super::plan::Plan;
use super::program::Registers;
use super::run::Input;
#[cfg(feature = "parquet")]
use crate::data::scan;
use crate::data::scan::{
    Batch, Chunks, Closely, OddLine, Origin, Part as Stretch, Rows as Written, Scanner, Stop, StrangeKey,
};

/// How many records are worked on at once.
const BATCH: usize = 2_048;

/// How many parts of a file there are for each thread.
const SHARES: usize = 4;

/// What was read of a part of an input, beside what is kept of its records.
pub(super) struct Part {
    /// The input, by its index.
    pub(super) input: usize,
    /// Keys that are no field's, each with its first line.
    pub(super) strange: Vec<(StrangeKey, Odd)>,
    /// Columns that are no field's.
    pub(super) columns: Vec<String>,
    /// The line with the names of columns, where this is the first part of a file that has one.
    pub(super) header: Option<String>,
    /// How many lines there are, without that one.
    pub(super) lines: u64,
    /// How many of them hold something.
    pub(super) rows: u64,
    /// How many there are up to the last one that is not empty.
    pub(super) filled: u64,
    /// The lines that have to be read closely.
    pub(super) odd: Vec<Odd>,
    /// The first line and the last one, where there are odd ones in any part.
    pub(super) ends: Option<(Box<str>, Box<str>)>,
}

/// A line that has to be read closely, or shown.
#[derive(Debug, Clone)]
pub(super) struct Odd {
    /// How many lines of its part stand before it.
    pub(super) line: u64,
    /// How many of them hold something.
    pub(super) row: u64,
    pub(super) text: Box<str>,
    /// Where the next line begins in its part, in bytes.
    end: u64,
    /// The lines before and after it; `None` at the end of the part.
    pub(super) beside: [Option<Box<str>>; 2],
}

/// Reads, without a word of the crate that stops at damaged Parquet files.
pub(super) fn quietly<T>(inputs: &[Input], read: impl FnOnce() -> T) -> T {
    #[cfg(feature = "parquet")]
    if inputs.iter().any(|input| input.rows == Written::Parquet) {
        return scan::quietly(read);
    }
    #[cfg(not(feature = "parquet"))]
    let _ = inputs;
    read()
}

/// Reads the rows of all inputs and keeps them as they are, without deciding.
///
/// # Errors
/// What cannot be read as columns, and lines that have to be read closely.
pub(super) fn hold(plan: &Plan<'_>, inputs: &[Input], threads: usize) -> Result<Vec<HeldBatch>, Stop> {
    let (mut held, closely) = (Vec::new(), Closely::default());
    for (index, input) in inputs.iter().enumerate() {
        for part in parts(input, threads)? {
            let mut work = Work::new(plan, Use::Hold(Vec::new()));
            let part = quietly(inputs, || part_of(plan, &closely, index, input, &part, &mut work))?;
            if !part.odd.is_empty() {
                return Err(Stop::Odd);
            }
            if let Use::Hold(batches) = work.using {
                held.extend(batches);
            }
        }
    }
    Ok(held)
}

/// Decides on rows that were kept, with at most so many threads.
///
/// # Errors
/// What is unknown where it would have to be told what is missing.
pub(super) fn decide(plan: &Plan<'_>, held: &[HeldBatch], threads: usize) -> Result<Vec<Kept>, Stop> {
    use rayon::iter::ParallelIterator as _;
    use rayon::slice::ParallelSlice as _;
    let part = |batches: &[HeldBatch]| {
        let mut work = Work::new(plan, Use::Keep(usize::MAX));
        for (index, batch) in batches.iter().enumerate() {
            batch.put(&mut work.batch);
            work.decide(plan)?;
            if index == 0 {
                work.kept.reserve(batches.iter().map(HeldBatch::rows).sum());
            }
        }
        Ok(work.kept)
    };
    if threads < 2 {
        return Ok(vec![part(held)?]);
    }
    held.par_chunks(held.len().div_ceil(threads).max(1))
        .map(part)
        .collect()
}

/// Reads all inputs, one after the other, and hands on what was decided on each batch; `lean` is without what is only written.
///
/// # Errors
/// What cannot be read as columns, and what the other side says.
pub(super) fn each(
    plan: &Plan<'_>,
    closely: &Closely,
    inputs: &[Input],
    lean: bool,
    sink: Sink<'_>,
) -> Result<Vec<Part>, Stop> {
    let mut read = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        for part in parts(input, 1)? {
            let mut work = Work::new(plan, Use::Each(&mut *sink, lean));
            read.push(quietly(inputs, || {
                part_of(plan, closely, index, input, &part, &mut work)
            })?);
        }
    }
    Ok(read)
}

/// Reads all parts of all inputs, with at most so many threads; of what is kept at most so many bytes.
///
/// # Errors
/// What cannot be read as columns.
pub(super) fn read(
    plan: &Plan<'_>,
    closely: &Closely,
    inputs: &[Input],
    threads: usize,
    memory: usize,
) -> Result<(Vec<Part>, Vec<Kept>), Stop> {
    let mut pieces = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        // A thread that is done sooner than others takes over from them.
        let parts = parts(input, if threads < 2 { 1 } else { threads * SHARES })?.into_iter();
        pieces.extend(parts.map(|part| (index, input, part)));
    }
    let count = pieces.len().max(1);
    let one = |(index, input, part): &(usize, &Input, Piece)| {
        let mut work = Work::new(plan, Use::Keep(memory / count));
        let part = part_of(plan, closely, *index, input, part, &mut work)?;
        Ok((part, work.kept))
    };
    if threads < 2 || pieces.len() < 2 {
        return quietly(inputs, || pieces.iter().map(one).collect());
    }
    use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
    let read: Vec<Result<(Part, Kept), Stop>> = quietly(inputs, || pieces.par_iter().map(one).collect());
    read.into_iter().collect()
}

/// All inputs in pieces of about so many bytes, each with its input; a group of rows of Parquet, and what is packed, is one.
///
/// # Errors
/// A file that is not there.
pub(super) fn pieces(inputs: &[Input], bytes: u64) -> Result<Vec<(usize, Piece)>, Stop> {
    let mut pieces = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        let most = input.origin.length().map_err(Stop::Io)? / bytes;
        let parts = parts(input, usize::try_from(most).unwrap_or(usize::MAX))?;
        pieces.extend(parts.into_iter().map(|part| (index, part)));
    }
    Ok(pieces)
}

/// Whether anything is packed, so that it comes in one piece however much it is.
pub(super) fn any_packed(inputs: &[Input]) -> bool {
    inputs
        .iter()
        .any(|input| matches!(input.origin, Origin::Packed(_)))
}

/// Reads a piece of an input, and hands on what was decided on each batch.
///
/// # Errors
/// What cannot be read as columns, and what the other side says.
pub(super) fn each_of(
    plan: &Plan<'_>,
    closely: &Closely,
    inputs: &[Input],
    (index, piece): &(usize, Piece),
    sink: Sink<'_>,
) -> Result<Part, Stop> {
    let input = inputs.get(*index).ok_or(Stop::Odd)?;
    let mut work = Work::new(plan, Use::Each(sink, false));
    part_of(plan, closely, *index, input, piece, &mut work)
}

/// A part of an input.
pub(super) enum Piece {
    /// Whole lines; whether they are the first.
    Lines(Stretch, bool),
    /// Groups of rows.
    #[cfg(feature = "parquet")]
    Groups(std::ops::Range<usize>),
}

/// The parts of an input, in order.
fn parts(input: &Input, threads: usize) -> Result<Vec<Piece>, Stop> {
    #[cfg(feature = "parquet")]
    if input.rows == Written::Parquet {
        let count = scan::groups(&input.origin)?;
        let each = count.div_ceil(threads.max(1)).max(1);
        // A file without rows is looked at, too: it may lack a column.
        let starts = (0..count.max(1)).step_by(each);
        return Ok(starts
            .map(|start| Piece::Groups(start..(start + each).min(count)))
            .collect());
    }
    let parts = Stretch::of_all(&input.origin, threads).map_err(Stop::Io)?;
    let parts = parts.into_iter().enumerate();
    Ok(parts
        .map(|(index, part)| Piece::Lines(part, index == 0))
        .collect())
}

/// Reads a part of an input, and decides on its records.
fn part_of(
    plan: &Plan<'_>,
    closely: &Closely,
    index: usize,
    input: &Input,
    part: &Piece,
    work: &mut Work<'_>,
) -> Result<Part, Stop> {
    match part {
        Piece::Lines(part, is_first) => {
            let part = lines_of(plan, closely, input, *part, *is_first, work)?;
            Ok(Part { input: index, ..part })
        }
        #[cfg(feature = "parquet")]
        Piece::Groups(groups) => {
            let mut rows = scan::parquet_rows(&plan.spec, &input.origin, groups.clone())?;
            let mut count = 0;
            while rows.read(&mut work.batch)? {
                count += work.batch.rows() as u64;
                work.decide(plan)?;
            }
            Ok(Part {
                input: index,
                strange: Vec::new(),
                columns: rows.strange().to_vec(),
                header: None,
                lines: 0,
                rows: count,
                filled: 0,
                odd: Vec::new(),
                ends: None,
            })
        }
    }
}

/// What is done with what was decided on a batch.
type Sink<'s> = &'s mut dyn FnMut(&mut Kept) -> Result<(), Stop>;

/// What becomes of batches.
enum Use<'s> {
    /// They are decided on, and kept up to so many bytes.
    Keep(usize),
    /// They are held as they are.
    Hold(Vec<HeldBatch>),
    /// They are decided on, and what was decided is handed on; without what is only written, if so asked.
    Each(Sink<'s>, bool),
}

/// What is at hand while a part is worked on.
struct Work<'s> {
    batch: Batch,
    registers: Registers,
    kept: Kept,
    using: Use<'s>,
}

impl<'s> Work<'s> {
    fn new(plan: &Plan<'_>, using: Use<'s>) -> Work<'s> {
        Work {
            batch: Batch::new(plan.spec.columns.len(), BATCH),
            registers: Registers::default(),
            kept: empty(plan, &using),
            using,
        }
    }

    /// Decides on the batch, and empties it.
    fn decide(&mut self, plan: &Plan<'_>) -> Result<(), Stop> {
        if let Use::Hold(held) = &mut self.using {
            held.push(HeldBatch::of(&self.batch, &plan.spec));
            self.batch.clear();
            return Ok(());
        }
        let values = self.registers.run(&plan.program, &self.batch);
        self.kept.extend(plan, &self.batch, &values)?;
        self.batch.clear();
        match &mut self.using {
            Use::Keep(most) if self.kept.bytes() > *most => return Err(Stop::Large),
            Use::Each(sink, _) => {
                sink(&mut self.kept)?;
                self.kept = empty(plan, &self.using);
            }
            _ => {}
        }
        Ok(())
    }
}

fn empty(plan: &Plan<'_>, using: &Use<'_>) -> Kept {
    match using {
        Use::Each(_, true) => Kept::lean(plan),
        _ => Kept::new(plan),
    }
}

fn lines_of(
    plan: &Plan<'_>,
    closely: &Closely,
    input: &Input,
    part: Stretch,
    is_first: bool,
    work: &mut Work<'_>,
) -> Result<Part, Stop> {
    let mut header = Vec::new();
    let mut chunks = Chunks::open(&input.origin, part).map_err(Stop::Io)?;
    if matches!(input.rows, Written::Delimited(_)) {
        header = if is_first {
            chunks.line().map_err(Stop::Io)?
        } else {
            let whole = Chunks::open(&input.origin, Stretch::WHOLE);
            whole.and_then(|mut chunks| chunks.line()).map_err(Stop::Io)?
        };
    }
    let mut scanner = Scanner::new(&plan.spec, closely, input.rows, &header)?;
    let mut beside = Beside::default();
    while let Some(piece) = chunks.piece().map_err(Stop::Io)? {
        let text = std::str::from_utf8(piece).map_err(|_| Stop::Odd)?;
        let (first, start) = (scanner.lines().found().len(), scanner.lines().bytes());
        let known = scanner.strange().len();
        let mut rest = piece;
        while !rest.is_empty() {
            let read = scanner.read(rest, &mut work.batch)?;
            rest = rest.get(read..).unwrap_or(&[]);
            if work.batch.rows() == BATCH {
                work.decide(plan)?;
            }
        }
        let strange = scanner.strange().get(known..).unwrap_or(&[]);
        let strange: Vec<OddLine> = strange.iter().map(|strange| strange.line).collect();
        if !text.trim_end_matches('\n').is_empty() {
            let empty = text.bytes().rev().take_while(|byte| *byte == b'\n').count() as u64;
            beside.filled = scanner.lines().lines() + 1 - empty;
        }
        let found = scanner.lines().found().get(first..).unwrap_or(&[]);
        beside.piece(text, start, found, &strange);
    }
    work.decide(plan)?;
    let header = (is_first && !header.is_empty()).then(|| String::from_utf8_lossy(&header).into_owned());
    Ok(Part {
        input: 0,
        strange: scanner.strange().iter().cloned().zip(beside.strange).collect(),
        columns: Vec::new(),
        header,
        lines: scanner.lines().lines(),
        rows: scanner.lines().rows(),
        filled: beside.filled,
        odd: beside.odd,
        ends: beside.first.zip(beside.last),
    })
}

/// Takes lines out of the pieces of a part, with those beside them.
#[derive(Debug, Default)]
struct Beside {
    odd: Vec<Odd>,
    /// The first lines with strange keys.
    strange: Vec<Odd>,
    first: Option<Box<str>>,
    last: Option<Box<str>>,
    /// How many lines there are up to the last one that is not empty.
    filled: u64,
    /// How many bytes the part has so far.
    end: u64,
}

impl Beside {
    /// Takes up a piece of whole lines that begins at a byte of the part, and lines in it.
    fn piece(&mut self, text: &str, start: u64, odd: &[OddLine], strange: &[OddLine]) {
        let end = start + text.len() as u64;
        let text = text.strip_suffix('\n').unwrap_or(text);
        let first = text.split('\n').next().unwrap_or("");
        if self.first.is_none() {
            self.first = Some(first.into());
        }
        for lines in [&mut self.odd, &mut self.strange] {
            for line in lines.iter_mut().rev().take_while(|line| line.end == self.end) {
                let [_, after] = &mut line.beside;
                *after = Some(first.into());
            }
        }
        let taken = |line: &OddLine| {
            let at = usize::try_from(line.at - start).unwrap_or(usize::MAX);
            let end = at.saturating_add(line.length);
            let before = at.checked_sub(1).and_then(|end| text.get(..end));
            let before = before.and_then(|text| text.rsplit('\n').next());
            let after = text.get(end + 1..).filter(|_| end < text.len());
            let after = after.and_then(|text| text.split('\n').next());
            Odd {
                line: line.line,
                row: line.row,
                text: text.get(at..end).unwrap_or("").into(),
                end: line.at + line.length as u64 + 1,
                beside: [
                    before.map(Box::from).or_else(|| self.last.clone()),
                    after.map(Box::from),
                ],
            }
        };
        self.odd.extend(odd.iter().map(taken));
        let taken: Vec<Odd> = strange.iter().map(taken).collect();
        self.strange.extend(taken);
        self.last = text.rsplit('\n').next().map(Box::from);
        self.end = end;
    }
}
