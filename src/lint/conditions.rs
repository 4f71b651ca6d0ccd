//! What the exact analysis finds: it is asked once for a whole policy.
//!
//! Comes in: a policy. Goes out: the findings about its gates, exclusions, texts and cut list. It never looks at scales or
//! tables by themselves.
//!
//! Invariant: all formulas are made before the first is asked, as the universe is cut at the constants of all of them.

use super::{cut_list, gates, texts};
use crate::analysis::{Formula, GateFormulas, Translator, Universe, Vocabulary};
use crate::diagnostic::Diagnostic;
use crate::model::Policy;

/// Stack that following the longest chain of definitions fits into, without optimisation too.
const STACK: usize = 16 * 1024 * 1024;

pub(super) fn lint(policy: &Policy, found: &mut Vec<Diagnostic>) {
    stacker::maybe_grow(STACK, STACK, || ask(policy, found));
}

fn ask(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let mut vocabulary = Vocabulary::default();
    let mut translator = Translator::new(policy, &mut vocabulary);
    let gates: Vec<GateFormulas> = policy.gates.iter().map(|gate| translator.gate(gate)).collect();
    let eligible = translator.all(gates.iter().map(|gate| gate.passes).collect());
    let exclusions: Vec<Formula> = policy
        .exclusions
        .iter()
        .map(|rule| translator.condition(&rule.when, rule.record))
        .collect();
    let shown = texts::formulas(&mut translator, policy, &gates, eligible, &exclusions);
    let listed = policy
        .cut_list
        .as_ref()
        .map(|list| cut_list::formulas(&mut translator, policy, list));
    let Some(universe) = Universe::new(vocabulary) else {
        return;
    };
    gates::lint(policy, &universe, &gates, eligible, found);
    gates::exclusions(policy, &universe, eligible, &exclusions, found);
    texts::lint(&universe, &shown, found);
    if let (Some(list), Some(formulas)) = (&policy.cut_list, &listed) {
        cut_list::lint(list, &universe, formulas, found);
    }
}
