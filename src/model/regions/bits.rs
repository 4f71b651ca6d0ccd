//! Sets of small indexes: rows of a table, atoms of a column.
//!
//! Comes in: indexes below a size that is fixed when the set is made. Goes out: the same set operations on whole words.
//! It never grows and never knows what it counts.
//!
//! Invariant: sets that are combined or compared were made for the same size, and no bit at or above it is set.

use std::ops::RangeInclusive;

const WORD: usize = u64::BITS as usize;

/// A set of indexes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Bits(Box<[u64]>);

impl Bits {
    /// No index.
    pub(super) fn none(size: usize) -> Bits {
        Bits(vec![0; size.div_ceil(WORD)].into())
    }

    /// Every index below `size`.
    pub(super) fn all(size: usize) -> Bits {
        let mut bits = Bits::none(size);
        if size > 0 {
            bits.insert(0..=size - 1);
        }
        bits
    }

    /// Adds a stretch of indexes; what lies at or above the size is passed over.
    pub(super) fn insert(&mut self, indexes: RangeInclusive<usize>) {
        for index in indexes {
            if let Some(word) = self.0.get_mut(index / WORD) {
                *word |= 1 << (index % WORD);
            }
        }
    }

    /// Takes an index out.
    pub(super) fn remove(&mut self, index: usize) {
        if let Some(word) = self.0.get_mut(index / WORD) {
            *word &= !(1 << (index % WORD));
        }
    }

    /// Adds what is in the other.
    pub(super) fn add(&mut self, other: &Bits) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word |= other;
        }
    }

    /// What is in both.
    pub(super) fn and(&self, other: &Bits) -> Bits {
        Bits(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    /// The least index that is in both.
    pub(super) fn first_common(&self, other: &Bits) -> Option<usize> {
        let mut words = self.0.iter().zip(&other.0).map(|(a, b)| a & b).enumerate();
        words
            .find(|(_, word)| *word != 0)
            .map(|(index, word)| index * WORD + word.trailing_zeros() as usize)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// The indexes, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(index, word)| {
            let next = |rest: &u64| Some(rest & (rest - 1)).filter(|rest| *rest != 0);
            std::iter::successors(Some(*word).filter(|word| *word != 0), next)
                .map(move |rest| index * WORD + rest.trailing_zeros() as usize)
        })
    }
}
