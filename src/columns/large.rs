//! Deciding on more records than there is memory for.
//!
//! Comes in: files that can be read more than once. Goes out: rows. They are read once for what the ranking and the limits need
//! of each record, which is sorted in runs beside memory (`runs`), and once more to be written. It never holds more
//! records than a batch, but for those of `--top` and for lines that have to be read closely.
//!
//! Invariant: what comes out is what deciding in memory gives, to the byte.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use super::closely::{self, Found};
use super::kept::{Kept, Selection};
use super::limits::{Bound, keeps};
use super::outputs::Choice;
use super::parts::{self, Part};
use super::plan::{ListPlan, Plan};
use super::rows::{Form, Rows};
use super::run::{Columns, Input, Not, Told, told_columns};
use super::runs::{Memory, Merged, Placed, Ranked, Runs};
use crate::data::OnError;
use crate::data::scan::{self, Stop};
use crate::model::Number;
use crate::source::Sources;

/// Decided records that are not in memory.
pub struct Large<'p> {
    /// By which they were read, and are again.
    plan: Arc<Plan<'p>>,
    /// What lines were found to be that have to be read closely.
    known: scan::Closely,
    rows: usize,
    placed: Merged<Placed>,
    /// Whether all limits of the cut list are met.
    pub limits_are_met: bool,
    /// Columns of the data that are no field's.
    pub strange: Vec<String>,
    /// What is to be told of records that are not among these.
    pub told: Option<Told>,
}

/// What is gathered while all is read.
struct Gathered {
    rows: u64,
    ranked: Runs<Ranked>,
    sums: Vec<i128>,
    /// What each limit counts of those that always stay.
    staying: Vec<i128>,
    keys: Keys,
}

/// What tells whether two records have the same key.
struct Keys {
    last: Vec<u8>,
    ascend: bool,
    /// All of them, where they do not ascend.
    all: Option<Runs<Box<[u8]>>>,
}

