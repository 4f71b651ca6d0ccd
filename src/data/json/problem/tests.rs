//! Every kind of problem, with the place and the words it gets.

use super::super::read;

/// The problem, as `code «what it points at» message | help | related`.
fn told(text: &str) -> String {
    let Err(problem) = read(text) else {
        panic!("{text} is sound")
    };
    let related = problem
        .related
        .iter()
        .map(|(span, what)| format!(" | {what} «{}»@{}", &text[span.range()], span.start));
    let help = problem.help.iter().map(|help| format!(" | {help}"));
    let at = problem.span.start;
    let rest: String = help.chain(related).collect();
    format!(
        "{} «{}»@{at} {}{rest}",
        problem.code,
        &text[problem.span.range()],
        problem.message
    )
}

#[track_caller]
fn tells(text: &str, expected: &str) {
    assert_eq!(told(text), expected, "\n{text}");
}

#[test]
fn empty_files() {
    tells(
        "",
        r#"json-empty «»@0 The file is empty | a file without records says `[]`"#,
    );
    tells(
        " \n",
        r#"json-empty «»@2 The file is empty | a file without records says `[]`"#,
    );
}

#[test]
fn files_that_are_cut_off() {
    tells(
        "[{\"a\": [1, 2",
        r#"json-cut-off «»@12 The file ends while 3 brackets are open: `[ { [` | `]}]` is missing; if the file was cut off on its way, fetch it again | the innermost bracket opens here «[»@7"#,
    );
    tells(
        "{\"a\"",
        r#"json-cut-off «»@4 The file ends while a `{` is open | `}` is missing; if the file was cut off on its way, fetch it again | the innermost bracket opens here «{»@0"#,
    );
    tells(
        "{\"a\":",
        r#"json-cut-off «»@5 The file ends while a `{` is open | `}` is missing; if the file was cut off on its way, fetch it again | the innermost bracket opens here «{»@0"#,
    );
    tells(
        "[1,",
        r#"json-cut-off «»@3 The file ends while a `[` is open | `]` is missing; if the file was cut off on its way, fetch it again | the innermost bracket opens here «[»@0"#,
    );
    tells(
        "[\"abc",
        r#"json-cut-off «»@5 The file ends in the middle of a text while a `[` is open | `]` is missing; if the file was cut off on its way, fetch it again | the innermost bracket opens here «[»@0 | the text begins here «"»@1"#,
    );
    tells(
        "[tru",
        r#"json-cut-off «»@4 The file ends in the middle of a word while a `[` is open | `]` is missing; if the file was cut off on its way, fetch it again | the innermost bracket opens here «[»@0"#,
    );
    tells(
        "[-",
        r#"json-cut-off «»@2 The file ends in the middle of a number while a `[` is open | `]` is missing; if the file was cut off on its way, fetch it again | the innermost bracket opens here «[»@0"#,
    );
    tells(
        "[1.",
        r#"json-cut-off «»@3 The file ends in the middle of a number while a `[` is open | `]` is missing; if the file was cut off on its way, fetch it again | the innermost bracket opens here «[»@0"#,
    );
    tells(
        "\"\\u00",
        r#"json-cut-off «»@5 The file ends in the middle of a text | if the file was cut off on its way, fetch it again"#,
    );
    tells(
        "\"abc\\",
        r#"json-cut-off «»@5 The file ends in the middle of a text | if the file was cut off on its way, fetch it again"#,
    );
}

