//! How a whole policy is decided over columns.
//!
//! Comes in: a policy, what is written of each record, and a guess of how large its values are. Goes out: a [`Plan`], or why
//! the policy is none for columns. It never looks at data.
//!
//! Invariant: a policy that has a plan is decided by it as [`mod@crate::decide`] decides it.

use std::sync::Arc;

use super::compile::{Column, Compiler, Condition, Made, Operand, Unfit};
use super::outputs::Output;
use super::program::{Program, Truths};
use crate::data::scan::{Guess, Spec};
use crate::model::expression::{Aggregate, AggregateFunction, Source};
use crate::model::{Arithmetic, DefineBody, Expression, ExpressionKind, Limit, Number, Policy, Type, Value};

/// The most gates, exclusions or members of a list that are told by bits.
pub(super) const BITS: usize = 64;

/// What is computed and decided.
#[derive(Debug)]
pub(super) struct Plan<'p> {
    pub(super) spec: Spec<'p>,
    pub(super) program: Program,
    /// For each gate whether a record passes.
    pub(super) gates: Vec<Condition>,
    /// For each exclusion whether it takes a record out.
    pub(super) exclusions: Vec<Condition>,
    /// The keys of the ranking, if there is one.
    pub(super) rank: Option<RankPlan>,
    pub(super) list: Option<ListPlan>,
    /// Sums and counts over all records.
    pub(super) sums: Vec<SumPlan>,
    /// What is written.
    pub(super) outputs: Vec<(Arc<str>, OutputPlan)>,
    /// What must be *no* for no record.
    pub(super) guards: Vec<Truths>,
}

#[derive(Debug)]
pub(super) struct RankPlan {
    /// Each key, and whether the greatest comes first.
    pub(super) keys: Vec<(Column, bool)>,
    /// Whether the record's key breaks what ties are left, and whether from the last one.
    pub(super) by_key: Option<bool>,
}

/// A cut list of the policy's own records, by rank and limits alone.
#[derive(Debug)]
pub(super) struct ListPlan {
    pub(super) condition: Option<Condition>,
    pub(super) may_cut: Vec<Condition>,
    pub(super) protect: Vec<Condition>,
    pub(super) limits: Vec<LimitPlan>,
    pub(super) take_what_fits: bool,
}

#[derive(Debug)]
pub(super) struct LimitPlan {
    /// What is counted of a record; 0 where nothing is.
    pub(super) of: Column,
    pub(super) amount: Amount,
}

/// A sum over all records where a condition holds.
#[derive(Debug)]
pub(super) struct SumPlan {
    pub(super) item: Column,
    pub(super) condition: Option<Condition>,
}

/// An amount that is the same for all records.
#[derive(Debug)]
pub(super) enum Amount {
    Number(Number),
    /// One of the sums.
    Sum(usize),
    Combined(Box<Amount>, Vec<(Arithmetic, Amount)>),
}

/// What is written of each record under a name.
#[derive(Debug)]
pub(super) enum OutputPlan {
    Record(Arc<str>),
    Id,
    Status,
    Selection,
    Rank,
    Failed(Vec<Arc<str>>),
    ExcludedBy(Vec<Arc<str>>),
    Number(Column),
    Answer(Column),
    Date(Column),
    Word(Column, Vec<Arc<str>>),
}

