//! All records that there can be, as a decision diagram over the pieces that the conditions tell apart.
//!
//! Comes in: a vocabulary of terms and formulas. Goes out: for each formula the records for which it is yes and for which it
//! is no, ready to be joined and asked. It never knows expressions or policies.
//!
//! Each term's domain is cut at the values that it is compared with; a term is then a number of pieces (and *unknown*, where
//! it may be), and the number of its piece is written in bits. Codes that are left over stand for the last piece, so that
//! every assignment of bits is a record; what cannot go together (a fact behind a reference that is not known, three
//! comparisons in a circle) is taken out.
//!
//! Invariant: two records in the same pieces, whose compared terms stand to each other alike, are told apart by no formula.

use std::collections::BTreeSet;

use biodivine_lib_bdd::{Bdd, BddNode, BddPointer, BddValuation, BddVariable, BddVariableSet};

use super::vocabulary::{Formula, Node, Order, Term, TermId, Vocabulary};
use crate::model::regions::{Cell, Domain, Grid as _, Point};
use crate::model::{Interval, Value};

/// The most nodes of a diagram: what would grow larger is beyond the analysis.
const NODES: usize = 50_000;
/// How many records are taken at random.
const SAMPLES: usize = 512;
/// The most variables of all diagrams together.
const VARIABLES: usize = 20_000;

/// The records for which a formula is yes, and those for which it is no.
#[derive(Debug, Clone)]
pub(super) struct Truth {
    pub(super) yes: Bdd,
    pub(super) no: Bdd,
}

/// A term's values, cut into pieces.
#[derive(Debug)]
pub(super) struct Pieces {
    /// In the order of the values.
    pub(super) pieces: Vec<Piece>,
    /// The code of *unknown*, where the term may be.
    pub(super) unknown: Option<usize>,
    bits: Vec<BddVariable>,
}

/// Values that no formula tells apart.
#[derive(Debug)]
pub(super) struct Piece {
    /// The most natural of them.
    pub(super) point: Point<Value>,
    /// Of an ordered domain, from where to where they go.
    pub(super) within: Option<Interval<Value>>,
}

/// The variables in which it is said how two terms stand to each other: the first is less; else they are equal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    pub(super) left: TermId,
    pub(super) right: TermId,
    less: BddVariable,
    equal: BddVariable,
}

impl Pair {
    /// The variables that say how the two stand to each other.
    pub(super) fn variables(&self) -> [BddVariable; 2] {
        [self.less, self.equal]
    }
}

/// All records that there can be.
pub struct Universe {
    pub(super) vocabulary: Vocabulary,
    variables: BddVariableSet,
    pub(super) terms: Vec<Pieces>,
    pub(super) pairs: Vec<Pair>,
    /// What can go together.
    possible: Bdd,
    truths: Vec<Option<Truth>>,
    /// Some possible records, at random but always the same ones.
    pub(super) samples: Vec<BddValuation>,
}

