//! Values that depend on a condition: what an expression may come to, and when.
//!
//! Comes in: typed expressions that are not conditions. Goes out: their branches, each a field, a constant or a condition, with
//! the records for which it cannot be ruled out. It never evaluates an expression.
//!
//! Invariant: for every record, the value is known exactly where all open branches are known and agree, as in deciding.

use super::comparisons::EQUAL;
use super::signature;
use super::translate::{At, BRANCHES, Branch, Leaf, Translator};
use super::vocabulary::{Formula, Order, Term, TermId};
use crate::model::regions::Cell;
use crate::model::tables::domain;
use crate::model::{
    Bounds, Column, DefineBody, DefineId, Expression, ExpressionKind, Function, Interval, TableId, Type,
    Value,
};
use crate::source::Place;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most branches of which some are fields: each two of them have to be compared.
const MIXED: usize = 12;

impl<'p> Translator<'p> {
    pub(super) fn branches_or_whole(&mut self, expression: &Expression, at: &At) -> Vec<Branch> {
        match self.branches(expression, at) {
            Some(branches) => branches,
            None => self.whole(expression, at),
        }
    }

    /// The values that an expression may have, and when; `None` where they cannot be told.
    pub(super) fn branches(&mut self, expression: &Expression, at: &At) -> Option<Vec<Branch>> {
        let yes = self.yes;
        let one = |value: Leaf| Some(vec![Branch { open: yes, value }]);
        match &expression.kind {
            ExpressionKind::Constant(Value::List(_)) | ExpressionKind::List(_) => None,
            ExpressionKind::Constant(value) => one(Leaf::Constant(value.clone())),
            ExpressionKind::Field(field) => {
                let declared = self.policy.field(at.record, *field);
                if matches!(declared.of_type, Type::List(_)) {
                    return None;
                }
                let column = Column {
                    name: Arc::clone(&declared.name),
                    value: None,
                    of_type: declared.of_type.clone(),
                    bounds: declared.bounds.clone(),
                    place: Place::default(),
                };
                let term = self.fact(&column, declared.optional && declared.default.is_none(), at);
                if declared.of_type == Type::YesNo {
                    let truth = self.vocabulary.within(term, Cell::Members([1].into()));
                    return one(Leaf::Truth(truth));
                }
                one(Leaf::Term(term))
            }
            ExpressionKind::Follow(reference, value) => {
                let there = self.there(reference, at)?;
                let mut branches = self.branches(value, &there)?;
                if let Some(behind) = there.behind.filter(|_| there.behind != at.behind) {
                    let known = self.vocabulary.known(behind);
                    for branch in &mut branches {
                        if !matches!(branch.value, Leaf::Term(_)) {
                            branch.open = self.vocabulary.and(vec![branch.open, known]);
                        }
                    }
                    if !matches!(
                        branches.as_slice(),
                        [Branch {
                            value: Leaf::Term(_),
                            ..
                        }]
                    ) {
                        let open = self.vocabulary.not(known);
                        branches.push(Branch {
                            open,
                            value: Leaf::Unknown,
                        });
                    }
                }
                Some(branches)
            }
            ExpressionKind::Key(reference) => self.branches(reference, at),
            ExpressionKind::Define(id) => {
                self.remembered(at, false, id.index(), |translator| translator.define(*id, at))
            }
            ExpressionKind::Table(id) => {
                self.remembered(at, true, id.index(), |translator| translator.table(*id, at))
            }
            ExpressionKind::If(condition, then, other) => {
                let condition = self.truth(condition, at);
                let mut branches = Vec::new();
                let open = self.vocabulary.possibly(condition);
                self.add(&mut branches, open, then, at)?;
                let open = self.vocabulary.doubtfully(condition);
                self.add(&mut branches, open, other, at)?;
                Some(branches)
            }
            ExpressionKind::Call(Function::KnownOr, arguments) => {
                let mut branches = Vec::new();
                let mut before: Vec<Formula> = Vec::new();
                for argument in arguments {
                    let known = self.is_known(argument, at);
                    let open = self.vocabulary.and([before.clone(), vec![known]].concat());
                    self.add(&mut branches, open, argument, at)?;
                    before.push(self.vocabulary.not(known));
                }
                let open = self.vocabulary.and(before);
                branches.push(Branch {
                    open,
                    value: Leaf::Unknown,
                });
                Some(branches)
            }
            ExpressionKind::Group(_)
            | ExpressionKind::Not(_)
            | ExpressionKind::And(_)
            | ExpressionKind::Or(_)
            | ExpressionKind::Is(..)
            | ExpressionKind::Compare(..)
            | ExpressionKind::In(..)
            | ExpressionKind::Known(..) => {
                let truth = self.truth(expression, at);
                one(Leaf::Truth(truth))
            }
            _ => None,
        }
    }

