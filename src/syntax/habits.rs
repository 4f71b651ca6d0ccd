//! What authors write out of habit from other languages and from prose, and what to write instead.
//!
//! Comes in: the place where reading stopped, with what stands before and after it. Goes out: the mend, where there is one,
//! also as a replacement where it is sure. It never tells a problem itself.
//!
//! Invariant: a replacement is only given where it is the one thing that can be meant.

mod choices;
mod numbers;
mod spelling;

use choices::choice;
use numbers::number;
use spelling::{misspelt, spelling, unit_before};

use super::parser::Rule;
use super::words::{first_word, is_name, is_reserved, last_word, shown};
use crate::source::{FileId, Place};

/// Where reading stopped.
pub(super) struct Stop<'s> {
    /// The rule that was to be read.
    pub only: Rule,
    /// What stands before, without blanks at its end.
    pub before: &'s str,
    /// How many bytes of blanks stand between that and the token.
    pub gap: usize,
    /// The token at which reading stopped; empty at the end.
    pub found: &'s str,
    /// The token and what follows it.
    pub rest: &'s str,
    /// What could have stood there.
    pub expected: &'s [&'static str],
    /// The last word of the line above, where the stretch went on from there.
    pub line_before: Option<&'s str>,
}

/// How to mend it.
#[derive(Default)]
pub(super) struct Mend {
    /// Another sentence than "cannot stand here".
    pub message: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// What to write in place of what was found.
    pub replacement: Option<String>,
    /// What to read in place of it where no replacement is sure, to find what else is wrong behind it.
    pub read_as: Option<String>,
    /// How many bytes before the token belong to what is wrong.
    back: usize,
    /// How many bytes after the token's beginning belong to it; the token's length if `None`.
    length: Option<usize>,
    /// Whether what is wrong ends before the blanks in front of the token.
    before_only: usize,
}

impl Mend {
    /// The place of the token with what else belongs to what is wrong.
    pub(super) fn at_extended(&self, at: Place, file: FileId) -> Place {
        let range = at.range();
        let end = self.length.map_or(range.end, |length| range.start + length);
        let end = if self.before_only > 0 {
            range.start - self.before_only.min(range.start)
        } else {
            end
        };
        Place::new(file, range.start - self.back.min(range.start)..end)
    }

    fn read_as(self, words: impl Into<String>) -> Mend {
        Mend {
            read_as: Some(words.into()),
            ..self
        }
    }

    fn back(self, back: usize) -> Mend {
        Mend { back, ..self }
    }

    fn before_only(self, before_only: usize) -> Mend {
        Mend { before_only, ..self }
    }

    fn long(self, length: usize) -> Mend {
        Mend {
            length: Some(length),
            ..self
        }
    }
}

pub(super) fn help(text: impl Into<String>) -> Mend {
    Mend {
        help: Some(text.into()),
        ..Mend::default()
    }
}

/// Write this instead: sure enough to be done without asking.
pub(super) fn instead(found: &str, write: &str) -> Mend {
    Mend {
        replacement: Some(write.to_owned()),
        ..help(format!("write `{write}` instead of `{found}`"))
    }
}

impl Stop<'_> {
    fn expects(&self, what: &str) -> bool {
        self.expected.contains(&what)
    }

    fn only_expects(&self, what: &str) -> bool {
        self.expects(what)
            && self
                .expected
                .iter()
                .all(|words| *words == what || words.is_empty())
    }

    /// Whether the token follows what stands before it without a blank.
    fn touches(&self) -> bool {
        self.gap == 0
    }

    fn digits_follow(&self) -> bool {
        self.found.starts_with(|first: char| first.is_ascii_digit())
    }

    fn digit_before(&self) -> bool {
        self.before.ends_with(|last: char| last.is_ascii_digit())
    }
}

