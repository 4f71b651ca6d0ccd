//! `evaluate check` as a user meets it: folders, data, forms, levels, mends.
//!
//! Comes in: `tests/cases/check/*.case`, in the form of `tests/runs`. Goes out: a snapshot for each.
//!
//! Invariant: what is printed as JSON or SARIF keeps to the published schema.

// A test that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod runs;

use runs::run;

/// The published schema has a bracket too many in one pattern, which is no regular expression by the rules of JSON Schema.
const MISPRINT: (&str, &str) = (
    "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$",
    "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$",
);

fn schema(text: &str) -> jsonschema::Validator {
    let schema = serde_json::from_str(&text.replace(MISPRINT.0, MISPRINT.1)).unwrap();
    jsonschema::options().build(&schema).unwrap()
}

#[test]
fn the_published_schema_is_one_and_the_example_of_the_manual_keeps_to_it() {
    let schema = serde_json::from_str(include_str!("../docs/diagnostics.schema.json")).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    let manual = include_str!("../docs/diagnostics.md");
    let example = manual.split("```json\n").nth(1).unwrap();
    keeps_to_its_schema(example.split_once("\n```").unwrap().0);
}

/// Fails where a document does not keep to its schema.
fn keeps_to_its_schema(text: &str) {
    let document: serde_json::Value = serde_json::from_str(text).unwrap();
    let schema = schema(if document.get("runs").is_some() {
        include_str!("schemas/sarif-2.1.0.json")
    } else {
        include_str!("../docs/diagnostics.schema.json")
    });
    let problem = |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
    let problems: Vec<String> = schema.iter_errors(&document).map(problem).collect();
    assert_eq!(problems, Vec::<String>::new(), "{text}");
}

/// The pages of codes stand in SARIF as they are in `docs/diagnostics`; a snapshot of them would only repeat them.
fn without_pages(text: &str) -> String {
    let mut lines = String::new();
    let mut page = false;
    for line in text.lines() {
        page |= line.trim() == "\"help\": {" || line.trim() == "\"fullDescription\": {";
        let shown = if page && line.trim().starts_with('"') && line.contains("\": \"") {
            let key = &line[..line.find("\": \"").unwrap()];
            let comma = if line.ends_with(',') { "," } else { "" };
            &format!("{key}\": \"…\"{comma}")
        } else {
            line
        };
        page &= !line.trim().starts_with('}');
        lines.push_str(shown);
        lines.push('\n');
    }
    lines
}

#[test]
fn cases() {
    runs::assert_cases!("cases/check", |out| {
        if !out.starts_with('{') {
            return out.to_owned();
        }
        keeps_to_its_schema(out);
        without_pages(out)
    });
}

/// A policy with a byte order mark and Windows' line ends keeps both.
#[test]
fn a_mend_leaves_the_rest_of_the_file_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let policy = |sign: &str| {
        format!(
            "\u{feff}policy p for m {{ }}\r\n\r\n# måling\r\nrecord m {{ id : text key\r\n  n : number }}\r\n\
             entry e {{ require n {sign} 3 cite \"1\" }}\r\n"
        )
    };
    let path = folder.path().join("p.rule");
    std::fs::write(&path, policy("==")).unwrap();
    let ran = run(folder.path(), "check p.rule --fix");
    assert_eq!((ran.exit, ran.err.as_str()), (Some(0), ""), "{}", ran.out);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), policy("is"));
}

/// A link stays a link: what it leads to is mended.
#[cfg(unix)]
#[test]
fn a_mend_goes_through_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let text = "policy p for m { }\nrecord m { id : text key };\n";
    std::fs::write(folder.path().join("real.rule"), text).unwrap();
    std::os::unix::fs::symlink("real.rule", folder.path().join("link.rule")).unwrap();
    assert_eq!(run(folder.path(), "check link.rule --fix").exit, Some(0));
    assert!(folder.path().join("link.rule").is_symlink());
    let mended = std::fs::read_to_string(folder.path().join("real.rule")).unwrap();
    assert_eq!(mended, text.replace(';', ""));
}

#[test]
fn levels_that_mean_nothing_are_refused_with_what_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    let told = |arguments: &str| {
        let ran = run(folder.path(), arguments);
        assert_eq!((ran.exit, ran.out.as_str()), (Some(2), ""));
        ran.err.lines().next().unwrap().to_owned()
    };
    assert_eq!(
        told("check p.rule --deny instead-nto-in"),
        "error: invalid value 'instead-nto-in' for '--deny <CODE>': there is no such code; did you mean `instead-not-in`?"
    );
    assert_eq!(
        told("check p.rule --deny warning"),
        "error: invalid value 'warning' for '--deny <CODE>': there is no such code; did you mean `warnings`?"
    );
    assert_eq!(
        told("check p.rule --allow unknown-name"),
        "error: invalid value 'unknown-name' for '--allow <CODE>': it is an error, and only warnings can be allowed"
    );
}
