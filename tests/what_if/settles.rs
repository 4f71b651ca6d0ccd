//! The fewest facts that settle an undetermined record, against every choice of facts and values.

use std::collections::BTreeSet;

use prioriter::data::Records;
use prioriter::decide::{Decisions, Status, decide};
use prioriter::diagnostic::render::Style;
use prioriter::explain::change::set_fact;
use prioriter::explain::settle::SettlingSet;
use prioriter::explain::{self, Piece, settling};
use prioriter::model::{FieldId, Language, Reference, Value};
use prioriter::report::{self, Form};
use proptest::prelude::*;

use crate::common::{self, Case};
use crate::random::{FIELDS, case, field, values};
use crate::shipped::shipped;

type Fact = (Reference, FieldId);

/// Every selection of so many facts.
fn selections(facts: &[Fact], together: usize) -> Vec<Vec<Fact>> {
    if together == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (index, fact) in facts.iter().enumerate() {
        for mut rest in selections(&facts[index + 1..], together - 1) {
            rest.insert(0, *fact);
            all.push(rest);
        }
    }
    all
}

/// Every choice of values for facts.
fn assignments(case: &Case, facts: &[Fact]) -> Vec<Vec<Value>> {
    let mut all: Vec<Vec<Value>> = vec![Vec::new()];
    for (_, field) in facts {
        let values = values(case, case.policy.record, *field);
        let with = |chosen: &Vec<Value>| {
            let chosen = chosen.clone();
            values
                .iter()
                .map(move |value| [chosen.clone(), vec![value.clone()]].concat())
        };
        all = all.iter().flat_map(with).collect();
    }
    all
}

/// Where a record ends with some facts known.
fn ending(case: &Case, record: Reference, facts: &[Fact], values: &[Value]) -> Option<(Status, Option<u32>)> {
    let mut records: Records = case.records.clone();
    for ((of, field), value) in facts.iter().zip(values) {
        set_fact(&mut records, *of, *field, Some(value.clone()));
    }
    let decided = decide(&case.policy, &records, Language::English).ok()?;
    let decision = decided.decisions.of(record)?;
    Some((decision.came_to(), decision.rank))
}

fn asked<'a>(case: &'a Case, decisions: &'a Decisions) -> explain::Case<'a> {
    explain::Case {
        policy: &case.policy,
        records: &case.records,
        decisions,
        language: Language::English,
    }
}

/// Whether a set says of some values what is decided with them.
fn says(set: &SettlingSet, values: &[Value], then: (Status, Option<u32>)) -> bool {
    let holds = |pieces: &Vec<Piece>, value: &Value| {
        pieces.iter().any(|piece| match piece {
            Piece::Value(known) => known == value,
            Piece::Range(range) => range.contains(value),
        })
    };
    let answers = set.answers.iter().filter(|answer| {
        answer
            .values
            .iter()
            .zip(values)
            .all(|(pieces, value)| holds(pieces, value))
    });
    let answers: Vec<_> = answers.collect();
    let [answer] = answers.as_slice() else {
        return false;
    };
    let ranked = match (then.1, answer.then.ranks) {
        (Some(rank), Some((best, worst))) => best <= rank && rank <= worst,
        (None, _) => true,
        (Some(_), None) => false,
    };
    answer.then.status == then.0 && ranked
}

