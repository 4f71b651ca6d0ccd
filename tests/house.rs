//! The rules of the house (docs/architecture.md), held on every source file.
//!
//! Comes in: the text of `src/**/*.rs`. Goes out: for each rule every place that breaks it. It never runs the code.
//!
//! What breaks a rule and has to, for now, stands in [`NOT_YET`] or [`LONG_FILES`] with its reason; an entry that is no
//! longer needed is an error too, so the lists only get shorter.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it cannot go on"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The rooms, and what each may import. What stands in no room (`lib.rs`, `main.rs`) may import all.
const IMPORTS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("diagnostic", &["source"]),
    ("syntax", &["source", "diagnostic"]),
    ("format", &["source", "diagnostic", "syntax"]),
    ("model", &["source"]),
    ("analysis", &["source", "model"]),
    ("prove", &["source", "model", "analysis"]),
    ("lint", &["source", "diagnostic", "model", "analysis"]),
    ("check", &["source", "diagnostic", "syntax", "model"]),
    ("data", &["source", "diagnostic", "model"]),
    ("decide", &["source", "diagnostic", "model", "data"]),
    ("columns", &["source", "diagnostic", "model", "data"]),
    ("explain", &["source", "diagnostic", "model", "data", "decide"]),
    (
        "report",
        &[
            "source",
            "diagnostic",
            "model",
            "data",
            "decide",
            "columns",
            "explain",
        ],
    ),
    (
        "workbench",
        &[
            "source",
            "diagnostic",
            "syntax",
            "format",
            "model",
            "analysis",
            "prove",
            "lint",
            "check",
            "data",
            "decide",
            "explain",
            "report",
        ],
    ),
    (
        "cli",
        &[
            "source",
            "diagnostic",
            "syntax",
            "format",
            "model",
            "analysis",
            "prove",
            "lint",
            "check",
            "data",
            "decide",
            "columns",
            "explain",
            "report",
            "workbench",
        ],
    ),
    (
        "lsp",
        &[
            "source",
            "diagnostic",
            "syntax",
            "format",
            "model",
            "analysis",
            "prove",
            "lint",
            "check",
            "data",
            "decide",
            "explain",
            "report",
            "workbench",
        ],
    ),
];

/// What may be named only in some places: the word, the places, and why.
const ONLY_IN: &[(&str, &[&str], &str)] = &[
    ("pest", &["src/syntax/"], "another parser must cost one module"),
    (
        "pest_derive",
        &["src/syntax/"],
        "another parser must cost one module",
    ),
    (
        "miette",
        &["src/diagnostic/render"],
        "how a problem is drawn is decided in one place",
    ),
    (
        "std::fs",
        &["src/cli/", "src/data/"],
        "only what is told to may open files",
    ),
    (
        "File",
        &["src/cli/", "src/data/", "src/syntax/", "src/check/"],
        "only what is told to may open files (in syntax and check it is the tree of a file)",
    ),
    (
        "std::env",
        &["src/cli/", "src/main.rs"],
        "the environment changes no decision",
    ),
    ("clap", &["src/cli/"], "arguments are read in one room"),
    ("terminal_size", &["src/cli/"], "width is said to those who draw"),
    ("anstream", &["src/cli/"], "colour is said to those who draw"),
    ("stdin", &["src/cli/"], "only the command reads and writes"),
    ("stdout", &["src/cli/"], "only the command reads and writes"),
    ("stderr", &["src/cli/"], "only the command reads and writes"),
    (
        "println!",
        &[],
        "what is printed is made as text, and written in one place",
    ),
    (
        "eprintln!",
        &[],
        "what is printed is made as text, and written in one place",
    ),
    ("SystemTime", &["src/cli/"], "the clock changes no decision"),
    ("Instant", &["src/cli/"], "the clock changes no decision"),
    ("f64", &[], "numbers are exact fractions"),
    ("f32", &[], "numbers are exact fractions"),
];

/// What would stop the program on bad input. Clippy denies them as well; this holds where clippy does not look.
const STOPS: &[(&str, &str)] = &[
    (".unwrap()", "unwrap_used"),
    (".expect(", "expect_used"),
    ("panic!(", "panic"),
    ("unreachable!(", "unreachable"),
    ("todo!(", "todo"),
    ("unimplemented!(", "unimplemented"),
];

