//! Three-valued logic: its tables, where it stops, and what it leaves out.

use super::world::*;
use crate::decide::Evaluator;
use crate::model::expression::SetMember;
use crate::model::*;

const TRUTHS: [Option<bool>; 3] = [Some(true), Some(false), None];

fn truths(p: Option<bool>, q: Option<bool>) -> (World, Reference) {
    let mut world = World::new();
    let given = [("p", p), ("q", q)];
    let known = given
        .iter()
        .filter_map(|(name, truth)| Some((*name, Value::YesNo((*truth)?))));
    let values: Vec<(&str, Value)> = known.collect();
    let record = world.add(THING, "T", &values);
    (world, record)
}

fn evaluator(world: &World) -> Evaluator<'_> {
    Evaluator::new(&world.policy, &world.records, Language::English)
}

fn names(names: &[std::sync::Arc<str>]) -> Vec<&str> {
    names.iter().map(|name| &**name).collect()
}

#[test]
fn and_or_not_follow_kleene() {
    for p in TRUTHS {
        for q in TRUTHS {
            let (world, record) = truths(p, q);
            let (own_p, own_q) = (world.own("p"), world.own("q"));
            let evaluator = evaluator(&world);
            let both = match (p, q) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
            let either = match (p, q) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            };
            assert_eq!(
                evaluator.truth(&and(&[&own_p, &own_q]), record),
                both,
                "{p:?} and {q:?}"
            );
            assert_eq!(
                evaluator.truth(&or(&[&own_p, &own_q]), record),
                either,
                "{p:?} or {q:?}"
            );
            assert_eq!(evaluator.truth(&not(&own_p), record), p.map(|p| !p), "not {p:?}");
            let equal = p.zip(q).map(|(p, q)| p == q);
            assert_eq!(
                evaluator.truth(&is(&own_p, &own_q), record),
                equal,
                "{p:?} is {q:?}"
            );
            assert_eq!(evaluator.truth(&known(&own_p), record), Some(p.is_some()));
        }
    }
}

#[test]
fn what_is_unknown_may_still_be_settled_by_what_follows() {
    let (world, record) = truths(None, None);
    let p = world.own("p");
    let evaluator = evaluator(&world);
    assert_eq!(evaluator.truth(&or(&[&p, &no(), &yes()]), record), Some(true));
    assert_eq!(evaluator.truth(&and(&[&p, &yes(), &no()]), record), Some(false));
}

#[test]
fn an_unknown_condition_leaves_what_both_branches_agree_on() {
    let (world, record) = truths(None, None);
    let (p, q) = (world.own("p"), world.own("q"));
    let evaluator = evaluator(&world);
    assert_eq!(
        evaluator.value(&choose(&p, &n(1), &n(1)), record),
        Some(number(1))
    );
    assert_eq!(evaluator.value(&choose(&p, &n(1), &n(2)), record), None);
    assert_eq!(evaluator.value(&choose(&p, &q, &q), record), None);
    let differing = choose(&p, &n(1), &n(2));
    assert_eq!(names(&evaluator.missing(&[&differing], record)), ["p"]);
    assert_eq!(
        names(&evaluator.missing(&[&choose(&q, &p, &yes())], record)),
        ["p", "q"]
    );
    assert_eq!(
        names(&evaluator.missing(&[&choose(&yes(), &p, &q)], record)),
        ["p"]
    );
}

#[test]
fn what_is_not_reached_is_no_fact() {
    let (world, record) = truths(Some(false), Some(true));
    let (p, q, r) = (world.own("p"), world.own("q"), world.own("r"));
    let evaluator = evaluator(&world);
    let facts = |expression: &Expression| -> Vec<String> {
        let facts = evaluator.facts(&[expression], record);
        facts.iter().map(|fact| fact.name.to_string()).collect()
    };
    assert_eq!(facts(&and(&[&q, &p, &r])), ["q", "p"]);
    assert_eq!(facts(&or(&[&r, &q, &p])), ["r", "q"]);
    assert_eq!(facts(&choose(&p, &q, &r)), ["p", "r"]);
    assert_eq!(facts(&and(&[&q, &q])), ["q"]);
    assert_eq!(facts(&known(&r)), ["r"]);
}

