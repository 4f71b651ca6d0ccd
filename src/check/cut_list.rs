//! The cut list: its clauses, the groups they name, its limits.
//!
//! Comes in: the cut list as written. Goes out: the model's. It never orders a record.
//!
//! Invariant: every group that a clause names is a condition on the cut list's record.

use std::sync::Arc;

use super::scope::Scope;
use super::{Checker, Entity};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    CutList, ExpressionKind, GroupRef, Limit, Membership, OrderRule, OrderRuleKind, Rank, RecordId,
    TakeWhatFits, Type, Unit,
};
use crate::source::Place;
use crate::syntax::ast::{self, CutListClauseKind, Members};

impl<'a> Checker<'a> {
    pub(super) fn cut_list_item(&mut self) -> Option<CutList> {
        let lists: Vec<&'a ast::CutList> = self
            .items()
            .filter_map(|item| {
                if let ast::Item::CutList(list) = item {
                    Some(list)
                } else {
                    None
                }
            })
            .collect();
        let (list, more) = lists.split_first()?;
        for second in more {
            self.tell(
                Diagnostic::new(Code::DuplicateClause, "a policy has one cut list")
                    .at(second.head.place, "the second one")
                    .at(list.head.place, "the first one")
                    .help("put their rules together; a file that others use should hold none"),
            );
        }
        let record = self.record_of(&list.head)?;
        let scope = Scope::of(record);
        let title = self.title(&list.head.title);
        let condition = match &list.condition {
            Some(condition) => self
                .condition(condition, &scope)
                .map(|condition| condition.expression),
            None => None,
        };
        let related = self
            .records
            .get(usize::from(record.0))
            .and_then(|made| made.parent)
            == Some(self.record);
        if record != self.record && !related && list.condition.is_none() {
            let own = self
                .records
                .get(usize::from(self.record.0))
                .map_or_else(String::new, |made| made.name.to_string());
            let name = self
                .records
                .get(usize::from(record.0))
                .map_or_else(String::new, |made| made.name.to_string());
            self.tell(
                Diagnostic::new(
                    Code::MissingClause,
                    format!("it is not said which {name} takes part in this cut list"),
                )
                .at(list.head.place, format!("{} stands in no {own}", super::a(&name)))
                .help(format!("add a condition: `of {name} where …`")),
            );
        }
        let mut made = CutList {
            name: Arc::clone(&list.head.name.text),
            title,
            record,
            condition,
            membership: Vec::new(),
            rules: Vec::new(),
            otherwise_by: None,
            limits: Vec::new(),
            take_what_fits: None,
            show: Vec::new(),
            place: list.head.place,
        };
        let mut otherwise: Option<Place> = None;
        let mut needs: Vec<(Arc<str>, Place)> = Vec::new();
        let mut take: Option<Place> = None;
        for clause in &list.clauses {
            let ground = self.ground_for_all(&clause.ground, &scope);
            let text: Arc<str> = clause.text.as_str().into();
            let place = clause.place;
            let rule = match &clause.kind {
                CutListClauseKind::MayCut(members) | CutListClauseKind::Protect(members) => {
                    let protects = matches!(clause.kind, CutListClauseKind::Protect(_));
                    if let Some(members) = self.members(members, record) {
                        made.membership.push(Membership {
                            protects,
                            members,
                            text,
                            ground,
                            place,
                        });
                    }
                    continue;
                }
                CutListClauseKind::OtherwiseBy(keys) => {
                    if let Some(first) = otherwise {
                        self.second_clause("otherwise by", place, first);
                    }
                    otherwise = Some(place);
                    let keys = self.rank_keys(keys, &scope);
                    made.otherwise_by = keys.map(|keys| Rank { keys, ground, place });
                    continue;
                }
                CutListClauseKind::TakeWhatFits => {
                    if let Some(first) = take.replace(place) {
                        self.second_clause("take what fits", place, first);
                    }
                    made.take_what_fits = Some(TakeWhatFits { ground, place });
                    continue;
                }
                CutListClauseKind::Show(names) => {
                    for name in names {
                        if let Some(typed) = self.path(std::slice::from_ref(name), &scope) {
                            made.show.push((Arc::clone(&name.text), typed.expression));
                        }
                    }
                    continue;
                }
                CutListClauseKind::Limit(limit) => {
                    if let Some((amount, of, per, condition)) = self.limit(limit, &scope) {
                        made.limits.push(Limit {
                            at_least: limit.at_least,
                            amount,
                            of,
                            per,
                            condition,
                            text,
                            ground,
                            place,
                        });
                    }
                    continue;
                }
                CutListClauseKind::Place(after, before, within)
                | CutListClauseKind::Prefer(after, before, within) => {
                    let sides = (self.group_ref(after, record), self.group_ref(before, record));
                    let within = self.within(within, &scope);
                    let ((Some(after), Some(before)), Some(within)) = (sides, within) else {
                        continue;
                    };
                    if matches!(clause.kind, CutListClauseKind::Place(..)) {
                        OrderRuleKind::Place(after, before, within)
                    } else {
                        OrderRuleKind::Prefer(after, before, within)
                    }
                }
                CutListClauseKind::CutFirst(tiers) | CutListClauseKind::KeepFirst(tiers) => {
                    let made: Vec<_> = tiers.iter().map(|tier| self.group_ref(tier, record)).collect();
                    let Some(made) = made.into_iter().collect::<Option<Vec<_>>>() else {
                        continue;
                    };
                    if matches!(clause.kind, CutListClauseKind::CutFirst(_)) {
                        OrderRuleKind::CutFirst(made)
                    } else {
                        OrderRuleKind::KeepFirst(made)
                    }
                }
                CutListClauseKind::AllOrNothing(group, within) => {
                    let group = group.as_ref().map(|group| self.group_ref(group, record));
                    let within = self.within(within, &scope);
                    if group.is_none() && matches!(within, Some(None)) {
                        self.tell(
                            Diagnostic::new(
                                Code::MissingClause,
                                "it is not said which records are all or nothing",
                            )
                            .at(place, "all of them, always?")
                            .help("name a group, or what they share: `all or nothing within measure`"),
                        );
                        continue;
                    }
                    let (false, Some(within)) = (matches!(group, Some(None)), within) else {
                        continue;
                    };
                    OrderRuleKind::AllOrNothing(group.flatten(), within)
                }
                CutListClauseKind::Needs(field) => {
                    // Several fields may say what a record needs; the same one twice says nothing more.
                    if let Some((_, first)) = needs.iter().find(|(known, _)| *known == field.text) {
                        self.second_clause("needs", place, *first);
                    }
                    needs.push((Arc::clone(&field.text), place));
                    let Some(typed) = self.path(std::slice::from_ref(field), &scope) else {
                        continue;
                    };
                    let of_type = &typed.expression.of_type;
                    let inner = if let Type::List(inner) = of_type {
                        inner
                    } else {
                        of_type
                    };
                    match (&typed.expression.kind, inner) {
                        (ExpressionKind::Field(id), Type::Reference(target)) if *target == record => {
                            OrderRuleKind::Needs(*id)
                        }
                        _ => {
                            let name = self
                                .records
                                .get(usize::from(record.0))
                                .map_or_else(String::new, |made| made.name.to_string());
                            let found = self.type_name(&typed.expression.of_type);
                            let of_others = |of_type: &Type| match of_type {
                                Type::List(inner) => **inner == Type::Reference(record),
                                of_type => *of_type == Type::Reference(record),
                            };
                            let help = self.field_such_as(record, &[], of_others).unwrap_or_else(|| {
                                format!(
                                    "declare a field for it, as in `{name}s-before : list of ref {name} = []`"
                                )
                            });
                            self.tell(
                                Diagnostic::new(Code::TypeMismatch, format!("`needs` takes a field that lists what each {name} needs, and this is {found}"))
                                    .at(field.place, found)
                                    .help(help),
                            );
                            continue;
                        }
                    }
                }
            };
            made.rules.push(OrderRule {
                kind: rule,
                text,
                ground,
                place,
            });
        }
        Some(made)
    }

