//! The reader against `serde_json`, and every kind of problem with the place and the words it gets.

use proptest::prelude::*;
use serde_json::Value;

use super::{DEPTH, Kind, Node, Problem, read};

// ---- the judge ----

/// The same value as the judge has it; of members with one name it keeps the last.
fn to_value(node: &Node<'_>) -> Value {
    match &node.kind {
        Kind::Null => Value::Null,
        Kind::Bool(value) => Value::Bool(*value),
        Kind::Number(digits) => Value::Number(serde_json::from_str(digits).unwrap()),
        Kind::Cell(_) => unreachable!("JSON has no cells"),
        Kind::String(text) => Value::String(text.clone().into_owned()),
        Kind::Array(nodes) => nodes.iter().map(to_value).collect(),
        Kind::Object(members) => Value::Object(
            members
                .iter()
                .map(|member| (member.name.clone().into_owned(), to_value(&member.value)))
                .collect(),
        ),
    }
}

fn agrees_with_the_judge(text: &str) -> Result<(), TestCaseError> {
    let judged = serde_json::from_str::<Value>(text);
    match (read(text), judged) {
        (Ok(node), Ok(value)) => prop_assert_eq!(to_value(&node), value, "{}", text),
        (Err(problem), Err(_)) => is_well_placed(text, &problem)?,
        // The judge allows 127 brackets.
        (Err(problem), Ok(_)) => prop_assert_eq!(problem.code, "json-nesting", "{}", text),
        (Ok(_), Err(error)) => prop_assert!(false, "only the judge refuses {text:?}: {error}"),
    }
    Ok(())
}

fn is_well_placed(text: &str, problem: &Problem) -> Result<(), TestCaseError> {
    let spans = problem
        .related
        .iter()
        .map(|(span, _)| *span)
        .chain([problem.span]);
    for span in spans {
        prop_assert!(
            text.get(span.range()).is_some(),
            "{span:?} of {text:?}: {problem:?}"
        );
    }
    prop_assert!(
        Problem::CODES.iter().any(|(code, _)| *code == problem.code),
        "{}",
        problem.code
    );
    Ok(())
}

