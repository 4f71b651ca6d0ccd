//! A run that is ended at any moment, or whose reader goes away: the file of `-o` is the old one or the whole new one.
//!
//! Comes in: a policy and a few thousand records, so that writing takes a while. Goes out: nothing; what is held are the files.

#![cfg(unix)]
// A test that cannot read its case has failed, and a panic says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const POLICY: &str = r#"policy large "Large" for measure { data "data.json" }
record measure as measures {
    id    : text key
    phase : integer 1..5
}
entry mature { require phase in 2..4 }
criterion gain { value phase / 7 }
rank by highest total
"#;

const RECORDS: usize = 2_000;
const OLD: &str = "the old file\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("large.rule"), POLICY).unwrap();
    let mut data = String::from("{ \"measures\": [\n");
    for number in 0..RECORDS {
        let comma = if number + 1 < RECORDS { "," } else { "" };
        let phase = number % 5 + 1;
        let _ = writeln!(data, "{{ \"id\": \"M{number}\", \"phase\": {phase} }}{comma}");
    }
    data.push_str("] }\n");
    std::fs::write(folder.path().join("data.json"), data).unwrap();
    folder
}

fn start(folder: &Path, arguments: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_evaluate"))
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The files in a folder that the program writes beside others.
fn beside(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(".evaluate-")).collect()
}

/// Waits until the program writes, or has ended.
fn until_it_writes(folder: &Path, child: &mut Child) {
    let begun = Instant::now();
    while beside(folder).is_empty() && child.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::yield_now();
    }
}

/// Moments, as if at random, and the same each time.
fn moments(longest: Duration) -> impl Iterator<Item = Duration> {
    let mut state = 20_211_220_u32;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        longest * (state >> 16) / 65_536
    })
}

#[test]
fn a_run_killed_at_any_moment_leaves_the_old_file_or_the_whole_new_one() {
    let folder = folder();
    let out = folder.path().join("out.json");
    let begun = Instant::now();
    let ended = start(folder.path(), "large.rule --format json -o out.json").wait();
    let whole_run = begun.elapsed();
    assert!(ended.unwrap().success());
    let new = std::fs::read_to_string(&out).unwrap();
    let mut whole = 0;
    // Half of them at any moment of the run, half while it writes.
    for (number, moment) in moments(whole_run).take(50).enumerate() {
        std::fs::write(&out, OLD).unwrap();
        let mut child = start(folder.path(), "large.rule --format json -o out.json");
        if number % 2 == 0 {
            std::thread::sleep(moment);
        } else {
            until_it_writes(folder.path(), &mut child);
            std::thread::sleep(moment / 4);
        }
        let _ = child.kill();
        child.wait().unwrap();
        let left = std::fs::read_to_string(&out).unwrap();
        assert!(left == OLD || left == new, "neither the old file nor the new one");
        whole += usize::from(left == new);
        for name in beside(folder.path()) {
            std::fs::remove_file(folder.path().join(name)).unwrap();
        }
    }
    assert!(whole < 50, "none was killed before its end");
}

#[test]
fn a_run_that_is_asked_to_end_leaves_nothing_behind() {
    let folder = folder();
    let out = folder.path().join("out.json");
    let mut interrupted = 0;
    for signal in ["-INT", "-TERM"].into_iter().cycle().take(20) {
        std::fs::write(&out, OLD).unwrap();
        let mut child = start(folder.path(), "large.rule --format json -o out.json");
        until_it_writes(folder.path(), &mut child);
        let asked = Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status();
        asked.unwrap();
        let code = child.wait().unwrap().code();
        let left = std::fs::read_to_string(&out).unwrap();
        match code {
            Some(0) => assert!(left.len() > OLD.len()),
            _ => {
                assert_eq!(code, Some(130));
                interrupted += usize::from(left == OLD);
            }
        }
        assert_eq!(beside(folder.path()), Vec::<String>::new());
    }
    assert!(interrupted > 0, "all had ended before");
}

#[test]
fn a_reader_that_goes_away_early_ends_the_run_without_an_error() {
    let folder = folder();
    for format in ["json", "ndjson", "csv", "text"] {
        let mut child = start(folder.path(), &format!("large.rule --format {format}"));
        let mut first = [0; 10];
        let mut out = child.stdout.take().unwrap();
        out.read_exact(&mut first).unwrap();
        drop(out);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{format}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{format}");
    }
}

#[test]
fn what_is_no_file_is_written_to_and_what_is_a_link_stays_one() {
    let folder = folder();
    std::fs::write(folder.path().join("real.csv"), OLD).unwrap();
    std::os::unix::fs::symlink("real.csv", folder.path().join("link.csv")).unwrap();
    for to in ["link.csv", "/dev/null"] {
        let ended = start(folder.path(), &format!("large.rule --format csv -o {to}")).wait();
        assert!(ended.unwrap().success());
    }
    assert!(folder.path().join("link.csv").is_symlink());
    let real = std::fs::read_to_string(folder.path().join("real.csv")).unwrap();
    assert!(real.starts_with("record,id,"), "{real}");
    assert!(!Path::new("/dev/null").is_file());
}
