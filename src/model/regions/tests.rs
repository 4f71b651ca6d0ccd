//! Tables against trying every input, and the points by which gaps are shown.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

use super::values::ValueGrid;
use super::{Cell, Domain, Grid, Interval, Open, Overlap, Point, Regions, TooLarge};
use crate::model::{Number, Value};

/// Every `step`-th whole number. With cells that hold only multiples of 4, steps of 1 stand for numbers without a grid.
#[derive(Debug, Clone)]
struct Every {
    step: i64,
}

impl Grid for Every {
    type Value = i64;

    fn holds(&self, value: &i64) -> bool {
        value % self.step == 0
    }

    fn between(&self, low: Option<&i64>, high: Option<&i64>) -> Option<i64> {
        let value = match (low, high) {
            (Some(low), _) => (low.div_euclid(self.step) + 1) * self.step,
            (None, Some(high)) => ((high - 1).div_euclid(self.step)) * self.step,
            (None, None) => 0,
        };
        (low.is_none_or(|low| *low < value) && high.is_none_or(|high| value < *high)).then_some(value)
    }
}

type TestDomain = Domain<Every>;
type TestRow = Vec<Cell<i64>>;

// ---- the judge: every input, one by one ----

fn points(domain: &TestDomain) -> Vec<Point<i64>> {
    match domain {
        Domain::Finite(size) => (0..*size).map(Point::Member).collect(),
        // All cells of the tests lie within these.
        Domain::Ordered { within, grid } => {
            let values = (-30..=30).filter(|value| within.contains(value) && grid.holds(value));
            values.map(Point::Value).collect()
        }
        Domain::Texts => {
            let texts = TEXTS.iter().map(|text| Point::Text(Arc::from(*text)));
            texts.chain([Point::OtherText]).collect()
        }
    }
}

fn inputs(domains: &[TestDomain]) -> Vec<Vec<Point<i64>>> {
    let mut inputs = vec![Vec::new()];
    for domain in domains {
        let longer = |input: &Vec<Point<i64>>| {
            let add = |point| input.iter().cloned().chain([point]).collect::<Vec<_>>();
            points(domain).into_iter().map(add).collect::<Vec<_>>()
        };
        inputs = inputs.iter().flat_map(longer).collect();
    }
    inputs
}

fn cell_matches(cell: &Cell<i64>, point: &Point<i64>) -> bool {
    match (cell, point) {
        (Cell::Any, _) => true,
        (Cell::Members(members), Point::Member(member)) => members.contains(member),
        (Cell::Intervals(intervals), Point::Value(value)) => intervals.iter().any(|i| i.contains(value)),
        (Cell::Texts(texts), Point::Text(text)) => texts.contains(text),
        _ => false,
    }
}

fn matches(row: &TestRow, input: &[Point<i64>]) -> bool {
    row.iter()
        .zip(input)
        .all(|(cell, point)| cell_matches(cell, point))
}

/// Whether a point lies in a domain, also one that the judge does not list.
fn possible(domain: &TestDomain, point: &Point<i64>) -> bool {
    match (domain, point) {
        (Domain::Finite(size), Point::Member(member)) => member < size,
        (Domain::Ordered { within, grid }, Point::Value(value)) => {
            within.contains(value) && grid.holds(value)
        }
        (Domain::Texts, Point::Text(_) | Point::OtherText) => true,
        _ => false,
    }
}

// ---- random tables ----

const TEXTS: [&str; 4] = ["a", "b", "c", "d"];

fn interval(scale: i64) -> impl Strategy<Value = Interval<i64>> {
    let end = || {
        proptest::option::weighted(
            0.8,
            ((-5_i64..=5).prop_map(move |value| value * scale), any::<bool>()),
        )
    };
    (end(), end()).prop_map(|(low, high)| Interval { low, high })
}

