//! The exact analysis against brute force: random conditions over small domains, every possible record enumerated.
//!
//! Comes in: conditions at random, as an author would write them. What the analysis says of all records is held against the
//! evaluator on each of them, one by one.

// A test that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod conditions;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use conditions::{FIELDS, all_records, condition, head};
use prioriter::analysis::{Formula, Records as Possible, Translator, Universe, Vocabulary, Witness};
use prioriter::check;
use prioriter::data;
use prioriter::decide::evaluate::Evaluator;
use prioriter::model::regions::Point;
use prioriter::model::{Language, Policy, Reference, Value};
use prioriter::source::Sources;
use proptest::prelude::*;

struct Case {
    policy: Policy,
    sources: Sources,
}

fn case(conditions: &[String]) -> Case {
    let mut text = head();
    for (index, condition) in conditions.iter().enumerate() {
        writeln!(text, "entry g{index} {{ require {condition} }}").unwrap();
    }
    let mut sources = Sources::new();
    let loaded = check::load("p.rule", &mut sources, &mut |_| Ok(text.clone().into_bytes()));
    let (policy, problems) = check::check(&loaded, &sources);
    let policy = policy.unwrap_or_else(|| panic!("{text}\n{problems:#?}"));
    Case { policy, sources }
}

/// Whether a record is one of those that a witness stands for: it has the facts shown.
fn is_like(policy: &Policy, evaluator: &Evaluator<'_>, record: Reference, witness: &Witness) -> bool {
    witness.facts.iter().all(|fact| {
        let fields = &policy.record_type(policy.record).fields;
        let index = fields.iter().position(|field| field.name == fact.name).unwrap();
        let value = &evaluator
            .records()
            .fact(record, prioriter::model::FieldId(index as u32))
            .value;
        match (value, &fact.value) {
            (None, None) => true,
            (Some(Value::YesNo(yes)), Some(Point::Member(member))) => usize::from(*yes) == *member,
            (Some(Value::Member(index)), Some(Point::Member(member))) => usize::from(*index) == *member,
            (Some(value), Some(Point::Value(wanted))) => value == wanted,
            _ => false,
        }
    })
}

/// Holds a set that the analysis gives against the records that are in it by brute force.
fn same(
    universe: &Universe,
    set: &Possible,
    inside: &[bool],
    policy: &Policy,
    evaluator: &Evaluator<'_>,
    what: &str,
) {
    let empty = universe.is_empty(set).expect("small enough");
    assert_eq!(empty, !inside.contains(&true), "{what}");
    assert!(universe.is_exact(set), "{what}: exact");
    let witness = universe.witness(set);
    assert_eq!(
        witness.is_none(),
        empty,
        "{what}: a witness where there is a record"
    );
    if let Some(witness) = witness {
        let all = evaluator.records().all(policy.record);
        let like: Vec<bool> = all
            .zip(inside)
            .filter(|(record, _)| is_like(policy, evaluator, *record, &witness))
            .map(|(_, inside)| *inside)
            .collect();
        assert!(!like.is_empty(), "{what}: {witness} is no record");
        assert!(!like.contains(&false), "{what}: {witness} is not in it");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, max_shrink_iters: 200, ..ProptestConfig::default() })]

    /// A hundred times a hundred conditions: what is always so, never so, implied by the next one and the same as it.
    #[test]
    fn always_never_implies_and_equal_are_as_brute_force_finds_them(
        conditions in proptest::collection::vec(condition(), 100)
    ) {
        let mut case = case(&conditions);
        let file = case.sources.add("all.json", all_records().as_bytes()).unwrap();
        let input = data::Input { file, record: None, format: data::Format::Json };
        let reading = data::read(&case.policy, &case.sources, &[input]);
        prop_assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
        let evaluator = Evaluator::new(&case.policy, &reading.records, Language::English);

        let mut vocabulary = Vocabulary::default();
        let mut translator = Translator::new(&case.policy, &mut vocabulary);
        let formulas: Vec<Formula> = case
            .policy
            .gates
            .iter()
            .map(|gate| translator.condition(&gate.require, case.policy.record))
            .collect();
        let universe = Universe::new(vocabulary).expect("small enough");

        let truths: Vec<Vec<Option<bool>>> = case
            .policy
            .gates
            .iter()
            .map(|gate| {
                let all = reading.records.all(case.policy.record);
                all.map(|record| evaluator.truth(&gate.require, record)).collect()
            })
            .collect();
        for (index, formula) in formulas.iter().enumerate() {
            let written = &conditions[index];
            let (yes, no) = (universe.yes(*formula).unwrap(), universe.no(*formula).unwrap());
            let unknown = universe.unknown(*formula).unwrap();
            for (set, wanted) in [(&yes, Some(true)), (&no, Some(false)), (&unknown, None)] {
                let inside: Vec<bool> = truths[index].iter().map(|truth| *truth == wanted).collect();
                same(&universe, set, &inside, &case.policy, &evaluator, &format!("{written} {wanted:?}"));
            }
            let next = (index + 1) % formulas.len();
            let other = universe.yes(formulas[next]).unwrap();
            let more = universe.without(&yes, &other).unwrap();
            let inside: Vec<bool> = truths[index]
                .iter()
                .zip(&truths[next])
                .map(|(one, other)| *one == Some(true) && *other != Some(true))
                .collect();
            let what = format!("{written} without {}", conditions[next]);
            same(&universe, &more, &inside, &case.policy, &evaluator, &what);
        }
    }
}

