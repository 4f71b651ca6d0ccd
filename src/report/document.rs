//! A text in blocks, drawn as a page for a terminal or written as Markdown.
//!
//! Comes in: headings, paragraphs, items and tables. Goes out: the text in the form asked for. It never knows what a text
//! is about.
//!
//! Invariant: both forms hold the same words in the same order.

use super::page::{Grid, Page};
use crate::diagnostic::render::Style;

/// How a document is written.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// A page for a terminal.
    Text(Style),
    /// Markdown, as GitHub reads it.
    Markdown,
}

/// A text in blocks.
#[derive(Default)]
pub(super) struct Document {
    blocks: Vec<Block>,
}

enum Block {
    /// A heading and how deep it stands: 1 for the document's own.
    Heading(usize, String),
    Paragraph(String),
    /// A point of a list and how deep it stands, from 0.
    Item(usize, String),
    Table(Grid),
}

/// How much further in a point stands than the one it belongs to.
const STEP: usize = 2;

impl Document {
    /// A heading; 1 is the document's own.
    pub(super) fn heading(&mut self, level: usize, text: impl Into<String>) {
        self.blocks.push(Block::Heading(level, text.into()));
    }

    /// A paragraph.
    pub(super) fn paragraph(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Paragraph(text.into()));
    }

    /// A point of a list; those of depth 1 belong to the one of depth 0 before them.
    pub(super) fn item(&mut self, depth: usize, text: impl Into<String>) {
        self.blocks.push(Block::Item(depth, text.into()));
    }

    /// A table.
    pub(super) fn table(&mut self, grid: Grid) {
        self.blocks.push(Block::Table(grid));
    }

    /// The text.
    pub(super) fn write(self, form: Form) -> String {
        match form {
            Form::Text(style) => self.text(style),
            Form::Markdown => self.markdown(),
        }
    }

    fn text(self, style: Style) -> String {
        let mut page = Page::new(style);
        for block in self.blocks {
            match block {
                Block::Heading(_, text) => page.heading(&text),
                Block::Paragraph(text) => page.paragraph(&text),
                Block::Item(depth, text) => {
                    let before = depth * STEP;
                    page.labelled(&format!("{}• ", " ".repeat(before)), before + STEP, &text);
                }
                Block::Table(grid) => page.grid(grid),
            }
        }
        page.finish()
    }

    fn markdown(self) -> String {
        let mut out = String::new();
        let mut in_list = false;
        for block in self.blocks {
            let is_item = matches!(block, Block::Item(..));
            let goes_on = is_item && in_list;
            if !out.is_empty() && !goes_on {
                out.push('\n');
            }
            in_list = is_item;
            match block {
                Block::Heading(level, text) => {
                    out.push_str(&format!("{} {}\n", "#".repeat(level), escaped(&text)));
                }
                Block::Paragraph(text) => out.push_str(&format!("{}\n", escaped(&text))),
                Block::Item(depth, text) => {
                    out.push_str(&format!("{}- {}\n", " ".repeat(depth * STEP), escaped(&text)));
                }
                Block::Table(grid) => table(&grid, &mut out),
            }
        }
        out
    }
}

fn table(grid: &Grid, out: &mut String) {
    let row = |cells: &mut dyn Iterator<Item = String>, out: &mut String| {
        out.push_str(&format!("| {} |\n", cells.collect::<Vec<_>>().join(" | ")));
    };
    row(
        &mut grid.columns.iter().map(|column| escaped(&column.heading)),
        out,
    );
    let rule = |right: bool| if right { "---:" } else { "---" }.to_owned();
    row(&mut grid.columns.iter().map(|column| rule(column.right)), out);
    for cells in &grid.rows {
        row(&mut cells.iter().map(|cell| escaped(cell)), out);
    }
}

/// A text in which nothing is a mark of Markdown, and no line ends.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' => {
                out.push('\\');
                out.push(character);
            }
            '\n' | '\t' | super::page::TIED => out.push(' '),
            // Marks of colour have no width and no place here.
            '\u{2060}'..='\u{2064}' => {}
            character if character.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            character => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::page::Column;

    fn document() -> Document {
        let mut document = Document::default();
        document.heading(1, "A | heading");
        document.paragraph("Some *words*.");
        document.item(0, "one");
        document.item(1, "of one");
        document.item(0, "two");
        document.table(Grid {
            columns: vec![Column::word("Id"), Column::figures("Points")],
            rows: vec![
                vec!["A".to_owned(), "10".to_owned()],
                vec!["B".to_owned(), "9".to_owned()],
            ],
            line: None,
        });
        document
    }

    #[test]
    fn markdown_escapes_what_would_be_a_mark() {
        let expected = "# A \\| heading\n\nSome \\*words\\*.\n\n- one\n  - of one\n- two\n\n\
                        | Id | Points |\n| --- | ---: |\n| A | 10 |\n| B | 9 |\n";
        assert_eq!(document().write(Form::Markdown), expected);
    }

    #[test]
    fn a_page_holds_the_same_words() {
        let style = Style {
            width: 40,
            colour: false,
        };
        let expected = "A | heading\n  Some *words*.\n  • one\n    • of one\n  • two\n  \
                        Id  Points\n  ──────────\n  A       10\n  B        9\n";
        assert_eq!(document().write(Form::Text(style)), expected);
    }
}