#[test]
fn nothing_is_missing_of_what_another_part_settles() {
    let (world, record) = truths(Some(false), None);
    let (p, q, r) = (world.own("p"), world.own("q"), world.own("r"));
    let evaluator = evaluator(&world);
    let missing = |expression: &Expression| names(&evaluator.missing(&[expression], record)).join(", ");
    assert_eq!(missing(&and(&[&q, &p])), "");
    assert_eq!(missing(&or(&[&and(&[&q, &p]), &r])), "r");
    assert_eq!(missing(&or(&[&r, &q])), "q, r");
    assert_eq!(missing(&known(&q)), "");
    let missing_both = evaluator.missing(&[&r, &q, &p], record);
    assert_eq!(names(&missing_both), ["q", "r"]);
}

#[test]
fn facts_are_named_from_where_the_decision_stands() {
    let mut world = World::new();
    let other = world.add(THING, "T-2", &[]);
    let this = world.add(THING, "T-1", &[("other", Value::Reference(other))]);
    world.add(CALL, "call", &[]);
    let part = world.add_in(Some(this), PART, "P", &[]);
    let through = follow(&world.own("other"), &world.own("a"));
    let call = expression(ExpressionKind::One(CALL), Type::Reference(CALL));
    let seats = follow(&call, &world.get(CALL, "seats"));
    let sum = chain(
        &world.own("b"),
        &[(Arithmetic::Add, &through), (Arithmetic::Add, &seats)],
    );
    let up = follow(
        &expression(ExpressionKind::Parent, Type::Reference(THING)),
        &world.own("a"),
    );
    let evaluator = evaluator(&world);
    assert_eq!(
        names(&evaluator.missing(&[&sum], this)),
        ["T-2.a", "b", "call.seats"]
    );
    assert_eq!(names(&evaluator.missing(&[&through], other)), ["other"]);
    assert_eq!(names(&evaluator.missing(&[&up], part)), ["T-1.a"]);
    let facts = evaluator.facts(&[&sum], this);
    let read: Vec<_> = facts.iter().map(|fact| &*fact.name).collect();
    assert_eq!(read, ["b", "other", "T-2.a", "call.seats"]);
}

#[test]
fn membership_of_a_range_or_list_is_a_chain_of_tests() {
    let mut world = World::new();
    let record = world.add(THING, "T", &[("a", number(3))]);
    let (a, b, c) = (world.own("a"), world.own("b"), world.own("c"));
    let evaluator = evaluator(&world);
    let range = |low: &Expression, high: &Expression| Interval {
        low: Some((low.clone(), true)),
        high: Some((high.clone(), false)),
    };
    let within = |value: &Expression, set| yes_no(ExpressionKind::In(Box::new(value.clone()), set, false));
    let in_range = |low: &Expression, high: &Expression| within(&a, Set::Range(Box::new(range(low, high))));
    assert_eq!(evaluator.truth(&in_range(&n(3), &n(4)), record), Some(true));
    assert_eq!(evaluator.truth(&in_range(&n(2), &n(3)), record), Some(false));
    assert_eq!(
        evaluator.truth(&in_range(&b, &n(3)), record),
        Some(false),
        "b is settled"
    );
    assert_eq!(evaluator.truth(&in_range(&b, &n(4)), record), None);
    let members = |members: Vec<SetMember>| within(&a, Set::Members(members));
    let list = members(vec![
        SetMember::Range(range(&b, &n(3))),
        SetMember::Value(c.clone()),
    ]);
    assert_eq!(evaluator.truth(&list, record), None);
    assert_eq!(names(&evaluator.missing(&[&list], record)), ["c"]);
    let list = members(vec![SetMember::Value(c.clone()), SetMember::Value(n(3))]);
    assert_eq!(evaluator.truth(&list, record), Some(true));
    let unknown = within(&b, Set::Members(vec![SetMember::Value(n(3))]));
    assert_eq!(evaluator.truth(&unknown, record), None);
}

