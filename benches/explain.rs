//! How long it takes to explain one record among many, beside deciding on all of them.
//!
//! Comes in: a generated policy with up to a million records. `cargo bench --bench explain` prints a table; nothing here
//! fails because a machine is slow. An explanation is to cost no more than deciding and ten milliseconds.

// A bench that cannot read its case has failed, and a panic says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::sync::OnceLock;

use divan::Bencher;
use prioriter::data::{self, Format, Input, Records};
use prioriter::decide::{Decisions, Status, decide};
use prioriter::explain::{Case, explain};
use prioriter::model::{Language, Policy, Reference};
use prioriter::report::explanation::{Level, explanation};
use prioriter::source::Sources;
use prioriter::{check, report};

fn main() {
    divan::main();
}

const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];

/// Deciding on all of them: what an explanation is measured against.
#[divan::bench(args = SIZES, sample_count = 1, sample_size = 1)]
fn decide_all(bencher: Bencher<'_, '_>, records: usize) {
    let run = Run::of(records);
    bencher.bench_local(|| decide(&run.policy, &run.records, Language::English).unwrap());
}

/// What `evaluate explain` does once all is decided: it finds the reasons and tells them.
#[divan::bench(args = SIZES, sample_count = 20, sample_size = 1)]
fn explain_a_ranked_one(bencher: Bencher<'_, '_>, records: usize) {
    told(bencher, records, Status::Ranked);
}

/// One that is not eligible.
#[divan::bench(args = SIZES, sample_count = 20, sample_size = 1)]
fn explain_a_refused_one(bencher: Bencher<'_, '_>, records: usize) {
    told(bencher, records, Status::NotEligible);
}

/// One of which something is unknown.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn explain_an_undetermined_one(bencher: Bencher<'_, '_>, records: usize) {
    told(bencher, records, Status::Undetermined);
}

/// The report where ranks are open: as many records as possible ranks are told of, one in fifty undetermined.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn report_with_open_ranks(bencher: Bencher<'_, '_>) {
    let run = Run::new(2_990);
    bencher.bench_local(|| report::text::render(&run.input(), Default::default()));
}

/// Explains the last record of a status: it stands far down in every table.
fn told(bencher: Bencher<'_, '_>, records: usize, status: Status) {
    let run = Run::of(records);
    let record = run.last(status);
    bencher.bench_local(|| {
        let found = explain(&run.case(), record).unwrap();
        let form = report::Form::Text(Default::default());
        explanation(&run.input(), &found, Level::Rule, form)
    });
}

struct Run {
    sources: Sources,
    policy: Policy,
    records: Records,
    decisions: Decisions,
}

const POLICY: &str = r#"policy generated "Generated" for item { version "1" }
record item "Item" as items {
    id      : text key
    area    : one of a, b, c, d, e
    cost    : number 0.. in MNOK
    ready   : yes/no optional
    done    : yes/no = no
}
define dear = cost > 50 MNOK
entry ready "Ready" {
    require   ready
    otherwise "{id} is not ready"
}
entry affordable "Affordable" { require cost <= 99 MNOK }
criterion benefit "Benefit" {
    mean of {
        first  : 0..100
        second : 0..100
    }
}
criterion speed "Speed" {
    weight 2
    mean of { months : 0..60 reversed }
}
rank by highest total then highest benefit.first then lowest cost
exclude done "Done" {
    when    done and dear
    then    "{id} is done"
    because "it costs {cost}"
}
"#;

impl Run {
    /// So many records, made once.
    fn of(records: usize) -> &'static Run {
        static RUNS: [OnceLock<Run>; 3] = [const { OnceLock::new() }; 3];
        let at = SIZES.iter().position(|size| *size == records).unwrap();
        RUNS.get(at).unwrap().get_or_init(|| Run::new(records))
    }

    /// Of every fifty records one is not ready, and of one that is not known.
    fn new(records: usize) -> Run {
        // Facts from a fixed sequence: the same on every machine.
        let mut state = 1_u64;
        let mut next = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut text = String::from("{ \"items\": [\n");
        for item in 0..records {
            let area = ["a", "b", "c", "d", "e"].get(item % 5).unwrap();
            let ready = match item % 50 {
                47 => "null",
                48 => "false",
                _ => "true",
            };
            let (cost, first, second, months) = (next(100), next(101), next(101), next(61));
            let _ = write!(
                text,
                "{}{{ \"id\": \"I{item}\", \"area\": \"{area}\", \"cost\": {cost}, \"ready\": {ready}, \
                 \"benefit\": {{ \"first\": {first}, \"second\": {second} }}, \"speed\": {{ \"months\": {months} }} }}",
                if item == 0 { "" } else { ",\n" }
            );
        }
        text.push_str("\n] }\n");
        let mut sources = Sources::new();
        let loaded = check::load("generated.rule", &mut sources, &mut |_| {
            Ok(POLICY.as_bytes().to_vec())
        });
        let (policy, problems) = check::check(&loaded, &sources);
        let policy = policy.unwrap_or_else(|| panic!("{:?}", problems.first().map(|first| &first.message)));
        let input = Input {
            file: sources.add_text("generated.json", &text),
            record: None,
            format: Format::Json,
        };
        let records = data::read(&policy, &sources, &[input]).records;
        let decisions = decide(&policy, &records, Language::English).unwrap().decisions;
        Run {
            sources,
            policy,
            records,
            decisions,
        }
    }

    fn last(&self, status: Status) -> Reference {
        let mut of_status = self.decisions.decisions.iter().rev();
        of_status
            .find(|decision| decision.status == status)
            .unwrap()
            .record
    }

    fn case(&self) -> Case<'_> {
        Case {
            policy: &self.policy,
            records: &self.records,
            decisions: &self.decisions,
            language: Language::English,
        }
    }

    fn input(&self) -> report::Input<'_> {
        report::Input {
            policy: &self.policy,
            records: &self.records,
            decisions: &self.decisions,
            sources: &self.sources,
            language: Language::English,
        }
    }
}
