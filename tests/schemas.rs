//! The documents of `explain`, `compare` and `robustness` against the schemas that are published with the project.
//!
//! Comes in: the shipped policies, and the cases of `tests/cases` that can be decided. Every decided record is explained at
//! every level, every two are compared, and every case is assessed.
//!
//! Invariant: the schemas are strict, so that no key comes or goes without them.

// A test that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[allow(dead_code, reason = "cases are read here, and told elsewhere")]
mod common;
mod shipped;

use prioriter::data::Records;
use prioriter::decide::{Decisions, decide};
use prioriter::explain::robustness::{Settings, assess};
use prioriter::explain::{Case, compare, explain};
use prioriter::model::{Language, Policy, Reference};
use prioriter::report::explanation::Level;
use prioriter::report::{Input, json};
use prioriter::source::Sources;
use serde_json::Value;

/// The published schemas, by the names of their files: they name each other by these.
const SCHEMAS: [(&str, &str); 5] = [
    (
        "decisions.schema.json",
        include_str!("../docs/decisions.schema.json"),
    ),
    ("want.schema.json", include_str!("../docs/want.schema.json")),
    (
        "comparison.schema.json",
        include_str!("../docs/comparison.schema.json"),
    ),
    (
        "explanation.schema.json",
        include_str!("../docs/explanation.schema.json"),
    ),
    (
        "robustness.schema.json",
        include_str!("../docs/robustness.schema.json"),
    ),
];

/// What holds documents to a schema.
fn schema(name: &str) -> jsonschema::Validator {
    let mut registry = jsonschema::Registry::new();
    for (name, text) in SCHEMAS {
        let schema: Value = serde_json::from_str(text).unwrap();
        registry = registry.add(format!("json-schema:///{name}"), schema).unwrap();
    }
    let registry = registry.prepare().unwrap();
    let of_name = SCHEMAS.iter().find(|(known, _)| *known == name).unwrap();
    let schema = serde_json::from_str(of_name.1).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::options()
        .with_registry(&registry)
        .with_base_uri(format!("json-schema:///{name}"))
        .build(&schema)
        .unwrap()
}

/// A policy with its records, and what was decided on them.
struct Run {
    sources: Sources,
    policy: Policy,
    records: Records,
    decisions: Decisions,
}

impl Run {
    fn shipped(path: &str) -> Run {
        let shipped = shipped::shipped(path);
        Run {
            sources: shipped.sources,
            policy: shipped.policy,
            records: shipped.records,
            decisions: shipped.decided.decisions,
        }
    }

    /// A case, where it can be decided.
    fn of(text: &str) -> Option<Run> {
        let case = common::read(text).ok()?;
        let decided = decide(&case.policy, &case.records, case.policy.language).ok()?;
        Some(Run {
            sources: case.sources,
            policy: case.policy,
            records: case.records,
            decisions: decided.decisions,
        })
    }

    fn case(&self) -> Case<'_> {
        Case {
            policy: &self.policy,
            records: &self.records,
            decisions: &self.decisions,
            language: Language::English,
        }
    }

    fn input(&self) -> Input<'_> {
        Input {
            policy: &self.policy,
            records: &self.records,
            decisions: &self.decisions,
            sources: &self.sources,
            language: Language::English,
        }
    }

    fn decided(&self) -> Vec<Reference> {
        let decided = self.decisions.decisions.iter();
        decided.map(|decision| decision.record).collect()
    }

    fn explanations(&self) -> Vec<String> {
        let levels = [Level::Summary, Level::Rule, Level::Leaf];
        let of_record = |record: Reference| {
            let found = explain(&self.case(), record).unwrap();
            levels.map(|level| json::explanation(&self.input(), &found, level))
        };
        self.decided().into_iter().flat_map(of_record).collect()
    }

    fn comparisons(&self) -> Vec<String> {
        let all = self.decided();
        let pairs = all
            .iter()
            .flat_map(|one| all.iter().map(move |other| (*one, *other)));
        let found = pairs.filter_map(|(one, other)| compare(&self.case(), one, other));
        found
            .map(|found| json::comparison(&self.input(), &found))
            .collect()
    }

    fn robustness(&self) -> String {
        let settings = Settings {
            draws: 100,
            ..Settings::default()
        };
        json::robustness::document(&self.input(), &assess(&self.case(), settings))
    }
}

