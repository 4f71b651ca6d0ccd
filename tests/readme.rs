//! The README holds: its policies and data, run as it says, print what it shows.
//!
//! Comes in: `README.md`. A block with `file=NAME` is a file; a `console` block that begins with `$ evaluate …` is a run in
//! the folder of these files, with all it prints. Goes out: each run that prints something else; with
//! `INSTA_UPDATE=always`, the page with what they print now.
//!
//! Invariant: what is compared is standard output, then standard error.

use std::process::Command;

const README: &str = include_str!("../README.md");

/// The blocks of the page: what stands after the backticks, and the text.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let mut parts = README.split("\n```");
    parts.next();
    let mut blocks = Vec::new();
    while let (Some(block), Some(_)) = (parts.next(), parts.next()) {
        let (info, text) = block.split_once('\n').unwrap_or((block, ""));
        blocks.push((info, text));
    }
    blocks
}

/// A text without blanks at the ends of lines.
fn trimmed(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim().to_owned()
}

#[test]
fn the_readme_prints_what_it_shows() {
    let folder = tempfile::tempdir().unwrap();
    let mut page = README.to_owned();
    let mut wrong = Vec::new();
    let mut runs = 0;
    for (info, text) in blocks() {
        if let Some((_, name)) = info.split_once("file=") {
            std::fs::write(folder.path().join(name), format!("{text}\n")).unwrap();
        }
        let Some(run) = text.strip_prefix("$ evaluate ") else {
            continue;
        };
        let (arguments, shown) = run.split_once('\n').unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_evaluate"))
            .args(arguments.split_whitespace())
            .current_dir(folder.path())
            .env_remove("CLICOLOR_FORCE")
            .output()
            .unwrap();
        let printed = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        let printed = trimmed(&printed.join("\n"));
        if trimmed(shown) != printed {
            page = page.replace(text, &format!("$ evaluate {arguments}\n{printed}"));
            wrong.push(format!("`evaluate {arguments}` prints:\n{printed}"));
        }
        runs += 1;
    }
    assert_eq!(runs, 2, "the README shows a decision and a mistake");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"), page).unwrap();
    } else {
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