impl Universe {
    /// Cuts the terms of a vocabulary into pieces; `None` where there are too many.
    pub fn new(vocabulary: Vocabulary) -> Option<Universe> {
        let mut cuts: Vec<BTreeSet<Value>> = vocabulary.terms.iter().map(|term| term.cuts.clone()).collect();
        // Terms that are compared with each other are cut at the same values, over and over until nothing is added.
        let ends = |term: &Term| match &term.domain {
            Domain::Ordered { within, .. } => [within.low.clone(), within.high.clone()]
                .into_iter()
                .flatten()
                .map(|(value, _)| value)
                .collect(),
            _ => Vec::new(),
        };
        for (own, term) in cuts.iter_mut().zip(&vocabulary.terms) {
            own.extend(ends(term));
        }
        loop {
            let mut grown = false;
            for (left, right) in &vocabulary.compared {
                let (Some(ours), Some(theirs)) = (cuts.get(left.0), cuts.get(right.0)) else {
                    continue;
                };
                let both: BTreeSet<Value> = ours.union(theirs).cloned().collect();
                for side in [left, right] {
                    if let Some(own) = cuts.get_mut(side.0).filter(|own| own.len() < both.len()) {
                        *own = both.clone();
                        grown = true;
                    }
                }
            }
            if !grown {
                break;
            }
        }
        let made: Vec<(Vec<Piece>, Option<usize>)> = vocabulary
            .terms
            .iter()
            .zip(&cuts)
            .map(|(term, cuts)| {
                let pieces = pieces(term, cuts);
                let unknown = term.may_be_unknown().then_some(pieces.len());
                (pieces, unknown)
            })
            .collect();
        let width = |(pieces, unknown): &(Vec<Piece>, Option<usize>)| {
            bits_for(pieces.len() + usize::from(unknown.is_some()))
        };
        let total = made.iter().map(width).sum::<usize>() + 2 * vocabulary.compared.len();
        if total > VARIABLES {
            return None;
        }
        let variables = BddVariableSet::new_anonymous(u16::try_from(total).ok()?);
        let mut free = variables.variables().into_iter();
        let terms: Vec<Pieces> = made
            .into_iter()
            .map(|made| {
                let bits = free.by_ref().take(width(&made)).collect();
                let (pieces, unknown) = made;
                Pieces {
                    pieces,
                    unknown,
                    bits,
                }
            })
            .collect();
        let mut pairs = Vec::new();
        for (left, right) in &vocabulary.compared {
            pairs.push(Pair {
                left: *left,
                right: *right,
                less: free.next()?,
                equal: free.next()?,
            });
        }
        let mut universe = Universe {
            possible: variables.mk_true(),
            truths: Vec::new(),
            samples: Vec::new(),
            vocabulary,
            variables,
            terms,
            pairs,
        };
        universe.possible = universe.what_can_be()?;
        universe.truths = Vec::with_capacity(universe.vocabulary.formulas.len());
        for index in 0..universe.vocabulary.formulas.len() {
            let made = universe.make(Formula(index));
            universe.truths.push(made);
        }
        universe.samples = universe.some_records();
        Some(universe)
    }

