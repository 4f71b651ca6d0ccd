//! The ranking as a table: rank, record, score and criteria; then what parted equals, and who share a rank.
//!
//! Comes in: the decisions on the policy's own record. Goes out: the part of the page that shows who stands where. It
//! never shows two different scores as the same figure.
//!
//! Invariant: every record that has a rank has a row, in the order of the ranking.

use fluent_bundle::FluentValue;

use super::Writer;
use crate::decide::{Decision, Status};
use crate::model::{Criterion, CriterionBody, Ground, Number, Reference};
use crate::report::page::{Column, Grid, TIED, tied};

/// How the criteria stand in the table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// In columns under their titles.
    Titles,
    /// In columns under letters that are explained below.
    Letters,
    /// Under the records' titles.
    Beneath,
}

/// `A`, `B`, … for a criterion; after `Z` its number.
fn letter(index: usize) -> String {
    match u8::try_from(index) {
        Ok(index) if index < 26 => char::from(b'A' + index).to_string(),
        _ => (index + 1).to_string(),
    }
}

/// Two decimals, or as many more as it takes to tell different numbers apart.
fn places_apart(numbers: &[Option<Number>]) -> u8 {
    let mut known: Vec<&Number> = numbers.iter().flatten().collect();
    known.sort();
    known.dedup();
    let apart = |places: &u8| {
        let shown: Vec<String> = known.iter().map(|number| number.decimal(*places)).collect();
        shown.windows(2).all(|pair| pair.first() != pair.last())
    };
    (2..6).find(apart).unwrap_or(6)
}

