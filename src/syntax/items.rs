//! Items and their clauses from what the parser matched.
//!
//! Comes in: the laid-out text of a file. Goes out: its [`File`]. It never resolves a name, and leaves what could not be
//! read to `mistakes`.
//!
//! Invariant: clauses of a block are in the order written.

use pest::Parser as _;

use super::ast::*;
use super::children::{Builder, Children, Node, inner};
use super::expressions::twice;
use super::parser::{Rule, RuleParser};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Place;

/// Reads a whole file.
pub(super) fn file(builder: &mut Builder<'_>) -> File {
    let Ok(mut pairs) = RuleParser::parse(Rule::file, builder.text) else {
        // The grammar is total: this is not reached. Should it be, nothing is read and nothing is lost silently.
        let all = Place::new(builder.file, 0..builder.text.len());
        builder
            .problems
            .push(Diagnostic::new(Code::Syntax, "this file cannot be read").at(all, ""));
        return File::default();
    };
    let mut items = Vec::new();
    // An `allow` between items belongs to the one above it.
    let mut above = Place::new(builder.file, 0..0);
    for node in pairs.next().into_iter().flat_map(Node::into_inner) {
        match node.as_rule() {
            Rule::EOI => {}
            Rule::bad_item => builder.bad_item(&node),
            Rule::allow => builder.allow(node, above),
            _ => {
                above = builder.place(&node);
                items.extend(builder.item(node));
            }
        }
    }
    File {
        items,
        allows: std::mem::take(&mut builder.allows),
        lost: std::mem::take(&mut builder.lost),
    }
}

impl<'t> Builder<'t> {
    pub(super) fn item(&mut self, node: Node<'t>) -> Option<Item> {
        let rule = node.as_rule();
        let whole = self.place(&node);
        for child in node.clone().into_inner() {
            match child.as_rule() {
                Rule::allow => self.allow(child, whole),
                Rule::define_cases => {
                    let allows = child.into_inner().filter(|child| child.as_rule() == Rule::allow);
                    allows.for_each(|allow| self.allow(allow, whole));
                }
                _ => {}
            }
        }
        let mut children = Children::of(node);
        if rule == Rule::use_ {
            let text = children.one(Rule::text)?;
            return Some(Item::Use(self.text(text)));
        }
        if rule == Rule::rank {
            let keys = self.rank_keys(children.one(Rule::rank_keys)?);
            let ground = self.ground(children.one(Rule::ground));
            return Some(Item::Rank(Rank {
                place: self.without_ground(whole, &ground),
                keys,
                ground,
            }));
        }
        let head = self.head(&mut children, whole)?;
        self.brace(&mut children, &head);
        if rule == Rule::joint {
            let ground = self.ground(children.one(Rule::ground));
            return Some(Item::Joint(Joint {
                field: head.name,
                ground,
                place: head.place,
            }));
        }
        Some(match rule {
            Rule::policy => Item::Policy(self.policy(head, children)?),
            Rule::scale => Item::Scale(self.scale(head, children)),
            Rule::record => Item::Record(self.record(head, children)),
            Rule::define => Item::Define(self.define(head, children)?),
            Rule::table => Item::Table(self.table(head, children)),
            Rule::group => {
                let condition = self.where_(&mut children)?;
                Item::Group(Group {
                    head,
                    condition,
                    ground: self.ground(children.one(Rule::ground)),
                })
            }
            Rule::entry => Item::Entry(self.entry(head, children)),
            Rule::criterion => Item::Criterion(self.criterion(head, children)),
            Rule::score => {
                let value = self.expression(children.one(Rule::expression)?)?;
                Item::Score(Score {
                    head,
                    value,
                    ground: self.ground(children.one(Rule::ground)),
                })
            }
            Rule::exclude => Item::Exclude(self.exclude(head, children)),
            Rule::premise => {
                let condition = self.where_(&mut children);
                Item::Premise(Premise {
                    head,
                    condition,
                    ground: self.ground(children.one(Rule::ground)),
                })
            }
            _ => Item::CutList(self.cut_list(head, children)),
        })
    }

