//! Definitions and rules: defines, groups, criteria, the score, gates, the rank, joint, exclusions, premises.
//!
//! Comes in: the items as written. Goes out: the same in the model. It never orders or evaluates anything.
//!
//! Invariant: a definition is checked once, when it is first named or when its turn comes.

use std::sync::Arc;

use super::scope::Scope;
use super::{Checker, Draft, Entity, Progress, Reads};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Bounds, Case, CriterionId, Define, DefineBody, DefineId, Group, GroupId, RecordId, Type};
use crate::syntax::ast::{self};

impl<'a> Checker<'a> {
    /// The record type that an item belongs to.
    pub(super) fn record_of(&mut self, head: &ast::Head) -> Option<RecordId> {
        let Some(of) = &head.of else {
            return Some(self.record);
        };
        let found = self.record_named(&of.text);
        if found.is_none() {
            let known: Vec<_> = self
                .records
                .iter()
                .map(|record| Arc::clone(&record.name))
                .collect();
            self.unknown("record type", of, known.iter().map(|name| &**name));
        }
        found
    }

    /// Makes all definitions known by name, so that they can be used before they are declared.
    pub(super) fn declare_definitions(&mut self) {
        for item in self.items() {
            let (head, entity) = match item {
                ast::Item::Define(define) => {
                    (&define.head, Entity::Define(DefineId(self.defines.len() as u32)))
                }
                ast::Item::Table(table) => (
                    &table.head,
                    Entity::Table(crate::model::TableId(self.tables.len() as u32)),
                ),
                ast::Item::Group(group) => (&group.head, Entity::Group(GroupId(self.groups.len() as u32))),
                ast::Item::Criterion(criterion) => (
                    &criterion.head,
                    Entity::Criterion(CriterionId(self.criteria.len() as u32)),
                ),
                ast::Item::Score(score) => {
                    self.declare_score(score);
                    continue;
                }
                _ => continue,
            };
            let Some(record) = self.record_of(head) else {
                self.lose(&head.name.text);
                continue;
            };
            if let (ast::Item::Table(_), Some(form)) = (item, super::unknown::form_of(&head.name.text)) {
                self.tell(
                    Diagnostic::new(
                        Code::DuplicateName,
                        format!(
                            "`{}` is a function of the language: no table can be called so",
                            head.name.text
                        ),
                    )
                    .at(head.name.place, format!("written `{form}`"))
                    .help("choose another name"),
                );
                self.lose(&head.name.text);
                continue;
            }
            if !self.declare(record, Arc::clone(&head.name.text), entity, head.place) {
                continue;
            }
            match item {
                ast::Item::Define(ast) => self.defines.push(Draft {
                    ast,
                    record,
                    progress: Progress::Waiting,
                }),
                ast::Item::Table(ast) => self.tables.push(Draft {
                    ast,
                    record,
                    progress: Progress::Waiting,
                }),
                ast::Item::Group(ast) => self.groups.push(Draft {
                    ast,
                    record,
                    progress: Progress::Waiting,
                }),
                ast::Item::Criterion(ast) => {
                    self.criteria.push(Draft {
                        ast,
                        record,
                        progress: Progress::Waiting,
                    });
                    let questions = self.declare_questions(ast);
                    self.questions.push(questions);
                }
                _ => {}
            }
        }
    }

    pub(super) fn define(&mut self, id: DefineId) -> Option<(Type, Reads, usize)> {
        let draft = self.defines.get(id.index())?;
        let (ast, record) = (draft.ast, draft.record);
        match &draft.progress {
            Progress::Done(made, reads, depth) => return Some((made.of_type.clone(), *reads, *depth)),
            Progress::Broken => return None,
            Progress::Open => {
                self.circle(&ast.head.name.text, ast.head.place);
                return None;
            }
            Progress::Waiting => {}
        }
        if !self.enter(&ast.head) {
            return None;
        }
        self.set_define(id, Progress::Open);
        let made = super::deep(|| self.make_define(ast, record));
        self.open.pop();
        let result = made
            .as_ref()
            .map(|(made, reads, depth)| (made.of_type.clone(), *reads, *depth));
        self.set_define(
            id,
            made.map_or(Progress::Broken, |(made, reads, depth)| {
                Progress::Done(made, reads, depth)
            }),
        );
        result
    }

    /// Opens a definition, unless definitions are nested too deep already.
    pub(super) fn enter(&mut self, head: &ast::Head) -> bool {
        // Those open and this one: it is checked because one of them rests on it.
        if self.deep_enough(self.open.len(), head.place).is_none() {
            return false;
        }
        self.open.push((Arc::clone(&head.name.text), head.place));
        true
    }

    fn set_define(&mut self, id: DefineId, progress: Progress<Define>) {
        if let Some(draft) = self.defines.get_mut(id.index()) {
            draft.progress = progress;
        }
    }

