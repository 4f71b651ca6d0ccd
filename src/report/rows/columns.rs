//! Which columns a row has: names as they are asked for, and what each stands for in each record type that is decided on.
//!
//! Comes in: a policy, and names or none. Goes out: [`Columns`], or the names that mean nothing. It never looks at records.
//!
//! Invariant: every column means something in at least one of the decided record types.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization as _;

use crate::columns::{Kind, Output};
use crate::diagnostic::nearest::nearest;
use crate::model::{
    CriterionId, DefineId, Expression, ExpressionKind, FieldId, GroupId, Policy, RecordId, TableId, Type,
};
use crate::source::Place;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The name of the record type.
    Record,
    /// The key.
    Id,
    /// The title.
    Title,
    /// The key of the record it stands in.
    Parent,
    /// The status.
    Status,
    /// What the cut list says of the policy's own record.
    Selection,
    /// The rank.
    Rank,
    /// The place in the cut list.
    Place,
    /// The record it is assessed with.
    JointWith,
    /// The others of its rank.
    TiedWith,
    /// What is unknown.
    Missing,
    /// The entry criteria that it fails.
    Failed,
    /// The exclusions that take it out.
    ExcludedBy,
    /// The total.
    Total,
    /// A criterion.
    Criterion(CriterionId),
    /// A field of the record's own.
    Field(FieldId),
    /// A define.
    Define(DefineId),
    /// A table.
    Table(TableId),
    /// A group.
    Group(GroupId),
}

/// The columns that mean the same in every record type.
const FIXED: &[(&str, Source)] = &[
    ("record", Source::Record),
    ("id", Source::Id),
    ("title", Source::Title),
    ("parent", Source::Parent),
    ("status", Source::Status),
    ("selection", Source::Selection),
    ("rank", Source::Rank),
    ("place", Source::Place),
    ("joint-with", Source::JointWith),
    ("tied-with", Source::TiedWith),
    ("missing", Source::Missing),
    ("failed", Source::Failed),
    ("excluded-by", Source::ExcludedBy),
    ("total", Source::Total),
];

/// What stands behind a name for the fraction of a number.
const EXACT: &str = ".exact";
/// What stands before a name for the field, whatever else is called so.
const THIS: &str = "this.";

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, as it was asked for.
    pub name: String,
    /// Whether it holds the fraction of a number.
    pub exact: bool,
    /// What it holds for records of each type; nothing for types that are not there.
    pub sources: Vec<(RecordId, Source)>,
}

impl Column {
    /// What it holds for records of a type.
    pub fn source(&self, record: RecordId) -> Option<Source> {
        let mut sources = self.sources.iter();
        sources.find(|(of, _)| *of == record).map(|(_, source)| *source)
    }
}

/// The columns of a row, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns(pub Vec<Column>);

/// A name that no column can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoColumn {
    /// The name.
    pub name: String,
    /// Why not.
    pub why: Why,
}

/// Why a name is no column's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Nothing is called so; the name that may be meant.
    Unknown(Option<String>),
    /// It asks for the fraction of what is no number.
    NoNumber,
    /// It is there already.
    Twice,
}

impl Columns {
    /// Columns by their names.
    ///
    /// # Errors
    /// All names that mean nothing in any of the policy's decided record types.
    pub fn named(policy: &Policy, names: &[String]) -> Result<Columns, Vec<NoColumn>> {
        let mut columns: Vec<Column> = Vec::with_capacity(names.len());
        let mut wrong = Vec::new();
        for name in names {
            let found = if columns.iter().any(|known| known.name == *name) {
                Err(Why::Twice)
            } else {
                column(policy, name)
            };
            match found {
                Ok(column) => columns.push(column),
                Err(why) => wrong.push(NoColumn {
                    name: name.clone(),
                    why,
                }),
            }
        }
        if wrong.is_empty() {
            Ok(Columns(columns))
        } else {
            Err(wrong)
        }
    }

    /// What each holds, where a table says so. A column that means several things in records of several types holds what all
    /// of them fit into; in the end, texts.
    pub fn kinds(&self, policy: &Policy) -> Vec<Kind> {
        let kind = |column: &Column| {
            if column.exact {
                return Kind::Text;
            }
            let each = column.sources.iter();
            let each = each.map(|(record, source)| kind(policy, *record, *source));
            each.reduce(Kind::or).unwrap_or(Kind::Text)
        };
        self.0.iter().map(kind).collect()
    }

