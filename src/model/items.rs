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

use super::Number;
use super::expression::{Expression, Interval, Template};
use super::types::{EnumerationId, RecordId, ScaleId, Type};
use super::value::Value;
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
#[derive(Debug)]
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
    /// How many aggregates go over all records of a type: the size of the cache for their values.
    pub constant_aggregates: usize,
    /// Where the score looks at other records, so that adding one changes it.
    pub score_reads_others: Option<Place>,
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

/// A set of named members without order.
#[derive(Debug, Clone)]
pub struct Enumeration {
    /// The members: name and title.
    pub members: Vec<(Arc<str>, Option<Arc<str>>)>,
}

/// A scale: named levels, ordered.
#[derive(Debug, Clone)]
pub struct Scale {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Its levels: of a numbered scale with their numbers, in the order of declaration; else lowest first.
    pub levels: Vec<Level>,
    /// Whether its levels have numbers.
    pub numbered: bool,
    /// Where it stands.
    pub place: Place,
}

/// A level of a scale.
#[derive(Debug, Clone)]
pub struct Level {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Its number, if the scale is numbered.
    pub number: Option<Number>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

impl Scale {
    /// The lowest and the highest number of a numbered scale.
    pub fn bounds(&self) -> Option<(&Number, &Number)> {
        let numbers = || self.levels.iter().filter_map(|level| level.number.as_ref());
        Some((numbers().min()?, numbers().max()?))
    }

    /// The first level with a number.
    pub fn level_of(&self, number: &Number) -> Option<&Level> {
        self.levels
            .iter()
            .find(|level| level.number.as_ref() == Some(number))
    }
}

/// A record type.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// The key of its records in a JSON document.
    pub plural: Arc<str>,
    /// The record type its records stand in.
    pub parent: Option<RecordId>,
    /// Whether the data holds exactly one.
    pub one: bool,
    /// Its fields, and after them the questions that criteria add to the policy's record (`benefit.patient`).
    pub fields: Vec<Field>,
    /// The key field; `None` only for a `one record`.
    pub key: Option<FieldId>,
    /// The field that names a record where it is shown: `title`, if there is a text field of that name.
    pub title_field: Option<FieldId>,
    /// Where it stands.
    pub place: Place,
}

/// A field of a record type.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name; a question's is `criterion.question`.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// The type of its values.
    pub of_type: Type,
    /// What its numbers must keep to (for a list: those in it).
    pub bounds: Bounds,
    /// Whether it may be missing.
    pub optional: bool,
    /// The value it has where the data has none.
    pub default: Option<Value>,
    /// `reversed`: a criterion counts lowest + highest − given.
    pub reversed: bool,
    /// `from "Column name"`
    pub from: Option<Arc<str>>,
    /// The criterion whose question it is.
    pub question_of: Option<CriterionId>,
    /// Why its default (or its weight) is as it is.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
    /// Where its default stands.
    pub default_place: Option<Place>,
}

/// What a field's numbers must keep to.
#[derive(Debug, Clone, Default)]
pub struct Bounds {
    /// Whether only whole numbers fit.
    pub integer: bool,
    /// The range.
    pub range: Option<Interval<Number>>,
    /// The step, counted from the range's low end (from 0 without one).
    pub step: Option<Number>,
}

