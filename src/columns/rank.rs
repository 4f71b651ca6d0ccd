//! Ranks over all parts.
//!
//! Comes in: what was kept of every record. Goes out: a rank for each. It never compares fractions: the keys of a ranking are
//! one number.
//!
//! Invariant: the same records in other parts get the same ranks.

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU32, Ordering};

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use rayon::slice::ParallelSliceMut as _;

use super::kept::Kept;
use super::narrow::Narrow;
use super::plan::RankPlan;
use crate::data::scan::Stop;

/// Fewer records than this are sorted by one thread.
pub(super) const MANY: usize = 50_000;

/// Does something with each of several, side by side if more threads than this one may be used.
pub(super) fn side_by_side<T: Send, R: Send>(
    each: impl ExactSizeIterator<Item = T>,
    threads: usize,
    doing: impl Fn(T) -> R + Send + Sync,
) -> Vec<R> {
    if threads < 2 || each.len() < 2 {
        return each.map(doing).collect();
    }
    each.collect::<Vec<T>>().into_par_iter().map(doing).collect()
}

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
    if ascending(parts) {
        return Vec::new();
    }
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

/// What keys that are the same have the same of.
pub(super) fn hash(key: &[u8]) -> u64 {
    use std::hash::Hasher as _;
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(key);
    hasher.finish()
}

