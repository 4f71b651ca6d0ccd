//! `allow CODE because "…"`: findings that the author has looked at.
//!
//! Comes in: the clauses as written. Goes out: the same in the model. It never looks for findings itself: that is `lint`.
//!
//! Invariant: only warnings are allowed, and each with a reason.

use std::sync::Arc;

use super::Checker;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::Allow;
use crate::syntax::ast;

impl Checker<'_> {
    pub(super) fn allows(&mut self) -> Vec<Allow> {
        let files = self.loaded.files.iter();
        let written: Vec<&ast::Allow> = files.flat_map(|(_, file)| &file.allows).collect();
        let headers: Vec<_> = self
            .items()
            .filter_map(|item| match item {
                ast::Item::Policy(policy) => Some(policy.head.place),
                _ => None,
            })
            .collect();
        let mut allows = Vec::new();
        for allow in written {
            let name = &allow.code;
            let warnings = || {
                Code::ALL
                    .iter()
                    .filter(|code| code.severity() == Severity::Warning)
            };
            let Some(code) = Code::ALL.iter().find(|code| code.name() == &*name.text) else {
                self.unknown("finding", name, warnings().map(|code| code.name()));
                continue;
            };
            if code.severity() == Severity::Error {
                self.tell(
                    Diagnostic::new(
                        Code::NotHere,
                        format!("`{code}` is a mistake, and cannot be allowed"),
                    )
                    .at(name.place, "must be mended")
                    .help(format!("`evaluate help {code}` says how")),
                );
                continue;
            }
            let Some(because) = allow.ground.because.as_ref().and_then(|text| self.plain(text)) else {
                self.tell(
                    Diagnostic::new(
                        Code::MissingClause,
                        format!("it is not said why `{code}` is allowed here"),
                    )
                    .at(allow.place, "no reason")
                    .help(format!("write `allow {code} because \"…\"`")),
                );
                continue;
            };
            let whole = headers
                .iter()
                .any(|place| allow.item.file == place.file && allow.item.start == place.start);
            allows.push(Allow {
                code: Arc::clone(&name.text),
                because,
                item: (!whole).then_some(allow.item),
                place: allow.place,
            });
        }
        allows
    }
}
