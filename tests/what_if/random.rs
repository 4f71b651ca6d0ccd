//! Random small policies with data, as texts, and what is decided on every value of every fact of a record.
//!
//! Comes in: seeds of proptest. Goes out: cases as `common` reads them. It never knows what is asked of them.

use prioriter::data::Records;
use prioriter::decide::{Decision, decide};
use prioriter::explain::change::set_fact;
use prioriter::model::{FieldId, Language, Number, RecordId, Reference, Type, Value};
use proptest::prelude::*;

use crate::common::Case;

/// A condition on a record.
fn condition(with_standing: bool) -> BoxedStrategy<String> {
    let mut leaves = vec![
        Just("a".to_owned()).boxed(),
        Just("b is x".to_owned()).boxed(),
        Just("b in [y, z]".to_owned()).boxed(),
        (0..=3).prop_map(|least| format!("c >= {least}")).boxed(),
        (0..=3_u32, 0..=3_u32)
            .prop_map(|(one, other)| format!("c in {}..{}", one.min(other), one.max(other)))
            .boxed(),
        Just("c is known".to_owned()).boxed(),
        Just("a is missing".to_owned()).boxed(),
        (0..=2).prop_map(|most| format!("first.q < {most}")).boxed(),
        Just("second.s is high".to_owned()).boxed(),
        Just("known-or(c, 1) > 1".to_owned()).boxed(),
        Just("if a then c > 1 else b is y".to_owned()).boxed(),
    ];
    if with_standing {
        leaves.push(Just("rank > 2".to_owned()).boxed());
        leaves.push(Just("any(selected for call.named)".to_owned()).boxed());
    }
    let leaf = proptest::strategy::Union::new(leaves);
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one}) and ({other})")),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one}) or ({other})")),
            inner.prop_map(|one| format!("not ({one})")),
        ]
    })
    .boxed()
}

/// The data of one record; `unknown` of a hundred facts are not known.
fn record(unknown: u32) -> impl Strategy<Value = [Option<String>; 6]> {
    let fact = move |values: &'static [&'static str]| {
        (0..100_u32, prop::sample::select(values))
            .prop_map(move |(luck, value)| (luck >= unknown).then(|| value.to_owned()))
    };
    (
        fact(&["true", "false"]),
        fact(&["\"x\"", "\"y\"", "\"z\""]),
        fact(&["0", "1", "2", "3"]),
        fact(&["0", "1", "2"]),
        fact(&["\"low\"", "\"high\""]),
        fact(&["\"low\"", "\"middle\"", "\"high\""]),
    )
        .prop_map(|(a, b, c, q, r, s)| [a, b, c, q, r, s])
}

/// The fields whose values are gone through: all but the key, and what makes a record joint.
pub(crate) const FIELDS: [&str; 6] = ["a", "b", "c", "first.q", "first.r", "second.s"];

