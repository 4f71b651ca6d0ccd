//! Criteria with their questions and weights, and the total that they add up to.
//!
//! Comes in: criteria and the score as written. Goes out: the same in the model; the questions become fields of the
//! policy's record. It never adds anything up.
//!
//! Invariant: the weights of one level are all numbers or all percentages.

use super::scope::{Allowed, Scope};
use super::{Checker, Progress, Reads};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    Aggregation, Criterion, CriterionBody, CriterionId, FieldId, Ground, Number, Score, Type, Unit,
};
use crate::source::Place;
use crate::syntax::ast::{self};
use std::sync::Arc;

const CRITERIA: Allowed = Allowed::UpToCriteria("a criterion");

const SCORE: Allowed = Allowed::UpToCriteria("the score");

impl<'a> Checker<'a> {
    pub(super) fn declare_score(&mut self, score: &'a ast::Score) {
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

    pub(super) fn declare_questions(&mut self, criterion: &'a ast::Criterion) -> Vec<FieldId> {
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
                    self.tell(
                        Diagnostic::new(Code::NotHere, "a question is no key")
                            .at(place, "not here")
                            .help("take `key` out")
                            .fix(place, ""),
                    );
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
        let made = super::deep(|| self.make_criterion(ast, id));
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
        let grounds: Vec<&ast::Ground> = std::iter::once(&ast.ground)
            .chain(ast.body.iter().take(1).map(|body| &body.ground))
            .collect();
        let ground = self.joined(&grounds, &Scope::of(self.record));
        let (weight, percentage, weight_ground) = match self.once("weight", &ast.weight) {
            Some(clause) => {
                let ground = self.ground(&clause.ground, &Scope::of(self.record));
                (self.number(&clause.value)?, clause.value.percent, ground)
            }
            None => (Number::one(), false, Ground::default()),
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
                        None => Number::one(),
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
        if let Some((other, place)) = found.iter().find(|(unit, _)| *unit != first).cloned() {
            let words = |unit: Option<Unit>| match unit {
                Some(unit) if !unit.is_none() => format!("in {unit}"),
                _ => "a bare number".to_owned(),
            };
            self.tell(
                Diagnostic::new(
                    Code::UnitMismatch,
                    "the questions of one criterion are in different units",
                )
                .at(place, words(other))
                .at(first_place, words(first))
                .help("give all questions of a criterion the same unit"),
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
