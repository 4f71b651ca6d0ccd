//! What is asked on a command line, as changes: `LM-1.phase=2`, `weight:cost=2`, `limit:p50=2000`, the name of a rule.
//!
//! Comes in: the words as written, with the policy and the records that they are about. Goes out: [`Change`]s and goals, or
//! every problem with them. It never makes a change.
//!
//! Invariant: each text becomes a source of its own, so that a problem points into it.

mod rules;

use std::ops::Range;

use super::change::{Change, field_named};
use super::want::Goal;
use crate::data::{Records, read_value};
use crate::diagnostic::nearest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{CriterionBody, CriterionId, FieldId, Number, Policy, RecordId, Reference};
use crate::source::{FileId, Place, Sources};

/// The most keys that are looked through for one like a key that is not there.
const MOST_KEYS: usize = 5_000;

/// How many keys are named where none is like a key that is not there.
const SOME_KEYS: usize = 4;

/// What is wrong with what was asked.
type Problems = Vec<Diagnostic>;

/// How `--set` is written.
const SETS: &str = "write ID.FIELD=VALUE, weight:CRITERION=NUMBER or limit:NAME=AMOUNT";

/// Reads what is asked about a policy and its records.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The records.
    pub records: &'a Records,
    /// The files, to which each text is added.
    pub sources: &'a mut Sources,
}

/// A text that was asked, and the file that it became.
#[derive(Clone, Copy)]
struct Text<'t> {
    file: FileId,
    all: &'t str,
}

impl<'t> Text<'t> {
    fn place(&self, range: Range<usize>) -> Place {
        Place::new(self.file, range)
    }

    /// Where a part of it stands; the part must be cut out of it.
    fn of(&self, part: &'t str) -> Place {
        let start = (part.as_ptr() as usize).saturating_sub(self.all.as_ptr() as usize);
        self.place(start..start + part.len())
    }
}

