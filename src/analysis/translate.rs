//! Conditions of a policy as formulas.
//!
//! Comes in: typed expressions of a policy. Goes out: formulas that are yes, no and unknown for the same records as the
//! expressions. What cannot be said over single facts (sums, counts, scores, …) becomes a term of its own that may have any
//! value of its type: then whatever holds for all records of the formula holds for all records of the policy, but a record
//! that is found need not exist, and is never shown.
//!
//! Invariant: a formula without such terms has exactly the value of its expression, for every record.

use std::collections::HashMap;
use std::sync::Arc;

use super::comparisons::order_of;
use super::signature::{self, Tag};
use super::vocabulary::{Formula, Order, Term, TermId, Vocabulary};
use crate::model::expression::SetMember;
use crate::model::regions::{Cell, Domain};
use crate::model::{Expression, ExpressionKind, Interval, Policy, RecordId, Set, Type, Value};

/// The most branches that a value is followed through; one with more is taken as a whole.
pub(super) const BRANCHES: usize = 64;

/// The record that is at hand: the way that leads to it, and its type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct At {
    /// Before a name, as an author would write it: empty, or `measure.`, or `assessed-with.`.
    pub(super) way: Arc<str>,
    pub(super) record: RecordId,
    /// The reference that leads there, where it may be unknown.
    pub(super) behind: Option<TermId>,
}

/// One of the values that an expression may have, and when.
#[derive(Debug, Clone)]
pub(super) struct Branch {
    /// When it cannot be ruled out that the value is this one: a two-valued formula.
    pub(super) open: Formula,
    pub(super) value: Leaf,
}

#[derive(Debug, Clone)]
pub(super) enum Leaf {
    Constant(Value),
    Term(TermId),
    Truth(Formula),
    Unknown,
}

/// Translates the conditions of one policy.
pub struct Translator<'p> {
    pub(super) policy: &'p Policy,
    /// Tells the policy from others: what they define under one name need not be the same.
    pub(super) tag: Tag,
    pub(super) vocabulary: &'p mut Vocabulary,
    /// Groups and defines that have been translated, by what they are and the record that is at hand.
    done: HashMap<(At, u8, usize), Formula>,
    /// The branches of defines and tables that have been followed.
    pub(super) followed: HashMap<(At, bool, usize), Option<Vec<Branch>>>,
    pub(super) yes: Formula,
}

