//! The bytes of a data file made into texts that can be read.
//!
//! Comes in: a file's path and bytes, and what was said of how it is written. Goes out: its texts among the sources, each an
//! input of the run, and warnings about what had to be assumed. It never opens a file and never reads a value.
//!
//! Invariant: a file that gives no input gives a problem.

use super::encoding::{self, Encoding};
use super::format::{FileForm, Format};
use super::{Dialect, Input, packed, workbook};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Policy, RecordId};
use crate::source::{Layout, Made, NotText, Place, Sources};

/// What was said of how data is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said {
    /// What stands between cells and before decimals.
    pub dialect: Dialect,
    /// How letters are written as bytes.
    pub encoding: Option<Encoding>,
}

/// A data file as it was found.
#[derive(Debug, Clone, Copy)]
pub struct Found<'f> {
    /// Its path, as given.
    pub path: &'f str,
    /// What it holds.
    pub bytes: &'f [u8],
    /// How it is written, as its name tells.
    pub form: FileForm,
    /// The one record type that it holds, where that was said.
    pub record: Option<RecordId>,
}

/// Makes inputs of a data file; what had to be assumed goes to the warnings.
///
/// # Errors
/// Why nothing can be read of it.
pub fn open(
    found: Found<'_>,
    said: Said,
    policy: &Policy,
    sources: &mut Sources,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Vec<Input>, Diagnostic> {
    let Found { path, form, .. } = found;
    let bytes = packed::unpacked(path, found.bytes)
        .map_err(|(why, mend)| Diagnostic::new(Code::CannotRead, format!("`{path}` {why}")).help(mend))?;
    let input = |file, format| Input {
        file,
        record: found.record,
        format,
    };
    let format = format_of(form, said.dialect);
    match form {
        FileForm::Json | FileForm::Lines => {
            let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
            let text = std::str::from_utf8(text)
                .map_err(|error| not_text(path, NotText::Encoding(error.valid_up_to())))?;
            let made = Made {
                path,
                part: None,
                bytes: found.bytes,
                text: text.into(),
                layout: Layout::Lines,
            };
            let file = sources.add_made(made).map_err(|why| not_text(path, why))?;
            Ok(vec![input(file, format)])
        }
        FileForm::Csv | FileForm::Tsv => {
            let decoded = encoding::decode(&bytes, said.encoding).map_err(|(why, mend)| {
                Diagnostic::new(Code::NotText, format!("`{path}` {why}")).help(mend)
            })?;
            let made = Made {
                path,
                part: None,
                bytes: found.bytes,
                text: decoded.text.into(),
                layout: Layout::Lines,
            };
            let file = sources.add_made(made).map_err(|why| not_text(path, why))?;
            if let Some(at) = decoded.assumed {
                let length = sources.text(file).get(at..).and_then(|rest| rest.chars().next());
                let place = Place::new(file, at..at + length.map_or(0, char::len_utf8));
                let message = format!("`{path}` is not in UTF-8; it was read as Windows-1252");
                warnings.push(
                    Diagnostic::new(Code::AssumedEncoding, message)
                        .at(place, "is this the right letter?")
                        .help(
                            "if it is, say `--encoding windows-1252`; better still, save the file as UTF-8",
                        ),
                );
            }
            Ok(vec![input(file, format)])
        }
        FileForm::Xlsx => workbook::open(found, &bytes, workbook::Kind::Xlsx, policy, sources, warnings),
        #[cfg(feature = "parquet")]
        FileForm::Parquet => super::parquet::open(found, &bytes, policy, sources, warnings),
        #[cfg(not(feature = "parquet"))]
        FileForm::Parquet => {
            let message = format!("`{path}` is in Parquet, which this program was built without");
            let help = "build it with the feature `parquet`, or save the data as CSV";
            Err(Diagnostic::new(Code::UnknownFormat, message).help(help))
        }
        FileForm::Ods => workbook::open(found, &bytes, workbook::Kind::Ods, policy, sources, warnings),
    }
}

/// How the text of a file is read.
pub fn format_of(form: FileForm, dialect: Dialect) -> Format {
    match form {
        FileForm::Json => Format::Json,
        FileForm::Lines => Format::Lines,
        FileForm::Csv => Format::Table(dialect),
        FileForm::Tsv => Format::Table(Dialect {
            delimiter: dialect.delimiter.or(Some(b'\t')),
            ..dialect
        }),
        FileForm::Xlsx | FileForm::Ods => Format::Sheet,
        FileForm::Parquet => Format::Columns,
    }
}

fn not_text(path: &str, why: NotText) -> Diagnostic {
    match why {
        NotText::Encoding(at) => {
            let message = format!("`{path}` is not a text in UTF-8: byte {} is none of it", at + 1);
            Diagnostic::new(Code::NotText, message).help("save the file as UTF-8 text")
        }
        NotText::TooLarge => Diagnostic::new(Code::CannotRead, format!("`{path}` is larger than 4 GiB"))
            .help("split it into several files"),
    }
}