#[test]
fn commas() {
    tells(
        "[1, 2, ]",
        r#"json-trailing-comma «,»@5 A comma stands before `]`, but nothing follows it | leave the last comma out | the list ends here «]»@7"#,
    );
    tells(
        "{\"a\": 1,\n}",
        r#"json-trailing-comma «,»@7 A comma stands before `}`, but nothing follows it | leave the last comma out | the object ends here «}»@9"#,
    );
    tells(
        "[1 2]",
        r#"json-missing-comma «»@2 A comma is missing after this element | write a comma, or leave out the blank inside the number"#,
    );
    tells(
        "{\"a\": 1\n \"b\": 2}",
        r#"json-missing-comma «»@7 A comma is missing after this element | write a comma here"#,
    );
    tells(
        "[,1]",
        r#"json-syntax «,»@1 Here stands `,`, but a value is expected | leave the comma out, or write `null` for a value that is not known"#,
    );
    tells(
        "[1,,2]",
        r#"json-syntax «,»@3 Here stands `,`, but a value is expected | leave the comma out, or write `null` for a value that is not known"#,
    );
    tells(
        "{,}",
        r#"json-syntax «,»@1 Here stands `,`, but a name in double quotes is expected"#,
    );
    tells(
        "{\"a\": 1,, \"b\": 2}",
        r#"json-syntax «,»@8 Here stands `,`, but a name in double quotes is expected | leave one comma out"#,
    );
    tells(
        "[1; 2]",
        r#"json-syntax «;»@2 Here stands `;`, but a comma or `]` is expected | write `,` for `;`"#,
    );
    tells(
        "[\"he said \"hi\"\"]",
        "json-missing-comma «\"hi»@10 The text ends at this quote, but `hi` follows it | a quote inside a text is written `\\\"`; between two elements stands a comma",
    );
}

#[test]
fn comments() {
    tells(
        "[1] // one",
        r#"json-comment «// one»@4 A comment stands here: JSON has none | leave it out; what should be said of a value can stand in "because" beside it"#,
    );
    tells(
        "# data\n[1]",
        r#"json-comment «# data»@0 A comment stands here: JSON has none | leave it out; what should be said of a value can stand in "because" beside it"#,
    );
    tells(
        "[1, /* two */ 2]",
        r#"json-comment «/* two */»@4 A comment stands here: JSON has none | leave it out; what should be said of a value can stand in "because" beside it"#,
    );
    tells(
        "{\"a\": 1 # one\n}",
        r#"json-comment «# one»@8 A comment stands here: JSON has none | leave it out; what should be said of a value can stand in "because" beside it"#,
    );
}

#[test]
fn quotes_and_words() {
    tells(
        "{'a': 1}",
        r#"json-quotes «'»@1 A text begins with `'`, but JSON knows double quotes only | put `"` before and after the text"#,
    );
    tells(
        "[“a”]",
        r#"json-quotes «“»@1 A text begins with `“`, but JSON knows double quotes only | put `"` before and after the text"#,
    );
    tells(
        "{a: 1}",
        r#"json-quotes «a»@1 The name `a` stands without quotes | put `"` before and after the name"#,
    );
    tells(
        "[abc]",
        r#"json-quotes «abc»@1 The text `abc` stands without quotes | put `"` before and after the text"#,
    );
    tells(
        "[True]",
        r#"json-word «True»@1 `True` is no word of JSON | write `true`, or "True" if it is a text"#,
    );
    tells(
        "[None]",
        r#"json-word «None»@1 `None` is no word of JSON | write `null`, or "None" if it is a text"#,
    );
    tells(
        "[yes]",
        r#"json-word «yes»@1 `yes` is no word of JSON | write `true`, or "yes" if it is a text"#,
    );
    tells(
        "[nullx]",
        r#"json-quotes «nullx»@1 The text `nullx` stands without quotes | put `"` before and after the text"#,
    );
    tells(
        "[1, 'a']",
        r#"json-quotes «'»@4 A text begins with `'`, but JSON knows double quotes only | put `"` before and after the text"#,
    );
}

