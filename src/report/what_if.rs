//! What changes if something were otherwise, as a text.
//!
//! Comes in: a [`WhatIf`] with the report on what was decided. Goes out: the text, as a page or as Markdown. It never tells
//! what stays as it was.
//!
//! Invariant: every record that comes out otherwise is told.

use super::Input;
use super::answer::Teller;
use super::document::{Document, Form};
use super::page::{Column, Grid};
use super::words::{lower_first, upper_first};
use crate::decide::{LimitOutcome, Outcome, Reason, ReasonKind, Status};
use crate::explain::change::Change;
use crate::explain::what_if::{LimitChange, Moved, Standing, WhatIf};
use crate::model::{Number, Type};
use crate::source::Place;

/// The answer as a text.
pub fn text(report: &Input<'_>, answer: &WhatIf, form: Form) -> String {
    let mut writer = Writer {
        teller: Teller::new(*report),
        answer,
        out: Document::default(),
    };
    writer.changes();
    if answer.is_nothing() {
        writer.out.paragraph(writer.teller.say("what-if-nothing"));
    }
    writer.ranking();
    writer.outcomes();
    writer.places();
    writer.limits();
    writer.faults();
    writer.out.write(form)
}

struct Writer<'a> {
    teller: Teller<'a>,
    answer: &'a WhatIf,
    out: Document,
}

