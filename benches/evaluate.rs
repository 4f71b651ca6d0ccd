//! How long it takes: the published case as a whole process and stage by stage, a cut list of ten thousand, and its two
//! algorithms alone.
//!
//! Comes in: `policies/steg2`, and a generated policy with its records. `cargo bench` prints a table; nothing here
//! fails because a machine is slow.

// A bench that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use divan::Bencher;
use prioriter::data::{self, Format, Input, Records};
use prioriter::decide::{Decisions, decide};
use prioriter::model::{Language, Policy};
use prioriter::report;
use prioriter::source::{FileId, Sources};
use prioriter::{check, syntax};

fn main() {
    divan::main();
}

const STEG2: &str = "policies/steg2/steg2.rule";
const BUDGET: &str = "policies/steg2/steg2-budget.rule";

/// The whole process, from its start to its exit, output thrown away.
#[divan::bench(args = [STEG2, BUDGET, "policies/grants/grants.rule", "policies/backlog/backlog.rule"])]
fn process(bencher: Bencher<'_, '_>, path: &str) {
    bencher.bench_local(|| {
        let status = Command::new(env!("CARGO_BIN_EXE_evaluate"))
            .arg(path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
    });
}

/// What a process costs that does nothing of the engine's own: the floor of the above.
#[divan::bench]
fn process_that_prints_its_version(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| {
        let status = Command::new(env!("CARGO_BIN_EXE_evaluate"))
            .arg("--version")
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
    });
}

mod steg2 {
    use super::*;

    /// The three files of the policy, from text to tree.
    #[divan::bench]
    fn parse(bencher: Bencher<'_, '_>) {
        let texts: Vec<String> = ["steg2.rule", "steg2-rules.rule", "steg2-data.rule"]
            .iter()
            .map(|file| std::fs::read_to_string(format!("policies/steg2/{file}")).unwrap())
            .collect();
        bencher.bench_local(|| {
            for text in &texts {
                divan::black_box(syntax::parse(FileId::default(), text));
            }
        });
    }

    /// From trees to a policy: names, types, tables.
    #[divan::bench]
    fn check(bencher: Bencher<'_, '_>) {
        let mut sources = Sources::new();
        let loaded = check::load(STEG2, &mut sources, &mut |path| std::fs::read(path));
        bencher.bench_local(|| check::check(&loaded, &sources));
    }

    /// The data file, from text to records.
    #[divan::bench]
    fn read(bencher: Bencher<'_, '_>) {
        let case = Case::shipped(STEG2);
        bencher.bench_local(|| data::read(&case.policy, &case.sources, &case.inputs));
    }

    #[divan::bench]
    fn decide_all(bencher: Bencher<'_, '_>) {
        let case = Case::shipped(STEG2);
        bencher.bench_local(|| decide(&case.policy, &case.records, Language::Norwegian));
    }

    #[divan::bench]
    fn report_text(bencher: Bencher<'_, '_>) {
        let case = Case::shipped(STEG2);
        let decisions = case.decisions();
        bencher.bench_local(|| report::text::render(&case.report(&decisions), Default::default()));
    }

    #[divan::bench]
    fn report_json(bencher: Bencher<'_, '_>) {
        let case = Case::shipped(STEG2);
        let decisions = case.decisions();
        bencher.bench_local(|| report::json::document(&case.report(&decisions)));
    }
}

/// Ten thousand items in a cut list with twenty rules about their order and four limits.
mod ten_thousand {
    use super::*;

    /// Gates, scores and ranks as well: everything from the records to the decisions.
    #[divan::bench(args = [100, 1_000, 10_000], sample_count = 10)]
    fn decide_all(bencher: Bencher<'_, '_>, items: usize) {
        let case = Case::generated(items);
        bencher.bench_local(|| {
            let decided = decide(&case.policy, &case.records, Language::English).unwrap();
            assert!(decided.decisions.cut_list.is_some());
            decided
        });
    }

    /// The same without the cut list: what ranking costs alone.
    #[divan::bench(args = [100, 1_000, 10_000], sample_count = 10)]
    fn rank_only(bencher: Bencher<'_, '_>, items: usize) {
        let case = Case::of(&policy(false), &records(items));
        bencher.bench_local(|| decide(&case.policy, &case.records, Language::English).unwrap());
    }

