//! From files to decisions, in parts side by side.
//!
//! Comes in: a policy, the rows of its one record type, and what is to be written. Goes out: decided records, ready to be
//! written, with what is wrong with others; or that this is none for columns.
//!
//! Invariant: how many parts there are changes nothing that comes out.

use std::io::{self, Write};
use std::sync::Arc;

use super::closely::{self, Found, Others};
use super::compile::Unfit;
use super::held::HeldBatch;
use super::kept::Kept;
#[cfg(feature = "parquet")]
use super::kinds::Kind;
use super::limits;
use super::narrow::Narrow;
use super::outputs::{Choice, Output};
use super::parts::{self, Part};
use super::plan::Plan;
use super::rank::{self, Ranking};
use super::rows::{Form, Rows};
#[cfg(feature = "parquet")]
use super::typed::Typed;
use crate::data::scan::{self, Guess, Origin, Rows as Written, Stop};
use crate::data::{LeftOut, OnError, Summary};
use crate::diagnostic::Diagnostic;
use crate::model::{Number, Policy};
use crate::source::Sources;

/// From so many records on, another thread is worth it.
const MANY: usize = 20_000;
/// How many records are written at once.
const BLOCK: usize = 4_096;
/// How often a guess about the values is mended before columns are given up.
pub(super) const GUESSES: usize = 100;

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
    /// Something in the data has to be looked at closely.
    Plain,
    /// There are mistakes in the data.
    Wrong(Told),
    /// There is more than may be held in memory.
    Large,
    /// A file cannot be read.
    Readable(io::Error),
}

/// Rows held in memory as columns of whole numbers.
#[derive(Debug)]
pub struct Held<'p> {
    /// By which they were read.
    plan: Arc<Plan<'p>>,
    batches: Vec<HeldBatch>,
}

/// What is to be told of the data.
#[derive(Debug)]
pub struct Told {
    /// Errors and warnings, in the order in which a reader of the files meets them; of very many only the first.
    pub problems: Vec<Diagnostic>,
    /// What is not among them, counted, and how many records are fine.
    pub summary: Summary,
    /// The records that are left out.
    pub left_out: Vec<LeftOut>,
}

/// Decided records.
#[derive(Debug)]
pub struct Decided<'p> {
    /// The units and ends of what is kept go by it.
    plan: Arc<Plan<'p>>,
    parts: Vec<Kept>,
    ranks: Vec<u32>,
    /// Whether all limits of the cut list are met.
    pub limits_are_met: bool,
    /// Columns of the data that are no field's.
    pub strange: Vec<String>,
    /// What is to be told of records that are not among these.
    pub told: Option<Told>,
}

/// A policy that decides over columns, and what is written of each record.
///
/// ```
/// use prioriter::check;
/// use prioriter::data::OnError;
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
/// let decided = columns.decide(&[input], 2, usize::MAX, OnError::Stop, &mut sources);
/// let decided = decided.map_err(|_| "there are mistakes, or the data has to be read closely")?;
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
    pub(super) policy: &'p Policy,
    outputs: Vec<(Arc<str>, Output)>,
    /// What goes by the first guess of what the values are.
    first: Arc<Plan<'p>>,
    /// So many ranks are wanted, from the first on; all where nothing is said.
    top: Option<u32>,
}

impl<'p> Columns<'p> {
    /// For a policy, and what is to be written of each record.
    ///
    /// # Errors
    /// What of the policy is not decided over columns.
    pub fn new(policy: &'p Policy, outputs: Vec<(Arc<str>, Output)>) -> Result<Columns<'p>, Unfit> {
        let first = plan(policy, &outputs, &Guess::first(policy, policy.record))?;
        Ok(Columns {
            policy,
            outputs,
            first,
            top: None,
        })
    }

    /// The same for whoever wants the first so many ranks only, as [`Choice::top`] writes them: in memory the others are neither
    /// ranked nor taken or cut.
    pub fn top(self, ranks: Option<u32>) -> Columns<'p> {
        Columns { top: ranks, ..self }
    }

    /// The first guess, and what goes by it.
    pub(super) fn first(&self) -> (Guess, Arc<Plan<'p>>) {
        let guess = Guess::first(self.policy, self.policy.record);
        (guess, Arc::clone(&self.first))
    }

