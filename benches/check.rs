//! How long a check takes: the published case after an edit, two thousand rules, a large table, and files that are no policy.
//!
//! Comes in: `policies/steg2`, and generated texts. `cargo bench --bench check` prints a table; nothing here fails because a
//! machine is slow.

// A bench that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use divan::Bencher;
use prioriter::source::Sources;
use prioriter::{check, lint};

fn main() {
    divan::main();
}

/// Reads, checks and lints; how many problems there are.
fn checked(path: &str, files: &BTreeMap<String, Vec<u8>>) -> usize {
    let mut sources = Sources::new();
    let loaded = check::load(path, &mut sources, &mut |path| Ok(files[path].clone()));
    let (policy, problems) = check::check(&loaded, &sources);
    problems.len()
        + policy
            .iter()
            .map(|policy| lint::lint(policy).len())
            .sum::<usize>()
}

/// What an author waits for after an edit: the three files of the policy from their texts, findings included.
#[divan::bench]
fn steg2_after_an_edit(bencher: Bencher<'_, '_>) {
    let folder = "policies/steg2";
    let files: BTreeMap<String, Vec<u8>> = ["steg2.rule", "steg2-rules.rule", "steg2-data.rule"]
        .iter()
        .map(|file| {
            let path = format!("{folder}/{file}");
            let text = std::fs::read(&path).unwrap();
            (path, text)
        })
        .collect();
    bencher.bench_local(|| divan::black_box(checked("policies/steg2/steg2.rule", &files)));
}

/// A decision table of so many rows, none of which may overlap another.
#[divan::bench(args = [1_000, 4_000], sample_count = 10)]
fn rows_of_a_table(bencher: Bencher<'_, '_>, rows: usize) {
    let mut text = String::from(
        "policy large \"A large table\" for item { }\nrecord item {\n    id : text key\n    a : integer 0..\n    b : integer 0..\n}\n\
         table points by a, b {\n",
    );
    for row in 0..rows {
        let _ = writeln!(text, "    {row}, {row} -> {}", row % 7);
    }
    text.push_str("    otherwise -> 0\n}\nscore total = points\nrank by highest total\n");
    let files = BTreeMap::from([("large.rule".to_owned(), text.into_bytes())]);
    bencher.bench_local(|| divan::black_box(checked("large.rule", &files)));
}

/// A policy of so many rules: gates, groups, defines, exclusions, over forty fields.
fn policy(rules: usize) -> Vec<u8> {
    let mut text = String::from(
        "policy large \"A large policy\" for measure { }\nrecord measure {\n    id : text key\n",
    );
    for field in 0..40 {
        let of_type = match field % 4 {
            0 => "integer 0..100",
            1 => "yes/no",
            2 => "one of north, south, east, west",
            _ => "number 0.. in MNOK",
        };
        writeln!(text, "    f{field} : {of_type}").unwrap();
    }
    text.push_str("}\n");
    let because = "because \"the board said so in its meeting, after the working group had looked at all that was sent in, and \
                   nobody had anything against it when it was heard by those whom it concerns; the minutes of the meeting hold \
                   the discussion and the vote, and the appendix what each of the members had to say about it\" cite \"section 4.2\"";
    for rule in 0..rules {
        let (number, flag) = (rule % 10 * 4, rule / 10 % 10 * 4 + 1);
        let (area, amount) = (rule / 7 % 10 * 4 + 2, rule / 3 % 10 * 4 + 3);
        let limit = rule * 37 % 97;
        match rule % 4 {
            0 => writeln!(
                text,
                "entry gate-{rule} \"Gate {rule}\" {{\n    when      f{area} in [north, east]\n    require   f{number} >= {limit} or f{flag}\n    \
                 otherwise \"{{id}} has {{f{number}}}, and {limit} are asked for\"\n    {because}\n}}"
            ),
            1 => writeln!(
                text,
                "group group-{rule} \"Group {rule}\" where f{area} is south and f{amount} <= {limit} MNOK and not f{flag}\n    {because}"
            ),
            2 => writeln!(
                text,
                "define value-{rule} \"Value {rule}\" = if f{flag} then f{amount} * 2 else f{amount} + {limit} MNOK\n    {because}"
            ),
            _ => writeln!(
                text,
                "exclude out-{rule} \"Out {rule}\" {{\n    when f{number} < {limit} and f{area} is not west\n    then \"{{id}} is out\"\n    {because}\n}}"
            ),
        }
        .unwrap();
    }
    text.into_bytes()
}

/// Checked with all findings. Two thousand rules are about a megabyte.
#[divan::bench(args = [500, 1_000, 2_000, 4_000], sample_count = 10)]
fn many_rules(bencher: Bencher<'_, '_>, rules: usize) {
    let text = policy(rules);
    let files = BTreeMap::from([("large.rule".to_owned(), text)]);
    bencher
        .counter(divan::counter::BytesCount::new(files["large.rule"].len()))
        .bench_local(|| divan::black_box(checked("large.rule", &files)));
}

/// What is repeated in a file that is no policy.
const GARBAGE: [&str; 8] = [
    "(",
    "}{)(x\n",
    "\"",
    "1 + ",
    "entry a {\n",
    "æ",
    "if a then ",
    "a b\n",
];

fn garbage(bencher: Bencher<'_, '_>, part: &str, megabytes: usize) {
    let text = part.repeat((megabytes << 20) / part.len()).into_bytes();
    let files = BTreeMap::from([("garbage.rule".to_owned(), text)]);
    bencher
        .counter(divan::counter::BytesCount::new(files["garbage.rule"].len()))
        .bench_local(|| divan::black_box(checked("garbage.rule", &files)));
}

#[divan::bench(args = GARBAGE, sample_count = 5)]
fn one_megabyte_of(bencher: Bencher<'_, '_>, part: &str) {
    garbage(bencher, part, 1);
}

#[divan::bench(args = GARBAGE, sample_count = 5)]
fn ten_megabytes_of(bencher: Bencher<'_, '_>, part: &str) {
    garbage(bencher, part, 10);
}
