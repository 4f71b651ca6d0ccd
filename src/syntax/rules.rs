//! Rules and the cut list from what the parser matched.
//!
//! Comes in: the nodes of gates, exclusions, criteria, ranks and cut lists. Goes out: their trees. It never resolves a name.
//!
//! Invariant: clauses of a block are in the order written.

use super::ast::*;
use super::children::{Builder, Children, Node, inner};
use super::parser::Rule;
use crate::source::Place;

impl<'t> Builder<'t> {
    pub(super) fn entry(&mut self, head: Head, mut children: Children<'t>) -> Entry {
        let mut entry = Entry {
            head,
            when: vec![],
            require: vec![],
            otherwise: vec![],
            instead: vec![],
            ground: Ground::default(),
        };
        for node in children.rest() {
            let whole = self.place(&node);
            let Some(clause) = self.sound_clause(node, Rule::only_entry_clause) else {
                continue;
            };
            match clause.as_rule() {
                Rule::item_ground => self.item_ground(&mut entry.ground, clause),
                Rule::instead => entry.instead.extend(self.instead(clause)),
                Rule::otherwise => entry.otherwise.extend(self.text_clause(clause, whole)),
                Rule::when_clause => entry.when.extend(self.condition_clause(clause, whole)),
                _ => entry.require.extend(self.condition_clause(clause, whole)),
            }
        }
        entry
    }

    pub(super) fn exclude(&mut self, head: Head, mut children: Children<'t>) -> Exclude {
        let mut exclude = Exclude {
            head,
            when: vec![],
            then: vec![],
            instead: vec![],
            ground: Ground::default(),
        };
        for node in children.rest() {
            let whole = self.place(&node);
            let Some(clause) = self.sound_clause(node, Rule::only_exclude_clause) else {
                continue;
            };
            match clause.as_rule() {
                Rule::item_ground => self.item_ground(&mut exclude.ground, clause),
                Rule::instead => exclude.instead.extend(self.instead(clause)),
                Rule::exclude_then => exclude.then.extend(self.text_clause(clause, whole)),
                _ => exclude.when.extend(self.condition_clause(clause, whole)),
            }
        }
        exclude
    }

