//! `evaluate prove OLD NEW`: whether a rewording changed anything, for any data.
//!
//! Comes in: two policies. Goes out: gate by gate, and for all together, how the new one stands to the old one. It never reads
//! data.
//!
//! Invariant: the exit code is 0 exactly where it is proved that every record comes out the same.

use serde::Serialize;

use super::Exit;
use super::arguments::{Color, ProofFormat, Prove};
use super::output::{tell, tell_all, write};
use crate::check;
use crate::model::Policy;
use crate::prove::{self, Comparison, Difference, GateComparison, Outcome, Proof, Verdict};
use crate::source::Sources;

pub(super) fn run(arguments: &Prove, color: Color) -> Exit {
    let (old, new) = (sound(&arguments.old, color), sound(&arguments.new, color));
    let (Some(old), Some(new)) = (old, new) else {
        return Exit::Failed;
    };
    let records = [&old, &new].map(|policy| &policy.record_type(policy.record).name);
    if records[0] != records[1] {
        tell(&format!(
            "error: the policies decide on different records: {} and {}\n",
            records[0], records[1]
        ));
        return Exit::Failed;
    }
    let Some(proof) = prove::compare(&old, &new) else {
        tell("error: these policies have more conditions than can be held against each other\n");
        return Exit::Failed;
    };
    let text = match arguments.format {
        ProofFormat::Text => text(arguments, &proof),
        ProofFormat::Json => {
            serde_json::to_string_pretty(&document(arguments, &proof)).unwrap_or_default() + "\n"
        }
    };
    match write(&text, None) {
        Exit::Done if proof.eligibility.verdict != Verdict::Equal => Exit::No,
        exit => exit,
    }
}

/// A policy without mistakes; those of any other are told.
fn sound(path: &str, color: Color) -> Option<Policy> {
    let mut sources = Sources::new();
    let loaded = check::load(path, &mut sources, &mut super::files::read);
    let (policy, problems) = check::check(&loaded, &sources);
    tell_all(&problems, &sources, color);
    policy
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Equal => "equal",
        Verdict::Stricter => "NEW is stricter",
        Verdict::Looser => "NEW is looser",
        Verdict::Neither => "neither: NEW is stricter for some and looser for others",
        Verdict::NotLooser => "NEW is equal or stricter",
        Verdict::NotStricter => "NEW is equal or looser",
        Verdict::Open => "cannot be told for every record",
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passes => "passes",
        Outcome::Undetermined => "is undetermined in",
        Outcome::Fails => "fails",
    }
}

fn text(arguments: &Prove, proof: &Proof) -> String {
    let mut text = format!("OLD  {}\nNEW  {}\n\n", arguments.old, arguments.new);
    let widest = proof
        .gates
        .iter()
        .map(|gate| gate.name.chars().count())
        .max()
        .unwrap_or(0);
    for gate in &proof.gates {
        let only = match (gate.in_old, gate.in_new) {
            (true, false) => "only in OLD: ",
            (false, true) => "only in NEW: ",
            _ => "",
        };
        text.push_str(&format!(
            "{:widest$}  {only}{}\n",
            gate.name,
            verdict(gate.comparison.verdict)
        ));
        differences(&mut text, &gate.comparison, widest + 2);
    }
    if !proof.gates.is_empty() {
        text.push('\n');
    }
    text.push_str(&format!("Eligibility: {}\n", verdict(proof.eligibility.verdict)));
    differences(&mut text, &proof.eligibility, 2);
    text.push_str(&reach(proof));
    if !proof.unlike.is_empty() {
        let fields: Vec<String> = proof.unlike.iter().map(|name| format!("`{name}`")).collect();
        text.push_str(&format!(
            "\nThe two do not declare {} alike: each has its own values for it.\n",
            fields.join(", ")
        ));
    }
    text
}

