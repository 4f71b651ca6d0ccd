//! What conditions are about: terms (values that can be read) and formulas over them.
//!
//! Comes in: terms and formulas, from the translator. Goes out: numbered terms and formulas, each kept once. It never knows
//! expressions, and never decides anything.
//!
//! Invariant: a formula only names formulas and terms with smaller numbers.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use crate::model::regions::values::ValueGrid;
use crate::model::regions::{Cell, Domain};
use crate::model::{Type, Value};

/// A term: the index into `Vocabulary::terms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TermId(pub(super) usize);

/// A formula: the index into `Vocabulary::formulas`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Formula(pub(super) usize);

/// A value that can be read: a field at the end of a way of references, or an expression that is taken as a whole.
#[derive(Debug)]
pub(super) struct Term {
    /// As an author would write it; two policies that declare the same field mean the same term.
    pub(super) name: Arc<str>,
    /// The type of its values, for showing them.
    pub(super) of_type: Type,
    /// The names of its members or levels, for showing them.
    pub(super) members: Vec<Arc<str>>,
    /// The values that it can have.
    pub(super) domain: Domain<ValueGrid>,
    /// Whether it may be unknown by itself.
    pub(super) optional: bool,
    /// Whether it is a fact that a record can be given freely. What is computed is not: nobody says that it can take every
    /// value of its type.
    pub(super) free: bool,
    /// The reference that must be known for this to be known.
    pub(super) behind: Option<TermId>,
    /// The values at which the domain is cut.
    pub(super) cuts: BTreeSet<Value>,
    /// The texts that are told apart.
    pub(super) texts: BTreeSet<Arc<str>>,
}

impl Term {
    /// Whether it may be unknown, by itself or because what leads to it is.
    pub(super) fn may_be_unknown(&self) -> bool {
        self.optional || self.behind.is_some()
    }
}

/// How two terms may stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Order {
    pub(super) less: bool,
    pub(super) equal: bool,
    pub(super) greater: bool,
}

/// A condition, in three-valued logic.
#[derive(Debug)]
pub(super) enum Node {
    /// yes, no, or unknown
    Constant(Option<bool>),
    /// A term has one of these values; unknown where the term is.
    Within(TermId, Rc<Cell<Value>>),
    /// A term is known.
    Known(TermId),
    /// Two terms stand to each other in one of these ways; unknown where one of them is.
    Compare(TermId, Order, TermId),
    Not(Formula),
    And(Vec<Formula>),
    Or(Vec<Formula>),
    /// Surely yes, or else no.
    Surely(Formula),
    /// Yes where the first is surely yes, no where the second is; else unknown.
    Split(Formula, Formula),
}

/// Terms and formulas, as they are met.
#[derive(Debug, Default)]
pub struct Vocabulary {
    pub(super) terms: Vec<Term>,
    pub(super) formulas: Vec<Node>,
    /// Pairs of terms that are compared with each other.
    pub(super) compared: BTreeSet<(TermId, TermId)>,
    by_name: HashMap<String, TermId>,
    /// Whether what several policies define alike is the same to it.
    pub(super) across_policies: bool,
    /// How many policies have been translated.
    pub(super) policies: usize,
}

impl Vocabulary {
    /// For the conditions of several policies: what they define alike is the same.
    pub fn across_policies() -> Vocabulary {
        Vocabulary {
            across_policies: true,
            ..Vocabulary::default()
        }
    }

    /// The term of a signature; made when it is met first.
    pub(super) fn term(&mut self, signature: &str, make: impl FnOnce() -> Term) -> TermId {
        if let Some(known) = self.by_name.get(signature) {
            return *known;
        }
        let id = TermId(self.terms.len());
        self.terms.push(make());
        self.by_name.insert(signature.to_owned(), id);
        id
    }

    fn push(&mut self, node: Node) -> Formula {
        self.formulas.push(node);
        Formula(self.formulas.len() - 1)
    }

    pub(super) fn constant(&mut self, value: Option<bool>) -> Formula {
        self.push(Node::Constant(value))
    }

    /// A term has one of the values of a cell, at whose ends its domain is cut from now on.
    pub(super) fn within(&mut self, term: TermId, cell: Cell<Value>) -> Formula {
        if let Some(known) = self.terms.get_mut(term.0) {
            match &cell {
                Cell::Intervals(intervals) => {
                    for interval in intervals {
                        let ends = [&interval.low, &interval.high].into_iter().flatten();
                        known.cuts.extend(ends.map(|(value, _)| value.clone()));
                    }
                }
                Cell::Texts(texts) => known.texts.extend(texts.iter().cloned()),
                Cell::Any | Cell::Members(_) => {}
            }
        }
        self.push(Node::Within(term, Rc::new(cell)))
    }

    pub(super) fn known(&mut self, term: TermId) -> Formula {
        self.push(Node::Known(term))
    }

    pub(super) fn compare(&mut self, left: TermId, order: Order, right: TermId) -> Formula {
        let (first, order, second) = if left <= right {
            (left, order, right)
        } else {
            let turned = Order {
                less: order.greater,
                greater: order.less,
                ..order
            };
            (right, turned, left)
        };
        self.compared.insert((first, second));
        self.push(Node::Compare(first, order, second))
    }

    pub(super) fn not(&mut self, formula: Formula) -> Formula {
        self.push(Node::Not(formula))
    }

    pub(super) fn and(&mut self, formulas: Vec<Formula>) -> Formula {
        match formulas.as_slice() {
            [one] => *one,
            _ => self.push(Node::And(formulas)),
        }
    }

    pub(super) fn or(&mut self, formulas: Vec<Formula>) -> Formula {
        match formulas.as_slice() {
            [one] => *one,
            _ => self.push(Node::Or(formulas)),
        }
    }

    pub(super) fn surely(&mut self, formula: Formula) -> Formula {
        self.push(Node::Surely(formula))
    }

    /// Whether a formula is not surely no: a two-valued formula.
    pub(super) fn possibly(&mut self, formula: Formula) -> Formula {
        let not = self.not(formula);
        let surely_not = self.surely(not);
        self.not(surely_not)
    }

    /// Whether a formula is not surely yes: a two-valued formula.
    pub(super) fn doubtfully(&mut self, formula: Formula) -> Formula {
        let surely = self.surely(formula);
        self.not(surely)
    }

    /// Whether a formula is known to be yes or no: a two-valued formula.
    pub(super) fn settled(&mut self, formula: Formula) -> Formula {
        let yes = self.surely(formula);
        let not = self.not(formula);
        let no = self.surely(not);
        self.or(vec![yes, no])
    }

    pub(super) fn split(&mut self, yes: Formula, no: Formula) -> Formula {
        self.push(Node::Split(yes, no))
    }
}
