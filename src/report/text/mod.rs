//! Decisions as a person reads them: what was decided, why, and what needs attention.
//!
//! Comes in: an [`Input`] and a [`Style`]. Goes out: text within the style's width. It never leaves out a refusal or
//! its ground, and never rounds away a difference that the order rests on.
//!
//! Invariant: every sentence of the engine's own is a message of the catalogue; the author's texts stand as written.

mod cut_list;
mod grounds;
mod limits;
mod ranking;
mod refusals;

use fluent_bundle::FluentValue;
use unicode_width::UnicodeWidthStr as _;

use super::catalogue::{Argument, Catalogue};
use super::page::{Ink, Page, TIED};
use super::{Input, LIST_STATUSES};
use crate::decide::{Decision, Status};
pub use crate::diagnostic::render::Style;
use crate::model::{FieldId, Number, RecordId, Reference, Type, Value, show};

/// The report as text.
pub fn render(report: &Input<'_>, style: Style) -> String {
    let mut writer = Writer {
        report: *report,
        words: Catalogue::of(report.language),
        page: Page::new(style),
    };
    writer.header();
    writer.ranking();
    writer.refusals();
    writer.cut_list();
    writer.other_types();
    writer.grounds();
    writer.page.finish()
}

/// A text in which figures stay with the word before them: `Table 9` does not break.
fn tied(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let is_bound = character == ' ' && characters.peek().is_some_and(char::is_ascii_digit);
        out.push(if is_bound { TIED } else { character });
    }
    out
}

/// What every part of the report writes with.
struct Writer<'a> {
    report: Input<'a>,
    words: Catalogue,
    page: Page,
}

impl Writer<'_> {
    fn say(&self, id: &str) -> String {
        self.words.say(id)
    }

    fn tell(&self, id: &str, arguments: &[Argument<'_>]) -> String {
        self.words.tell(id, arguments)
    }

    fn heading(&mut self, id: &str) {
        let text = self.say(id);
        self.page.heading(&text);
    }

    fn show(&self, of_type: &Type, value: Option<&Value>) -> String {
        show::show(
            self.report.policy,
            self.report.records,
            self.report.language,
            of_type,
            value,
        )
    }

    fn number(&self, number: &Number) -> String {
        show::number(self.report.language, number)
    }

    fn key(&self, record: Reference) -> String {
        self.report.key(record).to_string()
    }

    fn keys(&self, records: &[Reference]) -> String {
        let keys: Vec<String> = records.iter().map(|record| self.key(*record)).collect();
        self.words.list(&keys)
    }

    /// What a record type is called.
    fn type_title(&self, record: RecordId) -> String {
        let of_type = self.report.policy.record_type(record);
        of_type.title.as_ref().unwrap_or(&of_type.name).to_string()
    }

    /// What a field is called: its title, or else its name.
    fn field_title(&self, record: RecordId, field: FieldId) -> String {
        let field = self.report.policy.field(record, field);
        field.title.as_ref().unwrap_or(&field.name).to_string()
    }

    /// What a field is called, by title with its name behind it where it has one.
    fn named(&self, record: RecordId, name: &str) -> String {
        let fields = &self.report.policy.record_type(record).fields;
        let field = fields.iter().find(|field| *field.name == *name);
        match field.and_then(|field| field.title.as_ref()) {
            Some(title) => self.tell("named", &[("title", (&**title).into()), ("name", name.into())]),
            None => name.to_owned(),
        }
    }

    /// A text with its source behind it.
    fn with_cite(&self, text: &str, cite: Option<&str>) -> String {
        match cite {
            Some(cite) => self.tell("cited", &[("text", text.into()), ("cite", tied(cite).into())]),
            None => text.to_owned(),
        }
    }

    fn status_word(&self, status: Status) -> String {
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

    /// How many records have a status.
    fn status_count(&self, status: Status, count: usize) -> String {
        let id = match status {
            Status::Ranked => "count-ranked",
            Status::Eligible => "count-eligible",
            Status::NotEligible => "count-not-eligible",
            Status::Undetermined => "count-undetermined",
            Status::Joint => "count-joint",
            Status::Excluded => "count-excluded",
            Status::Prioritised => "count-prioritised",
            Status::Kept => "count-kept",
            Status::Cut => "count-cut",
            Status::Out => "count-out",
        };
        let text = self.tell(id, &[("count", FluentValue::from(count))]);
        // The figure stays with its words.
        text.replace(' ', &TIED.to_string())
    }

    fn header(&mut self) {
        let policy = self.report.policy;
        let title = Ink::Bold.on(&policy.title);
        self.page.plain(&title);
        let mut about = Vec::new();
        if let Some(version) = &policy.version {
            about.push(self.tell("version", &[("version", (&**version).into())]));
        }
        if let Some(source) = &policy.source {
            about.push(source.to_string());
        }
        if !about.is_empty() {
            self.page.plain(&about.join(" · "));
        }
        self.page.blank();
        for record in policy.decided_records() {
            let line = self.counts(record);
            self.page.plain(&line);
        }
        if policy.score_reads_others.is_some() {
            self.page.blank();
            let note = self.say("score-reads-others");
            self.page.plain(&note);
        }
    }

    /// `Tiltak: 20, derav 7 rangerte og 2 uavklarte`
    fn counts(&self, record: RecordId) -> String {
        let own = record == self.report.policy.record;
        let count = |statuses: &[Status], found: &[Status]| -> Vec<String> {
            statuses
                .iter()
                .map(|status| (*status, found.iter().filter(|one| *one == status).count()))
                .filter(|(_, count)| *count > 0)
                .map(|(status, count)| self.status_count(status, count))
                .collect()
        };
        let decisions: Vec<&Decision> = self.report.decisions.on(record).collect();
        let statuses: Vec<Status> = decisions.iter().map(|decision| decision.status).collect();
        let mut parts = if own {
            count(&self.report.own_statuses(), &statuses)
        } else {
            count(&LIST_STATUSES, &statuses)
        };
        if own && self.report.listed() == Some(record) {
            let selections: Vec<Status> = decisions.iter().filter_map(|one| one.selection).collect();
            parts.extend(count(
                &[Status::Prioritised, Status::Kept, Status::Cut],
                &selections,
            ));
        }
        let title = self.type_title(record);
        let arguments = [
            ("records", FluentValue::from(title)),
            ("total", FluentValue::from(decisions.len())),
            ("parts", FluentValue::from(parts.join(", "))),
        ];
        self.tell(
            if parts.is_empty() { "counts-none" } else { "counts" },
            &arguments,
        )
    }

    /// How far in texts stand behind the keys of records.
    fn key_width(&self, records: impl Iterator<Item = Reference>) -> usize {
        const WIDEST: usize = 16;
        let widest = records
            .map(|record| self.report.key(record).width())
            .filter(|width| *width <= WIDEST)
            .max();
        widest.unwrap_or(4) + 2
    }

    /// A record's key with its title behind it, and something said of it.
    fn record_line(&mut self, by: usize, record: Reference, after: &str) {
        let key = self.key(record);
        let title = self.report.title(record).map_or("", |title| title);
        let text = match (title.is_empty(), after.is_empty()) {
            (false, false) => format!("{title} {after}"),
            (false, true) => title.to_owned(),
            (true, _) => after.to_owned(),
        };
        let label = if key.width() + 2 > by {
            format!("{key}  ")
        } else {
            key
        };
        self.page.labelled(&label, by, &text);
    }
}
