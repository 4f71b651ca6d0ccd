//! Any bytes as rows of a policy that is decided over columns: what comes out there is what comes out record by record, and
//! what is wrong there is wrong here. The first byte chooses how the others are written, and whether mistakes are left out.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use prioriter::columns::{Choice, Columns, Form, Input, Not};
use prioriter::data::scan::{Origin, Rows};
use prioriter::data::{FileForm, OnError};
use prioriter::model::{Language, Policy};
use prioriter::report::rows;
use prioriter::source::Sources;
use prioriter::{check, data, decide, report};

const FIELDS: [&str; 13] = [
    "id",
    "status",
    "failed",
    "rank",
    "total",
    "selection",
    "worth",
    "size",
    "grade",
    "built",
    "kind",
    "use",
    "a-name-longer-than-sixteen",
];

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let mut sources = Sources::new();
    let loaded = check::load("columns.rule", &mut sources, &mut |_| {
        Ok(include_bytes!("../columns.rule").to_vec())
    });
    let (policy, problems) = check::check(&loaded, &sources);
    policy.unwrap_or_else(|| panic!("{problems:?}"))
});

fuzz_target!(|bytes: &[u8]| {
    let Some((first, bytes)) = bytes.split_first() else {
        return;
    };
    let (form, rows) = match first & 1 {
        0 => (FileForm::Lines, Rows::Ndjson),
        _ => (FileForm::Csv, Rows::Delimited(None)),
    };
    let on_error = if first & 2 == 0 {
        OnError::Stop
    } else {
        OnError::Skip
    };
    let names = rows::Columns::named(&POLICY, &FIELDS.map(str::to_owned)).expect("these columns");
    let over =
        Columns::new(&POLICY, names.over_columns(&POLICY).expect("over columns")).expect("this policy");
    let mut sources = Sources::new();
    sources.add_text("columns.rule", include_str!("../columns.rule"));
    let general = general(&names, form, on_error, bytes, sources.clone());
    let input = Input {
        origin: Origin::Bytes(bytes.into()),
        rows,
    };
    match over.decide(&[input], 1, usize::MAX, on_error, &mut sources) {
        Ok(decided) => {
            let mut out = Vec::new();
            over.write(&decided, Form::Csv, &Choice::default(), 1, &mut out)
                .expect("nothing keeps a vector from growing");
            assert_eq!(Some(out), general);
        }
        Err(Not::Wrong(_)) => assert_eq!(general, None),
        Err(_) => {}
    }
});

/// What is written by deciding record by record; nothing where the data is wrong.
fn general(
    names: &rows::Columns,
    form: FileForm,
    on_error: OnError,
    bytes: &[u8],
    mut sources: Sources,
) -> Option<Vec<u8>> {
    let found = data::Found {
        path: "data",
        bytes,
        form,
        record: None,
    };
    let inputs = data::open(
        found,
        data::Said::default(),
        &POLICY,
        &mut sources,
        &mut Vec::new(),
    )
    .ok()?;
    let reading = data::read_with(&POLICY, &sources, &inputs, on_error);
    if !reading.sound {
        return None;
    }
    let decided = decide::decide(&POLICY, &reading.records, Language::English).ok()?;
    let input = report::Input {
        policy: &POLICY,
        records: &reading.records,
        decisions: &decided.decisions,
        sources: &sources,
        language: Language::English,
    };
    let mut out = Vec::new();
    rows::csv(&input, &rows::Choice::default(), names, &mut out).ok()?;
    Some(out)
}
