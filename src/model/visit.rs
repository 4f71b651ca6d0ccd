//! All expressions of a policy, one by one.
//!
//! Comes in: an expression or a policy. Goes out: calls for every part of it. It never follows a name to what it stands for.
//!
//! Invariant: an expression is visited before its parts, and its parts from left to right.

use super::expression::SetMember;
use super::{
    CriterionBody, DefineBody, Expression, ExpressionKind, Ground, Interval, OrderRuleKind, Policy, RecordId,
    Set, Source, Template, TemplatePart, Type,
};

impl Expression {
    /// Calls `visit` for this expression and every part of it, with the type of the record at hand there.
    pub fn visit<'e>(&'e self, record: RecordId, visit: &mut dyn FnMut(RecordId, &'e Expression)) {
        visit(record, self);
        let interval = |interval: &'e Interval<Expression>,
                        visit: &mut dyn FnMut(RecordId, &'e Expression)| {
            for (end, _) in [&interval.low, &interval.high].into_iter().flatten() {
                end.visit(record, visit);
            }
        };
        match &self.kind {
            ExpressionKind::Follow(reference, value) => {
                reference.visit(record, visit);
                value.visit(record_of(&reference.of_type).unwrap_or(record), visit);
            }
            ExpressionKind::Is(one, other, _) | ExpressionKind::Compare(_, one, other) => {
                one.visit(record, visit);
                other.visit(record, visit);
            }
            ExpressionKind::Key(one)
            | ExpressionKind::Not(one)
            | ExpressionKind::Known(one, _)
            | ExpressionKind::Negate(one) => one.visit(record, visit),
            ExpressionKind::And(all)
            | ExpressionKind::Or(all)
            | ExpressionKind::List(all)
            | ExpressionKind::Call(_, all)
            | ExpressionKind::Apply(_, all) => all.iter().for_each(|one| one.visit(record, visit)),
            ExpressionKind::In(item, set, _) => {
                item.visit(record, visit);
                match set {
                    Set::Range(range) => interval(range, visit),
                    Set::Members(members) => {
                        for member in members {
                            match member {
                                SetMember::Value(value) => value.visit(record, visit),
                                SetMember::Range(range) => interval(range, visit),
                            }
                        }
                    }
                    Set::List(list) => list.visit(record, visit),
                }
            }
            ExpressionKind::Arithmetic(first, rest) => {
                first.visit(record, visit);
                rest.iter().for_each(|(_, operand)| operand.visit(record, visit));
            }
            ExpressionKind::If(condition, then, other) => {
                condition.visit(record, visit);
                then.visit(record, visit);
                other.visit(record, visit);
            }
            ExpressionKind::Aggregate(aggregate) => {
                let there = match &aggregate.source {
                    Source::Children(of, there) => {
                        of.visit(record, visit);
                        *there
                    }
                    Source::References(list) => {
                        list.visit(record, visit);
                        record_of(&list.of_type).unwrap_or(record)
                    }
                    Source::All(there) => *there,
                    Source::Questions(_) => record,
                };
                let inner = aggregate.item.iter().chain(&aggregate.condition);
                inner.for_each(|inner| inner.visit(there, visit));
            }
            ExpressionKind::Constant(_)
            | ExpressionKind::Field(_)
            | ExpressionKind::Define(_)
            | ExpressionKind::Table(_)
            | ExpressionKind::Group(_)
            | ExpressionKind::Criterion(_)
            | ExpressionKind::Total
            | ExpressionKind::Rank
            | ExpressionKind::Selected
            | ExpressionKind::This
            | ExpressionKind::Parent
            | ExpressionKind::One(_)
            | ExpressionKind::It
            | ExpressionKind::Parameter(_) => {}
        }
    }
}

/// The record type that a reference, or a list of references, leads to.
fn record_of(of_type: &Type) -> Option<RecordId> {
    match of_type {
        Type::Reference(record) => Some(*record),
        Type::List(inner) => record_of(inner),
        _ => None,
    }
}

