//! The limits of a cut list: who is kept and who is cut when it does not all fit.
//!
//! In come the records that take part, the candidates in their order, who needs whom, the all-or-nothing
//! sets, and what each limit counts of each record. Out comes a verdict for each record and a tally for
//! each limit and class. How the order came about, and what amounts are amounts of, is unknown here.
//!
//! Invariant: no verdict is ever changed; once a candidate is decided, only those after it are open.
//!
//! `selection` goes down the order; `protection` tells beforehand who is protected along with others.

mod protection;
mod selection;

use std::ops::Add;

use smallvec::SmallVec;

use super::sets::Sets;

pub use protection::{Widened, close_protection};
pub use selection::select;

/// An amount that a limit adds up and compares; its default is zero.
pub trait Amount: Clone + Ord + for<'a> Add<&'a Self, Output = Self> + Default {}

impl<A: Clone + Ord + for<'a> Add<&'a A, Output = A> + Default> Amount for A {}

/// What is to be decided, over records numbered from 0.
#[derive(Clone, Debug)]
pub struct Problem<A> {
    /// How many records take part. Those that are not in `order` are protected.
    pub participants: usize,
    /// The candidates, each once, from most worth keeping to first to go. One that needs another stands
    /// after it, and an all-or-nothing set stands together.
    pub order: Vec<usize>,
    /// For each record those it needs, as far as they take part; of those not listed nothing.
    pub needs: Vec<Vec<usize>>,
    /// The records that are all or nothing. A set is all protected or all candidates.
    pub sets: Sets,
    /// For each record whether it needs one that is undetermined and so takes no part.
    pub blocked: Vec<bool>,
    /// The limits as written.
    pub limits: Vec<Limit<A>>,
    /// Whether a limit that did not hold stays open to those after.
    pub take_what_fits: bool,
}

/// `at most` or `at least`, with an amount for each class.
#[derive(Clone, Debug)]
pub struct Limit<A> {
    /// Which of the two.
    pub kind: Kind,
    /// The amount for each class, numbered from 0; without `per` there is one class.
    pub bounds: Vec<A>,
    /// What it counts of each record; those it does not list it does not count.
    pub counts: Vec<Count<A>>,
}

/// Which way a limit limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No more than the amount.
    AtMost,
    /// No less than the amount.
    AtLeast,
}

/// Classes of a limit by their numbers: of most records one.
pub type Classes = SmallVec<[u32; 2]>;

/// What a limit counts of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Count<A> {
    /// Nothing: its condition does not hold, or the amount is zero.
    Not,
    /// The amount, in each of the classes.
    In {
        /// The classes; one named twice counts once.
        classes: Classes,
        /// The amount. One below zero makes room, but the limit is not asked about it.
        amount: A,
    },
    /// Perhaps something: its condition, class or amount is unknown.
    Unknown {
        /// The classes, empty if they are what is unknown.
        classes: Classes,
        /// The amount, if that is known.
        amount: Option<A>,
    },
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection<A> {
    /// For each record what became of it.
    pub verdicts: Vec<Verdict>,
    /// For each limit how it came out. One that is not met is a shortfall: an `at most` is broken by
    /// protected records alone, an `at least` by what could not be taken.
    pub limits: Vec<Outcome<A>>,
}

/// What became of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is no candidate and stays.
    Protected,
    /// It is kept, where it says so because an `at least` took it.
    Kept(Option<Taken>),
    /// It is cut with its set because of what is not kept.
    CutByNeed(Vec<Missing>),
    /// It is cut with its set because of limits that do not hold with it.
    CutByLimit(Vec<Refusal>),
    /// It keeps its place and takes no room.
    Undetermined(Doubt),
}

impl Verdict {
    /// Whether the record stays: protected or kept.
    #[must_use]
    pub fn stays(&self) -> bool {
        matches!(self, Self::Protected | Self::Kept(_))
    }
}

/// An `at least` took a candidate, and with it all that it needs and its set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The limit that was short.
    pub limit: usize,
    /// The candidate that counts towards it: the record itself, or the one it was taken along with.
    pub along_with: usize,
}

/// A record of the set needs one that is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Who needs it.
    pub item: usize,
    /// What is not kept.
    pub needs: usize,
}

/// A limit that does not hold with a candidate, in one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The limit.
    pub limit: usize,
    /// The class in which it does not hold.
    pub class: u32,
    /// The candidate that closed it before; `None` if it is open, and too much for this one.
    pub closed_by: Option<usize>,
}

/// Why a candidate is undetermined: the first reason found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// What this limit counts of it is unknown.
    Unknown {
        /// The first such limit.
        limit: usize,
    },
    /// It needs a record that is undetermined and takes no part.
    Blocked,
    /// It needs this candidate, which is undetermined.
    Needs(usize),
    /// It is all or nothing with this candidate, which is undetermined.
    Together(usize),
}

/// How a limit came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome<A> {
    /// Class by class.
    pub classes: Vec<Tally<A>>,
    /// What it could not count, in whichever class; each record once.
    pub not_counted: NotCounted<A>,
}

/// How a limit came out in one class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally<A> {
    /// The sum over all who take part and whose amount and class are known.
    pub asked: A,
    /// The sum over those that stay.
    pub kept: A,
    /// What it could not count though it is known to be of this class.
    pub not_counted: NotCounted<A>,
    /// Whether `kept` is within the bound.
    pub met: bool,
}

/// Records of which a limit counts something, or may, and which take no room: undetermined candidates,
/// and protected records of which class or amount is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotCounted<A> {
    /// How many they are.
    pub records: usize,
    /// The sum of the amounts that are known, if any is.
    pub amount: Option<A>,
}