    /// What has a name is followed once for a record at hand, however often it is named.
    fn remembered(
        &mut self,
        at: &At,
        table: bool,
        index: usize,
        make: impl FnOnce(&mut Self) -> Option<Vec<Branch>>,
    ) -> Option<Vec<Branch>> {
        let key = (at.clone(), table, index);
        if let Some(known) = self.followed.get(&key) {
            return known.clone();
        }
        let made = make(self);
        self.followed.insert(key, made.clone());
        made
    }

    /// The value of a define, or its cases.
    fn define(&mut self, id: DefineId, at: &At) -> Option<Vec<Branch>> {
        let define = self.policy.define(id);
        match &define.body {
            DefineBody::Value(value) => self.branches(value, at),
            DefineBody::Cases(cases) => {
                // A computed value off the declared type is unknown, which branches do not say.
                if !cases
                    .iter()
                    .all(|case| self.surely_fits(&case.value, &define.bounds, at))
                {
                    return None;
                }
                let mut branches = Vec::new();
                let mut before: Vec<Formula> = Vec::new();
                for case in cases {
                    let mut open = before.clone();
                    let holds = match &case.when {
                        Some(when) => self.truth(when, at),
                        None => self.yes,
                    };
                    open.push(self.vocabulary.possibly(holds));
                    let open = self.vocabulary.and(open);
                    self.add(&mut branches, open, &case.value, at)?;
                    before.push(self.vocabulary.doubtfully(holds));
                }
                let open = self.vocabulary.and(before);
                branches.push(Branch {
                    open,
                    value: Leaf::Unknown,
                });
                Some(branches)
            }
        }
    }

    /// Whether a value lies within bounds whatever a record says: the checker has seen to constants.
    fn surely_fits(&self, value: &Expression, bounds: &Bounds, at: &At) -> bool {
        let any = bounds.range.is_none() && bounds.step.is_none();
        match &value.kind {
            ExpressionKind::Constant(_) => true,
            ExpressionKind::Field(field) => {
                any && (!bounds.integer || self.policy.field(at.record, *field).bounds.integer)
            }
            _ => any && !bounds.integer,
        }
    }

    /// Adds the branches of a value that is open under a condition.
    pub(super) fn add(
        &mut self,
        branches: &mut Vec<Branch>,
        open: Formula,
        value: &Expression,
        at: &At,
    ) -> Option<()> {
        for branch in self.branches_or_whole(value, at) {
            let open = self.vocabulary.and(vec![open, branch.open]);
            branches.push(Branch { open, ..branch });
        }
        (branches.len() <= BRANCHES).then_some(())
    }

    /// The rows of a table that is read, as branches.
    pub(super) fn table(&mut self, id: TableId, at: &At) -> Option<Vec<Branch>> {
        let table = self.policy.table(id);
        if table.rows.len() > BRANCHES {
            return None;
        }
        let mut columns = Vec::new();
        for column in &table.columns {
            columns.push(self.branches_or_whole(column.value.as_ref()?, at));
        }
        let mut branches = Vec::new();
        let mut rows = Vec::new();
        for row in &table.rows {
            let mut matches = Vec::new();
            for (cell, column) in row.cells.iter().zip(&columns) {
                if let crate::model::Cell::Among(ranges) = cell {
                    matches.push(self.matches(column, ranges)?);
                }
            }
            let matches = self.vocabulary.and(matches);
            let open = self.vocabulary.possibly(matches);
            self.add(&mut branches, open, &row.value, at)?;
            rows.push(matches);
        }
        if let Some(row) = &table.otherwise {
            // With an unknown input it takes a search to see whether the rows leave anything for `otherwise`.
            let mut settled = Vec::new();
            for column in &columns {
                for branch in column {
                    if let Leaf::Term(term) = branch.value
                        && self.vocabulary.terms.get(term.0)?.may_be_unknown()
                    {
                        return None;
                    }
                    if matches!(branch.value, Leaf::Unknown) {
                        return None;
                    }
                }
            }
            for matches in rows {
                settled.push(self.vocabulary.doubtfully(matches));
            }
            let open = self.vocabulary.and(settled);
            self.add(&mut branches, open, &row.value, at)?;
        }
        Some(branches)
    }

