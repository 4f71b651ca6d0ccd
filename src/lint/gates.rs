//! Gates that decide nothing or everything, and exclusions that nobody meets.
//!
//! Comes in: the formulas of a policy's gates and exclusions. Goes out: findings, each with a record that shows it or the
//! sentence that no record can. It never looks at data.
//!
//! Invariant: a gate that every record passes, or none, has no finding about its likeness to others.

use std::sync::Arc;

use crate::analysis::{Formula, GateFormulas, Records, Universe};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{DefineBody, Expression, ExpressionKind, Gate, Policy, RecordId};

pub(super) fn lint(
    policy: &Policy,
    universe: &Universe,
    gates: &[GateFormulas],
    eligible: Formula,
    found: &mut Vec<Diagnostic>,
) {
    let mut ordinary = Vec::new();
    for (gate, formulas) in policy.gates.iter().zip(gates) {
        match one(universe, gate, formulas) {
            Some(Some(problem)) => {
                found.push(problem);
                continue;
            }
            Some(None) => {
                if let (Some(passes), Some(fails)) =
                    (universe.yes(formulas.passes), universe.no(formulas.passes))
                {
                    ordinary.push((gate, passes, fails));
                }
            }
            None => {}
        }
        if let Some(problem) = unsaid(policy, universe, gate, formulas, eligible) {
            found.push(problem);
        }
    }
    pairs(universe, &ordinary, found);
    // Two that exclude each other leave no record that passes all: where there is one, no pair need be looked at.
    let all = universe.yes(eligible).and_then(|all| universe.is_empty(&all));
    if all != Some(false) {
        opposed(universe, &ordinary, found);
    }
}

/// What can be said of a gate by itself; `None` where it is beyond the analysis.
fn one(universe: &Universe, gate: &Gate, formulas: &GateFormulas) -> Option<Option<Diagnostic>> {
    let empty = |set: &Records| universe.is_empty(set);
    let passes = universe.yes(formulas.passes)?;
    if empty(&passes)? {
        return Some(Some(
            Diagnostic::new(
                Code::GateNeverPasses,
                format!("no record can pass `{}`", gate.name),
            )
            .at(gate.require.place, "no record can meet this")
            .help("as it stands, nothing is ever eligible: mend the condition"),
        ));
    }
    let applies = universe.not_no(formulas.when)?;
    if gate.when.is_some() && empty(&applies)? {
        return Some(Some(
            Diagnostic::new(
                Code::GateAlwaysPasses,
                format!("`{}` never applies: every record passes it", gate.name),
            )
            .at(
                gate.when.as_ref().map_or(gate.place, |when| when.place),
                "no record can meet this",
            )
            .help("leave it out, or mend where it applies"),
        ));
    }
    if empty(&universe.not_yes(formulas.passes)?)? {
        return Some(Some(
            Diagnostic::new(
                Code::GateAlwaysPasses,
                format!("every record passes `{}`", gate.name),
            )
            .at(gate.require.place, "no record can fail this")
            .help("leave it out, or mend what it asks"),
        ));
    }
    let meets = universe.both(&applies, &universe.yes(formulas.require)?)?;
    if gate.when.is_some() && !matches!(gate.require.kind, ExpressionKind::Constant(_)) && empty(&meets)? {
        return Some(Some(
            Diagnostic::new(
                Code::GateNeverPasses,
                format!("no record to which `{}` applies can pass it", gate.name),
            )
            .at(gate.require.place, "no record can meet this where it applies")
            .help("where that is meant, write `require no`"),
        ));
    }
    Some(None)
}

