//! How long it takes to tell how firm a ranking is: a thousand records, five criteria, a hundred thousand draws.
//!
//! Comes in: a generated policy with its records. `cargo bench --bench robustness` prints a table; nothing here fails
//! because a machine is slow.

// A bench that cannot read its case has failed, and a panic says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use divan::Bencher;
use prioriter::data::{self, Format, Input, Records};
use prioriter::decide::{Decisions, decide};
use prioriter::explain::Case;
use prioriter::explain::robustness::{Settings, assess, possible_ranks};
use prioriter::model::{Language, Policy};
use prioriter::source::Sources;
use prioriter::{check, report};

fn main() {
    divan::main();
}

/// All of it, with a cut list that is decided again at every weight.
#[divan::bench(args = [11, 100, 1_000], sample_count = 3)]
fn all(bencher: Bencher<'_, '_>, records: usize) {
    let run = Run::of(records);
    bencher.bench_local(|| assess(&run.case(), Settings::default()));
}

/// The same without the draws.
#[divan::bench(args = [1_000], sample_count = 3)]
fn without_draws(bencher: Bencher<'_, '_>, records: usize) {
    let run = Run::of(records);
    let settings = Settings {
        draws: 1,
        ..Settings::default()
    };
    bencher.bench_local(|| assess(&run.case(), settings));
}

#[divan::bench(args = [1_000], sample_count = 3)]
fn possible(bencher: Bencher<'_, '_>, records: usize) {
    let run = Run::of(records);
    bencher.bench_local(|| possible_ranks(&run.case()).unwrap());
}

/// What is printed, once it is found.
#[divan::bench(args = [1_000], sample_count = 3)]
fn text_and_json(bencher: Bencher<'_, '_>, records: usize) {
    let run = Run::of(records);
    let found = assess(&run.case(), Settings::default());
    let input = report::Input {
        policy: &run.policy,
        records: &run.records,
        decisions: &run.decisions,
        sources: &run.sources,
        language: Language::English,
    };
    bencher.bench_local(|| {
        let text = report::robustness::render(&input, &found, report::Form::Text(Default::default()));
        (text, report::json::robustness::document(&input, &found))
    });
}

struct Run {
    sources: Sources,
    policy: Policy,
    records: Records,
    decisions: Decisions,
}

impl Run {
    /// Five criteria of two questions each, a tie-break, and a limit; of every fifty records one has an answer unknown.
    fn of(records: usize) -> Run {
        let mut text = String::from(
            "policy generated \"Generated\" for item { }\nrecord item {\n id : text key\n cost : number 0..\n}\n",
        );
        for criterion in 0..5 {
            text += &format!(
                "criterion c{criterion} {{ mean of {{ a : 0..100\n b : integer 0..10 reversed }} }}\n"
            );
        }
        text += "rank by highest total then lowest cost\ncut-list list of item { at most 20000 of cost }\n";
        // Facts from a fixed sequence: the same on every machine.
        let mut state = 1_u64;
        let mut next = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut items = Vec::new();
        for item in 0..records {
            let mut facts = format!("{{ \"id\": \"I{item}\", \"cost\": {}", next(100));
            for criterion in 0..5 {
                let (a, b) = (next(101), next(11));
                let a = if item % 50 == 49 && criterion == 0 {
                    "null".to_owned()
                } else {
                    a.to_string()
                };
                facts += &format!(", \"c{criterion}\": {{ \"a\": {a}, \"b\": {b} }}");
            }
            items.push(facts + " }");
        }
        let mut sources = Sources::new();
        let loaded = check::load("generated.rule", &mut sources, &mut |_| {
            Ok(text.as_bytes().to_vec())
        });
        let (policy, problems) = check::check(&loaded, &sources);
        let policy = policy.unwrap_or_else(|| panic!("{:?}", problems.first().map(|first| &first.message)));
        let file = sources.add_text(
            "generated.json",
            &format!("{{ \"items\": [{}] }}", items.join(",\n")),
        );
        let input = Input {
            file,
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

    fn case(&self) -> Case<'_> {
        Case {
            policy: &self.policy,
            records: &self.records,
            decisions: &self.decisions,
            language: Language::English,
        }
    }
}
