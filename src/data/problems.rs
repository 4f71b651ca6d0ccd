//! The problems of a run's data, kept within bounds.
//!
//! Comes in: problems as they are found. Goes out: diagnostics, at most [`SHOWN`] of one code about one thing, then one
//! that counts the rest. It never decides what is a problem.
//!
//! Invariant: no problem is lost: each is shown or counted.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::shape::{Shape, Target};
use crate::diagnostic::{Code, Diagnostic, sort};
use crate::model::RecordId;
use crate::source::Place;

/// How many problems of one code about one thing are shown.
const SHOWN: usize = 20;

/// What a problem is about, as far as problems are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum About {
    /// A file as a whole.
    File,
    /// The records of a type.
    Record(RecordId),
    /// A field of a type, by its index.
    Field(RecordId, usize),
}

#[derive(Debug)]
struct More {
    shown: usize,
    counted: usize,
    first: Option<Place>,
}

/// A key that names nothing.
#[derive(Debug)]
struct Unknown {
    place: Place,
    times: usize,
}

/// What was wrong so far.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: Vec<Diagnostic>,
    more: BTreeMap<(Code, About), More>,
    unknown: IndexMap<(RecordId, Option<usize>, String), Unknown>,
    errors: bool,
}

impl Problems {
    /// Takes up a problem; beyond [`SHOWN`] of its kind it is only counted.
    pub(super) fn add(&mut self, about: About, diagnostic: Diagnostic) {
        self.errors |= diagnostic.is_error();
        let more = self.more.entry((diagnostic.code, about)).or_insert(More {
            shown: 0,
            counted: 0,
            first: None,
        });
        if more.shown < SHOWN {
            more.shown += 1;
            self.found.push(diagnostic);
        } else {
            more.counted += 1;
            let place = diagnostic.labels.first().map(|label| label.place);
            more.first = more.first.or(place);
        }
    }

    /// Whether one more problem of a code about something would be shown.
    pub(super) fn shows(&self, code: Code, about: About) -> bool {
        self.more
            .get(&(code, about))
            .is_none_or(|more| more.shown < SHOWN)
    }

    /// Takes up a key that names nothing in a record, or in the group of questions given.
    pub(super) fn unknown_key(&mut self, record: RecordId, group: Option<usize>, key: &str, place: Place) {
        self.unknown
            .entry((record, group, key.to_owned()))
            .or_insert(Unknown { place, times: 0 })
            .times += 1;
    }

    /// Whether any problem stops the run.
    pub(super) fn errors(&self) -> bool {
        self.errors
    }

    /// All of them as diagnostics, in the order in which a reader of the files meets them.
    pub(super) fn finish(mut self, shapes: &[Shape<'_>]) -> Vec<Diagnostic> {
        for ((record, group, key), unknown) in std::mem::take(&mut self.unknown) {
            if let Some(shape) = shapes.get(usize::from(record.0)) {
                let diagnostic = unknown_field(shape, group, &key, &unknown);
                self.add(About::Record(record), diagnostic);
            }
        }
        for ((code, about), more) in &self.more {
            if more.counted == 0 {
                continue;
            }
            let what = match about {
                About::File => String::new(),
                About::Record(record) => shapes
                    .get(usize::from(record.0))
                    .map(|shape| format!(", about records of `{}`", shape.record.name))
                    .unwrap_or_default(),
                About::Field(record, field) => shapes
                    .get(usize::from(record.0))
                    .and_then(|shape| Some((shape, shape.record.fields.get(*field)?)))
                    .map(|(shape, field)| format!(", about `{}` of `{}`", field.name, shape.record.name))
                    .unwrap_or_default(),
            };
            let message = format!("and {} more like those before{what}", count(more.counted));
            let mut diagnostic = Diagnostic::new(*code, message);
            if let Some(place) = more.first {
                diagnostic = diagnostic.at(place, "the first of them");
            }
            self.found.push(diagnostic);
        }
        sort(&mut self.found);
        self.found
    }
}

fn unknown_field(shape: &Shape<'_>, group: Option<usize>, key: &str, unknown: &Unknown) -> Diagnostic {
    let record = &shape.record.name;
    let group = group.and_then(|group| shape.groups.get(group));
    let shown = cut(key);
    let mut message = match group {
        Some(group) => format!("`{shown}` is no question of `{}` of `{record}`", group.name),
        None => format!("`{shown}` is no field of `{record}`"),
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

/// A count with commas between thousands.
pub(super) fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A text from the data, cut where it is too long to be shown.
pub(super) fn cut(text: &str) -> String {
    const LONGEST: usize = 40;
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
