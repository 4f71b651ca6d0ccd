//! The page of every code holds: its example shows exactly that problem, and the mended example does not.
//!
//! Comes in: the pages of `docs/diagnostics`. Goes out: each page that does not hold, and why. The examples are run with
//! the command, in a folder of their own, as a reader of the page would.
//!
//! A page looks like this, and has no other headings:
//!
//! ````text
//! # CODE
//!
//! SEVERITY: TITLE
//!
//! ## What it means
//! ## Example
//! ## Mend
//! ## See also          (may be left out)
//! ````
//!
//! What stands after the three backticks of a block says what it is:
//!
//! - `LANGUAGE file=NAME`: a file. Those of the example are there for its mend, too, where it does not have them anew.
//! - `encoding=latin-1` beside it: the file is saved so, and not as UTF-8.
//! - `sheet=NAME` beside it: the file is a workbook with the table on that sheet. `also=NAME` adds another sheet, `hidden-row=3`
//!   hides a row, and `merged=COLUMN` merges the first two cells below that name.
//! - `shortened` beside it: `…` stands for what is too long for a page; [`table_of_400_inputs`] is the whole.
//! - `console`: the command, after `$ `. Left out, it is `evaluate policy.rule` where that file has a `data` clause, else
//!   `evaluate check policy.rule`.
//!
//! Invariant: all that is told of an example has the page's code; of its mend nothing has, and nothing is an error.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use prioriter::diagnostic::{Code, Severity};

/// The folder of the pages.
const PAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/diagnostics");
const LANGUAGE: &str = include_str!("../docs/language.md");
const DATA: &str = include_str!("../docs/data.md");
/// The most characters a line may have on a terminal.
const WIDTH: usize = 80;

/// A block of a page: the words after the backticks, and its text.
struct Block<'p> {
    info: Vec<&'p str>,
    text: String,
}

impl Block<'_> {
    fn said(&self, key: &str) -> Option<&str> {
        self.info
            .iter()
            .find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
    }

    fn bytes(&self) -> Vec<u8> {
        if self.info.contains(&"shortened") {
            return table_of_400_inputs().into_bytes();
        }
        if let Some(sheet) = self.said("sheet") {
            return self.workbook(sheet);
        }
        match self.said("encoding") {
            Some("latin-1") => self
                .text
                .chars()
                .map(|character| u8::try_from(u32::from(character)).expect("a character of Latin-1"))
                .collect(),
            Some(other) => panic!("there is no encoding `{other}` here"),
            None => self.text.clone().into_bytes(),
        }
    }
}

impl Block<'_> {
    fn workbook(&self, name: &str) -> Vec<u8> {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (row, line) in (0..).zip(self.text.lines()) {
            for (column, cell) in (0..).zip(line.split(',')) {
                match cell.parse::<f64>() {
                    Ok(number) => sheet.write_number(row, column, number).unwrap(),
                    Err(_) => sheet.write_string(row, column, cell).unwrap(),
                };
            }
        }
        if let Some(row) = self.said("hidden-row") {
            let row: u32 = row.parse().unwrap();
            sheet.set_row_hidden(row - 1).unwrap();
        }
        if let Some(merged) = self.said("merged") {
            let mut lines = self.text.lines().map(|line| line.split(','));
            let column = lines.next().unwrap().position(|name| name == merged).unwrap();
            let value = lines.next().unwrap().nth(column).unwrap();
            let column = u16::try_from(column).unwrap();
            let format = rust_xlsxwriter::Format::new();
            sheet.merge_range(1, column, 2, column, value, &format).unwrap();
        }
        if let Some(also) = self.said("also") {
            book.add_worksheet().set_name(also).unwrap();
        }
        book.save_to_buffer().unwrap()
    }
}

/// The example of `table-too-large`: no table that a person could read is large enough.
fn table_of_400_inputs() -> String {
    let questions = 1..=400_usize;
    let names: Vec<String> = questions.clone().map(|question| format!("q{question}")).collect();
    let fields: String = names
        .iter()
        .map(|name| format!("    {name} : yes/no\n"))
        .collect();
    let row = |fault: usize| {
        let cells = questions.clone().map(|question| match question.cmp(&fault) {
            Ordering::Less => "yes",
            Ordering::Equal => "no",
            Ordering::Greater => "any",
        });
        cells.collect::<Vec<_>>().join(", ")
    };
    let faults: String = questions
        .clone()
        .map(|fault| format!("    {} -> {fault}\n", row(fault)))
        .collect();
    let rows = format!("{faults}    {} -> 0\n", row(401));
    format!(
        "policy inspection \"Inspection of buildings\" for building {{\n}}\nrecord building as buildings {{\n    id : text key\n{fields}}}\n\
         table first-fault by {} {{\n{rows}}}\n",
        names.join(", ")
    )
}

