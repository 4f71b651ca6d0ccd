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

/// The levels that the document's own words grade: the question, the level, the word and the measures. What it says of
/// a whole area holds for the measures of that area.
const GRADED: [(&str, &str, &str, &[&str]); 19] = [
    (
        "goal.information-needs",
        "i svært stor grad",
        "meget høy",
        &["LM"],
    ),
    (
        "goal.information-needs",
        "i noen grad",
        "en del",
        &["JD-1", "JD-2", "JD-3", "JD-4"],
    ),
    ("goal.information-needs", "ikke", "ikke", &["DHO-3"]),
    ("goal.sector", "i svært stor grad", "svært høyt", &["LM"]),
    ("goal.sector", "i svært stor grad", "høyest", &["JD-1"]),
    ("goal.sector", "i stor grad", "høyt", &["JD-2", "JD-4", "KI-1"]),
    ("cost.technical", "i stor grad", "lite", &["LM", "JD-1"]),
    ("cost.technical", "i noen grad", "krevende", &["KI-1", "KI-3"]),
    (
        "cost.organisational",
        "i liten grad",
        "svært komplekst",
        &["LM", "DBEP-1"],
    ),
    ("cost.organisational", "i stor grad", "relativt enkelt", &["JD-1"]),
    (
        "cost.organisational",
        "i stor grad",
        "ikke spesielt krevende",
        &["KI-1"],
    ),
    (
        "cost.legal",
        "i stor grad",
        "lite",
        &["LM", "KI-1", "KI-2", "KI-3"],
    ),
    ("cost.legal", "i stor grad", "ivaretatt", &["JD-1"]),
    ("cost.legal", "i middels grad", "noe", &["DBEP-1"]),
    ("cost.legal", "i liten grad", "mye", &["JD-4"]),
    ("benefit.patient", "i stor grad", "stor", &["LM"]),
    ("benefit.clinician", "i stor grad", "stor", &["LM"]),
    ("benefit.indirect", "ikke", "ikke", &["LM"]),
    (
        "benefit.indirect",
        "i liten grad",
        "liten grad",
        &[
            "JD-1", "JD-2", "JD-3", "JD-4", "KI-1", "KI-2", "KI-3", "KI-4", "DBEP-1",
        ],
    ),
];

/// Each of the 88 levels says why and who read it so. Those that a word of the document grades stand as read; the
/// other 50 are assumed, as the README says.
#[test]
fn a_level_is_assumed_unless_a_word_of_the_document_grades_it() {
    let steg2 = shipped(POLICY);
    let readme = std::fs::read_to_string("policies/steg2/README.md").unwrap();
    let mut graded = Vec::new();
    for (question, level, word, keys) in GRADED {
        let shown = format!("` | {level} | ");
        let row = readme.lines().find(|line| line.contains(&shown)).unwrap();
        assert!(row.contains(word), "{word} in {row}");
        for key in keys {
            assert_eq!(steg2.shown(key, question), level, "{key} {question}");
            graded.push((*key, question));
        }
    }
    let mut assumed = 0;
    for key in TABLE_3 {
        for (_, question) in QUESTIONS {
            let note = steg2.records.note(steg2.data(key, question)).unwrap();
            assert!(note.because.is_some(), "{key} {question}");
            assert!(note.cite.is_some(), "{key} {question}");
            assert_eq!(note.by.as_deref(), Some("vår lesning"), "{key} {question}");
            assert_eq!(
                note.assumed,
                !graded.contains(&(key, question)),
                "{key} {question}"
            );
            assumed += usize::from(note.assumed);
        }
    }
    assert_eq!((graded.len(), assumed), (38, 50));
    assert!(readme.contains("50 of the 88 levels"));
}
