//! What rules read: which fields, and whether they look beyond the record at hand.
//!
//! Comes in: expressions of a policy. Goes out: [`Reads`]. It never evaluates: what some value of some fact can make an
//! expression read, it reads.
//!
//! Invariant: a field that is not told of changes nothing about the expressions' values.

use std::collections::BTreeSet;

use crate::model::expression::Aggregate;
use crate::model::visit::Holder;
use crate::model::{
    Aggregation, Criterion, CriterionBody, Expression, ExpressionKind, FieldId, Function, Policy, RecordId,
    Source, Type,
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
    /// The things with a name.
    named: BTreeSet<Named>,
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
        let mut reads = Reads::themselves(policy, roots);
        let mut open: Vec<Named> = reads.named.iter().copied().collect();
        while let Some(name) = open.pop() {
            let inside = Reads::inside(policy, name);
            open.extend(inside.named.difference(&reads.named));
            reads.take(inside);
        }
        reads
    }

    /// What expressions read themselves, without what the names in them stand for.
    fn themselves<'p>(
        policy: &'p Policy,
        roots: impl IntoIterator<Item = (RecordId, &'p Expression)>,
    ) -> Reads {
        let mut reads = Reads::default();
        for (record, root) in roots {
            root.visit(record, &mut |record, part| reads.part(policy, record, part));
        }
        reads
    }

    fn take(&mut self, other: Reads) {
        self.fields.extend(other.fields);
        self.named.extend(other.named);
        self.others |= other.others;
        self.standing |= other.standing;
        self.known |= other.known;
    }

    /// Whether they rest on the total.
    pub(super) fn total(&self) -> bool {
        self.named.contains(&Named::Total)
    }

    /// The fields of one type.
    pub(super) fn fields_of(&self, record: RecordId) -> BTreeSet<FieldId> {
        let fields = self.fields.iter().filter(|(of_type, _)| *of_type == record);
        fields.map(|(_, field)| *field).collect()
    }

    fn part(&mut self, policy: &Policy, record: RecordId, part: &Expression) {
        let mut named = |name| {
            self.named.insert(name);
        };
        let leads_to_own = |of_type: &Type| match of_type {
            Type::List(inner) => **inner == Type::Reference(policy.record),
            of_type => *of_type == Type::Reference(policy.record),
        };
        match &part.kind {
            ExpressionKind::Field(field) => {
                self.fields.insert((record, *field));
            }
            ExpressionKind::Define(id) => named(Named::Define(id.index())),
            ExpressionKind::Table(id) | ExpressionKind::Apply(id, _) => named(Named::Table(id.index())),
            ExpressionKind::Group(id) => named(Named::Group(id.index())),
            ExpressionKind::Criterion(id) => named(Named::Criterion(id.index())),
            ExpressionKind::Total => named(Named::Total),
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
            Source::Questions(id) => {
                self.named.insert(Named::Criterion(id.index()));
            }
        }
    }

    /// What stands behind a name.
    fn inside(policy: &Policy, name: Named) -> Reads {
        let holder = match name {
            Named::Define(index) => Holder::Define(index),
            Named::Table(index) => Holder::Table(index),
            Named::Group(index) => Holder::Group(index),
            Named::Criterion(index) => Holder::Criterion(index),
            Named::Total => Holder::Rank,
        };
        match (name, &policy.score) {
            (Named::Total, Some(score)) => Reads::themselves(policy, [(policy.record, &score.value)]),
            (Named::Total, None) => Reads {
                named: (0..policy.criteria.len()).map(Named::Criterion).collect(),
                ..Reads::default()
            },
            _ => {
                let mut reads = Reads::themselves(policy, held(policy, &|other| other == holder));
                if let Named::Criterion(index) = name {
                    let criterion = policy.criteria.get(index);
                    let questions = criterion.into_iter().flat_map(questions);
                    reads.fields.extend(questions.map(|field| (policy.record, field)));
                }
                reads
            }
        }
    }
}

