//! Who is protected along with others.
//!
//! In come the protected records, who needs whom and the all-or-nothing sets; out come those that have to
//! be protected too, each with its cause. What `may cut` says of them is the caller's to compare.
//!
//! Invariant: each cause is a record that is protected already, as given or earlier in the list.

use super::Sets;

/// A record that is protected because another one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Widened {
    /// A protected record needs it.
    NeededBy {
        /// The record that becomes protected.
        item: usize,
        /// Who needs it.
        by: usize,
    },
    /// It is all or nothing with a protected record.
    TogetherWith {
        /// The record that becomes protected.
        item: usize,
        /// With whom.
        with: usize,
    },
}

impl Widened {
    /// The record that becomes protected.
    #[must_use]
    pub fn item(self) -> usize {
        match self {
            Self::NeededBy { item, .. } | Self::TogetherWith { item, .. } => item,
        }
    }
}

/// What has to be protected besides `protected`: all that those need, and their sets, and so on. Causes are
/// the nearest; `needs` lists for each record those it needs.
#[must_use]
pub fn close_protection(protected: &[bool], needs: &[Vec<usize>], sets: &Sets) -> Vec<Widened> {
    let mut is_protected = protected.to_vec();
    let mut widened: Vec<Widened> = Vec::new();
    let given = protected
        .iter()
        .enumerate()
        .filter(|(_, given)| **given)
        .map(|(item, _)| item);
    let mut sources: std::collections::VecDeque<usize> = given.collect();
    while let Some(source) = sources.pop_front() {
        let needed = needs
            .get(source)
            .into_iter()
            .flatten()
            .map(|&item| Widened::NeededBy { item, by: source });
        let mates = sets
            .with(source)
            .iter()
            .map(|&item| Widened::TogetherWith { item, with: source });
        for new in needed.chain(mates) {
            if let Some(place) = is_protected.get_mut(new.item()).filter(|place| !**place) {
                *place = true;
                widened.push(new);
                sources.push_back(new.item());
            }
        }
    }
    widened
}