/// Gates that ask the same, or of which one asks for no more than another.
fn pairs(universe: &Universe, gates: &[(&Gate, Records, Records)], found: &mut Vec<Diagnostic>) {
    let signatures: Vec<_> = gates
        .iter()
        .map(|(_, passes, _)| universe.sample(passes))
        .collect();
    // Of a gate that is implied it is told once, by which.
    let mut told = vec![false; gates.len()];
    for (index, (gate, passes, fails)) in gates.iter().enumerate() {
        for (other, (later, more, less)) in gates.iter().enumerate().skip(index + 1) {
            let (Some(ours), Some(theirs)) = (signatures.get(index), signatures.get(other)) else {
                continue;
            };
            let within = |one: &Records, other: &Records| {
                let rest = universe.without(one, other);
                rest.and_then(|rest| universe.is_empty(&rest)) == Some(true)
            };
            // A record at random that passes one and not the other settles most pairs at once.
            let forth = universe.may_be_within(ours, theirs) && within(passes, more);
            let back = universe.may_be_within(theirs, ours) && within(more, passes);
            let (loose, problem) = match (forth, back) {
                (true, true) if within(fails, less) && within(less, fails) => (other, equal(gate, later)),
                (true, _) => (other, implied(gate, later)),
                (_, true) => (index, implied(later, gate)),
                _ => continue,
            };
            if let Some(told) = told.get_mut(loose).filter(|told| !**told) {
                *told = true;
                found.push(problem);
            }
        }
    }
}

fn equal(gate: &Gate, later: &Gate) -> Diagnostic {
    Diagnostic::new(
        Code::GatesEqual,
        format!(
            "`{}` and `{}` mean the same: no record can pass one and not the other",
            gate.name, later.name
        ),
    )
    .at(later.place, format!("asks for the same as `{}`", gate.name))
    .at(gate.place, "asks for it already")
    .help("leave one of them out")
}

/// Two gates of which no record can pass both: then nothing is ever eligible, whatever each of them is by itself.
fn opposed(universe: &Universe, gates: &[(&Gate, Records, Records)], found: &mut Vec<Diagnostic>) {
    let samples: Vec<_> = gates
        .iter()
        .map(|(_, passes, _)| universe.sample(passes))
        .collect();
    for (index, (later, more, _)) in gates.iter().enumerate() {
        let Some(theirs) = samples.get(index) else {
            continue;
        };
        let against = gates
            .iter()
            .zip(&samples)
            .take(index)
            .find(|((_, passes, _), ours)| {
                if !universe.may_be_apart(ours, theirs) {
                    return false;
                }
                let both = universe.both(passes, more);
                both.and_then(|both| universe.is_empty(&both)) == Some(true)
            });
        if let Some(((gate, ..), _)) = against {
            found.push(
                Diagnostic::new(
                    Code::GateNeverPasses,
                    format!("no record that passes `{}` can pass `{}`", gate.name, later.name),
                )
                .at(
                    later.require.place,
                    format!("never holds of what passes `{}`", gate.name),
                )
                .at(gate.require.place, format!("what `{}` asks", gate.name))
                .help("as it stands, nothing is ever eligible: mend one of the two"),
            );
            return;
        }
    }
}

fn implied(strict: &Gate, loose: &Gate) -> Diagnostic {
    Diagnostic::new(
        Code::GateImplied,
        format!(
            "every record that passes `{}` passes `{}`, too",
            strict.name, loose.name
        ),
    )
    .at(loose.place, format!("asks for no more than `{}`", strict.name))
    .at(strict.place, "asks for all of it")
    .help(format!(
        "leave `{}` out, or let it ask for something of its own",
        loose.name
    ))
}

