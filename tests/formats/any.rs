//! Whatever a text holds: it is read or told, and never stops the program.

use prioriter::check;
use prioriter::data::{self, Dialect, Format, Input};
use prioriter::diagnostic::Diagnostic;
use prioriter::diagnostic::render::{Style, render};
use prioriter::source::{Layout, Made, Sources};
use proptest::prelude::*;

const POLICY: &str = r#"policy halls "Halls" for hall { version "1" }
record hall as halls {
    id    : text key
    seats : integer 0.. optional
    rent  : number 0.. in NOK = 1 NOK
    warm  : yes/no optional
    built : date optional
    near  : ref hall optional
    uses  : list of one of (a, b) = []
}
record door in hall as doors {
    id : integer 1.. key
}
"#;

fn is_read_or_told(text: &str) -> Result<(), TestCaseError> {
    let mut sources = Sources::new();
    let loaded = check::load("halls.rule", &mut sources, &mut |_| {
        Ok(POLICY.as_bytes().to_vec())
    });
    let policy = check::check(&loaded, &sources).0.unwrap();
    for (format, layout, path) in [
        (Format::Lines, Layout::Lines, "halls.ndjson"),
        (Format::Table(Dialect::default()), Layout::Lines, "halls.csv"),
        (Format::Table(Dialect::default()), Layout::Lines, "doors.csv"),
        (Format::Sheet, Layout::Sheet, "halls.xlsx"),
        (Format::Columns, Layout::Rows, "halls.parquet"),
    ] {
        let made = Made {
            path,
            part: None,
            bytes: text.as_bytes(),
            text: text.into(),
            layout,
        };
        let file = sources.add_made(made).unwrap();
        let input = Input {
            file,
            record: None,
            format,
        };
        let reading = data::read(&policy, &sources, &[input]);
        let told = render(&reading.diagnostics, &sources, Style::default());
        let failed = reading.diagnostics.iter().any(Diagnostic::is_error);
        prop_assert_eq!(failed && told.is_empty(), false);
        prop_assert!(!failed || reading.records.tables.iter().all(|table| table.places.is_empty()));
        for diagnostic in &reading.diagnostics {
            for label in &diagnostic.labels {
                let whole = sources
                    .get(label.place.file)
                    .unwrap()
                    .text
                    .get(label.place.range());
                prop_assert!(whole.is_some(), "{path}: {diagnostic:?}");
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_table_is_read_or_told(
        header in prop::collection::vec("id|seats|rent|warm|built|near|uses|hall|ids|because|id.cite|", 0..5),
        sign in prop::sample::select(vec![",", ";", "\t", "|"]),
        body in "([a-c0-9,;|.\"\t#\\\\\\[\\]é \r-]{0,12}\n){0,6}",
    ) {
        is_read_or_told(&format!("{}\n{body}", header.join(sign)))?;
    }

    #[test]
    fn any_lines_are_read_or_told(
        text in "((\\{\"id\": ?\"[ab]\",? ?\"(seats|rent|x)\": ?[0-9\"a]{0,3}\\}|[\\[\\]{}\":,a0é ]{0,8})\r?\n?){0,5}",
    ) {
        is_read_or_told(&text)?;
    }
}