/// Places that break a rule for now: the file, what it names, and why.
const NOT_YET: &[(&str, &str, &str)] = &[(
    "src/model/show.rs",
    "data",
    "a reference is shown by its record's title, which is data",
)];

/// The most lines that a file is wished to have, and the most it may have.
const WISHED: usize = 500;
const MOST: usize = 600;

/// Files that are longer, with the most lines they may have until they are parted.
const LONG_FILES: &[(&str, usize)] = &[];

/// A source file: its path from the crate's root, its text, and its code.
struct Source {
    path: String,
    text: String,
    /// The text with comments and what stands in quotes blanked out.
    code: String,
    /// The code without what is compiled for tests only.
    shipped: String,
    /// Whether the whole file is compiled for tests only.
    is_test: bool,
}

impl Source {
    /// The room it stands in: its folder, or its own name.
    fn room(&self) -> &str {
        let inner = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let first = inner.split('/').next().unwrap_or(inner);
        first.strip_suffix(".rs").unwrap_or(first)
    }

    fn line(&self, offset: usize) -> usize {
        1 + self.code[..offset].matches('\n').count()
    }
}

fn sources() -> Vec<Source> {
    fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                into.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    collect(&root.join("src"), &mut paths);
    paths.sort();
    let source = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = code_of(&text);
        let shipped = without_tests(&code);
        let path = path
            .strip_prefix(root)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        Source {
            path,
            text,
            code,
            shipped,
            is_test: false,
        }
    };
    let mut sources: Vec<Source> = paths.into_iter().map(source).collect();
    let tests: Vec<String> = sources.iter().flat_map(test_modules).collect();
    for source in &mut sources {
        let path = source.path.trim_end_matches(".rs");
        source.is_test = tests
            .iter()
            .any(|test| path == test || path.starts_with(&format!("{test}/")));
    }
    sources
}

/// The modules that a file declares as `#[cfg(test)] mod name;`, as paths without `.rs`.
fn test_modules(source: &Source) -> Vec<String> {
    let path = source.path.trim_end_matches(".rs");
    let folder = path
        .strip_suffix("/mod")
        .or(path.strip_suffix("/lib"))
        .unwrap_or(path);
    let declared = source.code.split("#[cfg(test)]").skip(1).filter_map(|rest| {
        let (head, _) = rest.split_once(';')?;
        let name = head.trim().rsplit_once("mod ").filter(|_| !head.contains('{'))?.1;
        Some(format!("{folder}/{name}"))
    });
    declared.collect()
}

/// A text with comments, and what stands in quotes, as blanks; every line and every offset stays.
fn code_of(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut blank = |from: usize, to: usize| {
        for byte in &mut code[from..to] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    };
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"//") {
            let end = at + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            blank(at, end);
            at = end;
        } else if rest.starts_with(b"/*") {
            let end = rest.windows(2).position(|pair| pair == b"*/");
            let end = at + end.map_or(rest.len(), |end| end + 2);
            blank(at, end);
            at = end;
        } else if bytes[at] == b'r' && (at == 0 || !word(bytes[at - 1])) && raw_quote(rest).is_some() {
            let hashes = raw_quote(rest).unwrap();
            let closing = format!("\"{}", "#".repeat(hashes));
            let inside = at + hashes + 2;
            let end = text[inside..]
                .find(&closing)
                .map_or(bytes.len(), |end| inside + end);
            blank(inside, end);
            at = (end + closing.len()).min(bytes.len());
        } else if bytes[at] == b'"' {
            let mut end = at + 1;
            while end < bytes.len() && bytes[end] != b'"' {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            blank(at + 1, end.min(bytes.len()));
            at = end + 1;
        } else if bytes[at] == b'\'' {
            // A character, or a lifetime: that has no quote after its first letter.
            let character = text[at + 1..].chars().next().map_or(0, char::len_utf8);
            if bytes.get(at + 1) == Some(&b'\\') {
                let end = text[at + 3..].find('\'').map_or(bytes.len(), |end| at + 3 + end);
                blank(at + 1, end);
                at = end + 1;
            } else if bytes.get(at + 1 + character) == Some(&b'\'') {
                blank(at + 1, at + 1 + character);
                at += character + 2;
            } else {
                at += 1;
            }
        } else {
            at += 1;
        }
    }
    String::from_utf8(code).unwrap()
}

