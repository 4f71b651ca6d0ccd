//! Words that every report is told with: values, keys, titles, statuses, and messages of the catalogue.
//!
//! Comes in: an [`Input`]. Goes out: pieces of sentences. It never lays out a page.
//!
//! Invariant: one thing is called the same in every report.

use super::Input;
use super::catalogue::{Argument, Catalogue};
use super::page::{Ink, TIED};
use crate::decide::{Status, TieBreak};
use crate::explain::robustness::PossibleRank;
use crate::model::{
    CriterionId, Expression, ExpressionKind, FieldId, Number, RankKey, RecordId, Reference, Type, Value, show,
};

/// Whether a value is a rank, of a record or of the one in which it stands.
fn is_rank(value: &Expression) -> bool {
    match &value.kind {
        ExpressionKind::Rank => true,
        ExpressionKind::Follow(_, value) => is_rank(value),
        _ => false,
    }
}

/// A word as it stands inside a sentence.
pub(super) fn lower_first(word: &str) -> String {
    let mut rest = word.chars();
    let first = rest.next().into_iter().flat_map(char::to_lowercase);
    first.chain(rest).collect()
}

/// A word as it stands at the beginning of a sentence.
pub(super) fn upper_first(word: &str) -> String {
    let mut rest = word.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    first.chain(rest).collect()
}

/// What every report is told with.
pub(super) struct Words<'a> {
    pub(super) report: Input<'a>,
    catalogue: Catalogue,
}

