//! What the exact analysis finds: it is asked once for a whole policy.
//!
//! Comes in: a policy. Goes out: the findings about its gates, exclusions, texts and cut list. It never looks at scales or
//! tables by themselves.
//!
//! Invariant: all formulas are made before the first is asked, as the universe is cut at the constants of all of them.

use super::{cut_list, gates, texts};
use crate::analysis::{Formula, Translator, Universe, Vocabulary};
use crate::diagnostic::Diagnostic;
use crate::model::{Gate, Policy};

/// What a gate comes to, and its parts.
pub(super) struct GateFormulas {
    /// Where it applies.
    pub(super) when: Formula,
    /// What it asks.
    pub(super) require: Formula,
    /// Yes where a record passes (or it does not apply), no where it fails.
    pub(super) passes: Formula,
}

/// What deciding makes of a gate: `require` yes passes, even if `when` is unknown.
pub(crate) fn gate_formulas(translator: &mut Translator<'_>, policy: &Policy, gate: &Gate) -> GateFormulas {
    let require = translator.condition(&gate.require, policy.record);
    let when = match &gate.when {
        Some(when) => translator.condition(when, policy.record),
        None => translator.all(Vec::new()),
    };
    let (not_when, not_require) = (translator.not(when), translator.not(require));
    let pass = translator.any(vec![not_when, require]);
    let fail = translator.all(vec![when, not_require]);
    GateFormulas {
        when,
        require,
        passes: translator.split(pass, fail),
    }
}

pub(super) fn lint(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let mut vocabulary = Vocabulary::default();
    let mut translator = Translator::new(policy, &mut vocabulary);
    let gates: Vec<GateFormulas> = policy
        .gates
        .iter()
        .map(|gate| gate_formulas(&mut translator, policy, gate))
        .collect();
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
    gates::lint(policy, &universe, &gates, found);
    gates::exclusions(policy, &universe, eligible, &exclusions, found);
    texts::lint(&universe, &shown, found);
    if let (Some(list), Some(formulas)) = (&policy.cut_list, &listed) {
        cut_list::lint(list, &universe, formulas, found);
    }
}
