//! Explanations and comparisons: what `evaluate explain` and `evaluate compare` say, and laws that hold for any policy.
//!
//! Comes in: the published case, cases of `tests/cases/explain`, and policies at random. A case: the arguments, a line
//! `=== policy`, the policy, a line `=== data`, and the data.

// A test that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod conditions;
mod shipped;

use std::fmt::Write as _;
use std::process::Command;

use conditions::{all_records, condition, head};
use prioriter::check;
use prioriter::data;
use prioriter::decide::evaluate::Evaluator;
use prioriter::decide::{Node, Step, decide};
use prioriter::diagnostic::render::Style;
use prioriter::explain::compare::{OrderBy, Parted};
use prioriter::explain::{Case, compare, explain};
use prioriter::model::{ExpressionKind, Language, Number, Policy, Value};
use prioriter::report::explanation::{self, Level};
use prioriter::report::{Form, Input};
use prioriter::source::Sources;
use proptest::prelude::*;
use shipped::{Shipped, shipped};

const POLICY: &str = "steg2/steg2.rule";
const BUDGET: &str = "steg2/steg2-budget.rule";
const PAGE: Form = Form::Text(Style {
    width: 80,
    colour: false,
});

fn case(shipped: &Shipped, language: Language) -> Case<'_> {
    Case {
        policy: &shipped.policy,
        records: &shipped.records,
        decisions: &shipped.decided.decisions,
        language,
    }
}

fn input(shipped: &Shipped, language: Language) -> Input<'_> {
    Input {
        policy: &shipped.policy,
        records: &shipped.records,
        decisions: &shipped.decided.decisions,
        sources: &shipped.sources,
        language,
    }
}

fn explained(shipped: &Shipped, key: &str, language: Language, level: Level, form: Form) -> String {
    let explained = explain(&case(shipped, language), shipped.record(key)).unwrap();
    explanation::explanation(&input(shipped, language), &explained, level, form)
}

fn all_explained(shipped: &Shipped, of_type: &str, language: Language, level: Level) -> String {
    let of_type = shipped.of_type(of_type);
    let pages = shipped.records.all(of_type).map(|record| {
        let key = shipped.records.key(record);
        explained(shipped, key, language, level, PAGE)
    });
    pages.collect::<Vec<_>>().join("\n\n")
}

fn compared(shipped: &Shipped, pairs: &[(&str, &str)], language: Language) -> String {
    let pages = pairs.iter().map(|(one, other)| {
        let compared = compare(
            &case(shipped, language),
            shipped.record(one),
            shipped.record(other),
        )
        .unwrap();
        explanation::comparison(&input(shipped, language), &compared, PAGE)
    });
    pages.collect::<Vec<_>>().join("\n\n")
}

#[test]
fn all_measures_and_deliverables_of_the_published_case() {
    let steg2 = shipped(POLICY);
    for (language, name) in [(Language::Norwegian, "nb"), (Language::English, "en")] {
        for of_type in ["measure", "deliverable"] {
            let told = all_explained(&steg2, of_type, language, Level::Rule);
            insta::assert_snapshot!(format!("{of_type}s-{name}"), told);
        }
        let summaries = ["measure", "deliverable"].map(|of_type| {
            let told = all_explained(&steg2, of_type, language, Level::Summary);
            told.replace("\n\n\n", "\n\n")
        });
        insta::assert_snapshot!(format!("summaries-{name}"), summaries.join("\n"));
    }
}

#[test]
fn what_the_budget_cuts_and_keeps() {
    let budget = shipped(BUDGET);
    let keys = ["LM-C1", "LM-C2", "LM-C3", "KI-C1", "LM-F1"];
    let told = keys.map(|key| explained(&budget, key, Language::Norwegian, Level::Rule, PAGE));
    insta::assert_snapshot!("budget-nb", told.join("\n\n"));
}

#[test]
fn in_every_step_and_in_every_form() {
    let steg2 = shipped(POLICY);
    let leaf = explained(&steg2, "JD-4", Language::Norwegian, Level::Leaf, PAGE);
    insta::assert_snapshot!("steps-nb", leaf);
    let leaf = explained(&steg2, "LM-C2", Language::English, Level::Leaf, PAGE);
    insta::assert_snapshot!("steps-of-a-deliverable-en", leaf);
    let markdown = explained(&steg2, "DHO-1", Language::English, Level::Rule, Form::Markdown);
    insta::assert_snapshot!("markdown-en", markdown);
    let found = explain(&case(&steg2, Language::English), steg2.record("JD-4")).unwrap();
    let json = prioriter::report::json::explanation(&input(&steg2, Language::English), &found, Level::Leaf);
    insta::assert_snapshot!("json", json);
}

