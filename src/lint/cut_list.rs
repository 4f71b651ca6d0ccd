//! Rules of the cut list that do nothing, or cannot all hold.
//!
//! Comes in: the formulas of a cut list's groups. Goes out: findings about its rules. It never orders anything.
//!
//! Invariant: rules are only said to contradict each other where records are shown for which they do.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::analysis::{Formula, Records, Translator, Universe};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    CutList, Expression, ExpressionKind, GroupRef, OrderRule, OrderRuleKind, Policy, RecordId,
};
use crate::source::Place;

/// The most rules that are held against each other.
const RULES: usize = 200;

/// The formulas of a cut list.
pub(super) struct Formulas {
    /// Whether a record takes part, as far as the list itself says.
    part: Formula,
    /// Whether a record may be cut.
    candidate: Formula,
    /// Each group that a rule names: its name, where, and its formula. A condition of `where` has no name.
    groups: Vec<(Option<String>, Place, Formula)>,
    /// The rules that place one group after another, in order.
    placements: Vec<Placement>,
}

struct Placement {
    rule: usize,
    after: Formula,
    before: Formula,
    /// What pairs must share.
    within: Option<Shared>,
}

/// What the records of a pair share: they are the same in it.
#[derive(PartialEq)]
struct Shared {
    /// Tells it from others.
    signature: String,
    /// The fact that it is; `None` where it is computed.
    fact: Option<Arc<str>>,
}

impl Shared {
    /// Whether two records that share it may still differ in a fact.
    fn leaves_open(&self, fact: &str) -> bool {
        // What is said of something that they share is shared, too.
        !fact.contains('.') && self.fact.as_ref().is_some_and(|shared| **shared != *fact)
    }
}

fn shared(translator: &Translator<'_>, policy: &Policy, within: &Expression, record: RecordId) -> Shared {
    let fact = match &within.kind {
        ExpressionKind::Field(field) => Some(policy.field(record, *field).name.clone()),
        // The parent, a fact of it, or of what a reference names: such facts are named with a dot.
        ExpressionKind::Parent | ExpressionKind::Follow(..) => Some("".into()),
        _ => None,
    };
    Shared {
        signature: translator.signature_of(within, record),
        fact,
    }
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
            groups.push((name.as_deref().map(str::to_owned), members.place, formula));
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
            groups.push((Some(group.name.to_string()), group.condition.place, formula));
            formula
        };
        match &order.kind {
            OrderRuleKind::Place(after, before, within) | OrderRuleKind::Prefer(after, before, within) => {
                let (after, before) = (group(translator, after), group(translator, before));
                if matches!(order.kind, OrderRuleKind::Place(..)) {
                    let within = within
                        .as_ref()
                        .map(|within| shared(translator, policy, within, record));
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
    Formulas {
        part,
        candidate,
        groups,
        placements,
    }
}

pub(super) fn lint(list: &CutList, universe: &Universe, formulas: &Formulas, found: &mut Vec<Diagnostic>) {
    empty_groups(universe, formulas, found);
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

/// Groups without members, each at the first rule that names it.
fn empty_groups(universe: &Universe, formulas: &Formulas, found: &mut Vec<Diagnostic>) {
    let mut told = BTreeSet::new();
    for (name, place, formula) in &formulas.groups {
        let empty = || {
            let part = universe.not_no(formulas.part)?;
            universe.is_empty(&universe.both(&part, &universe.not_no(*formula)?)?)
        };
        if empty() != Some(true) || name.as_ref().is_some_and(|name| !told.insert(name)) {
            continue;
        }
        let (message, help) = match name {
            Some(name) => (
                format!("no record of the cut list can be in `{name}`"),
                "mend the group's condition, or leave the rules about it out",
            ),
            None => (
                "no record of the cut list can meet this condition".to_owned(),
                "mend the condition, or leave the rule out",
            ),
        };
        found.push(
            Diagnostic::new(Code::EmptyGroup, message)
                .at(*place, "a rule about nothing")
                .help(help),
        );
    }
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
        // Of a rule that binds nothing it is told elsewhere why.
        .filter(|(_, (after, before))| {
            universe.is_empty(after) == Some(false) && universe.is_empty(before) == Some(false)
        })
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
                .at(rule.place, "changes no order")
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
        let shares = [one, other].map(|rule| placements.get(rule).and_then(|rule| rule.within.as_ref()));
        // Records that share something may share what is said of it: then two of them need not exist together.
        let differ = |shared: &Shared| {
            universe
                .facts_of(&both)
                .iter()
                .all(|fact| shared.leaves_open(fact))
        };
        if !shares.into_iter().flatten().all(differ) {
            return None;
        }
        universe.witness(&both)
    };
    for later in 0..placements.len() {
        // One contradiction of a rule is enough to look at it.
        let clash = (0..later).find_map(|earlier| {
            let (first, second) = (link(earlier, later)?, link(later, earlier)?);
            let rule = |index: usize| {
                placements
                    .get(index)
                    .and_then(|placement| rule_of(list, placement))
            };
            Some((rule(earlier)?, rule(later)?, first, second))
        });
        if let Some((first, second, one, other)) = clash {
            found.push(
                Diagnostic::new(
                    Code::RulesMayContradict,
                    format!("`{}` and `{}` can contradict each other", first.text, second.text),
                )
                .at(second.place, "places B after A")
                .at(first.place, "places A after B")
                .help(format!(
                    "such records are: A, where {one}; and B, where {other}. Let one of the rules be a `prefer`, \
                     which yields; or say why such records do not meet: `allow rules-may-contradict because \"…\"`"
                )),
            );
        }
    }
}
