//! The tree of what is written: names are not resolved, types not known, errors are left out.
//!
//! Comes in: built by the parser. Goes out: to the checker (and the formatter). It never says what a name means.
//!
//! Invariant: every node knows its place; what could not be read is not in the tree, its diagnostic is beside it.

mod expressions;

use std::sync::Arc;

pub use expressions::{
    Argument, ChainOperator, Expression, ExpressionKind, NumberInterval, OrderOperator, Range, Span, Type,
    TypeKind,
};

use crate::source::Place;

/// A name as written, in NFC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: Arc<str>,
    /// Where it stands.
    pub place: Place,
}

/// A text in quotes, or several that continue each other.
#[derive(Debug, Clone)]
pub struct Text {
    /// Its parts.
    pub parts: Vec<TextPart>,
    /// Where it stands.
    pub place: Place,
}

/// A part of a text.
#[derive(Debug, Clone)]
pub enum TextPart {
    /// Characters, escapes resolved.
    Literal(String),
    /// `{expression}`
    Placeholder(Expression),
}

/// `because` and `cite`.
#[derive(Debug, Clone, Default)]
pub struct Ground {
    /// `because`
    pub because: Option<Text>,
    /// `cite`
    pub cite: Option<Text>,
}

/// A number as written.
#[derive(Debug, Clone)]
pub struct Digits {
    /// Digits, without `_` and `%`.
    pub text: String,
    /// Whether it ends in `%`.
    pub percent: bool,
    /// Whether a `-` stands before it (in types and levels only).
    pub negative: bool,
    /// Where it stands.
    pub place: Place,
}

/// A file.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// Its items.
    pub items: Vec<Item>,
    /// The findings that its items allow.
    pub allows: Vec<Allow>,
    /// What the stretches that could not be read would have declared: these names are not unknown, they are lost.
    pub lost: Vec<Name>,
}

/// `allow CODE because "…"`
#[derive(Debug, Clone)]
pub struct Allow {
    /// The code of the finding.
    pub code: Name,
    /// Why it is as it should be.
    pub ground: Ground,
    /// The item in whose block it stands, or below which.
    pub item: Place,
    /// Where it stands.
    pub place: Place,
}

/// An item. All have a name, mostly a title, and the place of their first line.
#[derive(Debug, Clone)]
pub enum Item {
    /// `policy`
    Policy(Policy),
    /// `use`
    Use(Text),
    /// `scale`
    Scale(Scale),
    /// `record`
    Record(Record),
    /// `define`
    Define(Define),
    /// `table`
    Table(Table),
    /// `group`
    Group(Group),
    /// `entry`
    Entry(Entry),
    /// `criterion`
    Criterion(Criterion),
    /// `score`
    Score(Score),
    /// `rank`
    Rank(Rank),
    /// `joint`
    Joint(Joint),
    /// `exclude`
    Exclude(Exclude),
    /// `premise`
    Premise(Premise),
    /// `cut-list`
    CutList(CutList),
}

/// What most items begin with.
#[derive(Debug, Clone)]
pub struct Head {
    /// The name.
    pub name: Name,
    /// The title.
    pub title: Option<Text>,
    /// `of RECORD`
    pub of: Option<Name>,
    /// The keyword to the end of the name: what a diagnostic about the item points at.
    pub place: Place,
    /// The item with its block.
    pub whole: Place,
}

/// `policy NAME "…" for RECORD { … }`
#[derive(Debug, Clone)]
pub struct Policy {
    /// Name and title.
    pub head: Head,
    /// The record type that is decided on.
    pub record: Name,
    /// `version`
    pub version: Vec<Text>,
    /// `source`
    pub source: Vec<Text>,
    /// `language`
    pub language: Vec<Name>,
    /// `data`
    pub data: Vec<Text>,
}

/// `scale NAME "…" { … }`
#[derive(Debug, Clone)]
pub struct Scale {
    /// Name and title.
    pub head: Head,
    /// The levels.
    pub levels: Vec<Level>,
}

/// `name "…" = 8`
#[derive(Debug, Clone)]
pub struct Level {
    /// The name.
    pub name: Name,
    /// The title.
    pub title: Option<Text>,
    /// The number.
    pub number: Option<Digits>,
    /// Why.
    pub ground: Ground,
}

