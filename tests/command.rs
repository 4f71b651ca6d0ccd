//! The command `evaluate` as a user meets it: exit codes, what goes where, files, and bad input of every kind.
//!
//! Each test runs the binary in a folder of its own, with a policy and data that it writes there.

// A test that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use std::io::Write as _;

/// A folder with a small policy and its data, gone when the test ends.
struct Folder {
    folder: tempfile::TempDir,
}

const POLICY: &str = r#"policy small "A small policy" for measure {
    version "1"
    data "data.json"
}
record measure "Measure" as measures {
    id    : text key
    title : text
    phase : integer 1..5 optional
    cost  : number 0.. in MNOK optional
}
entry mature "Mature" {
    require phase in 2..4
    otherwise "{title} is in phase {phase}"
    cite "2.2"
}
criterion gain "Gain" {
    mean of {
        patient : 0..10 "For patients"
    }
}
rank by highest total
"#;

const DATA: &str = r#"{ "measures": [
  { "id": "A", "title": "First",  "phase": 2, "gain": { "patient": 7.5 } },
  { "id": "B", "title": "Second", "phase": 1, "gain": { "patient": 9 } },
  { "id": "C", "title": "Third",  "phase": 3, "gain": { "patient": 8.25 } }
] }
"#;

impl Folder {
    fn new() -> Folder {
        let folder = Folder {
            folder: tempfile::tempdir().unwrap(),
        };
        folder.write("small.rule", POLICY);
        folder.write("data.json", DATA);
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(command(self.folder.path()).args(arguments).output().unwrap())
    }

    /// Runs with bytes on standard input.
    fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut child = command(self.folder.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        Ran::of(child.wait_with_output().unwrap())
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evaluate"));
    command
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::null());
    command
}

/// What a run gave.
struct Ran {
    exit: i32,
    out: String,
    err: String,
}

