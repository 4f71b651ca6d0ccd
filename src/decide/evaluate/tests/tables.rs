//! Tables, read and applied, with inputs that are unknown.

use super::world::*;
use crate::decide::Evaluator;
use crate::model::*;

fn exactly(value: Value) -> Cell {
    Cell::Among(vec![Interval {
        low: Some((value.clone(), true)),
        high: Some((value, true)),
    }])
}

fn between(low: i64, high: i64) -> Cell {
    Cell::Among(vec![Interval {
        low: Some((number(low), true)),
        high: Some((number(high), true)),
    }])
}

fn yes_cell(yes: bool) -> Cell {
    exactly(Value::YesNo(yes))
}

fn row(cells: &[Cell], value: &Expression) -> Row {
    Row {
        cells: cells.to_vec(),
        value: value.clone(),
        ground: Ground::default(),
        place: Default::default(),
    }
}

/// A table by integers from 1 to 5 in field `a`, and by `p`.
fn table(world: &mut World, rows: Vec<Row>, otherwise: Option<Row>, applied: bool) -> TableId {
    let end = |value| Some((Number::from_integer(value), true));
    let bounds = Bounds {
        integer: true,
        range: Some(Interval {
            low: end(1),
            high: end(5),
        }),
        step: None,
    };
    let column = |value: Expression, bounds| Column {
        name: "input".into(),
        of_type: value.of_type.clone(),
        value: (!applied).then_some(value),
        bounds,
        place: Default::default(),
    };
    let columns = vec![
        column(world.own("a"), bounds),
        column(world.own("p"), Bounds::default()),
    ];
    let id = TableId(world.policy.tables.len() as u32);
    world.policy.tables.push(Table {
        name: "t".into(),
        title: None,
        record: THING,
        columns,
        applied,
        of_type: Type::Number(Unit::none()),
        rows,
        otherwise,
        ground: Ground::default(),
        place: Default::default(),
    });
    id
}

fn world(a: Option<i64>, p: Option<bool>) -> (World, Reference) {
    let mut world = World::new();
    let a = a.map(|a| ("a", number(a)));
    let p = p.map(|p| ("p", Value::YesNo(p)));
    let record = world.add(THING, "T", &a.into_iter().chain(p).collect::<Vec<_>>());
    (world, record)
}

/// Whole in 1..3 and yes: 1; 4..5 and yes: 2; no: 0. Or the last one as `otherwise`.
fn looked_up(a: Option<i64>, p: Option<bool>, otherwise: bool) -> (Option<Value>, Vec<String>) {
    let (mut world, record) = world(a, p);
    let mut rows = vec![
        row(&[between(1, 3), yes_cell(true)], &n(1)),
        row(&[between(4, 5), yes_cell(true)], &n(2)),
    ];
    let rest = if otherwise {
        Some(row(&[], &n(0)))
    } else {
        rows.push(row(&[Cell::Any, yes_cell(false)], &n(0)));
        None
    };
    let id = table(&mut world, rows, rest, false);
    let evaluator = Evaluator::new(&world.policy, &world.records, Language::English);
    let read = numeric(ExpressionKind::Table(id));
    let missing = evaluator.missing(&[&read], record);
    assert_eq!(evaluator.table(id, record), evaluator.value(&read, record));
    (
        evaluator.value(&read, record),
        missing.iter().map(|name| name.to_string()).collect(),
    )
}

#[test]
fn known_inputs_find_their_row() {
    for otherwise in [false, true] {
        assert_eq!(looked_up(Some(2), Some(true), otherwise).0, Some(number(1)));
        assert_eq!(looked_up(Some(5), Some(true), otherwise).0, Some(number(2)));
        assert_eq!(looked_up(Some(5), Some(false), otherwise).0, Some(number(0)));
    }
}

#[test]
fn an_unknown_input_leaves_what_all_open_rows_agree_on() {
    for otherwise in [false, true] {
        assert_eq!(looked_up(None, Some(false), otherwise), (Some(number(0)), vec![]));
        assert_eq!(looked_up(None, Some(true), otherwise), (None, vec!["a".into()]));
        assert_eq!(looked_up(Some(1), None, otherwise), (None, vec!["p".into()]));
        assert_eq!(
            looked_up(None, None, otherwise),
            (None, vec!["a".into(), "p".into()])
        );
    }
}

