//! The JSON document `prioriter/robustness@1`.
//!
//! Comes in: what was found out about a ranking, with the run it was found out for. Goes out: the document that
//! `docs/robustness.md` describes. It never holds words in a language: only ids, names and figures.
//!
//! Invariant: a part that cannot be told is `{ "not-told": REASON }`; fractions stand exactly, as text.

use serde::Serialize;

use super::Input;
use crate::decide::Status;
use crate::explain::robustness::acceptability::Shares;
use crate::explain::robustness::possible::PossibleRank;
use crate::explain::robustness::swaps::Swap;
use crate::explain::robustness::weights::{End, Limit, Stretch, WeightIntervals};
use crate::explain::robustness::{
    Acceptability, Dominance, LeftOut, NotTold, PossibleRanks, Robustness, Swaps,
};
use crate::model::{CriterionId, FieldId, Reference};

/// The name and version of the document's format.
pub const FORMAT: &str = "prioriter/robustness@1";

/// The whole document, indented by two blanks, with a line end at its end.
pub fn document(report: &Input<'_>, found: &Robustness) -> String {
    let maker = Maker(report);
    let document = Document {
        format: FORMAT,
        policy: &report.policy.name,
        weights: told(&found.weights, |all| {
            all.iter().map(|of| maker.weight(of)).collect()
        }),
        left_out: told(&found.left_out, |all| {
            all.iter().map(|of| maker.left_out(of)).collect()
        }),
        swaps: told(&found.swaps, |swaps| maker.swaps(swaps)),
        dominance: told(&found.dominance, |dominance| maker.dominance(dominance)),
        acceptability: told(&found.acceptability, |shares| maker.acceptability(shares)),
        possible_ranks: told(&found.possible, |possible| maker.possible(possible)),
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Document<'a> {
    format: &'static str,
    policy: &'a str,
    weights: Told<Vec<WeightObject<'a>>>,
    left_out: Told<Vec<LeftOutObject<'a>>>,
    swaps: Told<SwapsObject<'a>>,
    dominance: Told<DominanceObject<'a>>,
    acceptability: Told<AcceptabilityObject<'a>>,
    possible_ranks: Told<PossibleObject<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Told<T> {
    Yes(T),
    #[serde(rename_all = "kebab-case")]
    No {
        not_told: &'static str,
    },
}

fn told<T, O>(found: &Result<T, NotTold>, make: impl FnOnce(&T) -> O) -> Told<O> {
    match found {
        Ok(found) => Told::Yes(make(found)),
        Err(why) => Told::No { not_told: why.name() },
    }
}

#[derive(Serialize)]
struct WeightObject<'a> {
    criterion: &'a str,
    weight: String,
    sum: String,
    ranking: StretchObject<'a>,
    first: StretchObject<'a>,
    kept: Told<StretchObject<'a>>,
}

#[derive(Serialize)]
struct StretchObject<'a> {
    low: EndObject<'a>,
    high: EndObject<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct EndObject<'a> {
    at: String,
    included: bool,
    /// `edge`, `changes` or `not-looked-further`.
    limit: &'static str,
    changes: Vec<&'a str>,
}

#[derive(Serialize)]
struct LeftOutObject<'a> {
    criterion: &'a str,
    moves: Vec<MoveObject<'a>>,
    outcomes: Vec<OutcomeObject<'a>>,
}

#[derive(Serialize)]
struct MoveObject<'a> {
    id: &'a str,
    from: Option<u32>,
    to: Option<u32>,
}

#[derive(Serialize)]
struct OutcomeObject<'a> {
    record: &'a str,
    id: &'a str,
    from: &'static str,
    to: &'static str,
}

#[derive(Serialize)]
struct SwapsObject<'a> {
    neighbours: usize,
    pairs: Vec<SwapObject<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct SwapObject<'a> {
    above: &'a str,
    below: &'a str,
    change: Option<ChangeObject<'a>>,
    all_tried: bool,
}

#[derive(Serialize)]
struct ChangeObject<'a> {
    id: &'a str,
    field: &'a str,
    from: String,
    to: String,
    /// Whether that answer swaps them; else each one a little further does.
    included: bool,
    share: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct DominanceObject<'a> {
    compared: usize,
    not_compared: usize,
    pairs: u64,
    first: Vec<PairObject<'a>>,
    undominated: Vec<&'a str>,
}

#[derive(Serialize)]
struct PairObject<'a> {
    better: &'a str,
    worse: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct AcceptabilityObject<'a> {
    draws: u32,
    seed: u64,
    half_width: String,
    records: Vec<SharesObject<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct SharesObject<'a> {
    id: &'a str,
    /// Of the ranks that it had at all.
    ranks: Vec<RankObject>,
    central_weights: Option<Vec<String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct RankObject {
    rank: usize,
    draws: u32,
    half_width: String,
}

#[derive(Serialize)]
struct PossibleObject<'a> {
    records: Vec<RangeObject<'a>>,
    taken: Vec<&'a str>,
    narrowing: Vec<NarrowingObject<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct RangeObject<'a> {
    id: &'a str,
    rank: Option<u32>,
    best: u32,
    worst: u32,
    may_be_out: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct NarrowingObject<'a> {
    id: &'a str,
    field: &'a str,
    at_least: u64,
    at_most: u64,
}