/// What to write instead of what was found.
pub(super) fn mend(stop: &Stop<'_>) -> Mend {
    choice(stop)
        .or_else(|| sign(stop))
        .or_else(|| number(stop))
        .or_else(|| word(stop))
        .or_else(|| spelling(stop))
        .or_else(|| line(stop))
        .or_else(|| choices::form(stop))
        .or_else(|| {
            form(stop.only, first_word(stop.before))
                .filter(|_| form_helps(stop))
                .map(help)
        })
        .unwrap_or_default()
}

/// Signs of other languages.
fn sign(stop: &Stop<'_>) -> Option<Mend> {
    let Stop {
        found, before, rest, ..
    } = *stop;
    let row = stop.only == Rule::only_row;
    Some(match found {
        "=" | "==" | "===" if stop.expects("an operator") => instead(found, "is"),
        "!=" | "≠" => instead(found, "is not"),
        ">" if before.ends_with('<') && stop.touches() => instead("<>", "is not").back(1),
        ">" if before.ends_with('-') && stop.touches() => Mend {
            message: Some("`->` cannot stand here".to_owned()),
            ..form(stop.only, first_word(before)).map(help).unwrap_or_default()
        }
        .back(1),
        "&&" | "&" => instead(found, "and"),
        "||" | "|" => instead(found, "or"),
        "!" => {
            let blank = if rest.starts_with("! ") { "" } else { " " };
            Mend {
                replacement: Some(format!("not{blank}")),
                ..instead(found, "not")
            }
        }
        "≤" | "=<" => instead(found, "<="),
        "≥" => instead(found, ">="),
        "→" | "=>" | "⇒" if row || stop.expects("`->`") => instead(found, "->"),
        "=>" => instead(found, ">="),
        "×" | "·" => instead(found, "*"),
        "÷" => instead(found, "/"),
        "–" | "—" | "−" => instead(found, "-"),
        "…" | "..." => instead(found, ".."),
        "." if before.ends_with("..") && stop.touches() => instead("...", "..").back(2),
        ".." if called_last(before) == "rescale" => help("it is written `rescale(x, from a..b, to c..d)`"),
        ")" if opened(before, '(').is_none() => Mend {
            message: Some("this `)` closes nothing".to_owned()),
            ..help("take it out, or write the `(` that is missing").read_as("")
        },
        "?" => help("write `if CONDITION then VALUE else VALUE`"),
        "^" => help("there are no powers: write the product, as in `a * a`").read_as("*"),
        "*" if before.ends_with('*') && stop.touches() => Mend {
            message: Some("`**` cannot stand here".to_owned()),
            ..help("there are no powers: write the product, as in `a * a`")
        }
        .back(1)
        .read_as("*"),
        "%" => help("`%` only stands right behind a number, as in `25%`").read_as("*"),
        "$" | "€" | "£" => help("an amount has its unit behind it, as in `5 EUR`").read_as(""),
        ";" => help("a clause ends with its line: leave `;` out"),
        "--" if stop.touches() && is_name(last_word(before)) => {
            help("between the parts of a name stands a single `-`; to subtract, write `a - b` with blanks")
        }
        "/*" | "--" if !stop.expects("a number") => {
            help("a comment begins with `#` and runs to the end of the line")
        }
        "“" | "”" | "„" | "«" | "»" | "‘" | "’" | "'" | "`" => {
            help("a text stands in straight double quotes: `\"…\"`")
        }
        "<" | ">" | "<=" | ">=" if stop.expects("the end of the line") || stop.expects("`)`") => help(
            "two comparisons are joined with `and`, as in `1 < x and x < 4`; for a range, write `x in 1..4`",
        ),
        "." if stop.only == Rule::only_item
            && stop.touches()
            && is_name(last_word(before))
            && !stop.expects("an operator") =>
        {
            help("a name that is declared holds no dot: write `-` instead")
        }
        "-" if stop.touches() && is_name(last_word(before)) && !stop.expects("an operator") => {
            help("a name does not end with `-`")
        }
        "(" if stop.only == Rule::only_field => {
            help("a choice is written `one of A, B`, or `one of (A \"Title\", B \"Title\")`")
        }
        "," if stop.only == Rule::only_field && before.contains("one of") && before.ends_with('"') => {
            help("members with titles stand in parentheses: `one of (A \"Title\", B \"Title\")`")
        }
        "," if stop.expects("`)`") && opens_list(before) => Mend {
            message: Some("a list stands in square brackets".to_owned()),
            ..help("write `[` and `]` around it, as in `in [A, B]`")
        },
        "(" if !stop.touches() && is_called(last_word(before)) => Mend {
            message: Some(format!(
                "no blank stands between `{}` and its `(`",
                last_word(before)
            )),
            replacement: Some("(".to_owned()),
            ..help(format!("write `{}(…)`", last_word(before)))
        }
        .back(stop.gap),
        ":" if stop.only == Rule::only_field && is_reserved(last_word(before)) => {
            reserved_name(last_word(before))
                .back(stop.gap + last_word(before).len())
                .before_only(stop.gap)
        }
        "," if stop.only == Rule::only_allow => Mend {
            message: Some("an `allow` names one finding".to_owned()),
            ..help("write an `allow` with a reason for each of them, on a line of its own")
        },
        "," if stop.expects("`then`")
            && first_word(stop.rest.get(1..).unwrap_or("").trim_start()) == "then" =>
        {
            Mend {
                replacement: Some(String::new()),
                ..help("write `then` without the comma")
            }
        }
        "," if stop.expects("`then`") => Mend {
            replacement: Some(" then".to_owned()),
            ..help("write `then` between them")
        },
        "{" if stop.only == Rule::only_item && first_word(before) == "define" => {
            help("a definition by cases says its type: `define NAME : TYPE { … }`")
        }
        "{" if stop.only == Rule::only_item && first_word(before) == "group" => {
            help("a group has no block: `group NAME \"Title\" of RECORD where CONDITION`")
        }
        _ => return None,
    })
}

