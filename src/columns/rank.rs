//! Ranks and the cut list's limits, over all parts.
//!
//! Comes in: what was kept of every record. Goes out: a rank for each, and who is kept. It never compares fractions: the
//! keys of a ranking are one number, the amounts of a limit are steps of one unit.
//!
//! Invariant: the same records in other parts get the same ranks.

use std::collections::HashSet;
use std::ops::{Add, AddAssign};

use rayon::slice::ParallelSliceMut as _;

use super::kept::{Kept, Selection};
use super::narrow::Narrow;
use super::plan::{ListPlan, RankPlan};
use crate::data::scan::Stop;
use crate::model::Number;

/// Fewer records than this are sorted by one thread.
const MANY: usize = 50_000;

/// Records by their place in the data, over all parts.
pub(super) struct Rows<'k> {
    parts: &'k [Kept],
    /// The number of the first record of each part.
    pub(super) starts: Vec<usize>,
    pub(super) count: usize,
}

impl<'k> Rows<'k> {
    pub(super) fn new(parts: &'k [Kept]) -> Rows<'k> {
        let mut count = 0;
        let starts = parts.iter().map(|part| {
            count += part.rows();
            count - part.rows()
        });
        Rows {
            parts,
            starts: starts.collect(),
            count,
        }
    }

    /// The part that a record is in, and its row there.
    #[inline]
    pub(super) fn find(&self, row: usize) -> Option<(usize, usize)> {
        let part = part_of(&self.starts, row);
        Some((part, row - self.starts.get(part)?))
    }

    fn key(&self, row: usize) -> &'k [u8] {
        let found = self
            .find(row)
            .and_then(|(part, row)| Some((self.parts.get(part)?, row)));
        found.map_or(&[], |(part, row)| part.keys.get(row))
    }
}

/// Keys that more than one record may have: those that are alike to a hash.
pub(super) fn same_keys(parts: &[Kept]) -> Vec<Box<[u8]>> {
    use std::hash::Hasher as _;
    if ascending(parts) {
        return Vec::new();
    }
    let hash = |key: &[u8]| {
        let mut hasher = std::hash::DefaultHasher::new();
        hasher.write(key);
        hasher.finish()
    };
    let mut hashes: Vec<u64> = keys(parts).map(hash).collect();
    if hashes.len() < MANY {
        hashes.sort_unstable();
    } else {
        hashes.par_sort_unstable();
    }
    let twice = |pair: &[u64]| match pair {
        [left, right] if left == right => Some(*left),
        _ => None,
    };
    let twice: HashSet<u64> = hashes.windows(2).filter_map(twice).collect();
    if twice.is_empty() {
        return Vec::new();
    }
    let same = keys(parts).filter(|key| twice.contains(&hash(key)));
    same.map(Box::from).collect()
}

/// Those of some keys that a record has.
pub(super) fn also_there(parts: &[Kept], among: &HashSet<&[u8]>) -> Vec<Box<[u8]>> {
    if !ascending(parts) {
        let there = keys(parts).filter(|key| among.contains(key));
        return there.map(Box::from).collect();
    }
    let is_there = |key: &&[u8]| {
        parts.iter().any(|part| {
            let (mut first, mut last) = (0, part.rows());
            while first < last {
                let middle = usize::midpoint(first, last);
                match part.keys.get(middle).cmp(key) {
                    std::cmp::Ordering::Less => first = middle + 1,
                    std::cmp::Ordering::Equal => return true,
                    std::cmp::Ordering::Greater => last = middle,
                }
            }
            false
        })
    };
    let there = among.iter().copied().filter(is_there);
    there.map(Box::from).collect()
}

fn keys(parts: &[Kept]) -> impl Iterator<Item = &[u8]> {
    parts
        .iter()
        .flat_map(|part| (0..part.rows()).map(|row| part.keys.get(row)))
}

/// Whether the keys stand in their own order.
fn ascending(parts: &[Kept]) -> bool {
    let filled = || parts.iter().filter(|part| part.rows() > 0);
    let mut borders = filled().zip(filled().skip(1));
    filled().all(|part| part.keys.ascending)
        && borders.all(|(one, next)| one.keys.get(one.rows() - 1) < next.keys.get(0))
}

