//! What a cut list of a million deliverables costs: the order by twenty rules and a budget, with every reason.
//!
//! Comes in: generated measures and deliverables, read into memory before the clock starts. `cargo bench --bench cut_list`
//! prints a table; nothing here fails because a machine is slow.

// A bench that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fmt::Write as _;

use divan::Bencher;
use divan::counter::ItemsCount;
use prioriter::check;
use prioriter::data::{self, Format, Input, Records};
use prioriter::decide::{Stages, decide};
use prioriter::model::Policy;
use prioriter::source::Sources;

fn main() {
    divan::main();
}

/// How many deliverables a measure has.
const OF_A_MEASURE: usize = 100;
/// What all deliverables cost together is about 50 for each; half of it is there.
const SHARE: usize = 25;

/// The cut list alone: who takes part, the order, the budget, and the reasons.
#[divan::bench(args = [10_000, 100_000, 1_000_000], sample_count = 5, sample_size = 1)]
fn stage(bencher: Bencher<'_, '_>, deliverables: usize) {
    let (policy, records) = case(deliverables);
    bencher
        .counter(ItemsCount::new(deliverables))
        .with_inputs(|| Stages::before_cut_list(&policy, &records, policy.language).unwrap())
        .bench_local_values(|mut stages| {
            stages.cut_list().unwrap();
            stages
        });
}

/// Everything from the records to the decisions: scores and ranks of the measures, the cut list, and what is told beside.
#[divan::bench(args = [10_000, 100_000, 1_000_000], sample_count = 5, sample_size = 1)]
fn decide_all(bencher: Bencher<'_, '_>, deliverables: usize) {
    let (policy, records) = case(deliverables);
    bencher
        .counter(ItemsCount::new(deliverables))
        .bench_local(|| decide(&policy, &records, policy.language).unwrap());
}

/// A policy and its records, with so many deliverables.
fn case(deliverables: usize) -> (Policy, Records) {
    let text = policy(deliverables);
    let mut sources = Sources::new();
    let loaded = check::load("generated.rule", &mut sources, &mut |_| {
        Ok(text.as_bytes().to_vec())
    });
    let (policy, problems) = check::check(&loaded, &sources);
    let policy = policy.unwrap_or_else(|| panic!("{:?}", problems.first().map(|first| &first.message)));
    let inputs: Vec<Input> = ["measure", "deliverable"]
        .into_iter()
        .zip(rows(deliverables))
        .map(|(record, text)| Input {
            file: sources.add_text(&format!("{record}.ndjson"), &text),
            record: policy
                .record_ids()
                .find(|id| &*policy.record_type(*id).name == record),
            format: Format::Lines,
        })
        .collect();
    let reading = data::read(&policy, &sources, &inputs);
    assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
    (policy, reading.records)
}

/// Twenty groups, each placed after the one before it, half of them within an area; and a budget.
fn policy(deliverables: usize) -> String {
    let mut text = String::from(
        r#"policy generated "Generated" for measure { version "1" }
record measure "Measure" as measures {
    id      : text key
    benefit : 0..100
}
record deliverable "Deliverable" in measure as deliverables {
    id    : text key
    area  : one of a, b, c, d, e
    group : integer 0..20
    cost  : number 0.. in MNOK
}
rank by highest benefit
"#,
    );
    for group in 0..=20 {
        let _ = writeln!(text, "group g{group} of deliverable where this.group is {group}");
    }
    text.push_str("cut-list scope of deliverable {\n");
    for group in 1..=20 {
        let within = if group % 2 == 0 { " within area" } else { "" };
        let _ = writeln!(text, "    place g{group} after g{}{within}", group - 1);
    }
    let _ = writeln!(text, "    at most {} MNOK of cost\n}}", deliverables * SHARE);
    text
}

/// Measures and deliverables from a fixed sequence: the same on every machine.
fn rows(deliverables: usize) -> [String; 2] {
    let mut state = 1_u64;
    let mut next = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let (mut measures, mut rows) = (String::new(), String::new());
    for measure in 0..deliverables.div_ceil(OF_A_MEASURE) {
        let benefit = next(101);
        let _ = writeln!(measures, r#"{{ "id": "M{measure}", "benefit": {benefit} }}"#);
    }
    for item in 0..deliverables {
        let (measure, area) = (item / OF_A_MEASURE, ["a", "b", "c", "d", "e"][next(5) as usize]);
        let (group, cost) = (next(21), next(100));
        let _ = writeln!(
            rows,
            r#"{{ "id": "D{item}", "measure": "M{measure}", "area": "{area}", "group": {group}, "cost": {cost} }}"#
        );
    }
    [measures, rows]
}