/// Whether the last parenthesis that is open stands where `in` wants a list.
fn opens_list(before: &str) -> bool {
    let open = before.rfind('(').and_then(|at| before.get(..at));
    open.is_some_and(|before| last_word(before.trim_end()) == "in")
}

/// The word in front of the last parenthesis that is open.
fn called_last(before: &str) -> &str {
    let open = opened(before, '(').and_then(|at| before.get(..at));
    open.map_or("", last_word)
}

/// Where the innermost bracket of a kind stands that is open behind a text.
pub(super) fn opened(before: &str, bracket: char) -> Option<usize> {
    let closes = if bracket == '(' { ')' } else { ']' };
    let mut open = Vec::new();
    let mut quoted = false;
    for (at, character) in before.char_indices() {
        match character {
            '"' => quoted = !quoted,
            _ if quoted => {}
            _ if character == bracket => open.push(at),
            _ if character == closes => drop(open.pop()),
            _ => {}
        }
    }
    open.pop()
}

fn reserved_name(word: &str) -> Mend {
    Mend {
        message: Some(format!("`{word}` is a word of the language and cannot be a name")),
        ..help("choose another name")
    }
}

/// Words of other languages, and words of this one where they do not belong.
fn word(stop: &Stop<'_>) -> Option<Mend> {
    let Stop { found, before, .. } = *stop;
    let previous = last_word(before);
    let part = |what: &str| stop.expects(what);
    Some(match found {
        _ if stop.only == Rule::only_field
            && is_reserved(found)
            && stop
                .rest
                .get(found.len()..)
                .is_some_and(|rest| rest.trim_start().starts_with(':')) =>
        {
            reserved_name(found)
        }
        _ if stop.only == Rule::only_allow && found.starts_with('"') => Mend {
            message: Some("`because` is missing here".to_owned()),
            replacement: Some(format!("because {found}")),
            ..help("write `because` before the reason")
        },
        _ if stop.only == Rule::only_allow && stop.only_expects("a name") => Mend {
            message: Some(if found.is_empty() {
                "it is not said what is allowed here".to_owned()
            } else {
                format!("{} is no finding", shown(found))
            }),
            help: form(stop.only, previous),
            ..Mend::default()
        },
        "in" if previous == "is" => Mend {
            replacement: Some("in".to_owned()),
            ..help("write `in` without `is`")
        }
        .back(stop.gap + 2),
        "in" if previous == "not" && before.ends_with("is not") => help("write `not in` without `is`"),
        _ if found == previous && is_reserved(found) && !stop.touches() => Mend {
            message: Some(format!("`{found}` stands twice")),
            replacement: Some(String::new()),
            ..help(format!("take one `{found}` out"))
        },
        "yes" if part("a type") => {
            let rest = stop.rest.get(found.len()..).unwrap_or("");
            let other = rest.strip_prefix('/').map(first_word);
            match other {
                Some(other) => Mend {
                    replacement: Some("yes/no".to_owned()),
                    ..help("write `yes/no`")
                }
                .long(found.len() + 1 + other.len()),
                None => help("write `yes/no`").read_as("yes/no"),
            }
        }
        "between" => help("a range is written with `in`, as in `in 2..4`"),
        "AND" | "And" | "og" if part("an operator") => instead(found, "and"),
        "OR" | "Or" | "eller" if part("an operator") => instead(found, "or"),
        "equals" | "eq" if part("an operator") => instead(found, "is"),
        "isnt" if part("an operator") => help("write `is not`").read_as("is not"),
        "isn" if part("an operator") => help("write `is not`"),
        "over" | "of" | "in" if part("`for`") => instead(found, "for"),
        "if" | "when" if part("`where`") => instead(found, "where"),
        "for" | "in" if part("`of`") && !part("`for`") => instead(found, "of"),
        "if" if part("`when`") => instead(found, "when"),
        "before" if part("`after`") => help(
            "turn the two round: the one that comes later stands first, as in `place LATER after EARLIER`",
        ),
        "last" if part("`first`") => {
            help("`cut first A then B` says what goes first; what is worth most is said with `keep first`")
        }
        "and" if matches!(stop.only, Rule::only_cut_list_clause) => instead(found, ","),
        _ if matches!(previous, "elif" | "elsif" | "elseif") => Mend {
            message: Some(format!("`{previous}` is no word of the language")),
            replacement: Some("else if".to_owned()),
            ..help("write `else if`")
        }
        .back(stop.gap + previous.len())
        .before_only(stop.gap),
        _ if begins_clause(stop.only, previous) && part("the end of the line") => help(format!(
            "a clause has a line of its own: begin a new line with `{previous}`"
        )),
        _ if begins_clause(stop.only, found) && part("the end of the line") => help(format!(
            "a clause has a line of its own: begin a new line with `{found}`"
        )),
        _ if is_reserved(found) && stop.only_expects("a name") => help("choose another name"),
        _ if stop.only_expects("a text in quotes") && !found.is_empty() && !found.starts_with('"') => {
            help("a text stands in quotes: `\"…\"`")
        }
        _ if is_called(previous) && part("an operator") && is_name(found) => help(format!(
            "what `{previous}` is taken of stands in parentheses, as in `{previous}({found})`"
        )),
        _ if is_name(found) && !stop.touches() && is_name(previous) && joins(stop) => {
            let whole = format!("{previous}-{found}");
            Mend {
                message: Some("a name holds no blanks".to_owned()),
                ..help(format!("write `{whole}`, if it is one name"))
            }
            .read_as(whole)
            .back(stop.gap + previous.len())
        }
        _ => return None,
    })
}

