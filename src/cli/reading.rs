//! The options that say how data is written, where that cannot be seen.
//!
//! Comes in: what clap reads. Goes out: plain values. It never opens a file.
//!
//! Invariant: every command that reads data takes the same options.

use clap::{Args, ValueEnum};

use crate::data::{self, Dialect, FileForm, Said};

/// How data is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub(super) struct Reading {
    /// The format of the data, where no name tells it: on standard input, or of a file with another ending
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub data_format: Option<DataFormat>,

    /// What stands between the cells of CSV files; left out, it is found out
    #[arg(long, value_enum, value_name = "SIGN")]
    pub delimiter: Option<Delimiter>,

    /// What stands before the decimals in CSV files; left out, a comma is taken for it where it can be nothing else
    #[arg(long, value_enum, value_name = "SIGN")]
    pub decimal: Option<Decimal>,

    /// How CSV files are encoded, where they do not say it themselves; left out: UTF-8, else Windows-1252 with a warning
    #[arg(long, value_enum, value_name = "ENCODING")]
    pub encoding: Option<Encoding>,
}

impl Reading {
    /// Whether nothing is said.
    pub(super) fn is_default(&self) -> bool {
        *self == Reading::default()
    }

    /// The same as the data room has it.
    pub(super) fn said(&self) -> Said {
        Said {
            dialect: Dialect {
                delimiter: self.delimiter.map(|delimiter| match delimiter {
                    Delimiter::Comma => b',',
                    Delimiter::Semicolon => b';',
                    Delimiter::Tab => b'\t',
                    Delimiter::Pipe => b'|',
                }),
                decimal: self.decimal.map(|decimal| match decimal {
                    Decimal::Point => data::Decimal::Point,
                    Decimal::Comma => data::Decimal::Comma,
                }),
            },
            encoding: self.encoding.map(|encoding| match encoding {
                Encoding::Utf8 => data::Encoding::Utf8,
                Encoding::Utf16 => data::Encoding::Utf16,
                Encoding::Windows1252 => data::Encoding::Windows1252,
            }),
        }
    }
}

/// What stands between cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Delimiter {
    /// `,`
    #[value(alias = ",")]
    Comma,
    /// `;`
    #[value(alias = ";")]
    Semicolon,
    /// The tab key's sign
    Tab,
    /// `|`
    #[value(alias = "|")]
    Pipe,
}

/// What stands before decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Decimal {
    /// 8.5
    Point,
    /// 8,5
    Comma,
}

/// How letters are written as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Encoding {
    /// UTF-8
    #[value(name = "utf-8")]
    Utf8,
    /// UTF-16
    #[value(name = "utf-16")]
    Utf16,
    /// Windows-1252, with Latin-1 in it
    #[value(name = "windows-1252")]
    Windows1252,
}

/// The form of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DataFormat {
    /// One JSON document
    Json,
    /// A JSON record on each line
    Ndjson,
    /// A table in text, with a comma, a semicolon or another sign between its cells
    Csv,
    /// A table in text, with tabs between its cells
    Tsv,
    /// A workbook of Excel
    Xlsx,
    /// A workbook in OpenDocument
    Ods,
    /// A table of columns
    Parquet,
}

impl DataFormat {
    /// The same as the data room has it.
    pub(super) fn form(self) -> FileForm {
        match self {
            DataFormat::Json => FileForm::Json,
            DataFormat::Ndjson => FileForm::Lines,
            DataFormat::Csv => FileForm::Csv,
            DataFormat::Tsv => FileForm::Tsv,
            DataFormat::Xlsx => FileForm::Xlsx,
            DataFormat::Ods => FileForm::Ods,
            DataFormat::Parquet => FileForm::Parquet,
        }
    }
}
