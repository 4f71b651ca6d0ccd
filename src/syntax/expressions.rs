//! Expressions, texts and types from what the parser matched.
//!
//! Comes in: nodes of the expression, text and type rules. Goes out: their trees. It never resolves a name.
//!
//! Invariant: `and`, `or`, sums and products come out flat, so the tree is no deeper than the brackets in the text.

use super::ast::*;
use super::children::{Builder, Children, Node, inner};
use super::parser::Rule;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Place;
use unicode_normalization::UnicodeNormalization as _;

impl Builder<'_> {
    pub(super) fn expression(&mut self, node: Node<'_>) -> Option<Expression> {
        let place = self.place(&node);
        let kind = match node.as_rule() {
            Rule::expression => return self.flat(node, Rule::conjunction, ExpressionKind::Or),
            Rule::conjunction => return self.flat(node, Rule::negation, ExpressionKind::And),
            Rule::negation => {
                let mut children = Children::of(node);
                let negations = children.all(Rule::k_not).len();
                let mut operand = self.expression(children.one(Rule::comparison)?)?;
                for _ in 0..negations.min(2 + negations % 2) {
                    operand = Expression {
                        kind: ExpressionKind::Not(Box::new(operand)),
                        place,
                    };
                }
                return Some(operand);
            }
            Rule::comparison => return self.comparison(node),
            Rule::sum => return self.chain(node, Rule::product),
            Rule::product => return self.chain(node, Rule::factor),
            Rule::factor => {
                let mut children = Children::of(node);
                let signs = children.all(Rule::negative).len();
                let operand = self.expression(children.first()?)?;
                if signs.is_multiple_of(2) {
                    return Some(operand);
                }
                ExpressionKind::Negate(Box::new(operand))
            }
            Rule::parenthesis => {
                let within = self.expression(inner(node)?)?;
                return Some(Expression {
                    kind: within.kind,
                    place,
                });
            }
            Rule::choice => {
                let mut children = Children::of(node);
                let mut parts = Vec::new();
                for part in children.all(Rule::expression) {
                    parts.push(Box::new(self.expression(part)?));
                }
                let [condition, then, otherwise]: [Box<Expression>; 3] = parts.try_into().ok()?;
                ExpressionKind::If(condition, then, otherwise)
            }
            Rule::list => {
                let mut members = Vec::new();
                for member in Children::of(node).all(Rule::list_item) {
                    members.push(self.span(inner(member)?)?);
                }
                ExpressionKind::List(members)
            }
            Rule::date => ExpressionKind::Date(node.as_str().trim().to_owned()),
            Rule::moment => ExpressionKind::Moment(node.as_str().trim().to_owned()),
            Rule::number => {
                let mut children = Children::of(node);
                let digits = self.digits(&children.one(Rule::digits)?);
                let unit = children
                    .one(Rule::unit)
                    .and_then(inner)
                    .map(|unit| self.name(&unit));
                ExpressionKind::Number(digits, unit)
            }
            Rule::text => ExpressionKind::Text(self.text(node)),
            Rule::k_yes => ExpressionKind::YesNo(true),
            Rule::k_no => ExpressionKind::YesNo(false),
            Rule::path => ExpressionKind::Path(node.into_inner().map(|part| self.name(&part)).collect()),
            Rule::call => {
                let mut children = Children::of(node);
                let name = self.name(&children.one(Rule::call_name)?);
                let mut arguments = Vec::new();
                for argument in children.all(Rule::argument) {
                    arguments.push(self.argument(argument)?);
                }
                ExpressionKind::Call(name, arguments)
            }
            _ => return None,
        };
        Some(Expression { kind, place })
    }

    fn flat(
        &mut self,
        node: Node<'_>,
        operand: Rule,
        kind: fn(Vec<Expression>) -> ExpressionKind,
    ) -> Option<Expression> {
        let place = self.place(&node);
        let mut operands = Vec::new();
        for child in Children::of(node).all(operand) {
            operands.push(self.expression(child)?);
        }
        if operands.len() == 1 {
            operands.pop()
        } else {
            Some(Expression {
                kind: kind(operands),
                place,
            })
        }
    }

    fn chain(&mut self, node: Node<'_>, operand: Rule) -> Option<Expression> {
        let place = self.place(&node);
        let mut first = None;
        let mut rest = Vec::new();
        let mut operator = ChainOperator::Add;
        for child in node.into_inner() {
            match child.as_rule() {
                rule if rule == operand => {
                    let value = self.expression(child)?;
                    if first.is_none() {
                        first = Some(value)
                    } else {
                        rest.push((operator, value))
                    }
                }
                Rule::plus => operator = ChainOperator::Add,
                Rule::times => operator = ChainOperator::Multiply,
                Rule::divide => operator = ChainOperator::Divide,
                _ => {
                    operator = ChainOperator::Subtract;
                    let at = self.place(&child);
                    let before = self
                        .text
                        .get(..at.range().start)
                        .and_then(|text| text.chars().next_back());
                    if before.is_some_and(|character| !character.is_whitespace() && character != ')') {
                        let after = self.text.get(at.range().end..).unwrap_or("");
                        let blank = if after.starts_with(' ') { "" } else { " " };
                        self.problems.push(
                            Diagnostic::new(Code::Syntax, "`-` needs a blank on both sides to subtract")
                                .at(at, "no blank before it")
                                .help("write `a - b`; without blanks `a-b` is a name")
                                .fix(at, format!(" -{blank}")),
                        );
                    }
                }
            }
        }
        let first = first?;
        if rest.is_empty() {
            return Some(first);
        }
        Some(Expression {
            kind: ExpressionKind::Chain(Box::new(first), rest),
            place,
        })
    }

    fn comparison(&mut self, node: Node<'_>) -> Option<Expression> {
        let place = self.place(&node);
        let mut children = Children::of(node);
        let left = Box::new(self.expression(children.one(Rule::sum)?)?);
        let Some(test) = children.first() else {
            return Some(*left);
        };
        let rule = test.as_rule();
        let mut parts = Children::of(test);
        let negated = parts.has(Rule::k_not);
        let kind = match rule {
            Rule::known_test => ExpressionKind::Known(left, parts.has(Rule::k_missing) != negated),
            Rule::is_test => {
                ExpressionKind::Is(left, Box::new(self.expression(parts.one(Rule::sum)?)?), negated)
            }
            Rule::order_test => {
                let operator = order_operator(parts.one(Rule::order_operator)?.as_str());
                ExpressionKind::Order(operator, left, Box::new(self.expression(parts.one(Rule::sum)?)?))
            }
            _ => ExpressionKind::In(left, Box::new(self.span(parts.one(Rule::span)?)?), negated),
        };
        Some(Expression { kind, place })
    }

    pub(super) fn span(&mut self, node: Node<'_>) -> Option<Span> {
        let place = self.place(&node);
        let mut low = None;
        let mut high = None;
        let mut operator = None;
        for child in node.into_inner() {
            if child.as_rule() == Rule::range_operator {
                operator = Some(child.as_str());
            } else if operator.is_some() {
                high = Some(self.expression(child)?);
            } else {
                low = Some(self.expression(child)?);
            }
        }
        let Some(operator) = operator else {
            return Some(Span::Value(low?));
        };
        let low_included = !operator.starts_with('<');
        let high_included = !operator.ends_with('<');
        Some(Span::Range(Range {
            low,
            low_included,
            high,
            high_included,
            place,
        }))
    }

    fn argument(&mut self, node: Node<'_>) -> Option<Argument> {
        let mut children = Children::of(node);
        if children.has(Rule::k_from) {
            return Some(Argument::From(self.span(children.one(Rule::span)?)?));
        }
        if children.has(Rule::k_to) {
            return Some(Argument::To(self.span(children.one(Rule::span)?)?));
        }
        let value = self.expression(children.one(Rule::expression)?)?;
        let source = match children.one(Rule::sum) {
            Some(source) => Some(self.expression(source)?),
            None => None,
        };
        let condition = match children.one(Rule::expression) {
            Some(condition) => Some(self.expression(condition)?),
            None => None,
        };
        Some(Argument::Value {
            value,
            source,
            condition,
        })
    }

    /// A text in quotes.
    pub(super) fn text(&mut self, node: Node<'_>) -> Text {
        let place = self.place(&node);
        let mut parts: Vec<TextPart> = Vec::new();
        for part in node.into_inner() {
            let literal = match part.as_rule() {
                Rule::characters => part.as_str(),
                Rule::escape => match part.as_str() {
                    "\\\"" => "\"",
                    "\\\\" => "\\",
                    "{{" => "{",
                    _ => "}",
                },
                Rule::placeholder if part.as_str().contains('"') => {
                    self.text_in_text(&part);
                    continue;
                }
                Rule::placeholder => {
                    if let Some(value) = inner(part).and_then(|value| self.expression(value)) {
                        parts.push(TextPart::Placeholder(value));
                    }
                    continue;
                }
                _ => {
                    self.bad_placeholder(&part);
                    continue;
                }
            };
            if let Some(TextPart::Literal(before)) = parts.last_mut() {
                before.push_str(literal);
            } else {
                parts.push(TextPart::Literal(literal.to_owned()));
            }
        }
        Text { parts, place }
    }

    fn text_in_text(&mut self, node: &Node<'_>) {
        let at = self.place(node);
        self.problems.push(
            Diagnostic::new(Code::BadPlaceholder, "a placeholder holds no texts of its own")
                .at(at, "a text within a text")
                .help(
                    "name the value with `define`, or write a text for each case, such as `instead … when …`",
                ),
        );
    }

    fn bad_placeholder(&mut self, node: &Node<'_>) {
        let place = self.place(node);
        let written = node.as_str();
        if written.contains('"') && written.ends_with('}') {
            self.text_in_text(node);
            return;
        }
        let (message, help) = match written {
            "}" => (
                "a single `}` in a text".to_owned(),
                "write `}}` to show a brace".to_owned(),
            ),
            "\\" => (
                "a single `\\` in a text".to_owned(),
                "write `\\\\` to show a backslash, or `\\\"` to show a quote".to_owned(),
            ),
            "{}" => (
                "this placeholder is empty".to_owned(),
                "write a name between the braces, or `{{` and `}}` to show braces".to_owned(),
            ),
            _ if !written.ends_with('}') => (
                "this placeholder is not closed".to_owned(),
                "write `}` where it ends; write `{{` to show a brace".to_owned(),
            ),
            _ => (
                format!("`{written}` holds nothing that can be shown"),
                "a placeholder holds one expression, such as `{title}`; write `{{` to show a brace"
                    .to_owned(),
            ),
        };
        self.problems.push(
            Diagnostic::new(Code::BadPlaceholder, message)
                .at(place, "here")
                .help(help),
        );
    }

    /// Texts that continue each other, joined by a blank.
    pub(super) fn texts(&mut self, node: Node<'_>) -> Text {
        let place = self.place(&node);
        let mut parts: Vec<TextPart> = Vec::new();
        for text in node.into_inner().filter(|child| child.as_rule() == Rule::text) {
            let text = self.text(text);
            if let Some(TextPart::Literal(before)) = parts.last_mut() {
                before.push(' ');
            } else if !parts.is_empty() {
                parts.push(TextPart::Literal(" ".to_owned()));
            }
            for part in text.parts {
                match (parts.last_mut(), part) {
                    (Some(TextPart::Literal(before)), TextPart::Literal(more)) => before.push_str(&more),
                    (_, part) => parts.push(part),
                }
            }
        }
        Text { parts, place }
    }

    /// The `because` and `cite` of a clause.
    pub(super) fn ground(&mut self, node: Option<Node<'_>>) -> Ground {
        let mut ground = Ground::default();
        for part in node.into_iter().flat_map(Node::into_inner) {
            let place = self.place(&part);
            let rule = part.as_rule();
            let Some(text) = Children::of(part)
                .one(Rule::reasons)
                .map(|texts| self.texts(texts))
            else {
                continue;
            };
            let (slot, word) = match rule {
                Rule::because => (&mut ground.because, "because"),
                _ => (&mut ground.cite, "cite"),
            };
            if let Some(first) = slot {
                self.problems.push(twice(word, place, first.place));
            }
            *slot = Some(text);
        }
        ground
    }

    pub(super) fn type_(&mut self, node: Node<'_>) -> Option<Type> {
        let place = self.place(&node);
        let node = if node.as_rule() == Rule::type_ {
            inner(node)?
        } else {
            node
        };
        let rule = node.as_rule();
        let mut children = Children::of(node);
        let kind = match rule {
            Rule::type_text => TypeKind::Text,
            Rule::type_yes_no => TypeKind::YesNo,
            Rule::type_date => TypeKind::Date,
            Rule::type_moment => TypeKind::Moment,
            Rule::type_integer | Rule::type_number | Rule::type_range => TypeKind::Number {
                integer: rule == Rule::type_integer,
                interval: children
                    .one(Rule::interval)
                    .map(|interval| self.interval(interval)),
                step: children.one(Rule::step).and_then(|step| {
                    Children::of(step)
                        .one(Rule::digits)
                        .map(|digits| self.digits(&digits))
                }),
                unit: children
                    .one(Rule::in_unit)
                    .and_then(|unit| Children::of(unit).one(Rule::name))
                    .map(|unit| self.name(&unit)),
            },
            Rule::type_one_of => {
                let mut members = Vec::new();
                for member in children.rest() {
                    if matches!(member.as_rule(), Rule::member | Rule::bare_member) {
                        members.push(self.member(member)?);
                    }
                }
                TypeKind::OneOf(members)
            }
            Rule::type_list => TypeKind::List(Box::new(self.type_(children.one(Rule::type_)?)?)),
            Rule::type_ref => TypeKind::Reference(self.name(&children.one(Rule::name)?)),
            _ => TypeKind::Scale(self.name(&children.one(Rule::name)?)),
        };
        Some(Type { kind, place })
    }

    fn member(&mut self, node: Node<'_>) -> Option<(Name, Option<Text>)> {
        let mut children = Children::of(node);
        let title = children.one(Rule::title).and_then(inner);
        let name = children.first()?;
        let name = if name.as_rule() == Rule::text {
            let text = self.text(name);
            Name {
                place: text.place,
                text: self.plain(&text),
            }
        } else {
            self.name(&name)
        };
        let title = title.map(|title| self.texts(title));
        Some((name, title))
    }

    /// A text that can hold no placeholder, as it is.
    pub(super) fn plain(&mut self, text: &Text) -> std::sync::Arc<str> {
        let mut plain = String::new();
        for part in &text.parts {
            match part {
                TextPart::Literal(literal) => plain.push_str(literal),
                TextPart::Placeholder(expression) => self.problems.push(
                    Diagnostic::new(Code::BadPlaceholder, "a placeholder cannot stand in this text")
                        .at(
                            expression.place,
                            "there is no record here whose value it could show",
                        )
                        .help("write `{{` and `}}` to show braces"),
                ),
            }
        }
        // A text that names something is compared as names are.
        plain.nfc().collect::<String>().into()
    }

    fn interval(&mut self, node: Node<'_>) -> NumberInterval {
        let place = self.place(&node);
        let mut low = None;
        let mut high = None;
        let mut operator = None;
        for child in node.into_inner() {
            if child.as_rule() == Rule::range_operator {
                operator = Some(child.as_str());
            } else if operator.is_some() {
                high = self.signed(child);
            } else {
                low = self.signed(child);
            }
        }
        let operator = operator.unwrap_or("..");
        let low_included = !operator.starts_with('<');
        let high_included = !operator.ends_with('<');
        NumberInterval {
            low,
            low_included,
            high,
            high_included,
            place,
        }
    }

    pub(super) fn signed(&mut self, node: Node<'_>) -> Option<Digits> {
        let place = self.place(&node);
        let mut children = Children::of(node);
        let negative = children.has(Rule::negative);
        let digits = self.digits(&children.one(Rule::digits)?);
        Some(Digits {
            negative,
            place,
            ..digits
        })
    }
}

pub(super) fn order_operator(written: &str) -> OrderOperator {
    match written {
        "<" => OrderOperator::Less,
        "<=" => OrderOperator::LessOrEqual,
        ">" => OrderOperator::Greater,
        _ => OrderOperator::GreaterOrEqual,
    }
}

pub(super) fn twice(word: &str, second: Place, first: Place) -> Diagnostic {
    Diagnostic::new(Code::DuplicateClause, format!("`{word}` stands twice here"))
        .at(second, "the second one")
        .at(first, "the first one")
        .help("keep one of them")
}