/// A named value of a record.
#[derive(Debug, Clone)]
pub struct Define {
    /// Its name.
    pub name: Arc<str>,
    /// Its title; what has one comes out in the decision.
    pub title: Option<Arc<str>>,
    /// The record type it belongs to.
    pub record: RecordId,
    /// The type of its value.
    pub of_type: Type,
    /// What it computes.
    pub body: DefineBody,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// How a define gets its value.
#[derive(Debug, Clone)]
pub enum DefineBody {
    /// By an expression.
    Value(Expression),
    /// By the first case that holds.
    Cases(Vec<Case>),
}

/// A case of a define.
#[derive(Debug, Clone)]
pub struct Case {
    /// The value.
    pub value: Expression,
    /// When it holds; `None` for `otherwise`.
    pub when: Option<Expression>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// A decision table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: Arc<str>,
    /// Its title; what has one comes out in the decision.
    pub title: Option<Arc<str>>,
    /// The record type it belongs to.
    pub record: RecordId,
    /// Its inputs. A table whose inputs have types of their own is applied (`clb(a, b)`), any other is read by name.
    pub columns: Vec<Column>,
    /// Whether it is applied.
    pub applied: bool,
    /// The type of its value.
    pub of_type: Type,
    /// Its rows.
    pub rows: Vec<Row>,
    /// `otherwise -> …`
    pub otherwise: Option<Row>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// An input of a table.
#[derive(Debug, Clone)]
pub struct Column {
    /// As written (an applied table's: the parameter's name).
    pub name: Arc<str>,
    /// The value that is looked up; `None` for an applied table.
    pub value: Option<Expression>,
    /// Its type.
    pub of_type: Type,
    /// The values that can occur.
    pub bounds: Bounds,
    /// Where it stands.
    pub place: Place,
}

/// A row of a table.
#[derive(Debug, Clone)]
pub struct Row {
    /// One cell per column; empty for `otherwise`.
    pub cells: Vec<Cell>,
    /// The value.
    pub value: Expression,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// A cell of a table.
#[derive(Debug, Clone)]
pub enum Cell {
    /// `any`
    Any,
    /// Any of these values or ranges.
    Among(Vec<Interval<Value>>),
}

/// A named set of records.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// The record type it belongs to.
    pub record: RecordId,
    /// Which are in it.
    pub condition: Expression,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// An entry criterion.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Where it applies; everywhere if left out.
    pub when: Option<Expression>,
    /// What it asks.
    pub require: Expression,
    /// What is said of one that fails.
    pub otherwise: Option<Template>,
    /// What happens instead: the first that holds.
    pub instead: Vec<Instead>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// What happens to a record that is not taken.
#[derive(Debug, Clone)]
pub struct Instead {
    /// What is said.
    pub text: Template,
    /// The record that takes it up.
    pub to: Option<Expression>,
    /// When it holds.
    pub when: Option<Expression>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// A weighted criterion.
#[derive(Debug, Clone)]
pub struct Criterion {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Its weight (25 % is 1/4).
    pub weight: Number,
    /// Whether the weight was written as a percentage.
    pub percentage: bool,
    /// Why it weighs so much.
    pub weight_ground: Ground,
    /// How it gets its value.
    pub body: CriterionBody,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// How a criterion gets its value.
#[derive(Debug, Clone)]
pub enum CriterionBody {
    /// From its questions, with their weights (1 each, but for a weighted mean).
    Questions(Aggregation, Vec<(FieldId, Number)>),
    /// `value EXPR`
    Value(Expression),
}

/// How a criterion sums up its questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregation {
    /// `mean of`
    Mean,
    /// `sum of`
    Sum,
    /// `least of`
    Least,
    /// `greatest of`
    Greatest,
    /// `weighted mean of`
    WeightedMean,
}

/// `score total = …`
#[derive(Debug, Clone)]
pub struct Score {
    /// Its title.
    pub title: Option<Arc<str>>,
    /// What it computes.
    pub value: Expression,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// `rank by …`
#[derive(Debug, Clone)]
pub struct Rank {
    /// The keys, first things first.
    pub keys: Vec<RankKey>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// A key to order by.
#[derive(Debug, Clone)]
pub struct RankKey {
    /// Whether greater values stand first (`highest`, `latest`, `last`).
    pub descending: bool,
    /// The value.
    pub value: Expression,
    /// As written: `highest benefit.patient`.
    pub text: Arc<str>,
    /// The value as written: `benefit.patient`.
    pub name: Arc<str>,
}

/// `joint FIELD`
#[derive(Debug, Clone)]
pub struct Joint {
    /// The field: a reference to the policy's own record type.
    pub field: FieldId,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// A rule that takes out what has been ranked, or records of another type.
#[derive(Debug, Clone)]
pub struct Exclusion {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// The record type it takes from.
    pub record: RecordId,
    /// When it takes a record out.
    pub when: Expression,
    /// What is said of one taken out.
    pub then: Option<Template>,
    /// What happens instead: the first that holds.
    pub instead: Vec<Instead>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// Something that decisions rest on and the policy cannot check.
#[derive(Debug, Clone)]
pub struct Premise {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// The record type whose decisions rest on it.
    pub record: RecordId,
    /// Which of them; all if left out.
    pub condition: Option<Expression>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// What is kept, and what is given up first.
#[derive(Debug, Clone)]
pub struct CutList {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// The record type it orders.
    pub record: RecordId,
    /// `of RECORD where …`: which take part.
    pub condition: Option<Expression>,
    /// `may cut` and `protect` clauses, as written.
    pub membership: Vec<Membership>,
    /// Binding ordering rules and `prefer`, as written.
    pub rules: Vec<OrderRule>,
    /// `otherwise by`; best rank where left out.
    pub otherwise_by: Option<Vec<RankKey>>,
    /// The limits, as written.
    pub limits: Vec<Limit>,
    /// `take what fits`
    pub take_what_fits: bool,
    /// The fields, defines and tables of `show`.
    pub show: Vec<(Arc<str>, Expression)>,
    /// Where it stands.
    pub place: Place,
}

/// A clause about the records of the cut list.
#[derive(Debug, Clone)]
pub struct Membership {
    /// `protect` rather than `may cut`.
    pub protects: bool,
    /// Its groups by name, or the one condition of `where` without a name.
    pub members: Vec<(Option<Arc<str>>, Expression)>,
    /// As formatted, without its ground.
    pub text: Arc<str>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// A rule about the order of the cut list.
#[derive(Debug, Clone)]
pub struct OrderRule {
    /// What it says.
    pub kind: OrderRuleKind,
    /// As formatted, without its ground.
    pub text: Arc<str>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// What a rule about the order says. Members are conditions on the cut list's record, with their names.
#[derive(Debug, Clone)]
pub enum OrderRuleKind {
    /// `place A after B within E`
    Place(GroupRef, GroupRef, Option<Expression>),
    /// `prefer A after B within E`: yields to all others.
    Prefer(GroupRef, GroupRef, Option<Expression>),
    /// `cut first A then B`
    CutFirst(Vec<GroupRef>),
    /// `keep first A then B`
    KeepFirst(Vec<GroupRef>),
    /// `all or nothing A within E`
    AllOrNothing(Option<GroupRef>, Option<Expression>),
    /// `needs FIELD`
    Needs(FieldId),
}

/// A group used by a rule: its name and its condition.
#[derive(Debug, Clone)]
pub struct GroupRef {
    /// Its name.
    pub name: Arc<str>,
    /// Which records are in it.
    pub condition: Expression,
}

/// `at most …`, `at least …`
#[derive(Debug, Clone)]
pub struct Limit {
    /// `at least` rather than `at most`.
    pub at_least: bool,
    /// The amount.
    pub amount: Expression,
    /// What is counted of each record; the record itself if left out.
    pub of: Option<Expression>,
    /// The class it counts in.
    pub per: Option<Expression>,
    /// Which are counted.
    pub condition: Option<Expression>,
    /// As formatted, without its ground.
    pub text: Arc<str>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

impl Policy {
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
