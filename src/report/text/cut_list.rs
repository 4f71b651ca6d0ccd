//! The prioritised solution and the cut list: what stays, what goes first, where the line is.
//!
//! Comes in: the decisions on the cut list's record and the list's outcome. Goes out: the part of the page from most
//! worth keeping to first to go. It never shows a place without the list's order.
//!
//! Invariant: every record of the cut list's type stands in exactly one of its tables and parts.

use super::Writer;
use crate::decide::{Decision, Reason, ReasonKind, Status};
use crate::model::{CutList, Expression, ExpressionKind, Number, OrderRuleKind, Reference, Type, Unit};
use crate::report::page::{Column, Grid, Ink, TIED};

/// A column that `show` asks for, whether it holds the records' titles, and a value per row.
struct ShownColumn {
    column: Column,
    is_title: bool,
    values: Vec<String>,
}

impl<'a> Writer<'a> {
    pub(super) fn cut_list(&mut self) {
        let report = self.report;
        let (Some(list), Some(outcome)) = (&report.policy.cut_list, &report.decisions.cut_list) else {
            return;
        };
        match &list.title {
            Some(title) => self.page.heading(title),
            None => self.heading("cut-list-part"),
        }
        let prioritised = self.prioritised(list);
        let candidates: Vec<&Decision> = outcome
            .order
            .iter()
            .filter_map(|record| report.decision(*record))
            .collect();
        if !prioritised.is_empty() {
            self.subheading("prioritised", false);
            let grid = self.prioritised_grid(list, &prioritised);
            self.page.grid(grid);
        }
        if !candidates.is_empty() {
            if !prioritised.is_empty() {
                self.subheading("cut-list", true);
            }
            let hint = self.say("cut-list-hint");
            self.page.paragraph(&hint);
            let grid = self.candidates_grid(list, &candidates);
            self.page.grid(grid);
        }
        if prioritised.is_empty() && candidates.is_empty() {
            let none = self.say("cut-list-none");
            self.page.paragraph(&none);
        }
        self.limits(list, outcome);
        self.order_rules(list, outcome);
        self.not_in_list(list);
    }

    pub(super) fn subheading(&mut self, id: &str, apart: bool) {
        if apart {
            self.page.blank();
        }
        let text = Ink::Bold.on(&self.say(id));
        self.page.paragraph(&text);
    }

