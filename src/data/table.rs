//! A table: its header held against a record type, its rows as records.
//!
//! Comes in: the rows of a table and the record type that it holds. Goes out: a tree for each row, as a JSON object of the
//! same record would be, and what is wrong with header and rows. It never reads a value: cells stay as they are written
//! until their field's type is known.
//!
//! Invariant: a problem of a column is told once, at the header; a broken row costs that row only.

use std::borrow::Cow;
use std::ops::Range;

use super::delimited::{BadQuote, Cell, Quoting, Row, rows};
use super::header::{Column, Header, Means, Scene};
use super::json::{self, Kind, Member, Node, Span, Written};
use super::problems::About;
use super::record::{Reader, Subject};
use super::shape::Shape;
use super::{Decimal, Format, Input, dialect, header, numerals, said};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Policy, Record, RecordId, Type};

/// A table as trees.
#[derive(Debug, Default)]
pub(super) struct Table<'t> {
    /// What its columns are, if a header was found.
    header: Option<Header<'t>>,
    /// What is wrong with the header.
    problems: Vec<Diagnostic>,
    /// Its records, and rows that are none.
    rows: Vec<Result<Node<'t>, BadRow>>,
    /// How cells are parted, as problems name it; nothing for a sheet.
    delimiter: Option<u8>,
    /// Whether numbers have a decimal comma.
    comma: bool,
}

impl Table<'_> {
    /// Keeps only the rows that begin where some lines do; whether each line is a row, and what was kept would be read no
    /// other way with the rest of the table.
    pub(super) fn keep_rows(&mut self, lines: &[(Range<usize>, u32)]) -> bool {
        let begins = |row: &Result<Node<'_>, BadRow>| match row {
            Ok(node) => node.span.range().start,
            Err(bad) => bad.span.range().start,
        };
        let is_kept = |start: usize| {
            lines
                .binary_search_by_key(&start, |(range, _)| range.start)
                .is_ok()
        };
        self.rows.retain(|row| is_kept(begins(row)));
        self.rows.len() == lines.len() && !self.comma
    }
}

/// A row that cannot be read.
#[derive(Debug)]
struct BadRow {
    span: Span,
    why: Why,
}

#[derive(Debug)]
enum Why {
    Quote(BadQuote),
    /// It has more cells than the header: the first that is too many.
    Long {
        at: Span,
        cells: usize,
    },
    /// It has fewer.
    Short {
        cells: usize,
    },
}

/// Reads a table as records of a type.
pub(super) fn read<'t>(
    policy: &'t Policy,
    shapes: &[Shape<'t>],
    id: RecordId,
    input: Input,
    path: &str,
    text: &'t str,
) -> Table<'t> {
    let mut table = Table::default();
    let Some(shape) = shapes.get(usize::from(id.0)) else {
        return table;
    };
    let dialect = match input.format {
        Format::Table(dialect) => Some(dialect),
        _ => None,
    };
    let rows = match dialect {
        Some(dialect) => {
            let known = |name: &str| header::meaning(shape, name).is_some();
            let parted = dialect::parted(text, dialect.delimiter, known);
            table.delimiter = Some(parted.delimiter);
            rows(text, parted.start, parted.delimiter, Quoting::Quotes)
        }
        None => rows(text, 0, b'\t', Quoting::Escapes),
    };
    let is_sheet = dialect.is_none();
    let scene = Scene {
        policy,
        shape,
        file: input.file,
    };
    let Some(at) = header::row_of_names(shape, &rows, input.format == Format::Sheet) else {
        table
            .problems
            .push(scene.nothing_known(&rows, input.format == Format::Sheet, path, shapes));
        return table;
    };
    let Some(header) = scene.header(&rows, at, is_sheet, &mut table.problems) else {
        return table;
    };
    let body = rows.into_iter().skip(at + 1);
    let body: Vec<Row<'t>> = body.filter(|row| !is_blank(row)).collect();
    let decimal = dialect.map_or(Some(Decimal::Point), |dialect| dialect.decimal);
    let maker = Maker {
        record: shape.record,
        header: &header,
        comma: numerals::has_comma(shape.record, &header, &body, decimal),
    };
    table.comma = maker.comma;
    table.rows = body.into_iter().map(|row| maker.row(row, is_sheet)).collect();
    table.header = Some(header);
    table
}

fn is_blank(row: &Row<'_>) -> bool {
    row.cells
        .as_ref()
        .is_ok_and(|cells| cells.iter().all(Cell::is_blank))
}

struct Maker<'m, 't> {
    record: &'t Record,
    header: &'m Header<'t>,
    comma: bool,
}

