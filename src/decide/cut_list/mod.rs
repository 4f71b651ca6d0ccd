//! The cut list: what is kept, and what is given up first, when it does not all fit.
//!
//! Comes in: the policy's cut list, who might take part, and what has been decided so far. Goes out: the candidates in
//! their order, the limits, and for every record its status with the rules that made it so. It never changes a rank.
//!
//! Invariant: every record of the list's type gets exactly one status.
//!
//! `roll` tells who takes part, `protection` who always stays, `arrangement` (with the pure `order`) who stands where,
//! `amounts` what the limits count, the pure `limits` who is kept, and `telling` why, with `places` for the order.

mod amounts;
mod arrangement;
mod effects;
pub mod limits;
pub mod order;
mod places;
mod protection;
mod roll;
pub mod sets;
mod telling;

pub use effects::idle_rules;

use super::evaluate::Standing;
use super::participation::Part;
use super::reasons::Context;
use super::{CutListOutcome, Decision, Fault, FaultKind, LimitOutcome, Line};
use crate::diagnostic::Diagnostic;
use crate::model::{CutList, Limit, Number, Type, Unit};

use amounts::{Counted, Sum};
use arrangement::Arranged;
use limits::{Selection, Verdict};
use roll::Roll;

/// What came of the cut list.
pub(super) struct Made {
    pub(super) outcome: CutListOutcome,
    pub(super) warnings: Vec<Diagnostic>,
    /// Limits whose sums have too many digits.
    pub(super) faults: Vec<Fault>,
}

/// Makes the cut list and tells it in the decisions on its records, which are given by row.
///
/// # Errors
/// Rules that contradict each other, records both protected and candidates, limits with different amounts within one
/// class: all of them.
pub(super) fn decide<'a>(
    context: &Context<'a>,
    list: &'a CutList,
    parts: Vec<Part>,
    standing: &Standing,
    decisions: &mut [Decision],
) -> Result<Made, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let roll = Roll::call(context, list, parts);
    let protection = protection::protect(&roll, &mut problems);
    let (limits, counted) = amounts::count(&roll, &protection, &mut problems);
    // Who is both protected and a candidate could not be ordered but by guessing.
    let guessed = problems
        .iter()
        .any(|problem| problem.code == crate::diagnostic::Code::ProtectedAndCandidate);
    let arranged = if guessed {
        None
    } else {
        match arrangement::arrange(&roll, &protection, standing, &mut problems) {
            Ok(arranged) => Some(arranged),
            Err(contradiction) => {
                problems.push(contradiction);
                None
            }
        }
    };
    let Some(mut arranged) = arranged.filter(|_| !problems.iter().any(Diagnostic::is_error)) else {
        crate::diagnostic::sort(&mut problems);
        return Err(problems);
    };
    let problem = limits::Problem {
        participants: roll.items.len(),
        order: arranged.order.clone(),
        needs: roll.needed(),
        sets: protection.sets.clone(),
        blocked: roll.open_needs.iter().map(|open| !open.is_empty()).collect(),
        limits,
        take_what_fits: list.take_what_fits.is_some(),
    };
    let selection = limits::select(&problem);
    telling::tell(
        &telling::Made {
            roll: &roll,
            protection: &protection,
            arranged: &arranged,
            selection: &selection,
            limits: &problem.limits,
        },
        decisions,
    );
    let outcome = CutListOutcome {
        order: arranged.order.iter().map(|item| roll.record(*item)).collect(),
        line: line(&roll, &mut arranged, &selection),
        limits: outcomes(list, &counted, &problem.limits, &selection),
        rules: arranged.effects,
        set_aside: arranged.set_aside,
        empty: effects::empty(&roll),
    };
    Ok(Made {
        outcome,
        warnings: problems,
        faults: faults(&roll, &selection),
    })
}