/// Optional facts without which a gate is undetermined, and nothing is said about that.
fn unsaid(
    policy: &Policy,
    universe: &Universe,
    gate: &Gate,
    formulas: &GateFormulas,
    eligible: Formula,
) -> Option<Diagnostic> {
    let unknown = universe.unknown(formulas.passes)?;
    if universe.is_empty(&unknown)? {
        return None;
    }
    // What fails another gate is not eligible, whatever is missing here.
    let open = universe.both(&unknown, &universe.not_no(eligible)?)?;
    if universe.is_empty(&open)? {
        return None;
    }
    let witness = universe.witness(&open).or_else(|| universe.witness(&unknown))?;
    // Without its answers there is no score, and every author knows: questions are none of what is meant here.
    let questions = policy.record_type(policy.record).fields.iter();
    let questions = questions.filter(|field| field.question_of.is_some());
    let mut asked = asked(policy, gate);
    asked.extend(questions.map(|field| field.name.clone()));
    let facts = witness.facts.iter();
    let missing: Vec<&Arc<str>> = facts
        .filter(|fact| fact.value.is_none() && !asked.contains(&fact.name))
        .map(|fact| &fact.name)
        .collect();
    let first = missing.first()?;
    let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let (example, say) = if witness.facts.len() == names.len() {
        (String::new(), "say")
    } else {
        (format!("it is so where {witness}. "), "Say")
    };
    let in_when = gate.when.iter().find(|when| {
        let mut read = false;
        when.visit(policy.record, &mut |record, part| {
            if let ExpressionKind::Field(field) = part.kind {
                // Behind a reference, a fact is named with the way to it.
                read |= first.rsplit('.').next() == Some(&*policy.field(record, field).name);
            }
        });
        read
    });
    let place = in_when.unwrap_or(&gate.require).place;
    let are = if names.len() == 1 { "is" } else { "are" };
    Some(
        Diagnostic::new(
            Code::UnsaidMissing,
            format!("`{}` cannot be decided where {} {are} missing", gate.name, names.join(" and ")),
        )
        .at(place, "undetermined there")
        .help(format!(
            "{example}{say} what then, with `{first} is known`, `known-or({first}, …)` or a default; or say why that is \
             meant: `allow unsaid-missing because \"…\"`"
        )),
    )
}

/// The fields of which a gate asks whether they are known, also in the definitions that it rests on.
fn asked(policy: &Policy, gate: &Gate) -> Vec<Arc<str>> {
    let mut asked = Vec::new();
    let mut seen = Vec::new();
    let mut open: Vec<(RecordId, &Expression)> = gate
        .when
        .iter()
        .chain([&gate.require])
        .map(|one| (policy.record, one))
        .collect();
    while let Some((record, expression)) = open.pop() {
        expression.visit(record, &mut |record, part| match &part.kind {
            ExpressionKind::Known(operand, _) => operand.visit(record, &mut |record, part| {
                if let ExpressionKind::Field(field) = part.kind {
                    asked.push(policy.field(record, field).name.clone());
                }
            }),
            ExpressionKind::Define(id) if !seen.contains(&(true, id.index())) => {
                seen.push((true, id.index()));
                match &policy.define(*id).body {
                    DefineBody::Value(value) => open.push((record, value)),
                    DefineBody::Cases(cases) => {
                        for case in cases {
                            open.extend(case.when.iter().chain([&case.value]).map(|one| (record, one)));
                        }
                    }
                }
            }
            ExpressionKind::Group(id) if !seen.contains(&(false, id.index())) => {
                seen.push((false, id.index()));
                open.push((record, &policy.group(*id).condition));
            }
            _ => {}
        });
    }
    asked
}

/// Exclusions that no eligible record can meet.
pub(super) fn exclusions(
    policy: &Policy,
    universe: &Universe,
    eligible: Formula,
    formulas: &[Formula],
    found: &mut Vec<Diagnostic>,
) {
    // Where nothing is ever eligible, that is told of the gates.
    let some = universe
        .yes(eligible)
        .and_then(|eligible| universe.is_empty(&eligible))
        == Some(false);
    for (rule, formula) in policy.exclusions.iter().zip(formulas) {
        let own = rule.record == policy.record;
        let never = || {
            let meets = universe.yes(*formula)?;
            if universe.is_empty(&meets)? {
                return Some("no record can meet this");
            }
            let left = universe.both(&meets, &universe.yes(eligible)?)?;
            (own && some && universe.is_empty(&left)?)
                .then_some("no record that passes the entry criteria can meet this")
        };
        if let Some(why) = never() {
            found.push(
                Diagnostic::new(
                    Code::ExclusionNever,
                    format!("`{}` never takes anything out", rule.name),
                )
                .at(rule.when.place, why)
                .help("leave it out, or mend its condition"),
            );
        }
    }
}
