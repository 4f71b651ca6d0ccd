//! What was decided: every record's status with the rules and facts that decided it.
//!
//! Comes in: filled by the stages of deciding. Goes out: told by `report` and `explain`. It never holds a sentence of the
//! engine's own: only ids, facts, and the author's texts with their placeholders filled in.
//!
//! Invariant: every record of a decided type has exactly one [`Decision`], in the data's order within its type.

use std::sync::Arc;

use super::evaluate::{Evaluator, Standing};
use crate::data::Records;
use crate::model::{CriterionId, FieldId, Language, Number, Policy, RecordId, Reference, Type, Unit, Value};
use crate::source::Place;

/// The outcome of a run.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    /// Every record that has a rank, best first; those of one rank in the order of their keys.
    pub ranking: Vec<Reference>,
    /// A decision for each record of each decided type ([`crate::model::Policy::decided_records`]), type by type.
    pub decisions: Vec<Decision>,
    /// The cut list, if the policy has one.
    pub cut_list: Option<CutListOutcome>,
    /// What the premises are and which decisions rest on them.
    pub premises: Vec<PremiseOutcome>,
    /// The assumed facts of the data on decided records and their children, in the data's order.
    pub assumptions: Vec<Assumption>,
    /// Values that could not be computed, such as divisions by zero; each once.
    pub faults: Vec<Fault>,
    /// Ranks and selection as the last stage left them, for those who ask later.
    pub(super) standing: Arc<Standing>,
}

/// Where a record ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Ranked and taken out by nothing (policy's own record).
    Ranked,
    /// Eligible, in a policy without `rank`.
    Eligible,
    /// Fails a gate.
    NotEligible,
    /// Cannot be decided on what is known.
    Undetermined,
    /// Decided as part of another record.
    Joint,
    /// Taken out by an exclusion.
    Excluded,
    /// Cut list: always stays.
    Prioritised,
    /// Cut list: a candidate that is kept.
    Kept,
    /// Cut list: a candidate that is given up.
    Cut,
    /// Cut list: does not take part.
    Out,
}

impl Status {
    /// All of them.
    pub const ALL: [Status; 10] = [
        Status::Ranked,
        Status::Eligible,
        Status::NotEligible,
        Status::Undetermined,
        Status::Joint,
        Status::Excluded,
        Status::Prioritised,
        Status::Kept,
        Status::Cut,
        Status::Out,
    ];

    /// The name in JSON and in tests: `not-eligible`.
    pub fn name(self) -> &'static str {
        match self {
            Status::Ranked => "ranked",
            Status::Eligible => "eligible",
            Status::NotEligible => "not-eligible",
            Status::Undetermined => "undetermined",
            Status::Joint => "joint",
            Status::Excluded => "excluded",
            Status::Prioritised => "prioritised",
            Status::Kept => "kept",
            Status::Cut => "cut",
            Status::Out => "out",
        }
    }
}

/// The decision on one record.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The record.
    pub record: Reference,
    /// Its status. Of the policy's own record never one of the cut list's.
    pub status: Status,
    /// For the policy's own record where the cut list is of that type: its status in the cut list.
    pub selection: Option<Status>,
    /// The lead, for a joint record.
    pub joint_with: Option<Reference>,
    /// The rank, from 1.
    pub rank: Option<u32>,
    /// The others that share its rank, in the order of their keys.
    pub tied_with: Vec<Reference>,
    /// The score, of an eligible record of a policy that scores; of a joint one `None`.
    pub score: Option<ScoreOutcome>,
    /// The key that put it above others equal so far.
    pub tie_break: Option<TieBreak>,
    /// The defines, tables and groups with a title, in order of declaration: name, title, type and value.
    pub values: Vec<NamedValue>,
    /// The place in the cut list's order, from 1.
    pub place: Option<u32>,
    /// Every rule that decided, in the policy's order.
    pub reasons: Vec<Reason>,
    /// The unknown facts that keep it undetermined, or its tie unbroken, in order of declaration.
    pub missing: Vec<Arc<str>>,
}

/// A titled define, table or group with its value.
#[derive(Debug, Clone)]
pub struct NamedValue {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Arc<str>,
    /// Its type.
    pub of_type: Type,
    /// Its value.
    pub value: Option<Value>,
    /// What the author says of the definitions it came by, in the order read.
    pub grounds: Vec<GroundRead>,
    /// The facts it was read from that are defaults.
    pub defaults: Vec<FactRead>,
}

