//! The page that a report is written on: headings, paragraphs and tables within a width.
//!
//! Comes in: texts. Goes out: lines that fit. It never knows what a text is about.
//!
//! Invariant: no line is wider than the page, but for a word that alone is wider than its column allows to break; and
//! nothing from policy or data reaches the terminal as a control character.

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Row, Table, TableStyle, Width,
};
use textwrap::{Options, WordSeparator, WordSplitter};
use unicode_width::UnicodeWidthStr as _;

use crate::diagnostic::render::Style;

/// Colours stand in the text as characters of no width until the page is done, so that lines are measured right.
const END: char = '\u{2060}';

/// A blank at which no line breaks. In the text it is a plain blank.
pub(super) const TIED: char = '\u{a0}';

/// A text in which figures stay with the word before them: `Table 9` does not break. A list of figures does.
pub(super) fn tied(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let is_bound = character == ' '
            && (before.is_alphanumeric() && !before.is_ascii_digit() || before == '.')
            && characters.peek().is_some_and(char::is_ascii_digit);
        out.push(if is_bound { TIED } else { character });
        before = character;
    }
    out
}

/// How a word is set off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Headings.
    Bold,
    /// Given up or refused.
    Red,
    /// Stays.
    Green,
    /// Open.
    Yellow,
}

impl Ink {
    const ALL: [Ink; 4] = [Ink::Bold, Ink::Red, Ink::Green, Ink::Yellow];

    fn mark(self) -> char {
        match self {
            Ink::Bold => '\u{2061}',
            Ink::Red => '\u{2062}',
            Ink::Green => '\u{2063}',
            Ink::Yellow => '\u{2064}',
        }
    }

    fn code(self) -> &'static str {
        match self {
            Ink::Bold => "\u{1b}[1m",
            Ink::Red => "\u{1b}[31m",
            Ink::Green => "\u{1b}[32m",
            Ink::Yellow => "\u{1b}[33m",
        }
    }

    /// A word set off. Words break nowhere between their marks, so that no colour runs into the next column.
    pub(super) fn on(self, word: &str) -> String {
        format!("{}{word}{END}", self.mark())
    }
}

/// A column of a table.
#[derive(Clone)]
pub(super) struct Column {
    pub(super) heading: String,
    /// Numbers stand to the right.
    pub(super) right: bool,
    /// Whether its cells may wrap; the others are as wide as what they hold.
    pub(super) wraps: bool,
}

impl Column {
    pub(super) fn figures(heading: impl Into<String>) -> Column {
        Column {
            heading: heading.into(),
            right: true,
            wraps: false,
        }
    }

    pub(super) fn word(heading: impl Into<String>) -> Column {
        Column {
            heading: heading.into(),
            right: false,
            wraps: false,
        }
    }

    pub(super) fn text(heading: impl Into<String>) -> Column {
        Column {
            heading: heading.into(),
            right: false,
            wraps: true,
        }
    }

    /// The widest word of its heading: a heading wraps, its words do not.
    pub(super) fn heading_width(&self) -> usize {
        self.heading
            .split(' ')
            .map(|word| word.width())
            .max()
            .unwrap_or(0)
    }
}

/// A table.
#[derive(Default)]
pub(super) struct Grid {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<String>>,
    /// A line across the table, before the row of this number.
    pub(super) line: Option<(usize, String)>,
}

/// Blanks between columns.
const GAP: usize = 2;
/// The narrowest column in which a text wraps.
const NARROWEST: usize = 6;
/// A width in which a text that wraps is read with ease.
const EASY: usize = 20;

impl Grid {
    /// A table from its columns with their cells.
    pub(super) fn of(columns: Vec<(Column, Vec<String>)>) -> Grid {
        let mut grid = Grid::default();
        for (column, cells) in columns {
            grid.columns.push(column);
            grid.rows.resize_with(grid.rows.len().max(cells.len()), Vec::new);
            for (row, cell) in grid.rows.iter_mut().zip(cells) {
                row.push(cell);
            }
        }
        grid
    }

    /// The least width of each column: all of one that does not wrap, the widest word of one that does.
    fn least_widths(&self) -> Vec<usize> {
        let least = |(index, column): (usize, &Column)| {
            let cells = self.rows.iter().filter_map(|row| row.get(index));
            let lines = cells.flat_map(|cell| cell.lines());
            let width = if column.wraps {
                lines
                    .flat_map(|line| line.split(' '))
                    .map(|word| word.width())
                    .max()
            } else {
                lines.map(|line| line.width()).max()
            };
            width.unwrap_or(0).clamp(1, WIDEST).max(column.heading_width())
        };
        self.columns.iter().enumerate().map(least).collect()
    }

    /// The least widths, with those of columns that wrap cut down to what the page has left for them.
    fn fitted_widths(&self, room: usize) -> Vec<usize> {
        let mut widths = self.least_widths();
        let gaps = GAP * self.columns.len().saturating_sub(1);
        let wraps = |index: usize| self.columns.get(index).is_some_and(|column| column.wraps);
        let total = |widths: &[usize]| widths.iter().sum::<usize>() + gaps;
        while total(&widths) > room {
            let wrapping = widths.iter_mut().enumerate().filter(|(index, _)| wraps(*index));
            match wrapping.map(|(_, width)| width).max() {
                Some(width) if *width > NARROWEST => *width -= 1,
                _ => break,
            }
        }
        widths
    }

