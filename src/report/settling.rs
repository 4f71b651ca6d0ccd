//! What can settle an undetermined record, as a part of a text.
//!
//! Comes in: a [`Settling`]. Goes out: points under the text at hand. It never says that something settles a record which only
//! can.
//!
//! Invariant: for every value of a fact that is told it says what it comes to.

use super::Input;
use super::answer::Teller;
use super::document::{Document, Form};
use crate::decide::Status;
use crate::explain::settle::{Ending, Settling, SettlingAnswer, SettlingSet};
use crate::model::{FieldId, Reference};

/// What can settle a record, as a text of its own.
pub fn text(report: &Input<'_>, record: Reference, settling: &Settling, form: Form) -> String {
    let teller = Teller::new(*report);
    let mut out = Document::default();
    out.heading(1, teller.record(record));
    teller.settling(record, settling, &mut out);
    out.write(form)
}

impl Teller<'_> {
    /// What can settle a record, as points.
    pub(super) fn settling(&self, record: Reference, settling: &Settling, out: &mut Document) {
        match settling.sets.first() {
            Some(first) => {
                let count = ("count", first.facts.len().into());
                let alone = settling.sets.len() + settling.more == 1;
                let id = if alone { "settle-one" } else { "settle-each" };
                out.paragraph(self.tell(id, &[count]));
            }
            None if settling.through.is_empty() => {
                let id = if settling.complete {
                    "settle-none"
                } else {
                    "settle-not-tried"
                };
                out.paragraph(self.say(id));
            }
            None => {}
        }
        for set in &settling.sets {
            self.settling_set(record, set, out);
        }
        if settling.more > 0 {
            out.paragraph(self.tell("settle-more", &[("count", settling.more.into())]));
        }
        if !settling.complete && !settling.sets.is_empty() {
            out.paragraph(self.say("settle-not-all"));
        }
        if !settling.through.is_empty() {
            out.paragraph(self.say("settle-through"));
            for fact in &settling.through {
                out.item(0, self.fact_beside(record, *fact));
            }
        }
    }

    fn settling_set(&self, record: Reference, set: &SettlingSet, out: &mut Document) {
        let names: Vec<String> = set
            .facts
            .iter()
            .map(|fact| self.fact_beside(record, *fact))
            .collect();
        out.item(0, self.list(&names));
        for answer in &set.answers {
            let ending = self.ending(&answer.then);
            let values = self.answered(record, set, answer);
            let arguments = [("values", values.into()), ("status", ending.into())];
            out.item(1, self.tell("settle-answer", &arguments));
        }
    }

    /// The values of an answer; of several facts each with its name.
    fn answered(&self, record: Reference, set: &SettlingSet, answer: &SettlingAnswer) -> String {
        let facts = set.facts.iter().zip(&answer.values);
        let told = facts.map(|((of, field), pieces)| {
            let of_type = &self.report.policy.field(of.record, *field).of_type;
            let pieces: Vec<String> = pieces.iter().map(|piece| self.piece(of_type, piece)).collect();
            let any = self.any_of(&pieces);
            if set.facts.len() == 1 {
                return any;
            }
            let name = self.report.policy.field(of.record, *field).name.to_string();
            let name = if *of == record {
                name
            } else {
                format!("{}.{name}", self.key(*of))
            };
            format!("{name} = {any}")
        });
        told.collect::<Vec<String>>().join(", ")
    }

    /// A fact by its title and name; of another record with that one's key.
    fn fact_beside(&self, record: Reference, (of, field): (Reference, FieldId)) -> String {
        let name = self.named_field(of.record, field);
        if of == record {
            name
        } else {
            format!("{}: {name}", self.key(of))
        }
    }

    /// Where a record ends: `rank 3`, `rank 3 to 5`, `still undetermined`.
    fn ending(&self, ending: &Ending) -> String {
        let status = self.status(ending.status);
        match (ending.status, ending.ranks) {
            (Status::Undetermined, _) => self.tell("outcome-still", &[("status", status.into())]),
            (Status::Ranked, Some((best, worst))) if best == worst => {
                self.tell("standing-ranked", &[("rank", self.count(best).into())])
            }
            (Status::Ranked, Some((best, worst))) => {
                let (best, worst) = (self.count(best), self.count(worst));
                self.tell("settle-ranks", &[("best", best.into()), ("worst", worst.into())])
            }
            _ => status,
        }
    }
}
