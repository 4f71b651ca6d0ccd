//! Rules: gates, the rank, joint, exclusions, premises.
//!
//! Comes in: the items as written. Goes out: the same in the model, in the order in which they are written. It never
//! evaluates one.
//!
//! Invariant: a rule that lacks a clause it needs is told and left out.

use super::Checker;
use super::scope::{Allowed, Scope};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    Exclusion, Gate, Ground, Instead, Joint, Premise, Rank, RankKey, Template, TemplatePart, Type,
};
use crate::syntax::ast::{self, Direction};
use indexmap::IndexMap;
use std::sync::Arc;

const GATE: Allowed = Allowed::UpToTotal("an entry criterion");

const RANK: Allowed = Allowed::UpToTotal("the ranking");

impl<'a> Checker<'a> {
    /// Rules (entry, exclude, cut-list, premise) have names of their own, unique over all files.
    pub(super) fn check_rule_names(&mut self) {
        let mut seen = IndexMap::new();
        for item in self.items() {
            let head = match item {
                ast::Item::Entry(entry) => &entry.head,
                ast::Item::Exclude(exclude) => &exclude.head,
                ast::Item::Premise(premise) => &premise.head,
                ast::Item::CutList(list) => &list.head,
                _ => continue,
            };
            self.already(&mut seen, &head.name.text, head.place);
        }
    }

