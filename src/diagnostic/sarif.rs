//! Problems in the form of SARIF 2.1.0, which code hosts and editors read.
//!
//! Comes in: diagnostics and the sources they point into. Goes out: one log with one run. It never names a rule that no
//! result has.
//!
//! Invariant: the log keeps to the published schema of SARIF 2.1.0; columns count characters from 1, the end is the
//! character behind the last.

use serde_json::{Map, Value, json};

use super::{Code, Diagnostic, Severity};
use crate::source::{Place, Sources};

/// The whole log, indented by two blanks, with a line end at its end.
pub fn log(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut codes: Vec<Code> = diagnostics.iter().map(|found| found.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let rules: Vec<Value> = codes.iter().map(|code| rule(*code)).collect();
    let results: Vec<Value> = diagnostics
        .iter()
        .map(|found| result(found, &codes, sources))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

/// A code as a rule, with its page.
fn rule(code: Code) -> Value {
    json!({
        "id": code.name(),
        "shortDescription": { "text": code.title() },
        "fullDescription": { "text": meaning(code.page()) },
        "help": { "text": code.page(), "markdown": code.page() },
        "defaultConfiguration": { "level": level(code.severity()) },
    })
}

/// The part of a page that says what its code means.
fn meaning(page: &str) -> &str {
    let rest = page
        .split_once("## What it means\n")
        .map_or(page, |(_, rest)| rest);
    rest.split_once("\n## ").map_or(rest, |(part, _)| part).trim()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn result(found: &Diagnostic, codes: &[Code], sources: &Sources) -> Value {
    let message = match &found.help {
        Some(help) => format!("{}\n{help}", found.message),
        None => found.message.clone(),
    };
    let mut labels = found.labels.iter();
    let locations: Vec<Value> = labels
        .next()
        .map(|label| location(label.place, &label.text, sources))
        .into_iter()
        .collect();
    let related: Vec<Value> = labels
        .map(|label| location(label.place, &label.text, sources))
        .collect();
    let mut result = Map::new();
    let mut put = |key: &str, value: Value| result.insert(key.to_owned(), value);
    put("ruleId", json!(found.code.name()));
    put(
        "ruleIndex",
        json!(codes.iter().position(|code| *code == found.code)),
    );
    put(
        "level",
        json!(level(if found.denied {
            Severity::Error
        } else {
            found.severity()
        })),
    );
    put("message", json!({ "text": message }));
    put("locations", json!(locations));
    if !related.is_empty() {
        put("relatedLocations", json!(related));
    }
    if let Some(fix) = &found.fix {
        let description = found.help.clone().unwrap_or_else(|| found.message.clone());
        put(
            "fixes",
            json!([{
                "description": { "text": description },
                "artifactChanges": [{
                    "artifactLocation": { "uri": uri(sources.path(fix.place.file)) },
                    "replacements": [{
                        "deletedRegion": region(fix.place, sources),
                        "insertedContent": { "text": fix.replacement },
                    }],
                }],
            }]),
        );
    }
    Value::Object(result)
}

fn location(place: Place, text: &str, sources: &Sources) -> Value {
    let mut location = Map::new();
    location.insert(
        "physicalLocation".to_owned(),
        json!({
            "artifactLocation": { "uri": uri(sources.file_path(place.file)) },
            "region": region(place, sources),
        }),
    );
    if !text.is_empty() {
        location.insert("message".to_owned(), json!({ "text": text }));
    }
    Value::Object(location)
}

fn region(place: Place, sources: &Sources) -> Value {
    let span = sources.span(place);
    json!({
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    })
}

/// A path as a reference that stays where the path is: relative ones are resolved by whoever reads the log.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_reference() {
        assert_eq!(uri("policies/a b/måling.rule"), "policies/a%20b/m%C3%A5ling.rule");
        assert_eq!(uri("/tmp/c:d.rule"), "file:///tmp/c%3Ad.rule");
    }
}
