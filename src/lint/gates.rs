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

/// The most findings about pairs of gates: a policy with more has one mistake, not many.
const PAIRS: usize = 100;

pub(super) fn lint(
    policy: &Policy,
    universe: &Universe,
    gates: &[GateFormulas],
    found: &mut Vec<Diagnostic>,
) {
    let mut ordinary = Vec::new();
    for (gate, formulas) in policy.gates.iter().zip(gates) {
        match one(universe, gate, formulas) {
            Some(Some(problem)) => found.push(problem),
            Some(None) => {
                if let (Some(passes), Some(fails)) =
                    (universe.yes(formulas.passes), universe.no(formulas.passes))
                {
                    ordinary.push((gate, passes, fails));
                }
            }
            None => {}
        }
        if let Some(problem) = unsaid(policy, universe, gate, formulas) {
            found.push(problem);
        }
    }
    pairs(universe, &ordinary, found);
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
            .help("leave the gate out, or mend where it applies"),
        ));
    }
    if empty(&universe.not_yes(formulas.passes)?)? {
        return Some(Some(
            Diagnostic::new(
                Code::GateAlwaysPasses,
                format!("every record passes `{}`", gate.name),
            )
            .at(gate.require.place, "no record can fail this")
            .help("leave the gate out, or mend what it asks"),
        ));
    }
    let meets = universe.both(&applies, &universe.yes(formulas.require)?)?;
    if gate.when.is_some() && !matches!(gate.require.kind, ExpressionKind::Constant(_)) && empty(&meets)? {
        return Some(Some(
            Diagnostic::new(
                Code::GateNeverPasses,
                format!("no record to which `{}` applies can pass it", gate.name),
            )
            .at(
                gate.require.place,
                "no record can meet this where the gate applies",
            )
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
    let mut told = 0;
    for (index, (gate, passes, fails)) in gates.iter().enumerate() {
        for (other, (later, more, less)) in gates.iter().enumerate().skip(index + 1) {
            let (Some(ours), Some(theirs)) = (signatures.get(index), signatures.get(other)) else {
                continue;
            };
            // A record at random that passes one and not the other settles most pairs at once.
            let implies = |one, other, ours: &Records, theirs: &Records| {
                universe.may_be_within(one, other)
                    && universe
                        .without(ours, theirs)
                        .and_then(|rest| universe.is_empty(&rest))
                        == Some(true)
            };
            let forth = implies(ours, theirs, passes, more);
            let back = implies(theirs, ours, more, passes);
            let same = |one: &Records, other: &Records| {
                let rest = universe
                    .without(one, other)
                    .and_then(|rest| universe.is_empty(&rest));
                rest == Some(true)
            };
            let problem = match (forth, back) {
                (true, true) if same(fails, less) && same(less, fails) => Diagnostic::new(
                    Code::GatesEqual,
                    format!(
                        "`{}` and `{}` mean the same: no record can pass one and not the other",
                        gate.name, later.name
                    ),
                )
                .at(later.place, "asks for the same as")
                .at(gate.place, "this gate")
                .help("leave one of them out"),
                (true, _) => implied(gate, later),
                (_, true) => implied(later, gate),
                _ => continue,
            };
            found.push(problem);
            told += 1;
            if told == PAIRS {
                return;
            }
        }
    }
}

fn implied(strict: &Gate, loose: &Gate) -> Diagnostic {
    Diagnostic::new(
        Code::GateImplied,
        format!("no record can pass `{}` and not `{}`", strict.name, loose.name),
    )
    .at(loose.place, "asks for nothing more than")
    .at(strict.place, "this gate")
    .help(format!(
        "leave `{}` out, or let it ask for something of its own",
        loose.name
    ))
}

/// Optional facts without which a gate is undetermined, and nothing is said about that.
fn unsaid(policy: &Policy, universe: &Universe, gate: &Gate, formulas: &GateFormulas) -> Option<Diagnostic> {
    let unknown = universe.unknown(formulas.passes)?;
    if universe.is_empty(&unknown)? {
        return None;
    }
    let asked = asked(policy, gate);
    let witness = universe.witness(&unknown)?;
    let missing: Vec<&Arc<str>> = witness
        .facts
        .iter()
        .filter(|fact| fact.value.is_none() && !asked.contains(&fact.name))
        .map(|fact| &fact.name)
        .collect();
    let first = missing.first()?;
    Some(
        Diagnostic::new(
            Code::UnsaidMissing,
            format!("where `{first}` is missing, `{}` cannot be decided", gate.name),
        )
        .at(gate.require.place, format!("undetermined where {witness}"))
        .help(format!(
            "say what then, with `{first} is known`, `known-or({first}, …)` or a default; or say why that is meant: \
             `allow unsaid-missing because \"…\"`"
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
    for (rule, formula) in policy.exclusions.iter().zip(formulas) {
        let own = rule.record == policy.record;
        let never = || {
            let meets = universe.yes(*formula)?;
            if universe.is_empty(&meets)? {
                return Some("no record can meet this");
            }
            let left = universe.both(&meets, &universe.yes(eligible)?)?;
            (own && universe.is_empty(&left)?).then_some("no record that passes the gates can meet this")
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
