//! The smallest changes that get a record where it should be, against every change that there is.

use prioriter::decide::decide;
use prioriter::explain::{self, Goal, Piece};
use prioriter::model::{FieldId, Language, Number, RecordId, Reference, Value};
use proptest::prelude::*;

use crate::common::{self, Case};
use crate::random::{FIELDS, PART_FIELDS, all_decisions, case, field, parts, values};

/// How far a value is from the one at hand, as the manual says.
fn distance(case: &Case, of_type: RecordId, field: FieldId, from: Option<&Value>, to: &Value) -> i64 {
    let ordered = matches!(to, Value::Number(_));
    match from {
        Some(from) if ordered => {
            let values = values(case, of_type, field);
            let at = |value: &Value| values.iter().position(|known| known == value).unwrap();
            i64::try_from(at(from).abs_diff(at(to))).unwrap()
        }
        _ => 1,
    }
}

/// The values that an answer tells for a fact.
fn meant(case: &Case, of_type: RecordId, fact: &explain::want::FactChange) -> Vec<Value> {
    let all = values(case, of_type, fact.field);
    let of = |piece: &Piece| match piece {
        Piece::Value(value) => vec![value.clone()],
        Piece::Range(range) => all
            .iter()
            .filter(|value| range.contains(value))
            .cloned()
            .collect(),
    };
    fact.to.iter().flat_map(of).collect()
}

/// Holds the answers about the last record for every goal against all changes of its facts.
fn held_against_all(text: &str) {
    let case = common::read(text).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
    let mut goals = vec![Goal::Eligible, Goal::Ranked, Goal::Rank(1), Goal::Rank(2)];
    if case.policy.cut_list.is_some() {
        goals.push(Goal::Kept);
    }
    let record = case.records.all(case.policy.record).last().unwrap();
    held_for(text, &case, record, &FIELDS, &goals);
}