#[test]
fn otherwise_is_open_only_where_some_completion_falls_in_no_row() {
    let (mut world, record) = world(None, Some(true));
    let rows = |last: i64| {
        vec![
            row(&[between(1, 3), Cell::Any], &n(1)),
            row(&[between(4, last), Cell::Any], &n(1)),
        ]
    };
    let otherwise = || Some(row(&[], &n(9)));
    let covered = table(&mut world, rows(5), otherwise(), false);
    let gaping = table(&mut world, rows(4), otherwise(), false);
    let evaluator = Evaluator::new(&world.policy, &world.records, Language::English);
    assert_eq!(evaluator.table(covered, record), Some(number(1)));
    assert_eq!(evaluator.table(gaping, record), None);
}

#[test]
fn a_row_off_the_possible_inputs_is_never_open() {
    let (mut world, record) = world(None, Some(true));
    let rows = vec![
        row(&[between(1, 5), Cell::Any], &n(1)),
        row(&[between(6, 9), Cell::Any], &n(2)),
    ];
    let id = table(&mut world, rows, None, false);
    let evaluator = Evaluator::new(&world.policy, &world.records, Language::English);
    assert_eq!(evaluator.table(id, record), Some(number(1)));
}

#[test]
fn an_applied_table_takes_its_inputs_from_its_arguments() {
    let (mut world, record) = world(Some(2), None);
    let parameter = numeric(ExpressionKind::Parameter(0));
    let doubled = chain(&parameter, &[(Arithmetic::Multiply, &n(2))]);
    let rows = vec![
        row(&[between(1, 3), Cell::Any], &doubled),
        row(&[between(4, 5), yes_cell(true)], &n(2)),
        row(&[between(4, 5), yes_cell(false)], &n(0)),
    ];
    let id = table(&mut world, rows, None, true);
    let applied = |first: &Expression, second: &Expression| {
        numeric(ExpressionKind::Apply(id, vec![first.clone(), second.clone()]))
    };
    let (a, b, p) = (world.own("a"), world.own("b"), world.own("p"));
    let evaluator = Evaluator::new(&world.policy, &world.records, Language::English);
    assert_eq!(
        evaluator.value(&applied(&a, &p), record),
        Some(number(4)),
        "p does not matter"
    );
    assert_eq!(evaluator.value(&applied(&n(1), &p), record), Some(number(2)));
    assert_eq!(evaluator.value(&applied(&n(4), &yes()), record), Some(number(2)));
    assert_eq!(evaluator.value(&applied(&n(4), &p), record), None);
    assert_eq!(evaluator.value(&applied(&b, &no()), record), None);
    let missing = |expression: &Expression| -> Vec<String> {
        let missing = evaluator.missing(&[expression], record);
        missing.iter().map(|name| name.to_string()).collect()
    };
    assert_eq!(missing(&applied(&n(4), &p)), ["p"]);
    assert_eq!(missing(&applied(&b, &no())), ["b"]);
    let facts = evaluator.facts(&[&applied(&a, &p)], record);
    assert_eq!(
        facts.iter().map(|fact| &*fact.name).collect::<Vec<_>>(),
        ["a", "p"]
    );
}

#[test]
fn tables_that_apply_each_other_are_computed_once() {
    let (mut world, record) = world(Some(2), None);
    let inner = |id| {
        let parameters = [
            numeric(ExpressionKind::Parameter(0)),
            yes_no(ExpressionKind::Parameter(1)),
        ];
        numeric(ExpressionKind::Apply(id, parameters.to_vec()))
    };
    let first = vec![row(
        &[Cell::Any, Cell::Any],
        &chain(&world.own("b"), &[(Arithmetic::Add, &n(1))]),
    )];
    let mut last = table(&mut world, first, None, true);
    for _ in 0..200 {
        let twice = chain(&inner(last), &[(Arithmetic::Add, &inner(last))]);
        last = table(&mut world, vec![row(&[Cell::Any, Cell::Any], &twice)], None, true);
    }
    let applied = numeric(ExpressionKind::Apply(last, vec![world.own("a"), world.own("p")]));
    let evaluator = Evaluator::new(&world.policy, &world.records, Language::English);
    assert_eq!(evaluator.value(&applied, record), None);
    let missing = evaluator.missing(&[&applied], record);
    assert_eq!(missing.iter().map(|name| &**name).collect::<Vec<_>>(), ["b"]);
    assert_eq!(evaluator.facts(&[&applied], record).len(), 3);
}
