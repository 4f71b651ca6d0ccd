//! How firm a ranking is, as a person reads it.
//!
//! Comes in: what was found out, with the run it was found out for. Goes out: a document. It never shows more records than
//! can be read: the JSON document has all.
//!
//! Invariant: each part is told, or why it is not.

mod bars;
mod parts;

use std::ops::Deref;

use fluent_bundle::FluentValue;

use super::document::{Document, Form};
use super::words::Words;
use super::{Input, page};
use crate::explain::robustness::weights::{End, Limit, Stretch};
use crate::explain::robustness::{NotTold, Robustness};
use crate::model::{CriterionId, FieldId, Number, Reference, Value};

/// How many records, pairs or facts a list shows.
const SHOWN: usize = 10;
/// How many rows a table shows.
const ROWS: usize = 60;

/// How firm the ranking is, as text.
pub fn render(report: &Input<'_>, found: &Robustness, form: Form) -> String {
    let mut writer = Writer {
        words: Words::of(*report),
        document: Document::default(),
    };
    let title = writer.tell("firm", &[("policy", (&*report.policy.title).into())]);
    writer.document.heading(1, title);
    writer.weights(found);
    writer.left_out(found);
    writer.swaps(found);
    writer.dominance(found);
    writer.acceptability(found);
    writer.possible(found);
    writer.document.write(form)
}

/// What every part is written with.
struct Writer<'a> {
    words: Words<'a>,
    document: Document,
}

impl<'a> Deref for Writer<'a> {
    type Target = Words<'a>;

    fn deref(&self) -> &Words<'a> {
        &self.words
    }
}

impl Writer<'_> {
    fn heading(&mut self, id: &str) {
        let text = self.say(id);
        self.document.heading(2, text);
    }

    fn whole(&self, count: usize) -> String {
        self.number(&Number::from_integer(i64::try_from(count).unwrap_or(i64::MAX)))
    }

    /// The keys of some records, at most so many as a list shows.
    fn some_keys(&self, records: &[Reference]) -> String {
        self.some(records.iter().map(|record| self.key(*record)).collect())
    }

    /// `a, b and 5 more`
    fn some(&self, mut items: Vec<String>) -> String {
        if items.len() > SHOWN {
            let more = items.len() - SHOWN;
            items.truncate(SHOWN);
            items.push(self.tell("more", &[("count", FluentValue::from(more))]));
        }
        self.words.list(&items)
    }

    /// What a field is called, in quotes where it has a title.
    fn field(&self, record: Reference, field: FieldId) -> String {
        let field = self.report.policy.field(record.record, field);
        match &field.title {
            Some(title) => self.quoted(title),
            None => field.name.to_string(),
        }
    }

    /// An answer to a question: of a scale the level's title in quotes.
    fn answer(&self, record: Reference, field: FieldId, answer: &Number) -> String {
        let field = self.report.policy.field(record.record, field);
        let value = Value::Number(answer.clone());
        let shown = self.show(&field.of_type, Some(&value));
        match &field.of_type {
            crate::model::Type::Scale(_) => self.quoted(&shown),
            _ => shown,
        }
    }

    /// A weight, as it is written in the policy: a number, or a part of a hundred.
    fn weight(&self, criterion: CriterionId, weight: &Number) -> String {
        let criterion = self.report.policy.criterion(criterion);
        let hundredfold = weight.multiply(&Number::from_integer(100));
        match hundredfold.filter(|_| criterion.percentage) {
            Some(percent) => {
                let percent = self.number(&percent.round(2));
                format!("{percent}{}%", page::TIED)
            }
            None => self.number(&weight.round(4)),
        }
    }

    /// `from 0.9 to below 1.2`
    fn stretch(&self, criterion: CriterionId, stretch: &Stretch) -> String {
        if stretch.is_whole() {
            return self.say("firm-any-weight");
        }
        let end = |end: &End| self.weight(criterion, &end.at);
        if stretch.low.at == stretch.high.at {
            return self.tell("firm-only", &[("weight", end(&stretch.low).into())]);
        }
        let low = if stretch.low.included {
            "firm-from"
        } else {
            "firm-above"
        };
        let high = if stretch.high.included {
            "firm-to"
        } else {
            "firm-below"
        };
        let arguments = [
            (
                "low",
                FluentValue::from(self.tell(low, &[("weight", end(&stretch.low).into())])),
            ),
            (
                "high",
                self.tell(high, &[("weight", end(&stretch.high).into())]).into(),
            ),
        ];
        let text = self.tell("firm-stretch", &arguments);
        let cut_off = [&stretch.low, &stretch.high]
            .iter()
            .any(|end| end.limit == Limit::NotLookedFurther);
        if cut_off {
            return self.tell("firm-at-least", &[("stretch", text.into())]);
        }
        text
    }

    /// Why a part is not told.
    fn not_told(&self, why: NotTold) -> String {
        match why {
            NotTold::NoRanking => self.say("not-told-no-ranking"),
            NotTold::NothingRanked => self.say("not-told-nothing-ranked"),
            NotTold::NoCriteria => self.say("not-told-no-criteria"),
            NotTold::OwnScore => self.say("not-told-own-score"),
            NotTold::TotalNotRanked => self.say("not-told-total-not-ranked"),
            NotTold::TotalInOtherKeys => self.say("not-told-total-in-other-keys"),
            NotTold::GatesReadTotal => self.say("not-told-gates-read-total"),
            NotTold::RulesReadTotal => self.say("not-told-rules-read-total"),
            NotTold::OneCriterion => self.say("not-told-one-criterion"),
            NotTold::TooManyRecords(most) => {
                self.tell("not-told-too-many-records", &[("most", FluentValue::from(most))])
            }
            NotTold::NumbersTooLong => self.say("not-told-numbers-too-long"),
            NotTold::NoQuestions => self.say("not-told-no-questions"),
            NotTold::TooManyAnswers => self.say("not-told-too-many-answers"),
            NotTold::OthersUnknown => self.say("not-told-others-unknown"),
            NotTold::Unbounded => self.say("not-told-unbounded"),
            NotTold::KeyStaysUnknown => self.say("not-told-key-stays-unknown"),
        }
    }
}