/// The same for some goals of one record, and all changes of some of its facts.
fn held_for(text: &str, case: &Case, record: Reference, names: &[&str], goals: &[Goal]) {
    // Rules may contradict each other for the parts at hand: then there is nothing to ask.
    let Ok(decided) = decide(&case.policy, &case.records, Language::English) else {
        return;
    };
    let decisions = decided.decisions;
    let asked = explain::Case {
        policy: &case.policy,
        records: &case.records,
        decisions: &decisions,
        language: Language::English,
    };
    let of_type = record.record;
    let fields: Vec<FieldId> = names.iter().map(|name| field(case, of_type, name)).collect();
    let choices: Vec<_> = fields
        .iter()
        .map(|field| {
            let now = &case.records.fact(record, *field).value;
            let others = values(case, of_type, *field)
                .into_iter()
                .filter(|value| Some(value) != now.as_ref());
            let all: Vec<Option<Value>> = std::iter::once(None).chain(others.map(Some)).collect();
            (*field, all)
        })
        .collect();
    let all = all_decisions(case, record, &choices);
    for goal in goals.iter().copied() {
        let wish = explain::want(asked, record, goal).unwrap();
        // All changes that get there, by how large they are.
        let mut smallest: Option<(usize, i64)> = None;
        let mut ways = 0;
        for (chosen, decision) in &all {
            if !decision
                .as_ref()
                .is_some_and(|decision| goal.is_reached(decision))
            {
                continue;
            }
            let changed = chosen.iter().zip(&fields);
            let sizes: Vec<i64> = changed
                .filter_map(|(value, field)| {
                    let from = case.records.fact(record, *field).value.as_ref();
                    Some(distance(case, of_type, *field, from, value.as_ref()?))
                })
                .collect();
            let size = (sizes.len(), sizes.iter().sum());
            match smallest {
                Some(known) if known < size => {}
                Some(known) if known == size => ways += 1,
                _ => (smallest, ways) = (Some(size), 1),
            }
        }
        let told: usize = wish
            .answers
            .iter()
            .map(|answer| {
                answer
                    .facts
                    .iter()
                    .map(|fact| meant(case, of_type, fact).len())
                    .product::<usize>()
            })
            .sum();
        match smallest {
            Some((0, _)) => assert!(wish.reached, "{goal:?}: it is there already\n{text}"),
            Some((facts, size)) if facts <= 4 => {
                assert!(
                    !wish.answers.is_empty(),
                    "{goal:?}: {facts} facts are enough, {wish:?}\n{text}"
                );
                for answer in &wish.answers {
                    assert_eq!(answer.facts.len(), facts, "{goal:?} {answer:?}\n{text}");
                    let sum = |sum: i64, fact: &explain::want::FactChange| {
                        let to = &meant(case, of_type, fact)[0];
                        sum + distance(case, of_type, fact.field, fact.from.as_ref(), to)
                    };
                    assert_eq!(
                        answer.facts.iter().fold(0, sum),
                        size,
                        "{goal:?} {answer:?}\n{text}"
                    );
                }
                assert_eq!(
                    told + wish.more,
                    ways,
                    "{goal:?}: all that are as small, {wish:?}\n{text}"
                );
            }
            other => {
                assert!(
                    wish.answers.is_empty() && !wish.reached,
                    "{goal:?} {wish:?}\n{text}"
                );
                assert!(
                    wish.obstacle.is_none() || other.is_none(),
                    "{goal:?}: something can\n{text}"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_smaller_change_works_and_each_shown_one_does(text in case(15)) {
        held_against_all(&text);
    }

    /// Records that stand in others are kept or cut by facts of theirs, while those of the others stay.
    #[test]
    fn so_it_is_for_records_that_stand_in_others(text in parts(15)) {
        let case = common::read(&text).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
        let of_type = case.policy.cut_list.as_ref().unwrap().record;
        let all: Vec<Reference> = case.records.all(of_type).collect();
        for record in [all.first(), all.last()].into_iter().flatten() {
            held_for(&text, &case, *record, &PART_FIELDS, &[Goal::Kept]);
        }
    }
}

#[test]
fn a_limit_that_counts_the_fact_itself_says_how_much_less_it_must_be() {
    let text = "policy p for item { }\nrecord item as items {\n  id : text key\n  cost : number 0.. in EUR\n  n : number\n}\n\
                rank by highest n then first id\ncut-list all of item {\n  may cut where cost >= 0 EUR\n  at most 100 EUR of cost\n}\n\
                === data\n{ \"items\": [ { \"id\": \"A\", \"cost\": 70, \"n\": 3 }, { \"id\": \"B\", \"cost\": 50, \"n\": 2 } ] }\n";
    let case = common::read(text).unwrap_or_else(|problems| panic!("{problems}"));
    let decisions = decide(&case.policy, &case.records, Language::English)
        .unwrap()
        .decisions;
    let asked = explain::Case {
        policy: &case.policy,
        records: &case.records,
        decisions: &decisions,
        language: Language::English,
    };
    let record = case.records.find(case.policy.record, "B").unwrap();
    let wish = explain::want(asked, record, Goal::Kept).unwrap();
    let to: Vec<&Piece> = wish
        .answers
        .iter()
        .flat_map(|answer| &answer.facts[0].to)
        .collect();
    assert_eq!(to, [&Piece::Value(Value::Number(Number::from_integer(30)))]);
}

/// A part takes part only where its record is selected, which a fact of the part may decide.
#[test]
fn a_fact_that_lets_the_record_in_lets_its_part_stay() {
    let text = "policy p for item { }\nrecord item as items {\n  id : text key\n}\n\
                record part in item as parts {\n  id : text key\n  a : yes/no\n  big : yes/no\n}\n\
                entry big { require any(big for parts) }\ncut-list all of part {\n  may cut where a\n  at most 1\n}\n\
                === data\n{ \"items\": [ { \"id\": \"R\", \"parts\": [ { \"id\": \"P\", \"a\": false, \"big\": false } ] } ] }\n";
    let case = common::read(text).unwrap_or_else(|problems| panic!("{problems}"));
    let of_type = case.policy.cut_list.as_ref().unwrap().record;
    let decisions = decide(&case.policy, &case.records, Language::English)
        .unwrap()
        .decisions;
    let asked = explain::Case {
        policy: &case.policy,
        records: &case.records,
        decisions: &decisions,
        language: Language::English,
    };
    let part = case.records.find(of_type, "P").unwrap();
    let wish = explain::want(asked, part, Goal::Kept).unwrap();
    let told: Vec<_> = wish
        .answers
        .iter()
        .map(|answer| (answer.facts[0].field, &answer.facts[0].to))
        .collect();
    let yes = vec![Piece::Value(Value::YesNo(true))];
    assert_eq!(told, [(field(&case, of_type, "big"), &yes)]);
}