#[test]
fn a_chain_of_defines_may_be_long_and_a_web_of_them_wide() {
    let mut world = World::new();
    let record = world.add(THING, "T", &[("a", number(1))]);
    let mut last = world.own("a");
    for index in 0..20_000 {
        last = world.define(&format!("a{index}"), chain(&last, &[(Arithmetic::Add, &n(1))]));
    }
    let mut twice = chain(&world.own("a"), &[(Arithmetic::Add, &world.own("b"))]);
    for index in 0..200 {
        twice = world.define(&format!("w{index}"), chain(&twice, &[(Arithmetic::Add, &twice)]));
    }
    let evaluator = evaluator(&world);
    assert_eq!(evaluator.value(&last, record), Some(number(20_001)));
    let facts = evaluator.facts(&[&last], record);
    assert_eq!(facts.len(), 1);
    assert_eq!(evaluator.missing(&[&last], record).len(), 0);
    assert_eq!(names(&evaluator.missing(&[&twice], record)), ["b"]);
    assert_eq!(evaluator.facts(&[&twice], record).len(), 2);
}

#[test]
fn a_long_chain_that_lacks_a_fact_names_it() {
    let mut world = World::new();
    let record = world.add(THING, "T", &[]);
    let mut last = world.own("a");
    for index in 0..20_000 {
        last = world.define(&format!("a{index}"), chain(&last, &[(Arithmetic::Add, &n(1))]));
    }
    let evaluator = evaluator(&world);
    assert_eq!(names(&evaluator.missing(&[&last], record)), ["a"]);
}

#[test]
fn cases_that_are_still_open_must_agree() {
    let case = |value: &Expression, when: Option<&Expression>| Case {
        value: value.clone(),
        when: when.cloned(),
        ground: Ground::default(),
        place: Default::default(),
    };
    let mut world = World::new();
    let record = world.add(
        THING,
        "T",
        &[("q", Value::YesNo(true)), ("r", Value::YesNo(false))],
    );
    let (p, q, r) = (world.own("p"), world.own("q"), world.own("r"));
    let mut cases =
        |cases: Vec<Case>| world.define_body("x", Type::Number(Unit::none()), DefineBody::Cases(cases));
    let first = cases(vec![
        case(&n(1), Some(&r)),
        case(&n(2), Some(&q)),
        case(&n(3), None),
    ]);
    let agree = cases(vec![
        case(&n(2), Some(&p)),
        case(&n(1), Some(&r)),
        case(&n(2), Some(&q)),
        case(&n(3), None),
    ]);
    let differ = cases(vec![case(&n(1), Some(&p)), case(&n(2), None)]);
    let none_holds = cases(vec![case(&n(1), Some(&r))]);
    let none_may_hold = cases(vec![case(&n(1), Some(&p))]);
    let evaluator = evaluator(&world);
    assert_eq!(evaluator.value(&first, record), Some(number(2)));
    assert_eq!(evaluator.value(&agree, record), Some(number(2)));
    assert_eq!(evaluator.value(&differ, record), None);
    assert_eq!(evaluator.value(&none_holds, record), None);
    assert_eq!(evaluator.value(&none_may_hold, record), None);
    assert_eq!(names(&evaluator.missing(&[&differ], record)), ["p"]);
    assert_eq!(names(&evaluator.missing(&[&agree], record)), [""; 0]);
    let read = evaluator.facts(&[&first], record);
    assert_eq!(
        read.iter().map(|fact| &*fact.name).collect::<Vec<_>>(),
        ["r", "q"]
    );
}

#[test]
fn many_records_come_to_what_each_comes_to() {
    let mut world = World::new();
    let values = [Some(3), None, Some(4), Some(3)];
    let records: Vec<Reference> = (0..)
        .zip(values)
        .map(|(at, value)| {
            let values: Vec<(&str, Value)> = value.map(|value| ("a", number(value))).into_iter().collect();
            world.add(THING, &format!("T{at}"), &values)
        })
        .collect();
    let a = world.own("a");
    let conditions = [
        is(&a, &n(3)),
        yes_no(ExpressionKind::Is(Box::new(a.clone()), Box::new(n(3)), true)),
        is(&n(3), &a),
        less(&a, &n(4)),
        known(&a),
    ];
    let evaluator = evaluator(&world);
    for condition in &conditions {
        let each = records.iter().map(|record| evaluator.truth(condition, *record));
        let each: Vec<Option<bool>> = each.collect();
        assert_eq!(evaluator.truths(condition, &records), each, "{condition:?}");
    }
}