    /// The widest cell of a column.
    pub(super) fn natural_width(&self, index: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(index));
        cells
            .flat_map(|cell| cell.lines())
            .map(|line| line.width())
            .max()
            .unwrap_or(0)
    }

    /// Whether the page is wide enough for the table to be read with ease.
    pub(super) fn fits(&self, width: usize) -> bool {
        let least = self.least_widths();
        let columns = self.columns.iter().zip(&least).enumerate();
        let needed: usize = columns
            .map(|(index, (column, least))| {
                if column.wraps {
                    self.natural_width(index).min(EASY).max(*least)
                } else {
                    *least
                }
            })
            .sum();
        needed + GAP * self.columns.len().saturating_sub(1) <= width
    }
}

/// The widest column that does not wrap: a key longer than this is broken.
const WIDEST: usize = 24;

/// The page.
pub(super) struct Page {
    out: String,
    style: Style,
}

const INDENT: &str = "  ";
const LIGHT: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));

impl Page {
    pub(super) fn new(style: Style) -> Page {
        Page {
            out: String::new(),
            style: Style {
                width: style.width.max(40),
                ..style
            },
        }
    }

    /// Characters a line may hold inside a section.
    pub(super) fn room(&self) -> usize {
        self.style.width - INDENT.len()
    }

    pub(super) fn blank(&mut self) {
        self.out.push('\n');
    }

    /// A heading, with a blank line before it.
    pub(super) fn heading(&mut self, text: &str) {
        if !self.out.is_empty() {
            self.blank();
        }
        self.wrap(&Ink::Bold.on(text), "", "");
    }

    /// A paragraph at the margin; the lines after its first stand further in.
    pub(super) fn plain(&mut self, text: &str) {
        self.wrap(text, "", INDENT);
    }

    /// A paragraph inside a section.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.wrap(text, INDENT, INDENT);
    }

    /// A paragraph further in by a number of characters.
    pub(super) fn indented(&mut self, by: usize, text: &str) {
        let indent = format!("{INDENT}{}", " ".repeat(by));
        self.wrap(text, &indent, &indent);
    }

    /// A paragraph with a label before its first line; the lines after it stand as far in as `by` says.
    pub(super) fn labelled(&mut self, label: &str, by: usize, text: &str) {
        let fill = by.saturating_sub(label.width());
        let first = format!("{INDENT}{label}{}", " ".repeat(fill));
        let rest = format!("{INDENT}{}", " ".repeat(by));
        self.wrap(text, &first, &rest);
    }

    fn wrap(&mut self, text: &str, first: &str, rest: &str) {
        let options = Options::new(self.style.width)
            .initial_indent(first)
            .subsequent_indent(rest)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation);
        for line in textwrap::wrap(&tied(text), options) {
            self.out.push_str(line.trim_end());
            self.out.push('\n');
        }
    }

    /// A table, as wide as it needs to be and no wider than the page.
    pub(super) fn grid(&mut self, grid: Grid) {
        let across = char::from(0x1F);
        let mut table = Table::new();
        table.load_style(LIGHT);
        let room = u16::try_from(self.room() + GAP).unwrap_or(u16::MAX);
        table
            .set_width(room)
            .set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(grid.columns.iter().map(|column| Cell::new(&column.heading)));
        let least = grid.fitted_widths(self.room());
        let mut label = None;
        for (index, row) in grid.rows.into_iter().enumerate() {
            if let Some((_, text)) = grid.line.as_ref().filter(|(before, _)| *before == index) {
                label = Some(text);
                table.add_row(Row::from(vec![across.to_string()]));
            }
            table.add_row(Row::from(row));
        }
        for (index, column) in grid.columns.iter().enumerate() {
            let Some(drawn) = table.column_mut(index) else {
                continue;
            };
            drawn.set_padding((0, u16::try_from(GAP).unwrap_or(0)));
            let cut = |width: usize| u16::try_from(width + GAP).unwrap_or(u16::MAX);
            if column.right {
                drawn.set_cell_alignment(CellAlignment::Right);
            }
            let least = least.get(index).copied().unwrap_or(1).min(self.room());
            let constraint = if column.wraps {
                ColumnConstraint::LowerBoundary(Width::Fixed(cut(least)))
            } else {
                ColumnConstraint::Absolute(Width::Fixed(cut(least)))
            };
            drawn.set_constraint(constraint);
        }
        let lines: Vec<String> = table.lines().collect();
        let rule = lines.iter().position(|line| line.starts_with('─')).unwrap_or(0);
        let widest = lines.get(rule).map_or(0, |line| line.width()).saturating_sub(GAP);
        for (index, line) in lines.iter().enumerate() {
            let line = line.trim_end();
            self.out.push_str(INDENT);
            if index < rule {
                self.out.push_str(&Ink::Bold.on(line));
            } else if index == rule {
                self.out.push_str(&"─".repeat(widest));
            } else if line.trim() == across.encode_utf8(&mut [0; 4]) {
                let text = label.map_or("", |text| text.as_str());
                let fill = widest.saturating_sub(text.width() + 4);
                self.out.push_str(&format!("╌╌ {text} {}", "╌".repeat(fill)));
            } else {
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }

    /// The text: marks become colours or go, and control characters from policy or data are shown as what they are.
    pub(super) fn finish(self) -> String {
        let mut text = String::with_capacity(self.out.len());
        for c in self.out.chars() {
            let ink = Ink::ALL.into_iter().find(|ink| ink.mark() == c);
            match (c, ink) {
                (_, Some(ink)) if self.style.colour => text.push_str(ink.code()),
                (END, _) if self.style.colour => text.push_str("\u{1b}[0m"),
                (END, _) | (_, Some(_)) => {}
                ('\n', _) => text.push('\n'),
                ('\t' | TIED, _) => text.push(' '),
                (c, _) if c.is_control() => text.push(char::REPLACEMENT_CHARACTER),
                (c, _) => text.push(c),
            }
        }
        text
    }
}