/// A total with what it is made of.
#[derive(Debug, Clone)]
pub struct ScoreOutcome {
    /// The total; `None` where something it needs is unknown.
    pub value: Option<Number>,
    /// The criteria, in order of declaration.
    pub criteria: Vec<CriterionOutcome>,
    /// The facts it read besides the answers to its own questions, in the order read.
    pub facts: Vec<FactRead>,
    /// What the author says of the definitions it read, in the order read.
    pub grounds: Vec<GroundRead>,
}

/// A criterion's part of a total.
#[derive(Debug, Clone)]
pub struct CriterionOutcome {
    /// The criterion.
    pub criterion: CriterionId,
    /// Its value.
    pub value: Option<Number>,
    /// Weight times value; `None` where that is unknown or the policy's `score` says otherwise.
    pub contribution: Option<Number>,
    /// Its questions with the values given.
    pub questions: Vec<(FieldId, Option<Number>)>,
}

/// The key that put a record above others equal so far.
#[derive(Debug, Clone)]
pub struct TieBreak {
    /// The key, as written: `benefit.patient`.
    pub key: Arc<str>,
    /// The record's own value of it.
    pub value: Value,
    /// The value's type.
    pub of_type: Type,
    /// Those it stands above by this key, in the ranking's order.
    pub over: Vec<Reference>,
}

/// What kind of rule a reason is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReasonKind {
    /// A gate.
    Entry,
    /// An exclusion.
    Exclude,
    /// Assessed as part of another record.
    Joint,
    /// `may cut`
    MayCut,
    /// `protect`, or protected because a protected record needs it or stands together with it.
    Protect,
    /// `place`
    Place,
    /// `cut first`, `keep first`
    Tier,
    /// `prefer`
    Prefer,
    /// `all or nothing`
    Together,
    /// `needs`
    Needs,
    /// A limit.
    Limit,
    /// A tie.
    Tie,
}

impl ReasonKind {
    /// The name in JSON: `may-cut`.
    pub fn name(self) -> &'static str {
        match self {
            ReasonKind::Entry => "entry",
            ReasonKind::Exclude => "exclude",
            ReasonKind::Joint => "joint",
            ReasonKind::MayCut => "may-cut",
            ReasonKind::Protect => "protect",
            ReasonKind::Place => "place",
            ReasonKind::Tier => "tier",
            ReasonKind::Prefer => "prefer",
            ReasonKind::Together => "together",
            ReasonKind::Needs => "needs",
            ReasonKind::Limit => "limit",
            ReasonKind::Tie => "tie",
        }
    }
}

/// What a rule came to for a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The gate is passed.
    Passes,
    /// The gate is failed; of other rules: the rule holds.
    Fails,
    /// It cannot be said.
    Unknown,
    /// The gate does not apply.
    NotApplicable,
}

impl Outcome {
    /// Of a gate, whether it lets the record through; `None` where that cannot be said.
    pub fn lets_through(self) -> Option<bool> {
        match self {
            Outcome::Passes | Outcome::NotApplicable => Some(true),
            Outcome::Fails => Some(false),
            Outcome::Unknown => None,
        }
    }

    /// The name in JSON: `not-applicable`.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Passes => "passes",
            Outcome::Fails => "fails",
            Outcome::Unknown => "unknown",
            Outcome::NotApplicable => "not-applicable",
        }
    }
}

/// A rule that decided something about a record.
#[derive(Debug, Clone)]
pub struct Reason {
    /// The kind of rule.
    pub kind: ReasonKind,
    /// The rule's name (a cut list's clause: the cut list's).
    pub rule: Arc<str>,
    /// The rule's title.
    pub title: Option<Arc<str>>,
    /// What it came to; only for gates and exclusions (an exclusion that takes the record out `Fails`).
    pub outcome: Option<Outcome>,
    /// The author's text for this record, or a cut list's clause as formatted.
    pub text: Option<Arc<str>>,
    /// For rules about the order: the records it stands after; for `together` and `needs`: those it goes with.
    pub after: Vec<Reference>,
    /// The author's `because`.
    pub because: Option<Arc<str>>,
    /// The author's `cite`.
    pub cite: Option<Arc<str>>,
    /// Where the rule stands.
    pub place: Place,
    /// The facts it read, in the order read.
    pub facts: Vec<FactRead>,
    /// What happens instead.
    pub instead: Option<Box<InsteadOutcome>>,
    /// What the author says of the definitions it read, in the order read.
    pub grounds: Vec<GroundRead>,
}

