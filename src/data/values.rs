//! One value of the data, read as its field's type.
//!
//! Comes in: a node of the tree and the type and bounds of its field. Goes out: the value, or what is wrong with it. It
//! never looks at other values: references are read here as keys only, and tied to records in `links`.
//!
//! Invariant: a value that comes out is of the type and within the bounds.

use std::borrow::Cow;

use indexmap::IndexMap;
use jiff::civil::Date;

use super::dates::{counted, last_day, written_otherwise};
use super::expected::expected;
use super::json::{Kind, Member, Node, Span};
use super::numerals::is_error;
use super::problems::cut;
use super::shape::{composed, near};
use crate::diagnostic::Code;
use crate::model::moment::date_parts;
use crate::model::number::NotANumber;
use crate::model::{
    Bounds, EnumerationId, Interval, Moment, NotAMoment, Number, Policy, ScaleId, Type, Value,
};

/// What is wrong with a value.
#[derive(Debug)]
pub(super) struct Fault {
    /// The kind of problem.
    pub(super) code: Code,
    /// Where, in the file.
    pub(super) span: Span,
    /// Which of a list's values, from 1.
    pub(super) item: Option<usize>,
    /// The sentence, after the name of the value: "must be a number".
    pub(super) sentence: String,
    /// What stands there.
    pub(super) label: String,
    /// The mend.
    pub(super) help: Option<String>,
}

/// The words that data may use, by type.
#[derive(Debug)]
pub(super) struct Words<'a> {
    policy: &'a Policy,
    enumerations: Vec<IndexMap<&'a str, u16>>,
    scales: Vec<ScaleWords<'a>>,
}

#[derive(Debug)]
struct ScaleWords<'a> {
    levels: IndexMap<&'a str, Value>,
    range: Option<Interval<Number>>,
}

impl<'a> Words<'a> {
    /// The words of a policy.
    pub(super) fn new(policy: &'a Policy) -> Words<'a> {
        let numbers = || 0_u16..;
        let enumerations = policy.enumerations.iter().map(|enumeration| {
            let names = enumeration.members.iter().map(|(name, _)| name.as_ref());
            names.zip(numbers()).collect()
        });
        let scales = policy.scales.iter().map(|scale| {
            let levels = scale.levels.iter().zip(numbers()).map(|(level, index)| {
                let value = match (&level.number, scale.numbered) {
                    (Some(number), true) => Value::Number(number.clone()),
                    _ => Value::Level(index),
                };
                (level.name.as_ref(), value)
            });
            let range = scale.bounds().filter(|_| scale.numbered);
            ScaleWords {
                levels: levels.collect(),
                range: range.map(|(low, high)| Interval {
                    low: Some((low.clone(), true)),
                    high: Some((high.clone(), true)),
                }),
            }
        });
        Words {
            policy,
            enumerations: enumerations.collect(),
            scales: scales.collect(),
        }
    }

    /// Reads a value of a type that holds no references.
    pub(super) fn read(&self, node: &Node<'_>, of_type: &Type, bounds: &Bounds) -> Result<Value, Fault> {
        match (of_type, &node.kind) {
            (_, Kind::Cell(written)) => self.cell(node, written, of_type, bounds),
            (Type::YesNo, Kind::Bool(value)) => Ok(Value::YesNo(*value)),
            (Type::YesNo, Kind::String(text)) if text == "yes" => Ok(Value::YesNo(true)),
            (Type::YesNo, Kind::String(text)) if text == "no" => Ok(Value::YesNo(false)),
            (Type::Text, Kind::String(text)) => Ok(Value::Text(composed(text).into())),
            (Type::Date, Kind::String(text)) => self.date(node, text),
            (Type::Moment, Kind::String(text)) => self.moment(node, text),
            (Type::Number(_), Kind::Number(raw)) => {
                let number = number(raw).map_err(|error| too_long(node, error))?;
                self.bounded(node, &number, of_type, bounds)?;
                Ok(Value::Number(number))
            }
            (Type::Enumeration(id), Kind::String(text)) => self.member(node, *id, text),
            (Type::Scale(id), Kind::String(text)) => self.level(node, *id, text),
            (Type::Scale(id), Kind::Number(raw)) => {
                let range = self
                    .scales
                    .get(usize::from(id.0))
                    .and_then(|scale| scale.range.as_ref());
                let Some(range) = range else {
                    let mut fault = self.wrong(node, of_type, bounds);
                    fault.label = "the levels of this scale have no numbers".to_owned();
                    return Err(fault);
                };
                let number = number(raw).map_err(|error| too_long(node, error))?;
                if range.contains(&number) {
                    Ok(Value::Number(number))
                } else {
                    Err(self.off_range(node, &number, of_type, bounds, range))
                }
            }
            (Type::List(inner), Kind::Array(items)) => {
                let mut values = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    // What is said of one value of a list is taken up by the caller.
                    let bare = super::said::bare(item);
                    values.push(self.read(bare, inner, bounds).map_err(|mut fault| {
                        fault.item = Some(index + 1);
                        fault
                    })?);
                }
                Ok(Value::List(values.into()))
            }
            _ => Err(self.wrong(node, of_type, bounds)),
        }
    }