    fn second_clause(&mut self, word: &str, place: Place, first: Place) {
        self.tell(
            Diagnostic::new(Code::DuplicateClause, format!("`{word}` stands twice"))
                .at(place, "the second one")
                .at(first, "the first one")
                .help("keep one of them"),
        );
    }

    /// `within`: `None` where it is not sound.
    fn within(
        &mut self,
        within: &Option<ast::Expression>,
        scope: &Scope<'_>,
    ) -> Option<Option<crate::model::Expression>> {
        match within {
            None => Some(None),
            Some(within) => self
                .whole(within, scope, None)
                .map(|typed| Some(typed.expression)),
        }
    }

    fn members(
        &mut self,
        members: &Members,
        record: RecordId,
    ) -> Option<Vec<(Option<Arc<str>>, crate::model::Expression)>> {
        match members {
            Members::Where(condition) => {
                let condition = self.condition(condition, &Scope::of(record))?;
                Some(vec![(None, condition.expression)])
            }
            Members::Groups(names) => {
                let made: Vec<_> = names.iter().map(|name| self.group_ref(name, record)).collect();
                let made: Option<Vec<_>> = made.into_iter().collect();
                Some(
                    made?
                        .into_iter()
                        .map(|group| (Some(group.name), group.condition))
                        .collect(),
                )
            }
        }
    }