/// What happens to a record instead.
#[derive(Debug, Clone)]
pub struct InsteadOutcome {
    /// The author's text.
    pub text: Arc<str>,
    /// The record that takes it up.
    pub to: Option<Reference>,
    /// Whether that record is in itself (selected, or for a cut list's record prioritised or kept).
    pub to_is_in: Option<bool>,
    /// The author's `because`.
    pub because: Option<Arc<str>>,
    /// The author's `cite`.
    pub cite: Option<Arc<str>>,
    /// Where the clause stands.
    pub place: Place,
}

/// What the author says of a definition that a rule or a value read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GroundRead {
    /// What kind of definition it is.
    pub kind: GroundKind,
    /// Its name: of a case or row that of its define or table, of a level `scale.level`.
    pub name: Arc<str>,
    /// The author's `because`.
    pub because: Option<Arc<str>>,
    /// The author's `cite`.
    pub cite: Option<Arc<str>>,
    /// Where it stands.
    pub place: Place,
}

/// The kinds of definitions that a rule can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroundKind {
    /// A define.
    Define,
    /// The case of a define that gave its value.
    Case,
    /// A table.
    Table,
    /// The row of a table that gave its value.
    Row,
    /// A group.
    Group,
    /// A level of a scale.
    Level,
    /// A criterion.
    Criterion,
    /// The weight of a criterion.
    Weight,
}

impl GroundKind {
    /// The name in JSON: `row`.
    pub fn name(self) -> &'static str {
        match self {
            GroundKind::Define => "define",
            GroundKind::Case => "case",
            GroundKind::Table => "table",
            GroundKind::Row => "row",
            GroundKind::Group => "group",
            GroundKind::Level => "level",
            GroundKind::Criterion => "criterion",
            GroundKind::Weight => "weight",
        }
    }
}

/// A fact that a rule read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactRead {
    /// The record it belongs to.
    pub record: Reference,
    /// The field.
    pub field: FieldId,
    /// How it is named beside the decision's record: `phase`, or `LM-1.area` of another record.
    pub name: Arc<str>,
}

/// What came of the cut list.
#[derive(Debug, Clone)]
pub struct CutListOutcome {
    /// The candidates, from most worth keeping to first to go.
    pub order: Vec<Reference>,
    /// The last kept and the first cut candidate, down the order.
    pub line: Option<Line>,
    /// The limits, one entry per class.
    pub limits: Vec<LimitOutcome>,
    /// Every rule about the order with its effect, as written.
    pub rules: Vec<RuleEffect>,
    /// The `prefer` rules that were set aside.
    pub set_aside: Vec<SetAside>,
    /// The groups of `may cut` and `protect` that nobody who takes part is in: the clause, and which of its groups.
    pub empty: Vec<(usize, usize)>,
}

/// Where the cut list's order turns from kept to cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The last candidate kept before the first cut one.
    pub last_kept: Option<Reference>,
    /// The first candidate cut.
    pub first_cut: Option<Reference>,
    /// Whether only the record key put one before the other.
    pub tied: bool,
}

/// How a limit came out, for one class.
#[derive(Debug, Clone)]
pub struct LimitOutcome {
    /// The index of the limit in the policy's cut list.
    pub limit: usize,
    /// The class, where the limit is `per` one: its value and type.
    pub class: Option<(Value, Type)>,
    /// The unit of the amounts.
    pub unit: Unit,
    /// The amount of the limit.
    pub amount: Option<Number>,
    /// The sum over all who take part.
    pub asked: Number,
    /// The sum over those that stay.
    pub kept: Number,
    /// How many records could not be counted.
    pub not_counted: u32,
    /// How much of that is known.
    pub not_counted_amount: Option<Number>,
    /// Whether the limit holds.
    pub met: bool,
}

/// What a rule about the order did.
#[derive(Debug, Clone)]
pub struct RuleEffect {
    /// The index of the rule in the policy's cut list.
    pub rule: usize,
    /// Its effect.
    pub effect: Effect,
}