/// The shipped policies, and every case that can be decided.
fn runs() -> Vec<Run> {
    let mut runs: Vec<Run> = [
        "steg2/steg2.rule",
        "steg2/steg2-budget.rule",
        "grants/grants.rule",
        "backlog/backlog.rule",
    ]
    .map(Run::shipped)
    .into();
    for folder in ["decide", "robustness"] {
        let folder = format!("{}/tests/cases/{folder}", env!("CARGO_MANIFEST_DIR"));
        let mut paths: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "case"))
            .collect();
        paths.sort();
        runs.extend(
            paths
                .iter()
                .filter_map(|path| Run::of(&std::fs::read_to_string(path).unwrap())),
        );
    }
    assert!(runs.len() > 30, "{} runs", runs.len());
    runs
}

/// Fails where a document does not keep to its schema.
fn keeps_to(schema: &jsonschema::Validator, text: &str) {
    let document: Value = serde_json::from_str(text).unwrap();
    let problem = |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
    let problems: Vec<String> = schema.iter_errors(&document).map(problem).collect();
    assert_eq!(problems, Vec::<String>::new(), "{text}");
}

#[test]
fn explanations_keep_to_their_schema() {
    let schema = schema("explanation.schema.json");
    for run in runs() {
        for text in run.explanations() {
            keeps_to(&schema, &text);
        }
    }
}

#[test]
fn comparisons_keep_to_their_schema() {
    let schema = schema("comparison.schema.json");
    for run in runs() {
        for text in run.comparisons() {
            keeps_to(&schema, &text);
        }
    }
}

#[test]
fn what_is_told_of_rankings_keeps_to_its_schema() {
    let schema = schema("robustness.schema.json");
    for run in runs() {
        keeps_to(&schema, &run.robustness());
    }
}

/// No key that is not published passes, in whichever object it stands; what is decided has a test of its own.
#[test]
fn the_schemas_are_strict() {
    let steg2 = Run::shipped("steg2/steg2-budget.rule");
    let grants = Run::shipped("grants/grants.rule");
    let mut documents = vec![("robustness.schema.json", grants.robustness())];
    for run in [&steg2, &grants] {
        let leaves = run.explanations().into_iter().skip(2).step_by(9);
        documents.extend(leaves.map(|text| ("explanation.schema.json", text)));
        let some = run.comparisons().into_iter().step_by(29);
        documents.extend(some.map(|text| ("comparison.schema.json", text)));
    }
    for (name, text) in documents {
        let schema = schema(name);
        let good: Value = serde_json::from_str(&text).unwrap();
        let mut pointers = Vec::new();
        objects(&good, String::new(), &mut pointers);
        for pointer in pointers
            .iter()
            .filter(|pointer| !pointer.starts_with("/decision"))
        {
            let mut bad = good.clone();
            let object = bad.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
            object.insert("surprise".to_owned(), true.into());
            assert!(!schema.is_valid(&bad), "{name}: a surprise in {pointer} passes");
        }
    }
}

/// Where the objects of a document stand; of long lists the first three.
fn objects(value: &Value, at: String, found: &mut Vec<String>) {
    for (key, inner) in value.as_object().into_iter().flatten() {
        objects(inner, format!("{at}/{key}"), found);
    }
    for (index, inner) in value.as_array().into_iter().flatten().enumerate().take(3) {
        objects(inner, format!("{at}/{index}"), found);
    }
    if value.is_object() {
        found.push(at);
    }
}