    /// A group (or any yes/no of the record) by its name.
    fn group_ref(&mut self, name: &ast::Name, record: RecordId) -> Option<GroupRef> {
        if !self.knows(record, name) {
            let elsewhere = self
                .groups
                .iter()
                .find(|draft| draft.ast.head.name.text == name.text && draft.record != record)
                .map(|draft| (draft.record, draft.ast.head.place));
            if let Some((other, place)) = elsewhere {
                let other = self
                    .records
                    .get(usize::from(other.0))
                    .map_or_else(String::new, |made| made.name.to_string());
                let own = self
                    .records
                    .get(usize::from(record.0))
                    .map_or_else(String::new, |made| made.name.to_string());
                self.tell(
                    Diagnostic::new(
                        Code::UnknownName,
                        format!(
                            "`{}` is a group of {other}, and the cut list is of {own}",
                            name.text
                        ),
                    )
                    .at(name.place, format!("not a group of {own}"))
                    .at(place, "declared here")
                    .help(format!("write `of {own}` after the group's name")),
                );
                return None;
            }
            let known: Vec<Arc<str>> = self
                .names
                .get(usize::from(record.0))
                .map(|names| {
                    names
                        .iter()
                        .filter(|(_, (entity, _))| matches!(entity, Entity::Group(_)))
                        .map(|(name, _)| Arc::clone(name))
                        .collect()
                })
                .unwrap_or_default();
            self.unknown("group", name, known.iter().map(|name| &**name));
            return None;
        }
        let typed = self.path(std::slice::from_ref(name), &Scope::of(record))?;
        self.expect_type(&typed, &Type::YesNo, "a group")?;
        Some(GroupRef {
            name: Arc::clone(&name.text),
            condition: typed.expression,
        })
    }

    #[expect(
        clippy::type_complexity,
        reason = "the parts of one limit, taken apart at once"
    )]
    fn limit(
        &mut self,
        limit: &ast::LimitClause,
        scope: &Scope<'_>,
    ) -> Option<(
        crate::model::Expression,
        Option<crate::model::Expression>,
        Option<crate::model::Expression>,
        Option<crate::model::Expression>,
    )> {
        let amount = self.whole(&limit.amount, scope, None);
        let of = limit.of.as_ref().map(|of| self.whole(of, scope, None));
        let per = limit.per.as_ref().map(|per| self.whole(per, scope, None));
        let condition = limit
            .condition
            .as_ref()
            .map(|condition| self.condition(condition, scope));
        let amount = amount?;
        let found = self.numeric(&amount, "a limit")?;
        let below = super::fields::constant(&amount.expression);
        if below.is_some_and(|value| value.as_number().is_some_and(crate::model::Number::is_negative)) {
            self.tell(
                Diagnostic::new(Code::BadLimit, "a limit is never below 0")
                    .at(amount.expression.place, "below 0")
                    .help("write an amount from 0 up"),
            );
            return None;
        }
        let unit = match &of {
            Some(of) => {
                let of = of.as_ref()?;
                self.numeric(of, "what a limit counts")?
            }
            None => Unit::none(),
        };
        if of.is_none() && self.breaks_off(amount.expression.place) {
            return None;
        }
        if found != unit && !amount.zero {
            let words = |unit: &Unit| {
                if unit.is_none() {
                    "a bare number".to_owned()
                } else {
                    format!("in {unit}")
                }
            };
            let counted = of.as_ref().and_then(Option::as_ref).map(|of| &of.expression);
            let mut problem = Diagnostic::new(
                Code::UnitMismatch,
                "this limit and what it counts are in different units",
            )
            .at(amount.expression.place, words(&found));
            if let Some(counted) = counted {
                problem = problem.at(counted.place, words(&unit));
                problem = if found.is_none() {
                    self.bare_help(problem, &amount.expression, &unit)
                } else if unit.is_none() {
                    self.bare_help(problem, counted, &found)
                } else {
                    problem
                };
            } else {
                problem = problem
                    .help("without `of`, a limit counts records: write `of` and what is counted of each");
            }
            self.tell(problem);
            return None;
        }
        let expression = |typed: Option<Option<super::scope::Typed>>| match typed {
            Some(Some(typed)) => Some(Some(typed.expression)),
            Some(None) => None,
            None => Some(None),
        };
        Some((
            amount.expression,
            expression(of)?,
            expression(per)?,
            expression(condition)?,
        ))
    }
}
