//! The published prioritisation, table by table, of the document (IE-1087), and what changes when a weight, a gate, an
//! ordering rule or a fact does.
//!
//! Comes in: `policies/steg2`. What is held here is what the document says; what is our reading says so.

// A test that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod shipped;

#[path = "steg2/budget.rs"]
mod budget;
#[path = "steg2/comparative.rs"]
mod comparative;
#[path = "steg2/grounds.rs"]
mod grounds;
#[path = "steg2/tables.rs"]
mod tables;
#[path = "steg2/what_if.rs"]
mod what_if;

use std::collections::BTreeMap;
use std::process::Command;

use prioriter::model::Language;
use shipped::{Edition, Shipped, edition, shipped};

const POLICY: &str = "steg2/steg2.rule";
const BUDGET: &str = "steg2/steg2-budget.rule";

/// Table 3, from rank 1 to rank 11.
const TABLE_3: [&str; 11] = [
    "LM", "JD-1", "KI-1", "KI-2", "JD-2", "DHO-3", "DBEP-1", "KI-3", "JD-4", "JD-3", "KI-4",
];

/// The questions as the statements name them, and where the records hold them.
const QUESTIONS: [(&str, &str); 8] = [
    ("Q-M1", "goal.information-needs"),
    ("Q-M2", "goal.sector"),
    ("Q-K1", "cost.technical"),
    ("Q-K2", "cost.organisational"),
    ("Q-K3", "cost.legal"),
    ("Q-N1", "benefit.patient"),
    ("Q-N2", "benefit.clinician"),
    ("Q-N3", "benefit.indirect"),
];

/// Command one, as a user gives it: it prints Table 3 from 1 to 11.
#[test]
fn command_one_prints_table_3() {
    let output = Command::new(env!("CARGO_BIN_EXE_evaluate"))
        .arg("policies/steg2/steg2.rule")
        .env("COLUMNS", "80")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    let (_, ranking) = text.split_once("\nRangering\n").unwrap();
    let (ranking, _) = ranking.split_once("\n\n").unwrap();
    let ranked: Vec<(usize, &str)> = ranking
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?.parse().ok()?, words.next()?))
        })
        .collect();
    let table_3: Vec<(usize, &str)> = (1..).zip(TABLE_3).collect();
    assert_eq!(ranked, table_3);
}

#[test]
fn the_report() {
    let steg2 = shipped(POLICY);
    insta::assert_snapshot!("steg2-nb", steg2.text(Language::Norwegian));
    insta::assert_snapshot!("steg2-en", steg2.text(Language::English));
    insta::assert_snapshot!("steg2-json", steg2.json());
    insta::assert_snapshot!("steg2-warnings", steg2.warnings());
}

#[test]
fn the_report_with_the_budget() {
    let budget = shipped(BUDGET);
    insta::assert_snapshot!("steg2-budget-nb", budget.text(Language::Norwegian));
    insta::assert_snapshot!("steg2-budget-json", budget.json());
}

/// The keys of each status, sorted.
fn by_status<'a>(steg2: &'a Shipped, of_type: &str) -> BTreeMap<&'static str, Vec<&'a str>> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for decision in steg2.decided.decisions.on(steg2.of_type(of_type)) {
        let key = steg2.records.key(decision.record);
        found.entry(decision.status.name()).or_default().push(key);
    }
    found.values_mut().for_each(|keys| keys.sort_unstable());
    found
}

fn assumed(steg2: &Shipped, key: &str, field: &str) -> bool {
    let note = steg2.records.note(steg2.data(key, field));
    note.is_some_and(|note| note.assumed)
}

fn without(path: &str, file: &str, start: &str) -> Edition {
    let text = std::fs::read_to_string(format!("policies/steg2/{file}")).unwrap();
    let from = text.find(start).unwrap();
    let item = &text[from..];
    // A rule is taken out with its block, a clause with its line.
    let end = if start.starts_with("entry") || start.starts_with("exclude") {
        item.find("\n}\n").unwrap() + 3
    } else {
        item.find('\n').unwrap() + 1
    };
    edition(path).with(file, &item[..end], "")
}
