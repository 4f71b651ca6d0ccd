//! Calls: functions, tables that are applied, and aggregates over many records.
//!
//! Comes in: a name with arguments as written. Goes out: the typed call. It never decides what a function computes: the
//! table of functions is the model's.
//!
//! Invariant: every function of [`Function::ALL`] has an arm here.

use super::aggregates::AGGREGATES;
use super::kinds::{as_key, is_text};
use super::scope::{Scope, Typed};
use super::{Checker, Entity};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ExpressionKind, Function, Number, TableId, Type, Unit};
use crate::source::Place;
use crate::syntax::ast::{self, Argument};

/// Functions as they are called elsewhere, and what to write here.
fn foreign_function(name: &str) -> Option<&'static str> {
    Some(match name.to_lowercase().as_str() {
        "average" | "avg" => {
            "the mean over records is `mean(VALUE for RECORDS)`; of a few values, add and divide them"
        }
        "if" | "iff" | "iif" => "write `if CONDITION then VALUE else VALUE`",
        "and" | "or" | "not" => {
            "`and`, `or` and `not` stand between or before conditions, without parentheses"
        }
        "len" | "length" | "size" | "countif" => "records are counted with `count(RECORDS where CONDITION)`",
        "sumif" | "total" => "a sum over records is `sum(VALUE for RECORDS where CONDITION)`",
        "rnd" => "did you mean `round`?",
        "ceil" => "write `ceiling(x)`",
        "coalesce" | "ifnull" | "default" | "isnull" | "nvl" => "write `known-or(x, y)`",
        "today" | "now" => {
            "there is no clock: put the day into the data, for example as a field of a `one record`"
        }
        "datediff" => "write `days-between(a, b)` or `years-between(a, b)`",
        "concat" => "a text that is shown puts values together: `\"{title} ({area})\"`",
        "all" => "write `every(CONDITION for RECORDS)`",
        _ => return None,
    })
}