/// Whether the word before the token and the token may have been meant as one name.
fn joins(stop: &Stop<'_>) -> bool {
    if stop.only == Rule::only_item && stop.before.split_whitespace().count() == 2 {
        // In an item's head only where the item goes on behind the second word as it should behind its name.
        let after = stop.rest.get(stop.found.len()..).unwrap_or("").trim_start();
        return after.starts_with(['=', ':', '{', '"']);
    }
    stop.expects("an operator")
        && !stop.digit_before()
        && unit_before(stop).is_none()
        && !(value_follows(stop) && misspelt(stop).is_some())
}

/// Whether a value stands behind the token, so that this may be meant to join it to what stands before.
fn value_follows(stop: &Stop<'_>) -> bool {
    let rest = stop.rest.get(stop.found.len()..).unwrap_or("").trim_start();
    let word = first_word(rest);
    rest.starts_with(|first: char| first.is_alphanumeric() || matches!(first, '"' | '(' | '[' | '<' | '.'))
        && (!is_reserved(word) || matches!(word, "yes" | "no" | "not" | "if" | "in" | "this" | "it" | "any"))
}

/// Whether a word is a function or an aggregate.
fn is_called(word: &str) -> bool {
    matches!(
        word,
        "count"
            | "sum"
            | "mean"
            | "least"
            | "greatest"
            | "every"
            | "min"
            | "max"
            | "abs"
            | "round"
            | "floor"
            | "ceiling"
            | "contains"
            | "rescale"
            | "known-or"
            | "days-between"
            | "years-between"
    )
}

