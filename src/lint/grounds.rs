//! Rules that do not say where they are from.
//!
//! Comes in: gates and exclusions. Goes out: those without `cite`. It never judges a citation.
//!
//! Invariant: one finding a rule.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::Policy;

pub(super) fn lint(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let gates = policy
        .gates
        .iter()
        .map(|gate| (&gate.name, &gate.ground, &gate.instead, gate.place));
    let exclusions = policy
        .exclusions
        .iter()
        .map(|rule| (&rule.name, &rule.ground, &rule.instead, rule.place));
    for (name, ground, instead, place) in gates.chain(exclusions) {
        let said = ground.cite.is_some() || instead.iter().any(|instead| instead.ground.cite.is_some());
        if !said {
            found.push(
                Diagnostic::new(
                    Code::MissingCite,
                    format!("`{name}` does not say where it is from"),
                )
                .at(place, "no `cite`")
                .help("write `cite \"…\"`: the section, table or decision that it follows"),
            );
        }
    }
}
