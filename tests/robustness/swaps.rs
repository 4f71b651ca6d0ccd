//! The smallest change that swaps neighbours against every other answer, decided one by one.

use prioriter::explain::change::set_fact;
use prioriter::explain::robustness::{Settings, assess};
use prioriter::model::{FieldId, Number, Value};
use proptest::prelude::*;

use crate::{Run, decide_on, fraction, number};

/// The ends of the questions' range in these policies.
const LAST: i64 = 6;

fn check(text: &str) {
    let run = Run::of(text);
    let found = assess(
        &run.case(),
        Settings {
            draws: 1,
            ..Settings::default()
        },
    );
    let swaps = found.swaps.unwrap();
    assert_eq!(swaps.neighbours, swaps.pairs.len());
    let fields = &run.case.policy.record_type(run.case.policy.record).fields;
    for pair in &swaps.pairs {
        let mut smallest: Option<Number> = None;
        for record in [pair.above, pair.below] {
            for (_, field) in fields
                .iter()
                .zip((0..).map(FieldId))
                .filter(|(field, _)| field.question_of.is_some())
            {
                for answer in 0..=LAST {
                    let mut records = run.case.records.clone();
                    let answer = number(&answer.to_string());
                    let before = set_fact(&mut records, record, field, Some(Value::Number(answer.clone())));
                    let Some(Value::Number(before)) = before else {
                        panic!()
                    };
                    let decisions = decide_on(&run.case.policy, &records);
                    let rank = |record| decisions.of(record).unwrap().rank;
                    let swapped = match (rank(pair.below), rank(pair.above)) {
                        (Some(below), Some(above)) => below < above,
                        _ => false,
                    };
                    let share = answer
                        .subtract(&before)
                        .unwrap()
                        .abs()
                        .divide(&fraction(LAST, 1))
                        .unwrap();
                    if swapped && smallest.as_ref().is_none_or(|known| share < *known) {
                        smallest = Some(share);
                    }
                }
            }
        }
        assert!(pair.all_tried);
        let told = pair.change.as_ref().map(|change| change.share.clone());
        assert_eq!(
            told,
            smallest,
            "{} and {} in {text}",
            run.key(pair.above),
            run.key(pair.below)
        );
    }
}