/// A fault for each limit with a sum of too many digits; no limit holds with one.
fn faults(roll: &Roll<'_, '_>, selection: &Selection<Sum>) -> Vec<Fault> {
    let too_long = |tally: &limits::Tally<Sum>| tally.asked == Sum::TooLong || tally.kept == Sum::TooLong;
    let limits = roll.list.limits.iter().zip(&selection.limits);
    let faulty = limits.filter(|(_, came_out)| came_out.classes.iter().any(too_long));
    let fault = |(limit, _): (&Limit, _)| Fault {
        record: roll.record(0),
        kind: FaultKind::NumberTooLong,
        place: limit.place,
    };
    faulty.map(fault).collect()
}

/// Where the order turns from kept to cut; `None` if nothing is cut.
fn line(roll: &Roll<'_, '_>, arranged: &mut Arranged, selection: &Selection<Sum>) -> Option<Line> {
    let is_cut = |item: &&usize| {
        let verdict = selection.verdicts.get(**item);
        matches!(verdict, Some(Verdict::CutByNeed(_) | Verdict::CutByLimit(_)))
    };
    let is_kept = |item: &&usize| matches!(selection.verdicts.get(**item), Some(Verdict::Kept(_)));
    let cut = arranged.order.iter().position(|item| is_cut(&item))?;
    let first_cut = *arranged.order.get(cut)?;
    let last_kept = arranged.order.iter().take(cut).rev().find(is_kept).copied();
    Some(Line {
        last_kept: last_kept.map(|item| roll.record(item)),
        first_cut: Some(roll.record(first_cut)),
        tied: last_kept.is_some_and(|last_kept| arranged.only_keys_part(last_kept, first_cut)),
    })
}

/// How every limit came out, class by class.
fn outcomes(
    list: &CutList,
    counted: &[Counted],
    counting: &[limits::Limit<Sum>],
    selection: &Selection<Sum>,
) -> Vec<LimitOutcome> {
    let mut outcomes = Vec::new();
    let each = list.limits.iter().zip(counted).zip(counting);
    for (index, (((limit, counted), counting), came_out)) in each.zip(&selection.limits).enumerate() {
        let unit = match limit.of.as_ref().map(|of| &of.of_type) {
            Some(Type::Number(unit)) => unit.clone(),
            _ => Unit::none(),
        };
        let nowhere = amounts::in_no_known_class(counting);
        let outcome = |class: usize, tally: limits::Tally<Sum>| {
            let records = tally.not_counted.records + nowhere.records;
            let amount = match (tally.not_counted.amount, nowhere.amount.clone()) {
                (Some(here), Some(nowhere)) => Some(here + &nowhere),
                (here, nowhere) => here.or(nowhere),
            };
            let number = |sum: Sum| sum.number().unwrap_or_else(Number::zero);
            let amount_known = counted.amounts.get(class).cloned().flatten();
            let amount_known = amount_known.or_else(|| counted.constant.clone());
            let more = counted.held_against_nothing.get(class).cloned();
            let asked = tally.asked + &more.unwrap_or_default();
            let met = match &amount_known {
                Some(_) => tally.met,
                // Where nothing counts, an unknown amount is not short of anything; but what might count may be needed.
                None => asked == Sum::default() && (!limit.at_least || records == 0),
            };
            LimitOutcome {
                limit: index,
                class: counted
                    .classes
                    .get(class)
                    .cloned()
                    .zip(Counted::class_type(limit)),
                unit: unit.clone(),
                met,
                amount: amount_known,
                asked: number(asked),
                kept: number(tally.kept),
                not_counted: u32::try_from(records).unwrap_or(u32::MAX),
                not_counted_amount: amount.and_then(Sum::number),
            }
        };
        if came_out.classes.is_empty() && nowhere.records > 0 {
            // Nothing is known to be of any class; still it is told that something was not counted.
            let nothing = Number::zero();
            let met = |amount: &Number| {
                if limit.at_least {
                    *amount <= nothing
                } else {
                    nothing <= *amount
                }
            };
            let tally = limits::Tally {
                met: counted.constant.as_ref().is_some_and(met),
                ..limits::Tally::default()
            };
            outcomes.push(outcome(usize::MAX, tally));
        }
        for (class, tally) in came_out.classes.iter().enumerate() {
            outcomes.push(outcome(class, tally.clone()));
        }
    }
    outcomes
}
