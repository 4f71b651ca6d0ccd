//! The forms in which `evaluate` writes decisions for other programs: which rows, which columns, what stands in them.
//!
//! Comes in: `tests/cases/output/*.case`, in the form of `tests/runs`, and the shipped policies. Goes out: a snapshot for
//! each case.
//!
//! Invariant: a line of NDJSON is the same object as in the JSON document.

// A test that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod runs;

use std::path::Path;

use runs::run;

#[test]
fn cases() {
    runs::assert_cases!("cases/output", str::to_owned);
}

/// The shipped policies, decided on their own data.
const SHIPPED: [&str; 3] = ["grants/grants.rule", "backlog/backlog.rule", "steg2/steg2.rule"];

fn shipped(arguments: &str) -> String {
    let ran = run(&Path::new(env!("CARGO_MANIFEST_DIR")).join("policies"), arguments);
    assert_ne!(ran.exit, Some(2), "{}", ran.err);
    ran.out
}

#[test]
fn a_line_is_the_same_object_as_in_the_document() {
    for policy in SHIPPED {
        let document = shipped(&format!("{policy} --format json"));
        let document: serde_json::Value = serde_json::from_str(&document).unwrap();
        let lines = shipped(&format!("{policy} --format ndjson"));
        let lines: Vec<serde_json::Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(document["decisions"], serde_json::Value::Array(lines), "{policy}");
    }
}

/// A number as the fraction that the document has beside it.
fn exact(of: &serde_json::Value) -> serde_json::Value {
    of.get("exact").cloned().unwrap_or_default()
}

/// Where the document has a figure, a row has the same.
#[test]
fn a_row_has_the_figures_of_the_document() {
    let document: serde_json::Value =
        serde_json::from_str(&shipped("steg2/steg2.rule --format json")).unwrap();
    let rows = shipped(
        "steg2/steg2.rule --format ndjson --fields id,status,rank,total,total.exact,cost,cost.exact,place,missing",
    );
    let decisions = document["decisions"].as_array().unwrap();
    assert_eq!(rows.lines().count(), decisions.len());
    let mut scored = 0;
    for (row, decision) in rows.lines().zip(decisions) {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        for key in ["id", "status", "missing"] {
            assert_eq!(row[key], decision[key]);
        }
        for key in ["rank", "place"] {
            assert_eq!(row[key], decision.get(key).cloned().unwrap_or_default());
        }
        let score = &decision["score"];
        if score.is_null() {
            continue;
        }
        scored += 1;
        assert_eq!(
            (&row["total"], &row["total.exact"]),
            (&score["value"], &exact(score))
        );
        let criteria = score["criteria"].as_array().unwrap();
        let cost = criteria.iter().find(|one| one["name"] == "cost").unwrap();
        assert_eq!((&row["cost"], &row["cost.exact"]), (&cost["value"], &exact(cost)));
    }
    assert!(scored > 5);
}
