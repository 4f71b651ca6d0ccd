//! Whether a candidate of an `at least` fits with all that it needs, without going down the same chains again and again.
//!
//! In comes the state of the walk and a candidate; out comes whether the limits hold with it, its set, all they need and
//! the sets of those. What has been summed up is kept until one of its records is taken. Nobody is taken here.
//!
//! Invariant: a record is given up for good only if no room that others could still make would let it in.

use std::collections::BTreeMap;

use super::super::Sets;
use super::{Amount, Count, Kind, State};

/// How many limits and classes a sum may name to be kept for good; of larger ones only the latest is.
const KEPT: usize = 64;

/// What records add up to, in each class of each `at most`, and whether that is asked there.
type Whole<A> = BTreeMap<(usize, u32), (A, bool)>;

/// What the walks remember. Lists are by record.
pub(super) struct Reach<A> {
    walk: u32,
    seen: Vec<u32>,
    /// Whether it never fits, and so nothing that needs it does.
    hopeless: Vec<bool>,
    /// For each limit and class all amounts below zero: the most room that others could make.
    relief: Vec<Vec<A>>,
    /// The candidates that needs and sets connect with it share a number.
    component: Vec<usize>,
    /// By component, how often something that was summed up has been taken since.
    era: Vec<u32>,
    /// By the first of a set, the sum of all that it needs, itself among them, and of which era.
    known: Vec<Option<(u32, Whole<A>)>>,
    latest: Option<(usize, u32, Whole<A>)>,
    /// The era in which it was summed up last, from 1.
    counted: Vec<u32>,
}

impl<A: Amount> Reach<A> {
    pub(super) fn new(state: &State<'_, A>) -> Reach<A> {
        let problem = state.problem;
        let records = problem.participants;
        let mut groups: Vec<Vec<usize>> = problem.sets.all().to_vec();
        for &item in &problem.order {
            if state.is_open(item) {
                let open = state.needs(item).filter(|needed| state.is_open(*needed));
                groups.push(std::iter::once(item).chain(open).collect());
            }
        }
        let connected = Sets::merge(records, &groups);
        let alone = connected.all().len();
        let component = (0..records).map(|item| connected.set_of(item).unwrap_or(alone + item));
        let mut relief: Vec<Vec<A>> = problem
            .limits
            .iter()
            .map(|limit| vec![A::default(); limit.bounds.len()])
            .collect();
        for (limit, relief) in problem.limits.iter().zip(&mut relief) {
            for &item in &problem.order {
                if let Some(Count::In { classes, amount }) = limit.counts.get(item)
                    && *amount < A::default()
                    && state.is_open(item)
                {
                    for class in super::distinct(classes, relief.len()) {
                        let sum = &mut relief[class as usize];
                        *sum = std::mem::take(sum) + amount;
                    }
                }
            }
        }
        Reach {
            walk: 0,
            seen: vec![0; records],
            hopeless: vec![false; records],
            relief,
            component: component.collect(),
            era: vec![0; alone + records],
            known: vec![None; records],
            latest: None,
            counted: vec![0; records],
        }
    }

    /// Whether every `at most` that is asked holds with the candidate and all that it needs on top.
    pub(super) fn fits(&mut self, state: &State<'_, A>, item: usize) -> bool {
        if self.hopeless[item] {
            return false;
        }
        let first = first_of(state, item);
        let Some(whole) = self.whole(state, first) else {
            return false;
        };
        let fits = whole
            .iter()
            .all(|(at, (amount, asked))| !asked || state.sum(*at) + amount <= *state.bound(*at));
        if !fits {
            // What others need of it has been counted on the way, but where it needs several it was only looked at.
            let unit = state.unit(first);
            let several = self.ahead(state, &unit).is_some_and(|ahead| ahead.len() > 1);
            let all = if several {
                self.all(state, first)
            } else {
                Some(unit)
            };
            self.count(&all.unwrap_or_default());
            self.keep(first, whole);
        }
        fits
    }

    /// The candidate, its set, all they need and the sets of those, as far as they are not taken yet; `None` if one of
    /// them cannot be taken.
    pub(super) fn all(&mut self, state: &State<'_, A>, item: usize) -> Option<Vec<usize>> {
        self.walk += 1;
        self.seen[item] = self.walk;
        let mut all = vec![item];
        let mut next = 0;
        while let Some(&at) = all.get(next) {
            next += 1;
            let mates = state.problem.sets.with(at).iter().copied();
            for other in state.needs(at).chain(mates) {
                if state.stays(other) || self.seen[other] == self.walk {
                    continue;
                }
                if !state.is_open(other) || self.hopeless[other] {
                    return None;
                }
                self.seen[other] = self.walk;
                all.push(other);
            }
        }
        Some(all)
    }

    /// Forgets the sums of what has been taken.
    pub(super) fn taken(&mut self, records: &[usize]) {
        for &record in records {
            let era = &mut self.era[self.component[record]];
            if self.counted[record] == *era + 1 {
                *era += 1;
            }
        }
    }