/// A line that goes on from the one above, where that was not meant.
fn line(stop: &Stop<'_>) -> Option<Mend> {
    if stop.only == Rule::only_row
        && stop.found.is_empty()
        && stop.before.starts_with('"')
        && stop.expects("`->`")
    {
        return Some(help(
            "a row ends with its line: where the text goes on from the row above, put it all on that line",
        ));
    }
    let above = stop.line_before?;
    let goes_on = super::layout::GO_ON_AFTER.contains(&above)
        || above.ends_with([',', '+', '-', '*', '/', '=', '<', '>', '(', '[', '&', '|']);
    goes_on.then(|| help(format!("the line above ends with `{above}`, and so goes on here")))
}

/// Whether the form of the whole says more than what was expected.
fn form_helps(stop: &Stop<'_>) -> bool {
    matches!(
        stop.only,
        Rule::only_field | Rule::only_level | Rule::only_case | Rule::only_row
    ) || !(stop.expects("an operator") || stop.expects("a value"))
}

/// How an item or clause is written.
pub(super) fn form(only: Rule, word: &str) -> Option<String> {
    let form = match (only, word) {
        (Rule::only_level, _) => "a level is written `name \"Title\" = 8`, or without its number",
        (Rule::only_field, _) => {
            "a field is written `name : type`, and then in this order: `key`, `optional` or `= default`, `reversed`, \
             `from \"Column\"`, its title"
        }
        (Rule::only_allow, _) => {
            "it is written `allow CODE because \"…\"`, with the code that stands above the finding"
        }
        (Rule::only_case, _) => "a case is written `VALUE when CONDITION`, the last one `otherwise VALUE`",
        (Rule::only_row, _) => {
            "a row is written `CELL, CELL -> VALUE`, the last one may be `otherwise -> VALUE`"
        }
        (Rule::only_item, "policy") => "a policy begins with `policy NAME \"Title\" for RECORD {`",
        (Rule::only_item, "use") => "another file is used with `use \"file.rule\"`",
        (Rule::only_item, "scale") => "a scale begins with `scale NAME \"Title\" {`",
        (Rule::only_item, "record" | "one") => {
            "a record type begins with `record NAME \"Title\" in PARENT as PLURAL {`"
        }
        (Rule::only_item, "define") => "a definition is written `define NAME \"Title\" = VALUE`",
        (Rule::only_item, "table") => "a table begins with `table NAME \"Title\" by VALUE, VALUE {`",
        (Rule::only_item, "group") => "a group is written `group NAME \"Title\" of RECORD where CONDITION`",
        (Rule::only_item, "entry") => "an entry criterion begins with `entry NAME \"Title\" {`",
        (Rule::only_item, "criterion") => "a criterion begins with `criterion NAME \"Title\" {`",
        (Rule::only_item, "score") => "the score is written `score total = VALUE`",
        (Rule::only_item, "rank") => "the ranking is written `rank by highest VALUE then lowest VALUE`",
        (Rule::only_item, "joint") => "what is assessed together is written `joint FIELD`",
        (Rule::only_item, "exclude") => "an exclusion begins with `exclude NAME \"Title\" of RECORD {`",
        (Rule::only_item, "premise") => {
            "a premise is written `premise NAME \"Title\" of RECORD where CONDITION`"
        }
        (Rule::only_item, "cut-list") => "a cut list begins with `cut-list NAME \"Title\" of RECORD {`",
        (Rule::only_cut_list_clause, "may") => {
            "it is written `may cut GROUP, GROUP` or `may cut where CONDITION`"
        }
        (Rule::only_cut_list_clause, "protect") => {
            "it is written `protect GROUP, GROUP` or `protect where CONDITION`"
        }
        (Rule::only_cut_list_clause, "place") => "it is written `place GROUP after GROUP within VALUE`",
        (Rule::only_cut_list_clause, "prefer") => "it is written `prefer GROUP after GROUP within VALUE`",
        (Rule::only_cut_list_clause, "cut") => "it is written `cut first GROUP then GROUP`",
        (Rule::only_cut_list_clause, "keep") => "it is written `keep first GROUP then GROUP`",
        (Rule::only_cut_list_clause, "all") => "it is written `all or nothing GROUP within VALUE`",
        (Rule::only_cut_list_clause, "otherwise") => {
            "it is written `otherwise by lowest VALUE then first VALUE`"
        }
        (Rule::only_cut_list_clause, "at") => {
            "it is written `at most AMOUNT of VALUE per VALUE where CONDITION`"
        }
        (Rule::only_entry_clause | Rule::only_exclude_clause, "instead") => {
            "it is written `instead \"text\" to RECORD when CONDITION`"
        }
        _ => return None,
    };
    Some(form.to_owned())
}

