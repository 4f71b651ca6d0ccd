//! The parts of the document: weights, criteria left out, swaps, dominance, acceptability, possible ranks.
//!
//! Comes in: what was found out. Goes out: headings, sentences and tables. It never rounds a share to all or to none.
//!
//! Invariant: a part that cannot be told says why, in its place.

use fluent_bundle::FluentValue;

use super::bars::Scale;
use super::{ROWS, SHOWN, Writer};
use crate::decide::Status;
use crate::explain::robustness::acceptability::{Acceptability, Shares};
use crate::explain::robustness::possible::PossibleRank;
use crate::explain::robustness::swaps::{AnswerChange, Swap};
use crate::explain::robustness::weights::{End, Limit, Stretch, WeightIntervals};
use crate::explain::robustness::{Dominance, LeftOut, NotTold, PossibleRanks, Robustness};
use crate::model::{CriterionId, Number, Reference};
use crate::report::page::{Column, Grid};

/// How many records are named whose central weights are told.
const CENTRAL: usize = 5;

impl Writer<'_> {
    /// A heading, and what stands under it or why nothing does.
    fn part<T>(&mut self, heading: &str, found: &Result<T, NotTold>, write: impl FnOnce(&mut Self, &T)) {
        self.heading(heading);
        match found {
            Ok(found) => write(self, found),
            Err(why) => {
                let text = self.not_told(*why);
                self.document.paragraph(text);
            }
        }
    }

    fn paragraph(&mut self, id: &str) {
        let text = self.say(id);
        self.document.paragraph(text);
    }

    pub(super) fn weights(&mut self, found: &Robustness) {
        self.part("firm-weights", &found.weights, |writer, all| {
            writer.paragraph("firm-weights-how");
            for of in all {
                let arguments = [
                    ("criterion", FluentValue::from(writer.criterion(of.criterion))),
                    ("weight", writer.weight(of.criterion, &of.weight).into()),
                ];
                let text = writer.tell("firm-weight-of", &arguments);
                writer.document.item(0, text);
                writer.intervals(of);
            }
        });
    }

    fn intervals(&mut self, of: &WeightIntervals) {
        let mut lines = vec![
            ("firm-ranking-stays", Ok(&of.ranking)),
            ("firm-first-stays", Ok(&of.first)),
        ];
        lines.push(("firm-kept-stays", of.kept.as_ref().map_err(|why| *why)));
        for (id, stretch) in lines {
            let text = match stretch {
                Ok(stretch) => {
                    let shown = self.stretch(of.criterion, stretch);
                    let text = self.tell(id, &[("stretch", shown.into())]);
                    format!("{text}{}", self.beyond(stretch))
                }
                Err(why) => self.tell(id, &[("stretch", self.not_told(why).into())]),
            };
            self.document.item(1, text);
        }
    }

    /// Whom it changes something for beyond each end.
    fn beyond(&self, stretch: &Stretch) -> String {
        let mut text = String::new();
        let told = |end: &End, id: &str| match &end.limit {
            Limit::Changes(records) if !records.is_empty() => {
                Some(self.tell(id, &[("ids", self.some_keys(records).into())]))
            }
            Limit::Changes(_) => Some(self.tell(id, &[("ids", self.say("firm-contradiction").into())])),
            Limit::Edge | Limit::NotLookedFurther => None,
        };
        for more in [
            told(&stretch.low, "firm-lower"),
            told(&stretch.high, "firm-higher"),
        ]
        .into_iter()
        .flatten()
        {
            text.push(' ');
            text.push_str(&more);
        }
        text
    }

    pub(super) fn left_out(&mut self, found: &Robustness) {
        self.part("firm-left-out", &found.left_out, |writer, all| {
            for of in all {
                let text = writer.without(of);
                writer.document.item(0, text);
            }
        });
    }

    fn without(&self, of: &LeftOut) -> String {
        let criterion = FluentValue::from(self.criterion(of.criterion));
        if of.moves.is_empty() && of.ends.is_empty() {
            return self.tell("firm-nobody-moves", &[("criterion", criterion)]);
        }
        let rank = |rank: &Option<u32>| rank.map_or_else(|| "–".to_owned(), |rank| self.whole(rank as usize));
        let moves = of.moves.iter().map(|(record, before, after)| {
            let arguments = [
                ("id", FluentValue::from(self.key(*record))),
                ("before", rank(before).into()),
                ("after", rank(after).into()),
            ];
            self.tell("firm-move", &arguments)
        });
        let mut text = match of.moves.is_empty() {
            true => self.tell("firm-nobody-moves", &[("criterion", criterion)]),
            false => {
                let moves = self.some(moves.collect());
                self.tell("firm-moves", &[("criterion", criterion), ("moves", moves.into())])
            }
        };
        if !of.ends.is_empty() {
            let ends = of.ends.iter().map(|(record, before, after)| {
                let arguments = [
                    ("id", FluentValue::from(self.key(*record))),
                    ("before", self.status(*before).into()),
                    ("after", self.status(*after).into()),
                ];
                self.tell("firm-move", &arguments)
            });
            let ends = self.some(ends.collect());
            text.push(' ');
            text.push_str(&self.tell("firm-ends", &[("ends", ends.into())]));
        }
        text
    }

    fn status(&self, status: Status) -> String {
        self.say(&format!("status-{}", status.name()))
    }

    pub(super) fn swaps(&mut self, found: &Robustness) {
        self.part("firm-swaps", &found.swaps, |writer, swaps| {
            if swaps.pairs.is_empty() {
                return writer.paragraph("firm-no-neighbours");
            }
            writer.paragraph("firm-swaps-how");
            let shown = 2 * SHOWN;
            for swap in swaps.pairs.iter().take(shown) {
                let text = writer.swap(swap);
                writer.document.item(0, text);
            }
            let more = swaps.neighbours.saturating_sub(shown);
            if more > 0 {
                let text = writer.tell("firm-swaps-more", &[("count", FluentValue::from(more))]);
                writer.document.paragraph(text);
            }
        });
    }

    fn swap(&self, swap: &Swap) -> String {
        let above = FluentValue::from(self.key(swap.above));
        let below = FluentValue::from(self.key(swap.below));
        let Some(change) = &swap.change else {
            let id = if swap.all_tried {
                "firm-swap-none"
            } else {
                "firm-swap-unsure"
            };
            return self.tell(id, &[("above", above), ("below", below)]);
        };
        let to = self.answer(change.record, change.field, &change.to);
        let arguments = [
            ("above", above),
            ("below", below),
            ("id", self.key(change.record).into()),
            ("question", self.field(change.record, change.field).into()),
            (
                "from",
                self.answer(change.record, change.field, &change.from).into(),
            ),
            ("to", self.tell(how_far(change), &[("answer", to.into())]).into()),
        ];
        let text = self.tell("firm-swap", &arguments);
        if swap.all_tried {
            return text;
        }
        format!("{text} {}", self.say("firm-swap-not-all"))
    }

    pub(super) fn dominance(&mut self, found: &Robustness) {
        self.part("firm-dominance", &found.dominance, Writer::dominates);
    }

    fn dominates(&mut self, found: &Dominance) {
        let arguments = [
            (
                "pairs",
                FluentValue::from(usize::try_from(found.pairs).unwrap_or(usize::MAX)),
            ),
            ("records", FluentValue::from(found.compared)),
        ];
        let text = self.tell("firm-pairs", &arguments);
        self.document.paragraph(text);
        let pair = |(better, worse): &(Reference, Reference)| {
            let arguments = [
                ("better", self.key(*better).into()),
                ("worse", self.key(*worse).into()),
            ];
            self.tell("firm-pair", &arguments)
        };
        let mut pairs: Vec<String> = found.named.iter().take(SHOWN).map(pair).collect();
        let more = usize::try_from(found.pairs)
            .unwrap_or(usize::MAX)
            .saturating_sub(pairs.len());
        if !pairs.is_empty() {
            if more > 0 {
                pairs.push(self.tell("more", &[("count", FluentValue::from(more))]));
            }
            let text = self.list(&pairs);
            self.document.item(0, text);
        }
        if found.pairs > 0 && !found.undominated.is_empty() {
            let text = self.tell(
                "firm-undominated",
                &[("ids", self.some_keys(&found.undominated).into())],
            );
            self.document.item(0, text);
        }
        if found.not_compared > 0 {
            let text = self.tell(
                "firm-not-compared",
                &[("count", FluentValue::from(found.not_compared))],
            );
            self.document.item(0, text);
        }
    }

    pub(super) fn acceptability(&mut self, found: &Robustness) {
        self.part("firm-acceptability", &found.acceptability, Writer::shares);
    }

    fn shares(&mut self, found: &Acceptability) {
        let hundredfold = found
            .widest()
            .multiply(&Number::from_integer(100))
            .unwrap_or_default();
        let seed = i64::try_from(found.seed)
            .map(Number::from_integer)
            .unwrap_or_default();
        let arguments = [
            ("draws", FluentValue::from(self.whole(found.draws as usize))),
            ("seed", self.number(&seed).into()),
            ("width", self.number(&hundredfold.round(2)).into()),
        ];
        let text = self.tell("firm-draws", &arguments);
        self.document.paragraph(text);
        let scale = Scale::of(found.records.len());
        let shown = found.records.get(..ROWS).unwrap_or(&found.records);
        let rank_of = |of: &Shares| self.report.decision(of.record).and_then(|decision| decision.rank);
        let count = |of: &Shares, rank: Option<u32>| {
            let index = (rank? as usize).checked_sub(1)?;
            of.ranks.get(index).copied()
        };
        let share =
            |count: Option<u32>| count.map_or_else(String::new, |count| self.share(count, found.draws));
        let cells = |cell: &dyn Fn(&Shares) -> String| shown.iter().map(cell).collect();
        let ranks = |of: &Shares| rank_of(of).map_or_else(String::new, |rank| self.whole(rank as usize));
        let grid = Grid::of(vec![
            (Column::figures(self.say("column-rank")), cells(&ranks)),
            (
                Column::word(self.say("column-id")),
                cells(&|of| self.key(of.record)),
            ),
            (
                Column::word(scale.axis()),
                cells(&|of| scale.shares(&of.ranks, found.draws)),
            ),
            (
                Column::figures(self.say("firm-column-first")),
                cells(&|of| share(count(of, Some(1)))),
            ),
            (
                Column::figures(self.say("firm-column-own")),
                cells(&|of| share(count(of, rank_of(of)))),
            ),
        ]);
        self.document.table(grid);
        self.below_table(scale, found.records.len());
        self.central(found);
    }

    /// What is to be said of a table with bars: what a column stands for, and how many rows are left out.
    fn below_table(&mut self, scale: Scale, rows: usize) {
        if scale.step() > 1 {
            let text = self.tell("firm-columns", &[("ranks", FluentValue::from(scale.step()))]);
            self.document.paragraph(text);
        }
        if rows > ROWS {
            let text = self.tell("firm-rows-more", &[("count", FluentValue::from(rows - ROWS))]);
            self.document.paragraph(text);
        }
    }

    /// The weights that speak for those who come first most often.
    fn central(&mut self, found: &Acceptability) {
        let first = |of: &Shares| of.ranks.first().copied().unwrap_or(0);
        let mut leaders: Vec<&Shares> = found.records.iter().filter(|of| of.central.is_some()).collect();
        leaders.sort_by_key(|of| std::cmp::Reverse(first(of)));
        if leaders.len() < 2 {
            return;
        }
        self.paragraph("firm-central-how");
        for of in leaders.into_iter().take(CENTRAL) {
            let weights = of.central.iter().flatten().zip((0..).map(CriterionId));
            let weights = weights.map(|(weight, id)| {
                let hundredfold = weight.multiply(&Number::from_integer(100)).unwrap_or_default();
                let arguments = [
                    ("criterion", FluentValue::from(self.criterion(id))),
                    ("percent", self.number(&hundredfold.round(0)).into()),
                ];
                self.tell("firm-central-weight", &arguments)
            });
            let weights: Vec<String> = weights.collect();
            let arguments = [
                ("id", FluentValue::from(self.key(of.record))),
                ("share", self.share(first(of), found.draws).into()),
                ("weights", weights.join(", ").into()),
            ];
            let text = self.tell("firm-central", &arguments);
            self.document.item(0, text);
        }
    }

    /// A share of the draws in percent; one that is neither all nor nothing is not shown as that.
    fn share(&self, count: u32, draws: u32) -> String {
        let tenth = Number::fraction(1, 10).unwrap_or_default();
        let percent = Number::fraction(i64::from(count) * 100, i64::from(draws.max(1))).unwrap_or_default();
        let rounded = percent.round(1);
        let hundred = Number::from_integer(100);
        if rounded.is_zero() && count > 0 {
            format!("<{}", self.number(&tenth))
        } else if rounded == hundred && count < draws {
            format!(">{}", self.number(&hundred.subtract(&tenth).unwrap_or_default()))
        } else {
            self.figure(&rounded, 1)
        }
    }

    pub(super) fn possible(&mut self, found: &Robustness) {
        self.part("firm-possible", &found.possible, Writer::ranges);
    }

    fn ranges(&mut self, found: &PossibleRanks) {
        if !found.is_open() {
            return self.paragraph("firm-nothing-open");
        }
        self.paragraph("firm-possible-how");
        let most = found.records.iter().map(|of| of.worst).max().unwrap_or(0);
        let scale = Scale::of(most as usize);
        let shown = found.records.get(..ROWS).unwrap_or(&found.records);
        let cells = |cell: &dyn Fn(&PossibleRank) -> String| shown.iter().map(cell).collect();
        let whole = |rank: u32| self.whole(rank as usize);
        let out = |of: &PossibleRank| match of.may_be_out {
            true => self.say("firm-may-be-out"),
            false => String::new(),
        };
        let mut columns = vec![
            (
                Column::figures(self.say("column-rank")),
                cells(&|of| of.rank.map_or_else(String::new, whole)),
            ),
            (
                Column::word(self.say("column-id")),
                cells(&|of| self.key(of.record)),
            ),
            (
                Column::word(scale.axis()),
                cells(&|of| scale.range(of.best, of.worst, of.rank)),
            ),
            (
                Column::figures(self.say("firm-column-best")),
                cells(&|of| whole(of.best)),
            ),
            (
                Column::figures(self.say("firm-column-worst")),
                cells(&|of| whole(of.worst)),
            ),
        ];
        if shown.iter().any(|of| of.may_be_out) {
            columns.push((Column::word(""), cells(&out)));
        }
        self.document.table(Grid::of(columns));
        self.below_table(scale, found.records.len());
        if !found.taken.is_empty() {
            let text = self.tell("firm-taken", &[("ids", self.some_keys(&found.taken).into())]);
            self.document.paragraph(text);
        }
        if found.narrowing.is_empty() {
            return;
        }
        self.paragraph("firm-narrowing");
        for one in found.narrowing.iter().take(3) {
            let (least, most) = (one.at_least, one.at_most);
            let count = |count: u64| self.whole(usize::try_from(count).unwrap_or(usize::MAX));
            let arguments = [
                ("id", FluentValue::from(self.key(one.record))),
                ("field", self.field(one.record, one.field).into()),
                ("least", count(least).into()),
                ("most", count(most).into()),
            ];
            let id = if least == most {
                "firm-narrows"
            } else {
                "firm-narrows-between"
            };
            let text = self.tell(id, &arguments);
            self.document.item(0, text);
        }
    }
}

/// How an answer is told that swaps two: itself, or anything a little further.
fn how_far(change: &AnswerChange) -> &'static str {
    match (change.included, change.to >= change.from) {
        (true, _) => "firm-answer",
        (false, true) => "firm-answer-above",
        (false, false) => "firm-answer-below",
    }
}
