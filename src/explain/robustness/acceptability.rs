//! Rank acceptability (SMAA-2): how often each record has each rank where nothing is known of the weights.
//!
//! Comes in: the values of each record's criteria, and how the other keys of the ranking put the records. Goes out: counts
//! of ranks over draws of weights. It never uses a float: weights are whole numbers with a fixed sum, and totals exact.
//!
//! Weights are the gaps between sorted uniform numbers, which spreads them evenly over all weights with that sum
//! (Dirichlet with ones); uniform numbers made to add up would crowd in the middle.
//!
//! Invariant: the same rows, draws and seed give the same counts, on any machine and with any number of threads.

use std::cmp::Ordering;

use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng as _;

use super::NotTold;
use super::board::Board;
use crate::model::{Number, Reference};

/// What the weights of one draw add up to.
const WHOLE: u64 = 1 << 32;
/// Draws that share a stream of random numbers.
const BLOCK: u32 = 1_000;
/// The most records whose counts are kept: there is a count for each record and rank.
const MOST: usize = 3_000;
/// Values up to this are added up in 64 bits: `WHOLE` times it fits.
const SMALL: i128 = 1 << 30;
/// Values up to this are added up in 128 bits.
const LARGE: i128 = 1 << 94;

/// How often each record had each rank.
#[derive(Debug, Clone)]
pub struct Acceptability {
    /// How many weights were drawn.
    pub draws: u32,
    /// The seed.
    pub seed: u64,
    /// The ranked records in the order of the ranking.
    pub records: Vec<Shares>,
}

/// How often a record had each rank.
#[derive(Debug, Clone)]
pub struct Shares {
    /// The record.
    pub record: Reference,
    /// In how many draws it had rank 1, 2, …
    pub ranks: Vec<u32>,
    /// Its central weights: what the criteria weighed on average, of 1 in all, where it came first; none where it never
    /// did.
    pub central: Option<Vec<Number>>,
}

impl Acceptability {
    /// Half the width of the 95 % interval (Wilson) for a share of the draws, rounded up to six decimals.
    pub fn half_width(&self, count: u32) -> Number {
        half_width(count, self.draws)
    }

    /// The greatest half width of any share.
    pub fn widest(&self) -> Number {
        half_width(self.draws / 2, self.draws)
    }
}

/// `z / (n + z²) · √(k (n − k) / n + z² / 4)` with z = 1.96.
fn half_width(count: u32, draws: u32) -> Number {
    let whole = |number: u32| Number::from_integer(i64::from(number));
    let compute = || {
        let square = Number::fraction(38_416, 10_000)?;
        let spread = whole(count)
            .multiply(&whole(draws.saturating_sub(count)))?
            .divide(&whole(draws))?
            .add(&square.divide(&Number::from_integer(4))?)?;
        let below = whole(draws).add(&square)?;
        let squared = spread.multiply(&square)?.divide(&below.multiply(&below)?)?;
        let millionths = squared
            .multiply(&Number::from_integer(1_000_000_000_000))?
            .ceiling();
        let root = millionths.to_i64()?.isqrt();
        let up = if Number::from_integer(root.checked_mul(root)?) == millionths {
            root
        } else {
            root + 1
        };
        Number::fraction(up, 1_000_000)
    };
    compute().unwrap_or_else(Number::one)
}

/// Draws weights for a board.
pub(super) fn of(board: &Board, draws: u32, seed: u64, threads: usize) -> Result<Acceptability, NotTold> {
    if board.rows.len() > MOST {
        return Err(NotTold::TooManyRecords(MOST));
    }
    let rows: Vec<Entry> = board
        .rows
        .iter()
        .map(|row| Entry {
            values: row.values.clone(),
            class: row.class,
            open: row.open,
            later: row.later.clone(),
        })
        .collect();
    let counts = sample(&rows, board.descending, draws, seed, threads).ok_or(NotTold::NumbersTooLong)?;
    let records = board.rows.iter().zip(counts);
    Ok(Acceptability {
        draws,
        seed,
        records: records
            .map(|(row, (ranks, central))| Shares {
                record: row.record,
                ranks,
                central,
            })
            .collect(),
    })
}

/// What there is to rank.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// The value of each criterion.
    pub values: Vec<Number>,
    /// The group that stronger keys put it in, from the top.
    pub class: u32,
    /// Whether its class stays tied whatever the totals.
    pub open: bool,
    /// For each weaker key its place, the best first; `None` where it is unknown.
    pub later: Vec<Option<u32>>,
}

/// How often an entry had rank 1, 2, …, and its central weights.
pub type Count = (Vec<u32>, Option<Vec<Number>>);

