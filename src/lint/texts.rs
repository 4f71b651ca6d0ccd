//! Placeholders in texts that are only shown where they are unknown.
//!
//! Comes in: the texts of gates and exclusions, and when they are shown. Goes out: placeholders that are never known then. It
//! never fills one in.
//!
//! Invariant: a text that is never shown has no finding here.

use crate::analysis::{Formula, GateFormulas, Translator, Universe};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Instead, Policy, RecordId, Template};
use crate::source::Place;

/// A placeholder, when its text is shown, and when it is known.
pub(super) struct Shown {
    place: Place,
    shown: Formula,
    known: Formula,
}

pub(super) fn formulas(
    translator: &mut Translator<'_>,
    policy: &Policy,
    gates: &[GateFormulas],
    eligible: Formula,
    exclusions: &[Formula],
) -> Vec<Shown> {
    let mut all = Vec::new();
    for (gate, formulas) in policy.gates.iter().zip(gates) {
        let fails = translator.not(formulas.passes);
        let texts = gate.otherwise.iter();
        texts.for_each(|text| placeholders(translator, text, policy.record, fails, &mut all));
        insteads(translator, &gate.instead, policy.record, fails, &mut all);
    }
    for (rule, formula) in policy.exclusions.iter().zip(exclusions) {
        let met = if rule.record == policy.record {
            translator.all(vec![eligible, *formula])
        } else {
            *formula
        };
        let texts = rule.then.iter();
        texts.for_each(|text| placeholders(translator, text, rule.record, met, &mut all));
        insteads(translator, &rule.instead, rule.record, met, &mut all);
    }
    all
}

/// The first that holds is shown.
fn insteads(
    translator: &mut Translator<'_>,
    written: &[Instead],
    record: RecordId,
    met: Formula,
    all: &mut Vec<Shown>,
) {
    let mut before = vec![met];
    for instead in written {
        let (when, surely) = match &instead.when {
            // One that is unknown is passed over, as one that does not hold.
            Some(when) => {
                let (holds, known) = (translator.condition(when, record), translator.known(when, record));
                (holds, translator.all(vec![known, holds]))
            }
            None => (translator.all(Vec::new()), translator.all(Vec::new())),
        };
        let shown = translator.all([before.clone(), vec![when]].concat());
        placeholders(translator, &instead.text, record, shown, all);
        before.push(translator.not(surely));
    }
}

fn placeholders(
    translator: &mut Translator<'_>,
    text: &Template,
    record: RecordId,
    shown: Formula,
    all: &mut Vec<Shown>,
) {
    for value in text.placeholders() {
        all.push(Shown {
            place: value.place,
            shown,
            known: translator.known(value, record),
        });
    }
}

pub(super) fn lint(universe: &Universe, shown: &[Shown], found: &mut Vec<Diagnostic>) {
    for placeholder in shown {
        if never_known(universe, placeholder) == Some(true) {
            found.push(
                Diagnostic::new(
                    Code::PlaceholderNeverKnown,
                    "this placeholder is never known when its text is shown",
                )
                .at(placeholder.place, "no record can show a value here")
                .help("show something else, or say when the text holds"),
            );
        }
    }
}

fn never_known(universe: &Universe, placeholder: &Shown) -> Option<bool> {
    let shown = universe.yes(placeholder.shown)?;
    let known = universe.yes(placeholder.known)?;
    let both = universe.both(&shown, &known)?;
    Some(universe.is_empty(&both)? && !universe.is_empty(&shown)?)
}