/// Makes objects of what was found out.
struct Maker<'r, 'a>(&'r Input<'a>);

impl<'a> Maker<'_, 'a> {
    fn key(&self, record: Reference) -> &'a str {
        self.0.key(record)
    }

    fn keys(&self, records: &[Reference]) -> Vec<&'a str> {
        records.iter().map(|record| self.key(*record)).collect()
    }

    fn criterion(&self, id: CriterionId) -> &'a str {
        &self.0.policy.criterion(id).name
    }

    fn field(&self, record: Reference, field: FieldId) -> &'a str {
        &self.0.policy.field(record.record, field).name
    }

    fn weight(&self, of: &WeightIntervals) -> WeightObject<'a> {
        WeightObject {
            criterion: self.criterion(of.criterion),
            weight: of.weight.exact(),
            sum: of.sum.exact(),
            ranking: self.stretch(&of.ranking),
            first: self.stretch(&of.first),
            kept: told(&of.kept, |stretch| self.stretch(stretch)),
        }
    }

    fn stretch(&self, stretch: &Stretch) -> StretchObject<'a> {
        StretchObject {
            low: self.end(&stretch.low),
            high: self.end(&stretch.high),
        }
    }

    fn end(&self, end: &End) -> EndObject<'a> {
        let (limit, changes) = match &end.limit {
            Limit::Edge => ("edge", Vec::new()),
            Limit::Changes(records) => ("changes", self.keys(records)),
            Limit::NotLookedFurther => ("not-looked-further", Vec::new()),
        };
        EndObject {
            at: end.at.exact(),
            included: end.included,
            limit,
            changes,
        }
    }

    fn left_out(&self, of: &LeftOut) -> LeftOutObject<'a> {
        let moved = |(record, from, to): &(Reference, Option<u32>, Option<u32>)| MoveObject {
            id: self.key(*record),
            from: *from,
            to: *to,
        };
        let ended = |(record, from, to): &(Reference, Status, Status)| OutcomeObject {
            record: &self.0.policy.record_type(record.record).name,
            id: self.key(*record),
            from: from.name(),
            to: to.name(),
        };
        LeftOutObject {
            criterion: self.criterion(of.criterion),
            moves: of.moves.iter().map(moved).collect(),
            outcomes: of.ends.iter().map(ended).collect(),
        }
    }

    fn swaps(&self, swaps: &Swaps) -> SwapsObject<'a> {
        let pair = |swap: &Swap| SwapObject {
            above: self.key(swap.above),
            below: self.key(swap.below),
            change: swap.change.as_ref().map(|change| ChangeObject {
                id: self.key(change.record),
                field: self.field(change.record, change.field),
                from: change.from.exact(),
                to: change.to.exact(),
                included: change.included,
                share: change.share.exact(),
            }),
            all_tried: swap.all_tried,
        };
        SwapsObject {
            neighbours: swaps.neighbours,
            pairs: swaps.pairs.iter().map(pair).collect(),
        }
    }

    fn dominance(&self, found: &Dominance) -> DominanceObject<'a> {
        let pair = |(better, worse): &(Reference, Reference)| PairObject {
            better: self.key(*better),
            worse: self.key(*worse),
        };
        DominanceObject {
            compared: found.compared,
            not_compared: found.not_compared,
            pairs: found.pairs,
            first: found.named.iter().map(pair).collect(),
            undominated: self.keys(&found.undominated),
        }
    }

    fn acceptability(&self, found: &Acceptability) -> AcceptabilityObject<'a> {
        let shares = |of: &Shares| SharesObject {
            id: self.key(of.record),
            ranks: (of.ranks.iter().zip(1_usize..))
                .filter(|(draws, _)| **draws > 0)
                .map(|(draws, rank)| RankObject {
                    rank,
                    draws: *draws,
                    half_width: found.half_width(*draws).decimal(6),
                })
                .collect(),
            central_weights: of
                .central
                .as_ref()
                .map(|weights| weights.iter().map(|weight| weight.decimal(6)).collect()),
        };
        AcceptabilityObject {
            draws: found.draws,
            seed: found.seed,
            half_width: found.widest().decimal(6),
            records: found.records.iter().map(shares).collect(),
        }
    }

    fn possible(&self, found: &PossibleRanks) -> PossibleObject<'a> {
        let range = |of: &PossibleRank| RangeObject {
            id: self.key(of.record),
            rank: of.rank,
            best: of.best,
            worst: of.worst,
            may_be_out: of.may_be_out,
        };
        PossibleObject {
            records: found.records.iter().map(range).collect(),
            taken: self.keys(&found.taken),
            narrowing: found
                .narrowing
                .iter()
                .map(|one| NarrowingObject {
                    id: self.key(one.record),
                    field: self.field(one.record, one.field),
                    at_least: one.at_least,
                    at_most: one.at_most,
                })
                .collect(),
        }
    }
}
