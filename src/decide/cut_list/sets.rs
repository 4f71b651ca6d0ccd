//! All-or-nothing sets: which records stand together.
//!
//! In come the groups as the clauses name them, which may overlap; out comes a partition, in which groups
//! that share a record have become one set. Nothing here looks at rules, amounts or the order.
//!
//! Invariant: every set has at least two members, in ascending order, and no record is in two sets.

/// A partition of records into all-or-nothing sets; a record in no set stands alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sets {
    set_of: Vec<Option<u32>>,
    members: Vec<Vec<usize>>,
}

impl Sets {
    /// Every record alone.
    #[must_use]
    pub fn none(records: usize) -> Self {
        Self {
            set_of: vec![None; records],
            members: Vec::new(),
        }
    }

    /// Merges groups that share a record. A group of one binds nobody; numbers outside `0..records` are
    /// passed over. Sets are numbered by their smallest member.
    #[must_use]
    pub fn merge(records: usize, groups: &[Vec<usize>]) -> Self {
        if groups.iter().all(|group| group.len() < 2) {
            return Self::none(records);
        }
        let mut leaders = Leaders {
            leader: (0..records).collect(),
        };
        for group in groups {
            let mut inside = group.iter().copied().filter(|&record| record < records);
            if let Some(first) = inside.next() {
                for other in inside {
                    leaders.join(first, other);
                }
            }
        }
        let mut gathered: Vec<Vec<usize>> = vec![Vec::new(); records];
        for record in 0..records {
            // The leader is the smallest of its set, so sets come out numbered by it.
            if let Some(list) = gathered.get_mut(leaders.of(record)) {
                list.push(record);
            }
        }
        let members: Vec<Vec<usize>> = gathered.into_iter().filter(|list| list.len() > 1).collect();
        let mut set_of = vec![None; records];
        for (set, list) in (0u32..).zip(&members) {
            for &record in list {
                if let Some(place) = set_of.get_mut(record) {
                    *place = Some(set);
                }
            }
        }
        Self { set_of, members }
    }

    /// The set a record is in, if it is in one.
    #[must_use]
    pub fn set_of(&self, record: usize) -> Option<usize> {
        self.set_of.get(record).copied().flatten().map(|set| set as usize)
    }

    /// The members of the record's set, itself among them; empty if it stands alone.
    #[must_use]
    pub fn with(&self, record: usize) -> &[usize] {
        self.set_of(record)
            .and_then(|set| self.members.get(set))
            .map_or(&[], Vec::as_slice)
    }

    /// All sets, each with its members.
    #[must_use]
    pub fn all(&self) -> &[Vec<usize>] {
        &self.members
    }
}

/// Union-find in which the smallest member leads.
struct Leaders {
    leader: Vec<usize>,
}

impl Leaders {
    fn of(&mut self, record: usize) -> usize {
        let mut at = record;
        while let Some(&up) = self.leader.get(at).filter(|&&up| up != at) {
            // Halving the path as we climb keeps later climbs short.
            let above = self.leader.get(up).copied().unwrap_or(up);
            if let Some(place) = self.leader.get_mut(at) {
                *place = above;
            }
            at = above;
        }
        at
    }

    fn join(&mut self, left: usize, right: usize) {
        let (left, right) = (self.of(left), self.of(right));
        if let Some(place) = self.leader.get_mut(left.max(right)) {
            *place = left.min(right);
        }
    }
}