    fn make_define(&mut self, ast: &'a ast::Define, record: RecordId) -> Option<(Define, Reads, usize)> {
        let scope = Scope::of(record);
        let title = self.title(&ast.head.title);
        let ground = self.ground(&ast.ground, &scope);
        let (body, of_type, bounds, reads, depth) = match &ast.body {
            ast::DefineBody::Value(value) => {
                let typed = self.expression(value, &scope, None)?;
                let of_type = typed.expression.of_type.clone();
                (
                    DefineBody::Value(typed.expression),
                    of_type,
                    Bounds::default(),
                    typed.reads,
                    typed.depth,
                )
            }
            ast::DefineBody::Cases(of_type, cases) => {
                let (of_type, bounds) = self.declared_type(of_type)?;
                let bounds = self.limits(&of_type, &bounds);
                let mut made = Vec::new();
                let mut reads = Reads::default();
                let mut depth = 0;
                let mut sound = true;
                for case in cases {
                    match self.case(case, &of_type, &bounds, &scope) {
                        Some((case, case_reads, case_depth)) => {
                            made.push(case);
                            reads = reads.and(case_reads);
                            depth = depth.max(case_depth);
                        }
                        None => sound = false,
                    }
                }
                self.check_cases(ast, &made);
                if !sound {
                    return None;
                }
                (DefineBody::Cases(made), of_type, bounds, reads, depth)
            }
        };
        let name = Arc::clone(&ast.head.name.text);
        Some((
            Define {
                name,
                title,
                record,
                of_type,
                bounds,
                body,
                ground,
                place: ast.head.place,
            },
            reads,
            depth,
        ))
    }

    fn case(
        &mut self,
        case: &'a ast::Case,
        of_type: &Type,
        bounds: &Bounds,
        scope: &Scope<'_>,
    ) -> Option<(Case, Reads, usize)> {
        let value = self
            .expression(&case.value, scope, Some(of_type))
            .and_then(|value| {
                self.expect_type(&value, of_type, "this case")?;
                self.hold_to(&value.expression, bounds, "this case")
                    .then_some(value)
            });
        let when = case.when.as_ref().map(|when| self.condition(when, scope));
        let ground = self.ground(&case.ground, scope);
        let value = value?;
        let when = match when {
            Some(when) => Some(when?),
            None => None,
        };
        let mut reads = value.reads;
        let mut depth = value.depth;
        if let Some(when) = &when {
            reads = reads.and(when.reads);
            depth = depth.max(when.depth);
        }
        let made = Case {
            value: value.expression,
            when: when.map(|when| when.expression),
            ground,
            place: case.place,
        };
        Some((made, reads, depth))
    }

    /// `otherwise` stands last and once, and there is at least one case.
    fn check_cases(&mut self, ast: &ast::Define, cases: &[Case]) {
        if cases.is_empty() && self.told_within(&ast.head) {
            return;
        }
        if cases.is_empty() {
            self.tell(
                Diagnostic::new(
                    Code::MissingClause,
                    format!("`{}` has no cases", ast.head.name.text),
                )
                .at(ast.head.place, "no value to choose")
                .help("write `VALUE when CONDITION` a line, and `otherwise VALUE` last"),
            );
            return;
        }
        let last = cases.len() - 1;
        if let Some(early) = cases.iter().take(last).find(|case| case.when.is_none()) {
            let mut problem = Diagnostic::new(
                Code::DuplicateClause,
                "`otherwise` is the last case: those after it are never reached",
            )
            .at(early.place, "takes all that is left");
            let second = cases.iter().rev().find(|case| case.when.is_none());
            problem = match second.filter(|second| second.place != early.place) {
                Some(second) => problem
                    .at(second.place, "another one")
                    .help("keep one of them, as the last case"),
                None => problem.help("move it to the end"),
            };
            self.tell(problem);
        }
    }

    pub(super) fn group(&mut self, id: GroupId) -> Option<(Reads, usize)> {
        let draft = self.groups.get(id.index())?;
        let (ast, record) = (draft.ast, draft.record);
        match &draft.progress {
            Progress::Done(_, reads, depth) => return Some((*reads, *depth)),
            Progress::Broken => return None,
            Progress::Open => {
                self.circle(&ast.head.name.text, ast.head.place);
                return None;
            }
            Progress::Waiting => {}
        }
        if !self.enter(&ast.head) {
            return None;
        }
        self.set_group(id, Progress::Open);
        let scope = Scope::of(record);
        let condition = super::deep(|| self.condition(&ast.condition, &scope));
        let title = self.title(&ast.head.title);
        let ground = self.ground(&ast.ground, &scope);
        self.open.pop();
        let Some(condition) = condition else {
            self.set_group(id, Progress::Broken);
            return None;
        };
        let result = condition.part();
        let name = Arc::clone(&ast.head.name.text);
        let made = Group {
            name,
            title,
            record,
            condition: condition.expression,
            ground,
            place: ast.head.place,
        };
        self.set_group(id, Progress::Done(made, result.0, result.1));
        Some(result)
    }

    fn set_group(&mut self, id: GroupId, progress: Progress<Group>) {
        if let Some(draft) = self.groups.get_mut(id.index()) {
            draft.progress = progress;
        }
    }
}