    /// Whether a column's value lies in a cell.
    pub(super) fn matches(&mut self, column: &[Branch], ranges: &[Interval<Value>]) -> Option<Formula> {
        let mut sides = Vec::new();
        for branch in column {
            let mut ways = Vec::new();
            for range in ranges {
                let mut ends = Vec::new();
                if let (Some((low, true)), Some((high, true))) = (&range.low, &range.high)
                    && low == high
                {
                    ends.push(self.leaves(&branch.value, EQUAL, &Leaf::Constant(low.clone()))?);
                } else {
                    for (end, less) in [(&range.low, false), (&range.high, true)] {
                        if let Some((end, included)) = end {
                            let order = Order {
                                less,
                                equal: *included,
                                greater: !less,
                            };
                            ends.push(self.leaves(&branch.value, order, &Leaf::Constant(end.clone()))?);
                        }
                    }
                }
                ways.push(self.vocabulary.and(ends));
            }
            sides.push((branch.open, self.vocabulary.or(ways)));
        }
        let agree = self.agreement(column)?;
        Some(self.settle(&sides, &agree))
    }

    /// Whether something holds of a value, whichever branch it turns out to be.
    pub(super) fn holding(
        &mut self,
        branches: &[Branch],
        holds: &mut dyn FnMut(&mut Self, &Leaf) -> Formula,
    ) -> Formula {
        let mut sides = Vec::new();
        for branch in branches {
            let holds = holds(self, &branch.value);
            sides.push((branch.open, holds));
        }
        match self.agreement(branches) {
            Some(agree) => self.settle(&sides, &agree),
            // Branches that cannot be compared: whether they agree is anybody's guess.
            None => {
                let agree = self.truth_called(&format!("agreement {sides:?}"));
                self.settle(&sides, &[agree])
            }
        }
    }

    /// Yes where it holds on every open side, no where it fails on every one, as long as all agree.
    pub(super) fn settle(&mut self, sides: &[(Formula, Formula)], agree: &[Formula]) -> Formula {
        if let ([(open, holds)], []) = (sides, agree)
            && *open == self.yes
        {
            return *holds;
        }
        let (mut yes, mut no) = (agree.to_vec(), agree.to_vec());
        for (open, holds) in sides {
            let closed = self.vocabulary.not(*open);
            let fails = self.vocabulary.not(*holds);
            yes.push(self.vocabulary.or(vec![closed, *holds]));
            no.push(self.vocabulary.or(vec![closed, fails]));
        }
        let (yes, no) = (self.vocabulary.and(yes), self.vocabulary.and(no));
        self.vocabulary.split(yes, no)
    }

    /// That no two open branches have different values; `None` where two cannot be compared.
    pub(super) fn agreement(&mut self, branches: &[Branch]) -> Option<Vec<Formula>> {
        if branches.len() < 2 {
            return Some(Vec::new());
        }
        let plain = |branch: &Branch| matches!(branch.value, Leaf::Constant(_) | Leaf::Unknown);
        if branches.iter().all(plain) {
            return Some(self.agreement_of_constants(branches));
        }
        let truths = |branch: &Branch| {
            matches!(
                branch.value,
                Leaf::Truth(_) | Leaf::Constant(Value::YesNo(_)) | Leaf::Unknown
            )
        };
        if branches.iter().all(truths) {
            // Of yes and no, those that hold or fail together agree.
            return Some(Vec::new());
        }
        if branches.len() > MIXED {
            return None;
        }
        let mut agree = Vec::new();
        for (index, one) in branches.iter().enumerate() {
            for other in branches.iter().skip(index + 1) {
                let both = self.vocabulary.and(vec![one.open, other.open]);
                let not = self.vocabulary.not(both);
                let same = self.leaves(&one.value, EQUAL, &other.value)?;
                let same = self.vocabulary.surely(same);
                agree.push(self.vocabulary.or(vec![not, same]));
            }
        }
        Some(agree)
    }