    /// What the first of a set needs in all, itself and its set among it; `None` if that never fits.
    fn whole(&mut self, state: &State<'_, A>, first: usize) -> Option<Whole<A>> {
        // Down to where something is known, or nothing more is needed, or more than one thing; then back up.
        let mut path: Vec<(usize, Vec<usize>)> = Vec::new();
        let mut at = first;
        let below = loop {
            if let Some(known) = self.remembered(at) {
                break Some(known);
            }
            let unit = state.unit(at);
            let ahead = self.ahead(state, &unit);
            path.push((at, unit));
            match ahead.as_deref() {
                None => break None,
                Some([]) => break Some(Whole::new()),
                Some([one]) if path.len() <= state.problem.participants => at = *one,
                Some(several) => {
                    path.pop();
                    break self.several(state, at, several, !path.is_empty());
                }
            }
        };
        let Some(mut whole) = below else {
            self.give_up(state, at);
            for (passed, _) in &path {
                self.give_up(state, *passed);
            }
            return None;
        };
        while let Some((at, unit)) = path.pop() {
            let is_needed = !path.is_empty();
            if is_needed {
                self.count(&unit);
            }
            let own = sum(state, &unit);
            for (place, (amount, asked)) in own {
                let entry = whole.entry(place).or_default();
                entry.0 = std::mem::take(&mut entry.0) + &amount;
                entry.1 |= asked;
                if self.is_hopeless(state, place, entry) {
                    self.give_up(state, at);
                    for (passed, _) in &path {
                        self.give_up(state, *passed);
                    }
                    return None;
                }
            }
            if is_needed && (whole.len() <= KEPT || path.len() == 1) {
                self.keep(at, whole.clone());
            }
        }
        Some(whole)
    }

    /// The sum of one that needs several others, which may need the same; kept where it is `needed` itself.
    fn several(
        &mut self,
        state: &State<'_, A>,
        first: usize,
        ahead: &[usize],
        needed: bool,
    ) -> Option<Whole<A>> {
        let whole = self.walked(state, first, needed);
        if whole.is_none() {
            // So that others that need one of these learn of it at once.
            for &one in ahead {
                if self.remembered(one).is_none() && self.walked(state, one, true).is_none() {
                    self.give_up(state, one);
                }
            }
        }
        whole
    }

    fn walked(&mut self, state: &State<'_, A>, first: usize, keep: bool) -> Option<Whole<A>> {
        let all = self.all(state, first)?;
        let whole = sum(state, &all);
        let mut each = whole.iter();
        if each.any(|(place, entry)| self.is_hopeless(state, *place, entry)) {
            return None;
        }
        if keep {
            self.count(&all);
            self.keep(first, whole.clone());
        }
        Some(whole)
    }

    /// What a set needs besides itself, each by the first of its set; `None` if one of them never fits.
    fn ahead(&self, state: &State<'_, A>, unit: &[usize]) -> Option<Vec<usize>> {
        let mut ahead = Vec::new();
        for needed in unit.iter().flat_map(|item| state.needs(*item)) {
            if state.stays(needed) || unit.contains(&needed) {
                continue;
            }
            if !state.is_open(needed) || self.hopeless[needed] {
                return None;
            }
            ahead.push(first_of(state, needed));
        }
        ahead.sort_unstable();
        ahead.dedup();
        Some(ahead)
    }

    /// Notes that a sum that is kept counts these.
    fn count(&mut self, records: &[usize]) {
        for &record in records {
            self.counted[record] = self.era[self.component[record]] + 1;
        }
    }

    /// Whether a limit is passed even with all the room that others could make.
    fn is_hopeless(&self, state: &State<'_, A>, place: (usize, u32), (amount, asked): &(A, bool)) -> bool {
        let relief = &self.relief[place.0][place.1 as usize];
        let mut least = state.sum(place) + amount;
        if *relief != A::default() {
            least = least + relief;
        }
        *asked && least > *state.bound(place)
    }

    fn give_up(&mut self, state: &State<'_, A>, first: usize) {
        for member in state.unit(first) {
            self.hopeless[member] = true;
        }
    }

    fn remembered(&self, first: usize) -> Option<Whole<A>> {
        let era = self.era[self.component[first]];
        if let Some((of, whole)) = &self.known[first]
            && *of == era
        {
            return Some(whole.clone());
        }
        match &self.latest {
            Some((latest, of, whole)) if (*latest, *of) == (first, era) => Some(whole.clone()),
            _ => None,
        }
    }

    fn keep(&mut self, first: usize, whole: Whole<A>) {
        let era = self.era[self.component[first]];
        if whole.len() <= KEPT {
            self.known[first] = Some((era, whole));
        } else {
            self.latest = Some((first, era, whole));
        }
    }
}

/// What records add to every `at most`.
fn sum<A: Amount>(state: &State<'_, A>, records: &[usize]) -> Whole<A> {
    let loads = state.loads(records).into_iter();
    loads
        .filter(|load| state.problem.limits[load.limit].kind == Kind::AtMost)
        .map(|load| ((load.limit, load.class), (load.amount, load.asked)))
        .collect()
}

/// The first of a record's set, or the record itself.
fn first_of<A: Amount>(state: &State<'_, A>, item: usize) -> usize {
    state.problem.sets.with(item).first().copied().unwrap_or(item)
}