/// The records in the order of their ranks, and the rank of each record, from 1; 0 for those that have none.
#[derive(Debug, Default)]
pub(super) struct Ranking {
    pub(super) order: Vec<u32>,
    pub(super) ranks: Vec<u32>,
}

/// Ranks all records that pass the gates, by the numbers that their keys make, for each part.
///
/// # Errors
/// More records than can be numbered.
pub(super) fn rank(plan: &RankPlan, parts: &[Kept], orders: Vec<Narrow>) -> Result<Ranking, Stop> {
    let rows = Rows::new(parts);
    let bits = usize::BITS - rows.count.leading_zeros();
    let most = plan.places().ok_or(Stop::Odd)?;
    if bits > 32 {
        return Err(Stop::Odd);
    }
    // Key and number in one, where both have room: sorting them sorts the records, those with equal keys as the data has them.
    if 64 - most.leading_zeros() + bits <= 64 {
        let sorted = passing(parts, orders, &rows, |key, row| key << bits | row as u64)?;
        let row_of = |item: u64| (item & ((1 << bits) - 1)) as usize;
        return ranked(plan, parts, &rows, most, sorted, |item| item >> bits, row_of);
    }
    let sorted = passing(parts, orders, &rows, |key, row| (key, row))?;
    ranked(plan, parts, &rows, most, sorted, |(key, _)| key, |(_, row)| row)
}

/// The records that pass the gates: each with its key and its number.
fn passing<T>(
    parts: &[Kept],
    orders: Vec<Narrow>,
    rows: &Rows<'_>,
    item: impl Fn(u64, usize) -> T,
) -> Result<Vec<T>, Stop> {
    let mut items = Vec::with_capacity(rows.count);
    // Each is given up as soon as it is read: together with what sorting needs they would be the most that is held at all.
    for ((part, order), start) in parts.iter().zip(orders).zip(&rows.starts) {
        for (row, state) in part.states.iter().enumerate() {
            if state.passes() {
                let key = u64::try_from(order.get(row)).map_err(|_| Stop::Odd)?;
                items.push(item(key, start + row));
            }
        }
    }
    Ok(items)
}

fn ranked<T: Copy>(
    plan: &RankPlan,
    parts: &[Kept],
    rows: &Rows<'_>,
    most: i64,
    mut sorted: Vec<T>,
    key_of: impl Fn(T) -> u64,
    row_of: impl Fn(T) -> usize,
) -> Result<Ranking, Stop> {
    // Records with equal keys stay as the data has them.
    match u32::try_from(most) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "no key is greater than the greatest"
        )]
        Ok(_) => radsort::sort_by_key(&mut sorted, |item| key_of(*item) as u32),
        Err(_) => radsort::sort_by_key(&mut sorted, |item| key_of(*item)),
    }
    let as_the_data = ascending(parts) && plan.by_key != Some(true);
    let mut ranking = Ranking {
        order: Vec::with_capacity(sorted.len()),
        ranks: vec![0; rows.count],
    };
    let mut tie = Vec::new();
    for equal in sorted.chunk_by(|left, right| key_of(*left) == key_of(*right)) {
        tie.clear();
        tie.extend(equal.iter().map(|item| row_of(*item)));
        if tie.len() > 1 && !as_the_data {
            tie.sort_unstable_by_key(|row| rows.key(*row));
            if plan.by_key == Some(true) {
                tie.reverse();
            }
        }
        let first = u32::try_from(ranking.order.len() + 1).map_err(|_| Stop::Odd)?;
        for (rank, row) in (first..).zip(&tie) {
            if let Some(place) = ranking.ranks.get_mut(*row) {
                *place = if plan.by_key.is_some() { rank } else { first };
            }
            ranking.order.push(u32::try_from(*row).map_err(|_| Stop::Odd)?);
        }
    }
    Ok(ranking)
}

