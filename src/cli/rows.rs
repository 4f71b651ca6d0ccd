//! Which rows and columns `--fields`, `--only` and `--top` ask for, and whether the options of a run go together.
//!
//! Comes in: the arguments and the policy. Goes out: columns and a choice of records, or what does not fit. It never writes.
//!
//! Invariant: what does not fit the policy is told before data is read, all of it at once.

use super::arguments::{Arguments, Format, OnError};
use super::output::is_on_terminal;
use crate::model::Policy;
use crate::report::rows::{Choice, Columns, NoColumn, Why};

/// The columns that are asked for; `None` where the format's own are meant.
///
/// # Errors
/// What is asked for and cannot be had, as it is told.
pub(super) fn asked(arguments: &Arguments, policy: &Policy) -> Result<Option<Columns>, String> {
    let Arguments {
        fields, only, top, ..
    } = arguments;
    let given = [
        ("--fields", !fields.is_empty()),
        ("--only", !only.is_empty()),
        ("--top", top.is_some()),
    ];
    if matches!(arguments.format, Format::Text | Format::Json) {
        let given = given.iter().filter(|(_, is_given)| *is_given);
        let wrong: String = given
            .map(|(option, _)| format!("error: {option} goes with --format ndjson, csv or parquet\n"))
            .collect();
        let wrong = wrong + &misplaced(arguments);
        return if wrong.is_empty() { Ok(None) } else { Err(wrong) };
    }
    let mut wrong = misplaced(arguments);
    if arguments.format == Format::Parquet {
        wrong.push_str(no_parquet(arguments));
    }
    if top.is_some() && policy.rank.is_none() {
        wrong.push_str("error: --top asks for ranks, and the policy has no `rank by`\n");
    }
    let columns = Columns::named(policy, fields);
    for problem in columns.as_ref().err().into_iter().flatten() {
        wrong.push_str(&told(policy, problem));
    }
    match columns {
        Ok(columns) if wrong.is_empty() => Ok((!fields.is_empty()).then_some(columns)),
        _ => Err(wrong),
    }
}

/// What is wrong with where rejects are to go.
fn misplaced(arguments: &Arguments) -> String {
    match &arguments.rejects {
        Some(_) if arguments.on_error == OnError::Stop => "error: --rejects goes with --on-error skip\n",
        Some(file) if file == "-" => "error: --rejects writes to a file\n",
        rejects if rejects.is_some() && *rejects == arguments.output => {
            "error: --rejects and --output name the same file\n"
        }
        _ => "",
    }
    .to_owned()
}

/// Why rows cannot be written in Parquet.
fn no_parquet(arguments: &Arguments) -> &'static str {
    if cfg!(not(feature = "parquet")) {
        return "error: this program was built without Parquet: build it with the feature `parquet`, or use --format csv\n";
    }
    match arguments.output.as_deref() {
        None | Some("-") if is_on_terminal() => {
            "error: Parquet is not for a terminal: write it to a file with -o FILE, or into a pipe\n"
        }
        _ => "",
    }
}

fn told(policy: &Policy, problem: &NoColumn) -> String {
    let name = &problem.name;
    match &problem.why {
        Why::Twice => format!("error: --fields names `{name}` twice\n"),
        Why::NoNumber => format!("error: --fields asks for `{name}`, but that is no number\n"),
        Why::Unknown(near) => {
            let decided = policy.decided_records();
            let types: Vec<String> = decided
                .iter()
                .map(|record| format!("`{}`", policy.record_type(*record).name))
                .collect();
            let near = near.as_ref();
            let hint = near.map_or(String::new(), |near| format!("\n  tip: did you mean `{near}`?"));
            format!(
                "error: --fields names `{name}`, but {} has nothing called so{hint}\n",
                types.join(" or ")
            )
        }
    }
}

/// The records that are asked for.
pub(super) fn choice(arguments: &Arguments) -> Choice {
    Choice {
        only: arguments.only.clone(),
        top: arguments.top,
    }
}