impl Template {
    /// The expressions in its placeholders.
    pub fn placeholders(&self) -> impl Iterator<Item = &Expression> {
        self.parts.iter().filter_map(|part| match part {
            TemplatePart::Value(expression) => Some(expression),
            TemplatePart::Literal(_) => None,
        })
    }
}

/// What an expression stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A define, by its index.
    Define(usize),
    /// A table, by its index.
    Table(usize),
    /// A group, by its index.
    Group(usize),
    /// A criterion, by its index.
    Criterion(usize),
    /// What decides: a gate, an exclusion.
    Rule,
    /// What ranks: the score, the keys of the ranking.
    Rank,
    /// What the cut list decides by.
    CutList,
    /// What decides nothing itself: a premise, what happens instead, a value that the cut list shows.
    Aside,
    /// A text that is shown.
    Text,
}

impl Policy {
    /// Calls `visit` for every expression that stands in it, with what it stands in and the type of the record at hand; for
    /// whole ones only: their parts are reached with [`Expression::visit`].
    pub fn expressions<'p>(&'p self, visit: &mut dyn FnMut(Holder, RecordId, &'p Expression)) {
        let own = self.record;
        for (index, define) in self.defines.iter().enumerate() {
            let holder = Holder::Define(index);
            match &define.body {
                DefineBody::Value(value) => visit(holder, define.record, value),
                DefineBody::Cases(cases) => {
                    for case in cases {
                        visit(holder, define.record, &case.value);
                        case.when
                            .iter()
                            .for_each(|when| visit(holder, define.record, when));
                    }
                }
            }
        }
        for (index, table) in self.tables.iter().enumerate() {
            let holder = Holder::Table(index);
            let columns = table.columns.iter().filter_map(|column| column.value.as_ref());
            columns.for_each(|column| visit(holder, table.record, column));
            for row in table.rows.iter().chain(&table.otherwise) {
                visit(holder, table.record, &row.value);
            }
        }
        for (index, group) in self.groups.iter().enumerate() {
            visit(Holder::Group(index), group.record, &group.condition);
        }
        for (index, criterion) in self.criteria.iter().enumerate() {
            if let CriterionBody::Value(value) = &criterion.body {
                visit(Holder::Criterion(index), own, value);
            }
        }
        let rule = Holder::Rule;
        for gate in &self.gates {
            gate.when.iter().for_each(|when| visit(rule, own, when));
            visit(rule, own, &gate.require);
        }
        self.score
            .iter()
            .for_each(|score| visit(Holder::Rank, own, &score.value));
        let keys = self.rank.iter().flat_map(|rank| &rank.keys);
        keys.for_each(|key| visit(Holder::Rank, own, &key.value));
        for exclusion in &self.exclusions {
            visit(rule, exclusion.record, &exclusion.when);
        }
        for premise in &self.premises {
            premise
                .condition
                .iter()
                .for_each(|condition| visit(Holder::Aside, premise.record, condition));
        }
        self.cut_list_expressions(visit);
        let grounds = self.grounds().into_iter();
        let grounds = grounds.flat_map(|(record, ground)| {
            let texts = ground.because.iter().chain(&ground.cite);
            texts.map(move |text| (record, text))
        });
        for (record, text) in self.texts().into_iter().chain(grounds) {
            text.placeholders()
                .for_each(|value| visit(Holder::Text, record, value));
        }
        let insteads = self.gates.iter().map(|gate| (own, &gate.instead));
        let insteads = insteads.chain(self.exclusions.iter().map(|rule| (rule.record, &rule.instead)));
        for (record, instead) in insteads.flat_map(|(record, all)| all.iter().map(move |one| (record, one))) {
            instead
                .to
                .iter()
                .chain(&instead.when)
                .for_each(|value| visit(Holder::Aside, record, value));
        }
    }

