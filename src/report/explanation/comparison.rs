//! Why one record stands before another, in words and as a table.
//!
//! Comes in: comparisons. Goes out: sentences, and the difference in parts that add up. It never rounds a part: what can
//! be checked with a pencil has to come out.
//!
//! Invariant: the rows of the table add up to its last.

use super::Teller;
use crate::explain::Comparison;
use crate::explain::compare::{Gap, KeyValues, OrderBy, OrderLink, Parted};
use crate::explain::explanation::PlacedBy;
use crate::model::{Number, RankKey, Reference, Type, Value};
use crate::report::catalogue::Argument;
use crate::report::page::{Column, Grid, TIED};

impl Teller<'_> {
    pub(super) fn comparison(&mut self, comparison: &Comparison<'_>) {
        let (above, below) = (comparison.above, comparison.below);
        let names = [
            ("above", self.key(above).into()),
            ("below", self.key(below).into()),
        ];
        let heading = match &comparison.parted {
            Parted::Key { .. } | Parted::Order(_) => self.tell("compare-before", &names),
            Parted::Tied(_) => self.tell("compare-tied", &names),
            Parted::Status => self.tell("compare-apart", &names),
        };
        self.document.heading(1, heading);
        for record in [above, below] {
            let line = self.line_of(record);
            self.document.item(0, line);
        }
        match &comparison.parted {
            Parted::Key { keys, gap } => self.keys_of(comparison, keys, gap.as_ref()),
            Parted::Tied(keys) => self.keys_of(comparison, keys, None),
            Parted::Order(links) => self.links(links),
            Parted::Status => {}
        }
    }

    /// A record with what became of it.
    fn line_of(&self, record: Reference) -> String {
        let Some(decision) = self.report.decision(record) else {
            return self.record(record);
        };
        let mut said = Vec::new();
        if let Some(rank) = decision.rank {
            let rank = self.number(&Number::from_integer(rank.into()));
            said.push(self.tell("compare-rank", &[("rank", rank.into())]));
        }
        if let Some(place) = decision.place {
            said.push(self.tell("compare-place", &[("place", self.count(place as usize))]));
        }
        let status = decision.selection.unwrap_or(decision.status);
        if status != crate::decide::Status::Ranked {
            said.push(self.status_word(status));
        }
        let arguments = [
            ("record", self.record(record).into()),
            ("said", said.join(", ").into()),
        ];
        self.tell("compare-record", &arguments)
    }

    fn keys_of(&mut self, comparison: &Comparison<'_>, keys: &[KeyValues<'_>], gap: Option<&Gap>) {
        let Some((last, before)) = keys.split_last() else {
            return;
        };
        for key in before {
            let sentence = self.key_sentence("compare-key-same", key, Vec::new());
            self.document.paragraph(sentence);
        }
        let is_same = last.above == last.below;
        let sentence = self.key_sentence(
            if is_same {
                "compare-key-same"
            } else {
                "compare-key-parts"
            },
            last,
            Vec::new(),
        );
        self.document.paragraph(sentence);
        if let Some(gap) = gap {
            self.gap(comparison, gap);
        }
    }

    fn key_sentence(&self, id: &str, key: &KeyValues<'_>, more: Vec<Argument<'_>>) -> String {
        let mut arguments = more;
        arguments.extend([
            ("key", self.key_title(key.key, self.policy().record).into()),
            ("above", self.value_of_key(key.key, &key.above).into()),
            ("below", self.value_of_key(key.key, &key.below).into()),
        ]);
        self.tell(id, &arguments)
    }

    fn value_of_key(&self, key: &RankKey, value: &Option<Value>) -> String {
        match (value, &key.value.of_type) {
            (Some(Value::Number(number)), Type::Number(unit)) if unit.is_none() => self.exactly(number),
            (value, of_type) => self.show(of_type, value.as_ref()),
        }
    }

    fn rank_or_unknown(&self, rank: Option<u32>) -> String {
        match rank {
            Some(rank) => self.number(&Number::from_integer(rank.into())),
            None => self.say("unknown"),
        }
    }

    /// The difference by criterion and question, the largest first.
    fn gap(&mut self, comparison: &Comparison<'_>, gap: &Gap) {
        let columns = vec![
            Column::text(self.say("explain-column-question")),
            Column::figures(self.key(comparison.above)),
            Column::figures(self.key(comparison.below)),
            Column::figures(self.say("compare-column-difference")),
        ];
        let mut rows = Vec::new();
        for part in &gap.criteria {
            let criterion = self.policy().criterion(part.criterion);
            let title = criterion.title.as_ref().unwrap_or(&criterion.name);
            rows.push(vec![
                format!("{title} ({})", self.weight_of(part.criterion).to_lowercase()),
                self.exactly(&part.values.0),
                self.exactly(&part.values.1),
                self.signed(&part.difference),
            ]);
            for question in part
                .questions
                .iter()
                .filter(|question| !question.difference.is_zero())
            {
                let title = self.field_title(comparison.above.record, question.question);
                rows.push(vec![
                    format!("– {title}"),
                    self.exactly(&question.values.0),
                    self.exactly(&question.values.1),
                    self.signed(&question.difference),
                ]);
            }
        }
        rows.push(vec![
            self.say("compare-sum"),
            String::new(),
            String::new(),
            self.signed(&gap.difference),
        ]);
        self.document.table(Grid {
            columns,
            rows,
            line: None,
        });
    }

    fn links(&mut self, links: &[OrderLink<'_>]) {
        for link in links {
            let sentence = self.link(link);
            self.document.item(0, sentence);
        }
    }

    /// Why a record stands after another.
    pub(super) fn link(&self, link: &OrderLink<'_>) -> String {
        let ids = [
            ("id", self.key(link.record).into()),
            ("after", self.key(link.after).into()),
        ];
        let with = |id: &str, more: Vec<Argument<'_>>| {
            let arguments: Vec<_> = ids.iter().cloned().chain(more).collect();
            self.tell(id, &arguments)
        };
        match &link.by {
            OrderBy::Rule(rule) => with("link-rule", vec![("rule", self.rule_text(*rule).into())]),
            OrderBy::Together(rule) => with("link-together", vec![("rule", self.rule_text(*rule).into())]),
            OrderBy::Key(key, own, other) => with(
                "link-key",
                vec![
                    ("key", self.key_title(key, link.record.record).into()),
                    ("own", self.value_of_key(key, own).into()),
                    ("other", self.value_of_key(key, other).into()),
                ],
            ),
            OrderBy::Rank(own, other) => with(
                "link-key",
                vec![
                    ("key", self.say("key-rank").into()),
                    ("own", self.rank_or_unknown(*own).into()),
                    ("other", self.rank_or_unknown(*other).into()),
                ],
            ),
            OrderBy::RecordKey => with("link-record-key", Vec::new()),
        }
    }

    /// A rule of the cut list, with its source.
    pub(super) fn rule_text(&self, index: usize) -> String {
        let list = self.policy().cut_list.as_ref();
        let Some(rule) = list.and_then(|list| list.rules.get(index)) else {
            return String::new();
        };
        let record = list.and_then(|list| self.report.records.all(list.record).next());
        let cite = rule
            .ground
            .cite
            .as_ref()
            .map(|cite| self.report.said_of(cite, record));
        let of_type = list.map_or(self.policy().record, |list| list.record);
        self.with_cite(&self.order_rule(rule, of_type), cite.as_deref())
    }

    /// A comparison with a neighbour, in a sentence.
    pub(super) fn in_short(&self, comparison: &Comparison<'_>, own: Reference, told: &[PlacedBy]) -> String {
        let other = if comparison.above == own {
            comparison.below
        } else {
            comparison.above
        };
        let side = match (&comparison.parted, comparison.above == own) {
            (Parted::Tied(_), _) => "neighbour-tied",
            (_, true) => "neighbour-below",
            (_, false) => "neighbour-above",
        };
        let text = self.tell(side, &[("id", self.key(other).into())]);
        let neighbour = ("neighbour", text.as_str().into());
        // What the other has more than the record that is explained.
        let of_other = |difference: &Number| {
            if comparison.above == own {
                difference.negate()
            } else {
                difference.clone()
            }
        };
        match &comparison.parted {
            Parted::Key { gap: Some(gap), .. } => {
                let parts: Vec<String> = gap
                    .criteria
                    .iter()
                    .filter(|part| !part.difference.is_zero())
                    .map(|part| {
                        let criterion = self.policy().criterion(part.criterion);
                        let title = criterion.title.as_ref().unwrap_or(&criterion.name);
                        format!("{title}{TIED}{}", self.signed(&of_other(&part.difference)))
                    })
                    .collect();
                let difference = of_other(&gap.difference);
                let id = if difference.is_negative() {
                    "neighbour-less"
                } else {
                    "neighbour-more"
                };
                let arguments = [
                    neighbour,
                    ("points", self.exactly(&difference.abs()).into()),
                    ("parts", parts.join(", ").into()),
                ];
                self.tell(id, &arguments)
            }
            Parted::Key { keys, .. } => match keys.last() {
                Some(key) => self.key_sentence("neighbour-key", key, vec![neighbour]),
                None => text,
            },
            Parted::Order(links) => match links.as_slice() {
                [
                    OrderLink {
                        by: OrderBy::Rule(rule),
                        ..
                    },
                ] => {
                    // The only rule that was told just before is not told again.
                    if matches!(told, [only] if only.rule == *rule) {
                        return self.tell("neighbour-rule-above", &[neighbour]);
                    }
                    let rule = self.rule_text(*rule);
                    self.tell("neighbour-rule", &[neighbour, ("rule", rule.into())])
                }
                [
                    OrderLink {
                        by: OrderBy::Key(key, below, above),
                        record,
                        ..
                    },
                ] => {
                    let arguments = [
                        neighbour,
                        ("key", self.key_title(key, record.record).into()),
                        ("above", self.value_of_key(key, above).into()),
                        ("below", self.value_of_key(key, below).into()),
                    ];
                    self.tell("neighbour-key", &arguments)
                }
                [
                    OrderLink {
                        by: OrderBy::Rank(below, above),
                        ..
                    },
                ] => {
                    let arguments = [
                        neighbour,
                        ("key", self.say("key-rank").into()),
                        ("above", self.rank_or_unknown(*above).into()),
                        ("below", self.rank_or_unknown(*below).into()),
                    ];
                    self.tell("neighbour-key", &arguments)
                }
                [
                    OrderLink {
                        by: OrderBy::RecordKey,
                        ..
                    },
                ] => self.tell("neighbour-record-key", &[neighbour]),
                links => {
                    let links: Vec<String> = links.iter().map(|link| self.link(link)).collect();
                    format!("{text}. {}", links.join("; "))
                }
            },
            Parted::Tied(_) | Parted::Status => text,
        }
    }
}
