//! What would get a record where it should be, as a text.
//!
//! Comes in: a [`Wish`] with the report on what was decided. Goes out: the text, as a page or as Markdown. It never tells
//! more than was tried.
//!
//! Invariant: where nothing was found, it says how far was looked.

use super::Input;
use super::answer::Teller;
use super::document::{Document, Form};
use crate::decide::Status;
use crate::explain::want::{Answer, FactChange, Goal, Obstacle, Wish};
use crate::model::Reference;

/// The answer as a text.
pub fn text(report: &Input<'_>, wish: &Wish, form: Form) -> String {
    let teller = Teller::new(*report);
    let mut out = Document::default();
    out.heading(1, teller.asked(wish));
    if wish.reached {
        let status = ("status", teller.standing(&wish.now).into());
        out.paragraph(teller.tell("want-reached", &[status]));
        return out.write(form);
    }
    let status = ("status", teller.standing(&wish.now).into());
    out.paragraph(teller.tell("want-now", &[status]));
    match wish.answers.first() {
        None => {
            for line in teller.nothing_found(wish) {
                out.paragraph(line);
            }
        }
        Some(first) => {
            let facts = ("count", first.facts.len().into());
            out.heading(2, teller.tell("want-smallest", &[facts]));
            teller.answers(wish, &mut out);
            if let Some(line) = teller.sampled(wish) {
                out.paragraph(line);
            }
        }
    }
    out.write(form)
}

impl Teller<'_> {
    fn asked(&self, wish: &Wish) -> String {
        let record = ("record", self.record(wish.record).into());
        match wish.goal {
            Goal::Eligible => self.tell("want-eligible", &[record]),
            Goal::Ranked => self.tell("want-ranked", &[record]),
            Goal::Rank(1) => self.tell("want-first", &[record]),
            Goal::Rank(rank) => self.tell("want-rank", &[record, ("rank", self.count(rank).into())]),
            Goal::Kept => self.tell("want-kept", &[record]),
        }
    }

    /// The changes: of one fact each in a line, of several under a line for each choice.
    fn answers(&self, wish: &Wish, out: &mut Document) {
        let alone = wish.answers.len() == 1;
        for (answer, number) in wish.answers.iter().zip(1..) {
            let single = answer.facts.len() == 1;
            let depth = usize::from(!single && !alone);
            if depth > 0 {
                out.item(
                    0,
                    self.tell("want-choice", &[("number", self.count(number).into())]),
                );
            }
            for change in &answer.facts {
                out.item(depth, self.fact_change(wish.record, change));
            }
            let then = self.then(wish.goal, answer);
            if single {
                out.item(1, then);
            } else if alone {
                out.paragraph(then);
            } else {
                out.item(1, then);
            }
        }
        if wish.more > 0 {
            out.paragraph(self.tell("want-more", &[("count", wish.more.into())]));
        }
        if !alone {
            out.paragraph(self.say("want-each"));
        }
    }

    /// A fact with its value before and after: `Phase (phase): 1 → 2 or 3`.
    fn fact_change(&self, record: Reference, change: &FactChange) -> String {
        let of_type = &self.report.policy.field(record.record, change.field).of_type;
        let to: Vec<String> = change.to.iter().map(|piece| self.piece(of_type, piece)).collect();
        format!(
            "{}: {} → {}",
            self.named_field(record.record, change.field),
            self.shown(of_type, change.from.as_ref()),
            self.any_of(&to)
        )
    }

    /// What becomes of the record then.
    fn then(&self, goal: Goal, answer: &Answer) -> String {
        let status = ("status", self.standing(&answer.then).into());
        let open = goal == Goal::Eligible && answer.then.status == Status::Undetermined;
        self.tell(if open { "want-then-open" } else { "want-then" }, &[status])
    }

    fn nothing_found(&self, wish: &Wish) -> Vec<String> {
        let mut lines = Vec::new();
        match wish.obstacle {
            Some(Obstacle::Joint(lead)) => {
                lines.push(self.tell("want-joint", &[("id", self.record(lead).into())]));
                return lines;
            }
            Some(Obstacle::Rule(place)) => {
                let rule = ("rule", self.rule_at(place).into());
                lines.push(self.tell("want-never-rule", &[rule]));
            }
            Some(Obstacle::Tried) => lines.push(self.say("want-never")),
            None if wish.reach.together == 0 => lines.push(self.say("want-not-all")),
            None => {
                let count = ("count", wish.reach.together.into());
                lines.push(self.tell("want-not-found", &[count]));
            }
        }
        lines.extend(self.sampled(wish));
        lines.extend(self.inside_untried(wish.record));
        lines.push(self.say("want-known-stays"));
        lines
    }

    /// That facts of the records that stand in it were left alone, where there are any.
    fn inside_untried(&self, record: Reference) -> Option<String> {
        let (policy, records) = (self.report.policy, self.report.records);
        let inside = policy.record_ids().filter(|inside| {
            let mut parents = records.table(*inside).parents.iter();
            policy.record_type(*inside).parent == Some(record.record)
                && parents.any(|parent| *parent == Some(record.row))
        });
        let types: Vec<String> = inside
            .map(|inside| self.quoted(&self.type_title(inside)))
            .collect();
        let listed = ("types", self.list(&types).into());
        (!types.is_empty()).then(|| self.tell("want-inside-untried", &[listed]))
    }

    /// The fields of which not every value was tried.
    fn sampled(&self, wish: &Wish) -> Option<String> {
        let fields = wish.reach.sampled.iter();
        let fields: Vec<String> = fields
            .map(|field| self.named_field(wish.record.record, *field))
            .collect();
        let listed = ("fields", self.list(&fields).into());
        (!fields.is_empty()).then(|| self.tell("want-sampled", &[listed]))
    }
}