    /// `allow CODE because "…"`, for the item that has a place.
    fn allow(&mut self, node: Node<'t>, item: Place) {
        let whole = self.place(&node);
        let mut parts = Children::of(node);
        let Some(code) = parts.one(Rule::name).map(|name| self.name(&name)) else {
            return;
        };
        let ground = self.ground(parts.one(Rule::ground));
        self.allows.push(Allow {
            code,
            place: self.without_ground(whole, &ground),
            ground,
            item,
        });
    }

    /// Name, title and `of`.
    fn head(&mut self, children: &mut Children<'t>, whole: Place) -> Option<Head> {
        let name = children.one(Rule::name).map(|name| self.name(&name))?;
        let title = children
            .one(Rule::title)
            .and_then(inner)
            .map(|title| self.texts(title));
        let of = children
            .one(Rule::of_record)
            .and_then(|of| Children::of(of).one(Rule::name));
        let of = of.map(|of| self.name(&of));
        let place = Place {
            end: name.place.end,
            ..whole
        };
        Some(Head {
            name,
            title,
            of,
            place,
            whole,
        })
    }

    pub(super) fn brace(&mut self, children: &mut Children<'t>, head: &Head) {
        if let Some(missing) = children.one(Rule::missing_brace) {
            let end = self
                .text
                .get(..missing.as_span().start())
                .unwrap_or("")
                .trim_end()
                .len();
            if self.open_end.replace(end) != Some(end) {
                let end = Place::new(self.file, end..end);
                self.problems.push(
                    Diagnostic::new(
                        Code::UnclosedBlock,
                        format!("the block of `{}` is not closed", head.name.text),
                    )
                    .at(head.place, "this block")
                    .at(end, "`}` is missing here at the latest")
                    .help("close the block with `}`"),
                );
            }
        }
    }

    pub(super) fn where_(&mut self, children: &mut Children<'t>) -> Option<Expression> {
        let condition = children.one(Rule::where_)?;
        Children::of(condition)
            .one(Rule::expression)
            .and_then(|condition| self.expression(condition))
    }

    /// A clause's place without its ground, which is always at its end.
    pub(super) fn without_ground(&self, whole: Place, ground: &Ground) -> Place {
        let grounds = [&ground.because, &ground.cite];
        let Some(first) = grounds.into_iter().flatten().map(|text| text.place.start).min() else {
            return whole;
        };
        let before = self
            .text
            .get(whole.range().start..first as usize)
            .unwrap_or("")
            .trim_end();
        let before = before
            .strip_suffix("because")
            .or_else(|| before.strip_suffix("cite"))
            .unwrap_or(before);
        Place::new(
            self.file,
            whole.range().start..whole.range().start + before.trim_end().len(),
        )
    }

    pub(super) fn clause<T>(&mut self, children: &mut Children<'t>, whole: Place, value: T) -> Clause<T> {
        let ground = self.ground(children.one(Rule::ground));
        Clause {
            value,
            place: self.without_ground(whole, &ground),
            ground,
        }
    }

    /// Adds what a block says of itself to what has been said.
    pub(super) fn item_ground(&mut self, ground: &mut Ground, node: Node<'t>) {
        let place = self.place(&node);
        let more = self.ground(Some(node));
        for (slot, more, word) in [
            (&mut ground.because, more.because, "because"),
            (&mut ground.cite, more.cite, "cite"),
        ] {
            if let Some(more) = more {
                if let Some(first) = slot {
                    self.problems.push(twice(word, place, first.place).help(format!(
                        "keep one of them: at the beginning of a line, `{word}` belongs to the whole item; \
                         at its end, to what the line says"
                    )));
                }
                *slot = Some(more);
            }
        }
    }