impl<'t> Maker<'_, 't> {
    fn row(&self, row: Row<'t>, is_sheet: bool) -> Result<Node<'t>, BadRow> {
        let bad = |why| BadRow { span: row.span, why };
        let cells = row.cells.map_err(|quote| bad(Why::Quote(quote)))?;
        let columns = &self.header.columns;
        let all = cells.len();
        if !is_sheet && all < self.header.named {
            return Err(bad(Why::Short { cells: all }));
        }
        let beyond = cells.get(columns.len()..).unwrap_or(&[]);
        if let Some(cell) = beyond.iter().find(|cell| !cell.is_blank()).filter(|_| !is_sheet) {
            return Err(bad(Why::Long {
                at: cell.span,
                cells: all,
            }));
        }
        let span = row.span;
        let mut members: Vec<Member<'t>> = Vec::with_capacity(columns.len() + 1);
        let mut whole: Vec<Member<'t>> = Vec::new();
        // What is said of a value stands in columns of its own, before or after the value's.
        let mut said: Vec<(usize, Member<'t>)> = Vec::new();
        for (column, cell) in columns.iter().zip(cells) {
            match &column.means {
                Means::Unread => {}
                Means::Field(index) => {
                    let needed = self.header.needs.contains(index);
                    if !cell.is_blank() || needed {
                        let value = self.value(*index, &cell);
                        members.push(member(column, value));
                    }
                }
                Means::Parent => members.push(member(column, self.written(&cell))),
                Means::Said { of, key } if !cell.is_blank() => {
                    let node = self.note(key, &cell);
                    let note = Member {
                        name: Cow::Borrowed(*key),
                        name_span: column.span,
                        value: node,
                    };
                    match of {
                        Some(index) => said.push((*index, note)),
                        None => whole.push(note),
                    }
                }
                Means::Said { .. } => {}
            }
        }
        for (index, note) in said {
            self.attach(&mut members, index, note);
        }
        let record = Node {
            span,
            kind: Kind::Object(members),
        };
        Ok(wrapped(record, whole))
    }

    /// Puts what is said of a field beside its value; where there is none it is said of nothing.
    fn attach(&self, members: &mut Vec<Member<'t>>, index: usize, note: Member<'t>) {
        let Some(name) = self.record.fields.get(index).map(|field| field.name.as_ref()) else {
            return;
        };
        let at = members.iter().position(|member| member.name == name);
        let at = at.unwrap_or_else(|| {
            members.push(Member {
                name: Cow::Borrowed(name),
                name_span: note.name_span,
                value: Node {
                    span: note.value.span,
                    kind: Kind::Null,
                },
            });
            members.len() - 1
        });
        let Some(member) = members.get_mut(at) else { return };
        let is_wrapper = |members: &[Member<'_>]| members.iter().any(|member| member.name == "value");
        match &mut member.value.kind {
            Kind::Object(notes) if is_wrapper(notes) => notes.push(note),
            _ => {
                let nothing = Node {
                    span: member.value.span,
                    kind: Kind::Null,
                };
                let value = std::mem::replace(&mut member.value, nothing);
                member.value = wrapped(value, vec![note]);
            }
        }
    }

    fn written(&self, cell: &Cell<'t>) -> Node<'t> {
        Node {
            span: cell.span,
            kind: Kind::Cell(Written {
                text: cell.text.clone(),
                comma: self.comma,
            }),
        }
    }

    fn value(&self, index: usize, cell: &Cell<'t>) -> Node<'t> {
        match self.record.fields.get(index).map(|field| &field.of_type) {
            Some(Type::List(inner)) if !cell.is_blank() => self.list(inner, cell),
            _ => self.written(cell),
        }
    }

    /// The values of a list in one cell: between `;`, `|` or line ends, or commas where no value can hold one; or as JSON
    /// has them.
    fn list(&self, inner: &Type, cell: &Cell<'t>) -> Node<'t> {
        if cell.text.trim_start().starts_with('[')
            && let Ok(mut node) = json::read(&cell.text)
        {
            all_at(&mut node, cell.span);
            return owned(node);
        }
        let commas = match inner {
            Type::Text | Type::Moment => false,
            Type::Number(_) | Type::Scale(_) => !self.comma,
            _ => true,
        };
        let between = |sign: char| matches!(sign, ';' | '|' | '\n' | '\r') || (commas && sign == ',');
        // Where the cell's text is not as it stands in the file, all values stand where the cell does.
        let inside = match &cell.text {
            Cow::Borrowed(text) => (cell.span.range().len() - text.len()) / 2 + cell.span.range().start,
            Cow::Owned(_) => 0,
        };
        let mut items = Vec::new();
        let mut at = 0;
        for piece in cell.text.split(between) {
            let bare = piece.trim();
            if !bare.is_empty() {
                let before = at + piece.len() - piece.trim_start().len();
                let (text, span) = match &cell.text {
                    Cow::Borrowed(text) => (
                        Cow::Borrowed(text.get(before..before + bare.len()).unwrap_or("")),
                        Span::new(inside + before, inside + before + bare.len()),
                    ),
                    Cow::Owned(_) => (Cow::Owned(bare.to_owned()), cell.span),
                };
                items.push(self.written(&Cell { span, text }));
            }
            at += piece.len() + 1;
        }
        Node {
            span: cell.span,
            kind: Kind::Array(items),
        }
    }

    fn note(&self, key: &str, cell: &Cell<'t>) -> Node<'t> {
        let kind = match (key, numerals::yes_or_no(cell.text.trim())) {
            ("assumed", Some(assumed)) => Kind::Bool(assumed),
            ("assumed", None) => return self.written(cell),
            _ => Kind::String(cell.text.clone()),
        };
        Node {
            span: cell.span,
            kind,
        }
    }
}

fn member<'t>(column: &Column<'t>, value: Node<'t>) -> Member<'t> {
    Member {
        name: column.key.clone(),
        name_span: column.span,
        value,
    }
}

/// A value with what is said of it around it.
fn wrapped<'t>(value: Node<'t>, notes: Vec<Member<'t>>) -> Node<'t> {
    if notes.is_empty() {
        return value;
    }
    let span = value.span;
    let mut members = vec![Member {
        name: Cow::Borrowed("value"),
        name_span: span,
        value,
    }];
    members.extend(notes);
    Node {
        span,
        kind: Kind::Object(members),
    }
}

/// Lets a tree stand at one place. Its depth is bounded by the reader's.
fn all_at(node: &mut Node<'_>, span: Span) {
    node.span = span;
    match &mut node.kind {
        Kind::Array(items) => items.iter_mut().for_each(|item| all_at(item, span)),
        Kind::Object(members) => {
            for member in members {
                member.name_span = span;
                all_at(&mut member.value, span);
            }
        }
        _ => {}
    }
}

/// A tree that holds its texts itself.
fn owned<'t>(node: Node<'_>) -> Node<'t> {
    let kind = match node.kind {
        Kind::Null => Kind::Null,
        Kind::Bool(value) => Kind::Bool(value),
        // Digits are read as a cell has them.
        Kind::Number(digits) => Kind::Cell(Written {
            text: Cow::Owned(digits.to_owned()),
            comma: false,
        }),
        Kind::Cell(written) => Kind::Cell(Written {
            text: Cow::Owned(written.text.into_owned()),
            comma: written.comma,
        }),
        Kind::String(text) => Kind::String(Cow::Owned(text.into_owned())),
        Kind::Array(items) => Kind::Array(items.into_iter().map(owned).collect()),
        Kind::Object(members) => {
            let members = members.into_iter().map(|member| Member {
                name: Cow::Owned(member.name.into_owned()),
                name_span: member.name_span,
                value: owned(member.value),
            });
            Kind::Object(members.collect())
        }
    };
    Node {
        span: node.span,
        kind,
    }
}

impl<'a> Reader<'a> {
    /// Reads the records in the given rows of a table.
    pub(super) fn table(&mut self, input: Input, id: RecordId, table: &'a Table<'a>, given: &Range<usize>) {
        self.file = input.file;
        // What is wrong with the header is told with the first row.
        if given.start == 0 {
            for problem in &table.problems {
                self.tell(About::Records(id), problem.clone());
            }
        }
        let Some(header) = &table.header else {
            self.mark_all_incomplete();
            return;
        };
        self.absent.clone_from(&header.absent);
        self.in_table = true;
        for row in table.rows.iter().skip(given.start).take(given.len()) {
            match row {
                Ok(node) => self.record(id, node, None, None),
                Err(bad) => self.bad_row(id, bad, header.columns.len(), table.delimiter),
            }
        }
        self.absent = header::Absent::default();
        self.in_table = false;
    }

    fn bad_row(&mut self, id: RecordId, bad: &BadRow, columns: usize, delimiter: Option<u8>) {
        self.forget_completeness();
        let row = self.next_row(id);
        let subject = Subject {
            record: id,
            row,
            name: "".into(),
            place: self.place(bad.span),
            misspelt: Vec::new(),
        };
        let has = |cells: usize| {
            let cells = if cells == 1 {
                "one cell".to_owned()
            } else {
                format!("{cells} cells")
            };
            format!("this row has {cells}, but the header has {columns}")
        };
        let sign = dialect::sign(delimiter.unwrap_or(b','));
        let diagnostic = match &bad.why {
            Why::Quote(BadQuote::Open(at)) => Diagnostic::new(
                Code::DataSyntax,
                "a quote is opened here and not closed on its line",
            )
            .at(self.place(*at), "this one; the rest of the row is not read")
            .help("close it, or write it twice if the cell says a quote"),
            Why::Quote(BadQuote::After(at)) => {
                Diagnostic::new(Code::DataSyntax, "the cell goes on after its closing quote")
                    .at(self.place(*at), "this quote closes the cell")
                    .help("a quote within a quoted cell is written twice: `\"\"`")
            }
            Why::Long { at, cells } => Diagnostic::new(Code::DataSyntax, has(*cells))
                .at(self.place(*at), "the first that is too many")
                .help(format!("put a cell that says {sign} into quotes: `\"…\"`")),
            Why::Short { cells } => Diagnostic::new(Code::DataSyntax, has(*cells))
                .at(self.place(bad.span), "this row is too short")
                .help(format!(
                    "an empty cell needs its {sign}, too; was the file cut off on its way?"
                )),
        };
        let diagnostic = self.with_cell(diagnostic);
        self.problems.add(About::Record(id, row), diagnostic);
        self.unreadable(&subject, None);
    }
}

/// Whether a name of a column is that of what is said of something.
pub(super) fn said_key(name: &str) -> Option<&'static str> {
    said::KEYS.into_iter().find(|key| *key == name)
}
