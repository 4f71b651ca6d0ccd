//! How a value is shown in a text: `2 400 MNOK`, `yes`, a title, `a, b and c`.
//!
//! Comes in: a value with its type and a language. Goes out: the words a reader sees. It never rounds what is decided on:
//! only what is shown has at most 6 decimals.
//!
//! Invariant: every value, and an unknown one, is shown as something.

use super::{Language, Number, Policy, Reference, Scale, Type, Value};
use crate::data::Records;

/// The most decimals that are shown.
const DECIMALS: u8 = 6;

/// A value as a reader sees it; `None` is shown as unknown.
pub fn show(
    policy: &Policy,
    records: &Records,
    language: Language,
    of_type: &Type,
    value: Option<&Value>,
) -> String {
    let shower = Shower {
        policy,
        records,
        language,
    };
    match value {
        Some(value) => shower.value(of_type, value),
        None => word(language, "unknown", "ukjent").to_owned(),
    }
}

/// A number as a reader sees it: at most 6 decimals; in Norwegian with a decimal comma and thousands set apart.
pub fn number(language: Language, number: &Number) -> String {
    let decimal = number.decimal(DECIMALS);
    match language {
        Language::English => decimal,
        Language::Norwegian => norwegian(&decimal),
    }
}

/// A number with exactly so many decimals, as the figures of one column have.
pub fn figure(language: Language, value: &Number, places: u8) -> String {
    let shown = number(language, &value.round(i32::from(places)));
    if places == 0 {
        return shown;
    }
    let point = word(language, ".", ",");
    let has = shown.split_once(point).map_or(0, |(_, decimals)| decimals.len());
    let fill = "0".repeat(usize::from(places).saturating_sub(has));
    if has == 0 {
        format!("{shown}{point}{fill}")
    } else {
        format!("{shown}{fill}")
    }
}

fn norwegian(decimal: &str) -> String {
    const NARROW_BLANK: char = '\u{202F}';
    let (whole, decimals) = decimal.split_once('.').unwrap_or((decimal, ""));
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", whole),
    };
    let mut shown = sign.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            shown.push(NARROW_BLANK);
        }
        shown.push(digit);
    }
    if !decimals.is_empty() {
        shown.push(',');
        shown.push_str(decimals);
    }
    shown
}

fn word(language: Language, english: &'static str, norwegian: &'static str) -> &'static str {
    match language {
        Language::English => english,
        Language::Norwegian => norwegian,
    }
}

struct Shower<'a> {
    policy: &'a Policy,
    records: &'a Records,
    language: Language,
}

impl Shower<'_> {
    fn value(&self, of_type: &Type, value: &Value) -> String {
        match (value, of_type) {
            (Value::YesNo(true), _) => word(self.language, "yes", "ja").to_owned(),
            (Value::YesNo(false), _) => word(self.language, "no", "nei").to_owned(),
            (Value::Text(text), _) => text.to_string(),
            (Value::Date(date), _) => date.to_string(),
            (Value::Moment(moment), _) => moment.to_string(),
            (Value::Number(number), Type::Scale(scale)) => self.on_scale(self.policy.scale(*scale), number),
            (Value::Number(value), Type::Number(unit)) if !unit.is_none() => {
                format!("{} {unit}", number(self.language, value))
            }
            (Value::Number(value), _) => number(self.language, value),
            (Value::Member(index), Type::Enumeration(id)) => {
                let member = self.policy.enumeration(*id).members.get(usize::from(*index));
                member.map_or_else(String::new, |(name, title)| {
                    title.as_ref().unwrap_or(name).to_string()
                })
            }
            (Value::Level(index), Type::Scale(id)) => {
                let level = self.policy.scale(*id).levels.get(usize::from(*index));
                level.map_or_else(String::new, |level| {
                    level.title.as_ref().unwrap_or(&level.name).to_string()
                })
            }
            (Value::Member(index) | Value::Level(index), _) => index.to_string(),
            (Value::Reference(reference), _) => self.record(*reference),
            (Value::List(members), Type::List(of_type)) => self.list(of_type, members),
            (Value::List(members), _) => self.list(of_type, members),
        }
    }

    /// A value of a numbered scale: the level that has this number, or the number where it lies between two levels.
    fn on_scale(&self, scale: &Scale, value: &Number) -> String {
        match scale.level_of(value) {
            Some(level) => level.title.as_ref().unwrap_or(&level.name).to_string(),
            None => number(self.language, value),
        }
    }

    /// A record: its title, or its key where it has none.
    fn record(&self, reference: Reference) -> String {
        let title_field = self.policy.record_type(reference.record).title_field;
        let title = title_field.and_then(|field| self.records.fact(reference, field).value.as_ref());
        match title {
            Some(Value::Text(title)) => title.to_string(),
            _ => self.records.key(reference).to_string(),
        }
    }

    fn list(&self, of_type: &Type, members: &[Value]) -> String {
        let mut shown: Vec<String> = members.iter().map(|member| self.value(of_type, member)).collect();
        let Some(last) = shown.pop() else {
            return word(self.language, "none", "ingen").to_owned();
        };
        if shown.is_empty() {
            return last;
        }
        let and = word(self.language, "and", "og");
        format!("{} {and} {last}", shown.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn norwegian_numbers_have_a_comma_and_narrow_blanks() {
        let shown = |text: &str| number(Language::Norwegian, &Number::parse(text).unwrap());
        assert_eq!(shown("1234567.1234567"), "1\u{202F}234\u{202F}567,123457");
        assert_eq!(shown("-1000"), "-1\u{202F}000");
        assert_eq!(shown("999"), "999");
        assert_eq!(shown("-0.50"), "-0,5");
    }

    #[test]
    fn figures_of_a_column_have_the_same_decimals() {
        let shown = |text: &str, places| figure(Language::Norwegian, &Number::parse(text).unwrap(), places);
        assert_eq!(shown("16", 2), "16,00");
        assert_eq!(shown("1234.5", 2), "1\u{202F}234,50");
        assert_eq!(shown("0.666667", 2), "0,67");
        assert_eq!(shown("-3", 0), "-3");
    }

    #[test]
    fn english_numbers_stand_as_they_are() {
        let shown = |text: &str| number(Language::English, &Number::parse(text).unwrap());
        assert_eq!(shown("1234567.50"), "1234567.5");
        assert_eq!(shown("0.0000004"), "0");
    }
}