impl Ran {
    fn of(output: Output) -> Ran {
        Ran {
            exit: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Failed with one problem of a code, and nothing on standard output.
    fn fails_with(&self, code: &str) -> &Ran {
        assert_eq!(self.exit, 2, "{}", self.err);
        assert_eq!(self.out, "");
        assert!(
            self.err.starts_with(&format!("{code}\n")),
            "expected {code}, got:\n{}",
            self.err
        );
        self
    }

    fn exit_is(&self, exit: i32) {
        assert_eq!(self.exit, exit, "{}", self.err);
    }

    /// The problem points at this place.
    fn at(&self, place: &str) -> &Ran {
        assert!(
            self.err.contains(&format!("[{place}")),
            "expected the place {place} in:\n{}",
            self.err
        );
        self
    }
}

#[test]
fn a_policy_decides_the_data_that_it_names() {
    let ran = Folder::new().run(&["small.rule"]);
    assert_eq!((ran.exit, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(ran.out);
}

#[test]
fn data_named_after_the_policy_is_read_instead_of_its_own() {
    let folder = Folder::new();
    folder.write(
        "other.json",
        r#"{ "measures": [ { "id": "X", "title": "Other", "phase": 2 } ] }"#,
    );
    folder.write("bare.json", r#"[ { "id": "Y", "title": "Bare", "phase": 5 } ]"#);
    assert!(
        folder
            .run(&["small.rule", "other.json", "--format", "json"])
            .out
            .contains("\"id\": \"X\"")
    );
    assert!(
        folder
            .run(&["small.rule", "measure=bare.json", "--format", "json"])
            .out
            .contains("\"id\": \"Y\"")
    );
    let both = folder
        .run(&[
            "small.rule",
            "other.json",
            "measure=bare.json",
            "--format",
            "json",
        ])
        .out;
    assert!(both.contains("\"id\": \"X\"") && both.contains("\"id\": \"Y\""));
    let piped = folder.run_with(
        &["small.rule", "-", "--data-format", "json", "--format", "json"],
        DATA.as_bytes(),
    );
    assert!(piped.out.contains("\"at\": \"-:3:"), "{}", piped.out);
}

#[test]
fn the_same_bytes_in_give_the_same_bytes_out() {
    let folder = Folder::new();
    for format in ["text", "json"] {
        let first = folder.run(&["small.rule", "--format", format]);
        let second = folder.run(&["small.rule", "--format", format]);
        assert_eq!(first.out, second.out);
    }
}

#[test]
fn a_result_file_is_written_whole_or_not_at_all() {
    let folder = Folder::new();
    let ran = folder.run(&["small.rule", "--format", "json", "-o", "out.json"]);
    assert_eq!((ran.exit, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    assert_eq!(
        folder.read("out.json"),
        folder.run(&["small.rule", "--format", "json"]).out
    );
    // A run that fails leaves the old file as it was, and nothing beside it.
    folder.write("data.json", "{ \"measures\": [");
    folder
        .run(&["small.rule", "-o", "out.json"])
        .fails_with("data-syntax");
    assert!(folder.read("out.json").contains("prioriter/decisions@1"));
    let names = std::fs::read_dir(folder.folder.path()).unwrap().count();
    assert_eq!(names, 3);
    folder.write("data.json", DATA);
    let ran = folder.run(&["small.rule", "-o", "no/such/folder.json"]);
    assert_eq!(ran.exit, 2);
    assert_eq!(
        ran.err,
        "error: no/such/folder.json cannot be written: there is no such file\n"
    );
}

#[test]
fn a_reader_that_closes_the_pipe_early_is_no_error() {
    let folder = Folder::new();
    let mut child = command(folder.folder.path())
        .arg("small.rule")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn colour_is_used_where_it_is_asked_for_and_nowhere_else() {
    let folder = Folder::new();
    let escape = |ran: Ran| ran.out.contains('\u{1b}');
    assert!(!escape(folder.run(&["small.rule"])));
    assert!(escape(folder.run(&["small.rule", "--color", "always"])));
    let with = |name: &str, value: &str, arguments: &[&str]| {
        Ran::of(
            command(folder.folder.path())
                .env(name, value)
                .args(arguments)
                .output()
                .unwrap(),
        )
    };
    assert!(escape(with("CLICOLOR_FORCE", "1", &["small.rule"])));
    assert!(!escape(with("NO_COLOR", "1", &["small.rule"])));
    assert!(!escape(with(
        "CLICOLOR_FORCE",
        "1",
        &["small.rule", "--color", "never"]
    )));
    // A file is no terminal, whatever the environment says.
    with("CLICOLOR_FORCE", "1", &["small.rule", "-o", "out.txt"]);
    assert!(!folder.read("out.txt").contains('\u{1b}'));
}

#[test]
fn the_language_of_the_policy_can_be_overridden() {
    let folder = Folder::new();
    assert!(folder.run(&["small.rule"]).out.contains("Ranking"));
    assert!(
        folder
            .run(&["small.rule", "--lang", "nb"])
            .out
            .contains("Rangering")
    );
}

#[test]
fn numbers_on_the_command_line_are_asked_for_in_plain_words() {
    let folder = Folder::new();
    for (option, number, must) in [
        ("--draws", "x", "must be a whole number from 1 to 100000000"),
        ("--draws", "0", "must be a whole number from 1 to 100000000"),
        ("--draws", "1.5", "must be a whole number from 1 to 100000000"),
        ("--seed", "-1", "must be a whole number, 0 or more"),
    ] {
        let ran = folder.run(&["robustness", "small.rule", option, number]);
        assert_eq!(ran.exit, 2);
        assert!(ran.err.contains(must), "{}", ran.err);
    }
}

#[test]
fn help_tells_every_job_with_an_example() {
    let folder = Folder::new();
    let ran = folder.run(&["help"]);
    assert_eq!(ran.exit, 0);
    insta::assert_snapshot!("help", ran.out);
    insta::assert_snapshot!("help_check", folder.run(&["help", "check"]).out);
    insta::assert_snapshot!("help_code", folder.run(&["help", "unknown-name"]).out);
    let unknown = folder.run(&["help", "unknwon-name"]);
    assert_eq!(unknown.exit, 2);
    assert_eq!(
        unknown.err,
        "error: there is no help on `unknwon-name`\n  tip: did you mean `unknown-name`?\n"
    );
    let misspelt = folder.run(&["explan", "small.rule", "A"]);
    assert_eq!(misspelt.exit, 2);
    assert_eq!(
        misspelt.err,
        "error: `explan` is no subcommand, and no policy file\n  tip: did you mean `explain`?\n"
    );
    assert_eq!(folder.run(&["help", "help"]).exit, 0);
    assert_eq!(folder.run(&["--help"]).exit, 0);
    assert_eq!(folder.run(&["--version"]).exit, 0);
    assert_eq!(folder.run(&[]).exit, 2);
    assert_eq!(folder.run(&["small.rule", "--format", "pdf"]).exit, 2);
}

#[test]
fn a_limit_that_is_not_met_is_a_no() {
    let folder = Folder::new();
    let with_limit = |limit: &str| format!("{POLICY}cut-list list of measure {{\n    {limit}\n}}\n");
    folder.write("met.rule", with_limit("at most 1"));
    let met = folder.run(&["met.rule"]);
    assert_eq!((met.exit, met.err.as_str()), (0, ""));
    folder.write("unmet.rule", with_limit("at least 4"));
    let unmet = folder.run(&["unmet.rule"]);
    assert_eq!((unmet.exit, unmet.err.as_str()), (1, ""));
    assert!(unmet.out.contains("not met"), "{}", unmet.out);
    let to_file = folder.run(&["unmet.rule", "--format", "json", "-o", "out.json"]);
    assert_eq!((to_file.exit, to_file.out.as_str()), (1, ""));
    assert!(folder.read("out.json").contains("\"met\": false"));
}

#[test]
fn a_list_in_a_policy_without_a_ranking_is_ordered_by_the_key() {
    let folder = Folder::new();
    let (without_rank, _) = POLICY.split_once("rank by").unwrap();
    folder.write(
        "list.rule",
        format!("{without_rank}cut-list list of measure {{ at most 1 }}\n"),
    );
    let english = folder.run(&["list.rule"]).out;
    assert!(
        english.contains("Otherwise ordered by the record's key"),
        "{english}"
    );
    let norwegian = folder.run(&["list.rule", "--lang", "nb"]).out;
    assert!(norwegian.contains("Ellers ordnet etter nøkkelen"), "{norwegian}");
}

#[test]
fn a_record_handed_on_to_itself_is_pointed_at_with_its_key_alone() {
    let folder = Folder::new();
    let itself = POLICY.replace("cite \"2.2\"", "instead \"goes to itself\" to this");
    folder.write("itself.rule", itself);
    let ran = folder.run(&["itself.rule"]);
    assert!(ran.err.starts_with("instead-not-in\n"), "{}", ran.err);
    assert!(
        ran.err.contains("── `B`") && !ran.err.contains("; "),
        "{}",
        ran.err
    );
}

#[test]
fn a_dash_is_standard_output() {
    let folder = Folder::new();
    let (plain, dash) = (
        folder.run(&["small.rule"]),
        folder.run(&["small.rule", "-o", "-"]),
    );
    assert_eq!((dash.exit, dash.out), (0, plain.out));
    assert!(!folder.path("-").exists());
}

#[test]
fn the_small_policy_of_the_help_decides_its_data() {
    let folder = Folder::new();
    let help = folder.run(&["help"]).out;
    let (_, small) = help.split_once("A small policy").unwrap();
    let lines: Vec<&str> = small.lines().skip(1).map(str::trim).collect();
    let (policy, data): (Vec<&str>, Vec<&str>) = lines.iter().partition(|line| !line.starts_with("{ \""));
    folder.write("parking.rule", policy.join("\n"));
    folder.write("places.json", data.join("\n"));
    let ran = folder.run(&["parking.rule"]);
    assert_eq!((ran.exit, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("station"), "{}", ran.out);
}

#[test]
fn check_looks_at_files_that_are_only_used_with_the_policies_that_use_them() {
    let folder = Folder::new();
    let (policy, rest) = POLICY.split_once("record measure").unwrap();
    folder.write("shared.rule", format!("record measure{rest}"));
    folder.write("whole.rule", format!("{policy}use \"shared.rule\"\n"));
    let ran = folder.run(&["check", "shared.rule", "whole.rule"]);
    assert_eq!((ran.exit, ran.out.as_str()), (0, "whole.rule: no mistakes\n"));
    folder.run(&["check", "shared.rule"]).fails_with("no-policy");
    folder.run(&["check", "shared.rule", "small.rule"]).exit_is(2);
}

#[test]
fn check_looks_at_every_policy() {
    let folder = Folder::new();
    folder.write("wrong.rule", POLICY.replace("phase in 2..4", "phas in 2..4"));
    let ran = folder.run(&["check", "small.rule"]);
    assert_eq!((ran.exit, ran.out.as_str()), (0, "small.rule: no mistakes\n"));
    assert!(
        ran.err.ends_with("\n3 warnings\n"),
        "findings stop nothing\n{}",
        ran.err
    );
    let allows = "version \"1\"\n    allow unused-field because \"the budget reads it\"
    allow unsaid-missing because \"we ask\"\n    allow ties-possible because \"equals draw lots\"";
    folder.write("small.rule", POLICY.replace("version \"1\"", allows));
    let ran = folder.run(&["check", "small.rule"]);
    assert_eq!(
        (ran.exit, ran.out.as_str(), ran.err.as_str()),
        (0, "small.rule: no mistakes\n", "")
    );
    let ran = folder.run(&["check", "wrong.rule", "small.rule"]);
    assert_eq!((ran.exit, ran.out.as_str()), (2, "small.rule: no mistakes\n"));
    insta::assert_snapshot!("check_wrong", ran.err);
}

#[test]
fn a_warning_of_a_run_can_be_allowed_and_a_mistake_cannot() {
    let folder = Folder::new();
    folder.write(
        "data.json",
        DATA.replace("\"phase\": 2", "\"phase\": 2, \"colour\": \"red\""),
    );
    assert!(folder.run(&["small.rule"]).err.contains("unknown-field"));
    let allow = "    allow unknown-field because \"the list says more than is needed\"\n";
    folder.write(
        "small.rule",
        POLICY.replace("    version", &format!("{allow}    version")),
    );
    let ran = folder.run(&["small.rule"]);
    assert_eq!((ran.exit, ran.err.as_str()), (0, ""));
    folder.write("data.json", DATA.replace("\"phase\": 2", "\"phase\": 9"));
    assert!(folder.run(&["small.rule"]).err.contains("out-of-range"));
}

#[test]
fn a_policy_that_cannot_be_read_is_told_with_why() {
    let folder = Folder::new();
    folder.write("empty.rule", "");
    folder.write("blank.rule", "\n  # nothing yet\n");
    folder.write("binary.rule", b"\x7fELF\x02\x01\xff\xfe\x00\x00");
    folder.run(&["none.rule"]).fails_with("cannot-read");
    folder.run(&["."]).fails_with("cannot-read");
    folder.run(&["empty.rule"]).fails_with("empty-policy");
    folder.run(&["blank.rule"]).fails_with("empty-policy");
    folder.run(&["binary.rule"]).fails_with("not-text");
    insta::assert_snapshot!(
        "unreadable_policies",
        [
            folder.run(&["none.rule"]).err,
            folder.run(&["."]).err,
            folder.run(&["empty.rule"]).err,
            folder.run(&["binary.rule"]).err,
        ]
        .join("\n")
    );
}

#[test]
fn policies_of_any_bytes_get_a_diagnostic_and_never_a_panic() {
    let folder = Folder::new();
    let cases: [(&str, String, &str); 7] = [
        ("too-deep", "(".repeat(100_000), "bad.rule:1:65"),
        (
            "too-deep",
            format!("define x = {}", "(".repeat(100_000)),
            "bad.rule:1:76",
        ),
        (
            "unclosed-text",
            POLICY.replace("version \"1\"", "version \"1"),
            "bad.rule:2:13",
        ),
        (
            "use-cycle",
            format!("{POLICY}\nuse \"bad.rule\"\n"),
            "bad.rule:23:5",
        ),
        (
            "duplicate-name",
            format!("{POLICY}\nentry mature {{ require phase is 2 }}\n"),
            "bad.rule:23:1",
        ),
        ("syntax", format!("{POLICY}\n\u{1}\u{2}"), "bad.rule:23:1"),
        (
            "number-too-long",
            format!("{POLICY}\ndefine long = {}\n", "9".repeat(10_000)),
            "bad.rule:23:15",
        ),
    ];
    for (code, policy, place) in cases {
        folder.write("bad.rule", policy);
        folder.run(&["bad.rule"]).fails_with(code).at(place);
    }
}

#[test]
fn the_policy_that_the_fuzz_target_reads_data_for_decides() {
    let folder = Folder::new();
    folder.write("data.rule", include_str!("../fuzz/data.rule"));
    folder.write("data.json", include_str!("../fuzz/seeds/everything.json"));
    let ran = folder.run(&["data.rule", "data.json"]);
    assert_eq!(ran.exit, 0, "{}", ran.err);
}

#[test]
fn data_of_any_bytes_gets_a_diagnostic_and_never_a_panic() {
    let folder = Folder::new();
    let measure = |fields: &str| {
        format!("{{ \"measures\": [\n  {{ \"id\": \"A\", \"title\": \"First\", {fields} }}\n] }}")
    };
    let long = "9".repeat(10_000);
    let cases: [(&str, String, &str); 11] = [
        ("data-syntax", DATA[..DATA.len() / 2].to_owned(), "bad.json:"),
        ("too-deep", "[".repeat(100_000), "bad.json:1:65"),
        ("data-syntax", measure("\"phase\": NaN"), "bad.json:2:43"),
        (
            "number-too-long",
            measure(&format!("\"cost\": {long}")),
            "bad.json:2:42",
        ),
        ("out-of-range", measure("\"phase\": 1e400"), "bad.json:2:43"),
        ("out-of-range", measure("\"phase\": 7"), "bad.json:2:43"),
        ("out-of-range", measure("\"cost\": -1e400"), "bad.json:2:42"),
        ("wrong-value", measure("\"phase\": \"two\""), "bad.json:2:43"),
        (
            "duplicate-key",
            measure("\"phase\": 2, \"phase\": 3"),
            "bad.json:2:",
        ),
        (
            "missing-value",
            "{ \"measures\": [ { \"id\": \"A\" } ] }".to_owned(),
            "bad.json:1:",
        ),
        ("data-shape", "7".to_owned(), "bad.json:1:1"),
    ];
    for (code, data, place) in cases {
        folder.write("bad.json", data);
        folder.run(&["small.rule", "bad.json"]).fails_with(code).at(place);
    }
    folder.write("bad.json", "");
    let ran = folder.run(&["small.rule", "bad.json"]);
    ran.fails_with("data-syntax");
    assert!(ran.err.contains("`bad.json` is empty"), "{}", ran.err);
    folder.write("bad.json", b"{ \"measures\": \xff }");
    folder.run(&["small.rule", "bad.json"]).fails_with("not-text");
    folder.run(&["small.rule", "none.json"]).fails_with("cannot-read");
    folder.write("data.xyz", DATA);
    folder
        .run(&["small.rule", "data.xyz"])
        .fails_with("unknown-format");
    folder.run(&["small.rule", "-"]).fails_with("unknown-format");
    folder
        .run(&["small.rule", "mesure=data.json"])
        .fails_with("unknown-name");
    folder.write("nodata.rule", POLICY.replace("data \"data.json\"", ""));
    folder.run(&["nodata.rule"]).fails_with("no-data");
}

#[test]
fn a_byte_order_mark_is_fine() {
    let folder = Folder::new();
    folder.write("small.rule", format!("\u{feff}{POLICY}"));
    folder.write("data.json", format!("\u{feff}{DATA}"));
    assert_eq!(folder.run(&["small.rule"]).exit, 0);
}

#[test]
fn a_wrong_value_in_the_ten_thousandth_record_is_told_at_its_place() {
    let folder = Folder::new();
    let mut data = String::from("{ \"measures\": [\n");
    for number in 1..=10_000 {
        let phase = if number == 10_000 { "\"late\"" } else { "2" };
        let comma = if number == 10_000 { "" } else { "," };
        data.push_str(&format!(
            "{{ \"id\": \"M-{number}\", \"title\": \"t\", \"phase\": {phase} }}{comma}\n"
        ));
    }
    data.push_str("] }\n");
    folder.write("data.json", data);
    let ran = folder.run(&["small.rule"]);
    ran.fails_with("wrong-value").at("data.json:10001:43");
    assert!(ran.err.contains("M-10000 › phase"), "{}", ran.err);
    assert!(
        ran.err.ends_with("1 error; 9,999 of 10,000 records are fine\n"),
        "{}",
        ran.err
    );
}

#[test]
fn of_a_thousand_wrong_records_the_first_are_shown_and_the_others_counted() {
    let folder = Folder::new();
    let records: Vec<String> = (1..=1000)
        .map(|number| {
            let phase = if number % 2 == 0 { "\"late\"" } else { "2" };
            format!("{{ \"id\": \"M-{number}\", \"title\": {number}, \"phase\": {phase} }}")
        })
        .collect();
    folder.write("data.json", format!("[\n{}\n]\n", records.join(",\n")));
    let ran = folder.run(&["small.rule"]);
    ran.fails_with("wrong-value");
    assert_eq!(ran.err.matches("× `M-").count(), 20, "{}", ran.err);
    let end = "and 1,480 more problems:\n  \
               986 × wrong-value in `title` of `measure`, the first at data.json:16:26\n  \
               494 × wrong-value in `phase` of `measure`, the first at data.json:15:39\n\n\
               1,500 errors; none of the 1,000 records is fine\n";
    assert!(ran.err.ends_with(end), "{}", ran.err);
}