impl<'p> Columns<'p> {
    /// Decides the records of some files with little memory; they must be such that they can be read again.
    ///
    /// # Errors
    /// Whatever is none for columns, mistakes in the data, and files that cannot be made.
    pub fn decide_large(
        &self,
        inputs: &[Input],
        memory: Memory,
        on_error: OnError,
        sources: &mut Sources,
    ) -> Result<Large<'p>, Not> {
        let (mut guess, mut plan) = self.first();
        let mut known = scan::Closely::default();
        let mut with_keys = false;
        // At most three things are sorted at a time.
        let memory = Memory {
            bytes: memory.bytes / 3,
            ..memory
        };
        for _ in 0..super::run::GUESSES {
            let once = self.gathered(
                &plan,
                inputs,
                memory,
                on_error,
                &mut known,
                &mut with_keys,
                sources,
            );
            let stop = match once {
                Ok(Some(Ok(large))) => return Ok(Large { known, ..large }),
                Ok(Some(Err(not))) => return Err(not),
                Ok(None) => continue,
                Err(stop) => stop,
            };
            plan = self.mend(&mut guess, stop)?;
        }
        Err(Not::Plain)
    }

    /// Reads all once; `None` where that has shown something by which all has to be read again.
    #[expect(
        clippy::too_many_arguments,
        reason = "it is one step of a loop that mends them"
    )]
    fn gathered(
        &self,
        plan: &Arc<Plan<'p>>,
        inputs: &[Input],
        memory: Memory,
        on_error: OnError,
        known: &mut scan::Closely,
        with_keys: &mut bool,
        sources: &mut Sources,
    ) -> Result<Option<Result<Large<'p>, Not>>, Stop> {
        let limits = plan.list.as_ref().map_or(0, |list| list.limits.len());
        let mut gathered = Gathered {
            rows: 0,
            ranked: Runs::new(memory),
            sums: vec![0; plan.sums.len()],
            staying: vec![0; limits],
            keys: Keys {
                last: Vec::new(),
                ascend: true,
                all: with_keys.then(|| Runs::new(memory)),
            },
        };
        let from_last = plan.rank.as_ref().and_then(|rank| rank.by_key) == Some(true);
        let read = parts::each(plan, known, inputs, true, &mut |kept| {
            gathered
                .add(kept, plan.rank.is_some(), from_last)
                .map_err(Stop::Io)
        })?;
        let Gathered {
            rows,
            ranked,
            sums,
            staying,
            keys,
        } = gathered;
        if !keys.ascend && keys.all.is_none() {
            *with_keys = true;
            return Ok(None);
        }
        let same = keys.same().map_err(Stop::Io)?;
        let count = usize::try_from(rows).map_err(|_| Stop::Odd)?;
        // Whether records that are not read closely have some keys is looked up in the files.
        let also_there = |known: &scan::Closely, among: &[&[u8]]| {
            let mut there = Vec::new();
            parts::each(plan, known, inputs, true, &mut |kept| {
                let keys = (0..kept.rows()).map(|row| kept.keys.get(row));
                there.extend(keys.filter(|key| among.binary_search(key).is_ok()).map(Box::from));
                Ok(())
            })?;
            Ok(there)
        };
        let others = closely::Others {
            count,
            same,
            also_there: &also_there,
        };
        let found = closely::look(self.policy, plan, inputs, &read, others, known, on_error, sources)?;
        let told = match found {
            Found::Nothing(told) => told,
            Found::Wrong(told) => return Ok(Some(Err(Not::Wrong(told)))),
            Found::More => return Ok(None),
        };
        let (placed, limits_are_met) = place(plan, ranked, &sums, staying, memory)?;
        Ok(Some(Ok(Large {
            plan: Arc::clone(plan),
            known: scan::Closely::default(),
            rows: count,
            placed,
            limits_are_met,
            strange: told_columns(&read),
            told,
        })))
    }

    /// Writes decided records as lines.
    ///
    /// # Errors
    /// A writer that fails, and files that are no longer what they were.
    pub fn write_large(
        &self,
        large: Large<'p>,
        inputs: &[Input],
        form: Form,
        choice: &Choice,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        let Large {
            plan,
            known,
            rows: count,
            placed,
            ..
        } = large;
        let rows = Rows::new(&plan, form, choice, count);
        to.write_all(&rows.header(&plan))?;
        let mut best: BTreeMap<(u32, Box<[u8]>), Vec<u8>> = BTreeMap::new();
        let mut text = Vec::new();
        again(&plan, &known, inputs, placed, &mut |kept, ranks| {
            text.clear();
            let Some(top) = choice.top else {
                rows.write(kept, 0..kept.rows(), ranks, 0, &mut text);
                return to.write_all(&text);
            };
            for (row, rank) in ranks.iter().enumerate() {
                if (1..=top).contains(rank) {
                    let mut line = Vec::new();
                    rows.write(kept, row..row + 1, ranks, 0, &mut line);
                    best.insert((*rank, kept.keys.get(row).into()), line);
                }
            }
            Ok(())
        })?;
        for line in best.into_values() {
            to.write_all(&line)?;
        }
        Ok(())
    }

    /// Writes decided records as a file in Parquet; not those with at least some rank alone.
    ///
    /// # Errors
    /// A writer that fails, a number that is too large for a column, and files that are no longer what they were.
    #[cfg(feature = "parquet")]
    pub fn write_large_parquet(
        &self,
        large: Large<'p>,
        inputs: &[Input],
        choice: &Choice,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        let Large {
            plan, known, placed, ..
        } = large;
        let kinds = self.kinds();
        let mut rows = super::typed::Typed::begin(&plan, &kinds, choice, to)?;
        again(&plan, &known, inputs, placed, &mut |kept, ranks| {
            for row in 0..kept.rows() {
                rows.write(kept, row, ranks, 0)?;
            }
            Ok(())
        })?;
        rows.end()
    }
}

impl Gathered {
    fn add(&mut self, kept: &Kept, has_rank: bool, from_last: bool) -> io::Result<()> {
        for row in 0..kept.rows() {
            let key = kept.keys.get(row);
            self.keys.add(key, self.rows == 0)?;
            let selection = kept.selections.get(row);
            if selection == Some(&Selection::Prioritised) {
                for (staying, amounts) in self.staying.iter_mut().zip(&kept.amounts) {
                    *staying += i128::from(amounts.get(row));
                }
            }
            if has_rank && kept.states.get(row).is_some_and(|state| state.passes()) {
                let order = u64::try_from(kept.order.get(row)).map_err(io::Error::other)?;
                self.ranked.push(Ranked {
                    order,
                    key: key.into(),
                    from_last,
                    row: self.rows,
                    is_candidate: selection == Some(&Selection::Candidate),
                    amounts: kept.amounts.iter().map(|amounts| amounts.get(row)).collect(),
                })?;
            }
            self.rows += 1;
        }
        for (sum, more) in self.sums.iter_mut().zip(&kept.sums) {
            *sum += more;
        }
        Ok(())
    }
}

