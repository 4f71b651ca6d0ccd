//! The manual of the language holds: every example in it is checked, every table made from the code is as the code.
//!
//! Comes in: `docs/language.md` and `docs/diagnostics.md`. Goes out: each example that is not accepted (or not refused
//! as said), with its line. It never decides anything.
//!
//! An example is a block that begins with three backticks and `rule`. What follows says how it is read:
//!
//! - nothing: it is a whole policy;
//! - `with=NAME`: it is read after the prelude of that name, which stands in the manual in an HTML comment; where the
//!   prelude has a line `@here`, it is read in its place;
//! - `file=NAME`: it is a file that later examples may `use`;
//! - `wrong=CODE`: it has a mistake, told with that code and no other.
//!
//! Invariant: an example without `wrong=` is told nothing about, not even a warning.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops where it cannot go on"
)]

use std::collections::BTreeMap;
use std::io;

use prioriter::check::{check, load};
use prioriter::diagnostic::render::{Style, render};
use prioriter::diagnostic::{Code, Severity};
use prioriter::model::Function;
use prioriter::source::Sources;

const LANGUAGE: &str = include_str!("../docs/language.md");
const DIAGNOSTICS: &str = include_str!("../docs/diagnostics.md");
const GRAMMAR: &str = include_str!("../grammar/rule.pest");

/// A block of the manual.
struct Block {
    line: usize,
    info: BTreeMap<String, String>,
    text: String,
}

/// The examples of a manual page.
fn examples(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, &str, String)> = None;
    for (index, line) in page.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((index + 1, info, String::new())),
            (Some(_), Some(_)) => {
                let (line, info, text) = open.take().unwrap();
                let mut words = info.split_whitespace();
                if words.next() == Some("rule") {
                    let pair = |word: &str| {
                        let (key, value) = word.split_once('=').unwrap_or((word, ""));
                        (key.to_owned(), value.to_owned())
                    };
                    blocks.push(Block {
                        line,
                        info: words.map(pair).collect(),
                        text,
                    });
                }
            }
            (Some((_, _, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}

/// The preludes of a manual page: `<!-- prelude NAME` … `-->`.
fn preludes(page: &str) -> BTreeMap<&str, &str> {
    page.split("<!-- prelude ")
        .skip(1)
        .map(|rest| {
            let body = rest.split("-->").next().unwrap();
            let (name, text) = body.split_once('\n').unwrap();
            (name.trim(), text)
        })
        .collect()
}

/// What is told of a text, and how it is drawn.
fn told(text: &str, files: &BTreeMap<String, String>) -> (Vec<&'static str>, String) {
    let mut sources = Sources::new();
    let mut read = |path: &str| match (path, files.get(path)) {
        ("example.rule", _) => Ok(text.as_bytes().to_vec()),
        (_, Some(file)) => Ok(file.as_bytes().to_vec()),
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    let loaded = load("example.rule", &mut sources, &mut read);
    let (policy, problems) = check(&loaded, &sources);
    let sound = !problems.iter().any(|problem| problem.is_error());
    assert_eq!(
        policy.is_some(),
        sound,
        "a policy comes out exactly if nothing is wrong"
    );
    let mut codes: Vec<_> = problems.iter().map(|problem| problem.code.name()).collect();
    codes.sort_unstable();
    codes.dedup();
    (codes, render(&problems, &sources, Style::default()))
}

#[test]
fn every_example_of_the_manual_is_as_it_says() {
    let preludes = preludes(LANGUAGE);
    let mut files = BTreeMap::new();
    let mut wrong = Vec::new();
    let blocks = examples(LANGUAGE);
    assert!(blocks.len() > 50, "the manual has its examples");
    for block in &blocks {
        let known = ["with", "file", "wrong"];
        assert!(
            block.info.keys().all(|key| known.contains(&key.as_str())),
            "docs/language.md:{}: what is {:?}?",
            block.line,
            block.info
        );
        if let Some(name) = block.info.get("file") {
            files.insert(name.clone(), block.text.clone());
            continue;
        }
        let text = match block.info.get("with") {
            Some(name) => {
                let prelude = preludes
                    .get(name.as_str())
                    .unwrap_or_else(|| panic!("docs/language.md:{}: no prelude `{name}`", block.line));
                if prelude.contains("@here\n") {
                    prelude.replace("@here\n", &block.text)
                } else {
                    format!("{prelude}\n{}", block.text)
                }
            }
            None => block.text.clone(),
        };
        let (codes, drawn) = told(&text, &files);
        let expected: Vec<&str> = block.info.get("wrong").map(String::as_str).into_iter().collect();
        if codes != expected {
            wrong.push(format!(
                "docs/language.md:{}: expected {expected:?}, told {codes:?}\n{drawn}",
                block.line
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What stands between `<!-- NAME -->` and `<!-- end NAME -->`.
fn part<'p>(page: &'p str, name: &str) -> &'p str {
    let (_, rest) = page
        .split_once(&format!("<!-- {name} -->\n"))
        .expect("the part begins");
    let (part, _) = rest
        .split_once(&format!("<!-- end {name} -->"))
        .expect("the part ends");
    part.trim()
}

#[test]
fn the_table_of_functions_is_the_codes_own() {
    let rows = Function::ALL
        .iter()
        .map(|(_, _, signature, gives)| format!("| `{signature}` | {gives} |\n"));
    let table = format!(
        "| function | gives |\n| --- | --- |\n{}",
        rows.collect::<String>()
    );
    assert_eq!(
        part(LANGUAGE, "functions"),
        table.trim(),
        "docs/language.md must say:\n{table}"
    );
}

#[test]
fn the_list_of_problems_is_the_codes_own() {
    let rows = Code::ALL.iter().map(|code| {
        let severity = match code.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        format!(
            "| [`{code}`](diagnostics/{code}.md) | {severity} | {} |\n",
            code.title()
        )
    });
    let table = format!(
        "| code | severity | what it means |\n| --- | --- | --- |\n{}",
        rows.collect::<String>()
    );
    assert_eq!(
        part(DIAGNOSTICS, "codes"),
        table.trim(),
        "docs/diagnostics.md must say:\n{table}"
    );
}

/// The words in quotes of a stretch of the grammar.
fn quoted(grammar: &str) -> Vec<&str> {
    grammar.split('"').skip(1).step_by(2).collect()
}

#[test]
fn the_words_that_are_never_names_are_the_grammars() {
    let (_, rest) = GRAMMAR.split_once("reserved = @{").unwrap();
    let mut words = quoted(rest.split('}').next().unwrap());
    words.sort_unstable();
    let told = words
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(" ");
    let said = part(LANGUAGE, "reserved")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert_eq!(said, told, "docs/language.md must say:\n{told}");
}

#[test]
fn every_keyword_of_the_grammar_is_in_the_manual() {
    let code: String = examples(LANGUAGE).into_iter().map(|block| block.text).collect();
    let words: Vec<&str> = code
        .split(|character: char| !(character.is_alphanumeric() || matches!(character, '-' | '/')))
        .collect();
    let keywords = GRAMMAR.split("k_").skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once(" = @{ \"")?;
        name.chars()
            .all(|character| character.is_alphanumeric() || character == '_')
            .then(|| rest.split('"').next())?
    });
    let missing: Vec<_> = keywords.filter(|keyword| !words.contains(keyword)).collect();
    assert!(missing.is_empty(), "no example shows {missing:?}");
}
