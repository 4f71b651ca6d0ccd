//! What rules read: which fields, and whether they look beyond the record at hand.
//!
//! Comes in: expressions of a policy. Goes out: [`Reads`]. It never evaluates: what some value of some fact can make an
//! expression read, it reads.
//!
//! Invariant: a field that is not told of changes nothing about the expressions' values.

use std::collections::BTreeSet;

use crate::model::expression::Aggregate;
use crate::model::{
    CriterionBody, CriterionId, DefineBody, Expression, ExpressionKind, FieldId, Function, OrderRuleKind,
    Policy, RecordId, Source, Type,
};

/// What expressions read.
#[derive(Debug, Clone, Default)]
pub(super) struct Reads {
    /// The fields, by record type.
    pub(super) fields: BTreeSet<(RecordId, FieldId)>,
    /// Whether they look at other records of the policy's own type.
    pub(super) others: bool,
    /// Whether they ask for ranks or for who is selected.
    pub(super) standing: bool,
    /// Whether they ask if something is known: then what is unknown may settle more than what is known.
    pub(super) known: bool,
}

/// A thing with a name that expressions read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Define(usize),
    Table(usize),
    Group(usize),
    Criterion(usize),
    Total,
}

impl Reads {
    /// What expressions read, each with the type of the record at hand.
    pub(super) fn of<'p>(
        policy: &'p Policy,
        roots: impl IntoIterator<Item = (RecordId, &'p Expression)>,
    ) -> Reads {
        let mut reads = Reads::default();
        let mut met: BTreeSet<Named> = BTreeSet::new();
        let mut open: Vec<(RecordId, &'p Expression)> = roots.into_iter().collect();
        while let Some((record, root)) = open.pop() {
            let mut named = Vec::new();
            root.visit(record, &mut |record, part| {
                reads.part(policy, record, part, &mut named)
            });
            for name in named {
                if met.insert(name) {
                    reads.inside(policy, name, &mut open);
                }
            }
        }
        reads
    }

    /// The fields of one type.
    pub(super) fn fields_of(&self, record: RecordId) -> BTreeSet<FieldId> {
        let fields = self.fields.iter().filter(|(of_type, _)| *of_type == record);
        fields.map(|(_, field)| *field).collect()
    }

    fn part(&mut self, policy: &Policy, record: RecordId, part: &Expression, named: &mut Vec<Named>) {
        let leads_to_own = |of_type: &Type| match of_type {
            Type::List(inner) => **inner == Type::Reference(policy.record),
            of_type => *of_type == Type::Reference(policy.record),
        };
        match &part.kind {
            ExpressionKind::Field(field) => {
                self.fields.insert((record, *field));
            }
            ExpressionKind::Define(id) => named.push(Named::Define(id.index())),
            ExpressionKind::Table(id) | ExpressionKind::Apply(id, _) => named.push(Named::Table(id.index())),
            ExpressionKind::Group(id) => named.push(Named::Group(id.index())),
            ExpressionKind::Criterion(id) => named.push(Named::Criterion(id.index())),
            ExpressionKind::Total => named.push(Named::Total),
            ExpressionKind::Rank | ExpressionKind::Selected => self.standing = true,
            ExpressionKind::Known(..) | ExpressionKind::Call(Function::KnownOr, _) => self.known = true,
            ExpressionKind::Follow(reference, _) => self.others |= leads_to_own(&reference.of_type),
            ExpressionKind::Aggregate(aggregate) => self.aggregate(policy, aggregate, &leads_to_own),
            _ => {}
        }
    }

    fn aggregate(&mut self, policy: &Policy, aggregate: &Aggregate, leads_to_own: &dyn Fn(&Type) -> bool) {
        match &aggregate.source {
            Source::Children(_, record) | Source::All(record) => self.others |= *record == policy.record,
            Source::References(list) => self.others |= leads_to_own(&list.of_type),
            Source::Questions(id) => self.questions(policy, *id),
        }
    }

    fn questions(&mut self, policy: &Policy, id: CriterionId) {
        if let CriterionBody::Questions(_, questions) = &policy.criterion(id).body {
            let fields = questions.iter().map(|(field, _)| (policy.record, *field));
            self.fields.extend(fields);
        }
    }

    /// Goes on with what a name stands for.
    fn inside<'p>(&mut self, policy: &'p Policy, name: Named, open: &mut Vec<(RecordId, &'p Expression)>) {
        match name {
            Named::Define(index) => {
                if let Some(define) = policy.defines.get(index) {
                    match &define.body {
                        DefineBody::Value(value) => open.push((define.record, value)),
                        DefineBody::Cases(cases) => {
                            let parts = cases
                                .iter()
                                .flat_map(|case| case.when.iter().chain([&case.value]));
                            open.extend(parts.map(|part| (define.record, part)));
                        }
                    }
                }
            }
            Named::Table(index) => {
                if let Some(table) = policy.tables.get(index) {
                    let columns = table.columns.iter().filter_map(|column| column.value.as_ref());
                    let rows = table.rows.iter().chain(&table.otherwise).map(|row| &row.value);
                    open.extend(columns.chain(rows).map(|part| (table.record, part)));
                }
            }
            Named::Group(index) => {
                open.extend(
                    policy
                        .groups
                        .get(index)
                        .map(|group| (group.record, &group.condition)),
                );
            }
            Named::Criterion(index) => {
                if let Some(criterion) = policy.criteria.get(index) {
                    match &criterion.body {
                        CriterionBody::Value(value) => open.push((policy.record, value)),
                        CriterionBody::Questions(_, questions) => {
                            let fields = questions.iter().map(|(field, _)| (policy.record, *field));
                            self.fields.extend(fields);
                        }
                    }
                }
            }
            Named::Total => match &policy.score {
                Some(score) => open.push((policy.record, &score.value)),
                None => {
                    for index in 0..policy.criteria.len() {
                        self.inside(policy, Named::Criterion(index), open);
                    }
                }
            },
        }
    }
}

/// All expressions that a cut list decides by.
pub(super) fn of_list(policy: &Policy) -> Vec<(RecordId, &Expression)> {
    let Some(list) = &policy.cut_list else {
        return Vec::new();
    };
    let mut all: Vec<&Expression> = list.condition.iter().collect();
    for clause in &list.membership {
        all.extend(clause.members.iter().map(|(_, member)| member));
    }
    for rule in &list.rules {
        match &rule.kind {
            OrderRuleKind::Place(after, before, within) | OrderRuleKind::Prefer(after, before, within) => {
                all.extend([&after.condition, &before.condition]);
                all.extend(within);
            }
            OrderRuleKind::CutFirst(tiers) | OrderRuleKind::KeepFirst(tiers) => {
                all.extend(tiers.iter().map(|tier| &tier.condition));
            }
            OrderRuleKind::AllOrNothing(group, within) => {
                all.extend(group.iter().map(|group| &group.condition));
                all.extend(within);
            }
            OrderRuleKind::Needs(_) => {}
        }
    }
    let keys = list.otherwise_by.iter().flat_map(|rank| &rank.keys);
    all.extend(keys.map(|key| &key.value));
    for limit in &list.limits {
        all.push(&limit.amount);
        all.extend(limit.of.iter().chain(&limit.per).chain(&limit.condition));
    }
    all.into_iter()
        .map(|expression| (list.record, expression))
        .collect()
}

/// All expressions that decide something, with the type of the record at hand: no texts, and nothing that is only shown.
pub(super) fn deciding(policy: &Policy) -> Vec<(RecordId, &Expression)> {
    let own = policy.record;
    let mut all = Vec::new();
    for gate in &policy.gates {
        all.extend(gate.when.iter().chain([&gate.require]).map(|part| (own, part)));
    }
    for define in &policy.defines {
        match &define.body {
            DefineBody::Value(value) => all.push((define.record, value)),
            DefineBody::Cases(cases) => {
                let parts = cases
                    .iter()
                    .flat_map(|case| case.when.iter().chain([&case.value]));
                all.extend(parts.map(|part| (define.record, part)));
            }
        }
    }
    for table in &policy.tables {
        let columns = table.columns.iter().filter_map(|column| column.value.as_ref());
        let rows = table.rows.iter().chain(&table.otherwise).map(|row| &row.value);
        all.extend(columns.chain(rows).map(|part| (table.record, part)));
    }
    all.extend(policy.groups.iter().map(|group| (group.record, &group.condition)));
    for criterion in &policy.criteria {
        if let CriterionBody::Value(value) = &criterion.body {
            all.push((own, value));
        }
    }
    all.extend(policy.score.iter().map(|score| (own, &score.value)));
    all.extend(
        policy
            .rank
            .iter()
            .flat_map(|rank| &rank.keys)
            .map(|key| (own, &key.value)),
    );
    all.extend(policy.exclusions.iter().map(|rule| (rule.record, &rule.when)));
    all.extend(of_list(policy));
    all
}
