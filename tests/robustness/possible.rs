//! Possible ranks against every combination of answers, decided one by one.

use std::collections::BTreeMap;

use prioriter::data::Records;
use prioriter::decide::{Decision, Status};
use prioriter::explain::change::set_fact;
use prioriter::explain::robustness::{NotTold, PossibleRank, open_ranks, possible_ranks};
use prioriter::model::{FieldId, Reference, Type, Value};
use proptest::prelude::*;

use crate::{Run, decide_on, number};

/// All unknown facts of the records, each with its answers.
fn unknown(run: &Run) -> Vec<(Reference, FieldId, Vec<Value>)> {
    let policy = &run.case.policy;
    let mut found = Vec::new();
    for record in run.case.records.all(policy.record) {
        for (field, id) in policy
            .record_type(policy.record)
            .fields
            .iter()
            .zip((0..).map(FieldId))
        {
            if run.case.records.fact(record, id).value.is_some() {
                continue;
            }
            let values = match &field.of_type {
                Type::YesNo => vec![Value::YesNo(false), Value::YesNo(true)],
                _ => (0..3)
                    .map(|number| Value::Number(self::number(&number.to_string())))
                    .collect(),
            };
            found.push((record, id, values));
        }
    }
    found
}

/// Best and worst rank, and whether it may have none, over all combinations of answers.
type Ranges = BTreeMap<Reference, (u32, u32, bool)>;

fn enumerate(run: &Run) -> Ranges {
    fn go(run: &Run, records: &mut Records, open: &[(Reference, FieldId, Vec<Value>)], ranges: &mut Ranges) {
        let Some(((record, field, values), rest)) = open.split_first() else {
            for decision in decide_on(&run.case.policy, records).decisions {
                let range = ranges.entry(decision.record).or_insert((u32::MAX, 0, false));
                match decision.rank {
                    Some(rank) => (range.0, range.1) = (range.0.min(rank), range.1.max(rank)),
                    None => range.2 = true,
                }
            }
            return;
        };
        for value in values {
            set_fact(records, *record, *field, Some(value.clone()));
            go(run, records, rest, ranges);
        }
        set_fact(records, *record, *field, None);
    }
    let mut ranges = Ranges::new();
    go(run, &mut run.case.records.clone(), &unknown(run), &mut ranges);
    ranges.retain(|_, (best, ..)| *best < u32::MAX);
    ranges
}

