//! Names that mean nothing: what they were probably meant to be.
//!
//! Comes in: a name and all that could stand in its place. Goes out: one problem, with the nearest name or the word of this
//! language for a neighbour's. It never finds a meaning.
//!
//! Invariant: a name that something unreadable declares is never told as unknown.

use super::scope::Scope;
use super::{Checker, a};
use crate::diagnostic::nearest::{self, Near};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{RecordId, Type};
use crate::syntax::ast;
use std::sync::Arc;

/// How many unknown names get a suggestion.
const MOST_SUGGESTIONS: usize = 200;

/// Bytes of a name that is compared with others.
const LONGEST_NAME: usize = 200;

/// The most fields that are named where none is like the name that is unknown.
const MOST_NAMED: usize = 8;

impl Checker<'_> {
    /// Tells a name that nothing declares, with the nearest of `candidates`.
    pub(super) fn unknown<'n>(
        &mut self,
        what: &str,
        name: &ast::Name,
        candidates: impl Iterator<Item = &'n str>,
    ) {
        if self.is_lost(&name.text) {
            return;
        }
        let candidates: Vec<&str> = candidates.collect();
        let mut problem = Diagnostic::new(Code::UnknownName, format!("there is no {what} `{}`", name.text))
            .at(name.place, "not declared");
        problem = match self.near(&name.text, candidates.iter().copied()) {
            Some(near) => problem.meant(name.place, &near),
            None if !candidates.is_empty() && candidates.len() <= 6 => {
                let known: Vec<String> = candidates.iter().map(|name| format!("`{name}`")).collect();
                problem.help(match known.as_slice() {
                    [only] => format!("known is only {only}"),
                    _ => format!("known are {}", known.join(", ")),
                })
            }
            None => problem,
        };
        self.tell(problem);
    }

    /// The name nearest to an unknown one. After many unknown names no more are looked up: that would take long and help
    /// nobody.
    pub(super) fn near<'n>(&mut self, name: &str, candidates: impl Iterator<Item = &'n str>) -> Option<Near> {
        self.suggestions += 1;
        if self.suggestions > MOST_SUGGESTIONS || name.len() > LONGEST_NAME {
            return None;
        }
        nearest::near(
            name,
            candidates.filter(|candidate| candidate.len() <= LONGEST_NAME),
        )
    }

    /// Tells a name that means nothing here, as helpfully as can be.
    pub(super) fn unknown_value(&mut self, name: &ast::Name, scope: &Scope<'_>) {
        if super::records::TAKEN.contains(&&*name.text) {
            let own = self
                .records
                .get(usize::from(self.record.0))
                .map(|record| Arc::clone(&record.name));
            let own = own.as_deref().unwrap_or("the policy's record").to_owned();
            let at_hand = scope
                .record
                .and_then(|record| self.records.get(usize::from(record.0)));
            let help = at_hand
                .and_then(|record| record.parent)
                .filter(|parent| *parent == self.record)
                .map(|_| format!("write `{own}.{}`", name.text));
            self.tell(
                Diagnostic::new(Code::UnknownName, format!("only {} has `{}`", a(&own), name.text))
                    .at(name.place, "the record at hand is none")
                    .help_if(help),
            );
            return;
        }
        if self.is_lost(&name.text) {
            return;
        }
        if let Some((help, replacement)) = foreign(&name.text) {
            let mut problem = Diagnostic::new(
                Code::UnknownName,
                format!("`{}` is no word of the language", name.text),
            )
            .at(name.place, "not known")
            .help(help);
            if let Some(replacement) = replacement {
                problem = problem.fix(name.place, replacement);
            }
            self.tell(problem);
            return;
        }
        let Some(record) = scope.record else {
            let mut problem =
                Diagnostic::new(Code::UnknownName, format!("`{}` means nothing here", name.text));
            problem = match scope.parameters {
                Some(parameters) => {
                    let inputs: Vec<String> =
                        parameters.iter().map(|(name, _)| format!("`{name}`")).collect();
                    problem.at(name.place, "none of the table's inputs").help(format!(
                        "a table that is applied knows only its inputs: {}",
                        inputs.join(", ")
                    ))
                }
                None => problem
                    .at(name.place, "there is no record at hand")
                    .help("only values that are written down can stand here"),
            };
            self.tell(problem);
            return;
        };
        let Some(made) = self.records.get(usize::from(record.0)) else {
            return;
        };
        let (record_name, parent) = (Arc::clone(&made.name), made.parent);
        if self.record_of_plural(&name.text).is_some() {
            self.tell(
                Diagnostic::new(
                    Code::UnknownName,
                    format!("`{}` are many records, not one value", name.text),
                )
                .at(name.place, "a value is needed here")
                .help(format!(
                    "write what of them is meant, such as `count({0})` or `any(… for {0})`",
                    name.text
                )),
            );
            return;
        }
        let mut candidates: Vec<String> = Vec::new();
        if let Some(names) = self.names.get(usize::from(record.0)) {
            candidates.extend(names.keys().map(|name| name.to_string()));
        }
        if record == self.record {
            candidates.extend(super::records::TAKEN.map(str::to_owned));
        }
        if let Some(parent) = parent.and_then(|parent| self.records.get(usize::from(parent.0))) {
            candidates.push(parent.name.to_string());
        }
        let own = candidates.len();
        candidates.extend(
            self.records
                .iter()
                .filter(|record| record.one)
                .map(|record| record.name.to_string()),
        );
        // Where no own name is near, one that another record has may be what is meant.
        let near = self.near(&name.text, candidates.iter().map(String::as_str));
        let mut help = near.as_ref().map(|near| format!("did you mean `{}`?", near.name));
        // A name that is two names with a hyphen between them was meant as a difference.
        let difference = name
            .text
            .match_indices('-')
            .map(|(at, _)| {
                (
                    name.text.get(..at).unwrap_or(""),
                    name.text.get(at + 1..).unwrap_or(""),
                )
            })
            .find(|(left, right)| [left, right].iter().all(|side| self.is_operand(record, side)));
        let is_near = near.is_some();
        // The one record is no value to compute with; one of its fields is.
        let one = near.as_ref().and_then(|near| {
            let named = candidates.iter().skip(own).any(|name| *name == near.name);
            self.record_named(&near.name).filter(|_| named)
        });
        let near = match one.and_then(|one| self.records.get(usize::from(one.0))) {
            Some(one) => {
                let field = one.fields.first().map_or("…", |field| &field.name);
                help = Some(format!(
                    "did you mean a field of `{0}`, such as `{0}.{field}`?",
                    one.name
                ));
                None
            }
            None => near,
        };
        let mut replacement = near.filter(|near| near.sure).map(|near| near.name);
        if let Some((left, right)) = difference {
            help = Some(format!(
                "to subtract, write `{left} - {right}`: without blanks `{}` is one name",
                name.text
            ));
            replacement = Some(format!("{left} - {right}"));
        } else if let Some(form) = form_of(&name.text).filter(|_| !is_near) {
            help = Some(format!("`{}` is a function, and written `{form}`", name.text));
        }
        if help.is_none() {
            let question = self.names.get(usize::from(record.0)).and_then(|names| {
                names
                    .keys()
                    .find(|known| {
                        known
                            .rsplit_once('.')
                            .is_some_and(|(_, last)| last == &*name.text)
                    })
                    .cloned()
            });
            let elsewhere = self
                .names
                .iter()
                .zip(&self.records)
                .find(|(names, _)| names.contains_key(&name.text));
            help = match (question, elsewhere, parent) {
                (Some(question), _, _) => Some(format!("did you mean the question `{question}`?")),
                (None, Some((_, other)), Some(parent))
                    if self
                        .records
                        .get(usize::from(parent.0))
                        .is_some_and(|parent| parent.name == other.name) =>
                {
                    Some(format!(
                        "{} has it: write `{}.{}`",
                        a(&other.name),
                        other.name,
                        name.text
                    ))
                }
                (None, Some((_, other)), _) => Some(format!(
                    "{} has it, but {} is at hand here",
                    a(&other.name),
                    a(&record_name)
                )),
                _ => None,
            };
        }
        help = help
            .or_else(|| asked(&name.text))
            .or_else(|| self.fields_of(record));
        let mut problem = Diagnostic::new(
            Code::UnknownName,
            format!("{} has nothing called `{}`", a(&record_name), name.text),
        )
        .at(name.place, "not declared")
        .help_if(help);
        if let Some(replacement) = replacement {
            problem = problem.fix(name.place, replacement);
        }
        self.tell(problem);
    }

    /// What a record has, where that is few enough to be read.
    fn fields_of(&self, record: RecordId) -> Option<String> {
        let record = self.records.get(usize::from(record.0))?;
        let names: Vec<String> = record
            .fields
            .iter()
            .map(|field| format!("`{}`", field.name))
            .collect();
        let few = (1..=MOST_NAMED).contains(&names.len());
        few.then(|| format!("{} has {}", a(&record.name), names.join(", ")))
    }

    /// Names a field of a record that is of a fitting type, and none of those left out.
    pub(super) fn field_such_as(
        &self,
        record: RecordId,
        without: &[&str],
        fits: impl Fn(&Type) -> bool,
    ) -> Option<String> {
        let record = self.records.get(usize::from(record.0))?;
        let key = record.key.and_then(|key| record.fields.get(key.index()));
        let mut fitting = record.fields.iter().filter(|field| fits(&field.of_type));
        let is_key = |name: &str| key.is_some_and(|key| *key.name == *name);
        let field = fitting.find(|field| !is_key(&field.name) && !without.contains(&&*field.name))?;
        Some(format!("name a field such as `{}`", field.name))
    }

    /// Whether one side of a difference that was written without blanks is a value.
    fn is_operand(&self, record: RecordId, side: &str) -> bool {
        !side.is_empty()
            && (side.chars().all(|digit| digit.is_ascii_digit())
                || self
                    .names
                    .get(usize::from(record.0))
                    .is_some_and(|names| names.contains_key(side)))
    }
}

/// Words of other languages that stand for something here: what to write, and the replacement where it is sure.
fn foreign(word: &str) -> Option<(&'static str, Option<&'static str>)> {
    Some(match word {
        "true" | "True" | "TRUE" | "ja" | "YES" | "Yes" => ("write `yes`", Some("yes")),
        "false" | "False" | "FALSE" | "nei" | "NO" | "No" => ("write `no`", Some("no")),
        "null" | "nil" | "NULL" | "None" | "none" | "unknown" | "empty" => (
            "what has no value is asked for with `is missing`, what has one with `is known`",
            None,
        ),
        "today" | "now" => (
            "there is no clock: put the day into the data, for example as a field of a `one record`",
            None,
        ),
        _ => return None,
    })
}

/// What to write for a word that is nearly one of those that ask whether something is there.
pub(super) fn asked(word: &str) -> Option<String> {
    let near = nearest::nearest(word, ["known", "missing"])?;
    Some(format!("whether something is there is asked with `is {near}`"))
}

/// How a function or aggregate is called.
pub(super) fn form_of(name: &str) -> Option<&'static str> {
    super::aggregates::aggregate_form(name)
        .or_else(|| crate::model::Function::named(name).map(|function| function.signature()))
}