/// Records in the ranking, and in the cut list: parted by a rule, a tier, a key, and over others in between.
#[test]
fn one_before_another() {
    let steg2 = shipped(POLICY);
    let pairs = [
        ("KI-1", "KI-2"),
        ("JD-1", "KI-1"),
        ("JD-3", "JD-4"),
        ("LM", "DHO-1"),
        ("LM-C2", "LM-C3"),
        ("LM-C1", "JD-C1"),
        ("KI-C1", "JD-C2"),
        ("LM-C2", "LM-F1"),
    ];
    for (language, name) in [(Language::Norwegian, "nb"), (Language::English, "en")] {
        insta::assert_snapshot!(format!("compare-{name}"), compared(&steg2, &pairs, language));
    }
    let found = compare(
        &case(&steg2, Language::English),
        steg2.record("KI-2"),
        steg2.record("KI-1"),
    )
    .unwrap();
    let json = prioriter::report::json::comparison(&input(&steg2, Language::English), &found);
    insta::assert_snapshot!("compare-json", json);
}

/// In the cut list each pair has a way from the lower record to the upper one, and every rule on it is one of the list's.
#[test]
fn every_pair_of_candidates_has_its_reason() {
    for path in [POLICY, BUDGET] {
        let steg2 = shipped(path);
        let case = case(&steg2, Language::English);
        let order = &steg2.decided.decisions.cut_list.as_ref().unwrap().order;
        for (at, above) in order.iter().enumerate() {
            for below in &order[at + 1..] {
                let found = compare(&case, *below, *above).unwrap();
                assert_eq!((found.above, found.below), (*above, *below));
                let Parted::Order(links) = found.parted else {
                    panic!("both are candidates");
                };
                assert_eq!(links.first().unwrap().record, *below);
                assert_eq!(links.last().unwrap().after, *above);
                for pair in links.windows(2) {
                    assert_eq!(pair[0].after, pair[1].record);
                }
                let rules = &steg2.policy.cut_list.as_ref().unwrap().rules;
                for link in &links {
                    if let OrderBy::Rule(rule) | OrderBy::Together(rule) = link.by {
                        assert!(rule < rules.len());
                    }
                }
            }
        }
    }
}

/// What the command prints, and its exit code.
#[test]
fn cases() {
    insta::glob!("cases/explain/*.case", |path| {
        let case = std::fs::read_to_string(path).unwrap();
        let (arguments, rest) = case.split_once("\n=== policy\n").unwrap();
        let (policy, data) = rest.split_once("\n=== data\n").unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("p.rule"), policy).unwrap();
        std::fs::write(folder.path().join("data.json"), data).unwrap();
        let mut told = String::new();
        for line in arguments.lines() {
            let ran = Command::new(env!("CARGO_BIN_EXE_evaluate"))
                .current_dir(folder.path())
                .args(line.split_whitespace())
                .output()
                .unwrap();
            let _ = writeln!(told, "$ evaluate {line}");
            told.push_str(&String::from_utf8(ran.stdout).unwrap());
            told.push_str(&String::from_utf8(ran.stderr).unwrap());
            let _ = writeln!(told, "[exit {}]\n", ran.status.code().unwrap());
        }
        let name = path.file_stem().unwrap().to_str().unwrap();
        insta::with_settings!({ snapshot_path => path.parent().unwrap(), snapshot_suffix => "", prepend_module_to_snapshot => false, description => case.clone(), omit_expression => true }, {
            insta::assert_snapshot!(name, told);
        });
    });
}

fn read(text: &str, data: &str) -> (Sources, Policy, data::Records) {
    let mut sources = Sources::new();
    let loaded = check::load("p.rule", &mut sources, &mut |_| Ok(text.as_bytes().to_vec()));
    let (policy, problems) = check::check(&loaded, &sources);
    let policy = policy.unwrap_or_else(|| panic!("{text}\n{problems:#?}"));
    let file = sources.add("data.json", data.as_bytes()).unwrap();
    let input = data::Input {
        file,
        record: None,
        format: data::Format::Json,
    };
    let reading = data::read(&policy, &sources, &[input]);
    assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
    (sources, policy, reading.records)
}

/// Whether a step's value is what its parts come to, by the rules of three-valued logic. `None`: not looked at here.
fn comes_to(step: &Step<'_>) -> Option<Option<bool>> {
    let Node::Expression(expression) = step.node else {
        return None;
    };
    let truths = || step.parts.iter().map(Step::truth);
    match &expression.kind {
        ExpressionKind::Not(_) => Some(step.parts[0].truth().map(|truth| !truth)),
        ExpressionKind::And(_) => Some(if truths().any(|truth| truth == Some(false)) {
            Some(false)
        } else if truths().all(|truth| truth == Some(true)) {
            Some(true)
        } else {
            None
        }),
        ExpressionKind::Or(_) => Some(if truths().any(|truth| truth == Some(true)) {
            Some(true)
        } else if truths().all(|truth| truth == Some(false)) {
            Some(false)
        } else {
            None
        }),
        ExpressionKind::Is(_, _, negated) => {
            let (left, right) = (&step.parts[0].value, &step.parts[1].value);
            Some(
                left.as_ref()
                    .zip(right.as_ref())
                    .map(|(left, right)| (left == right) != *negated),
            )
        }
        ExpressionKind::Known(_, missing) => Some(Some(step.parts[0].value.is_some() != *missing)),
        ExpressionKind::If(..) if step.parts.len() == 2 => Some(step.parts[1].truth()),
        _ => None,
    }
}

