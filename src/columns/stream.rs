//! Records written as they are read, where no decision rests on other records.
//!
//! Comes in: a policy without ranking and limits, and files of rows. Goes out: the rows of all records, while not more of them
//! is held than what is being read; or that they have to be held after all. It never reads a line closely.
//!
//! Invariant: what is written, once all is, is what deciding in memory gives, to the byte. Whether no two records have the same
//! key is known only then: until all is written, what is written counts for nothing.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::slice::ParallelSliceMut as _;

use super::closely::{self, Found, Others};
use super::kept::Kept;
use super::outputs::Choice;
use super::parts::{self, Part, Piece};
use super::plan::Plan;
use super::rank::hash;
use super::rows::{Form, Rows};
use super::run::{Columns, GUESSES, Input, Told, ahead, told_columns};
use crate::data::OnError;
use crate::data::scan::{self, Guess, Stop};
use crate::source::Sources;

/// How much is read by one thread at a time, in bytes.
const SIZE: u64 = 2 << 20;

/// How many records there are in that, about.
const ROWS: usize = 10_000;

/// Writes records as they are read; holds what is known of their values by now.
#[derive(Debug)]
pub struct Stream<'p, 'c> {
    columns: &'c Columns<'p>,
    guess: Guess,
    plan: Arc<Plan<'p>>,
    /// Whether keys stand in an order of their own, so that each need only be held against the one before.
    ascending: bool,
    form: Form,
    choice: &'c Choice,
    threads: usize,
    /// How often it may still begin anew.
    left: usize,
}

/// What came of writing records as they were read.
#[derive(Debug)]
pub enum Streamed {
    /// All are written.
    All {
        /// Columns of the data that are no field's.
        strange: Vec<String>,
        /// What is to be told of the data.
        told: Option<Told>,
    },
    /// More is known of the values now: all has to be written anew.
    Again,
    /// They have to be held, or read in another way: what was written is of no use.
    No,
}

/// What was read of a piece.
struct Read {
    part: Part,
    keys: Keys,
}

/// What tells whether two records have the same key.
#[derive(Default)]
struct Keys {
    first: Option<Vec<u8>>,
    last: Vec<u8>,
    /// Of all keys, where they do not ascend.
    hashes: Vec<u64>,
}

impl<'p> Columns<'p> {
    /// What writes chosen records as they are read, with at most so many threads; `None` where decisions rest on other records.
    pub fn stream<'c>(&'c self, form: Form, choice: &'c Choice, threads: usize) -> Option<Stream<'p, 'c>> {
        let (guess, plan) = self.first();
        (plan.rank.is_none() && plan.list.is_none()).then_some(Stream {
            columns: self,
            guess,
            plan,
            ascending: true,
            form,
            choice,
            threads,
            left: GUESSES,
        })
    }
}