    /// A clause that an item needs; its absence is told.
    fn needed<'v, T: super::Placed>(
        &mut self,
        word: &str,
        all: &'v [T],
        head: &ast::Head,
        help: &str,
    ) -> Option<&'v T> {
        if all.is_empty() && !self.told_within(head) {
            self.tell(
                Diagnostic::new(
                    Code::MissingClause,
                    format!("`{}` has no `{word}`", head.name.text),
                )
                .at(head.place, format!("`{word}` is missing in its block"))
                .help(help),
            );
        }
        self.once(word, all)
    }

    fn insteads(&mut self, written: &'a [ast::Instead], scope: &Scope<'_>) -> Vec<Instead> {
        let mut made = Vec::new();
        for instead in written {
            let text = self.template(&instead.text, scope);
            let to = match &instead.to {
                Some(to) => self.whole(to, scope, None).map(|to| {
                    if !matches!(to.expression.of_type, Type::Reference(_)) {
                        let found = self.type_name(&to.expression.of_type);
                        self.tell(
                            Diagnostic::new(
                                Code::TypeMismatch,
                                format!("`to` names another record, and this is {found}"),
                            )
                            .at(to.expression.place, found)
                            .help("name a field whose type is `ref …`"),
                        );
                    }
                    to.expression
                }),
                None => None,
            };
            let when = match &instead.when {
                Some(when) => self.condition(when, scope).map(|when| when.expression),
                None => None,
            };
            let ground = self.ground(&instead.ground, scope);
            if let Some(text) = text {
                made.push(Instead {
                    text,
                    to,
                    when,
                    ground,
                    place: instead.place,
                });
            }
        }
        made
    }

    /// What an item and its clauses say of themselves, in the order in which it is written.
    pub(super) fn joined(&mut self, grounds: &[&ast::Ground], scope: &Scope<'_>) -> Ground {
        let (mut because, mut cite) = (Vec::new(), Vec::new());
        for ground in grounds {
            let made = self.ground(ground, scope);
            because.extend(made.because);
            cite.extend(made.cite);
        }
        Ground {
            because: one_text(because, " "),
            cite: one_text(cite, ", "),
        }
    }

    pub(super) fn gates(&mut self) -> Vec<Gate> {
        let scope = Scope::of(self.record).allowing(GATE);
        let told = Scope::of(self.record);
        let mut gates = Vec::new();
        for item in self.items() {
            let ast::Item::Entry(entry) = item else { continue };
            let title = self.title(&entry.head.title);
            let when = self.once("when", &entry.when);
            let require = self.needed(
                "require",
                &entry.require,
                &entry.head,
                "write `require CONDITION`",
            );
            let otherwise = self.once("otherwise", &entry.otherwise);
            let grounds: Vec<&ast::Ground> = std::iter::once(&entry.ground)
                .chain(require.map(|clause| &clause.ground))
                .chain(when.map(|clause| &clause.ground))
                .chain(otherwise.map(|clause| &clause.ground))
                .collect();
            let ground = self.joined(&grounds, &told);
            let when = when.map(|clause| self.condition(&clause.value, &scope).map(|when| when.expression));
            let require = require.and_then(|clause| self.condition(&clause.value, &scope));
            let otherwise = otherwise.and_then(|clause| self.template(&clause.value, &told));
            let instead = self.insteads(&entry.instead, &told);
            let (Some(require), false) = (require, matches!(when, Some(None))) else {
                continue;
            };
            gates.push(Gate {
                name: Arc::clone(&entry.head.name.text),
                title,
                when: when.flatten(),
                require: require.expression,
                otherwise,
                instead,
                ground,
                place: entry.head.place,
            });
        }
        gates
    }

    pub(super) fn rank_item(&mut self) -> Option<Rank> {
        let ranks: Vec<&'a ast::Rank> = self
            .items()
            .filter_map(|item| {
                if let ast::Item::Rank(rank) = item {
                    Some(rank)
                } else {
                    None
                }
            })
            .collect();
        let (first, more) = ranks.split_first()?;
        for second in more {
            self.tell(
                Diagnostic::new(Code::DuplicateClause, "there are two `rank by`")
                    .at(second.place, "the second one")
                    .at(first.place, "the first one")
                    .help("keep one of them; further keys follow with `then`"),
            );
        }
        let scope = Scope::of(self.record).allowing(RANK);
        let keys = self.rank_keys(&first.keys, &scope)?;
        let ground = self.ground(&first.ground, &Scope::of(self.record));
        Some(Rank {
            keys,
            ground,
            place: first.place,
        })
    }

    pub(super) fn rank_keys(
        &mut self,
        written: &'a [ast::RankKey],
        scope: &Scope<'_>,
    ) -> Option<Vec<RankKey>> {
        let mut keys = Vec::new();
        let mut sound = true;
        for key in written {
            let Some(typed) = self.whole(&key.value, scope, None) else {
                sound = false;
                continue;
            };
            let fits = match key.direction {
                Direction::Highest | Direction::Lowest => {
                    self.unit_of(&typed.expression.of_type).is_some()
                        || matches!(typed.expression.of_type, Type::Scale(_) | Type::YesNo)
                }
                Direction::Earliest | Direction::Latest => {
                    matches!(typed.expression.of_type, Type::Date | Type::Moment)
                }
                Direction::First | Direction::Last => matches!(typed.expression.of_type, Type::Text),
            };
            let (word, takes) = match key.direction {
                Direction::Highest => ("highest", "numbers and levels"),
                Direction::Lowest => ("lowest", "numbers and levels"),
                Direction::Earliest => ("earliest", "dates and moments"),
                Direction::Latest => ("latest", "dates and moments"),
                Direction::First => ("first", "texts"),
                Direction::Last => ("last", "texts"),
            };
            if !fits {
                let found = self.type_name(&typed.expression.of_type);
                self.tell(
                    Diagnostic::new(Code::TypeMismatch, format!("`{word}` orders {takes}, and this is {found}"))
                        .at(typed.expression.place, found)
                        .help("`highest` and `lowest` order numbers, `earliest` and `latest` dates, `first` and `last` texts"),
                );
                sound = false;
                continue;
            }
            let name = key
                .text
                .split_once(' ')
                .map_or(key.text.as_str(), |(_, name)| name);
            keys.push(RankKey {
                descending: matches!(
                    key.direction,
                    Direction::Highest | Direction::Latest | Direction::Last
                ),
                value: typed.expression,
                name: name.into(),
                text: key.text.as_str().into(),
            });
        }
        sound.then_some(keys)
    }

    pub(super) fn joint_item(&mut self) -> Option<Joint> {
        let joints: Vec<&'a ast::Joint> = self
            .items()
            .filter_map(|item| {
                if let ast::Item::Joint(joint) = item {
                    Some(joint)
                } else {
                    None
                }
            })
            .collect();
        let (joint, more) = joints.split_first()?;
        for second in more {
            self.tell(
                Diagnostic::new(Code::DuplicateClause, "there are two `joint` items")
                    .at(second.place, "the second one")
                    .at(joint.place, "the first one")
                    .help("keep one of them"),
            );
        }
        let typed = self.path(std::slice::from_ref(&joint.field), &Scope::of(self.record))?;
        let ground = self.ground(&joint.ground, &Scope::of(self.record));
        match (&typed.expression.kind, &typed.expression.of_type) {
            (crate::model::ExpressionKind::Field(field), Type::Reference(record))
                if *record == self.record =>
            {
                Some(Joint {
                    field: *field,
                    ground,
                    place: joint.place,
                })
            }
            _ => {
                let own = self
                    .records
                    .get(usize::from(self.record.0))
                    .map_or_else(String::new, |record| record.name.to_string());
                let found = self.type_name(&typed.expression.of_type);
                self.tell(
                    Diagnostic::new(
                        Code::TypeMismatch,
                        format!("`joint` takes a field that names another {own}, and this is {found}"),
                    )
                    .at(joint.field.place, found)
                    .help(format!(
                        "declare the field as `{} : ref {own} optional`",
                        joint.field.text
                    )),
                );
                None
            }
        }
    }

    pub(super) fn exclusions(&mut self) -> Vec<Exclusion> {
        let mut exclusions = Vec::new();
        for item in self.items() {
            let ast::Item::Exclude(exclude) = item else {
                continue;
            };
            let Some(record) = self.record_of(&exclude.head) else {
                continue;
            };
            let scope = Scope::of(record);
            let title = self.title(&exclude.head.title);
            let when = self.needed("when", &exclude.when, &exclude.head, "write `when CONDITION`");
            let then = self.once("then", &exclude.then);
            let grounds: Vec<&ast::Ground> = std::iter::once(&exclude.ground)
                .chain(when.map(|clause| &clause.ground))
                .chain(then.map(|clause| &clause.ground))
                .collect();
            let ground = self.joined(&grounds, &scope);
            let when = when.and_then(|clause| self.condition(&clause.value, &scope));
            let then = then.and_then(|clause| self.template(&clause.value, &scope));
            let instead = self.insteads(&exclude.instead, &scope);
            let Some(when) = when else { continue };
            exclusions.push(Exclusion {
                name: Arc::clone(&exclude.head.name.text),
                title,
                record,
                when: when.expression,
                then,
                instead,
                ground,
                place: exclude.head.place,
            });
        }
        exclusions
    }

    pub(super) fn premises(&mut self) -> Vec<Premise> {
        let mut premises = Vec::new();
        for item in self.items() {
            let ast::Item::Premise(premise) = item else {
                continue;
            };
            let Some(record) = self.record_of(&premise.head) else {
                continue;
            };
            let scope = Scope::of(record);
            let title = self.title(&premise.head.title);
            let condition = premise
                .condition
                .as_ref()
                .map(|condition| self.condition(condition, &scope));
            let ground = self.ground_for_all(&premise.ground, &scope);
            let condition = match condition {
                Some(Some(condition)) => Some(condition.expression),
                Some(None) => continue,
                None => None,
            };
            premises.push(Premise {
                name: Arc::clone(&premise.head.name.text),
                title,
                record,
                condition,
                ground,
                place: premise.head.place,
            });
        }
        premises
    }
}

/// Several texts as one, in the order in which they stand; what is said twice in the same words is said once.
fn one_text(mut texts: Vec<Template>, between: &str) -> Option<Template> {
    texts.sort_by_key(|text| text.place);
    let plain = |text: &Template| match text.parts.as_slice() {
        [TemplatePart::Literal(words)] => Some(Arc::clone(words)),
        _ => None,
    };
    texts.dedup_by(|next, text| plain(text).is_some() && plain(text) == plain(next));
    texts.into_iter().reduce(|mut joined, next| {
        joined.parts.push(TemplatePart::Literal(between.into()));
        joined.parts.extend(next.parts);
        joined
    })
}