/// Goes down the order and tells who is kept, and whether all limits are met: what always stays may be more than one allows.
///
/// # Errors
/// A limit whose amount is not known.
pub(super) fn select(
    list: &ListPlan,
    sums: &[Number],
    parts: &mut [Kept],
    order: &[u32],
) -> Result<bool, Stop> {
    let rows = Rows::new(parts);
    let (starts, count) = (rows.starts, rows.count as i128);
    let mut most = Vec::new();
    for limit in &list.limits {
        let amount = limit.amount.number(sums).ok_or(Stop::Odd)?;
        most.push(limit.of.unit.steps(&amount).ok_or(Stop::Odd)?.0);
    }
    // Whether sums of these amounts stay within 64 bits.
    let is_small = |number: i128| number.unsigned_abs() < 1 << 62;
    let mut ends = list.limits.iter().flat_map(|limit| [limit.of.low, limit.of.high]);
    if ends.all(|end| is_small(end * count)) && most.iter().all(|most| is_small(*most)) {
        let most = most.iter().filter_map(|most| i64::try_from(*most).ok());
        return Ok(go_down(list, most.collect(), parts, &starts, order));
    }
    Ok(go_down(list, most, parts, &starts, order))
}

/// The same with numbers that all sums of amounts fit.
fn go_down<T: Amount>(
    list: &ListPlan,
    most: Vec<T>,
    parts: &mut [Kept],
    starts: &[usize],
    order: &[u32],
) -> bool {
    let mut bounds: Vec<Bound<T>> = most
        .into_iter()
        .map(|most| Bound::new(most, T::default()))
        .collect();
    for part in parts.iter() {
        for (amounts, bound) in part.amounts.iter().zip(&mut bounds) {
            for (row, selection) in part.selections.iter().enumerate() {
                if *selection == Selection::Prioritised {
                    bound.kept += T::from(amounts.get(row));
                }
            }
        }
    }
    for row in order {
        let row = *row as usize;
        let index = part_of(starts, row);
        let (Some(part), Some(start)) = (parts.get_mut(index), starts.get(index)) else {
            continue;
        };
        let row = row - start;
        let Some(selection) = part.selections.get_mut(row) else {
            continue;
        };
        if *selection == Selection::Candidate {
            let amounts = part.amounts.iter().map(|amounts| T::from(amounts.get(row)));
            *selection = if keeps(&mut bounds, amounts, list.take_what_fits) {
                Selection::Kept
            } else {
                Selection::Cut
            };
        }
    }
    bounds.iter().all(Bound::is_met)
}

/// Numbers that amounts are added up in.
pub(super) trait Amount: Copy + Default + Ord + From<i64> + AddAssign + Add<Output = Self> {}

impl<T: Copy + Default + Ord + From<i64> + AddAssign + Add<Output = T>> Amount for T {}

/// A limit while the order is gone down.
pub(super) struct Bound<T> {
    most: T,
    kept: T,
    closed: bool,
}

impl<T: Amount> Bound<T> {
    /// What is allowed, and what is counted before.
    pub(super) fn new(most: T, kept: T) -> Bound<T> {
        Bound {
            most,
            kept,
            closed: false,
        }
    }

    /// Whether no more is counted than is allowed.
    pub(super) fn is_met(&self) -> bool {
        self.kept <= self.most
    }
}

/// Whether all limits let a candidate with these amounts stay; it is counted then.
#[inline]
pub(super) fn keeps<T: Amount>(
    bounds: &mut [Bound<T>],
    amounts: impl Iterator<Item = T> + Clone,
    take_what_fits: bool,
) -> bool {
    let mut holds = true;
    for (amount, bound) in amounts.clone().zip(bounds.iter_mut()) {
        // A limit is asked only about those that it counts with more than nothing.
        if amount > T::default() && (bound.closed || bound.kept + amount > bound.most) {
            holds = false;
            bound.closed = !take_what_fits;
        }
    }
    if holds {
        for (amount, bound) in amounts.zip(bounds) {
            bound.kept += amount;
        }
    }
    holds
}

/// The part that a record is in. Of a few parts, of which any may be next, it is counted without a branch.
#[inline]
fn part_of(starts: &[usize], row: usize) -> usize {
    const FEW: usize = 8;
    let before = match starts.len() {
        ..=FEW => starts
            .iter()
            .map(|start| usize::from(*start <= row))
            .sum::<usize>(),
        _ => starts.partition_point(|start| *start <= row),
    };
    before.saturating_sub(1)
}
