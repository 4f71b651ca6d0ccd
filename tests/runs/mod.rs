//! Cases of runs of the command: files, then runs; and what each printed, how it ended, and the files that it changed.
//!
//! Comes in: `tests/cases/FOLDER/*.case`. Such a file holds files, each after a line `=== file PATH`, then runs, each a line
//! `=== run ARGUMENTS`. Goes out: a snapshot for each.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// What one run came to.
pub(crate) struct Ran {
    pub(crate) exit: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the command in a folder.
pub(crate) fn run(folder: &Path, arguments: &str) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_evaluate"))
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .env_remove("CLICOLOR_FORCE")
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    Ran {
        exit: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// All files in a folder and below it, with their texts.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// What the runs of a case come to; what they print goes through `shown`.
pub(crate) fn outcome(case: &str, shown: impl Fn(&str) -> String) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut told = String::new();
    for part in case.split("=== ").skip(1) {
        let (head, body) = part.split_once('\n').unwrap_or((part, ""));
        if let Some(path) = head.strip_prefix("file ") {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, body).unwrap();
            continue;
        }
        let arguments = head.strip_prefix("run ").unwrap();
        let before = files(folder.path());
        let ran = run(folder.path(), arguments);
        let _ = writeln!(told, "$ evaluate {arguments}");
        told.push_str(&shown(&ran.out));
        if !ran.err.is_empty() {
            let _ = writeln!(told, "--- standard error\n{}", ran.err.trim_end());
        }
        let _ = writeln!(told, "--- exit {}", ran.exit.unwrap());
        for (path, text) in files(folder.path()) {
            if before.get(&path) != Some(&text) {
                let _ = write!(told, "--- {path} is now\n{text}");
            }
        }
        told.push('\n');
    }
    told
}

/// Makes a snapshot of every case in a folder.
macro_rules! assert_cases {
    ($glob:literal, $shown:expr) => {
        insta::glob!($glob, "*.case", |path| {
            let case = std::fs::read_to_string(path).unwrap();
            insta::with_settings!({
                snapshot_path => path.parent().unwrap(),
                snapshot_suffix => "",
                prepend_module_to_snapshot => false,
                omit_expression => true,
            }, {
                let name = path.file_stem().unwrap().to_str().unwrap();
                insta::assert_snapshot!(name, runs::outcome(&case, $shown));
            });
        })
    };
}
pub(crate) use assert_cases;
