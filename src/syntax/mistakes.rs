//! What is wrong with a stretch that the grammar could not read.
//!
//! Comes in: a bad item or clause. Goes out: a diagnostic at the place where reading stopped: what was found, what could
//! stand there, and the mend. Where it can be read as if it were mended, reading goes on behind it, and what is wrong there
//! is told too. It never guesses a meaning; what the stretch would have declared is noted as lost.
//!
//! Invariant: a bad stretch has a diagnostic, here or (a text without its closing quote) from the layout pass, and none that
//! another one's mend takes away.

mod again;

use pest::Parser as _;
use pest::error::{ErrorVariant, InputLocation};

use again::Again;

use super::ast::Name;
use super::children::{Builder, Node};
use super::habits::{self, Stop};
use super::layout::{GO_ON_AFTER, ITEM_WORDS};
use super::parser::{Rule, RuleParser, describe};
use super::words::{first_word, is_reserved, last_word, shown, token};
use crate::diagnostic::nearest::near;
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::source::{FileId, Place};

/// How many bad stretches of a file are read again to say what is wrong in them; of more only their beginning is told,
/// so that a file that is no policy is refused in no time.
const EXPLAINED: usize = 1_000;

/// What messages call the clause that allows a finding.
const ALLOW: &str = "an `allow`";

/// Where reading stopped.
struct Stopped {
    problem: Diagnostic,
    /// The mend with which what follows can be read: a sure one, or the one that hides nothing behind it.
    read_as: Option<Fix>,
}

impl From<Diagnostic> for Stopped {
    fn from(problem: Diagnostic) -> Stopped {
        let read_as = problem.fix.clone();
        Stopped { problem, read_as }
    }
}

