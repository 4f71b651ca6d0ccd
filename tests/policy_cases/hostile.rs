//! Policies that nobody wrote: a megabyte of one thing, bytes at random, definitions a thousand deep.
//!
//! Comes in: generated texts. Goes out: that each is told or read in time linear in its size. It never looks at the wording.
//!
//! Invariant: whatever is in a file, reading it ends, does not run out of stack, and names at least one problem.

use prioriter::check::{check, load};
use prioriter::source::Sources;

/// A megabyte, or what a build without optimisation reads in the same time.
const SIZE: usize = if cfg!(debug_assertions) { 1 << 15 } else { 1 << 20 };

/// Reads a text as a policy; the codes of its problems.
fn told(text: &[u8]) -> Vec<&'static str> {
    let mut sources = Sources::new();
    let loaded = load("hostile.rule", &mut sources, &mut |_| Ok(text.to_vec()));
    let (policy, problems) = check(&loaded, &sources);
    assert_eq!(policy.is_some(), problems.is_empty());
    problems.iter().map(|problem| problem.code.name()).collect()
}

/// How many problems a text has as a policy.
fn problems(text: &[u8]) -> usize {
    told(text).len()
}

fn repeated(before: &str, part: &str) -> String {
    let mut text = before.to_owned();
    while text.len() < SIZE {
        text.push_str(part);
    }
    text
}

#[test]
fn a_megabyte_of_anything_is_read_and_told() {
    for part in [
        "(",
        ")",
        "{",
        "}",
        "[",
        "\"",
        "\\",
        "#",
        "\n",
        " ",
        "}{)(x\n",
        "not ",
        "1 + ",
        "a.",
        "if ",
        "list of ",
        "a-",
        "\u{1E}",
        "then ",
        "a b\n",
        "\"\n",
        "-",
        "{\"",
        "define a = 1\n",
        "entry a {\n",
        "use \"x\n",
        "if a then ",
        "é",
        "((\n",
        "[{(",
    ] {
        let told = problems(repeated("", part).as_bytes());
        assert!(told > 0, "{part:?}");
    }
}

/// Whatever stands in itself too deep is told once, however deep it is.
#[test]
fn nesting_is_told_once_however_deep() {
    let before = "policy p for item { }\nrecord item {\n id : text key\n b : yes/no\n}\n";
    let nested = |head: &str, part: &str, tail: &str, deep: usize| {
        format!("{before}{head}{}{tail}", part.repeat(deep)).into_bytes()
    };
    for (head, part, tail) in [
        ("define z = ", "if b then 1 else ", "1"),
        ("define z = ", "if b then (if b then 2 else 3) else ", "1"),
        ("define z = ", "if ", "b then 1 else 2"),
        ("define z = ", "if b then ", "1"),
        ("define z = ", "not ", "b"),
        ("define z = 1 + ", "- ", "1"),
        ("define z = ", "(", "1"),
        ("define z = count(items where ", "[", "1"),
        ("entry z { require b\n otherwise \"{", "(", "id}\" }"),
        (
            "entry z { require b\n otherwise \"{",
            "if b then 1 else ",
            "1}\" }",
        ),
        (
            "entry z { require b\n otherwise \"{(\"x\" + ",
            "(\"x\" + ",
            "1}\" }",
        ),
        ("record more {\n x : ", "list of ", "text\n}"),
    ] {
        for deep in [65, 300, 1_000, 10_000] {
            assert_eq!(
                told(&nested(head, part, tail, deep)),
                ["too-deep"],
                "{deep} of {part:?}"
            );
        }
    }
    let fits = nested("define z = ", "if b then 1 else ", "1\n", 64);
    assert_eq!(told(&fits), [""; 0]);
}

/// Parts that repeat inside a policy that is sound but for them.
#[test]
fn a_megabyte_inside_a_policy_is_read_and_told() {
    let before = "policy p for item { }\nrecord item {\n id : text key\n n : number\n b : yes/no\n";
    for part in [
        "x : list of ",
        "x : one of a, ",
        "x : text\n",
        "x :\n",
        "x : one of (",
    ] {
        assert!(problems(repeated(before, part).as_bytes()) > 0, "{part:?}");
    }
    for start in [
        "define a = ",
        "group g where ",
        "table t by ",
        "table t by b {\n",
        "rank by highest ",
        "entry a {\n require ",
    ] {
        let before = format!("{before}}}\n{start}");
        for part in [
            "n + ",
            "n * ",
            "not ",
            "(",
            "n.",
            "if b then ",
            "-",
            "[",
            "b and ",
            "b or not ",
            "f(",
            "\"{",
            "\"{{",
            "n in ",
            "n is ",
            "1..",
            "any(",
            "1 ",
            "n, ",
            "yes -> 1\n",
            "b == yes && ",
            "n adn ",
            "n then ",
            "zz and ",
            "require zz\n",
            "}\nentry a {\n",
        ] {
            assert!(
                problems(repeated(&before, part).as_bytes()) > 0,
                "{start:?} {part:?}"
            );
        }
    }
}