/// Fields with more values than can be enumerated: numbers that are compared with each other, on several grids.
const NUMBERS: &str = "policy p for item { }
record item {
    id : text key
    a : 0..100
    b : 0..100 optional
    c : 10<..50
    d : integer 0..1000
    e : 0..100 step 0.5 optional
}
";

fn comparison() -> impl Strategy<Value = String> {
    let field = prop_oneof![Just("a"), Just("b"), Just("c"), Just("d"), Just("e")];
    let order = prop_oneof![
        Just("<"),
        Just("<="),
        Just(">"),
        Just(">="),
        Just("is"),
        Just("is not")
    ];
    let other = prop_oneof![
        field.clone().prop_map(str::to_owned),
        field.clone().prop_map(str::to_owned),
        prop_oneof![Just("0"), Just("10"), Just("30.25"), Just("50"), Just("100")].prop_map(str::to_owned),
    ];
    (field, order, other)
        .prop_map(|(field, order, other)| format!("{field} {order} {other}"))
        .prop_recursive(2, 8, 3, |inner| {
            prop_oneof![
                inner.clone().prop_map(|a| format!("not ({a})")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
                (inner.clone(), inner).prop_map(|(a, b)| format!("({a}) or ({b})")),
            ]
        })
}

/// A record as a line of data, with the facts of a witness; what it does not say is 20.
fn line(witness: &Witness) -> String {
    let mut line = String::from("{\"id\": \"w\"");
    for name in ["a", "b", "c", "d", "e"] {
        let said = witness.facts.iter().find(|fact| &*fact.name == name);
        match said.map(|fact| &fact.value) {
            None => write!(line, ", \"{name}\": 20").unwrap(),
            Some(Some(Point::Value(Value::Number(number)))) => {
                write!(line, ", \"{name}\": {}", number.decimal(30)).unwrap();
            }
            Some(_) => {}
        }
    }
    line + "}"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 200, ..ProptestConfig::default() })]

    /// Each witness does what it is shown for, and no record at random is in a set that is said to be empty.
    #[test]
    fn numbers_that_are_compared_with_each_other_are_told_apart(
        conditions in proptest::collection::vec(comparison(), 10),
        random in proptest::collection::vec((0..=200i64, 0..=200i64, 21..=100i64, 0..=100i64, 0..=200i64), 30),
    ) {
        let mut text = NUMBERS.to_owned();
        for (index, condition) in conditions.iter().enumerate() {
            writeln!(text, "entry g{index} {{ require {condition} }}").unwrap();
        }
        let mut sources = Sources::new();
        let loaded = check::load("p.rule", &mut sources, &mut |_| Ok(text.clone().into_bytes()));
        let (policy, problems) = check::check(&loaded, &sources);
        let policy = policy.unwrap_or_else(|| panic!("{text}\n{problems:#?}"));
        let mut vocabulary = Vocabulary::default();
        let mut translator = Translator::new(&policy, &mut vocabulary);
        let formulas: Vec<Formula> =
            policy.gates.iter().map(|gate| translator.condition(&gate.require, policy.record)).collect();
        // Too many comparisons that depend on each other are beyond the analysis, which then says nothing.
        let Some(universe) = Universe::new(vocabulary) else { return Ok(()) };
        let truths = |data: String| -> Vec<Vec<Option<bool>>> {
            let mut sources = Sources::new();
            let file = sources.add("w.json", data.as_bytes()).unwrap();
            let input = data::Input { file, record: None, format: data::Format::Json };
            let reading = data::read(&policy, &sources, &[input]);
            assert!(reading.diagnostics.is_empty(), "{data}: {:?}", reading.diagnostics);
            let evaluator = Evaluator::new(&policy, &reading.records, Language::English);
            let of = |record| policy.gates.iter().map(|gate| evaluator.truth(&gate.require, record)).collect();
            reading.records.all(policy.record).map(of).collect()
        };
        let lines: Vec<String> = random
            .iter()
            .enumerate()
            .map(|(id, (a, b, c, d, e))| {
                let half = |value: &i64| format!("{}.{}", value / 2, value % 2 * 5);
                format!(
                    "{{\"id\": \"r{id}\", \"a\": {}, \"b\": {}, \"c\": {}, \"d\": {d}, \"e\": {}}}",
                    half(a), half(b), half(c), half(e)
                )
            })
            .collect();
        let sampled = truths(format!("[{}]", lines.join(",")));
        for (index, formula) in formulas.iter().enumerate() {
            for (set, wanted) in [
                (universe.yes(*formula), Some(true)),
                (universe.no(*formula), Some(false)),
                (universe.unknown(*formula), None),
            ] {
                let what = format!("{} {wanted:?}", conditions[index]);
                let Some((set, empty)) = set.and_then(|set| Some((set.clone(), universe.is_empty(&set)?))) else {
                    continue;
                };
                if empty {
                    prop_assert!(sampled.iter().all(|record| record[index] != wanted), "{what}");
                } else {
                    let witness = universe.witness(&set);
                    prop_assert!(witness.is_some(), "{what}: no witness");
                    let line = line(&witness.unwrap());
                    prop_assert_eq!(truths(format!("[{line}]"))[0][index], wanted, "{}: {}", what, line);
                }
            }
        }
    }
}

/// The brute force itself sees records of every kind.
#[test]
fn the_records_are_all_there_are() {
    let counts: BTreeMap<&str, usize> = FIELDS
        .iter()
        .map(|(name, _, values)| (*name, values.len()))
        .collect();
    let product: usize = counts.values().product();
    assert_eq!(all_records().matches("\"id\"").count(), product);
    assert_eq!(product, 432);
}
