//! What the cut list rests on: its limits with what was asked and kept, and its rules with what they did.
//!
//! Comes in: the list's outcome. Goes out: the part of the page under the tables. It never leaves out a rule that had no
//! effect or was set aside: a reader wants to know that it was looked at.
//!
//! Invariant: every limit and every rule about the order is told, in the policy's order.

use super::Writer;
use crate::decide::{CutListOutcome, Effect, LimitOutcome, ReasonKind, SetAside, Status};
use crate::model::{CutList, Ground, RecordId, Reference, Type, Value};
use crate::report::page::{Column, Grid, Ink, TIED};
use crate::report::words::upper_first;
use crate::source::Place;

impl Writer<'_> {
    pub(super) fn limits(&mut self, list: &CutList, outcome: &CutListOutcome) {
        if outcome.limits.is_empty() {
            return;
        }
        self.subheading("limits", true);
        let mut grid = self.limits_grid(list, outcome, true);
        if !grid.fits(self.page.room()) {
            grid = self.limits_grid(list, outcome, false);
        }
        self.page.grid(grid);
        self.limit_notes(list, outcome);
    }

    /// The limits as a table, with their unit beside every figure or, where that is too wide, beside the limit alone.
    fn limits_grid(&self, list: &CutList, outcome: &CutListOutcome, units: bool) -> Grid {
        let mut columns = vec![
            (Column::text(self.say("column-limit")), Vec::new()),
            (Column::figures(self.say("column-amount")), Vec::new()),
            (Column::figures(self.say("column-asked")), Vec::new()),
            (Column::figures(self.say("column-kept")), Vec::new()),
            (Column::word(""), Vec::new()),
        ];
        let classes = outcome.limits.iter().any(|limit| limit.class.is_some());
        if classes {
            columns.insert(1, (Column::text(self.say("column-class")), Vec::new()));
        }
        let mut last = None;
        for limit in &outcome.limits {
            let text = if last == Some(limit.limit) {
                String::new()
            } else {
                list.limits
                    .get(limit.limit)
                    .map_or_else(String::new, |limit| upper_first(&self.limit(limit, list.record)))
            };
            last = Some(limit.limit);
            let mut cells = self.limit_cells(text, limit, classes, units).into_iter();
            for (_, column) in &mut columns {
                column.push(cells.next().unwrap_or_default());
            }
        }
        Grid::of(columns)
    }

    fn limit_cells(&self, text: String, limit: &LimitOutcome, classes: bool, units: bool) -> Vec<String> {
        let met = if limit.met {
            Ink::Green.on(&self.say("limit-met"))
        } else {
            Ink::Red.on(&self.say("limit-not-met"))
        };
        let amounts = vec![
            limit.amount.clone(),
            Some(limit.asked.clone()),
            Some(limit.kept.clone()),
        ];
        let mut cells = vec![text];
        if classes {
            let class = limit.class.as_ref();
            cells.push(class.map_or_else(String::new, |(value, of_type)| self.show(of_type, Some(value))));
        }
        for (index, figure) in self.amounts(&amounts).into_iter().enumerate() {
            let plain = limit.unit.is_none() || (index > 0 && !units);
            cells.push(if plain {
                figure
            } else {
                format!("{figure}{TIED}{}", limit.unit)
            });
        }
        cells.push(met);
        cells
    }

    /// Why the limits stand, whom they keep out, and what they could not count.
    fn limit_notes(&mut self, list: &CutList, outcome: &CutListOutcome) {
        for (index, limit) in list.limits.iter().enumerate() {
            let with_status = |status| self.records_limited(list, limit.place, status);
            let (stopped, taken) = (with_status(Status::Cut), with_status(Status::Kept));
            let not_counted: Vec<&LimitOutcome> = outcome
                .limits
                .iter()
                .filter(|one| one.limit == index && one.not_counted > 0)
                .collect();
            let grounded = limit.ground.because.is_some() || limit.ground.cite.is_some();
            if !grounded && stopped.is_empty() && taken.is_empty() && not_counted.is_empty() {
                continue;
            }
            let text = upper_first(&self.limit(limit, list.record));
            self.rule_line(0, &text, &limit.ground, list.record);
            if !stopped.is_empty() {
                let line = self.tell("limit-stopped", &[("ids", self.keys(&stopped).into())]);
                self.page.indented(2, &line);
                if stopped.len() > 1 && !limit.at_least && list.take_what_fits.is_none() {
                    self.note("limit-closes");
                }
            }
            if !taken.is_empty() {
                let line = self.tell("limit-taken", &[("ids", self.keys(&taken).into())]);
                self.page.indented(2, &line);
            }
            for one in not_counted {
                self.not_counted(list, one);
            }
        }
    }

    /// The records with a status in the list for which a limit at a place gives a reason.
    fn records_limited(&self, list: &CutList, place: Place, status: Status) -> Vec<Reference> {
        let mut records = self.records_at(list, place, &[ReasonKind::Limit]);
        records.retain(|record| {
            let decision = self.report.decision(*record);
            decision.and_then(|decision| self.report.in_list(decision)) == Some(status)
        });
        records
    }

    fn not_counted(&mut self, list: &CutList, limit: &LimitOutcome) {
        let amount = limit
            .not_counted_amount
            .as_ref()
            .filter(|amount| !amount.is_zero());
        // Of a limit that counts records, how many are known is the count itself.
        let counts_amounts = list
            .limits
            .get(limit.limit)
            .is_some_and(|limit| limit.of.is_some());
        let amount = amount.filter(|_| counts_amounts).map(|amount| {
            self.show(
                &Type::Number(limit.unit.clone()),
                Some(&Value::Number(amount.clone())),
            )
        });
        let count = ("count", limit.not_counted.into());
        let line = match amount {
            Some(amount) => self.tell("not-counted-amount", &[count, ("amount", amount.into())]),
            None => self.tell("not-counted", &[count]),
        };
        self.page.indented(2, &Ink::Yellow.on(&line));
    }

    /// Every rule about the order: what it says, why, and whom it orders.
    pub(super) fn order_rules(&mut self, list: &CutList, outcome: &CutListOutcome) {
        self.subheading("order", true);
        for membership in &list.membership {
            let text = self.membership(membership);
            self.rule_line(0, &text, &membership.ground, list.record);
            let kinds = [ReasonKind::MayCut, ReasonKind::Protect];
            let records = self.records_at(list, membership.place, &kinds);
            if !records.is_empty() {
                let keys = self.keys(&records);
                self.page.indented(2, &keys);
            }
        }
        for (index, rule) in list.rules.iter().enumerate() {
            let text = upper_first(&self.order_rule(rule, list.record));
            self.rule_line(0, &text, &rule.ground, list.record);
            let effect = outcome.rules.iter().find(|effect| effect.rule == index);
            match effect.map(|effect| effect.effect) {
                Some(Effect::Binds) => self.bound(list, rule.place),
                Some(Effect::HoldsAlready) => self.note("effect-holds-already"),
                Some(Effect::NoSuchRecords) => self.note("effect-no-such-records"),
                // A rule that was set aside has no other effect.
                None => {}
            }
            for aside in outcome.set_aside.iter().filter(|aside| aside.rule == index) {
                self.set_aside(list, aside);
            }
        }
        match &list.otherwise_by {
            Some(by) => {
                let text = self.keys_in_words("otherwise-by", &by.keys, list.record);
                self.rule_line(0, &text, &by.ground, list.record);
            }
            None => {
                let ranks = self.report.policy.rank.is_some();
                let text = self.say(if ranks {
                    "otherwise-by-rank"
                } else {
                    "otherwise-by-key"
                });
                self.rule_line(0, &text, &Ground::default(), list.record);
            }
        }
        if let Some(fits) = &list.take_what_fits {
            let text = self.say("take-what-fits");
            self.rule_line(0, &text, &fits.ground, list.record);
        }
        if let Some(line) = outcome.line.as_ref().filter(|line| line.tied)
            && let (Some(kept), Some(cut)) = (line.last_kept, line.first_cut)
        {
            let arguments = [("kept", self.key(kept).into()), ("cut", self.key(cut).into())];
            let note = Ink::Yellow.on(&self.tell("line-tied", &arguments));
            self.page.labelled("•", 2, &note);
        }
    }

    fn note(&mut self, id: &str) {
        let note = self.say(id);
        self.page.indented(2, &note);
    }

    /// A rule, with its source, and why it stands; further in by a number of characters.
    pub(super) fn rule_line(&mut self, by: usize, text: &str, ground: &Ground, of_type: RecordId) {
        let cite = ground.cite.as_ref().map(|cite| self.report.said(cite, of_type));
        let text = self.with_cite(text, cite.as_deref());
        let dot = format!("{}•", " ".repeat(by));
        self.page.labelled(&dot, by + 2, &text);
        if let Some(because) = &ground.because {
            let because = self.report.said(because, of_type);
            self.page.indented(by + 2, &because);
        }
    }

    /// The records for which a rule at a place gives a reason, in the list's order.
    fn records_at(&self, list: &CutList, place: Place, kinds: &[ReasonKind]) -> Vec<Reference> {
        let reasons = self.reasons_at(list, |reason| {
            reason.place == place && kinds.contains(&reason.kind)
        });
        let mut records: Vec<Reference> = reasons.into_iter().map(|(record, _)| record).collect();
        records.dedup();
        records
    }

    /// Whom a rule orders: `LM-C2 after LM-C1`.
    fn bound(&mut self, list: &CutList, place: Place) {
        let mut told: Vec<String> = Vec::new();
        let mut together: Vec<Vec<Reference>> = Vec::new();
        let reasons = self.reasons_at(list, |reason| reason.place == place && !reason.after.is_empty());
        for (record, reason) in reasons {
            if reason.kind == ReasonKind::Together {
                let mut all = reason.after.clone();
                all.push(record);
                all.sort_by_key(|record| (self.report.decision(*record).and_then(|one| one.place), *record));
                if !together.contains(&all) {
                    told.push(self.tell("pair-together", &[("ids", self.some_keys(&all, 10).into())]));
                    together.push(all);
                }
            } else {
                let after = self.some_keys(&reason.after, 3);
                let arguments = [("id", self.key(record).into()), ("ids", after.into())];
                let id = if reason.kind == ReasonKind::Needs {
                    "pair-needs"
                } else {
                    "pair-after"
                };
                told.push(self.tell(id, &arguments));
            }
        }
        if !told.is_empty() {
            self.page.indented(2, &told.join("; "));
        }
    }

    fn set_aside(&mut self, list: &CutList, aside: &SetAside) {
        let line = match &aside.within {
            Some((value, of_type)) => {
                let value = self.show(of_type, Some(value));
                self.tell("set-aside-within", &[("class", value.into())])
            }
            None => self.say("set-aside"),
        };
        let steps = aside.against.iter().filter_map(|step| {
            let rule = list.rules.get(step.rule)?;
            Some(self.tell(
                "set-aside-step",
                &[
                    ("id", self.key(step.record).into()),
                    ("after", self.key(step.after).into()),
                    ("rule", self.order_rule(rule, list.record).into()),
                ],
            ))
        });
        let steps: Vec<String> = steps.collect();
        let line = Ink::Yellow.on(&line);
        self.page.indented(2, &line);
        for step in steps {
            self.page.indented(4, &step);
        }
    }
}
