//! What a name means at a place.
//!
//! Comes in: paths as written and the scope they stand in. Goes out: typed expressions, or a problem with the nearest
//! name that would fit. It never looks at operators.
//!
//! Invariant: a name is a field, question, define, table, group or criterion of the record at hand before it is anything
//! else.

use std::sync::Arc;

use super::scope::{Scope, Typed};
use super::{Checker, Entity, Progress, Reads};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{CriterionId, Expression, ExpressionKind, RecordId, Type, Unit, Value};
use crate::source::Place;
use crate::syntax::ast;

/// The most names that dots may join.
const LONGEST_PATH: usize = 64;

/// Members that are listed.
const MOST_LISTED: usize = 12;

impl Checker<'_> {
    /// The value of a dotted name.
    pub(super) fn path(&mut self, names: &[ast::Name], scope: &Scope<'_>) -> Option<Typed> {
        if let Some(name) = names.get(LONGEST_PATH) {
            self.tell(
                Diagnostic::new(Code::TooDeep, "this leads over too many dots")
                    .at(name.place, "one too many")
                    .help("give a part of it a name of its own with `define`"),
            );
            return None;
        }
        let (first, mut rest) = names.split_first()?;
        let mut value = match &*first.text {
            "it" => match &scope.it {
                Some(of_type) => Typed::leaf(ExpressionKind::It, of_type.clone(), first.place),
                None => {
                    self.tell(
                        Diagnostic::new(
                            Code::NotHere,
                            "`it` stands for a question in `count(CRITERION where it …)` and its kin",
                        )
                        .at(first.place, "there is no question at hand here")
                        .help("name the field or question that is meant"),
                    );
                    return None;
                }
            },
            "this" => {
                let Some(record) = scope.record else {
                    self.tell(
                        Diagnostic::new(Code::NotHere, "there is no record at hand here")
                            .at(first.place, "`this` is no record"),
                    );
                    return None;
                };
                match rest.split_first() {
                    Some((name, more)) => {
                        let (value, taken) = self.member(record, name, more, scope)?;
                        rest = more.get(taken..).unwrap_or(&[]);
                        value
                    }
                    None => Typed::leaf(ExpressionKind::This, Type::Reference(record), first.place),
                }
            }
            _ => {
                let (value, taken) = self.first_name(first, rest, scope)?;
                rest = rest.get(taken..).unwrap_or(&[]);
                value
            }
        };
        while let Some((name, more)) = rest.split_first() {
            let Type::Reference(record) = value.expression.of_type else {
                let what = self.type_name(&value.expression.of_type);
                self.tell(
                    Diagnostic::new(
                        Code::TypeMismatch,
                        format!("`{}` is asked of something that is no record", name.text),
                    )
                    .at(value.expression.place, format!("this is {what}"))
                    .at(name.place, "so there is nothing of this name in it"),
                );
                return None;
            };
            let inner = Scope {
                record: Some(record),
                it: None,
                parameters: None,
                ..scope.clone()
            };
            let (member, taken) = match self.parent_of(record, name) {
                Some(parent) => (parent, 0),
                None => self.member(record, name, more, &inner)?,
            };
            let place = value.expression.place.to(member.expression.place);
            let of_type = member.expression.of_type.clone();
            let others = Reads {
                others: record == self.record && self.same_type_twice(&value, scope),
                ..Reads::default()
            };
            value = Typed {
                reads: value.reads.and(member.reads).and(others),
                depth: value.depth.max(member.depth),
                zero: false,
                expression: Expression {
                    kind: ExpressionKind::Follow(Box::new(value.expression), Box::new(member.expression)),
                    of_type,
                    place,
                },
            };
            rest = more.get(taken..).unwrap_or(&[]);
        }
        Some(value)
    }

    /// Whether a reference leads from a record of the policy's own type to another one of it.
    fn same_type_twice(&self, value: &Typed, scope: &Scope<'_>) -> bool {
        scope.record == Some(self.record) && value.expression.of_type == Type::Reference(self.record)
    }

    fn parent_of(&self, record: RecordId, name: &ast::Name) -> Option<Typed> {
        let parent = self.records.get(usize::from(record.0))?.parent?;
        let made = self.records.get(usize::from(parent.0))?;
        (made.name == name.text)
            .then(|| Typed::leaf(ExpressionKind::Parent, Type::Reference(parent), name.place))
    }

    fn first_name(
        &mut self,
        name: &ast::Name,
        rest: &[ast::Name],
        scope: &Scope<'_>,
    ) -> Option<(Typed, usize)> {
        if let Some(parameters) = scope.parameters
            && let Some((index, (_, of_type))) = parameters
                .iter()
                .enumerate()
                .find(|(_, (known, _))| *known == name.text)
        {
            return Some((
                Typed::leaf(ExpressionKind::Parameter(index), of_type.clone(), name.place),
                0,
            ));
        }
        if let Some(record) = scope.record {
            if self.knows(record, name) {
                return self.member(record, name, rest, scope);
            }
            if let Some(parent) = self.parent_of(record, name) {
                return Some((parent, 0));
            }
        }
        if let Some(one) = self.record_named(&name.text)
            && self
                .records
                .get(usize::from(one.0))
                .is_some_and(|record| record.one)
        {
            return Some((
                Typed::leaf(ExpressionKind::One(one), Type::Reference(one), name.place),
                0,
            ));
        }
        self.unknown_value(name, scope);
        None
    }

    /// Whether a record type has something of a name.
    pub(super) fn knows(&self, record: RecordId, name: &ast::Name) -> bool {
        let standing = record == self.record && super::records::TAKEN.contains(&&*name.text);
        standing
            || self
                .names
                .get(usize::from(record.0))
                .is_some_and(|names| names.contains_key(&name.text))
    }

    /// A name of a record type, and how many of the names after it belong to it (a question's second name).
    fn member(
        &mut self,
        record: RecordId,
        name: &ast::Name,
        rest: &[ast::Name],
        scope: &Scope<'_>,
    ) -> Option<(Typed, usize)> {
        if record == self.record {
            let standing = match &*name.text {
                "total" => Some((
                    ExpressionKind::Total,
                    self.total_type(Some(name.place))?,
                    Reads {
                        total: true,
                        ..Reads::default()
                    },
                )),
                "rank" => Some((
                    ExpressionKind::Rank,
                    Type::Number(Unit::none()),
                    Reads {
                        rank: true,
                        ..Reads::default()
                    },
                )),
                "selected" => Some((
                    ExpressionKind::Selected,
                    Type::YesNo,
                    Reads {
                        selected: true,
                        ..Reads::default()
                    },
                )),
                _ => None,
            };
            if let Some((kind, of_type, reads)) = standing {
                return Some((
                    Typed {
                        reads,
                        depth: self.standing_depth(&kind),
                        ..Typed::leaf(kind, of_type, name.place)
                    },
                    0,
                ));
            }
        }
        let names = self.names.get(usize::from(record.0))?;
        let Some((entity, _)) = names.get(&name.text).copied() else {
            self.unknown_value(name, scope);
            return None;
        };
        let typed = match entity {
            Entity::Field(id) => {
                let field = self.records.get(usize::from(record.0))?.fields.get(id.index())?;
                Typed::leaf(ExpressionKind::Field(id), field.of_type.clone(), name.place)
            }
            Entity::Criterion(id) => return self.criterion_or_question(record, id, name, rest),
            Entity::Define(id) => {
                let (of_type, reads, depth) = self.define(id)?;
                Typed {
                    reads,
                    depth: depth + 1,
                    ..Typed::leaf(ExpressionKind::Define(id), of_type, name.place)
                }
            }
            Entity::Table(id) => {
                let (of_type, reads, depth, applied) = self.table(id)?;
                if applied {
                    self.tell(
                        Diagnostic::new(
                            Code::WrongArguments,
                            format!("`{}` is a table that is applied to values", name.text),
                        )
                        .at(name.place, "its values are missing")
                        .help(format!(
                            "write `{}(…)` with a value for each of its inputs",
                            name.text
                        )),
                    );
                    return None;
                }
                Typed {
                    reads,
                    depth: depth + 1,
                    ..Typed::leaf(ExpressionKind::Table(id), of_type, name.place)
                }
            }
            Entity::Group(id) => {
                let (reads, depth) = self.group(id)?;
                Typed {
                    reads,
                    depth: depth + 1,
                    ..Typed::leaf(ExpressionKind::Group(id), Type::YesNo, name.place)
                }
            }
        };
        self.deep_enough(typed.depth, name.place)?;
        Some((typed, 0))
    }

    fn criterion_or_question(
        &mut self,
        record: RecordId,
        id: CriterionId,
        name: &ast::Name,
        rest: &[ast::Name],
    ) -> Option<(Typed, usize)> {
        let Some(question) = rest.first() else {
            let (of_type, reads, depth) = self.criterion(id)?;
            let reads = Reads {
                criteria: true,
                ..reads
            };
            return Some((
                Typed {
                    reads,
                    depth: depth + 1,
                    ..Typed::leaf(ExpressionKind::Criterion(id), of_type, name.place)
                },
                0,
            ));
        };
        let full: Arc<str> = format!("{}.{}", name.text, question.text).into();
        let place = name.place.to(question.place);
        let fields = &self.records.get(usize::from(record.0))?.fields;
        if let Some((Entity::Field(field), _)) = self.names.get(usize::from(record.0))?.get(&full).copied() {
            let of_type = fields.get(field.index())?.of_type.clone();
            return Some((Typed::leaf(ExpressionKind::Field(field), of_type, place), 1));
        }
        let prefix = format!("{}.", name.text);
        let known: Vec<String> = fields
            .iter()
            .filter_map(|field| field.name.strip_prefix(&prefix))
            .map(str::to_owned)
            .collect();
        if self.is_lost(&question.text) {
            return None;
        }
        let mut problem = Diagnostic::new(
            Code::UnknownName,
            format!("criterion `{}` has no question `{}`", name.text, question.text),
        )
        .at(question.place, "not declared");
        if let Some(near) = self.near(&question.text, known.iter().map(String::as_str)) {
            problem = problem.meant(question.place, &near);
        }
        self.tell(problem);
        None
    }

    /// The member of an enumeration or level of a scale that a bare name (or a text) stands for.
    pub(super) fn choice(
        &mut self,
        name: &str,
        place: Place,
        of_type: &Type,
        scope: &Scope<'_>,
    ) -> Option<Typed> {
        let (known, what): (Vec<Arc<str>>, String) = match of_type {
            Type::Enumeration(id) => {
                let members = &self.enumerations.get(usize::from(id.0))?.members;
                if let Some(index) = members.iter().position(|(member, _)| &**member == name) {
                    let value = Value::Member(index as u16);
                    return Some(Typed::leaf(
                        ExpressionKind::Constant(value),
                        of_type.clone(),
                        place,
                    ));
                }
                (
                    members.iter().map(|(member, _)| Arc::clone(member)).collect(),
                    "not one of the values".to_owned(),
                )
            }
            Type::Scale(id) => {
                let scale = self.scales.get(usize::from(id.0))?;
                if let Some((index, level)) = scale
                    .levels
                    .iter()
                    .enumerate()
                    .find(|(_, level)| &*level.name == name)
                {
                    let value = match &level.number {
                        Some(number) => Value::Number(number.clone()),
                        None => Value::Level(index as u16),
                    };
                    return Some(Typed::leaf(
                        ExpressionKind::Constant(value),
                        of_type.clone(),
                        place,
                    ));
                }
                (
                    scale.levels.iter().map(|level| Arc::clone(&level.name)).collect(),
                    format!("no level of `{}`", scale.name),
                )
            }
            _ => return None,
        };
        // Of a scale without a level that could be read it is told already.
        if known.is_empty() || self.is_lost(name) {
            return None;
        }
        let mut list: Vec<String> = known
            .iter()
            .take(MOST_LISTED)
            .map(|name| format!("`{name}`"))
            .collect();
        if known.len() > MOST_LISTED {
            list.push("…".to_owned());
        }
        let list = list.join(", ");
        let is_name = scope.record.is_some_and(|record| {
            self.names
                .get(usize::from(record.0))
                .is_some_and(|names| names.contains_key(name))
        });
        let near = self.near(name, known.iter().map(|name| &**name));
        let help = match &near {
            Some(near) => format!("did you mean `{}`?", near.name),
            None if is_name => {
                format!("to compare with the field, write `this.{name}`; the values are {list}")
            }
            None if matches!(
                name,
                "null" | "nil" | "none" | "None" | "NULL" | "empty" | "unknown"
            ) =>
            {
                "whether it is known at all is asked with `is known` or `is missing`".to_owned()
            }
            None => super::unknown::asked(name).unwrap_or_else(|| format!("the values are {list}")),
        };
        let mut problem = Diagnostic::new(Code::UnknownMember, format!("`{name}` is {what}"))
            .at(place, "not a value that can occur")
            .help(help);
        if let Some(near) = near {
            problem = problem.meant(place, &near);
        }
        self.tell(problem);
        None
    }

    /// The type of the total, with a circle told at `from`.
    pub(super) fn total_type(&mut self, from: Option<Place>) -> Option<Type> {
        match &self.total {
            Progress::Done(of_type, ..) => return Some(of_type.clone()),
            Progress::Broken => return None,
            Progress::Open => {
                if let Some(place) = from {
                    self.circle(&"total".into(), place);
                }
                return None;
            }
            Progress::Waiting => {}
        }
        self.total = Progress::Open;
        self.open
            .push(("total".into(), self.total_place().unwrap_or_default()));
        let made = super::deep(|| self.make_total(from));
        self.open.pop();
        let of_type = made.as_ref().map(|(of_type, ..)| of_type.clone());
        self.total = match made {
            Some((of_type, reads, depth)) => Progress::Done(of_type, reads, depth),
            None => Progress::Broken,
        };
        of_type
    }

    /// How many definitions `total` rests on; `rank` and `selected` are decided before they are read.
    fn standing_depth(&self, kind: &ExpressionKind) -> usize {
        match (kind, &self.total) {
            (ExpressionKind::Total, Progress::Done(_, _, depth)) => depth + 1,
            _ => 0,
        }
    }

    /// Tells a circle of definitions.
    pub(super) fn circle(&mut self, name: &Arc<str>, place: Place) {
        let first = self.open.iter().position(|(open, _)| open == name).unwrap_or(0);
        let way: Vec<&str> = self
            .open
            .iter()
            .skip(first)
            .map(|(name, _)| &**name)
            .chain([&**name])
            .collect();
        let message = if way.len() == 2 {
            format!("`{name}` rests on itself")
        } else {
            format!(
                "these definitions rest on each other in a circle: {}",
                way.join(" → ")
            )
        };
        let mut problem = Diagnostic::new(Code::DefinitionCycle, message).at(
            place,
            if way.len() == 2 {
                "needs its own value"
            } else {
                "comes back to where it began"
            },
        );
        for (_, place) in self
            .open
            .iter()
            .skip(first)
            .take(6)
            .filter(|(_, step)| *step != place)
        {
            problem = problem.at(*place, "over this");
        }
        self.tell(problem.help("take one of these steps out"));
    }

    /// Holds how many definitions something rests on against the most that may be.
    pub(super) fn deep_enough(&mut self, depth: usize, place: Place) -> Option<()> {
        if depth <= super::DEPTH {
            return Some(());
        }
        let told = self.problems.iter().any(|problem| problem.code == Code::TooDeep);
        if !told {
            self.tell(
                Diagnostic::new(
                    Code::TooDeep,
                    "this rests on too many definitions, one behind the other",
                )
                .at(place, "one level too many")
                .help("let definitions stand beside each other instead of on top of each other"),
            );
        }
        None
    }
}
