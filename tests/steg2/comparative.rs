//! The statements of section 2.3 that compare measures, all 25, asked of the records.

use prioriter::model::{Number, Value};

use crate::shipped::{Shipped, edition, shipped};
use crate::{POLICY, QUESTIONS, TABLE_3};

/// The statements of section 2.3 that compare measures. `>` says that each before it scores above each after it; a high
/// score for cost is a low cost.
const COMPARATIVE: &str = "
    Q-M2: JD-1 > JD-2, JD-4 > JD-3                                          | 2.3.2
    Q-K1: JD-1 > JD-2, JD-3 > JD-4                                          | 2.3.2
    Q-K2: JD-1 > JD-2, JD-3                                                 | 2.3.2
    Q-K3: JD-1 > JD-2 > JD-3                                                | 2.3.2
    Q-K3: JD-1 > JD-4                                                       | 2.3.2
    Q-N1: JD-1 > JD-2, JD-3, JD-4                                           | 2.3.2
    Q-M1: KI-1, KI-2, KI-3, KI-4 > JD-1, JD-2, JD-3, JD-4                   | 2.3.3
    Q-M2: JD-1 > KI-1                                                       | 2.3.3
    Q-M2: JD-3 > KI-3                                                       | 2.3.3
    Q-M2: KI-2 > JD-4                                                       | 2.3.3
    Q-K2: KI-1 > KI-2, KI-3                                                 | 2.3.3
    Q-K3: KI-1, KI-2, KI-3 > KI-4                                           | 2.3.3
    Q-N1: JD-1 > KI-1                                                       | 2.3.3
    Q-N2: JD-1 > KI-1                                                       | 2.3.3
    Q-N2: JD-4 > KI-2                                                       | 2.3.3
    Q-N2: JD-3 > KI-3                                                       | 2.3.3
    Q-M2: LM, JD-1 > DBEP-1                                                 | 2.3.4
    Q-K1: KI-1, KI-2, KI-3, KI-4, JD-1, LM > DBEP-1                         | 2.3.4
    Q-N1: DBEP-1 > JD-1, JD-2, JD-3, JD-4, KI-1, KI-2, KI-3, KI-4           | 2.3.4
    Q-N2: DBEP-1 > KI-1, KI-2, KI-3, KI-4                                   | 2.3.4
    Q-N3: equal DBEP-1, KI-1, KI-2, KI-3, KI-4, JD-1, JD-2, JD-3, JD-4      | 2.3.4
    Q-N1 Q-N2: lowest DHO-3                                                 | 2.3.5
    Q-M1: lowest DHO-3                                                      | 2.3.5
    KOST: highest DHO-3                                                     | 2.3.5
    Q-N3: lowest LM                                                         | 2.3.1
";

#[test]
fn all_25_comparative_statements_hold_on_the_records() {
    assert_eq!(statements().count(), 25);
    let steg2 = shipped(POLICY);
    let broken: Vec<&str> = statements().filter(|line| !holds(&steg2, line)).collect();
    assert_eq!(broken, [""; 0]);
}

/// That the statements are asked at all: each fails on records that say otherwise.
#[test]
fn each_comparative_statement_fails_on_records_that_say_otherwise() {
    let changes = [
        ("JD-1", "sector", "very-high", "slight", vec![1, 8, 17]),
        ("JD-4", "technical", "slight", "some", vec![2]),
        ("JD-2", "organisational", "medium", "high", vec![3]),
        ("JD-3", "legal", "some", "medium", vec![4]),
        ("JD-4", "legal", "slight", "high", vec![5]),
        ("JD-4", "patient", "medium", "high", vec![6]),
        ("JD-4", "information-needs", "some", "high", vec![7]),
        ("KI-3", "sector", "slight", "some", vec![9]),
        ("KI-2", "sector", "very-high", "high", vec![10]),
        ("KI-3", "organisational", "some", "high", vec![11]),
        ("KI-4", "legal", "some", "high", vec![12]),
        ("KI-1", "patient", "medium", "high", vec![13]),
        ("KI-1", "clinician", "some", "medium", vec![14, 20]),
        ("KI-2", "clinician", "some", "medium", vec![15, 20]),
        ("KI-3", "clinician", "some", "medium", vec![16, 20]),
        ("DBEP-1", "technical", "slight", "some", vec![18]),
        ("DBEP-1", "patient", "very-high", "high", vec![19]),
        ("KI-2", "indirect", "slight", "some", vec![21]),
        ("DHO-3", "clinician", "slight", "some", vec![22]),
        ("DHO-3", "information-needs", "none", "some", vec![23]),
        ("DHO-3", "technical", "high", "slight", vec![24]),
        ("LM", "indirect", "none", "slight", vec![25]),
    ];
    let mut asked = Vec::new();
    for (key, question, from, to, expected) in changes {
        let level = |level: &str| format!("\"{question}\": {{\"value\": \"{level}\"");
        let steg2 = edition(POLICY)
            .fact("measures.json", key, &level(from), &level(to))
            .decide();
        let broken: Vec<usize> = statements()
            .zip(1..)
            .filter(|(line, _)| !holds(&steg2, line))
            .map(|(_, number)| number)
            .collect();
        assert_eq!(broken, expected, "{key} {question}");
        asked.extend(broken);
    }
    asked.sort_unstable();
    asked.dedup();
    assert_eq!(asked, (1..=25).collect::<Vec<usize>>());
}

fn statements() -> impl Iterator<Item = &'static str> {
    COMPARATIVE.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// Whether a comparative statement holds on the records.
fn holds(steg2: &Shipped, statement: &str) -> bool {
    let (statement, _cite) = statement.split_once('|').unwrap();
    let (questions, says) = statement.split_once(':').unwrap();
    questions.split_whitespace().all(|question| {
        let score = |key: &str| score(steg2, key, question);
        let keys = |list: &str| {
            list.split(',')
                .map(|key| score(key.trim()))
                .collect::<Vec<Number>>()
        };
        let others = |key: &str| {
            let others = TABLE_3.iter().filter(move |other| **other != key);
            others.map(|other| score(other)).collect::<Vec<Number>>()
        };
        let says = says.trim();
        if let Some(list) = says.strip_prefix("equal ") {
            let scores = keys(list);
            scores.iter().all(|score| *score == scores[0])
        } else if let Some(key) = says.strip_prefix("lowest ") {
            others(key).iter().all(|other| score(key) < *other)
        } else if let Some(key) = says.strip_prefix("highest ") {
            others(key).iter().all(|other| score(key) > *other)
        } else {
            let steps: Vec<Vec<Number>> = says.split('>').map(keys).collect();
            assert!(steps.len() > 1, "{says}");
            let above = |step: &[Vec<Number>]| step[0].iter().min() > step[1].iter().max();
            steps.windows(2).all(above)
        }
    })
}

/// The score of a measure on a question, or on cost as a whole.
fn score(steg2: &Shipped, key: &str, question: &str) -> Number {
    if question == "KOST" {
        let parts = &steg2.decision(key).score.as_ref().unwrap().criteria;
        let cost = parts
            .iter()
            .find(|part| &*steg2.policy.criterion(part.criterion).name == "cost");
        return cost.unwrap().value.clone().unwrap();
    }
    let (_, field) = QUESTIONS.iter().find(|(name, _)| *name == question).unwrap();
    match &steg2.data(key, field).value {
        Some(Value::Number(number)) => number.clone(),
        other => panic!("{key} {field}: {other:?}"),
    }
}
