//! What `evaluate check` finds in sound policies: a test is a file.
//!
//! Comes in: `tests/cases/lint/CODE/<what-it-shows>.rule`, all sound policies, and the
//! policies that are shipped. Goes out: for each case a snapshot beside it, with all that is found. It never reads data.
//!
//! Invariant: the code of its folder is found in every case, but in none whose name begins with `quiet-`.

// A test that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use prioriter::check::{check, load};
use prioriter::diagnostic::render::{Style, render};
use prioriter::diagnostic::{Code, Diagnostic};
use prioriter::lint::lint;
use prioriter::source::Sources;

/// What is found in a policy, and how it is drawn.
fn found(folder: &Path, file: &str) -> (Vec<Diagnostic>, String) {
    let mut sources = Sources::new();
    let loaded = load(file, &mut sources, &mut |path| std::fs::read(folder.join(path)));
    let (policy, problems) = check(&loaded, &sources);
    let wrong = render(&problems, &sources, Style::default());
    let policy = policy.unwrap_or_else(|| panic!("{file} is not sound\n{wrong}"));
    let found = lint(&policy);
    let drawn = render(&found, &sources, Style::default());
    (found, drawn)
}

/// Nothing is found in the policies that are shipped: what is meant is allowed there, with its reason.
#[test]
fn the_shipped_policies_are_quiet() {
    let mut told = String::new();
    let mut looked_at = 0;
    for folder in std::fs::read_dir("policies").unwrap() {
        let folder = folder.unwrap().path();
        for file in std::fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            let is_policy = || {
                let text = std::fs::read_to_string(&file).unwrap();
                text.lines().any(|line| line.starts_with("policy "))
            };
            if file.extension().is_some_and(|extension| extension == "rule") && is_policy() {
                looked_at += 1;
                told.push_str(&found(Path::new(""), file.to_str().unwrap()).1);
            }
        }
    }
    assert!(looked_at > 0, "there are shipped policies");
    assert!(told.is_empty(), "{told}");
}

/// The codes that are found before there is data.
fn codes() -> impl Iterator<Item = Code> {
    let all = Code::ALL.iter().copied();
    all.skip_while(|code| *code != Code::UnusedItem)
}

#[test]
fn cases() {
    insta::glob!("cases/lint", "*/*.rule", |path| {
        let folder = path.parent().unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let code = folder.file_name().unwrap().to_str().unwrap();
        let (problems, drawn) = found(folder, path.file_name().unwrap().to_str().unwrap());
        let tells = problems.iter().any(|problem| problem.code.name() == code);
        assert_eq!(
            tells,
            !name.starts_with("quiet-"),
            "{code}/{name}: whether `{code}` is found\n{drawn}"
        );
        insta::with_settings!({
            snapshot_path => folder,
            snapshot_suffix => "",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(name, if drawn.is_empty() { "nothing is found\n" } else { &drawn });
        });
    });
}

/// Every finding is shown where it is, and close to it where it is not.
#[test]
fn every_finding_has_a_case_with_it_and_one_without() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/lint");
    let mut shown: BTreeMap<String, BTreeSet<bool>> = BTreeMap::new();
    for folder in std::fs::read_dir(cases).unwrap() {
        let folder = folder.unwrap();
        let code = folder.file_name().into_string().unwrap();
        for case in std::fs::read_dir(folder.path()).unwrap() {
            let name = case.unwrap().file_name().into_string().unwrap();
            if name.ends_with(".rule") {
                let quiet = name.starts_with("quiet-");
                shown.entry(code.clone()).or_default().insert(quiet);
            }
        }
    }
    let expected: BTreeMap<String, BTreeSet<bool>> = codes()
        .map(|code| (code.to_string(), BTreeSet::from([false, true])))
        .collect();
    assert_eq!(
        shown, expected,
        "of each code, whether a case without it is there"
    );
}
