//! That every rule says why it stands and where from, and every fact where it was read.

use prioriter::model::{CriterionBody, DefineBody, Ground};

use crate::shipped::shipped;
use crate::{POLICY, QUESTIONS, TABLE_3};

#[test]
fn every_rule_has_its_ground_and_every_fact_its_source() {
    let steg2 = shipped(POLICY);
    let policy = &steg2.policy;
    let mut grounds: Vec<(String, &Ground)> = Vec::new();
    let mut add = |what: String, ground| grounds.push((what, ground));
    for gate in &policy.gates {
        add(format!("entry {}", gate.name), &gate.ground);
    }
    for exclusion in &policy.exclusions {
        add(format!("exclude {}", exclusion.name), &exclusion.ground);
    }
    for premise in &policy.premises {
        add(format!("premise {}", premise.name), &premise.ground);
    }
    for group in &policy.groups {
        add(format!("group {}", group.name), &group.ground);
    }
    for define in &policy.defines {
        assert!(matches!(define.body, DefineBody::Value(_)));
        add(format!("define {}", define.name), &define.ground);
    }
    for criterion in &policy.criteria {
        add(format!("criterion {}", criterion.name), &criterion.ground);
        add(format!("weight of {}", criterion.name), &criterion.weight_ground);
        let CriterionBody::Questions(_, questions) = &criterion.body else {
            panic!("{} has no questions", criterion.name);
        };
        for (question, _) in questions {
            let field = policy.field(policy.record, *question);
            add(format!("question {}", field.name), &field.ground);
        }
    }
    for level in policy.scales.iter().flat_map(|scale| &scale.levels) {
        add(format!("level {}", level.name), &level.ground);
    }
    let list = policy.cut_list.as_ref().unwrap();
    for clause in &list.membership {
        add(clause.text.to_string(), &clause.ground);
    }
    for rule in &list.rules {
        add(rule.text.to_string(), &rule.ground);
    }
    add("rank".to_owned(), &policy.rank.as_ref().unwrap().ground);
    add("joint".to_owned(), &policy.joint.as_ref().unwrap().ground);
    for record in &policy.records {
        for field in &record.fields {
            add(format!("{}.{}", record.name, field.name), &field.ground);
            if field.default.is_some() {
                assert!(field.ground.because.is_some(), "{}.{}", record.name, field.name);
            }
        }
    }
    let ungrounded: Vec<&String> = grounds
        .iter()
        .filter(|(_, ground)| ground.cite.is_none())
        .map(|(what, _)| what)
        .collect();
    assert_eq!(ungrounded, Vec::<&String>::new());
    for what in ["may cut", "place", "all or nothing", "cut first", "weight"] {
        let clauses = grounds.iter().filter(|(named, _)| named.starts_with(what));
        assert!(clauses.clone().count() > 0, "{what}");
        for (named, ground) in clauses {
            assert!(ground.because.is_some(), "{named}");
        }
    }

    for table in &steg2.records.tables {
        for fact in table.columns.iter().flatten() {
            if fact.value.is_some() && !fact.default {
                let note = steg2.records.note(fact);
                assert!(
                    note.is_some_and(|note| note.cite.is_some()),
                    "{} has no source",
                    steg2.sources.at(fact.place)
                );
            }
        }
    }
}

/// Each of the 88 levels says why and who read it so; 21 say that they are assumed, as the README does.
#[test]
fn every_score_says_why_and_whose_reading_it_is() {
    let steg2 = shipped(POLICY);
    let mut assumed = 0;
    for key in TABLE_3 {
        for (_, question) in QUESTIONS {
            let fact = steg2.data(key, question);
            let note = steg2.records.note(fact).unwrap();
            assert!(note.because.is_some(), "{key} {question}");
            assert_eq!(note.by.as_deref(), Some("vår lesning"), "{key} {question}");
            assumed += usize::from(note.assumed);
        }
    }
    assert_eq!(assumed, 21);
    let readme = std::fs::read_to_string("policies/steg2/README.md").unwrap();
    assert!(readme.contains("21 of the 88 levels"));
}