    #[divan::bench(args = [100, 1_000, 10_000], sample_count = 10)]
    fn read(bencher: Bencher<'_, '_>, items: usize) {
        let case = Case::generated(items);
        bencher.bench_local(|| data::read(&case.policy, &case.sources, &case.inputs));
    }
}

/// The two algorithms of the cut list, without records and values.
mod cut_list {
    use super::*;
    use prioriter::decide::cut_list::limits::{Count, Kind, Limit, Problem, select};
    use prioriter::decide::cut_list::order::{self, Placement, Rule};
    use prioriter::decide::cut_list::sets::Sets;

    /// The order of so many items under twenty rules between groups, half of them within a class.
    #[divan::bench(args = [1_000, 10_000, 1_000_000], sample_count = 10)]
    fn order_by_twenty_rules(bencher: Bencher<'_, '_>, items: usize) {
        let group = |item: usize| (item * 7_919) % 21;
        let of_group = |wanted: usize| (0..items).map(|item| group(item) == wanted).collect();
        let rules = (1..=20_usize).map(|rule| {
            Rule::Place(Placement {
                after: of_group(rule),
                before: of_group(rule - 1),
                class: (0..items as u32)
                    .map(|item| Some(if rule % 2 == 0 { item % 5 } else { 0 }))
                    .collect(),
            })
        });
        let problem = order::Problem {
            candidates: items,
            rules: rules.collect(),
            sets: Sets::none(items),
            data_order: (0..items).collect(),
        };
        bencher.bench_local(|| order::arrange(&problem).is_ok());
    }

    /// So many candidates of an `at least` that need the end of a chain as long, which does not fit.
    #[divan::bench(args = [1_000, 12_000])]
    fn at_least_over_a_long_chain(bencher: Bencher<'_, '_>, items: usize) {
        let (chain, all) = (items, 2 * items);
        bencher.bench_local(|| select(&long_chain(chain, all, false)));
    }

    /// The same where each limit has an amount that makes room.
    #[divan::bench(args = [1_000, 12_000])]
    fn at_least_over_a_long_chain_with_room_made(bencher: Bencher<'_, '_>, items: usize) {
        let (chain, all) = (items, 2 * items);
        bencher.bench_local(|| select(&long_chain(chain, all, true)));
    }

    fn long_chain(chain: usize, all: usize, makes_room: bool) -> Problem<i64> {
        let needs = |item: usize| match item {
            0 => Vec::new(),
            _ if item < chain => vec![item - 1],
            _ => vec![chain - 1],
        };
        let limit = |kind, bound: i64, amount: &dyn Fn(usize) -> i64| Limit {
            kind,
            bounds: vec![bound],
            counts: (0..all)
                .map(|item| Count::In {
                    classes: [0].into_iter().collect(),
                    amount: amount(item),
                })
                .collect(),
        };
        let relieved = |item: usize| {
            if makes_room && item + 1 == all {
                -60
            } else {
                i64::from(item >= chain) * 2
            }
        };
        Problem {
            participants: all,
            order: (0..all).collect(),
            needs: (0..all).map(needs).collect(),
            sets: Sets::none(all),
            blocked: vec![false; all],
            limits: vec![
                limit(Kind::AtMost, 50, &|item| {
                    if item == 0 { 49 } else { relieved(item) }
                }),
                limit(Kind::AtLeast, 20, &|item| i64::from(item >= chain)),
                limit(Kind::AtMost, 90_000, &|_| 1),
            ],
            take_what_fits: false,
        }
    }
}

/// A policy and its records.
struct Case {
    sources: Sources,
    policy: Policy,
    inputs: Vec<Input>,
    records: Records,
}

impl Case {
    fn shipped(path: &str) -> Case {
        let mut sources = Sources::new();
        let loaded = check::load(path, &mut sources, &mut |path| std::fs::read(path));
        let policy = check::check(&loaded, &sources).0.unwrap();
        let files: Vec<FileId> = policy
            .data
            .iter()
            .map(|(path, _)| sources.add(path, &std::fs::read(&**path).unwrap()).unwrap())
            .collect();
        Case::read(sources, policy, &files)
    }