    /// Decides the records of some files with at most so many threads and about so many bytes of memory. Texts that problems
    /// stand in come to the sources, which are those of the policy.
    ///
    /// # Errors
    /// Whatever is none for columns, mistakes in the data, and more records than there is memory for.
    pub fn decide(
        &self,
        inputs: &[Input],
        threads: usize,
        memory: usize,
        on_error: OnError,
        sources: &mut Sources,
    ) -> Result<Decided<'p>, Not> {
        let (mut guess, mut plan) = self.first();
        let mut known = scan::Closely::default();
        // Ranking takes about as much beside what is kept of all records.
        let kept_most = memory / 2;
        for _ in 0..GUESSES {
            let read = parts::read(&plan, &known, inputs, threads, kept_most);
            let decided = read.and_then(|(read, mut kept)| {
                let orders = orders(&mut kept);
                // What has to be read closely mostly changes nothing about the others.
                let also_there = |_: &scan::Closely, keys: &[&[u8]]| Ok(rank::also_there(&kept, keys));
                let mut look = || {
                    let others = Others {
                        count: kept.iter().map(Kept::rows).sum(),
                        same: rank::same_keys(&kept),
                        also_there: &also_there,
                    };
                    let policy = self.policy;
                    closely::look(
                        policy, &plan, inputs, &read, others, &mut known, on_error, sources,
                    )
                };
                let rank = || {
                    plan.rank
                        .as_ref()
                        .map(|rank| rank::rank(rank, &kept, orders, self.top, threads))
                        .transpose()
                };
                // Of a few records each is done before another thread would have begun.
                let (found, ranking) = match kept.iter().map(Kept::rows).sum::<usize>() {
                    MANY.. if threads > 1 => rayon::join(look, rank),
                    _ => (look(), rank()),
                };
                match found? {
                    Found::Nothing(told) => {
                        let decided = decided(&plan, read, kept, ranking?, threads)?;
                        Ok(Some(Ok(Decided { told, ..decided })))
                    }
                    Found::Wrong(told) => Ok(Some(Err(Not::Wrong(told)))),
                    Found::More => Ok(None),
                }
            });
            let stop = match decided {
                Ok(Some(decided)) => return decided,
                Ok(None) => continue,
                Err(stop) => stop,
            };
            plan = self.mend(&mut guess, stop)?;
        }
        Err(Not::Plain)
    }

    /// Reads the records of some files and holds them in memory, to be decided on as often as is wanted.
    ///
    /// # Errors
    /// Whatever is none for columns, and lines that have to be read closely.
    pub fn hold(&self, inputs: &[Input], threads: usize) -> Result<Held<'p>, Not> {
        let (mut guess, mut plan) = self.first();
        for _ in 0..GUESSES {
            let stop = match parts::hold(&plan, inputs, threads) {
                Ok(batches) => return Ok(Held { plan, batches }),
                Err(stop) => stop,
            };
            plan = self.mend(&mut guess, stop)?;
        }
        Err(Not::Plain)
    }

    /// Decides on records that are held in memory, with at most so many threads.
    ///
    /// # Errors
    /// Whatever is none for columns.
    pub fn decide_held(&self, held: &Held<'p>, threads: usize) -> Result<Decided<'p>, Not> {
        let plan = &held.plan;
        let decide = || {
            let mut kept = parts::decide(plan, &held.batches, threads)?;
            if !rank::same_keys(&kept).is_empty() {
                return Err(Stop::Odd);
            }
            let orders = orders(&mut kept);
            let ranking = plan
                .rank
                .as_ref()
                .map(|rank| rank::rank(rank, &kept, orders, self.top, threads));
            decided(plan, Vec::new(), kept, ranking.transpose()?, threads)
        };
        decide().map_err(|_| Not::Plain)
    }

    /// Mends a guess by what stopped a reading that went by it; returns what goes by it now.
    pub(super) fn mend(&self, guess: &mut Guess, stop: Stop) -> Result<Arc<Plan<'p>>, Not> {
        match stop {
            Stop::Decimals(field, decimals) => {
                guess.finer(self.policy, self.policy.record, field, decimals);
            }
            Stop::Wide(field) => match guess.wide.get_mut(field) {
                Some(wide) if !*wide => *wide = true,
                _ => return Err(Not::Plain),
            },
            Stop::Comma if !guess.comma => guess.comma = true,
            Stop::Odd | Stop::Comma => return Err(Not::Plain),
            Stop::Large => return Err(Not::Large),
            Stop::Io(error) => return Err(Not::Readable(error)),
        }
        plan(self.policy, &self.outputs, guess).map_err(Not::Fit)
    }

    /// Writes decided records.
    ///
    /// # Errors
    /// A writer that fails.
    pub fn write(
        &self,
        decided: &Decided<'p>,
        form: Form,
        choice: &Choice,
        threads: usize,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        let plan = &decided.plan;
        let all = rank::Rows::new(&decided.parts);
        let rows = Rows::new(plan, form, choice, all.count);
        to.write_all(&rows.header(plan))?;
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
        ahead(&blocks, threads, write, to)
    }
}