    fn policy(&mut self, head: Head, mut children: Children<'t>) -> Option<Policy> {
        let record = self.name(&children.one(Rule::name)?);
        let mut policy = Policy {
            head,
            record,
            version: vec![],
            source: vec![],
            language: vec![],
            data: vec![],
        };
        for node in children.rest() {
            if node.as_rule() == Rule::bad_clause {
                self.bad_clause(&node, Rule::only_policy_clause);
                continue;
            }
            let Some(clause) = inner(node) else { continue };
            let rule = clause.as_rule();
            let mut parts = Children::of(clause);
            match rule {
                Rule::policy_version => policy
                    .version
                    .extend(parts.one(Rule::texts).map(|texts| self.texts(texts))),
                Rule::policy_source => policy
                    .source
                    .extend(parts.one(Rule::texts).map(|texts| self.texts(texts))),
                Rule::policy_language => policy
                    .language
                    .extend(parts.one(Rule::name).map(|name| self.name(&name))),
                Rule::policy_data => policy
                    .data
                    .extend(parts.one(Rule::text).map(|text| self.text(text))),
                _ => {}
            }
        }
        Some(policy)
    }

    fn scale(&mut self, head: Head, mut children: Children<'t>) -> Scale {
        let mut levels = Vec::new();
        for node in children.rest() {
            if node.as_rule() == Rule::level {
                let mut parts = Children::of(node);
                let Some(name) = parts.one(Rule::name).map(|name| self.name(&name)) else {
                    continue;
                };
                let title = parts
                    .one(Rule::title)
                    .and_then(inner)
                    .map(|title| self.texts(title));
                let number = parts.one(Rule::signed).and_then(|signed| self.signed(signed));
                let ground = self.ground(parts.one(Rule::ground));
                levels.push(Level {
                    name,
                    title,
                    number,
                    ground,
                });
            } else if node.as_rule() == Rule::bad_clause {
                self.bad_clause(&node, Rule::only_level);
            }
        }
        Scale { head, levels }
    }