impl Writer<'_> {
    fn changes(&mut self) {
        self.out.heading(1, self.teller.say("what-if"));
        for change in &self.answer.changes {
            let line = self.teller.change(change);
            self.out.item(0, line);
        }
    }

    /// The records whose rank is another one, in the order of their new ranks.
    fn ranking(&mut self) {
        let own = self.teller.report.policy.record;
        let mut moved: Vec<&Moved> = self
            .answer
            .moved
            .iter()
            .filter(|moved| moved.record.record == own && moved.before.rank != moved.after.rank)
            .collect();
        moved.sort_by_key(|moved| (moved.after.rank.unwrap_or(u32::MAX), moved.before.rank));
        let scores = moved.iter().any(|moved| moved.before.score != moved.after.score);
        if !moved.is_empty() {
            self.out.heading(2, self.teller.say("ranking"));
            self.out.table(self.rank_table(&moved, scores));
        }
        if self.answer.rescored > 0 {
            let count = ("count", self.answer.rescored.into());
            self.out.paragraph(self.teller.tell("what-if-rescored", &[count]));
        }
    }

    fn rank_table(&self, moved: &[&Moved], scores: bool) -> Grid {
        let teller = &self.teller;
        let all = |cell: &dyn Fn(&Moved) -> String| moved.iter().map(|moved| cell(moved)).collect::<Vec<_>>();
        let rank = |rank: Option<u32>| rank.map_or_else(|| "–".to_owned(), |rank| teller.count(rank));
        let score = |score: &Option<Number>| {
            score
                .as_ref()
                .map_or_else(|| "–".to_owned(), |score| teller.number(score))
        };
        let own = teller.report.policy.record;
        let mut columns = vec![
            (
                Column::figures(teller.say("column-rank")),
                all(&|moved| rank(moved.after.rank)),
            ),
            (
                Column::figures(teller.say("column-rank-before")),
                all(&|moved| rank(moved.before.rank)),
            ),
            (
                Column::word(teller.say("column-move")),
                all(&|moved| self.movement(moved)),
            ),
            (
                Column::word(teller.say("column-id")),
                all(&|moved| teller.key(moved.record)),
            ),
        ];
        if teller.report.policy.record_type(own).title_field.is_some() {
            let title = |moved: &Moved| {
                let title = teller.report.title(moved.record);
                title.map_or_else(String::new, ToString::to_string)
            };
            columns.push((Column::text(teller.type_title(own)), all(&title)));
        }
        if scores {
            columns.push((
                Column::figures(teller.say("column-score")),
                all(&|moved| score(&moved.after.score)),
            ));
            columns.push((
                Column::figures(teller.say("column-score-before")),
                all(&|moved| score(&moved.before.score)),
            ));
        }
        Grid::of(columns)
    }

    fn movement(&self, moved: &Moved) -> String {
        let by = |id: &str, count: u32| self.teller.tell(id, &[("count", count.into())]);
        match (moved.before.rank, moved.after.rank) {
            (Some(before), Some(after)) if after < before => by("move-up", before - after),
            (Some(before), Some(after)) => by("move-down", after - before),
            (None, _) => self.teller.say("move-new"),
            (_, None) => self.teller.say("move-gone"),
        }
    }

    /// The records that end elsewhere, or for other reasons.
    fn outcomes(&mut self) {
        let told = |moved: &&Moved| {
            moved.before.status != moved.after.status
                || moved.before.joint_with != moved.after.joint_with
                || !moved.gone.is_empty()
                || !moved.new.is_empty()
        };
        let told: Vec<&Moved> = self.answer.moved.iter().filter(told).collect();
        if told.is_empty() {
            return;
        }
        self.out.heading(2, self.teller.say("what-if-outcomes"));
        for moved in told {
            let line = self.teller.outcome(moved);
            self.out.item(0, line);
            for (reasons, new) in [(&moved.gone, false), (&moved.new, true)] {
                for reason in reasons {
                    let line = self.reason(moved, reason, new);
                    self.out.item(1, line);
                }
            }
            let decision = self.answer.decisions.of(moved.record);
            let decision = decision.filter(|decision| decision.status == Status::Undetermined);
            if let Some(line) = decision.and_then(|decision| self.teller.missing(decision)) {
                self.out.item(1, line);
            }
        }
    }

    /// Through which rule a record comes out otherwise.
    fn reason(&self, moved: &Moved, reason: &Reason, new: bool) -> String {
        let was_cut = |standing: Status| standing == Status::Cut;
        let id = match (reason.kind, reason.outcome, new) {
            (_, Some(Outcome::Unknown), true) => "through-open",
            (_, Some(Outcome::Unknown), false) => "through-no-longer-open",
            (ReasonKind::Entry, _, true) => "through-stopped",
            (ReasonKind::Entry, _, false) => "through-no-longer-stopped",
            (ReasonKind::Exclude, _, true) => "through-taken-out",
            (ReasonKind::Exclude, _, false) => "through-no-longer-taken-out",
            (ReasonKind::Limit, _, true) if was_cut(moved.after.status) => "through-no-room",
            (ReasonKind::Limit, _, false) if was_cut(moved.before.status) => "through-room",
            (_, _, true) => "through-holds",
            (_, _, false) => "through-no-longer-holds",
        };
        let mut rule = self.teller.rule_at(reason.place);
        if rule.is_empty() {
            let text = reason.text.as_ref().or(reason.title.as_ref());
            rule = self.teller.quoted(text.unwrap_or(&reason.rule));
        }
        let line = self.teller.tell(id, &[("rule", rule.into())]);
        let says = new && matches!(reason.kind, ReasonKind::Entry | ReasonKind::Exclude);
        let line = match &reason.text {
            Some(text) if says => format!("{line}: {text}"),
            _ => line,
        };
        self.teller.with_cite(&line, reason.cite.as_deref())
    }

    /// The places in the cut list that are other ones, in short.
    fn places(&mut self) {
        let mut moved: Vec<&Moved> = self
            .answer
            .moved
            .iter()
            .filter(|moved| moved.before.place != moved.after.place)
            .collect();
        moved.sort_by_key(|moved| (moved.after.place.unwrap_or(u32::MAX), moved.before.place));
        if moved.is_empty() {
            return;
        }
        self.out.heading(2, self.teller.say("what-if-places"));
        let place =
            |place: Option<u32>| place.map_or_else(|| "–".to_owned(), |place| self.teller.count(place));
        let shown: Vec<String> = moved
            .iter()
            .map(|moved| {
                format!(
                    "{} {}\u{a0}→\u{a0}{}",
                    self.teller.key(moved.record),
                    place(moved.before.place),
                    place(moved.after.place)
                )
            })
            .collect();
        self.out.paragraph(shown.join(", "));
    }

    fn limits(&mut self) {
        if self.answer.limits.is_empty() {
            return;
        }
        self.out.heading(2, self.teller.say("limits"));
        for limit in &self.answer.limits {
            let line = self.limit(limit);
            self.out.item(0, line);
        }
    }

    fn limit(&self, change: &LimitChange) -> String {
        let teller = &self.teller;
        let mut name = upper_first(&teller.rule_at(change.place));
        if let Some((class, of_type)) = &change.class {
            name = format!("{name}, {}", teller.shown(of_type, Some(class)));
        }
        let (before, after) = match (&change.before, &change.after) {
            (Some(before), Some(after)) => (before, after),
            (Some(_), None) => return format!("{name}: {}", teller.say("limit-gone")),
            (None, _) => return format!("{name}: {}", teller.say("limit-new")),
        };
        let mut parts = Vec::new();
        let mut part = |id: &str, was: Option<&Number>, is: Option<&Number>, always: bool| {
            if was == is && !always {
                return;
            }
            let column = lower_first(&teller.say(id));
            let (was, is) = (teller.amount(&before.unit, was), teller.amount(&after.unit, is));
            parts.push(if was == is {
                format!("{column} {is}")
            } else {
                format!("{column} {was}\u{a0}→\u{a0}{is}")
            });
        };
        part(
            "column-amount",
            before.amount.as_ref(),
            after.amount.as_ref(),
            true,
        );
        part("column-asked", Some(&before.asked), Some(&after.asked), false);
        part("column-kept", Some(&before.kept), Some(&after.kept), true);
        let met = |limit: &LimitOutcome| teller.say(if limit.met { "limit-met" } else { "limit-not-met" });
        if before.met != after.met {
            parts.push(format!("{}\u{a0}→\u{a0}{}", met(before), met(after)));
        }
        format!("{name}: {}", parts.join(", "))
    }

    fn faults(&mut self) {
        if self.answer.faults.is_empty() {
            return;
        }
        self.out.heading(2, self.teller.say("faults"));
        for fault in &self.answer.faults {
            let kind = self.teller.say(&format!("fault-{}", fault.kind.name()));
            let arguments = [
                ("fault", kind.into()),
                ("at", self.teller.report.sources.at(fault.place).into()),
                ("ids", self.teller.key(fault.record).into()),
            ];
            self.out.item(0, self.teller.tell("fault", &arguments));
        }
    }
}

