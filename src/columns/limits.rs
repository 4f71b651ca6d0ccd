//! The limits of a cut list, over all parts.
//!
//! Comes in: what was kept of every record, and their ranks. Goes out: who is kept, and whether all limits are met. It never
//! compares fractions: the amounts of a limit are steps of one unit.
//!
//! Invariant: whoever is kept is who would be if one record after the other were asked, in the order of the ranks.

use std::ops::{Add, AddAssign};

use super::kept::{Kept, Selection};
use super::narrow::Narrow;
use super::plan::ListPlan;
use super::rank::{MANY, Ranking, Rows, part_of, side_by_side};
use crate::data::scan::Stop;
use crate::model::Number;

/// Goes down the order and tells who is kept, and whether all limits are met: what always stays may be more than one allows.
///
/// # Errors
/// A limit whose amount is not known.
pub(super) fn select(
    list: &ListPlan,
    sums: &[Number],
    parts: &mut [Kept],
    ranking: &Ranking,
    threads: usize,
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
        return Ok(go_down(list, most.collect(), parts, &starts, ranking, threads));
    }
    Ok(go_down(list, most, parts, &starts, ranking, threads))
}

/// The same with numbers that all sums of amounts fit.
fn go_down<T: Amount>(
    list: &ListPlan,
    most: Vec<T>,
    parts: &mut [Kept],
    starts: &[usize],
    ranking: &Ranking,
    threads: usize,
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
    let first = keep_ahead(list, &mut bounds, parts, starts, ranking, threads);
    for row in ranking.order.get(first..).unwrap_or(&[]) {
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
            // Where a limit that is reached counts every record, all the others are cut.
            let mut limits = list.limits.iter().zip(&bounds);
            if *selection == Selection::Cut && limits.any(|(limit, bound)| bound.closed && limit.of.low > 0) {
                cut_all(parts);
                break;
            }
        }
    }
    bounds.iter().all(Bound::is_met)
}

/// Keeps the candidates down to somewhere before the first limit is reached, and tells how many of the order those are. They are
/// gone through as the data has them, by what each thousand of ranks takes together: the order leads all over the memory, where
/// other processors have written.
fn keep_ahead<T: Amount>(
    list: &ListPlan,
    bounds: &mut [Bound<T>],
    parts: &mut [Kept],
    starts: &[usize],
    ranking: &Ranking,
    threads: usize,
) -> usize {
    const THOUSAND: usize = 1 << 10;
    // With what is less than nothing more might be kept on the way than in the end.
    if ranking.order.len() < MANY || list.limits.iter().any(|limit| limit.of.low < 0) {
        return 0;
    }
    let thousands = ranking.order.len() / THOUSAND + 1;
    // From 0; those without a rank come behind all others.
    let before = |rank: &u32| rank.wrapping_sub(1);
    let ranks = |start: &usize| ranking.ranks.get(*start..).unwrap_or(&[]);
    let sums_of = |(part, start): (&Kept, &usize)| {
        let sum = |amounts: &Narrow| {
            let mut sums = vec![T::default(); thousands + 1];
            for (row, (selection, rank)) in part.selections.iter().zip(ranks(start)).enumerate() {
                // Without a branch, which would be taken as by chance.
                let is_candidate = *selection == Selection::Candidate;
                let amount = if is_candidate { amounts.get(row) } else { 0 };
                let thousand = (before(rank) as usize / THOUSAND).min(thousands);
                if let Some(sum) = sums.get_mut(thousand) {
                    *sum += T::from(amount);
                }
            }
            sums
        };
        part.amounts.iter().map(sum).collect::<Vec<_>>()
    };
    let sums = side_by_side(parts.iter().zip(starts), threads, sums_of);
    let of_all = |limit: usize, thousand: usize| {
        let each = sums.iter().filter_map(|sums| sums.get(limit)?.get(thousand));
        each.fold(T::default(), |all, sum| all + *sum)
    };
    let mut ahead = 0;
    for thousand in 0..thousands {
        let with = |(limit, bound): (usize, &Bound<T>)| bound.kept + of_all(limit, thousand);
        let kept: Vec<T> = bounds.iter().enumerate().map(with).collect();
        if bounds.iter().zip(&kept).any(|(bound, kept)| *kept > bound.most) {
            break;
        }
        for (bound, kept) in bounds.iter_mut().zip(kept) {
            bound.kept = kept;
        }
        // No rank is so great that one more thousand would matter.
        ahead = u32::saturating_add(ahead, THOUSAND as u32);
    }
    side_by_side(parts.iter_mut().zip(starts), threads, |(part, start)| {
        for (selection, rank) in part.selections.iter_mut().zip(ranks(start)) {
            let is_ahead = (*selection == Selection::Candidate) & (before(rank) < ahead);
            *selection = if is_ahead { Selection::Kept } else { *selection };
        }
    });
    let is_ahead = |row: &u32| {
        ranking
            .ranks
            .get(*row as usize)
            .is_some_and(|rank| before(rank) < ahead)
    };
    ranking.order.partition_point(is_ahead)
}

/// Cuts all that nothing has been decided on.
fn cut_all(parts: &mut [Kept]) {
    for part in parts {
        for selection in &mut part.selections {
            // Without a branch, which would be taken as by chance.
            *selection = match *selection {
                Selection::Candidate => Selection::Cut,
                other => other,
            };
        }
    }
}

/// Numbers that amounts are added up in.
pub(super) trait Amount:
    Copy + Default + Ord + From<i64> + AddAssign + Add<Output = Self> + Send + Sync
{
}

impl<T: Copy + Default + Ord + From<i64> + AddAssign + Add<Output = T> + Send + Sync> Amount for T {}

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
