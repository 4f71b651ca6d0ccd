//! The JSON document `prioriter/want@1`.
//!
//! Comes in: what would get a record where it should be, with the report on what was decided. Goes out: the document that
//! `docs/want.schema.json` holds it to. It never holds words in a language.
//!
//! Invariant: keys stand in one order, all of them; numbers never pass through a float.

use serde::Serialize;

use super::value::{PieceObject, Shown};
use super::what_if::StandingObject;
use super::{Engine, Input};
use crate::explain::want::{Answer, FactChange, Goal, Obstacle, Wish};
use crate::model::FieldId;

/// The name and version of the document's format.
pub const FORMAT: &str = "prioriter/want@1";

/// The whole document, indented by two blanks, with a line end at its end.
pub fn document(report: &Input<'_>, wish: &Wish) -> String {
    let record_type = report.policy.record_type(wish.record.record);
    let names = |fields: &[FieldId]| {
        let field = |field: &FieldId| &*report.policy.field(wish.record.record, *field).name;
        fields.iter().map(field).collect()
    };
    let document = Document {
        format: FORMAT,
        engine: Engine::this(),
        policy: &report.policy.name,
        record: &record_type.name,
        id: report.key(wish.record),
        title: report.title(wish.record).map(|title| &**title),
        goal: match wish.goal {
            Goal::Eligible => "eligible".to_owned(),
            Goal::Ranked => "ranked".to_owned(),
            Goal::Rank(rank) => format!("rank:{rank}"),
            Goal::Kept => "kept".to_owned(),
        },
        now: StandingObject::new(report, &wish.now),
        reached: wish.reached,
        answers: wish
            .answers
            .iter()
            .map(|answer| answer_object(report, wish, answer))
            .collect(),
        more: wish.more,
        obstacle: wish.obstacle.map(|obstacle| match obstacle {
            Obstacle::Joint(lead) => ObstacleObject::Joint {
                with: report.key(lead),
            },
            Obstacle::Rule(place) => ObstacleObject::Rule {
                at: report.sources.at(place),
            },
            Obstacle::Tried => ObstacleObject::Tried,
        }),
        reach: ReachObject {
            fields: names(&wish.reach.fields),
            together: wish.reach.together,
            sampled: names(&wish.reach.sampled),
        },
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    engine: Engine,
    policy: &'a str,
    record: &'a str,
    id: &'a str,
    title: Option<&'a str>,
    goal: String,
    now: StandingObject<'a>,
    reached: bool,
    answers: Vec<AnswerObject<'a>>,
    more: usize,
    obstacle: Option<ObstacleObject<'a>>,
    reach: ReachObject<'a>,
}

#[derive(Serialize)]
struct AnswerObject<'a> {
    facts: Vec<FactObject<'a>>,
    then: StandingObject<'a>,
}

#[derive(Serialize)]
struct FactObject<'a> {
    field: &'a str,
    from: Shown<'a>,
    to: Vec<PieceObject<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum ObstacleObject<'a> {
    Joint { with: &'a str },
    Rule { at: String },
    Tried,
}

#[derive(Serialize)]
struct ReachObject<'a> {
    fields: Vec<&'a str>,
    together: usize,
    sampled: Vec<&'a str>,
}

fn answer_object<'a>(report: &Input<'a>, wish: &Wish, answer: &'a Answer) -> AnswerObject<'a> {
    let fact = |change: &'a FactChange| {
        let field = report.policy.field(wish.record.record, change.field);
        FactObject {
            field: &field.name,
            from: Shown::new(report, &field.of_type, change.from.as_ref()),
            to: change
                .to
                .iter()
                .map(|piece| PieceObject::new(report, &field.of_type, piece))
                .collect(),
        }
    };
    AnswerObject {
        facts: answer.facts.iter().map(fact).collect(),
        then: StandingObject::new(report, &answer.then),
    }
}
