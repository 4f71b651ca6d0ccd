//! The items of a policy: records, gates, criteria, the rank, exclusions, the cut list.
//!
//! Comes in: built by the checker. Goes out: read by everything after it. It never refers to source syntax; texts of
//! rules are kept as they are shown.
//!
//! Invariant: ids are indices into the vectors of [`Policy`] (fields: into their record's), in order of declaration,
//! items of used files before those of the file that uses them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::cut_list::CutList;
use super::definitions::{Define, Group, Table};
use super::expression::Template;
use super::records::{Enumeration, Field, Record, Scale};
use super::rules::{Criterion, Exclusion, Gate, Joint, Premise, Rank, Score};
use super::types::{EnumerationId, RecordId, ScaleId, Type};
use crate::source::{FileId, Place};

macro_rules! ids {
    ($($(#[$doc:meta])* $id:ident $word:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $id(pub u32);

        impl $id {
            /// As an index.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Debug for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($word, ":{}"), self.0)
            }
        }
    )*};
}
ids! {
    /// A field of a record type: the index into `Record::fields`.
    FieldId "field";
    /// A define: the index into `Policy::defines`.
    DefineId "define";
    /// A table: the index into `Policy::tables`.
    TableId "table";
    /// A group: the index into `Policy::groups`.
    GroupId "group";
    /// A criterion: the index into `Policy::criteria`.
    CriterionId "criterion";
}

/// A checked policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its name.
    pub name: Arc<str>,
    /// Its title; the name where it has none.
    pub title: Arc<str>,
    /// `version`
    pub version: Option<Arc<str>>,
    /// `source`
    pub source: Option<Arc<str>>,
    /// The language of the explanations.
    pub language: Language,
    /// The `data` clauses: paths relative to the file they stand in, resolved against it, with their place.
    pub data: Vec<(Arc<str>, Place)>,
    /// The files it was read from: the named one first, then the used ones in the order in which they were met.
    pub files: Vec<FileId>,
    /// The same files in the order in which their items stand in the policy: used ones before those that use them.
    pub items_of: Vec<FileId>,
    /// The record type that is decided on.
    pub record: RecordId,
    /// All enumerations.
    pub enumerations: Vec<Enumeration>,
    /// All scales.
    pub scales: Vec<Scale>,
    /// All record types.
    pub records: Vec<Record>,
    /// All defines.
    pub defines: Vec<Define>,
    /// All tables.
    pub tables: Vec<Table>,
    /// All groups.
    pub groups: Vec<Group>,
    /// All gates.
    pub gates: Vec<Gate>,
    /// All criteria.
    pub criteria: Vec<Criterion>,
    /// `score total = …`, where it is not the weighted sum of the criteria.
    pub score: Option<Score>,
    /// The keys of `rank by`, if the policy ranks.
    pub rank: Option<Rank>,
    /// The field of `joint`, a reference to the policy's own record type.
    pub joint: Option<Joint>,
    /// All exclusions.
    pub exclusions: Vec<Exclusion>,
    /// All premises.
    pub premises: Vec<Premise>,
    /// The cut list.
    pub cut_list: Option<CutList>,
    /// The findings that its author has looked at and wants no more of.
    pub allows: Vec<Allow>,
    /// How many aggregates go over all records of a type: the size of the cache for their values.
    pub constant_aggregates: usize,
    /// Where the score looks at other records, so that adding one changes it.
    pub score_reads_others: Option<Place>,
}

/// `allow CODE because "…"`: a finding that is as it should be.
#[derive(Debug, Clone)]
pub struct Allow {
    /// The code of the finding.
    pub code: Arc<str>,
    /// Why it is as it should be.
    pub because: Arc<str>,
    /// The item whose findings it silences; the whole policy where it stands in the `policy` item.
    pub item: Option<Place>,
    /// Where it stands.
    pub place: Place,
}

/// The language in which decisions are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English
    #[default]
    English,
    /// Norwegian Bokmål
    Norwegian,
}