/// Those of some keys, which are sorted, that a record has.
pub(super) fn also_there(parts: &[Kept], among: &[&[u8]]) -> Vec<Box<[u8]>> {
    if !ascending(parts) {
        let there = keys(parts).filter(|key| among.binary_search(key).is_ok());
        return there.map(Box::from).collect();
    }
    let mut there = Vec::new();
    let mut among = among;
    for part in parts.iter().filter(|part| part.rows() > 0) {
        let last = part.keys.get(part.rows() - 1);
        let (these, behind) = among.split_at(among.partition_point(|key| *key <= last));
        among = behind;
        let mut row = 0;
        for key in these {
            // The row is mostly near the one before: what lies between is looked through with growing steps.
            let mut step = 1;
            while row + step < part.rows() && part.keys.get(row + step) < *key {
                row += step;
                step *= 2;
            }
            let mut end = (row + step).min(part.rows());
            while row < end {
                let middle = usize::midpoint(row, end);
                match part.keys.get(middle) < *key {
                    true => row = middle + 1,
                    false => end = middle,
                }
            }
            if row < part.rows() && part.keys.get(row) == *key {
                there.push(Box::from(*key));
            }
        }
    }
    there
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

/// Ranks all records that pass the gates, by the numbers that their keys make, for each part; with at most so many threads. Where
/// only the first so many ranks are wanted, the others get none.
///
/// # Errors
/// More records than can be numbered.
pub(super) fn rank(
    plan: &RankPlan,
    parts: &[Kept],
    orders: Vec<Narrow>,
    top: Option<u32>,
    threads: usize,
) -> Result<Ranking, Stop> {
    let rows = Rows::new(parts);
    let bits = usize::BITS - rows.count.leading_zeros();
    let most = plan.places().ok_or(Stop::Odd)?;
    if bits > 32 {
        return Err(Stop::Odd);
    }
    let threads = if rows.count < MANY || top.is_some() {
        1
    } else {
        threads
    };
    let stretches = stretches(parts, &orders, threads);
    // Key and number in one, where both have room: sorting them sorts the records, those with equal keys as the data has them.
    if 64 - most.leading_zeros() + bits <= 64 {
        let mut items = passing(parts, orders, &rows, &stretches, |key, row| {
            key << bits | row as u64
        });
        keep_first(&mut items, top, |item| item >> bits);
        let row_of = |item: u64| (item & ((1 << bits) - 1)) as usize;
        return ranked(plan, parts, &rows, most, items, |item| item >> bits, row_of);
    }
    let mut items = passing(parts, orders, &rows, &stretches, |key, row| (key, row));
    keep_first(&mut items, top, |(key, _)| key);
    ranked(plan, parts, &rows, most, items, |(key, _)| key, |(_, row)| row)
}

/// About so many stretches of keys with about as many records each; from the least to the greatest.
fn stretches(parts: &[Kept], orders: &[Narrow], count: usize) -> Vec<RangeInclusive<u64>> {
    /// Every so many records one is looked at.
    const STEP: usize = 256;
    let mut keys = Vec::new();
    if count > 1 {
        for (part, order) in parts.iter().zip(orders) {
            let states = part.states.iter().enumerate().step_by(STEP);
            let passing = states.filter(|(_, state)| state.passes());
            keys.extend(passing.map(|(row, _)| order.get(row).cast_unsigned()));
        }
        keys.sort_unstable();
    }
    let mut first = 0;
    let mut stretches = Vec::new();
    for border in (1..count).filter_map(|index| keys.get(index * keys.len() / count)) {
        if *border > first {
            stretches.push(first..=*border - 1);
            first = *border;
        }
    }
    stretches.push(first..=u64::MAX);
    stretches
}

/// The records that pass the gates, by stretches of their keys: each with its key and its number.
fn passing<T: Copy + Default + Send>(
    parts: &[Kept],
    orders: Vec<Narrow>,
    rows: &Rows<'_>,
    stretches: &[RangeInclusive<u64>],
    item: impl Fn(u64, usize) -> T + Send + Sync,
) -> Vec<Vec<T>> {
    let of = |stretch: &RangeInclusive<u64>| {
        // Memory that is not filled is none to the machine. Every record is put down, and the next one over those that
        // are not wanted: which ones are is nothing that a processor could foresee.
        let mut items = vec![T::default(); rows.count];
        let mut count = 0;
        for ((part, order), start) in parts.iter().zip(&orders).zip(&rows.starts) {
            for (row, state) in part.states.iter().enumerate() {
                let key = order.get(row).cast_unsigned();
                if let Some(place) = items.get_mut(count) {
                    *place = item(key, start + row);
                }
                count += usize::from(state.passes() & (*stretch.start() <= key) & (key <= *stretch.end()));
            }
        }
        items.truncate(count);
        items
    };
    side_by_side(stretches.iter(), stretches.len(), of)
}

/// Leaves those only whose key may be among the first so many, without sorting all for it; they stay as the data has them.
fn keep_first<T: Copy>(items: &mut [Vec<T>], top: Option<u32>, key_of: impl Fn(T) -> u64) {
    let (Some(top), [all]) = (top, items) else {
        return;
    };
    let Some(last) = (top as usize).checked_sub(1).filter(|last| *last < all.len()) else {
        return;
    };
    let mut keys: Vec<u64> = all.iter().map(|item| key_of(*item)).collect();
    let (_, last, _) = keys.select_nth_unstable(last);
    all.retain(|item| key_of(*item) <= *last);
}

fn ranked<T: Copy + Send>(
    plan: &RankPlan,
    parts: &[Kept],
    rows: &Rows<'_>,
    most: i64,
    items: Vec<Vec<T>>,
    key_of: impl Fn(T) -> u64 + Send + Sync,
    row_of: impl Fn(T) -> usize + Send + Sync,
) -> Result<Ranking, Stop> {
    // Records with equal keys stay as the data has them.
    let sort = |items: &mut Vec<T>| match u32::try_from(most) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "no key is greater than the greatest"
        )]
        Ok(_) => radsort::sort_by_key(items, |item| key_of(*item) as u32),
        Err(_) => radsort::sort_by_key(items, |item| key_of(*item)),
    };
    let as_the_data = ascending(parts) && plan.by_key != Some(true);
    let ranks: Vec<AtomicU32> = (0..rows.count).map(|_| AtomicU32::new(0)).collect();
    let tell = |row: usize, rank: u32| {
        if let Some(place) = ranks.get(row) {
            place.store(rank, Ordering::Relaxed);
        }
    };
    // The first of these has the rank `before + 1`.
    let give = |items: Vec<T>, before: u32| -> Vec<u32> {
        let mut order = Vec::with_capacity(items.len());
        if as_the_data && plan.by_key.is_some() {
            for (item, rank) in items.iter().zip(before + 1..) {
                let row = row_of(*item);
                tell(row, rank);
                order.push(row as u32);
            }
            return order;
        }
        let mut tie = Vec::new();
        for equal in items.chunk_by(|left, right| key_of(*left) == key_of(*right)) {
            tie.clear();
            tie.extend(equal.iter().map(|item| row_of(*item)));
            if tie.len() > 1 && !as_the_data {
                tie.sort_unstable_by_key(|row| rows.key(*row));
                if plan.by_key == Some(true) {
                    tie.reverse();
                }
            }
            let first = before + 1 + order.len() as u32;
            for (rank, row) in (first..).zip(&tie) {
                tell(*row, if plan.by_key.is_some() { rank } else { first });
                order.push(*row as u32);
            }
        }
        order
    };
    let (mut before, threads) = (0, items.len());
    let mut stretches = Vec::new();
    for items in items {
        let first = before;
        before += u32::try_from(items.len()).map_err(|_| Stop::Odd)?;
        stretches.push((items, first));
    }
    let orders = side_by_side(stretches.into_iter(), threads, |(mut items, before)| {
        sort(&mut items);
        give(items, before)
    });
    let ranks = ranks.into_iter().map(AtomicU32::into_inner).collect();
    Ok(Ranking {
        order: orders.concat(),
        ranks,
    })
}

/// The part that a record is in. Of a few parts, of which any may be next, it is counted without a branch.
#[inline]
pub(super) fn part_of(starts: &[usize], row: usize) -> usize {
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
