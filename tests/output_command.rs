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

mod parquet_rows;
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

fn keeps_to(schema: &str, document: &serde_json::Value) {
    let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    let schema = jsonschema::options().build(&schema).unwrap();
    let problems: Vec<String> = schema
        .iter_errors(document)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(problems, Vec::<String>::new(), "{document}");
}

const CHAIN: &str = "policy chain for task { }\nrecord task {\n  id : text key\n  size : integer 1..5\n  follows : ref task optional\n\
                     with : list of ref task = []\n}\nrank by highest size\nexclude waiting { when any(not selected for with) }\n";

/// Tasks that name each other, some of them with mistakes: a size off the range, a name of nothing, a key that is there twice.
fn tasks(seed: u32, count: u32) -> Vec<serde_json::Value> {
    let mut state = seed;
    let mut next = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % below
    };
    let task = |number| {
        let id = if next(40) == 0 { next(count) } else { number };
        let size = if next(12) == 0 { 9 } else { next(5) + 1 };
        let mut task = serde_json::json!({ "id": format!("T{id}"), "size": size });
        if next(4) == 0 {
            // A few name a task that is not there.
            task["follows"] = format!("T{}", next(count + 2)).into();
        }
        let with: Vec<String> = (0..next(3) / 2).map(|_| format!("T{}", next(count))).collect();
        task["with"] = with.into();
        task
    };
    (0..count).map(task).collect()
}

/// To leave records out is to decide on the data without them; what is left out is told, and keeps to its schema.
#[test]
fn what_is_left_out_is_as_if_it_had_not_been_there() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("chain.rule", CHAIN);
    let mut left_out = 0;
    for seed in 0..25 {
        let tasks = tasks(seed, 40);
        write("all.json", &serde_json::json!({ "tasks": tasks }).to_string());
        let ran = run(
            folder.path(),
            "chain.rule all.json --on-error skip --rejects rejects.ndjson --format csv",
        );
        assert_eq!(ran.exit, Some(0), "{}", ran.err);
        let rejects = std::fs::read_to_string(folder.path().join("rejects.ndjson")).unwrap();
        let mut rest = tasks.clone();
        for line in rejects.lines() {
            let reject: serde_json::Value = serde_json::from_str(line).unwrap();
            keeps_to(include_str!("../docs/reject.schema.json"), &reject);
            let raw: serde_json::Value = serde_json::from_str(reject["raw"].as_str().unwrap()).unwrap();
            assert_eq!(raw["id"], reject["id"]);
            rest.retain(|task| *task != raw);
        }
        left_out += tasks.len() - rest.len();
        write("rest.json", &serde_json::json!({ "tasks": rest }).to_string());
        let without = run(folder.path(), "chain.rule rest.json --format csv");
        assert_eq!((without.exit, without.err.as_str()), (Some(0), ""));
        assert_eq!(ran.out, without.out, "{seed}");
        let document = run(folder.path(), "chain.rule all.json --on-error skip --format json").out;
        let document: serde_json::Value = serde_json::from_str(&document).unwrap();
        keeps_to(include_str!("../docs/decisions.schema.json"), &document);
        let counted = rejects.lines().count();
        assert_eq!(document["data"]["left-out"]["task"], serde_json::json!(counted));
    }
    assert!((100..900).contains(&left_out), "{left_out}");
}

#[test]
fn the_example_of_the_manual_keeps_to_the_published_schema() {
    let manual = include_str!("../docs/decisions.md");
    let (_, example) = manual.split_once("```ndjson\n").unwrap();
    let (example, _) = example.split_once("\n```").unwrap();
    keeps_to(
        include_str!("../docs/reject.schema.json"),
        &serde_json::from_str(example).unwrap(),
    );
}

/// Of a thousand records with mistakes the first are shown and the others counted; all are written out.
#[test]
fn a_thousand_mistakes_are_counted_and_the_rest_is_decided() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("chain.rule"), CHAIN).unwrap();
    let task = |number: u32| {
        format!(
            "{{\"id\":\"T{number}\",\"size\":{}}}",
            [9, 3, 3, 3, 3][number as usize % 5]
        )
    };
    let tasks: Vec<String> = (0..5_000).map(task).collect();
    std::fs::write(
        folder.path().join("all.json"),
        format!("[\n{}\n]", tasks.join(",\n")),
    )
    .unwrap();
    let ran = run(
        folder.path(),
        "chain.rule all.json --on-error skip --rejects rejects.ndjson --format csv --fields id",
    );
    assert_eq!(
        (ran.exit, ran.out.lines().count()),
        (Some(0), 4_001),
        "{}",
        ran.err
    );
    assert_eq!(ran.err.matches("must be a whole number from 1 to 5").count(), 20);
    let (_, end) = ran.err.split_once("and 980 more problems:").unwrap();
    assert_eq!(
        end.trim(),
        "980 × out-of-range in `size` of `task`, the first at all.json:102:21\n\n1,000 errors; 4,000 of 5,000 records are \
         fine\nwarning: 1,000 records are left out; the 4,000 others are decided on"
    );
    let rejects = std::fs::read_to_string(folder.path().join("rejects.ndjson")).unwrap();
    assert_eq!(rejects.lines().count(), 1_000);
}

/// A number as the fraction that the document has beside it.
/// Rows that are written to a file as they are read are those that come out elsewhere, and a mistake in the last line leaves
/// the file as it was.
#[test]
fn rows_written_as_they_are_read_replace_a_file_only_where_all_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "policy p \"P\" for shed { version \"1\" }\nrecord shed {\n    id : text key\n    size : integer 0..9\n    \
                  note : text optional\n}\nentry large \"Large\" { require size > 4 }\n";
    std::fs::write(folder.path().join("p.rule"), policy).unwrap();
    // More than a mebibyte: smaller files are held.
    let note = "so ".repeat(300);
    let shed =
        |row: u32, size: &str| format!("{{\"id\":\"S{row:04}\",\"size\":{size},\"note\":\"{note}\"}}\n");
    let sheds: String = (0..3_000).map(|row| shed(row, &(row % 10).to_string())).collect();
    let ask = |more: &str, to: &str| {
        std::fs::write(folder.path().join("sheds.ndjson"), sheds.clone() + more).unwrap();
        run(
            folder.path(),
            &format!("p.rule sheds.ndjson --format csv --fields id,status {to}"),
        )
    };
    let shown = ask("", "").out;
    assert_eq!(shown.lines().count(), 3_001);
    let file = || std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
    let ran = ask("", "-o out.csv");
    assert_eq!((ran.exit, ran.err.as_str()), (Some(0), ""));
    assert_eq!(file(), shown);
    for (wrong, told) in [
        (shed(0, "5"), "is the key of two records"),
        (shed(3_000, "50"), "must be a whole number"),
        ("{\"id\":".to_owned(), "the line ends"),
    ] {
        let ran = ask(&wrong, "-o out.csv");
        assert_eq!(ran.exit, Some(2));
        assert!(ran.err.contains(told), "{}", ran.err);
        assert_eq!(file(), shown);
        // The policy, the data and the result: nothing is left beside them.
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    }
}

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
