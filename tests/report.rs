//! The report: a small run told as text and as JSON, the shipped policies, and what must hold of the catalogues.

// A test that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, PatternElement};
use prioriter::data;
use prioriter::data::Records;
use prioriter::decide::{Decisions, decide};
use prioriter::diagnostic::Diagnostic;
use prioriter::model::{Language, Number, Policy};
use prioriter::report::text::{Style, render};
use prioriter::report::{Input, json};
use prioriter::source::Sources;
use unicode_width::UnicodeWidthStr as _;

const ENGLISH: &str = include_str!("../src/report/messages/en.ftl");
const NORWEGIAN: &str = include_str!("../src/report/messages/nb.ftl");

/// The policies that come with the engine.
const SHIPPED: [&str; 3] = ["grants/grants.rule", "backlog/backlog.rule", "steg2/steg2.rule"];

/// A policy that has been run on its data.
struct Run {
    policy: Policy,
    records: Records,
    decisions: Decisions,
    sources: Sources,
}

impl Run {
    /// Runs a policy on data, by their paths from the top of the repository. Without data it is that of the policy.
    fn of(path: &str, data: Option<&str>) -> Run {
        let top = env!("CARGO_MANIFEST_DIR");
        // Places are to be the same wherever the repository stands.
        let read = |path: &str| std::fs::read(format!("{top}/{path}"));
        let mut sources = Sources::new();
        let loaded = prioriter::check::load(path, &mut sources, &mut |path| read(path));
        let (policy, problems) = prioriter::check::check(&loaded, &sources);
        let policy = policy.unwrap_or_else(|| panic!("{problems:?}"));
        let named = policy.data.iter().map(|(path, _)| &**path).chain(data);
        let inputs: Vec<data::Input> = named
            .map(|path| data::Input {
                file: sources.add(path, &read(path).unwrap()).unwrap(),
                record: None,
                format: data::Format::Json,
            })
            .collect();
        let reading = data::read(&policy, &sources, &inputs);
        let problems = reading.diagnostics;
        assert!(!problems.iter().any(Diagnostic::is_error), "{problems:?}");
        let decisions = decide(&policy, &reading.records, policy.language)
            .unwrap()
            .decisions;
        Run {
            policy,
            records: reading.records,
            decisions,
            sources,
        }
    }

    fn small() -> Run {
        Run::of(
            "tests/cases/report/small.rule",
            Some("tests/cases/report/small.json"),
        )
    }

    fn input(&self, language: Language) -> Input<'_> {
        Input {
            policy: &self.policy,
            records: &self.records,
            decisions: &self.decisions,
            sources: &self.sources,
            language,
        }
    }

    fn document(&self) -> String {
        json::document(&self.input(self.policy.language))
    }
}

fn text(language: Language, width: usize, colour: bool) -> String {
    render(&Run::small().input(language), Style { width, colour })
}

fn document() -> String {
    Run::small().document()
}

#[test]
fn text_at_eighty_columns() {
    insta::assert_snapshot!("text-nb-80", text(Language::Norwegian, 80, false));
    insta::assert_snapshot!("text-en-80", text(Language::English, 80, false));
}

#[test]
fn text_at_a_hundred_and_twenty_columns() {
    insta::assert_snapshot!("text-nb-120", text(Language::Norwegian, 120, false));
    insta::assert_snapshot!("text-en-120", text(Language::English, 120, false));
}