impl Stream<'_, '_> {
    /// Writes all records of some files. Texts that problems stand in come to the sources, which are those of the policy.
    ///
    /// # Errors
    /// A writer that fails.
    pub fn write(
        &mut self,
        inputs: &[Input],
        on_error: OnError,
        sources: &mut Sources,
        to: &mut dyn Write,
    ) -> io::Result<Streamed> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(Streamed::No);
        };
        self.left = left;
        let stop = match self.read(inputs, to)? {
            Ok(read) => return Ok(self.told(inputs, read, on_error, sources)),
            Err(Some(stop)) => stop,
            Err(None) => {
                self.ascending = false;
                return Ok(Streamed::Again);
            }
        };
        Ok(match self.columns.mend(&mut self.guess, stop) {
            Ok(plan) => {
                self.plan = plan;
                Streamed::Again
            }
            Err(_) => Streamed::No,
        })
    }

    /// Reads and writes; what stopped that, or nothing where it is that keys do not ascend.
    fn read(&self, inputs: &[Input], to: &mut dyn Write) -> io::Result<Result<Vec<Read>, Option<Stop>>> {
        let plan = &self.plan;
        let pieces = match parts::pieces(inputs, SIZE) {
            Ok(pieces) => pieces,
            Err(stop) => return Ok(Err(Some(stop))),
        };
        let rows = Rows::new(plan, self.form, self.choice, pieces.len() * ROWS);
        to.write_all(&rows.header(plan))?;
        let closely = scan::Closely::default();
        let descends = AtomicBool::new(false);
        let one = |piece: &(usize, Piece), write: &mut dyn FnMut(&Kept) -> io::Result<()>| {
            let mut keys = Keys::default();
            let part = parts::each_of(plan, &closely, inputs, piece, &mut |kept| {
                if !keys.add(kept, self.ascending) {
                    descends.store(true, Ordering::Relaxed);
                    return Err(Stop::Odd);
                }
                write(kept).map_err(Stop::Io)
            })?;
            match part.odd.is_empty() {
                true => Ok(Read { part, keys }),
                false => Err(Stop::Odd),
            }
        };
        let text_of = |kept: &Kept, text: &mut Vec<u8>| rows.write(kept, 0..kept.rows(), &[], 0, text);
        let read: Result<Vec<Read>, Stop> =
            if self.threads < 2 || pieces.len() < 2 || parts::any_packed(inputs) {
                let mut text = Vec::new();
                let mut write = |kept: &Kept| {
                    text.clear();
                    text_of(kept, &mut text);
                    to.write_all(&text)
                };
                let read = pieces.iter().map(|piece| one(piece, &mut write));
                parts::quietly(inputs, || read.collect())
            } else {
                let stopped = AtomicBool::new(false);
                let all = Mutex::new(BTreeMap::new());
                let numbered: Vec<_> = pieces.iter().enumerate().collect();
                let make = |(number, piece): &(usize, &(usize, Piece)), text: &mut Vec<u8>| {
                    if stopped.load(Ordering::Relaxed) {
                        return;
                    }
                    let read = one(piece, &mut |kept| {
                        text_of(kept, text);
                        Ok(())
                    });
                    if read.is_err() {
                        stopped.store(true, Ordering::Relaxed);
                    }
                    all.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .insert(*number, read);
                };
                parts::quietly(inputs, || ahead(&numbered, self.threads, make, to))?;
                let all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
                all.into_values().collect()
            };
        Ok(match read {
            Ok(read) if self.ascending && !ascend(&read) => Err(None),
            Ok(read) => Ok(read),
            Err(_) if descends.into_inner() => Err(None),
            Err(stop) => Err(Some(stop)),
        })
    }

    /// What is to be told, once all is read.
    fn told(
        &self,
        inputs: &[Input],
        mut read: Vec<Read>,
        on_error: OnError,
        sources: &mut Sources,
    ) -> Streamed {
        if !self.ascending && any_twice(&mut read) {
            return Streamed::No;
        }
        let read: Vec<Part> = read.into_iter().map(|read| read.part).collect();
        let rows: u64 = read.iter().map(|part| part.rows).sum();
        let Ok(count) = usize::try_from(rows) else {
            return Streamed::No;
        };
        let others = Others {
            count,
            same: Vec::new(),
            // No line is read closely, so no key is asked for.
            also_there: &|_, _| Ok(Vec::new()),
        };
        let (policy, mut known) = (self.columns.policy, scan::Closely::default());
        let found = closely::look(
            policy, &self.plan, inputs, &read, others, &mut known, on_error, sources,
        );
        match found {
            Ok(Found::Nothing(told)) => Streamed::All {
                strange: told_columns(&read),
                told,
            },
            _ => Streamed::No,
        }
    }
}

impl Keys {
    /// Takes up the keys of some records; whether they ascend, where they have to.
    fn add(&mut self, kept: &Kept, ascending: bool) -> bool {
        if !ascending {
            let keys = (0..kept.rows()).map(|row| kept.keys.get(row));
            self.hashes.extend(keys.map(hash));
            return true;
        }
        let Some(last) = kept.rows().checked_sub(1) else {
            return true;
        };
        let first = kept.keys.get(0);
        let ascends = kept.keys.ascending && (self.first.is_none() || self.last.as_slice() < first);
        self.first.get_or_insert_with(|| first.to_vec());
        self.last.clear();
        self.last.extend_from_slice(kept.keys.get(last));
        ascends
    }
}

/// Whether the keys of each piece stand behind those of the one before.
fn ascend(read: &[Read]) -> bool {
    let mut before: Option<&[u8]> = None;
    read.iter().all(|read| {
        let Some(first) = &read.keys.first else {
            return true;
        };
        let ascends = before.is_none_or(|before| before < first.as_slice());
        before = Some(&read.keys.last);
        ascends
    })
}

/// Whether two keys may be the same.
fn any_twice(read: &mut [Read]) -> bool {
    let hashes = read.iter_mut().map(|read| std::mem::take(&mut read.keys.hashes));
    let mut hashes: Vec<u64> = hashes.flatten().collect();
    hashes.par_sort_unstable();
    hashes
        .windows(2)
        .any(|pair| matches!(pair, [one, other] if one == other))
}