/// Every node's span holds exactly its own text.
fn is_spanned(text: &str, node: &Node<'_>) -> Result<(), TestCaseError> {
    let own = text.get(node.span.range()).unwrap();
    let again = read(own).unwrap();
    prop_assert_eq!(to_value(&again), to_value(node));
    prop_assert_eq!(again.span.range(), 0..own.len());
    match &node.kind {
        Kind::Array(nodes) => nodes.iter().try_for_each(|node| is_spanned(text, node))?,
        Kind::Object(members) => {
            for member in members {
                let name = read(&text[member.name_span.range()]).unwrap();
                prop_assert_eq!(&name.kind, &Kind::String(member.name.clone()));
                is_spanned(text, &member.value)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn value() -> impl Strategy<Value = Value> {
    let number = "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,9})?([eE][+-]?[0-9]{1,3})?";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number.prop_map(|digits| Value::Number(serde_json::from_str(&digits).unwrap())),
        any::<String>().prop_map(Value::String),
        "[a-zæøå \"\\\\\n\t]{0,8}".prop_map(Value::String),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec(("[a-c\"\u{1F600}]{0,3}", inner), 0..6)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// What people and broken programs put into JSON.
const PIECES: &[&str] = &[
    "{", "}", "[", "]", ",", ":", "\"", "'", "\\", "\\u", "\\ud83d", "\\ude00", "\\n", "0", "-", "+", ".",
    "e", "1", "00", "true", "nul", "NaN", "Infinity", "//", "/*", "#", "\n", "\t", " ", "\r", "\u{a0}",
    "\u{feff}", "\u{0}", "\u{1f}", "\u{7f}", "æ", "😀", "“", "a", "\"a\":", "\"b\"", "[]", "{}", "1.5",
    "1e5", "u", "D800", "\u{2028}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_value_comes_back(value in value(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let node = read(&text).unwrap();
        prop_assert_eq!(to_value(&node), value);
        is_spanned(&text, &node)?;
    }

    #[test]
    fn any_text_is_judged_alike(text in any::<String>()) {
        agrees_with_the_judge(&text)?;
    }

    #[test]
    fn any_bytes_are_judged_alike(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        agrees_with_the_judge(&String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn pieces_of_json_are_judged_alike(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..12)) {
        agrees_with_the_judge(&pieces.concat())?;
    }

    #[test]
    fn a_value_with_a_piece_put_in_or_taken_out_is_judged_alike(
        value in value(),
        pretty in any::<bool>(),
        at in any::<prop::sample::Index>(),
        gone in 0_usize..3,
        piece in prop::sample::select(PIECES),
    ) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let characters: Vec<char> = text.chars().collect();
        let at = at.index(characters.len() + 1);
        let before: String = characters[..at].iter().collect();
        let after: String = characters[(at + gone).min(characters.len())..].iter().collect();
        agrees_with_the_judge(&format!("{before}{piece}{after}"))?;
        agrees_with_the_judge(&format!("{before}{after}"))?;
    }

    #[test]
    fn a_value_that_is_cut_off_is_said_to_be(value in value(), at in any::<prop::sample::Index>()) {
        let text = serde_json::to_string(&Value::Array(vec![value])).unwrap();
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).skip(1).collect();
        let cut = &text[..*at.get(&ends)];
        let problem = read(cut).unwrap_err();
        // Half an escape for half a character looks the same as a wrong one.
        let half = cut.contains("\\u");
        prop_assert!(problem.code == "json-cut-off" || half, "{cut:?}: {problem:?}");
        is_well_placed(cut, &problem)?;
    }
}

// ---- what is read ----

#[test]
fn duplicates_and_raw_digits_are_kept_with_their_places() {
    let text = " {\"a\": 1.50, \"\\u0061\": [-0e+1]} ";
    let node = read(text).unwrap();
    assert_eq!(node.span.range(), 1..text.len() - 1);
    let Kind::Object(members) = &node.kind else {
        panic!("{node:?}")
    };
    assert_eq!(
        members.iter().map(|member| &*member.name).collect::<Vec<_>>(),
        ["a", "a"]
    );
    assert_eq!(&text[members[1].name_span.range()], "\"\\u0061\"");
    assert_eq!(members[0].value.kind, Kind::Number("1.50"));
    let Kind::Array(nodes) = &members[1].value.kind else {
        panic!("{node:?}")
    };
    assert_eq!(nodes[0].kind, Kind::Number("-0e+1"));
    assert_eq!(&text[nodes[0].span.range()], "-0e+1");
}

#[test]
fn escapes_are_resolved() {
    let node = read(r#""\"\\\/\b\f\n\r\tæ\u00E6\ud83D\uDe00\uFFFF""#).unwrap();
    assert_eq!(
        node.kind,
        Kind::String("\"\\/\u{8}\u{c}\n\r\tææ😀\u{FFFF}".into())
    );
}

#[test]
fn brackets_may_be_open_up_to_the_limit_and_a_flood_of_them_breaks_nothing() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&nested(DEPTH)).is_ok());
    let problem = read(&nested(DEPTH + 1)).unwrap_err();
    assert_eq!(
        (problem.code, problem.span.range()),
        ("json-nesting", DEPTH..DEPTH + 1)
    );
    for flood in ["[", "{\"a\":", "[{\"a\":"] {
        let problem = read(&flood.repeat(10 * 1024 * 1024 / flood.len())).unwrap_err();
        assert_eq!(problem.code, "json-nesting");
    }
}

#[test]
fn long_broken_texts_take_no_longer_than_sound_ones() {
    let long = 10 * 1024 * 1024;
    for text in [
        " ".repeat(long),
        format!("[\"{}", "a\\n".repeat(long / 3)),
        "1".repeat(long),
        format!("[{}", "1,".repeat(long / 2)),
        format!("[{}x", "1 ".repeat(long / 2)),
        format!("[{}", "x".repeat(long)),
    ] {
        let _ = read(&text);
    }
}
