//! Who is protected and who is a candidate.
//!
//! Comes in: the roll. Goes out: for each participant the clauses that speak of it, the all-or-nothing sets, and who is
//! protected, widened by what protected records need. It never looks at the order or at amounts.
//!
//! Invariant: what a protected record needs, and what is all or nothing with it, is protected.

use std::collections::BTreeMap;

use super::super::reasons::Context;
use super::limits::{Widened, close_protection};
use super::roll::{Classes, Roll};
use super::sets::Sets;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{CutList, OrderRuleKind, Reference};

/// How many records a problem points at.
const POINTED_AT: usize = 3;

/// Who is protected and who is a candidate. Lists are by participant.
pub(super) struct Protection {
    /// Whether it always stays.
    pub(super) protected: Vec<bool>,
    /// Why one is protected that no clause protects: the rule and the protected record.
    pub(super) widened: BTreeMap<usize, (usize, usize)>,
    /// The all-or-nothing sets.
    pub(super) sets: Sets,
    /// For each `all or nothing` rule its index, and the class in which it binds each participant.
    pub(super) together: Vec<(usize, Classes)>,
}

impl Protection {
    /// The rule that makes two participants of one set all or nothing; of several the first. Where it takes more than
    /// one rule to join them, the first that speaks of one of them.
    pub(super) fn together_by(&self, item: usize, other: usize) -> usize {
        let class = |classes: &Classes, item: usize| classes.of.get(item).copied().flatten();
        let both = |(_, classes): &&(usize, Classes)| {
            class(classes, item).is_some() && class(classes, item) == class(classes, other)
        };
        let either = |(_, classes): &&(usize, Classes)| class(classes, item).is_some();
        let found = self.together.iter().find(both);
        found
            .or_else(|| self.together.iter().find(either))
            .map_or(0, |(rule, _)| *rule)
    }
}

/// The clauses of one kind that a participant is a member of.
pub(super) fn clauses<'r>(
    roll: &'r Roll<'_, '_>,
    item: usize,
    protects: bool,
) -> impl Iterator<Item = usize> + 'r {
    let list = roll.list.membership.iter().enumerate();
    list.filter(move |(_, clause)| clause.protects == protects)
        .map(|(clause, _)| clause)
        .filter(move |clause| {
            roll.members(*clause)
                .any(|members| members.get(item) == Some(&true))
        })
}

/// Protects. Errors and warnings are added to `problems`.
pub(super) fn protect(roll: &Roll<'_, '_>, problems: &mut Vec<Diagnostic>) -> Protection {
    let only_members_may_be_cut = roll.list.membership.iter().any(|clause| !clause.protects);
    let mut both: BTreeMap<(usize, usize), Vec<Reference>> = BTreeMap::new();
    let mut protected = Vec::with_capacity(roll.items.len());
    for (item, record) in roll.items.iter().enumerate() {
        let may_cut = clauses(roll, item, false).next();
        let protects = clauses(roll, item, true).next();
        if let (Some(may_cut), Some(protects)) = (may_cut, protects) {
            both.entry((may_cut, protects)).or_default().push(*record);
        }
        protected.push(protects.is_some() || (only_members_may_be_cut && may_cut.is_none()));
    }
    problems.extend(
        both.iter()
            .filter_map(|(clauses, records)| contradiction(roll.context, roll.list, *clauses, records)),
    );
    let together = together(roll);
    let sets = Sets::merge(roll.items.len(), &groups(&together));
    let mut protection = Protection {
        widened: BTreeMap::new(),
        sets,
        together,
        protected,
    };
    for widened in close_protection(&protection.protected, &roll.needed(), &protection.sets) {
        let (item, cause) = match widened {
            Widened::NeededBy { item, by } => {
                let need = roll
                    .needs
                    .get(by)
                    .into_iter()
                    .flatten()
                    .find(|need| need.item == item);
                (item, (need.map_or(0, |need| need.rule), by))
            }
            Widened::TogetherWith { item, with } => (item, (protection.together_by(item, with), with)),
        };
        if let Some(place) = protection.protected.get_mut(item) {
            *place = true;
        }
        protection.widened.insert(item, cause);
    }
    problems.extend(widenings(roll, &protection));
    protection
}

