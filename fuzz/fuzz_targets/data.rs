//! Any bytes as data of one policy that uses all the language has: its problems are drawn, or it is decided on and told,
//! and nothing stops the program. The first byte chooses how the others are written; what begins with any other is JSON.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use prioriter::diagnostic::Diagnostic;
use prioriter::diagnostic::render::{Style, render};
use prioriter::model::{Language, Policy};
use prioriter::source::Sources;
use prioriter::{check, data, decide, report};

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let mut sources = Sources::new();
    let (policy, problems) = checked(&mut sources);
    policy.unwrap_or_else(|| panic!("{}", render(&problems, &sources, Style::default())))
});

fn checked(sources: &mut Sources) -> (Option<Policy>, Vec<Diagnostic>) {
    let loaded = check::load("data.rule", sources, &mut |_| {
        Ok(include_bytes!("../data.rule").to_vec())
    });
    check::check(&loaded, sources)
}

fuzz_target!(|bytes: &[u8]| {
    // The policy's own places point into the first file.
    let mut sources = Sources::new();
    sources.add_text("data.rule", include_str!("../data.rule"));
    let (path, bytes) = match bytes {
        [0, rest @ ..] => ("fuzz.ndjson", rest),
        [1, rest @ ..] => ("fuzz.csv", rest),
        [2, rest @ ..] => ("fuzz.tsv", rest),
        [3, rest @ ..] => ("fuzz.xlsx", rest),
        [4, rest @ ..] => ("fuzz.ods", rest),
        [5, rest @ ..] => ("fuzz.parquet", rest),
        all => ("fuzz.json", all),
    };
    let Some(form) = data::FileForm::of(path) else {
        return;
    };
    let found = data::Found {
        path,
        bytes,
        form,
        record: None,
    };
    let mut assumed = Vec::new();
    let inputs = match data::open(found, data::Said::default(), &POLICY, &mut sources, &mut assumed) {
        Ok(inputs) => inputs,
        Err(problem) => {
            assert!(!render(&[problem], &sources, Style::default()).is_empty());
            return;
        }
    };
    render(&assumed, &sources, Style::default());
    if assumed.iter().any(Diagnostic::is_error) {
        return;
    }
    let reading = data::read(&POLICY, &sources, &inputs);
    let mut text = render(&reading.diagnostics, &sources, Style::default());
    text.push_str(&reading.summary.counts(&sources));
    if reading.diagnostics.iter().any(Diagnostic::is_error) {
        assert!(!text.is_empty());
        return;
    }
    for language in [Language::English, Language::Norwegian] {
        let decided = match decide::decide(&POLICY, &reading.records, language) {
            Ok(decided) => decided,
            Err(problems) => {
                assert!(!render(&problems, &sources, Style::default()).is_empty());
                continue;
            }
        };
        render(&decided.warnings, &sources, Style::default());
        let input = report::Input {
            policy: &POLICY,
            records: &reading.records,
            decisions: &decided.decisions,
            sources: &sources,
            language,
        };
        assert!(!report::text::render(&input, Style::default()).is_empty());
        assert!(!report::json::document(&input).is_empty());
    }
});
