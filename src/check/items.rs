//! Definitions and rules: defines, groups, criteria, the score, gates, the rank, joint, exclusions, premises.
//!
//! Comes in: the items as written. Goes out: the same in the model. It never orders or evaluates anything.
//!
//! Invariant: a definition is checked once, when it is first named or when its turn comes.

use std::sync::Arc;

use indexmap::IndexMap;

use super::expressions::{Allowed, Scope, Typed, one};
use super::{Checker, Draft, Entity, Progress, Reads};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    Aggregation, Case, Criterion, CriterionBody, CriterionId, Define, DefineBody, DefineId, Exclusion,
    FieldId, Gate, Ground, Group, GroupId, Instead, Joint, Number, Premise, Rank, RankKey, RecordId, Score,
    Type, Unit,
};
use crate::source::Place;
use crate::syntax::ast::{self, Direction};

const CRITERIA: Allowed = Allowed::UpToCriteria("a criterion");
const SCORE: Allowed = Allowed::UpToCriteria("the score");
const GATE: Allowed = Allowed::UpToTotal("an entry criterion");
const RANK: Allowed = Allowed::UpToTotal("the ranking");

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

    fn declare_score(&mut self, score: &'a ast::Score) {
        if &*score.head.name.text != "total" {
            self.tell(
                Diagnostic::new(
                    Code::UnknownName,
                    format!("there is one score, `total`, and not `{}`", score.head.name.text),
                )
                .at(score.head.name.place, "another name")
                .help("write `score total = …`; other values are named with `define`"),
            );
            return;
        }
        if let Some(first) = self.score {
            self.tell(
                Diagnostic::new(Code::DuplicateClause, "there are two scores")
                    .at(score.head.place, "the second one")
                    .at(first.head.place, "the first one")
                    .help("keep one of them; other values are named with `define`"),
            );
            return;
        }
        self.score = Some(score);
    }

    fn declare_questions(&mut self, criterion: &'a ast::Criterion) -> Vec<FieldId> {
        let id = CriterionId((self.criteria.len() - 1) as u32);
        let mut questions = Vec::new();
        for body in &criterion.body {
            let ast::CriterionBody::Questions(aggregation, fields) = &body.value else {
                continue;
            };
            for field in fields {
                if let Some(weight) = field
                    .weight
                    .as_ref()
                    .filter(|_| *aggregation != ast::Aggregation::WeightedMean)
                {
                    self.tell(
                        Diagnostic::new(
                            Code::NotHere,
                            "only the questions of a weighted mean have weights",
                        )
                        .at(weight.place, "not here")
                        .help("write `weighted mean of { … }`"),
                    );
                }
                if let Some(place) = field.key {
                    self.tell(Diagnostic::new(Code::NotHere, "a question is no key").at(place, "not here"));
                }
                let name: Arc<str> = format!("{}.{}", criterion.head.name.text, field.name.text).into();
                let Some(made) = self.field(field, Some(id), name) else {
                    self.lose(&field.name.text);
                    continue;
                };
                if self.unit_of(&made.of_type).is_none() {
                    let found = self.type_name(&made.of_type);
                    self.tell(
                        Diagnostic::new(Code::TypeMismatch, format!("a question is answered with a number or a level that has one, and this is {found}"))
                            .at(field.of_type.place, found)
                            .help("give it a range such as `0..10`, or a scale whose levels have numbers"),
                    );
                    continue;
                }
                if let Some(place) = field.reversed
                    && self.ends(&made.of_type, &made.bounds).is_none()
                {
                    self.tell(
                        Diagnostic::new(
                            Code::BadRange,
                            "to be reversed, a question needs a lowest and a highest answer",
                        )
                        .at(place, "reversed between what?")
                        .help("give it a range with both ends, such as `0..10`"),
                    );
                }
                questions.extend(self.declare_field(self.record, made, field.name.place));
            }
        }
        questions
    }

    /// The lowest and the highest number that fits.
    fn ends(&self, of_type: &Type, bounds: &crate::model::Bounds) -> Option<(Number, Number)> {
        if let Type::Scale(id) = of_type {
            let (low, high) = self.scales.get(usize::from(id.0))?.bounds()?;
            return Some((low.clone(), high.clone()));
        }
        let range = bounds.range.as_ref()?;
        Some((range.low.as_ref()?.0.clone(), range.high.as_ref()?.0.clone()))
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
        let made = self.make_define(ast, record);
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
        if self.open.len() >= super::DEPTH {
            let leaf = Typed {
                depth: super::DEPTH + 1,
                ..Typed::leaf(crate::model::ExpressionKind::This, Type::YesNo, head.place)
            };
            let _ = self.deep_enough(&leaf);
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
        let (body, of_type, reads, depth) = match &ast.body {
            ast::DefineBody::Value(value) => {
                let typed = self.expression(value, &scope, None)?;
                let of_type = typed.expression.of_type.clone();
                (
                    DefineBody::Value(typed.expression),
                    of_type,
                    typed.reads,
                    typed.depth,
                )
            }
            ast::DefineBody::Cases(of_type, cases) => {
                let (of_type, _) = self.declared_type(of_type)?;
                let mut made = Vec::new();
                let mut reads = Reads::default();
                let mut depth = 0;
                let mut sound = true;
                for case in cases {
                    match self.case(case, &of_type, &scope) {
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
                (DefineBody::Cases(made), of_type, reads, depth + 1)
            }
        };
        let name = Arc::clone(&ast.head.name.text);
        Some((
            Define {
                name,
                title,
                record,
                of_type,
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
        scope: &Scope<'_>,
    ) -> Option<(Case, Reads, usize)> {
        let value = self
            .expression(&case.value, scope, Some(of_type))
            .and_then(|value| {
                self.expect_type(&value, of_type, "this case")?;
                Some(value)
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
            self.tell(
                Diagnostic::new(
                    Code::DuplicateClause,
                    "`otherwise` is the last case: those after it are never reached",
                )
                .at(early.place, "takes all that is left")
                .help("move it to the end"),
            );
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
        let condition = self.condition(&ast.condition, &scope);
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

    pub(super) fn criterion(&mut self, id: CriterionId) -> Option<(Type, Reads, usize)> {
        let draft = self.criteria.get(id.index())?;
        let ast = draft.ast;
        let of_type = |checker: &Self, made: &Criterion| match &made.body {
            CriterionBody::Value(value) => value.of_type.clone(),
            CriterionBody::Questions(_, questions) => {
                let fields = checker
                    .records
                    .get(usize::from(checker.record.0))
                    .map(|record| &record.fields);
                let first = questions
                    .first()
                    .and_then(|(field, _)| fields?.get(field.index()));
                first.map_or(Type::Number(Unit::none()), |field| {
                    Type::Number(checker.unit_of(&field.of_type).unwrap_or_default())
                })
            }
        };
        match &draft.progress {
            Progress::Done(made, reads, depth) => return Some((of_type(self, made), *reads, *depth)),
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
        self.set_criterion(id, Progress::Open);
        let made = self.make_criterion(ast, id);
        self.open.pop();
        let result = made
            .as_ref()
            .map(|(made, reads, depth)| (of_type(self, made), *reads, *depth));
        self.set_criterion(
            id,
            made.map_or(Progress::Broken, |(made, reads, depth)| {
                Progress::Done(made, reads, depth)
            }),
        );
        result
    }

    fn set_criterion(&mut self, id: CriterionId, progress: Progress<Criterion>) {
        if let Some(draft) = self.criteria.get_mut(id.index()) {
            draft.progress = progress;
        }
    }

    fn make_criterion(
        &mut self,
        ast: &'a ast::Criterion,
        id: CriterionId,
    ) -> Option<(Criterion, Reads, usize)> {
        let scope = Scope::of(self.record).allowing(CRITERIA);
        let title = self.title(&ast.head.title);
        let ground = self.ground(&ast.ground, &Scope::of(self.record));
        let (weight, percentage, weight_ground) = match self.once("weight", &ast.weight) {
            Some(clause) => {
                let ground = self.ground(&clause.ground, &Scope::of(self.record));
                (self.number(&clause.value)?, clause.value.percent, ground)
            }
            None => (one(), false, Ground::default()),
        };
        if let [first, .., second] = ast.body.as_slice() {
            self.tell(
                Diagnostic::new(
                    Code::DuplicateClause,
                    format!("criterion `{}` gets its value in two ways", ast.head.name.text),
                )
                .at(second.place, "the second one")
                .at(first.place, "the first one")
                .help("keep one of them"),
            );
        }
        let Some(body) = ast.body.first() else {
            if self.told_within(&ast.head) {
                return None;
            }
            self.tell(
                Diagnostic::new(
                    Code::MissingClause,
                    format!(
                        "criterion `{}` does not say how it gets its value",
                        ast.head.name.text
                    ),
                )
                .at(ast.head.place, "no questions and no value")
                .help("write `mean of { … }` with its questions, or `value …`"),
            );
            return None;
        };
        let (body, reads, depth) = match &body.value {
            ast::CriterionBody::Value(value) => {
                let typed = self.whole(value, &scope, None)?;
                self.numeric(&typed, "a criterion")?;
                (CriterionBody::Value(typed.expression), typed.reads, typed.depth)
            }
            ast::CriterionBody::Questions(aggregation, fields) => {
                let ids = self.questions.get(id.index()).cloned().unwrap_or_default();
                if fields.is_empty() && !self.told_within(&ast.head) {
                    self.tell(
                        Diagnostic::new(
                            Code::MissingClause,
                            format!("criterion `{}` asks no questions", ast.head.name.text),
                        )
                        .at(body.place, "nothing to take the value from")
                        .help("write a question a line, such as `patient : 0..10 \"Better for patients\"`"),
                    );
                }
                if ids.len() != fields.len() || ids.is_empty() {
                    return None;
                }
                let mut questions = Vec::new();
                for (field, id) in fields.iter().zip(ids) {
                    let weight = match &field.weight {
                        Some(digits) => self.number(digits)?,
                        None => one(),
                    };
                    questions.push((id, weight));
                }
                if *aggregation == ast::Aggregation::WeightedMean {
                    let weights: Vec<_> = fields
                        .iter()
                        .map(|field| (field.weight.as_ref(), field.name.place))
                        .collect();
                    self.percentages(&weights, "questions");
                }
                self.question_units(&questions)?;
                (
                    CriterionBody::Questions(aggregation_of(*aggregation), questions),
                    Reads::default(),
                    1,
                )
            }
        };
        let name = Arc::clone(&ast.head.name.text);
        let made = Criterion {
            name,
            title,
            weight,
            percentage,
            weight_ground,
            body,
            ground,
            place: ast.head.place,
        };
        Some((made, reads, depth))
    }

    /// The questions of one criterion are all in one unit.
    fn question_units(&mut self, questions: &[(FieldId, Number)]) -> Option<()> {
        let fields = &self.records.get(usize::from(self.record.0))?.fields;
        let found: Vec<_> = questions
            .iter()
            .filter_map(|(id, _)| fields.get(id.index()))
            .map(|field| (self.unit_of(&field.of_type), field.place))
            .collect();
        let (first, first_place) = found.first().cloned()?;
        if let Some((_, place)) = found.iter().find(|(unit, _)| *unit != first).cloned() {
            self.tell(
                Diagnostic::new(
                    Code::UnitMismatch,
                    "the questions of one criterion are in different units",
                )
                .at(place, "another unit")
                .at(first_place, "than here"),
            );
            return None;
        }
        Some(())
    }

    /// Weights are all numbers or all percentages that add up to 100 %.
    fn percentages(&mut self, weights: &[(Option<&ast::Digits>, Place)], what: &str) {
        let percent = |weight: &Option<&ast::Digits>| weight.is_some_and(|digits| digits.percent);
        let Some((Some(first), _)) = weights.iter().find(|(weight, _)| percent(weight)) else {
            return;
        };
        let mut others = weights.iter().filter(|(weight, _)| !percent(weight)).peekable();
        if others.peek().is_some() {
            let mut problem = Diagnostic::new(
                Code::BadWeight,
                format!("some {what} weigh percentages and some do not"),
            );
            for (weight, place) in others.take(6) {
                problem = match weight {
                    Some(digits) => problem.at(digits.place, "no percentage"),
                    None => problem.at(*place, "no weight, which counts as 1"),
                };
            }
            self.tell(
                problem
                    .at(first.place, "a percentage")
                    .help("write all weights as percentages, or all as numbers"),
            );
            return;
        }
        let mut sum = Number::zero();
        for digits in weights.iter().filter_map(|(weight, _)| *weight) {
            if let Some(more) = Number::parse(&digits.text)
                .ok()
                .and_then(|number| sum.add(&number))
            {
                sum = more;
            }
        }
        if sum != Number::from_integer(100) {
            let last = weights.last().map_or(first.place, |(weight, place)| {
                weight.map_or(*place, |digits| digits.place)
            });
            self.tell(
                Diagnostic::new(
                    Code::BadWeight,
                    format!("the percentages of the {what} add up to {sum} %, not to 100 %"),
                )
                .at(last, format!("{sum} % together"))
                .help("change them so that they add up to 100 %"),
            );
        }
    }

    pub(super) fn check_weights(&mut self) {
        // A weight that could not be read is none that was left out.
        if self
            .criteria
            .iter()
            .any(|draft| self.told_within(&draft.ast.head))
        {
            return;
        }
        let weights: Vec<(Option<&ast::Digits>, Place)> = self
            .criteria
            .iter()
            .map(|draft| {
                (
                    draft.ast.weight.first().map(|clause| &clause.value),
                    draft.ast.head.place,
                )
            })
            .collect();
        self.percentages(&weights, "criteria");
    }

    pub(super) fn total_place(&self) -> Option<Place> {
        self.score
            .map(|score| score.head.place)
            .or_else(|| self.criteria.first().map(|draft| draft.ast.head.place))
    }

    pub(super) fn make_total(&mut self, from: Option<Place>) -> Option<(Type, Reads, usize)> {
        if let Some(score) = self.score {
            let scope = Scope::of(self.record).allowing(SCORE);
            let typed = self.whole(&score.value, &scope, None)?;
            let unit = self.numeric(&typed, "the score")?;
            return Some((Type::Number(unit), typed.reads, typed.depth));
        }
        if self.criteria.is_empty() {
            if let Some(place) = from {
                self.tell(
                    Diagnostic::new(
                        Code::UnknownName,
                        "there is no total: the policy has no criteria and no `score`",
                    )
                    .at(place, "nothing to add up")
                    .help("add a `criterion`, or `score total = …`"),
                );
            }
            return None;
        }
        let mut unit: Option<(Unit, Place)> = None;
        let mut reads = Reads::default();
        let mut depth = 0;
        let mut sound = true;
        for index in 0..self.criteria.len() {
            let Some((of_type, criterion_reads, criterion_depth)) = self.criterion(CriterionId(index as u32))
            else {
                sound = false;
                continue;
            };
            let place = self
                .criteria
                .get(index)
                .map(|draft| draft.ast.head.place)
                .unwrap_or_default();
            let found = self.unit_of(&of_type).unwrap_or_default();
            match &unit {
                Some((first, first_place)) if *first != found => {
                    let words = |unit: &Unit| {
                        if unit.is_none() {
                            "a bare number".to_owned()
                        } else {
                            format!("in {unit}")
                        }
                    };
                    let problem = Diagnostic::new(
                        Code::UnitMismatch,
                        "criteria in different units are added up to the total",
                    )
                    .at(place, words(&found))
                    .at(*first_place, words(first))
                    .help("divide by an amount of the same unit, or write `score total = …`");
                    self.tell(problem);
                    return None;
                }
                Some(_) => {}
                None => unit = Some((found, place)),
            }
            reads = reads.and(criterion_reads);
            depth = depth.max(criterion_depth);
        }
        let (unit, _) = unit?;
        sound.then(|| (Type::Number(unit), reads, depth + 1))
    }

    pub(super) fn score_item(&mut self) -> Option<Score> {
        let score = self.score?;
        let scope = Scope::of(self.record).allowing(SCORE);
        let title = self.title(&score.head.title);
        let ground = self.ground(&score.ground, &Scope::of(self.record));
        // Checked, and told, with the type of the total: this gives the same expression again.
        let told = self.problems.len();
        let value = self.expression(&score.value, &scope, None);
        self.problems.truncate(told);
        Some(Score {
            title,
            value: value?.expression,
            ground,
            place: score.head.place,
        })
    }

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

    /// What a clause says of itself, added to what its item says.
    fn joined(&mut self, ground: &ast::Ground, clauses: &[&ast::Ground], scope: &Scope<'_>) -> Ground {
        let mut made = self.ground(ground, scope);
        for clause in clauses {
            let more = self.ground(clause, scope);
            made.because = made.because.or(more.because);
            made.cite = made.cite.or(more.cite);
        }
        made
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
            let grounds: Vec<&ast::Ground> = require
                .map(|clause| &clause.ground)
                .into_iter()
                .chain(when.map(|clause| &clause.ground))
                .chain(otherwise.map(|clause| &clause.ground))
                .collect();
            let ground = self.joined(&entry.ground, &grounds, &told);
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
            let grounds: Vec<&ast::Ground> = when
                .map(|clause| &clause.ground)
                .into_iter()
                .chain(then.map(|clause| &clause.ground))
                .collect();
            let ground = self.joined(&exclude.ground, &grounds, &scope);
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
            let ground = self.ground(&premise.ground, &scope);
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

fn aggregation_of(written: ast::Aggregation) -> Aggregation {
    match written {
        ast::Aggregation::Mean => Aggregation::Mean,
        ast::Aggregation::Sum => Aggregation::Sum,
        ast::Aggregation::Least => Aggregation::Least,
        ast::Aggregation::Greatest => Aggregation::Greatest,
        ast::Aggregation::WeightedMean => Aggregation::WeightedMean,
    }
}
