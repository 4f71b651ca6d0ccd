//! The shipped policies, as they stand or with a text of theirs changed, and what is decided on them.
//!
//! Comes in: a path below `policies`, and changes to the files there. Goes out: the policy, its records and the
//! decisions, asked by key. It never writes a file: a changed policy is one in memory.
//!
//! Invariant: a change that finds nothing to change fails the test.

#![expect(dead_code, reason = "each test asks what it needs")]

use std::collections::BTreeMap;

use prioriter::check;
use prioriter::data::{self, Fact, Format, Input, Records};
use prioriter::decide::{Decided, Decision, Reason, ReasonKind, Status, decide};
use prioriter::diagnostic::render::{Style, render};
use prioriter::diagnostic::{Diagnostic, Severity};
use prioriter::model::{Language, Policy, RecordId, Reference, Value, show};
use prioriter::report;
use prioriter::source::Sources;

/// A policy as it is to be read.
pub(crate) struct Edition {
    path: String,
    changes: Vec<Change>,
}

struct Change {
    file: String,
    after: Option<String>,
    from: String,
    to: String,
}

/// A policy that was read, and what is decided on it.
pub(crate) struct Shipped {
    pub(crate) sources: Sources,
    pub(crate) policy: Policy,
    pub(crate) records: Records,
    pub(crate) decided: Decided,
}

/// The policy at a path below `policies`, as it is shipped.
pub(crate) fn shipped(path: &str) -> Shipped {
    edition(path).decide()
}

/// The policy at a path below `policies`, to be changed.
pub(crate) fn edition(path: &str) -> Edition {
    Edition {
        path: format!("policies/{path}"),
        changes: Vec::new(),
    }
}

impl Edition {
    /// With a text that stands once in a file (by its name) replaced.
    pub(crate) fn with(mut self, file: &str, from: &str, to: &str) -> Edition {
        self.changes.push(Change {
            file: file.to_owned(),
            after: None,
            from: from.to_owned(),
            to: to.to_owned(),
        });
        self
    }

    /// With a fact of a record changed: the first such text after the record's key, in a data file (by its name).
    pub(crate) fn fact(mut self, file: &str, key: &str, from: &str, to: &str) -> Edition {
        self.changes.push(Change {
            file: file.to_owned(),
            after: Some(format!("\"id\": \"{key}\"")),
            from: from.to_owned(),
            to: to.to_owned(),
        });
        self
    }

    /// Reads and decides.
    pub(crate) fn decide(self) -> Shipped {
        match self.run() {
            Ok(shipped) => shipped,
            Err(problems) => panic!("{problems}"),
        }
    }

    /// The errors with which it is refused, as they are shown.
    pub(crate) fn refusal(self) -> String {
        match self.run() {
            Ok(_) => panic!("the policy was not refused"),
            Err(problems) => problems,
        }
    }

    fn run(self) -> Result<Shipped, String> {
        let mut unused: Vec<&Change> = self.changes.iter().collect();
        let mut contents = BTreeMap::new();
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            // The spreadsheets say the same as the document.
            if path.extension().is_some_and(|end| end == "xlsx" || end == "ods") {
                continue;
            }
            let mut text = std::fs::read_to_string(&path).unwrap();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            unused.retain(|change| {
                if change.file != name {
                    return true;
                }
                text = change.made_in(&text);
                false
            });
            contents.insert(format!("{folder}/{name}"), text);
        }
        assert!(unused.is_empty(), "a change of a file that is not there");

