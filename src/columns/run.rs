//! From files to decisions, in parts side by side.
//!
//! Comes in: a policy, the rows of its one record type, and what is to be written. Goes out: decided records, ready to be
//! written, or that this is none for columns. It never tells what is wrong with data: whoever reads it closely does.
//!
//! Invariant: how many parts there are changes nothing that comes out.

use std::io::{self, Write};
use std::sync::Arc;

use super::compile::Unfit;
use super::kept::Kept;
use super::outputs::{Choice, Output};
use super::plan::Plan;
use super::program::Registers;
use super::rank::{self, Ranking};
use super::rows::{Form, Rows};
#[cfg(feature = "parquet")]
use crate::data::scan;
use crate::data::scan::{Batch, Chunks, Guess, Origin, Part, Rows as Written, Scanner, Stop};
use crate::model::{Number, Policy};

/// How many records are worked on at once.
const BATCH: usize = 2_048;
/// How many records are written at once.
const BLOCK: usize = 4_096;
/// How often a guess about the values is mended before columns are given up.
const GUESSES: usize = 100;

/// Records of the policy's own type.
#[derive(Debug, Clone)]
pub struct Input {
    /// Where they are.
    pub origin: Origin,
    /// How its rows are written.
    pub rows: Written,
}

/// Why records are not decided over columns.
#[derive(Debug)]
pub enum Not {
    /// The policy asks for something else.
    Fit(Unfit),
    /// Something in the data has to be looked at closely, or told.
    Plain,
    /// A file cannot be read.
    Readable(io::Error),
}

/// Decided records.
#[derive(Debug)]
pub struct Decided {
    /// What was thought of the values: the units and ends of what is kept go by it.
    guess: Guess,
    parts: Vec<Kept>,
    ranks: Vec<u32>,
    /// Whether all limits of the cut list are met.
    pub limits_are_met: bool,
    /// Keys of the data that are no field's.
    pub strange: Vec<String>,
}

/// A policy that decides over columns, and what is written of each record.
///
/// ```
/// use prioriter::check;
/// use prioriter::columns::{Choice, Columns, Form, Input};
/// use prioriter::data::scan::{Origin, Rows};
/// use prioriter::report::rows;
/// use prioriter::source::Sources;
///
/// let text = r#"policy parking "Bicycle parking" for place { version "1" }
/// record place {
///     id     : text key
///     riders : integer 0..
///     paved  : yes/no
/// }
/// entry paved "Paved" { require paved }
/// rank by highest riders
/// "#;
/// let mut sources = Sources::new();
/// let loaded = check::load("parking.rule", &mut sources, &mut |_| Ok(text.as_bytes().to_vec()));
/// let (policy, problems) = check::check(&loaded, &sources);
/// assert!(problems.is_empty());
/// let policy = policy.ok_or("no policy")?;
///
/// let names = ["id", "status", "rank"].map(str::to_owned);
/// let names = rows::Columns::named(&policy, &names).map_err(|_| "no such column")?;
/// let outputs = names.over_columns(&policy).ok_or("not over columns")?;
/// let columns = Columns::new(&policy, outputs).map_err(|unfit| unfit.0)?;
///
/// let lines = br#"{"id":"harbour","riders":40,"paved":true}
/// {"id":"forest","riders":95,"paved":false}
/// {"id":"station","riders":90,"paved":true}
/// "#;
/// let input = Input {
///     origin: Origin::Bytes(lines.as_slice().into()),
///     rows: Rows::Ndjson,
/// };
/// let decided = columns.decide(&[input], 2).map_err(|_| "the data has to be read closely")?;
/// let mut written = Vec::new();
/// let all = Choice::default();
/// columns.write(&decided, Form::Ndjson, &all, 2, &mut written).map_err(|_| "cannot be written")?;
/// assert_eq!(
///     String::from_utf8(written).map_err(|_| "no text")?,
///     r#"{"id":"harbour","status":"ranked","rank":2}
/// {"id":"forest","status":"not-eligible","rank":null}
/// {"id":"station","status":"ranked","rank":1}
/// "#
/// );
/// # Ok::<(), &'static str>(())
/// ```
#[derive(Debug)]
pub struct Columns<'p> {
    policy: &'p Policy,
    outputs: Vec<(Arc<str>, Output)>,
}

