//! `.rule` text to the tree of what is written.
//!
//! Comes in: the text of one policy file. Goes out: its [`ast::File`] and the problems met; reading never fails as a
//! whole, and what is sound beside a mistake is still in the tree. It never knows what a name means. Only this module
//! knows pest.
//!
//! Invariant: every stretch of the text that is not in the tree has a diagnostic.

pub mod ast;
mod children;
mod expressions;
mod habits;
mod items;
pub mod layout;
mod mistakes;
mod nesting;
mod parser;
mod rules;
mod words;

use crate::diagnostic::Diagnostic;
use crate::source::FileId;

/// Stack that reading the deepest nesting fits into, without optimisation too.
const STACK: usize = 16 * 1024 * 1024;

/// Reads a policy file.
pub fn parse(file: FileId, text: &str) -> (ast::File, Vec<Diagnostic>) {
    let layout = layout::layout(file, text);
    let mut problems = layout.problems;
    if layout.too_deep {
        return (ast::File::default(), problems);
    }
    let mut builder = children::Builder::new(file, &layout.text, text, &problems);
    // The parser recurses as deep as the text nests, which `layout` has bounded; a thread's own stack may be smaller.
    let tree = stacker::maybe_grow(STACK, STACK, || items::file(&mut builder));
    problems.append(&mut builder.problems);
    crate::diagnostic::sort(&mut problems);
    (tree, problems)
}
