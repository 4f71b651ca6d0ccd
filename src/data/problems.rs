//! The problems of a run's data, kept within bounds.
//!
//! Comes in: problems as they are found. Goes out: the first [`SHOWN`] as diagnostics, and of each kind the first; of the
//! others how many there are, in a [`Summary`]. It never decides what is a problem.
//!
//! Invariant: no problem is lost: each is shown or counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use indexmap::map::Entry;

use super::closely::Strange;
use super::left_out::{Mistake, Wrong};
use super::record::Subject;
use super::shape::{Shape, Target};
use super::summary::{More, Summary, count};
use crate::diagnostic::{Code, Diagnostic, Severity, sort};
use crate::model::{Policy, RecordId};
use crate::source::Place;

/// How many errors are shown, and how many warnings. Beyond that only the first of each kind is: a single mistake in one
/// field should not be lost among a thousand in another.
const SHOWN: usize = 20;

/// What a problem is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum About {
    /// A file as a whole.
    File,
    /// The records of a type together.
    Records(RecordId),
    /// A record, by its type and row.
    Record(RecordId, u32),
    /// A nested object of questions of a record: the index into [`Shape::groups`].
    Group(RecordId, u32, usize),
    /// A field of a record, by its index.
    Field(RecordId, u32, usize),
}

impl About {
    /// What problems of one code are counted together by: all but the row.
    fn kind(self) -> About {
        match self {
            About::File => About::File,
            About::Records(record) | About::Record(record, _) => About::Records(record),
            About::Group(record, _, group) => About::Group(record, 0, group),
            About::Field(record, _, field) => About::Field(record, 0, field),
        }
    }

    /// The record, if it is about one.
    fn row(self) -> Option<(RecordId, u32)> {
        match self {
            About::File | About::Records(_) => None,
            About::Record(record, row) | About::Group(record, row, _) | About::Field(record, row, _) => {
                Some((record, row))
            }
        }
    }

    /// The type of the records.
    fn record(self) -> Option<RecordId> {
        match self {
            About::File => None,
            About::Records(record)
            | About::Record(record, _)
            | About::Group(record, _, _)
            | About::Field(record, _, _) => Some(record),
        }
    }