#[test]
fn as_deep_as_may_be_is_read_and_one_deeper_is_told() {
    let policy = |value: String| {
        format!(
            "policy p for item {{ }}\nrecord item {{\n id : text key\n n : number\n b : yes/no\n}}\ndefine a = {value}\n"
        )
    };
    for (open, middle, close) in [
        ("(", "n", ")"),
        ("-(", "n", ")"),
        ("(if b then ", "n", " else 0)"),
        ("max(0, ", "n", ")"),
    ] {
        let nested = |depth: usize| policy(format!("{}{middle}{}", open.repeat(depth), close.repeat(depth)));
        assert_eq!(told(nested(64).as_bytes()).len(), 0, "{open}");
        assert_eq!(told(nested(65).as_bytes()), ["too-deep"], "{open}");
    }
}

/// Definitions that rest on each other as deep as may be, each of them nesting as deep as may be.
#[test]
fn the_deepest_definitions_are_checked() {
    for order in [false, true] {
        let mut definitions: Vec<String> = (1..=256)
            .map(|number: usize| {
                let (open, close) = ("-(if b then ".repeat(64), " else 0)".repeat(64));
                format!("define t{number} = {open}t{}{close}\n", number - 1)
            })
            .collect();
        if order {
            definitions.reverse();
        }
        let policy = format!(
            "policy p for item {{ }}\nrecord item {{\n id : text key\n n : number\n b : yes/no\n}}\ndefine t0 = n\n{}",
            definitions.concat()
        );
        assert_eq!(told(policy.as_bytes()), [""; 0], "{order}");
    }
}

#[test]
fn bytes_at_random_are_refused() {
    // A small generator of its own: the same bytes on every run.
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let words = [
        "policy ",
        "use ",
        "scale ",
        "record ",
        "define ",
        "table ",
        "group ",
        "entry ",
        "criterion ",
        "score ",
        "if ",
        "then ",
        "else ",
        "and ",
        "or ",
        "not ",
        "is ",
        "in ",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "\"",
        "= ",
        ": ",
        "-> ",
        ", ",
        ".. ",
        "1 ",
        "a ",
        "b ",
        "by ",
        "where ",
        "of ",
        "because ",
        "cite ",
        "\n",
        "\n",
        "\n",
        "\n",
        "“",
        "æ",
        "#",
    ];
    for _ in 0..20 {
        let bytes: Vec<u8> = (0..SIZE / 8).map(|_| (next() >> 32) as u8).collect();
        assert!(problems(&bytes) > 0);
        let ascii: Vec<u8> = (0..SIZE / 8).map(|_| 32 + ((next() >> 32) % 95) as u8).collect();
        assert!(problems(&ascii) > 0);
        let text: String = (0..SIZE / 32)
            .map(|_| words[(next() >> 32) as usize % words.len()])
            .collect();
        assert!(problems(text.as_bytes()) > 0);
    }
}

/// Stairs of 400 inputs: more combinations than can be counted, so that only a search could tell whether one is left out.
#[test]
fn a_table_that_is_too_large_to_be_checked_is_told() {
    let columns = 400;
    let names: Vec<String> = (0..columns).map(|column| format!("c{column}")).collect();
    let fields: String = names.iter().map(|name| format!(" {name} : yes/no\n")).collect();
    let row = |step: usize| {
        let cell = |column: usize| match column.cmp(&step) {
            std::cmp::Ordering::Less => "no",
            std::cmp::Ordering::Equal => "yes",
            std::cmp::Ordering::Greater => "any",
        };
        format!(
            " {} -> 1\n",
            (0..columns).map(cell).collect::<Vec<_>>().join(", ")
        )
    };
    let rows: String = (0..=columns).map(row).collect();
    let text = format!(
        "policy p for item {{ }}\nrecord item {{\n id : text key\n{fields}}}\ntable t by {} {{\n{rows}}}\n",
        names.join(", ")
    );
    assert_eq!(told(text.as_bytes()), ["table-too-large"]);
}