/// How many values are given.
fn given(count: usize) -> String {
    match count {
        0 => "none is".to_owned(),
        1 => "1 is".to_owned(),
        _ => format!("{count} are"),
    }
}

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        name: &ast::Name,
        arguments: &[Argument],
        scope: &Scope<'_>,
        expected: Option<&Type>,
        place: Place,
    ) -> Option<Typed> {
        if let Some((_, function, form)) = AGGREGATES.iter().find(|(known, ..)| *known == &*name.text) {
            return self.aggregate(*function, form, arguments, scope, place);
        }
        if let Some(function) = Function::named(&name.text) {
            return self.function(function, arguments, scope, expected, place);
        }
        if let Some(table) = self.applied_table(name, scope) {
            return self.apply(table, name, arguments, scope, place);
        }
        let mut known: Vec<String> = AGGREGATES.iter().map(|(known, ..)| (*known).to_owned()).collect();
        known.extend(Function::ALL.iter().map(|(_, known, ..)| (*known).to_owned()));
        known.extend(
            self.tables
                .iter()
                .map(|table| table.ast.head.name.text.to_string()),
        );
        if self.is_lost(&name.text) {
            return None;
        }
        let mut problem = Diagnostic::new(
            Code::UnknownFunction,
            format!("there is no function or table `{}`", name.text),
        )
        .at(name.place, "not known");
        if let Some(help) = foreign_function(&name.text) {
            problem = problem.help(help);
        } else if let Some(near) = self.near(&name.text, known.iter().map(String::as_str)) {
            problem = problem.meant(name.place, &near);
        }
        self.tell(problem);
        None
    }

    /// Tells arguments that do not fit.
    pub(super) fn wrong(&mut self, form: &str, place: Place, why: impl Into<String>) {
        self.tell(
            Diagnostic::new(Code::WrongArguments, why)
                .at(place, "these arguments")
                .help(format!("it is written `{form}`")),
        );
    }

    /// The plain arguments of a function, without `for`, `where`, `from` and `to`.
    fn plain_arguments<'s>(
        &mut self,
        form: &str,
        arguments: &'s [Argument],
        place: Place,
    ) -> Option<Vec<&'s ast::Expression>> {
        let mut plain = Vec::new();
        for argument in arguments {
            match argument {
                Argument::Value {
                    value,
                    source: None,
                    condition: None,
                } => plain.push(value),
                _ => {
                    self.wrong(form, place, "this function takes plain values");
                    return None;
                }
            }
        }
        Some(plain)
    }

    fn function(
        &mut self,
        function: Function,
        arguments: &[Argument],
        scope: &Scope<'_>,
        expected: Option<&Type>,
        place: Place,
    ) -> Option<Typed> {
        let form = function.signature();
        if function == Function::Rescale {
            return self.rescale(arguments, scope, place);
        }
        let written = self.plain_arguments(form, arguments, place)?;
        let count = written.len();
        let fits = match function {
            Function::Min | Function::Max => count >= 2,
            Function::Abs | Function::Floor | Function::Ceiling => count == 1,
            _ => count == 2,
        };
        if !fits {
            let takes = match function {
                Function::Min | Function::Max => "two values or more",
                Function::Abs | Function::Floor | Function::Ceiling => "1 value",
                _ => "2 values",
            };
            self.wrong(
                form,
                place,
                format!(
                    "`{}` takes {takes}, and {} given here",
                    function.name(),
                    given(count)
                ),
            );
            return None;
        }
        if function == Function::Contains {
            return self.contains(&written, scope, place);
        }
        let passes_on = matches!(function, Function::KnownOr | Function::Min | Function::Max);
        let mut made = if passes_on {
            self.alike(&written, scope, expected)?
        } else {
            let all: Vec<_> = written
                .into_iter()
                .map(|argument| self.expression(argument, scope, None))
                .collect();
            all.into_iter().collect::<Option<_>>()?
        };
        if made.iter().any(is_text) {
            made = made.into_iter().map(as_key).collect();
        }
        let (first, second) = (made.first()?.clone(), made.get(1).cloned());
        let mut of_type = first.expression.of_type.clone();
        match function {
            Function::Min | Function::Max | Function::KnownOr => {
                let mut widest = first.clone();
                for other in made.iter().skip(1) {
                    self.same_kind(widest.clone(), other.clone(), "arguments of one function", place)?;
                    of_type = self.wider(&widest, other);
                    widest.zero = widest.zero && other.zero;
                    widest.expression.of_type = of_type.clone();
                }
                if function != Function::KnownOr {
                    self.ordered(&first)?;
                }
            }
            Function::Abs | Function::Floor | Function::Ceiling | Function::Round => {
                of_type = Type::Number(self.numeric(&first, &format!("`{}`", function.name()))?);
                if let Some(places) = &second {
                    self.expect_type(places, &Type::Number(Unit::none()), "the number of decimals")?;
                    let written = super::fields::constant(&places.expression);
                    let most = Function::MOST_PLACES;
                    let fits = |places: &Number| {
                        places
                            .to_i64()
                            .is_some_and(|places| (-most..=most).contains(&places))
                    };
                    if written.is_some_and(|places| !places.as_number().is_some_and(fits)) {
                        self.tell(
                            Diagnostic::new(
                                Code::WrongArguments,
                                "the number of decimals is a whole number from -1,000 to 1,000",
                            )
                            .at(places.expression.place, "not one of these")
                            .help(format!("it is written `{form}`, as in `round(x, 2)`")),
                        );
                        return None;
                    }
                }
            }
            _ => {
                let written: Vec<&str> = made
                    .iter()
                    .map(|argument| self.sources.slice(argument.expression.place))
                    .collect();
                for argument in &made {
                    let is_date = |of_type: &Type| matches!(of_type, Type::Date | Type::Moment);
                    if !is_date(&argument.expression.of_type) {
                        let named = scope
                            .record
                            .and_then(|record| self.field_such_as(record, &written, is_date));
                        let help = named.unwrap_or_else(|| "a date is written as in `2025-01-31`".to_owned());
                        let found = self.type_name(&argument.expression.of_type);
                        self.tell(
                            Diagnostic::new(
                                Code::TypeMismatch,
                                format!("`{}` takes two dates, and this is {found}", function.name()),
                            )
                            .at(argument.expression.place, found)
                            .help(help),
                        );
                        return None;
                    }
                }
                of_type = Type::Number(Unit::none());
            }
        }
        let parts: Vec<_> = made.iter().map(Typed::part).collect();
        let arguments = made.into_iter().map(|typed| typed.expression).collect();
        Some(Typed::over(
            ExpressionKind::Call(function, arguments),
            of_type,
            place,
            &parts,
        ))
    }

    pub(super) fn contains(
        &mut self,
        written: &[&ast::Expression],
        scope: &Scope<'_>,
        place: Place,
    ) -> Option<Typed> {
        let (list, item) = (*written.first()?, *written.get(1)?);
        // What a list that is written down holds may be members of what is looked for in it.
        let looked_for = if self.may_be_member(list, scope) && !self.may_be_member(item, scope) {
            let item = self.expression(item, scope, None)?;
            let wanted = Type::List(Box::new(item.expression.of_type.clone()));
            Some((item, wanted))
        } else {
            None
        };
        let list = self.expression(list, scope, looked_for.as_ref().map(|(_, wanted)| wanted))?;
        let item = |checker: &mut Self, wanted: Option<&Type>| match looked_for {
            Some((item, _)) => Some(item),
            None => checker.expression(item, scope, wanted),
        };
        let (list, item) = match list.expression.of_type.clone() {
            Type::List(inner) => {
                let item = item(self, Some(&inner))?;
                self.held(list, item)?
            }
            Type::Text => {
                let item = item(self, None)?;
                self.expect_type(&item, &Type::Text, "a search in a text")?;
                (list, item)
            }
            other => {
                let found = self.type_name(&other);
                let fits = |of_type: &Type| matches!(of_type, Type::List(_) | Type::Text);
                let help = scope
                    .record
                    .and_then(|record| self.field_such_as(record, &[], fits));
                self.tell(
                    Diagnostic::new(
                        Code::TypeMismatch,
                        format!("`contains` takes a list or a text, and this is {found}"),
                    )
                    .at(list.expression.place, found)
                    .help_if(help),
                );
                return None;
            }
        };
        let parts = [list.part(), item.part()];
        let kind = ExpressionKind::Call(Function::Contains, vec![list.expression, item.expression]);
        Some(Typed::over(kind, Type::YesNo, place, &parts))
    }

    fn rescale(&mut self, arguments: &[Argument], scope: &Scope<'_>, place: Place) -> Option<Typed> {
        let form = Function::Rescale.signature();
        let [
            Argument::Value {
                value,
                source: None,
                condition: None,
            },
            Argument::From(from),
            Argument::To(to),
        ] = arguments
        else {
            self.wrong(
                form,
                place,
                "`rescale` takes a value, the range it comes from and the range it goes to",
            );
            return None;
        };
        let value = self.expression(value, scope, None)?;
        let unit = self.numeric(&value, "`rescale`")?;
        let mut parts = vec![value.part()];
        let mut made = vec![value.expression];
        let mut target = Unit::none();
        for (index, range) in [from, to].into_iter().enumerate() {
            let ast::Span::Range(ast::Range {
                low: Some(low),
                high: Some(high),
                low_included: true,
                high_included: true,
                ..
            }) = range
            else {
                self.wrong(form, place, "both ranges need both ends, which belong to them");
                return None;
            };
            let low = self.expression(low, scope, None)?;
            let high = self.expression(high, scope, None)?;
            let (low, high) = self.same_kind(low, high, "the ends of one range", place)?;
            let ends = self.wider(&low, &high);
            let found = self.numeric(&low, "`rescale`")?;
            self.numeric(&high, "`rescale`")?;
            let end_unit = self.unit_of(&ends).unwrap_or(found);
            if index == 0 {
                if end_unit != unit && !(low.zero && high.zero) {
                    self.expect_type(
                        &high,
                        &Type::Number(unit.clone()),
                        "the range that `rescale` comes from",
                    )?;
                }
            } else {
                target = end_unit;
            }
            for end in [low, high] {
                parts.push(end.part());
                made.push(end.expression);
            }
        }
        Some(Typed::over(
            ExpressionKind::Call(Function::Rescale, made),
            Type::Number(target),
            place,
            &parts,
        ))
    }

    /// The table that is applied under a name: of the record at hand, else of any record.
    fn applied_table(&self, name: &ast::Name, scope: &Scope<'_>) -> Option<TableId> {
        let own = scope
            .record
            .and_then(|record| self.names.get(usize::from(record.0)))
            .and_then(|names| names.get(&name.text));
        if let Some((Entity::Table(id), _)) = own {
            return Some(*id);
        }
        self.tables
            .iter()
            .position(|table| table.ast.head.name.text == name.text)
            .map(|index| TableId(index as u32))
    }

    fn apply(
        &mut self,
        id: TableId,
        name: &ast::Name,
        arguments: &[Argument],
        scope: &Scope<'_>,
        place: Place,
    ) -> Option<Typed> {
        let (of_type, reads, depth, applied) = self.table(id)?;
        let form_of = |columns: &[crate::model::Column]| {
            let names: Vec<&str> = columns.iter().map(|column| &*column.name).collect();
            format!("{}({})", name.text, names.join(", "))
        };
        let columns = self.table_columns(id)?;
        let form = if applied {
            form_of(&columns)
        } else {
            name.text.to_string()
        };
        if !applied {
            self.wrong(
                &form,
                place,
                format!("`{}` looks its inputs up itself, and takes no values", name.text),
            );
            return None;
        }
        let written = self.plain_arguments(&form, arguments, place)?;
        if written.len() != columns.len() {
            self.wrong(
                &form,
                place,
                format!(
                    "`{}` takes {}, and {} given here",
                    name.text,
                    if columns.len() == 1 {
                        "1 value".to_owned()
                    } else {
                        format!("{} values", columns.len())
                    },
                    given(written.len())
                ),
            );
            return None;
        }
        let mut made = Vec::new();
        let mut parts = vec![(reads, depth + 1)];
        for (argument, column) in written.into_iter().zip(&columns) {
            let typed = self.expression(argument, scope, Some(&column.of_type))?;
            self.expect_type(
                &typed,
                &column.of_type,
                &format!("`{}` of `{}`", column.name, name.text),
            )?;
            let what = format!("`{}` of `{}`", column.name, name.text);
            if !self.hold_to(&typed.expression, &column.bounds, &what) {
                return None;
            }
            parts.push(typed.part());
            made.push(typed.expression);
        }
        Some(Typed::over(
            ExpressionKind::Apply(id, made),
            of_type,
            place,
            &parts,
        ))
    }
}