    /// Where the policy declares it.
    pub(super) fn declared(self, policy: &Policy, shapes: &[Shape<'_>]) -> Option<Place> {
        let record = policy.record_type(self.record()?);
        let place = match self {
            About::Field(_, _, field) => record.fields.get(field).map(|field| field.place),
            About::Group(id, _, group) => {
                let group = shapes.get(usize::from(id.0))?.groups.get(group)?;
                group.criterion.map(|criterion| policy.criterion(criterion).place)
            }
            _ => None,
        };
        Some(place.unwrap_or(record.place))
    }

    /// As a count of problems names it.
    fn words(self, shapes: &[Shape<'_>]) -> Option<String> {
        let shape = shapes.get(usize::from(self.record()?.0))?;
        let record = &shape.record.name;
        let part = match self {
            About::Field(_, _, field) => shape.record.fields.get(field).map(|field| field.name.as_ref()),
            About::Group(_, _, group) => shape.groups.get(group).map(|group| group.name),
            _ => None,
        };
        Some(match part {
            Some(part) => format!("`{part}` of `{record}`"),
            None => format!("records of `{record}`"),
        })
    }
}

/// How often problems of one kind were met beyond those shown.
#[derive(Debug, Default)]
struct Beyond {
    times: usize,
    first: Option<Place>,
}

/// A key that names nothing.
#[derive(Debug)]
struct Unknown {
    place: Place,
    times: usize,
    /// The record that has it first.
    name: Arc<str>,
}

/// Some of the records of a run.
#[derive(Debug, Default)]
struct Rows(BTreeMap<RecordId, Vec<bool>>);

impl Rows {
    fn add(&mut self, (record, row): (RecordId, u32)) {
        let rows = self.0.entry(record).or_default();
        let row = row as usize;
        if rows.len() <= row {
            rows.resize(row + 1, false);
        }
        if let Some(flag) = rows.get_mut(row) {
            *flag = true;
        }
    }

    /// Adds others, of which the rows of each type count on from one.
    fn take_up(&mut self, others: Rows, first: impl Fn(RecordId) -> u32) {
        for (record, others) in others.0 {
            let rows = self.0.entry(record).or_default();
            rows.resize(first(record) as usize, false);
            rows.extend(others);
        }
    }

    fn has(&self, (record, row): (RecordId, u32)) -> bool {
        let flag = self.0.get(&record).and_then(|rows| rows.get(row as usize));
        flag.copied().unwrap_or(false)
    }

    fn count(&self) -> usize {
        self.0.values().flatten().filter(|flag| **flag).count()
    }
}

/// What was wrong so far.
#[derive(Debug, Default)]
pub(super) struct Problems {
    /// Those that are shown, each with what problems like it are counted by.
    found: Vec<(About, Diagnostic)>,
    beyond: IndexMap<(Code, About), Beyond>,
    unknown: IndexMap<(RecordId, Option<usize>, String), Unknown>,
    errors: usize,
    warnings: usize,
    /// The records with which something is wrong.
    wrong: Rows,
    unread: bool,
    /// Errors that are of no one record.
    general: usize,
    /// The mistakes of each record, where such records are left out.
    mistakes: Option<Wrong>,
    /// The keys of each record that name nothing, where that is kept.
    strange: Option<Vec<StrangeKey>>,
}

/// A key of a record that names nothing.
#[derive(Debug)]
pub(super) struct StrangeKey {
    /// The record's row.
    pub(super) row: u32,
    pub(super) key: String,
    pub(super) place: Place,
    /// How the record is named.
    pub(super) record: Arc<str>,
}

impl Problems {
    /// Keeps from now on what is wrong with each record.
    pub(super) fn keep_mistakes(&mut self) {
        self.mistakes = Some(Wrong::default());
    }

    /// What is wrong with each record; `None` where something is wrong besides, or where that is not kept.
    pub(super) fn take_wrong(&mut self) -> Option<Wrong> {
        self.mistakes.take().filter(|_| self.general == 0)
    }

    /// Takes up a mistake of a record that is told elsewhere, or follows from what is.
    pub(super) fn also_left_out(&mut self, about: About, mistake: Mistake) {
        if let (Some(mistakes), Some(record)) = (&mut self.mistakes, about.row()) {
            mistakes.add(record, mistake);
        }
    }

    /// Takes up a problem; where enough are shown it is only counted.
    pub(super) fn add(&mut self, about: About, diagnostic: Diagnostic) {
        if diagnostic.is_error() {
            if let Some(record) = about.row() {
                self.wrong.add(record);
            }
            if about.row().is_none() {
                self.general += 1;
            } else if self.mistakes.is_some() {
                let mistake = Mistake {
                    code: diagnostic.code,
                    message: diagnostic.message.clone(),
                    rests_on: None,
                };
                self.also_left_out(about, mistake);
            }
        }
        self.count(about.kind(), diagnostic);
    }

    /// Keeps a problem to be shown, or only counts it.
    fn count(&mut self, kind: About, diagnostic: Diagnostic) {
        let shows = self.shows(diagnostic.code, kind);
        match diagnostic.code.severity() {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
        }
        let beyond = self.beyond.entry((diagnostic.code, kind)).or_default();
        if shows {
            self.found.push((kind, diagnostic));
        } else {
            beyond.times += 1;
            let place = diagnostic.labels.first().map(|label| label.place);
            beyond.first = beyond.first.or(place);
        }
    }

    /// Whether one more problem of a code about something would be shown.
    pub(super) fn shows(&self, code: Code, about: About) -> bool {
        let met = match code.severity() {
            Severity::Error => self.errors,
            Severity::Warning => self.warnings,
        };
        met < SHOWN || !self.beyond.contains_key(&(code, about.kind()))
    }

    /// Takes up a key that names nothing in a record, or in the group of questions given.
    pub(super) fn unknown_key(&mut self, subject: &Subject, group: Option<usize>, key: &str, place: Place) {
        if let Some(strange) = &mut self.strange
            && group.is_none()
        {
            strange.push(StrangeKey {
                row: subject.row,
                key: key.to_owned(),
                place,
                record: Arc::clone(&subject.name),
            });
        }
        self.unknown
            .entry((subject.record, group, key.to_owned()))
            .or_insert_with(|| Unknown {
                place,
                times: 0,
                name: Arc::clone(&subject.name),
            })
            .times += 1;
    }

    /// Takes up what was met in rows that stand behind all of these, as if it had been met here. Of each type they count
    /// on from a row.
    pub(super) fn take_up(&mut self, later: Problems, first: impl Fn(RecordId) -> u32 + Copy) {
        let (errors, warnings) = (self.errors + later.errors, self.warnings + later.warnings);
        // Whatever would be shown here was shown there: as one of the first, or as the first of its kind.
        for (kind, diagnostic) in later.found {
            self.count(kind, diagnostic);
        }
        (self.errors, self.warnings) = (errors, warnings);
        for (kind, beyond) in later.beyond {
            let known = self.beyond.entry(kind).or_default();
            known.times += beyond.times;
            known.first = known.first.or(beyond.first);
        }
        for (key, unknown) in later.unknown {
            match self.unknown.entry(key) {
                Entry::Vacant(empty) => {
                    empty.insert(unknown);
                }
                Entry::Occupied(mut known) => known.get_mut().times += unknown.times,
            }
        }
        self.wrong.take_up(later.wrong, first);
        self.unread |= later.unread;
        self.general += later.general;
        if let (Some(mistakes), Some(later)) = (&mut self.mistakes, later.mistakes) {
            mistakes.take_up(later, first);
        }
    }

    /// Keeps from now on which keys of each record name nothing.
    pub(super) fn keep_strange(&mut self) {
        self.strange = Some(Vec::new());
    }

    /// These keys, in the order of the rows.
    pub(super) fn take_strange(&mut self) -> Vec<StrangeKey> {
        self.strange.take().unwrap_or_default()
    }

    /// Whether there are warnings besides those of such keys.
    pub(super) fn warns(&self) -> bool {
        self.warnings > 0 || self.unknown.keys().any(|(_, group, _)| group.is_some())
    }

    /// Takes up a key of other records that names nothing.
    pub(super) fn unknown_elsewhere(&mut self, record: RecordId, strange: &Strange) {
        let other = Unknown {
            place: strange.place,
            times: strange.times,
            name: cut(&strange.record).into(),
        };
        match self.unknown.entry((record, None, strange.name.clone())) {
            Entry::Vacant(empty) => {
                empty.insert(other);
            }
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                let times = known.times + other.times;
                if other.place < known.place {
                    *known = other;
                }
                known.times = times;
            }
        }
        self.unknown
            .sort_by(|_, one, _, other| one.place.cmp(&other.place));
    }

    /// Notes that a part of the data could not be gone through, so that it may hold records that nobody met.
    pub(super) fn part_is_unread(&mut self) {
        self.unread = true;
    }

    /// Notes that a record is not fine, where what is wrong with it is told of its table.
    pub(super) fn also_wrong(&mut self, subject: &Subject) {
        self.wrong.add((subject.record, subject.row));
    }

    /// Whether anything is wrong with a record.
    pub(super) fn is_wrong(&self, record: (RecordId, u32)) -> bool {
        let left_out = self.mistakes.as_ref();
        self.wrong.has(record) || left_out.is_some_and(|wrong| wrong.has(record))
    }

    /// Whether any problem stops the run.
    pub(super) fn errors(&self) -> bool {
        self.errors > 0
    }

    /// All of them, in the order in which a reader of the files meets them, and the count of what is not shown.
    pub(super) fn finish(
        mut self,
        policy: &Policy,
        shapes: &[Shape<'_>],
        records: usize,
    ) -> (Vec<Diagnostic>, Summary) {
        for ((record, group, key), unknown) in std::mem::take(&mut self.unknown) {
            let about = match group {
                Some(group) => About::Group(record, 0, group),
                None => About::Records(record),
            };
            if let Some(shape) = shapes.get(usize::from(record.0)) {
                let mut diagnostic = unknown_field(shape, group, &key, &unknown);
                if diagnostic.labels.len() == 1
                    && let Some(place) = about.declared(policy, shapes)
                {
                    let text = match group {
                        Some(_) => "its questions are declared here",
                        None => "its fields are declared here",
                    };
                    diagnostic = diagnostic.at(place, text);
                }
                self.add(about, diagnostic);
            }
        }
        let more = self.beyond.iter().filter(|(_, beyond)| beyond.times > 0);
        let more = more.map(|((code, about), beyond)| More {
            code: *code,
            about: about.words(shapes),
            times: beyond.times,
            first: beyond.first,
        });
        let summary = Summary {
            more: more.collect(),
            records,
            fine: records.saturating_sub(self.wrong.count()),
            all_read: !self.unread,
            left_out: 0,
            resting: 0,
        };
        let mut found: Vec<Diagnostic> = self.found.into_iter().map(|(_, problem)| problem).collect();
        sort(&mut found);
        (found, summary)
    }
}

fn unknown_field(shape: &Shape<'_>, group: Option<usize>, key: &str, unknown: &Unknown) -> Diagnostic {
    let record = &shape.record.name;
    let group = group.and_then(|group| shape.groups.get(group));
    let shown = cut(key);
    let path = match group {
        Some(group) => format!("{} › {}.{shown}", unknown.name, group.name),
        None => format!("{} › {shown}", unknown.name),
    };
    let mut message = match group {
        Some(group) => format!("`{path}` is no question of `{}` of `{record}`", group.name),
        None => format!("`{path}` is no field of `{record}`"),
    };
    if unknown.times > 1 {
        message.push_str(&format!("; {} records have it", count(unknown.times)));
    }
    let label = if unknown.times > 1 {
        "the first of them; nothing reads it"
    } else {
        "nothing reads it"
    };
    let mut diagnostic = Diagnostic::new(Code::UnknownField, message).at(unknown.place, label);
    let keys = group.map_or(&shape.keys, |group| &group.keys);
    if let Some((near, target)) = keys.nearest(key) {
        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        if let Target::Field(field) = target
            && let Some(field) = shape.record.fields.get(field)
        {
            diagnostic = diagnostic.at(field.place, "declared here");
        }
    } else if let Some((field, said)) = key.rsplit_once('.')
        && super::said::KEYS.contains(&said)
        && keys.find(field).is_some()
    {
        diagnostic = diagnostic.help(format!("write \"{field}\": {{\"value\": …, \"{said}\": …}}"));
    } else if super::said::KEYS.contains(&key) {
        diagnostic = diagnostic.help(format!(
            "what is said of a whole record stands around it: {{\"value\": {{ … }}, \"{key}\": …}}"
        ));
    }
    diagnostic
}

/// A text from the data, cut where it is too long to be shown.
pub(super) fn cut(text: &str) -> String {
    const LONGEST: usize = 40;
    if text.len() <= LONGEST && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut out: String = text.chars().take(LONGEST).map(clean).collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}

/// `a`, `a or b`, `a, b or c`; of many only the first ones.
pub(super) fn any_of<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const MOST: usize = 10;
    let names: Vec<&str> = names.collect();
    let quoted: Vec<String> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    if names.len() > MOST {
        return format!("{} … ({} in all)", quoted.join(", "), count(names.len()));
    }
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}