impl<'p> Columns<'p> {
    /// For a policy, and what is to be written of each record.
    ///
    /// # Errors
    /// What of the policy is not decided over columns.
    pub fn new(policy: &'p Policy, outputs: Vec<(Arc<str>, Output)>) -> Result<Columns<'p>, Unfit> {
        let columns = Columns { policy, outputs };
        columns.plan(&Guess::first(policy, policy.record))?;
        Ok(columns)
    }

    fn plan<'a>(&'a self, guess: &'a Guess) -> Result<Plan<'a>, Unfit> {
        let plan = Plan::new(self.policy, &self.outputs, guess)?;
        if plan.rank.as_ref().is_some_and(|rank| rank.places().is_none()) {
            return Err(Unfit("a ranking by keys that make no number of 64 bits"));
        }
        Ok(plan)
    }

    /// Decides the records of some files with at most so many threads.
    ///
    /// # Errors
    /// Whatever is none for columns.
    pub fn decide(&self, inputs: &[Input], threads: usize) -> Result<Decided, Not> {
        let mut guess = Guess::first(self.policy, self.policy.record);
        for _ in 0..GUESSES {
            let plan = self.plan(&guess).map_err(Not::Fit)?;
            let decide = || once(&plan, &guess, inputs, threads);
            #[cfg(feature = "parquet")]
            let decided = match inputs.iter().any(|input| input.rows == Written::Parquet) {
                true => scan::quietly(decide),
                false => decide(),
            };
            #[cfg(not(feature = "parquet"))]
            let decided = decide();
            let stop = match decided {
                Ok(decided) => return Ok(decided),
                Err(stop) => stop,
            };
            drop(plan);
            match stop {
                Stop::Decimals(field, decimals) => {
                    guess.finer(self.policy, self.policy.record, field, decimals)
                }
                Stop::Wide(field) => match guess.wide.get_mut(field) {
                    Some(wide) if !*wide => *wide = true,
                    _ => return Err(Not::Plain),
                },
                Stop::Odd => return Err(Not::Plain),
                Stop::Io(error) => return Err(Not::Readable(error)),
            }
        }
        Err(Not::Plain)
    }

    /// Writes decided records.
    ///
    /// # Errors
    /// A writer that fails.
    pub fn write(
        &self,
        decided: &Decided,
        form: Form,
        choice: &Choice,
        threads: usize,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        let Ok(plan) = self.plan(&decided.guess) else {
            return Ok(());
        };
        let all = rank::Rows::new(&decided.parts);
        let rows = Rows::new(&plan, form, choice, all.count);
        to.write_all(&rows.header(&plan))?;
        if let Some(top) = choice.top {
            let mut text = Vec::new();
            for (part, row, start) in best(decided, &all, top) {
                text.clear();
                rows.write(part, row..row + 1, &decided.ranks, start, &mut text);
                to.write_all(&text)?;
            }
            return Ok(());
        }
        let mut blocks = Vec::new();
        for (part, start) in decided.parts.iter().zip(&all.starts) {
            let mut first = 0;
            while first < part.rows() {
                let last = (first + BLOCK).min(part.rows());
                blocks.push((part, first..last, *start));
                first = last;
            }
        }
        let write = |(part, block, start): &(&Kept, std::ops::Range<usize>, usize), to: &mut Vec<u8>| {
            rows.write(part, block.clone(), &decided.ranks, *start, to);
        };
        if threads < 2 || blocks.len() < 4 {
            let mut text = Vec::new();
            for block in &blocks {
                text.clear();
                write(block, &mut text);
                to.write_all(&text)?;
            }
            return Ok(());
        }
        ahead(&blocks, threads - 1, write, to)
    }
}

/// The records with at least a rank, in the ranking's order: each with its part, its row there, and where the part begins.
fn best<'d>(decided: &'d Decided, all: &rank::Rows<'_>, top: u32) -> Vec<(&'d Kept, usize, usize)> {
    let ranked = decided.ranks.iter().enumerate();
    let mut best: Vec<(u32, &[u8], &Kept, usize, usize)> = ranked
        .filter(|(_, rank)| (1..=top).contains(*rank))
        .filter_map(|(row, rank)| {
            let (part, row) = all.find(row)?;
            let (part, start) = (decided.parts.get(part)?, *all.starts.get(part)?);
            Some((*rank, part.keys.get(row), part, row, start))
        })
        .collect();
    best.sort_unstable_by_key(|(rank, key, ..)| (*rank, *key));
    best.into_iter()
        .map(|(_, _, part, row, start)| (part, row, start))
        .collect()
}

/// Makes blocks on other threads while this one writes them, in order.
fn ahead<B: Sync>(
    blocks: &[B],
    makers: usize,
    make: impl Fn(&B, &mut Vec<u8>) + Sync,
    to: &mut dyn Write,
) -> io::Result<()> {
    use std::sync::mpsc::{channel, sync_channel};
    std::thread::scope(|scope| {
        let mut from = Vec::new();
        for maker in 0..makers {
            let (full, filled) = sync_channel::<Vec<u8>>(4);
            let (empty, emptied) = channel::<Vec<u8>>();
            let make = &make;
            scope.spawn(move || {
                for block in blocks.iter().skip(maker).step_by(makers) {
                    let mut text = emptied.try_recv().unwrap_or_default();
                    text.clear();
                    make(block, &mut text);
                    // Nobody listens any more where writing has failed.
                    if full.send(text).is_err() {
                        return;
                    }
                }
            });
            from.push((filled, empty));
        }
        let mut turn = (0..makers).cycle();
        for _ in blocks {
            let maker = turn.next().and_then(|maker| from.get(maker));
            let Some(text) = maker.and_then(|(filled, _)| filled.recv().ok()) else {
                return Err(io::Error::other("a thread stopped"));
            };
            to.write_all(&text)?;
            if let Some((_, empty)) = maker {
                let _ = empty.send(text);
            }
        }
        Ok(())
    })
}