impl Teller<'_> {
    /// A record that comes out otherwise, in a line.
    pub(super) fn outcome(&self, moved: &Moved) -> String {
        let record = self.record(moved.record);
        // Where its place was another one, the places tell.
        let before = Standing {
            place: None,
            ..moved.before.clone()
        };
        // Where it has a place, the ranking is told by itself.
        let after = Standing {
            rank: moved.after.rank.filter(|_| moved.after.place.is_none()),
            ..moved.after.clone()
        };
        let (before, after) = (self.standing(&before), self.standing(&after));
        if moved.before.status == moved.after.status && moved.before.joint_with == moved.after.joint_with {
            return format!(
                "{record}: {}",
                self.tell("outcome-still", &[("status", after.into())])
            );
        }
        format!("{record}: {before} → {after}")
    }

    /// A change, in a sentence.
    fn change(&self, change: &Change) -> String {
        let report = self.report;
        match change {
            Change::Fact(record, field, value) => {
                let of_type = &report.policy.field(record.record, *field).of_type;
                let was = report.records.fact(*record, *field).value.as_ref();
                let arguments = [
                    ("id", self.key(*record).into()),
                    ("field", self.field_title(record.record, *field).into()),
                    ("to", self.shown(of_type, value.as_ref()).into()),
                    ("from", self.shown(of_type, was).into()),
                ];
                self.tell("change-fact", &arguments)
            }
            Change::Weight(id, weight) => {
                let criterion = report.policy.criterion(*id);
                let shown = |weight: &Number| {
                    let hundred = Number::from_integer(100);
                    match weight.multiply(&hundred).filter(|_| criterion.percentage) {
                        Some(percent) => format!("{}\u{a0}%", self.number(&percent)),
                        None => self.number(weight),
                    }
                };
                let name = criterion.title.as_ref().unwrap_or(&criterion.name);
                let arguments = [
                    ("criterion", (&**name).into()),
                    ("to", shown(weight).into()),
                    ("from", shown(&criterion.weight).into()),
                ];
                self.tell("change-weight", &arguments)
            }
            Change::Limit(index, amount) => {
                let list = report.policy.cut_list.as_ref();
                let limit = list.and_then(|list| list.limits.get(*index));
                let unit = limit.and_then(|limit| match &limit.amount.of_type {
                    Type::Number(unit) => Some(unit.clone()),
                    _ => None,
                });
                let unit = unit.unwrap_or_default();
                let outcomes = report.decisions.cut_list.iter().flat_map(|list| &list.limits);
                let mut amounts = outcomes.filter(|outcome| outcome.limit == *index);
                let was = amounts.next().and_then(|outcome| outcome.amount.as_ref());
                let arguments = [
                    (
                        "limit",
                        limit
                            .map_or_else(String::new, |limit| self.rule_at(limit.place))
                            .into(),
                    ),
                    ("to", self.amount(&unit, Some(amount)).into()),
                    ("from", self.amount(&unit, was).into()),
                ];
                self.tell("change-limit", &arguments)
            }
            Change::Without(place) => self.tell("change-without", &[("rule", self.rule_at(*place).into())]),
        }
    }

    /// What a rule is called that stands at a place: by its title or name in quotes, a clause of the cut list in words.
    pub(super) fn rule_at(&self, place: Place) -> String {
        let policy = self.report.policy;
        let gates = policy.gates.iter();
        let gates = gates.map(|gate| (gate.place, gate.title.as_ref().unwrap_or(&gate.name)));
        let exclusions = policy.exclusions.iter();
        let exclusions = exclusions.map(|rule| (rule.place, rule.title.as_ref().unwrap_or(&rule.name)));
        let mut titled = gates.chain(exclusions);
        if let Some((_, title)) = titled.find(|(at, _)| *at == place) {
            return self.quoted(title);
        }
        let Some(list) = &policy.cut_list else {
            return String::new();
        };
        let membership = list.membership.iter().find(|clause| clause.place == place);
        let rule = list.rules.iter().find(|rule| rule.place == place);
        let limit = list.limits.iter().find(|limit| limit.place == place);
        membership
            .map(|clause| lower_first(&self.membership(clause)))
            .or_else(|| Some(self.order_rule(rule?, list.record)))
            .or_else(|| Some(self.limit(limit?, list.record)))
            .unwrap_or_default()
    }
}
