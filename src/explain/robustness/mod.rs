//! How firm a ranking is: what weights may be, what answers would change it, and what is open.
//!
//! Comes in: a case. Goes out: intervals of weights, smallest changes, dominance, rank acceptability and possible ranks.
//! It never guesses: what cannot be told exactly says so.
//!
//! Invariant: every interval end and every change shown was found by deciding again.

pub mod acceptability;
mod board;
pub mod dominance;
pub mod left_out;
mod narrow;
pub mod possible;
pub mod swaps;
mod vector;
pub mod weights;

use super::Case;
use super::change::{Change, policy_with};
use crate::data::Records;
use crate::decide::{Decisions, Status, decide};
use crate::model::{CriterionId, Number, Policy, Reference};

pub use acceptability::Acceptability;
pub use dominance::Dominance;
pub use left_out::LeftOut;
pub use possible::{PossibleRank, PossibleRanks, open_ranks, possible_ranks};
pub use swaps::Swaps;
pub use weights::WeightIntervals;

/// How the draws of rank acceptability are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How many weights are drawn.
    pub draws: u32,
    /// Where the random numbers start.
    pub seed: u64,
    /// How many threads draw; the result is the same for any number.
    pub threads: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            draws: 100_000,
            seed: 1,
            threads: 2,
        }
    }
}

/// How firm a ranking is.
#[derive(Debug, Clone)]
pub struct Robustness {
    /// For each criterion what its weight may be.
    pub weights: Result<Vec<WeightIntervals>, NotTold>,
    /// For each criterion who moves without it.
    pub left_out: Result<Vec<LeftOut>, NotTold>,
    /// For neighbours in the ranking the smallest change of one answer that swaps them.
    pub swaps: Result<Swaps, NotTold>,
    /// Who is at least as good as whom in everything.
    pub dominance: Result<Dominance, NotTold>,
    /// How often each record has each rank where the weights may be anything.
    pub acceptability: Result<Acceptability, NotTold>,
    /// The ranks that each record may have where something is unknown.
    pub possible: Result<PossibleRanks, NotTold>,
}

/// Why something is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTold {
    /// The policy does not rank.
    NoRanking,
    /// Nothing is ranked.
    NothingRanked,
    /// The policy has no criteria.
    NoCriteria,
    /// The total is not the weighted sum of the criteria, but a formula of the policy's own.
    OwnScore,
    /// The ranking does not go by the total.
    TotalNotRanked,
    /// A key of the ranking rests on the total without being it.
    TotalInOtherKeys,
    /// An entry criterion rests on the total: who is ranked would change with the weights.
    GatesReadTotal,
    /// Exclusions or the cut list rest on the total itself, and not on ranks alone.
    RulesReadTotal,
    /// No two criteria weigh anything.
    OneCriterion,
    /// There are more records than this.
    TooManyRecords(usize),
    /// Numbers get more digits than a number may have.
    NumbersTooLong,
    /// No criterion has questions.
    NoQuestions,
    /// What is unknown has too many answers to try them all.
    TooManyAnswers,
    /// A decision rests on what is unknown of other records.
    OthersUnknown,
    /// Something unknown may have any value.
    Unbounded,
    /// A key of the ranking stays unknown whatever is answered.
    KeyStaysUnknown,
}

impl NotTold {
    /// The name in JSON: `no-ranking`.
    pub fn name(self) -> &'static str {
        match self {
            NotTold::NoRanking => "no-ranking",
            NotTold::NothingRanked => "nothing-ranked",
            NotTold::NoCriteria => "no-criteria",
            NotTold::OwnScore => "own-score",
            NotTold::TotalNotRanked => "total-not-ranked",
            NotTold::TotalInOtherKeys => "total-in-other-keys",
            NotTold::GatesReadTotal => "gates-read-total",
            NotTold::RulesReadTotal => "rules-read-total",
            NotTold::OneCriterion => "one-criterion",
            NotTold::TooManyRecords(_) => "too-many-records",
            NotTold::NumbersTooLong => "numbers-too-long",
            NotTold::NoQuestions => "no-questions",
            NotTold::TooManyAnswers => "too-many-answers",
            NotTold::OthersUnknown => "others-unknown",
            NotTold::Unbounded => "unbounded",
            NotTold::KeyStaysUnknown => "key-stays-unknown",
        }
    }
}

/// Answers all of it for a case.
pub fn assess(case: &Case<'_>, settings: Settings) -> Robustness {
    let board = board::Board::of(case).and_then(|board| {
        let any = !board.rows.is_empty();
        any.then_some(board).ok_or(NotTold::NothingRanked)
    });
    let board = board.as_ref().map_err(|why| *why);
    let weights = || board.and_then(|board| weights::intervals(case, board));
    let others = || (left_out::left_out(case), swaps::swaps(case), possible_ranks(case));
    // Both halves are about as long; what each finds does not depend on the other.
    let (weights, (left_out, swaps, possible)) = if settings.threads > 1 {
        std::thread::scope(|scope| {
            let other = scope.spawn(others);
            let weights = weights();
            let others = other.join().unwrap_or_else(|_| others());
            (weights, others)
        })
    } else {
        (weights(), others())
    };
    Robustness {
        weights,
        left_out,
        swaps,
        dominance: dominance::dominance(case),
        acceptability: board
            .and_then(|board| acceptability::of(board, settings.draws, settings.seed, settings.threads)),
        possible,
    }
}

/// What there is to compare of decisions made with other weights or answers.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Standings {
    /// Of each decided record its rank and where it ends.
    records: Vec<(Reference, Option<u32>, Status)>,
}

impl Standings {
    fn of(decisions: &Decisions) -> Standings {
        let each = |decision: &crate::decide::Decision| (decision.record, decision.rank, decision.came_to());
        Standings {
            records: decisions.decisions.iter().map(each).collect(),
        }
    }

    fn rank(&self, record: Reference) -> Option<u32> {
        let found = self.records.iter().find(|(known, ..)| *known == record);
        found.and_then(|(_, rank, _)| *rank)
    }

    /// The records that something differs for.
    fn differing<T: PartialEq>(
        &self,
        other: &Standings,
        look: impl Fn(&(Reference, Option<u32>, Status)) -> T,
    ) -> Vec<Reference> {
        let pairs = self.records.iter().zip(&other.records);
        let differs = pairs.filter(|(one, other)| look(one) != look(other));
        differs.map(|(one, _)| one.0).collect()
    }
}

/// What comes of a policy and records; `None` where they cannot be decided on.
fn decided(policy: &Policy, records: &Records, case: &Case<'_>) -> Option<Standings> {
    let decided = decide(policy, records, case.language).ok()?;
    Some(Standings::of(&decided.decisions))
}

/// The policy with other weights, one for each criterion.
fn reweighted(policy: &Policy, weights: &[Number]) -> Policy {
    let ids = (0..).map(CriterionId);
    let changes: Vec<Change> = ids
        .zip(weights)
        .map(|(id, weight)| Change::Weight(id, weight.clone()))
        .collect();
    policy_with(policy, &changes)
}
