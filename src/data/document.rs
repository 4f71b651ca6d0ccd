//! A data file's document: where in it the records of which type stand.
//!
//! Comes in: the tree of a file. Goes out: every record in it, handed on with its type. It never reads a record itself.
//!
//! Invariant: everything in a document is either handed on as records or told of in a problem.

use indexmap::IndexMap;

use super::Input;
use super::json::{Kind, Member, Node, Problem};
use super::problems::{About, any_of, cut};
use super::record::{Reader, Subject, twice};
use super::said::{self, Scope};
use super::shape::{composed, near};
use super::values::kind;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::RecordId;
use crate::source::Place;
use std::ops::Range;

/// The keys a document may have, each with its record type.
pub(super) type Sections<'a> = IndexMap<&'a str, RecordId>;

impl<'a> Reader<'a> {
    /// Takes up a file whose text is not well formed.
    pub(super) fn broken(&mut self, input: Input, problem: &Problem, path: &str, text: &str) {
        self.file = input.file;
        self.mark_all_incomplete();
        let diagnostic = if text.contains('\0') {
            Diagnostic::new(Code::NotText, "this file holds no text, so it cannot be JSON")
                .at(self.place(problem.span), "it goes wrong here")
                .help("is it a spreadsheet or an archive? Then its name should end as such files do")
        } else {
            let mut diagnostic = self.unread(problem);
            if problem.code == "json-empty" {
                diagnostic.message = format!("`{path}` is empty");
            }
            let before = text.get(..problem.span.range().start).unwrap_or("");
            match self.last_key(before) {
                Some(key) => diagnostic.at(Place::new(self.file, key), "the last key that was read"),
                None => diagnostic,
            }
        };
        self.tell(About::File, diagnostic);
    }

    /// What is wrong with a text that is not well formed.
    pub(super) fn unread(&self, problem: &Problem) -> Diagnostic {
        let (code, help) = match problem.code {
            "json-nesting" => (Code::TooDeep, problem.help.clone()),
            "json-empty" => (Code::DataSyntax, Some(self.wanted())),
            _ => (Code::DataSyntax, problem.help.clone()),
        };
        let mut diagnostic = Diagnostic::new(code, lower_first(&problem.message))
            .at(self.place(problem.span), "")
            .help_if(help);
        for (span, what) in &problem.related {
            diagnostic = diagnostic.at(self.place(*span), *what);
        }
        diagnostic
    }

    /// Where the last key of a record stands in a text that is JSON so far.
    fn last_key(&self, before: &str) -> Option<Range<usize>> {
        let names = self.policy.records.iter().filter_map(|of_type| {
            let key = of_type.fields.get(of_type.key?.index())?;
            Some(format!("\"{}\"", key.name))
        });
        let found = names.filter_map(|name| {
            let mut named = before.rmatch_indices(name.as_str());
            named.find_map(|(at, name)| {
                let value = before.get(at + name.len()..)?.trim_start();
                let value = value.strip_prefix(':')?.trim_start();
                let start = before.len() - value.len();
                let length = match value.strip_prefix('"') {
                    Some(text) => text.find('"')? + 2,
                    None => value.find(|digit: char| !digit.is_ascii_digit())?,
                };
                (length > 0).then(|| start..start + length)
            })
        });
        found.max_by_key(|key| key.start)
    }

    /// Reads all records of a document.
    pub(super) fn document(&mut self, input: Input, root: &'a Node<'a>) {
        self.file = input.file;
        let sections = self.sections();
        let (root, scope) = match &root.kind {
            Kind::Object(members)
                if !sections.contains_key("value")
                    && members.iter().any(|member| member.name == "value")
                    && members.iter().all(|member| said_key(member)) =>
            {
                self.unwrap(root, None, About::File, "the document")
            }
            _ => (root, None),
        };
        let expected = input.record.unwrap_or(self.policy.record);
        match &root.kind {
            Kind::Array(_) => {
                let path = self.policy.record_type(expected).plural.to_string();
                self.list_of_records(expected, root, scope, &path, None);
            }
            Kind::Object(members) if self.is_one_record(expected, members, &sections) => {
                self.record(expected, root, scope, None);
            }
            Kind::Object(members) => self.object(root, members, scope, &sections),
            _ => {
                self.mark_all_incomplete();
                let diagnostic = Diagnostic::new(Code::DataShape, "this file holds no records")
                    .at(self.place(root.span), format!("this is {}", kind(root)))
                    .help(self.wanted());
                self.tell(About::File, diagnostic);
            }
        }
    }

