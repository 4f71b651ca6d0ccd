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
mod parser;
mod words;

use crate::diagnostic::Diagnostic;
use crate::source::FileId;

/// Reads a policy file.
pub fn parse(file: FileId, text: &str) -> (ast::File, Vec<Diagnostic>) {
    let layout = layout::layout(file, text);
    let mut problems = layout.problems;
    if layout.too_deep {
        return (ast::File::default(), problems);
    }
    let mut builder = children::Builder::new(file, &layout.text, text, &problems);
    let tree = items::file(&mut builder);
    problems.append(&mut builder.problems);
    crate::diagnostic::sort(&mut problems);
    (tree, problems)
}