impl<'p> Translator<'p> {
    /// For a policy; formulas of several policies can stand in one vocabulary.
    pub fn new(policy: &'p Policy, vocabulary: &'p mut Vocabulary) -> Translator<'p> {
        let yes = vocabulary.constant(Some(true));
        vocabulary.policies += 1;
        Translator {
            policy,
            tag: Tag {
                number: vocabulary.policies,
                whole: vocabulary.across_policies,
            },
            vocabulary,
            done: HashMap::new(),
            followed: HashMap::new(),
            yes,
        }
    }

    /// The vocabulary, to join formulas.
    pub(super) fn vocabulary(&mut self) -> &mut Vocabulary {
        self.vocabulary
    }

    /// A condition on a record of a type.
    pub fn condition(&mut self, expression: &Expression, record: RecordId) -> Formula {
        let at = At {
            way: "".into(),
            record,
            behind: None,
        };
        self.truth(expression, &at)
    }

    /// Whether the value of an expression is known, for a record of a type.
    pub fn known(&mut self, expression: &Expression, record: RecordId) -> Formula {
        let at = At {
            way: "".into(),
            record,
            behind: None,
        };
        self.is_known(expression, &at)
    }

    pub(super) fn truth(&mut self, expression: &Expression, at: &At) -> Formula {
        match &expression.kind {
            ExpressionKind::Constant(Value::YesNo(yes)) => self.vocabulary.constant(Some(*yes)),
            ExpressionKind::Not(operand) => {
                let operand = self.truth(operand, at);
                self.vocabulary.not(operand)
            }
            ExpressionKind::And(operands) => {
                let operands = operands.iter().map(|operand| self.truth(operand, at)).collect();
                self.vocabulary.and(operands)
            }
            ExpressionKind::Or(operands) => {
                let operands = operands.iter().map(|operand| self.truth(operand, at)).collect();
                self.vocabulary.or(operands)
            }
            ExpressionKind::Group(id) => {
                let condition = &self.policy.group(*id).condition;
                self.once(at, 0, id.index(), |translator, at| {
                    translator.truth(condition, at)
                })
            }
            ExpressionKind::Is(left, right, negated) => {
                let same = self.same(left, right, at);
                self.negated(same, *negated)
            }
            ExpressionKind::Compare(comparison, left, right) => {
                let order = order_of(*comparison);
                self.ordered(left, order, right, at)
                    .unwrap_or_else(|| self.whole_truth(expression, at))
            }
            ExpressionKind::In(item, set, negated) => {
                let inside = self.inside(item, set, at);
                match inside {
                    Some(inside) => self.negated(inside, *negated),
                    None => self.whole_truth(expression, at),
                }
            }
            ExpressionKind::Known(operand, negated) => {
                let known = self.is_known(operand, at);
                self.negated(known, *negated)
            }
            _ => match self.branches(expression, at) {
                Some(branches) => self.holding(&branches, &mut |translator, leaf| match leaf {
                    Leaf::Constant(Value::YesNo(yes)) => translator.vocabulary.constant(Some(*yes)),
                    Leaf::Truth(truth) => *truth,
                    _ => translator.vocabulary.constant(None),
                }),
                None => self.whole_truth(expression, at),
            },
        }
    }

    pub(super) fn negated(&mut self, formula: Formula, negated: bool) -> Formula {
        if negated {
            self.vocabulary.not(formula)
        } else {
            formula
        }
    }

    /// Translates what has a name once.
    pub(super) fn once(
        &mut self,
        at: &At,
        kind: u8,
        index: usize,
        make: impl FnOnce(&mut Self, &At) -> Formula,
    ) -> Formula {
        let key = (at.clone(), kind, index);
        if let Some(known) = self.done.get(&key) {
            return *known;
        }
        let made = make(self, at);
        self.done.insert(key, made);
        made
    }

    pub(super) fn is_known(&mut self, expression: &Expression, at: &At) -> Formula {
        if expression.of_type == Type::YesNo {
            let truth = self.truth(expression, at);
            return self.vocabulary.settled(truth);
        }
        let branches = match self.branches(expression, at) {
            Some(branches) => branches,
            None => self.whole(expression, at),
        };
        let known = self.holding(&branches, &mut |translator, leaf| match leaf {
            Leaf::Constant(_) => translator.yes,
            Leaf::Term(term) => translator.vocabulary.known(*term),
            Leaf::Truth(truth) => translator.vocabulary.settled(*truth),
            Leaf::Unknown => translator.vocabulary.constant(Some(false)),
        });
        self.vocabulary.surely(known)
    }

    /// `left is right`
    pub(super) fn same(&mut self, left: &Expression, right: &Expression, at: &At) -> Formula {
        if left.of_type == Type::YesNo && right.of_type == Type::YesNo {
            let (left, right) = (self.truth(left, at), self.truth(right, at));
            let (not_left, not_right) = (self.vocabulary.not(left), self.vocabulary.not(right));
            let both = self.vocabulary.and(vec![left, right]);
            let neither = self.vocabulary.and(vec![not_left, not_right]);
            return self.vocabulary.or(vec![both, neither]);
        }
        let equal = Order {
            less: false,
            equal: true,
            greater: false,
        };
        self.ordered(left, equal, right, at).unwrap_or_else(|| {
            let whole = self.signature(left, at) + " is " + &self.signature(right, at);
            self.truth_called(&whole)
        })
    }

    /// Whether two values stand to each other in one of some ways; `None` where that cannot be said over single facts.
    pub(super) fn ordered(
        &mut self,
        left: &Expression,
        order: Order,
        right: &Expression,
        at: &At,
    ) -> Option<Formula> {
        let left = self.branches_or_whole(left, at);
        let right = self.branches_or_whole(right, at);
        if left.len() * right.len() > BRANCHES {
            return None;
        }
        let mut sides = Vec::new();
        for one in &left {
            for other in &right {
                let holds = self.leaves(&one.value, order, &other.value)?;
                let open = self.vocabulary.and(vec![one.open, other.open]);
                sides.push((open, holds));
            }
        }
        let agree = [self.agreement(&left)?, self.agreement(&right)?].concat();
        Some(self.settle(&sides, &agree))
    }

    /// `item in set`
    pub(super) fn inside(&mut self, item: &Expression, set: &Set, at: &At) -> Option<Formula> {
        match set {
            Set::Range(range) => self.in_range(item, range, at),
            Set::Members(members) => {
                let mut made = Vec::new();
                for member in members {
                    made.push(match member {
                        SetMember::Value(value) => self.same(item, value, at),
                        SetMember::Range(range) => self.in_range(item, range, at)?,
                    });
                }
                Some(self.vocabulary.or(made))
            }
            Set::List(_) => None,
        }
    }

    pub(super) fn in_range(
        &mut self,
        item: &Expression,
        range: &Interval<Expression>,
        at: &At,
    ) -> Option<Formula> {
        let mut ends = Vec::new();
        if let Some((low, included)) = &range.low {
            let order = Order {
                less: false,
                equal: *included,
                greater: true,
            };
            ends.push(self.ordered(item, order, low, at)?);
        }
        if let Some((high, included)) = &range.high {
            let order = Order {
                less: true,
                equal: *included,
                greater: false,
            };
            ends.push(self.ordered(item, order, high, at)?);
        }
        Some(self.vocabulary.and(ends))
    }

    pub(super) fn signature(&self, expression: &Expression, at: &At) -> String {
        signature::of(self.policy, self.tag, expression, &at.way, at.record)
    }

    pub(super) fn whole_truth(&mut self, expression: &Expression, at: &At) -> Formula {
        let signature = self.signature(expression, at);
        self.truth_called(&signature)
    }

    /// A condition of which nothing is known but what it is called.
    pub(super) fn truth_called(&mut self, signature: &str) -> Formula {
        let term = self.vocabulary.term(signature, || Term {
            name: "".into(),
            of_type: Type::YesNo,
            members: Vec::new(),
            domain: Domain::Finite(2),
            optional: true,
            free: false,
            behind: None,
            cuts: Default::default(),
            texts: Default::default(),
        });
        self.vocabulary.within(term, Cell::Members([1].into()))
    }
}
