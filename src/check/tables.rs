//! Decision tables: columns, cells, and whether the rows cover every input once.
//!
//! Comes in: tables as written. Goes out: tables of the model. It never evaluates one.
//!
//! Invariant: of a sound table no two rows match the same input, and every possible input is matched.

use std::sync::Arc;

use super::scope::{Scope, Typed};
use super::{Checker, Progress, Reads};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::regions::{Point, TooLarge};
use crate::model::{
    Bounds, Cell, Column, DefineBody, Expression, ExpressionKind, Interval, RecordId, Row, Table, TableId,
    Type, Unit, Value, tables,
};
use crate::source::Place;
use crate::syntax::ast::{self, CellKind, OrderOperator};

impl<'a> Checker<'a> {
    /// A table's type, what it reads, how deep it rests, and whether it is applied.
    pub(super) fn table(&mut self, id: TableId) -> Option<(Type, Reads, usize, bool)> {
        let draft = self.tables.get(id.index())?;
        let (ast, record) = (draft.ast, draft.record);
        match &draft.progress {
            Progress::Done(made, reads, depth) => {
                return Some((made.of_type.clone(), *reads, *depth, made.applied));
            }
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
        self.set_table(id, Progress::Open);
        let made = super::deep(|| self.make_table(ast, record));
        self.open.pop();
        let result = made
            .as_ref()
            .map(|(made, reads, depth)| (made.of_type.clone(), *reads, *depth, made.applied));
        self.set_table(
            id,
            made.map_or(Progress::Broken, |(made, reads, depth)| {
                Progress::Done(made, reads, depth)
            }),
        );
        result
    }

    fn set_table(&mut self, id: TableId, progress: Progress<Table>) {
        if let Some(draft) = self.tables.get_mut(id.index()) {
            draft.progress = progress;
        }
    }

    /// The inputs of a table that has been checked.
    pub(super) fn table_columns(&self, id: TableId) -> Option<Vec<Column>> {
        match &self.tables.get(id.index())?.progress {
            Progress::Done(made, ..) => Some(made.columns.clone()),
            _ => None,
        }
    }

    fn make_table(&mut self, ast: &'a ast::Table, record: RecordId) -> Option<(Table, Reads, usize)> {
        let told = self.problems.len();
        let scope = Scope::of(record);
        let title = self.title(&ast.head.title);
        let ground = self.ground(&ast.ground, &scope);
        let applied = matches!(ast.columns.first(), Some(ast::Column::Typed(..)));
        let mut parts: Vec<(Reads, usize)> = Vec::new();
        let columns = self.columns(ast, record, applied, &mut parts)?;
        let parameters: Vec<(Arc<str>, Type)> = columns
            .iter()
            .map(|column| (Arc::clone(&column.name), column.of_type.clone()))
            .collect();
        let output_scope = if applied {
            Scope {
                parameters: Some(&parameters),
                ..Scope::nothing()
            }
        } else {
            scope.clone()
        };
        let mut rows: Vec<Row> = Vec::new();
        let mut otherwise: Option<Row> = None;
        let mut output: Option<Typed> = None;
        let mut sound = true;
        for row in &ast.rows {
            let cells = match &row.cells {
                Some(cells) => self.cells(cells, &columns, row.place),
                None => Some(Vec::new()),
            };
            let value = self.expression(
                &row.value,
                &output_scope,
                output
                    .as_ref()
                    .map(|output| output.expression.of_type.clone())
                    .as_ref()
                    .filter(|of_type| matches!(of_type, Type::Enumeration(_) | Type::Scale(_))),
            );
            let row_ground = self.ground(&row.ground, &scope);
            let (Some(cells), Some(value)) = (cells, value) else {
                sound = false;
                continue;
            };
            if let Some(first) = output.clone() {
                let fits = self.same_kind(first.clone(), value.clone(), "outcomes of one table", row.place);
                if fits.is_none() {
                    sound = false;
                    continue;
                }
                let of_type = self.wider(&first, &value);
                if let Some(output) = &mut output {
                    output.expression.of_type = of_type;
                    output.zero = first.zero && value.zero;
                }
            } else {
                output = Some(value.clone());
            }
            parts.push(value.part());
            let made = Row {
                cells,
                value: value.expression,
                ground: row_ground,
                place: row.place,
            };
            if row.cells.is_some() {
                rows.push(made);
            } else if let Some(first) = &otherwise {
                let problem = Diagnostic::new(Code::DuplicateClause, "`otherwise` stands twice")
                    .at(row.place, "the second one")
                    .at(first.place, "the first one")
                    .help("keep one of them");
                self.tell(problem);
            } else {
                otherwise = Some(made);
            }
        }
        let Some(output) = output else {
            if self.problems.len() == told && !self.told_within(&ast.head) {
                self.tell(
                    Diagnostic::new(
                        Code::MissingClause,
                        format!("table `{}` has no rows", ast.head.name.text),
                    )
                    .at(ast.head.place, "nothing to look up")
                    .help("write `cell, cell -> value` a line, and `otherwise -> value` for the rest"),
                );
            }
            return None;
        };
        if !sound {
            return None;
        }
        let typed = Typed::over(
            ExpressionKind::This,
            output.expression.of_type,
            ast.head.place,
            &parts,
        );
        let made = Table {
            name: Arc::clone(&ast.head.name.text),
            title,
            record,
            columns,
            applied,
            of_type: typed.expression.of_type,
            rows,
            otherwise,
            ground,
            place: ast.head.place,
        };
        // A table with a row that could not be read seems to leave cases out.
        if !self.told_within(&ast.head) {
            self.coverage(&made)?;
        }
        Some((made, typed.reads, typed.depth))
    }

    fn columns(
        &mut self,
        ast: &'a ast::Table,
        record: RecordId,
        applied: bool,
        parts: &mut Vec<(Reads, usize)>,
    ) -> Option<Vec<Column>> {
        let mut columns: Vec<Column> = Vec::new();
        let mut sound = true;
        for column in &ast.columns {
            match column {
                ast::Column::Typed(name, of_type) => {
                    let declared = self.declared_type(of_type);
                    if !applied {
                        self.mixed(name.place);
                        sound = false;
                    }
                    if columns.iter().any(|known| known.name == name.text) {
                        self.tell(
                            Diagnostic::new(
                                Code::DuplicateName,
                                format!("there are two inputs of the name `{}`", name.text),
                            )
                            .at(name.place, "the second one"),
                        );
                        sound = false;
                    }
                    let Some((of_type, bounds)) = declared else {
                        sound = false;
                        continue;
                    };
                    let bounds = self.limits(&of_type, &bounds);
                    columns.push(Column {
                        name: Arc::clone(&name.text),
                        value: None,
                        of_type,
                        bounds,
                        place: name.place,
                    });
                }
                ast::Column::Value(value) => {
                    if applied {
                        self.mixed(value.place);
                        sound = false;
                        continue;
                    }
                    let Some(typed) = self.expression(value, &Scope::of(record), None) else {
                        sound = false;
                        continue;
                    };
                    parts.push(typed.part());
                    let bounds = self.bounds_of(&typed.expression, record);
                    let name = self
                        .sources
                        .slice(value.place)
                        .split_whitespace()
                        .collect::<Vec<_>>()
                        .join(" ");
                    columns.push(Column {
                        name: name.into(),
                        of_type: typed.expression.of_type.clone(),
                        value: Some(typed.expression),
                        bounds,
                        place: value.place,
                    });
                }
            }
            if let Some(column) = columns.last()
                && matches!(column.of_type, Type::List(_) | Type::Reference(_))
            {
                let (found, place) = (self.type_name(&column.of_type), column.place);
                self.tell(
                    Diagnostic::new(
                        Code::TypeMismatch,
                        format!("a table looks up single values, and this is {found}"),
                    )
                    .at(place, found)
                    .help("define a value of it first, such as a count or a yes/no"),
                );
                columns.pop();
                sound = false;
            }
        }
        sound.then_some(columns)
    }

    fn mixed(&mut self, place: Place) {
        self.tell(
            Diagnostic::new(Code::NotHere, "the inputs of a table all have types of their own, or none has")
                .at(place, "unlike the first one")
                .help("write `name : type` for each input of a table that is applied, or names of values for one that is read"),
        );
    }

    /// What the numbers of an expression keep to, where that is declared.
    fn bounds_of(&self, expression: &Expression, record: RecordId) -> Bounds {
        match &expression.kind {
            ExpressionKind::Field(id) => self
                .records
                .get(usize::from(record.0))
                .and_then(|made| made.fields.get(id.index()))
                .map(|field| field.bounds.clone())
                .unwrap_or_default(),
            ExpressionKind::Follow(reference, value) => match reference.of_type {
                Type::Reference(record) => self.bounds_of(value, record),
                _ => Bounds::default(),
            },
            ExpressionKind::Define(id) => match self.defines.get(id.index()).map(|draft| &draft.progress) {
                Some(Progress::Done(made, ..)) => match &made.body {
                    DefineBody::Value(value) => self.bounds_of(value, made.record),
                    DefineBody::Cases(_) => made.bounds.clone(),
                },
                _ => Bounds::default(),
            },
            // Counts are whole and never below 0, whatever is counted.
            ExpressionKind::Aggregate(aggregate)
                if aggregate.function == crate::model::AggregateFunction::Count =>
            {
                Bounds {
                    integer: true,
                    range: Some(Interval {
                        low: Some((crate::model::Number::zero(), true)),
                        high: None,
                    }),
                    step: None,
                }
            }
            _ => Bounds::default(),
        }
    }

    fn cells(&mut self, cells: &[ast::Cell], columns: &[Column], place: Place) -> Option<Vec<Cell>> {
        if cells.len() != columns.len() {
            let (has, needs) = (cells.len(), columns.len());
            let count = |count: usize, what: &str| {
                if count == 1 {
                    format!("1 {what}")
                } else {
                    format!("{count} {what}s")
                }
            };
            let last = cells.last().map_or(place, |cell| cell.place);
            self.tell(
                Diagnostic::new(
                    Code::WrongArguments,
                    format!(
                        "this row has {}, and the table {}",
                        count(has, "cell"),
                        count(needs, "input")
                    ),
                )
                .at(
                    last,
                    if has < needs {
                        "cells are missing after this one"
                    } else {
                        "too many cells"
                    },
                )
                .help("write a cell for each input, or `any` where it does not matter"),
            );
            return None;
        }
        let mut made = Vec::new();
        let mut sound = true;
        for (cell, column) in cells.iter().zip(columns) {
            match self.cell(cell, column) {
                Some(cell) => made.push(cell),
                None => sound = false,
            }
        }
        sound.then_some(made)
    }

    fn cell(&mut self, cell: &ast::Cell, column: &Column) -> Option<Cell> {
        let place = cell.place;
        match &cell.kind {
            CellKind::Any => Some(Cell::Any),
            CellKind::Order(operator, value) => {
                let value = self.cell_value(value, column)?;
                self.ordered_column(column, place)?;
                let (low, high) = match operator {
                    OrderOperator::Less => (None, Some((value, false))),
                    OrderOperator::LessOrEqual => (None, Some((value, true))),
                    OrderOperator::Greater => (Some((value, false)), None),
                    OrderOperator::GreaterOrEqual => (Some((value, true)), None),
                };
                Some(Cell::Among(vec![Interval { low, high }]))
            }
            CellKind::Span(span) => Some(Cell::Among(self.cell_spans(span, column)?)),
        }
    }

    fn ordered_column(&mut self, column: &Column, place: Place) -> Option<()> {
        let leaf = Typed::leaf(ExpressionKind::This, column.of_type.clone(), place);
        self.ordered(&leaf)
    }

    fn cell_spans(&mut self, span: &ast::Span, column: &Column) -> Option<Vec<Interval<Value>>> {
        match span {
            ast::Span::Value(list) if matches!(list.kind, ast::ExpressionKind::List(_)) => {
                let ast::ExpressionKind::List(members) = &list.kind else {
                    return None;
                };
                let mut all = Vec::new();
                for member in members {
                    all.extend(self.cell_spans(member, column)?);
                }
                Some(all)
            }
            ast::Span::Value(value) => {
                let value = self.cell_value(value, column)?;
                Some(vec![Interval {
                    low: Some((value.clone(), true)),
                    high: Some((value, true)),
                }])
            }
            ast::Span::Range(range) => {
                self.ordered_column(column, range.place)?;
                let low = match &range.low {
                    Some(low) => Some((self.cell_value(low, column)?, range.low_included)),
                    None => None,
                };
                let high = match &range.high {
                    Some(high) => Some((self.cell_value(high, column)?, range.high_included)),
                    None => None,
                };
                if let (Some((least, low_in)), Some((most, high_in))) = (&low, &high)
                    && (least > most || (least == most && !(*low_in && *high_in)))
                {
                    self.tell(
                        Diagnostic::new(Code::BadRange, "nothing lies in this range")
                            .at(range.place, "its low end is not below its high end")
                            .help("write the low end first, as in `1..5`"),
                    );
                    return None;
                }
                Some(vec![Interval { low, high }])
            }
        }
    }

    fn cell_value(&mut self, written: &ast::Expression, column: &Column) -> Option<Value> {
        let typed = self.expression(written, &Scope::nothing(), Some(&column.of_type))?;
        self.expect_type(&typed, &column.of_type, &format!("`{}`", column.name))?;
        let value = super::fields::constant(&typed.expression);
        if value.is_none() {
            self.tell(
                Diagnostic::new(
                    Code::NotHere,
                    "the cells of a table hold values that are written down",
                )
                .at(written.place, "not a plain value")
                .help("compute with `define`, and look that up"),
            );
        }
        value
    }

    /// Holds the rows against each other and against all that can occur.
    fn coverage(&mut self, table: &Table) -> Option<()> {
        let regions = tables::regions(&self.enumerations, &self.scales, table);
        let told = self.problems.len();
        for overlap in regions.overlaps(5) {
            let (Some(upper), Some(lower)) = (table.rows.get(overlap.rows.0), table.rows.get(overlap.rows.1))
            else {
                continue;
            };
            let case = self.inputs(table, &overlap.witness);
            self.problems.push(
                Diagnostic::new(
                    Code::TableOverlap,
                    format!("two rows of `{}` match the same case: {case}", table.name),
                )
                .at(lower.place, "this row matches it")
                .at(upper.place, "and so does this one")
                .help("make one of them narrower: the order of rows decides nothing"),
            );
        }
        if table.otherwise.is_none() && self.problems.len() == told {
            match regions.uncovered() {
                Ok(None) => {}
                Ok(Some(witness)) => {
                    let case = self.inputs(table, &witness);
                    self.tell(
                        Diagnostic::new(
                            Code::TableGap,
                            format!("`{}` leaves a case out: {case}", table.name),
                        )
                        .at(table.place, "no row matches that case")
                        .help("add a row for it, or `otherwise -> …` for all that is left"),
                    );
                }
                Err(TooLarge) => self.tell(
                    Diagnostic::new(
                        Code::TableTooLarge,
                        format!(
                            "`{}` is too large to see whether it leaves a case out",
                            table.name
                        ),
                    )
                    .at(table.place, "too many combinations")
                    .help("split it into two tables, or end it with `otherwise -> …`"),
                ),
            }
        }
        (self.problems.len() == told).then_some(())
    }

    /// Inputs of a table in words.
    fn inputs(&self, table: &Table, witness: &[Point<Value>]) -> String {
        let told = table.columns.iter().zip(witness).map(|(column, point)| {
            let value = match point {
                Point::OtherText => "any other text".to_owned(),
                Point::Text(text) => format!("\"{text}\""),
                Point::Member(index) => self.member_name(&column.of_type, *index),
                Point::Value(Value::Number(number)) => match &column.of_type {
                    Type::Number(unit) if *unit != Unit::none() => format!("{} {unit}", number.decimal(12)),
                    _ => number.decimal(12),
                },
                Point::Value(Value::Date(date)) => date.to_string(),
                Point::Value(Value::Moment(moment)) => moment.to_string(),
                Point::Value(_) => String::new(),
            };
            format!("{} is {value}", column.name)
        });
        told.collect::<Vec<_>>().join(", ")
    }

    fn member_name(&self, of_type: &Type, index: usize) -> String {
        match of_type {
            Type::YesNo => if index == 1 { "yes" } else { "no" }.to_owned(),
            Type::Enumeration(id) => self
                .enumerations
                .get(usize::from(id.0))
                .and_then(|known| known.members.get(index))
                .map_or_else(String::new, |(name, _)| name.to_string()),
            Type::Scale(id) => self
                .scales
                .get(usize::from(id.0))
                .and_then(|scale| scale.levels.get(index))
                .map_or_else(String::new, |level| level.name.to_string()),
            _ => String::new(),
        }
    }
}
