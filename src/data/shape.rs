//! What the keys of a record's object may be, worked out once per record type.
//!
//! Comes in: the policy. Goes out: for each key what it names: a field, a group of questions, child records, the
//! parent. It never looks at data.
//!
//! Invariant: a key names one thing; where two would share it, the field's own name wins.

use std::borrow::Cow;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::diagnostic::nearest::{alike, nearest};
use crate::model::{CriterionId, FieldId, Policy, Record, RecordId};

/// What a key of an object names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// A field, by its index.
    Field(usize),
    /// A nested object of questions: the index into [`Shape::groups`].
    Group(usize),
    /// Child records.
    Children(RecordId),
    /// The record it stands in, by its key.
    Parent,
}

/// What the keys of an object may be.
#[derive(Debug)]
pub(super) struct Keys<'a>(IndexMap<&'a str, Target, FxBuildHasher>);

/// A nested object of questions: `"benefit": { "patient": … }`.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// The first part of the questions' names.
    pub(super) name: &'a str,
    /// The criterion whose questions they are.
    pub(super) criterion: Option<CriterionId>,
    /// The second parts.
    pub(super) keys: Keys<'a>,
}

/// What the objects of a record type look like.
#[derive(Debug)]
pub(super) struct Shape<'a> {
    /// The record type.
    pub(super) record: &'a Record,
    /// What its keys may be.
    pub(super) keys: Keys<'a>,
    /// The fields that every record needs, by index: its key, and those neither `optional` nor with a default.
    pub(super) needs: Vec<usize>,
    /// Its nested objects.
    pub(super) groups: Vec<Group<'a>>,
}

impl<'a> Keys<'a> {
    /// What a key names.
    pub(super) fn find(&self, key: &str) -> Option<Target> {
        self.0.get(composed(key).as_ref()).copied()
    }

    /// The key most like one that names nothing.
    pub(super) fn nearest(&self, key: &str) -> Option<(&'a str, Target)> {
        let near = near(key, self.0.keys().copied())?;
        Some((near, self.find(near)?))
    }

    /// The keys, quoted and in order.
    pub(super) fn names(&self) -> Vec<&'a str> {
        self.0.keys().copied().collect()
    }

    /// The keys with what they name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, Target)> {
        self.0.iter().map(|(name, target)| (*name, *target))
    }

    fn add(&mut self, key: &'a str, target: Target) {
        self.0.entry(key).or_insert(target);
    }
}

impl<'a> Shape<'a> {
    /// The shape of a record type.
    pub(super) fn new(policy: &'a Policy, id: RecordId) -> Shape<'a> {
        let record = policy.record_type(id);
        let mut keys = Keys(IndexMap::default());
        let mut groups: Vec<Group<'a>> = Vec::new();
        for (index, field) in record.fields.iter().enumerate() {
            keys.add(&field.name, Target::Field(index));
        }
        for (index, field) in record.fields.iter().enumerate() {
            if let Some((outer, inner)) = field.name.split_once('.') {
                let at = groups.iter().position(|group| group.name == outer);
                let at = at.unwrap_or_else(|| {
                    groups.push(Group {
                        name: outer,
                        criterion: field.question_of,
                        keys: Keys(IndexMap::default()),
                    });
                    groups.len() - 1
                });
                keys.add(outer, Target::Group(at));
                if let Some(group) = groups.get_mut(at) {
                    group.keys.add(inner, Target::Field(index));
                }
            }
            if let Some(from) = &field.from {
                keys.add(from, Target::Field(index));
            }
        }
        for child in policy.record_ids() {
            if policy.record_type(child).parent == Some(id) {
                keys.add(&policy.record_type(child).plural, Target::Children(child));
            }
        }
        if let Some(parent) = record.parent {
            keys.add(&policy.record_type(parent).name, Target::Parent);
        }
        let key = record.key.map(FieldId::index);
        let fields = record.fields.iter().enumerate();
        let needs = fields
            .filter(|(index, field)| Some(*index) == key || !(field.optional || field.default.is_some()))
            .map(|(index, _)| index);
        Shape {
            record,
            keys,
            needs: needs.collect(),
            groups,
        }
    }
}

/// A name as names are compared: in Unicode's composed form.
pub(super) fn composed(name: &str) -> Cow<'_, str> {
    if name.is_ascii() || is_nfc_quick(name.chars()) == IsNormalized::Yes {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(name.nfc().collect())
    }
}

/// Names longer than this are like none: comparing them would take too long.
const LONGEST: usize = 100;

/// Whether a key may stand for a field where nothing else can.
pub(super) fn is_alike(key: &str, field: &str) -> bool {
    key.len() <= LONGEST && field.len() <= LONGEST && alike(key, field)
}

/// The candidate most like a name from the data.
pub(super) fn near<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let candidates = candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST);
    nearest(name, candidates)
}