/// How many `#` a raw string has, where one begins.
fn raw_quote(rest: &[u8]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
    (rest.get(1 + hashes) == Some(&b'"')).then_some(hashes)
}

/// Code with every `#[cfg(test)]` block as blanks.
fn without_tests(code: &str) -> String {
    let mut kept = code.as_bytes().to_vec();
    for (start, _) in code.match_indices("#[cfg(test)]") {
        let rest = &code[start..];
        let open = rest.find('{').unwrap_or(rest.len());
        if rest.find(';').is_some_and(|end| end < open) {
            continue;
        }
        let mut depth = 0;
        let mut end = rest.len();
        for (at, character) in rest.char_indices().skip_while(|(at, _)| *at < open) {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                end = at + 1;
                break;
            }
        }
        for byte in &mut kept[start..start + end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    String::from_utf8(kept).unwrap()
}

/// Where a word stands on its own.
fn uses<'c>(code: &'c str, word: &'c str) -> impl Iterator<Item = usize> + 'c {
    let joins = |character: char| character.is_alphanumeric() || character == '_';
    code.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |at| !code[..*at].ends_with(joins) && !code[at + word.len()..].starts_with(joins))
}

/// The rooms that code names: `crate::room`, also in `crate::{a, b::c}`, and `super::…` up to the root.
fn imports(source: &Source) -> Vec<(String, usize)> {
    let code = &source.code;
    let first_word = |text: &str| {
        let text = text.trim_start();
        let end = text.find(|character: char| !(character.is_alphanumeric() || character == '_'));
        text[..end.unwrap_or(text.len())].to_owned()
    };
    let mut found = Vec::new();
    for at in uses(code, "crate") {
        let Some(rest) = code[at + "crate".len()..].strip_prefix("::") else {
            continue;
        };
        if let Some(group) = rest.trim_start().strip_prefix('{') {
            let mut depth = 0;
            let mut begins = true;
            for (offset, character) in group.char_indices() {
                match character {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => begins = true,
                    _ if begins && !character.is_whitespace() => {
                        found.push((first_word(&group[offset..]), at));
                        begins = false;
                    }
                    _ => {}
                }
            }
        } else {
            found.push((first_word(rest), at));
        }
    }
    let inner = source.path.trim_start_matches("src/").trim_end_matches(".rs");
    let depth = inner.split('/').filter(|part| *part != "mod").count();
    let climb = "super::".repeat(depth);
    for (at, _) in code.match_indices(&climb) {
        found.push((first_word(&code[at + climb.len()..]), at));
    }
    found.retain(|(name, _)| IMPORTS.iter().any(|(room, _)| room == name));
    found
}

/// Fails with every line of `broken`, if there is any.
fn holds(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}\n  {}\n", broken.join("\n  "));
}

#[test]
fn imports_run_one_way() {
    let mut broken = Vec::new();
    let mut needed = vec![false; NOT_YET.len()];
    for source in sources() {
        let room = source.room().to_owned();
        if matches!(room.as_str(), "lib" | "main") {
            continue;
        }
        let Some((_, allowed)) = IMPORTS.iter().find(|(known, _)| *known == room) else {
            broken.push(format!("{}: `{room}` is no room of the house yet", source.path));
            continue;
        };
        for (name, at) in imports(&source) {
            if name == room || allowed.contains(&name.as_str()) {
                continue;
            }
            let excepted = NOT_YET
                .iter()
                .position(|(path, word, _)| *path == source.path && *word == name);
            match excepted {
                Some(index) => needed[index] = true,
                None => broken.push(format!(
                    "{}:{}: {room} names {name}",
                    source.path,
                    source.line(at)
                )),
            }
        }
    }
    for ((path, name, _), needed) in NOT_YET.iter().zip(needed) {
        if !needed {
            broken.push(format!(
                "{path} no longer names {name}: take it off the list NOT_YET"
            ));
        }
    }
    holds(
        "imports run one way (the map is in docs/architecture.md):",
        &broken,
    );
}

