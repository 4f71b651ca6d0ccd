//! Values over many records: of none, of some that are unknown, of all records of a type.

use std::time::Instant;

use super::world::*;
use crate::decide::Evaluator;
use crate::model::*;

fn evaluator(world: &World) -> Evaluator<'_> {
    Evaluator::new(&world.policy, &world.records, Language::English)
}

/// A thing with parts: size and ready of each.
fn parts_of(given: &[(Option<i64>, Option<bool>)]) -> (World, Reference) {
    let mut world = World::new();
    let thing = world.add(THING, "T", &[]);
    for (index, (size, ready)) in given.iter().enumerate() {
        let size = size.map(|size| ("size", number(size)));
        let ready = ready.map(|ready| ("ready", Value::YesNo(ready)));
        let values: Vec<_> = size.into_iter().chain(ready).collect();
        world.add_in(Some(thing), PART, &format!("P-{index}"), &values);
    }
    (world, thing)
}

fn come_to(given: &[(Option<i64>, Option<bool>)], filtered: bool) -> [Option<Value>; 7] {
    let (world, thing) = parts_of(given);
    let (size, ready) = (world.get(PART, "size"), world.get(PART, "ready"));
    let big = less(&n(2), &size);
    let condition = filtered.then_some(&ready);
    let evaluator = evaluator(&world);
    let value = |function, item| {
        let made = aggregate(function, parts(), item, condition);
        evaluator.value(&made, thing)
    };
    [
        value(AggregateFunction::Count, None),
        value(AggregateFunction::Sum, Some(&size)),
        value(AggregateFunction::Mean, Some(&size)),
        value(AggregateFunction::Least, Some(&size)),
        value(AggregateFunction::Greatest, Some(&size)),
        value(AggregateFunction::Any, Some(&big)),
        value(AggregateFunction::Every, Some(&big)),
    ]
}

fn yes(truth: bool) -> Option<Value> {
    Some(Value::YesNo(truth))
}

fn num(value: i64) -> Option<Value> {
    Some(number(value))
}

#[test]
fn of_none() {
    let none = [num(0), num(0), None, None, None, yes(false), yes(true)];
    assert_eq!(come_to(&[], false), none);
    assert_eq!(
        come_to(&[(Some(1), Some(false)), (None, Some(false))], true),
        none
    );
}

#[test]
fn of_some() {
    let given = [
        (Some(1), Some(true)),
        (Some(5), Some(true)),
        (Some(9), Some(false)),
    ];
    assert_eq!(
        come_to(&given, true),
        [num(2), num(6), num(3), num(1), num(5), yes(true), yes(false)]
    );
    assert_eq!(
        come_to(&given, false),
        [num(3), num(15), num(5), num(1), num(9), yes(true), yes(false)]
    );
}

#[test]
fn an_unknown_item_leaves_only_what_the_others_settle() {
    let given = [(Some(1), Some(true)), (None, Some(true))];
    assert_eq!(
        come_to(&given, true),
        [num(2), None, None, None, None, None, yes(false)]
    );
    let given = [(None, Some(true)), (Some(3), Some(true))];
    assert_eq!(
        come_to(&given, true),
        [num(2), None, None, None, None, yes(true), None]
    );
}

#[test]
fn an_unknown_where_leaves_only_what_does_not_hang_on_it() {
    let given = [(Some(1), None), (Some(3), Some(true))];
    assert_eq!(
        come_to(&given, true),
        [None, None, None, None, None, yes(true), None]
    );
    let given = [(Some(3), None), (Some(4), Some(true))];
    assert_eq!(
        come_to(&given, true),
        [None, None, None, None, None, yes(true), yes(true)]
    );
    let given = [(Some(1), None)];
    assert_eq!(
        come_to(&given, true),
        [None, None, None, None, None, yes(false), None]
    );
}

