//! The rank of every record, and the last rank that the budget reaches.

use crate::columns::Columns;

/// Pairs of total and sixth score.
const KEYS: usize = 1801 * 101;
/// Below this many rows a sort takes less time than clearing the counts.
const FEW: usize = 20_000;

pub struct Ranks {
    /// For each part and row; 0 is no rank.
    pub ranks: Vec<Vec<u32>>,
    /// The last rank that is kept.
    pub kept: u32,
}

pub fn rank(parts: &[Columns]) -> Ranks {
    if parts.iter().map(Columns::len).sum::<usize>() < FEW {
        by_sort(parts)
    } else {
        by_count(parts)
    }
}

/// The smaller, the better.
#[inline(always)]
fn key(columns: &Columns, row: usize) -> usize {
    KEYS - 1 - (columns.total(row) * 101 + usize::from(columns.q6[row]))
}

fn admitted(parts: &[Columns]) -> impl Iterator<Item = (usize, usize)> {
    let rows = |(part, columns): (usize, &Columns)| (0..columns.len()).map(move |row| (part, row));
    parts
        .iter()
        .enumerate()
        .flat_map(rows)
        .filter(|(part, row)| parts[*part].failed[*row] == 0)
}

fn no_ranks(parts: &[Columns]) -> Vec<Vec<u32>> {
    parts.iter().map(|columns| vec![0; columns.len()]).collect()
}

fn by_sort(parts: &[Columns]) -> Ranks {
    let mut order: Vec<(usize, usize, usize)> = admitted(parts)
        .map(|(part, row)| (key(&parts[part], row), part, row))
        .collect();
    let id = |part: usize, row: usize| parts[part].id(row);
    order.sort_unstable_by(|left, right| {
        (left.0.cmp(&right.0)).then_with(|| id(left.1, left.2).cmp(id(right.1, right.2)))
    });
    let p50 = |part: usize, row: usize| u64::from(parts[part].p50[row]);
    let all: u64 = order.iter().map(|(_, part, row)| p50(*part, *row)).sum();
    let mut ranks = no_ranks(parts);
    let (mut used, mut kept) = (0, 0);
    for (rank, (_, part, row)) in (1..).zip(order) {
        ranks[part][row] = rank;
        used += p50(part, row);
        if 4 * used <= all {
            kept = rank;
        }
    }
    Ranks { ranks, kept }
}

/// Counting the records of each key gives every rank without an order.
fn by_count(parts: &[Columns]) -> Ranks {
    let mut next = vec![0_u32; KEYS];
    let mut money = vec![0_u64; KEYS];
    for columns in parts {
        for row in 0..columns.len() {
            if columns.failed[row] == 0 {
                let key = key(columns, row);
                next[key] += 1;
                money[key] += u64::from(columns.p50[row]);
            }
        }
    }
    let all: u64 = money.iter().sum();
    // From counts to the rank of each key's first record; and the key in which the budget ends, with what is used before.
    let mut rank = 1;
    let mut used = 0;
    let mut last = None;
    for key in 0..KEYS {
        let count = next[key];
        next[key] = rank;
        rank += count;
        if last.is_none() && 4 * (used + money[key]) > all {
            last = Some((key, used));
        }
        used += money[key];
    }
    let (last_key, mut used) = last.unwrap_or((KEYS, used));
    let mut kept = next.get(last_key).map_or(rank, |first| *first) - 1;

    let mut ranks = no_ranks(parts);
    let mut at_last_key: Vec<(u32, u32)> = Vec::new();
    let mut give = |part: usize, row: usize| {
        let columns = &parts[part];
        let key = key(columns, row);
        ranks[part][row] = next[key];
        if key == last_key {
            at_last_key.push((next[key], columns.p50[row]));
        }
        next[key] += 1;
    };
    if ascending(parts) {
        for (part, columns) in parts.iter().enumerate() {
            for row in 0..columns.len() {
                if columns.failed[row] == 0 {
                    give(part, row);
                }
            }
        }
    } else {
        let mut order: Vec<(usize, usize)> = admitted(parts).collect();
        order.sort_unstable_by(|left, right| parts[left.0].id(left.1).cmp(parts[right.0].id(right.1)));
        order.into_iter().for_each(|(part, row)| give(part, row));
    }
    for (rank, p50) in at_last_key {
        used += u64::from(p50);
        if 4 * used > all {
            break;
        }
        kept = rank;
    }
    Ranks { ranks, kept }
}

fn ascending(parts: &[Columns]) -> bool {
    let mut last: Option<&[u8]> = None;
    parts.iter().filter(|columns| columns.len() > 0).all(|columns| {
        let follows = last.is_none_or(|last| last < columns.id(0));
        last = Some(columns.id(columns.len() - 1));
        follows && columns.ascending
    })
}
