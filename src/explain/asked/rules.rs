//! Rules as they are named on a command line: by name, by text, or by where they stand.
//!
//! Comes in: what `--without` and `limit:…` name. Goes out: the place of a rule, or a limit with its amount. It never
//! guesses: what may mean two rules is a problem.
//!
//! Invariant: every gate, exclusion and clause of the cut list can be named, if only by its line.

use super::{Asked, Problems, Text, no_equals};
use crate::diagnostic::nearest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic};
use crate::explain::change::Change;
use crate::model::{Limit, Number, Type, Unit};
use crate::source::Place;

/// A rule that can be taken out: what it is called, and where it stands.
struct Rule {
    names: Vec<String>,
    place: Place,
}

impl Asked<'_> {
    /// The rule that `--without` names.
    pub(super) fn rule(&self, text: Text<'_>) -> Result<Place, Problems> {
        let asked = text.all.trim();
        let rules = self.rules();
        let named = |rule: &&Rule| rule.names.iter().any(|name| name == asked);
        let mut found: Vec<&Rule> = rules.iter().filter(named).collect();
        if found.is_empty() {
            found = rules
                .iter()
                .filter(|rule| self.stands_at(rule.place, asked))
                .collect();
        }
        match found.as_slice() {
            [one] => Ok(one.place),
            [] => {
                let names = rules.iter().flat_map(|rule| &rule.names).map(String::as_str);
                let mut criteria = self.policy.criteria.iter();
                let help = match criteria.find(|criterion| *criterion.name == *asked) {
                    Some(criterion) if criterion.percentage => {
                        format!("it is a criterion: weigh it 0, with `--set weight:{}=0%`", criterion.name)
                    }
                    Some(criterion) => format!("it is a criterion: weigh it 0, with `--set weight:{}=0`", criterion.name),
                    None => "a rule is named by its name, a clause of the cut list by its text, and either by FILE:LINE"
                        .to_owned(),
                };
                let problem = Diagnostic::new(Code::UnknownName, format!("there is no rule `{asked}`"))
                    .at(
                        text.of(asked),
                        "no entry criterion, exclusion or clause of the cut list",
                    )
                    .help(help)
                    .help_if(did_you_mean(asked, names));
                Err(vec![problem])
            }
            many => {
                let places: Vec<Place> = many.iter().map(|rule| rule.place).collect();
                Err(vec![self.several_rules(text, asked, &places)])
            }
        }
    }

    fn several_rules(&self, text: Text<'_>, asked: &str, places: &[Place]) -> Diagnostic {
        let lines = places.iter().map(|place| {
            let at = self.sources.at(*place);
            format!("`{}`", at.rsplit_once(':').map_or(&*at, |(line, _)| line))
        });
        let lines: Vec<String> = lines.collect();
        let problem = Diagnostic::new(
            Code::DuplicateName,
            format!("`{asked}` may mean more than one rule"),
        )
        .at(text.of(asked), "which one?");
        let problem = places
            .iter()
            .take(4)
            .fold(problem, |problem, place| problem.at(*place, "may be meant"));
        problem.help(format!("say where it stands: {}", lines.join(" or ")))
    }

    /// All rules that can be taken out, as written.
    fn rules(&self) -> Vec<Rule> {
        let mut rules = Vec::new();
        let mut add = |names: Vec<String>, place| rules.push(Rule { names, place });
        for gate in &self.policy.gates {
            add(vec![gate.name.to_string()], gate.place);
        }
        for exclusion in &self.policy.exclusions {
            add(vec![exclusion.name.to_string()], exclusion.place);
        }
        if let Some(list) = &self.policy.cut_list {
            for clause in &list.membership {
                add(vec![clause.text.to_string()], clause.place);
            }
            for rule in &list.rules {
                add(vec![rule.text.to_string()], rule.place);
            }
            for (index, limit) in list.limits.iter().enumerate() {
                let names = self.limit_names(index, limit).into_iter();
                let mut names: Vec<String> = names.map(|name| format!("limit:{name}")).collect();
                names.push(limit.text.to_string());
                add(names, limit.place);
            }
        }
        rules
    }

    /// Whether a rule stands at `FILE:LINE`, or at a line of the policy's own file.
    fn stands_at(&self, place: Place, asked: &str) -> bool {
        let (path, line) = match asked.rsplit_once(':') {
            Some((path, line)) => (Some(path), line),
            None => (None, asked),
        };
        let Ok(line) = line.parse::<usize>() else {
            return false;
        };
        let own = self.policy.files.first();
        let stands = self.sources.path(place.file);
        let in_file = match path {
            Some(path) => stands == path || stands.ends_with(&format!("/{path}")),
            None => own == Some(&place.file),
        };
        in_file && self.sources.span(place).line == line
    }

    /// What a limit is called: what it counts as written, its number, and its text.
    fn limit_names(&self, index: usize, limit: &Limit) -> Vec<String> {
        let counts = match &limit.of {
            Some(of) => self.sources.slice(of.place).trim().to_owned(),
            None => "count".to_owned(),
        };
        vec![counts, (index + 1).to_string(), limit.text.to_string()]
    }

    /// `limit:NAME=AMOUNT`
    pub(super) fn limit(&self, text: Text<'_>, rest: &str) -> Result<Change, Problems> {
        let Some((name, value)) = rest.rsplit_once('=') else {
            return Err(vec![no_equals(text, "an amount", "write limit:NAME=AMOUNT")]);
        };
        let limits = self.policy.cut_list.as_ref().map_or(&[][..], |list| &list.limits);
        let asked = name.trim();
        let named = limits.iter().enumerate().filter(|(index, limit)| {
            let mut names = self.limit_names(*index, limit).into_iter();
            names.any(|name| name == asked)
        });
        let named: Vec<(usize, &Limit)> = named.collect();
        let (index, limit) = match named.as_slice() {
            [one] => *one,
            [] => {
                let all = limits.iter().enumerate();
                let names: Vec<String> = all
                    .flat_map(|(index, limit)| self.limit_names(index, limit))
                    .collect();
                let counted: Vec<String> = limits.iter().map(|limit| format!("`{}`", limit.text)).collect();
                let help = if counted.is_empty() {
                    "the policy has no limits".to_owned()
                } else {
                    format!("the limits are {}", counted.join(", "))
                };
                let problem = Diagnostic::new(Code::UnknownName, format!("there is no limit `{asked}`"))
                    .at(text.of(name), "no limit is called so")
                    .help(help)
                    .help_if(did_you_mean(asked, names.iter().map(String::as_str)));
                return Err(vec![problem]);
            }
            many => {
                let numbers: Vec<String> = many
                    .iter()
                    .map(|(index, _)| format!("`limit:{}`", index + 1))
                    .collect();
                let places = many.iter().take(4).map(|(_, limit)| limit.place);
                let problem = Diagnostic::new(
                    Code::DuplicateName,
                    format!("`{asked}` may mean more than one limit"),
                )
                .at(text.of(name), "which one?");
                let problem = places.fold(problem, |problem, place| problem.at(place, "may be meant"));
                return Err(vec![problem.help(format!("write {}", numbers.join(" or ")))]);
            }
        };
        let unit = match &limit.amount.of_type {
            Type::Number(unit) => unit.clone(),
            _ => Unit::none(),
        };
        let bare = value.trim();
        let digits = bare.strip_suffix(&unit.to_string()).map_or(bare, str::trim_end);
        match Number::parse(digits) {
            Ok(amount) => Ok(Change::Limit(index, amount)),
            Err(_) => {
                let must = if unit.is_none() {
                    "a limit is a number".to_owned()
                } else {
                    format!("this limit is an amount in {unit}")
                };
                let problem = Diagnostic::new(Code::BadLimit, must)
                    .at(text.of(value), "not such an amount")
                    .at(limit.place, "the limit")
                    .help(if unit.is_none() {
                        "write it like `2000`".to_owned()
                    } else {
                        format!("write it like `2000` or `2000 {unit}`")
                    });
                Err(vec![problem])
            }
        }
    }
}