/// The questions of a criterion.
fn questions(criterion: &Criterion) -> impl Iterator<Item = FieldId> {
    let questions = match &criterion.body {
        CriterionBody::Questions(_, questions) => questions.as_slice(),
        CriterionBody::Value(_) => &[],
    };
    questions.iter().map(|(field, _)| *field)
}

/// The expressions of some holders, each with the type of the record at hand.
fn held<'p>(policy: &'p Policy, of: &dyn Fn(Holder) -> bool) -> Vec<(RecordId, &'p Expression)> {
    let mut found = Vec::new();
    policy.expressions(&mut |holder, record, expression| {
        if of(holder) {
            found.push((record, expression));
        }
    });
    found
}

/// All expressions that a cut list decides by.
pub(super) fn of_list(policy: &Policy) -> Vec<(RecordId, &Expression)> {
    held(policy, &|holder| holder == Holder::CutList)
}

/// All expressions that decide something, with the type of the record at hand: no texts, and nothing that is only shown.
pub(super) fn deciding(policy: &Policy) -> Vec<(RecordId, &Expression)> {
    held(policy, &|holder| !matches!(holder, Holder::Text | Holder::Aside))
}

/// What the gates read.
pub(super) fn of_gates(policy: &Policy) -> Reads {
    let conditions = policy
        .gates
        .iter()
        .flat_map(|gate| gate.when.iter().chain([&gate.require]));
    Reads::of(policy, conditions.map(|condition| (policy.record, condition)))
}

/// What is read by anything but the score, the keys of the ranking, and texts.
pub(super) fn of_rules(policy: &Policy) -> Reads {
    let is_rule = |holder| matches!(holder, Holder::Rule | Holder::CutList | Holder::Aside);
    Reads::of(policy, held(policy, &is_rule))
}

/// The questions of which every better answer makes the total greater or leaves it, and which nothing else reads but
/// keys of the ranking after the total; those that a key reads only where a better answer always makes the total greater.
pub(super) fn plain_questions(policy: &Policy) -> BTreeSet<FieldId> {
    let own = policy.record;
    let mut plain = BTreeSet::new();
    if policy.score.is_some() {
        return plain;
    }
    let keys = policy.rank.iter().flat_map(|rank| &rank.keys);
    let keys: Vec<&Expression> = keys.map(|key| &key.value).collect();
    let is_total = |key: &&&Expression| matches!(key.kind, ExpressionKind::Total);
    let before = keys.iter().take_while(|key| !is_total(key)).count();
    let (before, after) = keys.split_at(before);
    let of_keys = |keys: &[&'_ Expression]| {
        let others = keys.iter().filter(|key| !is_total(key));
        Reads::of(policy, others.map(|key| (own, *key))).fields_of(own)
    };
    let mut read = of_rules(policy).fields_of(own);
    read.extend(of_keys(before));
    let keyed = of_keys(after);
    let has_name = |holder| {
        matches!(
            holder,
            Holder::Define(_) | Holder::Table(_) | Holder::Group(_) | Holder::Criterion(_)
        )
    };
    let by_name = Reads::themselves(policy, held(policy, &has_name));
    read.extend(by_name.fields_of(own));
    for (index, criterion) in policy.criteria.iter().enumerate() {
        let CriterionBody::Questions(aggregation, questions) = &criterion.body else {
            continue;
        };
        // What rests on the criterion may fall where it rises.
        if by_name.named.contains(&Named::Criterion(index)) {
            continue;
        }
        for (field, weight) in questions {
            let strict = !weight.is_zero()
                && !criterion.weight.is_zero()
                && !matches!(aggregation, Aggregation::Least | Aggregation::Greatest);
            if !read.contains(field) && (strict || !keyed.contains(field)) {
                plain.insert(*field);
            }
        }
    }
    plain
}