impl<'p> Plan<'p> {
    /// Makes a plan.
    ///
    /// # Errors
    /// What of the policy is not decided over columns.
    pub(super) fn new(policy: &'p Policy, outputs: &[(Arc<str>, Output)], guess: &Guess) -> Made<Plan<'p>> {
        if policy.joint.is_some() {
            return Err(Unfit("joint records"));
        }
        if policy.decided_records().len() != 1 {
            return Err(Unfit("decisions on records of several types"));
        }
        // Each is in the data once, and who reads it closely tells where one is not.
        if policy.records.iter().any(|record| record.one) {
            return Err(Unfit("records of which there is one"));
        }
        let gates = policy.gates.iter().map(|gate| &gate.instead);
        let mut instead = gates.chain(policy.exclusions.iter().map(|rule| &rule.instead));
        // What becomes of a record elsewhere is held against what was decided there, with a warning.
        if instead.any(|texts| texts.iter().any(|text| text.to.is_some())) {
            return Err(Unfit("records that go on in others"));
        }
        if policy.gates.len() > BITS || policy.exclusions.len() > BITS {
            return Err(Unfit("more than 64 gates or exclusions"));
        }
        let mut compiler = Compiler::new(policy, guess);
        let mut gates = Vec::new();
        for gate in &policy.gates {
            let require = compiler.operand(&gate.require)?;
            let passes = match &gate.when {
                None => require,
                Some(when) => {
                    let when = compiler.operand(when)?;
                    let not = compiler.not(when)?;
                    compiler.join(vec![not, require], false)?
                }
            };
            gates.push(compiler.as_condition(passes)?);
        }
        let mut exclusions = Vec::new();
        for exclusion in &policy.exclusions {
            exclusions.push(compiler.condition(&exclusion.when)?);
        }
        let rank = match &policy.rank {
            None => None,
            Some(_) => Some(rank(policy, &mut compiler)?),
        };
        let mut sums = Vec::new();
        let list = match &policy.cut_list {
            None => None,
            Some(_) => Some(list(policy, &mut compiler, &mut sums)?),
        };
        let mut planned = Vec::new();
        for (name, output) in outputs {
            planned.push((Arc::clone(name), self::output(policy, &mut compiler, output)?));
        }
        let fields: Vec<_> = compiler.fields.iter().map(|(field, _)| *field).collect();
        let spec = Spec::new(policy, policy.record, &fields, guess);
        Ok(Plan {
            spec: spec.ok_or(Unfit("records whose key is no text, or with others in them"))?,
            program: compiler.program,
            gates,
            exclusions,
            rank,
            list,
            sums,
            outputs: planned,
            guards: compiler.guards,
        })
    }
}

fn rank(policy: &Policy, compiler: &mut Compiler<'_>) -> Made<RankPlan> {
    let key_field = policy.record_type(policy.record).key;
    let mut plan = RankPlan {
        keys: Vec::new(),
        by_key: None,
    };
    for key in policy.rank.iter().flat_map(|rank| &rank.keys) {
        // The record's own key tells all apart: what comes after it is never reached.
        if let (ExpressionKind::Field(field), Some(own)) = (&key.value.kind, key_field)
            && *field == own
        {
            plan.by_key = Some(key.descending);
            return Ok(plan);
        }
        plan.keys.push((compiler.column(&key.value)?, key.descending));
    }
    Ok(plan)
}

fn list(policy: &Policy, compiler: &mut Compiler<'_>, sums: &mut Vec<SumPlan>) -> Made<ListPlan> {
    let Some(list) = policy
        .cut_list
        .as_ref()
        .filter(|list| list.record == policy.record)
    else {
        return Err(Unfit("cut lists of other records"));
    };
    if !list.rules.is_empty() || list.otherwise_by.is_some() || policy.rank.is_none() {
        return Err(Unfit("cut lists in another order than that of the ranks"));
    }
    let condition = match &list.condition {
        None => None,
        Some(condition) => Some(compiler.condition(condition)?),
    };
    let (mut may_cut, mut protect) = (Vec::new(), Vec::new());
    for clause in &list.membership {
        for (_, members) in &clause.members {
            let members = compiler.condition(members)?;
            if clause.protects {
                protect.push(members)
            } else {
                may_cut.push(members)
            }
        }
    }
    let mut limits = Vec::new();
    for limit in &list.limits {
        limits.push(self::limit(policy, compiler, sums, limit)?);
    }
    Ok(ListPlan {
        condition,
        may_cut,
        protect,
        limits,
        take_what_fits: list.take_what_fits.is_some(),
    })
}

fn limit(
    policy: &Policy,
    compiler: &mut Compiler<'_>,
    sums: &mut Vec<SumPlan>,
    limit: &Limit,
) -> Made<LimitPlan> {
    if limit.at_least || limit.per.is_some() {
        return Err(Unfit("limits with `at least` or `per`"));
    }
    let of = match &limit.of {
        None => Operand::Number(Number::one()),
        Some(of) => compiler.operand(of)?,
    };
    let of = match &limit.condition {
        None => of,
        Some(condition) => {
            let condition = compiler.operand(condition)?;
            let nothing = Operand::Number(Number::zero());
            compiler.chosen(condition, of, nothing)?
        }
    };
    Ok(LimitPlan {
        of: compiler.as_column(of)?,
        amount: amount(policy, compiler, sums, &limit.amount)?,
    })
}

fn amount(
    policy: &Policy,
    compiler: &mut Compiler<'_>,
    sums: &mut Vec<SumPlan>,
    expression: &Expression,
) -> Made<Amount> {
    match &expression.kind {
        ExpressionKind::Constant(Value::Number(number)) => Ok(Amount::Number(number.clone())),
        ExpressionKind::Define(id) => match &policy.define(*id).body {
            DefineBody::Value(value) => amount(policy, compiler, sums, value),
            DefineBody::Cases(_) => Err(Unfit("definitions by cases")),
        },
        ExpressionKind::Arithmetic(first, rest) => {
            let first = amount(policy, compiler, sums, first)?;
            let mut combined = Vec::new();
            for (operator, operand) in rest {
                combined.push((*operator, amount(policy, compiler, sums, operand)?));
            }
            Ok(Amount::Combined(Box::new(first), combined))
        }
        ExpressionKind::Aggregate(aggregate) => {
            let Aggregate {
                function,
                source: Source::All(record),
                item,
                condition,
                ..
            } = aggregate.as_ref()
            else {
                return Err(Unfit("limits whose amount differs from record to record"));
            };
            if *record != policy.record {
                return Err(Unfit("what reads other records"));
            }
            let item = match (function, item) {
                (AggregateFunction::Count, _) => compiler.as_column(Operand::Number(Number::one()))?,
                (AggregateFunction::Sum, Some(item)) => compiler.column(item)?,
                _ => return Err(Unfit("limits by other aggregates than sums and counts")),
            };
            let condition = match condition {
                None => None,
                Some(condition) => Some(compiler.condition(condition)?),
            };
            sums.push(SumPlan { item, condition });
            Ok(Amount::Sum(sums.len() - 1))
        }
        _ => Err(Unfit("limits whose amount differs from record to record")),
    }
}

fn output(policy: &Policy, compiler: &mut Compiler<'_>, output: &Output) -> Made<OutputPlan> {
    let names = |rules: &mut dyn Iterator<Item = &Arc<str>>| rules.map(Arc::clone).collect();
    Ok(match output {
        Output::Record => OutputPlan::Record(Arc::clone(&policy.record_type(policy.record).name)),
        Output::Id => OutputPlan::Id,
        Output::Status => OutputPlan::Status,
        Output::Selection => OutputPlan::Selection,
        Output::Rank => OutputPlan::Rank,
        Output::Failed => OutputPlan::Failed(names(&mut policy.gates.iter().map(|gate| &gate.name))),
        Output::ExcludedBy => {
            OutputPlan::ExcludedBy(names(&mut policy.exclusions.iter().map(|rule| &rule.name)))
        }
        Output::Total => {
            let total = compiler.total()?;
            OutputPlan::Number(compiler.as_column(total)?)
        }
        Output::Criterion(id) => {
            let value = compiler.criterion(*id)?;
            OutputPlan::Number(compiler.as_column(value)?)
        }
        Output::Value(expression) => {
            let column = compiler.column(expression)?;
            match &expression.of_type {
                Type::YesNo => OutputPlan::Answer(column),
                Type::Number(_) => OutputPlan::Number(column),
                Type::Date => OutputPlan::Date(column),
                Type::Enumeration(id) => {
                    let members = &policy.enumeration(*id).members;
                    OutputPlan::Word(column, names(&mut members.iter().map(|(name, _)| name)))
                }
                Type::Scale(id) if policy.scale(*id).numbered => OutputPlan::Number(column),
                Type::Scale(id) => OutputPlan::Word(
                    column,
                    names(&mut policy.scale(*id).levels.iter().map(|level| &level.name)),
                ),
                _ => return Err(Unfit("values that are neither numbers, answers, dates nor words")),
            }
        }
    })
}

impl OutputPlan {
    /// The column that it writes, where it is one.
    pub(super) fn column(&self) -> Option<&Column> {
        match self {
            OutputPlan::Number(column)
            | OutputPlan::Answer(column)
            | OutputPlan::Date(column)
            | OutputPlan::Word(column, _) => Some(column),
            _ => None,
        }
    }
}

impl Amount {
    /// The amount, once the sums are known; `None` where it cannot be computed.
    pub(super) fn number(&self, sums: &[Number]) -> Option<Number> {
        match self {
            Amount::Number(number) => Some(number.clone()),
            Amount::Sum(index) => sums.get(*index).cloned(),
            Amount::Combined(first, rest) => {
                let mut result = first.number(sums)?;
                for (operator, operand) in rest {
                    let operand = operand.number(sums)?;
                    result = match operator {
                        Arithmetic::Add => result.add(&operand)?,
                        Arithmetic::Subtract => result.subtract(&operand)?,
                        Arithmetic::Multiply => result.multiply(&operand)?,
                        Arithmetic::Divide => result.divide(&operand)?,
                    };
                }
                Some(result)
            }
        }
    }
}
