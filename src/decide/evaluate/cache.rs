//! Values that were computed before.
//!
//! Comes in: what was computed, for which record. Goes out: the same, until the standing it was read from has changed. It
//! never computes anything.
//!
//! Invariant: a value that read the standing is never given out under another one.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use crate::model::{FieldId, Reference, TableId, Value};

/// What is computed for a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Memo {
    /// A named thing of the policy.
    Item(usize),
    /// A table applied to inputs.
    Applied(TableId, Vec<Option<Value>>),
    /// An aggregate inside another one: its address, the question that is `it`, and the application it stands in.
    Aggregate(usize, Option<(Reference, FieldId)>, Option<u64>),
}

/// All values that were computed before.
#[derive(Debug, Default)]
pub(super) struct Cache {
    /// For each named thing a slot per row, in pages that are made when one of their rows is computed: to look at one
    /// record among a million is to fill one page.
    items: RefCell<Vec<Vec<Page>>>,
    /// Of applied tables.
    applied: RefCell<HashMap<(Memo, Reference), Slot>>,
    /// Of aggregates inside aggregates; kept only while the outermost is evaluated, as addresses do not last longer.
    nested: RefCell<HashMap<(Memo, Reference), Slot>>,
    nesting: Cell<usize>,
    /// How often the standing has changed.
    epoch: Cell<u32>,
    /// Whether the standing was read by what is being computed.
    touched: Cell<bool>,
}

/// The slots of some rows that follow each other; empty where none of them was computed.
type Page = Vec<Slot>;

/// How many rows a page has.
const ROWS: usize = 128;

#[derive(Debug, Clone, Default)]
enum Slot {
    #[default]
    Empty,
    /// A value that holds whatever the standing.
    Lasting(Option<Value>),
    /// A value read from a standing.
    Passing(u32, Option<Value>),
}

impl Cache {
    /// Forgets what was read from the standing.
    pub(super) fn renew(&self) {
        self.epoch.set(self.epoch.get().wrapping_add(1));
    }

    /// Notes that what is being computed reads the standing.
    pub(super) fn read_standing(&self) {
        self.touched.set(true);
    }

    /// Whether an aggregate is being evaluated.
    pub(super) fn is_nested(&self) -> bool {
        self.nesting.get() > 0
    }

    /// Keeps the values of inner aggregates until `step` is done (and whatever that is a step of).
    pub(super) fn nested<T>(&self, step: impl FnOnce() -> T) -> T {
        self.nesting.set(self.nesting.get() + 1);
        let result = step();
        self.nesting.set(self.nesting.get() - 1);
        if self.nesting.get() == 0 {
            self.nested.borrow_mut().clear();
        }
        result
    }

    /// What was computed before, if anything was.
    pub(super) fn get(&self, memo: &Memo, record: Reference) -> Option<Option<Value>> {
        let slot = |slot: Option<&Slot>| match slot? {
            Slot::Lasting(value) => Some(value.clone()),
            Slot::Passing(epoch, value) if *epoch == self.epoch.get() => {
                self.touched.set(true);
                Some(value.clone())
            }
            _ => None,
        };
        match memo {
            Memo::Item(item) => {
                let items = self.items.borrow();
                let row = record.row as usize;
                let page = items.get(*item).and_then(|pages| pages.get(row / ROWS));
                slot(page.and_then(|page| page.get(row % ROWS)))
            }
            Memo::Applied(..) => slot(self.applied.borrow().get(&(memo.clone(), record))),
            Memo::Aggregate(..) => slot(self.nested.borrow().get(&(memo.clone(), record))),
        }
    }

    /// Computes a value and keeps it.
    pub(super) fn fill(
        &self,
        memo: Memo,
        record: Reference,
        compute: impl FnOnce() -> Option<Value>,
    ) -> Option<Value> {
        let before = self.touched.replace(false);
        let value = compute();
        let slot = if self.touched.get() {
            Slot::Passing(self.epoch.get(), value.clone())
        } else {
            Slot::Lasting(value.clone())
        };
        self.touched.set(before || self.touched.get());
        match memo {
            Memo::Item(item) => {
                let mut items = self.items.borrow_mut();
                if items.len() <= item {
                    items.resize_with(item + 1, Vec::new);
                }
                let row = record.row as usize;
                if let Some(pages) = items.get_mut(item) {
                    if pages.len() <= row / ROWS {
                        pages.resize(row / ROWS + 1, Page::new());
                    }
                    if let Some(page) = pages.get_mut(row / ROWS) {
                        page.resize(ROWS, Slot::Empty);
                        if let Some(place) = page.get_mut(row % ROWS) {
                            *place = slot;
                        }
                    }
                }
            }
            Memo::Applied(..) => {
                self.applied.borrow_mut().insert((memo, record), slot);
            }
            Memo::Aggregate(..) => {
                self.nested.borrow_mut().insert((memo, record), slot);
            }
        }
        value
    }
}