/// Draws weights, and counts the ranks of each entry. `None` where a sum has more digits than a number may have.
pub fn sample(
    entries: &[Entry],
    descending: bool,
    draws: u32,
    seed: u64,
    threads: usize,
) -> Option<Vec<Count>> {
    let scaled = scaled(entries, descending)?;
    let largest = scaled.iter().flatten().map(|value| value.abs()).max();
    let limit = |limit: i128| Number::parse(&limit.to_string()).ok();
    let fits = |bound: i128| limit(bound).is_some_and(|bound| largest.iter().all(|value| *value <= bound));
    let tally = if fits(SMALL) {
        let values = whole::<i64>(&scaled)?;
        let dot = |weights: &[u64], values: &[i64]| {
            let terms = weights.iter().zip(values);
            Some(terms.map(|(weight, value)| weight.cast_signed() * value).sum())
        };
        run(entries, &values, &dot, draws, seed, threads)?
    } else if fits(LARGE) {
        let values = whole::<i128>(&scaled)?;
        let dot = |weights: &[u64], values: &[i128]| {
            let terms = weights.iter().zip(values);
            Some(terms.map(|(weight, value)| i128::from(*weight) * value).sum())
        };
        run(entries, &values, &dot, draws, seed, threads)?
    } else {
        let dot = |weights: &[u64], values: &[Number]| {
            let mut sum = Number::zero();
            for (weight, value) in weights.iter().zip(values) {
                let weight = Number::from_integer(weight.cast_signed());
                sum = sum.add(&value.multiply(&weight)?)?;
            }
            Some(sum)
        };
        run(entries, &scaled, &dot, draws, seed, threads)?
    };
    Some(tally.counts(entries.len()))
}

/// The values as whole numbers, the better the smaller. Each criterion is multiplied by the same number.
fn scaled(entries: &[Entry], descending: bool) -> Option<Vec<Vec<Number>>> {
    let mut common = Number::one();
    for value in entries.iter().flat_map(|entry| &entry.values) {
        let product = value.multiply(&common)?;
        if !product.is_integer() {
            let exact = product.exact();
            let (_, denominator) = exact.split_once('/')?;
            common = common.multiply(&Number::parse(denominator).ok()?)?;
        }
    }
    let sign = if descending { common.negate() } else { common };
    let row = |entry: &Entry| entry.values.iter().map(|value| value.multiply(&sign)).collect();
    entries.iter().map(row).collect()
}

fn whole<T: std::str::FromStr>(values: &[Vec<Number>]) -> Option<Vec<Vec<T>>> {
    let row = |row: &Vec<Number>| row.iter().map(|value| value.exact().parse().ok()).collect();
    values.iter().map(row).collect()
}

/// What was counted.
struct Tally {
    /// For each entry and rank; the ranks of an entry stand together.
    ranks: Vec<u32>,
    /// For each entry how often it came first, and for each criterion the sum of the weights then.
    first: Vec<(u64, Vec<u128>)>,
}

impl Tally {
    fn new(entries: &[Entry]) -> Tally {
        let sums = |entry: &Entry| (0, vec![0; entry.values.len()]);
        Tally {
            ranks: vec![0; entries.len() * entries.len()],
            first: entries.iter().map(sums).collect(),
        }
    }

    /// Counts a rank, from 0, that these share.
    fn share<T>(&mut self, places: &[Place<T>], rank: usize, weights: &[u64]) {
        let all = self.first.len();
        for place in places {
            let entry = place.entry as usize;
            if let Some(count) = self.ranks.get_mut(entry * all + rank) {
                *count += 1;
            }
            if let (0, Some((count, sums))) = (rank, self.first.get_mut(entry)) {
                *count += 1;
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += u128::from(*weight);
                }
            }
        }
    }

    fn add(&mut self, other: &Tally) {
        for (own, more) in self.ranks.iter_mut().zip(&other.ranks) {
            *own += more;
        }
        for ((count, sums), (more, others)) in self.first.iter_mut().zip(&other.first) {
            *count += more;
            for (own, more) in sums.iter_mut().zip(others) {
                *own += more;
            }
        }
    }

    fn counts(self, entries: usize) -> Vec<Count> {
        let central = |(count, sums): &(u64, Vec<u128>)| {
            let all = Number::parse(&(u128::from(*count) * u128::from(WHOLE)).to_string()).ok()?;
            let share = |sum: &u128| Number::parse(&sum.to_string()).ok()?.divide(&all);
            sums.iter().map(share).collect()
        };
        let ranks = self.ranks.chunks(entries.max(1));
        ranks
            .zip(&self.first)
            .map(|(ranks, first)| (ranks.to_vec(), central(first)))
            .collect()
    }
}