    fn cut_list_expressions<'p>(&'p self, visit: &mut dyn FnMut(Holder, RecordId, &'p Expression)) {
        let Some(list) = &self.cut_list else { return };
        let mut rule = |expression: &'p Expression| visit(Holder::CutList, list.record, expression);
        list.condition.iter().for_each(&mut rule);
        for membership in &list.membership {
            membership.members.iter().for_each(|(_, members)| rule(members));
        }
        for order in &list.rules {
            match &order.kind {
                OrderRuleKind::Place(after, before, within)
                | OrderRuleKind::Prefer(after, before, within) => {
                    rule(&after.condition);
                    rule(&before.condition);
                    within.iter().for_each(&mut rule);
                }
                OrderRuleKind::CutFirst(tiers) | OrderRuleKind::KeepFirst(tiers) => {
                    tiers.iter().for_each(|tier| rule(&tier.condition));
                }
                OrderRuleKind::AllOrNothing(group, within) => {
                    group.iter().for_each(|group| rule(&group.condition));
                    within.iter().for_each(&mut rule);
                }
                OrderRuleKind::Needs(_) => {}
            }
        }
        let keys = list.otherwise_by.iter().flat_map(|rank| &rank.keys);
        keys.for_each(|key| rule(&key.value));
        for limit in &list.limits {
            rule(&limit.amount);
            let rest = limit.of.iter().chain(&limit.per).chain(&limit.condition);
            rest.for_each(&mut rule);
        }
        list.show
            .iter()
            .for_each(|(_, shown)| visit(Holder::Aside, list.record, shown));
    }

    /// The grounds of all that has some, with the type of the record that they are told of.
    pub fn grounds(&self) -> Vec<(RecordId, &Ground)> {
        let own = self.record;
        let mut grounds: Vec<(RecordId, &Ground)> = Vec::new();
        for gate in &self.gates {
            grounds.push((own, &gate.ground));
            grounds.extend(gate.instead.iter().map(|instead| (own, &instead.ground)));
        }
        for rule in &self.exclusions {
            grounds.push((rule.record, &rule.ground));
            grounds.extend(rule.instead.iter().map(|instead| (rule.record, &instead.ground)));
        }
        grounds.extend(
            self.premises
                .iter()
                .map(|premise| (premise.record, &premise.ground)),
        );
        for criterion in &self.criteria {
            grounds.extend([(own, &criterion.ground), (own, &criterion.weight_ground)]);
        }
        grounds.extend(self.score.iter().map(|score| (own, &score.ground)));
        grounds.extend(self.rank.iter().map(|rank| (own, &rank.ground)));
        grounds.extend(self.joint.iter().map(|joint| (own, &joint.ground)));
        for define in &self.defines {
            grounds.push((define.record, &define.ground));
            if let DefineBody::Cases(cases) = &define.body {
                grounds.extend(cases.iter().map(|case| (define.record, &case.ground)));
            }
        }
        for table in &self.tables {
            grounds.push((table.record, &table.ground));
            let rows = table.rows.iter().chain(&table.otherwise);
            grounds.extend(rows.map(|row| (table.record, &row.ground)));
        }
        grounds.extend(self.groups.iter().map(|group| (group.record, &group.ground)));
        if let Some(list) = &self.cut_list {
            let record = list.record;
            grounds.extend(
                list.membership
                    .iter()
                    .map(|membership| (record, &membership.ground)),
            );
            grounds.extend(list.rules.iter().map(|rule| (record, &rule.ground)));
            grounds.extend(list.limits.iter().map(|limit| (record, &limit.ground)));
            grounds.extend(list.otherwise_by.iter().map(|rank| (record, &rank.ground)));
        }
        grounds
    }

    /// The texts that are shown of a record, with the type of the record.
    pub fn texts(&self) -> Vec<(RecordId, &Template)> {
        let own = self.record;
        let mut texts = Vec::new();
        for gate in &self.gates {
            texts.extend(gate.otherwise.iter().map(|text| (own, text)));
            texts.extend(gate.instead.iter().map(|instead| (own, &instead.text)));
        }
        for exclusion in &self.exclusions {
            texts.extend(exclusion.then.iter().map(|text| (exclusion.record, text)));
            texts.extend(
                exclusion
                    .instead
                    .iter()
                    .map(|instead| (exclusion.record, &instead.text)),
            );
        }
        texts
    }
}
