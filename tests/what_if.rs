//! `evaluate what-if` as a user meets it, and its answers against every other one that there is.
//!
//! Comes in: `tests/cases/what-if/*.case`. Such a file holds files, each after a line `=== file PATH`, then runs, each a
//! line `=== run ARGUMENTS`; what stands in double quotes is one argument. Goes out: a snapshot with what each run printed.
//! The questions about `policies/steg2` have snapshots of their own, in both languages.
//!
//! Invariant: what is printed as JSON keeps to the published schema.

// A test that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[allow(dead_code, reason = "cases are read here, and told elsewhere")]
mod common;

#[path = "what_if/random.rs"]
mod random;
#[path = "what_if/settles.rs"]
mod settles;
mod shipped;
#[path = "what_if/wants.rs"]
mod wants;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// Arguments as a shell would part them.
fn arguments(line: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    for (index, part) in line.split('"').enumerate() {
        if index % 2 == 1 {
            arguments.push(part.to_owned());
        } else {
            arguments.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    arguments
}

/// What a run printed, and how it ended.
fn ran(folder: &Path, line: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_evaluate"))
        .args(arguments(line))
        .current_dir(folder)
        .env_remove("CLICOLOR_FORCE")
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    if out.starts_with('{') {
        keeps_to_its_schema(&out);
    }
    let mut told = format!("$ evaluate {line}\n{out}");
    if !err.is_empty() {
        let _ = writeln!(told, "--- standard error\n{}", err.trim_end());
    }
    let _ = writeln!(told, "--- exit {}", output.status.code().unwrap());
    told
}

/// Fails where a document does not keep to its schema.
fn keeps_to_its_schema(text: &str) {
    let document: serde_json::Value = serde_json::from_str(text).unwrap();
    let schema = match document["format"].as_str() {
        Some("prioriter/want@1") => include_str!("../docs/want.schema.json"),
        _ => include_str!("../docs/what-if.schema.json"),
    };
    let schema = serde_json::from_str(schema).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    let schema = jsonschema::options().build(&schema).unwrap();
    let problem = |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
    let problems: Vec<String> = schema.iter_errors(&document).map(problem).collect();
    assert_eq!(problems, Vec::<String>::new(), "{text}");
}

fn outcome(case: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut told = Vec::new();
    for part in case.split("=== ").skip(1) {
        let (head, body) = part.split_once('\n').unwrap_or((part, ""));
        if let Some(path) = head.strip_prefix("file ") {
            std::fs::write(folder.path().join(path), body).unwrap();
        } else {
            told.push(ran(folder.path(), head.strip_prefix("run ").unwrap()));
        }
    }
    told.join("\n")
}

#[test]
fn cases() {
    insta::glob!("cases/what-if", "*.case", |path| {
        let case = std::fs::read_to_string(path).unwrap();
        insta::with_settings!({
            snapshot_path => path.parent().unwrap(),
            snapshot_suffix => "",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(path.file_stem().unwrap().to_str().unwrap(), outcome(&case));
        });
    });
}

/// A question about the published prioritisation, in both languages.
fn steg2(policy: &str, question: &str) -> String {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let answers = ["nb", "en"].map(|lang| {
        ran(
            top,
            &format!("what-if policies/steg2/{policy} {question} --lang {lang}"),
        )
    });
    answers.join("\n")
}

#[test]
fn what_if_cost_weighed_twice_as_much() {
    insta::assert_snapshot!("steg2-weight-cost", steg2("steg2.rule", "--set weight:cost=2"));
}

#[test]
fn what_if_there_were_less_money() {
    insta::assert_snapshot!(
        "steg2-limit-p50",
        steg2("steg2-budget.rule", "--set limit:p50=2300")
    );
}

#[test]
fn what_if_a_gate_or_a_clause_were_not_there() {
    insta::assert_snapshot!("steg2-without-roadmap", steg2("steg2.rule", "--without roadmap"));
    let clause = "--without \"cut first improvements then readers then late-areas\"";
    insta::assert_snapshot!("steg2-without-clause", steg2("steg2.rule", clause));
}

#[test]
fn what_if_a_measure_were_another() {
    let facts = "--set DHO-1.in-roadmap=yes --set DHO-1.realises-need=yes --set DHO-1.maturity=mature";
    insta::assert_snapshot!("steg2-facts", steg2("steg2.rule", facts));
}

#[test]
fn what_would_make_a_measure_eligible() {
    insta::assert_snapshot!(
        "steg2-want-eligible",
        steg2("steg2.rule", "--want DHO-1=eligible")
    );
}

#[test]
fn what_would_keep_a_measure_from_being_taken_out() {
    insta::assert_snapshot!("steg2-want-ranked", steg2("steg2.rule", "--want JD-4=ranked"));
}

#[test]
fn what_would_make_a_measure_third() {
    insta::assert_snapshot!("steg2-want-rank", steg2("steg2.rule", "--want KI-3=rank:3"));
}

#[test]
fn what_would_keep_a_deliverable() {
    insta::assert_snapshot!("steg2-want-kept", steg2("steg2-budget.rule", "--want LM-C3=kept"));
}

/// The runs that the page shows print what it shows.
#[test]
fn the_page_shows_what_is_printed() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = top.join("docs/what-if.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let mut printed = String::new();
    for (index, block) in page.split("```").enumerate() {
        if index > 0 {
            printed.push_str("```");
        }
        match block
            .strip_prefix("console\n$ evaluate ")
            .filter(|_| index % 2 == 1)
        {
            Some(run) => {
                let line = run.lines().next().unwrap();
                let told = ran(top, line);
                let (told, _) = told.split_once("--- exit 0").unwrap();
                printed.push_str(&format!("console\n{told}"));
            }
            None => printed.push_str(block),
        }
    }
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, &printed).unwrap();
    } else {
        assert_eq!(page, printed);
    }
}
