//! What is kept of every record, in as few bytes as its values need.
//!
//! Comes in: batches with what was computed for them. Goes out: columns over all records of a part. It never keeps what
//! nobody asks for.
//!
//! Invariant: all columns are of one length.

use super::compile::Column;
use super::narrow::Narrow;
use super::plan::{ListPlan, OutputPlan, Plan, RankPlan, SumPlan};
use super::program::{NO, Values, YES};
use crate::data::scan::{Batch, Stop};

/// Where a record stands, as far as its own facts tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum State {
    Eligible,
    NotEligible,
    /// It is not known whether it passes all gates.
    Undetermined,
    /// It passes all gates, and an exclusion takes it out.
    Excluded,
    /// It passes all gates, and it is not known whether an exclusion takes it out.
    Open,
}

impl State {
    /// All of them, in order.
    pub(super) const ALL: [State; 5] = [
        State::Eligible,
        State::NotEligible,
        State::Undetermined,
        State::Excluded,
        State::Open,
    ];

    /// Whether it passes all gates, and so has a place in the ranking.
    pub(super) fn passes(self) -> bool {
        matches!(self, State::Eligible | State::Excluded | State::Open)
    }
}

/// How it stands to the cut list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Selection {
    Candidate,
    Prioritised,
    Out,
    Undetermined,
    Excluded,
    Kept,
    Cut,
}

impl Selection {
    /// All of them, in order.
    pub(super) const ALL: [Selection; 7] = [
        Selection::Candidate,
        Selection::Prioritised,
        Selection::Out,
        Selection::Undetermined,
        Selection::Excluded,
        Selection::Kept,
        Selection::Cut,
    ];
}

/// The keys of records, one after the other.
#[derive(Debug, Default)]
pub(super) struct Keys {
    bytes: Vec<u8>,
    /// How long each is, while all are of one length.
    length: Option<usize>,
    ends: Vec<u32>,
    count: usize,
    /// Whether each so far stands after the one before.
    pub(super) ascending: bool,
}

impl Keys {
    fn new() -> Keys {
        Keys {
            ascending: true,
            ..Keys::default()
        }
    }

    fn extend(&mut self, batch: &Batch) -> Result<(), Stop> {
        if let Some(length) = batch.key_length()
            && (self.count == 0 || self.length == Some(length))
        {
            if self.ascending {
                let first = batch.keys.get(..length).unwrap_or(&[]);
                let follows = self.count == 0 || self.get(self.count - 1) < first;
                self.ascending = follows && ascend(&batch.keys, length);
            }
            self.length = Some(length);
            self.bytes.extend_from_slice(&batch.keys);
            self.count += batch.rows();
            return Ok(());
        }
        for key in batch.each_key() {
            self.ascending = self.ascending && (self.count == 0 || self.get(self.count - 1) < key);
            match self.length {
                None if self.count == 0 => self.length = Some(key.len()),
                Some(length) if length != key.len() => {
                    // From here on the end of each is kept.
                    let ends = (1..=self.count).map(|count| u32::try_from(count * length));
                    self.ends = ends.collect::<Result<_, _>>().map_err(|_| Stop::Odd)?;
                    self.length = None;
                }
                _ => {}
            }
            self.bytes.extend_from_slice(key);
            if self.length.is_none() {
                self.ends
                    .push(u32::try_from(self.bytes.len()).map_err(|_| Stop::Odd)?);
            }
            self.count += 1;
        }
        Ok(())
    }

    #[inline]
    pub(super) fn get(&self, row: usize) -> &[u8] {
        let (start, end) = match self.length {
            Some(length) => (row * length, (row + 1) * length),
            None => {
                let start = row
                    .checked_sub(1)
                    .and_then(|before| self.ends.get(before))
                    .copied()
                    .unwrap_or(0);
                (
                    start as usize,
                    self.ends.get(row).copied().unwrap_or(start) as usize,
                )
            }
        };
        self.bytes.get(start..end).unwrap_or(&[])
    }
}

/// Whether keys of one length stand in their own order.
fn ascend(keys: &[u8], length: usize) -> bool {
    let before = |one: &[u8], next: &[u8]| match (one.first_chunk(), next.first_chunk()) {
        (Some(one), Some(next)) if one != next => u64::from_be_bytes(*one) < u64::from_be_bytes(*next),
        _ => one < next,
    };
    let mut pairs = keys.windows(2 * length).step_by(length);
    pairs.all(|pair| {
        let (one, next) = pair.split_at(length);
        before(one, next)
    })
}

