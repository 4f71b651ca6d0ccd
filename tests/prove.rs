//! Two policies held against each other: every case of `tests/cases/prove` beside what the command says of it.
//!
//! A case: the old policy, a line `=== new`, and the new one. What is shown is what `evaluate prove` prints, and its exit code.

// A test that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::process::Command;

use prioriter::prove::{Outcome, Verdict, compare};
use prioriter::source::Sources;

/// What is declared in every case, so that a case shows what it is about.
const RECORDS: &str = "\
policy p \"Admission\" for measure { }
record measure {
    id      : text key
    phase   : integer 1..5 optional
    area    : one of north, south, west
    size    : number 0.. in MNOK
    cap     : number 0.. in MNOK
    ready   : yes/no optional
    led-by  : ref office optional
}
record office {
    id    : text key
    staff : integer 0..
}
";

fn prove(case: &str, arguments: &[&str]) -> (String, i32) {
    let (old, new) = case.split_once("=== new\n").unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("old.rule", old), ("new.rule", new)] {
        let text = if text.contains("policy ") {
            text.to_owned()
        } else {
            format!("{RECORDS}{text}")
        };
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let ran = Command::new(env!("CARGO_BIN_EXE_evaluate"))
        .current_dir(folder.path())
        .args(["prove", "old.rule", "new.rule"])
        .args(arguments)
        .output()
        .unwrap();
    let text = String::from_utf8(ran.stdout).unwrap() + &String::from_utf8(ran.stderr).unwrap();
    (text, ran.status.code().unwrap())
}

#[test]
fn cases() {
    insta::glob!("cases/prove/*.case", |path| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let case = std::fs::read_to_string(path).unwrap();
        let (text, code) = prove(&case, &[]);
        insta::with_settings!({
            snapshot_path => "cases/prove",
            snapshot_suffix => "",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(name, format!("{case}\n=> exit {code}\n\n{text}"));
        });
    });
}

#[test]
fn the_same_as_a_document() {
    let case = "entry phase { require phase >= 2 }\n=== new\nentry phase { require phase > 2 }\n";
    let (text, code) = prove(case, &["--format", "json"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(text);
}

/// A published policy is equal to itself, for any data.
#[test]
fn a_shipped_policy_is_equal_to_itself() {
    for path in [
        "policies/steg2/steg2.rule",
        "policies/grants/grants.rule",
        "policies/backlog/backlog.rule",
    ] {
        let read = || {
            let mut sources = Sources::new();
            let loaded = prioriter::check::load(path, &mut sources, &mut |path| {
                std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
            });
            prioriter::check::check(&loaded, &sources).0.unwrap()
        };
        let proof = compare(&read(), &read()).unwrap();
        assert!(proof.unlike.is_empty());
        for gate in &proof.gates {
            assert_eq!(gate.comparison.verdict, Verdict::Equal, "{path} {}", gate.name);
        }
        assert_eq!(proof.eligibility.verdict, Verdict::Equal, "{path}");
    }
}

#[test]
fn a_stricter_gate_loses_a_record_and_gains_none() {
    let read = |text: &str| {
        let mut sources = Sources::new();
        let text = format!("{RECORDS}{text}");
        let loaded = prioriter::check::load("p.rule", &mut sources, &mut |_| Ok(text.clone().into_bytes()));
        prioriter::check::check(&loaded, &sources).0.unwrap()
    };
    let proof = compare(
        &read("entry size { require size <= cap }\n"),
        &read("entry size { require size < cap }\n"),
    )
    .unwrap();
    assert_eq!(proof.eligibility.verdict, Verdict::Stricter);
    let worse = proof.eligibility.worse.unwrap();
    assert_eq!((worse.old, worse.new), (Outcome::Passes, Outcome::Fails));
    let shown: Vec<&str> = worse
        .record
        .facts
        .iter()
        .map(|fact| fact.shown.as_str())
        .collect();
    assert_eq!(shown[0], shown[1], "only equal amounts come out differently");
    assert!(proof.eligibility.better.is_none());
}