/// `record NAME "…" in PARENT as PLURAL { … }`
#[derive(Debug, Clone)]
pub struct Record {
    /// Name and title.
    pub head: Head,
    /// `one record`
    pub one: bool,
    /// `in PARENT`
    pub parent: Option<Name>,
    /// `as PLURAL`
    pub plural: Option<Name>,
    /// The fields.
    pub fields: Vec<Field>,
}

/// A field, or a question.
#[derive(Debug, Clone)]
pub struct Field {
    /// The name.
    pub name: Name,
    /// The type.
    pub of_type: Type,
    /// `key`
    pub key: Option<Place>,
    /// `optional`
    pub optional: Option<Place>,
    /// `= …`
    pub default: Option<Expression>,
    /// `reversed`
    pub reversed: Option<Place>,
    /// `from "…"`
    pub from: Option<Text>,
    /// The title.
    pub title: Option<Text>,
    /// `weight N`
    pub weight: Option<Digits>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// `define NAME …`
#[derive(Debug, Clone)]
pub struct Define {
    /// Name, title and record.
    pub head: Head,
    /// The value.
    pub body: DefineBody,
    /// Why.
    pub ground: Ground,
}

/// How a define is written.
#[derive(Debug, Clone)]
pub enum DefineBody {
    /// `= …`
    Value(Expression),
    /// `: TYPE { … }`
    Cases(Type, Vec<Case>),
}

/// `VALUE when CONDITION`, or `otherwise VALUE`.
#[derive(Debug, Clone)]
pub struct Case {
    /// The value.
    pub value: Expression,
    /// The condition; `None` for `otherwise`.
    pub when: Option<Expression>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// `table NAME "…" by … { … }`
#[derive(Debug, Clone)]
pub struct Table {
    /// Name, title and record.
    pub head: Head,
    /// The inputs.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// Why.
    pub ground: Ground,
}

/// An input of a table.
#[derive(Debug, Clone)]
pub enum Column {
    /// An expression.
    Value(Expression),
    /// `name : type`
    Typed(Name, Type),
}

/// `cell, cell -> value`; without cells: `otherwise -> value`.
#[derive(Debug, Clone)]
pub struct Row {
    /// The cells; `None` for `otherwise`.
    pub cells: Option<Vec<Cell>>,
    /// The value.
    pub value: Expression,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// A cell of a table.
#[derive(Debug, Clone)]
pub struct Cell {
    /// What it holds.
    pub kind: CellKind,
    /// Where it stands.
    pub place: Place,
}

/// What a cell holds.
#[derive(Debug, Clone)]
pub enum CellKind {
    /// `any`
    Any,
    /// `< 3`
    Order(OrderOperator, Expression),
    /// A value, a list or a range.
    Span(Span),
}

/// `group NAME "…" of RECORD where …`
#[derive(Debug, Clone)]
pub struct Group {
    /// Name, title and record.
    pub head: Head,
    /// The condition.
    pub condition: Expression,
    /// Why.
    pub ground: Ground,
}

/// A clause that holds one expression.
#[derive(Debug, Clone)]
pub struct Clause<T> {
    /// What it says.
    pub value: T,
    /// Why.
    pub ground: Ground,
    /// Where it stands, without its ground.
    pub place: Place,
}

/// `entry NAME "…" { … }`; what may stand once is a vector so that a second one is told.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Name and title.
    pub head: Head,
    /// `when`
    pub when: Vec<Clause<Expression>>,
    /// `require`
    pub require: Vec<Clause<Expression>>,
    /// `otherwise`
    pub otherwise: Vec<Clause<Text>>,
    /// `instead`
    pub instead: Vec<Instead>,
    /// Why.
    pub ground: Ground,
}

/// `instead "…" to REF when …`
#[derive(Debug, Clone)]
pub struct Instead {
    /// The text.
    pub text: Text,
    /// `to`
    pub to: Option<Expression>,
    /// `when`
    pub when: Option<Expression>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// `criterion NAME "…" { … }`
#[derive(Debug, Clone)]
pub struct Criterion {
    /// Name and title.
    pub head: Head,
    /// `weight`
    pub weight: Vec<Clause<Digits>>,
    /// `mean of { … }` and its kin, and `value …`
    pub body: Vec<Clause<CriterionBody>>,
    /// Why.
    pub ground: Ground,
}

/// How a criterion gets its value.
#[derive(Debug, Clone)]
pub enum CriterionBody {
    /// From questions.
    Questions(Aggregation, Vec<Field>),
    /// `value …`
    Value(Expression),
}

/// `mean of`, …
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
    /// Name and title.
    pub head: Head,
    /// The value.
    pub value: Expression,
    /// Why.
    pub ground: Ground,
}

/// `rank by …`
#[derive(Debug, Clone)]
pub struct Rank {
    /// The keys.
    pub keys: Vec<RankKey>,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// `highest EXPR`
#[derive(Debug, Clone)]
pub struct RankKey {
    /// The direction.
    pub direction: Direction,
    /// The value.
    pub value: Expression,
    /// As written, blanks folded.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// Which values stand first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// `highest`
    Highest,
    /// `lowest`
    Lowest,
    /// `earliest`
    Earliest,
    /// `latest`
    Latest,
    /// `first`
    First,
    /// `last`
    Last,
}

/// `joint FIELD`
#[derive(Debug, Clone)]
pub struct Joint {
    /// The field.
    pub field: Name,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// `exclude NAME "…" of RECORD { … }`
#[derive(Debug, Clone)]
pub struct Exclude {
    /// Name, title and record.
    pub head: Head,
    /// `when`
    pub when: Vec<Clause<Expression>>,
    /// `then`
    pub then: Vec<Clause<Text>>,
    /// `instead`
    pub instead: Vec<Instead>,
    /// Why.
    pub ground: Ground,
}

/// `premise NAME "…" of RECORD where …`
#[derive(Debug, Clone)]
pub struct Premise {
    /// Name, title and record.
    pub head: Head,
    /// The condition.
    pub condition: Option<Expression>,
    /// Why.
    pub ground: Ground,
}

/// `cut-list NAME "…" of RECORD where … { … }`
#[derive(Debug, Clone)]
pub struct CutList {
    /// Name, title and record.
    pub head: Head,
    /// `where`
    pub condition: Option<Expression>,
    /// The clauses.
    pub clauses: Vec<CutListClause>,
}

/// A clause of a cut list.
#[derive(Debug, Clone)]
pub struct CutListClause {
    /// What it says.
    pub kind: CutListClauseKind,
    /// As written without its ground, blanks and line ends folded.
    pub text: String,
    /// Why.
    pub ground: Ground,
    /// Where it stands.
    pub place: Place,
}

/// What a clause of a cut list says.
#[derive(Debug, Clone)]
pub enum CutListClauseKind {
    /// `may cut`
    MayCut(Members),
    /// `protect`
    Protect(Members),
    /// `place A after B within E`
    Place(Name, Name, Option<Expression>),
    /// `prefer A after B within E`
    Prefer(Name, Name, Option<Expression>),
    /// `cut first A then B`
    CutFirst(Vec<Name>),
    /// `keep first A then B`
    KeepFirst(Vec<Name>),
    /// `all or nothing A within E`
    AllOrNothing(Option<Name>, Option<Expression>),
    /// `needs FIELD`
    Needs(Name),
    /// `otherwise by …`
    OtherwiseBy(Vec<RankKey>),
    /// `at most …`, `at least …`
    Limit(Box<LimitClause>),
    /// `take what fits`
    TakeWhatFits,
    /// `show …`
    Show(Vec<Name>),
}

/// `at least|at most AMOUNT of E per E where C`.
#[derive(Debug, Clone)]
pub struct LimitClause {
    /// `at least`, not `at most`.
    pub at_least: bool,
    /// The amount.
    pub amount: Expression,
    /// `of`
    pub of: Option<Expression>,
    /// `per`
    pub per: Option<Expression>,
    /// `where`
    pub condition: Option<Expression>,
}

/// The records a clause speaks of.
#[derive(Debug, Clone)]
pub enum Members {
    /// Groups.
    Groups(Vec<Name>),
    /// `where …`
    Where(Expression),
}