    /// Records at random: the same on every run.
    fn some_records(&self) -> Vec<BddValuation> {
        // Marsaglia, Xorshift RNGs (2003): the generator of 64 bits.
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut bit = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state >> 63 == 1
        };
        let count = self.variables.num_vars();
        let made = (0..SAMPLES).map(|_| BddValuation::new((0..count).map(|_| bit()).collect()));
        made.filter(|valuation| self.possible.eval_in(valuation))
            .collect()
    }

    /// The records for which a formula is yes, and for which it is no; `None` where that is beyond the analysis.
    pub(super) fn truth(&self, formula: Formula) -> Option<&Truth> {
        self.truths.get(formula.0)?.as_ref()
    }

    /// The terms that a variable says something about.
    pub(super) fn owners(&self, variable: BddVariable) -> Vec<TermId> {
        let of_pair = self
            .pairs
            .iter()
            .filter(|pair| pair.variables().contains(&variable))
            .flat_map(|pair| [pair.left, pair.right]);
        let own = self
            .terms
            .iter()
            .position(|pieces| pieces.bits.contains(&variable))
            .map(TermId);
        own.into_iter().chain(of_pair).collect()
    }

    /// What can go together.
    pub(super) fn possible(&self) -> &Bdd {
        &self.possible
    }

    /// All records.
    pub(super) fn all(&self) -> Bdd {
        self.variables.mk_true()
    }

    /// Joins two diagrams, unless the result would be too large.
    pub(super) fn join(
        &self,
        left: &Bdd,
        right: &Bdd,
        operator: fn(Option<bool>, Option<bool>) -> Option<bool>,
    ) -> Option<Bdd> {
        Bdd::binary_op_with_limit(NODES, left, right, operator)
    }

    fn and(&self, left: &Bdd, right: &Bdd) -> Option<Bdd> {
        self.join(left, right, biodivine_lib_bdd::op_function::and)
    }

    fn or(&self, left: &Bdd, right: &Bdd) -> Option<Bdd> {
        self.join(left, right, biodivine_lib_bdd::op_function::or)
    }

    fn make(&self, formula: Formula) -> Option<Truth> {
        let all = || self.variables.mk_true();
        let none = || self.variables.mk_false();
        Some(match self.vocabulary.formulas.get(formula.0)? {
            Node::Constant(value) => Truth {
                yes: if *value == Some(true) { all() } else { none() },
                no: if *value == Some(false) { all() } else { none() },
            },
            Node::Within(term, cell) => {
                let yes = self.among(*term, &|point| matches(cell, point))?;
                let no = self.among(*term, &|point| !matches(cell, point))?;
                Truth { yes, no }
            }
            Node::Known(term) => {
                let known = self.among(*term, &|_| true)?;
                let no = known.not();
                Truth { yes: known, no }
            }
            Node::Compare(left, order, right) => self.compared(*left, *order, *right)?,
            Node::Not(operand) => {
                let Truth { yes, no } = self.truth(*operand)?.clone();
                Truth { yes: no, no: yes }
            }
            Node::And(operands) => {
                let (mut yes, mut no) = (all(), none());
                for operand in operands {
                    let operand = self.truth(*operand)?;
                    yes = self.and(&yes, &operand.yes)?;
                    no = self.or(&no, &operand.no)?;
                }
                Truth { yes, no }
            }
            Node::Or(operands) => {
                let (mut yes, mut no) = (none(), all());
                for operand in operands {
                    let operand = self.truth(*operand)?;
                    yes = self.or(&yes, &operand.yes)?;
                    no = self.and(&no, &operand.no)?;
                }
                Truth { yes, no }
            }
            Node::Surely(operand) => {
                let yes = self.truth(*operand)?.yes.clone();
                let no = yes.not();
                Truth { yes, no }
            }
            Node::Split(yes, no) => Truth {
                yes: self.truth(*yes)?.yes.clone(),
                no: self.truth(*no)?.yes.clone(),
            },
        })
    }

    /// The records in which a term is known and in one of some pieces.
    pub(super) fn among(&self, term: TermId, chosen: &dyn Fn(&Point<Value>) -> bool) -> Option<Bdd> {
        let pieces = self.terms.get(term.0)?;
        self.codes(pieces, &|code| {
            pieces.pieces.get(code).is_some_and(|piece| chosen(&piece.point))
        })
    }

    /// The records in which a term has one of some codes.
    ///
    /// The diagram is made from its leaves, one for each way to write a code, by pairing two and two: one bit a round.
    pub(super) fn codes(&self, pieces: &Pieces, chosen: &dyn Fn(usize) -> bool) -> Option<Bdd> {
        let last = (pieces.pieces.len() + usize::from(pieces.unknown.is_some())).saturating_sub(1);
        let mut level: Vec<BddPointer> = (0..1_usize << pieces.bits.len())
            .map(|written| BddPointer::from_bool(chosen(written.min(last))))
            .collect();
        let count = self.variables.num_vars();
        let mut nodes = vec![BddNode::mk_zero(count), BddNode::mk_one(count)];
        for bit in pieces.bits.iter().rev() {
            let first = nodes.len();
            let pairs = level.chunks(2).map(|pair| match pair {
                [low, high] if low != high => {
                    let node = BddNode::mk_node(*bit, *low, *high);
                    let known = nodes.iter().skip(first).position(|other| *other == node);
                    let index = known.map_or(nodes.len(), |known| first + known);
                    if index == nodes.len() {
                        nodes.push(node);
                    }
                    BddPointer::from_index(index)
                }
                _ => pair.first().copied().unwrap_or_else(BddPointer::zero),
            });
            level = pairs.collect();
        }
        match level.first()?.as_bool() {
            Some(true) => Some(self.variables.mk_true()),
            Some(false) => Some(self.variables.mk_false()),
            // Nodes stand before what points to them, and the root is last.
            None => Bdd::from_nodes(&nodes).ok(),
        }
    }

    /// How a pair of terms stands to each other, whether or not they are known.
    pub(super) fn relation(&self, pair: &Pair, order: Order) -> Bdd {
        let less = self.variables.mk_var(pair.less);
        let equal = self.variables.mk_var(pair.equal);
        let mut result = self.variables.mk_false();
        if order.less {
            result = result.or(&less);
        }
        if order.equal {
            result = result.or(&equal.and_not(&less));
        }
        if order.greater {
            result = result.or(&less.not().and_not(&equal));
        }
        result
    }

    fn compared(&self, left: TermId, order: Order, right: TermId) -> Option<Truth> {
        let pair = self
            .pairs
            .iter()
            .find(|pair| pair.left == left && pair.right == right)?;
        let known = self.and(&self.among(left, &|_| true)?, &self.among(right, &|_| true)?)?;
        let holds = self.relation(pair, order);
        Some(Truth {
            yes: self.and(&known, &holds)?,
            no: self.and(&known, &holds.not())?,
        })
    }

    fn what_can_be(&self) -> Option<Bdd> {
        let mut possible = self.variables.mk_true();
        for (index, term) in self.vocabulary.terms.iter().enumerate() {
            let Some(behind) = term.behind else { continue };
            // What stands behind a reference is known only if the reference is, and then if it is not optional itself.
            let (own, reference) = (
                self.among(TermId(index), &|_| true)?,
                self.among(behind, &|_| true)?,
            );
            let rule = if term.optional {
                own.imp(&reference)
            } else {
                own.iff(&reference)
            };
            possible = self.and(&possible, &rule)?;
        }
        for pair in &self.pairs {
            possible = self.and(&possible, &self.pair_and_pieces(pair)?)?;
        }
        for (first, second, third) in self.triangles() {
            possible = self.and(&possible, &self.round(&first, &second, &third)?)?;
        }
        Some(possible)
    }

    /// How two terms can stand to each other, piece by piece.
    fn pair_and_pieces(&self, pair: &Pair) -> Option<Bdd> {
        let (left, right) = (self.terms.get(pair.left.0)?, self.terms.get(pair.right.0)?);
        let mut impossible = self.variables.mk_false();
        for (ours, one) in left.pieces.iter().enumerate() {
            // Against all pieces below, the one beside it, and all above.
            let (mut below, mut beside, mut above) = (Vec::new(), Vec::new(), Vec::new());
            for (theirs, other) in right.pieces.iter().enumerate() {
                match position(one).cmp(&position(other)) {
                    std::cmp::Ordering::Less => above.push(theirs),
                    std::cmp::Ordering::Equal if is_single(one) => beside.push(theirs),
                    std::cmp::Ordering::Equal => {}
                    std::cmp::Ordering::Greater => below.push(theirs),
                }
            }
            let here = self.codes(left, &|code| code == ours)?;
            for (pieces, order) in [(below, GREATER), (beside, EQUAL), (above, LESS)] {
                if pieces.is_empty() {
                    continue;
                }
                let both = self.and(&here, &self.codes(right, &|code| pieces.contains(&code))?)?;
                let wrong = self.and(&both, &self.relation(pair, order).not())?;
                impossible = self.or(&impossible, &wrong)?;
            }
        }
        Some(impossible.not())
    }

    /// Three pairs among three terms: first and second, second and third, first and third.
    fn triangles(&self) -> Vec<(Pair, Pair, Pair)> {
        let mut triangles = Vec::new();
        for first in &self.pairs {
            for second in self.pairs.iter().filter(|second| second.left == first.right) {
                let closing = |third: &&Pair| third.left == first.left && third.right == second.right;
                triangles.extend(
                    self.pairs
                        .iter()
                        .find(closing)
                        .map(|third| (*first, *second, *third)),
                );
            }
        }
        triangles
    }

    /// What can be of three terms that are all compared with each other.
    fn round(&self, first: &Pair, second: &Pair, third: &Pair) -> Option<Bdd> {
        let mut possible = self.variables.mk_false();
        let ways = [LESS, EQUAL, GREATER];
        for (one, a) in ways.iter().enumerate() {
            for (other, b) in ways.iter().enumerate() {
                for (whole, c) in ways.iter().enumerate() {
                    // Less, equal, greater as -1, 0, 1: the whole way has the sign of its parts where they agree.
                    let goes = match (one, other) {
                        (1, other) => whole == other,
                        (one, 1) => whole == one,
                        (one, other) if one == other => whole == one,
                        _ => true,
                    };
                    if goes {
                        let way = self.relation(first, *a).and(&self.relation(second, *b));
                        possible = self.or(&possible, &way.and(&self.relation(third, *c)))?;
                    }
                }
            }
        }
        // Where one of them is unknown, how they stand to each other means nothing.
        let mut known = self.variables.mk_true();
        for term in [first.left, second.left, second.right] {
            known = self.and(&known, &self.among(term, &|_| true)?)?;
        }
        self.or(&possible, &known.not())
    }
}

