//! Records as the engine reads them: a table per record type, a column per field.
//!
//! Comes in: filled by the readers. Goes out: values and, for each, where it stands and what was said of it. It never
//! checks anything.
//!
//! Invariant: every column of a table has as many facts as the table has rows.

use std::sync::Arc;

use indexmap::IndexMap;

use super::LeftOut;
use crate::model::{FieldId, Policy, RecordId, Reference, Value};
use crate::source::{FileId, Place};

/// The data of a run.
#[derive(Debug, Default, Clone)]
pub struct Records {
    /// The files it was read from, in the order given.
    pub files: Vec<FileId>,
    /// One table per record type of the policy, in the policy's order.
    pub tables: Vec<Table>,
    /// What was said of values, pointed at by [`Fact::note`].
    pub notes: Vec<Note>,
    /// The records of the files that are none of the tables', as something is wrong with them; by type and row.
    pub left_out: Vec<LeftOut>,
}

/// The records of one type.
#[derive(Debug, Default, Clone)]
pub struct Table {
    /// The keys, in the data's order, each with its row. A `one record` without a key has its type's name.
    pub keys: IndexMap<Arc<str>, u32>,
    /// Where each record stands.
    pub places: Vec<Place>,
    /// For each record the row of its parent, if its type has one.
    pub parents: Vec<Option<u32>>,
    /// The columns, one per field.
    pub columns: Vec<Vec<Fact>>,
}

/// What the data says of one field of one record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fact {
    /// The value; `None` where it is unknown.
    pub value: Option<Value>,
    /// Where it stands: in the data, or for a default in the policy. For an unknown value the record's place.
    pub place: Place,
    /// What was said of it: an index into [`Records::notes`].
    pub note: Option<u32>,
    /// Whether it is the field's default.
    pub default: bool,
}

/// What was said of a value in the data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Note {
    /// Why it is so.
    pub because: Option<Arc<str>>,
    /// Where from.
    pub cite: Option<Arc<str>>,
    /// Who gave it.
    pub by: Option<Arc<str>>,
    /// Whether it was assumed.
    pub assumed: bool,
}

impl Records {
    /// The table of a record type.
    ///
    /// # Panics
    /// Never for a record type of the policy that the data was read for.
    #[expect(clippy::indexing_slicing, reason = "there is a table per record type")]
    pub fn table(&self, record: RecordId) -> &Table {
        &self.tables[usize::from(record.0)]
    }

    /// What the data says of a field of a record.
    ///
    /// # Panics
    /// Never for a record and a field of the policy that the data was read for.
    #[expect(
        clippy::indexing_slicing,
        reason = "there is a column per field and a fact per row"
    )]
    pub fn fact(&self, record: Reference, field: FieldId) -> &Fact {
        &self.table(record.record).columns[field.index()][record.row as usize]
    }

    /// What was said of a value.
    pub fn note(&self, fact: &Fact) -> Option<&Note> {
        fact.note.and_then(|note| self.notes.get(note as usize))
    }

    /// The key of a record.
    pub fn key(&self, record: Reference) -> &Arc<str> {
        static NONE: std::sync::LazyLock<Arc<str>> = std::sync::LazyLock::new(|| "".into());
        self.table(record.record)
            .keys
            .get_index(record.row as usize)
            .map_or(&NONE, |(key, _)| key)
    }

    /// Where a record stands.
    pub fn place(&self, record: Reference) -> Place {
        self.table(record.record)
            .places
            .get(record.row as usize)
            .copied()
            .unwrap_or_default()
    }

    /// The row of a record's parent.
    pub fn parent(&self, record: Reference) -> Option<u32> {
        self.table(record.record)
            .parents
            .get(record.row as usize)
            .copied()
            .flatten()
    }

    /// The record of the policy's own type that a record is, or stands in, however deep.
    pub fn own_ancestor(&self, policy: &Policy, record: Reference) -> Option<Reference> {
        let mut at = record;
        // Record types stand in each other without going round, so this ends.
        while at.record != policy.record {
            at = Reference {
                record: policy.record_type(at.record).parent?,
                row: self.parent(at)?,
            };
        }
        Some(at)
    }

    /// All records of a type, in the data's order.
    pub fn all(&self, record: RecordId) -> impl Iterator<Item = Reference> + use<> {
        let count = u32::try_from(self.table(record).places.len()).unwrap_or(u32::MAX);
        (0..count).map(move |row| Reference { record, row })
    }

    /// The record of a key.
    pub fn find(&self, record: RecordId, key: &str) -> Option<Reference> {
        self.table(record)
            .keys
            .get(key)
            .map(|row| Reference { record, row: *row })
    }
}
