//! The JSON document `prioriter/diagnostics@1`.
//!
//! Comes in: diagnostics, the sources they point into, and what was looked at. Goes out: the document that
//! `docs/diagnostics.md` describes and `docs/diagnostics.schema.json` holds it to. It never leaves a problem out.
//!
//! Invariant: keys stand in the order of the documentation, all of them; lines and columns are counted from 1.

use serde::Serialize;

use super::{Diagnostic, Severity};
use crate::source::{Place, Sources};

/// The name and version of the document's format.
pub const FORMAT: &str = "prioriter/diagnostics@1";

/// How the data that a policy was checked on looks.
#[derive(Debug, Clone, Serialize)]
pub struct Data {
    /// The policy's path.
    pub policy: String,
    /// How many records were met.
    pub records: usize,
    /// How many of them are fine.
    pub fine: usize,
}

/// The whole document, indented by two blanks, with a line end at its end. `policies` are those that were looked at, `data`
/// has one for each that was checked on data.
pub fn document(diagnostics: &[Diagnostic], sources: &Sources, policies: &[String], data: &[Data]) -> String {
    let errors = diagnostics.iter().filter(|found| found.is_error()).count();
    let document = Document {
        format: FORMAT,
        engine: Engine {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        policies,
        data,
        diagnostics: diagnostics
            .iter()
            .map(|found| Object::of(found, sources))
            .collect(),
        summary: Summary {
            errors,
            warnings: diagnostics.len() - errors,
            denied: diagnostics.iter().filter(|found| found.denied).count(),
        },
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    engine: Engine,
    policies: &'a [String],
    data: &'a [Data],
    diagnostics: Vec<Object<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Engine {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    denied: usize,
}

#[derive(Serialize)]
struct Object<'a> {
    code: &'static str,
    severity: &'static str,
    denied: bool,
    message: &'a str,
    labels: Vec<LabelObject<'a>>,
    help: Option<&'a str>,
    fix: Option<FixObject<'a>>,
}

#[derive(Serialize)]
struct LabelObject<'a> {
    #[serde(flatten)]
    place: PlaceObject<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct FixObject<'a> {
    #[serde(flatten)]
    place: PlaceObject<'a>,
    replacement: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct PlaceObject<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl<'a> Object<'a> {
    fn of(found: &'a Diagnostic, sources: &'a Sources) -> Object<'a> {
        let labels = found.labels.iter().map(|label| LabelObject {
            place: PlaceObject::of(label.place, sources),
            text: &label.text,
        });
        Object {
            code: found.code.name(),
            severity: match found.severity() {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            denied: found.denied,
            message: &found.message,
            labels: labels.collect(),
            help: found.help.as_deref(),
            fix: found.fix.as_ref().map(|fix| FixObject {
                place: PlaceObject::of(fix.place, sources),
                replacement: &fix.replacement,
            }),
        }
    }
}

impl<'a> PlaceObject<'a> {
    fn of(place: Place, sources: &'a Sources) -> PlaceObject<'a> {
        let span = sources.span(place);
        PlaceObject {
            path: sources.path(place.file),
            line: span.line,
            column: span.column,
            end_line: span.end_line,
            end_column: span.end_column,
        }
    }
}