impl<'a> Words<'a> {
    pub(super) fn of(report: Input<'a>) -> Words<'a> {
        Words {
            catalogue: Catalogue::of(report.language),
            report,
        }
    }

    pub(super) fn say(&self, id: &str) -> String {
        self.catalogue.say(id)
    }

    pub(super) fn tell(&self, id: &str, arguments: &[Argument<'_>]) -> String {
        self.catalogue.tell(id, arguments)
    }

    pub(super) fn show(&self, of_type: &Type, value: Option<&Value>) -> String {
        let shown = show::show(
            self.report.policy,
            self.report.records,
            self.report.language,
            of_type,
            value,
        );
        match of_type {
            // An amount and its unit stand on one line.
            Type::Number(_) => shown.replace(' ', &TIED.to_string()),
            _ => shown,
        }
    }

    pub(super) fn number(&self, number: &Number) -> String {
        show::number(self.report.language, number)
    }

    /// A number with a set number of decimals.
    pub(super) fn figure(&self, number: &Number, places: u8) -> String {
        show::figure(self.report.language, number, places)
    }

    pub(super) fn key(&self, record: Reference) -> String {
        self.report.key(record).to_string()
    }

    pub(super) fn keys(&self, records: &[Reference]) -> String {
        let keys: Vec<String> = records.iter().map(|record| self.key(*record)).collect();
        self.list(&keys)
    }

    /// What a record type is called.
    pub(super) fn type_title(&self, record: RecordId) -> String {
        let of_type = self.report.policy.record_type(record);
        of_type.title.as_ref().unwrap_or(&of_type.name).to_string()
    }

    /// What a field is called: its title, or else its name.
    pub(super) fn field_title(&self, record: RecordId, field: FieldId) -> String {
        let field = self.report.policy.field(record, field);
        field.title.as_ref().unwrap_or(&field.name).to_string()
    }

    /// What a field is called, by title with its name behind it where it has one.
    pub(super) fn named(&self, record: RecordId, name: &str) -> String {
        let fields = &self.report.policy.record_type(record).fields;
        let field = fields.iter().find(|field| *field.name == *name);
        match field.and_then(|field| field.title.as_ref()) {
            Some(title) => self.tell("named", &[("title", (&**title).into()), ("name", name.into())]),
            None => name.to_owned(),
        }
    }

    /// An expression as written, on one line.
    pub(super) fn written(&self, expression: &Expression) -> String {
        let text = self.report.sources.slice(expression.place);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// A text with its source behind it.
    pub(super) fn with_cite(&self, text: &str, cite: Option<&str>) -> String {
        match cite {
            Some(cite) => self.tell("cited", &[("text", text.into()), ("cite", cite.into())]),
            None => text.to_owned(),
        }
    }

    pub(super) fn status_word(&self, status: Status) -> String {
        let word = self.say(match status {
            Status::Ranked => "status-ranked",
            Status::Eligible => "status-eligible",
            Status::NotEligible => "status-not-eligible",
            Status::Undetermined => "status-undetermined",
            Status::Joint => "status-joint",
            Status::Excluded => "status-excluded",
            Status::Prioritised => "status-prioritised",
            Status::Kept => "status-kept",
            Status::Cut => "status-cut",
            Status::Out => "status-out",
        });
        match status {
            Status::Prioritised | Status::Kept => Ink::Green.on(&word),
            Status::Cut | Status::Excluded | Status::NotEligible => Ink::Red.on(&word),
            Status::Undetermined => Ink::Yellow.on(&word),
            Status::Ranked | Status::Eligible | Status::Joint | Status::Out => word,
        }
    }

    /// A record by its key, with its title behind it where it has one.
    pub(super) fn record(&self, record: Reference) -> String {
        match self.report.title(record) {
            Some(title) => format!("{} {title}", self.key(record)),
            None => self.key(record),
        }
    }

    /// The ranks that a record can still have, as a sentence.
    pub(super) fn possible(&self, possible: &PossibleRank) -> String {
        let ends = [possible.best, possible.worst];
        let [best, worst] = ends.map(|rank| self.number(&Number::from_integer(rank.into())));
        let ranks = if best == worst {
            best
        } else {
            self.tell("range", &[("low", best.into()), ("high", worst.into())])
        };
        let id = if possible.may_be_out {
            "could-rank-or-not"
        } else {
            "could-rank"
        };
        self.tell(id, &[("ranks", ranks.into())])
    }

    /// What a criterion is called: its title, or else its name.
    pub(super) fn criterion(&self, id: CriterionId) -> String {
        let criterion = self.report.policy.criterion(id);
        criterion.title.as_ref().unwrap_or(&criterion.name).to_string()
    }

    /// What a key to order records of a type by is called: by the title of what it reads, or else as written.
    pub(super) fn key_title(&self, key: &RankKey, record: RecordId) -> String {
        self.title_of(&key.value, record)
            .unwrap_or_else(|| key.name.to_string())
    }

    pub(super) fn title_of(&self, value: &Expression, record: RecordId) -> Option<String> {
        let policy = self.report.policy;
        let title = match &value.kind {
            ExpressionKind::Total => match policy.score.as_ref().and_then(|score| score.title.as_ref()) {
                Some(title) => Some(title),
                None => return Some(self.say("key-total")),
            },
            ExpressionKind::Rank => return Some(self.say("key-rank")),
            ExpressionKind::Field(field) => policy.field(record, *field).title.as_ref(),
            ExpressionKind::Define(define) => policy.define(*define).title.as_ref(),
            ExpressionKind::Table(table) => policy.table(*table).title.as_ref(),
            ExpressionKind::Group(group) => policy.group(*group).title.as_ref(),
            ExpressionKind::Criterion(criterion) => policy.criterion(*criterion).title.as_ref(),
            ExpressionKind::Follow(reference, inner) => {
                let Type::Reference(of) = reference.of_type else {
                    return None;
                };
                let key = self.title_of(inner, of)?;
                let of = self.type_title(of);
                return Some(self.tell("key-of", &[("key", key.into()), ("record", of.into())]));
            }
            _ => None,
        };
        title.map(|title| self.quoted(title))
    }

    /// What the key is called that put a record above its equals.
    pub(super) fn tie_break_title(&self, tie_break: &TieBreak) -> String {
        let mut keys = self.report.policy.rank.iter().flat_map(|rank| &rank.keys);
        let key = keys.find(|key| key.name == tie_break.key);
        let title = key.map(|key| self.key_title(key, self.report.policy.record));
        title.unwrap_or_else(|| tie_break.key.to_string())
    }

    /// Keys to order records of a type by, each with the end that stands first.
    pub(super) fn keys_in_words(&self, id: &str, keys: &[RankKey], record: RecordId) -> String {
        let key = |key: &RankKey| {
            let end = match (&key.value.of_type, key.descending) {
                (_, false) if is_rank(&key.value) => "key-rank-first",
                (Type::Text, false) => "key-first",
                (Type::Text, true) => "key-last",
                (Type::Date | Type::Moment, false) => "key-earliest",
                (Type::Date | Type::Moment, true) => "key-latest",
                (_, false) => "key-lowest",
                (_, true) => "key-highest",
            };
            self.tell(end, &[("key", self.key_title(key, record).into())])
        };
        let keys: Vec<String> = keys.iter().map(key).collect();
        let mut keys = keys.into_iter();
        let first = keys.next().unwrap_or_default();
        let all = keys.fold(first, |before, key| {
            self.tell("key-then", &[("before", before.into()), ("key", key.into())])
        });
        self.tell(id, &[("keys", all.into())])
    }

    /// A text in the quotes of the language.
    pub(super) fn quoted(&self, text: &str) -> String {
        self.tell("quoted", &[("text", text.into())])
    }

    /// `a, b or c`
    pub(super) fn any_of(&self, items: &[String]) -> String {
        match items {
            [first @ .., last] if !first.is_empty() => self.tell(
                "any-of",
                &[("first", first.join(", ").into()), ("last", last.as_str().into())],
            ),
            items => items.concat(),
        }
    }

    /// `a, b and c`
    pub(super) fn list(&self, items: &[String]) -> String {
        self.catalogue.list(items)
    }
}