    /// The key of a record of another type, as it stands in a reference. Keys that are numbers may be written as such.
    pub(super) fn key<'n>(
        &self,
        node: &'n Node<'_>,
        of_type: &Type,
        key_type: Option<&Type>,
    ) -> Result<Cow<'n, str>, Fault> {
        match &node.kind {
            Kind::String(text) => Ok(composed(text)),
            Kind::Cell(written) if is_error(&written.text) => Err(super::cells::error(node, &written.text)),
            Kind::Cell(written) if matches!(key_type, Some(Type::Number(_))) => {
                let digits = super::numerals::number(written.text.trim(), written.comma);
                match number(&digits) {
                    Ok(number) => Ok(Cow::Owned(number_key(&number))),
                    Err(_) => Ok(composed(&written.text)),
                }
            }
            Kind::Cell(written) => Ok(composed(&written.text)),
            Kind::Number(raw) if matches!(key_type, Some(Type::Number(_))) => {
                let number = number(raw).map_err(|error| too_long(node, error))?;
                Ok(Cow::Owned(number_key(&number)))
            }
            _ => Err(self.wrong(node, of_type, &Bounds::default())),
        }
    }

    /// The fault of a value of another kind than its field's.
    pub(super) fn wrong(&self, node: &Node<'_>, of_type: &Type, bounds: &Bounds) -> Fault {
        let help = match (of_type, &node.kind) {
            (Type::Number(_) | Type::Scale(_), Kind::String(text)) => digits(text),
            (Type::Text | Type::Enumeration(_), Kind::Number(raw)) => Some(format!(
                "if it is meant as a text, write \"{}\" in quotes",
                cut(raw)
            )),
            (Type::Date, Kind::Number(raw)) => {
                counted(raw).map(|day| format!("if it counts days as spreadsheets do, write \"{day}\""))
            }
            (Type::Reference(_), Kind::Number(raw)) => {
                Some(format!("these keys are texts: write \"{}\" in quotes", cut(raw)))
            }
            (Type::YesNo, Kind::String(text)) => {
                let yes = ["ja", "j", "y", "true", "1", "yes"].contains(&text.to_lowercase().as_str());
                let no = ["nei", "n", "false", "0", "no"].contains(&text.to_lowercase().as_str());
                (yes || no).then(|| format!("write `{yes}` without quotes"))
            }
            (Type::List(_), Kind::String(_) | Kind::Number(_) | Kind::Bool(_)) => {
                Some("put it in `[ ]`, also if there is only one".to_owned())
            }
            (Type::List(_), Kind::Array(_)) => None,
            (_, Kind::Array(items)) if items.len() == 1 => Some("write it without the `[ ]`".to_owned()),
            (_, Kind::Object(members)) => Some(match members.iter().find(|member| said_of(member)) {
                Some(member) => format!("add \"value\": with the value, beside \"{}\"", member.name),
                None => "write the value itself, or {\"value\": …, \"because\": …} around it".to_owned(),
            }),
            _ => None,
        };
        Fault {
            code: Code::WrongValue,
            span: node.span,
            item: None,
            sentence: format!("must be {}", expected(self.policy, of_type, bounds)),
            label: match (of_type, &node.kind) {
                (Type::YesNo, Kind::String(_)) => "neither yes nor no".to_owned(),
                (_, Kind::Object(members)) if members.iter().any(said_of) => {
                    "this says something of a value, but not the value".to_owned()
                }
                _ => format!("this is {}", kind(node)),
            },
            help,
        }
    }

    fn member(&self, node: &Node<'_>, id: EnumerationId, text: &str) -> Result<Value, Fault> {
        let words = self.enumerations.get(usize::from(id.0));
        if let Some(member) = words.and_then(|words| words.get(composed(text).as_ref())) {
            return Ok(Value::Member(*member));
        }
        let members = &self.policy.enumeration(id).members;
        let titled =
            |(_, title): &&(std::sync::Arc<str>, Option<std::sync::Arc<str>>)| title.as_deref() == Some(text);
        let mut fault = self.wrong(node, &Type::Enumeration(id), &Bounds::default());
        fault.label = "not one of them".to_owned();
        fault.help = match members.iter().find(titled) {
            Some((name, _)) => Some(format!("that is the title; write its name, \"{name}\"")),
            None => meant(text, members.iter().map(|(name, _)| name.as_ref())),
        };
        Err(fault)
    }

    fn level(&self, node: &Node<'_>, id: ScaleId, text: &str) -> Result<Value, Fault> {
        let words = self.scales.get(usize::from(id.0));
        if let Some(value) = words.and_then(|words| words.levels.get(composed(text).as_ref())) {
            return Ok(value.clone());
        }
        let levels = &self.policy.scale(id).levels;
        let mut fault = self.wrong(node, &Type::Scale(id), &Bounds::default());
        let titled = levels.iter().find(|level| level.title.as_deref() == Some(text));
        if let Some(level) = titled {
            fault.help = Some(format!("that is the title; write its name, \"{}\"", level.name));
        }
        if fault.help.is_none() {
            fault.help = meant(text, levels.iter().map(|level| level.name.as_ref()));
        }
        if digits(text).is_none() {
            fault.label = "not one of its levels".to_owned();
        }
        Err(fault)
    }

    fn date(&self, node: &Node<'_>, text: &str) -> Result<Value, Fault> {
        let Some((year, month, day)) = date_parts(text) else {
            let mut fault = self.wrong(node, &Type::Date, &Bounds::default());
            fault.label = "not written as a date".to_owned();
            fault.help = text
                .get(..10)
                .filter(|start| date_parts(start).is_some())
                .map(|start| format!("write the day alone: \"{start}\""))
                .or_else(|| Some(format!("write \"{}\"", written_otherwise(text)?)));
            return Err(fault);
        };
        Date::new(year, month, day)
            .map(Value::Date)
            .map_err(|_| no_such(node, "day", last_day(text)))
    }

    fn moment(&self, node: &Node<'_>, text: &str) -> Result<Value, Fault> {
        let why = match text.parse::<Moment>() {
            Ok(moment) => return Ok(Value::Moment(moment)),
            Err(why) => why,
        };
        match why {
            NotAMoment::Day => Err(no_such(node, "day", last_day(text))),
            NotAMoment::Time => Err(no_such(node, "time of day or offset", None)),
            NotAMoment::Form => {
                let mut fault = self.wrong(node, &Type::Moment, &Bounds::default());
                fault.label = "not written as a date and time with its offset".to_owned();
                let zoned = format!("{text}Z");
                fault.help = if date_parts(text).is_some() {
                    Some(format!("add the time and its offset: \"{text}T12:00:00+01:00\""))
                } else if !matches!(zoned.parse::<Moment>(), Err(NotAMoment::Form)) {
                    Some(format!(
                        "add the offset: \"{text}+01:00\", or \"{zoned}\" for UTC"
                    ))
                } else {
                    None
                };
                Err(fault)
            }
        }
    }

    fn bounded(
        &self,
        node: &Node<'_>,
        number: &Number,
        of_type: &Type,
        bounds: &Bounds,
    ) -> Result<(), Fault> {
        if bounds.integer && !number.is_integer() {
            let mut fault = self.wrong(node, of_type, bounds);
            fault.label = "not a whole number".to_owned();
            return Err(fault);
        }
        if let Some(range) = &bounds.range
            && !range.contains(number)
        {
            return Err(self.off_range(node, number, of_type, bounds, range));
        }
        if let Some(step) = &bounds.step {
            let zero = Number::zero();
            let low = bounds.range.as_ref().and_then(|range| range.low.as_ref());
            let start = low.map_or(&zero, |(low, _)| low);
            let steps = number.subtract(start).and_then(|above| above.divide(step));
            if !steps.as_ref().is_some_and(Number::is_integer) {
                return Err(self.off_step(node, steps, start, step, of_type, bounds));
            }
        }
        Ok(())
    }

    fn off_range(
        &self,
        node: &Node<'_>,
        number: &Number,
        of_type: &Type,
        bounds: &Bounds,
        range: &Interval<Number>,
    ) -> Fault {
        let mut fault = self.wrong(node, of_type, bounds);
        fault.code = Code::OutOfRange;
        let below = range.low.as_ref().filter(|(low, _)| number < low);
        let above = range.high.as_ref().filter(|(high, _)| number > high);
        fault.label = match (below, above) {
            (Some((low, _)), _) => format!("below {low}"),
            (_, Some((high, _))) => format!("above {high}"),
            _ => format!("{number} itself does not belong to it"),
        };
        fault
    }

    fn off_step(
        &self,
        node: &Node<'_>,
        steps: Option<Number>,
        start: &Number,
        step: &Number,
        of_type: &Type,
        bounds: &Bounds,
    ) -> Fault {
        let mut fault = self.wrong(node, of_type, bounds);
        fault.code = Code::OutOfRange;
        fault.label = format!("between two steps of {step}, counted from {start}");
        let range = bounds.range.as_ref();
        let at = |steps: Number| {
            let value = steps.multiply(step).and_then(|above| above.add(start))?;
            range
                .is_none_or(|range| range.contains(&value))
                .then(|| value.to_string())
        };
        let near = steps.map(|steps| (at(steps.floor()), at(steps.ceiling())));
        fault.help = match near {
            Some((Some(low), Some(high))) => Some(format!("the nearest that fit are {low} and {high}")),
            Some((Some(one), None) | (None, Some(one))) => Some(format!("the nearest that fits is {one}")),
            _ => None,
        };
        fault
    }
}

