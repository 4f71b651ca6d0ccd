//! One record of the data: an object's keys matched with its type's fields, and each value read.
//!
//! Comes in: an object of the tree and the record type it holds. Goes out: a row of that type's table, the rows of the
//! children in it, the references still to be tied, and problems. It never looks at other records.
//!
//! Invariant: a row that is begun is finished: every column of the table gets its fact, the places and parents too.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::header::Absent;
use super::json::{Kind, Member, Node, Span, Written};
use super::problems::{About, Problems, cut};
use super::said::{self, Notes, Scope, WrapperFault};
use super::shape::{Keys, Shape, Target, is_alike};
use super::values::{Words, kind};
use super::{Fact, Note, OnError, Others, Table};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Policy, RecordId, Template, TemplatePart};
use crate::source::{FileId, Place, Sources};

/// Reads the data of a run.
pub(super) struct Reader<'a> {
    pub(super) policy: &'a Policy,
    pub(super) shapes: &'a [Shape<'a>],
    pub(super) words: &'a Words<'a>,
    /// The texts, for the names of cells.
    pub(super) sources: Option<&'a Sources>,
    /// The file that is being read.
    pub(super) file: FileId,
    pub(super) tables: Vec<Table>,
    pub(super) problems: Problems,
    pub(super) notes: Notes,
    /// References still to be tied.
    pub(super) references: Vec<Reference<'a>>,
    /// Parents still to be tied.
    pub(super) parents: Vec<ParentKey<'a>>,
    /// Record types of which some record, or its key, could not be read: what refers to them cannot be judged.
    pub(super) incomplete: Vec<bool>,
    /// For each field with a default the note of its ground.
    pub(super) default_notes: Vec<Vec<Scope>>,
    /// What becomes of records with mistakes.
    pub(super) on_error: OnError,
    /// For each record type where all of each record's text stands, if some may be left out.
    pub(super) wholes: Vec<Vec<Place>>,
    /// Whether what is read is a table.
    pub(super) in_table: bool,
    /// What the header of that table lacks.
    pub(super) absent: Absent,
    /// What is known of rows that are not read.
    pub(super) others: Others<'a>,
    /// For keys that name nothing the key most like each.
    near: HashMap<(RecordId, Cow<'a, str>), Option<Target>>,
    /// The records that are read, by how many stand before each; none where all are read.
    pub(super) numbers: Vec<u32>,
}

/// A reference as it stands in the data.
pub(super) struct Reference<'a> {
    pub(super) record: RecordId,
    pub(super) row: u32,
    pub(super) field: usize,
    pub(super) target: RecordId,
    /// Whether the field is a list of references.
    pub(super) list: bool,
    pub(super) keys: Vec<(Cow<'a, str>, Place)>,
}

/// The parent of a record in a table of its own; `None` where the data does not say.
pub(super) struct ParentKey<'a> {
    pub(super) record: RecordId,
    pub(super) row: u32,
    pub(super) key: Option<(Cow<'a, str>, Place)>,
}

/// A record as problems name it.
#[derive(Clone)]
pub(super) struct Subject {
    pub(super) record: RecordId,
    pub(super) row: u32,
    /// Its key, or its type and number.
    pub(super) name: Arc<str>,
    /// Where it stands: its key, or else its opening brace.
    pub(super) place: Place,
    /// Keys that name nothing, but are most like the name of a field that it needs and has not: the field's index with
    /// each. The two are one mistake.
    pub(super) misspelt: Vec<(usize, Span, String)>,
}

/// Where a value was found: its key, the node, and what is said around it.
#[derive(Clone)]
pub(super) struct Slot<'a> {
    pub(super) key: &'a Member<'a>,
    pub(super) scope: Scope,
}

