//! Policies as cases: a test is a file.
//!
//! Comes in: `tests/cases/policy/<topic>/<what-it-shows>.rule`; a case of several files is a folder with `main.rule`.
//! Goes out: for each a snapshot beside it: the problems as a person reads them, or, of a sound policy, what was
//! understood. It never decides anything: no data is read.
//!
//! Invariant: a case without a snapshot fails, and so does one whose problems are not the ones reviewed.

// A test that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod dump;
mod hostile;

use std::path::Path;

use prioriter::check::{check, load};
use prioriter::diagnostic::render::{Style, render};
use prioriter::diagnostic::{Diagnostic, Fix};
use prioriter::source::Sources;

/// What a policy file comes to: its problems, or what was understood.
fn outcome(folder: &Path, file: &str) -> String {
    let mut sources = Sources::new();
    let loaded = load(file, &mut sources, &mut |path| std::fs::read(folder.join(path)));
    let (policy, problems) = check(&loaded, &sources);
    let mut told = render(&problems, &sources, Style::default());
    told.push_str(&mended(&problems, &sources));
    if let Some(policy) = policy {
        told.push_str(&dump::policy(&policy));
    }
    told
}

/// The lines that the sure mends change, as they are then.
fn mended(problems: &[Diagnostic], sources: &Sources) -> String {
    let mut fixes: Vec<&Fix> = problems
        .iter()
        .filter_map(|problem| problem.fix.as_ref())
        .collect();
    fixes.sort_by_key(|fix| (fix.place.file, fix.place.start));
    let mut lines = String::new();
    let mut at = 0;
    while let Some(first) = fixes.get(at) {
        let file = sources.get(first.place.file).unwrap();
        let number = file.line_of(first.place.range().start);
        let line = file.line_range(number);
        let mut text = file.text[line.clone()].to_owned();
        let together = fixes[at..]
            .iter()
            .take_while(|fix| fix.place.file == first.place.file && line.contains(&fix.place.range().start));
        let together: Vec<_> = together.collect();
        for fix in together.iter().rev() {
            let range = fix.place.range();
            text.replace_range(range.start - line.start..range.end - line.start, &fix.replacement);
        }
        at += together.len();
        lines.push_str(&format!("mended {}:{}: {}\n", file.path, number + 1, text.trim()));
    }
    lines
}

#[test]
fn cases() {
    insta::glob!("../cases/policy", "**/*.rule", |path| {
        let folder = path.parent().unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let (snapshots, name) = if folder.join("main.rule").exists() {
            if name != "main" {
                return;
            }
            (
                folder.parent().unwrap(),
                folder.file_name().unwrap().to_str().unwrap(),
            )
        } else {
            (folder, name)
        };
        let told = outcome(folder, path.file_name().unwrap().to_str().unwrap());
        insta::with_settings!({
            snapshot_path => snapshots,
            snapshot_suffix => "",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(name, told);
        });
    });
}

/// Every code that reading or checking a policy can raise is shown by a case.
#[test]
fn every_code_has_a_case() {
    use prioriter::diagnostic::Code;
    let mut told = String::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/policy")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "snap") {
                told.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let last_of_check = Code::ALL.iter().position(|code| *code == Code::BadLimit).unwrap();
    let first_of_syntax = Code::ALL.iter().position(|code| *code == Code::Syntax).unwrap();
    // Shown by a generated table, in `hostile`: none that a person could read is large enough.
    let generated = Code::TableTooLarge.name();
    let missing: Vec<&str> = Code::ALL[first_of_syntax..=last_of_check]
        .iter()
        .map(|code| code.name())
        .filter(|name| *name != generated && !told.lines().any(|line| line == *name))
        .collect();
    assert!(missing.is_empty(), "no case shows {missing:?}");
}