#[test]
fn what_is_missing_are_the_facts_of_items_that_still_count() {
    let (world, thing) = parts_of(&[
        (None, Some(true)),
        (None, Some(false)),
        (Some(1), None),
        (Some(3), None),
    ]);
    let (size, ready) = (world.get(PART, "size"), world.get(PART, "ready"));
    let evaluator = evaluator(&world);
    let missing = |function, item| -> Vec<String> {
        let made = aggregate(function, parts(), item, Some(&ready));
        let names = evaluator.missing(&[&made], thing);
        names.iter().map(|name| name.to_string()).collect()
    };
    let big = less(&n(2), &size);
    assert_eq!(
        missing(AggregateFunction::Count, None),
        ["P-2.ready", "P-3.ready"]
    );
    assert_eq!(
        missing(AggregateFunction::Sum, Some(&size)),
        ["P-0.size", "P-2.ready", "P-3.ready"]
    );
    assert_eq!(
        missing(AggregateFunction::Any, Some(&big)),
        ["P-0.size", "P-3.ready"]
    );
    assert_eq!(
        missing(AggregateFunction::Every, Some(&big)),
        ["P-0.size", "P-2.ready"]
    );
}

#[test]
fn lists_of_references_are_gone_over_as_they_stand() {
    let mut world = World::new();
    let one = world.add(THING, "T-1", &[("a", number(1))]);
    let two = world.add(THING, "T-2", &[("a", number(2))]);
    let list = Value::List([two, one].map(Value::Reference).into());
    let this = world.add(THING, "T-3", &[("others", list)]);
    let lost = world.add(THING, "T-4", &[]);
    let sum = aggregate(
        AggregateFunction::Sum,
        Source::References(world.own("others")),
        Some(&world.own("a")),
        None,
    );
    let evaluator = evaluator(&world);
    assert_eq!(evaluator.value(&sum, this), num(3));
    assert_eq!(evaluator.value(&sum, lost), None);
    assert_eq!(&*evaluator.missing(&[&sum], lost)[0], "others");
    let facts = evaluator.facts(&[&sum], this);
    assert_eq!(
        facts.iter().map(|fact| &*fact.name).collect::<Vec<_>>(),
        ["others", "T-2.a", "T-1.a"]
    );
}

#[test]
fn what_is_over_all_records_is_computed_once_and_reads_no_facts() {
    let mut world = World::new();
    for row in 0..3 {
        world.add(THING, &format!("T-{row}"), &[("a", number(row))]);
    }
    let without = world.add(THING, "T-3", &[]);
    let all = |item: &Expression, number| {
        let mut made = aggregate(AggregateFunction::Sum, Source::All(THING), Some(item), None);
        let ExpressionKind::Aggregate(inner) = &mut made.kind else {
            unreachable!()
        };
        inner.constant = Some(number);
        made
    };
    let sum = all(&world.own("a"), 0);
    let rank = all(&numeric(ExpressionKind::Rank), 1);
    world.policy.constant_aggregates = 2;
    let evaluator = evaluator(&world);
    assert_eq!(evaluator.value(&sum, without), None);
    assert_eq!(evaluator.facts(&[&sum], without), []);
    assert_eq!(&*evaluator.missing(&[&sum], without)[0], "a");
    let first = Reference { row: 0, ..without };
    assert_eq!(&*evaluator.missing(&[&sum], first)[0], "T-3.a");
    assert_eq!(evaluator.value(&rank, first), None);
    evaluator.set_standing(crate::decide::Standing {
        ranks: vec![Some(1), Some(2), Some(3), Some(4)],
        ..Default::default()
    });
    assert_eq!(evaluator.value(&rank, first), num(10));
}

#[test]
fn aggregates_in_each_other_take_no_more_steps_than_records() {
    let mut world = World::new();
    let thing = world.add(THING, "T", &[]);
    for part in 0..100 {
        world.add_in(Some(thing), PART, &format!("P-{part}"), &[("size", number(1))]);
    }
    let parent = || expression(ExpressionKind::Parent, Type::Reference(THING));
    let mut sum = world.get(PART, "size");
    for _ in 0..8 {
        sum = aggregate(
            AggregateFunction::Sum,
            Source::Children(parent(), PART),
            Some(&sum),
            None,
        );
    }
    let sum = aggregate(AggregateFunction::Sum, parts(), Some(&sum), None);
    let evaluator = evaluator(&world);
    let begin = Instant::now();
    let value = evaluator.number(&sum, thing).unwrap();
    assert_eq!(
        value.exact(),
        (1..=9).fold(1_i128, |product, _| product * 100).to_string()
    );
    assert!(begin.elapsed().as_secs() < 20);
}
