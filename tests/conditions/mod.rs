//! Conditions at random, over fields with few values.
//!
//! Goes out: declarations, all records there can be, and conditions as an author would write them. It never evaluates one.
//!
//! Invariant: every condition checks, and every record reads.

use std::fmt::Write as _;

use proptest::prelude::*;

/// The fields, each with all that a record may say of it; the empty text says nothing.
pub(crate) const FIELDS: [(&str, &str, &[&str]); 6] = [
    ("flag", "yes/no optional", &["", "false", "true"]),
    ("sure", "yes/no", &["false", "true"]),
    (
        "area",
        "one of north, south, west",
        &["\"north\"", "\"south\"", "\"west\""],
    ),
    ("phase", "integer 1..3 optional", &["", "1", "2", "3"]),
    ("size", "integer 1..2", &["1", "2"]),
    ("half", "1..<2 step 0.5 optional", &["", "1", "1.5"]),
];

const HEAD: &str = "policy p for item { }\nrecord item {\n    id : text key\n";
const REST: &str = r"
define band : one of low, middle, high {
    low when phase < 2
    middle when phase is 2 or flag
    otherwise high
}
define least : integer {
    1 when sure
    phase when area is north
    otherwise 3
}
table points by phase, area {
    1..2, north -> 1
    1..2, [south, west] -> 2
    3.., any -> 2
}
table left-over by size, sure {
    1, yes -> 1
    2.., no -> 2
    otherwise -> 3
}
group large where size >= 2 and flag
";

/// The declarations that the conditions are about.
pub(crate) fn head() -> String {
    let mut text = HEAD.to_owned();
    for (name, of_type, _) in FIELDS {
        writeln!(text, "    {name} : {of_type}").unwrap();
    }
    text.push('}');
    text.push_str(REST);
    text
}

/// Every possible record, as data.
pub(crate) fn all_records() -> String {
    let mut records = vec![String::new()];
    for (name, _, values) in FIELDS {
        records = records
            .iter()
            .flat_map(|record| {
                values.iter().map(move |value| match *value {
                    "" => record.clone(),
                    value => format!("{record}, \"{name}\": {value}"),
                })
            })
            .collect();
    }
    let lines: Vec<String> = records
        .iter()
        .enumerate()
        .map(|(index, rest)| format!("{{\"id\": \"r{index}\"{rest}}}"))
        .collect();
    format!("[{}]", lines.join(",\n"))
}

fn atom() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        Just("phase"),
        Just("size"),
        Just("half"),
        Just("points"),
        Just("least"),
        Just("known-or(phase, size)"),
        Just("(if flag then size else phase)"),
        Just("(if sure then 2 else half)"),
    ];
    let constant = prop_oneof![
        Just("1"),
        Just("2"),
        Just("3"),
        Just("4"),
        Just("1.5"),
        Just("0"),
        Just("9")
    ];
    let order = prop_oneof![
        Just("<"),
        Just("<="),
        Just(">"),
        Just(">="),
        Just("is"),
        Just("is not"),
    ];
    let area = prop_oneof![Just("north"), Just("south"), Just("west")];
    prop_oneof![
        Just("flag".to_owned()),
        Just("sure".to_owned()),
        Just("large".to_owned()),
        Just("flag is sure".to_owned()),
        (number.clone(), order.clone(), constant.clone()).prop_map(|(n, o, c)| format!("{n} {o} {c}")),
        (number.clone(), order, number.clone()).prop_map(|(n, o, m)| format!("{n} {o} {m}")),
        (number.clone(), 0..3, 0..3).prop_map(|(n, low, more)| format!("{n} in {low}..{}", low + more)),
        (number.clone(), 0..3, 1..4).prop_map(|(n, low, more)| format!("{n} in {low}<..<{}", low + more)),
        (number.clone(), constant.clone(), 1..3)
            .prop_map(|(n, c, low)| format!("{n} not in [{c}, {low}..2]")),
        (number, prop_oneof![Just("known"), Just("missing")]).prop_map(|(n, k)| format!("{n} is {k}")),
        area.clone().prop_map(|a| format!("area is {a}")),
        (1..4).prop_map(|value| format!("left-over is not {value}")),
        (area.clone(), area).prop_map(|(a, b)| format!("area in [{a}, {b}]")),
        prop_oneof![Just("low"), Just("middle"), Just("high")].prop_map(|b| format!("band is {b}")),
        Just("left-over is size".to_owned()),
        Just("band is known".to_owned()),
    ]
}

/// A condition, as an author would write it.
pub(crate) fn condition() -> impl Strategy<Value = String> {
    atom().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| format!("not ({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) or ({b})")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("(if {a} then {b} else {c})")),
        ]
    })
}