impl Asked<'_> {
    /// The changes that `--set` and `--without` ask for.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn changes(&mut self, set: &[String], without: &[String]) -> Result<Vec<Change>, Problems> {
        let (mut changes, mut problems) = (Vec::<(Change, Place)>::new(), Vec::new());
        let sets = set.iter().map(|text| ("--set", text));
        let asked = sets.chain(without.iter().map(|text| ("--without", text)));
        for (option, all) in asked {
            let file = self.sources.add_text(option, all);
            let text = Text { file, all };
            let read = if option == "--set" {
                self.set(text)
            } else {
                self.rule(text).map(Change::Without)
            };
            match read {
                Ok(change) => {
                    let place = text.place(0..all.len());
                    match changes.iter().find(|(known, _)| same(known, &change)) {
                        Some((_, first)) => problems.push(twice(place, *first)),
                        None => changes.push((change, place)),
                    }
                }
                Err(more) => problems.extend(more),
            }
        }
        if problems.is_empty() {
            Ok(changes.into_iter().map(|(change, _)| change).collect())
        } else {
            Err(problems)
        }
    }

    /// The record and the goal that `--want` asks for.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn wanted(&mut self, wanted: &str) -> Result<(Reference, Goal), Problems> {
        let file = self.sources.add_text("--want", wanted);
        let text = Text { file, all: wanted };
        let Some((id, goal)) = wanted.rsplit_once('=') else {
            let help = "write ID=eligible, ID=ranked, ID=rank:3 or ID=kept";
            return Err(vec![no_equals(text, "a goal", help)]);
        };
        let known = match goal.trim() {
            "eligible" => Some(Goal::Eligible),
            "ranked" => Some(Goal::Ranked),
            "kept" => Some(Goal::Kept),
            other => {
                let rank = other
                    .strip_prefix("rank:")
                    .and_then(|rank| rank.trim().parse().ok());
                rank.filter(|rank| *rank > 0).map(Goal::Rank)
            }
        };
        let Some(known) = known else {
            let near = did_you_mean(goal, ["eligible", "ranked", "kept", "rank:1"]);
            let problem = Diagnostic::new(Code::UnknownName, format!("`{goal}` is no goal"))
                .at(text.of(goal), "not one of the goals")
                .help("the goals are `eligible`, `ranked`, `rank:3` (at least third) and `kept`")
                .help_if(near);
            return Err(vec![problem]);
        };
        let record = self.decided(text, id)?;
        match known.misfit(self.policy, record.record) {
            None => Ok((record, known)),
            Some(why) => Err(vec![
                Diagnostic::new(Code::NotHere, why).at(text.of(goal), "cannot be reached here"),
            ]),
        }
    }

    /// The decided record of a key, as it stands in a text.
    fn decided(&self, text: Text<'_>, id: &str) -> Result<Reference, Problems> {
        let decided = self.policy.decided_records();
        let found = self.named(id, &decided);
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(vec![self.no_record(id, text, &decided)]),
            many => Err(vec![self.several(id, text, many)]),
        }
    }

    /// The records of some types with a key, written alone or as `RECORD:KEY`.
    fn named(&self, id: &str, types: &[RecordId]) -> Vec<Reference> {
        let find = |of_type: &RecordId, key: &str| self.records.find(*of_type, key);
        let found: Vec<Reference> = types.iter().filter_map(|of_type| find(of_type, id)).collect();
        match id.split_once(':') {
            Some((name, key)) if found.is_empty() => {
                let named = types
                    .iter()
                    .filter(|of_type| *self.policy.record_type(**of_type).name == *name);
                named.filter_map(|of_type| find(of_type, key)).collect()
            }
            _ => found,
        }
    }

    fn set(&self, text: Text<'_>) -> Result<Change, Problems> {
        if let Some(rest) = text.all.strip_prefix("weight:") {
            return self.weight(text, rest);
        }
        if let Some(rest) = text.all.strip_prefix("limit:") {
            return self.limit(text, rest);
        }
        let Some((path, value)) = text.all.split_once('=') else {
            return Err(vec![no_equals(text, "a value", SETS)]);
        };
        let (record, field) = self.fact(text, path.trim_end())?;
        let declared = self.policy.field(record.record, field);
        if self.policy.record_type(record.record).key == Some(field) {
            let message = format!("`{}` is the record's key, which cannot be another", declared.name);
            let problem = Diagnostic::new(Code::NotHere, message).at(text.of(path), "names the record");
            return Err(vec![problem.at(declared.place, "declared here")]);
        }
        let read = read_value(self.policy, self.records, record, field, value, text.of(value))?;
        Ok(Change::Fact(record, field, read))
    }

    /// The fact that `ID.FIELD` names; ids and fields may have dots in them.
    fn fact(&self, text: Text<'_>, path: &str) -> Result<(Reference, FieldId), Problems> {
        let types: Vec<RecordId> = self.policy.record_ids().collect();
        let mut found = Vec::new();
        let mut without_field = None;
        for (at, _) in path.match_indices('.') {
            let (id, field) = (path.get(..at).unwrap_or(""), path.get(at + 1..).unwrap_or(""));
            for record in self.named(id, &types) {
                match field_named(self.policy, record.record, field) {
                    Some(field) => found.push((record, field)),
                    None => without_field = without_field.or(Some((record, field))),
                }
            }
        }
        match (found.as_slice(), without_field) {
            ([one], _) => Ok(*one),
            ([_, ..], _) => {
                let records: Vec<Reference> = found.iter().map(|(record, _)| *record).collect();
                Err(vec![self.several(path, text, &records)])
            }
            ([], Some((record, field))) => Err(vec![self.no_field(record, field, text)]),
            ([], None) => match path.split_once('.') {
                Some((id, _)) => Err(vec![self.no_record(id, text, &types)]),
                None => {
                    let message = if path.is_empty() {
                        "nothing stands before the `=`".to_owned()
                    } else {
                        format!("`{path}` does not say of which record, or not which field")
                    };
                    let problem = Diagnostic::new(Code::Syntax, message)
                        .at(text.place(0..path.len()), "a key, a dot and a field are needed")
                        .help(SETS);
                    Err(vec![problem])
                }
            },
        }
    }

    fn no_field(&self, record: Reference, field: &str, text: Text<'_>) -> Diagnostic {
        let of_type = self.policy.record_type(record.record);
        let names = of_type.fields.iter().map(|field| &*field.name);
        let is_title = |title: &std::sync::Arc<str>| title.to_lowercase() == field.to_lowercase();
        let mut titled = of_type.fields.iter();
        let titled = titled.find(|known| known.title.as_ref().is_some_and(is_title));
        let titled = titled.map(|known| format!("that is its title; write its name, `{}`", known.name));
        let mend = || {
            titled
                .or_else(|| self.of_criterion(field))
                .or_else(|| did_you_mean(field, names))
        };
        Diagnostic::new(
            Code::UnknownName,
            format!("`{field}` is no field of `{}`", of_type.name),
        )
        .at(text.place(0..text.all.len()), format!("no `{field}`"))
        .at(of_type.place, "its fields are declared here")
        .help_if(mend())
    }

    /// Where a criterion was named instead of one of its questions.
    fn of_criterion(&self, name: &str) -> Option<String> {
        let criterion = self
            .policy
            .criteria
            .iter()
            .find(|criterion| *criterion.name == *name)?;
        match &criterion.body {
            CriterionBody::Questions(_, questions) => {
                let questions = questions
                    .iter()
                    .map(|(field, _)| self.policy.field(self.policy.record, *field));
                let names: Vec<String> = questions.map(|question| format!("`{}`", question.name)).collect();
                Some(format!(
                    "it is a criterion: change an answer to one of its questions, {}",
                    names.join(" or ")
                ))
            }
            CriterionBody::Value(_) => {
                Some("it is a criterion: change a field that it is computed from".to_owned())
            }
        }
    }

    fn no_record(&self, id: &str, text: Text<'_>, types: &[RecordId]) -> Diagnostic {
        no_record(self.records, types, id).at(text.place(0..id.len()), "no record of this key")
    }

    fn several(&self, id: &str, text: Text<'_>, records: &[Reference]) -> Diagnostic {
        let names = records.iter().map(|record| {
            let of_type = self.policy.record_type(record.record);
            format!("`{}:{}`", of_type.name, self.records.key(*record))
        });
        let names: Vec<String> = names.collect();
        Diagnostic::new(
            Code::DuplicateName,
            format!("`{id}` may mean more than one record"),
        )
        .at(text.place(0..id.len()), "several have this key")
        .help(format!("write {}", names.join(" or ")))
    }

    fn weight(&self, text: Text<'_>, rest: &str) -> Result<Change, Problems> {
        let Some((name, value)) = rest.split_once('=') else {
            return Err(vec![no_equals(text, "a weight", "write weight:CRITERION=NUMBER")]);
        };
        let mut criteria = self.policy.criteria.iter().zip((0..).map(CriterionId));
        let Some((criterion, id)) = criteria.find(|(criterion, _)| *criterion.name == *name.trim()) else {
            let known = || self.policy.criteria.iter().map(|criterion| &*criterion.name);
            let all: Vec<String> = known().map(|name| format!("`{name}`")).collect();
            let help = if all.is_empty() {
                "the policy has no criteria".to_owned()
            } else {
                format!("the criteria are {}", all.join(", "))
            };
            let problem = Diagnostic::new(Code::UnknownName, format!("there is no criterion `{name}`"))
                .at(text.of(name), "no criterion of this name")
                .help(help)
                .help_if(did_you_mean(name.trim(), known()));
            return Err(vec![problem]);
        };
        if let Some(score) = &self.policy.score {
            let message = "the total is computed as `score` says, so no weight counts".to_owned();
            let problem = Diagnostic::new(Code::NotHere, message)
                .at(text.of(name), "this weight changes nothing")
                .at(score.place, "the total is computed here");
            return Err(vec![problem]);
        }
        let wrong = |message: &str, help: &str| {
            let problem = Diagnostic::new(Code::BadWeight, message)
                .at(text.of(value), "not such a number")
                .at(criterion.place, "the criterion")
                .help(help);
            Err(vec![problem])
        };
        let bare = value.trim();
        let digits = bare.strip_suffix('%').map(str::trim_end);
        match (digits, criterion.percentage) {
            (None, true) => return wrong("the weights are percentages here", "write it with `%` behind it"),
            (Some(_), false) => {
                return wrong("the weights are no percentages here", "write it without `%`");
            }
            _ => {}
        }
        let number = Number::parse(digits.unwrap_or(bare)).ok();
        let number = number.filter(|number| !number.is_negative());
        let hundred = Number::from_integer(100);
        let weight = match digits {
            Some(_) => number.and_then(|number| number.divide(&hundred)),
            None => number,
        };
        match weight {
            Some(weight) => Ok(Change::Weight(id, weight)),
            None => wrong("a weight is a number, 0 or more", "write it like `2` or `0.5`"),
        }
    }
}

