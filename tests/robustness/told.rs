//! What is told: cases beside their text and JSON document, and the published case in both languages.

use std::process::Command;

use prioriter::diagnostic::render::Style;
use prioriter::explain::robustness::{Robustness, Settings, assess};
use prioriter::model::Language;
use prioriter::report::{Form, Input, json, robustness};
use unicode_width::UnicodeWidthStr as _;

use crate::Run;

fn input(run: &Run, language: Language) -> Input<'_> {
    Input {
        policy: &run.case.policy,
        records: &run.case.records,
        decisions: &run.decisions,
        sources: &run.case.sources,
        language,
    }
}

fn found(run: &Run, draws: u32) -> Robustness {
    let settings = Settings {
        draws,
        ..Settings::default()
    };
    assess(&run.case(), settings)
}

fn page() -> Form {
    Form::Text(Style {
        width: 80,
        colour: false,
    })
}

#[test]
fn cases() {
    insta::glob!("../cases/robustness", "*.case", |path| {
        let run = Run::of(&std::fs::read_to_string(path).unwrap());
        let found = found(&run, 10_000);
        let input = input(&run, run.case.policy.language);
        let text = robustness::render(&input, &found, page());
        let document = json::robustness::document(&input, &found);
        insta::assert_snapshot!(format!("{text}\n=== json\n{document}"));
    });
}

fn evaluate(arguments: &[&str]) -> String {
    let ran = Command::new(env!("CARGO_BIN_EXE_evaluate"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .arg("robustness")
        .args(arguments)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn the_published_case() {
    let policy = "policies/steg2/steg2.rule";
    insta::assert_snapshot!("steg2-nb", evaluate(&[policy]));
    insta::assert_snapshot!("steg2-en", evaluate(&[policy, "--lang", "en"]));
    let markdown = evaluate(&[policy, "--lang", "en", "--format", "markdown", "--draws", "1000"]);
    insta::assert_snapshot!("steg2-markdown", markdown);
}

#[test]
fn the_other_policies_that_are_shipped() {
    for policy in ["grants", "backlog"] {
        let path = format!("policies/{policy}/{policy}.rule");
        insta::assert_snapshot!(policy, evaluate(&[&path, "--draws", "10000"]));
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let arguments = ["policies/steg2/steg2.rule", "--format", "json", "--draws", "5000"];
    assert_eq!(evaluate(&arguments), evaluate(&arguments));
    let other = [&arguments[..], &["--seed", "2"]].concat();
    assert_ne!(evaluate(&arguments), evaluate(&other));
}

/// So many records with two questions.
fn many(records: i64) -> String {
    let each = (0..records).map(|record| {
        let (one, two) = ((record * 7) % 101, (record * 31) % 97);
        format!(r#"{{ "id": "R{record:02}", "one": {{ "a": {one} }}, "two": {{ "b": {two} }} }}"#)
    });
    format!(
        "policy p \"Sixty\" for item {{ }}\nrecord item {{ id : text key }}\n\
         criterion one \"One\" {{ sum of {{ a : 0..100 }} }}\ncriterion two \"Two\" {{ sum of {{ b : 0..100 }} }}\n\
         rank by highest total\n=== data\n{{ \"items\": [{}] }}",
        each.collect::<Vec<_>>().join(",\n")
    )
}

#[test]
fn sixty_records_are_readable_in_eighty_columns() {
    let run = Run::of(&many(60));
    let text = robustness::render(&input(&run, Language::English), &found(&run, 2_000), page());
    assert!(text.lines().all(|line| line.width() <= 80), "{text}");
    let from = text.find("If the weights").unwrap();
    insta::assert_snapshot!("sixty", &text[from..]);
}

#[test]
fn of_more_records_the_text_shows_the_first_sixty() {
    let run = Run::of(&many(75));
    let text = robustness::render(&input(&run, Language::Norwegian), &found(&run, 100), page());
    assert!(text.contains("15 til er ikke vist"), "{text}");
}