    /// The keys a document may have.
    pub(super) fn sections(&self) -> Sections<'a> {
        let policy = self.policy;
        let mut sections = IndexMap::new();
        for id in policy.record_ids() {
            let record = policy.record_type(id);
            if record.one {
                sections.entry(record.name.as_ref()).or_insert(id);
            }
            sections.entry(record.plural.as_ref()).or_insert(id);
        }
        sections
    }

    /// Whether an object is a single record of a type rather than a document of several.
    pub(super) fn is_one_record(
        &self,
        id: RecordId,
        members: &[Member<'_>],
        sections: &IndexMap<&str, RecordId>,
    ) -> bool {
        let Some(shape) = self.shapes.get(usize::from(id.0)) else {
            return false;
        };
        let section = |member: &&Member<'_>| sections.get(composed(&member.name).as_ref()).copied();
        let known = |member: &Member<'_>| shape.keys.find(&member.name).is_some();
        // A record may hold children under the same key as a document: a key that only a record has decides.
        members
            .iter()
            .any(|member| known(member) && section(&member).is_none())
            && !members.iter().any(|member| section(&member) == Some(id))
    }

    fn object(
        &mut self,
        root: &'a Node<'a>,
        members: &'a [Member<'a>],
        scope: Scope,
        sections: &IndexMap<&'a str, RecordId>,
    ) {
        let mut found: Vec<(RecordId, &'a Member<'a>)> = Vec::new();
        let mut unknown: Vec<&'a Member<'a>> = Vec::new();
        for member in members {
            let Some(id) = sections.get(composed(&member.name).as_ref()).copied() else {
                unknown.push(member);
                continue;
            };
            if let Some((_, first)) = found.iter().find(|(known, _)| *known == id) {
                let message = format!("the document has `{}` twice", cut(&first.name));
                let diagnostic = twice(message, self.place(first.name_span), self.place(member.name_span))
                    .help("put all its records into one list");
                self.tell(About::Records(id), diagnostic);
                continue;
            }
            found.push((id, member));
        }
        if found.is_empty() {
            self.mark_all_incomplete();
            let place = unknown.first().map_or(root.span, |member| member.name_span);
            let (message, label) = match unknown.first() {
                Some(_) => (
                    "this file holds no records: none of its keys is a record type's",
                    "the first of its keys",
                ),
                None => ("this file holds no records", "nothing in the braces"),
            };
            let meant = unknown
                .iter()
                .find_map(|member| near(&member.name, sections.keys().copied()));
            let help = meant.map_or_else(|| self.wanted(), |name| format!("did you mean `{name}`?"));
            let diagnostic = Diagnostic::new(Code::DataShape, message)
                .at(self.place(place), label)
                .help(help);
            self.tell(About::File, diagnostic);
            return;
        }
        for member in unknown {
            let message = format!("`{}` is no record type's key", cut(&member.name));
            let mut diagnostic = Diagnostic::new(Code::UnknownField, message)
                .at(self.place(member.name_span), "nothing reads it");
            if let Some(name) = near(&member.name, sections.keys().copied()) {
                diagnostic = diagnostic.help(format!("did you mean `{name}`?"));
                if let Some(id) = sections.get(name) {
                    diagnostic = diagnostic.at(self.policy.record_type(*id).place, "declared here");
                }
            }
            self.tell(About::File, diagnostic);
        }
        for (id, member) in found {
            let record = self.policy.record_type(id);
            let path = cut(&member.name);
            if record.one {
                self.one_record(id, &member.value, scope);
            } else {
                self.list_of_records(id, &member.value, scope, &path, None);
            }
        }
    }

    /// A `one record`: an object, or a list of one.
    fn one_record(&mut self, id: RecordId, node: &'a Node<'a>, scope: Scope) {
        match &node.kind {
            Kind::Null => {}
            Kind::Array(items) => {
                for item in items {
                    self.record(id, item, scope, None);
                }
            }
            _ => self.record(id, node, scope, None),
        }
    }

    /// All records of a list.
    pub(super) fn list_of_records(
        &mut self,
        id: RecordId,
        node: &'a Node<'a>,
        outer: Scope,
        path: &str,
        parent: Option<&Subject>,
    ) {
        // Children that cannot be read are a mistake of the record in which they stand.
        let about = match parent {
            Some(parent) => About::Record(parent.record, parent.row),
            None => About::Records(id),
        };
        let (node, scope) = self.unwrap(node, outer, about, path);
        match &node.kind {
            Kind::Null => {}
            Kind::Array(items) => {
                for item in items {
                    self.record(id, item, scope, parent);
                }
            }
            _ => {
                self.mark_incomplete(id);
                self.problems.part_is_unread();
                let record = self.policy.record_type(id);
                let message = format!("`{path}` must be a list of `{}` records, in `[ ]`", record.name);
                let diagnostic = Diagnostic::new(Code::DataShape, message)
                    .at(self.place(node.span), format!("this is {}", kind(node)))
                    .help("put it in `[ ]`, also if there is only one");
                self.tell(about, diagnostic);
            }
        }
    }

    pub(super) fn mark_all_incomplete(&mut self) {
        self.problems.part_is_unread();
        self.forget_completeness();
    }

    /// Notes that of any type some records may be missing.
    pub(super) fn forget_completeness(&mut self) {
        for flag in &mut self.incomplete {
            *flag = true;
        }
    }

    /// What a data file should hold.
    fn wanted(&self) -> String {
        let own = self.policy.record_type(self.policy.record);
        let others = self
            .policy
            .records
            .iter()
            .filter(|record| record.name != own.name);
        let names: Vec<&str> = others
            .map(|record| if record.one { &record.name } else { &record.plural })
            .map(AsRef::as_ref)
            .collect();
        let more = if names.is_empty() {
            String::new()
        } else {
            format!(
                "; beside it may stand {}",
                any_of(names.into_iter()).replace(" or ", " and ")
            )
        };
        format!(
            "the records stand in a list: {{ \"{}\": [ … ] }}{more}",
            own.plural
        )
    }
}

fn said_key(member: &Member<'_>) -> bool {
    member.name == "value" || said::KEYS.contains(&member.name.as_ref())
}

/// Sentences of problems begin small, as they stand after the code.
fn lower_first(sentence: &str) -> String {
    let mut characters = sentence.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => String::new(),
    }
}
