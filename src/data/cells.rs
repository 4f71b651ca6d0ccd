//! The value of a table's cell, read as its field's type.
//!
//! Comes in: the text of a cell and the type and bounds of its field. Goes out: the value that the same text stands for in
//! JSON, or what is wrong with it in words that fit a table. It never knows quotes, brackets or braces.
//!
//! Invariant: what a cell is read as depends on its field's type alone, never on how it looks.

use std::borrow::Cow;

use super::json::{Kind, Node, Written};
use super::numerals::{is_error, number, yes_or_no};
use super::problems::cut;
use super::values::{Fault, Words};
use super::workbook::NEVER_COMPUTED;
use crate::diagnostic::Code;
use crate::model::number::NotANumber;
use crate::model::{Bounds, Number, Type, Value};

impl Words<'_> {
    /// Reads a cell as a value of a type that holds no references.
    pub(super) fn cell(
        &self,
        node: &Node<'_>,
        written: &Written<'_>,
        of_type: &Type,
        bounds: &Bounds,
    ) -> Result<Value, Fault> {
        let bare = written.text.trim();
        if is_error(bare) {
            return Err(error(node, bare));
        }
        let read = |kind: Kind<'_>| {
            let node = Node {
                span: node.span,
                kind,
            };
            self.read(&node, of_type, bounds)
        };
        match of_type {
            Type::YesNo => match yes_or_no(bare) {
                Some(value) => Ok(Value::YesNo(value)),
                None => {
                    let mut fault = self.not_in_a_cell(node, bare, of_type, bounds, "neither of them");
                    fault.sentence = "must be `yes` or `no`".to_owned();
                    Err(fault)
                }
            },
            Type::Number(_) | Type::Scale(_) => {
                let digits = number(bare, written.comma);
                match (Number::parse(&digits), of_type) {
                    (Ok(_) | Err(NotANumber::TooLong), _) => read(Kind::Number(&digits)),
                    (Err(_), Type::Scale(_)) => read(Kind::String(Cow::Borrowed(bare))),
                    (Err(_), _) => {
                        let label = "not written as a number";
                        let mut fault = self.not_in_a_cell(node, bare, of_type, bounds, label);
                        fault.help = digits_meant(bare, written.comma);
                        Err(fault)
                    }
                }
            }
            Type::Text => read(Kind::String(Cow::Borrowed(&written.text))),
            _ => read(Kind::String(Cow::Borrowed(bare))).map_err(|mut fault| {
                if let (Type::Date, Ok(_)) = (of_type, Number::parse(bare)) {
                    let day = super::dates::counted(bare);
                    fault.help = day.map(|day| format!("if it counts days as spreadsheets do, write {day}"));
                }
                fault
            }),
        }
    }

    fn not_in_a_cell(
        &self,
        node: &Node<'_>,
        bare: &str,
        of_type: &Type,
        bounds: &Bounds,
        label: &str,
    ) -> Fault {
        let text = Node {
            span: node.span,
            kind: Kind::String(Cow::Borrowed(bare)),
        };
        let mut fault = self.wrong(&text, of_type, bounds);
        fault.label = label.to_owned();
        fault.help = None;
        fault
    }
}

/// A cell that holds an error of the spreadsheet.
pub(super) fn error(node: &Node<'_>, text: &str) -> Fault {
    if text == NEVER_COMPUTED {
        return Fault {
            code: Code::WrongValue,
            span: node.span,
            item: None,
            sentence: "has no value: its formula was never computed".to_owned(),
            label: "a formula without a value".to_owned(),
            help: Some("open the file in a spreadsheet program and save it".to_owned()),
        };
    }
    Fault {
        code: Code::WrongValue,
        span: node.span,
        item: None,
        sentence: format!("has no value: its cell says `{}`", cut(text)),
        label: "an error of the spreadsheet".to_owned(),
        help: Some("mend the formula, or leave the cell empty if the value is not known".to_owned()),
    }
}

/// The mend for a number that is written for the eye.
fn digits_meant(text: &str, comma: bool) -> Option<String> {
    let joined: String = text.split_whitespace().collect();
    // Where both signs stand, the first is the one between thousands.
    let signs = (joined.find('.'), joined.find(','));
    if let (Some(point), Some(at)) = signs {
        let (between, before) = if point < at { ('.', ',') } else { (',', '.') };
        let bare: String = joined.chars().filter(|character| *character != between).collect();
        let bare = bare.replace(before, if comma { "," } else { "." });
        return Number::parse(&number(&bare, comma))
            .is_ok()
            .then(|| format!("write {bare}"));
    }
    if !comma && let Some((whole, decimals)) = joined.split_once(',') {
        let pointed = joined.replacen(',', ".", 1);
        let thousands = decimals.len() == 3 && whole.len() <= 3;
        return Number::parse(&pointed).is_ok().then(|| {
            if thousands {
                format!(
                    "write {whole}{decimals}, or say `--decimal comma` if the comma stands before decimals"
                )
            } else {
                format!("write {pointed}, or say `--decimal comma`")
            }
        });
    }
    let sign = if comma { '.' } else { ',' };
    let bare: String = joined.chars().filter(|character| *character != sign).collect();
    if Number::parse(&number(&bare, comma)).is_ok() {
        return Some(format!("write {bare}, without signs between thousands"));
    }
    let unit = joined.find(|character: char| character.is_alphabetic() || character == '%')?;
    let (amount, unit) = joined.split_at_checked(unit)?;
    Number::parse(&number(amount, comma))
        .is_ok()
        .then(|| format!("write {} alone, without `{}`", cut(amount), cut(unit)))
}