/// A policy with one or two gates, two criteria, a ranking, and maybe an exclusion and a cut list; and its data.
pub(crate) fn case(unknown: u32) -> impl Strategy<Value = String> {
    let gates = prop::collection::vec(
        (prop::option::weighted(0.3, condition(false)), condition(false)),
        1..=2,
    );
    let exclusion = prop::option::weighted(0.5, condition(true));
    let list = prop::option::weighted(0.4, (condition(false), condition(false), 1..=2_u32));
    let records = prop::collection::vec(record(unknown), 3..=4);
    let named = prop::sample::select(&["[]", "[\"R0\"]", "[\"R1\", \"R2\"]"][..]);
    (gates, exclusion, list, prop::bool::weighted(0.2), named, records).prop_map(|(gates, exclusion, list, joint, named, records)| {
        let mut text = String::from(
            "policy random \"Random\" for item { }\n\
             one record call { named : list of ref item }\n\
             scale level {\n  low = 0\n  middle = 2\n  high = 5\n}\n\
             record item \"Item\" as items {\n  id : text key\n  a : yes/no optional\n  b : one of (x, y, z) optional\n  \
             c : integer 0..3 optional\n  with : ref item optional\n}\n\
             criterion first {\n  weight 2\n  mean of {\n    q : integer 0..2\n    r : level\n  }\n}\n\
             criterion second {\n  weight 1\n  mean of { s : level }\n}\n\
             rank by highest total then highest c\n",
        );
        if joint {
            text.push_str("joint with\n");
        }
        for (index, (when, require)) in gates.iter().enumerate() {
            text.push_str(&format!("entry gate-{index} {{\n"));
            if let Some(when) = when {
                text.push_str(&format!("  when {when}\n"));
            }
            text.push_str(&format!("  require {require}\n}}\n"));
        }
        if let Some(when) = exclusion {
            text.push_str(&format!("exclude taken {{ when {when} }}\n"));
        }
        if let Some((may_cut, first, most)) = list {
            text.push_str(&format!(
                "group first-ones of item where {first}\ncut-list kept of item {{\n  may cut where {may_cut}\n  \
                 keep first first-ones\n  at most {most}\n}}\n"
            ));
        }
        let records = records.iter().enumerate().map(|(index, facts)| {
            let facts = FIELDS.iter().zip(facts).filter_map(|(name, value)| {
                Some(format!(", \"{name}\": {}", value.as_ref()?))
            });
            let with = if joint && index == 2 { ", \"with\": \"R0\"" } else { "" };
            format!("  {{ \"id\": \"R{index}\"{}{with} }}", facts.collect::<String>())
        });
        let data = format!("{{ \"call\": {{ \"named\": {named} }}, \"items\": [\n{}\n] }}", records.collect::<Vec<_>>().join(",\n"));
        format!("{text}=== data\n{data}\n")
    })
}

/// The fields of a part whose values are gone through.
pub(crate) const PART_FIELDS: [&str; 4] = ["a", "b", "c", "big"];

/// A policy with a cut list of the parts that stand in its records, and its data: parts are kept by their own facts, by
/// those of the record they stand in, by its rank, and by the other parts.
pub(crate) fn parts(unknown: u32) -> impl Strategy<Value = String> {
    let condition = || {
        prop::sample::select(
            &[
                "a",
                "not a",
                "b is x",
                "b in [y, z]",
                "c >= 2",
                "c is known",
                "a is missing",
                "big and c < 3",
                "item.ready",
                "item.rank < 2",
                "a or item.n > 1",
            ][..],
        )
    };
    let rule = prop::sample::select(
        &[
            "cut first firsts",
            "keep first firsts then seconds",
            "place firsts after seconds",
            "prefer firsts after seconds within item",
            "all or nothing seconds within item",
        ][..],
    );
    let limit = prop::sample::select(
        &[
            "at most 4 of c",
            "at most 2",
            "at most 1 per item",
            "at least 1 per b\n  at most 3",
            "at most 3 of c where a",
        ][..],
    );
    let by = prop::sample::select(
        &[
            "",
            "otherwise by highest c",
            "otherwise by lowest item.rank then first id",
        ][..],
    );
    let fact = move |values: &'static [&'static str]| {
        (0..100_u32, prop::sample::select(values))
            .prop_map(move |(luck, value)| (luck >= unknown).then(|| value.to_owned()))
    };
    let part = (
        fact(&["true", "false"]),
        fact(&["\"x\"", "\"y\"", "\"z\""]),
        fact(&["0", "1", "2", "3"]),
        fact(&["true", "false"]),
    )
        .prop_map(|(a, b, c, big)| [a, b, c, big]);
    let items = prop::collection::vec(
        (
            prop::bool::weighted(0.8),
            0..3_u32,
            prop::collection::vec(part, 1..=3),
        ),
        2..=3,
    );
    let exclusion = prop::option::weighted(0.3, condition());
    (prop::array::uniform3(condition()), rule, limit, by, exclusion, items).prop_map(
        |([may_cut, firsts, seconds], rule, limit, by, exclusion, items)| {
            let mut text = String::from(
                "policy random \"Random\" for item { }\n\
                 record item \"Item\" as items {\n  id : text key\n  ready : yes/no\n  n : integer 0..3\n}\n\
                 record part \"Part\" in item as parts {\n  id : text key\n  a : yes/no optional\n  \
                 b : one of (x, y, z) optional\n  c : integer 0..3 optional\n  big : yes/no optional\n}\n\
                 entry ready { require ready or any(big for parts) }\nrank by highest n then highest sum(c for parts)\n",
            );
            if let Some(when) = exclusion {
                text.push_str(&format!("exclude taken of part {{ when {when} }}\n"));
            }
            text.push_str(&format!(
                "group firsts of part where {firsts}\ngroup seconds of part where {seconds}\n\
                 cut-list kept of part {{\n  may cut where {may_cut}\n  {rule}\n  {by}\n  {limit}\n}}\n"
            ));
            let mut count = 0;
            let items = items.iter().enumerate().map(|(index, (ready, n, parts))| {
                let parts = parts.iter().map(|facts| {
                    let facts = PART_FIELDS.iter().zip(facts).filter_map(|(name, value)| {
                        Some(format!(", \"{name}\": {}", value.as_ref()?))
                    });
                    count += 1;
                    format!("{{ \"id\": \"P{}\"{} }}", count - 1, facts.collect::<String>())
                });
                let parts: Vec<String> = parts.collect();
                format!(
                    "  {{ \"id\": \"R{index}\", \"ready\": {ready}, \"n\": {n}, \"parts\": [ {} ] }}",
                    parts.join(", ")
                )
            });
            let items: Vec<String> = items.collect();
            format!("{text}=== data\n{{ \"items\": [\n{}\n] }}\n", items.join(",\n"))
        },
    )
}