/// The number that a JSON literal stands for. Short ones, which nearly all are, go a shorter way.
fn number(raw: &str) -> Result<Number, NotANumber> {
    if raw.len() <= 18
        && let Ok(whole) = raw.parse::<i64>()
    {
        return Ok(Number::from_integer(whole));
    }
    Number::parse(raw)
}

/// A number as a record's key: its digits in full.
pub(super) fn number_key(number: &Number) -> String {
    if number.is_integer() {
        number.exact()
    } else {
        number.decimal(u8::MAX)
    }
}

fn too_long(node: &Node<'_>, error: NotANumber) -> Fault {
    // Its beginning is enough to find it.
    const UNDERLINED: u32 = 30;
    let (code, sentence, label) = match error {
        NotANumber::TooLong => (
            Code::NumberTooLong,
            "must be a number of at most 1,000 digits",
            "this one has more",
        ),
        NotANumber::Syntax => (Code::WrongValue, "must be a number", "not written as a number"),
    };
    Fault {
        code,
        span: Span {
            end: node.span.end.min(node.span.start.saturating_add(UNDERLINED)),
            ..node.span
        },
        item: None,
        sentence: sentence.to_owned(),
        label: label.to_owned(),
        help: None,
    }
}

fn no_such(node: &Node<'_>, what: &str, help: Option<String>) -> Fault {
    Fault {
        code: Code::BadDate,
        span: node.span,
        item: None,
        sentence: format!("names a {what} that does not exist"),
        label: format!("no such {what}"),
        help,
    }
}