    /// The same for deciding over columns; `None` where one of them is none of that.
    pub fn over_columns(&self, policy: &Policy) -> Option<Vec<(Arc<str>, Output)>> {
        let columns = self.0.iter().map(|column| {
            if column.exact {
                return None;
            }
            let source = column.source(policy.record)?;
            Some((column.name.as_str().into(), output(policy, source)?))
        });
        columns.collect()
    }

    /// The columns of a table of all decisions: those that the policy has something for.
    pub fn usual(policy: &Policy) -> Columns {
        let decided = policy.decided_records();
        let any_parent = decided.iter().any(|id| policy.record_type(*id).parent.is_some());
        let list = policy.cut_list.as_ref();
        let scores = policy.score.is_some() || !policy.criteria.is_empty();
        let has = |source| match source {
            Source::Parent => any_parent,
            Source::Selection => list.is_some_and(|list| list.record == policy.record),
            Source::Rank => policy.rank.is_some(),
            Source::Place => list.is_some(),
            Source::Total => scores,
            Source::Record
            | Source::Id
            | Source::Title
            | Source::Status
            | Source::Failed
            | Source::Missing => true,
            _ => false,
        };
        let every = |name: &str, source| Column {
            name: name.to_owned(),
            exact: false,
            sources: decided.iter().map(|id| (*id, source)).collect(),
        };
        let last = |source: &Source| matches!(source, Source::Failed | Source::Missing);
        let fixed = |at_end| {
            FIXED
                .iter()
                .filter(move |(_, source)| last(source) == at_end && has(*source))
        };
        let fixed = |at_end| fixed(at_end).map(|(name, source)| every(name, *source));
        let criteria = policy.criteria.iter().zip(0..).map(|(criterion, id)| Column {
            name: criterion.name.to_string(),
            exact: false,
            sources: vec![(policy.record, Source::Criterion(CriterionId(id)))],
        });
        let mut columns: Vec<Column> = fixed(false).chain(criteria).collect();
        // What a record fails stands before what it lacks.
        columns.extend(fixed(true).rev());
        Columns(columns)
    }
}

/// What a source holds, where a table says so.
fn kind(policy: &Policy, record: RecordId, source: Source) -> Kind {
    match source {
        Source::Record
        | Source::Id
        | Source::Title
        | Source::Parent
        | Source::Status
        | Source::Selection
        | Source::JointWith => Kind::Text,
        Source::Rank | Source::Place => Kind::Count,
        Source::TiedWith | Source::Missing | Source::Failed | Source::ExcludedBy => Kind::names(),
        Source::Total | Source::Criterion(_) => Kind::Decimal,
        Source::Field(id) => {
            let field = policy.field(record, id);
            Kind::of_type(&field.of_type, Some(&field.bounds), policy)
        }
        Source::Define(id) => {
            let define = policy.define(id);
            Kind::of_type(&define.of_type, Some(&define.bounds), policy)
        }
        Source::Table(id) => Kind::of_type(&policy.table(id).of_type, None, policy),
        Source::Group(_) => Kind::YesNo,
    }
}

/// What deciding over columns knows a source by; `None` where it does not.
fn output(policy: &Policy, source: Source) -> Option<Output> {
    let own = |kind, of_type: &Type| {
        Output::Value(Expression {
            kind,
            of_type: of_type.clone(),
            place: Place::default(),
        })
    };
    Some(match source {
        Source::Record => Output::Record,
        Source::Id => Output::Id,
        Source::Status => Output::Status,
        Source::Selection => Output::Selection,
        Source::Rank => Output::Rank,
        Source::Failed => Output::Failed,
        Source::ExcludedBy => Output::ExcludedBy,
        Source::Total => Output::Total,
        Source::Criterion(id) => Output::Criterion(id),
        Source::Field(id) => own(
            ExpressionKind::Field(id),
            &policy.field(policy.record, id).of_type,
        ),
        Source::Define(id) => own(ExpressionKind::Define(id), &policy.define(id).of_type),
        Source::Table(id) => own(ExpressionKind::Table(id), &policy.table(id).of_type),
        Source::Group(id) => own(ExpressionKind::Group(id), &Type::YesNo),
        _ => return None,
    })
}