/// A field of a record type, by name.
pub(crate) fn field(case: &Case, of_type: RecordId, name: &str) -> FieldId {
    let fields = &case.policy.record_type(of_type).fields;
    let index = fields.iter().position(|field| *field.name == *name).unwrap();
    FieldId(u32::try_from(index).unwrap())
}

/// All values of a field.
pub(crate) fn values(case: &Case, of_type: RecordId, field: FieldId) -> Vec<Value> {
    let number = |number: i64| Value::Number(Number::from_integer(number));
    let declared = case.policy.field(of_type, field);
    match (&declared.of_type, &*declared.name) {
        (Type::YesNo, _) => vec![Value::YesNo(false), Value::YesNo(true)],
        (Type::Enumeration(_), _) => vec![Value::Member(0), Value::Member(1), Value::Member(2)],
        (Type::Scale(_), _) => vec![number(0), number(2), number(5)],
        (Type::Number(_), "c") => (0..=3).map(number).collect(),
        (Type::Number(_), _) => (0..=2).map(number).collect(),
        _ => unreachable!("no other field is gone through"),
    }
}

/// What is decided on a record with every choice of values for some of its facts; `None` leaves a fact as it is.
pub(crate) fn all_decisions(
    case: &Case,
    record: Reference,
    choices: &[(FieldId, Vec<Option<Value>>)],
) -> Vec<(Vec<Option<Value>>, Option<Decision>)> {
    let mut all: Vec<Vec<Option<Value>>> = vec![Vec::new()];
    for (_, values) in choices {
        let with = |chosen: &Vec<Option<Value>>| {
            let chosen = chosen.clone();
            values.iter().map(move |value| {
                let mut chosen = chosen.clone();
                chosen.push(value.clone());
                chosen
            })
        };
        all = all.iter().flat_map(with).collect();
    }
    let decision = |chosen: Vec<Option<Value>>| {
        let mut records: Records = case.records.clone();
        for ((field, _), value) in choices.iter().zip(&chosen) {
            if value.is_some() {
                set_fact(&mut records, record, *field, value.clone());
            }
        }
        let decided = decide(&case.policy, &records, Language::English).ok();
        let decision = decided.and_then(|decided| decided.decisions.of(record).cloned());
        (chosen, decision)
    };
    all.into_iter().map(decision).collect()
}