#[test]
fn some_words_are_at_home_in_some_rooms_only() {
    let mut broken = Vec::new();
    for source in sources() {
        for (word, homes, why) in ONLY_IN {
            if homes.iter().any(|home| source.path.starts_with(home)) || source.is_test {
                continue;
            }
            for at in uses(&source.shipped, word) {
                broken.push(format!("{}:{}: `{word}`: {why}", source.path, source.line(at)));
            }
        }
    }
    holds("these words are not at home here:", &broken);
}

#[test]
fn every_module_begins_by_saying_what_it_is() {
    let mut broken = Vec::new();
    for source in sources() {
        let said: Vec<&str> = source
            .text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .collect();
        if said.is_empty() {
            broken.push(format!("{}: does not begin with `//!`", source.path));
        } else if !source.is_test
            && !matches!(source.room(), "lib" | "main")
            && !said.iter().any(|line| line.starts_with("//! Invariant: "))
        {
            broken.push(format!("{}: names no invariant", source.path));
        }
    }
    holds(
        "a module begins with `//!`: what it is for, what comes in and goes out, what it never does, one invariant:",
        &broken,
    );
}

#[test]
fn files_are_short_enough_to_be_read() {
    let mut broken = Vec::new();
    let mut over = String::new();
    let all = sources();
    for source in all.iter().filter(|source| !source.is_test) {
        let lines = source.text.lines().count();
        let listed = LONG_FILES.iter().find(|(path, _)| *path == source.path);
        match listed {
            Some((path, most)) if lines > *most => {
                broken.push(format!(
                    "{path}: {lines} lines, and at most {most} until it is parted"
                ));
            }
            Some((path, _)) if lines <= MOST => {
                broken.push(format!("{path}: {lines} lines: take it off the list LONG_FILES"));
            }
            None if lines > MOST => {
                broken.push(format!("{}: {lines} lines, and at most {MOST}", source.path));
            }
            _ => {}
        }
        if lines > WISHED {
            let _ = write!(over, "\n    {}: {lines}", source.path);
        }
    }
    for (path, _) in LONG_FILES {
        if !all.iter().any(|source| source.path == *path) {
            broken.push(format!("{path} is no more: take it off the list LONG_FILES"));
        }
    }
    holds(
        &format!("a file has at most {MOST} lines, better {WISHED}; over that are{over}\n  too long:"),
        &broken,
    );
}

#[test]
fn nothing_stops_the_program() {
    let mut broken = Vec::new();
    for source in sources() {
        if source.is_test {
            continue;
        }
        for (word, lint) in STOPS {
            if source.code.contains(&format!("clippy::{lint}")) && source.code.contains("#[expect(") {
                continue;
            }
            for (at, _) in source.shipped.match_indices(word) {
                broken.push(format!("{}:{}: `{word}`", source.path, source.line(at)));
            }
        }
    }
    holds("bad input must not stop the program:", &broken);
}

#[test]
fn comments_and_quotes_are_no_code() {
    let text = "let a = \"crate::cli\"; // crate::cli\nlet b = 'x'; let c: &'a str = r#\"std::fs\"#;";
    let code = code_of(text);
    assert_eq!(code.len(), text.len());
    assert!(!code.contains("cli") && !code.contains("fs") && code.contains("&'a str"));
    let tests = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { c.unwrap() } }\nfn d() {}";
    assert!(without_tests(tests).contains("fn d") && !without_tests(tests).contains("unwrap"));
}

#[test]
fn the_map_of_the_house_shows_every_room() {
    let map = include_str!("../docs/architecture.md");
    let mut rooms: Vec<_> = sources().iter().map(|source| source.room().to_owned()).collect();
    rooms.dedup();
    rooms.retain(|room| !matches!(room.as_str(), "lib" | "main"));
    let broken: Vec<_> = rooms
        .into_iter()
        .filter(|room| !map.contains(&format!("`src/{room}`")))
        .collect();
    holds("docs/architecture.md does not show these rooms:", &broken);
}
