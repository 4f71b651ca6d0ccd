//! The header of a table: what each column means to a record type.
//!
//! Comes in: the rows of a table and a record type's shape. Goes out: the row that names the columns, what each of them
//! is, and what is wrong with it. It never looks at values, but to see whether a column without a name has any.
//!
//! Invariant: a field is in one column at most; what is missing from the header is told once.

use std::borrow::Cow;

use super::delimited::{Cell, Row};
use super::json::Span;
use super::problems::{any_of, cut};
use super::record::twice;
use super::shape::{Shape, Target, composed, near};
use super::table::said_key;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{FieldId, Policy};
use crate::source::{FileId, Place};

/// What the columns of a table are.
#[derive(Debug)]
pub(super) struct Header<'t> {
    /// Its columns.
    pub(super) columns: Vec<Column<'t>>,
    /// How many there are up to the last one with a name.
    pub(super) named: usize,
    /// The fields that every record needs.
    pub(super) needs: Vec<usize>,
    /// What every record needs and no column has.
    pub(super) absent: Absent,
}

/// What every record needs and no column has: told at the header, and not of each record.
#[derive(Debug, Clone, Default)]
pub(super) struct Absent {
    /// The fields.
    pub(super) fields: Vec<usize>,
    /// Whether it is the record that each stands in.
    pub(super) parent: bool,
}

/// A column.
#[derive(Debug)]
pub(super) struct Column<'t> {
    /// Where its name stands.
    pub(super) span: Span,
    /// The key that a JSON object would have for it.
    pub(super) key: Cow<'t, str>,
    /// What stands in it.
    pub(super) means: Means,
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    /// The values of a field.
    Field(usize),
    /// The keys of the records that these stand in.
    Parent,
    /// What is said of a field's values, or of the whole record.
    Said {
        /// The field.
        of: Option<usize>,
        /// `because` and the like.
        key: &'static str,
    },
    /// Nothing that is read.
    Unread,
}

/// What a name of a column means; `None` where nothing is called so.
pub(super) fn meaning(shape: &Shape<'_>, name: &str) -> Option<Means> {
    if name.is_empty() {
        return None;
    }
    match shape.keys.find(name) {
        Some(Target::Parent) => return Some(Means::Parent),
        Some(Target::Group(_) | Target::Children(_)) => return None,
        Some(Target::Field(_)) | None => {}
    }
    if let Some(index) = field_called(shape, name) {
        return Some(Means::Field(index));
    }
    if let Some(key) = said_key(name) {
        return Some(Means::Said { of: None, key });
    }
    let (of, key) = name.rsplit_once('.')?;
    let key = said_key(key)?;
    let index = field_called(shape, of.trim_end())?;
    Some(Means::Said { of: Some(index), key })
}

/// The field that a name is one of: its own, its `from`, or its title.
fn field_called(shape: &Shape<'_>, name: &str) -> Option<usize> {
    match shape.keys.find(name) {
        Some(Target::Field(index)) => Some(index),
        Some(_) => None,
        None => titled(shape, name),
    }
}

/// The only field with a title.
fn titled(shape: &Shape<'_>, name: &str) -> Option<usize> {
    let name = composed(name);
    let fields = shape.record.fields.iter().enumerate();
    let mut titled = fields.filter(|(_, field)| field.title.as_deref() == Some(name.as_ref()));
    let (index, _) = titled.next()?;
    titled.next().is_none().then_some(index)
}

/// The row that names the columns. In a sheet it may stand below others: the first with the names of two fields.
pub(super) fn row_of_names(shape: &Shape<'_>, rows: &[Row<'_>], is_sheet: bool) -> Option<usize> {
    let met = |row: &Row<'_>| known(shape, row);
    let written = |row: &Row<'_>| match &row.cells {
        Ok(cells) => cells.iter().filter(|cell| !cell.is_blank()).count(),
        Err(_) => 0,
    };
    if is_sheet {
        rows.iter().position(|row| match met(row) {
            0 => false,
            // The only cell of the first row that has any.
            1 => written(row) == 1 && rows.iter().find(|row| written(row) > 0) == Some(row),
            _ => true,
        })
    } else {
        let first = rows.iter().position(|row| written(row) > 0)?;
        rows.get(first).filter(|row| met(row) > 0).map(|_| first)
    }
}

/// How many cells of a row name a column.
pub(super) fn known(shape: &Shape<'_>, row: &Row<'_>) -> usize {
    let Ok(cells) = &row.cells else { return 0 };
    let known = |cell: &&Cell<'_>| meaning(shape, cell.text.trim()).is_some();
    cells.iter().filter(known).count()
}

/// Where and whose a header is.
pub(super) struct Scene<'s, 'a> {
    pub(super) policy: &'a Policy,
    pub(super) shape: &'s Shape<'a>,
    pub(super) file: FileId,
}