prop_compose! {
    fn policy()(
        aggregations in proptest::collection::vec(0..4_usize, 2),
        weights in proptest::collection::vec(0..3_u32, 2),
        gate in 0..4_usize,
        keys in 0..6_usize,
        own in 0..3_usize,
        records in proptest::collection::vec(proptest::collection::vec(0..9_u32, 6), 2..5),
    ) -> String {
        let mut text = "policy p \"P\" for item { }\nrecord item {\n id : text key\n ready : yes/no optional\n\
                        age : integer 0..2 optional\n}\n".to_owned();
        text += ["", "entry e { require ready }\n", "entry e { require total >= 3 }\n",
                 "entry e { when not ready\n require c0.a >= 1 }\n"][gate];
        for (index, aggregation) in aggregations.iter().enumerate() {
            let of = ["mean of", "sum of", "least of", "greatest of"][*aggregation];
            let weight = weights[index];
            text += &format!(
                "criterion c{index} {{\n weight {weight}\n {of} {{\n a : integer 0..2\n b : integer 0..2 reversed\n }}\n}}\n"
            );
        }
        text += ["", "score total = 2 * c0 - c1\n", "criterion c2 {\n value 3 - 2 * c0\n}\n"][own];
        text += ["rank by highest total", "rank by highest total then highest c0.a", "rank by lowest total then lowest c1.b",
                 "rank by highest total then lowest age", "rank by lowest age then highest total",
                 "rank by lowest c0.a then highest total"][keys];
        text += "\n=== data\n{ \"items\": [";
        // At most six unknown facts: each three answers.
        let mut open = 0;
        let mut fact = |name: &str, drawn: u32, yes_no: bool| {
            let unknown = drawn > 6 && open < 6;
            open += u32::from(unknown);
            match (unknown, yes_no) {
                (true, _) => String::new(),
                (false, true) => format!(", \"{name}\": {}", drawn.is_multiple_of(2)),
                (false, false) => format!(", \"{name}\": {}", drawn % 3),
            }
        };
        let items: Vec<String> = records.iter().enumerate().map(|(index, drawn)| {
            let mut item = format!("{{ \"id\": \"R{index}\"");
            item += &fact("ready", drawn[0], true);
            item += &fact("age", drawn[1], false);
            for criterion in 0..2 {
                let (a, b) = (drawn[2 + 2 * criterion], drawn[3 + 2 * criterion]);
                item += &format!(", \"c{criterion}\": {{ \"none\": null{}{} }}", fact("a", a, false), fact("b", b, false));
            }
            item.replace("\"none\": null, ", "").replace("\"none\": null ", "") + " }"
        }).collect();
        text + &items.join(", ") + "] }"
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn ranges_are_those_of_all_answers(text in policy()) {
        let run = Run::of(&text);
        let found = possible_ranks(&run.case()).unwrap();
        prop_assert!(found.taken.is_empty());
        let told: Ranges = found
            .records
            .iter()
            .map(|of| (of.record, (of.best, of.worst, of.may_be_out)))
            .collect();
        prop_assert_eq!(&told, &enumerate(&run), "{}", text);
        open_ranks_are_among_them(&run, &found.records)?;
    }
}

/// In passing the same ranks are told of whose rank is open, and of nobody where none may still be ranked.
fn open_ranks_are_among_them(run: &Run, all: &[PossibleRank]) -> Result<(), TestCaseError> {
    let open = open_ranks(&run.case()).unwrap();
    let undetermined = |decision: &Decision| decision.status == Status::Undetermined;
    if !run.decisions.decisions.iter().any(undetermined) {
        prop_assert_eq!(open, []);
        return Ok(());
    }
    let is_open = |of: &&PossibleRank| of.best != of.worst || of.may_be_out || of.rank.is_none();
    let expected: Vec<PossibleRank> = all.iter().filter(is_open).copied().collect();
    prop_assert_eq!(open, expected);
    Ok(())
}

const HEAD: &str = "policy p \"P\" for item { }\nrecord item {\n id : text key\n note : text optional\n}\n";

#[test]
fn a_question_without_ends_is_not_told() {
    let text = format!(
        "{HEAD}criterion c {{ sum of {{ a : number 0.. }} }}\nrank by highest total\n=== data\n\
         {{ \"items\": [{{ \"id\": \"A\" }}, {{ \"id\": \"B\", \"c\": {{ \"a\": 3 }} }}] }}"
    );
    assert_eq!(
        possible_ranks(&Run::of(&text).case()).unwrap_err(),
        NotTold::Unbounded
    );
}

#[test]
fn a_gate_whose_answers_cannot_be_tried_is_taken_to_go_both_ways() {
    let text = format!(
        "{HEAD}entry e {{ require note is not \"late\" }}\ncriterion c {{ sum of {{ a : 0..10 }} }}\nrank by highest total\n\
         === data\n{{ \"items\": [{{ \"id\": \"A\", \"c\": {{ \"a\": 5 }} }}, \
         {{ \"id\": \"B\", \"note\": \"\", \"c\": {{ \"a\": 3 }} }}] }}"
    );
    let run = Run::of(&text);
    let found = possible_ranks(&run.case()).unwrap();
    let taken: Vec<&str> = found.taken.iter().map(|record| run.key(*record)).collect();
    assert_eq!(taken, ["A"]);
    let ranges: Vec<_> = found
        .records
        .iter()
        .map(|of| (run.key(of.record), of.rank, of.best, of.worst, of.may_be_out))
        .collect();
    assert_eq!(ranges, [("B", Some(1), 1, 2, false), ("A", None, 1, 1, true)]);
}

/// With a range of a million answers the two ends are enough, as a better answer only ever helps.
#[test]
fn many_answers_need_only_their_ends() {
    let text = format!(
        "{HEAD}criterion c {{ sum of {{ a : integer 0..1000000\n b : 0..1 }} }}\nrank by highest total\n=== data\n\
         {{ \"items\": [{{ \"id\": \"A\" }}, {{ \"id\": \"B\", \"c\": {{ \"a\": 3, \"b\": 0.5 }} }}, \
         {{ \"id\": \"C\", \"c\": {{ \"a\": 1000001, \"b\": 0.5 }} }}] }}"
    )
    .replace("1000001", "1000000");
    let run = Run::of(&text);
    let found = possible_ranks(&run.case()).unwrap();
    let a = found.records.iter().find(|of| run.key(of.record) == "A").unwrap();
    assert_eq!((a.best, a.worst, a.may_be_out), (1, 3, false));
    let asked = &found.narrowing[0];
    assert_eq!(
        &*run.case.policy.field(asked.record.record, asked.field).name,
        "c.a"
    );
}