fn once(plan: &Plan<'_>, guess: &Guess, inputs: &[Input], threads: usize) -> Result<Decided, Stop> {
    let mut pieces = Vec::new();
    for input in inputs {
        pieces.extend(parts(input, threads)?.into_iter().map(|part| (input, part)));
    }
    let read: Vec<Result<(Kept, Vec<String>), Stop>> = if threads < 2 || pieces.len() < 2 {
        pieces
            .iter()
            .map(|(input, part)| part_of(plan, input, part))
            .collect()
    } else {
        use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
        pieces
            .par_iter()
            .map(|(input, part)| part_of(plan, input, part))
            .collect()
    };
    let mut parts = Vec::with_capacity(read.len());
    let mut strange: Vec<String> = Vec::new();
    for part in read {
        let (part, keys) = part?;
        parts.push(part);
        for key in keys {
            if !strange.contains(&key) {
                strange.push(key);
            }
        }
    }
    if !rank::keys_differ(&parts) {
        return Err(Stop::Odd);
    }
    let ranking = match &plan.rank {
        None => Ranking {
            order: Vec::new(),
            ranks: Vec::new(),
        },
        Some(rank) => rank::rank(rank, &parts)?,
    };
    let mut limits_are_met = true;
    if let Some(list) = &plan.list {
        let sum = |(index, sum): (usize, &super::plan::SumPlan)| {
            let steps = parts.iter().filter_map(|part| part.sums.get(index)).sum::<i128>();
            sum.item.unit.number(steps).ok_or(Stop::Odd)
        };
        let sums: Result<Vec<Number>, Stop> = plan.sums.iter().enumerate().map(sum).collect();
        limits_are_met = rank::select(list, &sums?, &mut parts, &ranking.order)?;
    }
    Ok(Decided {
        guess: guess.clone(),
        parts,
        ranks: ranking.ranks,
        limits_are_met,
        strange,
    })
}

/// A part of an input.
enum Piece {
    /// Whole lines; whether they are the first.
    Lines(Part, bool),
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
        let starts = (0..count).step_by(each);
        return Ok(starts
            .map(|start| Piece::Groups(start..(start + each).min(count)))
            .collect());
    }
    let parts = Part::of_all(&input.origin, threads).map_err(Stop::Io)?;
    let parts = parts.into_iter().enumerate();
    Ok(parts
        .map(|(index, part)| Piece::Lines(part, index == 0))
        .collect())
}

/// Reads and decides a part of an input; with it come the keys that are no field's.
fn part_of(plan: &Plan<'_>, input: &Input, part: &Piece) -> Result<(Kept, Vec<String>), Stop> {
    match part {
        Piece::Lines(part, is_first) => lines_of(plan, input, *part, *is_first),
        #[cfg(feature = "parquet")]
        Piece::Groups(groups) => {
            let mut work = Work::new(plan);
            let mut rows = scan::parquet_rows(&plan.spec, &input.origin, groups.clone())?;
            while rows.read(&mut work.batch)? {
                work.decide(plan)?;
            }
            Ok((work.kept, rows.strange().to_vec()))
        }
    }
}

/// What is at hand while a part is worked on.
struct Work {
    batch: Batch,
    registers: Registers,
    kept: Kept,
}

impl Work {
    fn new(plan: &Plan<'_>) -> Work {
        Work {
            batch: Batch::new(plan.spec.columns.len(), BATCH),
            registers: Registers::default(),
            kept: Kept::new(plan),
        }
    }

    /// Decides on the batch, and empties it.
    fn decide(&mut self, plan: &Plan<'_>) -> Result<(), Stop> {
        self.registers.run(&plan.program, &self.batch);
        self.kept.extend(plan, &self.batch, &self.registers)?;
        self.batch.clear();
        Ok(())
    }
}

fn lines_of(plan: &Plan<'_>, input: &Input, part: Part, is_first: bool) -> Result<(Kept, Vec<String>), Stop> {
    let mut header = Vec::new();
    let mut chunks = Chunks::open(&input.origin, part).map_err(Stop::Io)?;
    if matches!(input.rows, Written::Delimited(_)) {
        header = if is_first {
            chunks.line().map_err(Stop::Io)?
        } else {
            let whole = Chunks::open(&input.origin, Part::WHOLE);
            whole.and_then(|mut chunks| chunks.line()).map_err(Stop::Io)?
        };
    }
    let mut scanner = Scanner::new(&plan.spec, input.rows, &header)?;
    let mut work = Work::new(plan);
    while let Some(piece) = chunks.piece().map_err(Stop::Io)? {
        if !piece.is_ascii() && std::str::from_utf8(piece).is_err() {
            return Err(Stop::Odd);
        }
        let mut rest = piece;
        while !rest.is_empty() {
            let read = scanner.read(rest, &mut work.batch)?;
            rest = rest.get(read..).unwrap_or(&[]);
            if work.batch.rows() == BATCH {
                work.decide(plan)?;
            }
        }
    }
    work.decide(plan)?;
    Ok((work.kept, scanner.strange().to_vec()))
}
