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

use std::collections::BTreeMap;
use std::ops::Deref;

use fluent_bundle::FluentValue;
use unicode_width::UnicodeWidthStr as _;

use super::page::{Ink, Page, TIED};
use super::words::Words;
use super::{Input, LIST_STATUSES};
use crate::decide::{Decision, Status};
pub use crate::diagnostic::render::Style;
use crate::explain::robustness::{NotTold, PossibleRank};
use crate::model::{RecordId, Reference};

/// The report as text.
pub fn render(report: &Input<'_>, style: Style) -> String {
    let mut writer = Writer {
        words: Words::of(*report),
        page: Page::new(style),
        open_ranks: report.open_ranks(),
    };
    writer.header();
    writer.ranking();
    writer.refusals();
    writer.left_out();
    writer.cut_list();
    writer.other_types();
    writer.grounds();
    writer.page.finish()
}

/// What every part of the report writes with.
struct Writer<'a> {
    words: Words<'a>,
    page: Page,
    /// The ranks that are still open, or why they cannot be told.
    open_ranks: Result<BTreeMap<Reference, PossibleRank>, NotTold>,
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
        self.page.heading(&text);
    }

    /// The ranks that a record can still have, where they are open.
    fn open_rank(&self, record: Reference) -> Option<PossibleRank> {
        self.open_ranks.as_ref().ok()?.get(&record).copied()
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