    /// What always stays, by parent: the parents in the order of the ranking, what stands in one in the data's order.
    fn prioritised(&self, list: &CutList) -> Vec<&'a Decision> {
        let report = self.report;
        let mut stays: Vec<&'a Decision> = report
            .decisions
            .on(list.record)
            .filter(|decision| report.in_list(decision) == Some(Status::Prioritised))
            .collect();
        stays.sort_by_key(|decision| {
            let placed = report.parent(decision.record).unwrap_or(decision.record);
            let rank = report.decision(placed).and_then(|decision| decision.rank);
            (rank.unwrap_or(u32::MAX), placed)
        });
        stays
    }

    fn prioritised_grid(&self, list: &CutList, rows: &[&Decision]) -> Grid {
        let mut before = Vec::new();
        if let Some(parent) = self.report.policy.record_type(list.record).parent {
            let mut last = None;
            let parents = rows.iter().map(|decision| {
                let parent = self.report.parent(decision.record);
                let cell = match parent {
                    Some(parent) if last != Some(parent) => self.key(parent),
                    _ => String::new(),
                };
                last = parent;
                cell
            });
            let parents: Vec<String> = parents.collect();
            before.push((Column::word(self.type_title(parent)), parents));
        }
        self.list_grid(list, rows, before, Vec::new())
    }

    fn candidates_grid(&self, list: &CutList, rows: &[&Decision]) -> Grid {
        let places = rows.iter().map(|decision| {
            decision.place.map_or_else(String::new, |place| {
                self.number(&Number::from_integer(i64::from(place)))
            })
        });
        let before = vec![(Column::figures(self.say("column-place")), places.collect())];
        let mut after = Vec::new();
        let why: Vec<String> = rows
            .iter()
            .map(|decision| self.why_there(list, decision))
            .collect();
        if why.iter().any(|why| !why.is_empty()) {
            after.push((Column::text(self.say("column-why")), why));
        }
        let status = |decision: &&Decision| {
            let status = self.report.in_list(decision);
            status.map_or_else(String::new, |status| self.status_word(status))
        };
        after.push((
            Column::word(self.say("column-outcome")),
            rows.iter().map(status).collect(),
        ));
        let mut grid = self.list_grid(list, rows, before, after);
        let cut = rows
            .iter()
            .position(|decision| self.report.in_list(decision) == Some(Status::Cut));
        grid.line = cut.map(|index| (index, self.say("cut-line")));
        grid
    }

    /// A table of the list's records: first columns, key, what the list shows, last columns. Where texts do not fit
    /// beside each other, they stand under the title, the longest first to go there.
    fn list_grid(
        &self,
        list: &CutList,
        rows: &[&Decision],
        before: Vec<(Column, Vec<String>)>,
        after: Vec<(Column, Vec<String>)>,
    ) -> Grid {
        let shown = self.shown_columns(list, rows);
        let keys: Vec<String> = rows.iter().map(|decision| self.key(decision.record)).collect();
        let mut columns = before;
        columns.push((Column::word(self.say("column-id")), keys));
        let title = shown
            .iter()
            .position(|column| column.is_title)
            .map(|index| columns.len() + index);
        columns.extend(shown.into_iter().map(|shown| (shown.column, shown.values)));
        columns.extend(after);
        let mut beneath: Vec<usize> = Vec::new();
        loop {
            let (grid, beside) = self.folded(&columns, &beneath, title);
            if grid.fits(self.page.room()) {
                return grid;
            }
            let widest = beside.iter().enumerate().filter(|(_, column)| {
                let wraps = columns.get(**column).is_some_and(|(column, _)| column.wraps);
                wraps && title.is_some() && title != Some(**column)
            });
            let Some((_, widest)) = widest.max_by_key(|(at, _)| grid.natural_width(*at)) else {
                return grid;
            };
            beneath.push(*widest);
            beneath.sort_unstable();
        }
    }

    /// The table with some columns folded under the title, and which columns stand beside it.
    fn folded(
        &self,
        columns: &[(Column, Vec<String>)],
        beneath: &[usize],
        title: Option<usize>,
    ) -> (Grid, Vec<usize>) {
        let mut beside = Vec::new();
        let mut drawn = Vec::new();
        for (index, (column, cells)) in columns.iter().enumerate() {
            if beneath.contains(&index) {
                continue;
            }
            let mut cells = cells.clone();
            if title == Some(index) {
                for (row, cell) in cells.iter_mut().enumerate() {
                    let folded = beneath.iter().filter_map(|index| {
                        let (column, cells) = columns.get(*index)?;
                        let value = cells.get(row).filter(|value| !value.is_empty())?;
                        let title = column.heading.as_str().into();
                        Some(self.tell("value-of", &[("title", title), ("value", value.as_str().into())]))
                    });
                    let folded: Vec<String> = folded.collect();
                    if !folded.is_empty() {
                        *cell = format!("{cell}\n{}", folded.join("\n"));
                    }
                }
            }
            beside.push(index);
            drawn.push((column.clone(), cells));
        }
        (Grid::of(drawn), beside)
    }

    /// What the list shows of each record: what `show` names, or else the title.
    fn shown_columns(&self, list: &CutList, rows: &[&Decision]) -> Vec<ShownColumn> {
        let of_type = self.report.policy.record_type(list.record);
        let titled = |record: Reference| self.report.title(record).map(ToString::to_string);
        if list.show.is_empty() {
            let values: Vec<String> = rows
                .iter()
                .map(|decision| titled(decision.record).unwrap_or_default())
                .collect();
            let heading = self.type_title(list.record);
            return of_type
                .title_field
                .map(|_| ShownColumn {
                    column: Column::text(heading),
                    is_title: true,
                    values,
                })
                .into_iter()
                .collect();
        }
        let evaluator = self.report.evaluator();
        // A column that says nothing of any record is left out.
        let says_something = |column: &ShownColumn| column.values.iter().any(|value| !value.is_empty());
        let column = |(name, expression): &(std::sync::Arc<str>, crate::model::Expression)| {
            let is_title =
                matches!(expression.kind, ExpressionKind::Field(field) if of_type.title_field == Some(field));
            let heading = match expression.kind {
                _ if is_title => self.type_title(list.record),
                ExpressionKind::Field(field) => self.field_title(list.record, field),
                ExpressionKind::Define(define) => {
                    let title = &self.report.policy.define(define).title;
                    title.as_ref().unwrap_or(name).to_string()
                }
                ExpressionKind::Table(table) => {
                    let title = &self.report.policy.table(table).title;
                    title.as_ref().unwrap_or(name).to_string()
                }
                _ => name.to_string(),
            };
            let value = |decision: &&Decision| match expression.kind {
                ExpressionKind::Field(field) => {
                    let fact = self.report.records.fact(decision.record, field);
                    fact.value
                        .as_ref()
                        .map_or_else(String::new, |value| self.show(&expression.of_type, Some(value)))
                }
                _ => {
                    let value = evaluator.value(expression, decision.record);
                    self.show(&expression.of_type, value.as_ref())
                }
            };
            let column = match expression.of_type {
                Type::Number(_) => Column::figures(heading),
                Type::YesNo | Type::Date => Column::word(heading),
                _ => Column::text(heading),
            };
            let mut values: Vec<String> = rows.iter().map(value).collect();
            if let Type::Number(unit) = &expression.of_type {
                self.line_up(unit, expression, rows, &mut values);
            }
            ShownColumn {
                column,
                is_title,
                values,
            }
        };
        list.show.iter().map(column).filter(says_something).collect()
    }

    /// Writes the known numbers of a column with as many decimals each.
    fn line_up(&self, unit: &Unit, expression: &Expression, rows: &[&Decision], values: &mut [String]) {
        let evaluator = self.report.evaluator();
        let numbers = rows
            .iter()
            .map(|decision| evaluator.number(expression, decision.record));
        let numbers: Vec<Option<Number>> = numbers.collect();
        let figures = self.lined_up(&numbers, 6);
        for ((value, number), figure) in values.iter_mut().zip(&numbers).zip(figures) {
            if number.is_some() {
                *value = if unit.is_none() {
                    figure
                } else {
                    format!("{figure}{TIED}{unit}")
                };
            }
        }
    }

    /// In a few words what put a candidate where it stands; the grounds of the rules are told below the table.
    fn why_there(&self, list: &CutList, decision: &Decision) -> String {
        let reasons = |kinds: &[ReasonKind]| -> Vec<Reference> {
            let mut found = Vec::new();
            for reason in decision
                .reasons
                .iter()
                .filter(|reason| kinds.contains(&reason.kind))
            {
                for record in &reason.after {
                    if !found.contains(record) {
                        found.push(*record);
                    }
                }
            }
            found
        };
        let mut parts = Vec::new();
        for (id, kinds) in [
            ("why-after", &[ReasonKind::Place, ReasonKind::Prefer][..]),
            ("why-needs", &[ReasonKind::Needs][..]),
            ("why-together", &[ReasonKind::Together][..]),
            ("why-tie", &[ReasonKind::Tie][..]),
        ] {
            let records = reasons(kinds);
            if !records.is_empty() {
                parts.push(self.tell(id, &[("ids", self.some_keys(&records, 3).into())]));
            }
        }
        for reason in decision
            .reasons
            .iter()
            .filter(|reason| reason.kind == ReasonKind::Tier)
        {
            let rule = list.rules.iter().find(|rule| rule.place == reason.place);
            match rule.map(|rule| &rule.kind) {
                Some(OrderRuleKind::CutFirst(_)) => parts.push(self.say("why-cut-first")),
                Some(OrderRuleKind::KeepFirst(_)) => parts.push(self.say("why-keep-first")),
                _ => {}
            }
        }
        parts.dedup();
        parts.join("; ")
    }

    /// Keys of records; of many only the first.
    pub(super) fn some_keys(&self, records: &[Reference], most: usize) -> String {
        let mut keys: Vec<String> = records
            .iter()
            .take(most)
            .map(|record| self.key(*record))
            .collect();
        if let Some(more) = records.len().checked_sub(most).filter(|more| *more > 0) {
            keys.push(self.tell("more", &[("count", more.into())]));
        }
        self.words.list(&keys)
    }

    /// Records of the list that stand in neither table.
    fn not_in_list(&mut self, list: &CutList) {
        let report = self.report;
        if list.record == report.policy.record {
            // Those are among the refusals already, but for an undetermined one without a place.
            let open: Vec<&Decision> = report
                .decisions
                .on(list.record)
                .filter(|decision| {
                    decision.selection == Some(Status::Undetermined) && decision.place.is_none()
                })
                .collect();
            if !open.is_empty() {
                let ids: Vec<Reference> = open.iter().map(|decision| decision.record).collect();
                let line = self.tell("list-undetermined", &[("ids", self.keys(&ids).into())]);
                self.page.blank();
                self.page.paragraph(&line);
            }
            return;
        }
        self.part("excluded-of", list.record, Status::Excluded);
        self.part("undetermined-of", list.record, Status::Undetermined);
        let out: Vec<Reference> = report
            .decisions
            .on(list.record)
            .filter(|decision| decision.status == Status::Out)
            .map(|decision| decision.record)
            .collect();
        if !out.is_empty() {
            let records = self.type_title(list.record);
            let heading = self.tell("out-of", &[("records", records.into())]);
            self.page.heading(&heading);
            let line = self.tell("out-ids", &[("ids", self.keys(&out).into())]);
            self.page.paragraph(&line);
        }
    }

    /// The reasons that hold, with their records, in the list's order; those without a place first.
    pub(super) fn reasons_at(
        &self,
        list: &CutList,
        holds: impl Fn(&Reason) -> bool,
    ) -> Vec<(Reference, &'a Reason)> {
        let mut decisions: Vec<&Decision> = self.report.decisions.on(list.record).collect();
        decisions.sort_by_key(|decision| decision.place);
        decisions
            .into_iter()
            .flat_map(|decision| {
                decision
                    .reasons
                    .iter()
                    .map(move |reason| (decision.record, reason))
            })
            .filter(|(_, reason)| holds(reason))
            .collect()
    }
}