/// What is kept of an output.
#[derive(Debug)]
pub(super) struct KeptColumn {
    pub(super) values: Narrow,
    /// Whether each is known, where one may be unknown.
    pub(super) known: Option<Vec<u8>>,
}

impl KeptColumn {
    fn of(column: &Column) -> KeptColumn {
        KeptColumn {
            values: Narrow::of(column),
            known: column.known.map(|_| Vec::new()),
        }
    }

    fn extend(&mut self, column: &Column, values: &Values<'_>) {
        self.values.extend(values.numbers(column.steps).iter().copied());
        if let (Some(kept), Some(known)) = (&mut self.known, column.known) {
            kept.extend_from_slice(values.truths(known));
        }
    }

    /// The value of a row, where it is known.
    #[inline]
    pub(super) fn get(&self, row: usize) -> Option<i64> {
        match &self.known {
            Some(known) if known.get(row) != Some(&YES) => None,
            _ => Some(self.values.get(row)),
        }
    }
}

/// What is kept of the records of a part of the data.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) keys: Keys,
    pub(super) states: Vec<State>,
    pub(super) selections: Vec<Selection>,
    pub(super) failed: Option<Narrow>,
    pub(super) excluded_by: Option<Narrow>,
    /// The keys of the ranking in one number: the least stands first.
    pub(super) order: Narrow,
    /// What each limit counts.
    pub(super) amounts: Vec<Narrow>,
    /// The outputs that are columns, by output.
    pub(super) outputs: Vec<Option<KeptColumn>>,
    /// The sums so far, in steps.
    pub(super) sums: Vec<i128>,
    scratch: Vec<i64>,
    open: Vec<u8>,
    eight: Vec<u8>,
}

impl Kept {
    pub(super) fn new(plan: &Plan<'_>) -> Kept {
        let asks = |asked: fn(&OutputPlan) -> bool| plan.outputs.iter().any(|(_, output)| asked(output));
        let bits = |count: usize| Narrow::new(0, if count >= 63 { i64::MAX } else { (1 << count) - 1 });
        Kept {
            keys: Keys::new(),
            states: Vec::new(),
            selections: Vec::new(),
            failed: asks(|output| matches!(output, OutputPlan::Failed(_))).then(|| bits(plan.gates.len())),
            excluded_by: asks(|output| matches!(output, OutputPlan::ExcludedBy(_)))
                .then(|| bits(plan.exclusions.len())),
            order: Narrow::new(0, plan.rank.as_ref().and_then(RankPlan::places).unwrap_or(0)),
            amounts: plan
                .list
                .iter()
                .flat_map(|list| &list.limits)
                .map(|limit| Narrow::of(&limit.of))
                .collect(),
            outputs: plan
                .outputs
                .iter()
                .map(|(_, output)| output.column().map(KeptColumn::of))
                .collect(),
            sums: vec![0; plan.sums.len()],
            scratch: Vec::new(),
            open: Vec::new(),
            eight: Vec::new(),
        }
    }

    /// The same without what is only written.
    pub(super) fn lean(plan: &Plan<'_>) -> Kept {
        Kept {
            failed: None,
            excluded_by: None,
            outputs: Vec::new(),
            ..Kept::new(plan)
        }
    }

    /// How many bytes all of it takes.
    pub(super) fn bytes(&self) -> usize {
        let own = [self.failed.as_ref(), self.excluded_by.as_ref(), Some(&self.order)];
        let own = own.into_iter().flatten().chain(&self.amounts);
        let outputs = self.outputs.iter().flatten();
        let known = outputs
            .clone()
            .filter_map(|output| output.known.as_ref())
            .map(Vec::len);
        let columns = own.chain(outputs.map(|output| &output.values)).map(Narrow::bytes);
        self.keys.bytes.len()
            + 4 * self.keys.ends.len()
            + self.states.len()
            + self.selections.len()
            + known.chain(columns).sum::<usize>()
    }

    pub(super) fn rows(&self) -> usize {
        self.states.len()
    }

    /// Makes room for so many records in all. Memory that is not filled is none to the machine.
    pub(super) fn reserve(&mut self, rows: usize) {
        let more = rows.saturating_sub(self.rows());
        self.states.reserve(more);
        if let Some(length) = self.keys.length {
            self.keys.bytes.reserve(more * length);
        }
        if !self.selections.is_empty() {
            self.selections.reserve(more);
        }
        let columns = [
            self.failed.as_mut(),
            self.excluded_by.as_mut(),
            Some(&mut self.order),
        ];
        let columns = columns.into_iter().flatten().chain(&mut self.amounts);
        let outputs = self.outputs.iter_mut().flatten().map(|output| &mut output.values);
        for column in columns.chain(outputs) {
            column.reserve(more);
        }
    }