/// Why something stands as it does, and where from.
#[derive(Debug, Clone, Default)]
pub struct Ground {
    /// `because`
    pub because: Option<Template>,
    /// `cite`
    pub cite: Option<Template>,
}

impl Ground {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.because.is_none() && self.cite.is_none()
    }
}

impl Policy {
    /// Where something stands among the items of the policy: the items of used files stand before those of the file that
    /// uses them.
    pub fn order_of(&self, place: Place) -> (usize, u32) {
        let file = self.items_of.iter().position(|file| *file == place.file);
        (file.unwrap_or(usize::MAX), place.start)
    }

    /// A record type by its id.
    ///
    /// # Panics
    /// Never for an id of this policy.
    #[expect(clippy::indexing_slicing, reason = "ids are made with the vector they index")]
    pub fn record_type(&self, id: RecordId) -> &Record {
        &self.records[usize::from(id.0)]
    }

    /// A field by its record type and id.
    ///
    /// # Panics
    /// Never for ids of this policy.
    #[expect(clippy::indexing_slicing, reason = "ids are made with the vector they index")]
    pub fn field(&self, record: RecordId, id: FieldId) -> &Field {
        &self.record_type(record).fields[id.index()]
    }

    /// An enumeration by its id.
    ///
    /// # Panics
    /// Never for an id of this policy.
    #[expect(clippy::indexing_slicing, reason = "ids are made with the vector they index")]
    pub fn enumeration(&self, id: EnumerationId) -> &Enumeration {
        &self.enumerations[usize::from(id.0)]
    }

    /// A scale by its id.
    ///
    /// # Panics
    /// Never for an id of this policy.
    #[expect(clippy::indexing_slicing, reason = "ids are made with the vector they index")]
    pub fn scale(&self, id: ScaleId) -> &Scale {
        &self.scales[usize::from(id.0)]
    }

    /// A define by its id.
    ///
    /// # Panics
    /// Never for an id of this policy.
    #[expect(clippy::indexing_slicing, reason = "ids are made with the vector they index")]
    pub fn define(&self, id: DefineId) -> &Define {
        &self.defines[id.index()]
    }

    /// A table by its id.
    ///
    /// # Panics
    /// Never for an id of this policy.
    #[expect(clippy::indexing_slicing, reason = "ids are made with the vector they index")]
    pub fn table(&self, id: TableId) -> &Table {
        &self.tables[id.index()]
    }

    /// A group by its id.
    ///
    /// # Panics
    /// Never for an id of this policy.
    #[expect(clippy::indexing_slicing, reason = "ids are made with the vector they index")]
    pub fn group(&self, id: GroupId) -> &Group {
        &self.groups[id.index()]
    }

    /// A criterion by its id.
    ///
    /// # Panics
    /// Never for an id of this policy.
    #[expect(clippy::indexing_slicing, reason = "ids are made with the vector they index")]
    pub fn criterion(&self, id: CriterionId) -> &Criterion {
        &self.criteria[id.index()]
    }

    /// The ids of all record types.
    pub fn record_ids(&self) -> impl Iterator<Item = RecordId> + use<> {
        (0..u16::try_from(self.records.len()).unwrap_or(u16::MAX)).map(RecordId)
    }

    /// The record types that get a decision: the policy's own first, then the cut list's, then those that an exclusion
    /// takes from, each once.
    pub fn decided_records(&self) -> Vec<RecordId> {
        let mut records = vec![self.record];
        let more = self
            .cut_list
            .iter()
            .map(|list| list.record)
            .chain(self.exclusions.iter().map(|rule| rule.record));
        for record in more {
            if !records.contains(&record) {
                records.push(record);
            }
        }
        records
    }

    /// All units that fields declare, by name.
    pub fn units(&self) -> BTreeMap<String, super::Unit> {
        let mut units = BTreeMap::new();
        for record in &self.records {
            for field in &record.fields {
                let of_type = if let Type::List(inner) = &field.of_type {
                    inner
                } else {
                    &field.of_type
                };
                if let Type::Number(unit) = of_type
                    && !unit.is_none()
                {
                    units.insert(unit.to_string(), unit.clone());
                }
            }
        }
        units
    }
}