        let mut sources = Sources::new();
        let loaded = check::load(&self.path, &mut sources, &mut |path| {
            Ok(contents[path].clone().into_bytes())
        });
        let (policy, problems) = check::check(&loaded, &sources);
        let Some(policy) = policy else {
            return Err(told(&problems, &sources));
        };
        assert!(problems.is_empty(), "{}", told(&problems, &sources));
        let inputs: Vec<Input> = policy
            .data
            .iter()
            .map(|(path, _)| Input {
                file: sources.add_text(path, &contents[&**path]),
                record: None,
                format: Format::Json,
            })
            .collect();
        let reading = data::read(&policy, &sources, &inputs);
        if !reading.diagnostics.is_empty() {
            return Err(told(&reading.diagnostics, &sources));
        }
        match decide(&policy, &reading.records, policy.language) {
            Ok(decided) => Ok(Shipped {
                sources,
                policy,
                records: reading.records,
                decided,
            }),
            Err(errors) => Err(told(&errors, &sources)),
        }
    }
}

impl Change {
    fn made_in(&self, text: &str) -> String {
        let start = match &self.after {
            Some(anchor) => {
                assert_eq!(text.matches(&**anchor).count(), 1, "`{anchor}` in {}", self.file);
                text.find(&**anchor).unwrap() + anchor.len()
            }
            None => {
                assert_eq!(
                    text.matches(&*self.from).count(),
                    1,
                    "`{}` in {}",
                    self.from,
                    self.file
                );
                0
            }
        };
        let (before, rest) = text.split_at(start);
        assert!(rest.contains(&*self.from), "`{}` in {}", self.from, self.file);
        format!("{before}{}", rest.replacen(&*self.from, &self.to, 1))
    }
}

fn told(problems: &[Diagnostic], sources: &Sources) -> String {
    render(problems, sources, Style::default())
}

impl Shipped {
    /// The record type of a name.
    pub(crate) fn of_type(&self, name: &str) -> RecordId {
        let named = |id: &RecordId| &*self.policy.record_type(*id).name == name;
        self.policy.record_ids().find(named).unwrap()
    }

    /// The record of a key, of a decided type.
    pub(crate) fn record(&self, key: &str) -> Reference {
        let types = self.policy.decided_records();
        let found = types.iter().find_map(|record| self.records.find(*record, key));
        found.unwrap_or_else(|| panic!("no record {key}"))
    }

    pub(crate) fn decision(&self, key: &str) -> &Decision {
        self.decided.decisions.of(self.record(key)).unwrap()
    }

    fn keys(&self, records: &[Reference]) -> Vec<&str> {
        records
            .iter()
            .map(|record| &**self.records.key(*record))
            .collect()
    }

    /// All that have a rank, best first.
    pub(crate) fn ranking(&self) -> Vec<&str> {
        self.keys(&self.decided.decisions.ranking)
    }

    /// The candidates of the cut list, most worth keeping first.
    pub(crate) fn order(&self) -> Vec<&str> {
        self.keys(&self.decided.decisions.cut_list.as_ref().unwrap().order)
    }

    /// The last candidate kept and the first one cut.
    pub(crate) fn line(&self) -> Option<(&str, &str)> {
        let line = self.decided.decisions.cut_list.as_ref().unwrap().line.as_ref()?;
        let key = |record: Option<Reference>| record.map_or("nobody", |record| self.records.key(record));
        Some((key(line.last_kept), key(line.first_cut)))
    }

    /// The keys of the records of a type with a status, in the data's order.
    pub(crate) fn with_status(&self, of_type: &str, status: Status) -> Vec<&str> {
        let of_type = self.of_type(of_type);
        let decisions = self.decided.decisions.on(of_type);
        let has = |decision: &&Decision| decision.status == status || decision.selection == Some(status);
        let records: Vec<Reference> = decisions.filter(has).map(|decision| decision.record).collect();
        self.keys(&records)
    }