impl Keys {
    fn add(&mut self, key: &[u8], is_first: bool) -> io::Result<()> {
        if let Some(all) = &mut self.all {
            return all.push(key.into());
        }
        self.ascend = self.ascend && (is_first || self.last.as_slice() < key);
        self.last.clear();
        self.last.extend_from_slice(key);
        Ok(())
    }

    /// The keys that more than one record has.
    fn same(self) -> io::Result<Vec<Box<[u8]>>> {
        let mut same: Vec<Box<[u8]>> = Vec::new();
        let Some(all) = self.all else {
            return Ok(same);
        };
        let (mut all, mut last) = (all.merged()?, None);
        while let Some(key) = all.next()? {
            if last.as_ref() == Some(&key) && same.last() != Some(&key) {
                same.push(key.clone());
            }
            last = Some(key);
        }
        Ok(same)
    }
}

/// Goes through the ranking and down the limits; who stands where comes in the order of the data.
fn place(
    plan: &Plan<'_>,
    ranked: Runs<Ranked>,
    sums: &[i128],
    staying: Vec<i128>,
    memory: Memory,
) -> Result<(Merged<Placed>, bool), Stop> {
    let mut bounds = match &plan.list {
        Some(list) => bounds(plan, list, sums, staying)?,
        None => Vec::new(),
    };
    let takes_what_fits = plan.list.as_ref().is_some_and(|list| list.take_what_fits);
    let shares = plan.rank.as_ref().is_some_and(|rank| rank.by_key.is_none());
    let mut ranked = ranked.merged().map_err(Stop::Io)?;
    let mut placed = Runs::new(memory);
    let (mut count, mut rank, mut before) = (0_u32, 0, None);
    while let Some(record) = ranked.next().map_err(Stop::Io)? {
        count = count.checked_add(1).ok_or(Stop::Odd)?;
        if !shares || before != Some(record.order) {
            rank = count;
        }
        before = Some(record.order);
        let kept = (plan.list.is_some() && record.is_candidate).then(|| {
            let amounts = record.amounts.iter().map(|amount| i128::from(*amount));
            keeps(&mut bounds, amounts, takes_what_fits)
        });
        let row = record.row;
        placed.push(Placed { row, rank, kept }).map_err(Stop::Io)?;
    }
    let met = bounds.iter().all(Bound::is_met);
    Ok((placed.merged().map_err(Stop::Io)?, met))
}

/// The limits, before the order is gone down.
fn bounds(
    plan: &Plan<'_>,
    list: &ListPlan,
    sums: &[i128],
    staying: Vec<i128>,
) -> Result<Vec<Bound<i128>>, Stop> {
    let sums = plan.sums.iter().zip(sums);
    let sums = sums.map(|(sum, steps)| sum.item.unit.number(*steps).ok_or(Stop::Odd));
    let sums: Vec<Number> = sums.collect::<Result<_, _>>()?;
    let limits = list.limits.iter().zip(staying);
    let bounds = limits.map(|(limit, staying)| {
        let amount = limit.amount.number(&sums).ok_or(Stop::Odd)?;
        let (most, _) = limit.of.unit.steps(&amount).ok_or(Stop::Odd)?;
        Ok(Bound::new(most, staying))
    });
    bounds.collect()
}

/// Reads all once more, each batch with the ranks of its records and who is kept of them.
fn again(
    plan: &Plan<'_>,
    known: &scan::Closely,
    inputs: &[Input],
    mut placed: Merged<Placed>,
    write: &mut dyn FnMut(&Kept, &[u32]) -> io::Result<()>,
) -> io::Result<()> {
    let (mut first, mut next) = (0_u64, placed.next()?);
    let mut ranks = Vec::new();
    let read: Result<Vec<Part>, Stop> = parts::each(plan, known, inputs, false, &mut |kept| {
        ranks.clear();
        ranks.resize(kept.rows(), 0);
        let end = first + kept.rows() as u64;
        while let Some(one) = next.filter(|one| one.row < end) {
            let row = usize::try_from(one.row - first).unwrap_or(usize::MAX);
            if let Some(rank) = ranks.get_mut(row) {
                *rank = one.rank;
            }
            if let (Some(is_kept), Some(selection)) = (one.kept, kept.selections.get_mut(row)) {
                *selection = if is_kept { Selection::Kept } else { Selection::Cut };
            }
            next = placed.next().map_err(Stop::Io)?;
        }
        first = end;
        write(kept, &ranks).map_err(Stop::Io)
    });
    match read {
        Ok(_) => Ok(()),
        Err(Stop::Io(error)) => Err(error),
        Err(_) => Err(io::Error::other("the data was changed while it was read")),
    }
}