/// They share a rank as one total is unknown, but no answer to that leaves them level.
#[test]
fn a_shared_rank_that_will_not_last_stands_before_its_range() {
    let run = Run::of(
        "tests/cases/report/shared-rank.rule",
        Some("tests/cases/report/shared-rank.json"),
    );
    let style = Style {
        width: 80,
        colour: false,
    };
    let text = render(&run.input(Language::English), style);
    for told in [
        "        1  R1 ",
        "  1 (2–3)  R2 ",
        "The number before parentheses is the rank as",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
}

#[test]
fn no_line_is_wider_than_the_page() {
    for width in (60..=140).step_by(4) {
        for line in text(Language::Norwegian, width, false).lines() {
            assert!(line.width() <= width, "{width}: {line}");
        }
    }
}

#[test]
fn colours_add_nothing_but_colours() {
    let plain = text(Language::Norwegian, 80, false);
    let mut coloured = text(Language::Norwegian, 80, true);
    assert!(coloured.contains("\u{1b}[31mkuttes\u{1b}[0m"), "{coloured}");
    for code in ["[0m", "[1m", "[31m", "[32m", "[33m"] {
        coloured = coloured.replace(&format!("\u{1b}{code}"), "");
    }
    assert_eq!(coloured, plain);
}

#[test]
fn what_the_data_says_cannot_steer_the_terminal() {
    let mut run = Run::small();
    run.policy.title = "red \u{1b}[31m alert\u{7}\u{2062}".into();
    let style = Style {
        width: 80,
        colour: false,
    };
    let text = render(&run.input(Language::English), style);
    assert!(text.starts_with("red \u{FFFD}[31m alert\u{FFFD}\n"), "{text}");
}

#[test]
fn the_document() {
    insta::assert_snapshot!("document", document());
}

#[test]
fn numbers_are_exact_however_long() {
    let mut run = Run::small();
    let long = format!("{}.123456789", "9".repeat(300));
    let number = Number::parse(&long).unwrap();
    let outcome = run.decisions.cut_list.as_mut().unwrap();
    outcome.limits[0].asked = number;
    let document = run.document();
    assert!(
        document.contains(&format!("\"asked\": {}.123457,", "9".repeat(300))),
        "{document}"
    );
}

fn schema() -> jsonschema::Validator {
    let schema = serde_json::from_str(include_str!("../docs/decisions.schema.json")).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    jsonschema::options().build(&schema).unwrap()
}

fn problems(schema: &jsonschema::Validator, document: &serde_json::Value) -> Vec<String> {
    let problem = |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
    schema.iter_errors(document).map(problem).collect()
}

#[test]
fn the_document_keeps_to_the_published_schema() {
    let document = serde_json::from_str(&document()).unwrap();
    assert_eq!(problems(&schema(), &document), Vec::<String>::new());
}

#[test]
fn the_example_of_the_manual_keeps_to_the_published_schema() {
    let manual = include_str!("../docs/decisions.md");
    let examples: Vec<&str> = manual
        .split("```json\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(!examples.is_empty());
    for example in examples {
        let document = serde_json::from_str(example).unwrap();
        assert_eq!(problems(&schema(), &document), Vec::<String>::new());
    }
}

#[test]
fn the_schema_is_strict() {
    let schema = schema();
    let good: serde_json::Value = serde_json::from_str(&document()).unwrap();
    let objects = objects(&good, "");
    assert!(objects.len() > 50);
    for pointer in objects {
        // Counts by record type and values by name hold what the policy names.
        if pointer.ends_with("/values") || pointer == "/summary" || pointer == "/data/records" {
            continue;
        }
        let mut bad = good.clone();
        let object = bad.pointer_mut(&pointer).unwrap().as_object_mut().unwrap();
        object.insert("surprise".to_owned(), true.into());
        assert!(!schema.is_valid(&bad), "a surprise in {pointer} passes");
        let keys: Vec<String> = good
            .pointer(&pointer)
            .unwrap()
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        for key in keys {
            // A gift of a key that only some have.
            if ["instead-to", "possible-ranks", "parent", "place"].contains(&key.as_str()) {
                continue;
            }
            let mut bad = good.clone();
            let object = bad.pointer_mut(&pointer).unwrap().as_object_mut().unwrap();
            object.remove(&key);
            assert!(!schema.is_valid(&bad), "{pointer} passes without {key}");
        }
    }
}

/// Where the objects of a document stand.
fn objects(value: &serde_json::Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(object) = value.as_object() {
        found.push(at.to_owned());
        for (key, inner) in object {
            found.extend(objects(inner, &format!("{at}/{key}")));
        }
    }
    for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
        found.extend(objects(inner, &format!("{at}/{index}")));
    }
    found
}

/// The messages of a catalogue, each with the names of its arguments.
fn messages(source: &'static str) -> BTreeMap<String, BTreeSet<String>> {
    let resource = fluent_syntax::parser::parse(source).unwrap();
    let mut messages = BTreeMap::new();
    for entry in &resource.body {
        if let Entry::Message(message) = entry {
            let mut arguments = BTreeSet::new();
            collect(&message.value.as_ref().unwrap().elements, &mut arguments);
            let known = messages.insert(message.id.name.to_owned(), arguments);
            assert!(known.is_none(), "{} stands twice", message.id.name);
        }
    }
    messages
}

fn collect(elements: &[PatternElement<&str>], arguments: &mut BTreeSet<String>) {
    for element in elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        let inline = match expression {
            Expression::Inline(inline) => inline,
            Expression::Select { selector, variants } => {
                for variant in variants {
                    collect(&variant.value.elements, arguments);
                }
                selector
            }
        };
        match inline {
            InlineExpression::VariableReference { id } => arguments.insert(id.name.to_owned()),
            other => panic!("an expression that no message needs: {other:?}"),
        };
    }
}

#[test]
fn both_catalogues_have_the_same_messages_with_the_same_arguments() {
    assert_eq!(messages(ENGLISH), messages(NORWEGIAN));
}

/// The code that tells messages: all of the room but for JSON, which holds no words.
fn code(folder: &str) -> String {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let texts = paths.iter().map(|path| {
        if path.ends_with("json") || path.ends_with("document.rs") {
            String::new()
        } else if path.is_dir() {
            code(path.to_str().unwrap())
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            std::fs::read_to_string(path).unwrap()
        } else {
            String::new()
        }
    });
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_message_is_told_and_every_message_told_exists() {
    let messages = messages(ENGLISH);
    let code = code("src/report");
    for id in messages.keys() {
        assert!(code.contains(&format!("\"{id}\"")), "{id} is told nowhere");
    }
    for call in ["say(", "tell(", "heading(", "note(", "part("] {
        for (at, _) in code.match_indices(call) {
            let argument = code[at + call.len()..].trim_start();
            if let Some(id) = argument.strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                assert!(messages.contains_key(id), "no message {id}");
            }
        }
    }
}

#[test]
fn the_policies_that_are_shipped_keep_to_the_published_schema() {
    let schema = schema();
    for path in SHIPPED {
        let document = Run::of(&format!("policies/{path}"), None).document();
        let document = serde_json::from_str(&document).unwrap();
        assert_eq!(problems(&schema, &document), Vec::<String>::new(), "{path}");
    }
}

#[test]
fn no_line_about_the_policies_that_are_shipped_is_wider_than_the_page() {
    for path in SHIPPED {
        let run = Run::of(&format!("policies/{path}"), None);
        for (width, colour) in [(72, false), (80, false), (100, false), (120, false)] {
            for line in render(&run.input(run.policy.language), Style { width, colour }).lines() {
                assert!(line.width() <= width, "{path} at {width}: {line}");
            }
        }
    }
}
