//! The engine's own words: the message catalogues.
//!
//! Comes in: a message's id and its arguments. Goes out: the sentence in the language of the report. It never holds an
//! author's text, and reads no more than the one catalogue that is needed.
//!
//! Invariant: both catalogues have the same messages with the same arguments; a test compares them.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::model::{Language, Number};

pub(super) const ENGLISH: &str = include_str!("messages/en.ftl");
pub(super) const NORWEGIAN: &str = include_str!("messages/nb.ftl");

/// The messages of one language.
pub(super) struct Catalogue {
    bundle: FluentBundle<FluentResource>,
}

/// An argument of a message: its name and its value.
pub(super) type Argument<'a> = (&'a str, FluentValue<'a>);

impl Catalogue {
    pub(super) fn of(language: Language) -> Catalogue {
        let (tag, messages) = match language {
            Language::English => ("en", ENGLISH),
            Language::Norwegian => ("nb", NORWEGIAN),
        };
        let tag: LanguageIdentifier = tag.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new(vec![tag]);
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::English => |value, _| count(value, Language::English),
            Language::Norwegian => |value, _| count(value, Language::Norwegian),
        }));
        // A catalogue that does not parse fails a test; what does parse is used all the same.
        let resource = FluentResource::try_new(messages.to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
        Catalogue { bundle }
    }

    /// A message without arguments.
    pub(super) fn say(&self, id: &str) -> String {
        self.tell(id, &[])
    }

    /// A message with its arguments. An id that is not in the catalogue is shown itself.
    pub(super) fn tell(&self, id: &str, arguments: &[Argument<'_>]) -> String {
        let Some(pattern) = self.bundle.get_message(id).and_then(|message| message.value()) else {
            return id.to_owned();
        };
        let arguments: FluentArgs<'_> = arguments
            .iter()
            .map(|(name, value)| (*name, value.clone()))
            .collect();
        self.bundle
            .format_pattern(pattern, Some(&arguments), &mut Vec::new())
            .into_owned()
    }

    /// `a, b and c`
    pub(super) fn list(&self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [only] => only.clone(),
            [first @ .., last] => self.tell(
                "list",
                &[("first", first.join(", ").into()), ("last", last.as_str().into())],
            ),
        }
    }
}

/// How many of something, written as numbers are in the language. Arguments that are numbers are always counts.
#[expect(
    clippy::cast_possible_truncation,
    reason = "counts of records are whole numbers far below 2^53"
)]
fn count(value: &FluentValue<'_>, language: Language) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    Some(crate::model::show::number(
        language,
        &Number::from_integer(number.value as i64),
    ))
}
