//! What is said of values: `{"value": …, "because": …, "cite": …, "by": …, "assumed": …}`.
//!
//! Comes in: nodes that may be wrapped so. Goes out: the bare node, and the note that holds for it. It never reads the
//! value itself.
//!
//! Invariant: equal notes are one note.

use std::sync::Arc;

use indexmap::IndexSet;

use super::json::{Kind, Member, Node, Span};
use super::records::Note;

/// The keys that may stand beside `value`.
pub(super) const KEYS: [&str; 4] = ["because", "cite", "by", "assumed"];

/// The note that holds at a place of the data: the index of one, if any.
pub(super) type Scope = Option<u32>;

/// The notes of a run, each once.
#[derive(Debug, Default)]
pub(super) struct Notes(IndexSet<Note>);

impl Notes {
    /// The index of a note; none for one that says nothing.
    pub(super) fn keep(&mut self, note: Note) -> Scope {
        if note == Note::default() {
            return None;
        }
        let (index, _) = self.0.insert_full(note);
        u32::try_from(index).ok()
    }

    /// The note of a scope.
    pub(super) fn get(&self, scope: Scope) -> Note {
        scope
            .and_then(|index| self.0.get_index(index as usize))
            .cloned()
            .unwrap_or_default()
    }

    /// All of them, by index.
    pub(super) fn into_notes(self) -> Vec<Note> {
        self.0.into_iter().collect()
    }
}

/// What is wrong with a wrapper.
#[derive(Debug)]
pub(super) enum WrapperFault<'n, 'a> {
    /// A key that cannot stand in it.
    Key(&'n Member<'a>),
    /// A key that stands twice.
    Twice(&'n Member<'a>, Span),
    /// Something said that is not a text (`assumed`: not yes or no).
    Kind(&'n Member<'a>),
}

/// The node under `value`, where a node is an object with that key; else the node itself.
pub(super) fn bare<'n, 'a>(node: &'n Node<'a>) -> &'n Node<'a> {
    match &node.kind {
        Kind::Object(members) => members
            .iter()
            .find(|member| member.name == "value")
            .map_or(node, |member| &member.value),
        _ => node,
    }
}

/// Takes a node out of its wrapper: the bare node and the scope that holds for it. What the wrapper says replaces what
/// the scope around it says, key by key.
pub(super) fn unwrap<'n, 'a>(
    node: &'n Node<'a>,
    outer: Scope,
    notes: &mut Notes,
    faults: &mut Vec<WrapperFault<'n, 'a>>,
) -> (&'n Node<'a>, Scope) {
    let Kind::Object(members) = &node.kind else {
        return (node, outer);
    };
    let inner = bare(node);
    if std::ptr::eq(inner, node) {
        return (node, outer);
    }
    if members.len() == 1 {
        return (inner, outer);
    }
    let mut note = notes.get(outer);
    let mut seen: [Option<Span>; 5] = Default::default();
    for member in members {
        let place = match member.name.as_ref() {
            "value" => 0,
            "because" => 1,
            "cite" => 2,
            "by" => 3,
            "assumed" => 4,
            _ => {
                faults.push(WrapperFault::Key(member));
                continue;
            }
        };
        if let Some(slot) = seen.get_mut(place)
            && let Some(first) = slot.replace(member.name_span)
        {
            faults.push(WrapperFault::Twice(member, first));
            continue;
        }
        let text = |fallback: &Option<Arc<str>>| match &member.value.kind {
            Kind::String(text) => Ok(Some(Arc::from(text.as_ref()))),
            Kind::Null => Ok(fallback.clone()),
            _ => Err(WrapperFault::Kind(member)),
        };
        let result = match place {
            1 => text(&note.because).map(|text| note.because = text),
            2 => text(&note.cite).map(|text| note.cite = text),
            3 => text(&note.by).map(|text| note.by = text),
            4 => match &member.value.kind {
                Kind::Bool(assumed) => {
                    note.assumed = *assumed;
                    Ok(())
                }
                Kind::String(text) if text == "yes" || text == "no" => {
                    note.assumed = text == "yes";
                    Ok(())
                }
                Kind::Null => Ok(()),
                _ => Err(WrapperFault::Kind(member)),
            },
            _ => Ok(()),
        };
        faults.extend(result.err());
    }
    (inner, notes.keep(note))
}
