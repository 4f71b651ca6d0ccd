//! Values that cannot be computed.

use super::world::*;
use crate::decide::{Evaluator, FaultKind};
use crate::model::*;

#[test]
fn a_division_by_zero_is_a_fault_of_its_record_and_noted_once() {
    let mut world = World::new();
    let fine = world.add(THING, "T-1", &[("a", number(6)), ("b", number(4))]);
    let zero = world.add(THING, "T-2", &[("a", number(6)), ("b", number(0))]);
    let lost = world.add(THING, "T-3", &[("b", number(0))]);
    let divided = chain(
        &world.own("a"),
        &[
            (Arithmetic::Divide, &placed(world.own("b"), 7)),
            (Arithmetic::Add, &world.own("c")),
        ],
    );
    let divided = chain(&divided, &[]);
    let evaluator = Evaluator::new(&world.policy, &world.records, Language::English);
    let half = chain(&world.own("a"), &[(Arithmetic::Divide, &world.own("b"))]);
    assert_eq!(evaluator.number(&half, fine), Number::fraction(3, 2));
    assert_eq!(evaluator.faults(), []);
    for _ in 0..2 {
        assert_eq!(evaluator.value(&divided, lost), None);
        assert_eq!(evaluator.value(&divided, zero), None);
    }
    let faults = evaluator.faults();
    let met: Vec<_> = faults
        .iter()
        .map(|fault| (fault.record, fault.kind, fault.place.start))
        .collect();
    assert_eq!(
        met,
        [
            (zero, FaultKind::DivisionByZero, 7),
            (lost, FaultKind::DivisionByZero, 7)
        ]
    );
    let missing = evaluator.missing(&[&divided], zero);
    assert_eq!(missing.iter().map(|name| &**name).collect::<Vec<_>>(), ["c"]);
}

#[test]
fn what_is_not_reached_has_no_fault() {
    let mut world = World::new();
    let record = world.add(THING, "T", &[("a", number(0))]);
    let a = world.own("a");
    let divided = chain(&n(1), &[(Arithmetic::Divide, &a)]);
    let positive = less(&n(0), &a);
    let guarded = and(&[&positive, &less(&divided, &n(1))]);
    let chosen = choose(&positive, &divided, &n(0));
    let either = or(&[&not(&positive), &less(&divided, &n(1))]);
    let evaluator = Evaluator::new(&world.policy, &world.records, Language::English);
    assert_eq!(evaluator.truth(&guarded, record), Some(false));
    assert_eq!(evaluator.value(&chosen, record), Some(number(0)));
    assert_eq!(evaluator.truth(&either, record), Some(true));
    assert_eq!(evaluator.faults(), []);
    assert_eq!(evaluator.truth(&known(&divided), record), Some(false));
    assert_eq!(evaluator.faults().len(), 1);
}

#[test]
fn a_number_over_a_thousand_digits_is_a_fault() {
    let mut world = World::new();
    let long = Value::Number(Number::parse("1e600").unwrap());
    let record = world.add(THING, "T", &[("a", long)]);
    let a = world.own("a");
    let product = chain(&a, &[(Arithmetic::Multiply, &a)]);
    let evaluator = Evaluator::new(&world.policy, &world.records, Language::English);
    assert_eq!(evaluator.number(&product, record), None);
    assert_eq!(evaluator.faults()[0].kind, FaultKind::NumberTooLong);
}