fn held_against_all(text: &str) {
    let case = common::read(text).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
    let decisions = decide(&case.policy, &case.records, Language::English)
        .unwrap()
        .decisions;
    let mut unknown: Vec<Fact> = Vec::new();
    for record in case.records.all(case.policy.record) {
        let fields = FIELDS.map(|name| field(&case, case.policy.record, name));
        let lacks = fields
            .into_iter()
            .filter(|field| case.records.fact(record, *field).value.is_none());
        unknown.extend(lacks.map(|field| (record, field)));
    }
    for decision in decisions.on(case.policy.record) {
        let record = decision.record;
        let told = settling(asked(&case, &decisions), record);
        if decision.came_to() != Status::Undetermined {
            assert!(told.sets.is_empty() && told.complete, "{text}");
            continue;
        }
        for together in 1..=2 {
            let mut found = Vec::new();
            for facts in selections(&unknown, together) {
                let all = assignments(&case, &facts);
                let ends: Vec<_> = all
                    .iter()
                    .map(|values| ending(&case, record, &facts, values))
                    .collect();
                if ends
                    .iter()
                    .flatten()
                    .any(|(status, _)| *status != Status::Undetermined)
                {
                    found.push((facts, all, ends));
                }
            }
            if found.is_empty() {
                let fewer = told.sets.iter().filter(|set| set.facts.len() <= together).count();
                assert_eq!(fewer, 0, "{told:?}\n{text}");
                continue;
            }
            assert_eq!(
                told.sets.len() + told.more,
                found.len(),
                "{record:?} {found:?} {told:?}\n{text}"
            );
            for set in &told.sets {
                let facts: BTreeSet<Fact> = set.facts.iter().copied().collect();
                let same = |(known, ..): &&(Vec<Fact>, _, _)| {
                    known.iter().copied().collect::<BTreeSet<_>>() == facts
                };
                assert!(found.iter().any(|one| same(&one)), "{record:?} {set:?}\n{text}");
                let mut always = true;
                for values in assignments(&case, &set.facts) {
                    let Some(then) = ending(&case, record, &set.facts, &values) else {
                        continue;
                    };
                    always &= then.0 != Status::Undetermined;
                    assert!(says(set, &values, then), "{values:?} {then:?} {set:?}\n{text}");
                }
                assert_eq!(set.always(), always, "{set:?}\n{text}");
            }
            break;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_fewer_facts_settle_a_record_and_each_answer_comes_to_what_is_told(text in case(15)) {
        held_against_all(&text);
    }
}

/// DHO-1 of the published prioritisation, were it part of the roadmap; and were it mature and of use, too, so that only its
/// scores are not known.
#[test]
fn a_measure_that_the_document_says_little_of() {
    let shipped = shipped("steg2/steg2.rule");
    let mut case = Case {
        sources: shipped.sources,
        policy: shipped.policy,
        records: shipped.records,
    };
    let record = case.records.find(case.policy.record, "DHO-1").unwrap();
    let in_roadmap = field(&case, case.policy.record, "in-roadmap");
    set_fact(&mut case.records, record, in_roadmap, Some(Value::YesNo(true)));
    let both = |case: &Case| {
        [Language::Norwegian, Language::English]
            .map(|language| told_of(case, language, "DHO-1"))
            .join("\n")
    };
    insta::assert_snapshot!("steg2-settle-gates", both(&case));
    for (name, value) in [
        ("realises-need", Value::YesNo(true)),
        ("maturity", Value::Member(0)),
    ] {
        let field = field(&case, case.policy.record, name);
        set_fact(&mut case.records, record, field, Some(value));
    }
    insta::assert_snapshot!("steg2-settle-scores", both(&case));
}

/// What can settle each undetermined record of a case, as it is told.
fn told(case: &Case, language: Language) -> String {
    told_of(case, language, "")
}

/// The same, of the records whose key begins so.
fn told_of(case: &Case, language: Language, key: &str) -> String {
    let decisions = decide(&case.policy, &case.records, language).unwrap().decisions;
    let report = report::Input {
        policy: &case.policy,
        records: &case.records,
        decisions: &decisions,
        sources: &case.sources,
        language,
    };
    let style = Style {
        width: 80,
        colour: false,
    };
    let open = decisions
        .decisions
        .iter()
        .filter(|decision| decision.came_to() == Status::Undetermined)
        .filter(|decision| case.records.key(decision.record).starts_with(key));
    let texts = open.map(|decision| {
        let settling = settling(asked(case, &decisions), decision.record);
        report::settling::text(&report, decision.record, &settling, Form::Text(style))
    });
    texts.collect::<Vec<String>>().join("\n")
}

#[test]
fn cases() {
    insta::glob!("../cases/settle", "*.case", |path| {
        let case = common::read(&std::fs::read_to_string(path).unwrap());
        let case = case.unwrap_or_else(|problems| panic!("{problems}"));
        let texts = [Language::Norwegian, Language::English].map(|language| told(&case, language));
        insta::with_settings!({
            snapshot_path => path.parent().unwrap(),
            snapshot_suffix => "",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(path.file_stem().unwrap().to_str().unwrap(), texts.join("\n---\n\n"));
        });
    });
}