/// Whether a word begins a clause of a block.
fn begins_clause(only: Rule, word: &str) -> bool {
    match only {
        Rule::only_entry_clause => matches!(word, "when" | "require" | "otherwise" | "instead"),
        Rule::only_exclude_clause => matches!(word, "when" | "then" | "instead"),
        Rule::only_criterion_clause => matches!(word, "weight" | "value"),
        Rule::only_policy_clause => matches!(word, "version" | "source" | "language" | "data"),
        Rule::only_cut_list_clause => matches!(word, "protect" | "place" | "prefer" | "needs" | "show"),
        _ => false,
    }
}

/// What to write for a clause that stands in other blocks, or that others would call so.
pub(super) fn clause_elsewhere(only: Rule, word: &str) -> Option<&'static str> {
    Some(match (only, word) {
        (Rule::only_entry_clause, "then") => "what is said of one that fails is `otherwise \"…\"`",
        (Rule::only_entry_clause, "where" | "if" | "unless") => {
            "where it applies is said with `when`, what it asks with `require`"
        }
        (Rule::only_exclude_clause, "require") => "an exclusion takes out what its `when` holds for",
        (Rule::only_exclude_clause, "where" | "if") => "which it takes out is said with `when`",
        (Rule::only_exclude_clause, "otherwise") => "what is said of one taken out is `then \"…\"`",
        (Rule::only_criterion_clause, "average") => "a mean is written `mean of { … }`",
        (Rule::only_criterion_clause, "max" | "maximum" | "highest") => {
            "the greatest answer is `greatest of { … }`"
        }
        (Rule::only_criterion_clause, "min" | "minimum" | "lowest") => "the least answer is `least of { … }`",
        (Rule::only_cut_list_clause, "order" | "rank" | "sort") => {
            "the order where no rule binds is said with `otherwise by`"
        }
        (Rule::only_cut_list_clause, "limit" | "max" | "maximum") => {
            "a limit is written `at most AMOUNT of VALUE`"
        }
        (Rule::only_cut_list_clause, "when" | "where") => {
            "who takes part is said behind the list's name: `cut-list NAME of RECORD where CONDITION`"
        }
        _ => return None,
    })
}
