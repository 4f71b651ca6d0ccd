//! Rules of the cut list that do nothing, or cannot all hold.
//!
//! Comes in: the formulas of a cut list's groups. Goes out: findings about its rules. It never orders anything.
//!
//! Invariant: rules are only said to contradict each other where records are shown for which they do.

use crate::analysis::{Formula, Records, Translator, Universe};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{CutList, Expression, GroupRef, OrderRule, OrderRuleKind, Policy};
use crate::source::Place;

/// The most rules that are held against each other.
const RULES: usize = 200;

/// The formulas of a cut list.
pub(super) struct Formulas {
    /// Whether a record takes part, as far as the list itself says.
    part: Formula,
    /// Whether a record may be cut.
    candidate: Formula,
    /// Each group that a rule names: its name, where, and its formula.
    groups: Vec<(String, Place, Formula)>,
    /// The rules that place one group after another, in order.
    placements: Vec<Placement>,
}

struct Placement {
    rule: usize,
    after: Formula,
    before: Formula,
    /// What pairs must share, as something to compare.
    within: Option<String>,
}

pub(super) fn formulas(translator: &mut Translator<'_>, policy: &Policy, list: &CutList) -> Formulas {
    let record = list.record;
    let condition =
        |translator: &mut Translator<'_>, condition: &Expression| translator.condition(condition, record);
    let part = match &list.condition {
        Some(part) => condition(translator, part),
        None => translator.all(Vec::new()),
    };
    let mut groups = Vec::new();
    let (mut may, mut protected) = (Vec::new(), Vec::new());
    for membership in &list.membership {
        for (name, members) in &membership.members {
            let formula = condition(translator, members);
            groups.push((
                name.as_deref().unwrap_or("where …").to_owned(),
                members.place,
                formula,
            ));
            if membership.protects {
                protected.push(formula)
            } else {
                may.push(formula)
            }
        }
    }
    let some_may = list.membership.iter().any(|membership| !membership.protects);
    let may = if some_may {
        translator.any(may)
    } else {
        translator.all(Vec::new())
    };
    let protected = translator.any(protected);
    let free = translator.not(protected);
    let candidate = translator.all(vec![part, may, free]);
    let mut placements = Vec::new();
    for (rule, order) in list.rules.iter().enumerate() {
        let mut group = |translator: &mut Translator<'_>, group: &GroupRef| {
            let formula = translator.condition(&group.condition, record);
            groups.push((group.name.to_string(), group.condition.place, formula));
            formula
        };
        match &order.kind {
            OrderRuleKind::Place(after, before, within) | OrderRuleKind::Prefer(after, before, within) => {
                let (after, before) = (group(translator, after), group(translator, before));
                if matches!(order.kind, OrderRuleKind::Place(..)) {
                    let within = within
                        .as_ref()
                        .map(|within| translator.signature_of(within, record));
                    placements.push(Placement {
                        rule,
                        after,
                        before,
                        within,
                    });
                }
            }
            OrderRuleKind::CutFirst(tiers) | OrderRuleKind::KeepFirst(tiers) => {
                for tier in tiers {
                    group(translator, tier);
                }
            }
            OrderRuleKind::AllOrNothing(Some(of), _) => {
                group(translator, of);
            }
            OrderRuleKind::AllOrNothing(None, _) | OrderRuleKind::Needs(_) => {}
        }
    }
    let _ = policy;
    Formulas {
        part,
        candidate,
        groups,
        placements,
    }
}

pub(super) fn lint(list: &CutList, universe: &Universe, formulas: &Formulas, found: &mut Vec<Diagnostic>) {
    for (name, place, formula) in &formulas.groups {
        let empty = || {
            let part = universe.not_no(formulas.part)?;
            universe.is_empty(&universe.both(&part, &universe.not_no(*formula)?)?)
        };
        if empty() == Some(true) {
            found.push(
                Diagnostic::new(Code::EmptyGroup, format!("no record can be in `{name}`"))
                    .at(*place, "a rule about nothing")
                    .help("mend the group's condition, or leave the rule out"),
            );
        }
    }
    if formulas.placements.len() > RULES {
        return;
    }
    let sets: Vec<Option<(Records, Records)>> = formulas
        .placements
        .iter()
        .map(|placement| bound(universe, formulas, placement))
        .collect();
    protected(list, universe, formulas, found);
    implied(list, universe, formulas, &sets, found);
    contradictions(list, universe, formulas, &sets, found);
}