/// The mend for digits in quotes, or with a decimal comma.
fn digits(text: &str) -> Option<String> {
    let trimmed = text.trim();
    if Number::parse(trimmed).is_ok() {
        return Some(format!("write {} without quotes", cut(trimmed)));
    }
    let pointed = trimmed.replace(',', ".");
    if Number::parse(&pointed).is_ok() {
        return Some(format!(
            "write {} without quotes and with a decimal point",
            cut(&pointed)
        ));
    }
    let joined: String = pointed.split_whitespace().collect();
    if Number::parse(&joined).is_ok() {
        return Some(format!("write {} without quotes and blanks", cut(&joined)));
    }
    let unit = joined.find(|character: char| character.is_alphabetic() || character == '%')?;
    let (amount, unit) = joined.split_at_checked(unit)?;
    Number::parse(amount)
        .is_ok()
        .then(|| format!("write {} alone, without quotes and `{}`", cut(amount), cut(unit)))
}

/// Whether a key says something of a value that is itself not there.
fn said_of(member: &Member<'_>) -> bool {
    super::said::KEYS.contains(&member.name.as_ref())
}

fn meant<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    near(text, names).map(|name| format!("did you mean \"{name}\"?"))
}

/// What a node is, in words.
pub(super) fn kind(node: &Node<'_>) -> String {
    match &node.kind {
        Kind::Null => "`null`".to_owned(),
        Kind::Bool(value) => format!("`{value}`"),
        Kind::Number(_) => "a number".to_owned(),
        Kind::String(_) => "a text".to_owned(),
        Kind::Cell(written) => format!("`{}`", cut(&written.text)),
        Kind::Array(_) => "a list".to_owned(),
        Kind::Object(_) => "an object in `{ }`".to_owned(),
    }
}