#[cfg(feature = "parquet")]
impl Columns<'_> {
    /// What each column of a table holds.
    pub(super) fn kinds(&self) -> Vec<Kind> {
        let outputs = self.outputs.iter();
        outputs.map(|(_, output)| Kind::of(self.policy, output)).collect()
    }

    /// Writes decided records as a file in Parquet.
    ///
    /// # Errors
    /// A writer that fails, or a number that is too large for a column.
    pub fn write_parquet(
        &self,
        decided: &Decided<'_>,
        choice: &Choice,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        let plan = &decided.plan;
        let kinds = self.kinds();
        let mut rows = Typed::begin(plan, &kinds, choice, to)?;
        let all = rank::Rows::new(&decided.parts);
        if let Some(top) = choice.top {
            for (part, row, start) in best(decided, &all, top) {
                rows.write(part, row, &decided.ranks, start)?;
            }
            return rows.end();
        }
        for (part, start) in decided.parts.iter().zip(&all.starts) {
            for row in 0..part.rows() {
                rows.write(part, row, &decided.ranks, *start)?;
            }
        }
        rows.end()
    }
}

/// How a policy is decided, where values are as they are guessed to be.
fn plan<'p>(
    policy: &'p Policy,
    outputs: &[(Arc<str>, Output)],
    guess: &Guess,
) -> Result<Arc<Plan<'p>>, Unfit> {
    let plan = Plan::new(policy, outputs, guess)?;
    if plan.rank.as_ref().is_some_and(|rank| rank.places().is_none()) {
        return Err(Unfit("a ranking by keys that make no number of 64 bits"));
    }
    Ok(Arc::new(plan))
}

/// The records with at least a rank, in the ranking's order: each with its part, its row there, and where the part begins.
fn best<'d>(decided: &'d Decided<'_>, all: &rank::Rows<'_>, top: u32) -> Vec<(&'d Kept, usize, usize)> {
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
pub(super) fn ahead<B: Sync>(
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

/// Takes out what records are ranked by: it is not needed for anything else.
fn orders(kept: &mut [Kept]) -> Vec<Narrow> {
    let none = || Narrow::new(0, 0);
    kept.iter_mut()
        .map(|kept| std::mem::replace(&mut kept.order, none()))
        .collect()
}

/// The columns of the data that are no field's, each once.
pub(super) fn told_columns(read: &[Part]) -> Vec<String> {
    let mut strange: Vec<String> = Vec::new();
    for key in read.iter().flat_map(|part| &part.columns) {
        if !strange.contains(key) {
            strange.push(key.clone());
        }
    }
    strange
}

/// Goes down the limits of the ranking.
fn decided<'p>(
    plan: &Arc<Plan<'p>>,
    read: Vec<Part>,
    mut parts: Vec<Kept>,
    ranking: Option<Ranking>,
    threads: usize,
) -> Result<Decided<'p>, Stop> {
    let strange = told_columns(&read);
    let ranking = ranking.unwrap_or_default();
    let mut limits_are_met = true;
    if let Some(list) = &plan.list {
        let sum = |(index, sum): (usize, &super::plan::SumPlan)| {
            let steps = parts.iter().filter_map(|part| part.sums.get(index)).sum::<i128>();
            sum.item.unit.number(steps).ok_or(Stop::Odd)
        };
        let sums: Result<Vec<Number>, Stop> = plan.sums.iter().enumerate().map(sum).collect();
        limits_are_met = limits::select(list, &sums?, &mut parts, &ranking, threads)?;
    }
    Ok(Decided {
        plan: Arc::clone(plan),
        parts,
        ranks: ranking.ranks,
        limits_are_met,
        strange,
        told: None,
    })
}