fn domain() -> impl Strategy<Value = (TestDomain, i64)> {
    let ordered = |step, scale| {
        interval(scale).prop_map(move |within| {
            (
                Domain::Ordered {
                    within,
                    grid: Every { step },
                },
                scale,
            )
        })
    };
    prop_oneof![
        4 => (0_usize..5).prop_map(|size| (Domain::Finite(size), 1)),
        2 => ordered(1, 1),
        2 => ordered(2, 1),
        2 => ordered(1, 4),
        1 => Just((Domain::Texts, 1)),
    ]
}

fn cell(domain: &TestDomain, scale: i64) -> BoxedStrategy<Cell<i64>> {
    let cell = match domain {
        Domain::Finite(size) => btree_set(0..size + 1, 0..4).prop_map(Cell::Members).boxed(),
        Domain::Ordered { .. } => vec(interval(scale), 0..3).prop_map(Cell::Intervals).boxed(),
        Domain::Texts => {
            let texts = proptest::sample::subsequence(&TEXTS[..], 0..4);
            texts
                .prop_map(|texts| Cell::Texts(texts.into_iter().map(Arc::from).collect()))
                .boxed()
        }
    };
    prop_oneof![1 => Just(Cell::Any), 3 => cell].boxed()
}

fn table() -> impl Strategy<Value = (Vec<TestDomain>, Vec<TestRow>)> {
    vec(domain(), 0..4).prop_flat_map(|domains| {
        let row: Vec<_> = domains
            .iter()
            .map(|(domain, scale)| cell(domain, *scale))
            .collect();
        let domains: Vec<_> = domains.into_iter().map(|(domain, _)| domain).collect();
        (Just(domains), vec(row, 0..7))
    })
}