    fn generated(items: usize) -> Case {
        Case::of(&policy(true), &records(items))
    }

    fn of(policy: &str, records: &str) -> Case {
        let mut sources = Sources::new();
        let loaded = check::load("generated.rule", &mut sources, &mut |_| {
            Ok(policy.as_bytes().to_vec())
        });
        let (policy, problems) = check::check(&loaded, &sources);
        let policy = policy.unwrap_or_else(|| panic!("{:?}", problems.first().map(|first| &first.message)));
        let file = sources.add_text("generated.json", records);
        Case::read(sources, policy, &[file])
    }

    fn read(sources: Sources, policy: Policy, files: &[FileId]) -> Case {
        let inputs: Vec<Input> = files
            .iter()
            .map(|file| Input {
                file: *file,
                record: None,
                format: Format::Json,
            })
            .collect();
        let reading = data::read(&policy, &sources, &inputs);
        assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
        Case {
            sources,
            policy,
            inputs,
            records: reading.records,
        }
    }

    fn decisions(&self) -> Decisions {
        decide(&self.policy, &self.records, self.policy.language)
            .unwrap()
            .decisions
    }

    fn report<'a>(&'a self, decisions: &'a Decisions) -> report::Input<'a> {
        report::Input {
            policy: &self.policy,
            records: &self.records,
            decisions,
            sources: &self.sources,
            language: self.policy.language,
        }
    }
}

/// Twenty groups, each placed after the one before it, half of them within an area; sets, needs, and four limits.
fn policy(with_cut_list: bool) -> String {
    let mut text = String::from(
        r#"policy generated "Generated" for item { version "1" }
record item "Item" as items {
    id       : text key
    area     : one of a, b, c, d, e
    group    : integer 0..20
    cost     : number 0.. in MNOK
    bundle   : integer 0..  optional
    requires : list of ref item = []
}
criterion benefit "Benefit" {
    mean of {
        first  : 0..100
        second : 0..100
    }
}
entry affordable "Affordable" { require cost <= 99 MNOK }
rank by highest total then highest benefit.first
"#,
    );
    if !with_cut_list {
        return text;
    }
    for group in 0..=20 {
        let _ = writeln!(text, "group g{group} where this.group is {group}");
    }
    text.push_str("group bundled where bundle is known\ncut-list list of item {\n");
    for group in 1..=20 {
        let within = if group % 2 == 0 { " within area" } else { "" };
        let _ = writeln!(text, "    place g{group} after g{}{within}", group - 1);
    }
    text.push_str(
        "    all or nothing bundled within bundle
    needs requires
    at least 10 per area
    at most 150000 MNOK of cost
    at most 40000 MNOK of cost per area
    at most 3000 where this.group >= 10
    take what fits\n}\n",
    );
    text
}

/// Items whose facts come from a fixed sequence: the same on every machine.
fn records(items: usize) -> String {
    let mut state = 1_u64;
    let mut next = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut last = [None; 21];
    let mut text = String::from("{ \"items\": [\n");
    for item in 0..items as u64 {
        let group = next(21);
        let (area, cost) = (["a", "b", "c", "d", "e"][next(5) as usize], next(100));
        let (first, second) = (next(101), next(101));
        let _ = write!(
            text,
            "{}{{ \"id\": \"I{item}\", \"area\": \"{area}\", \"group\": {group}, \"cost\": {cost}, \
             \"benefit\": {{ \"first\": {first}, \"second\": {second} }}",
            if item == 0 { "" } else { ",\n" }
        );
        // Of every fifty one is bundled with others of its group, and one needs the item of its group before it.
        let before = last[group as usize].replace(item);
        let _ = match (item % 50, before) {
            (49, _) => write!(text, ", \"bundle\": {} }}", group * 100 + item / 500),
            (25, Some(before)) => write!(text, ", \"requires\": [\"I{before}\"] }}"),
            _ => write!(text, " }}"),
        };
    }
    text.push_str("\n] }\n");
    text
}