/// The records that a rule places after others, and those others: members of both are not bound.
fn bound(universe: &Universe, formulas: &Formulas, placement: &Placement) -> Option<(Records, Records)> {
    let part = universe.yes(formulas.candidate)?;
    let (after, before) = (universe.yes(placement.after)?, universe.yes(placement.before)?);
    let only = |one: &Records, other: &Records| universe.both(&part, &universe.without(one, other)?);
    Some((only(&after, &before)?, only(&before, &after)?))
}

fn rule_of<'l>(list: &'l CutList, placement: &Placement) -> Option<&'l OrderRule> {
    list.rules.get(placement.rule)
}

/// Rules whose later group is protected as a whole.
fn protected(list: &CutList, universe: &Universe, formulas: &Formulas, found: &mut Vec<Diagnostic>) {
    if list.membership.is_empty() {
        return;
    }
    for placement in &formulas.placements {
        let stays = || {
            let after = universe.both(
                &universe.not_no(placement.after)?,
                &universe.not_no(formulas.part)?,
            )?;
            let placed = universe.both(&after, &universe.not_no(formulas.candidate)?)?;
            Some(universe.is_empty(&placed)? && !universe.is_empty(&after)?)
        };
        if let (Some(true), Some(rule)) = (stays(), rule_of(list, placement)) {
            found.push(
                Diagnostic::new(
                    Code::ProtectedBehindCandidate,
                    format!("`{}` places records that always stay", rule.text),
                )
                .at(rule.place, "no record that it places can be cut")
                .help("leave the rule out, or let these records be cut"),
            );
        }
    }
}

/// Rules that another one implies.
fn implied(
    list: &CutList,
    universe: &Universe,
    formulas: &Formulas,
    sets: &[Option<(Records, Records)>],
    found: &mut Vec<Diagnostic>,
) {
    let within = |one: &Records, other: &Records| {
        universe
            .without(one, other)
            .and_then(|rest| universe.is_empty(&rest))
            == Some(true)
    };
    let bound: Vec<_> = formulas
        .placements
        .iter()
        .zip(sets)
        .filter_map(|(placement, sets)| sets.as_ref().map(|sets| (placement, sets)))
        .collect();
    for (index, (placement, (after, before))) in bound.iter().enumerate() {
        let by = bound.iter().enumerate().find(|(other, (wider, (more, less)))| {
            let shares = wider.within.is_none() || wider.within == placement.within;
            // Of two that imply each other, the later one is told.
            let mutual = || within(more, after) && within(less, before) && wider.within == placement.within;
            *other != index
                && shares
                && within(after, more)
                && within(before, less)
                && (*other < index || !mutual())
        });
        if let Some((_, (wider, _))) = by
            && let (Some(rule), Some(wide)) = (rule_of(list, placement), rule_of(list, wider))
        {
            found.push(
                Diagnostic::new(
                    Code::RuleImplied,
                    format!("`{}` says nothing that `{}` does not say", rule.text, wide.text),
                )
                .at(rule.place, "no record can stand otherwise for it")
                .at(wide.place, "said here")
                .help("leave it out"),
            );
        }
    }
}

/// Rules that go round in a circle for records that there can be.
fn contradictions(
    list: &CutList,
    universe: &Universe,
    formulas: &Formulas,
    sets: &[Option<(Records, Records)>],
    found: &mut Vec<Diagnostic>,
) {
    let placements = &formulas.placements;
    // A record that one rule places behind others, and that stands in front for another rule.
    let link = |one: usize, other: usize| {
        let (Some(Some((after, _))), Some(Some((_, before)))) = (sets.get(one), sets.get(other)) else {
            return None;
        };
        let both = universe.both(after, before)?;
        let shared = placements.get(one)?.within.is_some() || placements.get(other)?.within.is_some();
        // Records that share something may share what is said of it: then two of them need not exist together.
        if shared && universe.facts_of(&both).iter().any(|name| name.contains('.')) {
            return None;
        }
        universe.witness(&both)
    };
    for one in 0..placements.len() {
        for other in one + 1..placements.len() {
            let (Some(behind), Some(ahead)) = (link(one, other), link(other, one)) else {
                continue;
            };
            let rules = placements.get(one).and_then(|p| rule_of(list, p));
            let Some((first, second)) = rules.zip(placements.get(other).and_then(|p| rule_of(list, p)))
            else {
                continue;
            };
            found.push(
                Diagnostic::new(
                    Code::RulesMayContradict,
                    format!(
                        "`{}` and `{}` cannot both hold for some records",
                        first.text, second.text
                    ),
                )
                .at(
                    second.place,
                    format!("places one where {ahead} after one where {behind}"),
                )
                .at(first.place, "and this one the other way round")
                .help(
                    "let one of them be a `prefer`, which yields; or say why such records do not meet: \
                     `allow rules-may-contradict because \"…\"`",
                ),
            );
        }
    }
}
