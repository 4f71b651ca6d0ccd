//! Walking what the parser matched: the only code that handles pest's pairs by hand.
//!
//! Comes in: the laid-out text. Goes out: children by their rule, places, and the problems collected on the way. It
//! never builds a tree itself.
//!
//! Invariant: a child that the grammar demands is asked for with `?`, so that a slip in the grammar drops a node rather
//! than stops the program.

use pest::iterators::Pair;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::is_nfc;

use super::ast::{Allow, Digits, Name};
use super::parser::Rule;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Place};

/// A node that the parser matched.
pub(super) type Node<'t> = Pair<'t, Rule>;

/// How often the whole of a file, and how many bytes beside it, may be read once more for what else is wrong in it.
const READ_AGAIN: usize = 8;
const READ_AGAIN_AT_LEAST: usize = 1 << 16;

/// What building a file's tree needs everywhere.
pub(super) struct Builder<'t> {
    pub(super) file: FileId,
    pub(super) text: &'t str,
    /// The text as the author wrote it, with its line ends.
    pub(super) source: &'t str,
    pub(super) problems: Vec<Diagnostic>,
    /// Where texts without their closing quote stand: what fails there has been told already.
    pub(super) unclosed: Vec<Place>,
    /// Where the last block without its closing brace was told to end, so that the blocks around it are not told too.
    pub(super) open_end: Option<usize>,
    /// The findings that the items met so far allow.
    pub(super) allows: Vec<Allow>,
    /// Where the last stretch ended that ended too early: what follows it is what was missing.
    pub(super) broken_off: Option<usize>,
    /// What the stretches that could not be read would have declared.
    pub(super) lost: Vec<Name>,
    /// How many bytes of such stretches may be read once more for what else is wrong in them: few enough that a file is
    /// read in time linear in its size.
    pub(super) to_read_again: usize,
}

impl<'t> Builder<'t> {
    pub(super) fn new(file: FileId, text: &'t str, source: &'t str, told: &[Diagnostic]) -> Builder<'t> {
        // In the order in which they stand, as the layout pass meets them.
        let unclosed = told.iter().filter(|problem| problem.code == Code::UnclosedText);
        let unclosed = unclosed
            .filter_map(|problem| problem.labels.first())
            .map(|label| label.place)
            .collect();
        Builder {
            file,
            text,
            source,
            problems: Vec::new(),
            unclosed,
            open_end: None,
            allows: Vec::new(),
            broken_off: None,
            lost: Vec::new(),
            to_read_again: READ_AGAIN_AT_LEAST + READ_AGAIN * text.len(),
        }
    }

    /// Where a node stands, without blanks at its end.
    pub(super) fn place(&self, node: &Node<'_>) -> Place {
        let span = node.as_span();
        let end = span.start() + node.as_str().trim_end().len();
        Place::new(self.file, span.start()..end)
    }

    /// A name, in NFC.
    pub(super) fn name(&self, node: &Node<'_>) -> Name {
        let written = node.as_str().trim();
        let text = if is_nfc(written) {
            written.into()
        } else {
            written.nfc().collect::<String>().into()
        };
        Name {
            text,
            place: self.place(node),
        }
    }

    /// A number as written.
    pub(super) fn digits(&self, node: &Node<'_>) -> Digits {
        let written = node.as_str().trim();
        let percent = written.ends_with('%');
        let text = written
            .chars()
            .filter(|character| !matches!(character, '_' | '%'))
            .collect();
        Digits {
            text,
            percent,
            negative: false,
            place: self.place(node),
        }
    }

    /// The text of a place with blanks and line ends folded, as rules are shown.
    pub(super) fn folded(&self, place: Place) -> String {
        let written = self.text.get(place.range()).unwrap_or("");
        let mut folded = String::with_capacity(written.len());
        let mut quoted = false;
        for character in written.chars() {
            if character == '"' {
                quoted = !quoted;
            }
            if !quoted && character.is_whitespace() {
                if !folded.ends_with([' ', '(', '[']) {
                    folded.push(' ');
                }
            } else {
                if !quoted && matches!(character, ')' | ']' | ',') && folded.ends_with(' ') {
                    folded.pop();
                }
                folded.push(character);
            }
        }
        folded.trim().to_owned()
    }
}

/// The children of a node, taken by their rule.
pub(super) struct Children<'t> {
    nodes: Vec<Option<Node<'t>>>,
}

impl<'t> Children<'t> {
    pub(super) fn of(node: Node<'t>) -> Children<'t> {
        Children {
            nodes: node
                .into_inner()
                .filter(|child| !is_sign(child.as_rule()))
                .map(Some)
                .collect(),
        }
    }

    /// The first child of a rule that has not been taken.
    pub(super) fn one(&mut self, rule: Rule) -> Option<Node<'t>> {
        self.nodes
            .iter_mut()
            .find(|node| node.as_ref().is_some_and(|node| node.as_rule() == rule))?
            .take()
    }

    /// All children of a rule that have not been taken.
    pub(super) fn all(&mut self, rule: Rule) -> Vec<Node<'t>> {
        let matching = self
            .nodes
            .iter_mut()
            .filter(|node| node.as_ref().is_some_and(|node| node.as_rule() == rule));
        matching.filter_map(Option::take).collect()
    }

    /// All children that have not been taken, in order.
    pub(super) fn rest(&mut self) -> Vec<Node<'t>> {
        self.nodes.iter_mut().filter_map(Option::take).collect()
    }

    /// The first child that has not been taken.
    pub(super) fn first(&mut self) -> Option<Node<'t>> {
        self.nodes.iter_mut().find(|node| node.is_some())?.take()
    }

    /// Whether there is a child of a rule.
    pub(super) fn has(&self, rule: Rule) -> bool {
        self.nodes.iter().flatten().any(|node| node.as_rule() == rule)
    }
}

/// Signs say nothing by themselves; they are rules only so that messages can name them.
fn is_sign(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::open
            | Rule::colon
            | Rule::equals
            | Rule::comma
            | Rule::arrow
            | Rule::parenthesis_end
            | Rule::bracket_end
    )
}

/// The only child of a node.
pub(super) fn inner<'t>(node: Node<'t>) -> Option<Node<'t>> {
    node.into_inner().find(|child| !is_sign(child.as_rule()))
}