    /// Of constants, only the branches of one value are open at a time.
    pub(super) fn agreement_of_constants(&mut self, branches: &[Branch]) -> Vec<Formula> {
        let mut by_value: BTreeMap<Option<&Value>, Vec<Formula>> = BTreeMap::new();
        for branch in branches {
            let value = match &branch.value {
                Leaf::Constant(value) => Some(value),
                _ => None,
            };
            by_value.entry(value).or_default().push(branch.open);
        }
        let mut opens = Vec::new();
        for (_, formulas) in by_value {
            opens.push(self.vocabulary.or(formulas));
        }
        // One value and no other.
        let mut ways = Vec::new();
        for index in 0..opens.len() {
            let others: Vec<Formula> = opens
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != index)
                .map(|(_, open)| *open)
                .collect();
            let any = self.vocabulary.or(others);
            ways.push(self.vocabulary.not(any));
        }
        vec![self.vocabulary.or(ways)]
    }

    /// The record that a reference leads to.
    pub(super) fn there(&mut self, reference: &Expression, at: &At) -> Option<At> {
        let Type::Reference(record) = reference.of_type else {
            return None;
        };
        let behind = at.behind;
        match &reference.kind {
            ExpressionKind::This => Some(at.clone()),
            ExpressionKind::Parent | ExpressionKind::One(_) => {
                let name = &self.policy.record_type(record).name;
                let one = matches!(reference.kind, ExpressionKind::One(_));
                Some(At {
                    way: if one {
                        format!("{name}.")
                    } else {
                        format!("{}{name}.", at.way)
                    }
                    .into(),
                    record,
                    behind: behind.filter(|_| !one),
                })
            }
            ExpressionKind::Field(field) => {
                let name = &self.policy.field(at.record, *field).name;
                let way = format!("{}{name}.", at.way).into();
                let [
                    Branch {
                        value: Leaf::Term(term),
                        ..
                    },
                ] = self.branches(reference, at)?[..]
                else {
                    return None;
                };
                let doubtful = self.vocabulary.terms.get(term.0)?.may_be_unknown();
                Some(At {
                    way,
                    record,
                    behind: if doubtful { Some(term) } else { behind },
                })
            }
            ExpressionKind::Follow(first, second) => {
                let there = self.there(first, at)?;
                self.there(second, &there)
            }
            _ => None,
        }
    }

    /// The term of a field of the record at hand.
    pub(super) fn fact(&mut self, column: &Column, optional: bool, at: &At) -> TermId {
        let policy = self.policy;
        let signature = signature::of_field(policy, column, optional, &at.way);
        let members = signature::members(policy, &column.of_type);
        self.vocabulary.term(&signature, || Term {
            name: format!("{}{}", at.way, column.name).into(),
            of_type: column.of_type.clone(),
            members,
            domain: domain(&policy.enumerations, &policy.scales, column),
            optional,
            free: true,
            behind: at.behind,
            cuts: Default::default(),
            texts: Default::default(),
        })
    }

    /// An expression that is taken as a whole.
    pub(super) fn whole(&mut self, expression: &Expression, at: &At) -> Vec<Branch> {
        let policy = self.policy;
        let signature = self.signature(expression, at);
        let column = Column {
            name: "".into(),
            value: None,
            of_type: expression.of_type.clone(),
            bounds: Bounds::default(),
            place: Place::default(),
        };
        let members = signature::members(policy, &column.of_type);
        let term = self.vocabulary.term(&signature, || Term {
            name: "".into(),
            of_type: expression.of_type.clone(),
            members,
            domain: domain(&policy.enumerations, &policy.scales, &column),
            optional: true,
            free: false,
            behind: None,
            cuts: Default::default(),
            texts: Default::default(),
        });
        vec![Branch {
            open: self.yes,
            value: Leaf::Term(term),
        }]
    }
}