#[test]
fn numbers() {
    tells(
        "[NaN]",
        r#"json-not-a-number «NaN»@1 Here stands `NaN`, which is no number | write `null` if the value is not known"#,
    );
    tells(
        "[-Infinity]",
        r#"json-not-a-number «-Infinity»@1 Here stands `-Infinity`, which is no number | write `null` if the value is not known"#,
    );
    tells(
        "[+5]",
        r#"json-not-a-number «+5»@1 Here stands `+5`, with a plus sign | write `5`"#,
    );
    tells(
        "[007]",
        r#"json-not-a-number «007»@1 Here stands `007`, with zeros in front | write `7`, or `"007"` if it is no amount but a text"#,
    );
    tells(
        "[-01.5]",
        r#"json-not-a-number «-01.5»@1 Here stands `-01.5`, with zeros in front | write `-1.5`, or `"-01.5"` if it is no amount but a text"#,
    );
    tells(
        "[.5]",
        r#"json-not-a-number «.5»@1 Here stands `.5`, without a digit before the point | write `0.5`"#,
    );
    tells(
        "[-.5]",
        r#"json-not-a-number «-.5»@1 Here stands `-.5`, without a digit before the point | write `-0.5`"#,
    );
    tells(
        "[5.]",
        r#"json-not-a-number «5.»@1 Here stands `5.`, without a digit after the point | write `5`"#,
    );
    tells(
        "[1_000]",
        r#"json-not-a-number «1_000»@1 Here stands `1_000`, with `_` between its digits | write `1000`"#,
    );
    tells(
        "[0x1F]",
        r#"json-not-a-number «0x1F»@1 Here stands `0x1F`, which is no number | put `"` before and after it if it is a text or a date"#,
    );
    tells(
        "[2024-01-15]",
        r#"json-not-a-number «2024-01-15»@1 Here stands `2024-01-15`, which is no number | put `"` before and after it if it is a text or a date"#,
    );
    tells(
        "[1e]",
        r#"json-not-a-number «1e»@1 Here stands `1e`, which is no number | put `"` before and after it if it is a text or a date"#,
    );
    tells(
        "{\"a\": 3,5, \"b\": 1}",
        r#"json-not-a-number «3,5»@6 The number `3,5` has a decimal comma | write a decimal point: `3.5`"#,
    );
    tells(
        "{\"a\": -1.234,50}",
        r#"json-not-a-number «-1.234,50»@6 The number `-1.234,50` has a decimal comma | write a decimal point: `-1234.50`"#,
    );
    tells(
        "[1 000]",
        r#"json-missing-comma «»@2 A comma is missing after this element | write a comma, or leave out the blank inside the number"#,
    );
    tells(
        "[- 5]",
        r#"json-not-a-number «-»@1 Here stands `-`, which is no number | put `"` before and after it if it is a text or a date"#,
    );
    tells(
        "[00]",
        r#"json-not-a-number «00»@1 Here stands `00`, with zeros in front | write `0`, or `"00"` if it is no amount but a text"#,
    );
}

#[test]
fn texts() {
    tells(
        "[\"a\nb\"]",
        "json-text «\n»@3 The line ends in the middle of a text | inside a text a new line is written `\\n`; if the text ends on this line, put `\"` there | the text begins here «\"»@1",
    );
    tells(
        "{\"a\": \"x,\n \"b\": 1}",
        r#"json-unclosed-text «"x,»@6 This text has no closing quote | put `"` where the text ends"#,
    );
    tells(
        "[\"a\n]",
        r#"json-unclosed-text «"a»@1 This text has no closing quote | put `"` where the text ends"#,
    );
    tells(
        "[\"a\tb\"]",
        "json-text «\t»@3 A tab stands in a text | inside a text it is written `\\t` | the text begins here «\"»@1",
    );
    tells(
        "[\"a\u{0}b\"]",
        "json-text «\0»@3 A control character (U+0000) stands in a text | inside a text it is written `\\u0000` | the text begins here «\"»@1",
    );
    tells(
        "[\"C:\\dir\"]",
        "json-text «\\d»@4 A backslash cannot stand before `d` | a backslash itself is written `\\\\`; the others are \\\" \\/ \\n \\t \\r \\b \\f and \\u0000",
    );
    tells(
        "[\"\\u12g4\"]",
        "json-text «\\u12»@2 The escape `\\u12` is not complete | after `\\u` stand four digits from 0 to 9 and a to f; a backslash itself is written `\\\\`",
    );
    tells(
        "[\"\\ud83d\"]",
        "json-text «\\ud83d»@2 The escape `\\ud83d` is half a character, and its other half is not beside it | write the character itself, or both halves, as in `\\ud83d\\ude00`",
    );
    tells(
        "[\"\\ude00\\ud83d\"]",
        "json-text «\\ude00»@2 The escape `\\ude00` is half a character, and its other half is not beside it | write the character itself, or both halves, as in `\\ud83d\\ude00`",
    );
    tells(
        "[\"\\ud83d\\u0041\"]",
        "json-text «\\ud83d»@2 The escape `\\ud83d` is half a character, and its other half is not beside it | write the character itself, or both halves, as in `\\ud83d\\ude00`",
    );
    tells(
        "[\"\\\n\"]",
        "json-text «\\»@2 A backslash cannot stand before a new line | a backslash itself is written `\\\\`; the others are \\\" \\/ \\n \\t \\r \\b \\f and \\u0000",
    );
}

