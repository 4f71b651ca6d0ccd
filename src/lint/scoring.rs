//! Scales, criteria and the keys of a ranking.
//!
//! Comes in: a policy. Goes out: levels that do not order, criteria and keys that cannot decide. It never scores anything.
//!
//! Invariant: a key is only called idle where an earlier one tells all records apart.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    Criterion, CriterionBody, Expression, ExpressionKind, FieldId, Number, Policy, Scale, Type,
};

pub(super) fn lint(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for scale in &policy.scales {
        levels(scale, found);
    }
    if policy.rank.is_some() && policy.score.is_none() {
        let read = read(policy);
        for (index, criterion) in policy.criteria.iter().enumerate() {
            idle(policy, criterion, read.contains(&index), found);
        }
    }
    keys(policy, found);
}

fn levels(scale: &Scale, found: &mut Vec<Diagnostic>) {
    let numbered = || {
        scale
            .levels
            .iter()
            .filter_map(|level| Some((level, level.number.as_ref()?)))
    };
    for (index, (level, number)) in numbered().enumerate() {
        if let Some((first, _)) = numbered().take(index).find(|(_, known)| *known == number) {
            found.push(
                Diagnostic::new(
                    Code::LevelSameValue,
                    format!(
                        "`{}` and `{}` are worth the same: {}",
                        first.name,
                        level.name,
                        number.decimal(6)
                    ),
                )
                .at(level.place, format!("counts as much as `{}`", first.name))
                .at(first.place, number.decimal(6))
                .help("give each level a number of its own, or make them one level"),
            );
        }
    }
    let numbers: Vec<(&crate::model::Level, &Number)> = numbered().collect();
    // A scale may be written from either end; what has most pairs its way is the order that is meant.
    let rising = numbers
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.1 < b.1))
        .count();
    let falling = numbers
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.1 > b.1))
        .count();
    let wrong = |pair: &&[(&crate::model::Level, &Number)]| matches!(pair, [a, b] if if rising >= falling { a.1 > b.1 } else { a.1 < b.1 });
    if let Some([before, level]) = numbers.windows(2).find(wrong) {
        found.push(
            Diagnostic::new(
                Code::LevelOutOfOrder,
                format!(
                    "`{}` stands after `{}`, and its number is {}",
                    level.0.name,
                    before.0.name,
                    if rising >= falling { "lower" } else { "higher" }
                ),
            )
            .at(level.0.place, level.1.decimal(6))
            .at(before.0.place, before.1.decimal(6))
            .help("write the levels in the order of their numbers, or mend the number"),
        );
    }
}

/// The criteria that something reads by name, beside the total.
fn read(policy: &Policy) -> BTreeSet<usize> {
    let mut read = BTreeSet::new();
    policy.expressions(&mut |_, record, expression| {
        expression.visit(record, &mut |record, part| match &part.kind {
            ExpressionKind::Criterion(id) => {
                read.insert(id.index());
            }
            ExpressionKind::Field(field) if record == policy.record => {
                let question = policy.field(record, *field).question_of;
                read.extend(question.map(|criterion| criterion.index()));
            }
            _ => {}
        });
    });
    read
}

/// A criterion that adds the same to every record, and that nothing else reads.
fn idle(policy: &Policy, criterion: &Criterion, is_read: bool, found: &mut Vec<Diagnostic>) {
    let same = match &criterion.body {
        _ if criterion.weight.is_zero() => (!is_read).then_some("it weighs 0"),
        CriterionBody::Value(value) if matches!(value.kind, ExpressionKind::Constant(_)) => {
            Some("its value is the same for all")
        }
        CriterionBody::Questions(_, questions)
            if questions.iter().all(|(field, _)| has_one_answer(policy, *field)) =>
        {
            Some("its questions have only one possible answer")
        }
        _ => None,
    };
    if let Some(why) = same {
        found.push(
            Diagnostic::new(
                Code::CriterionNeverDecides,
                format!("`{}` cannot change any rank: {why}", criterion.name),
            )
            .at(criterion.place, "no record stands higher or lower for it")
            .help("give it a weight and answers that differ, or leave it out"),
        );
    }
}

fn has_one_answer(policy: &Policy, field: FieldId) -> bool {
    let field = policy.field(policy.record, field);
    if let Type::Scale(id) = field.of_type {
        return policy.scale(id).bounds().is_some_and(|(low, high)| low == high);
    }
    field.bounds.range.as_ref().is_some_and(
        |range| matches!((&range.low, &range.high), (Some((low, _)), Some((high, _))) if low == high),
    )
}

fn keys(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(rank) = &policy.rank else { return };
    let key = policy.record_type(policy.record).key;
    let is_key =
        |value: &Expression| matches!(value.kind, ExpressionKind::Field(field) if Some(field) == key);
    let unique = rank.keys.iter().position(|rank_key| is_key(&rank_key.value));
    for (index, rank_key) in rank.keys.iter().enumerate() {
        let place = rank_key.value.place;
        let told = |found: &mut Vec<Diagnostic>, why: String, first, mend: &str| {
            found.push(
                Diagnostic::new(
                    Code::KeyNeverReached,
                    format!("`{}` never decides: {why}", rank_key.text),
                )
                .at(place, "never reached")
                .at(first, "decided here already")
                .help(mend),
            );
        };
        if let Some(unique) = unique.filter(|unique| *unique < index)
            && let Some(first) = rank.keys.get(unique)
        {
            told(
                found,
                format!("no two records are equal in `{}`", first.name),
                first.value.place,
                "leave it out, or move it to the front",
            );
        } else if let Some(first) = rank
            .keys
            .iter()
            .take(index)
            .find(|first| first.name == rank_key.name)
        {
            told(
                found,
                format!("`{}` has told them apart before", first.text),
                first.value.place,
                "leave it out",
            );
        }
    }
    if unique.is_none() {
        let record = policy.record_type(policy.record);
        let name = key.map_or("id".into(), |key| policy.field(policy.record, key).name.clone());
        found.push(
            Diagnostic::new(
                Code::TiesPossible,
                format!("two {} may be equal in every key and share a rank", record.plural),
            )
            .at(rank.place, "leaves ties possible")
            .help(format!(
                "end with a key that no two share, such as `then first {name}`, or say why ties may stand: \
                 `allow ties-possible because \"…\"`"
            )),
        );
    }
}