fn run<T: Ord + Clone + Default + Send + Sync>(
    entries: &[Entry],
    values: &[Vec<T>],
    dot: &(impl Fn(&[u64], &[T]) -> Option<T> + Sync),
    draws: u32,
    seed: u64,
    threads: usize,
) -> Option<Tally> {
    let blocks = draws.div_ceil(BLOCK);
    let work = |thread: u32, step: usize| {
        let mut tally = Tally::new(entries);
        let place = |(entry, of): (u32, &Entry)| Place {
            class: of.class,
            total: T::default(),
            entry,
        };
        let mut places: Vec<Place<T>> = (0..).zip(entries).map(place).collect();
        for block in (thread..blocks).step_by(step) {
            let in_block = BLOCK.min(draws - block * BLOCK);
            // The block is the stream: no two blocks share numbers, and no thread needs to know of another.
            let mut random = Pcg64::new(u128::from(seed), u128::from(block));
            for _ in 0..in_block {
                let weights = weights(&mut random, values.first().map_or(0, Vec::len));
                for place in &mut places {
                    let entry = place.entry as usize;
                    let open = entries.get(entry).is_some_and(|of| of.open);
                    if let (Some(row), false) = (values.get(entry), open) {
                        place.total = dot(&weights, row)?;
                    }
                }
                places.sort_unstable();
                count(entries, &mut places, &weights, &mut tally);
            }
        }
        Some(tally)
    };
    let step = threads.clamp(1, 64);
    let numbers = 0..u32::try_from(step).unwrap_or(1);
    let tallies: Vec<Option<Tally>> = std::thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> = numbers
            .map(|thread| scope.spawn(move || work(thread, step)))
            .collect();
        running
            .into_iter()
            .map(|thread| thread.join().ok().flatten())
            .collect()
    });
    let mut sum = Tally::new(entries);
    for tally in tallies {
        sum.add(&tally?);
    }
    Some(sum)
}

/// Weights that add up to [`WHOLE`], spread evenly over all such weights.
fn weights(random: &mut Pcg64, criteria: usize) -> Vec<u64> {
    let mut cuts: Vec<u64> = (1..criteria).map(|_| random.next_u64() >> 32).collect();
    cuts.sort_unstable();
    cuts.push(WHOLE);
    let mut before = 0;
    for cut in &mut cuts {
        let at = std::mem::replace(&mut before, *cut);
        *cut -= at;
    }
    cuts
}

/// Where an entry stands in a draw.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place<T> {
    class: u32,
    total: T,
    entry: u32,
}

impl<T> Place<T> {
    fn of<'e>(&self, entries: &'e [Entry]) -> Option<&'e Entry> {
        entries.get(self.entry as usize)
    }
}

/// Counts the ranks of a draw, in which the places stand in order but for what weaker keys say of equal totals.
fn count<T: Eq>(entries: &[Entry], places: &mut [Place<T>], weights: &[u64], tally: &mut Tally) {
    let mut rank = 0;
    for equal in places.chunk_by_mut(|one, next| one.class == next.class && one.total == next.total) {
        let open = equal
            .first()
            .and_then(|place| place.of(entries))
            .is_some_and(|entry| entry.open);
        if equal.len() == 1 || open {
            tally.share(equal, rank, weights);
            rank += equal.len();
            continue;
        }
        let stretches = settled(entries, equal);
        let mut rest = &*equal;
        for stretch in stretches {
            let (members, others) = rest.split_at(stretch.min(rest.len()));
            tally.share(members, rank, weights);
            rank += members.len();
            rest = others;
        }
    }
}

/// Puts equal totals in the order of the weaker keys; gives how many share each rank. Where a key is unknown for one of
/// them, all that are equal so far share one.
fn settled<T>(entries: &[Entry], equal: &mut [Place<T>]) -> Vec<usize> {
    let keys = entries.first().map_or(0, |entry| entry.later.len());
    let key = |place: &Place<T>, at: usize| {
        place
            .of(entries)
            .and_then(|of| of.later.get(at).copied())
            .flatten()
    };
    // Each stretch with whether it stays as it is.
    let mut stretches = vec![(equal.len(), false)];
    for at in 0..keys {
        let mut parted = Vec::new();
        let mut rest = &mut *equal;
        for (size, done) in stretches {
            let (members, others) = rest.split_at_mut(size.min(rest.len()));
            rest = others;
            if done || members.iter().any(|place| key(place, at).is_none()) {
                parted.push((size, true));
                continue;
            }
            members.sort_by_key(|one| key(one, at));
            let parts = members.chunk_by(|one, next| key(one, at).cmp(&key(next, at)) == Ordering::Equal);
            parted.extend(parts.map(|part| (part.len(), part.len() == 1)));
        }
        stretches = parted;
    }
    stretches.into_iter().map(|(size, _)| size).collect()
}