/// What a rule about the order did with the records at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It orders candidates.
    Binds,
    /// Every record it puts before others is protected.
    HoldsAlready,
    /// There are no records it speaks of.
    NoSuchRecords,
}

impl Effect {
    /// The name in JSON: `holds-already`.
    pub fn name(self) -> &'static str {
        match self {
            Effect::Binds => "binds",
            Effect::HoldsAlready => "holds-already",
            Effect::NoSuchRecords => "no-such-records",
        }
    }
}

/// A `prefer` rule that yielded.
#[derive(Debug, Clone)]
pub struct SetAside {
    /// The index of the rule in the policy's cut list.
    pub rule: usize,
    /// The value of its `within` for which it yielded.
    pub within: Option<(Value, Type)>,
    /// The rules it would have contradicted, as a circle of records: each stands after the next by a rule.
    pub against: Vec<OrderStep>,
}

/// A step of a contradiction: a record must stand after another by a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderStep {
    /// The record.
    pub record: Reference,
    /// The record it must stand after.
    pub after: Reference,
    /// The index of the rule in the policy's cut list.
    pub rule: usize,
}

/// A premise with the decisions that rest on it.
#[derive(Debug, Clone)]
pub struct PremiseOutcome {
    /// The index of the premise in the policy.
    pub premise: usize,
    /// The records whose decisions rest on it: those for which its condition holds and that are neither out of the
    /// running (not eligible, out, joint) nor excluded.
    pub decisions: Vec<Reference>,
}

/// An assumed fact.
#[derive(Debug, Clone)]
pub struct Assumption {
    /// The record.
    pub record: Reference,
    /// The field.
    pub field: FieldId,
}

/// A value that could not be computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The record at hand.
    pub record: Reference,
    /// What went wrong.
    pub kind: FaultKind,
    /// Where in the policy.
    pub place: Place,
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// A division by zero.
    DivisionByZero,
    /// A number of more than 1,000 digits.
    NumberTooLong,
    /// A number of decimals for `round` that is not a whole number from -1,000 to 1,000.
    BadPlaces,
    /// A number off the type that is declared for it: of a define, or of an input of a table.
    OffItsType,
}

impl FaultKind {
    /// The name in JSON: `division-by-zero`.
    pub fn name(self) -> &'static str {
        match self {
            FaultKind::DivisionByZero => "division-by-zero",
            FaultKind::NumberTooLong => "number-too-long",
            FaultKind::BadPlaces => "bad-places",
            FaultKind::OffItsType => "off-its-type",
        }
    }
}

impl Decision {
    /// Where the record ends, in one word: what the cut list says of it, if it came so far.
    pub fn came_to(&self) -> Status {
        match self.status {
            Status::Ranked | Status::Eligible => self.selection.unwrap_or(self.status),
            status => status,
        }
    }
}

impl Decisions {
    /// Whether every limit of the cut list holds.
    pub fn limits_are_met(&self) -> bool {
        self.cut_list
            .iter()
            .flat_map(|list| &list.limits)
            .all(|limit| limit.met)
    }

    /// The decision on a record.
    pub fn of(&self, record: Reference) -> Option<&Decision> {
        let of_type = self.on_type(record.record);
        let by_row = of_type.get(record.row as usize);
        by_row
            .filter(|decision| decision.record == record)
            .or_else(|| of_type.iter().find(|decision| decision.record == record))
    }

    /// The decisions on one record type, by row: they stand together, so that a type is passed over at once.
    fn on_type(&self, record: RecordId) -> &[Decision] {
        let mut rest = self.decisions.as_slice();
        while let Some(first) = rest.first() {
            let end = rest.partition_point(|decision| decision.record.record == first.record.record);
            let (of_type, others) = rest.split_at(end);
            if first.record.record == record {
                return of_type;
            }
            rest = others;
        }
        &[]
    }

    /// The policy's expressions over the data, with ranks and selection as decided.
    pub fn evaluator<'a>(
        &self,
        policy: &'a Policy,
        records: &'a Records,
        language: Language,
    ) -> Evaluator<'a> {
        let evaluator = Evaluator::new(policy, records, language);
        evaluator.set_standing(Arc::clone(&self.standing));
        evaluator
    }

    /// The decisions on one record type.
    pub fn on(&self, record: RecordId) -> impl Iterator<Item = &Decision> {
        self.on_type(record).iter()
    }
}