/// Tells that no record of some types has a key, with the one that may be meant or some that there are.
pub fn no_record(records: &Records, types: &[RecordId], id: &str) -> Diagnostic {
    let keys = || {
        let keys = types.iter().map(|of_type| records.table(*of_type).keys.keys());
        keys.flat_map(|keys| keys.take(MOST_KEYS)).map(|key| &**key)
    };
    let elsewhere = id.split_once(':').map(|(_, key)| key);
    let elsewhere = elsewhere.filter(|key| keys().any(|known| known == *key));
    let near = match elsewhere {
        Some(key) => Some(format!("did you mean `{key}`?")),
        None => did_you_mean(id, keys()),
    };
    let some: indexmap::IndexSet<String> = keys().take(SOME_KEYS).map(|key| format!("`{key}`")).collect();
    let some: Vec<String> = some.into_iter().collect();
    let there_are = format!("there are records such as {}", some.join(", "));
    Diagnostic::new(Code::UnknownName, format!("there is no record `{id}`"))
        .help_if(near.or_else(|| (!some.is_empty()).then_some(there_are)))
}

/// Whether two changes are about the same thing.
fn same(one: &Change, other: &Change) -> bool {
    match (one, other) {
        (Change::Fact(record, field, _), Change::Fact(other, of, _)) => record == other && field == of,
        (Change::Weight(one, _), Change::Weight(other, _)) => one == other,
        (Change::Limit(one, _), Change::Limit(other, _)) => one == other,
        (Change::Without(one), Change::Without(other)) => one == other,
        _ => false,
    }
}

fn twice(second: Place, first: Place) -> Diagnostic {
    Diagnostic::new(Code::DuplicateClause, "the same thing is changed twice")
        .at(second, "again here")
        .at(first, "first here")
}

fn no_equals(text: Text<'_>, what: &str, help: &str) -> Diagnostic {
    Diagnostic::new(Code::Syntax, format!("`{}` does not say {what}", text.all))
        .at(text.place(0..text.all.len()), "there is no `=`")
        .help(help)
}