#[test]
fn brackets_and_colons() {
    tells(
        "[1}",
        r#"json-bracket «}»@2 A `}` closes what a `[` has opened | `]` is expected first, or the `}` is one too many | opened here «[»@0"#,
    );
    tells(
        "{\"a\": [1}",
        r#"json-bracket «}»@8 A `}` closes what a `[` has opened | `]` is expected first, or the `}` is one too many | opened here «[»@6"#,
    );
    tells(
        "{\"a\": 1]",
        r#"json-bracket «]»@7 A `]` closes what a `{` has opened | `}` is expected first, or the `]` is one too many | opened here «{»@0"#,
    );
    tells(
        "[1]]",
        r#"json-after-end «]»@3 The data ends before this, but here stands `]` | this bracket is one too many, or its opening one is missing"#,
    );
    tells(
        "]",
        r#"json-syntax «]»@0 Here stands `]`, but a value is expected"#,
    );
    tells(
        "{\"a\"}",
        r#"json-syntax «}»@4 Here stands `}`, but the `:` between a name and its value is expected"#,
    );
    tells(
        "{\"a\" 1}",
        r#"json-syntax «1»@5 Here stands `1`, but the `:` between a name and its value is expected"#,
    );
    tells(
        "{\"a\" = 1}",
        r#"json-syntax «=»@5 Here stands `=`, but the `:` between a name and its value is expected | write `:` for `=`"#,
    );
    tells(
        "{\"a\": }",
        r#"json-syntax «}»@6 Here stands `}`, but a value is expected | a value that is not known is written `null`"#,
    );
    tells(
        "[\"a\": 1]",
        r#"json-syntax «:»@4 Here stands `:`, but a comma or `]` is expected"#,
    );
    tells(
        "{1: 2}",
        r#"json-quotes «1»@1 The name `1` stands without quotes | put `"` before and after the name"#,
    );
    tells(
        "{\"a\", \"b\"}",
        r#"json-syntax «,»@4 Here stands `,`, but the `:` between a name and its value is expected"#,
    );
}

#[test]
fn what_follows_the_data() {
    tells(
        "{}\n{}",
        r#"json-after-end «{»@3 The data ends before this, but here stands `{` | several records stand in one list: `[` before the first, commas between, `]` after the last"#,
    );
    tells(
        "[1] x",
        r#"json-after-end «x»@4 The data ends before this, but here stands `x` | leave out what stands after the data"#,
    );
    tells(
        "1,5",
        r#"json-after-end «,»@1 The data ends before this, but here stands `,` | several records stand in one list: `[` before the first, commas between, `]` after the last"#,
    );
    tells(
        "[\u{a0}1]",
        "json-syntax «\u{a0}»@1 Here stands a character that cannot be seen (U+00A0), but a value is expected | leave that character out",
    );
    tells(
        "\u{feff}[]",
        "json-syntax «\u{feff}»@0 Here stands a character that cannot be seen (U+FEFF), but a value is expected | leave that character out",
    );
    tells(
        "[1] [2]",
        r#"json-after-end «[»@4 The data ends before this, but here stands `[` | several records stand in one list: `[` before the first, commas between, `]` after the last"#,
    );
}