    /// The clause in a node of a block; what is none is told or passed over.
    fn sound_clause(&mut self, node: Node<'t>, only: Rule) -> Option<Node<'t>> {
        match node.as_rule() {
            Rule::bad_clause => {
                self.bad_clause(&node, only);
                None
            }
            Rule::entry_clause | Rule::exclude_clause | Rule::criterion_clause | Rule::cut_list_clause => {
                inner(node)
            }
            _ => None,
        }
    }

    fn condition_clause(&mut self, node: Node<'t>, whole: Place) -> Option<Clause<Expression>> {
        let mut parts = Children::of(node);
        let value = self.expression(parts.one(Rule::expression)?)?;
        Some(self.clause(&mut parts, whole, value))
    }

    fn text_clause(&mut self, node: Node<'t>, whole: Place) -> Option<Clause<Text>> {
        let mut parts = Children::of(node);
        let value = self.texts(parts.one(Rule::texts)?);
        Some(self.clause(&mut parts, whole, value))
    }

    pub(super) fn instead(&mut self, node: Node<'t>) -> Option<Instead> {
        let whole = self.place(&node);
        let mut parts = Children::of(node);
        let text = self.texts(parts.one(Rule::texts)?);
        let to = parts
            .one(Rule::instead_to)
            .and_then(|to| Children::of(to).one(Rule::sum));
        let to = to.and_then(|to| self.expression(to));
        let when = parts
            .one(Rule::instead_when)
            .and_then(|when| Children::of(when).one(Rule::expression));
        let when = when.and_then(|when| self.expression(when));
        let ground = self.ground(parts.one(Rule::ground));
        Some(Instead {
            text,
            to,
            when,
            place: self.without_ground(whole, &ground),
            ground,
        })
    }

    pub(super) fn criterion(&mut self, head: Head, mut children: Children<'t>) -> Criterion {
        let mut criterion = Criterion {
            head,
            weight: vec![],
            body: vec![],
            ground: Ground::default(),
        };
        for node in children.rest() {
            let whole = self.place(&node);
            let Some(clause) = self.sound_clause(node, Rule::only_criterion_clause) else {
                continue;
            };
            let rule = clause.as_rule();
            if rule == Rule::item_ground {
                self.item_ground(&mut criterion.ground, clause);
                continue;
            }
            let mut parts = Children::of(clause);
            match rule {
                Rule::criterion_weight => {
                    let Some(digits) = parts.one(Rule::digits).map(|digits| self.digits(&digits)) else {
                        continue;
                    };
                    criterion.weight.push(self.clause(&mut parts, whole, digits));
                }
                Rule::criterion_value => {
                    let value = parts
                        .one(Rule::expression)
                        .and_then(|value| self.expression(value));
                    let Some(value) = value else { continue };
                    criterion
                        .body
                        .push(self.clause(&mut parts, whole, CriterionBody::Value(value)));
                }
                _ => {
                    self.brace(&mut parts, &criterion.head);
                    let Some(word) = parts.one(Rule::aggregation) else {
                        continue;
                    };
                    let start = self.place(&word);
                    let word = Children::of(word);
                    let aggregation = if word.has(Rule::k_weighted) {
                        Aggregation::WeightedMean
                    } else if word.has(Rule::k_mean) {
                        Aggregation::Mean
                    } else if word.has(Rule::k_sum) {
                        Aggregation::Sum
                    } else if word.has(Rule::k_least) {
                        Aggregation::Least
                    } else {
                        Aggregation::Greatest
                    };
                    let ground = self.ground(parts.one(Rule::ground));
                    let value = CriterionBody::Questions(aggregation, self.fields(parts));
                    criterion.body.push(Clause {
                        value,
                        ground,
                        place: start,
                    });
                }
            }
        }
        criterion
    }

    pub(super) fn rank_keys(&mut self, node: Node<'t>) -> Vec<RankKey> {
        let mut keys = Vec::new();
        for node in Children::of(node).all(Rule::rank_key) {
            let place = self.place(&node);
            let mut parts = Children::of(node);
            let direction = match parts
                .one(Rule::direction)
                .and_then(inner)
                .map(|word| word.as_rule())
            {
                Some(Rule::k_highest) => Direction::Highest,
                Some(Rule::k_earliest) => Direction::Earliest,
                Some(Rule::k_latest) => Direction::Latest,
                Some(Rule::k_first) => Direction::First,
                Some(Rule::k_last) => Direction::Last,
                _ => Direction::Lowest,
            };
            let Some(value) = parts.one(Rule::sum).and_then(|value| self.expression(value)) else {
                continue;
            };
            keys.push(RankKey {
                direction,
                value,
                text: self.folded(place),
                place,
            });
        }
        keys
    }

    pub(super) fn cut_list(&mut self, head: Head, mut children: Children<'t>) -> CutList {
        let condition = self.where_(&mut children);
        let mut clauses = Vec::new();
        for node in children.rest() {
            let whole = self.place(&node);
            let Some(clause) = self.sound_clause(node, Rule::only_cut_list_clause) else {
                continue;
            };
            let rule = clause.as_rule();
            let mut parts = Children::of(clause);
            let Some(kind) = self.cut_list_clause(rule, &mut parts) else {
                continue;
            };
            let ground = self.ground(parts.one(Rule::ground));
            let place = self.without_ground(whole, &ground);
            clauses.push(CutListClause {
                kind,
                text: self.folded(place),
                ground,
                place,
            });
        }
        CutList {
            head,
            condition,
            clauses,
        }
    }

    fn cut_list_clause(&mut self, rule: Rule, parts: &mut Children<'t>) -> Option<CutListClauseKind> {
        let names = |builder: &Self, parts: &mut Children<'t>| -> Vec<Name> {
            parts
                .all(Rule::name)
                .iter()
                .map(|name| builder.name(name))
                .collect()
        };
        let sum_of = |builder: &mut Self, parts: &mut Children<'t>, rule| {
            let sum = parts
                .one(rule)
                .and_then(|node| Children::of(node).one(Rule::sum))?;
            builder.expression(sum)
        };
        Some(match rule {
            Rule::may_cut | Rule::protect => {
                let mut members = Children::of(parts.one(Rule::members)?);
                let members = match self.where_(&mut members) {
                    Some(condition) => Members::Where(condition),
                    None => Members::Groups(names(self, &mut members)),
                };
                if rule == Rule::may_cut {
                    CutListClauseKind::MayCut(members)
                } else {
                    CutListClauseKind::Protect(members)
                }
            }
            Rule::place | Rule::prefer => {
                let [after, before]: [Name; 2] = names(self, parts).try_into().ok()?;
                let within = sum_of(self, parts, Rule::within);
                if rule == Rule::place {
                    CutListClauseKind::Place(after, before, within)
                } else {
                    CutListClauseKind::Prefer(after, before, within)
                }
            }
            Rule::cut_first => CutListClauseKind::CutFirst(names(self, parts)),
            Rule::keep_first => CutListClauseKind::KeepFirst(names(self, parts)),
            Rule::all_or_nothing => {
                let group = parts.one(Rule::name).map(|name| self.name(&name));
                CutListClauseKind::AllOrNothing(group, sum_of(self, parts, Rule::within))
            }
            Rule::needs => CutListClauseKind::Needs(self.name(&parts.one(Rule::name)?)),
            Rule::otherwise_by => CutListClauseKind::OtherwiseBy(self.rank_keys(parts.one(Rule::rank_keys)?)),
            Rule::limit => {
                let amount = self.expression(parts.one(Rule::sum)?)?;
                CutListClauseKind::Limit(Box::new(LimitClause {
                    at_least: parts.has(Rule::k_least),
                    amount,
                    of: sum_of(self, parts, Rule::limit_of),
                    per: sum_of(self, parts, Rule::limit_per),
                    condition: self.where_(parts),
                }))
            }
            Rule::take_what_fits => CutListClauseKind::TakeWhatFits,
            _ => CutListClauseKind::Show(names(self, parts)),
        })
    }
}