/// How far the proof goes, where it does not go all the way.
fn reach(proof: &Proof) -> String {
    let settled = |comparison: &Comparison| {
        !matches!(
            comparison.verdict,
            Verdict::Open | Verdict::NotLooser | Verdict::NotStricter
        )
    };
    let gates = proof.gates.iter();
    let open: Vec<String> = gates
        .filter(|gate| !settled(&gate.comparison))
        .map(|gate| format!("`{}`", gate.name))
        .collect();
    let all = proof.gates.len();
    let told = all - open.len();
    if open.is_empty() && settled(&proof.eligibility) {
        return String::new();
    }
    let rest = if open.is_empty() {
        "All together rest on what is computed (sums, counts, scores): it is not proved that a record can have it so."
            .to_owned()
    } else {
        format!(
            "Not told: {}, which rests on what is computed (sums, counts, scores) or is declared otherwise.",
            open.join(", ")
        )
    };
    let reach = format!("How far this reaches: {told} of {all} gates are told for every record. {rest}");
    format!("\n{}\n", textwrap::fill(&reach, 80))
}

fn differences(text: &mut String, comparison: &Comparison, indent: usize) {
    for difference in [&comparison.worse, &comparison.better].into_iter().flatten() {
        let facts = if difference.record.facts.is_empty() {
            "any record".to_owned()
        } else {
            difference.record.to_string()
        };
        text.push_str(&format!(
            "{:indent$}{} OLD, {} NEW: {facts}\n",
            "",
            outcome(difference.old),
            outcome(difference.new)
        ));
    }
}

/// The document, key by key.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Document<'p> {
    format: &'static str,
    engine: Engine,
    old: &'p str,
    new: &'p str,
    gates: Vec<GateDocument<'p>>,
    eligibility: ComparisonDocument<'p>,
    unlike: Vec<&'p str>,
}

#[derive(Serialize)]
struct Engine {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct GateDocument<'p> {
    name: &'p str,
    in_old: bool,
    in_new: bool,
    #[serde(flatten)]
    comparison: ComparisonDocument<'p>,
}

#[derive(Serialize)]
struct ComparisonDocument<'p> {
    verdict: &'static str,
    worse: Option<DifferenceDocument<'p>>,
    better: Option<DifferenceDocument<'p>>,
}

#[derive(Serialize)]
struct DifferenceDocument<'p> {
    old: &'static str,
    new: &'static str,
    record: Vec<FactDocument<'p>>,
}

#[derive(Serialize)]
struct FactDocument<'p> {
    name: &'p str,
    shown: &'p str,
}

fn document<'p>(arguments: &'p Prove, proof: &'p Proof) -> Document<'p> {
    let gate = |gate: &'p GateComparison| GateDocument {
        name: &gate.name,
        in_old: gate.in_old,
        in_new: gate.in_new,
        comparison: comparison(&gate.comparison),
    };
    Document {
        format: "prioriter/proof@1",
        engine: Engine {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        old: &arguments.old,
        new: &arguments.new,
        gates: proof.gates.iter().map(gate).collect(),
        eligibility: comparison(&proof.eligibility),
        unlike: proof.unlike.iter().map(|name| &**name).collect(),
    }
}

fn comparison(comparison: &Comparison) -> ComparisonDocument<'_> {
    ComparisonDocument {
        verdict: match comparison.verdict {
            Verdict::Equal => "equal",
            Verdict::Stricter => "stricter",
            Verdict::Looser => "looser",
            Verdict::Neither => "neither",
            Verdict::NotLooser => "not-looser",
            Verdict::NotStricter => "not-stricter",
            Verdict::Open => "open",
        },
        worse: comparison.worse.as_ref().map(difference),
        better: comparison.better.as_ref().map(difference),
    }
}

fn difference(difference: &Difference) -> DifferenceDocument<'_> {
    let outcome = |outcome| match outcome {
        Outcome::Passes => "passes",
        Outcome::Undetermined => "undetermined",
        Outcome::Fails => "fails",
    };
    let facts = difference.record.facts.iter();
    DifferenceDocument {
        old: outcome(difference.old),
        new: outcome(difference.new),
        record: facts
            .map(|fact| FactDocument {
                name: &fact.name,
                shown: &fact.shown,
            })
            .collect(),
    }
}