    fn record(&mut self, head: Head, mut children: Children<'t>) -> Record {
        let one = children.one(Rule::k_one).is_some();
        let name_of = |children: &mut Children<'t>, rule| {
            children
                .one(rule)
                .and_then(|node| Children::of(node).one(Rule::name))
        };
        let parent = name_of(&mut children, Rule::in_record).map(|name| self.name(&name));
        let plural = name_of(&mut children, Rule::as_plural).map(|name| self.name(&name));
        Record {
            head,
            one,
            parent,
            plural,
            fields: self.fields(children),
        }
    }

    pub(super) fn fields(&mut self, mut children: Children<'t>) -> Vec<Field> {
        let mut fields = Vec::new();
        for node in children.rest() {
            match node.as_rule() {
                Rule::field => fields.extend(self.field(node)),
                Rule::bad_clause => self.bad_clause(&node, Rule::only_field),
                _ => {}
            }
        }
        fields
    }

    fn field(&mut self, node: Node<'t>) -> Option<Field> {
        let whole = self.place(&node);
        let mut parts = Children::of(node);
        let name = self.name(&parts.one(Rule::name)?);
        let of_type = self.type_(parts.one(Rule::type_)?)?;
        let key = parts.one(Rule::field_key).map(|node| self.place(&node));
        let optional = parts.one(Rule::field_optional).map(|node| self.place(&node));
        let default = parts
            .one(Rule::field_default)
            .and_then(inner)
            .and_then(|value| self.expression(value));
        let reversed = parts.one(Rule::field_reversed).map(|node| self.place(&node));
        let from = parts
            .one(Rule::field_from)
            .and_then(|node| Children::of(node).one(Rule::text));
        let from = from.map(|text| self.text(text));
        let title = parts
            .one(Rule::title)
            .and_then(inner)
            .map(|title| self.texts(title));
        let weight = parts
            .one(Rule::field_weight)
            .and_then(|node| Children::of(node).one(Rule::digits));
        let weight = weight.map(|digits| self.digits(&digits));
        let ground = self.ground(parts.one(Rule::ground));
        let place = self.without_ground(whole, &ground);
        Some(Field {
            name,
            of_type,
            key,
            optional,
            default,
            reversed,
            from,
            title,
            weight,
            ground,
            place,
        })
    }

    fn define(&mut self, head: Head, mut children: Children<'t>) -> Option<Define> {
        if let Some(value) = children.one(Rule::define_value) {
            let mut parts = Children::of(value);
            let value = self.expression(parts.one(Rule::expression)?)?;
            let ground = self.ground(parts.one(Rule::ground));
            return Some(Define {
                head,
                body: DefineBody::Value(value),
                ground,
            });
        }
        let mut parts = Children::of(children.one(Rule::define_cases)?);
        self.brace(&mut parts, &head);
        let of_type = self.type_(parts.one(Rule::type_)?)?;
        let mut cases = Vec::new();
        let mut ground = Ground::default();
        for node in parts.rest() {
            let whole = self.place(&node);
            match node.as_rule() {
                Rule::item_ground => self.item_ground(&mut ground, node),
                Rule::bad_clause => self.bad_clause(&node, Rule::only_case),
                Rule::case | Rule::case_otherwise => {
                    let mut parts = Children::of(node);
                    let Some(value) = parts
                        .one(Rule::expression)
                        .and_then(|value| self.expression(value))
                    else {
                        continue;
                    };
                    let when = parts.one(Rule::expression).and_then(|when| self.expression(when));
                    let ground = self.ground(parts.one(Rule::ground));
                    cases.push(Case {
                        value,
                        when,
                        place: self.without_ground(whole, &ground),
                        ground,
                    });
                }
                _ => {}
            }
        }
        Some(Define {
            head,
            body: DefineBody::Cases(of_type, cases),
            ground,
        })
    }

    fn table(&mut self, head: Head, mut children: Children<'t>) -> Table {
        let mut columns = Vec::new();
        for column in children.all(Rule::column) {
            let Some(column) = inner(column) else { continue };
            if column.as_rule() == Rule::typed_column {
                let mut parts = Children::of(column);
                let name = parts.one(Rule::name).map(|name| self.name(&name));
                let of_type = parts.one(Rule::type_).and_then(|of_type| self.type_(of_type));
                columns.extend(
                    name.zip(of_type)
                        .map(|(name, of_type)| Column::Typed(name, of_type)),
                );
            } else {
                columns.extend(self.expression(column).map(Column::Value));
            }
        }
        let mut rows = Vec::new();
        let mut ground = Ground::default();
        for node in children.rest() {
            let whole = self.place(&node);
            match node.as_rule() {
                Rule::item_ground => self.item_ground(&mut ground, node),
                Rule::bad_clause => self.bad_clause(&node, Rule::only_row),
                Rule::row | Rule::row_otherwise => {
                    let otherwise = node.as_rule() == Rule::row_otherwise;
                    let mut parts = Children::of(node);
                    let cells: Vec<_> = parts
                        .all(Rule::cell)
                        .into_iter()
                        .filter_map(|cell| self.cell(cell))
                        .collect();
                    let Some(value) = parts
                        .one(Rule::expression)
                        .and_then(|value| self.expression(value))
                    else {
                        continue;
                    };
                    let ground = self.ground(parts.one(Rule::ground));
                    let place = self.without_ground(whole, &ground);
                    rows.push(Row {
                        cells: (!otherwise).then_some(cells),
                        value,
                        ground,
                        place,
                    });
                }
                _ => {}
            }
        }
        Table {
            head,
            columns,
            rows,
            ground,
        }
    }

    fn cell(&mut self, node: Node<'t>) -> Option<Cell> {
        let place = self.place(&node);
        let content = inner(node)?;
        let kind = match content.as_rule() {
            Rule::k_any => CellKind::Any,
            Rule::order_test => {
                let mut parts = Children::of(content);
                let operator = super::expressions::order_operator(parts.one(Rule::order_operator)?.as_str());
                CellKind::Order(operator, self.expression(parts.one(Rule::sum)?)?)
            }
            _ => CellKind::Span(self.span(content)?),
        };
        Some(Cell { kind, place })
    }
}