pub(super) const LESS: Order = Order {
    less: true,
    equal: false,
    greater: false,
};
pub(super) const EQUAL: Order = Order {
    less: false,
    equal: true,
    greater: false,
};
pub(super) const GREATER: Order = Order {
    less: false,
    equal: false,
    greater: true,
};

/// Where a piece of an ordered domain begins: its low end, and whether it begins there or just above.
fn position(piece: &Piece) -> Option<(&Value, bool)> {
    let low = piece.within.as_ref()?.low.as_ref()?;
    Some((&low.0, !low.1))
}

fn is_single(piece: &Piece) -> bool {
    piece
        .within
        .as_ref()
        .is_some_and(|within| matches!((&within.low, &within.high), (Some((low, true)), Some((high, true))) if low == high))
}

/// Whether a cell holds a point.
pub(super) fn matches(cell: &Cell<Value>, point: &Point<Value>) -> bool {
    match (cell, point) {
        (Cell::Any, _) => true,
        (Cell::Members(members), Point::Member(member)) => members.contains(member),
        (Cell::Intervals(intervals), Point::Value(value)) => {
            intervals.iter().any(|interval| interval.contains(value))
        }
        (Cell::Texts(texts), Point::Text(text)) => texts.contains(text),
        _ => false,
    }
}

