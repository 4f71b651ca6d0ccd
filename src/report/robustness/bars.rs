//! Bars over ranks, drawn with characters.
//!
//! Comes in: counts by rank, or a range of ranks. Goes out: a word of as many characters as there are columns, and the axis
//! that fits it. It never uses a blank: a bar is one word in a table.
//!
//! Invariant: all bars of a table, and their axis, are equally long.

/// The widest bar.
const WIDEST: usize = 40;
/// A part of a full column, in eighths.
const EIGHTHS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const NOTHING: char = '·';

/// The columns of bars over so many ranks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    ranks: usize,
    /// How many ranks a column stands for.
    step: usize,
}

impl Scale {
    pub(super) fn of(ranks: usize) -> Scale {
        Scale {
            ranks,
            step: ranks.div_ceil(WIDEST).max(1),
        }
    }

    fn columns(self) -> usize {
        self.ranks.div_ceil(self.step)
    }

    /// How many ranks a column stands for.
    pub(super) fn step(self) -> usize {
        self.step
    }

    /// `1╌╌╌╌11`
    pub(super) fn axis(self) -> String {
        let last = self.ranks.to_string();
        let between = self.columns().saturating_sub(1 + last.len());
        let axis = format!("1{}{last}", "╌".repeat(between));
        if axis.chars().count() > self.columns() {
            "1".to_owned()
        } else {
            axis
        }
    }

    /// A column for each rank, as high as its share of all.
    pub(super) fn shares(self, counts: &[u32], all: u32) -> String {
        let column = |counts: &[u32]| {
            let sum: u64 = counts.iter().map(|count| u64::from(*count)).sum();
            let eighths = (sum * 8).div_ceil(u64::from(all.max(1)));
            let index = usize::try_from(eighths).unwrap_or(0).checked_sub(1);
            let height = index.map(|index| EIGHTHS.get(index).copied().unwrap_or('█'));
            height.unwrap_or(NOTHING)
        };
        counts.chunks(self.step).map(column).collect()
    }

    /// A line from one rank to another, with a mark where the record stands now.
    pub(super) fn range(self, from: u32, to: u32, now: Option<u32>) -> String {
        let place = |rank: u32| (rank as usize).saturating_sub(1) / self.step;
        let column = |column: usize| {
            if now.is_some_and(|now| place(now) == column) {
                '●'
            } else if (place(from)..=place(to)).contains(&column) {
                '━'
            } else {
                NOTHING
            }
        };
        (0..self.columns()).map(column).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_ranks_have_a_column_each() {
        let scale = Scale::of(7);
        assert_eq!(scale.axis(), "1╌╌╌╌╌7");
        assert_eq!(scale.shares(&[50, 25, 25, 0, 0, 0, 1], 101), "▄▂▂···▁");
        assert_eq!(scale.range(2, 4, Some(3)), "·━●━···");
    }

    #[test]
    fn many_ranks_share_columns() {
        let scale = Scale::of(60);
        assert_eq!(scale.step(), 2);
        assert_eq!(scale.axis().chars().count(), 30);
        assert_eq!(scale.range(1, 60, None), "━".repeat(30));
        let mut counts = vec![0; 60];
        counts[59] = 100;
        assert!(scale.shares(&counts, 100).ends_with("··█"));
    }

    #[test]
    fn one_rank_has_one_column() {
        let scale = Scale::of(1);
        assert_eq!(scale.axis(), "1");
        assert_eq!(scale.shares(&[9], 9), "█");
    }
}
