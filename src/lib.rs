//! prioriter: decisions that can be justified.
//!
//! ```text
//! .rule text ──syntax──▶ ast ──check──▶ model::Policy ─┐
//!                                                      ├─decide─▶ Decisions ──report──▶ text, JSON
//! data files ──data────▶ Records ──────────────────────┘            │            ▲
//!          └──columns──▶ rows, of millions                          └─explain────┘ why, and what would change it
//! ```
//!
//! This crate's root owns the drawing and the public names; no logic stands here.

// The parser that pest makes without the standard library names it. With the library it would ask before each rule how much
// stack is left, a fifth of its time; here texts that nest too deep are turned away before.
extern crate alloc;

pub mod analysis;
pub mod check;
pub mod cli;
pub mod columns;
pub mod data;
pub mod decide;
pub mod diagnostic;
pub mod explain;
pub mod lint;
pub mod model;
pub mod prove;
pub mod report;
pub mod source;
pub mod syntax;
