//! Criteria, totals, and what a record has of its lead.

use super::world::*;
use crate::decide::{Evaluator, FaultKind, Standing};
use crate::model::*;

const QUESTIONS: &[(&str, bool, i64)] = &[("x", false, 1), ("y", true, 3)];

fn given(x: i64, y: i64) -> Vec<(&'static str, Value)> {
    vec![("m.x", number(x)), ("m.y", number(y))]
}

#[test]
fn questions_are_summed_up_and_reversed_ones_counted_from_the_other_end() {
    let expected = [
        (Aggregation::Mean, Number::fraction(11, 2)),
        (Aggregation::Sum, Number::fraction(11, 1)),
        (Aggregation::Least, Number::fraction(4, 1)),
        (Aggregation::Greatest, Number::fraction(7, 1)),
        (Aggregation::WeightedMean, Number::fraction(25, 4)),
    ];
    for (aggregation, value) in expected {
        let mut world = World::new();
        let criterion = world.criterion("m", aggregation, 2, QUESTIONS);
        let record = world.add(THING, "T", &given(4, 3));
        let half = world.add(THING, "U", &[("m.x", number(4))]);
        let evaluator = Evaluator::new(&world.policy, &world.records, Language::English);
        assert_eq!(evaluator.criterion(criterion, record), value, "{aggregation:?}");
        let twice = value.and_then(|value| value.multiply(&Number::from_integer(2)));
        assert_eq!(evaluator.total(record), twice);
        assert_eq!(evaluator.criterion(criterion, half), None);
        assert_eq!(evaluator.total(half), None);
        assert_eq!(&*evaluator.missing_total(half)[0], "m.y");
        assert_eq!(evaluator.missing_total(record), []);
        assert_eq!(
            evaluator.value(&world.own("m.y"), record),
            Some(number(3)),
            "as given elsewhere"
        );
    }
}

#[test]
fn weights_that_add_up_to_nothing_are_a_fault() {
    let mut world = World::new();
    let criterion = world.criterion("m", Aggregation::WeightedMean, 1, &[("x", false, 0)]);
    let record = world.add(THING, "T", &[("m.x", number(4))]);
    let evaluator = Evaluator::new(&world.policy, &world.records, Language::English);
    assert_eq!(evaluator.criterion(criterion, record), None);
    assert_eq!(evaluator.faults()[0].kind, FaultKind::DivisionByZero);
}

#[test]
fn a_policy_that_scores_nothing_has_no_total() {
    let mut world = World::new();
    let record = world.add(THING, "T", &[]);
    let evaluator = Evaluator::new(&world.policy, &world.records, Language::English);
    assert_eq!(evaluator.total(record), None);
    assert_eq!(evaluator.missing_total(record), []);
}

#[test]
fn questions_can_be_counted() {
    let mut world = World::new();
    let criterion = world.criterion("m", Aggregation::Mean, 1, QUESTIONS);
    let record = world.add(THING, "T", &given(4, 3));
    let half = world.add(THING, "U", &[("m.x", number(4))]);
    let low = less(&numeric(ExpressionKind::It), &n(4));
    let count = aggregate(
        AggregateFunction::Count,
        Source::Questions(criterion),
        None,
        Some(&low),
    );
    let evaluator = Evaluator::new(&world.policy, &world.records, Language::English);
    assert_eq!(
        evaluator.value(&count, record),
        Some(number(1)),
        "the value given, not the reversed one"
    );
    assert_eq!(evaluator.value(&count, half), None);
    assert_eq!(&*evaluator.missing(&[&count], half)[0], "m.y");
    assert_eq!(evaluator.facts(&[&count], record).len(), 2);
}

#[test]
fn a_joint_record_and_its_children_have_the_total_rank_and_selection_of_the_lead() {
    let mut world = World::new();
    let criterion = world.criterion("m", Aggregation::Sum, 1, QUESTIONS);
    let lead = world.add(THING, "LEAD", &given(4, 3));
    let joint = world.add(THING, "JOINT", &given(0, 0));
    let part = world.add_in(Some(joint), PART, "P", &[]);
    let total = numeric(ExpressionKind::Total);
    let rank = numeric(ExpressionKind::Rank);
    let selected = yes_no(ExpressionKind::Selected);
    let parent = expression(ExpressionKind::Parent, Type::Reference(THING));
    let evaluator = Evaluator::new(&world.policy, &world.records, Language::English);
    assert_eq!(evaluator.value(&total, joint), Some(number(10)));
    assert_eq!(evaluator.value(&rank, joint), None);
    assert_eq!(evaluator.truth(&selected, joint), None);
    evaluator.set_standing(Standing {
        lead: vec![lead, lead],
        ranks: vec![Some(7), None],
        selected: vec![Some(true), None],
    });
    assert_eq!(evaluator.value(&total, joint), Some(number(11)));
    assert_eq!(evaluator.total(joint), Some(Number::from_integer(11)));
    assert_eq!(evaluator.value(&follow(&parent, &rank), part), Some(number(7)));
    assert_eq!(evaluator.truth(&selected, joint), Some(true));
    assert_eq!(
        evaluator.criterion(criterion, joint),
        Some(Number::from_integer(10)),
        "its own"
    );
    let facts = evaluator.facts(&[&total], joint);
    assert_eq!(
        facts.iter().map(|fact| &*fact.name).collect::<Vec<_>>(),
        ["LEAD.m.x", "LEAD.m.y"]
    );
}

#[test]
fn a_new_standing_is_seen_by_all_that_rests_on_it() {
    let mut world = World::new();
    let record = world.add(THING, "T", &[("a", number(5))]);
    let rank = world.define(
        "better",
        chain(&numeric(ExpressionKind::Rank), &[(Arithmetic::Add, &n(1))]),
    );
    let outer = world.define("outer", chain(&rank, &[(Arithmetic::Multiply, &world.own("a"))]));
    let evaluator = Evaluator::new(&world.policy, &world.records, Language::English);
    let ranked = |rank| Standing {
        ranks: vec![rank],
        ..Standing::default()
    };
    assert_eq!(evaluator.value(&outer, record), None);
    assert_eq!(evaluator.missing(&[&outer], record), []);
    evaluator.set_standing(ranked(Some(1)));
    assert_eq!(evaluator.value(&outer, record), Some(number(10)));
    evaluator.set_standing(ranked(Some(3)));
    assert_eq!(evaluator.value(&outer, record), Some(number(20)));
}
