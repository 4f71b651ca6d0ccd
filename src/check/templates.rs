//! Texts: plain ones, and those with placeholders.
//!
//! Comes in: texts as written. Goes out: titles, templates and grounds. It never fills a placeholder in.
//!
//! Invariant: a text that has no record to speak of holds no placeholder.

use std::sync::Arc;

use super::Checker;
use super::scope::Scope;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Expression, ExpressionKind, Ground, Template, TemplatePart};
use crate::syntax::ast;

impl Checker<'_> {
    /// A text that can hold no placeholder.
    pub(super) fn plain(&mut self, text: &ast::Text) -> Option<Arc<str>> {
        let mut plain = String::new();
        let mut sound = true;
        for part in &text.parts {
            match part {
                ast::TextPart::Literal(literal) => plain.push_str(literal),
                ast::TextPart::Placeholder(value) => {
                    sound = false;
                    self.tell(super::load::no_placeholder(value.place));
                }
            }
        }
        sound.then(|| plain.into())
    }

    /// A title, where there is one.
    pub(super) fn title(&mut self, title: &Option<ast::Text>) -> Option<Arc<str>> {
        title.as_ref().and_then(|title| self.plain(title))
    }

    /// A text with placeholders, for a record of the scope.
    pub(super) fn template(&mut self, text: &ast::Text, scope: &Scope<'_>) -> Option<Template> {
        let mut parts = Vec::new();
        let mut sound = true;
        for part in &text.parts {
            match part {
                ast::TextPart::Literal(literal) => parts.push(TemplatePart::Literal(literal.as_str().into())),
                ast::TextPart::Placeholder(value) => match self.expression(value, scope, None) {
                    Some(value) => parts.push(TemplatePart::Value(value.expression)),
                    None => sound = false,
                },
            }
        }
        sound.then_some(Template {
            parts,
            place: text.place,
        })
    }

    /// `because` and `cite`, for a record of the scope.
    pub(super) fn ground(&mut self, ground: &ast::Ground, scope: &Scope<'_>) -> Ground {
        let because = ground
            .because
            .as_ref()
            .and_then(|text| self.template(text, scope));
        let cite = ground.cite.as_ref().and_then(|text| self.template(text, scope));
        Ground { because, cite }
    }

    /// `because` and `cite` of what is told once for all records: they cannot show a value of one.
    pub(super) fn ground_for_all(&mut self, ground: &ast::Ground, scope: &Scope<'_>) -> Ground {
        let made = self.ground(ground, scope);
        for part in [&made.because, &made.cite]
            .into_iter()
            .flatten()
            .flat_map(|text| &text.parts)
        {
            if let TemplatePart::Value(value) = part
                && !is_same_for_all(value)
            {
                self.tell(
                    Diagnostic::new(
                        Code::BadPlaceholder,
                        "a placeholder in this text cannot show a value of the record at hand",
                    )
                    .at(value.place, "differs from record to record, and this is said once for all of them")
                    .help("say it without the record's values; what is the same for all can be shown: `{call.seats}`, `{count(items)}`"),
                );
            }
        }
        made
    }
}

/// Whether an expression has one value, whatever the record at hand.
fn is_same_for_all(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Constant(_) | ExpressionKind::One(_) => true,
        ExpressionKind::Aggregate(aggregate) => aggregate.constant.is_some(),
        ExpressionKind::Follow(inner, _) | ExpressionKind::Key(inner) | ExpressionKind::Negate(inner) => {
            is_same_for_all(inner)
        }
        ExpressionKind::Arithmetic(first, rest) => {
            is_same_for_all(first) && rest.iter().all(|(_, operand)| is_same_for_all(operand))
        }
        ExpressionKind::Call(_, arguments) => arguments.iter().all(is_same_for_all),
        _ => false,
    }
}