impl Writer<'_> {
    pub(super) fn ranking(&mut self) {
        let report = self.report;
        let ranks = report.policy.rank.is_some();
        let rows: Vec<&Decision> = if ranks {
            let ranking = &report.decisions.ranking;
            ranking
                .iter()
                .filter_map(|record| report.decision(*record))
                .collect()
        } else {
            let own = report.decisions.on(report.policy.record);
            own.filter(|decision| decision.status == Status::Eligible)
                .collect()
        };
        self.heading(if ranks { "ranking" } else { "eligible" });
        if rows.is_empty() {
            let none = self.say("ranking-none");
            self.page.paragraph(&none);
            return;
        }
        let room = self.page.room();
        let mut shape = Shape::Titles;
        let mut grid = self.ranking_grid(&rows, shape);
        for next in [Shape::Letters, Shape::Beneath] {
            if !grid.fits(room) && !self.report.policy.criteria.is_empty() {
                shape = next;
                grid = self.ranking_grid(&rows, shape);
            }
        }
        self.page.grid(grid);
        if shape == Shape::Letters {
            let legend: Vec<String> = (0..self.report.policy.criteria.len())
                .map(|index| {
                    let title = self.criterion_title(index);
                    let letter = letter(index);
                    self.tell("value-of", &[("title", letter.into()), ("value", title.into())])
                })
                .collect();
            self.page.paragraph(&legend.join(" · "));
        }
        self.rank_ranges(&rows);
        self.ties(&rows);
        self.ranking_grounds();
    }

    /// `3–5`, where something unknown can still change the rank; `3 (4–5)`, where records that share a rank for want of
    /// something known will not.
    fn rank_range(&self, decision: &Decision) -> Option<String> {
        let possible = self.open_rank(decision.record)?;
        let ends = [possible.best, possible.worst];
        let [best, worst] = ends.map(|rank| self.number(&Number::from_integer(rank.into())));
        let range = self.tell("rank-range", &[("best", best.into()), ("worst", worst.into())]);
        Some(match decision.rank {
            Some(rank) if rank != possible.best => format!("{} ({range})", self.rank(decision)),
            _ => range,
        })
    }

    /// What ranges of ranks mean, or that there are none although ranks can still change.
    fn rank_ranges(&mut self, rows: &[&Decision]) {
        let ranges: Vec<String> = rows
            .iter()
            .filter_map(|decision| self.rank_range(decision))
            .collect();
        let mut notes = Vec::new();
        if self.open_ranks.is_err() {
            notes.push(self.say("rank-ranges-not-told"));
        } else if let Some(ranks) = ranges.first() {
            notes.push(self.tell("rank-ranges", &[("ranks", ranks.as_str().into())]));
            if ranges.iter().any(|range| range.ends_with(')')) {
                notes.push(self.say("rank-ranges-beside"));
            }
        } else {
            return;
        }
        self.page.blank();
        self.page.paragraph(&notes.join(" "));
    }

    /// What the author says of the score, its criteria with their weights and questions, and the ranking. Of a question
    /// only why it stands as it does: where they all come from is said of the criterion, and in the JSON document.
    fn ranking_grounds(&mut self) {
        let policy = self.report.policy;
        let own = policy.record;
        let mut lines: Vec<(usize, String, &Ground)> = Vec::new();
        for (index, criterion) in policy.criteria.iter().enumerate() {
            let mut parts = Vec::new();
            if !criterion.weight_ground.is_empty() {
                parts.push((self.weight(criterion), &criterion.weight_ground));
            }
            if let CriterionBody::Questions(_, questions) = &criterion.body {
                for (id, _) in questions {
                    let ground = &policy.field(own, *id).ground;
                    if ground.because.is_some() {
                        parts.push((self.field_title(own, *id), ground));
                    }
                }
            }
            if !parts.is_empty() || !criterion.ground.is_empty() {
                lines.push((0, self.criterion_title(index), &criterion.ground));
                lines.extend(parts.into_iter().map(|(title, ground)| (2, title, ground)));
            }
        }
        if let Some(score) = policy.score.as_ref().filter(|score| !score.ground.is_empty()) {
            let title = score.title.as_ref();
            let title = title.map_or_else(|| self.say("column-score"), ToString::to_string);
            lines.push((0, title, &score.ground));
        }
        if let Some(rank) = policy.rank.as_ref().filter(|rank| !rank.ground.is_empty()) {
            lines.push((0, self.keys_in_words("ranked-by", &rank.keys, own), &rank.ground));
        }
        if lines.is_empty() {
            return;
        }
        self.subheading("ranking-grounds", true);
        for (by, text, ground) in lines {
            self.rule_line(by, &text, ground, own);
        }
    }

    /// `Weight 1.5`, `Weight 60 %`
    fn weight(&self, criterion: &Criterion) -> String {
        let hundredfold = criterion.weight.multiply(&Number::from_integer(100));
        match hundredfold.filter(|_| criterion.percentage) {
            Some(percent) => self.tell("weight-percent", &[("weight", self.number(&percent).into())]),
            None => self.tell("weight", &[("weight", self.number(&criterion.weight).into())]),
        }
    }

    /// The table in one of its shapes.
    fn ranking_grid(&self, rows: &[&Decision], shape: Shape) -> Grid {
        let policy = self.report.policy;
        let mut grid = Grid::default();
        let mut cells: Vec<Vec<String>> = rows.iter().map(|_| Vec::new()).collect();
        let mut column = |column: Column, values: Vec<String>| {
            grid.columns.push(column);
            for (row, value) in cells.iter_mut().zip(values) {
                row.push(value);
            }
        };
        let each = |value: &dyn Fn(&Decision) -> String| -> Vec<String> {
            rows.iter().map(|decision| value(decision)).collect()
        };
        if policy.rank.is_some() {
            let ranks = each(&|decision| self.rank_range(decision).unwrap_or_else(|| self.rank(decision)));
            column(Column::figures(self.say("column-rank")), ranks);
        }
        column(
            Column::word(self.say("column-id")),
            each(&|decision| self.key(decision.record)),
        );
        let criteria: Vec<(String, Vec<String>)> = (0..policy.criteria.len())
            .map(|index| (self.criterion_title(index), self.criterion_values(rows, index)))
            .collect();
        let titled = policy.record_type(policy.record).title_field.is_some();
        if titled || shape == Shape::Beneath {
            let titles = rows.iter().enumerate().map(|(row, decision)| {
                let title = self.report.title(decision.record);
                let mut text = title.map(ToString::to_string).unwrap_or_default();
                if shape == Shape::Beneath {
                    let parts = criteria.iter().filter_map(|(title, values)| {
                        let value = FluentValue::from(values.get(row)?.as_str());
                        let part =
                            self.tell("value-of", &[("title", title.as_str().into()), ("value", value)]);
                        Some(tied(&part))
                    });
                    text = format!("{text}\n{}", parts.collect::<Vec<_>>().join(&format!("{TIED}· ")));
                }
                text
            });
            let titles: Vec<String> = titles.collect();
            column(Column::text(self.type_title(policy.record)), titles);
        }
        if rows.iter().any(|decision| decision.score.is_some()) {
            let title = policy.score.as_ref().and_then(|score| score.title.as_ref());
            let heading = title.map_or_else(|| self.say("column-score"), ToString::to_string);
            let totals = |decision: &&Decision| decision.score.as_ref().and_then(|score| score.value.clone());
            let totals: Vec<Option<Number>> = rows.iter().map(totals).collect();
            let totals = self.figures(&totals);
            column(Column::figures(heading), totals);
        }
        if shape != Shape::Beneath {
            for (index, (title, values)) in criteria.into_iter().enumerate() {
                let heading = if shape == Shape::Letters {
                    letter(index)
                } else {
                    title
                };
                column(Column::figures(heading), values);
            }
        }
        let outcomes = each(&|decision| self.outcome(decision));
        if outcomes.iter().any(|outcome| !outcome.is_empty()) {
            column(Column::word(self.say("column-outcome")), outcomes);
        }
        grid.rows = cells;
        grid
    }

    fn rank(&self, decision: &Decision) -> String {
        decision.rank.map_or_else(String::new, |rank| {
            self.number(&Number::from_integer(i64::from(rank)))
        })
    }

    fn criterion_title(&self, index: usize) -> String {
        let criterion = self.report.policy.criteria.get(index);
        criterion.map_or_else(String::new, |criterion| {
            criterion.title.as_ref().unwrap_or(&criterion.name).to_string()
        })
    }

    fn criterion_values(&self, rows: &[&Decision], index: usize) -> Vec<String> {
        let value = |decision: &&Decision| {
            let outcome = decision.score.as_ref()?.criteria.get(index)?;
            outcome.value.clone()
        };
        let values: Vec<Option<Number>> = rows.iter().map(value).collect();
        self.figures(&values)
    }

    /// Numbers of a column: with at most two decimals, or as many more as it takes to tell different ones apart, and all
    /// with as many as the longest.
    fn figures(&self, numbers: &[Option<Number>]) -> Vec<String> {
        self.lined_up(numbers, places_apart(numbers))
    }

    /// Numbers with at most so many decimals, and all with as many as the longest.
    pub(super) fn lined_up(&self, numbers: &[Option<Number>], places: u8) -> Vec<String> {
        let decimals = |number: &Number| {
            let shown = number.decimal(places);
            shown.split_once('.').map_or(0, |(_, decimals)| decimals.len())
        };
        let longest = numbers.iter().flatten().map(decimals).max().unwrap_or(0);
        let longest = u8::try_from(longest).unwrap_or(places);
        self.shown(numbers, |number| self.figure(number, longest))
    }

    /// Numbers that stand beside each other: with at most two decimals, or as many more as it takes to tell them apart.
    pub(super) fn amounts(&self, numbers: &[Option<Number>]) -> Vec<String> {
        let places = places_apart(numbers);
        self.shown(numbers, |number| self.number(&number.round(places.into())))
    }

    fn shown(&self, numbers: &[Option<Number>], show: impl Fn(&Number) -> String) -> Vec<String> {
        let unknown = || self.say("unknown");
        let shown = numbers
            .iter()
            .map(|number| number.as_ref().map_or_else(unknown, &show));
        shown.collect()
    }

    /// What became of a ranked record, where it is not just ranked.
    fn outcome(&self, decision: &Decision) -> String {
        match self.report.in_list(decision) {
            Some(status) => self.status_word(status),
            None if matches!(decision.status, Status::Ranked | Status::Eligible) => String::new(),
            None => self.status_word(decision.status),
        }
    }

    /// What put one of several equals above the others, and who share a rank.
    fn ties(&mut self, rows: &[&Decision]) {
        let mut notes = Vec::new();
        for decision in rows {
            if let Some(key) = &decision.tie_break {
                let title = self.tie_break_title(key);
                notes.push(self.tell(
                    "tie-break",
                    &[
                        ("id", self.key(decision.record).into()),
                        ("over", self.some_keys(&key.over, 10).into()),
                        ("key", title.into()),
                        ("value", self.show(&key.of_type, Some(&key.value)).into()),
                    ],
                ));
            }
        }
        for together in rows.chunk_by(|one, next| one.rank.is_some() && one.rank == next.rank) {
            let (Some(decision), true) = (together.first(), together.len() > 1) else {
                continue;
            };
            let records: Vec<Reference> = together.iter().map(|decision| decision.record).collect();
            let arguments = [
                ("ids", FluentValue::from(self.some_keys(&records, 10))),
                ("rank", self.rank(decision).into()),
            ];
            let mut note = self.tell("tied", &arguments);
            if !decision.missing.is_empty() {
                let missing = self.missing(decision);
                note = format!(
                    "{note} {}",
                    self.tell("tied-missing", &[("missing", missing.into())])
                );
            }
            notes.push(note);
        }
        if !notes.is_empty() {
            self.page.blank();
        }
        for note in notes {
            self.page.paragraph(&note);
        }
    }

    pub(super) fn missing(&self, decision: &Decision) -> String {
        let names = decision.missing.iter();
        let titles: Vec<String> = names
            .map(|name| self.named(decision.record.record, name))
            .collect();
        self.words.list(&titles)
    }
}