/// A table made by splitting one row again and again: it covers everything, and no two rows overlap.
fn split_table(sizes: &[usize], choices: &[(usize, usize, usize)]) -> (Vec<TestDomain>, Vec<TestRow>) {
    let mut rows: Vec<Vec<BTreeSet<usize>>> = vec![sizes.iter().map(|size| (0..*size).collect()).collect()];
    for (row, column, at) in choices {
        let row = row % rows.len();
        let column = column % sizes.len();
        let members = &mut rows[row][column];
        let middle = *members.iter().nth(at % members.len()).unwrap();
        let upper = members.split_off(&middle);
        if rows[row][column].is_empty() {
            rows[row][column] = upper;
        } else {
            let mut other = rows[row].clone();
            other[column] = upper;
            rows.push(other);
        }
    }
    let domains = sizes.iter().map(|size| Domain::Finite(*size)).collect();
    (
        domains,
        rows.into_iter()
            .map(|row| row.into_iter().map(Cell::Members).collect())
            .collect(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn overlaps_are_those_that_trying_every_input_finds((domains, rows) in table()) {
        let inputs = inputs(&domains);
        let found = Regions::new(&domains, &rows).overlaps(usize::MAX);
        let pairs = (0..rows.len()).flat_map(|a| (a + 1..rows.len()).map(move |b| (a, b)));
        let both = |(a, b): &(usize, usize)| inputs.iter().any(|input| matches(&rows[*a], input) && matches(&rows[*b], input));
        prop_assert_eq!(found.iter().map(|overlap| overlap.rows).collect::<Vec<_>>(), pairs.filter(both).collect::<Vec<_>>());
        for Overlap { rows: (a, b), witness } in found {
            prop_assert!(domains.iter().zip(&witness).all(|(domain, point)| possible(domain, point)));
            prop_assert!(matches(&rows[a], &witness) && matches(&rows[b], &witness), "{:?}", witness);
        }
    }

    #[test]
    fn gaps_are_those_that_trying_every_input_finds((domains, rows) in table()) {
        let gap = inputs(&domains).into_iter().find(|input| !rows.iter().any(|row| matches(row, input)));
        let found = Regions::new(&domains, &rows).uncovered().unwrap();
        prop_assert_eq!(found.is_some(), gap.is_some(), "{:?}, but {:?}", found, gap);
        if let Some(witness) = found {
            prop_assert!(domains.iter().zip(&witness).all(|(domain, point)| possible(domain, point)));
            prop_assert!(!rows.iter().any(|row| matches(row, &witness)), "{:?}", witness);
        }
    }

    #[test]
    fn dead_rows_are_those_that_trying_every_input_finds((domains, rows) in table()) {
        let inputs = inputs(&domains);
        let found: Vec<_> = Regions::new(&domains, &rows).dead_rows();
        let dead = (0..rows.len()).filter(|row| !inputs.iter().any(|input| matches(&rows[*row], input)));
        prop_assert_eq!(found.iter().map(|(row, _)| *row).collect::<Vec<_>>(), dead.collect::<Vec<_>>());
        for (row, column) in found {
            prop_assert!(!points(&domains[column]).iter().any(|point| cell_matches(&rows[row][column], point)));
        }
    }

    #[test]
    fn what_unknown_inputs_leave_open_is_what_trying_every_input_finds(
        (domains, rows) in table(),
        choices in vec(proptest::option::of(any::<prop::sample::Index>()), 4),
    ) {
        let known: Vec<Option<Point<i64>>> = domains.iter().zip(&choices).map(|(domain, choice)| {
            choice.filter(|_| !points(domain).is_empty()).map(|index| index.get(&points(domain)).clone())
        }).collect();
        let agrees = |input: &Vec<Point<i64>>| known.iter().zip(input).all(|(known, point)| known.as_ref().is_none_or(|known| known == point));
        let inputs: Vec<_> = inputs(&domains).into_iter().filter(agrees).collect();
        let open = Open {
            rows: (0..rows.len()).filter(|row| inputs.iter().any(|input| matches(&rows[*row], input))).collect(),
            none: inputs.iter().any(|input| !rows.iter().any(|row| matches(row, input))),
        };
        prop_assert_eq!(Regions::new(&domains, &rows).leaves_open(&known), Ok(open));
    }

    #[test]
    fn a_table_that_was_split_is_whole_and_one_row_less_leaves_a_gap(
        sizes in vec(2_usize..6, 1..9),
        choices in vec((any::<usize>(), any::<usize>(), any::<usize>()), 0..200),
        gone in any::<prop::sample::Index>(),
    ) {
        let (domains, mut rows) = split_table(&sizes, &choices);
        let regions = Regions::new(&domains, &rows);
        prop_assert_eq!(regions.overlaps(1), []);
        prop_assert_eq!(regions.uncovered(), Ok(None));
        let gone = rows.remove(gone.index(rows.len()));
        let witness = Regions::new(&domains, &rows).uncovered().unwrap().unwrap();
        prop_assert!(matches(&gone, &witness));
    }
}

// ---- natural points, in the language's own values ----

fn number(text: &str) -> Value {
    Value::Number(Number::parse(text).unwrap())
}

/// `2..4`, `2..`, `35<..36`, `..<18`, as the language writes ranges.
fn range(text: &str, value: fn(&str) -> Value) -> Interval<Value> {
    let (low, high) = text.split_once("..").unwrap_or((text, text));
    let included = |end: &str| !end.contains('<');
    let end = |end: &str| (!end.is_empty()).then(|| (value(end.trim_matches('<')), included(end)));
    Interval {
        low: end(low),
        high: end(high),
    }
}

fn first_gap(grid: ValueGrid, within: &str, rows: &[&str], value: fn(&str) -> Value) -> Option<Value> {
    let domain = Domain::Ordered {
        within: range(within, value),
        grid,
    };
    let cell = |row: &&str| vec![Cell::Intervals(vec![range(row, value)])];
    let rows: Vec<_> = rows.iter().map(cell).collect();
    let witness = Regions::new(&[domain], &rows).uncovered().unwrap()?;
    let Point::Value(value) = &witness[0] else {
        panic!("no value: {witness:?}")
    };
    Some(value.clone())
}

#[test]
fn a_gap_is_shown_by_a_round_number() {
    let gap = |within: &str, rows: &[&str]| {
        first_gap(ValueGrid::Numbers, within, rows, number).map(|value| value.as_number().unwrap().decimal(6))
    };
    assert_eq!(
        gap("0..10", &["..<3", "5<.."]).as_deref(),
        Some("3"),
        "the low end, which belongs to the gap"
    );
    assert_eq!(
        gap("0..10", &["..3", "5<.."]).as_deref(),
        Some("5"),
        "else the high end"
    );
    assert_eq!(
        gap("0..10", &["..3", "5.."]).as_deref(),
        Some("4"),
        "else the whole number next to the low end"
    );
    assert_eq!(gap("0..10", &["..35", "36.."]), None, "beyond the domain");
    assert_eq!(
        gap("0..100", &["..35", "36.."]).as_deref(),
        Some("35.5"),
        "else halfway"
    );
    assert_eq!(gap("0..1", &["..0.1", "0.2.."]).as_deref(), Some("0.15"));
    assert_eq!(gap("..", &[]).as_deref(), Some("0"));
    assert_eq!(gap("..", &["0.."]).as_deref(), Some("-1"));
    assert_eq!(gap("..", &["..2.5"]).as_deref(), Some("3"));
    assert_eq!(gap("0..", &["..<3", "3<..5", "5.."]).as_deref(), Some("3"));
    assert_eq!(gap("0..10", &["..2", "2<..7", "7<.."]), None);
}

#[test]
fn a_gap_lies_on_the_step() {
    let gap = |grid, rows: &[&str]| {
        first_gap(grid, "0..12", rows, number).map(|value| value.as_number().unwrap().decimal(6))
    };
    assert_eq!(gap(ValueGrid::integers(), &["..3", "4.."]), None);
    assert_eq!(gap(ValueGrid::integers(), &["..3", "5.."]).as_deref(), Some("4"));
    assert_eq!(
        gap(ValueGrid::integers(), &["..3.5", "4.5.."]).as_deref(),
        Some("4")
    );
    let halves = || ValueGrid::Steps {
        origin: Number::zero(),
        step: Number::parse("0.5").unwrap(),
    };
    assert_eq!(gap(halves(), &["..3", "4.."]).as_deref(), Some("3.5"));
    assert_eq!(gap(halves(), &["..3", "3.5.."]), None);
}

#[test]
fn a_gap_between_dates_is_a_day() {
    let day = |text: &str| Value::Date(text.parse().unwrap());
    let gap = |rows: &[&str]| first_gap(ValueGrid::Days, "..", rows, day);
    assert_eq!(gap(&["..2024-02-28", "2024-03-01.."]), Some(day("2024-02-29")));
    assert_eq!(gap(&["..2024-02-29", "2024-03-01.."]), None);
    assert_eq!(gap(&["2024-03-01.."]), Some(day("2024-02-29")));
    assert_eq!(gap(&[]), Some(day("2000-01-01")));
}

#[test]
fn a_gap_between_moments_may_be_shorter_than_a_second() {
    let moment = |text: &str| Value::Moment(text.parse().unwrap());
    let gap = |rows: &[&str]| first_gap(ValueGrid::Moments, "..", rows, moment);
    assert_eq!(
        gap(&["..2024-01-01T08:00Z", "2024-01-01T12:00Z.."]),
        Some(moment("2024-01-01T08:00:01Z"))
    );
    assert_eq!(
        gap(&["..2024-01-01T08:00:00Z", "2024-01-01T08:00:00.5Z.."]),
        Some(moment("2024-01-01T08:00:00.25Z"))
    );
    assert_eq!(
        gap(&["..2024-01-01T08:00:00Z", "2024-01-01T08:00:00.000000001Z.."]),
        None
    );
    assert_eq!(
        gap(&["2024-01-01T08:00Z.."]),
        Some(moment("2024-01-01T07:59:59Z"))
    );
    assert_eq!(gap(&[]), Some(moment("2000-01-01T00:00:00Z")));
}

#[test]
fn the_urgency_table_of_the_language_page_leaves_cases_out() {
    // phase in 1..5 by in-roadmap: `2..3, yes`, `4, yes`, `any, no`.
    let phase = Domain::Ordered {
        within: range("1..5", number),
        grid: ValueGrid::integers(),
    };
    let cell = |text| Cell::Intervals(vec![range(text, number)]);
    let yes = || Cell::Members(BTreeSet::from([1]));
    let no = || Cell::Members(BTreeSet::from([0]));
    let rows = [
        vec![cell("2..3"), yes()],
        vec![cell("4"), yes()],
        vec![Cell::Any, no()],
    ];
    let regions = Regions::new(&[phase, Domain::Finite(2)], &rows);
    assert_eq!(regions.overlaps(9), []);
    assert_eq!(
        regions.uncovered(),
        Ok(Some(vec![Point::Value(number("1")), Point::Member(1)]))
    );
    // Nothing is known of the phase: if it is not in the roadmap, that settles it.
    let open = |known: &[_]| regions.leaves_open(known).unwrap();
    assert_eq!(
        open(&[None, Some(Point::Member(0))]),
        Open {
            rows: vec![2],
            none: false
        }
    );
    assert_eq!(
        open(&[None, Some(Point::Member(1))]),
        Open {
            rows: vec![0, 1],
            none: true
        }
    );
    assert_eq!(
        open(&[Some(Point::Value(number("4"))), None]),
        Open {
            rows: vec![1, 2],
            none: false
        }
    );
    assert_eq!(
        open(&[Some(Point::Value(number("9"))), None]),
        Open {
            rows: vec![],
            none: true
        },
        "not in the domain"
    );
}

#[test]
fn a_text_column_needs_a_row_for_any_other_text() {
    let cell = |texts: &[&str]| vec![Cell::Texts(texts.iter().map(|text| Arc::from(*text)).collect())];
    let domains: [TestDomain; 1] = [Domain::Texts];
    let regions = |rows: &[TestRow]| Regions::new(&domains, rows).uncovered();
    assert_eq!(
        regions(&[cell(&["a", "b"]), cell(&["c"])]),
        Ok(Some(vec![Point::OtherText]))
    );
    assert_eq!(regions(&[cell(&["a", "b"]), vec![Cell::Any]]), Ok(None));
}

// ---- size ----

/// Choices for [`split_table`], scattered but always the same.
fn scattered(count: usize) -> Vec<(usize, usize, usize)> {
    (0..count)
        .map(|n| (n * 7_919, n * 104_729 / 3, n * 1_299_709 / 7))
        .collect()
}

#[test]
fn a_sound_table_is_checked_without_a_search_however_it_is_cut() {
    let (domains, mut rows) = split_table(&[9; 12], &scattered(1_000));
    assert!(rows.len() > 500, "{}", rows.len());
    assert_eq!(Regions::new(&domains, &rows).uncovered(), Ok(None));
    let gone = rows.remove(rows.len() / 2);
    let witness = Regions::new(&domains, &rows).uncovered().unwrap().unwrap();
    assert!(matches(&gone, &witness));
}

#[test]
fn rows_that_overlap_in_too_many_ways_are_given_up() {
    // Each row fixes three of 60 yes/no columns, so that whether all of them cover everything is as hard as a problem of
    // logic can be.
    let mut seed = 1_u64;
    let mut random = |below: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((seed >> 33) % below).unwrap()
    };
    let domains: Vec<TestDomain> = vec![Domain::Finite(2); 60];
    let mut row = || {
        let mut row: TestRow = vec![Cell::Any; 60];
        (0..3).for_each(|_| row[random(60)] = Cell::Members(BTreeSet::from([random(2)])));
        row
    };
    let rows: Vec<_> = (0..300).map(|_| row()).collect();
    assert_eq!(Regions::new(&domains, &rows).uncovered(), Err(TooLarge));
}

#[test]
fn a_usual_table_with_an_overlap_is_still_checked_for_gaps() {
    let (domains, mut rows) = split_table(&[6; 8], &scattered(400));
    assert!(rows.len() > 190, "{}", rows.len());
    for n in 0..8 {
        rows[n * 20][n] = Cell::Any;
    }
    let regions = Regions::new(&domains, &rows);
    assert!(!regions.overlaps(1).is_empty());
    assert_eq!(regions.uncovered(), Ok(None));
}