impl Builder<'_> {
    /// Tells a stretch by its beginning alone, where enough has been explained.
    fn told_briefly(&mut self, whole: Place, written: &str) -> bool {
        if self.problems.len() < EXPLAINED {
            return false;
        }
        if !self.told(whole) {
            let first = token(written);
            let at = Place::new(self.file, whole.range().start..whole.range().start + first.len());
            self.problems
                .push(Diagnostic::new(Code::Syntax, "this cannot be read").at(at, ""));
        }
        true
    }

    /// Tells what is wrong with something that is no item.
    pub(super) fn bad_item(&mut self, node: &Node<'_>) {
        let whole = self.place(node);
        let written = node.as_str();
        let word = first_word(written);
        if self.told_briefly(whole, written) {
            self.lose_item(whole, written);
            return;
        }
        if word == "allow" {
            self.bad_slice(whole, written, Rule::only_allow, ALLOW);
            return;
        }
        if ITEM_WORDS.contains(&word) && word != "test" {
            self.lose_item(whole, written);
            self.bad_slice(whole, written, Rule::only_item, &format!("`{word}`"));
            return;
        }
        if self.told(whole) {
            return;
        }
        let first = token(written);
        let at = Place::new(self.file, whole.range().start..whole.range().start + first.len());
        let problem = match word {
            "test" => Diagnostic::new(Code::Syntax, "tests in a policy file cannot be run yet")
                .at(at, "begins a test")
                .help("leave the test out, and lock decisions with a snapshot of `--format json`"),
            "because" | "cite" => Diagnostic::new(Code::Syntax, format!("this `{word}` belongs to no item"))
                .at(at, "stands between items")
                .help("write it inside the block, before its `}`"),
            "" if written.starts_with('}') => Diagnostic::new(Code::Syntax, "this `}` closes nothing")
                .at(at, "no block is open here")
                .help("leave it out")
                .fix(at, ""),
            "" if written.starts_with('{') => Diagnostic::new(Code::Syntax, "a block does not begin an item")
                .at(at, "an item must begin here")
                .help("a policy is no data file: it begins with `policy NAME \"Title\" for RECORD { … }`"),
            _ => {
                let near = near(word, ITEM_WORDS.iter().copied());
                let problem = Diagnostic::new(Code::Syntax, format!("{} begins no item", shown(first)))
                    .at(at, "an item must begin here");
                match near {
                    Some(near) => problem.meant(at, &near),
                    None => problem.help(
                        "items begin with policy, use, scale, record, define, table, group, entry, criterion, score, rank, \
                         joint, exclude, premise or cut-list",
                    ),
                }
            }
        };
        self.lose_item(whole, written);
        if word.is_empty() {
            self.problems.push(problem);
            return;
        }
        let stopped = Stopped::from(problem);
        self.tell_and_go_on(stopped, Again::new(whole, written), Rule::only_item, "an item");
    }

    /// Tells what is wrong with something that is no clause of its block.
    pub(super) fn bad_clause(&mut self, node: &Node<'_>, only: Rule) {
        let what = match only {
            Rule::only_policy_clause => "a clause of a policy",
            Rule::only_level => "a level",
            Rule::only_field => "a field",
            Rule::only_case => "a case",
            Rule::only_row => "a row",
            Rule::only_entry_clause => "a clause of an entry criterion",
            Rule::only_criterion_clause => "a clause of a criterion",
            Rule::only_exclude_clause => "a clause of an exclusion",
            _ => "a clause of a cut list",
        };
        let whole = self.place(node);
        let (only, what) = if begins_allow(node.as_str()) {
            (Rule::only_allow, ALLOW)
        } else {
            (only, what)
        };
        if matches!(only, Rule::only_field | Rule::only_level) {
            self.lose(whole, node.as_str(), 0);
        }
        if self.goes_on_from_broken(whole) {
            return;
        }
        if !self.told_briefly(whole, node.as_str()) {
            self.bad_slice(whole, node.as_str(), only, what);
        }
    }

    /// Whether a stretch follows one that ended too early: it is what was missing there, and that has been told.
    fn goes_on_from_broken(&mut self, whole: Place) -> bool {
        let Some(end) = self.broken_off.take() else {
            return false;
        };
        let between = self.source.get(end..whole.range().start).unwrap_or("-");
        let blank = between
            .lines()
            .all(|line| line.split('#').next().unwrap_or("").trim().is_empty());
        if blank {
            let last = last_word(self.source.get(..end).unwrap_or("")).to_owned();
            if let Some(problem) = self.problems.last_mut() {
                problem.help = Some(format!(
                    "a line does not go on after `{last}`: write what follows on the same line"
                ));
            }
        }
        blank
    }

    /// Notes the name that an item would have declared: it follows the keyword.
    fn lose_item(&mut self, whole: Place, written: &str) {
        let keyword = first_word(written);
        let rest = written.get(keyword.len()..).unwrap_or("");
        let blanks = rest.len() - rest.trim_start().len();
        let mut at = keyword.len() + blanks;
        if keyword == "one" {
            let rest = written.get(at..).unwrap_or("");
            let word = first_word(rest).len();
            let rest = rest.get(word..).unwrap_or("");
            at += word + rest.len() - rest.trim_start().len();
        }
        self.lose(whole, written, at);
    }

    fn lose(&mut self, whole: Place, written: &str, at: usize) {
        use unicode_normalization::UnicodeNormalization as _;
        let name = first_word(written.get(at..).unwrap_or(""));
        if !name.is_empty() {
            let start = whole.range().start + at;
            self.lost.push(Name {
                text: name.nfc().collect::<String>().into(),
                place: Place::new(self.file, start..start + name.len()),
            });
        }
    }

    /// Whether a text without its closing quote stands in a stretch: that has been told already.
    fn told(&self, whole: Place) -> bool {
        let from = self.unclosed.partition_point(|place| place.start < whole.start);
        self.unclosed
            .get(from)
            .is_some_and(|place| place.start < whole.end)
    }

    /// Reads a bad slice again with the one rule that it should follow, and tells where that stops.
    fn bad_slice(&mut self, whole: Place, written: &str, only: Rule, what: &str) {
        if self.told(whole) {
            return;
        }
        let again = Again::new(whole, written);
        match self.stop(&again, only, what) {
            Some(stopped) => self.tell_and_go_on(stopped, again, only, what),
            None => self
                .problems
                .push(Diagnostic::new(Code::Syntax, format!("{what} cannot stand here")).at(whole, "here")),
        }
    }

    /// Tells what is wrong in a slice. Where it can be read as if that were mended, the next mistake is told too.
    fn tell_and_go_on(&mut self, mut stopped: Stopped, mut again: Again, only: Rule, what: &str) {
        loop {
            let goes_on = stopped.read_as.is_some_and(|mend| again.make(&mend));
            self.problems.push(stopped.problem);
            let left = self.to_read_again.checked_sub(again.text.len());
            let (Some(left), true) = (left, goes_on) else {
                return;
            };
            self.to_read_again = left;
            match self.stop(&again, only, what) {
                Some(next) if again.is_new(&next.problem) => stopped = next,
                Some(_) => return,
                None => return self.inside(&again, only),
            }
        }
    }

    /// Tells what is wrong in the block of an item whose head is mended.
    fn inside(&mut self, again: &Again, only: Rule) {
        let pairs = (only == Rule::only_item).then(|| RuleParser::parse(only, &again.text));
        let Some(Ok(pairs)) = pairs else { return };
        let mut builder = Builder::new(self.file, &again.text, &again.text, &[]);
        for node in pairs.flat_map(Node::into_inner) {
            if node.as_rule() != Rule::EOI {
                builder.item(node);
            }
        }
        self.problems.extend(
            builder
                .problems
                .into_iter()
                .map(|problem| again.as_written(problem)),
        );
    }

    /// Where reading a slice stops, and why.
    fn stop(&mut self, again: &Again, only: Rule, what: &str) -> Option<Stopped> {
        let written = again.text.as_str();
        let Err(error) = RuleParser::parse(only, written) else {
            return None;
        };
        let offset = match error.location {
            InputLocation::Pos(at) => at,
            InputLocation::Span((at, _)) => at,
        };
        let rest = written.get(offset..).unwrap_or("");
        let offset = offset + rest.len() - rest.trim_start().len();
        let rest = rest.trim_start();
        let found = token(rest);
        let start = again.origin(offset);
        let at = Place::new(self.file, start..start + found.len());
        if offset == 0 && only != Rule::only_item {
            return Some(begins_nothing(only, what, found, at, written).into());
        }
        let before = written.get(..offset).unwrap_or("").trim_end();
        let raw: Vec<&'static str> = match &error.variant {
            ErrorVariant::ParsingError { positives, .. } => {
                positives.iter().map(|rule| describe(*rule)).collect()
            }
            ErrorVariant::CustomError { .. } => Vec::new(),
        };
        let stop = Stop {
            only,
            before,
            gap: offset - before.len(),
            found,
            rest,
            expected: &raw,
            line_before: self.line_before(again.whole.range().start, start),
        };
        let mend = habits::mend(&stop);
        let mut expected = listed(&raw, found);
        let place = mend.at_extended(at, self.file);
        let found = self.text.get(place.range()).unwrap_or(found);
        let named = expected.as_slice() == ["a name"];
        let message = if let Some(message) = &mend.message {
            message.clone()
        } else if found.is_empty() {
            match expected.as_slice() {
                [one] => format!("this ends too early: {one} is missing"),
                _ => "this ends too early".to_owned(),
            }
        } else if named && is_reserved(found) {
            format!("`{found}` is a word of the language and cannot be a name")
        } else if named && !found.starts_with(|first: char| first.is_alphanumeric()) {
            "a name is missing here".to_owned()
        } else {
            format!("{} cannot stand here", shown(found))
        };
        let label = match expected.as_mut_slice() {
            // Where the mend is known, what else could stand there is beside the point.
            _ if mend.message.is_some() || mend.replacement.is_some() => String::new(),
            [] => format!("not here, in {what}"),
            [one] => format!("expected {one}"),
            [most @ .., last] if most.len() < 6 => format!("expected {} or {last}", most.join(", ")),
            _ => format!("not here, in {what}"),
        };
        if found.is_empty() && !matches!(only, Rule::only_item | Rule::only_allow) {
            self.broken_off = Some(again.origin(before.len()));
        }
        let mut stopped = Stopped::from(
            Diagnostic::new(Code::Syntax, message)
                .at(place, label)
                .help_if(mend.help),
        );
        if at.range().is_empty() {
            stopped.problem = unclosed(stopped.problem, again, before, &expected, self.file);
        }
        let fix = |replacement| Fix { place, replacement };
        stopped.problem.fix = mend.replacement.map(fix);
        stopped.read_as = stopped.problem.fix.clone().or_else(|| mend.read_as.map(fix));
        Some(stopped)
    }

    /// Where a stretch goes on over a line end before a place: the last word of the line above.
    fn line_before(&self, from: usize, to: usize) -> Option<&str> {
        let line = self.source.get(from..to)?;
        let line = line.get(..line.rfind('\n')?)?;
        let line = line.get(line.rfind('\n').map_or(0, |at| at + 1)..)?;
        let line = line.get(..line.find('#').unwrap_or(line.len()))?.trim_end();
        let last = line.get(line.rfind(char::is_whitespace).map_or(0, |at| at + 1)..)?;
        (!last.is_empty()).then_some(last)
    }
}