    pub(crate) fn status(&self, key: &str) -> &'static str {
        self.decision(key).status.name()
    }

    /// What the cut list of the policy's own record says of one.
    pub(crate) fn selection(&self, key: &str) -> Option<&'static str> {
        self.decision(key).selection.map(Status::name)
    }

    /// The reasons of a kind for a record's decision.
    pub(crate) fn reasons(&self, key: &str, kind: ReasonKind) -> Vec<&Reason> {
        let reasons = self.decision(key).reasons.iter();
        reasons.filter(|reason| reason.kind == kind).collect()
    }

    /// The names of the rules of a kind that decided on a record.
    pub(crate) fn rules(&self, key: &str, kind: ReasonKind) -> Vec<&str> {
        let reasons = self.reasons(key, kind).into_iter();
        reasons.map(|reason| &*reason.rule).collect()
    }

    /// What happens to a record instead, rule by rule.
    pub(crate) fn instead(&self, key: &str) -> Vec<&str> {
        let reasons = self.decision(key).reasons.iter();
        let instead = reasons.filter_map(|reason| reason.instead.as_ref());
        instead.map(|instead| &*instead.text).collect()
    }

    /// A record's total, exactly.
    pub(crate) fn total(&self, key: &str) -> String {
        let score = self.decision(key).score.as_ref().unwrap();
        score.value.as_ref().unwrap().exact()
    }

    /// What the data says of a field of a record.
    pub(crate) fn data(&self, key: &str, field: &str) -> &Fact {
        let record = self.record(key);
        let fields = &self.policy.record_type(record.record).fields;
        let column = fields.iter().position(|declared| &*declared.name == field);
        let column = column.unwrap_or_else(|| panic!("no field {field}"));
        &self.records.table(record.record).columns[column][record.row as usize]
    }

    /// A field of a record, as it is shown.
    pub(crate) fn shown(&self, key: &str, field: &str) -> String {
        let record = self.record(key);
        let fields = &self.policy.record_type(record.record).fields;
        let declared = fields.iter().find(|declared| &*declared.name == field).unwrap();
        let value = self.data(key, field).value.as_ref();
        show::show(
            &self.policy,
            &self.records,
            self.policy.language,
            &declared.of_type,
            value,
        )
    }

    /// The names of the members in a list of an enumeration.
    pub(crate) fn members(&self, key: &str, field: &str) -> Vec<&str> {
        let record = self.record(key);
        let fields = &self.policy.record_type(record.record).fields;
        let declared = fields.iter().find(|declared| &*declared.name == field).unwrap();
        let prioriter::model::Type::List(of) = &declared.of_type else {
            panic!("{field} is no list");
        };
        let prioriter::model::Type::Enumeration(id) = **of else {
            panic!("{field} is no list of an enumeration");
        };
        let members = &self.policy.enumeration(id).members;
        let Some(Value::List(values)) = &self.data(key, field).value else {
            return Vec::new();
        };
        let name = |value: &Value| match value {
            Value::Member(index) => &*members[usize::from(*index)].0,
            other => panic!("{other:?}"),
        };
        values.iter().map(name).collect()
    }

    /// The warnings, as they are shown.
    pub(crate) fn warnings(&self) -> String {
        assert!(
            self.decided
                .warnings
                .iter()
                .all(|warning| warning.severity() == Severity::Warning)
        );
        told(&self.decided.warnings, &self.sources)
    }

    /// The report in a language, 80 characters wide.
    pub(crate) fn text(&self, language: Language) -> String {
        report::text::render(&self.report(language), Style::default())
    }

    /// The JSON document, without what changes with a release or with a comment in a policy.
    pub(crate) fn json(&self) -> String {
        let json = report::json::document(&self.report(self.policy.language));
        let mut json = json.replace(env!("CARGO_PKG_VERSION"), "[version]");
        for file in self.policy.files.iter().chain(&self.records.files) {
            let sha256 = &self.sources.get(*file).unwrap().sha256;
            json = json.replace(sha256.as_str(), "[sha256]");
        }
        json
    }

    fn report(&self, language: Language) -> report::Input<'_> {
        report::Input {
            policy: &self.policy,
            records: &self.records,
            decisions: &self.decided.decisions,
            sources: &self.sources,
            language,
        }
    }
}