fn blocks(section: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for line in section.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                open = Some(Block {
                    info: info.split_whitespace().collect(),
                    text: String::new(),
                });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

/// The sections of a page: its head, then each heading with what stands below it.
fn sections(page: &str) -> (&str, Vec<(&str, &str)>) {
    let mut parts = page.split("\n## ");
    let head = parts.next().unwrap_or("");
    (
        head,
        parts
            .map(|part| part.split_once('\n').unwrap_or((part, "")))
            .collect(),
    )
}

fn evaluate(folder: &Path, arguments: &str) -> (bool, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_evaluate"))
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    // A limit that is not met is an answer, and no mistake.
    let well = matches!(output.status.code(), Some(0 | 1));
    (well, text(output.stdout), text(output.stderr))
}

/// Writes the files of a section, and runs it: whether that went well, the codes told, and all that was told.
fn run(folder: &Path, section: &str) -> (bool, BTreeSet<&'static str>, String) {
    let mut command = None;
    for block in blocks(section) {
        if let Some(name) = block.said("file") {
            std::fs::write(folder.join(name), block.bytes()).unwrap();
        } else if block.info == ["console"] {
            command = block.text.trim().strip_prefix("$ evaluate ").map(str::to_owned);
        } else {
            panic!("what is a block {:?}?", block.info);
        }
    }
    let command = command.unwrap_or_else(|| {
        let names_data = std::fs::read_to_string(folder.join("policy.rule")).is_ok_and(|policy| {
            policy
                .lines()
                .any(|line| line.trim_start().starts_with("data \""))
        });
        if names_data {
            "policy.rule"
        } else {
            "check policy.rule"
        }
        .to_owned()
    });
    let (well, _, told) = evaluate(folder, &command);
    let lines: BTreeSet<&str> = told.lines().collect();
    let codes = Code::ALL
        .iter()
        .map(|code| code.name())
        .filter(|name| lines.contains(name))
        .collect();
    (well, codes, format!("`evaluate {command}` tells:\n{told}"))
}

/// What does not hold of the form of a page.
fn form(code: Code, head: &str, sections: &[(&str, &str)]) -> String {
    let severity = match code.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut wrong = String::new();
    let expected = format!("# {code}\n\n{severity}: {}\n", code.title());
    if head != expected {
        let _ = writeln!(wrong, "it must begin with\n{expected}");
    }
    let headings: Vec<&str> = sections.iter().map(|(heading, _)| *heading).collect();
    let all = ["What it means", "Example", "Mend", "See also"];
    if headings != all && Some(&*headings) != all.get(..3) {
        let _ = writeln!(wrong, "its headings are {headings:?} and not {all:?}");
    }
    for (heading, section) in sections {
        if section.trim().is_empty() {
            let _ = writeln!(wrong, "nothing stands under `{heading}`");
        }
    }
    wrong
}

/// The anchor of a heading, as the web makes it.
fn anchor(heading: &str) -> String {
    heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .chars()
        .filter(|character| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_'))
        .map(|character| if character == ' ' { '-' } else { character })
        .collect()
}

/// The links of a page that lead nowhere.
fn dead_links(page: &str) -> Vec<&str> {
    let anchors = |page: &'static str| -> BTreeSet<String> {
        let headings = page.lines().filter(|line| line.starts_with('#'));
        headings.map(anchor).collect()
    };
    let (language, data) = (anchors(LANGUAGE), anchors(DATA));
    page.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|target| match target.split_once('#') {
            Some(("../language.md", anchor)) => !language.contains(anchor),
            Some(("../data.md", anchor)) => !data.contains(anchor),
            _ => !Path::new(PAGES).join(target).is_file(),
        })
        .collect()
}

/// What does not hold of the page of a code.
fn wrong(code: Code) -> String {
    let page = code.page();
    let (head, sections) = sections(page);
    let mut wrong = form(code, head, &sections);
    for target in dead_links(page) {
        let _ = writeln!(wrong, "nothing is at `{target}`");
    }
    let folder = tempfile::tempdir().unwrap();
    let (well, shown, _) = evaluate(folder.path(), &format!("help {code}"));
    assert!(well, "there is help on {code}");
    for line in shown.lines().filter(|line| line.chars().count() > WIDTH) {
        let _ = writeln!(wrong, "this line has more than {WIDTH} characters: {line}");
    }
    let section = |name| sections.iter().find(|(heading, _)| *heading == name);
    if let Some((_, example)) = section("Example") {
        let (_, codes, told) = run(folder.path(), example);
        if !codes.iter().eq([code.name()].iter()) {
            let _ = writeln!(wrong, "its example must tell `{code}` and no other. {told}");
        }
    }
    if let Some((_, mend)) = section("Mend") {
        let (well, codes, told) = run(folder.path(), mend);
        if !well || codes.contains(code.name()) {
            let _ = writeln!(wrong, "its mend does not mend. {told}");
        }
    }
    wrong
}

#[test]
fn every_page_shows_its_problem_and_mends_it() {
    let mut all = String::new();
    for code in Code::ALL {
        let wrong = wrong(*code);
        if !wrong.is_empty() {
            let _ = writeln!(all, "docs/diagnostics/{code}.md\n{wrong}");
        }
    }
    assert!(all.is_empty(), "{all}");
}

#[test]
fn every_page_is_of_a_code() {
    let known: BTreeSet<String> = Code::ALL.iter().map(|code| format!("{code}.md")).collect();
    let pages: BTreeSet<String> = std::fs::read_dir(PAGES)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        pages, known,
        "a page in docs/diagnostics for each code, and no more"
    );
}
