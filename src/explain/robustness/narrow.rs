//! Which unknown fact to ask for first: the one whose answer narrows the possible ranks most, whatever it is.
//!
//! Comes in: what each record may come to. Goes out: the unknown facts, the most telling first. It never assumes that one
//! answer is likelier than another.
//!
//! Invariant: `at_least` holds for every answer that was tried; of long ranges those are the ends and the middle.

use std::cmp::Reverse;

use super::NotTold;
use super::possible::{Look, Narrowing, PossibleRank, States};
use crate::explain::change::set_fact;

/// How many comparisons of two records may be spent on it.
const SPENT: usize = 3_000_000;
/// How many facts are named.
const NAMED: usize = 20;

pub(super) fn narrowing(look: &mut Look<'_>, states: &[States], ranks: &[PossibleRank]) -> Vec<Narrowing> {
    let before = open(ranks);
    let mut spent = 0;
    let mut found = Vec::new();
    for (own, at) in states.iter().zip(0_usize..) {
        for field in &own.facts {
            let (mut least, mut most) = (u64::MAX, 0);
            let answers = look.answers(own.record, *field);
            spent += states.len() * answers.len();
            if spent > SPENT {
                return Vec::new();
            }
            for value in answers {
                set_fact(&mut look.records, own.record, *field, Some(value));
                let answered = look.states(own.record, own.gated);
                set_fact(&mut look.records, own.record, *field, None);
                let Ok(answered) = answered else {
                    return Vec::new();
                };
                let Ok(ranks) = with(look, states, ranks, at, answered) else {
                    return Vec::new();
                };
                let narrowed = before.saturating_sub(open(&ranks));
                (least, most) = (least.min(narrowed), most.max(narrowed));
            }
            if least != u64::MAX && most > 0 {
                found.push(Narrowing {
                    record: own.record,
                    field: *field,
                    at_least: least,
                    at_most: most,
                });
            }
        }
    }
    found.sort_by_key(|one| (Reverse(one.at_least), Reverse(one.at_most)));
    found.truncate(NAMED);
    found
}

/// The ranks where one record may be something else: the others change only by where it stands to them.
fn with(
    look: &Look<'_>,
    states: &[States],
    ranks: &[PossibleRank],
    at: usize,
    answered: States,
) -> Result<Vec<PossibleRank>, NotTold> {
    let mut ranks = ranks.to_vec();
    let Some(before) = states.get(at) else {
        return Ok(ranks);
    };
    for (other, rank) in states.iter().zip(&mut ranks) {
        if other.record != before.record {
            let (was, is) = (look.before(before, other)?, look.before(&answered, other)?);
            rank.best = rank.best + u32::from(is.0) - u32::from(was.0);
            rank.worst = rank.worst + u32::from(is.1) - u32::from(was.1);
        }
    }
    let mut all = states.to_vec();
    if let (Some(own), Some(rank)) = (all.get_mut(at), ranks.get_mut(at)) {
        *own = answered;
        *rank = look.rank_at(&all, at)?;
    }
    Ok(ranks)
}

/// How much is open: the ranks that each record may have beyond one, and one for each that may have none.
fn open(ranks: &[PossibleRank]) -> u64 {
    let each =
        |rank: &PossibleRank| u64::from(rank.worst - rank.best) + u64::from(rank.may_be_out && rank.best > 0);
    ranks.iter().map(each).sum()
}