prop_compose! {
    fn policy()(
        aggregations in proptest::collection::vec(0..4_usize, 2),
        weights in proptest::collection::vec(1..4_u32, 2),
        keys in 0..4_usize,
        gate in any::<bool>(),
        mixed in any::<bool>(),
        records in proptest::collection::vec(proptest::collection::vec(0..=6_u32, 4), 2..6),
    ) -> String {
        let mut text = "policy p \"P\" for item { }\nrecord item {\n id : text key\n}\n".to_owned();
        if gate {
            text += "entry e { require c0.a <= 5 }\n";
        }
        for (index, aggregation) in aggregations.iter().enumerate() {
            let of = ["mean of", "sum of", "least of", "greatest of"][*aggregation];
            let weight = weights[index];
            text += &format!(
                "criterion c{index} {{\n weight {weight}\n {of} {{\n a : integer 0..6\n b : integer 0..6 reversed\n }}\n}}\n"
            );
        }
        if mixed {
            text += "criterion c2 {\n value 3 - 2 * c0\n}\n";
        }
        text += ["rank by highest total", "rank by highest total then lowest c0.a", "rank by lowest total then first id",
                 "rank by highest c1.a then highest total"][keys];
        text += "\n=== data\n{ \"items\": [";
        let items: Vec<String> = records.iter().enumerate().map(|(index, drawn)| format!(
            "{{ \"id\": \"R{index}\", \"c0\": {{ \"a\": {}, \"b\": {} }}, \"c1\": {{ \"a\": {}, \"b\": {} }} }}",
            drawn[0], drawn[1], drawn[2], drawn[3]
        )).collect();
        text + &items.join(", ") + "] }"
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_smaller_change_swaps(text in policy()) {
        if !Run::of(&text).decisions.ranking.is_empty() {
            check(&text);
        }
    }
}

/// A question without ends: an even total is followed as far as it takes.
#[test]
fn without_ends_the_level_answer_is_told() {
    let text = "policy p \"P\" for item { }\nrecord item {\n id : text key\n}\n\
                criterion c { mean of { a : number 0..\n b : number } }\nrank by highest total\n=== data\n\
                { \"items\": [{ \"id\": \"A\", \"c\": { \"a\": 500, \"b\": 5 } }, { \"id\": \"B\", \"c\": { \"a\": 4.5, \"b\": 5 } }] }";
    let run = Run::of(text);
    let found = assess(
        &run.case(),
        Settings {
            draws: 1,
            ..Settings::default()
        },
    );
    let swaps = found.swaps.unwrap();
    let change = swaps.pairs[0].change.as_ref().unwrap();
    assert_eq!(
        (run.key(change.record), change.to.exact(), change.included),
        ("B", "500".to_owned(), false)
    );
    assert!(swaps.pairs[0].all_tried);
}

/// A gate that reads an answer of which there are too many to try: then it is not said that there is none.
#[test]
fn what_could_not_be_tried_is_said() {
    let text = "policy p \"P\" for item { }\nrecord item {\n id : text key\n}\nentry e { require c.a <= 9 }\n\
                criterion c { sum of { a : 0..10 } }\nrank by highest total\n=== data\n\
                { \"items\": [{ \"id\": \"A\", \"c\": { \"a\": 9 } }, { \"id\": \"B\", \"c\": { \"a\": 4.5 } }] }";
    let run = Run::of(text);
    let found = assess(
        &run.case(),
        Settings {
            draws: 1,
            ..Settings::default()
        },
    );
    let pair = &found.swaps.unwrap().pairs[0];
    assert!(pair.change.is_none() && !pair.all_tried);
}

/// Where any number can be answered there is no smallest change, but an answer that brings the two level.
#[test]
fn without_a_step_the_level_answer_is_told() {
    let text = "policy p \"P\" for item { }\nrecord item {\n id : text key\n}\n\
                criterion c { sum of { a : 0..10\n b : 0..10 } }\nrank by highest total\n=== data\n\
                { \"items\": [{ \"id\": \"A\", \"c\": { \"a\": 5, \"b\": 5 } }, { \"id\": \"B\", \"c\": { \"a\": 4.5, \"b\": 5 } }] }";
    let run = Run::of(text);
    let found = assess(
        &run.case(),
        Settings {
            draws: 1,
            ..Settings::default()
        },
    );
    let swaps = found.swaps.unwrap();
    let change = swaps.pairs[0].change.as_ref().unwrap();
    assert_eq!(run.key(change.record), "B");
    assert_eq!((change.to.exact(), change.included), ("5".to_owned(), false));
}

/// Whole numbers on a step that is none: 0, 3, 6.
#[test]
fn an_answer_keeps_to_whole_numbers_and_to_the_step() {
    let text = "policy p \"P\" for item { }\nrecord item {\n id : text key\n}\n\
                criterion c { sum of { a : integer 0..6 step 1.5 } }\nrank by highest total\n=== data\n\
                { \"items\": [{ \"id\": \"A\", \"c\": { \"a\": 3 } }, { \"id\": \"B\", \"c\": { \"a\": 0 } }] }";
    let run = Run::of(text);
    let found = assess(
        &run.case(),
        Settings {
            draws: 1,
            ..Settings::default()
        },
    );
    let pair = &found.swaps.unwrap().pairs[0];
    let change = pair.change.as_ref().unwrap();
    assert_eq!(
        (run.key(change.record), change.to.exact(), change.included),
        ("B", "6".to_owned(), true)
    );
    assert!(pair.all_tried);
}