impl<'a> Scene<'_, 'a> {
    fn place(&self, span: Span) -> Place {
        Place::new(self.file, span.range())
    }

    /// What the columns are, and what is wrong with them.
    pub(super) fn header<'t>(
        &self,
        rows: &[Row<'t>],
        at: usize,
        is_sheet: bool,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Header<'t>>
    where
        'a: 't,
    {
        let row = rows.get(at)?;
        let cells = row.cells.as_ref().ok()?;
        let mut columns: Vec<Column<'t>> = Vec::with_capacity(cells.len());
        for cell in cells {
            let mut column = self.column(cell);
            if let Some(first) = columns.iter().find(|known| known.means == column.means)
                && column.means != Means::Unread
            {
                let message = format!("two columns hold `{}`", self.told(column.means));
                let twice = twice(message, self.place(first.span), self.place(cell.span));
                problems.push(twice.help("take one of them out"));
                column.means = Means::Unread;
                column.key = Cow::Borrowed("");
            }
            columns.push(column);
        }
        let absent = self.absent(row.span, &mut columns, problems);
        self.unread(&columns, problems);
        self.nameless(rows, at, is_sheet, problems);
        let named = cells.iter().rposition(|cell| !cell.is_blank());
        Some(Header {
            columns,
            named: named.map_or(0, |last| last + 1),
            needs: self.shape.needs.clone(),
            absent,
        })
    }

    fn column<'t>(&self, cell: &Cell<'t>) -> Column<'t>
    where
        'a: 't,
    {
        let name = cell.text.trim();
        let means = meaning(self.shape, name).unwrap_or(Means::Unread);
        let field = match means {
            Means::Field(index) => self.shape.record.fields.get(index),
            _ => None,
        };
        let key: Cow<'t, str> = match field {
            Some(field) => Cow::Borrowed(field.name.as_ref()),
            None if name.len() == cell.text.len() => cell.text.clone(),
            None => Cow::Owned(name.to_owned()),
        };
        Column {
            span: cell.span,
            key,
            means,
        }
    }

    fn told(&self, means: Means) -> String {
        let name = |index: usize| {
            let field = self.shape.record.fields.get(index);
            field.map_or_else(String::new, |field| field.name.to_string())
        };
        match means {
            Means::Field(index) => name(index),
            Means::Parent => self.parent().unwrap_or_default(),
            Means::Said { of: None, key } => key.to_owned(),
            Means::Said { of: Some(index), key } => format!("{}.{key}", name(index)),
            Means::Unread => String::new(),
        }
    }

    fn parent(&self) -> Option<String> {
        let parent = self.shape.record.parent?;
        Some(self.policy.record_type(parent).name.to_string())
    }

    /// Columns that hold something, but have no name. Beside a table in text such a cell is one too many; in a sheet it may be
    /// a remark.
    fn nameless(&self, rows: &[Row<'_>], header: usize, is_sheet: bool, problems: &mut Vec<Diagnostic>) {
        let cells = |row: &Row<'_>| row.cells.as_ref().map_or(0, Vec::len);
        let Some(names) = rows.get(header).and_then(|row| row.cells.as_ref().ok()) else {
            return;
        };
        let body = rows.get(header + 1..).unwrap_or(&[]);
        let widest = if is_sheet {
            body.iter().map(cells).max()
        } else {
            None
        };
        // For each column whether nothing of it is to be told, or has been.
        let mut told: Vec<bool> = names.iter().map(|name| !name.is_blank()).collect();
        told.resize(widest.unwrap_or(0).max(told.len()), false);
        if !told.contains(&false) {
            return;
        }
        for cells in body.iter().filter_map(|row| row.cells.as_ref().ok()) {
            for (index, (cell, told)) in cells.iter().zip(&mut told).enumerate() {
                if *told || cell.is_blank() {
                    continue;
                }
                *told = true;
                let message = "a column holds values, but has no name";
                let diagnostic = Diagnostic::new(Code::UnknownField, message)
                    .at(self.place(cell.span), "nothing reads it");
                problems.push(match (names.get(index), names.last()) {
                    (Some(name), _) => diagnostic.at(self.place(name.span), "its name would stand here"),
                    (None, Some(last)) => diagnostic.at(self.place(last.span), "the names end here"),
                    (None, None) => diagnostic,
                });
            }
        }
    }

    /// What every record needs and no column has.
    fn absent(&self, header: Span, columns: &mut [Column<'_>], problems: &mut Vec<Diagnostic>) -> Absent {
        let shape = self.shape;
        let mut absent = Absent::default();
        for index in &shape.needs {
            let Some(field) = shape.record.fields.get(*index) else {
                continue;
            };
            if columns.iter().any(|column| column.means == Means::Field(*index)) {
                continue;
            }
            absent.fields.push(*index);
            let message = format!(
                "no column holds `{}`, which every `{}` needs",
                field.name, shape.record.name
            );
            let is_key = shape.record.key.map(FieldId::index) == Some(*index);
            let why = if is_key {
                "every record needs its key"
            } else {
                "neither `optional` nor with a default"
            };
            let meant = columns.iter_mut().find(|column| {
                column.means == Means::Unread
                    && !column.key.is_empty()
                    && (near(&column.key, [field.name.as_ref()]).is_some()
                        || super::shape::is_alike(&column.key, &field.name))
            });
            let diagnostic = Diagnostic::new(Code::MissingValue, message);
            problems.push(match meant {
                Some(column) => {
                    let written = cut(&column.key);
                    column.key = Cow::Borrowed("");
                    diagnostic
                        .at(self.place(column.span), format!("is `{}` meant?", field.name))
                        .at(field.place, why)
                        .help(format!("write `{}` instead of `{written}`", field.name))
                }
                None => diagnostic
                    .at(self.place(header), "the names of the columns")
                    .at(field.place, why)
                    .help(if is_key {
                        format!("add a column `{}` with a key for each record", field.name)
                    } else {
                        format!("add a column `{}`, or declare it as `optional`", field.name)
                    }),
            });
        }
        if let Some(parent) = shape.record.parent
            && !self.policy.record_type(parent).one
            && !columns.iter().any(|column| column.means == Means::Parent)
        {
            absent.parent = true;
            let record = &self.policy.record_type(parent).name;
            let message = format!(
                "no column holds `{record}`: nothing says which `{record}` each `{}` stands in",
                shape.record.name
            );
            problems.push(
                Diagnostic::new(Code::MissingValue, message)
                    .at(self.place(header), "the names of the columns")
                    .at(
                        shape.record.place,
                        format!("a record of `{}` stands in one of `{record}`", shape.record.name),
                    )
                    .help(format!("add a column `{record}` with the keys of those records")),
            );
        }
        absent
    }

    /// Columns whose names mean nothing.
    fn unread(&self, columns: &[Column<'_>], problems: &mut Vec<Diagnostic>) {
        let shape = self.shape;
        for column in columns {
            if column.means != Means::Unread || column.key.is_empty() {
                continue;
            }
            let record = &shape.record.name;
            let message = format!("the column `{}` is no field of `{record}`", cut(&column.key));
            let mut diagnostic =
                Diagnostic::new(Code::UnknownField, message).at(self.place(column.span), "nothing reads it");
            match shape.keys.find(&column.key) {
                Some(Target::Group(index)) => {
                    let group = shape.groups.get(index);
                    let names: Vec<String> = group.map_or_else(Vec::new, |group| {
                        let names = group.keys.names().into_iter();
                        names.map(|name| format!("{}.{name}", group.name)).collect()
                    });
                    let names = any_of(names.iter().map(String::as_str)).replace(" or ", " and ");
                    diagnostic = diagnostic.help(format!("each question has a column of its own: {names}"));
                }
                Some(Target::Children(_)) => {
                    diagnostic = diagnostic.help("records of another type stand in a table of their own");
                }
                _ => {
                    let meant = shape.keys.nearest(&column.key);
                    if let Some((name, target)) = meant {
                        diagnostic = diagnostic.help(format!("did you mean `{name}`?"));
                        if let Target::Field(index) = target
                            && let Some(field) = shape.record.fields.get(index)
                        {
                            diagnostic = diagnostic.at(field.place, "declared here");
                        }
                    }
                }
            }
            problems.push(diagnostic);
        }
    }

    /// A table without a row that names its columns.
    pub(super) fn nothing_known(
        &self,
        rows: &[Row<'_>],
        is_sheet: bool,
        path: &str,
        shapes: &[Shape<'_>],
    ) -> Diagnostic {
        let record = &self.shape.record.name;
        let names = self.shape.record.fields.iter().map(|field| field.name.as_ref());
        let names = any_of(names).replace(" or ", " and ");
        let Some(first) = rows.iter().find(|row| match &row.cells {
            Ok(cells) => cells.iter().any(|cell| !cell.is_blank()),
            Err(_) => true,
        }) else {
            return Diagnostic::new(Code::DataShape, format!("`{path}` is empty"))
                .at(
                    self.place(Span::default()),
                    "the names of the columns stand first",
                )
                .help(format!("the columns of `{record}` are {names}"));
        };
        let (message, label) = if is_sheet {
            (
                format!("no row of this sheet names two fields of `{record}`"),
                "its first row",
            )
        } else {
            (
                format!("the first row names no field of `{record}`"),
                "the names of the columns stand here",
            )
        };
        let other = shapes
            .iter()
            .find(|shape| shape.record.name != *record && row_of_names(shape, rows, is_sheet).is_some());
        let help = match other {
            Some(shape) => {
                let name = &shape.record.name;
                format!(
                    "these are columns of `{name}`: write `{name}=FILE`, or name it `{}`",
                    shape.record.plural
                )
            }
            None => format!("the columns of `{record}` are {names}"),
        };
        Diagnostic::new(Code::DataShape, message)
            .at(self.place(first.span), label)
            .help(help)
    }
}