/// The column of a name.
fn column(policy: &Policy, asked: &str) -> Result<Column, Why> {
    let name: String = asked.nfc().collect();
    let found = |exact, sources: Vec<(RecordId, Source)>| Column {
        name: asked.to_owned(),
        exact,
        sources,
    };
    let mut no_number = false;
    // A number's fraction comes right after the names of its kind, so that a question called `exact` hides none.
    for own in [false, true] {
        let sources = sources(policy, &name, own);
        if !sources.is_empty() {
            return Ok(found(false, sources));
        }
        let Some(whole) = name.strip_suffix(EXACT) else {
            continue;
        };
        let mut sources = self::sources(policy, whole, own);
        no_number |= !sources.is_empty();
        sources.retain(|(record, source)| is_number(policy, *record, *source));
        if !sources.is_empty() {
            return Ok(found(true, sources));
        }
    }
    if no_number {
        return Err(Why::NoNumber);
    }
    let known = names(policy);
    let (name, end) = name
        .strip_suffix(EXACT)
        .map_or((&*name, ""), |whole| (whole, EXACT));
    let near = nearest(name, known.iter().map(String::as_str));
    Err(Why::Unknown(near.map(|near| format!("{near}{end}"))))
}

/// What a name stands for in each decided record type: as a part of the decision, or as the record's own.
fn sources(policy: &Policy, name: &str, own: bool) -> Vec<(RecordId, Source)> {
    let decided = policy.decided_records().into_iter();
    let part = |record: RecordId| {
        if let Some((_, source)) = FIXED.iter().find(|(known, _)| *known == name) {
            return Some(*source);
        }
        let mut criteria = policy.criteria.iter().zip((0..).map(CriterionId));
        let (_, id) = criteria.find(|(criterion, _)| *criterion.name == *name && record == policy.record)?;
        Some(Source::Criterion(id))
    };
    let found = |record| {
        if own {
            own_value(policy, name, record)
        } else {
            part(record)
        }
    };
    decided
        .filter_map(|record| Some((record, found(record)?)))
        .collect()
}

/// A value of a record's own, or defined for it.
fn own_value(policy: &Policy, name: &str, record: RecordId) -> Option<Source> {
    let (name, field_only) = match name.strip_prefix(THIS) {
        Some(name) => (name, true),
        None => (name, false),
    };
    let mut fields = policy.record_type(record).fields.iter().zip((0..).map(FieldId));
    if let Some((_, id)) = fields.find(|(field, _)| *field.name == *name) {
        return Some(Source::Field(id));
    }
    if field_only {
        return None;
    }
    let mut defines = policy.defines.iter().zip((0..).map(DefineId));
    if let Some((_, id)) = defines.find(|(one, _)| one.record == record && *one.name == *name) {
        return Some(Source::Define(id));
    }
    let mut tables = policy.tables.iter().zip((0..).map(TableId));
    if let Some((_, id)) = tables.find(|(one, _)| one.record == record && !one.applied && *one.name == *name)
    {
        return Some(Source::Table(id));
    }
    let mut groups = policy.groups.iter().zip((0..).map(GroupId));
    let (_, id) = groups.find(|(one, _)| one.record == record && *one.name == *name)?;
    Some(Source::Group(id))
}

fn is_number(policy: &Policy, record: RecordId, source: Source) -> bool {
    let number = |of_type: &Type| match of_type {
        Type::Number(_) => true,
        Type::Scale(id) => policy.scale(*id).numbered,
        _ => false,
    };
    match source {
        Source::Rank | Source::Place | Source::Total | Source::Criterion(_) => true,
        Source::Field(id) => number(&policy.field(record, id).of_type),
        Source::Define(id) => number(&policy.define(id).of_type),
        Source::Table(id) => number(&policy.table(id).of_type),
        _ => false,
    }
}

/// All names of columns.
fn names(policy: &Policy) -> Vec<String> {
    let decided = policy.decided_records();
    let is_decided = |record: &RecordId| decided.contains(record);
    let fixed = FIXED.iter().map(|(name, _)| (*name).to_owned());
    let criteria = policy.criteria.iter().map(|one| one.name.to_string());
    let fields = decided
        .iter()
        .flat_map(|record| &policy.record_type(*record).fields);
    let defines = policy.defines.iter().filter(|one| is_decided(&one.record));
    let tables = policy
        .tables
        .iter()
        .filter(|one| is_decided(&one.record) && !one.applied);
    let groups = policy.groups.iter().filter(|one| is_decided(&one.record));
    let own = fields
        .map(|one| &one.name)
        .chain(defines.map(|one| &one.name))
        .chain(tables.map(|one| &one.name))
        .chain(groups.map(|one| &one.name));
    fixed
        .chain(criteria)
        .chain(own.map(ToString::to_string))
        .collect()
}