fn holds_together(step: &Step<'_>) {
    if let Some(truth) = comes_to(step) {
        assert_eq!(step.truth(), truth, "{step:#?}");
    }
    step.parts.iter().for_each(holds_together);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, max_shrink_iters: 100, ..ProptestConfig::default() })]

    /// Twenty times twenty conditions on every record there can be: the trace ends in the value that decides, each step
    /// follows from its parts, and the parts that are told settled it.
    #[test]
    fn a_trace_comes_to_what_is_decided(conditions in proptest::collection::vec(condition(), 20)) {
        let mut text = head();
        for (index, condition) in conditions.iter().enumerate() {
            writeln!(text, "entry g{index} {{ require {condition} }}").unwrap();
        }
        let (_sources, policy, records) = read(&text, &all_records());
        let evaluator = Evaluator::new(&policy, &records, Language::English);
        for gate in &policy.gates {
            for record in records.all(policy.record) {
                let step = evaluator.trace(&gate.require, record);
                prop_assert_eq!(step.truth(), evaluator.truth(&gate.require, record));
                holds_together(&step);
                let parts = prioriter::explain::parts::parts(&step);
                prop_assert!(!parts.is_empty());
                if step.truth().is_some() {
                    prop_assert!(parts.iter().all(|part| part.step.truth().is_some()));
                } else {
                    prop_assert!(parts.iter().any(|part| part.step.truth().is_none()));
                }
            }
        }
    }

    /// The parts of a gap add up to it, and the questions of a criterion to its part, whatever is asked and weighed.
    #[test]
    fn a_gap_adds_up(
        weights in proptest::collection::vec(1..9i64, 3),
        scores in proptest::collection::vec(proptest::collection::vec(0..=10i64, 6), 2..6),
        question_weight in 1..5i64,
    ) {
        let criterion = |name: &str, weight: i64, sums: &str, more: [&str; 2]| format!(
            "criterion {name} {{\n    weight {weight}\n    {sums} of {{\n        x : 0..10{}\n        y : 0..10{}\n    }}\n}}\n",
            more[0], more[1]
        );
        let weight = format!(" weight {question_weight}");
        let text = [
            "policy p for item { }\nrecord item { id : text key }\n".to_owned(),
            criterion("a", weights[0], "mean", ["", " reversed"]),
            criterion("b", weights[1], "weighted mean", [&weight, " weight 2"]),
            criterion("c", weights[2], "sum", ["", ""]),
            "rank by highest total then first id\n".to_owned(),
        ].concat();
        let lines: Vec<String> = scores.iter().enumerate().map(|(id, of)| format!(
            "{{\"id\": \"r{id}\", \"a.x\": {}, \"a.y\": {}, \"b.x\": {}, \"b.y\": {}, \"c.x\": {}, \"c.y\": {}}}",
            of[0], of[1], of[2], of[3], of[4], of[5]
        )).collect();
        let (_sources, policy, records) = read(&text, &format!("[{}]", lines.join(",")));
        let decided = decide(&policy, &records, Language::English).unwrap();
        let case = Case {
            policy: &policy,
            records: &records,
            decisions: &decided.decisions,
            language: Language::English,
        };
        let sum = |parts: &mut dyn Iterator<Item = Number>| {
            parts.fold(Number::zero(), |sum, part| sum.add(&part).unwrap())
        };
        for above in &decided.decisions.ranking {
            for below in &decided.decisions.ranking {
                if above == below {
                    continue;
                }
                let compared = compare(&case, *above, *below).unwrap();
                let Parted::Key { keys, gap } = compared.parted else { panic!("no two are alike") };
                let Some(gap) = gap else { continue };
                let total = |value: &Option<Value>| value.as_ref().unwrap().as_number().unwrap().clone();
                let key = keys.last().unwrap();
                prop_assert_eq!(&total(&key.above).subtract(&total(&key.below)).unwrap(), &gap.difference);
                prop_assert_eq!(
                    &sum(&mut gap.criteria.iter().map(|part| part.difference.clone())),
                    &gap.difference
                );
                for part in &gap.criteria {
                    prop_assert_eq!(
                        &sum(&mut part.questions.iter().map(|question| question.difference.clone())),
                        &part.difference
                    );
                }
            }
        }
    }
}