    /// Adds the records of a batch.
    ///
    /// # Errors
    /// What is unknown where it would have to be told what is missing, and a value off its type.
    pub(super) fn extend(&mut self, plan: &Plan<'_>, batch: &Batch, values: &Values<'_>) -> Result<(), Stop> {
        if plan
            .guards
            .iter()
            .any(|guard| values.truths(*guard).contains(&NO))
        {
            return Err(Stop::Odd);
        }
        let first = self.states.len();
        self.keys.extend(batch)?;
        self.extend_states(plan, batch.rows(), values);
        if let Some(rank) = &plan.rank {
            self.extend_order(rank, first, values)?;
        }
        if let Some(list) = &plan.list {
            self.extend_selections(list, first, values)?;
        }
        for (kept, (_, output)) in self.outputs.iter_mut().zip(&plan.outputs) {
            if let (Some(kept), Some(column)) = (kept, output.column()) {
                kept.extend(column, values);
            }
        }
        for (sum, planned) in self.sums.iter_mut().zip(&plan.sums) {
            *sum += planned.sum(values)?;
        }
        Ok(())
    }

    fn extend_states(&mut self, plan: &Plan<'_>, rows: usize, values: &Values<'_>) {
        let first = self.states.len();
        self.states.resize(first + rows, State::Eligible);
        let states = self.states.get_mut(first..).unwrap_or(&mut []);
        let mut bits = std::mem::take(&mut self.scratch);
        bits.clear();
        bits.resize(rows, 0);
        // Gates eight by eight: what they say has room in bytes, which processors go through side by side.
        let mut open = std::mem::take(&mut self.open);
        open.clear();
        open.resize(rows, 0);
        let mut eight = std::mem::take(&mut self.eight);
        for (group, gates) in plan.gates.chunks(8).enumerate() {
            eight.clear();
            eight.resize(rows, 0);
            for (index, gate) in gates.iter().enumerate() {
                let truths = values.truths(gate.truths);
                for ((open, eight), truth) in open.iter_mut().zip(&mut eight).zip(truths) {
                    *eight |= (truth & NO) >> 1 << index;
                    *open |= u8::from(*truth == 0);
                }
            }
            for (bits, eight) in bits.iter_mut().zip(&eight) {
                *bits |= i64::from(*eight) << (8 * group);
            }
        }
        for ((state, bits), open) in states.iter_mut().zip(&bits).zip(&open) {
            *state = match (bits, open) {
                (0, 0) => State::Eligible,
                (0, _) => State::Undetermined,
                _ => State::NotEligible,
            };
        }
        self.open = open;
        self.eight = eight;
        if let Some(failed) = &mut self.failed {
            failed.extend(bits.iter().copied());
        }
        bits.fill(0);
        for (index, exclusion) in plan.exclusions.iter().enumerate() {
            let truths = values.truths(exclusion.truths);
            for ((state, bits), truth) in states.iter_mut().zip(&mut bits).zip(truths) {
                if !state.passes() {
                    continue;
                }
                match *truth {
                    YES => {
                        *state = State::Excluded;
                        *bits |= 1 << index;
                    }
                    NO => {}
                    _ if *state == State::Eligible => *state = State::Open,
                    _ => {}
                }
            }
        }
        if let Some(excluded) = &mut self.excluded_by {
            excluded.extend(bits.iter().copied());
        }
        self.scratch = bits;
    }

    fn extend_order(&mut self, rank: &RankPlan, first: usize, values: &Values<'_>) -> Result<(), Stop> {
        let states = self.states.get(first..).unwrap_or(&[]);
        let mut order = std::mem::take(&mut self.scratch);
        order.clear();
        order.resize(states.len(), 0);
        for (column, descending) in &rank.keys {
            if let Some(known) = column.known {
                let open = |(truth, state): (&u8, &State)| *truth != YES && state.passes();
                if values.truths(known).iter().zip(states).any(open) {
                    return Err(Stop::Odd);
                }
            }
            let places = i64::try_from(column.high - column.low + 1).unwrap_or(i64::MAX);
            let (low, high) = (column.low, column.high);
            let end = |end: i128| i64::try_from(end).unwrap_or_default();
            let (low, high) = (end(low), end(high));
            let values = values.numbers(column.steps);
            for (order, value) in order.iter_mut().zip(values) {
                let place = if *descending { high - value } else { value - low };
                *order = order.wrapping_mul(places).wrapping_add(place);
            }
        }
        self.order.extend(order.iter().copied());
        self.scratch = order;
        Ok(())
    }