/// The classes of every `all or nothing` rule; who is not in its group is in none.
fn together(roll: &Roll<'_, '_>) -> Vec<(usize, Classes)> {
    let mut together = Vec::new();
    for (rule, written) in roll.list.rules.iter().enumerate() {
        let OrderRuleKind::AllOrNothing(group, within) = &written.kind else {
            continue;
        };
        let mut classes = Classes::clone(&roll.classes(within.as_ref()));
        if group.is_some() {
            for (class, member) in classes.of.iter_mut().zip(roll.group(rule, 0)) {
                *class = class.filter(|_| *member);
            }
        }
        together.push((rule, classes));
    }
    together
}

fn groups(together: &[(usize, Classes)]) -> Vec<Vec<usize>> {
    let mut groups = Vec::new();
    for (_, classes) in together {
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); classes.len()];
        for (item, class) in classes.of.iter().enumerate() {
            if let Some(members) = class.and_then(|class| members.get_mut(class as usize)) {
                members.push(item);
            }
        }
        groups.extend(members);
    }
    groups
}

fn contradiction(
    context: &Context<'_>,
    list: &CutList,
    (may_cut, protects): (usize, usize),
    records: &[Reference],
) -> Option<Diagnostic> {
    let (may_cut, protects) = (list.membership.get(may_cut)?, list.membership.get(protects)?);
    let verb = if records.len() == 1 { "is" } else { "are" };
    let message = format!("{} {verb} protected and may be cut, too", context.listed(records));
    let mut diagnostic = Diagnostic::new(Code::ProtectedAndCandidate, message)
        .at(may_cut.place, "may be cut by this")
        .at(protects.place, "protected by this");
    for record in records.iter().take(POINTED_AT) {
        let key = context.records.key(*record);
        diagnostic = diagnostic.at(context.records.place(*record), format!("`{key}`"));
    }
    Some(diagnostic.help("narrow one of the two clauses, so that a record is in one of them only"))
}

/// A warning for each rule and `may cut` clause that it undoes.
fn widenings(roll: &Roll<'_, '_>, protection: &Protection) -> Vec<Diagnostic> {
    let mut undone: BTreeMap<(usize, usize), Vec<(usize, usize)>> = BTreeMap::new();
    for (item, (rule, by)) in &protection.widened {
        if let Some(clause) = clauses(roll, *item, false).next() {
            undone.entry((clause, *rule)).or_default().push((*item, *by));
        }
    }
    let warning = |((clause, rule), items): ((usize, usize), Vec<(usize, usize)>)| {
        let (clause, rule) = (roll.list.membership.get(clause)?, roll.list.rules.get(rule)?);
        let (first, by) = *items.first()?;
        let why = if matches!(rule.kind, OrderRuleKind::Needs(_)) {
            "needs it"
        } else {
            "is all or nothing with it"
        };
        let more = match items.len() - 1 {
            0 => String::new(),
            more => format!("; so it is with {more} more"),
        };
        let message = format!(
            "`{}` may be cut, but is kept: `{}`, which is protected, {why}{more}",
            roll.key(first),
            roll.key(by),
        );
        let mut warning = Diagnostic::new(Code::ProtectionWidened, message)
            .at(clause.place, "may be cut by this")
            .at(rule.place, "protected by this");
        for (item, _) in items.iter().take(POINTED_AT) {
            let place = roll.context.records.place(roll.record(*item));
            warning = warning.at(place, format!("`{}`", roll.key(*item)));
        }
        Some(warning)
    };
    undone.into_iter().filter_map(warning).collect()
}