/// Whether a clause was meant to allow a finding; a field or level may be called `allow`, too.
fn begins_allow(written: &str) -> bool {
    let rest = written.strip_prefix("allow").unwrap_or(".");
    let names_a_finding = rest.starts_with(' ')
        && rest
            .trim_start()
            .starts_with(|first: char| first.is_alphanumeric());
    rest.trim().is_empty() || names_a_finding
}

/// Shows the bracket that is not closed where a slice ends.
fn unclosed(
    problem: Diagnostic,
    again: &Again,
    before: &str,
    expected: &[&'static str],
    file: FileId,
) -> Diagnostic {
    let brackets = [('(', "`)`"), ('[', "`]`")];
    let brackets = brackets.iter().filter(|(_, closes)| expected.contains(closes));
    let open = brackets.filter_map(|(opens, closes)| Some((habits::opened(before, *opens)?, closes)));
    let Some((at, closes)) = open.max() else {
        return problem;
    };
    let start = again.origin(at);
    problem
        .at(Place::new(file, start..start + 1), "opened here")
        .help(format!("write {closes} where what it holds ends"))
}

/// What could stand somewhere, said as briefly as can be.
fn listed(raw: &[&'static str], found: &str) -> Vec<&'static str> {
    let mut expected: Vec<&'static str> = raw.iter().copied().filter(|words| !words.is_empty()).collect();
    expected.sort_by_key(|words| (words.starts_with('`'), *words));
    expected.dedup();
    let has = |expected: &[&str], words: &str| expected.contains(&words);
    if has(&expected, "a value") {
        // A value can be many things; saying them all helps nobody.
        expected.retain(|words| {
            !matches!(
                *words,
                "a name"
                    | "a number"
                    | "a text in quotes"
                    | "a date"
                    | "a moment"
                    | "a list in brackets"
                    | "a range"
                    | "`if`"
                    | "`yes`"
                    | "`no`"
                    | "`not`"
                    | "`this`"
                    | "`it`"
                    | "`any`"
                    | "`from`"
                    | "`to`"
            )
        });
    }
    if has(&expected, "an operator") {
        // After a number, its unit: true, but not what is missing.
        expected.retain(|words| *words != "a name");
    }
    if has(&expected, "the end of the line") {
        expected.retain(|words| !matches!(*words, "`because` or `cite`" | "`because`" | "`cite`" | "a unit"));
    }
    let closes = |words: &str| {
        matches!(
            words,
            "`)`"
                | "`]`"
                | "`}`"
                | "`{`"
                | "`->`"
                | "`then`"
                | "`else`"
                | "`=`"
                | "`:`"
                | "`when`"
                | "a value"
                | "a name"
        )
    };
    if found.is_empty() && expected.iter().any(|words| closes(words)) {
        expected.retain(|words| closes(words));
    }
    expected
}

/// Something at whose very beginning reading stopped.
fn begins_nothing(only: Rule, what: &str, found: &str, at: Place, written: &str) -> Diagnostic {
    let (clauses, list): (&[&str], &str) = match only {
        Rule::only_policy_clause => (
            &["version", "source", "language", "data"],
            "`version`, `source`, `language` or `data`",
        ),
        Rule::only_entry_clause => (
            &["when", "require", "otherwise", "instead", "because", "cite"],
            "`when`, `require`, `otherwise`, `instead`, `because` or `cite`",
        ),
        Rule::only_criterion_clause => (
            &[
                "weight", "mean", "sum", "least", "greatest", "weighted", "value", "because", "cite",
            ],
            "`weight`, `mean of`, `sum of`, `least of`, `greatest of`, `weighted mean of`, `value`, `because` or `cite`",
        ),
        Rule::only_exclude_clause => (
            &["when", "then", "instead", "because", "cite"],
            "`when`, `then`, `instead`, `because` or `cite`",
        ),
        Rule::only_cut_list_clause => (
            &[
                "may",
                "protect",
                "place",
                "prefer",
                "cut",
                "keep",
                "all",
                "needs",
                "otherwise",
                "at",
                "take",
                "show",
            ],
            "`may cut`, `protect`, `place`, `prefer`, `cut first`, `keep first`, `all or nothing`, `needs`, \
             `otherwise by`, `at most`, `at least`, `take what fits` or `show`",
        ),
        _ => (&[], ""),
    };
    let word = first_word(written);
    let found = if found.is_empty() { word } else { found };
    let form = habits::form(only, word).unwrap_or_default();
    if matches!(word, "because" | "cite")
        && matches!(
            only,
            Rule::only_field | Rule::only_level | Rule::only_cut_list_clause
        )
    {
        return Diagnostic::new(
            Code::Syntax,
            format!("no line stands above that this `{word}` could belong to"),
        )
        .at(at, "the first line of its block")
        .help("write it at the end of the line that it gives a reason for");
    }
    if GO_ON_AFTER.contains(&word) && matches!(only, Rule::only_cut_list_clause) {
        return Diagnostic::new(Code::Syntax, format!("`{word}` begins no clause here"))
            .at(at, format!("{what} must begin here"))
            .help(format!(
                "where it goes on from the line above, end that line with `{word}`"
            ));
    }
    let problem =
        |message: String| Diagnostic::new(Code::Syntax, message).at(at, format!("{what} must begin here"));
    if clauses.is_empty() {
        return if is_reserved(word) && only != Rule::only_row && only != Rule::only_case {
            problem(format!("`{word}` is a word of the language and cannot be a name"))
                .help("choose another name")
        } else {
            problem(format!("{} cannot begin {what}", shown(found))).help(form)
        };
    }
    let problem = problem(format!("{} begins no clause here", shown(found)));
    if let Some(help) = habits::clause_elsewhere(only, word) {
        return problem.help(help);
    }
    match near(word, clauses.iter().copied()) {
        Some(near) => problem.meant(at, &near),
        None => problem.help(format!("clauses here begin with {list}")),
    }
}