impl<'a> Reader<'a> {
    /// A reader that has read nothing.
    pub(super) fn new(policy: &'a Policy, shapes: &'a [Shape<'a>], words: &'a Words<'a>) -> Reader<'a> {
        let mut notes = Notes::default();
        let mut default_notes = Vec::new();
        let mut tables = Vec::new();
        for record in &policy.records {
            let grounds = record.fields.iter().map(|field| {
                notes.keep(Note {
                    because: field.ground.because.as_ref().and_then(literal),
                    cite: field.ground.cite.as_ref().and_then(literal),
                    ..Note::default()
                })
            });
            default_notes.push(grounds.collect());
            tables.push(Table {
                columns: vec![Vec::new(); record.fields.len()],
                ..Table::default()
            });
        }
        Reader {
            policy,
            shapes,
            words,
            sources: None,
            file: FileId::default(),
            tables,
            problems: Problems::default(),
            notes,
            references: Vec::new(),
            parents: Vec::new(),
            incomplete: vec![false; policy.records.len()],
            default_notes,
            on_error: OnError::Stop,
            wholes: vec![Vec::new(); policy.records.len()],
            in_table: false,
            absent: Absent::default(),
            others: Others::default(),
            near: HashMap::new(),
            numbers: Vec::new(),
        }
    }

    /// Says what becomes of records with mistakes.
    pub(super) fn set_on_error(&mut self, on_error: OnError) {
        self.on_error = on_error;
        if on_error == OnError::Skip {
            self.problems.keep_mistakes();
        }
    }

    /// The place of a span of the file that is being read.
    pub(super) fn place(&self, span: Span) -> Place {
        Place {
            file: self.file,
            start: span.start,
            end: span.end,
        }
    }

    /// Notes that not all records of a type could be read.
    pub(super) fn mark_incomplete(&mut self, record: RecordId) {
        if let Some(flag) = self.incomplete.get_mut(usize::from(record.0)) {
            *flag = true;
        }
    }

    /// Takes up a problem, with where the policy declares what it is about.
    pub(super) fn tell(&mut self, about: About, diagnostic: Diagnostic) {
        let files = &self.policy.files;
        let said = |diagnostic: &Diagnostic| {
            let mut labels = diagnostic.labels.iter();
            labels.any(|label| files.contains(&label.place.file))
        };
        let declared = about.declared(self.policy, self.shapes);
        let diagnostic = match declared.filter(|_| !said(&diagnostic)) {
            Some(place) => diagnostic.at(place, "declared here"),
            None => diagnostic,
        };
        self.problems.add(about, self.with_cell(diagnostic));
    }

    /// Names the cell that a problem is in.
    pub(super) fn with_cell(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        let place = diagnostic.labels.first().map(|label| label.place);
        let cell = place.and_then(|place| self.sources?.cell(place));
        if let Some(cell) = cell {
            diagnostic.message.push_str(&format!(" ({cell})"));
        }
        diagnostic
    }

    /// Takes up the keys of a record that name nothing. One that is most like a needed field which is not there is told
    /// with that field: the two are one mistake.
    fn unknown_keys(
        &mut self,
        subject: &mut Subject,
        shape: &Shape<'_>,
        slots: &[Option<Slot<'_>>],
        unknown: Vec<&'a Member<'a>>,
    ) {
        let mut left: Vec<&'a Member<'a>> = Vec::new();
        let missing = |index: &usize| slots.get(*index).is_some_and(Option::is_none);
        for member in unknown {
            if shape.needs.iter().any(missing)
                && let Some(Target::Field(index)) = self.nearest(subject.record, shape, member)
                && shape.needs.contains(&index)
                && missing(&index)
                && subject.misspelt.iter().all(|(known, ..)| *known != index)
            {
                subject
                    .misspelt
                    .push((index, member.name_span, cut(&member.name)));
                continue;
            }
            left.push(member);
        }
        // Where one key is left over and one field is missing, the key may be less like the field.
        let mut strange: Vec<&Member<'_>> = left.clone();
        strange.retain(|member| self.nearest(subject.record, shape, member).is_none());
        let known = |index: &usize| subject.misspelt.iter().any(|(known, ..)| known == index);
        let absent = shape.needs.iter().filter(|index| missing(index) && !known(index));
        let absent: Vec<usize> = absent.copied().collect();
        if let ([member], [index]) = (strange.as_slice(), absent.as_slice())
            && let Some(field) = shape.record.fields.get(*index)
            && is_alike(&member.name, &field.name)
        {
            left.retain(|other| !std::ptr::eq(*other, *member));
            let misspelt = (*index, member.name_span, cut(&member.name));
            subject.misspelt.push(misspelt);
        }
        for member in left {
            let place = self.place(member.name_span);
            self.problems.unknown_key(subject, None, &member.name, place);
        }
    }

    /// What is named by the key most like one that names nothing. Such keys mostly stand in many records.
    fn nearest(&mut self, id: RecordId, shape: &Shape<'_>, member: &'a Member<'a>) -> Option<Target> {
        const MOST: usize = 1_000;
        let key = (id, Cow::Borrowed(&*member.name));
        if let Some(near) = self.near.get(&key) {
            return *near;
        }
        let near = shape.keys.nearest(&member.name).map(|(_, target)| target);
        if self.near.len() < MOST {
            self.near.insert(key, near);
        }
        near
    }

    /// A record's name where its key says none: its type and number.
    pub(super) fn numbered(&self, id: RecordId, row: u32) -> String {
        let number = self.numbers.get(row as usize).copied().unwrap_or(row);
        format!("{} {}", self.policy.record_type(id).name, u64::from(number) + 1)
    }

    /// The row that the next record of a type gets.
    pub(super) fn next_row(&self, id: RecordId) -> u32 {
        let table = self.tables.get(usize::from(id.0));
        u32::try_from(table.map_or(0, |table| table.places.len())).unwrap_or(u32::MAX)
    }

    /// Keeps a row for a record that could not be read, so that those after it are numbered as they stand.
    pub(super) fn unreadable(&mut self, subject: &Subject, parent: Option<&Subject>) {
        if let Some(table) = self.tables.get_mut(usize::from(subject.record.0)) {
            table.places.push(subject.place);
            table.parents.push(parent.map(|parent| parent.row));
            for column in &mut table.columns {
                column.push(Fact::default());
            }
        }
    }

    /// Reads one record, with the children that stand in it.
    pub(super) fn record(
        &mut self,
        id: RecordId,
        node: &'a Node<'a>,
        outer: Scope,
        parent: Option<&Subject>,
    ) {
        let Some(shape) = self.shapes.get(usize::from(id.0)) else {
            return;
        };
        let row = self.next_row(id);
        let mut subject = Subject {
            record: id,
            row,
            name: match named(shape, node) {
                Some(name) => name,
                None if shape.record.one => Arc::clone(&shape.record.name),
                None => self.numbered(id, row).into(),
            },
            place: if self.in_table {
                self.place(node.span)
            } else {
                Place {
                    end: node.span.start + 1,
                    ..self.place(node.span)
                }
            },
            misspelt: Vec::new(),
        };
        self.keep_whole(id, row, self.place(node.span));
        let (bare, scope) = self.structure(node, outer, &shape.keys, About::Record(id, row), &subject.name);
        let Kind::Object(members) = &bare.kind else {
            self.mark_incomplete(id);
            let message = format!(
                "`{}` must be an object in `{{ }}` with the record's fields",
                subject.name
            );
            let field = shape.needs.first().or(Some(&0));
            let field = field.and_then(|index| shape.record.fields.get(*index));
            let help = field.map(|field| format!("write its fields in braces: {{ \"{}\": … }}", field.name));
            let diagnostic = Diagnostic::new(Code::DataShape, message)
                .at(self.place(bare.span), format!("this is {}", kind(bare)))
                .help_if(help);
            self.tell(About::Record(id, row), diagnostic);
            self.unreadable(&subject, parent);
            return;
        };
        if let Some(name) = named(shape, bare).filter(|_| !std::ptr::eq(node, bare)) {
            subject.name = name;
        }
        let mut slots: Vec<Option<Slot<'a>>> = vec![None; shape.record.fields.len()];
        let mut children: Vec<(RecordId, Slot<'a>)> = Vec::new();
        let mut parent_key: Option<Slot<'a>> = None;
        let mut unknown: Vec<&'a Member<'a>> = Vec::new();
        for member in members {
            let slot = Slot { key: member, scope };
            match shape.keys.find(&member.name) {
                Some(Target::Field(index)) => self.fill(&subject, &mut slots, index, slot),
                Some(Target::Group(index)) => self.group(&subject, shape, index, slot, &mut slots),
                Some(Target::Children(child)) => match children.iter().find(|(known, _)| *known == child) {
                    Some((_, first)) => {
                        let about = About::Record(id, row);
                        self.twice(about, &subject, &cut(&member.name), first.key, member);
                    }
                    None => children.push((child, slot)),
                },
                Some(Target::Parent) => match &parent_key {
                    Some(first) => {
                        let about = About::Record(id, row);
                        self.twice(about, &subject, &cut(&member.name), first.key, member);
                    }
                    None => parent_key = Some(slot),
                },
                None => unknown.push(member),
            }
        }
        self.unknown_keys(&mut subject, shape, &slots, unknown);
        let mut key_fact = None;
        if let Some(key) = shape.record.key {
            let slot = slots.get_mut(key.index()).and_then(Option::take);
            key_fact = Some((key.index(), self.key(&mut subject, shape, key, slot)));
        } else {
            self.keep_key(&subject, Arc::clone(&shape.record.name), shape.record.one, None);
        }
        let parent_row = parent.map(|parent| parent.row);
        if let Some(table) = self.tables.get_mut(usize::from(id.0)) {
            table.places.push(subject.place);
            table.parents.push(parent_row);
        }
        for (index, slot) in slots.into_iter().enumerate() {
            let fact = match &mut key_fact {
                Some((key, fact)) if *key == index => std::mem::take(fact),
                _ if self.others.unread.get(index) == Some(&true) => Fact::default(),
                _ => match shape.record.fields.get(index) {
                    Some(field) => self.fact(&subject, index, field, slot),
                    None => Fact::default(),
                },
            };
            let table = self.tables.get_mut(usize::from(id.0));
            if let Some(column) = table.and_then(|table| table.columns.get_mut(index)) {
                column.push(fact);
            }
        }
        if let Some(parent_type) = shape.record.parent {
            self.parent(&subject, parent_type, parent, parent_key);
        }
        for (child, slot) in children {
            let path = format!("{} › {}", subject.name, cut(&slot.key.name));
            self.list_of_records(child, &slot.key.value, slot.scope, &path, Some(&subject));
        }
    }

    /// Takes a node that holds keys (not a plain value) out of its wrapper, if it is in one.
    pub(super) fn structure(
        &mut self,
        node: &'a Node<'a>,
        outer: Scope,
        keys: &Keys<'_>,
        about: About,
        path: &str,
    ) -> (&'a Node<'a>, Scope) {
        let Kind::Object(members) = &node.kind else {
            return (node, outer);
        };
        let said = |member: &Member<'_>| member.name == "value" || said::KEYS.contains(&member.name.as_ref());
        let known = |member: &Member<'_>| !said(member) && keys.find(&member.name).is_some();
        let inner = said::bare(node);
        let Kind::Object(within) = &inner.kind else {
            return (node, outer);
        };
        let own = keys.find("value").is_some() && !within.iter().any(known);
        if std::ptr::eq(inner, node) || own || members.iter().any(known) {
            return (node, outer);
        }
        self.unwrap(node, outer, about, path)
    }

    /// Takes a node out of its wrapper, if it is in one, and reports what is wrong with the wrapper.
    pub(super) fn unwrap(
        &mut self,
        node: &'a Node<'a>,
        outer: Scope,
        about: About,
        path: &str,
    ) -> (&'a Node<'a>, Scope) {
        let mut faults = Vec::new();
        let result = said::unwrap(node, outer, &mut self.notes, &mut faults);
        for fault in faults {
            let diagnostic = match fault {
                WrapperFault::Key(member) => {
                    let key = cut(&member.name);
                    let help = super::shape::near(&member.name, said::KEYS).map_or_else(
                        || "beside `value` may stand `because`, `cite`, `by` and `assumed`".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    );
                    Diagnostic::new(
                        Code::WrongValue,
                        format!("`{path}`: `{key}` cannot stand beside `value`"),
                    )
                    .at(
                        self.place(member.name_span),
                        "not one of the keys that say something of a value",
                    )
                    .help(help)
                }
                WrapperFault::Twice(member, first) => twice(
                    format!("`{path}` says `{}` twice", cut(&member.name)),
                    self.place(first),
                    self.place(member.name_span),
                ),
                WrapperFault::Kind(member) => {
                    let must = if member.name == "assumed" && self.in_table {
                        "yes or no"
                    } else if member.name == "assumed" {
                        "`true` or `false`"
                    } else {
                        "a text"
                    };
                    let message = format!("`{path}`: `{}` must be {must}", cut(&member.name));
                    let label = format!("this is {}", kind(&member.value));
                    Diagnostic::new(Code::WrongValue, message).at(self.place(member.value.span), label)
                }
            };
            self.tell(about, diagnostic);
        }
        result
    }

    fn fill(&mut self, subject: &Subject, slots: &mut [Option<Slot<'a>>], index: usize, slot: Slot<'a>) {
        match slots.get_mut(index) {
            Some(Some(first)) => {
                let first = first.key;
                let fields = &self.policy.record_type(subject.record).fields;
                let name = fields.get(index).map_or("", |field| &field.name);
                let about = About::Field(subject.record, subject.row, index);
                self.twice(about, subject, name, first, slot.key);
            }
            Some(empty) => *empty = Some(slot),
            None => {}
        }
    }

    fn twice(
        &mut self,
        about: About,
        subject: &Subject,
        name: &str,
        first: &Member<'_>,
        second: &Member<'_>,
    ) {
        let message = format!("`{} › {name}` is given twice", subject.name);
        let diagnostic = twice(message, self.place(first.name_span), self.place(second.name_span));
        self.tell(about, diagnostic);
    }

    /// The questions in a nested object.
    fn group(
        &mut self,
        subject: &Subject,
        shape: &'a Shape<'a>,
        index: usize,
        slot: Slot<'a>,
        slots: &mut [Option<Slot<'a>>],
    ) {
        let Some(group) = shape.groups.get(index) else {
            return;
        };
        let about = About::Group(subject.record, subject.row, index);
        let path = format!("{} › {}", subject.name, group.name);
        let (node, scope) = self.structure(&slot.key.value, slot.scope, &group.keys, about, &path);
        match &node.kind {
            Kind::Object(members) => {
                for member in members {
                    match group.keys.find(&member.name) {
                        Some(Target::Field(field)) => {
                            self.fill(subject, slots, field, Slot { key: member, scope })
                        }
                        _ => {
                            let place = self.place(member.name_span);
                            self.problems
                                .unknown_key(subject, Some(index), &member.name, place);
                        }
                    }
                }
            }
            Kind::Null => {}
            _ => {
                let names = super::problems::any_of(group.keys.names().into_iter());
                let diagnostic = Diagnostic::new(
                    Code::WrongValue,
                    format!("`{path}` must be an object in `{{ }}` with its questions"),
                )
                .at(self.place(node.span), format!("this is {}", kind(node)))
                .help(format!("its questions are {}", names.replace(" or ", " and ")));
                self.tell(about, diagnostic);
            }
        }
    }
}

/// The name of a record by its key, if that stands in a node. It names the record in problems with what stands before it, too.
fn named(shape: &Shape<'_>, node: &Node<'_>) -> Option<Arc<str>> {
    let Kind::Object(members) = &node.kind else {
        return None;
    };
    let key = shape.record.fields.get(shape.record.key?.index())?;
    let member = members.iter().find(|member| *member.name == *key.name)?;
    match &member.value.kind {
        Kind::String(text) | Kind::Cell(Written { text, .. }) if !text.is_empty() => Some(cut(text).into()),
        _ => None,
    }
}

/// Something that stands at two places and may stand at one.
pub(super) fn twice(message: String, first: Place, second: Place) -> Diagnostic {
    Diagnostic::new(Code::DuplicateKey, message)
        .at(second, "again here")
        .at(first, "first here")
}

/// A text without placeholders, as the policy says it.
fn literal(template: &Template) -> Option<Arc<str>> {
    let mut text = String::new();
    for part in &template.parts {
        match part {
            TemplatePart::Literal(literal) => text.push_str(literal),
            TemplatePart::Value(_) => return None,
        }
    }
    Some(text.into())
}