fn bits_for(codes: usize) -> usize {
    codes.max(1).next_power_of_two().trailing_zeros() as usize
}

/// A term's domain, cut into pieces; those in which there is no value are left out.
fn pieces(term: &Term, cuts: &BTreeSet<Value>) -> Vec<Piece> {
    match &term.domain {
        Domain::Finite(size) => (0..*size)
            .map(|member| Piece {
                point: Point::Member(member),
                within: None,
            })
            .collect(),
        Domain::Texts => term
            .texts
            .iter()
            .map(|text| Point::Text(text.clone()))
            .chain([Point::OtherText])
            .map(|point| Piece { point, within: None })
            .collect(),
        Domain::Ordered { within, grid } => {
            let mut runs = Vec::new();
            let mut low: Option<(Value, bool)> = None;
            for cut in cuts {
                runs.push(Interval {
                    low: low.take(),
                    high: Some((cut.clone(), false)),
                });
                runs.push(Interval {
                    low: Some((cut.clone(), true)),
                    high: Some((cut.clone(), true)),
                });
                low = Some((cut.clone(), false));
            }
            runs.push(Interval { low, high: None });
            let natural = |run: Interval<Value>| {
                // The ends of the domain are among the cuts, so a run lies in it as a whole or not at all.
                let point = grid.pick(&run)?;
                within.contains(&point).then_some(Piece {
                    point: Point::Value(point),
                    within: Some(run),
                })
            };
            runs.into_iter().filter_map(natural).collect()
        }
    }
}