    fn extend_selections(&mut self, list: &ListPlan, first: usize, values: &Values<'_>) -> Result<(), Stop> {
        let states = self.states.get(first..).unwrap_or(&[]);
        if list.condition.is_none() && list.may_cut.is_empty() && list.protect.is_empty() {
            self.selections.extend(states.iter().map(|state| match state {
                State::Eligible => Selection::Candidate,
                State::NotEligible => Selection::Out,
                State::Excluded => Selection::Excluded,
                State::Undetermined | State::Open => Selection::Undetermined,
            }));
        } else {
            self.extend_chosen(list, first, values)?;
        }
        for (kept, limit) in self.amounts.iter_mut().zip(&list.limits) {
            if let Some(known) = limit.of.known {
                let selections = self.selections.get(first..).unwrap_or(&[]);
                let counts = |selection: &Selection| {
                    matches!(
                        selection,
                        Selection::Candidate | Selection::Prioritised | Selection::Undetermined
                    )
                };
                let mut each = values.truths(known).iter().zip(selections);
                if each.any(|(truth, selection)| *truth != YES && counts(selection)) {
                    return Err(Stop::Odd);
                }
            }
            kept.extend(values.numbers(limit.of.steps).iter().copied());
        }
        Ok(())
    }

    /// How records stand to a cut list that not all who pass take part in, or may be cut in.
    fn extend_chosen(&mut self, list: &ListPlan, first: usize, values: &Values<'_>) -> Result<(), Stop> {
        let only_members = !list.may_cut.is_empty();
        let any = |conditions: &[super::compile::Condition], row: usize| {
            let mut answer = NO;
            for condition in conditions {
                match values.truths(condition.truths).get(row) {
                    Some(&YES) if answer != 0 => answer = YES,
                    Some(&(YES | NO)) => {}
                    _ => answer = 0,
                }
            }
            answer
        };
        for (row, state) in self.states.get(first..).unwrap_or(&[]).iter().enumerate() {
            let condition = list
                .condition
                .map(|condition| values.truths(condition.truths).get(row));
            let condition = condition
                .flatten()
                .copied()
                .unwrap_or(if list.condition.is_none() { YES } else { 0 });
            let selection = match (state, condition) {
                (State::Excluded, _) => Selection::Excluded,
                (State::NotEligible, _) | (_, NO) => Selection::Out,
                (State::Eligible, YES) => match (any(&list.may_cut, row), any(&list.protect, row)) {
                    // Which of several it is in matters only where all are known.
                    (0, _) | (_, 0) => Selection::Undetermined,
                    (YES, YES) => return Err(Stop::Odd),
                    (_, YES) => Selection::Prioritised,
                    (NO, _) if only_members => Selection::Prioritised,
                    _ => Selection::Candidate,
                },
                _ => Selection::Undetermined,
            };
            self.selections.push(selection);
        }
        Ok(())
    }
}

impl SumPlan {
    /// The sum over a batch, in steps.
    ///
    /// # Errors
    /// What is unknown: then there is no sum.
    fn sum(&self, values: &Values<'_>) -> Result<i128, Stop> {
        let items = values.numbers(self.item.steps);
        let known = self.item.known.map(|known| values.truths(known));
        let Some(condition) = self.condition else {
            if known.is_some_and(|known| known.iter().any(|truth| *truth != YES)) {
                return Err(Stop::Odd);
            }
            return Ok(items.iter().map(|item| i128::from(*item)).sum());
        };
        let holds = values.truths(condition.truths);
        if holds.contains(&0) {
            return Err(Stop::Odd);
        }
        if let Some(known) = known
            && holds
                .iter()
                .zip(known)
                .any(|(holds, known)| *holds == YES && *known != YES)
        {
            return Err(Stop::Odd);
        }
        // As many as a batch has of numbers so small stay small.
        const SMALL: i128 = 1 << 48;
        let counted = holds.iter().zip(items);
        if self.item.low > -SMALL && self.item.high < SMALL {
            let counted = counted.map(|(holds, item)| if *holds == YES { *item } else { 0 });
            return Ok(i128::from(counted.sum::<i64>()));
        }
        let counted = counted.filter(|(holds, _)| **holds == YES);
        Ok(counted.map(|(_, item)| i128::from(*item)).sum())
    }
}

impl RankPlan {
    /// The greatest number that the keys make together; `None` where that is too large.
    pub(super) fn places(&self) -> Option<i64> {
        let places = self.keys.iter().try_fold(1_i128, |places, (column, _)| {
            places.checked_mul(column.high - column.low + 1)
        });
        i64::try_from(places? - 1).ok()
    }
}
